import re
from collections.abc import Callable
from email import message_from_bytes
from email.header import decode_header
from email.message import EmailMessage
from email.policy import SMTP
from itertools import groupby
from unicodedata import category, normalize

import pytest
from hypothesis import Phase, example, given, settings
from hypothesis import strategies as st

from infoview._people import PersonName
from infoview._text import LINE, NAME, TEXT, TextRule, count_words
from infoview.exceptions import InvalidValueError

HOSTILE = st.sampled_from(
    [
        *"aZé数 \t\n\r\0\x0b\x0c\x1c\x7f\x85\x9f\u00a0\u2003\u3000",
        *"\u00ad\u061c\u180e\u200b\u200c\u200d\u200e\u2028\u2029\u202a\u202e\u2060\u2064\u2066\u2069\u206a\ufeff",
        *"\ufff9\ud800\udfff\u0301👩",
        *"=?_:",
        "=?utf-8?q?a=0D=0ABcc:_eve@example.org?=",
        "=?utf-8",
        "?q?=0D=0ABcc:_eve@example.org?=",
        "\r\nBcc: eve@example.org",
    ]
)
TEXTS = st.lists(HOSTILE, max_size=12).map("".join) | st.text(max_size=40)

SEEN = re.compile("[\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2\u200c\u200d]")
"""The format characters that are seen (Arabic and Syriac signs) or that names are spelled with (joiners)."""

UNSEEN = {c for c in map(chr, range(0x10000)) if category(c) == "Cf" and not SEEN.match(c)}
"""All others of the basic plane. Those beyond spell flags, music and shorthand."""

UNFIT = {"Cc", "Zl", "Zp", "Cs"}
"""The categories of controls, separators of lines and paragraphs, and lone surrogates."""

Accepts = Callable[[str], bool]


def accepts(text: str) -> bool:
    """Tell whether the rule for one line lets a text pass."""
    return LINE.fault(text) is None


def shows_all(line: str) -> bool:
    """Decide from the categories of Unicode, code point by code point, whether a line shows all it holds."""
    return not any(category(c) in UNFIT or c in UNSEEN for c in line)


def reads_as_written(line: str) -> bool:
    """Tell whether a mail reader shows a header line as it is, with nothing in it to decode."""
    return decode_header(line) == [(line, None)] and len(line.splitlines()) == 1


def header_names(values: list[str]) -> list[str]:
    """Write a mail whose subject is made of *values*, read it back, and list its headers."""
    message = EmailMessage(policy=SMTP)
    message["To"] = "ada@example.org"
    message["Subject"] = " ".join(values)
    return message_from_bytes(message.as_bytes(), policy=SMTP).keys()


PIECES = st.sampled_from(
    ["a", "=?utf-8", "?q?=0D=0ABcc:?=", "=?utf-8?q?a=0D=0A?=", "\r\nBcc: eve@example.org"]
)
LINES = st.lists((TEXTS | PIECES).map(str.strip), min_size=1, max_size=3)


