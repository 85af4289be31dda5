"""The rules for fields that hold neither text nor time: flags, numbers, values of one type.

A type checker finds most of what these refuse. They are for callers without one, and for data.
"""

from enum import StrEnum
from typing import Any, cast

import attrs

from infoview.exceptions import InvalidValueError

__all__ = ["boolean", "each", "instance", "place_of", "whole_number"]


def place_of(owner: object, attribute: "attrs.Attribute[Any]") -> str:
    """Name a field for an error.

    Args:
        owner: The object under construction.
        attribute: The field.

    Returns:
        Class and field, such as ``PersonName.given``.
    """
    return f"{type(owner).__name__}.{attribute.name}"


def boolean(owner: object, attribute: "attrs.Attribute[Any]", value: object) -> None:
    """Refuse a value that is neither `True` nor `False`, as attrs calls a validator.

    Args:
        owner: The object under construction.
        attribute: The field.
        value: The value given for it.

    Raises:
        InvalidValueError: When the value is no `bool` (code ``wrong_type``).
    """
    if not isinstance(value, bool):
        raise InvalidValueError(place_of(owner, attribute), "wrong_type", "give True or False")


@attrs.frozen
class whole_number:  # noqa: N801 - reads as a word in a field definition
    """A rule for a whole number in a range, used as an attrs validator or by hand.

    Attributes:
        low: The least value allowed.
        high: The greatest value allowed.
    """

    low: int
    high: int

    def check(self, place: str, value: object) -> None:
        """Refuse *value* for the place it is meant for.

        Args:
            place: Where the number stands, for the error.
            value: Anything.

        Raises:
            InvalidValueError: When it is no plain `int`, as `True` is not (code ``not_a_whole_number``), or
                lies outside the range (code ``out_of_range``).
        """
        cure = f"give a whole number from {self.low} to {self.high}"
        if type(value) is not int:
            raise InvalidValueError(place, "not_a_whole_number", cure)
        if not self.low <= value <= self.high:
            raise InvalidValueError(place, "out_of_range", cure)

    def __call__(self, owner: object, attribute: "attrs.Attribute[Any]", value: object) -> None:
        """Refuse *value* for *attribute*, as attrs calls a validator.

        Args:
            owner: The object under construction.
            attribute: The field.
            value: The value given for it.

        Raises:
            InvalidValueError: As `check`.
        """
        self.check(place_of(owner, attribute), value)


@attrs.frozen
class instance:  # noqa: N801 - reads as a word in a field definition
    """A rule for a value of one type, used as an attrs validator.

    Attributes:
        kind: The type.
    """

    kind: type[object]

    def __call__(self, owner: object, attribute: "attrs.Attribute[Any]", value: object) -> None:
        """Refuse *value* for *attribute*.

        Args:
            owner: The object under construction.
            attribute: The field.
            value: The value given for it.

        Raises:
            InvalidValueError: When it is not of the type (code ``wrong_type``).
        """
        if not isinstance(value, self.kind):
            raise InvalidValueError(place_of(owner, attribute), "wrong_type", self._cure())

    def _cure(self) -> str:
        if issubclass(self.kind, StrEnum):
            return f"give one of {', '.join(str(member) for member in self.kind)}, as {self.kind.__name__}"
        return f"give a value of the type {self.kind.__name__}"


@attrs.frozen
class each:  # noqa: N801 - reads as a word in a field definition
    """A rule for a tuple, used as an attrs validator.

    Attributes:
        rule: The rule for each member.
        least: The least number of members.
        most: The greatest number of members.
    """

    rule: Any
    least: int = attrs.field(default=0, kw_only=True)
    most: int = attrs.field(default=1_000, kw_only=True)

    def __call__(self, owner: object, attribute: "attrs.Attribute[Any]", value: object) -> None:
        """Refuse *value* for *attribute*.

        Args:
            owner: The object under construction.
            attribute: The field.
            value: The value given for it.

        Raises:
            InvalidValueError: When it is no tuple (code ``wrong_type``), has too few or too many members
                (code ``out_of_range``), or a member breaks its rule.
        """
        if not isinstance(value, tuple):
            raise InvalidValueError(place_of(owner, attribute), "wrong_type", "give a tuple")
        members = cast("tuple[object, ...]", value)
        if not self.least <= len(members) <= self.most:
            raise InvalidValueError(
                place_of(owner, attribute), "out_of_range", f"give {self.least} to {self.most} of them"
            )
        for member in members:
            self.rule(owner, attribute, member)
