"""Probes of what is read: rules S5 and S6."""

import itertools

from infoview.storage import Erase, Put, Scalar
from infoview.testing._check import hold, same
from infoview.testing.store._bench import Bench
from infoview.testing.store._law import INCREASING, NOTHING, all_of, found_in, ids, law, one, put, ref

__all__ = ["CHECKS"]


@law("S5-order-asked", "rows come as the index has them: put them into the order of the question")
def order_asked(bench: Bench) -> None:
    """Each name gets its answer, also twice, also where nothing is."""
    store, t = bench.open(), bench.tenant()
    store.commit(t, [put("a", body="1"), put("b", body="2"), put("c"), put("a", kind="other", body="3")])
    store.commit(t, [Erase(ref("c"), 1)])
    asked = [ref("c"), ref("b"), ref("nobody"), ref("a", "other"), ref("a"), ref("b"), ref("a", "third")]
    got = [record and record.body for record in store.load(t, asked)]
    same(got, [None, "2", None, "3", "1", "2", None], "the bodies, in the order asked")
    same([r and r.ref for r in store.load(t, asked)][3:6], asked[3:6], "the names of the answers")
    same(store.load(t, []), [], "the answer to nothing")


@law("S5-tenants-and-kinds", "a query forgets the tenant or the kind")
def tenants_and_kinds(bench: Bench) -> None:
    """A name means nothing for another tenant or kind."""
    store = bench.open()
    t, u = bench.tenants("", "u")
    store.commit(t, [put("a")])
    same([one(store, u, "a"), one(store, t, "a", "other")], [None, None], "what others have")
    same(all_of(store, u), NOTHING, "what another tenant has")
    same(store.commit(u, [put("a", body="mine")]), 1, "the position of another tenant")
    records = [one(store, t, "a"), one(store, u, "a")]
    same([record and record.body for record in records], ["body", "mine"], "the bodies of both tenants")


@law("S5-many-names", "an engine's limit (999 variables) shows through: work in pieces, within one snapshot")
def many_names(bench: Bench) -> None:
    """A long question is answered in full."""
    store, t = bench.open(), bench.tenant()
    bench.forget()
    for start in range(0, 1_200, 100):
        store.commit(t, [put(str(n), body=str(n), entries=0) for n in range(start, start + 100)])
    records = store.load(t, [ref(str(n)) for n in reversed(range(1_200))])
    same([r and r.body for r in records], [str(n) for n in reversed(range(1_200))], "the bodies")
    records = store.load(t, [ref(str(n % 7)) for n in range(2_500)])
    same(
        [r and r.body for r in records],
        [str(n % 7) for n in range(2_500)],
        "the answers to names asked again",
    )


@law(
    "S6-ids-by-code-point", 'the engine sorts by a locale or without case: order by code point (COLLATE "C")'
)
def ids_by_code_point(bench: Bench) -> None:
    """Ids come in the order of code points; neither the locale nor the order of writing shows."""
    store, t = bench.open(), bench.tenant()
    names = [
        "😀",
        "a",
        "\uffff",
        "_",
        "A",
        "é",
        "e\u0301",
        "B",
        "\ue000",
        "10",
        "9",
        "aa",
        "a b",
        "a-b",
        "ab",
        "~",
        "-",
    ]
    store.commit(t, [put(name) for name in names])
    same(ids(store.scan(t, "note")), sorted(names), "the ids")
    for name in names:
        got = ids(store.scan(t, "note", after=name))
        same(got, [other for other in sorted(names) if other > name], "the ids after one of them")


