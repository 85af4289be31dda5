"""The JSON Schema of the wire format, by its structure; the laws hold it against the reader."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from infoview import EVENT_TYPES, Channel, Contact, Event, Interview, Nudged, Objective, Policy, Slot
from infoview.conversion import KINDS, _schema, json_schema
from infoview.exceptions import InvalidDataError

ALL: list[Any] = [*KINDS.values(), *EVENT_TYPES, Event]


def nodes(schema: object) -> Iterator[dict[str, Any]]:
    """Go through a schema and everything inside."""
    if isinstance(schema, dict):
        yield schema
    for inner in schema.values() if isinstance(schema, dict) else schema if isinstance(schema, list) else ():
        yield from nodes(inner)


@pytest.mark.parametrize("cls", ALL, ids=str)
def test_every_object_is_closed(cls: Any) -> None:  # noqa: ANN401 - a class or a union
    """Unknown keys are refused everywhere, and a required key is a known one."""
    objects = [node for node in nodes(json_schema(cls)) if node.get("type") == "object"]
    assert objects
    for node in objects:
        assert node["additionalProperties"] is False
        assert set(node["required"]) <= set(node["properties"])


@pytest.mark.parametrize("cls", ALL, ids=str)
def test_every_reference_leads_somewhere(cls: Any) -> None:  # noqa: ANN401 - a class or a union
    """All parts are there, and none that nobody needs."""
    schema = json_schema(cls)
    wanted = {node["$ref"] for node in nodes(schema) if "$ref" in node}
    assert wanted == {f"#/$defs/{name}" for name in schema["$defs"]}


@pytest.mark.parametrize("cls", ALL, ids=str)
def test_a_schema_is_plain_json(cls: Any) -> None:  # noqa: ANN401 - a class or a union
    """It can be published as it is, and says which draft it keeps to."""
    schema = json_schema(cls)
    assert schema == json.loads(json.dumps(schema))
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"


def test_the_envelope_is_constant() -> None:
    """Version and kind are required, and each has one value."""
    schema = json_schema(Contact)
    assert schema["title"] == "contact"
    assert schema["properties"]["$schema"] == {"const": 2}
    assert schema["properties"]["kind"] == {"const": "contact"}
    assert schema["required"] == ["$schema", "kind", "id", "name"]
    assert "kind" not in schema["$defs"]["PersonName"]["properties"]


def test_limits_come_from_the_rules() -> None:
    """Lengths and ranges are those of the fields."""
    objective, slot = json_schema(Objective)["properties"], json_schema(Slot)["properties"]
    line = {"type": "string", "minLength": 1, "maxLength": 200}
    assert line == objective["subject"]
    assert objective["broad"] == {"anyOf": [line, {"type": "null"}]}
    assert objective["learn"] == {"type": "array", "items": line, "minItems": 0, "maxItems": 50}
    assert slot["minutes"] == {"type": "integer", "minimum": 1, "maximum": 480}
    assert slot["start"]["format"] == "date-time"


def test_words_are_listed() -> None:
    """An enumeration allows its own words and no other."""
    assert json_schema(Contact)["properties"]["channel"] == {"enum": [channel.value for channel in Channel]}


def test_pairs_have_two_members() -> None:
    """A month and a day are an array of exactly two."""
    days = json_schema(Policy)["$defs"]["QuietDays"]["properties"]["first"]
    assert days == {"type": "array", "items": {"type": "integer"}, "minItems": 2, "maxItems": 2}


def test_sets_have_no_repeats() -> None:
    """A set is an array whose members differ."""
    assert _schema._Parts(EVENT_TYPES).of_value(frozenset[str], None) == {
        "type": "array",
        "items": {"type": "string"},
        "uniqueItems": True,
    }


def test_arrays_without_a_rule_are_of_any_length() -> None:
    """A field of an integrator may have none."""
    assert _schema._Parts(EVENT_TYPES).of_value(tuple[int, ...], None) == {
        "type": "array",
        "items": {"type": "integer"},
    }


def test_an_event_is_one_of_all() -> None:
    """The union has a branch per class, each with its own tag and the envelope."""
    branches = json_schema(Event)["oneOf"]
    tags = [branch["properties"]["type"]["const"] for branch in branches]
    assert tags == [event.__name__ for event in EVENT_TYPES]
    assert all(branch["properties"]["kind"] == {"const": "event"} for branch in branches)
    assert json_schema(Nudged)["properties"] == branches[tags.index("Nudged")]["properties"]


def test_an_interview_is_an_array_of_events() -> None:
    """Inside of a history, events have a tag and no envelope."""
    schema = json_schema(Interview)
    assert schema["properties"]["history"] == {"type": "array", "items": {"$ref": "#/$defs/Event"}}
    assert len(schema["$defs"]["Event"]["oneOf"]) == len(EVENT_TYPES)
    assert schema["$defs"]["Nudged"]["required"] == ["type", "at"]


@pytest.mark.parametrize("stranger", [Channel, []], ids=str)
def test_strangers_have_no_schema(stranger: Any) -> None:  # noqa: ANN401 - bad on purpose
    """Only kinds have one."""
    with pytest.raises(InvalidDataError) as caught:
        json_schema(stranger)
    assert [problem.code for problem in caught.value.problems] == ["unknown_kind"]
