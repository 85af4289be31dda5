"""The laws of what lies above a store: settled commits, sessions, pages, sealed bodies.

Every law is a function of an implementation and a drawn case. It runs on infoview's own, and on those that
were broken on purpose, which it must catch.
"""

import contextlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any, Literal

import attrs
import hypothesis.strategies as st
import pytest
from hypothesis import Phase, given, settings
from tests.storage.flaky import Fault, Flaky
from tests.storage.sealed import MASTER, Edited, sealed

from infoview.exceptions import InfoviewError, InvalidDataError
from infoview.storage import (
    ConflictError,
    Erase,
    GoneError,
    MemoryStore,
    NewEntry,
    Put,
    Record,
    Ref,
    Scalar,
    Store,
    StoreUnavailableError,
    encryption,
)
from infoview.storage.encryption import EncryptedStore, KeyRing, StoreKeyRing
from infoview.storage.pages import every_record, read_page
from infoview.storage.session import Session, commit_once, retried

REFS = [Ref("note", id_) for id_ in "abcd"]


def breaks(law: Callable[[Any, Any], None], subject: object, cases: st.SearchStrategy[Any]) -> bool:
    """Tell whether a law fails for an implementation in one of many cases."""

    @settings(max_examples=500, phases=[Phase.generate], database=None, report_multiple_bugs=False)
    @given(cases)
    def holds(case: object) -> None:
        law(subject, case)

    try:
        holds()
    except (AssertionError, pytest.fail.Exception):
        return True
    return False


# -- settled commits --------------------------------------------------------------------------------------

Meddling = tuple[Literal["put", "erase"], int] | None
"""What somebody else does to which record while a commit waits."""

CommitOnce = Callable[..., int]


@attrs.frozen(kw_only=True)
class Lost:
    """A commit on a line that loses answers.

    Attributes:
        entries: How many entries each put has; `None` stands for an erasure.
        commits: What befalls its commits.
        reads: What befalls its looks into the log.
        others: What somebody else does in each pause.
        attempts: How often it is tried.
    """

    entries: list[int | None]
    commits: list[Fault]
    reads: list[Fault]
    others: list[Meddling]
    attempts: int

    @property
    def witness(self) -> int:
        """The place of the first put with entries."""
        return next(place for place, lines in enumerate(self.entries) if lines)

    @property
    def must_end(self) -> bool:
        """Whether the outcome can be found out: some attempt succeeds, and the witness stays."""
        faults = [fault for fault in (*self.commits, *self.reads) if fault]
        return len(faults) < self.attempts and ("erase", self.witness) not in self.others


faults = st.sampled_from(("", "before", "after", "refused"))
lost_answers = st.builds(
    Lost,
    entries=st.lists(st.sampled_from([None, 0, 1, 2]), min_size=1, max_size=4).filter(any),
    # Where the first answer is not lost, there is little to settle.
    commits=st.tuples(st.sampled_from(("before", "after")), st.lists(faults, max_size=3)).map(
        lambda drawn: [drawn[0], *drawn[1]]
    )
    | st.lists(faults, max_size=2),
    reads=st.lists(st.sampled_from(("", "before")), max_size=2),
    others=st.lists(
        st.none() | st.tuples(st.sampled_from(("put", "put", "erase")), st.integers(0, 3)), max_size=4
    ),
    attempts=st.sampled_from([6, 6, 6, 1, 2, 3]),
)


