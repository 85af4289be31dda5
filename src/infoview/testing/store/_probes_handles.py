"""Probes of handles, arguments and results, and of what is left when a handle is gone: rules S9 and S10."""

import threading
from copy import deepcopy
from functools import partial
from typing import TYPE_CHECKING, Any, cast

from infoview.exceptions import (
    ConflictError,
    GoneError,
    InvalidValueError,
    StoreUnavailableError,
    UnsupportedSchemaError,
)
from infoview.storage import Erase, NewEntry, Put, Record, Scalar
from infoview.testing._check import Layer, Level, NotRun, hold, raised, same
from infoview.testing.store._bench import Bench, side_by_side, within
from infoview.testing.store._law import AT, all_of, found_in, ids, law, one, put, ref

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["CHECKS", "first_open"]


@law(
    "S9-first-open",
    "two that open the store for the first time both create its tables: do so under a lock",
    layer=Layer.HAMMER,
)
def first_open(bench: Bench) -> None:
    """Of many that open the store at once, all succeed and see the same data."""
    t, start = bench.tenant(), threading.Barrier(6)

    def work(number: int) -> None:
        start.wait(10)
        with bench.opened() as store:
            store.commit(t, [put(str(number))])

    side_by_side([partial(work, number) for number in range(6)], 20, "opening the store by six at once")
    same([entry.position for entry in bench.open().log(t)], [1, 2, 3, 4, 5, 6], "the positions")


@law("S9-arguments-not-kept", "the store keeps the caller's list or mapping: copy it")
def arguments_not_kept(bench: Bench) -> None:
    """What the caller does to its own lists and mappings afterwards changes nothing stored."""
    store, t = bench.open(), bench.tenant()
    terms: dict[str, Scalar] = {"x": 1}
    entries = [NewEntry("Written", AT, "body")]
    made = Put(ref("a"), 0, "body", terms, cast("Any", entries))
    changes: list[Put | Erase] = [made]
    store.commit(t, changes)
    before = deepcopy(all_of(store, t))
    terms["x"], terms["y"] = 2, 3
    cast("dict[str, Scalar]", made.terms).update({"x": 5, "z": 6})
    entries.clear()
    changes.clear()
    same(all_of(store, t), before, "what there is")
    same(before[0][0].terms, {"x": 1}, "the terms")
    same(ids(store.scan(t, "note", where={"x": 1})), ["a"], "the rows by the term")


@law("S9-arguments-not-changed", "the store sorts or empties the caller's list: work on a copy")
def arguments_not_changed(bench: Bench) -> None:
    """Lists and mappings come out of a call as they went in."""
    store, t = bench.open(), bench.tenant()
    changes: list[Put | Erase] = [put("b", terms={"y": 1, "x": None}), put("a")]
    refs = [ref("b"), ref("a"), ref("b")]
    where: dict[str, Scalar] = {"y": 1, "x": None}
    store.commit(t, changes)
    store.load(t, refs)
    store.scan(t, "note", where=where)
    store.scan(t, "note", where=where, order="y")
    same(changes, [put("b", terms={"y": 1, "x": None}), put("a")], "the changes")
    same(refs, [ref("b"), ref("a"), ref("b")], "the names")
    same(list(where.items()), [("y", 1), ("x", None)], "the terms to match")


@law("S9-results-are-fresh", "the store hands out what it keeps: copy it, or build it anew")
def results_are_fresh(bench: Bench) -> None:
    """What the caller does to a result shows in no later one, through no handle."""
    store, second, t = bench.open(), bench.open(), bench.tenant()
    store.commit(t, [put("a", terms={"x": 1})])
    reads: list[Callable[[], list[Any]]] = [
        read
        for handle in (store, second)
        for read in (
            partial(handle.load, t, [ref("a")]),
            partial(handle.scan, t, "note"),
            partial(handle.scan, t, "note", where={"x": 1}, order="x"),
            partial(handle.log, t),
        )
    ]
    before = deepcopy([read() for read in reads])
    for read in reads:
        result = read()
        same(type(result).__name__, "list", "what an answer is")
        if isinstance(result[0], Record):
            cast("dict[str, Scalar]", result[0].terms).update({"x": 2, "y": 3})
        result.clear()
        same([again() for again in reads], before, "what is read after a result was changed")
    store.commit(t, [put("a", 1, terms={"x": 1})])
    same(ids(store.scan(t, "note", where={"x": 1})), ["a"], "the rows by the term")


