"""Every number of the etiquette: its unit, its range, and the guides that say so.

The guides disagree, so no number is a constant. Derive your own policy from a preset with `attrs.evolve`; a
value outside its range, or two values that contradict each other, are refused.
"""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from functools import cached_property
from types import MappingProxyType
from typing import Any, cast, final

import attrs

from infoview._fields import each, instance, place_of, whole_number
from infoview._text import LINE
from infoview._time import BusinessCalendar
from infoview.exceptions import InvalidValueError

__all__ = ["POLICY_RULES", "Policy", "PolicyRule", "QuietDays", "ReferralAsk", "ResumeRule", "WorkingDays"]


class ResumeRule(StrEnum):
    """When a résumé may be shared (step 7 of the guide: only if asked)."""

    ON_REQUEST = "on_request"
    BRING = "bring"


class ReferralAsk(StrEnum):
    """When names are asked for (step 8 of the guide)."""

    IN_MEETING = "in_meeting"
    LATER = "later"


@final
@attrs.frozen(kw_only=True)
class PolicyRule:
    """What is known about one number of a policy.

    Attributes:
        name: The field of `Policy`.
        unit: What the number counts.
        low: The least value allowed.
        high: The greatest value allowed.
        sources: Who says what, disagreements included.
    """

    name: str
    unit: str
    low: int
    high: int
    sources: str


_DAYS_OF_MONTH = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_YEAR = tuple((m, d) for m, last in enumerate(_DAYS_OF_MONTH, start=1) for d in range(1, last + 1))
"""Month and day of every day there is, 29 February included."""
_LEAP_DAY = (2, 29)
_LEAST_BUSY_DAYS = 30
"""A month: fewer, and a wait of business days would never end for those who rest at weekends."""


def _month_and_day(owner: object, attribute: "attrs.Attribute[Any]", value: object) -> None:
    if value not in _YEAR or [type(number) for number in cast("tuple[object, ...]", value)] != [int, int]:
        cure = "give a month and a day, such as (12, 20)"
        raise InvalidValueError(place_of(owner, attribute), "out_of_range", cure)


@final
@attrs.frozen
class QuietDays:
    """A part of every year in which nobody is nudged.

    Attributes:
        first: Month and day on which it begins, such as ``(12, 20)``.
        last: Month and day on which it ends; may lie in the next year.

    Raises:
        InvalidValueError: When there is no such day (code ``out_of_range``).
    """

    first: tuple[int, int] = attrs.field(validator=_month_and_day)
    last: tuple[int, int] = attrs.field(validator=_month_and_day)

    def dates(self) -> frozenset[tuple[int, int]]:
        """List the days.

        Returns:
            Month and day of each, 29 February included.
        """
        if self.first <= self.last:
            return frozenset(day for day in _YEAR if self.first <= day <= self.last)
        return frozenset(day for day in _YEAR if day >= self.first or day <= self.last)


def _number(default: int, low: int, high: int, unit: str, sources: str) -> Any:  # noqa: ANN401 - an attrs field
    rule = {"unit": unit, "low": low, "high": high, "sources": sources}
    return attrs.field(default=default, validator=whole_number(low, high), metadata=rule)


