import contextlib
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
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
    _schema,
    sqlite,
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


AWKWARD = "a.b[\"\\'$%_]\n\x01\x7f é e\u0301 \u2028 \ue000 😀"


def first_version(path: Path) -> None:
    """Make a file as infoview did while the schema had its first version."""
    db = raw(path)
    db.execute("PRAGMA journal_mode = WAL")
    for statement in _schema.MIGRATIONS[0]:
        db.execute(statement)
    db.execute("PRAGMA application_id = 0x696E6676")
    db.execute("PRAGMA user_version = 1")
    db.executemany(
        "INSERT INTO records (tenant, kind, id, version, body) VALUES (?, ?, ?, ?, ?)",
        [
            ("t", "note", "a", 3, "body of a"),
            ("t", "note", AWKWARD, 1, AWKWARD),
            ("t", "note", "bare", 1, ""),
            ("t", "other", "a", 1, "other"),
            ("u", "note", "a", 1, "of u"),
        ],
    )
    db.execute("INSERT INTO gone (tenant, kind, id) VALUES ('t', 'note', 'gone')")
    db.executemany(
        "INSERT INTO terms (tenant, kind, id, name, value) VALUES (?, ?, ?, ?, ?)",
        [
            ("t", "note", "a", "due", 2),
            ("t", "note", "a", "owner", AWKWARD),
            ("t", "note", "a", "none", float("-inf")),
            ("t", "note", "a", "low", -(2**63)),
            ("t", "note", AWKWARD, AWKWARD, 2**63 - 1),
            ("t", "note", AWKWARD, "due", "2"),
            ("t", "other", "a", "due", 1),
            ("u", "note", "a", "due", 7),
        ],
    )
    db.executemany(
        """INSERT INTO log (tenant, kind, id, version, position, name, at, body)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?)""",
        [
            ("t", "note", "gone", 1, 1, "Written", "2030", None),
            ("t", "note", "a", 3, 2, "Written", "2030", "entry"),
        ],
    )
    db.close()