def is_made_once(commit: CommitOnce, case: Lost) -> None:
    """Hold an answer against what is in the log."""
    store = Flaky()
    store.commit("t", [Put(ref, 0, "") for ref in REFS])
    store.commits, store.reads = [*case.commits], [*case.reads]
    others = iter(case.others)

    def meddle(_: int) -> None:
        deed, place = next(others, None) or ("nothing", 0)
        [present] = MemoryStore.load(store, "t", [REFS[place]])
        if present and deed == "put":
            theirs = (NewEntry("Theirs", "2030", ""),)
            MemoryStore.commit(store, "t", [Put(present.ref, present.version, "", {}, theirs)])
        elif present and deed == "erase":
            MemoryStore.commit(store, "t", [Erase(present.ref, present.version)])

    changes: list[Put | Erase] = [
        Erase(ref, 1) if lines is None else Put(ref, 1, "", {}, (NewEntry("Mine", "2030", "id-1"),) * lines)
        for ref, lines in zip(REFS, case.entries, strict=False)
    ]
    answer: object
    try:
        answer = commit(store, "t", changes, attempts=case.attempts, pause=meddle)
    except (ConflictError, GoneError):
        answer = "others were first"
    except StoreUnavailableError as error:
        answer = "nothing was changed" if error.outcome_known else "unknown"
    mine = [entry.position for entry in MemoryStore.log(store, "t", limit=1_000) if entry.name == "Mine"]
    if answer == "unknown":
        assert not case.must_end
    else:
        assert answer in (mine[-1:] or ["others were first", "nothing was changed"])
    assert len(mine) in {0, sum(lines or 0 for lines in case.entries)}


def _tries_again(
    store: Store,
    tenant: str,
    changes: Sequence[Put | Erase],
    *,
    attempts: int,
    pause: Callable[[int], object],
) -> int:
    for number in range(1, attempts):
        try:
            return store.commit(tenant, changes)
        except StoreUnavailableError as error:
            if error.outcome_known:
                raise
        pause(number)
    return store.commit(tenant, changes)


def _believes_itself(
    store: Store,
    tenant: str,
    changes: Sequence[Put | Erase],
    *,
    attempts: int,
    pause: Callable[[int], object],
) -> int:
    try:
        return store.commit(tenant, changes)
    except StoreUnavailableError as error:
        if error.outcome_known:
            raise
    pause(1)
    try:
        return _tries_again(store, tenant, changes, attempts=attempts, pause=pause)
    except (ConflictError, GoneError):
        mine = [entry.position for entry in MemoryStore.log(store, tenant) if entry.name == "Mine"]  # type: ignore[arg-type]
        return mine[-1] if mine else store.commit(tenant, ())


def _tells_where_the_log_ends(store: Store, tenant: str, *arguments: Any, **rest: Any) -> int:  # noqa: ANN401 - any
    commit_once(store, tenant, *arguments, **rest)
    return MemoryStore.commit(store, tenant, ())  # type: ignore[arg-type]


def _tells_the_last_error(store: Store, *arguments: Any, **rest: Any) -> int:  # noqa: ANN401 - any
    try:
        return commit_once(store, *arguments, **rest)
    except StoreUnavailableError as error:
        raise (error.__cause__ or error) from None


def _gives_up_early(*arguments: Any, attempts: int, **rest: Any) -> int:  # noqa: ANN401 - any
    return commit_once(*arguments, attempts=min(attempts, 2), **rest)


class TestSettlement:
    """Rule: "A commit id in the entries settles unknown outcomes after a reconnect": exactly once."""

    @given(lost_answers)
    def test_is_exactly_once(self, case: Lost) -> None:
        """A position means that the entries are there once, an error that they are not, whoever meddles."""
        is_made_once(commit_once, case)

    @pytest.mark.parametrize(
        "broken",
        [_tries_again, _believes_itself, _tells_where_the_log_ends, _tells_the_last_error, _gives_up_early],
    )
    def test_catches_what_is_broken(self, broken: CommitOnce) -> None:
        """Settling that takes one outcome for another breaks the law."""
        assert breaks(is_made_once, broken, lost_answers)


# -- sessions ---------------------------------------------------------------------------------------------

COUNTER = Ref("counter", "c")
Retried = Callable[..., Any]


@attrs.frozen(kw_only=True)
class Counting:
    """Somebody who adds one to a counter among others who do.

    Attributes:
        rivals: How many others come first in each run.
        commits: What befalls all commits, in order.
    """

    rivals: list[int]
    commits: list[Fault]


countings = st.builds(
    Counting,
    rivals=st.lists(st.integers(0, 2), max_size=6),
    commits=st.lists(st.sampled_from(("", "before", "after")), max_size=6),
)


