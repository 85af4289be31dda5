"""The rules that refuse an event which its stage allows. Each has a code, a sentence and a test.

Two sorts, because a caller may ask "may I, and from when?" before there is an event: a *time* guard looks at
the interview and the clock only, an *event* guard also at what the event says. A guard answers `None` to let
the event pass, the first instant at which it would, or `NEVER` when waiting does not help.

Rules of your own are made the same way, by `time_guard` and `event_guard`, and go into a table of your own:
see `infoview.Lifecycle`.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Final, cast

import attrs

from infoview._channel import ConnectionKind
from infoview._choices import ResumeRule, Severity
from infoview._obligations import ObligationKind
from infoview._outreach import MONTH, WEEK, Outreach
from infoview._people import Consent, Party
from infoview._policy import Policy
from infoview._stages import Stage
from infoview._time import (
    BusinessCalendar,
    Slot,
    days_long,
    instant,
    local_date,
    minutes_long,
    reached_on,
    start_of_day,
)
from infoview.exceptions import InvalidValueError, Reason

if TYPE_CHECKING:
    from infoview._interview import Interview

__all__ = [
    "EVERY_EVENT",
    "NEVER",
    "OUTREACH_GUARDS",
    "Case",
    "Guard",
    "Test",
    "Verdict",
    "event_guard",
    "judge",
    "time_guard",
]


class _Never:
    """Waiting does not help."""


NEVER: Final = _Never()
"""The verdict of a guard that waiting does not satisfy."""

Verdict = datetime | _Never | None


@attrs.define
class Case:
    """What a guard judges.

    Attributes:
        interview: As it is before the event.
        now: When the event happens, or would.
        policy: The numbers.
        calendar: The working days at the contact's place.
        event: What happens; `None` while nobody has said.
        outreach: What else is going on; `None` where nobody has said.
    """

    interview: "Interview"
    now: datetime
    policy: Policy
    calendar: BusinessCalendar
    event: Any = None
    outreach: Outreach | None = None

    # Where an event of somebody's own led into a stage, that stage counts from then.

    @property
    def slot(self) -> Slot:
        """The agreed time. Every table sees to it that there is one in the stages that need it."""
        return cast("Slot", self.interview.slot)

    @property
    def requested_at(self) -> datetime:
        """When the last request went out."""
        return self.interview.requested_at or self.interview.stage_since

    @property
    def held_at(self) -> datetime:
        """When the talk was recorded."""
        return self.interview.held_at or self.interview.stage_since

    @property
    def last_contact_at(self) -> datetime:
        """When the two were last in touch."""
        return self.interview.last_contact_at or self.interview.stage_since

    @property
    def relationship(self) -> ConnectionKind | None:
        """What links the two, if that is known."""
        return self.interview.connection.kind if self.interview.connection else None

    @property
    def cadence(self) -> timedelta:
        """How long to leave between two words to the contact, from the last real contact on."""
        is_first = self.interview.stage is Stage.THANKED
        return days_long(self.policy.reconnect_days_for(self.relationship, first=is_first))

    def at(self, moment: datetime) -> "Case":
        """Put the same question at another time.

        Args:
            moment: The time (UTC).

        Returns:
            The case with that time.
        """
        return Case(self.interview, moment, self.policy, self.calendar, self.event, self.outreach)

    def local_day(self, moment: datetime) -> date:
        """Read a date off the wall calendar.

        Args:
            moment: The instant.

        Returns:
            Its date in the contact's zone.
        """
        return local_date(moment, self.interview.zone)

    def start_of(self, day: date) -> datetime:
        """Find when a day begins.

        Args:
            day: The date in the contact's zone.

        Returns:
            Its first instant (UTC).
        """
        return start_of_day(day, self.interview.zone)

    def business_days_after(self, since: date, count: int) -> datetime:
        """Find when a wait of business days is over.

        Args:
            since: The day, or an instant of the day, that it is counted from. That day does not count.
            count: How many business days must follow, at least 1.

        Returns:
            The first instant (UTC) of the *count*-th business day after it, in the contact's zone.

        Raises:
            InvalidValueError: When the calendar rests for more than 366 days in a row
                (code ``no_business_day``).
        """
        day = self.local_day(since) if isinstance(since, datetime) else since
        return self.start_of(reached_on(day, count, self.calendar, self.policy.quiet_dates))


Test = Callable[[Case], Verdict]


@attrs.frozen
class Guard:
    """One rule.

    Attributes:
        code: A stable word for programs.
        sentence: The rule and what to do about it; ``{policy.…}`` stands for a number of the policy.
        test: Judges a case.
        of_event: Whether `test` looks at the event, not only at the interview and the clock.
        standing: Whether it holds for every history, whatever the policy; it keeps ids apart and sizes sane.
        ordinarily: What an event guard would answer while nobody has said anything out of the ordinary, if it
            can tell; so there is a "from when" before there is an event.
    """

    code: str
    sentence: str
    test: Test
    of_event: bool
    standing: bool = False
    ordinarily: Test | None = None

    def reason(self, policy: Policy, verdict: "datetime | _Never") -> Reason:
        """Say why the event is refused.

        Args:
            policy: Where the numbers come from.
            verdict: What the test answered.

        Returns:
            The reason, with the first instant at which this rule alone would let the event pass.
        """
        if isinstance(verdict, datetime):
            return Reason(self.code, policy.worded(self.sentence), verdict)
        return _lasting_reason(self.code, policy.worded(self.sentence))

    def requirement(self, case: Case, /) -> Reason:
        """Say what an event must satisfy.

        Args:
            case: What is asked about; there is no event yet.

        Returns:
            The rule, with the first instant at which it lets an ordinary event pass, if it can tell.
        """
        verdict = NEVER if self.ordinarily is None else self.ordinarily(case)
        return self.reason(case.policy, NEVER if verdict is None else verdict)


@lru_cache(maxsize=4_096)
def _lasting_reason(code: str, sentence: str) -> Reason:
    """Make a reason without an instant. There are few, and they are given all the time."""
    return Reason(code, sentence)


def judge(case: Case, guards: tuple[Guard, ...], /) -> tuple[tuple[Reason, ...], datetime | None]:
    """Ask all guards.

    Each verdict is a lower bound, and the last bound may fall on a day that another guard refuses: so move
    to it, ask again, and go on until nobody objects.

    Args:
        case: What they judge.
        guards: The guards.

    Returns:
        The reasons of all that refuse, and the first instant from `Case.now` on at which all pass together,
        or `None` when waiting does not help.

    Raises:
        InvalidValueError: When a guard answers anything else than it may, or is never content (code
            ``wrong_verdict``).
    """
    verdicts = _objections(case, guards)
    reasons = tuple([guard.reason(case.policy, verdict) for guard, verdict in verdicts])
    for _ in range(_MOST_ROUNDS):
        if not verdicts:
            return reasons, case.now
        waits = [verdict for _, verdict in verdicts if verdict is not NEVER]
        if len(waits) < len(verdicts):
            return reasons, None
        case = case.at(max(cast("list[datetime]", waits)))
        verdicts = _objections(case, guards)
    cure = "answer an instant that does not move on with the question"
    raise InvalidValueError(f"guard {verdicts[0][0].code}", "wrong_verdict", cure)


_MOST_ROUNDS = 1_000
"""Guards that only know bounds agree after a few."""


def _objections(case: Case, guards: tuple[Guard, ...]) -> list[tuple[Guard, "datetime | _Never"]]:
    found: list[tuple[Guard, datetime | _Never]] = []
    for guard in guards:
        verdict = guard.test(case)
        if verdict is NEVER:
            found.append((guard, NEVER))
        elif verdict is not None and (moment := _wait_named(guard, verdict)) > case.now:
            # Whoever names an instant that has come lets the event pass.
            found.append((guard, moment))
    return found


def _wait_named(guard: Guard, verdict: object) -> datetime:
    if not isinstance(verdict, datetime):
        cure = "answer None to let the event pass, an instant to make it wait, or NEVER"
        raise InvalidValueError(f"guard {guard.code}", "wrong_verdict", cure)
    return verdict if verdict.tzinfo is UTC else instant(verdict, f"guard {guard.code}")


def time_guard(sentence: str, *, standing: bool = False) -> Callable[[Test], Guard]:
    """Make a rule that looks at the interview and the clock only. Its code is the name of the test.

    Args:
        sentence: The rule and what to do about it; ``{policy.…}`` stands for a number of the policy.
        standing: Whether it holds for every history, whatever the policy.

    Returns:
        What turns a test into the guard.
    """
    return lambda test: Guard(test.__name__, sentence, test, of_event=False, standing=standing)


def event_guard(
    sentence: str, *, standing: bool = False, ordinarily: Test | None = None
) -> Callable[[Test], Guard]:
    """Make a rule that also looks at what the event says. Its code is the name of the test.

    Args:
        sentence: As for `time_guard`.
        standing: As for `time_guard`.
        ordinarily: What it would answer while nobody has said anything out of the ordinary, if it can tell.

    Returns:
        What turns a test into the guard.
    """
    return lambda test: Guard(
        test.__name__, sentence, test, of_event=True, standing=standing, ordinarily=ordinarily
    )


def _wait_until(case: Case, moment: datetime) -> Verdict:
    return moment if case.now < moment else None


def _owed(case: Case, kind: ObligationKind) -> Verdict:
    return None if any(o.kind is kind for o in case.interview.obligations) else NEVER


def _owed_on_this(case: Case, kind: ObligationKind) -> Verdict:
    about = case.event.reference
    known = any(o.kind is kind and o.reference == about for o in case.interview.obligations)
    return None if known else NEVER


# -- every event ------------------------------------------------------------------------------------------


@time_guard("Nothing is recorded before what is already recorded; check the time of the event.")
def out_of_order(case: Case) -> Verdict:
    return _wait_until(case, case.interview.log.last.at)


@event_guard("The event belongs to another interview; apply it there.")
def other_interview(case: Case) -> Verdict:
    return None if case.event.interview_id in (None, case.interview.id) else NEVER


@event_guard("This event, or another with its id, is recorded already; give a new event an id of its own.")
def duplicate_event(case: Case) -> Verdict:
    return NEVER if case.interview.log.holds(case.event) else None


@time_guard("The contact asked for silence or was erased; nothing more is recorded.")
def sealed(case: Case) -> Verdict:
    return NEVER if case.interview.sealed else None


EVERY_EVENT = (out_of_order, other_interview, duplicate_event, sealed)
"""What is asked of every event, whatever its row says."""


@time_guard("Something is still owed; settle it, or waive it with a reason.")
def open_obligations(case: Case) -> Verdict:
    return NEVER if case.interview.obligations else None


@time_guard("Only the beginning of the interview is left; there is nothing to undo.", standing=True)
def nothing_to_undo(case: Case) -> Verdict:
    talk = case.interview
    return NEVER if len(talk.log) - 2 * talk.undone <= 1 else None


@event_guard("Say why.")
def reason_missing(case: Case) -> Verdict:
    return None if case.event.reason else NEVER


# -- asking -----------------------------------------------------------------------------------------------


@event_guard("Say first what you want to find out: give an objective.")
def objective_missing(case: Case) -> Verdict:
    return None if case.event.objective else not_prepared.test(case)


@time_guard("Say first what you want to find out: prepare the interview.")
def not_prepared(case: Case) -> Verdict:
    if case.interview.objective or case.policy.missing_objective is not Severity.ERROR:
        return None
    return NEVER


@event_guard("Say who introduces you: give a referral connection.")
def connector_missing(case: Case) -> Verdict:
    return None if case.event.connection.referrer_id else NEVER


@event_guard(
    "Agree on a day {policy.check_back_min} to {policy.check_back_max} days ahead for checking back."
)
def check_back_out_of_range(case: Case) -> Verdict:
    if case.event.check_back_on is None:
        return None
    agreed: date = case.event.check_back_on
    ahead = (agreed - case.local_day(case.now)).days
    if ahead < case.policy.check_back_min:
        return NEVER
    return _wait_until(case, case.start_of(agreed - days_long(case.policy.check_back_max)))


@time_guard("Check back on the agreed day, not before.")
def check_back_too_early(case: Case) -> Verdict:
    agreed = case.interview.check_back_on
    return None if agreed is None else _wait_until(case, case.start_of(agreed))


@event_guard("An introduction needs the consent of both sides; ask the contact first.")
def contact_not_asked(case: Case) -> Verdict:
    return None if case.event.contact_agreed else NEVER


@time_guard("Nobody gave you a name here; there is no use of it to answer for.")
def no_name_to_use(case: Case) -> Verdict:
    connection = case.interview.connection
    return None if case.interview.referrals or (connection and connection.referrer_id) else NEVER


@event_guard("No such referral is known here; record it first.", standing=True)
def unknown_referral(case: Case) -> Verdict:
    if case.event.referral_id is None:
        return None if case.interview.connection and case.interview.connection.referrer_id else NEVER
    return None if any(r.id == case.event.referral_id for r in case.interview.referrals) else NEVER


@event_guard("Ask for {policy.minutes_min} to {policy.minutes_max} minutes.")
def minutes_out_of_range(case: Case) -> Verdict:
    return None if case.policy.minutes_min <= case.event.minutes <= case.policy.minutes_max else NEVER


@event_guard("Ask the referrer first whether you may use their name, or write without it.")
def consent_missing(case: Case) -> Verdict:
    connection = case.interview.connection
    names = case.event.names_referrer
    if names is None:
        names = connection is not None and connection.referrer_id is not None
    granted = connection is not None and connection.consent is Consent.GRANTED
    return NEVER if names and not granted else None


@event_guard("Leave the résumé out until the contact asks for it.")
def resume_attached(case: Case) -> Verdict:
    allowed = case.interview.resume_requested or case.policy.resume is ResumeRule.BRING
    return NEVER if case.event.attaches_resume and not allowed else None


@time_guard("Share the résumé when the contact asks for it, not before.")
def resume_not_requested(case: Case) -> Verdict:
    return None if case.interview.resume_requested or case.policy.resume is ResumeRule.BRING else NEVER


# -- not asking too much ----------------------------------------------------------------------------------


def _room_again(case: Case, requests: tuple[datetime, ...], span: timedelta, most: int) -> Verdict:
    """Find when fewer than *most* requests will lie within the last *span*."""
    recent = sorted(asked for asked in requests if case.now - span < asked <= case.now)
    return recent[-most] + span if len(recent) >= most else None


@time_guard(
    "You have asked {policy.organisation_live_max} of this organisation already; meet one of them first."
)
def organisation_busy(case: Case) -> Verdict:
    others = case.outreach
    return NEVER if others and others.organisation_open >= case.policy.organisation_live_max else None


@time_guard(
    "Give the other person of this organisation {policy.second_contact_wait} business days to answer first."
)
def colleague_asked_lately(case: Case) -> Verdict:
    if case.outreach is None or not case.outreach.colleague_requests:
        return None
    asked = max(case.outreach.colleague_requests)
    return _wait_until(case, case.business_days_after(asked, case.policy.second_contact_wait))


@time_guard("This contact gets at most {policy.contact_month_max} request(s) in 30 days; ask later.")
def contact_asked_enough(case: Case) -> Verdict:
    if case.outreach is None:
        return None
    return _room_again(case, case.outreach.contact_requests, MONTH, case.policy.contact_month_max)


@time_guard("You have sent {policy.week_requests_max} request(s) within a week; write the next one later.")
def week_full(case: Case) -> Verdict:
    if case.outreach is None:
        return None
    return _room_again(case, case.outreach.seeker_requests, WEEK, case.policy.week_requests_max)


# -- waiting for an answer --------------------------------------------------------------------------------


@time_guard("Wait {policy.nudge_wait} business days after you last wrote.")
def nudge_too_early(case: Case) -> Verdict:
    wrote = case.interview.nudged_at or case.requested_at
    return _wait_until(case, case.business_days_after(wrote, case.policy.nudge_wait))


@time_guard("One contact gets {policy.nudge_max} nudge(s); let it rest.")
def nudges_used_up(case: Case) -> Verdict:
    return NEVER if case.interview.nudges >= case.policy.nudge_max else None


@time_guard("Nudge on a business day.")
def nudge_on_day_off(case: Case) -> Verdict:
    today = case.local_day(case.now)
    if case.calendar.is_business_day(today) and (today.month, today.day) not in case.policy.quiet_dates:
        return None
    return case.business_days_after(today, 1)


@time_guard(
    "The contact is away; wait {policy.away_dated_wait} business days after the return date, or "
    "{policy.away_undated_wait} after the reply if it names none."
)
def contact_away(case: Case) -> Verdict:
    since, until = case.interview.away_since, case.interview.away_until
    if since is None:
        return None
    if until is None:
        return _wait_until(case, case.business_days_after(since, case.policy.away_undated_wait))
    return _wait_until(case, case.business_days_after(until, case.policy.away_dated_wait))


@time_guard(
    "Give the contact {policy.expire_after_nudge} business days after the last nudge, or "
    "{policy.expire_after_request} after a request without one."
)
def expiry_too_early(case: Case) -> Verdict:
    nudged = case.interview.nudged_at
    if nudged is None:
        silence_over = case.business_days_after(case.requested_at, case.policy.expire_after_request)
    else:
        silence_over = case.business_days_after(nudged, case.policy.expire_after_nudge)
    return _wait_until(case, silence_over)


@event_guard("Name a day after today on which to ask again.")
def until_not_ahead(case: Case) -> Verdict:
    until: date = case.event.until
    return None if until > case.local_day(case.now) else NEVER


@time_guard(
    "Ask again on the day that was named, and {policy.retry_wait} days after the deferral at the earliest."
)
def retry_too_early(case: Case) -> Verdict:
    rested = case.interview.stage_since + days_long(case.policy.retry_wait)
    named = case.interview.deferred_until
    return _wait_until(case, rested if named is None else max(rested, case.start_of(named)))


@time_guard("You have thanked for this reply already.")
def no_reply_to_thank_for(case: Case) -> Verdict:
    return _owed(case, ObligationKind.REPLY_THANKS)


@event_guard("Send at most {policy.written_questions_max} questions.")
def too_many_questions(case: Case) -> Verdict:
    return None if case.event.count <= case.policy.written_questions_max else NEVER


# -- several contacts in one meeting ----------------------------------------------------------------------


@time_guard("The contact takes part in a group talk already; leave that one first.")
def in_a_group(case: Case) -> Verdict:
    return NEVER if case.interview.group_id is not None else None


@time_guard("The contact takes part in no group talk; there is none to leave.")
def in_no_group(case: Case) -> Verdict:
    return NEVER if case.interview.group_id is None else None


# -- agreeing on a time -----------------------------------------------------------------------------------


@event_guard("Every time must lie at least {policy.slot_lead_minutes} minutes ahead.")
def slot_too_soon(case: Case) -> Verdict:
    now = case.now
    soonest = now + minutes_long(case.policy.slot_lead_minutes)
    for slot in case.event.slots:
        if slot.start < soonest or slot.start <= now:
            return NEVER
    return None


@event_guard("Propose at most {policy.slots_max} times.")
def too_many_slots(case: Case) -> Verdict:
    return None if len(case.event.slots) <= case.policy.slots_max else NEVER


_start_of = attrgetter("start")


@event_guard("Propose times that do not overlap.")
def slots_overlap(case: Case) -> Verdict:
    slots = case.event.slots
    if len(slots) == 1:
        return None
    first, *rest = sorted(slots, key=_start_of)
    end = first.end
    for slot in rest:
        if slot.start < end:
            return NEVER
        end = slot.end
    return None


@event_guard("You have another talk at that time; choose a free one.")
def slot_taken(case: Case) -> Verdict:
    if case.outreach is None:
        return None
    return NEVER if any(map(case.outreach.is_taken, case.event.slots)) else None


@event_guard("Plan {policy.minutes_min} to {policy.minutes_max} minutes.")
def length_out_of_range(case: Case) -> Verdict:
    return None if case.policy.minutes_min <= case.event.slot.minutes <= case.policy.minutes_max else NEVER


@time_guard("The time of the talk has come; record whether it was held or somebody was missing.")
def start_has_passed(case: Case) -> Verdict:
    return NEVER if case.now >= case.slot.start else None


@event_guard("You may move the talk {policy.move_max} time(s); ask the contact to move it, or cancel.")
def moves_used_up(case: Case) -> Verdict:
    used = case.event.by is Party.SEEKER and case.interview.moves_by_seeker >= case.policy.move_max
    return NEVER if used else None


@time_guard("Wait {policy.no_show_grace_minutes} minutes after the start before somebody counts as missing.")
def no_show_too_early(case: Case) -> Verdict:
    grace = minutes_long(case.policy.no_show_grace_minutes)
    return _wait_until(case, case.slot.start + grace)


@time_guard("You have apologised already.")
def no_apology_owed(case: Case) -> Verdict:
    return _owed(case, ObligationKind.APOLOGY)


@time_guard("Apologise for not coming first.")
def apology_owed(case: Case) -> Verdict:
    return None if _owed(case, ObligationKind.APOLOGY) else NEVER


@time_guard("The talk was called off for good; open another attempt later.")
def cancelled_for_good(case: Case) -> Verdict:
    return NEVER if case.interview.cancellation and case.interview.cancellation.final else None


@time_guard("The contact has missed {policy.no_show_max} talk(s); let it rest.")
def too_many_no_shows(case: Case) -> Verdict:
    return NEVER if case.interview.no_shows_by_contact >= case.policy.no_show_max else None


@time_guard("You did not come; wait {policy.no_show_rest_days} day(s) before you ask for another time.")
def rebook_too_early(case: Case) -> Verdict:
    missed_by_seeker = case.interview.missed_by is Party.SEEKER
    if not missed_by_seeker or case.policy.no_show_rest_days == 0:
        return None
    return _wait_until(case, case.interview.stage_since + days_long(case.policy.no_show_rest_days))


# -- the talk ---------------------------------------------------------------------------------------------


@time_guard("Begin at most {policy.early_start_minutes} minutes early.")
def start_too_early(case: Case) -> Verdict:
    early = minutes_long(case.policy.early_start_minutes)
    return _wait_until(case, case.slot.start - early)


@time_guard("Ask for more time when the planned time is up, not before.")
def overrun_too_early(case: Case) -> Verdict:
    return _wait_until(case, case.slot.end)


@time_guard("{policy.overrun_minutes} more minutes are all; thank and stop.")
def overrun_used_up(case: Case) -> Verdict:
    return None if case.interview.overrun_minutes < case.policy.overrun_minutes else NEVER


@event_guard("Take at most {policy.overrun_minutes} more minutes in all.")
def overrun_too_long(case: Case) -> Verdict:
    return (
        None if case.interview.overrun_minutes + case.event.minutes <= case.policy.overrun_minutes else NEVER
    )


@time_guard("The talk has not begun; record it when it has.")
def held_too_early(case: Case) -> Verdict:
    return _wait_until(case, case.slot.start)


# -- afterwards -------------------------------------------------------------------------------------------


_MOST_TAKEAWAYS = 500
"""Nobody says more in one talk; the bound keeps long histories linear."""


@time_guard("This interview holds as much as it can; record the rest elsewhere.", standing=True)
def too_many_takeaways(case: Case) -> Verdict:
    talk = case.interview
    held = len(talk.insights) + len(talk.referrals) + len(talk.commitments) + len(talk.notes)
    return None if held < _MOST_TAKEAWAYS else NEVER


@event_guard("This id is taken in this interview; choose another.", standing=True)
def duplicate_reference(case: Case) -> Verdict:
    talk = case.interview
    taken = [i.id for i in talk.insights]
    taken += [r.id for r in talk.referrals]
    taken += [c.id for c in talk.commitments]
    return NEVER if case.event.reference in taken else None


@time_guard("Wait {policy.thank_not_before_minutes} minutes after the talk before you thank.")
def thanks_too_early(case: Case) -> Verdict:
    wait = minutes_long(case.policy.thank_not_before_minutes)
    return _wait_until(case, case.held_at + wait)


@event_guard("Thank for one specific thing: say which.")
def nothing_specific(case: Case) -> Verdict:
    return None if case.event.specific else NEVER


@time_guard("No promise is open.")
def no_commitment_open(case: Case) -> Verdict:
    return _owed(case, ObligationKind.COMMITMENT)


@event_guard("No such promise is open; check the id.", standing=True)
def unknown_commitment(case: Case) -> Verdict:
    return _owed_on_this(case, ObligationKind.COMMITMENT)


@time_guard("Nothing is left to report back on.")
def no_report_owed(case: Case) -> Verdict:
    return _owed(case, ObligationKind.REPORT_BACK)


@event_guard("No report on this is owed; check the id.", standing=True)
def unknown_report(case: Case) -> Verdict:
    return _owed_on_this(case, ObligationKind.REPORT_BACK)


@time_guard("Nothing is owed.")
def nothing_owed(case: Case) -> Verdict:
    return None if case.interview.obligations else NEVER


@event_guard("No such obligation is open; check the id.", standing=True)
def unknown_obligation(case: Case) -> Verdict:
    return None if any(o.id == case.event.obligation_id for o in case.interview.obligations) else NEVER


@event_guard("Bring news or something useful: say what.")
def hook_missing(case: Case) -> Verdict:
    return None if case.event.hook else NEVER


def _cadence_kept(case: Case) -> Verdict:
    return _wait_until(case, case.last_contact_at + case.cadence)


@event_guard(
    "Wait as long as the cadence says, {policy.reconnect_days} days after the last real contact where it has "
    "no other number, or say that the news is urgent.",
    ordinarily=_cadence_kept,
)
def reconnect_too_early(case: Case) -> Verdict:
    return None if case.event.urgent else _cadence_kept(case)


@time_guard("A tie is dormant {policy.lapse_days} days after the last real contact.")
def lapse_too_early(case: Case) -> Verdict:
    return _wait_until(case, case.last_contact_at + days_long(case.policy.lapse_days))


@time_guard("Let it rest for {policy.reopen_days} days before another attempt.")
def reopen_too_early(case: Case) -> Verdict:
    return _wait_until(case, case.interview.stage_since + days_long(case.policy.reopen_days))


OUTREACH_GUARDS = (organisation_busy, colleague_asked_lately, contact_asked_enough, week_full, slot_taken)
"""The rules that ask what else is going on."""
