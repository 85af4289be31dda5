"""Probes of what a commit does: rules S1 to S4."""

from functools import partial

import attrs

from infoview.exceptions import ConflictError, GoneError, InvalidValueError
from infoview.storage import Entry, Erase, NewEntry, Put, Record
from infoview.testing._check import NotRun, hold, raised, same
from infoview.testing.store._bench import Bench
from infoview.testing.store._law import AT, NOTHING, all_of, found_in, ids, law, one, put, ref, versions

__all__ = ["CHECKS"]

_NO_ROLLBACK = (
    "the changes are written one by one, or without a transaction: begin one, and roll back on any error"
)
_FEWEST_CHANGES = 100
_MANY_CHANGES = 20_000  # beyond that, a commit that is too large takes too long to build
_LOOSE_CHECK = "the version is compared with < or > instead of =="


@law("S1-last-position", "the position is counted per commit or per change instead of per entry")
def last_position(bench: Bench) -> None:
    """A commit returns the position of the tenant's last entry."""
    store, t = bench.open(), bench.tenant()
    got = store.commit(t, [put("a", entries=2), put("b", entries=3)])
    same(got, 5, "the position after two and three entries")
    same(store.commit(t, [put("c", entries=0)]), 5, "the position after a change without entries")
    same(store.commit(t, [put("a", 1)]), 6, "the position after one more entry")
    got = store.commit(t, [Erase(ref("c"), 1), put("d", entries=2)])
    same(got, 8, "the position after an erasure and two entries")


@law("S1-bad-change-undoes-all", _NO_ROLLBACK, "the log is written in a transaction of its own")
def bad_change_undoes_all(bench: Bench) -> None:
    """Wherever the change stands that cannot be made, nothing of the others stays."""
    store, second = bench.open(), bench.open()
    for bad in (put("a", 7), put("gone"), put("new", 1), Erase(ref("a"), 7), Erase(ref("new"), 1)):
        for place in range(3):
            t = bench.tenant()
            store.commit(t, [put("a"), put("b", terms={"due": 1}), put("gone"), put("c")])
            store.commit(t, [Erase(ref("gone"), 1)])
            before = all_of(store, t)
            changes: list[Put | Erase] = [
                put("fresh"),
                put("b", 1, "new", terms={"due": 2}),
                Erase(ref("c"), 1),
            ]
            changes.insert(place, bad)
            raised(
                (ConflictError, GoneError), partial(store.commit, t, changes), "a commit with a bad change"
            )
            for handle in (store, second):
                same(all_of(handle, t), before, "what there is after a refused commit")
                same(handle.scan(t, "note", where={"due": 2}), [], "rows by a term of a refused commit")
            same(store.commit(t, [put("fresh")]), 5, "the next position after a refused commit")


@law("S1-first-fault-is-named", "the changes are checked in the order of an index instead of the caller's")
def first_fault_is_named(bench: Bench) -> None:
    """Of several changes that cannot be made, the first in the caller's order is named."""
    store, t = bench.open(), bench.tenant()
    store.commit(t, [put("a"), put("b"), put("z")])
    error = raised(ConflictError, lambda: store.commit(t, [put("z", 5), put("a", 6)]), "two conflicts")
    same((error.ref, error.expected, error.actual), (ref("z"), 5, 1), "the first conflict")
    store.commit(t, [Erase(ref("b"), 1)])
    fault = raised(
        (ConflictError, GoneError), lambda: store.commit(t, [put("a", 6), put("b", 1)]), "two faults"
    )
    same(
        (type(fault), getattr(fault, "ref", None)),
        (ConflictError, ref("a")),
        "a conflict before an erased record",
    )
    fault = raised(
        (ConflictError, GoneError), lambda: store.commit(t, [put("b", 1), put("a", 6)]), "two faults"
    )
    same(
        (type(fault), getattr(fault, "ref", None)),
        (GoneError, ref("b")),
        "an erased record before a conflict",
    )


@law("S2-another-version-conflicts", _LOOSE_CHECK, "the version is not compared at all")
def another_version_conflicts(bench: Bench) -> None:
    """A put or an erasure that expects an older or a newer version is refused, and changes nothing."""
    store, second = bench.open(), bench.open()
    for expect in (0, 1, 3, 4, 258, 2**31 + 2, 2**32 + 2, 2**53 + 2, 2**62):
        for change in (put("a", expect, "other", terms={"x": 1}), Erase(ref("a"), expect)):
            t = bench.tenant()
            store.commit(t, [put("a")])
            store.commit(t, [put("a", 1, "second")])
            before = all_of(store, t)
            error = raised(
                ConflictError, partial(store.commit, t, [change]), f"version {expect} expected, 2 there"
            )
            told = (error.ref, error.expected, error.actual)
            same(told, (ref("a"), expect, 2), "ref, expected and actual of the conflict")
            same(all_of(store, t), before, "what there is after a conflict")
            same(all_of(second, t), before, "what another handle sees after a conflict")


