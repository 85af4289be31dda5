from enum import IntEnum
from typing import Any

import attrs
import pytest
from attrs.validators import optional

from infoview import Party
from infoview._fields import boolean, each, instance, whole_number
from infoview._text import LINE
from infoview.exceptions import InvalidValueError


class Level(IntEnum):
    """A number that is more than a number."""

    ONE = 1


@attrs.frozen(kw_only=True)
class Form:
    """A class with one field of each sort."""

    flag: bool = attrs.field(default=False, validator=boolean)
    number: int = attrs.field(default=1, validator=whole_number(1, 9))
    day: Level = attrs.field(default=Level.ONE, validator=instance(Level))
    perhaps: Level | None = attrs.field(default=None, validator=optional(instance(Level)))
    lines: tuple[str, ...] = attrs.field(default=("a",), validator=each(LINE, least=1, most=3))


def refusal(**fields: object) -> InvalidValueError:
    """Fill in the form wrongly and hand over the error."""
    with pytest.raises(InvalidValueError) as caught:
        Form(**fields)
    return caught.value


class TestBoolean:
    """The rule for flags."""

    @pytest.mark.parametrize("value", [True, False])
    def test_takes_both(self, *, value: bool) -> None:
        """A flag is true or false."""
        assert Form(flag=value).flag is value

    @pytest.mark.parametrize("value", [0, 1, None, "", "yes", []])
    def test_refuses_everything_else(self, value: object) -> None:
        """What merely counts as true is no flag."""
        error = refusal(flag=value)
        assert (error.field, error.code, error.cure) == ("Form.flag", "wrong_type", "give True or False")


class TestWholeNumber:
    """The rule for numbers."""

    @pytest.mark.parametrize("value", [1, 5, 9])
    def test_takes_the_range_with_its_ends(self, value: int) -> None:
        """Both ends belong to the range."""
        assert Form(number=value).number == value

    @pytest.mark.parametrize("value", [0, 10, -1, 10**400])
    def test_refuses_what_lies_outside(self, value: int) -> None:
        """One beyond either end is out, however far."""
        error = refusal(number=value)
        assert (error.field, error.code) == ("Form.number", "out_of_range")
        assert error.cure == "give a whole number from 1 to 9"

    @pytest.mark.parametrize("value", [True, 5.0, "5", None, Level.ONE, float("nan")])
    def test_refuses_what_only_resembles_a_number(self, value: object) -> None:
        """A flag, a float, a digit or an enumeration is no whole number here."""
        assert refusal(number=value).code == "not_a_whole_number"


class TestInstance:
    """The rule for values of one type."""

    @pytest.mark.parametrize("value", [1, None, "ONE", Level])
    def test_refuses_another_type(self, value: object) -> None:
        """A value that equals a member is still none."""
        error = refusal(day=value)
        assert (error.field, error.code, error.cure) == (
            "Form.day",
            "wrong_type",
            "give a value of the type Level",
        )

    def test_names_the_members_of_a_choice(self) -> None:
        """Where the type is a choice of words, the cure lists them."""
        with pytest.raises(InvalidValueError) as caught:
            instance(Party)(None, attrs.fields(Form).day, "contact")
        assert caught.value.cure == "give one of seeker, contact, as Party"

    def test_takes_none_only_when_optional(self) -> None:
        """An optional field may be left out; anything else must be of the type."""
        assert Form(perhaps=None).perhaps is None
        assert Form(perhaps=Level.ONE).perhaps is Level.ONE
        assert refusal(perhaps=1).code == "wrong_type"


class TestEach:
    """The rule for tuples."""

    @pytest.mark.parametrize("value", [("a",), ("a", "b", "c")])
    def test_takes_the_range_with_its_ends(self, value: tuple[str, ...]) -> None:
        """Both the least and the greatest number of members are allowed."""
        assert Form(lines=value).lines == value

    @pytest.mark.parametrize("value", [["a"], {"a"}, "a", None, iter(("a",))])
    def test_refuses_what_is_no_tuple(self, value: object) -> None:
        """Only what cannot change is kept."""
        error = refusal(lines=value)
        assert (error.field, error.code, error.cure) == ("Form.lines", "wrong_type", "give a tuple")

    @pytest.mark.parametrize("value", [(), ("a",) * 4])
    def test_refuses_too_few_and_too_many(self, value: tuple[str, ...]) -> None:
        """One beyond either end is out."""
        error = refusal(lines=value)
        assert (error.field, error.code, error.cure) == ("Form.lines", "out_of_range", "give 1 to 3 of them")

    def test_counts_before_it_looks(self) -> None:
        """A tuple that is too long is refused for its length, whatever its members."""
        assert refusal(lines=(None,) * 1_000_000).code == "out_of_range"

    @pytest.mark.parametrize("place", [0, 1, 2])
    def test_holds_every_member_to_the_rule(self, place: int) -> None:
        """One bad member refuses the field, wherever it stands."""
        members = ["a", "b", "c"]
        members[place] = "\0"
        error = refusal(lines=tuple(members))
        assert (error.field, error.code) == ("Form.lines", "control_character")

    def test_has_a_limit_when_none_is_named(self) -> None:
        """A thousand members are allowed by default, and no more."""
        rule = each(LINE)
        assert (rule.least, rule.most) == (0, 1_000)

    @pytest.mark.parametrize(("rule", "first"), [(each, LINE), (instance, Level)])
    def test_and_every_rule_names_its_exceptions(self, rule: Any, first: object) -> None:  # noqa: ANN401 - any rule
        """What goes beyond the rule itself is said by name."""
        with pytest.raises(TypeError, match=r"takes \d positional arguments? but"):
            rule(first, 1)
