"""The lifecycle walked to its end: every state that a life can come to, and every step from there.

Lives differ in words and days, which no rule asks about. A `State` keeps of an interview what the rules can
still ask about; two interviews of one state may go the same ways. So one interview for each state is enough,
and the walk ends. It runs on the real `Interview.apply`, under the numbers of the classic policy.
"""

from collections import deque
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import attrs
import pytest
from tests.lives import (
    ADVICE,
    COLD,
    DEBRIEF,
    FOUND,
    FRIEND,
    INSIGHT,
    MICROSECOND,
    OBJECTIVE,
    PROMISE,
    REFERRAL,
    slot_at,
)

from infoview import _events as ev
from infoview import _guards as guard
from infoview import _interview
from infoview._effects import Effect
from infoview._events import EVENT_TYPES, Event
from infoview._guards import NEVER, Case, Guard, Verdict
from infoview._interview import Decision, Interview
from infoview._lifecycle import LIFECYCLE
from infoview._obligations import Obligation, ObligationKind
from infoview._people import Consent, Party
from infoview._stages import ENDED, Stage
from infoview._takeaways import Note
from infoview._time import Slot
from infoview._transitions import TRANSITIONS, Transition
from infoview.exceptions import GuardError, IllegalTransitionError
from infoview.policies import CLASSIC

S = Stage

MINUTE = timedelta(minutes=1)

BOOKED = {S.SCHEDULED, S.CONFIRMED, S.IN_PROGRESS}
PAST_ASKING = {S.IN_PROGRESS, S.HELD, S.THANKED, S.IN_TOUCH, S.DORMANT, S.CLOSED}
"""No way leads back from here to the asking: what was counted then is asked about no more."""

FORGOTTEN_GROUPS = {S.DECLINED, S.WITHDRAWN}
"""From here the only way leads to another attempt, which begins in no group."""

SEALING = {"DoNotContactAsked", "Erased"}


# -- states -----------------------------------------------------------------------------------------------

Prospects = dict[type[Event], datetime]
"""The events that may follow, now or after waiting, each with its first instant."""


@attrs.frozen(kw_only=True)
class State:
    """What the rules can still ask about an interview.

    Attributes:
        stage: Where it stands.
        sealed: Whether silence was asked for.
        owed: The sorts of obligation that are open.
        too_early: The events for which it is only too early: how the clock stands.
        nudges: How many nudges there were.
        moves: How often the seeker moved the talk.
        no_shows: How often the contact was missing.
        overrun: Whether the time that may be granted is used up.
        prepared: Whether the objective is known.
        names: Whether somebody's name could be asked for.
        granted: Whether the referrer's name may be used.
        resume: Whether the contact asked for the résumé.
        final: Whether the talk was called off for good.
        grouped: Whether the contact takes part in a group talk.
    """

    stage: Stage
    sealed: bool
    owed: frozenset[ObligationKind]
    too_early: frozenset[str]
    nudges: int = 0
    moves: int = 0
    no_shows: int = 0
    overrun: bool = False
    prepared: bool = False
    names: bool = False
    granted: bool = False
    resume: bool = False
    final: bool = False
    grouped: bool = False


def _attempt(talk: Interview) -> dict[str, Any]:
    """Tell how the asking went. What breaks a rule counts as one more, so that a broken walk ends too."""
    return {
        "nudges": min(talk.nudges, CLASSIC.nudge_max + 1),
        "moves": min(talk.moves_by_seeker, CLASSIC.move_max + 1),
        "no_shows": min(talk.no_shows_by_contact, CLASSIC.no_show_max + 1),
        "prepared": talk.objective is not None,
        "granted": talk.connection is not None and talk.connection.consent is Consent.GRANTED,
        "final": talk.cancellation is not None and talk.cancellation.final,
        "grouped": talk.group_id is not None and talk.stage not in FORGOTTEN_GROUPS,
    }


def soon_after(talk: Interview) -> datetime:
    """Find the instant a minute after the last event."""
    return talk.log.last.at + MINUTE


def decide_soon(talk: Interview, kind: type[Event]) -> Decision:
    """Ask whether an event may be recorded a minute after the last."""
    return talk.decide(kind, now=soon_after(talk))


def prospects(talk: Interview) -> Prospects:
    """Find what may follow, given fitting content.

    Undoing is no step of the walk: it leads back along one. A law of its own tries it after every step.
    """
    known = [kind for kind, stages in LIFECYCLE.rows.items() if talk.stage in stages]
    soon = soon_after(talk)
    asked = {kind: talk.decide(kind, now=soon).earliest for kind in known if kind is not ev.Undone}
    return {kind: moment for kind, moment in asked.items() if moment}


