import inspect
import pickle
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import attrs
import pytest

import infoview.storage
from infoview.exceptions import InvalidValueError
from infoview.storage import (
    Entry,
    Erase,
    MemoryStore,
    NewEntry,
    Put,
    Record,
    Ref,
    Scalar,
    Store,
    check_commit,
    check_load,
    check_log,
    check_scan,
    sort_key,
    start_of,
)
from infoview.storage._contract import stored_record, stored_ref

REF = Ref("note", "a")
ENTRY = NewEntry("Written", "2030-01-01", "body")
FAULTY_KEYS: list[tuple[object, str]] = [
    (7, "not_text"),
    (None, "not_text"),
    (b"a", "not_text"),
    ("", "empty"),
    ("x" * 201, "too_long"),
    ("a\0b", "nul"),
    ("a\ud800", "surrogate"),
]
FAULTY_NUMBERS: list[tuple[object, str]] = [
    (-1, "out_of_range"),
    (2**63, "out_of_range"),
    (True, "not_a_whole_number"),
    (1.0, "not_a_whole_number"),
    ("1", "not_a_whole_number"),
    (None, "not_a_whole_number"),
]
FAULTY_SCALARS: list[tuple[object, str]] = [
    (True, "wrong_type"),
    (0.5, "wrong_type"),
    (b"a", "wrong_type"),
    ((), "wrong_type"),
    (2**63, "out_of_range"),
    (-(2**63) - 1, "out_of_range"),
    ("x" * 501, "too_long"),
    ("€" * 334, "too_long"),
    ("😀" * 250 + "x", "too_long"),
    ("\0", "nul"),
    ("\udfff", "surrogate"),
]


def refusal(call: Callable[[], object]) -> tuple[str, str]:
    """Say which place was refused, and why."""
    with pytest.raises(InvalidValueError) as caught:
        call()
    return caught.value.field, caught.value.code


