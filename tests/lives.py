"""Lives of interviews for the tests: told ones, one for every stage, and drawn ones.

Everybody here is made up. The told lives happen in the spring of 2026, the contact sits in Berlin, and every
life is a tuple of events from `Identified` on.
"""

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import attrs
from hypothesis import strategies as st

from infoview import _events as ev
from infoview._channel import ConnectionKind
from infoview._choices import Cadence, ResumeRule, Severity
from infoview._events import Event
from infoview._interview import Interview
from infoview._objective import Connection, Objective, ObjectiveKind
from infoview._obligations import ObligationKind
from infoview._people import Consent, Party, PersonName
from infoview._policy import Policy
from infoview._stages import Stage
from infoview._takeaways import Commitment, Debrief, Insight, Note
from infoview._time import WEEKDAYS, BusinessCalendar, Slot
from infoview._transitions import TRANSITIONS
from infoview.exceptions import GuardError, IllegalTransitionError
from infoview.policies import CLASSIC, PRESETS
from infoview.referrals import Referral

BERLIN = "Europe/Berlin"
AUCKLAND = "Pacific/Auckland"
MICROSECOND = timedelta(microseconds=1)


def at(month: int, day: int, hour: int = 9, minute: int = 0) -> datetime:
    """Name an instant of 2026 in UTC."""
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)


def midnight(year: int, month: int, day: int, key: str = BERLIN) -> datetime:
    """Name the first instant of a day in a zone."""
    return datetime(year, month, day, tzinfo=ZoneInfo(key)).astimezone(UTC)


def slot_at(start: datetime, minutes: int = 20) -> Slot:
    """Make a time for a talk."""
    return Slot(start=start, minutes=minutes, zone=BERLIN)


@attrs.frozen
class EveryDay:
    """A calendar without rest."""

    def is_business_day(self, _day: date, /) -> bool:
        """Tell that people always work."""
        return True


@attrs.frozen
class Holidays:
    """A calendar of weekdays with holidays."""

    days: frozenset[date]

    def is_business_day(self, day: date, /) -> bool:
        """Tell whether *day* is a weekday and no holiday."""
        return WEEKDAYS.is_business_day(day) and day not in self.days


EASTER = Holidays(frozenset((date(2026, 4, 3), date(2026, 4, 6))))
"""Good Friday and Easter Monday."""

LOOSE = Policy(
    name="loose",
    slot_lead_minutes=0,
    overrun_minutes=10,
    move_max=2,
    no_show_max=1,
    no_show_rest_days=3,
    nudge_max=3,
    nudge_wait=1,
    reopen_days=1,
    missing_objective=Severity.WARNING,
    quiet_days=(),
    cadence=(Cadence(ConnectionKind.REFERRAL, 100), Cadence(ConnectionKind.COLD, 10)),
)
"""Other numbers than any preset has."""

POLICIES = (*PRESETS, LOOSE)

OBJECTIVE = Objective(kind=ObjectiveKind.POSITION, subject="hydrologist in a city administration")
COLD = Connection(kind=ConnectionKind.COLD, text="I read your talk on storm drains")
FRIEND = Connection(
    kind=ConnectionKind.REFERRAL, referrer_id="noor", referrer=PersonName(given="Noor", family="Vantongeren")
)
GRANTED = attrs.evolve(FRIEND, consent=Consent.GRANTED)
REFUSED = attrs.evolve(FRIEND, consent=Consent.REFUSED)

INSIGHT = Insight(id="i-1", text="start with one district")
ADVICE = Insight(id="a-1", text="learn to read soil maps", advice=True)
REFERRAL = Referral(id="r-1", name=PersonName(given="Teodor", family="Quillfeather"))
PROMISE = Commitment(id="p-1", owner=Party.SEEKER, text="send the reading list", due=date(2026, 3, 20))
DEBRIEF = Debrief(learned="Water people share maps gladly")

# The talk that most lives lead to: on a Tuesday, three in the afternoon in Berlin.
TALK = slot_at(at(3, 10, 14))

