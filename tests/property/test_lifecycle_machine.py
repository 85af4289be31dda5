"""One life lived twice at once, by infoview and by the rulebook, as Hypothesis leads it.

The machine lets time go by, tries events that fit and events that do not, asks, undoes, does again, looks
back, and compares after every step. What infoview does stands in methods of its own, so that a machine can be
broken on purpose: the same rules must catch it.
"""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from functools import partial
from itertools import pairwise
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

import attrs
import pytest
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from tests.lives import (
    EASTER,
    LIVES,
    LONG_LIFE,
    LOOSE,
    MICROSECOND,
    POLICIES,
    ZONES,
    Author,
    EveryDay,
    Holidays,
    at,
    kinds_in,
    slot_at,
    verdict_of,
    written_event,
)
from tests.rulebook import Rulebook, summary_of

from infoview import _events as ev
from infoview._events import EVENT_TYPES, Event
from infoview._interview import Decision, Interview
from infoview._lifecycle import LIFECYCLE
from infoview._log import Log
from infoview._outreach import Outreach
from infoview._people import Party
from infoview._policy import Policy
from infoview._stages import ENDED, Stage
from infoview._time import WEEKDAYS, BusinessCalendar
from infoview.policies import CAMPUS, CLASSIC

LONG = settings(max_examples=settings().max_examples // 4, stateful_step_count=25)
"""So long for each of many beginnings."""

SHORT = settings(
    max_examples=150, stateful_step_count=20, phases=(Phase.generate,), report_multiple_bugs=False
)
"""Long enough to find what is broken, without looking for the shortest way there."""

S = Stage
DAY = timedelta(days=1)
HOURS = tuple(timedelta(hours=hours) for hours in (0, 1, 2, 3, 9))
SPANS = tuple(
    timedelta(**span)
    for span in (
        {"microseconds": 1},
        {"minutes": 1},
        {"minutes": 20},
        {"hours": 2},
        {"hours": 24},
        {"days": 3},
        {"days": 31},
        {"days": 200},
    )
)
EDGES = (-MICROSECOND, timedelta(), MICROSECOND)
TURNING_DAYS = ((1, 2), (1, 3), (3, 29), (3, 30), (4, 24), (9, 27), (10, 25), (10, 26), (12, 19), (12, 20))
"""Days on which clocks change somewhere, and the ends of the quiet days."""

CALENDARS = (
    WEEKDAYS,
    EASTER,
    EveryDay(),
    Holidays(frozenset(date(2026, month, 1 + day) for month in range(1, 13) for day in range(0, 28, 9))),
)

BOOKED = (S.SCHEDULED, S.CONFIRMED, S.IN_PROGRESS)
STILL_ASKING = (
    S.IDENTIFIED,
    S.PREPARED,
    S.INTRO_PENDING,
    S.REQUESTED,
    S.DEFERRED,
    S.ACCEPTED,
    S.SCHEDULING,
    S.WRITTEN,
)
WRITING = (
    ev.IntroRequested,
    ev.RequestSent,
    ev.Nudged,
    ev.Retried,
    ev.QuestionsSent,
    ev.TimesProposed,
    ev.TimeCountered,
    ev.Confirmed,
    ev.Rescheduled,
    ev.ApologySent,
    ev.Rebooked,
    ev.ResumeShared,
    ev.ThanksSent,
    ev.ReportedBack,
    ev.Reconnected,
    ev.Touched,
)
CAPPED = (ev.RequestSent, ev.Retried, ev.TimesProposed, ev.Scheduled, ev.Rescheduled)
"""What is refused on account of others."""

ANYWHERE = {ev.NameUseAnswered, ev.Undone, ev.DoNotContactAsked, ev.Erased}
TAKEN_AT_THE_END = {
    S.DECLINED: {*ANYWHERE, ev.ReplyThanked, ev.ObligationWaived, ev.Reopened},
    S.NO_RESPONSE: {*ANYWHERE, ev.Accepted, ev.Declined, ev.ObligationWaived, ev.Reopened},
    S.WITHDRAWN: {*ANYWHERE, ev.ObligationWaived, ev.Reopened},
    S.CANCELLED: {*ANYWHERE, ev.Rebooked, ev.ObligationWaived, ev.Reopened},
    S.NO_SHOW: {*ANYWHERE, ev.ApologySent, ev.ObligationWaived, ev.Rebooked, ev.GaveUp},
    S.CLOSED: ANYWHERE,
}


@st.composite
def openings_at_turns(draw: st.DrawFn) -> tuple[Event, ...]:
    """Draw the beginning of a life shortly before clocks change, or before the quiet days."""
    month, day = draw(st.sampled_from(TURNING_DAYS))
    zone = draw(st.sampled_from(ZONES))
    moment = at(month, day) - draw(st.integers(1, 6)) * DAY
    return (ev.Identified(at=moment, interview_id="talk-1", seeker_id="mira", contact_id="jonas", zone=zone),)


@st.composite
def outreaches(draw: st.DrawFn, event: Any, policy: Policy) -> Outreach:  # noqa: ANN401 - any event
    """Draw what else is going on, close to what a policy lets pass."""
    now = event.at

    def asked(most: int, span: timedelta) -> tuple[datetime, ...]:
        age = st.sampled_from((timedelta(), span - MICROSECOND, span, span + DAY))
        many, few = (now - draw(age) for _ in range(2))
        return (*[many] * (most - draw(st.integers(0, 2))), *[few] * draw(st.integers(0, 2)))

    return Outreach(
        seeker_requests=asked(policy.week_requests_max, 7 * DAY),
        contact_requests=asked(policy.contact_month_max, 30 * DAY),
        colleague_requests=tuple(now - days * DAY for days in draw(st.lists(st.integers(0, 7), max_size=2))),
        organisation_open=draw(st.integers(0, policy.organisation_live_max)),
        taken=tuple(
            attrs.evolve(slot, start=slot.start + timedelta(minutes=draw(st.sampled_from((-15, -14, 30)))))
            for slot in getattr(event, "slots", ())[: draw(st.integers(0, 1))]
        ),
    )


def parts_of_the_long_life() -> st.SearchStrategy[tuple[Event, ...]]:
    """Draw where to stop in the life in which nearly everything happens."""
    return st.integers(1, len(LONG_LIFE)).map(lambda length: LONG_LIFE[:length])


class SideBySide(RuleBasedStateMachine):
    """One life, lived by infoview and by the rulebook."""

    begins: ClassVar[st.SearchStrategy[tuple[Event, ...]]]
    policies: ClassVar[tuple[Policy, ...]] = POLICIES
    calendars: ClassVar[tuple[BusinessCalendar, ...]] = CALENDARS
    happened: ClassVar[set[type[Event]]] = set()
    """What happened in any life, but for its beginning."""

    policy: Policy
    calendar: BusinessCalendar
    now: datetime
    talk: Interview
    book: Rulebook
    past: list[Interview]
    """The interview after every event."""
    counting: list[tuple[Interview, Event]]
    """Every event that still counts, but for the first, and the interview before it."""
    taken_back: Event
    one_policy: bool
    """Whether the whole life was lived by one policy."""

    # -- infoview -------------------------------------------------------------------------------------------

    def apply(self, interview: Interview, event: Event, **rest: Any) -> Interview:  # noqa: ANN401 - keywords
        """Record an event."""
        return interview.apply(event, **rest)

    def decide(self, interview: Interview, kind: type[Event], **rest: Any) -> Decision:  # noqa: ANN401 - keywords
        """Ask about an event."""
        return interview.decide(kind, **rest)

    def replay(self, events: Iterable[Event]) -> Interview:
        """Rebuild an interview."""
        return Interview.replay(events)

    def as_of(self, interview: Interview, moment: datetime) -> Interview:
        """Go back in time."""
        return interview.as_of(moment)

    # -- beginning and recording ----------------------------------------------------------------------------

    @initialize(data=st.data())
    def begin(self, data: st.DataObject) -> None:
        """Live a life up to some point by the classic policy, and go on by another one."""
        first, *rest = data.draw(self.begins, label="begins with")
        self.policy, self.calendar = CLASSIC, WEEKDAYS
        self.talk, self.now = Interview.open(first), first.at
        self.past, self.counting = [self.talk], []
        named = {policy.name: policy for policy in self.policies}
        policy = named[data.draw(st.sampled_from(tuple(named)), label="policy")]
        calendar = data.draw(st.sampled_from(self.calendars), label="calendar")
        self.book = Rulebook.begin(first, policy=policy, calendar=calendar)
        for event in rest:
            self.record(event, self.step(event))
        self.policy, self.calendar = policy, calendar
        self.one_policy = not rest or (policy is CLASSIC and calendar is WEEKDAYS)

    def step(self, event: Event, outreach: Outreach | None = None) -> Interview:
        """Take a step with infoview, which leaves alone the interview that it is taken from."""
        fields, history = {**vars(self.talk)}, self.talk.history
        asked = {"policy": self.policy, "calendar": self.calendar, "outreach": outreach}
        try:
            return self.apply(self.talk, event, **asked)
        finally:
            assert fields == vars(self.talk)
            assert history == self.talk.history

    def record(self, event: Event, after: Interview) -> None:
        """Write down a step that was taken."""
        before = self.talk
        assert (*before.history, event) == after.history
        if isinstance(event, ev.Undone):
            restored, self.taken_back = self.counting.pop()
            assert attrs.evolve(restored, log=after.log, undone=before.undone + 1) == after
        else:
            self.counting.append((before, event))
        self.book.record(event)
        self.talk, self.now = after, max(self.now, event.at)
        self.past.append(after)

    def attempt(self, event: Event, outreach: Outreach | None = None) -> bool:
        """Put an event to both, compare what they say, and write it down if they let it pass."""
        after, codes = verdict_of(partial(self.step, event, outreach))
        assert self.book.refuses(event, outreach) == codes
        if after is not None:
            self.record(event, after)
            self.happened.add(type(event))
        return after is not None

    def fitting(self, data: st.DataObject, kind: type[Event], now: datetime) -> Event:
        """Make up an event that fits, if any does."""
        return written_event(Author(data.draw, self.talk, now, self.policy, wild=False), kind)

    def usual_kind(self, data: st.DataObject) -> type[Event]:
        """Choose a kind of event that the stage knows. Undoing has a rule of its own."""
        patient = data.draw(st.integers(0, 2)) > 0
        kinds = [kind for kind in kinds_in(self.talk.stage, patient=patient) if kind is not ev.Undone]
        return data.draw(st.sampled_from(kinds or [ev.Undone]), label="kind")

    def earliest(self, kind: type[Event]) -> datetime | None:
        """Find the first instant from now on for an event of a kind."""
        asked = {"now": self.now, "policy": self.policy, "calendar": self.calendar}
        return self.talk.decide(kind, **asked).earliest

    # -- time -----------------------------------------------------------------------------------------------

    def local_midnight(self, day: date) -> datetime:
        """Name the first instant of a day where the contact is."""
        return datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(self.talk.zone)).astimezone(UTC)

    def today(self) -> date:
        """Read the date where the contact is."""
        return self.now.astimezone(ZoneInfo(self.talk.zone)).date()

    @rule(span=st.sampled_from(SPANS))
    def let_time_go_by(self, span: timedelta) -> None:
        """Wait for minutes, hours or days."""
        self.now += span

    @rule(days=st.integers(1, 16), edge=st.sampled_from(EDGES))
    def wait_for_a_midnight(self, days: int, edge: timedelta) -> None:
        """Wait for the end of a business day, or of a day off."""
        self.now = max(self.now, self.local_midnight(self.today() + days * DAY) + edge)

    @rule(turn=st.sampled_from(TURNING_DAYS), hours=st.sampled_from(HOURS))
    def wait_for_a_turn(self, turn: tuple[int, int], hours: timedelta) -> None:
        """Wait for a day on which clocks change, or for the quiet days to begin or end."""
        today = self.today()
        year = today.year + ((today.month, today.day) >= turn)
        self.now = self.local_midnight(date(year, *turn)) + hours

    @rule(data=st.data(), edge=st.sampled_from(EDGES))
    def wait_until_it_may_be(self, data: st.DataObject, edge: timedelta) -> None:
        """Wait until an event is legal, or nearly."""
        self.now = max(self.now, (self.earliest(self.usual_kind(data)) or self.now) + edge)

    # -- events ---------------------------------------------------------------------------------------------

    @rule(data=st.data(), steps=st.integers(1, 6))
    def go_on(self, data: st.DataObject, steps: int) -> None:
        """Record what may come next, as soon as it may, a few times."""
        for _ in range(steps):
            kind = self.usual_kind(data)
            first = self.earliest(kind)
            passed = self.attempt(self.fitting(data, kind, first or self.now))
            assert passed == (first is not None)

    @rule(data=st.data(), edge=st.sampled_from(EDGES))
    def try_anything(self, data: st.DataObject, edge: timedelta) -> None:
        """Try an event of any kind that says anything."""
        kind = data.draw(st.sampled_from(EVENT_TYPES), label="kind")
        author = Author(data.draw, self.talk, self.now + edge, self.policy, wild=True)
        self.attempt(written_event(author, kind))

    @rule(data=st.data(), wild=st.booleans())
    def try_what_the_stage_knows(self, data: st.DataObject, wild: bool) -> None:  # noqa: FBT001 - drawn
        """Try a usual event now, in time or not."""
        author = Author(data.draw, self.talk, self.now, self.policy, wild=wild)
        kind = data.draw(st.sampled_from(kinds_in(self.talk.stage, patient=False)), label="kind")
        self.attempt(written_event(author, kind))

    @precondition(lambda self: self.talk.stage in (S.PREPARED, S.DEFERRED, S.ACCEPTED, *BOOKED))
    @rule(data=st.data())
    def do_so_beside_others(self, data: st.DataObject) -> None:
        """Ask, or agree on a time, where others are asked and met too, and ask before whether one may."""
        kinds = [kind for kind in CAPPED if LIFECYCLE.row_for(kind, self.talk.stage)]
        kind = data.draw(st.sampled_from(kinds or [ev.RequestSent]), label="kind")
        event = self.fitting(data, kind, self.earliest(kind) or self.now)
        outreach = data.draw(outreaches(event, self.policy), label="outreach")
        self.answer_is_kept(event, outreach)
        self.attempt(event, outreach)

    @rule()
    def undo(self) -> None:
        """Take back the last event that counts, if there is one."""
        event = ev.Undone(at=self.now, reason="a slip of the hand", id=f"undo-{self.talk.version}")
        possible = bool(self.counting) and not self.talk.sealed
        assert self.attempt(event) == possible

    @precondition(lambda self: isinstance(self.talk.log.last, ev.Undone))
    @rule()
    def do_again(self) -> None:
        """Record once more what was just taken back."""
        self.attempt(attrs.evolve(self.taken_back, at=self.now, id=f"again-{self.talk.version}"))

    @rule(data=st.data())
    def repeat(self, data: st.DataObject) -> None:
        """Send in what is recorded already, under its own id, or another event under that id."""
        old = data.draw(st.sampled_from(self.talk.history), label="repeated")
        assert not self.attempt(old)
        fresh = self.fitting(data, self.usual_kind(data), self.now)
        ids = [event.id for event in self.talk.history if event.id]
        if ids:
            assert not self.attempt(attrs.evolve(fresh, id=data.draw(st.sampled_from(ids))))

    @rule(data=st.data())
    def mix_up(self, data: st.DataObject) -> None:
        """Send in an event of another interview, and one from before the last."""
        kind = self.usual_kind(data)
        foreign = attrs.evolve(self.fitting(data, kind, self.now), interview_id="talk-2")
        early = self.fitting(data, kind, self.talk.log.last.at - MICROSECOND)
        assert [self.attempt(event) for event in (foreign, early)] == [False, False]

    # -- questions ------------------------------------------------------------------------------------------

    def answer_is_kept(self, event: Event, outreach: Outreach | None = None) -> None:
        """Ask about an event whose content fits, and try it: the answer and what happens agree."""
        kind = type(event)
        asked = {"policy": self.policy, "calendar": self.calendar, "outreach": outreach}
        decision = self.decide(self.talk, kind, now=event.at, **asked)
        after, codes = verdict_of(partial(self.step, event, outreach))
        refused = {"illegal_transition"} if codes is None else codes
        told, about_content = ({r.code for r in rules} for rules in (decision.reasons, decision.requires))
        # A time fits or not, depending on what is taken; all else fits.
        assert decision.allowed == (after is not None or refused == {"slot_taken"})
        assert refused - about_content == told
        assert decision.allowed == (decision.earliest == event.at)

    @rule(data=st.data(), edge=st.sampled_from(EDGES))
    def ask(self, data: st.DataObject, edge: timedelta) -> None:
        """Ask about some kinds of event: the answer is what trying comes to."""
        kinds = [self.usual_kind(data) for _ in range(3)]
        for kind in (*kinds, data.draw(st.sampled_from(EVENT_TYPES), label="any kind")):
            self.answer_is_kept(self.fitting(data, kind, self.now + edge))

    @rule(data=st.data(), edge=st.sampled_from((timedelta(), MICROSECOND)))
    def look_back(self, data: st.DataObject, edge: timedelta) -> None:
        """Go back to an instant: there the interview is as it was then."""
        moment = data.draw(st.sampled_from(self.past), label="then").log.last.at + edge
        then = [interview for interview in self.past if interview.log.last.at <= moment][-1]
        assert self.as_of(self.talk, moment) == then

    @rule(data=st.data())
    def go_on_from_the_past(self, data: st.DataObject) -> None:
        """Let an interview that somebody kept take another way: the others do not notice."""
        kept = data.draw(st.sampled_from(self.past), label="kept")
        silence = ev.DoNotContactAsked(at=self.now, id="another way")
        histories = [interview.history for interview in (kept, self.talk)]
        other, _ = verdict_of(partial(self.apply, kept, silence))
        assert [interview.history for interview in (kept, self.talk)] == histories
        assert (other is None) == kept.sealed
        assert other is None or other.history == (*kept.history, silence)

    # -- what always holds ----------------------------------------------------------------------------------

    @invariant()
    def the_rulebook_agrees(self) -> None:
        """An independent reading of the guides stands where infoview stands."""
        assert self.book.summary == summary_of(self.talk)

    @invariant()
    def a_replay_gives_the_interview(self) -> None:
        """Replaying the events gives what is stored."""
        assert self.replay(self.talk.history) == self.talk

    @precondition(lambda self: self.one_policy)
    @invariant()
    def a_replay_refuses_nothing_that_passed(self) -> None:
        """What happened by a policy replays by that policy."""
        rules = {"policy": self.policy, "calendar": self.calendar}
        assert Interview.replay(self.talk.history, **rules) == self.talk

    @invariant()
    def time_never_runs_backwards(self) -> None:
        """No event of the log is earlier than the one before it."""
        assert all(before.at <= after.at for before, after in pairwise(self.talk.history))

    @invariant()
    def the_numbers_hold(self) -> None:
        """No attempt has more nudges, moves, no-shows or minutes than the policy allows."""
        talk, policy = self.talk, self.policy
        assert talk.nudges <= policy.nudge_max
        assert talk.moves_by_seeker <= policy.move_max
        assert talk.no_shows_by_contact <= policy.no_show_max
        assert talk.overrun_minutes <= policy.overrun_minutes

    @invariant()
    def one_meeting_is_live_at_most(self) -> None:
        """A time is agreed while a talk is booked, and none before."""
        if self.talk.stage in (*BOOKED, *STILL_ASKING):
            assert (self.talk.slot is not None) == (self.talk.stage in BOOKED)
        live = 0
        for event in self.talk.log.standing:
            live += isinstance(event, ev.Scheduled) - isinstance(event, ev.Rebooked | ev.Reopened)
            live = max(live, 0)
            assert live <= 1

    @invariant()
    def a_talk_is_thanked_for_once(self) -> None:
        """After a talk exactly one thank-you is owed until it is sent or waived, and never without one."""
        waivers = [event for event in self.talk.log.standing if isinstance(event, ev.ObligationWaived)]
        waived = any(waiver.obligation_id == "thank_you" for waiver in waivers)
        thanks = [owed for owed in self.talk.obligations if owed.kind == "thank_you"]
        assert len(thanks) == (self.talk.stage is S.HELD and not waived)

    @invariant()
    def a_no_is_only_thanked_for(self) -> None:
        """Whoever declined is written to no more, now or later, but for the thanks."""
        if self.talk.stage is S.DECLINED:
            assert [kind for kind in WRITING if self.earliest(kind)] == []

    @invariant()
    def an_end_takes_only_its_own(self) -> None:
        """An ended interview takes what is documented, and nothing else."""
        if self.talk.stage in ENDED:
            known = {kind for kind in EVENT_TYPES if LIFECYCLE.row_for(kind, self.talk.stage)}
            assert known == TAKEN_AT_THE_END[self.talk.stage]


