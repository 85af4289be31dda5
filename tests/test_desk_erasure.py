"""What erasing a person takes, what it leaves in its place, and what it reports."""

from collections.abc import Callable, Sequence
from pathlib import Path

import attrs
import pytest
from tests.desks import Clock, Numbers, Passing
from tests.lives import COLD, LIVES, OBJECTIVE, at, slot_at

from infoview import _events as ev
from infoview._address import EmailAddress
from infoview._channel import ConnectionKind
from infoview._events import Event
from infoview._interview import Interview
from infoview._objective import Connection
from infoview._people import Consent, Contact, PersonName, Seeker
from infoview._stages import Stage
from infoview._takeaways import Note
from infoview.conversion import to_json
from infoview.desk import Desk, Trace, TraceReason
from infoview.exceptions import (
    ConflictError,
    GuardError,
    InvalidDataError,
    InvalidValueError,
    NotFoundError,
    StoreUnavailableError,
)
from infoview.referrals import Referral, chain
from infoview.storage import (
    Erase,
    MemoryStore,
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
    zone="Europe/Berlin",
)
JONAS = Contact(
    id="c-jonas",
    name=PersonName(given="Jonas", family="Whistlecroft"),
    email=EmailAddress("jonas@example.com"),
    organisation="Example Water Works",
)
TEODOR = Referral(
    id="r-1",
    name=PersonName(given="Teodor", family="Quillfeather"),
    email=EmailAddress("teodor@example.net"),
    consent=Consent.GRANTED,
)


@attrs.define
class Halting(Passing):
    """A store that takes few changes at once, and fails at the commits that it is told to."""

    inner: Store = attrs.field(factory=MemoryStore)
    max_changes: int = 100
    fails: list[bool] = attrs.field(factory=list[bool])
    """What becomes of the next commits: whether each is lost; the answer of a lost one is."""

    def commit(self, tenant: str, changes: Sequence[Put | Erase], /) -> int:
        """See `Store`."""
        if self.fails and self.fails.pop(0):
            raise StoreUnavailableError("commit failed", outcome_known=True)
        return self.inner.commit(tenant, changes)


@attrs.define
class Mumbling(Halting):
    """A store whose answers get lost: it commits, and does not say so."""

    def commit(self, tenant: str, changes: Sequence[Put | Erase], /) -> int:
        """See `Store`."""
        position = self.inner.commit(tenant, changes)
        if self.fails and self.fails.pop(0):
            raise StoreUnavailableError("the line broke", outcome_known=False)
        return position


@pytest.fixture
def desk(store: Store, clock: Clock) -> Desk:
    """Open a desk at which Mira and Jonas are known."""
    return opened(store, clock)


def opened(store: Store, clock: Clock) -> Desk:
    """Open a desk at which Mira and Jonas are known."""
    desk = Desk(store=store, clock=clock, new_id=Numbers())
    desk.keep(MIRA, JONAS)
    return desk


def live(desk: Desk, interview: Interview, *events: Event) -> Interview:
    """Record what told events say, each at its time."""
    for event in events:
        assert isinstance(desk.clock, Clock)
        desk.clock.now = max(event.at, desk.clock.now)
        fields = {field.name for field in attrs.fields(type(event))} - {"at", "id", "interview_id"}
        interview = desk.record(interview.id, type(event), **{name: getattr(event, name) for name in fields})
    return interview


def talk(desk: Desk, *events: Event) -> Interview:
    """Hold a talk with Jonas in which some more happens."""
    begun = desk.begin(seeker_id="mira", contact_id="c-jonas")
    return live(desk, begun, *LIVES[Stage.HELD][1:], *events)


def named(referral: Referral = TEODOR) -> Event:
    """Give a name."""
    return ev.ReferralReceived(at=at(3, 10, 16), referral=referral)


def noted(text: str) -> Event:
    """Take a note."""
    return ev.NoteTaken(at=at(3, 10, 17), note=Note(text))


def everything(store: Store) -> str:
    """Write down all that a store holds."""
    kinds = ("seeker", "contact", "interview", "tombstone")
    return repr(
        [*(store.scan("default", kind, limit=1_000) for kind in kinds), store.log("default", limit=1_000)]
    )