FOUND = ev.Identified(at=at(3, 2), interview_id="talk-1", seeker_id="mira", contact_id="jonas", zone=BERLIN)
READY = ev.Prepared(at=at(3, 2), objective=OBJECTIVE, connection=COLD)
INTRO_ASKED = ev.IntroRequested(
    at=at(3, 2, 10), objective=OBJECTIVE, connection=FRIEND, check_back_on=date(2026, 3, 10)
)
ASKED = ev.RequestSent(at=at(3, 3), minutes=20)
AGREED = ev.Scheduled(at=at(3, 5), slot=TALK)
TALKED = ev.Held(at=TALK.end, minutes=20)
THANKED = ev.ThanksSent(at=at(3, 10, 18), specific="what you said about soil maps")

_prepared = (FOUND, READY)
_introduced = (FOUND, INTRO_ASKED)
_requested = (*_prepared, ASKED)
_accepted = (*_requested, ev.Accepted(at=at(3, 4)))
_scheduling = (
    *_accepted,
    ev.TimesProposed(at=at(3, 4, 10), slots=(TALK, slot_at(at(3, 11, 14)))),
)
_scheduled = (*_scheduling, AGREED)
_confirmed = (*_scheduled, ev.Confirmed(at=at(3, 9)))
_in_progress = (*_confirmed, ev.Started(at=TALK.start))
_written = (*_requested, ev.WrittenAnswersOffered(at=at(3, 4)))
_held = (*_in_progress, TALKED)
_thanked = (*_held, THANKED)
_in_touch = (*_thanked, ev.Reconnected(at=at(4, 21, 18), hook="I met the river office"))

LIVES: dict[Stage, tuple[Event, ...]] = {
    Stage.IDENTIFIED: (FOUND,),
    Stage.PREPARED: _prepared,
    Stage.INTRO_PENDING: _introduced,
    Stage.REQUESTED: _requested,
    Stage.DEFERRED: (*_requested, ev.Deferred(at=at(3, 5), until=date(2026, 4, 10))),
    Stage.ACCEPTED: _accepted,
    Stage.SCHEDULING: _scheduling,
    Stage.SCHEDULED: _scheduled,
    Stage.CONFIRMED: _confirmed,
    Stage.IN_PROGRESS: _in_progress,
    Stage.WRITTEN: _written,
    Stage.HELD: _held,
    Stage.THANKED: _thanked,
    Stage.IN_TOUCH: _in_touch,
    Stage.DORMANT: (*_in_touch, ev.Lapsed(at=at(4, 21, 18) + timedelta(days=180))),
    Stage.DECLINED: (*_requested, ev.Declined(at=at(3, 4), reason="a busy spring")),
    Stage.NO_RESPONSE: (*_requested, ev.Expired(at=at(3, 24))),
    Stage.WITHDRAWN: (*_requested, ev.Withdrawn(at=at(3, 4))),
    Stage.CANCELLED: (*_scheduled, ev.Cancelled(at=at(3, 6), by=Party.CONTACT)),
    Stage.NO_SHOW: (*_confirmed, ev.NoShowRecorded(at=at(3, 10, 14, 15), by=Party.CONTACT)),
    Stage.CLOSED: (
        *_thanked,
        ev.DebriefWritten(at=at(3, 10, 20), debrief=DEBRIEF),
        ev.Closed(at=at(3, 11), outcome="a clear picture"),
    ),
}
"""One told life for every stage, each legal under the classic policy."""

