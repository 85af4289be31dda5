"""What it costs to keep a record of 2 KB in a file, against the same statements sent by hand.

Everybody writes the same: the record with a check of its version, its two terms, of which one moves, and one
entry of the log, in one transaction of SQLite with a write-ahead log and a sync per commit. The hand-written
code uses tables of the same shape, knows one kind of record, trusts its arguments and has no errors to
translate. SQLAlchemy Core sends the same statements through its expressions. eventsourcing's recorder keeps
events alone: a save is the next event of an aggregate, a load its last event. Neither carries a goal.
"""

import json
import sqlite3
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from typing import Any
from uuid import UUID

from benchmarks._race import Comparison, compare, race
from infoview.storage import NewEntry, Put, Ref, Scalar, SQLiteStore

__all__ = ["run"]

_TENANT, _KIND, _AT = "default", "interview", "2030-01-02T03:04:05Z"
_BODY = json.dumps({"notes": "x" * 2_000})
_ENTRY = NewEntry("Noted", _AT, "{}")

_Step = Callable[[], object]
_Kept = tuple[int, str, dict[str, Scalar]]
"""Version, body and terms of a record."""


def _id(number: int) -> str:
    # Neighbours in time are none in the index.
    return f"{number * 2_654_435_761 % 2**32:08x}"


def _terms(version: int) -> dict[str, Scalar]:
    return {"due": f"2030-01-{version % 28 + 1:02}T09:00:00Z", "stage": "requested"}


class _Infoview:
    def __init__(self, path: Path, records: int) -> None:
        self._store = SQLiteStore(path)
        self.close = self._store.close
        self.commit([self.change(_id(number), 0) for number in range(records)])

    @staticmethod
    def change(id_: str, version: int) -> Put:
        return Put(Ref(_KIND, id_), version, _BODY, _terms(version + 1), (_ENTRY,))

    def commit(self, changes: list[Put]) -> None:
        self._store.commit(_TENANT, changes)

    def save(self, id_: str, version: int) -> None:
        self._store.commit(_TENANT, [self.change(id_, version)])

    def load(self, id_: str) -> _Kept:
        [record] = self._store.load(_TENANT, [Ref(_KIND, id_)])
        assert record is not None
        return record.version, record.body, dict(record.terms)


_Rows = tuple[list[tuple[object, ...]], list[tuple[object, ...]], list[tuple[object, ...]]]


class _ByHand:
    def __init__(self, path: Path, records: int) -> None:
        SQLiteStore(path).close()  # makes the tables
        self._db = sqlite3.connect(path, isolation_level=None)
        self._db.execute("PRAGMA synchronous = FULL")
        self.close = self._db.close
        self._records = self._entries = 0
        self.write(self.rows([_id(number) for number in range(records)]))

    def rows(self, ids: list[str]) -> _Rows:
        """Prepare the rows of new records."""
        rows: _Rows = [], [], []
        records, terms, entries = rows
        for id_ in ids:
            self._records += 1
            self._entries += 1
            own = _terms(1)
            records.append((self._records, _TENANT, _KIND, id_, 1, 0, json.dumps(own), _BODY))
            terms += [(_TENANT, _KIND, name, value, id_, self._records) for name, value in own.items()]
            entries.append((_TENANT, self._entries, _KIND, id_, 1, _ENTRY.name, _AT, _ENTRY.body))
        return rows

    def write(self, rows: _Rows) -> None:
        records, terms, entries = rows
        self._db.execute("BEGIN IMMEDIATE")
        self._db.executemany("INSERT INTO records VALUES (?, ?, ?, ?, ?, ?, ?, ?)", records)
        self._db.executemany("INSERT INTO terms VALUES (?, ?, ?, ?, ?, ?)", terms)
        self._db.executemany("INSERT INTO log VALUES (?, ?, ?, ?, ?, ?, ?, ?)", entries)
        self._db.execute("COMMIT")

    def save(self, id_: str, version: int) -> None:
        db, terms = self._db, _terms(version + 1)
        db.execute("BEGIN IMMEDIATE")
        number, present, old = db.execute(
            "SELECT number, version, terms FROM records WHERE tenant = ? AND kind = ? AND id = ?",
            (_TENANT, _KIND, id_),
        ).fetchone()
        assert present == version
        (position,) = db.execute("SELECT max(position) FROM log WHERE tenant = ?", (_TENANT,)).fetchone()
        db.execute(
            "UPDATE records SET version = ?, terms = ?, body = ? WHERE number = ?",
            (version + 1, json.dumps(terms), _BODY, number),
        )
        for name, value in json.loads(old).items():
            if terms[name] != value:
                db.execute(
                    """DELETE FROM terms
                    WHERE tenant = ? AND kind = ? AND name = ? AND value = ? AND id = ?""",
                    (_TENANT, _KIND, name, value, id_),
                )
                db.execute(
                    "INSERT INTO terms VALUES (?, ?, ?, ?, ?, ?)",
                    (_TENANT, _KIND, name, terms[name], id_, number),
                )
        db.execute(
            "INSERT INTO log VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (_TENANT, position + 1, _KIND, id_, version + 1, _ENTRY.name, _AT, _ENTRY.body),
        )
        db.execute("COMMIT")

    def load(self, id_: str) -> _Kept:
        version, body, terms = self._db.execute(
            "SELECT version, body, terms FROM records WHERE tenant = ? AND kind = ? AND id = ?",
            (_TENANT, _KIND, id_),
        ).fetchone()
        return version, body, json.loads(terms)


