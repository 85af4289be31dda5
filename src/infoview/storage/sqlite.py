"""A store in one SQLite file, with nothing but the standard library."""

import contextlib
import functools
import json
import os
import sqlite3
import threading
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Final, cast

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
    stored_record,
    stored_ref,
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

_write_json: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_read_json: Final = json.JSONDecoder().raw_decode


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
        self._check_process()
        with self._turn, _translated("commit"):
            db = self._connected()
            try:
                db.execute("BEGIN IMMEDIATE")
                batch = _Batch(db, tenant)
                rows = _rows(db, _TO_JUDGE, tenant, [change.ref for change in checked])
                for change, row in zip(checked, rows, strict=True):
                    batch.add(change, row)
                batch.write(db)
                with _translated("commit", outcome_known=False):
                    db.execute("COMMIT")
                    if batch.erases:
                        _empty_write_ahead_log(db)
            finally:
                _roll_back(db)
        return batch.position

    def load(self, tenant: str, refs: Sequence[Ref], /) -> list[Record | None]:
        """See `Store.load`."""
        checked = check_load(tenant, refs)
        self._check_process()
        with self._turn, _translated("load"):
            rows = _rows(self._connected(), _TO_READ, tenant, checked)
            return [_record(ref, row) for ref, row in zip(checked, rows, strict=True)]

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
        parameters: dict[str, object] = {"tenant": tenant, "kind": kind, "order": order, "limit": limit}
        parameters |= {"value": _stored(value), "id": id_}
        self._check_process()
        with self._turn, _translated("scan"):
            db = self._connected()
            names, order_leads = _plan(db, tenant, kind, where, order)
            for n, name in enumerate(names):
                parameters |= {f"name{n}": name, f"value{n}": _stored(where[name])}
            statement = _page(len(names), ordered=order is not None, order_leads=order_leads)
            rows = db.execute(statement, parameters).fetchall()
            terms: list[dict[str, Scalar]] = json.loads(f"[{','.join([row[2] for row in rows])}]")
        return [
            stored_record(stored_ref(kind, id_), version, body, own)
            for (id_, version, _, body), own in zip(rows, terms, strict=True)
        ]

    def log(self, tenant: str, /, *, ref: Ref | None = None, after: int = 0, limit: int = 100) -> list[Entry]:
        """See `Store.log`."""
        check_log(tenant, ref, after, limit)
        self._check_process()
        with self._turn, _translated("log"):
            db = self._connected()
            if ref is None:
                rows = db.execute(
                    """SELECT position, kind, id, version, name, at, body FROM log
                    WHERE tenant = ? AND position > ? ORDER BY position LIMIT ?""",
                    (tenant, after, limit),
                ).fetchall()
            else:
                rows = db.execute(
                    """SELECT position, kind, id, version, name, at, body FROM log
                    WHERE tenant = ? AND kind = ? AND id = ? AND position > ? ORDER BY position LIMIT ?""",
                    (tenant, ref.kind, ref.id, after, limit),
                ).fetchall()
        return [Entry(position, stored_ref(kind, id_), *rest) for position, kind, id_, *rest in rows]

    def close(self) -> None:
        """See `Store.close`."""
        self._check_process()
        with self._turn, _translated("close"):
            if self._connection is not None:
                self._connection.close()
                self._connection = None

    def _connected(self) -> sqlite3.Connection:
        if (db := self._connection) is None:
            raise StoreUnavailableError("this handle is closed; open a new one", outcome_known=True)
        if db.in_transaction:  # an earlier rollback failed, and nobody may read what it left
            db.execute("ROLLBACK")
        return db

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


class _translated:  # noqa: N801 - reads as a word in a with statement
    """Turns the driver's errors into the library's: here and nowhere else.

    Args:
        doing: What fails, for the error.
        outcome_known: Whether a failure means that nothing was changed.
    """

    __slots__ = ("_doing", "_outcome_known")

    def __init__(self, doing: str, *, outcome_known: bool = True) -> None:
        self._doing = doing
        self._outcome_known = outcome_known

    def __enter__(self) -> None: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if not isinstance(error, (sqlite3.Error, json.JSONDecodeError)):
            return
        reason: str = getattr(error, "sqlite_errorname", type(error).__name__)
        if reason == "SQLITE_NOTADB":
            raise UnsupportedSchemaError("no SQLite file", len(MIGRATIONS)) from error
        raise StoreUnavailableError(f"{self._doing} failed ({reason})", self._outcome_known) from error


def _roll_back(db: sqlite3.Connection) -> None:
    # Should this fail, the first error is still the one to report; the next call tries again.
    if db.in_transaction:
        with contextlib.suppress(sqlite3.Error):
            db.execute("ROLLBACK")