@law("S9-results-stay", "an answer is a view or a cursor that follows later writes")
def results_stay(bench: Bench) -> None:
    """An answer stays as it was given, whatever is written later."""
    store, t = bench.open(), bench.tenant()
    store.commit(t, [put("a", terms={"x": 1}), put("b")])
    answers = [store.load(t, [ref("a")]), store.scan(t, "note"), store.log(t)]
    before = deepcopy(answers)
    store.commit(t, [put("a", 1, "new", terms={"x": 2}), Erase(ref("b"), 1), put("c")])
    same(answers, before, "the earlier answers")


@law("S9-handles-share", "a handle answers from a cache, or writes where only it can see")
def handles_share(bench: Bench) -> None:
    """What one handle wrote, another reads at once, also after having read what was before."""
    first, second, t = bench.open(), bench.open(), bench.tenant()
    for version in range(4):
        writer, reader = (first, second) if version % 2 else (second, first)
        before = all_of(reader, t), one(reader, t, "a"), reader.scan(t, "note", where={"v": version})
        same(before[2], [], "the rows by a term that nothing has yet")
        writer.commit(t, [put("a", version, terms={"v": version})])
        same(all_of(reader, t), all_of(writer, t), "what the two read")
        same(all_of(bench.open(), t), all_of(writer, t), "what a new handle reads")
        same(ids(reader.scan(t, "note", where={"v": version})), ["a"], "the rows by the term")
        record = one(reader, t, "a")
        same(record and record.version, version + 1, "the version")
    second.commit(t, [Erase(ref("a"), 4)])
    same(one(first, t, "a"), None, "the record that the other erased")
    raised(GoneError, lambda: first.commit(t, [put("a", 4)]), "a put of what the other erased")
    raised(ConflictError, lambda: first.commit(t, [put("b", 1)]), "a put of what is not there")


@law(
    "S9-closed-alone",
    "handles share a connection, or closing ends the data",
    "close() is not safe to call twice",
)
def closed_alone(bench: Bench) -> None:
    """Closing, once or twice, ends one handle: it refuses every call, and the others go on."""
    first, second, t = bench.open(), bench.open(), bench.tenant()
    if first.store is second.store:
        raise NotRun("the factory gives one object for all handles, and closing it would close all")
    first.commit(t, [put("a")])
    first.close()
    first.close()
    calls: list[Callable[[], object]] = [
        partial(first.commit, t, []),
        partial(first.commit, t, [put("b")]),
        partial(first.load, t, []),
        partial(first.load, t, [ref("a")]),
        partial(first.scan, t, "note"),
        partial(first.log, t),
    ]
    for call in calls:
        error = raised(StoreUnavailableError, call, "a call of a closed handle")
        hold(error.outcome_known, "the outcome of a call of a closed handle is known")
    same(second.commit(t, [put("a", 1)]), 2, "the position through the other handle")
    same(ids(bench.open().scan(t, "note")), ["a"], "what a new handle reads")


@law("S9-threads-share", "one connection is used by several threads at once: guard it with a lock")
def threads_share(bench: Bench) -> None:
    """Calls of several threads on one handle do not disturb each other."""
    store, t = bench.open(), bench.tenant()
    wrong = list[str]()

    def work(name: str) -> None:
        for version in range(10):
            store.commit(t, [put(name, version, f"{name}{version}", terms={"who": name})])
            record = Record(ref(name), version + 1, f"{name}{version}", {"who": name})
            if store.load(t, [ref(name)]) != [record] or store.scan(t, "note", where={"who": name}) != [
                record
            ]:
                wrong.append(f"{name} at version {version + 1}")

    side_by_side([partial(work, name) for name in "abcd"], 30, "work of four threads on one handle")
    same(wrong, [], "threads that read something else than they wrote")
    same([e.position for e in store.log(t)], list(range(1, 41)), "the positions")


