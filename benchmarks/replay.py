"""What it costs to rebuild an interview of fifty events, against ten events applied one by one.

A service that keeps only events replays them whenever it answers a question.
"""

from benchmarks._race import Comparison, compare, race
from benchmarks._ring import go_round, long_history
from infoview import Interview

__all__ = ["run"]

_HISTORY = long_history(50)


def _replay() -> Interview:
    return Interview.replay(_HISTORY)


def run(*, smoke: bool) -> list[Comparison]:
    """Measure.

    Args:
        smoke: Whether a toy size will do.

    Returns:
        The ratio.
    """
    contenders = {"replay of 50 events": _replay, "10 transitions": go_round}
    samples = race(contenders, rounds=2 if smoke else 31, slot=0.001 if smoke else 0.03)
    return [compare(samples, "replay", "replay of 50 events", "10 transitions", goal=1.0)]
