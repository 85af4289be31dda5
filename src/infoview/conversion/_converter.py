"""The converter: cattrs with hooks that guess nothing and tell all faults at once."""

import re
from collections.abc import Callable
from datetime import date, datetime
from enum import StrEnum
from functools import cache
from typing import Any, cast, get_args, get_origin

import attrs
from cattrs import BaseConverter, Converter

from infoview._address import EmailAddress
from infoview._events import EVENT_TYPES, EVENTS, Event
from infoview._policy import QuietDays
from infoview.conversion._faults import MOST_LISTED, choose, fault, members, mislabelled, unfit, within
from infoview.conversion._forms import TAG, Field, Form, form_of
from infoview.conversion._kinds import KINDS
from infoview.exceptions import InvalidDataError, InvalidValueError, Problem

__all__ = ["CONVERTER", "DATE", "INSTANT", "configure_converter", "make_converter"]

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
_PLAIN_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,39}")


# -- leaves -----------------------------------------------------------------------------------------------


def _text(value: object, _cls: object) -> str:
    if not isinstance(value, str):
        raise unfit(value, "text")
    return value


def _whole_number(value: object, _cls: object) -> int:
    if type(value) is not int:
        raise unfit(value, "a whole number")
    return value


def _boolean(value: object, _cls: object) -> bool:
    if not isinstance(value, bool):
        raise unfit(value, "true or false")
    return value


def _instant(value: object, cls: object) -> datetime:
    text = _text(value, cls)
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
    return value.isoformat().removesuffix("+00:00") + "Z"


def _date(value: object, cls: object) -> date:
    text = _text(value, cls)
    if _DATE.fullmatch(text):
        try:
            return date.fromisoformat(text)
        except ValueError:
            pass
    raise fault("not_a_date", "give a calendar day such as 2026-03-09")


def _address(value: object, cls: object) -> EmailAddress:
    try:
        return EmailAddress(_text(value, cls))
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
        kept, problems = _each_read(items, lambda item: read_member(item, member))
        if field and problems:
            problems += [p for place, one in kept.items() for p in field.member_faults(place, one)]
        if is_set:
            problems += _repeats(kept)
        if problems:
            raise InvalidDataError(tuple(problems))
        return frozenset(kept.values()) if is_set else tuple(kept.values())

    return read


def _each_read(
    items: tuple[object, ...], read: Callable[[object], Any]
) -> tuple[dict[int, Any], list[Problem]]:
    """Read members until there are too many faults; the good ones are kept by their places."""
    kept: dict[int, Any] = {}
    problems: list[Problem] = []
    for place, item in enumerate(items):
        try:
            kept[place] = read(item)
        except InvalidDataError as error:
            problems += within(f"[{place}]", error.problems)
            if len(problems) > MOST_LISTED:
                break
    return kept, problems


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


def _object_reader(cls: type[Any], converter: BaseConverter) -> Read:
    form = form_of(cls)
    keys = form.keys
    readers = [(field, _field_reader(field, converter)) for field in form.fields]

    def read(value: object, _cls: object) -> object:
        body = members(value)
        values: dict[str, Any] = {}
        problems = [p for key, tag in form.tags.items() for p in mislabelled(body, key, tag)]
        for field, read_value in readers:
            if field.key in body:
                try:
                    values[field.name] = read_value(body[field.key], field.type)
                except InvalidDataError as error:
                    problems += within(f".{field.key}", error.problems)
            elif field.is_required:
                problems.append(Problem(f"$.{field.key}", "missing_key", "add this key"))
        problems += [_unknown(key) for key in body if key not in keys]
        if problems:
            problems += _rule_faults(form, values)
        else:
            try:
                return form.build(**values)
            except InvalidValueError as error:
                problems = _rule_faults(form, values) or [Problem("$", error.code, error.cure)]
        raise InvalidDataError(tuple(problems))

    return read


def _field_reader(field: Field, converter: BaseConverter) -> Read:
    if _is_array(field.type):
        return _array_reader(field.type, converter, field)
    return converter.get_structure_hook(field.type)


def _rule_faults(form: Form, values: dict[str, Any]) -> list[Problem]:
    given = (field for field in form.fields if field.name in values)
    return [p for field in given for p in within(f".{field.key}", field.faults(values[field.name]))]


def _object_writer(cls: type[Any], converter: BaseConverter) -> Write:
    form = form_of(cls)
    writers = [(field, converter.get_unstructure_hook(field.type)) for field in form.fields]

    def write(entity: object) -> dict[str, Any]:
        body: dict[str, Any] = dict(form.tags)
        for field, write_value in writers:
            value = getattr(entity, field.name)
            if not field.leaves_out(value):
                body[field.key] = write_value(value)
        return body

    return write


def _event_reader(converter: BaseConverter) -> Read:
    def read(value: object, _cls: object) -> object:
        body = members(value)
        if TAG not in body:
            raise fault("missing_key", "add this key, with the name of the event in it", f"$.{TAG}")
        try:
            event = choose(body[TAG], EVENTS)
        except InvalidDataError as error:
            problems = within(f".{TAG}", error.problems)
        else:
            return converter.structure(body, event)
        raise InvalidDataError(tuple(problems))

    return read


def _unknown(key: object) -> Problem:
    """Refuse a key. It is named only where it is a plain word: anything else may be data of somebody."""
    if isinstance(key, str) and _PLAIN_WORD.fullmatch(key):
        return Problem(f"$.{key}", "unknown_key", "remove this key, or check its spelling")
    return Problem("$", "unknown_key", "remove the keys that are no plain words")


# -- converters -------------------------------------------------------------------------------------------


def make_converter() -> Converter:
    """Make a converter that reads and writes infoview's objects, without the envelope.

    It is strict about everything: text, numbers and flags too. To teach a converter that also serves other
    classes, use `configure_converter`.

    Returns:
        A fresh converter. Its errors are `InvalidDataError`, with paths from the object read.
    """
    converter = Converter()
    for cls, read in _LEAVES.items():
        converter.register_structure_hook(cls, read)
    converter.register_unstructure_hook(datetime, _written_instant)
    converter.register_unstructure_hook(date, date.isoformat)
    converter.register_unstructure_hook(EmailAddress, str)
    converter.register_unstructure_hook(StrEnum, str)
    converter.register_structure_hook_factory(_is_array, _array_reader)
    converter.register_unstructure_hook_factory(_is_array, _array_writer)
    converter.register_structure_hook_factory(attrs.has, _object_reader)
    converter.register_unstructure_hook_factory(attrs.has, _object_writer)
    converter.register_structure_hook(Event, _event_reader(converter))
    return converter


CONVERTER = make_converter()
"""The one that this package uses itself."""


_OURS = frozenset[Any]((*KINDS.values(), *EVENT_TYPES, Event, EmailAddress, QuietDays))


def configure_converter(converter: BaseConverter, /) -> None:
    """Teach a converter of yours to read and write infoview's objects inside your own classes.

    Args:
        converter: The converter. What it does with all other types, text and numbers included, stays as it
            was. The objects are written without the envelope; the version of the format is then yours to
            keep.
    """
    converter.register_structure_hook_func(_OURS.__contains__, CONVERTER.structure)
    converter.register_unstructure_hook_func(_OURS.__contains__, CONVERTER.unstructure)