def state_of(talk: Interview, ahead: Prospects) -> State:
    """Keep what the rules can still ask about."""
    soon = soon_after(talk)
    connection = talk.connection
    return State(
        stage=talk.stage,
        sealed=talk.sealed,
        owed=frozenset(o.kind for o in talk.obligations),
        too_early=frozenset(kind.__name__ for kind, moment in ahead.items() if moment > soon),
        overrun=talk.stage is S.IN_PROGRESS and talk.overrun_minutes >= CLASSIC.overrun_minutes,
        names=bool(talk.referrals or (connection and connection.referrer_id)),
        resume=talk.resume_requested and talk.stage is not S.CLOSED,
        **({} if talk.stage in PAST_ASKING else _attempt(talk)),
    )


# -- the alphabet -----------------------------------------------------------------------------------------


def _day(talk: Interview, now: datetime, ahead: int) -> date:
    return now.astimezone(ZoneInfo(talk.zone)).date() + timedelta(days=ahead)


def _soon(now: datetime) -> Slot:
    return slot_at(now + timedelta(minutes=CLASSIC.slot_lead_minutes))


def _owes(talk: Interview, kind: ObligationKind) -> bool:
    return any(o.kind is kind for o in talk.obligations)


def _referenced(talk: Interview, kind: ObligationKind) -> list[str]:
    return [o.reference for o in talk.obligations if o.kind is kind]


def _requests(_talk: Interview, _now: datetime) -> list[dict[str, Any]]:
    plain = {"minutes": 20, "names_referrer": False}
    return [{"minutes": 20}, plain, {**plain, "attaches_resume": True}]


def _insights(talk: Interview, _now: datetime) -> list[dict[str, Any]]:
    plain = {"insight": attrs.evolve(INSIGHT, id=f"i-{talk.version}")}
    advice = {"insight": attrs.evolve(ADVICE, id=f"a-{talk.version}")}
    return [plain] if _owes(talk, ObligationKind.REPORT_BACK) else [plain, advice]


def _names(talk: Interview, _now: datetime) -> list[dict[str, Any]]:
    fresh = {"referral": attrs.evolve(REFERRAL, id=f"r-{talk.version}")}
    return [] if _owes(talk, ObligationKind.REPORT_BACK) else [fresh]


def _promises(talk: Interview, _now: datetime) -> list[dict[str, Any]]:
    if _owes(talk, ObligationKind.COMMITMENT):
        return []
    promise = attrs.evolve(PROMISE, id=f"p-{talk.version}")
    return [{"commitment": attrs.evolve(promise, owner=owner)} for owner in Party]


def _answers_on_names(talk: Interview, _now: datetime) -> list[dict[str, Any]]:
    about = [None, *(r.id for r in talk.referrals[-1:])]
    return [{"granted": granted, "referral_id": name} for granted in (True, False) for name in about]


_BY: list[dict[str, Any]] = [{"by": party} for party in Party]

ALPHABET: dict[type[Event], Callable[[Interview, datetime], list[dict[str, Any]]]] = {
    ev.Prepared: lambda *_: [{"objective": OBJECTIVE, "connection": c} for c in (COLD, FRIEND)],
    ev.IntroRequested: lambda talk, now: [
        {"objective": words, "connection": FRIEND, "check_back_on": _day(talk, now, CLASSIC.check_back_min)}
        for words in (OBJECTIVE, None)
    ],
    ev.CheckedBack: lambda talk, now: [{}, {"check_back_on": _day(talk, now, CLASSIC.check_back_min)}],
    ev.IntroMade: lambda *_: [{"contact_agreed": True, "accepted": yes} for yes in (False, True)],
    ev.NameUseAnswered: _answers_on_names,
    ev.RequestSent: _requests,
    ev.OutOfOfficeReceived: lambda talk, now: [{}, {"return_on": _day(talk, now, 30)}],
    ev.Deferred: lambda talk, now: [{"until": _day(talk, now, 1)}],
    ev.Retried: _requests,
    ev.GroupJoined: lambda *_: [{"group_id": "panel-1"}],
    ev.QuestionsSent: lambda *_: [{"count": CLASSIC.written_questions_max}],
    ev.TimesProposed: lambda _, now: [{"slots": (_soon(now),)}],
    ev.TimeCountered: lambda _, now: [{"slots": (_soon(now),)}],
    ev.Scheduled: lambda _, now: [{"slot": _soon(now)}],
    ev.Confirmed: lambda *_: _BY,
    ev.Rescheduled: lambda _, now: [{"slot": _soon(now), **by} for by in _BY],
    ev.Cancelled: lambda *_: [{"final": final, **by} for by in _BY for final in (False, True)],
    ev.NoShowRecorded: lambda *_: _BY,
    ev.OverrunGranted: lambda *_: [{"minutes": CLASSIC.overrun_minutes}],
    ev.DebriefWritten: lambda *_: [{"debrief": DEBRIEF}],
    ev.InsightRecorded: _insights,
    ev.NoteTaken: lambda *_: [{"note": Note("a small thing")}],
    ev.ReferralReceived: _names,
    ev.CommitmentMade: _promises,
    ev.CommitmentKept: lambda talk, _: [
        {"commitment_id": about} for about in _referenced(talk, ObligationKind.COMMITMENT)
    ],
    ev.ThanksSent: lambda *_: [{"specific": "the maps"}],
    ev.ThanksWaived: lambda *_: [{"reason": "said in person"}],
    ev.ReportedBack: lambda talk, _: [
        {"about": about} for about in _referenced(talk, ObligationKind.REPORT_BACK)
    ],
    ev.ObligationWaived: lambda talk, _: [
        {"obligation_id": owed.id, "reason": "agreed"} for owed in talk.obligations
    ],
    ev.Touched: lambda *_: _BY,
    ev.Reconnected: lambda *_: [{"hook": "news", "urgent": urgent} for urgent in (True, False)],
}
"""What the events of the walk say; the others say only that they happened. No second obligation of a kind."""


