"""Texts that the library takes: friendly ones, foreign ones, and hostile ones that are legal."""

import re
from functools import lru_cache, partial

from hypothesis import strategies as st

from infoview._text import IDENTIFIER, LINE, TEXT, TextRule

__all__ = ["identifiers", "lines", "texts", "texts_under"]

_WORDS = ("ward", "notes", "become", "maps", "for", "small", "teams", "over", "many", "years")
_FOREIGN = (
    *("O'Brien", "D\u2019Angelo", "Jean-Luc", "Łukasz", "Straße", "İpek", "ﬁn", "Nguyễn", "e\u0301te\u0301"),
    *("李小龍", "김민준", "שרה", "محمد", "सीता", "ஸ்ரீ", "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645"),
    *("👩🏽\u200d💻", "\U0001f3f4\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f", "\U0001d504"),
)
"""Signs of many scripts, among them joined letters and emoji, and letters that are none of the alphabet."""

_LOOKALIKES = (
    *("None", "null", "{name}", "{0}", "%s", "$x", "[name]", "<b>", "&amp;", "\\n", "\\", '"', "'", "''"),
    *(";", "--", "=", "?", "@", "\u00a0", "1e5", "0", "-0", " ", "  ", "...", "…", "—", "Re:", "=1+1"),
)
"""What programs take for something else."""

_LAYOUT = ("\n", "\n\n", "\t")
_INVISIBLE = "\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0"
"""What nobody can see, though Unicode says that it is a letter or a sign."""

_CHARACTERS = st.characters(exclude_categories=("Cc", "Cf", "Cs", "Zl", "Zp"), exclude_characters=_INVISIBLE)
_SENTENCES = st.lists(st.sampled_from(_WORDS), min_size=1, max_size=6).map(" ".join)


@st.composite
def texts_under(draw: st.DrawFn, rule: TextRule, *, plain: bool = False) -> str:
    """Draw texts that pass a rule.

    Args:
        draw: Given by Hypothesis.
        rule: The rule.
        plain: Whether to draw a few friendly words only.

    Returns:
        Texts of 1 to `TextRule.max_length` code points.
    """
    # A composite is told by its name, where the parts would fill pages in a report.
    return draw(_texts_under(rule, plain=plain))


@lru_cache(maxsize=1_000)
def _texts_under(rule: TextRule, *, plain: bool) -> st.SearchStrategy[str]:
    mended = partial(_mended, rule)
    if plain:
        return _SENTENCES.map(mended)
    pieces = (*_FOREIGN, *_LOOKALIKES, *(_LAYOUT if rule.multiline else ()))
    mixed = st.lists(st.sampled_from(pieces) | _CHARACTERS, min_size=1, max_size=8).map("".join)
    long = st.sampled_from(("w", "ö ", "語", "👩🏽\u200d💻")).map(lambda piece: piece * rule.max_length)
    return st.one_of(_SENTENCES, st.sampled_from(_FOREIGN), mixed, mixed, long).map(mended)


def _mended(rule: TextRule, text: str) -> str:
    """Bend a text until it passes."""
    if not rule.multiline:
        text = re.sub(r"=\?+", "=", text)
    text = text.strip()[: rule.max_length].strip()
    return "…" if rule.fault(text) else text


def lines(*, max_length: int = LINE.max_length, plain: bool = False) -> st.SearchStrategy[str]:
    """Draw texts of one line, as organisations, positions and subjects are.

    Args:
        max_length: The most code points, at least 1.
        plain: Whether to draw a few friendly words only.

    Returns:
        Lines without what could split or disguise a mail header.
    """
    return texts_under(TextRule(max_length), plain=plain)


def texts(*, max_length: int = TEXT.max_length, plain: bool = False) -> st.SearchStrategy[str]:
    """Draw texts of several lines, as notes and bodies are.

    Args:
        max_length: The most code points, at least 1.
        plain: Whether to draw a few friendly words only.

    Returns:
        Texts that may hold line feeds and tabs.
    """
    return texts_under(TextRule(max_length, multiline=True), plain=plain)


def identifiers(*, max_length: int = IDENTIFIER.max_length) -> st.SearchStrategy[str]:
    """Draw ids: short ones, some of which only differ in case or by an accent, and odd ones.

    Args:
        max_length: The most code points, at least 1.

    Returns:
        Ids. Few enough are drawn again and again, so that a mix-up shows.
    """
    few = st.sampled_from(("a", "A", "b", "é", "e\u0301", "a/b", "a%", "0"))
    return st.one_of(few.map(partial(_mended, TextRule(max_length))), lines(max_length=max_length))
