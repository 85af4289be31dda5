"""Instants, zones, slots and business days.

An instant is an aware datetime in UTC; the IANA key of the zone it was meant in stands beside it. Two
readings of one clock at the end of summer time compare equal as local times and are an hour apart, so
nothing here is ever compared or stored as a local time.
"""

import re
from collections.abc import Collection
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any, Protocol, final
from zoneinfo import ZoneInfo

import attrs

from infoview._fields import place_of, whole_number
from infoview.exceptions import InvalidValueError

__all__ = [
    "WEEKDAYS",
    "BusinessCalendar",
    "Slot",
    "Weekdays",
    "days_long",
    "instant",
    "instant_field",
    "is_plain_date",
    "local_date",
    "minutes_long",
    "plain_date",
    "reached_on",
    "start_of_day",
    "to_instant",
    "zone",
    "zone_key",
]

_FIRST_YEAR, _LAST_YEAR = 1900, 2199
_ZONE_KEY = re.compile(r"[A-Za-z][A-Za-z0-9_+-]*(?:/[A-Za-z0-9_+-]+)*")
_MAX_ZONE_KEY = 64
_NO_PLACE = ("posix", "right", "localtime", "posixrules", "Factory")
"""Entries of the zone database's folder that are no IANA key, or mean the machine's own zone."""

_CURES = {
    "naive_datetime": "give a datetime with a time zone",
    "nonexistent_time": "this local time does not exist: clocks jump over it; choose another",
    "out_of_range": f"give a time between the years {_FIRST_YEAR} and {_LAST_YEAR}",
    "not_a_datetime": "give a datetime",
}


def zone(key: object, /) -> ZoneInfo:
    """Look up a time zone.

    Args:
        key: An IANA key such as ``Europe/Berlin``.

    Returns:
        The zone.

    Raises:
        InvalidValueError: When there is no such zone (code ``unknown_zone``).
    """
    if isinstance(key, str) and len(key) <= _MAX_ZONE_KEY and (found := _known_zone(key)):
        return found
    raise InvalidValueError("zone", "unknown_zone", "give an IANA zone key such as Europe/Berlin")


@lru_cache(maxsize=1_024)
def _known_zone(key: str) -> ZoneInfo | None:
    if not _ZONE_KEY.fullmatch(key) or key.partition("/")[0] in _NO_PLACE:
        return None
    try:
        return ZoneInfo(key)
    except (OSError, ValueError, KeyError):
        # ZoneInfo has three unrelated ways to say no: a folder, a bad path, a missing key.
        return None


def _quick_zone(key: str) -> ZoneInfo:
    """Look up a zone whose key was checked when it came in."""
    return _known_zone(key) or zone(key)


def zone_key(owner: object, attribute: "attrs.Attribute[Any]", value: object) -> None:
    """Refuse a value that is no zone key, as attrs calls a validator.

    Args:
        owner: The object under construction.
        attribute: The field.
        value: The value given for it.

    Raises:
        InvalidValueError: When there is no such zone (code ``unknown_zone``).
    """
    try:
        zone(value)
    except InvalidValueError as error:
        raise InvalidValueError(place_of(owner, attribute), error.code, error.cure) from None


def to_instant(value: datetime) -> datetime:
    """Turn an aware datetime into an instant, as attrs calls a converter.

    Args:
        value: The datetime.

    Returns:
        The same instant in UTC. A value that names no instant comes back as it is, for `instant_field` to
        refuse with the field's name.
    """
    if type(value) is datetime and value.tzinfo is UTC:
        return value
    if _fault(value):
        return value
    moment = value.astimezone(UTC)
    # Rebuilt, so that no subclass with ways of its own gets into a frozen value.
    return datetime(*moment.timetuple()[:6], moment.microsecond, tzinfo=UTC)


def instant_field(owner: object, attribute: "attrs.Attribute[Any]", value: object) -> None:
    """Refuse a value that names no instant, as attrs calls a validator after `to_instant`.

    Args:
        owner: The object under construction.
        attribute: The field.
        value: The converted value.

    Raises:
        InvalidValueError: When the value is no datetime, has no zone, does not exist on the clocks of its
            zone, or lies outside the years 1900 to 2199.
    """
    if not _is_instant(value) and (fault := _fault(value)) is not None:
        raise InvalidValueError(place_of(owner, attribute), fault, _CURES[fault])