def events_at(talk: Interview, kind: type[Event], now: datetime) -> list[Event]:
    """Write the events of a kind."""
    said = ALPHABET[kind](talk, now) if kind in ALPHABET else [{}]
    return [kind(at=now, **words) for words in said]


# -- the walk ---------------------------------------------------------------------------------------------


@attrs.frozen
class Step:
    """One event that was recorded.

    Attributes:
        before: The interview before it.
        event: The event.
        after: The interview after it.
    """

    before: Interview
    event: Event
    after: Interview


@attrs.frozen(kw_only=True)
class Walk:
    """What a walk came by.

    Attributes:
        without: The kinds of event that were left out.
        states: Every state, with the first interview that came to it.
        ahead: What may follow there.
        steps: One step for every state, kind of event and state it leads to.
        unlike: The interviews after which other events may follow than after the first one in their state.
    """

    without: frozenset[type[Event]]
    states: dict[State, Interview] = attrs.field(factory=dict)
    ahead: dict[State, Prospects] = attrs.field(factory=dict)
    steps: dict[tuple[State, type[Event], State], Step] = attrs.field(factory=dict)
    unlike: list[Interview] = attrs.field(factory=list)

    def ways(self) -> Iterator[tuple[State, State]]:
        """List the ways that lead on without asking for silence."""
        return ((a, b) for a, kind, b in self.steps if kind.__name__ not in SEALING)

    def astray(self, goals: set[State]) -> list[State]:
        """List the states from which no way comes to any of the goals."""
        sources: dict[State, set[State]] = {state: set() for state in self.states}
        for before, after in self.ways():
            sources[after].add(before)
        coming, waiting = set(goals), list(goals)
        while waiting:
            new = sources[waiting.pop()] - coming
            coming |= new
            waiting += new
        return [state for state in self.states if state not in coming]


def steps_by(talk: Interview, kind: type[Event], moment: datetime) -> Iterator[Step]:
    """Record the events of a kind; those for which it is too early, at the first instant that suits them."""
    for number, event in enumerate(events_at(talk, kind, moment)):
        try:
            yield Step(talk, event, talk.apply(event))
        except GuardError as refusal:
            if refusal.earliest:
                later = events_at(talk, kind, refusal.earliest)[number]
                yield Step(talk, later, talk.apply(later))


def steps_from(talk: Interview, ahead: Prospects) -> Iterator[Step]:
    """Record every event at the first legal instant, and at each later one at which another becomes legal."""
    moments = sorted(set(ahead.values()))
    for kind, earliest in ahead.items():
        for moment in moments:
            if moment >= earliest:
                yield from steps_by(talk, kind, moment)


def explore(*without: type[Event]) -> Walk:
    """Walk through all states, nearest first, leaving out some kinds of event."""
    walk = Walk(without=frozenset(without))
    waiting = deque([_arrive(walk, Interview.open(FOUND))])
    while waiting:
        state = waiting.popleft()
        ahead = {kind: moment for kind, moment in walk.ahead[state].items() if kind not in walk.without}
        for step in steps_from(walk.states[state], ahead):
            known = len(walk.states)
            reached = _arrive(walk, step.after)
            walk.steps.setdefault((state, type(step.event), reached), step)
            if len(walk.states) > known:
                waiting.append(reached)
    return walk


