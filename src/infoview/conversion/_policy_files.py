"""Policies that people write as files: TOML or JSON, with a flat key for each field that a preset lacks.

This is not the wire form. `to_json` writes what programs keep and send: every field, in an envelope with a
version. A file here is short, has comments, days as ``"12-20"``, and a base that fills the gaps.
"""

import re
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from typing import Any, cast

import attrs

from infoview._channel import ConnectionKind
from infoview._choices import MOST_QUIET_DAYS, YEAR, Cadence, QuietDays
from infoview._policy import (
    POLICY_CHOICES,
    POLICY_RULES,
    Contradiction,
    Policy,
    PolicyRule,
    contradictions,
)
from infoview._text import LINE
from infoview.conversion._faults import (
    MOST_LISTED,
    choose,
    each_read,
    fault,
    listed,
    members,
    unfit,
    unknown_key,
    within,
)
from infoview.conversion._reading import check_size, read_text
from infoview.exceptions import InvalidDataError, InvalidValueError, Problem
from infoview.policies import CLASSIC, PRESETS

__all__ = ["MAX_POLICY_CHARACTERS", "policy_from_json", "policy_from_toml", "policy_to_toml"]

MAX_POLICY_CHARACTERS = 50_000
"""How long the text of a policy may be when nothing else is said. One with every field has about 5,000."""

_MOST_DOTS = 1_000
"""In TOML every dot may be a level, and its parser takes the square of the levels as time."""

Read = Callable[[object], Any]


def policy_from_toml(text: str, /, *, max_characters: int = MAX_POLICY_CHARACTERS) -> Policy:
    """Read a policy that people wrote as TOML.

    The keys are the fields of `Policy`; ``name`` must be given. What is not given is taken from the preset
    that ``base`` names, ``"classic"`` if none. Days are texts such as ``"12-20"``, and ``cadence`` is a table
    of relationships with days::

        name = "ours"
        base = "gentle"
        nudge_wait = 8

        [cadence]
        alumni = 60

        [[quiet_days]]
        first = "12-20"
        last = "01-02"

    For documents that programs keep and exchange, use `from_json`: the wire form says every field and its own
    version, so it means the same when a preset has changed.

    Args:
        text: The text. Bytes are refused: decode them as UTF-8, and that fault is yours to name.
        max_characters: How long the text may be, in code points.

    Returns:
        The policy.

    Raises:
        InvalidDataError: When the text is too long, too deep or no TOML (code ``not_toml``, with line and
            column), or says something that no policy can say. Lists every fault, a hundred at most.
    """
    return _policy(_toml(text, max_characters))


def policy_from_json(text: str, /, *, max_characters: int = MAX_POLICY_CHARACTERS) -> Policy:
    """Read a policy that people, or a form that they filled in, wrote as JSON.

    Args:
        text: An object with the keys that `policy_from_toml` takes: ``{"name": "ours", "nudge_wait": 8,
            "cadence": {"alumni": 60}}``. This is not the wire form, which `from_json` reads.
        max_characters: How long the text may be, in code points.

    Returns:
        The policy.

    Raises:
        InvalidDataError: When the text is too long, too deep or no JSON, or as for `policy_from_toml`.
    """
    return _policy(read_text(text, max_characters=max_characters))


def policy_to_toml(policy: Policy, /) -> str:
    """Write a policy for people to change.

    Args:
        policy: The policy, such as a preset.

    Returns:
        TOML with every field, a comment on what each number counts and its range, and the options of each
        choice. `policy_from_toml` reads it as the same policy. `Policy.explain` tells the sources.

    Raises:
        InvalidValueError: When it is no policy (code ``wrong_type``).
    """
    return "".join(f"{line}\n" for line in _lines(policy))


# -- values -------------------------------------------------------------------------------------------------


def _name(value: object) -> str:
    if not isinstance(value, str):
        raise unfit(value, "text")
    if broken := LINE.fault(value):
        raise fault(*broken)
    return value


def _number(rule: PolicyRule, value: object) -> int:
    wanted = f"a whole number from {rule.low} to {rule.high} ({rule.unit})"
    if type(value) is not int:
        raise unfit(value, wanted)
    if not rule.low <= value <= rule.high:
        raise fault("out_of_range", f"give {wanted}")
    return value


def _word(options: Mapping[str, Any], value: object) -> Any:  # noqa: ANN401 - what the word stands for
    if not isinstance(value, str):
        raise unfit(value, f"one of: {', '.join(options)}")
    return choose(value, options)


_DAY = re.compile(r"[0-9]{2}-[0-9]{2}")


def _day(value: object) -> tuple[int, int]:
    wanted = 'a month and a day such as "12-20"'
    if not isinstance(value, str):
        raise unfit(value, wanted)
    if _DAY.fullmatch(value):
        month_and_day = int(value[:2]), int(value[3:])
        if month_and_day in YEAR:
            return month_and_day
    raise fault("not_a_date", f"give {wanted}")


def _quiet_days(value: object) -> tuple[QuietDays, ...]:
    if not isinstance(value, list):
        raise unfit(value, "an array of tables, each with first and last")
    stretches = tuple(cast("list[object]", value))
    if len(stretches) > MOST_QUIET_DAYS:
        raise fault("out_of_range", f"give at most {MOST_QUIET_DAYS} of them")
    kept, problems = each_read(stretches, _stretch)
    if problems:
        raise InvalidDataError(tuple(problems))
    return tuple(kept.values())


_ENDS: Mapping[str, Read] = {"first": _day, "last": _day}


def _stretch(value: object) -> QuietDays:
    days, problems = _read_fields(members(value), _ENDS, required=_ENDS)
    if problems:
        raise InvalidDataError(tuple(problems))
    return QuietDays(**days)


