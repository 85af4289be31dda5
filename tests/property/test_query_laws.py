"""Laws of queries: what is found is what a plain look at everything finds."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.desks import Clock, Numbers
from tests.lives import LIVES, at

from infoview._address import EmailAddress
from infoview._events import Identified
from infoview._interview import Interview
from infoview._people import Contact, PersonName
from infoview._stages import Stage
from infoview.agenda import agenda
from infoview.desk import ContactQuery, Desk, InterviewQuery
from infoview.desk._shelf import put_interview, put_person
from infoview.storage import MemoryStore

PLACES = ("Example Water Works", "Example Rivers", None)
ADDRESSES = (EmailAddress("jonas@example.com"), EmailAddress("noor@example.com"), None)
SEEKERS = ("mira", "mara")

contacts = st.builds(
    lambda place, address: Contact(id="?", name=PersonName(given="Jonas"), organisation=place, email=address),
    st.sampled_from(PLACES),
    st.sampled_from(ADDRESSES),
)
lives = st.tuples(st.sampled_from(SEEKERS), st.integers(0, 5), st.sampled_from([*LIVES]))
instants = st.one_of(st.none(), st.datetimes(datetime(2026, 3, 1), datetime(2026, 6, 1)))  # noqa: DTZ001 - below
maybe = st.one_of


def interview_of(number: int, seeker: str, contact: str, stage: Stage) -> Interview:
    """Tell a life of other people."""
    found, *rest = LIVES[stage]
    assert isinstance(found, Identified)
    begun = attrs.evolve(found, interview_id=f"i-{number:02}", seeker_id=seeker, contact_id=contact)
    return Interview.replay([begun, *(attrs.evolve(event, interview_id=None) for event in rest)])


def due_of(interview: Interview) -> datetime | None:
    """Say when something in an interview is next due."""
    return next((action.due for action in agenda(interview)), None)


@st.composite
def desks(draw: st.DrawFn) -> Desk:
    """Fill a desk with contacts, and with interviews in any stage."""
    store = MemoryStore()
    people = [
        attrs.evolve(c, id=f"c-{n}") for n, c in enumerate(draw(st.lists(contacts, min_size=6, max_size=6)))
    ]
    told = enumerate(draw(st.lists(lives, max_size=12)))
    talks = [interview_of(n, seeker, people[contact].id, stage) for n, (seeker, contact, stage) in told]
    store.commit("default", [put_person(person, 0) for person in people])
    store.commit("default", [put_interview(talk, 0, due=due_of(talk)) for talk in talks])
    return Desk(store=store, clock=Clock(), new_id=Numbers())


@st.composite
def interview_queries(draw: st.DrawFn) -> InterviewQuery:
    """Ask for interviews by any combination."""
    by_contact, by_place = draw(st.sampled_from([(False, False), (True, False), (False, True)]))
    due = draw(instants)
    said: dict[str, Any] = {
        "seeker_id": draw(st.sampled_from([None, *SEEKERS])),
        "contact_id": draw(st.sampled_from(["c-0", "c-1", "c-9"])) if by_contact else None,
        "organisation": draw(st.sampled_from([*PLACES[:2], "Nowhere"])) if by_place else None,
        "stage": draw(st.sampled_from([None, *Stage])),
        "due_before": due and due.replace(tzinfo=at(3, 1).tzinfo),
    }
    if not any(said.values()):
        said["seeker_id"] = "mira"
    return InterviewQuery(**said)


def is_wanted(desk: Desk, query: InterviewQuery, talk: Interview) -> bool:
    """Hold an interview against a query, criterion by criterion."""
    due = due_of(talk)
    return (
        query.seeker_id in (None, talk.seeker_id)
        and query.contact_id in (None, talk.contact_id)
        and query.organisation in (None, desk.contact(talk.contact_id).organisation)
        and query.stage in (None, talk.stage)
        and (query.due_before is None or (due is not None and due < query.due_before))
    )


def finds_what_is_there(
    desk: Desk, query: InterviewQuery, find: Callable[[Desk, InterviewQuery], Iterable[Interview]]
) -> None:
    """Each interview that the query says is found, once, and nothing else."""
    expected = [talk for talk in desk.interviews() if is_wanted(desk, query, talk)]
    assert sorted(find(desk, query), key=lambda talk: talk.id) == expected


class TestInterviewQueries:
    """A query is answered as a plain filter over all interviews answers it."""

    @given(desks(), interview_queries())
    def test_find_what_is_there(self, desk: Desk, query: InterviewQuery) -> None:
        """Nothing is missed, found twice, or found in vain."""
        finds_what_is_there(desk, query, Desk.find)

    @given(desks(), interview_queries(), st.integers(1, 4))
    def test_pages_add_up(self, desk: Desk, query: InterviewQuery, limit: int) -> None:
        """Pages, put together, are the whole in its order; only the last is short, and none is empty."""
        pages = [desk.find_page(query, limit=limit)]
        while pages[-1].cursor is not None:
            pages.append(desk.find_page(query, cursor=pages[-1].cursor, limit=limit))
        found = [talk for page in pages for talk in page.items]
        assert found == [*desk.find(query)]
        assert [len(page.items) for page in pages[:-1]] == [limit] * (len(pages) - 1)
        assert pages[-1].items or len(pages) == 1

    @given(desks(), interview_queries())
    def test_come_in_order(self, desk: Desk, query: InterviewQuery) -> None:
        """By contact for an organisation, by what is due where that is asked, by id."""
        places = [
            (
                talk.contact_id if query.organisation else "",
                due_of(talk) if query.due_before else None,
                talk.id,
            )
            for talk in desk.find(query)
        ]
        assert places == sorted(places, key=lambda place: (place[0], place[1] or at(1, 1), place[2]))

    @pytest.mark.parametrize("forgotten", ["seeker_id", "stage", "organisation", "due_before"])
    def test_are_missed_by_who_forgets_one(self, forgotten: str) -> None:
        """The law fails for one who does not ask for everything."""

        def find(desk: Desk, query: InterviewQuery) -> Iterable[Interview]:
            return desk.find(attrs.evolve(query, **{forgotten: None}))

        store = MemoryStore()
        desk = Desk(store=store, clock=Clock(), new_id=Numbers())
        people = [
            Contact(id=f"c-{n}", name=PersonName(given="Jonas"), organisation=PLACES[n]) for n in (0, 1)
        ]
        desk.keep(*people)
        told = (
            ("mira", 0, Stage.REQUESTED),
            ("mara", 0, Stage.REQUESTED),
            ("mira", 1, Stage.REQUESTED),
            ("mira", 0, Stage.CLOSED),
            ("mira", 0, Stage.IN_TOUCH),
        )
        talks = [
            interview_of(n, seeker, people[place].id, stage) for n, (seeker, place, stage) in enumerate(told)
        ]
        store.commit("default", [put_interview(talk, 0, due=due_of(talk)) for talk in talks])
        query = InterviewQuery(
            seeker_id="mira",
            organisation=PLACES[0],
            stage=None if forgotten == "due_before" else Stage.REQUESTED,
            due_before=at(4, 1),
        )
        finds_what_is_there(desk, query, Desk.find)
        with pytest.raises(AssertionError):
            finds_what_is_there(desk, query, find)


class TestContactQueries:
    """A query for contacts is answered as a plain filter over all contacts answers it."""

    @given(desks(), st.sampled_from([*PLACES, "Nowhere"]), st.sampled_from(ADDRESSES), st.integers(1, 4))
    def test_find_what_is_there(
        self, desk: Desk, place: str | None, address: EmailAddress | None, limit: int
    ) -> None:
        """Nothing is missed, found twice, or found in vain; pages add up."""
        if place is None and address is None:
            place = PLACES[0]
        query = ContactQuery(organisation=place, email=address)
        expected = [
            contact
            for contact in desk.contacts()
            if place in (None, contact.organisation) and address in (None, contact.email)
        ]
        assert [*desk.find(query)] == expected
        page = desk.find_page(query, limit=limit)
        found = [*page.items]
        while page.cursor is not None:
            page = desk.find_page(query, cursor=page.cursor, limit=limit)
            found += page.items
        assert found == expected
