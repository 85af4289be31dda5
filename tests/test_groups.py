"""Talks with several contacts: what happens to the meeting happens to all, and the rest to each alone."""

import copy
import pickle
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import attrs
import pytest
from tests.lives import (
    DEBRIEF,
    FOUND,
    LIVES,
    MICROSECOND,
    PROMISE,
    REFERRAL,
    TALK,
    at,
    slot_at,
)

from infoview import _events as ev
from infoview._channel import MeetingFormat
from infoview._interview import Interview
from infoview._lifecycle import LIFECYCLE
from infoview._obligations import ObligationKind
from infoview._outreach import Outreach
from infoview._people import Party
from infoview._stages import Stage
from infoview.exceptions import (
    GroupRefusedError,
    GuardError,
    IllegalTransitionError,
    InvalidValueError,
    NotFoundError,
)
from infoview.groups import GONE, MEETING_EVENTS, GroupTalk
from infoview.policies import CLASSIC

BEFORE = at(3, 5)
OTHER_TALK = slot_at(at(3, 12, 14))
AGREED = ev.Scheduled(at=BEFORE, slot=TALK)
JOINED_IN = (Stage.ACCEPTED, Stage.REQUESTED, Stage.IDENTIFIED)


def member(name: str, stage: Stage = Stage.ACCEPTED, *more: ev.Event, group: str = "panel") -> Interview:
    """Make a member that joined the group in a stage, and lived on."""
    first = attrs.evolve(FOUND, interview_id=name, contact_id=f"contact {name}")
    told = LIVES[stage]
    joined = ev.GroupJoined(at=told[-1].at, group_id=group)
    return Interview.replay((first, *told[1:], joined, *more))


def group_of(*members: Interview) -> GroupTalk:
    """Bring members together."""
    return GroupTalk(id="panel", members=members)


def panel() -> GroupTalk:
    """Bring three together who said yes."""
    return group_of(member("a"), member("b"), member("c"))


def meeting() -> GroupTalk:
    """Bring three together whose time is agreed."""
    return panel().apply(AGREED)


def stages(group: GroupTalk) -> list[str]:
    """Say where the members stand."""
    return [talk.stage.name for talk in group.members]


def refusal_of(step: Callable[[], object]) -> GroupRefusedError:
    """Take a step that the group refuses."""
    with pytest.raises(GroupRefusedError) as refusal:
        step()
    return refusal.value


def code_of(step: Callable[[], object]) -> str:
    """Take a step with a wrong value, and find its code."""
    with pytest.raises(InvalidValueError) as refusal:
        step()
    assert refusal.value.cure
    return refusal.value.code


# -- who belongs together -----------------------------------------------------------------------------------


