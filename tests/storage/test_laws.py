"""The ten rules of a store, run against every bundled store and against stores that break them."""

import inspect
import itertools
import re
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from copy import deepcopy
from functools import partial
from pathlib import Path
from typing import Any

import attrs
import pytest
from tests.storage.broken import BROKEN, Bent

from infoview.exceptions import InfoviewError, InvalidValueError
from infoview.storage import (
    ConflictError,
    Entry,
    Erase,
    GoneError,
    MemoryStore,
    NewEntry,
    Put,
    Record,
    Ref,
    Scalar,
    SQLiteStore,
    Store,
    StoreUnavailableError,
)

OpenStore = Callable[[], Store]
"""Opens one more handle on the same data; whoever gave it closes the handle in the end."""

CONFUSABLE = [
    ("a", "A"),
    ("a", "a "),
    ("a", " a"),
    ("a", "ab"),
    ("a/b", "a:b"),
    ("a%", "a_"),
    ("é", "e\u0301"),
    ("é", "e"),
    ("Å", "\u212b"),
    ("ß", "ss"),
    ("ﬁ", "fi"),
    ("i", "\u0131"),
    ("1", "01"),
    ("'", "''"),
    ("x" * 199 + "1", "x" * 199 + "2"),
    ("\u200b", "\u200c"),
]
AWKWARD_TEXTS = [
    "",
    " outer blanks ",
    "\r\n\t line ends \n",
    '{"b": 1e5, "a": -0.0, "a": 1}',
    "null",
    "1.0",
    "é e\u0301 Å \u212b",
    "😀 \U0010ffff \uffff \ufeff",
    "'; DROP TABLE records; --",
    "\x01\x7f\x85\u2028",
    "x" * 70_000,
]
INCREASING: list[Scalar] = [
    None, -(2**63), -1, 0, 1, 9, 10, 2**53, 2**53 + 1, 2**63 - 1,
    "", " ", "0", "10", "9", "A", "_", "a", "aa", "é", "\ue000", "\uffff", "😀",
]  # fmt: skip


def put(
    id_: str,
    expect: int = 0,
    body: str = "body",
    *,
    kind: str = "note",
    entries: int = 1,
    terms: Mapping[str, Scalar] | None = None,
) -> Put:
    """Build a change with numbered entries."""
    lines = [
        NewEntry(f"Written{n}", "2030-01-02T03:04:05+05:45", f"{body} {n}") for n in range(1, entries + 1)
    ]
    return Put(Ref(kind, id_), expect, body, terms or {}, tuple(lines))


def ids(rows: Sequence[Record]) -> list[str]:
    """Name the rows of a page."""
    return [row.ref.id for row in rows]


def all_of(store: Store, tenant: str = "t") -> tuple[list[Record], list[Entry]]:
    """Read whatever a tenant has of kind ``note``, and its log."""
    return store.scan(tenant, "note", limit=10_000), store.log(tenant, limit=10_000)


def one(store: Store, id_: str, tenant: str = "t", kind: str = "note") -> Record | None:
    """Read one record."""
    [record] = store.load(tenant, [Ref(kind, id_)])
    return record


def side_by_side(*tasks: Callable[[], Any]) -> list[Any]:
    """Run the tasks in threads that start together, and return what they return."""
    start = threading.Barrier(len(tasks))

    def run(task: Callable[[], Any]) -> object:
        start.wait(10)
        return task()

    with ThreadPoolExecutor(len(tasks)) as pool:
        return [future.result(60) for future in [pool.submit(run, task) for task in tasks]]


def read_while(write: Callable[[int], object], read: Callable[[], Any]) -> list[Any]:
    """Read again and again while another thread writes version after version."""
    done = threading.Event()

    def write_on() -> None:
        for version in itertools.count():
            if done.is_set():
                return
            write(version)

    def read_on() -> list[Any]:
        try:
            return [read() for _ in range(30)]
        finally:
            done.set()

    return side_by_side(write_on, read_on)[1]


@pytest.fixture(params=["memory", "sqlite"])
def open_store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[OpenStore]:
    """Open handles of each bundled store; all are closed in the end."""
    if request.param == "memory":
        yield from handles(MemoryStore().share)
    else:
        yield from handles(lambda: SQLiteStore(tmp_path / "store.db"))


def handles(open_one: OpenStore) -> Iterator[OpenStore]:
    """Keep track of what is opened."""
    with ExitStack() as stack:

        def open_store() -> Store:
            store = open_one()
            stack.callback(store.close)
            return store

        yield open_store


