"""How people and interviews are kept as records: under which names, and by which terms they are found."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import TypeVar

import attrs

from infoview._events import CustomEvent, Event
from infoview._interview import Interview
from infoview._lifecycle import LIFECYCLE, Lifecycle
from infoview._outreach import requests_of
from infoview._people import Contact, Seeker
from infoview.conversion import from_json, to_json
from infoview.exceptions import InvalidDataError, NotFoundError, Problem
from infoview.storage import NewEntry, Put, Record, Ref, Scalar, Store
from infoview.storage._places import place_of

__all__ = [
    "PAGE",
    "Kept",
    "Shelf",
    "check_place",
    "kind_of",
    "put_interview",
    "put_person",
    "ref_of",
    "sortable",
    "terms_of",
]

Kept = TypeVar("Kept", bound=Seeker | Contact | Interview)
"""What a desk keeps."""

PAGE = 100
"""Every store takes a hundred changes at once."""

_KINDS: Mapping[type, str] = {Seeker: "seeker", Contact: "contact", Interview: "interview"}


@attrs.frozen(kw_only=True)
class Shelf:
    """Where one tenant's people and interviews stand.

    Attributes:
        store: Keeps everything.
        tenant: Whose data it is.
        lifecycle: The table by which interviews are read.
    """

    store: Store
    tenant: str
    lifecycle: Lifecycle = LIFECYCLE

    def load(self, cls: type[Kept], id_: str, /) -> tuple[Kept, int]:
        """Take something off the shelf.

        Args:
            cls: What it is.
            id_: Its id.

        Returns:
            The thing, and the version of its record.

        Raises:
            NotFoundError: When there is none.
            InvalidValueError: When the id breaks the rules for ids.
            InvalidDataError: When what is stored is damaged.
            StoreUnavailableError: When the engine does not answer.
        """
        (record,) = self.store.load(self.tenant, [Ref(_KINDS[cls], id_)])
        if record is None:
            raise NotFoundError(_KINDS[cls], id_)
        return self.read(cls, record), record.version

    def read(self, cls: type[Kept], record: Record, /) -> Kept:
        """Read a record.

        Args:
            cls: What it holds.
            record: The record.

        Returns:
            What it holds.

        Raises:
            InvalidDataError: When it is damaged, or stored under the id of something else (code
                ``wrong_id``).
        """
        kept = from_json(cls, record.body, lifecycle=self.lifecycle)
        check_place(kept.id, record)
        return kept

    def scan(
        self, kind: str, where: Mapping[str, Scalar], /, *, order: str | None = None, since: str | None = None
    ) -> Iterator[Record]:
        """Go through records, a page at a time.

        Args:
            kind: Of which kind.
            where: The terms they have.
            order: The term they come by; else they come by id.
            since: The least value of that term.

        Yields:
            Each record.

        Raises:
            StoreUnavailableError: When the engine does not answer.
        """
        after: tuple[Scalar, str] | str | None = None if since is None else (since, "")
        while page := self.store.scan(self.tenant, kind, where=where, order=order, after=after, limit=PAGE):
            yield from page
            after = place_of(page[-1], order)

    def interviews(self, **where: Scalar) -> Iterator[Interview]:
        """Go through interviews, by id.

        Args:
            where: The terms they have.

        Yields:
            Each interview.

        Raises:
            InvalidDataError: When what is stored is damaged.
            StoreUnavailableError: When the engine does not answer.
        """
        for record in self.scan("interview", where):
            yield self.read(Interview, record)


def check_place(id_: str, record: Record, /) -> None:
    """Refuse what is stored under the id of something else.

    Args:
        id_: What it says its id is.
        record: Where it is.

    Raises:
        InvalidDataError: When the two are not the same (code ``wrong_id``).
    """
    if id_ != record.ref.id:
        fault = Problem("$.id", "wrong_id", "restore what belongs here: this is stored under another id")
        raise InvalidDataError((fault,))


def sortable(moment: datetime, /) -> str:
    """Write an instant so that the order of texts is the order of time.

    Args:
        moment: The instant, in UTC.

    Returns:
        ISO text with six digits after the second.
    """
    return moment.isoformat(timespec="microseconds")


def kind_of(cls: type[Seeker | Contact | Interview], /) -> str:
    """Name the kind of the records that hold something.

    Args:
        cls: What they hold.

    Returns:
        The kind.
    """
    return _KINDS[cls]


def ref_of(kept: Seeker | Contact | Interview, /) -> Ref:
    """Name the record of something.

    Args:
        kept: The thing.

    Returns:
        The name.
    """
    return Ref(_KINDS[type(kept)], kept.id)


def terms_of(kept: Seeker | Contact | Interview, /) -> dict[str, Scalar]:
    """Say what something is found by.

    Args:
        kept: The thing.

    Returns:
        All its terms but ``due``, which depends on a policy.
    """
    if isinstance(kept, Interview):
        terms: dict[str, Scalar] = {
            "seeker": kept.seeker_id,
            "contact": kept.contact_id,
            "follows": kept.follows,
            "group": kept.group_id,
            "stage": str(kept.stage),
        }
        for moment in requests_of(kept)[-1:]:
            terms["requested"] = sortable(moment)
        return terms
    terms = {"email": kept.email.value if kept.email else None}
    if isinstance(kept, Contact):
        terms["organisation"] = kept.organisation
    return terms


def put_person(person: Seeker | Contact, version: int, /) -> Put:
    """Write a person.

    Args:
        person: Whom.
        version: The version seen; 0 for a new record.

    Returns:
        The change.
    """
    return Put(ref_of(person), version, to_json(person), terms_of(person))


def put_interview(
    interview: Interview,
    version: int,
    /,
    *,
    events: Sequence[Event | CustomEvent] = (),
    due: datetime | None = None,
) -> Put:
    """Write an interview, and what is new in it.

    Args:
        interview: Which.
        version: The version seen; 0 for a new record.
        events: The new events, for the log.
        due: When something in it is next due.

    Returns:
        The change.
    """
    terms = terms_of(interview)
    if due is not None:
        terms["due"] = sortable(due)
    entries = tuple(NewEntry(type(event).__name__, sortable(event.at), to_json(event)) for event in events)
    return Put(ref_of(interview), version, to_json(interview), terms, entries)