def loses_no_update(retry: Retried, case: Counting) -> None:
    """Count who was told that their one was added."""
    store = Flaky()
    store.commit("t", [Put(COUNTER, 0, "0")])
    rivals, marks, added = iter(case.rivals), iter(range(1_000)), 0

    def add(session: Session) -> None:
        nonlocal added
        [counter] = session.load([COUNTER])
        assert counter is not None
        for _ in range(next(rivals, 0)):
            [theirs] = store.load("t", [COUNTER])
            assert theirs is not None
            MemoryStore.commit(store, "t", [Put(COUNTER, theirs.version, str(int(theirs.body) + 1))])
            added += 1
        session.put(COUNTER, str(int(counter.body) + 1))

    store.commits = [*case.commits]
    try:
        retry(
            add,
            store=store,
            tenant="t",
            attempts=4,
            mark=lambda: NewEntry("Committed", "2030", str(next(marks))),
        )
        added += 1
        least = added
    except ConflictError:
        least = added
    except StoreUnavailableError:
        least, added = added, added + 1
    [counter] = store.load("t", [COUNTER])
    assert counter is not None
    assert least <= int(counter.body) <= added


def _writes_the_old_body(work: Callable[[Session], object], **rest: Any) -> None:  # noqa: ANN401 - any
    """Take the present version, and what was made of an older one."""
    store, tenant = rest["store"], rest["tenant"]
    with Session(store, tenant) as session:
        work(session)
        changes = [
            attrs.evolve(change, expect=record.version)
            for change in session._changes.values()
            for record in store.load(tenant, [change.ref])
        ]
    store.commit(tenant, changes)


def _swallows_conflicts(*arguments: Any, **rest: Any) -> None:  # noqa: ANN401 - any
    with contextlib.suppress(ConflictError):
        retried(*arguments, **rest)


def _repeats_what_may_have_happened(work: Callable[[Session], object], **rest: Any) -> None:  # noqa: ANN401 - any
    try:
        retried(work, **{**rest, "attempts": 1})
    except StoreUnavailableError:
        retried(work, **rest)


Step = tuple[Literal["put", "erase", "load", "scan"], int, str]
steps = st.lists(
    st.tuples(
        st.sampled_from(("put", "put", "erase", "load", "scan")), st.integers(0, 3), st.sampled_from("xyz")
    ),
    max_size=12,
)


def shows_what_will_be(begin: Callable[[Store], Session], case: list[Step]) -> None:
    """Compare what a session loads before its commit with what is there after it."""
    store = MemoryStore()
    store.commit("t", [Put(REFS[0], 0, "a"), Put(REFS[1], 0, "b"), Put(REFS[2], 0, "c")])
    store.commit("t", [Put(REFS[1], 1, "b"), Erase(REFS[2], 1)])
    session = begin(store)
    session.load([REFS[0], REFS[1]])
    for deed, place, text in case:
        ref = REFS[place] if place != 2 else Ref("note", "new")
        with contextlib.suppress(GoneError):
            if deed == "put":
                session.put(ref, text, terms={"text": text})
            elif deed == "erase":
                session.erase(ref)
            elif deed == "load":
                session.load([ref])
            else:
                session.scan("note")
    every = [*REFS, Ref("note", "new")]
    expected = session.load(every)
    session.commit()
    assert store.load("t", every) == expected


class _ForgetsItsWrites(Session):
    def load(self, refs: Sequence[Ref], /) -> list[Record | None]:
        super().load(refs)
        return self._store.load(self._tenant, refs)


class _ErasesNothing(Session):
    def commit(self) -> int:
        self._changes = {ref: change for ref, change in self._changes.items() if isinstance(change, Put)}
        return super().commit()


