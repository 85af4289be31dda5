"""The suite for tables of transitions: infoview's own passes, and every check catches what it is for."""

from collections.abc import Callable
from enum import StrEnum
from itertools import cycle
from typing import Any

import attrs
import pytest
from hypothesis import strategies as st

from infoview import _events as ev
from infoview._events import CustomEvent
from infoview._guards import NEVER, Case, Guard, Verdict, event_guard, time_guard
from infoview._interview import Interview
from infoview._lifecycle import LIFECYCLE, Lifecycle
from infoview._obligations import ObligationKind
from infoview._stages import Stage
from infoview._transitions import TRANSITIONS, Opens, Transition
from infoview.agenda import Action, agenda
from infoview.exceptions import IllegalTransitionError, InvalidValueError
from infoview.policies import GENTLE
from infoview.testing._report import Status
from infoview.testing._run import run_check
from infoview.testing.lifecycles import (
    LIFECYCLE_CHECKS,
    _Machine,
    _plan,
    check_lifecycle,
    lifecycle_suite,
)
from infoview.testing.strategies import Life, events

TestOurs = lifecycle_suite(LIFECYCLE)


class Visit(StrEnum):
    """The stages of a visit at the contact's place of work."""

    AGREED = "visit_agreed"


@attrs.frozen(kw_only=True)
class VisitAgreed(CustomEvent):
    """The contact invited the seeker to their place of work."""

    visit_id: str
    count: int = attrs.field(default=1)

    @property
    def reference(self) -> str:
        """The visit."""
        return self.visit_id


@attrs.frozen(kw_only=True)
class VisitMade(CustomEvent):
    """The seeker saw the place."""

    stayed: bool = False


@event_guard("Say which visit.")
def visit_unnamed(case: Case) -> Verdict:
    """Refuse a visit without a number."""
    return None if case.event.count > 0 else NEVER


def visiting(*guards: Guard, agreed: type[CustomEvent] = VisitAgreed) -> Lifecycle:
    """Make a table with visits in it."""
    return LIFECYCLE.extended(
        Transition(
            event=agreed,
            source=Stage.IN_TOUCH,
            target=Visit.AGREED,
            guards=guards,
            opens=(Opens(ObligationKind.COMMITMENT),),
            why="our platform",
        ),
        Transition(
            event=VisitMade,
            source=Visit.AGREED,
            target=Stage.IN_TOUCH,
            target_if=("stayed", Stage.DORMANT),
            settles=(ObligationKind.COMMITMENT,),
            is_contact=True,
            why="our platform",
        ),
        live=(Visit.AGREED,),
    )


TestVisits = lifecycle_suite(
    visiting(visit_unnamed),
    own_events={VisitAgreed: events(VisitAgreed, count=st.integers(1, 9))},
    policy=GENTLE,
    name="visits",
)


# -- tables with a broken rule -----------------------------------------------------------------------------


def guarded(guard: Guard, *kinds: type[Any]) -> Lifecycle:
    """Put a rule into the rows of some events."""

    def added(row: Transition) -> Transition:
        return attrs.evolve(row, guards=(*row.guards, guard)) if row.event in kinds else row

    return Lifecycle(transitions=tuple(map(added, TRANSITIONS)))


@time_guard("Never.")
def never_content(_: Case) -> Verdict:
    """Refuse everything."""
    return NEVER


@time_guard("Answer yes or no.")
def answers_yes(_: Case) -> Any:  # noqa: ANN401 - that is the fault
    """Answer True."""
    return True


@time_guard("Look at the slot.")
def looks_at_the_slot(case: Case) -> Verdict:
    """Suppose that there is a slot."""
    return None if case.slot.minutes > 0 else NEVER


def counting() -> Guard:
    """Make a rule that refuses every other time."""
    answers = cycle((None, NEVER))

    @time_guard("Every other time.")
    def every_other_time(_: Case) -> Verdict:
        return next(answers)

    return every_other_time


