"""What is wrong with a table: every fault by itself, all at once, and whatever else may be given for one."""

import dataclasses
import inspect
import re
from collections.abc import Iterable
from enum import Enum, StrEnum
from typing import Any

import attrs
import pytest

from infoview import _events as ev
from infoview import _soundness
from infoview._guards import EVERY_EVENT, NEVER, Case, Guard, Verdict, event_guard, nudges_used_up, time_guard
from infoview._lifecycle import LIFECYCLE, Lifecycle
from infoview._obligations import ObligationKind
from infoview._policy import POLICY_RULES
from infoview._soundness import faults_of, is_well_formed, malformed_stages
from infoview._stages import ENDED, Stage
from infoview._transitions import TRANSITIONS, Opens, Transition
from infoview.exceptions import InvalidLifecycleError, Problem

PRIVATE = "quillfeather"
"""Stands for what a table may hold and no sentence may repeat."""


class Door(StrEnum):
    """The stages of a small table: one goes on, one is the end, and one is there for tests that need it."""

    OPEN = "open"
    SHUT = "shut"
    AJAR = "ajar"


class Twin(StrEnum):
    """Stages that clash with those of a door."""

    OPEN = "open"
    SHUT = "bolted"
    LATCHED = "shut"


class Nameless(StrEnum):
    """A stage without a text."""

    NOWHERE = ""


class Colour(Enum):
    """No text at all."""

    RED = 1


@attrs.frozen(kw_only=True)
class Knocked(ev.CustomEvent):
    """An event with a field, a property and a method.

    Attributes:
        twice: A flag without a default.
    """

    twice: bool

    @property
    def loud(self) -> bool:
        """A property."""
        return self.twice

    def echo(self) -> bool:
        """Answer; what a method says is no flag."""
        return self.twice


@attrs.frozen(kw_only=True, slots=False)
class Rattled(ev.CustomEvent):
    """An event without slots, whose field without a default is no attribute of the class.

    Attributes:
        hard: A flag.
    """

    hard: bool


class Rang(ev.CustomEvent):
    """A subclass that adds nothing."""


def named(name: str) -> type[ev.CustomEvent]:
    """Make an event class with a name."""
    return type(name, (ev.CustomEvent,), {})


@time_guard("Wait {policy.nudge_wait} business days after {{braces}} and 100 %.")
def patience(_case: Case) -> Verdict:
    """Refuse for good."""
    return NEVER


OTHER_PATIENCE = event_guard("Something else.")(patience.test)
TALKATIVE = time_guard("Wait for {policy.name}.")(patience.test)


def row(**said: Any) -> Transition:  # noqa: ANN401 - any field, and anything in it
    """Make a row that is sound but for what is said."""
    return Transition(**{"event": Knocked, "source": Door.OPEN, "target": Door.SHUT, "why": "a test", **said})


def sealing(source: StrEnum) -> tuple[Transition, ...]:
    """Make the rows that every stage must have."""
    return tuple(row(event=event, source=source) for event in (ev.DoNotContactAsked, ev.Erased))


BEGIN = row(event=ev.Identified, source=None, target=Door.OPEN)
SEALS = (*sealing(Door.OPEN), *sealing(Door.SHUT))
UNDOING = {"event": ev.Undone, "target": None, "guards": LIFECYCLE.rows[ev.Undone][Stage.HELD].guards}
FIRST = "$.transitions[0]"
BASE = (BEGIN, *SEALS)


@attrs.frozen
class Table:
    """What is given for a lifecycle."""

    transitions: tuple[Any, ...]
    ended: Any

    def faults(self) -> list[tuple[str, str]]:
        """Find its faults, as paths and codes."""
        return [(problem.path, problem.code) for problem in faults_of(self.transitions, self.ended)]


def table(*rows: object, base: tuple[Transition, ...] = BASE, ended: object = (Door.SHUT,)) -> Table:
    """Put rows in front of a small sound table."""
    return Table((*rows, *base), ended)


def codes_of(*rows: object, **rest: Any) -> list[tuple[str, str]]:  # noqa: ANN401 - as for a table
    """Find the faults of rows in front of a small sound table."""
    return table(*rows, **rest).faults()