@law("S9-bad-arguments", "begin each method with its check: check_commit, check_load, check_scan, check_log")
def bad_arguments(bench: Bench) -> None:
    """An argument outside its rule is refused with the library's own error, and changes nothing."""
    store, t = bench.open(), bench.tenant()
    store.commit(t, [put("a", terms={"x": 1})])
    before = all_of(store, t)
    loose = cast("Any", store)
    for tenant in ("", "a\0b", "\ud800", "x" * 201, None, 7, b"t"):
        for call in (
            partial(loose.commit, tenant, [put("b")]),
            partial(loose.load, tenant, [ref("a")]),
            partial(loose.scan, tenant, "note"),
            partial(loose.log, tenant),
        ):
            raised(InvalidValueError, call, f"tenant {tenant!r}"[:60])
    for kind in ("", "a\0b", "\udfff", "x" * 201, None):
        raised(InvalidValueError, partial(loose.scan, t, kind), f"kind {kind!r}"[:60])
    for number in (-1, 2**63, 1.0, True, None, "1"):
        raised(InvalidValueError, partial(loose.scan, t, "note", limit=number), f"limit {number!r}")
        raised(InvalidValueError, partial(loose.log, t, limit=number), f"limit {number!r} of a log")
        raised(InvalidValueError, partial(loose.log, t, after=number), f"after {number!r} of a log")
    for where in (
        {"x": 1.0},
        {"x": True},
        {"x": b"1"},
        {"x": 2**63},
        {"x": "\0"},
        {1: 1},
        {"x": "y" * 501},
        [("x", 1)],
    ):
        raised(InvalidValueError, partial(loose.scan, t, "note", where=where), f"where {where!r}"[:60])
    for after in (1, ("a", "b"), ("a",), b"a", "a\0"):
        raised(InvalidValueError, partial(loose.scan, t, "note", after=after), f"after {after!r}")
    for ordered in ("a", (1.0, "a"), (1, 2), (1, "a", 2)):
        raised(
            InvalidValueError,
            partial(loose.scan, t, "note", order="x", after=ordered),
            f"after {ordered!r} in order",
        )
    for changes in ([None], [ref("a")], "changes", None, 7):
        raised(InvalidValueError, partial(loose.commit, t, changes), f"changes {changes!r}")
    for refs in ([None], ["a"], None):
        raised(InvalidValueError, partial(loose.load, t, refs), f"names {refs!r}")
    same(all_of(store, t), before, "what there is afterwards")


@law("S10-declared", "durability is one of memory, process, power, replicated")
def declared(bench: Bench) -> None:
    """A store says how far its promise goes."""
    store = bench.open()
    hold(
        store.durability in {"memory", "process", "power", "replicated"},
        "durability is declared",
        store.durability,
    )


@law("S10-survives-its-handle", "changes are written when the handle is closed, or to a copy of its own")
def survives_its_handle(bench: Bench) -> None:
    """What was committed is there after the handle that wrote it is gone."""
    t = bench.tenant()
    keeper = bench.open()  # what lives in memory lives as long as one handle
    with bench.opened() as writer:
        writer.commit(t, [put("a", body="kept", terms={"x": None})])
        writer.commit(t, [put("b"), Erase(ref("a"), 1)])
        before = all_of(writer, t)
    reader = bench.open()
    same(all_of(reader, t), before, "what there is")
    same(all_of(keeper, t), before, "what a handle sees that was open all the time")
    raised(GoneError, lambda: reader.commit(t, [put("a")]), "a put of what was erased")
    same(reader.commit(t, [put("c")]), 3, "the next position")


