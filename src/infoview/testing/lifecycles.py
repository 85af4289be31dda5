"""A suite for tables of transitions of your own.

::

    from infoview.testing.lifecycles import lifecycle_suite

    TestOurLifecycle = lifecycle_suite(OUR_LIFECYCLE)

A table checks itself when it is made. The suite looks at what that cannot see: what your rules answer, and
what comes of your events in the lives of interviews.
"""

import copy
from collections.abc import Callable, Collection, Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise
from types import MappingProxyType
from typing import Any, Final, TypeAlias, cast

import attrs
from hypothesis import strategies as st

from infoview import _events as ev
from infoview._events import CustomEvent, Event
from infoview._guards import NEVER, Case
from infoview._interview import Decision, Interview
from infoview._lifecycle import Lifecycle
from infoview._outreach import Outreach
from infoview._policy import Policy
from infoview._time import WEEKDAYS, BusinessCalendar
from infoview._transitions import Transition
from infoview.agenda import Action, agenda
from infoview.conversion import from_json, from_json_lines, to_json, to_json_lines
from infoview.exceptions import GuardError, IllegalTransitionError, InvalidValueError
from infoview.policies import CLASSIC
from infoview.storage import MemoryStore, NewEntry, Put, Ref
from infoview.testing._check import Check, Failed, Level, hold, literal, same
from infoview.testing._report import Report
from infoview.testing._run import Plan, run_checks
from infoview.testing._suite import suite_class
from infoview.testing._trial import Trial, law, plan_of
from infoview.testing.strategies import Life, fitting_events, interviews, outreaches

__all__ = ["LIFECYCLE_CHECKS", "LIFECYCLE_LAWS", "check_lifecycle", "lifecycle_suite"]

_AnyEvent: TypeAlias = Event | CustomEvent

LIFECYCLE_LAWS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "L1": "Every stage is reached by events that the rules let pass.",
        "L2": "Where no row leads out, nothing leads out.",
        "L3": "A rule has an answer to every case, the same to the same one, and changes nothing.",
        "L4": "What is allowed is accepted, what is accepted was allowed, and every wait has an end.",
        "L5": "Replaying the history of an interview gives the interview.",
        "L6": "What is refused leaves everything as it was.",
        "L7": "Time never runs backwards.",
        "L8": "A contact may ask for silence, or be erased, in every stage; then nothing more is recorded.",
        "L9": "Written and read again, an interview is the same.",
        "L10": "What is undone leaves nothing but its place in the history.",
        "L11": "There is an agenda in every stage.",
    }
)
"""What a table keeps to."""

_MICROSECOND = timedelta(microseconds=1)


@attrs.frozen(kw_only=True)
class _Machine:
    """A table, and the functions that make it go: those of `Interview`.

    Attributes:
        life: The table, with the rules that lives are led by.
        open: Begins an interview.
        apply: Records an event.
        decide: Answers whether an event may be recorded.
        replay: Rebuilds an interview.
        agenda: Lists what is to be done next.
    """

    life: Life
    open: Callable[..., Interview] = Interview.open
    apply: Callable[..., Interview] = Interview.apply
    decide: Callable[..., Decision] = Interview.decide
    replay: Callable[..., Interview] = Interview.replay
    agenda: Callable[..., tuple[Action, ...]] = agenda

    @property
    def lifecycle(self) -> Lifecycle:
        """The table."""
        return self.life.lifecycle

    @property
    def rules(self) -> dict[str, Any]:
        """What is passed with every event."""
        return {
            "policy": self.life.policy,
            "calendar": self.life.calendar,
            "lifecycle": self.lifecycle,
        }

    def tried(
        self, interview: Interview, event: _AnyEvent
    ) -> Interview | GuardError | IllegalTransitionError:
        """Record an event, or tell why not."""
        try:
            return self.apply(interview, event, **self.rules)
        except (GuardError, IllegalTransitionError) as error:
            return error

    def lived(self, history: tuple[_AnyEvent, ...]) -> list[Interview]:
        """Live a life: list the interview after every event."""
        seen = [self.open(history[0], lifecycle=self.lifecycle)]
        for event in history[1:]:
            seen.append(self.apply(seen[-1], event, **self.rules))
        return seen


