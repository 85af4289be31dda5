"""Laws of proposed times, held against a second reading that tries every half hour."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import pairwise
from random import Random
from zoneinfo import ZoneInfo

import attrs
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from tests.lives import FOUND, READY, life

from infoview._events import Accepted, RequestSent, TimesProposed
from infoview._policy import Policy
from infoview._time import WEEKDAYS, BusinessCalendar, Slot
from infoview.policies import CLASSIC
from infoview.scheduling import Hours, Window, propose_slots

MINUTE = timedelta(minutes=1)
QUARTER = timedelta(minutes=15)


@attrs.frozen
class EveryDay:
    """The calendar of a place that never rests."""

    def is_business_day(self, _day: date, /) -> bool:
        """Say yes."""
        return True


@attrs.frozen(kw_only=True)
class Wish:
    """Everything that `propose_slots` is asked with."""

    windows: tuple[Window, ...]
    now: datetime
    contact_zone: str = "Europe/Berlin"
    minutes: int = 20
    count: int = 3
    busy: tuple[Slot, ...] = ()
    hours: Hours = attrs.field(factory=Hours)
    policy: Policy = CLASSIC
    calendar: BusinessCalendar = WEEKDAYS


Proposer = Callable[[Wish], tuple[Slot, ...]]


def propose(wish: Wish) -> tuple[Slot, ...]:
    """Ask the library."""
    return propose_slots(
        wish.windows,
        now=wish.now,
        contact_zone=wish.contact_zone,
        minutes=wish.minutes,
        count=wish.count,
        busy=wish.busy,
        hours=wish.hours,
        policy=wish.policy,
        calendar=wish.calendar,
    )


# -- the second reading -------------------------------------------------------------------------------------


def _is_covered(start: datetime, end: datetime, windows: tuple[Window, ...]) -> bool:
    while start < end:
        reach = max((w.end for w in windows if w.start <= start), default=start)
        if reach <= start:
            return False
        start = reach
    return True


def _is_in_hours(start: datetime, wish: Wish) -> bool:
    zone = ZoneInfo(wish.contact_zone)
    wall = start.astimezone(zone)
    if wall.fold or wall.minute % 30 or wall.second or wall.hour < wish.hours.first:
        return False
    day = wall.date()
    if not wish.calendar.is_business_day(day) or (day.month, day.day) in wish.policy.quiet_dates:
        return False
    talk = ((start + minute * MINUTE).astimezone(zone) for minute in range(wish.minutes))
    return all(moment.date() == day and moment.hour < wish.hours.last for moment in talk)


def _is_free(start: datetime, wish: Wish) -> bool:
    end = start + timedelta(minutes=wish.minutes)
    return all(end <= taken.start or taken.end <= start for taken in wish.busy)


def possible_starts(wish: Wish) -> dict[date, list[datetime]]:
    """Try every quarter of an hour in UTC, which hits every full and half hour of every zone of today."""
    soonest = wish.now + timedelta(minutes=wish.policy.slot_lead_minutes)
    first = min((window.start for window in wish.windows), default=wish.now)
    last = max((window.end for window in wish.windows), default=wish.now)
    found: dict[date, list[datetime]] = {}
    start = first.replace(minute=0, second=0, microsecond=0)
    while start < last:
        end = start + timedelta(minutes=wish.minutes)
        if (
            start >= soonest
            and start > wish.now
            and _is_covered(start, end, wish.windows)
            and _is_free(start, wish)
            and _is_in_hours(start, wish)
        ):
            found.setdefault(start.astimezone(ZoneInfo(wish.contact_zone)).date(), []).append(start)
        start += QUARTER
    return found


def _most_at_once(starts: list[datetime], minutes: int) -> int:
    """Count how many talks fit side by side, trying to take and to leave each."""

    @cache
    def most(index: int) -> int:
        if index == len(starts):
            return 0
        end = starts[index] + timedelta(minutes=minutes)
        after = next((i for i, start in enumerate(starts) if start >= end), len(starts))
        return max(most(index + 1), 1 + most(after))

    return most(0)


# -- the laws -----------------------------------------------------------------------------------------------


def keeps_the_rules(answer: tuple[Slot, ...], wish: Wish) -> None:
    """Every slot is possible, in order, apart from the others, and of the length and zone asked for."""
    possible = {start for starts in possible_starts(wish).values() for start in starts}
    assert {slot.start for slot in answer} <= possible
    assert all((slot.minutes, slot.zone) == (wish.minutes, wish.contact_zone) for slot in answer)
    assert all(earlier.end <= later.start for earlier, later in pairwise(answer))


def is_as_many_as_there_are(answer: tuple[Slot, ...], wish: Wish) -> None:
    """There are as many slots as asked for, unless policy or room allow fewer."""
    room = sum(_most_at_once(starts, wish.minutes) for starts in possible_starts(wish).values())
    assert len(answer) == min(wish.count, wish.policy.slots_max, room)


def is_spread(answer: tuple[Slot, ...], wish: Wish) -> None:
    """One slot on each of the first days, its first; a second on no day while another has none."""
    possible = possible_starts(wish)
    zone = ZoneInfo(wish.contact_zone)
    used: dict[date, list[datetime]] = {}
    for slot in answer:
        used.setdefault(slot.start.astimezone(zone).date(), []).append(slot.start)
    wanted = min(wish.count, wish.policy.slots_max, len(possible))
    assert {day: starts[0] for day, starts in used.items()} == {
        day: possible[day][0] for day in sorted(possible)[:wanted]
    }


LAWS = (keeps_the_rules, is_as_many_as_there_are, is_spread)

# -- wishes -------------------------------------------------------------------------------------------------

_MOMENTS = (
    datetime(2026, 3, 27, 13, 5, tzinfo=UTC),  # before summer time begins in Europe
    datetime(2026, 10, 23, 16, 0, tzinfo=UTC),  # before it ends
    datetime(2026, 3, 6, 22, 30, tzinfo=UTC),  # before it begins in America
    datetime(2026, 10, 31, 8, 0, tzinfo=UTC),  # before it ends there
    datetime(2026, 4, 3, 20, 0, tzinfo=UTC),  # before it ends by half an hour on Lord Howe Island
    datetime(2026, 4, 22, 12, 0, tzinfo=UTC),  # before it begins at midnight in Cairo
    datetime(2026, 10, 28, 12, 0, tzinfo=UTC),  # before it ends at midnight there
    datetime(2026, 12, 17, 9, 0, tzinfo=UTC),  # before the quiet days
)
_ZONES = (
    "Europe/Berlin",
    "America/New_York",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "Africa/Cairo",
    "America/Havana",
    "UTC",
)
_HOURS = tuple(Hours(first=first, last=last) for first, last in ((9, 17), (0, 24), (1, 3), (0, 2), (23, 24)))
_POLICIES = (
    CLASSIC,
    attrs.evolve(CLASSIC, minutes_min=5, minutes_max=120, slots_max=10),
    attrs.evolve(CLASSIC, minutes_min=5, minutes_max=120, slots_max=2, slot_lead_minutes=0, quiet_days=()),
    attrs.evolve(CLASSIC, slots_max=1, slot_lead_minutes=3_000),
)


@st.composite
def wishes(draw: st.DrawFn) -> Wish:
    """Draw a wish around a change of clocks, with windows, other talks and hours of every sort."""
    now = draw(st.sampled_from(_MOMENTS)) + draw(st.integers(0, 48)) * timedelta(minutes=55)
    policy = draw(st.sampled_from(_POLICIES))
    zone = draw(st.sampled_from(_ZONES))

    def moment() -> datetime:
        return now + draw(st.integers(-20, 500)) * QUARTER

    def window() -> Window:
        start = moment()
        return Window(start, start + draw(st.sampled_from((0, 1, 2, 3, 9, 96, 300))) * QUARTER)

    def taken() -> Slot:
        start = moment() + draw(st.integers(0, 14)) * MINUTE
        return Slot(start=start, minutes=draw(st.integers(1, 480)), zone=draw(st.sampled_from(_ZONES)))

    return Wish(
        windows=tuple(window() for _ in range(draw(st.integers(0, 4)))),
        now=now,
        contact_zone=zone,
        minutes=draw(st.integers(policy.minutes_min, policy.minutes_max)),
        count=draw(st.integers(1, 6)),
        busy=tuple(taken() for _ in range(draw(st.integers(0, 5)))),
        hours=draw(st.sampled_from(_HOURS)),
        policy=policy,
        calendar=draw(st.sampled_from((WEEKDAYS, EveryDay()))),
    )


def _days(first: int, last: int, *, month: int = 3) -> tuple[Window, ...]:
    """Give the seeker whole days of 2026."""
    return (Window(datetime(2026, month, first, tzinfo=UTC), datetime(2026, month, last, tzinfo=UTC)),)


SHORT_NIGHT = Wish(
    windows=(Window(datetime(2026, 3, 29, 0, 30, tzinfo=UTC), datetime(2026, 3, 29, 6, tzinfo=UTC)),),
    now=datetime(2026, 3, 27, tzinfo=UTC),
    minutes=60,
    hours=Hours(first=1, last=3),
    policy=_POLICIES[1],
    calendar=EveryDay(),
)
"""Half past one and an hour is half past three on the morning on which two o'clock is three."""

