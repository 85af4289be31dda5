"""Laws of the log, each a plain function that takes the log under test, held against tuples.

Every law runs on infoview's own log, and on logs that were broken on purpose, which it must catch.
"""

import copy
import pickle
from collections.abc import Callable
from datetime import timedelta
from typing import Any, ClassVar

import attrs
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from tests.lives import at

from infoview import _events as ev
from infoview._log import Log
from infoview._people import Party

NOON = at(3, 2, 12)
Happened = ev.Touched | ev.NoteTaken
Steps = tuple[tuple[str, int, int, Party, str | None], ...]

LETTERS = st.sampled_from((None, None, None, "a", "b", "c"))
STEPS: st.SearchStrategy[Steps] = st.lists(
    st.tuples(
        st.sampled_from(("plus", "plus", "plus", "plus", "plus", "first", "copy", "pickle")),
        st.integers(0, 1_000),
        st.sampled_from((0, 0, 1)),
        st.sampled_from(Party),
        LETTERS,
    ),
    max_size=30,
).map(tuple)
"""What to do, with which of the logs so far (or how far to go back), and what the event says."""


@attrs.frozen
class Branch:
    """A log beside the tuple that it must be like."""

    log: Any
    told: tuple[Happened, ...]


def next_event(branch: Branch, later: int, by: Party, letter: str | None) -> Happened:
    """Make an event that may follow: of the last instant or a second after it."""
    return ev.Touched(at=branch.told[-1].at + timedelta(seconds=later), by=by, id=letter)


def grown(log_type: Any, steps: Steps) -> list[Branch]:  # noqa: ANN401 - any log, broken ones too
    """Run a program on a family of logs, and on tuples."""
    seed = (ev.Touched(at=NOON, by=Party.CONTACT),)
    branches = [Branch(log_type.of(seed), seed)]
    for step, number, later, by, letter in steps:
        branch = branches[number % len(branches)]
        log, told = branch.log, branch.told
        if step == "plus":
            event = next_event(branch, later, by, letter)
            branches.append(Branch(log.plus(event), (*told, event)))
        elif step == "first":
            count = number % len(told) + 1
            branches.append(Branch(log.first(count), told[:count]))
        elif step == "copy":
            branches.append(Branch(copy.copy(log), told))
        else:
            branches.append(Branch(pickle.loads(pickle.dumps(log)), told))  # noqa: S301 - our own bytes
    return branches


def recorded(told: tuple[Happened, ...], event: Happened) -> bool:
    """Tell by looking through the whole tuple whether an event, or its id, is there."""
    return any(event == known or (event.id is not None and event.id == known.id) for known in told)


# -- the laws ---------------------------------------------------------------------------------------------


def a_log_is_like_a_tuple(log_type: Any, steps: Steps) -> None:  # noqa: ANN401 - any log
    """Whatever else grew from it, every log of a family has the events that it was told, and no others."""
    branches = grown(log_type, steps)
    for branch in (*branches, *reversed(branches)):
        log, told = branch.log, branch.told
        assert told == log.events
        assert told == tuple(log)
        assert (len(told), told[-1]) == (len(log), log.last)


def a_log_is_equal_by_its_events(log_type: Any, steps: Steps) -> None:  # noqa: ANN401 - any log
    """Two logs are equal, and hash alike, exactly when their events are equal."""
    branches = grown(log_type, steps)
    for branch in branches[:8]:
        for other in branches:
            assert (branch.told == other.told) == (branch.log == other.log)
            if branch.told == other.told:
                assert hash(branch.log) == hash(other.log)


def a_log_holds_what_it_was_told(log_type: Any, steps: Steps) -> None:  # noqa: ANN401 - any log
    """An event that may follow is held exactly when it, or its id, is in the log's own events."""
    branches = grown(log_type, steps)
    for branch in (*branches, *reversed(branches)):
        for later in (0, 1):
            for by in Party:
                for letter in (None, "a", "b", "c"):
                    event = next_event(branch, later, by, letter)
                    assert recorded(branch.told, event) == branch.log.holds(event)


