from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import attrs
import pytest
from tests.lives import (
    ADVICE,
    ASKED,
    AUCKLAND,
    COLD,
    DEBRIEF,
    FOUND,
    GRANTED,
    LIVES,
    MICROSECOND,
    PROMISE,
    READY,
    REFERRAL,
    TALK,
    THANKED,
    at,
    life,
    living,
    midnight,
    slot_at,
)

from infoview._choices import ReferralAsk
from infoview._events import (
    AnswersReceived,
    ApologySent,
    Cancelled,
    CheckedBack,
    CommitmentMade,
    Confirmed,
    DebriefWritten,
    Event,
    Expired,
    GaveUp,
    InsightRecorded,
    IntroRequested,
    NoShowRecorded,
    NoteTaken,
    Nudged,
    OutOfOfficeReceived,
    Prepared,
    QuestionsSent,
    Rebooked,
    Reconnected,
    ReferralReceived,
    Reopened,
    ReportedBack,
    RequestSent,
    Rescheduled,
    Retried,
    TimeCountered,
    TimesProposed,
    Withdrawn,
    WrittenAnswersOffered,
)
from infoview._interview import Interview
from infoview._lifecycle import Lifecycle
from infoview._objective import Connection
from infoview._obligations import ObligationKind
from infoview._people import Party
from infoview._policy import Policy
from infoview._stages import ENDED, Stage
from infoview._takeaways import Note
from infoview._time import WEEKDAYS
from infoview._transitions import TRANSITIONS
from infoview.agenda import Action, ActionKind, agenda, due_until
from infoview.exceptions import InvalidValueError
from infoview.policies import CLASSIC, DALTON

OURS = attrs.evolve(
    CLASSIC,
    name="ours",
    minutes_default=25,
    minutes_cold=17,
    nudge_wait=3,
    nudge_max=2,
    expire_after_request=5,
    expire_after_nudge=4,
    away_dated_wait=3,
    away_undated_wait=6,
    retry_wait=40,
    answer_wait=3,
    confirm_hours=6,
    thank_not_before_minutes=30,
    thank_due_hours=10,
    thank_late_hours=20,
    debrief_hours=5,
    report_back_days=9,
    reconnect_days=20,
    lapse_days=50,
    referral_ask=ReferralAsk.LATER,
    referral_ask_days=4,
)
"""A policy that agrees with the classic one in none of the numbers that an agenda reads."""

A = ActionKind
Line = tuple[ActionKind, datetime | None, datetime | None, datetime | None]


def lines(actions: tuple[Action, ...]) -> list[Line]:
    """Read kind, due, not before and late from off an agenda."""
    return [(action.kind, action.due, action.not_before, action.late_after) for action in actions]


def only(actions: tuple[Action, ...], kind: ActionKind) -> Action:
    """Find the one action of a kind."""
    (found,) = (action for action in actions if action.kind is kind)
    return found


TIMES_OVER = at(3, 11, 14, 20)
"""When the last of the times proposed in `LIVES` is over."""

CLASSIC_AGENDAS: dict[Stage, list[Line]] = {
    Stage.IDENTIFIED: [(A.PREPARE, None, None, None)],
    Stage.PREPARED: [(A.REQUEST, None, None, None)],
    Stage.INTRO_PENDING: [(A.CHECK_BACK, midnight(2026, 3, 10), midnight(2026, 3, 10), None)],
    Stage.REQUESTED: [
        (A.NUDGE, midnight(2026, 3, 12), midnight(2026, 3, 12), None),
        (A.EXPIRE, midnight(2026, 3, 24), midnight(2026, 3, 24), None),
    ],
    Stage.DEFERRED: [(A.RETRY, midnight(2026, 4, 10), midnight(2026, 4, 10), None)],
    Stage.ACCEPTED: [(A.PROPOSE_TIMES, midnight(2026, 3, 6), None, None)],
    Stage.SCHEDULING: [(A.PROPOSE_TIMES, TIMES_OVER, TIMES_OVER, None)],
    Stage.SCHEDULED: [
        (A.CONFIRM, at(3, 9, 14), None, at(3, 10, 14)),
        (A.MEET, at(3, 10, 14), None, None),
    ],
    Stage.CONFIRMED: [(A.MEET, at(3, 10, 14), None, None)],
    Stage.IN_PROGRESS: [(A.RECORD_TALK, at(3, 10, 14, 20), None, None)],
    Stage.WRITTEN: [(A.SEND_QUESTIONS, midnight(2026, 3, 6), None, None)],
    Stage.HELD: [
        (A.DEBRIEF, at(3, 11, 14, 20), None, None),
        (A.THANK, at(3, 11, 14, 20), at(3, 10, 14, 20), at(3, 12, 14, 20)),
    ],
    Stage.THANKED: [
        (A.DEBRIEF, at(3, 11, 14, 20), None, None),
        (A.RECONNECT, at(4, 21, 18), at(4, 21, 18), at(9, 6, 18)),
    ],
    Stage.IN_TOUCH: [
        (A.DEBRIEF, at(3, 11, 14, 20), None, None),
        (A.RECONNECT, at(6, 2, 18), at(6, 2, 18), at(10, 18, 18)),
    ],
    Stage.DORMANT: [
        (A.DEBRIEF, at(3, 11, 14, 20), None, None),
        (A.RECONNECT, at(6, 2, 18), at(6, 2, 18), at(10, 18, 18)),
    ],
    Stage.DECLINED: [(A.THANK_FOR_REPLY, midnight(2026, 3, 6), None, None)],
    Stage.NO_RESPONSE: [],
    Stage.WITHDRAWN: [],
    Stage.CANCELLED: [(A.REBOOK, None, None, None)],
    Stage.NO_SHOW: [(A.REBOOK, None, None, None)],
    Stage.CLOSED: [],
}

