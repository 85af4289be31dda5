"""How a fact is fitted into an English sentence: its end, its beginning, its capital."""

from collections.abc import Sequence

from infoview.messages._needs import worded

__all__ = ["bare", "clause", "listed", "predicate", "question", "sentence", "without"]

_STRAIGHT = {0x2019: "'"}
"""A curly apostrophe, read as a straight one."""

_ENDS = " .!?,;:…"
_ABBREVIATIONS = frozenset(("co.", "corp.", "dept.", "etc.", "inc.", "jr.", "ltd.", "sr.", "st.", "univ."))
_NEVER_NAMES = frozenset(
    (
        *("a", "an", "the", "this", "that", "these", "those", "it", "they", "we", "you", "he", "she"),
        *("my", "our", "your", "its", "their", "his", "her", "there", "both", "some", "many"),
        *("how", "what", "when", "where", "which", "who", "whether", "why"),
        *("about", "after", "as", "at", "because", "before", "by", "for", "from", "if", "in", "into"),
        *("of", "on", "since", "through", "to", "with", "without"),
    )
)
"""Words that carry a capital only because a sentence begins with them."""


def bare(text: str, /) -> str:
    """Take off the marks that end a sentence.

    Args:
        text: A text that says something.

    Returns:
        The text without them; the full stop of an abbreviation stays.
    """
    stripped = text.rstrip(_ENDS).rstrip()
    dotted = f"{stripped.rsplit(maxsplit=1)[-1]}."
    keeps_stop = text.startswith(f"{stripped}.") and ("." in dotted[:-1] or dotted.lower() in _ABBREVIATIONS)
    return f"{stripped}." if keeps_stop and not text.startswith(f"{stripped}..") else stripped


def without(text: str, /, *leads: str) -> str:
    """Take off a beginning that the sentence supplies itself.

    Args:
        text: Any text.
        *leads: The beginnings; the first that the text repeats is taken off.

    Returns:
        The rest, or the text itself where there is none.
    """
    for lead in leads:
        rest = text[len(lead) :].lstrip()
        if text[: len(lead) + 1].translate(_STRAIGHT).lower() == f"{lead} ".lower() and worded(rest):
            return rest
    return text


def clause(text: str, /, *leads: str) -> str:
    """Fit a text into the middle of a sentence.

    Args:
        text: A text that says something.
        *leads: Beginnings that the sentence supplies itself; the first that the text repeats is taken off.

    Returns:
        The rest, with a small letter where a capital only marked the beginning of a sentence.
    """
    rest = without(bare(text), *leads)
    first = rest.split(maxsplit=1)[0].translate(_STRAIGHT).partition("'")[0]
    return _small(rest) if first.istitle() and first.lower() in _NEVER_NAMES else rest


def predicate(text: str, /, *leads: str) -> str:
    """Fit a text that begins with a verb into the middle of a sentence.

    Args:
        text: A text that says something.
        *leads: Beginnings that the sentence supplies itself.

    Returns:
        The rest, with a small first letter unless the whole word is written in capitals.
    """
    rest = clause(text, *leads)
    return _small(rest) if rest[1:2].islower() else rest


def sentence(text: str, /) -> str:
    """Make a text a sentence.

    Args:
        text: A text that says something.

    Returns:
        The text with a capital and one full stop.
    """
    words = bare(text)
    return _capital(words if words.endswith((".", '."', ".”", '!"', "!”", '?"', "?”")) else f"{words}.")


def question(text: str, /) -> str:
    """Make a text a question.

    Args:
        text: A text that says something.

    Returns:
        The text with a capital and one question mark.
    """
    return _capital(f"{bare(text)}?")


def listed(names: Sequence[str], /) -> str:
    """Put names in a row.

    Args:
        names: One or more.

    Returns:
        ``A``, ``A and B``, or ``A, B and C``.
    """
    *most, last = names
    return f"{', '.join(most)} and {last}" if most else last


def _small(text: str) -> str:
    return text[0].lower() + text[1:]


def _capital(text: str) -> str:
    return text[0].upper() + text[1:]