# -- infoview keeps up ------------------------------------------------------------------------------------


def beginning(life: st.SearchStrategy[tuple[Event, ...]]) -> type[SideBySide]:
    """Make a machine whose lives begin like this."""

    class Begun(SideBySide):
        begins = life
        happened: ClassVar[set[type[Event]]] = set()

    return Begun


class TestSideBySide:
    """Rule: "`TRANSITIONS` is the only specification"; a second reading of the guides comes to the same."""

    def test_both_live_the_same_life(self) -> None:
        """Whatever is tried, whenever, both agree after every step; and nearly all that can happen does."""
        lives = [st.just(LIVES[stage]) for stage in Stage]
        machines = [beginning(life) for life in (*lives, parts_of_the_long_life(), openings_at_turns())]
        for machine in machines:
            run_state_machine_as_test(machine, settings=LONG)
        happened = set().union(*(machine.happened for machine in machines))
        assert happened < set(EVENT_TYPES)
        assert len(happened) >= 50


# -- broken machines are caught ---------------------------------------------------------------------------


def _told(*lives: Iterable[Event]) -> st.SearchStrategy[tuple[Event, ...]]:
    return st.sampled_from([tuple(life) for life in lives])


_NUDGED = (
    *LIVES[S.REQUESTED],
    ev.Nudged(at=at(3, 12)),
    ev.Scheduled(at=at(3, 12), slot=slot_at(at(3, 20))),
    ev.Confirmed(at=at(3, 12)),
)
_UNDONE = (*LIVES[S.REQUESTED], ev.Accepted(at=at(3, 4)), ev.Undone(at=at(3, 4), reason="misread"))
_MISSED = (
    *LIVES[S.SCHEDULED],
    ev.NoShowRecorded(at=at(3, 10, 15), by=Party.SEEKER),
    ev.ApologySent(at=at(3, 10, 16)),
)


