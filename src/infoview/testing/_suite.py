"""The front for pytest: a fresh class with a test for each check. Needs no pytest itself."""

import unittest
from collections.abc import Callable
from typing import Any

from infoview.testing._check import Check, Failed
from infoview.testing._report import Status
from infoview.testing._run import AFTER_ONE_THAT_HANGS, Plan, run_check

__all__ = ["suite_class"]


def suite_class(name: str, plan: Plan) -> type:
    """Build a class of tests for one subject.

    Every call makes new functions, so that several suites, and subclasses of them, live in one session.

    Args:
        name: The class's name.
        plan: What to run.

    Returns:
        The class: a test for each check, and two that guard the suite itself.
    """
    stuck = list[str]()
    members: dict[str, Any] = {
        f"test_{check.id.replace('-', '_')}": _as_test(plan, check, stuck) for check in plan.checks
    }
    members["test_zz_no_check_is_missing"] = _guard(dict(members))
    members["test_zz_what_is_declared_is_checked"] = _census(plan)
    return type(name, (), {"__doc__": f"All checks of {plan.subject}.", "plan": plan, **members})


def _as_test(plan: Plan, check: Check[Any], stuck: list[str]) -> Callable[[object], None]:
    def test(self: object) -> None:
        __tracebackhide__ = True
        del self
        if stuck:
            raise unittest.SkipTest(AFTER_ONE_THAT_HANGS)
        outcome, is_stuck = run_check(plan, check)
        if is_stuck:
            stuck.append(check.id)
        if outcome.status is Status.NOT_RUN:
            raise unittest.SkipTest(outcome.text)
        if outcome.is_bad:
            raise Failed(outcome.text)
        if outcome.status is Status.WARNING:
            print(outcome.text)  # noqa: T201 - pytest shows it with -rA, and it spoils nothing

    test.__doc__ = check.sentence
    return test


def _guard(originals: dict[str, Any]) -> Callable[[object], None]:
    def test(self: object) -> None:
        """No subclass has replaced or removed a check; deviations are declared as expected failures."""
        changed = [name for name, test in originals.items() if getattr(type(self), name, None) is not test]
        if changed:
            raise Failed(f"these checks were replaced: {', '.join(changed)}; use expected_failures")

    return test


def _census(plan: Plan) -> Callable[[object], None]:
    def test(self: object) -> None:
        """For every capability that is declared, this level has something to run."""
        del self
        checked = {check.capability for check in plan.checks if not plan.why_not(check)}
        if idle := sorted(plan.capabilities - checked):
            raise Failed(f"declared, but nothing is run for it at level {plan.level}: {', '.join(idle)}")

    return test
