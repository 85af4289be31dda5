"""Reading a store's rows page by page, with a cursor that can travel through a link and back.

A page starts behind a row and not behind a number of rows, so it stays put while others write: what was there
all the time and kept its place is seen once, whatever comes and goes beside it.
"""

import hashlib
from collections.abc import Iterator, Mapping
from typing import Final

import attrs

from infoview._fields import whole_number
from infoview.exceptions import InvalidValueError
from infoview.storage._contract import Record, Scalar, Store, check_scan
from infoview.storage._places import place_of, read_spelled, spelled
from infoview.storage._url_text import from_url_text, to_url_text

__all__ = ["Page", "every_record", "read_page"]

_LIMIT: Final = whole_number(1, 10_000)
_LONGEST: Final = 4_096
"""A cursor is shorter: at most 1,000 bytes of a term and 800 of an id."""

_DIGEST: Final = 9
"""Bytes of a query's digest: enough to tell queries apart. They keep no secret."""


@attrs.frozen(kw_only=True)
class Page:
    """A few rows, and where the next ones are.

    Attributes:
        records: The rows, in order.
        cursor: What to ask the next page with: letters, digits, ``-`` and ``_``, fewer than 4,096. `None` at
            the end.
    """

    records: tuple[Record, ...]
    cursor: str | None


def read_page(
    store: Store,
    tenant: str,
    kind: str,
    /,
    *,
    where: Mapping[str, Scalar] = {},
    order: str | None = None,
    cursor: str | None = None,
    limit: int = 100,
) -> Page:
    """Read a page of the records of one kind.

    A cursor is opaque, not secret: whoever holds it can find the id of a row in it, and the value of the term
    that the rows are ordered by. It belongs to one tenant and one query. Somebody who makes one up can start
    the same query at another place, and no more.

    Args:
        store: Where.
        tenant: Whose data.
        kind: Of which kind.
        where: Terms and the values they must have, as in `Store.scan`.
        order: The term to order by, its ties by id; `None` orders by id alone.
        cursor: The last page's cursor, asked for with the same tenant, kind, `where` and `order`; `None`
            begins.
        limit: The most rows, from 1 to 10,000. It may change from page to page. One row more is read, to know
            whether there is one.

    Returns:
        The page.

    Raises:
        InvalidValueError: When an argument breaks its rule, or the cursor comes from another query or from
            nowhere (field ``cursor``, code ``wrong_cursor``).
        StoreUnavailableError: When the engine does not answer.
    """
    _LIMIT.check("read_page.limit", limit)
    check_scan(tenant, kind, where=where, order=order, after=None, limit=limit)
    query = _Query(tenant, kind, dict(where), order)
    after = None if cursor is None else query.start_at(cursor)
    rows = store.scan(tenant, kind, where=query.where, order=order, after=after, limit=limit + 1)
    records = tuple(rows[:limit])
    return Page(records=records, cursor=query.cursor_behind(records[-1]) if len(rows) > limit else None)


def every_record(
    store: Store,
    tenant: str,
    kind: str,
    /,
    *,
    where: Mapping[str, Scalar] = {},
    order: str | None = None,
    at_a_time: int = 100,
) -> Iterator[Record]:
    """Go through all records of one kind, reading the next page when it is needed.

    Args:
        store: Where.
        tenant: Whose data.
        kind: Of which kind.
        where: Terms and the values they must have, as in `Store.scan`.
        order: The term to order by, its ties by id; `None` orders by id alone.
        at_a_time: The rows of a page, from 1 to 10,000.

    Returns:
        Each record, in order.

    Raises:
        InvalidValueError: When an argument breaks its rule: at once, before the first record is asked for.
        StoreUnavailableError: When the engine does not answer.
    """
    _LIMIT.check("every_record.at_a_time", at_a_time)
    check_scan(tenant, kind, where=where, order=order, after=None, limit=at_a_time)
    return _rows(store, _Query(tenant, kind, dict(where), order), at_a_time)


@attrs.frozen
class _Query:
    """What pages have in common."""

    tenant: str
    kind: str
    where: Mapping[str, Scalar]
    order: str | None

    def cursor_behind(self, record: Record) -> str:
        return self._cursor(place_of(record, self.order))

    def start_at(self, cursor: object) -> tuple[Scalar, str] | str:
        """Tell where a cursor points to; one that `cursor_behind` would never make is refused."""
        after = _place_in(cursor) if isinstance(cursor, str) and len(cursor) < _LONGEST else None
        if after is None or not self._has_place(after) or self._cursor(after) != cursor:
            cure = "give a cursor that came with a page of this very query, or None to begin"
            raise InvalidValueError("cursor", "wrong_cursor", cure)
        return after

    def _has_place(self, after: tuple[Scalar, str] | str) -> bool:
        try:
            check_scan(self.tenant, self.kind, where={}, order=self.order, after=after, limit=0)
        except InvalidValueError:
            return False
        return True

    def _cursor(self, after: tuple[Scalar, str] | str) -> str:
        place = after if isinstance(after, str) else f"{after[1]}\0{spelled(after[0])}"
        return to_url_text(self._digest() + place.encode())

    def _digest(self) -> bytes:
        terms = [part for name in sorted(self.where) for part in (name, spelled(self.where[name]))]
        # No part holds NUL, so that no two queries are written alike.
        written = "\0".join([self.tenant, self.kind, spelled(self.order), *terms])
        return hashlib.sha256(written.encode()).digest()[:_DIGEST]


def _place_in(cursor: str) -> tuple[Scalar, str] | str | None:
    """Find the place in a cursor of whatever query; `None` where there is none."""
    try:
        place = from_url_text(cursor)[_DIGEST:].decode()
        id_, *value = place.split("\0")
        return (read_spelled(value[0]), id_) if value else id_
    except ValueError:
        return None


def _rows(store: Store, query: _Query, at_a_time: int) -> Iterator[Record]:
    after: tuple[Scalar, str] | str | None = None
    is_more = True
    while is_more:
        rows = store.scan(
            query.tenant, query.kind, where=query.where, order=query.order, after=after, limit=at_a_time
        )
        yield from rows
        is_more = len(rows) == at_a_time
        if is_more:
            after = place_of(rows[-1], query.order)