_Trial: TypeAlias = Trial[_Machine]


_Step: TypeAlias = tuple[Interview, _AnyEvent]
"""An interview, and an event that fits it, perhaps but for its instant."""


@st.composite
def _steps(draw: st.DrawFn, life: Life, *, of_stage: bool = True) -> _Step:
    """Draw an interview and an event: one that has a row there, or any that the table knows."""
    interview = draw(interviews(max_events=4, life=life))
    rows = [row for row in life.lifecycle.transitions if row.source is interview.stage]
    here = [row.event for row in rows]
    elsewhere = [kind for kind in life.lifecycle.event_types if kind is not ev.Identified]
    kind = draw(st.sampled_from(here if of_stage and here else elsewhere))
    last = interview.log.last.at
    wait = draw(st.sampled_from(_WAITS))
    earliest = interview.decide(
        kind, now=last + wait, policy=life.policy, calendar=life.calendar, lifecycle=life.lifecycle
    ).earliest
    usual = draw(st.integers(0, 3)) > 0
    now = earliest if usual and earliest is not None else last + wait
    return interview, draw(fitting_events(interview, kind, now=now, life=life))


_WAITS = tuple(timedelta(**span) for span in ({"days": 1}, {}, {"minutes": 10}, {"days": 30}, {"days": 400}))


# -- L1 and L2 -----------------------------------------------------------------------------------------------


def _reaches_every_stage(trial: _Trial) -> None:
    machine = trial.subject
    for stage in machine.lifecycle.stages:

        def look(interview: Interview, stage: object = stage) -> None:
            replayed = machine.replay(interview.history, lifecycle=machine.lifecycle)
            same(replayed.stage, stage, f"the stage that a life leads to which was led to {stage}")

        reached = interviews(stage=stage, max_events=0, life=machine.life)
        trial.for_all(look, f"a life that reaches {stage}", examples=1, interview=reached)


def _leads_nowhere_from_an_end(trial: _Trial) -> None:
    machine = trial.subject
    leading = {row.source for row in machine.lifecycle.transitions if row.target not in (row.source, None)}
    leading |= {row.source for row in machine.lifecycle.transitions if row.target_if}

    def look(step: _Step) -> None:
        interview, event = step
        after = machine.tried(interview, event)
        if isinstance(after, Interview) and not isinstance(event, ev.Undone):
            what = _named("ends in a stage that no row leads out of: the stage after it", interview, event)
            same(after.stage, interview.stage, what)

    for stage in machine.lifecycle.stages:
        if stage not in leading:
            for row in machine.lifecycle.transitions:
                if row.source is stage:
                    trial.for_all(look, examples=3, step=_steps_by(row, machine.life))


@st.composite
def _steps_by(draw: st.DrawFn, row: Transition, life: Life) -> _Step:
    """Draw an interview in the stage of a row, and an event of its kind."""
    interview = draw(interviews(stage=row.source, max_events=2, life=life))
    now = interview.log.last.at
    return interview, draw(fitting_events(interview, row.event, now=now, life=life))


# -- L3 ------------------------------------------------------------------------------------------------------


@st.composite
def _steps_from(draw: st.DrawFn, stage: StrEnum, life: Life) -> tuple[_Step, ...]:
    """Draw an interview in a stage, and an event for every row there."""
    interview = draw(interviews(stage=stage, max_events=1, life=life))
    now = interview.log.last.at + draw(st.sampled_from(_WAITS))
    rows = (row for row in life.lifecycle.transitions if row.source is stage)
    return tuple((interview, draw(fitting_events(interview, row.event, now=now, life=life))) for row in rows)


def _for_all_rows(trial: _Trial, look: Callable[..., None]) -> None:
    """Hold a law against every row, with and without a word on what else is going on."""
    for stage in trial.subject.lifecycle.stages:
        steps = _steps_from(stage, trial.subject.life)
        outreach = st.none() | outreaches()
        trial.for_all(look, f"a life that reaches {stage}", examples=2, steps=steps, outreach=outreach)


