"""The desk: it loads, asks the domain, and commits what came back."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any, TypeVar, overload

import attrs

from infoview._events import CustomEvent, Event, Identified, Prepared
from infoview._interview import Decision, Interview
from infoview._lifecycle import LIFECYCLE, Lifecycle
from infoview._objective import Objective
from infoview._people import Contact, Seeker
from infoview._policy import Policy
from infoview._stages import WITH_A_SLOT
from infoview._time import WEEKDAYS, BusinessCalendar, instant
from infoview.agenda import Action, agenda, due_until
from infoview.desk._erasure import Erasure, erase_person
from infoview.desk._queries import ContactQuery, Found, InterviewQuery, find_contacts, find_interviews
from infoview.desk._shelf import PAGE, Shelf, put_interview, put_person, ref_of, sortable
from infoview.desk._surroundings import Surroundings
from infoview.desk._tombstones import TOMBSTONE
from infoview.exceptions import InvalidValueError, NotFoundError
from infoview.groups import GroupTalk
from infoview.policies import CLASSIC
from infoview.referrals import Referral, connection_through
from infoview.storage import Put, Store
from infoview.storage.session import commit_once

__all__ = ["Desk"]

_Thing = TypeVar("_Thing")


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
        for page in _pages(tuple({ref_of(person): person for person in people}.values())):
            known = self.store.load(self.tenant, [ref_of(person) for person in page])
            self.store.commit(
                self.tenant,
                [
                    put_person(person, record.version if record else 0)
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
        return self._shelf.load(Seeker, seeker_id)[0]

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
        return self._shelf.load(Contact, contact_id)[0]

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
        return self._shelf.load(Interview, interview_id)[0]

    def contacts(self) -> Iterator[Contact]:
        """Go through all contacts, by id, a page at a time.

        Yields:
            Each contact.

        Raises:
            InvalidDataError: When what is stored is damaged.
            StoreUnavailableError: When the engine does not answer.
        """
        for record in self._shelf.scan("contact", {}):
            yield self._shelf.read(Contact, record)

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
        return self._shelf.interviews(**{name: id_ for name, id_ in wanted.items() if id_ is not None})

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
        contact, version = self._shelf.load(Contact, contact_id)
        if follows is not None:
            self._surroundings.refuse_stranger(self.interview(follows), seeker.id, contact.id)
        interview = self._opened(seeker, contact, follows=follows)
        self._commit([put_person(contact, version), self._put(interview, 0, interview.history)])
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
        interview, version = self._shelf.load(Interview, interview_id)
        changed = self._applied(interview, event_type, **content)
        if changed.group_id is not None and _meeting_of(changed) != _meeting_of(interview):
            members = {**self._surroundings.members(changed.group_id), changed.id: (changed, version)}
            _group(changed.group_id, members)
        self._commit([self._put(changed, version, (changed.log.last,))])
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
            outreach=self._surroundings.outreach(interview, event_type, now),
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
        return _group(group_id, self._surroundings.members(group_id))

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
        members = self._surroundings.members(group_id)
        group = _group(group_id, members)
        self.lifecycle.check_event_type(event_type)
        event = event_type(at=self.clock(), id=self.new_id(), **content)
        changed = group.apply(
            event,
            to=to,
            policy=self.policy,
            calendar=self.calendar,
            outreach=self._surroundings.outreach(group.members[0], event_type, event.at),
            lifecycle=self.lifecycle,
        )
        puts: list[Put] = []
        for before, now in zip(group.members, changed.members, strict=True):
            if now is not before:
                self._surroundings.refuse_clash(before, now, event_type)
                puts.append(self._put(now, members[now.id][1], (event,)))
        self._commit(puts)
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
                spent twice; Mitchell Friedman), even if what came of it is erased; or as in `begin`.
            ConflictError: When somebody else followed the name, or began with this contact, at the same
                moment.
            GoneError: When the contact was erased meanwhile.
            InvalidDataError: When what is stored is damaged.
            StoreUnavailableError: When the engine does not answer.
        """
        origin, origin_version = self._shelf.load(Interview, interview_id)
        referral = next((r for r in origin.referrals if r.id == referral_id), None)
        if referral is None:
            raise NotFoundError("referral", referral_id)
        self._surroundings.refuse_spent(origin.id, referral_id)
        referrer, seeker = self.contact(origin.contact_id), self.seeker(origin.seeker_id)
        contact, version = self._referred(referral, contact_id)
        begun = self._opened(seeker, contact, follows=origin.id, referral_id=referral_id)
        prepared = self._applied(
            begun,
            Prepared,
            objective=objective or origin.objective,
            connection=connection_through(referral, referrer=referrer),
        )
        self._commit(
            [
                put_person(contact, version),
                self._put(origin, origin_version, ()),
                self._put(prepared, 0, prepared.history),
            ]
        )
        return prepared

    def erase(self, contact_id: str, /) -> Erasure:
        """Erase a contact and every interview with them, for good.

        Bodies, terms and the texts of the log go, and the ids are never used again. Positions, event names
        and times stay, so that nobody's numbers change. Each interview leaves a tombstone: its own id, that
        of the interview it followed, and that of the referral that led to it, so that it is still known who
        led to whom, and the name is not followed again. Whoever follows the log meets the tombstones as
        ``InterviewErased``.

        What stays otherwise: other records that name the person. A talk in which somebody gave their name
        belongs to somebody else, and its history cannot be rewritten. All interviews and people of the tenant
        are looked through for the person's id, address and name, and reported; what spells the name
        otherwise is not found. That the contact asked for silence is forgotten with the rest, and nothing
        keeps you from storing the person anew.

        Nothing is erased unless all was looked through. It is one step where the store takes two changes for
        each interview at once; where it does not, and an erasure is cut short, call it again. It then knows
        no more which referrals led to the interviews that are gone already.

        Args:
            contact_id: Whom.

        Returns:
            What was erased, and the records that still name the person.

        Raises:
            NotFoundError: When there is no such contact, and no interview with them.
            InvalidValueError: When the id breaks the rules for ids, or the clock tells no instant.
            ConflictError: When somebody else wrote one of the records at the same moment; try again.
            StoreUnavailableError: When the engine does not answer.
        """
        return self._erased(Contact, contact_id)

    def erase_seeker(self, seeker_id: str, /) -> Erasure:
        """Erase a seeker and every interview of theirs, for good: all as in `erase`.

        The contacts stay. An interview that somebody began for the seeker at the same moment may stay too;
        erase the seeker again, and it goes.

        Args:
            seeker_id: Whom.

        Returns:
            What was erased, and the records that still name the person.

        Raises:
            NotFoundError: When there is no such seeker, and no interview of theirs.
            InvalidValueError: When the id breaks the rules for ids, or the clock tells no instant.
            ConflictError: When somebody else wrote one of the records at the same moment; try again.
            StoreUnavailableError: When the engine does not answer.
        """
        return self._erased(Seeker, seeker_id)

    def origins(self) -> Iterator[tuple[str, str]]:
        """Go through who led to whom, over all interviews, the erased ones included.

        Yields:
            An interview's id, and the id of the interview that it follows, as `infoview.referrals.chain`
            takes them.

        Raises:
            StoreUnavailableError: When the engine does not answer.
        """
        for kind in ("interview", TOMBSTONE):
            for record in self._shelf.scan(kind, {}, order="follows", since=""):
                yield record.ref.id, str(record.terms["follows"])

    @overload
    def find(self, query: InterviewQuery, /) -> Iterator[Interview]: ...
    @overload
    def find(self, query: ContactQuery, /) -> Iterator[Contact]: ...
    def find(self, query: InterviewQuery | ContactQuery, /) -> Iterator[Interview] | Iterator[Contact]:
        """Go through all that a query asks for, a page at a time.

        Args:
            query: What to look for.

        Returns:
            Each of them, in the order of `find_page`.

        Raises:
            InvalidValueError: As `find_page`; at once when it is no query, else with the first page.
            InvalidDataError: When what is stored is damaged.
            StoreUnavailableError: When the engine does not answer.
        """
        return _items(self._finder(query))

    @overload
    def find_page(
        self, query: InterviewQuery, /, *, cursor: str | None = None, limit: int = ...
    ) -> Found[Interview]: ...
    @overload
    def find_page(
        self, query: ContactQuery, /, *, cursor: str | None = None, limit: int = ...
    ) -> Found[Contact]: ...
    def find_page(
        self, query: InterviewQuery | ContactQuery, /, *, cursor: str | None = None, limit: int = PAGE
    ) -> Found[Interview] | Found[Contact]:
        """Find a page of what a query asks for.

        A page begins behind what was found last, and not behind a number of things: what others add or
        remove meanwhile moves nothing else from one page to another. A cursor is no secret: ids, and what is
        due when, can be read out of it.

        Args:
            query: What to look for.
            cursor: Where the last page ended; `None` to begin.
            limit: The most things, from 1 to 10,000.

        Returns:
            The page. Contacts and interviews come by id; interviews that are due before an instant by what is
            due first; those of an organisation contact after contact, and so for each of them.

        Raises:
            InvalidValueError: When it is no query (code ``wrong_type``), the limit is none, the cursor did
                not come with a page of this query (``wrong_cursor``), or the lifecycle has no such stage
                (``unknown_stage``).
            InvalidDataError: When what is stored is damaged.
            StoreUnavailableError: When the engine does not answer.
        """
        return self._finder(query)(cursor=cursor, limit=limit)

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
        limit = sortable(instant(until, "until"))
        actions: list[Action] = []
        for record in self._shelf.scan("interview", {}, order="due"):
            due = record.terms["due"]
            if isinstance(due, str) and due > limit:
                break
            actions += self._agenda(self._shelf.read(Interview, record))
        return due_until(actions, until)

    @property
    def _shelf(self) -> Shelf:
        return Shelf(store=self.store, tenant=self.tenant, lifecycle=self.lifecycle)

    @property
    def _surroundings(self) -> Surroundings:
        return Surroundings(self._shelf)

    def _commit(self, changes: Sequence[Put]) -> None:
        """Commit; should the answer be lost, the log tells by the events' ids whether it happened."""
        commit_once(self.store, self.tenant, changes)

    def _erased(self, cls: type[Seeker] | type[Contact], id_: str) -> Erasure:
        now = instant(self.clock(), "clock")
        return erase_person(cls, id_, self._shelf, at=sortable(now))

    def _finder(self, query: InterviewQuery | ContactQuery) -> Callable[..., Found[Any]]:
        match query:
            case InterviewQuery():
                return partial(find_interviews, query, self._shelf)
            case ContactQuery():
                return partial(find_contacts, query, self._shelf)
            case _:
                raise InvalidValueError(
                    "find.query", "wrong_type", "give an InterviewQuery or a ContactQuery"
                )

    def _agenda(self, interview: Interview) -> tuple[Action, ...]:
        return agenda(interview, policy=self.policy, calendar=self.calendar, lifecycle=self.lifecycle)

    def _opened(
        self, seeker: Seeker, contact: Contact, *, follows: str | None = None, referral_id: str | None = None
    ) -> Interview:
        self._surroundings.refuse_beginning(seeker.id, contact.id, follows=follows)
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
            outreach=self._surroundings.outreach(interview, event_type, event.at),
            lifecycle=self.lifecycle,
        )
        self._surroundings.refuse_clash(interview, changed, event_type)
        return changed

    def _referred(self, referral: Referral, contact_id: str | None) -> tuple[Contact, int]:
        """Find the contact that a referral names, and its version; make one if there is none."""
        if contact_id is not None:
            return self._shelf.load(Contact, contact_id)
        return self._surroundings.namesake(referral) or (referral.as_contact(id=self.new_id()), 0)

    def _put(self, interview: Interview, version: int, events: Sequence[Event | CustomEvent]) -> Put:
        actions = self._agenda(interview)
        return put_interview(interview, version, events=events, due=actions[0].due if actions else None)


def _meeting_of(interview: Interview) -> tuple[object, ...]:
    """Tell what the members of a group have in common."""
    is_booked = interview.stage in WITH_A_SLOT
    return interview.group_id, is_booked, interview.slot, interview.meeting_format


def _group(group_id: str, members: Mapping[str, tuple[Interview, int]]) -> GroupTalk:
    if not members:
        raise NotFoundError("group", group_id)
    return GroupTalk(id=group_id, members=tuple(interview for interview, _ in members.values()))


def _pages(things: tuple[_Thing, ...]) -> Iterator[tuple[_Thing, ...]]:
    for start in range(0, len(things), PAGE):
        yield things[start : start + PAGE]


def _items(find: Callable[..., Found[Any]]) -> Iterator[Any]:
    page = find(cursor=None, limit=PAGE)
    yield from page.items
    while page.cursor is not None:
        page = find(cursor=page.cursor, limit=PAGE)
        yield from page.items
