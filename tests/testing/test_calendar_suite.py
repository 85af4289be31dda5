"""The suite for business calendars: infoview's own passes, and every check catches what it is for."""

import threading
from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta

import attrs
import pytest

from infoview._time import WEEKDAYS, BusinessCalendar
from infoview.exceptions import InvalidValueError
from infoview.testing._report import Status
from infoview.testing._run import run_check
from infoview.testing.calendars import CALENDAR_CHECKS, _plan, calendar_suite, check_calendar

TestOurWeekdays = calendar_suite(WEEKDAYS)


@attrs.frozen
class Weekends:
    """A calendar of a place that rests on Friday and Saturday, and on two days of every year."""

    def is_business_day(self, day: date, /) -> bool:
        """Tell whether people work."""
        return day.weekday() not in (4, 5) and (day.month, day.day) not in ((5, 1), (12, 31))


TestAnotherWeekend = calendar_suite(Weekends(), name="another weekend")


class LooksAhead:
    """Rests on the eve of every Sunday, and cannot look beyond the last day."""

    def is_business_day(self, day: date, /) -> bool:
        """Tell whether the next day is no Sunday."""
        return (day + timedelta(days=1)).weekday() < 6


class KnowsThreeYears:
    """Has a table of three years."""

    _days = frozenset(date(2025, 1, 1) + timedelta(days=count) for count in range(3 * 365))

    def is_business_day(self, day: date, /) -> bool:
        """Look the day up."""
        if day not in self._days:
            raise KeyError(day.year)
        return day.weekday() < 5


class Counts:
    """Answers with a number."""

    def is_business_day(self, day: date, /) -> bool:
        """Tell how many people work."""
        return (day.weekday() < 5) * 3  # type: ignore[return-value] - that is the fault


class Tires:
    """Works on a day when asked for the first time, and no more."""

    def __init__(self) -> None:
        self._asked = Counter[date]()

    def is_business_day(self, day: date, /) -> bool:
        """Tell whether nobody asked before."""
        self._asked[day] += 1
        return self._asked[day] == 1


class KeepsToItsThread:
    """Serves the thread that asked first, as a connection to a database may."""

    def __init__(self) -> None:
        self._owner: int | None = None

    def is_business_day(self, day: date, /) -> bool:
        """Tell whether people work, to one thread."""
        here = threading.get_ident()
        self._owner = self._owner or here
        if here != self._owner:
            raise RuntimeError("made in another thread")
        return day.weekday() < 5


class Ends:
    """Closes for ever."""

    def is_business_day(self, day: date, /) -> bool:
        """Tell whether the place is still open."""
        return day.weekday() < 5 and day.year < 2040


BROKEN: tuple[tuple[str, Callable[[], BusinessCalendar]], ...] = (
    ("C1-edges", LooksAhead),
    ("C1-any-day", KnowsThreeYears),
    ("C1-any-day", Counts),
    ("C2-same-again", Tires),
    ("C2-threads", KeepsToItsThread),
    ("C3-rest", Ends),
    ("C4-count", Tires),
    ("C4-nudge", Tires),
)


@pytest.mark.parametrize(("check_id", "make"), BROKEN)
def test_a_broken_calendar_is_caught(check_id: str, make: Callable[[], BusinessCalendar]) -> None:
    """The check that is for the fault fails."""
    plan = _plan(make(), None, "quick", {})
    check = next(check for check in CALENDAR_CHECKS if check.id == check_id)
    outcome, is_stuck = run_check(plan, check)
    assert (outcome.status, is_stuck) == (Status.FAILED, False)


def test_every_check_has_a_calendar_that_it_catches() -> None:
    """No check is there for nothing."""
    assert {check_id for check_id, _ in BROKEN} == {check.id for check in CALENDAR_CHECKS}


def test_a_report_tells_the_day() -> None:
    """Whoever gets a failure need not search."""
    report = check_calendar(Ends(), level="quick", expected_failures={"C4-count": "known"})
    text = str(report)
    assert not report.ok
    assert "no business day since 2039-12-30 up to 2040-12-31" in text


def test_a_calendar_that_never_works_is_told_so() -> None:
    """Even when there is no day to count from."""

    class Idle:
        def is_business_day(self, _day: date, /) -> bool:
            return False

    check = next(check for check in CALENDAR_CHECKS if check.id == "C3-rest")
    outcome, _ = run_check(_plan(Idle(), None, "full", {}), check)
    assert "no business day from 1900-01-01 on" in outcome.text


def test_a_check_that_is_not_there_cannot_be_expected_to_fail() -> None:
    """A slip of the pen does not switch anything off."""
    with pytest.raises(InvalidValueError, match="unknown_name"):
        calendar_suite(WEEKDAYS, expected_failures={"C9-none": "a slip"})


def test_a_level_that_is_not_there_is_refused() -> None:
    """The levels are named."""
    with pytest.raises(InvalidValueError, match="full, quick, soak"):
        check_calendar(WEEKDAYS, level="forever")
