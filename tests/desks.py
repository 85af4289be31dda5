"""What a desk in a test is given: a clock that stands, and ids that can be foretold."""

from datetime import datetime

import attrs
from tests.lives import at


@attrs.define
class Clock:
    """A clock that stands where it is put."""

    now: datetime = attrs.field(factory=lambda: at(3, 2))

    def __call__(self) -> datetime:
        """Tell the time."""
        return self.now


@attrs.define
class Numbers:
    """A source of ids in ascending order."""

    last: int = 0

    def __call__(self) -> str:
        """Make the next id."""
        self.last += 1
        return f"n-{self.last:04}"