OUR_AGENDAS: dict[Stage, list[Line]] = {
    **CLASSIC_AGENDAS,
    Stage.REQUESTED: [
        (A.NUDGE, midnight(2026, 3, 6), midnight(2026, 3, 6), None),
        (A.EXPIRE, midnight(2026, 3, 10), midnight(2026, 3, 10), None),
    ],
    Stage.DEFERRED: [(A.RETRY, at(4, 14), at(4, 14), None)],
    Stage.ACCEPTED: [(A.PROPOSE_TIMES, midnight(2026, 3, 9), None, None)],
    Stage.SCHEDULED: [
        (A.CONFIRM, at(3, 10, 8), None, at(3, 10, 14)),
        (A.MEET, at(3, 10, 14), None, None),
    ],
    Stage.WRITTEN: [(A.SEND_QUESTIONS, midnight(2026, 3, 9), None, None)],
    Stage.HELD: [
        (A.DEBRIEF, at(3, 10, 19, 20), None, None),
        (A.THANK, at(3, 11, 0, 20), at(3, 10, 14, 50), at(3, 11, 10, 20)),
        (A.ASK_FOR_NAMES, at(3, 14, 14, 20), at(3, 14, 14, 20), None),
    ],
    Stage.THANKED: [
        (A.DEBRIEF, at(3, 10, 19, 20), None, None),
        (A.ASK_FOR_NAMES, at(3, 14, 14, 20), at(3, 14, 14, 20), None),
        (A.RECONNECT, at(3, 30, 18), at(3, 30, 18), at(4, 29, 18)),
    ],
    Stage.IN_TOUCH: [
        (A.DEBRIEF, at(3, 10, 19, 20), None, None),
        (A.ASK_FOR_NAMES, at(3, 14, 14, 20), at(3, 14, 14, 20), None),
        (A.RECONNECT, at(5, 11, 18), at(5, 11, 18), at(6, 10, 18)),
    ],
    Stage.DORMANT: [
        (A.DEBRIEF, at(3, 10, 19, 20), None, None),
        (A.RECONNECT, at(5, 11, 18), at(5, 11, 18), at(6, 10, 18)),
    ],
    Stage.DECLINED: [(A.THANK_FOR_REPLY, midnight(2026, 3, 9), None, None)],
}


class TestEveryStage:
    """What is to be done in each stage, and when."""

    @pytest.mark.parametrize("stage", Stage)
    def test_classic(self, stage: Stage) -> None:
        """Under the classic policy every stage has just these actions at just these instants."""
        assert lines(agenda(living(stage))) == CLASSIC_AGENDAS[stage]

    @pytest.mark.parametrize("stage", Stage)
    def test_another_policy(self, stage: Stage) -> None:
        """Every instant follows the policy that is given."""
        assert lines(agenda(living(stage), policy=OURS)) == OUR_AGENDAS[stage]

    @pytest.mark.parametrize("stage", Stage)
    def test_every_action_names_its_interview(self, stage: Stage) -> None:
        """Each action says in which interview it is to be done, and asks it of the seeker."""
        actions = agenda(living(stage), policy=OURS)
        assert [("talk-1", Party.SEEKER)] * len(actions) == [(a.interview_id, a.owner) for a in actions]

    @pytest.mark.parametrize(
        ("connection", "policy", "minutes"),
        [
            (COLD, CLASSIC, 15),
            (COLD, OURS, 17),
            (COLD, attrs.evolve(CLASSIC, minutes_min=20), 20),
            (GRANTED, CLASSIC, 20),
            (GRANTED, OURS, 25),
        ],
    )
    def test_a_request_names_the_minutes(self, connection: Connection, policy: Policy, minutes: int) -> None:
        """The sentence about the request names the policy's minutes: fewer for strangers, if they fit."""
        ready = life(FOUND, attrs.evolve(READY, connection=connection))
        assert [action.sentence for action in agenda(ready, policy=policy)] == [f"Ask for {minutes} minutes."]

    def test_a_request_without_a_connection(self) -> None:
        """Where a table leads to asking without a connection, the usual minutes are asked for."""
        ready = attrs.evolve(living(Stage.PREPARED), connection=None)
        assert [action.sentence for action in agenda(ready)] == ["Ask for 20 minutes."]

    def test_every_sentence_is_one(self) -> None:
        """What to do is said in one plain sentence that ends with a full stop, with its numbers filled in."""
        sentences = {
            action.sentence
            for stage in Stage
            for policy in (CLASSIC, OURS)
            for action in agenda(living(stage), policy=policy)
        }
        assert [s for s in sentences if s.count(".") != 1 or not s.endswith(".") or "{" in s] == []
        assert {"Propose 2 to 4 times.", "Ask for 2 to 3 people who would be good to talk to."} <= sentences


