"""The lifecycle of an informational interview as one table.

`TRANSITIONS` is the only specification: the code, the tests, the documentation and the pictures read it. A
row says which event is legal in which stage, where it leads, which rules may refuse it, what it leaves owed,
what it settles, and which guide says so. Nothing else in the package knows which event may follow which.

A stage says only where things stand. Counters (nudges, moves, no-shows) and obligations (thanks, reports,
promises) stand beside it in the interview; that keeps the machine small and lets "thanked, but a report is
still owed" be said.
"""

from collections.abc import Callable, Iterator
from enum import StrEnum
from typing import Any, cast, final

import attrs

from infoview import _events as ev
from infoview import _guards as guard
from infoview._effects import EFFECTS, Effect
from infoview._guards import Case, Guard, Test
from infoview._obligations import ObligationKind as Owed
from infoview._stages import LIVE
from infoview._stages import Stage as S  # noqa: N817 - the table is read by its columns
from infoview.exceptions import Reason

__all__ = ["TRANSITIONS", "Opens", "Transition"]

_BOOKED = (S.SCHEDULED, S.CONFIRMED)
_AFTER_TALK = (S.HELD, S.THANKED, S.IN_TOUCH, S.DORMANT)
_TALKING = (S.IN_PROGRESS, S.HELD, S.THANKED, S.IN_TOUCH)
_UNBOOKED = (
    S.IDENTIFIED,
    S.PREPARED,
    S.INTRO_PENDING,
    S.REQUESTED,
    S.DEFERRED,
    S.ACCEPTED,
    S.SCHEDULING,
    S.WRITTEN,
)
_ANSWERED = (
    S.REQUESTED,
    S.DEFERRED,
    S.ACCEPTED,
    S.SCHEDULING,
    S.SCHEDULED,
    S.CONFIRMED,
    S.IN_PROGRESS,
    S.WRITTEN,
    S.HELD,
    S.THANKED,
    S.IN_TOUCH,
)
_CAPS = (guard.contact_asked_enough, guard.week_full)


@final
@attrs.frozen
class Opens:
    """An obligation that a row opens.

    Attributes:
        kind: The sort of obligation.
        only_if: A flag of the event that must be set; empty for always.
    """

    kind: Owed
    only_if: str = ""


def _guards_of(row: "Transition") -> Iterator[Guard]:
    """List the guards of a row. What is none is left for the lifecycle to report with all other faults."""
    guards = cast("object", row.guards)
    if isinstance(guards, tuple):
        for one in cast("tuple[object, ...]", guards):
            if isinstance(one, Guard):
                yield one


def _need_no_event(row: "Transition") -> tuple[Guard, ...]:
    return tuple(g for g in _guards_of(row) if not g.of_event)


def _need_the_event(row: "Transition") -> tuple[Guard, ...]:
    return tuple(g for g in _guards_of(row) if g.of_event)


def _hold_always(row: "Transition") -> tuple[Guard, ...]:
    return tuple(g for g in _guards_of(row) if g.standing)


def _tests_of(row: "Transition") -> tuple[Test, ...]:
    return tuple(g.test for g in _guards_of(row))


def _books(row: "Transition") -> bool:
    return bool(row.opens or row.settles or row.is_contact)


def _effect_of(row: "Transition") -> Effect | None:
    return EFFECTS.get(row.event) if isinstance(cast("object", row.event), type) else None


def _derived(make: Callable[["Transition"], object]) -> Any:  # noqa: ANN401 - an attrs field
    """Define a field that follows from the others, so that it is worked out once and not for every event."""
    return attrs.field(init=False, eq=False, repr=False, default=attrs.Factory(make, takes_self=True))


