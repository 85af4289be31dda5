from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import attrs
import pytest
from tests.desks import Clock, Numbers, Passing
from tests.lives import COLD, LIVES, OBJECTIVE, REFERRAL, at, midnight

from infoview._address import EmailAddress
from infoview._channel import ConnectionKind
from infoview._choices import ReferralAsk
from infoview._events import (
    Accepted,
    Closed,
    Declined,
    DoNotContactAsked,
    Erased,
    Event,
    Held,
    Identified,
    NoteTaken,
    Nudged,
    Prepared,
    ReferralReceived,
    ReplyThanked,
    RequestSent,
    Withdrawn,
)
from infoview._interview import Interview
from infoview._objective import Objective, ObjectiveKind
from infoview._people import Consent, Contact, PersonName, Seeker
from infoview._stages import Stage
from infoview._takeaways import Note
from infoview._time import WEEKDAYS
from infoview.agenda import ActionKind
from infoview.conversion import from_json, to_json
from infoview.desk import Desk
from infoview.exceptions import (
    ConflictError,
    GoneError,
    GuardError,
    IllegalTransitionError,
    InvalidDataError,
    InvalidValueError,
    NotFoundError,
    StoreUnavailableError,
)
from infoview.policies import CLASSIC, FINANCE
from infoview.referrals import Referral
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
    zone="America/New_York",
)
JONAS = Contact(
    id="jonas",
    name=PersonName(given="Jonas", family="Whistlecroft"),
    email=EmailAddress("jonas@example.com"),
    organisation="Example Water Works",
    zone="Europe/Berlin",
)
TEODOR = Contact(
    id="teodor",
    name=PersonName(given="Teodor", family="Quillfeather"),
    email=EmailAddress("teodor@example.net"),
    zone="Asia/Kathmandu",
)
NAMED = attrs.evolve(
    REFERRAL, email=EmailAddress("teodor@example.net"), reason="draw the maps", consent=Consent.GRANTED
)


@attrs.define
class Watched(Passing):
    """A store that counts what is read, and lets somebody else in before the next commit."""

    inner: Store
    scans: int = 0
    rows: int = 0
    commits: list[Sequence[Put | Erase]] = attrs.field(factory=list)
    meanwhile: Callable[[], object] | None = None

    def commit(self, tenant: str, changes: Sequence[Put | Erase], /) -> int:
        """See `Store`."""
        self.commits.append(changes)
        interloper, self.meanwhile = self.meanwhile, None
        if interloper:
            interloper()
        return self.inner.commit(tenant, changes)

    def scan(
        self,
        tenant: str,
        kind: str,
        /,
        *,
        where: Mapping[str, Scalar] = {},
        order: str | None = None,
        after: tuple[Scalar, str] | str | None = None,
        limit: int = 100,
    ) -> list[Record]:
        """See `Store`."""
        page = self.inner.scan(tenant, kind, where=where, order=order, after=after, limit=limit)
        self.scans += 1
        self.rows += len(page)
        return page


@pytest.fixture
def desk(store: Store, clock: Clock) -> Desk:
    """Open a desk at which Mira and Jonas are known."""
    opened = Desk(store=store, clock=clock, new_id=Numbers())
    opened.keep(MIRA, JONAS)
    return opened


def live(desk: Desk, clock: Clock, interview: Interview, *events: Event) -> Interview:
    """Record what told events say, each at its time."""
    for event in events:
        clock.now = event.at
        said = {
            field.name: getattr(event, field.name)
            for field in attrs.fields(type(event))
            if field.name not in ("at", "id", "interview_id")
        }
        interview = desk.record(interview.id, type(event), **said)
    return interview


def begin_and_live(desk: Desk, clock: Clock, *events: Event) -> Interview:
    """Begin with Jonas and record what told events say."""
    return live(desk, clock, desk.begin(seeker_id="mira", contact_id="jonas"), *events)


def talk_with_a_name(desk: Desk, clock: Clock, referral: Referral = NAMED) -> Interview:
    """Hold a talk in which Jonas gives a name."""
    named = ReferralReceived(at=at(3, 10, 16), referral=referral)
    return begin_and_live(desk, clock, *LIVES[Stage.HELD][1:], named)


def everything(store: Store, tenant: str = "default") -> object:
    """Read all that a store holds."""
    records = [store.scan(tenant, kind, limit=1_000) for kind in ("seeker", "contact", "interview")]
    return records, store.log(tenant, limit=1_000)


def codes(error: GuardError) -> list[str]:
    """Read the codes off a refusal."""
    return [reason.code for reason in error.reasons]


