"""Lives of interviews, from the beginning to any stage: real histories, in which every event was legal."""

from collections import deque
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Any, TypeAlias, cast
from zoneinfo import ZoneInfo

import attrs
from hypothesis import strategies as st

from infoview import _events as ev
from infoview._channel import ConnectionKind
from infoview._choices import ResumeRule
from infoview._events import CustomEvent, Event
from infoview._guards import Case
from infoview._interview import Decision, Interview
from infoview._lifecycle import LIFECYCLE, Lifecycle
from infoview._obligations import ObligationKind
from infoview._outreach import Outreach
from infoview._people import Consent, Party
from infoview._policy import Policy
from infoview._stages import Stage
from infoview._takeaways import Commitment, Insight
from infoview._time import WEEKDAYS, BusinessCalendar, Slot
from infoview._transitions import Transition
from infoview.agenda import Action, ActionKind, agenda
from infoview.exceptions import (
    GroupRefusedError,
    GuardError,
    IllegalTransitionError,
    InvalidValueError,
)
from infoview.groups import MEETING_EVENTS, GroupTalk
from infoview.policies import CLASSIC
from infoview.referrals import Referral
from infoview.testing.strategies._events import events
from infoview.testing.strategies._people import connections
from infoview.testing.strategies._rules import building, draws, stated
from infoview.testing.strategies._texts import identifiers
from infoview.testing.strategies._times import instants, slots

__all__ = [
    "Life",
    "actions",
    "cases",
    "decisions",
    "fitting_events",
    "group_talks",
    "histories",
    "interviews",
    "openings",
    "outreaches",
]

AnyEvent: TypeAlias = Event | CustomEvent

_BEGIN, _END = datetime(1950, 1, 1, tzinfo=UTC), datetime(2150, 1, 1, tzinfo=UTC)
"""A life that begins here has room before the years end that the library takes."""

_PAUSES = tuple(
    timedelta(**span)
    for span in (
        {"hours": 5},
        {},
        {"microseconds": 1},
        {"minutes": 10},
        {"days": 1},
        {"days": 3},
        {"days": 11},
        {"days": 200},
    )
)
_MOST_STEPS = 40
"""How many events a way to a stage takes at most."""

_MOST_LIVES = 10
"""How often a way is looked for, each time with other words."""


@attrs.frozen(kw_only=True, repr=False)
class Life:
    """The rules that a life is led by.

    Attributes:
        lifecycle: The table.
        policy: The etiquette.
        calendar: The working days at the contact's place.
        own_events: How to draw events of your own, by their classes, for those that are not drawn rightly by
            their validators and types.
        plain: Whether texts are friendly words only.
    """

    lifecycle: Lifecycle = LIFECYCLE
    policy: Policy = CLASSIC
    calendar: BusinessCalendar = WEEKDAYS
    own_events: Mapping[type[CustomEvent], st.SearchStrategy[Any]] = MappingProxyType({})
    plain: bool = False

    def __repr__(self) -> str:
        return f"<Life under {self.policy.name}>"

    def _repr_pretty_(self, printer: Any, _: bool) -> None:  # noqa: ANN401, FBT001 - as Hypothesis calls it
        """Print no table: Hypothesis would name every row of it where it names a strategy."""
        printer.text(repr(self))

    def decide(self, talk: Interview, kind: type[Any], now: datetime) -> Decision:
        """Ask whether an event may happen.

        Args:
            talk: The interview as it stands.
            kind: The class of the event.
            now: When it would be.

        Returns:
            The decision, by these rules.
        """
        return talk.decide(
            kind, now=now, policy=self.policy, calendar=self.calendar, lifecycle=self.lifecycle
        )

    def apply(self, talk: Interview, event: AnyEvent) -> Interview | None:
        """Record an event, unless it is refused.

        Args:
            talk: The interview as it stands.
            event: What happens.

        Returns:
            The interview afterwards, or `None` when a rule refuses the event.
        """
        try:
            return talk.apply(event, policy=self.policy, calendar=self.calendar, lifecycle=self.lifecycle)
        except (GuardError, IllegalTransitionError):
            return None