def _beginning(**said: Any) -> Table:  # noqa: ANN401 - any field
    """Spoil the beginning of the small table."""
    return table(base=(attrs.evolve(BEGIN, **said), *SEALS))


def _first_sealing(**said: Any) -> Table:  # noqa: ANN401 - any field
    """Spoil the first way to silence of the small table."""
    return table(base=(BEGIN, attrs.evolve(SEALS[0], **said), *SEALS[1:]))


# -- every code ---------------------------------------------------------------------------------------------

_KIND = ObligationKind.DEBRIEF

ROWS: dict[str, tuple[dict[str, Any], str, str]] = {
    "guards in a list": ({"guards": [patience]}, "", "wrong_type"),
    "no text for a reason": ({"why": None}, "", "wrong_type"),
    "a list for a reason": ({"why": [PRIVATE]}, "", "wrong_type"),
    "a word for contact": ({"is_contact": "yes"}, "", "wrong_type"),
    "a number for contact": ({"is_contact": 1}, "", "wrong_type"),
    "nothing for contact": ({"is_contact": None}, "", "wrong_type"),
    "no guards at all": ({"guards": None}, "", "wrong_type"),
    "opens in a list": ({"opens": []}, "", "wrong_type"),
    "one kind to settle": ({"settles": _KIND}, "", "wrong_type"),
    "a kind to open": ({"opens": (_KIND,)}, ".opens[0]", "wrong_type"),
    "a word to open": ({"opens": (Opens("debrief"),)}, ".opens[0]", "wrong_type"),  # type: ignore[arg-type] - what is refused
    "a word to settle": ({"settles": ("debrief",)}, ".settles[0]", "wrong_type"),
    "an enum for an event": ({"event": Door}, ".event", "not_an_event"),
    "a list for an event": ({"event": [PRIVATE]}, ".event", "not_an_event"),
    "no event": ({"event": None}, ".event", "not_an_event"),
    "the base of events": ({"event": ev.CustomEvent}, ".event", "not_an_event"),
    "a text for a source": ({"source": "open"}, ".source", "not_a_stage"),
    "a list for a source": ({"source": []}, ".source", "not_a_stage"),
    "a source of another enum": ({"source": Colour.RED}, ".source", "not_a_stage"),
    "a source without a text": ({"source": Nameless.NOWHERE}, ".source", "not_a_stage"),
    "no target": ({"target": None}, ".target", "not_a_stage"),
    "a number for a target": ({"target": 7}, ".target", "not_a_stage"),
    "a target of Undone": ({**UNDOING, "target": Door.OPEN}, ".target", "not_a_stage"),
    "a choice of Undone": ({**UNDOING, "target_if": ("reason", Door.OPEN)}, ".target", "not_a_stage"),
    "a number for a choice": ({"target_if": 5}, ".target_if", "not_a_stage"),
    "an empty choice": ({"target_if": ()}, ".target_if", "not_a_stage"),
    "half a choice": ({"target_if": ("twice",)}, ".target_if", "not_a_stage"),
    "a choice of three": ({"target_if": ("twice", Door.OPEN, Door.OPEN)}, ".target_if", "not_a_stage"),
    "a choice in a list": ({"target_if": ["twice", Door.OPEN]}, ".target_if", "not_a_stage"),
    "a choice of a text": ({"target_if": ("twice", "open")}, ".target_if", "not_a_stage"),
    "an unknown choice": ({"target_if": (PRIVATE, Door.OPEN)}, ".target_if", "unknown_flag"),
    "a choice by nothing": ({"target_if": (None, Door.OPEN)}, ".target_if", "unknown_flag"),
    "a debt by an unknown flag": (
        {"opens": (Opens(_KIND, PRIVATE),), "settles": (_KIND,)},
        ".opens[0]",
        "unknown_flag",
    ),
    "a debt for ever": ({"opens": (Opens(_KIND),)}, ".opens[0]", "never_settled"),
    "a function for a guard": ({"guards": (len,)}, ".guards[0]", "not_a_guard"),
    "a guard that says too much": ({"guards": (TALKATIVE,)}, ".guards[0]", "unknown_number"),
    "Undone without its rule": ({**UNDOING, "guards": ()}, ".guards", "unguarded_undo"),
    "an event with the library's name": ({"event": named("Nudged")}, ".event", "duplicate_event"),
    "two guards with one code": ({"guards": (patience, OTHER_PATIENCE)}, "", "duplicate_code"),
    "another beginning": ({"source": None, "target": Door.OPEN}, "", "wrong_beginning"),
}
"""Rows with one fault each: what they say, where in the row the fault is, and which."""

