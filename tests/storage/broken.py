"""Stores that each break one rule, as real ones have been seen to. The laws have to catch every one."""

import time
import unicodedata
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import attrs

from infoview.storage import (
    ConflictError,
    Entry,
    Erase,
    GoneError,
    MemoryStore,
    NewEntry,
    Put,
    Record,
    Ref,
    StoreUnavailableError,
    check_commit,
)


class Bent:
    """A handle on a store in memory, one of whose methods is broken.

    Attributes:
        honest: The handle that works.
        memo: What the broken method wants to remember.
    """

    def __init__(self, honest: MemoryStore, bend: Callable[..., Any]) -> None:
        self.honest = honest
        self.memo: dict[Any, Any] = {}
        self._bend = bend

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the handle has
        broken = self._bend.__name__.partition("_")[0] == name
        return partial(self._bend, self) if broken else getattr(self.honest, name)


def expecting(it: Bent, tenant: str, change: Put | Erase) -> Put | Erase:
    """Turn a change into one that expects what there is."""
    [record] = it.honest.load(tenant, [change.ref])
    return attrs.evolve(change, expect=record.version if record else 0)


def edited(change: Put | Erase, edit: Callable[[str], str]) -> Put | Erase:
    """Turn a change into one of a record with another id."""
    return attrs.evolve(change, ref=attrs.evolve(change.ref, id=edit(change.ref.id) or "-"))


def commit_ignores_versions(it: Bent, tenant: str, changes: Sequence[Put | Erase]) -> int:
    """Write whatever the caller expects."""
    return it.honest.commit(tenant, [expecting(it, tenant, change) for change in changes])


def commit_accepts_newer_versions(it: Bent, tenant: str, changes: Sequence[Put | Erase]) -> int:
    """Refuse only what expects too little."""
    present = [expecting(it, tenant, change) for change in changes]
    return it.honest.commit(
        tenant,
        [now if change.expect > now.expect else change for change, now in zip(changes, present, strict=True)],
    )


def commit_accepts_older_versions(it: Bent, tenant: str, changes: Sequence[Put | Erase]) -> int:
    """Refuse only what expects too much."""
    present = [expecting(it, tenant, change) for change in changes]
    return it.honest.commit(
        tenant,
        [now if change.expect < now.expect else change for change, now in zip(changes, present, strict=True)],
    )


def commit_creates_over_what_exists(it: Bent, tenant: str, changes: Sequence[Put | Erase]) -> int:
    """Take 0 for "any version"."""
    return it.honest.commit(tenant, [c if c.expect else expecting(it, tenant, c) for c in changes])


def commit_erases_any_version(it: Bent, tenant: str, changes: Sequence[Put | Erase]) -> int:
    """Check the versions of puts only."""
    return it.honest.commit(
        tenant, [expecting(it, tenant, c) if isinstance(c, Erase) else c for c in changes]
    )


def commit_swallows_conflicts(it: Bent, tenant: str, changes: Sequence[Put | Erase]) -> int:
    """Report success where nothing was written."""
    try:
        return it.honest.commit(tenant, changes)
    except ConflictError:
        return it.honest.commit(tenant, [])


def commit_swaps_the_versions_of_a_conflict(it: Bent, tenant: str, changes: Sequence[Put | Erase]) -> int:
    """Report the version found as the version expected."""
    try:
        return it.honest.commit(tenant, changes)
    except ConflictError as error:
        raise ConflictError(error.ref, error.actual, error.expected) from error


def commit_checks_then_acts(it: Bent, tenant: str, changes: Sequence[Put | Erase]) -> int:
    """Let another writer in between the check and the act."""
    for change in changes:
        if (present := expecting(it, tenant, change).expect) != change.expect:
            raise ConflictError(change.ref, change.expect, present)
    time.sleep(0.001)
    return commit_ignores_versions(it, tenant, changes)


def commit_bumps_twice(it: Bent, tenant: str, changes: Sequence[Put | Erase]) -> int:
    """Write each record a second time."""
    it.honest.commit(tenant, changes)
    again = [attrs.evolve(c, expect=c.expect + 1, entries=()) for c in changes if isinstance(c, Put)]
    return it.honest.commit(tenant, again)


