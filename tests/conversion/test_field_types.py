"""The types that the fields of a document may have, and what is said about all others."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum, IntEnum, StrEnum
from pathlib import Path
from typing import Annotated, Any, Generic, Literal, NewType, Optional, TypeVar
from uuid import UUID

import attrs
import pytest

from infoview import (
    EVENT_TYPES,
    CustomEvent,
    EmailAddress,
    Event,
    Held,
    Interview,
    PersonName,
    Policy,
    Slot,
)
from infoview.conversion import KINDS, make_converter
from infoview.conversion._field_types import attributes_of, check_fields, member_of_optional
from infoview.exceptions import InvalidValueError


class Mood(StrEnum):
    """How it was."""

    GLAD = "glad"


class Rank(IntEnum):
    """A number with a name."""

    FIRST = 1


class Colour(Enum):
    """A name without text."""

    RED = "red"


@attrs.frozen
class Pair:
    """A class of attrs with fields of its own."""

    left: tuple[Mood, ...]
    right: Slot | None


@attrs.frozen
class Tree:
    """A class that holds itself."""

    branches: tuple["Tree", ...] = ()


@attrs.frozen
class Forest:
    """A class that holds one that holds itself."""

    tree: Tree | None


@attrs.frozen
class Opaque:
    """A class with a field that has no form."""

    weight: float


_T = TypeVar("_T")


@attrs.frozen
class Box(Generic[_T]):
    """A class whose field may be anything."""

    content: _T


def with_field(cls: Any) -> type[CustomEvent]:  # noqa: ANN401 - a type
    """Make an event with one field of a type."""
    return attrs.make_class(
        "Danced", {"field": attrs.field(type=cls)}, bases=(CustomEvent,), frozen=True, kw_only=True
    )


FIT = [
    *(str, int, bool, datetime, date, EmailAddress, Mood, PersonName, Slot, Policy, Pair),
    *(str | None, Optional[int], None | Pair, tuple[str, ...] | None),  # noqa: UP045 - as people write them
    *(tuple[int, ...], tuple[int, int], tuple[str], tuple[Pair, ...], tuple[str | None, ...]),
    *(tuple[tuple[int, int], ...], frozenset[str], frozenset[Mood], frozenset[date]),
]
UNFIT = [
    *(float, complex, bytes, object, Any, None, Decimal, UUID, Path, time, timedelta, Rank, Colour, Enum),
    *(list[str], set[str], dict[str, str], Mapping[str, str], list, tuple, frozenset, tuple[()], dict),
    *(tuple[str, int], tuple[float, ...], tuple[list[int], ...], frozenset[Pair], frozenset[str | None]),
    *(frozenset[tuple[int, int]], str | int, str | int | None, float | None, Literal["a"], Callable[[], int]),
    *(Annotated[str, "name"], NewType("Key", str), type[str], Box, Box[int], Tree, Forest, Opaque),
    *(Event, Held, CustomEvent, Interview, Held | None, tuple[Event, ...], Interview | None),
]


@pytest.mark.parametrize("cls", FIT, ids=str)
def test_types_with_a_form_are_fit(cls: Any) -> None:  # noqa: ANN401 - a type
    """Such a field can be read and written."""
    event = with_field(cls)
    check_fields(event)
    converter = make_converter()
    assert converter.get_structure_hook(event)
    assert converter.get_unstructure_hook(event)


@pytest.mark.parametrize("cls", UNFIT, ids=str)
def test_all_other_types_are_refused_with_their_place(cls: Any) -> None:  # noqa: ANN401 - a type
    """One error names class, field and cure, whatever is wanted of the class first."""
    event = with_field(cls)
    for use in (
        check_fields,
        make_converter().get_structure_hook,
        make_converter().get_unstructure_hook,
    ):
        with pytest.raises(InvalidValueError) as caught:
            use(event)
        place = {Opaque: "Opaque.weight", Box: "Box.content", Tree: "Tree.branches", Forest: "Tree.branches"}
        assert caught.value.field == place.get(cls, "Danced.field")
        assert caught.value.code == "unsupported_type"
        assert caught.value.cure.startswith("annotate it as str, int, bool, ")


@pytest.mark.parametrize("cls", [*EVENT_TYPES, *(cls for cls in KINDS.values() if cls is not Interview)])
def test_all_classes_of_the_library_are_fit(cls: type) -> None:
    """Whoever adds a field of another type finds out here."""
    check_fields(cls)


def test_types_may_be_written_as_text() -> None:
    """That is how they stand in a module which postpones annotations."""

    @attrs.frozen(kw_only=True)
    class Danced(CustomEvent):
        where: "Slot | None"
        moods: "tuple[Mood, ...]" = ()

    check_fields(Danced)
    types = {a.name: a.type for a in attributes_of(Danced)}
    assert types["where"] == Slot | None
    assert types["moods"] == tuple[Mood, ...]


@pytest.mark.parametrize("spelled", ["Fraction", "Mood.", "Mood.SAD", "'Mood' | 7"])
def test_types_must_be_known_at_run_time(spelled: str) -> None:
    """What only type checkers see cannot be read."""
    danced = with_field(spelled)
    danced.__annotations__ = {"field": spelled}
    with pytest.raises(InvalidValueError) as caught:
        check_fields(danced)
    assert (caught.value.field, caught.value.code) == ("Danced", "unsupported_type")
    assert caught.value.__context__ is None


def test_what_is_computed_may_be_of_any_type() -> None:
    """Only what an object is made of is written."""

    @attrs.frozen(kw_only=True)
    class Danced(CustomEvent):
        weight: float = attrs.field(init=False, default=0.5)

    check_fields(Danced)
    assert [a.name for a in attributes_of(Danced)] == ["at", "id", "interview_id"]


@pytest.mark.parametrize(
    ("cls", "member"),
    [(int | None, int), (None | int, int), (Optional[int], int), (int, None), (int | str, None), (7, None)],  # noqa: UP045 - as above
)
def test_a_union_with_none_is_about_its_other_member(cls: object, member: object) -> None:
    """Every spelling of such a union is known, and nothing else is one."""
    assert member is member_of_optional(cls)
    assert member_of_optional(int | str | None) is None
