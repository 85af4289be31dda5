"""Carrying a tenant, or a person, from one store into another."""

import io
import json
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import IO, Any

import attrs
import pytest
from tests.desks import Clock, Numbers, Passing
from tests.lives import BERLIN, COLD, LIVES, OBJECTIVE, at

from infoview import _events as ev
from infoview._address import EmailAddress
from infoview._events import CustomEvent
from infoview._interview import Interview
from infoview._lifecycle import LIFECYCLE, Lifecycle
from infoview._people import Consent, Contact, PersonName, Seeker
from infoview._stages import Stage
from infoview._takeaways import Note
from infoview._transitions import Transition
from infoview.archive import ARCHIVE_VERSION, Restored, export, restore
from infoview.conversion import to_json
from infoview.desk import Desk
from infoview.exceptions import (
    ConflictError,
    GoneError,
    InvalidDataError,
    InvalidValueError,
    NotFoundError,
    StoreUnavailableError,
)
from infoview.referrals import Referral
from infoview.storage import (
    Erase,
    MemoryStore,
    NewEntry,
    Put,
    Record,
    Ref,
    Scalar,
    SQLiteStore,
    Store,
)

MIRA = Seeker(
    id="mira",
    name=PersonName(given="Mira", family="Oddleif"),
    email=EmailAddress("mira@example.org"),
    zone=BERLIN,
)
JONAS = Contact(
    id="jonas",
    name=PersonName(given="Jonas", family="Whistlecroft"),
    email=EmailAddress("jonas@example.com"),
    organisation="Example Water Works",
    zone=BERLIN,
)
NOOR = Contact(id="noor", name=PersonName(given="Noor"), note="tall\nand „kind“")
TEODOR = Referral(
    id="r-1",
    name=PersonName(given="Teodor", family="Quillfeather"),
    email=EmailAddress("teodor@example.net"),
    consent=Consent.GRANTED,
)


@attrs.define
class Wrapped(Passing):
    """A store that does something before or after each commit.

    Attributes:
        inner: What it wraps.
        before: What comes before the n-th commit, counted from 0.
        after: What comes behind it.
        commits: How many there were.
        written: The changes of each.
    """

    inner: Store = attrs.field(factory=MemoryStore)
    before: Callable[[int], object] = lambda _: None
    after: Callable[[int], object] = lambda _: None
    commits: int = 0
    written: list[Sequence[Put | Erase]] = attrs.field(factory=list[Sequence[Put | Erase]])
    max_changes: int = 100

    def commit(self, tenant: str, changes: Sequence[Put | Erase], /) -> int:
        """See `Store`."""
        number, self.commits = self.commits, self.commits + 1
        self.before(number)
        assert len(changes) <= self.max_changes
        position = self.inner.commit(tenant, changes)
        self.written.append(changes)
        self.after(number)
        return position


def lived(store: Store, *, tenant: str = "default", lifecycle: Lifecycle = LIFECYCLE) -> Desk:
    """Open a desk at which a referral was followed, one talk is running, and one person was erased."""
    clock = Clock()
    desk = Desk(store=store, clock=clock, new_id=Numbers(), tenant=tenant, lifecycle=lifecycle)
    gone = attrs.evolve(NOOR, id="gone", name=PersonName(given="Ada", family="Vantongeren"), note=None)
    desk.keep(MIRA, JONAS, NOOR, gone)
    talks = [desk.begin(seeker_id="mira", contact_id=id_).id for id_ in ("jonas", "gone", "noor")]
    for event in LIVES[Stage.HELD][1:]:
        clock.now = max(clock.now, event.at)
        names = {field.name for field in attrs.fields(type(event))} - {"at", "id", "interview_id"}
        desk.record(talks[0], type(event), **{name: getattr(event, name) for name in names})
        if isinstance(event, ev.Prepared):
            for talk in talks[1:]:
                desk.record(talk, ev.Prepared, objective=OBJECTIVE, connection=COLD)
    clock.now += timedelta(hours=1)
    desk.record(talks[0], ev.ReferralReceived, referral=TEODOR)
    desk.follow(talks[0], "r-1")
    desk.erase("gone")
    return desk


