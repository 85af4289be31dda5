"""A store in one SQLite file, with nothing but the standard library."""

import contextlib
import os
import sqlite3
import threading
import time
from collections.abc import Generator, Mapping, Sequence
from pathlib import Path
from typing import Final, cast

from infoview.exceptions import (
    ConflictError,
    GoneError,
    InvalidValueError,
    StoreUnavailableError,
    UnsupportedSchemaError,
)
from infoview.storage._contract import (
    Durability,
    Entry,
    Erase,
    Put,
    Record,
    Ref,
    Scalar,
    check_commit,
    check_load,
    check_log,
    check_scan,
    start_of,
)
from infoview.storage._schema import MIGRATIONS, migrate

__all__ = ["SQLiteStore"]

_OLDEST_ENGINE: Final = (3, 37)  # the first with STRICT tables
_LONGEST_WAIT: Final = 3_600
_PAUSE: Final = 0.005

_SETTINGS: Final = (
    "PRAGMA synchronous = FULL",
    "PRAGMA fullfsync = ON",  # on macOS a plain fsync does not reach the disk
    "PRAGMA secure_delete = ON",
    "PRAGMA trusted_schema = OFF",
)

_NOTHING: Final = float("-inf")
"""How `None` is stored in a term: unlike NULL it equals itself, and it comes before every number and text."""

_FEW: Final = 1_000
"""Up to so many rows are sorted. Where more match, a walk along the order soon fills a page."""


class SQLiteStore:
    """A `Store` in one file, for any number of threads and processes of one machine.

    The file is made when it is missing and brought up to date when an older infoview wrote it, both under
    the file's own lock. A handle has one connection and serves one call at a time; for readers side by side
    open more handles. A forked process opens its own: there the old one refuses every call, `close` too.

    Equality and order by one term cost O(log n + page). Several terms at once, or a term and the order by
    another, cost as much as the rarer of them has rows, or a walk along the order until the page is full.

    An erased text is overwritten in the file, and the write-ahead log beside it is emptied after the commit.
    While another handle is at work for longer than the timeout, that log keeps older copies until a later
    erasure, or until the last handle is closed. Other copies (backups, snapshots, worn cells of a disk) are
    out of reach.

    Args:
        path: The file, in a folder that exists, not on a network drive. ``:memory:`` is refused: its data
            would belong to a single handle.
        timeout: How long to wait for other handles, in seconds, from 0 to 3,600.

    Raises:
        InvalidValueError: When an argument breaks its rule.
        UnsupportedSchemaError: When the file was written by a newer infoview or by something else. It is left
            as it was.
        StoreUnavailableError: When the file cannot be opened, written, or locked in time.
    """

    durability: Durability = "power"
    max_changes: int = 10_000

    def __init__(self, path: str | os.PathLike[str], *, timeout: float = 5.0) -> None:
        if sqlite3.sqlite_version_info < _OLDEST_ENGINE:
            raise StoreUnavailableError("this needs SQLite 3.37 or newer", outcome_known=True)
        _check_timeout(timeout)
        self._process = os.getpid()
        self._turn = threading.Lock()
        self._connection: sqlite3.Connection | None = _open(_absolute(path), timeout)

    def commit(self, tenant: str, changes: Sequence[Put | Erase], /) -> int:
        """See `Store.commit`."""
        checked = check_commit(tenant, changes, self.max_changes)
        with self._transaction("commit", "BEGIN IMMEDIATE") as db:
            position = _last_position(db, tenant)
            for change in checked:
                _check_version(db, tenant, change)
                if isinstance(change, Put):
                    position = _put(db, tenant, change, position)
                else:
                    _erase(db, tenant, change.ref)
            with _translated("commit", outcome_known=False):
                db.execute("COMMIT")
            if any(isinstance(change, Erase) for change in checked):
                _empty_write_ahead_log(db)
        return position

    def load(self, tenant: str, refs: Sequence[Ref], /) -> list[Record | None]:
        """See `Store.load`."""
        checked = check_load(tenant, refs)
        with self._transaction("load") as db:
            return [_read(db, tenant, ref) for ref in checked]

    def scan(
        self,
        tenant: str,
        kind: str,
        /,
        *,
        where: Mapping[str, Scalar] = {},
        order: str | None = None,
        after: tuple[Scalar, str] | str | None = None,
        limit: int = 100,
    ) -> list[Record]:
        """See `Store.scan`."""
        check_scan(tenant, kind, where=where, order=order, after=after, limit=limit)
        value, id_ = start_of(after)
        with self._transaction("scan") as db:
            terms, order_leads = _plan(db, tenant, kind, where, order)
            statement = _page(len(terms), ordered=order is not None, order_leads=order_leads)
            parameters: dict[str, Scalar | float] = {"tenant": tenant, "kind": kind, "order": order}
            parameters |= {"value": _stored(value), "id": id_, "limit": limit}
            for n, (name, wanted) in enumerate(terms):
                parameters |= {f"name{n}": name, f"value{n}": _stored(wanted)}
            ids = db.execute(statement, parameters)
            return [record for (id_,) in ids if (record := _read(db, tenant, Ref(kind, id_)))]

    def log(self, tenant: str, /, *, ref: Ref | None = None, after: int = 0, limit: int = 100) -> list[Entry]:
        """See `Store.log`."""
        check_log(tenant, ref, after, limit)
        with self._transaction("log") as db:
            if ref is None:
                rows = db.execute(
                    """SELECT position, kind, id, version, name, at, body FROM log
                    WHERE tenant = ? AND position > ? ORDER BY position LIMIT ?""",
                    (tenant, after, limit),
                )
            else:
                rows = db.execute(
                    """SELECT position, kind, id, version, name, at, body FROM log
                    WHERE tenant = ? AND kind = ? AND id = ? AND position > ? ORDER BY position LIMIT ?""",
                    (*_key(tenant, ref), after, limit),
                )
            return [Entry(position, Ref(kind, id_), *rest) for position, kind, id_, *rest in rows]

    def close(self) -> None:
        """See `Store.close`."""
        self._check_process()
        with self._turn, _translated("close"):
            if self._connection is not None:
                self._connection.close()
                self._connection = None

    @contextlib.contextmanager
    def _transaction(self, doing: str, begin: str = "BEGIN") -> Generator[sqlite3.Connection]:
        """Lend the connection for one transaction; what is not committed by the end is rolled back."""
        self._check_process()
        with self._turn, _translated(doing):
            if (db := self._connection) is None:
                raise StoreUnavailableError("this handle is closed; open a new one", outcome_known=True)
            try:
                db.execute(begin)
                yield db
            finally:
                _roll_back(db)

    def _check_process(self) -> None:
        """Refuse to work after a fork: engine and lock belong to the process that opened them."""
        if os.getpid() != self._process:
            raise StoreUnavailableError("this handle was opened before the fork", outcome_known=True)


