"""Whom to ask first."""

from datetime import date, datetime
from pathlib import Path

import pytest

from infoview._address import EmailAddress
from infoview._objective import Objective, ObjectiveKind
from infoview._people import Contact, PersonName
from infoview.contacts import rank, read_linkedin
from infoview.exceptions import InvalidValueError

EXAMPLE = Path(__file__).parents[2] / "examples" / "data" / "Connections.csv"
TODAY = date(2026, 11, 24)
HEALTH_DATA = Objective(
    kind=ObjectiveKind.CAREER_PATH, subject="health-data analysis", broad="clinical informatics"
)


def person(
    given: str = "Ana",
    *,
    id: str = "1",  # noqa: A002 - the field it fills
    position: str | None = None,
    organisation: str | None = None,
    email: EmailAddress | None = None,
    connected_on: date | None = None,
) -> Contact:
    """Make a contact."""
    return Contact(
        id=id,
        name=PersonName(given=given),
        position=position,
        organisation=organisation,
        email=email,
        connected_on=connected_on,
    )


def score(contact: Contact, objective: Objective = HEALTH_DATA) -> int:
    """Rank one contact alone."""
    (ranked,) = rank([contact], objective, today=TODAY)
    return ranked.score


def test_the_example_ranks_the_two_at_the_health_analytics_company_first() -> None:
    """Of the example's network, the analysts at Example Health Analytics come first, with reasons."""
    first, second, *_ = rank(read_linkedin(EXAMPLE).contacts, HEALTH_DATA, today=TODAY)
    assert first.contact.name.full == "Tomas Okafor"
    assert second.contact.name.full == "Priya Lindqvist"
    assert first.reasons == (
        "The position fits: Lead Data Analyst, Clinical Systems.",
        "Works at Example Health Analytics.",
        "Works in the broader field.",
        "An e-mail address is known.",
        "Connected within a year.",
        "Position and organisation are known.",
    )


def test_everything_together_makes_a_hundred() -> None:
    """The full score is 100."""
    best = person(
        position="Clinical Informatics and Health Data Analyst",
        organisation="Health Data Analytics",
        email=EmailAddress("ana@example.org"),
        connected_on=TODAY,
    )
    assert score(best) == 100


def test_nothing_known_makes_zero_and_no_reason() -> None:
    """A contact of whom only the name is known scores 0."""
    (ranked,) = rank([person()], HEALTH_DATA, today=TODAY)
    assert (ranked.score, ranked.reasons) == (0, ())


@pytest.mark.parametrize(
    ("kind", "in_position", "in_organisation"),
    [
        (ObjectiveKind.POSITION, 40, 20),
        (ObjectiveKind.COMPANY, 0, 60),
        (ObjectiveKind.INDUSTRY, 25, 35),
        (ObjectiveKind.CAREER_PATH, 40, 20),
    ],
)
def test_the_kind_of_objective_says_where_its_words_count(
    kind: ObjectiveKind, in_position: int, in_organisation: int
) -> None:
    """Words of the subject count by the kind of objective."""
    objective = Objective(kind=kind, subject="Fictional Labs")
    assert in_position == score(person(position="Fictional Labs"), objective)
    assert in_organisation == score(person(organisation="Fictional Labs"), objective)


@pytest.mark.parametrize(
    ("connected_on", "points"),
    [
        (date(2026, 12, 24), 10),
        (date(2025, 11, 24), 10),
        (date(2025, 11, 23), 5),
        (date(2023, 11, 25), 5),
        (date(2023, 11, 24), 0),
        (None, 0),
    ],
)
def test_a_recent_connection_counts(connected_on: date | None, points: int) -> None:
    """The points fall after 365 and 1,095 days."""
    assert points == score(person(connected_on=connected_on))


def test_small_words_do_not_count() -> None:
    """A subject of nothing but small words fits nobody."""
    objective = Objective(kind=ObjectiveKind.POSITION, subject="of the")
    assert score(person(position="Head of the ward"), objective) == 0


def test_equal_scores_stand_by_name_then_by_id() -> None:
    """The order is total and does not depend on the order given."""
    people = [person("bo", id="3"), person("Ana", id="2"), person("ana", id="1")]
    ranked = rank(people, HEALTH_DATA, today=TODAY)
    assert [one.contact.id for one in ranked] == ["1", "2", "3"]


@pytest.mark.parametrize(
    "today",
    [datetime(2026, 11, 24), "2026-11-24", None, date(2200, 1, 1)],  # noqa: DTZ001 - refused for being no date
    ids=["time", "text", "nothing", "too late"],
)
def test_what_is_no_day_is_refused(today: date) -> None:
    """Only a calendar day of the supported years will do, as in every field."""
    with pytest.raises(InvalidValueError) as caught:
        rank([], HEALTH_DATA, today=today)
    assert (caught.value.field, caught.value.code) == ("rank.today", "not_a_date")