def exported(store: Store, **of: Any) -> str:  # noqa: ANN401 - as for export
    """Export into a text."""
    return "".join(export(store, **of))


def restored(text: str, store: Store, **more: Any) -> Restored:  # noqa: ANN401 - as for restore
    """Restore from a text."""
    return restore(io.StringIO(text), store, **more)


def everything(store: Store, tenant: str = "default") -> object:
    """Read what a store holds."""
    kinds = ("seeker", "contact", "interview", "tombstone", "archive")
    return [store.scan(tenant, kind, limit=1_000) for kind in kinds], store.log(tenant, limit=1_000)


def contents(store: Store) -> object:
    """Read what of a store comes along in an archive."""
    kinds = ("seeker", "contact", "interview", "tombstone")
    records = [(r.ref, r.body, r.terms) for kind in kinds for r in store.scan("default", kind, limit=1_000)]
    return records, [(e.ref, e.name, e.at, e.body) for e in store.log("default", limit=1_000)]


@pytest.fixture(scope="module")
def archive() -> str:
    """Export what was lived."""
    store = MemoryStore()
    lived(store)
    return exported(store)


class TestTenant:
    """A whole tenant is carried elsewhere."""

    def test_is_the_same_there(self, store: Store) -> None:
        """Records, terms and log are what they were, erased things stay erased; a copy is the original."""
        origin = MemoryStore()
        desk = lived(origin)
        text = exported(origin)
        assert restored(text, store) == Restored(records=8, entries=17, left_out=0)
        assert contents(store) == contents(origin)
        assert exported(store) == text
        there = attrs.evolve(desk, store=store)
        assert [*there.interviews()] == [*desk.interviews()]
        assert there.agenda(until=at(12, 1)) == desk.agenda(until=at(12, 1))
        assert [*there.origins()] == [*desk.origins()]
        (gone,) = (e.ref for e in store.log("default", limit=1_000) if e.body is None and e.version == 1)
        with pytest.raises(GoneError):
            store.commit("default", [Put(gone, 0, "again")])

    def test_goes_on_there(self, store: Store, archive: str) -> None:
        """Whoever takes over goes on where the others stopped."""
        restored(archive, store)
        desk = Desk(store=store, clock=Clock(now=at(3, 12)), new_id=Numbers(last=500))
        (talk,) = desk.interviews(contact_id="jonas")
        assert desk.record(talk.id, ev.NoteTaken, note=Note("moved")).version == talk.version + 1
        assert store.log("default", limit=1_000)[-1].position == 18

    def test_of_nothing(self, store: Store) -> None:
        """An empty tenant is two lines, and restoring it writes nothing."""
        text = exported(store)
        assert text == '{"$schema":1,"kind":"archive"}\n{"end":{"entries":0,"records":0}}\n'
        before = everything(store)
        assert restored(text, store) == Restored(records=0, entries=0, left_out=0)
        assert everything(store) == before

    def test_into_another_tenant(self, store: Store, archive: str) -> None:
        """The name of the tenant does not come along."""
        restored(archive, store, tenant="other")
        assert exported(store, tenant="other") == archive
        assert exported(store) != archive

    def test_is_canonical_lines(self, archive: str) -> None:
        """Each line is canonical JSON: header, records by kind and id, entries in order, the end."""
        lines = [json.loads(line) for line in archive.split("\n")[:-1]]
        assert archive == "".join(
            json.dumps(line, sort_keys=True, separators=(",", ":"), ensure_ascii=False) + "\n"
            for line in lines
        )
        assert lines[0] == {"$schema": ARCHIVE_VERSION, "kind": "archive"}
        records = [line["record"] for line in lines if "record" in line]
        assert [(r["kind"], r.get("id") or r["history"][0]["interview_id"]) for r in records] == [
            ("seeker", "mira"),
            ("contact", "jonas"),
            ("contact", "n-0018"),
            ("contact", "noor"),
            ("interview", "n-0002"),
            ("interview", "n-0006"),
            ("interview", "n-0020"),
            ("tombstone", "n-0004"),
        ]
        erased = [line["entry"]["name"] for line in lines if "entry" in line and "body" not in line]
        assert erased == ["Identified", "Prepared"]
        assert lines[-1] == {"end": {"entries": 17, "records": 8}}

    def test_tells_nothing_of_the_erased(self, archive: str) -> None:
        """Neither name nor id of an erased person is in the archive."""
        assert "Vantongeren" not in archive
        assert '"gone"' not in archive

    def test_leaves_foreign_kinds_behind(self, store: Store) -> None:
        """Records and entries of kinds that are not the library's stay where they are."""
        store.commit("default", [Put(Ref("mood", "x"), 0, "{", {}, (NewEntry("Sighed", "now", "{"),))])
        assert exported(store) == exported(MemoryStore())

    def test_is_made_line_by_line(self) -> None:
        """A line is made when it is asked for."""
        store = MemoryStore()
        lived(store)
        lines = export(store)
        next(lines)
        store.close()
        with pytest.raises(StoreUnavailableError):
            next(lines)

    def test_from_file_to_file(self, tmp_path: Path, archive: str) -> None:
        """An archive is written to a file, and read from it."""
        path, store = tmp_path / "archive.jsonl", SQLiteStore(tmp_path / "desk.db")
        path.write_text(archive, "utf-8", newline="\n")
        with path.open(encoding="utf-8") as file:
            restore(file, store)
        assert exported(store) == archive
        store.close()

    def test_with_events_of_your_own(self) -> None:
        """Events and stages of a lifecycle of yours come along."""

        @attrs.frozen(kw_only=True)
        class Mused(CustomEvent):
            text: str

        row = Transition(event=Mused, source=Stage.PREPARED, target=Stage.PREPARED, why="we do")
        own = LIFECYCLE.extended(row)
        store, target = MemoryStore(), MemoryStore()
        desk = lived(store, lifecycle=own)
        desk.record(next(desk.interviews(contact_id="noor")).id, Mused, text="hm")
        text = exported(store, lifecycle=own)
        restored(text, target, lifecycle=own)
        assert exported(target, lifecycle=own) == text
        with pytest.raises(InvalidDataError):
            restored(text, MemoryStore())


