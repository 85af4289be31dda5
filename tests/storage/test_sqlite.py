import contextlib
import re
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from infoview.exceptions import InfoviewError, InvalidValueError, UnsupportedSchemaError
from infoview.storage import (
    ConflictError,
    Erase,
    NewEntry,
    Put,
    Ref,
    Scalar,
    SQLiteStore,
    Store,
    StoreUnavailableError,
    _schema,
)

CANARY = "CANARY"
A = Ref("note", "a")


def put(id_: str = "a", expect: int = 0, body: str = "body", terms: dict[str, Scalar] | None = None) -> Put:
    """Build a change with one entry."""
    return Put(Ref("note", id_), expect, body, terms or {}, (NewEntry("Written", "2030", body),))


def raw(path: Path) -> sqlite3.Connection:
    """Open the file behind the store's back."""
    return sqlite3.connect(path, isolation_level=None, timeout=5)


def bytes_beside(path: Path) -> bytes:
    """Read the file and everything that lies beside it."""
    return b"".join(file.read_bytes() for file in sorted(path.parent.glob(path.name + "*")))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Name a file that does not exist yet."""
    return tmp_path / "store.db"


@pytest.fixture
def store(path: Path) -> Iterator[SQLiteStore]:
    """Open a new file."""
    opened = SQLiteStore(path, timeout=0.05)
    yield opened
    opened.close()


class Refusals:
    """Makes connections that refuse to switch the journal, so many times."""

    def __init__(self, *, times: int, name: str = "SQLITE_BUSY") -> None:
        self.left = times
        refusals = self

        class Connection(sqlite3.Connection):
            def execute(self, statement: str, *parameters: Any) -> sqlite3.Cursor:  # noqa: ANN401
                if "journal_mode" in statement and refusals.left:
                    refusals.left -= 1
                    error = sqlite3.OperationalError("refused")
                    error.sqlite_errorname = name
                    raise error
                return super().execute(statement, *parameters)

        self.connection = Connection


@contextlib.contextmanager
def old_reader(path: Path) -> Iterator[sqlite3.Connection]:
    """Make a store's file that uses no write-ahead log, and read in it."""
    SQLiteStore(path).close()
    reader = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    reader.execute("PRAGMA journal_mode = DELETE")
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM log").fetchone()
    try:
        yield reader
    finally:
        reader.close()


class Faulty(sqlite3.Connection):
    """A connection that fails when a test says so, before the engine hears of the statement."""

    verdict: Callable[[str], object]

    @classmethod
    def fail_when(cls, verdict: Callable[[str], object]) -> None:
        """Fail the statements for which the verdict is true."""
        cls.verdict = staticmethod(verdict)

    @classmethod
    def recover(cls) -> None:
        """Fail no more."""
        cls.fail_when(lambda _: False)

    def execute(self, statement: str, *parameters: Any) -> sqlite3.Cursor:  # noqa: ANN401 - as the driver has it
        """Execute, or fail."""
        self._judge(statement)
        return super().execute(statement, *parameters)

    def executemany(self, statement: str, *parameters: Any) -> sqlite3.Cursor:  # noqa: ANN401 - as the driver has it
        """Execute, or fail."""
        self._judge(statement)
        return super().executemany(statement, *parameters)

    def _judge(self, statement: str) -> None:
        if self.verdict(statement):
            raise sqlite3.OperationalError("fault")


def is_turn_of(number: int, turns: Iterator[int], _: str) -> bool:
    """Pick the one statement that comes after so many others."""
    return next(turns) == number


@pytest.fixture
def faulty(monkeypatch: pytest.MonkeyPatch) -> type[Faulty]:
    """Have every new handle use a connection that can fail."""
    connect = sqlite3.connect
    monkeypatch.setattr(sqlite3, "connect", lambda *args, **kwargs: connect(*args, **kwargs, factory=Faulty))
    Faulty.recover()
    return Faulty