LONG_NIGHT = attrs.evolve(
    SHORT_NIGHT, windows=_days(24, 26, month=10), now=datetime(2026, 10, 20, tzinfo=UTC), count=10
)
"""Half past two and an hour is half past two on the morning on which three o'clock is two."""

SOON = Wish(
    windows=(Window(datetime(2026, 3, 2, 8, tzinfo=UTC), datetime(2026, 3, 2, 9, tzinfo=UTC)),),
    now=datetime(2026, 3, 2, 8, tzinfo=UTC),
    policy=_POLICIES[2],
    count=10,
)
"""Without a lead time, a talk still begins later than now."""


class TestProposals:
    """Rule: "two or three times, in the contact's zone and working hours, all ahead, none overlapping"."""

    @given(wishes())
    @example(SHORT_NIGHT)
    @example(LONG_NIGHT)
    @example(SOON)
    def test_keep_the_rules(self, wish: Wish) -> None:
        """No slot is offered that the second reading does not know."""
        keeps_the_rules(propose(wish), wish)

    @given(wishes())
    @example(SHORT_NIGHT)
    @example(LONG_NIGHT)
    @example(SOON)
    def test_are_as_many_as_there_are(self, wish: Wish) -> None:
        """No slot is held back."""
        is_as_many_as_there_are(propose(wish), wish)

    @given(wishes())
    @example(LONG_NIGHT)
    def test_are_spread_over_days(self, wish: Wish) -> None:
        """Days come first, since three times on one day are one option to a busy person."""
        is_spread(propose(wish), wish)


