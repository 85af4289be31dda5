"""Faults of a document: each has a path from the root ``$``, and all of them are told at once.

A hook reports the faults of the value it was handed, counted from ``$``. Whoever called it moves them to
where that value stands, with `within`.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from difflib import get_close_matches
from typing import TypeVar, cast

import attrs

from infoview.exceptions import InvalidDataError, Problem

__all__ = [
    "MOST_LISTED",
    "Unreadable",
    "choose",
    "each_read",
    "fault",
    "listed",
    "members",
    "mislabelled",
    "unfit",
    "unknown_key",
    "within",
]

_Option = TypeVar("_Option")
_Item = TypeVar("_Item")
_Kept = TypeVar("_Kept")

MOST_LISTED = 100
"""A document with more faults is not the document it should be; the rest need not be told, or found."""

_PLAIN_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,39}")


@attrs.frozen
class Unreadable:
    """Stands in a document for something that JSON can spell and no field can hold.

    The reader of JSON knows no path. So it leaves this behind, and the hook that meets it reports the fault
    from where it stands.

    Attributes:
        code: What it is.
        sentence: What to do about it.
    """

    code: str
    sentence: str


def fault(code: str, sentence: str, path: str = "$") -> InvalidDataError:
    """Make an error of one fault.

    Args:
        code: A stable word for programs.
        sentence: What to do about it.
        path: Where it is.

    Returns:
        The error.
    """
    return InvalidDataError((Problem(path, code, sentence),))


def unfit(value: object, wanted: str) -> InvalidDataError:
    """Make the error for a value of another type than the one that belongs there.

    Args:
        value: The value.
        wanted: What belongs there, such as "a whole number".

    Returns:
        The error, with the code ``wrong_type``, or the code of what could not be read.
    """
    if isinstance(value, Unreadable):
        return fault(value.code, value.sentence)
    return fault("wrong_type", f"give {wanted}")


def members(value: object) -> dict[object, object]:
    """Take a value as an object of JSON.

    Args:
        value: The value.

    Returns:
        The same.

    Raises:
        InvalidDataError: When it is something else (code ``wrong_type``).
    """
    if not isinstance(value, dict):
        raise unfit(value, "an object")
    return cast("dict[object, object]", value)


def choose(value: object, options: Mapping[str, _Option]) -> _Option:
    """Look up what one of several words stands for.

    Args:
        value: The word.
        options: What each word stands for.

    Returns:
        What it stands for.

    Raises:
        InvalidDataError: When the value is no text, or none of the words (code ``unknown_value``).
    """
    if not isinstance(value, str):
        raise unfit(value, "text")
    if value not in options:
        raise fault("unknown_value", f"give one of: {', '.join(options)}")
    return options[value]


def mislabelled(body: Mapping[object, object], key: str, label: str) -> list[Problem]:
    """Find out whether an object says that it is what it should be.

    Args:
        body: The object.
        key: Under which key it says so.
        label: What it should say.

    Returns:
        The fault, or nothing.
    """
    if key not in body:
        return [Problem(f"$.{key}", "missing_key", f"add this key, with {label} in it")]
    try:
        choose(body[key], {label: label})
    except InvalidDataError as error:
        return within(f".{key}", error.problems)
    return []


def within(step: str, problems: Iterable[Problem]) -> list[Problem]:
    """Move faults to where the faulty value stands.

    Args:
        step: The step that leads from the root to the value, such as ``.name`` or ``[3]``.
        problems: The faults, counted from the value.

    Returns:
        The faults, counted from the root.
    """
    return [Problem(f"${step}{p.path[1:]}", p.code, p.sentence) for p in problems]


def each_read(
    items: Iterable[_Item], read: Callable[[_Item], _Kept]
) -> tuple[dict[int, _Kept], list[Problem]]:
    """Read the members of an array, until there are too many faults.

    Args:
        items: The members, as they came.
        read: What makes something of one member, or raises `InvalidDataError`.

    Returns:
        What was made of the good ones, by their places, and the faults of the others.
    """
    kept: dict[int, _Kept] = {}
    problems: list[Problem] = []
    for place, item in enumerate(items):
        try:
            kept[place] = read(item)
        except InvalidDataError as error:
            problems += within(f"[{place}]", error.problems)
            if len(problems) > MOST_LISTED:
                break
    return kept, problems


def listed(problems: Sequence[Problem]) -> InvalidDataError:
    """Make the error for a whole document. A hundred faults are listed, and that there are more.

    Args:
        problems: All faults that were found.

    Returns:
        The error.
    """
    more = len(problems) - MOST_LISTED
    if more <= 0:
        return InvalidDataError(tuple(problems))
    rest = Problem("$", "more_faults", f"cure these first; there are at least {more} more")
    return InvalidDataError((*problems[:MOST_LISTED], rest))


def unknown_key(key: object, known: Iterable[str] = ()) -> Problem:
    """Refuse a key. It is named only where it is a plain word: anything else may be data of somebody.

    Args:
        key: The key.
        known: The keys among which to look for one that was meant. That takes time: leave them out where
            there may be many unknown keys.

    Returns:
        The fault.
    """
    if isinstance(key, str) and _PLAIN_WORD.fullmatch(key):
        meant = get_close_matches(key, known, n=1)
        cure = f"did you mean {meant[0]}?" if meant else "remove this key, or check its spelling"
        return Problem(f"$.{key}", "unknown_key", cure)
    return Problem("$", "unknown_key", "remove the keys that are no plain words")