class TestFollowingAName:
    """Whoever was recommended is asked while the recommendation is fresh."""

    REFERRED = attrs.evolve(FOUND, follows="talk-0", referral_id="r-1")

    @pytest.mark.parametrize(
        ("policy", "days"),
        [
            (CLASSIC, CLASSIC.referral_follow_days),
            (attrs.evolve(CLASSIC, referral_follow_days=3), 3),
            # It gives way to telling the referrer what came of it.
            (attrs.evolve(CLASSIC, report_back_days=6), 6),
        ],
    )
    def test_is_due_some_days_after_the_beginning(self, policy: Policy, days: int) -> None:
        """The days count from when the interview began, whenever it was prepared."""
        for prepared_at in (READY.at, READY.at + timedelta(days=30)):
            ready = life(self.REFERRED, attrs.evolve(READY, at=prepared_at, connection=GRANTED))
            due = FOUND.at + timedelta(days=days)
            assert lines(agenda(ready, policy=policy)) == [(A.REQUEST, due, None, None)]

    def test_is_late_afterwards(self) -> None:
        """After these days the request is late, and can still be sent."""
        (request,) = agenda(life(self.REFERRED, READY))
        assert request.due is not None
        assert [request.is_late(request.due + shift) for shift in (timedelta(), MICROSECOND)] == [False, True]

    def test_is_about_names_that_were_given(self) -> None:
        """A second talk with the same contact follows the first and no name: nothing presses."""
        ready = life(attrs.evolve(FOUND, follows="talk-0"), READY)
        assert lines(agenda(ready)) == [(A.REQUEST, None, None, None)]


def without(*left_out: type[Event] | Stage) -> Lifecycle:
    """Make the library's table without the rows of some events, or of some stages."""
    rows = (row for row in TRANSITIONS if not {row.event, row.source, row.target} & {*left_out})
    return Lifecycle(transitions=tuple(rows), ended=tuple(stage for stage in ENDED if stage not in left_out))


RECORDED_BY: dict[Stage, dict[ActionKind, type[Event]]] = {
    Stage.IDENTIFIED: {A.PREPARE: Prepared},
    Stage.REQUESTED: {A.NUDGE: Nudged, A.EXPIRE: Expired},
    Stage.DEFERRED: {A.RETRY: Retried},
    Stage.ACCEPTED: {A.PROPOSE_TIMES: TimesProposed},
    Stage.SCHEDULED: {A.CONFIRM: Confirmed},
    Stage.WRITTEN: {A.SEND_QUESTIONS: QuestionsSent},
    Stage.CANCELLED: {A.REBOOK: Rebooked},
    Stage.HELD: {A.ASK_FOR_NAMES: ReferralReceived},
    Stage.THANKED: {A.ASK_FOR_NAMES: ReferralReceived, A.RECONNECT: Reconnected},
    Stage.IN_TOUCH: {A.ASK_FOR_NAMES: ReferralReceived, A.RECONNECT: Reconnected},
    Stage.DORMANT: {A.RECONNECT: Reconnected},
}
"""The event that records each action, where a table can do without it."""


def spared(event: type[Event], stage: Stage) -> Lifecycle:
    """Make the library's table without one row, and without the stage that only this row leads to."""
    if event in (Expired, Confirmed):
        return without(Stage.NO_RESPONSE if event is Expired else Stage.CONFIRMED)
    rows = (row for row in TRANSITIONS if (row.event, row.source) != (event, stage))
    return Lifecycle(transitions=tuple(rows))


def needs_its_row(make: Callable[..., tuple[Action, ...]], stage: Stage, kind: ActionKind) -> None:
    """Without the row of the event that records an action, just this action is gone."""
    event, interview = RECORDED_BY[stage][kind], living(stage)
    lifecycle = spared(event, stage) if stage is not Stage.IDENTIFIED else _without_preparing()
    before = agenda(interview, policy=OURS)
    assert kind in {action.kind for action in before}
    after = make(interview, policy=OURS, lifecycle=lifecycle)
    assert [action for action in before if action.kind is not kind] == [*after]


