import contextlib
from collections.abc import Callable

import attrs
import pytest
from tests.storage.flaky import Fault, Flaky

from infoview.exceptions import InvalidValueError
from infoview.storage import (
    ConflictError,
    GoneError,
    MemoryStore,
    NewEntry,
    Put,
    Record,
    Ref,
    StoreUnavailableError,
)
from infoview.storage.session import Session, retried

A, B, C = (Ref("note", id_) for id_ in "abc")


def line(body: str) -> NewEntry:
    """Build an entry."""
    return NewEntry("Written", "2030", body)


@pytest.fixture
def store() -> MemoryStore:
    """Keep two notes, the second in its second version."""
    store = MemoryStore()
    store.commit("t", [Put(A, 0, "a", {"n": 1}), Put(B, 0, "old")])
    store.commit("t", [Put(B, 1, "b", {"n": 2})])
    return store


def bodies(store: MemoryStore) -> dict[str, str]:
    """Tell what is there."""
    return {record.ref.id: record.body for record in store.scan("t", "note")}


class TestReading:
    """What a session sees."""

    def test_is_what_the_store_has(self, store: MemoryStore) -> None:
        """Records come in the order asked, `None` where nothing is."""
        session = Session(store, "t")
        assert session.load([B, C, A, B]) == store.load("t", [B, C, A, B])
        assert session.scan("note", where={"n": 2}) == store.scan("t", "note", where={"n": 2})
        assert session.scan("note", order="n", after=(1, "a"), limit=1) == store.load("t", [B])

    def test_stays_the_same(self, store: MemoryStore) -> None:
        """A record is read once, whatever others write meanwhile."""
        session = Session(store, "t")
        first = session.load([A, C])
        store.commit("t", [Put(A, 1, "later"), Put(C, 0, "c")])
        assert session.load([A, C]) == first
        assert [row.body for row in session.scan("note")] == ["later", "b", "c"]
        assert session.load([A, C]) == first

    def test_remembers_what_a_scan_found(self, store: MemoryStore) -> None:
        """A row that was scanned needs no loading."""
        session = Session(store, "t")
        rows = session.scan("note")
        store.commit("t", [Put(A, 1, "later")])
        assert session.load([A, B]) == rows

    def test_includes_its_own_writes(self, store: MemoryStore) -> None:
        """What is put or erased is loaded as it will be, and scanned as it is."""
        session = Session(store, "t")
        session.load([A, B])
        session.put(A, "new", terms={"n": 3})
        session.put(C, "c")
        session.erase(B)
        pending = session.load([A, B, C])
        assert pending == [Record(A, 2, "new", {"n": 3}), None, Record(C, 1, "c", {})]
        assert [row.body for row in session.scan("note")] == ["a", "b"]
        session.commit()
        assert store.load("t", [A, B, C]) == pending

    def test_gives_fresh_values(self, store: MemoryStore) -> None:
        """Whoever changes the terms of an answer changes nothing else."""
        session = Session(store, "t")
        for read in (lambda: session.scan("note")[0], lambda: session.load([A])[0]):
            record = read()
            assert record is not None
            record.terms["n"] = 99  # type: ignore[index]
            assert session.load([A]) == store.load("t", [A])
        session.put(A, "new", terms={"n": 3})
        session.load([A])[0].terms["n"] = 99  # type: ignore[index, union-attr]
        session.commit()
        assert store.load("t", [A]) == [Record(A, 2, "new", {"n": 3})]

    def test_asks_once_for_all(self) -> None:
        """The records that are not known yet are read together, and without any nobody is asked."""
        asked: list[list[Ref]] = []

        class Listening(MemoryStore):
            def load(self, tenant: str, refs: list[Ref], /) -> list[Record | None]:  # type: ignore[override]
                asked.append(refs)
                return super().load(tenant, refs)

        session = Session(Listening(), "t")
        session.load([A, B, A])
        session.load([B, A])
        session.put(C, "c")
        session.load([C])
        session.load([])
        assert asked == [[A, B]]

    def test_is_checked(self, store: MemoryStore) -> None:
        """Faulty arguments are refused as a store does."""
        session = Session(store, "t")
        with pytest.raises(InvalidValueError, match=r"^load\.refs\[0\]"):
            session.load(["note"])  # type: ignore[list-item]
        with pytest.raises(InvalidValueError, match=r"^scan\.kind"):
            session.scan("")


