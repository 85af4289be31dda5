"""What one event costs: guards judged, the next interview made, the event kept.

The floor is what hand-written code without a single check pays for a new value and a log record: the plain
frozen constructor of a class with as many fields, and that of a record with six. The peers do the same work
as infoview: they move a state through the same ring of events, built from the same rows of the table, judge
the same guards (transitions as conditions, as its documentation shows; before the call for Automat, which has
no such thing), work out the same changes, and make the same value and record.
"""

import sys
from collections.abc import Callable
from importlib.util import find_spec
from typing import Any, Protocol, cast

import attrs

from benchmarks._race import Comparison, compare, race
from benchmarks._ring import EVENTS, LIVES, MAKERS, START, go_round
from infoview import LIFECYCLE, WEEKDAYS, Case, Interview, Stage, Transition
from infoview._guards import Test
from infoview.policies import CLASSIC

__all__ = ["run"]

_FIELDS = tuple(field.name for field in attrs.fields(Interview))
_Value = attrs.make_class("_Value", _FIELDS, frozen=True, slots=True)
_Record = attrs.make_class(
    "_Record", ["entity", "event", "source", "target", "at", "version"], frozen=True, slots=True
)

_ROWS = tuple(
    cast("Transition", LIFECYCLE.row_for(type(event), life.stage))
    for event, life in zip(EVENTS, LIVES, strict=False)
)
_STEPS = tuple(
    (type(event).__name__, before.stage, after.stage)
    for event, before, after in zip(EVENTS, LIVES, LIVES[1:], strict=False)
)
_VALUES = tuple(vars(LIVES[-1])[name] for name in _FIELDS)


def _infoview_with_events() -> Interview:
    interview = START
    for make in MAKERS:
        interview = interview.apply(make())
    return interview


def _record_of(step: int) -> object:
    name, source, target = _STEPS[step]
    return _Record("i", name, source, target, EVENTS[step].at, step)


def _floor() -> None:
    for step in range(len(_STEPS)):
        _Value(*_VALUES)
        _record_of(step)


def _case(step: int) -> Case:
    return Case(LIVES[step], EVENTS[step].at, CLASSIC, WEEKDAYS, EVENTS[step])


def _condition(test: Test) -> Callable[[Case], bool]:
    return lambda case: test(case) is None


def _value_and_record(step: int) -> tuple[object, object]:
    effect = _ROWS[step].effect
    values = vars(LIVES[step]).copy()
    if effect is not None:
        effect(values, EVENTS[step])
    return _Value(*values.values()), _record_of(step)


def _transitions() -> Callable[[], None]:
    from transitions import Machine  # noqa: PLC0415 - a peer may be absent

    class Model:
        state: str

    model = Model()
    rows = {
        (name, str(source), str(target)): [_condition(test) for test in row.tests]
        for (name, source, target), row in zip(_STEPS, _ROWS, strict=True)
    }
    Machine(
        model,
        states=[str(stage) for stage in Stage],
        initial=str(Stage.PREPARED),
        auto_transitions=False,
        transitions=[
            {"trigger": name, "source": source, "dest": target, "conditions": conditions}
            for (name, source, target), conditions in rows.items()
        ],
    )
    fire = [getattr(model, name) for name, _, _ in _STEPS]

    def go() -> None:
        for step, move in enumerate(fire):
            assert move(_case(step))
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
    states = {stage: builder.state(str(stage)) for _, stage, _ in _STEPS}
    for name, source, target in sorted(set(_STEPS)):
        states[source].upon(getattr(inputs, name)).to(states[target]).returns(None)
    machine = builder.build()(object())
    fire = [getattr(machine, name) for name, _, _ in _STEPS]

    def go() -> None:
        for step, move in enumerate(fire):
            # Automat knows no guards: the caller asks first.
            case = _case(step)
            for test in _ROWS[step].tests:
                assert test(case) is None
            move()
            _value_and_record(step)

    go()
    return go


def _named(function: Callable[[object], None], name: str) -> Callable[[object], None]:
    def method(self: object) -> None:
        function(self)

    method.__name__ = method.__qualname__ = name
    return method


_PEERS = {"transitions": (_transitions, 1 / 5), "automat": (_automat, 1 / 2.4)}
"""What runs each peer, and the largest share of its time that is good enough."""


def run(*, smoke: bool) -> list[Comparison]:
    """Measure.

    Args:
        smoke: Whether a toy size will do.

    Returns:
        The ratios. Peers that are not installed are named and left out.
    """
    floor = "frozen constructor and record"
    contenders: dict[str, Callable[[], object]] = {
        "infoview apply": go_round,
        "infoview event and apply": _infoview_with_events,
        floor: _floor,
    }
    goals: dict[str, float] = {floor: 1.1}
    for name, (build, goal) in _PEERS.items():
        if find_spec(name) is None:
            print(f"{name} is not installed; it is left out", file=sys.stderr)
        else:
            contenders[f"{name}, same work"] = build()
            goals[f"{name}, same work"] = goal
    samples = race(
        contenders, rounds=2 if smoke else 31, slot=0.001 if smoke else 0.03, operations=len(EVENTS)
    )
    return [
        *(compare(samples, "transitions", "infoview apply", name, goal=goal) for name, goal in goals.items()),
        *(compare(samples, "transitions", "infoview event and apply", name) for name in goals),
    ]
