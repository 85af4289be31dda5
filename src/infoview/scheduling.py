"""Finding times that suit both sides (step 3): two or three slots, in the contact's working hours."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import date, datetime, time, timedelta

import attrs

from infoview._fields import whole_number
from infoview._policy import Policy, WorkingDays
from infoview._time import (
    WEEKDAYS,
    BusinessCalendar,
    Slot,
    instant_field,
    local_date,
    to_instant,
)
from infoview.exceptions import InvalidValueError
from infoview.policies import CLASSIC

__all__ = ["Hours", "Window", "propose_slots"]


@attrs.frozen
class Window:
    """A stretch of time in which the seeker can talk.

    Attributes:
        start: When it begins. Any aware datetime; kept in UTC.
        end: When it ends.

    Raises:
        InvalidValueError: When an end names no instant, or the window ends before it begins
            (code ``ends_before_start``).
    """

    start: datetime = attrs.field(converter=to_instant, validator=instant_field)
    end: datetime = attrs.field(converter=to_instant, validator=instant_field)

    def __attrs_post_init__(self) -> None:
        if self.end < self.start:
            raise InvalidValueError("Window.end", "ends_before_start", "give an end after the start")


@attrs.frozen(kw_only=True)
class Hours:
    """The hours of a day in which the contact can be asked to talk, on the clock at their place.

    Attributes:
        first: The first full hour, 0 to 23.
        last: The full hour at which a talk must be over, 1 to 24.
    """

    first: int = attrs.field(default=9, validator=whole_number(0, 23))
    last: int = attrs.field(default=17, validator=whole_number(1, 24))


_STEP = timedelta(minutes=30)
_HORIZON_DAYS = 366


def propose_slots(
    windows: Iterable[Window],
    *,
    now: datetime,
    contact_zone: str,
    minutes: int,
    count: int = 3,
    busy: Iterable[Slot] = (),
    hours: Hours = Hours(),
    policy: Policy = CLASSIC,
    calendar: BusinessCalendar = WEEKDAYS,
) -> tuple[Slot, ...]:
    """Choose times to propose.

    Spread over days first, since three times on one day are one option to a busy person (Orbit and Dalton
    propose several days). Everything is read in the contact's zone (Texas A&M): their working hours, on their
    working days, at full and half hours.

    Args:
        windows: When the seeker can talk. What lies more than a year ahead is not looked at.
        now: The current instant; any aware datetime.
        contact_zone: The IANA key of the contact's zone.
        minutes: How long the talk is, within the policy's range.
        count: The most slots wanted; never more than the policy proposes.
        busy: What the seeker has agreed to already.
        hours: The contact's working hours.
        policy: Knows the lead time and how many times to propose.
        calendar: The working days at the contact's place.

    Returns:
        Slots in order of time, one a day as long as there are days; fewer than *count*, or none, when the
        windows hold no more.

    Raises:
        InvalidValueError: When *now* is naive, the zone is unknown, or the length is not the policy's.
    """
    if not policy.minutes_min <= minutes <= policy.minutes_max:
        cure = f"give {policy.minutes_min} to {policy.minutes_max} minutes"
        raise InvalidValueError("minutes", "out_of_range", cure)
    clock = Window(now, now).start
    reach = Window(clock + timedelta(minutes=policy.slot_lead_minutes), clock + timedelta(days=_HORIZON_DAYS))
    working = WorkingDays(calendar, policy)
    taken = _merged((slot.start, slot.end) for slot in busy)
    by_day: dict[date, list[Slot]] = {}
    for start, end in _merged((window.start, window.end) for window in windows):
        free = Window(max(start, reach.start), max(min(end, reach.end), reach.start))
        for slot in _candidates(free, contact_zone, minutes, hours, working):
            if not _meets(slot, taken):
                by_day.setdefault(local_date(slot.start, contact_zone), []).append(slot)
    return _spread(by_day, min(count, policy.slots_max))


_Span = tuple[datetime, datetime]


def _merged(spans: Iterable[_Span]) -> list[_Span]:
    """Join spans that share time, so that what follows is linear however many there are."""
    joined: list[_Span] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((start, end))
    return joined


def _meets(slot: Slot, spans: list[_Span]) -> bool:
    """Tell whether a slot shares time with one of the disjoint *spans*."""
    last_before_its_end = bisect_left(spans, (slot.end,)) - 1
    return last_before_its_end >= 0 and spans[last_before_its_end][1] > slot.start


def _candidates(window: Window, key: str, minutes: int, hours: Hours, working: WorkingDays) -> Iterator[Slot]:
    """List the slots of a window that lie in working hours, in order of time."""
    day = local_date(window.start, key)
    while day <= local_date(window.end, key):
        if working.is_business_day(day):
            for slot in _of_day(day, key, minutes, hours):
                if window.start <= slot.start and slot.end <= window.end:
                    yield slot
        day += timedelta(days=1)


def _of_day(day: date, key: str, minutes: int, hours: Hours) -> Iterator[Slot]:
    wall = datetime.combine(day, time(hours.first))
    close = datetime.combine(day, time()) + timedelta(hours=hours.last)
    while wall + timedelta(minutes=minutes) <= close:
        # Zone and length are in order by now: what can be refused is a half hour that clocks jump over.
        with suppress(InvalidValueError):
            yield Slot.local(wall, minutes=minutes, zone=key)
        wall += _STEP


def _spread(by_day: dict[date, list[Slot]], count: int) -> tuple[Slot, ...]:
    """Take the first free slot of every day, then the next that does not touch it, and so on."""
    chosen: list[Slot] = []
    rounds = max(map(len, by_day.values()), default=0)
    for turn in range(rounds):
        for slots in by_day.values():
            if len(chosen) == count:
                return tuple(sorted(chosen, key=lambda slot: slot.start))
            if turn < len(slots) and not any(slots[turn].overlaps(other) for other in chosen):
                chosen.append(slots[turn])
    return tuple(sorted(chosen, key=lambda slot: slot.start))