class TestAcceptance:
    """Rule: "what is proposed may be sent"."""

    @given(wishes())
    @example(SOON)
    def test_the_lifecycle_takes_them(self, wish: Wish) -> None:
        """`TimesProposed` with the proposals is legal at once, under the same policy."""
        slots = propose(wish)
        start = datetime(2026, 3, 1, tzinfo=UTC)
        accepted = life(
            attrs.evolve(FOUND, at=start),
            attrs.evolve(READY, at=start),
            RequestSent(at=start, minutes=20),
            Accepted(at=start),
        )
        if slots:
            proposed = accepted.apply(
                TimesProposed(at=wish.now, slots=slots), policy=wish.policy, calendar=wish.calendar
            )
            assert proposed.proposed == slots


class TestDeterminism:
    """Rule: "equal input, equal proposals"."""

    @given(wishes(), st.randoms(use_true_random=False))
    def test_order_and_repetition_do_not_matter(self, wish: Wish, random: Random) -> None:
        """Shuffled, repeated and split windows and talks lead to the same proposals."""
        windows = [*wish.windows, *wish.windows]
        windows += [Window(w.start, w.start + (w.end - w.start) / 2) for w in wish.windows]
        busy = [*wish.busy, *wish.busy]
        random.shuffle(windows)
        random.shuffle(busy)
        again = attrs.evolve(wish, windows=tuple(windows), busy=tuple(busy))
        assert propose(again) == propose(wish)

    @given(wishes())
    def test_zones_of_the_input_do_not_matter(self, wish: Wish) -> None:
        """The same instants on other clocks lead to the same proposals."""
        tokyo = ZoneInfo("Asia/Tokyo")
        moved = attrs.evolve(
            wish,
            now=wish.now.astimezone(tokyo),
            windows=tuple(Window(w.start.astimezone(tokyo), w.end.astimezone(tokyo)) for w in wish.windows),
            busy=tuple(attrs.evolve(slot, start=slot.start.astimezone(tokyo)) for slot in wish.busy),
        )
        assert propose(moved) == propose(wish)

    @given(wishes())
    def test_more_room_never_means_fewer(self, wish: Wish) -> None:
        """Without the other talks there are at least as many proposals."""
        assert len(propose(attrs.evolve(wish, busy=()))) >= len(propose(wish))