class TestPeople:
    """Keeping and finding people."""

    def test_come_back_as_they_were(self, desk: Desk) -> None:
        """A person is loaded as kept."""
        assert (desk.seeker("mira"), desk.contact("jonas")) == (MIRA, JONAS)

    def test_are_replaced_under_their_id(self, desk: Desk, store: Store) -> None:
        """Keeping again replaces what is stored and counts the version on."""
        moved = attrs.evolve(JONAS, organisation="Example Rivers", email=None)
        desk.keep(moved)
        assert desk.contact("jonas") == moved
        (record,) = store.load("default", [Ref("contact", "jonas")])
        assert record is not None
        assert (record.version, record.terms) == (2, {"email": None, "organisation": "Example Rivers"})

    def test_are_found_by_their_address(self, desk: Desk, store: Store) -> None:
        """The address is a term, for seekers as for contacts."""
        assert desk.contact("jonas").organisation == "Example Water Works"
        found = [
            record.ref.id
            for kind, address in (("seeker", "mira@example.org"), ("contact", "jonas@example.com"))
            for record in store.scan("default", kind, where={"email": address})
        ]
        assert found == ["mira", "jonas"]

    def test_write_no_log(self, desk: Desk, store: Store) -> None:
        """Only events are logged; people are no events."""
        desk.keep(JONAS)
        assert store.log("default") == []

    def test_a_seeker_and_a_contact_may_share_an_id(self, desk: Desk) -> None:
        """Whoever asks and knows is two records."""
        both = attrs.evolve(JONAS, id="mira")
        desk.keep(both)
        assert (desk.seeker("mira"), desk.contact("mira")) == (MIRA, both)

    def test_many_at_once(self, store: Store, clock: Clock) -> None:
        """Two hundred and fifty contacts are kept in three steps of at most a hundred."""
        watched = Watched(store)
        desk = Desk(store=watched, clock=clock, new_id=Numbers())
        crowd = [attrs.evolve(JONAS, id=f"c-{number:03}", email=None) for number in range(250)]
        desk.keep(*crowd)
        assert [len(changes) for changes in watched.commits] == [100, 100, 50]
        assert list(desk.contacts()) == crowd

    def test_nobody(self, store: Store, clock: Clock) -> None:
        """Keeping nobody does nothing."""
        watched = Watched(store)
        Desk(store=watched, clock=clock, new_id=Numbers()).keep()
        assert watched.commits == []

    def test_of_two_with_one_id_the_last_counts(self, desk: Desk) -> None:
        """The same person twice in one call is the person as said last."""
        moved = attrs.evolve(JONAS, organisation="Example Rivers")
        desk.keep(JONAS, moved)
        assert desk.contact("jonas") == moved

    def test_conflict(self, store: Store, clock: Clock) -> None:
        """Of two who write one person at the same moment, the second is refused."""
        watched = Watched(store)
        mine, theirs = (Desk(store=s, clock=clock, new_id=Numbers()) for s in (watched, store))
        moved = attrs.evolve(JONAS, organisation="Example Rivers")
        watched.meanwhile = lambda: theirs.keep(moved)
        with pytest.raises(ConflictError) as conflict:
            mine.keep(JONAS)
        assert (conflict.value.ref, conflict.value.expected, conflict.value.actual) == (
            Ref("contact", "jonas"),
            0,
            1,
        )
        assert mine.contact("jonas") == moved

    def test_gone(self, desk: Desk, store: Store) -> None:
        """Who was erased is not kept again."""
        store.commit("default", [Erase(Ref("contact", "jonas"), 1)])
        with pytest.raises(GoneError):
            desk.keep(JONAS)
        with pytest.raises(NotFoundError):
            desk.contact("jonas")

    @pytest.mark.parametrize(
        ("kind", "load"), [("seeker", Desk.seeker), ("contact", Desk.contact), ("interview", Desk.interview)]
    )
    def test_not_found(self, desk: Desk, kind: str, load: Callable[[Desk, str], object]) -> None:
        """What is not stored is named, without the id in the text."""
        with pytest.raises(NotFoundError) as missing:
            load(desk, "nobody@example.org")
        assert (missing.value.kind, missing.value.id) == (kind, "nobody@example.org")
        assert "nobody" not in str(missing.value)


class TestBegin:
    """Beginning an interview."""

    def test_identified(self, desk: Desk, store: Store) -> None:
        """The interview is new, stands at its beginning, and is stored with its one event."""
        begun = desk.begin(seeker_id="mira", contact_id="jonas")
        opening = Identified(
            at=at(3, 2),
            id="n-0001",
            interview_id="n-0002",
            seeker_id="mira",
            contact_id="jonas",
            zone="Europe/Berlin",
        )
        assert begun == Interview.open(opening)
        assert desk.interview("n-0002") == begun
        assert [(e.position, e.ref, e.version, e.name) for e in store.log("default")] == [
            (1, Ref("interview", "n-0002"), 1, "Identified")
        ]

    def test_in_the_contacts_zone_or_the_seekers(self, desk: Desk) -> None:
        """Business days count at the contact's place, or at the seeker's while that is unknown."""
        desk.keep(attrs.evolve(TEODOR, zone=None))
        zones = [desk.begin(seeker_id="mira", contact_id=id_).zone for id_ in ("jonas", "teodor")]
        assert zones == ["Europe/Berlin", "America/New_York"]

    @pytest.mark.parametrize(
        ("seeker_id", "contact_id", "kind"),
        [("nobody", "jonas", "seeker"), ("mira", "nobody", "contact"), ("jonas", "mira", "seeker")],
    )
    def test_with_nobody(self, desk: Desk, store: Store, seeker_id: str, contact_id: str, kind: str) -> None:
        """Both sides must be stored, each as what they are; otherwise nothing is."""
        before = everything(store)
        with pytest.raises(NotFoundError) as missing:
            desk.begin(seeker_id=seeker_id, contact_id=contact_id)
        assert missing.value.kind == kind
        assert everything(store) == before

    def test_one_at_a_time(self, desk: Desk, store: Store) -> None:
        """While an interview is running there is no second one of the two; others may begin."""
        desk.begin(seeker_id="mira", contact_id="jonas")
        before = everything(store)
        with pytest.raises(GuardError) as refusal:
            desk.begin(seeker_id="mira", contact_id="jonas")
        assert (refusal.value.event, codes(refusal.value)) == ("Identified", ["interview_running"])
        assert refusal.value.earliest is None
        assert everything(store) == before
        desk.keep(TEODOR, attrs.evolve(MIRA, id="other"))
        pairs = [("mira", "teodor"), ("other", "jonas")]
        begun = [desk.begin(seeker_id=s, contact_id=c) for s, c in pairs]
        assert [(i.seeker_id, i.contact_id) for i in begun] == pairs

    def test_again_after_the_end(self, desk: Desk, clock: Clock) -> None:
        """When the first has ended there may be another."""
        first = begin_and_live(desk, clock, *LIVES[Stage.DECLINED][1:])
        second = desk.begin(seeker_id="mira", contact_id="jonas")
        assert [i.id for i in desk.interviews()] == [first.id, second.id]

    @pytest.mark.parametrize("silence", [DoNotContactAsked, Erased])
    def test_silence(self, desk: Desk, store: Store, silence: type[Event]) -> None:
        """Who asked one seeker for silence is not written to by another."""
        desk.record(desk.begin(seeker_id="mira", contact_id="jonas").id, silence)
        desk.keep(attrs.evolve(MIRA, id="other"))
        before = everything(store)
        for seeker_id in ("mira", "other"):
            with pytest.raises(GuardError) as refusal:
                desk.begin(seeker_id=seeker_id, contact_id="jonas")
            assert codes(refusal.value) == ["contact_sealed"]
        assert everything(store) == before

    def test_silence_outweighs_what_runs(self, clock: Clock) -> None:
        """Silence is found behind more than a page of other interviews with the contact."""
        desk = Desk(store=MemoryStore(), clock=clock, new_id=Numbers())
        others = [attrs.evolve(MIRA, id=f"s-{number:03}") for number in range(102)]
        desk.keep(MIRA, JONAS, *others)
        talks = [desk.begin(seeker_id=seeker.id, contact_id="jonas") for seeker in others]
        desk.record(talks[-1].id, DoNotContactAsked)
        with pytest.raises(GuardError) as refusal:
            desk.begin(seeker_id="mira", contact_id="jonas")
        assert codes(refusal.value) == ["contact_sealed"]

    def test_two_at_the_same_moment(self, store: Store, clock: Clock) -> None:
        """Of two desks that begin with one contact at the same moment, the second is refused."""
        watched, ids = Watched(store), Numbers()
        mine, theirs = (Desk(store=s, clock=clock, new_id=ids) for s in (watched, store))
        mine.keep(MIRA, JONAS)
        watched.meanwhile = lambda: theirs.begin(seeker_id="mira", contact_id="jonas")
        with pytest.raises(ConflictError):
            mine.begin(seeker_id="mira", contact_id="jonas")
        assert len(list(mine.interviews())) == 1
        assert mine.contact("jonas") == JONAS


