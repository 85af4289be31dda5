"""Every rule that refuses an event, and the exact readings of the guides behind it."""

import copy
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any

import attrs
import pytest
from tests.lives import (
    ADVICE,
    AGREED,
    ASKED,
    AUCKLAND,
    BERLIN,
    COLD,
    EASTER,
    FOUND,
    FRIEND,
    GRANTED,
    INSIGHT,
    LIVES,
    MICROSECOND,
    OBJECTIVE,
    PROMISE,
    READY,
    REFERRAL,
    REFUSED,
    TALK,
    THANKED,
    EveryDay,
    at,
    life,
    living,
    midnight,
    slot_at,
)

from infoview import _events as ev
from infoview import _interview
from infoview._channel import ConnectionKind
from infoview._choices import Cadence, QuietDays, ResumeRule, Severity
from infoview._events import Event
from infoview._interview import Interview
from infoview._lifecycle import LIFECYCLE
from infoview._outreach import Outreach
from infoview._people import Party
from infoview._policy import Policy
from infoview._stages import Stage
from infoview._takeaways import Note
from infoview._time import WEEKDAYS, BusinessCalendar
from infoview._transitions import TRANSITIONS, Transition
from infoview.exceptions import GuardError, InvalidValueError
from infoview.policies import CAMPUS, CLASSIC, DALTON, FINANCE, GENTLE

S = Stage
EAGER = Policy(name="eager", nudge_max=3, quiet_days=())
HOUR = timedelta(hours=1)


@attrs.frozen
class NoDay:
    """A calendar without work."""

    def is_business_day(self, _day: date, /) -> bool:
        """Tell that people never work."""
        return False


@attrs.frozen
class Refusal:
    """A step that the stage knows and rules refuse.

    Attributes:
        codes: The rules, in one string.
        before: A stage whose told life went before, or a life of its own.
        event: What is refused.
        earliest: The first instant at which the same event passes.
        policy: The etiquette.
        outreach: What else is going on, if anybody says so.
    """

    codes: str
    before: "Stage | tuple[Event, ...]"
    event: Event
    earliest: datetime | None = None
    policy: Policy = CLASSIC
    outreach: Outreach | None = None

    @property
    def interview(self) -> Interview:
        """The interview that the event would happen in."""
        events = LIVES[self.before] if isinstance(self.before, Stage) else self.before
        return life(*events, policy=self.policy)

    @property
    def label(self) -> str:
        """A name for the report of the tests."""
        return f"{type(self.event).__name__} {self.codes}"


_INTRODUCED = LIVES[S.INTRO_PENDING]
_REQUESTED = LIVES[S.REQUESTED]
_MISSED_BY_SEEKER = (*LIVES[S.SCHEDULED], ev.NoShowRecorded(at=at(3, 10, 15), by=Party.SEEKER))
_NUDGED = (*_REQUESTED, ev.Nudged(at=at(3, 12)))
_AWAY = (*_REQUESTED, ev.OutOfOfficeReceived(at=at(3, 3, 10), return_on=date(2026, 3, 20)))
_MOVED = (*LIVES[S.SCHEDULED], ev.Rescheduled(at=at(3, 6), slot=TALK, by=Party.SEEKER))
_OVERRUN = (*LIVES[S.IN_PROGRESS], ev.OverrunGranted(at=TALK.end, minutes=3))
_SPENT = (*_OVERRUN, ev.OverrunGranted(at=TALK.end, minutes=2))
_NAMED = (*LIVES[S.THANKED], ev.ReferralReceived(at=at(3, 11), referral=REFERRAL))
_PROMISED = (*LIVES[S.HELD], ev.CommitmentMade(at=at(3, 10, 15), commitment=PROMISE))
_SILENCED = (*_REQUESTED, ev.DoNotContactAsked(at=at(3, 4)))
_UNPREPARED = (FOUND, ev.Withdrawn(at=at(3, 2)), ev.Reopened(at=at(6, 1)))
_TWICE_MISSED = (
    *LIVES[S.NO_SHOW],
    ev.Rebooked(at=at(3, 11)),
    ev.Scheduled(at=at(3, 11, 10), slot=slot_at(at(3, 17))),
    ev.NoShowRecorded(at=at(3, 17, 10), by=Party.CONTACT),
)
_ENDED_FOR_GOOD = (*LIVES[S.SCHEDULED], ev.Cancelled(at=at(3, 6), by=Party.SEEKER, final=True))
_GROUPED = (*LIVES[S.ACCEPTED], ev.GroupJoined(at=at(3, 4), group_id="panel-1"))
_APOLOGISED = (*_MISSED_BY_SEEKER, ev.ApologySent(at=at(3, 10, 16)))
_FULL = (*LIVES[S.HELD], *(ev.NoteTaken(at=at(3, 11), note=Note(f"note {n}")) for n in range(500)))

# After a request on Tuesday 3 March, Wednesday is the first day, and Thursday of the next week the seventh.
_FIRST_NUDGE = midnight(2026, 3, 12)


def _asking(when: datetime, *, minutes: int = 20, **said: Any) -> ev.RequestSent:  # noqa: ANN401 - any field
    return ev.RequestSent(at=when, minutes=minutes, **said)


def _intro(**said: Any) -> ev.IntroRequested:  # noqa: ANN401 - any field
    usual = {"objective": OBJECTIVE, "connection": FRIEND, "check_back_on": date(2026, 3, 10)}
    return ev.IntroRequested(at=at(3, 2, 10), **(usual | said))


