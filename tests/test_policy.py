import copy
import pickle
import re
from collections import Counter
from collections.abc import Callable
from datetime import date
from itertools import chain
from threading import Barrier, Thread
from typing import Any

import attrs
import pytest
from tests.guides import HELD

from infoview._channel import ConnectionKind, MeetingFormat
from infoview._choices import (
    Cadence,
    ChannelOrder,
    CoffeeBill,
    OpeningQuestion,
    QuietDays,
    ReferralAsk,
    ResumeRule,
    Salutation,
    Severity,
    ThanksBy,
)
from infoview._fields import whole_number
from infoview._policy import (
    _ASCENDING,
    _SECONDS,
    GIVES_WAY,
    POLICY_CHOICES,
    POLICY_RULES,
    Contradiction,
    Policy,
    PolicyChoice,
    PolicyRule,
    WorkingDays,
    contradictions,
)
from infoview._time import WEEKDAYS, Weekdays, reached_on
from infoview.exceptions import InvalidValueError

PLAIN = Policy(name="plain")
LOWEST = Policy(name="lowest", **{rule.name: rule.low for rule in POLICY_RULES.values()})
HIGHEST = Policy(name="highest", **{rule.name: rule.high for rule in POLICY_RULES.values()})

CHRISTMAS = QuietDays((12, 20), (1, 2))
MONTHLY = Cadence(ConnectionKind.ALUMNI, 30)

