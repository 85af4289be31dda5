"""Reads the connections that LinkedIn hands out on request (``Connections.csv``)."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from enum import StrEnum
from types import MappingProxyType

import attrs

from infoview._address import EmailAddress
from infoview._channel import Channel
from infoview._people import Contact, PersonName
from infoview._text import LINE, TextRule
from infoview.contacts._cell import is_formula, is_garbled, is_harmless_after_sign, repaired, tidied
from infoview.contacts._dates import read_date
from infoview.contacts._identity import NewId, RowIdentity, stable_id
from infoview.contacts._names import MAX_RAW_NAME, clean_name, names_a_person
from infoview.contacts._profile import canonical_profile, is_page
from infoview.contacts._records import Record, read_records, split_line
from infoview.contacts._result import ImportResult, Outcome, RowProblem, SkippedRow
from infoview.contacts._source import Source, read_lines
from infoview.exceptions import InvalidValueError, UnreadableSourceError

__all__ = ["HEADERS", "MAX_PREAMBLE", "MAX_ROWS", "Column", "read_linkedin"]

MAX_ROWS = 200_000
"""The most records that are read."""

MAX_PREAMBLE = 50
"""The most lines that may stand above the header."""

_DELIMITERS = (",", ";", "\t")


class Column(StrEnum):
    """A column of the export, by its English name."""

    FIRST_NAME = "First Name"
    LAST_NAME = "Last Name"
    URL = "URL"
    EMAIL = "Email Address"
    COMPANY = "Company"
    POSITION = "Position"
    CONNECTED_ON = "Connected On"


HEADERS: Mapping[str, Mapping[str, Column]] = MappingProxyType(
    {
        "en": MappingProxyType({column.value: column for column in Column}),
        "de": MappingProxyType(
            {
                "Vorname": Column.FIRST_NAME,
                "Nachname": Column.LAST_NAME,
                "URL": Column.URL,
                "E-Mail-Adresse": Column.EMAIL,
                "Unternehmen": Column.COMPANY,
                "Position": Column.POSITION,
                "Verbunden am": Column.CONNECTED_ON,
            }
        ),
    }
)
"""The columns as the languages of the export call them."""

_NEEDED = frozenset({Column.FIRST_NAME, Column.LAST_NAME, Column.CONNECTED_ON})
"""No other export of contacts has these three together."""

_EXPECTED = "a header with First Name, Last Name and Connected On (or the German Vorname, Nachname, Verbunden am)"

_RAW_NAME = TextRule(MAX_RAW_NAME)
_ONE_CHARACTER = TextRule(len("a") * 3)
_REMOVABLE = frozenset({"bidi_control", "control_character"})


@attrs.frozen
class _Header:
    """Where the columns are.

    Attributes:
        lines: The number of physical lines up to and with the header.
        delimiter: What stands between cells.
        cells: The cells of the header, as `_caption` gives them.
        places: The position of each known column.
        labels: The name of each known column in the language of the file.
        unknown: The positions of the other columns that have a name.
    """

    lines: int
    delimiter: str
    cells: list[str]
    places: Mapping[Column, int]
    labels: Mapping[Column, str]
    unknown: tuple[int, ...]

    @property
    def least(self) -> int:
        """The number of cells a row needs to reach the last known column."""
        return max(self.places.values()) + 1

    @property
    def names_end(self) -> int:
        """The number of cells a row needs to hold the whole name."""
        return max(self.places[Column.FIRST_NAME], self.places[Column.LAST_NAME]) + 1


def read_linkedin(source: Source, /, *, new_id: NewId = stable_id) -> ImportResult:
    """Read the connections of a LinkedIn export (step 2 of the guide: list the people in your network).

    The header is looked for, in English or German, with or without the notes above it and with cells parted by
    commas, semicolons or tabs. Of a faulty cell the contact is kept without it, and a name is kept where the
    fault can be undone without guessing; a row without a usable name, or with a profile that came before, is
    skipped. Each of these is reported: nothing is lost in silence. Names are cleaned by `clean_name`.

    A contact without an address has the channel `Channel.LINKEDIN_MESSAGE`, since the two are connected there.

    Args:
        source: The contents of ``Connections.csv`` as text or bytes, its `pathlib.Path`, or an open file of
            text or bytes. A `str` is always contents, never a path. At most 50,000,000 bytes (or code points)
            and 200,000 records. Bytes are UTF-8, or UTF-16 with a byte order mark. Read once, not closed.
        new_id: Makes the id of each contact. The default gives the same person the same id in every export.

    Returns:
        The contacts with the source ``linkedin``, the problems and the skipped rows. Takes time linear in the
        size of the source.

    Raises:
        UnreadableSourceError: When there is no such header in the first 50 lines, a row stands above it, no
            row stands below it, a limit is exceeded, or the bytes are in another encoding.
        InvalidValueError: When `new_id` gives one id twice (code ``duplicate_id``) or what is no id.
        OSError: When a path cannot be opened.
    """
    lines = read_lines(source)
    header = _found_header(lines)
    reader = _Reader(header, new_id)
    for record in read_records(
        lines, after=header.lines, delimiter=header.delimiter, width=len(header.cells)
    ):
        if record.row > MAX_ROWS:
            raise UnreadableSourceError(f"at most {MAX_ROWS:,} rows", "more; split the file")
        reader.take(record)
    if not reader.rows:
        raise UnreadableSourceError("at least one row below the header", "none; ask for the export again")
    return ImportResult(
        contacts=tuple(reader.contacts),
        problems=tuple(reader.problems),
        skipped=tuple(reader.skipped),
        rows=reader.rows,
    )


def _caption(cell: str) -> str:
    return " ".join(cell.split()).casefold()


_COLUMNS = {_caption(name): (column, name) for names in HEADERS.values() for name, column in names.items()}


def _found_header(lines: Sequence[str]) -> _Header:
    for count, line in enumerate(lines[:MAX_PREAMBLE], start=1):
        for delimiter in _DELIMITERS:
            header = _as_header(line, delimiter, count)
            if header is not None:
                _refuse_rows_above(lines, header)
                return header
    raise UnreadableSourceError(_EXPECTED, _instead_of_header(lines))


def _as_header(line: str, delimiter: str, count: int) -> _Header | None:
    cells = [_caption(cell) for cell in split_line(line, delimiter)[0]]
    places: dict[Column, int] = {}
    labels: dict[Column, str] = {}
    unknown: list[int] = []
    for place, cell in enumerate(cells):
        column, label = _COLUMNS.get(cell, (None, ""))
        if column is not None and column not in places:
            places[column] = place
            labels[column] = label
        elif cell:
            unknown.append(place)
    if not places.keys() >= _NEEDED:
        return None
    return _Header(count, delimiter, cells, places, labels, tuple(unknown))


def _refuse_rows_above(lines: Sequence[str], header: _Header) -> None:
    place = header.places[Column.CONNECTED_ON]
    for line in lines[: header.lines - 1]:
        cells, _ = split_line(line, header.delimiter)
        if len(cells) > place and isinstance(read_date(tidied(cells[place])), date):
            raise UnreadableSourceError(
                "the header above all rows", "a row above it; move the header to the top"
            )


def _instead_of_header(lines: Sequence[str]) -> str:
    if not lines:
        return "nothing: the source is empty"
    if "\0" in lines[0]:
        return "NUL characters; if this is UTF-16, save it with a byte order mark or as UTF-8"
    return f"none in the first {min(len(lines), MAX_PREAMBLE)} lines"


@attrs.define
class _Reader:
    """Takes records one by one and keeps the account."""

    header: _Header
    new_id: NewId
    contacts: list[Contact] = attrs.field(factory=list)
    problems: list[RowProblem] = attrs.field(factory=list)
    skipped: list[SkippedRow] = attrs.field(factory=list)
    rows: int = 0
    _row_of_profile: dict[str, int] = attrs.field(factory=dict)
    _occurrences: Counter[tuple[str, str, str]] = attrs.field(factory=Counter)
    _ids: set[str] = attrs.field(factory=set)

    def __attrs_post_init__(self) -> None:
        for place in self.header.unknown:
            self.problems.append(
                RowProblem(
                    row=0,
                    line=self.header.lines,
                    column=f"column {place + 1}",
                    code="unknown_column",
                    outcome=Outcome.LEFT_OUT,
                )
            )

    def take(self, record: Record) -> None:
        """Turn one record into a contact or a skipped row."""
        self.rows += 1
        if not record.unclosed and not any(map(str.strip, record.cells)):
            return self._skip(record, None, "empty_row")
        if [_caption(cell) for cell in record.cells] == self.header.cells:
            return self._skip(record, None, "repeated_header")
        ...
