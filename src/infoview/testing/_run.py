"""Running checks: each in a thread of its own, with an end, and with a text that helps when it fails."""

import sys
import textwrap
import threading
import time
import traceback
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from typing import Any, Final

import attrs

from infoview.testing._check import LEVELS, Check, Failed, Level
from infoview.testing._report import Outcome, Report, Status

__all__ = ["LIMITS", "Plan", "run_check", "run_checks"]

LIMITS: Final[Mapping[Level, float]] = {Level.QUICK: 60.0, Level.FULL: 600.0, Level.SOAK: 36_000.0}
"""After how many seconds a check is given up, by the level of the run."""


@attrs.frozen(kw_only=True)
class Plan:
    """What to run, and how to judge it.

    Attributes:
        subject: What is looked at, for people.
        checks: All checks of the suite, in the order to run them.
        begin: Makes what a check is given, and tidies up after it. May have a method ``script`` that tells in
            plain Python what was done.
        rules: The sentence of each rule.
        level: How long to look.
        capabilities: What the subject says it can do.
        expected_failures: Ids of checks that are known to fail, each with the reason.
        limit: Seconds after which a check is given up; by the level when `None`.
    """

    subject: str
    checks: tuple[Check[Any], ...]
    begin: Callable[[Check[Any]], AbstractContextManager[Any]]
    rules: Mapping[str, str] = attrs.field(factory=dict[str, str])
    level: Level = Level.QUICK
    capabilities: frozenset[str] = frozenset()
    expected_failures: Mapping[str, str] = attrs.field(factory=dict[str, str])
    limit: float | None = None

    def why_not(self, check: Check[Any]) -> str:
        """Say why a check is not to be run.

        Args:
            check: Which.

        Returns:
            The reason; empty when it is to be run.
        """
        if LEVELS.index(check.level) > LEVELS.index(self.level):
            return f"run at level {check.level}"
        if check.capability is not None and check.capability not in self.capabilities:
            return f"capability {check.capability} is not declared"
        return ""


def run_checks(plan: Plan) -> Report:
    """Run all checks of a plan.

    Args:
        plan: What to run.

    Returns:
        An outcome for every check.
    """
    outcomes = list[Outcome]()
    cut_short = False
    for check in plan.checks:
        if cut_short:
            outcome = Outcome(check=check, status=Status.NOT_RUN, text="a check before it did not end")
        else:
            outcome, cut_short = run_check(plan, check)
        outcomes.append(outcome)
    return Report(
        subject=plan.subject,
        level=plan.level,
        outcomes=tuple(outcomes),
        capabilities=_counted(plan.capabilities, outcomes),
        is_cut_short=cut_short,
    )


def run_check(plan: Plan, check: Check[Any]) -> tuple[Outcome, bool]:
    """Run one check.

    Args:
        plan: How to judge.
        check: What to run.

    Returns:
        What came of it, and whether it was still running when it was given up.
    """
    if why := plan.why_not(check):
        return Outcome(check=check, status=Status.NOT_RUN, text=why), False
    began = time.perf_counter()
    failure, is_stuck = _attempt(plan, check)
    seconds = time.perf_counter() - began
    expected = plan.expected_failures.get(check.id)
    if failure and expected is not None:
        status, text = Status.EXPECTED, expected
    elif failure:
        status = Status.WARNING if check.is_warning else Status.FAILED
        text = failure
    elif expected is not None:
        status, text = Status.UNEXPECTED, f"{check.id} holds; take it out of the expected failures"
    else:
        status, text = Status.PASSED, ""
    return Outcome(check=check, status=status, seconds=seconds, text=text), is_stuck


def _counted(capabilities: Iterable[str], outcomes: Iterable[Outcome]) -> dict[str, int]:
    ran = [outcome.check.capability for outcome in outcomes if outcome.status is not Status.NOT_RUN]
    return {name: ran.count(name) for name in capabilities}


def _attempt(plan: Plan, check: Check[Any]) -> tuple[str, bool]:
    """Run a check in a thread; return the text of its failure, and whether it is stuck."""
    failures = list[str]()

    def work() -> None:
        try:
            with plan.begin(check) as subject:
                try:
                    check.run(subject)
                except Exception as error:  # noqa: BLE001 - whatever the subject raises is a finding
                    failures.append(_told(plan, check, error, subject))
        except Exception as error:  # noqa: BLE001 - as above, while opening or closing
            failures.append(_told(plan, check, error, None))

    limit = LIMITS[plan.level] if plan.limit is None else plan.limit
    thread = threading.Thread(target=work, name=check.id, daemon=True)
    thread.start()
    thread.join(limit)
    if thread.is_alive():
        frames = sys._current_frames()  # noqa: SLF001 # pyright: ignore[reportPrivateUsage] - the only way
        frame = frames.get(thread.ident or 0)
        stack = "".join(traceback.format_stack(frame)) if frame else ""
        stuck = Failed(f"the check did not end within {limit:g} seconds; it stands at\n{stack}")
        return _told(plan, check, stuck, None), True
    return "\n".join(failures), False


def _told(plan: Plan, check: Check[Any], error: Exception, subject: object) -> str:
    """Tell everything that helps to mend a failure."""
    parts = [f"{check.id}: {check.sentence}"]
    if rule := plan.rules.get(check.rule):
        parts.append(f"Rule {check.rule}: {rule}")
    if isinstance(error, Failed):
        parts.append(str(error))
    else:
        trace = "".join(traceback.format_exception(error)[-12:])
        parts.append(f"{type(error).__name__} was raised where nothing should be:\n{trace}")
    script: Callable[[], str] | None = getattr(subject, "script", None)
    if script is not None and (lines := script()):
        parts.append("This script does the same:\n\n" + textwrap.indent(lines, "    "))
    if check.causes:
        parts.append("Usual causes:\n" + "\n".join(f"  - {cause}" for cause in check.causes))
    return "\n\n".join(parts)