class TestS1:
    """Rule S1.

    A commit is atomic: all changes and all their entries, or nothing; it returns the tenant's last
    position.
    """

    def test_returns_the_last_position(self, open_store: OpenStore) -> None:
        """A commit returns the position of the tenant's last entry."""
        store = open_store()
        assert store.commit("t", [put("a", entries=2), put("b", entries=3)]) == 5
        assert store.commit("t", [put("c", entries=0)]) == 5
        assert store.commit("t", [put("a", 1)]) == 6

    @pytest.mark.parametrize("bad", [put("a", 7), put("gone"), put("new", 1), Erase(Ref("note", "a"), 7)])
    @pytest.mark.parametrize("place", [0, 1, 2])
    def test_one_bad_change_undoes_all(self, open_store: OpenStore, bad: Put | Erase, place: int) -> None:
        """Wherever the change stands that cannot be made, nothing of the others stays."""
        store = open_store()
        store.commit("t", [put("a"), put("b", terms={"due": 1}), put("gone")])
        store.commit("t", [Erase(Ref("note", "gone"), 1)])
        before = all_of(store)
        changes: list[Put | Erase] = [put("fresh"), put("b", 1, "new", terms={"due": 2})]
        changes.insert(place, bad)
        with pytest.raises((ConflictError, GoneError)):
            store.commit("t", changes)
        assert all_of(store) == before
        assert all_of(open_store()) == before
        assert ids(store.scan("t", "note", where={"due": 2})) == []
        assert store.commit("t", [put("fresh")]) == 4

    def test_no_reader_sees_half(self, open_store: OpenStore) -> None:
        """Records and their entries appear together, to whoever reads while another writes."""
        writer, reader = open_store(), open_store()

        def read() -> tuple[int, int, int]:
            before = len(reader.log("t", limit=10_000))
            records = reader.load("t", [Ref("note", "a"), Ref("note", "b")])
            after = len(reader.log("t", limit=10_000))
            return before, 2 * min(record.version if record else 0 for record in records), after

        seen = read_while(lambda version: writer.commit("t", [put("a", version), put("b", version)]), read)
        assert [counts for counts in seen if list(counts) != sorted(counts) or counts[0] % 2] == []


class TestS2:
    """Rule S2.

    `expect` is the version the caller saw, 0 for "does not exist"; a mismatch raises `ConflictError`
    and changes nothing; success makes it `expect + 1`.
    """

    @pytest.mark.parametrize("expect", [0, 1, 3, 2**62])
    @pytest.mark.parametrize("change", [put("a", body="other"), Erase(Ref("note", "a"), 0)])
    def test_another_version_conflicts(self, open_store: OpenStore, change: Put | Erase, expect: int) -> None:
        """A put or an erasure that expects an older or a newer version is refused, and says so."""
        store = open_store()
        store.commit("t", [put("a")])
        store.commit("t", [put("a", 1, "second")])
        before = all_of(store)
        with pytest.raises(ConflictError) as caught:
            store.commit("t", [attrs.evolve(change, expect=expect)])
        error = caught.value
        assert (error.ref, error.expected, error.actual) == (Ref("note", "a"), expect, 2)
        assert all_of(store) == before

    @pytest.mark.parametrize("change", [put("a", 1), Erase(Ref("note", "a"), 1)])
    def test_nothing_has_version_zero(self, open_store: OpenStore, change: Put | Erase) -> None:
        """What does not exist has version 0, for puts and erasures alike."""
        store = open_store()
        with pytest.raises(ConflictError) as caught:
            store.commit("t", [change])
        assert (caught.value.expected, caught.value.actual) == (1, 0)
        assert all_of(store) == ([], [])

    def test_success_adds_one(self, open_store: OpenStore) -> None:
        """Each write adds one to the version of its record alone, a refused one nothing."""
        store = open_store()
        store.commit("t", [put("a"), put("b")])
        for version in range(1, 4):
            assert store.load("t", [Ref("note", "a")])[0] == Record(Ref("note", "a"), version, "body", {})
            with pytest.raises(ConflictError):
                store.commit("t", [put("a", version - 1)])
            store.commit("t", [put("a", version)])
        assert [record and record.version for record in (one(store, "a"), one(store, "b"))] == [4, 1]

    @pytest.mark.parametrize("handles", [1, 2])
    def test_no_update_is_lost(self, open_store: OpenStore, handles: int) -> None:
        """Of writers that saw the same version, one succeeds; none overwrites what it has not seen."""
        stores = [open_store() for _ in range(handles)]
        stores[0].commit("t", [put("count", body="0")])

        def add(store: Store) -> list[int]:
            mine = []
            while len(mine) < 10:
                record = one(store, "count")
                assert record is not None
                try:
                    store.commit("t", [put("count", record.version, str(int(record.body) + 1))])
                except ConflictError:
                    continue
                mine.append(record.version)
            return mine

        won = side_by_side(*(lambda store=store: add(store) for store in (stores * 4)[:4]))
        assert sorted(itertools.chain(*won)) == list(range(1, 41))
        record = one(stores[0], "count")
        assert record is not None
        assert (record.version, record.body) == (41, "40")


