from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

import attrs
import pytest

from infoview import _time
from infoview._time import (
    WEEKDAYS,
    Slot,
    Weekdays,
    instant,
    instant_field,
    local_date,
    plain_date,
    reached_on,
    start_of_day,
    to_instant,
    zone,
    zone_key,
)
from infoview.exceptions import InvalidValueError

BERLIN = ZoneInfo("Europe/Berlin")
NEW_YORK = ZoneInfo("America/New_York")
TOKYO = ZoneInfo("Asia/Tokyo")
NOON = datetime(2026, 3, 9, 12, tzinfo=UTC)
GAP = datetime(2026, 3, 8, 2, 30)  # noqa: DTZ001 - what the clock in New York never shows
FOLD = datetime(2026, 11, 1, 1, 30)  # noqa: DTZ001 - what the clock in New York shows twice
NAIVE = datetime(2026, 3, 9, 12)  # noqa: DTZ001 - the point of its tests
MIDNIGHT = time()


@attrs.frozen(kw_only=True)
class Diary:
    """A class with one field of each sort."""

    at: datetime = attrs.field(default=NOON, converter=to_instant, validator=instant_field)
    day: date = attrs.field(default=date(2026, 3, 9), validator=plain_date)
    zone: str = attrs.field(default="UTC", validator=zone_key)


class Stamp(datetime):
    """A datetime with ways of its own, as other libraries have."""

    def isoformat(self, *_args: object) -> str:
        """Write the moment in another way than everybody."""
        return "some time"


def refusal(act: Callable[[], object]) -> tuple[str, str]:
    """Do something wrong and hand over the field and the code of the error."""
    with pytest.raises(InvalidValueError) as caught:
        act()
    return caught.value.field, caught.value.code


class TestZone:
    """Which zones there are."""

    @pytest.mark.parametrize(
        "key", ["UTC", "Europe/Berlin", "America/Argentina/Buenos_Aires", "Etc/GMT+5", "EST", "GMT0"]
    )
    def test_is_found_by_its_key(self, key: str) -> None:
        """An IANA key finds its zone."""
        assert zone(key) == ZoneInfo(key)

    def test_is_found_for_every_key_there_is(self) -> None:
        """No entry of the zone database is missed but the two that name no place."""
        refused = []
        for key in available_timezones():
            try:
                zone(key)
            except InvalidValueError:
                refused.append(key)
        assert set(refused) <= {"Factory", "localtime"}

    @pytest.mark.parametrize(
        "key",
        [
            "",
            "Mars/Base",
            "europe/berlin ",
            "../etc/passwd",
            "/etc/localtime",
            "Europe/../UTC",
            "America",
            "America/",
            "America//New_York",
            "localtime",
            "posix/UTC",
            "right/UTC",
            "posix",
            "posixrules",
            "Factory",
            "leapseconds",
            "SECURITY",
            "tzdata.zi",
            "zone1970.tab",
            "+VERSION",
            "UTC\0",
            "\0",
            "UTC\n",
            "\uff25urope/Berlin",
            "\ud800",
            "x" * 64,
            "x" * 5_000,
            "A/" * 2_500,
            None,
            5,
            b"UTC",
            ["UTC"],
            ZoneInfo("UTC"),
        ],
        ids=lambda key: ascii(key)[:20],
    )
    def test_is_refused_in_one_way_whatever_is_wrong(self, key: object) -> None:
        """A folder, a path, the machine's own zone, and what is no text at all are the same error."""
        with pytest.raises(InvalidValueError) as caught:
            zone(key)
        assert (caught.value.field, caught.value.code) == ("zone", "unknown_zone")
        assert caught.value.cure == "give an IANA zone key such as Europe/Berlin"
        assert caught.value.__cause__ is None

    def test_key_is_cut_off_before_it_is_remembered(self) -> None:
        """A key of more than 64 characters takes no room in memory, and what is remembered has a limit."""
        before = _time._known_zone.cache_info()
        refusal(lambda: zone("y" * 65))
        assert _time._known_zone.cache_info() == before
        refusal(lambda: zone("y" * 64))
        assert _time._known_zone.cache_info().misses == before.misses + 1
        assert before.maxsize == 1_024

    @pytest.mark.parametrize("key", ["Mars/Base", None, "x" * 5_000])
    def test_key_of_a_field_is_refused_with_its_name(self, key: object) -> None:
        """The error of a field names the field."""
        assert refusal(lambda: Diary(zone=key)) == ("Diary.zone", "unknown_zone")


