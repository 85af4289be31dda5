import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import attrs
import hypothesis.strategies as st
import pytest
from hypothesis import Phase, settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

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
)

KEYS = ["a", "A", "b", "a ", "é", "e\u0301"]
VALUES: list[Scalar] = [None, "", "0", 0, 1, -1, 2**63 - 1, "a", "A", "é", "e\u0301", "\uffff", "😀"]
ALL = [Ref(kind, id_) for kind in ("k", "K") for id_ in KEYS]
BODIES = ["", "body", " a\r\n", "é", "e\u0301", '{"a": 1.0}']

tenants = st.sampled_from(["t", "T"])
kinds = st.sampled_from(["k", "K"])
refs = st.sampled_from(ALL)
terms = st.dictionaries(st.sampled_from(["due", "x"]), st.sampled_from(VALUES), min_size=1)
entries = st.lists(
    st.builds(NewEntry, st.sampled_from(KEYS), st.just("2030"), st.sampled_from(BODIES)), max_size=2
)
contents = st.tuples(st.sampled_from(BODIES), terms, entries)
# Mostly the version there is, now and then one beside it.
wishes = st.tuples(refs, st.sampled_from([0] * 20 + [-1, 1]), contents)
commits = st.lists(wishes, min_size=1, max_size=4, unique_by=lambda wish: wish[0])
limits = st.sampled_from([0, 1, 2, 3, 100])


class Model:
    """What a store should know, kept in plain dictionaries; independent of the library's own model."""

    def __init__(self) -> None:
        self.live: dict[tuple[str, str, str], tuple[int, str, dict[str, Scalar]]] = {}
        self.erased: set[tuple[str, str, str]] = set()
        self.lines: dict[str, list[list[Any]]] = {"t": [], "T": []}

    def version(self, tenant: str, ref: Ref) -> int:
        """Say which version a record has."""
        return self.live.get((tenant, ref.kind, ref.id), (0,))[0]

    def commit(self, tenant: str, changes: list[Put | Erase]) -> object:
        """Make the changes, or say why not."""
        for change in changes:
            if (tenant, change.ref.kind, change.ref.id) in self.erased:
                return "gone", change.ref
            if self.version(tenant, change.ref) != change.expect:
                return "conflict", change.ref, change.expect, self.version(tenant, change.ref)
        for change in changes:
            key = (tenant, change.ref.kind, change.ref.id)
            if isinstance(change, Put):
                self.live[key] = (change.expect + 1, change.body, dict(change.terms))
                for new in change.entries:
                    self.lines[tenant].append([change.ref, change.expect + 1, new.name, new.at, new.body])
            else:
                self.live.pop(key, None)
                self.erased.add(key)
                for line in self.lines[tenant]:
                    if line[0] == change.ref:
                        line[-1] = None
        return len(self.lines[tenant])

    def load(self, tenant: str, ref: Ref) -> Record | None:
        """Find a record."""
        known = self.live.get((tenant, ref.kind, ref.id))
        return Record(ref, *known) if known else None

    def scan(self, tenant: str, kind: str, where: Mapping[str, Scalar], order: str | None) -> list[Record]:
        """Find all rows, in order."""
        rows = [
            Record(Ref(k, i), *known) for (t, k, i), known in self.live.items() if (t, k) == (tenant, kind)
        ]
        for name, value in where.items():
            rows = [
                r
                for r in rows
                if name in r.terms and (type(r.terms[name]), r.terms[name]) == (type(value), value)
            ]
        rows.sort(key=lambda row: row.ref.id)
        if order is None:
            return rows
        groups = [
            [r for r in rows if order in r.terms and type(r.terms[order]) is of]
            for of in (type(None), int, str)
        ]
        return groups[0] + [r for group in groups[1:] for r in sorted(group, key=lambda r: r.terms[order])]

    def log(self, tenant: str) -> list[Entry]:
        """Write out the log."""
        return [Entry(position, *line) for position, line in enumerate(self.lines[tenant], 1)]


def outcome(store: Store, tenant: str, changes: list[Put | Erase]) -> object:
    """Commit, and say how that went."""
    try:
        return store.commit(tenant, changes)
    except ConflictError as error:
        return "conflict", error.ref, error.expected, error.actual
    except GoneError as error:
        return "gone", error.ref