class AnUndoForgetsAnObligation(SideBySide):
    """Take back the thanks, and owe them no more."""

    begins = _told(LIVES[S.THANKED])

    def apply(self, interview: Interview, event: Event, **rest: Any) -> Interview:  # noqa: ANN401 - keywords
        """Record an event."""
        after = interview.apply(event, **rest)
        return attrs.evolve(after, obligations=after.obligations[:1]) if after.undone else after


class AnUndoErasesHistory(SideBySide):
    """Take back an event as if nobody had ever written it down."""

    begins = _told(LIVES[S.PREPARED])

    def apply(self, interview: Interview, event: Event, **rest: Any) -> Interview:  # noqa: ANN401 - keywords
        """Record an event."""
        after = interview.apply(event, **rest)
        return attrs.evolve(after, log=Log.of(interview.history[:-1])) if after.undone else after


class AnUndoUndoesTheUndoing(SideBySide):
    """Take back the last event, even if that is an undoing: what was taken back counts again."""

    begins = _told(_UNDONE)

    def apply(self, interview: Interview, event: Event, **rest: Any) -> Interview:  # noqa: ANN401 - keywords
        """Record an event."""
        after = interview.apply(event, **rest)
        if isinstance(event, ev.Undone) and isinstance(interview.log.last, ev.Undone):
            before = Interview.replay(interview.history[:-1])
            return attrs.evolve(before, log=after.log, undone=after.undone)
        return after