class TestInstant:
    """A moment, whatever the clock shows."""

    @pytest.mark.parametrize(
        "moment",
        [
            NOON,
            datetime(2026, 3, 9, 13, tzinfo=BERLIN),
            datetime(2026, 3, 9, 8, tzinfo=NEW_YORK),
            datetime(2026, 3, 9, 12, tzinfo=ZoneInfo("UTC")),
            datetime(2026, 3, 9, 14, tzinfo=timezone(timedelta(hours=2))),
        ],
    )
    def test_is_kept_in_utc(self, moment: datetime) -> None:
        """Whatever zone it was given in, it is stored as one and the same."""
        assert (Diary(at=moment).at, Diary(at=moment).at.tzinfo) == (NOON, UTC)
        assert instant(moment, "now") == NOON

    def test_keeps_microseconds(self) -> None:
        """Nothing is rounded."""
        moment = datetime(2026, 3, 9, 13, 14, 15, 161_718, tzinfo=BERLIN)
        assert Diary(at=moment).at == datetime(2026, 3, 9, 12, 14, 15, 161_718, tzinfo=UTC)

    def test_in_utc_is_not_rebuilt(self) -> None:
        """The common case costs nothing."""
        assert to_instant(NOON) is NOON

    @pytest.mark.parametrize("tz", [UTC, BERLIN, timezone.utc])  # noqa: UP017 - both names of the one zone
    def test_is_a_plain_datetime(self, tz: Any) -> None:  # noqa: ANN401 - any zone
        """A subclass does not bring its ways along."""
        assert type(Diary(at=Stamp(2026, 3, 9, 12, tzinfo=tz)).at) is datetime

    @pytest.mark.parametrize(
        ("value", "code"),
        [
            (None, "not_a_datetime"),
            ("2026-03-09T12:00:00Z", "not_a_datetime"),
            (1_773_057_600, "not_a_datetime"),
            (date(2026, 3, 9), "not_a_datetime"),
            (NAIVE, "naive_datetime"),
            (GAP.replace(tzinfo=NEW_YORK), "nonexistent_time"),
            (GAP.replace(tzinfo=NEW_YORK, fold=1), "nonexistent_time"),
            (datetime(2011, 12, 30, 12, tzinfo=ZoneInfo("Pacific/Apia")), "nonexistent_time"),
            (datetime.min, "out_of_range"),  # noqa: DTZ901 - as hostile as it gets
            (datetime.max, "out_of_range"),  # noqa: DTZ901 - as hostile as it gets
            (datetime.min.replace(tzinfo=TOKYO), "out_of_range"),
            (datetime.max.replace(tzinfo=NEW_YORK), "out_of_range"),
            (datetime(1899, 12, 31, 23, 59, tzinfo=UTC), "out_of_range"),
            (datetime(2200, 1, 1, tzinfo=UTC), "out_of_range"),
            (datetime(1900, 1, 1, tzinfo=timezone(timedelta(hours=14))), "out_of_range"),
            (datetime(2199, 12, 31, 23, tzinfo=timezone(timedelta(hours=-12))), "out_of_range"),
        ],
        ids=str,
    )
    def test_is_refused_when_there_is_none(self, value: Any, code: str) -> None:  # noqa: ANN401 - hostile
        """What names no instant, or one too far away, is refused as a field and as an argument."""
        assert refusal(lambda: Diary(at=value)) == ("Diary.at", code)
        assert refusal(lambda: instant(value, "now")) == ("now", code)

    @pytest.mark.parametrize(
        "moment",
        [datetime(1900, 1, 1, tzinfo=UTC), datetime(2199, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC)],
    )
    def test_has_three_hundred_years_of_room(self, moment: datetime) -> None:
        """The first and the last instant are allowed."""
        assert Diary(at=moment).at == moment

    def test_says_how_to_mend_it(self) -> None:
        """The cure fits the fault and repeats no value."""
        with pytest.raises(InvalidValueError) as caught:
            Diary(at=NAIVE)
        assert caught.value.cure == "give a datetime with a time zone"

    def test_tells_the_two_readings_of_one_clock_apart(self) -> None:
        """At the end of summer time the same local time is two instants, an hour apart."""
        first = Diary(at=FOLD.replace(tzinfo=NEW_YORK)).at
        second = Diary(at=FOLD.replace(tzinfo=NEW_YORK, fold=1)).at
        assert first == datetime(2026, 11, 1, 5, 30, tzinfo=UTC)
        assert second - first == timedelta(hours=1)


