"""Erasing a person: what goes, what stays in its place, and where the person is still named."""

import json
import re
from collections.abc import Collection, Iterator
from enum import StrEnum
from typing import final

import attrs

from infoview._interview import Interview
from infoview._people import Contact, PersonName, Seeker
from infoview.desk._shelf import Shelf, kind_of
from infoview.desk._tombstones import Tombstone, put_tombstone
from infoview.exceptions import InvalidDataError, NotFoundError
from infoview.storage import Erase, Put, Record, Ref
from infoview.storage.session import commit_once

__all__ = ["Erasure", "Trace", "TraceReason", "erase_person"]


class TraceReason(StrEnum):
    """Why a record is still about a person who was erased."""

    REFERRAL = "referral"
    REFERRER = "referrer"
    ADDRESS = "address"
    NAME = "name"


@final
@attrs.frozen(kw_only=True)
class Trace:
    """A record that still names an erased person. What becomes of it is yours to decide.

    Attributes:
        kind: What it is: an ``interview``, a ``contact`` or a ``seeker``.
        id: Which.
        reasons: Why: a name given in it led to the person (``referral``), it came about through the person
            (``referrer``), their address stands in it (``address``), or somebody of their name does
            (``name``). The last may be a namesake.
    """

    kind: str
    id: str
    reasons: tuple[TraceReason, ...]


@final
@attrs.frozen(kw_only=True)
class Erasure:
    """What an erasure took, and what it left.

    Attributes:
        interviews: The ids of the interviews that were erased with the person.
        traces: The records that still name the person.
    """

    interviews: tuple[str, ...]
    traces: tuple[Trace, ...]


def erase_person(cls: type[Seeker] | type[Contact], id_: str, shelf: Shelf, /, *, at: str) -> Erasure:
    """Erase a person and the interviews with them.

    Args:
        cls: On which side of the interviews the person is.
        id_: Whom.
        shelf: Where they stand.
        at: When, as the log writes it.

    Returns:
        What was erased, and what is left.

    Raises:
        NotFoundError: When there is neither such a person nor an interview with them.
        InvalidValueError: When the id breaks the rules for ids.
        ConflictError: When somebody else wrote one of the records at the same moment.
        StoreUnavailableError: When the engine does not answer.
    """
    ref = Ref(kind_of(cls), id_)
    (person,) = shelf.store.load(shelf.tenant, [ref])
    talks = [
        (Erase(record.ref, record.version), _tombstone_of(record, shelf))
        for record in shelf.scan(kind_of(Interview), {ref.kind: id_})
    ]
    if person is None and not talks:
        raise NotFoundError(ref.kind, id_)
    tombstones = [tombstone for _, tombstone in talks]
    likeness = _likeness(ref, _who(cls, person, shelf), tombstones)
    traces = tuple(_traces(likeness, {ref, *(erase.ref for erase, _ in talks)}, shelf))
    changes: list[Put | Erase] = []
    for erase, tombstone in talks:
        if len(changes) + 3 > shelf.store.max_changes:
            commit_once(shelf.store, shelf.tenant, changes)
            changes = []
        changes += [erase, put_tombstone(tombstone, erased_at=at)]
    if person is not None:
        # The person goes last: while they are there, an erasure that was cut short can be taken up again.
        changes.append(Erase(ref, person.version))
    commit_once(shelf.store, shelf.tenant, changes)
    return Erasure(interviews=tuple(tombstone.id for tombstone in tombstones), traces=traces)


def _tombstone_of(record: Record, shelf: Shelf) -> Tombstone:
    try:
        talk = shelf.read(Interview, record)
    except InvalidDataError:
        # What is damaged is erased all the same; what led to it, a term may still tell.
        follows = record.terms.get("follows")
        return Tombstone(id=record.ref.id, follows=follows if isinstance(follows, str) else None)
    return Tombstone(id=talk.id, follows=talk.follows, referral_id=talk.referral_id)


def _who(cls: type[Seeker] | type[Contact], person: Record | None, shelf: Shelf) -> Seeker | Contact | None:
    """Read whom a record is about; `None` where that cannot be told any more."""
    try:
        return None if person is None else shelf.read(cls, person)
    except InvalidDataError:
        return None


@attrs.frozen
class _Likeness:
    """By what a person is known.

    Bodies are canonical, so that one look at the text is enough, and a tenant can be gone through without
    reading its records.

    Attributes:
        origins: The interviews in which the person was named, and a referral followed.
        patterns: What a text looks like that names the person.
    """

    origins: frozenset[str]
    patterns: tuple[tuple[TraceReason, re.Pattern[str]], ...]

    def reasons(self, record: Record) -> tuple[TraceReason, ...]:
        """List what in a record is about the person."""
        is_origin = record.ref.kind == kind_of(Interview) and record.ref.id in self.origins
        found = (reason for reason, pattern in self.patterns if pattern.search(record.body))
        return (*(TraceReason.REFERRAL,) * is_origin, *found)


def _likeness(ref: Ref, person: Seeker | Contact | None, tombstones: Collection[Tombstone]) -> _Likeness:
    referred = (t.follows for t in tombstones if t.referral_id is not None)
    patterns = [(TraceReason.REFERRER, re.compile(f'"referrer_id":"{_escaped(ref.id)}"'))]
    if person is not None and person.email is not None:
        patterns.append((TraceReason.ADDRESS, _written(_escaped(person.email.value))))
    if person is not None:
        patterns.append((TraceReason.NAME, _named(person.name)))
    return _Likeness(frozenset(filter(None, referred)), tuple(patterns))


def _named(name: PersonName) -> re.Pattern[str]:
    """Recognise a name, in running text in either order, and as it is written apart."""
    given = _escaped(name.given)
    if name.family is None:
        # Not where it is the given name of somebody who has a family name too.
        return _written(rf'(?<!"given":"){given}', rf'\{{"family_first":(?:false|true),"given":"{given}"')
    family = _escaped(name.family)
    apart = rf'"family":"{family}","family_first":(?:false|true),"given":"{given}"'
    return _written(f"{given} {family}", f"{family} {given}", apart)


def _escaped(text: str) -> str:
    """Write a pattern for a text as it stands inside a string of JSON."""
    return re.escape(json.dumps(text, ensure_ascii=False)[1:-1])


def _written(*spellings: str) -> re.Pattern[str]:
    # A line feed or a tab before the text ends in a letter where it is escaped.
    begin, end = r"(?:(?<!\w)|(?<=\\[nt]))", r"(?!\w)"
    return re.compile(f"{begin}(?:{'|'.join(spellings)}){end}", re.IGNORECASE)


def _traces(likeness: _Likeness, gone: Collection[Ref], shelf: Shelf) -> Iterator[Trace]:
    for kind in map(kind_of, (Interview, Contact, Seeker)):
        for record in shelf.scan(kind, {}):
            reasons = () if record.ref in gone else likeness.reasons(record)
            if reasons:
                yield Trace(kind=kind, id=record.ref.id, reasons=reasons)
