"""The lines of an archive: how each is written, and how it is read when nobody vouches for it."""

from collections.abc import Generator, Mapping
from contextlib import contextmanager
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeAlias

import attrs

from infoview._events import CustomEvent, Event
from infoview._fields import whole_number
from infoview._interview import Interview
from infoview._lifecycle import Lifecycle
from infoview._people import Contact, Seeker
from infoview._text import IDENTIFIER
from infoview.conversion import from_dict, to_dict, to_json
from infoview.conversion._converter import CONVERTER
from infoview.conversion._documents import canonical
from infoview.conversion._faults import choose, fault, listed, members, unknown_key, within
from infoview.conversion._reading import read_text
from infoview.desk._shelf import put_interview, put_person, sortable
from infoview.desk._tombstones import (
    TOMBSTONE,
    Tombstone,
    put_tombstone,
    read_tombstone,
    tombstone_to_dict,
    tombstone_to_json,
)
from infoview.exceptions import InvalidDataError, InvalidValueError, Problem
from infoview.storage import NewEntry, Put, Ref

__all__ = [
    "ARCHIVE_VERSION",
    "KINDS",
    "Counts",
    "Kept",
    "Line",
    "LogLine",
    "Logged",
    "check_header",
    "collected",
    "end_line",
    "entry_line",
    "header_line",
    "read_line",
    "record_line",
]

ARCHIVE_VERSION = 1
"""The version of the archives that are written. All versions up to it are read."""

Kept: TypeAlias = Seeker | Contact | Interview | Tombstone
"""What a record of an archive holds."""

KINDS: Mapping[str, type[Kept]] = {
    "seeker": Seeker,
    "contact": Contact,
    "interview": Interview,
    TOMBSTONE: Tombstone,
}
"""The kinds of records, in the order in which they come."""


class Logged(StrEnum):
    """The kinds of records that write to the log."""

    INTERVIEW = "interview"
    TOMBSTONE = "tombstone"


@attrs.frozen(kw_only=True)
class _Heading:
    """What is known of an entry, erased or not."""

    kind: Logged
    id: str = attrs.field(validator=IDENTIFIER)
    name: str = attrs.field(validator=IDENTIFIER)
    at: str = attrs.field(validator=IDENTIFIER)


@attrs.frozen
class LogLine:
    """An entry of the log.

    Attributes:
        ref: The record that it is about.
        entry: The entry; without a text where it was erased.
        is_erased: Whether it was.
    """

    ref: Ref
    entry: NewEntry
    is_erased: bool


@attrs.frozen(kw_only=True)
class Counts:
    """How many lines there are of each sort.

    Attributes:
        records: Of records.
        entries: Of entries.
    """

    records: int = attrs.field(validator=whole_number(0, 10**15))
    entries: int = attrs.field(validator=whole_number(0, 10**15))


Line: TypeAlias = Put | LogLine | Counts
"""What a line after the first holds: a record to be put, an entry, or the end."""


# -- writing ----------------------------------------------------------------------------------------------


def header_line() -> str:
    """Write the first line.

    Returns:
        The line, as all lines with its line feed.
    """
    return _line({"$schema": ARCHIVE_VERSION, "kind": "archive"})


def record_line(kept: Kept, due: datetime | None, /) -> str:
    """Write a record.

    Args:
        kept: What it holds.
        due: When it is next due, if it is an interview.

    Returns:
        The line.
    """
    document = tombstone_to_dict(kept) if isinstance(kept, Tombstone) else to_dict(kept)
    body: dict[str, object] = {"record": document}
    if due is not None:
        body["due"] = CONVERTER.unstructure(due)
    return _line(body)


def entry_line(ref: Ref, name: str, at: str, told: Event | CustomEvent | Tombstone | None, /) -> str:
    """Write an entry.

    Args:
        ref: The record that it is about.
        name: What happened.
        at: When, as the log has it.
        told: The rest, or `None` where it was erased.

    Returns:
        The line.
    """
    body: dict[str, object] = {"entry": {"at": at, "id": ref.id, "kind": ref.kind, "name": name}}
    if told is not None:
        body["body"] = tombstone_to_dict(told) if isinstance(told, Tombstone) else to_dict(told)
    return _line(body)


def end_line(counts: Counts, /) -> str:
    """Write the last line.

    Args:
        counts: What came before.

    Returns:
        The line.
    """
    return _line({"end": {"entries": counts.entries, "records": counts.records}})


def _line(body: Mapping[str, object]) -> str:
    return f"{canonical(body)}\n"


# -- reading ----------------------------------------------------------------------------------------------


