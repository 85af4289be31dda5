"""The suite for stores: all checks of the ten rules, for pytest, for a program, and for the shell."""

import inspect
import re
from collections.abc import Callable, Collection, Mapping
from typing import Any, Final

import attrs

from infoview.exceptions import InvalidValueError
from infoview.storage import Store
from infoview.testing._check import Check, Layer, Level
from infoview.testing._report import Report
from infoview.testing._run import Plan, refuse_unknown, run_checks
from infoview.testing._suite import suite_class
from infoview.testing.store import (
    _faults,
    _hammer,
    _model,
    _preemption,
    _probes_commit,
    _probes_handles,
    _probes_reads,
    _probes_text,
)
from infoview.testing.store._bench import Bench, Factory, Hooks

__all__ = ["CAPABILITIES", "STORE_CHECKS", "Factory", "Hooks", "check_store", "store_suite"]

STORE_CHECKS: Final[tuple[Check[Bench], ...]] = tuple(
    check
    for module in (
        _probes_commit,
        _probes_reads,
        _probes_text,
        _probes_handles,
        _model,
        _faults,
        _preemption,
        _hammer,
    )
    for check in module.CHECKS
)
"""Every check of a store. Opening the store for the first time comes first when they are run."""

CAPABILITIES: Final[Mapping[str, str]] = {
    "faults": "the adapter is Python, and its calls can be made to fail",
    "preemption": "the adapter is Python, and it can be held up at a line",
    "reopen": "whatever keeps the data can be ended and started again; needs `reopen`",
    "raw": "the bytes at rest can be read; needs `raw`",
    "age": "versions and positions can be set behind the adapter's back; needs `age`",
    "newer": "the data can be marked as written by a later version; needs `newer`",
}
"""What a store may be able to do beyond the contract, and what the suite needs for it."""

_OF_EVERY_ADAPTER: Final = frozenset({"faults", "preemption"})


def store_suite(
    factory: Factory,
    *,
    reopen: Callable[[], object] | None = None,
    raw: Callable[[], bytes] | None = None,
    hooks: Hooks | None = None,
    capabilities: Collection[str] | None = None,
    expected_failures: Mapping[str, str] | None = None,
    level: Level | str = Level.QUICK,
    seed: int = 0,
    shrink: bool = False,
) -> type:
    """Build a class of tests for a store.

    ``TestMyStore = store_suite(open_my_store)`` in a test file is all there is to write.

    Args:
        factory: Opens a handle, as a context manager; called again, another handle on the same data.
        reopen: Ends and restarts whatever keeps the data.
        raw: Reads all bytes at rest.
        hooks: What else the suite may use.
        capabilities: Names from `CAPABILITIES`. When left out: those of every adapter in Python, and those
            for which something was handed over.
        expected_failures: Ids of checks that fail, each with the reason. One that passes fails the suite.
        level: ``quick``, ``full`` or ``soak``.
        seed: Chooses among what is generated.
        shrink: Whether to look for the shortest failing program; takes much longer when one fails.

    Returns:
        The class, for pytest to find under a name that begins with ``Test``.

    Raises:
        InvalidValueError: When a capability is unknown, or lacks what it needs; when an expected failure
            names no check, or a level is unknown.
    """
    plan = _plan(
        factory,
        _hooks(hooks, reopen=reopen, raw=raw),
        capabilities=capabilities,
        expected_failures=expected_failures,
        level=level,
        seed=seed,
        shrink=shrink,
        layers=None,
        only=None,
        limit=None,
    )
    return suite_class("StoreSuite", plan)


def check_store(
    factory: Factory,
    *,
    reopen: Callable[[], object] | None = None,
    raw: Callable[[], bytes] | None = None,
    hooks: Hooks | None = None,
    capabilities: Collection[str] | None = None,
    expected_failures: Mapping[str, str] | None = None,
    level: Level | str = Level.QUICK,
    seed: int = 0,
    shrink: bool = False,
    layers: Collection[str] | None = None,
    only: Collection[str] | None = None,
    limit: float | None = None,
) -> Report:
    """Look at a store without pytest.

    Args:
        factory: As in `store_suite`.
        reopen: As in `store_suite`.
        raw: As in `store_suite`.
        hooks: As in `store_suite`.
        capabilities: As in `store_suite`.
        expected_failures: As in `store_suite`.
        level: As in `store_suite`.
        seed: As in `store_suite`.
        shrink: As in `store_suite`.
        layers: Only checks that look in one of these ways; all when left out.
        only: Only the checks with these ids; all when left out.
        limit: Seconds after which one check is given up; by the level when left out.

    Returns:
        What came of it.

    Raises:
        InvalidValueError: As in `store_suite`; or when a layer or an id in *only* is unknown.
    """
    return run_checks(
        _plan(
            factory,
            _hooks(hooks, reopen=reopen, raw=raw),
            capabilities=capabilities,
            expected_failures=expected_failures,
            level=level,
            seed=seed,
            shrink=shrink,
            layers=layers,
            only=only,
            limit=limit,
        )
    )


def _hooks(
    hooks: Hooks | None,
    *,
    reopen: Callable[[], object] | None,
    raw: Callable[[], bytes] | None,
) -> Hooks:
    given: dict[str, Any] = {"reopen": reopen, "raw": raw}
    return attrs.evolve(hooks or Hooks(), **{name: hook for name, hook in given.items() if hook is not None})


def _plan(
    factory: Factory,
    hooks: Hooks,
    *,
    capabilities: Collection[str] | None,
    expected_failures: Mapping[str, str] | None,
    level: Level | str,
    seed: int,
    shrink: bool,
    layers: Collection[str] | None,
    only: Collection[str] | None,
    limit: float | None,
) -> Plan:
    refuse_unknown("level", [level], list(Level))
    refuse_unknown("layers", layers or (), list(Layer))
    ids = [check.id for check in STORE_CHECKS]
    refuse_unknown("expected_failures", expected_failures or (), ids)
    refuse_unknown("only", only or (), ids)
    first = _probes_handles.first_open
    ordered = [first, *(check for check in STORE_CHECKS if check is not first)]
    chosen = [
        check
        for check in ordered
        if (layers is None or check.layer in layers) and (only is None or check.id in only)
    ]
    return Plan(
        subject=f"{factory.__module__}.{getattr(factory, '__qualname__', type(factory).__qualname__)}",
        checks=tuple(chosen),
        begin=lambda: Bench(factory, hooks, Level(level), seed, shrink),
        rules=_rules(),
        level=Level(level),
        capabilities=_declared(capabilities, hooks, {check.capability for check in chosen}),
        expected_failures=expected_failures or {},
        limit=limit,
    )


def _declared(given: Collection[str] | None, hooks: Hooks, checked: Collection[str | None]) -> frozenset[str]:
    handed = {name for name in CAPABILITIES if getattr(hooks, name, None) is not None}
    if given is None:
        return (_OF_EVERY_ADAPTER | handed) & frozenset(name for name in checked if name is not None)
    refuse_unknown("capabilities", given, list(CAPABILITIES))
    for name in given:
        if name not in _OF_EVERY_ADAPTER | handed:
            raise InvalidValueError("capabilities", "missing_hook", f"hand over what {name} needs")
    return frozenset(given)


def _rules() -> dict[str, str]:
    """Read the sentence of each rule off the contract."""
    stated = re.findall(r"^(S\d+)\. (.+?)\n\n", inspect.getdoc(Store) or "", re.DOTALL | re.MULTILINE)
    return {name: " ".join(sentence.split()) for name, sentence in stated}