class TestS3:
    """Rule S3.

    A ref appears once in a commit; at least 100 changes fit, and `max_changes` says how many; an empty
    commit returns the current position and changes nothing.
    """

    @pytest.mark.parametrize("second", [put("a", 1), put("a"), Erase(Ref("note", "a"), 1)])
    def test_a_ref_appears_once(self, open_store: OpenStore, second: Put | Erase) -> None:
        """Naming a record twice is refused before anything changes."""
        store = open_store()
        with pytest.raises(InvalidValueError) as caught:
            store.commit("t", [put("a"), put("b"), second])
        assert (caught.value.field, caught.value.code) == ("commit.changes[2]", "duplicate_ref")
        assert all_of(store) == ([], [])

    def test_the_same_id_of_two_kinds_is_two_records(self, open_store: OpenStore) -> None:
        """Kind and id together name a record."""
        store = open_store()
        assert store.commit("t", [put("a"), put("a", kind="other", body="other")]) == 2
        assert [one(store, "a"), one(store, "a", kind="other")] == [
            Record(Ref("note", "a"), 1, "body", {}),
            Record(Ref("other", "a"), 1, "other", {}),
        ]

    def test_many_changes_fit(self, open_store: OpenStore) -> None:
        """All of a large commit is made, up to what the store declares."""
        store = open_store()
        assert store.max_changes >= 100
        many = min(store.max_changes, 1_100)
        names = [f"{n:05}" for n in range(many)]
        assert store.commit("t", [put(name) for name in names]) == many
        assert ids(store.scan("t", "note", limit=2 * many)) == names
        assert [entry.ref.id for entry in store.log("t", limit=2 * many)] == names

    def test_too_many_changes_are_refused(self, open_store: OpenStore) -> None:
        """One change more than declared is refused, not cut."""
        store = open_store()
        with pytest.raises(InvalidValueError) as caught:
            store.commit("t", [put(str(n), entries=0) for n in range(store.max_changes + 1)])
        assert (caught.value.field, caught.value.code) == ("commit.changes", "out_of_range")
        assert all_of(store) == ([], [])

    def test_an_empty_commit_changes_nothing(self, open_store: OpenStore) -> None:
        """No changes, no effect, and the current position."""
        store = open_store()
        assert store.commit("t", []) == 0
        store.commit("t", [put("a", entries=2)])
        before = all_of(store)
        assert store.commit("t", ()) == 2
        assert all_of(store) == before


class TestS4:
    """Rule S4.

    Positions are 1, 2, 3 … per tenant, contiguous, in commit order; only entries take positions; a
    follower of the log sees each entry exactly once.
    """

    def test_entries_follow_the_order_of_changes(self, open_store: OpenStore) -> None:
        """Positions count the entries of one change, then the next; each has its record's new version."""
        store = open_store()
        store.commit("t", [put("b", entries=2), put("a", body="x")])
        store.commit("t", [put("a", 1, "y")])
        at = "2030-01-02T03:04:05+05:45"
        assert store.log("t") == [
            Entry(1, Ref("note", "b"), 1, "Written1", at, "body 1"),
            Entry(2, Ref("note", "b"), 1, "Written2", at, "body 2"),
            Entry(3, Ref("note", "a"), 1, "Written1", at, "x 1"),
            Entry(4, Ref("note", "a"), 2, "Written1", at, "y 1"),
        ]

    def test_each_tenant_counts_alone(self, open_store: OpenStore) -> None:
        """The positions of one tenant are contiguous whatever the others do."""
        store = open_store()
        for version in range(3):
            assert store.commit("t", [put("a", version)]) == version + 1
            assert store.commit("u", [put("a", version, entries=2)]) == 2 * version + 2
        assert [entry.position for entry in store.log("t")] == [1, 2, 3]
        assert [entry.position for entry in store.log("u")] == [1, 2, 3, 4, 5, 6]

    def test_only_entries_take_positions(self, open_store: OpenStore) -> None:
        """Neither a refused commit, nor an erasure, nor a put without entries leaves a gap."""
        store = open_store()
        store.commit("t", [put("a")])
        with pytest.raises(ConflictError):
            store.commit("t", [put("b"), put("a")])
        assert store.commit("t", [Erase(Ref("note", "a"), 1)]) == 1
        assert store.commit("t", [put("c", entries=0)]) == 1
        assert store.commit("t", [put("d")]) == 2

    @pytest.mark.parametrize("size", [1, 2, 7, 100])
    def test_a_follower_misses_nothing(self, open_store: OpenStore, size: int) -> None:
        """Reading on from the last position meets each entry once, also while others write."""
        writer, follower = open_store(), open_store()
        seen = list[int]()
        for version in range(10):
            writer.commit("t", [put("a", version), put("b", version)])
            page = follower.log("t", after=len(seen), limit=size)
            assert len(page) <= size
            seen += [entry.position for entry in page]
        for _ in range(30):
            seen += [entry.position for entry in follower.log("t", after=len(seen), limit=size)]
        assert seen == list(range(1, 21))

    def test_the_log_of_one_record(self, open_store: OpenStore) -> None:
        """A log may be narrowed to a record; `after` and `limit` count as ever."""
        store = open_store()
        for version in range(4):
            store.commit("t", [put("a", version), put("b", version), put("a", version, kind="other")])
        store.commit("u", [put("a")])
        mine = Ref("note", "a")
        assert [(e.ref, e.position) for e in store.log("t", ref=mine)] == [(mine, n) for n in (1, 4, 7, 10)]
        assert [e.position for e in store.log("t", ref=mine, after=1, limit=2)] == [4, 7]
        assert [e.position for e in store.log("t", ref=mine, after=5)] == [7, 10]
        assert store.log("t", ref=Ref("note", "nobody")) == []
        assert (
            store.log("t", limit=0)
            == store.log("t", ref=mine, limit=0)
            == store.log("t", after=2**63 - 1)
            == []
        )

    def test_writers_of_different_records_share_no_position(self, open_store: OpenStore) -> None:
        """Commits that do not conflict still queue for positions."""
        stores = [open_store() for _ in range(2)]

        def write(number: int) -> None:
            for version in range(8):
                stores[number % 2].commit("t", [put(f"r{number}", version, entries=2)])

        side_by_side(*(lambda number=number: write(number) for number in range(4)))
        entries = stores[0].log("t", limit=1_000)
        assert [entry.position for entry in entries] == list(range(1, 65))
        for number in range(4):
            mine = [entry.version for entry in entries if entry.ref.id == f"r{number}"]
            assert mine == sorted([*range(1, 9)] * 2)


