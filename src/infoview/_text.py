"""The rules for text that people type: how long, on how many lines, and without which characters.

One-line text may end up in a mail header, so it refuses everything that a header could be split or disguised
with: control characters, line and paragraph separators, lone surrogates, direction overrides, invisible
characters and RFC 2047 encoded-words. Multi-line text allows line feeds and tabs.
"""

import re
from typing import Any

import attrs

from infoview._fields import place_of
from infoview.exceptions import InvalidValueError

__all__ = ["IDENTIFIER", "LINE", "NAME", "TEXT", "TextRule", "count_words"]

_LAYOUT = "\t\n"
_CONTROL = "\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029"
_SURROGATE = "\ud800-\udfff"
_DIRECTION = "\u202a-\u202e\u2066-\u2069"
_INVISIBLE = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200e\u200f\u2060-\u2064\u206a-\u206f"
    "\u2800\u3164\ufeff\uffa0\ufff9-\ufffb\U0001d173-\U0001d17a"
)
# Joiners (U+200C, U+200D) and tags (U+E0000 to U+E007F) are invisible too, but Persian names, many emoji and
# the flags of Scotland and Wales are spelled with them.

_READABLE = re.compile("[^\\s\u200c\u200d\U000e0000-\U000e007f]")
_ONE_LINE_REFUSED = re.compile(f"[{_LAYOUT}{_CONTROL}{_SURROGATE}{_DIRECTION}{_INVISIBLE}]")
_MULTI_LINE_REFUSED = re.compile(f"[{_CONTROL}{_SURROGATE}{_DIRECTION}]")
_FAMILIES = (
    (
        re.compile(f"[{_LAYOUT}{_CONTROL}]"),
        "control_character",
        "remove the control characters; lines end in a line feed, where there may be several",
    ),
    (re.compile(f"[{_SURROGATE}]"), "surrogate", "remove the lone surrogates; the text is not valid Unicode"),
    (re.compile(f"[{_DIRECTION}{_INVISIBLE}]"), "bidi_control", "remove the invisible characters"),
)


@attrs.frozen
class TextRule:
    """A rule for one text field, used as its attrs validator.

    Attributes:
        max_length: The most code points allowed.
        multiline: Whether line feeds and tabs are allowed.
    """

    max_length: int
    multiline: bool = attrs.field(default=False, kw_only=True)

    def fault(self, value: object) -> tuple[str, str] | None:
        """Say what is wrong with *value*.

        Args:
            value: Anything.

        Returns:
            A stable code and a cure, or `None` when nothing is wrong. Linear in the length of the value.
        """
        if not isinstance(value, str):
            return "not_text", "give text"
        if not _READABLE.search(value):
            return "empty", "give some text, or leave the field out"
        if len(value) > self.max_length:
            return "too_long", f"shorten to at most {self.max_length} characters"
        refused = _MULTI_LINE_REFUSED if self.multiline else _ONE_LINE_REFUSED
        if hit := refused.search(value):
            return next((code, cure) for family, code, cure in _FAMILIES if family.match(hit[0]))
        if value[0].isspace() or value[-1].isspace():
            return "outer_blank", "remove the blanks at the ends"
        if not self.multiline and "=?" in value:
            # The opener alone is enough: a second text beside this one could complete it.
            return "encoded_word", "write the text itself, not its mail encoding (=?…?=)"
        return None

    def __call__(self, owner: object, attribute: "attrs.Attribute[Any]", value: object) -> None:
        """Refuse *value* for *attribute*, as attrs calls a validator.

        Args:
            owner: The object under construction.
            attribute: The field.
            value: The value given for it.

        Raises:
            InvalidValueError: When the rule is broken.
        """
        if fault := self.fault(value):
            raise InvalidValueError(place_of(owner, attribute), *fault)


IDENTIFIER = TextRule(200)
"""An opaque id: the caller's own, compared code point for code point."""

NAME = TextRule(100)
"""A part of a person's name."""

LINE = TextRule(200)
"""A line: an organisation, a position, a subject."""

TEXT = TextRule(10_000, multiline=True)
"""A paragraph or a few: a note, an answer, a message body."""


def count_words(text: str, /) -> int:
    """Count words the way the limits of the etiquette mean it.

    A word is a run of characters without white space that holds at least one letter or digit, so a lone dash
    or bullet is none.

    Args:
        text: Any text.

    Returns:
        The number of words, in linear time.
    """
    return sum(1 for token in text.split() if any(map(str.isalnum, token)))