def names_jonas(text: str) -> bool:
    """Tell whether a text still tells who Jonas is."""
    return any(part in text.lower() for part in ("whistlecroft", "jonas@example.com", "water works"))


class TestWhatGoes:
    """A contact and every interview with them."""

    def test_leaves_nothing_of_a_person(self, desk: Desk, store: Store) -> None:
        """Neither records nor log name the person afterwards, and nothing is reported."""
        live(desk, talk(desk, noted("Jonas Whistlecroft likes tea")))
        assert names_jonas(everything(store))
        erasure = desk.erase("c-jonas")
        assert (erasure.interviews, erasure.traces) == (("n-0002",), ())
        assert not names_jonas(everything(store))

    def test_leaves_no_byte_in_a_file(self, tmp_path: Path, clock: Clock) -> None:
        """The raw bytes of the files of SQLite hold neither name nor address, while open and when closed."""
        store = SQLiteStore(tmp_path / "desk.db")
        desk = opened(store, clock)
        talk(desk, noted("Jonas Whistlecroft likes tea"))

        def raw() -> str:
            return "".join(file.read_bytes().decode("latin-1") for file in tmp_path.iterdir())

        assert names_jonas(raw())
        desk.erase("c-jonas")
        assert not names_jonas(raw())
        store.close()
        assert not names_jonas(raw())

    def test_leaves_names_and_times_in_the_log(self, desk: Desk, store: Store) -> None:
        """Nobody's numbers change; whoever follows the log meets the tombstone."""
        held = talk(desk)
        before = store.log("default", limit=1_000)
        desk.erase("c-jonas")
        after = store.log("default", limit=1_000)
        assert after[:-1] == [attrs.evolve(entry, body=None) for entry in before]
        assert (after[-1].ref, after[-1].name, after[-1].at) == (
            Ref("tombstone", held.id),
            "InterviewErased",
            "2026-03-10T14:20:00.000000+00:00",
        )
        assert after[-1].body == f'{{"$schema":2,"id":"{held.id}","kind":"tombstone"}}'

    def test_takes_a_seeker_with_the_interviews(self, desk: Desk, store: Store) -> None:
        """A seeker is erased as a contact is; the contacts stay."""
        held = talk(desk, noted("I, Mira Oddleif, was late"))
        desk.keep(
            attrs.evolve(MIRA, id="other", name=PersonName(given="Mara"), email=EmailAddress("m@example.org"))
        )
        other = desk.begin(seeker_id="other", contact_id="c-jonas")
        assert desk.erase_seeker("mira").interviews == (held.id,)
        assert "oddleif" not in everything(store).lower()
        assert [*desk.interviews()] == [other]
        assert [*desk.contacts()] == [JONAS]
        with pytest.raises(NotFoundError) as missing:
            desk.erase_seeker("mira")
        assert missing.value.kind == "seeker"

    def test_takes_what_is_damaged(self, desk: Desk, store: Store) -> None:
        """What cannot be read any more is erased all the same; what led to it, a term still tells."""
        held = talk(desk)
        terms: dict[str, Scalar] = {"contact": "c-jonas", "follows": "n-0000"}
        store.commit("default", [Put(Ref("interview", held.id), held.version, "{", terms)])
        store.commit("default", [Put(Ref("contact", "c-jonas"), 2, "{")])
        store.commit(
            "default", [Put(Ref("interview", "n-9999"), 0, "{", {"contact": "c-jonas", "follows": 5})]
        )
        assert desk.erase("c-jonas").interviews == (held.id, "n-9999")
        assert [*desk.origins()] == [(held.id, "n-0000")]

    @pytest.mark.parametrize("erase", [Desk.erase, Desk.erase_seeker])
    def test_needs_somebody(self, desk: Desk, store: Store, erase: Callable[[Desk, str], object]) -> None:
        """Nobody is erased without having been there; the id is not in the text."""
        before = everything(store)
        with pytest.raises(NotFoundError) as missing:
            erase(desk, "nobody@example.org")
        assert "nobody" not in str(missing.value)
        with pytest.raises(InvalidValueError):
            erase(desk, "")
        assert everything(store) == before

    def test_takes_what_was_begun_meanwhile(self, desk: Desk, store: Store) -> None:
        """An interview that came while its seeker went is erased by erasing the seeker again."""
        begun = desk.begin(seeker_id="mira", contact_id="c-jonas")
        store.commit("default", [Erase(Ref("seeker", "mira"), 1)])
        assert desk.erase_seeker("mira").interviews == (begun.id,)

    def test_is_refused_when_somebody_writes(self, clock: Clock) -> None:
        """Of an interview that is written at the same moment nothing is erased, nor of anything else."""
        store = MemoryStore()
        desk = opened(store, clock)
        begun = desk.begin(seeker_id="mira", contact_id="c-jonas")

        @attrs.define
        class Busy(Halting):
            def commit(self, tenant: str, changes: Sequence[Put | Erase], /) -> int:
                desk.record(begun.id, ev.Prepared, objective=OBJECTIVE, connection=COLD)
                return self.inner.commit(tenant, changes)

        with pytest.raises(ConflictError):
            attrs.evolve(desk, store=Busy(store)).erase("c-jonas")
        assert desk.contact("c-jonas") == JONAS
        assert desk.interview(begun.id).stage is Stage.PREPARED