@law("S2-nothing-has-version-0", "an absent record passes any check: treat it as version 0")
def nothing_has_version_zero(bench: Bench) -> None:
    """What does not exist has version 0, for puts and erasures alike."""
    store = bench.open()
    for change in (put("a", 1), put("a", 2), Erase(ref("a"), 1)):
        t = bench.tenant()
        error = raised(ConflictError, partial(store.commit, t, [change]), "a change of what does not exist")
        same((error.ref, error.expected, error.actual), (ref("a"), change.expect, 0), "the conflict")
        same(all_of(store, t), NOTHING, "what there is after the conflict")


@law(
    "S2-no-create-over", "an insert replaces what is there: INSERT OR REPLACE, an upsert without a condition"
)
def no_create_over(bench: Bench) -> None:
    """A put that expects nothing does not overwrite what exists."""
    store, t = bench.open(), bench.tenant()
    store.commit(t, [put("a", body="first", terms={"x": 1})])
    error = raised(ConflictError, lambda: store.commit(t, [put("a", body="second")]), "a second creation")
    same((error.expected, error.actual), (0, 1), "the conflict")
    same(one(store, t, "a"), Record(ref("a"), 1, "first", {"x": 1}), "the record")


@law("S2-success-adds-one", "the version is taken from a clock or a sequence, or is bumped twice")
def success_adds_one(bench: Bench) -> None:
    """Each write adds one to the version of its record alone, a refused one nothing."""
    store, second, t = bench.open(), bench.open(), bench.tenant()
    store.commit(t, [put("a"), put("b")])
    for version in range(1, 4):
        for handle in (store, second):
            same(one(handle, t, "a"), Record(ref("a"), version, "body", {}), "the record")
        raised(ConflictError, partial(store.commit, t, [put("a", version - 1)]), "a stale put")
        store.commit(t, [put("a", version)])
    same(versions(store, t, "ab"), [4, 1], "the versions")
    same([e.version for e in store.log(t)], [1, 1, 2, 3, 4], "the versions of the entries")


@law("S2-versions-go-on", "the version is kept in one byte, or compared as text")
def versions_go_on(bench: Bench) -> None:
    """Versions count on past 9, 10 and 255."""
    store, t = bench.open(), bench.tenant()
    for version in range(300):
        store.commit(t, [put("a", version, entries=0)])
    same(versions(store, t, "a"), [300], "the version after 300 writes")
    raised(ConflictError, lambda: store.commit(t, [put("a", 44)]), "version 44 expected, 300 there")
    raised(ConflictError, lambda: store.commit(t, [put("a", 30)]), "version 30 expected, 300 there")


@law("S2-same-body-counts", "an update that changes nothing reports 0 rows, or is skipped")
def same_body_counts(bench: Bench) -> None:
    """Writing the same text again is a write like any other."""
    store, t = bench.open(), bench.tenant()
    for version in range(3):
        same(store.commit(t, [put("a", version)]), version + 1, "the position")
    same(versions(store, t, "a"), [3], "the version")


@law("S2-replaces-as-a-whole", "terms are merged with the old ones instead of replacing them")
def replaces_as_a_whole(bench: Bench) -> None:
    """A put replaces body and terms, and takes nothing over."""
    store, t = bench.open(), bench.tenant()
    store.commit(t, [put("a", body="long body", terms={"x": 1, "y": "old"})])
    store.commit(t, [put("a", 1, "b", terms={"y": "new", "z": None})])
    same(one(store, t, "a"), Record(ref("a"), 2, "b", {"y": "new", "z": None}), "the record")
    store.commit(t, [put("a", 2, "")])
    same(one(bench.open(), t, "a"), Record(ref("a"), 3, "", {}), "the record without terms")


@law("S3-ref-once", "the last change of a record wins: look for repetitions before writing")
def ref_once(bench: Bench) -> None:
    """Naming a record twice in a commit is refused before anything changes."""
    store = bench.open()
    for second in (put("a", 1), put("a"), Erase(ref("a"), 1), Erase(ref("a"), 0)):
        t = bench.tenant()
        call = partial(store.commit, t, [put("a"), put("b"), second])
        raised(InvalidValueError, call, "a commit that names a record twice")
        same(all_of(store, t), NOTHING, "what there is afterwards")
    t = bench.tenant()
    store.commit(t, [put("a")])
    before = all_of(store, t)
    call = partial(store.commit, t, [Erase(ref("a"), 1), put("b"), put("a", 1)])
    raised(InvalidValueError, call, "an erasure and a put of one record")
    same(all_of(store, t), before, "what there is afterwards")