REFUSALS = (
    # every event
    Refusal("out_of_order", S.REQUESTED, ev.OutOfOfficeReceived(at=ASKED.at - HOUR), ASKED.at),
    Refusal("other_interview", S.REQUESTED, ev.Accepted(at=at(3, 4), interview_id="talk-2")),
    Refusal(
        "duplicate_event",
        (*LIVES[S.PREPARED], attrs.evolve(ASKED, id="e-1")),
        ev.Accepted(at=at(3, 4), id="e-1"),
    ),
    Refusal(
        "duplicate_event",
        (*_REQUESTED, ev.OutOfOfficeReceived(at=at(3, 4))),
        ev.OutOfOfficeReceived(at=at(3, 4)),
    ),
    Refusal(
        "duplicate_event",
        (*_REQUESTED, ev.OutOfOfficeReceived(at=at(3, 4)), ev.ResumeRequested(at=at(3, 4))),
        ev.OutOfOfficeReceived(at=at(3, 4)),
    ),
    Refusal("sealed", _SILENCED, ev.Erased(at=at(3, 5))),
    Refusal("sealed", _SILENCED, ev.DoNotContactAsked(at=at(3, 5))),
    Refusal(
        "sealed",
        (*_INTRODUCED, ev.DoNotContactAsked(at=at(3, 4))),
        ev.NameUseAnswered(at=at(3, 5), granted=True),
    ),
    Refusal("nothing_to_undo", S.IDENTIFIED, ev.Undone(at=at(3, 2), reason="the wrong person")),
    Refusal(
        "nothing_to_undo",
        (*LIVES[S.PREPARED], ev.Undone(at=at(3, 2), reason="the wrong person")),
        ev.Undone(at=at(3, 3), reason="the wrong person"),
    ),
    Refusal("sealed", _SILENCED, ev.Undone(at=at(3, 5), reason="they did not mean it")),
    Refusal("reason_missing", S.HELD, ev.Undone(at=at(3, 11))),
    Refusal("open_obligations", S.THANKED, ev.Closed(at=at(3, 11))),
    Refusal("open_obligations", _MISSED_BY_SEEKER, ev.GaveUp(at=at(3, 11))),
    Refusal("reason_missing", S.HELD, ev.ThanksWaived(at=at(3, 11))),
    Refusal("reason_missing", S.HELD, ev.ObligationWaived(at=at(3, 11), obligation_id="debrief")),
    # asking
    Refusal("objective_missing", S.IDENTIFIED, _intro(objective=None)),
    Refusal("not_prepared", _UNPREPARED, _asking(at(6, 2))),
    Refusal("connector_missing", S.IDENTIFIED, _intro(connection=COLD)),
    Refusal("check_back_out_of_range", S.IDENTIFIED, _intro(check_back_on=date(2026, 3, 8))),
    Refusal(
        "check_back_out_of_range", S.IDENTIFIED, _intro(check_back_on=date(2026, 3, 14)), midnight(2026, 3, 4)
    ),
    Refusal(
        "check_back_out_of_range",
        S.INTRO_PENDING,
        ev.CheckedBack(at=at(3, 10), check_back_on=date(2026, 3, 16)),
    ),
    Refusal("check_back_too_early", S.INTRO_PENDING, ev.CheckedBack(at=at(3, 9)), midnight(2026, 3, 10)),
    Refusal("contact_not_asked", S.INTRO_PENDING, ev.IntroMade(at=at(3, 4), contact_agreed=False)),
    Refusal("no_name_to_use unknown_referral", S.PREPARED, ev.NameUseAnswered(at=at(3, 4), granted=True)),
    Refusal(
        "unknown_referral", S.INTRO_PENDING, ev.NameUseAnswered(at=at(3, 4), granted=True, referral_id="r-1")
    ),
    Refusal("unknown_referral", _NAMED, ev.NameUseAnswered(at=at(3, 12), granted=True)),
    Refusal("minutes_out_of_range", S.PREPARED, _asking(at(3, 3), minutes=14)),
    Refusal("minutes_out_of_range", S.PREPARED, _asking(at(3, 3), minutes=31)),
    Refusal("minutes_out_of_range", S.DEFERRED, ev.Retried(at=at(4, 10), minutes=45)),
    Refusal("consent_missing", S.PREPARED, _asking(at(3, 3), names_referrer=True)),
    Refusal("resume_attached", S.PREPARED, _asking(at(3, 3), attaches_resume=True)),
    Refusal("resume_attached", S.DEFERRED, ev.Retried(at=at(4, 10), minutes=20, attaches_resume=True)),
    Refusal("resume_not_requested", S.HELD, ev.ResumeShared(at=at(3, 11))),
    # not asking too much
    Refusal("organisation_busy", S.PREPARED, _asking(at(3, 3)), outreach=Outreach(organisation_open=2)),
    Refusal(
        "colleague_asked_lately",
        S.PREPARED,
        _asking(at(3, 3)),
        midnight(2026, 3, 5),
        outreach=Outreach(colleague_requests=(at(2, 20), at(3, 2))),
    ),
    Refusal(
        "contact_asked_enough",
        S.PREPARED,
        _asking(at(3, 3)),
        at(2, 9) + timedelta(days=30),
        outreach=Outreach(contact_requests=(at(3, 1), at(2, 8), at(2, 9), at(2, 28), at(2, 10))),
    ),
    Refusal(
        "week_full",
        S.PREPARED,
        _asking(at(3, 3)),
        at(2, 27, 1) + timedelta(days=7),
        outreach=Outreach(seeker_requests=tuple(at(2, 27, hour) for hour in range(11))),
    ),
    # waiting for an answer
    Refusal("nudge_too_early", S.REQUESTED, ev.Nudged(at=at(3, 11)), _FIRST_NUDGE),
    Refusal("nudges_used_up", _NUDGED, ev.Nudged(at=at(4, 1))),
    Refusal("nudge_on_day_off", S.REQUESTED, ev.Nudged(at=at(3, 14)), midnight(2026, 3, 16)),
    Refusal("contact_away", _AWAY, ev.Nudged(at=at(3, 16)), midnight(2026, 3, 24)),
    Refusal("expiry_too_early", S.REQUESTED, ev.Expired(at=at(3, 23)), midnight(2026, 3, 24)),
    Refusal("until_not_ahead", S.REQUESTED, ev.Deferred(at=at(3, 5), until=date(2026, 3, 5))),
    Refusal("retry_too_early", S.DEFERRED, ev.Retried(at=at(4, 9), minutes=20), midnight(2026, 4, 10)),
    Refusal(
        "no_reply_to_thank_for",
        (*LIVES[S.DECLINED], ev.ReplyThanked(at=at(3, 5))),
        ev.ReplyThanked(at=at(3, 6)),
    ),
    Refusal("too_many_questions", S.WRITTEN, ev.QuestionsSent(at=at(3, 5), count=6)),
    # agreeing on a time
    Refusal("slot_too_soon", S.ACCEPTED, ev.Scheduled(at=TALK.start - HOUR, slot=TALK)),
    Refusal(
        "slot_too_soon", S.ACCEPTED, ev.TimesProposed(at=at(3, 5), slots=(TALK, slot_at(at(3, 5, 10, 59))))
    ),
    Refusal(
        "slot_taken",
        S.REQUESTED,
        ev.Scheduled(at=at(3, 5), slot=TALK),
        outreach=Outreach(taken=(slot_at(at(3, 9, 14)), slot_at(at(3, 10, 14, 10)))),
    ),
    Refusal(
        "slot_taken",
        S.ACCEPTED,
        ev.TimesProposed(at=at(3, 5), slots=(slot_at(at(3, 9)), TALK)),
        outreach=Outreach(taken=(slot_at(at(3, 10, 13, 50)),)),
    ),
    Refusal(
        "too_many_slots",
        S.ACCEPTED,
        ev.TimesProposed(at=at(3, 5), slots=tuple(slot_at(at(3, 10, h)) for h in range(5))),
    ),
    Refusal(
        "slots_overlap", S.SCHEDULING, ev.TimeCountered(at=at(3, 5), slots=(TALK, slot_at(at(3, 10, 14, 19))))
    ),
    Refusal("length_out_of_range", S.REQUESTED, ev.Scheduled(at=at(3, 5), slot=slot_at(TALK.start, 31))),
    Refusal(
        "length_out_of_range",
        S.SCHEDULED,
        ev.Rescheduled(at=at(3, 5), slot=slot_at(TALK.start, 14), by=Party.CONTACT),
    ),
    Refusal("start_has_passed", S.SCHEDULED, ev.Confirmed(at=TALK.start)),
    Refusal("start_has_passed", S.CONFIRMED, ev.Cancelled(at=TALK.start, by=Party.CONTACT)),
    Refusal("start_has_passed", S.CONFIRMED, ev.Withdrawn(at=TALK.start)),
    Refusal(
        "start_has_passed",
        S.CONFIRMED,
        ev.Rescheduled(at=TALK.start, slot=slot_at(at(3, 20)), by=Party.CONTACT),
    ),
    Refusal("moves_used_up", _MOVED, ev.Rescheduled(at=at(3, 7), slot=TALK, by=Party.SEEKER)),
    Refusal(
        "no_show_too_early",
        S.CONFIRMED,
        ev.NoShowRecorded(at=TALK.start, by=Party.CONTACT),
        TALK.start + timedelta(minutes=15),
    ),
    Refusal("no_apology_owed", S.NO_SHOW, ev.ApologySent(at=at(3, 11))),
    Refusal("apology_owed", _MISSED_BY_SEEKER, ev.Rebooked(at=at(3, 11))),
    Refusal("cancelled_for_good", _ENDED_FOR_GOOD, ev.Rebooked(at=at(3, 11))),
    Refusal("too_many_no_shows", _TWICE_MISSED, ev.Rebooked(at=at(3, 18))),
    Refusal(
        "rebook_too_early",
        _APOLOGISED,
        ev.Rebooked(at=at(3, 11)),
        at(3, 10, 15) + timedelta(days=7),
        CAMPUS,
    ),
    # several contacts in one meeting
    Refusal("in_a_group", _GROUPED, ev.GroupJoined(at=at(3, 5), group_id="panel-2")),
    Refusal("in_a_group", _GROUPED, ev.GroupJoined(at=at(3, 5), group_id="panel-1")),
    Refusal("in_no_group", S.ACCEPTED, ev.GroupLeft(at=at(3, 5))),
    # the talk
    Refusal(
        "start_too_early", S.CONFIRMED, ev.Started(at=TALK.start - HOUR), TALK.start - timedelta(minutes=15)
    ),
    Refusal("overrun_too_early", S.IN_PROGRESS, ev.OverrunGranted(at=TALK.start, minutes=5), TALK.end),
    Refusal("overrun_used_up overrun_too_long", _SPENT, ev.OverrunGranted(at=at(3, 10, 14, 25), minutes=1)),
    Refusal("overrun_too_long", _OVERRUN, ev.OverrunGranted(at=TALK.end, minutes=4)),
    Refusal("held_too_early", S.SCHEDULED, ev.Held(at=TALK.start - HOUR), TALK.start),
    # afterwards
    Refusal("too_many_takeaways", _FULL, ev.NoteTaken(at=at(3, 12), note=Note("one too many"))),
    Refusal("too_many_takeaways", _FULL, ev.InsightRecorded(at=at(3, 12), insight=INSIGHT)),
    Refusal(
        "duplicate_reference",
        _NAMED,
        ev.InsightRecorded(at=at(3, 12), insight=attrs.evolve(INSIGHT, id=REFERRAL.id)),
    ),
    Refusal(
        "thanks_too_early", S.HELD, ev.ThanksSent(at=TALK.end, specific="the maps"), TALK.end + HOUR, GENTLE
    ),
    Refusal("nothing_specific", S.HELD, ev.ThanksSent(at=at(3, 10, 18))),
    Refusal(
        "no_commitment_open unknown_commitment", S.HELD, ev.CommitmentKept(at=at(3, 11), commitment_id="p-1")
    ),
    Refusal("unknown_commitment", _PROMISED, ev.CommitmentKept(at=at(3, 11), commitment_id="p-2")),
    Refusal("no_report_owed unknown_report", S.THANKED, ev.ReportedBack(at=at(3, 11), about="r-1")),
    Refusal("unknown_report", _NAMED, ev.ReportedBack(at=at(3, 12), about="r-2")),
    Refusal(
        "nothing_owed unknown_obligation",
        S.PREPARED,
        ev.ObligationWaived(at=at(3, 4), obligation_id="debrief", reason="no need"),
    ),
    Refusal(
        "unknown_obligation",
        S.HELD,
        ev.ObligationWaived(at=at(3, 11), obligation_id="apology", reason="no need"),
    ),
    Refusal("hook_missing", S.IN_TOUCH, ev.Reconnected(at=at(8, 1))),
    Refusal("hook_missing", S.DORMANT, ev.Reconnected(at=at(12, 1))),
    Refusal(
        "reconnect_too_early",
        S.THANKED,
        ev.Reconnected(at=at(4, 1), hook="news"),
        at(3, 10, 18) + timedelta(days=42),
    ),
    Refusal("lapse_too_early", S.IN_TOUCH, ev.Lapsed(at=at(6, 1)), at(4, 21, 18) + timedelta(days=180)),
    Refusal("reopen_too_early", S.DECLINED, ev.Reopened(at=at(5, 1)), at(3, 4) + timedelta(days=90)),
)