class TestOtherTables:
    """What a table has no row for is not to be done."""

    @pytest.mark.parametrize(
        ("stage", "kind"), [(stage, kind) for stage, kinds in RECORDED_BY.items() for kind in kinds]
    )
    def test_need_the_event_that_records_it(self, stage: Stage, kind: ActionKind) -> None:
        """Without the row the action is gone, and all others are as they were."""
        needs_its_row(agenda, stage, kind)

    def test_would_not_with_the_librarys_table(self) -> None:
        """The law fails for a broken double, an agenda that forgets the table it was given."""

        def forgetful(interview: Interview, *, policy: Policy, lifecycle: Lifecycle) -> tuple[Action, ...]:
            assert lifecycle
            return agenda(interview, policy=policy)

        for stage, kinds in RECORDED_BY.items():
            for kind in kinds:
                with pytest.raises(AssertionError):
                    needs_its_row(forgetful, stage, kind)

    def test_need_a_way_to_be_asked(self) -> None:
        """Where no request can be sent, none is on the agenda."""
        introductions_only = without(RequestSent)
        assert agenda(living(Stage.PREPARED), lifecycle=introductions_only) == ()

    def test_need_a_way_to_give_up(self) -> None:
        """Where nobody can give up, that is not asked for."""
        strict = attrs.evolve(CLASSIC, no_show_max=1)
        assert agenda(living(Stage.NO_SHOW), policy=strict, lifecycle=without(GaveUp)) == ()

    def test_need_the_stage(self) -> None:
        """A stage that the table does not know is told, with the cure, and nobody is left with nothing."""
        dormant, awake = living(Stage.DORMANT), without(Stage.DORMANT)
        with pytest.raises(InvalidValueError) as refusal:
            agenda(dormant, lifecycle=awake)
        assert (refusal.value.field, refusal.value.code) == ("agenda.lifecycle", "unknown_stage")
        assert refusal.value.cure == "pass the lifecycle that has the stage of this interview"
        assert agenda(living(Stage.IN_TOUCH), lifecycle=awake) == agenda(living(Stage.IN_TOUCH))


def _without_preparing() -> Lifecycle:
    rows = (
        attrs.evolve(row, guards=()) if row.event is IntroRequested else row
        for row in TRANSITIONS
        if row.event is not Prepared
    )
    return Lifecycle(transitions=tuple(rows))


class TestWaitingForAnAnswer:
    """Nudges, silence and automatic replies."""

    def test_after_the_only_nudge(self) -> None:
        """When the nudges are used up only the end of the wait is left, counted from the nudge."""
        nudged = life(*LIVES[Stage.REQUESTED], Nudged(at=at(3, 12)))
        assert lines(agenda(nudged)) == [(A.EXPIRE, midnight(2026, 3, 26), midnight(2026, 3, 26), None)]

    def test_a_second_nudge(self) -> None:
        """Where the policy allows two nudges, the second waits from the first."""
        nudged = life(*LIVES[Stage.REQUESTED], Nudged(at=at(3, 6)), policy=OURS)
        assert lines(agenda(nudged, policy=OURS)) == [
            (A.NUDGE, midnight(2026, 3, 11), midnight(2026, 3, 11), None),
            (A.EXPIRE, midnight(2026, 3, 12), midnight(2026, 3, 12), None),
        ]

    def test_no_nudge_at_all(self) -> None:
        """A policy without nudges puts none on the agenda."""
        silent = attrs.evolve(CLASSIC, nudge_max=0)
        assert [a.kind for a in agenda(living(Stage.REQUESTED), policy=silent)] == [A.EXPIRE]

    def test_away_until_a_day(self) -> None:
        """An automatic reply with a date moves the nudge behind the return."""
        away = life(*LIVES[Stage.REQUESTED], OutOfOfficeReceived(at=at(3, 4), return_on=date(2026, 3, 16)))
        assert only(agenda(away), A.NUDGE).due == midnight(2026, 3, 18)
        assert only(agenda(away, policy=OURS), A.NUDGE).due == midnight(2026, 3, 19)

    def test_away_for_a_while(self) -> None:
        """An automatic reply without a date moves the nudge only where that is later than the wait."""
        away = life(*LIVES[Stage.REQUESTED], OutOfOfficeReceived(at=at(3, 4)))
        assert only(agenda(away), A.NUDGE).due == midnight(2026, 3, 12)
        assert only(agenda(away, policy=OURS), A.NUDGE).due == midnight(2026, 3, 12)
        assert only(agenda(away, policy=attrs.evolve(OURS, away_undated_wait=7)), A.NUDGE).due == midnight(
            2026, 3, 13
        )

    def test_a_long_absence_comes_after_the_silence(self) -> None:
        """When the contact is away for long, the end of the wait comes first."""
        away = life(*LIVES[Stage.REQUESTED], OutOfOfficeReceived(at=at(3, 4), return_on=date(2026, 5, 1)))
        assert lines(agenda(away)) == [
            (A.EXPIRE, midnight(2026, 3, 24), midnight(2026, 3, 24), None),
            (A.NUDGE, midnight(2026, 5, 5), midnight(2026, 5, 5), None),
        ]


