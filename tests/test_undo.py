"""Taking back: all is as if the last event that counts had never happened, but for the record of both."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import attrs
import pytest
from hypothesis import given
from tests.lives import (
    ADVICE,
    ASKED,
    DEBRIEF,
    FOUND,
    INSIGHT,
    LIVES,
    LONG_LIFE,
    MICROSECOND,
    PROMISE,
    READY,
    REFERRAL,
    TALK,
    at,
    histories,
    life,
    living,
    midnight,
    slot_at,
)

from infoview import _events as ev
from infoview._events import Event
from infoview._guards import nothing_to_undo
from infoview._interview import Flag, Interview
from infoview._lifecycle import LIFECYCLE
from infoview._obligations import ObligationKind
from infoview._outreach import Outreach, outreach_among
from infoview._people import Party
from infoview._policy import Policy
from infoview._stages import Stage
from infoview._takeaways import Note
from infoview.agenda import agenda
from infoview.conversion import from_json, to_json
from infoview.exceptions import GuardError, IllegalTransitionError, InvalidValueError
from infoview.policies import CLASSIC, FINANCE

LATER = at(12, 30)
"""After all lives."""

Undo = Callable[[Interview], Interview]


def undoing(moment: Any = LATER, **said: Any) -> ev.Undone:  # noqa: ANN401 - an instant, and any field
    """Make the event that takes back."""
    return ev.Undone(at=moment, **{"reason": "a slip of the hand", **said})


def undone(interview: Interview) -> Interview:
    """Take back what was recorded last, at that instant."""
    number = interview.version
    return interview.apply(undoing(interview.history[-1].at, id=f"undo-{number}"))


def refusal_of(step: Callable[[], object]) -> GuardError:
    """Take a step that is refused."""
    with pytest.raises(GuardError) as refusal:
        step()
    return refusal.value


def codes_of(step: Callable[[], object]) -> list[str]:
    """Find the codes of the rules that refuse a step."""
    return [reason.code for reason in refusal_of(step).reasons]


def lived(history: tuple[Event, ...]) -> list[Interview]:
    """Replay a life and keep the interview after every event."""
    return [Interview.replay(history[: count + 1]) for count in range(len(history))]


# -- the law ------------------------------------------------------------------------------------------------


def nothing_is_left_of_it(undo: Undo, before: Interview, after: Interview) -> None:
    """Every field is as before the event, but for the log, which has one event more, and the count."""
    back = undo(after)
    assert attrs.evolve(back, log=before.log, undone=before.undone) == before
    assert back.undone == after.undone + 1
    assert back.history[:-1] == after.history
    assert type(back.history[-1]) is ev.Undone
    assert back == Interview.replay(back.history)


def keeps_the_obligations(interview: Interview) -> Interview:
    """Take back all but what is owed: a broken double."""
    return attrs.evolve(undone(interview), obligations=interview.obligations)


def keeps_the_counters(interview: Interview) -> Interview:
    """Take back all but how often somebody was nudged: a broken double."""
    return attrs.evolve(undone(interview), nudges=interview.nudges)


def stands_there_since_now(interview: Interview) -> Interview:
    """Count the stage from the undoing: a broken double."""
    back = undone(interview)
    return attrs.evolve(back, stage_since=back.history[-1].at)


def counts_the_undoing(interview: Interview) -> Interview:
    """Take the undoing for contact: a broken double."""
    back = undone(interview)
    return attrs.evolve(back, last_contact_at=back.history[-1].at)


def forgets_what_it_took_back(interview: Interview) -> Interview:
    """Erase the event instead of recording that it counts no more: a broken double."""
    back = Interview.replay(interview.history[:-1])
    return attrs.evolve(back, undone=interview.undone + 1)


def forgets_to_count(interview: Interview) -> Interview:
    """Do not count what was undone: a broken double."""
    return attrs.evolve(undone(interview), undone=interview.undone)


BROKEN = (
    keeps_the_obligations,
    keeps_the_counters,
    stands_there_since_now,
    counts_the_undoing,
    forgets_what_it_took_back,
    forgets_to_count,
)


class TestAnyLife:
    """Rule: "The last event that still counts was recorded by mistake. It stays … and counts no more"."""

    @pytest.mark.parametrize("stage", [stage for stage in Stage if stage is not Stage.IDENTIFIED])
    def test_of_every_stage(self, stage: Stage) -> None:
        """The event that led into a stage leaves nothing behind."""
        states = lived(LIVES[stage])
        nothing_is_left_of_it(undone, states[-2], states[-1])

    @given(histories())
    def test_that_may_be_drawn(self, history: tuple[Event, ...]) -> None:
        """After any event of any life, undoings too, one more undoing leads one step further back."""
        standing: list[Interview] = []
        for interview in lived(history):
            if isinstance(interview.history[-1], ev.Undone):
                standing.pop()
            else:
                standing.append(interview)
            if len(standing) > 1 and not interview.sealed:
                nothing_is_left_of_it(undone, standing[-2], interview)

    @given(histories())
    def test_can_be_taken_back_to_its_beginning(self, history: tuple[Event, ...]) -> None:
        """Step by step, whatever happened, only the first event is left, and that one stays."""
        interview = Interview.replay(history)
        if interview.sealed:
            return
        while len(interview.log.standing) > 1:
            interview = undone(interview)
        first = Interview.replay(history[:1])
        assert attrs.evolve(interview, log=first.log, undone=0) == first
        assert codes_of(lambda: undone(interview)) == ["nothing_to_undo"]
        assert interview.decide(ev.Undone, now=LATER + timedelta(days=3_000)).earliest is None
        assert interview == Interview.replay(interview.history, policy=CLASSIC)

    @pytest.mark.parametrize("undo", BROKEN, ids=lambda undo: undo.__name__)
    def test_catches_what_is_broken(self, undo: Undo) -> None:
        """The law fails for every way of taking back that leaves something behind, or takes too much."""
        nudged = life(*LIVES[Stage.REQUESTED], ev.Nudged(at=at(3, 12)))
        steps = [(living(Stage.REQUESTED), nudged), (living(Stage.HELD), living(Stage.THANKED))]
        caught = 0
        for before, after in steps:
            nothing_is_left_of_it(undone, before, after)
            try:
                nothing_is_left_of_it(undo, before, after)
            except AssertionError:
                caught += 1
        assert caught


# -- what may be undone -------------------------------------------------------------------------------------


class TestRefusals:
    """When nothing can be taken back."""

    def test_nothing_is_there(self) -> None:
        """The first event stays: an interview that never was is not recorded at all."""
        error = refusal_of(lambda: life(FOUND, undoing()))
        assert ([r.code for r in error.reasons], error.earliest) == (["nothing_to_undo"], None)
        decision = life(FOUND).decide(ev.Undone, now=LATER)
        assert (decision.allowed, [r.code for r in decision.reasons]) == (False, ["nothing_to_undo"])

    def test_nothing_is_left(self) -> None:
        """Once all was taken back, one more undoing is refused, however long the history."""
        back = life(FOUND, READY, undoing(id="1"))
        assert (back.stage, back.version, back.undone) == (Stage.IDENTIFIED, 3, 1)
        assert codes_of(lambda: back.apply(undoing(id="2"))) == ["nothing_to_undo"]

    def test_nobody_said_why(self) -> None:
        """Without a reason it is refused; that one is needed is told beforehand."""
        prepared = living(Stage.PREPARED)
        assert codes_of(lambda: prepared.apply(undoing(reason=None))) == ["reason_missing"]
        decision = prepared.decide(ev.Undone, now=LATER)
        assert (decision.allowed, [r.code for r in decision.requires]) == (True, ["reason_missing"])

    def test_both(self) -> None:
        """Every reason is listed."""
        error = refusal_of(lambda: life(FOUND, undoing(reason=None)))
        assert {r.code for r in error.reasons} == {"nothing_to_undo", "reason_missing"}

    @pytest.mark.parametrize("silence", [ev.DoNotContactAsked, ev.Erased])
    @pytest.mark.parametrize("stage", Stage)
    def test_the_contact_asked_for_silence(self, silence: type[Any], stage: Stage) -> None:
        """Silence is never taken back, from whatever stage it was asked for: not now, and not in a replay."""
        sealed = living(stage).apply(silence(at=LATER))
        error = refusal_of(lambda: sealed.apply(undoing()))
        assert ([r.code for r in error.reasons], error.earliest) == (["sealed"], None)
        assert [r.code for r in sealed.decide(ev.Undone, now=LATER).reasons] == ["sealed"]
        history = (*sealed.history, undoing())
        assert refusal_of(lambda: Interview.replay(history)).place == len(history) - 1

    def test_it_belongs_elsewhere_or_comes_too_early(self) -> None:
        """What holds for all events holds for undoing."""
        prepared = living(Stage.PREPARED)
        assert codes_of(lambda: prepared.apply(undoing(interview_id="another"))) == ["other_interview"]
        error = refusal_of(lambda: prepared.apply(undoing(READY.at - MICROSECOND)))
        assert ([r.code for r in error.reasons], error.earliest) == (["out_of_order"], READY.at)

    def test_every_stage_has_the_rule(self) -> None:
        """In no stage of the table can the beginning be taken back."""
        rows = [LIFECYCLE.row_for(ev.Undone, stage) for stage in Stage]
        assert all(row is not None and nothing_to_undo in row.guards for row in rows)


class TestUndoLast:
    """The short way."""

    @pytest.mark.parametrize("stage", [stage for stage in Stage if stage is not Stage.IDENTIFIED])
    def test_records_an_undoing(self, stage: Stage) -> None:
        """It does what recording the event does, with time, reason and id."""
        interview = living(stage)
        short = interview.undo_last(at=LATER, reason="a slip of the hand", id="undo")
        assert interview.apply(undoing(id="undo")) == short
        assert short.history[-1] == undoing(id="undo")

    def test_refuses_what_the_event_refuses(self) -> None:
        """Its errors are those of the event and of recording it."""
        assert codes_of(lambda: life(FOUND).undo_last(at=LATER, reason="a slip")) == ["nothing_to_undo"]
        silent = living(Stage.REQUESTED).apply(ev.DoNotContactAsked(at=at(3, 4)))
        assert codes_of(lambda: silent.undo_last(at=LATER, reason="a slip")) == ["sealed"]
        prepared = living(Stage.PREPARED)
        wrong: tuple[dict[str, Any], ...] = (
            {"at": LATER.replace(tzinfo=None), "reason": "a slip"},
            {"at": LATER, "reason": ""},
            {"at": LATER, "reason": 7},
            {"at": LATER, "reason": "a slip", "id": " "},
        )
        for said in wrong:
            with pytest.raises(InvalidValueError):
                prepared.undo_last(**said)
        nothing_said: Any = None
        assert codes_of(lambda: prepared.undo_last(at=LATER, reason=nothing_said)) == ["reason_missing"]


class TestAgain:
    """Recording what was recorded before."""

    def test_the_same_undoing_is_the_same_event(self) -> None:
        """Sent twice, an undoing takes back one event; two at one instant need ids."""
        scheduled = living(Stage.SCHEDULED)
        once = scheduled.apply(undoing())
        assert codes_of(lambda: once.apply(undoing())) == ["duplicate_event"]
        twice = once.apply(undoing(id="second"))
        assert (once.stage, twice.stage) == (Stage.SCHEDULING, Stage.ACCEPTED)
        assert codes_of(lambda: twice.apply(undoing(at(12, 31), id="second"))) == ["duplicate_event"]

    def test_the_same_event_at_its_instant_is_still_known(self) -> None:
        """An event that was undone at its own instant is refused again there, and in another way accepted."""
        back = living(Stage.REQUESTED).apply(undoing(ASKED.at))
        assert codes_of(lambda: back.apply(ASKED)) == ["duplicate_event"]
        for other in (
            attrs.evolve(ASKED, id="anew"),
            attrs.evolve(ASKED, minutes=15),
            attrs.evolve(ASKED, at=ASKED.at + MICROSECOND),
        ):
            assert back.apply(other).stage is Stage.REQUESTED

    @pytest.mark.parametrize("said", [{}, {"id": "agreed"}])
    def test_what_counts_still_is_known_where_it_cannot_happen(self, said: dict[str, str]) -> None:
        """After an undoing, an event that stands is a duplicate even where its stage has no row for it."""
        accepted = ev.Accepted(at=at(3, 4), **said)
        late = at(3, 4) if not said else at(3, 5)
        proposed = ev.TimesProposed(at=late, slots=(TALK,))
        back = life(*LIVES[Stage.REQUESTED], accepted, proposed, undoing(late))
        assert LIFECYCLE.row_for(ev.Accepted, back.stage) is None
        assert codes_of(lambda: back.apply(accepted)) == ["duplicate_event"]
        with pytest.raises(IllegalTransitionError):
            back.apply(ev.Accepted(at=at(3, 8)))

    def test_an_id_is_known_where_it_cannot_happen(self) -> None:
        """An id that was used is refused as such, whatever event comes with it, and wherever."""
        back = life(*LIVES[Stage.REQUESTED], ev.Accepted(at=at(3, 4), id="agreed"), undoing(at(3, 6)))
        again = ev.ThanksSent(at=at(3, 8), id="agreed", specific="soil maps")
        assert codes_of(lambda: back.apply(again)) == ["duplicate_event"]
        error = refusal_of(lambda: Interview.replay((*back.history, again)))
        assert ([r.code for r in error.reasons], error.place) == (["duplicate_event"], 5)

    def test_the_same_event_after_the_undoing_is_too_early(self) -> None:
        """With its old instant it would come before the undoing, and is a duplicate no more."""
        back = living(Stage.REQUESTED).apply(undoing(at(3, 4)))
        error = refusal_of(lambda: back.apply(ASKED))
        assert ([r.code for r in error.reasons], error.earliest) == (["out_of_order"], at(3, 4))
        assert back.apply(attrs.evolve(ASKED, at=at(3, 4))).requested_at == at(3, 4)

    def test_an_id_is_taken_for_ever(self) -> None:
        """An id names one record, counted or not, so that a message that is sent twice does nothing twice."""
        named = attrs.evolve(ASKED, id="asked")
        back = life(*LIVES[Stage.PREPARED], named, undoing(at(3, 4)))
        assert codes_of(lambda: back.apply(attrs.evolve(named, at=at(3, 5)))) == ["duplicate_event"]
        assert codes_of(lambda: back.apply(ev.Withdrawn(at=at(3, 5), id="asked"))) == ["duplicate_event"]

    def test_what_it_was_about_is_free_again(self) -> None:
        """The id of a promise or an insight that was taken back may be given to another."""
        held = life(*LIVES[Stage.HELD], ev.InsightRecorded(at=at(3, 11), insight=INSIGHT), undoing(at(3, 11)))
        for event in (
            ev.InsightRecorded(at=at(3, 12), insight=attrs.evolve(ADVICE, id=INSIGHT.id)),
            ev.CommitmentMade(at=at(3, 12), commitment=attrs.evolve(PROMISE, id=INSIGHT.id)),
        ):
            assert held.apply(event).version == held.version + 1

    def test_what_was_full_has_room_again(self) -> None:
        """A note that was taken back makes room for another."""
        notes = [ev.NoteTaken(at=at(3, 11) + n * MICROSECOND, note=Note(f"note {n}")) for n in range(500)]
        full = Interview.replay((*LIVES[Stage.HELD], *notes))
        another = ev.NoteTaken(at=LATER, note=Note("one more"))
        assert codes_of(lambda: full.apply(another)) == ["too_many_takeaways"]
        assert full.apply(undoing()).apply(another).notes[-1] == Note("one more")


# -- as if it never happened -------------------------------------------------------------------------------


class TestWaits:
    """What is counted from an event is counted as if it had not happened."""

    def test_after_a_nudge(self) -> None:
        """The next nudge, and the end of the wait, are counted from the request again."""
        asked = living(Stage.REQUESTED)
        back = life(*LIVES[Stage.REQUESTED], ev.Nudged(at=at(3, 12)), undoing(at(3, 13)))
        for kind in (ev.Nudged, ev.Expired):
            assert asked.decide(kind, now=at(3, 13)) == back.decide(kind, now=at(3, 13))
        assert back.apply(ev.Nudged(at=at(3, 13))).nudges == 1

    def test_after_an_absence(self) -> None:
        """An absence that was somebody else's delays nothing."""
        away = ev.OutOfOfficeReceived(at=at(3, 4), return_on=date(2026, 5, 1))
        absent = life(*LIVES[Stage.REQUESTED], away)
        assert absent.decide(ev.Nudged, now=at(3, 12)).earliest == midnight(2026, 5, 5)
        assert absent.apply(undoing(at(3, 5))).decide(ev.Nudged, now=at(3, 12)).allowed

    def test_after_a_no(self) -> None:
        """The rest before another attempt does not begin with a no that was none."""
        back = living(Stage.DECLINED).apply(undoing(at(3, 5)))
        assert (back.stage, back.obligations) == (Stage.REQUESTED, ())
        later = back.apply(ev.Declined(at=at(3, 20)))
        reopened = later.decide(ev.Reopened, now=at(3, 20)).earliest
        assert reopened == at(3, 20) + timedelta(days=CLASSIC.reopen_days)

    def test_after_real_contact(self) -> None:
        """The cadence counts from the contact before."""
        touched = living(Stage.THANKED).apply(ev.Touched(at=at(4, 1), by=Party.CONTACT))
        back = touched.apply(undoing(at(4, 2)))
        assert living(Stage.THANKED).last_contact_at == back.last_contact_at
        assert agenda(living(Stage.THANKED)) == agenda(back)

    def test_after_a_move(self) -> None:
        """A move that was none leaves the one that is allowed."""
        move = ev.Rescheduled(at=at(3, 6), slot=slot_at(at(3, 12, 14)), by=Party.SEEKER)
        moved = living(Stage.SCHEDULED).apply(move)
        assert codes_of(lambda: moved.apply(attrs.evolve(move, at=at(3, 7)))) == ["moves_used_up"]
        back = moved.apply(undoing(at(3, 7)))
        assert (back.slot, back.moves_by_seeker) == (TALK, 0)
        assert back.apply(attrs.evolve(move, at=at(3, 7))).moves_by_seeker == 1

    def test_of_the_undoing_itself_there_are_none(self) -> None:
        """The undoing is no contact, opens nothing and settles nothing, yet nothing comes before it."""
        back = living(Stage.THANKED).apply(undoing(at(4, 1)))
        assert (back.stage, back.last_contact_at, back.stage_since) == (Stage.HELD, TALK.end, TALK.end)
        assert back.decide(ev.ThanksSent, now=at(3, 20)).earliest == at(4, 1)


