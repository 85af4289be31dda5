from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import attrs
import pytest
from tests.lives import BERLIN, at, living

from infoview._choices import QuietDays
from infoview._events import TimesProposed
from infoview._stages import Stage
from infoview._time import WEEKDAYS, Slot
from infoview.exceptions import InvalidValueError
from infoview.policies import CLASSIC
from infoview.scheduling import Hours, Window, propose_slots

NOW = at(3, 2, 7)  # a Monday, eight in the morning in Berlin
WEEK = Window(at(3, 2, 0), at(3, 9, 0))
NEW_YORK = "America/New_York"


@attrs.define
class Counting:
    """A calendar that counts how often it is asked."""

    calls: int = 0

    def is_business_day(self, day: date, /) -> bool:
        """Count, and answer like a week."""
        self.calls += 1
        return WEEKDAYS.is_business_day(day)


def walls(slots: tuple[Slot, ...], key: str = BERLIN) -> list[str]:
    """Read the beginnings off a clock on a wall."""
    return [slot.start.astimezone(ZoneInfo(key)).strftime("%m-%d %H:%M") for slot in slots]


def day(number: int, month: int = 3, *, key: str = BERLIN) -> Window:
    """Give the seeker a whole local day of 2026."""
    start = datetime(2026, month, number, tzinfo=ZoneInfo(key))
    return Window(start, (start + timedelta(days=1)))


def taken(*start: int, minutes: int) -> Slot:
    """Take some time of 2026, in UTC."""
    return Slot(start=at(*start), minutes=minutes, zone=BERLIN)


class TestSpread:
    """Days first, and the first times of each."""

    def test_one_a_day(self) -> None:
        """A free week gives the first time of each of the first days; today's is after the lead time."""
        slots = propose_slots([WEEK], now=NOW, contact_zone=BERLIN, minutes=20)
        assert walls(slots) == ["03-02 10:00", "03-03 09:00", "03-04 09:00"]
        assert {(slot.minutes, slot.zone) for slot in slots} == {(20, BERLIN)}

    def test_more_on_a_day_when_days_are_few(self) -> None:
        """When there are fewer days than times, each day gives a second one before any gives a third."""
        windows = [day(3), day(5)]
        slots = propose_slots(windows, now=NOW, contact_zone=BERLIN, minutes=20, count=4)
        assert walls(slots) == ["03-03 09:00", "03-03 09:30", "03-05 09:00", "03-05 09:30"]

    def test_long_talks_on_one_day(self) -> None:
        """A second time of a day begins when the first is over."""
        long = attrs.evolve(CLASSIC, minutes_max=60)
        slots = propose_slots([day(3)], now=NOW, contact_zone=BERLIN, minutes=45, policy=long)
        assert walls(slots) == ["03-03 09:00", "03-03 10:00", "03-03 11:00"]

    def test_days_of_different_length(self) -> None:
        """A day that is full leaves the others to give more."""
        windows = [Window(at(3, 3, 9), at(3, 3, 9, 30)), day(4)]
        slots = propose_slots(windows, now=NOW, contact_zone=BERLIN, minutes=30)
        assert walls(slots) == ["03-03 10:00", "03-04 09:00", "03-04 09:30"]

    @pytest.mark.parametrize(("count", "expected"), [(1, 1), (3, 3), (4, 4), (5, 4), (1_000, 4)])
    def test_never_more_than_the_policy_proposes(self, count: int, expected: int) -> None:
        """However many are wanted, the policy's number is the most."""
        slots = propose_slots([WEEK], now=NOW, contact_zone=BERLIN, minutes=20, count=count)
        assert len(slots) == expected

    def test_three_unless_said(self) -> None:
        """Two or three times are polite; three is what comes without a count, and the policy may say two."""
        two = attrs.evolve(CLASSIC, slots_max=2)
        assert len(propose_slots([WEEK], now=NOW, contact_zone=BERLIN, minutes=20)) == 3
        assert len(propose_slots([WEEK], now=NOW, contact_zone=BERLIN, minutes=20, policy=two)) == 2


