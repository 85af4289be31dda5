"""JSON Schema of the wire format, read off the same forms and rules that the converter uses."""

from collections.abc import Callable
from datetime import date, datetime
from enum import StrEnum
from types import UnionType
from typing import Any, get_args, get_origin

import attrs

from infoview._address import EmailAddress
from infoview._events import Event
from infoview._fields import each, whole_number
from infoview._lifecycle import LIFECYCLE, Lifecycle
from infoview._text import TextRule
from infoview.conversion._converter import DATE, INSTANT
from infoview.conversion._envelope import envelope
from infoview.conversion._field_types import member_of_optional
from infoview.conversion._forms import Form, form_of
from infoview.conversion._kinds import events_of, kind_of

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


def json_schema(cls: type[Any] | UnionType, /, *, lifecycle: Lifecycle = LIFECYCLE) -> Schema:
    """Describe the documents of a class as JSON Schema.

    Args:
        cls: A class that `to_dict` takes, or the union `infoview.Event`.
        lifecycle: The table whose events there are.

    Returns:
        A schema of draft 2020-12 as plain values. Every document that `from_dict` reads is valid by it. The
        reader also refuses what a schema cannot say: unpleasant characters, unknown zones, days that no month
        has, fields that contradict each other, histories that cannot have happened. Rules of fields of your
        own are not in it.

    Raises:
        InvalidDataError: When its objects are no documents (code ``unknown_kind``).
        InvalidValueError: When a class of your own has a field that no document can hold, as
            `infoview.conversion.from_dict` says.
    """
    kind = kind_of(cls)
    constants = {key: {"const": value} for key, value in envelope(kind).items()}
    parts = _Parts(tuple(events_of(lifecycle).values()))
    if isinstance(cls, UnionType):
        body: Schema = {"oneOf": [parts.of_object(form_of(event), constants) for event in parts.events]}
    else:
        body = parts.of_object(form_of(cls), constants)
    return {"$schema": _DRAFT, "title": kind, **body, "$defs": dict(sorted(parts.schemas.items()))}


@attrs.frozen
class _Parts:
    """The schemas of what is inside of a document, collected while it is described.

    Attributes:
        events: The classes of all events there are.
        schemas: The schema of each class, by a name for it.
        names: The name of each class. Two classes may have one name by themselves.
    """

    events: tuple[type[Any], ...]
    schemas: dict[str, Schema] = attrs.field(factory=dict[str, Schema], init=False)
    names: dict[object, str] = attrs.field(factory=dict[object, str], init=False)

    def of_object(self, form: Form, constants: dict[str, Schema]) -> Schema:
        """Describe an object.

        Args:
            form: Its form.
            constants: What is in it beside.

        Returns:
            The schema.
        """
        tags = {key: {"const": tag} for key, tag in form.tags.items()}
        fields = {field.key: self.of_value(field.type, field.attribute.validator) for field in form.fields}
        required = [field.key for field in form.fields if field.is_required]
        return {
            "type": "object",
            "properties": {**constants, **tags, **fields},
            "required": [*constants, *tags, *required],
            "additionalProperties": False,
        }

    def of_value(self, cls: Any, rule: Any) -> Schema:  # noqa: ANN401 - a type, a validator
        """Describe a value.

        Args:
            cls: Its type.
            rule: The rule for it, or `None`.

        Returns:
            The schema.
        """
        if cls == Event:
            return self._reference(
                "Event", cls, lambda: {"oneOf": [self.of_value(event, None) for event in self.events]}
            )
        if (member := member_of_optional(cls)) is not None:
            return {"anyOf": [self.of_value(member, _unwrapped(rule)), {"type": "null"}]}
        if get_origin(cls) in (tuple, frozenset):
            return self._array(cls, rule)
        if cls in _LEAVES:
            return _LEAVES[cls] | _limits(rule)
        if issubclass(cls, StrEnum):
            return {"enum": [member.value for member in cls]}
        return self._reference(cls.__name__, cls, lambda: self.of_object(form_of(cls), {}))

    def _array(self, cls: Any, rule: Any) -> Schema:  # noqa: ANN401 - as above
        member, *rest = get_args(cls)
        described: Schema = {"type": "array", "items": self.of_value(member, getattr(rule, "rule", None))}
        if get_origin(cls) is frozenset:
            return described | {"uniqueItems": True}
        if rest != [...]:
            return described | {"minItems": 1 + len(rest), "maxItems": 1 + len(rest)}
        if isinstance(rule, each):
            return described | {"minItems": rule.least, "maxItems": rule.most}
        return described

    def _reference(self, name: str, cls: object, describe: Callable[[], Schema]) -> Schema:
        if cls not in self.names:
            while name in self.names.values():
                name += "_"
            self.names[cls] = name
            self.schemas[name] = describe()
        return {"$ref": f"#/$defs/{self.names[cls]}"}


def _limits(rule: object) -> Schema:
    if isinstance(rule, TextRule):
        return {"minLength": 1, "maxLength": rule.max_length}
    if isinstance(rule, whole_number):
        return {"minimum": rule.low, "maximum": rule.high}
    return {}


def _unwrapped(rule: Any) -> Any:  # noqa: ANN401 - as above
    """Find the rule that holds for a value which is not `None`; attrs keeps it in `validator`."""
    return getattr(rule, "validator", None)