class TestDebts:
    """What is owed."""

    def test_comes_back_when_it_was_not_settled_after_all(self) -> None:
        """An obligation stands again with its owner, its day and the instant at which it was opened."""
        held = life(*LIVES[Stage.HELD], ev.CommitmentMade(at=at(3, 10, 15), commitment=PROMISE))
        owed = held.obligations
        settlings: list[Event] = [
            ev.CommitmentKept(at=at(3, 11), commitment_id=PROMISE.id),
            ev.ThanksSent(at=at(3, 11), specific="soil maps"),
            ev.ThanksWaived(at=at(3, 11), reason="said in person"),
            ev.DebriefWritten(at=at(3, 11), debrief=DEBRIEF),
            *(
                ev.ObligationWaived(at=at(3, 11), obligation_id=obligation.id, reason="no need")
                for obligation in owed
            ),
        ]
        for event in settlings:
            settled = held.apply(event)
            assert len(settled.obligations) == len(owed) - 1
            assert owed == settled.apply(undoing(at(3, 12))).obligations

    def test_goes_when_it_was_opened_by_mistake(self) -> None:
        """A report back on a name that was never given is not owed."""
        given_name = life(*LIVES[Stage.HELD], ev.ReferralReceived(at=at(3, 11), referral=REFERRAL))
        assert ObligationKind.REPORT_BACK in {o.kind for o in given_name.obligations}
        back = given_name.apply(undoing(at(3, 11)))
        assert (back.referrals, back.obligations) == ((), living(Stage.HELD).obligations)

    def test_does_not_hinder_the_end(self) -> None:
        """What was owed by mistake only does not keep an interview open."""
        asked = LIVES[Stage.INTRO_PENDING]
        back = life(*asked, undoing(at(3, 3)))
        assert back.apply(ev.Closed(at=at(3, 4))).stage is Stage.CLOSED