class TestRecord:
    """Recording what happens."""

    def test_fills_in_time_and_ids(self, desk: Desk, clock: Clock) -> None:
        """The event gets the clock's time, a fresh id, and the interview's id."""
        begun = desk.begin(seeker_id="mira", contact_id="jonas")
        clock.now = at(3, 3)
        prepared = desk.record(begun.id, Prepared, objective=OBJECTIVE, connection=COLD)
        assert prepared.history[-1] == Prepared(
            at=at(3, 3), id="n-0003", interview_id=begun.id, objective=OBJECTIVE, connection=COLD
        )
        assert desk.interview(begun.id) == prepared == Interview.replay(prepared.history)

    def test_every_event_is_one_version_and_one_entry(self, desk: Desk, store: Store, clock: Clock) -> None:
        """The log holds each event once, in order, as JSON that reads back as the event."""
        talk = begin_and_live(desk, clock, *LIVES[Stage.CLOSED][1:])
        entries = store.log("default")
        assert [(e.position, e.version, e.name) for e in entries] == [
            (number, number, type(event).__name__) for number, event in enumerate(talk.history, start=1)
        ]
        assert [e.at for e in entries] == [
            event.at.isoformat(timespec="microseconds") for event in talk.history
        ]
        assert tuple(from_json(Event, e.body) for e in entries if e.body) == talk.history

    def test_stage_and_people_are_terms(self, desk: Desk, store: Store, clock: Clock) -> None:
        """An interview is found by stage, by either side, and by when it is next due."""
        begin_and_live(desk, clock, *LIVES[Stage.REQUESTED][1:])
        (record,) = store.scan("default", "interview", where={"stage": "requested"})
        assert record.terms == {
            "seeker": "mira",
            "contact": "jonas",
            "follows": None,
            "group": None,
            "stage": "requested",
            "requested": "2026-03-03T09:00:00.000000+00:00",
            "due": "2026-03-11T23:00:00.000000+00:00",
        }

    def test_nothing_due_is_no_term(self, desk: Desk, store: Store, clock: Clock) -> None:
        """When nothing presses any more, an interview has no place in the order of due times."""
        begin_and_live(desk, clock, *LIVES[Stage.REQUESTED][1:], Closed(at=at(3, 4)))
        assert store.scan("default", "interview", order="due") == []
        assert len(store.scan("default", "interview")) == 1

    def test_follows_the_policy_and_the_calendar(self, desk: Desk, clock: Clock) -> None:
        """Each desk judges by its own etiquette and its own working days."""

        class Strike:
            def is_business_day(self, day: date, /) -> bool:
                return WEEKDAYS.is_business_day(day) and day.month != 3

        waiting = begin_and_live(desk, clock, *LIVES[Stage.REQUESTED][1:])
        eager = attrs.evolve(desk, policy=FINANCE)
        on_strike = attrs.evolve(desk, calendar=Strike())
        for day, refusing in ((11, desk), (12, on_strike)):
            clock.now = at(3, day)
            with pytest.raises(GuardError) as refusal:
                refusing.record(waiting.id, Nudged)
            assert "nudge_too_early" in codes(refusal.value)
        clock.now = at(3, 11)
        assert eager.record(waiting.id, Nudged).nudges == 1

    @pytest.mark.parametrize(
        ("event_type", "content", "error"),
        [
            (RequestSent, {"minutes": 20}, IllegalTransitionError),
            (Identified, {"seeker_id": "a", "contact_id": "b", "zone": "UTC"}, IllegalTransitionError),
            (Prepared, {"objective": "a job", "connection": COLD}, InvalidValueError),
            (Prepared, {"objective": OBJECTIVE}, TypeError),
            (Prepared, {"objective": OBJECTIVE, "connection": COLD, "mood": "good"}, TypeError),
            (Prepared, {"objective": OBJECTIVE, "connection": COLD, "at": at(3, 3)}, TypeError),
        ],
    )
    def test_a_refusal_changes_nothing(
        self, desk: Desk, event_type: type[Event], content: dict[str, Any], error: type[Exception]
    ) -> None:
        """A refused event leaves records, versions and positions as they are."""
        begun = desk.begin(seeker_id="mira", contact_id="jonas")
        before = everything(desk.store)
        with pytest.raises(error):
            desk.record(begun.id, event_type, **content)
        assert everything(desk.store) == before
        assert desk.interview(begun.id) == begun

    def test_etiquette_changes_nothing(self, desk: Desk, store: Store, clock: Clock) -> None:
        """What a rule refuses leaves everything as it is and says from when on it would be legal."""
        waiting = begin_and_live(desk, clock, *LIVES[Stage.REQUESTED][1:])
        before = everything(store)
        with pytest.raises(GuardError) as refusal:
            desk.record(waiting.id, Nudged)
        assert (codes(refusal.value), refusal.value.earliest) == (["nudge_too_early"], midnight(2026, 3, 12))
        assert everything(store) == before

    def test_in_no_interview(self, desk: Desk, store: Store) -> None:
        """Without an interview nothing is recorded."""
        before = everything(store)
        with pytest.raises(NotFoundError) as missing:
            desk.record("nobody", Accepted)
        assert missing.value.kind == "interview"
        assert everything(store) == before

    @pytest.mark.parametrize(
        ("now", "error"),
        [
            (datetime(2026, 3, 2, 9), InvalidValueError),  # noqa: DTZ001 - the fault that is looked for
            (at(3, 2) - timedelta(days=1), GuardError),
        ],
    )
    def test_a_bad_clock(
        self, desk: Desk, store: Store, clock: Clock, now: datetime, error: type[Exception]
    ) -> None:
        """A clock without a zone, or one that runs backwards, is refused and changes nothing."""
        begun = desk.begin(seeker_id="mira", contact_id="jonas")
        before = everything(store)
        clock.now = now
        with pytest.raises(error):
            desk.record(begun.id, NoteTaken, note=Note("a small thing"))
        assert everything(store) == before

    def test_two_at_the_same_moment(self, store: Store, clock: Clock) -> None:
        """Of two desks that record at the same moment the second is refused, and only the first is kept."""
        watched, ids = Watched(store), Numbers()
        mine, theirs = (Desk(store=s, clock=clock, new_id=ids) for s in (watched, store))
        mine.keep(MIRA, JONAS)
        talk = begin_and_live(mine, clock, *LIVES[Stage.REQUESTED][1:])
        watched.meanwhile = lambda: theirs.record(talk.id, Declined)
        with pytest.raises(ConflictError) as conflict:
            mine.record(talk.id, Accepted)
        assert (conflict.value.expected, conflict.value.actual) == (3, 4)
        assert mine.interview(talk.id).stage is Stage.DECLINED
        assert [entry.name for entry in store.log("default")][-2:] == ["RequestSent", "Declined"]

    def test_a_closed_store(self, desk: Desk, store: Store) -> None:
        """When the engine does not answer, every use says so."""
        begun = desk.begin(seeker_id="mira", contact_id="jonas")
        store.close()
        uses: list[Callable[[], object]] = [
            lambda: desk.keep(JONAS),
            lambda: desk.seeker("mira"),
            lambda: list(desk.contacts()),
            lambda: list(desk.interviews()),
            lambda: desk.begin(seeker_id="mira", contact_id="jonas"),
            lambda: desk.record(begun.id, Accepted),
            lambda: desk.follow(begun.id, "r-1"),
            lambda: desk.agenda(until=at(3, 2)),
        ]
        for use in uses:
            with pytest.raises(StoreUnavailableError):
                use()