# -- what an event says, so that it fits ---------------------------------------------------------------------


@attrs.frozen
class _Author:
    """Says what fits an interview.

    Attributes:
        talk: The interview so far.
        now: When the event happens (UTC).
        policy: The etiquette that it must fit.
        plain: Whether texts are friendly words only.
    """

    talk: Interview
    now: datetime
    policy: Policy
    plain: bool

    def ahead(self, least: int, most: int) -> st.SearchStrategy[date]:
        """Draw a day, counted from today in the contact's zone."""
        today = self.now.astimezone(ZoneInfo(self.talk.zone)).date()
        return st.integers(least, most).map(lambda count: today + timedelta(days=count))

    def slot(self, *, later: int = 0, span: timedelta = timedelta(days=6)) -> st.SearchStrategy[Slot]:
        """Draw a time for a talk, *later* days after the soonest, or in the *span* that follows."""
        soonest = self.now + timedelta(minutes=max(self.policy.slot_lead_minutes, 1), days=later)
        return slots(
            min_start=soonest,
            max_start=soonest + span,
            min_minutes=self.policy.minutes_min,
            max_minutes=self.policy.minutes_max,
        )

    def times(self) -> dict[str, st.SearchStrategy[Any]]:
        """Draw times that do not overlap, no more than may be proposed."""
        half_day = timedelta(hours=12)
        spread = [self.slot(later=number, span=half_day) for number in range(self.policy.slots_max)]
        return {"slots": st.integers(1, len(spread)).flatmap(lambda count: st.tuples(*spread[:count]))}

    def owed(self, kind: ObligationKind) -> st.SearchStrategy[str]:
        """Draw the reference of something that is owed."""
        return _among(owed.reference for owed in self.talk.obligations if owed.kind is kind)

    def kept(self, cls: type[Any], field: str) -> dict[str, st.SearchStrategy[Any]]:
        """Draw something to keep, under an id that is new in this interview."""
        fresh = f"-{self.talk.version}"
        ids = identifiers(max_length=50).map(lambda start: start + fresh)
        return {field: building(cls, plain=self.plain, id=ids)}

    def asking(self) -> dict[str, st.SearchStrategy[Any]]:
        """Draw what a request says."""
        connection = self.talk.connection
        granted = connection is not None and connection.consent is Consent.GRANTED
        nobody = connection is None or connection.referrer_id is None
        names = [False, *([True] if granted else []), *([None] if granted or nobody else [])]
        may_attach = self.talk.resume_requested or self.policy.resume is ResumeRule.BRING
        return {
            "minutes": st.integers(self.policy.minutes_min, self.policy.minutes_max),
            "names_referrer": st.sampled_from(names),
            "attaches_resume": st.booleans() if may_attach else st.just(value=False),
        }

    def name_use(self) -> dict[str, st.SearchStrategy[Any]]:
        """Draw whose name may be used, or not."""
        connection = self.talk.connection
        known: list[str | None] = [referral.id for referral in self.talk.referrals]
        known += [None] if connection is not None and connection.referrer_id is not None else []
        return {"referral_id": _among(known)}

    def move(self) -> dict[str, st.SearchStrategy[Any]]:
        """Draw who moves the talk, and to when."""
        may = self.talk.moves_by_seeker < self.policy.move_max
        return {"slot": self.slot(), "by": st.sampled_from([Party.CONTACT, *([Party.SEEKER] if may else [])])}

    def overrun(self) -> dict[str, st.SearchStrategy[Any]]:
        """Draw how much more time is granted."""
        return {"minutes": st.integers(1, max(1, self.policy.overrun_minutes - self.talk.overrun_minutes))}

    def news(self) -> dict[str, st.SearchStrategy[Any]]:
        """Draw news, urgent where they come early."""
        case = Case(self.talk, self.now, self.policy, WEEKDAYS)
        early = self.now < case.last_contact_at + case.cadence
        return {
            "hook": stated(ev.Reconnected, "hook", plain=self.plain),
            "urgent": st.just(value=True) if early else st.booleans(),
        }

    def introduction(self) -> dict[str, st.SearchStrategy[Any]]:
        """Draw who introduces the two."""
        return {
            "connection": connections(kind=ConnectionKind.REFERRAL, plain=self.plain),
            "objective": stated(ev.IntroRequested, "objective", plain=self.plain),
            "check_back_on": self.ahead(self.policy.check_back_min, self.policy.check_back_max),
        }

    def said(self, cls: type[Any], field: str) -> dict[str, st.SearchStrategy[Any]]:
        """Draw a field that may be left out in general, and not here."""
        return {field: stated(cls, field, plain=self.plain)}

    def waiver(self) -> dict[str, st.SearchStrategy[Any]]:
        """Draw an obligation to drop, and why."""
        return {
            "obligation_id": _among(owed.id for owed in self.talk.obligations),
            **self.said(ev.ObligationWaived, "reason"),
        }


