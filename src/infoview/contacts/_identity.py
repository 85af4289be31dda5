"""The identity of an imported person: what an id can be made of without randomness."""

from collections.abc import Callable
from datetime import date
from hashlib import sha256
from unicodedata import normalize

import attrs

from infoview._people import PersonName

__all__ = ["NewId", "RowIdentity", "stable_id"]

_PROFILES = "https://www.linkedin.com/"
_MAX_PATH = 150


@attrs.frozen(kw_only=True)
class RowIdentity:
    """What tells one imported person from the others.

    Attributes:
        profile: The canonical address of the profile, if the row has one. No two rows share it.
        name: The cleaned name.
        organisation: Where the person works.
        connected_on: The day the two connected.
        occurrence: 1 for the first row with this `key`, 2 for the second, and so on.
    """

    profile: str | None
    name: PersonName
    organisation: str | None
    connected_on: date | None
    occurrence: int = 1

    @property
    def key(self) -> tuple[str, str, str]:
        """What stays the same from export to export.

        The profile; without one the name and the day of connection, as people change employers and addresses;
        without a day the name and the organisation.
        """
        if self.profile is not None:
            return ("profile", self.profile, "")
        since = self.organisation or "" if self.connected_on is None else self.connected_on.isoformat()
        return ("name", f"{_folded(self.name.given)}\n{_folded(self.name.family or '')}", _folded(since))


NewId = Callable[[RowIdentity], str]
"""Makes the id of a contact; must give every identity of one import another id."""


def stable_id(identity: RowIdentity, /) -> str:
    """Make an id that the same person gets again from the next export.

    Args:
        identity: What is known of the person.

    Returns:
        ``linkedin:in/<name>`` from the profile; without one, or where it is very long, ``linkedin:`` and the
        first 32 hexadecimal digits of a SHA-256 of the key and the occurrence.
    """
    if identity.profile is not None:
        path = identity.profile.removeprefix(_PROFILES)
        if len(path) <= _MAX_PATH:
            return f"linkedin:{path}"
    parts = "\x1f".join((*identity.key, str(identity.occurrence)))
    return f"linkedin:{sha256(parts.encode()).hexdigest()[:32]}"


def _folded(text: str) -> str:
    return normalize("NFC", text).casefold()