def tables(path: Path) -> list[tuple[str, str]]:
    """Write out the schema of a file."""
    db = raw(path)
    rows = db.execute("SELECT name, sql FROM sqlite_master ORDER BY name").fetchall()
    db.close()
    return rows


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
        assert db.execute("PRAGMA user_version").fetchone() == (2,)
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
        assert (caught.value.found, caught.value.supported) == ("no SQLite file", 2)
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

    @pytest.mark.parametrize("version", [3, 2**31 - 1, -1])
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
        assert (caught.value.found, caught.value.supported) == (f"of schema version {version}", 2)
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
        assert db.execute("PRAGMA user_version").fetchone() == (3,)
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

    def test_files_of_version_1(self, path: Path) -> None:
        """All that a file of version 1 holds is there afterwards, erased names included, and grows on."""
        first_version(path)
        with ThreadPoolExecutor(4) as pool:
            store, *others = pool.map(lambda _: SQLiteStore(path), range(4))
        refs = [A, Ref("note", AWKWARD), Ref("note", "bare"), Ref("note", "gone"), Ref("other", "a")]
        assert store.load("t", refs) == [
            Record(A, 3, "body of a", {"due": 2, "owner": AWKWARD, "none": None, "low": -(2**63)}),
            Record(refs[1], 1, AWKWARD, {AWKWARD: 2**63 - 1, "due": "2"}),
            Record(refs[2], 1, "", {}),
            None,
            Record(refs[4], 1, "other", {"due": 1}),
        ]
        assert store.load("u", [A]) == [Record(A, 1, "of u", {"due": 7})]
        assert [row.ref.id for row in store.scan("t", "note")] == sorted(["a", AWKWARD, "bare"])
        assert [row.ref.id for row in store.scan("t", "note", order="due")] == ["a", AWKWARD]
        assert [row.ref.id for row in store.scan("t", "note", where={"none": None})] == ["a"]
        assert [(entry.ref.id, entry.body) for entry in store.log("t")] == [("gone", None), ("a", "entry")]
        for erased in (put("gone"), Erase(Ref("note", "gone"), 1)):
            with pytest.raises(GoneError):
                others[0].commit("t", [erased])
        assert store.commit("t", [put("a", 3, terms={"due": 3}), put("new", terms={"due": 1})]) == 4
        assert [row.ref.id for row in store.scan("t", "note", order="due")] == ["new", "a", AWKWARD]
        assert store.scan("t", "note", where={"owner": AWKWARD}) == []
        for each in (store, *others):
            each.close()
        SQLiteStore(path.with_name("new.db")).close()
        assert tables(path) == tables(path.with_name("new.db"))

    def test_a_migration_happens_at_once(self, path: Path, faulty: type[Faulty]) -> None:
        """Whichever statement of the way from version 1 fails, the file stays what it was."""
        first_version(path)
        before, statements = path.read_bytes(), list[str]()
        shutil.copy(path, path.with_name("copy.db"))
        faulty.fail_when(statements.append)
        SQLiteStore(path.with_name("copy.db")).close()
        assert any("RENAME" in statement for statement in statements)
        for number in range(statements.index("COMMIT") + 1):
            faulty.fail_when(partial(is_turn_of, number, count()))
            with pytest.raises(StoreUnavailableError, match="open failed"):
                SQLiteStore(path)
            faulty.recover()
            assert bytes_beside(path) == before
        store = SQLiteStore(path)
        assert len(store.scan("t", "note")) == 3
        store.close()

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
        store.commit("u", [put("a", terms={"x": 1}), put("b", terms={"x": 1})])
        statements = list[str]()
        faulty.fail_when(statements.append)
        store.commit("u", changes)
        statements = statements[: statements.index("COMMIT") + 1]
        assert len(statements) == 11
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
        """When the commit itself fails, nobody can say whether it happened; what it left is never read."""
        store = SQLiteStore(path)
        faulty.fail_when(lambda statement: statement in {"COMMIT", "ROLLBACK"})
        with pytest.raises(StoreUnavailableError) as caught:
            store.commit("t", [put()])
        assert caught.value.outcome_known is False
        faulty.fail_when(lambda statement: statement == "ROLLBACK")
        with pytest.raises(StoreUnavailableError) as again:
            store.load("t", [A])
        assert again.value.outcome_known is True
        faulty.recover()
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


