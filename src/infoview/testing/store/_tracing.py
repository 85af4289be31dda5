"""Looking into an adapter while it works: which code is its own, and what it calls."""

import inspect
import sys
from collections.abc import Callable, Iterable
from types import CodeType, FrameType, ModuleType
from typing import Any, Final

from infoview.storage import Store, _contract

__all__ = ["Fault", "Stop", "errors_of", "points", "sources_of"]

_NOT_THE_ADAPTERS: Final = (
    "infoview.storage._contract",
    "infoview.testing",
    "builtins",
    "typing",
    "abc",
    "contextlib",
)
_TIDYING: Final = frozenset(
    {"__exit__", "__aexit__", "release", "rollback", "close", "set", "notify", "notify_all"}
)
"""Calls that put things in order, and code that does. An adapter cannot be asked to work without them."""

_CANNOT_FAIL: Final = frozenset({"isinstance", "issubclass", "len", "callable", "id"})


def sources_of(store: Store, more: Iterable[ModuleType] = ()) -> frozenset[str]:
    """Find the files that hold the code of an adapter.

    Args:
        store: A handle.
        more: Modules that belong to it beside those of its class.

    Returns:
        Their names, as code objects have them.
    """
    modules = [sys.modules.get(kind.__module__) for kind in type(store).__mro__] + [*more]
    return frozenset(
        file
        for module in modules
        if module is not None and not module.__name__.startswith(_NOT_THE_ADAPTERS)
        if (file := getattr(module, "__file__", None))
    )


def points(count: int, most: int) -> range:
    """Choose among the points of a sweep, evenly.

    Args:
        count: How many there are.
        most: How many to look at.

    Returns:
        Their numbers, from 1.
    """
    return range(1, count + 1, max(1, -(-count // most)))


def errors_of(store: Store) -> list[type[Exception]]:
    """Find the errors that the driver of an adapter raises, beside one that nobody knows.

    Args:
        store: A handle.

    Returns:
        Types of errors to raise: an unknown one first, then ``OperationalError`` of every driver in sight.
    """
    found: list[type[Exception]] = [InjectedError]
    for kind in type(store).__mro__:
        module = sys.modules.get(kind.__module__)
        for value in [*vars(module).values()] if module else []:
            error = getattr(value, "OperationalError", None) if inspect.ismodule(value) else None
            if isinstance(error, type) and issubclass(error, Exception) and error not in found:
                found.append(error)
    return found


class InjectedError(Exception):
    """What a call fails with that would otherwise have worked."""


class Fault:
    """A profile function that makes one call out of an adapter fail; set to number 0 it only counts.

    Attributes:
        count: How many calls were seen.
        place: Where the failing call is, once it has failed.
    """

    def __init__(self, files: frozenset[str], number: int, error: Exception, *, after: bool) -> None:
        self._files = files
        self._number = number
        self._error = error
        self._events = ("c_return", "return") if after else ("c_call", "call")
        self.count = 0
        self.place = ""

    def __call__(self, frame: FrameType, event: str, argument: Any) -> None:  # noqa: ANN401 - as Python calls it
        if event not in self._events or self.place:
            return
        caller: FrameType | None = frame
        if event.startswith("c_"):
            name = str(getattr(argument, "__name__", ""))
        else:
            caller, name = frame.f_back, frame.f_code.co_name
            if frame.f_code.co_filename in self._files or _is_plain(frame.f_code):
                return
        if caller is None or caller.f_code.co_filename not in self._files:
            return
        if name in _TIDYING | _CANNOT_FAIL or caller.f_code.co_name in _TIDYING:
            return
        self.count += 1
        if self.count == self._number:
            self.place = f"{caller.f_code.co_filename}, line {caller.f_lineno}, at {name}()"
            # The error's traceback holds this frame, which must not hold what the adapter works with.
            del argument
            raise self._error


def _is_plain(code: CodeType) -> bool:
    """Tell code that only checks and builds values, and has no engine behind it."""
    return code.co_filename.startswith("<") or code.co_filename == _contract.__file__


class Stop:
    """A trace function that calls something at one line of an adapter; set to number 0 it only counts.

    Attributes:
        count: How many lines were seen.
        place: Where it stopped.
    """

    def __init__(self, files: frozenset[str], number: int, at_line: Callable[[], object]) -> None:
        self._files = files
        self._number = number
        self._at_line = at_line
        self.count = 0
        self.place = ""

    def __call__(self, frame: FrameType, event: str, argument: Any) -> "Stop | None":  # noqa: ANN401 - as Python calls it
        del argument
        if frame.f_code.co_filename not in self._files:
            return None
        if event == "line":
            self.count += 1
            if self.count == self._number:
                self.place = f"{frame.f_code.co_filename}, line {frame.f_lineno}"
                self._at_line()
        return self
