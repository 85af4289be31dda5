"""The laws of the lifecycle, each a plain function that takes the machine under test.

A machine is what makes a lifecycle go. Every law runs on infoview's own over drawn lives, and on one that was
broken on purpose, which it must catch.
"""

import copy
import pickle
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from functools import partial
from itertools import pairwise
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.lives import (
    ADVICE,
    ASKED,
    LIVES,
    LONG_LIFE,
    LOOSE,
    MICROSECOND,
    POLICIES,
    REFERRAL,
    Author,
    at,
    attempts,
    histories,
    life,
    living,
    moments,
    verdict_of,
    written_event,
)
from tests.rulebook import Rulebook, summary_of

from infoview import _events as ev
from infoview import _interview
from infoview._effects import Effect
from infoview._events import EVENT_TYPES, Event
from infoview._guards import Case, Guard, Verdict
from infoview._interview import Decision, Interview
from infoview._lifecycle import LIFECYCLE, Lifecycle
from infoview._obligations import Obligation
from infoview._people import Party
from infoview._policy import Policy
from infoview._stages import Stage
from infoview._transitions import Transition
from infoview.exceptions import GuardError, IllegalTransitionError
from infoview.policies import CLASSIC, FINANCE

DAY = timedelta(days=1)
Debts = tuple[Obligation, ...]


@attrs.frozen(kw_only=True)
class Machine:
    """The four functions that make a lifecycle go, infoview's own unless they are replaced."""

    open: Callable[..., Interview] = Interview.open
    apply: Callable[..., Interview] = Interview.apply
    decide: Callable[..., Decision] = Interview.decide
    replay: Callable[..., Interview] = Interview.replay


OURS = Machine()


def lived(machine: Machine, history: Iterable[Event], policy: Policy = CLASSIC) -> list[Interview]:
    """Live a life and keep the interview after every event."""
    first, *rest = history
    seen = [machine.open(first)]
    for event in rest:
        seen.append(machine.apply(seen[-1], event, policy=policy))
    return seen


# -- the laws ---------------------------------------------------------------------------------------------


def replaying_a_history_gives_the_interview(machine: Machine, history: Iterable[Event]) -> None:
    """`replay(i.history) == i`."""
    last = lived(machine, history)[-1]
    assert last == machine.replay(last.history)
    assert last == machine.replay(last.history, policy=CLASSIC)


def replaying_refuses_what_applying_refuses(machine: Machine, interview: Interview, event: Event) -> None:
    """A replay under a policy ends like the last step would, in the same interview or the same error.

    But for the place of the event in the history, which only a replay can tell.
    """
    outcomes: list[Any] = []
    history = (*interview.history, event)
    for step, place in (
        (lambda: machine.apply(interview, event), None),
        (lambda: machine.replay(history, policy=CLASSIC), len(history) - 1),
    ):
        try:
            outcomes.append(step())
        except (GuardError, IllegalTransitionError) as error:
            outcomes.append((type(error), error.args[:-1], error.place == place))
    assert outcomes[0] == outcomes[1]


def applying_changes_nothing_before(machine: Machine, interview: Interview, event: Event) -> None:
    """The receiver is the same after a step, passed or refused."""
    before = copy.deepcopy(interview)
    verdict_of(lambda: machine.apply(interview, event))
    assert before == interview
    assert hash(before) == hash(interview)


def time_never_runs_backwards(machine: Machine, history: Iterable[Event]) -> None:
    """Every event of a life is refused a microsecond before the one that came last."""
    seen = lived(machine, history)
    for before, after in pairwise(seen):
        early = attrs.evolve(after.history[-1], at=before.history[-1].at - MICROSECOND)
        assert "out_of_order" in (verdict_of(partial(machine.apply, before, early))[1] or ())
    instants = [event.at for event in seen[-1].history]
    assert sorted(instants) == instants


def a_decision_is_kept(machine: Machine, interview: Interview, event: Event) -> None:
    """An event whose content fits passes exactly when the decision about its kind and instant allows it."""
    decision = machine.decide(interview, type(event), now=event.at)
    after, codes = verdict_of(lambda: machine.apply(interview, event))
    assert decision.allowed == (after is not None)
    assert bool(decision) == decision.allowed
    assert {reason.code for reason in decision.reasons} <= (codes or {"illegal_transition"})