class TestWriting:
    """What a session collects."""

    def test_is_one_commit(self, store: MemoryStore) -> None:
        """All changes are made in one step, with the versions that were seen."""
        session = Session(store, "t")
        session.load([A])
        session.scan("note", where={"n": 2})
        session.put(A, "a2", entries=[line("1")])
        session.put(C, "c", entries=(line("2"), line("3")))
        session.erase(B)
        assert bodies(store) == {"a": "a", "b": "b"}
        assert session.commit() == 3
        assert bodies(store) == {"a": "a2", "c": "c"}
        assert [entry.body for entry in store.log("t")] == ["1", "2", "3"]

    def test_may_be_nothing(self, store: MemoryStore) -> None:
        """A session without changes commits, and tells the position."""
        assert Session(store, "t").commit() == 0

    def test_adds_up(self, store: MemoryStore) -> None:
        """Of several puts of a record the last body and terms count, and all entries."""
        session = Session(store, "t")
        session.load([A])
        session.put(A, "1", terms={"n": 1}, entries=[line("1")])
        session.put(A, "2", terms={"m": 2}, entries=[line("2")])
        session.commit()
        assert store.load("t", [A]) == [Record(A, 2, "2", {"m": 2})]
        assert [(entry.version, entry.body) for entry in store.log("t")] == [(2, "1"), (2, "2")]

    def test_counts_on_what_was_seen_first(self, store: MemoryStore) -> None:
        """A later look at a row does not hide that others wrote."""
        session = Session(store, "t")
        session.load([A])
        store.commit("t", [Put(A, 1, "theirs")])
        session.scan("note")
        session.put(A, "mine")
        with pytest.raises(ConflictError):
            session.commit()
        assert bodies(store)["a"] == "theirs"

    def test_takes_the_unseen_for_new(self, store: MemoryStore) -> None:
        """Nobody overwrites what they have not looked at, not even with a look in between."""
        session = Session(store, "t")
        session.put(A, "mine")
        session.scan("note")
        session.put(A, "mine again")
        with pytest.raises(ConflictError) as caught:
            session.commit()
        assert (caught.value.ref, caught.value.expected, caught.value.actual) == (A, 0, 1)

    def test_of_something_erased_is_refused(self, store: MemoryStore) -> None:
        """What this session erases, it neither writes nor erases again."""
        session = Session(store, "t")
        session.load([A])
        session.erase(A)
        for change in (lambda: session.put(A, "a"), lambda: session.erase(A)):
            with pytest.raises(GoneError):
                change()
        session.commit()
        assert bodies(store) == {"b": "b"}

    def test_may_be_erased(self, store: MemoryStore) -> None:
        """An erasure takes the place of a put without entries, of a new record too."""
        session = Session(store, "t")
        session.load([A])
        session.put(A, "a2")
        session.put(C, "c")
        session.erase(A)
        session.erase(C)
        session.commit()
        with pytest.raises(GoneError):
            store.commit("t", [Put(C, 0, "c")])
        assert bodies(store) == {"b": "b"}

    def test_loses_no_entries(self, store: MemoryStore) -> None:
        """An erasure that would swallow entries is refused, and the session is as it was."""
        session = Session(store, "t")
        session.load([A])
        session.put(A, "a2", entries=[line("1")])
        with pytest.raises(InvalidValueError, match=r"^Session\.erase: .* \[has_entries\]$"):
            session.erase(A)
        session.commit()
        assert bodies(store)["a"] == "a2"

    def test_is_never_split(self, store: MemoryStore) -> None:
        """One change more than the store takes is refused by the call that adds it; the others stand."""
        small = store.share()
        small.max_changes = 2
        session = Session(small, "t")
        session.load([A, B])
        session.put(A, "a2")
        session.put(B, "b2")
        for change in (lambda: session.put(C, "c"), lambda: session.erase(C)):
            with pytest.raises(InvalidValueError, match=r"^Session: commit at most 2 .*\[out_of_range\]$"):
                change()
        session.put(A, "a3")
        session.commit()
        assert bodies(store) == {"a": "a3", "b": "b2"}

    def test_is_checked(self, store: MemoryStore) -> None:
        """A faulty change is refused by the call that makes it, and the session is as it was."""
        session = Session(store, "t")
        faulty: list[Callable[[], None]] = [
            lambda: session.put([], ""),  # type: ignore[arg-type]
            lambda: session.put(C, 7),  # type: ignore[arg-type]
            lambda: session.put(C, "", terms={"n": 0.5}),  # type: ignore[dict-item]
            lambda: session.put(C, "", entries=["line"]),  # type: ignore[list-item]
            lambda: session.erase([]),  # type: ignore[arg-type]
        ]
        for change in faulty:
            with pytest.raises(InvalidValueError):
                change()
        assert session.load([C]) == [None]