class TestSessions:
    """Rule: "Unit of work … live above the store": S1 and S2, with nobody carrying versions about."""

    @given(countings)
    def test_lose_no_update(self, case: Counting) -> None:
        """A counter is what its writers were told, whoever comes first and whatever answer is lost."""
        loses_no_update(retried, case)

    @given(steps)
    def test_show_what_will_be(self, case: list[Step]) -> None:
        """What a session loads is what its commit makes."""
        shows_what_will_be(lambda store: Session(store, "t"), case)

    @pytest.mark.parametrize(
        "broken", [_writes_the_old_body, _swallows_conflicts, _repeats_what_may_have_happened]
    )
    def test_catch_a_lost_update(self, broken: Retried) -> None:
        """Work that is not done again as a whole breaks the law."""
        assert breaks(loses_no_update, broken, countings)

    @pytest.mark.parametrize("broken", [_ForgetsItsWrites, _ErasesNothing])
    def test_catch_what_is_not_so(self, broken: type[Session]) -> None:
        """A session that shows or writes something else breaks the law."""
        assert breaks(shows_what_will_be, lambda store: broken(store, "t"), steps)


# -- pages ------------------------------------------------------------------------------------------------

values: st.SearchStrategy[Scalar] = st.sampled_from([None, 0, 1, -1, "", "0", "a", "é", "😀"])


@attrs.frozen(kw_only=True)
class Leafing:
    """Somebody who turns pages while others write.

    Attributes:
        rows: The term of each row that stays, by id.
        others: What is written between two pages: an id and its term, `None` where it is erased.
        order: By which term, if any.
        where: What the rows must have.
        limit: The length of a page.
    """

    rows: dict[str, Scalar]
    others: list[tuple[str, Scalar, bool]]
    order: str | None
    where: dict[str, Scalar]
    limit: int


Turning = Callable[[Store, Leafing, Callable[[], None]], list[Record]]
"""Reads all pages, and lets others write between two of them."""

leafings = st.builds(
    Leafing,
    rows=st.dictionaries(st.text("abé😀", min_size=1, max_size=3), values, max_size=12),
    others=st.lists(st.tuples(st.text("abé😀", min_size=1, max_size=3), values, st.booleans()), max_size=12),
    order=st.sampled_from([None, "x", "even", "none"]),
    where=st.sampled_from([{}, {}, {"even": 0}, {"x": "a"}, {"none": 1}]),
    limit=st.integers(1, 5) | st.just(100),
)


def shows_each_row_once(turn: Turning, case: Leafing) -> None:
    """Compare pages with one big scan of the rows that stay."""
    store = MemoryStore()
    for id_, value in case.rows.items():
        store.commit("t", [Put(Ref("note", f"stays {id_}"), 0, id_, {"x": value, "even": len(id_) % 2})])
    expected = store.scan("t", "note", where=case.where, order=case.order, limit=1_000)
    others = iter(case.others)

    def write() -> None:
        id_, value, is_erased = next(others, ("", None, True))
        # Half of the others stand among the rows that stay, half before or behind.
        ref = Ref("note", f"stays {id_}!" if len(id_) % 2 else f"{id_}!")
        with contextlib.suppress(GoneError):
            [present] = store.load("t", [ref])
            version = present.version if present else 0
            change = Erase(ref, version) if is_erased else Put(ref, version, "", {"x": value, "even": 0})
            store.commit("t", [change])

    for _ in range(3):
        write()
    shown = [record for record in turn(store, case, write) if not record.ref.id.endswith("!")]
    assert shown == expected


def _with_cursors(store: Store, case: Leafing, write: Callable[[], None]) -> list[Record]:
    records: list[Record] = []
    cursor, is_more = None, True
    while is_more:
        page = read_page(
            store, "t", "note", where=case.where, order=case.order, cursor=cursor, limit=case.limit
        )
        assert len(page.records) == case.limit or page.cursor is None
        records += page.records
        cursor, is_more = page.cursor, page.cursor is not None
        write()
    return records


def _lazily(store: Store, case: Leafing, write: Callable[[], None]) -> list[Record]:
    records: list[Record] = []
    rows = every_record(store, "t", "note", where=case.where, order=case.order, at_a_time=case.limit)
    for number, record in enumerate(rows, 1):
        records.append(record)
        if number % case.limit == 0:
            write()
    return records


def _by_number(store: Store, case: Leafing, write: Callable[[], None]) -> list[Record]:
    records: list[Record] = []
    while page := store.scan("t", "note", where=case.where, order=case.order, limit=1_000)[len(records) :]:
        records += page[: case.limit]
        write()
    return records


