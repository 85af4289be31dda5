"""The interview: what its events add up to.

An `Interview` is a frozen value. It begins with `Interview.open`, changes by `Interview.apply`, which returns
the next one, and can be rebuilt from its events by `Interview.replay`. What it holds never depends on a
policy: a policy refuses events, and says when things are due; it does not change what happened. So a history
replays to the same interview whatever the etiquette of the day.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from operator import le
from typing import TYPE_CHECKING, Any, cast, final

import attrs

from infoview._events import EVENT_TYPES, SEALING, CustomEvent, Event, Identified, Undone
from infoview._guards import EVERY_EVENT, Case, Guard, duplicate_event, judge, out_of_order, sealed
from infoview._lifecycle import LIFECYCLE, Lifecycle, unknown_event
from infoview._log import Log
from infoview._obligations import Obligation
from infoview._outreach import Outreach
from infoview._policy import Policy
from infoview._stages import Stage
from infoview._time import WEEKDAYS, BusinessCalendar, instant
from infoview._transitions import Transition
from infoview.exceptions import GuardError, IllegalTransitionError, InvalidValueError, Reason
from infoview.policies import CLASSIC

if TYPE_CHECKING:
    from infoview._channel import MeetingFormat
    from infoview._events import Cancelled
    from infoview._objective import Connection, Objective
    from infoview._people import Party
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
        requires: The rules that look at the content of the event; each event must satisfy them too. One that
            can tell names the first instant at which it lets an ordinary event pass: news that is not urgent
            waits for the cadence.
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
        stage: Where it stands: a `Stage`, or one of your own where the lifecycle is yours.
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
        group_id: The talk with several contacts that it is part of.
        moves_by_seeker: How often the seeker moved the talk.
        moves_by_contact: How often the contact moved it.
        cancellation: The event that called it off.
        no_shows_by_seeker: How often the seeker was missing.
        no_shows_by_contact: How often the contact was missing.
        missed_by: Who was missing, while no other talk is sought.
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
        undone: How many events were undone.
        log: What `history` is made from.
    """

    id: str
    seeker_id: str
    contact_id: str
    zone: str
    follows: str | None = None
    referral_id: str | None = None
    stage: Stage | StrEnum
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
    group_id: str | None = None
    moves_by_seeker: int = 0
    moves_by_contact: int = 0
    cancellation: "Cancelled | None" = None
    no_shows_by_seeker: int = 0
    no_shows_by_contact: int = 0
    missed_by: "Party | None" = None
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
    undone: int = 0
    log: Log

    @classmethod
    def open(cls, event: Identified, /, *, lifecycle: Lifecycle = LIFECYCLE) -> "Interview":
        """Begin an interview.

        Args:
            event: The person who was found.
            lifecycle: The table that says where it begins.

        Returns:
            The interview, in stage ``identified``.

        Raises:
            IllegalTransitionError: When the event does not begin an interview.
        """
        return _opened(event, Log.of((event,)), lifecycle)

    def apply(
        self,
        event: Event | CustomEvent,
        /,
        *,
        policy: Policy = CLASSIC,
        calendar: BusinessCalendar = WEEKDAYS,
        outreach: Outreach | None = None,
        lifecycle: Lifecycle = LIFECYCLE,
    ) -> "Interview":
        """Record what happened.

        Args:
            event: What happened.
            policy: The etiquette that may refuse it.
            calendar: The working days at the contact's place.
            outreach: What else is going on; without it, neither caps nor other talks are judged.
            lifecycle: The table.

        Returns:
            The interview as it is afterwards. This one stays as it is. The cost does not grow with the
            history, but for `Undone`, which goes through it, and for an interview that was not the latest:
            its history is copied.

        Raises:
            IllegalTransitionError: When the event has no row in this stage.
            GuardError: When a rule refuses it; every reason is listed, with the first instant at which it
                would be legal. An event that is recorded already is refused so (code ``duplicate_event``)
                whatever the stage.
            InvalidValueError: When it is no event (code ``wrong_type``), or the calendar rests for more than
                366 days in a row (``no_business_day``).
        """
        try:
            row = lifecycle.rows[type(event)][self.stage]
        except KeyError:
            raise _without_row(lifecycle, self, event) from None
        case = Case(self, event.at, policy, calendar, event, outreach)
        for test in row.tests:
            if test(case) is not None:
                _refuse(case, row.guards)
        log = self.log
        stray = event.interview_id is not None and event.interview_id != self.id
        if stray or self.sealed or log.refuses(event):
            _refuse(case, row.guards)
        if row.target is None:
            successor = Interview.replay(log.standing[:-1], lifecycle=lifecycle)
            fields = successor.__dict__
            fields["undone"] = self.undone + 1
        else:
            successor = _made_of(self.__dict__.copy())
            fields = successor.__dict__
            _take_in(fields, row, event)
        fields["log"] = log.plus(event)
        return successor

    def undo_last(
        self,
        *,
        at: datetime,
        reason: str,
        id: str | None = None,  # noqa: A002 - the event's own name for it
        lifecycle: Lifecycle = LIFECYCLE,
    ) -> "Interview":
        """Take back the last event that still counts, by recording `Undone`. Nothing is erased.

        Two that are taken back at one instant need different reasons, or ids of their own.

        Args:
            at: When it is taken back; any aware datetime.
            reason: Why.
            id: The caller's id of the new event, if it has one.
            lifecycle: The table.

        Returns:
            The interview as it was before that event, with both events in its history.

        Raises:
            InvalidValueError: When a value breaks its rule.
            GuardError: When only the beginning is left (code ``nothing_to_undo``), the contact asked for
                silence (``sealed``), or as in `apply`.
        """
        return self.apply(Undone(at=at, reason=reason, id=id), lifecycle=lifecycle)

    def decide(
        self,
        event_type: type[Event] | type[CustomEvent],
        /,
        *,
        now: datetime,
        policy: Policy = CLASSIC,
        calendar: BusinessCalendar = WEEKDAYS,
        outreach: Outreach | None = None,
        lifecycle: Lifecycle = LIFECYCLE,
    ) -> Decision:
        """Say whether an event of a kind may be recorded, and if not, why and from when.

        Args:
            event_type: The class of the event.
            now: The instant asked about; any aware datetime.
            policy: The etiquette.
            calendar: The working days at the contact's place.
            outreach: What else is going on; without it, neither caps nor other talks are judged.
            lifecycle: The table.

        Returns:
            The decision. A new event of this interview at *now* is accepted by `apply` exactly when the
            decision allows it and the event meets everything in `Decision.requires`.

        Raises:
            InvalidValueError: When *now* names no instant, *event_type* has no row in any stage, or the
                calendar rests for more than 366 days in a row.
        """
        moment = instant(now, "now")
        try:
            row = lifecycle.rows[event_type].get(self.stage)
        except (KeyError, TypeError):
            raise unknown_event() from None
        if row is None:
            return _no_row(lifecycle, self.stage, cast("Any", event_type))
        guards = row.time_guards
        if self.sealed or moment < self.log.last.at:
            guards = (out_of_order, sealed, *guards)
        case = Case(self, moment, policy, calendar, None, outreach)
        reasons, passes_at = judge(case, guards) if guards else ((), moment)
        return Decision(
            event=event_type.__name__,
            allowed=not reasons,
            reasons=reasons,
            earliest=passes_at,
            requires=row.requirements(case) if row.event_guards else (),
        )

    @classmethod
    def replay(
        cls,
        events: Iterable[Event | CustomEvent],
        /,
        *,
        policy: Policy | None = None,
        calendar: BusinessCalendar = WEEKDAYS,
        lifecycle: Lifecycle = LIFECYCLE,
    ) -> "Interview":
        """Rebuild an interview from its events.

        Args:
            events: The history, oldest first.
            policy: An etiquette to hold every event against. Without one the history is taken as what
                happened: stages, order and identity are checked, the numbers of an etiquette are not.
            calendar: The working days at the contact's place.
            lifecycle: The table.

        Returns:
            The interview. `Interview.replay(i.history) == i` always. Linear in the number of events.

        Raises:
            InvalidValueError: When there are no events (code ``empty_history``).
            IllegalTransitionError: When an event has no row in the stage reached, or the first event does
                not begin an interview. Tells the event's place in the history.
            GuardError: When an event is out of order, belongs to another interview, comes twice, refers to
                nothing, or follows a request for silence; with a *policy*, also when any other rule
                refuses. Tells the event's place in the history.
        """
        history = tuple(events)
        if not history:
            raise InvalidValueError("events", "empty_history", "give the history from Identified on")
        log = Log.of(history)
        # One interview, nobody else's yet, takes in all events: a new one for each would copy for nothing.
        draft = _opened(cast("Identified", history[0]), log, lifecycle, 0)
        fields = draft.__dict__
        classes = [*map(type, history)]
        in_place = _events_in_place(log, classes, lifecycle)
        undone = _places_undone(classes)
        restorable: list[dict[str, Any]] = []
        for place, event in enumerate(history[1:in_place], start=1):
            try:
                row = lifecycle.rows[type(event)][fields["stage"]]
            except KeyError:
                raise _illegal(lifecycle, draft.stage, event, place) from None
            guards = row.guards if policy else row.standing_guards
            if guards:
                fields["log"] = log.first(place)
                _refuse(Case(draft, event.at, policy or CLASSIC, calendar, event), guards, place)
            if undone:
                if place in undone:
                    restorable.append({**fields})
                if row.target is None:
                    fields |= {**restorable.pop(), "undone": draft.undone + 1}
                    continue
            _take_in(fields, row, event)
        fields["log"] = log.first(in_place)
        if in_place < len(history):
            raise _refusal_of_next(draft, history[in_place], policy, calendar, lifecycle)
        return draft

    def as_of(self, moment: datetime, /, *, lifecycle: Lifecycle = LIFECYCLE) -> "Interview":
        """Go back in time: what was known at an instant.

        Args:
            moment: The instant; any aware datetime.
            lifecycle: The table.

        Returns:
            The interview as its events up to that instant, and at it, make it. Ask `decide` or
            `infoview.agenda.agenda` of it, and they answer as they would have then.

        Raises:
            InvalidValueError: When *moment* names no instant, or lies before the first event
                (code ``empty_history``).
        """
        until = instant(moment, "moment")
        if until < self.history[0].at:
            raise InvalidValueError("moment", "empty_history", "give an instant from the first event on")
        return Interview.replay((event for event in self.history if event.at <= until), lifecycle=lifecycle)

    @property
    def history(self) -> tuple[Event | CustomEvent, ...]:
        """Every event, oldest first, those that were undone included."""
        return self.log.events

    @property
    def version(self) -> int:
        """The number of events."""
        return len(self.log)

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
        return f"<Interview {self.stage}, {len(self.log)} events>"


