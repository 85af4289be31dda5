"""The first words of the talk."""

import attrs
import pytest

from infoview import (
    Connection,
    ConnectionKind,
    Consent,
    Contact,
    EmailAddress,
    OpeningQuestion,
    PersonName,
    Seeker,
)
from infoview.messages import Facts, Missing, opener
from infoview.policies import CLASSIC

FACTS = Facts(
    seeker=Seeker(
        id="mina",
        name=PersonName(given="Mina", family="Sandoval"),
        email=EmailAddress("mina.sandoval@example.org"),
        zone="America/Chicago",
    ),
    contact=Contact(id="tomas", name=PersonName(given="Tomas", family="Okafor")),
    connection=Connection(
        kind=ConnectionKind.REFERRAL,
        fact="built the readmission dashboard",
        referrer_id="amara",
        referrer=PersonName(given="Amara", family="Castellan"),
        consent=Consent.GRANTED,
    ),
)


def with_connection(**changes: object) -> Facts:
    """Change the connection."""
    assert FACTS.connection
    return attrs.evolve(FACTS, connection=attrs.evolve(FACTS.connection, **changes))


def test_names_the_referrer_who_agreed() -> None:
    """The referrer comes first, then the one fact, then the question how it all began."""
    expected = (
        "Amara Castellan gave me your name and told me that you built the readmission dashboard. "
        "How did you get started?"
    )

    assert opener(FACTS) == expected


@pytest.mark.parametrize("consent", [Consent.UNASKED, Consent.REFUSED])
def test_keeps_the_name_of_a_referrer_who_did_not_agree(consent: Consent) -> None:
    """Without consent nobody is named."""
    assert opener(with_connection(consent=consent)) == (
        "You built the readmission dashboard. How did you get started?"
    )


def test_needs_no_referrer() -> None:
    """A connection of another kind is enough."""
    event = Connection(kind=ConnectionKind.EVENT, fact="You spoke about wards and numbers.")

    assert opener(attrs.evolve(FACTS, connection=event)) == (
        "You spoke about wards and numbers. How did you get started?"
    )


@pytest.mark.parametrize("facts", [with_connection(fact=None), attrs.evolve(FACTS, connection=None)])
def test_asks_for_the_fact_instead_of_inventing_one(facts: Facts) -> None:
    """Flattery that nobody can check is not said."""
    missing = opener(facts)

    assert isinstance(missing, Missing)
    assert missing.fact == "connection.fact"
    assert missing.why


@pytest.mark.parametrize(
    ("question", "words"),
    [
        (OpeningQuestion.HOW_YOU_STARTED, "How did you get started?"),
        (OpeningQuestion.WHAT_YOU_WORK_ON, "What are you working on these days?"),
    ],
)
def test_the_policy_chooses_the_question(question: OpeningQuestion, words: str) -> None:
    """The guide asks how they began; Dalton asks what they work on."""
    said = opener(FACTS, policy=attrs.evolve(CLASSIC, opening_question=question))
    assert isinstance(said, str)
    assert said.endswith(f" {words}")
    assert len(OpeningQuestion) == 2
