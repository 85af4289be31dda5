"""A message: text for somebody, which a person reads before it is sent. Nothing here sends anything."""

import re
from enum import StrEnum
from typing import Any

import attrs
from attrs.validators import optional

from infoview._channel import Channel
from infoview._fields import each, instance, place_of
from infoview._people import PersonName
from infoview._text import LINE, TEXT, TextRule
from infoview.exceptions import InvalidValueError

__all__ = ["Message", "MessageKind", "Thread", "is_message_id"]


class MessageKind(StrEnum):
    """What a message is for."""

    REQUEST_COLD = "request_cold"
    REQUEST_WARM = "request_warm"
    REQUEST_ALUMNI = "request_alumni"
    REQUEST_EVENT = "request_event"
    REFERRAL_OUTREACH = "referral_outreach"
    LINKEDIN_NOTE = "linkedin_note"
    INTRO_REQUEST = "intro_request"
    FORWARDABLE_BLURB = "forwardable_blurb"
    REFERRER_CHECK_BACK = "referrer_check_back"
    NUDGE = "nudge"
    WITHDRAW = "withdraw"
    DECLINE_REPLY = "decline_reply"
    ASYNC_QUESTIONS = "async_questions"
    PROPOSE_TIMES = "propose_times"
    CONFIRM = "confirm"
    REMINDER_DAY_BEFORE = "reminder_day_before"
    RESCHEDULE = "reschedule"
    CANCEL = "cancel"
    NO_SHOW_ME = "no_show_me"
    NO_SHOW_THEM = "no_show_them"
    THANK_YOU = "thank_you"
    THANK_YOU_WITH_REFERRALS = "thank_you_with_referrals"
    THANK_YOU_NO_REFERRAL = "thank_you_no_referral"
    CLOSE_LOOP = "close_loop"
    PROGRESS_UPDATE = "progress_update"
    RECONNECT = "reconnect"


_MESSAGE_ID = re.compile(r"<[!-;=?-~]{1,498}>")


def is_message_id(value: object, /) -> bool:
    """Tell whether *value* can stand in a mail header as a message id.

    Args:
        value: Anything.

    Returns:
        `True` for printable ASCII in angle brackets, 500 characters at most, without an encoded-word.
    """
    return isinstance(value, str) and "=?" not in value and _MESSAGE_ID.fullmatch(value) is not None


def _message_id(owner: object, attribute: "attrs.Attribute[Any]", value: object) -> None:
    if not is_message_id(value):
        cure = "give message ids such as <a1@example.org>"
        raise InvalidValueError(place_of(owner, attribute), "bad_message_id", cure)


_REFERENCES = each(_message_id, most=100)


@attrs.frozen(kw_only=True)
class Thread:
    """The conversation that a message belongs to.

    Attributes:
        subject: The subject it began with. At most 190 characters.
        references: The message ids so far, oldest first, angle brackets included; the last one is answered.
            Leave them out when you do not know them.

    Raises:
        InvalidValueError: When the subject breaks the rules for one line, or something is no message id
            (code ``bad_message_id``).
    """

    subject: str = attrs.field(validator=TextRule(190))
    references: tuple[str, ...] = attrs.field(default=(), validator=_REFERENCES)

    @property
    def reply_subject(self) -> str:
        """The subject of an answer: ``Re:`` once, however long the conversation."""
        return self.subject if self.subject[:3].lower() == "re:" else f"Re: {self.subject}"


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _tidy(text: str) -> str:
    # Forms and editors end lines with CRLF and leave blanks at the ends that nobody meant.
    return text.replace("\r\n", "\n").strip() if _is_text(text) else text


@attrs.frozen(kw_only=True)
class Message:
    """A text for one person. Built by `draft`, or from any text that people or programs wrote.

    Attributes:
        kind: What it is for.
        channel: How it travels.
        to: Whom it is for.
        subject: One line without anything that could split or disguise a mail header; `None` where the
            channel has no subject.
        body: The whole text, greeting and sign-off included. At most 10,000 characters; CRLF becomes a line
            feed, and blanks at the ends are dropped.
        references: The message ids of the conversation so far, oldest first; empty for a new one.

    Raises:
        InvalidValueError: When a text breaks its rule, a value has the wrong type, or an id is no message id.
    """

    kind: MessageKind = attrs.field(validator=instance(MessageKind))
    channel: Channel = attrs.field(default=Channel.EMAIL, validator=instance(Channel))
    to: PersonName = attrs.field(validator=instance(PersonName))
    subject: str | None = attrs.field(default=None, validator=optional(LINE))
    body: str = attrs.field(converter=_tidy, validator=TEXT)
    references: tuple[str, ...] = attrs.field(default=(), validator=_REFERENCES)

    @property
    def in_reply_to(self) -> str | None:
        """The id of the message that this one answers."""
        return self.references[-1] if self.references else None
