"""Mail drafts from messages: `EmailMessage`, ``.eml`` files and ``mailto:`` links. Nothing is sent.

Message ids and dates are arguments; none is invented.
"""

from datetime import datetime
from email.header import Header
from email.headerregistry import Address, BaseHeader, HeaderRegistry, UniqueAddressHeader
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8, Policy
from email.utils import quote as quote_marks
from typing import Any, ClassVar, Literal, cast
from urllib.parse import quote

from infoview._address import EmailAddress
from infoview._channel import Channel
from infoview._people import PersonName, Seeker
from infoview._time import instant
from infoview.exceptions import InvalidValueError
from infoview.messages import Message
from infoview.messages._message import is_message_id

__all__ = ["as_email", "mailto", "to_eml"]

_LONGEST_OWN_ID = 70
"""Longer ids do not fit on a header line, and some mailers then lose the thread."""


class _Subject(BaseHeader):
    """A line of text, on one line of the mail where ASCII is enough, else in encoded-words."""

    max_count: ClassVar[Literal[1] | None] = 1

    @classmethod
    def parse(cls, value: str, kwds: dict[str, Any]) -> None:
        """Take the text as it is: nothing in it is decoded.

        Args:
            value: The text.
            kwds: What the header is built from.
        """
        kwds["decoded"] = value
        kwds["parse_tree"] = None

    def fold(self, *, policy: Policy) -> str:
        """Write the header.

        Args:
            policy: Knows how lines end.

        Returns:
            The header's lines.
        """
        return f"{self.name}: {_encoded(str(self), policy)}{policy.linesep}"


class _MessageIds(_Subject):
    """A row of message ids, folded between ids and never inside one."""

    def fold(self, *, policy: Policy) -> str:
        """Write the header, an id a line.

        Args:
            policy: Knows how lines end.

        Returns:
            The header's lines.
        """
        return f"{self.name}: {f'{policy.linesep} '.join(self.split())}{policy.linesep}"


class _Mailboxes(UniqueAddressHeader):
    """People and their addresses, a line each."""

    name: str

    def fold(self, *, policy: Policy) -> str:
        """Write the header.

        Args:
            policy: Knows how lines end.

        Returns:
            The header's lines.
        """
        people = (f"{_phrase(each.display_name, policy)}<{each.addr_spec}>" for each in self.addresses)
        return f"{self.name}: {f',{policy.linesep} '.join(people)}{policy.linesep}"


def _phrase(name: str, policy: Policy) -> str:
    quoted = f'"{quote_marks(name)}"' if name.isascii() else _encoded(name, policy)
    return f"{quoted}{policy.linesep} " if name else ""


def _encoded(text: str, policy: Policy) -> str:
    return text if text.isascii() else Header(text, "utf-8").encode(linesep=policy.linesep)


# The standard library's own folding loses blanks between long words beyond ASCII, and encodes long message
# ids or drops all but one (CPython issue 79986). These lines are short enough to do without it.
_HEADERS = HeaderRegistry()
_HEADERS.map_to_type("subject", _Subject)
for _name in ("message-id", "in-reply-to", "references"):
    _HEADERS.map_to_type(_name, _MessageIds)
for _name in ("from", "to"):
    _HEADERS.map_to_type(_name, cast("type[BaseHeader]", _Mailboxes))

_ASCII_MAIL = SMTP.clone(header_factory=_HEADERS)
_UNICODE_MAIL = SMTPUTF8.clone(header_factory=_HEADERS)


def as_email(
    message: Message,
    *,
    sender: Seeker,
    to: EmailAddress,
    message_id: str | None = None,
    date: datetime | None = None,
) -> EmailMessage:
    """Make a mail of a message, ready to be looked at and sent by a person.

    Headers are plain ASCII (encoded where needed) unless an address itself has letters beyond ASCII before
    its ``@``; such mail needs servers that speak SMTPUTF8.

    Args:
        message: The message. Its channel must be e-mail.
        sender: Who writes.
        to: Where it goes.
        message_id: The id of this mail, ``<…>``, 70 characters at most; left out when not given.
        date: When it is written, with a time zone; written in UTC, left out when not given.

    Returns:
        The mail, with ``In-Reply-To`` and ``References`` when the message belongs to a thread.

    Raises:
        InvalidValueError: When the channel is not e-mail (code ``not_an_email``), the id is none or too long
            (``bad_message_id``), or the date names no instant (``naive_datetime`` and others).
    """
    _refuse_other_channels(message)
    is_ascii = sender.email.local.isascii() and to.local.isascii()
    mail = EmailMessage(policy=_ASCII_MAIL if is_ascii else _UNICODE_MAIL)
    mail["From"] = _mailbox(sender.name, sender.email)
    mail["To"] = _mailbox(message.to, to)
    if message.subject is not None:
        mail["Subject"] = message.subject
    if date is not None:
        mail["Date"] = instant(date, "as_email.date")
    if message_id is not None:
        if len(message_id) > _LONGEST_OWN_ID or not is_message_id(message_id):
            cure = f"give an id such as <a1@example.org>, at most {_LONGEST_OWN_ID} characters"
            raise InvalidValueError("as_email.message_id", "bad_message_id", cure)
        mail["Message-ID"] = message_id
    if message.in_reply_to is not None:
        mail["In-Reply-To"] = message.in_reply_to
        mail["References"] = " ".join(message.references)
    mail.set_content(message.body)
    return mail


def to_eml(
    message: Message,
    *,
    sender: Seeker,
    to: EmailAddress,
    message_id: str | None = None,
    date: datetime | None = None,
) -> bytes:
    """Make a draft file that mail programs open for editing (``X-Unsent: 1``).

    Args:
        message: The message. Its channel must be e-mail.
        sender: Who writes.
        to: Where it goes.
        message_id: The id of this mail, as for `as_email`.
        date: When it is written, as for `as_email`.

    Returns:
        The bytes of an ``.eml`` file, lines ended by CRLF.

    Raises:
        InvalidValueError: As `as_email`.
    """
    mail = as_email(message, sender=sender, to=to, message_id=message_id, date=date)
    mail["X-Unsent"] = "1"
    return mail.as_bytes()


def mailto(message: Message, to: EmailAddress, /) -> str:
    """Make a link that opens the message in the reader's own mail program (RFC 6068).

    The link carries no thread. Many mail programs cut links of more than about 2,000 characters, so look at
    the length of the result.

    Args:
        message: The message. Its channel must be e-mail.
        to: Where it goes.

    Returns:
        The link, ASCII only.

    Raises:
        InvalidValueError: When the channel is not e-mail (code ``not_an_email``).
    """
    _refuse_other_channels(message)
    parts = {"subject": message.subject, "body": message.body.replace("\n", "\r\n")}
    fields = "&".join(f"{name}={quote(text, safe='')}" for name, text in parts.items() if text is not None)
    return f"mailto:{quote(to.value, safe='@+')}?{fields}"


def _refuse_other_channels(message: Message) -> None:
    if message.channel is not Channel.EMAIL:
        raise InvalidValueError("Message.channel", "not_an_email", "make a mail only of messages for e-mail")


def _mailbox(name: PersonName, address: EmailAddress) -> Address:
    return Address(name.full, address.local, _ascii_domain(address))


def _ascii_domain(address: EmailAddress) -> str:
    if address.domain.isascii():
        return address.domain
    # Imported here: most domains are ASCII, and the package costs as much as all the rest.
    from email_validator import validate_email  # noqa: PLC0415

    return validate_email(address.value, check_deliverability=False).ascii_domain
