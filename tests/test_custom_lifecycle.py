"""A table of one's own, from end to end: a platform that matches people and lets them visit each other."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

import attrs
import pytest
from tests.lives import (
    ASKED,
    BERLIN,
    DEBRIEF,
    FOUND,
    LIVES,
    MICROSECOND,
    READY,
    TALK,
    EveryDay,
    at,
    living,
    midnight,
)

from infoview import _events as ev
from infoview._guards import NEVER, Case, Verdict, event_guard, time_guard
from infoview._interview import Interview
from infoview._lifecycle import LIFECYCLE, Lifecycle
from infoview._obligations import Obligation, ObligationKind
from infoview._people import Party
from infoview._soundness import faults_of
from infoview._stages import ENDED, LIVE, Stage
from infoview._takeaways import Note
from infoview._transitions import TRANSITIONS, Opens, Transition
from infoview.agenda import Action, ActionKind, agenda
from infoview.conversion import from_json, to_json
from infoview.exceptions import (
    GroupRefusedError,
    GuardError,
    IllegalTransitionError,
    InvalidLifecycleError,
    InvalidValueError,
)
from infoview.groups import GroupTalk
from infoview.policies import CAMPUS, CLASSIC

# -- the platform -----------------------------------------------------------------------------------------


class Own(StrEnum):
    """The stages that the platform adds."""

    MATCHED = "matched"
    VISIT_AGREED = "visit_agreed"
    SHELVED = "shelved"


@attrs.frozen(kw_only=True)
class Matched(ev.CustomEvent):
    """The platform proposed the two to each other.

    Attributes:
        answer_by: The day by which the mentor is to answer.
    """

    answer_by: date

    @property
    def due(self) -> date:
        """The day on which the answer is due."""
        return self.answer_by


@attrs.frozen(kw_only=True)
class MatchAnswered(ev.CustomEvent):
    """The mentor answered.

    Attributes:
        gladly: Whether the mentor would like to.
    """

    gladly: bool


@attrs.frozen(kw_only=True)
class MatchRanOut(ev.CustomEvent):
    """The mentor did not answer."""


@attrs.frozen(kw_only=True)
class VisitAgreed(ev.CustomEvent):
    """The contact will show the seeker round at work.

    Attributes:
        visit_id: The id of the visit.
        on: The day, in the contact's zone.
    """

    visit_id: str
    on: date

    @property
    def reference(self) -> str:
        """The visit."""
        return self.visit_id

    @property
    def owner(self) -> Party:
        """Who promised it."""
        return Party.CONTACT

    @property
    def due(self) -> date:
        """The day."""
        return self.on


@attrs.frozen(kw_only=True)
class VisitMade(ev.CustomEvent):
    """The visit took place.

    Attributes:
        visit_id: The id of the visit.
        shown_round: Whether there was something to see.
    """

    visit_id: str
    shown_round: bool = True

    @property
    def reference(self) -> str:
        """The visit."""
        return self.visit_id


@attrs.frozen(kw_only=True)
class VisitPutOff(ev.CustomEvent):
    """The visit will not take place."""


@attrs.frozen(kw_only=True)
class Revived(ev.CustomEvent):
    """The platform tries once more."""


def promised(case: Case) -> Obligation | None:
    """Find the visit that is owed, unless it was waived."""
    owed = case.interview.obligations
    return next((o for o in owed if o.kind is ObligationKind.COMMITMENT), None)


@time_guard("Give the mentor {policy.expire_after_request} business days to answer the match.")
def match_runs(case: Case) -> Verdict:
    """Let silence become an answer as it does after a request."""
    return case.business_days_after(case.interview.stage_since, case.policy.expire_after_request)


@time_guard("The visit is on the agreed day, not before.")
def visit_too_early(case: Case) -> Verdict:
    """Nobody comes before the day."""
    visit = promised(case)
    return None if visit is None or visit.due_on is None else case.start_of(visit.due_on)


@event_guard("No such visit is agreed; check the id.", standing=True)
def unknown_visit(case: Case) -> Verdict:
    """The visit is the one that is owed."""
    visit = promised(case)
    return None if visit is None or visit.reference == case.event.visit_id else NEVER


@event_guard("Agree on a day at least {policy.check_back_min} days ahead.")
def visit_too_soon(case: Case) -> Verdict:
    """A house needs time to prepare."""
    soonest = case.local_day(case.now) + timedelta(days=case.policy.check_back_min)
    return None if case.event.on >= soonest else NEVER


ROWS = (
    Transition(
        event=Matched,
        source=Stage.PREPARED,
        target=Own.MATCHED,
        opens=(Opens(ObligationKind.CHECK_BACK),),
        why="the platform",
    ),
    Transition(
        event=MatchAnswered,
        source=Own.MATCHED,
        target=Own.SHELVED,
        target_if=("gladly", Stage.ACCEPTED),
        settles=(ObligationKind.CHECK_BACK,),
        why="the platform",
    ),
    Transition(
        event=MatchRanOut,
        source=Own.MATCHED,
        target=Own.SHELVED,
        guards=(match_runs,),
        settles=(ObligationKind.CHECK_BACK,),
        why="the platform: two weeks",
    ),
    Transition(
        event=VisitAgreed,
        source=Stage.ACCEPTED,
        target=Own.VISIT_AGREED,
        guards=(visit_too_soon,),
        opens=(Opens(ObligationKind.COMMITMENT),),
        why="the platform",
    ),
    Transition(
        event=VisitMade,
        source=Own.VISIT_AGREED,
        target=Stage.HELD,
        guards=(visit_too_early, unknown_visit),
        opens=(Opens(ObligationKind.DEBRIEF, "shown_round"), Opens(ObligationKind.THANK_YOU)),
        settles=(ObligationKind.COMMITMENT,),
        is_contact=True,
        why="the platform",
    ),
    Transition(
        event=VisitPutOff,
        source=Own.VISIT_AGREED,
        target=Stage.ACCEPTED,
        settles=(ObligationKind.COMMITMENT,),
        why="the platform",
    ),
    Transition(event=Revived, source=Own.SHELVED, target=Stage.PREPARED, why="the platform"),
)
LIVE_OWN, ENDED_OWN = (Own.MATCHED, Own.VISIT_AGREED), (Own.SHELVED,)
OURS = LIFECYCLE.extended(*ROWS, live=LIVE_OWN, ended=ENDED_OWN)

VISIT = date(2026, 3, 25)
MATCH = Matched(at=at(3, 3), answer_by=date(2026, 3, 13))
AGREED = VisitAgreed(at=at(3, 5), visit_id="v-1", on=VISIT)
GLADLY = MatchAnswered(at=at(3, 4), gladly=True)
MADE = VisitMade(at=at(3, 25, 10), visit_id="v-1", id="visit")
STORY: tuple[ev.Event | ev.CustomEvent, ...] = (
    FOUND,
    READY,
    MATCH,
    ev.NoteTaken(at=at(3, 3, 10), note=Note("a patient answer, they say")),
    GLADLY,
    AGREED,
    MADE,
    ev.DebriefWritten(at=at(3, 25, 18), debrief=DEBRIEF),
    ev.ThanksSent(at=at(3, 25, 19), specific="the old pumping station"),
    ev.Closed(at=at(3, 26)),
)
STAGES = (
    Stage.IDENTIFIED,
    Stage.PREPARED,
    Own.MATCHED,
    Own.MATCHED,
    Stage.ACCEPTED,
    Own.VISIT_AGREED,
    Stage.HELD,
    Stage.HELD,
    Stage.THANKED,
    Stage.CLOSED,
)


def told(count: int = len(STORY), *more: ev.Event | ev.CustomEvent, **rest: Any) -> Interview:  # noqa: ANN401 - policy, calendar
    """Live through the first events of the story, and some more."""
    interview = Interview.open(FOUND, lifecycle=OURS)
    for event in (*STORY[1:count], *more):
        interview = interview.apply(event, lifecycle=OURS, **rest)
    return interview


def refusal_of(step: Callable[[], object]) -> set[str]:
    """Take a step, and find the codes of the rules against it, if there are any."""
    try:
        step()
    except GuardError as error:
        return {reason.code for reason in error.reasons}
    return set()


def codes(refusal: pytest.ExceptionInfo[GuardError]) -> list[str]:
    """List why an event is refused."""
    return [reason.code for reason in refusal.value.reasons]


class TestStory:
    """A life with stages and events of one's own."""

    @pytest.mark.parametrize("count", range(1, len(STORY) + 1))
    def test_goes_through_the_stages(self, count: int) -> None:
        """Each event leads where its row says, and the interview knows since when it stands there."""
        interview = told(count)
        since = max(n for n in range(count) if n == 0 or STAGES[n] is not STAGES[n - 1])
        assert (STAGES[count - 1], STORY[since].at) == (interview.stage, interview.stage_since)

    def test_opens_and_settles(self) -> None:
        """What the own events say becomes an obligation, with owner and day, and is settled by others."""
        owed = [[(o.id, o.owner, o.due_on) for o in told(count).obligations] for count in (3, 5, 6)]
        assert owed == [
            [("check_back", Party.SEEKER, date(2026, 3, 13))],
            [],
            [("commitment:v-1", Party.CONTACT, VISIT)],
        ]
        assert [o.id for o in told(7).obligations] == ["debrief:v-1", "thank_you:v-1"]
        assert [o.id for o in told(9).obligations] == []

    @pytest.mark.parametrize(
        ("shown", "owed"), [(True, ["debrief:v-1", "thank_you:v-1"]), (False, ["thank_you:v-1"])]
    )
    def test_opens_by_a_flag(self, shown: bool, owed: list[str]) -> None:  # noqa: FBT001 - a table
        """A flag of an own event says whether an obligation is opened."""
        visited = told(6, attrs.evolve(MADE, shown_round=shown))
        assert owed == [o.id for o in visited.obligations]

    def test_leads_elsewhere_by_a_flag(self) -> None:
        """A flag of an own event leads into an own end, and an own event out of it."""
        shelved = told(4, MatchAnswered(at=at(3, 4), gladly=False))
        assert (shelved.stage, shelved.obligations) == (Own.SHELVED, ())
        revived = shelved.apply(Revived(at=at(9, 1)), lifecycle=OURS)
        assert revived.stage is Stage.PREPARED
        assert revived.apply(attrs.evolve(ASKED, at=at(9, 1)), lifecycle=OURS).stage is Stage.REQUESTED

    def test_counts_real_contact(self) -> None:
        """A visit counts for staying in touch as a talk does, and thanks for it are soon due."""
        visited = told(7)
        assert MADE.at == visited.last_contact_at
        assert [action.kind for action in agenda(visited, lifecycle=OURS)] == [
            ActionKind.DEBRIEF,
            ActionKind.THANK,
        ]

    def test_leads_into_the_stages_of_the_library(self) -> None:
        """Where no talk was recorded, what is counted from the talk is counted from the visit."""
        visited, thanks = told(7), ev.ThanksSent(at=MADE.at, specific="the old pumping station")
        with pytest.raises(GuardError) as refusal:
            visited.apply(thanks, policy=attrs.evolve(CLASSIC, thank_not_before_minutes=30), lifecycle=OURS)
        assert (codes(refusal), refusal.value.earliest) == (
            ["thanks_too_early"],
            MADE.at + timedelta(minutes=30),
        )
        dormant = told(9, ev.Lapsed(at=at(3, 25, 19) + timedelta(days=180)))
        assert dormant.stage is Stage.DORMANT