_DEFAULTS = {a.name: a.default for a in attrs.fields(Interview) if a.default is not attrs.NOTHING}
_new, _set = object.__new__, object.__setattr__


def _made_of(fields: dict[str, Any]) -> Interview:
    """Make an interview of all its fields, which the caller may change before anybody else sees it.

    This is the constructor, and `attrs.evolve`, without their price. A frozen constructor fills one field
    after another; here they come at once, which is why the class has no slots. They were validated when they
    came in with their events, and a property test compares the outcome with what the constructor makes.
    """
    interview = _new(Interview)
    _set(interview, "__dict__", fields)
    return interview


def _opened(event: Identified, log: Log, lifecycle: Lifecycle, place: int | None = None) -> Interview:
    row = lifecycle.row_for(type(event), None)
    if row is None:
        raise _illegal(lifecycle, None, event, place)
    return _made_of(
        {
            **_DEFAULTS,
            "id": event.interview_id,
            "seeker_id": event.seeker_id,
            "contact_id": event.contact_id,
            "zone": event.zone,
            "follows": event.follows,
            "referral_id": event.referral_id,
            "stage": row.target,
            "stage_since": event.at,
            "log": log,
        }
    )


def _take_in(fields: dict[str, Any], row: Transition, event: Event | CustomEvent) -> None:
    """Change the fields of an interview, in place, as a row says."""
    if row.effect is not None:
        row.effect(fields, event)
    stage = row.target if row.target_if is None else row.leads_to(event)
    if stage is not fields["stage"]:
        fields["stage"] = stage
        fields["stage_since"] = event.at
    if row.books:
        fields["obligations"] = _owed_after(row, fields["obligations"], event)
        if row.is_contact:
            fields["last_contact_at"] = event.at