@final
@attrs.frozen(kw_only=True)
class Transition:
    """One row: one event in one stage.

    Attributes:
        event: The class of the event.
        source: The stage it may happen in; `None` for the event that begins an interview.
        target: The stage it leads to; `None` for `Undone`, which leads back to where the interview stood.
        target_if: A flag of the event that leads elsewhere, and where to; or `None`.
        guards: The rules that may refuse it.
        opens: What it leaves owed.
        settles: What it settles: the obligation the event refers to, or all of the kind.
        is_contact: Whether the two were really in touch; the cadence of staying in touch counts from here.
        why: Who says so.
        time_guards: Those of the guards that need no event.
        event_guards: The others.
        tests: The tests of all guards.
        standing_guards: Those of the guards that hold whatever the policy.
        effect: What the event changes beside stage and obligations.
        books: Whether obligations, or the last real contact, change.
    """

    event: type[Any]
    source: StrEnum | None
    target: StrEnum | None
    target_if: tuple[str, StrEnum] | None = None
    guards: tuple[Guard, ...] = ()
    opens: tuple[Opens, ...] = ()
    settles: tuple[Owed, ...] = ()
    is_contact: bool = False
    why: str
    time_guards: tuple[Guard, ...] = _derived(_need_no_event)
    event_guards: tuple[Guard, ...] = _derived(_need_the_event)
    standing_guards: tuple[Guard, ...] = _derived(_hold_always)
    tests: tuple[Test, ...] = _derived(_tests_of)
    books: bool = _derived(_books)
    effect: Effect | None = _derived(_effect_of)  # noqa: RUF009 - an attrs field

    def requirements(self, case: Case, /) -> tuple[Reason, ...]:
        """Say what an event must satisfy that is judged by what it tells.

        Args:
            case: What is asked about; there is no event yet.

        Returns:
            The rules, as reasons.
        """
        return tuple([guard.requirement(case) for guard in self.event_guards])

    def leads_to(self, event: Any, /) -> StrEnum | None:  # noqa: ANN401 - any event
        """Find the stage that *event* leads to.

        Args:
            event: The event.

        Returns:
            The target, or the other one when the event's flag says so.
        """
        if self.target_if is not None and getattr(event, self.target_if[0]):
            return self.target_if[1]
        return self.target


def _rows(
    event: type[Any],
    sources: tuple[S, ...],
    target: S | None,
    *guards: Guard,
    why: str,
    **rest: Any,  # noqa: ANN401 - the other fields of a row
) -> tuple[Transition, ...]:
    """Write one line of the table for several stages; without a target the stage stays."""
    return tuple(
        Transition(event=event, source=source, target=target or source, guards=guards, why=why, **rest)
        for source in sources
    )


_REQUEST = (guard.minutes_out_of_range, guard.consent_missing, guard.resume_attached)
_TAKEAWAY = (guard.too_many_takeaways, guard.duplicate_reference)
_SLOTS = (guard.slot_too_soon, guard.slots_overlap)
_SLOT = (guard.slot_too_soon, guard.slot_taken, guard.length_out_of_range)