class TestMembers:
    """Who may be part of a group."""

    def test_are_kept_in_order(self) -> None:
        """The members come out as they went in, and each is found by its id."""
        group = panel()
        assert [talk.id for talk in group.members] == ["a", "b", "c"]
        assert group.member("b") is group.members[1]

    @pytest.mark.parametrize("count", [1, 50])
    def test_are_at_least_one_and_at_most_fifty(self, count: int) -> None:
        """One contact is a group, and fifty are."""
        members = tuple(member(f"m-{number}") for number in range(count))
        agreed = group_of(*members).apply(AGREED)
        assert stages(agreed) == ["SCHEDULED"] * count

    @pytest.mark.parametrize(
        ("members", "code"),
        [
            ((), "out_of_range"),
            (tuple(f"m-{number}" for number in range(51)), "out_of_range"),
            ([], "wrong_type"),
            (None, "wrong_type"),
            (("a",), "wrong_type"),
        ],
        ids=["nobody", "51", "a list", "nothing", "an id"],
    )
    def test_are_interviews_in_a_tuple(self, members: Any, code: str) -> None:  # noqa: ANN401 - what is refused
        """Too few, too many and anything else are refused before they are looked at."""
        if code == "out_of_range" and members:
            members = tuple(member(name) for name in members)
        assert code_of(lambda: GroupTalk(id="panel", members=members)) == code

    @pytest.mark.parametrize(
        ("spoilt", "code"),
        [
            (member("b", group="lunch"), "other_group"),
            (Interview.replay(LIVES[Stage.ACCEPTED]), "other_group"),
            (
                member("b", Stage.ACCEPTED, ev.GroupLeft(at=BEFORE), ev.GroupJoined(at=BEFORE, group_id="x")),
                "other_group",
            ),
            (attrs.evolve(member("b"), seeker_id="somebody else"), "several_seekers"),
            (member("a"), "duplicate_member"),
            (attrs.evolve(member("b"), contact_id="contact a"), "duplicate_member"),
        ],
        ids=[
            "another group",
            "no group",
            "left and went on",
            "another seeker",
            "the same",
            "the same contact",
        ],
    )
    def test_belong_together(self, spoilt: Interview, code: str) -> None:
        """All joined this group, for one seeker, and each is there once."""
        assert code_of(lambda: group_of(member("a"), spoilt)) == code

    @pytest.mark.parametrize("stage", [Stage.SCHEDULED, Stage.CONFIRMED])
    def test_meet_at_one_time(self, stage: Stage) -> None:
        """Two agreed times are no one meeting, whatever else the stages."""
        moved = member("b", stage, ev.Rescheduled(at=at(3, 9), slot=OTHER_TALK, by=Party.CONTACT))
        assert code_of(lambda: group_of(member("a", stage), moved)) == "slots_differ"

    def test_meet_in_one_way(self) -> None:
        """One time in two formats is no one meeting either."""
        phone = member("b", Stage.ACCEPTED, attrs.evolve(AGREED, meeting_format=MeetingFormat.PHONE))
        video = member("a", Stage.ACCEPTED, AGREED)
        assert code_of(lambda: group_of(video, phone)) == "slots_differ"

    @pytest.mark.parametrize("stage", [Stage.SCHEDULED, Stage.CONFIRMED])
    def test_may_have_met_before(self, stage: Stage) -> None:
        """Only those still to be met need the same time: who cancelled or was missing keeps the old one."""
        off = ev.Cancelled(at=at(3, 9, 12), by=Party.CONTACT)
        moved = ev.Rescheduled(at=at(3, 9, 10), slot=OTHER_TALK, by=Party.CONTACT)
        group = group_of(member("a", stage), member("b", stage, moved, off))
        assert group.slot == TALK

    def test_have_an_id_of_the_group(self) -> None:
        """The id of a group breaks no rule for ids."""
        with pytest.raises(InvalidValueError):
            GroupTalk(id=" ", members=(member("a"),))


class TestValue:
    """A group is a plain frozen value."""

    def test_is_frozen(self) -> None:
        """Neither its fields nor its mappings can be changed."""
        group: Any = meeting()
        for name in ("id", "members", "slot"):
            with pytest.raises(AttributeError):
                setattr(group, name, None)
        with pytest.raises(TypeError):
            group.obligations["contact a"] = ()
        with pytest.raises(TypeError):
            group.decide(ev.Held, now=TALK.end)["a"] = None

    def test_is_compared_by_what_it_holds(self) -> None:
        """Equal members make equal groups, in this process and in another."""
        assert meeting() == meeting()
        assert hash(meeting()) == hash(meeting())
        assert meeting() != panel()
        twins = (copy.deepcopy(meeting()), pickle.loads(pickle.dumps(meeting())))  # noqa: S301 - our own bytes
        assert [meeting()] * 2 == [*twins]

    def test_shows_nobody(self) -> None:
        """The text form counts the members."""
        assert repr(panel()) == str(panel()) == "<GroupTalk of 3>"

    def test_shows_its_time(self) -> None:
        """The time is that of those who are still to be met; before and after there is none."""
        assert (panel().slot, meeting().slot) == (None, TALK)
        started = meeting().apply(ev.Started(at=TALK.start))
        assert (started.slot, started.apply(ev.Held(at=TALK.end)).slot) == (TALK, None)


