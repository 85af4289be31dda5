"""The hooks on converters: ours, and one that belongs to somebody else."""

from datetime import UTC, datetime
from typing import Any

import attrs
import cattrs
import pytest

from infoview import (
    ConnectionKind,
    Contact,
    EmailAddress,
    Event,
    Interview,
    Nudged,
    PersonName,
    Policy,
    QuietDays,
    Slot,
)
from infoview._choices import Cadence
from infoview.conversion import configure_converter, make_converter
from infoview.exceptions import InvalidDataError, InvalidValueError, Problem

CONTACT = Contact(id="c-1", name=PersonName(given="Ilse"), email=EmailAddress("ilse@example.org"))
AT = datetime(2026, 3, 9, 14, tzinfo=UTC)


@attrs.frozen
class Lead:
    """A class of an integrator, who likes cattrs as it comes."""

    rank: int
    contact: Contact
    last: Event
    email: EmailAddress | None = None
    score: float = 0.5


LEAD = Lead(7, CONTACT, Nudged(at=AT), EmailAddress("ilse@example.com"))


@pytest.fixture(params=[cattrs.Converter, cattrs.BaseConverter])
def converter(request: pytest.FixtureRequest) -> cattrs.BaseConverter:
    """Make a converter of an integrator that knows our classes."""
    theirs: cattrs.BaseConverter = request.param()
    configure_converter(theirs)
    return theirs


def test_our_objects_are_read_and_written_inside_other_classes(converter: cattrs.BaseConverter) -> None:
    """A class of an integrator comes back as it was, with our objects in wire form and without envelope."""
    written = converter.unstructure(LEAD)
    assert {key: value for key, value in written["contact"].items() if key != "name"} == {
        "channel": "email",
        "email": "ilse@example.org",
        "id": "c-1",
    }
    assert written["last"] == {"type": "Nudged", "at": "2026-03-09T14:00:00Z", "channel": "email"}
    assert written["email"] == "ilse@example.com"
    assert converter.structure(written, Lead) == LEAD


def test_parts_of_a_policy_are_read_and_written_alone(converter: cattrs.BaseConverter) -> None:
    """Quiet days and cadences may stand in settings of an integrator."""
    for part in (QuietDays((12, 20), (1, 2)), Cadence(ConnectionKind.ALUMNI, 60)):
        assert converter.structure(converter.unstructure(part), type(part)) == part
    assert converter.unstructure(Cadence(ConnectionKind.COLD, 90)) == {"connection": "cold", "days": 90}


def test_other_types_are_treated_as_before(converter: cattrs.BaseConverter) -> None:
    """We bring no strictness to classes that did not ask for it."""
    written = converter.unstructure(LEAD) | {"rank": "7", "score": "1"}
    assert attrs.evolve(LEAD, score=1.0) == converter.structure(written, Lead)


def test_our_objects_stay_strict(converter: cattrs.BaseConverter) -> None:
    """What is lax about a converter ends where our objects begin; paths count from there."""
    start = {"start": "2026-03-09T14:00:00Z", "minutes": "20", "zone": "UTC"}
    with pytest.raises(InvalidDataError) as caught:
        converter.structure(start, Slot)
    assert (Problem("$.minutes", "wrong_type", "give a whole number"),) == caught.value.problems


@pytest.mark.parametrize("cls", [Contact, Interview, Policy, Event, EmailAddress], ids=str)
def test_our_own_converter_reads_without_an_envelope(cls: Any) -> None:  # noqa: ANN401 - a class or a union
    """The error for what is of another type altogether is the same for all classes."""
    with pytest.raises(InvalidDataError) as caught:
        make_converter().structure(7, cls)
    assert [(p.path, p.code) for p in caught.value.problems] == [("$", "wrong_type")]


def test_converters_are_fresh() -> None:
    """Changing one converter changes no other, nor the functions of the module."""
    mine = make_converter()
    mine.register_structure_hook(int, lambda value, _: int(value))
    start = {"start": "2026-03-09T14:00:00Z", "minutes": "20", "zone": "UTC"}
    assert Slot(start=AT, minutes=20, zone="UTC") == mine.structure(start, Slot)
    with pytest.raises(InvalidDataError):
        make_converter().structure(start, Slot)


def test_sets_are_arrays_in_order_without_repeats() -> None:
    """A set has one spelling, and a member given twice is refused where it comes again."""
    ours = make_converter()
    assert ours.unstructure(frozenset({"b", "a"}), frozenset[str]) == ["a", "b"]
    assert ours.structure(["b", "a"], frozenset[str]) == {"a", "b"}
    with pytest.raises(InvalidDataError) as caught:
        ours.structure(["a", "b", "a", 7, "b"], frozenset[str])
    assert [(p.path, p.code) for p in caught.value.problems] == [
        ("$[3]", "wrong_type"),
        ("$[2]", "duplicate_member"),
        ("$[4]", "duplicate_member"),
    ]


def _even(value: int) -> int:
    if value % 2:
        raise InvalidValueError("Pair.left", "odd", "give an even number")
    return value


@attrs.frozen
class Pair:
    """A class whose converter refuses, and which has a field without a rule."""

    left: int = attrs.field(converter=_even)
    right: str


def test_a_converter_may_refuse() -> None:
    """What the converter of a field says is a fault of that field."""
    with pytest.raises(InvalidDataError) as caught:
        make_converter().structure({"left": 7, "right": 7}, Pair)
    assert [(p.path, p.code) for p in caught.value.problems] == [("$.right", "wrong_type"), ("$.left", "odd")]
    assert Pair(8, "a") == make_converter().structure({"left": 8, "right": "a"}, Pair)


def test_tuples_of_one_type_are_read() -> None:
    """Arrays outside of our classes are read too, where somebody asks for them."""
    ours = make_converter()
    assert ours.structure([1, 2], tuple[int, ...]) == (1, 2)
    assert ours.unstructure((1, 2), tuple[int, ...]) == [1, 2]
    with pytest.raises(InvalidDataError) as caught:
        ours.structure([1, "2", 3], tuple[int, ...])
    assert [problem.path for problem in caught.value.problems] == ["$[1]"]
