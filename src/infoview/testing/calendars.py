"""A suite for business calendars of your own.

::

    from infoview.testing.calendars import calendar_suite

    TestOurCalendar = calendar_suite(OurCalendar())
"""

from collections.abc import Collection, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from types import MappingProxyType
from typing import Final, TypeAlias

from hypothesis import strategies as st

from infoview._events import Nudged
from infoview._interview import Interview
from infoview._stages import Stage
from infoview._time import BusinessCalendar, local_date, reached_on
from infoview.testing._check import Check, Failed, Layer, Level, hold, same
from infoview.testing._report import Report
from infoview.testing._run import Plan, run_checks
from infoview.testing._suite import suite_class
from infoview.testing._trial import Trial, law, plan_of
from infoview.testing.strategies import Life, days, interviews

__all__ = ["CALENDAR_CHECKS", "CALENDAR_LAWS", "calendar_suite", "check_calendar"]

_Calendar: TypeAlias = Trial[BusinessCalendar]

CALENDAR_LAWS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "C1": "Every day has an answer, and it is True or False.",
        "C2": "The same day has the same answer, whatever was asked before, and by whom.",
        "C3": "People do not rest for more than 366 days in a row.",
        "C4": "Waits that the etiquette counts in business days end on one.",
    }
)
"""What a calendar keeps to."""

_ONE_DAY = timedelta(days=1)
_MOST_REST = 366
_USUAL = (date(2000, 1, 1), date(2049, 12, 31))
_ALL = (date(1900, 1, 1), date(2199, 12, 31))
"""The days that the library asks about."""

_ODD_DAYS = (
    date.min,
    date(1899, 12, 31),
    _ALL[0],
    date(1900, 2, 28),
    date(2000, 2, 29),
    date(2024, 2, 29),
    date(2100, 2, 28),
    _ALL[1],
    date(2200, 1, 1),
    date.max,
)
_THREADS = 4


def _every_day(first: date, last: date) -> Iterator[date]:
    for count in range((last - first).days + 1):
        yield first + count * _ONE_DAY


def _answer(calendar: BusinessCalendar, day: date) -> bool:
    """Ask about a day; an error of the calendar becomes one that names it."""
    try:
        answer: object = calendar.is_business_day(day)
    except Exception as error:
        raise Failed(f"asking about {day} raised {type(error).__name__}", str(error), "an answer") from error
    if type(answer) is not bool:
        raise Failed(f"the answer for {day}", repr(answer), "True or False, of the type bool")
    return answer


def _answers_at_the_edges(trial: _Calendar) -> None:
    for day in _ODD_DAYS:
        _answer(trial.subject, day)


def _answers_any_day(trial: _Calendar) -> None:
    def look(day: date) -> None:
        _answer(trial.subject, day)

    trial.for_all(look, examples=200, day=days())


def _answers_the_same(trial: _Calendar) -> None:
    year = tuple(_every_day(date(2028, 1, 1), date(2028, 12, 31)))
    first = {day: _answer(trial.subject, day) for day in year}
    backwards = {day: _answer(trial.subject, day) for day in reversed(year)}
    again = {day: [_answer(trial.subject, day) for _ in range(2)] for day in year}
    for day in year:
        same(backwards[day], first[day], f"the answer for {day}, asked again from the end of the year on")
        same(again[day], [first[day]] * 2, f"the answers for {day}, asked twice in a row")