class TestEnd:
    """A session is over once, for all."""

    def calls(self, session: Session) -> list[Callable[[], object]]:
        """List what can be called."""
        return [
            lambda: session.load([A]),
            lambda: session.scan("note"),
            lambda: session.put(A, ""),
            lambda: session.erase(A),
            session.commit,
        ]

    def refuses_all(self, session: Session) -> bool:
        """Tell whether every call is refused."""
        for call in self.calls(session):
            with pytest.raises(StoreUnavailableError) as caught:
                call()
            assert caught.value.outcome_known is True
        return session.is_over

    def test_comes_with_the_commit(self, store: MemoryStore) -> None:
        """A committed session refuses every call."""
        session = Session(store, "t")
        assert session.is_over is False
        session.put(C, "c")
        session.commit()
        assert self.refuses_all(session)
        assert bodies(store)["c"] == "c"

    def test_comes_with_a_failed_commit(self, store: MemoryStore) -> None:
        """What failed is begun again from what is there now."""
        session = Session(store, "t")
        session.put(A, "mine")
        with pytest.raises(ConflictError):
            session.commit()
        assert self.refuses_all(session)

    def test_comes_with_close(self, store: MemoryStore) -> None:
        """A closed session discards its changes; the store goes on."""
        session = Session(store, "t")
        session.put(C, "c")
        session.close()
        session.close()
        assert self.refuses_all(session)
        assert "c" not in bodies(store)

    def test_comes_with_the_block(self, store: MemoryStore) -> None:
        """Leaving the block without a commit discards, with an error and without."""
        with Session(store, "t") as session:
            session.put(C, "c")
        assert self.refuses_all(session)
        with contextlib.suppress(KeyError), Session(store, "t") as session:
            session.put(C, "c")
            raise KeyError
        assert self.refuses_all(session)
        assert "c" not in bodies(store)

    def test_leaves_the_store_open(self, store: MemoryStore) -> None:
        """A session that was committed within its block stays committed."""
        with Session(store, "t") as session:
            session.put(C, "c")
            session.commit()
        assert bodies(store)["c"] == "c"


class TestLostAnswers:
    """Commits whose answers are lost."""

    @pytest.mark.parametrize("fault", ["before", "after"])
    def test_are_settled_by_entries(self, fault: Fault) -> None:
        """An entry with an id used once tells what happened."""
        store = Flaky([fault])
        session = Session(store, "t", pause=lambda _: None)
        session.put(A, "a", entries=[line("id-1")])
        assert session.commit() == 1

    @pytest.mark.parametrize("fault", ["before", "after"])
    def test_are_settled_by_a_mark(self, fault: Fault) -> None:
        """Without entries of one's own, the mark tells; it comes last with the first put."""
        store = Flaky()
        store.commit("t", [Put(C, 0, "c")])
        store.commits = [fault]
        session = Session(store, "t", mark=lambda: line("mark-1"))
        session.load([C])
        session.erase(C)
        session.put(A, "a")
        session.put(B, "b", entries=[line("1")])
        session.put(A, "a", entries=[line("2")])
        assert session.commit() == 3
        assert [(entry.ref, entry.body) for entry in store.log("t")] == [(A, "2"), (A, "mark-1"), (B, "1")]

    def test_of_erasures_need_no_mark(self) -> None:
        """Where all is gone in the end, the wish is fulfilled, and no mark is made."""
        store = Flaky()
        store.commit("t", [Put(A, 0, "a")])
        store.commits = ["after"]
        session = Session(store, "t", mark=lambda: pytest.fail("nobody carries it"))
        session.load([A])
        session.erase(A)
        assert session.commit() == 0

    def test_are_told_where_nothing_tells(self) -> None:
        """A session without entries and without a mark says that it does not know."""
        store = Flaky(["after"])
        session = Session(store, "t")
        session.put(A, "a")
        with pytest.raises(StoreUnavailableError) as caught:
            session.commit()
        assert caught.value.outcome_known is False

    def test_are_bounded(self) -> None:
        """Attempts and pauses are those of the session."""
        store, waits = Flaky(["before"] * 9), list[int]()
        session = Session(store, "t", mark=lambda: line("mark-1"), attempts=3, pause=waits.append)
        session.put(A, "a")
        with pytest.raises(StoreUnavailableError):
            session.commit()
        assert waits == [1, 2]

    def test_are_no_matter_for_a_faulty_mark(self, store: MemoryStore) -> None:
        """What is no entry is refused before anything is written, and the session goes on."""
        session = Session(store, "t", mark=lambda: "mark")  # type: ignore[arg-type, return-value]
        session.put(C, "c")
        with pytest.raises(InvalidValueError, match=r"^Put\.entries\[0\]"):
            session.commit()
        assert session.is_over is False


