"""The order in which things come that need each other."""

from collections.abc import Collection, Mapping
from graphlib import CycleError, TopologicalSorter

from infoview.exceptions import InvalidValueError

__all__ = ["in_order_of_need"]

_MOST_NAMED = 5


def in_order_of_need(place: str, needs: Mapping[str, Collection[str]]) -> list[str]:
    """Put ids in an order in which each comes after those it needs.

    Args:
        place: Where the needs stand, for the error.
        needs: For every id, the ids it needs.

    Returns:
        All ids.

    Raises:
        InvalidValueError: When an id needs one that is not there (code ``unknown_id``), or some need each
            other in a circle (code ``circle``; the cure names the ids, which tell nothing about a person).
    """
    if any(need not in needs for needed in needs.values() for need in needed):
        raise InvalidValueError(place, "unknown_id", "name only ids that are there themselves")
    graph = {id_: sorted(needs[id_]) for id_ in sorted(needs)}
    try:
        return list(TopologicalSorter(graph).static_order())
    except CycleError as error:
        # The sorter lists what is needed before what needs it, and closes the circle itself.
        circle: list[str] = error.args[1][::-1]
    shown = circle if len(circle) <= _MOST_NAMED else [*circle[:_MOST_NAMED], "…"]
    raise InvalidValueError(place, "circle", f"break the circle of needs: {' → '.join(shown)}")
