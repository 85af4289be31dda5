"""A ring of ten events: it ends in the stage it began in, so that a peer's machine can go round for ever."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import attrs

from infoview import (
    Accepted,
    Cancelled,
    Confirmed,
    Connection,
    ConnectionKind,
    Event,
    Identified,
    Interview,
    Nudged,
    Objective,
    ObjectiveKind,
    Party,
    Prepared,
    Reopened,
    RequestSent,
    Rescheduled,
    Scheduled,
    Slot,
    TimeCountered,
    TimesProposed,
)

__all__ = ["EVENTS", "LIVES", "MAKERS", "START", "go_round", "long_history"]

_T0 = datetime(2026, 3, 2, 9, tzinfo=UTC)
_ROUND = timedelta(days=364)
"""Whole weeks, so that every round falls on the same days of the week."""


def _day(number: int, hour: int = 9) -> datetime:
    return _T0 + timedelta(days=number, hours=hour - 9)


def _slot(number: int, hour: int) -> Slot:
    return Slot(start=_day(number, hour), minutes=20, zone="Europe/Berlin")


def _started() -> Interview:
    found = Identified(at=_T0, interview_id="i", seeker_id="s", contact_id="c", zone="Europe/Berlin")
    ready = Prepared(
        at=_T0,
        objective=Objective(kind=ObjectiveKind.INDUSTRY, subject="health data"),
        connection=Connection(kind=ConnectionKind.COLD, text="your talk at the Example Summit"),
    )
    return Interview.open(found).apply(ready)


_SLOTS = (_slot(20, 9), _slot(20, 13), _slot(21, 9), _slot(22, 9))

MAKERS: tuple[Callable[[], Event], ...] = (
    partial(RequestSent, at=_day(0), minutes=20),
    partial(Nudged, at=_day(11)),
    partial(Accepted, at=_day(12)),
    partial(TimesProposed, at=_day(12), slots=(_SLOTS[0], _SLOTS[1])),
    partial(TimeCountered, at=_day(13), slots=(_SLOTS[2],)),
    partial(Scheduled, at=_day(13), slot=_SLOTS[2]),
    partial(Confirmed, at=_day(14)),
    partial(Rescheduled, at=_day(14), slot=_SLOTS[3], by=Party.SEEKER),
    partial(Cancelled, at=_day(15), by=Party.CONTACT),
    partial(Reopened, at=_day(120)),
)
"""What builds each event from facts that are at hand."""

EVENTS = tuple(make() for make in MAKERS)

START = _started()
"""The interview before the first of them, in stage ``prepared``."""


def _lived() -> tuple[Interview, ...]:
    lives = [START]
    for event in EVENTS:
        lives.append(lives[-1].apply(event))
    return tuple(lives)


LIVES = _lived()
"""The interview before each event, and after the last."""


def go_round(*, times: int = 1) -> Interview:
    """Apply the ten events.

    Args:
        times: How often, each time from the start.

    Returns:
        The interview after the last of them.
    """
    interview = START
    for _ in range(times):
        interview = START
        for event in EVENTS:
            interview = interview.apply(event)
    return interview


def _later(event: Event, rounds: int) -> Event:
    by = _ROUND * rounds
    moved: dict[str, Any] = {"at": event.at + by}
    if isinstance(event, TimesProposed | TimeCountered):
        moved["slots"] = tuple(attrs.evolve(slot, start=slot.start + by) for slot in event.slots)
    if isinstance(event, Scheduled | Rescheduled):
        moved["slot"] = attrs.evolve(event.slot, start=event.slot.start + by)
    return attrs.evolve(event, **moved)


def long_history(count: int) -> tuple[Event, ...]:
    """Go round and round.

    Args:
        count: How many events to give.

    Returns:
        The history of an interview that was reopened year after year.
    """
    rounds = range(count // len(EVENTS) + 1)
    history = (*START.history, *(_later(event, round_) for round_ in rounds for event in EVENTS))
    return tuple(event for event in history if isinstance(event, Event))[:count]