class TestPlainDate:
    """A day without a time."""

    @pytest.mark.parametrize("day", [date(1900, 1, 1), date(2024, 2, 29), date(2199, 12, 31)])
    def test_is_a_day_within_the_range(self, day: date) -> None:
        """Both ends and a leap day are days."""
        assert Diary(day=day).day == day

    @pytest.mark.parametrize(
        "value", [None, "2026-03-09", NOON, NAIVE, MIDNIGHT, date(1899, 12, 31), date(2200, 1, 1), date.max]
    )
    def test_is_refused_otherwise(self, value: object) -> None:
        """A datetime is a day and a time, hence no plain day."""
        assert refusal(lambda: Diary(day=value)) == ("Diary.day", "not_a_date")


class TestSlot:
    """A stretch of time."""

    def test_begins_and_ends_at_instants(self) -> None:
        """Both ends are in UTC, whatever zone the start was given in."""
        slot = Slot(start=datetime(2026, 3, 9, 13, tzinfo=BERLIN), minutes=20, zone="Europe/Berlin")
        assert (slot.start, slot.end) == (NOON, NOON + timedelta(minutes=20))

    @pytest.mark.parametrize("minutes", [1, 480])
    def test_lasts_one_minute_to_eight_hours(self, minutes: int) -> None:
        """Both ends of the range are allowed."""
        assert Slot(start=NOON, minutes=minutes, zone="UTC").minutes == minutes

    @pytest.mark.parametrize(
        ("field", "value", "code"),
        [
            ("start", NAIVE, "naive_datetime"),
            ("start", GAP.replace(tzinfo=NEW_YORK), "nonexistent_time"),
            ("minutes", 0, "out_of_range"),
            ("minutes", 481, "out_of_range"),
            ("minutes", 20.0, "not_a_whole_number"),
            ("minutes", True, "not_a_whole_number"),
            ("zone", "posix/UTC", "unknown_zone"),
        ],
    )
    def test_refuses_a_bad_field(self, field: str, value: object, code: str) -> None:
        """Each field has its rule, and the error its name."""
        slot = Slot(start=NOON, minutes=20, zone="UTC")
        assert refusal(lambda: attrs.evolve(slot, **{field: value})) == (f"Slot.{field}", code)

    def test_is_described_by_name(self) -> None:
        """The order of fields never matters."""
        make: Any = Slot
        with pytest.raises(TypeError, match=r"takes \d positional arguments? but"):
            make(NOON, 20, "UTC")

    def test_is_made_from_the_clock_on_the_wall(self) -> None:
        """The local time is read in the zone it was agreed in."""
        slot = Slot.local(datetime(2026, 7, 1, 9, 30), minutes=30, zone="America/New_York")  # noqa: DTZ001
        assert slot.start == datetime(2026, 7, 1, 13, 30, tzinfo=UTC)
        assert slot.zone == "America/New_York"

    @pytest.mark.parametrize(("fold", "hour"), [(0, 5), (1, 6)])
    def test_is_made_from_either_reading_of_a_doubled_hour(self, fold: int, hour: int) -> None:
        """The first reading is meant unless the second is asked for."""
        slot = Slot.local(FOLD.replace(fold=fold), minutes=30, zone="America/New_York")
        assert slot.start == datetime(2026, 11, 1, hour, 30, tzinfo=UTC)

    @pytest.mark.parametrize("fold", [0, 1])
    def test_is_not_made_from_a_skipped_hour(self, fold: int) -> None:
        """A time that clocks jump over names no instant."""
        wall = GAP.replace(fold=fold)
        make = lambda: Slot.local(wall, minutes=30, zone="America/New_York")  # noqa: E731 - done once, below
        assert refusal(make) == ("Slot.start", "nonexistent_time")

    @pytest.mark.parametrize(
        ("wall", "hour"),
        [
            (datetime(2026, 3, 8, 1, 59), 6),  # noqa: DTZ001 - wall time
            (datetime(2026, 3, 8, 3, 0), 7),  # noqa: DTZ001 - wall time
        ],
    )
    def test_is_made_on_either_side_of_a_skipped_hour(self, wall: datetime, hour: int) -> None:
        """The last minute before and the first after exist."""
        assert Slot.local(wall, minutes=30, zone="America/New_York").start.hour == hour

    @pytest.mark.parametrize("wall", [NOON, GAP.replace(tzinfo=BERLIN), date(2026, 3, 9), "noon", None])
    def test_is_not_made_from_another_clock(self, wall: Any) -> None:  # noqa: ANN401 - hostile
        """A time that carries a zone already, or is no time, is no local time."""
        make = lambda: Slot.local(wall, minutes=30, zone="UTC")  # noqa: E731 - done once, below
        assert refusal(make) == ("Slot.start", "not_a_local_time")

    def test_is_not_made_in_an_unknown_zone(self) -> None:
        """Without a zone the wall says nothing."""
        make = lambda: Slot.local(NAIVE, minutes=30, zone="Mars/Base")  # noqa: E731 - done once, below
        assert refusal(make)[1] == "unknown_zone"

    @pytest.mark.parametrize(
        ("begin", "minutes", "expected"),
        [(-30, 30, False), (-30, 31, True), (0, 30, True), (10, 5, True), (29, 30, True), (30, 30, False)],
    )
    def test_overlaps_what_it_shares_time_with(self, begin: int, minutes: int, *, expected: bool) -> None:
        """Slots that only touch share no time; the order of asking does not matter."""
        slot = Slot(start=NOON, minutes=30, zone="UTC")
        other = Slot(start=NOON + timedelta(minutes=begin), minutes=minutes, zone="Asia/Tokyo")
        assert (slot.overlaps(other), other.overlaps(slot)) == (expected, expected)

    def test_of_a_doubled_hour_does_not_overlap_its_twin(self) -> None:
        """Two readings of one clock are an hour apart, though their local times look equal."""
        first = Slot.local(FOLD, minutes=60, zone="America/New_York")
        second = Slot.local(FOLD.replace(fold=1), minutes=60, zone="America/New_York")
        assert first != second
        assert not first.overlaps(second)


