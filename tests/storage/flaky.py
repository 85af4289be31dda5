"""A store that loses answers: the double for whatever has to live with one."""

from collections.abc import Iterable, Sequence
from typing import Any, Literal

from infoview.storage import Entry, Erase, MemoryStore, Put, Record, Ref, StoreUnavailableError

Fault = Literal["", "refused", "before", "after"]
"""What befalls a call: nothing; it surely fails; it fails with nobody knowing, before its effect or after."""


class Flaky(MemoryStore):
    """A store in memory whose calls fail as they are told to.

    Attributes:
        commits: What befalls the next commits, in order; those that come later succeed.
        reads: The same for the next loads and looks into the log, of which any fault prevents the answer.
    """

    def __init__(self, commits: Iterable[Fault] = (), reads: Iterable[Fault] = ()) -> None:
        super().__init__()
        self.commits = list(commits)
        self.reads = list(reads)

    def commit(self, tenant: str, changes: Sequence[Put | Erase], /) -> int:
        """Commit, or not, and perhaps lose the answer."""
        fault = self.commits.pop(0) if self.commits else ""
        if fault in {"refused", "before"}:
            raise StoreUnavailableError("the line is dead", outcome_known=fault == "refused")
        position = super().commit(tenant, changes)
        if fault:
            raise StoreUnavailableError("the line went dead", outcome_known=False)
        return position

    def load(self, tenant: str, refs: Sequence[Ref], /) -> list[Record | None]:
        """Load, or fail."""
        self._read()
        return super().load(tenant, refs)

    def log(self, tenant: str, /, **query: Any) -> list[Entry]:  # noqa: ANN401 - any query
        """Look into the log, or fail."""
        self._read()
        return super().log(tenant, **query)

    def _read(self) -> None:
        if self.reads and self.reads.pop(0):
            raise StoreUnavailableError("the line is dead", outcome_known=True)