# -- what happens to the meeting ----------------------------------------------------------------------------


class TestApplying:
    """What happens to all at once."""

    def test_goes_from_times_to_thanks(self) -> None:
        """A whole meeting: proposed, countered, agreed, confirmed, moved, begun, overrun, held."""
        steps = (
            ev.TimesProposed(at=at(3, 4, 10), slots=(TALK, OTHER_TALK)),
            ev.TimeCountered(at=at(3, 4, 12), slots=(OTHER_TALK,)),
            AGREED,
            ev.Confirmed(at=at(3, 9)),
            ev.Rescheduled(at=at(3, 9, 10), slot=OTHER_TALK, by=Party.SEEKER),
            ev.Started(at=OTHER_TALK.start),
            ev.OverrunGranted(at=OTHER_TALK.end, minutes=5),
            ev.Held(at=OTHER_TALK.end + timedelta(minutes=5)),
        )
        group, seen = panel(), []
        for step in steps:
            group = group.apply(step)
            seen.append(stages(group))
        assert seen == [
            [stage] * 3
            for stage in (
                "SCHEDULING",
                "SCHEDULING",
                "SCHEDULED",
                "CONFIRMED",
                "SCHEDULED",
                "IN_PROGRESS",
                "IN_PROGRESS",
                "HELD",
            )
        ]
        assert {talk.overrun_minutes for talk in group.members} == {5}

    def test_leaves_the_group_as_it_was(self) -> None:
        """The receiver, and its members, stay as they are."""
        group = panel()
        before = copy.deepcopy(group)
        group.apply(AGREED)
        assert before == group

    def test_records_one_event_in_each(self) -> None:
        """The very event is the last of every history."""
        event = attrs.evolve(AGREED, id="agreed")
        assert all(talk.history[-1] is event for talk in panel().apply(event).members)

    def test_leaves_each_with_debts_of_its_own(self) -> None:
        """After the talk, thanks and notes are owed to each, and settled with each alone."""
        held = meeting().apply(ev.Held(at=TALK.end))
        owed = {contact: [o.id for o in debts] for contact, debts in held.obligations.items()}
        assert owed == {f"contact {name}": ["debrief", "thank_you"] for name in "abc"}
        thanked = held.replace(
            held.member("b").apply(ev.ThanksSent(at=TALK.end + timedelta(hours=2), specific="soil maps"))
        )
        left = {contact: [o.id for o in debts] for contact, debts in thanked.obligations.items()}
        assert left == {**owed, "contact b": ["debrief"]}
        assert stages(thanked) == ["HELD", "THANKED", "HELD"]

    def test_heeds_the_policy_once_for_all(self) -> None:
        """What is granted once to the group is used up for each, and no more is granted to any."""
        started = meeting().apply(ev.Started(at=TALK.start))
        overrun = started.apply(ev.OverrunGranted(at=TALK.end, minutes=CLASSIC.overrun_minutes))
        more = ev.OverrunGranted(at=TALK.end + MICROSECOND, minutes=1)
        error = refusal_of(lambda: overrun.apply(more))
        assert {*error.refusals} == {"a", "b", "c"}
        generous = attrs.evolve(CLASSIC, overrun_minutes=10)
        assert {talk.overrun_minutes for talk in overrun.apply(more, policy=generous).members} == {6}