class TestLocalDate:
    """The date on the wall."""

    @pytest.mark.parametrize(
        ("key", "day"),
        [
            ("UTC", date(2026, 3, 9)),
            ("Pacific/Kiritimati", date(2026, 3, 10)),
            ("Pacific/Pago_Pago", date(2026, 3, 9)),
        ],
    )
    def test_is_read_off_the_wall_of_the_zone(self, key: str, day: date) -> None:
        """One instant is two dates."""
        assert local_date(NOON, key) == day

    def test_needs_a_known_zone(self) -> None:
        """Without a zone there is no wall."""
        assert refusal(lambda: local_date(NOON, "Mars/Base")) == ("zone", "unknown_zone")


class TestStartOfDay:
    """When a day begins."""

    @pytest.mark.parametrize(
        ("day", "key", "start"),
        [
            (date(2026, 3, 9), "UTC", datetime(2026, 3, 9, tzinfo=UTC)),
            (date(2026, 7, 1), "Europe/Berlin", datetime(2026, 6, 30, 22, tzinfo=UTC)),
            (date(2018, 11, 4), "America/Sao_Paulo", datetime(2018, 11, 4, 3, tzinfo=UTC)),
            (date(2018, 2, 18), "America/Sao_Paulo", datetime(2018, 2, 18, 3, tzinfo=UTC)),
            (date(2018, 2, 17), "America/Sao_Paulo", datetime(2018, 2, 17, 2, tzinfo=UTC)),
            (date(2025, 11, 2), "America/Havana", datetime(2025, 11, 2, 4, tzinfo=UTC)),
            (date(2011, 12, 30), "Pacific/Apia", datetime(2011, 12, 30, 10, tzinfo=UTC)),
        ],
        ids=["plain", "summer", "skipped midnight", "after a doubled hour", "before it", "doubled", "no day"],
    )
    def test_is_its_first_instant(self, day: date, key: str, start: datetime) -> None:
        """Midnight, the first of two midnights, or the first moment after a midnight that is skipped."""
        found = start_of_day(day, key)
        assert (found, found.tzinfo) == (start, UTC)

    def test_after_a_skipped_midnight_is_one_o_clock(self) -> None:
        """In São Paulo that day began at one."""
        found = start_of_day(date(2018, 11, 4), "America/Sao_Paulo")
        assert found.astimezone(ZoneInfo("America/Sao_Paulo")).time() == time(1)

    def test_needs_a_known_zone(self) -> None:
        """Without a zone there is no day."""
        assert refusal(lambda: start_of_day(date(2026, 3, 9), "")) == ("zone", "unknown_zone")


