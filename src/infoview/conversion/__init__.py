"""The wire format: every entity as canonical JSON with a version, and back without guessing.

What is written can be read for ever: a later version of the format reads all earlier ones. What is read comes
from anywhere, so nothing is coerced, nothing is ignored, and every fault of a document is told at once, with
its path and without its value.

The hooks behind it are cattrs hooks; `configure_converter` puts them on a converter of yours.
"""

import json
from types import UnionType
from typing import Any, TypeVar, cast, overload

from infoview._events import Event
from infoview.conversion._converter import CONVERTER, configure_converter, make_converter
from infoview.conversion._envelope import SCHEMA_VERSION, unwrap, wrap
from infoview.conversion._faults import listed
from infoview.conversion._kinds import KINDS, kind_of
from infoview.conversion._reading import MAX_CHARACTERS, read_text
from infoview.conversion._schema import json_schema
from infoview.exceptions import InvalidDataError

__all__ = [
    "KINDS",
    "MAX_CHARACTERS",
    "SCHEMA_VERSION",
    "configure_converter",
    "from_dict",
    "from_json",
    "json_schema",
    "make_converter",
    "to_dict",
    "to_json",
]

_Entity = TypeVar("_Entity")


def to_dict(entity: object, /) -> dict[str, Any]:
    """Write an entity as plain values.

    Args:
        entity: An event, or an object of one of the classes in `KINDS`.

    Returns:
        A fresh document: dicts with text keys, lists, text, whole numbers, booleans. A field that holds
        `None` is left out where `None` is its default; all others are there, so that a default can change
        later without changing what is written already.

    Raises:
        InvalidDataError: When objects of this class are no documents (code ``unknown_kind``).
    """
    return wrap(kind_of(type(entity)), CONVERTER.unstructure(entity))


def to_json(entity: object, /) -> str:
    """Write an entity as JSON.

    Args:
        entity: As for `to_dict`.

    Returns:
        Canonical text: keys sorted, no blanks, everything beyond ASCII as it is. Equal entities give equal
        texts.

    Raises:
        InvalidDataError: When objects of this class are no documents (code ``unknown_kind``).
    """
    document = to_dict(entity)
    return json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


@overload
def from_dict(cls: type[_Entity], document: object, /) -> _Entity: ...
@overload
def from_dict(cls: UnionType, document: object, /) -> Event: ...
def from_dict(cls: type[Any] | UnionType, document: object, /) -> Any:
    """Read an entity from plain values.

    Args:
        cls: What it should be: an event class, one of the classes in `KINDS`, or the union `infoview.Event`
            for any event.
        document: What `to_dict` returns, or what came from elsewhere. Keys with a default may be missing.

    Returns:
        The entity.

    Raises:
        InvalidDataError: When the document is not what it should be. Lists every fault, a hundred at most;
            after a fault in the version of the format, that alone.
    """
    problems, form = unwrap(document, kind_of(cls))
    try:
        entity = CONVERTER.structure(form, cast("type[Any]", cls))
    except InvalidDataError as error:
        problems += error.problems
    else:
        if not problems:
            return entity
    raise listed(problems)


@overload
def from_json(cls: type[_Entity], text: str, /, *, max_characters: int = ...) -> _Entity: ...
@overload
def from_json(cls: UnionType, text: str, /, *, max_characters: int = ...) -> Event: ...
def from_json(cls: type[Any] | UnionType, text: str, /, *, max_characters: int = MAX_CHARACTERS) -> Any:
    """Read an entity from JSON.

    Args:
        cls: As for `from_dict`.
        text: The text. Bytes are refused: decode them as UTF-8, and that fault is yours to name.
        max_characters: How long the text may be, in code points. Raise it for interviews that are longer:
            `to_json` writes them whatever their length.

    Returns:
        The entity.

    Raises:
        InvalidDataError: When the text is too long, too deep or no JSON, or as in `from_dict`.
    """
    return from_dict(cls, read_text(text, max_characters=max_characters))
