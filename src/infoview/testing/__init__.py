"""The suite for integrators: what the library holds itself to, ready to be run against your own parts.

`store_suite` builds a class of tests for a store, `check_store` runs the same without pytest, and
``python -m infoview.testing store package.module:factory`` from the shell. Needs the extra ``testing``.
"""

from infoview.testing._check import Check, Failed, Layer, Level
from infoview.testing._report import Outcome, Report, Status
from infoview.testing.store import CAPABILITIES, STORE_CHECKS, Hooks, Spec, check_store, store_suite

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
    "Spec",
    "Status",
    "check_store",
    "store_suite",
]
