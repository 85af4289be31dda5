"""The log: a value, whose growth costs the same however long it is."""

import copy
import pickle
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from enum import StrEnum
from functools import partial
from threading import Barrier, Thread
from typing import Any, ClassVar, SupportsIndex

import attrs
import pytest
from tests.lives import FOUND, LONG_LIFE, at

from infoview import _events as ev
from infoview._guards import Case, Verdict, event_guard
from infoview._interview import Interview
from infoview._lifecycle import LIFECYCLE
from infoview._log import Log
from infoview._obligations import ObligationKind
from infoview._people import Party
from infoview._stages import Stage
from infoview._transitions import Opens, Transition

NOON = at(3, 2, 12)
SECOND = timedelta(seconds=1)


@attrs.frozen(kw_only=True, eq=False)
class Counted(ev.CustomEvent):
    """An event that counts what is done with it.

    Attributes:
        compared: How often any was compared.
        hashed: How often any was hashed.
        judged: How often a guard was asked about one.
        asked: How often one was asked what it is about, as happens once when an interview takes it in.
        number: Tells it from the others.
    """

    compared: ClassVar[int] = 0
    hashed: ClassVar[int] = 0
    judged: ClassVar[int] = 0
    asked: ClassVar[int] = 0

    number: int = 0

    @property
    def reference(self) -> str:
        """Which one it is, for the obligation it opens."""
        Counted.asked += 1
        return ""

    def __eq__(self, other: object) -> bool:
        Counted.compared += 1
        same = isinstance(other, Counted) and (self.at, self.id) == (other.at, other.id)
        return same and self.number == other.number

    def __hash__(self) -> int:
        Counted.hashed += 1
        return hash((self.at, self.id, self.number))


def touched(number: int, **said: Any) -> ev.Touched:  # noqa: ANN401 - the other fields
    """Make an event, *number* seconds after noon."""
    return ev.Touched(at=NOON + number * SECOND, by=Party.CONTACT, **said)


def row_of(count: int) -> list[ev.Touched]:
    """Make events that follow each other."""
    return [touched(number) for number in range(count)]


class TestOf:
    """Making a log."""

    def test_keeps_the_events_in_order(self) -> None:
        """The events come out as they went in."""
        assert Log.of(LONG_LIFE).events == LONG_LIFE

    def test_takes_any_iterable(self) -> None:
        """A generator is read once."""
        assert Log.of(event for event in LONG_LIFE).events == LONG_LIFE

    def test_is_not_changed_with_the_list_it_came_from(self) -> None:
        """What is done to the list afterwards does not reach the log."""
        events = row_of(3)
        log = Log.of(events)
        events.append(touched(9))
        events[0] = touched(8)
        assert (3, touched(0), touched(2)) == (len(log), log.events[0], log.last)


class TestPlus:
    """Adding an event."""

    def test_makes_a_longer_log(self) -> None:
        """The event is the last of the new log."""
        log = Log.of(row_of(2)).plus(touched(2))
        assert (tuple(row_of(3)), touched(2)) == (log.events, log.last)

    def test_leaves_the_log_as_it_was(self) -> None:
        """The shorter log keeps its events, its length and its last event."""
        log = Log.of(row_of(2))
        log.plus(touched(2))
        assert (tuple(row_of(2)), 2, touched(1)) == (log.events, len(log), log.last)

    def test_lets_two_branches_grow(self) -> None:
        """Two logs that grow from one know nothing of each other."""
        stem = Log.of(row_of(2))
        left, right = stem.plus(touched(5)), stem.plus(touched(7))
        left, right = left.plus(touched(6)), right.plus(touched(8))
        assert (*row_of(2), touched(5), touched(6)) == left.events
        assert (*row_of(2), touched(7), touched(8)) == right.events
        assert tuple(row_of(2)) == stem.events

    def test_takes_no_copy_while_the_longest_grows(self) -> None:
        """The longest log shares what it holds with its successor, and no other does."""
        stem = Log.of(row_of(2))
        longest = stem.plus(touched(2))
        assert longest._shared is stem._shared
        assert stem.plus(touched(2))._shared is not stem._shared


