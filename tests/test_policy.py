import copy
import pickle
import re
from datetime import date, timedelta
from typing import Any

import attrs
import pytest

from infoview._policy import (
    POLICY_RULES,
    Policy,
    PolicyRule,
    QuietDays,
    ReferralAsk,
    ResumeRule,
    WorkingDays,
)
from infoview._time import WEEKDAYS, Weekdays, reached_on
from infoview.exceptions import InvalidValueError

PLAIN = Policy(name="plain")
LOWEST = Policy(name="lowest", **{rule.name: rule.low for rule in POLICY_RULES.values()})
HIGHEST = Policy(name="highest", **{rule.name: rule.high for rule in POLICY_RULES.values()})

ROOMY = attrs.evolve(LOWEST, minutes_max=120)

CHRISTMAS = QuietDays((12, 20), (1, 2))
EVERY_DAY = {(d.month, d.day) for d in (date(2024, 1, 1) + timedelta(days=n) for n in range(366))}

NUMBERS = {
    "minutes_min": (5, 15, 60),
    "minutes_default": (5, 20, 60),
    "minutes_max": (5, 30, 120),
    "overrun_minutes": (0, 5, 60),
    "early_start_minutes": (0, 15, 60),
    "statement_seconds": (10, 30, 180),
    "words_per_minute": (80, 150, 250),
    "request_words": (30, 100, 250),
    "linkedin_note_characters": (50, 200, 300),
    "nudge_wait": (1, 7, 60),
    "nudge_max": (0, 1, 3),
    "expire_after_nudge": (1, 10, 120),
    "expire_after_request": (1, 15, 120),
    "away_dated_wait": (1, 2, 30),
    "away_undated_wait": (1, 5, 30),
    "retry_wait": (1, 21, 365),
    "answer_wait": (1, 2, 10),
    "slots_max": (1, 4, 10),
    "slot_lead_minutes": (0, 120, 20160),
    "confirm_hours": (1, 24, 168),
    "move_max": (0, 1, 5),
    "cancel_notice_hours": (0, 24, 336),
    "no_show_grace_minutes": (0, 15, 60),
    "no_show_max": (1, 2, 5),
    "written_questions_max": (1, 5, 10),
    "check_back_min": (1, 7, 60),
    "check_back_max": (1, 10, 90),
    "thank_not_before_minutes": (0, 0, 1440),
    "thank_due_hours": (1, 24, 240),
    "thank_late_hours": (1, 48, 336),
    "debrief_hours": (1, 24, 168),
    "report_back_days": (1, 21, 120),
    "reconnect_days": (7, 42, 365),
    "lapse_days": (14, 180, 1095),
    "reopen_days": (1, 90, 730),
    "referral_ask_days": (1, 7, 90),
}
"""The least, the ordinary and the greatest value of every number, written down a second time."""

every_rule = pytest.mark.parametrize("rule", POLICY_RULES.values(), ids=POLICY_RULES)


def refusal(entity: object, **changes: object) -> InvalidValueError:
    """Change a field for the worse and hand over the error."""
    with pytest.raises(InvalidValueError) as caught:
        attrs.evolve(entity, **changes)
    return caught.value


class TestNumbers:
    """Every number of the etiquette, each with range, unit and source."""

    def test_have_a_rule_each(self) -> None:
        """Every whole number of a policy is explained, under its own name, and nothing else is."""
        numbers = [a.name for a in attrs.fields(Policy) if a.type is int]
        assert list(POLICY_RULES) == numbers
        assert [rule.name for rule in POLICY_RULES.values()] == numbers

    def test_would_miss_a_number_without_a_rule(self) -> None:
        """A broken double, a policy with a bare number, is told from one whose numbers have rules."""
        double = attrs.make_class("Bare", {"minutes": attrs.field(type=int, default=20)})
        assert [a.name for a in attrs.fields(double) if a.type is int and not a.metadata] == ["minutes"]

    def test_cannot_be_changed_for_everybody(self) -> None:
        """The table of rules is read-only."""
        table: Any = POLICY_RULES
        with pytest.raises(TypeError):
            table["minutes_min"] = POLICY_RULES["minutes_max"]

    @every_rule
    def test_lie_in_their_ranges(self, rule: PolicyRule) -> None:
        """The default lies between the ends, and each rule says what it counts and who says so."""
        assert rule.low <= getattr(PLAIN, rule.name) <= rule.high
        assert rule.low < rule.high
        assert rule.unit
        assert rule.sources

    def test_are_changed_on_purpose(self) -> None:
        """A range or a default that changes, changes here too."""
        actual = {
            rule.name: (rule.low, getattr(PLAIN, rule.name), rule.high) for rule in POLICY_RULES.values()
        }
        assert actual == NUMBERS

    @every_rule
    def test_may_be_at_either_end(self, rule: PolicyRule) -> None:
        """The least and the greatest value are allowed."""
        assert getattr(LOWEST, rule.name) == rule.low
        assert getattr(HIGHEST, rule.name) == rule.high

    @every_rule
    def test_may_not_be_beyond(self, rule: PolicyRule) -> None:
        """One less than the least and one more than the greatest are refused, with the range."""
        for policy, value in ((LOWEST, rule.low - 1), (HIGHEST, rule.high + 1)):
            error = refusal(policy, **{rule.name: value})
            assert (error.field, error.code) == (f"Policy.{rule.name}", "out_of_range")
            assert error.cure == f"give a whole number from {rule.low} to {rule.high}"

    @every_rule
    @pytest.mark.parametrize("value", [None, "7", 7.0, True], ids=repr)
    def test_must_be_whole_numbers(self, rule: PolicyRule, value: object) -> None:
        """Text, a float or a flag is no number, even one in the range."""
        assert refusal(PLAIN, **{rule.name: value}).field == f"Policy.{rule.name}"