class TestDeciding:
    """Rules of one's own."""

    def test_names_the_first_instant(self) -> None:
        """The first legal instant of an own rule is exact: there it passes, a microsecond before not."""
        agreed, morning = told(6), midnight(2026, 3, 25)
        decision = agreed.decide(VisitMade, now=AGREED.at, lifecycle=OURS)
        assert (decision.allowed, decision.earliest) == (False, morning)
        assert [(r.code, r.earliest) for r in decision.reasons] == [("visit_too_early", morning)]
        assert agreed.decide(VisitMade, now=morning, lifecycle=OURS).allowed
        assert agreed.apply(attrs.evolve(MADE, at=morning), lifecycle=OURS).stage is Stage.HELD
        with pytest.raises(GuardError) as refusal:
            agreed.apply(attrs.evolve(MADE, at=morning - MICROSECOND), lifecycle=OURS)
        assert (codes(refusal), refusal.value.earliest) == (["visit_too_early"], morning)

    def test_uses_the_numbers_of_the_policy(self) -> None:
        """The wait, and the sentence that tells it, follow the policy and the calendar."""
        matched = told(3)
        found = {
            policy.name: matched.decide(MatchRanOut, now=MATCH.at, policy=policy, lifecycle=OURS)
            for policy in (CLASSIC, CAMPUS)
        }
        assert {name: [r.sentence for r in decision.reasons] for name, decision in found.items()} == {
            policy.name: [f"Give the mentor {policy.expire_after_request} business days to answer the match."]
            for policy in (CLASSIC, CAMPUS)
        }
        assert found["campus"].earliest == midnight(2026, 3, 17)
        always = matched.decide(MatchRanOut, now=MATCH.at, policy=CAMPUS, calendar=EveryDay(), lifecycle=OURS)
        assert always.earliest == midnight(2026, 3, 13)

    def test_lets_an_instant_that_has_come_pass(self) -> None:
        """A rule may always answer its instant; once it has come, the event passes."""
        matched, ran_out = told(3), midnight(2026, 3, 17)
        for moment, passes in ((ran_out - MICROSECOND, False), (ran_out, True), (at(9, 1), True)):
            decision = matched.decide(MatchRanOut, now=moment, policy=CAMPUS, lifecycle=OURS)
            assert (decision.allowed, decision.earliest) == (passes, max(moment, ran_out))
        shelved = matched.apply(MatchRanOut(at=at(9, 1)), policy=CAMPUS, lifecycle=OURS)
        assert shelved.stage is Own.SHELVED

    def test_tells_what_the_event_must_say(self) -> None:
        """Own rules about the event are told beforehand, and judged when it comes."""
        decision = told(5).decide(VisitAgreed, now=at(3, 5), lifecycle=OURS)
        assert (decision.allowed, [(r.code, r.sentence) for r in decision.requires]) == (
            True,
            [("visit_too_soon", f"Agree on a day at least {CLASSIC.check_back_min} days ahead.")],
        )
        with pytest.raises(GuardError) as refusal:
            told(5, attrs.evolve(AGREED, on=date(2026, 3, 6)))
        assert (codes(refusal), refusal.value.earliest) == (["visit_too_soon"], None)

    @pytest.mark.parametrize("count", range(1, len(STORY)))
    def test_agrees_with_what_is_applied(self, count: int) -> None:
        """At each step of the story, and at a wrong time, the decision says what applying does."""
        interview, event = told(count), STORY[count]
        for moment in (event.at, interview.history[-1].at - MICROSECOND):
            decision = interview.decide(type(event), now=moment, lifecycle=OURS)
            refused = refusal_of(lambda moment=moment: told(count, attrs.evolve(event, at=moment)))
            assert decision.allowed == (not refused)
            assert {reason.code for reason in decision.reasons} == refused

    def test_knows_every_event_of_the_table(self) -> None:
        """An own event in the wrong stage is a decision, not an error of the caller."""
        decision = told(1).decide(VisitMade, now=at(3, 3), lifecycle=OURS)
        assert (decision.allowed, [r.code for r in decision.reasons]) == (False, ["illegal_transition"])