class TestBusinessDays:
    """Waits count the working days at the contact's place."""

    def test_far_east(self) -> None:
        """In Auckland the day of the request is already the next one."""
        asked = life(attrs.evolve(FOUND, zone=AUCKLAND), READY, RequestSent(at=at(3, 3, 20), minutes=20))
        assert only(agenda(asked), A.NUDGE).due == datetime(2026, 3, 12, 11, tzinfo=UTC)

    def test_far_west_over_the_change_of_clocks(self) -> None:
        """In Los Angeles it is still the day before, and the wait ends on summer time."""
        found = attrs.evolve(FOUND, zone="America/Los_Angeles", at=at(3, 1))
        asked = life(found, READY, RequestSent(at=at(3, 3, 3), minutes=20))
        assert only(agenda(asked), A.NUDGE).due == datetime(2026, 3, 11, 7, tzinfo=UTC)

    def test_holidays(self) -> None:
        """A holiday of the calendar does not count."""

        class Bridges:
            def is_business_day(self, day: date, /) -> bool:
                return WEEKDAYS.is_business_day(day) and day != date(2026, 3, 5)

        asked, accepted, declined = map(living, (Stage.REQUESTED, Stage.ACCEPTED, Stage.DECLINED))
        assert only(agenda(asked, calendar=Bridges()), A.NUDGE).due == midnight(2026, 3, 13)
        assert only(agenda(accepted, calendar=Bridges()), A.PROPOSE_TIMES).due == midnight(2026, 3, 9)
        assert only(agenda(declined, calendar=Bridges()), A.THANK_FOR_REPLY).due == midnight(2026, 3, 9)

    def test_quiet_days(self) -> None:
        """The days around the turn of the year do not count."""
        asked = life(FOUND, READY, attrs.evolve(ASKED, at=at(12, 16)))
        assert lines(agenda(asked)) == [
            (A.NUDGE, midnight(2027, 1, 8), midnight(2027, 1, 8), None),
            (A.EXPIRE, midnight(2027, 1, 20), midnight(2027, 1, 20), None),
        ]


class TestAgreeingOnATime:
    """Proposals, counter-proposals, moves and second attempts."""

    def test_rebooking_asks_for_times(self) -> None:
        """After a no-show both want another time: it is proposed within the policy's days."""
        again = life(*LIVES[Stage.NO_SHOW], Rebooked(at=at(3, 11)))
        assert lines(agenda(again)) == [(A.PROPOSE_TIMES, midnight(2026, 3, 13), None, None)]

    def test_a_counter_is_answered(self) -> None:
        """When the contact names other times it is the seeker's turn again."""
        countered = life(
            *LIVES[Stage.SCHEDULING], TimeCountered(at=at(3, 5), slots=(slot_at(at(3, 12, 14)),))
        )
        assert lines(agenda(countered)) == [(A.ANSWER_TIMES, midnight(2026, 3, 9), None, None)]
        assert lines(agenda(countered, policy=OURS)) == [(A.ANSWER_TIMES, midnight(2026, 3, 10), None, None)]

    def test_what_was_countered_is_answered_by_other_times(self) -> None:
        """Times named in answer to a counter pass the turn back, until the last of them is over."""
        countered = TimeCountered(at=at(3, 5), slots=(slot_at(at(3, 12, 14)),))
        answer = TimesProposed(at=at(3, 6), slots=(slot_at(at(3, 13, 14)), slot_at(at(3, 13, 9))))
        over = at(3, 13, 14, 20)
        assert lines(agenda(life(*LIVES[Stage.SCHEDULING], countered, answer))) == [
            (A.PROPOSE_TIMES, over, over, None)
        ]

    def test_the_seekers_own_counter_waits(self) -> None:
        """When the seeker named other times it is the contact's turn, until they are over."""
        own = TimeCountered(at=at(3, 5), slots=(slot_at(at(3, 12, 14)),), by=Party.SEEKER)
        over = at(3, 12, 14, 20)
        assert lines(agenda(life(*LIVES[Stage.SCHEDULING], own))) == [(A.PROPOSE_TIMES, over, over, None)]

    def test_a_moved_talk_is_confirmed_anew(self) -> None:
        """A move drops the confirmation, so it is due before the new time."""
        moved = Rescheduled(at=at(3, 9, 10), slot=slot_at(at(3, 12, 8)), by=Party.CONTACT)
        assert lines(agenda(life(*LIVES[Stage.CONFIRMED], moved))) == [
            (A.CONFIRM, at(3, 11, 8), None, at(3, 12, 8)),
            (A.MEET, at(3, 12, 8), None, None),
        ]

    def test_a_missing_seeker_apologises(self) -> None:
        """Who did not come apologises at once."""
        missing = NoShowRecorded(at=at(3, 10, 14, 15), by=Party.SEEKER)
        assert lines(agenda(life(*LIVES[Stage.CONFIRMED], missing))) == [
            (A.APOLOGISE, at(3, 10, 14, 15), None, None)
        ]


