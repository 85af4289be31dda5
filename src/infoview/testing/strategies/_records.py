"""What stores keep, with keys and texts that engines confuse."""

from collections.abc import Mapping

from hypothesis import strategies as st

from infoview.storage import Entry, Erase, NewEntry, Put, Record, Ref, Scalar
from infoview.testing.strategies._rules import draws

__all__ = ["bodies", "entries", "erases", "keys", "new_entries", "puts", "records", "refs", "terms"]

_CONFUSABLE = (
    *(
        "a",
        "A",
        "b",
        "a ",
        " a",
        "é",
        "e\u0301",
        "Å",
        "\u212b",
        "ß",
        "ss",
        "i",
        "İ",
        "\u0131",
        "0",
        "00",
        "1",
    ),
    *("a/b", "a:b", "a%", "a_", "a'b", 'a"b', "a\\b", "😀", "\uffff", "NULL", "null", "\n", "\t", "\x7f"),
)
_CHARACTERS = st.characters(codec="utf-8", exclude_characters="\0")
_LARGEST = 2**63 - 1
_POSITIONS = st.integers(1, _LARGEST)


def keys() -> st.SearchStrategy[str]:
    """Draw kinds, ids, tenants and names of terms: what is compared code point for code point.

    Returns:
        Texts of 1 to 200 code points, few of them again and again.
    """
    long = st.sampled_from(("a", "é", "😀")).map(lambda sign: sign * 200)
    return st.sampled_from(_CONFUSABLE) | long | st.text(_CHARACTERS, min_size=1, max_size=20)


def bodies(*, max_size: int = 2_000) -> st.SearchStrategy[str]:
    """Draw bodies: opaque text, some of it JSON.

    Args:
        max_size: The most code points, from 100 to 5,000,000.

    Returns:
        Texts, the empty one included.
    """
    documents = st.sampled_from(('{"b":1,"a":[1e5,-0.0,1.0]}', '{"a": null}', "null", '"\\u0000"', "{}"))
    long = st.sampled_from(("x", "ü", "😀\n")).map(lambda piece: (piece * max_size)[:max_size])
    return st.one_of(documents, st.just(""), st.text(_CHARACTERS, max_size=40), long)


def terms(*, max_size: int = 4) -> st.SearchStrategy[Mapping[str, Scalar]]:
    """Draw what records are found and ordered by.

    Args:
        max_size: How many terms there are at most, from 0 to 32.

    Returns:
        Names with texts, whole numbers and nothing.
    """
    number = st.integers(-_LARGEST - 1, _LARGEST) | st.sampled_from((0, 1, 2**53 + 1))
    text = st.sampled_from(("", "0", "1", *_CONFUSABLE)) | st.text(_CHARACTERS, max_size=20)
    return st.dictionaries(keys(), st.none() | number | text, max_size=max_size)


@draws(Ref)
def refs() -> st.SearchStrategy[Ref]:
    """Draw names of records.

    Returns:
        Names, few of them again and again.
    """
    return st.builds(Ref, keys(), keys())


@draws(NewEntry)
def new_entries() -> st.SearchStrategy[NewEntry]:
    """Draw lines that are not yet in a log.

    Returns:
        Lines with times of several forms, which a store keeps as they are.
    """
    at = st.sampled_from(("2026-03-02T09:00:00.000001+00:00", "2026-03-02T09:00:00+05:45")) | keys()
    return st.builds(NewEntry, name=keys(), at=at, body=bodies())


@draws(Put)
def puts(*, max_entries: int = 3) -> st.SearchStrategy[Put]:
    """Draw changes that create or replace a record.

    Args:
        max_entries: How many entries come with one at most, from 0 up.

    Returns:
        Changes that see versions from 0 up.
    """
    return st.builds(
        Put,
        ref=refs(),
        expect=st.integers(0, 3),
        body=bodies(),
        terms=terms(),
        entries=st.lists(new_entries(), max_size=max_entries).map(tuple),
    )


@draws(Erase)
def erases() -> st.SearchStrategy[Erase]:
    """Draw changes that remove a record.

    Returns:
        Changes that see versions from 0 up.
    """
    return st.builds(Erase, ref=refs(), expect=st.integers(0, 3))


@draws(Record)
def records() -> st.SearchStrategy[Record]:
    """Draw records as a store gives them back.

    Returns:
        Records with versions up to 63 bits.
    """
    return st.builds(Record, ref=refs(), version=_POSITIONS, body=bodies(), terms=terms())


@draws(Entry)
def entries() -> st.SearchStrategy[Entry]:
    """Draw lines of a log.

    Returns:
        Lines with and without their body.
    """
    return st.builds(
        Entry,
        position=_POSITIONS,
        ref=refs(),
        version=_POSITIONS,
        name=keys(),
        at=keys(),
        body=st.none() | bodies(),
    )