def commit_goes_one_by_one(it: Bent, tenant: str, changes: Sequence[Put | Erase]) -> int:
    """Make each change in a commit of its own."""
    check_commit(tenant, changes, it.honest.max_changes)
    return (
        [it.honest.commit(tenant, [change]) for change in [*changes]][-1]
        if changes
        else it.honest.commit(tenant, [])
    )


def commit_writes_entries_first(it: Bent, tenant: str, changes: Sequence[Put | Erase]) -> int:
    """Write the entries before the records, in a commit of its own."""
    if not all(isinstance(change, Put) for change in changes):
        return it.honest.commit(tenant, changes)
    before = [attrs.evolve(expecting(it, tenant, c), body="", terms={}) for c in changes]
    ghosts = [attrs.evolve(c, ref=Ref("log", c.ref.id + str(c.expect)), expect=0) for c in before]
    position = it.honest.commit(tenant, ghosts)
    time.sleep(0.001)
    it.honest.commit(tenant, [attrs.evolve(c, entries=()) for c in changes])
    return position


def commit_takes_a_ref_twice(it: Bent, tenant: str, changes: Sequence[Put | Erase]) -> int:
    """Let the last change of a record win."""
    return it.honest.commit(tenant, [*{change.ref: change for change in changes}.values()])


def commit_cuts_large_commits(it: Bent, tenant: str, changes: Sequence[Put | Erase]) -> int:
    """Drop what an engine's limit leaves no room for."""
    check_commit(tenant, changes, it.honest.max_changes)
    return it.honest.commit(tenant, changes[:999])


def commit_cuts_too_large_commits(it: Bent, tenant: str, changes: Sequence[Put | Erase]) -> int:
    """Cut a commit where it should be refused."""
    return it.honest.commit(tenant, changes[: it.honest.max_changes])


def commit_logs_empty_commits(it: Bent, tenant: str, changes: Sequence[Put | Erase]) -> int:
    """Write an entry for a commit of nothing."""
    return it.honest.commit(
        tenant,
        changes
        or [Put(Ref("empty", str(time.monotonic_ns())), 0, "", entries=(NewEntry("Empty", "2030", ""),))],
    )


def commit_logs_erasures(it: Bent, tenant: str, changes: Sequence[Put | Erase]) -> int:
    """Let an erasure take a position."""
    notes = [
        Put(Ref("erased", c.ref.id), 0, "", entries=(NewEntry("Erased", "2030", ""),))
        for c in changes
        if isinstance(c, Erase)
    ]
    return it.honest.commit(tenant, [*changes, *notes])


def commit_sorts_its_changes(it: Bent, tenant: str, changes: Sequence[Put | Erase]) -> int:
    """Give out positions by id."""
    return it.honest.commit(tenant, sorted(changes, key=lambda change: (change.ref.kind, change.ref.id)))


def commit_folds_case(it: Bent, tenant: str, changes: Sequence[Put | Erase]) -> int:
    """Store under ids in lower case."""
    return it.honest.commit(tenant, [edited(change, str.lower) for change in changes])


def commit_strips_ids(it: Bent, tenant: str, changes: Sequence[Put | Erase]) -> int:
    """Store under ids without outer blanks."""
    return it.honest.commit(tenant, [edited(change, str.strip) for change in changes])


def commit_normalises_ids(it: Bent, tenant: str, changes: Sequence[Put | Erase]) -> int:
    """Store under ids in Unicode's composed form."""
    return it.honest.commit(tenant, [edited(c, partial(unicodedata.normalize, "NFC")) for c in changes])


def commit_cuts_ids(it: Bent, tenant: str, changes: Sequence[Put | Erase]) -> int:
    """Store under the first 128 code points of an id."""
    return it.honest.commit(tenant, [edited(change, lambda id_: id_[:128]) for change in changes])


def commit_cuts_bodies(it: Bent, tenant: str, changes: Sequence[Put | Erase]) -> int:
    """Store the first 64 KiB of a body."""
    return it.honest.commit(
        tenant, [attrs.evolve(c, body=c.body[:65_535]) if isinstance(c, Put) else c for c in changes]
    )