class TestFlags:
    """What was late."""

    def test_are_as_they_were(self) -> None:
        """Late thanks, and a late cancellation, that were undone are late no more."""
        cancelled = living(Stage.SCHEDULED).apply(
            ev.Cancelled(at=TALK.start - timedelta(hours=1), by=Party.SEEKER)
        )
        thanked = living(Stage.HELD).apply(ev.ThanksSent(at=at(3, 30), specific="soil maps"))
        assert (cancelled.flags(), thanked.flags()) == ((Flag.LATE_CANCEL,), (Flag.LATE_THANKS,))
        assert [undone(interview).flags() for interview in (cancelled, thanked)] == [(), ()]


class TestPast:
    """Going back in time."""

    def test_knows_the_event_until_it_was_undone(self) -> None:
        """Before the event there is nothing of it, until the undoing it counts, and from then on no more."""
        back = life(*LIVES[Stage.REQUESTED], ev.Accepted(at=at(3, 4)), undoing(at(3, 6)))
        moments = (at(3, 4) - MICROSECOND, at(3, 4), at(3, 6) - MICROSECOND, at(3, 6), at(9, 1))
        asked, accepted = living(Stage.REQUESTED), living(Stage.ACCEPTED)
        assert [back.as_of(moment) for moment in moments] == [asked, accepted, accepted, back, back]

    @pytest.mark.parametrize("shift", [MICROSECOND, timedelta(days=4_000)])
    def test_has_a_beginning(self, shift: timedelta) -> None:
        """Before the first event there is no interview, undone or not, and the error names the argument."""
        back = life(*LIVES[Stage.REQUESTED], undoing(at(3, 6)))
        for interview in (back, living(Stage.HELD), living(Stage.IDENTIFIED)):
            first = interview.history[0].at
            assert interview.as_of(first).stage in (Stage.IDENTIFIED, Stage.PREPARED)
            with pytest.raises(InvalidValueError) as refusal:
                interview.as_of(first - shift)
            assert (refusal.value.field, refusal.value.code) == ("moment", "empty_history")

    def test_may_have_been_undone_at_its_own_instant(self) -> None:
        """An event that was taken back at its own instant never counts for who looks back."""
        back = life(*LIVES[Stage.REQUESTED], ev.Accepted(at=at(3, 4)), undoing(at(3, 4)))
        assert back.as_of(at(3, 4)) == back
        assert back.as_of(at(3, 4) - MICROSECOND) == living(Stage.REQUESTED)


