from collections.abc import Iterator
from datetime import datetime
from enum import StrEnum
from typing import Any

import attrs
import pytest
from tests.desks import Clock, Numbers
from tests.lives import COLD, OBJECTIVE, at

from infoview import _events as ev
from infoview._address import EmailAddress
from infoview._people import Contact, PersonName, Seeker
from infoview._stages import Stage
from infoview.desk import ContactQuery, Desk, Found, InterviewQuery
from infoview.exceptions import InvalidDataError, InvalidValueError, NotFoundError, StoreUnavailableError
from infoview.policies import CLASSIC
from infoview.storage import MemoryStore, Put, Ref, Store

MIRA = Seeker(
    id="mira",
    name=PersonName(given="Mira", family="Oddleif"),
    email=EmailAddress("mira@example.org"),
    zone="Europe/Berlin",
)
WORKS, RIVERS = "Example Water Works", "Example Rivers"


def person(number: int, organisation: str | None = WORKS) -> Contact:
    """Make up a contact."""
    return Contact(
        id=f"c-{number:02}",
        name=PersonName(given="Jonas", family="Whistlecroft"),
        email=EmailAddress(f"jonas.{number % 3}@example.com"),
        organisation=organisation,
        zone="Europe/Berlin",
    )


@pytest.fixture
def desk(store: Store, clock: Clock) -> Desk:
    """Open a desk with three contacts at the works, two at the rivers, and one nowhere."""
    eager = attrs.evolve(CLASSIC, week_requests_max=50, organisation_live_max=20, second_contact_wait=0)
    opened = Desk(store=store, clock=clock, new_id=Numbers(), policy=eager)
    opened.keep(MIRA, attrs.evolve(MIRA, id="mara"))
    opened.keep(*map(person, (1, 3, 5)), *(person(number, RIVERS) for number in (2, 4)), person(6, None))
    return opened


def begin(desk: Desk, number: int, seeker: str = "mira") -> str:
    """Begin an interview with a contact."""
    return desk.begin(seeker_id=seeker, contact_id=f"c-{number:02}").id


def ask(desk: Desk, number: int, seeker: str = "mira") -> str:
    """Send a request to a contact."""
    talk = begin(desk, number, seeker)
    desk.record(talk, ev.Prepared, objective=OBJECTIVE, connection=COLD)
    desk.record(talk, ev.RequestSent, minutes=20)
    return talk


def page_by_page(desk: Desk, query: InterviewQuery | ContactQuery, limit: int) -> Iterator[Found[Any]]:
    """Read all pages."""
    cursor: str | None = None
    while True:
        page: Found[Any] = desk.find_page(query, cursor=cursor, limit=limit)
        yield page
        cursor = page.cursor
        if cursor is None:
            return