def _serves_threads(trial: _Calendar) -> None:
    year = tuple(_every_day(date(2027, 1, 1), date(2027, 12, 31)))
    alone = {day: _answer(trial.subject, day) for day in year}

    def ask(start: int) -> dict[date, bool]:
        return {day: _answer(trial.subject, day) for day in year[start:] + year[:start]}

    with ThreadPoolExecutor(_THREADS) as threads:
        for answers in threads.map(ask, range(0, len(year), len(year) // (4 * _THREADS))):
            for day in year:
                same(answers[day], alone[day], f"the answer for {day}, with several threads asking")


def _works_within_a_year(trial: _Calendar) -> None:
    worked = None
    first, last = _USUAL if trial.level is Level.QUICK else _ALL
    for day in _every_day(first, last):
        if _answer(trial.subject, day):
            worked = day
        elif (day - (worked or first)).days > _MOST_REST:
            since = f"since {worked}" if worked else f"from {first} on"
            raise Failed(f"no business day {since} up to {day}", wanted="one in at most 366 days")


def _counts_business_days(trial: _Calendar) -> None:
    def look(day: date, count: int) -> None:
        end = reached_on(day, count, trial.subject)
        worked = [one for one in _every_day(day + _ONE_DAY, end) if _answer(trial.subject, one)]
        same(len(worked), count, f"the business days after {day} up to {end}")
        same(worked[-1], end, f"the last of {count} business days after {day}")

    first, last = _USUAL
    some_day = days(min_value=first, max_value=last)
    trial.for_all(look, examples=60, day=some_day, count=st.integers(1, 20))


def _nudges_on_business_days(trial: _Calendar) -> None:
    calendar = trial.subject

    def look(interview: Interview) -> None:
        earliest = interview.decide(Nudged, now=interview.log.last.at, calendar=calendar).earliest
        if earliest is not None:
            day = local_date(earliest, interview.zone)
            hold(_answer(calendar, day), "the first day on which a nudge is polite is a business day", day)

    asked = interviews(stage=Stage.REQUESTED, max_events=2, life=Life(calendar=calendar, plain=True))
    trial.for_all(look, examples=15, interview=asked)


CALENDAR_CHECKS: Final[tuple[Check[_Calendar], ...]] = (
    law(
        "C1-edges",
        "The first and the last day there is, and 29 February, have answers.",
        _answers_at_the_edges,
        "A table of holidays holds some years only: answer for the others by the days of the week.",
        "The calendar counts a day further or back, and falls over the edge.",
    ),
    law(
        "C1-any-day",
        "Every day from 1900 to 2199 has an answer, and it is True or False.",
        _answers_any_day,
        "The answer is a number, or a bool of another library: wrap it in bool().",
    ),
    law(
        "C2-same-again",
        "The same day has the same answer again, in whatever order days are asked about.",
        _answers_the_same,
        "The calendar reads the clock, or a file or service that changes: read it once, when it is made.",
        "A cache keeps answers under too short a key, such as the day of the year.",
    ),
    law(
        "C2-threads",
        "Several threads that ask at once get the answers that one would get.",
        _serves_threads,
        "Something half-done is kept in the calendar while it thinks: keep it in a local name.",
        layer=Layer.HAMMER,
    ),
    law(
        "C3-rest",
        "There is a business day in every 366 days.",
        _works_within_a_year,
        "The table of working days ends: answer by the days of the week behind its end.",
    ),
    law(
        "C4-count",
        "A wait of so many business days ends on one, with just so many after its beginning.",
        _counts_business_days,
        "The same day gets different answers; see C2.",
    ),
    law(
        "C4-nudge",
        "The first instant at which a nudge is polite lies on a business day of the contact.",
        _nudges_on_business_days,
        "The same day gets different answers; see C2.",
    ),
)
"""Everything that the suite looks at. Ids never change."""


def calendar_suite(
    calendar: BusinessCalendar,
    *,
    name: str | None = None,
    level: Level | str = Level.QUICK,
    expected_failures: Mapping[str, str] | None = None,
) -> type:
    """Build a class of tests for a business calendar, for pytest to collect.

    Args:
        calendar: The calendar.
        name: What it is called in reports; the name of its class when left out.
        level: How long to look: ``quick``, ``full`` or ``soak``.
        expected_failures: Ids of checks that are known to fail, each with the reason. One that passes all the
            same is reported.

    Returns:
        A fresh class with a test for each check.

    Raises:
        InvalidValueError: When there is no such level, or no such check.
    """
    plan = _plan(calendar, name, level, expected_failures)
    return suite_class("CalendarSuite", plan)


def check_calendar(
    calendar: BusinessCalendar,
    *,
    name: str | None = None,
    level: Level | str = Level.QUICK,
    expected_failures: Mapping[str, str] | None = None,
    only: Collection[str] | None = None,
) -> Report:
    """Look at a business calendar without pytest.

    Args:
        calendar: As for `calendar_suite`.
        name: As for `calendar_suite`.
        level: As for `calendar_suite`.
        expected_failures: As for `calendar_suite`.
        only: The ids of the checks to run; all when left out.

    Returns:
        The report: ``report.ok``, and everything in words as its text.

    Raises:
        InvalidValueError: As `calendar_suite`.
    """
    return run_checks(_plan(calendar, name, level, expected_failures, only))


def _plan(
    calendar: BusinessCalendar,
    name: str | None,
    level: Level | str,
    expected_failures: Mapping[str, str] | None,
    only: Collection[str] | None = None,
) -> Plan:
    title = name or type(calendar).__name__
    return plan_of(
        title,
        calendar,
        CALENDAR_CHECKS,
        CALENDAR_LAWS,
        level=level,
        expected_failures=expected_failures,
        only=only,
    )
