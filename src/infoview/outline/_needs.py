"""Ids, and which of them needs which others."""

from collections.abc import Collection, Iterable, Mapping
from graphlib import CycleError, TopologicalSorter

from infoview._text import IDENTIFIER
from infoview.exceptions import InvalidValueError

__all__ = ["id_set", "in_order_of_need"]

_MOST_NAMED = 5
_CURE = "give a collection of ids, such as a frozenset"


def id_set(place: str, ids: Iterable[str]) -> frozenset[str]:
    """Freeze ids.

    Args:
        place: Where they stand, for the error.
        ids: Any collection of ids; a single text is none.

    Returns:
        The ids.

    Raises:
        InvalidValueError: When it is no collection of ids (code ``not_ids``), or one of them breaks the rules
            for one-line text.
    """
    if isinstance(ids, str):
        raise InvalidValueError(place, "not_ids", _CURE)
    try:
        frozen = frozenset(ids)
    except TypeError:
        raise InvalidValueError(place, "not_ids", _CURE) from None
    for fault in filter(None, map(IDENTIFIER.fault, frozen)):
        raise InvalidValueError(place, *fault)
    return frozen


def in_order_of_need(field: str, needs: Mapping[str, Collection[str]]) -> list[str]:
    """Put ids in an order in which each comes after those it needs.

    Args:
        field: Where the needs stand, for the error.
        needs: For every id, the ids it needs.

    Returns:
        All ids.

    Raises:
        InvalidValueError: When an id needs one that is not there (code ``unknown_id``), or some need each
            other in a circle (code ``circle``; the cure names it).
    """
    if any(need not in needs for needed in needs.values() for need in needed):
        raise InvalidValueError(field, "unknown_id", "name only ids that are there themselves")
    graph = {id_: sorted(needs[id_]) for id_ in sorted(needs)}
    try:
        return list(TopologicalSorter(graph).static_order())
    except CycleError as error:
        # The sorter lists what is needed before what needs it, and closes the circle itself.
        circle: list[str] = error.args[1][::-1]
    shown = circle if len(circle) <= _MOST_NAMED else [*circle[:_MOST_NAMED], "…"]
    raise InvalidValueError(field, "circle", f"break the circle of needs: {' → '.join(shown)}")
