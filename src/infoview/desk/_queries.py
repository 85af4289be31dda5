"""Queries: what to look for among the interviews and contacts of a desk.

A query is a value. It is answered from the store's indexes, page by page; only what a page holds is read.
"""

import hashlib
from collections.abc import Iterator, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Generic, TypeVar, final

import attrs
from attrs.validators import optional

from infoview._address import EmailAddress
from infoview._fields import instance, whole_number
from infoview._interview import Interview
from infoview._people import Contact
from infoview._text import IDENTIFIER, LINE
from infoview._time import instant_field, to_instant
from infoview.desk._shelf import PAGE, Shelf, kind_of, sortable
from infoview.exceptions import InvalidValueError
from infoview.storage import Record, Ref, Scalar
from infoview.storage._url_text import from_url_text, to_url_text
from infoview.storage.pages import Page, read_page

__all__ = ["ContactQuery", "Found", "InterviewQuery", "find_contacts", "find_interviews"]

_Kept = TypeVar("_Kept", Contact, Interview)

_LIMIT = whole_number(1, 10_000)
_DIGEST = 12
"""Characters of a cursor that tell its query from others. They keep no secret."""


def _to_instant(value: datetime | None) -> datetime | None:
    return None if value is None else to_instant(value)


def _to_address(value: EmailAddress | str | None) -> EmailAddress | None:
    return EmailAddress(value) if isinstance(value, str) else value


@final
@attrs.frozen(kw_only=True)
class InterviewQuery:
    """Which interviews to look for. Each must be all that the query says.

    Attributes:
        seeker_id: Who asks.
        contact_id: Who knows.
        organisation: Where the contact works by now, letter for letter.
        stage: Where the interview stands.
        due_before: Something in it is due before this instant; any aware datetime, kept in UTC. When an
            interview is next due was settled when its last event was recorded.

    Raises:
        InvalidValueError: When a field breaks its rule, the query says nothing (code ``empty_query``), or it
            names both a contact and an organisation (``contradictory_query``).
    """

    seeker_id: str | None = attrs.field(default=None, validator=optional(IDENTIFIER))
    contact_id: str | None = attrs.field(default=None, validator=optional(IDENTIFIER))
    organisation: str | None = attrs.field(default=None, validator=optional(LINE))
    stage: StrEnum | None = attrs.field(default=None, validator=optional(instance(StrEnum)))
    due_before: datetime | None = attrs.field(
        default=None, converter=_to_instant, validator=optional(instant_field)
    )

    def __attrs_post_init__(self) -> None:
        _refuse_empty(self, "Desk.interviews")
        if self.contact_id is not None and self.organisation is not None:
            cure = "name the contact or the organisation; a contact has one"
            raise InvalidValueError("InterviewQuery", "contradictory_query", cure)


@final
@attrs.frozen(kw_only=True)
class ContactQuery:
    """Which contacts to look for. Each must be all that the query says.

    Attributes:
        organisation: Where the contact works, letter for letter.
        email: The contact's address; text is taken for one. Compared as `infoview.EmailAddress` writes it.

    Raises:
        InvalidValueError: When a field breaks its rule, or the query says nothing (code ``empty_query``).
    """

    organisation: str | None = attrs.field(default=None, validator=optional(LINE))
    email: EmailAddress | None = attrs.field(
        default=None, converter=_to_address, validator=optional(instance(EmailAddress))
    )

    def __attrs_post_init__(self) -> None:
        _refuse_empty(self, "Desk.contacts")


@final
@attrs.frozen(kw_only=True)
class Found(Generic[_Kept]):
    """A page of what was found.

    Attributes:
        items: As many as were asked for; fewer at the end.
        cursor: What to ask for the next page with, or `None` at the end.
    """

    items: tuple[_Kept, ...]
    cursor: str | None


def find_contacts(query: ContactQuery, shelf: Shelf, /, *, cursor: str | None, limit: int) -> Found[Contact]:
    """Find a page of contacts.

    Args:
        query: Which.
        shelf: Where they stand.
        cursor: The last page's, or `None` to begin.
        limit: The most contacts.

    Returns:
        The page, by id.

    Raises:
        InvalidValueError: When the limit is none, or the cursor is of another query.
        InvalidDataError: When what is stored is damaged.
        StoreUnavailableError: When the engine does not answer.
    """
    terms: dict[str, Scalar] = {}
    if query.organisation is not None:
        terms["organisation"] = query.organisation
    if query.email is not None:
        terms["email"] = query.email.value
    page = read_page(shelf.store, shelf.tenant, kind_of(Contact), where=terms, cursor=cursor, limit=limit)
    return Found(items=tuple(shelf.read(Contact, record) for record in page.records), cursor=page.cursor)