class ADecisionLagsAMinute(SideBySide):
    """Answer as of a minute ago."""

    begins = _told(LIVES[S.CONFIRMED], LIVES[S.REQUESTED])

    def decide(self, interview: Interview, kind: type[Event], *, now: datetime, **rest: Any) -> Decision:  # noqa: ANN401 - keywords
        """Ask about an event."""
        return interview.decide(kind, now=now - timedelta(minutes=1), **rest)


class AMoveForgetsTheNudges(SideBySide):
    """Count the nudges anew when the talk is moved."""

    begins = _told(_NUDGED)

    def apply(self, interview: Interview, event: Event, **rest: Any) -> Interview:  # noqa: ANN401 - keywords
        """Record an event."""
        after = interview.apply(event, **rest)
        return attrs.evolve(after, nudges=0) if isinstance(event, ev.Rescheduled) else after


class AStepChangesWhatWasBefore(SideBySide):
    """Leave a mark in the interview that the step was taken from."""

    begins = _told(LIVES[S.IN_TOUCH])

    def apply(self, interview: Interview, event: Event, **rest: Any) -> Interview:  # noqa: ANN401 - keywords
        """Record an event."""
        after = interview.apply(event, **rest)
        vars(interview)["last_contact_at"] = event.at
        return after


class AReplaySkipsWhatFollowsAnUndoing(SideBySide):
    """Lose the first event after an undoing."""

    begins = _told(_UNDONE)

    def replay(self, events: Iterable[Event]) -> Interview:
        """Rebuild an interview."""
        history = tuple(events)
        kept = [
            event
            for before, event in pairwise((None, *history))
            if isinstance(event, ev.Undone) or not isinstance(before, ev.Undone)
        ]
        return attrs.evolve(Interview.replay(kept), log=Log.of(history))