def _answers_every_case(trial: _Trial) -> None:
    machine = trial.subject

    def look(steps: tuple[_Step, ...], outreach: Outreach | None) -> None:
        for step in steps:
            for guard, answer in _asked(machine, step, outreach):
                is_instant = isinstance(answer, datetime) and answer.utcoffset() is not None
                fits = is_instant or answer is None or answer is NEVER
                hold(fits, f"the rule {guard} answers None, an aware instant, or NEVER", answer)

    _for_all_rows(trial, look)


def _answers_the_same(trial: _Trial) -> None:
    machine = trial.subject

    def look(steps: tuple[_Step, ...], outreach: Outreach | None) -> None:
        before = copy.deepcopy((steps, outreach))
        for step, equal in zip(steps, copy.deepcopy(steps), strict=True):
            first, again = _asked(machine, step, outreach), _asked(machine, equal, outreach)
            for (guard, answer), (_, second) in zip(first, again, strict=True):
                same(second, answer, f"what the rule {guard} answers to an equal case")
        same((steps, outreach), before, "what the rules were asked about, afterwards")

    _for_all_rows(trial, look)


def _asked(machine: _Machine, step: _Step, outreach: Outreach | None) -> list[tuple[str, object]]:
    """Ask every rule of a row; an error of a rule becomes one that names it."""
    interview, event = step
    row = machine.lifecycle.row_for(type(event), interview.stage)
    answers: list[tuple[str, object]] = []
    for guard in row.guards if row else ():
        case = Case(
            interview,
            event.at,
            machine.life.policy,
            machine.life.calendar,
            event if guard.of_event else None,
            outreach,
        )
        try:
            answers.append((guard.code, guard.test(case)))
        except Exception as error:
            what = f"the rule {guard.code} raised {type(error).__name__} in {interview.stage}"
            raise Failed(what, str(error), "an answer") from error
    return answers


# -- L4 ------------------------------------------------------------------------------------------------------


def _accepts_what_is_allowed(trial: _Trial) -> None:
    machine = trial.subject

    def look(step: _Step) -> None:
        interview, event = step
        decision = machine.decide(interview, type(event), now=event.at, **machine.rules)
        after = machine.tried(interview, event)
        name = f"{type(event).__name__} in {interview.stage}"
        if isinstance(after, Interview):
            hold(decision.allowed, f"{name} was allowed, since it is accepted", decision.reasons)
        elif decision.allowed:
            # Only a rule that looks at the content may say no to what is allowed in general.
            wanted = {reason.code for reason in decision.requires}
            found = (
                {reason.code for reason in after.reasons} if isinstance(after, GuardError) else {after.code}
            )
            hold(found <= wanted, f"{name} is accepted, since it was allowed", sorted(found))

    trial.for_all(look, examples=40, step=_steps(machine.life))


def _accepts_what_has_a_row(trial: _Trial) -> None:
    machine = trial.subject

    def look(step: _Step) -> None:
        interview, event = step
        has_row = type(event).__name__ in machine.lifecycle.allowed_events(interview.stage)
        after = machine.tried(interview, event)
        refused = isinstance(after, IllegalTransitionError)
        hold(refused is not has_row, _named("has a row, or is illegal", interview, event), literal(after))

    trial.for_all(look, examples=30, step=_steps(machine.life, of_stage=False))


def _named(what: str, interview: Interview, event: _AnyEvent) -> str:
    return f"{type(event).__name__} in {interview.stage} {what}"


def _ends_every_wait(trial: _Trial) -> None:
    machine = trial.subject

    def look(interview: Interview) -> None:
        now = interview.log.last.at
        for kind in (row.event for row in machine.lifecycle.transitions if row.source is interview.stage):
            first = machine.decide(interview, kind, now=now, **machine.rules).earliest
            if first is not None and first > now:
                for moment, allowed in ((first, True), (first - _MICROSECOND, False)):
                    then = machine.decide(interview, kind, now=moment, **machine.rules)
                    what = f"whether {kind.__name__} in {interview.stage} is allowed at {moment.isoformat()}"
                    same(then.allowed, allowed, what)

    for stage in machine.lifecycle.stages:
        some = interviews(stage=stage, max_events=1, life=machine.life)
        trial.for_all(look, f"a life that reaches {stage}", examples=2, interview=some)


