"""Reading JSON text that nobody vouches for.

The size and the depth are bounded before anything is parsed. What the standard library would let pass, a key
given twice, ``NaN``, a number of five thousand digits, becomes an `Unreadable` in the document, so that it is
reported from where it stands. A lone surrogate needs no care here: no text of a document may have one.
"""

import json
import re
from typing import Any

from infoview.conversion._faults import Unreadable, fault

__all__ = ["MAX_CHARACTERS", "MAX_DIGITS", "check_size", "read_text"]

MAX_CHARACTERS = 10_000_000
"""How long a text may be when nothing else is said; a longer one is refused, with the code ``too_long``.

Five hundred notes of 10,000 characters, the most that an interview takes, are a text of about 5,000,000. A
quotation mark, a backslash and a line feed are two characters each in JSON, so the text may be twice as long.
"""

_MAX_DEPTH = 32
"""The deepest document is an interview: five levels."""

MAX_DIGITS = 18
"""How many digits a whole number may have: more than the widest numbers of other languages surely hold."""

_UP_TO_BRACKET = re.compile(r'(?:[^"\[\]{}]++|"(?:[^"\\]++|\\.)*+"?+)*+([\[\]{}]?)', re.DOTALL)
"""Everything up to the next bracket outside strings, closed or not. It never fails, so one pass is enough."""

_REPEATED = Unreadable("duplicate_key", "give this key once")
_NOT_FINITE = Unreadable("not_finite", "give a number; JSON has no NaN and no Infinity")
_HUGE = Unreadable("out_of_range", "give a smaller whole number")


def check_size(text: object, *, max_characters: int) -> str:
    """Refuse what is no text, or too much of it.

    Args:
        text: The text.
        max_characters: How long it may be, in code points.

    Returns:
        The same.

    Raises:
        InvalidDataError: When it is no text (code ``wrong_type``), or too long (``too_long``).
    """
    if not isinstance(text, str):
        raise fault("wrong_type", "give text; decode bytes as UTF-8 first")
    if len(text) > max_characters:
        raise fault("too_long", f"give at most {max_characters} characters, or raise max_characters")
    return text


def read_text(text: object, *, max_characters: int, line: int = 1) -> object:
    """Read JSON.

    Args:
        text: The text.
        max_characters: How long it may be, in code points.
        line: Which line of a longer text it begins.

    Returns:
        Plain values, with an `Unreadable` where there is something that no field can hold.

    Raises:
        InvalidDataError: When it is no text (code ``wrong_type``), is too long (``too_long``), begins with a
            byte order mark (``byte_order_mark``), is nested more than 32 levels deep (``too_deep``), or is no
            JSON (``not_json``).
    """
    json_text = check_size(text, max_characters=max_characters)
    if json_text.startswith("\ufeff"):
        raise fault("byte_order_mark", 'remove the byte order mark; decode files as "utf-8-sig"')
    if _is_too_deep(json_text):
        raise fault("too_deep", f"nest at most {_MAX_DEPTH} levels")
    try:
        return _DECODER.decode(json_text)
    except json.JSONDecodeError as error:
        place = f"line {error.lineno + line - 1}, column {error.colno}"
        refusal = fault("not_json", f"correct the JSON at {place}")
    # Raised out here, as the decoder's own error holds the whole text and would travel along.
    raise refusal


def _is_too_deep(text: str) -> bool:
    if text.count("[") + text.count("{") <= _MAX_DEPTH:
        return False
    depth = 0
    for stretch in _UP_TO_BRACKET.finditer(text):
        if stretch[1] in ("[", "{"):
            depth += 1
            if depth > _MAX_DEPTH:
                return True
        else:
            depth -= 1
    return False


def _whole_number(digits: str) -> int | Unreadable:
    return int(digits) if len(digits) <= MAX_DIGITS else _HUGE


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) < len(pairs):
        seen: set[str] = set()
        for key, _ in pairs:
            if key in seen:
                members[key] = _REPEATED
            seen.add(key)
    return members


_DECODER = json.JSONDecoder(
    object_pairs_hook=_members, parse_int=_whole_number, parse_constant=lambda _: _NOT_FINITE
)