class TheCapsAreIgnored(SideBySide):
    """Ask whomever one likes, however many are asked already."""

    begins = _told(LIVES[S.PREPARED])

    def apply(self, interview: Interview, event: Event, **rest: Any) -> Interview:  # noqa: ANN401 - keywords
        """Record an event."""
        return interview.apply(event, **rest | {"outreach": None})


class HolidaysAreForgotten(SideBySide):
    """Count every weekday, and no other day, as a business day."""

    begins = _told(LIVES[S.REQUESTED])
    calendars = (EveryDay(),)

    def apply(self, interview: Interview, event: Event, **rest: Any) -> Interview:  # noqa: ANN401 - keywords
        """Record an event."""
        return interview.apply(event, **rest | {"calendar": WEEKDAYS})

    def decide(self, interview: Interview, kind: type[Event], **rest: Any) -> Decision:  # noqa: ANN401 - keywords
        """Ask about an event."""
        return interview.decide(kind, **rest | {"calendar": WEEKDAYS})


class NobodyRestsAfterANoShow(SideBySide):
    """Book another time at once after one did not come."""

    begins = _told(_MISSED)
    policies = (CAMPUS, LOOSE)

    def apply(self, interview: Interview, event: Event, **rest: Any) -> Interview:  # noqa: ANN401 - keywords
        """Record an event."""
        return interview.apply(event, **rest | {"policy": attrs.evolve(self.policy, no_show_rest_days=0)})


