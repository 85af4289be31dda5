"""What desks are asked, what they find, and what is left of what was erased."""

from typing import Any

from hypothesis import strategies as st

from infoview._stages import Stage
from infoview.archive import Restored
from infoview.desk import (
    ContactQuery,
    Erasure,
    Found,
    InterviewQuery,
    Tombstone,
    Trace,
    TraceReason,
)
from infoview.storage.pages import Page
from infoview.testing.strategies._lives import interviews
from infoview.testing.strategies._people import contacts, email_addresses
from infoview.testing.strategies._records import records
from infoview.testing.strategies._rules import building, draws
from infoview.testing.strategies._texts import identifiers, lines
from infoview.testing.strategies._times import instants

__all__ = [
    "contact_queries",
    "erasures",
    "found",
    "interview_queries",
    "pages",
    "restored",
    "tombstones",
    "traces",
]

_CURSORS = st.none() | st.text("abcXYZ019-_", min_size=1, max_size=40)
_COUNTS = st.integers(0, 100_000)


@draws(InterviewQuery)
@st.composite
def interview_queries(draw: st.DrawFn) -> InterviewQuery:
    """Draw which interviews to look for.

    Args:
        draw: Given by Hypothesis.

    Returns:
        Queries that say something, and do not contradict themselves.
    """
    fields: dict[str, st.SearchStrategy[Any]] = {
        "seeker_id": identifiers(),
        "stage": st.sampled_from(Stage),
        "due_before": instants(),
        **draw(st.sampled_from(({"contact_id": identifiers()}, {"organisation": lines()}))),
    }
    names = draw(st.sets(st.sampled_from(sorted(fields)), min_size=1))
    return InterviewQuery(**{name: draw(fields[name]) for name in sorted(names)})


@draws(ContactQuery)
def contact_queries() -> st.SearchStrategy[ContactQuery]:
    """Draw which contacts to look for.

    Returns:
        Queries for an organisation, an address, or both.
    """
    organisation, email = lines(), email_addresses()
    return st.one_of(
        building(ContactQuery, organisation=organisation, email=st.none()),
        building(ContactQuery, organisation=st.none(), email=email),
        building(ContactQuery, organisation=organisation, email=email),
    )


@draws(Found)
def found() -> st.SearchStrategy[Found[Any]]:
    """Draw pages of what was found.

    Returns:
        Pages of contacts and pages of interviews, empty ones included.
    """
    items = st.lists(contacts(), max_size=3) | st.lists(interviews(max_events=2), max_size=2)
    return st.builds(Found[Any], items=items.map(tuple), cursor=_CURSORS)


@draws(Page)
def pages() -> st.SearchStrategy[Page]:
    """Draw pages of rows.

    Returns:
        Pages, the last one included.
    """
    return st.builds(Page, records=st.lists(records(), max_size=3).map(tuple), cursor=_CURSORS)


@draws(Tombstone)
def tombstones() -> st.SearchStrategy[Tombstone]:
    """Draw the places of erased interviews.

    Returns:
        Tombstones, with and without one that led to them.
    """
    return building(Tombstone, id=identifiers())


@draws(Trace)
def traces() -> st.SearchStrategy[Trace]:
    """Draw records that still name an erased person.

    Returns:
        Traces with one reason or several.
    """
    reasons = st.lists(st.sampled_from(TraceReason), min_size=1, unique=True).map(tuple)
    kinds = st.sampled_from(("interview", "contact", "seeker"))
    return st.builds(Trace, kind=kinds, id=identifiers(), reasons=reasons)


@draws(Erasure)
def erasures() -> st.SearchStrategy[Erasure]:
    """Draw what erasures took, and what they left.

    Returns:
        Erasures, those without a trace included.
    """
    ids = st.lists(identifiers(), max_size=3, unique=True).map(tuple)
    return st.builds(Erasure, interviews=ids, traces=st.lists(traces(), max_size=3).map(tuple))


@draws(Restored)
def restored() -> st.SearchStrategy[Restored]:
    """Draw what archives gave a store.

    Returns:
        Counts, none included.
    """
    return st.builds(Restored, records=_COUNTS, entries=_COUNTS, left_out=_COUNTS)