class TestPolicies:
    """An undoing is judged by what happened, never by the numbers of the day."""

    def test_a_life_under_another_policy_is_taken_back_all_the_same(self) -> None:
        """What was legal then, and would not be now, is there again after the undoing."""
        finance = life(
            *LIVES[Stage.REQUESTED],
            ev.Nudged(at=at(3, 10)),
            ev.Nudged(at=at(3, 17)),
            ev.Accepted(at=at(3, 18)),
            policy=FINANCE,
        )
        back = finance.apply(undoing(), policy=CLASSIC)
        assert (back.stage, back.nudges) == (Stage.REQUESTED, 2)
        assert back == Interview.replay(back.history)
        assert back == Interview.replay(back.history, policy=FINANCE)

    def test_what_was_undone_is_judged_too(self) -> None:
        """In a replay with a policy an event is held against it, though it was taken back later."""
        history = (*LIVES[Stage.REQUESTED], ev.Nudged(at=at(3, 5)), undoing(at(3, 6)))
        assert Interview.replay(history).nudges == 0
        error = refusal_of(lambda: Interview.replay(history, policy=CLASSIC))
        assert ([r.code for r in error.reasons], error.place) == (["nudge_too_early"], 3)

    @pytest.mark.parametrize("policy", [None, CLASSIC])
    def test_what_follows_is_judged_by_the_rest(self, policy: Policy | None) -> None:
        """After an undoing the second nudge is the first, with a policy and without."""
        nudge = ev.Nudged(at=at(3, 12))
        history = (*LIVES[Stage.REQUESTED], nudge, undoing(at(3, 12)), attrs.evolve(nudge, at=at(3, 13)))
        assert Interview.replay(history, policy=policy).nudges == 1