class TestHours:
    """The contact's hours, on the clock at their place."""

    def test_at_their_place(self) -> None:
        """What is a whole day in Berlin is an afternoon in New York."""
        slots = propose_slots([day(3)], now=NOW, contact_zone=NEW_YORK, minutes=20, count=1)
        assert walls(slots, NEW_YORK) == ["03-03 09:00"]

    def test_over_by_the_last(self) -> None:
        """A talk is over by the last hour, to the minute."""
        window = Window(at(3, 3, 15, 15), at(3, 4, 7))
        assert walls(propose_slots([window], now=NOW, contact_zone=BERLIN, minutes=30)) == ["03-03 16:30"]
        assert propose_slots([window], now=NOW, contact_zone=BERLIN, minutes=30, hours=Hours(last=16)) == ()

    def test_to_midnight(self) -> None:
        """The last hour may be midnight."""
        late = Hours(first=23, last=24)
        slots = propose_slots([day(3)], now=NOW, contact_zone=BERLIN, minutes=30, hours=late)
        assert walls(slots) == ["03-03 23:00", "03-03 23:30"]

    def test_at_full_and_half_hours(self) -> None:
        """Also where clocks differ by three quarters of an hour, times are full and half hours there."""
        slots = propose_slots([WEEK], now=NOW, contact_zone="Asia/Kathmandu", minutes=20)
        assert walls(slots, "Asia/Kathmandu") == ["03-02 15:00", "03-03 09:00", "03-04 09:00"]
        assert slots[1].start == at(3, 3, 3, 15)

    @pytest.mark.parametrize(
        ("first", "last", "field", "code"),
        [
            (-1, 17, "Hours.first", "out_of_range"),
            (24, 24, "Hours.first", "out_of_range"),
            (9, 25, "Hours.last", "out_of_range"),
            (9.5, 17, "Hours.first", "not_a_whole_number"),
            (17, 9, "Hours.last", "ends_before_start"),
            (9, 9, "Hours.last", "ends_before_start"),
        ],
    )
    def test_refuse_what_is_none(self, first: int, last: int, field: str, code: str) -> None:
        """Hours that a day has not, or that end before they begin, are refused."""
        with pytest.raises(InvalidValueError) as refusal:
            Hours(first=first, last=last)
        assert (refusal.value.field, refusal.value.code) == (field, code)


class TestDays:
    """The contact's working days."""

    def test_no_weekend(self) -> None:
        """From Friday evening on, Monday is next."""
        windows = [Window(at(3, 6, 17), at(3, 11, 0))]
        slots = propose_slots(windows, now=NOW, contact_zone=BERLIN, minutes=20)
        assert walls(slots) == ["03-09 09:00", "03-09 09:30", "03-10 09:00"]

    def test_no_holiday(self) -> None:
        """The calendar may know of more days off."""

        class Bridges:
            def is_business_day(self, day: date, /) -> bool:
                return day != date(2026, 3, 3)

        slots = propose_slots([WEEK], now=NOW, contact_zone=BERLIN, minutes=20, calendar=Bridges())
        assert walls(slots) == ["03-02 10:00", "03-04 09:00", "03-05 09:00"]

    def test_the_date_is_theirs(self) -> None:
        """Whether it is a weekend is settled by the date at the contact's place."""
        sunday_evening = Window(at(3, 8, 18), at(3, 9, 0))
        assert (
            propose_slots([sunday_evening], now=NOW, contact_zone=BERLIN, minutes=20, hours=Hours(last=24))
            == ()
        )
        slots = propose_slots([sunday_evening], now=NOW, contact_zone="Pacific/Auckland", minutes=20)
        assert walls(slots, "Pacific/Auckland") == ["03-09 09:00", "03-09 09:30", "03-09 10:00"]

    def test_no_quiet_day(self) -> None:
        """Around the turn of the year nobody is asked to talk, unless the policy knows no quiet days."""
        windows = [Window(at(12, 18, 17), datetime(2027, 1, 7, tzinfo=UTC))]
        now = at(12, 10)
        slots = propose_slots(windows, now=now, contact_zone=BERLIN, minutes=20)
        assert walls(slots) == ["01-04 09:00", "01-05 09:00", "01-06 09:00"]
        loud = attrs.evolve(CLASSIC, quiet_days=(QuietDays((12, 21), (12, 21)),))
        slots = propose_slots(windows, now=now, contact_zone=BERLIN, minutes=20, policy=loud, count=1)
        assert walls(slots) == ["12-22 09:00"]