class TestPerson:
    """All that concerns one person is carried elsewhere."""

    @pytest.mark.parametrize("of", [{"contact_id": "jonas"}, {"seeker_id": "mira"}, {"contact_id": "noor"}])
    def test_with_the_interviews(self, of: dict[str, str]) -> None:
        """There are the person, the interviews of theirs, and the log of those in its order."""
        store, target = MemoryStore(), MemoryStore()
        desk = lived(store)
        text = exported(store, **of)
        restored(text, target)
        assert exported(target) == text == exported(target, **of)
        there = attrs.evolve(desk, store=target)
        talks = [*desk.interviews(**of)]  # type: ignore[arg-type] # a table of examples
        assert [*there.interviews()] == talks
        (person,) = ({*of.values()} & {"jonas", "noor", "mira"},)
        assert {r.ref.id for kind in ("seeker", "contact") for r in target.scan("default", kind)} == person
        ids = {talk.id for talk in talks}
        assert [(e.name, e.at, e.body) for e in target.log("default", limit=1_000)] == [
            (e.name, e.at, e.body) for e in store.log("default", limit=1_000) if e.ref.id in ids and e.body
        ]

    def test_who_is_not_there(self, store: Store) -> None:
        """Nobody is not exported; that is said at once."""
        for of in ({"contact_id": "mira"}, {"seeker_id": "jonas"}):
            with pytest.raises(NotFoundError):
                export(store, **of)
        with pytest.raises(InvalidValueError) as refusal:
            export(store, contact_id="a", seeker_id="b")
        assert refusal.value.code == "contradictory_query"

    def test_then_the_rest(self, archive: str) -> None:
        """What came with a person is in the way of the whole; people who are the same are not."""
        store = MemoryStore()
        Desk(store=store, clock=Clock(), new_id=Numbers()).keep(MIRA, JONAS)
        restored(archive, store)
        assert [store.load("default", [Ref("seeker", "mira")])[0]] == [store.scan("default", "seeker")[0]]
        assert exported(store) == archive