def _arrive(walk: Walk, talk: Interview) -> State:
    ahead = prospects(talk)
    state = state_of(talk, ahead)
    walk.states.setdefault(state, talk)
    if walk.ahead.setdefault(state, ahead).keys() != ahead.keys():
        walk.unlike.append(talk)
    return state


# -- the laws: each lists what breaks it --------------------------------------------------------------------

NEVER_OWING = (
    S.IDENTIFIED,
    S.PREPARED,
    S.REQUESTED,
    S.DEFERRED,
    S.ACCEPTED,
    S.SCHEDULING,
    S.SCHEDULED,
    S.CONFIRMED,
    S.WRITTEN,
    S.NO_RESPONSE,
    S.WITHDRAWN,
    S.CANCELLED,
)
NEVER_TAKEN = {(ev.ObligationWaived, stage): {"nothing_owed"} for stage in NEVER_OWING}
NEVER_TAKEN[ev.NameUseAnswered, S.IDENTIFIED] = {"no_name_to_use"}
"""The rows that no life takes, and the rule that always refuses there: nothing is owed, no name is known."""

ANYWHERE = {*SEALING, "NameUseAnswered"}
ACCEPTED_AT_THE_END = {
    S.DECLINED: {*ANYWHERE, "ReplyThanked", "ObligationWaived", "Reopened"},
    S.NO_RESPONSE: {*ANYWHERE, "Accepted", "Declined", "Reopened"},
    S.WITHDRAWN: {*ANYWHERE, "Reopened"},
    S.CANCELLED: {*ANYWHERE, "Rebooked", "Reopened"},
    S.NO_SHOW: {*ANYWHERE, "ApologySent", "ObligationWaived", "Rebooked", "GaveUp"},
    S.CLOSED: ANYWHERE,
}

Found = list[Any]


def every_stage_is_reached(walk: Walk) -> Found:
    """Rule: "a person may be asked, met, thanked, kept in touch with": no stage is out of reach."""
    return sorted(set(Stage) - {state.stage for state in walk.states})


def every_row_is_taken(walk: Walk) -> Found:
    """Rule: the table holds no step that no life takes, but those named."""
    taken = {(type(s.event), s.before.stage, s.after.stage) for s in walk.steps.values()}
    rows = [row for row in TRANSITIONS if row.source and row.target and row.event not in walk.without]
    asked = [(row, target) for row in rows for target in (row.target, *(row.target_if or ())[1:])]
    return [
        (row.event.__name__, row.source, target)
        for row, target in asked
        if ((row.event, row.source, target) in taken) == ((row.event, row.source) in NEVER_TAKEN)
    ]


def an_end_is_ahead(walk: Walk) -> Found:
    """Rule: "do not be discouraged, and move on": every life can end, and not only by asking for silence."""
    ends = {state for state in walk.states if state.stage in ENDED}
    return walk.astray(ends)


def nothing_is_stuck(walk: Walk) -> Found:
    """Rule: another way stays open: every stage but the closed one can be left, and not only by silence."""
    doors = {before for before, after in walk.ways() if before.stage is not after.stage}
    return [state for state in walk.astray(doors) if state.stage is not S.CLOSED]


def an_end_takes_only_its_own(walk: Walk) -> Found:
    """Rule: an ended interview takes only what begins it anew, settles it or silences it, and names."""
    return [
        (before.stage, kind.__name__)
        for before, kind, _ in walk.steps
        if before.stage in ENDED and kind.__name__ not in ACCEPTED_AT_THE_END[before.stage]
    ]


def silence_is_kept(walk: Walk) -> Found:
    """Rule: "do not contact" ends in the closed stage, drops what is owed, and refuses all that follows."""
    sealed = [talk for talk in walk.states.values() if talk.sealed]
    loud = [talk for talk in sealed if talk.stage is not S.CLOSED or talk.obligations]
    return [*loud, *(step for step in walk.steps.values() if step.before.sealed)]


def closing_leaves_nothing_owed(walk: Walk) -> Found:
    """Rule: "no loop left open": nothing is owed in the closed stage."""
    ends = [step.after for step in walk.steps.values()]
    return [talk for talk in ends if talk.stage is S.CLOSED and talk.obligations]