class TestLead:
    """Times lie ahead."""

    @pytest.mark.parametrize(
        ("now", "expected"),
        [
            (at(3, 3, 6, 0), "03-03 09:00"),
            (at(3, 3, 6, 1), "03-03 09:30"),
            (at(3, 3, 13, 30), "03-03 16:30"),
            (at(3, 3, 13, 31), "03-04 09:00"),
        ],
    )
    def test_two_hours(self, now: datetime, expected: str) -> None:
        """Two hours ahead is early enough, a minute less is not."""
        slots = propose_slots([WEEK], now=now, contact_zone=BERLIN, minutes=20, count=1)
        assert walls(slots) == [expected]

    def test_without_a_lead(self) -> None:
        """A policy without a lead time still proposes no talk that begins now."""
        at_once = attrs.evolve(CLASSIC, slot_lead_minutes=0)
        slots = propose_slots(
            [WEEK], now=at(3, 3, 8), contact_zone=BERLIN, minutes=20, count=1, policy=at_once
        )
        assert walls(slots)[0] == "03-03 09:30"

    def test_not_in_the_past(self) -> None:
        """A window that is over holds nothing."""
        assert propose_slots([day(3)], now=at(3, 5), contact_zone=BERLIN, minutes=20) == ()

    def test_not_more_than_a_year_ahead(self) -> None:
        """What lies more than a year ahead is not looked at, and spoils nothing that lies nearer."""
        far = Window(NOW + timedelta(days=400), NOW + timedelta(days=500))
        endless = Window(at(3, 3, 0), datetime(2199, 12, 31, tzinfo=UTC))
        edge = Window(NOW + timedelta(days=365), NOW + timedelta(days=367))
        assert propose_slots([far], now=NOW, contact_zone=BERLIN, minutes=20) == ()
        near = propose_slots([far, endless], now=NOW, contact_zone=BERLIN, minutes=20)
        assert walls(near) == ["03-03 09:00", "03-04 09:00", "03-05 09:00"]
        last = propose_slots([edge], now=NOW, contact_zone=BERLIN, minutes=20, count=10)
        assert all(slot.end <= NOW + timedelta(days=366) for slot in last)
        assert walls(last)[0] == "03-02 09:00"

    def test_at_the_end_of_time(self) -> None:
        """In the last year that infoview knows, the days that are left can be proposed."""
        now = datetime(2199, 12, 30, 7, tzinfo=UTC)  # a Monday
        window = Window(now, datetime(2199, 12, 31, 23, tzinfo=UTC))
        loud = attrs.evolve(CLASSIC, quiet_days=())
        slots = propose_slots([window], now=now, contact_zone=BERLIN, minutes=20, policy=loud)
        assert walls(slots) == ["12-30 10:00", "12-30 10:30", "12-31 09:00"]


class TestBusy:
    """What is agreed already."""

    def test_is_left_out(self) -> None:
        """A time that shares a minute with another talk is no option; one that only touches it is."""
        busy = [taken(3, 3, 8, 25, minutes=10), taken(3, 3, 9, minutes=30)]
        slots = propose_slots([day(3)], now=NOW, contact_zone=BERLIN, minutes=30, busy=busy, count=4)
        assert walls(slots) == ["03-03 10:30", "03-03 11:00", "03-03 11:30", "03-03 12:00"]

    def test_touching_is_fine(self) -> None:
        """Right before and right after another talk there is room."""
        busy = [taken(3, 3, 8, 30, minutes=30)]
        slots = propose_slots([day(3)], now=NOW, contact_zone=BERLIN, minutes=30, busy=busy)
        assert walls(slots) == ["03-03 09:00", "03-03 10:00", "03-03 10:30"]

    def test_across_everything(self) -> None:
        """Talks that overlap each other block all they cover, in any order."""
        busy = [taken(3, 3, 10, minutes=480), taken(3, 3, 7, minutes=240), taken(3, 3, 8, minutes=5)]
        assert propose_slots([day(3)], now=NOW, contact_zone=BERLIN, minutes=20, busy=busy) == ()