@law("S3-kinds-are-apart", "the id alone is the key")
def kinds_are_apart(bench: Bench) -> None:
    """The same id of two kinds is two records."""
    store, t = bench.open(), bench.tenant()
    same(store.commit(t, [put("a"), put("a", kind="other", body="other")]), 2, "the position")
    got = [one(store, t, "a"), one(store, t, "a", "other")]
    same(got, [Record(ref("a"), 1, "body", {}), Record(ref("a", "other"), 1, "other", {})], "the two records")


@law(
    "S3-many-changes-fit", "an engine's limit (999 variables, 128 operations) cuts the commit: work in pieces"
)
def many_changes_fit(bench: Bench) -> None:
    """All of a large commit is made, up to what the store declares."""
    store, t = bench.open(), bench.tenant()
    hold(store.max_changes >= _FEWEST_CHANGES, "max_changes is at least 100", store.max_changes)
    names = [f"{n:05}" for n in range(min(store.max_changes, 1_300))]
    bench.forget()
    store.commit(t, [put(name, terms={"n": int(name)}) for name in names])
    same(ids(store.scan(t, "note", limit=10_000)), names, "the rows")
    same(ids(store.scan(t, "note", order="n", limit=10_000)), names, "the rows by a term")
    same([entry.ref.id for entry in store.log(t, limit=10_000)], names, "the entries")
    store.commit(t, [put(name, 1, entries=0) for name in names[:-1]] + [Erase(ref(names[-1]), 1)])
    same(
        {row.version for row in store.scan(t, "note", limit=10_000)}, {2}, "the versions after a large update"
    )


@law("S3-too-many-are-refused", "the surplus is cut off silently")
def too_many_are_refused(bench: Bench) -> None:
    """One change more than declared is refused, not cut."""
    store, t = bench.open(), bench.tenant()
    if store.max_changes > _MANY_CHANGES:
        raise NotRun(f"a commit of more than {_MANY_CHANGES:,} changes takes too long")
    call = partial(store.commit, t, [put(str(n), entries=0) for n in range(store.max_changes + 1)])
    raised(InvalidValueError, call, "a commit of more than max_changes")
    bench.forget()
    same(all_of(store, t), NOTHING, "what there is afterwards")


@law("S3-empty-commit", "an empty commit writes an entry or a version")
def empty_commit(bench: Bench) -> None:
    """No changes, no effect, and the current position."""
    store, t = bench.open(), bench.tenant()
    same(store.commit(t, []), 0, "the position of a new tenant")
    store.commit(t, [put("a", entries=2)])
    before = all_of(store, t)
    same(store.commit(t, ()), 2, "the position")
    same(all_of(store, t), before, "what there is after an empty commit")
    same(store.commit(t, [put("b")]), 3, "the position after an empty commit")


@law("S4-order-of-entries", "entries are sorted, or written in the order of an index")
def order_of_entries(bench: Bench) -> None:
    """Positions follow the order of changes and of each one's entries; each has its record's new version."""
    store, t = bench.open(), bench.tenant()
    store.commit(t, [put("b", entries=2), put("a", body="x")])
    store.commit(t, [put("a", 1, "y")])
    wanted = [
        Entry(1, ref("b"), 1, "Written1", AT, "body 1"),
        Entry(2, ref("b"), 1, "Written2", AT, "body 2"),
        Entry(3, ref("a"), 1, "Written1", AT, "x 1"),
        Entry(4, ref("a"), 2, "Written1", AT, "y 1"),
    ]
    same(store.log(t), wanted, "the log")
    same(bench.open().log(t), wanted, "the log through another handle")
    names = [f"{n:02}" for n in range(40, 0, -1)]
    mixed: list[Put | Erase] = [Erase(ref("a"), 2), *(put(name, entries=int(name) % 3) for name in names)]
    store.commit(t, mixed)
    wanted_names = [name for name in names for _ in range(int(name) % 3)]
    got = store.log(t, after=4)
    same([entry.ref.id for entry in got], wanted_names, "the records of the entries of a large commit")
    same([entry.position for entry in got], list(range(5, 5 + len(got))), "their positions")


@law("S4-twins-stay-two", "entries are kept in a set, or keyed by their content")
def twins_stay_two(bench: Bench) -> None:
    """Entries that are alike are two entries."""
    store, t = bench.open(), bench.tenant()
    twin = NewEntry("Same", AT, "same")
    same(store.commit(t, [Put(ref("a"), 0, "", {}, (twin, twin))]), 2, "the position")
    same(store.commit(t, [Put(ref("a"), 1, "", {}, (twin,))]), 3, "the position")
    same([(e.position, e.version) for e in store.log(t)], [(1, 1), (2, 1), (3, 2)], "the entries")