class TestTime:
    """Rebuilding, going back and taking back."""

    @pytest.mark.parametrize("count", range(1, len(STORY) + 1))
    def test_is_replayed(self, count: int) -> None:
        """The history gives the interview, with a policy and without."""
        interview = told(count)
        assert interview == Interview.replay(interview.history, lifecycle=OURS)
        assert interview == Interview.replay(interview.history, lifecycle=OURS, policy=CLASSIC)

    @pytest.mark.parametrize("count", range(2, len(STORY)))
    def test_is_seen_as_of_an_instant(self, count: int) -> None:
        """From an event on until a moment before the next, the interview is what those before made it."""
        for moment in (STORY[count - 1].at, STORY[count].at - MICROSECOND):
            assert told(count) == told().as_of(moment, lifecycle=OURS)

    @pytest.mark.parametrize("count", range(2, len(STORY) + 1))
    def test_is_undone(self, count: int) -> None:
        """Taking back any event, own or not, gives the interview before it, but for history and count."""
        undoing = ev.Undone(at=at(4, 1), reason="a slip")
        undone = told(count).apply(undoing, lifecycle=OURS)
        before = told(count - 1)
        assert before == attrs.evolve(undone, log=before.log, undone=0)
        assert (*STORY[:count], undoing) == undone.history
        assert undone == Interview.replay(undone.history, lifecycle=OURS)
        assert undone == told(count).undo_last(at=at(4, 1), reason="a slip", lifecycle=OURS)

    def test_is_undone_to_the_beginning(self) -> None:
        """Everything can be taken back but the first event."""
        interview = told()
        for number in range(len(STORY) - 1):
            undoing = ev.Undone(at=at(4, 1), reason="a slip", id=f"undo-{number}")
            interview = interview.apply(undoing, lifecycle=OURS)
        assert (interview.stage, interview.obligations) == (Stage.IDENTIFIED, ())
        assert interview.decide(ev.Undone, now=at(4, 1), lifecycle=OURS).reasons[0].code == "nothing_to_undo"

    def test_keeps_standing_rules(self) -> None:
        """An own rule that stands is judged in every replay; the others in one with a policy only."""
        wrong = (*STORY[:6], attrs.evolve(MADE, visit_id="v-2"))
        early = (*STORY[:6], attrs.evolve(MADE, at=at(3, 6)))
        with pytest.raises(GuardError) as refusal:
            Interview.replay(wrong, lifecycle=OURS)
        assert (codes(refusal), refusal.value.place) == (["unknown_visit"], 6)
        assert Interview.replay(early, lifecycle=OURS).stage is Stage.HELD
        with pytest.raises(GuardError) as refusal:
            Interview.replay(early, lifecycle=OURS, policy=CLASSIC)
        assert (codes(refusal), refusal.value.place) == (["visit_too_early"], 6)

    def test_travels(self) -> None:
        """On the wire the story comes back as it was, to whoever reads it with the same table."""
        assert told() == from_json(Interview, to_json(told()), lifecycle=OURS)