class TestAfterAMishap:
    """What can still be done when a talk came to nothing, or a connector said nothing."""

    def test_a_final_cancellation_leaves_nothing(self) -> None:
        """Nobody is asked for another time after a no for good."""
        final = life(*LIVES[Stage.CONFIRMED], Cancelled(at=at(3, 9, 9), by=Party.CONTACT, final=True))
        assert agenda(final) == ()

    def test_one_no_show_too_many(self) -> None:
        """When the contact did not come too often, it is time to let it rest."""
        strict = attrs.evolve(CLASSIC, no_show_max=1)
        assert lines(agenda(living(Stage.NO_SHOW), policy=strict)) == [(A.GIVE_UP, None, None, None)]

    def test_a_seeker_who_did_not_come_rests(self) -> None:
        """After the apology another time is agreed, not before the policy's days are over."""
        missing = NoShowRecorded(at=at(3, 10, 14, 15), by=Party.SEEKER)
        sorry = life(*LIVES[Stage.CONFIRMED], missing, ApologySent(at=at(3, 10, 15)))
        rest = at(3, 13, 14, 15)
        resting = attrs.evolve(CLASSIC, no_show_rest_days=3)
        assert lines(agenda(sorry, policy=resting)) == [(A.REBOOK, None, rest, None)]
        (rebook,) = agenda(sorry, policy=resting)
        assert not rebook.is_late(at(12, 31))
        assert sorry.decide(Rebooked, now=rest, policy=resting).allowed
        assert not sorry.decide(Rebooked, now=rest - MICROSECOND, policy=resting).allowed
        at_once = attrs.evolve(CLASSIC, no_show_rest_days=0)
        assert lines(agenda(sorry, policy=at_once)) == [(A.REBOOK, None, None, None)]

    @pytest.mark.parametrize(("shift", "waits"), [(-MICROSECOND, True), (timedelta(), False)])
    def test_a_late_apology_needs_no_more_rest(self, shift: timedelta, waits: bool) -> None:  # noqa: FBT001 - a table
        """When the days are over by the last event, there is nothing to wait for."""
        missing = NoShowRecorded(at=at(3, 10, 14, 15), by=Party.SEEKER)
        rest = at(3, 13, 14, 15)
        sorry = life(*LIVES[Stage.CONFIRMED], missing, ApologySent(at=rest + shift))
        resting = attrs.evolve(CLASSIC, no_show_rest_days=3)
        assert lines(agenda(sorry, policy=resting)) == [(A.REBOOK, None, rest if waits else None, None)]

    def test_a_connector_without_a_date(self) -> None:
        """Where no other day was agreed, the connector is asked again, or left."""
        asked = life(*LIVES[Stage.INTRO_PENDING], CheckedBack(at=at(3, 10)))
        assert lines(agenda(asked)) == [(A.ASK_CONNECTOR, None, None, None)]


class TestWrittenAnswers:
    """The talk that is none."""

    def test_questions_are_sent_once(self) -> None:
        """When the questions are out there is nothing to do but wait."""
        assert agenda(life(*LIVES[Stage.WRITTEN], QuestionsSent(at=at(3, 5), count=3))) == ()

    def test_answers_are_thanked_for(self) -> None:
        """Written answers leave thanks and notes owed, as a talk does."""
        answered = life(*LIVES[Stage.WRITTEN], AnswersReceived(at=at(3, 6)))
        assert lines(agenda(answered)) == [
            (A.DEBRIEF, at(3, 7), None, None),
            (A.THANK, at(3, 7), at(3, 6), at(3, 8)),
        ]

    def test_a_second_attempt_asks_for_questions_again(self) -> None:
        """What was sent in an earlier attempt does not count in this one."""
        second = life(
            *LIVES[Stage.WRITTEN],
            QuestionsSent(at=at(3, 5), count=3),
            Withdrawn(at=at(3, 6)),
            Reopened(at=at(7, 1)),
            RequestSent(at=at(7, 2), minutes=20),
            WrittenAnswersOffered(at=at(7, 3)),
        )
        assert lines(agenda(second)) == [(A.SEND_QUESTIONS, midnight(2026, 7, 7), None, None)]


class TestAskingForNames:
    """Step 8, in the talk or later."""

    def test_in_the_talk(self) -> None:
        """A policy that asks in the talk puts nothing on the agenda afterwards."""
        assert A.ASK_FOR_NAMES not in {action.kind for action in agenda(living(Stage.HELD))}

    def test_a_week_later(self) -> None:
        """Dalton asks a week after the talk, thanked or not."""
        for stage in (Stage.HELD, Stage.THANKED, Stage.IN_TOUCH):
            assert only(agenda(living(stage), policy=DALTON), A.ASK_FOR_NAMES).due == at(3, 17, 14, 20)

    def test_not_when_there_is_a_name(self) -> None:
        """Who has a name does not ask for one."""
        named = life(*LIVES[Stage.HELD], ReferralReceived(at=at(3, 10, 15), referral=REFERRAL))
        assert A.ASK_FOR_NAMES not in {action.kind for action in agenda(named, policy=DALTON)}