class TestValues:
    """The values of the contract check themselves."""

    @pytest.mark.parametrize("faulty", FAULTY_KEYS)
    @pytest.mark.parametrize("field", ["Ref.kind", "Ref.id", "NewEntry.name", "NewEntry.at"])
    def test_keys_are_short_text(self, field: str, faulty: tuple[object, str]) -> None:
        """A key is text of 1 to 200 code points without NUL and lone surrogates."""
        name = field.partition(".")[2]
        value = REF if field.startswith("Ref") else ENTRY
        assert refusal(lambda: attrs.evolve(value, **{name: faulty[0]})) == (field, faulty[1])

    @pytest.mark.parametrize("text", [" ", "x" * 200, "😀" * 200, "\n", "e\u0301", "\u202e"])
    def test_any_other_text_is_a_key(self, text: str) -> None:
        """Nothing else is refused or changed, for a store only keeps it."""
        assert Ref(text, text).id == text

    @pytest.mark.parametrize(
        ("body", "code"),
        [(None, "not_text"), ("x" * 5_000_001, "too_long"), ("a\0", "nul"), ("\ud800", "surrogate")],
    )
    def test_bodies_are_text(self, body: object, code: str) -> None:
        """A body is text of at most 5,000,000 code points, and may be empty."""
        assert refusal(lambda: Put(REF, 0, body)) == ("Put.body", code)  # type: ignore[arg-type]
        assert refusal(lambda: NewEntry("Written", "2030", body)) == ("NewEntry.body", code)  # type: ignore[arg-type]
        assert Put(REF, 0, "").body == NewEntry("Written", "2030", "").body == ""

    def test_the_longest_body_passes(self) -> None:
        """The limit itself is allowed."""
        assert len(Put(REF, 0, "x" * 5_000_000).body) == 5_000_000

    @pytest.mark.parametrize(("value", "code"), [*FAULTY_NUMBERS, (2**63 - 1, "out_of_range")])
    def test_versions_are_whole_numbers(self, value: object, code: str) -> None:
        """An expected version is 0 or more, and leaves room for the next."""
        assert refusal(lambda: Put(REF, value, "")) == ("Put.expect", code)  # type: ignore[arg-type]
        assert refusal(lambda: Erase(REF, value)) == ("Erase.expect", code)  # type: ignore[arg-type]
        assert Erase(REF, 2**63 - 2).expect == 2**63 - 2

    @pytest.mark.parametrize("ref", ["note/a", ("note", "a"), None])
    def test_changes_name_a_record(self, ref: object) -> None:
        """A change takes a `Ref` and nothing like it."""
        assert refusal(lambda: Put(ref, 0, "")) == ("Put.ref", "wrong_type")  # type: ignore[arg-type]
        assert refusal(lambda: Erase(ref, 0)) == ("Erase.ref", "wrong_type")  # type: ignore[arg-type]

    @pytest.mark.parametrize(("value", "code"), FAULTY_SCALARS)
    def test_terms_are_scalars(self, value: object, code: str) -> None:
        """A term is text, a whole number of 64 bits or nothing; the place names it, never its value."""
        assert refusal(lambda: Put(REF, 0, "", {"ok": 1, "due": value})) == ("Put.terms['due']", code)  # type: ignore[dict-item]

    @pytest.mark.parametrize("value", ["x" * 500, "é" * 500, "€" * 333, "😀" * 250, "\x01\x7f", ""])
    def test_short_text_is_a_term(self, value: str) -> None:
        """Text of at most 500 code points passes if it has at most 1,000 bytes in UTF-8."""
        assert Put(REF, 0, "", {"due": value}).terms == {"due": value}

    @pytest.mark.parametrize(("name", "code"), FAULTY_KEYS)
    def test_terms_have_names(self, name: object, code: str) -> None:
        """The name of a term is a key; a faulty one is not repeated."""
        assert refusal(lambda: Put(REF, 0, "", {name: 1})) == ("Put.terms (a name)", code)  # type: ignore[dict-item]

    def test_terms_are_few(self) -> None:
        """At most 32 terms."""
        terms: dict[str, Scalar] = {str(n): n for n in range(32)}
        assert Put(REF, 0, "", terms).terms == terms
        assert refusal(lambda: Put(REF, 0, "", terms | {"more": 1})) == ("Put.terms", "out_of_range")

    @pytest.mark.parametrize("terms", [None, [("a", 1)], "due"])
    def test_terms_are_a_mapping(self, terms: object) -> None:
        """Terms come as a mapping."""
        assert refusal(lambda: Put(REF, 0, "", terms)) == ("Put.terms", "wrong_type")  # type: ignore[arg-type]

    def test_entries_are_a_tuple_of_their_own(self) -> None:
        """Any sequence of entries is taken, and kept as a tuple."""
        assert Put(REF, 0, "", {}, [ENTRY]).entries == (ENTRY,)  # type: ignore[arg-type]

    @pytest.mark.parametrize("entries", [None, 7, "entries", {ENTRY}])
    def test_entries_are_a_sequence(self, entries: object) -> None:
        """Entries have an order."""
        assert refusal(lambda: Put(REF, 0, "", {}, entries)) == ("Put.entries", "wrong_type")  # type: ignore[arg-type]

    def test_entries_are_entries(self) -> None:
        """Only a `NewEntry` can be written into the log."""
        assert refusal(lambda: Put(REF, 0, "", {}, (ENTRY, "text"))) == ("Put.entries[1]", "wrong_type")  # type: ignore[arg-type]

    def test_terms_are_copied(self) -> None:
        """Neither a change nor a record shares its terms with whoever gave them."""
        terms: dict[str, Scalar] = {"due": 1}
        put, record = Put(REF, 0, "", terms), Record(REF, 1, "", terms)
        terms["due"] = 2
        assert put.terms == record.terms == {"due": 1}

    @pytest.mark.parametrize(
        "value",
        [
            REF,
            Put(REF, 0, "body", {"due": 1}, (ENTRY,)),
            Erase(REF, 1),
            Record(REF, 1, "body", {"due": None}),
            Entry(1, REF, 1, "Written", "2030", None),
        ],
    )
    def test_values_travel(self, value: object) -> None:
        """A value can be pickled, for a store may live in another process."""
        assert pickle.loads(pickle.dumps(value)) == value  # noqa: S301 - pickled in this line

    def test_refusals_hide_what_was_given(self) -> None:
        """The text of a refusal repeats no value and keeps no cause that does."""
        with pytest.raises(InvalidValueError) as caught:
            Put(REF, 0, "", {"owner": "Ada\ud800"})
        assert "Ada" not in str(caught.value)
        assert caught.value.__context__ is None