class TestAgenda:
    """What is to be done."""

    def test_asks_for_what_own_events_leave_owed(self) -> None:
        """In an own stage the agenda holds the obligations, with the days that the events named."""
        found = [
            (action.kind, action.owner, action.due)
            for count in (3, 6)
            for action in agenda(told(count), lifecycle=OURS)
        ]
        assert found == [
            (ActionKind.CHECK_BACK, Party.SEEKER, midnight(2026, 3, 13)),
            (ActionKind.KEEP_PROMISE, Party.CONTACT, midnight(2026, 3, 25)),
        ]

    @pytest.mark.parametrize("count", range(1, len(STORY) + 1))
    def test_never_fails(self, count: int) -> None:
        """Each moment of the story has an agenda."""
        assert all(isinstance(action, Action) for action in agenda(told(count), lifecycle=OURS))


# -- the table is forgotten -------------------------------------------------------------------------------


MISTAKES: dict[str, Callable[[], object]] = {
    "apply an own event": lambda: told(2).apply(MATCH),
    "apply in an own stage": lambda: told(3).apply(ev.Closed(at=at(3, 9))),
    "replay": lambda: Interview.replay(STORY),
    "look back": lambda: told().as_of(at(4, 1)),
    "undo in an own stage": lambda: told(3).apply(ev.Undone(at=at(4, 1), reason="a slip")),
    "undo what came after an own stage": lambda: told().apply(ev.Undone(at=at(4, 1), reason="a slip")),
}


class TestForgotten:
    """The table was left out, and the library's is used."""

    @pytest.mark.parametrize("mistake", MISTAKES)
    def test_is_told(self, mistake: str) -> None:
        """The error names the event and the stage, and says what is possible, or which table to pass."""
        with pytest.raises(IllegalTransitionError) as refusal:
            MISTAKES[mistake]()
        event = refusal.value.event
        assert f"{event} cannot happen in stage {refusal.value.stage}; possible here: " in str(refusal.value)

    def test_says_which_table_to_pass(self) -> None:
        """In a stage that the library does not know, nothing is possible, and the text says why."""
        with pytest.raises(IllegalTransitionError) as refusal:
            MISTAKES["apply in an own stage"]()
        assert refusal.value.allowed == ()
        assert str(refusal.value) == (
            "Closed cannot happen in stage matched; "
            "possible here: nothing; pass the lifecycle that has this stage"
        )

    @pytest.mark.parametrize(
        ("mistake", "place"), [("replay", 2), ("look back", 2), ("apply an own event", None)]
    )
    def test_tells_the_place(self, mistake: str, place: int | None) -> None:
        """In a replay the first own event is named by its place."""
        with pytest.raises(IllegalTransitionError) as refusal:
            MISTAKES[mistake]()
        assert (refusal.value.event, refusal.value.place) == ("Matched", place)

    def test_is_told_to_who_asks(self) -> None:
        """Asked about an own event, the library's table says that it does not know it."""
        with pytest.raises(InvalidValueError) as refusal:
            told(2).decide(Matched, now=at(3, 9))
        assert (refusal.value.field, refusal.value.code) == ("event_type", "unknown_event")
        decision = told(3).decide(ev.Closed, now=at(3, 9))
        assert (decision.allowed, [r.code for r in decision.reasons]) == (False, ["illegal_transition"])

    @pytest.mark.parametrize("mistake", MISTAKES)
    def test_changes_nothing(self, mistake: str) -> None:
        """After the error everything goes on with the right table as if nothing had happened."""
        before = told()
        with pytest.raises(IllegalTransitionError):
            MISTAKES[mistake]()
        assert before == told()
        assert LIFECYCLE.row_for(Matched, Stage.PREPARED) is None


class TestGroups:
    """Several matched people in one meeting."""

    def group(self) -> GroupTalk:
        """Bring two together whose times are being agreed, and one whose visit is agreed."""
        joined = ev.GroupJoined(at=at(3, 4), group_id="panel")
        ways = {"a": (4, GLADLY, joined), "b": (4, GLADLY, joined), "c": (5, joined, AGREED)}
        members = []
        for name, (count, *more) in ways.items():
            first = attrs.evolve(FOUND, interview_id=name, contact_id=f"contact {name}")
            events = (first, *STORY[1:count], *more)
            members.append(Interview.replay(events, policy=CLASSIC, lifecycle=OURS))
        return GroupTalk(id="panel", members=tuple(members))

    def test_pass_over_who_is_elsewhere(self) -> None:
        """A member in an own stage is passed over by the events of the meeting."""
        agreed = self.group().apply(ev.Scheduled(at=at(3, 6), slot=TALK), lifecycle=OURS)
        stages = [talk.stage for talk in agreed.members]
        assert stages == [Stage.SCHEDULED, Stage.SCHEDULED, Own.VISIT_AGREED]

    def test_answer_for_who_is_elsewhere(self) -> None:
        """Asked about the meeting, a member in an own stage says that its stage does not know it."""
        decisions = self.group().decide(ev.Scheduled, now=at(3, 6), lifecycle=OURS)
        assert [decision.allowed for decision in decisions.values()] == [True, True, False]

    def test_refuse_when_all_are_named(self) -> None:
        """Named one by one, the member in the own stage refuses, and nobody is scheduled."""
        with pytest.raises(GroupRefusedError) as refusal:
            self.group().apply(ev.Scheduled(at=at(3, 6), slot=TALK), to=("a", "b", "c"), lifecycle=OURS)
        assert [*refusal.value.refusals] == ["c"]

    def test_keep_own_events_personal(self) -> None:
        """An own event is applied to the interview that it concerns, and the group takes it in."""
        group = self.group()
        visit = attrs.evolve(MADE, at=at(3, 25))
        with pytest.raises(InvalidValueError) as refusal:
            group.apply(visit, lifecycle=OURS)  # type: ignore[arg-type] - what is refused
        assert refusal.value.code == "personal_event"
        visited = group.replace(group.member("c").apply(visit, lifecycle=OURS))
        assert visited.member("c").stage is Stage.HELD