def commit_drops_empty_terms(it: Bent, tenant: str, changes: Sequence[Put | Erase]) -> int:
    """Take `None` for absent."""
    return it.honest.commit(
        tenant,
        [
            attrs.evolve(c, terms={k: v for k, v in c.terms.items() if v is not None})
            if isinstance(c, Put)
            else c
            for c in changes
        ],
    )


def commit_only_hides_what_is_erased(it: Bent, tenant: str, changes: Sequence[Put | Erase]) -> int:
    """Overwrite with nothing instead of erasing, and keep the bodies of the entries."""
    return it.honest.commit(
        tenant, [Put(c.ref, c.expect, "") if isinstance(c, Erase) else c for c in changes]
    )


def commit_erases_by_prefix(it: Bent, tenant: str, changes: Sequence[Put | Erase]) -> int:
    """Erase all records whose id begins alike."""
    erased = tuple(c.ref.id for c in changes if isinstance(c, Erase))
    rows = it.honest.scan(tenant, "note", limit=10_000)
    more = [
        Erase(r.ref, r.version)
        for r in rows
        if erased and r.ref.id.startswith(erased) and r.ref.id not in erased
    ]
    return it.honest.commit(tenant, [*changes, *more])


def commit_lets_erased_ids_return(it: Bent, tenant: str, changes: Sequence[Put | Erase]) -> int:
    """Treat an erased record as one that never was."""
    try:
        return it.honest.commit(tenant, changes)
    except GoneError:
        return it.honest.commit(tenant, [edited(change, lambda id_: f"{id_}2") for change in changes])


def commit_empties_the_list(it: Bent, tenant: str, changes: list[Put | Erase]) -> int:
    """Use up the caller's list."""
    mine = [changes.pop() for _ in range(len(changes))]
    return it.honest.commit(tenant, mine[::-1])


def load_drops_what_is_missing(it: Bent, tenant: str, refs: Sequence[Ref]) -> list[Record | None]:
    """Answer only where there is something."""
    return [record for record in it.honest.load(tenant, refs) if record]


def load_sorts(it: Bent, tenant: str, refs: Sequence[Ref]) -> list[Record | None]:
    """Answer in the order of the index."""
    return it.honest.load(tenant, sorted(refs, key=lambda ref: (ref.kind, ref.id)))


def load_answers_once(it: Bent, tenant: str, refs: Sequence[Ref]) -> list[Record | None]:
    """Answer a name that was asked twice once."""
    return it.honest.load(tenant, list(dict.fromkeys(refs)))


def load_reads_one_by_one(it: Bent, tenant: str, refs: Sequence[Ref]) -> list[Record | None]:
    """Let writers in between two records."""
    found = list[Record | None]()
    for ref in refs:
        found += it.honest.load(tenant, [ref])
        time.sleep(0.0002)
    return found


def load_forgets_the_tenant(it: Bent, tenant: str, refs: Sequence[Ref]) -> list[Record | None]:
    """Find what another tenant has."""
    mine = it.honest.load(tenant, refs)
    others = [record for other in it.honest._tenants for record in it.honest.load(other, refs) if record]
    return [
        record or next((r for r in others if r.ref == ref), None)
        for ref, record in zip(refs, mine, strict=True)
    ]


def load_keeps_a_cache(it: Bent, tenant: str, refs: Sequence[Ref]) -> list[Record | None]:
    """Answer from what this handle read before."""
    return [it.memo.setdefault((tenant, ref), it.honest.load(tenant, [ref])[0]) for ref in refs]


def load_lends_what_it_keeps(it: Bent, tenant: str, refs: Sequence[Ref]) -> list[Record | None]:
    """Answer the same object as long as the version is the same."""
    found = it.honest.load(tenant, refs)
    return [record and it.memo.setdefault((tenant, record.ref, record.version), record) for record in found]


