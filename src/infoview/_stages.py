"""The stages of an interview: where things stand. What was counted, and what is owed, is kept beside them."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

__all__ = ["ENDED", "LIVE", "WITH_A_SLOT", "Stage"]


class Stage(StrEnum):
    """Where an interview stands."""

    IDENTIFIED = "identified"
    PREPARED = "prepared"
    INTRO_PENDING = "intro_pending"
    REQUESTED = "requested"
    DEFERRED = "deferred"
    ACCEPTED = "accepted"
    SCHEDULING = "scheduling"
    SCHEDULED = "scheduled"
    CONFIRMED = "confirmed"
    IN_PROGRESS = "in_progress"
    WRITTEN = "written"
    HELD = "held"
    THANKED = "thanked"
    IN_TOUCH = "in_touch"
    DORMANT = "dormant"
    DECLINED = "declined"
    NO_RESPONSE = "no_response"
    WITHDRAWN = "withdrawn"
    CANCELLED = "cancelled"
    NO_SHOW = "no_show"
    CLOSED = "closed"

    @property
    def meaning(self) -> str:
        """Where an interview in this stage stands, in a sentence."""
        return _MEANINGS[self]


_MEANINGS: Mapping[Stage, str] = MappingProxyType(
    {
        Stage.IDENTIFIED: "Somebody worth asking is known.",
        Stage.PREPARED: "It is clear what to ask and why this person.",
        Stage.INTRO_PENDING: "A connector was asked to introduce you.",
        Stage.REQUESTED: "The contact was asked and has not answered.",
        Stage.DEFERRED: "The contact said: not now.",
        Stage.ACCEPTED: "The contact said yes; no time is proposed.",
        Stage.SCHEDULING: "Times are being exchanged.",
        Stage.SCHEDULED: "A time is agreed.",
        Stage.CONFIRMED: "The agreed time was confirmed.",
        Stage.IN_PROGRESS: "The talk is going on.",
        Stage.WRITTEN: "The contact answers in writing instead.",
        Stage.HELD: "The talk, or the written answers, took place; thanks are due.",
        Stage.THANKED: "Thanks were sent or waived.",
        Stage.IN_TOUCH: "The two have been in touch since the thanks.",
        Stage.DORMANT: "Nothing was heard for long.",
        Stage.DECLINED: "The contact said no.",
        Stage.NO_RESPONSE: "Silence was the answer.",
        Stage.WITHDRAWN: "You took the request back.",
        Stage.CANCELLED: "The agreed talk was called off.",
        Stage.NO_SHOW: "Somebody did not come.",
        Stage.CLOSED: "The matter is finished.",
    }
)

ENDED = (Stage.DECLINED, Stage.NO_RESPONSE, Stage.WITHDRAWN, Stage.CANCELLED, Stage.NO_SHOW, Stage.CLOSED)
"""The stages in which nothing goes on by itself."""

WITH_A_SLOT = (Stage.SCHEDULED, Stage.CONFIRMED, Stage.IN_PROGRESS)
"""The stages in which there is an agreed time."""

LIVE = tuple(stage for stage in Stage if stage not in ENDED)
"""All other stages."""
