"""What it costs to ask of every kind of event whether it may be recorded, against twenty events applied.

The interview waits for an answer, where more rules have a say than anywhere else: waits of business days,
nudges used up, the contact's absence.
"""

from datetime import timedelta

from benchmarks._race import Comparison, compare, race
from benchmarks._ring import EVENTS, LIVES, go_round
from infoview import EVENT_TYPES

__all__ = ["run"]

_ASKED = LIVES[1]
_NOW = EVENTS[0].at + timedelta(days=3)


def _decide_all() -> None:
    for event_type in EVENT_TYPES:
        _ASKED.decide(event_type, now=_NOW)


def _twenty_transitions() -> None:
    go_round(times=2)


def run(*, smoke: bool) -> list[Comparison]:
    """Measure.

    Args:
        smoke: Whether a toy size will do.

    Returns:
        The ratio.
    """
    contenders = {"decide for every event type": _decide_all, "20 transitions": _twenty_transitions}
    samples = race(contenders, rounds=2 if smoke else 31, slot=0.001 if smoke else 0.03)
    return [compare(samples, "decide", "decide for every event type", "20 transitions", goal=1.0)]
