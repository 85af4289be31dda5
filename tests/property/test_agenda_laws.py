"""Laws of the agenda: nothing owed is forgotten, nothing is named before its time, nothing else is read."""

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.lives import LIVES, LONG_LIFE, MICROSECOND, at, histories, life, living

from infoview._choices import ReferralAsk
from infoview._events import CommitmentMade, Event, Expired, NoteTaken, Nudged, ObligationWaived, Retried
from infoview._interview import Interview
from infoview._obligations import ObligationKind
from infoview._people import Party
from infoview._policy import Policy
from infoview._stages import ENDED, Stage
from infoview._takeaways import Commitment, Note
from infoview.agenda import Action, ActionKind, agenda, due_until
from infoview.policies import CLASSIC, PRESETS

Agenda = Callable[[Interview, Policy], tuple[Action, ...]]

OWED_AS = {
    ObligationKind.THANK_YOU: ActionKind.THANK,
    ObligationKind.DEBRIEF: ActionKind.DEBRIEF,
    ObligationKind.REPORT_BACK: ActionKind.REPORT_BACK,
    ObligationKind.CHECK_BACK: ActionKind.CHECK_BACK,
    ObligationKind.COMMITMENT: ActionKind.KEEP_PROMISE,
    ObligationKind.REPLY_THANKS: ActionKind.THANK_FOR_REPLY,
    ObligationKind.APOLOGY: ActionKind.APOLOGISE,
}
WAITS: dict[ActionKind, type[Event]] = {
    ActionKind.NUDGE: Nudged,
    ActionKind.EXPIRE: Expired,
    ActionKind.RETRY: Retried,
}

EAGER = attrs.evolve(
    CLASSIC,
    name="eager",
    nudge_wait=1,
    nudge_max=3,
    retry_wait=1,
    confirm_hours=168,
    referral_ask=ReferralAsk.LATER,
    referral_ask_days=1,
    reconnect_days=7,
    no_show_rest_days=2,
)

interviews = histories().map(Interview.replay)
policies = st.sampled_from((*PRESETS, EAGER))


def _agenda(interview: Interview, policy: Policy) -> tuple[Action, ...]:
    return agenda(interview, policy=policy)


def _answers_once(make: Agenda, interview: Interview, policy: Policy) -> None:
    wanted = Counter((OWED_AS[owed.kind], owed.reference, owed.owner) for owed in interview.obligations)
    got = Counter(
        (action.kind, action.reference, action.owner)
        for action in make(interview, policy)
        if action.kind in OWED_AS.values()
    )
    assert got == wanted


def _waits_as_long_as_the_rules_say(make: Agenda, interview: Interview, policy: Policy) -> None:
    waiting = {action.kind: action for action in make(interview, policy) if action.kind in WAITS}
    since = interview.history[-1].at
    for kind, event in WAITS.items():
        decision = interview.decide(event, now=since, policy=policy)
        assert (kind in waiting) is (decision.earliest is not None)
    for kind, action in waiting.items():
        assert action.not_before is not None
        assert action.due == action.not_before
        # What was recorded later (a note, say) moves no wait: judge as it was just before the end.
        then = Interview.replay(e for e in interview.history if e.at < action.not_before)
        assert then.decide(WAITS[kind], now=action.not_before, policy=policy).allowed
        assert not then.decide(WAITS[kind], now=action.not_before - MICROSECOND, policy=policy).allowed


def _reads_nothing_else(make: Agenda, interview: Interview, policy: Policy) -> None:
    once = make(interview, policy)
    assert make(interview, policy) == once
    assert make(Interview.replay(interview.history), policy) == once


def _comes_in_order(make: Agenda, interview: Interview, policy: Policy) -> None:
    actions = make(interview, policy)
    dues = [action.due for action in actions]
    dated = [due for due in dues if due is not None]
    assert dues == sorted(dated) + [None] * (len(dues) - len(dated))