OWN_REASONS = tuple(refusal for refusal in REFUSALS if refusal.outreach is None)
OTHERS_REASONS = tuple(refusal for refusal in REFUSALS if refusal.outreach is not None)
WAITS = tuple(refusal for refusal in REFUSALS if refusal.earliest is not None)

_by_label = pytest.mark.parametrize("refusal", REFUSALS, ids=lambda refusal: refusal.label)


def refusal_of(
    interview: Interview,
    event: Event,
    *,
    policy: Policy = CLASSIC,
    calendar: BusinessCalendar = WEEKDAYS,
    outreach: Outreach | None = None,
) -> GuardError | None:
    """Apply an event and return the refusal, if there is one."""
    try:
        interview.apply(event, policy=policy, calendar=calendar, outreach=outreach)
    except GuardError as error:
        return error
    return None


def first_legal(
    interview: Interview,
    event: Event,
    *,
    policy: Policy = CLASSIC,
    calendar: BusinessCalendar = WEEKDAYS,
    outreach: Outreach | None = None,
) -> datetime:
    """Find the first instant an event may have, and check that it is the first."""

    def refused_at(moment: datetime) -> GuardError | None:
        moved = attrs.evolve(event, at=moment)
        return refusal_of(interview, moved, policy=policy, calendar=calendar, outreach=outreach)

    refused = refused_at(event.at)
    assert refused is not None
    assert refused.earliest is not None
    assert refused_at(refused.earliest - MICROSECOND) is not None
    assert refused_at(refused.earliest) is None
    return refused.earliest


def _error_of(refusal: Refusal) -> GuardError | None:
    return refusal_of(refusal.interview, refusal.event, policy=refusal.policy, outreach=refusal.outreach)


def check_refusal(refusal: Refusal) -> None:
    """Check that exactly the named rules refuse, from when the event passes, and that nothing changes."""
    interview = refusal.interview
    before = copy.deepcopy(interview)
    error = refusal_of(interview, refusal.event, policy=refusal.policy, outreach=refusal.outreach)
    assert error is not None
    assert sorted(refusal.codes.split()) == sorted(reason.code for reason in error.reasons)
    assert type(refusal.event).__name__ == error.event
    assert refusal.earliest == error.earliest
    assert before == interview


class TestRefusals:
    """The catalogue: for every rule at least one event that it alone refuses, where it can stand alone."""

    @_by_label
    def test_name_their_rules(self, refusal: Refusal) -> None:
        """The refused event names the rules and the first legal instant, and nothing has changed."""
        check_refusal(refusal)

    def test_cover_every_rule(self) -> None:
        """Every rule of the table, and every rule for all events, has its example."""
        wanted = {guard.code for row in TRANSITIONS for guard in row.guards}
        wanted |= {"out_of_order", "other_interview", "duplicate_event", "sealed"}
        assert wanted == {code for refusal in REFUSALS for code in refusal.codes.split()}

    @_by_label
    def test_give_a_sentence_for_each_reason(self, refusal: Refusal) -> None:
        """The text of the error holds every code and sentence, and no blank template."""
        error = _error_of(refusal)
        for reason in error.reasons if error else ():
            assert f"{reason.sentence} [{reason.code}]" in str(error)
            assert "{" not in reason.sentence

    @pytest.mark.parametrize("refusal", WAITS, ids=lambda refusal: refusal.label)
    def test_end_at_the_first_instant(self, refusal: Refusal) -> None:
        """One microsecond before the first legal instant the event is refused, at that instant it passes."""
        first = first_legal(
            refusal.interview, refusal.event, policy=refusal.policy, outreach=refusal.outreach
        )
        assert refusal.earliest == first

    @pytest.mark.parametrize("refusal", WAITS, ids=lambda refusal: refusal.label)
    def test_are_in_utc(self, refusal: Refusal) -> None:
        """The first legal instant comes in UTC."""
        error = _error_of(refusal)
        assert error is not None
        assert error.earliest is not None
        assert error.earliest.tzinfo is UTC

    @_by_label
    def test_are_foreseen_by_a_decision(self, refusal: Refusal) -> None:
        """A decision about the same instant names each rule, as a reason or as a requirement of the event."""
        decision = refusal.interview.decide(
            type(refusal.event), now=refusal.event.at, policy=refusal.policy, outreach=refusal.outreach
        )
        codes = set(refusal.codes.split()) - {"other_interview", "duplicate_event"}
        reasons, required = ({r.code for r in rs} for rs in (decision.reasons, decision.requires))
        assert codes <= reasons | required
        assert reasons <= codes

    @pytest.mark.parametrize("refusal", OWN_REASONS, ids=lambda refusal: refusal.label)
    def test_hold_in_a_replay_under_the_same_policy(self, refusal: Refusal) -> None:
        """Replaying the history with the event is refused with the same error, which tells the place."""
        history = refusal.interview.history
        applied = _error_of(refusal)
        with pytest.raises(GuardError) as replayed:
            Interview.replay((*history, refusal.event), policy=refusal.policy)
        assert applied is not None
        assert (*applied.args[:-1], len(history)) == replayed.value.args

    @pytest.mark.parametrize("refusal", OTHERS_REASONS, ids=lambda refusal: refusal.label)
    def test_on_account_of_others_are_not_in_the_history(self, refusal: Refusal) -> None:
        """What else was going on is not recorded: a replay, and whoever does not say it, asks no cap."""
        history = refusal.interview.history
        replayed = Interview.replay((*history, refusal.event), policy=refusal.policy)
        assert refusal.interview.apply(refusal.event, policy=refusal.policy) == replayed


# -- every rule is needed: without it the catalogue fails -------------------------------------------------


def _without(code: str, row: Transition) -> Transition:
    return attrs.evolve(row, guards=tuple(guard for guard in row.guards if guard.code != code))


@contextmanager
def rule_forgotten(code: str) -> Iterator[None]:
    """Let a rule be forgotten everywhere for a while."""
    everywhere = tuple(g for g in _interview.EVERY_EVENT if g.code != code)
    with pytest.MonkeyPatch.context() as patch:
        for row in TRANSITIONS:
            patch.setitem(LIFECYCLE.rows[row.event], row.source, _without(code, row))
        patch.setattr(_interview, "EVERY_EVENT", everywhere)
        yield


class TestForgottenRules:
    """Deliberately broken lifecycles: each forgets one rule."""

    @pytest.mark.parametrize("code", sorted({code for refusal in REFUSALS for code in refusal.codes.split()}))
    def test_are_noticed(self, code: str) -> None:
        """The catalogue notices when a rule no longer refuses."""
        examples = [refusal for refusal in REFUSALS if code in refusal.codes.split()]
        # Where even the beginning may be undone, no history is left.
        with rule_forgotten(code), pytest.raises((AssertionError, InvalidValueError)):
            _check_all(examples)


def _check_all(refusals: Iterable[Refusal]) -> None:
    for refusal in refusals:
        check_refusal(refusal)


# -- the exact readings -----------------------------------------------------------------------------------


def requested(when: datetime, *, zone: str = BERLIN, policy: Policy = CLASSIC) -> Interview:
    """Find an interview whose request went out at an instant."""
    start = when - HOUR
    return life(
        attrs.evolve(FOUND, at=start, zone=zone), attrs.evolve(READY, at=start), _asking(when), policy=policy
    )


def first_nudge(
    interview: Interview, *, policy: Policy = CLASSIC, calendar: BusinessCalendar = WEEKDAYS
) -> datetime:
    """Find the first instant of a nudge."""
    soon = interview.history[-1].at + HOUR
    return first_legal(interview, ev.Nudged(at=soon), policy=policy, calendar=calendar)


