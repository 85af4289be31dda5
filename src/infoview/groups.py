"""Talks with several contacts at once: a panel, a team over lunch.

Everybody keeps an interview of their own: each was asked for themselves, each is thanked for themselves
(Princeton, Hampshire: never a group mail), each gave names and advice of their own, and each may ask for
silence without taking the others along. What they share is the meeting. `GroupJoined` says that an interview
is part of one; a `GroupTalk` holds all that are, and records what happens to the meeting in all of them at
once, or in none.
"""

from collections.abc import Collection, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any, cast, final

import attrs

from infoview import _events as ev
from infoview._events import Event
from infoview._fields import each, instance, place_of
from infoview._interview import Decision, Interview
from infoview._lifecycle import LIFECYCLE, Lifecycle
from infoview._obligations import Obligation
from infoview._outreach import Outreach
from infoview._policy import Policy
from infoview._stages import WITH_A_SLOT, Stage
from infoview._text import IDENTIFIER
from infoview._time import WEEKDAYS, BusinessCalendar, Slot
from infoview.exceptions import (
    GroupRefusedError,
    GuardError,
    IllegalTransitionError,
    InvalidValueError,
    NotFoundError,
)
from infoview.policies import CLASSIC

__all__ = ["GONE", "MEETING_EVENTS", "GroupTalk"]

MEETING_EVENTS: tuple[type[Event], ...] = (
    ev.TimesProposed,
    ev.TimeCountered,
    ev.Scheduled,
    ev.Confirmed,
    ev.Rescheduled,
    ev.Cancelled,
    ev.NoShowRecorded,
    ev.Rebooked,
    ev.Started,
    ev.OverrunGranted,
    ev.Held,
)
"""The events that happen to the meeting. All others are personal."""

GONE = (Stage.DECLINED, Stage.NO_RESPONSE, Stage.WITHDRAWN, Stage.CLOSED)
"""The stages in which a contact takes part no more, though the interview once joined."""

_MOST_MEMBERS = 50


def _members(owner: "GroupTalk", attribute: "attrs.Attribute[Any]", value: tuple[Interview, ...]) -> None:
    each(instance(Interview), least=1, most=_MOST_MEMBERS)(owner, attribute, value)
    place = place_of(owner, attribute)
    if any(talk.group_id != owner.id for talk in value):
        raise InvalidValueError(place, "other_group", "record GroupJoined, with the id of this talk, in each")
    if len({talk.seeker_id for talk in value}) > 1:
        raise InvalidValueError(place, "several_seekers", "give interviews of one seeker")
    for ids in ({talk.id for talk in value}, {talk.contact_id for talk in value}):
        if len(ids) < len(value):
            raise InvalidValueError(place, "duplicate_member", "give each interview, and each contact, once")
    if len({(talk.slot, talk.meeting_format) for talk in value if talk.stage in WITH_A_SLOT}) > 1:
        cure = "move all of them together, or let those who meet at another time leave the group"
        raise InvalidValueError(place, "slots_differ", cure)