# -- silence ----------------------------------------------------------------------------------------------


class TestSilence:
    """A request for silence is final, whatever a table says."""

    WAY_BACK = (
        Transition(event=Revived, source=Stage.CLOSED, target=Stage.PREPARED, why="a way back"),
        Transition(event=ev.Prepared, source=Stage.CLOSED, target=Stage.PREPARED, why="a way back"),
    )

    @pytest.mark.parametrize("silence", [ev.DoNotContactAsked, ev.Erased])
    @pytest.mark.parametrize("event", [Revived(at=at(4, 1)), attrs.evolve(READY, at=at(4, 1))])
    def test_is_not_ended_by_a_way_back(self, silence: type[Any], event: Any) -> None:  # noqa: ANN401 - any event
        """A row out of the closed stage is open to who closed, and not to who asked for silence."""
        table = OURS.extended(*self.WAY_BACK)
        closed = told(3).apply(
            ev.ObligationWaived(at=at(3, 9), obligation_id="check_back", reason="no"), lifecycle=table
        )
        closed = closed.apply(ev.Closed(at=at(3, 9)), lifecycle=table)
        assert closed.apply(event, lifecycle=table).stage is Stage.PREPARED
        sealed = told(3).apply(silence(at=at(3, 9)), lifecycle=table)
        with pytest.raises(GuardError) as refusal:
            sealed.apply(event, lifecycle=table)
        assert (codes(refusal), refusal.value.earliest) == (["sealed"], None)
        decision = sealed.decide(type(event), now=event.at, lifecycle=table)
        assert (decision.allowed, [r.code for r in decision.reasons]) == (False, ["sealed"])
        with pytest.raises(GuardError) as refusal:
            Interview.replay((*sealed.history, event), lifecycle=table)
        assert (codes(refusal), refusal.value.place) == (["sealed"], 4)

    def test_leads_to_an_end_of_ones_own(self) -> None:
        """A row of one's own for silence takes the place of the usual one, and seals all the same."""
        table = LIFECYCLE.extended(
            *ROWS,
            Transition(event=ev.DoNotContactAsked, source=Own.MATCHED, target=Own.SHELVED, why="ours"),
            live=LIVE_OWN,
            ended=ENDED_OWN,
        )
        silent = told(3).apply(ev.DoNotContactAsked(at=at(3, 9)), lifecycle=table)
        assert (silent.stage, silent.sealed, silent.obligations) == (Own.SHELVED, True, ())
        with pytest.raises(GuardError) as refusal:
            silent.apply(Revived(at=at(9, 1)), lifecycle=table)
        assert codes(refusal) == ["sealed"]
        erased = told(6).apply(ev.Erased(at=at(3, 9)), lifecycle=table)
        assert (erased.stage, erased.sealed) == (Stage.CLOSED, True)


# -- making tables ----------------------------------------------------------------------------------------


@attrs.frozen(kw_only=True)
class Listed(ev.CustomEvent):
    """Somebody was put on a list."""


class More(StrEnum):
    """Stages of a second extension."""

    LISTED = "listed"


ALWAYS = ("DoNotContactAsked", "Erased", "NameUseAnswered", "ObligationWaived", "Undone")
WHILE_LIVE = ("Closed", "NoteTaken")


def problems_of(make: Callable[[], Lifecycle]) -> list[tuple[str, str]]:
    """Find why a table cannot be made."""
    with pytest.raises(InvalidLifecycleError) as refusal:
        make()
    return [(problem.path, problem.code) for problem in refusal.value.problems]