def _among(known: Iterable[Any]) -> st.SearchStrategy[Any]:
    """Choose one of those that are known; where none is, an event about one is refused anyway."""
    return st.sampled_from(tuple(known) or ("nobody",))


_Parts: TypeAlias = dict[str, st.SearchStrategy[Any]]

_FITTING: Mapping[type[Any], Callable[[_Author], _Parts]] = MappingProxyType(
    {
        ev.IntroRequested: _Author.introduction,
        ev.CheckedBack: lambda author: {
            "check_back_on": st.none()
            | author.ahead(author.policy.check_back_min, author.policy.check_back_max)
        },
        ev.IntroMade: lambda _: {"contact_agreed": st.just(value=True)},
        ev.NameUseAnswered: _Author.name_use,
        ev.RequestSent: _Author.asking,
        ev.OutOfOfficeReceived: lambda author: {"return_on": st.none() | author.ahead(-1, 60)},
        ev.Deferred: lambda author: {"until": author.ahead(1, 100)},
        ev.Retried: _Author.asking,
        ev.QuestionsSent: lambda author: {"count": st.integers(1, author.policy.written_questions_max)},
        ev.TimesProposed: _Author.times,
        ev.TimeCountered: _Author.times,
        ev.Scheduled: lambda author: {"slot": author.slot()},
        ev.Rescheduled: _Author.move,
        ev.OverrunGranted: _Author.overrun,
        ev.InsightRecorded: lambda author: author.kept(Insight, "insight"),
        ev.ReferralReceived: lambda author: author.kept(Referral, "referral"),
        ev.CommitmentMade: lambda author: author.kept(Commitment, "commitment"),
        ev.CommitmentKept: lambda author: {"commitment_id": author.owed(ObligationKind.COMMITMENT)},
        ev.ReportedBack: lambda author: {"about": author.owed(ObligationKind.REPORT_BACK)},
        ev.ThanksSent: lambda author: author.said(ev.ThanksSent, "specific"),
        ev.ThanksWaived: lambda author: author.said(ev.ThanksWaived, "reason"),
        ev.ObligationWaived: _Author.waiver,
        ev.Reconnected: _Author.news,
        ev.Undone: lambda author: author.said(ev.Undone, "reason"),
    }
)
"""What must be said with care; all other fields may hold anything."""


def fitting_events(
    talk: Interview, kind: type[Any], /, *, now: datetime, life: Life = Life()
) -> st.SearchStrategy[Any]:
    """Draw events whose content fits an interview.

    Args:
        talk: The interview so far.
        kind: The class of the event; any but `Identified`.
        now: When it happens (UTC), an instant at which `Interview.decide` allows one of its kind.
        life: The rules.

    Returns:
        Events that the library's own rules let pass.
    """
    numbered = st.just(f"e-{talk.version}")
    # The same words at the same instant would be the same event.
    ids = numbered if now == talk.log.last.at else st.none() | numbered
    interview_ids = st.none() | st.just(talk.id)
    at = st.just(now)
    if kind in life.own_events:
        own = st.tuples(life.own_events[kind], ids, interview_ids)
        return own.map(lambda drawn: attrs.evolve(drawn[0], at=now, id=drawn[1], interview_id=drawn[2]))
    author = _Author(talk, now, life.policy, life.plain)
    parts = _FITTING[kind](author) if kind in _FITTING else {}
    return building(kind, plain=life.plain, at=at, id=ids, interview_id=interview_ids, **parts)