def the_first_instant_is_the_first(
    machine: Machine, interview: Interview, kind: type[Event], now: datetime, share: float = 0.5
) -> None:
    """At `earliest` the event is allowed, a microsecond before it is not, nor anywhere between."""
    decision = machine.decide(interview, kind, now=now)
    assert decision.allowed == (decision.earliest == now)
    if decision.earliest is None:
        # Waiting does not help: neither tomorrow nor in ten years.
        later = [now + DAY, now + 3_650 * DAY]
    else:
        assert decision.earliest >= now
        assert machine.decide(interview, kind, now=decision.earliest).allowed
        wait = decision.earliest - now
        later = [decision.earliest - MICROSECOND, now + wait * share / 2] if wait else []
    assert [moment for moment in later if machine.decide(interview, kind, now=moment).allowed] == []


def a_refusal_names_the_first_instant(machine: Machine, interview: Interview, event: Event) -> None:
    """The same event passes at the error's `earliest`, and not a microsecond before; without one, never."""
    try:
        machine.apply(interview, event)
    except IllegalTransitionError:
        return
    except GuardError as error:
        first = error.earliest
        repeated = "duplicate_event" in {reason.code for reason in error.reasons}
    else:
        return
    if repeated and event.id is None:
        # At another instant the same words are another event.
        return
    if first is None:
        refused = [event.at + DAY, event.at + 400 * DAY]
    else:
        waited = attrs.evolve(event, at=first)
        # What says the same as the last event would, at its instant, be that event.
        assert waited == interview.history[-1] or machine.apply(interview, waited)
        refused = [first - MICROSECOND]
    for moment in refused:
        assert verdict_of(partial(machine.apply, interview, attrs.evolve(event, at=moment)))[0] is None


def nudges_stay_within_the_policy(machine: Machine, policy: Policy, waits: Iterable[timedelta]) -> None:
    """However often somebody tries, one attempt has no more nudges than the policy allows."""
    interview, now = life(*LIVES[Stage.REQUESTED]), ASKED.at
    for wait in waits:
        now += wait
        nudge = ev.Nudged(at=now)
        nudged, _ = verdict_of(partial(machine.apply, interview, nudge, policy=policy))
        interview = nudged or interview
        assert interview.nudges <= policy.nudge_max
    assert sum(isinstance(event, ev.Nudged) for event in interview.history) == interview.nudges


def every_talk_opens_one_thank_you(machine: Machine, history: Iterable[Event]) -> None:
    """A talk, or written answers, leave exactly one thank-you, and nothing else opens one."""
    seen = lived(machine, history)
    events = seen[-1].history
    thanks = [[o.opened_at for o in i.obligations if o.kind == "thank_you"] for i in seen]
    steps = zip([[], *thanks], thanks, events, strict=False)
    # Whoever takes back the thanks owes them again, since the talk.
    new = [now[0] for before, now, e in steps if now and now != before and not isinstance(e, ev.Undone)]
    talks = [e.at for e in events if isinstance(e, ev.Held | ev.AnswersReceived)]
    assert talks == new
    assert all(len(now) <= 1 for now in thanks)


def undoing_leads_back(machine: Machine, history: Iterable[Event]) -> None:
    """An event that is taken back leaves nothing but its place in the history, and the count of undoings."""
    for before, after in pairwise(lived(machine, history)):
        event = after.history[-1]
        undoing = ev.Undone(at=event.at, reason="a slip of the hand", id="undo")
        if not (after.sealed or isinstance(event, ev.Undone)):
            undone = machine.apply(after, undoing)
            assert (*after.history, undoing) == undone.history
            assert attrs.evolve(before, log=undone.log, undone=before.undone + 1) == undone


def whoever_closes_owes_nothing(machine: Machine, interview: Interview, event: Event) -> None:
    """Closing or giving up leads to an interview without obligations, or nowhere."""
    after, _ = verdict_of(lambda: machine.apply(interview, event))
    assert after is None or after.obligations == ()


def obligations_have_names_of_their_own(
    machine: Machine, history: Iterable[Event], policy: Policy = CLASSIC
) -> None:
    """No two open obligations of one interview share a name."""
    for interview in lived(machine, history, policy):
        names = [obligation.id for obligation in interview.obligations]
        assert len(set(names)) == len(names)