def _empty_write_ahead_log(db: sqlite3.Connection) -> None:
    # The commit stands, whether this succeeds or not.
    with contextlib.suppress(sqlite3.Error):
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _stored(value: Scalar) -> Scalar | float:
    return _NOTHING if value is None else value


def _finding(columns: str) -> tuple[str, str]:
    """Compose the statements that find one record by name, and many by a list of names in JSON.

    CROSS JOIN holds SQLite to the order of the tables.
    """
    one = f"SELECT {columns} FROM records WHERE tenant = ? AND kind = ? AND id = ?"  # noqa: S608 - no input in it
    many = f"""SELECT wanted.key, {columns} FROM json_each(?) AS wanted CROSS JOIN records
        ON tenant = ? AND records.kind = json_extract(wanted.value, '$[0]')
        AND records.id = json_extract(wanted.value, '$[1]')"""  # noqa: S608 - no input in it
    return one, many


_TO_READ: Final = _finding("version, body, terms")
_TO_JUDGE: Final = _finding("number, version, terms")


def _rows(
    db: sqlite3.Connection, finding: tuple[str, str], tenant: str, refs: Sequence[Ref]
) -> Sequence[tuple[Any, ...] | None]:
    """Find records, erased ones too, in the order asked: one statement is one snapshot."""
    one, many = finding
    if len(refs) == 1:
        [ref] = refs
        return db.execute(one, (tenant, ref.kind, ref.id)).fetchall() or [None]
    rows: list[tuple[Any, ...] | None] = [None] * len(refs)
    names = _write_json([(ref.kind, ref.id) for ref in refs])
    for row in db.execute(many, (names, tenant)).fetchall():
        rows[row[0]] = row[1:]
    return rows


def _record(ref: Ref, row: tuple[Any, ...] | None) -> Record | None:
    if row is None or row[2] is None:
        return None
    version, body, terms = row
    return stored_record(ref, version, body, _read_json(terms)[0])


_CREATE: Final = """INSERT INTO records (number, tenant, kind, id, version, erased, terms, body)
    VALUES (?, ?, ?, ?, 1, ?, ?, ?)"""
_REPLACE: Final = "UPDATE records SET version = ?, terms = ?, body = ? WHERE number = ?"
_EMPTY: Final = "UPDATE records SET version = ?, terms = NULL, body = NULL, erased = 1 WHERE number = ?"
_ADD_TERM: Final = "INSERT INTO terms (tenant, kind, name, value, id, number) VALUES (?, ?, ?, ?, ?, ?)"
_DROP_TERM: Final = "DELETE FROM terms WHERE tenant = ? AND kind = ? AND name = ? AND value = ? AND id = ?"
_APPEND: Final = """INSERT INTO log (tenant, position, kind, id, version, name, at, body)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?)"""
_SILENCE: Final = "UPDATE log SET body = NULL WHERE tenant = ? AND kind = ? AND id = ?"


class _Batch:
    """What a commit writes, gathered so that each statement runs once for all changes.

    Args:
        db: A connection that holds the file's write lock.
        tenant: Whose data.

    Attributes:
        position: The last position in the tenant's log.
        erases: Whether a text is taken away.
    """

    def __init__(self, db: sqlite3.Connection, tenant: str) -> None:
        self._tenant = tenant
        self._rows = defaultdict[str, list[tuple[object, ...]]](list)
        position, number = db.execute(
            "SELECT (SELECT max(position) FROM log WHERE tenant = ?), (SELECT max(number) FROM records)",
            (tenant,),
        ).fetchone()
        self.position: int = position or 0
        self._number: int = number or 0

    @property
    def erases(self) -> bool:
        return _EMPTY in self._rows

    def add(self, change: Put | Erase, present: tuple[int, int, str | None] | None) -> None:
        """Take a change in, unless the record there is at present forbids it.

        Args:
            change: The change.
            present: Number, version and terms of the record; without terms it is erased.

        Raises:
            GoneError: When the record was erased.
            ConflictError: When it has another version.
        """
        number, version, terms = present or (0, 0, "{}")
        if terms is None:
            raise GoneError(change.ref)
        if version != change.expect:
            raise ConflictError(change.ref, change.expect, version)
        if isinstance(change, Put):
            self._put(change, number, terms)
        else:
            self._erase(change, number, terms)

    def _put(self, put: Put, number: int, old_terms: str) -> None:
        kind, id_, version, terms = put.ref.kind, put.ref.id, put.expect + 1, _write_json(put.terms)
        if number:
            self._rows[_REPLACE].append((version, terms, put.body, number))
        else:
            self._number = number = self._number + 1
            self._rows[_CREATE].append((number, self._tenant, kind, id_, 0, terms, put.body))
        if terms != old_terms:
            self._reindex(put.ref, number, _read_json(old_terms)[0], put.terms)
        for new in put.entries:
            self.position += 1
            row = self._tenant, self.position, kind, id_, version, new.name, new.at, new.body
            self._rows[_APPEND].append(row)

    def _erase(self, erase: Erase, number: int, old_terms: str) -> None:
        ref = erase.ref
        if number:
            self._rows[_EMPTY].append((erase.expect + 1, number))
            self._rows[_SILENCE].append((self._tenant, ref.kind, ref.id))
            self._reindex(ref, number, _read_json(old_terms)[0], {})
        else:
            self._number += 1
            self._rows[_CREATE].append((self._number, self._tenant, ref.kind, ref.id, 1, None, None))

    def _reindex(self, ref: Ref, number: int, old: Mapping[str, Scalar], new: Mapping[str, Scalar]) -> None:
        for name, value in old.items() - new.items():
            self._rows[_DROP_TERM].append((self._tenant, ref.kind, name, _stored(value), ref.id))
        for name, value in new.items() - old.items():
            self._rows[_ADD_TERM].append((self._tenant, ref.kind, name, _stored(value), ref.id, number))

    def write(self, db: sqlite3.Connection) -> None:
        """Write all that was taken in."""
        for statement, rows in self._rows.items():
            db.executemany(statement, rows)


