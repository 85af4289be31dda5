"""JSON Schema of the wire format, read off the same forms and rules that the converter uses."""

from collections.abc import Callable
from datetime import date, datetime
from enum import StrEnum
from types import NoneType, UnionType
from typing import Any, get_args, get_origin

from infoview._address import EmailAddress
from infoview._events import EVENT_TYPES, Event
from infoview._fields import each, whole_number
from infoview._text import TextRule
from infoview.conversion._converter import DATE, INSTANT
from infoview.conversion._envelope import envelope
from infoview.conversion._forms import Form, form_of
from infoview.conversion._kinds import kind_of

__all__ = ["json_schema"]

Schema = dict[str, Any]

_DRAFT = "https://json-schema.org/draft/2020-12/schema"

_LEAVES: dict[Any, Schema] = {
    str: {"type": "string"},
    int: {"type": "integer"},
    bool: {"type": "boolean"},
    datetime: {"type": "string", "format": "date-time", "pattern": f"^{INSTANT}$"},
    date: {"type": "string", "format": "date", "pattern": f"^{DATE}$"},
    EmailAddress: {"type": "string", "format": "idn-email", "maxLength": 254},
}


def json_schema(cls: type[Any] | UnionType, /) -> Schema:
    """Describe the documents of a class as JSON Schema.

    Args:
        cls: A class that `to_dict` takes, or the union `infoview.Event`.

    Returns:
        A schema of draft 2020-12 as plain values. Every document that `from_dict` reads is valid by it. The
        reader also refuses what a schema cannot say: unpleasant characters, unknown zones, days that no month
        has, fields that contradict each other, histories that cannot have happened.

    Raises:
        InvalidDataError: When its objects are no documents (code ``unknown_kind``).
    """
    kind = kind_of(cls)
    constants = {key: {"const": value} for key, value in envelope(kind).items()}
    parts: dict[str, Schema] = {}
    if isinstance(cls, UnionType):
        body: Schema = {"oneOf": [_object(form_of(event), parts, constants) for event in EVENT_TYPES]}
    else:
        body = _object(form_of(cls), parts, constants)
    return {"$schema": _DRAFT, "title": kind, **body, "$defs": dict(sorted(parts.items()))}


def _object(form: Form, parts: dict[str, Schema], constants: dict[str, Schema]) -> Schema:
    tags = {key: {"const": tag} for key, tag in form.tags.items()}
    fields = {field.key: _described(field.type, field.attribute.validator, parts) for field in form.fields}
    required = [field.key for field in form.fields if field.is_required]
    return {
        "type": "object",
        "properties": {**constants, **tags, **fields},
        "required": [*constants, *tags, *required],
        "additionalProperties": False,
    }


def _described(cls: Any, rule: Any, parts: dict[str, Schema]) -> Schema:  # noqa: ANN401 - a type, a validator
    if cls == Event:
        return _reference(
            "Event", parts, lambda: {"oneOf": [_described(e, None, parts) for e in EVENT_TYPES]}
        )
    if isinstance(cls, UnionType):
        kind = next(member for member in get_args(cls) if member is not NoneType)
        return {"anyOf": [_described(kind, _unwrapped(rule), parts), {"type": "null"}]}
    if get_origin(cls) in (tuple, frozenset):
        return _array(cls, rule, parts)
    if cls in _LEAVES:
        return _LEAVES[cls] | _limits(rule)
    if issubclass(cls, StrEnum):
        return {"enum": [member.value for member in cls]}
    return _reference(cls.__name__, parts, lambda: _object(form_of(cls), parts, {}))


def _array(cls: Any, rule: Any, parts: dict[str, Schema]) -> Schema:  # noqa: ANN401 - as above
    member, *rest = get_args(cls)
    described: Schema = {"type": "array", "items": _described(member, getattr(rule, "rule", None), parts)}
    if get_origin(cls) is frozenset:
        return described | {"uniqueItems": True}
    if rest != [...]:
        return described | {"minItems": 1 + len(rest), "maxItems": 1 + len(rest)}
    if isinstance(rule, each):
        return described | {"minItems": rule.least, "maxItems": rule.most}
    return described


def _limits(rule: object) -> Schema:
    if isinstance(rule, TextRule):
        return {"minLength": 1, "maxLength": rule.max_length}
    if isinstance(rule, whole_number):
        return {"minimum": rule.low, "maximum": rule.high}
    return {}


def _unwrapped(rule: Any) -> Any:  # noqa: ANN401 - as above
    """Find the rule that holds for a value which is not `None`; attrs keeps it in `validator`."""
    return getattr(rule, "validator", None)


def _reference(name: str, parts: dict[str, Schema], describe: Callable[[], Schema]) -> Schema:
    if name not in parts:
        parts[name] = describe()
    return {"$ref": f"#/$defs/{name}"}
