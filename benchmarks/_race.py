"""Interleaved timing: all contenders run in every round, so that a noisy machine disturbs them alike."""

import gc
import statistics
import time
from collections.abc import Callable, Mapping

import attrs

__all__ = ["Comparison", "Samples", "compare", "race"]

Samples = Mapping[str, list[float]]
"""Seconds per operation, a list per contender, one number per round."""


@attrs.frozen(kw_only=True)
class Comparison:
    """How the subject's time relates to another's.

    Attributes:
        path: The benchmark.
        subject: What was measured.
        against: What it was measured against.
        ratio: The median over the rounds of subject time ÷ against time.
        low: The lower quartile of the same.
        high: The upper quartile.
        goal: The largest ratio that is good enough, or `None` where no promise is made.
    """

    path: str
    subject: str
    against: str
    ratio: float
    low: float
    high: float
    goal: float | None = None


def race(
    contenders: Mapping[str, Callable[[], object]], *, rounds: int, slot: float, operations: int = 1
) -> Samples:
    """Time contenders side by side.

    Args:
        contenders: What to run, by name.
        rounds: How often each is measured, at least twice.
        slot: Seconds to spend on each in each round.
        operations: How many operations one call is.

    Returns:
        The samples.
    """
    repeats: dict[str, int] = {}
    for name, run in contenders.items():
        run()
        began = time.perf_counter()
        run()
        repeats[name] = max(1, int(slot / max(time.perf_counter() - began, 1e-7)))
    samples: dict[str, list[float]] = {name: [] for name in contenders}
    for _ in range(rounds):
        for name, run in contenders.items():
            gc.collect()
            began = time.perf_counter()
            for _ in range(repeats[name]):
                run()
            samples[name].append((time.perf_counter() - began) / (repeats[name] * operations))
    return samples


def compare(
    samples: Samples, path: str, subject: str, against: str, *, goal: float | None = None
) -> Comparison:
    """Relate two contenders of one race.

    Args:
        samples: The race.
        path: The benchmark's name.
        subject: A contender.
        against: Another.
        goal: The largest ratio that is good enough.

    Returns:
        Median and quartiles of the ratios, each taken within one round.
    """
    ratios = [mine / theirs for mine, theirs in zip(samples[subject], samples[against], strict=True)]
    low, median, high = statistics.quantiles(ratios, n=4)
    return Comparison(
        path=path, subject=subject, against=against, ratio=median, low=low, high=high, goal=goal
    )