# -- broken doubles -----------------------------------------------------------------------------------------

WEEK = Wish(windows=_days(2, 8), now=datetime(2026, 3, 2, 7, tzinfo=UTC), contact_zone="America/New_York")
ONE_DAY = attrs.evolve(WEEK, windows=_days(3, 4))
BUSY = attrs.evolve(
    WEEK, busy=(Slot(start=datetime(2026, 3, 2, 13, tzinfo=UTC), minutes=480, zone="America/New_York"),)
)
WEEKEND = attrs.evolve(WEEK, windows=_days(6, 10))
QUIET = attrs.evolve(WEEK, windows=_days(18, 30, month=12))
LONG = attrs.evolve(
    ONE_DAY,
    minutes=30,
    count=4,
    windows=(Window(datetime(2026, 3, 3, 20, 45, tzinfo=UTC), datetime(2026, 3, 4, 12, tzinfo=UTC)),),
)
LATE = attrs.evolve(WEEK, now=datetime(2026, 3, 2, 13, 30, tzinfo=UTC))
TRIED = (WEEK, ONE_DAY, BUSY, WEEKEND, QUIET, LONG, LATE, SOON, SHORT_NIGHT, LONG_NIGHT)


def _with(**other: object) -> Proposer:
    return lambda wish: propose(attrs.evolve(wish, **other))


def _without_lead(wish: Wish) -> tuple[Slot, ...]:
    return propose(attrs.evolve(wish, policy=attrs.evolve(wish.policy, slot_lead_minutes=0)))


def _without_limit(wish: Wish) -> tuple[Slot, ...]:
    return propose(attrs.evolve(wish, policy=attrs.evolve(wish.policy, slots_max=10), count=10))


def _through_quiet_days(wish: Wish) -> tuple[Slot, ...]:
    return propose(attrs.evolve(wish, policy=attrs.evolve(wish.policy, quiet_days=())))


def _on_the_seekers_clock(wish: Wish) -> tuple[Slot, ...]:
    slots = propose(attrs.evolve(wish, contact_zone="UTC"))
    return tuple(attrs.evolve(slot, zone=wish.contact_zone) for slot in slots)


def _all_on_one_day(wish: Wish) -> tuple[Slot, ...]:
    first = propose(attrs.evolve(wish, count=1))
    day = tuple(Window(slot.start, slot.start + timedelta(hours=3)) for slot in first)
    return propose(attrs.evolve(wish, windows=day))


def _overlapping(wish: Wish) -> tuple[Slot, ...]:
    slots = propose(wish)
    return tuple(slot for first in slots[:1] for slot in (first, first, *slots[1:]))


def _out_of_the_window(wish: Wish) -> tuple[Slot, ...]:
    return propose(
        attrs.evolve(wish, windows=tuple(Window(w.start, w.end + timedelta(hours=12)) for w in wish.windows))
    )


def _past_the_end(wish: Wish) -> tuple[Slot, ...]:
    longer = propose(attrs.evolve(wish, minutes=wish.policy.minutes_min))
    return tuple(attrs.evolve(slot, minutes=wish.minutes) for slot in longer)


def _backwards(wish: Wish) -> tuple[Slot, ...]:
    return propose(wish)[::-1]


def _stingy(wish: Wish) -> tuple[Slot, ...]:
    return propose(wish)[:2]


def _last_first(wish: Wish) -> tuple[Slot, ...]:
    return propose(attrs.evolve(wish, count=10))[-wish.count :]


@pytest.mark.parametrize(
    "broken",
    [
        _with(busy=()),
        _with(calendar=EveryDay()),
        _with(hours=Hours(first=0, last=24)),
        _with(hours=Hours(first=9, last=16)),
        _with(minutes=15),
        _without_lead,
        _without_limit,
        _through_quiet_days,
        _on_the_seekers_clock,
        _all_on_one_day,
        _overlapping,
        _out_of_the_window,
        _past_the_end,
        _backwards,
        _stingy,
        _last_first,
    ],
)
def test_a_broken_proposer_is_caught(broken: Proposer) -> None:
    """The laws hold for the library on some told wishes, and one of them fails for a proposer that errs."""

    def faults(proposer: Proposer) -> Iterator[AssertionError]:
        for wish in TRIED:
            for law in LAWS:
                try:
                    law(proposer(wish), wish)
                except AssertionError as fault:
                    yield fault

    assert list(faults(propose)) == []
    assert next(faults(broken), None) is not None