NUMBERS = {
    "minutes_min": (5, 15, 60),
    "minutes_default": (5, 20, 60),
    "minutes_max": (5, 30, 120),
    "minutes_cold": (5, 15, 60),
    "minutes_in_person": (5, 30, 120),
    "overrun_minutes": (0, 5, 60),
    "early_start_minutes": (0, 15, 60),
    "time_warning_minutes": (0, 3, 15),
    "rescue_minutes": (1, 5, 30),
    "small_talk_minutes": (0, 5, 30),
    "own_answer_seconds": (10, 120, 600),
    "statement_seconds": (10, 30, 180),
    "words_per_minute": (80, 150, 250),
    "research_minutes": (0, 15, 600),
    "research_sources": (0, 3, 20),
    "request_words": (30, 100, 250),
    "request_words_min": (10, 50, 250),
    "words_tolerance": (0, 25, 100),
    "about_contact_percent": (0, 50, 100),
    "i_sentences_percent": (0, 60, 100),
    "subject_characters": (20, 45, 190),
    "linkedin_note_characters": (50, 200, 300),
    "duplicate_opening_days": (0, 30, 365),
    "nudge_words": (20, 50, 150),
    "nudge_words_min": (5, 25, 150),
    "withdraw_words": (20, 50, 150),
    "decline_reply_words": (20, 50, 150),
    "written_questions_words": (40, 120, 400),
    "intro_request_words": (40, 110, 250),
    "blurb_words": (30, 75, 200),
    "check_back_words": (20, 50, 150),
    "times_words": (30, 60, 200),
    "slot_words": (5, 20, 60),
    "confirm_words": (30, 60, 200),
    "reminder_words": (20, 50, 200),
    "cancel_words": (20, 60, 150),
    "apology_words": (20, 60, 150),
    "thank_words": (30, 90, 300),
    "thank_words_min": (10, 50, 300),
    "thank_names_words": (30, 100, 300),
    "close_loop_words": (20, 60, 150),
    "update_words": (20, 80, 250),
    "nudge_wait": (1, 7, 60),
    "nudge_max": (0, 1, 3),
    "expire_after_nudge": (1, 10, 120),
    "expire_after_request": (1, 15, 120),
    "away_dated_wait": (1, 2, 30),
    "away_undated_wait": (1, 5, 30),
    "retry_wait": (1, 21, 365),
    "second_contact_wait": (0, 3, 60),
    "organisation_live_max": (1, 2, 20),
    "contact_month_max": (1, 4, 100),
    "week_requests_max": (1, 10, 200),
    "answer_wait": (1, 2, 10),
    "slots_max": (1, 4, 10),
    "slots_min": (1, 2, 10),
    "slot_lead_minutes": (0, 120, 20160),
    "confirm_hours": (1, 24, 168),
    "reminder_minutes": (0, 60, 1440),
    "arrive_minutes": (0, 10, 60),
    "move_max": (0, 1, 5),
    "cancel_notice_hours": (0, 24, 336),
    "no_show_grace_minutes": (0, 15, 60),
    "no_show_max": (1, 2, 5),
    "no_show_rest_days": (0, 0, 90),
    "written_questions_max": (1, 5, 10),
    "written_questions_min": (1, 3, 10),
    "check_back_min": (1, 7, 60),
    "check_back_max": (1, 10, 90),
    "names_min": (1, 2, 10),
    "names_max": (1, 3, 20),
    "referral_ask_days": (1, 7, 90),
    "thank_not_before_minutes": (0, 0, 1440),
    "thank_due_hours": (1, 24, 240),
    "thank_late_hours": (1, 48, 336),
    "debrief_hours": (1, 24, 168),
    "report_back_days": (1, 21, 120),
    "referral_follow_days": (1, 7, 90),
    "reconnect_days": (7, 42, 365),
    "reconnect_first_days": (0, 0, 365),
    "lapse_days": (14, 180, 1095),
    "reopen_days": (1, 90, 730),
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


class TestCompleteness:
    """Every rule of the guides has its fields, or a reason why it has none."""

    def test_every_rule_is_listed(self) -> None:
        """The guides give so many rules on each subject."""
        assert {subject: len(rules) for subject, rules in HELD.items()} == {
            "how long to talk": 6,
            "the request": 15,
            "silence": 10,
            "agreeing on a time": 10,
            "preparation and conduct": 11,
            "afterwards": 10,
            "names": 9,
            "a no": 2,
            "caps": 3,
        }

    def test_every_field_is_there_for_a_rule(self) -> None:
        """All fields but the name are named by rules, and no others."""
        held = [where for rules in HELD.values() for where in rules.values() if not isinstance(where, str)]
        assert {*chain(*held)} == {*POLICY_RULES, *POLICY_CHOICES}

    def test_nothing_is_left_unsaid(self) -> None:
        """Each rule names fields once each, or gives a reason."""
        for where in chain.from_iterable(rules.values() for rules in HELD.values()):
            assert where
            assert isinstance(where, str) or set(Counter(where).values()) == {1}

    def test_every_field_is_a_number_or_a_choice(self) -> None:
        """A policy has nothing that its tables do not explain."""
        fields = [field.name for field in attrs.fields(Policy) if field.name != "name"]
        assert fields == [*POLICY_RULES, *POLICY_CHOICES]


def amount(name: str, value: int) -> int:
    """Bring a number to seconds where it is a stretch of time."""
    return value * _SECONDS.get(POLICY_RULES[name].unit, 1)


class TestContradictions:
    """Values that contradict each other are refused, all named."""

    @pytest.mark.parametrize(("smaller", "larger"), _ASCENDING)
    def test_between_two_that_must_ascend(self, smaller: str, larger: str) -> None:
        """The first may equal the second and not exceed it, whatever the units."""
        low, high = POLICY_RULES[smaller], POLICY_RULES[larger]
        level = max(amount(smaller, low.low), amount(larger, high.low))
        level = -(-level // amount(larger, 1)) * amount(larger, 1)
        equal = level // amount(smaller, 1)
        values = {"name": "tight", smaller: equal, larger: level // amount(larger, 1)}
        assert contradictions(values) == []
        expected = [Contradiction((smaller, larger), f"{smaller} must not exceed {larger}")]
        assert contradictions(values | {smaller: equal + 1}) == expected

    @pytest.mark.parametrize(("smaller", "larger"), _ASCENDING)
    def test_compares_what_can_be_compared(self, smaller: str, larger: str) -> None:
        """Both count the same, or both are stretches of time."""
        units = {POLICY_RULES[smaller].unit, POLICY_RULES[larger].unit}
        assert len(units) == 1 or units <= {*_SECONDS}

    @pytest.mark.parametrize(("smaller", "larger"), _ASCENDING)
    def test_every_pair_can_be_broken(self, smaller: str, larger: str) -> None:
        """No pair is there for nothing: the ranges let the first exceed the second."""
        first, second = POLICY_RULES[smaller], POLICY_RULES[larger]
        assert amount(smaller, first.high) > amount(larger, second.low)

    def test_are_an_error_with_both_names(self) -> None:
        """One contradiction names the field, its partner, and what to do."""
        error = refusal(PLAIN, thank_due_hours=49)
        assert (error.field, error.code) == ("Policy.thank_due_hours", "contradiction")
        assert error.cure == "thank_due_hours must not exceed thank_late_hours; change one of them"

    def test_are_told_all_at_once(self) -> None:
        """Several contradictions are one error, on the first field, with every pair."""
        error = refusal(PLAIN, minutes_min=25, lapse_days=41, cadence=(Cadence(ConnectionKind.COLD, 42),))
        assert (error.field, error.code) == ("Policy.minutes_min", "contradiction")
        assert error.cure == (
            "minutes_min must not exceed minutes_default, reconnect_days must not exceed lapse_days, "
            "cadence must not exceed lapse_days; change one of each"
        )

    def test_between_units(self) -> None:
        """Thanks may fall due the minute they are legal, and not before."""
        on_time = attrs.evolve(PLAIN, thank_not_before_minutes=120, thank_due_hours=2)
        error = refusal(on_time, thank_not_before_minutes=121)
        assert (error.field, error.code) == ("Policy.thank_not_before_minutes", "contradiction")
        assert "thank_due_hours" in error.cure

    def test_between_relationships(self) -> None:
        """A relationship is named once, and its days end before a tie is dormant."""
        twice = refusal(PLAIN, cadence=(MONTHLY, Cadence(ConnectionKind.ALUMNI, 60)))
        assert (twice.field, twice.cure) == (
            "Policy.cadence",
            "cadence must name each relationship once; change one of them",
        )
        late = refusal(PLAIN, cadence=(Cadence(ConnectionKind.FRIEND, 181),))
        assert (late.field, late.cure) == (
            "Policy.cadence",
            "cadence must not exceed lapse_days; change one of them",
        )
        assert attrs.evolve(PLAIN, cadence=(Cadence(ConnectionKind.FRIEND, 180),)).cadence[0].days == 180

    @pytest.mark.parametrize(
        "names", [(), ("check_back_max",), ("check_back_min",), ("cadence",), ("lapse_days",)]
    )
    def test_need_both(self, names: tuple[str, ...]) -> None:
        """Where one of two is not known, nothing contradicts it."""
        values = {
            "check_back_max": 1,
            "check_back_min": 9,
            "lapse_days": 14,
            "cadence": (Cadence(ConnectionKind.COLD, 99),),
        }
        assert contradictions({name: values[name] for name in names}) == []


YIELDING = (
    *((low, name) for name, (low, _) in GIVES_WAY.items() if low),
    *((name, high) for name, (_, high) in GIVES_WAY.items() if high),
)
"""Pairs of numbers of which one gives way, and of which the first must not exceed the second."""


def stands_between(applies: Callable[[Policy, str], int], name: str) -> None:
    """What applies is the nearest to the default of what the refined numbers leave, whatever they are."""
    low, high = GIVES_WAY[name]
    default = getattr(PLAIN, name)
    for policy in (PLAIN, attrs.evolve(LOWEST, **{name: default}), attrs.evolve(HIGHEST, **{name: default})):
        expected = max(default, getattr(policy, low)) if low else default
        expected = min(expected, getattr(policy, high)) if high else expected
        assert applies(policy, name) == expected


class TestDefaults:
    """What a policy says that says little."""

    @pytest.mark.parametrize(
        ("given", "expected"),
        [
            ({"minutes_max": 25}, {"minutes_in_person": 25, "minutes_cold": 15}),
            ({"minutes_min": 20}, {"minutes_in_person": 30, "minutes_cold": 20}),
            ({"minutes_min": 25, "minutes_default": 25}, {"minutes_in_person": 30, "minutes_cold": 25}),
            ({"request_words": 30}, {"request_words_min": 30}),
            ({"thank_words": 40}, {"thank_words_min": 40}),
            ({"slots_max": 1}, {"slots_min": 1}),
            ({"written_questions_max": 2}, {"written_questions_min": 2}),
            ({"report_back_days": 3}, {"referral_follow_days": 3}),
            ({"minutes_cold": 15, "minutes_min": 20}, {"minutes_cold": 20}),
        ],
    )
    def test_give_way(self, given: dict[str, int], expected: dict[str, int]) -> None:
        """A number that refines others is moved to the nearest they leave, so that deriving stays simple."""
        for policy in (Policy(name="old", **given), attrs.evolve(PLAIN, **given)):
            assert {name: policy.fitted(name) for name in expected} == expected

    def test_stay_as_they_were_given(self) -> None:
        """The field is kept, and what it gave way to may come back."""
        narrow = attrs.evolve(PLAIN, minutes_max=25)
        assert (narrow.minutes_in_person, narrow.fitted("minutes_in_person")) == (30, 25)
        assert attrs.evolve(narrow, minutes_max=60).fitted("minutes_in_person") == 30

    def test_others_are_as_they_are(self) -> None:
        """A number that gives way to none applies as it is."""
        assert {name: PLAIN.fitted(name) for name in POLICY_RULES.keys() - GIVES_WAY.keys()} == {
            name: getattr(PLAIN, name) for name in POLICY_RULES.keys() - GIVES_WAY.keys()
        }

    def test_sentences_say_what_applies(self) -> None:
        """A sentence names the number that is used."""
        assert attrs.evolve(PLAIN, slots_max=1).worded("{policy.slots_min} to {policy.slots_max}") == "1 to 1"

    def test_give_way_to_what_does_not(self) -> None:
        """Nothing gives way to a number that gives way itself, so that the order does not matter."""
        bounds = {bound for pair in GIVES_WAY.values() for bound in pair}
        assert not bounds & GIVES_WAY.keys()

    @pytest.mark.parametrize("value", ["7", None, 7.0], ids=repr)
    def test_do_not_fit_what_is_no_number(self, value: Any) -> None:  # noqa: ANN401 - hostile
        """A value of another type is refused under its own name."""
        with pytest.raises(InvalidValueError) as caught:
            Policy(name="odd", minutes_max=value)
        assert (caught.value.field, caught.value.code) == ("Policy.minutes_max", "not_a_whole_number")

    @pytest.mark.parametrize("pair", YIELDING, ids="<=".join)
    def test_other_values_were_meant(self, pair: tuple[str, str]) -> None:
        """Only a default gives way; any other value is held to what it refines."""
        smaller, larger = pair
        name, bound = pair if smaller in GIVES_WAY else (larger, smaller)
        beyond = POLICY_RULES[name].high if smaller in GIVES_WAY else POLICY_RULES[name].low
        others = {smaller: getattr(PLAIN, smaller), larger: getattr(PLAIN, larger), name: beyond}
        if smaller in GIVES_WAY:
            others[bound] = min(others[bound], beyond - 1)
        else:
            others[bound] = max(others[bound], beyond + 1)
        expected = Contradiction(pair, f"{smaller} must not exceed {larger}")
        assert contradictions(others) == [expected]
        level = others | {bound: beyond}
        assert contradictions(level) == []
        assert contradictions({name: beyond}) == contradictions({bound: others[bound]}) == []

    @pytest.mark.parametrize("pair", YIELDING, ids="<=".join)
    def test_contradict_nothing(self, pair: tuple[str, str]) -> None:
        """A default that refines others contradicts none of their values."""
        name, bound = pair if pair[0] in GIVES_WAY else pair[::-1]
        for value in (POLICY_RULES[bound].low, POLICY_RULES[bound].high):
            assert contradictions({name: getattr(PLAIN, name), bound: value}) == []

    def test_are_refused_by_both_names(self) -> None:
        """A value that was meant and does not fit names both fields, and what to do."""
        error = refusal(PLAIN, slots_min=9)
        assert (error.field, error.code) == ("Policy.slots_min", "contradiction")
        assert error.cure == "slots_min must not exceed slots_max; change one of them"

    @pytest.mark.parametrize("name", GIVES_WAY)
    def test_stand_between_the_numbers_they_refine(self, name: str) -> None:
        """What applies is the nearest to the default that the refined numbers leave."""
        stands_between(Policy.fitted, name)

    def test_do_not_stay_where_they_are(self) -> None:
        """A broken double, which applies the fields as they are, is told from what fits."""
        with pytest.raises(AssertionError):
            stands_between(getattr, "minutes_in_person")

    def test_are_what_is_used(self) -> None:
        """Minutes to ask for, and days to the first word after the thanks, are those that apply."""
        narrow = attrs.evolve(PLAIN, minutes_min=20, minutes_max=25)
        strangers = narrow.minutes_for(connection=ConnectionKind.COLD)
        in_person = narrow.minutes_for(meeting_format=MeetingFormat.IN_PERSON)
        assert (strangers, in_person, narrow.minutes_for()) == (20, 25, 20)


class TestChoices:
    """What a policy decides without a number."""

    def test_have_defaults(self) -> None:
        """What most guides say, and quiet about the turn of the year."""
        assert {name: getattr(PLAIN, name) for name in POLICY_CHOICES} == {
            "resume": ResumeRule.ON_REQUEST,
            "referral_ask": ReferralAsk.IN_MEETING,
            "salutation": Salutation.FORMAL_UNTIL_SIGNED,
            "channel_order": ChannelOrder.EMAIL_FIRST,
            "opening_question": OpeningQuestion.HOW_YOU_STARTED,
            "job_ask": Severity.ERROR,
            "missing_objective": Severity.ERROR,
            "missing_follow_up_plan": Severity.WARNING,
            "stock_subject": Severity.WARNING,
            "coffee": CoffeeBill.SEEKER,
            "thanks_by": ThanksBy.EMAIL,
            "quiet_days": (CHRISTMAS,),
            "cadence": (),
        }

    @pytest.mark.parametrize("choice", POLICY_CHOICES.values(), ids=POLICY_CHOICES)
    def test_have_a_row_each(self, choice: PolicyChoice) -> None:
        """The table knows the options and the sources of each, under its own name."""
        default = getattr(PLAIN, choice.name)
        options = () if isinstance(default, tuple) else tuple(str(option) for option in type(default))
        assert POLICY_CHOICES[choice.name] is choice
        assert choice.options == options
        assert choice.sources

    def test_cannot_be_changed_for_everybody(self) -> None:
        """The table of choices is read-only."""
        table: Any = POLICY_CHOICES
        with pytest.raises(TypeError):
            table["resume"] = POLICY_CHOICES["coffee"]

    @pytest.mark.parametrize(
        ("field", "value", "code"),
        [
            ("name", "", "empty"),
            ("name", "a\nb", "control_character"),
            *((name, "warning", "wrong_type") for name, choice in POLICY_CHOICES.items() if choice.options),
            ("coffee", ThanksBy.EMAIL, "wrong_type"),
            ("quiet_days", [CHRISTMAS], "wrong_type"),
            ("quiet_days", (((12, 20), (1, 2)),), "wrong_type"),
            ("quiet_days", (CHRISTMAS,) * 51, "out_of_range"),
            ("cadence", [MONTHLY], "wrong_type"),
            ("cadence", {ConnectionKind.ALUMNI: 30}, "wrong_type"),
            ("cadence", (("alumni", 30),), "wrong_type"),
            ("cadence", (MONTHLY,) * 8, "out_of_range"),
        ],
    )
    def test_are_checked(self, field: str, value: object, code: str) -> None:
        """Each field has its rule, and the error its name."""
        error = refusal(PLAIN, **{field: value})
        assert (error.field, error.code) == (f"Policy.{field}", code)


class TestLength:
    """How long a talk to ask for."""

    @pytest.mark.parametrize(
        ("connection", "meeting_format", "expected"),
        [
            (None, None, 20),
            (ConnectionKind.ALUMNI, None, 20),
            (ConnectionKind.COLD, None, 15),
            (ConnectionKind.COLD, MeetingFormat.PHONE, 15),
            (ConnectionKind.REFERRAL, MeetingFormat.VIDEO, 20),
            (ConnectionKind.COLD, MeetingFormat.IN_PERSON, 30),
            (None, MeetingFormat.IN_PERSON, 30),
        ],
    )
    def test_depends_on_tie_and_format(
        self, connection: ConnectionKind | None, meeting_format: MeetingFormat | None, expected: int
    ) -> None:
        """Meeting in person counts first, then that somebody is a stranger."""
        assert PLAIN.minutes_for(connection=connection, meeting_format=meeting_format) == expected

    def test_is_the_usual_one(self) -> None:
        """When nothing is known, the default is asked for."""
        assert PLAIN.minutes_for() == PLAIN.minutes_default


class TestReconnecting:
    """When to be in touch again."""

    OURS = attrs.evolve(PLAIN, reconnect_first_days=10, cadence=(MONTHLY, Cadence(ConnectionKind.FRIEND, 90)))

    @pytest.mark.parametrize(
        ("connection", "first", "expected"),
        [
            (None, True, 10),
            (ConnectionKind.ALUMNI, True, 10),
            (None, False, 42),
            (ConnectionKind.COLD, False, 42),
            (ConnectionKind.ALUMNI, False, 30),
            (ConnectionKind.FRIEND, False, 90),
        ],
    )
    def test_depends_on_the_tie(
        self, connection: ConnectionKind | None, expected: int, *, first: bool
    ) -> None:
        """The first word has its own days; later ones those of the relationship, or the usual ones."""
        assert self.OURS.reconnect_days_for(connection, first=first) == expected

    def test_has_the_range_of_the_number_it_stands_in_for(self) -> None:
        """A relationship may have the days that the rule for all may have."""
        rule = POLICY_RULES["reconnect_days"]
        assert attrs.fields(Cadence).days.validator == whole_number(rule.low, rule.high)


class TestSentences:
    """Sentences with numbers in them."""

    SENTENCE = "Wait {policy.nudge_wait} business days; {policy.coffee} pays."

    def test_are_filled(self) -> None:
        """A sentence has the numbers of the policy that is asked."""
        assert PLAIN.worded(self.SENTENCE) == "Wait 7 business days; seeker pays."
        assert attrs.evolve(PLAIN, nudge_wait=5).worded(self.SENTENCE) == "Wait 5 business days; seeker pays."
        assert PLAIN.worded("Say why.") == "Say why."

    def test_are_remembered(self) -> None:
        """The second time the same text is handed out."""
        assert PLAIN.worded(self.SENTENCE) is PLAIN.worded(self.SENTENCE)

    def test_a_derived_policy_remembers_its_own(self) -> None:
        """What was remembered is no part of a copy with another number, wherever the copy comes from."""
        PLAIN.worded(self.SENTENCE)
        ours = attrs.evolve(copy.copy(PLAIN), nudge_wait=5)
        assert ours.worded(self.SENTENCE) == "Wait 5 business days; seeker pays."
        assert PLAIN.worded(self.SENTENCE) == "Wait 7 business days; seeker pays."

    def test_leave_the_policy_as_it_was(self) -> None:
        """Filled sentences are neither compared, hashed, printed nor written."""
        asked = attrs.evolve(PLAIN)
        before = hash(asked), repr(asked), pickle.dumps(asked)
        asked.worded(self.SENTENCE)
        assert (hash(asked), repr(asked), pickle.dumps(asked)) == before
        assert asked == PLAIN
        twin = pickle.loads(pickle.dumps(asked))  # noqa: S301 - our own bytes
        assert (twin, twin.worded(self.SENTENCE)) == (asked, asked.worded(self.SENTENCE))

    def test_may_be_asked_for_at_once(self) -> None:
        """Threads that ask together get the same words."""
        policy, barrier, told = attrs.evolve(PLAIN), Barrier(8), list[str]()

        def ask() -> None:
            barrier.wait()
            told.extend(policy.worded(f"{n}: {{policy.nudge_wait}}") for n in range(50))

        threads = [Thread(target=ask) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert Counter(told) == {f"{n}: 7": 8 for n in range(50)}

    @pytest.mark.parametrize(
        ("sentence", "error"), [("{policy.patience}", AttributeError), ("{patience}", KeyError)]
    )
    def test_name_numbers_that_there_are(self, sentence: str, error: type[Exception]) -> None:
        """A number that there is not is an error, each time."""
        for _ in range(2):
            with pytest.raises(error):
                PLAIN.worded(sentence)


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
        makes: tuple[Any, ...] = (Policy, PolicyRule, PolicyChoice)
        for make in makes:
            with pytest.raises(TypeError, match=r"takes \d positional arguments? but"):
                make("x")

    def test_is_frozen(self) -> None:
        """Nobody changes the etiquette for others."""
        policy: Any = PLAIN
        with pytest.raises(attrs.exceptions.FrozenInstanceError):
            policy.nudge_max = 3

    @pytest.mark.parametrize("policy", [PLAIN, LOWEST, HIGHEST], ids=lambda policy: policy.name)
    def test_explains_every_number_and_choice_once(self, policy: Policy) -> None:
        """One table has a row per number with value, unit, range and sources, the other a row per choice."""
        title, numbers, choices = policy.explain().split("\n\n")
        assert title == f"# Policy {policy.name}"
        assert cells(numbers) == [
            ["rule", "value", "unit", "range", "sources"],
            ["---", "---:", "---", "---", "---"],
            *(
                [r.name, str(getattr(policy, r.name)), r.unit, f"{r.low} to {r.high}", r.sources]
                for r in POLICY_RULES.values()
            ),
        ]
        assert [row[0] for row in cells(choices)] == ["choice", "---", *POLICY_CHOICES]
        assert {len(row) for row in cells(choices)} == {4}

    @pytest.mark.parametrize(
        ("changes", "row"),
        [
            ({}, ["resume", "on_request", "on_request, bring"]),
            ({"resume": ResumeRule.BRING}, ["resume", "bring", "on_request, bring"]),
            ({}, ["quiet_days", "12-20 to 01-02", ""]),
            ({"quiet_days": ()}, ["quiet_days", "none", ""]),
            (
                {"quiet_days": (CHRISTMAS, QuietDays((8, 1), (8, 9)))},
                ["quiet_days", "12-20 to 01-02; 08-01 to 08-09", ""],
            ),
            ({"cadence": (MONTHLY,)}, ["cadence", "alumni: 30 days", ""]),
        ],
    )
    def test_explains_a_choice(self, changes: dict[str, Any], row: list[str]) -> None:
        """A choice is shown as it is written in files, beside its options and sources."""
        choices = cells(attrs.evolve(PLAIN, **changes).explain().split("\n\n")[2])
        assert [*row, POLICY_CHOICES[row[0]].sources] in choices


def cells(table: str) -> list[list[str]]:
    """Read a table of Markdown."""
    return [[cell.strip() for cell in re.split(r"\|", line)[1:-1]] for line in table.splitlines()]


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
