"""Where a talk should be by now, and when to say that the time is up."""

from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

import attrs

from infoview._fields import whole_number
from infoview._policy import Policy
from infoview.exceptions import InvalidValueError

if TYPE_CHECKING:
    from infoview.outline._build import Outline, OutlineItem

__all__ = ["Pace", "TimeSignal", "pace_of"]

_SECONDS = whole_number(0, 86_400)
_NONE = timedelta()


class TimeSignal(StrEnum):
    """What the clock says.

    Keep to the time you asked for; when it is up, say so and ask for a few more minutes, then stop (Texas A&M
    University).
    """

    GO_ON = "go_on"
    """There is time."""

    WRAP_UP = "wrap_up"
    """No more than `Policy.time_warning_minutes` are left: come to the closing part."""

    TIME_UP = "time_up"
    """Say that the time is up, and ask whether `Policy.overrun_minutes` more are all right."""

    STOP = "stop"
    """Those are over too: thank and leave."""


@attrs.frozen(kw_only=True)
class Pace:
    """Where a talk is against its outline.

    Attributes:
        item: What the outline has for this moment; `None` in the reserve at the end and after it.
        left: The time to the agreed end; negative after it.
        behind: How far the running question is behind the outline; negative when ahead, zero when in its time
            or when it was not named.
        signal: What the clock says.
    """

    item: "OutlineItem | None"
    left: timedelta
    behind: timedelta
    signal: TimeSignal


def pace_of(outline: "Outline", elapsed: timedelta | int, running: str | None, policy: Policy) -> Pace:
    """Compare a talk with its outline; see `infoview.outline.Outline.pace`."""
    passed = _checked(elapsed)
    left = timedelta(minutes=outline.minutes) - passed
    item = next((item for item in outline.items if item.start <= passed < item.end), None)
    behind = _behind(outline, passed, running)
    return Pace(item=item, left=left, behind=behind, signal=_signal(left, policy))


def _checked(elapsed: timedelta | int) -> timedelta:
    if isinstance(elapsed, timedelta):
        _SECONDS.check("pace.elapsed", elapsed // timedelta(seconds=1))
        return elapsed
    _SECONDS.check("pace.elapsed", elapsed)
    return timedelta(seconds=elapsed)


def _behind(outline: "Outline", passed: timedelta, running: str | None) -> timedelta:
    if running is None:
        return _NONE
    item = next((item for item in outline.items if item.question.id == running), None)
    if item is None:
        raise InvalidValueError("pace.running", "unknown_id", "name a question of this outline")
    return max(passed - item.end, _NONE) + min(passed - item.start, _NONE)


def _signal(left: timedelta, policy: Policy) -> TimeSignal:
    if left > _NONE:
        warning = timedelta(minutes=policy.time_warning_minutes)
        return TimeSignal.GO_ON if left > warning else TimeSignal.WRAP_UP
    overrun = timedelta(minutes=policy.overrun_minutes)
    return TimeSignal.TIME_UP if left > -overrun else TimeSignal.STOP
