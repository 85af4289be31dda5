"""The fault sweep: every call that the adapter makes during a commit fails once."""

import sys
from collections.abc import Callable
from functools import partial
from typing import Any, Final

from infoview.exceptions import StoreUnavailableError
from infoview.storage import Entry, Erase, Put, Record
from infoview.testing._check import Check, Failed, Layer, hold, literal, same
from infoview.testing.store._bench import Bench, within
from infoview.testing.store._law import all_of, law, put, ref
from infoview.testing.store._recording import Recorded
from infoview.testing.store._tracing import Fault, errors_of, points, sources_of

__all__ = ["CHECKS"]

_MOST_POINTS: Final = 60
_State = tuple[list[Record], list[Entry]]


@law(
    "S1-faults",
    "an error leaves the transaction open or commits half of it: roll back on any exception",
    "an error of the driver is swallowed, and success reported",
    "a lock is not released: use `with`",
    layer=Layer.FAULTS,
    capability="faults",
)
def commits_survive_faults(bench: Bench) -> None:
    """Whichever call in a commit fails, all or nothing is written, the caller learns, the store goes on."""
    store, second = bench.open(), bench.open()
    files = sources_of(store.store, bench.hooks.sources)
    for error in errors_of(store.store):
        for after in (False, True):
            counting = Fault(files, 0, error(), after=after)
            _try(bench, store, second, counting)
            for number in points(counting.count, _MOST_POINTS * (4 if bench.is_long else 1)):
                bench.forget()
                fault = Fault(files, number, error("this call failed on purpose"), after=after)
                _try(bench, store, second, fault)


def _try(bench: Bench, store: Recorded, second: Recorded, fault: Fault) -> None:
    t = bench.tenant()
    store.commit(t, [put("a", entries=2, terms={"x": 1}), put("b"), put("c", terms={"x": 1})])
    before = all_of(second, t)
    changes: list[Put | Erase] = [
        put("a", 1, "new", entries=2, terms={"x": 2}),
        put("d", terms={"x": 2}),
        Erase(ref("c"), 1),
    ]
    got, error = _under(fault, partial(store.commit, t, changes))
    try:
        state = within(5, partial(all_of, second, t), "reading through another handle after a failed call")
        _judge(before, state, got, error)
        for number, handle in enumerate((second, store)):
            call = partial(handle.commit, t, [put(f"later{number}")])
            within(5, call, "a commit after a failed call")
        positions = [entry.position for entry in second.log(t)]
        same(positions, list(range(1, len(positions) + 1)), "the positions afterwards")
    except Failed as failure:
        failure.where = failure.where or fault.place
        raise
    except Exception as other:
        raise Failed(
            "the store is usable after a failed call", repr(other), "it works", fault.place
        ) from other


def _under(fault: Fault, call: Callable[[], Any]) -> tuple[Any, Exception | None]:
    """Call something while a profile function watches; put the old one back."""
    old = sys.getprofile()
    sys.setprofile(fault)
    try:
        return call(), None
    except Exception as error:  # noqa: BLE001 - what it is, is looked at by the caller
        return None, error
    finally:
        sys.setprofile(old)


def _judge(before: _State, state: _State, got: object, error: Exception | None) -> None:
    rows, entries = state
    versions = {row.ref.id: row.version for row in rows}
    is_made = versions == {"a": 2, "b": 1, "d": 1} and len(entries) == 7  # noqa: PLR2004 - 4 before and 3 more
    is_unmade = state == before
    if not (is_made or is_unmade):
        raise Failed(
            "a failed call leaves all or nothing", literal(state), "all changes and entries, or none"
        )
    if error is None:
        hold(is_made, "a commit that returns was made", literal(versions))
        same(got, 7, "the position that a commit returned")
    elif isinstance(error, StoreUnavailableError) and error.outcome_known:
        hold(is_unmade, "a commit that surely did not happen left nothing", f"{error!r}: {versions}")


@law(
    "S5-faults-while-reading",
    "an error while reading leaves a transaction or a lock behind",
    layer=Layer.FAULTS,
    capability="faults",
)
def reads_survive_faults(bench: Bench) -> None:
    """Whichever call inside a reading fails, the next readings are right and others can write."""
    store, second, t = bench.open(), bench.open(), bench.tenant()
    files = sources_of(store.store, bench.hooks.sources)
    store.commit(t, [put("a", terms={"x": 1}), put("b")])
    reads: tuple[Callable[[], Any], ...] = (
        partial(store.load, t, [ref("a"), ref("b")]),
        partial(store.scan, t, "note", where={"x": 1}, order="x"),
        partial(store.log, t),
    )
    version = 1
    for read in reads:
        wanted = read()
        for kind in errors_of(store.store):
            counting = Fault(files, 0, kind(), after=False)
            _under(counting, read)
            for number in points(counting.count, 20):
                bench.forget()
                fault = Fault(files, number, kind("this call failed on purpose"), after=False)
                got, error = _under(fault, read)
                hold(error is not None or got == wanted, "a reading that returns is right", literal(got))
                same(within(5, read, "reading after a failed call"), wanted, "the same reading again")
                call = partial(second.commit, t, [put("z", version - 1, entries=0)])
                within(5, call, "a commit of another handle after a failed reading")
                version += 1


CHECKS: tuple[Check[Bench], ...] = (commits_survive_faults, reads_survive_faults)
