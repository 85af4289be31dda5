"""Probes of what is kept and what goes: rules S7 and S8."""

from functools import partial

import attrs

from infoview.exceptions import GoneError
from infoview.storage import Entry, Erase, NewEntry, Put, Record, Scalar
from infoview.testing._check import raised, same
from infoview.testing.store._bench import Bench
from infoview.testing.store._law import (
    AWKWARD_TEXTS,
    CONFUSABLE,
    INCREASING,
    NOTHING,
    all_of,
    found_in,
    ids,
    law,
    one,
    put,
    ref,
)

__all__ = ["CHECKS"]

_LONGEST_ID = 200
_TIMES = (
    "2030-01-02T03:04:05.000100+05:45",
    "2030-01-02T03:04:05.123456Z",
    "0001-01-01T00:00:00-12:00",
    "9999-12-31T23:59:59.999999+14:00",
    "2030-06-30T23:59:60Z",
    "soon",
)


@law(
    "S7-text-as-given",
    "the store parses, re-serialises, trims, normalises, encodes or cuts what it should only keep",
)
def text_as_given(bench: Bench) -> None:
    """Bodies, terms, names and times come back code point for code point."""
    store, second = bench.open(), bench.open()
    for text in AWKWARD_TEXTS:
        bench.forget()
        t = bench.tenant()
        short = text[:200]
        label = short or "-"
        new = NewEntry(label, label, text)
        store.commit(t, [Put(ref("a"), 0, text, {label: short}, (new,))])
        for handle in (store, second):
            same(one(handle, t, "a"), Record(ref("a"), 1, text, {label: short}), "the record")
            same(handle.scan(t, "note", where={label: short}), [one(handle, t, "a")], "the rows by its term")
            same(handle.log(t), [Entry(1, ref("a"), 1, label, label, text)], "the log")
        store.commit(t, [Put(ref("a"), 1, f"{text}!")])
        same(one(second, t, "a"), Record(ref("a"), 2, f"{text}!", {}), "the record after an update")


@law("S7-times-as-given", "times are parsed: seconds are rounded, zones dropped or turned into UTC")
def times_as_given(bench: Bench) -> None:
    """A time is text: nothing is rounded, shifted or understood."""
    store = bench.open()
    for at in _TIMES:
        t = bench.tenant()
        store.commit(t, [Put(ref("a"), 0, "", {"at": at}, (NewEntry("Written", at, ""),))])
        same([entry.at for entry in store.log(t)], [at], "the time of the entry")
        same(
            [row.terms for row in store.scan(t, "note", where={"at": at})],
            [{"at": at}],
            "the row by its time",
        )


@law(
    "S7-numbers-as-given", "numbers become floats beyond 2**53, texts become numbers, or the other way round"
)
def numbers_as_given(bench: Bench) -> None:
    """Terms keep their value, their type and all 64 bits."""
    store, second, t = bench.open(), bench.open(), bench.tenant()
    values: dict[str, Scalar] = {f"x{n}": value for n, value in enumerate(INCREASING[:32])}
    store.commit(
        t, [put("a", terms=values), *(put(f"b{n}", terms={"x": v}) for n, v in enumerate(INCREASING))]
    )
    for handle in (store, second):
        record = one(handle, t, "a")
        terms = {} if record is None else dict(record.terms)
        wanted = {name: (type(value).__name__, value) for name, value in values.items()}
        same({name: (type(v).__name__, v) for name, v in terms.items()}, wanted, "the terms with their types")
        rows = handle.scan(t, "note", order="x")
        got = [(type(row.terms["x"]).__name__, row.terms["x"]) for row in rows]
        same(got, [(type(v).__name__, v) for v in INCREASING], "the terms of the rows with their types")


@law(
    "S7-confusable",
    "ids, kinds, tenants or names of terms are compared by a collation, cut, joined or used as patterns",
)
def confusable(bench: Bench) -> None:
    """Case, blanks, accents and separators tell ids, kinds, tenants and names of terms apart."""
    store = bench.open()
    for first, other in CONFUSABLE:
        bench.forget()
        by_id, by_kind = bench.tenants("i", "k")
        fresh = bench.tenant()
        tenants = {
            text: fresh + text[len(fresh) :] if len(text) == _LONGEST_ID else fresh + text
            for text in (first, other)
        }
        for text in (first, other):
            store.commit(by_id, [put(text, body=text, terms={text: 1})])
            store.commit(by_kind, [put("x", kind=text, body=text)])
            store.commit(tenants[text], [put("x", body=text)])
        for text in (first, other):
            for record in (
                one(store, by_id, text),
                one(store, by_kind, "x", kind=text),
                one(store, tenants[text], "x"),
                *store.scan(by_id, "note", order=text),
                *store.scan(by_id, "note", where={text: 1}),
                *store.scan(by_kind, text),
            ):
                got = record and (record.version, record.body)
                same(got, (1, text), f"the record under {text[-20:]!r} beside {(first, other)!r}"[:200])
            same([e.body for e in store.log(tenants[text])], [f"{text} 1"], "the log of a tenant")
            same([e.body for e in store.log(by_id, ref=ref(text))], [f"{text} 1"], "the log of a record")
        same(ids(store.scan(by_id, "note")), sorted((first, other)), "both ids")
        store.commit(by_id, [Erase(ref(first), 1)])
        same(ids(store.scan(by_id, "note")), [other], "the ids after one was erased")
        same([e.body for e in store.log(by_id)], [None, f"{other} 1"], "the bodies of the log after that")