def a_log_refuses_what_cannot_follow(log_type: Any, steps: Steps) -> None:  # noqa: ANN401 - any log
    """An event is refused exactly when it is earlier than the last one, or recorded already."""
    for branch in grown(log_type, steps):
        last = branch.told[-1]
        for seconds in (-1, 0, 1):
            event = attrs.evolve(last, at=last.at + timedelta(seconds=seconds), id=None)
            late = attrs.evolve(event, id="late")
            known = attrs.evolve(event, id=branch.told[0].id)
            for asked in (event, late, known):
                expected = asked.at < last.at or recorded(branch.told, asked)
                assert expected == branch.log.refuses(asked)


class _Interrupted(list[Any]):
    """A list that lets another thread in just before it appends."""

    interruption: ClassVar[Callable[[], object] | None] = None

    def append(self, member: Any) -> None:  # noqa: ANN401 - any member
        """Append, after whoever waits for the moment."""
        waiting, _Interrupted.interruption = _Interrupted.interruption, None
        if waiting is not None:
            waiting()
        super().append(member)


def two_at_one_moment_do_not_meet(log_type: Any, steps: Steps) -> None:  # noqa: ANN401 - any log
    """Of two threads that grow one log at the same moment, each gets its own event, and the log neither."""
    for branch in grown(log_type, steps[:10]):
        log = log_type.of(branch.told)
        log._shared = _Interrupted(log._shared)
        mine = next_event(branch, 1, Party.SEEKER, "mine")
        theirs = next_event(branch, 1, Party.CONTACT, "theirs")
        logs = []
        _Interrupted.interruption = lambda log=log, theirs=theirs, logs=logs: logs.append(log.plus(theirs))
        logs.append(log.plus(mine))
        assert [(*branch.told, theirs), (*branch.told, mine)] == [made.events for made in logs]
        assert branch.told == log.events
        assert [made.holds(mine) for made in logs] == [False, True]


LAWS: tuple[Callable[[Any, Steps], None], ...] = (
    a_log_is_like_a_tuple,
    a_log_is_equal_by_its_events,
    a_log_holds_what_it_was_told,
    a_log_refuses_what_cannot_follow,
    two_at_one_moment_do_not_meet,
)


# -- logs that were broken on purpose -----------------------------------------------------------------------


class _Spoilt(Log):  # type: ignore[misc] - nobody else may
    """A log whose successors are spoilt too."""

    def plus(self, event: Any) -> Any:  # noqa: ANN401 - any event
        """Add as the sound one does."""
        return self._again(Log.plus(self, event))

    def first(self, count: int) -> Any:  # noqa: ANN401 - one of its own kind
        """Go back as the sound one does."""
        return self._again(Log.first(self, count))

    @classmethod
    def _again(cls, log: Log) -> Any:  # noqa: ANN401 - one of its own kind
        return cls(log._shared, log._index, log._count, log.last)

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self).of, (self.events,)


class AppendsWithoutLooking(_Spoilt):
    """Takes its list for its own, though a longer log may have grown it."""

    def plus(self, event: Any) -> Any:  # noqa: ANN401 - any event
        """Append in any case."""
        self._shared.append(event)
        return type(self)(self._shared, self._index, self._count + 1, event)


class LooksOnce(_Spoilt):
    """Looks before it appends, and not again afterwards."""

    def plus(self, event: Any) -> Any:  # noqa: ANN401 - any event
        """Append where nobody has yet."""
        if len(self._shared) > self._count:
            return type(self).of((*self.events, event))
        self._shared.append(event)
        return type(self)(self._shared, self._index, self._count + 1, event)


class ForgetsTheCopy(_Spoilt):
    """Makes room for its event by taking those of a longer log away."""

    def plus(self, event: Any) -> Any:  # noqa: ANN401 - any event
        """Cut the shared list off and append."""
        del self._shared[self._count :]
        self._shared.append(event)
        return type(self)(self._shared, self._index, self._count + 1, event)


class SeesWhatIsBehind(_Spoilt):
    """Finds events that only a longer log has."""

    def holds(self, event: Any) -> bool:  # noqa: ANN401 - any event
        """Look through the whole shared list."""
        return recorded(tuple(self._shared), event)

    def refuses(self, event: Any) -> bool:  # noqa: ANN401 - any event
        """Trust what was found."""
        return event.at < self.last.at or self.holds(event)


