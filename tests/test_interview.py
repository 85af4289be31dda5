"""The interview: what events change in it, what it decides, and how it is rebuilt."""

import copy
import pickle
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import attrs
import pytest
from tests.lives import (
    ADVICE,
    AGREED,
    ASKED,
    COLD,
    DEBRIEF,
    FOUND,
    FRIEND,
    GRANTED,
    INSIGHT,
    INTRO_ASKED,
    LIVES,
    LONG_LIFE,
    MICROSECOND,
    OBJECTIVE,
    PROMISE,
    READY,
    REFERRAL,
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
from infoview._channel import MeetingFormat
from infoview._events import EVENT_TYPES, Event
from infoview._interview import Decision, Flag, Interview
from infoview._lifecycle import LIFECYCLE
from infoview._obligations import Obligation, ObligationKind
from infoview._people import Consent, Party
from infoview._policy import Policy
from infoview._stages import Stage
from infoview._takeaways import Note
from infoview._transitions import Transition
from infoview.exceptions import GuardError, IllegalTransitionError, InvalidValueError
from infoview.policies import CLASSIC, FINANCE, GENTLE

S = Stage
SEEKER, CONTACT = Party.SEEKER, Party.CONTACT
SOON = timedelta(hours=1)


def owed(
    kind: str, since: datetime, about: str = "", *, owner: Party = SEEKER, due: date | None = None
) -> Obligation:
    """Say what is owed."""
    return Obligation(ObligationKind(kind), about, owner, since, due)


def changes(before: Interview, after: Interview) -> dict[str, Any]:
    """List the fields that differ, the log aside."""
    return {
        field.name: getattr(after, field.name)
        for field in attrs.fields(Interview)
        if field.name != "log" and getattr(before, field.name) != getattr(after, field.name)
    }


@attrs.frozen
class Step:
    """One event and all that it changes.

    Attributes:
        before: A stage whose told life went before, or a life of its own.
        event: What happens.
        changed: Every field that changes, the log aside.
        goes_to: The stage it leads to, if that is another one.
    """

    before: "Stage | tuple[Event, ...]"
    event: Event
    changed: dict[str, Any] = attrs.Factory(dict)
    goes_to: Stage | None = None

    @property
    def interview(self) -> Interview:
        """The interview that the event happens in."""
        return life(*(LIVES[self.before] if isinstance(self.before, Stage) else self.before))

    def check(self, before: Interview) -> None:
        """Check that the event changes exactly this, and nothing in the interview before it."""
        kept = copy.deepcopy(before)
        after = before.apply(self.event)
        moved = {"stage": self.goes_to, "stage_since": self.event.at} if self.goes_to else {}
        assert self.changed | moved == changes(before, after)
        assert (*before.history, self.event) == after.history
        assert kept == before


_T = at(3, 11)
_DEBRIEF_OWED = owed("debrief", TALK.end)
_THANKS_OWED = owed("thank_you", TALK.end)
_CHECK_OWED = owed("check_back", at(3, 2, 10), due=date(2026, 3, 10))
_OTHER = slot_at(at(3, 17))
_UNDONE = ev.Undone(at=at(3, 13), reason="a slip of the hand")
_NOTE = Note("keep")
_TRUSTED = ev.NameUseAnswered(at=at(3, 3), granted=True)
_NAMED = (*LIVES[S.THANKED], ev.ReferralReceived(at=_T, referral=REFERRAL))
_PROMISED = (*LIVES[S.HELD], ev.CommitmentMade(at=_T, commitment=PROMISE))
_MISSED = (*LIVES[S.CONFIRMED], ev.NoShowRecorded(at=at(3, 10, 15), by=SEEKER))
_GROUPED = (*LIVES[S.PREPARED], ev.GroupJoined(at=at(3, 3), group_id="panel-1"))
_EVENING = at(3, 10, 18)

STEPS = (
    Step(S.IDENTIFIED, attrs.evolve(READY, at=_T), {"objective": OBJECTIVE, "connection": COLD}, S.PREPARED),
    Step(S.PREPARED, attrs.evolve(READY, at=_T, connection=FRIEND), {"connection": FRIEND}),
    Step(
        S.IDENTIFIED,
        INTRO_ASKED,
        {
            "objective": OBJECTIVE,
            "connection": FRIEND,
            "check_back_on": date(2026, 3, 10),
            "obligations": (_CHECK_OWED,),
        },
        S.INTRO_PENDING,
    ),
    Step(
        S.PREPARED,
        attrs.evolve(INTRO_ASKED, objective=None),
        {"connection": FRIEND, "check_back_on": date(2026, 3, 10), "obligations": (_CHECK_OWED,)},
        S.INTRO_PENDING,
    ),
    Step(
        S.INTRO_PENDING,
        ev.CheckedBack(at=_T, check_back_on=date(2026, 3, 20)),
        {
            "check_back_on": date(2026, 3, 20),
            "obligations": (owed("check_back", _T, due=date(2026, 3, 20)),),
        },
    ),
    Step(S.INTRO_PENDING, ev.CheckedBack(at=_T), {"check_back_on": None, "obligations": ()}),
    Step(
        S.INTRO_PENDING,
        ev.IntroMade(at=_T, contact_agreed=True),
        {"check_back_on": None, "requested_at": _T, "obligations": ()},
        S.REQUESTED,
    ),
    Step(
        S.INTRO_PENDING,
        ev.IntroMade(at=_T, contact_agreed=True, accepted=True),
        {"check_back_on": None, "requested_at": _T, "obligations": ()},
        S.ACCEPTED,
    ),
    Step(S.INTRO_PENDING, ev.IntroRefused(at=_T), {"check_back_on": None, "obligations": ()}, S.PREPARED),
    Step(S.INTRO_PENDING, _TRUSTED, {"connection": GRANTED}),
    Step(
        (*_NAMED, ev.ReferralReceived(at=_T, referral=attrs.evolve(REFERRAL, id="r-2"))),
        ev.NameUseAnswered(at=_T, granted=False, referral_id="r-2"),
        {"referrals": (REFERRAL, attrs.evolve(REFERRAL, id="r-2", consent=Consent.REFUSED))},
    ),
    Step(S.PREPARED, ASKED, {"requested_at": ASKED.at}, S.REQUESTED),
    Step(S.REQUESTED, ev.Nudged(at=at(3, 12)), {"nudged_at": at(3, 12), "nudges": 1}),
    Step(
        S.REQUESTED,
        ev.OutOfOfficeReceived(at=_T, return_on=date(2026, 3, 16)),
        {"away_since": _T, "away_until": date(2026, 3, 16)},
    ),
    Step(
        S.REQUESTED,
        ev.Deferred(at=_T, until=date(2026, 4, 1)),
        {"deferred_until": date(2026, 4, 1)},
        S.DEFERRED,
    ),
    Step(
        (
            *LIVES[S.REQUESTED],
            ev.OutOfOfficeReceived(at=at(3, 3, 10), return_on=date(2026, 3, 4)),
            ev.Nudged(at=at(3, 12)),
            ev.Deferred(at=at(3, 13), until=date(2026, 3, 14)),
        ),
        ev.Retried(at=at(4, 6), minutes=15),
        {"requested_at": at(4, 6), "nudged_at": None, "away_since": None, "away_until": None},
        S.REQUESTED,
    ),
    Step(S.REQUESTED, ev.Accepted(at=_T), {}, S.ACCEPTED),
    Step(S.DEFERRED, ev.Accepted(at=_T), {}, S.ACCEPTED),
    Step(S.NO_RESPONSE, ev.Accepted(at=at(9, 1)), {}, S.ACCEPTED),
    Step(
        S.NO_RESPONSE,
        ev.Declined(at=at(9, 1)),
        {"obligations": (owed("reply_thanks", at(9, 1)),)},
        S.DECLINED,
    ),
    Step(S.REQUESTED, ev.Declined(at=_T), {"obligations": (owed("reply_thanks", _T),)}, S.DECLINED),
    Step(S.DECLINED, ev.ReplyThanked(at=_T), {"obligations": ()}),
    Step(S.REQUESTED, ev.WrittenAnswersOffered(at=_T), {}, S.WRITTEN),
    Step(S.WRITTEN, ev.QuestionsSent(at=_T, count=3)),
    Step(
        S.WRITTEN,
        ev.AnswersReceived(at=_T),
        {
            "held_at": _T,
            "last_contact_at": _T,
            "obligations": (owed("debrief", _T), owed("thank_you", _T)),
        },
        S.HELD,
    ),
    Step(S.REQUESTED, ev.Expired(at=at(3, 24)), {}, S.NO_RESPONSE),
    Step(S.SCHEDULED, ev.Withdrawn(at=at(3, 9, 10)), {}, S.WITHDRAWN),
    Step(S.INTRO_PENDING, ev.Withdrawn(at=at(3, 9, 10)), {"obligations": ()}, S.WITHDRAWN),
    Step(S.PREPARED, ev.GroupJoined(at=_T, group_id="panel-1"), {"group_id": "panel-1"}),
    Step(S.CONFIRMED, ev.GroupJoined(at=at(3, 9, 10), group_id="panel-1"), {"group_id": "panel-1"}),
    Step(_GROUPED, ev.GroupLeft(at=_T), {"group_id": None}),
    Step(S.ACCEPTED, ev.TimesProposed(at=at(3, 9, 10), slots=(TALK,)), {"proposed": (TALK,)}, S.SCHEDULING),
    Step(S.SCHEDULING, ev.TimeCountered(at=at(3, 9, 10), slots=(_OTHER,)), {"proposed": (_OTHER,)}),
    Step(
        S.SCHEDULING,
        attrs.evolve(AGREED, meeting_format=MeetingFormat.IN_PERSON),
        {"slot": TALK, "meeting_format": MeetingFormat.IN_PERSON, "proposed": ()},
        S.SCHEDULED,
    ),
    Step(S.SCHEDULED, ev.Confirmed(at=at(3, 9, 10)), {}, S.CONFIRMED),
    Step(
        S.CONFIRMED,
        ev.Rescheduled(at=at(3, 9, 10), slot=_OTHER, by=SEEKER),
        {"slot": _OTHER, "moves_by_seeker": 1},
        S.SCHEDULED,
    ),
    Step(
        S.SCHEDULED,
        ev.Rescheduled(at=at(3, 9, 10), slot=_OTHER, by=CONTACT),
        {"slot": _OTHER, "moves_by_contact": 1},
    ),
    Step(
        S.CONFIRMED,
        ev.Cancelled(at=at(3, 9, 10), by=SEEKER),
        {"cancellation": ev.Cancelled(at=at(3, 9, 10), by=SEEKER)},
        S.CANCELLED,
    ),
    Step(
        S.CONFIRMED,
        ev.NoShowRecorded(at=_T, by=SEEKER),
        {"missed_by": SEEKER, "no_shows_by_seeker": 1, "obligations": (owed("apology", _T),)},
        S.NO_SHOW,
    ),
    Step(
        S.CONFIRMED,
        ev.NoShowRecorded(at=_T, by=CONTACT),
        {"missed_by": CONTACT, "no_shows_by_contact": 1},
        S.NO_SHOW,
    ),
    Step(_MISSED, ev.ApologySent(at=_T), {"obligations": ()}),
    Step(S.CANCELLED, ev.Rebooked(at=_T), {"slot": None, "cancellation": None}, S.SCHEDULING),
    Step(S.NO_SHOW, ev.Rebooked(at=_T), {"slot": None, "missed_by": None}, S.SCHEDULING),
    Step(S.NO_SHOW, ev.GaveUp(at=_T), {}, S.CLOSED),
    Step(S.CONFIRMED, ev.Started(at=TALK.start), {}, S.IN_PROGRESS),
    Step(S.IN_PROGRESS, ev.OverrunGranted(at=TALK.end, minutes=3), {"overrun_minutes": 3}),
    Step(
        S.CONFIRMED,
        ev.Held(at=TALK.end),
        {
            "held_at": TALK.end,
            "last_contact_at": TALK.end,
            "obligations": (_DEBRIEF_OWED, _THANKS_OWED),
        },
        S.HELD,
    ),
    Step(
        S.HELD,
        ev.DebriefWritten(at=_T, debrief=DEBRIEF),
        {"debrief": DEBRIEF, "obligations": (_THANKS_OWED,)},
    ),
    Step(S.HELD, ev.InsightRecorded(at=_T, insight=INSIGHT), {"insights": (INSIGHT,)}),
    Step(
        S.HELD,
        ev.InsightRecorded(at=_T, insight=ADVICE),
        {
            "insights": (ADVICE,),
            "obligations": (_DEBRIEF_OWED, _THANKS_OWED, owed("report_back", _T, "a-1")),
        },
    ),
    Step(S.IDENTIFIED, ev.NoteTaken(at=_T, note=_NOTE), {"notes": (_NOTE,)}),
    Step(
        S.THANKED,
        ev.ReferralReceived(at=_T, referral=REFERRAL),
        {"referrals": (REFERRAL,), "obligations": (_DEBRIEF_OWED, owed("report_back", _T, "r-1"))},
    ),
    Step(
        S.THANKED,
        ev.CommitmentMade(at=_T, commitment=attrs.evolve(PROMISE, owner=CONTACT)),
        {
            "commitments": (attrs.evolve(PROMISE, owner=CONTACT),),
            "obligations": (
                _DEBRIEF_OWED,
                owed("commitment", _T, "p-1", owner=CONTACT, due=date(2026, 3, 20)),
            ),
        },
    ),
    Step(
        _PROMISED,
        ev.CommitmentKept(at=_T, commitment_id="p-1"),
        {"obligations": (_DEBRIEF_OWED, _THANKS_OWED)},
    ),
    Step(S.REQUESTED, ev.ResumeRequested(at=_T), {"resume_requested": True}),
    Step((*LIVES[S.REQUESTED], ev.ResumeRequested(at=_T)), ev.ResumeShared(at=_T)),
    Step(S.HELD, ev.OpportunityRaised(at=_T, text="a post"), {"opportunity_raised": True}),
    Step(
        S.HELD,
        THANKED,
        {"thanked_at": _EVENING, "last_contact_at": _EVENING, "obligations": (_DEBRIEF_OWED,)},
        S.THANKED,
    ),
    Step(S.HELD, ev.ThanksWaived(at=_T, reason="at the door"), {"obligations": (_DEBRIEF_OWED,)}, S.THANKED),
    Step(
        _NAMED,
        ev.ReportedBack(at=_T, about="r-1"),
        {"obligations": (_DEBRIEF_OWED,), "last_contact_at": _T},
        S.IN_TOUCH,
    ),
    Step(
        S.HELD,
        ev.ObligationWaived(at=_T, obligation_id="debrief", reason="no need"),
        {"obligations": (_THANKS_OWED,)},
    ),
    Step(S.IN_TOUCH, ev.Touched(at=at(5, 1), by=CONTACT), {"last_contact_at": at(5, 1)}),
    Step(S.THANKED, ev.Reconnected(at=at(5, 1), hook="news"), {"last_contact_at": at(5, 1)}, S.IN_TOUCH),
    Step(S.DORMANT, ev.Reconnected(at=at(12, 1), hook="news"), {"last_contact_at": at(12, 1)}, S.IN_TOUCH),
    Step(S.IN_TOUCH, ev.Lapsed(at=at(12, 1)), {}, S.DORMANT),
    Step(S.PREPARED, ev.Closed(at=_T), {}, S.CLOSED),
    Step(S.DECLINED, ev.Reopened(at=at(9, 1)), {"requested_at": None, "obligations": ()}, S.PREPARED),
    Step(
        (*_GROUPED, ASKED, ev.Declined(at=_T)),
        ev.Reopened(at=at(9, 1)),
        {"group_id": None, "requested_at": None, "obligations": ()},
        S.PREPARED,
    ),
    Step(
        S.HELD,
        ev.DoNotContactAsked(at=_T),
        {"sealed": True, "obligations": ()},
        S.CLOSED,
    ),
    Step(S.IDENTIFIED, ev.Erased(at=_T), {"sealed": True}, S.CLOSED),
    Step(
        (*LIVES[S.REQUESTED], ev.Nudged(at=at(3, 12))), _UNDONE, {"nudged_at": None, "nudges": 0, "undone": 1}
    ),
    Step((*LIVES[S.PREPARED], ev.NoteTaken(at=_T, note=_NOTE)), _UNDONE, {"notes": (), "undone": 1}),
)


class TestSteps:
    """What every event changes, and that it changes nothing else."""

    @pytest.mark.parametrize("step", STEPS, ids=lambda step: type(step.event).__name__)
    def test_change_what_they_say(self, step: Step) -> None:
        """The event changes exactly the fields named, and leaves the interview before it alone."""
        step.check(step.interview)

    def test_cover_every_event(self) -> None:
        """Every event but the first has its example."""
        assert set(EVENT_TYPES) - {ev.Identified} == {type(step.event) for step in STEPS}

    def test_an_attempt_begins_anew(self) -> None:
        """Another attempt starts with fresh counters; what was learnt and who was missing stays known."""
        first = life(
            *LIVES[S.REQUESTED],
            ev.OutOfOfficeReceived(at=at(3, 3, 10), return_on=date(2026, 3, 4)),
            ev.Nudged(at=at(3, 12)),
            ev.ResumeRequested(at=at(3, 12)),
            ev.GroupJoined(at=at(3, 12), group_id="panel-1"),
            ev.Deferred(at=at(3, 13), until=date(2026, 3, 14)),
            ev.Accepted(at=at(3, 14)),
            ev.TimesProposed(at=at(3, 14), slots=(_OTHER,)),
            ev.Scheduled(at=at(3, 14), slot=_OTHER),
            ev.Rescheduled(at=at(3, 15), slot=_OTHER, by=SEEKER),
            ev.Rescheduled(at=at(3, 15), slot=_OTHER, by=CONTACT),
            ev.NoteTaken(at=at(3, 15), note=_NOTE),
            ev.Cancelled(at=at(3, 16), by=SEEKER),
        )
        again = first.apply(ev.Reopened(at=at(7, 1)))
        fresh = life(*LIVES[S.PREPARED], ev.NoteTaken(at=at(3, 15), note=_NOTE))
        assert {"stage_since": at(7, 1), "resume_requested": True} == changes(fresh, again)

    def test_an_erased_interview_holds_nothing_personal(self) -> None:
        """Erasing empties every field that says something about somebody; ids and counts stay."""
        erased = life(*LONG_LIFE[:-1]).apply(ev.Erased(at=at(12, 20)))
        emptied = ("objective", "connection", "debrief", "slot", "meeting_format", "cancellation")
        assert [getattr(erased, name) for name in emptied] == [None] * 6
        lists = ("insights", "referrals", "commitments", "notes", "proposed", "obligations")
        assert [getattr(erased, name) for name in lists] == [()] * 6
        assert erased.sealed


PARTS = ("effect", "opens", "settles", "is_contact", "target")


def _rows_shown() -> dict[Transition, list[Step]]:
    shown: dict[Transition, list[Step]] = {}
    for step in STEPS:
        row = LIFECYCLE.row_for(type(step.event), step.interview.stage)
        assert row is not None
        shown.setdefault(row, []).append(step)
    return shown


def _spoilt(row: Transition, part: str) -> Transition:
    """Copy a row with one part missing, or with a wrong target."""
    spoilt = attrs.evolve(row)
    wrong_target = S.CLOSED if row.target is not S.CLOSED else S.DORMANT
    missing = {"effect": None, "is_contact": False, "target": wrong_target}
    object.__setattr__(spoilt, part, missing.get(part, ()))
    return spoilt


class TestSpoiltRows:
    """Deliberately broken lifecycles: one row loses what it changes, opens, settles, counts or leads to."""

    @pytest.mark.parametrize(
        ("row", "part"),
        [(row, part) for row in _rows_shown() for part in PARTS if getattr(row, part)],
        ids=lambda value: value if isinstance(value, str) else f"{value.event.__name__}-{value.source}",
    )
    def test_are_noticed(self, row: Transition, part: str, monkeypatch: pytest.MonkeyPatch) -> None:
        """Each part of a row is needed: the catalogue notices when it is missing."""
        examples = [(step, step.interview) for step in _rows_shown()[row]]
        spoilt = _spoilt(row, part)
        monkeypatch.setitem(LIFECYCLE.rows[row.event], row.source, spoilt)
        with pytest.raises(AssertionError):
            _check_all(examples)


def _check_all(examples: Iterable[tuple[Step, Interview]]) -> None:
    for step, interview in examples:
        step.check(interview)


class TestOpening:
    """An interview begins with a person."""

    def test_takes_over_what_the_event_says(self) -> None:
        """Ids, zone and origin come from the event."""
        event = attrs.evolve(FOUND, follows="talk-0", referral_id="r-9")
        opened = Interview.open(event)
        assert (
            opened.id,
            opened.seeker_id,
            opened.contact_id,
            opened.zone,
        ) == ("talk-1", "mira", "jonas", "Europe/Berlin")
        assert (opened.follows, opened.referral_id) == ("talk-0", "r-9")
        assert (S.IDENTIFIED, FOUND.at, (event,)) == (opened.stage, opened.stage_since, opened.history)

    def test_leaves_everything_else_empty(self) -> None:
        """Nothing is owed, known or counted yet."""
        opened = Interview.open(FOUND)
        given = {"id", "seeker_id", "contact_id", "zone", "stage", "stage_since", "log"}
        rest = {f.name: f.default for f in attrs.fields(Interview) if f.name not in given}
        assert rest == {name: getattr(opened, name) for name in rest}

    def test_needs_the_right_event(self) -> None:
        """Nothing but the identification of a person begins an interview."""
        with pytest.raises(IllegalTransitionError) as refusal:
            Interview.open(READY)
        assert refusal.value.args[:3] == ("none", "Prepared", ("Identified",))


class TestApplying:
    """Recording what happened."""

    @pytest.mark.parametrize("stage", Stage)
    def test_refuses_what_has_no_row(self, stage: Stage) -> None:
        """An event that the stage does not know is refused with the names of those it knows."""
        interview = living(stage)
        for told in LONG_LIFE:
            event = attrs.evolve(told, at=at(12, 31))
            if LIFECYCLE.row_for(type(event), stage) is None:
                with pytest.raises(IllegalTransitionError) as refusal:
                    interview.apply(event)
                error = refusal.value
                assert (stage, type(event).__name__) == (error.stage, error.event)
                known = [kind.__name__ for kind in EVENT_TYPES if LIFECYCLE.row_for(kind, stage)]
                assert sorted(known) == list(error.allowed)
        assert living(stage) == interview

    def test_refuses_a_second_beginning(self) -> None:
        """Nobody is identified twice in one interview."""
        with pytest.raises(IllegalTransitionError):
            living(S.PREPARED).apply(attrs.evolve(FOUND, at=at(3, 3)))

    @pytest.mark.parametrize("event", [ASKED, attrs.evolve(ASKED, id="e-1")], ids=["words", "id"])
    def test_knows_what_is_recorded_whatever_the_stage(self, event: Event) -> None:
        """Sent once more, an event is a repetition, and not illegal where its stage has moved on."""
        asked = living(S.PREPARED).apply(event)
        for step in (asked.apply, lambda again: Interview.replay((*asked.history, again))):
            with pytest.raises(GuardError) as refusal:
                step(event)
            assert [reason.code for reason in refusal.value.reasons] == ["duplicate_event"]
            assert refusal.value.earliest is None

    @pytest.mark.parametrize("thing", [None, "Accepted", ev.Accepted, 5])
    def test_refuses_what_is_no_event(self, thing: Any) -> None:  # noqa: ANN401 - what is refused
        """Anything else is told from an event."""
        for step in (living(S.REQUESTED).apply, Interview.open, lambda that: Interview.replay((FOUND, that))):
            with pytest.raises(InvalidValueError) as refusal:
                step(thing)
            assert refusal.value.code == "wrong_type"

    def test_accepts_the_same_instant(self) -> None:
        """Two different events may share an instant."""
        both = life(*LIVES[S.REQUESTED], ev.ResumeRequested(at=_T), ev.OpportunityRaised(at=_T))
        assert both.version == 5

    def test_accepts_the_same_words_later(self) -> None:
        """An event that says the same a moment later is another one."""
        away = living(S.REQUESTED).apply(ev.OutOfOfficeReceived(at=_T))
        assert away.apply(ev.OutOfOfficeReceived(at=_T + MICROSECOND)).version == 5

    def test_accepts_events_of_its_own(self) -> None:
        """An event may name the interview it belongs to, and have an id of its own."""
        event = ev.Accepted(at=_T, id="yes", interview_id="talk-1")
        assert event == living(S.REQUESTED).apply(event).history[-1]

    def test_makes_plain_interviews(self) -> None:
        """The result is exactly an interview, frozen and hashable like one built by hand."""
        made = living(S.HELD)
        by_hand = Interview(**{f.name: getattr(made, f.name) for f in attrs.fields(Interview)})
        assert Interview is type(made)
        assert by_hand == made
        assert hash(by_hand) == hash(made)
        for change in (lambda: setattr(made, "stage", S.CLOSED), lambda: delattr(made, "stage")):
            with pytest.raises(attrs.exceptions.FrozenInstanceError):
                change()
        with pytest.raises(attrs.exceptions.FrozenInstanceError):
            made.mood = "good"  # type: ignore[attr-defined] - what is refused

    def test_makes_interviews_that_travel(self) -> None:
        """An interview survives pickling and copying."""
        made = life(*LONG_LIFE)
        assert made == pickle.loads(pickle.dumps(made))  # noqa: S301 - our own bytes
        assert made == copy.deepcopy(made)

    def test_shows_neither_ids_nor_names(self) -> None:
        """The text form of an interview tells the stage and how much happened, nothing personal."""
        text = repr(life(*LONG_LIFE[:-1]))
        assert text == "<Interview in_touch, 46 events>"


class TestDeciding:
    """May I, and if not, why and from when?"""

    def test_says_yes(self) -> None:
        """What passes now has no reasons against it, and now as the first instant."""
        decision = living(S.REQUESTED).decide(ev.Nudged, now=at(3, 12))
        assert Decision(event="Nudged", allowed=True, earliest=at(3, 12)) == decision
        assert decision

    def test_says_no_and_from_when(self) -> None:
        """What must wait has its reasons and the first instant for all of them."""
        decision = living(S.REQUESTED).decide(ev.Nudged, now=at(3, 7))
        assert not decision
        assert [reason.code for reason in decision.reasons] == ["nudge_too_early", "nudge_on_day_off"]
        assert midnight(2026, 3, 12) == decision.earliest

    def test_says_never(self) -> None:
        """Where waiting does not help there is no first instant."""
        decision = living(S.THANKED).decide(ev.Closed, now=_T)
        assert [reason.code for reason in decision.reasons] == ["open_obligations"]
        assert decision.earliest is None

    def test_says_what_the_event_must_meet(self) -> None:
        """Rules about the content of an event are requirements, with the numbers of the policy."""
        decision = living(S.PREPARED).decide(
            ev.RequestSent, now=_T, policy=attrs.evolve(CLASSIC, minutes_max=25)
        )
        assert decision.allowed
        assert [reason.code for reason in decision.requires] == [
            "minutes_out_of_range",
            "consent_missing",
            "resume_attached",
        ]
        assert decision.requires[0].sentence == "Ask for 15 to 25 minutes."

    def test_says_which_events_the_stage_knows(self) -> None:
        """An event without a row gets one reason that names the possible ones."""
        (reason,) = living(S.NO_SHOW).decide(ev.Held, now=_T).reasons
        assert reason.code == "illegal_transition"
        assert "ApologySent" in reason.sentence
        assert reason.earliest is None

    def test_does_not_go_back_in_time(self) -> None:
        """Before the last event nothing may happen, and that event's instant is the first."""
        decision = living(S.REQUESTED).decide(ev.Accepted, now=at(3, 1))
        assert [reason.code for reason in decision.reasons] == ["out_of_order"]
        assert ASKED.at == decision.earliest

    def test_heeds_the_calendar(self) -> None:
        """Where people work every day, the seventh day comes sooner."""
        decision = living(S.REQUESTED).decide(ev.Nudged, now=at(3, 7), calendar=EveryDay())
        assert midnight(2026, 3, 10) == decision.earliest

    def test_heeds_the_policy(self) -> None:
        """Another etiquette gives another answer."""
        asked = living(S.REQUESTED)
        assert midnight(2026, 3, 10) == asked.decide(ev.Nudged, now=at(3, 8), policy=FINANCE).earliest

    def test_takes_any_zone(self) -> None:
        """The instant may come in any zone, and answers come in UTC."""
        now = datetime(2026, 3, 12, 10, tzinfo=ZoneInfo("Europe/Berlin"))
        earliest = living(S.REQUESTED).decide(ev.Nudged, now=now).earliest
        assert at(3, 12) == earliest
        assert earliest is not None
        assert earliest.tzinfo is UTC

    @pytest.mark.parametrize(
        "now",
        [
            datetime(2026, 3, 12),  # noqa: DTZ001 - what is refused
            datetime(2026, 3, 29, 2, 30, tzinfo=ZoneInfo("Europe/Berlin")),
            datetime(2300, 1, 1, tzinfo=UTC),
            date(2026, 3, 12),
            "now",
            None,
        ],
        ids=["naive", "skipped", "far", "day", "text", "none"],
    )
    def test_refuses_what_is_no_instant(self, now: Any) -> None:  # noqa: ANN401 - what is refused
        """A time without a zone, or none at all, is refused by the argument's name."""
        with pytest.raises(InvalidValueError) as refusal:
            living(S.REQUESTED).decide(ev.Nudged, now=now)
        assert refusal.value.field == "now"

    @pytest.mark.parametrize("kind", [str, None, "Nudged", ev._Event, [ev.Nudged]])
    def test_refuses_what_is_no_event(self, kind: Any) -> None:  # noqa: ANN401 - what is refused
        """Anything but an event class is refused."""
        with pytest.raises(InvalidValueError) as refusal:
            living(S.REQUESTED).decide(kind, now=_T)
        assert refusal.value.code == "unknown_event"


class TestReplaying:
    """Rebuilding an interview from its events."""

    @pytest.mark.parametrize("stage", Stage)
    def test_rebuilds_every_stage(self, stage: Stage) -> None:
        """The history of an interview replays to it, with and without the policy."""
        interview = living(stage)
        assert interview == Interview.replay(interview.history)
        assert interview == Interview.replay(interview.history, policy=CLASSIC)

    def test_reads_any_iterable(self) -> None:
        """Events may come one by one."""
        assert life(*LONG_LIFE) == Interview.replay(iter(LONG_LIFE))

    def test_heeds_the_calendar_of_a_policy(self) -> None:
        """A nudge that was in time where people work every day is early where they do not."""
        nudged = (*LIVES[S.REQUESTED], ev.Nudged(at=at(3, 10)))
        assert Interview.replay(nudged, policy=CLASSIC, calendar=EveryDay()).nudges == 1
        with pytest.raises(GuardError):
            Interview.replay(nudged, policy=CLASSIC)

    def test_needs_a_history(self) -> None:
        """Without events there is no interview."""
        with pytest.raises(InvalidValueError) as refusal:
            Interview.replay([])
        assert refusal.value.code == "empty_history"

    def test_needs_the_beginning(self) -> None:
        """A history begins with the person."""
        with pytest.raises(IllegalTransitionError) as refusal:
            Interview.replay(LONG_LIFE[1:])
        assert refusal.value.args == ("none", "IntroRequested", ("Identified",), 0)

    def test_needs_steps_that_exist(self) -> None:
        """An event without a row in the stage reached is refused as in `apply`."""
        with pytest.raises(IllegalTransitionError) as refusal:
            Interview.replay((*LIVES[S.PREPARED], ev.Held(at=_T)))
        assert refusal.value.args[:2] == ("prepared", "Held")

    def test_takes_the_past_as_it_was(self) -> None:
        """Without a policy its numbers refuse nothing: the history happened; with one they do."""
        nudged_at_once = (*LIVES[S.REQUESTED], *(ev.Nudged(at=at(3, 3, hour)) for hour in (10, 11, 12)))
        assert Interview.replay(nudged_at_once).nudges == 3
        with pytest.raises(GuardError):
            Interview.replay(nudged_at_once, policy=CLASSIC)

    @pytest.mark.parametrize(
        ("code", "events"),
        [
            ("out_of_order", (ev.Accepted(at=at(3, 1)),)),
            ("other_interview", (ev.Accepted(at=_T, interview_id="talk-2"),)),
            ("duplicate_event", (ev.Accepted(at=_T, id="x"), ev.ResumeRequested(at=_T, id="x"))),
            ("duplicate_event", (ev.ResumeRequested(at=_T), ev.ResumeRequested(at=_T))),
            (
                "duplicate_event",
                (ev.ResumeRequested(at=_T), ev.OpportunityRaised(at=_T), ev.ResumeRequested(at=_T)),
            ),
            ("sealed", (ev.Erased(at=_T), ev.DoNotContactAsked(at=_T))),
            ("unknown_referral", (ev.NameUseAnswered(at=_T, granted=True, referral_id="r-1"),)),
            ("unknown_obligation", (ev.ObligationWaived(at=_T, obligation_id="apology", reason="no"),)),
        ],
    )
    def test_refuses_what_no_policy_allows(self, code: str, events: tuple[Event, ...]) -> None:
        """Order, identity, references and silence hold for every history."""
        with pytest.raises(GuardError) as refusal:
            Interview.replay((*LIVES[S.REQUESTED], *events))
        assert [code] == [reason.code for reason in refusal.value.reasons]

    def test_names_every_fault_of_a_misplaced_event(self) -> None:
        """An event of another interview that also comes twice and too early has three faults."""
        event = ev.Accepted(at=at(3, 1), id="x", interview_id="talk-2")
        with pytest.raises(GuardError) as refusal:
            Interview.replay((attrs.evolve(FOUND, id="x"), *LIVES[S.REQUESTED][1:], event))
        codes = [reason.code for reason in refusal.value.reasons]
        assert codes == ["out_of_order", "other_interview", "duplicate_event"]
        assert refusal.value.earliest is None

    def test_knows_the_id_of_the_first_event(self) -> None:
        """The first event's id is taken too."""
        with pytest.raises(GuardError):
            Interview.replay((attrs.evolve(FOUND, id="x"), attrs.evolve(READY, id="x")))

    @pytest.mark.parametrize("policy", [None, CLASSIC], ids=["as it was", "by the policy"])
    def test_tells_the_place_of_what_it_refuses(self, policy: Policy | None) -> None:
        """A refusal counts from 0 where the event stands in the history; a step has no place."""
        early, unknown = ev.Accepted(at=at(3, 1)), ev.Held(at=at(3, 4))
        for event in (early, unknown):
            with pytest.raises((GuardError, IllegalTransitionError)) as replayed:
                Interview.replay((*LIVES[S.REQUESTED], event, ev.Accepted(at=at(3, 5))), policy=policy)
            with pytest.raises((GuardError, IllegalTransitionError)) as applied:
                living(S.REQUESTED).apply(event)
            assert (replayed.value.place, applied.value.place) == (3, None)
            assert str(replayed.value) == f"event 3 of the history: {applied.value}"


class TestTakingBack:
    """The short way to undo the last event; what undoing does has a test file of its own."""

    def test_records_an_event(self) -> None:
        """It is the same as applying `Undone` with these words."""
        held = living(S.HELD)
        undoing = ev.Undone(at=_T, reason="it was put off", id="undo-1")
        assert held.apply(undoing) == held.undo_last(at=_T, reason="it was put off", id="undo-1")
        assert held.undo_last(at=_T, reason="it was put off").stage is S.IN_PROGRESS

    def test_is_refused_like_any_event(self) -> None:
        """The beginning stays, silence is kept, and a reason is needed."""
        silent = living(S.REQUESTED).apply(ev.DoNotContactAsked(at=_T))
        for interview, code in ((Interview.open(FOUND), "nothing_to_undo"), (silent, "sealed")):
            with pytest.raises(GuardError) as refusal:
                interview.undo_last(at=at(3, 12), reason="a slip")
            assert [code] == [reason.code for reason in refusal.value.reasons]
        with pytest.raises(InvalidValueError) as refused:
            living(S.HELD).undo_last(at=_T, reason="")
        assert refused.value.field == "Undone.reason"


class TestGoingBack:
    """What was known at an instant."""

    @pytest.mark.parametrize("count", range(1, len(LONG_LIFE) + 1))
    def test_is_what_the_events_up_to_then_make(self, count: int) -> None:
        """All events up to a moment count, those at it included; a microsecond before, those do not."""
        moment = LONG_LIFE[count - 1].at
        whole = life(*LONG_LIFE)
        then = [event for event in LONG_LIFE if event.at <= moment]
        before = [event for event in LONG_LIFE if event.at < moment]
        assert whole.as_of(moment) == Interview.replay(then)
        if before:
            assert whole.as_of(moment - MICROSECOND) == Interview.replay(before)

    def test_is_the_interview_itself_from_its_last_event_on(self) -> None:
        """The present is the past of the future."""
        whole = life(*LONG_LIFE)
        assert whole.as_of(whole.history[-1].at + timedelta(days=999)) == whole

    def test_answers_as_it_would_have_then(self) -> None:
        """A nudge that went out was not legal a moment before its time."""
        nudged = life(*LIVES[Stage.REQUESTED], ev.Nudged(at=at(3, 12)))
        then = nudged.as_of(at(3, 11))
        assert then.decide(ev.Nudged, now=at(3, 11)).earliest == midnight(2026, 3, 12)

    @pytest.mark.parametrize(
        ("moment", "code"),
        [
            (LONG_LIFE[0].at - MICROSECOND, "empty_history"),
            (at(3, 2).replace(tzinfo=None), "naive_datetime"),
            ("yesterday", "not_a_datetime"),
        ],
        ids=["before it began", "naive", "text"],
    )
    def test_ends_where_it_began(self, moment: Any, code: str) -> None:  # noqa: ANN401
        """Before the first event there is nothing, and what names no instant is refused."""
        with pytest.raises(InvalidValueError) as refusal:
            life(*LONG_LIFE).as_of(moment)
        assert refusal.value.code == code


class TestFlags:
    """A cancel inside the notice time, and late thanks, are legal and flagged."""

    def cancelled(self, notice: timedelta) -> Interview:
        """Find an interview called off some time before the talk."""
        return life(*LIVES[S.SCHEDULED], ev.Cancelled(at=TALK.start - notice, by=SEEKER))

    def thanked(self, delay: timedelta) -> Interview:
        """Find an interview thanked for some time after the talk."""
        return life(*LIVES[S.HELD], ev.ThanksSent(at=TALK.end + delay, specific="the maps"))

    def test_tell_a_late_cancellation(self) -> None:
        """A day's notice is in time, a microsecond less is late."""
        day = timedelta(hours=24)
        assert self.cancelled(day).flags() == ()
        assert self.cancelled(day - MICROSECOND).flags() == (Flag.LATE_CANCEL,)

    def test_tell_late_thanks(self) -> None:
        """Thanks two days later are in time, a microsecond more is late."""
        two_days = timedelta(hours=48)
        assert self.thanked(two_days).flags() == ()
        assert self.thanked(two_days + MICROSECOND).flags() == (Flag.LATE_THANKS,)

    def test_follow_the_policy(self) -> None:
        """What is late in one etiquette is in time in another."""
        assert self.thanked(timedelta(hours=100)).flags(policy=GENTLE) == ()
        strict = attrs.evolve(CLASSIC, cancel_notice_hours=48)
        assert self.cancelled(timedelta(hours=47)).flags(policy=strict) == (Flag.LATE_CANCEL,)

    def test_are_absent_while_nothing_was_late(self) -> None:
        """Waived thanks, rebooked talks and quiet lives carry no flags."""
        waived = life(*LIVES[S.HELD], ev.ThanksWaived(at=at(5, 1), reason="at the door"))
        rebooked = self.cancelled(SOON).apply(ev.Rebooked(at=_T))
        assert [waived.flags(), rebooked.flags(), living(S.PREPARED).flags()] == [(), (), ()]


class TestErrors:
    """The errors of the lifecycle."""

    def test_travel_between_processes(self) -> None:
        """Both survive pickling with all they know."""
        for event in (ev.Nudged(at=at(3, 7)), ev.Held(at=_T)):
            with pytest.raises((GuardError, IllegalTransitionError)) as refusal:
                living(S.REQUESTED).apply(event)
            error = refusal.value
            again = pickle.loads(pickle.dumps(error))  # noqa: S301 - our own bytes
            assert (type(error), error.args, vars(error)) == (type(again), again.args, vars(again))
            assert str(error) == str(again)

    def test_say_when_to_come_back(self) -> None:
        """The text names event, rule, code and the first instant."""
        with pytest.raises(GuardError) as refusal:
            living(S.REQUESTED).apply(ev.Nudged(at=at(3, 11)))
        assert str(refusal.value) == (
            "Nudged is refused. Wait 7 business days after you last wrote. [nudge_too_early] "
            "Earliest: 2026-03-11T23:00:00+00:00."
        )

    def test_say_what_is_possible(self) -> None:
        """The text names event, stage and the events that the stage knows."""
        with pytest.raises(IllegalTransitionError) as refusal:
            living(S.CLOSED).apply(ev.Held(at=_T))
        assert str(refusal.value) == (
            "Held cannot happen in stage closed; possible here: DoNotContactAsked, Erased, NameUseAnswered, "
            "Undone"
        )