def _owed_after(
    row: Transition, owed: tuple[Obligation, ...], event: Event | CustomEvent
) -> tuple[Obligation, ...]:
    about = event.reference
    if row.settles:
        owed = tuple(o for o in owed if o.kind not in row.settles or (about and o.reference != about))
    for opens in row.opens:
        if not opens.only_if or getattr(event, opens.only_if):
            owed = tuple(o for o in owed if o.kind is not opens.kind or o.reference != about)
            owed = (*owed, Obligation(opens.kind, about, event.owner, event.at, event.due))
    return owed


def _places_undone(classes: list[type[Any]]) -> frozenset[int]:
    """Find the events that a later one undoes. The first of all is never undone; a rule sees to that."""
    if Undone not in classes:
        return frozenset()
    standing: list[int] = []
    undone: set[int] = set()
    for place, kind in enumerate(classes[1:], start=1):
        if kind is not Undone:
            standing.append(place)
        elif standing:
            undone.add(standing.pop())
    return frozenset(undone)


def _events_in_place(log: Log, classes: list[type[Any]], lifecycle: Lifecycle) -> int:
    """Count the events, from the first on, that are known and that `EVERY_EVENT` has nothing against."""
    events = log.events
    kinds = {*classes}
    known = len(events)
    if not lifecycle.rows.keys() >= kinds:
        known = next(place for place, kind in enumerate(classes) if kind not in lifecycle.rows)
        events = events[:known]
    interview_id = events[0].interview_id
    instants = [event.at for event in events]
    ids = {event.id for event in events}
    # Few histories need a closer look: equal events are of one class and of one instant.
    if (
        all(map(le, instants, instants[1:]))
        and (len(ids) == known or ids == {None})
        and {event.interview_id for event in events} <= {None, interview_id}
        and len({*zip(instants, classes, strict=False)}) == known
        and kinds.isdisjoint(SEALING)
    ):
        return known
    for place in range(1, known):
        if events[place].interview_id not in (None, interview_id) or classes[place - 1] in SEALING:
            return place
        if log.first(place).refuses(events[place]):
            return place
    return known