class TestStops:
    """A restore that stops half way is taken up again, and doubles nothing."""

    @pytest.fixture
    def large(self) -> str:
        """Export more than fits into a step, several people and a log that goes back and forth."""
        store = MemoryStore()
        desk = lived(store)
        desk.keep(*(attrs.evolve(NOOR, id=f"x-{number:03}") for number in range(230)))
        return exported(store)

    @pytest.mark.parametrize("is_done", [False, True])
    def test_at_any_step(self, large: str, is_done: bool) -> None:  # noqa: FBT001 - a table of examples
        """Whether the step that failed was made or not, the next call goes on; the copy is the original."""
        probe = Wrapped()
        whole = restored(large, probe)
        assert probe.commits > 5
        for stop in range(probe.commits):

            def fail(number: int, stop: int = stop) -> None:
                if number == stop:
                    raise StoreUnavailableError("the line broke", outcome_known=False)

            store = Wrapped(after=fail) if is_done else Wrapped(before=fail)
            with pytest.raises(StoreUnavailableError):
                restored(large, store)
            rest = restored(large, store)
            assert rest.records <= whole.records
            assert exported(store.inner) == large
            assert restored(large, store) == Restored(records=0, entries=0, left_out=0)
            assert exported(store.inner) == large

    def test_of_two_at_once_one_goes_on(self, archive: str) -> None:
        """Of two that restore one archive at the same moment, one is refused, and nothing is doubled."""
        store = MemoryStore()
        busy = Wrapped(store, before=lambda number: number or restored(archive, store))
        with pytest.raises(ConflictError):
            restored(archive, busy)
        assert exported(store) == archive

    def test_when_somebody_writes_there(self, archive: str) -> None:
        """What somebody writes into the tenant meanwhile stops it; what they wrote stays."""
        store = MemoryStore()
        put = Put(Ref("contact", "noor"), 0, "{}")
        busy = Wrapped(store, before=lambda number: number or store.commit("default", [put]))
        with pytest.raises(ConflictError) as conflict:
            restored(archive, busy)
        assert conflict.value.ref == put.ref
        assert store.load("default", [put.ref])[0] == Record(put.ref, 1, "{}", {})

    def test_in_steps_of_a_hundred(self, large: str) -> None:
        """No step has more than a hundred changes, and each record stands in a step once."""
        store = Wrapped()
        restored(large, store)
        assert max(map(len, store.written)) == 100
        assert all(len({c.ref for c in changes}) == len(changes) for changes in store.written)

    def test_in_steps_that_fit_into_memory(self) -> None:
        """Large bodies make small steps."""
        store, target = MemoryStore(), Wrapped()
        begun = ev.Identified(at=at(3, 2), interview_id="i-0", seeker_id="a", contact_id="b", zone=BERLIN)
        notes = [ev.NoteTaken(at=at(3, 2), note=Note(f"{n} {'x' * 9_000}")) for n in range(500)]
        desk = Desk(store=store, clock=Clock(), new_id=Numbers())
        for number in range(4):
            first = attrs.evolve(begun, interview_id=f"i-{number}")
            store.commit("default", [desk._put(Interview.replay([first, *notes]), 0, ())])
        restored(exported(store), target)
        assert len(target.written) == 2
        assert exported(target) == exported(store)