TABLES: dict[str, tuple[Table, str, str]] = {
    "a row that is none": (table(PRIVATE), "$.transitions[0]", "wrong_type"),
    "an end that is a text": (table(ended=(Door.SHUT, PRIVATE)), "$.ended[1]", "not_a_stage"),
    "an end that is a list": (table(ended=([], Door.SHUT)), "$.ended[0]", "not_a_stage"),
    "an end that nothing leads to": (
        table(ended=(Door.SHUT, Door.AJAR)),
        "$.ended[1]",
        "unknown_stage",
    ),
    "a row twice": (table(row(), row(why="again")), "$.transitions[0]", "duplicate_row"),
    "two stages with one value": (
        table(base=(*BASE, row(target_if=("twice", Twin.LATCHED)))),
        "$.transitions[5]",
        "duplicate_stage",
    ),
    "a beginning with a rule": (_beginning(guards=(patience,)), "$.transitions[0]", "wrong_beginning"),
    "a beginning that counts as contact": (
        _beginning(is_contact=True),
        "$.transitions[0]",
        "wrong_beginning",
    ),
    "a beginning that settles": (_beginning(settles=(_KIND,)), "$.transitions[0]", "wrong_beginning"),
    "a stage that nothing leads to": (
        table(row(source=Door.AJAR), *sealing(Door.AJAR)),
        "$.stages.ajar",
        "unreachable_stage",
    ),
    "a booked stage without a slot": (
        table(row(target=Stage.SCHEDULED), *sealing(Stage.SCHEDULED)),
        "$.transitions[0].target",
        "no_slot",
    ),
    "no way to be erased": (table(base=BASE[:-1]), "$.stages.shut", "not_erasable"),
    "no way to ask for silence": (table(base=(BEGIN, *SEALS[1:])), "$.stages.open", "not_erasable"),
    "an erasing that may be refused": (
        _first_sealing(guards=(patience,)),
        "$.transitions[1]",
        "not_erasable",
    ),
    "a silence that is no end": (_first_sealing(target=Door.OPEN), "$.transitions[1]", "not_erasable"),
}
"""Tables with one fault each: where it is, and which."""

ONE_FAULT = {
    **{name: (table(row(**said)), f"$.transitions[0]{at}", code) for name, (said, at, code) in ROWS.items()},
    **TABLES,
}


class TestFaults:
    """Every fault by itself."""

    @pytest.mark.parametrize("name", ONE_FAULT)
    def test_are_found_where_they_are(self, name: str) -> None:
        """The table has this fault in this place, and no other."""
        spoilt, path, code = ONE_FAULT[name]
        assert spoilt.faults() == [(path, code)]

    def test_of_a_table_without_a_beginning(self) -> None:
        """Where nothing begins, nothing is reached either."""
        assert codes_of(base=SEALS) == [
            ("$.transitions", "no_beginning"),
            ("$.stages.open", "unreachable_stage"),
            ("$.stages.shut", "unreachable_stage"),
        ]

    def test_of_a_table_without_an_end(self) -> None:
        """Where nothing ends, every stage is a dead end, and no silence is for good."""
        assert codes_of(ended=()) == [
            ("$.stages.open", "dead_end"),
            ("$.stages.shut", "dead_end"),
            *((f"$.transitions[{place}]", "not_erasable") for place in (1, 2, 3, 4)),
        ]

    def test_have_all_been_met(self) -> None:
        """Every code that the module knows is the fault of some table here."""
        written = re.findall(r'Problem\(.*?"([a-z]+(?:_[a-z]+)+)"', inspect.getsource(_soundness), re.DOTALL)
        met = {code for _, _, code in ONE_FAULT.values()} | {"no_beginning", "dead_end", "unknown_number"}
        assert set(written) == met

    @pytest.mark.parametrize("transitions", [None, 7, [BEGIN], {}, "rows", iter(BASE), BEGIN])
    def test_of_what_is_no_table(self, transitions: object) -> None:
        """Whatever else is given for the rows is one fault of the whole."""
        assert Table(transitions, (Door.SHUT,)).faults() == [("$.transitions", "wrong_type")]  # type: ignore[arg-type] - what is refused

    @pytest.mark.parametrize("ended", [None, 7, [Door.SHUT], Door, "shut", {Door.SHUT}])
    def test_of_what_are_no_ends(self, ended: object) -> None:
        """Whatever else is given for the ends is one fault of the whole."""
        assert Table(BASE, ended).faults() == [("$.ended", "wrong_type")]


