"""What makes a table of transitions fit for use. Every check looks at the whole and tells every fault."""

from collections.abc import Callable, Collection, Iterable, Iterator
from enum import StrEnum
from inspect import getattr_static
from itertools import chain
from string import Formatter
from typing import Any, cast

import attrs

from infoview import _events as ev
from infoview._guards import EVERY_EVENT, Guard, nothing_to_undo
from infoview._obligations import ObligationKind
from infoview._policy import POLICY_RULES
from infoview._stages import WITH_A_SLOT, Stage
from infoview._transitions import TRANSITIONS, Opens, Transition
from infoview.exceptions import Problem

__all__ = ["faults_of", "is_well_formed", "malformed_stages"]

_Rows = list[tuple[str, Transition]]
"""Rows, each with its path."""

_WITHOUT_A_SLOT = (ev.Rebooked, ev.Reopened, ev.Erased)
"""The events that leave no time agreed."""


def faults_of(transitions: object, ended: object, /) -> Iterator[Problem]:
    """Find what is wrong with a table.

    Args:
        transitions: The rows; anything.
        ended: The stages in which nothing goes on by itself; anything.

    Yields:
        Every fault with its path, such as ``$.transitions[3].target``. What a row is by itself, and what is
        there twice, is told in any case; the ways through the table are looked at only where every row is
        well formed. Linear in the number of rows and their guards.
    """
    rows: _Rows = []
    malformed: list[Problem] = []
    if isinstance(transitions, tuple):
        for place, row in enumerate(cast("tuple[object, ...]", transitions)):
            path = f"$.transitions[{place}]"
            if problems := list(_row_faults(path, row)):
                malformed += problems
            else:
                rows.append((path, cast("Transition", row)))
    else:
        malformed.append(Problem("$.transitions", "wrong_type", "give the rows as a tuple"))
    malformed += malformed_stages(ended, "ended")
    yield from malformed
    yield from _clashes(rows)
    if not malformed:
        ends = cast("tuple[StrEnum, ...]", ended)
        yield from chain(_beginnings(rows), _paths(rows, ends), _sealings(rows, ends), _debts(rows))


def is_well_formed(row: object, /) -> bool:
    """Tell whether a row is right by itself.

    Args:
        row: Anything.

    Returns:
        `True` when nothing is wrong with it.
    """
    return not any(_row_faults("$", row))


def malformed_stages(stages: object, name: str, others: object = (), /) -> Iterator[Problem]:
    """Find what is no stage, or one of two sorts.

    Args:
        stages: The stages; anything.
        name: What they were given as.
        others: Stages of another sort; anything.

    Yields:
        Every fault with its path.
    """
    if isinstance(stages, tuple):
        for place, stage in enumerate(cast("tuple[object, ...]", stages)):
            if not _is_stage(stage):
                yield Problem(f"$.{name}[{place}]", "not_a_stage", _STAGE)
            elif isinstance(others, tuple) and stage in cast("tuple[object, ...]", others):
                cure = "name each stage once: something goes on in it by itself, or not"
                yield Problem(f"$.{name}[{place}]", "duplicate_stage", cure)
    else:
        yield Problem(f"$.{name}", "wrong_type", "give the stages as a tuple")


# -- a row by itself; whatever its types promise, it may hold anything ------------------------------------

_STAGE = "give a member of a StrEnum, with some text as its value"


def _is_stage(value: object) -> bool:
    return isinstance(value, StrEnum) and bool(value)


def _row_faults(path: str, row: object) -> Iterator[Problem]:
    if not isinstance(row, Transition):
        yield Problem(path, "wrong_type", "give a Transition")
    elif not _is_event(row.event):
        cure = "give an event class of infoview, or a subclass of CustomEvent made by attrs.frozen"
        yield Problem(f"{path}.event", "not_an_event", cure)
    elif not all(isinstance(part, tuple) for part in _parts(row)):
        yield Problem(path, "wrong_type", "give guards, opens and settles as tuples")
    else:
        yield from _stage_faults(path, row)
        yield from _obligation_faults(path, row)
        if not isinstance(cast("object", row.why), str) or type(row.is_contact) is not bool:
            yield Problem(path, "wrong_type", "give why as text, and is_contact as True or False")
        for place, guard in enumerate(row.guards):
            yield from _guard_faults(f"{path}.guards[{place}]", guard)
        if row.event is ev.Undone and nothing_to_undo not in row.guards:
            cure = "copy the guards of Undone from TRANSITIONS; the beginning of an interview stays"
            yield Problem(f"{path}.guards", "unguarded_undo", cure)


def _parts(row: Transition) -> tuple[object, ...]:
    return row.opens, row.settles, row.guards


def _is_event(event: object) -> bool:
    if not isinstance(event, type):
        return False
    if event in ev.EVENT_TYPES:
        return True
    return issubclass(event, ev.CustomEvent) and event is not ev.CustomEvent and _is_value(event)


