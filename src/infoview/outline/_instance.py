"""One task of the optimiser, in ints.

A set of candidates is an int with one bit per candidate; the smallest id has the highest bit. A *score* is a
value together with the set that earns it::

    score = (value << number of candidates) + chosen set

Scores of disjoint sets add up as values do. The larger score is the better selection: the one of higher value
and, at equal value, the one that holds the smallest id on which the two differ. A score names its own
selection, so nothing has to be traced back. No two selections share a score, so there is one best selection.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain, repeat

import attrs

__all__ = ["Instance", "Item", "State", "disjoint", "members", "ranked"]

State = tuple[int, int]
"""Two sets: the candidates that are in, and those that are out."""


def members(chosen: int) -> Iterator[int]:
    """Take a set apart, smallest id first.

    Args:
        chosen: A set of candidates.

    Yields:
        The sets of one candidate that make it up.
    """
    while chosen:
        bit = 1 << chosen.bit_length() - 1
        yield bit
        chosen ^= bit


def disjoint(groups: Iterable[int]) -> list[int]:
    """Pick groups that share no member, in the order given.

    Args:
        groups: Sets of candidates.

    Returns:
        The first group, and each that shares no member with one picked before.
    """
    picked: list[int] = []
    taken = 0
    for group in groups:
        if not group & taken:
            picked.append(group)
            taken |= group
    return picked


@attrs.frozen
class Item:
    """A candidate in the terms of the search.

    Attributes:
        bit: The set that holds this candidate alone.
        slots: How long it takes.
        value: What it is worth before the discount.
        topic: The topic it belongs to.
    """

    bit: int
    slots: int
    value: int
    topic: str


def _closed_above(instance: "Instance") -> dict[int, int]:
    above: dict[int, int] = {}
    for bit, needed in instance.needs.items():
        above[bit] = bit
        for need in members(needed):
            above[bit] |= above[need]
    return above


def _closed_below(instance: "Instance") -> dict[int, int]:
    below = {bit: bit for bit in instance.needs}
    for bit in reversed(instance.needs):
        for need in members(instance.needs[bit]):
            below[need] |= below[bit]
    return below


@attrs.frozen(kw_only=True, eq=False)
class Instance:
    """One task in the terms of the search.

    Attributes:
        items: The candidates by their bit, each after those it needs.
        needs: For every candidate, those it needs.
        musts: The candidates that must be in.
        groups: Sets of which exactly one candidate is in.
        slots: The time there is.
        weights: What the best, the second, … of a topic counts; the last goes on.
        caps: The most that may be chosen of a topic, where there is a limit.
        above: For every candidate, itself and all that it needs, however remote.
        below: For every candidate, itself and all that need it, however remote.
    """

    items: Mapping[int, Item]
    needs: Mapping[int, int]
    musts: int
    groups: tuple[int, ...]
    slots: int
    weights: tuple[int, ...]
    caps: Mapping[str, int]
    above: Mapping[int, int] = attrs.field(init=False, default=attrs.Factory(_closed_above, takes_self=True))
    below: Mapping[int, int] = attrs.field(init=False, default=attrs.Factory(_closed_below, takes_self=True))

    def settle(self, state: State = (0, 0), *, take: int = 0, leave: int = 0) -> State | None:
        """Decide about some candidates, with everything that follows.

        What a chosen candidate needs is chosen, what needs a refused one is refused, the rivals of a group's
        chosen member are refused, and a group's last possible member is chosen.

        Args:
            state: What is decided already, with all that follows.
            take: The candidates to be in.
            leave: The candidates to be out.

        Returns:
            The new state, or `None` when the decisions contradict each other.
        """
        forced, banned = state
        while True:
            forced |= self.with_needs(take)
            for bit in members(leave):
                banned |= self.below[bit]
            if forced & banned:
                return None
            take = leave = 0
            for group in self.groups:
                if held := group & forced:
                    leave |= group & ~next(members(held)) & ~banned
                elif (possible := group & ~banned).bit_count() <= 1:
                    # With nobody left, taking a refused one shows the contradiction.
                    take |= possible or group
            if not take | leave:
                return forced, banned

    def with_needs(self, chosen: int) -> int:
        """Add to a set all that its members need."""
        for bit in members(chosen):
            chosen |= self.above[bit]
        return chosen

    def length(self, chosen: int) -> int:
        """Add up the slots of a set."""
        return sum(self.items[bit].slots for bit in members(chosen))

    def keeps_caps(self, chosen: int) -> bool:
        """Tell whether a set holds no more of any topic than allowed."""
        return all(len(values) <= self.caps.get(topic, len(values)) for topic, values in self._topics(chosen))

    def is_legal(self, chosen: int) -> bool:
        """Tell whether a set that keeps its needs and the time keeps the other rules too."""
        return all((group & chosen).bit_count() == 1 for group in self.groups) and self.keeps_caps(chosen)

    def score(self, chosen: int) -> int:
        """Value a set as it stands: every topic ranked from its best candidate down."""
        value = sum(
            value * weight
            for _, values in self._topics(chosen)
            for value, weight in zip(
                sorted(values, reverse=True), chain(self.weights, repeat(self.weights[-1])), strict=False
            )
        )
        return (value << len(self.items)) + chosen

    def supported(self, chosen: int) -> int:
        """Drop the candidates whose needs are not all in the set."""
        return sum(bit for bit in members(chosen) if not self.above[bit] & ~chosen)

    def tied(self) -> int:
        """Find the candidates that need others, are needed, or stand in a group."""
        found = 0
        for closure in (*self.above.values(), *self.groups):
            if closure.bit_count() > 1:
                found |= closure
        return found

    def hopeless(self) -> int:
        """Find the candidates that no legal selection holds: with all they need, they are too much."""
        found = 0
        for bit, closure in self.above.items():
            if found & closure or self.length(closure) > self.slots or not self.keeps_caps(closure):
                found |= bit
        return found

    def _topics(self, chosen: int) -> Iterable[tuple[str, list[int]]]:
        topics: defaultdict[str, list[int]] = defaultdict(list)
        for bit in members(chosen):
            item = self.items[bit]
            topics[item.topic].append(item.value)
        return topics.items()


def ranked(items: Iterable[Item]) -> tuple[Item, ...]:
    """Put items in the order of their value, and of their ids where that is equal.

    Args:
        items: Any items.

    Returns:
        The items, best first.
    """
    return tuple(sorted(items, key=lambda item: (item.value, item.bit), reverse=True))
