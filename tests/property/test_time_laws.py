from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import attrs
import pytest
from hypothesis import Phase, assume, given, settings
from hypothesis import strategies as st

from infoview._time import BusinessCalendar, Slot, local_date, reached_on, start_of_day, to_instant
from infoview.exceptions import InvalidValueError

ONE_DAY = timedelta(days=1)
RESOLUTION = timedelta(microseconds=1)

KEYS = st.sampled_from(
    [
        "UTC",
        "Europe/Berlin",
        "America/New_York",
        "America/Sao_Paulo",
        "America/Havana",
        "America/St_Johns",
        "Asia/Kathmandu",
        "Asia/Tehran",
        "Australia/Lord_Howe",
        "Africa/Casablanca",
        "Pacific/Chatham",
        "Pacific/Kiritimati",
    ]
)
WALLS = st.datetimes(datetime(1996, 1, 1), datetime(2037, 12, 31))  # noqa: DTZ001 - wall time
OFFSETS = st.integers(-1_439, 1_439).map(lambda minutes: timezone(timedelta(minutes=minutes)))
AWARE = st.datetimes(
    datetime(1901, 1, 1),  # noqa: DTZ001 - the zone comes beside it
    datetime(2198, 12, 31),  # noqa: DTZ001 - the zone comes beside it
    timezones=OFFSETS | KEYS.map(ZoneInfo),
    allow_imaginary=False,
)
DAYS = st.dates(date(1996, 1, 1), date(2037, 12, 31))
COUNTS = st.integers(1, 40)


@attrs.frozen
class Holidays:
    """A calendar with a weekend and holidays of its own."""

    weekend: frozenset[int]
    days: frozenset[date]

    def is_business_day(self, day: date, /) -> bool:
        """Tell whether *day* is neither in the weekend nor a holiday."""
        return day.weekday() not in self.weekend and day not in self.days


@st.composite
def days_and_calendars(draw: st.DrawFn) -> tuple[date, Holidays]:
    """Draw a day and a calendar whose holidays lie about it."""
    day = draw(DAYS)
    near = st.integers(-5, 60).map(lambda n: day + timedelta(days=n))
    weekend = draw(st.frozensets(st.integers(0, 6), max_size=6))
    return day, Holidays(weekend, draw(st.frozensets(near, max_size=25)))


def is_shown(wall: datetime, key: str) -> bool:
    """Tell whether a clock in the zone ever shows *wall*, by trying every offset in use around it."""
    tz = ZoneInfo(key)
    about = wall.replace(tzinfo=UTC)
    offsets = {(about + n * timedelta(hours=1)).astimezone(tz).utcoffset() for n in range(-48, 49)}
    return any((about - o).astimezone(tz).replace(tzinfo=None) == wall for o in offsets if o is not None)


class TestInstants:
    """An instant is an aware datetime in UTC; the IANA key of the zone it was meant in stands beside it."""

    @given(moment=AWARE)
    def test_stay_the_same_moment(self, moment: datetime) -> None:
        """Conversion moves nothing: the seconds since the epoch stay what they were."""
        converted = to_instant(moment)
        assert converted.timestamp() == moment.timestamp()
        assert converted.replace(tzinfo=None) == moment.replace(tzinfo=None) - (
            moment.utcoffset() or 0 * ONE_DAY
        )

    @given(moment=AWARE)
    def test_convert_once(self, moment: datetime) -> None:
        """Converting again changes nothing."""
        once = to_instant(moment)
        assert to_instant(once) is once

    @given(wall=WALLS, key=KEYS, fold=st.integers(0, 1))
    def test_exist_where_a_clock_shows_them(self, wall: datetime, key: str, fold: int) -> None:
        """A local time is accepted exactly when the clocks of its zone show it, and is read off again."""
        try:
            slot = Slot.local(wall.replace(fold=fold), minutes=30, zone=key)
        except InvalidValueError:
            assert not is_shown(wall, key)
        else:
            assert slot.start.astimezone(ZoneInfo(key)).replace(tzinfo=None, fold=0) == wall

    @given(day=DAYS, key=KEYS, minute=st.integers(-120, 120))
    def test_exist_around_midnight(self, day: date, key: str, minute: int) -> None:
        """The same holds where clocks like to jump."""
        wall = datetime(day.year, day.month, day.day) + timedelta(minutes=minute)  # noqa: DTZ001 - wall time
        try:
            Slot.local(wall, minutes=30, zone=key)
        except InvalidValueError:
            assert not is_shown(wall, key)
        else:
            assert is_shown(wall, key)