class TestWhenCutShort:
    """An erasure that stops half way is taken up again."""

    def test_goes_on(self, clock: Clock) -> None:
        """What the first call left, the second takes; each interview has its tombstone."""
        store = Halting()
        desk = opened(store, clock)
        for _ in range(120):
            desk.record(desk.begin(seeker_id="mira", contact_id="c-jonas").id, ev.Withdrawn)
        store.fails = [False, True]
        with pytest.raises(StoreUnavailableError):
            desk.erase("c-jonas")
        left = len([*desk.interviews()])
        assert 0 < left < 120
        assert desk.contact("c-jonas") == JONAS
        assert len(desk.erase("c-jonas").interviews) == left
        assert not names_jonas(everything(store))
        assert len([*store.inner.scan("default", "tombstone", limit=1_000)]) == 120

    def test_is_one_step_where_there_is_room(self, clock: Clock) -> None:
        """Forty-nine interviews and the person go at once, in a hundred changes at most."""
        store = Halting()
        desk = opened(store, clock)
        for _ in range(49):
            desk.record(desk.begin(seeker_id="mira", contact_id="c-jonas").id, ev.Withdrawn)
        store.fails = [False, True]
        assert len(desk.erase("c-jonas").interviews) == 49
        assert store.fails == [True]

    def test_survives_a_lost_answer(self, clock: Clock) -> None:
        """When nobody knows whether it happened, it is found out."""
        store = Mumbling()
        desk = opened(store, clock)
        talk(desk)
        store.fails = [True]
        assert len(desk.erase("c-jonas").interviews) == 1
        assert not names_jonas(everything(store))