class TestInterviews:
    """Going through interviews."""

    def test_of_one_side(self, desk: Desk) -> None:
        """Interviews are found by contact, by seeker, by both, and all of them by id."""
        desk.keep(TEODOR, attrs.evolve(MIRA, id="other"))
        pairs = [("mira", "jonas"), ("mira", "teodor"), ("other", "jonas")]
        first, second, third = (desk.begin(seeker_id=s, contact_id=c) for s, c in pairs)
        assert list(desk.interviews()) == [first, second, third]
        assert list(desk.interviews(contact_id="jonas")) == [first, third]
        assert list(desk.interviews(seeker_id="mira")) == [first, second]
        assert list(desk.interviews(seeker_id="other", contact_id="teodor")) == []
        assert list(desk.interviews(seeker_id="mira", contact_id="teodor")) == [second]

    def test_page_by_page(self, clock: Clock) -> None:
        """Many interviews come a page at a time, each once, and a reader who stops reads no further."""
        watched = Watched(MemoryStore())
        desk = Desk(store=watched, clock=clock, new_id=Numbers())
        people = [attrs.evolve(JONAS, id=f"c-{number:03}", email=None) for number in range(205)]
        desk.keep(MIRA, *people)
        begun = [desk.begin(seeker_id="mira", contact_id=person.id) for person in people]
        watched.scans = 0
        assert next(desk.interviews()) == begun[0]
        assert watched.scans == 1
        assert list(desk.interviews()) == begun


