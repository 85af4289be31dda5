"""A suite for policies of your own.

::

    from infoview.testing.policies import policy_suite

    TestOurPolicy = policy_suite(OUR_POLICY)

A policy checks itself when it is made. The suite looks at what that cannot see: what comes of the numbers in
the lives of interviews.
"""

import json
import re
import tomllib
from collections.abc import Collection, Mapping
from datetime import timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final, TypeAlias, cast

import attrs

from infoview import _events as ev
from infoview._interview import Interview
from infoview._policy import POLICY_CHOICES, POLICY_RULES, Policy, contradictions
from infoview._stages import Stage
from infoview._transitions import TRANSITIONS
from infoview.agenda import ActionKind, agenda
from infoview.conversion import (
    from_json,
    policy_from_json,
    policy_from_toml,
    policy_to_toml,
    to_json,
)
from infoview.exceptions import InvalidValueError
from infoview.testing._check import Check, Level, hold, same
from infoview.testing._report import Report
from infoview.testing._run import Plan, run_checks
from infoview.testing._suite import suite_class
from infoview.testing._trial import Trial, law, plan_of
from infoview.testing.strategies import Life, interviews

__all__ = ["POLICY_CHECKS", "POLICY_LAWS", "check_policy", "policy_suite"]

_Trial: TypeAlias = Trial[Policy]

POLICY_LAWS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "P1": "Every number is in its range, every choice is one of its options, and nothing contradicts.",
        "P2": "Under the policy a life can be led: every stage is reached, and every wait has an end.",
        "P3": "The agenda asks for nothing that the policy forbids.",
        "P4": "Written and read again, it is the same policy.",
        "P5": "It explains itself.",
    }
)
"""What a policy keeps to."""

_MICROSECOND = timedelta(microseconds=1)


# -- P1 ------------------------------------------------------------------------------------------------------


def _values(policy: Policy) -> dict[str, Any]:
    return {field.name: getattr(policy, field.name) for field in attrs.fields(Policy)}


def _has_numbers_in_range(trial: _Trial) -> None:
    for rule in POLICY_RULES.values():
        value: object = getattr(trial.subject, rule.name)
        fits = type(value) is int and rule.low <= value <= rule.high
        hold(fits, f"{rule.name} is a whole number from {rule.low} to {rule.high}", value)


def _has_choices_of_the_options(trial: _Trial) -> None:
    for choice in POLICY_CHOICES.values():
        value: object = getattr(trial.subject, choice.name)
        if choice.options:
            fits = isinstance(value, StrEnum) and value in choice.options
            hold(fits, f"{choice.name} is one of {', '.join(choice.options)}", value)
        else:
            hold(isinstance(value, tuple), f"{choice.name} is a tuple", value)


def _contradicts_nothing(trial: _Trial) -> None:
    found = [contradiction.sentence for contradiction in contradictions(_values(trial.subject))]
    same(found, [], "the contradictions of the policy")


# -- P2 ------------------------------------------------------------------------------------------------------


def _life(trial: _Trial) -> Life:
    return Life(policy=trial.subject, plain=True)


def _reaches_every_stage(trial: _Trial) -> None:
    for stage in Stage:
        reached = interviews(stage=stage, max_events=0, life=_life(trial))
        trial.for_all(_looks_at_nothing, f"a life that reaches {stage}", examples=1, interview=reached)


def _looks_at_nothing(interview: Interview) -> None:
    """What matters is that there is one."""


def _ends_every_wait(trial: _Trial) -> None:
    def look(interview: Interview) -> None:
        now = interview.log.last.at
        for kind in ev.EVENT_TYPES:
            decision = interview.decide(kind, now=now, policy=trial.subject)
            first = decision.earliest
            if first is not None and first > now:
                for moment, allowed in ((first, True), (first - _MICROSECOND, False)):
                    then = interview.decide(kind, now=moment, policy=trial.subject)
                    same(then.allowed, allowed, f"whether {kind.__name__} is allowed at {moment.isoformat()}")

    for stage in Stage:
        some = interviews(stage=stage, max_events=1, life=_life(trial))
        trial.for_all(look, f"a life that reaches {stage}", examples=2, interview=some)