class TestSoundTables:
    """What is no fault."""

    @pytest.mark.parametrize(
        "rows",
        [
            (),
            (row(**UNDOING),),
            (row(),),
            (row(event=Rang),),
            (row(target_if=("twice", Door.OPEN)),),
            (row(target_if=("loud", Door.OPEN)),),
            (row(event=Rattled, target_if=("hard", Door.OPEN)),),
            (row(guards=(patience, nudges_used_up)),),
            (row(target=Door.OPEN, guards=(patience, patience)),),
            (row(opens=(Opens(ObligationKind.DEBRIEF, "loud"),), settles=(ObligationKind.DEBRIEF,)),),
            (row(why=""),),
        ],
    )
    def test_pass(self, rows: tuple[Transition, ...]) -> None:
        """Nothing is found, and a lifecycle can be made."""
        assert codes_of(*rows) == []
        assert Lifecycle(transitions=(*rows, *BASE), ended=(Door.SHUT,)).allowed_events(None) == (
            "Identified",
        )

    def test_include_the_librarys_own(self) -> None:
        """The table of the library is sound."""
        assert list(faults_of(TRANSITIONS, ENDED)) == []

    def test_may_be_huge(self) -> None:
        """Five thousand rows of own stages and events are looked through in one go."""
        names = [f"stage_{number}" for number in range(500)]
        stages: Any = StrEnum("Many", {name.upper(): name for name in names})
        events = [named(f"Did{number}") for number in range(8)]
        rows = [row(target=stages.STAGE_0)]
        for source, target in zip(stages, (*tuple(stages)[1:], Door.SHUT), strict=True):
            rows += [row(event=event, source=source, target=target) for event in events]
            rows += [row(event=event, source=source) for event in (ev.DoNotContactAsked, ev.Erased)]
        assert len(rows) == 5_001
        assert codes_of(*rows) == []
        assert len(Lifecycle(transitions=(*rows, *BASE), ended=(Door.SHUT,)).stages) == 502


class Counting(tuple[Any, ...]):
    """A tuple that counts how often it is gone through."""

    __slots__ = ()
    times = 0

    def __iter__(self) -> Any:  # noqa: ANN401 - an iterator
        Counting.times += 1
        return super().__iter__()


class TestCosts:
    """What a look at a table costs, by counting."""

    def test_grow_with_the_rows_only(self) -> None:
        """Each row's guards are gone through the same few times, however many rows there are."""
        counts = []
        for number in (50, 1_000):
            events = [named(f"Came{n}") for n in range(number)]
            rows = [row(event=event, guards=Counting((patience,))) for event in events]
            Counting.times = 0
            assert codes_of(*rows) == []
            counts.append(Counting.times / number)
        assert counts[0] == counts[1]
        assert counts[0] <= 5


# -- all at once ------------------------------------------------------------------------------------------


