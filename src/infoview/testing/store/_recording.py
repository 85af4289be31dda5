"""Handles that write down what is done with them, so that a failure comes with a script that repeats it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final, TypeVar

import attrs

from infoview.storage import Durability, Entry, Erase, Put, Record, Ref, Scalar, Store
from infoview.testing._check import literal

__all__ = ["Call", "Recorded", "script_of"]

_T = TypeVar("_T")

_MOST_CALLS: Final = 400


@attrs.define
class Call:
    """One call of a store.

    Attributes:
        handle: The number of the handle.
        method: What was called.
        arguments: With what, by position.
        query: With what, by name.
        error: The type of the error that was raised, or `None`.
    """

    handle: int
    method: str
    arguments: tuple[Any, ...] = ()
    query: Mapping[str, Any] = attrs.field(factory=dict[str, Any])
    error: str | None = None

    def written(self) -> str:
        """Write the call as Python."""
        given = [literal(argument) for argument in self.arguments]
        given += [f"{name}={literal(value)}" for name, value in self.query.items()]
        return f"h{self.handle}.{self.method}({', '.join(given)})"


class Recorded:
    """A handle of the store under test. It changes nothing about it.

    Attributes:
        store: The handle itself.
        number: Which of the open handles it is, from 1.
    """

    def __init__(self, store: Store, number: int, calls: list[Call]) -> None:
        self.store = store
        self.number = number
        self._calls = calls

    @property
    def durability(self) -> Durability:
        """What the handle says."""
        return self.store.durability

    @property
    def max_changes(self) -> int:
        """What the handle says."""
        return self.store.max_changes

    def commit(self, tenant: str, changes: Sequence[Put | Erase], /) -> int:
        """Commit, and write it down."""
        return self._run(lambda: self.store.commit(tenant, changes), "commit", (tenant, changes), {})

    def load(self, tenant: str, refs: Sequence[Ref], /) -> list[Record | None]:
        """Load, and write it down."""
        return self._run(lambda: self.store.load(tenant, refs), "load", (tenant, refs), {})

    def scan(self, tenant: str, kind: str, /, **query: Any) -> list[Record]:  # noqa: ANN401 - passed on
        """Scan, and write it down."""
        return self._run(lambda: self.store.scan(tenant, kind, **query), "scan", (tenant, kind), query)

    def log(self, tenant: str, /, **query: Any) -> list[Entry]:  # noqa: ANN401 - passed on
        """Read the log, and write it down."""
        return self._run(lambda: self.store.log(tenant, **query), "log", (tenant,), query)

    def close(self) -> None:
        """Close, and write it down."""
        self._run(self.store.close, "close", (), {})

    def _run(
        self, made: Callable[[], _T], name: str, arguments: tuple[Any, ...], query: dict[str, Any]
    ) -> _T:
        call = Call(self.number, name, tuple(map(_kept, arguments)), {k: _kept(v) for k, v in query.items()})
        self._calls.append(call)
        try:
            return made()
        except BaseException as error:
            call.error = type(error).__name__
            raise


def _kept(argument: Scalar | Sequence[Any] | Mapping[str, Any]) -> object:
    """Keep an argument as it is now: the store under test, or the check, may change it later."""
    if isinstance(argument, list):
        return [*argument]
    if isinstance(argument, dict):
        return {**argument}
    return argument


def script_of(factory: Callable[[], object], calls: Iterable[Call]) -> str:
    """Write a script that makes the same calls.

    Args:
        factory: What opens a handle.
        calls: The calls, oldest first. Beyond 400 the first ones are left out, and the script says so.

    Returns:
        Plain Python; empty when nothing was called.
    """
    made = [*calls]
    if not made:
        return ""
    shown = made[-_MOST_CALLS:]
    handles = sorted({call.handle for call in made})
    opened = ", ".join(f"open_store() as h{number}" for number in handles)
    module, name = getattr(factory, "__module__", "your_module"), getattr(factory, "__qualname__", "factory")
    lines = [
        "import contextlib",
        "from infoview.storage import Entry, Erase, NewEntry, Put, Record, Ref",
        f"open_store = ...  # {name} of {module}",
        "",
        f"with {opened}:",
    ]
    if len(made) > len(shown):
        lines.append(f"    # {len(made) - len(shown)} earlier calls are left out")
    for call in shown[:-1]:
        line = call.written()
        if call.error:
            line = f"with contextlib.suppress(Exception): {line}  # {call.error}"
        lines.append(f"    {line}")
    lines += [f"    print({call.written()})  # {call.error or 'look at this'}" for call in shown[-1:]]
    return "\n".join(lines)
