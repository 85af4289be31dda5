"""What one event costs: guards judged, the next interview made, the event kept.

The floor is what hand-written code without a single check pays for a new value and a log record: the plain
frozen constructor of a class with as many fields, and that of a record with six. The peers move a state
through the same ring of events, built from the same rows of the table, and then make the same value and
record, since that is what a caller gets here; they judge no guards, so they do less.
"""

import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from importlib.util import find_spec
from operator import attrgetter
from typing import Any, Protocol

import attrs

from benchmarks._race import Comparison, compare, race
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
    Stage,
    TimeCountered,
    TimesProposed,
)

__all__ = ["run"]

_T0 = datetime(2026, 3, 2, 9, tzinfo=UTC)


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

_MAKERS: tuple[Callable[[], Event], ...] = (
    lambda: RequestSent(at=_day(0), minutes=20),
    lambda: Nudged(at=_day(11)),
    lambda: Accepted(at=_day(12)),
    lambda: TimesProposed(at=_day(12), slots=(_SLOTS[0], _SLOTS[1])),
    lambda: TimeCountered(at=_day(13), slots=(_SLOTS[2],)),
    lambda: Scheduled(at=_day(13), slot=_SLOTS[2]),
    lambda: Confirmed(at=_day(14)),
    lambda: Rescheduled(at=_day(14), slot=_SLOTS[3], by=Party.SEEKER),
    lambda: Cancelled(at=_day(15), by=Party.CONTACT),
    lambda: Reopened(at=_day(120)),
)
_EVENTS = tuple(make() for make in _MAKERS)
"""A ring: it ends in the stage it began in, so that a peer's machine can go round for ever."""

_STAGES = (
    Stage.REQUESTED,
    Stage.REQUESTED,
    Stage.ACCEPTED,
    Stage.SCHEDULING,
    Stage.SCHEDULING,
    Stage.SCHEDULED,
    Stage.CONFIRMED,
    Stage.SCHEDULED,
    Stage.CANCELLED,
    Stage.PREPARED,
)
_STEPS = tuple(
    (type(event).__name__, source, target)
    for event, source, target in zip(_EVENTS, (_STAGES[-1], *_STAGES), _STAGES, strict=False)
)

_FIELDS = tuple(field.name for field in attrs.fields(Interview))
_Value = attrs.make_class("_Value", _FIELDS, frozen=True, slots=True)
_Record = attrs.make_class(
    "_Record", ["entity", "event", "source", "target", "at", "version"], frozen=True, slots=True
)


def _infoview() -> Interview:
    interview = _START
    for event in _EVENTS:
        interview = interview.apply(event)
    return interview


def _infoview_with_events() -> Interview:
    interview = _START
    for make in _MAKERS:
        interview = interview.apply(make())
    return interview


_START = _started()
_VALUES = attrgetter(*_FIELDS)(_infoview())


def _value_and_record(step: int) -> tuple[object, object]:
    name, source, target = _STEPS[step]
    return _Value(*_VALUES), _Record("i", name, source, target, _T0, step)


def _floor() -> None:
    for step in range(len(_STEPS)):
        _value_and_record(step)


def _transitions() -> Callable[[], None]:
    from transitions import Machine  # noqa: PLC0415 - a peer may be absent

    class Model:
        state: str

    model = Model()
    rows = sorted({(name, str(source), str(target)) for name, source, target in _STEPS})
    Machine(
        model,
        states=[str(stage) for stage in Stage],
        initial=str(Stage.PREPARED),
        auto_transitions=False,
        transitions=[list(row) for row in rows],
    )
    fire = [getattr(model, name) for name, _, _ in _STEPS]

    def go() -> None:
        for step, move in enumerate(fire):
            move()
            _value_and_record(step)

    go()
    assert model.state == Stage.PREPARED
    return go


def _automat() -> Callable[[], None]:
    from automat import TypeMachineBuilder  # noqa: PLC0415 - a peer may be absent

    names = sorted({name for name, _, _ in _STEPS})

    def inert(_self: object) -> None: ...

    inputs: Any = type("Inputs", (Protocol,), {name: _named(inert, name) for name in names})
    builder: Any = TypeMachineBuilder(inputs, object)
    states = {stage: builder.state(str(stage)) for stage in (Stage.PREPARED, *_STAGES)}
    for name, source, target in sorted(set(_STEPS)):
        states[source].upon(getattr(inputs, name)).to(states[target]).returns(None)
    machine = builder.build()(object())
    fire = [getattr(machine, name) for name, _, _ in _STEPS]

    def go() -> None:
        for step, move in enumerate(fire):
            move()
            _value_and_record(step)

    go()
    return go


def _named(function: Callable[[object], None], name: str) -> Callable[[object], None]:
    def method(self: object) -> None:
        function(self)

    method.__name__ = method.__qualname__ = name
    return method


_PEERS = {"transitions": _transitions, "automat": _automat}


def run(*, smoke: bool) -> list[Comparison]:
    """Measure.

    Args:
        smoke: Whether a toy size will do.

    Returns:
        The ratios. Peers that are not installed are named and left out.
    """
    assert tuple(row.stage for row in _stages_of(_START)) == _STAGES
    contenders: dict[str, Callable[[], object]] = {
        "infoview apply": _infoview,
        "infoview event and apply": _infoview_with_events,
        "frozen constructor and record": _floor,
    }
    for name, build in _PEERS.items():
        if find_spec(name) is None:
            print(f"{name} is not installed; it is left out", file=sys.stderr)
        else:
            contenders[f"{name}, value and record"] = build()
    samples = race(
        contenders,
        rounds=2 if smoke else 31,
        slot=0.001 if smoke else 0.03,
        operations=len(_EVENTS),
    )
    floor = "frozen constructor and record"
    rows = [
        compare(samples, "transitions", "infoview apply", floor, goal=1.5),
        compare(samples, "transitions", "infoview event and apply", floor),
    ]
    rows += [
        compare(samples, "transitions", "infoview event and apply", name)
        for name in contenders
        if name.endswith("value and record")
    ]
    return rows


def _stages_of(interview: Interview) -> list[Interview]:
    lives = [interview]
    for event in _EVENTS:
        lives.append(lives[-1].apply(event))
    return lives[1:]