class TestObligations:
    """What is owed, one by one."""

    def test_reports_back(self) -> None:
        """A name and an advice are reported on, each by its id, within the policy's days."""
        talk = life(
            *LIVES[Stage.HELD],
            InsightRecorded(at=at(3, 10, 15), insight=ADVICE),
            ReferralReceived(at=at(3, 10, 16), referral=REFERRAL),
        )
        for policy, days in ((CLASSIC, 21), (OURS, 9)):
            reports = [a for a in agenda(talk, policy=policy) if a.kind is A.REPORT_BACK]
            assert [("a-1", at(3, 10, 15)), ("r-1", at(3, 10, 16))] == [
                (a.reference, a.due and a.due - timedelta(days=days)) for a in reports
            ]

    def test_a_second_check_back(self) -> None:
        """A new day for checking back replaces the old one."""
        again = CheckedBack(at=at(3, 10), check_back_on=date(2026, 3, 30))
        patient = attrs.evolve(CLASSIC, check_back_max=30)
        pending = life(*LIVES[Stage.INTRO_PENDING], again, policy=patient)
        # The clocks in Berlin have changed by then.
        assert lines(agenda(pending)) == [
            (A.CHECK_BACK, at(3, 29, 22), at(3, 29, 22), None),
        ]

    def test_a_promise_with_a_day(self) -> None:
        """A promise is due when its day begins, and late when that day is over."""
        talk = life(*LIVES[Stage.HELD], CommitmentMade(at=at(3, 10, 15), commitment=PROMISE))
        kept = only(agenda(talk), A.KEEP_PROMISE)
        assert kept == Action(
            kind=A.KEEP_PROMISE,
            interview_id="talk-1",
            sentence="Do what was promised.",
            owner=Party.SEEKER,
            due=midnight(2026, 3, 20),
            late_after=midnight(2026, 3, 21),
            reference="p-1",
        )
        assert not kept.is_late(midnight(2026, 3, 21))
        assert kept.is_late(midnight(2026, 3, 21) + MICROSECOND)

    def test_a_promise_on_the_day_of_the_change(self) -> None:
        """The day on which clocks change has 23 hours, and a promise has just those."""
        promise = attrs.evolve(PROMISE, due=date(2026, 3, 29))
        talk = life(*LIVES[Stage.HELD], CommitmentMade(at=at(3, 10, 15), commitment=promise))
        kept = only(agenda(talk), A.KEEP_PROMISE)
        assert (kept.due, kept.late_after) == (at(3, 28, 23), at(3, 29, 22))

    def test_a_promise_without_a_day(self) -> None:
        """A promise without a day is never due and comes last."""
        promise = attrs.evolve(PROMISE, due=None)
        talk = life(*LIVES[Stage.HELD], CommitmentMade(at=at(3, 10, 15), commitment=promise))
        last = agenda(talk)[-1]
        assert (last.kind, last.due, last.late_after) == (A.KEEP_PROMISE, None, None)
        assert not last.is_late(at(12, 31))

    def test_a_promise_of_the_contact(self) -> None:
        """What the contact promised is theirs to do and the seeker's to look after."""
        promise = attrs.evolve(PROMISE, owner=Party.CONTACT)
        talk = life(*LIVES[Stage.HELD], CommitmentMade(at=at(3, 10, 15), commitment=promise))
        action = only(agenda(talk), A.KEEP_PROMISE)
        assert action.owner is Party.CONTACT
        assert action.sentence == "See whether what they promised has come."

    def test_what_is_settled_is_gone(self) -> None:
        """A debrief that is written and a report that is made are not asked for again."""
        talk = life(
            *LIVES[Stage.HELD],
            InsightRecorded(at=at(3, 10, 15), insight=ADVICE),
            THANKED,
            DebriefWritten(at=at(3, 10, 20), debrief=DEBRIEF),
            ReportedBack(at=at(3, 12), about="a-1"),
        )
        assert [action.kind for action in agenda(talk)] == [A.RECONNECT]

    @pytest.mark.parametrize("kind", ObligationKind)
    def test_every_kind_has_an_action(self, kind: ObligationKind) -> None:
        """No sort of obligation is unknown to the agenda."""
        owing = {
            ObligationKind.THANK_YOU: LIVES[Stage.HELD],
            ObligationKind.DEBRIEF: LIVES[Stage.HELD],
            ObligationKind.REPORT_BACK: (
                *LIVES[Stage.HELD],
                ReferralReceived(at=at(3, 10, 16), referral=REFERRAL),
            ),
            ObligationKind.CHECK_BACK: LIVES[Stage.INTRO_PENDING],
            ObligationKind.COMMITMENT: (
                *LIVES[Stage.HELD],
                CommitmentMade(at=at(3, 10, 16), commitment=PROMISE),
            ),
            ObligationKind.REPLY_THANKS: LIVES[Stage.DECLINED],
            ObligationKind.APOLOGY: (
                *LIVES[Stage.CONFIRMED],
                NoShowRecorded(at=at(3, 10, 14, 15), by=Party.SEEKER),
            ),
        }
        interview = life(*owing[kind])
        alone = attrs.evolve(interview, obligations=tuple(o for o in interview.obligations if o.kind is kind))
        nothing = attrs.evolve(interview, obligations=())
        assert len({*agenda(alone)} - {*agenda(nothing)}) == 1


class TestOrder:
    """The most pressing first."""

    def test_by_due_and_undated_last(self) -> None:
        """Actions are sorted by the instant they are due, those without one at the end."""
        talk = life(
            *LIVES[Stage.HELD],
            CommitmentMade(at=at(3, 10, 15), commitment=attrs.evolve(PROMISE, id="p-0", due=None)),
            CommitmentMade(at=at(3, 10, 15), commitment=attrs.evolve(PROMISE, due=date(2026, 3, 11))),
            ReferralReceived(at=at(3, 10, 16), referral=REFERRAL),
        )
        assert [action.kind for action in agenda(talk)] == [
            A.KEEP_PROMISE,
            A.DEBRIEF,
            A.THANK,
            A.REPORT_BACK,
            A.KEEP_PROMISE,
        ]

    def test_ties_by_reference(self) -> None:
        """Reports that fall due together come by the id of what they are about."""
        names = [
            ReferralReceived(at=at(3, 10, 16), referral=attrs.evolve(REFERRAL, id=id_))
            for id_ in ("r-9", "r-2", "r-5")
        ]
        reports = [a for a in agenda(life(*LIVES[Stage.HELD], *names)) if a.kind is A.REPORT_BACK]
        assert [action.reference for action in reports] == ["r-2", "r-5", "r-9"]

    def test_a_note_owes_nothing(self) -> None:
        """A private note puts nothing on the agenda."""
        noted = life(*LIVES[Stage.HELD], NoteTaken(at=at(3, 10, 15), note=Note("a patient teacher")))
        assert agenda(noted) == agenda(living(Stage.HELD))


