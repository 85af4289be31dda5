"""The result of an import: the contacts, and an account of everything that is not among them."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

import attrs

from infoview._people import Contact

__all__ = ["ROW_CODES", "ImportResult", "Outcome", "RowCode", "RowProblem", "SkippedRow"]


class Outcome(StrEnum):
    """What the reader did about a problem."""

    KEPT = "kept"
    REPAIRED = "repaired"
    LEFT_OUT = "left_out"
    SKIPPED = "skipped"


_OUTCOMES = {
    Outcome.KEPT: "Kept.",
    Outcome.REPAIRED: "Repaired.",
    Outcome.LEFT_OUT: "Left out.",
    Outcome.SKIPPED: "The row was skipped.",
}


@attrs.frozen
class RowCode:
    """What a code means.

    Attributes:
        found: What the reader met, as a sentence.
        cure: What to do about it, as a sentence.
    """

    found: str
    cure: str


ROW_CODES: Mapping[str, RowCode] = MappingProxyType(
    {
        "ambiguous_date": RowCode(
            "Day and month could change places.", "Write the month as a word, as in 31 Jan 2024."
        ),
        "bad_date": RowCode("This is no date.", "Write it as in 31 Jan 2024 or 2024-01-31."),
        "bad_email": RowCode("This is no e-mail address.", "Write it as in ada@example.org."),
        "bad_url": RowCode(
            "This is no address of a profile.", "Write it as in https://www.linkedin.com/in/name."
        ),
        "bidi_control": RowCode(
            "It holds invisible characters that can change the order of letters.",
            "Type it anew instead of pasting it.",
        ),
        "control_character": RowCode("It holds control characters.", "Remove them."),
        "duplicate_person": RowCode("An earlier row has the same profile.", "Compare the two and keep one."),
        "empty_row": RowCode("Every cell is empty.", "Nothing is lost; delete the row if you like."),
        "encoded_word": RowCode("It is text encoded for mail headers (=?…?=).", "Write the text itself."),
        "extra_cells": RowCode(
            "The row has more cells than the header; company, position and date may have slipped.",
            "Put cells that hold a delimiter in quotation marks.",
        ),
        "formula_like": RowCode(
            "A spreadsheet would run it as a formula.", "Remove the sign at its beginning."
        ),
        "missing_name": RowCode("There is no name.", "Write at least one name."),
        "mojibake": RowCode(
            "The text was decoded with a wrong encoding.",
            "Compare it with the profile, or export the file again and open it as UTF-8.",
        ),
        "not_a_person": RowCode(
            "This is a closed account or an organisation.", "Look for a person who works there."
        ),
        "repeated_header": RowCode(
            "The header comes again, as where two exports were joined.", "Read each export by itself."
        ),
        "short_row": RowCode(
            "The row has fewer cells than the header.", "Check whether the file was cut off."
        ),
        "surrogate": RowCode(
            "It holds half characters that are no valid Unicode.",
            "Export the file again and open it as UTF-8.",
        ),
        "too_long": RowCode("It is too long.", "Shorten it to 200 characters, a part of a name to 100."),
        "unclosed_quote": RowCode(
            "A quotation mark opens this cell and is not closed at its end; what follows in the row is lost.",
            "Close it, and double the quotation marks inside the cell.",
        ),
        "unknown_column": RowCode(
            "The export has no such column.", "Nothing is read from it; keep it elsewhere if you need it."
        ),
    }
)
"""Every code a reader reports. Codes are stable: they are added to, never renamed."""


@attrs.frozen(kw_only=True)
class RowProblem:
    """Something in a file that deserves a look.

    Attributes:
        row: The number of the record, from 1 for the first after the header, every record counting; 0 is the
            header itself.
        line: The number of the physical line where the record begins, from 1.
        column: The column as the file's language calls it, ``column 8`` where it has no known name, or `None`
            when the whole row is meant.
        code: A key of `ROW_CODES`.
        outcome: What the reader did.
        earlier_row: For ``duplicate_person``, the number of the row that was kept.
    """

    row: int
    line: int
    column: str | None
    code: str
    outcome: Outcome
    earlier_row: int | None = None

    @property
    def sentence(self) -> str:
        """What was found, what was done and what to do: names the place and the cure, never the value."""
        place = f"row {self.row}" if self.row else "header"
        if self.column is not None:
            place += f", {self.column}"
        earlier = "" if self.earlier_row is None else f" It is row {self.earlier_row}."
        meaning = ROW_CODES[self.code]
        return f"{place}: {meaning.found}{earlier} {_OUTCOMES[self.outcome]} {meaning.cure}"


@attrs.frozen
class SkippedRow:
    """A record that gave no contact.

    Attributes:
        row: The number of the record, from 1 for the first after the header.
        code: Why: a key of `ROW_CODES`. A problem with the same row and code says more.
    """

    row: int
    code: str


@attrs.frozen(kw_only=True)
class ImportResult:
    """What a file gave. Contacts and skipped rows together are all its records.

    Attributes:
        contacts: One for each record that gave one, in the order of the file.
        problems: Everything that deserves a look, in the order of the file.
        skipped: The records that gave no contact, in the order of the file.
        rows: The number of records below the header.
    """

    contacts: tuple[Contact, ...]
    problems: tuple[RowProblem, ...]
    skipped: tuple[SkippedRow, ...]
    rows: int