class TestFollow:
    """One talk leads to the next."""

    def test_a_new_contact(self, desk: Desk, store: Store, clock: Clock) -> None:
        """The name becomes a contact, and the new interview is prepared, through the referrer."""
        origin = talk_with_a_name(desk, clock)
        position = len(store.log("default"))
        led = desk.follow(origin.id, "r-1")
        assert (led.stage, led.follows, led.referral_id) == (Stage.PREPARED, origin.id, "r-1")
        assert (led.seeker_id, led.objective, led.zone) == ("mira", OBJECTIVE, MIRA.zone)
        connection = led.connection
        assert connection is not None
        assert (connection.kind, connection.referrer_id, connection.referrer, connection.consent) == (
            ConnectionKind.REFERRAL,
            "jonas",
            JONAS.name,
            Consent.GRANTED,
        )
        assert connection.fact == "draw the maps"
        contact = desk.contact(led.contact_id)
        assert (contact.name, contact.email, contact.source) == (NAMED.name, NAMED.email, "referral")
        assert desk.interview(led.id) == led
        assert [(e.ref.id, e.name) for e in store.log("default", after=position)] == [
            (led.id, "Identified"),
            (led.id, "Prepared"),
        ]

    def test_goes_on_like_any_other(self, desk: Desk, clock: Clock) -> None:
        """The new interview lives on: a request may name the referrer who consented."""
        led = desk.follow(talk_with_a_name(desk, clock).id, "r-1")
        assert desk.record(led.id, RequestSent, minutes=20).stage is Stage.REQUESTED

    def test_without_consent_the_request_is_refused(self, desk: Desk, clock: Clock) -> None:
        """Consent that was not given is not made up on the way."""
        unasked = attrs.evolve(NAMED, consent=Consent.UNASKED)
        led = desk.follow(talk_with_a_name(desk, clock, unasked).id, "r-1")
        with pytest.raises(GuardError) as refusal:
            desk.record(led.id, RequestSent, minutes=20)
        assert codes(refusal.value) == ["consent_missing"]

    def test_another_objective(self, desk: Desk, clock: Clock) -> None:
        """The next talk may be about something else."""
        other = Objective(kind=ObjectiveKind.INDUSTRY, subject="river restoration")
        led = desk.follow(talk_with_a_name(desk, clock).id, "r-1", objective=other)
        assert led.objective == other

    def test_a_known_address(self, desk: Desk, store: Store, clock: Clock) -> None:
        """When somebody with the address is known already, the interview is with them."""
        desk.keep(TEODOR)
        led = desk.follow(talk_with_a_name(desk, clock).id, "r-1")
        assert (led.contact_id, led.zone) == ("teodor", "Asia/Kathmandu")
        assert desk.contact("teodor") == TEODOR
        assert [record.ref.id for record in store.scan("default", "contact")] == ["jonas", "teodor"]

    def test_a_named_contact(self, desk: Desk, clock: Clock) -> None:
        """The caller may say who it is, whatever the address."""
        desk.keep(TEODOR, attrs.evolve(TEODOR, id="twin", zone="UTC"))
        led = desk.follow(talk_with_a_name(desk, clock).id, "r-1", contact_id="twin")
        assert (led.contact_id, led.zone) == ("twin", "UTC")

    def test_a_name_without_an_address(self, desk: Desk, clock: Clock) -> None:
        """A name alone never matches anybody: people of one name are many."""
        desk.keep(TEODOR, attrs.evolve(TEODOR, id="ghost", email=None))
        led = desk.follow(talk_with_a_name(desk, clock, attrs.evolve(NAMED, email=None)).id, "r-1")
        assert led.contact_id not in ("teodor", "ghost", "jonas")
        assert desk.contact(led.contact_id).email is None

    def test_is_one_step(self, store: Store, clock: Clock) -> None:
        """Contact, interview and both events are stored together or not at all; the first talk is claimed."""
        watched = Watched(store)
        desk = Desk(store=watched, clock=clock, new_id=Numbers())
        desk.keep(MIRA, JONAS)
        origin = talk_with_a_name(desk, clock)
        watched.commits.clear()
        led = desk.follow(origin.id, "r-1")
        (changes,) = watched.commits
        assert {change.ref for change in changes} == {
            Ref("contact", led.contact_id),
            Ref("interview", led.id),
            Ref("interview", origin.id),
        }

    def test_two_that_would_make_a_contact_each(self, store: Store, clock: Clock) -> None:
        """Of two desks that follow one name at the same moment, the second is refused and leaves nothing."""
        watched, numbers = Watched(store), Numbers()
        desk = Desk(store=watched, clock=clock, new_id=numbers)
        desk.keep(MIRA, JONAS)
        origin = talk_with_a_name(desk, clock, attrs.evolve(NAMED, email=None))
        theirs = Desk(store=store, clock=clock, new_id=numbers)
        watched.meanwhile = lambda: theirs.follow(origin.id, "r-1")
        with pytest.raises(ConflictError):
            desk.follow(origin.id, "r-1")
        assert len(list(desk.interviews())) == 2

    def test_silence_under_another_id(self, desk: Desk, clock: Clock) -> None:
        """Whoever asked for silence under one id is not written to under another with the same address."""
        desk.keep(TEODOR, attrs.evolve(TEODOR, id="zz-twin"))
        silent = desk.begin(seeker_id=MIRA.id, contact_id="zz-twin")
        desk.record(silent.id, DoNotContactAsked)
        origin = talk_with_a_name(desk, clock)
        with pytest.raises(GuardError) as refusal:
            desk.follow(origin.id, "r-1")
        assert [reason.code for reason in refusal.value.reasons] == ["contact_sealed"]

    def _refused(
        self, desk: Desk, store: Store, origin: Interview, *, contact_id: str | None = None
    ) -> list[str]:
        before = everything(store)
        with pytest.raises(GuardError) as refusal:
            desk.follow(origin.id, "r-1", contact_id=contact_id)
        assert refusal.value.event == "Identified"
        assert everything(store) == before
        return codes(refusal.value)

    def test_once_only(self, desk: Desk, store: Store, clock: Clock) -> None:
        """One introduction is not spent twice, not even when its interview has ended."""
        origin = talk_with_a_name(desk, clock)
        led = desk.follow(origin.id, "r-1")
        assert self._refused(desk, store, origin) == ["referral_spent"]
        desk.record(led.id, Closed)
        assert self._refused(desk, store, origin) == ["referral_spent"]

    def test_another_name_of_the_same_talk(self, desk: Desk, clock: Clock) -> None:
        """A spent name does not spend the others."""
        origin = talk_with_a_name(desk, clock)
        second = attrs.evolve(REFERRAL, id="r-2", email=EmailAddress("ada@example.net"))
        desk.record(origin.id, ReferralReceived, referral=second)
        led = [desk.follow(origin.id, id_) for id_ in ("r-1", "r-2")]
        assert [i.referral_id for i in led] == ["r-1", "r-2"]
        assert led[0].contact_id != led[1].contact_id

    def test_somebody_who_asked_for_silence(self, desk: Desk, store: Store, clock: Clock) -> None:
        """No name leads around a wish for silence."""
        desk.keep(TEODOR)
        desk.record(desk.begin(seeker_id="mira", contact_id="teodor").id, DoNotContactAsked)
        origin = talk_with_a_name(desk, clock)
        assert self._refused(desk, store, origin) == ["contact_sealed"]
        assert self._refused(desk, store, origin, contact_id="teodor") == ["contact_sealed"]

    def test_somebody_already_in_talks(self, desk: Desk, store: Store, clock: Clock) -> None:
        """Where an interview with the person is running, that goes on."""
        desk.keep(TEODOR)
        desk.begin(seeker_id="mira", contact_id="teodor")
        origin = talk_with_a_name(desk, clock)
        assert self._refused(desk, store, origin) == ["interview_running"]

    def test_back_to_the_referrer(self, desk: Desk, store: Store, clock: Clock) -> None:
        """A referral that names the referrer leads nowhere while their talk is running."""
        origin = talk_with_a_name(desk, clock)
        assert self._refused(desk, store, origin, contact_id="jonas") == ["interview_running"]

    @pytest.mark.parametrize(
        ("follow", "kind"),
        [
            (lambda desk, _: desk.follow("nobody", "r-1"), "interview"),
            (lambda desk, origin: desk.follow(origin, "r-9"), "referral"),
            (lambda desk, origin: desk.follow(origin, "r-1", contact_id="nobody"), "contact"),
        ],
    )
    def test_not_found(
        self, desk: Desk, clock: Clock, follow: Callable[[Desk, str], Interview], kind: str
    ) -> None:
        """What is missing is named, and nothing is stored."""
        origin = talk_with_a_name(desk, clock)
        before = everything(desk.store)
        with pytest.raises(NotFoundError) as missing:
            follow(desk, origin.id)
        assert missing.value.kind == kind
        assert everything(desk.store) == before

    @pytest.mark.parametrize(("kind", "id_"), [("contact", "jonas"), ("seeker", "mira")])
    def test_without_the_people_of_the_first_talk(
        self, desk: Desk, store: Store, clock: Clock, kind: str, id_: str
    ) -> None:
        """When referrer or seeker are gone, nothing is stored."""
        origin = talk_with_a_name(desk, clock)
        (record,) = store.load("default", [Ref(kind, id_)])
        assert record is not None
        store.commit("default", [Erase(record.ref, record.version)])
        before = everything(store)
        with pytest.raises(NotFoundError) as missing:
            desk.follow(origin.id, "r-1")
        assert missing.value.kind == kind
        assert everything(store) == before

    def test_a_bad_objective(self, desk: Desk, store: Store, clock: Clock) -> None:
        """An objective that is none is refused, and nothing is stored."""
        origin = talk_with_a_name(desk, clock)
        before = everything(store)
        with pytest.raises(InvalidValueError):
            desk.follow(origin.id, "r-1", objective="a job")  # type: ignore[arg-type] # the fault that is looked for
        assert everything(store) == before

    def test_two_at_the_same_moment(self, store: Store, clock: Clock) -> None:
        """Of two desks that follow a name to one contact at the same moment, the second is refused."""
        watched, ids = Watched(store), Numbers()
        mine, theirs = (Desk(store=s, clock=clock, new_id=ids) for s in (watched, store))
        mine.keep(MIRA, JONAS, TEODOR)
        origin = talk_with_a_name(mine, clock)
        watched.meanwhile = lambda: theirs.follow(origin.id, "r-1")
        with pytest.raises(ConflictError):
            mine.follow(origin.id, "r-1")
        assert len(list(mine.interviews(contact_id="teodor"))) == 1