class TestFirst:
    """Going back."""

    def test_is_the_beginning(self) -> None:
        """The first events, and no others, are left."""
        log = Log.of(row_of(5)).first(3)
        assert (tuple(row_of(3)), touched(2), 3) == (log.events, log.last, len(log))

    def test_knows_nothing_of_what_came_later(self) -> None:
        """Ids and events behind the end are not held."""
        log = Log.of((touched(0), touched(1, id="late"), touched(1)))
        assert log.holds(touched(1))
        assert not log.first(1).holds(touched(1, id="late"))
        assert not log.first(1).holds(touched(1))
        assert log.first(2).holds(touched(9, id="late"))

    def test_grows_beside_the_longer_one(self) -> None:
        """What is added to the beginning does not come into the longer log."""
        log = Log.of(row_of(5))
        branch = log.first(3).plus(touched(9))
        assert (*row_of(3), touched(9)) == branch.events
        assert tuple(row_of(5)) == log.events


class TestHolds:
    """Asking whether an event is recorded."""

    @pytest.mark.parametrize(
        ("event", "held"),
        [
            (touched(4), True),
            (touched(4, id="new"), False),
            (touched(5), False),
            (touched(6, id="first"), True),
            (touched(4, id="first"), True),
            (ev.Touched(at=NOON + 4 * SECOND, by=Party.SEEKER), False),
        ],
        ids=["the last one", "a new id", "a later one", "a known id later", "a known id now", "other words"],
    )
    def test_compares_ids_and_the_last_instant(self, event: ev.Touched, held: bool) -> None:  # noqa: FBT001 - a table
        """An event is held when an equal one is there, or one with its id."""
        log = Log.of((touched(0, id="first"), *row_of(5)[1:]))
        assert held == log.holds(event)

    def test_finds_each_of_many_of_one_instant(self) -> None:
        """Of events of one instant, all are found: the first, one in the middle and the last."""
        together = [Counted(at=NOON, number=number) for number in range(50)]
        log = Log.of((touched(-5), *together))
        assert [event for event in together if not log.holds(event)] == []
        assert not log.holds(Counted(at=NOON, number=50))

    def test_finds_those_of_an_instant_after_another_such_instant(self) -> None:
        """A second group of one instant does not hide behind the first."""
        first = [Counted(at=NOON, number=number) for number in range(3)]
        second = [Counted(at=NOON + SECOND, number=number) for number in range(3)]
        log = Log.of((*first, *second))
        assert [event for event in second if not log.holds(event)] == []

    def test_lets_an_id_be_used_in_another_branch(self) -> None:
        """An id that one branch used is free in the other, and asking one does not tell the other."""
        stem = Log.of(row_of(2))
        branches = {
            "left": stem.plus(touched(2, id="x")),
            "right": stem.plus(touched(2, id="y")),
            "stem": stem,
        }
        knowing = {
            used: [name for name, log in branches.items() if log.holds(touched(3, id=used))] for used in "xy"
        }
        assert knowing == {"x": ["left"], "y": ["right"]}

    def test_lets_a_branch_use_again_what_was_undone_by_going_back(self) -> None:
        """After the longer log has answered, the shorter one still does not know the later id."""
        longer = Log.of((*row_of(2), touched(2, id="x")))
        assert longer.holds(touched(3, id="x"))
        shorter = longer.first(2)
        assert not shorter.holds(touched(3, id="x"))
        again = shorter.plus(touched(3, id="x"))
        assert again.holds(touched(4, id="x"))

    def test_knows_the_first_place_of_an_id_that_comes_twice(self) -> None:
        """A log is told events and judges none: of an id that is there twice, the first place counts."""
        log = Log.of((touched(0, id="x"), touched(1), touched(2, id="x")))
        assert log.holds(touched(3, id="x"))
        assert log.first(1).holds(touched(3, id="x"))


