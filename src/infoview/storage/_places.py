"""Where a row stands in an order, and how a term's value is written where only text can be."""

from infoview.storage._contract import Record, Scalar

__all__ = ["place_of", "read_spelled", "spelled"]


def place_of(record: Record, order: str | None, /) -> tuple[Scalar, str] | str:
    """Say where the next page starts, as `Store.scan` takes it.

    Args:
        record: The last row of this page.
        order: The term that the rows are ordered by, if any.

    Returns:
        What to give as `after`.
    """
    return record.ref.id if order is None else (record.terms[order], record.ref.id)


def spelled(value: Scalar, /) -> str:
    """Write a term's value as text, such that 0, ``"0"``, ``""`` and `None` stay four different values.

    Args:
        value: The value.

    Returns:
        The text. No two values share one, and it holds NUL only where the value does.
    """
    if value is None:
        return "-"
    return f"={value}" if isinstance(value, str) else f"#{value}"


def read_spelled(text: str, /) -> Scalar:
    """Read what `spelled` wrote.

    Args:
        text: The text.

    Returns:
        The value. Of a text that `spelled` would never write, perhaps one that is spelled otherwise.

    Raises:
        ValueError: When the text is no spelling at all.
    """
    sort, rest = text[:1], text[1:]
    if sort == "=":
        return rest
    if sort == "#":
        return int(rest)
    if text == "-":
        return None
    raise ValueError("no value of a term")