class TestAllOrNone:
    """One refusal keeps the event from everybody."""

    def test_one_refuses(self) -> None:
        """When one member's rules refuse, nobody's interview changes, and that member is named."""
        late = member("c", Stage.ACCEPTED, ev.NoteTaken(at=at(3, 8), note=ev.Note("a late note")))
        group = group_of(member("a"), member("b"), late)
        before = copy.deepcopy(group)
        error = refusal_of(lambda: group.apply(AGREED))
        assert (error.event, [*error.refusals]) == ("Scheduled", ["c"])
        refusal = error.refusals["c"]
        assert isinstance(refusal, GuardError)
        assert ([r.code for r in refusal.reasons], refusal.earliest) == (["out_of_order"], at(3, 8))
        assert before == group

    def test_all_refuse(self) -> None:
        """Every member that refuses is there with all its reasons, in the order of the members."""
        error = refusal_of(lambda: meeting().apply(ev.NoShowRecorded(at=TALK.start, by=Party.CONTACT)))
        assert {
            name: [r.code for r in refusal.reasons]
            for name, refusal in error.refusals.items()
            if isinstance(refusal, GuardError)
        } == {name: ["no_show_too_early"] for name in "abc"}
        assert [*error.refusals] == ["a", "b", "c"]

    def test_nobody_knows_the_event(self) -> None:
        """An event that no member's stage knows is refused for each."""
        error = refusal_of(lambda: panel().apply(ev.Held(at=at(3, 6))))
        assert {type(refusal) for refusal in error.refusals.values()} == {IllegalTransitionError}
        assert [*error.refusals] == ["a", "b", "c"]

    def test_who_is_named_must_know_it(self) -> None:
        """Named members are not passed over: each refuses for its own reason, and nobody changes."""
        group = group_of(member("a"), joined_before(Stage.DECLINED), member("c", Stage.REQUESTED))
        proposal = ev.TimesProposed(at=BEFORE, slots=(TALK,))
        error = refusal_of(lambda: group.apply(proposal, to=("c", "a", "declined")))
        refusals = {name: type(refusal) for name, refusal in error.refusals.items()}
        assert refusals == {"declined": IllegalTransitionError, "c": IllegalTransitionError}
        assert stages(group.apply(proposal)) == ["SCHEDULING", "DECLINED", "REQUESTED"]

    def test_the_text_names_nobody(self) -> None:
        """The message counts those who refuse and gives the reasons once; ids are in the attribute only."""
        error = refusal_of(lambda: panel().apply(ev.Held(at=at(3, 6))))
        assert str(error).startswith("Held is refused for 3 of the group:")
        assert str(error).count("cannot happen in stage accepted") == 1
        secret = group_of(member("quillfeather"), member("teodor"))
        text = str(refusal_of(lambda: secret.apply(ev.Held(at=at(3, 6)))))
        assert [word for word in ("quillfeather", "teodor", "panel", "mira") if word in text] == []

    def test_the_error_travels(self) -> None:
        """Another process reads the same refusals."""
        error = refusal_of(lambda: panel().apply(ev.Held(at=at(3, 6))))
        twin = pickle.loads(pickle.dumps(error))  # noqa: S301 - our own bytes
        assert (str(twin), [*twin.refusals]) == (str(error), [*error.refusals])

    def test_times_that_would_differ(self) -> None:
        """Moving a part of the group is refused as a value: the meeting is one, or there are two."""
        move = ev.Rescheduled(at=at(3, 6), slot=OTHER_TALK, by=Party.CONTACT)
        before = meeting()
        assert code_of(lambda: before.apply(move, to=("a", "b"))) == "slots_differ"
        assert before == meeting()
        assert {talk.slot for talk in before.apply(move).members} == {OTHER_TALK}

    def test_a_late_member_joins_at_the_agreed_time_only(self) -> None:
        """Who says yes later is scheduled for the agreed time, and for no other."""
        late = group_of(*meeting().members[:2], member("c", Stage.ACCEPTED))
        assert code_of(lambda: late.apply(attrs.evolve(AGREED, slot=OTHER_TALK))) == "slots_differ"
        phone = attrs.evolve(AGREED, meeting_format=MeetingFormat.PHONE)
        assert code_of(lambda: late.apply(phone)) == "slots_differ"
        assert late.apply(AGREED) == meeting()


