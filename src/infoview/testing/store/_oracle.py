"""What a store should answer, kept in plain dictionaries; written apart from every adapter of the library."""

from collections.abc import Mapping, Sequence
from typing import TypeAlias

import attrs

from infoview.storage import Entry, Erase, Put, Record, Ref, Scalar

__all__ = ["Oracle", "Refusal"]

Refusal: TypeAlias = tuple[str, Ref] | tuple[str, Ref, int, int]
"""Why a commit is refused: ``gone`` and the record, or ``conflict`` with the versions expected and found."""


@attrs.define
class Oracle:
    """One tenant's records and log.

    Attributes:
        live: Version, body and terms of each record.
        erased: The records that are gone.
        lines: The log, without positions.
    """

    live: dict[Ref, tuple[int, str, dict[str, Scalar]]] = attrs.field(
        factory=dict[Ref, tuple[int, str, dict[str, Scalar]]]
    )
    erased: set[Ref] = attrs.field(factory=set[Ref])
    lines: list[tuple[Ref, int, str, str, str | None]] = attrs.field(
        factory=list[tuple[Ref, int, str, str, str | None]]
    )

    def version(self, ref: Ref) -> int:
        """Tell the version of a record; 0 when there is none."""
        return self.live[ref][0] if ref in self.live else 0

    def commit(self, changes: Sequence[Put | Erase]) -> int | Refusal:
        """Make the changes and tell the position, or tell why not."""
        for change in changes:
            if change.ref in self.erased:
                return "gone", change.ref
            if self.version(change.ref) != change.expect:
                return "conflict", change.ref, change.expect, self.version(change.ref)
        for change in changes:
            if isinstance(change, Put):
                self.live[change.ref] = (change.expect + 1, change.body, dict(change.terms))
                self.lines += [(change.ref, change.expect + 1, e.name, e.at, e.body) for e in change.entries]
            else:
                self.live.pop(change.ref, None)
                self.erased.add(change.ref)
                self.lines = [(*line[:4], None) if line[0] == change.ref else line for line in self.lines]
        return len(self.lines)

    def load(self, refs: Sequence[Ref]) -> list[Record | None]:
        """Answer each name."""
        return [Record(ref, *self.live[ref]) if ref in self.live else None for ref in refs]

    def scan(
        self,
        kind: str,
        *,
        where: Mapping[str, Scalar] = {},
        order: str | None = None,
        after: tuple[Scalar, str] | str | None = None,
        limit: int = 100,
    ) -> list[Record]:
        """Answer a page."""
        rows = [Record(ref, *known) for ref, known in self.live.items() if ref.kind == kind]
        for name, value in where.items():
            rows = [row for row in rows if name in row.terms and _is_same(row.terms[name], value)]
        rows.sort(key=lambda row: row.ref.id)
        if order is None:
            return [row for row in rows if after is None or row.ref.id > str(after)][:limit]
        rows = [row for row in rows if order in row.terms]
        rows.sort(key=lambda row: _rank(row.terms[order]))
        if isinstance(after, tuple):
            value, id_ = after
            start = (_rank(value), id_)
            rows = [row for row in rows if (_rank(row.terms[order]), row.ref.id) > start]
        return rows[:limit]

    def log(self, ref: Ref | None, after: int, limit: int) -> list[Entry]:
        """Answer a page of the log."""
        entries = [Entry(position, *line) for position, line in enumerate(self.lines, 1)]
        return [e for e in entries if e.position > after and (ref is None or e.ref == ref)][:limit]


def _is_same(one: Scalar, other: Scalar) -> bool:
    return type(one) is type(other) and one == other


def _rank(value: Scalar) -> tuple[int, int, str]:
    if value is None:
        return 0, 0, ""
    return (1, value, "") if isinstance(value, int) else (2, 0, value)