def _plan(
    db: sqlite3.Connection, tenant: str, kind: str, where: Mapping[str, Scalar], order: str | None
) -> tuple[list[str], bool]:
    """Put the rarest term first, and say whether the order leads all the same."""
    if not where or (order is None and len(where) == 1):
        return [*where], True
    counted = sorted((_count(db, tenant, kind, name, value), name) for name, value in where.items())
    return [name for _, name in counted], counted[0][0] >= _FEW


def _count(db: sqlite3.Connection, tenant: str, kind: str, name: str, value: Scalar) -> int:
    """Count the rows that have a term, up to `_FEW`."""
    (rows,) = db.execute(
        """SELECT count(*) FROM (
            SELECT 1 FROM terms WHERE tenant = ? AND kind = ? AND name = ? AND value = ? LIMIT ?)""",
        (tenant, kind, name, _stored(value), _FEW),
    ).fetchone()
    return int(rows)


@functools.cache
def _page(terms: int, *, ordered: bool, order_leads: bool) -> str:
    """Compose the statement for a page.

    CROSS JOIN holds SQLite to the order of the tables: the first leads, the others are looked up by its ids.
    """
    tests = {f"t{n}": f"t{n}.name = :name{n} AND t{n}.value = :value{n}" for n in range(terms)}
    if ordered and order_leads:
        tests = {"o": "o.name = :order"} | tests
    if not tests:
        return """SELECT id, version, terms, body FROM records INDEXED BY records_alive
            WHERE tenant = :tenant AND kind = :kind AND erased = 0 AND id > :id ORDER BY id LIMIT :limit"""
    lead, *others = tests
    tables = " CROSS JOIN ".join(f"terms AS {alias}" for alias in tests)
    matches = " AND ".join(
        [f"{alias}.tenant = :tenant AND {alias}.kind = :kind AND {test}" for alias, test in tests.items()]
        + [f"{alias}.id = {lead}.id" for alias in others]
    )
    if not ordered or order_leads:
        walk = ("(o.value, o.id) > (:value, :id)", "o.value, o.id")
        start, place = walk if ordered else (f"{lead}.id > :id", f"{lead}.id")
        return f"""SELECT r.id, r.version, r.terms, r.body
            FROM {tables} CROSS JOIN records AS r ON r.number = {lead}.number
            WHERE {matches} AND {start} ORDER BY {place} LIMIT :limit"""  # noqa: S608 - no input in it
    # The order's value stands in the record's own terms; the bodies are read for the rows of the page alone.
    return f"""SELECT r.id, r.version, r.terms, r.body FROM (
            SELECT s.number, s.id, coalesce(o.value, -9e999) AS place
            FROM {tables} CROSS JOIN records AS s ON s.number = {lead}.number
            CROSS JOIN json_each(s.terms) AS o ON o.key = :order
            WHERE {matches} AND (coalesce(o.value, -9e999), s.id) > (:value, :id)
            ORDER BY place, s.id LIMIT :limit
        ) AS page CROSS JOIN records AS r ON r.number = page.number
        ORDER BY page.place, page.id"""  # noqa: S608 - no input in it
