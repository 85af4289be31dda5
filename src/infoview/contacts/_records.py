"""The records of a delimited file, each found again after a quotation mark that nobody closed.

The `csv` module reads on from an unclosed quotation mark to the end of the file and calls it one cell. Here a
quoted cell may go on over several lines only while none of them looks like a row of its own and the record
ends up with as many cells as the header. Otherwise the record ends with its first line, what stood before
the quotation mark is kept, and the next line is a record again. Every line is looked at a bounded number of
times.
"""

from collections.abc import Iterator, Sequence
from typing import Literal

import attrs

__all__ = ["MAX_LINES", "Record", "read_records", "split_line"]

MAX_LINES = 20
"""The most physical lines that one record may take."""

_Fault = Literal["open", "broken"]


@attrs.frozen
class Record:
    """One record below the header.

    Attributes:
        row: Its number, from 1 for the first record after the header; every record counts, also an empty one.
        line: The number of its first physical line in the file, from 1.
        cells: What its cells hold.
        unclosed: Whether the cell after the last of `cells` begins with a quotation mark that is not closed,
            or not closed at the end of the cell. That cell and what follows it are lost.
    """

    row: int
    line: int
    cells: list[str]
    unclosed: bool


def split_line(text: str, delimiter: str, /) -> tuple[list[str], _Fault | None]:
    """Split a record into its cells.

    Args:
        text: The record.
        delimiter: What stands between cells, one character.

    Returns:
        The cells, and `None`; or the cells before a faulty quotation mark, and ``open`` when it is never
        closed or ``broken`` when text follows the closing one. Linear in the length of the text.
    """
    if '"' not in text:
        return text.split(delimiter), None
    cells: list[str] = []
    start = 0
    while True:
        if text.startswith('"', start):
            end = _closing_quote(text, start + 1)
            if end < 0:
                return cells, "open"
            cell = text[start + 1 : end].replace('""', '"')
            end += 1
            if end < len(text) and text[end] != delimiter:
                return cells, "broken"
        else:
            end = text.find(delimiter, start)
            end = len(text) if end < 0 else end
            cell = text[start:end]
        cells.append(cell)
        if end == len(text):
            return cells, None
        start = end + 1


def _closing_quote(text: str, start: int) -> int:
    while (end := text.find('"', start)) >= 0 and text.startswith('"', end + 1):
        start = end + 2
    return end


def read_records(lines: Sequence[str], /, *, after: int, delimiter: str, width: int) -> Iterator[Record]:
    """Read the records below a header.

    Args:
        lines: The physical lines of the file.
        after: The number of lines up to and with the header.
        delimiter: What stands between cells, one character.
        width: The number of cells of the header.

    Yields:
        Every record, in the order of the file.
    """
    row, start = 0, after
    while start < len(lines):
        row += 1
        end = start + 1
        cells, fault = split_line(lines[start], delimiter)
        if fault == "open" and (whole := _continued(lines, start, delimiter, width)):
            cells, end = whole
            fault = None
        yield Record(row, start + 1, cells, fault is not None)
        start = end


def _continued(lines: Sequence[str], start: int, delimiter: str, width: int) -> tuple[list[str], int] | None:
    for end in range(start + 1, min(start + MAX_LINES, len(lines))):
        line = lines[end]
        if line.partition('"')[0].count(delimiter) >= width - 1:
            return None
        if line.count('"') % 2:
            cells, fault = split_line("\n".join(lines[start : end + 1]), delimiter)
            return None if fault or len(cells) != width else (cells, end + 1)
    return None
