"""The preemption sweep: one call is held up at every line of the adapter, while another call runs."""

import sys
import threading
import time
from collections.abc import Callable
from functools import partial
from typing import Any, Final

import attrs

from infoview.exceptions import ConflictError, GoneError, InfoviewError
from infoview.storage import Erase, Put
from infoview.testing._check import Failed, Layer, NotRun, hold, literal, same
from infoview.testing.store._bench import Bench
from infoview.testing.store._law import all_of, found_in, law, put, ref, versions
from infoview.testing.store._recording import Recorded
from infoview.testing.store._tracing import Stop, points, sources_of

__all__ = ["CHECKS"]

_MOST_POINTS: Final = 40
_END: Final = 15.0


@attrs.define
class _Result:
    """What came of a call.

    Attributes:
        value: What it returned.
        error: What it raised.
    """

    value: Any = None
    error: BaseException | None = None

    def run(self, call: Callable[[], Any]) -> None:
        """Call, and keep what comes of it."""
        try:
            self.value = call()
        except Exception as error:  # noqa: BLE001 - what it is, is looked at later
            self.error = error

    @property
    def told(self) -> str:
        """Say how it ended."""
        return f"{type(self.error).__name__}: {self.error}" if self.error else literal(self.value)


@attrs.frozen
class _Race:
    """Two calls, and what has to hold whenever both are done.

    Attributes:
        held: The call that is held up.
        other: The call that runs meanwhile.
        judge: Looks at what came of the two.
    """

    held: Callable[[], Any]
    other: Callable[[], Any]
    judge: Callable[[_Result, _Result], None]


def _sweep(bench: Bench, store: Recorded, make: Callable[[], _Race]) -> None:
    """Run a race once for every line of the adapter at which the first call can be held up."""
    files = sources_of(store.store, bench.hooks.sources)
    lines = Stop(files, 0, lambda: None)
    _traced(lines, make().held)()
    alone = make().other
    began = time.perf_counter()
    alone()
    pause = min(max(0.01, 5 * (time.perf_counter() - began)), 0.05)
    for number in points(lines.count, _MOST_POINTS * (5 if bench.is_long else 1)):
        bench.forget()
        _hold_up(make(), files, number, pause)


def _hold_up(race: _Race, files: frozenset[str], number: int, pause: float) -> None:
    """Hold the first call up at one line until the other has run or is blocked."""
    stopped, go_on = threading.Event(), threading.Event()

    def wait() -> None:
        stopped.set()
        go_on.wait(_END)

    held, other = _Result(), _Result()
    stop = Stop(files, number, wait)

    def first() -> None:
        held.run(_traced(stop, race.held))
        stopped.set()

    threads = [
        threading.Thread(target=first, daemon=True),
        threading.Thread(target=other.run, args=(race.other,), daemon=True),
    ]
    threads[0].start()
    stopped.wait(_END)
    threads[1].start()
    threads[1].join(pause)
    go_on.set()
    for thread in threads:
        thread.join(_END)
    try:
        hold(not any(thread.is_alive() for thread in threads), "both calls come to an end")
        race.judge(held, other)
    except Failed as failure:
        failure.where = failure.where or f"one call was held up at {stop.place}"
        raise


def _traced(stop: Stop, call: Callable[[], Any]) -> Callable[[], Any]:
    def run() -> Any:  # noqa: ANN401 - whatever the call returns
        old = sys.gettrace()
        sys.settrace(stop)
        try:
            return call()
        finally:
            sys.settrace(old)

    return run


def _none_but(allowed: tuple[type[BaseException], ...], *results: _Result) -> None:
    for result in results:
        if result.error is not None and not isinstance(result.error, allowed):
            raise Failed("a call beside another one", result.told, "it works, or it is refused for a reason")


def _contiguous(store: Recorded, tenant: str) -> None:
    positions = [entry.position for entry in store.log(tenant, limit=1_000)]
    same(positions, list(range(1, len(positions) + 1)), "the positions")


_SAME_RECORD: Final = (
    "check and write are not one step: take a lock, or put the version into the condition of the write",
    "the lock belongs to the handle instead of to the data",
    "a read transaction is upgraded to a write: begin it as one (BEGIN IMMEDIATE)",
)