def find_interviews(
    query: InterviewQuery, shelf: Shelf, /, *, cursor: str | None, limit: int
) -> Found[Interview]:
    """Find a page of interviews.

    Args:
        query: Which.
        shelf: Where they stand.
        cursor: The last page's, or `None` to begin.
        limit: The most interviews.

    Returns:
        The page: by what is due first where the query names an instant, else by id; of an organisation,
        contact after contact.

    Raises:
        InvalidValueError: When the limit is none, the cursor is of another query, or the lifecycle has no
            such stage (code ``unknown_stage``).
        InvalidDataError: When what is stored is damaged.
        StoreUnavailableError: When the engine does not answer.
    """
    if query.stage is not None and query.stage not in shelf.lifecycle.stages:
        raise InvalidValueError("InterviewQuery.stage", "unknown_stage", "give a stage of the lifecycle")
    search = _Search(query, shelf)
    if query.organisation is None:
        return search.page(cursor, limit)
    return search.page_of_organisation(query.organisation, cursor, limit)


@attrs.frozen
class _Search:
    """A query for interviews, on a shelf."""

    query: InterviewQuery
    shelf: Shelf

    def page(self, cursor: str | None, limit: int, **more: Scalar) -> Found[Interview]:
        """Read a page of those that have the terms of the query, and some more."""
        rows = self._rows(cursor, limit, more)
        due = [record for record in rows.records if self._is_due(record)]
        # They come by what is due first: behind one that is not due yet, none is.
        is_last = len(due) < len(rows.records) or not self._goes_on(rows.cursor, more)
        items = tuple(self.shelf.read(Interview, record) for record in due)
        return Found(items=items, cursor=None if is_last else rows.cursor)

    def page_of_organisation(self, organisation: str, cursor: str | None, limit: int) -> Found[Interview]:
        """Read a page of those with the contacts of an organisation, contact after contact."""
        _LIMIT.check("find.limit", limit)
        items: tuple[Interview, ...] = ()
        for contact_id, within in self._contacts(organisation, self._place(cursor)):
            room = limit - len(items)
            page = self.page(within, max(room, 1), contact=contact_id)
            if page.items and not room:
                return Found(items=items, cursor=self._cursor(contact_id, None))
            items += page.items
            if page.cursor is not None:
                return Found(items=items, cursor=self._cursor(contact_id, page.cursor))
        return Found(items=items, cursor=None)

    def _rows(self, cursor: str | None, limit: int, more: Mapping[str, Scalar]) -> Page:
        order = None if self.query.due_before is None else "due"
        where = self._terms() | {**more}
        store, tenant = self.shelf.store, self.shelf.tenant
        return read_page(
            store, tenant, kind_of(Interview), where=where, order=order, cursor=cursor, limit=limit
        )

    def _goes_on(self, cursor: str | None, more: Mapping[str, Scalar]) -> bool:
        """Tell whether the next page will hold anything."""
        if cursor is None or self.query.due_before is None:
            return cursor is not None
        return all(map(self._is_due, self._rows(cursor, 1, more).records))

    def _terms(self) -> dict[str, Scalar]:
        said = {"seeker": self.query.seeker_id, "contact": self.query.contact_id, "stage": self.query.stage}
        return {name: str(value) for name, value in said.items() if value is not None}

    def _is_due(self, record: Record) -> bool:
        limit, due = self.query.due_before, record.terms.get("due")
        # A foreign term that is no text comes first in the order, and hides nothing.
        return limit is None or not isinstance(due, str) or due < sortable(limit)

    def _contacts(self, organisation: str, place: tuple[str, str | None]) -> Iterator[tuple[str, str | None]]:
        """List the contacts from a place on, each with the cursor to go on from among their interviews."""
        shelf, where = self.shelf, {"organisation": organisation}
        after, within = place
        if after:
            (record,) = shelf.store.load(shelf.tenant, [Ref(kind_of(Contact), after)])
            if record is not None and record.terms.get("organisation") == organisation:
                yield after, within
        while page := shelf.store.scan(shelf.tenant, kind_of(Contact), where=where, after=after, limit=PAGE):
            yield from ((record.ref.id, None) for record in page)
            after = page[-1].ref.id

    def _cursor(self, contact_id: str, within: str | None) -> str:
        place = to_url_text(contact_id.encode())
        return ".".join((self._digest(), place, within or ""))

    def _place(self, cursor: object) -> tuple[str, str | None]:
        """Tell where a cursor points to; one that `_cursor` would never make is refused."""
        if cursor is None:
            return "", None
        _, place, within = (*cursor.split("."), "", "")[:3] if isinstance(cursor, str) else ("", "", "")
        contact_id = _decoded(place)
        if contact_id is None or self._cursor(contact_id, within) != cursor:
            cure = "give a cursor that came with a page of this very query, or None to begin"
            raise InvalidValueError("cursor", "wrong_cursor", cure)
        return contact_id, within or None

    def _digest(self) -> str:
        written = f"{self.shelf.tenant}\0{self.query!r}"
        return hashlib.sha256(written.encode()).hexdigest()[:_DIGEST]


def _decoded(place: str) -> str | None:
    try:
        contact_id = from_url_text(place).decode()
        return Ref(kind_of(Contact), contact_id).id
    except ValueError:
        return None


def _refuse_empty(query: InterviewQuery | ContactQuery, all_of_them: str) -> None:
    if all(value is None for value in attrs.astuple(query, recurse=False)):
        cure = f"say what to look for; {all_of_them} goes through all"
        raise InvalidValueError(type(query).__name__, "empty_query", cure)