class TestAllAtOnce:
    """A table is looked at as a whole."""

    def test_every_malformed_row_is_told(self) -> None:
        """Each row's own faults come together, in the order of the rows."""
        rows = (
            None,
            row(event=Knocked, source="open", target=7, guards=(len, patience), settles=("x",)),
            row(event=None, source="open"),
            row(target_if=(PRIVATE, Door.OPEN), opens=(Opens(ObligationKind.DEBRIEF, PRIVATE), PRIVATE)),
        )
        assert codes_of(*rows, ended=(PRIVATE,)) == [
            ("$.transitions[0]", "wrong_type"),
            ("$.transitions[1].source", "not_a_stage"),
            ("$.transitions[1].target", "not_a_stage"),
            ("$.transitions[1].settles[0]", "wrong_type"),
            ("$.transitions[1].guards[0]", "not_a_guard"),
            ("$.transitions[2].event", "not_an_event"),
            ("$.transitions[3].target_if", "unknown_flag"),
            ("$.transitions[3].opens[0]", "unknown_flag"),
            ("$.transitions[3].opens[1]", "wrong_type"),
            ("$.ended[0]", "not_a_stage"),
        ]

    def test_every_fault_of_the_whole_is_told(self) -> None:
        """Clashes, ways and duties are told together once every row is well formed."""
        rows = (
            row(event=named("Nudged")),
            row(guards=(patience,)),
            row(guards=(OTHER_PATIENCE,)),
            row(event=Rang, source=Door.AJAR, target=Door.AJAR, opens=(Opens(ObligationKind.APOLOGY),)),
        )
        assert sorted(codes_of(*rows, base=SEALS)) == [
            ("$.stages.ajar", "dead_end"),
            ("$.stages.ajar", "not_erasable"),
            ("$.stages.ajar", "not_erasable"),
            ("$.stages.ajar", "unreachable_stage"),
            ("$.stages.open", "unreachable_stage"),
            ("$.stages.shut", "unreachable_stage"),
            ("$.transitions", "no_beginning"),
            ("$.transitions[0].event", "duplicate_event"),
            ("$.transitions[1]", "duplicate_row"),
            ("$.transitions[2]", "duplicate_code"),
            ("$.transitions[3].opens[0]", "never_settled"),
        ]

    def test_a_lifecycle_raises_them_all(self) -> None:
        """The error of the constructor carries what `faults_of` finds, and says it line by line."""
        rows = (None, row(target=7), *BASE)
        with pytest.raises(InvalidLifecycleError) as caught:
            Lifecycle(transitions=rows, ended=(Door.SHUT,))  # type: ignore[arg-type] - what is refused
        assert caught.value.problems == tuple(faults_of(rows, (Door.SHUT,)))
        assert len(str(caught.value).splitlines()) == 3

    def test_one_cause_is_told_once(self) -> None:
        """A stage, an event or a guard that clashes in a hundred rows is one fault."""
        shadow, other = named("Nudged"), OTHER_PATIENCE
        events = [named(f"Hummed{number}") for number in range(100)]
        ajar = [row(event=event, source=Door.AJAR) for event in (shadow, ev.DoNotContactAsked, ev.Erased)]
        rows = [
            row(guards=(patience,), target=Door.AJAR),
            row(event=shadow, source=Door.OPEN),
            *(row(event=event, target=Twin.LATCHED, guards=(other,)) for event in events),
            *ajar,
        ]
        counted: dict[str, int] = {}
        for _, code in codes_of(*rows):
            counted[code] = counted.get(code, 0) + 1
        assert {code: counted[code] for code in ("duplicate_event", "duplicate_stage", "duplicate_code")} == {
            "duplicate_event": 1,
            "duplicate_stage": 1,
            "duplicate_code": 1,
        }

    def test_what_is_there_twice_is_told_beside_what_is_malformed(self) -> None:
        """One malformed row does not hide that another one is there twice."""
        told = codes_of(row(event=Rang, target=7), row(), row())
        assert [code for _, code in told] == ["not_a_stage", "duplicate_row"]

    def test_rows_by_themselves_are_looked_at_first(self) -> None:
        """What is malformed is told without guesses about the ways, and can be asked for alone."""
        assert [is_well_formed(one) for one in (row(target=7), row(), None)] == [False, True, False]
        assert [p.path for p in malformed_stages((Door.OPEN, None), "live")] == ["$.live[1]"]
        assert list(malformed_stages((Door.OPEN,), "live")) == []