@law("S6-order-of-terms", "values of different types are sorted as text, or nothing comes last")
def order_of_terms(bench: Bench) -> None:
    """By a term, nothing comes first, then numbers by size, then text by code points."""
    store, t = bench.open(), bench.tenant()
    numbered = list(enumerate(INCREASING))
    store.commit(t, [put(f"{99 - n}", terms={"x": value}) for n, value in numbered[::2] + numbered[1::2]])
    rows = store.scan(t, "note", order="x")
    same([row.terms["x"] for row in rows], list(INCREASING), "the values in order")
    for n, value in numbered:
        rows = store.scan(t, "note", order="x", after=(value, "99"))
        same([row.terms["x"] for row in rows], list(INCREASING[n + 1 :]), f"the values behind number {n}")
        rows = store.scan(t, "note", order="x", after=(value, ""), limit=1)
        same([row.terms["x"] for row in rows], [value], f"the first value from number {n} on")


@law("S6-ties-by-id", "rows with equal values come as they were written")
def ties_by_id(bench: Bench) -> None:
    """Ties are broken by id, in code-point order, and `after` goes on within a tie."""
    store, t = bench.open(), bench.tenant()
    store.commit(t, [put(name, terms={"x": len(name)}) for name in ("b", "cc", "a", "é", "B", "aa")])
    store.commit(t, [put("b", 1, terms={"x": 1})])
    same(ids(store.scan(t, "note", order="x")), ["B", "a", "b", "é", "aa", "cc"], "all")
    same(ids(store.scan(t, "note", order="x", after=(1, "a"))), ["b", "é", "aa", "cc"], "after a row")
    same(ids(store.scan(t, "note", order="x", after=(1, "missing"))), ["é", "aa", "cc"], "after a gap")
    same(
        ids(store.scan(t, "note", order="x", after=(0, "z"))), ["B", "a", "b", "é", "aa", "cc"], "before all"
    )
    same(ids(store.scan(t, "note", order="x", after=(2, "cc"))), [], "after the last")


@law("S6-without-the-term", "rows without the term are sorted as if it were nothing: leave them out")
def without_the_term(bench: Bench) -> None:
    """A row has a place in an order only by its term; `None` is a value like others."""
    store, t = bench.open(), bench.tenant()
    changes = [
        put("a"),
        put("b", terms={"x": None}),
        put("c", terms={"X": 1}),
        put("d", terms={"x": 0, "y": 1}),
    ]
    store.commit(t, changes)
    same(ids(store.scan(t, "note", order="x")), ["b", "d"], "the rows by x")
    same(ids(store.scan(t, "note", order="x", where={"y": 1})), ["d"], "the rows by x that have y")
    same(ids(store.scan(t, "note", order="y", where={"x": None})), [], "the rows by y that have an empty x")