def instant(value: datetime, field: str, /) -> datetime:
    """Turn an argument into an instant.

    Args:
        value: Any aware datetime.
        field: What to call the argument in an error.

    Returns:
        The same instant in UTC.

    Raises:
        InvalidValueError: As `instant_field`.
    """
    if _is_instant(value):
        return value
    moment = to_instant(value)
    if (fault := _fault(moment)) is not None:
        raise InvalidValueError(field, fault, _CURES[fault])
    return moment


def _is_instant(value: object) -> bool:
    """Tell quickly whether a value is what `to_instant` makes."""
    return type(value) is datetime and value.tzinfo is UTC and _FIRST_YEAR <= value.year <= _LAST_YEAR


def _fault(value: object) -> str | None:
    if not isinstance(value, datetime):
        return "not_a_datetime"
    if not _FIRST_YEAR <= value.year <= _LAST_YEAR:
        return "out_of_range"
    if value.tzinfo is not UTC:
        if value.utcoffset() is None:
            return "naive_datetime"
        there_and_back = value.astimezone(UTC).astimezone(value.tzinfo)
        if there_and_back.replace(tzinfo=None) != value.replace(tzinfo=None):
            return "nonexistent_time"
    return None


def is_plain_date(value: object, /) -> bool:
    """Tell whether a value is a calendar day.

    Args:
        value: Anything.

    Returns:
        `True` for a date without a time, between the years 1900 and 2199.
    """
    if not isinstance(value, date) or isinstance(value, datetime):
        return False
    return _FIRST_YEAR <= value.year <= _LAST_YEAR


def plain_date(owner: object, attribute: "attrs.Attribute[Any]", value: object) -> None:
    """Refuse a value that is no calendar day, as attrs calls a validator.

    Args:
        owner: The object under construction.
        attribute: The field.
        value: The value given for it.

    Raises:
        InvalidValueError: When `is_plain_date` says no (code ``not_a_date``).
    """
    if not is_plain_date(value):
        cure = "give a calendar day without a time"
        raise InvalidValueError(place_of(owner, attribute), "not_a_date", cure)


@lru_cache(maxsize=2_048)
def minutes_long(number: int, /) -> timedelta:
    """Make a length of time. There are few lengths, and they are asked for all the time.

    Args:
        number: How many minutes.

    Returns:
        The length.
    """
    return timedelta(minutes=number)


@lru_cache(maxsize=2_048)
def days_long(number: int, /) -> timedelta:
    """Make a length of days of 24 hours each, as cheaply as `minutes_long`.

    Args:
        number: How many days.

    Returns:
        The length.
    """
    return timedelta(days=number)


@final
@attrs.frozen(kw_only=True)
class Slot:
    """A stretch of time for a conversation.

    Attributes:
        start: When it begins. Any aware datetime; kept in UTC.
        minutes: How long it lasts, 1 to 480.
        zone: The IANA key of the zone it was agreed in.

    Raises:
        InvalidValueError: When the start names no instant, as in the hour that clocks skip in spring; when
            the length is out of range; when the zone is unknown.
    """

    start: datetime = attrs.field(converter=to_instant, validator=instant_field)
    minutes: int = attrs.field(validator=whole_number(1, 480))
    zone: str = attrs.field(validator=zone_key)

    @classmethod
    def local(cls, wall: datetime, /, *, minutes: int, zone: str) -> "Slot":
        """Make a slot from what the clock on the wall says.

        Args:
            wall: The local date and time, without a zone. Where clocks go back and the time comes twice, the
                first is meant, or the second with ``fold=1``.
            minutes: How long it lasts, 1 to 480.
            zone: The IANA key of the zone.

        Returns:
            The slot.

        Raises:
            InvalidValueError: When *wall* is no datetime or carries a zone (code ``not_a_local_time``), when
                the time does not exist there, or as in the constructor.
        """
        if not _is_local(wall):
            raise InvalidValueError("Slot.start", "not_a_local_time", "give a datetime without a time zone")
        return cls(start=wall.replace(tzinfo=_zone(zone)), minutes=minutes, zone=zone)

    @property
    def end(self) -> datetime:
        """When it ends (UTC)."""
        return self.start + minutes_long(self.minutes)

    def overlaps(self, other: "Slot", /) -> bool:
        """Tell whether two slots share some time.

        Args:
            other: The other slot.

        Returns:
            `True` when they do; slots that only touch do not.
        """
        return self.start < other.end and other.start < self.end


