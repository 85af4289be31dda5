"""The canonical address of a profile, so that one person's spellings of it are equal."""

import re
from unicodedata import normalize
from urllib.parse import quote, unquote

from infoview._text import TextRule

__all__ = ["MAX_PROFILE", "canonical_profile", "is_page"]

MAX_PROFILE = 2_000
"""The most characters of a canonical address; `Contact.profile` takes no more."""

_HOST = r"(?:https?://)?(?:[a-z]{1,3}\.)?linkedin\.com/"
_PROFILE = re.compile(_HOST + r"in/([^/?#\\]+)(?:[/?#].*)?", re.IGNORECASE | re.ASCII)
_PAGE = re.compile(_HOST + r"(?:company|school|showcase)/", re.IGNORECASE | re.ASCII)
_NAME = TextRule(200)


def canonical_profile(address: str, /) -> str | None:
    """Bring the address of a LinkedIn profile into its one form.

    Scheme, ``www`` or country in front of the host, a language or other path behind the name, the query, the
    fragment and the trailing slash are dropped, and percent-encoding is made uniform. The case of the name
    is kept, since old member numbers differ by it.

    Args:
        address: The address as somebody wrote or exported it.

    Returns:
        ``https://www.linkedin.com/in/<name>``, which maps to itself; or `None` when it is no such address, or
        longer than 2,000 characters in this form. Linear in the length of the address.
    """
    match = _PROFILE.fullmatch(address)
    if match is None:
        return None
    name = normalize("NFC", unquote(match[1], errors="replace"))
    if "\ufffd" in name or " " in name or _NAME.fault(name):
        return None
    canonical = f"https://www.linkedin.com/in/{quote(name, safe='')}"
    return canonical if len(canonical) <= MAX_PROFILE else None


def is_page(address: str, /) -> bool:
    """Tell whether an address is the page of an organisation instead of a person's profile.

    Args:
        address: The address.

    Returns:
        `True` for the page of a company or school.
    """
    return _PAGE.match(address) is not None