class TestArguments:
    """The checks that every store makes before it reads or writes."""

    @pytest.mark.parametrize(("tenant", "code"), FAULTY_KEYS)
    def test_tenants_are_keys(self, tenant: object, code: str) -> None:
        """Every call names a tenant as it names a record."""
        query = {"where": {}, "order": None, "after": None, "limit": 1}
        assert refusal(lambda: check_commit(tenant, [], 100)) == ("commit.tenant", code)
        assert refusal(lambda: check_load(tenant, [])) == ("load.tenant", code)
        assert refusal(lambda: check_scan(tenant, "note", **query)) == ("scan.tenant", code)
        assert refusal(lambda: check_scan("t", tenant, **query)) == ("scan.kind", code)
        assert refusal(lambda: check_log(tenant, None, 0, 1)) == ("log.tenant", code)

    @pytest.mark.parametrize("items", [None, 7, "text", b"text", {REF}, iter([REF])])
    def test_lists_are_lists(self, items: object) -> None:
        """Changes and refs come as a sequence, not as a stream that can be read once."""
        assert refusal(lambda: check_commit("t", items, 100)) == ("commit.changes", "wrong_type")
        assert refusal(lambda: check_load("t", items)) == ("load.refs", "wrong_type")

    def test_changes_are_changes(self) -> None:
        """A commit takes puts and erasures."""
        assert refusal(lambda: check_commit("t", [Erase(REF, 1), REF], 100)) == (
            "commit.changes[1]",
            "wrong_type",
        )

    def test_changes_have_a_limit(self) -> None:
        """A commit takes as many changes as the store says."""
        changes = [Erase(Ref("note", str(n)), 1) for n in range(3)]
        assert check_commit("t", changes, 3) == tuple(changes)
        assert refusal(lambda: check_commit("t", changes, 2)) == ("commit.changes", "out_of_range")

    def test_refs_are_refs(self) -> None:
        """A load takes refs; a log may be narrowed to one."""
        assert refusal(lambda: check_load("t", [REF, ("note", "a")])) == ("load.refs[1]", "wrong_type")
        assert refusal(lambda: check_log("t", "a", 0, 1)) == ("log.ref", "wrong_type")

    @pytest.mark.parametrize(("value", "code"), FAULTY_NUMBERS)
    def test_counts_are_whole_numbers(self, value: object, code: str) -> None:
        """Limits and positions are 0 or more, within 64 bits."""
        check_log("t", REF, 0, 0)
        check_log("t", REF, 2**63 - 1, 2**63 - 1)
        assert refusal(lambda: check_log("t", None, value, 1)) == ("log.after", code)
        assert refusal(lambda: check_log("t", None, 0, value)) == ("log.limit", code)
        assert refusal(lambda: check_scan("t", "note", where={}, order=None, after=None, limit=value)) == (
            "scan.limit",
            code,
        )

    @pytest.mark.parametrize(
        ("change", "place", "code"),
        [
            ({"where": [("due", 1)]}, "scan.where", "wrong_type"),
            ({"where": {"due": 1.0}}, "scan.where['due']", "wrong_type"),
            ({"where": {"": 1}}, "scan.where (a name)", "empty"),
            ({"where": {str(n): n for n in range(33)}}, "scan.where", "out_of_range"),
            ({"order": ""}, "scan.order", "empty"),
            ({"order": 7}, "scan.order", "not_text"),
            ({"after": 7}, "scan.after", "not_text"),
            ({"after": "a\0"}, "scan.after", "nul"),
            ({"after": (1, "a")}, "scan.after", "wrong_cursor"),
            ({"order": "due", "after": "a"}, "scan.after", "wrong_cursor"),
            ({"order": "due", "after": ["a", "b"]}, "scan.after", "wrong_cursor"),
            ({"order": "due", "after": (1,)}, "scan.after", "wrong_cursor"),
            ({"order": "due", "after": (1, "a", 2)}, "scan.after", "wrong_cursor"),
            ({"order": "due", "after": (1.0, "a")}, "scan.after[0]", "wrong_type"),
            ({"order": "due", "after": (1, 2)}, "scan.after[1]", "not_text"),
        ],
    )
    def test_queries_fit_together(self, change: dict[str, object], place: str, code: str) -> None:
        """Terms are named and typed; a cursor has the shape of its order."""
        query: dict[str, object] = {"where": {}, "order": None, "after": None, "limit": 1}
        assert refusal(lambda: check_scan("t", "note", **(query | change))) == (place, code)  # type: ignore[arg-type]

    @pytest.mark.parametrize(
        ("order", "after"), [(None, "a"), (None, ""), ("due", (None, "")), ("due", ("x", "a"))]
    )
    def test_cursors_pass(self, order: str | None, after: object) -> None:
        """The id alone, or the value and the id; an empty id stands before all."""
        check_scan("t", "note", where={}, order=order, after=after, limit=1)

    @pytest.mark.parametrize(
        "call",
        [
            lambda store: store.commit("", []),
            lambda store: store.load("", []),
            lambda store: store.scan("", "note"),
            lambda store: store.log(""),
        ],
    )
    @pytest.mark.parametrize("store", ["MemoryStore", "SQLiteStore"])
    def test_bundled_stores_check(self, tmp_path: Path, store: str, call: Callable[[Store], object]) -> None:
        """Every method of every bundled store makes its check."""
        opened = (
            MemoryStore() if store == "MemoryStore" else infoview.storage.SQLiteStore(tmp_path / "store.db")
        )
        assert refusal(lambda: call(opened))[1] == "empty"
        opened.close()