@time_guard("Say so.")
def looks_at_the_event(case: Case) -> Verdict:
    """Look at the event, though it was made not to."""
    return NEVER if case.event is not None and case.event.id is None else None


@time_guard("Tomorrow.")
def tomorrow(case: Case) -> Verdict:
    """Name an instant that moves on with the question."""
    return case.business_days_after(case.now, 1)


@time_guard("Count.")
def counts_in_the_interview(case: Case) -> Verdict:
    """Change what it judges."""
    vars(case.interview)["nudges"] += 1
    return None


@attrs.frozen(kw_only=True)
class VisitCounted(CustomEvent):
    """An event that counts up whenever it is made."""

    count: int = attrs.field(converter=lambda count: count + 1)


def machine(lifecycle: Lifecycle = LIFECYCLE, **functions: Callable[..., Any]) -> _Machine:
    """Make a machine with a broken part."""
    return _Machine(life=Life(lifecycle=lifecycle, plain=True), **functions)


# -- machines with a broken function -------------------------------------------------------------------------


def reopens_the_closed(interview: Interview, event: Any, **rules: Any) -> Interview:  # noqa: ANN401 - any event
    """Take an answer about a name in a closed interview for a new beginning."""
    after = interview.apply(event, **rules)
    again = interview.stage is Stage.CLOSED and isinstance(event, ev.NameUseAnswered)
    return attrs.evolve(after, stage=Stage.IN_TOUCH) if again else after


def overlooks_rows(interview: Interview, event: Any, **rules: Any) -> Interview:  # noqa: ANN401 - as above
    """Pass over what the stage does not know."""
    try:
        return interview.apply(event, **rules)
    except IllegalTransitionError:
        return interview


def puts_it_in_order(interview: Interview, event: Any, **rules: Any) -> Interview:  # noqa: ANN401 - as above
    """Correct the time of an event that is too early."""
    return interview.apply(attrs.evolve(event, at=max(event.at, interview.log.last.at)), **rules)


def breaks_the_silence(interview: Interview, event: Any, **rules: Any) -> Interview:  # noqa: ANN401 - as above
    """Record something after a request for silence."""
    return attrs.evolve(interview, sealed=False).apply(event, **rules)


def keeps_what_is_owed(interview: Interview, event: Any, **rules: Any) -> Interview:  # noqa: ANN401 - as above
    """Leave debts when the contact asks for silence."""
    after = interview.apply(event, **rules)
    return attrs.evolve(after, stage=interview.stage) if after.sealed else after


def refuses_silence(interview: Interview, event: Any, **rules: Any) -> Interview:  # noqa: ANN401 - as above
    """Know no silence."""
    if isinstance(event, ev.DoNotContactAsked):
        raise IllegalTransitionError(interview.stage, "DoNotContactAsked", ())
    return interview.apply(event, **rules)


def undoes_debts(interview: Interview, event: Any, **rules: Any) -> Interview:  # noqa: ANN401 - as above
    """Forget what happened when before something was undone."""
    after = interview.apply(event, **rules)
    return attrs.evolve(after, stage_since=event.at) if isinstance(event, ev.Undone) else after


def drops_the_last(history: Any, **rules: Any) -> Interview:  # noqa: ANN401 - any events
    """Replay all but the last event."""
    return Interview.replay(tuple(history)[:-1] or history, **rules)


def of_somebody_else(interview: Interview, **rules: Any) -> tuple[Action, ...]:  # noqa: ANN401 - the rules
    """Name another interview."""
    return tuple(attrs.evolve(action, interview_id="another") for action in agenda(interview, **rules))


def always_allows(interview: Interview, kind: Any, **rules: Any) -> Any:  # noqa: ANN401 - as `Interview.decide`
    """Say yes."""
    return attrs.evolve(interview.decide(kind, **rules), allowed=True, reasons=())


