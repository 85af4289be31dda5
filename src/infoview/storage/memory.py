"""A store in memory: the contract's readable model, for tests and for trying things out."""

import copy
import threading
from collections.abc import Mapping, Sequence
from typing import Self

import attrs

from infoview.exceptions import ConflictError, GoneError, StoreUnavailableError
from infoview.storage._contract import (
    Durability,
    Entry,
    Erase,
    Put,
    Record,
    Ref,
    Scalar,
    check_commit,
    check_load,
    check_log,
    check_scan,
    sort_key,
    start_of,
)

__all__ = ["MemoryStore"]


@attrs.frozen
class _Tenant:
    """What one tenant has at one instant.

    Attributes:
        records: The records by name; `None` where one was erased.
        entries: The log; the entry at position n is the n-th.
    """

    records: Mapping[Ref, Record | None] = attrs.field(factory=dict[Ref, "Record | None"])
    entries: Sequence[Entry] = ()


class MemoryStore:
    """A `Store` whose data lives as long as one of its handles.

    A commit builds the tenant's next state beside the present one and publishes it by a single assignment:
    readers need no lock and never see half of it. It therefore takes time in proportion to what the tenant
    has.
    """

    durability: Durability = "memory"
    max_changes: int = 10_000

    def __init__(self) -> None:
        self._tenants: dict[str, _Tenant] = {}
        self._writing = threading.Lock()
        self._closed = False

    def share(self) -> Self:
        """Open another handle on the same data.

        Returns:
            The handle. It is closed on its own, but that of a closed handle is closed from the start.
        """
        return copy.copy(self)

    def commit(self, tenant: str, changes: Sequence[Put | Erase], /) -> int:
        """See `Store.commit`."""
        checked = check_commit(tenant, changes, self.max_changes)
        with self._writing:
            present = self._at(tenant)
            records, entries = dict(present.records), list(present.entries)
            for change in checked:
                version = _next_version(records, change)
                if isinstance(change, Erase):
                    records[change.ref] = None
                    continue
                records[change.ref] = Record(change.ref, version, change.body, change.terms)
                for new in change.entries:
                    entries.append(Entry(len(entries) + 1, change.ref, version, new.name, new.at, new.body))
            if any(isinstance(change, Erase) for change in checked):
                entries = [attrs.evolve(e, body=None) if records[e.ref] is None else e for e in entries]
            self._tenants[tenant] = _Tenant(records, entries)
            return len(entries)

    def load(self, tenant: str, refs: Sequence[Ref], /) -> list[Record | None]:
        """See `Store.load`."""
        checked = check_load(tenant, refs)
        return [record and attrs.evolve(record) for record in map(self._at(tenant).records.get, checked)]

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
        """See `Store.scan`."""
        check_scan(tenant, kind, where=where, order=order, after=after, limit=limit)
        start = sort_key(*start_of(after))
        rows = {
            sort_key(record.terms[order] if order else None, record.ref.id): record
            for record in self._at(tenant).records.values()
            if record and record.ref.kind == kind and where.items() <= record.terms.items()
            if order is None or order in record.terms
        }
        page = sorted(key for key in rows if key > start)[:limit]
        return [attrs.evolve(rows[key]) for key in page]

    def log(self, tenant: str, /, *, ref: Ref | None = None, after: int = 0, limit: int = 100) -> list[Entry]:
        """See `Store.log`."""
        check_log(tenant, ref, after, limit)
        entries = self._at(tenant).entries[after:]
        return [entry for entry in entries if ref is None or entry.ref == ref][:limit]

    def close(self) -> None:
        """See `Store.close`."""
        self._closed = True

    def _at(self, tenant: str) -> _Tenant:
        if self._closed:
            raise StoreUnavailableError("this handle is closed; open a new one", outcome_known=True)
        return self._tenants.get(tenant, _Tenant())


def _next_version(records: Mapping[Ref, Record | None], change: Put | Erase) -> int:
    present = records.get(change.ref)
    if present is None and change.ref in records:
        raise GoneError(change.ref)
    version = present.version if present else 0
    if version != change.expect:
        raise ConflictError(change.ref, change.expect, version)
    return version + 1