class TestContradictions:
    """Two values that contradict each other are refused, both named."""

    @pytest.mark.parametrize(
        ("smaller", "larger"),
        [
            ("minutes_min", "minutes_default"),
            ("minutes_default", "minutes_max"),
            ("check_back_min", "check_back_max"),
            ("thank_due_hours", "thank_late_hours"),
            ("reconnect_days", "lapse_days"),
        ],
    )
    def test_between_two_that_must_ascend(self, smaller: str, larger: str) -> None:
        """The first may equal the second and not exceed it."""
        equal = POLICY_RULES[larger].low + 1
        level = attrs.evolve(ROOMY, **{smaller: equal, larger: equal})
        error = refusal(level, **{smaller: equal + 1})
        assert (error.field, error.code) == (f"Policy.{smaller}", "contradiction")
        assert error.cure == f"{smaller} must not exceed {larger}; change one of them"

    def test_between_when_thanks_are_legal_and_when_they_are_due(self) -> None:
        """Thanks may fall due the minute they are legal, and not before."""
        on_time = attrs.evolve(PLAIN, thank_not_before_minutes=120, thank_due_hours=2)
        error = refusal(on_time, thank_not_before_minutes=121)
        assert (error.field, error.code) == ("Policy.thank_not_before_minutes", "contradiction")
        assert "thank_due_hours" in error.cure


class TestChoices:
    """What a policy decides without a number."""

    def test_are_stable_words(self) -> None:
        """The values are what is stored."""
        assert list(ResumeRule) == ["on_request", "bring"]
        assert list(ReferralAsk) == ["in_meeting", "later"]

    def test_have_defaults(self) -> None:
        """A résumé only if asked for, names in the talk, quiet about the turn of the year."""
        assert PLAIN.resume is ResumeRule.ON_REQUEST
        assert PLAIN.referral_ask is ReferralAsk.IN_MEETING
        assert PLAIN.quiet_days == (CHRISTMAS,)

    @pytest.mark.parametrize(
        ("field", "value", "code"),
        [
            ("name", "", "empty"),
            ("name", "a\nb", "control_character"),
            ("resume", "bring", "wrong_type"),
            ("referral_ask", "later", "wrong_type"),
            ("quiet_days", [CHRISTMAS], "wrong_type"),
            ("quiet_days", (((12, 20), (1, 2)),), "wrong_type"),
            ("quiet_days", (CHRISTMAS,) * 51, "out_of_range"),
        ],
    )
    def test_are_checked(self, field: str, value: object, code: str) -> None:
        """Each field has its rule, and the error its name."""
        error = refusal(PLAIN, **{field: value})
        assert (error.field, error.code) == (f"Policy.{field}", code)