class TestWindows:
    """When the seeker can talk."""

    def test_a_slot_fits_wholly(self) -> None:
        """A time that would outlast the window is no option."""
        fits, fits_not = Window(at(3, 3, 9), at(3, 3, 9, 20)), Window(at(3, 3, 9), at(3, 3, 9, 19))
        assert walls(propose_slots([fits], now=NOW, contact_zone=BERLIN, minutes=20)) == ["03-03 10:00"]
        assert propose_slots([fits_not], now=NOW, contact_zone=BERLIN, minutes=20) == ()

    def test_windows_that_touch_are_one(self) -> None:
        """Two windows side by side hold a talk that neither holds alone."""
        halves = [Window(at(3, 3, 9, 10), at(3, 3, 9, 20)), Window(at(3, 3, 9), at(3, 3, 9, 10))]
        assert walls(propose_slots(halves, now=NOW, contact_zone=BERLIN, minutes=20)) == ["03-03 10:00"]

    def test_an_inner_window_ends_no_outer_one(self) -> None:
        """A window within another takes nothing away."""
        outer, inner = Window(at(3, 3, 9), at(3, 3, 11)), Window(at(3, 3, 9, 30), at(3, 3, 10))
        slots = propose_slots([outer, inner], now=NOW, contact_zone=BERLIN, minutes=30, count=4)
        assert walls(slots) == ["03-03 10:00", "03-03 10:30", "03-03 11:00", "03-03 11:30"]

    def test_none(self) -> None:
        """Without windows, or with empty ones, there are no times."""
        empty = Window(at(3, 3, 9), at(3, 3, 9))
        assert propose_slots([], now=NOW, contact_zone=BERLIN, minutes=20) == ()
        assert propose_slots([empty], now=NOW, contact_zone=BERLIN, minutes=20) == ()

    def test_any_iterable(self) -> None:
        """Windows and talks may come from generators."""
        windows, busy = (w for w in [day(3)]), (b for b in [taken(3, 3, 7, minutes=300)])
        slots = propose_slots(windows, now=NOW, contact_zone=BERLIN, minutes=20, busy=busy, count=1)
        assert walls(slots) == ["03-03 13:00"]

    def test_keeps_instants(self) -> None:
        """A window keeps its ends in UTC, whatever clock they were read from."""
        window = Window(datetime(2026, 3, 3, 9, tzinfo=ZoneInfo(BERLIN)), at(3, 3, 9))
        assert (window.start, window.start.tzinfo, window.end) == (at(3, 3, 8), UTC, at(3, 3, 9))

    @pytest.mark.parametrize(
        ("start", "end", "field", "code"),
        [
            (at(3, 3, 9), at(3, 3, 8), "Window.end", "ends_before_start"),
            (datetime(2026, 3, 3), at(3, 3), "Window.start", "naive_datetime"),  # noqa: DTZ001 - the fault that is looked for
            (at(3, 3), "tomorrow", "Window.end", "not_a_datetime"),
            (
                at(3, 3),
                datetime(2026, 3, 29, 2, 30, tzinfo=ZoneInfo(BERLIN)),
                "Window.end",
                "nonexistent_time",
            ),
        ],
    )
    def test_refuse_what_is_none(self, start: datetime, end: datetime, field: str, code: str) -> None:
        """A window that ends before it begins, or whose ends are no instants, is refused."""
        with pytest.raises(InvalidValueError) as refusal:
            Window(start, end)
        assert (refusal.value.field, refusal.value.code) == (field, code)


class TestClocksThatChange:
    """The days on which clocks jump."""

    NIGHT = Hours(first=0, last=24)
    LOUD = attrs.evolve(CLASSIC, slots_max=10)

    @attrs.frozen
    class Always:
        """A place that works on Sundays too."""

        def is_business_day(self, _day: date, /) -> bool:
            """Say yes."""
            return True

    def _night(self, window: Window, key: str, *, hours: Hours = NIGHT, minutes: int = 30) -> list[str]:
        slots = propose_slots(
            [window],
            now=at(2, 1),
            contact_zone=key,
            minutes=minutes,
            count=10,
            hours=hours,
            policy=attrs.evolve(self.LOUD, minutes_max=60),
            calendar=self.Always(),
        )
        return walls(slots, key)

    def test_spring_in_berlin(self) -> None:
        """On 29 March 2026 there is no half past two in Berlin: after half past one comes three."""
        window = Window(at(3, 29, 0), at(3, 29, 2))
        assert self._night(window, BERLIN) == ["03-29 01:00", "03-29 01:30", "03-29 03:00", "03-29 03:30"]

    def test_autumn_in_berlin(self) -> None:
        """On 25 October 2026 the hour from two to three comes twice, and its first time is offered."""
        window = Window(at(10, 24, 23), at(10, 25, 2))
        assert self._night(window, BERLIN) == [
            *("10-25 01:00", "10-25 01:30", "10-25 02:00", "10-25 02:30"),
        ]

    def test_spring_in_new_york(self) -> None:
        """On 8 March 2026 there is no half past two in New York."""
        window = Window(at(3, 8, 6), at(3, 8, 8))
        assert self._night(window, NEW_YORK) == [
            *("03-08 01:00", "03-08 01:30", "03-08 03:00", "03-08 03:30"),
        ]

    def test_an_hour_that_ends_at_a_jump(self) -> None:
        """Half past one and an hour is half past three on that morning, which is past three."""
        window = Window(at(3, 29, 0), at(3, 29, 6))
        early = Hours(first=1, last=3)
        assert self._night(window, BERLIN, hours=early, minutes=60) == ["03-29 01:00"]

    def test_the_week_after(self) -> None:
        """Nine o'clock stays nine o'clock when the clocks have changed, an hour earlier in UTC."""
        windows = [day(27), day(30)]
        slots = propose_slots(windows, now=at(3, 20), contact_zone=BERLIN, minutes=20, count=2)
        assert [slot.start for slot in slots] == [at(3, 27, 8), at(3, 30, 7)]