TRANSITIONS: tuple[Transition, ...] = (
    # Steps 1 and 2: who and why.
    Transition(event=ev.Identified, source=None, target=S.IDENTIFIED, why="all guides"),
    *_rows(ev.Prepared, (S.IDENTIFIED, S.PREPARED), S.PREPARED, why="Ten Things 1; Berkeley; MIT"),
    *_rows(
        ev.IntroRequested,
        (S.IDENTIFIED, S.PREPARED),
        S.INTRO_PENDING,
        guard.objective_missing,
        guard.connector_missing,
        guard.check_back_out_of_range,
        opens=(Opens(Owed.CHECK_BACK),),
        why="Open Textbooks Hong Kong; AVC: double opt-in",
    ),
    *_rows(
        ev.CheckedBack,
        (S.INTRO_PENDING,),
        None,
        guard.check_back_too_early,
        guard.check_back_out_of_range,
        opens=(Opens(Owed.CHECK_BACK, only_if="check_back_on"),),
        settles=(Owed.CHECK_BACK,),
        why="Open Textbooks Hong Kong: on the agreed day",
    ),
    *_rows(
        ev.IntroMade,
        (S.INTRO_PENDING,),
        S.REQUESTED,
        guard.contact_not_asked,
        target_if=("accepted", S.ACCEPTED),
        settles=(Owed.CHECK_BACK,),
        why="AVC: both sides agree first",
    ),
    *_rows(
        ev.IntroRefused,
        (S.INTRO_PENDING,),
        S.PREPARED,
        settles=(Owed.CHECK_BACK,),
        why="interview-coach-skill: another way stays open",
    ),
    *_rows(
        ev.NameUseAnswered,
        tuple(S),
        None,
        guard.no_name_to_use,
        guard.unknown_referral,
        why="Friedman; Open Textbooks Hong Kong: ask before you use a name",
    ),
    # Step 3: asking for 15 to 30 minutes, and not being discouraged.
    *_rows(
        ev.RequestSent,
        (S.PREPARED,),
        S.REQUESTED,
        guard.not_prepared,
        *_REQUEST,
        guard.organisation_busy,
        guard.colleague_asked_lately,
        *_CAPS,
        why="Ten Things 3; all guides",
    ),
    *_rows(
        ev.Nudged,
        (S.REQUESTED,),
        None,
        guard.nudge_too_early,
        guard.nudges_used_up,
        guard.nudge_on_day_off,
        guard.contact_away,
        why="Simon Fraser; Dalton; Orbit",
    ),
    *_rows(ev.OutOfOfficeReceived, (S.REQUESTED,), None, why="Orbit: an automatic reply is no answer"),
    *_rows(ev.Deferred, (S.REQUESTED,), S.DEFERRED, guard.until_not_ahead, why="Orbit"),
    *_rows(
        ev.Retried,
        (S.DEFERRED,),
        S.REQUESTED,
        guard.retry_too_early,
        *_REQUEST,
        *_CAPS,
        why="Orbit",
    ),
    *_rows(
        ev.Accepted,
        (S.REQUESTED, S.DEFERRED, S.NO_RESPONSE),
        S.ACCEPTED,
        why="all guides; Dalton: a late yes is honoured",
    ),
    *_rows(
        ev.Declined,
        (S.REQUESTED, S.DEFERRED, S.ACCEPTED, S.SCHEDULING, S.NO_RESPONSE),
        S.DECLINED,
        opens=(Opens(Owed.REPLY_THANKS),),
        why="MSMoney; Dalton",
    ),
    *_rows(
        ev.ReplyThanked,
        (S.DECLINED,),
        None,
        guard.no_reply_to_thank_for,
        settles=(Owed.REPLY_THANKS,),
        why="MSMoney; Intern Queen: thank, and move on",
    ),
    *_rows(ev.WrittenAnswersOffered, (S.REQUESTED,), S.WRITTEN, why="Dalton; Orbit"),
    *_rows(ev.QuestionsSent, (S.WRITTEN,), None, guard.too_many_questions, why="Dalton: a short set"),
    *_rows(
        ev.AnswersReceived,
        (S.WRITTEN,),
        S.HELD,
        opens=(Opens(Owed.DEBRIEF), Opens(Owed.THANK_YOU)),
        is_contact=True,
        why="Dalton",
    ),
    *_rows(ev.Expired, (S.REQUESTED,), S.NO_RESPONSE, guard.expiry_too_early, why="Orbit; platforms"),
    *_rows(ev.Withdrawn, _UNBOOKED, S.WITHDRAWN, settles=(Owed.CHECK_BACK,), why="the guides: move on"),
    *_rows(ev.Withdrawn, _BOOKED, S.WITHDRAWN, guard.start_has_passed, why="the guides: move on"),
    # Several contacts in one meeting: everybody keeps an interview of their own.
    *_rows(
        ev.GroupJoined,
        (*_UNBOOKED, *_BOOKED),
        None,
        guard.in_a_group,
        why="our proposal; panels and group talks of career services",
    ),
    *_rows(
        ev.GroupLeft,
        (*_UNBOOKED, *_BOOKED),
        None,
        guard.in_no_group,
        why="our proposal; panels and group talks of career services",
    ),
    *_rows(
        ev.TimesProposed,
        (S.ACCEPTED, S.SCHEDULING),
        S.SCHEDULING,
        guard.too_many_slots,
        guard.slot_taken,
        *_SLOTS,
        why="Orbit, Dalton: two or three times",
    ),
    *_rows(ev.TimeCountered, (S.SCHEDULING,), None, *_SLOTS, why="RFC 5546 COUNTER; NGI"),
    *_rows(ev.Scheduled, (S.ACCEPTED, S.SCHEDULING, S.REQUESTED), S.SCHEDULED, *_SLOT, why="all guides"),
    *_rows(
        ev.Confirmed,
        (S.SCHEDULED,),
        S.CONFIRMED,
        guard.start_has_passed,
        why="Texas A&M; MSMoney: the day before",
    ),
    *_rows(
        ev.Rescheduled,
        _BOOKED,
        S.SCHEDULED,
        guard.start_has_passed,
        guard.moves_used_up,
        *_SLOT,
        why="Orbit: once by you, early, with an apology",
    ),
    *_rows(ev.Cancelled, _BOOKED, S.CANCELLED, guard.start_has_passed, why="NGI; Handshake"),
    *_rows(
        ev.NoShowRecorded,
        _BOOKED,
        S.NO_SHOW,
        guard.no_show_too_early,
        opens=(Opens(Owed.APOLOGY, only_if="by_seeker"),),
        why="the guides are silent; platforms record both sides",
    ),
    *_rows(
        ev.ApologySent,
        (S.NO_SHOW,),
        None,
        guard.no_apology_owed,
        settles=(Owed.APOLOGY,),
        why="West Texas A&M: a letter of apology",
    ),
    *_rows(ev.Rebooked, (S.CANCELLED,), S.SCHEDULING, guard.cancelled_for_good, why="NGI"),
    *_rows(
        ev.Rebooked,
        (S.NO_SHOW,),
        S.SCHEDULING,
        guard.apology_owed,
        guard.too_many_no_shows,
        guard.rebook_too_early,
        why="our proposal; users of platforms ask for it",
    ),
    *_rows(ev.GaveUp, (S.NO_SHOW,), S.CLOSED, guard.open_obligations, why="our proposal"),
    # Steps 4 to 8: the talk.
    *_rows(ev.Started, _BOOKED, S.IN_PROGRESS, guard.start_too_early, why="Handshake; Pomona"),
    *_rows(
        ev.OverrunGranted,
        (S.IN_PROGRESS,),
        None,
        guard.overrun_too_early,
        guard.overrun_used_up,
        guard.overrun_too_long,
        why="Texas A&M; Northeastern: keep to the time asked for",
    ),
    *_rows(
        ev.Held,
        (*_BOOKED, S.IN_PROGRESS),
        S.HELD,
        guard.held_too_early,
        opens=(Opens(Owed.DEBRIEF), Opens(Owed.THANK_YOU)),
        is_contact=True,
        why="all guides",
    ),
    *_rows(ev.ResumeRequested, _ANSWERED, None, why="Ten Things 7"),
    *_rows(
        ev.ResumeShared,
        _ANSWERED,
        None,
        guard.resume_not_requested,
        why="Ten Things 7; Texas A&M: only if asked",
    ),
    *_rows(ev.OpportunityRaised, _ANSWERED, None, why="Northeastern; Santa Clara: they may, you may not"),
    *_rows(ev.NoteTaken, LIVE, None, guard.too_many_takeaways, why="Yale; Lawrence"),
    *_rows(
        ev.DebriefWritten,
        _AFTER_TALK,
        None,
        settles=(Owed.DEBRIEF,),
        why="Hampshire; Lawrence: full notes right after",
    ),
    *_rows(
        ev.InsightRecorded,
        _TALKING,
        None,
        *_TAKEAWAY,
        opens=(Opens(Owed.REPORT_BACK, only_if="is_advice"),),
        why="Yale; Carleton: tell them when you used their advice",
    ),
    *_rows(
        ev.ReferralReceived,
        _TALKING,
        None,
        *_TAKEAWAY,
        opens=(Opens(Owed.REPORT_BACK),),
        why="Ten Things 8; Robbins: close the loop",
    ),
    *_rows(
        ev.CommitmentMade,
        _TALKING,
        None,
        *_TAKEAWAY,
        opens=(Opens(Owed.COMMITMENT),),
        why="Cornell; Orbit",
    ),
    # Steps 9 and 10: thanks, news, and the next talk.
    *_rows(
        ev.ThanksSent,
        (S.HELD,),
        S.THANKED,
        guard.thanks_too_early,
        guard.nothing_specific,
        settles=(Owed.THANK_YOU,),
        is_contact=True,
        why="Ten Things 9; all guides",
    ),
    *_rows(
        ev.ThanksWaived,
        (S.HELD,),
        S.THANKED,
        guard.reason_missing,
        settles=(Owed.THANK_YOU,),
        why="HotSho: not required",
    ),
    *_rows(
        ev.CommitmentKept,
        _AFTER_TALK,
        None,
        guard.no_commitment_open,
        guard.unknown_commitment,
        settles=(Owed.COMMITMENT,),
        why="Cornell; Orbit: what was promised is done",
    ),
    *_rows(
        ev.ReportedBack,
        (S.THANKED, S.IN_TOUCH, S.DORMANT),
        S.IN_TOUCH,
        guard.no_report_owed,
        guard.unknown_report,
        settles=(Owed.REPORT_BACK,),
        is_contact=True,
        why="Ten Things 10; Robbins; Yale; Orbit",
    ),
    *_rows(
        ev.Reconnected,
        (S.THANKED, S.IN_TOUCH),
        S.IN_TOUCH,
        guard.hook_missing,
        guard.reconnect_too_early,
        is_contact=True,
        why="Yale; Guelph; Orbit: with news, without an ask",
    ),
    *_rows(
        ev.Reconnected,
        (S.DORMANT,),
        S.IN_TOUCH,
        guard.hook_missing,
        is_contact=True,
        why="Orbit",
    ),
    *_rows(
        ev.Touched,
        (S.THANKED, S.IN_TOUCH, S.DORMANT),
        S.IN_TOUCH,
        is_contact=True,
        why="Monica: count from the last real contact",
    ),
    *_rows(ev.Lapsed, (S.THANKED, S.IN_TOUCH), S.DORMANT, guard.lapse_too_early, why="hunter"),
    # Ending, and beginning again.
    *_rows(
        ev.ObligationWaived,
        tuple(stage for stage in S if stage is not S.CLOSED),
        None,
        guard.nothing_owed,
        guard.unknown_obligation,
        guard.reason_missing,
        why="HotSho: not required, with a reason",
    ),
    *_rows(ev.Closed, LIVE, S.CLOSED, guard.open_obligations, why="Robbins; Friedman: no loop left open"),
    *_rows(
        ev.Reopened,
        (S.DECLINED, S.NO_RESPONSE, S.WITHDRAWN, S.CANCELLED),
        S.PREPARED,
        guard.reopen_too_early,
        settles=(Owed.REPLY_THANKS,),
        why="Orbit",
    ),
    *(
        Transition(
            event=ev.Undone,
            source=stage,
            target=None,
            guards=(guard.nothing_to_undo, guard.reason_missing),
            why="bookkeeping: a wrong entry is corrected by another, never erased",
        )
        for stage in S
    ),
    *_rows(ev.DoNotContactAsked, tuple(S), S.CLOSED, why="privacy"),
    *_rows(ev.Erased, tuple(S), S.CLOSED, why="privacy"),
)
"""Every legal step. What has no row here is illegal."""
