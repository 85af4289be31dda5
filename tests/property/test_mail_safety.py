import re
from collections.abc import Callable
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.policy import SMTP, default
from urllib.parse import parse_qs

import attrs
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from tests.letters import MINA

from infoview._address import EmailAddress
from infoview._people import PersonName
from infoview._text import LINE, NAME, TEXT, TextRule
from infoview.drafts import mailto, to_eml
from infoview.messages import Message, MessageKind, Thread

Writer = Callable[[Message, EmailAddress], bytes]

CHARACTERS = st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp"))
PIECES = [
    *("=", "?", "=C3", "utf-8", "q?", ",", ";", ":", "<", ">", "@", '"', "\\", "(", ")", ".", " ", "  "),
    *("é", "日本", "\u200d", "\N{GRINNING FACE}", "ü" * 30, "a" * 90, "Bcc: eve@example.net", "\u00a0"),
]
LINES = st.lists(st.sampled_from(PIECES) | CHARACTERS, min_size=1, max_size=25).map("".join)
BODIES = st.lists(
    st.sampled_from(
        ["", ".", "..", "From me", ">From me", "To: eve@example.net", "--", "é" * 400, "x" * 1_200, "\ttab "]
    )
    | LINES,
    min_size=1,
    max_size=8,
).map("\n".join)
IDS = st.text(
    st.characters(min_codepoint=33, max_codepoint=126, exclude_characters="<>"), min_size=1, max_size=300
).map(lambda text: f"<{text.replace('=?', '==')}>")
ADDRESSES = st.sampled_from(
    [
        EmailAddress(f"{local}@{domain}.org")
        for local in ("eve", "o'b+x", "jürgen")
        for domain in ("example", "bücher")
    ]
)


def passable(text: str, rule: TextRule) -> str:
    """Bend a text until it passes its rule; what cannot be bent becomes a dash."""
    bent = re.sub(r"=\?+", "=", text)[: rule.max_length].strip()
    return "-" if rule.fault(bent) else bent


NAMES = st.builds(
    PersonName,
    given=LINES.map(lambda text: passable(text, NAME)),
    family=st.none() | LINES.map(lambda text: passable(text, NAME)),
)
MESSAGES = st.builds(
    Message,
    kind=st.just(MessageKind.NUDGE),
    to=NAMES,
    subject=st.none() | LINES.map(lambda text: passable(text, LINE)),
    body=BODIES.map(lambda text: passable(text, TEXT)),
    references=st.lists(IDS, max_size=4).map(tuple),
)
PLAIN = Message(kind=MessageKind.NUDGE, to=MINA.name, subject="Hello there", body="One\n\nTwo")


def ours(message: Message, to: EmailAddress) -> bytes:
    """Write a mail the way infoview does."""
    return to_eml(message, sender=MINA, to=to, message_id="<n1@example.org>")


def header_lines(mail: bytes) -> dict[str, str]:
    """Read the headers by hand: unfold the lines, cut at the colon; a name that comes twice is a fault."""
    head = mail.partition(b"\r\n\r\n")[0].decode()
    lines = [line.partition(": ") for line in re.sub(r"\r\n([ \t])", r"\1", head).split("\r\n")]
    assert len({name for name, _, _ in lines}) == len(lines)
    return {name: value for name, _, value in lines}


def is_safe(writer: Writer, message: Message, to: EmailAddress) -> None:
    """Check: no header added, none lost, each line short, subject and thread as they were."""
    mail = writer(message, to)
    expected = {
        "From",
        "To",
        "Message-ID",
        "Content-Type",
        "Content-Transfer-Encoding",
        "MIME-Version",
        "X-Unsent",
    }
    expected |= {"Subject"} if message.subject else set()
    expected |= {"In-Reply-To", "References"} if message.references else set()
    headers = header_lines(mail)
    assert set(headers) == set(message_from_bytes(mail).keys()) == expected
    assert max(len(line) for line in mail.split(b"\r\n")) <= 998
    if message.subject:
        assert str(make_header(decode_header(headers["Subject"]))) == message.subject
        assert message_from_bytes(mail, policy=default)["Subject"] == message.subject
    if message.references:
        assert headers["In-Reply-To"] == message.references[-1]
        assert headers["References"].split() == list(message.references)


def delivers(writer: Writer, message: Message, to: EmailAddress) -> None:
    """Check: one receiver, by name and address."""
    phrase, _, address = header_lines(writer(message, to))["To"].rpartition(" ")
    assert address.startswith(f"<{to.local}@")
    if phrase.startswith('"'):
        assert re.fullmatch(r'"(?:[^"\\]|\\.)*"', phrase)
        assert re.sub(r"\\(.)", r"\1", phrase[1:-1]) == message.to.full
    else:
        assert re.fullmatch(r"(=\?utf-8\?[bq]\?[!-;@-~=]+\?=\s*)+", phrase)
        assert str(make_header(decode_header(phrase))) == message.to.full


def keeps_the_text(writer: Writer, message: Message, to: EmailAddress) -> None:
    """Check: the body arrives as it was."""
    received = message_from_bytes(writer(message, to), policy=default)
    assert isinstance(received, EmailMessage)
    assert received.get_content().replace("\r\n", "\n") == f"{message.body}\n"


