"""A cell of a file that strangers filled in: tidied, and looked over for disguised or garbled text."""

import re

from infoview._text import TextRule

__all__ = ["is_formula", "is_garbled", "is_harmless_after_sign", "repaired", "tidied"]

_MAX_TIDIED = 10_000
"""Longer text is no cell that could be used; taking it apart into words would only cost memory."""

_ANY_LENGTH = TextRule(50_000_000)
_HOSTILE = frozenset(("bidi_control", "control_character", "encoded_word", "surrogate"))

_SIGNS = tuple("=+-@\uff1d\uff0b\uff0d\uff20")
"""What a spreadsheet takes for the beginning of a formula (OWASP, "CSV Injection"), also in full width."""

_HARMLESS = re.compile(r"[+\-@\uff0b\uff0d\uff20] ?\w[\w .,&'\u2019/-]*")

_BYTES = {chr(byte): byte for byte in range(0x80, 0x100)}
for _byte in range(0x80, 0xA0):
    # Windows-1252 leaves five bytes undefined; programs decode them, and often the others, as controls.
    _BYTES[bytes([_byte]).decode("cp1252", errors="ignore") or chr(_byte)] = _byte
_TAIL = "[" + "".join(character for character, byte in _BYTES.items() if byte < 0xC0) + "]"  # noqa: PLR2004 - UTF-8

# The first characters are those that begin such a pair in no language that is spelled with them. Others, as
# in the Slovak LÍŠKA, are spelled like a pair and are none.
_GARBLED = re.compile(rf"(?:[\0-\x7f]|[ÂÃÄÅÎÏÐÑ\xd7ØÙ]{_TAIL}|[à-ï]{_TAIL}{{2}}|ð{_TAIL}{{3}})++")
_LOST = re.compile(rf"\ufffd|Ã{_TAIL}|â€|(?:[ÐÑ]{_TAIL}){{2}}")


def tidied(cell: str, /) -> str:
    """Put one blank for every run of white space, and none at the ends.

    Args:
        cell: What the file holds.

    Returns:
        The text; empty when nothing in it is a letter or digit, since a lone dash says nothing. What is
        disguised or broken stays, to be reported. Text of more than 10,000 characters only loses the white
        space at its ends.
    """
    text = " ".join(cell.split()) if len(cell) <= _MAX_TIDIED else cell.strip()
    if any(map(str.isalnum, text)):
        return text
    fault = _ANY_LENGTH.fault(text)
    return text if fault and fault[0] in _HOSTILE else ""


def is_formula(text: str, /) -> bool:
    """Tell whether a spreadsheet would take the text for a formula.

    Args:
        text: A tidied cell.

    Returns:
        `True` when it begins with ``=``, ``+``, ``-`` or ``@``, plain or in full width.
    """
    return text.startswith(_SIGNS)


def is_harmless_after_sign(text: str, /) -> bool:
    """Tell whether a formula-like text is just words behind a sign, as in ``@Home Health``.

    Args:
        text: A text for which `is_formula` holds.

    Returns:
        `True` when it does not begin with ``=`` and holds words and plain punctuation only.
    """
    return _HARMLESS.fullmatch(text) is not None


def repaired(cell: str, /) -> str | None:
    """Undo the decoding of UTF-8 as Windows-1252 or Latin-1, where the text can be nothing else.

    Args:
        cell: The cell as the file holds it, with its white space.

    Returns:
        The text as it was written; or `None` when the cell is not garbled, or not in every place.
    """
    if cell.isascii() or not _GARBLED.fullmatch(cell):
        return None
    try:
        return bytes(_BYTES.get(character, ord(character)) for character in cell).decode()
    except UnicodeDecodeError:
        return None


def is_garbled(cell: str, /) -> bool:
    """Tell whether the text was decoded with a wrong encoding.

    Args:
        cell: The cell as the file holds it, with its white space.

    Returns:
        `True` when letters are lost or garbled, whether or not it can be undone.
    """
    return not cell.isascii() and (_LOST.search(cell) is not None or repaired(cell) is not None)