def interviews_are_plain_values(machine: Machine, history: Iterable[Event]) -> None:
    """What comes out is what the constructor makes of the same fields: frozen, hashable, safe to print."""
    interview = lived(machine, history)[-1]
    for made in (interview, machine.replay(interview.history)):
        by_hand = Interview(**attrs.asdict(made, recurse=False))
        assert type(made) is Interview
        assert made == by_hand
        assert vars(made) == vars(by_hand)
        with pytest.raises(attrs.exceptions.FrozenInstanceError):
            made.stage = Stage.CLOSED  # type: ignore[misc] - what is refused
        assert hash(made) == hash(pickle.loads(pickle.dumps(made)))  # noqa: S301 - our own bytes
        personal = (made.id, made.seeker_id, made.contact_id, REFERRAL.name.given, ADVICE.text)
        assert [word for word in personal if word in repr(made)] == []


def silence_is_kept(machine: Machine, interview: Interview, event: Event) -> None:
    """After a request for silence, or an erasure, nothing passes."""
    if interview.sealed:
        after, _ = verdict_of(lambda: machine.apply(interview, event))
        assert after is None


def the_rulebook_agrees(
    machine: Machine,
    history: tuple[Event, ...],
    suggest: Callable[[Interview], Event | None],
    policy: Policy,
) -> None:
    """Step by step the machine refuses what an independent reading refuses, and stands where it stands."""
    first, *rest = history
    book = Rulebook.begin(first, policy=policy)
    interview = machine.open(first)
    for event in rest:
        interview = machine.apply(interview, event)
        book.record(event)
        assert book.summary == summary_of(interview)
    while (event := suggest(interview)) is not None:
        after, codes = verdict_of(partial(machine.apply, interview, event, policy=policy))
        assert book.refuses(event) == codes
        if after is not None:
            book.record(event)
            interview = after
            assert book.summary == summary_of(interview)


@attrs.define
class Counted:
    """Counts how often a table and its rules are asked."""

    asked: int = 0

    def table(self) -> Lifecycle:
        """Make the usual table, counting."""
        table = copy.copy(LIFECYCLE)
        counting = {
            event: {
                stage: attrs.evolve(row, guards=tuple(map(self._counting, row.guards)))
                for stage, row in rows.items()
            }
            for event, rows in LIFECYCLE.rows.items()
        }
        object.__setattr__(table, "rows", CountedRows(counting, self))
        return table

    def _counting(self, guard: Guard) -> Guard:
        def test(case: Case) -> Verdict:
            self.asked += 1
            return guard.test(case)

        return attrs.evolve(guard, test=test)


class CountedRows(dict[type[Any], Any]):
    """Rows by event and stage that count how often they are looked up."""

    def __init__(self, rows: Mapping[type[Any], Any], counted: Counted) -> None:
        super().__init__(rows)
        self._counted = counted

    def get(self, *asked: Any) -> Any:  # noqa: ANN401 - as of any mapping
        """Look up the rows of an event, if there are any."""
        self._counted.asked += 1
        return super().get(*asked)

    def __getitem__(self, event: type[Any]) -> Any:  # noqa: ANN401 - as of any mapping
        """Look up the rows of an event."""
        self._counted.asked += 1
        return super().__getitem__(event)


def questions_asked(machine: Machine, history: Iterable[Event], policy: Policy | None) -> int:
    """Count the questions that a replay asks the table and its rules."""
    counted = Counted()
    machine.replay(history, policy=policy, lifecycle=counted.table())
    return counted.asked


def replaying_is_linear(machine: Machine, history: Callable[[int], tuple[Event, ...]]) -> None:
    """Twice the events ask twice the questions, and what an event copies does not grow with the history."""
    for policy in (None, LOOSE):
        one, two, three = (questions_asked(machine, history(size), policy) for size in (100, 200, 300))
        assert three - two == two - one > 90
    rebuilt = machine.replay(history(10_000))
    copied = ("obligations", "insights", "referrals", "commitments", "notes", "proposed")
    assert rebuilt.version >= 10_000
    assert all(len(getattr(rebuilt, name)) <= 500 for name in copied)


# -- long lives for counting ------------------------------------------------------------------------------