class TestValue:
    """A log is a value."""

    def test_is_equal_to_a_log_of_the_same_events(self) -> None:
        """However two logs came about, the same events make the same log and the same hash."""
        grown = Log.of(row_of(1))
        for event in row_of(4)[1:]:
            grown = grown.plus(event)
        cut = Log.of(row_of(9)).first(4)
        assert Log.of(row_of(4)) == grown == cut
        assert len({hash(Log.of(row_of(4))), hash(grown), hash(cut)}) == 1

    def test_differs_from_others(self) -> None:
        """Other events, another length and another type make another value."""
        log = Log.of(row_of(3))
        assert log != Log.of(row_of(2))
        assert log != Log.of((*row_of(2), touched(9)))
        assert log != log.events
        assert log.__eq__(log.events) is NotImplemented

    @pytest.mark.parametrize(
        "twin_of",
        [
            copy.copy,
            copy.deepcopy,
            lambda log: pickle.loads(pickle.dumps(log)),  # noqa: S301 - our own bytes
        ],
        ids=["copy", "deepcopy", "pickle"],
    )
    def test_survives_a_copy(self, twin_of: Callable[[Log], Log]) -> None:
        """A copy holds the same events, and the two grow apart."""
        log = Log.of(row_of(5)).first(3)
        twin = twin_of(log)
        assert log == twin
        assert twin.plus(touched(8)).events == (*row_of(3), touched(8))
        assert log.plus(touched(9)).events == (*row_of(3), touched(9))

    def test_takes_no_later_event_along(self) -> None:
        """Pickling an early view does not carry away what was recorded afterwards."""
        early = Log.of(row_of(1))
        early.plus(touched(1, id="later-secret"))
        assert b"later-secret" not in pickle.dumps(early)

    def test_iterates_and_counts(self) -> None:
        """A log can be gone through and counted like a tuple."""
        log = Log.of(row_of(3))
        assert (row_of(3), 3) == (list(log), len(log))

    def test_answers_for_each_view_after_another(self) -> None:
        """Asking views of several lengths in turn never gives one the events of another."""
        log = Log.of(row_of(6))
        views = [log.first(count) for count in range(1, 7)]
        for count, view in (*enumerate(views, 1), *reversed(list(enumerate(views, 1)))):
            assert tuple(row_of(count)) == view.events

    def test_shows_no_events(self) -> None:
        """The text form tells the number only."""
        assert repr(Log.of((FOUND,))) == "<Log of 1 events>"


class TestStanding:
    """The events that still count."""

    def test_are_all_while_nothing_was_undone(self) -> None:
        """Without an undoing, every event stands."""
        assert Log.of(row_of(3)).standing == tuple(row_of(3))

    def test_leave_out_what_was_undone(self) -> None:
        """Each undoing takes the last event that still stood, and itself."""
        undo = partial(ev.Undone, reason="a slip")
        events = (*row_of(3), undo(at=NOON + 3 * SECOND), undo(at=NOON + 4 * SECOND), touched(5))
        assert (touched(0), touched(5)) == Log.of(events).standing


# -- what it costs ------------------------------------------------------------------------------------------


class Place(StrEnum):
    """A stage in which one thing may happen again and again."""

    HERE = "here"


@event_guard("Never refuses.", standing=True)
def asked_for_each_event(_case: Case) -> Verdict:
    """Count how often it is asked."""
    Counted.judged += 1
    return None


_MANNER = {
    "event": Counted,
    "target": Place.HERE,
    "guards": (asked_for_each_event,),
    "opens": (Opens(ObligationKind.DEBRIEF),),
    "settles": (ObligationKind.DEBRIEF,),
    "why": "a test",
}
OURS = LIFECYCLE.extended(
    Transition(source=Stage.IDENTIFIED, **_MANNER),
    Transition(source=Place.HERE, **_MANNER),
    live=(Place.HERE,),
)
MANY = 10_000


class Watched(list[Any]):
    """A list that counts how many of its members were looked at."""

    looks: ClassVar[int] = 0

    def __getitem__(self, place: SupportsIndex | slice) -> Any:  # noqa: ANN401 - any member, or a list of them
        got = super().__getitem__(place)
        Watched.looks += len(got) if isinstance(place, slice) else 1
        return got

    def __iter__(self) -> Iterator[Any]:
        Watched.looks += len(self)
        return super().__iter__()


def watch(log: Log) -> None:
    """Count from now on at how many events the log and its successors look."""
    log._shared = Watched(log._shared)


def work() -> int:
    """Count what was done with events so far: looking at them, comparing and hashing them."""
    return Watched.looks + Counted.compared + Counted.hashed


def costs_of(events: list[Counted]) -> list[int]:
    """Record events one by one and count the work of each step."""
    interview = Interview.open(FOUND)
    watch(interview.log)
    costs = []
    for event in events:
        before = work()
        interview = interview.apply(event, lifecycle=OURS)
        costs.append(work() - before)
    assert type(interview.log._shared) is Watched
    assert len(events) + 1 == interview.version
    return costs