class TestBusinessDays:
    """*n business days after* a moment: the dates after its own that are no weekend, holiday, quiet day."""

    def test_leave_out_weekends(self) -> None:
        """Seven business days after a Tuesday end on the Thursday of the week after."""
        assert midnight(2026, 3, 12) == first_nudge(requested(at(3, 3)))

    def test_do_not_count_the_day_itself(self) -> None:
        """It makes no difference whether the request went out early or late on the day."""
        early, late = requested(midnight(2026, 3, 3)), requested(midnight(2026, 3, 4) - MICROSECOND)
        assert [midnight(2026, 3, 12)] * 2 == [first_nudge(early), first_nudge(late)]

    def test_begin_after_a_weekend(self) -> None:
        """From a Saturday, the Monday is the first day."""
        assert midnight(2026, 3, 17) == first_nudge(requested(at(3, 7)))

    def test_leave_out_holidays(self) -> None:
        """Good Friday and Easter Monday do not count where the calendar knows them."""
        asked = requested(at(3, 30))
        assert midnight(2026, 4, 8) == first_nudge(asked)
        assert midnight(2026, 4, 10) == first_nudge(asked, calendar=EASTER)

    def test_leave_out_quiet_days(self) -> None:
        """From 20 December to 2 January nothing counts: three days before, four after."""
        assert midnight(2027, 1, 7) == first_nudge(requested(at(12, 15)))

    @pytest.mark.parametrize(
        ("wait", "reached"),
        [(3, (2026, 12, 19)), (4, (2027, 1, 3))],
        ids=["the last before", "the first after"],
    )
    def test_quiet_days_begin_and_end_on_their_dates(self, wait: int, reached: tuple[int, int, int]) -> None:
        """19 December still counts, 20 December to 2 January do not, 3 January does."""
        policy = attrs.evolve(CLASSIC, nudge_wait=wait)
        asked = requested(at(12, 16), policy=policy)
        assert midnight(*reached) == first_nudge(asked, policy=policy, calendar=EveryDay())

    def test_quiet_days_are_policy(self) -> None:
        """Without quiet days only weekends are left out; with others, those."""
        quiet = attrs.evolve(CLASSIC, quiet_days=(QuietDays((3, 4), (3, 6)),))
        assert midnight(2026, 12, 24) == first_nudge(requested(at(12, 15)), policy=EAGER)
        assert midnight(2026, 3, 17) == first_nudge(requested(at(3, 3)), policy=quiet)

    def test_quiet_days_hold_for_nudges_too(self) -> None:
        """A nudge on a quiet day is refused until the first business day after them."""
        asked = requested(at(12, 1))
        assert midnight(2027, 1, 4) == first_legal(asked, ev.Nudged(at=at(12, 22)))

    def test_are_counted_in_the_contacts_zone(self) -> None:
        """Noon of Monday in UTC is Tuesday in Auckland, and the count begins a day later there."""
        moment = at(3, 2, 12)
        assert midnight(2026, 3, 11, BERLIN) == first_nudge(requested(moment))
        assert midnight(2026, 3, 12, AUCKLAND) == first_nudge(requested(moment, zone=AUCKLAND))
        assert at(3, 11, 11) == first_nudge(requested(moment, zone=AUCKLAND))

    def test_split_at_local_midnight(self) -> None:
        """A microsecond before midnight in Auckland still belongs to the day before."""
        boundary = midnight(2026, 3, 3, AUCKLAND)
        before, after = (
            first_nudge(requested(moment, zone=AUCKLAND)) for moment in (boundary - MICROSECOND, boundary)
        )
        assert [midnight(2026, 3, 11, AUCKLAND), midnight(2026, 3, 12, AUCKLAND)] == [before, after]

    def test_days_off_are_the_contacts_days_off(self) -> None:
        """Sunday evening in UTC is Monday in Auckland: a nudge is legal there and not in Berlin."""
        sunday_evening = at(3, 15, 20)
        nudge = ev.Nudged(at=sunday_evening)
        assert refusal_of(requested(at(3, 2), zone=AUCKLAND), nudge) is None
        assert midnight(2026, 3, 16) == first_legal(requested(at(3, 2)), nudge)

    def test_begin_at_midnight_across_a_change_of_clocks(self) -> None:
        """The first instant of a day after the change in spring is an hour earlier in UTC."""
        assert datetime(2026, 3, 30, 22, tzinfo=UTC) == first_nudge(requested(at(3, 20)))
        assert datetime(2026, 11, 2, 23, tzinfo=UTC) == first_nudge(requested(at(10, 23)))

    def test_begin_after_a_skipped_midnight(self) -> None:
        """Where clocks skip midnight, the day begins at one: in Cairo on 24 April 2026."""
        asked = requested(at(4, 22), zone="Africa/Cairo")
        policy = attrs.evolve(CLASSIC, nudge_wait=2)
        assert datetime(2026, 4, 23, 22, tzinfo=UTC) == first_nudge(asked, policy=policy)

    def test_need_a_calendar_that_works_some_day(self) -> None:
        """A calendar that always rests is refused instead of being counted on for ever."""
        with pytest.raises(InvalidValueError) as refusal:
            requested(at(3, 3)).apply(ev.Nudged(at=at(4, 1)), calendar=NoDay())
        assert refusal.value.code == "no_business_day"


class TestNudging:
    """Waits run from the last request or nudge; an out-of-office reply moves the next nudge."""

    def test_second_nudge_waits_from_the_first(self) -> None:
        """The wait begins anew with a nudge."""
        nudged = life(*_NUDGED, policy=EAGER)
        assert midnight(2026, 3, 23) == first_nudge(nudged, policy=EAGER)

    def test_waits_from_a_retry(self) -> None:
        """The wait begins anew with a request after a deferral, also where a nudge went before."""
        retried = life(
            *_NUDGED,
            ev.Deferred(at=at(3, 13), until=date(2026, 3, 14)),
            ev.Retried(at=at(4, 6), minutes=20),
            policy=EAGER,
        )
        assert midnight(2026, 4, 15) == first_nudge(retried, policy=EAGER)

    def test_waits_from_an_introduction(self) -> None:
        """An introduction stands for the request."""
        introduced = life(*_INTRODUCED, ev.IntroMade(at=at(3, 3), contact_agreed=True))
        assert midnight(2026, 3, 12) == first_nudge(introduced)

    def test_counts_over_a_deferral(self) -> None:
        """A deferral gives no new nudges to one attempt."""
        retried = life(
            *_NUDGED, ev.Deferred(at=at(3, 13), until=date(2026, 3, 14)), ev.Retried(at=at(4, 6), minutes=20)
        )
        refused = refusal_of(retried, ev.Nudged(at=at(5, 4)))
        assert refused is not None
        assert [reason.code for reason in refused.reasons] == ["nudges_used_up"]

    def test_is_limited_by_the_policy(self) -> None:
        """Finance allows a second nudge after five business days, and no third."""
        twice = life(*_REQUESTED, ev.Nudged(at=at(3, 10)), ev.Nudged(at=at(3, 17)), policy=FINANCE)
        assert twice.nudges == 2
        assert refusal_of(twice, ev.Nudged(at=at(4, 1)), policy=FINANCE) is not None

    def test_can_be_forbidden(self) -> None:
        """A policy without nudges allows none."""
        policy = attrs.evolve(CLASSIC, nudge_max=0)
        assert refusal_of(life(*_REQUESTED), ev.Nudged(at=at(4, 1)), policy=policy) is not None

    @pytest.mark.parametrize(
        ("back", "first"),
        [
            (date(2026, 3, 20), midnight(2026, 3, 24)),
            (date(2026, 3, 21), midnight(2026, 3, 24)),
            (date(2026, 3, 23), midnight(2026, 3, 25)),
            (date(2026, 3, 2), _FIRST_NUDGE),
        ],
        ids=["a Friday", "a Saturday", "a Monday", "long back"],
    )
    def test_waits_two_business_days_after_a_return(self, back: date, first: datetime) -> None:
        """With a return date the second business day after it is the first for a nudge."""
        away = life(*_REQUESTED, ev.OutOfOfficeReceived(at=at(3, 3, 10), return_on=back))
        assert first == first_nudge(away)

    def test_waits_five_business_days_after_an_undated_reply(self) -> None:
        """Without a return date five business days count from the reply."""
        away = life(*_REQUESTED, ev.OutOfOfficeReceived(at=at(3, 11)))
        assert midnight(2026, 3, 18) == first_nudge(away)

    def test_heeds_the_last_reply(self) -> None:
        """A later out-of-office reply replaces an earlier one."""
        away = life(*_AWAY, ev.OutOfOfficeReceived(at=at(3, 11)))
        assert midnight(2026, 3, 18) == first_nudge(away)

    def test_forgets_an_absence_with_the_next_request(self) -> None:
        """An absence that was announced before a retry does not hold it up."""
        retried = life(
            *_REQUESTED,
            ev.OutOfOfficeReceived(at=at(3, 4), return_on=date(2026, 6, 30)),
            ev.Deferred(at=at(3, 5), until=date(2026, 3, 6)),
            ev.Retried(at=at(4, 6), minutes=20),
        )
        assert midnight(2026, 4, 15) == first_nudge(retried)

    def test_never_falls_on_a_day_off(self) -> None:
        """A nudge on a holiday is refused until the next business day."""
        asked = requested(at(3, 2))
        assert midnight(2026, 4, 7) == first_legal(asked, ev.Nudged(at=at(4, 3)), calendar=EASTER)


