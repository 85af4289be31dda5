"""The source of an import: text, bytes, a path or an open file, read once and up to a limit."""

from pathlib import Path
from typing import Protocol

from infoview.exceptions import UnreadableSourceError

__all__ = ["MAX_LINES", "MAX_SIZE", "Readable", "Source", "read_lines"]

MAX_SIZE = 50_000_000
"""The most bytes (of bytes) or code points (of text) that are read."""

MAX_LINES = 500_000
"""The most physical lines that are read."""

_CHUNK = 1 << 20
_BYTE_ORDER_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_MARK_IN_TEXT = ("\ufeff", "\u00ef\u00bb\u00bf")
"""A byte order mark that was decoded along with the text, as UTF-8 or as Windows-1252."""


class Readable(Protocol):
    """An open file, of text or of bytes."""

    def read(self, size: int, /) -> str | bytes:
        """Read on.

        Args:
            size: The most code points or bytes to return.

        Returns:
            The next piece; an empty one at the end.
        """
        ...


Source = str | bytes | Path | Readable
"""What a reader takes. A plain `str` is the contents themselves, never a path."""


def read_lines(source: Source, /) -> list[str]:
    """Read a source and split it into physical lines.

    Args:
        source: Contents as text or bytes, a path, or an open file of text or bytes. Bytes are UTF-8, or
            UTF-16 with a byte order mark.

    Returns:
        The lines without their ends (CRLF, LF or CR) and without a byte order mark. What follows the last
        line end is a line only if it is not empty.

    Raises:
        UnreadableSourceError: When the source is larger than `MAX_SIZE` or `MAX_LINES`, is an archive, is in
            another encoding, or is nothing that can be read.
        OSError: When a path cannot be opened.
    """
    contents = _contents(source)
    if len(contents) > MAX_SIZE:
        raise UnreadableSourceError(f"at most {MAX_SIZE:,} bytes", "more; split the file")
    text = contents if isinstance(contents, str) else _decoded(contents)
    for mark in _MARK_IN_TEXT:
        text = text.removeprefix(mark)
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n", MAX_LINES)
    if "\n" in lines[-1]:
        raise UnreadableSourceError(f"at most {MAX_LINES:,} lines", "more; split the file")
    if not lines[-1]:
        lines.pop()
    return lines


def _contents(source: Source) -> str | bytes:
    if isinstance(source, str | bytes):
        return source
    if isinstance(source, Path):
        with source.open("rb") as file:
            return _drained(file)
    if hasattr(source, "read"):
        return _drained(source)
    raise UnreadableSourceError(
        "text, bytes, a pathlib.Path or an open file", f"an object of type {type(source).__name__}"
    )


def _drained(file: Readable) -> str | bytes:
    pieces: list[str | bytes] = []
    size = 0
    try:
        while size <= MAX_SIZE and (piece := file.read(_CHUNK)):
            pieces.append(piece)
            size += len(piece)
    except UnicodeDecodeError:
        raise UnreadableSourceError(
            "a text file", "bytes that its encoding refuses; open it in binary mode instead"
        ) from None
    if all(isinstance(piece, bytes) for piece in pieces):
        return b"".join(piece for piece in pieces if isinstance(piece, bytes))
    if all(isinstance(piece, str) for piece in pieces):
        return "".join(piece for piece in pieces if isinstance(piece, str))
    raise UnreadableSourceError("a file of text or of bytes", "a file that gives neither")


def _decoded(data: bytes) -> str:
    if data.startswith(b"PK\x03\x04"):
        raise UnreadableSourceError(
            "a CSV file", "an archive or a workbook; unpack it, or save the sheet as CSV UTF-8"
        )
    encoding = next((name for mark, name in _BYTE_ORDER_MARKS if data.startswith(mark)), "utf-8")
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        # Another encoding could only be guessed, and a wrong guess garbles names in silence.
        raise UnreadableSourceError(
            "text in UTF-8, or in UTF-16 with a byte order mark",
            f"other bytes in line {line}; save the file as CSV UTF-8, or decode it and pass the text",
        ) from None