@final
@attrs.frozen(kw_only=True)
class Policy:
    """The etiquette as data. `POLICY_RULES` tells unit, range and sources of every number.

    Business days are dates that the calendar works on and that are no quiet days, counted in the contact's
    zone. Plain days are 24 hours.

    Attributes:
        name: What the policy is called in explanations.
        minutes_min: The shortest talk to ask for.
        minutes_default: The talk to ask for when nothing else is said.
        minutes_max: The longest talk to ask for.
        overrun_minutes: How much more a contact may grant, in all.
        early_start_minutes: How long before its time a talk may start.
        statement_seconds: How long a personal statement may take to say.
        words_per_minute: The pace that spoken seconds are estimated with.
        request_words: The most words of a request, greeting and sign-off not counted.
        linkedin_note_characters: The most characters of a note with an invitation.
        nudge_wait: How long to wait for an answer before a nudge.
        nudge_max: How many nudges one contact gets.
        expire_after_nudge: How long after the last nudge silence is an answer.
        expire_after_request: How long after a request without a nudge silence is an answer.
        away_dated_wait: How long to wait after the return date of an out-of-office reply.
        away_undated_wait: How long to wait after an out-of-office reply without a date.
        retry_wait: How long to leave a contact alone who said "not now".
        answer_wait: How soon a yes, or a question, is answered.
        slots_max: How many times to propose at once.
        slot_lead_minutes: How far ahead a time must lie.
        confirm_hours: How long before the talk it is confirmed.
        move_max: How often the seeker may move the talk.
        cancel_notice_hours: A later cancellation is flagged as late.
        no_show_grace_minutes: How long to wait before somebody counts as missing.
        no_show_max: After how many no-shows of the contact no other talk is booked.
        written_questions_max: The most questions to send for written answers.
        check_back_min: The earliest day to agree for checking back with a connector.
        check_back_max: The latest day to agree for checking back with a connector.
        thank_not_before_minutes: How long after the talk thanks may be sent.
        thank_due_hours: When thanks are due.
        thank_late_hours: When thanks are late; they remain legal and are flagged.
        debrief_hours: When the notes after the talk are due.
        report_back_days: When somebody who helped is told what came of it.
        reconnect_days: How long after the last real contact to be in touch again.
        lapse_days: How long after the last real contact a tie is dormant.
        reopen_days: How long an ended attempt rests before another one.
        referral_ask_days: When names are asked for, if not in the talk.
        resume: When a résumé may be shared.
        referral_ask: Whether names are asked for in the talk or later.
        quiet_days: Parts of the year in which nobody is nudged.

    Raises:
        InvalidValueError: When a number is out of its range (code ``out_of_range``), or two contradict each
            other (code ``contradiction``, both named).
    """

    name: str = attrs.field(validator=LINE)

    minutes_min: int = _number(
        15, 5, 60, "minutes", "Tufts, UNT: 15; Berkeley, Evansville: 20; Ten Things: 15 to 30"
    )
    minutes_default: int = _number(
        20, 5, 60, "minutes", "Pomona, Berkeley: 20; Texas A&M: 15; half an hour at UCLA"
    )
    minutes_max: int = _number(
        30, 5, 120, "minutes", "Northeastern: at most 30; Ten Things: 15 to 30; some book an hour"
    )
    overrun_minutes: int = _number(
        5, 0, 60, "minutes", "Texas A&M: say that time is up, ask for 5 more, then stop"
    )
    early_start_minutes: int = _number(
        15, 0, 60, "minutes", "Pomona, Evansville: arrive 10 to 15 minutes early"
    )
    statement_seconds: int = _number(
        30, 10, 180, "seconds", "MIT: 30 seconds; Harvard: brief; Dalton: at most 2 minutes"
    )
    words_per_minute: int = _number(150, 80, 250, "words per minute", "our estimate: ordinary conversation")
    request_words: int = _number(
        100, 30, 250, "words", "Dalton: under 75 (2nd ed.) or 100 (1st ed.); Simon Fraser: under 100"
    )
    linkedin_note_characters: int = _number(
        200, 50, 300, "characters", "third parties agree: 200 free, 300 paid accounts"
    )

    nudge_wait: int = _number(
        7, 1, 60, "business days", "Dalton: 7; Carleton: a week; others 2 to 5, or 1 to 2 weeks"
    )
    nudge_max: int = _number(1, 0, 3, "nudges", "Simon Fraser, Dalton: 1 per contact; 2 in finance")
    expire_after_nudge: int = _number(
        10, 1, 120, "business days", "Orbit: 10 after the last nudge; platforms 2 to 14 days"
    )
    expire_after_request: int = _number(
        15, 1, 120, "business days", "Orbit: 15 of silence; platforms 2 to 14 days"
    )
    away_dated_wait: int = _number(2, 1, 30, "business days", "Orbit: 2 after the return date")
    away_undated_wait: int = _number(5, 1, 30, "business days", "Orbit: 5 where the reply names no date")
    retry_wait: int = _number(21, 1, 365, "days", "Orbit: never sooner than 3 weeks")

    answer_wait: int = _number(2, 1, 10, "business days", "Orbit: the same day, at most 2 business days")
    slots_max: int = _number(4, 1, 10, "slots", "Orbit, Dalton: 2 or 3; never a grid of 5 or more")
    slot_lead_minutes: int = _number(120, 0, 20_160, "minutes", "Orbit: at least 2 hours ahead")
    confirm_hours: int = _number(24, 1, 168, "hours", "Texas A&M, MSMoney: the day before")
    move_max: int = _number(1, 0, 5, "moves", "Orbit: once by you; the contact as often as needed")
    cancel_notice_hours: int = _number(
        24, 0, 336, "hours", "NGI: 24; Yale and West Texas A&M: 2 business days"
    )
    no_show_grace_minutes: int = _number(15, 0, 60, "minutes", "the guides are silent; our proposal")
    no_show_max: int = _number(2, 1, 5, "no-shows", "NGI blocks at the second; the other guides are silent")
    written_questions_max: int = _number(
        5, 1, 10, "questions", "Dalton: three when answered in writing; never more than 5"
    )
    check_back_min: int = _number(7, 1, 60, "days", "Open Textbooks Hong Kong: agree on 7 to 10 days")
    check_back_max: int = _number(10, 1, 90, "days", "Open Textbooks Hong Kong: agree on 7 to 10 days")

    thank_not_before_minutes: int = _number(
        0,
        0,
        1_440,
        "minutes",
        "Princeton: not the minute you leave; Ten Things: at the end, and a letter",
    )
    thank_due_hours: int = _number(
        24, 1, 240, "hours", "Yale: 24; Bolles: the next day; Hampshire: 2 to 3 days; Princeton: 3 to 5 days"
    )
    thank_late_hours: int = _number(48, 1, 336, "hours", "Wahlberg: 24 to 48; Princeton: up to 5 days")
    debrief_hours: int = _number(24, 1, 168, "hours", "Yale, Lawrence: full notes right after the talk")
    report_back_days: int = _number(
        21, 1, 120, "days", "Orbit: within 21 days; Yale and Robbins: also when nothing came of it"
    )
    reconnect_days: int = _number(
        42,
        7,
        365,
        "days",
        "Orbit: every 4 to 6 weeks; Dalton: monthly; Wahlberg: 2 to 3 months; Portland: up to 3 times a year",
    )
    lapse_days: int = _number(180, 14, 1_095, "days", "hunter: dormant after 6 to 12 months")
    reopen_days: int = _number(90, 1, 730, "days", "the guides are silent; our proposal")
    referral_ask_days: int = _number(7, 1, 90, "days", "Dalton: ask a week later, not in the first talk")

    resume: ResumeRule = attrs.field(default=ResumeRule.ON_REQUEST, validator=instance(ResumeRule))
    referral_ask: ReferralAsk = attrs.field(default=ReferralAsk.IN_MEETING, validator=instance(ReferralAsk))
    quiet_days: tuple[QuietDays, ...] = attrs.field(
        default=(QuietDays((12, 20), (1, 2)),), validator=each(instance(QuietDays), most=50)
    )

    def __attrs_post_init__(self) -> None:
        for smaller, larger in _ASCENDING:
            if getattr(self, smaller) > getattr(self, larger):
                cure = f"{smaller} must not exceed {larger}; change one of them"
                raise InvalidValueError(f"Policy.{smaller}", "contradiction", cure)
        if len(_YEAR) - len(self.quiet_dates | {_LEAP_DAY}) < _LEAST_BUSY_DAYS:
            cure = f"leave {_LEAST_BUSY_DAYS} days of the year on which people may be written to"
            raise InvalidValueError("Policy.quiet_days", "contradiction", cure)
        if self.thank_not_before_minutes > self.thank_due_hours * 60:
            cure = "thanks fall due (thank_due_hours) before they may be sent; change one of them"
            raise InvalidValueError("Policy.thank_not_before_minutes", "contradiction", cure)

    @cached_property
    def quiet_dates(self) -> frozenset[tuple[int, int]]:
        """Month and day of every quiet day."""
        return frozenset[tuple[int, int]]().union(*(quiet.dates() for quiet in self.quiet_days))

    def explain(self) -> str:
        """Write the policy with the reasons for its numbers.

        Returns:
            A Markdown table with a row per number (value, unit, range and sources), and the choices below it.
        """
        head = f"# Policy {self.name}\n\n| rule | value | unit | range | sources |\n|---|---:|---|---|---|\n"
        rows = (
            f"| {r.name} | {getattr(self, r.name)} | {r.unit} | {r.low} to {r.high} | {r.sources} |"
            for r in POLICY_RULES.values()
        )
        quiet = ", ".join(f"{q.first} to {q.last}" for q in self.quiet_days) or "none"
        choices = f"Résumé: {self.resume}. Names asked for: {self.referral_ask}. Quiet days: {quiet}."
        return head + "\n".join(rows) + f"\n\n{choices}\n"


_ASCENDING = (
    ("minutes_min", "minutes_default"),
    ("minutes_default", "minutes_max"),
    ("check_back_min", "check_back_max"),
    ("thank_due_hours", "thank_late_hours"),
    ("reconnect_days", "lapse_days"),
)
"""Pairs of numbers of which the first must not exceed the second."""

POLICY_RULES: Mapping[str, PolicyRule] = MappingProxyType(
    {a.name: PolicyRule(name=a.name, **a.metadata) for a in attrs.fields(Policy) if a.metadata}
)
"""Unit, range and sources of every number, by the name of its field."""


@final
@attrs.frozen
class WorkingDays:
    """A calendar without a policy's quiet days.

    Attributes:
        calendar: Knows the weekends and holidays of the contact's place.
        policy: Knows the quiet days.
    """

    calendar: BusinessCalendar
    policy: Policy

    def is_business_day(self, day: date, /) -> bool:
        """Tell whether *day* is a business day and no quiet day.

        Args:
            day: A date in the contact's zone.

        Returns:
            `True` when nothing speaks against it.
        """
        return self.calendar.is_business_day(day) and (day.month, day.day) not in self.policy.quiet_dates