class TestCaps:
    """Nobody is flooded: so many requests for a contact, an organisation and a week, whoever else asks."""

    def prepared(self, *, zone: str = BERLIN) -> Interview:
        """Find an interview in which nobody has been asked yet."""
        return life(attrs.evolve(FOUND, zone=zone), READY)

    def codes(self, outreach: Outreach | None, policy: Policy = CLASSIC) -> list[str]:
        """List the rules against a request at nine on 3 March."""
        refused = refusal_of(self.prepared(), _asking(at(3, 3)), policy=policy, outreach=outreach)
        return [reason.code for reason in refused.reasons] if refused else []

    def test_are_not_asked_of_one_interview_alone(self) -> None:
        """Where nobody says what else is going on, and where nothing is, a request passes."""
        assert [self.codes(None), self.codes(Outreach())] == [[], []]

    def test_leave_room_below_their_numbers(self) -> None:
        """One person, three requests to the contact, nine in the week: one more is fine."""
        outreach = Outreach(
            organisation_open=1,
            contact_requests=(at(3, 1),) * 3,
            seeker_requests=(at(3, 2),) * 9,
        )
        assert self.codes(outreach) == []

    def test_end_after_thirty_days_and_after_seven(self) -> None:
        """A request that is exactly as old no longer counts, one that is a microsecond younger does."""
        month, week = at(3, 3) - timedelta(days=30), at(3, 3) - timedelta(days=7)
        old = Outreach(contact_requests=(month,) * 4, seeker_requests=(week,) * 10)
        young = Outreach(
            contact_requests=(month + MICROSECOND,) * 4, seeker_requests=(week + MICROSECOND,) * 10
        )
        assert [self.codes(old), self.codes(young)] == [[], ["contact_asked_enough", "week_full"]]

    def test_open_when_enough_of_the_last_are_old(self) -> None:
        """Of many requests the one counts that must grow old to leave room for one more."""
        asked = tuple(at(2, day) for day in range(1, 29))
        first = first_legal(
            self.prepared(), _asking(at(3, 3)), outreach=Outreach(contact_requests=asked[::-1])
        )
        assert at(2, 25) + timedelta(days=30) == first

    def test_wait_for_a_person_of_the_organisation(self) -> None:
        """Waiting alone does not help against a full house: somebody there must be met first."""
        refused = refusal_of(self.prepared(), _asking(at(3, 3)), outreach=Outreach(organisation_open=2))
        assert refused is not None
        assert refused.earliest is None

    @pytest.mark.parametrize(
        ("asked", "zone", "first"),
        [
            (at(2, 27), BERLIN, midnight(2026, 3, 4)),
            (at(3, 1), BERLIN, midnight(2026, 3, 4)),
            (at(3, 2), BERLIN, midnight(2026, 3, 5)),
            (at(3, 2, 12), AUCKLAND, midnight(2026, 3, 6, AUCKLAND)),
        ],
        ids=["a Friday", "a Sunday", "a Monday", "a Tuesday there"],
    )
    def test_give_a_colleague_three_business_days(self, asked: datetime, zone: str, first: datetime) -> None:
        """The days after the last request to a colleague are counted where the contact is."""
        outreach = Outreach(colleague_requests=(at(2, 2), asked, at(2, 3)))
        request = _asking(at(3, 3))
        assert first == first_legal(self.prepared(zone=zone), request, outreach=outreach)

    def test_leave_out_quiet_days_and_holidays(self) -> None:
        """A colleague has as much time as anybody else over Easter."""
        prepared = life(FOUND, READY)
        outreach = Outreach(colleague_requests=(at(4, 2),))
        quiet = attrs.evolve(CLASSIC, quiet_days=(QuietDays((4, 7), (4, 7)),))
        request = _asking(at(4, 3))
        reached = [
            first_legal(prepared, request, outreach=outreach, calendar=calendar, policy=policy)
            for calendar, policy in ((WEEKDAYS, CLASSIC), (EASTER, CLASSIC), (EASTER, quiet))
        ]
        assert reached == [midnight(2026, 4, 7), midnight(2026, 4, 9), midnight(2026, 4, 10)]

    def test_are_policy(self) -> None:
        """Every number can be another one, and no wait for colleagues is none at all."""
        stricter = attrs.evolve(CLASSIC, organisation_live_max=1, contact_month_max=1, week_requests_max=1)
        outreach = Outreach(
            organisation_open=1,
            contact_requests=(at(3, 2),),
            seeker_requests=(at(3, 2),),
            colleague_requests=(at(3, 3),),
        )
        full = ["organisation_busy", "contact_asked_enough", "week_full"]
        assert self.codes(outreach) == ["colleague_asked_lately"]
        assert self.codes(outreach, attrs.evolve(stricter, second_contact_wait=0)) == full

    def test_are_named_together(self) -> None:
        """All caps that are reached are told, and the first instant suits them all."""
        outreach = Outreach(
            contact_requests=(at(2, 20),) * 4,
            seeker_requests=(at(3, 2),) * 10,
            colleague_requests=(at(3, 2),),
        )
        refused = refusal_of(self.prepared(), _asking(at(3, 3)), outreach=outreach)
        assert refused is not None
        assert [reason.code for reason in refused.reasons] == [
            "colleague_asked_lately",
            "contact_asked_enough",
            "week_full",
        ]
        assert at(2, 20) + timedelta(days=30) == refused.earliest

    def test_are_foreseen(self) -> None:
        """A decision asks them too."""
        outreach = Outreach(seeker_requests=(at(3, 2),) * 10)
        decision = self.prepared().decide(ev.RequestSent, now=at(3, 3), outreach=outreach)
        assert [reason.code for reason in decision.reasons] == ["week_full"]
        assert at(3, 9) == decision.earliest

    def test_do_not_ask_about_the_organisation_twice(self) -> None:
        """Asking again is a request like any other, but the person is one of those who are asked already."""
        retry = ev.Retried(at=at(4, 10), minutes=20)
        colleagues = Outreach(organisation_open=9, colleague_requests=(at(4, 10),))
        many = Outreach(contact_requests=(at(4, 10),) * 4, seeker_requests=(at(4, 10),) * 10)
        refused = refusal_of(living(S.DEFERRED), retry, outreach=many)
        assert refused is not None
        assert [reason.code for reason in refused.reasons] == ["contact_asked_enough", "week_full"]
        assert refusal_of(living(S.DEFERRED), retry, outreach=colleagues) is None


class TestExpiring:
    """`Expired`: after the policy's wait since the last nudge, or since the request when none was sent."""

    def test_waits_fifteen_business_days_after_a_request(self) -> None:
        """Without a nudge the silence lasts fifteen business days."""
        assert midnight(2026, 3, 24) == first_legal(life(*_REQUESTED), ev.Expired(at=at(3, 4)))

    def test_waits_ten_business_days_after_a_nudge(self) -> None:
        """After a nudge it lasts ten, counted from the nudge."""
        assert midnight(2026, 3, 26) == first_legal(life(*_NUDGED), ev.Expired(at=at(3, 24)))

    def test_may_fall_on_a_weekend(self) -> None:
        """Only nudges need a business day: silence may be noted on a Saturday."""
        assert S.NO_RESPONSE is life(*_REQUESTED, ev.Expired(at=at(3, 28))).stage


class TestAskingAgain:
    """`Retried`: not before `until`, and not before the policy's minimum since the deferral."""

    def deferred(self, until: date) -> Interview:
        """Find an interview deferred on 5 March at nine."""
        return life(*_REQUESTED, ev.Deferred(at=at(3, 5), until=until))

    def test_waits_for_the_day(self) -> None:
        """A day further off than three weeks decides, from its first local instant."""
        assert midnight(2026, 4, 10) == first_legal(
            self.deferred(date(2026, 4, 10)), ev.Retried(at=at(3, 6), minutes=20)
        )

    def test_waits_for_three_weeks(self) -> None:
        """A nearer day does not: 21 times 24 hours pass, across the change of clocks too."""
        until_soon = first_legal(self.deferred(date(2026, 3, 6)), ev.Retried(at=at(3, 6), minutes=20))
        across_the_change = life(*_REQUESTED, ev.Deferred(at=at(3, 20), until=date(2026, 3, 21)))
        assert at(3, 26) == until_soon
        assert at(4, 10) == first_legal(across_the_change, ev.Retried(at=at(3, 21), minutes=20))

    def test_names_a_day_after_today(self) -> None:
        """The day lies after today in the contact's zone: tomorrow passes, today does not."""
        tomorrow, today = date(2026, 3, 6), date(2026, 3, 5)
        assert tomorrow == self.deferred(tomorrow).deferred_until
        in_auckland = requested(at(3, 4), zone=AUCKLAND)
        # 23:00 on 4 March in UTC is 5 March in Auckland.
        assert refusal_of(in_auckland, ev.Deferred(at=at(3, 4, 23), until=today)) is not None
        assert refusal_of(in_auckland, ev.Deferred(at=at(3, 4, 23), until=tomorrow)) is None