class TestIsLate:
    """When something is late."""

    def test_after_its_due(self) -> None:
        """Without a later limit, an action is late after it was due and not before."""
        meet = only(agenda(living(Stage.CONFIRMED)), A.MEET)
        assert [meet.is_late(TALK.start + shift) for shift in (-MICROSECOND, timedelta(), MICROSECOND)] == [
            False,
            False,
            True,
        ]

    def test_after_its_limit(self) -> None:
        """Thanks are due after a day and late once two have gone by."""
        thank = only(agenda(living(Stage.HELD)), A.THANK)
        late = TALK.end + timedelta(hours=48)
        assert [
            thank.is_late(moment) for moment in (TALK.end + timedelta(hours=25), late, late + MICROSECOND)
        ] == [False, False, True]

    def test_never(self) -> None:
        """What presses nobody is never late."""
        (prepare,) = agenda(living(Stage.IDENTIFIED))
        assert not prepare.is_late(datetime(2199, 12, 31, tzinfo=UTC))

    def test_in_any_zone(self) -> None:
        """The time asked about may be given on any clock."""
        meet = only(agenda(living(Stage.CONFIRMED)), A.MEET)
        berlin = datetime.fromisoformat("2026-03-10T15:00:00.000001+01:00")
        assert meet.is_late(berlin)

    def test_a_naive_time_is_refused(self) -> None:
        """A time without a zone is refused with a name and a cure."""
        meet = only(agenda(living(Stage.CONFIRMED)), A.MEET)
        with pytest.raises(InvalidValueError) as refusal:
            meet.is_late(datetime(2026, 3, 10))  # noqa: DTZ001 - the fault that is looked for
        assert (refusal.value.field, refusal.value.code) == ("now", "naive_datetime")


def _another(id_: str, *events: Event) -> Interview:
    """Live through events under another id."""
    return life(attrs.evolve(FOUND, interview_id=id_), *events)


class TestDueUntil:
    """The pick of what is due."""

    def test_up_to_and_including(self) -> None:
        """What is due at the very instant is in, what is due later or never is not."""
        actions = agenda(living(Stage.SCHEDULED))
        confirm, meet = actions
        assert due_until(actions, at(3, 9, 14) - MICROSECOND) == ()
        assert due_until(actions, at(3, 9, 14)) == (confirm,)
        assert due_until(actions, at(3, 10, 14)) == (confirm, meet)
        assert due_until(agenda(living(Stage.IDENTIFIED)), datetime(2199, 12, 31, tzinfo=UTC)) == ()

    def test_many_interviews(self) -> None:
        """Actions of many interviews are mixed by time, ties by the interview's id."""
        later = _another("talk-0", READY, attrs.evolve(ASKED, at=at(3, 4)))
        same = _another("talk-2", READY, ASKED)
        actions = (action for talk in (later, same, living(Stage.REQUESTED)) for action in agenda(talk))
        assert [
            (action.interview_id, action.kind) for action in due_until(actions, at(3, 23, 23) - MICROSECOND)
        ] == [("talk-1", A.NUDGE), ("talk-2", A.NUDGE), ("talk-0", A.NUDGE)]

    def test_nothing(self) -> None:
        """Of nothing, nothing is due."""
        assert due_until((), at(3, 2)) == ()

    @pytest.mark.parametrize("actions", [(), CLASSIC_AGENDAS])
    def test_a_naive_time_is_refused(self, actions: object) -> None:
        """A time without a zone is refused, even when there is nothing to compare it with."""
        given = agenda(living(Stage.HELD)) if actions else ()
        with pytest.raises(InvalidValueError) as refusal:
            due_until(given, datetime(2026, 3, 10))  # noqa: DTZ001 - the fault that is looked for
        assert (refusal.value.field, refusal.value.code) == ("until", "naive_datetime")


@pytest.mark.parametrize(
    "changed",
    [
        lambda action: setattr(action, "due", None),
        lambda action: delattr(action, "due"),
    ],
)
def test_an_action_is_frozen(changed: Callable[[Action], None]) -> None:
    """Nobody changes an action."""
    (meet,) = agenda(living(Stage.CONFIRMED))
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        changed(meet)


def test_a_final_cancellation_leaves_nothing() -> None:
    """A talk that was called off for good asks for nothing."""
    cancelled = life(*LIVES[Stage.SCHEDULED], Cancelled(at=at(3, 6), by=Party.SEEKER, final=True))
    assert agenda(cancelled) == ()
