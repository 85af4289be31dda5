"""Why you ask, and why this person."""

from enum import StrEnum
from typing import final

import attrs
from attrs.validators import optional

from infoview._channel import ConnectionKind
from infoview._fields import each, instance
from infoview._people import Consent, PersonName
from infoview._text import IDENTIFIER, LINE
from infoview.exceptions import InvalidValueError

__all__ = ["Connection", "Objective", "ObjectiveKind"]


class ObjectiveKind(StrEnum):
    """What an informational interview is about (step 1 of the guide)."""

    POSITION = "position"
    COMPANY = "company"
    INDUSTRY = "industry"
    CAREER_PATH = "career_path"


@final
@attrs.frozen(kw_only=True)
class Objective:
    """What the seeker wants to find out.

    Attributes:
        kind: What it is about.
        subject: The position, company, industry or path itself: "data engineer in public health".
        broad: The wider field it belongs to; a good request names both (Dalton, *The 2-Hour Job Search*).
        motive: Why it matters to you, if you like to say.
        learn: What you want to know, most important first.

    Raises:
        InvalidValueError: When a text breaks the rules for one line.
    """

    kind: ObjectiveKind = attrs.field(validator=instance(ObjectiveKind))
    subject: str = attrs.field(validator=LINE)
    broad: str | None = attrs.field(default=None, validator=optional(LINE))
    motive: str | None = attrs.field(default=None, validator=optional(LINE))
    learn: tuple[str, ...] = attrs.field(default=(), validator=each(LINE, most=50))


@final
@attrs.frozen(kw_only=True)
class Connection:
    """Why this person: the first thing a request says (Dalton; Tufts; Simon Fraser University).

    Attributes:
        kind: The sort of link.
        text: The link in words that complete "I am writing because …": "we both studied at Example College".
        fact: One fact about the contact that is true of nobody else and that you can back, in words that
            complete "you …": "built the readmission dashboard".
        referrer_id: The id of the person who gave the name, for `ConnectionKind.REFERRAL`.
        referrer: What that person is called.
        consent: Whether that person's name may be used.

    Raises:
        InvalidValueError: When a text breaks the rules for one line, or a referral lacks its referrer
            (code ``referrer_missing``).
    """

    kind: ConnectionKind = attrs.field(validator=instance(ConnectionKind))
    text: str | None = attrs.field(default=None, validator=optional(LINE))
    fact: str | None = attrs.field(default=None, validator=optional(LINE))
    referrer_id: str | None = attrs.field(default=None, validator=optional(IDENTIFIER))
    referrer: PersonName | None = attrs.field(default=None, validator=optional(instance(PersonName)))
    consent: Consent = attrs.field(default=Consent.UNASKED, validator=instance(Consent))

    def __attrs_post_init__(self) -> None:
        if self.kind is ConnectionKind.REFERRAL and (self.referrer_id is None or self.referrer is None):
            raise InvalidValueError(
                "Connection.referrer",
                "referrer_missing",
                "say who gave you the name: referrer_id and referrer",
            )
