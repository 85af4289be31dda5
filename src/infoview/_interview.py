"""The interview: what its events add up to.

An `Interview` is a frozen value. It begins with `Interview.open`, changes by `Interview.apply`, which returns
the next one, and can be rebuilt from its events by `Interview.replay`. What it holds never depends on a
policy: a policy refuses events, and says when things are due; it does not change what happened. So a history
replays to the same interview whatever the etiquette of the day.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any, cast, final

import attrs

from infoview._events import Event, Identified, check_event_type
from infoview._guards import Case, Guard, duplicate_event, earliest, other_interview, out_of_order
from infoview._lifecycle import Stage, Transition, allowed_events, row_for
from infoview._obligations import Obligation
from infoview._policy import Policy
from infoview._time import WEEKDAYS, BusinessCalendar, instant
from infoview.exceptions import GuardError, IllegalTransitionError, InvalidValueError, Reason
from infoview.policies import CLASSIC

if TYPE_CHECKING:
    from infoview._channel import MeetingFormat
    from infoview._events import Cancelled
    from infoview._objective import Connection, Objective
    from infoview._takeaways import Commitment, Debrief, Insight, Note
    from infoview._time import Slot
    from infoview.referrals import Referral

__all__ = ["Decision", "Flag", "Interview"]


class Flag(StrEnum):
    """Something legal that the etiquette frowns on."""

    LATE_CANCEL = "late_cancel"
    LATE_THANKS = "late_thanks"


@final
@attrs.frozen(kw_only=True)
class Decision:
    """The answer to "may I, and if not, why and from when?".

    Attributes:
        event: The name of the event that was asked about.
        allowed: Whether an event of this kind would pass now, given fitting content.
        reasons: Every rule that refuses.
        earliest: The first instant at which it would pass (UTC): now, if it passes now; `None` when waiting
            does not help.
        requires: The rules that look at the content of the event; each event must satisfy them too.
    """

    event: str
    allowed: bool
    reasons: tuple[Reason, ...] = ()
    earliest: datetime | None = None
    requires: tuple[Reason, ...] = ()

    def __bool__(self) -> bool:
        return self.allowed


@final
@attrs.frozen(kw_only=True, repr=False, slots=False)
class Interview:
    """One informational interview with one contact, at one moment of its life.

    Its text form tells the stage and the number of events only: ids and histories may hold personal data.

    Attributes:
        id: The caller's own id.
        seeker_id: Who asks.
        contact_id: Who knows.
        zone: The IANA key of the contact's time zone.
        follows: The interview whose referral led here.
        referral_id: The referral within that interview.
        stage: Where it stands.
        stage_since: Since when it stands there (UTC).
        objective: What the seeker wants to find out.
        connection: Why this person.
        check_back_on: The day agreed with a connector for checking back.
        requested_at: When the last request went out (UTC).
        nudged_at: When the last nudge after it went out (UTC).
        nudges: How many nudges this attempt has had.
        away_since: When the last out-of-office reply came (UTC).
        away_until: The return date it named.
        deferred_until: The day on which to ask again.
        proposed: The times proposed last.
        slot: The agreed time.
        meeting_format: How the talk is held.
        moves_by_seeker: How often the seeker moved the talk.
        moves_by_contact: How often the contact moved it.
        cancellation: The event that called it off.
        no_shows_by_seeker: How often the seeker was missing.
        no_shows_by_contact: How often the contact was missing.
        overrun_minutes: How much more time was granted.
        resume_requested: Whether the contact asked for the résumé.
        opportunity_raised: Whether the contact spoke of an opening.
        held_at: When the talk, or the written answers, were recorded (UTC).
        thanked_at: When the thanks went out (UTC).
        last_contact_at: When the two were last really in touch (UTC).
        insights: What was said that is worth keeping.
        referrals: The names that were given.
        commitments: The promises that were made.
        notes: Private notes.
        debrief: The look back.
        obligations: What is owed and not yet settled or waived.
        sealed: Whether the contact asked for silence, or was erased. Nothing more is recorded then.
        history: Every event, oldest first.
    """

    id: str
    seeker_id: str
    contact_id: str
    zone: str
    follows: str | None = None
    referral_id: str | None = None
    stage: Stage
    stage_since: datetime
    objective: "Objective | None" = None
    connection: "Connection | None" = None
    check_back_on: date | None = None
    requested_at: datetime | None = None
    nudged_at: datetime | None = None
    nudges: int = 0
    away_since: datetime | None = None
    away_until: date | None = None
    deferred_until: date | None = None
    proposed: "tuple[Slot, ...]" = ()
    slot: "Slot | None" = None
    meeting_format: "MeetingFormat | None" = None
    moves_by_seeker: int = 0
    moves_by_contact: int = 0
    cancellation: "Cancelled | None" = None
    no_shows_by_seeker: int = 0
    no_shows_by_contact: int = 0
    overrun_minutes: int = 0
    resume_requested: bool = False
    opportunity_raised: bool = False
    held_at: datetime | None = None
    thanked_at: datetime | None = None
    last_contact_at: datetime | None = None
    insights: "tuple[Insight, ...]" = ()
    referrals: "tuple[Referral, ...]" = ()
    commitments: "tuple[Commitment, ...]" = ()
    notes: "tuple[Note, ...]" = ()
    debrief: "Debrief | None" = None
    obligations: tuple[Obligation, ...] = ()
    sealed: bool = False
    history: tuple[Event, ...]

    @classmethod
    def open(cls, event: Identified, /) -> "Interview":
        """Begin an interview.

        Args:
            event: The person who was found.

        Returns:
            The interview, in stage ``identified``.

        Raises:
            IllegalTransitionError: When the event does not begin an interview.
        """
        if row_for(type(event), None) is None:
            raise IllegalTransitionError("none", type(event).__name__, allowed_events(None))
        return cls(
            id=event.interview_id,
            seeker_id=event.seeker_id,
            contact_id=event.contact_id,
            zone=event.zone,
            follows=event.follows,
            referral_id=event.referral_id,
            stage=Stage.IDENTIFIED,
            stage_since=event.at,
            history=(event,),
        )

    def apply(
        self, event: Event, /, *, policy: Policy = CLASSIC, calendar: BusinessCalendar = WEEKDAYS
    ) -> "Interview":
        """Record what happened.

        Args:
            event: What happened.
            policy: The etiquette that may refuse it.
            calendar: The working days at the contact's place.

        Returns:
            The interview as it is afterwards. This one stays as it is.

        Raises:
            IllegalTransitionError: When the event has no row in this stage.
            GuardError: When a rule refuses it; every reason is listed, with the first instant at which it
                would be legal.
            InvalidValueError: When the calendar rests for more than 366 days in a row
                (code ``no_business_day``).
        """
        row = row_for(type(event), self.stage)
        if row is None:
            raise _illegal(self.stage, event)
        case = Case(self, event.at, policy, calendar, event)
        suspect = _is_suspect(event, self.history[-1])
        if _objects(case, row.guards) or (suspect and _objects(case, _EVERY_EVENT)):
            raise _refusal(case, (*_EVERY_EVENT, *row.guards))
        changes = _changes(row, self, event)
        changes["history"] = (*self.history, event)
        return _successor(self, changes)

    def decide(
        self,
        event_type: type[Event],
        /,
        *,
        now: datetime,
        policy: Policy = CLASSIC,
        calendar: BusinessCalendar = WEEKDAYS,
    ) -> Decision:
        """Say whether an event of a kind may be recorded, and if not, why and from when.

        Args:
            event_type: The class of the event.
            now: The instant asked about; any aware datetime.
            policy: The etiquette.
            calendar: The working days at the contact's place.

        Returns:
            The decision. A new event of this interview at *now* is accepted by `apply` exactly when the
            decision allows it and the event meets everything in `Decision.requires`.

        Raises:
            InvalidValueError: When *now* names no instant, *event_type* is no event, or the calendar rests
                for more than 366 days in a row.
        """
        check_event_type(event_type)
        name = event_type.__name__
        row = row_for(event_type, self.stage)
        if row is None:
            illegal = IllegalTransitionError(self.stage, name, allowed_events(self.stage))
            return Decision(event=name, allowed=False, reasons=(Reason(illegal.code, f"{illegal}."),))
        case = Case(self, instant(now, "now"), policy, calendar)
        guards = (out_of_order, *row.time_guards)
        reasons = _reasons(case, guards)
        return Decision(
            event=name,
            allowed=not reasons,
            reasons=reasons,
            earliest=earliest(case, guards),
            requires=tuple(
                Reason(g.code, g.sentence.format(policy=policy)) for g in row.guards if g.of_event
            ),
        )

    @classmethod
    def replay(
        cls,
        events: Iterable[Event],
        /,
        *,
        policy: Policy | None = None,
        calendar: BusinessCalendar = WEEKDAYS,
    ) -> "Interview":
        """Rebuild an interview from its events.

        Args:
            events: The history, oldest first.
            policy: An etiquette to hold every event against. Without one the history is taken as what
                happened: stages, order and identity are checked, the numbers of an etiquette are not.
            calendar: The working days at the contact's place.

        Returns:
            The interview. `Interview.replay(i.history) == i` always. Linear in the number of events.

        Raises:
            InvalidValueError: When there are no events (code ``empty_history``).
            IllegalTransitionError: When an event has no row in the stage reached, or the first event does
                not begin an interview.
            GuardError: When an event is out of order, belongs to another interview, comes twice, refers to
                nothing, or follows a request for silence; with a *policy*, also when any other rule
                refuses.
        """
        stream = iter(events)
        try:
            first = next(stream)
        except StopIteration:
            raise InvalidValueError(
                "events", "empty_history", "give the history from Identified on"
            ) from None
        # One interview, nobody else's yet, takes in all events: a new one for each would copy for nothing.
        draft = _successor(cls.open(cast("Identified", first)), {})
        fields = vars(draft)
        recorded: list[Event] = [first]
        seen = _Seen(draft.history[0], draft.id)
        for event in stream:
            row = row_for(type(event), draft.stage)
            if row is None:
                raise _illegal(draft.stage, event)
            case = Case(draft, event.at, policy or CLASSIC, calendar, event)
            guards = row.guards if policy else row.standing_guards
            if seen.objects_to(event) or _objects(case, guards):
                fields["history"] = tuple(recorded)
                raise _refusal(case, (*_EVERY_EVENT, *guards))
            fields.update(_changes(row, draft, event))
            recorded.append(event)
        fields["history"] = tuple(recorded)
        return draft

    def as_of(self, moment: datetime, /) -> "Interview":
        """Go back in time: what was known at an instant.

        Args:
            moment: The instant; any aware datetime.

        Returns:
            The interview as its events up to that instant, and at it, make it. Ask `decide` or
            `infoview.agenda.agenda` of it, and they answer as they would have then.

        Raises:
            InvalidValueError: When *moment* names no instant, or lies before the first event
                (code ``empty_history``).
        """
        until = instant(moment, "moment")
        return Interview.replay(event for event in self.history if event.at <= until)

    @property
    def version(self) -> int:
        """The number of events."""
        return len(self.history)

    def flags(self, *, policy: Policy = CLASSIC) -> tuple[Flag, ...]:
        """List what was legal and yet late.

        Args:
            policy: Says what late means.

        Returns:
            The flags, in the order of `Flag`.
        """
        found: list[Flag] = []
        if self.cancellation and self.slot:
            notice = self.slot.start - self.cancellation.at
            if notice < timedelta(hours=policy.cancel_notice_hours):
                found.append(Flag.LATE_CANCEL)
        if self.thanked_at and self.held_at:
            delay = self.thanked_at - self.held_at
            if delay > timedelta(hours=policy.thank_late_hours):
                found.append(Flag.LATE_THANKS)
        return tuple(found)

    def __repr__(self) -> str:
        return f"<Interview {self.stage}, {len(self.history)} events>"


_EVERY_EVENT = (out_of_order, other_interview, duplicate_event)


def _successor(interview: Interview, changes: Mapping[str, Any]) -> Interview:
    """Make the next interview: what the last one holds, but for the changes.

    This is `attrs.evolve` without its price. A frozen constructor fills one field after another; here the
    fields are copied at once, which is why the class has no slots. They were validated when they came in with
    their events, and a property test compares the result with what the constructor makes.
    """
    successor = object.__new__(Interview)
    object.__setattr__(successor, "__dict__", {**vars(interview), **changes})
    return successor


def _illegal(stage: Stage, event: Event) -> IllegalTransitionError:
    return IllegalTransitionError(stage, type(event).__name__, allowed_events(stage))


def _is_suspect(event: Event, last: Event) -> bool:
    """Tell quickly whether one of `_EVERY_EVENT` might object."""
    return event.at <= last.at or event.id is not None or event.interview_id is not None


def _objects(case: Case, guards: tuple[Guard, ...]) -> bool:
    for guard in guards:  # noqa: SIM110 - any() costs a generator per event
        if guard.test(case) is not None:
            return True
    return False


def _changes(row: Transition, interview: Interview, event: Event) -> dict[str, Any]:
    changes = row.effect(interview, event) if row.effect else {}
    stage = row.target if row.target_if is None else row.leads_to(event)
    if stage is not interview.stage:
        changes["stage"] = stage
        changes["stage_since"] = event.at
    if row.opens or row.settles:
        changes["obligations"] = _owed_after(row, interview, event)
    if row.is_contact:
        changes["last_contact_at"] = event.at
    return changes


def _owed_after(row: Transition, interview: Interview, event: Event) -> tuple[Obligation, ...]:
    owed = interview.obligations
    about = event.reference
    if row.settles:
        owed = tuple(o for o in owed if o.kind not in row.settles or (about and o.reference != about))
    for opens in row.opens:
        if not opens.only_if or getattr(event, opens.only_if):
            owed = (*owed, Obligation(opens.kind, about, event.owner, event.at, event.due))
    return owed


class _Seen:
    """The events of a replay so far. Judges the next as `_EVERY_EVENT` would, in constant time."""

    def __init__(self, first: Event, interview_id: str) -> None:
        self._interview_id = interview_id
        self._last = first
        self._ids = {first.id}
        self._same_instant: set[Event] = set()

    def objects_to(self, event: Event) -> bool:
        """Tell whether an event is out of place; take it in if it is not."""
        if event.at < self._last.at or event.interview_id not in (None, self._interview_id):
            return True
        if event.id is not None and event.id in self._ids:
            return True
        # Only events of one instant can be equal, and few events share theirs: most are never hashed.
        if event.at > self._last.at:
            self._same_instant.clear()
        else:
            self._same_instant.add(self._last)
            if event in self._same_instant:
                return True
        self._ids.add(event.id)
        self._last = event
        return False


def _reasons(case: Case, guards: Iterable[Guard]) -> tuple[Reason, ...]:
    verdicts = ((guard, guard.test(case)) for guard in guards)
    return tuple(guard.reason(case.policy, verdict) for guard, verdict in verdicts if verdict is not None)


def _refusal(case: Case, guards: tuple[Guard, ...]) -> GuardError:
    return GuardError(type(case.event).__name__, _reasons(case, guards), earliest(case, guards))