LONG_LIFE: tuple[Event, ...] = (
    *_introduced,
    ev.CheckedBack(at=at(3, 10), check_back_on=date(2026, 3, 17)),
    ev.IntroRefused(at=at(3, 11)),
    ev.NameUseAnswered(at=at(3, 11, 10), granted=True),
    ev.RequestSent(at=at(3, 12), minutes=20, id="asked"),
    ev.OutOfOfficeReceived(at=at(3, 12, 10), return_on=date(2026, 3, 16)),
    ev.Nudged(at=at(3, 23)),
    ev.Deferred(at=at(3, 24), until=date(2026, 4, 1)),
    ev.Retried(at=at(4, 14), minutes=15),
    ev.Expired(at=at(5, 11)),
    ev.Accepted(at=at(5, 12)),
    ev.GroupJoined(at=at(5, 12), group_id="panel-1"),
    ev.TimesProposed(at=at(5, 12, 10), slots=(slot_at(at(5, 20)),)),
    ev.TimeCountered(at=at(5, 13), slots=(slot_at(at(5, 21)),)),
    ev.GroupLeft(at=at(5, 13)),
    ev.Scheduled(at=at(5, 14), slot=slot_at(at(5, 21))),
    ev.Confirmed(at=at(5, 20), by=Party.CONTACT),
    ev.Rescheduled(at=at(5, 20, 10), slot=slot_at(at(5, 22)), by=Party.SEEKER),
    ev.Rescheduled(at=at(5, 20, 11), slot=slot_at(at(5, 25)), by=Party.CONTACT),
    ev.NoShowRecorded(at=at(5, 25, 9, 30), by=Party.SEEKER),
    ev.ApologySent(at=at(5, 25, 10)),
    ev.Rebooked(at=at(5, 26)),
    ev.Scheduled(at=at(5, 26, 10), slot=slot_at(at(6, 2))),
    ev.Started(at=at(6, 2)),
    ev.OverrunGranted(at=at(6, 2, 9, 20), minutes=5),
    ev.ResumeRequested(at=at(6, 2, 9, 21)),
    ev.OpportunityRaised(at=at(6, 2, 9, 22)),
    ev.Held(at=at(6, 2, 9, 25), minutes=25),
    ev.ResumeShared(at=at(6, 2, 10)),
    ev.NoteTaken(at=at(6, 2, 10), note=Note("a patient teacher")),
    ev.DebriefWritten(at=at(6, 2, 11), debrief=DEBRIEF),
    ev.InsightRecorded(at=at(6, 2, 11), insight=INSIGHT),
    ev.InsightRecorded(at=at(6, 2, 11), insight=ADVICE),
    ev.ReferralReceived(at=at(6, 2, 11), referral=attrs.evolve(REFERRAL, id="r-0")),
    ev.Undone(at=at(6, 2, 11), reason="the wrong id"),
    ev.ReferralReceived(at=at(6, 2, 11), referral=REFERRAL),
    ev.NameUseAnswered(at=at(6, 2, 11), granted=True, referral_id="r-1"),
    ev.CommitmentMade(at=at(6, 2, 11), commitment=PROMISE),
    ev.ThanksSent(at=at(6, 2, 18), specific="what you said about soil maps"),
    ev.CommitmentKept(at=at(6, 3), commitment_id="p-1"),
    ev.ReportedBack(at=at(6, 20), about="r-1", outcome="we talked"),
    ev.Touched(at=at(6, 21), by=Party.CONTACT),
    ev.Lapsed(at=at(12, 18)),
    ev.Reconnected(at=at(12, 18, 10), hook="the maps are drawn"),
    ev.ObligationWaived(at=at(12, 18, 11), obligation_id="report_back:a-1", reason="told on the phone"),
    ev.Closed(at=at(12, 19)),
)
"""One life in which nearly everything happens."""


def life(*events: Event, policy: Policy = CLASSIC, calendar: BusinessCalendar = WEEKDAYS) -> Interview:
    """Live through events, the first of which is `Identified`, under a policy."""
    first, *rest = events
    assert isinstance(first, ev.Identified)
    interview = Interview.open(first)
    for event in rest:
        interview = interview.apply(event, policy=policy, calendar=calendar)
    return interview


def verdict_of(lived_on: Callable[[], Interview]) -> tuple[Interview | None, frozenset[str] | None]:
    """Try a step: the next interview, the codes of the rules against it, or `None` where there is no step."""
    try:
        return lived_on(), frozenset()
    except IllegalTransitionError:
        return None, None
    except GuardError as error:
        return None, frozenset(reason.code for reason in error.reasons)


def living(stage: Stage) -> Interview:
    """Find an interview in a stage."""
    return life(*LIVES[stage])


# -- drawn lives ------------------------------------------------------------------------------------------