LONG_LIVES: dict[str, list[Counted]] = {
    "without ids": [Counted(at=NOON + n * SECOND) for n in range(MANY)],
    "with ids": [Counted(at=NOON + n * SECOND, id=f"e-{n}") for n in range(MANY)],
    "at one instant": [Counted(at=NOON, number=n) for n in range(MANY)],
    "at one instant with ids": [Counted(at=NOON, id=f"e-{n}") for n in range(MANY)],
    "two at each instant": [Counted(at=NOON + n // 2 * SECOND, number=n % 2) for n in range(MANY)],
}


def undone_life(pattern: str) -> tuple[ev.Event | ev.CustomEvent, ...]:
    """Make 10,000 events with 3,000 undoings among them: scattered, or all of them in one go."""
    shapes = {
        "scattered": "e" * 999 + "eeu" * 3_000,
        "in pairs": "e" * 999 + "eeeeuu" * 1_500,
        "in one go": "e" * 3_000 + "u" * 3_000 + "e" * 3_999,
    }
    events: list[ev.Event | ev.CustomEvent] = [FOUND]
    for place, letter in enumerate(shapes[pattern]):
        moment = NOON + place * SECOND
        made = Counted(at=moment) if letter == "e" else ev.Undone(at=moment, reason="a slip")
        events.append(made)
    return tuple(events)


class TestCosts:
    """What a long life costs, by counting."""

    @pytest.mark.parametrize("kind", LONG_LIVES)
    def test_do_not_grow_with_the_history(self, kind: str) -> None:
        """Each of the last events of ten thousand takes no more work than the tenth to the hundredth."""
        costs = costs_of(LONG_LIVES[kind])
        assert max(costs[-1_000:]) <= max(costs[10:100])
        assert max(costs) <= 20

    def test_would_grow_with_a_log_that_searches(self) -> None:
        """The count notices a log that compares with every event: the broken double."""
        log = Log.of([touched(0)])
        watch(log)
        costs = []
        for number in range(1, 100):
            log = log.plus(touched(number))
            before = work()
            assert touched(-1) not in log._shared[: len(log)]
            costs.append(work() - before)
        assert max(costs[-10:]) > max(costs[:10])

    def test_of_going_back_do_not_grow(self) -> None:
        """Going back to any length looks at one event, and counting at none."""
        log = Log.of(row_of(MANY))
        watch(log)
        before = work()
        assert sum(len(log.first(count)) for count in range(1, MANY)) == MANY * (MANY - 1) // 2
        assert work() - before < MANY

    @pytest.mark.parametrize("pattern", ["scattered", "in pairs", "in one go"])
    def test_of_a_replay_are_linear_whatever_was_undone(self, pattern: str) -> None:
        """A replay asks the guard of each event once and takes each in once, and compares none."""
        history = undone_life(pattern)
        before, judged, asked = work(), Counted.judged, Counted.asked
        interview = Interview.replay(history, lifecycle=OURS)
        assert (interview.version, interview.undone) == (MANY, 3_000)
        assert (Counted.judged - judged, Counted.asked - asked) == (MANY - 3_001, MANY - 3_001)
        assert work() - before <= 3 * MANY


# -- threads -----------------------------------------------------------------------------------------------


@contextmanager
def switching_all_the_time() -> Iterator[None]:
    """Let threads take turns as often as the interpreter can."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        yield
    finally:
        sys.setswitchinterval(usual)


class TestThreads:
    """Threads that share a view."""

    def test_never_see_each_others_events(self) -> None:
        """Two threads grow one log from the same view, and ask; each finds its own events and no other."""
        rounds, steps = 200, 8
        found: dict[tuple[str, int], tuple[bool, bool]] = {}
        barrier = Barrier(2)
        views = [Log.of(row_of(2)) for _ in range(rounds)]

        def grow(name: str, other: str) -> None:
            for number, view in enumerate(views):
                own = [Counted(at=NOON + 9 * SECOND, number=n, id=f"{name}{n}") for n in range(steps)]
                barrier.wait()
                log, foreign = view, False
                for event in own:
                    foreign |= log.holds(event) or log.holds(attrs.evolve(event, id=f"{other}{event.number}"))
                    log = log.plus(event)
                known = all(log.holds(event) for event in own)
                found[name, number] = (known and log.events == (*row_of(2), *own), foreign)

        with switching_all_the_time():
            threads = [Thread(target=grow, args=names) for names in (("a", "b"), ("b", "a"))]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()

        assert len(found) == 2 * rounds
        assert set(found.values()) == {(True, False)}
        assert {view.events for view in views} == {tuple(row_of(2))}