# -- lives ---------------------------------------------------------------------------------------------------


def openings(*, min_at: datetime = _BEGIN, max_at: datetime = _END) -> st.SearchStrategy[ev.Identified]:
    """Draw beginnings of lives.

    Args:
        min_at: The first instant; aware.
        max_at: The last instant; aware. Leave room before the year 2200 for what follows.

    Returns:
        The first events of interviews.
    """
    return events(
        ev.Identified,
        min_at=min_at,
        max_at=max_at,
        interview_id=identifiers(),
        seeker_id=identifiers(),
        contact_id=identifiers(),
    )


@st.composite
def histories(
    draw: st.DrawFn, *, stage: StrEnum | None = None, max_events: int = 8, life: Life = Life()
) -> tuple[AnyEvent, ...]:
    """Draw histories, oldest event first, undone ones included.

    Args:
        draw: Given by Hypothesis.
        stage: As for `interviews`.
        max_events: As for `interviews`.
        life: The rules.

    Returns:
        Histories that `Interview.replay` takes.
    """
    return draw(interviews(stage=stage, max_events=max_events, life=life)).history


@draws(Interview)
@st.composite
def interviews(
    draw: st.DrawFn, *, stage: StrEnum | None = None, max_events: int = 8, life: Life = Life()
) -> Interview:
    """Draw interviews by leading a life: the table says what may follow, and it waits until it may.

    Args:
        draw: Given by Hypothesis.
        stage: The stage to be in at last; any when left out.
        max_events: How many events happen at random at most, from 0 up, beside those that lead to a stage.
        life: The rules.

    Returns:
        Interviews of which every event was legal.

    Raises:
        InvalidValueError: When no life arrives at the stage (code ``no_way``).
    """
    begun = Interview.open(draw(openings()), lifecycle=life.lifecycle)
    # Early stages would come far too often if all lives were led at random from the beginning.
    start = draw(st.sampled_from(life.lifecycle.stages))
    talk = _led_to(draw, begun, start, life) or begun
    for _ in range(draw(st.integers(0, max_events))):
        kinds = _usual_kinds(life.lifecycle, talk.stage, hasty=draw(st.integers(0, 9)) == 0)
        if not kinds:
            break
        talk = _stepped(draw, talk, draw(st.sampled_from(kinds)), life) or talk
    if stage is None:
        return talk
    # Where that life leads there no more, a new one may.
    return _led_to(draw, talk, stage, life) or _brought_to(draw, begun, stage, life)


def _brought_to(draw: st.DrawFn, begun: Interview, stage: StrEnum, life: Life) -> Interview:
    """Lead new lives until one arrives."""
    for _ in range(_MOST_LIVES):
        led = _led_to(draw, begun, stage, life)
        if led is not None:
            return led
    cure = f"let the rules pass some event that leads on to {stage}, or say by Life.own_events what fits them"
    raise InvalidValueError("interviews.stage", "no_way", cure)


def _usual_kinds(lifecycle: Lifecycle, stage: StrEnum, *, hasty: bool) -> tuple[type[Any], ...]:
    """List the events of a stage: all for the hasty, else those that do not end everything."""
    rows = _rows_from(lifecycle, stage)
    going = [row for row in rows if row.target not in lifecycle.ended]
    moving = [row for row in going if row.target not in (stage, None)]
    chosen = rows if hasty else [*going, *moving, *moving] or rows
    return tuple(row.event for row in chosen)


def _rows_from(lifecycle: Lifecycle, stage: StrEnum | None) -> tuple[Transition, ...]:
    return tuple(row for row in lifecycle.transitions if row.source is stage)