# -- P3 ------------------------------------------------------------------------------------------------------

_DONE_BY: Mapping[ActionKind, type[Any]] = MappingProxyType(
    {
        ActionKind.CHECK_BACK: ev.CheckedBack,
        ActionKind.NUDGE: ev.Nudged,
        ActionKind.EXPIRE: ev.Expired,
        ActionKind.RETRY: ev.Retried,
        ActionKind.REBOOK: ev.Rebooked,
        ActionKind.THANK: ev.ThanksSent,
    }
)
"""The event by which an action is done, where a rule makes it wait."""


def _asks_for_what_is_allowed(trial: _Trial) -> None:
    def look(interview: Interview) -> None:
        for action in agenda(interview, policy=trial.subject):
            limits = [at for at in (action.not_before, action.due, action.late_after) if at is not None]
            same(limits, sorted(limits), f"from when, until when and after when {action.kind} is late")
            event = _DONE_BY.get(action.kind)
            if event is not None:
                now = max(action.not_before or interview.log.last.at, interview.log.last.at)
                decision = interview.decide(event, now=now, policy=trial.subject)
                hold(
                    decision.allowed, f"what the agenda asks for, {action.kind}, is allowed", decision.reasons
                )

    trial.for_all(look, examples=40, interview=interviews(max_events=4, life=_life(trial)))
    held = interviews(stage=Stage.HELD, max_events=1, life=_life(trial))
    trial.for_all(look, interview=held)


def _nudges_before_it_gives_up(trial: _Trial) -> None:
    def look(interview: Interview) -> None:
        asked = attrs.evolve(interview, nudges=0, nudged_at=None, away_since=None, away_until=None)
        due = {action.kind: action.due for action in agenda(asked, policy=trial.subject)}
        nudge, silence = due.get(ActionKind.NUDGE), due[ActionKind.EXPIRE]
        in_time = nudge is None or silence is None or nudge <= silence
        hold(in_time, "the first nudge is due before silence is an answer", (nudge, silence))

    trial.for_all(look, interview=interviews(stage=Stage.REQUESTED, max_events=0, life=_life(trial)))


# -- P4 ------------------------------------------------------------------------------------------------------


def _survives_the_wire(trial: _Trial) -> None:
    policy = trial.subject
    again = from_json(Policy, to_json(policy))
    same(again, policy, "the policy, written by to_json and read by from_json")
    same(to_json(again), to_json(policy), "what is written of the policy that was read")


def _survives_a_file(trial: _Trial) -> None:
    policy = trial.subject
    text = policy_to_toml(policy)
    same(policy_from_toml(text), policy, "the policy, written as TOML and read again")
    same(policy_from_json(json.dumps(tomllib.loads(text))), policy, "the policy, with the same keys as JSON")


# -- P5 ------------------------------------------------------------------------------------------------------


def _explains_every_field(trial: _Trial) -> None:
    rows = [line.strip("| ").split(" | ") for line in trial.subject.explain().splitlines()]
    shown = {row[0]: row[1] for row in rows if len(row) > 1}
    for name in POLICY_RULES:
        same(shown.get(name), str(getattr(trial.subject, name)), f"the value of {name} in the explanation")
    for name, choice in POLICY_CHOICES.items():
        hold(name in shown, f"the explanation has a row for {name}")
        if choice.options:
            same(shown[name], str(getattr(trial.subject, name)), f"the value of {name} in the explanation")


def _fills_every_sentence(trial: _Trial) -> None:
    guards = dict.fromkeys(guard for row in TRANSITIONS for guard in row.guards)
    for sentence in (guard.sentence for guard in guards):
        worded = trial.subject.worded(sentence)
        for name in re.findall(r"{policy\.(\w+)}", sentence):
            number = str(trial.subject.fitted(name))
            hold(number in worded, f"a rule's sentence names {name}, which is {number}", worded)
        hold("{" not in worded, "nothing is left to fill in in a rule's sentence", worded)