@law("S4-tenants-count-alone", "positions come from one sequence or one column for all tenants")
def tenants_count_alone(bench: Bench) -> None:
    """The positions of one tenant are contiguous whatever the others do."""
    store = bench.open()
    t, u = bench.tenants("", "u")
    for version in range(3):
        same(store.commit(t, [put("a", version)]), version + 1, "the position of one tenant")
        same(store.commit(u, [put("a", version, entries=2)]), 2 * version + 2, "the position of another")
    same([entry.position for entry in store.log(t)], [1, 2, 3], "the positions of one tenant")
    same([entry.position for entry in store.log(u)], [1, 2, 3, 4, 5, 6], "the positions of another")


@law("S4-no-gaps", "positions come from a sequence, which a refused commit uses up")
def no_gaps(bench: Bench) -> None:
    """Neither a refused commit, nor an erasure, nor a put without entries leaves a gap."""
    store, second, t = bench.open(), bench.open(), bench.tenant()
    store.commit(t, [put("a")])
    for handle in (store, second):
        raised(ConflictError, partial(handle.commit, t, [put("b", entries=3), put("a")]), "a conflict")
    same(store.commit(t, [Erase(ref("a"), 1)]), 1, "the position after an erasure")
    same(store.commit(t, [put("c", entries=0)]), 1, "the position after a put without entries")
    same(second.commit(t, [put("d")]), 2, "the next position")
    same([e.position for e in store.log(t)], [1, 2], "the positions")


@law(
    "S4-pages-of-the-log",
    "`after` is inclusive, the order descends, or the limit is applied before the filter",
)
def pages_of_the_log(bench: Bench) -> None:
    """Reading on from the last position meets each entry once, whatever the size of the page."""
    store, reader, t = bench.open(), bench.open(), bench.tenant()
    for version in range(10):
        store.commit(t, [put("a", version), put("b", version)])
    for size in (1, 2, 7, 20, 21, 100):
        seen = list[int]()
        for _ in range(20 // size + 2):
            page = reader.log(t, after=len(seen), limit=size)
            hold(len(page) <= size, "a page holds at most its limit", len(page))
            seen += [entry.position for entry in page]
        same(seen, list(range(1, 21)), f"what a follower with pages of {size} sees")
    same(store.log(t, limit=0), [], "a page of nothing")
    same(store.log(t, after=20), [], "what comes after the end")
    same(store.log(t, after=2**63 - 1), [], "what comes after the last number")


@law("S4-long-log", "an engine or a driver caps the rows of an answer at 1,000")
def long_log(bench: Bench) -> None:
    """A page of the log is as long as its limit allows, and 100 entries when none is given."""
    store, t = bench.open(), bench.tenant()
    entries = tuple(NewEntry("Written", AT, str(n)) for n in range(1_203))
    bench.forget()
    store.commit(t, [Put(ref("a"), 0, "", {}, entries)])
    got = store.log(t, limit=5_000)
    same([entry.body for entry in got], [str(n) for n in range(1_203)], "the bodies of the entries")
    same(len(store.log(t)), 100, "the entries when no limit is given")
    same([e.position for e in store.log(t, after=1_200)], [1_201, 1_202, 1_203], "the last entries")


@law("S4-log-of-one-record", "the log of a record is filtered after the page is cut, or renumbered")
def log_of_one_record(bench: Bench) -> None:
    """A log may be narrowed to a record; `after` and `limit` count as ever."""
    store = bench.open()
    t, u = bench.tenants("", "u")
    for version in range(4):
        store.commit(t, [put("a", version), put("b", version), put("a", version, kind="other")])
    store.commit(u, [put("a")])
    mine = ref("a")
    same([(e.ref, e.position) for e in store.log(t, ref=mine)], [(mine, n) for n in (1, 4, 7, 10)], "its log")
    same([e.position for e in store.log(t, ref=mine, after=1, limit=2)], [4, 7], "a page of its log")
    same([e.position for e in store.log(t, ref=mine, after=5)], [7, 10], "its log behind another's entry")
    same(store.log(t, ref=ref("nobody")), [], "the log of nothing")
    same(store.log(t, ref=mine, limit=0), [], "a page of nothing")
    same([e.version for e in store.log(t, ref=mine)], [1, 2, 3, 4], "the versions in its log")
    got = [attrs.evolve(e, position=0) for e in store.log(u)]
    same(got, [Entry(0, mine, 1, "Written1", AT, "body 1")], "another tenant's log")


CHECKS = found_in(globals())