class TestObligations:
    """Rule: "every open obligation is one action, and no other action claims to be owed"."""

    @given(interviews, policies)
    def test_each_is_one_action(self, interview: Interview, policy: Policy) -> None:
        """What is owed and what the agenda asks for are the same, one by one."""
        _answers_once(_agenda, interview, policy)

    @given(interviews, policies)
    def test_a_waiver_takes_one_away(self, interview: Interview, policy: Policy) -> None:
        """Waiving an obligation takes its action away and leaves the rest of what is owed as it is."""
        owed = [action for action in _agenda(interview, policy) if action.kind in OWED_AS.values()]
        for obligation in interview.obligations:
            waiver = ObligationWaived(
                at=interview.history[-1].at, obligation_id=obligation.id, reason="they said so"
            )
            left = _agenda(interview.apply(waiver), policy)
            gone = OWED_AS[obligation.kind], obligation.reference
            assert [a for a in left if a.kind in OWED_AS.values()] == [
                a for a in owed if (a.kind, a.reference) != gone
            ]

    @given(interviews, policies)
    def test_an_end_leaves_only_debts(self, interview: Interview, policy: Policy) -> None:
        """Where nothing goes on, only what is owed is on the agenda, and what a failed talk leaves open."""
        if interview.stage in ENDED:
            failed = interview.stage in (Stage.CANCELLED, Stage.NO_SHOW)
            afresh = {ActionKind.REBOOK, ActionKind.GIVE_UP} if failed else set()
            debts = [action for action in _agenda(interview, policy) if action.kind not in afresh]
            assert len(debts) == len(interview.obligations)
        if interview.sealed:
            assert _agenda(interview, policy) == ()


class TestTimes:
    """Rule: "an action is named for the first instant at which the lifecycle allows it"."""

    @given(interviews, policies)
    def test_waits_end_when_the_rules_say(self, interview: Interview, policy: Policy) -> None:
        """Nudge, end of the wait and retry stand at the first instant that `Interview.decide` allows."""
        _waits_as_long_as_the_rules_say(_agenda, interview, policy)

    @given(interviews, policies)
    def test_instants_ascend(self, interview: Interview, policy: Policy) -> None:
        """Nothing is due before it is polite, and nothing is late before it is due."""
        for action in _agenda(interview, policy):
            instants = [i for i in (action.not_before, action.due, action.late_after) if i is not None]
            assert instants == sorted(instants)
            assert action.due is not None or action.late_after is None

    @given(interviews, policies, st.integers(-(10**8), 10**8), st.integers(0, 10**8))
    def test_once_late_always_late(
        self, interview: Interview, policy: Policy, seconds: int, more: int
    ) -> None:
        """An action is never late before it is due, and once it is late it stays so."""
        now = interview.history[-1].at + timedelta(seconds=seconds)
        for action in _agenda(interview, policy):
            if action.is_late(now):
                assert action.due is not None
                assert action.due <= now
                assert action.is_late(now + timedelta(seconds=more))


class TestSources:
    """Rule: "the actions follow from the events alone"."""

    @given(interviews, policies)
    def test_depends_on_the_interview_only(self, interview: Interview, policy: Policy) -> None:
        """Asked again, and asked of a replayed interview, the answer is the same."""
        _reads_nothing_else(_agenda, interview, policy)

    @given(interviews, policies, st.sampled_from((timedelta(), MICROSECOND, timedelta(days=400))))
    def test_a_note_changes_nothing(self, interview: Interview, policy: Policy, pause: timedelta) -> None:
        """A private note neither adds, removes nor moves an action, whenever it is taken."""
        if interview.stage in ENDED:
            return
        note = NoteTaken(at=interview.history[-1].at + pause, note=Note("a small thing"), id="the note")
        assert _agenda(interview.apply(note), policy) == _agenda(interview, policy)


