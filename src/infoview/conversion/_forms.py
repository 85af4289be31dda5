"""The form of each class on the wire: its keys, the rules of each, and how an object is made of them."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import attrs

from infoview._events import EVENT_TYPES, Event
from infoview._fields import each
from infoview._interview import Interview
from infoview.conversion._kinds import KINDS
from infoview.exceptions import (
    GuardError,
    IllegalTransitionError,
    InvalidDataError,
    InvalidValueError,
    Problem,
)

__all__ = ["TAG", "Field", "Form", "form_of"]

TAG = "type"
"""The key that says which event an event is."""


@attrs.frozen
class Field:
    """One key of a form.

    Attributes:
        key: The key.
        attribute: The field of the class that it stands for.
        owner: An unfinished object of the class: all that a rule wants to know of it is its type.
    """

    key: str
    attribute: "attrs.Attribute[Any]"
    owner: object

    @property
    def name(self) -> str:
        """The name of the field."""
        return self.attribute.name

    @property
    def type(self) -> Any:  # noqa: ANN401 - a class, a union or a generic alias
        """The type of the field."""
        return self.attribute.type

    @property
    def is_required(self) -> bool:
        """Whether a document must have the key."""
        return self.attribute.default is attrs.NOTHING

    def leaves_out(self, value: object) -> bool:
        """Tell whether a value is written by writing nothing.

        Args:
            value: The value.

        Returns:
            `True` for `None` where that is the default.
        """
        return value is None and self.attribute.default is None

    def faults(self, value: object) -> list[Problem]:
        """Hold a value against the rules of the field.

        Args:
            value: The value, of the field's type.

        Returns:
            The faults, with their paths from the value.
        """
        attribute: Any = self.attribute
        try:
            kept = attribute.converter(value) if attribute.converter else value
        except InvalidValueError as error:
            return [Problem("$", error.code, error.cure)]
        return list(self._faults("$", attribute.validator, kept))

    def size_faults(self, members: tuple[object, ...]) -> list[Problem]:
        """Tell whether an array has too few or too many members.

        Args:
            members: The members, as they came.

        Returns:
            The fault, with its path from the array, or nothing.
        """
        rule = self.attribute.validator
        if isinstance(rule, each) and not rule.least <= len(members) <= rule.most:
            return list(self._faults("$", rule, members))
        return []

    def member_faults(self, place: int, member: object) -> list[Problem]:
        """Hold a member of an array against the rules that the field has for members.

        Args:
            place: Where in the array it is.
            member: The member, of the right type.

        Returns:
            The faults, with their paths from the array.
        """
        rule = self.attribute.validator
        return list(self._faults(f"$[{place}]", rule.rule, member)) if isinstance(rule, each) else []

    def _faults(self, path: str, rule: Any, value: Any) -> Iterator[Problem]:  # noqa: ANN401 - an attrs validator
        if rule is None:
            return
        try:
            rule(self.owner, self.attribute, value)
        except InvalidValueError as error:
            if isinstance(rule, each) and rule.least <= len(value) <= rule.most:
                for place, member in enumerate(value):
                    yield from self._faults(f"{path}[{place}]", rule.rule, member)
            else:
                yield Problem(path, error.code, error.cure)


@attrs.frozen
class Form:
    """The form of a class.

    Attributes:
        tags: Keys whose value says what the object is.
        fields: All other keys.
        build: Makes an object of the values of the fields, by name.
    """

    tags: Mapping[str, str]
    fields: tuple[Field, ...]
    build: Callable[..., Any]

    @property
    def keys(self) -> frozenset[str]:
        """All keys."""
        return frozenset((*self.tags, *(field.key for field in self.fields)))


_KIND_NAMES = {cls: kind for kind, cls in KINDS.items()}


def _key_of(cls: type[Any], name: str) -> str:
    """Choose the key for a field. The envelope has a ``kind``, so an objective's is ``objective_kind``."""
    return f"{_KIND_NAMES[cls]}_kind" if name == "kind" and cls in _KIND_NAMES else name


def _replayed(*, history: tuple[Event, ...]) -> Interview:
    events = _Counted(history)
    problems: list[Problem]
    try:
        return Interview.replay(events)
    except InvalidValueError as error:
        problems = [Problem("$.history", error.code, error.cure)]
    except IllegalTransitionError as error:
        problems = [Problem(events.last_taken, error.code, f"give one of: {', '.join(error.allowed)}")]
    except GuardError as error:
        problems = [Problem(events.last_taken, r.code, _as_cure(r.sentence)) for r in error.reasons]
    raise InvalidDataError(tuple(problems))


@attrs.define
class _Counted:
    """Events that count how many of them were taken: a replay takes them one by one, up to the bad one."""

    events: tuple[Event, ...]
    taken: int = 0

    def __iter__(self) -> Iterator[Event]:
        for event in self.events:
            self.taken += 1
            yield event

    @property
    def last_taken(self) -> str:
        """The path of the last one."""
        return f"$.history[{self.taken - 1}]"


def _as_cure(sentence: str) -> str:
    """Spell a rule of the etiquette as all cures are: small letters, no full stop."""
    return sentence[0].lower() + sentence[1:].removesuffix(".")


def form_of(cls: type[Any], /) -> Form:
    """Find the form of a class.

    Args:
        cls: An attrs class.

    Returns:
        Its form. What an object computes by itself is not in it; an interview is its history.
    """
    attributes = [a for a in attrs.fields(cls) if a.init]
    if cls is Interview:
        attributes = [a for a in attributes if a.name == "history"]
    owner: object = object.__new__(cls)
    return Form(
        tags={TAG: cls.__name__} if cls in EVENT_TYPES else {},
        fields=tuple(Field(_key_of(cls, a.name), a, owner) for a in attributes),
        build=_replayed if cls is Interview else cls,
    )
