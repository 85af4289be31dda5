"""What came of a run: an outcome for each check, in words and as JSON."""

import json
from collections import Counter
from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Final

import attrs

from infoview.testing._check import Check

__all__ = ["CONTRACT", "Outcome", "Report", "Status"]

CONTRACT: Final = 1
"""The version of what the suites ask for. It changes when something that passed may fail."""


class Status(StrEnum):
    """How a check ended.

    Attributes:
        PASSED: It holds.
        FAILED: It does not hold.
        EXPECTED: It does not hold, as was said beforehand.
        UNEXPECTED: It was said not to hold, and does: take the entry out of the expected failures.
        WARNING: It does not hold, and is too young to count.
        NOT_RUN: Nothing was looked at; the text says why.
    """

    PASSED = "passed"
    FAILED = "failed"
    EXPECTED = "failed as expected"
    UNEXPECTED = "passed unexpectedly"
    WARNING = "warning"
    NOT_RUN = "not run"


@attrs.frozen(kw_only=True)
class Outcome:
    """What came of one check.

    Attributes:
        check: Which.
        status: How it ended.
        seconds: How long it took.
        text: Why, for people; empty when it holds.
    """

    check: Check[Any]
    status: Status
    seconds: float = 0.0
    text: str = ""

    @property
    def is_bad(self) -> bool:
        """Whether it spoils the report."""
        return self.status in {Status.FAILED, Status.UNEXPECTED}


@attrs.frozen(kw_only=True)
class Report:
    """What came of a suite.

    Attributes:
        subject: What was looked at.
        level: How long.
        outcomes: One for each check that the suite knows.
        capabilities: What was declared, each with the number of checks that were run for it.
        is_cut_short: Whether a check did not end, after which nothing was run any more.
    """

    subject: str
    level: str
    outcomes: tuple[Outcome, ...]
    capabilities: Mapping[str, int] = attrs.field(factory=dict[str, int])
    is_cut_short: bool = False

    @property
    def failures(self) -> tuple[Outcome, ...]:
        """The outcomes that spoil the report."""
        return tuple(outcome for outcome in self.outcomes if outcome.is_bad)

    @property
    def unchecked(self) -> tuple[str, ...]:
        """Capabilities that were declared and for which nothing was run."""
        return tuple(sorted(name for name, count in self.capabilities.items() if not count))

    @property
    def ok(self) -> bool:
        """Whether everything that was asked for was looked at and holds, at least one check included."""
        some = any(outcome.status is Status.PASSED for outcome in self.outcomes)
        return some and not (self.failures or self.unchecked or self.is_cut_short)

    def to_dict(self) -> dict[str, Any]:
        """Write the report as plain values.

        Returns:
            What `to_json` writes.
        """
        return {
            "contract": CONTRACT,
            "subject": self.subject,
            "level": self.level,
            "ok": self.ok,
            "cut_short": self.is_cut_short,
            "counts": dict(sorted(Counter(str(outcome.status) for outcome in self.outcomes).items())),
            "capabilities": dict(sorted(self.capabilities.items())),
            "checks": [
                {
                    "id": outcome.check.id,
                    "rule": outcome.check.rule,
                    "layer": str(outcome.check.layer),
                    "level": str(outcome.check.level),
                    "status": str(outcome.status),
                    "seconds": round(outcome.seconds, 4),
                    "text": outcome.text,
                }
                for outcome in self.outcomes
            ],
        }

    def to_json(self) -> str:
        """Write the report as JSON.

        Returns:
            Indented text.
        """
        return json.dumps(self.to_dict(), indent=1, ensure_ascii=False)

    def __str__(self) -> str:
        counts = Counter(outcome.status for outcome in self.outcomes)
        told = ", ".join(f"{counts[status]} {status}" for status in Status if counts[status])
        lines = [f"{self.subject}: {'ok' if self.ok else 'NOT ok'} at level {self.level}: {told}"]
        lines += [f"  {name}: {count} checks run" for name, count in sorted(self.capabilities.items())]
        if self.is_cut_short:
            lines.append("  A check did not end; nothing was run after it.")
        lines += [
            f"\n{outcome.status}: {outcome.text}"
            for outcome in self.outcomes
            if outcome.status in {Status.FAILED, Status.UNEXPECTED, Status.WARNING}
        ]
        return "\n".join(lines)