# -- L5 to L8 ------------------------------------------------------------------------------------------------


def _replays(trial: _Trial) -> None:
    machine = trial.subject

    def look(interview: Interview) -> None:
        history = interview.history
        last = machine.lived(history)[-1]
        again = machine.replay(history, lifecycle=machine.lifecycle)
        _same_state(again, last, "the interview, replayed from its history")
        strictly = machine.replay(history, **machine.rules)
        _same_state(strictly, last, "the interview, replayed under the policy")

    trial.for_all(look, interview=interviews(max_events=6, life=machine.life))


def _same_state(got: Interview, wanted: Interview, what: str) -> None:
    """Compare field by field: a text form that hides what is private tells no difference."""
    for field in attrs.fields(Interview):
        same(getattr(got, field.name), getattr(wanted, field.name), f"{what}: {field.name}")


def _changes_nothing_when_it_refuses(trial: _Trial) -> None:
    machine = trial.subject

    def look(step: _Step) -> None:
        interview, event = step
        before = copy.deepcopy(interview)
        machine.tried(interview, event)
        _same_state(interview, before, "the interview that an event was tried on")

    trial.for_all(look, examples=30, step=_steps(machine.life, of_stage=False) | _steps(machine.life))


def _never_goes_back(trial: _Trial) -> None:
    machine = trial.subject

    def look(step: _Step) -> None:
        interview, event = step
        early = attrs.evolve(cast("Any", event), at=interview.log.last.at - _MICROSECOND)
        after = machine.tried(interview, early)
        refused = isinstance(after, GuardError | IllegalTransitionError)
        hold(refused, _named("is refused before the last event", interview, early), literal(after))
        decision = machine.decide(interview, type(early), now=early.at, **machine.rules)
        hold(not decision.allowed, _named("is not allowed before the last event", interview, early))

    trial.for_all(look, step=_steps(machine.life))


_SEALING: tuple[type[ev.DoNotContactAsked | ev.Erased], ...] = (ev.DoNotContactAsked, ev.Erased)


def _keeps_silent(trial: _Trial) -> None:
    machine = trial.subject

    def look(step: _Step) -> None:
        interview, event = step
        for sealing in () if interview.sealed else _SEALING:
            asked = sealing(at=interview.log.last.at, id="sealed")
            silent = machine.tried(interview, asked)
            if not isinstance(silent, Interview):
                raise Failed(_named("is always recorded", interview, asked), literal(silent))
            hold(silent.stage in machine.lifecycle.ended, "silence is an end", silent.stage)
            same(silent.obligations, (), "what is owed after a request for silence")
            for kind in machine.lifecycle.event_types:
                decision = machine.decide(silent, kind, now=asked.at, **machine.rules)
                hold(not decision.allowed, f"{kind.__name__} is not allowed after {sealing.__name__}")
            later = attrs.evolve(cast("Any", event), at=max(asked.at, event.at), id="later")
            refused = not isinstance(machine.tried(silent, later), Interview)
            hold(refused, f"{type(later).__name__} is refused after {sealing.__name__}")

    trial.for_all(look, step=_steps(machine.life))


# -- L9 to L11 -----------------------------------------------------------------------------------------------


def _survives_the_wire(trial: _Trial) -> None:
    lifecycle = trial.subject.lifecycle

    def look(interview: Interview) -> None:
        again = from_json(Interview, to_json(interview), lifecycle=lifecycle)
        _same_state(again, interview, "the interview, as one document")
        told = from_json_lines(to_json_lines(interview), lifecycle=lifecycle)
        _same_state(told, interview, "the interview, as a log")

    trial.for_all(look, interview=interviews(max_events=6, life=trial.subject.life))


