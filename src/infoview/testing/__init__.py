"""The suite for integrators: what the library holds itself to, ready to be run against your own parts.

`store_suite` builds a class of tests for a store, `check_store` runs the same without pytest, and
``python -m infoview.testing store package.module:factory`` from the shell. Likewise for message generators,
business calendars, policies and lifecycles. `infoview.testing.strategies` makes values of every public type.
Needs the extra ``testing``.

Names are loaded when they are first used: Hypothesis finds our strategies through this package in programs
that may never use infoview.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from infoview.testing._check import Check, Failed, Layer, Level
    from infoview.testing._report import Outcome, Report, Status
    from infoview.testing.calendars import calendar_suite, check_calendar
    from infoview.testing.generators import check_generator, generator_suite
    from infoview.testing.lifecycles import check_lifecycle, lifecycle_suite
    from infoview.testing.policies import check_policy, policy_suite
    from infoview.testing.store import CAPABILITIES, STORE_CHECKS, Hooks, check_store, store_suite

__all__ = [
    "CAPABILITIES",
    "STORE_CHECKS",
    "Check",
    "Failed",
    "Hooks",
    "Layer",
    "Level",
    "Outcome",
    "Report",
    "Status",
    "calendar_suite",
    "check_calendar",
    "check_generator",
    "check_lifecycle",
    "check_policy",
    "check_store",
    "generator_suite",
    "lifecycle_suite",
    "policy_suite",
    "store_suite",
]

_HOMES = {
    "_check": ("Check", "Failed", "Layer", "Level"),
    "_report": ("Outcome", "Report", "Status"),
    "calendars": ("calendar_suite", "check_calendar"),
    "generators": ("check_generator", "generator_suite"),
    "lifecycles": ("check_lifecycle", "lifecycle_suite"),
    "policies": ("check_policy", "policy_suite"),
    "store": ("CAPABILITIES", "STORE_CHECKS", "Hooks", "check_store", "store_suite"),
}
"""Which module holds which names."""


def __getattr__(name: str) -> object:
    """Load a public name when it is first used."""
    for home, names in _HOMES.items():
        if name in names:
            return getattr(import_module(f"infoview.testing.{home}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    """List the public names, loaded or not."""
    return __all__