def _same_record(bench: Bench, first: Recorded, second: Recorded) -> None:
    reader = bench.open()

    def make() -> _Race:
        t = bench.tenant()
        reader.commit(t, [put("a")])

        def judge(held: _Result, other: _Result) -> None:
            _none_but((ConflictError,), held, other)
            won = [result.told for result in (held, other) if result.error is None]
            same(len(won), 1, "how many of two writers that saw the same version succeed")
            same(versions(reader, t, "a"), [2], "the version afterwards")
            body = "held" if held.error is None else "other"
            same([entry.body for entry in reader.log(t)], ["body 1", f"{body} 1"], "the log afterwards")

        writes = [partial(s.commit, t, [put("a", 1, w)]) for s, w in ((first, "held"), (second, "other"))]
        return _Race(writes[0], writes[1], judge)

    _sweep(bench, first, make)


@law("S2-race-two-handles", *_SAME_RECORD, layer=Layer.PREEMPTION, capability="preemption")
def race_of_two_handles(bench: Bench) -> None:
    """Of two handles that write the same version, whoever is held up wherever, one succeeds."""
    _same_record(bench, bench.open(), bench.open())


@law(
    "S9-race-one-handle",
    "one connection is shared by threads without a lock",
    layer=Layer.PREEMPTION,
    capability="preemption",
)
def race_on_one_handle(bench: Bench) -> None:
    """Of two threads that write the same version through one handle, one succeeds."""
    store = bench.open()
    _same_record(bench, store, store)


@law(
    "S4-race-of-positions",
    "positions are given out before the lock is taken, or from a count",
    layer=Layer.PREEMPTION,
    capability="preemption",
)
def race_of_positions(bench: Bench) -> None:
    """Two commits of different records both succeed, and share no position."""
    reader = bench.open()
    shared = bench.open()
    for first, second in ((bench.open(), bench.open()), (shared, shared)):

        def make(first: Recorded = first, second: Recorded = second) -> _Race:
            t = bench.tenant()

            def judge(held: _Result, other: _Result) -> None:
                _none_but((), held, other)
                same(
                    sorted([held.value, other.value]), sorted({held.value, other.value}), "the two positions"
                )
                same(versions(reader, t, "ab"), [1, 1], "the versions")
                _contiguous(reader, t)
                same(len(reader.log(t)), 4, "the number of entries")

            writes = [
                partial(s.commit, t, [put(name, entries=2)]) for s, name in ((first, "a"), (second, "b"))
            ]
            return _Race(writes[0], writes[1], judge)

        _sweep(bench, first, make)


@law(
    "S1-race-with-a-reader",
    "records and log are published one after the other",
    layer=Layer.PREEMPTION,
    capability="preemption",
)
def race_with_a_reader(bench: Bench) -> None:
    """Whoever reads while a commit is held up sees all of it or nothing."""
    writer, reader, shared = bench.open(), bench.open(), bench.open()
    names = "abc"
    for store, other in ((writer, reader), (shared, shared)):

        def make(store: Recorded = store, other: Recorded = other) -> _Race:
            t = bench.tenant()
            store.commit(t, [put(name) for name in names])

            def read() -> tuple[list[int], int, list[int]]:
                first = versions(other, t, names)
                entries = len(other.log(t))
                rows = [row.version for row in other.scan(t, "note")]
                return first, entries, rows

            def judge(held: _Result, other: _Result) -> None:
                _none_but((), held, other)
                seen, entries, rows = other.value
                hold(len(set(seen)) == 1, "the records of one commit are seen together", seen)
                hold(len(set(rows)) == 1, "the rows of one commit are seen together", rows)
                hold(seen[0] == 1 or entries == 6, "new records have their entries", (seen, entries))  # noqa: PLR2004 - two for each
                hold(rows[0] >= seen[0], "a later reading is not older", (seen, rows))

            return _Race(partial(store.commit, t, [put(name, 1) for name in names]), read, judge)

        _sweep(bench, store, make)


