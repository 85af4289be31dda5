"""E-mail addresses: checked once, normalised inside."""

import re
from functools import lru_cache
from typing import final

import attrs

from infoview.exceptions import InvalidValueError

__all__ = ["EmailAddress"]

_MAX_LENGTH = 254
"""RFC 5321, 4.5.3.1.3: a path holds at most 256 octets with its angle brackets."""

_PLAIN_LOCAL = re.compile(r"[A-Za-z0-9_+-]+(?:\.[A-Za-z0-9_+-]+)*")
_MAX_LOCAL = 64


def _normalised(text: object) -> str:
    if not isinstance(text, str) or len(text) > _MAX_LENGTH or "=?" in text:
        raise _refusal()
    local, _, domain = text.rpartition("@")
    may_be_role = local.isalpha() and not local.islower()  # INFO means info (RFC 2142); Ada stays Ada
    if not may_be_role and len(local) <= _MAX_LOCAL and _PLAIN_LOCAL.fullmatch(local) and domain.isascii():
        # A network export holds thousands of addresses in few domains: the domain is what costs.
        known = _normalised_domain(domain)
        if known is not None and known.isascii():
            return f"{local}@{known}"
    return _validated(text)


@lru_cache(maxsize=4096)
def _normalised_domain(domain: str) -> str | None:
    try:
        return _validated(f"a@{domain}").removeprefix("a@")
    except InvalidValueError:
        return None


def _validated(text: str) -> str:
    # Imported here: it costs as much as the rest of the package, and not every user has addresses.
    from email_validator import EmailNotValidError, validate_email  # noqa: PLC0415

    try:
        return validate_email(text, check_deliverability=False).normalized
    except EmailNotValidError:
        raise _refusal() from None


def _refusal() -> InvalidValueError:
    return InvalidValueError("EmailAddress.value", "bad_address", "give an address such as ada@example.org")


@final
@attrs.frozen(order=True)
class EmailAddress:
    """An e-mail address that is well formed. Nobody is asked whether it exists.

    The domain is normalised (lower case, Unicode form); the local part keeps its case, as the receiving
    server alone knows what case means there.

    Attributes:
        value: The normalised address.

    Raises:
        InvalidValueError: When the text is no address, or holds ``=?``, which a mail program could read as
            the beginning of an encoded-word (code ``bad_address``).
    """

    value: str = attrs.field(converter=_normalised)

    @property
    def local(self) -> str:
        """The part before the last ``@``."""
        return self.value.rpartition("@")[0]

    @property
    def domain(self) -> str:
        """The part after the last ``@``."""
        return self.value.rpartition("@")[2]

    def __str__(self) -> str:
        return self.value
