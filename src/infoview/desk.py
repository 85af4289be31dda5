"""The few use cases that need a store, a clock and a source of ids. All three are passed in."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar

import attrs

from infoview._events import Event, Identified, Prepared, check_event_type
from infoview._interview import Interview
from infoview._lifecycle import ENDED
from infoview._objective import Objective
from infoview._people import Contact, Seeker
from infoview._policy import Policy
from infoview._time import WEEKDAYS, BusinessCalendar, instant
from infoview.agenda import Action, agenda, due_until
from infoview.conversion import from_json, to_json
from infoview.exceptions import (
    GuardError,
    InvalidDataError,
    InvalidValueError,
    NotFoundError,
    Problem,
    Reason,
)
from infoview.policies import CLASSIC
from infoview.referrals import Referral, connection_through
from infoview.storage import Erase, NewEntry, Put, Record, Ref, Scalar, Store

__all__ = ["Desk"]

_Kept = TypeVar("_Kept", Seeker, Contact, Interview)
_KIND: Mapping[type, str] = {Seeker: "seeker", Contact: "contact", Interview: "interview"}
_Thing = TypeVar("_Thing")
_PAGE = 100
"""Every store takes a hundred changes at once."""


@attrs.frozen(kw_only=True)
class Desk:
    """Where one seeker, or a whole career service, keeps its interviews.

    A desk adds nothing to the rules: it loads, asks the domain, and commits what came back together with the
    event in one step.

    Attributes:
        store: Keeps everything.
        clock: Tells the current instant; any aware datetime.
        new_id: Makes an id nobody else has.
        tenant: Whose data it is; tenants never see each other's.
        policy: The etiquette.
        calendar: The working days at the contacts' places.
    """

    store: Store
    clock: Callable[[], datetime]
    new_id: Callable[[], str]
    tenant: str = "default"
    policy: Policy = CLASSIC
    calendar: BusinessCalendar = WEEKDAYS

    def keep(self, *people: Seeker | Contact) -> None:
        """Store people, or replace what is stored under their ids.

        Args:
            people: Any number; a hundred are one step. Of several with one id, the last counts.

        Raises:
            InvalidValueError: When something is neither a seeker nor a contact (code ``wrong_type``); nothing
                is stored then.
            ConflictError: When somebody else wrote one of them at the same moment.
            GoneError: When one of them was erased.
            StoreUnavailableError: When the engine does not answer.
        """
        for person in people:
            if type(person) not in (Seeker, Contact):
                raise InvalidValueError("keep.people", "wrong_type", "give seekers and contacts")
        for page in _pages(tuple({_ref(person): person for person in people}.values())):
            known = self.store.load(self.tenant, [_ref(person) for person in page])
            self.store.commit(
                self.tenant,
                [
                    _put_person(person, record.version if record else 0)
                    for person, record in zip(page, known, strict=True)
                ],
            )

    def seeker(self, seeker_id: str, /) -> Seeker:
        """Load a seeker.

        Args:
            seeker_id: Whom.

        Returns:
            The seeker.

        Raises:
            NotFoundError: When there is none.
            InvalidValueError: When the id breaks the rules for ids.
            InvalidDataError: When what is stored is damaged.
            StoreUnavailableError: When the engine does not answer.
        """
        return self._load(Seeker, seeker_id)[0]

    def contact(self, contact_id: str, /) -> Contact:
        """Load a contact.

        Args:
            contact_id: Whom.

        Returns:
            The contact.

        Raises:
            NotFoundError: When there is none.
            InvalidValueError: When the id breaks the rules for ids.
            InvalidDataError: When what is stored is damaged.
            StoreUnavailableError: When the engine does not answer.
        """
        return self._load(Contact, contact_id)[0]

    def interview(self, interview_id: str, /) -> Interview:
        """Load an interview.

        Args:
            interview_id: Which.

        Returns:
            The interview.

        Raises:
            NotFoundError: When there is none.
            InvalidValueError: When the id breaks the rules for ids.
            InvalidDataError: When what is stored is damaged.
            StoreUnavailableError: When the engine does not answer.
        """
        return self._load(Interview, interview_id)[0]

    def contacts(self) -> Iterator[Contact]:
        """Go through all contacts, by id, a page at a time.

        Yields:
            Each contact.

        Raises:
            InvalidDataError: When what is stored is damaged.
            StoreUnavailableError: When the engine does not answer.
        """
        for record in self._scan("contact", {}):
            yield _read(Contact, record)

    def interviews(
        self, *, contact_id: str | None = None, seeker_id: str | None = None
    ) -> Iterator[Interview]:
        """Go through interviews, by id, a page at a time.

        Args:
            contact_id: Only those with this contact.
            seeker_id: Only those of this seeker.

        Returns:
            Each interview.

        Raises:
            InvalidDataError: When what is stored is damaged.
            StoreUnavailableError: When the engine does not answer.
        """
        wanted = {"contact": contact_id, "seeker": seeker_id}
        return self._interviews(**{name: id_ for name, id_ in wanted.items() if id_ is not None})

    def begin(self, *, seeker_id: str, contact_id: str) -> Interview:
        """Begin an interview.

        Args:
            seeker_id: Who asks.
            contact_id: Who knows.

        Returns:
            The interview, in stage ``identified``. Business days count in the contact's zone, or in the
            seeker's while the contact's is not known.

        Raises:
            NotFoundError: When one of the two is not stored.
            InvalidValueError: When an id, or what clock or new id tell, breaks its rule.
            GuardError: When the contact asked for silence (code ``contact_sealed``), or the two have an
                interview that has not ended (code ``interview_running``).
            ConflictError: When somebody else began with this contact at the same moment.
            GoneError: When the contact was erased meanwhile.
            InvalidDataError: When what is stored is damaged.
            StoreUnavailableError: When the engine does not answer.
        """
        seeker = self.seeker(seeker_id)
        contact, version = self._load(Contact, contact_id)
        interview = self._opened(seeker, contact)
        self.store.commit(
            self.tenant, [_put_person(contact, version), self._put(interview, 0, interview.history)]
        )
        return interview

    def record(self, interview_id: str, event_type: type[Event], /, **content: Any) -> Interview:  # noqa: ANN401
        """Record what happens now.

        Args:
            interview_id: In which interview.
            event_type: The class of the event.
            content: Its own fields; time, id and interview are filled in.

        Returns:
            The interview as it is afterwards.

        Raises:
            TypeError: When the content has not the names of the event's fields.
            NotFoundError: When there is no such interview.
            InvalidValueError: When the content breaks a rule, when what clock or new id tell does, or when
                *event_type* is no event.
            IllegalTransitionError: When the stage does not allow the event.
            GuardError: When a rule of etiquette refuses it.
            ConflictError: When somebody else recorded something at the same moment; look, and try again.
            InvalidDataError: When what is stored is damaged.
            StoreUnavailableError: When the engine does not answer.
        """
        interview, version = self._load(Interview, interview_id)
        changed = self._applied(interview, event_type, **content)
        self.store.commit(self.tenant, [self._put(changed, version, changed.history[-1:])])
        return changed

    def follow(
        self,
        interview_id: str,
        referral_id: str,
        /,
        *,
        contact_id: str | None = None,
        objective: Objective | None = None,
    ) -> Interview:
        """Use a referral: begin and prepare the interview it leads to (step 10).

        Args:
            interview_id: The talk in which the name was given.
            referral_id: The referral within it.
            contact_id: The stored contact that the referral names, if there is one. Otherwise a contact with
                the referral's address is taken, or a new one is stored.
            objective: What to find out; the same as in that talk when left out.

        Returns:
            The new interview, in stage ``prepared``, connected through the referrer.

        Raises:
            NotFoundError: When there is no such interview, referral, referrer or contact.
            InvalidValueError: When an id, or what clock or new id tell, breaks its rule.
            GuardError: When the name was followed before (code ``referral_spent``: one introduction is not
                spent twice; Mitchell Friedman), or as in `begin`.
            ConflictError: When somebody else followed the name, or began with this contact, at the same
                moment.
            GoneError: When the contact was erased meanwhile.
            InvalidDataError: When what is stored is damaged.
            StoreUnavailableError: When the engine does not answer.
        """
        origin, origin_version = self._load(Interview, interview_id)
        referral = next((r for r in origin.referrals if r.id == referral_id), None)
        if referral is None:
            raise NotFoundError("referral", referral_id)
        if any(later.referral_id == referral_id for later in self._interviews(follows=origin.id)):
            raise _refusal("referral_spent", "This name was followed before; go on with that interview.")
        referrer, seeker = self.contact(origin.contact_id), self.seeker(origin.seeker_id)
        contact, version = self._referred(referral, contact_id)
        begun = self._opened(seeker, contact, follows=origin.id, referral_id=referral_id)
        prepared = self._applied(
            begun,
            Prepared,
            objective=objective or origin.objective,
            connection=connection_through(referral, referrer=referrer),
        )
        self.store.commit(
            self.tenant,
            [
                _put_person(contact, version),
                self._put(origin, origin_version, ()),
                self._put(prepared, 0, prepared.history),
            ],
        )
        return prepared

    def erase(self, contact_id: str, /) -> None:
        """Erase a contact and every interview with them, for good.

        Bodies, terms and the texts of the log go; positions, event names and times stay, so that nobody's
        numbers change. The ids are never used again. Interviews with others that name this person as their
        referrer are not looked into.

        Args:
            contact_id: Whom.

        Raises:
            NotFoundError: When there is no such contact.
            InvalidValueError: When the id breaks the rules for ids.
            ConflictError: When somebody else wrote one of the records at the same moment; try again.
            StoreUnavailableError: When the engine does not answer.
        """
        ref = Ref("contact", contact_id)
        (person,) = self.store.load(self.tenant, [ref])
        if person is None:
            raise NotFoundError("contact", contact_id)
        talks = self._scan("interview", {"contact": contact_id})
        # The contact goes last: while it is there, an erasure that was cut short can be taken up again.
        for page in _pages(tuple(Erase(record.ref, record.version) for record in talks)):
            self.store.commit(self.tenant, page)
        self.store.commit(self.tenant, [Erase(ref, person.version)])

    def agenda(self, *, until: datetime) -> tuple[Action, ...]:
        """List what is due, over all interviews.

        Args:
            until: The last instant to look at; any aware datetime.

        Returns:
            The actions, the most pressing first. What is not due before *until* costs nothing. When an
            interview is next due was settled, by the policy and calendar of that day, when its last event
            was recorded.

        Raises:
            InvalidValueError: When *until* names no instant.
            InvalidDataError: When what is stored is damaged.
            StoreUnavailableError: When the engine does not answer.
        """
        limit = _sortable(instant(until, "until"))
        actions: list[Action] = []
        for record in self._scan("interview", {}, order="due"):
            due = record.terms["due"]
            if isinstance(due, str) and due > limit:
                break
            interview = _read(Interview, record)
            actions += agenda(interview, policy=self.policy, calendar=self.calendar)
        return due_until(actions, until)

    def _opened(
        self, seeker: Seeker, contact: Contact, *, follows: str | None = None, referral_id: str | None = None
    ) -> Interview:
        self._respect_silence(contact.id)
        for earlier in self._interviews(contact=contact.id, seeker=seeker.id):
            if earlier.stage not in ENDED:
                raise _refusal("interview_running", "There is an interview with this contact; go on with it.")
        return Interview.open(
            Identified(
                at=self.clock(),
                id=self.new_id(),
                interview_id=self.new_id(),
                seeker_id=seeker.id,
                contact_id=contact.id,
                zone=contact.zone or seeker.zone,
                follows=follows,
                referral_id=referral_id,
            )
        )

    def _applied(self, interview: Interview, event_type: type[Event], **content: Any) -> Interview:  # noqa: ANN401
        check_event_type(event_type)
        event = event_type(at=self.clock(), id=self.new_id(), interview_id=interview.id, **content)
        return interview.apply(event, policy=self.policy, calendar=self.calendar)

    def _referred(self, referral: Referral, contact_id: str | None) -> tuple[Contact, int]:
        """Find the contact that a referral names, and its version; make one if there is none."""
        if contact_id is not None:
            return self._load(Contact, contact_id)
        known: list[tuple[Contact, int]] = []
        if referral.email is not None:
            for record in self._scan("contact", {"email": referral.email.value}):
                known.append((_read(Contact, record), record.version))
                self._respect_silence(record.ref.id)
        return known[0] if known else (referral.as_contact(id=self.new_id()), 0)

    def _respect_silence(self, contact_id: str) -> None:
        if any(earlier.sealed for earlier in self._interviews(contact=contact_id)):
            raise _refusal("contact_sealed", "The contact asked for silence; look for somebody else.")

    def _put(self, interview: Interview, version: int, events: Sequence[Event]) -> Put:
        """Write an interview, with the events that are new in it."""
        actions = agenda(interview, policy=self.policy, calendar=self.calendar)
        terms: dict[str, Scalar] = {
            "seeker": interview.seeker_id,
            "contact": interview.contact_id,
            "follows": interview.follows,
            "stage": str(interview.stage),
        }
        if actions and actions[0].due is not None:
            terms["due"] = _sortable(actions[0].due)
        entries = tuple(NewEntry(type(e).__name__, _sortable(e.at), to_json(e)) for e in events)
        return Put(Ref("interview", interview.id), version, to_json(interview), terms, entries)

    def _interviews(self, **where: Scalar) -> Iterator[Interview]:
        for record in self._scan("interview", where):
            yield _read(Interview, record)

    def _load(self, kind: type[_Kept], id_: str) -> tuple[_Kept, int]:
        record = self.store.load(self.tenant, [Ref(_KIND[kind], id_)])[0]
        if record is None:
            raise NotFoundError(_KIND[kind], id_)
        return _read(kind, record), record.version

    def _scan(self, kind: str, where: Mapping[str, Scalar], order: str | None = None) -> Iterator[Record]:
        after: tuple[Scalar, str] | str | None = None
        while page := self.store.scan(self.tenant, kind, where=where, order=order, after=after, limit=_PAGE):
            yield from page
            last = page[-1]
            after = (last.terms[order], last.ref.id) if order else last.ref.id


def _read(kind: type[_Kept], record: Record) -> _Kept:
    kept = from_json(kind, record.body)
    if kept.id != record.ref.id:
        fault = Problem("$.id", "wrong_id", "restore what belongs here: this is stored under another id")
        raise InvalidDataError((fault,))
    return kept


def _sortable(moment: datetime) -> str:
    """Write an instant (UTC) so that the order of texts is the order of time."""
    return moment.isoformat(timespec="microseconds")


def _refusal(code: str, sentence: str) -> GuardError:
    return GuardError(Identified.__name__, (Reason(code, sentence),), None)


def _ref(person: Seeker | Contact) -> Ref:
    return Ref(_KIND[type(person)], person.id)


def _put_person(person: Seeker | Contact, version: int) -> Put:
    terms: dict[str, Scalar] = {"email": person.email.value if person.email else None}
    if isinstance(person, Contact):
        terms["organisation"] = person.organisation
    return Put(_ref(person), version, to_json(person), terms, ())


def _pages(things: tuple[_Thing, ...]) -> Iterator[tuple[_Thing, ...]]:
    for start in range(0, len(things), _PAGE):
        yield things[start : start + _PAGE]
