"""Laws of group talks, each a plain function that takes the group talk under test.

Every law runs on infoview's own, over drawn groups, and on groups that were broken on purpose, which it must
catch.
"""

import copy
from collections.abc import Callable, Mapping
from typing import Any

import attrs
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from tests.lives import FOUND, LIVES, LONG_LIFE, TALK, Author, written_event

from infoview import _events as ev
from infoview._interview import Interview
from infoview._lifecycle import LIFECYCLE
from infoview._outreach import Outreach
from infoview._stages import Stage
from infoview.exceptions import GroupRefusedError, GuardError, IllegalTransitionError, InvalidValueError
from infoview.groups import MEETING_EVENTS, GroupTalk
from infoview.policies import CLASSIC

NAMES = ("a", "b", "c", "d")
TOGETHER = (Stage.SCHEDULED, Stage.CONFIRMED, Stage.IN_PROGRESS)
_PARTS = tuple(LONG_LIFE[:count] for count in range(1, len(LONG_LIFE)))
BUSY = Outreach(taken=(TALK,))
Outcome = Interview | str
Group = Any
"""A group talk, sound or broken."""


def member(name: str, told: tuple[ev.Event, ...]) -> Interview:
    """Let one member live a told life as part of the group."""
    first = attrs.evolve(FOUND, interview_id=name, contact_id=f"contact {name}")
    rest = [event for event in told[1:] if not isinstance(event, ev.GroupJoined | ev.GroupLeft)]
    return Interview.replay((first, ev.GroupJoined(at=first.at, group_id="panel"), *rest))


def fits(told: tuple[ev.Event, ...]) -> bool:
    """Tell whether a life stays in the group, and is booked for the common time if for any."""
    talk = member("a", told)
    return talk.group_id == "panel" and (talk.stage not in TOGETHER or talk.slot == TALK)


TOLD = tuple(told for told in (*LIVES.values(), *_PARTS) if fits(told))
LIVELY = tuple(LIVES[stage] for stage in (Stage.ACCEPTED, Stage.SCHEDULING, *TOGETHER))
"""Lives that meetings are about; the others are there to be passed over."""


@st.composite
def groups(draw: st.DrawFn) -> GroupTalk:
    """Draw a group of members that stand anywhere; those who are booked are booked for one time."""
    names = NAMES[: draw(st.integers(1, len(NAMES)))]
    lives = [draw(st.sampled_from((*LIVELY * 6, *TOLD))) for _ in names]
    return GroupTalk(id="panel", members=tuple(map(member, names, lives)))


@st.composite
def meetings(draw: st.DrawFn) -> tuple[GroupTalk, ev.Event, tuple[str, ...] | None]:
    """Draw a group, something that happens to its meeting, and for whom, if that is said."""
    group = draw(groups())
    model = draw(st.sampled_from(group.members))
    rows = [kind for kind in MEETING_EVENTS if LIFECYCLE.row_for(kind, model.stage)]
    usual = bool(rows) and draw(st.integers(0, 9)) > 0
    kind = draw(st.sampled_from(rows if usual else MEETING_EVENTS))
    latest = max(talk.history[-1].at for talk in group.members)
    earliest = model.decide(kind, now=latest).earliest or latest
    now = draw(st.sampled_from((earliest, earliest, earliest, latest, model.history[-1].at)))
    event = written_event(Author(draw, model, now, CLASSIC, wild=draw(st.integers(0, 4)) == 0), kind)
    event = attrs.evolve(event, interview_id=None)
    said = draw(st.integers(0, 3)) == 0
    names = [talk.id for talk in group.members]
    return group, event, tuple(draw(st.lists(st.sampled_from(names), min_size=1))) if said else None


def alone(talk: Interview, event: ev.Event) -> Outcome:
    """Apply an event to one interview alone: the next interview, or what is said against it."""
    try:
        return talk.apply(event)
    except (GuardError, IllegalTransitionError) as error:
        return str(error)