class _SQLAlchemy:
    def __init__(self, path: Path, records: int) -> None:
        from sqlalchemy import MetaData, Text, create_engine, event  # noqa: PLC0415 - a peer may be absent

        _ByHand(path, records).close()
        self._engine = create_engine(f"sqlite:///{path}")
        event.listen(self._engine, "connect", lambda db, _: db.execute("PRAGMA synchronous = FULL"))
        tables = MetaData()
        tables.reflect(self._engine)
        self._tables = tables.tables
        self._tables["terms"].c.value.type = Text()
        self.close = self._engine.dispose

    def save(self, id_: str, version: int) -> None:
        from sqlalchemy import func, select  # noqa: PLC0415 - a peer may be absent

        records, terms, log = (self._tables[name] for name in ("records", "terms", "log"))
        key, new = {"tenant": _TENANT, "kind": _KIND, "id": id_}, _terms(version + 1)
        with self._engine.begin() as db:
            number, present, old = db.execute(
                select(records.c.number, records.c.version, records.c.terms).filter_by(**key)
            ).one()
            assert present == version
            position = db.execute(select(func.max(log.c.position)).filter_by(tenant=_TENANT)).scalar_one()
            db.execute(
                records.update()
                .filter_by(number=number)
                .values(version=version + 1, terms=json.dumps(new), body=_BODY)
            )
            for name, value in json.loads(old).items():
                if new[name] != value:
                    db.execute(terms.delete().filter_by(**key, name=name, value=value))
                    db.execute(terms.insert().values(**key, name=name, value=new[name], number=number))
            entry = {"name": _ENTRY.name, "at": _AT, "body": _ENTRY.body}
            db.execute(log.insert().values(**key, position=position + 1, version=version + 1, **entry))

    def load(self, id_: str) -> _Kept:
        from sqlalchemy import select  # noqa: PLC0415 - a peer may be absent

        records = self._tables["records"]
        wanted = select(records.c.version, records.c.body, records.c.terms)
        with self._engine.connect() as db:
            version, body, terms = db.execute(wanted.filter_by(tenant=_TENANT, kind=_KIND, id=id_)).one()
        return version, body, json.loads(terms)


class _Eventsourcing:
    def __init__(self, path: Path, records: int) -> None:
        from eventsourcing.persistence import StoredEvent  # noqa: PLC0415 - a peer may be absent
        from eventsourcing.sqlite import (  # noqa: PLC0415 - a peer may be absent
            SQLiteAggregateRecorder,
            SQLiteDatastore,
        )

        self._event = StoredEvent
        self._datastore = SQLiteDatastore(str(path))
        self._recorder = SQLiteAggregateRecorder(self._datastore)
        self._recorder.create_table()
        self.close = self._datastore.close
        for number in range(records):
            self.save(_id(number), 0)

    def save(self, id_: str, version: int) -> None:
        state = json.dumps({"body": _BODY, "terms": _terms(version + 1)}).encode()
        event = self._event(UUID(int=int(id_, 16)), version + 1, _ENTRY.name, state)
        self._recorder.insert_events([event])

    def load(self, id_: str) -> _Kept:
        [event] = self._recorder.select_events(UUID(int=int(id_, 16)), desc=True, limit=1)
        state = json.loads(event.state)
        return event.originator_version, state["body"], state["terms"]


