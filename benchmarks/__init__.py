"""How fast infoview is, as ratios against a floor and against its peers, in one interleaved run.

``python -m benchmarks [NAME…] [--json FILE] [--smoke]``
"""
