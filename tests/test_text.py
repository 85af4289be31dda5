import re
from typing import Any
from unicodedata import normalize

import attrs
import pytest
from attrs.validators import optional

from infoview import _text
from infoview._people import PersonName
from infoview._text import IDENTIFIER, LINE, NAME, TEXT, TextRule, count_words
from infoview.exceptions import InvalidValueError

MEGABYTE = 1_000_000


@attrs.frozen(kw_only=True)
class Card:
    """A class with one field of each sort."""

    title: str = attrs.field(default="x", validator=TextRule(5))
    body: str = attrs.field(default="x", validator=TextRule(5, multiline=True))
    motto: str | None = attrs.field(default=None, validator=optional(TextRule(5)))


class NeverSearched:
    """Stands in for a pattern and fails the test when anybody uses it."""

    def search(self, _value: str) -> None:
        """Fail."""
        raise AssertionError("a text that is too long was searched")


CONTROLS = [*map(chr, range(0x20)), *map(chr, range(0x7F, 0xA0)), "\u2028", "\u2029"]
SURROGATES = ["\ud800", "\udbff", "\udc00", "\udfff"]
DIRECTIONS = [*map(chr, range(0x202A, 0x202F)), *map(chr, range(0x2066, 0x206A))]
INVISIBLES = [
    *"\u00ad\u061c\u180e\u200b\u200e\u200f\ufeff",
    *map(chr, range(0x2060, 0x2065)),
    *map(chr, range(0x206A, 0x2070)),
    *map(chr, range(0xFFF9, 0xFFFC)),
]


def code_points(characters: list[str]) -> pytest.MarkDecorator:
    """Run a test for each character, named by its code point."""
    return pytest.mark.parametrize("character", characters, ids=lambda c: f"U+{ord(c):04X}")


class TestOneLine:
    """Text that may end up in a header."""

    @pytest.mark.parametrize("value", [None, 5, b"x", ["x"], ("x",), object()])
    def test_refuses_what_is_no_text(self, value: object) -> None:
        """Only text is text."""
        assert LINE.fault(value) == ("not_text", "give text")

    @pytest.mark.parametrize("value", ["", " ", "\t\n", "\u00a0\u2003", "\u2028"])
    def test_refuses_blank_text(self, value: str) -> None:
        """Nothing, or nothing but blanks, says nothing."""
        assert LINE.fault(value) == ("empty", "give some text, or leave the field out")

    def test_measures_length_in_code_points(self) -> None:
        """The limit itself is allowed, one code point more is not, however many bytes they take."""
        assert TextRule(3).fault("𝄞" * 3) is None
        assert TextRule(3).fault("𝄞" * 4) == ("too_long", "shorten to at most 3 characters")

    @code_points(CONTROLS)
    def test_refuses_control_characters(self, character: str) -> None:
        """C0, DEL, C1 and the two separators could split a header or a line."""
        fault = LINE.fault(f"a{character}b")
        assert fault is not None
        assert fault[0] == "control_character"

    @code_points(SURROGATES)
    def test_refuses_lone_surrogates(self, character: str) -> None:
        """A lone surrogate cannot be encoded."""
        fault = LINE.fault(f"a{character}b")
        assert fault is not None
        assert fault[0] == "surrogate"

    @code_points(DIRECTIONS + INVISIBLES)
    def test_refuses_what_hides_or_reorders(self, character: str) -> None:
        """Direction overrides and invisible characters disguise what a text says."""
        fault = LINE.fault(f"a{character}b")
        assert fault is not None
        assert fault[0] == "bidi_control"

    @pytest.mark.parametrize(
        "value",
        [
            "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
            "👩\u200d💻",
            "Ångström",
            "José",
            "李小龍",
            "O\u2019Brien",
        ],
    )
    def test_allows_what_names_are_spelled_with(self, value: str) -> None:
        """Joiners, marks and every script are welcome."""
        assert LINE.fault(value) is None

    @pytest.mark.parametrize("value", ["\u200d", "\u200c \u200d", "\U000e0041"])
    def test_refuses_what_nobody_can_see(self, value: str) -> None:
        """Joiners and tags without anything to join or tag are no text."""
        assert LINE.fault(value) == ("empty", "give some text, or leave the field out")

    @pytest.mark.parametrize(
        "value", ["Ada\u3164", "\u115f", "a\u2800b", "\uffa0", "A\u034fda", "a\U0001d173"]
    )
    def test_refuses_letters_that_do_not_show(self, value: str) -> None:
        """Fillers and their like make two names that look the same."""
        assert LINE.fault(value) == ("bidi_control", "remove the invisible characters")

    @pytest.mark.parametrize("value", [" a", "a ", "\u00a0a", "a\u3000"])
    def test_refuses_blanks_at_the_ends(self, value: str) -> None:
        """A text begins and ends with something to read."""
        assert LINE.fault(value) == ("outer_blank", "remove the blanks at the ends")

    @pytest.mark.parametrize(
        "value", ["=?utf-8?q?a=0D=0ABcc:_e?=", "x =?utf-8?b?QQ==?= y", "=?utf-8", "a=?", "=?=?=?"]
    )
    def test_refuses_the_opener_of_an_encoded_word(self, value: str) -> None:
        """A mail reader decodes encoded-words, line breaks included; a second text could complete one."""
        fault = LINE.fault(value)
        assert fault is not None
        assert fault[0] == "encoded_word"

    @pytest.mark.parametrize("value", ["1+1=2?", "why? =", "?="])
    def test_allows_equals_and_question_marks_apart(self, value: str) -> None:
        """Only the opener is refused, not its characters."""
        assert LINE.fault(value) is None