class TestExtended:
    """Tables that are made from others."""

    def test_lose_nothing(self) -> None:
        """Every row of the original is there, in its order, and the stages and ends too."""
        kept = [row for row in OURS.transitions if row in set(TRANSITIONS)]
        assert kept == [*TRANSITIONS]
        assert {*LIFECYCLE.stages} < {*OURS.stages}
        assert OURS.ended == (*ENDED, Own.SHELVED)

    def test_bring_what_is_legal_everywhere(self) -> None:
        """Each own live stage, and each own end, gets what all of the library's have, and no more."""
        own = {stage: {row.event.__name__ for row in ROWS if row.source is stage} for stage in Own}
        brought = {stage: {*OURS.allowed_events(stage)} - own[stage] for stage in Own}
        assert brought == {
            Own.MATCHED: {*ALWAYS, *WHILE_LIVE},
            Own.VISIT_AGREED: {*ALWAYS, *WHILE_LIVE},
            Own.SHELVED: {*ALWAYS},
        }

    def test_bring_the_rows_as_they_are(self) -> None:
        """A row that comes by itself differs from its model in the stage only; what stays, stays."""
        for name in (*ALWAYS, *WHILE_LIVE):
            event = ev.EVENTS[name]
            model, brought = OURS.row_for(event, Stage.PREPARED), OURS.row_for(event, Own.MATCHED)
            assert model is not None
            assert brought is not None
            stays = model.target is model.source
            expected = attrs.evolve(model, source=Own.MATCHED, target=Own.MATCHED if stays else model.target)
            assert expected == brought

    def test_may_be_extended_again(self) -> None:
        """A second extension stands on the first: all of both is legal, and the stages get the same."""
        twice = OURS.extended(
            Transition(event=Listed, source=Own.MATCHED, target=More.LISTED, why="ours"),
            Transition(event=MatchAnswered, source=More.LISTED, target=Own.SHELVED, why="ours"),
            live=(More.LISTED,),
        )
        assert {*OURS.transitions} < {*twice.transitions}
        assert {*twice.allowed_events(More.LISTED)} == {*ALWAYS, *WHILE_LIVE, "MatchAnswered"}
        listed = told(3).apply(Listed(at=at(3, 9)), lifecycle=twice)
        done = listed.apply(MatchAnswered(at=at(3, 10), gladly=True), lifecycle=twice)
        assert (listed.stage, done.stage) == (More.LISTED, Own.SHELVED)
        assert told().history == Interview.replay(STORY, lifecycle=twice).history

    def test_may_be_extended_by_nothing(self) -> None:
        """Without rows and stages, the same table comes out."""
        assert LIFECYCLE.extended().transitions == LIFECYCLE.transitions

    def test_prefer_a_row_of_ones_own(self) -> None:
        """A given row wins over the one that would come by itself, in that stage and no other."""
        own = Transition(event=ev.DoNotContactAsked, source=Own.MATCHED, target=Own.SHELVED, why="ours")
        table = LIFECYCLE.extended(*ROWS, own, live=LIVE_OWN, ended=ENDED_OWN)
        assert table.row_for(ev.DoNotContactAsked, Own.MATCHED) is own
        others = [table.row_for(ev.DoNotContactAsked, stage) for stage in (Own.VISIT_AGREED, Own.SHELVED)]
        assert [row and row.target for row in others] == [Stage.CLOSED, Stage.CLOSED]

    def test_follow_the_table_they_extend(self) -> None:
        """Of a smaller table, the live stages and ends that it has say what comes by itself."""
        rows = tuple(row for row in TRANSITIONS if Stage.DORMANT not in (row.source, row.target))
        smaller = Lifecycle(transitions=rows).extended(*ROWS, live=LIVE_OWN, ended=ENDED_OWN)
        assert {*smaller.allowed_events(Own.SHELVED)} == {*ALWAYS, "Revived"}
        assert {*ALWAYS, *WHILE_LIVE} < {*smaller.allowed_events(Own.MATCHED)}

    @pytest.mark.parametrize("stage", LIVE)
    def test_change_nothing_for_who_stays_in_the_library(self, stage: Stage) -> None:
        """A life without own events replays to the same interview, and can still do all it could."""
        assert living(stage) == Interview.replay(LIVES[stage], lifecycle=OURS)
        assert {*LIFECYCLE.allowed_events(stage)} <= {*OURS.allowed_events(stage)}

    def test_have_readable_names(self) -> None:
        """The text form counts events and stages, and does not write the table out."""
        assert repr(OURS) == f"<Lifecycle of {len(OURS.event_types)} events and {len(OURS.stages)} stages>"


class TestMistakes:
    """Extensions that cannot work."""

    def test_a_stage_that_is_live_and_ended(self) -> None:
        """A stage is one or the other, and each that is both is told by its place among the ends."""
        for live, ended, places in (
            ((*LIVE_OWN, Own.SHELVED), ENDED_OWN, (0,)),
            (LIVE_OWN, (Own.SHELVED, *LIVE_OWN), (1, 2)),
        ):
            found = problems_of(
                lambda live=live, ended=ended: LIFECYCLE.extended(*ROWS, live=live, ended=ended)
            )
            assert found == [(f"$.ended[{place}]", "duplicate_stage") for place in places]

    def test_a_stage_that_is_named_twice(self) -> None:
        """Naming a stage again brings its rows again."""
        found = problems_of(lambda: LIFECYCLE.extended(*ROWS, live=(*LIVE_OWN, Own.MATCHED), ended=ENDED_OWN))
        assert {code for _, code in found} == {"duplicate_row"}

    def test_rows_that_are_given_twice(self) -> None:
        """Each row that is there again is told, at its place among the given ones."""
        found = problems_of(lambda: LIFECYCLE.extended(*ROWS, *ROWS, live=LIVE_OWN, ended=ENDED_OWN))
        assert sorted(found) == [(f"$.transitions[{n}]", "duplicate_row") for n in range(len(ROWS))]

    def test_a_table_extended_by_the_same_again(self) -> None:
        """Extending an extension by the same rows is told row by row."""
        found = problems_of(lambda: OURS.extended(*ROWS))
        assert {code for _, code in found} == {"duplicate_row"}
        assert len(found) == len(ROWS)

    def test_a_stage_that_is_named_nowhere(self) -> None:
        """A stage that is neither live nor ended gets nothing, and what it lacks is told."""
        found = problems_of(lambda: LIFECYCLE.extended(*ROWS, live=LIVE_OWN))
        assert sorted(found) == [("$.stages.shelved", "not_erasable")] * 2

    def test_a_stage_without_rows(self) -> None:
        """A stage that nothing leads to is told, live or ended."""
        assert problems_of(lambda: LIFECYCLE.extended(live=(More.LISTED,))) == [
            ("$.stages.listed", "unreachable_stage")
        ]
        assert problems_of(lambda: LIFECYCLE.extended(ended=(More.LISTED,))) == [
            ("$.stages.listed", "unreachable_stage")
        ]

    def test_own_rows_are_counted_as_they_were_given(self) -> None:
        """The place in a fault is the place among the given rows."""
        spoilt = attrs.evolve(ROWS[3], target_if=("unheard_of", Stage.HELD))
        rows = (*ROWS[:3], spoilt, *ROWS[4:])
        assert problems_of(lambda: LIFECYCLE.extended(*rows, live=LIVE_OWN, ended=ENDED_OWN)) == [
            ("$.transitions[3].target_if", "unknown_flag")
        ]

    @pytest.mark.parametrize("rows", [(None,), ("Matched",), (Matched,), (ROWS,), (7, None)])
    def test_what_is_no_row(self, rows: tuple[Any, ...]) -> None:
        """Whatever is no row is told, each by its place."""
        found = problems_of(lambda: LIFECYCLE.extended(*rows))
        assert found == [(f"$.transitions[{n}]", "wrong_type") for n in range(len(rows))]

    @pytest.mark.parametrize("stages", [None, 7, [Own.MATCHED], Own, {Own.MATCHED}, "matched"])
    @pytest.mark.parametrize("place", ["live", "ended"])
    def test_what_are_no_stages(self, place: str, stages: Any) -> None:  # noqa: ANN401 - what is refused
        """Whatever is no tuple of stages is told under the name of the argument."""
        found = problems_of(lambda: LIFECYCLE.extended(*ROWS, **{place: stages}))
        assert found == [(f"$.{place}", "wrong_type")]

    @pytest.mark.parametrize("stage", ["matched", None, [], 7, Own])
    @pytest.mark.parametrize("place", ["live", "ended"])
    def test_what_is_no_stage(self, place: str, stage: Any) -> None:  # noqa: ANN401 - what is refused
        """Whatever is no stage is told under the name of the argument."""
        assert problems_of(lambda: LIFECYCLE.extended(*ROWS, **{place: (stage,)})) == [
            (f"$.{place}[0]", "not_a_stage")
        ]

    @pytest.mark.parametrize("source", [[], {}, "matched"])
    def test_a_row_with_what_cannot_be_looked_up(self, source: Any) -> None:  # noqa: ANN401 - what is refused
        """A source that cannot be hashed is told like any other that is none."""
        row = attrs.evolve(ROWS[0], source=source)
        assert problems_of(lambda: LIFECYCLE.extended(row)) == [("$.transitions[0].source", "not_a_stage")]

    def test_a_clash_is_told_at_the_row_that_was_given(self) -> None:
        """Whoever clashes with the library reads about the own row, not about the library's."""

        class Unlike(StrEnum):
            """A stage with the value of one of the library's."""

            TALKED = "held"

        row = Transition(event=Listed, source=Stage.PREPARED, target=Unlike.TALKED, why="ours")
        for stages in ((), (Unlike.TALKED,)):
            found = problems_of(lambda stages=stages: LIFECYCLE.extended(row, live=stages))
            assert [path for path, code in found if code == "duplicate_stage"] == ["$.transitions[0]"]
        again = Transition(event=ev.Accepted, source=Stage.REQUESTED, target=Stage.ACCEPTED, why="ours")
        assert problems_of(lambda: LIFECYCLE.extended(again)) == [("$.transitions[0]", "duplicate_row")]