class TestWhom:
    """Whom an event concerns."""

    def test_passes_over_who_is_out(self) -> None:
        """Who declined, was called off, went silent or has not been asked yet keeps their interview."""
        out = (Stage.DECLINED, Stage.WITHDRAWN, Stage.NO_RESPONSE, Stage.DEFERRED, Stage.PREPARED)
        others = [joined_before(stage) for stage in out]
        group = group_of(member("a"), member("b"), *others).apply(AGREED)
        assert stages(group) == ["SCHEDULED", "SCHEDULED", *(stage.name for stage in out)]
        assert group.members[2:] == tuple(others)

    def test_may_be_said(self) -> None:
        """Only those named are concerned, in whatever collection and order, and however often."""
        for to in (("c", "a"), ["a", "c"], {"a", "c"}, frozenset("ac"), {"a": 1, "c": 2}, ("a", "c", "a")):
            assert stages(panel().apply(AGREED, to=to)) == ["SCHEDULED", "ACCEPTED", "SCHEDULED"]

    def test_may_be_said_by_the_event(self) -> None:
        """An event for one interview is refused by the others, unless only that one is named."""
        event = ev.Cancelled(at=at(3, 6), by=Party.CONTACT, interview_id="b")
        error = refusal_of(lambda: meeting().apply(event))
        assert [*error.refusals] == ["a", "c"]
        assert stages(meeting().apply(event, to=("b",))) == ["SCHEDULED", "CANCELLED", "SCHEDULED"]

    def test_tells_the_refusals_in_the_order_of_the_members(self) -> None:
        """However the members are named, the same error comes out."""
        texts = set()
        for to in ({"a", "b", "c"}, ("c", "b", "a"), ["b", "a", "c"]):
            error = refusal_of(lambda to=to: panel().apply(ev.Held(at=at(3, 6)), to=to))
            texts.add((str(error), tuple(error.refusals)))
        assert len(texts) == 1

    @pytest.mark.parametrize(
        ("to", "code"),
        [
            ((), "out_of_range"),
            ([], "out_of_range"),
            (set(), "out_of_range"),
            ("a", "wrong_type"),
            ("abc", "wrong_type"),
            ((None,), "wrong_type"),
            (([],), "wrong_type"),
            ((1, 2), "wrong_type"),
            (7, "wrong_type"),
            (b"abc", "wrong_type"),
            (object(), "wrong_type"),
        ],
        ids=repr,
    )
    def test_is_a_collection_of_ids(self, to: Any, code: str) -> None:  # noqa: ANN401 - what is refused
        """Nobody, a text, and anything that holds no ids are refused."""
        assert code_of(lambda: panel().apply(AGREED, to=to)) == code

    def test_may_come_one_by_one(self) -> None:
        """What can be gone through only once names nobody in silence: it is read, or refused."""
        try:
            agreed = panel().apply(AGREED, to=(name for name in "ac"))  # type: ignore[arg-type] - what is tried
        except InvalidValueError as error:
            told = error.code
        else:
            told = "read" if stages(agreed) == ["SCHEDULED", "ACCEPTED", "SCHEDULED"] else "lost"
        assert told in {"read", "wrong_type"}

    def test_is_among_the_members(self) -> None:
        """Somebody else is not found, and the others are not changed."""
        with pytest.raises(NotFoundError) as refusal:
            panel().apply(AGREED, to=("a", "quillfeather"))
        assert (refusal.value.kind, refusal.value.id) == ("interview", "quillfeather")
        assert "quillfeather" not in str(refusal.value)


def joined_before(stage: Stage) -> Interview:
    """Make a member that joined when it was found, and stands in any stage today."""
    name = str(stage)
    told = LIVES[stage]
    first = attrs.evolve(FOUND, interview_id=name, contact_id=f"contact {name}")
    return Interview.replay((first, ev.GroupJoined(at=first.at, group_id="panel"), *told[1:]))


