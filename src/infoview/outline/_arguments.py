"""The checks of arguments that more than one function of this package takes.

A place is written as the caller sees it, so that nobody is told of a function they did not call.
"""

from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import cast

from infoview._fields import whole_number
from infoview._text import IDENTIFIER
from infoview.exceptions import InvalidValueError

__all__ = ["checked_cap", "checked_limit", "checked_weights", "id_set", "members_of", "numbers_by_name"]

_FROM_ZERO = whole_number(0, 1_000_000)


def members_of(place: str, value: object, cure: str) -> Iterable[object]:
    """Take a value as something to go through.

    Args:
        place: Where it stands, for the error.
        value: Anything.
        cure: What belongs there.

    Returns:
        The same.

    Raises:
        InvalidValueError: When it has no members (code ``wrong_type``).
    """
    if not isinstance(value, Iterable):
        raise InvalidValueError(place, "wrong_type", cure)
    return cast("Iterable[object]", value)


def id_set(place: str, ids: object) -> frozenset[str]:
    """Freeze ids.

    Args:
        place: Where they stand, for the error.
        ids: Any collection of ids; a single text is none.

    Returns:
        The ids.

    Raises:
        InvalidValueError: When it is no collection (code ``wrong_type``), or a member breaks the rules for
            one-line text.
    """
    cure = "give a collection of ids, such as a frozenset"
    if isinstance(ids, str):
        raise InvalidValueError(place, "wrong_type", cure)
    found: set[str] = set()
    for id_ in members_of(place, ids, cure):
        _check_name(place, id_)
        found.add(cast("str", id_))
    return frozenset(found)


def numbers_by_name(place: str, value: object, rule: whole_number) -> dict[str, int]:
    """Copy a mapping of names to whole numbers.

    Args:
        place: Where it stands, for the error.
        value: The mapping.
        rule: The rule for the numbers.

    Returns:
        The copy.

    Raises:
        InvalidValueError: When it is no mapping (code ``wrong_type``), a name breaks the rules for one-line
            text, or a number its rule.
    """
    if not isinstance(value, Mapping):
        raise InvalidValueError(place, "wrong_type", "give a mapping of names to whole numbers")
    numbers = dict(cast("Mapping[object, object]", value))
    for name, number in numbers.items():
        _check_name(place, name)
        rule.check(place, number)
    return cast("dict[str, int]", numbers)


def checked_cap(place: str, value: object) -> int | dict[str, int] | None:
    """Check how many of a topic may be chosen.

    Args:
        place: Where it stands, for the error.
        value: A number for all topics, a mapping with a number for each, or `None`.

    Returns:
        The same; of a mapping, a copy.

    Raises:
        InvalidValueError: When a number is no whole number from 0 up, or a name breaks the rules for one-line
            text.
    """
    if isinstance(value, Mapping):
        return numbers_by_name(place, cast("object", value), _FROM_ZERO)
    return checked_limit(place, value)


def checked_limit(place: str, value: object) -> int | None:
    """Check a limit that need not be.

    Args:
        place: Where it stands, for the error.
        value: A whole number, or `None`.

    Returns:
        The same.

    Raises:
        InvalidValueError: When it is no whole number from 0 to 1,000,000.
    """
    if value is not None:
        _FROM_ZERO.check(place, value)
    return cast("int | None", value)


def checked_weights(place: str, value: object) -> tuple[int, ...]:
    """Check what the best, the second, … of a topic counts.

    Args:
        place: Where it stands, for the error.
        value: The weights.

    Returns:
        The weights.

    Raises:
        InvalidValueError: When they are no collection (code ``wrong_type``), none (code ``no_weights``), one
            is no whole number from 0 to 1,000,000, or exceeds the one before (code ``increasing_weights``).
    """
    ranks = tuple(members_of(place, value, "give a list of whole numbers"))
    if not ranks:
        raise InvalidValueError(place, "no_weights", "give at least one weight")
    for weight in ranks:
        _FROM_ZERO.check(place, weight)
    checked = cast("tuple[int, ...]", ranks)
    if any(later > earlier for earlier, later in pairwise(checked)):
        raise InvalidValueError(place, "increasing_weights", "let no weight exceed the one before")
    return checked


def _check_name(place: str, value: object) -> None:
    if fault := IDENTIFIER.fault(value):
        raise InvalidValueError(place, *fault)