def together(
    group: Group, event: ev.Event, to: tuple[str, ...] | None, outreach: Outreach | None = None
) -> Mapping[str, Outcome] | str:
    """Apply an event to a group: the members, what they say against it, or the code of a wrong value."""
    try:
        return {talk.id: talk for talk in group.apply(event, to=to, outreach=outreach).members}
    except GroupRefusedError as error:
        return {name: str(refusal) for name, refusal in error.refusals.items()}
    except InvalidValueError as error:
        return error.code


# -- the laws ---------------------------------------------------------------------------------------------


def all_do_what_each_would(group: Group, event: ev.Event, to: tuple[str, ...] | None) -> None:
    """A group applies an event as each concerned member would alone, and the others keep what they have.

    When one would refuse, all who would are listed with their own errors, and nothing is applied.
    """
    knowing = [t.id for t in group.members if LIFECYCLE.row_for(type(event), t.stage)]
    concerned = to or knowing or [talk.id for talk in group.members]
    expected = {talk.id: alone(talk, event) for talk in group.members if talk.id in concerned}
    refusals = {name: outcome for name, outcome in expected.items() if isinstance(outcome, str)}
    changed = {talk.id: expected.get(talk.id, talk) for talk in group.members}
    found = together(group, event, to)
    if refusals:
        assert refusals == found
    elif isinstance(found, str):
        booked = {
            (talk.slot, talk.meeting_format)
            for talk in changed.values()
            if isinstance(talk, Interview) and talk.stage in TOGETHER
        }
        assert (found, len(booked) > 1) == ("slots_differ", True)
    else:
        assert changed == found


def nothing_changes_in_the_group_itself(group: Group, event: ev.Event, to: tuple[str, ...] | None) -> None:
    """The receiver is the same after a step, passed or refused."""
    before = copy.deepcopy(group)
    together(group, event, to)
    assert before.members == group.members


def whoever_is_booked_is_booked_together(group: Group, event: ev.Event, to: tuple[str, ...] | None) -> None:
    """After any step, those who are to be met have one time and one format."""
    found = together(group, event, to)
    after = found.values() if isinstance(found, Mapping) else ()
    talks = [talk for talk in after if isinstance(talk, Interview) and talk.stage in TOGETHER]
    assert len({(talk.slot, talk.meeting_format) for talk in talks}) <= 1


def a_decision_is_that_of_each(group: Group, event: ev.Event, _to: tuple[str, ...] | None) -> None:
    """Asked before, the group answers with the decision of every member."""
    for outreach in (None, BUSY):
        decisions = group.decide(type(event), now=event.at, outreach=outreach)
        alone = {t.id: t.decide(type(event), now=event.at, outreach=outreach) for t in group.members}
        assert alone == dict(decisions)


def nobody_is_met_at_a_time_that_is_taken(group: Group, event: ev.Event, to: tuple[str, ...] | None) -> None:
    """Where the seeker has another talk at a time, the group neither names nor agrees on it.

    A group that refuses nothing else refuses just this, and with a free calendar nothing is different.
    """
    slots = event.slots if isinstance(event, _NAMING) else ()
    free, busy = (together(group, event, to, Outreach(taken=taken)) for taken in ((), slots))
    assert together(group, event, to) == free
    if not slots:
        assert free == busy
    elif _passed(free):
        refusals = busy.values() if isinstance(busy, Mapping) else ()
        assert {"slot_taken" in str(refusal) for refusal in refusals if isinstance(refusal, str)} == {True}


_NAMING = (ev.TimesProposed, ev.Scheduled, ev.Rescheduled)


def _passed(outcome: Mapping[str, Outcome] | str) -> bool:
    return isinstance(outcome, Mapping) and all(isinstance(talk, Interview) for talk in outcome.values())


Law = Callable[[Group, ev.Event, tuple[str, ...] | None], None]


# -- groups that were broken on purpose -------------------------------------------------------------------