ZONES = (BERLIN, AUCKLAND, "America/Los_Angeles", "Asia/Kathmandu", "Africa/Cairo", "UTC")
_PAUSES = tuple(
    timedelta(**span)
    for span in (
        {},
        {"microseconds": 1},
        {"minutes": 10},
        {"hours": 5},
        {"days": 1},
        {"days": 3},
        {"days": 11},
    )
)


@attrs.frozen
class Author:
    """Makes up what an event says, so that it fits; a wild author also writes what does not.

    Attributes:
        draw: Where chance comes from.
        talk: The interview so far.
        now: When the event happens.
        policy: The etiquette that it must fit.
        wild: Whether unfit things may be said too.
    """

    draw: st.DrawFn
    talk: Interview
    now: datetime
    policy: Policy
    wild: bool

    def among(self, fit: Iterable[Any], unfit: Iterable[Any] = ()) -> Any:  # noqa: ANN401 - any field's value
        """Choose a value for a field."""
        return self.draw(st.sampled_from((*fit, *(unfit if self.wild else ()))))

    def day(self, ahead: int) -> date:
        """Name a day counted from today in the contact's zone."""
        return self.now.astimezone(ZoneInfo(self.talk.zone)).date() + timedelta(days=ahead)

    def ahead(self, fit: Iterable[int], unfit: Iterable[int] = ()) -> date:
        """Choose a day counted from today in the contact's zone."""
        return self.day(self.among(fit, unfit))

    def slot(self, *, later: int = 0) -> Slot:
        """Choose a time for a talk, *later* hours after the soonest."""
        lead = self.among((120, 121, 3_000), (119, 0, -60))
        minutes = self.among((15, 20, 30), (14, 31))
        start = self.now + timedelta(minutes=lead, hours=later)
        return Slot(start=start, minutes=minutes, zone=self.talk.zone)

    def slots(self) -> tuple[Slot, ...]:
        """Choose times that do not overlap."""
        count = self.among((1, 2, 4), (5,))
        step = self.among((60,), (0,))
        return tuple(self.slot(later=step * number) for number in range(count))

    def owed(self, kind: ObligationKind) -> str:
        """Choose something that is owed."""
        known = [o.reference for o in self.talk.obligations if o.kind is kind]
        return self.among(known or ["nobody"], ["nobody"])

    def fresh(self, letter: str) -> str:
        """Choose an id that is not taken."""
        taken = [taken.id for taken in (*self.talk.insights, *self.talk.referrals, *self.talk.commitments)]
        return self.among([f"{letter}-{self.talk.version}"], taken)

    def asking(self) -> dict[str, Any]:
        """Choose what a request says."""
        connection = self.talk.connection
        granted = connection is not None and connection.consent is Consent.GRANTED
        nobody = connection is None or connection.referrer_id is None
        fit = [False, *([True] if granted else []), *([None] if granted or nobody else [])]
        resume = self.talk.resume_requested or self.policy.resume is ResumeRule.BRING
        return {
            "minutes": self.among((15, 20, 30), (14, 31)),
            "names_referrer": self.among(fit, (True, None)),
            "attaches_resume": self.among((False, True) if resume else (False,), (True,)),
        }

    def move(self) -> dict[str, Any]:
        """Choose who moves the talk, and to when."""
        may = self.talk.moves_by_seeker < self.policy.move_max
        movers = (Party.CONTACT, Party.SEEKER) if may else (Party.CONTACT,)
        return {"slot": self.slot(), "by": self.among(movers, (Party.SEEKER,))}

    def reconnection(self) -> dict[str, Any]:
        """Choose news, urgent where it comes early."""
        last, connection = self.talk.last_contact_at, self.talk.connection
        kind = connection.kind if connection else None
        days = self.policy.reconnect_days_for(kind, first=self.talk.stage is Stage.THANKED)
        early = last is None or self.now < last + timedelta(days=days)
        return {
            "hook": self.among(("news",), (None,)),
            "urgent": self.among((True,) if early else (False,), (False,)),
        }

    def name_use(self) -> dict[str, Any]:
        """Choose whose name may be used."""
        connection = self.talk.connection
        fit: list[str | None] = [r.id for r in self.talk.referrals]
        fit += [None] if connection is not None and connection.referrer_id is not None else []
        return {
            "granted": self.among((True, False)),
            "referral_id": self.among(fit or [None], ("nobody", None)),
        }


