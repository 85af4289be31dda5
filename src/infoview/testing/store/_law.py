"""How the checks of a store are written down, and the data they share."""

import inspect
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, cast

from infoview.storage import Entry, NewEntry, Put, Record, Ref, Scalar
from infoview.testing._check import Check, Layer, Level, Run
from infoview.testing.store._bench import Bench
from infoview.testing.store._recording import Recorded

__all__ = [
    "AT",
    "AWKWARD_TEXTS",
    "CONFUSABLE",
    "INCREASING",
    "NOTHING",
    "all_of",
    "found_in",
    "ids",
    "law",
    "one",
    "put",
    "ref",
    "versions",
]

NOTHING: Final[tuple[list[Record], list[Entry]]] = ([], [])
"""What `all_of` reads where nothing is."""

AT: Final = "2030-01-02T03:04:05+05:45"

CONFUSABLE: Final = (
    ("a", "A"),
    ("a", "a "),
    ("a", " a"),
    ("a", "ab"),
    ("a", "aa"),
    ("a/b", "a:b"),
    ("a", "a/b"),
    ("a.b", "a_b"),
    ("a%", "a_"),
    ("a*", "a?"),
    ("a|b", "a||b"),
    ("é", "e\u0301"),
    ("é", "e"),
    ("Å", "\u212b"),
    ("ß", "ss"),
    ("ﬁ", "fi"),
    ("i", "\u0131"),
    ("\u03c3", "\u03c2"),
    ("1", "01"),
    ("1", "1.0"),
    ("'", "''"),
    ("\\", "\\\\"),
    ('"', "'"),
    ("\n", "\r\n"),
    ("\t", " "),
    ("\x1f", "\x1e"),
    ("-", "--"),
    ("null", "None"),
    ("..", "."),
    ("x" * 199 + "1", "x" * 199 + "2"),
    ("😀" * 199 + "1", "😀" * 199 + "2"),
    ("\u200b", "\u200c"),
    ("\ufeff", "\ufffe"),
)
"""Pairs of texts that one engine or another takes for the same."""

AWKWARD_TEXTS: Final = (
    "",
    " ",
    " outer blanks ",
    "\r\n\t line ends \n",
    "\n",
    '{"b": 1e5, "a": -0.0, "a": 1}',
    '{ "a" :  1.10, "n": 12345678901234567890 }',
    "null",
    "NULL",
    "None",
    "true",
    "1.0",
    "007",
    "1e400",
    "2030-01-02T03:04:05Z",
    "é e\u0301 Å \u212b",
    "ﬁ ① \uff21",
    "😀 \U0010ffff \uffff \ufeff",
    "'; DROP TABLE records; --",
    "%s {0} {name} %(x)s $1 :a ?",
    "\\u0000 \\x00 \\n",
    "<a href='x'>&amp;</a>",
    "\x01\x1f\x7f\x85\u2028",
    "x" * 70_000,
    "é" * 40_000,
    "😀" * 20_000,
)
"""Bodies that a store is tempted to understand, to tidy up or to cut."""

INCREASING: Final[tuple[Scalar, ...]] = (
    None, -(2**63), -(2**53) - 1, -1, 0, 1, 9, 10, 2**31, 2**53, 2**53 + 1, 2**63 - 1,
    "", " ", "-1", "0", "10", "9", "A", "B", "None", "_", "a", "a ", "aa", "b", "e\u0301", "é",
    "\ue000", "\uffff", "😀",
)  # fmt: skip
"""Terms in the order that S6 gives them."""


def law(
    check_id: str,
    *causes: str,
    layer: Layer = Layer.PROBE,
    level: Level = Level.QUICK,
    capability: str | None = None,
) -> Callable[[Run[Bench]], Check[Bench]]:
    """Make a check of a function; the first sentence of its docstring is what has to hold.

    Args:
        check_id: The id, which begins with the rule.
        causes: What is usually wrong.
        layer: How it looks.
        level: From which level on.
        capability: What the store must be able to do.

    Returns:
        The decorator.
    """

    def as_check(run: Run[Bench]) -> Check[Bench]:
        sentence = (inspect.getdoc(run) or check_id).partition("\n\n")[0].replace("\n", " ")
        return Check(
            id=check_id,
            sentence=sentence,
            layer=layer,
            level=level,
            capability=capability,
            causes=causes,
            run=run,
        )

    return as_check


def found_in(names: Mapping[str, Any]) -> tuple[Check[Bench], ...]:
    """Collect the checks of a module, in the order in which they stand there."""
    return tuple(cast("Check[Bench]", each) for each in names.values() if isinstance(each, Check))


def ref(id_: str, kind: str = "note") -> Ref:
    """Name a record."""
    return Ref(kind, id_)


def put(
    id_: str,
    expect: int = 0,
    body: str = "body",
    *,
    kind: str = "note",
    entries: int = 1,
    terms: Mapping[str, Scalar] | None = None,
) -> Put:
    """Make a change with numbered entries."""
    lines = tuple(NewEntry(f"Written{n}", AT, f"{body} {n}") for n in range(1, entries + 1))
    return Put(Ref(kind, id_), expect, body, terms or {}, lines)


def ids(rows: Sequence[Record]) -> list[str]:
    """Name the rows of a page."""
    return [row.ref.id for row in rows]


def all_of(store: Recorded, tenant: str, kind: str = "note") -> tuple[list[Record], list[Entry]]:
    """Read all records of a kind, and the whole log."""
    return store.scan(tenant, kind, limit=10_000), store.log(tenant, limit=10_000)


def one(store: Recorded, tenant: str, id_: str, kind: str = "note") -> Record | None:
    """Read one record."""
    return store.load(tenant, [Ref(kind, id_)])[0]


def versions(store: Recorded, tenant: str, names: Sequence[str]) -> list[int]:
    """Read the versions of some records, 0 where nothing is."""
    return [record.version if record else 0 for record in store.load(tenant, [ref(name) for name in names])]