READ_ONLY = """
import os, sys
from infoview.storage import Put, Ref, SQLiteStore, StoreUnavailableError
if os.getuid() == 0:
    os.setgroups([])
    os.setgid(65_534)
    os.setuid(65_534)
try:
    SQLiteStore(sys.argv[1])
except StoreUnavailableError as error:
    print(error.outcome_known, error)
"""


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Lend a file system of one megabyte."""
    folder = tmp_path / "disk"
    folder.mkdir()
    options = ["-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder)]
    mount, umount = shutil.which("mount"), shutil.which("umount")
    if mount is None or umount is None or subprocess.run([mount, *options], check=False).returncode:  # noqa: S603 - own folder
        pytest.skip("only an administrator may mount a small disk")
    yield folder
    subprocess.run([umount, str(folder)], check=True)  # noqa: S603 - own folder


class TestBadInput:
    """Whatever is wrong with data, file or disk, one clear error says so and nothing is half done."""

    @pytest.mark.parametrize(
        ("faulty", "code"),
        [
            (lambda: put("a\0b"), "nul"),
            (lambda: put("a\ud800"), "surrogate"),
            (lambda: put("x" * 201), "too_long"),
            (lambda: put(body="a\0b"), "nul"),
            (lambda: put(body="\udfff"), "surrogate"),
            (lambda: put(body="x" * 10_000_000), "too_long"),
            (lambda: put(terms={"due": 2**63}), "out_of_range"),
            (lambda: put(terms={"due": -(2**63) - 1}), "out_of_range"),
            (lambda: put(terms={"due": 0.5}), "wrong_type"),  # type: ignore[dict-item]
            (lambda: put(terms={"due": True}), "wrong_type"),
            (lambda: put(terms={"due": "\0"}), "nul"),
            (lambda: put(terms={"due": "é" * 501}), "too_long"),
            (lambda: put(terms={"due": "€" * 334}), "too_long"),
        ],
    )
    def test_what_no_store_keeps(self, store: SQLiteStore, faulty: Callable[[], Put], code: str) -> None:
        """A value outside its rule is refused before anything is written."""
        with pytest.raises(InvalidValueError) as caught:
            store.commit("t", [put("good"), faulty()])
        assert caught.value.code == code
        assert store.scan("t", "note") == store.log("t") == []

    def test_what_a_store_keeps(self, store: SQLiteStore) -> None:
        """The longest of everything is kept: ten megabytes of text, two hundred code points, 64 bits."""
        terms: dict[str, Scalar] = {"😀" * 200: 2**63 - 1, "b": -(2**63), "c": "é" * 500, "d": "😀" * 250}
        change = Put(Ref("😀" * 200, "😀" * 200), 0, "é" * 5_000_000, terms)
        store.commit("😀" * 200, [change])
        [record] = store.load("😀" * 200, [change.ref])
        assert record == Record(change.ref, 1, change.body, terms)
        for name, value in terms.items():
            [found] = store.scan("😀" * 200, change.ref.kind, where={name: value}, order=name)
            assert found.version == 1

    @pytest.mark.parametrize(
        "call",
        [
            lambda store: store.commit("t", [put()]),
            lambda store: store.load("t", [A]),
            lambda store: store.scan("t", "note", where={"due": 1}, order="due"),
            lambda store: store.log("t"),
        ],
    )
    def test_closed_handles(self, path: Path, call: Callable[[SQLiteStore], object]) -> None:
        """A closed handle refuses every call, and others go on."""
        closed, other = SQLiteStore(path), SQLiteStore(path)
        closed.close()
        with pytest.raises(StoreUnavailableError, match="this handle is closed") as caught:
            call(closed)
        assert caught.value.outcome_known is True
        assert other.commit("t", [put()]) == 1
        other.close()

    @pytest.mark.parametrize(
        ("file", "folder", "reason"),
        [
            (0o444, 0o755, "SQLITE_READONLY"),
            (0o444, 0o777, "SQLITE_READONLY"),
            (0o666, 0o755, "SQLITE_READONLY"),
            (0o000, 0o755, "SQLITE_CANTOPEN"),
            (0o666, 0o000, "SQLITE_CANTOPEN"),
        ],
    )
    def test_files_of_somebody_else(self, file: int, folder: int, reason: str) -> None:
        """Without the right to read or write the file or its folder, opening is refused."""
        with tempfile.TemporaryDirectory() as made:  # unlike those of pytest, others may enter its parents
            path = Path(made) / "store.db"
            store = SQLiteStore(path)
            store.commit("t", [put(body=CANARY)])
            store.close()
            before = path.read_bytes()
            path.chmod(file)
            path.parent.chmod(folder)
            try:
                done = subprocess.run(  # noqa: S603 - own script
                    [sys.executable, "-c", READ_ONLY, str(path)], capture_output=True, text=True, check=True
                )
            finally:
                path.parent.chmod(0o700)
                path.chmod(0o600)
            assert re.match(rf"True open failed \({reason}", done.stdout)
            assert path.read_bytes() == before

    def test_a_file_that_may_not_grow(self, path: Path, store: SQLiteStore) -> None:
        """Where the file cannot take the commit, nothing of it stays; smaller ones and reading go on."""
        store.commit("t", [put("a", body=CANARY)])
        assert store._connection is not None
        (pages,) = store._connection.execute("PRAGMA page_count").fetchone()
        store._connection.execute(f"PRAGMA max_page_count = {pages + 5}")
        with pytest.raises(StoreUnavailableError, match=r"commit failed \(SQLITE_FULL\)") as caught:
            store.commit("t", [put("a", 1, "x"), put("b", body="x" * 1_000_000)])
        assert caught.value.outcome_known is True
        other = SQLiteStore(path)
        for handle in (store, other):
            [row] = handle.scan("t", "note")
            assert (row.ref, row.version, row.body) == (A, 1, CANARY)
            assert len(handle.log("t")) == 1
        other.close()
        assert store.commit("t", [put("a", 1, "small")]) == 2

    def test_a_full_disk(self, small_disk: Path) -> None:
        """Until the disk is full commits are made, then refused as a whole; what was made can be read."""
        store = SQLiteStore(small_disk / "store.db")
        written = list[int]()

        def fill() -> None:
            for number in range(1_000):
                store.commit("t", [put(f"{number} {n}", body="x" * 20_000) for n in range(2)])
                written.append(number)

        with pytest.raises(StoreUnavailableError, match=r"commit failed \(SQLITE_(FULL|IOERR\w*)\)"):
            fill()
        again = SQLiteStore(small_disk / "store.db")
        for handle in (store, again):
            assert len(handle.scan("t", "note")) == len(handle.log("t")) == 2 * len(written) > 0
        again.close()
        store.close()

    @pytest.mark.parametrize("damage", ["{", "no JSON"])
    def test_damaged_terms(self, path: Path, store: SQLiteStore, damage: str) -> None:
        """Terms that somebody broke in the file are an error of the engine, not of the caller."""
        store.commit("t", [put()])
        other = raw(path)
        other.execute("UPDATE records SET terms = ?", (damage,))
        other.close()
        for call in (
            lambda: store.scan("t", "note"),
            lambda: store.load("t", [A]),
            lambda: store.commit("t", [Erase(A, 1)]),
        ):
            with pytest.raises(StoreUnavailableError, match="JSONDecodeError") as caught:
                call()
            assert caught.value.outcome_known is True


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

    @staticmethod
    def plans(store: SQLiteStore, call: Callable[[], object]) -> dict[str, list[str]]:
        """Ask the engine how it goes about each statement of a call, step by step."""
        statements = dict[str, None]()
        assert store._connection is not None
        store._connection.set_trace_callback(statements.setdefault)
        call()
        store._connection.set_trace_callback(None)
        return {
            statement: [
                step
                for _, _, _, step in store._connection.execute(
                    "EXPLAIN QUERY PLAN " + statement.replace("-Inf", "-9e999")
                )
            ]
            for statement in statements
            if re.match("SELECT|INSERT|UPDATE|DELETE", statement)
        }

    @pytest.mark.parametrize(
        ("query", "plan"),
        [
            ({}, "records USING INDEX records_alive (tenant=? AND kind=? AND id>?)"),
            (
                {"where": {"owner": "o7"}},
                "t0 USING PRIMARY KEY (tenant=? AND kind=? AND name=? AND value=? AND id>?)",
            ),
            ({"order": "due"}, "o USING PRIMARY KEY (tenant=? AND kind=? AND name=? AND (value,id)>(?,?))"),
            (
                {"order": "due", "after": ("x", "y")},
                "o USING PRIMARY KEY (tenant=? AND kind=? AND name=? AND (value,id)>(?,?))",
            ),
        ],
    )
    @pytest.mark.parametrize("name", ["due", "owner", "state", "undeclared", AWKWARD])
    def test_one_term_is_one_search(
        self, tmp_path: Path, name: str, query: dict[str, Any], plan: str
    ) -> None:
        """The page by one term, whichever it is, is read from the index in its order: no scan, no sort."""
        store = self.filled(tmp_path / "store.db", 20)
        if "where" in query:
            query = {"where": {name: "o7"}}
        elif "order" in query:
            query = query | {"order": name}
        [steps] = self.plans(store, lambda: store.scan("t", "note", **query)).values()
        by_number = ["SEARCH r USING INTEGER PRIMARY KEY (rowid=?)"] if query else []
        assert steps == ["SEARCH " + plan, *by_number]
        store.close()

    def test_no_statement_scans(self, tmp_path: Path) -> None:
        """Every statement on every path finds its rows by an index, and sorts a few rows at most."""
        store = self.filled(tmp_path / "store.db", 1_200)

        def use() -> None:
            for query in (*self.QUERIES, {"where": {"owner": "o7"}, "order": "due"}):
                store.scan("t", "note", limit=5, **query)
            store.load("t", [Ref("note", "0001")])
            store.load("t", [Ref("note", "0001"), Ref("note", "0002")])
            store.log("t", after=5, limit=5)
            store.log("t", after=5, limit=5, ref=Ref("note", "0007"))
            store.commit("t", [put("0001", 1, terms={"due": 1}), Erase(Ref("note", "0002"), 1)])

        plans = self.plans(store, use)
        allowed = (
            r"SEARCH \w+ USING .*(tenant=\?|rowid=\?)"
            r"|SEARCH records$"  # the end of the numbers
            r"|SCAN (wanted|o) VIRTUAL TABLE"  # the names asked for; the terms of one record
            r"|SCAN \(subquery-\d+\)$|SCAN page$|CO-ROUTINE |MATERIALIZE |SCALAR SUBQUERY |SCAN CONSTANT ROW"
            r"|USE TEMP B-TREE FOR ORDER BY$"
        )
        steps = {step: sql for sql, steps in plans.items() for step in steps}
        assert len(steps) > 10
        assert {step: sql for step, sql in steps.items() if not re.match(allowed, step)} == {}
        [sorting] = [sql for sql, steps in plans.items() if any("TEMP B-TREE" in step for step in steps)]
        assert "'o7'" in sorting
        assert "'due'" in sorting
        store.close()

    @pytest.mark.parametrize("few", [0, 10**6])
    @pytest.mark.parametrize("name", ["due", AWKWARD, "a.b", '"', "$", "0"])
    def test_both_ways_to_a_page_lead_there(
        self, path: Path, monkeypatch: pytest.MonkeyPatch, name: str, few: int
    ) -> None:
        """Whether the order leads or a few rows are sorted, the pages are those of the model."""
        monkeypatch.setattr(sqlite, "_FEW", few)
        values: list[Scalar] = [None, -(2**63), -1, 0, 2**63 - 1, "", "0", "A", AWKWARD, "\uffff", "😀"]
        changes = [
            put(f"{n:02}{twin}", terms={name: value, "state": "open", "even": n % 2})
            for n, value in enumerate(values)
            for twin in "ba"
        ]
        changes.append(put("without", terms={"state": "open", "even": 0}))
        model, store = MemoryStore(), SQLiteStore(path)
        for each in (model, store):
            each.commit("t", changes)
        for where in ({"state": "open"}, {"state": "open", "even": 0}):
            seen, after = list[Record](), None
            while page := store.scan("t", "note", where=where, order=name, after=after, limit=3):
                assert page == model.scan("t", "note", where=where, order=name, after=after, limit=3)
                seen += page
                after = page[-1].terms[name], page[-1].ref.id
            assert len(seen) == (22 if len(where) == 1 else 12)
        store.close()

    def test_the_erased_cost_nothing(self, path: Path) -> None:
        """A page of what is there does not walk over what was erased."""
        store = SQLiteStore(path)
        store.commit("t", [put("zzz", terms={"due": 1})])
        before = self.steps(store, lambda: store.scan("t", "note"))
        store.commit("t", [put(f"{n:04}", terms={"due": 0}) for n in range(2_000)])
        store.commit("t", [Erase(Ref("note", f"{n:04}"), 1) for n in range(2_000)])
        assert self.steps(store, lambda: store.scan("t", "note")) <= before + 50
        assert [row.ref.id for row in store.scan("t", "note", order="due")] == ["zzz"]
        store.close()

    def test_a_large_call_takes_few_statements(self, path: Path, faulty: type[Faulty]) -> None:
        """A thousand records are written and read by as many statements as ten."""
        store = SQLiteStore(path)
        statements = list[str]()
        faulty.fail_when(statements.append)
        counts = list[tuple[int, int]]()
        for size in (10, 1_000):
            names = [f"{size} {n:04}" for n in range(size)]
            statements.clear()
            store.commit("t", [put(name, terms={"due": 1}) for name in names])
            store.commit("t", [put(name, 1, terms={"due": 2}) for name in names])
            written = len(statements)
            found = store.load("t", [Ref("note", name) for name in [*reversed(names), "missing", names[0]]])
            assert [record and record.ref.id for record in found] == [*reversed(names), None, names[0]]
            counts.append((written, len(statements) - written))
        assert counts == [(15, 1), (15, 1)]
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
