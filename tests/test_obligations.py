"""What is owed: how it is named, who owes it, and how it comes and goes."""

import attrs
import pytest
from tests.lives import (
    ADVICE,
    DEBRIEF,
    FOUND,
    FRIEND,
    INTRO_ASKED,
    LIVES,
    LONG_LIFE,
    PROMISE,
    REFERRAL,
    TALK,
    at,
    life,
    living,
)

from infoview import _events as ev
from infoview._events import Event
from infoview._interview import Interview
from infoview._obligations import Obligation, ObligationKind
from infoview._people import Party
from infoview._stages import Stage
from infoview.exceptions import GuardError

S = Stage
NOW = at(3, 11)


def ids(*events: Event) -> list[str]:
    """List what is owed after a life."""
    return [obligation.id for obligation in life(*events).obligations]


class TestNames:
    """Every obligation has a name that is unique within its interview."""

    def test_are_the_kind_alone_where_there_is_only_one(self) -> None:
        """Thanks are thanks."""
        thanks = Obligation(ObligationKind.THANK_YOU, "", Party.SEEKER, NOW)
        assert thanks.id == "thank_you"

    def test_tell_which_one_where_there_are_several(self) -> None:
        """A report names what it is about."""
        report = Obligation(ObligationKind.REPORT_BACK, "r-1", Party.SEEKER, NOW)
        assert report.id == "report_back:r-1"

    def test_are_words_of_the_kinds(self) -> None:
        """The kinds are stable words."""
        assert [str(kind) for kind in ObligationKind] == [
            "thank_you",
            "debrief",
            "report_back",
            "check_back",
            "commitment",
            "reply_thanks",
            "apology",
        ]

    def test_fit_into_a_waiver_however_long_the_id(self) -> None:
        """The longest id of a promise can still be waived."""
        promise = attrs.evolve(PROMISE, id="p" * 200)
        promised = life(*LIVES[S.THANKED], ev.CommitmentMade(at=NOW, commitment=promise))
        name = f"commitment:{promise.id}"
        waived = promised.apply(ev.ObligationWaived(at=NOW, obligation_id=name, reason="done by mail"))
        assert [obligation.id for obligation in waived.obligations] == ["debrief"]

    def test_stay_unique_over_many_attempts(self) -> None:
        """Beginning anew leaves no thanks, and no checking back, of an attempt before."""
        declined = (
            ev.RequestSent(at=at(3, 3), minutes=20),
            ev.Declined(at=at(3, 4)),
            ev.Reopened(at=at(6, 4)),
        )
        again = [
            attrs.evolve(event, at=at(month, 5)) for event, month in zip(declined, (6, 6, 9), strict=True)
        ]
        assert ids(*LIVES[S.PREPARED], *declined) == []
        assert ids(*LIVES[S.PREPARED], *declined, *again[:2]) == ["reply_thanks"]
        assert ids(*LIVES[S.PREPARED], *declined, *again) == []
        withdrawn = (FOUND, INTRO_ASKED, ev.Withdrawn(at=at(3, 3)), ev.Reopened(at=at(6, 2)))
        asked_again = attrs.evolve(INTRO_ASKED, at=at(6, 2), check_back_on=at(6, 10).date())
        assert ids(*withdrawn, asked_again) == ["check_back"]


