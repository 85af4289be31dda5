"""The few use cases that need a store, a clock and a source of ids. All three are passed in."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, TypeVar

import attrs

from infoview._events import Event, Identified, Prepared
from infoview._interview import Interview
from infoview._lifecycle import ENDED
from infoview._objective import Objective
from infoview._people import Contact, Seeker
from infoview._policy import Policy
from infoview._time import WEEKDAYS, BusinessCalendar, to_instant
from infoview.agenda import Action, agenda, due_until
from infoview.conversion import from_json, to_json
from infoview.exceptions import GuardError, NotFoundError, Reason
from infoview.policies import CLASSIC
from infoview.referrals import connection_through
from infoview.storage import NewEntry, Put, Record, Ref, Scalar, Store

__all__ = ["Desk"]

_Kept = TypeVar("_Kept", Seeker, Contact, Interview)
_KIND: Mapping[type, str] = {Seeker: "seeker", Contact: "contact", Interview: "interview"}
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
            people: Any number; a hundred are one step.

        Raises:
            ConflictError: When somebody else wrote one of them at the same moment.
            GoneError: When one of them was erased.
            StoreUnavailableError: When the engine does not answer.
        """
        for page in _pages(people):
            refs = [Ref(_KIND[type(person)], person.id) for person in page]
            known = self.store.load(self.tenant, refs)
            puts = [
                Put(ref, record.version if record else 0, to_json(person), _person_terms(person), ())
                for ref, record, person in zip(refs, known, page, strict=True)
            ]
            self.store.commit(self.tenant, puts)

    def seeker(self, seeker_id: str, /) -> Seeker:
        """Load a seeker.

        Args:
            seeker_id: Whom.

        Returns:
            The seeker.

        Raises:
            NotFoundError: When there is none.
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
            yield from_json(Contact, record.body)

    def interviews(
        self, *, contact_id: str | None = None, seeker_id: str | None = None
    ) -> Iterator[Interview]:
        """Go through interviews, by id, a page at a time.

        Args:
            contact_id: Only those with this contact.
            seeker_id: Only those of this seeker.

        Yields:
            Each interview.

        Raises:
            InvalidDataError: When what is stored is damaged.
            StoreUnavailableError: When the engine does not answer.
        """
        wanted = {"contact": contact_id, "seeker": seeker_id}
        for record in self._scan("interview", {name: id_ for name, id_ in wanted.items() if id_ is not None}):
            yield from_json(Interview, record.body)

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
            GuardError: When the contact asked for silence (code ``contact_sealed``), or the two have an
                interview that has not ended (code ``interview_running``).
            StoreUnavailableError: When the engine does not answer.
        """
        return self._begin(seeker_id, contact_id, follows=None, referral_id=None)

    def record(self, interview_id: str, event_type: type[Event], /, **content: Any) -> Interview:  # noqa: ANN401
        """Record what happens now.

        Args:
            interview_id: In which interview.
            event_type: The class of the event.
            content: Its other fields; time, id and interview are filled in.

        Returns:
            The interview as it is afterwards.

        Raises:
            NotFoundError: When there is no such interview.
            InvalidValueError: When the content breaks a rule.
            IllegalTransitionError: When the stage does not allow the event.
            GuardError: When a rule of etiquette refuses it.
            ConflictError: When somebody else recorded something at the same moment; look, and try again.
            StoreUnavailableError: When the engine does not answer.
        """
        interview, version = self._load(Interview, interview_id)
        event = event_type(at=self.clock(), id=self.new_id(), interview_id=interview_id, **content)
        changed = interview.apply(event, policy=self.policy, calendar=self.calendar)
        self.store.commit(self.tenant, [self._put(changed, version)])
        return changed

    def follow(
        self, interview_id: str, referral_id: str, /, *, objective: Objective | None = None
    ) -> Interview:
        """Use a referral: begin and prepare the interview it leads to (step 10).

        Args:
            interview_id: The talk in which the name was given.
            referral_id: The referral within it.
            objective: What to find out; the same as in that talk when left out.

        Returns:
            The new interview, in stage ``prepared``, connected through the referrer. A new contact is stored
            for it.

        Raises:
            NotFoundError: When there is no such interview or referral.
            StoreUnavailableError: When the engine does not answer.
        """
        origin = self.interview(interview_id)
        referral = next((r for r in origin.referrals if r.id == referral_id), None)
        aim = objective or origin.objective
        if referral is None or aim is None:
            raise NotFoundError("referral", referral_id)
        contact = referral.as_contact(id=self.new_id())
        self.keep(contact)
        begun = self._begin(origin.seeker_id, contact.id, follows=origin.id, referral_id=referral_id)
        connection = connection_through(referral, referrer=self.contact(origin.contact_id))
        return self.record(begun.id, Prepared, objective=aim, connection=connection)

    def agenda(self, *, until: datetime) -> tuple[Action, ...]:
        """List what is due, over all interviews.

        Args:
            until: The last instant to look at; any aware datetime.

        Returns:
            The actions, the most pressing first. What is not due before *until* costs nothing.

        Raises:
            StoreUnavailableError: When the engine does not answer.
        """
        limit = _sortable(until)
        actions: list[Action] = []
        for record in self._scan("interview", {}, order="due"):
            due = record.terms["due"]
            if not isinstance(due, str) or due > limit:
                break
            interview = from_json(Interview, record.body)
            actions += agenda(interview, policy=self.policy, calendar=self.calendar)
        return due_until(actions, until)

    def _begin(
        self, seeker_id: str, contact_id: str, *, follows: str | None, referral_id: str | None
    ) -> Interview:
        seeker, contact = self.seeker(seeker_id), self.contact(contact_id)
        if reason := self._objection(seeker_id, contact_id):
            raise GuardError(Identified.__name__, (reason,), None)
        event = Identified(
            at=self.clock(),
            id=self.new_id(),
            interview_id=self.new_id(),
            seeker_id=seeker_id,
            contact_id=contact_id,
            zone=contact.zone or seeker.zone,
            follows=follows,
            referral_id=referral_id,
        )
        interview = Interview.open(event)
        self.store.commit(self.tenant, [self._put(interview, 0)])
        return interview

    def _objection(self, seeker_id: str, contact_id: str) -> Reason | None:
        for earlier in self.interviews(contact_id=contact_id):
            if earlier.sealed:
                return Reason("contact_sealed", "The contact asked for silence; look for somebody else.")
            if earlier.seeker_id == seeker_id and earlier.stage not in ENDED:
                return Reason("interview_running", "There is an interview with this contact; go on with it.")
        return None

    def _put(self, interview: Interview, version: int) -> Put:
        event = interview.history[-1]
        entry = NewEntry(type(event).__name__, _sortable(event.at), to_json(event))
        terms: dict[str, Scalar] = {
            "seeker": interview.seeker_id,
            "contact": interview.contact_id,
            "stage": str(interview.stage),
        }
        actions = agenda(interview, policy=self.policy, calendar=self.calendar)
        if actions and actions[0].due is not None:
            terms["due"] = _sortable(actions[0].due)
        return Put(Ref("interview", interview.id), version, to_json(interview), terms, (entry,))

    def _load(self, kind: type[_Kept], id_: str) -> tuple[_Kept, int]:
        record = self.store.load(self.tenant, [Ref(_KIND[kind], id_)])[0]
        if record is None:
            raise NotFoundError(_KIND[kind], id_)
        return from_json(kind, record.body), record.version

    def _scan(self, kind: str, where: Mapping[str, Scalar], order: str | None = None) -> Iterator[Record]:
        after: tuple[Scalar, str] | str | None = None
        while page := self.store.scan(self.tenant, kind, where=where, order=order, after=after, limit=_PAGE):
            yield from page
            last = page[-1]
            after = (last.terms[order], last.ref.id) if order else last.ref.id


def _sortable(moment: datetime) -> str:
    """Write an instant so that text order is time order."""
    return to_instant(moment).astimezone(UTC).isoformat(timespec="microseconds")


def _person_terms(person: Seeker | Contact) -> dict[str, Scalar]:
    terms: dict[str, Scalar] = {"email": person.email.value if person.email else None}
    if isinstance(person, Contact):
        terms["organisation"] = person.organisation
    return terms


_Page = tuple[Seeker | Contact, ...]


def _pages(people: Iterable[Seeker | Contact]) -> Iterator[_Page]:
    everybody = tuple(people)
    for start in range(0, len(everybody), _PAGE):
        yield everybody[start : start + _PAGE]