class TestUntouched:
    """The library's table stays as it is."""

    def test_by_extending(self) -> None:
        """Making tables, sound or not, changes neither rows nor stages nor ends."""
        before = (LIFECYCLE.transitions, LIFECYCLE.ended, LIFECYCLE.stages, LIFECYCLE.event_types)
        LIFECYCLE.extended(*ROWS, live=LIVE_OWN, ended=ENDED_OWN)
        problems_of(lambda: LIFECYCLE.extended(*ROWS))
        assert before == (LIFECYCLE.transitions, LIFECYCLE.ended, LIFECYCLE.stages, LIFECYCLE.event_types)
        assert list(faults_of(LIFECYCLE.transitions, LIFECYCLE.ended)) == []

    @pytest.mark.parametrize("name", ["transitions", "ended", "rows", "_names"])
    def test_by_setting(self, name: str) -> None:
        """No attribute can be set or deleted."""
        with pytest.raises(attrs.exceptions.FrozenInstanceError):
            setattr(LIFECYCLE, name, ())
        with pytest.raises(attrs.exceptions.FrozenInstanceError):
            delattr(LIFECYCLE, name)

    def test_by_changing_a_row(self) -> None:
        """A row is frozen."""
        with pytest.raises(attrs.exceptions.FrozenInstanceError):
            TRANSITIONS[0].guards = ()  # type: ignore[misc] - what is refused


# -- rules of one's own that go wrong ---------------------------------------------------------------------


def ruled(verdict: object) -> tuple[Interview, Lifecycle]:
    """Make an interview whose next event is judged by a rule with a fixed verdict."""

    @time_guard("Ask the platform.")
    def fixed(_case: Case) -> Any:  # noqa: ANN401 - any verdict
        return verdict

    row = Transition(event=Listed, source=Stage.PREPARED, target=Stage.PREPARED, guards=(fixed,), why="ours")
    return told(2), LIFECYCLE.extended(row)


