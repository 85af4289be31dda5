"""Hypothesis profiles, chosen by HYPOTHESIS_PROFILE.

`default` for every day, `wide` once in every full check, `thorough` for a long look at new examples.
"""

import os

from hypothesis import HealthCheck, settings

settings.register_profile(
    "default", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow], max_examples=60
)
settings.register_profile("wide", settings.get_profile("default"), max_examples=100)
settings.register_profile("thorough", deadline=None, max_examples=2_000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))