class TestPolicy:
    """A policy is a value."""

    def test_is_derived_from_another(self) -> None:
        """A copy with another number differs in that number only."""
        ours = attrs.evolve(PLAIN, nudge_wait=5)
        assert ours.nudge_wait == 5
        assert ours != PLAIN
        assert attrs.evolve(ours, nudge_wait=PLAIN.nudge_wait) == PLAIN

    def test_derives_its_quiet_dates_anew(self) -> None:
        """The dates follow from the stretches, also in a copy, and cannot be given."""
        ours = attrs.evolve(PLAIN, quiet_days=(QuietDays((8, 1), (8, 2)), QuietDays((8, 2), (8, 3))))
        assert ours.quiet_dates == {(8, 1), (8, 2), (8, 3)}
        assert attrs.evolve(ours, quiet_days=()).quiet_dates == frozenset()
        with pytest.raises(TypeError):
            attrs.evolve(ours, quiet_dates=frozenset())

    def test_does_not_show_what_follows(self) -> None:
        """The dates are neither printed nor compared."""
        assert "quiet_dates" not in repr(PLAIN)
        assert hash(PLAIN) == hash(Policy(name="plain"))

    def test_survives_a_copy(self) -> None:
        """Copied and pickled, before and after its dates were asked for, it is the same policy."""
        policy = attrs.evolve(PLAIN)
        for twin in (copy.deepcopy(policy), pickle.loads(pickle.dumps(policy))):  # noqa: S301 - our own bytes
            assert (twin, twin.quiet_dates) == (policy, policy.quiet_dates)
        for twin in (copy.deepcopy(policy), pickle.loads(pickle.dumps(policy))):  # noqa: S301 - our own bytes
            assert (twin, twin.quiet_dates) == (policy, policy.quiet_dates)

    def test_is_described_by_name(self) -> None:
        """The order of fields never matters, of a policy or of a rule."""
        makes: tuple[Any, ...] = (Policy, PolicyRule)
        for make in makes:
            with pytest.raises(TypeError, match=r"takes \d positional arguments? but"):
                make("x")

    def test_is_frozen(self) -> None:
        """Nobody changes the etiquette for others."""
        policy: Any = PLAIN
        with pytest.raises(attrs.exceptions.FrozenInstanceError):
            policy.nudge_max = 3

    @pytest.mark.parametrize("policy", [PLAIN, LOWEST, HIGHEST], ids=lambda policy: policy.name)
    def test_explains_every_number_once(self, policy: Policy) -> None:
        """The table has a row per number: value, unit, range and sources."""
        title, blank, head, rule, *rows, gap, choices = policy.explain().splitlines()
        assert (title, blank, gap) == (f"# Policy {policy.name}", "", "")
        assert choices.startswith(
            f"Résumé: {policy.resume}. Names asked for: {policy.referral_ask}. Quiet days: "
        )
        assert (head, rule) == ("| rule | value | unit | range | sources |", "|---|---:|---|---|---|")
        assert [re.findall(r"(?<=\| ).*?(?= \|)", row) for row in rows] == [
            [r.name, str(getattr(policy, r.name)), r.unit, f"{r.low} to {r.high}", r.sources]
            for r in POLICY_RULES.values()
        ]


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


class Never:
    """A calendar of a place where nobody works."""

    def is_business_day(self, _day: date, /) -> bool:
        """See `BusinessCalendar`."""
        return False


class TestWorkingDays:
    """Business days are dates that the calendar works on and that are no quiet days."""

    @pytest.mark.parametrize(
        ("day", "expected"),
        [
            (date(2026, 12, 18), True),
            (date(2026, 12, 19), False),
            (date(2026, 12, 21), False),
            (date(2027, 1, 1), False),
            (date(2027, 1, 2), False),
            (date(2027, 1, 4), True),
        ],
        ids=["Friday before", "Saturday", "quiet Monday", "quiet Friday", "both", "Monday after"],
    )
    def test_need_both_to_say_yes(self, day: date, *, expected: bool) -> None:
        """A day off for either reason is a day off."""
        assert WorkingDays(WEEKDAYS, PLAIN).is_business_day(day) is expected

    def test_are_counted_across_the_year_end(self) -> None:
        """The quiet days pass uncounted: from the Friday before to the Monday after is one day."""
        assert reached_on(date(2026, 12, 18), 1, WorkingDays(WEEKDAYS, PLAIN)) == date(2027, 1, 4)

    def test_ask_the_calendar_they_were_given(self) -> None:
        """A calendar of one's own is asked, not the built-in one."""

        class Sundays(Weekdays):
            """A place that works on Sundays."""

            def is_business_day(self, day: date, /) -> bool:
                """Tell whether *day* is a Sunday."""
                return day.weekday() == 6

        days = WorkingDays(Sundays(), PLAIN)
        assert days.is_business_day(date(2026, 3, 8)) is True
        assert days.is_business_day(date(2026, 3, 9)) is False

    def test_that_never_come_are_an_error(self) -> None:
        """A calendar that never works has no business day, whatever the policy."""
        with pytest.raises(InvalidValueError) as caught:
            reached_on(date(2026, 3, 9), 1, WorkingDays(Never(), PLAIN))
        assert (caught.value.field, caught.value.code) == ("calendar", "no_business_day")

    @pytest.mark.parametrize(
        "quiet",
        [
            (QuietDays((1, 1), (12, 31)),),
            (QuietDays((3, 1), (2, 28)),),
            (QuietDays((1, 1), (6, 30)), QuietDays((7, 30), (12, 31))),
        ],
        ids=["all", "all but the leap day", "all but 29 days"],
    )
    def test_are_left_by_quiet_days(self, quiet: tuple[QuietDays, ...]) -> None:
        """A policy that leaves less than a month to write in is refused."""
        with pytest.raises(InvalidValueError) as caught:
            attrs.evolve(PLAIN, quiet_days=quiet)
        assert (caught.value.field, caught.value.code) == ("Policy.quiet_days", "contradiction")

    def test_may_be_as_few_as_thirty(self) -> None:
        """A policy that leaves thirty days is strange, and fine."""
        strange = attrs.evolve(PLAIN, quiet_days=(QuietDays((1, 1), (6, 30)), QuietDays((7, 31), (12, 31))))
        assert len(strange.quiet_dates) == 366 - 30