def _is_value(event: type[ev.CustomEvent]) -> bool:
    """Tell whether two events of a class are compared by all that they tell."""
    adds_fields = len(attrs.fields(event)) > len(attrs.fields(ev.CustomEvent))
    compares = event.__eq__ is not ev.CustomEvent.__eq__ or not adds_fields
    hashes: object = event.__hash__
    return compares and hashes is not None


def _stage_faults(path: str, row: Any) -> Iterator[Problem]:  # noqa: ANN401 - a row of anything
    if row.source is not None and not _is_stage(row.source):
        yield Problem(f"{path}.source", "not_a_stage", _STAGE)
    if row.event is ev.Undone:
        if row.target is not None or row.target_if is not None:
            yield Problem(f"{path}.target", "not_a_stage", "give None; Undone leads back to where it stood")
        return
    if not _is_stage(row.target):
        yield Problem(f"{path}.target", "not_a_stage", _STAGE)
    if row.target_if is not None:
        yield from _choice_faults(f"{path}.target_if", row.event, row.target_if)


def _choice_faults(path: str, event: type[Any], choice: object) -> Iterator[Problem]:
    pair = cast("tuple[object, ...]", choice) if isinstance(choice, tuple) else ()
    if len(pair) == 2 and _is_stage(pair[1]):  # noqa: PLR2004 - a pair
        yield from _flag_faults(path, event, pair[0])
    else:
        yield Problem(path, "not_a_stage", "give a pair: a flag of the event, and a member of a StrEnum")


def _obligation_faults(path: str, row: Any) -> Iterator[Problem]:  # noqa: ANN401 - as above
    for place, opens in enumerate(row.opens):
        where = f"{path}.opens[{place}]"
        kind: object = opens.kind if isinstance(opens, Opens) else None
        if not isinstance(kind, ObligationKind):
            yield Problem(where, "wrong_type", "give Opens with an ObligationKind")
        elif opens.only_if != "":
            yield from _flag_faults(where, row.event, opens.only_if)
    for place, kind in enumerate(row.settles):
        if not isinstance(kind, ObligationKind):
            yield Problem(f"{path}.settles[{place}]", "wrong_type", "give an ObligationKind")


def _flag_faults(path: str, event: type[Any], flag: object) -> Iterator[Problem]:
    if not isinstance(flag, str) or not _tells(event, flag):
        yield Problem(path, "unknown_flag", "name a field or a property of the event")


def _tells(event: type[Any], flag: str) -> bool:
    return flag in attrs.fields_dict(event) or isinstance(getattr_static(event, flag, None), property)


def _guard_faults(path: str, guard: object) -> Iterator[Problem]:
    if not isinstance(guard, Guard) or not _is_well_made(guard):
        yield Problem(path, "not_a_guard", "make it by time_guard or event_guard, of a function with a name")
    elif not _names_numbers_only(guard.sentence):
        cure = "the sentence may name numbers of the policy only, as {policy.nudge_max}"
        yield Problem(path, "unknown_number", cure)


def _is_well_made(guard: Any) -> bool:  # noqa: ANN401 - as above
    texts = isinstance(guard.code, str) and guard.code.isidentifier() and isinstance(guard.sentence, str)
    return texts and callable(guard.test) and {type(guard.of_event), type(guard.standing)} == {bool}


def _names_numbers_only(sentence: str) -> bool:
    known = {f"policy.{name}" for name in POLICY_RULES}
    try:
        parts = tuple(Formatter().parse(sentence))
    except ValueError:
        return False
    return all(name is None or (name in known and not spec and not how) for _, name, spec, how in parts)


# -- rows beside each other -------------------------------------------------------------------------------


def _clashes(rows: _Rows) -> Iterator[Problem]:
    cells: set[tuple[type[Any], StrEnum | None]] = set()
    # Backwards, since a table that was extended has the new rows first: it is theirs that are too many.
    for path, row in reversed(rows):
        if (row.event, row.source) in cells:
            yield Problem(path, "duplicate_row", "give one row for an event in a stage")
        cells.add((row.event, row.source))
    taken: dict[str, object] = dict(_TAKEN)
    told: set[int] = set()
    for path, row in rows:
        for names, thing, problem in _named_in(path, row):
            if any(taken.setdefault(name, thing) is not thing for name in names) and id(thing) not in told:
                told.add(id(thing))
                yield problem


def _named_in(path: str, row: Transition) -> Iterator[tuple[tuple[str, ...], object, Problem]]:
    """List what a row names: under which names, what, and the problem when a name is another's."""
    cure = "name the event otherwise; the name is taken"
    yield _names_of(row.event), row.event, Problem(f"{path}.event", "duplicate_event", cure)
    for stage in _stages_of(row):
        cure = "give the stage another name and value; one of them is taken"
        yield _names_of(stage), stage, Problem(path, "duplicate_stage", cure)
    for guard in row.guards:
        cure = "name the guard otherwise; its code is taken"
        yield _names_of(guard), guard, Problem(path, "duplicate_code", cure)


