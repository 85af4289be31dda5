"""Text under a key: AES-256-GCM, written as one line that names what is needed to read it again.

::

    sealed1.<key id>.<nonce>.<ciphertext and tag>

Each part is base64url without padding. What a text is bound to (whose it is, where it belongs, which version)
is authenticated and not written: read in another place, the text is refused.
"""

from collections.abc import Sequence
from typing import Final, Self

import attrs
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from infoview.exceptions import InvalidDataError, InvalidValueError, Problem
from infoview.storage._contract import Ref
from infoview.storage._url_text import from_url_text, to_url_text

__all__ = ["KEY_BYTES", "NONCE_BYTES", "Sealed", "check_bytes", "damaged", "seal"]

KEY_BYTES: Final = 32
"""How long every key is."""

NONCE_BYTES: Final = 12
"""How long a nonce is. With random ones, a key is good for 2**32 texts."""

_FORMAT: Final = "sealed1"


def check_bytes(place: str, value: object, length: int) -> bytes:
    """Refuse what is not so many bytes.

    Args:
        place: Where they stand, for the error.
        value: Anything.
        length: How many there have to be.

    Returns:
        The same.

    Raises:
        InvalidValueError: When it is something else (code ``wrong_type``) or too short or too long
            (``wrong_length``).
    """
    if not isinstance(value, bytes):
        raise InvalidValueError(place, "wrong_type", "give bytes")
    if len(value) != length:
        raise InvalidValueError(place, "wrong_length", f"give {length} bytes")
    return value


def damaged(sentence: str) -> InvalidDataError:
    """Build the error for a stored text that is not what was stored.

    Args:
        sentence: What is wrong and what to do about it, without anything of the text.

    Returns:
        The error.
    """
    return InvalidDataError((Problem("$", "not_authentic", sentence),))


@attrs.frozen(repr=False)
class Sealed:
    """The parts of a sealed text.

    Attributes:
        key_id: Which key reads it.
        nonce: What the key was used with.
        ciphertext: The rest, with the tag that authenticates it.
    """

    key_id: str
    nonce: bytes
    ciphertext: bytes

    @classmethod
    def read(cls, text: str) -> Self:
        """Take a stored text apart.

        Args:
            text: The text.

        Returns:
            Its parts.

        Raises:
            InvalidDataError: When it is not sealed, or not written as `seal` writes.
        """
        try:
            _, key_id, nonce, ciphertext = map(from_url_text, text.split("."))
            sealed = cls(Ref("key", key_id.decode()).id, nonce, ciphertext)
        except ValueError:  # one of these is InvalidValueError
            sealed = None
        # Base64 has several spellings of one value: only one of them was ever written.
        if sealed is None or str(sealed) != text:
            raise damaged("restore it, or keep it where texts are not sealed: this text is not sealed")
        return sealed

    def __str__(self) -> str:
        parts = (self.key_id.encode(), self.nonce, self.ciphertext)
        return ".".join([_FORMAT, *map(to_url_text, parts)])

    def open(self, key: bytes, bound_to: Sequence[str]) -> str:
        """Decrypt.

        Args:
            key: The key of that id.
            bound_to: What the text was bound to when it was sealed.

        Returns:
            The plain text.

        Raises:
            InvalidDataError: When the text was changed, belongs elsewhere, or is of another key.
        """
        try:
            plain = AESGCM(key).decrypt(self.nonce, self.ciphertext, _bound(self.key_id, bound_to))
        except (InvalidTag, ValueError):
            # The cause says nothing more, and must never say what.
            raise damaged("restore it: it was changed, moved, or sealed with another key") from None
        return plain.decode()


def seal(text: str, key: bytes, key_id: str, *, bound_to: Sequence[str], nonce: bytes) -> str:
    """Encrypt.

    Args:
        text: The plain text.
        key: 32 bytes.
        key_id: The key's id, which stays readable.
        bound_to: Whose the text is, where it belongs, which version it is. No part holds NUL.
        nonce: 12 bytes, never used with this key before.

    Returns:
        The sealed text.
    """
    ciphertext = AESGCM(key).encrypt(nonce, text.encode(), _bound(key_id, bound_to))
    return str(Sealed(key_id, nonce, ciphertext))


def _bound(key_id: str, bound_to: Sequence[str]) -> bytes:
    # No part holds NUL, so that no two lists of parts are written alike.
    return "\0".join([_FORMAT, key_id, *bound_to]).encode()