@final
@attrs.frozen(kw_only=True, repr=False)
class GroupTalk:
    """One meeting of a seeker with several contacts.

    Its text form tells the number of members only.

    Attributes:
        id: The caller's own id, as in `GroupJoined`.
        members: The interviews that are part of it, 1 to 50: of one seeker, each with another contact. Those
            that are scheduled have the same time and format.

    Raises:
        InvalidValueError: When the members do not belong together (codes ``other_group``,
            ``several_seekers``, ``duplicate_member``, ``slots_differ``), or are too few or too many.
    """

    id: str = attrs.field(validator=IDENTIFIER)
    members: tuple[Interview, ...] = attrs.field(validator=_members)

    def member(self, interview_id: str, /) -> Interview:
        """Pick a member.

        Args:
            interview_id: The id of the interview.

        Returns:
            The interview.

        Raises:
            NotFoundError: When it is none of the members.
        """
        for talk in self.members:
            if talk.id == interview_id:
                return talk
        raise NotFoundError("interview", interview_id)

    def replace(self, *interviews: Interview) -> "GroupTalk":
        """Take in what happened to members alone, such as thanks.

        Args:
            interviews: The members as they are now.

        Returns:
            The group with them.

        Raises:
            NotFoundError: When one is none of the members.
            InvalidValueError: When the members no longer belong together, or something is no interview
                (code ``wrong_type``).
        """
        if not all(isinstance(talk, Interview) for talk in cast("tuple[object, ...]", interviews)):
            raise InvalidValueError("GroupTalk.replace.interviews", "wrong_type", "give interviews")
        now = {self.member(talk.id).id: talk for talk in interviews}
        return attrs.evolve(self, members=tuple(now.get(talk.id, talk) for talk in self.members))

    def without(self, interview_id: str, /) -> "GroupTalk":
        """Go on without a member: one who left the group, was erased, or is asked anew later.

        Args:
            interview_id: The id of the interview.

        Returns:
            The group of the others.

        Raises:
            NotFoundError: When it is none of the members.
            InvalidValueError: When nobody is left (code ``out_of_range``).
        """
        gone = self.member(interview_id)
        return attrs.evolve(self, members=tuple(talk for talk in self.members if talk is not gone))

    def apply(
        self,
        event: Event,
        /,
        *,
        to: Collection[str] | None = None,
        policy: Policy = CLASSIC,
        calendar: BusinessCalendar = WEEKDAYS,
        outreach: Outreach | None = None,
        lifecycle: Lifecycle = LIFECYCLE,
    ) -> "GroupTalk":
        """Record what happened to the meeting, for all or for none.

        Args:
            event: One of the `MEETING_EVENTS`, without an interview id unless it concerns one member.
            to: The ids of the interviews it concerns. When left out: all members whose stage knows the event.
                Who declined, or was called off, is passed over.
            policy: The etiquette.
            calendar: The working days, the same for all.
            outreach: What else the seeker has, the same for all.
            lifecycle: The table.

        Returns:
            The group as it is afterwards. This one stays as it is.

        Raises:
            GroupRefusedError: When a member refuses, or no member's stage knows the event. Every member's
                reasons are listed.
            NotFoundError: When *to* names somebody who is no member.
            InvalidValueError: When the event is a personal one (code ``personal_event``), *to* is empty
                (``out_of_range``) or no collection of ids (``wrong_type``), or the event would leave the
                members with different times (``slots_differ``); or as `Interview.apply`.
        """
        if type(event) not in MEETING_EVENTS:
            raise InvalidValueError("event", "personal_event", "apply it to the interview that it concerns")
        changed: dict[str, Interview] = {}
        refusals: dict[str, IllegalTransitionError | GuardError] = {}
        for talk in self._concerned(type(event), to, lifecycle):
            try:
                changed[talk.id] = talk.apply(
                    event, policy=policy, calendar=calendar, outreach=outreach, lifecycle=lifecycle
                )
            except (IllegalTransitionError, GuardError) as error:
                refusals[talk.id] = error
        if refusals:
            raise GroupRefusedError(type(event).__name__, refusals)
        return attrs.evolve(self, members=tuple(changed.get(talk.id, talk) for talk in self.members))

    def decide(
        self,
        event_type: type[Event],
        /,
        *,
        now: datetime,
        policy: Policy = CLASSIC,
        calendar: BusinessCalendar = WEEKDAYS,
        outreach: Outreach | None = None,
        lifecycle: Lifecycle = LIFECYCLE,
    ) -> Mapping[str, Decision]:
        """Ask every member whether an event of a kind may be recorded.

        Args:
            event_type: The class of the event.
            now: The instant asked about; any aware datetime.
            policy: The etiquette.
            calendar: The working days, the same for all.
            outreach: What else the seeker has, the same for all.
            lifecycle: The table.

        Returns:
            The decision of every member, by the id of the interview.

        Raises:
            InvalidValueError: As `Interview.decide`.
        """
        decisions = {
            talk.id: talk.decide(
                event_type, now=now, policy=policy, calendar=calendar, outreach=outreach, lifecycle=lifecycle
            )
            for talk in self.members
        }
        return MappingProxyType(decisions)

    @property
    def slot(self) -> Slot | None:
        """The agreed time of those who are still to be met, if there is one."""
        return next((talk.slot for talk in self.members if talk.stage in WITH_A_SLOT), None)

    @property
    def obligations(self) -> Mapping[str, tuple[Obligation, ...]]:
        """What is owed to and by each contact, by the id of the contact."""
        return MappingProxyType({talk.contact_id: talk.obligations for talk in self.members})

    def _concerned(
        self, event_type: type[Event], to: Collection[str] | None, lifecycle: Lifecycle
    ) -> tuple[Interview, ...]:
        if to is None:
            knowing = tuple(talk for talk in self.members if lifecycle.row_for(event_type, talk.stage))
            return knowing or self.members
        if not _is_collection_of_ids(to):
            raise InvalidValueError("GroupTalk.apply.to", "wrong_type", "give a collection of interview ids")
        if not to:
            cure = "name an interview, or leave it out for all"
            raise InvalidValueError("GroupTalk.apply.to", "out_of_range", cure)
        named = {self.member(interview_id).id for interview_id in to}
        return tuple(talk for talk in self.members if talk.id in named)

    def __repr__(self) -> str:
        return f"<GroupTalk of {len(self.members)}>"


def _is_collection_of_ids(value: object) -> bool:
    if not isinstance(value, Collection) or isinstance(value, str):
        return False
    return all(isinstance(one, str) for one in cast("Collection[object]", value))
