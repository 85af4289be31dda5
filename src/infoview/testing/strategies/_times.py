"""Instants, days, zones and stretches of time, with clocks that change among them."""

from datetime import UTC, date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import attrs
from hypothesis import strategies as st

from infoview._time import (
    WEEKDAYS,
    BusinessCalendar,
    Slot,
    Weekdays,
    instant_field,
    plain_date,
    zone_key,
)
from infoview.scheduling import Hours, Window
from infoview.testing.strategies._rules import building, draws

__all__ = [
    "FIRST_INSTANT",
    "LAST_INSTANT",
    "calendars",
    "days",
    "hours",
    "instants",
    "slots",
    "weekdays",
    "windows",
    "zones",
]

FIRST_INSTANT: Final = datetime(1900, 1, 3, tzinfo=UTC)
LAST_INSTANT: Final = datetime(2199, 12, 29, tzinfo=UTC)
"""Some days within what the library takes, so that no zone leads out of it."""

_FIRST_DAY: Final = FIRST_INSTANT.date()
_LAST_DAY: Final = LAST_INSTANT.date()
_RECENT = (date(2025, 1, 1), date(2027, 12, 31))
_ZONES = (
    *("UTC", "Europe/Berlin", "America/New_York", "America/Los_Angeles", "America/St_Johns"),
    *("Asia/Kathmandu", "Asia/Tehran", "Africa/Cairo", "Australia/Lord_Howe"),
    *("Pacific/Auckland", "Pacific/Chatham", "Pacific/Apia"),
)
"""Zones with whole, half and quarter hours, with and without summer time, one of which once lost a day."""


@draws(zone_key)
def zones() -> st.SearchStrategy[str]:
    """Draw the keys of time zones.

    Returns:
        IANA keys.
    """
    return st.sampled_from(_ZONES)


@draws(instant_field)
def instants(
    *, min_value: datetime = FIRST_INSTANT, max_value: datetime = LAST_INSTANT
) -> st.SearchStrategy[datetime]:
    """Draw aware datetimes in many zones, recent ones more often where the range holds them.

    Args:
        min_value: The first instant; aware.
        max_value: The last instant; aware.

    Returns:
        Datetimes that exist on the clocks of their zone.
    """
    span = (max_value - min_value) // timedelta(microseconds=1)
    anywhere = st.integers(0, span)
    recent = [datetime(day.year, day.month, day.day, tzinfo=UTC) - min_value for day in _RECENT]
    first, last = (min(max(wait // timedelta(microseconds=1), 0), span) for wait in recent)
    minutes = st.integers(0, (last - first) // 60_000_000).map(lambda count: first + 60_000_000 * count)
    return st.tuples(minutes | anywhere, zones()).map(
        lambda drawn: (min_value + timedelta(microseconds=drawn[0])).astimezone(ZoneInfo(drawn[1]))
    )


@draws(plain_date)
def days(*, min_value: date = _FIRST_DAY, max_value: date = _LAST_DAY) -> st.SearchStrategy[date]:
    """Draw calendar days.

    Args:
        min_value: The first day.
        max_value: The last day.

    Returns:
        Dates without a time.
    """
    return st.dates(min_value, max_value)


@draws(Slot)
def slots(
    *,
    min_start: datetime = FIRST_INSTANT,
    max_start: datetime = LAST_INSTANT,
    min_minutes: int = 1,
    max_minutes: int = 480,
) -> st.SearchStrategy[Slot]:
    """Draw times for a talk.

    Args:
        min_start: The first start; aware.
        max_start: The last start; aware.
        min_minutes: The shortest, from 1.
        max_minutes: The longest, up to 480.

    Returns:
        Slots.
    """
    return building(
        Slot,
        start=instants(min_value=min_start, max_value=max_start),
        minutes=st.integers(min_minutes, max_minutes),
    )


@draws(Window)
def windows(*, max_hours: int = 24 * 30) -> st.SearchStrategy[Window]:
    """Draw stretches of time in which the seeker can talk.

    Args:
        max_hours: The longest, in hours.

    Returns:
        Windows, empty ones included.
    """
    starts = instants(max_value=LAST_INSTANT - timedelta(hours=max_hours))
    return st.tuples(starts, st.integers(0, 60 * max_hours)).map(
        lambda drawn: Window(drawn[0], drawn[0].astimezone(UTC) + timedelta(minutes=drawn[1]))
    )


@draws(Hours)
def hours() -> st.SearchStrategy[Hours]:
    """Draw the hours of a day in which a contact can be asked to talk.

    Returns:
        Hours, of which the last is later than the first.
    """
    first = st.integers(0, 23)
    return first.flatmap(lambda hour: st.integers(hour + 1, 24).map(lambda end: Hours(first=hour, last=end)))


@draws(Weekdays)
def weekdays() -> st.SearchStrategy[Weekdays]:
    """Draw the calendar that the library uses when none is given.

    Returns:
        The one there is.
    """
    return st.just(WEEKDAYS)


@attrs.frozen
class _Holidays:
    """A place that rests on some days of the week and at some dates of every year.

    Attributes:
        free: Days of the week, Monday being 0.
        dates: Pairs of month and day.
    """

    free: frozenset[int]
    dates: frozenset[tuple[int, int]]

    def is_business_day(self, day: date, /) -> bool:
        """Tell whether *day* is neither."""
        return day.weekday() not in self.free and (day.month, day.day) not in self.dates


def calendars() -> st.SearchStrategy[BusinessCalendar]:
    """Draw business calendars: the usual weekdays, other weekends, no weekend, and holidays.

    Returns:
        Calendars with a working day in every week, but for ten holidays at most.
    """
    free = st.frozensets(st.integers(0, 6), max_size=6)
    dates = st.frozensets(st.tuples(st.integers(1, 12), st.integers(1, 28)), max_size=10)
    own: st.SearchStrategy[BusinessCalendar] = st.builds(_Holidays, free, dates)
    return weekdays() | own