def _leafed(behind: Callable[[Record, Leafing], Any], is_last: Callable[[int, int], bool]) -> Turning:
    def turn(store: Store, case: Leafing, write: Callable[[], None]) -> list[Record]:
        records: list[Record] = []
        after: Any = None
        while page := store.scan(
            "t", "note", where=case.where, order=case.order, after=after, limit=case.limit
        ):
            records += page
            write()
            if is_last(len(page), case.limit):
                break
            after = behind(page[-1], case)
        return records

    return turn


def _forgets_ties(record: Record, case: Leafing) -> object:
    return record.ref.id if case.order is None else (record.terms[case.order], "\U0010ffff")


def _repeats_ties(record: Record, case: Leafing) -> object:
    return record.ref.id[:-1] if case.order is None else (record.terms[case.order], record.ref.id[:-1])


class TestPages:
    """Rule S6: rows by `(order term, id)`, strictly after `after`; so pages stay put while others write."""

    @given(leafings)
    def test_show_each_row_once(self, case: Leafing) -> None:
        """Pages one after the other are one big scan, for all limits, while other rows are written."""
        shows_each_row_once(_with_cursors, case)
        shows_each_row_once(_lazily, case)

    @given(
        order=st.none() | st.text(max_size=3),
        cursor=st.text() | st.binary().map(lambda raw: urlsafe_b64encode(raw).decode()) | st.integers(),
    )
    def test_begin_nowhere_else(self, order: str | None, cursor: Any) -> None:  # noqa: ANN401 - hostile
        """Whatever is given for a cursor, there is a page or one clear error."""
        with pytest.raises(InfoviewError) as caught:
            read_page(MemoryStore(), "t", "note", order=order, cursor=cursor)
        assert caught.value.field in {"cursor", "scan.order"}  # type: ignore[attr-defined]

    @pytest.mark.parametrize(
        "broken",
        [
            _by_number,
            _leafed(_forgets_ties, int.__lt__),
            _leafed(_repeats_ties, int.__lt__),
            _leafed(lambda record, case: (record.terms[case.order], record.ref.id), int.__le__),
        ],
        ids=["by number", "forgets ties", "repeats ties", "ends with a full page"],
    )
    def test_catch_what_is_broken(self, broken: Turning) -> None:
        """Pages that lose or repeat a row break the law."""
        only_ordered = leafings.filter(lambda case: case.order is not None)
        bounded = (
            only_ordered.filter(lambda case: case.limit > 1) if broken is not _by_number else only_ordered
        )
        assert breaks(shows_each_row_once, broken, bounded)


# -- sealed bodies ----------------------------------------------------------------------------------------

texts = st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\0"), max_size=40)
terms = st.dictionaries(
    st.sampled_from(["email", "stage", "n"]), st.none() | st.integers(-(2**63), 2**63 - 1) | texts
)
A = Ref("note", "a")
Make = Callable[[Edited], EncryptedStore]


class OneKey(KeyRing):
    """A key ring with one key for all, so that nothing but what a text is bound to tells places apart."""

    def get(self, tenant: str, key_ids: Collection[str], /) -> Mapping[str, bytes | None]:  # noqa: ARG002 - for all
        """Give the key."""
        return dict.fromkeys(key_ids, b"k" * 32)

    create = get

    def forget(self, tenant: str, key_id: str, /) -> None:
        """Forget nothing."""


class _ReadsForgotten(StoreKeyRing):
    """A key ring that remembers what it has seen."""

    seen: dict[str, bytes | None]

    def get(self, tenant: str, key_ids: Collection[str], /) -> Mapping[str, bytes | None]:
        """Look at home first."""
        known = getattr(self, "seen", {})
        self.seen = {**super().get(tenant, key_ids), **{id_: known[id_] for id_ in key_ids if id_ in known}}
        return self.seen


def returns_as_given(make: Make, case: tuple[str, str, dict[str, Scalar]]) -> None:
    """Write a text, and read it in every way."""
    body, line, given_terms = case
    store = make(Edited())
    store.commit("t", [Put(A, 0, body, given_terms, (NewEntry("Written", "2030", line),))])
    expected = Record(A, 1, body, given_terms)
    assert store.load("t", [A]) == [expected]
    assert store.scan("t", "note") == [expected]
    assert [entry.body for entry in store.log("t")] == [line]
    for name, value in given_terms.items():
        [found] = store.scan("t", "note", where={name: value})
        assert found == expected
        assert type(found.terms[name]) is type(value)