class TestManyLines:
    """Text that never does."""

    @pytest.mark.parametrize("value", ["a\nb", "a\n\n\tb", "a\u200bb", "=?utf-8?q?x?="])
    def test_allows_what_never_reaches_a_header(self, value: str) -> None:
        """A paragraph may hold line feeds, tabs, invisible characters and the look of an encoded-word."""
        assert TEXT.fault(value) is None

    @code_points([c for c in CONTROLS if c not in "\t\n"])
    def test_refuses_every_other_control_character(self, character: str) -> None:
        """A carriage return, a NUL or a paragraph separator is refused in a paragraph too."""
        fault = TEXT.fault(f"a{character}b")
        assert fault is not None
        assert fault[0] == "control_character"

    @code_points(SURROGATES)
    def test_refuses_lone_surrogates(self, character: str) -> None:
        """A lone surrogate cannot be encoded."""
        fault = TEXT.fault(f"a{character}b")
        assert fault is not None
        assert fault[0] == "surrogate"

    @code_points(DIRECTIONS)
    def test_refuses_direction_overrides(self, character: str) -> None:
        """What reorders the text around it is refused everywhere."""
        fault = TEXT.fault(f"a{character}b")
        assert fault is not None
        assert fault[0] == "bidi_control"

    @pytest.mark.parametrize("value", ["\na", "a\n", "\ta"])
    def test_refuses_blanks_at_the_ends(self, value: str) -> None:
        """A paragraph begins and ends with something to read."""
        assert TEXT.fault(value) == ("outer_blank", "remove the blanks at the ends")


class TestLength:
    """How long a text may be, and what that costs."""

    @pytest.mark.parametrize(("rule", "limit"), [(IDENTIFIER, 200), (NAME, 100), (LINE, 200), (TEXT, 10_000)])
    def test_is_bounded_in_every_rule(self, rule: TextRule, limit: int) -> None:
        """Each named rule allows its limit and nothing above."""
        assert rule.fault("x" * limit) is None
        assert rule.fault("x" * (limit + 1)) == ("too_long", f"shorten to at most {limit} characters")

    @pytest.mark.parametrize("unit", ["x", "\0", "\ud800", "=?", "\u202e", "e\u0301"])
    @pytest.mark.parametrize("rule", [LINE, TEXT], ids=["one line", "many lines"])
    def test_is_asked_before_anything_is_searched(
        self, monkeypatch: pytest.MonkeyPatch, rule: TextRule, unit: str
    ) -> None:
        """A megabyte is refused for its length; no pattern ever sees it."""
        monkeypatch.setattr(_text, "_ONE_LINE_REFUSED", NeverSearched())
        monkeypatch.setattr(_text, "_MULTI_LINE_REFUSED", NeverSearched())
        fault = rule.fault(unit * MEGABYTE)
        assert fault is not None
        assert fault[0] == "too_long"

    def test_of_blanks_does_not_matter(self) -> None:
        """A megabyte of blanks is empty."""
        assert TEXT.fault(" " * MEGABYTE) == ("empty", "give some text, or leave the field out")

    def test_costs_linear_time_since_no_pattern_repeats(self) -> None:
        """Every pattern is one character class, so no text makes it backtrack."""
        patterns = [value for value in vars(_text).values() if isinstance(value, re.Pattern)]
        patterns += [family for family, _code, _cure in _text._FAMILIES]
        assert len(patterns) == 6
        assert [p.pattern for p in patterns if not re.fullmatch(r"\[[^\]]+\]", p.pattern, re.DOTALL)] == []


