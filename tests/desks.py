"""What a desk in a test is given: a clock that stands, and ids that can be foretold."""

from collections.abc import Mapping, Sequence
from datetime import datetime

import attrs
from tests.lives import at

from infoview.storage import Durability, Entry, Erase, Put, Record, Ref, Scalar, Store


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


@attrs.define
class Passing:
    """A store that passes every call on. What a test needs otherwise, a subclass does.

    Attributes:
        inner: The store that it passes them on to.
    """

    inner: Store

    @property
    def durability(self) -> Durability:
        """See `Store`."""
        return self.inner.durability

    @property
    def max_changes(self) -> int:
        """See `Store`."""
        return self.inner.max_changes

    def commit(self, tenant: str, changes: Sequence[Put | Erase], /) -> int:
        """See `Store`."""
        return self.inner.commit(tenant, changes)

    def load(self, tenant: str, refs: Sequence[Ref], /) -> list[Record | None]:
        """See `Store`."""
        return self.inner.load(tenant, refs)

    def scan(
        self,
        tenant: str,
        kind: str,
        /,
        *,
        where: Mapping[str, Scalar] = {},
        order: str | None = None,
        after: tuple[Scalar, str] | str | None = None,
        limit: int = 100,
    ) -> list[Record]:
        """See `Store`."""
        return self.inner.scan(tenant, kind, where=where, order=order, after=after, limit=limit)

    def log(self, tenant: str, /, *, ref: Ref | None = None, after: int = 0, limit: int = 100) -> list[Entry]:
        """See `Store`."""
        return self.inner.log(tenant, ref=ref, after=after, limit=limit)

    def close(self) -> None:
        """See `Store`."""
        self.inner.close()