def the_numbers_hold(walk: Walk) -> Found:
    """Rule: one nudge per contact, one move by the seeker, two no-shows, five more minutes, by the policy."""
    return [
        step
        for step in walk.steps.values()
        if step.after.nudges > CLASSIC.nudge_max
        or step.after.moves_by_seeker > CLASSIC.move_max
        or step.after.no_shows_by_contact > CLASSIC.no_show_max
        or step.after.overrun_minutes > CLASSIC.overrun_minutes
    ]


def a_talk_is_thanked_for_once(walk: Walk) -> Found:
    """Rule: a talk is thanked for once: holding it opens one thank-you, and nothing else does."""

    def opened(step: Step) -> int:
        new = [owed for owed in step.after.obligations if owed not in step.before.obligations]
        return sum(owed.kind is ObligationKind.THANK_YOU for owed in new)

    def talked(step: Step) -> bool:
        return step.after.stage is S.HELD and step.before.stage is not S.HELD

    return [step for step in walk.steps.values() if opened(step) != talked(step)]


def thanks_are_due_until_they_are_given(walk: Walk) -> Found:
    """Rule: "thank within a day": after a talk one thank-you is due, until it is given or waived."""

    def due(talk: Interview) -> bool:
        waivers = [event for event in talk.history if isinstance(event, ev.ObligationWaived)]
        waived = any(waiver.obligation_id == ObligationKind.THANK_YOU for waiver in waivers)
        return talk.stage is S.HELD and not waived

    return [talk for talk in walk.states.values() if _owes(talk, ObligationKind.THANK_YOU) != due(talk)]


def what_is_owed_has_its_own_name(walk: Walk) -> Found:
    """Rule: an obligation's id is unique within its interview."""
    ends = [step.after for step in walk.steps.values()]
    return [talk for talk in ends if len({o.id for o in talk.obligations}) < len(talk.obligations)]


def one_talk_at_most_is_agreed(walk: Walk) -> Found:
    """Rule: no two talks are booked at once: a time is agreed while booked, and none before."""
    going = [talk for talk in walk.states.values() if talk.stage not in {*ENDED, *PAST_ASKING} - BOOKED]
    return [talk for talk in going if isinstance(talk.slot, Slot) != (talk.stage in BOOKED)]


def a_no_is_only_thanked_for(walk: Walk) -> Found:
    """Rule: whoever said no is thanked and hears nothing else, now or later."""
    writing = (ev.RequestSent, ev.Nudged, ev.Retried, ev.QuestionsSent, ev.TimesProposed, ev.TimeCountered)
    writing += (ev.IntroRequested, ev.Confirmed, ev.Rescheduled, ev.Rebooked, ev.ApologySent, ev.ResumeShared)
    writing += (ev.ThanksSent, ev.ReportedBack, ev.Reconnected, ev.Touched)
    declined = [talk for talk in walk.states.values() if talk.stage is S.DECLINED]
    return [(talk, kind) for talk in declined for kind in writing if decide_soon(talk, kind).earliest]


def undoing_leads_back(walk: Walk) -> Found:
    """Rule: "a wrong entry is corrected by another": undone, a step leaves but its place in the history."""

    def back(step: Step) -> bool:
        undoing = ev.Undone(at=step.event.at, reason="a slip of the hand", id="undo")
        if step.after.sealed:
            return decide_soon(step.after, ev.Undone).earliest is None
        undone = step.after.apply(undoing)
        before = attrs.evolve(step.before, log=undone.log, undone=step.before.undone + 1)
        return before == undone and (*step.after.history, undoing) == undone.history

    return [step for step in walk.steps.values() if not back(step)]


def histories_add_up(walk: Walk) -> Found:
    """Rule: an interview is what its events add up to, and it stands where it stands since one of them."""
    return [
        talk
        for talk in walk.states.values()
        if Interview.replay(talk.history, policy=CLASSIC) != talk
        or talk.version != len(talk.history)
        or talk.stage_since not in {event.at for event in talk.history}
    ]


def answers_have_reasons(walk: Walk) -> Found:
    """Rule: every event is allowed or refused with reasons, and impossible exactly where there is no row."""

    def sound(talk: Interview, kind: type[Event]) -> bool:
        decision = decide_soon(talk, kind)
        impossible = [r.code for r in decision.reasons] == [IllegalTransitionError.code]
        has_row = LIFECYCLE.row_for(kind, talk.stage) is not None
        return decision.allowed == (not decision.reasons) and impossible != has_row

    lives = walk.states.values()
    return [(talk, kind) for talk in lives for kind in EVENT_TYPES if not sound(talk, kind)]