class TestPersonalEvents:
    """What is everybody's own."""

    @pytest.mark.parametrize(
        "event",
        [
            ev.ThanksSent(at=TALK.end, specific="soil maps"),
            ev.DebriefWritten(at=TALK.end, debrief=DEBRIEF),
            ev.CommitmentMade(at=TALK.end, commitment=PROMISE),
            ev.ReferralReceived(at=TALK.end, referral=REFERRAL),
            ev.DoNotContactAsked(at=TALK.end),
            ev.Erased(at=TALK.end),
            ev.Undone(at=TALK.end, reason="a slip"),
            ev.GroupLeft(at=TALK.end),
            ev.Closed(at=TALK.end),
            None,
            "Held",
            ev.Held,
        ],
        ids=lambda event: getattr(event, "__name__", type(event).__name__),
    )
    def test_are_refused(self, event: Any) -> None:  # noqa: ANN401 - what is refused
        """Thanks, names, promises, silence and undoing are applied to one interview, never to a group."""
        assert code_of(lambda: meeting().apply(event)) == "personal_event"

    def test_are_all_the_others(self) -> None:
        """The events of the meeting are exactly these; every other is personal."""
        names = """
            TimesProposed TimeCountered Scheduled Confirmed Rescheduled Cancelled NoShowRecorded Rebooked
            Started OverrunGranted Held
        """
        assert [event.__name__ for event in MEETING_EVENTS] == names.split()


class TestOtherTalks:
    """The seeker has more to do than to meet this group."""

    BUSY = Outreach(taken=(TALK,))

    def test_keep_a_time_from_all(self) -> None:
        """A time at which the seeker has another talk is refused by each, and another one passes."""
        error = refusal_of(lambda: panel().apply(AGREED, outreach=self.BUSY))
        assert {
            name: [r.code for r in refusal.reasons]
            for name, refusal in error.refusals.items()
            if isinstance(refusal, GuardError)
        } == {name: ["slot_taken"] for name in "abc"}
        agreed = panel().apply(attrs.evolve(AGREED, slot=OTHER_TALK), outreach=self.BUSY)
        assert (stages(agreed), agreed.slot) == (["SCHEDULED"] * 3, OTHER_TALK)

    def test_keep_proposals_and_moves_too(self) -> None:
        """What is proposed, or moved to, must be free; what is named by a contact need not be."""
        proposal = ev.TimesProposed(at=BEFORE, slots=(OTHER_TALK, TALK))
        move = ev.Rescheduled(at=at(3, 6), slot=OTHER_TALK, by=Party.CONTACT)
        countered = ev.TimeCountered(at=at(3, 6), slots=(TALK,))
        for group, event, taken in ((panel(), proposal, TALK), (meeting(), move, OTHER_TALK)):
            error = refusal_of(lambda g=group, e=event, t=taken: g.apply(e, outreach=Outreach(taken=(t,))))
            assert [*error.refusals] == ["a", "b", "c"]
            assert group.apply(event, outreach=Outreach()).members != group.members
        assert panel().apply(proposal).apply(countered, outreach=self.BUSY).members[0].proposed == (TALK,)

    def test_are_told_to_who_asks(self) -> None:
        """The decision of each member is the one it gives alone, with what else there is."""
        decisions = panel().decide(ev.Scheduled, now=BEFORE, outreach=self.BUSY)
        alone = {t.id: t.decide(ev.Scheduled, now=BEFORE, outreach=self.BUSY) for t in panel().members}
        assert dict(decisions) == alone
        assert "slot_taken" in {reason.code for reason in decisions["a"].requires}


class TestGone:
    """Who takes part no more."""

    def test_are_those_without_a_meeting_ahead(self) -> None:
        """Whoever may still be met, or was, is no part of it; a cancelled talk may be agreed anew."""
        assert [stage.name for stage in GONE] == ["DECLINED", "NO_RESPONSE", "WITHDRAWN", "CLOSED"]

    @pytest.mark.parametrize("stage", GONE)
    @pytest.mark.parametrize("kind", MEETING_EVENTS)
    def test_know_no_event_of_the_meeting(self, stage: Stage, kind: type[ev.Event]) -> None:
        """In these stages nothing can happen to the meeting, so that they can be left out of it."""
        assert LIFECYCLE.row_for(kind, stage) is None


