"""Finding times that suit both sides (step 3): two or three slots, in the contact's working hours."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta
from typing import final
from zoneinfo import ZoneInfo

import attrs

from infoview._fields import whole_number
from infoview._policy import Policy, WorkingDays
from infoview._time import (
    WEEKDAYS,
    BusinessCalendar,
    Slot,
    instant,
    instant_field,
    local_date,
    to_instant,
    zone,
)
from infoview.exceptions import InvalidValueError
from infoview.policies import CLASSIC

__all__ = ["Hours", "Window", "propose_slots"]


@final
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


@final
@attrs.frozen(kw_only=True)
class Hours:
    """The hours of a day in which the contact can be asked to talk, on the clock at their place.

    Attributes:
        first: The first full hour, 0 to 23.
        last: The full hour at which a talk must be over, 1 to 24 and later than the first.

    Raises:
        InvalidValueError: When an hour is out of range, or the last is not later than the first
            (code ``ends_before_start``).
    """

    first: int = attrs.field(default=9, validator=whole_number(0, 23))
    last: int = attrs.field(default=17, validator=whole_number(1, 24))

    def __attrs_post_init__(self) -> None:
        if self.last <= self.first:
            raise InvalidValueError("Hours.last", "ends_before_start", "give an hour after the first")


_HORIZON_DAYS = 366
_COUNT = whole_number(1, 1_000)


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
        count: The most slots wanted, 1 to 1,000; never more than the policy proposes.
        busy: What the seeker has agreed to already.
        hours: The contact's working hours.
        policy: Knows the lead time and how many times to propose.
        calendar: The working days at the contact's place.

    Returns:
        Slots in order of time, one a day as long as there are days; fewer than *count*, or none, when the
        windows hold no more. Of an hour that comes twice, the second is not offered.

    Raises:
        InvalidValueError: When *now* names no instant, the zone is unknown, the length is not the policy's,
            or the count is out of range.
    """
    whole_number(policy.minutes_min, policy.minutes_max).check("minutes", minutes)
    _COUNT.check("count", count)
    present = instant(now, "now")
    soonest = present + timedelta(minutes=policy.slot_lead_minutes)
    latest = present + timedelta(days=_HORIZON_DAYS)
    diary = _Diary(zone(contact_zone), contact_zone, minutes, hours, WorkingDays(calendar, policy))
    taken = _merged((slot.start, slot.end) for slot in busy)
    by_day: dict[date, list[Slot]] = {}
    for start, end in _merged((window.start, window.end) for window in windows):
        for slot in diary.slots_between(max(start, soonest), min(end, latest)):
            if slot.start > present and not _meets(slot, taken):
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


@attrs.frozen
class _Diary:
    """When the contact works."""

    zone: ZoneInfo
    key: str
    minutes: int
    hours: Hours
    working: WorkingDays

    def slots_between(self, start: datetime, end: datetime) -> Iterator[Slot]:
        """List the slots between two instants that lie in working hours, in order of time."""
        day = start.astimezone(self.zone).date()
        while start < end and day <= end.astimezone(self.zone).date():
            if self.working.is_business_day(day):
                yield from (s for s in self._slots_of(day) if start <= s.start and s.end <= end)
            day += timedelta(days=1)

    def _slots_of(self, day: date) -> Iterator[Slot]:
        midnight = datetime.combine(day, time())
        close = (midnight + timedelta(hours=self.hours.last)).replace(tzinfo=self.zone).astimezone(UTC)
        for half_hour in range(2 * self.hours.first, 2 * self.hours.last):
            wall = midnight + timedelta(minutes=30 * half_hour)
            # Zone and length are in order by now: what can be refused is a half hour that clocks jump over.
            with suppress(InvalidValueError):
                slot = Slot.local(wall, minutes=self.minutes, zone=self.key)
                if slot.end <= close:
                    yield slot


def _spread(by_day: dict[date, list[Slot]], count: int) -> tuple[Slot, ...]:
    """Take the first free slot of every day, then the next that does not overlap it, and so on."""
    chosen: list[Slot] = []
    rounds = max(map(len, by_day.values()), default=0)
    for turn in range(rounds):
        for slots in by_day.values():
            if len(chosen) == count:
                return tuple(sorted(chosen, key=lambda slot: slot.start))
            if turn < len(slots) and not any(slots[turn].overlaps(other) for other in chosen):
                chosen.append(slots[turn])
    return tuple(sorted(chosen, key=lambda slot: slot.start))
