"""Referrals: the names a contact gives you, and how one talk leads to the next (steps 8 and 10)."""

from collections.abc import Iterable
from typing import final

import attrs
from attrs.validators import optional

from infoview._address import EmailAddress
from infoview._channel import ConnectionKind
from infoview._fields import instance
from infoview._objective import Connection
from infoview._people import Consent, Contact, PersonName
from infoview._text import IDENTIFIER, LINE
from infoview.exceptions import InvalidValueError

__all__ = ["Referral", "chain", "connection_through"]


@final
@attrs.frozen(kw_only=True)
class Referral:
    """A name somebody gave you.

    Attributes:
        id: The caller's own id, unique within the interview.
        name: What the person is called.
        reason: Why this person, in words that complete "they said you …": "know hospital data best".
        organisation: Where the person works.
        position: What the person does there.
        email: An address, if one was given.
        consent: Whether the giver's name may be used. Ask (Mitchell Friedman; Open Textbooks Hong Kong).

    Raises:
        InvalidValueError: When a text breaks the rules for one line.
    """

    id: str = attrs.field(validator=IDENTIFIER)
    name: PersonName = attrs.field(validator=instance(PersonName))
    reason: str | None = attrs.field(default=None, validator=optional(LINE))
    organisation: str | None = attrs.field(default=None, validator=optional(LINE))
    position: str | None = attrs.field(default=None, validator=optional(LINE))
    email: EmailAddress | None = attrs.field(default=None, validator=optional(instance(EmailAddress)))
    consent: Consent = attrs.field(default=Consent.UNASKED, validator=instance(Consent))

    def as_contact(self, *, id: str) -> Contact:  # noqa: A002 - the field it fills
        """Make the contact that the next interview is held with.

        Args:
            id: The caller's id for the new contact.

        Returns:
            The contact, with the source ``referral``.
        """
        return Contact(
            id=id,
            name=self.name,
            email=self.email,
            organisation=self.organisation,
            position=self.position,
            source="referral",
        )


def connection_through(referral: Referral, /, *, referrer: Contact) -> Connection:
    """Say why you write to the person a referral names.

    Args:
        referral: The referral.
        referrer: The contact who gave it.

    Returns:
        A connection that carries the referrer's name and what they said about its use.
    """
    return Connection(
        kind=ConnectionKind.REFERRAL,
        text=None,
        fact=referral.reason,
        referrer_id=referrer.id,
        referrer=referrer.name,
        consent=referral.consent,
    )


def chain(interview_id: str, origins: Iterable[tuple[str, str]], /) -> tuple[str, ...]:
    """Follow an interview back to the one that everything began with.

    Args:
        interview_id: Where to start.
        origins: Pairs of an interview and the interview whose referral it came from.

    Returns:
        Interview ids, the first talk first and *interview_id* last.

    Raises:
        InvalidValueError: When the pairs run in a circle (code ``circular_referral``).
    """
    came_from = dict(origins)
    path = [interview_id]
    seen = {interview_id}
    while (origin := came_from.get(path[-1])) is not None:
        if origin in seen:
            raise InvalidValueError("origins", "circular_referral", "an interview cannot lead back to itself")
        path.append(origin)
        seen.add(origin)
    return tuple(reversed(path))