def _stepped(draw: st.DrawFn, talk: Interview, kind: type[Any], life: Life) -> Interview | None:
    """Live through one event after a pause, or later when it has to wait; `None` when it may not happen."""
    return _moved(draw, talk, kind, talk.log.last.at + draw(st.sampled_from(_PAUSES)), life)


def _moved(
    draw: st.DrawFn, talk: Interview, kind: type[Any], now: datetime, life: Life, **flags: bool
) -> Interview | None:
    """Live through one event at the first instant from *now* on at which it may happen."""
    earliest = life.decide(talk, kind, now).earliest
    if earliest is None:
        return None
    event = draw(fitting_events(talk, kind, now=earliest, life=life))
    return life.apply(talk, attrs.evolve(event, **flags))


def _led_to(draw: st.DrawFn, talk: Interview, stage: StrEnum, life: Life) -> Interview | None:
    """Lead an interview to a stage, on one of the shortest ways where the rules let it."""
    steps = _distances(life.lifecycle, stage)
    for _ in range(_MOST_STEPS):
        if talk.stage is stage:
            return talk
        here = steps.get(talk.stage, 0)
        nearer = [
            (row, target, flags)
            for row in _rows_from(life.lifecycle, talk.stage)
            for target, flags in _targets(row)
            if target in steps and steps[target] < here
        ]
        # Without a pause: an agreed time might go by.
        now = talk.log.last.at
        moved = (_moved(draw, talk, row.event, now, life, **flags) for row, _, flags in nearer)
        arrived = next((led for led in moved if led is not None and steps.get(led.stage, here) < here), None)
        led = arrived or _relieved(draw, talk, life)
        if led is None:
            return None
        talk = led
    return None


def _relieved(draw: st.DrawFn, talk: Interview, life: Life) -> Interview | None:
    """Drop something that is owed: that is what most often bars a way."""
    owes = talk.obligations and life.lifecycle.row_for(ev.ObligationWaived, talk.stage)
    return _moved(draw, talk, ev.ObligationWaived, talk.log.last.at, life) if owes else None


def _targets(row: Transition) -> list[tuple[StrEnum | None, dict[str, bool]]]:
    """List where a row leads, each with what the event must say for it."""
    if row.target_if is None:
        return [(row.target, {})]
    flag, elsewhere = row.target_if
    settable = flag in attrs.fields_dict(row.event)
    return [(row.target, {flag: False} if settable else {}), (elsewhere, {flag: True} if settable else {})]


def _distances(lifecycle: Lifecycle, stage: StrEnum) -> dict[StrEnum | None, int]:
    """Count the events from every stage to one, by the table alone."""
    into: dict[StrEnum | None, list[StrEnum | None]] = {}
    for row in lifecycle.transitions:
        for target, _ in _targets(row):
            into.setdefault(target, []).append(row.source)
    steps: dict[StrEnum | None, int] = {stage: 0}
    waiting = deque[StrEnum | None]([stage])
    while waiting:
        target = waiting.popleft()
        for source in into.get(target, ()):
            if source not in steps:
                steps[source] = steps[target] + 1
                waiting.append(source)
    return steps


# -- what is made of lives -----------------------------------------------------------------------------------


@draws(Decision)
@st.composite
def decisions(draw: st.DrawFn) -> Decision:
    """Draw answers to "may I, and if not, why and from when?".

    Args:
        draw: Given by Hypothesis.

    Returns:
        Decisions about events of every kind, in interviews of any stage.
    """
    talk = draw(interviews())
    kind = draw(st.sampled_from(ev.EVENT_TYPES))
    return talk.decide(kind, now=talk.log.last.at + draw(st.sampled_from(_PAUSES)))


@draws(Case)
@st.composite
def cases(draw: st.DrawFn, *, life: Life = Life()) -> Case:
    """Draw what guards judge, before there is an event.

    Args:
        draw: Given by Hypothesis.
        life: The rules.

    Returns:
        Cases at the last event of an interview or later.
    """
    talk = draw(interviews(life=life))
    now = talk.log.last.at + draw(st.sampled_from(_PAUSES))
    return Case(talk, now, life.policy, life.calendar)


