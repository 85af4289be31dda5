"""The dates of an export, in every spelling that can be read only one way."""

import re
from datetime import date
from typing import Literal

from infoview._time import is_plain_date

__all__ = ["DateFault", "read_date"]

DateFault = Literal["bad_date", "ambiguous_date"]

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan january januar",
            "feb february februar",
            "mar march mär mrz märz",
            "apr april",
            "may mai",
            "jun june juni",
            "jul july juli",
            "aug august",
            "sep sept september",
            "oct october okt oktober",
            "nov november",
            "dec december dez dezember",
        ),
        start=1,
    )
    for name in names.split()
}
"""English names as exports write them; German ones by the calendar, not seen in an export."""

_DAY_FIRST = re.compile(r"([0-9]{1,2})\.?[ -]([A-Za-zä]{3,9})\.?[ -]([0-9]{4}|[0-9]{2})")
_MONTH_FIRST = re.compile(r"([A-Za-z]{3,9})\.? ([0-9]{1,2}),? ([0-9]{4})")
_YEAR_FIRST = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})")
_NUMBERS = re.compile(r"([0-9]{1,2})([/.-])([0-9]{1,2})\2([0-9]{4})")


def read_date(text: str, /) -> date | DateFault:
    """Read a calendar day.

    Args:
        text: The cell, such as ``05 Mar 2024``, ``12 Sept 2025``, ``2025-01-15``, ``03/15/2024`` or
            ``15.03.2024``. Points stand between day, month and year in this order; slashes may stand for
            either order. A year of two digits, as a spreadsheet writes ``5-Mar-24``, is in this century.

    Returns:
        The day; or ``ambiguous_date`` when day and month could change places; or ``bad_date`` when it is no
        day between the years 1900 and 2199.
    """
    if match := _DAY_FIRST.fullmatch(text):
        day, month, year = match.groups()
        return _day(int(year) + (2000 if len(year) == len("24") else 0), _MONTHS.get(month.lower(), 0), day)
    if match := _MONTH_FIRST.fullmatch(text):
        month, day, year = match.groups()
        return _day(year, _MONTHS.get(month.lower(), 0), day)
    if match := _YEAR_FIRST.fullmatch(text):
        return _day(*match.groups())
    if match := _NUMBERS.fullmatch(text):
        first, sign, second, year = match.groups()
        as_day_first, as_month_first = _day(year, second, first), _day(year, first, second)
        if sign == "." or as_month_first in (as_day_first, "bad_date"):
            return as_day_first
        return as_month_first if as_day_first == "bad_date" else "ambiguous_date"
    return "bad_date"


def _day(year: str | int, month: str | int, day: str) -> date | DateFault:
    try:
        read = date(int(year), int(month), int(day))
    except ValueError:
        return "bad_date"
    return read if is_plain_date(read) else "bad_date"
