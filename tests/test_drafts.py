import subprocess
import sys
from datetime import UTC, datetime, timedelta, timezone
from email import message_from_bytes
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import default
from urllib.parse import unquote

import attrs
import pytest
from tests.letters import MINA, TOMAS, written

from infoview._address import EmailAddress
from infoview._channel import Channel
from infoview._people import PersonName
from infoview.drafts import as_email, mailto, to_eml
from infoview.exceptions import InvalidValueError
from infoview.messages import Message, MessageKind

ADDRESS = EmailAddress("tomas.okafor@example.com")
NUDGE = written(MessageKind.NUDGE)


def parsed(mail: bytes) -> EmailMessage:
    """Read a mail as its receiver would."""
    message = message_from_bytes(mail, policy=default)
    assert isinstance(message, EmailMessage)
    return message


class TestAsEmail:
    """A mail of a message, ready to be looked at and sent by a person."""

    def test_says_who_to_whom_and_what(self) -> None:
        """Sender, receiver, subject and text are those of the message, in plain lines."""
        mail = as_email(NUDGE, sender=MINA, to=ADDRESS)
        head, _, body = mail.as_bytes().partition(b"\r\n\r\n")
        assert head.decode().split("\r\n") == [
            'From: "Mina Sandoval"',
            " <mina.sandoval@example.org>",
            'To: "Tomas Okafor"',
            " <tomas.okafor@example.com>",
            "Subject: Re: A question about the role of a health data analyst",
            "In-Reply-To: <a1@example.org>",
            "References: <a1@example.org>",
            'Content-Type: text/plain; charset="utf-8"',
            "Content-Transfer-Encoding: quoted-printable",
            "MIME-Version: 1.0",
        ]
        assert body.startswith(b"Dear Tomas Okafor,\r\n\r\nMy earlier message")
        assert mail.get_content() == f"{NUDGE.body}\n"

    def test_invents_neither_id_nor_date(self) -> None:
        """What is not given is not there; a new message answers nothing."""
        mail = as_email(written(MessageKind.REQUEST_COLD), sender=MINA, to=ADDRESS)
        assert [mail[name] for name in ("Message-ID", "Date", "In-Reply-To", "References")] == [None] * 4

    def test_takes_id_and_date(self) -> None:
        """Both are written as given, the date in UTC."""
        date = datetime(2026, 3, 2, 9, 30, tzinfo=timezone(timedelta(hours=1)))
        mail = as_email(NUDGE, sender=MINA, to=ADDRESS, message_id="<n1@example.org>", date=date)
        assert mail["Message-ID"] == "<n1@example.org>"
        assert b"\r\nDate: Mon, 02 Mar 2026 08:30:00 +0000\r\n" in mail.as_bytes()

    @pytest.mark.parametrize(
        "message_id", ["n1@example.org", "<a b>", "<a>\r\nBcc: <b>", f"<{'a' * 69}>", ""]
    )
    def test_refuses_a_bad_id(self, message_id: str) -> None:
        """An id that mailers would break, or that breaks the mail, is refused."""
        with pytest.raises(InvalidValueError, match=r"as_email\.message_id.*bad_message_id"):
            as_email(NUDGE, sender=MINA, to=ADDRESS, message_id=message_id)

    def test_refuses_a_date_without_zone(self) -> None:
        """A clock without a place tells no instant."""
        with pytest.raises(InvalidValueError, match=r"as_email\.date.*naive_datetime"):
            as_email(NUDGE, sender=MINA, to=ADDRESS, date=datetime(2026, 3, 2))  # noqa: DTZ001 - the fault

    def test_keeps_long_ids_whole(self) -> None:
        """Ids longer than a line are folded between, never inside, and none is lost."""
        ids = tuple(f"<{letter * 200}@example.org>" for letter in "abc")
        mail = as_email(attrs.evolve(NUDGE, references=ids), sender=MINA, to=ADDRESS).as_bytes()
        assert f"In-Reply-To: {ids[2]}\r\n".encode() in mail
        assert "References: {}\r\n {}\r\n {}\r\n".format(*ids).encode() in mail

    def test_writes_other_alphabets(self) -> None:
        """Names and subjects beyond ASCII travel encoded and arrive as they were."""
        name = PersonName(given="日本語", family='Ørsted, "Bo"')
        message = attrs.evolve(NUDGE, to=name, subject="Größe, Ähnlichkeit und Übermut")
        mail = as_email(message, sender=MINA, to=ADDRESS).as_bytes()
        assert mail.partition(b"\r\n\r\n")[0].isascii()
        assert parsed(mail)["Subject"] == message.subject
        assert parsed(mail)["To"].addresses == (Address(name.full, addr_spec=ADDRESS.value),)

    def test_writes_a_domain_in_ascii(self) -> None:
        """A domain beyond ASCII has a form that every server knows."""
        mail = as_email(NUDGE, sender=MINA, to=EmailAddress("tomas@bücher.example.com"))
        assert b" <tomas@xn--bcher-kva.example.com>\r\n" in mail.as_bytes()

    def test_writes_an_address_beyond_ascii_as_it_is(self) -> None:
        """There is no other form of what stands before the @; SMTPUTF8 servers take it."""
        mail = as_email(NUDGE, sender=MINA, to=EmailAddress("jürgen@example.com"))
        assert " <jürgen@example.com>\r\n".encode() in mail.as_bytes()

    def test_can_be_added_to(self) -> None:
        """The caller may change the mail like any other: several receivers, a bare address, no subject."""
        mail = as_email(attrs.evolve(NUDGE, subject=None), sender=MINA, to=ADDRESS)
        assert mail["Subject"] is None
        mail.replace_header("To", "a@example.org, Bo <b@example.org>")
        assert b'To: <a@example.org>,\r\n "Bo"\r\n <b@example.org>\r\n' in mail.as_bytes()
        with pytest.raises(ValueError, match="at most 1 From"):
            mail["From"] = "c@example.org"

    @pytest.mark.parametrize("channel", [channel for channel in Channel if channel is not Channel.EMAIL])
    def test_refuses_other_channels(self, channel: Channel) -> None:
        """A note to LinkedIn, a letter or a call is no mail."""
        note = attrs.evolve(NUDGE, channel=channel)
        for make in (lambda: as_email(note, sender=MINA, to=ADDRESS), lambda: mailto(note, ADDRESS)):
            with pytest.raises(InvalidValueError, match=r"Message\.channel.*not_an_email"):
                make()