def load_sorts_the_callers_list(it: Bent, tenant: str, refs: list[Ref]) -> list[Record | None]:
    """Sort the argument itself."""
    asked = list(refs)
    refs.sort(key=lambda ref: (ref.kind, ref.id))
    return it.honest.load(tenant, asked)


def scan_takes_no_limit_for_all(it: Bent, tenant: str, kind: str, **query: Any) -> list[Record]:  # noqa: ANN401 - any query
    """Read `limit=0` as no limit."""
    return it.honest.scan(tenant, kind, **(query | {"limit": query.get("limit", 100) or 100}))


def scan_stops_at_a_thousand(it: Bent, tenant: str, kind: str, **query: Any) -> list[Record]:  # noqa: ANN401 - any query
    """Cap every page."""
    return it.honest.scan(tenant, kind, **query)[:1_000]


def scan_repeats_the_last_row(it: Bent, tenant: str, kind: str, **query: Any) -> list[Record]:  # noqa: ANN401 - any query
    """Start at `after`, not behind it."""
    match query.pop("after", None):
        case None:
            after = None
        case (value, str() as id_):
            after = (value, id_[:-1])
        case id_:
            after = id_[:-1]
    return it.honest.scan(tenant, kind, after=after, **query)


def scan_orders_as_people_do(it: Bent, tenant: str, kind: str, **query: Any) -> list[Record]:  # noqa: ANN401 - any query
    """Order ids without regard to case."""
    return sorted(it.honest.scan(tenant, kind, **query), key=lambda row: row.ref.id.casefold())


def scan_compares_loosely(it: Bent, tenant: str, kind: str, **query: Any) -> list[Record]:  # noqa: ANN401 - any query
    """Compare terms by how they are spelled."""
    where = query.pop("where", {})
    rows = it.honest.scan(tenant, kind, **query)
    return [row for row in rows if all(str(row.terms.get(k)) == str(v) for k, v in where.items())]


def scan_looks_at_one_term(it: Bent, tenant: str, kind: str, **query: Any) -> list[Record]:  # noqa: ANN401 - any query
    """Use the first term of `where` and forget the others."""
    where = dict([*query.pop("where", {}).items()][:1])
    return it.honest.scan(tenant, kind, where=where, **query)


def scan_limits_before_it_filters(it: Bent, tenant: str, kind: str, **query: Any) -> list[Record]:  # noqa: ANN401 - any query
    """Cut the page, then look for matches in it."""
    where = query.pop("where", {})
    return [r for r in it.honest.scan(tenant, kind, **query) if where.items() <= r.terms.items()]


def scan_finds_rows_without_the_term(it: Bent, tenant: str, kind: str, **query: Any) -> list[Record]:  # noqa: ANN401 - any query
    """Put rows without the order term first."""
    rows = it.honest.scan(tenant, kind, **query)
    if "order" not in query or "after" in query:
        return rows
    rest = it.honest.scan(tenant, kind, where=query.get("where", {}))
    return ([row for row in rest if query["order"] not in row.terms] + rows)[: query.get("limit", 100)]


def scan_forgets_the_kind(it: Bent, tenant: str, kind: str, **query: Any) -> list[Record]:  # noqa: ANN401 - any query
    """Look through records of other kinds too."""
    rows = it.honest.scan(tenant, kind, **query) + it.honest.scan(tenant, "Note", **query)
    return rows[: query.get("limit", 100)]


def log_repeats_the_last_entry(it: Bent, tenant: str, **query: Any) -> list[Entry]:  # noqa: ANN401 - any query
    """Start at `after`, not behind it."""
    return it.honest.log(tenant, **(query | {"after": max(query.get("after", 0) - 1, 0)}))


def log_goes_backwards(it: Bent, tenant: str, **query: Any) -> list[Entry]:  # noqa: ANN401 - any query
    """Answer the latest first."""
    return it.honest.log(tenant, **query)[::-1]


def log_limits_before_it_filters(it: Bent, tenant: str, **query: Any) -> list[Entry]:  # noqa: ANN401 - any query
    """Cut the page, then look for the record in it."""
    ref = query.pop("ref", None)
    return [entry for entry in it.honest.log(tenant, **query) if ref in {None, entry.ref}]