class TestS5:
    """Rule S5.

    `load` is one snapshot, answers in the order asked, `None` for missing or erased.
    """

    def test_answers_in_the_order_asked(self, open_store: OpenStore) -> None:
        """Each name gets its answer, also twice, also where nothing is."""
        store = open_store()
        store.commit("t", [put("a", body="1"), put("b", body="2"), put("c")])
        store.commit("t", [Erase(Ref("note", "c"), 1)])
        asked = [Ref("note", id_) for id_ in ("c", "b", "nobody", "a", "b")]
        assert [record and record.body for record in store.load("t", asked)] == [None, "2", None, "1", "2"]
        assert store.load("t", []) == []

    def test_knows_tenants_and_kinds_apart(self, open_store: OpenStore) -> None:
        """A name means nothing for another tenant or kind."""
        store = open_store()
        store.commit("t", [put("a")])
        assert [one(store, "a", "u"), one(store, "a", kind="other")] == [None, None]

    def test_many_names_at_once(self, open_store: OpenStore) -> None:
        """No limit of an engine shows through."""
        store = open_store()
        store.commit("t", [put(str(n), body=str(n), entries=0) for n in range(1_200)])
        records = store.load("t", [Ref("note", str(n)) for n in reversed(range(1_200))])
        assert [record and record.body for record in records] == [str(n) for n in reversed(range(1_200))]

    def test_is_one_snapshot(self, open_store: OpenStore) -> None:
        """Records that are only ever written together are only ever read together."""
        writer, reader = open_store(), open_store()
        together = [Ref("note", id_) for id_ in "abcdef"]

        def write(version: int) -> None:
            writer.commit(
                "t", [put(ref.id, version, entries=0, terms={"v": version + 1}) for ref in together]
            )

        def read() -> set[tuple[int, Scalar]]:
            return {(r.version, r.terms["v"]) if r else (0, 0) for r in reader.load("t", together)}

        seen = read_while(write, read)
        assert [versions for versions in seen if len(versions) != 1] == []
        assert all(version == term for [(version, term)] in seen)


