from datetime import date, timedelta
from enum import StrEnum
from typing import Any

import attrs
import pytest

from infoview import _choices
from infoview._channel import ConnectionKind
from infoview._choices import YEAR, Cadence, QuietDays
from infoview.exceptions import InvalidValueError

CHRISTMAS = QuietDays((12, 20), (1, 2))
EVERY_DAY = {(d.month, d.day) for d in (date(2024, 1, 1) + timedelta(days=n) for n in range(366))}


def refusal(entity: object, **changes: object) -> InvalidValueError:
    """Change a field for the worse and hand over the error."""
    with pytest.raises(InvalidValueError) as caught:
        attrs.evolve(entity, **changes)
    return caught.value


def test_words_are_stable() -> None:
    """The values are what is stored and written in files, the usual one first."""
    kinds = [kind for kind in vars(_choices).values() if isinstance(kind, type) and kind.__base__ is StrEnum]

    assert {
        kind.__name__: [str(option) for option in kind] for kind in kinds if kind is not ConnectionKind
    } == {
        "ResumeRule": ["on_request", "bring"],
        "ReferralAsk": ["in_meeting", "later"],
        "Salutation": ["formal_until_signed", "first_name"],
        "Severity": ["error", "warning", "off"],
        "ChannelOrder": ["email_first", "phone_first"],
        "OpeningQuestion": ["how_you_started", "what_you_work_on"],
        "CoffeeBill": ["seeker", "each"],
        "ThanksBy": ["email", "letter", "both"],
    }


def test_a_year_has_every_day() -> None:
    """The list of days is that of a leap year, in order."""
    assert sorted(EVERY_DAY) == list(YEAR)


class TestQuietDays:
    """A part of every year in which nobody is nudged."""

    @pytest.mark.parametrize(
        ("first", "last", "count", "inside", "outside"),
        [
            ((8, 1), (8, 31), 31, {(8, 1), (8, 15), (8, 31)}, {(7, 31), (9, 1)}),
            ((8, 1), (8, 1), 1, {(8, 1)}, {(7, 31), (8, 2)}),
            ((12, 20), (1, 2), 14, {(12, 20), (12, 31), (1, 1), (1, 2)}, {(12, 19), (1, 3)}),
            ((2, 28), (3, 1), 3, {(2, 28), (2, 29), (3, 1)}, {(2, 27), (3, 2)}),
            ((2, 29), (2, 29), 1, {(2, 29)}, {(2, 28), (3, 1)}),
            ((1, 1), (12, 31), 366, {(1, 1), (2, 29), (12, 31)}, set()),
            ((1, 2), (1, 1), 366, {(1, 1), (1, 2), (2, 29)}, set()),
            ((3, 1), (2, 28), 365, {(3, 1), (12, 31), (2, 28)}, {(2, 29)}),
        ],
        ids=[
            "a month",
            "a day",
            "across the year end",
            "across a leap day",
            "a leap day",
            "a year",
            "a year from its second day",
            "a common year",
        ],
    )
    def test_list_their_dates(
        self,
        first: tuple[int, int],
        last: tuple[int, int],
        count: int,
        inside: set[tuple[int, int]],
        outside: set[tuple[int, int]],
    ) -> None:
        """Both ends belong to the stretch; one that ends before it begins goes on into the next year."""
        dates = QuietDays(first, last).dates()
        assert len(dates) == count
        assert dates <= EVERY_DAY
        assert inside <= dates
        assert not outside & dates

    @pytest.mark.parametrize("day", [(1, 1), (2, 29), (4, 30), (12, 31)])
    def test_may_begin_and_end_on_any_day_there_is(self, day: tuple[int, int]) -> None:
        """Every day of a leap year is a day."""
        assert QuietDays(day, day).dates() == {day}

    @pytest.mark.parametrize(
        "value",
        [
            (0, 1),
            (13, 1),
            (1, 0),
            (1, 32),
            (2, 30),
            (4, 31),
            (-1, 1),
            (12,),
            (),
            (2024, 12, 20),
            [12, 20],
            ("12", "20"),
            (12.0, 20),
            (True, 1),
            "12-20",
            None,
            1220,
            date(2024, 12, 20),
        ],
        ids=repr,
    )
    def test_refuse_what_is_no_day(self, value: Any) -> None:  # noqa: ANN401 - hostile
        """Only a pair of whole numbers that names a day is one, at either end."""
        for field in ("first", "last"):
            error = refusal(CHRISTMAS, **{field: value})
            assert (error.field, error.code) == (f"QuietDays.{field}", "out_of_range")

    @pytest.mark.parametrize(
        ("quiet", "expected"),
        [(CHRISTMAS, "12-20 to 01-02"), (QuietDays((8, 1), (8, 1)), "08-01 to 08-01")],
        ids=["two weeks", "a day"],
    )
    def test_are_written_shortly(self, quiet: QuietDays, expected: str) -> None:
        """As text both ends are a month and a day of two digits."""
        assert str(quiet) == expected


class TestCadence:
    """How often to be in touch with people of one relationship."""

    @pytest.mark.parametrize("days", [7, 365])
    def test_has_a_range(self, days: int) -> None:
        """A week and a year are the ends."""
        assert str(Cadence(ConnectionKind.ALUMNI, days)) == f"alumni: {days} days"

    @pytest.mark.parametrize(
        ("field", "value", "code"),
        [
            ("days", 6, "out_of_range"),
            ("days", 366, "out_of_range"),
            ("days", 60.0, "not_a_whole_number"),
            ("days", True, "not_a_whole_number"),
            ("connection", "alumni", "wrong_type"),
            ("connection", None, "wrong_type"),
        ],
    )
    def test_is_checked(self, field: str, value: Any, code: str) -> None:  # noqa: ANN401 - hostile
        """Each field has its rule, and the error its name."""
        error = refusal(Cadence(ConnectionKind.ALUMNI, 60), **{field: value})
        assert (error.field, error.code) == (f"Cadence.{field}", code)

    def test_is_a_value(self) -> None:
        """Equal fields make equal cadences, and nobody changes one."""
        cadence: Any = Cadence(ConnectionKind.FRIEND, 90)
        assert cadence == Cadence(ConnectionKind.FRIEND, 90)
        with pytest.raises(attrs.exceptions.FrozenInstanceError):
            cadence.days = 30