def log_numbers_what_it_shows(it: Bent, tenant: str, **query: Any) -> list[Entry]:  # noqa: ANN401 - any query
    """Count the lines of the answer instead of the log."""
    page = it.honest.log(tenant, **query)
    return [attrs.evolve(entry, position=n) for n, entry in enumerate(page, query.get("after", 0) + 1)]


def log_drops_erased_entries(it: Bent, tenant: str, **query: Any) -> list[Entry]:  # noqa: ANN401 - any query
    """Leave out the entries whose bodies are gone."""
    return [entry for entry in it.honest.log(tenant, **query) if entry.body is not None]


def log_writes_times_in_utc(it: Bent, tenant: str, **query: Any) -> list[Entry]:  # noqa: ANN401 - any query
    """Understand times instead of keeping them."""
    page = it.honest.log(tenant, **query)
    return [attrs.evolve(entry, at=entry.at.replace("+05:45", "Z")) for entry in page]


def close_closes_all(it: Bent) -> None:
    """Take the data away with the first handle."""
    it.honest._tenants.clear()
    it.honest.close()


def close_twice_fails(it: Bent) -> None:
    """Mind being closed again."""
    if it.memo.setdefault("closed", 0):
        raise StoreUnavailableError("close", outcome_known=True)
    it.memo["closed"] = 1
    it.honest.close()


def close_does_nothing(it: Bent) -> None:
    """Serve on after the end."""


BROKEN = [
    ("S1", commit_goes_one_by_one),
    ("S1", commit_writes_entries_first),
    ("S1", commit_swallows_conflicts),
    ("S2", commit_ignores_versions),
    ("S2", commit_accepts_newer_versions),
    ("S2", commit_accepts_older_versions),
    ("S2", commit_creates_over_what_exists),
    ("S2", commit_erases_any_version),
    ("S2", commit_swallows_conflicts),
    ("S2", commit_swaps_the_versions_of_a_conflict),
    ("S2", commit_checks_then_acts),
    ("S2", commit_bumps_twice),
    ("S3", commit_takes_a_ref_twice),
    ("S3", commit_cuts_large_commits),
    ("S3", commit_cuts_too_large_commits),
    ("S3", commit_logs_empty_commits),
    ("S4", commit_logs_erasures),
    ("S4", commit_sorts_its_changes),
    ("S4", log_repeats_the_last_entry),
    ("S4", log_goes_backwards),
    ("S4", log_limits_before_it_filters),
    ("S4", log_numbers_what_it_shows),
    ("S5", load_drops_what_is_missing),
    ("S5", load_sorts),
    ("S5", load_answers_once),
    ("S5", load_reads_one_by_one),
    ("S5", load_forgets_the_tenant),
    ("S6", scan_takes_no_limit_for_all),
    ("S6", scan_stops_at_a_thousand),
    ("S6", scan_repeats_the_last_row),
    ("S6", scan_orders_as_people_do),
    ("S6", scan_compares_loosely),
    ("S6", scan_looks_at_one_term),
    ("S6", scan_limits_before_it_filters),
    ("S6", scan_finds_rows_without_the_term),
    ("S6", scan_forgets_the_kind),
    ("S6", commit_drops_empty_terms),
    ("S7", commit_folds_case),
    ("S7", commit_strips_ids),
    ("S7", commit_normalises_ids),
    ("S7", commit_cuts_ids),
    ("S7", commit_cuts_bodies),
    ("S7", commit_drops_empty_terms),
    ("S7", log_writes_times_in_utc),
    ("S8", commit_only_hides_what_is_erased),
    ("S8", commit_erases_by_prefix),
    ("S8", commit_lets_erased_ids_return),
    ("S8", log_drops_erased_entries),
    ("S9", commit_empties_the_list),
    ("S9", load_keeps_a_cache),
    ("S9", load_lends_what_it_keeps),
    ("S9", load_sorts_the_callers_list),
    ("S9", close_closes_all),
    ("S9", close_twice_fails),
    ("S9", close_does_nothing),
    ("S10", close_closes_all),
]
