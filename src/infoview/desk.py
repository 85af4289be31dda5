"""The few use cases that need a store, a clock and a source of ids. All three are passed in."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar

import attrs

from infoview._events import (
    ApologySent,
    CustomEvent,
    Event,
    Identified,
    Nudged,
    Prepared,
    QuestionsSent,
    Reconnected,
    ReplyThanked,
    ReportedBack,
    RequestSent,
    Retried,
    ThanksSent,
    TimesProposed,
)
from infoview._guards import OUTREACH_GUARDS
from infoview._interview import Decision, Interview
from infoview._lifecycle import LIFECYCLE, Lifecycle
from infoview._objective import Objective
from infoview._outreach import ASKED, MONTH, WEEK, Outreach, outreach_among, requests_of
from infoview._people import Contact, Seeker
from infoview._policy import Policy
from infoview._stages import WITH_A_SLOT, Stage
from infoview._time import WEEKDAYS, BusinessCalendar, instant
from infoview._transitions import TRANSITIONS
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
from infoview.groups import GONE, GroupTalk
from infoview.policies import CLASSIC
from infoview.referrals import Referral, connection_through
from infoview.storage import Erase, NewEntry, Put, Record, Ref, Scalar, Store

__all__ = ["Desk"]

_Kept = TypeVar("_Kept", Seeker, Contact, Interview)
_KIND: Mapping[type, str] = {Seeker: "seeker", Contact: "contact", Interview: "interview"}
_Thing = TypeVar("_Thing")
_WRITES: tuple[type[Any], ...] = (
    RequestSent,
    Nudged,
    Retried,
    ReplyThanked,
    QuestionsSent,
    TimesProposed,
    ApologySent,
    ThanksSent,
    ReportedBack,
    Reconnected,
)
"""The events by which the seeker writes to the contact."""

_COMES_ON_TOP = frozenset(row.event for row in TRANSITIONS if not {*row.guards}.isdisjoint(OUTREACH_GUARDS))
"""The events that are held against what else is going on."""

_AFTER_THE_TALK = (Stage.THANKED, Stage.IN_TOUCH, Stage.DORMANT)

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
        lifecycle: The table, if it is not the library's own.
    """

    store: Store
    clock: Callable[[], datetime]
    new_id: Callable[[], str]
    tenant: str = "default"
    policy: Policy = CLASSIC
    calendar: BusinessCalendar = WEEKDAYS
    lifecycle: Lifecycle = LIFECYCLE

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
            yield self._read(Contact, record)

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

    def begin(self, *, seeker_id: str, contact_id: str, follows: str | None = None) -> Interview:
        """Begin an interview.

        Args:
            seeker_id: Who asks.
            contact_id: Who knows.
            follows: The interview of the same two, thanked for already, after which they talk again.

        Returns:
            The interview, in stage ``identified``. Business days count in the contact's zone, or in the
            seeker's while the contact's is not known.

        Raises:
            NotFoundError: When one of the two, or what it *follows*, is not stored.
            InvalidValueError: When it *follows* an interview of others, or one before the thanks (code
                ``other_interview``), or when an id, or what clock or new id tell, breaks its rule.
            GuardError: When the contact asked for silence (code ``contact_sealed``), or the two have an
                interview that has not ended (code ``interview_running``), other than the one it *follows*.
            ConflictError: When somebody else began with this contact at the same moment.
            GoneError: When the contact was erased meanwhile.
            InvalidDataError: When what is stored is damaged.
            StoreUnavailableError: When the engine does not answer.
        """
        seeker = self.seeker(seeker_id)
        contact, version = self._load(Contact, contact_id)
        if follows is not None:
            self._respect_pair(self.interview(follows), seeker.id, contact.id)
        interview = self._opened(seeker, contact, follows=follows)
        self.store.commit(
            self.tenant, [_put_person(contact, version), self._put(interview, 0, interview.history)]
        )
        return interview

    def record(
        self,
        interview_id: str,
        event_type: type[Event] | type[CustomEvent],
        /,
        **content: Any,  # noqa: ANN401
    ) -> Interview:
        """Record what happens now.

        A request is held against the caps too, and a time against the seeker's other talks: against all that
        the desk knows of the seeker, the contact and the organisation. That is so for infoview's own events;
        rows of your own are judged without.

        Args:
            interview_id: In which interview.
            event_type: The class of the event.
            content: Its own fields; time, id and interview are filled in.

        Returns:
            The interview as it is afterwards.

        Raises:
            TypeError: When the content has not the names of the event's fields.
            NotFoundError: When there is no such interview.
            InvalidValueError: When the content breaks a rule, when what clock or new id tell does, when
                *event_type* is no event, or when a group that is joined would not fit together.
            IllegalTransitionError: When the stage does not allow the event.
            GuardError: When a rule of etiquette refuses it; or, where it writes to the contact or takes an
                ended interview up again, the contact asked for silence (code ``contact_sealed``), or the two
                have another interview that has not ended (code ``interview_running``).
            ConflictError: When somebody else recorded something at the same moment; look, and try again.
            InvalidDataError: When what is stored is damaged.
            StoreUnavailableError: When the engine does not answer.
        """
        interview, version = self._load(Interview, interview_id)
        changed = self._applied(interview, event_type, **content)
        if changed.group_id is not None and _meeting_of(changed) != _meeting_of(interview):
            members = {**self._members(changed.group_id), changed.id: (changed, version)}
            _group(changed.group_id, members)
        self.store.commit(self.tenant, [self._put(changed, version, (changed.log.last,))])
        return changed

    def decide(self, interview_id: str, event_type: type[Event] | type[CustomEvent], /) -> Decision:
        """Say whether an event of a kind may be recorded now, and if not, why and from when.

        Args:
            interview_id: In which interview.
            event_type: The class of the event.

        Returns:
            The decision, as `record` would judge: caps, and the seeker's other talks, included. Whether the
            contact asked for silence elsewhere, or the two have another interview, only `record` looks up.

        Raises:
            NotFoundError: When there is no such interview.
            InvalidValueError: When the id breaks the rules for ids, *event_type* has no row in any stage, or
                what the clock tells is no instant.
            InvalidDataError: When what is stored is damaged.
            StoreUnavailableError: When the engine does not answer.
        """
        interview = self.interview(interview_id)
        now = instant(self.clock(), "clock")
        return interview.decide(
            event_type,
            now=now,
            policy=self.policy,
            calendar=self.calendar,
            outreach=self._outreach(interview, now) if event_type in _COMES_ON_TOP else None,
            lifecycle=self.lifecycle,
        )

    def group(self, group_id: str, /) -> GroupTalk:
        """Load a talk with several contacts.

        Args:
            group_id: Which, as in `infoview.GroupJoined`.

        Returns:
            All interviews that are part of it.

        Raises:
            NotFoundError: When no interview is part of such a talk, or of those that were nobody takes part
                any more.
            InvalidValueError: When the interviews do not belong together.
            InvalidDataError: When what is stored is damaged.
            StoreUnavailableError: When the engine does not answer.
        """
        return _group(group_id, self._members(group_id))

    def record_together(
        self,
        group_id: str,
        event_type: type[Event],
        /,
        *,
        to: Collection[str] | None = None,
        **content: Any,  # noqa: ANN401
    ) -> GroupTalk:
        """Record what happens now to the meeting of a group: in all of its interviews, or in none.

        Args:
            group_id: Which group.
            event_type: The class of the event, one of `infoview.groups.MEETING_EVENTS`.
            to: The ids of the interviews it concerns, as in `GroupTalk.apply`.
            content: Its own fields; time and id are filled in.

        Returns:
            The group as it is afterwards.

        Raises:
            TypeError: When the content has not the names of the event's fields.
            NotFoundError: When there is no such group, or no such member.
            GroupRefusedError: When a member refuses.
            GuardError: When something outside of the group is against it, as in `record`.
            InvalidValueError: When the content breaks a rule, the event is a personal one, or the members
                would have different times.
            ConflictError: When somebody else recorded something at the same moment; look, and try again.
            InvalidDataError: When what is stored is damaged.
            StoreUnavailableError: When the engine does not answer.
        """
        members = self._members(group_id)
        group = _group(group_id, members)
        self.lifecycle.check_event_type(event_type)
        event = event_type(at=self.clock(), id=self.new_id(), **content)
        comes_on_top = event_type in _COMES_ON_TOP
        changed = group.apply(
            event,
            to=to,
            policy=self.policy,
            calendar=self.calendar,
            outreach=self._outreach(group.members[0], event.at) if comes_on_top else None,
            lifecycle=self.lifecycle,
        )
        puts: list[Put] = []
        for before, now in zip(group.members, changed.members, strict=True):
            if now is not before:
                self._look_around(before, now, event_type)
                puts.append(self._put(now, members[now.id][1], (event,)))
        self.store.commit(self.tenant, puts)
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
            sentence = "This name was followed before; go on with that interview."
            raise _refusal(Identified, "referral_spent", sentence)
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
            actions += self._agenda(self._read(Interview, record))
        return due_until(actions, until)

    def _agenda(self, interview: Interview) -> tuple[Action, ...]:
        return agenda(interview, policy=self.policy, calendar=self.calendar, lifecycle=self.lifecycle)

    def _opened(
        self, seeker: Seeker, contact: Contact, *, follows: str | None = None, referral_id: str | None = None
    ) -> Interview:
        self._respect_silence(contact.id, Identified)
        self._respect_running(seeker.id, contact.id, Identified, follows)
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
            ),
            lifecycle=self.lifecycle,
        )

    def _applied(
        self,
        interview: Interview,
        event_type: type[Event] | type[CustomEvent],
        **content: Any,  # noqa: ANN401
    ) -> Interview:
        self.lifecycle.check_event_type(event_type)
        event = event_type(at=self.clock(), id=self.new_id(), interview_id=interview.id, **content)
        changed = interview.apply(
            event,
            policy=self.policy,
            calendar=self.calendar,
            outreach=self._outreach(interview, event.at) if event_type in _COMES_ON_TOP else None,
            lifecycle=self.lifecycle,
        )
        self._look_around(interview, changed, event_type)
        return changed

    def _look_around(self, before: Interview, after: Interview, event_type: type[Any]) -> None:
        """Refuse what other interviews are against, and this one cannot know."""
        ended = self.lifecycle.ended
        is_revived = before.stage in ended and after.stage not in ended
        if is_revived:
            self._respect_running(after.seeker_id, after.contact_id, event_type, after.id)
        if is_revived or event_type in _WRITES:
            self._respect_silence(after.contact_id, event_type)
        is_booked_again = after.stage in WITH_A_SLOT and before.stage not in WITH_A_SLOT
        comes_back = after.slot if is_booked_again and event_type not in _COMES_ON_TOP else None
        if comes_back is not None and self._outreach(after, after.log.last.at).is_taken(comes_back):
            sentence = "The seeker has another talk at that time; move one."
            raise _refusal(event_type, "slot_taken", sentence)

    def _outreach(self, interview: Interview, now: datetime) -> Outreach:
        """Look up what an event comes on top of: what was sent lately, and what is open or booked."""
        seeker, contact = {"seeker": interview.seeker_id}, {"contact": interview.contact_id}
        records = [
            *self._scan("interview", seeker, order="requested", since=_sortable(now - WEEK)),
            *self._scan("interview", contact, order="requested", since=_sortable(now - MONTH)),
        ]
        for stage in dict.fromkeys((*ASKED, *WITH_A_SLOT)):
            records += self._scan("interview", {**seeker, "stage": str(stage)})
        others = {record.ref.id: self._read(Interview, record) for record in records}
        colleagues = self._colleagues(interview.contact_id)
        return outreach_among(interview, others.values(), colleagues=colleagues)

    def _colleagues(self, contact_id: str) -> frozenset[str]:
        (record,) = self.store.load(self.tenant, [Ref("contact", contact_id)])
        organisation = record.terms.get("organisation") if record else None
        if organisation is None:
            return frozenset()
        there = self._scan("contact", {"organisation": organisation})
        return frozenset(person.ref.id for person in there) - {contact_id}

    def _members(self, group_id: str) -> dict[str, tuple[Interview, int]]:
        """Load the interviews of a group that still take part, each with its version, by their ids."""
        records = self._scan("interview", {"group": group_id})
        joined = ((self._read(Interview, record), record.version) for record in records)
        return {talk.id: (talk, version) for talk, version in joined if talk.stage not in GONE}

    def _referred(self, referral: Referral, contact_id: str | None) -> tuple[Contact, int]:
        """Find the contact that a referral names, and its version; make one if there is none."""
        if contact_id is not None:
            return self._load(Contact, contact_id)
        known: list[tuple[Contact, int]] = []
        if referral.email is not None:
            for record in self._scan("contact", {"email": referral.email.value}):
                known.append((self._read(Contact, record), record.version))
                self._respect_silence(record.ref.id, Identified)
        return known[0] if known else (referral.as_contact(id=self.new_id()), 0)

    def _respect_silence(self, contact_id: str, event_type: type[Any]) -> None:
        if any(earlier.sealed for earlier in self._interviews(contact=contact_id)):
            sentence = "The contact asked for silence; look for somebody else."
            raise _refusal(event_type, "contact_sealed", sentence)

    def _respect_pair(self, earlier: Interview, seeker_id: str, contact_id: str) -> None:
        is_theirs = (earlier.seeker_id, earlier.contact_id) == (seeker_id, contact_id)
        if not is_theirs or not self._is_past(earlier):
            cure = "give an interview of the same two, thanked for or ended"
            raise InvalidValueError("begin.follows", "other_interview", cure)

    def _is_past(self, interview: Interview) -> bool:
        """Tell whether the two have had their talk, or will not have it."""
        return interview.stage in _AFTER_THE_TALK or interview.stage in self.lifecycle.ended

    def _respect_running(
        self, seeker_id: str, contact_id: str, event_type: type[Any], but_for: str | None
    ) -> None:
        """Refuse a second interview of the same two, but for one that they have had."""
        for earlier in self._interviews(contact=contact_id, seeker=seeker_id):
            is_followed = earlier.id == but_for and self._is_past(earlier)
            if earlier.stage not in self.lifecycle.ended and not is_followed:
                sentence = "There is an interview with this contact; go on with it."
                raise _refusal(event_type, "interview_running", sentence)

    def _put(self, interview: Interview, version: int, events: Sequence[Event | CustomEvent]) -> Put:
        """Write an interview, with the events that are new in it."""
        actions = self._agenda(interview)
        terms: dict[str, Scalar] = {
            "seeker": interview.seeker_id,
            "contact": interview.contact_id,
            "follows": interview.follows,
            "group": interview.group_id,
            "stage": str(interview.stage),
        }
        for moment in requests_of(interview)[-1:]:
            terms["requested"] = _sortable(moment)
        if actions and actions[0].due is not None:
            terms["due"] = _sortable(actions[0].due)
        entries = tuple(NewEntry(type(e).__name__, _sortable(e.at), to_json(e)) for e in events)
        return Put(Ref("interview", interview.id), version, to_json(interview), terms, entries)

    def _interviews(self, **where: Scalar) -> Iterator[Interview]:
        for record in self._scan("interview", where):
            yield self._read(Interview, record)

    def _load(self, kind: type[_Kept], id_: str) -> tuple[_Kept, int]:
        record = self.store.load(self.tenant, [Ref(_KIND[kind], id_)])[0]
        if record is None:
            raise NotFoundError(_KIND[kind], id_)
        return self._read(kind, record), record.version

    def _read(self, kind: type[_Kept], record: Record) -> _Kept:
        kept = from_json(kind, record.body, lifecycle=self.lifecycle)
        if kept.id != record.ref.id:
            fault = Problem("$.id", "wrong_id", "restore what belongs here: this is stored under another id")
            raise InvalidDataError((fault,))
        return kept

    def _scan(
        self, kind: str, where: Mapping[str, Scalar], order: str | None = None, since: str | None = None
    ) -> Iterator[Record]:
        after: tuple[Scalar, str] | str | None = None if since is None else (since, "")
        while page := self.store.scan(self.tenant, kind, where=where, order=order, after=after, limit=_PAGE):
            yield from page
            last = page[-1]
            after = (last.terms[order], last.ref.id) if order else last.ref.id


def _sortable(moment: datetime) -> str:
    """Write an instant (UTC) so that the order of texts is the order of time."""
    return moment.isoformat(timespec="microseconds")


def _meeting_of(interview: Interview) -> tuple[object, ...]:
    """Tell what the members of a group have in common."""
    is_booked = interview.stage in WITH_A_SLOT
    return interview.group_id, is_booked, interview.slot, interview.meeting_format


def _refusal(event_type: type[Any], code: str, sentence: str) -> GuardError:
    return GuardError(event_type.__name__, (Reason(code, sentence),), None)


def _group(group_id: str, members: Mapping[str, tuple[Interview, int]]) -> GroupTalk:
    if not members:
        raise NotFoundError("group", group_id)
    return GroupTalk(id=group_id, members=tuple(interview for interview, _ in members.values()))


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