def never_allows(interview: Interview, kind: Any, **rules: Any) -> Any:  # noqa: ANN401 - as `Interview.decide`
    """Say no."""
    return attrs.evolve(interview.decide(kind, **rules), allowed=False)


BROKEN: tuple[tuple[str, Callable[[], _Machine]], ...] = (
    ("L1-stages", lambda: machine(guarded(never_content, ev.Accepted, ev.TimesProposed, ev.Scheduled))),
    ("L1-stages", lambda: machine(visiting(never_content))),
    ("L1-stages", lambda: machine(replay=drops_the_last)),
    ("L2-ends", lambda: machine(apply=reopens_the_closed)),
    ("L3-answers", lambda: machine(guarded(answers_yes, ev.Touched, ev.NoteTaken))),
    ("L3-answers", lambda: machine(guarded(looks_at_the_slot, ev.NoteTaken, ev.Withdrawn))),
    ("L3-same-again", lambda: machine(guarded(counting(), ev.NoteTaken, ev.Withdrawn))),
    ("L3-same-again", lambda: machine(guarded(counts_in_the_interview, *ev.EVENT_TYPES[1:54]))),
    ("L4-allowed", lambda: machine(guarded(looks_at_the_event, *ev.EVENT_TYPES[1:54]))),
    ("L4-allowed", lambda: machine(decide=never_allows)),
    ("L4-rows", lambda: machine(apply=overlooks_rows)),
    ("L4-waits", lambda: machine(guarded(tomorrow, ev.NoteTaken))),
    ("L4-waits", lambda: machine(decide=always_allows)),
    ("L5-replay", lambda: machine(replay=drops_the_last)),
    ("L6-refused", lambda: machine(guarded(counts_in_the_interview, *ev.EVENT_TYPES[1:54]))),
    ("L7-order", lambda: machine(apply=puts_it_in_order)),
    ("L7-order", lambda: machine(decide=always_allows)),
    ("L8-silence", lambda: machine(apply=breaks_the_silence)),
    ("L8-silence", lambda: machine(apply=keeps_what_is_owed)),
    ("L8-silence", lambda: machine(apply=refuses_silence)),
    ("L9-wire", lambda: machine(visiting(agreed=VisitCounted))),
    ("L9-store", lambda: machine(visiting(agreed=VisitCounted))),
    ("L10-undo", lambda: machine(apply=undoes_debts)),
    ("L11-agenda", lambda: machine(agenda=of_somebody_else)),
)


@pytest.mark.parametrize(("check_id", "make"), BROKEN)
def test_a_broken_lifecycle_is_caught(check_id: str, make: Callable[[], _Machine]) -> None:
    """The check that is for the fault fails."""
    check = next(check for check in LIFECYCLE_CHECKS if check.id == check_id)
    outcome, is_stuck = run_check(_plan(make(), None, "quick", {}), check)
    assert (outcome.status, is_stuck) == (Status.FAILED, False)


def test_every_check_has_a_lifecycle_that_it_catches() -> None:
    """No check is there for nothing."""
    assert {check_id for check_id, _ in BROKEN} == {check.id for check in LIFECYCLE_CHECKS}


def test_a_report_tells_how_to_see_it_oneself() -> None:
    """The events that the failure was found with are there as a script, but for one's own table."""
    report = check_lifecycle(visiting(agreed=VisitCounted), name="visits", only=("L9-wire",))
    text = next(outcome.text for outcome in report.failures if outcome.check.id == "L9-wire")
    assert "lifecycle = ...  # your own table" in text
    assert "VisitCounted(at=datetime.fromisoformat(" in text


def test_what_is_no_table_is_refused() -> None:
    """The rows alone are none."""
    with pytest.raises(InvalidValueError, match="give a Lifecycle"):
        lifecycle_suite(TRANSITIONS)  # type: ignore[arg-type] - that is the fault