@law("S10-reopened", "data is kept in memory, or a tombstone is", capability="reopen")
def reopened(bench: Bench) -> None:
    """What was committed is there after all was closed and the engine started again."""
    t = bench.tenant()
    with bench.opened() as writer:
        writer.commit(t, [put("a", body="kept", terms={"x": None}), put("gone")])
        writer.commit(t, [Erase(ref("gone"), 1)])
        before = all_of(writer, t)
    cast("Callable[[], object]", bench.hooks.reopen)()
    reader = bench.open()
    same(all_of(reader, t), before, "what there is")
    raised(GoneError, lambda: reader.commit(t, [put("gone")]), "a put of what was erased")
    same(reader.commit(t, [put("b")]), 3, "the next position")


@law(
    "S8-no-bytes-left",
    "an erasure only hides, or copies stay in a journal",
    layer=Layer.RAW,
    capability="raw",
)
def no_bytes_left(bench: Bench) -> None:
    """An erased text is nowhere among the bytes at rest."""
    raw = cast("Callable[[], bytes]", bench.hooks.raw)
    t, secret = bench.tenant(), f"canary{bench.tenant()}"
    store = bench.open()
    entry = NewEntry("Written", AT, f"entry-{secret}")
    store.commit(t, [Put(ref("a"), 0, f"body-{secret}", {"x": f"term-{secret}"}, (entry,))])
    store.commit(t, [Put(ref("a"), 1, f"body-{secret}-2", {"x": f"term-{secret}-2"}, (entry,))])
    kept = f"kept{secret[6:]}"
    store.commit(t, [put("b", body=kept)])
    hold(kept.encode() in raw() or secret.encode() not in raw(), "the bytes at rest can be looked at")
    store.commit(t, [Erase(ref("a"), 2)])
    store.close()
    same(raw().count(secret.encode()), 0, "copies of the erased text")


@law(
    "S4-numbers-are-wide",
    "a version or a position is kept in 16 or 32 bits",
    layer=Layer.RAW,
    capability="age",
)
def numbers_are_wide(bench: Bench) -> None:
    """Versions and positions count on past 32 bits."""
    age = cast("Callable[..., object]", bench.hooks.age)
    store = bench.open()
    for past in (2**15 - 1, 2**16 - 1, 2**31 - 1, 2**32 - 1):
        t = bench.tenant()
        store.commit(t, [put("a")])
        age(t, ref("a"), past, past)
        same(store.commit(t, [put("a", past)]), past + 1, "the position")
        record = one(store, t, "a")
        same(record and record.version, past + 1, "the version")


@law(
    "S10-newer-is-refused",
    "the version of the schema is not looked at when the store is opened",
    capability="newer",
)
def newer_is_refused(bench: Bench) -> None:
    """Data that a later version wrote is refused, and left as it was."""
    t = bench.tenant()
    with bench.opened() as store:
        store.commit(t, [put("a")])
        before = all_of(store, t)
    newer = cast("Callable[..., Any]", bench.hooks.newer)

    def reopen() -> None:
        with bench.opened() as handle:
            all_of(handle, t)

    with newer():
        raised(UnsupportedSchemaError, reopen, "opening data of a later version")
    same(all_of(bench.open(), t), before, "what there is")


@law(
    "S2-sixteen-bits",
    "the version is kept in 16 bits",
    level=Level.SOAK,
)
def sixteen_bits(bench: Bench) -> None:
    """Versions count on past 65,535."""
    store, t = bench.open(), bench.tenant()
    for version in range(65_540):
        store.commit(t, [put("a", version, entries=0)])
        bench.forget()
    record = one(store, t, "a")
    same(record and record.version, 65_540, "the version")


@law("S9-usable-after-refusals", "a refused call leaves a transaction or a lock behind")
def usable_after_refusals(bench: Bench) -> None:
    """After many refused calls every handle still works, at once."""
    first, second, t = bench.open(), bench.open(), bench.tenant()
    first.commit(t, [put("a")])
    for _ in range(50):
        raised(ConflictError, lambda: first.commit(t, [put("b"), put("a")]), "a conflict")
        raised(InvalidValueError, lambda: first.commit(t, [put("b"), put("b")]), "a repeated name")
    for number, handle in enumerate((second, first)):
        call = partial(handle.commit, t, [put(f"after{number}")])
        same(within(5, call, "a commit after refusals"), 2 + number, "the position")


CHECKS = found_in(globals())