def _cadence(value: object) -> tuple[Cadence, ...]:
    # Its days stand in for those of this rule.
    read = partial(_number, POLICY_RULES["reconnect_days"])
    days, problems = _read_fields(members(value), {str(kind): read for kind in ConnectionKind})
    if problems:
        raise InvalidDataError(tuple(problems))
    return tuple(Cadence(ConnectionKind(kind), number) for kind, number in days.items())


# -- reading ------------------------------------------------------------------------------------------------


def _options(choice: str) -> dict[str, Any]:
    kind: Any = getattr(attrs.fields(Policy), choice).type
    return {option: kind(option) for option in POLICY_CHOICES[choice].options}


_FIELDS: Mapping[str, Read] = {
    "name": _name,
    "base": partial(_word, {preset.name: preset for preset in PRESETS}),
    **{name: partial(_number, rule) for name, rule in POLICY_RULES.items()},
    **{name: partial(_word, _options(name)) for name, choice in POLICY_CHOICES.items() if choice.options},
    "quiet_days": _quiet_days,
    "cadence": _cadence,
}


def _policy(document: object) -> Policy:
    given = members(document)
    values, problems = _read_fields(given, _FIELDS, required=("name",))
    # Nothing rests on a base that could not be read.
    base: Policy | None = values.pop("base", None if "base" in given else CLASSIC)
    inherited = attrs.asdict(base, recurse=False) if base else {}
    settled = {name: value for name, value in inherited.items() if name not in given} | values
    problems += [_contradiction(found, values) for found in contradictions(settled)]
    if problems or base is None:
        raise listed(problems)
    return attrs.evolve(base, **values)


def _read_fields(
    given: Mapping[object, object], readers: Mapping[str, Read], *, required: Iterable[str] = ()
) -> tuple[dict[str, Any], list[Problem]]:
    """Read what stands under each key until there are too many faults; the good values are kept by key."""
    values: dict[str, Any] = {}
    problems = [Problem(f"$.{key}", "missing_key", "add this key") for key in required if key not in given]
    for key, value in given.items():
        if key not in readers:
            problems.append(unknown_key(key, readers))
        else:
            name = cast("str", key)
            try:
                values[name] = readers[name](value)
            except InvalidDataError as error:
                problems += within(f".{name}", error.problems)
        if len(problems) > MOST_LISTED:
            break
    return values, problems


def _contradiction(found: Contradiction, values: Mapping[str, Any]) -> Problem:
    """Put a contradiction where the file says one of the two; the other may be the base's."""
    place = next(name for name in found.names if name in values)
    return Problem(f"$.{place}", "contradiction", f"{found.sentence}; change one of them")


# -- TOML ---------------------------------------------------------------------------------------------------


_POSITION = re.compile(r"\(at line (\d+), column (\d+)\)$")
_GIVEN_TWICE = re.compile(r"Cannot |Duplicate ")
"""How the parser begins to say that a key or a table was there before."""


def _toml(given: object, max_characters: int) -> object:
    text = check_size(given, max_characters=max_characters)
    if text.startswith("\ufeff"):
        raise fault("byte_order_mark", 'remove the byte order mark; decode files as "utf-8-sig"')
    if text.count(".") > _MOST_DOTS:
        raise fault("too_deep", f"use at most {_MOST_DOTS} dots, as each may nest a level deeper")
    try:
        return tomllib.loads(text)
    except RecursionError:
        refusal = fault("too_deep", "nest fewer levels; a policy needs three")
    except tomllib.TOMLDecodeError as error:
        refusal = _syntax_fault(str(error), text)
    except ValueError:
        refusal = fault("out_of_range", "give smaller whole numbers")
    # Raised out here, as the parser's own error may hold parts of the text and would travel along.
    raise refusal


def _syntax_fault(message: str, text: str) -> InvalidDataError:
    told = _POSITION.search(message)
    end = text.count("\n") + 1, len(text) - text.rfind("\n")
    line, column = told.groups() if told else end
    if _GIVEN_TWICE.match(message):
        return fault("duplicate_key", f"give this key once: line {line}, column {column}")
    return fault("not_toml", f"correct the TOML at line {line}, column {column}")


def _lines(policy: object) -> Iterator[str]:
    if not isinstance(policy, Policy):
        raise InvalidValueError("policy_to_toml.policy", "wrong_type", "give a Policy")
    yield "# Change what you like. A line left out means what the base says."
    yield f"name = {_quoted(policy.name)}"
    yield f'base = "{CLASSIC.name}"'
    yield ""
    for rule in POLICY_RULES.values():
        yield f"{rule.name} = {getattr(policy, rule.name)}  # {rule.unit}, {rule.low} to {rule.high}"
    yield ""
    for choice in POLICY_CHOICES.values():
        if choice.options:
            yield f'{choice.name} = "{getattr(policy, choice.name)}"  # {", ".join(choice.options)}'
    if not policy.quiet_days:
        yield "quiet_days = []"
    yield ""
    yield f"[cadence]  # days, for any of: {', '.join(ConnectionKind)}"
    for own in policy.cadence:
        yield f"{own.connection} = {own.days}"
    for stretch in policy.quiet_days:
        yield ""
        yield "[[quiet_days]]"
        yield f'first = "{_written(stretch.first)}"'
        yield f'last = "{_written(stretch.last)}"'


def _written(day: tuple[int, int]) -> str:
    return f"{day[0]:02}-{day[1]:02}"


def _quoted(line: str) -> str:
    """Quote a line of text. The rules for one line leave nothing else that TOML would have escaped."""
    escaped = line.replace("\\", r"\\").replace('"', r"\"")
    return f'"{escaped}"'