@law("S6-pages-join", "`after` is inclusive or an offset, or the limit is off by one")
def pages_join(bench: Bench) -> None:
    """Pages of any size, read one after another, give each row once."""
    store = bench.open()
    for size, count in ((1, 30), (7, 50), (49, 50), (50, 50), (51, 50), (100, 230)):
        t = bench.tenant()
        names = [f"{n:04}" for n in range(count)]
        store.commit(t, [put(name, entries=0, terms={"x": -int(name) // 3}) for name in names[:100]])
        for start in range(100, count, 100):
            rest = names[start : start + 100]
            store.commit(t, [put(name, entries=0, terms={"x": -int(name) // 3}) for name in rest])
        for order in (None, "x"):
            wanted = names if order is None else sorted(names, key=lambda name: (-int(name) // 3, name))
            after: tuple[Scalar, str] | str | None = None
            for start in range(0, count + size, size):
                page = store.scan(t, "note", order=order, after=after, limit=size)
                same(
                    ids(page),
                    wanted[start : start + size],
                    f"the page of {size} from {start} by {order or 'id'}",
                )
                if page:
                    after = page[-1].ref.id if order is None else (page[-1].terms["x"], page[-1].ref.id)


@law("S6-long-pages", "an engine or a driver caps the rows of an answer at 1,000")
def long_pages(bench: Bench) -> None:
    """A page is as long as its limit allows, and 100 rows when none is given."""
    store, t = bench.open(), bench.tenant()
    names = [f"{n:04}" for n in range(1_203)]
    bench.forget()
    for start in range(0, 1_203, 100):
        rows = [put(name, entries=0, terms={"x": 1}) for name in names[start : start + 100]]
        store.commit(t, rows)
    for query in ({}, {"order": "x"}, {"where": {"x": 1}}):
        same(ids(store.scan(t, "note", limit=5_000, **query)), names, f"all rows, {query}")
        same(ids(store.scan(t, "note", **query)), names[:100], f"the rows when no limit is given, {query}")
        same(ids(store.scan(t, "note", limit=1_203, **query)), names, f"as many rows as there are, {query}")


@law("S6-limit", "limit 0 means all, or the limit is applied before the filter")
def limit(bench: Bench) -> None:
    """`limit=0` is no rows, and the limit counts rows that match."""
    store, t = bench.open(), bench.tenant()
    store.commit(t, [put(f"{n}", terms={"odd": n % 2}) for n in range(9)])
    same(store.scan(t, "note", limit=0), [], "a page of nothing")
    same(store.scan(t, "note", order="odd", limit=0), [], "a page of nothing, in order")
    same(store.scan(t, "note", where={"odd": 1}, limit=0), [], "a page of nothing that matches")
    same(ids(store.scan(t, "note", where={"odd": 1}, limit=2)), ["1", "3"], "two that match")
    same(ids(store.scan(t, "note", where={"odd": 1}, after="3", limit=2)), ["5", "7"], "the next two")
    got = ids(store.scan(t, "note", where={"odd": 1}, order="odd", after=(1, "3"), limit=2))
    same(got, ["5", "7"], "the next two, in order")
    same(ids(store.scan(t, "note", limit=1)), ["0"], "one")


@law(
    "S6-typed-equality",
    'values are compared loosely: 0, "0", "", None and False differ, and absent equals none',
)
def typed_equality(bench: Bench) -> None:
    """0, "0", "" and `None` are four values, and none of them is absent."""
    store, t = bench.open(), bench.tenant()
    values = dict(enumerate([*INCREASING, "É", "0.0", "1", "1.0", "true"]))
    changes = [put(f"{n:02}", terms={"x": value}) for n, value in values.items()]
    store.commit(t, [*changes, put("absent"), put("other", terms={"y": None})])
    for n, value in values.items():
        same(ids(store.scan(t, "note", where={"x": value})), [f"{n:02}"], f"the rows where x is {value!r}")
        same(
            ids(store.scan(t, "note", where={"x": value}, order="x")),
            [f"{n:02}"],
            f"the same in order, {value!r}",
        )
    same(store.scan(t, "note", where={"X": 0}), [], "the rows by a term that nobody has")
    same(store.scan(t, "note", where={"x": "nowhere"}), [], "the rows with a value that nobody has")
    same(
        ids(store.scan(t, "note", where={})),
        sorted([*(f"{n:02}" for n in values), "absent", "other"]),
        "all rows",
    )


@law("S6-all-terms-match", "only the first term of `where` is used, or they are ORed")
def all_terms_match(bench: Bench) -> None:
    """Several terms are ANDed, whichever is rarer, with and without an order."""
    store, t = bench.open(), bench.tenant()
    rows: list[tuple[str, dict[str, Scalar]]] = [
        (f"{n:03}", {"a": n % 2, "b": n % 3, "c": "same", "due": -n}) for n in range(60)
    ]
    store.commit(t, [put(name, terms=terms) for name, terms in rows])
    questions: list[dict[str, Scalar]] = [
        {"a": 1, "b": 2},
        {"b": 2, "a": 1, "c": "same"},
        {"c": "same", "a": 0},
        {"a": 1, "c": "no"},
        {"a": 1, "missing": None},
        {"due": -7, "a": 1},
        {"due": -7, "a": 0},
    ]
    for where in questions:
        wanted = [name for name, terms in rows if where.items() <= terms.items()]
        same(ids(store.scan(t, "note", where=where)), wanted, f"the rows where {where}")
        same(ids(store.scan(t, "note", where=where, order="due")), wanted[::-1], f"the same by due, {where}")
        got = ids(store.scan(t, "note", where=where, order="due", after=(-30, "030"), limit=3))
        same(got, [name for name in wanted[::-1] if name < "030"][:3], f"a page of the same, {where}")


@law("S6-common-terms", "a plan for rare values is wrong for common ones")
def common_terms(bench: Bench) -> None:
    """Equality and order together are right for values that most rows have."""
    store, t = bench.open(), bench.tenant()
    rows = [(f"{n:04}", {"open": int(n % 10 != 0), "due": (n * 7) % 1_201}) for n in range(1_300)]
    bench.forget()
    for start in range(0, 1_300, 100):
        store.commit(t, [put(name, entries=0, terms=terms) for name, terms in rows[start : start + 100]])
    for is_open in (0, 1):
        wanted = sorted((terms["due"], name) for name, terms in rows if terms["open"] == is_open)
        page = store.scan(t, "note", where={"open": is_open}, order="due", after=wanted[49], limit=20)
        same(ids(page), [name for _, name in wanted[50:70]], f"a page by due where open is {is_open}")


@law("S6-old-terms", "the index keeps the terms of versions that were replaced or erased")
def old_terms(bench: Bench) -> None:
    """A row is found by what was written last, and by nothing once it is erased."""
    store, t = bench.open(), bench.tenant()
    store.commit(t, [put("a", terms={"x": 1, "y": 1}), put("b", terms={"x": 1})])
    store.commit(t, [put("a", 1, terms={"x": 2}), Erase(ref("b"), 1)])
    same(store.scan(t, "note", where={"x": 1}), [], "the rows by an old value")
    same(store.scan(t, "note", order="y"), [], "the rows by an old term")
    same(ids(store.scan(t, "note")), ["a"], "all rows")
    same(ids(store.scan(t, "note", where={"x": 2})), ["a"], "the rows by the new value")


@law("S6-tenants-and-kinds", "a query forgets the tenant or the kind")
def scans_know_tenants_and_kinds(bench: Bench) -> None:
    """A scan sees one kind of one tenant, by whatever it looks."""
    store = bench.open()
    pairs = list(itertools.product(bench.tenants("t", "T"), ("note", "Note")))
    for tenant, kind in pairs:
        store.commit(tenant, [put("a", kind=kind, body=tenant + kind, terms={"x": 1})])
    for tenant, kind in pairs:
        for query in (
            {},
            {"where": {"x": 1}},
            {"order": "x"},
            {"where": {"x": 1}, "order": "x"},
            {"after": "A"},
        ):
            got = [row.body for row in store.scan(tenant, kind, **query)]
            same(got, [tenant + kind], f"the rows of one tenant and kind, {query}")
        hold(store.scan(tenant, "NOTE") == [], "a kind that nobody uses is empty")


@law("S6-writes-shift-nothing", "pages are counted by an offset: go on behind the last row")
def writes_shift_nothing(bench: Bench) -> None:
    """Rows written or erased on the pages already read do not move the pages to come."""
    store, t = bench.open(), bench.tenant()
    store.commit(t, [put(f"{n}", terms={"x": n}) for n in range(2, 9)])
    same(ids(store.scan(t, "note", limit=3)), ["2", "3", "4"], "the first page")
    changes: list[Put | Erase] = [
        put("1", terms={"x": 1}),
        put("30"),
        put("3", 1),
        Erase(ref("4"), 1),
        put("60", terms={"x": 7}),
    ]
    store.commit(t, changes)
    same(ids(store.scan(t, "note", after="4", limit=3)), ["5", "6", "60"], "the next page")
    got = ids(store.scan(t, "note", order="x", after=(4, "4"), limit=3))
    same(got, ["5", "6", "60"], "the next page by a term")


CHECKS = found_in(globals())