class TestPath:
    """A store is a file."""

    def test_is_a_store(self, store: SQLiteStore) -> None:
        """The handle has the shape of the contract, and promises to survive the loss of power."""
        one: Store = store
        assert (one.durability, one.max_changes) == ("power", 10_000)

    @pytest.mark.parametrize("name", ["", ":memory:", "a\0b"])
    def test_what_is_no_file_is_refused(self, name: str) -> None:
        """A database in memory or a temporary one would belong to a single handle."""
        with pytest.raises(InvalidValueError) as caught:
            SQLiteStore(name)
        assert (caught.value.field, caught.value.code) == ("SQLiteStore.path", "not_a_file")

    @pytest.mark.parametrize(
        ("path", "code"),
        [(None, "wrong_type"), (7, "wrong_type"), (b"store.db", "wrong_type"), ("\ud800.db", "surrogate")],
    )
    def test_what_is_no_name_is_refused(self, path: object, code: str) -> None:
        """A name is text, or a path that stands for text, and valid Unicode."""
        with pytest.raises(InvalidValueError) as caught:
            SQLiteStore(path)  # type: ignore[arg-type]
        assert (caught.value.field, caught.value.code) == ("SQLiteStore.path", code)
        assert caught.value.__suppress_context__ or caught.value.__context__ is None

    def test_a_path_of_bytes_is_refused(self, tmp_path: Path) -> None:
        """A path-like object that stands for bytes is no name either."""

        class BytesPath:
            def __fspath__(self) -> bytes:
                return bytes(tmp_path / "store.db")

        with pytest.raises(InvalidValueError) as caught:
            SQLiteStore(BytesPath())  # type: ignore[arg-type]
        assert (caught.value.field, caught.value.code) == ("SQLiteStore.path", "wrong_type")
        assert list(tmp_path.iterdir()) == []

    @pytest.mark.parametrize("name", ["file:store.db?mode=memory", "a?b#c%20d.db", "é\u0301 😀.db"])
    def test_any_name_is_a_file(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
        """A name is never understood as anything else, also when the folder changes later."""
        monkeypatch.chdir(tmp_path)
        store = SQLiteStore(name)
        monkeypatch.chdir(tmp_path.parent)
        store.commit("t", [put()])
        store.close()
        assert [file.name for file in tmp_path.iterdir()] == [name]
        again = SQLiteStore(tmp_path / name)
        assert again.commit("t", []) == 1
        again.close()

    @pytest.mark.parametrize("timeout", [-1, 3_601, float("nan"), float("inf")])
    def test_a_wait_has_an_end(self, path: Path, timeout: float) -> None:
        """The timeout lies between 0 and an hour."""
        with pytest.raises(InvalidValueError) as caught:
            SQLiteStore(path, timeout=timeout)
        assert (caught.value.field, caught.value.code) == ("SQLiteStore.timeout", "out_of_range")
        assert not path.exists()

    @pytest.mark.parametrize("timeout", ["5", None, True, 5j])
    def test_a_wait_is_a_number(self, path: Path, timeout: object) -> None:
        """The timeout is a number of seconds, whole or not."""
        with pytest.raises(InvalidValueError) as caught:
            SQLiteStore(path, timeout=timeout)  # type: ignore[arg-type]
        assert (caught.value.field, caught.value.code) == ("SQLiteStore.timeout", "wrong_type")
        assert not path.exists()

    @pytest.mark.parametrize("name", [".", "missing/store.db"])
    def test_what_cannot_be_opened(self, tmp_path: Path, name: str) -> None:
        """A folder, or a file in a folder that is not there, cannot be opened."""
        with pytest.raises(StoreUnavailableError, match=r"open failed \(SQLITE_CANTOPEN\)") as caught:
            SQLiteStore(tmp_path / name)
        assert caught.value.outcome_known is True
        assert isinstance(caught.value.__cause__, sqlite3.OperationalError)

    def test_a_file_that_may_not_be_written(
        self, path: Path, store: SQLiteStore, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A file that can only be read is refused on opening."""
        store.close()
        before = path.read_bytes()
        connect = sqlite3.connect
        monkeypatch.setattr(
            sqlite3, "connect", lambda file, **kwargs: connect(f"file:{file}?mode=ro", uri=True, **kwargs)
        )
        with pytest.raises(StoreUnavailableError, match="SQLITE_READONLY"):
            SQLiteStore(path)
        assert path.read_bytes() == before


class TestSchema:
    """A file is infoview's and of a known version, or it is refused and left as it was."""

    def test_the_file_says_what_it_is(self, path: Path) -> None:
        """The file carries infoview's mark and a version, and its tables are strict."""
        SQLiteStore(path).close()
        db = raw(path)
        assert db.execute("PRAGMA application_id").fetchone() == (int.from_bytes(b"infv"),)
        assert db.execute("PRAGMA user_version").fetchone() == (1,)
        assert db.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        tables = db.execute("SELECT sql FROM sqlite_master WHERE type = 'table'").fetchall()
        assert [sql for (sql,) in tables if "STRICT" not in sql] == []
        db.close()

    def test_every_handle_sets_what_it_promises(self, path: Path, faulty: type[Faulty]) -> None:
        """Durability and erasure do not hang on how the engine was built; only WAL is kept in the file."""
        statements = list[str]()
        faulty.fail_when(statements.append)
        SQLiteStore(path).close()
        assert statements[:5] == [
            "PRAGMA synchronous = FULL",
            "PRAGMA fullfsync = ON",
            "PRAGMA secure_delete = ON",
            "PRAGMA trusted_schema = OFF",
            "BEGIN IMMEDIATE",
        ]
        assert statements[-2:] == ["COMMIT", "PRAGMA journal_mode = WAL"]

    @pytest.mark.parametrize(
        "content", [b"not a database, but long enough to look at" * 40, b"SQLite format 3\0" * 8]
    )
    def test_other_files(self, path: Path, content: bytes) -> None:
        """A file that SQLite does not know is refused."""
        path.write_bytes(content)
        with pytest.raises(UnsupportedSchemaError) as caught:
            SQLiteStore(path)
        assert (caught.value.found, caught.value.supported) == ("no SQLite file", 1)
        assert bytes_beside(path) == content

    @pytest.mark.parametrize(
        "statement", ["CREATE TABLE records (id)", "PRAGMA user_version = 1", "PRAGMA application_id = 7"]
    )
    def test_databases_of_others(self, path: Path, statement: str) -> None:
        """A database of another program is refused, whatever it resembles."""
        db = raw(path)
        db.execute(statement)
        db.close()
        before = path.read_bytes()
        with pytest.raises(UnsupportedSchemaError) as caught:
            SQLiteStore(path)
        assert caught.value.found == "not infoview's"
        assert bytes_beside(path) == before

    @pytest.mark.parametrize("version", [2, 2**31 - 1, -1])
    def test_newer_files(self, path: Path, store: SQLiteStore, version: int) -> None:
        """A file of a version that is not known yet is refused."""
        store.commit("t", [put()])
        store.close()
        db = raw(path)
        db.execute(f"PRAGMA user_version = {version}")
        db.close()
        before = path.read_bytes()
        with pytest.raises(UnsupportedSchemaError) as caught:
            SQLiteStore(path)
        assert (caught.value.found, caught.value.supported) == (f"of schema version {version}", 1)
        assert bytes_beside(path) == before

    @pytest.mark.parametrize("size", [0, 50, 100, 512, 4_096, 10_000])
    def test_truncated_files(self, path: Path, store: SQLiteStore, size: int) -> None:
        """A file that lost its end raises an error of the library, or is new when nothing is left."""
        store.commit("t", [put(body="x" * 50_000)])
        store.close()
        path.write_bytes(path.read_bytes()[:size])
        try:
            cut = SQLiteStore(path)
        except InfoviewError:
            assert size > 0
        else:
            assert cut.load("t", [A]) == [None]
            cut.close()
            assert size == 0

    def test_older_files_are_migrated(
        self, path: Path, store: SQLiteStore, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """An older file gets the steps it misses, once, however many open it; what it holds stays."""
        store.commit("t", [put(terms={"due": None})])
        store.close()
        step = ("CREATE TABLE notes (id TEXT) STRICT", "INSERT INTO notes VALUES ('once')")
        monkeypatch.setattr(_schema, "MIGRATIONS", (*_schema.MIGRATIONS, step))
        with ThreadPoolExecutor(4) as pool:
            opened = list(pool.map(lambda _: SQLiteStore(path), range(4)))
        assert [[row.terms for row in each.scan("t", "note", where={"due": None})] for each in opened] == [
            [{"due": None}]
        ] * 4
        for each in opened:
            each.close()
        db = raw(path)
        assert db.execute("SELECT id FROM notes").fetchall() == [("once",)]
        assert db.execute("PRAGMA user_version").fetchone() == (2,)
        db.close()
        monkeypatch.undo()
        with pytest.raises(UnsupportedSchemaError):
            SQLiteStore(path)

    def test_a_failed_migration_changes_nothing(
        self, path: Path, store: SQLiteStore, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A step that fails leaves the file at its old version."""
        store.close()
        before = path.read_bytes()
        step = ("CREATE TABLE notes (id TEXT) STRICT", "CREATE TABLE notes (id TEXT) STRICT")
        monkeypatch.setattr(_schema, "MIGRATIONS", (*_schema.MIGRATIONS, step))
        with pytest.raises(StoreUnavailableError):
            SQLiteStore(path)
        assert bytes_beside(path) == before

    def test_the_first_open_is_no_race(self, path: Path) -> None:
        """Of many that open a new file at once, all succeed."""
        start = threading.Barrier(8)

        def work(number: int) -> int:
            start.wait(10)
            store = SQLiteStore(path)
            store.commit("t", [put(str(number))])
            store.close()
            return number

        with ThreadPoolExecutor(8) as pool:
            assert sorted(pool.map(work, range(8))) == list(range(8))
        store = SQLiteStore(path)
        assert [entry.position for entry in store.log("t")] == list(range(1, 9))
        store.close()

    def test_a_reader_in_the_way_is_waited_for(self, path: Path) -> None:
        """Opening waits for who reads the file the old way, and then succeeds."""
        with old_reader(path) as reader:
            leave = threading.Timer(0.2, reader.rollback)
            leave.start()
            store = SQLiteStore(path)
            leave.join()
        assert store.commit("t", [put("a")]) == 1
        store.close()

    def test_a_reader_that_stays_is_waited_for_in_vain(self, path: Path) -> None:
        """When the timeout is over, the store is unavailable and says so."""
        with old_reader(path), pytest.raises(StoreUnavailableError, match="SQLITE_BUSY"):
            SQLiteStore(path, timeout=0.05)

    def test_the_switch_to_the_log_is_tried_again(self, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """The engine refuses the switch at once while others open the file; it is asked until it agrees."""
        refusals = Refusals(times=3)
        monkeypatch.setattr(sqlite3, "connect", partial(sqlite3.connect, factory=refusals.connection))
        store = SQLiteStore(path)
        assert refusals.left == 0
        assert store.commit("t", [put("a")]) == 1
        store.close()

    @pytest.mark.parametrize(
        ("times", "name"),
        [(10**6, "SQLITE_BUSY"), (1, "SQLITE_IOERR")],
        ids=["for ever", "for another reason"],
    )
    def test_the_switch_is_not_tried_for_ever(
        self, path: Path, monkeypatch: pytest.MonkeyPatch, times: int, name: str
    ) -> None:
        """After the timeout, or at once where waiting cannot help, the store is unavailable."""
        refusals = Refusals(times=times, name=name)
        monkeypatch.setattr(sqlite3, "connect", partial(sqlite3.connect, factory=refusals.connection))
        with pytest.raises(StoreUnavailableError, match=name):
            SQLiteStore(path, timeout=0.02)

    def test_an_old_engine_is_named(self, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """An SQLite without strict tables is refused in so many words."""
        monkeypatch.setattr(sqlite3, "sqlite_version_info", (3, 36, 0))
        with pytest.raises(StoreUnavailableError, match=r"3\.37 or newer"):
            SQLiteStore(path)


class TestFaults:
    """The engine fails, and the store says what that means."""

    def test_a_long_lock(self, path: Path, store: SQLiteStore) -> None:
        """While another holds the file for longer than the timeout, nothing is written, yet all is read."""
        store.commit("t", [put()])
        other = raw(path)
        other.execute("BEGIN IMMEDIATE")
        for attempt in (lambda: store.commit("t", [put(expect=1)]), lambda: SQLiteStore(path, timeout=0.05)):
            with pytest.raises(StoreUnavailableError, match="SQLITE_BUSY") as caught:
                attempt()
            assert caught.value.outcome_known is True
        assert [record and record.version for record in store.load("t", [A])] == [1]
        other.execute("ROLLBACK")
        other.close()
        assert store.commit("t", [put(expect=1)]) == 2

    def test_every_statement_can_fail(self, path: Path, faulty: type[Faulty]) -> None:
        """Whichever statement of a commit fails, nothing is changed and the handle serves on."""
        store, other = SQLiteStore(path), SQLiteStore(path)
        store.commit("t", [put("a", terms={"x": 1}), put("b", terms={"x": 1})])
        before = store.scan("t", "note"), store.log("t")
        changes = [put("c", terms={"x": 2}), put("a", 1, "new", {"x": 2}), Erase(Ref("note", "b"), 1)]
        store.commit("u", [put("a"), put("b")])
        statements = list[str]()
        faulty.fail_when(statements.append)
        store.commit("u", changes)
        statements = statements[: statements.index("COMMIT") + 1]
        assert len(statements) == 21
        for number, statement in enumerate(statements):
            faulty.fail_when(partial(is_turn_of, number, count()))
            with pytest.raises(StoreUnavailableError) as caught:
                store.commit("t", changes)
            faulty.recover()
            assert caught.value.outcome_known == (statement != "COMMIT")
            assert isinstance(caught.value.__cause__, sqlite3.OperationalError)
            for handle in (store, other):
                assert (handle.scan("t", "note"), handle.log("t")) == before
                assert handle.commit("t", []) == 2
        assert store.commit("t", changes) == 4
        store.close()
        other.close()

    def test_an_unknown_outcome_is_said(self, path: Path, faulty: type[Faulty]) -> None:
        """When the commit itself fails, nobody can say whether it happened."""
        store = SQLiteStore(path)
        faulty.fail_when(lambda statement: statement in {"COMMIT", "ROLLBACK"})
        with pytest.raises(StoreUnavailableError) as caught:
            store.commit("t", [put()])
        assert caught.value.outcome_known is False
        faulty.recover()
        with pytest.raises(StoreUnavailableError):
            store.load("t", [A])
        assert store.load("t", [A]) == [None]
        store.close()

    def test_reads_can_fail(self, path: Path, faulty: type[Faulty]) -> None:
        """A failed read changed nothing, and says so."""
        store = SQLiteStore(path)
        faulty.fail_when(lambda statement: "SELECT" in statement)
        reads: list[Callable[[], object]] = [
            lambda: store.load("t", [A]),
            lambda: store.scan("t", "note"),
            lambda: store.log("t"),
        ]
        for read in reads:
            with pytest.raises(StoreUnavailableError) as caught:
                read()
            assert caught.value.outcome_known is True
        store.close()

    def test_texts_carry_no_data(self, store: SQLiteStore) -> None:
        """The text of an error repeats nothing that is stored."""
        store.commit("t", [put("ada@example.org", body=CANARY)])
        with pytest.raises(ConflictError) as caught:
            store.commit("t", [put("ada@example.org", body=CANARY)])
        assert re.search(f"ada|{CANARY}", str(caught.value)) is None


class TestErasure:
    """What is erased is gone from the files too."""

    def test_no_bytes_are_left(self, path: Path, store: SQLiteStore) -> None:
        """Bodies, old bodies, terms and entries are overwritten, in the file and in the log beside it."""
        sizes = (1, 5, 40, 200, 900, 4_000)
        names = [f"{n:03}" for n in range(60)]
        for version in range(3):
            changes = list[Put]()
            for n, name in enumerate(names):
                body = f"<{CANARY}{name}>" * sizes[(n + version) % 6]
                changes.append(put(name, version, body, {"x": f"{CANARY}{name}"}))
            store.commit("t", changes)
        second = SQLiteStore(path)
        second.scan("t", "note")
        store.commit("t", [Erase(Ref("note", name), 3) for name in names[::2]])
        left = set(re.findall(rb"CANARY(\d{3})", bytes_beside(path)))
        assert left == {name.encode() for name in names[1::2]}
        second.commit("t", [Erase(Ref("note", name), 3) for name in names[1::2]])
        assert CANARY.encode() not in bytes_beside(path)
        second.close()

    def test_a_reader_in_the_way(self, path: Path, store: SQLiteStore) -> None:
        """While another reads, the erasure holds, though older copies stay until the next."""
        store.commit("t", [put("a", body=CANARY), put("b")])
        reader = raw(path)
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM records").fetchone()
        store.commit("t", [Erase(A, 1)])
        assert store.load("t", [A]) == [None]
        assert CANARY.encode() in bytes_beside(path)
        reader.close()
        store.commit("t", [Erase(Ref("note", "b"), 1)])
        assert CANARY.encode() not in bytes_beside(path)

    def test_the_last_handle_cleans_up(self, path: Path, store: SQLiteStore, faulty: type[Faulty]) -> None:
        """When the log could not be emptied, the erasure holds, and closing the last handle empties it."""
        store.close()
        careless = SQLiteStore(path)
        careless.commit("t", [put(body=CANARY)])
        faulty.fail_when(lambda statement: "wal_checkpoint" in statement)
        assert careless.commit("t", [Erase(A, 1)]) == 1
        assert CANARY.encode() in bytes_beside(path)
        careless.close()
        assert CANARY.encode() not in bytes_beside(path)


class TestCost:
    """What is asked for often costs the same in a large file as in a small one."""

    QUERIES: tuple[dict[str, Any], ...] = (
        {},
        {"after": "0500"},
        {"where": {"owner": "o7"}},
        {"where": {"owner": "o7"}, "after": "0500"},
        {"where": {"state": "open"}},
        {"order": "due"},
        {"order": "due", "after": (500, "0500")},
        {"order": "owner", "after": ("o7", "0500")},
        {"where": {"state": "open"}, "order": "due"},
    )

    @staticmethod
    def filled(path: Path, rows: int) -> SQLiteStore:
        """Fill a file with rows of common and rarer terms, for two tenants and two kinds."""
        store = SQLiteStore(path)
        for tenant, kind in (("t", "note"), ("u", "note"), ("t", "other")):
            changes = list[Put]()
            for n in range(rows):
                terms: dict[str, Scalar] = {"owner": f"o{n % 10}", "due": n}
                terms["state"] = "open" if n % 10 else None
                entries = (NewEntry("Written", "2030", ""),)
                changes.append(Put(Ref(kind, f"{n:04}"), 0, "", terms, entries))
            store.commit(tenant, changes)
        return store

    @staticmethod
    def steps(store: SQLiteStore, call: Callable[[], object]) -> int:
        """Count the steps of SQLite's machine."""
        count = 0

        def step() -> None:
            nonlocal count
            count += 1

        assert store._connection is not None
        store._connection.set_progress_handler(step, 1)
        call()
        store._connection.set_progress_handler(None, 1)
        return count

    def test_no_statement_scans_or_sorts(self, tmp_path: Path) -> None:
        """Every statement on every path finds its rows by an index, and in their order."""
        store = self.filled(tmp_path / "store.db", 1_200)
        seen = set[str]()
        assert store._connection is not None
        store._connection.set_trace_callback(seen.add)
        for query in self.QUERIES:
            store.scan("t", "note", limit=5, **query)
        store.load("t", [Ref("note", "0001")])
        store.log("t", after=5, limit=5)
        store.log("t", after=5, limit=5, ref=Ref("note", "0007"))
        store.commit("t", [put("0001", 1, terms={"due": 1}), Erase(Ref("note", "0002"), 1)])
        store._connection.set_trace_callback(None)
        plans = {
            step[3]: statement
            for statement in seen
            if re.match("SELECT|INSERT|UPDATE|DELETE", statement)
            for step in store._connection.execute("EXPLAIN QUERY PLAN " + statement.replace("-Inf", "-9e999"))
        }
        assert len(plans) > 10
        allowed = r"SEARCH .*tenant=\?|SCAN \(subquery-\d+\)$|(CO-ROUTINE|MATERIALIZE) |SCAN CONSTANT ROW"
        assert {step: sql for step, sql in plans.items() if not re.match(allowed, step)} == {}
        store.close()

    def test_steps_do_not_grow(self, tmp_path: Path) -> None:
        """A page takes as many steps from four times the rows."""
        small, large = self.filled(tmp_path / "s.db", 1_200), self.filled(tmp_path / "l.db", 4_800)
        refs = [Ref("note", f"{n:04}") for n in range(0, 1_000, 100)]
        calls: list[Callable[[SQLiteStore], object]] = [
            *(
                lambda store, query=query: store.scan("t", "note", limit=20, **query)
                for query in self.QUERIES
            ),
            lambda store: store.load("t", refs),
            lambda store: store.log("t", after=500, limit=20),
            lambda store: store.log("t", ref=refs[5], limit=20),
            lambda store: store.commit("t", [put("0001", 1, terms={"due": 1})]),
            lambda store: store.commit("t", [Erase(Ref("note", "0002"), 1)]),
        ]
        for number, call in enumerate(calls):
            few, many = (self.steps(store, lambda store=store: call(store)) for store in (small, large))  # noqa: B023 - used at once
            assert 0 < many <= 1.25 * few + 50, number
        small.close()
        large.close()

    def test_a_rare_term_leads(self, tmp_path: Path) -> None:
        """A rare value in an order by another term does not walk the whole order."""
        store = self.filled(tmp_path / "store.db", 4_800)
        store.commit("t", [put("mine", terms={"owner": "me", "due": 10_000, "state": "open"})])
        found = list[str]()

        def scan() -> None:
            rows = store.scan("t", "note", where={"state": "open", "owner": "me"}, order="due")
            found.extend(row.ref.id for row in rows)

        assert self.steps(store, scan) < 10_000
        assert found == ["mine"]
        store.close()


COUNT = """
import sys
from infoview.storage import ConflictError, Put, Ref, SQLiteStore, NewEntry
store = SQLiteStore(sys.argv[1], timeout=20)
for n in range(30):
    while True:
        [record] = store.load("t", [Ref("note", "count")])
        seen, body = (record.version, record.body) if record else (0, "0")
        entry = NewEntry("Counted", "2030", body)
        try:
            store.commit("t", [Put(Ref("note", "count"), seen, str(int(body) + 1), {"n": seen}, (entry,))])
            break
        except ConflictError:
            pass
store.close()
"""
CRASH = """
import sys
from infoview.storage import Put, Ref, SQLiteStore, NewEntry
store = SQLiteStore(sys.argv[1], timeout=20)
[record] = store.load("t", [Ref("note", "a")])
version = record.version if record else 0
while True:
    entries = (NewEntry("Written", "2030", ""),)
    changes = [Put(Ref("note", i), version, str(version) * 500, {"v": version}, entries) for i in "abc"]
    position = store.commit("t", changes)
    version += 1
    print(version, position, flush=True)
"""
FORK = """
import os, sys
from infoview.storage import SQLiteStore, StoreUnavailableError
store = SQLiteStore(sys.argv[1])
if os.fork() == 0:
    refused = 0
    for call in (lambda: store.load("t", []), store.close):
        try:
            call()
        except StoreUnavailableError as error:
            refused += error.outcome_known and "fork" in str(error)
    os._exit(40 + refused)
_, status = os.wait()
assert store.commit("t", []) == 0
print(os.waitstatus_to_exitcode(status))
"""


class TestProcesses:
    """A file serves several processes, and survives them."""

    def test_no_update_is_lost(self, path: Path) -> None:
        """Two processes that create the file and count in one record lose no step."""
        both = [subprocess.Popen([sys.executable, "-c", COUNT, str(path)]) for _ in range(2)]  # noqa: S603 - own script
        assert [each.wait(60) for each in both] == [0, 0]
        store = SQLiteStore(path)
        [record] = store.load("t", [Ref("note", "count")])
        assert record is not None
        assert (record.version, record.body) == (60, "60")
        assert [entry.body for entry in store.log("t")] == [str(n) for n in range(60)]
        store.close()

    def test_a_killed_writer_loses_nothing(self, path: Path) -> None:
        """After a kill in the midst of commits, whatever was acknowledged is there, and nothing is torn."""
        for acknowledgements in (1, 17, 40):
            with subprocess.Popen(  # noqa: S603 - own script
                [sys.executable, "-c", CRASH, str(path)], stdout=subprocess.PIPE, text=True
            ) as writer:
                assert writer.stdout is not None
                lines = [writer.stdout.readline() for _ in range(acknowledgements)]
                writer.send_signal(signal.SIGKILL)
                lines += writer.stdout.readlines()
            told, position = map(int, [line for line in lines if line.endswith("\n")][-1].split())
            store = SQLiteStore(path)
            records = store.load("t", [Ref("note", id_) for id_ in "abc"])
            versions = {(r.version, r.body, r.terms["v"]) if r else None for r in records}
            assert len(versions) == 1
            version = max(row[0] for row in versions if row)
            assert version in {told, told + 1}
            assert store.commit("t", []) == 3 * version >= position
            assert [entry.position for entry in store.log("t", limit=10_000)] == list(
                range(1, 3 * version + 1)
            )
            store.close()

    def test_a_fork_opens_its_own(self, path: Path) -> None:
        """A handle refuses to work in a forked process, and goes on in its own."""
        done = subprocess.run(  # noqa: S603 - own script
            [sys.executable, "-c", FORK, str(path)], capture_output=True, text=True, check=True
        )
        assert done.stdout.split() == ["42"]

    def test_a_handle_knows_its_process(self, store: SQLiteStore, monkeypatch: pytest.MonkeyPatch) -> None:
        """In another process than the one that opened it, a handle refuses every call before it waits."""
        with store._turn, monkeypatch.context() as elsewhere:
            elsewhere.setattr("os.getpid", lambda: 0)
            for call in (lambda: store.commit("t", [put()]), store.close):
                with pytest.raises(StoreUnavailableError, match="before the fork") as caught:
                    call()
                assert caught.value.outcome_known is True
        assert store.commit("t", [put()]) == 1
