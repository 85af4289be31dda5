"""The suite for policies: the presets pass, and every check catches what it is for."""

from collections.abc import Callable

import attrs
import pytest

from infoview._choices import QuietDays
from infoview._policy import Policy
from infoview.exceptions import InvalidValueError
from infoview.policies import CAMPUS, CLASSIC, DALTON, FINANCE, GENTLE
from infoview.testing._report import Status
from infoview.testing._run import run_check
from infoview.testing.policies import POLICY_CHECKS, _plan, check_policy, policy_suite

TestClassic = policy_suite(CLASSIC)
TestDalton = policy_suite(DALTON)
TestGentle = policy_suite(GENTLE)
TestFinance = policy_suite(FINANCE)
TestCampus = policy_suite(CAMPUS)
TestOurs = policy_suite(
    attrs.evolve(CLASSIC, name="ours", nudge_max=0, quiet_days=(QuietDays((7, 1), (8, 31)),)), name="ours"
)


def forced(**values: object) -> Policy:
    """Set fields by force, past every rule."""
    policy = attrs.evolve(CLASSIC, name="forced")
    for name, value in values.items():
        object.__setattr__(policy, name, value)
    return policy


def asked_before_it_was_changed() -> Policy:
    """Set a number by force after the sentence that names it was asked for."""
    policy = attrs.evolve(CLASSIC, name="late")
    policy.worded("One contact gets {policy.nudge_max} nudge(s); let it rest.")
    object.__setattr__(policy, "nudge_max", 3)
    return policy


class Terse(Policy):  # type: ignore[misc] - a subclass is the fault
    """A policy that explains little."""

    def explain(self) -> str:
        """Say next to nothing."""
        return "# Policy\n\n| rule | value |\n|---|---|\n"


NO_BUSINESS = (QuietDays((1, 1), (12, 31)),)

BROKEN: tuple[tuple[str, Callable[[], Policy]], ...] = (
    ("P1-numbers", lambda: forced(nudge_max=4)),
    ("P1-numbers", lambda: forced(nudge_max=True)),
    ("P1-choices", lambda: forced(job_ask="error")),
    ("P1-choices", lambda: forced(quiet_days=[])),
    ("P1-contradictions", lambda: forced(thank_late_hours=1)),
    ("P2-stages", lambda: forced(quiet_days=NO_BUSINESS)),
    ("P2-stages", lambda: forced(minutes_max=5)),
    ("P2-waits", lambda: forced(quiet_days=NO_BUSINESS)),
    ("P3-allowed", lambda: forced(thank_not_before_minutes=1_440, thank_due_hours=1)),
    ("P3-nudge", lambda: attrs.evolve(CLASSIC, name="impatient", nudge_wait=60, expire_after_request=1)),
    ("P4-wire", lambda: forced(nudge_max=True)),
    ("P4-file", lambda: forced(name="a\nb")),
    ("P5-explains", lambda: Terse(name="terse")),
    ("P5-sentences", asked_before_it_was_changed),
)


@pytest.mark.parametrize(("check_id", "make"), BROKEN)
def test_a_broken_policy_is_caught(check_id: str, make: Callable[[], Policy]) -> None:
    """The check that is for the fault fails."""
    check = next(check for check in POLICY_CHECKS if check.id == check_id)
    outcome, is_stuck = run_check(_plan(make(), None, "quick", {}), check)
    assert (outcome.status, is_stuck) == (Status.FAILED, False)


def test_every_check_has_a_policy_that_it_catches() -> None:
    """No check is there for nothing."""
    assert {check_id for check_id, _ in BROKEN} == {check.id for check in POLICY_CHECKS}


def test_a_report_shows_how_to_see_it_oneself() -> None:
    """The interview that the failure was found with is there as a script that runs."""
    impatient = attrs.evolve(CLASSIC, name="impatient", nudge_wait=60, expire_after_request=1)
    report = check_policy(impatient)
    (failure,) = report.failures
    script = failure.text.partition("This script does the same:\n\n")[2].partition("\n\nUsual causes")[0]
    names: dict[str, object] = {}
    exec("\n".join(line.removeprefix("    ") for line in script.splitlines()), names)  # noqa: S102 - that is the test
    assert failure.check.id == "P3-nudge"
    assert repr(names["interview"]).startswith("<Interview requested")


def test_what_is_no_policy_is_refused() -> None:
    """A mapping of numbers is none."""
    with pytest.raises(InvalidValueError, match="give a Policy"):
        policy_suite({"nudge_max": 1})  # type: ignore[arg-type] - that is the fault
