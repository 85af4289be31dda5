"""Documents: one entity each, as plain values or as JSON."""

import json
from collections.abc import Mapping
from types import UnionType
from typing import Any, TypeVar, cast, overload

from infoview._events import CustomEvent, Event
from infoview._lifecycle import LIFECYCLE, Lifecycle
from infoview.conversion._converter import CONVERTER, converter_for
from infoview.conversion._envelope import unwrap, wrap
from infoview.conversion._faults import listed
from infoview.conversion._kinds import kind_of
from infoview.conversion._reading import MAX_CHARACTERS, read_text
from infoview.exceptions import InvalidDataError

__all__ = ["canonical", "from_dict", "from_json", "to_dict", "to_json"]

_Entity = TypeVar("_Entity")

_ENCODER = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def canonical(document: Mapping[str, object], /) -> str:
    """Write plain values as JSON.

    Args:
        document: The values.

    Returns:
        The text: keys sorted, no blanks, everything beyond ASCII as it is.
    """
    return _ENCODER.encode(document)


def to_dict(entity: object, /) -> dict[str, Any]:
    """Write an entity as plain values.

    Args:
        entity: An event, one of your own included, or an object of one of the classes in `KINDS`.

    Returns:
        A fresh document: dicts with text keys, lists, text, whole numbers, booleans. A field that holds
        `None` is left out where `None` is its default; all others are there, so that a default can change
        later without changing what is written already.

    Raises:
        InvalidDataError: When objects of this class are no documents (code ``unknown_kind``).
        InvalidValueError: When an event of your own holds what could not be read back as the same (code
            ``unwritable``, or that of the fault which reading would tell), or its class has a field that no
            document can hold (``unsupported_type``, ``name_taken``).
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
        InvalidDataError: As `to_dict`.
        InvalidValueError: As `to_dict`.
    """
    return canonical(to_dict(entity))


@overload
def from_dict(cls: type[_Entity], document: object, /, *, lifecycle: Lifecycle = ...) -> _Entity: ...
@overload
def from_dict(cls: UnionType, document: object, /) -> Event: ...
@overload
def from_dict(cls: UnionType, document: object, /, *, lifecycle: Lifecycle) -> Event | CustomEvent: ...
def from_dict(cls: type[Any] | UnionType, document: object, /, *, lifecycle: Lifecycle = LIFECYCLE) -> Any:
    """Read an entity from plain values.

    Args:
        cls: What it should be: an event class, one of the classes in `KINDS`, or the union `infoview.Event`
            for any event of the lifecycle.
        document: What `to_dict` returns, or what came from elsewhere. Keys with a default may be missing.
        lifecycle: The table whose events are known, and by which interviews are replayed.

    Returns:
        The entity.

    Raises:
        InvalidDataError: When the document is not what it should be. Lists every fault, a hundred at most;
            after a fault in the version of the format, that alone.
        InvalidValueError: When an event class of your own has a field that no document can hold (code
            ``unsupported_type``), or one whose name documents need themselves (``name_taken``).
    """
    problems, form = unwrap(document, kind_of(cls))
    try:
        entity = converter_for(lifecycle).structure(form, cast("type[Any]", cls))
    except InvalidDataError as error:
        problems += error.problems
    else:
        if not problems:
            return entity
    raise listed(problems)


@overload
def from_json(
    cls: type[_Entity], text: str, /, *, lifecycle: Lifecycle = ..., max_characters: int = ...
) -> _Entity: ...
@overload
def from_json(cls: UnionType, text: str, /, *, max_characters: int = ...) -> Event: ...
@overload
def from_json(
    cls: UnionType, text: str, /, *, lifecycle: Lifecycle, max_characters: int = ...
) -> Event | CustomEvent: ...
def from_json(
    cls: type[Any] | UnionType,
    text: str,
    /,
    *,
    lifecycle: Lifecycle = LIFECYCLE,
    max_characters: int = MAX_CHARACTERS,
) -> Any:
    """Read an entity from JSON.

    Args:
        cls: As for `from_dict`.
        text: The text. Bytes are refused: decode them as UTF-8, and that fault is yours to name.
        lifecycle: As for `from_dict`.
        max_characters: How long the text may be, in code points. Raise it for interviews that are longer:
            `to_json` writes them whatever their length.

    Returns:
        The entity.

    Raises:
        InvalidDataError: When the text is too long, too deep or no JSON, or as in `from_dict`.
        InvalidValueError: As `from_dict`.
    """
    return from_dict(cls, read_text(text, max_characters=max_characters), lifecycle=lifecycle)