# -- what the faults say ----------------------------------------------------------------------------------


def every_problem() -> Iterable[Problem]:
    """Collect the faults of all tables of this file."""
    for spoilt in (*(one for one, _, _ in ONE_FAULT.values()), table(ended=()), table(base=SEALS)):
        yield from faults_of(spoilt.transitions, spoilt.ended)


class TestSentences:
    """What people read."""

    def test_say_what_to_do(self) -> None:
        """Every sentence is short, plain, and begins with what to do, or says what is right."""
        for problem in every_problem():
            assert re.fullmatch(
                r"(give|make|name|leave|let|lead|copy|the sentence may|an interview begins)\b.{10,120}",
                problem.sentence,
            ), problem

    def test_never_repeat_what_was_given(self) -> None:
        """Neither a path nor a sentence holds a value from the table."""
        assert [
            problem for problem in every_problem() if PRIVATE in f"{problem.path}{problem.sentence}"
        ] == []

    def test_name_a_place_in_the_table(self) -> None:
        """Every path leads from the root to a row, a stage, an end or the whole."""
        pattern = r"\$\.(transitions(\[\d+\](\.[a-z_]+(\[\d+\])?)?)?|stages\.\w+|ended\[\d+\])"
        assert [problem.path for problem in every_problem() if not re.fullmatch(pattern, problem.path)] == []


# -- guards -----------------------------------------------------------------------------------------------


def guard(sentence: object) -> Guard:
    """Make a guard that says a sentence."""
    return Guard("spoken", sentence, lambda _case: None, of_event=False)  # type: ignore[arg-type] - may be anything


class TestGuards:
    """What a guard may be."""

    @pytest.mark.parametrize(
        "sentence",
        [
            "{0}",
            "{}",
            "{policy}",
            "{policy!r}",
            "{policy:>10}",
            "{policy[0]}",
            "{policy.unheard_of}",
            "{policy.name}",
            "{policy.resume}",
            "{policy.quiet_days}",
            "{policy.quiet_days[0]}",
            "{policy.quiet_dates}",
            "{policy.worded}",
            "{policy.__class__}",
            "{policy.__init__.__globals__}",
            "{policy.nudge_max.__class__.__mro__}",
            "{policy.nudge_max!r}",
            "{policy.nudge_max:d}",
            "{policy.nudge_max:>9999999999}",
            "{policy.nudge_max:{policy.nudge_wait}}",
            "{ policy.nudge_max }",
            "{case.interview.id}",
            "{quillfeather}",
            "{",
            "}",
            "{policy.nudge_max",
            "{policy..nudge_max}",
        ],
    )
    def test_name_numbers_of_the_policy_only(self, sentence: str) -> None:
        """Whatever else stands in braces is refused, and never looked up or formatted."""
        assert codes_of(row(guards=(guard(sentence),))) == [(f"{FIRST}.guards[0]", "unknown_number")]

    @pytest.mark.parametrize("name", POLICY_RULES)
    def test_may_name_every_number(self, name: str) -> None:
        """Each number of the policy may be named."""
        assert codes_of(row(guards=(guard(f"Wait {{policy.{name}}}."),))) == []

    @pytest.mark.parametrize("sentence", [None, 7, b"wait", ["wait"]])
    def test_speak(self, sentence: object) -> None:
        """A sentence is a text."""
        assert codes_of(row(guards=(guard(sentence),))) == [(f"{FIRST}.guards[0]", "not_a_guard")]

    @pytest.mark.parametrize(
        "changed",
        [
            {"code": None},
            {"code": []},
            {"code": ""},
            {"code": "<lambda>"},
            {"code": "two words"},
            {"test": None},
            {"test": "patience"},
            {"of_event": "yes"},
            {"of_event": 1},
            {"standing": None},
        ],
        ids=str,
    )
    def test_are_well_made(self, changed: dict[str, Any]) -> None:
        """A guard whose parts are of other types is told before anybody asks it."""
        spoilt = attrs.evolve(patience, **changed)
        assert codes_of(row(guards=(spoilt,))) == [(f"{FIRST}.guards[0]", "not_a_guard")]

    def test_need_names(self) -> None:
        """A guard made of a lambda has no word for programs."""
        nameless = time_guard("Wait.")(lambda _case: NEVER)
        assert codes_of(row(guards=(nameless,))) == [(f"{FIRST}.guards[0]", "not_a_guard")]

    @pytest.mark.parametrize(
        "code", sorted({g.code for g in (*EVERY_EVENT, *(g for row in TRANSITIONS for g in row.guards))})
    )
    def test_leave_the_librarys_codes_alone(self, code: str) -> None:
        """A code of the library's is taken, even where none of its rows is in the table."""
        borrowed = attrs.evolve(patience, code=code)
        assert codes_of(row(guards=(borrowed,))) == [(FIRST, "duplicate_code")]

    def test_may_be_the_librarys(self) -> None:
        """A rule of the library may be used in a row of one's own."""
        assert codes_of(row(guards=LIFECYCLE.rows[ev.Nudged][Stage.REQUESTED].guards)) == []

    def test_may_be_shared_by_rows(self) -> None:
        """One guard in many rows is no clash of codes."""
        rows = [row(guards=(patience,)), row(event=Rang, guards=(patience,))]
        assert codes_of(*rows) == []


