"""Bytes as text that may stand in a link: base64url without padding."""

from base64 import urlsafe_b64decode, urlsafe_b64encode

__all__ = ["from_url_text", "to_url_text"]


def to_url_text(data: bytes, /) -> str:
    """Write bytes.

    Args:
        data: The bytes.

    Returns:
        Letters, digits, ``-`` and ``_``.
    """
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def from_url_text(text: str, /) -> bytes:
    """Read what `to_url_text` wrote.

    Args:
        text: The text.

    Returns:
        The bytes. Of a text that `to_url_text` would never write, perhaps some that are written otherwise.

    Raises:
        ValueError: When the text is no base64.
    """
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