class TestOneLine:
    """One-line text refuses everything that a header could be split or disguised with.

    Control characters, line and paragraph separators, lone surrogates, direction overrides, invisible
    characters and RFC 2047 encoded-words.
    """

    @given(text=TEXTS)
    @example(text="\u00ad")
    def test_is_what_the_categories_of_unicode_say(self, text: str) -> None:
        """A line passes exactly when it is short, trimmed, and shows all it holds."""
        good = text == text.strip() and text.strip("\u200c\u200d") and len(text) <= LINE.max_length
        assert accepts(text) == bool(good and shows_all(text) and "=?" not in text)

    @given(values=LINES)
    def test_reads_as_written_beside_others(self, values: list[str]) -> None:
        """However many lines make a subject, a mail reader has nothing to decode."""
        if all(map(accepts, values)):
            assert reads_as_written(" ".join(values))

    @given(values=LINES)
    def test_adds_no_header_to_a_mail(self, values: list[str]) -> None:
        """However many lines make a subject, the mail has the headers it was given."""
        if all(map(accepts, values)):
            assert header_names(values) == ["To", "Subject"]

    @pytest.mark.parametrize(
        "double",
        [
            lambda _text: True,
            lambda text: "\r" not in text and "\n" not in text,
            lambda text: not re.search(r"[\r\n]|=\?[^?]*\?[^?]*\?", text),
        ],
        ids=["lets all pass", "looks for line breaks only", "looks at each text alone"],
    )
    def test_would_catch_a_rule_that(self, double: Accepts) -> None:
        """A broken double lets lines pass that make an encoded-word or a line break."""

        @settings(phases=[Phase.generate])
        @given(values=st.lists(PIECES, min_size=2, max_size=2))
        def law(values: list[str]) -> None:
            if all(map(double, values)):
                assert reads_as_written(" ".join(values))

        with pytest.raises(AssertionError):
            law()

    @given(given_name=TEXTS, family=TEXTS)
    def test_makes_names_of_one_line(self, given_name: str, family: str) -> None:
        """Put together, the parts of a name are still one line that shows all it holds."""
        try:
            name = PersonName(given=given_name, family=family)
        except InvalidValueError:
            return
        assert TextRule(2 * NAME.max_length + 1).fault(name.full) is None

    @given(text=TEXTS, form=st.sampled_from(["NFC", "NFD", "NFKC", "NFKD"]))
    def test_is_kept_code_point_for_code_point(self, text: str, form: str) -> None:
        """What passes is stored as it was given, composed or not."""
        spelled = normalize(form, text)
        if NAME.fault(spelled) is None:
            assert PersonName(given=spelled).given == spelled


class TestManyLines:
    """Multi-line text allows line feeds and tabs."""

    @given(text=TEXTS)
    def test_is_one_line_beside_another(self, text: str) -> None:
        """A trimmed text passes exactly when no control, surrogate or override is in it."""
        allowed = not any(
            (category(c) in UNFIT and c not in "\t\n")
            or "\u202a" <= c <= "\u202e"
            or "\u2066" <= c <= "\u2069"
            for c in text
        )
        readable = text.strip("\u200c\u200d") != "" and text == text.strip()
        assert (TEXT.fault(text) is None) == (allowed and readable)

    @given(text=TEXTS)
    def test_is_never_stricter_than_one_line(self, text: str) -> None:
        """Every line is a paragraph too."""
        assert not accepts(text) or TEXT.fault(text) is None


def counted_by_hand(text: str) -> int:
    """Count words character by character."""
    runs = [list(run) for blank, run in groupby(text, str.isspace) if not blank]
    return sum(1 for run in runs if any(category(c)[0] in "LN" for c in run))


WORDY = st.text(st.sampled_from("ab1½数 \u00a0\n\u2013-•…'\u0301"), max_size=30)


class TestWords:
    """A word is a run of characters without white space that holds at least one letter or digit.

    So a lone dash or bullet is none.
    """

    @given(text=WORDY | st.text())
    def test_are_counted_as_by_hand(self, text: str) -> None:
        """The count is that of going through the text character by character."""
        assert count_words(text) == counted_by_hand(text)

    @given(texts=st.lists(WORDY))
    def test_add_up(self, texts: list[str]) -> None:
        """A text has the words of its lines."""
        assert count_words("\n".join(texts)) == sum(map(count_words, texts))

    @pytest.mark.parametrize(
        "double",
        [
            lambda text: len(text.split()),
            lambda text: len(re.findall(r"\w+", text)),
            lambda text: text.count(" ") + 1,
        ],
        ids=["counts runs", "counts runs of letters", "counts blanks"],
    )
    def test_would_catch_a_count_that(self, double: Callable[[str], int]) -> None:
        """A broken double is wrong about some text."""

        @settings(phases=[Phase.generate])
        @given(text=WORDY)
        def law(text: str) -> None:
            assert double(text) == counted_by_hand(text)

        with pytest.raises(AssertionError):
            law()