def _waiver(author: Author) -> dict[str, Any]:
    owed = [o.id for o in author.talk.obligations]
    return {
        "obligation_id": author.among(owed or ["nothing"], ["nothing"]),
        "reason": author.among(("agreed",), (None,)),
    }


_PARTIES = (Party.SEEKER, Party.CONTACT)

CONTENTS: dict[type[Event], Callable[[Author], dict[str, Any]]] = {
    ev.Identified: lambda _: {"interview_id": "x", "seeker_id": "x", "contact_id": "x", "zone": "UTC"},
    ev.Prepared: lambda author: {
        "objective": OBJECTIVE,
        "connection": author.among((COLD, FRIEND, GRANTED, REFUSED)),
    },
    ev.IntroRequested: lambda author: {
        "objective": author.among((OBJECTIVE,), (None,)),
        "connection": author.among((FRIEND, GRANTED), (COLD,)),
        "check_back_on": author.ahead((7, 8, 10), (6, 11)),
    },
    ev.CheckedBack: lambda author: {
        "check_back_on": author.among((None, author.day(7), author.day(10)), (author.day(6), author.day(12)))
    },
    ev.IntroMade: lambda author: {
        "contact_agreed": author.among((True,), (False,)),
        "accepted": author.among((True, False)),
    },
    ev.NameUseAnswered: Author.name_use,
    ev.RequestSent: Author.asking,
    ev.OutOfOfficeReceived: lambda author: {
        "return_on": author.among((None, author.day(-1), author.day(0), author.day(9)))
    },
    ev.Deferred: lambda author: {"until": author.ahead((1, 10, 40), (0, -3))},
    ev.Retried: Author.asking,
    ev.QuestionsSent: lambda author: {"count": author.among((1, 5), (6,))},
    ev.GroupJoined: lambda author: {"group_id": author.among(("panel-1", "panel-2"))},
    ev.TimesProposed: lambda author: {"slots": author.slots()},
    ev.TimeCountered: lambda author: {"slots": author.slots()[:4], "by": author.among(_PARTIES)},
    ev.Scheduled: lambda author: {"slot": author.slot()},
    ev.Confirmed: lambda author: {"by": author.among(_PARTIES)},
    ev.Rescheduled: Author.move,
    ev.Cancelled: lambda author: {"by": author.among(_PARTIES), "final": author.among((False, True))},
    ev.NoShowRecorded: lambda author: {"by": author.among(_PARTIES)},
    ev.OverrunGranted: lambda author: {
        "minutes": author.among(
            range(1, max(2, author.policy.overrun_minutes - author.talk.overrun_minutes + 1)), (6,)
        )
    },
    ev.DebriefWritten: lambda _: {"debrief": DEBRIEF},
    ev.InsightRecorded: lambda author: {
        "insight": attrs.evolve(INSIGHT, id=author.fresh("i"), advice=author.among((True, False)))
    },
    ev.NoteTaken: lambda _: {"note": Note("a small thing")},
    ev.ReferralReceived: lambda author: {"referral": attrs.evolve(REFERRAL, id=author.fresh("r"))},
    ev.CommitmentMade: lambda author: {
        "commitment": attrs.evolve(PROMISE, id=author.fresh("p"), owner=author.among(_PARTIES))
    },
    ev.CommitmentKept: lambda author: {"commitment_id": author.owed(ObligationKind.COMMITMENT)},
    ev.ThanksSent: lambda author: {"specific": author.among(("the maps",), (None,))},
    ev.ThanksWaived: lambda author: {"reason": author.among(("said in person",), (None,))},
    ev.ReportedBack: lambda author: {"about": author.owed(ObligationKind.REPORT_BACK)},
    ev.ObligationWaived: _waiver,
    ev.Touched: lambda author: {"by": author.among(_PARTIES)},
    ev.Reconnected: Author.reconnection,
    ev.Undone: lambda author: {"reason": author.among(("a slip of the hand",), (None,))},
}
"""What an event may say; the others say nothing but that they happened."""