class TestTombstones:
    """What stays of an erased interview keeps the map of referrals in one piece."""

    @pytest.fixture
    def path(self, desk: Desk) -> tuple[str, str, str]:
        """Let Jonas lead to Teodor, and Teodor to Ada."""
        first = talk(desk, named())
        second = desk.follow(first.id, "r-1")
        ada = attrs.evolve(TEODOR, name=PersonName(given="Ada"), email=EmailAddress("ada@example.net"))
        slot = slot_at(at(3, 17, 14))
        asked = ev.RequestSent(at=at(3, 11), minutes=20)
        second = live(
            desk,
            second,
            asked,
            ev.Scheduled(at=at(3, 12), slot=slot),
            ev.Held(at=slot.end),
            attrs.evolve(named(ada), at=slot.end),
        )
        return first.id, second.id, desk.follow(second.id, "r-1").id

    def test_keep_the_way(self, desk: Desk, path: tuple[str, str, str]) -> None:
        """Who led to whom is known as before, whichever of them is erased."""
        for id_ in ("c-jonas", *(desk.interview(id_).contact_id for id_ in path[1:])):
            desk.erase(id_)
            assert chain(path[-1], desk.origins()) == path
        assert [*desk.interviews()] == []

    def test_hold_ids_and_nothing_else(self, desk: Desk, store: Store, path: tuple[str, str, str]) -> None:
        """A tombstone is an interview's id, the one it followed, and the referral that led to it."""
        desk.erase(desk.interview(path[1]).contact_id)
        (record,) = store.scan("default", "tombstone")
        assert record == Record(
            Ref("tombstone", path[1]),
            1,
            f'{{"$schema":2,"follows":"{path[0]}","id":"{path[1]}","kind":"tombstone","referral_id":"r-1"}}',
            {"follows": path[0]},
        )

    def test_let_a_spent_name_rest(self, desk: Desk, path: tuple[str, str, str]) -> None:
        """The name that led to an erased person is not followed again; another one is."""
        desk.record(path[0], ev.ReferralReceived, referral=attrs.evolve(TEODOR, id="r-2"))
        desk.erase(desk.interview(path[1]).contact_id)
        with pytest.raises(GuardError) as refusal:
            desk.follow(path[0], "r-1")
        assert [reason.code for reason in refusal.value.reasons] == ["referral_spent"]
        assert desk.follow(path[0], "r-2").referral_id == "r-2"

    @pytest.mark.parametrize(
        "damage",
        [
            "",
            "{",
            "[]",
            '{"$schema":2,"kind":"tombstone"}',
            '{"$schema":2,"id":"x","kind":"interview"}',
            '{"$schema":2,"id":"x","kind":"tombstone","name":"Ada"}',
            '{"$schema":9,"id":"x","kind":"tombstone"}',
            '{"$schema":2,"id":"y","kind":"tombstone"}',
        ],
    )
    def test_are_not_trusted(self, desk: Desk, store: Store, damage: str, path: tuple[str, str, str]) -> None:
        """A damaged tombstone is an error that names no data."""
        store.commit("default", [Put(Ref("tombstone", "x"), 0, damage, {"follows": path[0]})])
        desk.record(path[0], ev.ReferralReceived, referral=attrs.evolve(TEODOR, id="r-2"))
        with pytest.raises(InvalidDataError) as error:
            desk.follow(path[0], "r-2")
        assert "Ada" not in str(error.value)


def reasons(desk: Desk, contact_id: str = "c-jonas") -> dict[tuple[str, str], tuple[str, ...]]:
    """Erase a contact, and tell what still names them, and why."""
    traces = desk.erase(contact_id).traces
    return {(trace.kind, trace.id): tuple(map(str, trace.reasons)) for trace in traces}


