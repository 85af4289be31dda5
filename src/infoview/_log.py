"""The events of an interview, oldest first, kept so that one more costs the same however many there are.

A tuple would be copied for every event, and searched for every id. The logs of an interview and of its
successors share one growing list instead, and each knows how many of its events are its own: what lies behind
is invisible to it. Only the longest log that shares a list grows in place; a shorter one takes a copy first.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, final

from infoview._events import CustomEvent, Event, Undone

__all__ = ["Log"]


class _Index:
    """Where things stand in a growing list of events, and what was asked of it last.

    Attributes:
        places: Where each id was first used, and where each event stands that shares its instant with the
            one before: only those can be equal, and few are ever hashed.
        indexed: How many of the events are in `places`. The rest is taken in when somebody asks.
        asked_for: The tuple of events that was asked for last.
    """

    __slots__ = ("asked_for", "indexed", "places")

    def __init__(self) -> None:
        self.places: dict[object, int] = {}
        self.indexed = 0
        self.asked_for: tuple[Event | CustomEvent, ...] = ()

    def take_in(self, events: Sequence[Event | CustomEvent], count: int) -> dict[object, int]:
        """Index the first *count* events. Two threads that do so at once write the same."""
        places = self.places
        for place in range(self.indexed, count):
            event = events[place]
            if event.id is not None:
                places.setdefault(event.id, place)
            if place and event.at == events[place - 1].at:
                places.setdefault(events[place - 1], place - 1)
                places.setdefault(event, place)
        self.indexed = max(self.indexed, count)
        return places


@final
class Log:
    """Some events, at least one. A value: it never changes. Make one by `Log.of`.

    Attributes:
        last: The latest event.
    """

    __slots__ = ("_count", "_index", "_shared", "last")

    def __init__(
        self,
        shared: list[Event | CustomEvent],
        index: _Index,
        count: int,
        last: Event | CustomEvent,
    ) -> None:
        self._shared = shared
        self._index = index
        self._count = count
        self.last = last

    @classmethod
    def of(cls, events: Iterable[Event | CustomEvent], /) -> "Log":
        """Make a log.

        Args:
            events: The events, oldest first.

        Returns:
            The log.
        """
        shared = list(events)
        return cls(shared, _Index(), len(shared), shared[-1])

    def plus(self, event: Event | CustomEvent, /) -> "Log":
        """Add an event at the end, in constant time.

        Args:
            event: The event.

        Returns:
            The longer log. This one stays as it is.
        """
        shared, count = self._shared, self._count
        if len(shared) == count:
            shared.append(event)
            # Of two threads that come here with one log, the second finds the place taken.
            if shared[count] is event:
                return Log(shared, self._index, count + 1, event)
        return Log.of((*shared[:count], event))

    def first(self, count: int, /) -> "Log":
        """Go back to the first events.

        Args:
            count: How many, at least 1.

        Returns:
            The shorter log.
        """
        return Log(self._shared, self._index, count, self._shared[count - 1])

    def refuses(self, event: Event | CustomEvent, /) -> bool:
        """Tell whether an event cannot be the next one: it is too early, or recorded already.

        Args:
            event: Any event.

        Returns:
            `True` when it cannot. Constant time on average.
        """
        now, last = event.at, self.last.at
        if now > last and event.id is None:
            return False
        return now < last or self.holds(event)

    def holds(self, event: Event | CustomEvent, /) -> bool:
        """Tell whether an event, or another one with its id, is recorded, in constant time on average.

        Args:
            event: Any event.

        Returns:
            `True` when it is there. An equal event has the same instant, so only the last ones are compared:
            of an event without an id that is earlier than the last, the answer is `False`.
        """
        count = self._count
        if event.id is not None and self._index.take_in(self._shared, count).get(event.id, count) < count:
            return True
        if event.at != self.last.at:
            return False
        if type(event) is type(self.last) and event == self.last:
            return True
        if count == 1 or event.at != self._shared[count - 2].at:
            return False
        return self._index.take_in(self._shared, count).get(event, count) < count

    @property
    def events(self) -> tuple[Event | CustomEvent, ...]:
        """All events, oldest first."""
        events = self._index.asked_for
        if len(events) != self._count:
            self._index.asked_for = events = tuple(self._shared[: self._count])
        return events

    @property
    def standing(self) -> tuple[Event | CustomEvent, ...]:
        """The events that count, oldest first: without those that were undone, and without the undoing."""
        standing: list[Event | CustomEvent] = []
        for event in self.events:
            if isinstance(event, Undone):
                standing.pop()
            else:
                standing.append(event)
        return tuple(standing)

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[Event | CustomEvent]:
        return iter(self.events)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Log):
            return NotImplemented
        return self.events == other.events

    def __hash__(self) -> int:
        return hash(self.events)

    def __reduce__(self) -> tuple[Any, ...]:
        return Log.of, (self.events,)

    def __repr__(self) -> str:
        return f"<Log of {self._count} events>"
