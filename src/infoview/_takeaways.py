"""What a talk brings: insights, promises, notes, and the look back afterwards."""

from datetime import date
from typing import final

import attrs
from attrs.validators import optional

from infoview._fields import boolean, instance
from infoview._people import Party
from infoview._text import IDENTIFIER, LINE, TEXT, TextRule
from infoview._time import plain_date

__all__ = ["Commitment", "Debrief", "Insight", "Note"]


@final
@attrs.frozen(kw_only=True)
class Insight:
    """Something the contact said that is worth keeping.

    Attributes:
        id: The caller's own id, unique within the interview.
        text: What was said, in one line that completes "what you said about …": it is quoted in thanks.
        advice: Whether it is advice you mean to follow. Advice is reported back on (Yale: tell them when
            their advice was used).

    Raises:
        InvalidValueError: When a text breaks the rules for one line.
    """

    id: str = attrs.field(validator=IDENTIFIER)
    text: str = attrs.field(validator=LINE)
    advice: bool = attrs.field(default=False, validator=boolean)


@final
@attrs.frozen(kw_only=True)
class Commitment:
    """A promise made in the talk (Cornell, Orbit: what was promised is done).

    Attributes:
        id: The caller's own id, unique within the interview.
        owner: Who promised.
        text: What, in one line.
        due: Until when, if a day was named; in the contact's zone.

    Raises:
        InvalidValueError: When a text breaks the rules for one line, or `due` is no date.
    """

    id: str = attrs.field(validator=IDENTIFIER)
    owner: Party = attrs.field(validator=instance(Party))
    text: str = attrs.field(validator=LINE)
    due: date | None = attrs.field(default=None, validator=optional(plain_date))


@final
@attrs.frozen
class Note:
    """A private note. It never reaches a message (Berkeley: keep confidences).

    Attributes:
        text: At most 10,000 characters.

    Raises:
        InvalidValueError: When the text breaks the rules for multi-line text.
    """

    text: str = attrs.field(validator=TEXT)


_ANSWER = TextRule(2_000, multiline=True)


@final
@attrs.frozen(kw_only=True)
class Debrief:
    """The look back right after the talk: three questions (Hampshire, Lawrence).

    Attributes:
        learned: What did you learn?
        fit: How well does it fit you?
        next_steps: What else, and who else?

    Raises:
        InvalidValueError: When a text breaks the rules for multi-line text.
    """

    learned: str = attrs.field(validator=_ANSWER)
    fit: str | None = attrs.field(default=None, validator=optional(_ANSWER))
    next_steps: str | None = attrs.field(default=None, validator=optional(_ANSWER))