class TestInterviews:
    """Interviews are found by people, place, stage, and what is due."""

    @pytest.fixture
    def talks(self, desk: Desk) -> dict[str, tuple[str, int]]:
        """Ask everybody for Mira, and two more for Mara; say who is in each."""
        asked = {ask(desk, number): ("mira", number) for number in range(1, 7)}
        return asked | {begin(desk, number, "mara"): ("mara", number) for number in (1, 2)}

    @pytest.mark.parametrize(
        ("query", "found"),
        [
            (InterviewQuery(seeker_id="mara"), [("mara", 1), ("mara", 2)]),
            (InterviewQuery(contact_id="c-01"), [("mira", 1), ("mara", 1)]),
            (InterviewQuery(seeker_id="mira", contact_id="c-01"), [("mira", 1)]),
            (InterviewQuery(stage=Stage.IDENTIFIED), [("mara", 1), ("mara", 2)]),
            (InterviewQuery(stage=Stage.HELD), []),
            (InterviewQuery(organisation=WORKS), [("mira", 1), ("mara", 1), ("mira", 3), ("mira", 5)]),
            (InterviewQuery(organisation=RIVERS, seeker_id="mira"), [("mira", 2), ("mira", 4)]),
            (InterviewQuery(organisation=RIVERS, stage=Stage.IDENTIFIED), [("mara", 2)]),
            (InterviewQuery(organisation=RIVERS, due_before=at(4, 1)), [("mira", 2), ("mira", 4)]),
            (InterviewQuery(organisation="Example"), []),
            (InterviewQuery(due_before=at(3, 2)), []),
            (InterviewQuery(due_before=at(4, 1), contact_id="c-06"), [("mira", 6)]),
            (InterviewQuery(due_before=at(4, 1), stage=Stage.IDENTIFIED), []),
        ],
    )
    def test_are_all_that_the_query_says(
        self,
        desk: Desk,
        talks: dict[str, tuple[str, int]],
        query: InterviewQuery,
        found: list[tuple[str, int]],
    ) -> None:
        """Each criterion narrows the others; what is found comes in a stated order."""
        assert [talks[talk.id] for talk in desk.find(query)] == found
        pages = [*page_by_page(desk, query, 1)]
        assert [talks[talk.id] for page in pages for talk in page.items] == found
        assert [len(page.items) for page in pages] == [1] * len(found) or not found

    def test_due_before_an_instant_come_by_what_is_due(self, desk: Desk, clock: Clock) -> None:
        """The most pressing come first, and what is due at that very instant is not due before it."""
        late = ask(desk, 1)
        clock.now = at(3, 2, 10)
        begin(desk, 2)
        clock.now = at(3, 9)
        later = ask(desk, 3)
        (first, due) = (desk.agenda(until=at(5, 1))[place].due for place in (0, -1))
        assert first is not None
        assert due is not None
        assert [talk.id for talk in desk.find(InterviewQuery(due_before=at(5, 1)))] == [late, later]
        assert [talk.id for talk in desk.find(InterviewQuery(due_before=first))] == []
        assert desk.find_page(InterviewQuery(due_before=at(3, 13)), limit=1) == Found(
            items=(desk.interview(late),), cursor=None
        )

    def test_ask_the_place_of_today(self, desk: Desk) -> None:
        """Where a contact works is what is stored of them now."""
        talk = begin(desk, 1)
        desk.keep(attrs.evolve(person(1), organisation=RIVERS))
        assert [*desk.find(InterviewQuery(organisation=WORKS))] == []
        assert [found.id for found in desk.find(InterviewQuery(organisation=RIVERS))] == [talk]

    def test_hide_nothing_behind_a_foreign_term(self, store: Store, desk: Desk) -> None:
        """What is due is found behind a sort key that is no instant; the fault is told."""
        ask(desk, 1)
        store.commit("default", [Put(Ref("interview", "x"), 0, "{", {"due": 5})])
        with pytest.raises(InvalidDataError):
            desk.find_page(InterviewQuery(due_before=at(5, 1)))

    def test_of_an_organisation_stay_put(self, desk: Desk) -> None:
        """Who comes, goes or moves between two pages changes nothing for the others."""
        talks = [ask(desk, number) for number in (1, 3, 5)]
        query = InterviewQuery(organisation=WORKS)
        first = desk.find_page(query, limit=1)
        assert [talk.id for talk in first.items] == talks[:1]
        newcomer = begin(desk, 1, "mara")
        desk.keep(person(0), person(4))
        moved_in = begin(desk, 4)
        begin(desk, 2, "mara")
        rest = desk.find_page(query, cursor=first.cursor, limit=10)
        assert [talk.id for talk in rest.items] == [talks[1], moved_in, talks[2]]
        assert newcomer not in {talk.id for talk in rest.items}

    @pytest.mark.parametrize("limit", [1, 2])
    def test_of_an_organisation_go_on_without_somebody(self, desk: Desk, limit: int) -> None:
        """When the contact at whom a page ended is erased, or has moved, the next begins behind them."""
        talks = [begin(desk, 1), begin(desk, 1, "mara"), begin(desk, 3), begin(desk, 5)]
        query = InterviewQuery(organisation=WORKS)
        first = desk.find_page(query, limit=limit)
        for leave in (
            lambda: desk.keep(person(1, RIVERS)),
            lambda: desk.erase("c-01"),
            lambda: desk.erase("c-03"),
        ):
            before = [talk.id for talk in desk.find(query)]
            leave()
            rest = desk.find_page(query, cursor=first.cursor)
            there = {talk.id for talk in desk.find(query)}
            assert [talk.id for talk in rest.items] == [id_ for id_ in talks[2:] if id_ in there]
            assert there <= {*before}


class TestContacts:
    """Contacts are found by address and by place."""

    @pytest.mark.parametrize(
        ("query", "found"),
        [
            (ContactQuery(organisation=WORKS), [1, 3, 5]),
            (ContactQuery(organisation="example water works"), []),
            (ContactQuery(email=EmailAddress("jonas.1@example.com")), [1, 4]),
            (ContactQuery(email="jonas.1@EXAMPLE.com"), [1, 4]),
            (ContactQuery(email="Jonas.1@example.com"), []),
            (ContactQuery(organisation=WORKS, email="jonas.1@example.com"), [1]),
        ],
    )
    def test_are_all_that_the_query_says(self, desk: Desk, query: ContactQuery, found: list[int]) -> None:
        """Addresses are compared as they are written normalised, places letter for letter."""
        assert [contact.id for contact in desk.find(query)] == [f"c-{number:02}" for number in found]
        assert [contact.id for page in page_by_page(desk, query, 2) for contact in page.items] == [
            f"c-{number:02}" for number in found
        ]

    def test_come_lazily(self, clock: Clock) -> None:
        """A reader who stops reads no further than the page, over as many pages as there are."""
        store = MemoryStore()
        desk = Desk(store=store, clock=clock, new_id=Numbers())
        crowd = [attrs.evolve(person(1), id=f"c-{number:03}") for number in range(205)]
        desk.keep(*crowd)
        contacts = desk.find(ContactQuery(organisation=WORKS))
        assert next(contacts) == crowd[0]
        assert [*contacts] == crowd[1:]
        again = desk.find(ContactQuery(organisation=WORKS))
        next(again)
        store.close()
        with pytest.raises(StoreUnavailableError):
            list(again)