class TestDeciding:
    """Asking before."""

    def test_answers_for_each(self) -> None:
        """Each member's decision is the one it gives alone."""
        group = group_of(*meeting().members[:2], member("c"))
        decisions = group.decide(ev.Held, now=at(3, 6))
        assert dict(decisions) == {talk.id: talk.decide(ev.Held, now=at(3, 6)) for talk in group.members}
        assert [decision.allowed for decision in decisions.values()] == [False, False, False]
        assert [decision.earliest for decision in decisions.values()] == [TALK.start, TALK.start, None]

    def test_heeds_policy_and_calendar(self) -> None:
        """The policy that is passed on is the one that answers."""
        grace = attrs.evolve(CLASSIC, no_show_grace_minutes=30)
        decisions = meeting().decide(ev.NoShowRecorded, now=TALK.start, policy=grace)
        assert {decision.earliest for decision in decisions.values()} == {TALK.start + timedelta(minutes=30)}

    def test_refuses_what_is_no_event(self) -> None:
        """As for one interview."""
        assert code_of(lambda: panel().decide(GroupTalk, now=BEFORE)) == "unknown_event"  # type: ignore[arg-type] - what is refused
        assert code_of(lambda: panel().decide(ev.Held, now=BEFORE.replace(tzinfo=None))) == "naive_datetime"


# -- one goes, and the talk goes on -------------------------------------------------------------------------


class TestOneGoes:
    """What one does, and the others do not."""

    def test_one_asks_for_silence(self) -> None:
        """Who asks for silence is passed over from then on, and is owed nothing; the others meet."""
        silent = meeting().member("b").apply(ev.DoNotContactAsked(at=at(3, 6)))
        group = meeting().replace(silent)
        held = group.apply(ev.Started(at=TALK.start)).apply(ev.Held(at=TALK.end))
        assert stages(held) == ["HELD", "CLOSED", "HELD"]
        assert held.member("b") == silent
        assert held.obligations["contact b"] == ()

    def test_one_is_erased(self) -> None:
        """Who is erased is no member of anything; the group goes on without."""
        erased = meeting().member("b").apply(ev.Erased(at=at(3, 6)))
        assert erased.group_id is None
        assert code_of(lambda: meeting().replace(erased)) == "other_group"
        held = meeting().without("b").apply(ev.Held(at=TALK.end))
        assert [talk.id for talk in held.members] == ["a", "c"]

    def test_one_leaves(self) -> None:
        """Who leaves may meet at another time."""
        left = meeting().member("b").apply(ev.GroupLeft(at=at(3, 6)))
        alone = left.apply(ev.Rescheduled(at=at(3, 6, 10), slot=OTHER_TALK, by=Party.CONTACT))
        assert (alone.slot, meeting().without("b").slot) == (OTHER_TALK, TALK)

    def test_one_is_missing(self) -> None:
        """One who did not come is recorded so, and the others held the talk; the two can be told apart."""
        started = meeting().apply(ev.Started(at=TALK.start), to=("a", "c"))
        missed = started.apply(
            ev.NoShowRecorded(at=TALK.start + timedelta(minutes=15), by=Party.CONTACT), to=("b",)
        )
        held = missed.apply(ev.Held(at=TALK.end))
        assert stages(held) == ["HELD", "NO_SHOW", "HELD"]
        assert held.obligations["contact b"] == ()
        rebooked = held.apply(ev.Rebooked(at=at(3, 11)))
        assert stages(rebooked) == ["HELD", "SCHEDULING", "HELD"]
        again = rebooked.apply(ev.Scheduled(at=at(3, 11, 10), slot=OTHER_TALK))
        assert (stages(again), again.slot) == (["HELD", "SCHEDULED", "HELD"], OTHER_TALK)

    def test_the_seeker_is_missing(self) -> None:
        """A seeker who did not come owes an apology to each."""
        missed = meeting().apply(ev.NoShowRecorded(at=TALK.start + timedelta(minutes=15), by=Party.SEEKER))
        kinds = {contact: [o.kind for o in debts] for contact, debts in missed.obligations.items()}
        assert kinds == {f"contact {name}": [ObligationKind.APOLOGY] for name in "abc"}

    def test_one_cancels(self) -> None:
        """One cancels, the others meet, and all may be brought together again."""
        off = meeting().apply(ev.Cancelled(at=at(3, 6), by=Party.CONTACT), to=("c",))
        assert (stages(off), off.slot) == (["SCHEDULED", "SCHEDULED", "CANCELLED"], TALK)
        confirmed = off.apply(ev.Confirmed(at=at(3, 9)))
        assert stages(confirmed) == ["CONFIRMED", "CONFIRMED", "CANCELLED"]
        back = confirmed.apply(ev.Rebooked(at=at(3, 9, 10))).apply(attrs.evolve(AGREED, at=at(3, 9, 11)))
        assert stages(back) == ["CONFIRMED", "CONFIRMED", "SCHEDULED"]

    def test_all_cancel(self) -> None:
        """Called off for all, and agreed anew for all."""
        off = meeting().apply(ev.Cancelled(at=at(3, 6), by=Party.SEEKER))
        again = off.apply(ev.Rebooked(at=at(3, 7))).apply(ev.Scheduled(at=at(3, 7, 10), slot=OTHER_TALK))
        assert (stages(again), again.slot) == (["SCHEDULED"] * 3, OTHER_TALK)

    def test_the_last_one_stays(self) -> None:
        """A group of nobody is none."""
        alone = group_of(member("a"))
        assert code_of(lambda: alone.without("a")) == "out_of_range"
        with pytest.raises(NotFoundError):
            alone.without("b")