class TestOrder:
    """Rule: "the most pressing first, those without a date last"."""

    @given(interviews, policies)
    def test_sorted(self, interview: Interview, policy: Policy) -> None:
        """Due times ascend, and what has none ends the list."""
        _comes_in_order(_agenda, interview, policy)

    @given(st.lists(interviews, max_size=4), policies, st.integers(-500, 500))
    def test_due_until_is_a_pick(self, talks: list[Interview], policy: Policy, hours: int) -> None:
        """Of many agendas, just those actions come that are due by the instant, in order of time."""
        actions = [action for talk in talks for action in _agenda(talk, policy)]
        middle = next((action.due for action in actions if action.due), LIVES[Stage.HELD][-1].at)
        until = middle + timedelta(hours=hours)
        picked = due_until(actions, until)
        assert Counter(picked) == Counter(a for a in actions if a.due and a.due <= until)
        dues = [action.due for action in picked if action.due]
        assert dues == sorted(dues)


def _forgets_reports(interview: Interview, policy: Policy) -> tuple[Action, ...]:
    return tuple(a for a in agenda(interview, policy=policy) if a.kind is not ActionKind.REPORT_BACK)


def _blames_the_seeker(interview: Interview, policy: Policy) -> tuple[Action, ...]:
    return tuple(attrs.evolve(action, owner=Party.SEEKER) for action in agenda(interview, policy=policy))


def _names_one_debt_of_a_kind(interview: Interview, policy: Policy) -> tuple[Action, ...]:
    return tuple({action.kind: action for action in agenda(interview, policy=policy)}.values())


def _shifted(days: int) -> Agenda:
    def make(interview: Interview, policy: Policy) -> tuple[Action, ...]:
        def moved(moment: datetime | None) -> datetime | None:
            return moment and moment + timedelta(days=days)

        return tuple(
            attrs.evolve(action, due=moved(action.due), not_before=moved(action.not_before))
            for action in agenda(interview, policy=policy)
        )

    return make


def _asks_the_default_policy(interview: Interview, _policy: Policy) -> tuple[Action, ...]:
    return agenda(interview)


class _Counting:
    def __init__(self) -> None:
        self.calls = 0

    def __call__(self, interview: Interview, policy: Policy) -> tuple[Action, ...]:
        self.calls += 1
        return agenda(interview, policy=policy)[: self.calls % 2]


def _undated_first(interview: Interview, policy: Policy) -> tuple[Action, ...]:
    return tuple(sorted(agenda(interview, policy=policy), key=lambda action: action.due is not None))


def _by_kind(interview: Interview, policy: Policy) -> tuple[Action, ...]:
    return tuple(sorted(agenda(interview, policy=policy), key=lambda action: action.kind, reverse=True))


_UNDATED = Commitment(id="p-2", owner=Party.CONTACT, text="send the city's soil maps")
TALES = [Interview.replay(LONG_LIFE[: length + 1]) for length in range(len(LONG_LIFE))]
TALES += [living(stage) for stage in Stage]
TALES += [life(*LIVES[Stage.HELD], CommitmentMade(at=at(3, 10, 15), commitment=_UNDATED))]
"""Told lives in which every law has something to look at."""

Law = Callable[[Agenda, Interview, Policy], None]


@pytest.mark.parametrize(
    ("law", "broken"),
    [
        (_answers_once, _forgets_reports),
        (_answers_once, _blames_the_seeker),
        (_answers_once, _names_one_debt_of_a_kind),
        (_waits_as_long_as_the_rules_say, _shifted(1)),
        (_waits_as_long_as_the_rules_say, _shifted(-1)),
        (_waits_as_long_as_the_rules_say, _asks_the_default_policy),
        (_reads_nothing_else, _Counting()),
        (_comes_in_order, _undated_first),
        (_comes_in_order, _by_kind),
    ],
)
def test_a_broken_agenda_is_caught(law: Law, broken: Agenda) -> None:
    """Each law holds in every told life, and fails in one of them for an agenda that breaks it."""

    def holds_for(make: Agenda) -> None:
        for tale in TALES:
            law(make, tale, EAGER)

    holds_for(_agenda)
    with pytest.raises(AssertionError):
        holds_for(broken)