def _is_local(value: object) -> bool:
    return isinstance(value, datetime) and value.tzinfo is None


_zone = zone
"""`Slot.zone` hides the function's name inside the class."""


class BusinessCalendar(Protocol):
    """Knows on which days people at the contact's place work. Bring your own for holidays."""

    def is_business_day(self, day: date, /) -> bool:
        """Tell whether people work on *day*.

        Args:
            day: A date in the contact's zone.

        Returns:
            `True` for a working day. Must answer the same for the same day, and must not answer `False` for
            more than 366 days in a row.
        """
        ...


@final
@attrs.frozen
class Weekdays:
    """The calendar of a place that works from Monday to Friday and knows no holidays."""

    def is_business_day(self, day: date, /) -> bool:
        """Tell whether *day* is no Saturday and no Sunday.

        Args:
            day: Any date.

        Returns:
            `True` from Monday to Friday.
        """
        return day.weekday() < 5  # noqa: PLR2004 - Monday is 0, Saturday 5


WEEKDAYS = Weekdays()
"""The calendar that is used when none is given."""

_LONGEST_REST = 366
_ONE_DAY = timedelta(days=1)


def local_date(moment: datetime, key: str, /) -> date:
    """Read the date off a wall calendar.

    Args:
        moment: An instant, as `instant` and `to_instant` make it.
        key: The IANA key of the zone.

    Returns:
        The local date.

    Raises:
        InvalidValueError: When the zone is unknown.
    """
    return moment.astimezone(_quick_zone(key)).date()


def start_of_day(day: date, key: str, /) -> datetime:
    """Find the first instant of a day.

    Args:
        day: The local date.
        key: The IANA key of the zone.

    Returns:
        The instant (UTC). Where clocks skip midnight, the first moment after it.

    Raises:
        InvalidValueError: When the zone is unknown.
    """
    midnight = datetime(day.year, day.month, day.day, tzinfo=_quick_zone(key))
    return midnight.astimezone(UTC)


def reached_on(
    day: date,
    count: int,
    calendar: BusinessCalendar,
    quiet: Collection[tuple[int, int]] = frozenset(),
    /,
) -> date:
    """Count business days.

    Args:
        day: The date to count from; it does not count itself.
        count: How many business days must follow, at least 1.
        calendar: Knows which days count.
        quiet: Month and day of those that do not count all the same.

    Returns:
        The *count*-th date after *day* that is a business day.

    Raises:
        InvalidValueError: When the calendar rests for more than 366 days in a row
            (code ``no_business_day``).
    """
    if calendar is WEEKDAYS:
        return _reached_on_weekdays(day, count, frozenset(quiet))
    return _count_on(day, count, calendar, quiet)


@lru_cache(maxsize=10_000)
def _reached_on_weekdays(day: date, count: int, quiet: frozenset[tuple[int, int]]) -> date:
    """Count by the library's own calendar. It never changes, so what was counted once is kept."""
    return _count_on(day, count, WEEKDAYS, quiet)


def _count_on(day: date, count: int, calendar: BusinessCalendar, quiet: Collection[tuple[int, int]]) -> date:
    works = calendar.is_business_day
    rest = 0
    while count > 0:
        day += _ONE_DAY
        if works(day) and (day.month, day.day) not in quiet:
            count -= 1
            rest = 0
        else:
            rest += 1
            if rest > _LONGEST_REST:
                cure = "give a calendar, and quiet days, that leave some business day"
                raise InvalidValueError("calendar", "no_business_day", cure)
    return day
