"""The kinds of document there are. One line makes a class one of them."""

from collections.abc import Mapping
from types import MappingProxyType, UnionType
from typing import Any

from infoview._events import EVENT_TYPES, EVENTS, CustomEvent, Event
from infoview._interview import Interview
from infoview._lifecycle import Lifecycle
from infoview._objective import Connection, Objective
from infoview._people import Contact, PersonalStatement, PersonName, Seeker
from infoview._policy import Policy
from infoview._takeaways import Commitment, Debrief, Insight, Note
from infoview._time import Slot
from infoview.conversion._faults import fault
from infoview.referrals import Referral

__all__ = ["EVENT", "INTERVIEW", "KINDS", "TAG", "events_of", "is_own_event", "kind_of"]

INTERVIEW = "interview"
"""The kind of interviews."""

KINDS: Mapping[str, type[Any]] = MappingProxyType(
    {
        "commitment": Commitment,
        "connection": Connection,
        "contact": Contact,
        "debrief": Debrief,
        "insight": Insight,
        INTERVIEW: Interview,
        "note": Note,
        "objective": Objective,
        "person_name": PersonName,
        "personal_statement": PersonalStatement,
        "policy": Policy,
        "referral": Referral,
        "seeker": Seeker,
        "slot": Slot,
    }
)
"""The class of each kind of document. Every event is of the kind ``event``, and its type says which."""

EVENT = "event"
"""The kind of all events."""

TAG = "type"
"""The key that says which event an event is."""

_KIND_OF: Mapping[type[Any] | UnionType, str] = {
    **{cls: kind for kind, cls in KINDS.items()},
    **dict.fromkeys(EVENT_TYPES, EVENT),
    Event: EVENT,
}


def is_own_event(cls: object, /) -> bool:
    """Tell whether something is an event class of an integrator.

    Args:
        cls: Anything.

    Returns:
        `True` for a subclass of `CustomEvent`.
    """
    return isinstance(cls, type) and issubclass(cls, CustomEvent) and cls is not CustomEvent


def events_of(lifecycle: Lifecycle, /) -> dict[str, type[Any]]:
    """List the events that documents may hold.

    Args:
        lifecycle: The table.

    Returns:
        All event classes of the library, and those that the table adds, by name.
    """
    return {**EVENTS, **{event.__name__: event for event in lifecycle.event_types}}


def kind_of(cls: type[Any] | UnionType, /) -> str:
    """Name the kind of a class.

    Args:
        cls: The class, or the union `infoview.Event`.

    Returns:
        The kind.

    Raises:
        InvalidDataError: When its objects are no documents (code ``unknown_kind``).
    """
    if is_own_event(cls):
        return EVENT
    try:
        return _KIND_OF[cls]
    except (KeyError, TypeError):
        # Whoever gives no class at all may give something that cannot even be looked up.
        refusal = fault("unknown_kind", f"give the class of one of: {EVENT}, {', '.join(KINDS)}")
    raise refusal
