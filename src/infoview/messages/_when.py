"""How days and times are written in English: spelt out, and never without their zone."""

from collections.abc import Sequence
from datetime import date, datetime

from infoview._time import Slot, zone

__all__ = ["day_in_words", "slot_in_words"]

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def day_in_words(day: date, /, *, year: bool = True) -> str:
    """Write a day.

    Args:
        day: The date, or a datetime whose date is meant.
        year: Whether the year is named.

    Returns:
        Such as ``Tuesday 10 March 2026``.
    """
    words = f"{_DAYS[day.weekday()]} {day.day} {_MONTHS[day.month - 1]}"
    return f"{words} {day.year}" if year else words


def slot_in_words(slot: Slot, /, *, zones: Sequence[str] = ()) -> str:
    """Write a stretch of time so that nobody has to guess.

    Args:
        slot: The stretch.
        zones: IANA keys. The first is the one the time is written in, usually the reader's (Texas A&M: offer
            times in their zone); the time is added for each other one whose clocks show another. The slot's
            own zone when empty.

    Returns:
        Such as ``Tuesday 10 March 2026, 15:00 to 15:20 (Europe/Berlin), which is 10:00 in New York
        (America/New_York)``. The offset is named where the clocks change meanwhile or show the time twice,
        the other zone's day where it is another.

    Raises:
        InvalidValueError: When there is no such zone (code ``unknown_zone``).
    """
    key, *others = dict.fromkeys(zones or (slot.zone,))
    start, end = _local(slot.start, key), _local(slot.end, key)
    until = _clock(end) if end.date() == start.date() else f"{_clock(end)} the next day"
    label = f"{key}, {_offset(start)} at the start" if _is_unclear(start, end) else key
    words = f"{day_in_words(start)}, {_clock(start)} to {until} ({label})"
    elsewhere = [_elsewhere(start, _local(slot.start, other), other) for other in others]
    return words + "".join(elsewhere)


def _elsewhere(here: datetime, there: datetime, key: str) -> str:
    if here.replace(tzinfo=None) == there.replace(tzinfo=None):
        return ""
    day = "" if here.date() == there.date() else f" on {day_in_words(there, year=False)}"
    area, _, city = key.rpartition("/")
    # Keys such as UTC and Etc/GMT+5 name no place.
    where = f"{city.replace('_', ' ')} ({key})" if area not in ("", "Etc") else key
    return f", which is {_clock(there)}{day} in {where}"


def _local(moment: datetime, key: str) -> datetime:
    return moment.astimezone(zone(key))


def _clock(moment: datetime) -> str:
    return f"{moment.hour:02}:{moment.minute:02}"


def _is_unclear(start: datetime, end: datetime) -> bool:
    offsets = {moment.replace(fold=fold).utcoffset() for moment in (start, end) for fold in (0, 1)}
    return len(offsets) > 1


def _offset(moment: datetime) -> str:
    return f"UTC{moment.replace(microsecond=0).isoformat()[len('2026-03-10T15:00:00') :]}"