class TestSlots:
    """Slots: in the future, at least the lead time ahead; one bad slot refuses the event."""

    def test_at_the_lead_time_are_legal(self) -> None:
        """A slot exactly two hours ahead passes, a microsecond less does not."""
        soonest = slot_at(at(3, 5, 11))
        accepted = living(S.ACCEPTED)
        assert refusal_of(accepted, ev.Scheduled(at=at(3, 5), slot=soonest)) is None
        assert refusal_of(accepted, ev.Scheduled(at=at(3, 5) + MICROSECOND, slot=soonest)) is not None

    def test_lie_in_the_future_even_without_a_lead(self) -> None:
        """Without a lead time a slot that begins now is still too soon."""
        policy = attrs.evolve(CLASSIC, slot_lead_minutes=0)
        accepted = living(S.ACCEPTED)
        now, soon = slot_at(at(3, 5)), slot_at(at(3, 5) + MICROSECOND)
        assert refusal_of(accepted, ev.Scheduled(at=at(3, 5), slot=now), policy=policy) is not None
        assert refusal_of(accepted, ev.Scheduled(at=at(3, 5), slot=soon), policy=policy) is None

    @pytest.mark.parametrize("position", range(3))
    def test_one_bad_slot_refuses_all(self, position: int) -> None:
        """It does not matter which of the slots is the bad one."""
        slots = [slot_at(at(3, 10, hour)) for hour in (8, 10, 12)]
        slots[position] = slot_at(at(3, 5, 10))
        refused = refusal_of(living(S.ACCEPTED), ev.TimesProposed(at=at(3, 5), slots=tuple(slots)))
        assert refused is not None
        assert [reason.code for reason in refused.reasons] == ["slot_too_soon"]

    def test_may_touch(self) -> None:
        """Slots that only touch do not overlap, in whatever order they come."""
        touching = (slot_at(TALK.end), TALK, slot_at(TALK.end + timedelta(minutes=20)))
        assert refusal_of(living(S.ACCEPTED), ev.TimesProposed(at=at(3, 5), slots=touching)) is None

    def test_as_many_as_the_policy_says(self) -> None:
        """Four times are fine, a counter-proposal by the contact may hold more."""
        accepted, scheduling = living(S.ACCEPTED), living(S.SCHEDULING)
        slots = tuple(slot_at(at(3, 10, hour)) for hour in range(5))
        assert refusal_of(accepted, ev.TimesProposed(at=at(3, 5), slots=slots[:4])) is None
        assert refusal_of(scheduling, ev.TimeCountered(at=at(3, 5), slots=slots)) is None

    def test_a_free_time_lies_beside_what_is_taken(self) -> None:
        """Talks may follow each other without a break; the contact may propose what is taken."""
        beside = Outreach(taken=(slot_at(at(3, 10, 13, 40)), slot_at(at(3, 10, 14, 20))))
        taken = Outreach(taken=(TALK,))
        agreed = ev.Scheduled(at=at(3, 5), slot=TALK)
        countered = ev.TimeCountered(at=at(3, 5), slots=(TALK,))
        moved = ev.Rescheduled(at=at(3, 6), slot=TALK, by=Party.CONTACT)
        assert refusal_of(living(S.SCHEDULING), agreed, outreach=beside) is None
        assert refusal_of(living(S.SCHEDULING), countered, outreach=taken) is None
        refused = refusal_of(living(S.SCHEDULED), moved, outreach=taken)
        assert refused is not None
        assert [reason.code for reason in refused.reasons] == ["slot_taken"]

    @pytest.mark.parametrize("minutes", [15, 30])
    @pytest.mark.parametrize("stage", [S.ACCEPTED, S.SCHEDULING, S.REQUESTED])
    def test_the_limits_of_the_length_are_legal(self, stage: Stage, minutes: int) -> None:
        """Fifteen and thirty minutes can be agreed on from every stage that may agree."""
        agreed = living(stage).apply(ev.Scheduled(at=at(3, 5), slot=slot_at(TALK.start, minutes)))
        assert S.SCHEDULED is agreed.stage

    def test_proposals_may_have_any_length(self) -> None:
        """Only what is agreed on is measured: the contact may propose an hour."""
        hour = ev.TimeCountered(at=at(3, 5), slots=(slot_at(TALK.start, 60),))
        assert refusal_of(living(S.SCHEDULING), hour) is None


class TestTheAppointment:
    """Confirming, moving, cancelling: before the start only; moves by the seeker are limited."""

    @pytest.mark.parametrize(
        "event",
        [
            ev.Confirmed(at=TALK.start - MICROSECOND),
            ev.Withdrawn(at=TALK.start - MICROSECOND),
            ev.Cancelled(at=TALK.start - MICROSECOND, by=Party.SEEKER),
            ev.Rescheduled(at=TALK.start - MICROSECOND, slot=slot_at(at(3, 20)), by=Party.SEEKER),
        ],
        ids=lambda event: type(event).__name__,
    )
    def test_can_be_changed_until_the_start(self, event: Event) -> None:
        """One microsecond before the start everything is still possible."""
        assert refusal_of(living(S.SCHEDULED), event) is None

    def test_is_moved_once_by_the_seeker_and_freely_by_the_contact(self) -> None:
        """The contact's moves are not counted against the seeker."""
        moved = life(*LIVES[S.SCHEDULED])
        for number in range(5):
            moved = moved.apply(ev.Rescheduled(at=at(3, 6, number), slot=TALK, by=Party.CONTACT))
        moved = moved.apply(ev.Rescheduled(at=at(3, 7), slot=TALK, by=Party.SEEKER))
        again = ev.Rescheduled(at=at(3, 8), slot=TALK, by=Party.SEEKER)
        assert (moved.moves_by_seeker, moved.moves_by_contact) == (1, 5)
        assert refusal_of(moved, again) is not None
        assert refusal_of(moved, attrs.evolve(again, by=Party.CONTACT)) is None

    def test_counts_moves_over_a_rebooking(self) -> None:
        """Cancelling and booking anew gives the seeker no new moves."""
        rebooked = life(
            *_MOVED,
            ev.Cancelled(at=at(3, 8), by=Party.CONTACT),
            ev.Rebooked(at=at(3, 9)),
            attrs.evolve(AGREED, at=at(3, 9)),
        )
        assert (
            refusal_of(rebooked, ev.Rescheduled(at=at(3, 9), slot=slot_at(at(3, 20)), by=Party.SEEKER))
            is not None
        )

    @pytest.mark.parametrize("stage", [S.SCHEDULED, S.CONFIRMED])
    def test_is_missed_at_the_end_of_the_grace(self, stage: Stage) -> None:
        """Fifteen minutes after the start somebody counts as missing, confirmed or not."""
        missed = ev.NoShowRecorded(at=TALK.start, by=Party.CONTACT)
        assert at(3, 10, 14, 15) == first_legal(living(stage), missed)

    def test_is_rebooked_after_an_apology(self) -> None:
        """An apology, or its waiver, opens the way to another time."""
        apology = ev.ApologySent(at=at(3, 11))
        waiver = ev.ObligationWaived(at=at(3, 11), obligation_id="apology", reason="a train strike")
        for settled in (apology, waiver):
            assert S.SCHEDULING is life(*_MISSED_BY_SEEKER, settled, ev.Rebooked(at=at(3, 12))).stage

    def test_is_rebooked_once_after_the_contact_was_missing(self) -> None:
        """The contact's first no-show allows another time, the second does not."""
        assert S.SCHEDULING is life(*LIVES[S.NO_SHOW], ev.Rebooked(at=at(3, 11))).stage
        assert refusal_of(life(*_TWICE_MISSED), ev.Rebooked(at=at(3, 18))) is not None

    def test_is_rebooked_after_a_cancellation_that_is_not_final(self) -> None:
        """A cancelled talk can be booked anew unless it was called off for good."""
        assert S.SCHEDULING is life(*LIVES[S.CANCELLED], ev.Rebooked(at=at(3, 7))).stage