class TestBrokenHistories:
    """Where a history with undoings is wrong."""

    BACK = (*LIVES[Stage.REQUESTED], ev.Accepted(at=at(3, 4)), undoing(at(3, 5)))

    def test_what_follows_must_fit_the_stage_that_stands_again(self) -> None:
        """An event that would have fitted what was undone is illegal, and its place is told."""
        history = (*self.BACK, ev.TimesProposed(at=at(3, 6), slots=(TALK,)))
        with pytest.raises(IllegalTransitionError) as refusal:
            Interview.replay(history)
        assert (refusal.value.place, refusal.value.stage) == (5, Stage.REQUESTED)

    def test_what_was_undone_must_have_fitted(self) -> None:
        """An event that was illegal is no better for having been undone."""
        history = (*LIVES[Stage.REQUESTED], ev.ThanksSent(at=at(3, 4)), undoing(at(3, 5)))
        with pytest.raises(IllegalTransitionError) as refusal:
            Interview.replay(history)
        assert (refusal.value.place, refusal.value.event) == (3, "ThanksSent")

    def test_places_count_everything(self) -> None:
        """Undone events and undoings have places too."""
        history = (*self.BACK, *self.BACK[3:])
        error = refusal_of(lambda: Interview.replay(history))
        assert (error.place, {r.code for r in error.reasons}) == (5, {"out_of_order"})

    def test_more_undoings_than_events(self) -> None:
        """The first undoing too many is refused, wherever it stands."""
        slips = [undoing(id=f"u-{number}") for number in range(5)]
        history = (*LIVES[Stage.REQUESTED], *slips)
        error = refusal_of(lambda: Interview.replay(history))
        assert ([r.code for r in error.reasons], error.place) == (["nothing_to_undo"], 5)

    def test_an_undoing_that_comes_first(self) -> None:
        """Nothing begins with an undoing."""
        with pytest.raises(IllegalTransitionError) as refusal:
            Interview.replay((undoing(), FOUND))
        assert (refusal.value.place, refusal.value.event) == (0, "Undone")

    def test_an_undoing_twice(self) -> None:
        """The same undoing twice is a duplicate, and its second place is told."""
        history = (*LIVES[Stage.SCHEDULED], undoing(), undoing())
        error = refusal_of(lambda: Interview.replay(history))
        assert ([r.code for r in error.reasons], error.place) == (["duplicate_event"], len(history) - 1)

    def test_are_refused_by_applying_alike(self) -> None:
        """A broken step is refused in the same words when it is taken."""
        interview = Interview.replay(self.BACK)
        event = ev.TimesProposed(at=at(3, 6), slots=(TALK,))
        with pytest.raises(IllegalTransitionError) as refusal:
            interview.apply(event)
        assert (refusal.value.place, refusal.value.stage) == (None, Stage.REQUESTED)


