"""What the fields of a document may hold: the types that have a form on the wire.

All fields of the library keep to it. Events of integrators may not, and then their class is refused at once,
with the name of the field, before anything is read or written as something that it is not.
"""

from collections.abc import Iterator
from datetime import date, datetime
from enum import StrEnum
from types import NoneType, UnionType
from typing import Any, TypeGuard, Union, get_args, get_origin

import attrs

from infoview._address import EmailAddress
from infoview._events import EVENT_TYPES, CustomEvent
from infoview._interview import Interview
from infoview.exceptions import InvalidValueError

__all__ = ["attributes_of", "check_fields", "member_of_optional"]

_PLAIN = (str, int, bool, datetime, date, EmailAddress)

_STAND_ALONE = (Interview, CustomEvent, *EVENT_TYPES)
"""What is never inside of something else, but for the events of an interview."""

_CURE = (
    "annotate it as str, int, bool, date, datetime, EmailAddress, a StrEnum, another attrs class of such "
    "fields, one of these or None, a tuple of one of these, or a frozenset of a plain one"
)


def attributes_of(cls: type[Any], /) -> "tuple[attrs.Attribute[Any], ...]":
    """List the fields of a class that an object is made of.

    Args:
        cls: An attrs class.

    Returns:
        The fields, with their types as types.

    Raises:
        InvalidValueError: When annotations name what is not there at run time (code ``unsupported_type``).
    """
    try:
        attrs.resolve_types(cls)
    except (AttributeError, NameError, SyntaxError, TypeError):
        cure = "import what its annotations name outside of TYPE_CHECKING, at the top of the module"
        refusal = InvalidValueError(cls.__name__, "unsupported_type", cure)
    else:
        return tuple(a for a in attrs.fields(cls) if a.init)
    raise refusal


def check_fields(cls: type[Any], /, *above: type[Any]) -> None:
    """Refuse a class with a field whose type has no form on the wire.

    Args:
        cls: An attrs class.
        above: The classes that it is inside of. One that holds itself would have no end.

    Raises:
        InvalidValueError: When there is such a field, in the class or in the class of a field (code
            ``unsupported_type``).
    """
    for a in attributes_of(cls):
        for part in _parts_of(a.type):
            if not _is_plain(part):
                if not _is_object(part) or part in (cls, *above):
                    raise InvalidValueError(f"{cls.__name__}.{a.name}", "unsupported_type", _CURE)
                check_fields(part, cls, *above)


def member_of_optional(cls: object, /) -> object:
    """Tell what a union with `None` is about.

    Args:
        cls: A type.

    Returns:
        The other member of the union, or `None` when the type is no such union.
    """
    if get_origin(cls) not in (Union, UnionType):
        return None
    others = [member for member in get_args(cls) if member is not NoneType]
    return others[0] if NoneType in get_args(cls) and len(others) == 1 else None


def _parts_of(cls: object) -> Iterator[object]:
    """Go from the type of a field down to plain types and classes. What has no form comes as it is."""
    members = get_args(cls)
    if (member := member_of_optional(cls)) is not None:
        yield from _parts_of(member)
    elif get_origin(cls) is tuple and members and all(other in (..., members[0]) for other in members[1:]):
        yield from _parts_of(members[0])
    elif get_origin(cls) is frozenset and _is_plain(members[0]):
        yield members[0]
    else:
        yield cls


def _is_plain(cls: object) -> bool:
    return isinstance(cls, type) and (cls in _PLAIN or issubclass(cls, StrEnum))


def _is_object(cls: object) -> TypeGuard[type[Any]]:
    return isinstance(cls, type) and attrs.has(cls) and not issubclass(cls, _STAND_ALONE)