class EveryTieHasTheSameRhythm(SideBySide):
    """Forget that the cadence depends on the relationship."""

    begins = _told(LIVES[S.IN_TOUCH])
    policies = (attrs.evolve(LOOSE, reconnect_days=170),)

    def apply(self, interview: Interview, event: Event, **rest: Any) -> Interview:  # noqa: ANN401 - keywords
        """Record an event."""
        return interview.apply(event, **rest | {"policy": attrs.evolve(self.policy, cadence=())})


class TheInstantItselfIsLeftOut(SideBySide):
    """Go back to just before an instant."""

    begins = _told(LIVES[S.HELD])

    def as_of(self, interview: Interview, moment: datetime) -> Interview:
        """Go back in time."""
        return interview.as_of(max(moment - MICROSECOND, interview.history[0].at))


class GroupsAreJoinedTwice(SideBySide):
    """Leave a group without asking when another is joined."""

    begins = _told((*LIVES[S.ACCEPTED], ev.GroupJoined(at=at(3, 5), group_id="panel-0")))

    def apply(self, interview: Interview, event: Event, **rest: Any) -> Interview:  # noqa: ANN401 - keywords
        """Record an event."""
        joins = isinstance(event, ev.GroupJoined)
        return (attrs.evolve(interview, group_id=None) if joins else interview).apply(event, **rest)