_PEERS: dict[str, tuple[str, Callable[[Path, int], Any]]] = {
    "sqlalchemy": ("SQLAlchemy Core", _SQLAlchemy),
    "eventsourcing": ("eventsourcing", _Eventsourcing),
}


def _steps(keeper: Any, records: int) -> tuple[_Step, _Step, _Step]:  # noqa: ANN401 - any contender
    """Save, load, and save and load, one record after the other."""
    turns = {"save": count(), "load": count(), "both": count()}
    versions = dict.fromkeys(map(_id, range(records)), 1)

    def take(turn: str) -> str:
        return _id(next(turns[turn]) % records)

    def save(id_: str) -> None:
        keeper.save(id_, versions[id_])
        versions[id_] += 1

    def both() -> None:
        save(id_ := take("both"))
        assert keeper.load(id_)[0] == versions[id_]

    both()
    last = _id(0)
    assert keeper.load(last) == (2, _BODY, _terms(2))
    return lambda: save(take("save")), lambda: keeper.load(take("load")), both


def _one_by_one(stack: ExitStack, folder: Path, *, smoke: bool) -> Iterator[Comparison]:
    records = 20 if smoke else 5_000
    keepers: dict[str, Callable[[Path, int], Any]] = {"SQLiteStore": _Infoview, "sqlite3": _ByHand}
    for module, (name, peer) in _PEERS.items():
        if find_spec(module) is None:
            print(f"{module} is not installed; it is left out", file=sys.stderr)
        else:
            keepers[name] = peer
    steps = {
        name: _steps(stack.enter_context(closing(keeper(folder / f"{name}.db", records))), records)
        for name, keeper in keepers.items()
    }
    rounds, slot = (2, 0.001) if smoke else (31, 0.05)
    for place, what in enumerate(("save", "load", "save and load")):
        samples = race({f"{what}: {name}": steps[name][place] for name in keepers}, rounds=rounds, slot=slot)
        goal = 1.3 if what == "save and load" else None
        yield compare(samples, "store", f"{what}: SQLiteStore", f"{what}: sqlite3", goal=goal)
        for name in [*keepers][2:]:
            yield compare(samples, "store", f"{what}: SQLiteStore", f"{what}: {name}")


def _in_batches(stack: ExitStack, folder: Path, *, smoke: bool) -> Iterator[Comparison]:
    size, rounds = (20, 2) if smoke else (2_000, 15)
    ids = [[_id(size * batch + number) for number in range(size)] for batch in range(rounds + 2)]
    ours = stack.enter_context(closing(_Infoview(folder / "batches.db", 0)))
    theirs = stack.enter_context(closing(_ByHand(folder / "rows.db", 0)))
    changes = iter([[ours.change(id_, 0) for id_ in batch] for batch in ids])
    rows = iter([theirs.rows(batch) for batch in ids])
    subject, against = f"commit of {size:,} changes", f"executemany of {size:,} rows"
    contenders: dict[str, _Step] = {
        subject: lambda: ours.commit(next(changes)),
        against: lambda: theirs.write(next(rows)),
    }
    samples = race(contenders, rounds=rounds, slot=0, operations=size)
    assert _whole(folder / "batches.db") == _whole(folder / "rows.db")
    yield compare(samples, "store", subject, against, goal=1.25)


def _whole(path: Path) -> tuple[int, object, object]:
    with closing(SQLiteStore(path)) as store:
        rows = store.scan(_TENANT, _KIND, limit=10**9)
        placed = store.scan(_TENANT, _KIND, where=_terms(1), limit=10**9)
        assert rows == placed
        return len(rows), rows[:: max(1, len(rows) // 100)], store.log(_TENANT, limit=100)


def run(*, smoke: bool) -> list[Comparison]:
    """Measure.

    Args:
        smoke: Whether a toy size will do.

    Returns:
        The ratios. Peers that are not installed are named and left out.
    """
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        return [
            *_one_by_one(stack, Path(folder), smoke=smoke),
            *_in_batches(stack, Path(folder), smoke=smoke),
        ]
