"""Tables of transitions and what they are made of."""

from hypothesis import strategies as st

from infoview._events import EVENT_TYPES, Undone
from infoview._guards import Guard
from infoview._lifecycle import LIFECYCLE, Lifecycle
from infoview._transitions import TRANSITIONS, Opens, Transition
from infoview.exceptions import InvalidLifecycleError, Problem, Reason
from infoview.policies import CLASSIC
from infoview.testing.strategies._rules import draws
from infoview.testing.strategies._texts import lines
from infoview.testing.strategies._times import instants

__all__ = ["guards", "lifecycles", "opens", "problems", "reasons", "transitions"]

_GUARDS = tuple(dict.fromkeys(guard for row in TRANSITIONS for guard in row.guards))
_OPENS = tuple(dict.fromkeys(opens for row in TRANSITIONS for opens in row.opens))


@draws(Guard)
@st.composite
def guards(draw: st.DrawFn) -> Guard:
    """Draw rules.

    Args:
        draw: Given by Hypothesis.

    Returns:
        The guards of the library's table.
    """
    return draw(st.sampled_from(_GUARDS))


@draws(Opens)
@st.composite
def opens(draw: st.DrawFn) -> Opens:
    """Draw what rows leave owed.

    Args:
        draw: Given by Hypothesis.

    Returns:
        Those of the library's table.
    """
    return draw(st.sampled_from(_OPENS))


@draws(Transition)
@st.composite
def transitions(draw: st.DrawFn) -> Transition:
    """Draw rows.

    Args:
        draw: Given by Hypothesis.

    Returns:
        Those of the library's table.
    """
    return draw(st.sampled_from(TRANSITIONS))


@draws(Lifecycle)
def lifecycles() -> st.SearchStrategy[Lifecycle]:
    """Draw tables: the library's, and sound ones that know less.

    Returns:
        Tables from which the rows of up to three events are missing.
    """
    return st.just(LIFECYCLE) | st.sets(st.sampled_from(EVENT_TYPES), max_size=3).map(_without)


def _without(gone: set[type]) -> Lifecycle:
    kept = tuple(row for row in TRANSITIONS if row.event not in gone or row.event is Undone)
    try:
        return Lifecycle(transitions=kept)
    except InvalidLifecycleError:
        return LIFECYCLE


@draws(Reason)
def reasons() -> st.SearchStrategy[Reason]:
    """Draw reasons for which an event is refused.

    Returns:
        Reasons with the codes and sentences of the library's guards.
    """
    earliest = st.none() | instants()
    return st.tuples(guards(), earliest).map(
        lambda drawn: Reason(drawn[0].code, CLASSIC.worded(drawn[0].sentence), drawn[1])
    )


@draws(Problem)
def problems() -> st.SearchStrategy[Problem]:
    """Draw faults of documents.

    Returns:
        Faults with a path, a code and a sentence.
    """
    paths = st.sampled_from(("$", "$.name", "$.slots[1].start", "$.contact.email"))
    return st.builds(Problem, paths, st.sampled_from(("too_long", "empty")), lines(plain=True))
