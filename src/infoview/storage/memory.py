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


class MemoryStore:
    """A `Store` whose data lives as long as one of its handles.

    A commit builds the tenant's next state beside the present one and publishes it by a single assignment:
    readers need no lock and never see half of it. It therefore takes time in proportion to what the tenant
    has.
    """

    durability: Durability = "memory"
    max_changes: int = 10_000

    def __init__(self) -> None:
        # What each tenant has: its records by name, `None` for an erased one, and its log.
        self._tenants: dict[str, tuple[dict[Ref, Record | None], list[Entry]]] = {}
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
            records, entries = (present := self._at(tenant))[0].copy(), present[1].copy()
            for change in checked:
                version = _next_version(records, change)
                put = change if isinstance(change, Put) else None
                records[change.ref] = Record(put.ref, version, put.body, put.terms) if put else None
                for new in put.entries if put else ():
                    entries.append(Entry(len(entries) + 1, change.ref, version, new.name, new.at, new.body))
            if any(isinstance(change, Erase) for change in checked):
                entries = [attrs.evolve(e, body=None) if records[e.ref] is None else e for e in entries]
            self._tenants[tenant] = records, entries
            return len(entries)

    def load(self, tenant: str, refs: Sequence[Ref], /) -> list[Record | None]:
        """See `Store.load`."""
        checked = check_load(tenant, refs)
        return [record and attrs.evolve(record) for record in map(self._at(tenant)[0].get, checked)]

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
        records, _ = self._at(tenant)
        found = [r for r in records.values() if r and r.ref.kind == kind and where.items() <= r.terms.items()]
        placed = [r for r in found if order is None or order in r.terms]
        rows = {sort_key(r.terms[order] if order else None, r.ref.id): r for r in placed}
        return [attrs.evolve(rows[key]) for key in sorted(key for key in rows if key > start)[:limit]]

    def log(self, tenant: str, /, *, ref: Ref | None = None, after: int = 0, limit: int = 100) -> list[Entry]:
        """See `Store.log`."""
        check_log(tenant, ref, after, limit)
        return [e for e in self._at(tenant)[1][after:] if ref is None or e.ref == ref][:limit]

    def close(self) -> None:
        """See `Store.close`."""
        self._closed = True

    def _at(self, tenant: str) -> tuple[dict[Ref, Record | None], list[Entry]]:
        if self._closed:
            raise StoreUnavailableError("this handle is closed; open a new one", outcome_known=True)
        return self._tenants.get(tenant, ({}, []))


def _next_version(records: Mapping[Ref, Record | None], change: Put | Erase) -> int:
    if (present := records.get(change.ref)) is None and change.ref in records:
        raise GoneError(change.ref)
    if (version := present.version if present else 0) != change.expect:
        raise ConflictError(change.ref, change.expect, version)
    return version + 1
