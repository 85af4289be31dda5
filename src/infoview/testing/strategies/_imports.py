"""What reading a file of contacts gives, and what people are ranked by."""

import csv
import io

from hypothesis import strategies as st

from infoview.contacts import (
    ROW_CODES,
    ImportResult,
    Outcome,
    Ranked,
    RowCode,
    RowIdentity,
    RowProblem,
    SkippedRow,
    rank,
    read_linkedin,
)
from infoview.testing.strategies._people import contacts, objectives, person_names
from infoview.testing.strategies._rules import draws
from infoview.testing.strategies._texts import lines
from infoview.testing.strategies._times import days

__all__ = [
    "import_results",
    "linkedin_exports",
    "ranked",
    "row_codes",
    "row_identities",
    "row_problems",
    "skipped_rows",
]

_HEADER = ("First Name", "Last Name", "URL", "Email Address", "Company", "Position", "Connected On")
_ROWS = st.integers(1, 200_000)


def linkedin_exports(*, max_rows: int = 5) -> st.SearchStrategy[str]:
    """Draw files of contacts as LinkedIn exports them, with faults that such files have.

    Args:
        max_rows: How many rows there are below the header at most, from 1 up.

    Returns:
        The text of files that `infoview.contacts.read_linkedin` takes.
    """
    name = st.just("") | lines(max_length=100)
    row = st.tuples(
        name,
        name,
        st.sampled_from(
            ("", "https://www.linkedin.com/in/ada", "https://www.linkedin.com/in/noor/", "ftp:x")
        ),
        st.sampled_from(("", "ada@example.org", "no address")),
        name,
        name,
        st.sampled_from(("", "05 Mar 2024", "2024-03-05", "soon")),
    )
    return st.lists(row, min_size=1, max_size=max_rows).map(_written)


def _written(rows: list[tuple[str, ...]]) -> str:
    file = io.StringIO()
    csv.writer(file).writerows((_HEADER, *rows))
    return file.getvalue()


@draws(ImportResult)
def import_results(*, max_rows: int = 5) -> st.SearchStrategy[ImportResult]:
    """Draw what files gave.

    Args:
        max_rows: How many rows a file has below its header at most, from 1 up.

    Returns:
        Results with contacts, problems and skipped rows.
    """
    return linkedin_exports(max_rows=max_rows).map(read_linkedin)


@draws(RowCode)
@st.composite
def row_codes(draw: st.DrawFn) -> RowCode:
    """Draw what codes mean.

    Args:
        draw: Given by Hypothesis.

    Returns:
        The values of `infoview.contacts.ROW_CODES`.
    """
    return draw(st.sampled_from(tuple(ROW_CODES.values())))


@draws(RowProblem)
def row_problems() -> st.SearchStrategy[RowProblem]:
    """Draw problems of rows by themselves.

    Returns:
        Problems with every code.
    """
    return st.builds(
        RowProblem,
        row=_ROWS,
        line=_ROWS,
        column=st.none() | st.sampled_from((*_HEADER, "column 8")),
        code=st.sampled_from(sorted(ROW_CODES)),
        outcome=st.sampled_from(Outcome),
        earlier_row=st.none() | _ROWS,
    )


@draws(SkippedRow)
def skipped_rows() -> st.SearchStrategy[SkippedRow]:
    """Draw rows that gave no contact.

    Returns:
        Rows with every code.
    """
    return st.builds(SkippedRow, _ROWS, st.sampled_from(sorted(ROW_CODES)))


@draws(RowIdentity)
def row_identities() -> st.SearchStrategy[RowIdentity]:
    """Draw what tells one imported person from the others.

    Returns:
        Identities with and without a profile.
    """
    return st.builds(
        RowIdentity,
        profile=st.none()
        | st.sampled_from(("https://www.linkedin.com/in/ada", "https://www.linkedin.com/in/noor")),
        name=person_names(),
        organisation=st.none() | lines(),
        connected_on=st.none() | days(),
        occurrence=st.integers(1, 9),
    )


@draws(Ranked)
@st.composite
def ranked(draw: st.DrawFn) -> Ranked:
    """Draw contacts that were ranked for an objective.

    Args:
        draw: Given by Hypothesis.

    Returns:
        Contacts with their score.
    """
    return rank([draw(contacts())], draw(objectives()), today=draw(days()))[0]