class _Spoilt:
    """A group that does as the sound one does, until a subclass does not."""

    def __init__(self, group: GroupTalk) -> None:
        self.group = group

    @property
    def members(self) -> tuple[Interview, ...]:
        """The members."""
        return self.group.members

    def apply(self, event: ev.Event, *, to: tuple[str, ...] | None = None, **rest: Any) -> Any:  # noqa: ANN401 - a group
        """Apply as the sound one does."""
        return self.group.apply(event, to=to, **rest)

    def decide(self, kind: type[ev.Event], **rest: Any) -> Any:  # noqa: ANN401 - decisions
        """Decide as the sound one does."""
        return self.group.decide(kind, **rest)


@attrs.frozen
class _Members:
    """What came out of a spoilt step."""

    members: tuple[Any, ...]


class TakesWhoComes(_Spoilt):
    """Applies an event to those who accept it, and leaves the others behind."""

    def apply(self, event: ev.Event, *, to: tuple[str, ...] | None = None, **_rest: Any) -> Any:  # noqa: ANN401 - a group
        """Apply to some."""
        outcomes = [(t, alone(t, event) if to is None or t.id in to else t) for t in self.members]
        return _Members(tuple(t if isinstance(now, str) else now for t, now in outcomes))


class StopsAtTheFirst(_Spoilt):
    """Tells the first refusal only."""

    def apply(self, event: ev.Event, *, to: tuple[str, ...] | None = None, **_rest: Any) -> Any:  # noqa: ANN401 - a group
        """Forget the other refusals."""
        try:
            return self.group.apply(event, to=to)
        except GroupRefusedError as error:
            first = next(iter(error.refusals.items()))
            raise GroupRefusedError(error.event, dict([first])) from None


class PassesOverTheNamed(_Spoilt):
    """Passes over whose stage does not know the event, though they were named."""

    def apply(self, event: ev.Event, *, to: tuple[str, ...] | None = None, **_rest: Any) -> Any:  # noqa: ANN401 - a group
        """Apply to those named who know the event."""
        knowing = {t.id for t in self.members if LIFECYCLE.row_for(type(event), t.stage)}
        named = tuple(name for name in to or () if name in knowing)
        return self.group.apply(event, to=named or to)


class AsksEverybody(_Spoilt):
    """Passes over nobody."""

    def apply(self, event: ev.Event, *, to: tuple[str, ...] | None = None, **_rest: Any) -> Any:  # noqa: ANN401 - a group
        """Apply to all."""
        return self.group.apply(event, to=to or tuple(talk.id for talk in self.members))


class HeedsNobody(_Spoilt):
    """Applies an event to all, whoever was named."""

    def apply(self, event: ev.Event, *, to: tuple[str, ...] | None = None, **_rest: Any) -> Any:  # noqa: ANN401, ARG002 - a group
        """Forget who was named."""
        return self.group.apply(event)


class LetsThemPart(_Spoilt):
    """Lets members meet at different times."""

    def apply(self, event: ev.Event, *, to: tuple[str, ...] | None = None, **_rest: Any) -> Any:  # noqa: ANN401 - a group
        """Apply where the sound one says that times would differ."""
        try:
            return self.group.apply(event, to=to)
        except InvalidValueError:
            return TakesWhoComes(self.group).apply(event, to=to)


class ChangesItself(_Spoilt):
    """Becomes the next group instead of making one."""

    def apply(self, event: ev.Event, *, to: tuple[str, ...] | None = None, **_rest: Any) -> Any:  # noqa: ANN401 - a group
        """Change in place."""
        self.group = self.group.apply(event, to=to)
        return self.group


class AsksTheFirst(_Spoilt):
    """Lets the first member decide for all."""

    def decide(self, kind: type[ev.Event], **rest: Any) -> Any:  # noqa: ANN401 - decisions
        """Give everybody the first answer."""
        return dict.fromkeys((t.id for t in self.members), self.members[0].decide(kind, **rest))