@attrs.frozen
class Rest:
    """A calendar that rests on the days of a range and works on all others."""

    first: date
    last: date

    def is_business_day(self, day: date, /) -> bool:
        """Tell whether *day* lies outside the range."""
        return not self.first <= day <= self.last


class TestBusinessDays:
    """Which days count."""

    def test_are_monday_to_friday_when_nothing_is_known(self) -> None:
        """The calendar without holidays knows the weekend only."""
        week = [date(2026, 3, 9) + timedelta(days=n) for n in range(7)]
        assert [WEEKDAYS.is_business_day(day) for day in week] == [True] * 5 + [False] * 2
        assert Weekdays() == WEEKDAYS

    @pytest.mark.parametrize(
        ("day", "count", "reached"),
        [
            (date(2026, 3, 9), 1, date(2026, 3, 10)),
            (date(2026, 3, 6), 1, date(2026, 3, 9)),
            (date(2026, 3, 7), 1, date(2026, 3, 9)),
            (date(2026, 3, 8), 1, date(2026, 3, 9)),
            (date(2026, 3, 9), 5, date(2026, 3, 16)),
            (date(2024, 2, 28), 2, date(2024, 3, 1)),
            (date(2026, 12, 31), 1, date(2027, 1, 1)),
        ],
    )
    def test_are_counted_after_the_day_itself(self, day: date, count: int, reached: date) -> None:
        """The day counted from does not count, weekends do not count, the last one is reached."""
        assert reached_on(day, count, WEEKDAYS) == reached

    def test_may_be_a_year_apart(self) -> None:
        """A calendar may rest for 366 days in a row, even twice."""
        day = date(2026, 1, 1)
        rest = Rest(day + timedelta(days=1), day + timedelta(days=366))
        assert reached_on(day, 1, rest) == day + timedelta(days=367)
        assert reached_on(day, 2, rest) == day + timedelta(days=368)

    def test_may_not_be_further_apart(self) -> None:
        """A calendar that rests for one day more is refused, also after it has worked for a while."""
        start = date(2026, 1, 1)
        rest = Rest(start + timedelta(days=4), start + timedelta(days=4 + 366))
        assert reached_on(start, 3, rest) == date(2026, 1, 4)
        assert refusal(lambda: reached_on(start, 4, rest)) == ("calendar", "no_business_day")

    def test_must_come_some_time(self) -> None:
        """A calendar that never works is an error, not an endless search."""
        never = Rest(date.min, date.max)
        assert refusal(lambda: reached_on(date(2026, 3, 9), 1, never)) == ("calendar", "no_business_day")