def waiting_helps_exactly_then(walk: Walk) -> Found:
    """Rule: the earliest instant that an answer names is the first at which the event is allowed."""

    def exact(talk: Interview, kind: type[Event], moment: datetime) -> bool:
        just_before = talk.decide(kind, now=moment - MICROSECOND)
        return talk.decide(kind, now=moment).allowed and not just_before.allowed

    return [
        (talk, kind)
        for state, talk in walk.states.items()
        for kind, moment in walk.ahead[state].items()
        if kind.__name__ in state.too_early and not exact(talk, kind, moment)
    ]


def what_may_happen_can_be_said(walk: Walk) -> Found:
    """Rule: an event that is allowed "given fitting content" can be written so that it passes."""
    taken = {(before, kind) for before, kind, _ in walk.steps}
    return [
        (state, kind)
        for state, talk in walk.states.items()
        for kind, moment in walk.ahead[state].items()
        if kind not in walk.without and events_at(talk, kind, moment) and (state, kind) not in taken
    ]


def alike_states_go_alike(walk: Walk) -> Found:
    """Rule: no row asks for more than a `State` keeps: so one interview will do for all of its state."""
    return walk.unlike


LAWS = (
    every_stage_is_reached,
    every_row_is_taken,
    an_end_is_ahead,
    nothing_is_stuck,
    an_end_takes_only_its_own,
    silence_is_kept,
    closing_leaves_nothing_owed,
    the_numbers_hold,
    a_talk_is_thanked_for_once,
    thanks_are_due_until_they_are_given,
    what_is_owed_has_its_own_name,
    one_talk_at_most_is_agreed,
    a_no_is_only_thanked_for,
    undoing_leads_back,
    histories_add_up,
    answers_have_reasons,
    waiting_helps_exactly_then,
    what_may_happen_can_be_said,
    alike_states_go_alike,
)

Law = Callable[[Walk], Found]


def _name_of(function: Callable[..., Any]) -> str:
    return function.__name__


def laws_broken(walk: Walk) -> set[str]:
    """Name the laws that a walk breaks."""
    return {law.__name__ for law in LAWS if law(walk)}


@pytest.fixture(scope="module")
def whole() -> Walk:
    """Walk through everything once."""
    return explore()


class TestWholeWalk:
    """Rule: "the table is the only specification": what it allows, all of it, keeps every law."""

    @pytest.mark.parametrize("law", LAWS, ids=_name_of)
    def test_keeps_the_law(self, whole: Walk, law: Law) -> None:
        """No state and no step breaks the law."""
        assert law(whole) == []

    def test_has_this_size(self, whole: Walk) -> None:
        """A rule that is added or lost changes the number of states, or of steps between them."""
        print(f"{len(whole.states)} states, {len(whole.steps)} steps between them")  # noqa: T201 - for pytest -s
        assert (len(whole.states), len(whole.steps)) == (2_481, 37_728)

    def test_is_as_large_as_ever_without_groups(self, whole: Walk) -> None:
        """Whoever is met alone goes through the same states, and from each on the same ways."""
        alone = [state for state in whole.states if not state.grouped]
        joining = (ev.GroupJoined, ev.GroupLeft)
        ways = [way for way in whole.steps if not way[0].grouped and way[1] not in joining]
        assert (len(alone), len(ways)) == (1_515, 20_762)

    def test_ends_take_all_their_own(self, whole: Walk) -> None:
        """In an ended stage everything that may happen there does happen in some life."""
        taken: dict[Stage, set[str]] = {stage: set() for stage in ENDED}
        for before, kind, _ in whole.steps:
            if before.stage in taken:
                taken[before.stage].add(kind.__name__)
        assert taken == ACCEPTED_AT_THE_END

    @pytest.mark.parametrize(
        ("row", "codes"),
        NEVER_TAKEN.items(),
        ids=lambda given: "" if isinstance(given, set) else f"{given[0].__name__} {given[1]}",
    )
    def test_untaken_rows_have_their_reason(
        self, whole: Walk, row: tuple[type[Event], Stage], codes: set[str]
    ) -> None:
        """A row that no life takes is refused by one and the same rule in every state of its stage."""
        kind, stage = row
        lives = [talk for talk in whole.states.values() if talk.stage is stage]
        assert lives
        assert codes == {reason.code for talk in lives for reason in decide_soon(talk, kind).reasons}
        assert not any(decide_soon(talk, kind).allowed for talk in lives)

    def test_never_leads_back_to_the_asking(self) -> None:
        """States may forget how the asking went once the talk has begun: no row leads back but undoing."""
        onward = {row.target for row in TRANSITIONS if row.source in PAST_ASKING and row.target}
        assert onward <= PAST_ASKING


# -- broken lifecycles are caught -------------------------------------------------------------------------