class TestAgenda:
    """What is due, over all interviews."""

    def test_the_most_pressing_first(self, desk: Desk, clock: Clock) -> None:
        """Actions of all interviews come in order of time, up to the instant asked about."""
        desk.keep(TEODOR)
        talk = begin_and_live(desk, clock, *LIVES[Stage.HELD][1:])
        other = desk.begin(seeker_id="mira", contact_id="teodor")
        other = live(desk, clock, other, *(attrs.evolve(e, at=at(3, 11)) for e in LIVES[Stage.REQUESTED][1:]))
        debrief, thank = ((talk.id, kind) for kind in (ActionKind.DEBRIEF, ActionKind.THANK))
        # Seven business days after the eleventh of March, in Kathmandu.
        nudge = datetime(2026, 3, 19, 18, 15, tzinfo=UTC)
        for until, expected in (
            (at(3, 11, 14, 19), []),
            (at(3, 11, 14, 20), [debrief, thank]),
            (nudge - timedelta(microseconds=1), [debrief, thank]),
            (nudge, [debrief, thank, (other.id, ActionKind.NUDGE)]),
        ):
            assert [(a.interview_id, a.kind) for a in desk.agenda(until=until)] == expected

    def test_on_any_clock(self, desk: Desk, clock: Clock) -> None:
        """The instant asked about may be given in any zone."""
        begin_and_live(desk, clock, *LIVES[Stage.HELD][1:])
        until = datetime.fromisoformat("2026-03-11T23:20:00+09:00")
        assert len(desk.agenda(until=until)) == 2
        assert desk.agenda(until=until - timedelta(microseconds=1)) == ()

    def test_what_is_settled_is_gone(self, desk: Desk, clock: Clock) -> None:
        """An event takes what it settles off the agenda at once."""
        talk = begin_and_live(desk, clock, *LIVES[Stage.DECLINED][1:])
        assert [a.kind for a in desk.agenda(until=at(4, 1))] == [ActionKind.THANK_FOR_REPLY]
        desk.record(talk.id, ReplyThanked)
        assert desk.agenda(until=at(4, 1)) == ()

    def test_by_the_desks_policy(self, desk: Desk, clock: Clock) -> None:
        """What is due is judged by the desk's own etiquette."""
        later = attrs.evolve(
            desk,
            policy=attrs.evolve(
                CLASSIC, referral_ask=ReferralAsk.LATER, referral_ask_days=1, debrief_hours=1
            ),
        )
        begin_and_live(later, clock, *LIVES[Stage.HELD][1:])
        assert [a.kind for a in later.agenda(until=at(3, 10, 15, 20))] == [ActionKind.DEBRIEF]
        assert ActionKind.ASK_FOR_NAMES in {a.kind for a in later.agenda(until=at(3, 12))}
        assert desk.agenda(until=at(3, 10, 15, 20)) == ()

    def test_reads_only_what_is_due(self, clock: Clock) -> None:
        """Of hundreds of interviews, those not due cost no page and are never decoded."""
        watched = Watched(MemoryStore())
        eager = attrs.evolve(CLASSIC, week_requests_max=200)
        desk = Desk(store=watched, clock=clock, new_id=Numbers(), policy=eager)
        people = [
            attrs.evolve(JONAS, id=f"c-{number:03}", email=None, organisation=None) for number in range(260)
        ]
        desk.keep(MIRA, attrs.evolve(MIRA, id="mara"), *people)
        for number, person in enumerate(people):
            talk = desk.begin(seeker_id="mira" if number % 2 else "mara", contact_id=person.id)
            day = 3 if number % 2 else 4
            said = (attrs.evolve(e, at=at(3, day)) for e in LIVES[Stage.REQUESTED][1:])
            live(desk, clock, talk, *(said if number < 240 else ()))
            clock.now = at(3, 2)
        # A body that nobody may read, due later than anything that is asked for.
        watched.commit(
            "default",
            [Put(Ref("interview", "far"), 0, "not read", {"due": "2026-05-01T00:00:00.000000+00:00"}, ())],
        )
        for until, actions, scans in ((at(3, 5), 0, 1), (at(3, 12), 120, 2), (at(3, 13), 240, 3)):
            watched.scans = 0
            assert len(desk.agenda(until=until)) == actions
            assert watched.scans == scans

    def test_nothing_stored(self, desk: Desk) -> None:
        """Where nothing is stored, nothing is due."""
        assert desk.agenda(until=at(12, 31)) == ()

    def test_stops_at_a_foreign_term(self, desk: Desk, store: Store) -> None:
        """A due term that is no instant comes first in the order, and is not taken for one."""
        store.commit("default", [Put(Ref("interview", "x"), 0, "not read", {"due": "9999"}, ())])
        assert desk.agenda(until=at(12, 31)) == ()

    def test_a_naive_time_is_refused(self, desk: Desk) -> None:
        """A time without a zone is refused, even when nothing is stored."""
        with pytest.raises(InvalidValueError) as refusal:
            desk.agenda(until=datetime(2026, 3, 10))  # noqa: DTZ001 - the fault that is looked for
        assert (refusal.value.field, refusal.value.code) == ("until", "naive_datetime")