class TestField:
    """A rule as a validator."""

    @pytest.mark.parametrize("name", ["title", "body", "motto"])
    def test_is_named_in_the_error_and_its_value_is_not(self, name: str) -> None:
        """The error says class, field, code and cure, and nothing of what was given."""
        with pytest.raises(InvalidValueError) as caught:
            Card(**{name: "secret"})
        error = caught.value
        assert (error.field, error.code) == (f"Card.{name}", "too_long")
        assert "secret" not in str(error)

    @pytest.mark.parametrize("value", [None, "", "\0", "a\0b"])
    def test_reports_what_the_rule_reports(self, value: object) -> None:
        """A field's error carries the very fault of its rule."""
        with pytest.raises(InvalidValueError) as caught:
            Card(title=value)
        assert (caught.value.code, caught.value.cure) == TextRule(5).fault(value)

    def test_keeps_good_text_as_it_is(self) -> None:
        """Nothing is trimmed or rewritten."""
        card = Card(title="a b", body="a\nb", motto="c")
        assert (card.title, card.body, card.motto) == ("a b", "a\nb", "c")

    def test_may_be_none_when_optional(self) -> None:
        """An optional rule lets `None` pass, and nothing else that is no text."""
        assert Card(motto=None).motto is None
        with pytest.raises(InvalidValueError) as caught:
            Card(motto=0)
        assert caught.value.code == "not_text"

    @pytest.mark.parametrize("form", ["NFC", "NFD"])
    def test_keeps_the_spelling_of_marks(self, form: str) -> None:
        """A composed name stays composed, a decomposed one decomposed: the spelling is the person's."""
        spelled = normalize(form, "Zoë Ångström")
        assert PersonName(given=spelled).given == spelled

    def test_may_be_shared_as_a_rule(self) -> None:
        """Rules are values: equal when they say the same."""
        assert TextRule(200) == LINE
        assert TextRule(200, multiline=True) != LINE

    def test_names_its_exception(self) -> None:
        """How many lines there may be is said by name."""
        rule: Any = TextRule
        with pytest.raises(TypeError, match=r"takes \d positional arguments? but"):
            rule(200, True)


class TestCountWords:
    """How the limits of the etiquette count."""

    @pytest.mark.parametrize(
        ("text", "words"),
        [
            ("", 0),
            (" \n\t ", 0),
            ("one", 1),
            ("two words", 2),
            ("  outer\u00a0blanks \n", 2),
            ("a dash \u2013 is none", 4),
            ("• a bullet", 2),
            ("well-known don't", 2),
            ("3 4½ \u0661", 3),
            ("数据 工程师", 2),
            ("… … …", 0),
            ("…and", 1),
        ],
    )
    def test_counts_runs_that_hold_a_letter_or_digit(self, text: str, words: int) -> None:
        """A lone dash or bullet is no word."""
        assert count_words(text) == words

    @pytest.mark.parametrize(("unit", "words"), [("a ", MEGABYTE // 2), ("ab", 1), ("- ", 0), ("--", 0)])
    def test_counts_a_megabyte(self, unit: str, words: int) -> None:
        """Long text of any shape is counted."""
        assert count_words(unit * (MEGABYTE // 2)) == words

    def test_differs_from_counting_runs(self) -> None:
        """A broken double that counts every run is not good enough for a bulleted text."""
        text = "- a - b"
        assert (len(text.split()), count_words(text)) == (4, 2)