def check_header(text: str, /, *, max_characters: int) -> None:
    """Refuse what does not begin an archive of a known version.

    Args:
        text: The first line.
        max_characters: How long it may be, in code points.

    Raises:
        InvalidDataError: When it is something else (code ``no_archive``), or of a version of a newer infoview
            (``newer_schema``).
    """
    body = members(read_text(text, max_characters=max_characters))
    version = body.get("$schema")
    if body.get("kind") != "archive" or type(version) is not int or version < 1:
        raise fault("no_archive", "give a file that begins as infoview.archive.export begins it")
    if version > ARCHIVE_VERSION:
        cure = f"upgrade infoview: this one reads versions up to {ARCHIVE_VERSION}"
        raise fault("newer_schema", cure, "$.$schema")
    if problems := [unknown_key(key) for key in body if key not in ("$schema", "kind")]:
        raise listed(problems)


def read_line(text: str, /, *, lifecycle: Lifecycle, max_characters: int, line: int = 1) -> Line:
    """Read a line after the first.

    Args:
        text: The line.
        lifecycle: The table whose events are known, and by which interviews are replayed.
        max_characters: How long it may be, in code points.
        line: Which it is, counted from 1.

    Returns:
        What it holds.

    Raises:
        InvalidDataError: When it is no line of an archive. Lists every fault, a hundred at most.
        InvalidValueError: As `infoview.conversion.from_dict`.
    """
    body = members(read_text(text, max_characters=max_characters, line=line))
    sorts = [key for key in _KEYS if key in body]
    if len(sorts) != 1:
        raise fault("unknown_line", f"give one of the keys: {', '.join(_KEYS)}")
    (sort,) = sorts
    problems = [unknown_key(key) for key in body if key not in (sort, *_KEYS[sort])]
    held: Line | None = None
    if sort == "record":
        held = _record(body, lifecycle, problems)
    elif sort == "entry":
        held = _entry(body, lifecycle, problems)
    else:
        with collected(problems, ".end"):
            held = CONVERTER.structure(body["end"], Counts)
    if held is None or problems:
        raise listed(problems)
    return held


_KEYS: Mapping[str, tuple[str, ...]] = {"record": ("due",), "entry": ("body",), "end": ()}
"""The key by which a line is known, and those that may stand beside it."""


@contextmanager
def collected(problems: list[Problem], step: str = "") -> Generator[None]:
    """Go on after faults.

    Args:
        problems: Where to keep them.
        step: The step that leads to where they are.

    Yields:
        Nothing.
    """
    try:
        yield
    except InvalidDataError as error:
        problems += within(step, error.problems)


def _record(body: Mapping[object, object], lifecycle: Lifecycle, problems: list[Problem]) -> Put | None:
    due: datetime | None = None
    with collected(problems, ".due"):
        if "due" in body:
            due = CONVERTER.structure(body["due"], datetime)
    with collected(problems, ".record"):
        kept = _kept(body["record"], lifecycle)
        if due is not None and not isinstance(kept, Interview):
            problems.append(unknown_key("due"))
        try:
            return _put(kept, due)
        except InvalidValueError as error:
            problems.append(Problem("$.record", error.code, error.cure))
    return None


def _kept(value: object, lifecycle: Lifecycle) -> Kept:
    document = members(value)
    problems: list[Problem] = []
    with collected(problems, ".kind"):
        choose(document.get("kind", ""), KINDS)
    if problems:
        raise listed(problems)
    cls: type[Any] = KINDS[str(document["kind"])]
    kept: Kept = (
        read_tombstone(document) if cls is Tombstone else from_dict(cls, document, lifecycle=lifecycle)
    )
    return kept


def _put(kept: Kept, due: datetime | None) -> Put:
    if isinstance(kept, Tombstone):
        return put_tombstone(kept)
    if isinstance(kept, Interview):
        return put_interview(kept, 0, due=due)
    return put_person(kept, 0)


def _entry(body: Mapping[object, object], lifecycle: Lifecycle, problems: list[Problem]) -> LogLine | None:
    with collected(problems, ".entry"):
        heading = CONVERTER.structure(body["entry"], _Heading)
        ref = Ref(heading.kind.value, heading.id)
        if "body" not in body:
            return LogLine(ref, NewEntry(heading.name, heading.at, ""), is_erased=True)
        with collected(problems, ".body"):
            return LogLine(ref, _told(heading, body["body"], lifecycle), is_erased=False)
    return None


def _told(heading: _Heading, value: object, lifecycle: Lifecycle) -> NewEntry:
    """Read what an entry tells, and hold it against what is said of it."""
    if heading.kind is Logged.TOMBSTONE:
        tombstone = read_tombstone(value)
        told, is_true = tombstone_to_json(tombstone), tombstone.id == heading.id
    else:
        event = from_dict(Event, value, lifecycle=lifecycle)
        said = (type(event).__name__, sortable(event.at), event.interview_id or heading.id)
        told, is_true = to_json(event), said == (heading.name, heading.at, heading.id)
    if not is_true:
        raise fault("wrong_entry", "give the entry the name, the time and the id that its body has")
    return NewEntry(heading.name, heading.at, told)