def _survives_a_store(trial: _Trial) -> None:
    lifecycle = trial.subject.lifecycle

    def look(interview: Interview) -> None:
        store, ref = MemoryStore(), Ref("interview", interview.id)
        entries = tuple(
            NewEntry(name=type(event).__name__, at=event.at.isoformat(), body=to_json(event))
            for event in interview.history
        )
        store.commit("tenant", [Put(ref, 0, to_json(interview), {"stage": str(interview.stage)}, entries)])
        (found,) = store.scan("tenant", "interview", where={"stage": str(interview.stage)})
        again = from_json(Interview, found.body, lifecycle=lifecycle)
        _same_state(again, interview, "the interview, found in a store by its stage")
        log = [str(entry.body) for entry in store.log("tenant", ref=ref, limit=len(entries))]
        told = (from_json(Event, body, lifecycle=lifecycle) for body in log)
        _same_state(Interview.replay(told, lifecycle=lifecycle), interview, "the interview, by a store's log")

    trial.for_all(look, examples=10, interview=interviews(max_events=6, life=trial.subject.life))


def _undoes(trial: _Trial) -> None:
    machine = trial.subject

    def look(interview: Interview) -> None:
        for before, after in pairwise(machine.lived(interview.history)):
            event = after.log.last
            if not (after.sealed or isinstance(event, ev.Undone)):
                slip = ev.Undone(at=event.at, reason="a slip of the hand", id="slip")
                undone = machine.tried(after, slip)
                if isinstance(undone, Interview):
                    wanted = attrs.evolve(before, log=undone.log, undone=before.undone + 1)
                    _same_state(undone, wanted, f"the interview after {type(event).__name__} was undone")
                    same(undone.history, (*after.history, slip), "the history after an undoing")

    trial.for_all(look, interview=interviews(max_events=4, life=machine.life))


def _has_an_agenda(trial: _Trial) -> None:
    machine = trial.subject

    def look(interview: Interview) -> None:
        for action in machine.agenda(interview, **machine.rules):
            same(action.interview_id, interview.id, f"the interview of {action.kind}")

    for stage in machine.lifecycle.stages:
        some = interviews(stage=stage, max_events=2, life=machine.life)
        trial.for_all(look, f"a life that reaches {stage}", examples=2, interview=some)


LIFECYCLE_CHECKS: Final[tuple[Check[_Trial], ...]] = (
    law(
        "L1-stages",
        "Every stage is reached by events that the rules let pass.",
        _reaches_every_stage,
        "A rule before the stage never lets an event pass that fits.",
        "Events of your own are drawn by the types of their fields: say how, by own_events.",
    ),
    law(
        "L2-ends",
        "In a stage that no row leads out of, every event that is accepted stays there.",
        _leads_nowhere_from_an_end,
        "Something beside the table changes the stage.",
    ),
    law(
        "L3-answers",
        "Every rule answers every case: with None, an aware instant, or NEVER.",
        _answers_every_case,
        "A field that may be None is read without looking: an obligation may have been waived.",
        "The answer is True or False.",
    ),
    law(
        "L3-same-again",
        "Every rule answers the same to an equal case, and changes nothing.",
        _answers_the_same,
        "The rule counts its calls, or reads the clock: read case.now.",
        "The rule compares by identity: events that were read from a store are equal, not the same.",
    ),
    law(
        "L4-allowed",
        "An event is accepted when it is allowed and its content fits, and only then.",
        _accepts_what_is_allowed,
        "A rule that looks at the event was made by time_guard: make it by event_guard.",
    ),
    law(
        "L4-rows",
        "An event is illegal in a stage exactly when the table has no row for it there.",
        _accepts_what_has_a_row,
        "Something beside the table decides.",
    ),
    law(
        "L4-waits",
        "At the instant that is told an event is allowed, and not before.",
        _ends_every_wait,
        "The instant that a rule names moves on with the question.",
        "A rule lets an event pass only in between: that is two rules, of which one says NEVER.",
    ),
    law(
        "L5-replay",
        "Replaying the history gives the interview, with and without a policy.",
        _replays,
        "A rule depends on more than the history and the policy.",
    ),
    law(
        "L6-refused",
        "An interview is the same after an event was tried on it.",
        _changes_nothing_when_it_refuses,
        "A rule changes the interview that it judges.",
    ),
    law(
        "L7-order",
        "An event before the last one is refused, and not allowed.",
        _never_goes_back,
        "Something beside the table records events.",
    ),
    law(
        "L8-silence",
        "Silence can be asked for in every stage, ends everything, and is final.",
        _keeps_silent,
        "Something beside the table records events.",
    ),
    law(
        "L9-wire",
        "Written as JSON and read again, as a document and as a log, an interview is the same.",
        _survives_the_wire,
        "A field of an event of your own has a type that no document can hold, or changes what it is given.",
    ),
    law(
        "L9-store",
        "An interview is found in a store by its stage, and its log there tells the same.",
        _survives_a_store,
        "As for L9-wire.",
    ),
    law(
        "L10-undo",
        "An event that is undone leaves nothing but its place in the history.",
        _undoes,
        "A rule or an event keeps something outside of the interview.",
    ),
    law(
        "L11-agenda",
        "There is an agenda in every stage.",
        _has_an_agenda,
        "A stage was reached by events of your own, and lacks what the library's events leave there.",
    ),
)
"""Everything that the suite looks at. Ids never change."""