class TestErased:
    """Who was erased where the archive goes stays erased."""

    def test_is_not_brought_back(self, archive: str) -> None:
        """An archive from before an erasure brings nobody back; everything else comes."""
        store = MemoryStore()
        gone = [Ref("contact", "jonas"), Ref("interview", "n-0002")]
        store.commit("default", [Erase(ref, 0) for ref in gone])
        assert restored(archive, store) == Restored(records=6, entries=7, left_out=2 + 10)
        assert store.load("default", gone) == [None, None]
        assert store.log("default", ref=gone[1]) == []
        assert [record.ref.id for record in store.scan("default", "interview")] == ["n-0006", "n-0020"]

    def test_is_not_brought_back_without_a_text(self, archive: str) -> None:
        """What was erased on both sides is left out too."""
        store = MemoryStore()
        store.commit("default", [Erase(Ref("interview", "n-0004"), 0)])
        assert restored(archive, store) == Restored(records=8, entries=15, left_out=2)

    def test_when_the_mark_is_gone(self, archive: str) -> None:
        """A mark that somebody erased cannot be made again; that is said."""
        store = MemoryStore()
        restored(archive, store)
        (record,) = store.scan("default", "archive")
        target = MemoryStore()
        target.commit("default", [Erase(record.ref, 0)])
        with pytest.raises(GoneError) as gone:
            restored(archive, target)
        assert gone.value.ref == record.ref

    def test_while_it_is_exported(self) -> None:
        """Who is erased between two lines of the export is erased where it goes, with all entries."""
        store, target = MemoryStore(), MemoryStore()
        desk = lived(store)
        lines = export(store)
        text = [next(lines) for _ in range(7)]
        (talk,) = desk.interviews(contact_id="jonas")
        desk.erase("jonas")
        text += [*lines]
        restored("".join(text), target)
        assert target.load("default", [Ref("interview", talk.id)]) == [None]
        entries = target.log("default", ref=Ref("interview", talk.id), limit=1_000)
        assert [entry.name for entry in entries] == [type(event).__name__ for event in talk.history]
        assert {entry.body for entry in entries} == {None}

    def test_whose_record_is_not_in_the_archive(self, archive: str) -> None:
        """Entries of a record that is not there are those of something erased."""
        first, *rest = archive.splitlines(keepends=True)
        kept = [
            line for line in rest if '"kind":"interview","record"' not in line and '"record":{' not in line
        ]
        count = sum('"entry":{' in line for line in kept)
        text = "".join([first, *kept[:-1], f'{{"end":{{"entries":{count},"records":0}}}}\n'])
        store = MemoryStore()
        assert restored(text, store).entries == count
        assert store.scan("default", "interview") == []
        assert {entry.body for entry in store.log("default", limit=1_000)} == {None}


def faults(text: str | IO[str], **more: Any) -> list[tuple[str, str]]:  # noqa: ANN401 - as for restore
    """Try to restore, and tell what is wrong; nothing may be written."""
    store = MemoryStore()
    file = io.StringIO(text) if isinstance(text, str) else text
    with pytest.raises(InvalidDataError) as error:
        restore(file, store, **more)
    assert everything(store) == everything(MemoryStore())
    assert "secret" not in str(error.value)
    cause: BaseException | None = error.value
    while cause is not None:
        assert "secret" not in repr(cause.args)
        cause = cause.__cause__ or cause.__context__
    return [(problem.path, problem.code) for problem in error.value.problems]


HEADER = '{"$schema":1,"kind":"archive"}\n'
END = '{"end":{"entries":0,"records":0}}\n'
PERSON = '{"record":{"$schema":2,"id":"%s","kind":"contact","name":{"given":"secret"}}}\n'
ENTRY = (
    '{"body":{"$schema":2,"at":"2026-03-02T09:00:00Z","kind":"event","type":"Accepted"},'
    '"entry":{"at":"2026-03-02T09:00:00.000000+00:00","id":"i","kind":"interview","name":"Accepted"}}\n'
)
GRAVE = (
    '{"body":{"$schema":2,"id":"i","kind":"tombstone"},'
    '"entry":{"at":"then","id":"i","kind":"tombstone","name":"InterviewErased"}}\n'
)


def archive_of(*lines: str) -> str:
    """Put lines between the first and an empty end."""
    return "".join([HEADER, *lines, END])