def _check_timeout(timeout: object) -> None:
    place, cure = "SQLiteStore.timeout", f"give a number of seconds from 0 to {_LONGEST_WAIT}"
    if not isinstance(timeout, int | float) or isinstance(timeout, bool):
        raise InvalidValueError(place, "wrong_type", cure)
    if not 0 <= timeout <= _LONGEST_WAIT:
        raise InvalidValueError(place, "out_of_range", cure)


def _absolute(path: object) -> str:
    """Name the file such that SQLite can take it neither for a URI nor for a database in memory."""
    file = os.fspath(cast("os.PathLike[str]", path)) if isinstance(path, os.PathLike) else path
    if not isinstance(file, str):
        raise InvalidValueError("SQLiteStore.path", "wrong_type", "give text, or a path that stands for text")
    if not file or file == ":memory:" or "\0" in file:
        cure = "name a file; for data in memory take MemoryStore"
        raise InvalidValueError("SQLiteStore.path", "not_a_file", cure)
    try:
        os.fsencode(file)
    except UnicodeEncodeError:
        # The cause would carry the name itself.
        raise InvalidValueError("SQLiteStore.path", "surrogate", "remove the lone surrogates") from None
    return str(Path(file).absolute())


def _open(file: str, timeout: float) -> sqlite3.Connection:
    """Connect, and bring the schema up to date under the file's own lock."""
    with _translated("open"):
        db = sqlite3.connect(file, timeout=timeout, isolation_level=None, check_same_thread=False)
        try:
            for setting in _SETTINGS:
                db.execute(setting)
            db.execute("BEGIN IMMEDIATE")
            migrate(db)
            db.execute("COMMIT")
            # Not before: this one is written into the file, which might have been somebody else's.
            _turn_to_wal(db, time.monotonic() + timeout)
        except BaseException:
            db.close()
            raise
        return db


def _turn_to_wal(db: sqlite3.Connection, deadline: float) -> None:
    """Choose the write-ahead log. The engine's own waiting does not cover this switch, so wait here."""
    while True:
        try:
            db.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorname != "SQLITE_BUSY" or time.monotonic() >= deadline:
                raise
            time.sleep(_PAUSE)
        else:
            return


@contextlib.contextmanager
def _translated(doing: str, *, outcome_known: bool = True) -> Generator[None]:
    """Turn the driver's errors into the library's: here and nowhere else."""
    try:
        yield
    except sqlite3.Error as error:
        reason: str = getattr(error, "sqlite_errorname", type(error).__name__)
        if reason == "SQLITE_NOTADB":
            raise UnsupportedSchemaError("no SQLite file", len(MIGRATIONS)) from error
        raise StoreUnavailableError(f"{doing} failed ({reason})", outcome_known) from error


def _roll_back(db: sqlite3.Connection) -> None:
    # Should this fail, the first error is still the one to report, and the next call tries again.
    if db.in_transaction:
        with contextlib.suppress(sqlite3.Error):
            db.execute("ROLLBACK")


def _empty_write_ahead_log(db: sqlite3.Connection) -> None:
    # The commit stands, whether this succeeds or not.
    with contextlib.suppress(sqlite3.Error):
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _stored(value: Scalar) -> Scalar | float:
    return _NOTHING if value is None else value