class TestTheRest:
    """A seeker who did not come leaves the contact alone for a while, where the policy says so."""

    def test_counts_from_the_no_show(self) -> None:
        """Seven times 24 hours go by, whenever the apology came."""
        late = (*_MISSED_BY_SEEKER, ev.ApologySent(at=at(3, 16)))
        for missed in (_APOLOGISED, late):
            first = first_legal(life(*missed), ev.Rebooked(at=at(3, 16, 1)), policy=CAMPUS)
            assert at(3, 17, 15) == first

    def test_does_not_replace_the_apology(self) -> None:
        """Both are needed: the rest alone does not open the way."""
        refused = refusal_of(life(*_MISSED_BY_SEEKER), ev.Rebooked(at=at(3, 11)), policy=CAMPUS)
        assert refused is not None
        assert [reason.code for reason in refused.reasons] == ["apology_owed", "rebook_too_early"]
        assert refused.earliest is None

    def test_is_only_for_who_was_missing(self) -> None:
        """Where the contact was missing, another time may be sought at once, also after an earlier miss."""
        assert refusal_of(living(S.NO_SHOW), ev.Rebooked(at=at(3, 11)), policy=CAMPUS) is None
        both = life(
            *_APOLOGISED,
            ev.Rebooked(at=at(3, 20)),
            ev.Scheduled(at=at(3, 20), slot=slot_at(at(3, 25))),
            ev.NoShowRecorded(at=at(3, 25, 10), by=Party.CONTACT),
        )
        assert refusal_of(both, ev.Rebooked(at=at(3, 25, 11)), policy=CAMPUS) is None

    def test_is_none_in_most_policies(self) -> None:
        """The guides are silent: the classic policy asks for the apology only."""
        assert refusal_of(life(*_APOLOGISED), ev.Rebooked(at=at(3, 10, 16))) is None


class TestGroups:
    """A contact takes part in one group talk at a time, until the talk."""

    @pytest.mark.parametrize("stage", [S.IDENTIFIED, S.REQUESTED, S.SCHEDULED, S.CONFIRMED, S.WRITTEN])
    def test_are_joined_and_left_before_the_talk(self, stage: Stage) -> None:
        """Whatever was agreed with the contact stands as it stood."""
        before = living(stage)
        joined = before.apply(ev.GroupJoined(at=at(3, 9), group_id="panel-1"))
        left = joined.apply(ev.GroupLeft(at=at(3, 9)))
        assert (joined.group_id, left.group_id) == ("panel-1", None)
        assert (joined.stage, joined.stage_since, joined.slot) == (
            before.stage,
            before.stage_since,
            before.slot,
        )

    def test_can_be_changed(self) -> None:
        """Whoever left one group may join another, or the same again."""
        left = life(*_GROUPED, ev.GroupLeft(at=at(3, 5)))
        for name in ("panel-1", "panel-2"):
            assert refusal_of(left, ev.GroupJoined(at=at(3, 5), group_id=name)) is None

    def test_outlast_a_cancellation(self) -> None:
        """Who books another time is still in the group; who makes another attempt is not."""
        cancelled = life(
            *_GROUPED, attrs.evolve(AGREED, at=at(3, 5)), ev.Cancelled(at=at(3, 6), by=Party.CONTACT)
        )
        assert cancelled.apply(ev.Rebooked(at=at(3, 7))).group_id == "panel-1"
        assert cancelled.apply(ev.Reopened(at=at(6, 7))).group_id is None


class TestTheTalk:
    """`Held` not before the start; `Started` at most 15 minutes early; the overrun is limited in all."""

    def test_starts_a_quarter_of_an_hour_early(self) -> None:
        """Fifteen minutes before its time the talk may start, and it may start late."""
        assert at(3, 10, 13, 45) == first_legal(living(S.SCHEDULED), ev.Started(at=at(3, 10)))
        assert refusal_of(living(S.SCHEDULED), ev.Started(at=at(3, 10, 15))) is None

    def test_that_started_early_is_held_from_its_time_on(self) -> None:
        """A talk that started early is still recorded at its start at the earliest."""
        early = life(*LIVES[S.CONFIRMED], ev.Started(at=at(3, 10, 13, 45)))
        assert TALK.start == first_legal(early, ev.Held(at=at(3, 10, 13, 50)))

    def test_overruns_in_parts_up_to_the_limit(self) -> None:
        """Three and two minutes make five, and then it is over."""
        assert life(*_SPENT).overrun_minutes == 5

    def test_overruns_from_the_planned_end_on(self) -> None:
        """The extension is asked for when the time is up."""
        asked = ev.OverrunGranted(at=TALK.start, minutes=5)
        assert TALK.end == first_legal(living(S.IN_PROGRESS), asked)

    def test_overruns_not_at_all_where_the_policy_says_so(self) -> None:
        """Without minutes for it no overrun is legal."""
        policy = attrs.evolve(CLASSIC, overrun_minutes=0)
        refused = refusal_of(living(S.IN_PROGRESS), ev.OverrunGranted(at=TALK.end, minutes=1), policy=policy)
        assert refused is not None
        assert {"overrun_used_up", "overrun_too_long"} == {reason.code for reason in refused.reasons}


class TestTheObjective:
    """Nobody asks before it is clear what for, unless the policy takes that lightly."""

    @pytest.mark.parametrize("severity", [Severity.WARNING, Severity.OFF])
    def test_may_be_missing_where_the_policy_says_so(self, severity: Severity) -> None:
        """Where a missing objective is no error, a request goes out without one."""
        policy = attrs.evolve(CLASSIC, missing_objective=severity)
        assert refusal_of(life(*_UNPREPARED), _asking(at(6, 2)), policy=policy) is None
        asked = living(S.IDENTIFIED).apply(_intro(objective=None), policy=policy)
        assert (asked.stage, asked.objective) == (S.INTRO_PENDING, None)


class TestNames:
    """A request that names a referrer needs granted consent."""

    def prepared(self, connection: Any) -> Interview:  # noqa: ANN401 - a connection
        """Find an interview prepared with a connection."""
        return life(FOUND, attrs.evolve(READY, connection=connection))

    @pytest.mark.parametrize("connection", [FRIEND, REFUSED], ids=["unasked", "refused"])
    @pytest.mark.parametrize("names_referrer", [None, True])
    def test_unasked_and_refused_names_stay_out(
        self,
        connection: object,
        names_referrer: bool | None,  # noqa: FBT001 - an example
    ) -> None:
        """Silence is no consent, and a referral's request names the referrer unless it says otherwise."""
        refused = refusal_of(self.prepared(connection), _asking(at(3, 3), names_referrer=names_referrer))
        assert refused is not None
        assert [reason.code for reason in refused.reasons] == ["consent_missing"]

    @pytest.mark.parametrize(
        "connection", [FRIEND, REFUSED, GRANTED, COLD], ids=["unasked", "refused", "granted", "cold"]
    )
    def test_a_request_without_the_name_is_legal(self, connection: object) -> None:
        """A request that leaves the name out needs nobody's consent."""
        assert refusal_of(self.prepared(connection), _asking(at(3, 3), names_referrer=False)) is None

    @pytest.mark.parametrize("names_referrer", [None, True])
    def test_granted_names_may_be_used(self, names_referrer: bool | None) -> None:  # noqa: FBT001 - an example
        """With consent the name may stand in the request."""
        assert refusal_of(self.prepared(GRANTED), _asking(at(3, 3), names_referrer=names_referrer)) is None

    def test_a_cold_request_names_nobody(self) -> None:
        """Without a referrer a request that says nothing about names passes."""
        assert refusal_of(self.prepared(COLD), _asking(at(3, 3))) is None

    def test_an_answer_changes_what_may_be_said(self) -> None:
        """The referrer's yes opens the way, a later no closes it."""
        asked = self.prepared(FRIEND)
        granted = asked.apply(ev.NameUseAnswered(at=at(3, 3), granted=True))
        revoked = granted.apply(ev.NameUseAnswered(at=at(3, 4), granted=False))
        request = _asking(at(3, 5))
        assert [refusal_of(i, request) is not None for i in (asked, granted, revoked)] == [True, False, True]

    def test_hold_for_a_retry_too(self) -> None:
        """Asking again after a deferral needs the consent as well."""
        deferred = life(
            FOUND,
            attrs.evolve(READY, connection=FRIEND),
            _asking(at(3, 3), names_referrer=False),
            ev.Deferred(at=at(3, 5), until=date(2026, 3, 6)),
        )
        refused = refusal_of(deferred, ev.Retried(at=at(4, 6), minutes=20))
        assert refused is not None
        assert [reason.code for reason in refused.reasons] == ["consent_missing"]


class TestTheResume:
    """A résumé needs to have been asked for; a policy may bring it along."""

    def test_may_be_shared_and_attached_once_asked_for(self) -> None:
        """After the contact asked, the résumé may be sent, also with a request."""
        asked_for = life(*_REQUESTED, ev.ResumeRequested(at=at(3, 4)))
        assert refusal_of(asked_for, ev.ResumeShared(at=at(3, 5))) is None
        deferred = asked_for.apply(ev.Deferred(at=at(3, 5), until=date(2026, 3, 6)))
        assert refusal_of(deferred, ev.Retried(at=at(4, 6), minutes=20, attaches_resume=True)) is None

    def test_may_be_brought_where_the_policy_says_so(self) -> None:
        """In finance nobody needs to ask."""
        assert ResumeRule.BRING is FINANCE.resume
        request = _asking(at(3, 3), attaches_resume=True)
        assert refusal_of(living(S.PREPARED), request, policy=FINANCE) is None
        assert refusal_of(living(S.HELD), ev.ResumeShared(at=at(3, 11)), policy=FINANCE) is None