class LooksAtTheLastOnly(_Spoilt):
    """Compares with the last event, and forgets the others of that instant."""

    def holds(self, event: Any) -> bool:  # noqa: ANN401 - any event
        """Look at all ids, and at one event."""
        return recorded((self.last,), event) or event.id in {known.id for known in self.events if known.id}


class ForgetsIds(_Spoilt):
    """Compares events and forgets their ids."""

    def holds(self, event: Any) -> bool:  # noqa: ANN401 - any event
        """Look for the event only."""
        return event in self.events

    def refuses(self, event: Any) -> bool:  # noqa: ANN401 - any event
        """Trust what was found."""
        return event.at < self.last.at or self.holds(event)


class KeepsOneAnswer(_Spoilt):
    """Remembers the tuple that was asked for last, whoever asked."""

    @property
    def events(self) -> tuple[Any, ...]:
        """Answer as the last time."""
        if not self._index.asked_for:
            self._index.asked_for = tuple(self._shared[: self._count])
        return self._index.asked_for


class EqualByLength(_Spoilt):
    """Compares the lengths."""

    def __eq__(self, other: object) -> bool:
        return len(self) == len(other)  # type: ignore[arg-type] - the others are logs too

    def __hash__(self) -> int:
        return len(self)


class LetsTheEarlyIn(_Spoilt):
    """Refuses what is recorded, however early the other is."""

    def refuses(self, event: Any) -> bool:  # noqa: ANN401 - any event
        """Look for the event only."""
        return self.holds(event)


SPOILT: dict[Any, Callable[[Any, Steps], None]] = {
    AppendsWithoutLooking: a_log_is_like_a_tuple,
    ForgetsTheCopy: a_log_is_like_a_tuple,
    KeepsOneAnswer: a_log_is_like_a_tuple,
    EqualByLength: a_log_is_equal_by_its_events,
    SeesWhatIsBehind: a_log_holds_what_it_was_told,
    LooksAtTheLastOnly: a_log_holds_what_it_was_told,
    ForgetsIds: a_log_holds_what_it_was_told,
    LetsTheEarlyIn: a_log_refuses_what_cannot_follow,
    LooksOnce: two_at_one_moment_do_not_meet,
}


class TestLog:
    """Rule: "each knows how many of its events are its own: what lies behind is invisible to it"."""

    @given(STEPS)
    def test_is_like_a_tuple(self, steps: Steps) -> None:
        """A family of logs behaves as so many tuples would."""
        a_log_is_like_a_tuple(Log, steps)

    @given(STEPS)
    def test_is_equal_by_its_events(self, steps: Steps) -> None:
        """How a log came about does not matter."""
        a_log_is_equal_by_its_events(Log, steps)

    @given(STEPS)
    def test_holds_what_it_was_told(self, steps: Steps) -> None:
        """The answer is that of a search through the log's own events."""
        a_log_holds_what_it_was_told(Log, steps)

    @given(STEPS)
    def test_refuses_what_cannot_follow(self, steps: Steps) -> None:
        """Early events and known ones are refused, and no others."""
        a_log_refuses_what_cannot_follow(Log, steps)

    @given(STEPS)
    def test_keeps_two_at_one_moment_apart(self, steps: Steps) -> None:
        """The second of two at the same moment finds the place taken."""
        two_at_one_moment_do_not_meet(Log, steps)


class TestTheLawsThemselves:
    """A law that nothing can break says nothing."""

    @pytest.mark.parametrize("spoilt", SPOILT, ids=lambda spoilt: spoilt.__name__)
    def test_catch_what_is_broken(self, spoilt: Any) -> None:  # noqa: ANN401 - any log
        """Each broken log breaks the law that it was made for."""

        @settings(phases=[Phase.generate])
        @given(STEPS)
        def law(steps: Steps) -> None:
            SPOILT[spoilt](spoilt, steps)

        with pytest.raises((AssertionError, IndexError)):
            law()

    @given(STEPS)
    def test_let_a_sound_double_pass(self, steps: Steps) -> None:
        """The doubles fail for what is broken in them, not for being doubles."""
        for law in LAWS:
            law(_Spoilt, steps)