class TestStartOfDay:
    """The first instant of a day; where clocks skip midnight, the first moment after it."""

    @given(day=DAYS, key=KEYS)
    def test_is_where_the_date_changes(self, day: date, key: str) -> None:
        """At the start the date is the day, and just before it is the day before."""
        assume(is_shown(datetime(day.year, day.month, day.day, 12), key))  # noqa: DTZ001 - Kiritimati skipped a day
        start = start_of_day(day, key)
        assert local_date(start, key) == day
        assert local_date(start - RESOLUTION, key) < day

    @given(day=DAYS, key=KEYS)
    def test_comes_in_the_order_of_days(self, day: date, key: str) -> None:
        """The next day begins later, by a day give or take the clocks' jumps."""
        length = start_of_day(day + ONE_DAY, key) - start_of_day(day, key)
        assert timedelta(0) <= length <= timedelta(hours=25)


def naive_reached_on(day: date, count: int, calendar: BusinessCalendar) -> date:
    """Count business days as one does with a finger on a wall calendar."""
    wall_calendar = [day + timedelta(days=n) for n in range(1, 600)]
    return [d for d in wall_calendar if calendar.is_business_day(d)][count - 1]


class TestBusinessDays:
    """Count the dates after the local date that are no weekend, holiday or quiet day.

    *n business days after* a moment are reached on the n-th such date.
    """

    @given(place=days_and_calendars(), count=COUNTS)
    def test_agree_with_a_finger_on_the_calendar(self, place: tuple[date, Holidays], count: int) -> None:
        """The date reached is the n-th of the list of working dates."""
        day, calendar = place
        assert reached_on(day, count, calendar) == naive_reached_on(day, count, calendar)

    @given(place=days_and_calendars(), first=COUNTS, second=COUNTS)
    def test_add_up(self, place: tuple[date, Holidays], first: int, second: int) -> None:
        """Counting on from where one stopped is counting all at once."""
        day, calendar = place
        there = reached_on(day, first, calendar)
        assert reached_on(there, second, calendar) == reached_on(day, first + second, calendar)

    @given(place=days_and_calendars(), count=COUNTS)
    def test_end_on_a_business_day_in_time(self, place: tuple[date, Holidays], count: int) -> None:
        """The date reached is worked on, and at least as many dates away as were counted."""
        day, calendar = place
        there = reached_on(day, count, calendar)
        assert calendar.is_business_day(there)
        assert there >= day + timedelta(days=count)

    @given(place=days_and_calendars(), count=COUNTS)
    def test_come_no_later_for_an_earlier_start(self, place: tuple[date, Holidays], count: int) -> None:
        """Who starts a day earlier arrives no later."""
        day, calendar = place
        assert reached_on(day - ONE_DAY, count, calendar) <= reached_on(day, count, calendar)

    @pytest.mark.parametrize(
        "double",
        [
            lambda day, count, calendar: reached_on(day - ONE_DAY, count, calendar),
            lambda day, count, calendar: reached_on(day, count, Holidays(calendar.weekend, frozenset())),
            lambda day, count, calendar: reached_on(day, count, Holidays(frozenset({5, 6}), calendar.days)),
            lambda day, count, _calendar: day + timedelta(days=count),
        ],
        ids=["counts the day itself", "knows no holidays", "rests on Saturday everywhere", "plain days"],
    )
    def test_would_catch(self, double: Callable[[date, int, Holidays], date]) -> None:
        """A broken double disagrees with the finger on the calendar somewhere."""

        @settings(phases=[Phase.generate])
        @given(place=days_and_calendars(), count=COUNTS)
        def law(place: tuple[date, Holidays], count: int) -> None:
            day, calendar = place
            assert double(day, count, calendar) == naive_reached_on(day, count, calendar)

        with pytest.raises(AssertionError):
            law()


class TestSlots:
    """Slots overlap when they share some time; slots that only touch do not."""

    @given(
        start=AWARE.map(to_instant).filter(lambda moment: moment.tzinfo is UTC),
        apart=st.integers(-600, 600),
        minutes=st.tuples(st.integers(1, 480), st.integers(1, 480)),
    )
    def test_share_a_minute_or_nothing(self, start: datetime, apart: int, minutes: tuple[int, int]) -> None:
        """Two slots overlap exactly when some minute belongs to both."""
        one = Slot(start=start, minutes=minutes[0], zone="UTC")
        other = Slot(start=start + timedelta(minutes=apart), minutes=minutes[1], zone="Asia/Tokyo")
        shared = set(range(minutes[0])) & set(range(apart, apart + minutes[1]))
        assert one.overlaps(other) == other.overlaps(one) == bool(shared)
