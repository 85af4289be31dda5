"""Values as Python would build them, so that a failure can be run again without the suite."""

import sys
from collections.abc import Iterable
from datetime import date, datetime
from enum import Enum
from typing import Any, cast

import attrs

from infoview._events import CustomEvent
from infoview._interview import Interview
from infoview._policy import Policy
from infoview.policies import PRESETS

__all__ = ["script_of"]


def script_of(**values: object) -> str:
    """Write a script that builds values.

    Args:
        values: The values, by the names they get.

    Returns:
        Import statements and assignments.
    """
    writer = _Writer()
    lines = [f"{name} = {writer.written(value)}" for name, value in values.items()]
    table = ["lifecycle = ...  # your own table"] if writer.has_own_table else []
    return "\n".join([*writer.imports, "", *table, *lines])


@attrs.define
class _Writer:
    """Writes values, and remembers what has to be imported for them.

    Attributes:
        homes: What has to be imported, by module.
        has_own_table: Whether an interview has events that the library's table does not know.
    """

    homes: dict[str, set[str]] = attrs.field(factory=dict[str, set[str]])
    has_own_table: bool = False

    @property
    def imports(self) -> list[str]:
        """The import statements."""
        return [
            f"from {module} import {', '.join(sorted(names))}" for module, names in sorted(self.homes.items())
        ]

    def written(self, value: Any) -> str:  # noqa: ANN401 - any value
        """Write a value."""
        match value:
            case Interview():
                own = any(isinstance(event, CustomEvent) for event in value.history)
                self.has_own_table |= own
                table = ", lifecycle=lifecycle" if own else ""
                return f"{self._named(Interview)}.replay({self.written(value.history)}{table})"
            case Policy() if value in PRESETS:
                return self._constant(value.name.upper(), "infoview.policies")
            case Enum():
                return f"{self._named(type(value))}.{value.name}"
            case datetime():
                return f'{self._named(datetime)}.fromisoformat("{value.isoformat()}")'
            case date():
                return f'{self._named(date)}.fromisoformat("{value.isoformat()}")'
            case tuple():
                return self._members(cast("tuple[object, ...]", value))
            case frozenset():
                return f"frozenset({self._members(sorted(cast('Any', value)))})"
            case _:
                cls: type[Any] = cast("Any", type(value))
                return self._object(cls, value) if attrs.has(cls) else repr(value)

    def _members(self, values: Iterable[object]) -> str:
        return f"({''.join(f'{self.written(value)}, ' for value in values).rstrip()})"

    def _object(self, cls: type[Any], value: object) -> str:
        told = [
            f"{f'{field.alias}=' if field.kw_only else ''}{self.written(getattr(value, field.name))}"
            for field in attrs.fields(cls)
            if field.init and (not field.kw_only or getattr(value, field.name) != field.default)
        ]
        return f"{self._named(cls)}({', '.join(told)})"

    def _named(self, cls: type[Any]) -> str:
        return self._constant(cls.__name__, _home_of(cls))

    def _constant(self, name: str, module: str) -> str:
        self.homes.setdefault(module, set()).add(name)
        return name


def _home_of(cls: type[Any]) -> str:
    """Find the public module of a class: the nearest above its own that has it."""
    parts = cls.__module__.split(".")
    public = parts[: next((place for place, part in enumerate(parts) if part.startswith("_")), len(parts))]
    module = ".".join(public)
    return module if getattr(sys.modules.get(module), cls.__name__, None) is cls else cls.__module__
