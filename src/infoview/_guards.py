"""The rules that refuse an event which its stage allows. Each has a code, a sentence and a test.

Two sorts, because a caller may ask "may I, and from when?" before there is an event: a *time* guard looks at
the interview and the clock only, an *event* guard also at what the event says. A guard answers `None` to let
the event pass, the first instant at which it would, or `NEVER` when waiting does not help.
"""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from itertools import pairwise, takewhile
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Final, cast

import attrs

from infoview._obligations import ObligationKind
from infoview._people import Consent, Party
from infoview._policy import Policy, ResumeRule, WorkingDays
from infoview._time import BusinessCalendar, Slot, local_date, reached_on, start_of_day
from infoview.exceptions import Reason

if TYPE_CHECKING:
    from infoview._interview import Interview

__all__ = ["NEVER", "Case", "Guard", "Verdict", "earliest"]


class _Never:
    """Waiting does not help."""


NEVER: Final = _Never()

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
    """

    interview: "Interview"
    now: datetime
    policy: Policy
    calendar: BusinessCalendar
    event: Any = None

    # The table lets the rules below be asked only in stages that have what they look at.

    @property
    def slot(self) -> Slot:
        """The agreed time."""
        return cast("Slot", self.interview.slot)

    @property
    def requested_at(self) -> datetime:
        """When the last request went out."""
        return cast("datetime", self.interview.requested_at)

    @property
    def held_at(self) -> datetime:
        """When the talk was recorded."""
        return cast("datetime", self.interview.held_at)

    @property
    def last_contact_at(self) -> datetime:
        """When the two were last in touch."""
        return cast("datetime", self.interview.last_contact_at)

    def local_day(self, moment: datetime) -> date:
        """Read the date of *moment* in the contact's zone."""
        return local_date(moment, self.interview.zone)

    def start_of(self, day: date) -> datetime:
        """Find the first instant of *day* in the contact's zone."""
        return start_of_day(day, self.interview.zone)

    def business_days_after(self, since: date, count: int) -> datetime:
        """Find the first instant of the *count*-th business day after a day, or after an instant's day."""
        day = self.local_day(since) if isinstance(since, datetime) else since
        return self.start_of(reached_on(day, count, WorkingDays(self.calendar, self.policy)))


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
    """

    code: str
    sentence: str
    test: Test
    of_event: bool
    standing: bool = False

    def reason(self, policy: Policy, verdict: "datetime | _Never") -> Reason:
        """Say why the event is refused.

        Args:
            policy: Where the numbers come from.
            verdict: What the test answered.

        Returns:
            The reason, with the first instant at which this rule alone would let the event pass.
        """
        earliest = verdict if isinstance(verdict, datetime) else None
        return Reason(self.code, self.sentence.format(policy=policy), earliest)


def earliest(case: Case, guards: tuple[Guard, ...]) -> datetime | None:
    """Find the first instant from `Case.now` on at which all guards pass together.

    Each verdict is a lower bound, and the last bound may fall on a day that another guard refuses: so move
    to it, ask again, and go on until nobody objects.
    """
    moment = case.now
    while verdicts := [v for g in guards if (v := g.test(attrs.evolve(case, now=moment))) is not None]:
        waits = [v for v in verdicts if isinstance(v, datetime)]
        if len(waits) < len(verdicts):
            return None
        moment = max(waits)
    return moment


def _time_guard(sentence: str, *, standing: bool = False) -> Callable[[Test], Guard]:
    return lambda test: Guard(test.__name__, sentence, test, of_event=False, standing=standing)


def _event_guard(sentence: str, *, standing: bool = False) -> Callable[[Test], Guard]:
    return lambda test: Guard(test.__name__, sentence, test, of_event=True, standing=standing)


def _wait_until(case: Case, moment: datetime) -> Verdict:
    return moment if case.now < moment else None


def _owed(case: Case, kind: ObligationKind) -> Verdict:
    return None if any(o.kind is kind for o in case.interview.obligations) else NEVER


def _owed_on_this(case: Case, kind: ObligationKind) -> Verdict:
    about = case.event.reference
    known = any(o.kind is kind and o.reference == about for o in case.interview.obligations)
    return None if known else NEVER


# -- every event ------------------------------------------------------------------------------------------


@_time_guard("Nothing is recorded before what is already recorded; check the time of the event.")
def out_of_order(case: Case) -> Verdict:
    return _wait_until(case, case.interview.history[-1].at)


@_event_guard("The event belongs to another interview; apply it there.")
def other_interview(case: Case) -> Verdict:
    return None if case.event.interview_id in (None, case.interview.id) else NEVER


@_event_guard("This very event is recorded already; nothing is left to do.")
def duplicate_event(case: Case) -> Verdict:
    event, history = case.event, case.interview.history
    if event.id is not None and any(known.id == event.id for known in history):
        return NEVER
    same_instant = takewhile(lambda known: known.at == event.at, reversed(history))
    return NEVER if event in same_instant else None


@_time_guard("The contact asked for silence or was erased; nothing more is recorded.", standing=True)
def sealed(case: Case) -> Verdict:
    return NEVER if case.interview.sealed else None


@_time_guard("Something is still owed; settle it, or waive it with a reason.")
def open_obligations(case: Case) -> Verdict:
    return NEVER if case.interview.obligations else None


@_event_guard("Say why.")
def reason_missing(case: Case) -> Verdict:
    return None if case.event.reason else NEVER


# -- asking -----------------------------------------------------------------------------------------------


@_event_guard("Say first what you want to find out: give an objective.")
def objective_missing(case: Case) -> Verdict:
    return None if case.event.objective or case.interview.objective else NEVER


@_time_guard("Say first what you want to find out: prepare the interview.")
def not_prepared(case: Case) -> Verdict:
    return None if case.interview.objective else NEVER


@_event_guard("Say who introduces you: give a referral connection.")
def connector_missing(case: Case) -> Verdict:
    return None if case.event.connection.referrer_id else NEVER


@_event_guard(
    "Agree on a day {policy.check_back_min} to {policy.check_back_max} days ahead for checking back."
)
def check_back_out_of_range(case: Case) -> Verdict:
    if case.event.check_back_on is None:
        return None
    agreed: date = case.event.check_back_on
    ahead = (agreed - case.local_day(case.now)).days
    if ahead < case.policy.check_back_min:
        return NEVER
    return _wait_until(case, case.start_of(agreed - timedelta(days=case.policy.check_back_max)))


@_time_guard("Check back on the agreed day, not before.")
def check_back_too_early(case: Case) -> Verdict:
    agreed = case.interview.check_back_on
    return None if agreed is None else _wait_until(case, case.start_of(agreed))


@_event_guard("An introduction needs the consent of both sides; ask the contact first.")
def contact_not_asked(case: Case) -> Verdict:
    return None if case.event.contact_agreed else NEVER


@_time_guard("Nobody gave you a name here; there is no use of it to answer for.")
def no_name_to_use(case: Case) -> Verdict:
    connection = case.interview.connection
    return None if case.interview.referrals or (connection and connection.referrer_id) else NEVER


@_event_guard("No such referral is known here; record it first.", standing=True)
def unknown_referral(case: Case) -> Verdict:
    if case.event.referral_id is None:
        return None if case.interview.connection and case.interview.connection.referrer_id else NEVER
    return None if any(r.id == case.event.referral_id for r in case.interview.referrals) else NEVER


@_event_guard("Ask for {policy.minutes_min} to {policy.minutes_max} minutes.")
def minutes_out_of_range(case: Case) -> Verdict:
    return None if case.policy.minutes_min <= case.event.minutes <= case.policy.minutes_max else NEVER


@_event_guard("Ask the referrer first whether you may use their name, or write without it.")
def consent_missing(case: Case) -> Verdict:
    connection = case.interview.connection
    names = case.event.names_referrer
    if names is None:
        names = connection is not None and connection.referrer_id is not None
    granted = connection is not None and connection.consent is Consent.GRANTED
    return NEVER if names and not granted else None


@_event_guard("Leave the résumé out until the contact asks for it.")
def resume_attached(case: Case) -> Verdict:
    allowed = case.interview.resume_requested or case.policy.resume is ResumeRule.BRING
    return NEVER if case.event.attaches_resume and not allowed else None


@_time_guard("Share the résumé when the contact asks for it, not before.")
def resume_not_requested(case: Case) -> Verdict:
    return None if case.interview.resume_requested or case.policy.resume is ResumeRule.BRING else NEVER


# -- waiting for an answer ----------------------------------------------------------------------------------


@_time_guard("Wait {policy.nudge_wait} business days after you last wrote.")
def nudge_too_early(case: Case) -> Verdict:
    wrote = case.interview.nudged_at or case.requested_at
    return _wait_until(case, case.business_days_after(wrote, case.policy.nudge_wait))


@_time_guard("{policy.nudge_max} nudge(s) are all one contact gets; let it rest.")
def nudges_used_up(case: Case) -> Verdict:
    return NEVER if case.interview.nudges >= case.policy.nudge_max else None


@_time_guard("Nudge on a business day.")
def nudge_on_day_off(case: Case) -> Verdict:
    today = case.local_day(case.now)
    working = WorkingDays(case.calendar, case.policy)
    if working.is_business_day(today):
        return None
    return case.business_days_after(today, 1)


@_time_guard(
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


@_time_guard(
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


@_event_guard("Name a day after today on which to ask again.")
def until_not_ahead(case: Case) -> Verdict:
    until: date = case.event.until
    return None if until > case.local_day(case.now) else NEVER


@_time_guard(
    "Ask again on the day that was named, and {policy.retry_wait} days after the deferral at the earliest."
)
def retry_too_early(case: Case) -> Verdict:
    rested = case.interview.stage_since + timedelta(days=case.policy.retry_wait)
    named = case.start_of(cast("date", case.interview.deferred_until))
    return _wait_until(case, max(rested, named))


@_time_guard("You have thanked for this reply already.")
def no_reply_to_thank_for(case: Case) -> Verdict:
    return _owed(case, ObligationKind.REPLY_THANKS)


@_event_guard("Send at most {policy.written_questions_max} questions.")
def too_many_questions(case: Case) -> Verdict:
    return None if case.event.count <= case.policy.written_questions_max else NEVER


# -- agreeing on a time -------------------------------------------------------------------------------------


@_event_guard("Every time must lie at least {policy.slot_lead_minutes} minutes ahead.")
def slot_too_soon(case: Case) -> Verdict:
    soonest = case.now + timedelta(minutes=case.policy.slot_lead_minutes)
    for slot in case.event.slots:
        if slot.start < soonest or slot.start <= case.now:
            return NEVER
    return None


@_event_guard("Propose at most {policy.slots_max} times.")
def too_many_slots(case: Case) -> Verdict:
    return None if len(case.event.slots) <= case.policy.slots_max else NEVER


_start_of = attrgetter("start")


@_event_guard("Propose times that do not overlap.")
def slots_overlap(case: Case) -> Verdict:
    in_order = sorted(case.event.slots, key=_start_of)
    for earlier, later in pairwise(in_order):
        if later.start < earlier.end:
            return NEVER
    return None


@_event_guard("Plan {policy.minutes_min} to {policy.minutes_max} minutes.")
def length_out_of_range(case: Case) -> Verdict:
    return None if case.policy.minutes_min <= case.event.slot.minutes <= case.policy.minutes_max else NEVER


@_time_guard("The time of the talk has come; record whether it was held or somebody was missing.")
def start_has_passed(case: Case) -> Verdict:
    return NEVER if case.now >= case.slot.start else None


@_event_guard("You may move the talk {policy.move_max} time(s); ask the contact to move it, or cancel.")
def moves_used_up(case: Case) -> Verdict:
    used = case.event.by is Party.SEEKER and case.interview.moves_by_seeker >= case.policy.move_max
    return NEVER if used else None


@_time_guard("Wait {policy.no_show_grace_minutes} minutes after the start before somebody counts as missing.")
def no_show_too_early(case: Case) -> Verdict:
    grace = timedelta(minutes=case.policy.no_show_grace_minutes)
    return _wait_until(case, case.slot.start + grace)


@_time_guard("You have apologised already.")
def no_apology_owed(case: Case) -> Verdict:
    return _owed(case, ObligationKind.APOLOGY)


@_time_guard("Apologise for not coming first.")
def apology_owed(case: Case) -> Verdict:
    return None if _owed(case, ObligationKind.APOLOGY) else NEVER


@_time_guard("The talk was called off for good; open another attempt later.")
def cancelled_for_good(case: Case) -> Verdict:
    return NEVER if case.interview.cancellation and case.interview.cancellation.final else None


@_time_guard("The contact did not come {policy.no_show_max} time(s); let it rest.")
def too_many_no_shows(case: Case) -> Verdict:
    return NEVER if case.interview.no_shows_by_contact >= case.policy.no_show_max else None


# -- the talk -----------------------------------------------------------------------------------------------


@_time_guard("Begin at most {policy.early_start_minutes} minutes early.")
def start_too_early(case: Case) -> Verdict:
    early = timedelta(minutes=case.policy.early_start_minutes)
    return _wait_until(case, case.slot.start - early)


@_time_guard("Ask for more time when the planned time is up, not before.")
def overrun_too_early(case: Case) -> Verdict:
    return _wait_until(case, case.slot.end)


@_time_guard("{policy.overrun_minutes} more minutes are all; thank and stop.")
def overrun_used_up(case: Case) -> Verdict:
    return None if case.interview.overrun_minutes < case.policy.overrun_minutes else NEVER


@_event_guard("Take at most {policy.overrun_minutes} more minutes in all.")
def overrun_too_long(case: Case) -> Verdict:
    return (
        None if case.interview.overrun_minutes + case.event.minutes <= case.policy.overrun_minutes else NEVER
    )


@_time_guard("The talk has not begun; record it when it has.")
def held_too_early(case: Case) -> Verdict:
    return _wait_until(case, case.slot.start)


# -- afterwards ---------------------------------------------------------------------------------------------


_MOST_TAKEAWAYS = 500
"""Nobody says more in one talk; the bound keeps long histories linear."""


@_event_guard("This interview holds as much as it can; record the rest elsewhere.", standing=True)
def too_many_takeaways(case: Case) -> Verdict:
    talk = case.interview
    held = len(talk.insights) + len(talk.referrals) + len(talk.commitments) + len(talk.notes)
    return None if held < _MOST_TAKEAWAYS else NEVER


@_event_guard("This id is taken in this interview; choose another.", standing=True)
def duplicate_reference(case: Case) -> Verdict:
    talk = case.interview
    taken = [i.id for i in talk.insights]
    taken += [r.id for r in talk.referrals]
    taken += [c.id for c in talk.commitments]
    return NEVER if case.event.reference in taken else None


@_time_guard("Wait {policy.thank_not_before_minutes} minutes after the talk before you thank.")
def thanks_too_early(case: Case) -> Verdict:
    wait = timedelta(minutes=case.policy.thank_not_before_minutes)
    return _wait_until(case, case.held_at + wait)


@_event_guard("Thank for one specific thing: say which.")
def nothing_specific(case: Case) -> Verdict:
    return None if case.event.specific else NEVER


@_time_guard("No promise is open.")
def no_commitment_open(case: Case) -> Verdict:
    return _owed(case, ObligationKind.COMMITMENT)


@_event_guard("No such promise is open; check the id.", standing=True)
def unknown_commitment(case: Case) -> Verdict:
    return _owed_on_this(case, ObligationKind.COMMITMENT)


@_time_guard("Nothing is left to report back on.")
def no_report_owed(case: Case) -> Verdict:
    return _owed(case, ObligationKind.REPORT_BACK)


@_event_guard("No report on this is owed; check the id.", standing=True)
def unknown_report(case: Case) -> Verdict:
    return _owed_on_this(case, ObligationKind.REPORT_BACK)


@_time_guard("Nothing is owed.")
def nothing_owed(case: Case) -> Verdict:
    return None if case.interview.obligations else NEVER


@_event_guard("No such obligation is open; check the id.", standing=True)
def unknown_obligation(case: Case) -> Verdict:
    return None if any(o.id == case.event.obligation_id for o in case.interview.obligations) else NEVER


@_event_guard("Bring news or something useful: say what.")
def hook_missing(case: Case) -> Verdict:
    return None if case.event.hook else NEVER


@_event_guard("Wait {policy.reconnect_days} days after the last real contact, unless the news is urgent.")
def reconnect_too_early(case: Case) -> Verdict:
    if case.event.urgent:
        return None
    return _wait_until(case, case.last_contact_at + timedelta(days=case.policy.reconnect_days))


@_time_guard("A tie is dormant {policy.lapse_days} days after the last real contact.")
def lapse_too_early(case: Case) -> Verdict:
    return _wait_until(case, case.last_contact_at + timedelta(days=case.policy.lapse_days))


@_time_guard("Let it rest for {policy.reopen_days} days before another attempt.")
def reopen_too_early(case: Case) -> Verdict:
    return _wait_until(case, case.interview.stage_since + timedelta(days=case.policy.reopen_days))
