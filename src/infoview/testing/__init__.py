"""The suite for integrators: what the library holds itself to, ready to be run against your own parts.

`store_suite` builds a class of tests for a store, `check_store` runs the same without pytest, and
``python -m infoview.testing store package.module:factory`` from the shell. Likewise for message generators,
business calendars, policies and lifecycles. `infoview.testing.strategies` makes values of every public type.
Needs the extra ``testing``.
"""

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
