"""What a policy decides without a number: words to choose from, quiet days, and how often to be in touch."""

from enum import StrEnum
from typing import Any, cast, final

import attrs

from infoview._channel import ConnectionKind
from infoview._fields import instance, place_of, whole_number
from infoview.exceptions import InvalidValueError

__all__ = [
    "MOST_QUIET_DAYS",
    "YEAR",
    "Cadence",
    "ChannelOrder",
    "CoffeeBill",
    "OpeningQuestion",
    "QuietDays",
    "ReferralAsk",
    "ResumeRule",
    "Salutation",
    "Severity",
    "ThanksBy",
]


class ResumeRule(StrEnum):
    """When a résumé may be shared (step 7 of the guide: only if asked)."""

    ON_REQUEST = "on_request"
    BRING = "bring"


class ReferralAsk(StrEnum):
    """When names are asked for (step 8 of the guide)."""

    IN_MEETING = "in_meeting"
    LATER = "later"


class Salutation(StrEnum):
    """How a contact is addressed."""

    FORMAL_UNTIL_SIGNED = "formal_until_signed"
    """With the last name, until the contact signs with the first."""

    FIRST_NAME = "first_name"


class Severity(StrEnum):
    """How seriously a fault is taken."""

    ERROR = "error"
    WARNING = "warning"
    OFF = "off"
    """Not at all: nobody looks for it."""


class ChannelOrder(StrEnum):
    """What is tried first with a contact who prefers nothing."""

    EMAIL_FIRST = "email_first"
    PHONE_FIRST = "phone_first"


class OpeningQuestion(StrEnum):
    """The first question of the talk."""

    HOW_YOU_STARTED = "how_you_started"
    WHAT_YOU_WORK_ON = "what_you_work_on"


class CoffeeBill(StrEnum):
    """Who pays when you meet over coffee."""

    SEEKER = "seeker"
    EACH = "each"


class ThanksBy(StrEnum):
    """How thanks travel after the talk."""

    EMAIL = "email"
    LETTER = "letter"
    BOTH = "both"


_DAYS_OF_MONTH = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)

MOST_QUIET_DAYS = 50
"""How many parts of the year may be quiet."""

YEAR = tuple((m, d) for m, last in enumerate(_DAYS_OF_MONTH, start=1) for d in range(1, last + 1))
"""Month and day of every day there is, 29 February included."""


def _month_and_day(owner: object, attribute: "attrs.Attribute[Any]", value: object) -> None:
    if value not in YEAR or [type(number) for number in cast("tuple[object, ...]", value)] != [int, int]:
        cure = "give a month and a day, such as (12, 20)"
        raise InvalidValueError(place_of(owner, attribute), "out_of_range", cure)


@final
@attrs.frozen
class QuietDays:
    """A part of every year in which nobody is nudged.

    Attributes:
        first: Month and day on which it begins, such as ``(12, 20)``.
        last: Month and day on which it ends; may lie in the next year.

    Raises:
        InvalidValueError: When there is no such day (code ``out_of_range``).
    """

    first: tuple[int, int] = attrs.field(validator=_month_and_day)
    last: tuple[int, int] = attrs.field(validator=_month_and_day)

    def __str__(self) -> str:
        (month, day), (last_month, last_day) = self.first, self.last
        return f"{month:02}-{day:02} to {last_month:02}-{last_day:02}"

    def dates(self) -> frozenset[tuple[int, int]]:
        """List the days.

        Returns:
            Month and day of each, 29 February included.
        """
        if self.first <= self.last:
            return frozenset(day for day in YEAR if self.first <= day <= self.last)
        return frozenset(day for day in YEAR if day >= self.first or day <= self.last)


@final
@attrs.frozen
class Cadence:
    """How often to be in touch with people of one relationship (Wahlberg, Portland: it differs).

    Attributes:
        connection: The relationship.
        days: How long after the last real contact to be in touch again, in days, from 7 to 365.

    Raises:
        InvalidValueError: When the days are out of their range (code ``out_of_range``), or a value has
            another type.
    """

    connection: ConnectionKind = attrs.field(validator=instance(ConnectionKind))
    days: int = attrs.field(validator=whole_number(7, 365))

    def __str__(self) -> str:
        return f"{self.connection}: {self.days} days"