class TestReplacing:
    """Taking in what happened to members alone."""

    def test_takes_in_one_or_several(self) -> None:
        """Each takes the place of the member with its id, in the order of the members."""
        note = ev.NoteTaken(at=at(3, 6), note=ev.Note("a patient teacher"))
        group = meeting()
        noted = [group.member(name).apply(note) for name in "ca"]
        both = group.replace(*noted)
        assert [talk.id for talk in both.members] == ["a", "b", "c"]
        assert [len(talk.notes) for talk in both.members] == [1, 0, 1]
        assert group.replace() == group == meeting()

    def test_takes_in_nobody_else(self) -> None:
        """An interview that is no member, and anything else, is refused."""
        with pytest.raises(NotFoundError):
            panel().replace(member("d"))
        for stranger in (None, "a", 7, GroupTalk):
            with pytest.raises(InvalidValueError):
                panel().replace(stranger)  # type: ignore[arg-type] - what is refused

    def test_keeps_the_group_together(self) -> None:
        """A member who moved alone, or left, no longer belongs."""
        group = meeting()
        moved = group.member("a").apply(ev.Rescheduled(at=at(3, 6), slot=OTHER_TALK, by=Party.CONTACT))
        left = group.member("a").apply(ev.GroupLeft(at=at(3, 6)))
        assert [code_of(lambda m=m: group.replace(m)) for m in (moved, left)] == [
            "slots_differ",
            "other_group",
        ]

    def test_takes_back_what_happened_to_all(self) -> None:
        """A move that was a mistake is undone in each, and all are taken in at once."""
        moved = meeting().apply(ev.Rescheduled(at=at(3, 6), slot=OTHER_TALK, by=Party.SEEKER))
        undoing = ev.Undone(at=at(3, 6, 10), reason="the wrong week")
        back = moved.replace(*(talk.apply(undoing) for talk in moved.members))
        assert (back.slot, stages(back), {talk.moves_by_seeker for talk in back.members}) == (
            TALK,
            ["SCHEDULED"] * 3,
            {0},
        )