_LEFT_OUT = (
    ev.Prepared,
    ev.NameUseAnswered,
    ev.OutOfOfficeReceived,
    ev.GroupJoined,
    ev.GroupLeft,
    ev.Rescheduled,
    ev.OverrunGranted,
    ev.ResumeRequested,
    ev.ResumeShared,
    ev.OpportunityRaised,
    ev.InsightRecorded,
    ev.CommitmentMade,
    ev.CommitmentKept,
)
"""Without these the walk is short, and still comes through what is broken below."""


def _row(kind: type[Event], stage: Stage) -> Transition:
    row = LIFECYCLE.row_for(kind, stage)
    assert row is not None
    return row


def _write(patch: pytest.MonkeyPatch, row: Transition) -> None:
    patch.setitem(LIFECYCLE.rows[row.event], row.source, row)


def _strike(patch: pytest.MonkeyPatch, kind: type[Event], *stages: Stage) -> None:
    for stage in stages:
        patch.delitem(LIFECYCLE.rows[kind], stage)


def _swap(patch: pytest.MonkeyPatch, kind: type[Event], stage: Stage, old: Guard, **fields: Any) -> None:  # noqa: ANN401 - the fields of a guard
    row = _row(kind, stage)
    new = attrs.evolve(old, **fields)
    _write(patch, attrs.evolve(row, guards=tuple(new if known is old else known for known in row.guards)))


def _change(patch: pytest.MonkeyPatch, kind: type[Event], effect: Effect) -> None:
    for row in LIFECYCLE.rows[kind].values():
        changed = attrs.evolve(row)
        object.__setattr__(changed, "effect", effect)
        _write(patch, changed)


def ties_never_lapse(patch: pytest.MonkeyPatch) -> None:
    """Strike the rows that lead to a stage."""
    _strike(patch, ev.Lapsed, S.THANKED, S.IN_TOUCH)


def a_talk_never_ends(patch: pytest.MonkeyPatch) -> None:
    """Strike the rows that lead out of a stage: a trap."""
    _strike(patch, ev.Held, S.IN_PROGRESS)
    _strike(patch, ev.Closed, S.IN_PROGRESS)


def ties_never_end(patch: pytest.MonkeyPatch) -> None:
    """Strike the rows that lead out of a circle of stages: a trap in which one can walk."""
    _strike(patch, ev.Closed, S.THANKED, S.IN_TOUCH, S.DORMANT)


def nudging_knows_no_bound(patch: pytest.MonkeyPatch) -> None:
    """Let a guard pass always."""
    _swap(patch, ev.Nudged, S.REQUESTED, guard.nudges_used_up, test=lambda _: None)


def no_question_is_short_enough(patch: pytest.MonkeyPatch) -> None:
    """Let a guard of the content pass never."""
    _swap(patch, ev.QuestionsSent, S.WRITTEN, guard.too_many_questions, test=lambda _: NEVER)


def the_day_named_is_late(patch: pytest.MonkeyPatch) -> None:
    """Let a guard name an instant a day after the one at which it passes."""

    def test(case: Case) -> Verdict:
        verdict = guard.retry_too_early.test(case)
        return verdict + timedelta(days=1) if isinstance(verdict, datetime) else verdict

    _swap(patch, ev.Retried, S.DEFERRED, guard.retry_too_early, test=test)


def a_rule_poses_as_impossible(patch: pytest.MonkeyPatch) -> None:
    """Let a guard give the code of a row that is not there."""
    code = IllegalTransitionError.code
    _swap(patch, ev.Nudged, S.REQUESTED, guard.nudge_too_early, code=code)


def a_rule_asks_for_more(patch: pytest.MonkeyPatch) -> None:
    """Let a guard ask for something that nobody counts."""

    def test(case: Case) -> Verdict:
        return NEVER if case.interview.no_shows_by_seeker else None

    stubborn = attrs.evolve(guard.start_has_passed, test=test)
    _write(patch, attrs.evolve(_row(ev.Withdrawn, S.SCHEDULING), guards=(stubborn,)))


def silence_forgets_to_forgive(patch: pytest.MonkeyPatch) -> None:
    """Let an effect leave open what is owed when it closes the interview."""
    _change(patch, ev.DoNotContactAsked, lambda fields, _: fields.update(sealed=True))


def the_old_time_stays(patch: pytest.MonkeyPatch) -> None:
    """Let an effect keep a time that is no longer agreed."""
    _change(patch, ev.Rebooked, lambda fields, _: fields.update(cancellation=None))