class TestS6:
    """Rule S6.

    `scan` returns rows by `(order term, id)`, nothing before numbers before text, text in code-point
    order, strictly after `after`; a row without the order term is left out; `where` is typed equality,
    ANDed; at most `limit`, and `limit=0` is nothing.
    """

    def test_ids_come_in_code_point_order(self, open_store: OpenStore) -> None:
        """Neither the locale nor the order of writing shows."""
        store = open_store()
        names = ["😀", "a", "\uffff", "_", "A", "é", "B", "\ue000", "10", "9", "aa"]
        store.commit("t", [put(name) for name in names])
        assert ids(store.scan("t", "note")) == sorted(names)

    def test_terms_come_in_their_order(self, open_store: OpenStore) -> None:
        """Nothing, then numbers by size, then text by code points."""
        store = open_store()
        numbered = list(enumerate(INCREASING))
        store.commit(
            "t", [put(f"{99 - n}", terms={"x": value}) for n, value in numbered[::2] + numbered[1::2]]
        )
        rows = store.scan("t", "note", order="x")
        assert [row.terms["x"] for row in rows] == INCREASING
        for n, value in numbered:
            rows = store.scan("t", "note", order="x", after=(value, "99"))
            assert [row.terms["x"] for row in rows] == INCREASING[n + 1 :]

    def test_equal_terms_come_by_id(self, open_store: OpenStore) -> None:
        """Ties are broken by id, in code-point order, and `after` goes on within a tie."""
        store = open_store()
        store.commit("t", [put(name, terms={"x": len(name)}) for name in ("b", "cc", "a", "é", "B", "aa")])
        assert ids(store.scan("t", "note", order="x")) == ["B", "a", "b", "é", "aa", "cc"]
        assert ids(store.scan("t", "note", order="x", after=(1, "a"))) == ["b", "é", "aa", "cc"]
        assert ids(store.scan("t", "note", order="x", after=(1, "missing"))) == ["é", "aa", "cc"]

    def test_rows_without_the_term_are_left_out(self, open_store: OpenStore) -> None:
        """A row has a place in an order only by its term; `None` is a value like others."""
        store = open_store()
        store.commit(
            "t", [put("a"), put("b", terms={"x": None}), put("c", terms={"X": 1}), put("d", terms={"x": 0})]
        )
        assert ids(store.scan("t", "note", order="x")) == ["b", "d"]

    @pytest.mark.parametrize("size", [1, 7, 100, 1_203, 1_204, 5_000])
    @pytest.mark.parametrize("order", [None, "x"])
    def test_pages_join_without_seam(self, open_store: OpenStore, size: int, order: str | None) -> None:
        """Pages of any size, read one after another, give each row once."""
        store = open_store()
        names = [f"{n:04}" for n in range(1_203 if size > 50 else 50)]
        store.commit("t", [put(name, entries=0, terms={"x": -int(name) // 3}) for name in names])
        expected = names if order is None else sorted(names, key=lambda name: (-int(name) // 3, name))
        after: tuple[Scalar, str] | str | None = None
        for start in range(0, len(names) + size, size):
            page = store.scan("t", "note", order=order, after=after, limit=size)
            assert ids(page) == expected[start : start + size]
            if page:
                after = page[-1].ref.id if order is None else (page[-1].terms["x"], page[-1].ref.id)

    def test_a_limit_of_nothing(self, open_store: OpenStore) -> None:
        """`limit=0` is no rows, and the limit counts rows that match."""
        store = open_store()
        store.commit("t", [put(f"{n}", terms={"odd": n % 2}) for n in range(9)])
        assert store.scan("t", "note", limit=0) == store.scan("t", "note", order="odd", limit=0) == []
        assert ids(store.scan("t", "note", where={"odd": 1}, limit=2)) == ["1", "3"]
        assert ids(store.scan("t", "note", where={"odd": 1}, after="3", limit=2)) == ["5", "7"]

    def test_equality_is_typed(self, open_store: OpenStore) -> None:
        """0, "0", "" and `None` are four values, and none of them is absent."""
        store = open_store()
        values = dict(enumerate([*INCREASING, "a ", "e\u0301"]))
        store.commit("t", [put(str(n), terms={"x": value}) for n, value in values.items()] + [put("absent")])
        for n, value in values.items():
            assert ids(store.scan("t", "note", where={"x": value})) == [str(n)]
            assert ids(store.scan("t", "note", where={"x": value}, order="x")) == [str(n)]
        assert store.scan("t", "note", where={"X": 0}) == []

    def test_all_terms_must_match(self, open_store: OpenStore) -> None:
        """Several terms are ANDed, whichever is rarer, with and without an order."""
        store = open_store()
        rows = [(f"{n:03}", {"a": n % 2, "b": n % 3, "c": "same", "due": -n}) for n in range(60)]
        store.commit("t", [put(name, terms=terms) for name, terms in rows])
        for where in (
            {"a": 1, "b": 2},
            {"b": 2, "a": 1, "c": "same"},
            {"c": "same", "a": 0},
            {"a": 1, "c": "no"},
        ):
            expected = [name for name, terms in rows if where.items() <= terms.items()]
            assert ids(store.scan("t", "note", where=where)) == expected
            assert ids(store.scan("t", "note", where=where, order="due")) == expected[::-1]
            assert (
                ids(store.scan("t", "note", where=where, order="due", after=(-30, "030"), limit=3))
                == [name for name in expected[::-1] if name < "030"][:3]
            )

    def test_a_term_that_most_rows_have(self, open_store: OpenStore) -> None:
        """Equality and order together are right for common values as for rare ones."""
        store = open_store()
        rows = [(f"{n:04}", {"open": n % 10 != 0, "due": (n * 7) % 1_201}) for n in range(1_300)]
        terms = [(name, {"open": int(of["open"]), "due": of["due"]}) for name, of in rows]
        store.commit("t", [put(name, entries=0, terms=of) for name, of in terms])
        for is_open in (0, 1):
            expected = sorted((of["due"], name) for name, of in terms if of["open"] == is_open)
            page = store.scan("t", "note", where={"open": is_open}, order="due", after=expected[49], limit=20)
            assert ids(page) == [name for _, name in expected[50:70]]

    def test_old_terms_find_nothing(self, open_store: OpenStore) -> None:
        """A row is found by what was written last, and by nothing once it is erased."""
        store = open_store()
        store.commit("t", [put("a", terms={"x": 1, "y": 1}), put("b", terms={"x": 1})])
        store.commit("t", [put("a", 1, terms={"x": 2}), Erase(Ref("note", "b"), 1)])
        assert store.scan("t", "note", where={"x": 1}) == store.scan("t", "note", order="y") == []
        assert ids(store.scan("t", "note")) == ids(store.scan("t", "note", where={"x": 2})) == ["a"]

    def test_knows_tenants_and_kinds_apart(self, open_store: OpenStore) -> None:
        """A scan sees one kind of one tenant, by whatever it looks."""
        store = open_store()
        for tenant, kind in itertools.product("tT", ("note", "Note")):
            store.commit(tenant, [put("a", kind=kind, body=tenant + kind, terms={"x": 1})])
        for tenant, kind in itertools.product("tT", ("note", "Note")):
            for query in ({}, {"where": {"x": 1}}, {"order": "x"}, {"where": {"x": 1}, "order": "x"}):
                assert [row.body for row in store.scan(tenant, kind, **query)] == [tenant + kind]

    def test_writes_do_not_shift_pages(self, open_store: OpenStore) -> None:
        """Rows written or erased on the pages already read do not move the pages to come."""
        store = open_store()
        store.commit("t", [put(f"{n}") for n in range(2, 9)])
        assert ids(store.scan("t", "note", limit=3)) == ["2", "3", "4"]
        store.commit("t", [put("1"), put("30"), put("3", 1), Erase(Ref("note", "4"), 1), put("60")])
        assert ids(store.scan("t", "note", after="4", limit=3)) == ["5", "6", "60"]


class TestS7:
    """Rule S7.

    Text returns exactly as given; ids, tenants and kinds are compared code point for code point.
    """

    @pytest.mark.parametrize("text", AWKWARD_TEXTS)
    def test_text_returns_as_given(self, open_store: OpenStore, text: str) -> None:
        """Bodies, terms, names and times come back code point for code point."""
        store = open_store()
        short = text[:200]
        new = NewEntry(short or "-", short or "-", text)
        store.commit("t", [Put(Ref("note", "a"), 0, text, {short or "-": short}, (new,))])
        assert one(open_store(), "a") == Record(Ref("note", "a"), 1, text, {short or "-": short})
        assert store.log("t") == [Entry(1, Ref("note", "a"), 1, short or "-", short or "-", text)]

    @pytest.mark.parametrize(
        "at",
        ["2030-01-02T03:04:05.000100+05:45", "0001-01-01T00:00:00-12:00", "2030-06-30T23:59:60Z", "soon"],
    )
    def test_times_return_as_given(self, open_store: OpenStore, at: str) -> None:
        """A time is text: nothing is rounded, shifted or understood."""
        store = open_store()
        store.commit("t", [Put(Ref("note", "a"), 0, "", {"at": at}, (NewEntry("Written", at, ""),))])
        assert [entry.at for entry in store.log("t")] == [at]
        assert [row.terms for row in store.scan("t", "note", where={"at": at})] == [{"at": at}]

    def test_numbers_return_as_given(self, open_store: OpenStore) -> None:
        """Terms keep their type and all 64 bits."""
        store = open_store()
        terms = {str(n): value for n, value in enumerate(INCREASING)}
        store.commit("t", [put("a", terms=terms)])
        record = one(store, "a")
        assert record is not None
        assert record.terms == terms
        assert {name: type(value) for name, value in record.terms.items()} == {
            n: type(v) for n, v in terms.items()
        }

    @pytest.mark.parametrize("pair", CONFUSABLE)
    def test_what_looks_alike_is_two_things(self, open_store: OpenStore, pair: tuple[str, str]) -> None:
        """Case, blanks, accents and separators tell ids, kinds and tenants apart."""
        store = open_store()
        for text in pair:
            store.commit("ids", [put(text, body=text, terms={text: 1})])
            store.commit("kinds", [put("x", kind=text, body=text)])
            store.commit(text, [put("x", body=text)])
        for text in pair:
            for record in (
                one(store, text, "ids"),
                one(store, "x", "kinds", kind=text),
                one(store, "x", text),
                *store.scan("ids", "note", order=text),
            ):
                assert record is not None
                assert (record.version, record.body) == (1, text)
            assert [entry.body for entry in store.log(text)] == [f"{text} 1"]
            assert [entry.body for entry in store.log("ids", ref=Ref("note", text))] == [f"{text} 1"]
        assert ids(store.scan("ids", "note")) == sorted(pair)


class TestS8:
    """Rule S8.

    `Erase` removes body, terms and the bodies of the record's entries; positions, names and times stay;
    the id is gone for ever.
    """

    def test_what_goes_and_what_stays(self, open_store: OpenStore) -> None:
        """The record and the bodies of its entries go; positions, versions, names and times stay."""
        store = open_store()
        store.commit("t", [put("a", terms={"x": 1}, entries=2), put("ab", terms={"x": 1})])
        store.commit("t", [put("a", 1, terms={"x": 2})])
        store.commit("u", [put("a", terms={"x": 1})])
        before = store.log("t")
        neighbours = one(store, "ab"), all_of(store, "u")
        assert store.commit("t", [Erase(Ref("note", "a"), 2)]) == 4
        for handle in (store, open_store()):
            assert one(handle, "a") is None
            assert handle.scan("t", "note", where={"x": 2}) == []
            assert ids(handle.scan("t", "note", order="x")) == ["ab"]
            emptied = [attrs.evolve(e, body=None) if e.ref.id == "a" else e for e in before]
            assert handle.log("t") == emptied
            assert handle.log("t", ref=Ref("note", "a")) == [e for e in emptied if e.ref.id == "a"]
            assert (one(handle, "ab"), all_of(handle, "u")) == neighbours

    @pytest.mark.parametrize("expect", [0, 1, 2])
    def test_the_id_is_gone_for_ever(self, open_store: OpenStore, expect: int) -> None:
        """No version brings an erased record back, nor can it be erased again."""
        store = open_store()
        store.commit("t", [put("a")])
        store.commit("t", [Erase(Ref("note", "a"), 1)])
        for change in (put("a", expect), Erase(Ref("note", "a"), expect)):
            for handle in (store, open_store()):
                with pytest.raises(GoneError) as caught:
                    handle.commit("t", [change])
                assert caught.value.ref == Ref("note", "a")
        assert all_of(store)[0] == []
        assert store.commit("t", [put("a", kind="other"), put("A")]) == 3
        assert store.commit("u", [put("a")]) == 1

    def test_an_unused_id_can_be_closed(self, open_store: OpenStore) -> None:
        """Erasing what does not exist, expecting that, closes its id."""
        store = open_store()
        assert store.commit("t", [Erase(Ref("note", "a"), 0)]) == 0
        with pytest.raises(GoneError):
            store.commit("t", [put("a")])
        assert all_of(store) == ([], [])


class TestS9:
    """Rule S9.

    Results are fresh; arguments are neither kept nor changed; a handle serves several threads; several
    handles see the same data.
    """

    def test_arguments_are_not_kept(self, open_store: OpenStore) -> None:
        """What the caller does to its own lists and mappings afterwards changes nothing stored."""
        store = open_store()
        terms: dict[str, Scalar] = {"x": 1}
        entries = [NewEntry("Written", "2030", "body")]
        changes: list[Put | Erase] = [Put(Ref("note", "a"), 0, "body", terms, entries)]  # type: ignore[arg-type]
        store.commit("t", changes)
        before = all_of(store)
        terms["x"], terms["y"] = 2, 3
        entries.clear()
        changes.clear()
        assert all_of(store) == before
        assert before[0][0].terms == {"x": 1}

    def test_arguments_are_not_changed(self, open_store: OpenStore) -> None:
        """Lists and mappings come out of a call as they went in."""
        store = open_store()
        changes = [put("b"), put("a")]
        refs = [Ref("note", "b"), Ref("note", "a"), Ref("note", "b")]
        where: dict[str, Scalar] = {"y": 1, "x": None}
        store.commit("t", changes)
        store.load("t", refs)
        store.scan("t", "note", where=where)
        assert changes == [put("b"), put("a")]
        assert refs == [Ref("note", "b"), Ref("note", "a"), Ref("note", "b")]
        assert list(where.items()) == [("y", 1), ("x", None)]

    def test_results_are_fresh(self, open_store: OpenStore) -> None:
        """What the caller does to a result shows in no later one."""
        store = open_store()
        store.commit("t", [put("a", terms={"x": 1})])
        asked = [Ref("note", "a")]
        reads: list[Callable[[], list[Any]]] = [
            lambda: store.load("t", asked),
            lambda: store.scan("t", "note"),
            lambda: store.log("t"),
        ]
        before = deepcopy([read() for read in reads])
        for read in reads:
            result = read()
            if isinstance(result[0], Record):
                result[0].terms.update({"x": 2, "y": 3})
            result.clear()
        assert [read() for read in reads] == before

    def test_handles_see_the_same_data(self, open_store: OpenStore) -> None:
        """What one handle wrote, another reads at once, also after having read what was before."""
        first, second = open_store(), open_store()
        for version in range(3):
            writer, reader = (first, second) if version % 2 else (second, first)
            all_of(reader), one(reader, "a")
            writer.commit("t", [put("a", version, terms={"v": version})])
            assert all_of(reader) == all_of(writer) == all_of(open_store())
            assert ids(reader.scan("t", "note", where={"v": version})) == ["a"]
            record = one(reader, "a")
            assert record is not None
            assert record.version == version + 1

    def test_a_handle_is_closed_alone(self, open_store: OpenStore) -> None:
        """Closing, once or twice, ends one handle: it refuses every call, and the others go on."""
        first, second = open_store(), open_store()
        first.commit("t", [put("a")])
        first.close()
        first.close()
        calls: list[Callable[[], object]] = [
            lambda: first.commit("t", []),
            lambda: first.load("t", []),
            lambda: first.scan("t", "note"),
            lambda: first.log("t"),
        ]
        for call in calls:
            with pytest.raises(StoreUnavailableError) as caught:
                call()
            assert caught.value.outcome_known is True
        assert second.commit("t", [put("a", 1)]) == 2

    def test_threads_share_a_handle(self, open_store: OpenStore) -> None:
        """Calls of several threads on one handle do not disturb each other."""
        store = open_store()

        def work(name: str) -> bool:
            mine = Ref("note", name)
            for version in range(10):
                store.commit("t", [put(name, version, f"{name}{version}", terms={"who": name})])
                [record] = store.load("t", [mine])
                right = record == Record(mine, version + 1, f"{name}{version}", {"who": name})
                found = store.scan("t", "note", where={"who": name}) == [record]
                if not (right and found and len(store.log("t", ref=mine)) == version + 1):
                    return False
            return True

        assert side_by_side(*(lambda name=name: work(name) for name in "abcd")) == [True] * 4


class TestS10:
    """Rule S10.

    When `commit` returns, the data survives what the declared `durability` says.
    """

    def test_declares_what_it_survives(self, open_store: OpenStore) -> None:
        """A store says how far its promise goes."""
        assert open_store().durability in {"memory", "process", "power", "replicated"}

    def test_survives_its_handle(self, open_store: OpenStore) -> None:
        """What was committed is there after the handle that wrote it is gone."""
        writer = open_store()
        writer.commit("t", [put("a", body="kept", terms={"x": None})])
        writer.commit("t", [put("b"), Erase(Ref("note", "a"), 1)])
        before = all_of(writer)
        writer.close()
        reader = open_store()
        assert all_of(reader) == before
        with pytest.raises(GoneError):
            reader.commit("t", [put("a")])


RULES = (TestS1, TestS2, TestS3, TestS4, TestS5, TestS6, TestS7, TestS8, TestS9, TestS10)


def test_each_class_quotes_its_rule() -> None:
    """The laws are those of the contract, word for word."""
    stated = re.findall(r"^S(\d+)\. (.+?)\n\n", inspect.getdoc(Store) or "", re.DOTALL | re.MULTILINE)
    quoted = [" ".join((inspect.getdoc(rule) or "").split()) for rule in RULES]
    assert quoted == [f"Rule S{number}. {' '.join(sentence.split())}" for number, sentence in stated]


def cases_of(rule: type) -> Iterator[Callable[[OpenStore], None]]:
    """Find the laws of a rule, one for each of its parameters."""
    for name, law in vars(rule).items():
        if name.startswith("test_"):
            marks = getattr(law, "pytestmark", [])
            axes = [[(mark.args[0], value) for value in mark.args[1]] for mark in marks]
            for values in itertools.product(*axes):
                yield partial(law, rule(), **dict(values))


@pytest.mark.parametrize(("rule", "bend"), BROKEN, ids=lambda value: getattr(value, "__name__", value))
def test_broken_stores_are_caught(rule: str, bend: Callable[..., Any]) -> None:
    """The laws of a rule refuse a store that breaks it."""
    [laws] = [each for each in RULES if each.__name__ == f"Test{rule}"]
    for law in cases_of(laws):
        first = MemoryStore()
        try:
            law(lambda first=first: Bent(first.share(), bend))
        except (AssertionError, InfoviewError, pytest.fail.Exception):
            return
    pytest.fail(f"no law of {rule} minds a store whose {bend.__name__.replace('_', ' ')}")