class TestComing:
    """What the steps leave owed."""

    def test_a_talk_leaves_notes_and_thanks(self) -> None:
        """A talk, or written answers, leave a debrief and a thank-you, owed by the seeker since then."""
        wanted = [(kind, Party.SEEKER, TALK.end, None) for kind in ("debrief", "thank_you")]
        held = living(S.HELD)
        assert wanted == [(str(o.kind), o.owner, o.opened_at, o.due_on) for o in held.obligations]
        assert ids(*LIVES[S.WRITTEN], ev.AnswersReceived(at=NOW)) == ["debrief", "thank_you"]

    def test_a_talk_that_was_held_late_leaves_them_once(self) -> None:
        """Whether confirmed, started or neither: one thank-you."""
        for stage in (S.SCHEDULED, S.CONFIRMED, S.IN_PROGRESS):
            assert ids(*LIVES[stage], ev.Held(at=NOW)).count("thank_you") == 1

    def test_every_name_leaves_a_report(self) -> None:
        """Each referral and each advice leaves a report of its own; other insights leave none."""
        second = attrs.evolve(REFERRAL, id="r-2")
        named = (
            *LIVES[S.THANKED],
            ev.ReferralReceived(at=NOW, referral=REFERRAL),
            ev.ReferralReceived(at=NOW, referral=second),
            ev.InsightRecorded(at=NOW, insight=ADVICE),
            ev.InsightRecorded(at=NOW, insight=attrs.evolve(ADVICE, id="i-2", advice=False)),
        )
        assert ids(*named) == ["debrief", "report_back:r-1", "report_back:r-2", "report_back:a-1"]

    def test_a_promise_is_owed_by_who_made_it(self) -> None:
        """The contact's promises are kept in mind too, with their day."""
        theirs = attrs.evolve(PROMISE, owner=Party.CONTACT)
        promised = life(*LIVES[S.THANKED], ev.CommitmentMade(at=NOW, commitment=theirs))
        owed = promised.obligations[-1]
        assert (Party.CONTACT, PROMISE.due, NOW) == (owed.owner, owed.due_on, owed.opened_at)

    def test_a_connector_is_asked_again(self) -> None:
        """The agreed day is owed until it is replaced or the matter is settled."""
        introduced = LIVES[S.INTRO_PENDING]
        next_day = ev.CheckedBack(at=NOW, check_back_on=at(3, 20).date())
        assert INTRO_ASKED.check_back_on == life(*introduced).obligations[0].due_on
        assert [next_day.check_back_on] == [o.due_on for o in life(*introduced, next_day).obligations]

    def test_only_the_seeker_apologises(self) -> None:
        """A no-show of the contact leaves nothing owed."""
        assert ids(*LIVES[S.SCHEDULED], ev.NoShowRecorded(at=NOW, by=Party.SEEKER)) == ["apology"]
        assert ids(*LIVES[S.NO_SHOW]) == []