class _RoundsBodies(EncryptedStore):
    def load(self, tenant: str, refs: Sequence[Ref], /) -> list[Record | None]:
        records = super().load(tenant, refs)
        return [record and attrs.evolve(record, body=record.body.strip()) for record in records]


class _WritesDigestsBack(EncryptedStore):
    def scan(self, tenant: str, kind: str, /, **query: Any) -> list[Record]:  # noqa: ANN401 - any query
        raw = {record.ref: record.terms for record in self._store.scan(tenant, kind, limit=10_000)}
        return [attrs.evolve(record, terms=raw[record.ref]) for record in super().scan(tenant, kind, **query)]


def _flipped(text: str, place: int) -> str:
    """Flip one bit of what is written in the last two parts of a sealed text."""
    form, key_id, nonce, rest = text.split(".")
    parts = [bytearray(urlsafe_b64decode(part + "=" * (-len(part) % 4))) for part in (nonce, rest)]
    bit = place % (8 * sum(map(len, parts)))
    part, offset = (parts[0], bit // 8) if bit // 8 < len(parts[0]) else (parts[1], bit // 8 - len(parts[0]))
    part[offset] ^= 1 << bit % 8
    return ".".join([form, key_id, *(urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts)])


def _replaced(text: str, place: int, letter: str) -> str:
    place %= len(text)
    return text[:place] + letter + text[place + 1 :]


tamperings: st.SearchStrategy[Callable[[str], str]] = st.one_of(
    st.integers(0, 10_000).map(lambda place: lambda text: _flipped(text, place)),
    st.tuples(st.integers(0, 10_000), st.characters() | st.sampled_from("AQgw-_.=")).map(
        lambda drawn: lambda text: _replaced(text, *drawn)
    ),
    st.integers(0, 10_000).map(lambda place: lambda text: text[: place % len(text)]),
    st.characters().map(lambda letter: lambda text: text + letter),
)


def is_noticed(make: Make, case: tuple[str, Callable[[str], str]]) -> None:
    """Change a stored text, and read it."""
    text, tamper = case
    inner = Edited()
    store = make(inner)
    store.commit("t", [Put(A, 0, text, {}, (NewEntry("Written", "2030", text),))])
    honest = [record.body for record in inner.scan("t", "note")] + [entry.body for entry in inner.log("t")]
    spoilt = [tamper(body or "") for body in honest]
    inner.record = lambda record: attrs.evolve(record, body=spoilt[0])
    inner.entry = lambda entry: attrs.evolve(entry, body=spoilt[1])
    reads: list[Callable[[], object]] = [lambda: store.load("t", [A]), lambda: store.log("t")]
    for read, was, now in zip(reads, honest, spoilt, strict=True):
        if was != now:
            with pytest.raises(InvalidDataError):
                read()


@attrs.frozen
class Place:
    """Where an entry, and the record it was written with, stands."""

    tenant: str = "t"
    kind: str = "note"
    id: str = "a"
    version: int = 1
    name: str = "Written"
    at: str = "2030"

    @property
    def ref(self) -> Ref:
        """The record's name."""
        return Ref(self.kind, self.id)

    def fill(self, store: Store, text: str) -> None:
        """Write versions up to this one."""
        [present] = store.load(self.tenant, [self.ref])
        for version in range(present.version if present else 0, self.version):
            entry = NewEntry(self.name, self.at, text)
            store.commit(self.tenant, [Put(self.ref, version, text, {}, (entry,))])


HERE = Place()
ELSEWHERE = {
    name: attrs.evolve(HERE, **{name: value})
    for name, value in {
        "tenant": "T", "kind": "Note", "id": "A", "version": 2, "name": "Read", "at": "2031",
    }.items()
}  # fmt: skip
moves = st.tuples(texts, st.sampled_from(sorted(ELSEWHERE)))


def is_bound(make: Make, case: tuple[str, str]) -> None:
    """Show a text that was written in one place in another, and read it there."""
    text, moved = case
    there = ELSEWHERE[moved]
    inner = Edited()
    store = make(inner)
    HERE.fill(store, text)
    [record], [entry] = inner.load("t", [HERE.ref]), inner.log("t")
    there.fill(store, text)
    if moved in {"name", "at"}:
        # The record is the same; what differs is how its entry is written down.
        inner.entry = lambda entry: attrs.evolve(entry, name=there.name, at=there.at)
    else:
        assert record is not None
        inner.record = lambda now: attrs.evolve(now, body=record.body)
        with pytest.raises(InvalidDataError):
            store.load(there.tenant, [there.ref])
        inner.entry = lambda now: attrs.evolve(now, body=entry.body)
    with pytest.raises(InvalidDataError):
        store.log(there.tenant, ref=there.ref)


def uses_each_nonce_once(make: Make, case: list[str]) -> None:
    """Look for two texts under one nonce."""
    inner = Edited()
    store = make(inner)
    for version, text in enumerate(case):
        store.commit("t", [Put(A, version, text, {}, (NewEntry("Written", "2030", text),) * 2)])
    bodies = [record.body for record in inner.scan("t", "note")] + [entry.body for entry in inner.log("t")]
    nonces = [(body or "").split(".")[2] for body in bodies]
    assert len(nonces) == len(set(nonces))


def reads_as_erased(ring: Callable[[], KeyRing], case: list[tuple[str, str]]) -> None:
    """Forget one owner of two, and compare with a store from which that owner's records were erased."""
    keys = ring()
    store, model = sealed(Edited(), keys, owner=lambda _tenant, put: put.ref.id[0]), MemoryStore()
    for id_, text in case:
        for each in (store, model):
            [present] = each.load("t", [Ref("note", id_)])
            version = present.version if present else 0
            entries = (NewEntry("Written", "2030", text),)
            each.commit("t", [Put(Ref("note", id_), version, text, {"x": len(text)}, entries)])
    keys.forget("t", "a")
    model.commit(
        "t", [Erase(row.ref, row.version) for row in model.scan("t", "note") if row.ref.id[0] == "a"]
    )
    refs = [Ref("note", id_) for id_, _ in case]
    assert store.load("t", refs) == model.load("t", refs)
    assert store.log("t") == model.log("t")
    for order, limit in ((None, 100), (None, 1), ("x", 2), ("x", 3)):
        assert list(_scanned(store, order, limit)) == list(_scanned(model, order, 100))


def _scanned(store: Store, order: str | None, limit: int) -> Iterator[Record]:
    return every_record(store, "t", "note", order=order, at_a_time=limit)


writings = st.lists(
    st.tuples(st.sampled_from(["a", "a1", "a2", "b", "b1", "b2"]), st.sampled_from(["", "x", "xx"])),
    max_size=12,
)
contents = st.tuples(texts, texts, terms)


def _blind(inner: Edited) -> EncryptedStore:
    return sealed(inner, blind=["email"])


def _bound(inner: Edited) -> EncryptedStore:
    return sealed(inner, OneKey(), owner=lambda _tenant, _put: "one")


class TestSealedBodies:
    """Rule S7: "Text returns exactly as given"; and what somebody else gives is no text of ours."""

    @given(contents)
    def test_return_as_given(self, case: tuple[str, str, dict[str, Scalar]]) -> None:
        """Any text and any term comes back as it was, and is found by each of its terms."""
        returns_as_given(_blind, case)

    @given(st.tuples(texts, tamperings))
    def test_are_not_changed_unnoticed(self, case: tuple[str, Callable[[str], str]]) -> None:
        """One bit, one letter, a cut or an addition makes a text unreadable."""
        is_noticed(_bound, case)

    def test_are_not_changed_unnoticed_anywhere(self) -> None:
        """Every letter and every bit of one text is watched."""
        inner = Edited()
        _bound(inner).commit("t", [Put(A, 0, "Ada")])
        [record] = inner.scan("t", "note")
        for place in range(len(record.body)):
            is_noticed(_bound, ("Ada", lambda text, place=place: _replaced(text, place, "A")))
            is_noticed(_bound, ("Ada", lambda text, place=place: _replaced(text, place, "B")))
        for bit in range(8 * (12 + 3 + 3 + 16)):
            is_noticed(_bound, ("Ada", lambda text, bit=bit: _flipped(text, bit)))

    @given(moves)
    def test_are_not_moved_unnoticed(self, case: tuple[str, str]) -> None:
        """A text is read nowhere but in its tenant, kind, id and version, and an entry as it was written."""
        is_bound(_bound, case)

    @given(st.lists(texts, max_size=6))
    def test_use_each_nonce_once(self, case: list[str]) -> None:
        """No two texts share a nonce, equal ones neither."""
        uses_each_nonce_once(_bound, case)

    @given(writings)
    def test_of_a_forgotten_key_are_as_erased(self, case: list[tuple[str, str]]) -> None:
        """All reads are those of a store from which the person's records were erased."""
        reads_as_erased(lambda: StoreKeyRing(MemoryStore(), MASTER), case)


class TestBrokenSeals:
    """Rule: "every law has a broken double that it catches"."""

    @pytest.mark.parametrize("broken", [_RoundsBodies, _WritesDigestsBack])
    def test_that_return_something_else(self, broken: type[EncryptedStore]) -> None:
        """A store that gives back another text, or a digest for a term, breaks the law."""

        def make(inner: Edited) -> EncryptedStore:
            keys = StoreKeyRing(MemoryStore(), MASTER)
            return broken(inner, keys, owner=lambda _tenant, _put: "one", blind=["email"])

        assert breaks(returns_as_given, make, contents)

    def test_that_take_any_spelling(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """A store that does not look how a text is spelled misses a changed letter."""

        def lenient(text: str) -> encryption.Sealed:
            try:
                _, *parts = text.split(".")
                key_id, nonce, rest = (urlsafe_b64decode(part + "=" * (-len(part) % 4)) for part in parts)
                return honest(key_id.decode(), nonce, rest)
            except ValueError:
                raise InvalidDataError(()) from None

        honest = encryption.Sealed
        monkeypatch.setattr(honest, "read", lenient)
        assert breaks(is_noticed, _bound, st.tuples(texts, tamperings))

    @pytest.mark.parametrize(
        ("function", "forgotten"),
        [("_record", part) for part in range(1, 5)] + [("_entry", part) for part in range(1, 7)],
    )
    def test_that_bind_too_little(
        self, function: str, forgotten: int, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A store that forgets to bind the tenant, the kind, the id, the version, name or time is caught."""
        honest = getattr(encryption, function)

        def bound(*arguments: Any) -> tuple[str, ...]:  # noqa: ANN401 - any
            parts = honest(*arguments)
            return parts[:forgotten] + parts[forgotten + 1 :]

        monkeypatch.setattr(encryption, function, bound)
        with pytest.raises((AssertionError, pytest.fail.Exception)):
            is_bound(_bound, ("text", [*attrs.asdict(HERE)][forgotten - 1]))

    @pytest.mark.parametrize("moved", sorted(ELSEWHERE))
    def test_are_caught_for_what_they_forget(self, moved: str) -> None:
        """In the same places, the store that binds all is not blamed."""
        is_bound(_bound, ("text", moved))

    def test_that_use_a_nonce_again(self) -> None:
        """A store without randomness is caught, and one that has it for each commit only."""
        for made in (b"n" * 12, None):
            count = iter(range(10_000))

            def make(
                inner: Edited, made: bytes | None = made, count: Iterator[int] = count
            ) -> EncryptedStore:
                return sealed(
                    inner, OneKey(), random_bytes=lambda n: made or (next(count) // 2).to_bytes(n, "big")
                )

            assert breaks(uses_each_nonce_once, make, st.lists(texts, max_size=6))

    def test_that_remember_forgotten_keys(self) -> None:
        """A key ring that reads on from its own memory is caught."""
        assert breaks(reads_as_erased, lambda: _ReadsForgotten(MemoryStore(), MASTER), writings)