def _names_of(thing: type[Any] | StrEnum | Guard) -> tuple[str, ...]:
    if isinstance(thing, StrEnum):
        return f"stage {thing.name}", f"value {thing}"
    return (f"code {thing.code}",) if isinstance(thing, Guard) else (f"event {thing.__name__}",)


_STANDING_GUARDS = (*EVERY_EVENT, *(guard for row in TRANSITIONS for guard in row.guards))
_TAKEN = {name: thing for thing in (*ev.EVENT_TYPES, *Stage, *_STANDING_GUARDS) for name in _names_of(thing)}
"""The names of the library's own table, which no other may use for something else."""


def _stages_of(row: Transition) -> tuple[StrEnum, ...]:
    named = (row.source, row.target, row.target_if and row.target_if[1])
    return tuple(stage for stage in named if stage is not None)


def _beginnings(rows: _Rows) -> Iterator[Problem]:
    first = [(path, row) for path, row in rows if row.source is None]
    if not first:
        yield Problem("$.transitions", "no_beginning", "give a row for Identified with the source None")
    for path, row in first:
        does_more = row.guards or row.opens or row.settles or row.target_if or row.is_contact
        if row.event is not ev.Identified or does_more:
            cure = "an interview begins with Identified, and with nothing else in the row; give a source"
            yield Problem(path, "wrong_beginning", cure)


# -- ways through the table -------------------------------------------------------------------------------


def _paths(rows: _Rows, ended: Collection[StrEnum]) -> Iterator[Problem]:
    ahead: dict[StrEnum, set[StrEnum]] = {}
    back: dict[StrEnum, set[StrEnum]] = {}
    begins: set[StrEnum] = set()
    stages = dict.fromkeys(stage for _, row in rows for stage in _stages_of(row))
    for path, row in rows:
        for target in _targets(row):
            if row.source is None:
                begins.add(target)
            else:
                ahead.setdefault(row.source, set()).add(target)
                back.setdefault(target, set()).add(row.source)
            if _lacks_a_slot(row, target):
                cure = "lead there by Scheduled; the rules of this stage look at the agreed time"
                yield Problem(f"{path}.target", "no_slot", cure)
    reached, ending = _closure(begins, ahead.get), _closure(ended, back.get)
    for stage in stages:
        if stage not in reached:
            yield Problem(f"$.stages.{stage}", "unreachable_stage", "give a row that leads to this stage")
        if stage not in ending:
            cure = "give a row that leads on to an end, or name the stage among the ended ones"
            yield Problem(f"$.stages.{stage}", "dead_end", cure)
    for place, stage in enumerate(ended):
        if stage not in stages:
            yield Problem(f"$.ended[{place}]", "unknown_stage", "leave it out; no row leads there")


def _lacks_a_slot(row: Transition, target: StrEnum) -> bool:
    keeps_one = row.source in WITH_A_SLOT and row.event not in _WITHOUT_A_SLOT
    return target in WITH_A_SLOT and row.event not in (ev.Scheduled, ev.Rescheduled) and not keeps_one


def _targets(row: Transition) -> tuple[StrEnum, ...]:
    return _stages_of(row)[(row.source is not None) :]


def _closure(
    begins: Iterable[StrEnum], neighbours: Callable[[StrEnum], Iterable[StrEnum] | None]
) -> set[StrEnum]:
    seen = set(begins)
    waiting = list(seen)
    while waiting:
        for stage in neighbours(waiting.pop()) or ():
            if stage not in seen:
                seen.add(stage)
                waiting.append(stage)
    return seen


# -- what every table owes --------------------------------------------------------------------------------


def _sealings(rows: _Rows, ended: Collection[StrEnum]) -> Iterator[Problem]:
    """A contact may ask for silence, or to be erased, at any time, and that is the end."""
    missing = {(event, stage): None for _, row in rows for stage in _stages_of(row) for event in ev.SEALING}
    for path, row in rows:
        if row.event in ev.SEALING and row.source is not None:
            missing.pop((row.event, row.source), None)
            if row.guards or row.target_if or row.target not in ended:
                cure = "let it happen without guards, and lead to an end"
                yield Problem(path, "not_erasable", cure)
    for event, stage in missing:
        cure = f"give a row for {event.__name__} in this stage"
        yield Problem(f"$.stages.{stage}", "not_erasable", cure)


def _debts(rows: _Rows) -> Iterator[Problem]:
    settled = {kind for _, row in rows for kind in row.settles}
    for path, row in rows:
        for place, opens in enumerate(row.opens):
            if opens.kind not in settled:
                cure = "give a row that settles this kind of obligation"
                yield Problem(f"{path}.opens[{place}]", "never_settled", cure)