@lru_cache(maxsize=10_000)
def _no_row(lifecycle: Lifecycle, stage: StrEnum, event_type: type[Any]) -> Decision:
    illegal = IllegalTransitionError(stage, event_type.__name__, lifecycle.allowed_events(stage))
    return Decision(event=event_type.__name__, allowed=False, reasons=(Reason(illegal.code, f"{illegal}."),))


def _without_row(
    lifecycle: Lifecycle, interview: Interview, event: Event | CustomEvent, place: int | None = None
) -> IllegalTransitionError | GuardError:
    """Say what is against an event that the stage does not allow: that it is there already, if it is."""
    illegal = _illegal(lifecycle, interview.stage, event, place)
    if not interview.log.holds(event):
        return illegal
    reasons, passes_at = judge(Case(interview, event.at, CLASSIC, WEEKDAYS, event), (duplicate_event,))
    return GuardError(illegal.event, reasons, passes_at, place)


def _illegal(
    lifecycle: Lifecycle, stage: StrEnum | None, event: Event | CustomEvent, place: int | None = None
) -> IllegalTransitionError:
    if not isinstance(event, (*EVENT_TYPES, CustomEvent)):
        raise InvalidValueError("event", "wrong_type", "give an event of infoview, or a CustomEvent")
    allowed = lifecycle.allowed_events(stage)
    return IllegalTransitionError(stage or "none", type(event).__name__, allowed, place)


def _refusal_of_next(
    interview: Interview,
    event: Event | CustomEvent,
    policy: Policy | None,
    calendar: BusinessCalendar,
    lifecycle: Lifecycle,
) -> IllegalTransitionError | GuardError:
    """Say what is against the next event of a history, which is out of place."""
    row = lifecycle.row_for(type(event), interview.stage)
    if row is None:
        return _without_row(lifecycle, interview, event, interview.version)
    guards = row.guards if policy else row.standing_guards
    case = Case(interview, event.at, policy or CLASSIC, calendar, event)
    return _refusal(case, guards, interview.version)


def _refuse(case: Case, guards: tuple[Guard, ...], place: int | None = None) -> None:
    """Raise with every reason against an event, if there is one."""
    refusal = _refusal(case, guards, place)
    if refusal.reasons:
        raise refusal


def _refusal(case: Case, guards: tuple[Guard, ...], place: int | None) -> GuardError:
    reasons, passes_at = judge(case, (*EVERY_EVENT, *guards))
    return GuardError(type(case.event).__name__, reasons, passes_at, place)
