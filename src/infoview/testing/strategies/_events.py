"""Events by themselves, whatever an interview would say to them; those of a life come with `histories`."""

from datetime import datetime
from typing import Any, TypeVar, cast

from hypothesis import strategies as st

from infoview._events import EVENT_TYPES, CustomEvent, Event
from infoview.testing.strategies._rules import building, draws
from infoview.testing.strategies._times import FIRST_INSTANT, LAST_INSTANT, instants

__all__ = ["any_events", "events"]

_Kind = TypeVar("_Kind", bound=Event | CustomEvent)


def events(
    cls: type[_Kind],
    /,
    *,
    min_at: datetime = FIRST_INSTANT,
    max_at: datetime = LAST_INSTANT,
    plain: bool = False,
    **fields: st.SearchStrategy[Any],
) -> st.SearchStrategy[_Kind]:
    """Draw events of a kind.

    Args:
        cls: The class: one of the library, or of your own. Fields of your own are drawn by their validators
            where those are the library's, else by their types.
        min_at: The first instant; aware.
        max_at: The last instant; aware.
        plain: Whether texts are friendly words only.
        fields: How to draw some of the fields instead.

    Returns:
        Events, each valid by itself.
    """
    return building(cls, plain=plain, **{"at": instants(min_value=min_at, max_value=max_at), **fields})


def any_events(*, plain: bool = False) -> st.SearchStrategy[Event]:
    """Draw events of any kind.

    Args:
        plain: Whether texts are friendly words only.

    Returns:
        Events of the library, each valid by itself.
    """
    return st.sampled_from(EVENT_TYPES).flatmap(lambda cls: events(cast("type[Any]", cls), plain=plain))


def _offer(cls: type[Any]) -> None:
    """Offer the strategy of a class of events."""

    @draws(cls)
    def drawn(*, plain: bool = False) -> st.SearchStrategy[Any]:
        return events(cls, plain=plain)

    del drawn


for _cls in (*EVENT_TYPES, CustomEvent):
    _offer(_cls)
