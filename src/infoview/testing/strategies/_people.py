"""People, what they want to know, what links them, and what a talk brings."""

from hypothesis import strategies as st

from infoview._address import EmailAddress
from infoview._channel import ConnectionKind
from infoview._objective import Connection, Objective
from infoview._obligations import Obligation, ObligationKind
from infoview._people import Contact, Party, PersonalStatement, PersonName, Seeker
from infoview._takeaways import Commitment, Debrief, Insight, Note
from infoview._time import to_instant
from infoview.preparation import CHECKLIST, ChecklistItem, ResearchNote
from infoview.referrals import Referral
from infoview.testing.strategies._rules import building, draws
from infoview.testing.strategies._texts import identifiers
from infoview.testing.strategies._times import days, instants

__all__ = [
    "checklist_items",
    "commitments",
    "connections",
    "contacts",
    "debriefs",
    "email_addresses",
    "insights",
    "notes",
    "objectives",
    "obligations",
    "person_names",
    "personal_statements",
    "referrals",
    "research_notes",
    "seekers",
]

_ODD_LOCALS = ("o'brien", "a+b", "jörg", "INFO", "x_y", "1", "用户", "{}", "a" * 64)
_DOMAINS = ("example.org", "EXAMPLE.com", "mail.example.net", "bücher.example.org")


@draws(EmailAddress)
def email_addresses(*, plain: bool = False) -> st.SearchStrategy[EmailAddress]:
    """Draw addresses, all of them in domains that nobody owns.

    Args:
        plain: Whether to draw friendly words only.

    Returns:
        Addresses with plain, odd and foreign local parts.
    """
    odd = st.sampled_from(_ODD_LOCALS) | st.text("abcXYZ019_+-", min_size=1, max_size=20)
    local = st.sampled_from(("ada", "Ada.Lovelace"))
    domains = st.sampled_from(_DOMAINS)
    return st.tuples(local if plain else local | odd, domains).map(
        lambda parts: EmailAddress("@".join(parts))
    )


@draws(PersonName)
def person_names(*, plain: bool = False) -> st.SearchStrategy[PersonName]:
    """Draw names of people: with one part or two, either first, and with signs of many scripts.

    Args:
        plain: Whether to draw friendly words only.

    Returns:
        Names.
    """
    return building(PersonName, plain=plain)


@draws(PersonalStatement)
def personal_statements(*, plain: bool = False) -> st.SearchStrategy[PersonalStatement]:
    """Draw what a seeker says of themselves.

    Args:
        plain: Whether to draw friendly words only.

    Returns:
        Statements, too long ones to say included.
    """
    return building(PersonalStatement, plain=plain)


@draws(Seeker)
def seekers(*, plain: bool = False) -> st.SearchStrategy[Seeker]:
    """Draw seekers.

    Args:
        plain: Whether to draw friendly words only.

    Returns:
        Seekers, with and without what may be left out.
    """
    return building(Seeker, plain=plain, id=identifiers())


@draws(Contact)
def contacts(*, plain: bool = False) -> st.SearchStrategy[Contact]:
    """Draw contacts.

    Args:
        plain: Whether to draw friendly words only.

    Returns:
        Contacts, with and without what may be left out.
    """
    return building(Contact, plain=plain, id=identifiers())


@draws(Objective)
def objectives(*, plain: bool = False) -> st.SearchStrategy[Objective]:
    """Draw what a seeker wants to find out.

    Args:
        plain: Whether to draw friendly words only.

    Returns:
        Objectives of every kind.
    """
    return building(Objective, plain=plain)


@draws(Connection)
def connections(*, kind: ConnectionKind | None = None, plain: bool = False) -> st.SearchStrategy[Connection]:
    """Draw what links two people.

    Args:
        kind: The sort of link; any when left out.
        plain: Whether to draw friendly words only.

    Returns:
        Connections; every referral names its referrer.
    """
    if kind is None:
        return st.sampled_from(ConnectionKind).flatmap(lambda kind: connections(kind=kind, plain=plain))
    if kind is not ConnectionKind.REFERRAL:
        return building(Connection, plain=plain, kind=st.just(kind))
    referrer_id, referrer = identifiers(), person_names(plain=plain)
    return building(Connection, plain=plain, kind=st.just(kind), referrer_id=referrer_id, referrer=referrer)


@draws(Referral)
def referrals(*, plain: bool = False) -> st.SearchStrategy[Referral]:
    """Draw names that somebody gave.

    Args:
        plain: Whether to draw friendly words only.

    Returns:
        Referrals, with and without consent.
    """
    return building(Referral, plain=plain, id=identifiers())


@draws(Insight)
def insights(*, plain: bool = False) -> st.SearchStrategy[Insight]:
    """Draw what a contact said that is worth keeping.

    Args:
        plain: Whether to draw friendly words only.

    Returns:
        Insights, advice among them.
    """
    return building(Insight, plain=plain, id=identifiers())


@draws(Commitment)
def commitments(*, plain: bool = False) -> st.SearchStrategy[Commitment]:
    """Draw promises of either side.

    Args:
        plain: Whether to draw friendly words only.

    Returns:
        Promises, with and without a day.
    """
    return building(Commitment, plain=plain, id=identifiers())


@draws(Note)
def notes(*, plain: bool = False) -> st.SearchStrategy[Note]:
    """Draw private notes.

    Args:
        plain: Whether to draw friendly words only.

    Returns:
        Notes of one line or several.
    """
    return building(Note, plain=plain)


@draws(Debrief)
def debriefs(*, plain: bool = False) -> st.SearchStrategy[Debrief]:
    """Draw looks back on a talk.

    Args:
        plain: Whether to draw friendly words only.

    Returns:
        Debriefs with one answer to three.
    """
    return building(Debrief, plain=plain)


@draws(Obligation)
def obligations() -> st.SearchStrategy[Obligation]:
    """Draw what is owed, by itself; those of a life come with `interviews`.

    Returns:
        Obligations of every kind.
    """
    return st.builds(
        Obligation,
        kind=st.sampled_from(ObligationKind),
        reference=st.just("") | identifiers(),
        owner=st.sampled_from(Party),
        opened_at=instants().map(to_instant),
        due_on=st.none() | days(),
    )


@draws(ResearchNote)
def research_notes(*, plain: bool = False) -> st.SearchStrategy[ResearchNote]:
    """Draw what was found out beforehand.

    Args:
        plain: Whether to draw friendly words only.

    Returns:
        Notes with and without an address.
    """
    return building(ResearchNote, plain=plain)


@draws(ChecklistItem)
@st.composite
def checklist_items(draw: st.DrawFn) -> ChecklistItem:
    """Draw things to do before a talk: the library's and others.

    Args:
        draw: Given by Hypothesis.

    Returns:
        Items for one format of a meeting or several.
    """
    return draw(st.sampled_from(CHECKLIST) | building(ChecklistItem))
