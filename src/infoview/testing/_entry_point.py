"""What Hypothesis calls when it is imported: makes `hypothesis.strategies.from_type` know infoview's types.

Hypothesis is imported in many processes that never use infoview, so nothing of infoview is loaded here. What
is loaded already is registered at once; what is loaded later is registered when it is. A strategy itself is
made when it is asked for.
"""

import sys
from collections.abc import Sequence
from importlib import import_module
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

__all__ = ["register"]

_PACKAGE = "infoview."
_OWN = __name__.rpartition(".")[0]
"""The suite itself: none of its classes is drawn."""


def register() -> None:
    """Register every value type of infoview: now, or when its module is loaded."""
    for name, module in tuple(sys.modules.items()):
        if _holds_types(name):
            _register_types_of(module)
    # Called again, as when Hypothesis is loaded anew, it has nobody look on twice.
    if not any(isinstance(finder, _Watch) for finder in sys.meta_path):
        sys.meta_path.insert(0, _Watch())


def _holds_types(name: str) -> bool:
    return name.startswith(_PACKAGE) and not name.startswith(_OWN)


class _Watch(MetaPathFinder):
    """Finds nothing itself; looks on while modules of infoview are loaded."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Let the other finders find a module, and look on while it is loaded."""
        if not _holds_types(fullname):
            return None
        others = (finder for finder in sys.meta_path if finder is not self)
        found = (finder.find_spec(fullname, path, target) for finder in others)
        spec = next((spec for spec in found if spec is not None), None)
        if spec is not None and spec.loader is not None:
            _look_on(spec.loader)
        return spec


def _look_on(loader: Loader) -> None:
    """Let a loader, which serves one module, register the types of it when it has loaded it."""
    load = loader.exec_module

    def exec_module(module: ModuleType) -> None:
        del vars(loader)["exec_module"]
        load(module)
        _register_types_of(module)

    vars(loader)["exec_module"] = exec_module


def _register_types_of(module: ModuleType) -> None:
    from hypothesis.strategies import register_type_strategy  # noqa: PLC0415 - only where infoview is used

    for name, cls in tuple(vars(module).items()):
        is_own = isinstance(cls, type) and cls.__module__ == module.__name__ and not name.startswith("_")
        if is_own and hasattr(cls, "__attrs_attrs__"):
            register_type_strategy(cls, _deferred(cls))


def _deferred(cls: type[Any]) -> Any:  # noqa: ANN401 - what Hypothesis calls has no exact type
    def strategy_of(asked: object) -> object:
        # A request for a common base, such as Hashable, is not one for infoview's classes.
        if asked is not cls:
            return NotImplemented
        offered = import_module("infoview.testing.strategies")
        return offered.strategy_for(cls) if cls in offered.OFFERED else NotImplemented

    return strategy_of
