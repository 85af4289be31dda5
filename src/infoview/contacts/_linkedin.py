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

_MAX_HEADER = 10_000
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

_EXPECTED = (
    "a header with First Name, Last Name and Connected On (or the German Vorname, Nachname, Verbunden am)"
)

_RAW_NAME = TextRule(MAX_RAW_NAME)
_ENCLOSED = TextRule(len("x.x"))
"""For one character between two letters: at an end, a blank would be a fault of its own."""

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

    def label_at(self, place: int) -> str:
        """What the column at a position is called in a report."""
        known = (self.labels[column] for column, at in self.places.items() if at == place)
        return next(known, f"column {place + 1}")

    @property
    def names_end(self) -> int:
        """The number of cells a row needs to hold the whole name."""
        return max(self.places[Column.FIRST_NAME], self.places[Column.LAST_NAME]) + 1


def read_linkedin(source: Source, *, new_id: NewId = stable_id) -> ImportResult:
    """Read the connections of a LinkedIn export (step 2 of the guide: list the people in your network).

    The header is looked for, in English or German, with or without the notes above it, with cells parted by
    commas, semicolons or tabs. A faulty cell is left out and its contact kept; a name is kept where the fault
    can be undone without guessing. A row without a usable name, or with a profile that came before, is
    skipped. Each of these is reported: nothing is lost in silence. Names are cleaned by `clean_name`.

    A contact without an address has the channel `Channel.LINKEDIN_MESSAGE`, as the two are connected there.

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
    account = _Account(header, new_id, problems=_unknown_columns(header))
    rows = 0
    for record in read_records(
        lines, after=header.lines, delimiter=header.delimiter, width=len(header.cells)
    ):
        rows = record.row
        if rows > MAX_ROWS:
            raise UnreadableSourceError(f"at most {MAX_ROWS:,} rows", "more; split the file")
        account.take(record)
    if not rows:
        raise UnreadableSourceError("at least one row below the header", "none; ask for the export again")
    return ImportResult(
        contacts=tuple(account.contacts),
        problems=tuple(account.problems),
        skipped=tuple(account.skipped),
        rows=rows,
    )


def _caption(cell: str) -> str:
    return tidied(cell).casefold()


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
    if len(line) > _MAX_HEADER:
        return None
    found, fault = split_line(line, delimiter)
    cells = [_caption(cell) for cell in found]
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
    if fault or not places.keys() >= _NEEDED:
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


def _unknown_columns(header: _Header) -> list[RowProblem]:
    return [
        RowProblem(
            row=0,
            line=header.lines,
            column=header.label_at(place),
            code="unknown_column",
            outcome=Outcome.LEFT_OUT,
        )
        for place in header.unknown
    ]


def _instead_of_header(lines: Sequence[str]) -> str:
    if not lines:
        return "nothing: the source is empty"
    if "\0" in lines[0]:
        return "NUL characters; if this is UTF-16, save it with a byte order mark or as UTF-8"
    if len(lines) == 1 and lines[0].strip().lower().endswith(".csv"):
        return "the name of a file; text is taken as contents, so give a pathlib.Path"
    return f"none in the first {min(len(lines), MAX_PREAMBLE)} lines; give the file as LinkedIn exports it"


class _UnusableRowError(Exception):
    """Ends the reading of a row that gives no contact."""

    def __init__(self, code: str, column: Column | None = None, earlier_row: int | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.column = column
        self.earlier_row = earlier_row


@attrs.frozen
class _Row:
    """A record seen through the header; what is wrong with it goes into the account."""

    header: _Header
    record: Record
    problems: list[RowProblem]

    def cell(self, column: Column) -> str:
        """What the file holds there; empty when the file or the row has no such cell."""
        place = self.header.places.get(column, len(self.record.cells))
        return self.record.cells[place] if place < len(self.record.cells) else ""

    def report(
        self, code: str, column: Column | None, outcome: Outcome, *, earlier_row: int | None = None
    ) -> None:
        """Enter a problem into the account."""
        label = None if column is None else self.header.labels[column]
        if code == "unclosed_quote":
            label = self.header.label_at(len(self.record.cells))
        self.problems.append(
            RowProblem(
                row=self.record.row,
                line=self.record.line,
                column=label,
                code=code,
                outcome=outcome,
                earlier_row=earlier_row,
            )
        )


@attrs.define
class _Account:
    """What the records gave so far."""

    header: _Header
    new_id: NewId
    contacts: list[Contact] = attrs.field(factory=list[Contact])
    problems: list[RowProblem] = attrs.field(factory=list[RowProblem])
    skipped: list[SkippedRow] = attrs.field(factory=list[SkippedRow])
    row_of_profile: dict[str, int] = attrs.field(factory=dict[str, int])
    occurrences: Counter[tuple[str, str, str]] = attrs.field(factory=Counter[tuple[str, str, str]])
    ids: set[str] = attrs.field(factory=set[str])

    def take(self, record: Record) -> None:
        """Enter one record, as a contact or as a skipped row."""
        row = _Row(self.header, record, self.problems)
        try:
            self.contacts.append(self._contact(row))
        except _UnusableRowError as reason:
            row.report(reason.code, reason.column, Outcome.SKIPPED, earlier_row=reason.earlier_row)
            self.skipped.append(SkippedRow(record.row, reason.code))

    def _contact(self, row: _Row) -> Contact:
        _refuse_rows_without_a_person(row)
        name = _name(row)
        profile = self._new_profile(row)
        slipped = _check_width(row)
        email = _email(row)
        organisation = None if slipped else _line(row, Column.COMPANY)
        position = None if slipped else _line(row, Column.POSITION)
        connected_on = None if slipped else _date(row)
        identity = RowIdentity(
            profile=profile, name=name, organisation=organisation, connected_on=connected_on
        )
        return Contact(
            id=self._id(identity),
            name=name,
            email=email,
            organisation=organisation,
            position=position,
            profile=profile,
            connected_on=connected_on,
            channel=Channel.LINKEDIN_MESSAGE if email is None else Channel.EMAIL,
            source="linkedin",
        )

    def _new_profile(self, row: _Row) -> str | None:
        address = tidied(row.cell(Column.URL))
        if not address:
            return None
        profile = canonical_profile(address)
        if profile is None:
            if is_page(address):
                raise _UnusableRowError("not_a_person", Column.URL)
            _leave_out(row, Column.URL, address, "bad_url")
            return None
        earlier = self.row_of_profile.setdefault(profile, row.record.row)
        if earlier != row.record.row:
            raise _UnusableRowError("duplicate_person", Column.URL, earlier)
        return profile

    def _id(self, identity: RowIdentity) -> str:
        if identity.profile is None:
            key = identity.key
            self.occurrences[key] += 1
            identity = attrs.evolve(identity, occurrence=self.occurrences[key])
        made = self.new_id(identity)
        if made in self.ids:
            raise InvalidValueError("new_id", "duplicate_id", "return another id for every identity")
        self.ids.add(made)
        return made


def _refuse_rows_without_a_person(row: _Row) -> None:
    cells, header = row.record.cells, row.header
    if row.record.unclosed:
        if len(cells) < header.names_end:
            raise _UnusableRowError("unclosed_quote")
    elif not any(map(str.strip, cells)):
        raise _UnusableRowError("empty_row")
    elif _caption(cells[0]) == header.cells[0] and [_caption(cell) for cell in cells] == header.cells:
        raise _UnusableRowError("repeated_header")


def _check_width(row: _Row) -> bool:
    """Report a row that is too narrow or too wide, and tell whether cells may have slipped."""
    cells, width = row.record.cells, len(row.header.cells)
    if row.record.unclosed:
        row.report("unclosed_quote", None, Outcome.LEFT_OUT)
    elif len(cells) < row.header.least:
        row.report("short_row", None, Outcome.KEPT)
    elif len(cells) > width:
        slipped = any(map(str.strip, cells[width:]))
        row.report("extra_cells", None, Outcome.LEFT_OUT if slipped else Outcome.KEPT)
        return slipped
    return False


def _name(row: _Row) -> PersonName:
    first, last = _name_part(row, Column.FIRST_NAME), _name_part(row, Column.LAST_NAME)
    if not names_a_person(first, last):
        raise _UnusableRowError("not_a_person", Column.FIRST_NAME)
    try:
        name = clean_name(first, last)
    except InvalidValueError as error:
        column = Column.LAST_NAME if error.field.endswith("family") else Column.FIRST_NAME
        raise _UnusableRowError(error.code, column) from None
    if name is None:
        raise _UnusableRowError("missing_name", Column.FIRST_NAME)
    return name


def _name_part(row: _Row, column: Column) -> str:
    cell = row.cell(column)
    if is_garbled(cell):
        readable = repaired(cell)
        if readable is None:
            raise _UnusableRowError("mojibake", column)
        row.report("mojibake", column, Outcome.REPAIRED)
        cell = readable
    text = tidied(cell)
    while text and (fault := _RAW_NAME.fault(text)):
        code, _ = fault
        if code not in _REMOVABLE:
            raise _UnusableRowError(code, column)
        row.report(code, column, Outcome.REPAIRED)
        text = tidied("".join(character for character in text if _fault_of(character) != code))
    if is_formula(text):
        if not is_harmless_after_sign(text):
            raise _UnusableRowError("formula_like", column)
        row.report("formula_like", column, Outcome.REPAIRED)
    return text


def _fault_of(character: str) -> str | None:
    fault = _ENCLOSED.fault(f"x{character}x")
    return fault and fault[0]


def _email(row: _Row) -> EmailAddress | None:
    text = tidied(row.cell(Column.EMAIL))
    if not text:
        return None
    try:
        return EmailAddress(text)
    except InvalidValueError:
        _leave_out(row, Column.EMAIL, text, "bad_email")
        return None


def _line(row: _Row, column: Column) -> str | None:
    cell = row.cell(column)
    if is_garbled(cell):
        row.report("mojibake", column, Outcome.LEFT_OUT)
        return None
    text = tidied(cell)
    if not text:
        return None
    if fault := LINE.fault(text):
        row.report(fault[0], column, Outcome.LEFT_OUT)
        return None
    if is_formula(text):
        if not is_harmless_after_sign(text):
            row.report("formula_like", column, Outcome.LEFT_OUT)
            return None
        row.report("formula_like", column, Outcome.KEPT)
    return text


def _date(row: _Row) -> date | None:
    text = tidied(row.cell(Column.CONNECTED_ON))
    if not text:
        return None
    read = read_date(text)
    if isinstance(read, date):
        return read
    _leave_out(row, Column.CONNECTED_ON, text, read)
    return None


def _leave_out(row: _Row, column: Column, text: str, code: str) -> None:
    row.report("formula_like" if is_formula(text) else code, column, Outcome.LEFT_OUT)
