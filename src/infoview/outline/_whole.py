"""The rule for whole numbers: no booleans, no fractions, and between two bounds."""

from typing import Any

import attrs

from infoview.exceptions import InvalidValueError

__all__ = ["Whole"]


@attrs.frozen
class Whole:
    """A rule for one whole number, used as an attrs validator or by hand.

    Attributes:
        least: The smallest number allowed.
        most: The largest number allowed.
    """

    least: int
    most: int

    def check(self, field: str, value: object) -> None:
        """Refuse *value* for the place called *field*.

        Args:
            field: Where the number stands, for the error.
            value: Anything.

        Raises:
            InvalidValueError: When it is no whole number (code ``not_a_whole_number``) or outside the bounds
                (code ``out_of_range``).
        """
        if not isinstance(value, int) or isinstance(value, bool):
            raise InvalidValueError(field, "not_a_whole_number", "give a whole number")
        if not self.least <= value <= self.most:
            raise InvalidValueError(field, "out_of_range", f"give a number from {self.least} to {self.most}")

    def __call__(self, instance: object, attribute: "attrs.Attribute[Any]", value: object) -> None:
        """Refuse *value* for *attribute*, as attrs calls a validator.

        Args:
            instance: The object under construction.
            attribute: The field.
            value: The value given for it.

        Raises:
            InvalidValueError: As `check` does.
        """
        self.check(f"{type(instance).__name__}.{attribute.name}", value)
