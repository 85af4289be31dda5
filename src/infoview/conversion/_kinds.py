"""The kinds of document there are. One line makes a class one of them."""

from collections.abc import Mapping
from types import MappingProxyType, UnionType
from typing import Any

from infoview._events import EVENT_TYPES, Event
from infoview._interview import Interview
from infoview._objective import Connection, Objective
from infoview._people import Contact, PersonalStatement, PersonName, Seeker
from infoview._policy import Policy
from infoview._takeaways import Commitment, Debrief, Insight, Note
from infoview._time import Slot
from infoview.conversion._faults import fault
from infoview.referrals import Referral

__all__ = ["EVENT", "KINDS", "kind_of"]

KINDS: Mapping[str, type[Any]] = MappingProxyType(
    {
        "commitment": Commitment,
        "connection": Connection,
        "contact": Contact,
        "debrief": Debrief,
        "insight": Insight,
        "interview": Interview,
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

_KIND_OF: Mapping[type[Any] | UnionType, str] = {
    **{cls: kind for kind, cls in KINDS.items()},
    **dict.fromkeys(EVENT_TYPES, EVENT),
    Event: EVENT,
}


def kind_of(cls: type[Any] | UnionType, /) -> str:
    """Name the kind of a class.

    Args:
        cls: The class, or the union `infoview.Event`.

    Returns:
        The kind.

    Raises:
        InvalidDataError: When its objects are no documents (code ``unknown_kind``).
    """
    try:
        return _KIND_OF[cls]
    except (KeyError, TypeError):
        # Whoever gives no class at all may give something that cannot even be looked up.
        refusal = fault("unknown_kind", f"give the class of one of: {EVENT}, {', '.join(KINDS)}")
    raise refusal