class StoresAgree(RuleBasedStateMachine):
    """Rules S1 to S9, told apart by no sequence of calls.

    `MemoryStore`, two handles of `SQLiteStore` on one file, and plain dictionaries give the same answers.
    """

    @initialize()
    def open(self) -> None:
        """Start with nothing."""
        self.folder = tempfile.TemporaryDirectory()
        self.model = Model()
        self.memory = MemoryStore()
        self.first, self.second = self._sqlite(), self._sqlite()

    def teardown(self) -> None:
        """Close all."""
        for store in (self.memory, self.first, self.second):
            store.close()
        self.folder.cleanup()

    def _sqlite(self) -> SQLiteStore:
        return SQLiteStore(Path(self.folder.name) / "store.db")

    @property
    def stores(self) -> list[Store]:
        """Every handle."""
        return [self.memory, self.first, self.second]

    @rule(tenant=tenants, wishes=commits)
    def commit(self, tenant: str, wishes: list[Any]) -> None:
        """A commit succeeds or fails alike, and says the same."""
        versions = {ref: max(self.model.version(tenant, ref) + offset, 0) for ref, offset, _ in wishes}
        self.agree_on(tenant, [Put(ref, versions[ref], *content) for ref, _, content in wishes])

    @rule(tenant=tenants, ref=refs, choice=st.integers(0, 9))
    def erase(self, tenant: str, ref: Ref, choice: int) -> None:
        """An erasure succeeds or fails alike, mostly of a record that exists."""
        live = [Ref(kind, id_) for of, kind, id_ in self.model.live if of == tenant]
        chosen = live[choice] if choice < len(live) else ref
        self.agree_on(tenant, [Erase(chosen, self.model.version(tenant, chosen))])

    def agree_on(self, tenant: str, changes: list[Put | Erase]) -> None:
        """Commit everywhere, and read all there is through the handles that did not write."""
        expected = self.model.commit(tenant, changes)
        assert outcome(self.memory, tenant, changes) == expected
        assert outcome(self.first, tenant, changes) == expected
        self.first, self.second = self.second, self.first
        for store in (self.memory, self.first):
            assert store.log(tenant) == self.model.log(tenant)
            assert store.load(tenant, ALL) == [self.model.load(tenant, ref) for ref in ALL]
            for kind in ("k", "K"):
                for order in (None, "due"):
                    assert store.scan(tenant, kind, order=order) == self.model.scan(tenant, kind, {}, order)
                for value in (None, 0, "", "0", "a"):
                    where = {"x": value}
                    assert store.scan(tenant, kind, where=where) == self.model.scan(tenant, kind, where, None)

    @rule()
    def reopen(self) -> None:
        """Another handle sees what the closed one wrote."""
        self.first.close()
        self.first = self._sqlite()

    @rule(tenant=tenants, asked=st.lists(refs, max_size=5))
    def load(self, tenant: str, asked: list[Ref]) -> None:
        """Every handle finds the same records."""
        expected = [self.model.load(tenant, ref) for ref in asked]
        for store in self.stores:
            assert store.load(tenant, asked) == expected

    @rule(
        tenant=tenants,
        kind=kinds,
        where=st.dictionaries(st.sampled_from(["due", "x"]), st.sampled_from(VALUES), max_size=2),
        order=st.sampled_from([None, "due", "x"]),
        limit=limits,
    )
    def scan(self, tenant: str, kind: str, where: dict[str, Scalar], order: str | None, limit: int) -> None:
        """Every page holds the same rows in the same order."""
        rows = self.model.scan(tenant, kind, where, order)
        after: Any = None
        for start in range(0, len(rows) + 1, max(limit, 1)):
            expected = rows[start : start + limit]
            for store in self.stores:
                assert (
                    store.scan(tenant, kind, where=where, order=order, after=after, limit=limit) == expected
                )
            if expected:
                last = expected[-1]
                after = last.ref.id if order is None else (last.terms[order], last.ref.id)

    @rule(tenant=tenants, ref=st.none() | refs, after=st.integers(0, 8), limit=limits)
    def log(self, tenant: str, ref: Ref | None, after: int, limit: int) -> None:
        """Every page of the log holds the same entries."""
        entries = [e for e in self.model.log(tenant) if e.position > after and ref in {None, e.ref}]
        for store in self.stores:
            assert store.log(tenant, ref=ref, after=after, limit=limit) == entries[:limit]


TestStoresAgree = StoresAgree.TestCase
TestStoresAgree.settings = settings(stateful_step_count=20)


class TakesTwoCasesForOne(SQLiteStore):
    """A store that looks records up without regard to case."""

    def load(self, tenant: str, refs: Sequence[Ref], /) -> list[Record | None]:
        """Look for lower case only."""
        return super().load(tenant, [Ref(ref.kind, ref.id.lower()) for ref in refs])


class KeepsErasedBodies(SQLiteStore):
    """A store whose erasures forget the log."""

    def log(self, tenant: str, /, **query: Any) -> list[Entry]:  # noqa: ANN401 - any query
        """Show a body for every entry."""
        page = super().log(tenant, **query)
        return [attrs.evolve(entry, body=entry.body or "") for entry in page]


class ComparesLoosely(SQLiteStore):
    """A store that takes 0 for nothing."""

    def scan(self, tenant: str, kind: str, /, **query: Any) -> list[Record]:  # noqa: ANN401 - any query
        """Match what is false alike."""
        where = query.pop("where", {})
        rows = super().scan(tenant, kind, **query)
        return [
            r for r in rows if all((r.terms.get(name) or 0) == (value or 0) for name, value in where.items())
        ]


class LosesConflicts(SQLiteStore):
    """A store that reports success where somebody else wrote first."""

    def commit(self, tenant: str, changes: Sequence[Put | Erase], /) -> int:
        """Swallow the conflict."""
        try:
            return super().commit(tenant, changes)
        except ConflictError:
            return super().commit(tenant, [])


@pytest.mark.parametrize("broken", [TakesTwoCasesForOne, KeepsErasedBodies, ComparesLoosely, LosesConflicts])
def test_broken_stores_disagree(broken: type[SQLiteStore]) -> None:
    """The machine tells a store that breaks a rule from those that keep it."""

    class BrokenAgree(StoresAgree):
        """The machine with a broken store in it."""

        def _sqlite(self) -> SQLiteStore:
            return broken(Path(self.folder.name) / "store.db")

    quick = settings(max_examples=200, stateful_step_count=20, phases=[Phase.generate], database=None)
    with pytest.raises(AssertionError):
        run_state_machine_as_test(BrokenAgree, settings=quick)
