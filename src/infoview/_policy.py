"""Every number of the etiquette: its unit, its range, and the guides that say so.

The guides disagree, so no number is a constant. Derive your own policy from a preset with `attrs.evolve`; a
value outside its range, or values that contradict each other, are refused.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from enum import StrEnum
from functools import cached_property
from types import MappingProxyType
from typing import Any, final

import attrs

from infoview._channel import ConnectionKind, MeetingFormat
from infoview._choices import (
    MOST_QUIET_DAYS,
    YEAR,
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
from infoview._fields import each, instance, whole_number
from infoview._text import LINE
from infoview._time import BusinessCalendar
from infoview.exceptions import InvalidValueError

__all__ = [
    "GIVES_WAY",
    "POLICY_CHOICES",
    "POLICY_RULES",
    "Contradiction",
    "Policy",
    "PolicyChoice",
    "PolicyRule",
    "WorkingDays",
    "contradictions",
]


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


@final
@attrs.frozen(kw_only=True)
class PolicyChoice:
    """What is known about one choice of a policy.

    Attributes:
        name: The field of `Policy`.
        options: The values to choose from; empty where you make a list of your own.
        sources: Who says what, disagreements included.
    """

    name: str
    options: tuple[str, ...]
    sources: str


_LEAP_DAY = (2, 29)
_LEAST_BUSY_DAYS = 30
"""A month: fewer, and a wait of business days would never end for those who rest at weekends."""


def _number(default: int, low: int, high: int, unit: str, sources: str) -> Any:  # noqa: ANN401 - an attrs field
    rule = {"unit": unit, "low": low, "high": high, "sources": sources}
    return attrs.field(default=default, validator=whole_number(low, high), metadata=rule)


def _choice(kind: type[StrEnum], sources: str) -> dict[str, object]:
    return {"options": tuple(str(option) for option in kind), "sources": sources}


def _list(sources: str) -> dict[str, object]:
    return {"options": (), "sources": sources}


@final
@attrs.frozen(kw_only=True)
class Policy:
    """The etiquette as data.

    `POLICY_RULES` tells unit, range and sources of every number, `POLICY_CHOICES` options and sources of
    every choice.

    Some numbers only refine others, and give way to them where they are used: see `fitted`. Those on how a
    message or its subject is worded, and how seriously a fault in them is taken, are for whoever checks
    messages; infoview itself does not judge by them yet.

    Business days are dates that the calendar works on and that are no quiet days, counted in the contact's
    zone. Plain days are 24 hours.

    Attributes:
        name: What the policy is called in explanations.
        minutes_min: The shortest talk to ask for.
        minutes_default: The talk to ask for when nothing else is said.
        minutes_max: The longest talk to ask for.
        minutes_cold: The talk to ask strangers for.
        minutes_in_person: The talk to ask for face to face.
        overrun_minutes: How much more a contact may grant, in all.
        early_start_minutes: How long before its time a talk may start.
        time_warning_minutes: How long before the end to come to the close.
        rescue_minutes: How short a talk may become and still be worth having.
        small_talk_minutes: How long the small talk at the beginning may take.
        own_answer_seconds: How long the seeker's own answers may take.
        statement_seconds: How long a personal statement may take to say.
        words_per_minute: The pace that spoken seconds are estimated with.
        research_minutes: How long to read about person and organisation beforehand.
        research_sources: In how many sources to read.
        request_words: The most words of a request, greeting and sign-off not counted.
        request_words_min: Fewer words of a request are too few to say who, why and what.
        words_tolerance: How many words beyond a limit are a warning only.
        about_contact_percent: How much of a request should be about the contact, at least.
        i_sentences_percent: How much of a request may begin with the seeker, at most.
        subject_characters: The most characters of a subject.
        linkedin_note_characters: The most characters of a note with an invitation.
        duplicate_opening_days: How long the same first sentence goes to one organisation once only.
        nudge_words: The most words of a nudge.
        nudge_words_min: Fewer words of a nudge are too few.
        withdraw_words: The most words of a withdrawal.
        decline_reply_words: The most words of thanks for a no.
        written_questions_words: The most words of questions for written answers.
        intro_request_words: The most words of asking for an introduction.
        blurb_words: The most words of a text to forward.
        check_back_words: The most words of checking back with a connector.
        times_words: The most words of proposing or moving times, the times not counted.
        slot_words: The words that each proposed time adds to the limit.
        confirm_words: The most words of a confirmation.
        reminder_words: The most words of a reminder.
        cancel_words: The most words of a cancellation.
        apology_words: The most words of an apology for not coming.
        thank_words: The most words of thanks.
        thank_words_min: Fewer words of thanks are too few to be specific.
        thank_names_words: The most words of thanks for the names too.
        close_loop_words: The most words of telling a referrer what came of a name.
        update_words: The most words of an update, or of being in touch again.
        nudge_wait: How long to wait for an answer before a nudge.
        nudge_max: How many nudges one contact gets.
        expire_after_nudge: How long after the last nudge silence is an answer.
        expire_after_request: How long after a request without a nudge silence is an answer.
        away_dated_wait: How long to wait after the return date of an out-of-office reply.
        away_undated_wait: How long to wait after an out-of-office reply without a date.
        retry_wait: How long to leave a contact alone who said "not now".
        second_contact_wait: How long to wait before asking somebody else at the same organisation.
        organisation_live_max: How many people of one organisation are asked at a time.
        contact_month_max: How many requests one contact gets, whoever asks.
        week_requests_max: How many people one seeker asks.
        answer_wait: How soon a yes, or a question, is answered.
        slots_max: How many times to propose at once.
        slots_min: How many times to propose at least; advice, fewer are not refused.
        slot_lead_minutes: How far ahead a time must lie.
        confirm_hours: How long before the talk it is confirmed.
        reminder_minutes: How long before the talk the seeker is reminded.
        arrive_minutes: How early to arrive.
        move_max: How often the seeker may move the talk.
        cancel_notice_hours: A later cancellation is flagged as late.
        no_show_grace_minutes: How long to wait before somebody counts as missing.
        no_show_max: After how many no-shows of the contact no other talk is booked.
        no_show_rest_days: How long a seeker who did not come leaves the contact alone.
        written_questions_max: The most questions to send for written answers.
        written_questions_min: How many questions to send for written answers at least.
        check_back_min: The earliest day to agree for checking back with a connector.
        check_back_max: The latest day to agree for checking back with a connector.
        names_min: How many names to ask for at least.
        names_max: How many names to ask for at most.
        referral_ask_days: When names are asked for, if not in the talk.
        thank_not_before_minutes: How long after the talk thanks may be sent.
        thank_due_hours: When thanks are due.
        thank_late_hours: When thanks are late; they remain legal and are flagged.
        debrief_hours: When the notes after the talk are due.
        report_back_days: When somebody who helped is told what came of it.
        referral_follow_days: How soon somebody you were referred to is asked.
        reconnect_days: How long after the last real contact to be in touch again.
        reconnect_first_days: How long after the thanks to be in touch for the first time; 0 for as long as
            after any other contact.
        lapse_days: How long after the last real contact a tie is dormant.
        reopen_days: How long an ended attempt rests before another one.
        resume: When a résumé may be shared.
        referral_ask: Whether names are asked for in the talk or later.
        salutation: How a contact is addressed.
        channel_order: What is tried first with a contact who prefers nothing.
        opening_question: The first question of the talk.
        job_ask: How seriously it is taken when a message or an outline asks for a job.
        missing_objective: How seriously it is taken when nobody said what to find out.
        missing_follow_up_plan: How seriously it is taken when a request does not say how you will follow
            up.
        stock_subject: How seriously a subject that could go to anybody is taken.
        coffee: Who pays when you meet over coffee.
        thanks_by: How thanks travel after the talk.
        quiet_days: Parts of the year in which nobody is nudged.
        cadence: Relationships with days of their own instead of `reconnect_days`, each once.

    Raises:
        InvalidValueError: When a number is out of its range (code ``out_of_range``), or values
            contradict each other (code ``contradiction``; all that do are named, both of each pair).
    """

    name: str = attrs.field(validator=LINE)

    # the talk
    minutes_min: int = _number(
        15, 5, 60, "minutes", "Tufts, UNT: 15; Berkeley, Evansville: 20; Ten Things: 15 to 30"
    )
    minutes_default: int = _number(
        20,
        5,
        60,
        "minutes",
        "Pomona, Berkeley: 20; Texas A&M: 15; Orbit: 20 for alumni; New York Times: 20 by phone; UCLA, "
        "MSMoney: half an hour",
    )
    minutes_max: int = _number(
        30,
        5,
        120,
        "minutes",
        "Northeastern, Orbit: at most 30; Ten Things, Tufts: 15 to 30; Wahlberg: coffees of an hour",
    )
    minutes_cold: int = _number(
        15,
        5,
        60,
        "minutes",
        "Orbit: 15 cold, 20 for alumni; Texas A&M, UNT: 15 for everybody",
    )
    minutes_in_person: int = _number(
        30,
        5,
        120,
        "minutes",
        "New York Times: 20 by phone, 30 in person; Pomona: 20; Wahlberg: an hour",
    )
    overrun_minutes: int = _number(
        5,
        0,
        60,
        "minutes",
        "Texas A&M: say that time is up, ask for 5 more, then stop; Northeastern: leave promptly",
    )
    early_start_minutes: int = _number(
        15, 0, 60, "minutes", "Pomona, Evansville: arrive 10 to 15 minutes early"
    )
    time_warning_minutes: int = _number(
        3, 0, 15, "minutes", "Texas A&M: say yourself that time is up; 3 ahead is our proposal"
    )
    rescue_minutes: int = _number(
        5,
        1,
        30,
        "minutes",
        "Dalton: when there is no time, another 15 to 20 later, or the one question for advice; 5 is "
        "our proposal",
    )
    small_talk_minutes: int = _number(
        5, 0, 30, "minutes", "Dalton: 5, up to 10; Evansville: the purpose first"
    )
    own_answer_seconds: int = _number(
        120, 10, 600, "seconds", "Dalton: at most 2 minutes; Pomona, Evansville: listen more than you talk"
    )
    statement_seconds: int = _number(
        30, 10, 180, "seconds", "MIT: 30 seconds; Harvard, Berkeley: brief; Dalton: at most 2 minutes"
    )
    words_per_minute: int = _number(150, 80, 250, "words per minute", "our estimate: ordinary conversation")
    research_minutes: int = _number(
        15,
        0,
        600,
        "minutes",
        "Dalton: 15; Berkeley, Northeastern: enough to ask nothing that is easily found",
    )
    research_sources: int = _number(3, 0, 20, "sources", "Dalton: 3; the other guides name no number")

    # words
    request_words: int = _number(
        100,
        30,
        250,
        "words",
        "Dalton: under 75 (2nd ed.) or 100 (1st ed.); Simon Fraser: under 100; Orbit: 50 to 100, for "
        "alumni 55 to 90; interview-coach: 75 to 125",
    )
    request_words_min: int = _number(50, 10, 250, "words", "Orbit: 50 to 100; interview-coach: 75 to 125")
    words_tolerance: int = _number(25, 0, 100, "words", "Orbit: blocks at the limit and 25 more")
    about_contact_percent: int = _number(
        50, 0, 100, "per cent of the words", "Dalton: over half; Orbit counts sentences instead"
    )
    i_sentences_percent: int = _number(60, 0, 100, "per cent of the sentences", "Orbit: 60 that begin with I")
    subject_characters: int = _number(45, 20, 190, "characters", "Orbit: under 45; interview-coach: 28 to 39")
    linkedin_note_characters: int = _number(
        200, 50, 300, "characters", "third parties agree: 200 free, 300 paid accounts"
    )
    duplicate_opening_days: int = _number(30, 0, 365, "days", "Orbit: 30; the other guides name no number")
    nudge_words: int = _number(50, 20, 150, "words", "Orbit: 25 to 50, a second one 20 to 40")
    nudge_words_min: int = _number(25, 5, 150, "words", "Orbit: 25 to 50, a second one 20 to 40")
    withdraw_words: int = _number(50, 20, 150, "words", "the guides are silent; our proposal")
    decline_reply_words: int = _number(
        50, 20, 150, "words", "MSMoney: thank, ask who else could help; the number is ours"
    )
    written_questions_words: int = _number(
        120, 40, 400, "words", "Dalton: three questions; the number of words is ours"
    )
    intro_request_words: int = _number(110, 40, 250, "words", "Orbit: 70 to 110, with the text to forward")
    blurb_words: int = _number(
        75, 30, 200, "words", "Orbit, interview-coach: 2 or 3 sentences; the number is ours"
    )
    check_back_words: int = _number(
        50, 20, 150, "words", "Open Textbooks Hong Kong: a light touch; the number is ours"
    )
    times_words: int = _number(60, 30, 200, "words", "Orbit: 30 to 60")
    slot_words: int = _number(20, 5, 60, "words", "our estimate: a time in two zones")
    confirm_words: int = _number(60, 30, 200, "words", "Orbit: 30 to 60")
    reminder_words: int = _number(50, 20, 200, "words", "Texas A&M: the day before; the number is ours")
    cancel_words: int = _number(60, 20, 150, "words", "the guides are silent; our proposal")
    apology_words: int = _number(60, 20, 150, "words", "West Texas A&M: a letter; the number is ours")
    thank_words: int = _number(90, 30, 300, "words", "Orbit: 50 to 90; interview-coach: under 150")
    thank_words_min: int = _number(50, 10, 300, "words", "Orbit: 50 to 90; interview-coach names no least")
    thank_names_words: int = _number(100, 30, 300, "words", "interview-coach: under 150; our proposal")
    close_loop_words: int = _number(60, 20, 150, "words", "Orbit: 60")
    update_words: int = _number(80, 20, 250, "words", "Orbit: 40 to 80")

    # waiting for an answer
    nudge_wait: int = _number(
        7,
        1,
        60,
        "business days",
        "Dalton: 7; Carleton: at least a week; Orbit: 5 to 7; Wahlberg: 3 to 5; interview-coach: 2 to 5 "
        "days; Intern Queen: 1 to 2 weeks, in a crisis 3 to 4",
    )
    nudge_max: int = _number(
        1,
        0,
        3,
        "nudges",
        "Simon Fraser, Dalton: 1 per contact; Orbit: 2 in finance and consulting; interview-coach: 2",
    )
    expire_after_nudge: int = _number(
        10,
        1,
        120,
        "business days",
        "Orbit: 10 after the last nudge; platforms: NGI 2 to 7 days, Together 3, Chronus 7, PushFar 14",
    )
    expire_after_request: int = _number(
        15,
        1,
        120,
        "business days",
        "Orbit: 15 of silence; platforms: NGI 2 to 7 days, Together 3, Chronus 7, PushFar 14",
    )
    away_dated_wait: int = _number(2, 1, 30, "business days", "Orbit: 2 after the return date")
    away_undated_wait: int = _number(5, 1, 30, "business days", "Orbit: 5 where the reply names no date")
    retry_wait: int = _number(21, 1, 365, "days", "Orbit: never sooner than 3 weeks")
    second_contact_wait: int = _number(
        3, 0, 60, "business days", "Dalton, Simon Fraser: 3, and the first is not mentioned"
    )
    organisation_live_max: int = _number(
        2,
        1,
        20,
        "live interviews",
        "Orbit: nobody new where 2 are live; We Can Code IT, Masthead: never a whole office at once",
    )
    contact_month_max: int = _number(
        4,
        1,
        100,
        "requests in 30 days from all seekers",
        "Handshake: a monthly maximum per mentor; the number is ours",
    )
    week_requests_max: int = _number(
        10, 1, 200, "requests in 7 days", "users of trackers ask for a cap; the number is ours"
    )

    # agreeing on a time
    answer_wait: int = _number(2, 1, 10, "business days", "Orbit: the same day, at most 2 business days")
    slots_max: int = _number(4, 1, 10, "slots", "Orbit, Dalton: 2 or 3; never a grid of 5 or more")
    slots_min: int = _number(
        2,
        1,
        10,
        "slots",
        "Orbit: 2 or 3, two when you move the talk; UCLA: few mails about the time",
    )
    slot_lead_minutes: int = _number(120, 0, 20_160, "minutes", "Orbit: at least 2 hours ahead")
    confirm_hours: int = _number(
        24, 1, 168, "hours", "Texas A&M, MSMoney: the day before; Handshake: 24 hours"
    )
    reminder_minutes: int = _number(60, 0, 1_440, "minutes", "Handshake: 1 hour; NGI: 10 minutes")
    arrive_minutes: int = _number(10, 0, 60, "minutes", "Pomona, Evansville: 10 to 15; Mendell: a few")
    move_max: int = _number(1, 0, 5, "moves", "Orbit: once by you; the contact as often as needed")
    cancel_notice_hours: int = _number(
        24, 0, 336, "hours", "NGI: 24; Yale and West Texas A&M: 2 business days"
    )
    no_show_grace_minutes: int = _number(15, 0, 60, "minutes", "the guides are silent; our proposal")
    no_show_max: int = _number(
        2,
        1,
        5,
        "no-shows",
        "NGI blocks a seeker at the second; for contacts the guides are silent, our proposal",
    )
    no_show_rest_days: int = _number(0, 0, 90, "days", "NGI: 7; the other guides are silent")
    written_questions_max: int = _number(
        5, 1, 10, "questions", "Dalton: three when answered in writing; never more than 5"
    )
    written_questions_min: int = _number(
        3,
        1,
        10,
        "questions",
        "Dalton: three, on trends, advice and resources",
    )

    # names and introductions
    check_back_min: int = _number(7, 1, 60, "days", "Open Textbooks Hong Kong: agree on 7 to 10 days")
    check_back_max: int = _number(10, 1, 90, "days", "Open Textbooks Hong Kong: agree on 7 to 10 days")
    names_min: int = _number(
        2, 1, 10, "names", "We Can Code IT: 2 or 3, and be specific; the other guides name no number"
    )
    names_max: int = _number(3, 1, 20, "names", "We Can Code IT: 2 or 3; the other guides name no number")
    referral_ask_days: int = _number(7, 1, 90, "days", "Dalton: ask a week later, not in the first talk")

    # afterwards
    thank_not_before_minutes: int = _number(
        0,
        0,
        1_440,
        "minutes",
        "Princeton: not the minute you leave; Ten Things: at the end, and a letter; Santa Clara: immediately",
    )
    thank_due_hours: int = _number(
        24,
        1,
        240,
        "hours",
        "Yale, Orbit: 24; Bolles: the next day; Wahlberg: 24 to 48; Hampshire: 2 to 3 days; Princeton: "
        "3 to 5 days",
    )
    thank_late_hours: int = _number(48, 1, 336, "hours", "Wahlberg: 24 to 48; Princeton: up to 5 days")
    debrief_hours: int = _number(24, 1, 168, "hours", "Yale, Lawrence: full notes right after the talk")
    report_back_days: int = _number(
        21, 1, 120, "days", "Orbit: within 21 days; Yale and Robbins: also when nothing came of it"
    )
    referral_follow_days: int = _number(
        7,
        1,
        90,
        "days",
        "Ten Things, Tufts, Boston, Pomona: soon; the number is ours",
    )
    reconnect_days: int = _number(
        42,
        7,
        365,
        "days",
        "Orbit: every 4 to 6 weeks; Dalton: monthly; Wahlberg: 2 to 3 months; Santa Clara: every few "
        "months; Portland: up to 3 times a year",
    )
    reconnect_first_days: int = _number(
        0, 0, 365, "days", "Dalton: a week; Wahlberg: 30; Orbit: 4 to 6 weeks, as later (0)"
    )
    lapse_days: int = _number(180, 14, 1_095, "days", "hunter: dormant after 6 to 12 months")
    reopen_days: int = _number(90, 1, 730, "days", "the guides are silent; our proposal")

    # choices
    resume: ResumeRule = attrs.field(
        default=ResumeRule.ON_REQUEST,
        validator=instance(ResumeRule),
        metadata=_choice(
            ResumeRule,
            "Ten Things, Evansville, Texas A&M, Northeastern: only if asked; Pomona: bring one; Lawrence: "
            "bring several; Orbit: attached in finance",
        ),
    )
    referral_ask: ReferralAsk = attrs.field(
        default=ReferralAsk.IN_MEETING,
        validator=instance(ReferralAsk),
        metadata=_choice(
            ReferralAsk,
            "Ten Things, Hampshire, UNT, Evansville: at the end of the talk; Dalton: a week later",
        ),
    )
    salutation: Salutation = attrs.field(
        default=Salutation.FORMAL_UNTIL_SIGNED,
        validator=instance(Salutation),
        metadata=_choice(
            Salutation,
            "UCLA: formally, until the contact signs with a first name; the other guides are silent",
        ),
    )
    channel_order: ChannelOrder = attrs.field(
        default=ChannelOrder.EMAIL_FIRST,
        validator=instance(ChannelOrder),
        metadata=_choice(ChannelOrder, "Boston, Pomona: e-mail, then the phone; Tufts: ask what they prefer"),
    )
    opening_question: OpeningQuestion = attrs.field(
        default=OpeningQuestion.HOW_YOU_STARTED,
        validator=instance(OpeningQuestion),
        metadata=_choice(
            OpeningQuestion, "Ten Things: how they got started; Dalton: what they are working on"
        ),
    )
    job_ask: Severity = attrs.field(
        default=Severity.ERROR,
        validator=instance(Severity),
        metadata=_choice(
            Severity,
            "all guides: never; Hampshire: openings in general, at the close; Wahlberg: asks for an "
            "opportunity outright",
        ),
    )
    missing_objective: Severity = attrs.field(
        default=Severity.ERROR,
        validator=instance(Severity),
        metadata=_choice(Severity, "Ten Things, Berkeley, MIT: state it first"),
    )
    missing_follow_up_plan: Severity = attrs.field(
        default=Severity.WARNING,
        validator=instance(Severity),
        metadata=_choice(Severity, "Tufts: say how and when; Dalton's few words leave no room for it"),
    )
    stock_subject: Severity = attrs.field(
        default=Severity.WARNING,
        validator=instance(Severity),
        metadata=_choice(
            Severity,
            "Orbit, interview-coach: none about networking, coffee or interviews; Carleton: a student "
            "seeking career information",
        ),
    )
    coffee: CoffeeBill = attrs.field(
        default=CoffeeBill.SEEKER,
        validator=instance(CoffeeBill),
        metadata=_choice(CoffeeBill, "Denver Career Catalyst: the seeker; the other guides are silent"),
    )
    thanks_by: ThanksBy = attrs.field(
        default=ThanksBy.EMAIL,
        validator=instance(ThanksBy),
        metadata=_choice(
            ThanksBy, "Princeton: e-mail is fine; Bolles: both; Ten Things, Portland: a letter stands out"
        ),
    )
    quiet_days: tuple[QuietDays, ...] = attrs.field(
        default=(QuietDays((12, 20), (1, 2)),),
        validator=each(instance(QuietDays), most=MOST_QUIET_DAYS),
        metadata=_list("Orbit: 20 December to 2 January; the other guides are silent"),
    )
    cadence: tuple[Cadence, ...] = attrs.field(
        default=(),
        validator=each(instance(Cadence), most=len(ConnectionKind)),
        metadata=_list("Dalton: monthly; Wahlberg: 2 to 3 months; Portland: up to 3 times a year"),
    )

    def __attrs_post_init__(self) -> None:
        found = contradictions({field.name: getattr(self, field.name) for field in attrs.fields(Policy)})
        if found:
            sentences = ", ".join(contradiction.sentence for contradiction in found)
            cure = f"{sentences}; change one of {'them' if len(found) == 1 else 'each'}"
            raise InvalidValueError(f"Policy.{found[0].names[0]}", "contradiction", cure)

    @cached_property
    def quiet_dates(self) -> frozenset[tuple[int, int]]:
        """Month and day of every quiet day."""
        return _dates_of(self.quiet_days)

    def fitted(self, name: str, /) -> int:
        """Look up a number as it applies beside the others.

        A number that refines others gives way to them as long as it has its default: the talk to ask
        strangers for lies within what may be asked for at all. So whoever changes the latter need not change
        the former too. The field itself stays as it is. A value other than the default was meant, and is
        refused where it contradicts.

        Args:
            name: The field.

        Returns:
            The number, moved to the nearest that the numbers it refines leave (`GIVES_WAY`).
        """
        number: int = getattr(self, name)
        low, high = GIVES_WAY.get(name, (None, None))
        if low is not None:
            number = max(number, getattr(self, low))
        return number if high is None else min(number, getattr(self, high))

    @cached_property
    def _sentences(self) -> dict[str, str]:
        """The sentences that were asked for, by their templates. Whoever fills one twice fills it equally."""
        return {}

    def worded(self, sentence: str) -> str:
        """Put the numbers of the policy into a sentence, and remember the result.

        Args:
            sentence: A sentence of a table; ``{policy.nudge_wait}`` stands for a number. It is code, so take
                none from people or data.

        Returns:
            The sentence with the numbers.
        """
        try:
            return self._sentences[sentence]
        except KeyError:
            return self._sentences.setdefault(sentence, sentence.format(policy=_Fitted(self)))

    def minutes_for(
        self, *, connection: ConnectionKind | None = None, meeting_format: MeetingFormat | None = None
    ) -> int:
        """Choose how long a talk to ask for.

        Args:
            connection: What links the two, if that is known.
            meeting_format: How they meet, if that is known.

        Returns:
            Minutes from `minutes_min` to `minutes_max`: those for meeting in person, else those for
            strangers, else the usual ones (New York Times, Orbit).
        """
        if meeting_format is MeetingFormat.IN_PERSON:
            return self.fitted("minutes_in_person")
        return self.fitted("minutes_cold") if connection is ConnectionKind.COLD else self.minutes_default

    def reconnect_days_for(self, connection: ConnectionKind | None, *, first: bool) -> int:
        """Choose when to be in touch again.

        Args:
            connection: What links the two, if that is known.
            first: Whether it is the first word after the thanks.

        Returns:
            Days after the last real contact: `reconnect_first_days` for the first word, unless it is 0;
            else those that `cadence` has for the relationship; else `reconnect_days`.
        """
        if first and self.reconnect_first_days:
            return self.fitted("reconnect_first_days")
        return next((c.days for c in self.cadence if c.connection is connection), self.reconnect_days)

    def explain(self) -> str:
        """Write the policy with the reasons for its numbers and choices.

        Returns:
            Two Markdown tables: a row per number with value, unit, range and sources, and a row per choice
            with value, options and sources.
        """
        numbers = (
            f"| {r.name} | {getattr(self, r.name)} | {r.unit} | {r.low} to {r.high} | {r.sources} |\n"
            for r in POLICY_RULES.values()
        )
        choices = (
            f"| {c.name} | {_shown(getattr(self, c.name))} | {', '.join(c.options)} | {c.sources} |\n"
            for c in POLICY_CHOICES.values()
        )
        return (
            f"# Policy {self.name}\n\n"
            f"| rule | value | unit | range | sources |\n|---|---:|---|---|---|\n{''.join(numbers)}\n"
            f"| choice | value | options | sources |\n|---|---|---|---|\n{''.join(choices)}"
        )


@attrs.frozen
class _Fitted:
    """A policy as its sentences read it."""

    policy: Policy

    def __getattr__(self, name: str) -> int:
        return self.policy.fitted(name)


def _shown(value: StrEnum | tuple[object, ...]) -> str:
    return str(value) if isinstance(value, StrEnum) else "; ".join(map(str, value)) or "none"


def _fields_with(key: str) -> Iterator["attrs.Attribute[Any]"]:
    return (field for field in attrs.fields(Policy) if key in field.metadata)


POLICY_RULES: Mapping[str, PolicyRule] = MappingProxyType(
    {field.name: PolicyRule(name=field.name, **field.metadata) for field in _fields_with("unit")}
)
"""Unit, range and sources of every number, by the name of its field."""

POLICY_CHOICES: Mapping[str, PolicyChoice] = MappingProxyType(
    {field.name: PolicyChoice(name=field.name, **field.metadata) for field in _fields_with("options")}
)
"""Options and sources of every choice, by the name of its field."""

GIVES_WAY: Mapping[str, tuple[str | None, str | None]] = MappingProxyType(
    {
        "minutes_cold": ("minutes_min", "minutes_max"),
        "minutes_in_person": ("minutes_min", "minutes_max"),
        "request_words_min": (None, "request_words"),
        "thank_words_min": (None, "thank_words"),
        "nudge_words_min": (None, "nudge_words"),
        "slots_min": (None, "slots_max"),
        "written_questions_min": (None, "written_questions_max"),
        "names_min": (None, "names_max"),
        "referral_follow_days": (None, "report_back_days"),
        "reconnect_first_days": (None, "reconnect_days"),
    }
)
"""Numbers that refine others, each with the number it must not fall below and the one it must not exceed."""

_YIELDING = (
    *((low, name) for name, (low, _) in GIVES_WAY.items() if low is not None),
    *((name, high) for name, (_, high) in GIVES_WAY.items() if high is not None),
)
"""The same as pairs, of which the first must not exceed the second."""

_DEFAULTS = {field.name: field.default for field in attrs.fields(Policy)}

_ASCENDING = (
    ("minutes_min", "minutes_default"),
    ("minutes_default", "minutes_max"),
    ("minutes_min", "minutes_max"),
    ("time_warning_minutes", "minutes_min"),
    ("rescue_minutes", "minutes_min"),
    ("small_talk_minutes", "minutes_min"),
    ("own_answer_seconds", "minutes_min"),
    ("reminder_minutes", "confirm_hours"),
    ("check_back_min", "check_back_max"),
    ("thank_not_before_minutes", "thank_due_hours"),
    ("thank_due_hours", "thank_late_hours"),
    ("reconnect_days", "lapse_days"),
)
"""Pairs of numbers, neither of which gives way, of which the first must not exceed the second."""

_SECONDS = {"seconds": 1, "minutes": 60, "hours": 3_600, "days": 86_400}
"""The units that can be compared with each other. Every other unit is compared with itself only."""


@attrs.frozen
class Contradiction:
    """Fields of a policy that cannot be true together.

    Attributes:
        names: The fields, one or two.
        sentence: What must hold.
    """

    names: tuple[str, ...]
    sentence: str


def contradictions(values: Mapping[str, Any]) -> list[Contradiction]:
    """List the contradictions between values of a policy.

    Args:
        values: The values of fields, by name, each in its range. Where some are missing, the others are
            judged.

    Returns:
        All contradictions between them.
    """
    meant = {name for name, value in values.items() if name not in GIVES_WAY or value != _DEFAULTS[name]}
    pairs = (pair for pair in (*_ASCENDING, *_YIELDING) if meant >= {*pair})
    found = [
        Contradiction((smaller, larger), f"{smaller} must not exceed {larger}")
        for smaller, larger in pairs
        if _amount(values, smaller) > _amount(values, larger)
    ]
    return [*found, *_contradictory_lists(values)]


def _amount(values: Mapping[str, Any], name: str) -> int:
    number: int = values[name]
    return number * _SECONDS.get(POLICY_RULES[name].unit, 1)


def _contradictory_lists(values: Mapping[str, Any]) -> Iterator[Contradiction]:
    quiet = _dates_of(values.get("quiet_days", ()))
    if len(YEAR) - len(quiet | {_LEAP_DAY}) < _LEAST_BUSY_DAYS:
        yield Contradiction(("quiet_days",), f"quiet_days must leave {_LEAST_BUSY_DAYS} days of the year")
    cadence: tuple[Cadence, ...] = values.get("cadence", ())
    if len({own.connection for own in cadence}) < len(cadence):
        yield Contradiction(("cadence",), "cadence must name each relationship once")
    if "lapse_days" in values and any(own.days > values["lapse_days"] for own in cadence):
        yield Contradiction(("cadence", "lapse_days"), "cadence must not exceed lapse_days")


def _dates_of(quiet_days: tuple[QuietDays, ...]) -> frozenset[tuple[int, int]]:
    return frozenset[tuple[int, int]]().union(*(quiet.dates() for quiet in quiet_days))


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