class TestElsewhere:
    """What others read from an interview."""

    def test_outreach_does_not_count_what_was_undone(self) -> None:
        """A request that never went out fills no week."""
        other = attrs.evolve(FOUND, interview_id="talk-2", contact_id="ines")
        mine, back = life(other), living(Stage.REQUESTED).apply(undoing(at(3, 4)))
        assert outreach_among(mine, (back,), colleagues=("jonas",)) == Outreach()
        again = back.apply(attrs.evolve(ASKED, at=at(3, 5)))
        assert outreach_among(mine, (again,)).seeker_requests == (at(3, 5),)

    def test_a_group_does_not_hold_who_never_joined(self) -> None:
        """Joining can be taken back, and leaving too."""
        joined = living(Stage.ACCEPTED).apply(ev.GroupJoined(at=at(3, 5), group_id="panel"))
        left = joined.apply(ev.GroupLeft(at=at(3, 6)))
        assert [undone(talk).group_id for talk in (joined, left)] == [None, "panel"]

    def test_the_agenda_is_that_of_before(self) -> None:
        """What was proposed, countered or sent by mistake asks for no answer."""
        countered = life(
            *LIVES[Stage.SCHEDULING], ev.TimeCountered(at=at(3, 5), slots=(slot_at(at(3, 12, 14)),))
        )
        sent = life(*LIVES[Stage.WRITTEN], ev.QuestionsSent(at=at(3, 5), count=3))
        for before, after in ((living(Stage.SCHEDULING), countered), (living(Stage.WRITTEN), sent)):
            assert agenda(before) != agenda(after)
            assert agenda(before) == agenda(undone(after))

    def test_it_travels(self) -> None:
        """On the wire both records are there, and come back as they were."""
        back = life(*LONG_LIFE[:6], undoing())
        assert back == from_json(Interview, to_json(back))