class _Mood(StrEnum):
    GOOD = "good"


NAIVE = datetime(2026, 3, 2)  # noqa: DTZ001 - the fault that is looked for


class TestRefusals:
    """What cannot be asked is refused, with the place and the cure."""

    @pytest.mark.parametrize(
        ("query", "said", "field", "code"),
        [
            (InterviewQuery, {}, "InterviewQuery", "empty_query"),
            (ContactQuery, {}, "ContactQuery", "empty_query"),
            (
                InterviewQuery,
                {"contact_id": "c-01", "organisation": WORKS},
                "InterviewQuery",
                "contradictory_query",
            ),
            (InterviewQuery, {"seeker_id": ""}, "InterviewQuery.seeker_id", "empty"),
            (InterviewQuery, {"contact_id": 5}, "InterviewQuery.contact_id", "not_text"),
            (InterviewQuery, {"organisation": "a\nb"}, "InterviewQuery.organisation", "control_character"),
            (InterviewQuery, {"stage": "held"}, "InterviewQuery.stage", "wrong_type"),
            (InterviewQuery, {"due_before": NAIVE}, "InterviewQuery.due_before", "naive_datetime"),
            (InterviewQuery, {"due_before": "2026-03-02"}, "InterviewQuery.due_before", "not_a_datetime"),
            (ContactQuery, {"email": "jonas"}, "EmailAddress.value", "bad_address"),
            (ContactQuery, {"email": 5}, "ContactQuery.email", "wrong_type"),
            (ContactQuery, {"organisation": "x" * 201}, "ContactQuery.organisation", "too_long"),
        ],
    )
    def test_of_a_query(self, query: type[Any], said: dict[str, Any], field: str, code: str) -> None:
        """A query that says nothing, contradicts itself or breaks a rule cannot be made."""
        with pytest.raises(InvalidValueError) as refusal:
            query(**said)
        assert (refusal.value.field, refusal.value.code) == (field, code)

    @pytest.mark.parametrize("query", [None, "held", {"stage": "held"}, Stage.HELD])
    @pytest.mark.parametrize("find", [Desk.find, Desk.find_page])
    def test_of_what_is_no_query(self, desk: Desk, query: Any, find: Any) -> None:  # noqa: ANN401 - the fault
        """Something else is refused at once."""
        with pytest.raises(InvalidValueError) as refusal:
            find(desk, query)
        assert (refusal.value.field, refusal.value.code) == ("find.query", "wrong_type")

    @pytest.mark.parametrize("organisation", [None, WORKS])
    def test_of_a_foreign_stage(self, desk: Desk, organisation: str | None) -> None:
        """A stage that the lifecycle does not have is never found, and said to be wrong."""
        with pytest.raises(InvalidValueError) as refusal:
            desk.find_page(InterviewQuery(stage=_Mood.GOOD, organisation=organisation))
        assert refusal.value.code == "unknown_stage"

    @pytest.mark.parametrize(
        "query",
        [
            InterviewQuery(seeker_id="mira"),
            InterviewQuery(organisation=WORKS),
            ContactQuery(organisation=WORKS),
        ],
    )
    @pytest.mark.parametrize("limit", [0, -1, 10_001, True, "5"])
    def test_of_a_limit(self, desk: Desk, query: InterviewQuery, limit: int) -> None:
        """A page holds from 1 to 10,000."""
        with pytest.raises(InvalidValueError):
            desk.find_page(query, limit=limit)

    def test_of_a_cursor(self, desk: Desk) -> None:
        """A cursor goes with its query and its tenant, and with no other; a made-up one with none."""
        for number in (1, 3, 2, 4):
            begin(desk, number)
        queries: list[InterviewQuery | ContactQuery] = [
            InterviewQuery(organisation=WORKS),
            InterviewQuery(organisation=RIVERS),
            InterviewQuery(organisation=WORKS, seeker_id="mira"),
            InterviewQuery(seeker_id="mira"),
            ContactQuery(organisation=WORKS),
        ]
        cursors = [desk.find_page(query, limit=1).cursor for query in queries]
        assert all(cursors)
        other = attrs.evolve(desk, tenant="other")
        made_up = [
            "",
            ".",
            "..",
            "a.b.c",
            "é",
            "x" * 10_000,
            "....",
            5,
            b"x",
            f"{cursors[0]}x",
            f"{cursors[0]}=",
        ]
        for query, own in zip(queries, cursors, strict=True):
            desk.find_page(query, cursor=own)
            for asked, cursor in [
                (other, own),
                *((desk, cursor) for cursor in (*cursors, *made_up) if cursor != own),
            ]:
                with pytest.raises(InvalidValueError) as refusal:
                    asked.find_page(query, cursor=cursor)  # type: ignore[arg-type] # some are no text
                assert refusal.value.field == "cursor"

    def test_changes_nothing(self, desk: Desk) -> None:
        """A question leaves everything as it is."""
        talk = begin(desk, 1)
        with pytest.raises(NotFoundError):
            desk.interview("nobody")
        assert [*desk.find(InterviewQuery(organisation=WORKS))] == [desk.interview(talk)]