class TestGoing:
    """How obligations are settled, waived or dropped."""

    def test_a_settled_report_leaves_the_others(self) -> None:
        """Reporting on one name does not settle another."""
        second = attrs.evolve(REFERRAL, id="r-2")
        named = (
            *LIVES[S.THANKED],
            ev.ReferralReceived(at=NOW, referral=REFERRAL),
            ev.ReferralReceived(at=NOW, referral=second),
            ev.ReportedBack(at=NOW, about="r-1"),
        )
        assert ids(*named) == ["debrief", "report_back:r-2"]

    def test_nothing_is_settled_twice(self) -> None:
        """A report that was given is no longer owed, and saying so again is refused."""
        reported = life(
            *LIVES[S.THANKED],
            ev.ReferralReceived(at=NOW, referral=REFERRAL),
            ev.ReportedBack(at=NOW, about="r-1"),
        )
        with pytest.raises(GuardError):
            reported.apply(ev.ReportedBack(at=at(3, 12), about="r-1"))

    def test_a_waiver_drops_exactly_one(self) -> None:
        """What is waived is gone, and the rest stays; the stage does not move."""
        waiver = ev.ObligationWaived(at=NOW, obligation_id="thank_you", reason="said at the door")
        waived = life(*LIVES[S.HELD], waiver)
        assert (waived.stage, [o.id for o in waived.obligations]) == (S.HELD, ["debrief"])

    @pytest.mark.parametrize(
        "stage", [stage for stage in Stage if stage is not S.CLOSED and living(stage).obligations]
    )
    def test_a_waiver_is_possible_wherever_something_is_owed(self, stage: Stage) -> None:
        """Ended stages included, so that nothing is owed for ever."""
        interview = living(stage)
        for obligation in interview.obligations:
            interview = interview.apply(
                ev.ObligationWaived(at=at(12, 31), obligation_id=obligation.id, reason="long ago")
            )
        assert interview.obligations == ()

    @pytest.mark.parametrize(
        "event", [ev.DoNotContactAsked(at=NOW), ev.Erased(at=NOW)], ids=["silence", "erasure"]
    )
    @pytest.mark.parametrize("stage", [S.HELD, S.INTRO_PENDING, S.DECLINED])
    def test_silence_drops_everything(self, stage: Stage, event: Event) -> None:
        """Who asked for silence, or was erased, is owed nothing more."""
        silenced = living(stage).apply(event)
        assert (silenced.stage, silenced.obligations, silenced.sealed) == (S.CLOSED, (), True)

    @pytest.mark.parametrize(
        "event", [ev.DoNotContactAsked(at=NOW), ev.Erased(at=NOW)], ids=["silence", "erasure"]
    )
    def test_silence_refuses_everything_after(self, event: Event) -> None:
        """No event of a long life is recorded after it."""
        silenced = living(S.INTRO_PENDING).apply(event)
        later = (ev.DoNotContactAsked(at=at(12, 31)), ev.Erased(at=at(12, 31)), ev.Reopened(at=at(12, 31)))
        for other in (*LONG_LIFE, *later):
            with pytest.raises(Exception, match=r"is refused|cannot happen") as refusal:
                silenced.apply(attrs.evolve(other, at=at(12, 31)))
            assert refusal.value.code in {"guard", "illegal_transition"}

    def test_closing_waits_for_all(self) -> None:
        """One open obligation keeps the matter open, none lets it close."""
        thanked = living(S.THANKED)
        with pytest.raises(GuardError):
            thanked.apply(ev.Closed(at=NOW))
        noted = thanked.apply(ev.DebriefWritten(at=NOW, debrief=DEBRIEF))
        assert S.CLOSED is noted.apply(ev.Closed(at=NOW)).stage

    def test_a_debrief_may_be_written_again(self) -> None:
        """A second look back replaces the first and settles nothing new."""
        again = attrs.evolve(DEBRIEF, fit="better than I thought")
        noted = life(
            *LIVES[S.HELD],
            ev.DebriefWritten(at=NOW, debrief=DEBRIEF),
            ev.DebriefWritten(at=NOW, debrief=again),
        )
        assert again == noted.debrief
        assert [o.id for o in noted.obligations] == ["thank_you"]


class TestTheNextTalk:
    """A referral becomes the next interview, and the loop with the referrer is closed."""

    def test_leads_on_and_back(self) -> None:
        """The new interview knows where it came from; the old one owes a report until it is given."""
        named = life(*LIVES[S.THANKED], ev.ReferralReceived(at=NOW, referral=REFERRAL))
        following = Interview.open(
            attrs.evolve(FOUND, at=NOW, interview_id="talk-2", follows=named.id, referral_id=REFERRAL.id)
        )
        assert (named.id, REFERRAL.id) == (following.follows, following.referral_id)
        assert "report_back:r-1" in [o.id for o in named.obligations]
        told = named.apply(ev.ReportedBack(at=at(4, 1), about=REFERRAL.id))
        assert [o.id for o in told.obligations] == ["debrief"]

    def test_may_use_a_granted_name(self) -> None:
        """The consent asked for in the first talk stands with the referral."""
        named = life(
            *LIVES[S.THANKED],
            ev.ReferralReceived(at=NOW, referral=REFERRAL),
            ev.NameUseAnswered(at=NOW, granted=True, referral_id=REFERRAL.id),
        )
        assert str(named.referrals[0].consent) == "granted"
        assert FRIEND.consent is not named.referrals[0].consent
