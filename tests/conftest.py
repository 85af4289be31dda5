"""What all tests share: Hypothesis profiles, chosen by HYPOTHESIS_PROFILE, and what a desk is given.

`default` for every day, `wide` once in every full check, `thorough` for a long look at new examples.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from tests.desks import Clock

from infoview.storage import MemoryStore, SQLiteStore, Store

settings.register_profile(
    "default", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow], max_examples=60
)
settings.register_profile("wide", settings.get_profile("default"), max_examples=100)
settings.register_profile("thorough", deadline=None, max_examples=2_000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))


@pytest.fixture(params=["memory", "sqlite"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """Open a fresh store of each sort."""
    opened: Store = MemoryStore() if request.param == "memory" else SQLiteStore(tmp_path / "desk.db")
    yield opened
    opened.close()


@pytest.fixture
def clock() -> Clock:
    """Set a clock to the second of March."""
    return Clock()
