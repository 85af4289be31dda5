"""The page on the wire format says what is true."""

import ast
import doctest
import re
from collections.abc import Callable
from pathlib import Path

import attrs
import pytest

from infoview import Contact, CustomEvent, Note, Policy, Slot, conversion
from infoview.conversion import (
    KINDS,
    MAX_CHARACTERS,
    from_json,
    from_json_lines,
    make_converter,
    policy_from_json,
    policy_from_toml,
)
from infoview.exceptions import InvalidDataError

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "wire-format.md"
HEAD = '{"$schema":2,"kind":'


@attrs.frozen(kw_only=True)
class Rated(CustomEvent):
    """An event with a rule of an integrator."""

    stars: int = attrs.field(validator=attrs.validators.le(5))


RATED = HEAD + '"event","type":"Rated","at":"2026-03-09T14:00:00Z","stars":6}'
EXAMPLES: dict[str, Callable[[], object]] = {
    "blank_line": lambda: from_json_lines("\n"),
    "broken_rule": lambda: from_json(Rated, RATED),
    "byte_order_mark": lambda: from_json(Note, "\ufeff{}"),
    "contradiction": lambda: policy_from_json('{"name":"ours","thank_due_hours":72}'),
    "duplicate_key": lambda: from_json(Note, HEAD + '"note","text":"a","text":"a"}'),
    "duplicate_member": lambda: make_converter().structure(["a", "a"], frozenset[str]),
    "empty_history": lambda: from_json_lines(""),
    "missing_key": lambda: from_json(Note, HEAD + '"note"}'),
    "more_faults": lambda: from_json(Note, "{" + ",".join(f'"k{n}":0' for n in range(200)) + "}"),
    "naive_datetime": lambda: from_json(Slot, HEAD + '"slot","start":"2026-03-09T14:00:00"}'),
    "newer_schema": lambda: from_json(Note, '{"$schema":1000}'),
    "not_a_date": lambda: from_json(Contact, HEAD + '"contact","connected_on":"9 March"}'),
    "not_a_datetime": lambda: from_json(Slot, HEAD + '"slot","start":"9 March"}'),
    "not_finite": lambda: from_json(Slot, HEAD + '"slot","minutes":NaN}'),
    "not_json": lambda: from_json(Note, "note"),
    "not_toml": lambda: policy_from_toml("note"),
    "out_of_range": lambda: from_json(Slot, HEAD + '"slot","minutes":' + "9" * 5_000 + "}"),
    "surrogate": lambda: from_json(Note, HEAD + r'"note","text":"\ud800"}'),
    "too_deep": lambda: from_json(Note, "[" * 33),
    "too_long": lambda: from_json(Note, "[" * (MAX_CHARACTERS + 1)),
    "unknown_key": lambda: from_json(Note, HEAD + '"note","txt":"a"}'),
    "unknown_kind": lambda: from_json(int, "{}"),
    "unknown_value": lambda: from_json(Contact, HEAD + '"contact","channel":"smoke"}'),
    "wrong_length": lambda: from_json(Policy, HEAD + '"policy","quiet_days":[{"first":[1],"last":[1,2]}]}'),
    "wrong_type": lambda: from_json(Note, "7"),
}


def table(heading: str) -> list[str]:
    """List the first column of a table of the page."""
    rows = PAGE.read_text(encoding="utf-8").partition(f"\n| {heading} |")[2].split("\n\n")[0]
    return re.findall(r"^\| `([^`]+)` \|", rows, re.MULTILINE)


def test_the_examples_run() -> None:
    """Everything printed on the page comes out as printed."""
    outcome = doctest.testfile(str(PAGE), module_relative=False, encoding="utf-8")
    assert outcome.attempted > 10
    assert outcome.failed == 0


def test_every_kind_is_listed() -> None:
    """The table of kinds is complete."""
    assert table("kind") == sorted([*KINDS, "event"])


def test_every_code_is_listed() -> None:
    """The table of codes has every code that the package itself gives, and no other."""
    assert table("code") == sorted(EXAMPLES)
    assert set(EXAMPLES) == codes_in_the_sources()


@pytest.mark.parametrize("code", EXAMPLES)
def test_every_fault_is_told_in_one_way(code: str) -> None:
    """A sentence says what to do, in small letters and without a full stop."""
    with pytest.raises(InvalidDataError) as caught:
        EXAMPLES[code]()
    assert [p for p in caught.value.problems if not re.fullmatch(r"[a-z].*[^.]", p.sentence)] == []


@pytest.mark.parametrize("code", EXAMPLES)
def test_every_code_is_given(code: str) -> None:
    """For every code there is a document that brings it up."""
    with pytest.raises(InvalidDataError) as caught:
        EXAMPLES[code]()
    assert code in {problem.code for problem in caught.value.problems}


def codes_in_the_sources() -> set[str]:
    """Collect the codes that stand where a fault is made."""
    places = {"fault": 0, "Unreadable": 0, "Problem": 1}
    found: set[str] = set()
    for path in Path(conversion.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in places:
                code = node.args[places[node.func.id]]
                if isinstance(code, ast.Constant):
                    found.add(code.value)
    return found