class TestHostile:
    """An archive comes from anywhere; all its faults are told by line and path, and nothing is written."""

    @pytest.mark.parametrize(
        ("text", "found"),
        [
            ("", ["$[0] missing_end"]),
            ("\n", ["$[0] not_json"]),
            ("secret", ["$[0] not_json"]),
            ("[]", ["$[0] wrong_type"]),
            ("{}", ["$[0] no_archive"]),
            ('{"kind":"archive"}', ["$[0] no_archive"]),
            ('{"$schema":true,"kind":"archive"}', ["$[0] no_archive"]),
            ('{"$schema":0,"kind":"archive"}', ["$[0] no_archive"]),
            ('{"$schema":1,"kind":"contact"}', ["$[0] no_archive"]),
            ('{"$schema":2,"kind":"archive"}', ["$[0].$schema newer_schema"]),
            ('{"$schema":1,"kind":"archive","mood":1}', ["$[0].mood unknown_key"]),
            ("\ufeff" + HEADER, ["$[0] byte_order_mark"]),
            (HEADER, ["$[1] missing_end"]),
            (HEADER + PERSON % "a", ["$[2] missing_end"]),
            (archive_of("\n"), ["$[1] not_json"]),
            (archive_of("5\n"), ["$[1] wrong_type"]),
            (archive_of("[" * 100_000 + "\n"), ["$[1] too_deep"]),
            (archive_of('{"a":1,"a":2}\n'), ["$[1] unknown_line"]),
            (archive_of('{"entry":{},"record":{}}\n'), ["$[1] unknown_line"]),
            (archive_of('{"record":5}\n'), ["$[1].record wrong_type"]),
            (archive_of('{"record":{}}\n'), ["$[1].record.kind unknown_value"]),
            (archive_of('{"record":{"kind":"mood"}}\n'), ["$[1].record.kind unknown_value"]),
            (archive_of('{"record":{"kind":["x"]}}\n'), ["$[1].record.kind wrong_type"]),
            (archive_of('{"record":{"kind":"x","kind":"x"}}\n'), ["$[1].record.kind duplicate_key"]),
            (
                archive_of('{"mood":1,"record":{"kind":"tombstone","x":1}}\n'),
                [
                    "$[1].mood unknown_key",
                    "$[1].record.$schema missing_key",
                    "$[1].record.id missing_key",
                    "$[1].record.x unknown_key",
                ],
            ),
            (
                HEADER + PERSON.replace("given", "givne") % "" + '{"end":5}\n',
                [
                    "$[1].record.id empty",
                    "$[1].record.name.given missing_key",
                    "$[1].record.name.givne unknown_key",
                    "$[2].end wrong_type",
                ],
            ),
            (
                archive_of(PERSON.replace("{", '{"due":"2026-03-02T09:00:00Z",', 1) % "a"),
                ["$[1].due unknown_key"],
            ),
            (archive_of(PERSON.replace("{", '{"due":"secret",', 1) % "a"), ["$[1].due not_a_datetime"]),
            (archive_of(PERSON % "b", PERSON % "a"), ["$[2] wrong_order"]),
            (archive_of(PERSON % "a", PERSON % "a"), ["$[2] wrong_order"]),
            (archive_of(ENTRY, PERSON % "a"), ["$[2] wrong_order"]),
            (archive_of() + END, ["$[2] wrong_order"]),
            (archive_of() + PERSON % "a", ["$[2] wrong_order"]),
            (archive_of() + "\n", ["$[2] not_json"]),
            (archive_of(PERSON % "a"), ["$[2] wrong_count"]),
            (archive_of(ENTRY), ["$[2] wrong_count"]),
            (HEADER + '{"end":{"entries":-1,"records":0}}\n', ["$[1].end.entries out_of_range"]),
            (HEADER + '{"end":{"entries":0,"records":0},"body":1}\n', ["$[1].body unknown_key"]),
            (
                archive_of('{"entry":{}}\n'),
                [f"$[1].entry.{key} missing_key" for key in ("at", "id", "kind", "name")],
            ),
            (archive_of(ENTRY.replace('"interview"', '"contact"')), ["$[1].entry.kind unknown_value"]),
            (archive_of(ENTRY.replace('"i"', '"a\\u0000b"')), ["$[1].entry.id control_character"]),
            (archive_of(ENTRY.replace('"i"', '"\\ud800"')), ["$[1].entry.id surrogate"]),
            (archive_of(ENTRY.replace('"i"', '"\ud800"')), ["$[1].entry.id surrogate"]),
            (archive_of(ENTRY.replace('"name":"Accepted"', '"name":"Held"')), ["$[1].body wrong_entry"]),
            (archive_of(ENTRY.replace("09:00:00.", "09:00:01.")), ["$[1].body wrong_entry"]),
            (
                archive_of(ENTRY.replace('"kind":"ev', '"interview_id":"j","kind":"ev')),
                ["$[1].body wrong_entry"],
            ),
            (archive_of(ENTRY.replace('"type":"Acc', '"type":"Acq')), ["$[1].body.type unknown_value"]),
            (archive_of(ENTRY.replace('"$schema":2,', "")), ["$[1].body.$schema missing_key"]),
            (archive_of(GRAVE.replace('"i"', '"j"', 1)), ["$[1].body wrong_entry"]),
            (archive_of(GRAVE.replace('"i"', "5", 1)), ["$[1].body.id wrong_type"]),
        ],
    )
    def test_lines(self, text: str, found: list[str]) -> None:
        """Each fault is named by the place of its line, its path and a code, without its value."""
        assert sorted(f"{path} {code}" for path, code in faults(text)) == found

    def test_a_line_that_never_ends(self) -> None:
        """Of a huge line no more is read than may be there."""

        class Endless(io.StringIO):
            asked = 0

            def readline(self, size: int | None = -1, /) -> str:  # type: ignore[override] # as IO has it
                assert size is not None
                assert 0 < size < 2_000
                self.asked += 1
                return HEADER if self.asked == 1 else "x" * size

        file = Endless()
        assert faults(file, max_characters=1_000) == [("$[1]", "too_long")]
        assert file.asked == 2

    def test_a_line_as_long_as_it_may_be(self) -> None:
        """The line feed does not count."""
        text = HEADER + PERSON % "a" + END.replace('"records":0', '"records":1')
        longest = max(map(len, text.splitlines()))
        assert restored(text, MemoryStore(), max_characters=longest).records == 1
        assert faults(text, max_characters=longest - 1) == [("$[1]", "too_long")]

    def test_a_body_that_no_store_takes(self) -> None:
        """A record longer than the contract allows is a fault of the archive."""
        begun = ev.Identified(at=at(3, 2), interview_id="i", seeker_id="a", contact_id="b", zone=BERLIN)
        notes = [ev.NoteTaken(at=at(3, 2), note=Note(f"{n}:" + '"' * 9_990)) for n in range(300)]
        record = to_json(Interview.replay([begun, *notes]))
        assert faults(f'{HEADER}{{"record":{record}}}\n{END}') == [("$[1].record", "too_long")]

    def test_more_faults_than_anybody_reads(self) -> None:
        """A hundred faults are listed, and that there are more; the rest is not read."""
        found = faults(HEADER + "{}\n" * 100_000)
        assert len(found) == 101
        assert found[-1] == ("$", "more_faults")

    def test_bytes_that_are_no_text(self, tmp_path: Path) -> None:
        """A file in another encoding is said to be one, without what is in it."""
        path = tmp_path / "archive.jsonl"
        path.write_bytes(HEADER.encode() + b"secret \xff\n" * 10_000)
        with path.open(encoding="utf-8") as file:
            assert faults(file)[0][1] == "not_utf8"

    @pytest.mark.parametrize(
        "file", [None, "archive.jsonl", [HEADER, END], iter([HEADER]), Path("archive.jsonl")]
    )
    def test_what_is_no_file(self, file: Any) -> None:  # noqa: ANN401 - the fault that is looked for
        """Something else than an open file is refused."""
        with pytest.raises(InvalidValueError) as refusal:
            restore(file, MemoryStore())
        assert (refusal.value.field, refusal.value.code) == ("restore.file", "wrong_type")

    def test_a_file_of_bytes(self) -> None:
        """A file that was opened for bytes is refused."""
        file: Any = io.BytesIO(HEADER.encode())
        with pytest.raises(InvalidValueError) as refusal:
            restore(file, MemoryStore())
        assert (refusal.value.field, refusal.value.code) == ("restore.file", "wrong_type")

    def test_a_pipe(self) -> None:
        """What can be read only once is refused before anything is."""

        class Pipe(io.StringIO):
            def seekable(self) -> bool:
                return False

        with pytest.raises(InvalidValueError) as refusal:
            restore(Pipe(HEADER), MemoryStore())
        assert (refusal.value.field, refusal.value.code) == ("restore.file", "not_seekable")

    @pytest.mark.parametrize(
        "there",
        [
            Put(Ref("contact", "jonas"), 0, "{}"),
            Put(Ref("interview", "n-0002"), 0, "{}"),
            Put(Ref("interview", "n-0004"), 0, "{}"),
            Put(Ref("tombstone", "n-0004"), 0, "{}"),
        ],
    )
    def test_something_in_the_way(self, archive: str, there: Put) -> None:
        """What the tenant has under an id of the archive, even an erased one, is kept; nothing is written."""
        store = MemoryStore()
        store.commit("default", [there])
        before = everything(store)
        with pytest.raises(ConflictError) as conflict:
            restored(archive, store)
        assert (conflict.value.ref, conflict.value.expected, conflict.value.actual) == (there.ref, 0, 1)
        assert everything(store) == before

    def test_a_mark_that_is_damaged(self, archive: str) -> None:
        """A mark that tells no number is an error, and nothing is written."""
        store = MemoryStore()
        restored(archive, store)
        (mark,) = store.scan("default", "archive")
        target = MemoryStore()
        target.commit("default", [Put(mark.ref, 0, "secret")])
        before = everything(target)
        with pytest.raises(InvalidDataError) as error:
            restored(archive, target)
        assert "secret" not in str(error.value)
        assert everything(target) == before


