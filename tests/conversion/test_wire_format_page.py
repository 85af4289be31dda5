"""The page on the wire format says what is true."""

import ast
import doctest
import re
from pathlib import Path
from typing import Any

import pytest

from infoview import Contact, Note, Policy, Slot, conversion
from infoview.conversion import KINDS, from_json
from infoview.exceptions import InvalidDataError

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "wire-format.md"
HEAD = '{"$schema":1,"kind":'
EXAMPLES: dict[str, tuple[Any, str]] = {
    "byte_order_mark": (Note, "\ufeff{}"),
    "duplicate_key": (Note, HEAD + '"note","text":"a","text":"a"}'),
    "missing_key": (Note, HEAD + '"note"}'),
    "more_faults": (Note, "{" + ",".join(f'"k{n}":0' for n in range(200)) + "}"),
    "naive_datetime": (Slot, HEAD + '"slot","start":"2026-03-09T14:00:00"}'),
    "newer_schema": (Note, '{"$schema":1000}'),
    "not_a_date": (Contact, HEAD + '"contact","connected_on":"9 March"}'),
    "not_a_datetime": (Slot, HEAD + '"slot","start":"9 March"}'),
    "not_finite": (Slot, HEAD + '"slot","minutes":NaN}'),
    "not_json": (Note, "note"),
    "out_of_range": (Slot, HEAD + '"slot","minutes":' + "9" * 5_000 + "}"),
    "too_deep": (Note, "[" * 33),
    "too_long": (Note, "[" * 5_000_001),
    "unknown_key": (Note, HEAD + '"note","txt":"a"}'),
    "unknown_kind": (int, "{}"),
    "unknown_value": (Contact, HEAD + '"contact","channel":"smoke"}'),
    "wrong_length": (Policy, HEAD + '"policy","quiet_days":[{"first":[1],"last":[1,2]}]}'),
    "wrong_type": (Note, "7"),
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
def test_every_code_is_given(code: str) -> None:
    """For every code there is a document that brings it up."""
    cls, text = EXAMPLES[code]
    with pytest.raises(InvalidDataError) as caught:
        from_json(cls, text)
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