class TestSessionArguments:
    """What a session is made of."""

    @pytest.mark.parametrize("attempts", [0, 101, True, 1.0, None])
    def test_bound_the_attempts(self, store: MemoryStore, attempts: object) -> None:
        """Attempts are 1 to 100, for a session and for retried work."""
        with pytest.raises(InvalidValueError, match=r"^Session\.attempts: "):
            Session(store, "t", attempts=attempts)  # type: ignore[arg-type]
        with pytest.raises(InvalidValueError, match=r"^retried\.attempts: "):
            retried(pytest.fail, store=store, tenant="t", attempts=attempts)  # type: ignore[arg-type]

    def test_name_a_tenant(self, store: MemoryStore) -> None:
        """The tenant is refused at the beginning."""
        with pytest.raises(InvalidValueError, match=r"^load\.tenant: "):
            Session(store, "")


@attrs.define
class Rival:
    """Work that adds one to a note, and somebody who writes it first, so many times."""

    store: MemoryStore
    times: int
    runs: int = 0

    def __call__(self, session: Session) -> str:
        """Add one, after the rival did."""
        self.runs += 1
        [note] = session.load([A])
        assert note is not None
        if self.runs <= self.times:
            self.store.commit("t", [Put(A, note.version, note.body + "r")])
        session.put(A, note.body + "m", entries=[line(f"run {self.runs}")])
        return note.body


class TestRetried:
    """Work that is done again when somebody else wrote first."""

    @pytest.mark.parametrize("times", [0, 1, 2, 4])
    def test_succeeds_in_the_end(self, store: MemoryStore, times: int) -> None:
        """Each time the work sees what is there now; what it returned last is returned."""
        work, waits = Rival(store, times), list[int]()
        assert retried(work, store=store, tenant="t", pause=waits.append) == "a" + "r" * times
        assert bodies(store)["a"] == "a" + "r" * times + "m"
        assert waits == list(range(1, times + 1))

    def test_gives_up(self, store: MemoryStore) -> None:
        """After the last attempt the conflict is raised, and nobody waits any more."""
        work, waits = Rival(store, 9), list[int]()
        with pytest.raises(ConflictError) as caught:
            retried(work, store=store, tenant="t", attempts=3, pause=waits.append)
        assert (caught.value.expected, caught.value.actual) == (3, 4)
        assert (work.runs, waits) == (3, [1, 2])

    def test_commits_at_most_once(self, store: MemoryStore) -> None:
        """Work may commit by itself, or close its session and change nothing."""

        def committed(session: Session) -> int:
            session.put(C, "c", entries=[line("1")])
            return session.commit()

        def closed(session: Session) -> None:
            session.put(Ref("note", "d"), "d")
            session.close()

        assert retried(committed, store=store, tenant="t") == 1
        assert retried(closed, store=store, tenant="t") is None  # type: ignore[func-returns-value]
        assert bodies(store) == {"a": "a", "b": "b", "c": "c"}

    def test_is_for_conflicts_only(self, store: MemoryStore) -> None:
        """Any other error ends it at once, and nothing is written."""
        runs: list[Session] = []

        def work(session: Session) -> None:
            runs.append(session)
            session.put(C, "c")
            raise KeyError

        with pytest.raises(KeyError):
            retried(work, store=store, tenant="t")
        assert [session.is_over for session in runs] == [True]
        assert "c" not in bodies(store)

    def test_marks_each_attempt_anew(self) -> None:
        """A mark is used once, so the next attempt gets another."""
        store, marks = Flaky(), iter("123")
        store.commit("t", [Put(A, 0, "a")])
        store.commits = ["", "", "after"]  # the rival's, the one in conflict, and the last
        work = Rival(store, 1)
        retried(work, store=store, tenant="t", mark=lambda: line(next(marks)))
        assert [entry.body for entry in store.log("t")] == ["run 2", "2"]