def _given(value: str | float) -> Scalar:
    return None if isinstance(value, float) else value


def _key(tenant: str, ref: Ref) -> tuple[str, str, str]:
    return tenant, ref.kind, ref.id


def _last_position(db: sqlite3.Connection, tenant: str) -> int:
    (position,) = db.execute("SELECT max(position) FROM log WHERE tenant = ?", (tenant,)).fetchone()
    return position or 0


def _check_version(db: sqlite3.Connection, tenant: str, change: Put | Erase) -> None:
    key = _key(tenant, change.ref)
    if db.execute("SELECT 1 FROM gone WHERE tenant = ? AND kind = ? AND id = ?", key).fetchone():
        raise GoneError(change.ref)
    row = db.execute("SELECT version FROM records WHERE tenant = ? AND kind = ? AND id = ?", key).fetchone()
    (version,) = row or (0,)
    if version != change.expect:
        raise ConflictError(change.ref, change.expect, version)


def _put(db: sqlite3.Connection, tenant: str, put: Put, position: int) -> int:
    """Write a record, its terms and its entries; return the last position."""
    key, version = _key(tenant, put.ref), put.expect + 1
    db.execute(
        """INSERT INTO records (tenant, kind, id, version, body) VALUES (?, ?, ?, ?, ?)
        ON CONFLICT (tenant, kind, id) DO UPDATE SET version = excluded.version, body = excluded.body""",
        (*key, version, put.body),
    )
    db.execute("DELETE FROM terms WHERE tenant = ? AND kind = ? AND id = ?", key)
    db.executemany(
        "INSERT INTO terms (tenant, kind, id, name, value) VALUES (?, ?, ?, ?, ?)",
        [(*key, name, _stored(value)) for name, value in put.terms.items()],
    )
    db.executemany(
        """INSERT INTO log (tenant, kind, id, version, position, name, at, body)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?)""",
        [
            (*key, version, next_position, entry.name, entry.at, entry.body)
            for next_position, entry in enumerate(put.entries, position + 1)
        ],
    )
    return position + len(put.entries)


def _erase(db: sqlite3.Connection, tenant: str, ref: Ref) -> None:
    key = _key(tenant, ref)
    db.execute("DELETE FROM records WHERE tenant = ? AND kind = ? AND id = ?", key)
    db.execute("DELETE FROM terms WHERE tenant = ? AND kind = ? AND id = ?", key)
    db.execute("UPDATE log SET body = NULL WHERE tenant = ? AND kind = ? AND id = ?", key)
    db.execute("INSERT INTO gone (tenant, kind, id) VALUES (?, ?, ?)", key)


def _read(db: sqlite3.Connection, tenant: str, ref: Ref) -> Record | None:
    key = _key(tenant, ref)
    row = db.execute(
        "SELECT version, body FROM records WHERE tenant = ? AND kind = ? AND id = ?", key
    ).fetchone()
    if row is None:
        return None
    version, body = row
    terms = db.execute("SELECT name, value FROM terms WHERE tenant = ? AND kind = ? AND id = ?", key)
    return Record(ref, version, body, {name: _given(value) for name, value in terms})


def _plan(
    db: sqlite3.Connection, tenant: str, kind: str, where: Mapping[str, Scalar], order: str | None
) -> tuple[list[tuple[str, Scalar]], bool]:
    """Put the rarest term first, and say whether the order leads all the same."""
    if order is None and len(where) <= 1:
        return [*where.items()], False
    counted = sorted((_count(db, tenant, kind, name, value), name) for name, value in where.items())
    return [(name, where[name]) for _, name in counted], not counted or counted[0][0] >= _FEW


def _count(db: sqlite3.Connection, tenant: str, kind: str, name: str, value: Scalar) -> int:
    """Count the rows that have a term, up to `_FEW`."""
    (rows,) = db.execute(
        """SELECT count(*) FROM (
            SELECT 1 FROM terms WHERE tenant = ? AND kind = ? AND name = ? AND value = ? LIMIT ?)""",
        (tenant, kind, name, _stored(value), _FEW),
    ).fetchone()
    return int(rows)


def _page(terms: int, *, ordered: bool, order_leads: bool) -> str:
    """Compose the statement for the ids of a page.

    CROSS JOIN holds SQLite to the order of the tables: the first leads, the others are looked up by its ids.
    """
    tests = {f"t{n}": f" AND t{n}.name = :name{n} AND t{n}.value = :value{n}" for n in range(terms)}
    start, place = "id > :id", "id"
    if ordered:
        by_order = {"o": " AND o.name = :order"}
        tests = by_order | tests if order_leads else tests | by_order
        start, place = "(o.value, id) > (:value, :id)", "o.value, id"
    leader, *others = [f"terms AS {alias}" for alias in tests] or ["records"]
    tables = leader + "".join(f" CROSS JOIN {table} USING (tenant, kind, id)" for table in others)
    matches = f"tenant = :tenant AND kind = :kind{''.join(tests.values())} AND {start}"
    return f"SELECT id FROM {tables} WHERE {matches} ORDER BY {place} LIMIT :limit"  # noqa: S608 - no input in it