def lifecycle_suite(
    lifecycle: Lifecycle,
    *,
    own_events: Mapping[type[CustomEvent], st.SearchStrategy[Any]] = MappingProxyType({}),
    policy: Policy = CLASSIC,
    calendar: BusinessCalendar = WEEKDAYS,
    name: str | None = None,
    level: Level | str = Level.QUICK,
    expected_failures: Mapping[str, str] | None = None,
) -> type:
    """Build a class of tests for a table of transitions, for pytest to collect.

    Args:
        lifecycle: The table.
        own_events: How to draw events of your own, by their classes. The others are drawn by the validators
            and the types of their fields. The instant and the ids that are drawn are replaced.
        policy: The etiquette that lives are led by.
        calendar: The working days at the contact's place.
        name: What it is called in reports; its text form when left out.
        level: How long to look: ``quick``, ``full`` or ``soak``.
        expected_failures: Ids of checks that are known to fail, each with the reason. One that passes all the
            same is reported.

    Returns:
        A fresh class with a test for each check.

    Raises:
        InvalidValueError: When it is no table, or there is no such level, or no such check.
    """
    life = _life(lifecycle, own_events, policy, calendar)
    return suite_class("LifecycleSuite", _plan(_Machine(life=life), name, level, expected_failures))


def check_lifecycle(
    lifecycle: Lifecycle,
    *,
    own_events: Mapping[type[CustomEvent], st.SearchStrategy[Any]] = MappingProxyType({}),
    policy: Policy = CLASSIC,
    calendar: BusinessCalendar = WEEKDAYS,
    name: str | None = None,
    level: Level | str = Level.QUICK,
    expected_failures: Mapping[str, str] | None = None,
    only: Collection[str] | None = None,
) -> Report:
    """Look at a table of transitions without pytest.

    Args:
        lifecycle: As for `lifecycle_suite`.
        own_events: As for `lifecycle_suite`.
        policy: As for `lifecycle_suite`.
        calendar: As for `lifecycle_suite`.
        name: As for `lifecycle_suite`.
        level: As for `lifecycle_suite`.
        expected_failures: As for `lifecycle_suite`.
        only: The ids of the checks to run; all when left out.

    Returns:
        The report: ``report.ok``, and everything in words as its text.

    Raises:
        InvalidValueError: As `lifecycle_suite`.
    """
    life = _life(lifecycle, own_events, policy, calendar)
    return run_checks(_plan(_Machine(life=life), name, level, expected_failures, only))


def _life(
    lifecycle: Lifecycle,
    own_events: Mapping[type[CustomEvent], st.SearchStrategy[Any]],
    policy: Policy,
    calendar: BusinessCalendar,
) -> Life:
    if not isinstance(cast("object", lifecycle), Lifecycle):
        raise InvalidValueError("lifecycle", "wrong_type", "give a Lifecycle")
    return Life(lifecycle=lifecycle, policy=policy, calendar=calendar, own_events=own_events, plain=True)


def _plan(
    machine: _Machine,
    name: str | None,
    level: Level | str,
    expected_failures: Mapping[str, str] | None,
    only: Collection[str] | None = None,
) -> Plan:
    return plan_of(
        name or repr(machine.lifecycle),
        machine,
        LIFECYCLE_CHECKS,
        LIFECYCLE_LAWS,
        level=level,
        expected_failures=expected_failures,
        only=only,
    )