# -- events -----------------------------------------------------------------------------------------------


@dataclasses.dataclass
class Recast(ev.CustomEvent):  # type: ignore[misc] - what is refused
    """An event that a dataclass made unhashable."""

    loud: bool = False


class Aloof(ev.CustomEvent):
    """An event with its own idea of equality, and therefore no hash."""

    def __eq__(self, other: object) -> bool:
        return self is other

    __hash__ = None  # type: ignore[assignment] - what is refused


@attrs.frozen(kw_only=True, eq=False)
class Vague(ev.CustomEvent):
    """An event whose own field does not tell it from others.

    Attributes:
        loud: The field.
    """

    loud: bool = False


class TestEvents:
    """What an event class may be."""

    @pytest.mark.parametrize("event", [Recast, Aloof, Vague])
    def test_are_values(self, event: type[object]) -> None:
        """A class whose events cannot be hashed, or are not compared by all that they tell, is refused."""
        assert codes_of(row(event=event)) == [(f"{FIRST}.event", "not_an_event")]

    @pytest.mark.parametrize(
        "event", [object(), 7, "Knocked", [Knocked], (Knocked,), len, list[int], Knocked | None]
    )
    def test_are_classes(self, event: object) -> None:
        """Whatever is no class of events is refused, hashable or not."""
        assert codes_of(row(event=event)) == [(f"{FIRST}.event", "not_an_event")]

    def test_of_the_library_come_as_themselves(self) -> None:
        """Every event of the library may stand in a table of one's own."""
        rows = [
            row(event=event)
            for event in ev.EVENT_TYPES
            if event not in (ev.Undone, ev.DoNotContactAsked, ev.Erased)
        ]
        assert codes_of(*rows, row(**UNDOING)) == []

    @pytest.mark.parametrize("name", ["Nudged", "Identified", "Undone"])
    def test_have_names_of_their_own(self, name: str) -> None:
        """A name of the library is taken even where its event has no row."""
        event = named(name)
        assert codes_of(row(event=event)) == [(f"{FIRST}.event", "duplicate_event")]

    def test_of_one_name_clash(self) -> None:
        """Two classes with one name are told apart nowhere else, so the second is refused."""
        twin = named("Knocked")
        assert codes_of(row(), row(event=twin)) == [("$.transitions[1].event", "duplicate_event")]

    @pytest.mark.parametrize(
        "flag",
        [
            "echo",
            "__init__",
            "__class__",
            "__name__",
            "mro",
            "__eq__",
            "",
            "at ",
            "loud()",
            None,
            7,
            ["twice"],
        ],
    )
    def test_say_things_by_fields_and_properties(self, flag: object) -> None:
        """A method, or an attribute of the class itself, is no flag."""
        assert codes_of(row(target_if=(flag, Door.OPEN))) == [(f"{FIRST}.target_if", "unknown_flag")]

    @pytest.mark.parametrize("flag", ["twice", "loud", "at", "id", "due"])
    def test_have_flags(self, flag: str) -> None:
        """Fields and properties of the event, inherited ones too, are flags."""
        assert codes_of(row(target_if=(flag, Door.OPEN))) == []