class TestTenants:
    """Tenants never see each other's data."""

    def test_are_apart(self, desk: Desk, store: Store, clock: Clock) -> None:
        """What one tenant does, no other sees."""
        talk = begin_and_live(desk, clock, *LIVES[Stage.HELD][1:])
        before = everything(store)
        other = attrs.evolve(desk, tenant="other")
        for load, id_ in ((Desk.seeker, "mira"), (Desk.contact, "jonas"), (Desk.interview, talk.id)):
            with pytest.raises(NotFoundError):
                load(other, id_)
        assert (list(other.contacts()), list(other.interviews())) == ([], [])
        assert other.agenda(until=at(12, 31)) == ()
        other.keep(MIRA, attrs.evolve(JONAS, organisation="Example Rivers"))
        theirs = other.begin(seeker_id="mira", contact_id="jonas")
        other.record(theirs.id, DoNotContactAsked)
        assert everything(store) == before
        assert desk.interview(talk.id).stage is Stage.HELD
        assert [entry.position for entry in store.log("other")] == [1, 2]


class TestKeepingOverTime:
    """A file holds what was recorded."""

    def test_reopened(self, tmp_path: Path, clock: Clock) -> None:
        """Another process that opens the file finds the same people, interviews, log and agenda."""
        path, ids = tmp_path / "desk.db", Numbers()
        first = SQLiteStore(path)
        desk = Desk(store=first, clock=clock, new_id=ids)
        desk.keep(MIRA, JONAS)
        origin = talk_with_a_name(desk, clock)
        desk.follow(origin.id, "r-1")
        seen = (
            list(desk.interviews()),
            list(desk.contacts()),
            desk.agenda(until=at(12, 31)),
            everything(first),
        )
        first.close()
        second = SQLiteStore(path)
        again = Desk(store=second, clock=clock, new_id=ids)
        assert (
            list(again.interviews()),
            list(again.contacts()),
            again.agenda(until=at(12, 31)),
            everything(second),
        ) == seen
        clock.now = at(3, 11)
        assert again.record(origin.id, NoteTaken, note=Note("a small thing")).version == origin.version + 1
        second.close()

    def test_two_handles(self, tmp_path: Path, clock: Clock) -> None:
        """Two handles on one file see each other's events at once."""
        ids = Numbers()
        stores = [SQLiteStore(tmp_path / "desk.db") for _ in range(2)]
        one, two = (Desk(store=store, clock=clock, new_id=ids) for store in stores)
        one.keep(MIRA, JONAS)
        talk = two.begin(seeker_id="mira", contact_id="jonas")
        assert one.record(talk.id, Prepared, objective=OBJECTIVE, connection=COLD) == two.interview(talk.id)
        for store in stores:
            store.close()

    def test_a_stricter_day_refuses_no_history(self, desk: Desk, clock: Clock) -> None:
        """What was legal when it happened is read whatever the etiquette of today."""
        talk = begin_and_live(desk, clock, *LIVES[Stage.HELD][1:])
        strict = attrs.evolve(desk, policy=attrs.evolve(CLASSIC, minutes_min=30, minutes_default=30))
        assert strict.interview(talk.id) == talk


HOSTILE = {
    "nothing": "",
    "no JSON": "{",
    "null": "null",
    "another version": '{"$schema":999,"kind":"interview"}',
    "another kind": to_json(JONAS),
    "an unknown key": to_json(JONAS).replace('{"', '{"mood":"good","', 1),
    "deep": "[" * 100_000,
    "no history": '{"$schema":1,"history":[],"kind":"interview"}',
}