def breaks(law: Callable[[Writer, Message, EmailAddress], None], writer: Writer, message: Message) -> bool:
    """Tell whether a law holds for our writer and is broken by another."""
    to = EmailAddress("eve@example.org")
    law(ours, message, to)
    try:
        law(writer, message, to)
    except (AssertionError, ValueError):
        return True
    return False


def stdlib(message: Message, to: EmailAddress) -> bytes:
    """Write a mail the way the standard library's example does."""
    mail = EmailMessage(policy=SMTP)
    mail["From"] = f"{MINA.name} <{MINA.email}>"
    mail["To"] = f"{message.to} <{to}>"
    mail["Message-ID"] = "<n1@example.org>"
    if message.subject:
        mail["Subject"] = message.subject
    if message.references:
        mail["In-Reply-To"] = message.in_reply_to
        mail["References"] = " ".join(message.references)
    mail.set_content(message.body)
    mail["X-Unsent"] = "1"
    return mail.as_bytes()


def by_hand(message: Message, to: EmailAddress) -> bytes:
    """Write a mail with string formatting."""
    head = f"From: {MINA.email}\r\nTo: {message.to} <{to}>\r\nSubject: {message.subject}"
    mime = "Content-Type: text/plain\r\nContent-Transfer-Encoding: 8bit\r\nMIME-Version: 1.0"
    return f"{head}\r\n{mime}\r\n\r\n{message.body}\r\n".encode()


class TestHeaders:
    """Header injection is impossible: the bytes of every produced mail are parsed back and compared."""

    @given(message=MESSAGES, to=ADDRESSES)
    @example(message=attrs.evolve(PLAIN, subject="a =C3 ?q?"), to=EmailAddress("eve@example.org"))
    def test_are_the_expected_ones(self, message: Message, to: EmailAddress) -> None:
        """Whatever the texts, the headers are ours and carry what they should."""
        is_safe(ours, message, to)

    @given(message=MESSAGES, to=ADDRESSES)
    def test_name_one_receiver(self, message: Message, to: EmailAddress) -> None:
        """A name is only a name."""
        delivers(ours, message, to)

    def test_notice_the_library_that_breaks_threads(self) -> None:
        """The standard library encodes an id that is longer than a line."""
        assert breaks(is_safe, stdlib, attrs.evolve(PLAIN, references=(f"<{'a' * 90}@example.org>",)))

    def test_notice_the_library_that_takes_names_for_addresses(self) -> None:
        """A name with a comma becomes two receivers where it is pasted into a header."""
        assert breaks(
            delivers, stdlib, attrs.evolve(PLAIN, to=PersonName(given="Okafor,", family="T <x@example.org>"))
        )

    def test_notice_headers_written_by_hand(self) -> None:
        """Formatting does not encode."""
        assert breaks(delivers, by_hand, attrs.evolve(PLAIN, to=PersonName(given="Ørsted")))


class TestBodies:
    """The text arrives intact: lines that begin with "From " or a dot, very long lines, other alphabets."""

    @given(message=MESSAGES, to=ADDRESSES)
    def test_arrive_as_they_were(self, message: Message, to: EmailAddress) -> None:
        """Nothing is added, cut or escaped."""
        keeps_the_text(ours, message, to)

    def test_notice_text_written_by_hand(self) -> None:
        """A body without a character set does not arrive."""
        assert breaks(keeps_the_text, by_hand, attrs.evolve(PLAIN, body="Grüße"))


class TestLinks:
    """A mailto link is ASCII and carries subject and text as they were (RFC 6068)."""

    @given(message=MESSAGES, to=ADDRESSES)
    def test_read_back(self, message: Message, to: EmailAddress) -> None:
        """Percent-decoding gives back every character, and there are no other fields."""
        link = mailto(message, to)
        assert re.fullmatch(r"mailto:[A-Za-z0-9@+%._~-]+\?[A-Za-z0-9=&%._~-]+", link)
        fields = parse_qs(link.partition("?")[2], strict_parsing=True)
        expected = {"subject": [message.subject], "body": [message.body.replace("\n", "\r\n")]}
        assert fields == {name: value for name, value in expected.items() if value != [None]}


class TestThreads:
    """An answer carries ``Re:`` once, however long the conversation."""

    @given(subject=LINES.map(lambda text: passable(text, TextRule(190))))
    def test_an_answer_to_an_answer_has_the_same_subject(self, subject: str) -> None:
        """Answering is idempotent, and always passes as a subject."""
        reply = Thread(subject=subject).reply_subject
        assert reply.lower().startswith("re:")
        assert LINE.fault(reply) is None
        assert Thread(subject=reply[:190].strip()).reply_subject == reply[:190].strip()


@pytest.mark.parametrize(
    "line_end", ["\r", "\r\n", "\n", "\x0b", "\x0c", "\x1c", "\x85", "\u2028", "\u2029", "\x00"]
)
@pytest.mark.parametrize("field", ["subject", "given"])
def test_no_line_end_passes(field: str, line_end: str) -> None:
    """What could end a line is refused before a header is made."""
    hostile = f"a{line_end}Bcc: eve@example.net"
    with pytest.raises(ValueError, match="control_character"):
        attrs.evolve(PLAIN, subject=hostile) if field == "subject" else PersonName(given=hostile)
