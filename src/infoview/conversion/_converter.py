"""The converter: cattrs with hooks that guess nothing and tell all faults at once."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from enum import StrEnum
from functools import cache, lru_cache
from typing import Any, cast, get_args, get_origin

import attrs
from cattrs import BaseConverter, Converter

from infoview._address import EmailAddress
from infoview._choices import Cadence, QuietDays
from infoview._events import EVENT_TYPES, Event
from infoview._lifecycle import LIFECYCLE, Lifecycle
from infoview.conversion._faults import (
    choose,
    each_read,
    fault,
    members,
    mislabelled,
    unfit,
    unknown_key,
    within,
)
from infoview.conversion._field_types import member_of_optional
from infoview.conversion._forms import RULE_FAILURES, Field, Form, as_problem, form_of
from infoview.conversion._kinds import KINDS, TAG, events_of, is_own_event
from infoview.conversion._reading import MAX_DIGITS
from infoview.exceptions import InvalidDataError, InvalidValueError, Problem

__all__ = [
    "CONVERTER",
    "DATE",
    "INSTANT",
    "configure_converter",
    "converter_for",
    "make_converter",
]

Read = Callable[[Any, Any], Any]
Write = Callable[[Any], Any]

DATE = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
"""How a day is written; that the month has such a day is checked apart."""

_ZONELESS = rf"{DATE}T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]{{1,6}})?"
_OFFSET = r"(?:Z|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9])"

INSTANT = _ZONELESS + _OFFSET
"""How an instant is written: RFC 3339 with a capital T and Z, and at most six digits after the second."""

_MAYBE_NAIVE = re.compile(rf"{_ZONELESS}(?P<offset>{_OFFSET})?")
_DATE = re.compile(DATE)
_SURROGATE = re.compile("[\ud800-\udfff]")
_TOO_MUCH = 10**MAX_DIGITS


# -- leaves -----------------------------------------------------------------------------------------------


def _string(value: object) -> str:
    if not isinstance(value, str):
        raise unfit(value, "text")
    return value


def _text(value: object, _cls: object) -> str:
    text = _string(value)
    if not text.isascii() and _SURROGATE.search(text):
        raise fault("surrogate", "remove the lone surrogates; the text is not valid Unicode")
    return text


def _whole_number(value: object, _cls: object) -> int:
    if type(value) is not int:
        raise unfit(value, "a whole number")
    if abs(value) >= _TOO_MUCH:
        raise fault("out_of_range", "give a smaller whole number")
    return value


def _boolean(value: object, _cls: object) -> bool:
    if not isinstance(value, bool):
        raise unfit(value, "true or false")
    return value


def _instant(value: object, _cls: object) -> datetime:
    text = _string(value)
    spelled = _MAYBE_NAIVE.fullmatch(text)
    if spelled and not spelled["offset"]:
        raise fault("naive_datetime", "add the offset from UTC, such as Z or +02:00")
    if spelled:
        try:
            return datetime.fromisoformat(text)
        except ValueError:
            pass
    raise fault("not_a_datetime", "give a date and a time such as 2026-03-09T14:00:00Z")


def _written_instant(value: datetime) -> str:
    if value.tzinfo is UTC:  # as in all events but some of integrators
        return value.isoformat()[: -len("+00:00")] + "Z"
    if value.utcoffset() is None:
        # Only an event of an integrator can hold such a value. It is read back, and the reader says so.
        return value.isoformat()
    return value.astimezone(UTC).isoformat().removesuffix("+00:00") + "Z"


def _date(value: object, _cls: object) -> date:
    text = _string(value)
    if _DATE.fullmatch(text):
        try:
            return date.fromisoformat(text)
        except ValueError:
            pass
    raise fault("not_a_date", "give a calendar day such as 2026-03-09")


def _address(value: object, _cls: object) -> EmailAddress:
    try:
        return EmailAddress(_string(value))
    except InvalidValueError as error:
        refusal = fault(error.code, error.cure)
    raise refusal


@cache
def _members(cls: type[StrEnum]) -> dict[str, StrEnum]:
    return {member.value: member for member in cls}


def _member(value: object, cls: type[StrEnum]) -> StrEnum:
    return choose(value, _members(cls))


_LEAVES: dict[Any, Read] = {
    str: _text,
    int: _whole_number,
    bool: _boolean,
    datetime: _instant,
    date: _date,
    EmailAddress: _address,
    StrEnum: _member,
}


# -- arrays -----------------------------------------------------------------------------------------------


def _is_array(cls: object) -> bool:
    return get_origin(cls) in (tuple, frozenset)


def _array_reader(cls: Any, converter: BaseConverter, field: Field | None = None) -> Read:  # noqa: ANN401 - as below
    """Read ``tuple[X, ...]``, ``tuple[X, X]`` or ``frozenset[X]``; a field may have rules for the members."""
    member, *rest = get_args(cls)
    is_set = get_origin(cls) is frozenset
    size = None if is_set or rest == [...] else 1 + len(rest)
    read_member: Read = converter.get_structure_hook(member)

    def read(value: object, _cls: object) -> tuple[Any, ...] | frozenset[Any]:
        if not isinstance(value, list):
            raise unfit(value, "an array")
        items = tuple(cast("list[object]", value))
        if size is not None and len(items) != size:
            raise fault("wrong_length", f"give {size} items")
        if field and (problems := field.size_faults(items)):
            raise InvalidDataError(tuple(problems))
        kept, problems = each_read(items, lambda item: read_member(item, member))
        if field and problems:
            problems += [p for place, one in kept.items() for p in field.member_faults(place, one)]
        if is_set:
            problems += _repeats(kept)
        if problems:
            raise InvalidDataError(tuple(problems))
        return frozenset(kept.values()) if is_set else tuple(kept.values())

    return read


def _repeats(kept: dict[int, Any]) -> list[Problem]:
    first = {member: place for place, member in reversed(kept.items())}
    again = (place for place, member in kept.items() if first[member] != place)
    return [Problem(f"$[{place}]", "duplicate_member", "give this member once") for place in again]


def _array_writer(cls: Any, converter: BaseConverter) -> Write:  # noqa: ANN401 - a generic alias
    write_member: Write = converter.get_unstructure_hook(get_args(cls)[0])
    if get_origin(cls) is frozenset:
        return lambda value: sorted(write_member(member) for member in value)
    return lambda value: [write_member(member) for member in value]


# -- objects ----------------------------------------------------------------------------------------------


def _object_reader(form: Form, converter: BaseConverter) -> Read:
    keys = form.keys
    readers = [
        (field.key, field.argument, field.type, field.is_required, _field_reader(field, converter))
        for field in form.fields
    ]

    def read(value: object, _cls: object) -> object:
        body = members(value)
        values: dict[str, Any] = {}
        problems = [p for key, tag in form.tags.items() for p in mislabelled(body, key, tag)]
        for key, argument, cls, is_required, read_value in readers:
            if key in body:
                try:
                    values[argument] = read_value(body[key], cls)
                except InvalidDataError as error:
                    problems += within(f".{key}", error.problems)
            elif is_required:
                problems.append(Problem(f"$.{key}", "missing_key", "add this key"))
        problems += [unknown_key(key) for key in body if key not in keys]
        if problems:
            problems += _rule_faults(form, values)
        else:
            try:
                return form.build(**values)
            except form.failures as error:
                problems = _rule_faults(form, values) or [as_problem("$", error)]
        raise InvalidDataError(tuple(problems))

    return read


def _field_reader(field: Field, converter: BaseConverter) -> Read:
    if _is_array(field.type):
        return _array_reader(field.type, converter, field)
    return converter.get_structure_hook(field.type)


def _rule_faults(form: Form, values: dict[str, Any]) -> list[Problem]:
    given = (field for field in form.fields if field.argument in values)
    return [p for field in given for p in within(f".{field.key}", field.faults(values[field.argument]))]


def _object_writer(form: Form, converter: BaseConverter) -> Write:
    tags = dict(form.tags)
    writers = [
        (field.name, field.key, field.leaves_out_none, _field_writer(field, converter))
        for field in form.fields
    ]

    def write(entity: object) -> dict[str, Any]:
        body: dict[str, Any] = tags.copy()
        for name, key, leaves_out_none, write_value in writers:
            value = getattr(entity, name)
            if value is not None or not leaves_out_none:
                body[key] = value if write_value is None else write_value(value)
        return body

    return write


def _field_writer(field: Field, converter: BaseConverter) -> Write | None:
    """Find what writes the values of a field; nothing does where they stand for themselves."""
    # None is left out before a writer is asked.
    cls = (field.leaves_out_none and member_of_optional(field.type)) or field.type
    return None if cls in (str, int, bool) else converter.get_unstructure_hook(cls)


def _read_back(cls: type[Any], write: Write, read: Read) -> Write:
    """Write an event of an integrator only if it is read as the same: its fields may have no rules."""

    def write_what_can_be_read(event: object) -> dict[str, Any]:
        place, code, cure = cls.__name__, "unwritable", _UNWRITABLE
        try:
            body: dict[str, Any] = write(event)
            if read(body, cls) == event:
                return body
        except InvalidDataError as error:
            first = error.problems[0]
            place, code, cure = f"{place}{first.path[1:]}", first.code, first.sentence
        except RULE_FAILURES:
            pass  # Some field holds what its writer was not made for.
        raise InvalidValueError(place, code, cure)

    return write_what_can_be_read


_UNWRITABLE = "give each field a value of the very type it is annotated with, and instants in UTC"


def _event_reader(converter: BaseConverter, events: Mapping[str, type[Any]]) -> Read:
    def read(value: object, _cls: object) -> object:
        body = members(value)
        if TAG not in body:
            raise fault("missing_key", "add this key, with the name of the event in it", f"$.{TAG}")
        try:
            event = choose(body[TAG], events)
        except InvalidDataError as error:
            problems = within(f".{TAG}", error.problems)
        else:
            return converter.structure(body, event)
        raise InvalidDataError(tuple(problems))

    return read


# -- converters -------------------------------------------------------------------------------------------


def make_converter(*, lifecycle: Lifecycle = LIFECYCLE) -> Converter:
    """Make a converter that reads and writes infoview's objects, without the envelope.

    It is strict about everything: text, numbers and flags too. To teach a converter that also serves other
    classes, use `configure_converter`.

    Args:
        lifecycle: The table whose events are known, and by which interviews are replayed.

    Returns:
        A fresh converter. Its errors are `InvalidDataError`, with paths from the object read.

    Raises:
        InvalidValueError: When an event of your own has a field that no document can hold (code
            ``unsupported_type``), or one whose name documents need themselves (``name_taken``).
    """
    converter = Converter()

    def reader(cls: type[Any]) -> Read:
        return _object_reader(form_of(cls, lifecycle), converter)

    def writer(cls: type[Any]) -> Write:
        write = _object_writer(form_of(cls, lifecycle), converter)
        return _read_back(cls, write, converter.get_structure_hook(cls)) if is_own_event(cls) else write

    for cls, read in _LEAVES.items():
        converter.register_structure_hook(cls, read)
    converter.register_unstructure_hook(datetime, _written_instant)
    converter.register_unstructure_hook(date, date.isoformat)
    converter.register_unstructure_hook(EmailAddress, str)
    converter.register_unstructure_hook(StrEnum, str)
    converter.register_structure_hook_factory(_is_array, _array_reader)
    converter.register_unstructure_hook_factory(_is_array, _array_writer)
    converter.register_structure_hook_factory(attrs.has, reader)
    converter.register_unstructure_hook_factory(attrs.has, writer)
    events = events_of(lifecycle)
    converter.register_structure_hook(Event, _event_reader(converter, events))
    for event in filter(is_own_event, events.values()):
        converter.get_structure_hook(event)
    return converter


CONVERTER = make_converter()
"""The one for the lifecycle of the library, which also writes the events of all others."""


@lru_cache(maxsize=16)
def _converter_made_for(lifecycle: Lifecycle) -> Converter:
    return make_converter(lifecycle=lifecycle)


def converter_for(lifecycle: Lifecycle, /) -> Converter:
    """Find the converter for a lifecycle. The last few of them are kept.

    Args:
        lifecycle: The table.

    Returns:
        The one converter that this package itself uses for it.

    Raises:
        InvalidValueError: As `make_converter`.
    """
    return CONVERTER if lifecycle is LIFECYCLE else _converter_made_for(lifecycle)


_OURS = frozenset[Any]((*KINDS.values(), *EVENT_TYPES, Event, EmailAddress, QuietDays, Cadence))


def configure_converter(converter: BaseConverter, /, *, lifecycle: Lifecycle = LIFECYCLE) -> None:
    """Teach a converter of yours to read and write infoview's objects inside your own classes.

    Args:
        converter: The converter. What it does with all other types, text and numbers included, stays as it
            was. The objects are written without the envelope; the version of the format is then yours to
            keep.
        lifecycle: The table whose events are known, and by which interviews are replayed.

    Raises:
        InvalidValueError: As `make_converter`.
    """
    ours = converter_for(lifecycle)
    known = _OURS.union(lifecycle.event_types)
    converter.register_structure_hook_func(known.__contains__, ours.structure)
    converter.register_unstructure_hook_func(known.__contains__, ours.unstructure)
