"""Holding laws against generated examples: bounded, the same in every run, and without a profile."""

from collections.abc import Callable, Collection, Mapping
from contextlib import AbstractContextManager, nullcontext
from types import MappingProxyType
from typing import Any, Final, Generic, TypeVar, cast

import attrs
from hypothesis import HealthCheck, Phase, Verbosity, given, settings
from hypothesis import strategies as st
from hypothesis.errors import Flaky, Unsatisfiable

from infoview.exceptions import InvalidValueError
from infoview.testing._check import LEVELS, Check, Failed, Layer, Level
from infoview.testing._run import Plan, refuse_unknown
from infoview.testing._source import script_of

__all__ = ["Trial", "law", "plan_of"]

_Subject = TypeVar("_Subject")

_TIMES: Final[Mapping[Level, int]] = MappingProxyType({Level.QUICK: 1, Level.FULL: 20, Level.SOAK: 500})
"""How many times the examples of the quick level are looked at."""


_NO_HEALTH_CHECK: Final = cast("tuple[HealthCheck, ...]", tuple(HealthCheck))
"""A subject may be slow, and examples large; that is no fault of either."""


@attrs.frozen
class _Example:
    """What a law is held against.

    Attributes:
        values: The arguments, by their names.
    """

    values: Mapping[str, object]

    def _repr_pretty_(self, printer: Any, _: bool) -> None:  # noqa: ANN401, FBT001 - as Hypothesis calls it
        """Print nothing: a report has a script, and for large values this would take longer than the law."""
        printer.text("...")


@attrs.define
class Trial(Generic[_Subject]):
    """What a check is given: the subject, and how long to look.

    Attributes:
        subject: What is looked at.
        level: How long.
        example: The values with which a law did not hold, by the names of its arguments.
    """

    subject: _Subject
    level: Level = Level.QUICK
    example: Mapping[str, object] = attrs.field(factory=dict[str, object])

    def for_all(
        self,
        law: Callable[..., None],
        about: str = "an example of what the check is about",
        /,
        *,
        examples: int = 20,
        **drawn: st.SearchStrategy[Any],
    ) -> None:
        """Hold a law against examples; where it does not hold, remember with which.

        Args:
            law: Raises where it does not hold.
            about: What is drawn, in words, for the case that nothing can be.
            examples: How many to look at, at the quick level.
            drawn: How to draw each argument of the law.

        Raises:
            Failed: When the law does not hold, or nothing fits what is drawn.
        """
        failures = list[Exception]()

        def run(example: _Example) -> None:
            try:
                law(**example.values)
            except Exception as error:
                self.example = example.values
                failures.append(error)
                raise

        # A red run should end as soon as a green one; who looks longer may look for the shortest example too.
        phases = (Phase.generate,) if self.level is Level.QUICK else (Phase.generate, Phase.shrink)
        test = settings(
            max_examples=examples * _TIMES[self.level],
            phases=phases,
            deadline=None,
            derandomize=True,
            database=None,
            print_blob=False,
            report_multiple_bugs=False,
            verbosity=Verbosity.quiet,
            suppress_health_check=_NO_HEALTH_CHECK,
        )(given(st.fixed_dictionaries(drawn).map(_Example))(run))
        try:
            test()
        except Unsatisfiable:
            raise Failed(f"this should be possible: {about}") from None
        except InvalidValueError as error:
            if error.code != "no_way":
                raise
            raise Failed(f"this should be possible: {about}", wanted=error.cure) from None
        except Flaky:
            # What does not fail again with the same example has failed all the same.
            raise failures[0] from None

    def script(self) -> str:
        """Write the example as a script.

        Returns:
            The text; empty where no generated example failed.
        """
        return script_of(**self.example) if self.example else ""


Law = Callable[[Trial[_Subject]], None]


def law(
    id: str,  # noqa: A002 - the field's own name
    sentence: str,
    look: Law[_Subject],
    *causes: str,
    layer: Layer = Layer.PROBE,
) -> Check[Trial[_Subject]]:
    """Make a check of a law.

    Args:
        id: Its name, which begins with the rule.
        sentence: What has to hold.
        look: Looks at a subject.
        causes: What is usually wrong when it fails.
        layer: How it looks.

    Returns:
        The check.
    """
    return Check(id=id, sentence=sentence, layer=layer, causes=causes, run=look)


def plan_of(
    name: str,
    subject: _Subject,
    checks: tuple[Check[Trial[_Subject]], ...],
    rules: Mapping[str, str],
    *,
    level: Level | str,
    expected_failures: Mapping[str, str] | None,
    only: Collection[str] | None = None,
) -> Plan:
    """Plan to look at a subject.

    Args:
        name: What the subject is called, for people.
        subject: The subject.
        checks: All checks of the suite.
        rules: The sentence of each rule.
        level: How long to look.
        expected_failures: Ids of checks that are known to fail, each with the reason.
        only: The ids of the checks to run; all when left out.

    Returns:
        The plan.

    Raises:
        InvalidValueError: When there is no such level, or no such check (code ``unknown_name``).
    """
    ids = [check.id for check in checks]
    refuse_unknown("level", [level], LEVELS)
    refuse_unknown("expected_failures", expected_failures or (), ids)
    refuse_unknown("only", only or (), ids)
    chosen = Level(level)

    def begin() -> AbstractContextManager[Trial[_Subject]]:
        return nullcontext(Trial(subject, chosen))

    return Plan(
        subject=name,
        checks=tuple(check for check in checks if only is None or check.id in only),
        begin=begin,
        rules=rules,
        level=chosen,
        expected_failures=expected_failures or {},
    )
