"""Writing an archive, a line at a time."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from heapq import merge
from itertools import chain
from operator import attrgetter
from typing import Any

from infoview._events import CustomEvent, Event
from infoview._lifecycle import LIFECYCLE, Lifecycle
from infoview.archive._lines import (
    KINDS,
    Counts,
    Kept,
    Logged,
    end_line,
    entry_line,
    header_line,
    record_line,
)
from infoview.conversion import from_json
from infoview.desk._shelf import PAGE, Shelf, sortable
from infoview.desk._tombstones import TOMBSTONE, Tombstone, tombstone_from_json, tombstone_of
from infoview.exceptions import InvalidDataError, InvalidValueError, NotFoundError, Problem
from infoview.storage import Entry, Record, Ref, Store

__all__ = ["export"]

_FEW = 10
"""Entries of one interview that are read at a time while many interviews are merged."""


def export(
    store: Store,
    /,
    *,
    tenant: str = "default",
    contact_id: str | None = None,
    seeker_id: str | None = None,
    lifecycle: Lifecycle = LIFECYCLE,
) -> Iterator[str]:
    """Write all that a tenant keeps, or all that it keeps about one person.

    Of a person there are the person and every interview of theirs, with the log of those. The other side of
    an interview is another person and does not come along, and neither do interviews of others that name the
    person.

    Nothing is locked meanwhile: what others record while the lines are read may be in them or not. Let nobody
    write, and the archive is of one moment.

    Args:
        store: Where.
        tenant: Whose data.
        contact_id: Only what is about this contact.
        seeker_id: Only what is about this seeker.
        lifecycle: The table by which interviews are read.

    Returns:
        The lines, each with its line feed, made when they are asked for; write them as UTF-8. What is held in
        memory grows neither with the tenant nor with the log; of a person, with the number of interviews.

    Raises:
        InvalidValueError: When both a contact and a seeker are named (code ``contradictory_query``), or an id
            breaks its rule. At once, as the next.
        NotFoundError: When there is no such person.
        InvalidDataError: When what is stored is damaged.
        StoreUnavailableError: When the engine does not answer.
    """
    shelf = Shelf(store=store, tenant=tenant, lifecycle=lifecycle)
    if contact_id is not None and seeker_id is not None:
        raise InvalidValueError("export", "contradictory_query", "name the contact or the seeker")
    if contact_id is not None:
        return _person(shelf, Ref("contact", contact_id))
    if seeker_id is not None:
        return _person(shelf, Ref("seeker", seeker_id))
    records = (record for kind in KINDS for record in shelf.scan(kind, {}))
    return _lines(shelf, records, _log(shelf, None, PAGE))


def _person(shelf: Shelf, ref: Ref) -> Iterator[str]:
    (person,) = shelf.store.load(shelf.tenant, [ref])
    if person is None:
        raise NotFoundError(ref.kind, ref.id)
    # Interviews are found by a person under the kind of the person.
    talks = {ref.kind: ref.id}
    logs = (_log(shelf, record.ref, _FEW) for record in shelf.scan("interview", talks))
    entries = merge(*logs, key=attrgetter("position"))
    return _lines(shelf, chain([person], shelf.scan("interview", talks)), entries)


def _lines(shelf: Shelf, records: Iterable[Record], log: Iterable[Entry]) -> Iterator[str]:
    yield header_line()
    written = entries = 0
    for written, record in enumerate(records, 1):  # noqa: B007 - the last number is the count
        yield record_line(_kept(shelf, record), _due(record))
    for entry in log:
        if entry.ref.kind in [*Logged]:
            entries += 1
            yield entry_line(entry.ref, entry.name, entry.at, _told(shelf, entry))
    yield end_line(Counts(records=written, entries=entries))


def _log(shelf: Shelf, ref: Ref | None, at_a_time: int) -> Iterator[Entry]:
    after = 0
    while page := shelf.store.log(shelf.tenant, ref=ref, after=after, limit=at_a_time):
        yield from page
        after = page[-1].position


def _kept(shelf: Shelf, record: Record) -> Kept:
    if record.ref.kind == TOMBSTONE:
        return tombstone_of(record)
    cls: type[Any] = KINDS[record.ref.kind]
    kept: Kept = shelf.read(cls, record)
    return kept


def _due(record: Record) -> datetime | None:
    due = record.terms.get("due")
    if due is None:
        return None
    try:
        moment = datetime.fromisoformat(str(due))
        if moment.tzinfo is UTC and sortable(moment) == due:
            return moment
    except ValueError:
        pass
    fault = Problem("$.due", "not_a_datetime", "record something in the interview, and it is set anew")
    raise InvalidDataError((fault,))


def _told(shelf: Shelf, entry: Entry) -> Event | CustomEvent | Tombstone | None:
    if entry.body is None:
        return None
    if entry.ref.kind == Logged.TOMBSTONE:
        return tombstone_from_json(entry.body)
    return from_json(Event, entry.body, lifecycle=shelf.lifecycle)