@law(
    "S5-race-of-a-load",
    "`load` reads record by record: use one statement or one transaction",
    layer=Layer.PREEMPTION,
    capability="preemption",
)
def race_of_a_load(bench: Bench) -> None:
    """A load that is held up while others commit is still one snapshot."""
    writer, reader, shared = bench.open(), bench.open(), bench.open()
    names = "abcdef"
    for store, other in ((reader, writer), (shared, shared)):

        def make(store: Recorded = store, other: Recorded = other) -> _Race:
            t = bench.tenant()
            other.commit(t, [put(name, terms={"v": 1}) for name in names])

            def judge(held: _Result, other: _Result) -> None:
                _none_but((), held, other)
                seen = {(row.version, row.terms["v"]) for row in held.value if row}
                hold(len(seen) == 1, "all records of a load are of one moment", sorted(seen))
                hold(seen <= {(1, 1), (2, 2)}, "a record's terms are of its version", sorted(seen))

            change = [put(name, 1, terms={"v": 2}) for name in names]
            return _Race(
                partial(store.load, t, [ref(name) for name in names]), partial(other.commit, t, change), judge
            )

        _sweep(bench, store, make)


@law(
    "S6-race-of-a-scan",
    "a page is read id by id, and a record is missing or of another moment when its turn comes",
    layer=Layer.PREEMPTION,
    capability="preemption",
)
def race_of_a_scan(bench: Bench) -> None:
    """Each row of a page that is held up matches what was asked for."""
    writer, reader = bench.open(), bench.open()

    def make() -> _Race:
        t = bench.tenant()
        writer.commit(t, [put(name, body="1", terms={"v": 1}) for name in "abcd"])

        def judge(held: _Result, other: _Result) -> None:
            _none_but((), held, other)
            rows = [(row.version, row.body, row.terms) for row in held.value]
            hold(all(row == (1, "1", {"v": 1}) for row in rows), "every row of the page matches", rows)

        change: list[Put | Erase] = [put(name, 1, "2", terms={"v": 2}) for name in "ac"]
        change.append(Erase(ref("b"), 1))
        scan = partial(reader.scan, t, "note", where={"v": 1}, order="v")
        return _Race(scan, partial(writer.commit, t, change), judge)

    _sweep(bench, reader, make)


@law(
    "S8-race-with-an-erasure",
    "an erasure does not take the lock that a put takes",
    layer=Layer.PREEMPTION,
    capability="preemption",
)
def race_with_an_erasure(bench: Bench) -> None:
    """Of an erasure and a put that saw the same version, one succeeds, and nothing comes back."""
    first, second, reader = bench.open(), bench.open(), bench.open()

    def make() -> _Race:
        t = bench.tenant()
        reader.commit(t, [put("a")])

        def judge(held: _Result, other: _Result) -> None:
            _none_but((ConflictError, GoneError), held, other)
            same([held.error, other.error].count(None), 1, "how many of the two succeed")
            rows, entries = all_of(reader, t)
            bodies = [entry.body for entry in entries]
            wanted: tuple[list[int], list[str | None]] = ([2], ["body 1", "new 1"])
            if held.error is None:
                wanted = ([], [None])
            same(([row.version for row in rows], bodies), wanted, "what there is afterwards")

        return _Race(
            partial(first.commit, t, [Erase(ref("a"), 1)]),
            partial(second.commit, t, [put("a", 1, "new")]),
            judge,
        )

    _sweep(bench, first, make)


@law(
    "S9-race-with-a-close",
    "closing a handle takes away what another one, or another thread, is using",
    layer=Layer.PREEMPTION,
    capability="preemption",
)
def race_with_a_close(bench: Bench) -> None:
    """A call that is held up while its handle is closed ends with a result or an error of the library."""
    reader = bench.open()
    if reader.store is bench.open().store:
        raise NotRun("the factory gives one object for all handles, and closing it would close all")

    def make() -> _Race:
        t, mine = bench.tenant(), bench.open()

        def judge(held: _Result, other: _Result) -> None:
            _none_but((InfoviewError,), held, other)
            same(len(reader.log(t)), 0 if held.error else 1, "the number of entries")
            reader.commit(t, [put("b")])

        return _Race(partial(mine.commit, t, [put("a")]), mine.close, judge)

    _sweep(bench, reader, make)


CHECKS = found_in(globals())
