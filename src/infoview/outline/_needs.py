"""Prerequisites: which id needs which others."""

from collections.abc import Collection, Iterable, Mapping
from graphlib import CycleError, TopologicalSorter
from typing import Any

import attrs

from infoview._text import IDENTIFIER
from infoview.exceptions import InvalidValueError

__all__ = ["check_ids", "frozen_ids", "in_order_of_need"]

_MOST_NAMED = 5


def frozen_ids(ids: Iterable[str]) -> frozenset[str]:
    """Freeze ids, as an attrs converter; what is no collection of ids is left for the validator to refuse.

    Args:
        ids: Any iterable of ids except one text.

    Returns:
        The ids as a set.
    """
    try:
        return ids if isinstance(ids, str) else frozenset(ids)  # type: ignore[return-value]  # refused next
    except TypeError:
        return ids  # type: ignore[return-value]  # refused next, with a name for the place


def check_ids(instance: object, attribute: "attrs.Attribute[Any]", value: object) -> None:
    """Refuse what is no set of ids, as an attrs validator.

    Args:
        instance: The object under construction.
        attribute: The field.
        value: The value given for it.

    Raises:
        InvalidValueError: When it is no collection (code ``not_ids``) or one of the ids breaks the rules for
            one-line text.
    """
    if not isinstance(value, frozenset):
        place = f"{type(instance).__name__}.{attribute.name}"
        raise InvalidValueError(place, "not_ids", "give a collection of ids, such as a frozenset")
    for id_ in value:
        IDENTIFIER(instance, attribute, id_)


def in_order_of_need(field: str, needs: Mapping[str, Collection[str]]) -> list[str]:
    """Put ids in an order in which each comes after those it needs.

    Args:
        field: Where the needs stand, for the error.
        needs: For every id, the ids it needs.

    Returns:
        All ids.

    Raises:
        InvalidValueError: When an id needs one that is not there (code ``unknown_id``), or some need each
            other in a circle (code ``circle``, which names it). Ids are the caller's own words for questions.
    """
    if any(need not in needs for needed in needs.values() for need in needed):
        raise InvalidValueError(field, "unknown_id", "name only ids that are there themselves")
    graph = {id_: sorted(needs[id_]) for id_ in sorted(needs)}
    try:
        return list(TopologicalSorter(graph).static_order())
    except CycleError as error:
        # The sorter lists what is needed before what needs it, and closes the circle itself.
        circle = list(reversed(error.args[1]))
    shown = circle if len(circle) <= _MOST_NAMED else [*circle[:_MOST_NAMED], "…"]
    raise InvalidValueError(field, "circle", f"break the circle of needs: {' → '.join(shown)}")