class TestVerdicts:
    """What a rule of one's own may answer."""

    @pytest.mark.parametrize(
        "verdict",
        [True, False, 0, "", "later", date(2026, 4, 1), datetime(2026, 4, 1), timedelta(days=1), object],  # noqa: DTZ001 - what is refused
        ids=repr,
    )
    def test_are_one_of_three(self, verdict: object) -> None:
        """Anything but nothing, an instant and never is a clear error, in a decision and in a step."""
        interview, table = ruled(verdict)
        for ask in (
            lambda: interview.decide(Listed, now=at(3, 9), lifecycle=table),
            lambda: interview.apply(Listed(at=at(3, 9)), lifecycle=table),
        ):
            with pytest.raises(InvalidValueError) as refusal:
                ask()
            assert "fixed" in refusal.value.field
            assert str(verdict) not in str(refusal.value) or not str(verdict)

    @pytest.mark.parametrize("moment", [at(3, 9), at(3, 8), datetime(1950, 1, 1, tzinfo=UTC)])
    def test_pass_when_their_instant_has_come(self, moment: datetime) -> None:
        """An instant that is not ahead lets the event pass, however long ago it was."""
        interview, table = ruled(moment)
        assert interview.decide(Listed, now=at(3, 9), lifecycle=table).allowed
        assert interview.apply(Listed(at=at(3, 9)), lifecycle=table).version == 3

    def test_may_be_instants_of_any_zone(self) -> None:
        """What is told as the first instant is in UTC, whatever zone the rule answered in."""
        interview, table = ruled(at(4, 1).astimezone(ZoneInfo(BERLIN)))
        decision = interview.decide(Listed, now=at(3, 9), lifecycle=table)
        assert decision.earliest == at(4, 1)
        assert [moment and moment.tzinfo for moment in (decision.earliest, decision.reasons[0].earliest)] == [
            UTC,
            UTC,
        ]

    @pytest.mark.parametrize(
        "moment", [datetime(2200, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, 23, tzinfo=UTC)]
    )
    def test_may_lie_beyond_what_can_be_recorded(self, moment: datetime) -> None:
        """A wait that ends after the last year of an event is a wait, and no fault of the rule."""
        interview, table = ruled(moment)
        assert interview.decide(Listed, now=at(3, 9), lifecycle=table).earliest == moment
        with pytest.raises(GuardError) as refusal:
            interview.apply(Listed(at=at(3, 9)), lifecycle=table)
        assert (codes(refusal), refusal.value.earliest) == (["fixed"], moment)

    @pytest.mark.parametrize("rounds", [1, 2, 999])
    def test_may_take_many_rounds(self, rounds: int) -> None:
        """A rule that knows the next bound only is asked again until it is content."""
        over = at(3, 9) + rounds * timedelta(hours=1)

        @time_guard("Ask again in an hour.")
        def hourly(case: Case) -> Verdict:
            return case.now + timedelta(hours=1) if case.now < over else None

        row = Transition(
            event=Listed, source=Stage.PREPARED, target=Stage.PREPARED, guards=(hourly,), why="ours"
        )
        decision = told(2).decide(Listed, now=at(3, 9), lifecycle=LIFECYCLE.extended(row))
        assert (decision.allowed, decision.earliest) == (False, over)
        assert [reason.earliest for reason in decision.reasons] == [at(3, 9, 10)]

    def test_end_though_a_rule_runs_away(self) -> None:
        """A rule that is never satisfied, and always names a later instant, does not hang the question."""

        @time_guard("Tomorrow.")
        def tomorrow(case: Case) -> Verdict:
            return case.now + timedelta(days=1)

        row = Transition(
            event=Listed, source=Stage.PREPARED, target=Stage.PREPARED, guards=(tomorrow,), why="ours"
        )
        table = LIFECYCLE.extended(row)
        for ask in (
            lambda: told(2).decide(Listed, now=at(3, 9), lifecycle=table),
            lambda: told(2).apply(Listed(at=at(3, 9)), lifecycle=table),
        ):
            with pytest.raises(InvalidValueError) as refusal:
                ask()
            assert (refusal.value.field, refusal.value.code) == ("guard tomorrow", "wrong_verdict")
            assert refusal.value.cure == "answer an instant that does not move on with the question"


class TestEvents:
    """Events of one's own."""

    def test_hold_only_what_never_changes(self) -> None:
        """A list in a field is refused when the event is made."""

        @attrs.frozen(kw_only=True)
        class Jotted(ev.CustomEvent):
            """Somebody wrote something down."""

            lines: Any

        assert Jotted(at=at(3, 9), lines=("a", "b")).lines == ("a", "b")
        with pytest.raises(InvalidValueError) as refusal:
            Jotted(at=at(3, 9), lines=["quillfeather"])
        assert (refusal.value.field, refusal.value.code) == ("Jotted", "unhashable")
        assert "quillfeather" not in str(refusal.value)

    def test_are_known_where_they_cannot_happen(self) -> None:
        """An own event sent twice is a duplicate, though the stage it led to does not know it."""
        again = told(3)
        assert OURS.row_for(Matched, Own.MATCHED) is None
        for event in (MATCH, Matched(at=MATCH.at, answer_by=MATCH.answer_by)):
            with pytest.raises(GuardError) as refusal:
                again.apply(event, lifecycle=OURS)
            assert (refusal.value.event, codes(refusal), refusal.value.earliest) == (
                "Matched",
                ["duplicate_event"],
                None,
            )
        with pytest.raises(IllegalTransitionError):
            again.apply(attrs.evolve(MATCH, answer_by=VISIT), lifecycle=OURS)

    def test_leave_one_debt_of_a_kind(self) -> None:
        """A newly opened obligation takes the place of an open one with the same reference."""
        put_off = Transition(
            event=VisitAgreed,
            source=Own.VISIT_AGREED,
            target=Own.VISIT_AGREED,
            opens=(Opens(ObligationKind.COMMITMENT),),
            why="the visit is put off",
        )
        table = LIFECYCLE.extended(*ROWS, put_off, live=LIVE_OWN, ended=ENDED_OWN)
        later = attrs.evolve(AGREED, at=at(3, 6), on=date(2026, 4, 1))
        other = attrs.evolve(AGREED, at=at(3, 7), visit_id="v-2")
        visits = told(6).apply(later, lifecycle=table).apply(other, lifecycle=table)
        assert [(o.reference, o.opened_at, o.due_on) for o in visits.obligations] == [
            ("v-1", at(3, 6), date(2026, 4, 1)),
            ("v-2", at(3, 7), VISIT),
        ]
        assert Interview.replay(visits.history, lifecycle=table) == visits
        made = visits.apply(attrs.evolve(MADE, at=at(4, 1)), lifecycle=table)
        assert [o.reference for o in made.obligations if o.kind is ObligationKind.COMMITMENT] == ["v-2"]

    def test_are_told_apart_by_what_they_say(self) -> None:
        """Two own events of one instant are two when they say something else, and one when they do not."""
        row = Transition(event=MatchAnswered, source=Stage.PREPARED, target=Stage.PREPARED, why="ours")
        table = LIFECYCLE.extended(row)
        yes, no = (MatchAnswered(at=at(3, 9), gladly=gladly) for gladly in (True, False))
        both = told(2).apply(yes, lifecycle=table).apply(no, lifecycle=table)
        assert both.history[2:] == (yes, no)
        for again in (yes, no):
            with pytest.raises(GuardError) as refusal:
                both.apply(again, lifecycle=table)
            assert codes(refusal) == ["duplicate_event"]
