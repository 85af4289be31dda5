"""A lifecycle: a table of transitions that was checked as a whole when it was made.

`LIFECYCLE` is the library's own. Whoever needs stages and events beside it makes another by
`Lifecycle.extended`, and passes it wherever an interview is opened, changed or read.
"""

from collections.abc import Collection, Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Any, final

import attrs

from infoview._events import CustomEvent, Event
from infoview._soundness import faults_of, is_well_formed, malformed_stages
from infoview._stages import ENDED, Stage
from infoview._transitions import TRANSITIONS, Transition
from infoview.exceptions import InvalidLifecycleError, InvalidValueError

__all__ = ["LIFECYCLE", "Lifecycle", "unknown_event"]

_Rows = Mapping[type[Any], Mapping[StrEnum | None, Transition]]
_NO_ROWS: Mapping[StrEnum | None, Transition] = MappingProxyType({})


def _indexed(lifecycle: "Lifecycle") -> _Rows:
    """Sort the rows by event and stage, once they are known to be sound."""
    if problems := tuple(faults_of(lifecycle.transitions, lifecycle.ended)):
        raise InvalidLifecycleError(problems)
    rows: dict[type[Any], dict[StrEnum | None, Transition]] = {}
    for row in lifecycle.transitions:
        rows.setdefault(row.event, {})[row.source] = row
    return rows


def _names_by_stage(lifecycle: "Lifecycle") -> Mapping[StrEnum | None, tuple[str, ...]]:
    names: dict[StrEnum | None, list[str]] = {}
    for row in lifecycle.transitions:
        names.setdefault(row.source, []).append(row.event.__name__)
    return {stage: tuple(sorted(events)) for stage, events in names.items()}


@final
@attrs.frozen(kw_only=True, eq=False, repr=False)
class Lifecycle:
    """A table of transitions that is fit for use.

    It holds functions: let each process build its own, rather than send it.

    Attributes:
        transitions: The rows, at most one for an event in a stage.
        ended: The stages in which nothing goes on by itself. From every other stage a way leads to one.
        rows: The rows by event and stage, to be read only. `row_for` looks one up.

    Raises:
        InvalidLifecycleError: When the table cannot work. Lists every fault at once.
    """

    transitions: tuple[Transition, ...]
    ended: tuple[StrEnum, ...] = ENDED
    rows: _Rows = attrs.field(init=False, default=attrs.Factory(_indexed, takes_self=True))
    _names: Mapping[StrEnum | None, tuple[str, ...]] = attrs.field(
        init=False, default=attrs.Factory(_names_by_stage, takes_self=True)
    )

    def row_for(self, event: type[Any], stage: StrEnum | None, /) -> Transition | None:
        """Look up what the table says of an event in a stage.

        Args:
            event: The class of the event.
            stage: The stage, or `None` before there is an interview.

        Returns:
            The row, or `None` when the event is illegal there.
        """
        return self.rows.get(event, _NO_ROWS).get(stage)

    def allowed_events(self, stage: StrEnum | None, /) -> tuple[str, ...]:
        """List the events that have a row in a stage.

        Args:
            stage: The stage, or `None` before there is an interview.

        Returns:
            Their names, sorted.
        """
        return self._names.get(stage, ())

    @property
    def event_types(self) -> tuple[type[Any], ...]:
        """The classes of all events that have a row, in the order of the table."""
        return tuple(self.rows)

    @property
    def stages(self) -> tuple[StrEnum, ...]:
        """All stages: the library's own first, then the others in the order of the table."""
        named = (stage for row in self.transitions for stage in (row.source, row.target))
        known = dict.fromkeys(stage for stage in named if stage is not None)
        return (
            *(stage for stage in Stage if stage in known),
            *(s for s in known if not isinstance(s, Stage)),
        )

    def check_event_type(self, value: type[Event] | type[CustomEvent], /) -> None:
        """Refuse a class that no row names.

        Args:
            value: What was given for an event class.

        Raises:
            InvalidValueError: When it is none (code ``unknown_event``).
        """
        known: Collection[object] = self.event_types
        if value not in known:
            raise unknown_event()

    def extended(
        self, *transitions: Transition, live: tuple[StrEnum, ...] = (), ended: tuple[StrEnum, ...] = ()
    ) -> "Lifecycle":
        """Make a table with stages and events of your own beside these.

        What is legal, in the same way, in every live stage of this table, or in every ended one, as erasing
        is, is legal in the new ones too; those rows come by themselves.

        Args:
            transitions: Rows for your own events, and those that lead into your stages and out of them.
            live: Your stages in which something is expected to happen.
            ended: Your stages in which nothing goes on by itself.

        Returns:
            The larger table.

        Raises:
            InvalidLifecycleError: When it cannot work. Lists every fault at once.
        """
        if problems := (*malformed_stages(live, "live"), *malformed_stages(ended, "ended", live)):
            raise InvalidLifecycleError(problems)
        given = {(row.event, row.source) for row in transitions if is_well_formed(row)}
        # In a closed interview there is nothing left to waive.
        ends = tuple(stage for stage in self.ended if str(stage) != Stage.CLOSED) or self.ended
        goes_on = tuple(stage for stage in self.stages if stage not in self.ended)
        standing = (
            attrs.evolve(row, source=stage, target=stage if row.target is row.source else row.target)
            for alike, stages in ((goes_on, live), (ends, ended))
            for stage in stages
            for row in self._standing_rows(alike)
            if (row.event, stage) not in given
        )
        return Lifecycle(
            transitions=(*transitions, *self.transitions, *standing), ended=(*self.ended, *ended)
        )

    def _standing_rows(self, alike: tuple[StrEnum, ...]) -> list[Transition]:
        """Find the rows, one for each event, of what is legal in all of some stages in the same way."""
        return [
            rows[alike[0]]
            for rows in self.rows.values()
            if alike and {*alike} <= rows.keys() and len({_manner(rows[stage]) for stage in alike}) == 1
        ]

    def __repr__(self) -> str:
        return f"<Lifecycle of {len(self.event_types)} events and {len(self.stages)} stages>"


def unknown_event() -> InvalidValueError:
    """Say that a class is no event of a lifecycle.

    Returns:
        The error.
    """
    cure = "give an event class that the lifecycle has a row for"
    return InvalidValueError("event_type", "unknown_event", cure)


def _manner(row: Transition) -> tuple[object, ...]:
    stays = row.target is row.source
    return stays or row.target, row.target_if, row.guards, row.opens, row.settles, row.is_contact


LIFECYCLE = Lifecycle(transitions=TRANSITIONS)
"""The library's own table, which is used when no other is given."""