class ForgetsTheOtherTalks(_Spoilt):
    """Meets whenever it suits the members."""

    def apply(self, event: ev.Event, *, to: tuple[str, ...] | None = None, **_rest: Any) -> Any:  # noqa: ANN401 - a group
        """Look at the group only."""
        return self.group.apply(event, to=to)


SPOILT: dict[type[_Spoilt], Law] = {
    TakesWhoComes: all_do_what_each_would,
    StopsAtTheFirst: all_do_what_each_would,
    PassesOverTheNamed: all_do_what_each_would,
    AsksEverybody: all_do_what_each_would,
    HeedsNobody: all_do_what_each_would,
    LetsThemPart: whoever_is_booked_is_booked_together,
    ChangesItself: nothing_changes_in_the_group_itself,
    AsksTheFirst: a_decision_is_that_of_each,
    ForgetsTheOtherTalks: nobody_is_met_at_a_time_that_is_taken,
}

MEETINGS = meetings()


class TestMeetings:
    """Rule: "records what happens to the meeting in all of them at once, or in none"."""

    @given(MEETINGS)
    def test_happen_to_all_as_to_each(self, drawn: tuple[Any, ...]) -> None:
        """The group adds nothing to what its members do, and takes nothing away."""
        all_do_what_each_would(*drawn)

    @given(MEETINGS)
    def test_leave_the_group_as_it_was(self, drawn: tuple[Any, ...]) -> None:
        """A group is a value."""
        nothing_changes_in_the_group_itself(*drawn)

    @given(MEETINGS)
    def test_have_one_time(self, drawn: tuple[Any, ...]) -> None:
        """Nobody of the group is booked elsewhere."""
        whoever_is_booked_is_booked_together(*drawn)

    @given(MEETINGS)
    def test_leave_the_other_talks_alone(self, drawn: tuple[Any, ...]) -> None:
        """Nobody of the group is met while the seeker meets somebody else."""
        nobody_is_met_at_a_time_that_is_taken(*drawn)

    @given(MEETINGS)
    def test_are_decided_by_each(self, drawn: tuple[Any, ...]) -> None:
        """Nobody decides for another."""
        a_decision_is_that_of_each(*drawn)

    @pytest.mark.parametrize("kind", MEETING_EVENTS)
    def test_of_every_kind_can_be_lived(self, kind: type[ev.Event]) -> None:
        """Each event of a meeting is accepted by some group of four, as it is by each of the four alone."""
        met = 0
        for told in TOLD:
            group = GroupTalk(id="panel", members=tuple(member(name, told) for name in NAMES))
            model = group.members[0]
            now = model.decide(kind, now=model.history[-1].at).earliest
            if now is not None:
                event = written_event(Author(_first, model, now, CLASSIC, wild=False), kind)
                all_do_what_each_would(group, event, None)
                met += all(isinstance(alone(talk, event), Interview) for talk in group.members)
        assert met


def _first(strategy: st.SearchStrategy[Any]) -> Any:  # noqa: ANN401 - any value
    """Choose, as an author's chance, the first of what may be said."""
    return strategy.elements[0]  # type: ignore[attr-defined] - an author samples only


class TestTheLawsThemselves:
    """A law that nothing can break says nothing."""

    @pytest.mark.parametrize("spoilt", SPOILT, ids=lambda spoilt: spoilt.__name__)
    def test_catch_what_is_broken(self, spoilt: type[_Spoilt]) -> None:
        """Each broken group breaks the law that it was made for."""

        @settings(phases=[Phase.generate], max_examples=500)
        @given(MEETINGS)
        def law(drawn: tuple[Any, ...]) -> None:
            group, event, to = drawn
            SPOILT[spoilt](spoilt(group), event, to)

        with pytest.raises(AssertionError):
            law()

    @given(MEETINGS)
    def test_let_a_sound_double_pass(self, drawn: tuple[Any, ...]) -> None:
        """The doubles fail for what is broken in them, not for being doubles."""
        group, event, to = drawn
        for law in {*SPOILT.values()}:
            law(_Spoilt(group), event, to)