POLICY_CHECKS: Final[tuple[Check[_Trial], ...]] = (
    law(
        "P1-numbers",
        "Every number is a whole number in the range that POLICY_RULES tells.",
        _has_numbers_in_range,
        "The policy was changed by force, or made without its constructor: use attrs.evolve.",
    ),
    law(
        "P1-choices",
        "Every choice is one of the options that POLICY_CHOICES tells.",
        _has_choices_of_the_options,
        "A text stands where a member of the enumeration should: Severity.ERROR, not 'error'.",
    ),
    law(
        "P1-contradictions",
        "No two numbers contradict each other.",
        _contradicts_nothing,
        "The policy was changed by force, or made without its constructor: use attrs.evolve.",
    ),
    law(
        "P2-stages",
        "Every stage is reached.",
        _reaches_every_stage,
        "A number is so large, or the quiet days so many, that a rule is never content.",
    ),
    law(
        "P2-waits",
        "Every wait ends at the instant that is told, and not before.",
        _ends_every_wait,
        "The quiet days leave no business day.",
    ),
    law(
        "P3-allowed",
        "What the agenda asks for is allowed at the instant from which on it asks.",
        _asks_for_what_is_allowed,
        "Something is late before it is due, or due before it is polite.",
    ),
    law(
        "P3-nudge",
        "The first nudge is due before silence is taken as an answer.",
        _nudges_before_it_gives_up,
        "nudge_wait is longer than expire_after_request: raise the latter, or set nudge_max to 0.",
    ),
    law(
        "P4-wire",
        "Written for programs and read again, it is the same.",
        _survives_the_wire,
        "A field holds a value of another type, which is equal and written otherwise: True for 1.",
    ),
    law(
        "P4-file",
        "Written as TOML for people and read again, it is the same; and with the same keys as JSON.",
        _survives_a_file,
        "A field holds a value of another type, which is equal and written otherwise: True for 1.",
    ),
    law(
        "P5-explains",
        "The explanation has a row for every number and choice, with its value.",
        _explains_every_field,
        "A field holds a value of another type.",
    ),
    law(
        "P5-sentences",
        "The sentences of the rules name the numbers of the policy.",
        _fills_every_sentence,
        "The policy was changed after a sentence had been asked for: make another by attrs.evolve.",
    ),
)
"""Everything that the suite looks at. Ids never change."""


def policy_suite(
    policy: Policy,
    *,
    name: str | None = None,
    level: Level | str = Level.QUICK,
    expected_failures: Mapping[str, str] | None = None,
) -> type:
    """Build a class of tests for a policy, for pytest to collect.

    Args:
        policy: The policy.
        name: What it is called in reports; its own name when left out.
        level: How long to look: ``quick``, ``full`` or ``soak``.
        expected_failures: Ids of checks that are known to fail, each with the reason. One that passes all the
            same is reported.

    Returns:
        A fresh class with a test for each check.

    Raises:
        InvalidValueError: When it is no policy, or there is no such level, or no such check.
    """
    return suite_class("PolicySuite", _plan(policy, name, level, expected_failures))


def check_policy(
    policy: Policy,
    *,
    name: str | None = None,
    level: Level | str = Level.QUICK,
    expected_failures: Mapping[str, str] | None = None,
    only: Collection[str] | None = None,
) -> Report:
    """Look at a policy without pytest.

    Args:
        policy: As for `policy_suite`.
        name: As for `policy_suite`.
        level: As for `policy_suite`.
        expected_failures: As for `policy_suite`.
        only: The ids of the checks to run; all when left out.

    Returns:
        The report: ``report.ok``, and everything in words as its text.

    Raises:
        InvalidValueError: As `policy_suite`.
    """
    return run_checks(_plan(policy, name, level, expected_failures, only))


def _plan(
    policy: Policy,
    name: str | None,
    level: Level | str,
    expected_failures: Mapping[str, str] | None,
    only: Collection[str] | None = None,
) -> Plan:
    if not isinstance(cast("object", policy), Policy):
        raise InvalidValueError("policy", "wrong_type", "give a Policy")
    title = name or f"policy {policy.name}"
    return plan_of(
        title,
        policy,
        POLICY_CHECKS,
        POLICY_LAWS,
        level=level,
        expected_failures=expected_failures,
        only=only,
    )