def many_touches(count: int) -> tuple[Event, ...]:
    """Tell of a tie in which somebody writes every hour."""
    start = living(Stage.IN_TOUCH).history
    touches = (
        ev.Touched(at=start[-1].at + timedelta(hours=number), by=Party.CONTACT, id=f"e-{number}")
        for number in range(1, count + 1)
    )
    return (*start, *touches)


def many_attempts(count: int) -> tuple[Event, ...]:
    """Tell of a seeker who asks every day and is declined every day."""
    events = list(LIVES[Stage.PREPARED])
    for number in range(-(-count // 3)):
        morning = at(3, 3) + number * DAY
        events += [
            ev.RequestSent(at=morning, minutes=20),
            ev.Declined(at=morning),
            ev.Reopened(at=morning + DAY),
        ]
    return tuple(events)


def many_undoings(count: int) -> tuple[Event, ...]:
    """Tell of a seeker who notes down the same slip again and again, and takes it back every time."""
    start = living(Stage.IN_TOUCH).history
    events = list(start)
    for number in range(-(-count // 4)):
        now = start[-1].at + number * DAY
        events += [
            ev.Touched(at=now, by=Party.CONTACT, id=f"e-{number}"),
            ev.Touched(at=now, by=Party.SEEKER, id=f"f-{number}"),
            ev.Undone(at=now, reason="it was a dream", id=f"g-{number}"),
            ev.Undone(at=now, reason="it was a dream", id=f"h-{number}"),
        ]
    return tuple(events)


def many_at_once(count: int) -> tuple[Event, ...]:
    """Tell of a batch in which everything has the same instant."""
    start = LIVES[Stage.REQUESTED]
    return (*start, *(ev.ResumeRequested(at=start[-1].at, id=f"e-{number}") for number in range(count)))


LONG_LIVES = (many_touches, many_attempts, many_undoings, many_at_once)


# -- infoview keeps the laws ------------------------------------------------------------------------------


class TestReplay:
    """Rule: "`Interview.replay` folds a history; `replay(i.history) == i` always"."""

    @given(histories())
    def test_a_history_rebuilds_its_interview(self, history: tuple[Event, ...]) -> None:
        """Any life replays to the interview it made."""
        replaying_a_history_gives_the_interview(OURS, history)

    @given(st.data())
    def test_a_replay_refuses_what_a_step_refuses(self, data: st.DataObject) -> None:
        """A replay under a policy and the step itself end alike."""
        interview = Interview.replay(data.draw(histories()))
        replaying_refuses_what_applying_refuses(OURS, interview, data.draw(attempts(interview)))

    @pytest.mark.parametrize("history", LONG_LIVES, ids=lambda history: history.__name__)
    def test_a_replay_is_linear(self, history: Callable[[int], tuple[Event, ...]]) -> None:
        """Ten thousand events replay, and the work per event does not grow."""
        replaying_is_linear(OURS, history)


class TestApply:
    """Rule: "change returns a new value; when an event is refused, nothing changes"."""

    @given(st.data())
    def test_a_step_changes_nothing_before_it(self, data: st.DataObject) -> None:
        """The receiver stays as it is, whatever is tried."""
        interview = Interview.replay(data.draw(histories()))
        applying_changes_nothing_before(OURS, interview, data.draw(attempts(interview)))

    @given(histories())
    def test_interviews_are_plain_values(self, history: tuple[Event, ...]) -> None:
        """Every way to make an interview makes the same kind of value."""
        interviews_are_plain_values(OURS, history)


class TestUndo:
    """Rule: "a wrong entry is corrected by another, never erased"."""

    @given(histories())
    def test_undoing_leads_back(self, history: tuple[Event, ...]) -> None:
        """Whatever happened can be taken back, and then it stands as if it had not happened."""
        undoing_leads_back(OURS, history)


class TestTime:
    """Rule: "an event earlier than the last one is refused; the same instant is legal"."""

    @given(histories())
    def test_time_never_runs_backwards(self, history: tuple[Event, ...]) -> None:
        """No life has an event before the one before it."""
        time_never_runs_backwards(OURS, history)


class TestDecide:
    """Rule: "`decide` answers: may I, and if not, why and from when? without building the event"."""

    @given(st.data(), st.sampled_from(EVENT_TYPES))
    def test_a_decision_is_kept(self, data: st.DataObject, kind: type[Event]) -> None:
        """An event whose content fits passes exactly when the decision says so."""
        interview = Interview.replay(data.draw(histories()))
        for usual in (kind, *data.draw(st.permutations(_kinds_of(interview)))[:6]):
            now = data.draw(moments(interview, usual))
            author = Author(data.draw, interview, now, CLASSIC, wild=False)
            a_decision_is_kept(OURS, interview, written_event(author, usual))

    @given(st.data(), st.sampled_from(EVENT_TYPES), st.floats(0, 1))
    def test_the_first_instant_is_the_first(
        self, data: st.DataObject, kind: type[Event], share: float
    ) -> None:
        """From `earliest` on the event passes, and before it not."""
        interview = Interview.replay(data.draw(histories()))
        for usual in (kind, *_kinds_of(interview)):
            now = data.draw(moments(interview, usual))
            the_first_instant_is_the_first(OURS, interview, usual, now, share)

    @given(st.data())
    def test_a_refusal_names_the_first_instant(self, data: st.DataObject) -> None:
        """An error says from when the very event would pass."""
        interview = Interview.replay(data.draw(histories()))
        for _ in range(5):
            a_refusal_names_the_first_instant(OURS, interview, data.draw(attempts(interview)))


def _kinds_of(interview: Interview) -> list[type[Event]]:
    return [kind for kind in EVENT_TYPES if LIFECYCLE.row_for(kind, interview.stage)]


class TestLimits:
    """Rule: "counters and obligations sit beside the stage", and the policy limits them."""

    @given(st.sampled_from(POLICIES), st.lists(st.integers(0, 20).map(lambda days: days * DAY), max_size=12))
    def test_nudges_stay_within_the_policy(self, policy: Policy, waits: list[timedelta]) -> None:
        """No patience of any pattern gets another nudge past the policy."""
        nudges_stay_within_the_policy(OURS, policy, waits)

    @given(histories())
    def test_every_talk_opens_one_thank_you(self, history: tuple[Event, ...]) -> None:
        """One talk, one thank-you."""
        every_talk_opens_one_thank_you(OURS, history)

    @given(histories())
    def test_obligations_have_names_of_their_own(self, history: tuple[Event, ...]) -> None:
        """What is owed can be told apart by name."""
        obligations_have_names_of_their_own(OURS, history)

    @given(histories())
    def test_whoever_closes_owes_nothing(self, history: tuple[Event, ...]) -> None:
        """Closing is possible from any live stage without open obligations only."""
        interview = Interview.replay(history)
        for kind in (ev.Closed, ev.GaveUp):
            whoever_closes_owes_nothing(OURS, interview, kind(at=history[-1].at))

    @given(st.data())
    def test_silence_is_kept(self, data: st.DataObject) -> None:
        """Do-not-contact and erase refuse everything after."""
        interview = Interview.replay(data.draw(histories()))
        if not interview.sealed:
            silence = data.draw(st.sampled_from((ev.DoNotContactAsked, ev.Erased)))
            interview = interview.apply(silence(at=interview.history[-1].at))
        silence_is_kept(OURS, interview, data.draw(attempts(interview)))


class TestRulebook:
    """Rule: "`TRANSITIONS` is the only specification"; a second reading of the guides comes to the same."""

    @given(st.data(), st.sampled_from(POLICIES))
    def test_the_rulebook_agrees(self, data: st.DataObject, policy: Policy) -> None:
        """Any attempt, legal or not, ends as the rulebook says, and leaves the state it says."""
        history = data.draw(histories(most=8))
        tries = iter(range(data.draw(st.integers(5, 20))))

        def suggest(interview: Interview) -> Event | None:
            return None if next(tries, None) is None else data.draw(attempts(interview, policy=policy))

        the_rulebook_agrees(OURS, history, suggest, policy)


# -- broken lifecycles are caught -------------------------------------------------------------------------

Broken = Callable[[pytest.MonkeyPatch], Machine]
TOLD = (*LIVES.values(), LONG_LIFE)
_LONG = lived(OURS, LONG_LIFE)
STEPS = tuple(zip(_LONG, LONG_LIFE[1:], strict=False))
"""Every interview of the long life, with the event that comes next."""


def over_lives(law: Callable[[Machine, Iterable[Event]], None], machine: Machine) -> None:
    """Run a law over all told lives."""
    for history in TOLD:
        law(machine, history)


def over_steps(law: Callable[[Machine, Interview, Event], None], machine: Machine) -> None:
    """Run a law over every step of the long life, in time and long before its time."""
    for interview, event in STEPS:
        for early in (timedelta(), DAY, 60 * DAY):
            law(machine, interview, attrs.evolve(event, at=event.at - early))


def over_closings(machine: Machine) -> None:
    """Try to close every interview of the long life."""
    for interview in _LONG:
        whoever_closes_owes_nothing(machine, interview, ev.Closed(at=interview.history[-1].at))


def over_first_instants(machine: Machine) -> None:
    """Ask for every kind of event, at every moment of the long life."""
    for interview in _LONG:
        for kind in _kinds_of(interview):
            the_first_instant_is_the_first(machine, interview, kind, interview.history[-1].at)


def over_silence(machine: Machine) -> None:
    """Go on after a request for silence."""
    silent = living(Stage.INTRO_PENDING).apply(ev.DoNotContactAsked(at=at(3, 4)))
    for event in (ev.Erased(at=at(3, 5)), ev.NameUseAnswered(at=at(3, 5), granted=True)):
        silence_is_kept(machine, silent, event)


def over_nudges(machine: Machine) -> None:
    """Nudge once a fortnight for a long time."""
    nudges_stay_within_the_policy(machine, FINANCE, [14 * DAY] * 6)


def over_attempts(machine: Machine) -> None:
    """Be declined twice in one life."""
    obligations_have_names_of_their_own(machine, many_attempts(6)[:-1], LOOSE)


def over_the_rulebook(machine: Machine) -> None:
    """Live the long life by the rulebook."""
    coming = iter(LONG_LIFE[1:])
    the_rulebook_agrees(machine, LONG_LIFE[:1], lambda _: next(coming, None), CLASSIC)


def over_long_lives(machine: Machine) -> None:
    """Count the questions of long lives."""
    replaying_is_linear(machine, many_touches)


def _table_with(
    patch: pytest.MonkeyPatch,
    kind: type[Event],
    effect: Effect | None = None,
    **parts: Any,  # noqa: ANN401 - parts of a row
) -> Machine:
    for stage, row in LIFECYCLE.rows[kind].items():
        broken = attrs.evolve(row, **parts)
        if effect is not None:
            object.__setattr__(broken, "effect", effect)
        patch.setitem(LIFECYCLE.rows[kind], stage, broken)
    return OURS


def _owing(patch: pytest.MonkeyPatch, spoil: Callable[[Debts, Debts], Debts], *kinds: type[Event]) -> Machine:
    owed_after = _interview._owed_after

    def spoilt(row: Transition, owed: Debts, event: Event) -> Debts:
        after = owed_after(row, owed, event)
        return spoil(owed, after) if row.event in kinds else after

    patch.setattr(_interview, "_owed_after", spoilt)
    return OURS


def replay_drops_the_last_event(_: pytest.MonkeyPatch) -> Machine:
    """Forget what happened last."""

    def replay(events: Iterable[Event], **rest: Any) -> Interview:  # noqa: ANN401 - a policy
        kept = list(events)
        return Interview.replay(kept[:-1] if len(kept) > 1 else kept, **rest)

    return Machine(replay=replay)


def replay_forgets_the_policy(_: pytest.MonkeyPatch) -> Machine:
    """Take every history as it was, whatever the policy."""
    return Machine(replay=lambda events, **_: Interview.replay(events))


def apply_counts_in_the_receiver(_: pytest.MonkeyPatch) -> Machine:
    """Change the interview before the step."""

    def apply(interview: Interview, event: Event, **rest: Any) -> Interview:  # noqa: ANN401 - a policy
        after = interview.apply(event, **rest)
        object.__setattr__(interview, "nudges", interview.nudges + 1)
        return after

    return Machine(apply=apply)


def apply_overlooks_the_order(patch: pytest.MonkeyPatch) -> Machine:
    """Let events come in any order."""
    patch.setattr(_interview, "EVERY_EVENT", _interview.EVERY_EVENT[1:])
    return OURS


def apply_leaves_something_lying_about(_: pytest.MonkeyPatch) -> Machine:
    """Make an interview with a field too many."""

    def apply(interview: Interview, event: Event, **rest: Any) -> Interview:  # noqa: ANN401 - a policy
        after = interview.apply(event, **rest)
        object.__setattr__(after, "mood", "good")
        return after

    return Machine(apply=apply)


def apply_returns_a_kind_of_interview(_: pytest.MonkeyPatch) -> Machine:
    """Make something that only looks like an interview."""

    class Alike(Interview):  # type: ignore[misc] - what is broken
        pass

    def apply(interview: Interview, event: Event, **rest: Any) -> Interview:  # noqa: ANN401 - a policy
        after = interview.apply(event, **rest)
        return Alike(**{field.name: getattr(after, field.name) for field in attrs.fields(Interview)})

    return Machine(apply=apply)


def interviews_print_their_ids(patch: pytest.MonkeyPatch) -> Machine:
    """Print who talks to whom."""
    patch.setattr(Interview, "__repr__", lambda interview: f"<Interview {interview.seeker_id}>")
    return OURS


def decide_says_yes(_: pytest.MonkeyPatch) -> Machine:
    """Allow everything."""

    def decide(interview: Interview, kind: type[Event], *, now: datetime) -> Decision:
        return attrs.evolve(interview.decide(kind, now=now), allowed=True, reasons=())

    return Machine(decide=decide)


def decide_names_the_day_after(_: pytest.MonkeyPatch) -> Machine:
    """Name an instant that is legal, and a day late."""

    def decide(interview: Interview, kind: type[Event], *, now: datetime) -> Decision:
        decision = interview.decide(kind, now=now)
        if decision.earliest in (None, now):
            return decision
        return attrs.evolve(decision, earliest=decision.earliest + DAY)

    return Machine(decide=decide)


def decide_gives_up_waiting(_: pytest.MonkeyPatch) -> Machine:
    """Never say from when."""

    def decide(interview: Interview, kind: type[Event], *, now: datetime) -> Decision:
        decision = interview.decide(kind, now=now)
        return decision if decision.allowed else attrs.evolve(decision, earliest=None)

    return Machine(decide=decide)


def refusals_never_say_from_when(_: pytest.MonkeyPatch) -> Machine:
    """Refuse for ever what has only to wait."""

    def apply(interview: Interview, event: Event, **rest: Any) -> Interview:  # noqa: ANN401 - a policy
        try:
            return interview.apply(event, **rest)
        except GuardError as error:
            raise GuardError(error.event, error.reasons, None) from error

    return Machine(apply=apply)


def _undoing_otherwise(spoil: Callable[[Interview, Interview], Interview]) -> Machine:
    def apply(interview: Interview, event: Event, **rest: Any) -> Interview:  # noqa: ANN401 - a policy
        after = interview.apply(event, **rest)
        return spoil(interview, after) if isinstance(event, ev.Undone) else after

    return Machine(apply=apply)


def undoing_forgets_what_was_owed(_: pytest.MonkeyPatch) -> Machine:
    """Take back an event, and leave the obligations as they are."""
    return _undoing_otherwise(lambda before, after: attrs.evolve(after, obligations=before.obligations))


def undoing_erases(_: pytest.MonkeyPatch) -> Machine:
    """Take back an event as if it had never been written down."""
    return _undoing_otherwise(
        lambda before, after: attrs.evolve(after, log=before.log.first(len(before.log) - 1))
    )


def nudges_are_not_limited(patch: pytest.MonkeyPatch) -> Machine:
    """Forget every rule of nudging."""
    return _table_with(patch, ev.Nudged, guards=())


def nudges_are_not_counted(patch: pytest.MonkeyPatch) -> Machine:
    """Forget the counter, and with it the limit."""
    return _table_with(patch, ev.Nudged, effect=lambda fields, event: fields.update(nudged_at=event.at))


def moves_keep_the_confirmation(patch: pytest.MonkeyPatch) -> Machine:
    """Lead to the wrong stage."""
    return _table_with(patch, ev.Rescheduled, target=Stage.CONFIRMED)


def talks_leave_no_thanks(patch: pytest.MonkeyPatch) -> Machine:
    """Owe nothing after a talk."""
    return _table_with(patch, ev.Held, opens=())


def talks_leave_thanks_twice(patch: pytest.MonkeyPatch) -> Machine:
    """Owe thanks twice after a talk."""
    return _owing(patch, lambda _, after: (*after, after[-1]), ev.Held)


def attempts_pile_up(patch: pytest.MonkeyPatch) -> Machine:
    """Keep what an attempt owed when the next begins, beside what that owes."""
    return _owing(patch, lambda before, after: (*before, *after), ev.Reopened, ev.Declined)


def closing_overlooks_debts(patch: pytest.MonkeyPatch) -> Machine:
    """Close whatever is owed."""
    return _table_with(patch, ev.Closed, guards=())


def silence_can_be_broken(_: pytest.MonkeyPatch) -> Machine:
    """Record an answer about a name after a request for silence."""

    def apply(interview: Interview, event: Event, **rest: Any) -> Interview:  # noqa: ANN401 - a policy
        return attrs.evolve(interview, sealed=False).apply(event, **rest)

    return Machine(apply=apply)


def replay_begins_anew_with_every_event(_: pytest.MonkeyPatch) -> Machine:
    """Replay every beginning of a history, as a naive fold over stored snapshots would."""

    def replay(events: Iterable[Event], **rest: Any) -> Interview:  # noqa: ANN401 - a policy
        history = list(events)
        for length in range(1, min(len(history), 400)):
            Interview.replay(history[:length], **rest)
        return Interview.replay(history, **rest)

    return Machine(replay=replay)


BROKEN: tuple[tuple[Broken, Callable[[Machine], None]], ...] = (
    (replay_drops_the_last_event, partial(over_lives, replaying_a_history_gives_the_interview)),
    (replay_forgets_the_policy, partial(over_steps, replaying_refuses_what_applying_refuses)),
    (replay_begins_anew_with_every_event, over_long_lives),
    (apply_counts_in_the_receiver, partial(over_steps, applying_changes_nothing_before)),
    (apply_overlooks_the_order, partial(over_lives, time_never_runs_backwards)),
    (apply_returns_a_kind_of_interview, partial(over_lives, interviews_are_plain_values)),
    (apply_leaves_something_lying_about, partial(over_lives, interviews_are_plain_values)),
    (interviews_print_their_ids, partial(over_lives, interviews_are_plain_values)),
    (decide_says_yes, partial(over_steps, a_decision_is_kept)),
    (decide_names_the_day_after, over_first_instants),
    (decide_gives_up_waiting, over_first_instants),
    (refusals_never_say_from_when, partial(over_steps, a_refusal_names_the_first_instant)),
    (undoing_forgets_what_was_owed, partial(over_lives, undoing_leads_back)),
    (undoing_erases, partial(over_lives, undoing_leads_back)),
    (nudges_are_not_limited, over_nudges),
    (nudges_are_not_counted, over_nudges),
    (nudges_are_not_counted, over_the_rulebook),
    (moves_keep_the_confirmation, over_the_rulebook),
    (talks_leave_no_thanks, partial(over_lives, every_talk_opens_one_thank_you)),
    (talks_leave_thanks_twice, partial(over_lives, every_talk_opens_one_thank_you)),
    (talks_leave_thanks_twice, partial(over_lives, obligations_have_names_of_their_own)),
    (attempts_pile_up, over_attempts),
    (closing_overlooks_debts, over_closings),
    (silence_can_be_broken, over_silence),
)


def _name_of(part: Any) -> str:  # noqa: ANN401 - a function, or a law to be run by one
    return part.args[0].__name__ if isinstance(part, partial) else part.__name__


class TestBrokenMachines:
    """Rule: "every law has a broken double that it catches"."""

    @pytest.mark.parametrize("check", [check for _, check in BROKEN], ids=_name_of)
    def test_ours_passes(self, check: Callable[[Machine], None]) -> None:
        """Infoview's own machine passes the very examples that catch the broken ones."""
        check(OURS)

    @pytest.mark.parametrize(("broken", "check"), BROKEN, ids=_name_of)
    def test_are_caught(
        self, broken: Broken, check: Callable[[Machine], None], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The law fails on the broken machine."""
        machine = broken(monkeypatch)
        with pytest.raises(AssertionError):
            check(machine)