class RepetitionsPass(SideBySide):
    """Record whatever comes, even if it is there already."""

    begins = _told((attrs.evolve(LIVES[S.PREPARED][0], id="e-0"), *LIVES[S.PREPARED][1:]))

    def apply(self, interview: Interview, event: Event, **rest: Any) -> Interview:  # noqa: ANN401 - keywords
        """Record an event."""
        after = interview.apply(attrs.evolve(event, id=None), **rest)
        return attrs.evolve(after, log=interview.log.plus(event))


BROKEN = (
    AnUndoForgetsAnObligation,
    AnUndoErasesHistory,
    AnUndoUndoesTheUndoing,
    ADecisionLagsAMinute,
    AMoveForgetsTheNudges,
    AStepChangesWhatWasBefore,
    AReplaySkipsWhatFollowsAnUndoing,
    TheCapsAreIgnored,
    HolidaysAreForgotten,
    NobodyRestsAfterANoShow,
    EveryTieHasTheSameRhythm,
    TheInstantItselfIsLeftOut,
    GroupsAreJoinedTwice,
    RepetitionsPass,
)


class TestBrokenMachines:
    """Rule: "every law has a broken double that it catches"."""

    @pytest.mark.parametrize("broken", BROKEN, ids=lambda broken: broken.__name__)
    def test_are_caught(self, broken: type[SideBySide]) -> None:
        """Going on from where the break matters, the two soon disagree."""
        with pytest.raises(AssertionError):
            run_state_machine_as_test(broken, settings=SHORT)