class TestOrder:
    """`sort_key` is the order of rows."""

    def test_nothing_before_numbers_before_text(self) -> None:
        """Values of all types have one order, and equal ones come by id."""
        values: list[Scalar] = [None, -(2**63), 0, 9, "", "10", "9", "\uffff", "😀"]
        rows = [(value, id_) for value in values for id_ in ("A", "a", "é")]
        shuffled = rows[1::2] + rows[::2]
        assert sorted(shuffled, key=lambda row: sort_key(*row)) == rows

    @pytest.mark.parametrize(
        ("after", "expected"),
        [
            (None, (None, "")),
            ("", (None, "")),
            ("a", (None, "a")),
            ((7, "a"), (7, "a")),
            ((None, ""), (None, "")),
        ],
    )
    def test_a_page_starts_behind_a_pair(
        self, after: tuple[Scalar, str] | str | None, expected: tuple[Scalar, str]
    ) -> None:
        """`start_of` turns any cursor into the pair of value and id that `sort_key` takes."""
        assert start_of(after) == expected

    def test_the_beginning_lies_before_every_row(self) -> None:
        """No row comes before a page that starts at the beginning."""
        assert sort_key(*start_of(None)) < sort_key(None, "\x01")


class TestStored:
    """What a store read is built without the checks, and is the same."""

    def test_a_name(self) -> None:
        """A stored name equals one that was given, in all that can be asked of it."""
        stored = stored_ref("note", "a")
        assert stored == REF
        assert (hash(stored), repr(stored)) == (hash(REF), repr(REF))
        with pytest.raises(attrs.exceptions.FrozenInstanceError):
            stored.id = "b"  # type: ignore[misc]

    def test_a_record(self) -> None:
        """A stored record equals one that the constructor made, and travels as it does."""
        stored = stored_record(REF, 1, "body", {"due": None})
        assert stored == Record(REF, 1, "body", {"due": None})
        assert pickle.loads(pickle.dumps(stored)) == stored  # noqa: S301 - pickled in this line
        with pytest.raises(attrs.exceptions.FrozenInstanceError):
            stored.version = 2  # type: ignore[misc]


class TestPackage:
    """`infoview.storage` shows what there is and loads what is asked for."""

    def test_the_driver_waits_to_be_asked(self) -> None:
        """Importing the package, and using memory, loads no `sqlite3`; the SQLite store does."""
        script = (
            "import sys, infoview.storage as storage;"
            "storage.MemoryStore().commit('t', []);"
            "print('sqlite3' in sys.modules, storage.SQLiteStore.__name__, 'sqlite3' in sys.modules)"
        )
        done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)  # noqa: S603 - own script
        assert done.stdout.split() == ["False", "SQLiteStore", "True"]

    def test_names_are_listed(self) -> None:
        """Every public name is there, sorted, loaded or not; others are an `AttributeError`."""
        names = infoview.storage.__all__
        assert names == sorted(names) == dir(infoview.storage)
        assert [name for name in names if not hasattr(infoview.storage, name)] == []
        with pytest.raises(AttributeError, match="PostgresLite"):
            _ = infoview.storage.PostgresLite  # type: ignore[attr-defined]

    def test_the_reference_states_the_rules(self) -> None:
        """The page on the storage laws has each rule of the contract, word for word."""
        page = Path(__file__).parents[2] / "docs" / "reference" / "storage-laws.md"
        text = " ".join(page.read_text(encoding="utf-8").split())
        rules = re.findall(r"^(S\d+)\. (.+?)\n\n", inspect.getdoc(Store) or "", re.DOTALL | re.MULTILINE)
        assert [name for name, _ in rules] == [f"S{number}" for number in range(1, 11)]
        assert [name for name, rule in rules if f"**{name}.** {' '.join(rule.split())}" not in text] == []