# -- stages -----------------------------------------------------------------------------------------------


class TestStages:
    """What a stage may be."""

    @pytest.mark.parametrize("stage", [Twin.OPEN, Twin.SHUT, Twin.LATCHED])
    def test_have_names_and_values_of_their_own(self, stage: Twin) -> None:
        """A stage with the name or the value of another is refused, for one is read as the other."""
        codes = {code for _, code in codes_of(row(event=Rang, target=stage), row())}
        assert "duplicate_stage" in codes

    def test_leave_the_librarys_names_alone(self) -> None:
        """A name or value of the library's is taken even where its stage has no row."""

        class Borrowed(StrEnum):
            """Stages that look like the library's."""

            HELD = "borrowed"
            LENT = "no_show"

        for stage in Borrowed:
            rows = (row(target=stage), *sealing(stage))
            assert codes_of(*rows) == [(FIRST, "duplicate_stage")]

    def test_are_live_or_ended(self) -> None:
        """What is named among two sorts is told once for each place, and so is what is no stage."""
        told = [
            (problem.path, problem.code)
            for problem in malformed_stages((Door.SHUT, PRIVATE, Door.AJAR), "ended", (Door.AJAR, Door.SHUT))
        ]
        assert told == [
            ("$.ended[0]", "duplicate_stage"),
            ("$.ended[1]", "not_a_stage"),
            ("$.ended[2]", "duplicate_stage"),
        ]
        for others in (None, 7, [Door.SHUT], {}, (), ([], PRIVATE)):
            assert list(malformed_stages((Door.SHUT,), "ended", others)) == []

    def test_may_be_the_librarys(self) -> None:
        """A small table may use stages of the library, and end in them."""
        rows = (row(target=Stage.CLOSED), *sealing(Stage.CLOSED))
        assert codes_of(*rows, ended=(Door.SHUT, Stage.CLOSED)) == []

    @pytest.mark.parametrize("target", [Stage.SCHEDULED, Stage.CONFIRMED, Stage.IN_PROGRESS])
    @pytest.mark.parametrize("event", [Knocked, ev.Rebooked, ev.Reopened, ev.Prepared, ev.TimesProposed])
    def test_with_a_slot_are_reached_by_what_brings_one(self, event: type[object], target: Stage) -> None:
        """Only an event that brings a time leads into a stage whose rules look at it."""
        assert codes_of(row(event=event, target=target), *sealing(target)) == [(f"{FIRST}.target", "no_slot")]
        assert codes_of(row(event=ev.Scheduled, target=target), *sealing(target)) == []

    def test_with_a_slot_are_no_choice_either(self) -> None:
        """The other target of a row is looked at too."""
        rows = (row(target_if=("twice", Stage.CONFIRMED)), *sealing(Stage.CONFIRMED))
        assert codes_of(*rows) == [(f"{FIRST}.target", "no_slot")]

    @pytest.mark.parametrize("event", [ev.Rebooked, ev.Reopened])
    def test_with_a_slot_are_not_kept_by_what_takes_it_away(self, event: type[object]) -> None:
        """An event that empties the interview of its time does not stay among the booked stages."""
        way_in = row(event=ev.Scheduled, target=Stage.SCHEDULED)
        rows = (
            row(event=event, source=Stage.SCHEDULED, target=Stage.CONFIRMED),
            way_in,
            *sealing(Stage.SCHEDULED),
            *sealing(Stage.CONFIRMED),
        )
        assert codes_of(*rows) == [(f"{FIRST}.target", "no_slot")]