class TestErase:
    """Erasing a person."""

    def test_takes_the_contact_and_every_talk(self, desk: Desk, store: Store, clock: Clock) -> None:
        """Contact and interviews are gone, other people stay, and no text is left in the log."""
        kept = begin_and_live(desk, clock, *LIVES[Stage.HELD][1:])
        desk.keep(TEODOR)
        other = desk.begin(seeker_id=MIRA.id, contact_id=TEODOR.id)
        desk.erase("jonas")
        for gone in (lambda: desk.contact("jonas"), lambda: desk.interview(kept.id)):
            with pytest.raises(NotFoundError):
                gone()
        assert [interview.id for interview in desk.interviews()] == [other.id]
        lines = store.log("default", ref=Ref("interview", kept.id), limit=1_000)
        assert lines
        assert {line.body for line in lines} == {None}

    def test_takes_more_than_one_step_holds(self, desk: Desk) -> None:
        """A contact with more interviews than fit into one commit is erased with all of them."""
        for _ in range(102):
            talk = desk.begin(seeker_id=MIRA.id, contact_id="jonas")
            desk.record(talk.id, Withdrawn)
        desk.erase("jonas")
        assert list(desk.interviews()) == []

    def test_needs_somebody(self, desk: Desk) -> None:
        """Nobody is erased twice, or without having been there."""
        with pytest.raises(NotFoundError):
            desk.erase("nobody")


class TestWrongTypes:
    """What is neither a person nor an event."""

    @pytest.mark.parametrize("thing", [None, "mira", Stage.HELD])
    def test_is_not_kept(self, desk: Desk, store: Store, thing: Contact) -> None:
        """Something else among people is refused before anything is stored."""
        before = everything(store)
        with pytest.raises(InvalidValueError) as error:
            desk.keep(TEODOR, thing)
        assert error.value.code == "wrong_type"
        assert everything(store) == before

    @pytest.mark.parametrize("thing", ["NoteTaken", None, Stage])
    def test_is_not_recorded(self, desk: Desk, thing: type[Event]) -> None:
        """Only the event classes of the library can be recorded."""
        talk = desk.begin(seeker_id=MIRA.id, contact_id="jonas")
        with pytest.raises(InvalidValueError) as error:
            desk.record(talk.id, thing)
        assert error.value.code == "unknown_event"


class TestDamage:
    """What is stored is not trusted, whatever the store."""

    def test_a_body_under_another_id(self, desk: Desk, store: Store) -> None:
        """What is stored under the id of something else is damage, and is said to be."""
        talk = desk.begin(seeker_id="mira", contact_id="jonas")
        (record,) = store.load("default", [Ref("interview", talk.id)])
        assert record
        store.commit("default", [Put(Ref("interview", "copy"), 0, record.body, {}, ())])
        with pytest.raises(InvalidDataError) as error:
            desk.interview("copy")
        assert [(p.path, p.code) for p in error.value.problems] == [("$.id", "wrong_id")]

    def test_a_due_that_is_no_text(self, desk: Desk, store: Store, clock: Clock) -> None:
        """A foreign sort key hides nothing that is due."""
        talk = begin_and_live(desk, clock, *LIVES[Stage.HELD][1:])
        store.commit("default", [Put(Ref("interview", "a"), 0, "{}", {"due": 5}, ())])
        with pytest.raises(InvalidDataError):
            desk.agenda(until=talk.history[-1].at + timedelta(days=30))

    @pytest.fixture
    def store(self) -> Store:
        """Open a store in memory: what is tried here is the desk."""
        return MemoryStore()

    @pytest.mark.parametrize("damage", HOSTILE)
    def test_an_interview(self, desk: Desk, store: Store, damage: str) -> None:
        """A damaged interview is an error that names no data, wherever it is met; nothing is changed."""
        talk = desk.begin(seeker_id="mira", contact_id="jonas")
        terms: dict[str, Scalar] = {
            "seeker": "mira",
            "contact": "jonas",
            "due": "2026-03-02T00:00:00.000000+00:00",
        }
        store.commit("default", [Put(Ref("interview", talk.id), 1, HOSTILE[damage], terms, ())])
        before = everything(store)
        uses: list[Callable[[], object]] = [
            lambda: desk.interview(talk.id),
            lambda: list(desk.interviews()),
            lambda: desk.begin(seeker_id="mira", contact_id="jonas"),
            lambda: desk.record(talk.id, Held),
            lambda: desk.follow(talk.id, "r-1"),
            lambda: desk.agenda(until=at(3, 3)),
        ]
        for use in uses:
            with pytest.raises(InvalidDataError) as error:
                use()
            assert "Whistlecroft" not in str(error.value)
        assert everything(store) == before

    @pytest.mark.parametrize("damage", {*HOSTILE} - {"another kind"})
    def test_a_contact(self, desk: Desk, store: Store, damage: str) -> None:
        """A damaged contact is an error wherever it is met."""
        store.commit("default", [Put(Ref("contact", "jonas"), 1, HOSTILE[damage], {}, ())])
        before = everything(store)
        uses: list[Callable[[], object]] = [
            lambda: desk.contact("jonas"),
            lambda: list(desk.contacts()),
            lambda: desk.begin(seeker_id="mira", contact_id="jonas"),
        ]
        for use in uses:
            with pytest.raises(InvalidDataError):
                use()
        assert everything(store) == before

    def test_a_history_that_cannot_be(self, desk: Desk, store: Store, clock: Clock) -> None:
        """A history out of order is refused, not repaired."""
        talk = begin_and_live(desk, clock, *LIVES[Stage.PREPARED][1:])
        (record,) = store.load("default", [Ref("interview", talk.id)])
        assert record is not None
        swapped = record.body.replace('"Prepared"', '"Accepted"')
        store.commit("default", [Put(record.ref, record.version, swapped, record.terms, ())])
        with pytest.raises(InvalidDataError):
            desk.interview(talk.id)