class TestAfterwards:
    """Thanks, ties, closing and beginning again."""

    def test_thanks_wait_as_long_as_the_policy_says(self) -> None:
        """The classic policy thanks at once, the gentle one not the minute one leaves."""
        thanks = ev.ThanksSent(at=TALK.end, specific="the maps")
        assert refusal_of(living(S.HELD), thanks) is None
        assert TALK.end + HOUR == first_legal(living(S.HELD), thanks, policy=GENTLE)

    def test_late_thanks_are_legal(self) -> None:
        """Thanks a year later are late and yet legal."""
        thanks = ev.ThanksSent(at=TALK.end + timedelta(days=365), specific="the maps")
        assert refusal_of(living(S.HELD), thanks) is None

    def test_urgent_news_need_not_wait(self) -> None:
        """The cadence does not hold up what is urgent, and in a dormant tie there is none."""
        news = ev.Reconnected(at=at(3, 11), hook="a job at the river office", urgent=True)
        assert refusal_of(living(S.THANKED), news) is None
        assert refusal_of(living(S.DORMANT), ev.Reconnected(at=at(10, 19), hook="news")) is None

    def test_the_cadence_counts_from_the_last_real_contact(self) -> None:
        """A touch resets it: 42 times 24 hours go by, across the change of clocks too."""
        touched = life(*LIVES[S.IN_TOUCH], ev.Touched(at=at(9, 20), by=Party.CONTACT))
        assert at(11, 1) == first_legal(touched, ev.Reconnected(at=at(10, 1), hook="news"))

    def test_the_first_word_has_a_wait_of_its_own(self) -> None:
        """Dalton writes after a week, and then monthly; the first word may follow a waived thank-you too."""
        news = ev.Reconnected(at=at(3, 13), hook="news")
        waived = life(*LIVES[S.HELD], ev.ThanksWaived(at=at(3, 12), reason="said at the door"))
        assert THANKED.at + timedelta(days=7) == first_legal(living(S.THANKED), news, policy=DALTON)
        assert TALK.end + timedelta(days=7) == first_legal(waived, news, policy=DALTON)
        later = ev.Reconnected(at=at(5, 1), hook="news")
        assert at(4, 21, 18) + timedelta(days=30) == first_legal(living(S.IN_TOUCH), later, policy=DALTON)

    def test_the_cadence_follows_the_relationship(self) -> None:
        """A rhythm for one sort of tie counts there; the first word keeps its own wait, if it has one."""
        own = (Cadence(ConnectionKind.REFERRAL, 10), Cadence(ConnectionKind.COLD, 100))
        policy = attrs.evolve(CLASSIC, cadence=own)
        through_a_friend = (FOUND, attrs.evolve(READY, connection=FRIEND))
        rest = (attrs.evolve(ASKED, names_referrer=False), *LIVES[S.IN_TOUCH][3:])
        news = ev.Reconnected(at=at(4, 22), hook="news")
        lives = ((*through_a_friend, *rest), LIVES[S.IN_TOUCH])
        firsts = [first_legal(life(*events), news, policy=policy) for events in lives]
        assert firsts == [at(4, 21, 18) + timedelta(days=days) for days in (10, 100)]
        soon = attrs.evolve(news, at=at(3, 12))
        impatient = attrs.evolve(policy, reconnect_first_days=7)
        firsts = [first_legal(living(S.THANKED), soon, policy=own) for own in (policy, impatient)]
        assert firsts == [THANKED.at + timedelta(days=days) for days in (100, 7)]

    def test_the_cadence_is_the_usual_one_for_other_ties(self) -> None:
        """A tie that the policy says nothing of, or of which nothing is known, has the usual rhythm."""
        policy = attrs.evolve(CLASSIC, cadence=(Cadence(ConnectionKind.REFERRAL, 10),))
        unprepared = (*_UNPREPARED, *(attrs.evolve(e, at=at(6, 1)) for e in LIVES[S.WRITTEN][2:]))
        unknown = Interview.replay(
            (*unprepared, ev.AnswersReceived(at=at(6, 2)), ev.ThanksWaived(at=at(6, 2), reason="at the door"))
        ).apply(ev.Touched(at=at(6, 3), by=Party.CONTACT))
        assert unknown.connection is None
        for interview in (living(S.IN_TOUCH), unknown):
            last = interview.history[-1].at
            news = ev.Reconnected(at=last, hook="news")
            assert last + timedelta(days=42) == first_legal(interview, news, policy=policy)

    def test_a_waived_thank_you_is_no_contact(self) -> None:
        """Without thanks the cadence counts from the talk."""
        waived = life(*LIVES[S.HELD], ev.ThanksWaived(at=at(3, 12), reason="said at the door"))
        first = first_legal(waived, ev.Reconnected(at=at(3, 13), hook="news"))
        assert TALK.end + timedelta(days=42) == first

    def test_a_tie_lapses_after_the_last_real_contact(self) -> None:
        """A touch moves the day on which a tie is dormant."""
        touched = life(*LIVES[S.IN_TOUCH], ev.Touched(at=at(5, 1), by=Party.SEEKER))
        assert at(5, 1) + timedelta(days=180) == first_legal(touched, ev.Lapsed(at=at(5, 2)))

    @pytest.mark.parametrize("stage", [S.DECLINED, S.NO_RESPONSE, S.WITHDRAWN, S.CANCELLED])
    def test_another_attempt_waits_for_the_cool_down(self, stage: Stage) -> None:
        """Ninety times 24 hours after it ended, an attempt may be made anew."""
        ended = living(stage)
        again = first_legal(ended, ev.Reopened(at=ended.stage_since + HOUR))
        assert ended.stage_since + timedelta(days=90) == again

    def test_thanks_for_a_reply_do_not_prolong_the_cool_down(self) -> None:
        """The cool-down counts from the no, not from the thanks for it."""
        thanked = life(*LIVES[S.DECLINED], ev.ReplyThanked(at=at(3, 20)))
        assert at(3, 4) + timedelta(days=90) == first_legal(thanked, ev.Reopened(at=at(4, 1)))

    def test_takeaways_are_bounded_together(self) -> None:
        """The five-hundredth takeaway passes and the next is refused, whatever they are."""
        almost = life(*_FULL[:-1])
        advice = ev.InsightRecorded(at=at(3, 11), insight=ADVICE)
        full = almost.apply(advice)
        assert refusal_of(full, ev.NoteTaken(at=at(3, 12), note=Note("more"))) is not None


class TestEveryReason:
    """Every failed rule is listed, and the first legal instant satisfies all of them together."""

    def test_all_rules_that_refuse_are_named(self) -> None:
        """A nudge on a Sunday, too early, while the contact is away, breaks three rules at once."""
        refused = refusal_of(life(*_AWAY), ev.Nudged(at=at(3, 8)))
        assert refused is not None
        assert [r.code for r in refused.reasons] == ["nudge_too_early", "nudge_on_day_off", "contact_away"]
        assert [_FIRST_NUDGE, midnight(2026, 3, 9), midnight(2026, 3, 24)] == [
            r.earliest for r in refused.reasons
        ]
        assert midnight(2026, 3, 24) == refused.earliest

    def test_waiting_helps_only_where_it_helps_all(self) -> None:
        """Where one of the rules will never pass there is no first instant."""
        refused = refusal_of(life(*_NUDGED), ev.Nudged(at=at(3, 13)))
        assert refused is not None
        assert [reason.code for reason in refused.reasons] == ["nudge_too_early", "nudges_used_up"]
        assert refused.earliest is None

    def test_misplaced_events_are_judged_by_all_rules_too(self) -> None:
        """An event too early for the history and for the etiquette names both, and waits for the later."""
        refused = refusal_of(life(*_REQUESTED), ev.Nudged(at=at(3, 2)))
        assert refused is not None
        assert [reason.code for reason in refused.reasons] == ["out_of_order", "nudge_too_early"]
        assert refused.earliest == _FIRST_NUDGE

    def test_waiting_past_the_start_does_not_help(self) -> None:
        """A confirmation dated before the last event would fall after the talk by then."""
        late = life(*LIVES[S.SCHEDULED], ev.OpportunityRaised(at=TALK.start))
        refused = refusal_of(late, ev.Confirmed(at=at(3, 9)))
        assert refused is not None
        assert [reason.code for reason in refused.reasons] == ["out_of_order"]
        assert refused.earliest is None