class TestToEml:
    """A file that mail programs open for editing."""

    def test_is_an_unsent_mail(self) -> None:
        """The file is the mail, marked as not sent."""
        date = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
        mail = parsed(to_eml(NUDGE, sender=MINA, to=ADDRESS, message_id="<n1@example.org>", date=date))
        assert (mail["X-Unsent"], mail["Message-ID"]) == ("1", "<n1@example.org>")
        assert mail["Date"].datetime == date
        assert mail.get_content().splitlines() == NUDGE.body.splitlines()

    def test_is_the_same_each_time(self) -> None:
        """Nothing in it is drawn or read off a clock."""
        assert to_eml(NUDGE, sender=MINA, to=ADDRESS) == to_eml(NUDGE, sender=MINA, to=ADDRESS)


class TestMailto:
    """A link that opens the message in the reader's own mail program."""

    def test_escapes_everything(self) -> None:
        """Blanks, line ends, ampersands, plus signs and other alphabets arrive as they were."""
        message = Message(
            kind=MessageKind.NUDGE, to=TOMAS.name, subject="a & b + ü?", body="One=1\n\nTwo & 'three'"
        )
        link = mailto(message, EmailAddress("o'brien+jobs@example.com"))
        assert link == (
            "mailto:o%27brien+jobs@example.com?subject=a%20%26%20b%20%2B%20%C3%BC%3F"
            "&body=One%3D1%0D%0A%0D%0ATwo%20%26%20%27three%27"
        )

    def test_leaves_out_a_missing_subject(self) -> None:
        """A message without a subject gives a link without one."""
        link = mailto(attrs.evolve(NUDGE, subject=None), ADDRESS)
        assert link.startswith("mailto:tomas.okafor@example.com?body=Dear%20Tomas")
        assert unquote(link.partition("body=")[2]) == NUDGE.body.replace("\n", "\r\n")


def test_ascii_addresses_do_not_cost_the_validator() -> None:
    """The module for mails does not load the package that is needed for other domains only."""
    code = "import sys, infoview.drafts; sys.exit('email_validator' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], check=False)  # noqa: S603 - this interpreter
    assert run.returncode == 0