def an_effect_knows_more(patch: pytest.MonkeyPatch) -> None:
    """Let an effect add what no event says."""
    _change(patch, ev.Accepted, lambda fields, _: fields.update(debrief=object()))


def closing_asks_nothing(patch: pytest.MonkeyPatch) -> None:
    """Take a guard out of a row."""
    _write(patch, attrs.evolve(_row(ev.Closed, S.HELD), guards=()))


def a_talk_is_thanked_for_twice(patch: pytest.MonkeyPatch) -> None:
    """Let a row open an obligation a second time."""
    owed_after = _interview._owed_after

    def owed_twice(row: Transition, owed: tuple[Obligation, ...], event: Event) -> tuple[Obligation, ...]:
        owed = owed_after(row, owed, event)
        return (*owed, owed[-1]) if row.event is ev.Held else owed

    patch.setattr(_interview, "_owed_after", owed_twice)


def thanks_are_not_due(patch: pytest.MonkeyPatch) -> None:
    """Let a row open less than it should."""
    _write(patch, attrs.evolve(_row(ev.AnswersReceived, S.WRITTEN), opens=()))


def a_no_is_argued_with(patch: pytest.MonkeyPatch) -> None:
    """Add a row."""
    _write(patch, attrs.evolve(_row(ev.QuestionsSent, S.WRITTEN), source=S.DECLINED, target=S.DECLINED))


def notes_pass_for_thanks(patch: pytest.MonkeyPatch) -> None:
    """Let a row settle more than it should."""
    row = _row(ev.DebriefWritten, S.HELD)
    _write(patch, attrs.evolve(row, settles=(*row.settles, ObligationKind.THANK_YOU)))


def undoing_leaves_a_trace(patch: pytest.MonkeyPatch) -> None:
    """Let what is undone have happened all the same, a little."""
    apply = Interview.apply

    def spoilt(talk: Interview, event: Event) -> Interview:
        after = apply(talk, event)
        if isinstance(event, ev.Undone):
            return attrs.evolve(after, last_contact_at=talk.last_contact_at)
        return after

    patch.setattr(Interview, "apply", spoilt)


Break = Callable[[pytest.MonkeyPatch], None]

BROKEN: tuple[tuple[Break, set[Law]], ...] = (
    (ties_never_lapse, {every_stage_is_reached, every_row_is_taken}),
    (a_talk_never_ends, {an_end_is_ahead, nothing_is_stuck, every_row_is_taken}),
    (ties_never_end, {an_end_is_ahead, every_row_is_taken}),
    (nudging_knows_no_bound, {the_numbers_hold}),
    (no_question_is_short_enough, {what_may_happen_can_be_said, every_row_is_taken}),
    (the_day_named_is_late, {waiting_helps_exactly_then}),
    (a_rule_poses_as_impossible, {answers_have_reasons}),
    (
        silence_forgets_to_forgive,
        {silence_is_kept, closing_leaves_nothing_owed, thanks_are_due_until_they_are_given},
    ),
    (the_old_time_stays, {one_talk_at_most_is_agreed}),
    (an_effect_knows_more, {histories_add_up, undoing_leads_back}),
    (a_rule_asks_for_more, {alike_states_go_alike}),
    (closing_asks_nothing, {closing_leaves_nothing_owed, thanks_are_due_until_they_are_given}),
    (a_talk_is_thanked_for_twice, {a_talk_is_thanked_for_once, what_is_owed_has_its_own_name}),
    (thanks_are_not_due, {a_talk_is_thanked_for_once, thanks_are_due_until_they_are_given}),
    (notes_pass_for_thanks, {thanks_are_due_until_they_are_given}),
    (undoing_leaves_a_trace, {undoing_leads_back}),
    (a_no_is_argued_with, {an_end_takes_only_its_own, a_no_is_only_thanked_for}),
)


class TestBrokenLifecycles:
    """Rule: "every law has a broken double that it catches"."""

    def test_the_real_one_passes(self) -> None:
        """Infoview's own lifecycle passes the very walk that catches the broken ones."""
        assert laws_broken(explore(*_LEFT_OUT)) == set()

    @pytest.mark.parametrize(("broken", "laws"), BROKEN, ids=lambda given: getattr(given, "__name__", ""))
    def test_a_broken_one_is_caught(
        self, broken: Break, laws: set[Law], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The walk through the broken lifecycle breaks these laws and no others."""
        broken(monkeypatch)
        assert {law.__name__ for law in laws} == laws_broken(explore(*_LEFT_OUT))

    def test_every_law_catches_one(self) -> None:
        """No law is idle."""
        assert set(LAWS) == set().union(*(laws for _, laws in BROKEN))