class TestDamage:
    """What is stored is not trusted when it is exported."""

    @pytest.mark.parametrize(
        "damage",
        [
            Put(Ref("contact", "x"), 0, "{"),
            Put(Ref("interview", "x"), 0, "{"),
            Put(Ref("tombstone", "x"), 0, "{"),
            Put(Ref("tombstone", "x"), 0, '{"$schema":2,"id":"y","kind":"tombstone"}'),
            Put(Ref("interview", "x"), 0, "{", {}, (NewEntry("Held", "now", "{"),)),
        ],
    )
    def test_is_told(self, damage: Put) -> None:
        """A damaged record is an error when its line is asked for."""
        store = MemoryStore()
        store.commit("default", [damage])
        with pytest.raises(InvalidDataError):
            exported(store)

    @pytest.mark.parametrize("due", [5, "soon", "2026-03-02", "2026-03-02T09:00:00+00:00", ""])
    def test_of_a_sort_key(self, due: Scalar) -> None:
        """When an interview is due must be what a desk writes."""
        store = MemoryStore()
        desk = lived(store)
        (talk,) = desk.interviews(contact_id="noor")
        put = desk._put(talk, talk.version, ())
        store.commit("default", [attrs.evolve(put, terms={**put.terms, "due": due})])
        with pytest.raises(InvalidDataError) as error:
            exported(store)
        assert [(p.path, p.code) for p in error.value.problems] == [("$.due", "not_a_datetime")]

    def test_of_the_log(self) -> None:
        """An entry that is no event, and one of a tombstone that is none, are told."""
        for kind in ("interview", "tombstone"):
            store = MemoryStore()
            desk = lived(store)
            (talk, *_) = desk.interviews()
            record = store.load("default", [Ref("interview", talk.id)])[0]
            assert record is not None
            put = Put(record.ref, record.version, record.body, record.terms, (NewEntry("Held", "now", "{"),))
            if kind == "tombstone":
                (grave,) = store.scan("default", "tombstone")
                put = Put(grave.ref, 1, grave.body, grave.terms, (NewEntry("Held", "now", "{"),))
            store.commit("default", [put])
            with pytest.raises(InvalidDataError):
                exported(store)
