"""What the checks of a store are given: handles, fresh tenants, and what the adapter's author handed over."""

import itertools
import secrets
import threading
from collections.abc import Callable, Generator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from types import ModuleType, TracebackType
from typing import Final, Self, TypeVar

import attrs

from infoview.storage import Ref, Store
from infoview.testing._check import Failed, Level
from infoview.testing.store._recording import Call, Recorded, script_of

__all__ = ["Bench", "Factory", "Hooks", "side_by_side", "within"]

Factory = Callable[[], AbstractContextManager[Store]]
"""Opens a handle; called again, another handle on the same data."""

_T = TypeVar("_T")
_run_id: Final = secrets.token_hex(4)
_tenants: Final = itertools.count(1)


@attrs.frozen(kw_only=True)
class Hooks:
    """What the author of an adapter may hand over beside the factory.

    Attributes:
        reopen: Ends and restarts whatever keeps the data, where there is such a thing.
        raw: Reads all bytes at rest.
        age: Sets the version of a record and the last position of its tenant behind the adapter's back.
        newer: Marks the data as written by a later version of the adapter; takes the mark away at the end.
        sources: More modules that belong to the adapter, beside those of its class.
    """

    reopen: Callable[[], object] | None = None
    raw: Callable[[], bytes] | None = None
    age: Callable[[str, Ref, int, int], object] | None = None
    newer: Callable[[], AbstractContextManager[object]] | None = None
    sources: tuple[ModuleType, ...] = ()


@attrs.define
class Bench:
    """What one check works with; what was opened on it is closed when its ``with`` block ends.

    Attributes:
        factory: Opens handles.
        hooks: What else was handed over.
        level: How long to look.
        seed: Chooses among what is generated.
        shrink: Whether to look for the shortest failing program.
        calls: What was called so far.
    """

    factory: Factory
    hooks: Hooks
    level: Level
    seed: int
    shrink: bool
    calls: list[Call] = attrs.field(factory=list[Call])
    _stack: ExitStack = attrs.field(factory=ExitStack)
    _numbers: "itertools.count[int]" = attrs.field(factory=lambda: itertools.count(1))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.__exit__(kind, error, trace)

    @property
    def is_long(self) -> bool:
        """Whether there is time for more than the quick look."""
        return self.level is not Level.QUICK

    def open(self) -> Recorded:
        """Open one more handle; it is closed in the end."""
        store = self._stack.enter_context(self.factory())
        return Recorded(store, next(self._numbers), self.calls)

    @contextmanager
    def opened(self) -> Generator[Recorded]:
        """Open one more handle for a while."""
        with self.factory() as store:
            yield Recorded(store, next(self._numbers), self.calls)

    def tenant(self) -> str:
        """Name a tenant that nobody has used, in this run or in any before."""
        return f"t{next(_tenants)}-{_run_id}"

    def tenants(self, *endings: str) -> list[str]:
        """Name tenants that nobody has used and that differ in their ends only."""
        fresh = self.tenant()
        return [fresh + ending for ending in endings]

    def forget(self) -> None:
        """Leave out of the script what was called so far."""
        self.calls.clear()

    def script(self) -> str:
        """Write what was called as a script."""
        return script_of(self.factory, self.calls)


def side_by_side(calls: Sequence[Callable[[], _T]], seconds: float, what: str) -> list[_T]:
    """Call several things at once, each in a thread of its own, and wait no longer than so long for each.

    Args:
        calls: What.
        seconds: How long.
        what: What that is, in words, for the case that one does not end.

    Returns:
        What the calls returned, in their order. What the first of them raised is raised.

    Raises:
        Failed: When one does not end in time. Its thread is left behind.
    """
    results = dict[int, _T]()
    errors = list[BaseException]()

    def work(number: int) -> None:
        try:
            results[number] = calls[number]()
        except BaseException as error:  # noqa: BLE001 - raised again below, in the caller's thread
            errors.append(error)

    threads = [threading.Thread(target=work, args=(n,), daemon=True) for n in range(len(calls))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(seconds)
    if any(thread.is_alive() for thread in threads):
        raise Failed(f"{what} does not end within {seconds:g} seconds", "it is blocked", "it ends")
    if errors:
        raise errors[0]
    return [results[number] for number in range(len(calls))]


def within(seconds: float, call: Callable[[], _T], what: str) -> _T:
    """Call something in a thread of its own, and wait for it no longer than that.

    Args:
        seconds: How long.
        call: What.
        what: What that is, in words.

    Returns:
        What the call returned. What it raised is raised.

    Raises:
        Failed: When it does not end in time. The thread is left behind.
    """
    return side_by_side([call], seconds, what)[0]