@law("S7-composed-keys", "tenant, kind and id are joined into one key with a separator that they may contain")
def composed_keys(bench: Bench) -> None:
    """The parts of a name are kept apart, whatever they contain."""
    store, t = bench.open(), bench.tenant()
    for separator in ("/", ":", "|", "-", "_", ".", ",", " ", "\x1f", "\t", "'", "\\", "#", "::"):
        kinds = (f"k{separator}a", "k")
        names = ("b", f"a{separator}b")
        for kind, name in zip(kinds, names, strict=True):
            store.commit(t, [put(name, kind=kind, body=kind)])
        got = [one(store, t, name, kind) for kind, name in zip(kinds, names, strict=True)]
        same(
            [r and (r.version, r.body) for r in got],
            [(1, kinds[0]), (1, kinds[1])],
            f"names with {separator!r}",
        )
        store.commit(t, [Erase(ref(names[0], kinds[0]), 1)])
        same(
            [one(store, t, names[0], kinds[0]), one(store, t, names[1], "k") is None],
            [None, False],
            "after erasing",
        )
        store.commit(t, [Erase(ref(names[1], "k"), 1)])
        tail = f"{separator}x"
        tenants = bench.tenants(tail, "")
        store.commit(tenants[0], [put("y", kind="k", body="1")])
        store.commit(tenants[1], [put("y", kind=f"x{separator}k", body="2")])
        got = [one(store, tenants[0], "y", "k"), one(store, tenants[1], "y", f"x{separator}k")]
        same([r and r.body for r in got], ["1", "2"], f"tenants with {separator!r}")


@law(
    "S8-what-goes-and-stays",
    "an erasure forgets the log, deletes its rows, takes neighbours along, or only hides",
)
def what_goes_and_stays(bench: Bench) -> None:
    """The record and the bodies of its entries go; positions, versions, names and times stay."""
    store = bench.open()
    t, u = bench.tenants("", "u")
    changes = [
        put("a", terms={"x": 1}, entries=2),
        put("ab", terms={"x": 1}),
        put("A"),
        put("a", kind="notes"),
    ]
    store.commit(t, changes)
    store.commit(t, [put("a", 1, terms={"x": 2})])
    store.commit(u, [put("a", terms={"x": 1})])
    before = store.log(t)
    neighbours = [one(store, t, "ab"), one(store, t, "A"), one(store, t, "a", "notes"), all_of(store, u)]
    same(store.commit(t, [Erase(ref("a"), 2)]), 6, "the position after the erasure")
    emptied = [attrs.evolve(e, body=None) if e.ref == ref("a") else e for e in before]
    for handle in (store, bench.open()):
        same(one(handle, t, "a"), None, "the erased record")
        same(handle.scan(t, "note", where={"x": 2}), [], "the rows by its term")
        same(ids(handle.scan(t, "note", order="x")), ["ab"], "the rows in order")
        same(ids(handle.scan(t, "note")), ["A", "ab"], "all rows")
        same(handle.log(t), emptied, "the log")
        same(handle.log(t, ref=ref("a")), [e for e in emptied if e.ref == ref("a")], "the log of the record")
        got = [one(handle, t, "ab"), one(handle, t, "A"), one(handle, t, "a", "notes"), all_of(handle, u)]
        same(got, neighbours, "what lies beside it")


@law("S8-gone-for-ever", "the id may be used again: keep a tombstone, where every handle sees it")
def gone_for_ever(bench: Bench) -> None:
    """No version brings an erased record back, nor can it be erased again."""
    store, second, t = bench.open(), bench.open(), bench.tenant()
    store.commit(t, [put("a")])
    store.commit(t, [put("a", 1)])
    store.commit(t, [Erase(ref("a"), 2)])
    before = all_of(store, t)
    for expect in (0, 1, 2, 3, 4):
        for change in (put("a", expect), Erase(ref("a"), expect)):
            for handle in (store, second, bench.open()):
                error = raised(GoneError, partial(handle.commit, t, [change]), "a change of an erased record")
                same(error.ref, ref("a"), "the ref of the error")
    same(all_of(store, t), before, "what there is afterwards")
    same(store.commit(t, [put("a", kind="other"), put("A")]), 4, "the position after changes of others")
    [u] = bench.tenants("u")
    same(store.commit(u, [put("a")]), 1, "the position of another tenant that uses the id")


@law("S8-unused-id", "an erasure of what does not exist does nothing")
def unused_id(bench: Bench) -> None:
    """Erasing what does not exist, expecting that, closes its id."""
    store, t = bench.open(), bench.tenant()
    same(store.commit(t, [Erase(ref("a"), 0)]), 0, "the position")
    raised(GoneError, lambda: store.commit(t, [put("a")]), "a put under the closed id")
    same(all_of(store, t), NOTHING, "what there is")


@law("S8-many-at-once", "an erasure among other changes reaches only some of the entries")
def many_at_once(bench: Bench) -> None:
    """Erasures and puts of one commit do not get in each other's way."""
    store, t = bench.open(), bench.tenant()
    names = [f"{n:02}" for n in range(30)]
    for version in range(2):
        store.commit(t, [put(name, version, entries=2, terms={"x": version}) for name in names])
    changes = [
        Erase(ref(name), 2) if int(name) % 3 else put(name, 2, "new", terms={"x": 9}) for name in names
    ]
    store.commit(t, changes)
    kept = [name for name in names if not int(name) % 3]
    for handle in (store, bench.open()):
        same(ids(handle.scan(t, "note")), kept, "the rows")
        same(ids(handle.scan(t, "note", where={"x": 9})), kept, "the rows by a term")
        alive = {entry.ref.id for entry in handle.log(t, limit=1_000) if entry.body is not None}
        same(sorted(alive), kept, "the records whose entries have bodies")
        same(len(handle.log(t, limit=1_000)), 4 * 30 + len(kept), "the number of entries")


CHECKS = found_in(globals())
