"""What a suite is made of: checks with stable ids, and the failure that a check raises."""

import re
from collections.abc import Callable
from enum import StrEnum
from typing import Any, Final, Generic, TypeAlias, TypeVar

import attrs

__all__ = ["LEVELS", "Check", "Failed", "Layer", "Level", "NotRun", "hold", "literal", "raised", "same"]

_Subject = TypeVar("_Subject")
_Error = TypeVar("_Error", bound=BaseException)

Run: TypeAlias = Callable[[_Subject], None]


class Layer(StrEnum):
    """How a check looks for faults.

    Attributes:
        PROBE: Fixed calls with confusable data.
        MODEL: Generated programs, compared call by call with a model.
        FAULTS: Every call that the adapter makes fails once.
        PREEMPTION: A call is held up at every line, while another runs.
        HAMMER: Many threads at once; the history is checked afterwards.
        RAW: The bytes at rest, and what was aged behind the adapter's back.
    """

    PROBE = "probe"
    MODEL = "model"
    FAULTS = "faults"
    PREEMPTION = "preemption"
    HAMMER = "hammer"
    RAW = "raw"


class Level(StrEnum):
    """How long a suite may look.

    Attributes:
        QUICK: Seconds; for every run of the tests.
        FULL: Minutes; for every release.
        SOAK: As long as there is something to gain.
    """

    QUICK = "quick"
    FULL = "full"
    SOAK = "soak"


LEVELS: Final = (Level.QUICK, Level.FULL, Level.SOAK)
"""From short to long: a level includes those before it."""


@attrs.frozen(kw_only=True)
class Check(Generic[_Subject]):
    """One thing that a suite looks at.

    Attributes:
        id: Its name, which never changes: ``S2-stale-expect``.
        sentence: What has to hold.
        layer: How it looks.
        level: From which level on it is run.
        capability: What the subject must be able to do, or `None`.
        causes: What is usually wrong when it fails, with the usual cure.
        is_warning: Whether a failure is only reported: a check is, for one minor release after it came.
        run: Looks at a subject; raises `Failed` where the sentence does not hold.
    """

    id: str = attrs.field(validator=attrs.validators.matches_re(re.compile(r"[A-Za-z0-9]+(-[a-z0-9]+)*")))
    sentence: str
    layer: Layer
    level: Level = Level.QUICK
    capability: str | None = None
    causes: tuple[str, ...] = ()
    is_warning: bool = False
    run: Run[_Subject]

    @property
    def rule(self) -> str:
        """The rule that it belongs to, with which its id begins: ``S2``."""
        return self.id.partition("-")[0]


class Failed(AssertionError):  # noqa: N818 - reads as what it says: a check failed
    """Raised by a check that does not hold.

    Attributes:
        what: What was looked at.
        got: What was found, as Python would write it; empty where that says nothing.
        wanted: What should have been found.
        where: The place in the code under test, where it is known.
    """

    def __init__(self, what: str, got: str = "", wanted: str = "", where: str = "") -> None:
        super().__init__(what, got, wanted, where)
        self.what = what
        self.got = got
        self.wanted = wanted
        self.where = where

    def __str__(self) -> str:
        rows = (
            ("", self.what),
            ("got:     ", self.got),
            ("wanted:  ", self.wanted),
            ("where:   ", self.where),
        )
        return "\n".join(head + text for head, text in rows if text)


class NotRun(Exception):  # noqa: N818 - nothing went wrong
    """Raised by a check that cannot be run on this subject; its text says why."""


def same(got: object, wanted: object, what: str) -> None:
    """Require equality.

    Args:
        got: What was found.
        wanted: What should be.
        what: What is compared.

    Raises:
        Failed: When the two differ.
    """
    if got != wanted:
        raise Failed(what, literal(got), literal(wanted))


def hold(truth: object, what: str, got: object = None) -> None:
    """Require that something is true.

    Args:
        truth: What must be true.
        what: What that means, as a statement of what should be.
        got: What was found instead, if that helps.

    Raises:
        Failed: When it is false.
    """
    if not truth:
        raise Failed(f"this should hold: {what}", "" if got is None else literal(got))


def raised(kind: type[_Error] | tuple[type[_Error], ...], call: Callable[[], Any], what: str) -> _Error:
    """Require that a call is refused.

    Args:
        kind: The error, or several of which one will do.
        call: What to call.
        what: What is called, in words.

    Returns:
        The error.

    Raises:
        Failed: When the call returns, or raises something else.
    """
    kinds = kind if isinstance(kind, tuple) else (kind,)
    names = " or ".join(each.__name__ for each in kinds)
    try:
        result = call()
    except kinds as error:
        return error
    except Exception as error:
        raise Failed(what, f"{type(error).__name__} was raised: {error}", f"{names} is raised") from error
    raise Failed(what, f"it returned {literal(result)}", f"{names} is raised")


_LONG_RUN: Final = re.compile(r"(.)\1{60,}")
_LONGEST: Final = 2_000


def literal(value: object) -> str:
    """Write a value as Python would, with long runs of one character shortened, at most 2,000 characters.

    Args:
        value: Any.

    Returns:
        The text.
    """
    text = _LONG_RUN.sub(lambda run: f"{run[1] * 3}…{len(run[0])} times…", repr(value))
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}… ({len(text)} characters in all)"
