"""Running checks: each in a thread of its own, with an end, and with a text that helps when it fails."""

import sys
import textwrap
import threading
import time
import traceback
from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import AbstractContextManager
from typing import Any, Final

import attrs

from infoview.exceptions import InvalidValueError
from infoview.testing._check import LEVELS, Check, Failed, Level, NotRun
from infoview.testing._report import Outcome, Report, Status

__all__ = ["AFTER_ONE_THAT_HANGS", "LIMITS", "Plan", "refuse_unknown", "run_check", "run_checks"]

LIMITS: Final[Mapping[Level, float]] = {Level.QUICK: 60.0, Level.FULL: 600.0, Level.SOAK: 36_000.0}
"""After how many seconds a check is given up, by the level of the run."""

AFTER_ONE_THAT_HANGS: Final = "a check before it did not end"
"""Why nothing is run any more."""


@attrs.frozen(kw_only=True)
class Plan:
    """What to run, and how to judge it.

    Attributes:
        subject: What is looked at, for people.
        checks: All checks of the suite, in the order to run them.
        begin: Makes what a check is given, and tidies up after it. That may have a method ``script``, which
            tells in plain Python what was done.
        rules: The sentence of each rule.
        level: How long to look.
        capabilities: What the subject says it can do.
        expected_failures: Ids of checks that are known to fail, each with the reason.
        limit: Seconds after which a check is given up; by the level when `None`.
    """

    subject: str
    checks: tuple[Check[Any], ...]
    begin: Callable[[], AbstractContextManager[Any]]
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


def refuse_unknown(field: str, names: Iterable[str], known: Collection[str]) -> None:
    """Refuse names that nobody knows.

    Args:
        field: What they were given for.
        names: The names.
        known: Those there are.

    Raises:
        InvalidValueError: When one of them is not among those (code ``unknown_name``).
    """
    for name in names:
        if name not in known:
            raise InvalidValueError(field, "unknown_name", f"choose from {', '.join(sorted(known))}")


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
            outcome = Outcome(check=check, status=Status.NOT_RUN, text=AFTER_ONE_THAT_HANGS)
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
    try:
        failure, is_stuck = _attempt(plan, check)
    except NotRun as reason:
        return Outcome(check=check, status=Status.NOT_RUN, text=str(reason)), False
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
    """Run a check in a thread; return the text of its failure, and whether it is stuck.

    Raises:
        NotRun: When the check cannot be run.
    """
    failures = list[str]()
    reasons = list[NotRun]()

    def work() -> None:
        try:
            with plan.begin() as subject:
                try:
                    check.run(subject)
                except NotRun as reason:
                    reasons.append(reason)
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
    if reasons and not failures:
        raise reasons[0]
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