class TestTraces:
    """What names the person elsewhere is found and reported."""

    @pytest.fixture
    def other(self, desk: Desk) -> str:
        """Begin an interview with somebody else."""
        desk.keep(Contact(id="other", name=PersonName(given="Noor")))
        return desk.begin(seeker_id="mira", contact_id="other").id

    def test_of_a_referral(self, desk: Desk) -> None:
        """The talk in which the name was given, even where it was spelled otherwise then."""
        misspelled = attrs.evolve(TEODOR, name=PersonName(given="Theo"), email=EmailAddress("t@example.net"))
        origin = talk(desk, named(misspelled))
        desk.keep(Contact(id="teodor", name=PersonName(given="Teodor", family="Quillfeather")))
        led = desk.follow(origin.id, "r-1", contact_id="teodor")
        erasure = desk.erase(led.contact_id)
        assert erasure.traces == (Trace(kind="interview", id=origin.id, reasons=(TraceReason.REFERRAL,)),)

    def test_of_a_referrer(self, desk: Desk) -> None:
        """The interview that came about through the person."""
        led = desk.follow(talk(desk, named()).id, "r-1")
        assert reasons(desk) == {("interview", led.id): ("referrer", "name")}

    def test_of_a_connector(self, desk: Desk, other: str) -> None:
        """An introduction that the person was asked for, under any name."""
        through = Connection(
            kind=ConnectionKind.REFERRAL, referrer_id="c-jonas", referrer=PersonName(given="J.")
        )
        desk.record(
            other, ev.IntroRequested, objective=OBJECTIVE, connection=through, check_back_on=at(3, 9).date()
        )
        assert reasons(desk) == {("interview", other): ("referrer",)}

    @pytest.mark.parametrize(
        ("text", "found"),
        [
            ("ask jonas@example.com", ("address",)),
            ("ask Jonas@Example.Com.", ("address",)),
            ("Jonas Whistlecroft knows", ("name",)),
            ("ask:\nWHISTLECROFT JONAS", ("name",)),
            ("ask:\tjonas whistlecroft", ("name",)),
            ("Jonas Whistlecroft <jonas@example.com>", ("address", "name")),
            ("Jonas Whistlecrofts, bjonas@example.com, Jonas or Whistlecroft", ()),
            ('"referrer_id":"c-jonas"', ()),
        ],
    )
    def test_in_a_text(self, desk: Desk, other: str, text: str, found: tuple[str, ...]) -> None:
        """A note that holds the address or the whole name; a part of a word is none."""
        desk.record(other, ev.Prepared, objective=OBJECTIVE, connection=COLD)
        desk.record(other, ev.NoteTaken, note=Note(text))
        assert reasons(desk) == ({("interview", other): found} if found else {})

    def test_of_a_namesake(self, desk: Desk) -> None:
        """Whoever is stored with the same name or address, as a contact or as a seeker."""
        desk.keep(
            attrs.evolve(JONAS, id="twin", email=None),
            attrs.evolve(JONAS, id="heir", name=PersonName(given="Jo")),
            attrs.evolve(MIRA, id="me", name=attrs.evolve(JONAS.name, family_first=True)),
            Contact(id="far", name=PersonName(given="Jonas", family="Whistle")),
        )
        assert reasons(desk) == {
            ("contact", "twin"): ("name",),
            ("contact", "heir"): ("address",),
            ("seeker", "me"): ("name",),
        }

    def test_of_a_single_name(self, desk: Desk, other: str) -> None:
        """Who has one name is not everybody who begins with it."""
        desk.keep(
            Contact(id="ada", name=PersonName(given='A "da" \\')),
            Contact(id="twin", name=PersonName(given='A "da" \\', family_first=True)),
            Contact(id="far", name=PersonName(given='A "da" \\', family="Vantongeren")),
        )
        desk.record(other, ev.Prepared, objective=OBJECTIVE, connection=COLD)
        desk.record(other, ev.NoteTaken, note=Note('ask A "da" \\ too'))
        assert reasons(desk, "ada") == {
            ("interview", other): ("name",),
            ("contact", "twin"): ("name",),
        }

    def test_by_an_id_that_looks_like_a_pattern(self, desk: Desk, other: str) -> None:
        """Ids and names are taken letter for letter."""
        desk.keep(Contact(id='.*"', name=PersonName(given="(.+)", family="[a")))
        assert reasons(desk, '.*"') == {}
        assert desk.interview(other).contact_id == "other"

    def test_of_a_seeker(self, desk: Desk) -> None:
        """A seeker leaves traces as a contact does."""
        desk.keep(attrs.evolve(JONAS, note="met through Mira Oddleif"))
        erasure = desk.erase_seeker("mira")
        assert erasure.traces == (Trace(kind="contact", id="c-jonas", reasons=(TraceReason.NAME,)),)

    def test_go_no_further_than_the_tenant(self, desk: Desk, store: Store) -> None:
        """Other tenants are neither looked into nor touched."""
        store.commit("other", [Put(Ref("contact", "c-jonas"), 0, to_json(JONAS))])
        assert reasons(desk) == {}
        assert store.load("other", [Ref("contact", "c-jonas")])[0] is not None


class TestLostAnswers:
    """What is recorded is recorded once, even when the store's answer is lost."""

    def test_of_each_use(self, clock: Clock) -> None:
        """Beginning, recording and following survive it."""
        store = Mumbling()
        desk = opened(store, clock)
        store.fails = [True] * 100
        first = talk(desk, named())
        led = desk.follow(first.id, "r-1")
        desk.record(led.id, ev.GroupJoined, group_id="g-1")
        names = [entry.name for entry in store.log("default", limit=1_000)]
        assert names == [type(event).__name__ for event in (*first.history, *led.history)] + ["GroupJoined"]

    def test_is_said_when_it_cannot_be_settled(self, clock: Clock) -> None:
        """A store that goes on failing is unavailable, and whether it happened is not known."""
        store = Mumbling()
        desk = opened(store, clock)

        @attrs.define
        class Broken(Mumbling):
            def commit(self, _tenant: str, _changes: Sequence[Put | Erase], /) -> int:
                raise StoreUnavailableError("the line broke", outcome_known=False)

        with pytest.raises(StoreUnavailableError) as error:
            attrs.evolve(desk, store=Broken(store)).begin(seeker_id="mira", contact_id="c-jonas")
        assert not error.value.outcome_known