def written_event(author: Author, kind: type[Event]) -> Event:
    """Make up an event of a kind."""
    said = CONTENTS[kind](author) if kind in CONTENTS else {}
    if kind is not ev.Identified:
        history = author.talk.history
        numbered = f"e-{len(history)}"
        # The same words at the same instant would be the same event.
        unnumbered = () if author.now == history[-1].at else (None, None)
        said["id"] = author.among((numbered, *unnumbered), [event.id for event in history])
        said["interview_id"] = author.among((None, None, author.talk.id), ("another talk",))
    return kind(at=author.now, **said)


@st.composite
def openings(draw: st.DrawFn) -> ev.Identified:
    """Draw the beginning of a life."""
    return ev.Identified(
        at=at(1, 1) + timedelta(hours=draw(st.integers(0, 24 * 365))),
        id=draw(st.sampled_from((None, "e-0"))),
        interview_id="talk-1",
        seeker_id="mira",
        contact_id="jonas",
        zone=draw(st.sampled_from(ZONES)),
    )


def kinds_in(stage: Stage, *, patient: bool) -> list[type[Event]]:
    """List the events of a stage: all, or those that lead on more often and those that give up not at all."""
    rows = [row for row in TRANSITIONS if row.source is stage]
    if not patient:
        return [row.event for row in rows]
    going = [row for row in rows if row.target not in (Stage.WITHDRAWN, Stage.CLOSED)]
    moving = [row for row in going if row.target not in (stage, None)]
    return [row.event for row in (*going, *moving, *moving)]


@st.composite
def beginnings(draw: st.DrawFn) -> tuple[Event, ...]:
    """Draw a beginning: a first event alone, a told life, or a part of the long one."""
    opening = openings().map(lambda event: (event,))
    told = st.sampled_from(tuple(LIVES.values()))
    part = st.integers(1, len(LONG_LIFE)).map(lambda length: LONG_LIFE[:length])
    return draw(st.one_of(opening, told, part))


@st.composite
def histories(draw: st.DrawFn, *, most: int = 25) -> tuple[Event, ...]:
    """Draw a legal life: the table says what may follow, waiting until `Decision.earliest` makes it so."""
    interview = life(*draw(beginnings()))
    now = interview.history[-1].at
    for _ in range(draw(st.integers(0, most))):
        kinds = kinds_in(interview.stage, patient=draw(st.integers(0, 9)) > 0)
        if not kinds:
            break
        now += draw(st.sampled_from(_PAUSES))
        kind = draw(st.sampled_from(kinds))
        decision = interview.decide(kind, now=now)
        if decision.earliest is not None:
            now = decision.earliest
            author = Author(draw, interview, now, CLASSIC, wild=False)
            interview = interview.apply(written_event(author, kind))
    return interview.history


@st.composite
def attempts(draw: st.DrawFn, interview: Interview, *, policy: Policy = CLASSIC) -> Event:
    """Draw an event that may or may not be legal now: any kind, any content, any time near a limit."""
    here = kinds_in(interview.stage, patient=draw(st.integers(0, 9)) > 0)
    usual = bool(here) and draw(st.integers(0, 9)) > 0
    kind = draw(st.sampled_from(here if usual else ev.EVENT_TYPES))
    now = draw(moments(interview, kind, policy=policy))
    # Most attempts are tame: a wild one goes wrong in so many ways that lives would never get anywhere.
    wild = draw(st.integers(0, 3)) == 0
    return written_event(Author(draw, interview, now, policy, wild), kind)


@st.composite
def moments(
    draw: st.DrawFn, interview: Interview, kind: type[Event], *, policy: Policy = CLASSIC
) -> datetime:
    """Draw an instant: soon after the last event, seldom before it, or around the first legal one."""
    last = interview.history[-1].at
    soon = last + draw(st.sampled_from(_PAUSES))
    earliest = interview.decide(kind, now=soon, policy=policy).earliest or soon
    usual = (soon, earliest, earliest, earliest - MICROSECOND)
    return draw(st.sampled_from((*usual, *usual, last - MICROSECOND)))