@draws(Action)
@st.composite
def actions(draw: st.DrawFn) -> Action:
    """Draw what is to be done next.

    Args:
        draw: Given by Hypothesis.

    Returns:
        Actions of the agendas of interviews, and others.
    """
    planned = agenda(draw(interviews()))
    moments = st.none() | instants().map(lambda moment: moment.astimezone(UTC))
    other = st.builds(
        Action,
        kind=st.sampled_from(ActionKind),
        interview_id=identifiers(),
        sentence=st.just("Do it."),
        owner=st.sampled_from(Party),
        due=moments,
        not_before=moments,
        late_after=moments,
        reference=st.just("") | identifiers(),
    )
    return draw(st.sampled_from(planned) | other if planned else other)


@draws(Outreach)
def outreaches(*, around: datetime | None = None) -> st.SearchStrategy[Outreach]:
    """Draw what else is going on.

    Args:
        around: An instant near which the requests and talks lie; anywhere when left out. Aware, and at least
            90 days within the years 1900 to 2199.

    Returns:
        Counts, empty ones included.
    """
    if around is None:
        return building(Outreach)
    first, last = around - timedelta(days=60), around + timedelta(days=60)
    asked = st.lists(instants(min_value=first, max_value=around), max_size=12).map(tuple)
    return building(
        Outreach,
        seeker_requests=asked,
        contact_requests=asked,
        colleague_requests=asked,
        organisation_open=st.integers(0, 5),
        taken=st.lists(slots(min_start=first, max_start=last), max_size=5).map(tuple),
    )


@draws(GroupTalk)
@st.composite
def group_talks(
    draw: st.DrawFn, *, max_members: int = 3, max_events: int = 6, life: Life = Life()
) -> GroupTalk:
    """Draw talks with several contacts, and lead them on together.

    Args:
        draw: Given by Hypothesis.
        max_members: How many contacts take part at most, from 1 to 50.
        max_events: How many events happen to the meeting at most, from 0 up.
        life: The rules.

    Returns:
        Groups, each interview of which accepted before it joined.
    """
    group_id, first = draw(identifiers()), draw(openings())
    beginnings = (
        attrs.evolve(first, id=None, interview_id=f"talk-{number}", contact_id=f"contact-{number}")
        for number in range(draw(st.integers(1, max_members)))
    )
    members = tuple(_joined(draw, opening, group_id, life) for opening in beginnings)
    group = GroupTalk(id=group_id, members=members)
    for _ in range(draw(st.integers(0, max_events))):
        group = _stepped_together(draw, group, draw(st.sampled_from(MEETING_EVENTS)), life)
    return group


def _joined(draw: st.DrawFn, opening: ev.Identified, group_id: str, life: Life) -> Interview:
    """Lead one contact to a yes, and into the group."""
    begun = Interview.open(opening, lifecycle=life.lifecycle)
    talk = _brought_to(draw, begun, Stage.ACCEPTED, life)
    joined = ev.GroupJoined(at=talk.log.last.at, group_id=group_id, id="joined")
    return talk.apply(joined, policy=life.policy, calendar=life.calendar, lifecycle=life.lifecycle)


def _stepped_together(draw: st.DrawFn, group: GroupTalk, kind: type[Any], life: Life) -> GroupTalk:
    """Live through one event together, or stay where it is when it may not happen."""
    now = max(talk.log.last.at for talk in group.members) + draw(st.sampled_from(_PAUSES))
    knowing = [talk for talk in group.members if life.lifecycle.row_for(kind, talk.stage)]
    waits = [life.decide(talk, kind, now).earliest for talk in knowing]
    if not waits or None in waits:
        return group
    earliest = max(cast("list[datetime]", waits))
    event = draw(fitting_events(knowing[0], kind, now=earliest, life=life))
    shared = attrs.evolve(event, id=f"m-{max(talk.version for talk in group.members)}", interview_id=None)
    try:
        return group.apply(shared, policy=life.policy, calendar=life.calendar, lifecycle=life.lifecycle)
    except (GroupRefusedError, InvalidValueError):
        # A later no of one member may bar the others, or leave them with different times.
        return group