class TestRefusals:
    """What cannot be asked for."""

    def test_naive_now(self) -> None:
        """A present without a zone is refused under its own name."""
        with pytest.raises(InvalidValueError) as refusal:
            propose_slots([WEEK], now=datetime(2026, 3, 2), contact_zone=BERLIN, minutes=20)  # noqa: DTZ001 - the fault that is looked for
        assert (refusal.value.field, refusal.value.code) == ("now", "naive_datetime")

    @pytest.mark.parametrize("windows", [[], [WEEK]])
    @pytest.mark.parametrize("key", ["Nowhere/Town", "", "../etc/passwd", 7, None])
    def test_unknown_zone(self, key: str, windows: list[Window]) -> None:
        """An unknown zone is refused, with windows or without."""
        with pytest.raises(InvalidValueError) as refusal:
            propose_slots(windows, now=NOW, contact_zone=key, minutes=20)
        assert (refusal.value.field, refusal.value.code) == ("zone", "unknown_zone")

    @pytest.mark.parametrize("minutes", [14, 31, 0, -20, 20.0, "20", None, True])
    def test_length(self, minutes: int) -> None:
        """A length that is not the policy's, or no whole number, is refused with the policy's range."""
        with pytest.raises(InvalidValueError) as refusal:
            propose_slots([WEEK], now=NOW, contact_zone=BERLIN, minutes=minutes)
        code = "out_of_range" if type(minutes) is int else "not_a_whole_number"
        assert (refusal.value.field, refusal.value.code) == ("minutes", code)
        assert "15 to 30" in refusal.value.cure

    @pytest.mark.parametrize("minutes", [15, 30])
    def test_length_at_its_limits(self, minutes: int) -> None:
        """The ends of the policy's range are within."""
        slots = propose_slots([WEEK], now=NOW, contact_zone=BERLIN, minutes=minutes)
        assert {slot.minutes for slot in slots} == {minutes}

    @pytest.mark.parametrize("count", [0, -1, 2.5, "3", None])
    def test_count(self, count: int) -> None:
        """Fewer than one, or no whole number of times, is refused."""
        with pytest.raises(InvalidValueError) as refusal:
            propose_slots([WEEK], now=NOW, contact_zone=BERLIN, minutes=20, count=count)
        code = "out_of_range" if type(count) is int else "not_a_whole_number"
        assert (refusal.value.field, refusal.value.code) == ("count", code)


class TestEffort:
    """The work is bounded by the days of a year and the windows, never by their product."""

    def test_ten_thousand_overlapping_windows_and_talks(self) -> None:
        """Overlapping windows and talks are one stretch each: every day of it is asked about once."""
        counting = Counting()
        windows = [Window(NOW + timedelta(hours=n), NOW + timedelta(hours=n + 30)) for n in range(10_000)]
        busy = [
            Slot(start=NOW + timedelta(minutes=45 * n), minutes=480, zone=BERLIN)
            for n in range(9_990, -1, -1)
        ]
        slots = propose_slots(windows, now=NOW, contact_zone=BERLIN, minutes=20, busy=busy, calendar=counting)
        assert len(slots) == 3
        assert slots[0].start >= max(slot.end for slot in busy)
        assert counting.calls <= 367

    def test_crumbs(self) -> None:
        """Windows that do not touch cost a look at each day that each of them touches, and no more."""
        counting, starts = Counting(), [NOW + timedelta(minutes=40 * n) for n in range(2_000)]
        crumbs = [Window(start, start + timedelta(minutes=10)) for start in starts]
        assert propose_slots(crumbs, now=NOW, contact_zone=BERLIN, minutes=20, calendar=counting) == ()
        assert counting.calls <= 2_000 + 57

    def test_a_century(self) -> None:
        """A window of a century is looked at for a year."""
        counting = Counting()
        century = Window(NOW, datetime(2126, 1, 1, tzinfo=UTC))
        propose_slots([century], now=NOW, contact_zone=BERLIN, minutes=20, calendar=counting)
        assert counting.calls <= 367


def test_proposals_may_be_sent() -> None:
    """What is proposed passes the lifecycle at once, up to the policy's number of times."""
    slots = propose_slots([WEEK], now=at(3, 4, 10), contact_zone=BERLIN, minutes=30, count=4)
    accepted = living(Stage.ACCEPTED)
    assert accepted.apply(TimesProposed(at=at(3, 4, 10), slots=slots)).proposed == slots
