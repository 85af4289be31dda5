"""The people of an informational interview: who asks, who knows, and what they are called."""

from datetime import date
from enum import StrEnum
from typing import final

import attrs
from attrs.validators import optional

from infoview._address import EmailAddress
from infoview._channel import Channel
from infoview._fields import boolean, instance
from infoview._policy import Policy
from infoview._text import IDENTIFIER, LINE, NAME, TEXT, TextRule, count_words
from infoview._time import plain_date, zone_key
from infoview.policies import CLASSIC

__all__ = ["Consent", "Contact", "Party", "PersonName", "PersonalStatement", "Seeker"]


class Party(StrEnum):
    """A side of the conversation."""

    SEEKER = "seeker"
    CONTACT = "contact"


class Consent(StrEnum):
    """What a person said about the use of their name.

    Ask before you use a name; silence is no consent (Mitchell Friedman, "Etiquette of seeking referrals").
    """

    UNASKED = "unasked"
    GRANTED = "granted"
    REFUSED = "refused"


@final
@attrs.frozen(kw_only=True)
class PersonName:
    """What a person is called.

    Nothing is guessed from a name: neither gender nor title. A mononym has no `family`.

    Attributes:
        given: The given name, or the only one. One line, at most 100 characters.
        family: The family name, if there is one.
        family_first: Whether the family name comes first, as in Hungarian, Chinese or Japanese.
        salutation: How the person is addressed in a letter ("Dr. Okafor"), when known. Wins over everything.

    Raises:
        InvalidValueError: When a part breaks the rules for one-line text.
    """

    given: str = attrs.field(validator=NAME)
    family: str | None = attrs.field(default=None, validator=optional(NAME))
    family_first: bool = attrs.field(default=False, validator=boolean)
    salutation: str | None = attrs.field(default=None, validator=optional(NAME))

    @property
    def full(self) -> str:
        """All parts in the person's own order."""
        if self.family is None:
            return self.given
        return f"{self.family} {self.given}" if self.family_first else f"{self.given} {self.family}"

    @property
    def formal(self) -> str:
        """How to address somebody who has not yet signed with a given name.

        The salutation if known, else the full name: formal without guessing (University of California,
        Los Angeles, course guide: formal address until the contact signs otherwise).
        """
        return self.salutation or self.full

    def __str__(self) -> str:
        return self.full


@final
@attrs.frozen
class PersonalStatement:
    """What you are looking for, in a few spoken sentences (step 7 of the guide).

    Attributes:
        text: The statement as it would be said. At most 2,000 characters.

    Raises:
        InvalidValueError: When the text breaks the rules for multi-line text.
    """

    text: str = attrs.field(validator=TextRule(2_000, multiline=True))

    @property
    def words(self) -> int:
        """The number of words."""
        return count_words(self.text)

    def seconds(self, *, policy: Policy = CLASSIC) -> int:
        """Estimate how long the statement takes to say.

        Args:
            policy: Knows the pace (`Policy.words_per_minute`).

        Returns:
            Whole seconds, rounded up.
        """
        return -(-self.words * 60 // policy.words_per_minute)

    def fits(self, *, policy: Policy = CLASSIC) -> bool:
        """Tell whether the statement is short enough (MIT: 30 seconds; Dalton: at most two minutes).

        Args:
            policy: Knows the pace and the limit (`Policy.statement_seconds`).

        Returns:
            `True` when it takes no longer than the limit.
        """
        return self.seconds(policy=policy) <= policy.statement_seconds


@final
@attrs.frozen(kw_only=True)
class Seeker:
    """The person who wants to know.

    Attributes:
        id: The caller's own id.
        name: What the seeker is called.
        email: Where answers go.
        zone: The IANA key of the seeker's time zone, such as ``Europe/Berlin``.
        background: Half a sentence on who you are, such as "a nurse moving into health informatics".
        phone: For the confirmation on the day before, as the seeker writes it.
        statement: What you are looking for.

    Raises:
        InvalidValueError: When a field breaks its rule.
    """

    id: str = attrs.field(validator=IDENTIFIER)
    name: PersonName = attrs.field(validator=instance(PersonName))
    email: EmailAddress = attrs.field(validator=instance(EmailAddress))
    zone: str = attrs.field(validator=zone_key)
    background: str | None = attrs.field(default=None, validator=optional(LINE))
    phone: str | None = attrs.field(default=None, validator=optional(LINE))
    statement: PersonalStatement | None = attrs.field(
        default=None, validator=optional(instance(PersonalStatement))
    )


@final
@attrs.frozen(kw_only=True)
class Contact:
    """A person who may know.

    Attributes:
        id: The caller's own id.
        name: What the contact is called.
        email: An address, if one is known.
        organisation: Where the contact works.
        position: What the contact does there.
        profile: The address of a public profile, canonical.
        zone: The IANA key of the contact's time zone, when known.
        connected_on: The day the two connected.
        channel: How the contact prefers to be written to.
        source: Where the entry comes from, such as ``linkedin``.
        note: Private: never goes into a message.

    Raises:
        InvalidValueError: When a field breaks its rule.
    """

    id: str = attrs.field(validator=IDENTIFIER)
    name: PersonName = attrs.field(validator=instance(PersonName))
    email: EmailAddress | None = attrs.field(default=None, validator=optional(instance(EmailAddress)))
    organisation: str | None = attrs.field(default=None, validator=optional(LINE))
    position: str | None = attrs.field(default=None, validator=optional(LINE))
    profile: str | None = attrs.field(default=None, validator=optional(TextRule(2_000)))
    zone: str | None = attrs.field(default=None, validator=optional(zone_key))
    connected_on: date | None = attrs.field(default=None, validator=optional(plain_date))
    channel: Channel = attrs.field(default=Channel.EMAIL, validator=instance(Channel))
    source: str | None = attrs.field(default=None, validator=optional(LINE))
    note: str | None = attrs.field(default=None, validator=optional(TEXT))
