"""The form of each class on the wire: its keys, the rules of each, and how an object is made of them."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from typing import Any, cast

import attrs

from infoview._events import EVENT_TYPES, CustomEvent, Event
from infoview._fields import each
from infoview._interview import Interview
from infoview._lifecycle import LIFECYCLE, Lifecycle
from infoview.conversion._faults import fault, within
from infoview.conversion._field_types import attributes_of, check_fields
from infoview.conversion._kinds import KINDS, TAG, is_own_event
from infoview.exceptions import (
    GuardError,
    IllegalTransitionError,
    InvalidDataError,
    InvalidValueError,
    Problem,
)

__all__ = ["RULE_FAILURES", "Field", "Form", "as_problem", "form_of", "replayed"]


RULE_FAILURES = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)
"""What rules raise: those of the library an `InvalidValueError`, those of integrators whatever comes up."""


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
    def argument(self) -> str:
        """The name of the argument that fills it."""
        return str(self.attribute.alias)

    @property
    def type(self) -> Any:  # noqa: ANN401 - a class, a union or a generic alias
        """The type of the field."""
        return self.attribute.type

    @property
    def is_required(self) -> bool:
        """Whether a document must have the key."""
        return self.attribute.default is attrs.NOTHING

    @property
    def leaves_out_none(self) -> bool:
        """Whether `None` is written by writing nothing, as it is the default."""
        return self.attribute.default is None

    def faults(self, value: object) -> list[Problem]:
        """Hold a value against the rules of the field.

        Args:
            value: The value, of the field's type.

        Returns:
            The faults, with their paths from the value.
        """
        attribute: Any = self.attribute
        convert = attribute.converter
        try:
            if isinstance(convert, attrs.Converter):
                value = cast("Any", convert)(value, self.owner, attribute)
            elif convert is not None:
                value = convert(value)
        except AttributeError:
            return []  # as in _faults
        except RULE_FAILURES as error:
            return [as_problem("$", error)]
        return list(self._faults("$", attribute.validator, value))

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
        except AttributeError:
            # A rule of an integrator looks at another field, and none is filled in. The object as a whole
            # will tell.
            return
        except RULE_FAILURES as error:
            if isinstance(rule, each) and rule.least <= len(value) <= rule.most:
                for place, member in enumerate(value):
                    yield from self._faults(f"{path}[{place}]", rule.rule, member)
            else:
                yield as_problem(path, error)


def as_problem(path: str, error: Exception) -> Problem:
    """Tell what a rule said as a fault.

    Args:
        path: Where it is.
        error: What the rule raised.

    Returns:
        The fault. What a rule of an integrator says is not repeated, as it may hold the value.
    """
    if isinstance(error, InvalidValueError):
        return Problem(path, error.code, error.cure)
    return Problem(path, "broken_rule", "keep the rule that the class has for this")


@attrs.frozen
class Form:
    """The form of a class.

    Attributes:
        tags: Keys whose value says what the object is.
        fields: All other keys.
        build: Makes an object of the values of the fields, by their arguments.
        failures: What that raises where the values break a rule of the class.
    """

    tags: Mapping[str, str]
    fields: tuple[Field, ...]
    build: Callable[..., Any]
    failures: tuple[type[Exception], ...] = RULE_FAILURES

    @property
    def keys(self) -> frozenset[str]:
        """All keys."""
        return frozenset((*self.tags, *(field.key for field in self.fields)))


_KIND_NAMES = {cls: kind for kind, cls in KINDS.items()}

_EVENT_KEYS = ("kind", TAG)


def _key_of(cls: type[Any], name: str) -> str:
    """Choose the key for a field. The envelope has a ``kind``, so an objective's is ``objective_kind``."""
    return f"{_KIND_NAMES[cls]}_kind" if name == "kind" and cls in _KIND_NAMES else name


@attrs.frozen
class _Told:
    """What is written of an interview: all else is what its events add up to."""

    history: tuple[Event, ...]


def _interview_of(lifecycle: Lifecycle, *, history: tuple[Event | CustomEvent, ...]) -> Interview:
    try:
        return replayed(history, lifecycle)
    except InvalidDataError as error:
        problems = within(".history", error.problems)
    raise InvalidDataError(tuple(problems))


def form_of(cls: type[Any], /, lifecycle: Lifecycle = LIFECYCLE) -> Form:
    """Find the form of a class.

    Args:
        cls: An attrs class.
        lifecycle: The table by which interviews are replayed.

    Returns:
        Its form. What an object computes by itself is not in it; an interview is its history.

    Raises:
        InvalidValueError: When a field of the class has a type that no document can hold (code
            ``unsupported_type``), or a field of an event the name of a key of all events (``name_taken``).
    """
    owner: object = object.__new__(cls)
    if cls is Interview:
        history = tuple(Field(a.name, a, owner) for a in attributes_of(_Told))
        return Form(tags={}, fields=history, build=partial(_interview_of, lifecycle), failures=())
    check_fields(cls)
    fields = tuple(Field(_key_of(cls, str(a.alias)), a, owner) for a in attributes_of(cls))
    if cls not in EVENT_TYPES and not is_own_event(cls):
        return Form(tags={}, fields=fields, build=cls)
    for field in fields:
        if field.key in _EVENT_KEYS:
            place = f"{cls.__name__}.{field.name}"
            raise InvalidValueError(place, "name_taken", "name it otherwise; every event has this key")
    return Form(tags={TAG: cls.__name__}, fields=fields, build=cls)


def replayed(events: Iterable[Event | CustomEvent], lifecycle: Lifecycle, /) -> Interview:
    """Make an interview of events that were read.

    Args:
        events: The events, oldest first.
        lifecycle: The table.

    Returns:
        The interview.

    Raises:
        InvalidDataError: When they cannot have happened. The path is that of an event, such as ``$[3]``.
    """
    history = tuple(events)
    if not history:
        raise fault("empty_history", "give the history from Identified on")
    try:
        return Interview.replay(history, lifecycle=lifecycle)
    except IllegalTransitionError as error:
        cure = f"give one of: {', '.join(error.allowed)}"
        problems = [Problem(f"$[{error.place or 0}]", error.code, cure)]
    except GuardError as error:
        problems = [Problem(f"$[{error.place}]", r.code, _as_cure(r.sentence)) for r in error.reasons]
    raise InvalidDataError(tuple(problems))


def _as_cure(sentence: str) -> str:
    """Spell a rule of the etiquette as all cures are: small letters, no full stop."""
    return sentence[:1].lower() + sentence[1:].removesuffix(".")
