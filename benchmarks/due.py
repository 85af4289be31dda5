"""What it costs to read the hundred that are due next, among ten thousand records and among a million.

A third of the records wait for something by an instant, the term ``due``; each is of some stage. The
hand-made table knows nothing else: columns for id, version, stage, due and body, one kind, one tenant, and a
partial index ``(due, id)`` of the rows that are due. Both give the same pages, one from the beginning and one
from the middle, as records with their bodies of 300 characters and their terms; beside that stands the bare
fetch of the hand-made rows, as tuples. A page that is asked for again is in the engine's cache, for both.
"""

import random
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from functools import partial
from pathlib import Path

from benchmarks._race import Comparison, compare, race
from infoview.storage import Put, Record, Ref, Scalar, SQLiteStore

__all__ = ["run"]

_TENANT, _KIND, _ORDER = "default", "interview", "due"
_BODY = "x" * 300
_PAGE = 100
_STAGES = ("requested", "scheduled", "completed", "thanked", "in_touch", "closed")
_STARTS: tuple[tuple[str, str] | None, ...] = (None, ("2030-06-15T00:00:00Z", ""))

_Row = tuple[str, str, str | None]
"""Id, stage and due."""


def _rows(number: int) -> Iterator[_Row]:
    draw = random.Random(7)  # noqa: S311 - made-up data
    for turn in range(number):
        month, day, hour, minute = (draw.randrange(size) for size in (12, 28, 24, 60))
        due = f"2030-{month + 1:02}-{day + 1:02}T{hour:02}:{minute:02}:00Z"
        yield f"{draw.getrandbits(64):016x}", _STAGES[turn % 6], None if turn % 3 else due


def _terms(stage: str, due: str | None) -> dict[str, Scalar]:
    return {"stage": stage} if due is None else {"stage": stage, "due": due}


class _Infoview:
    def __init__(self, path: Path) -> None:
        self._store = SQLiteStore(path)
        self.close = self._store.close

    def add(self, rows: list[_Row]) -> None:
        changes = [Put(Ref(_KIND, id_), 0, _BODY, _terms(stage, due)) for id_, stage, due in rows]
        self._store.commit(_TENANT, changes)

    def pages(self) -> list[list[Record]]:
        scan = partial(self._store.scan, _TENANT, _KIND, order=_ORDER, limit=_PAGE)
        return [scan(after=start) for start in _STARTS]


class _ByHand:
    def __init__(self, path: Path) -> None:
        self._db = sqlite3.connect(path, isolation_level=None)
        self.close = self._db.close
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute(
            """CREATE TABLE interviews (
                number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, version INTEGER NOT NULL,
                stage TEXT NOT NULL, due TEXT, body TEXT NOT NULL
            )"""
        )
        self._db.execute("CREATE INDEX interviews_due ON interviews (due, id) WHERE due IS NOT NULL")

    def add(self, rows: list[_Row]) -> None:
        self._db.execute("BEGIN")
        self._db.executemany(
            "INSERT INTO interviews (id, version, stage, due, body) VALUES (?, 1, ?, ?, ?)",
            [(*row, _BODY) for row in rows],
        )
        self._db.execute("COMMIT")

    def rows(self) -> list[list[tuple[str, int, str, str, str]]]:
        page = """SELECT id, version, stage, due, body FROM interviews
            WHERE due IS NOT NULL AND (due, id) > (?, ?) ORDER BY due, id LIMIT 100"""
        return [self._db.execute(page, start or ("", "")).fetchall() for start in _STARTS]

    def pages(self) -> list[list[Record]]:
        return [
            [
                Record(Ref(_KIND, id_), version, body, {"stage": stage, "due": due})
                for id_, version, stage, due, body in page
            ]
            for page in self.rows()
        ]


def _filled(stack: ExitStack, folder: Path, number: int) -> tuple[_Infoview, _ByHand]:
    ours = stack.enter_context(closing(_Infoview(folder / f"store {number}.db")))
    theirs = stack.enter_context(closing(_ByHand(folder / f"table {number}.db")))
    rows = [*_rows(number)]
    for start in range(0, number, 10_000):
        for keeper in (ours, theirs):
            keeper.add(rows[start : start + 10_000])
    pages = ours.pages()
    assert pages == theirs.pages()
    assert [len(page) for page in pages] == [_PAGE] * len(_STARTS)
    return ours, theirs


def run(*, smoke: bool) -> list[Comparison]:
    """Measure.

    Args:
        smoke: Whether a toy size will do.

    Returns:
        The ratios.
    """
    few, many = (1_000, 2_000) if smoke else (10_000, 1_000_000)
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        contenders: dict[str, Callable[[], object]] = {}
        for number in (few, many):
            ours, theirs = _filled(stack, Path(folder), number)
            contenders[f"scan among {number:,}"] = ours.pages
            contenders[f"partial index among {number:,}"] = theirs.pages
            contenders[f"bare rows among {number:,}"] = theirs.rows
        samples = race(
            contenders, rounds=2 if smoke else 31, slot=0.001 if smoke else 0.03, operations=len(_STARTS)
        )
    ours_few, ours_many = f"scan among {few:,}", f"scan among {many:,}"
    return [
        compare(samples, "due", ours_few, f"partial index among {few:,}", goal=1.3),
        compare(samples, "due", ours_many, f"partial index among {many:,}", goal=1.3),
        compare(samples, "due", ours_many, ours_few, goal=1.3),
        compare(samples, "due", ours_few, f"bare rows among {few:,}"),
        compare(samples, "due", ours_many, f"bare rows among {many:,}"),
    ]
