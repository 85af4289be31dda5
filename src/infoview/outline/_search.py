"""The search behind `infoview.outline.select`: branch where the bound breaks a rule, best bound first."""

import heapq
from collections import Counter, defaultdict

import attrs

from infoview.outline._bound import Bound
from infoview.outline._instance import Instance, State, disjoint, members, ranked

__all__ = ["Impossible", "Outcome", "solve"]


@attrs.frozen(kw_only=True)
class Outcome:
    """What a search found.

    Attributes:
        chosen: The best selection found.
        value: Its value.
        bound: A value that no legal selection exceeds.
        expansions: How often the search split.
    """

    chosen: int
    value: int
    bound: int
    expansions: int


@attrs.frozen(kw_only=True)
class Impossible:
    """Why there is no legal selection.

    Attributes:
        required: The candidates that must be in.
        needed: The slots of a shortest legal selection, or `None` when the rules contradict each other.
    """

    required: int
    needed: int | None


def solve(instance: Instance, limit: int | None) -> Outcome | Impossible:
    """Find the legal selection of the highest score.

    Args:
        instance: The task.
        limit: The most splits allowed, or `None`.

    Returns:
        The best selection found, which is the best there is unless the limit was reached; or why there is
        none.
    """
    start = instance.settle(take=instance.musts)
    if start is None:
        return Impossible(required=instance.with_needs(instance.musts), needed=None)
    shortest = _least_legal(instance, start)
    if shortest is None:
        return Impossible(required=start[0], needed=None)
    needed = instance.length(shortest)
    if needed > instance.slots:
        return Impossible(required=start[0], needed=needed)
    # The shortest selection shows that this is no contradiction.
    state = instance.settle(start, leave=instance.hopeless()) or start
    best, bound, expansions = _search(
        instance, state, instance.score(_filled(instance, shortest, state[1])), limit
    )
    width = len(instance.items)
    return Outcome(
        chosen=best & (1 << width) - 1, value=best >> width, bound=bound >> width, expansions=expansions
    )


def _search(instance: Instance, state: State, best: int, limit: int | None) -> tuple[int, int, int]:
    """Split until no open state can hold a better score than the best found; also bound it, and count."""
    bound_of = Bound(instance, state)
    everything = (1 << len(instance.items)) - 1
    heap: list[tuple[int, int, int]] = []
    expansions = 0
    reached: list[State | None] = [state]
    while True:
        for following in filter(None, reached):
            bound = bound_of(following)
            if bound <= best:
                continue
            found = instance.supported(bound & everything)
            if instance.is_legal(found):
                best = max(best, instance.score(found))
            if bound > best:
                heapq.heappush(heap, (-bound, *following))
        if not heap or -heap[0][0] <= best:
            return best, best, expansions
        if expansions == limit:
            return best, -heap[0][0], expansions
        negated, forced, banned = heapq.heappop(heap)
        pivot = _pivot(instance, -negated & everything, forced, banned)
        reached = [
            instance.settle((forced, banned), take=pivot),
            instance.settle((forced, banned), leave=pivot),
        ]
        expansions += 1


def _pivot(instance: Instance, chosen: int, forced: int, banned: int) -> int:
    """Pick the undecided candidate on which the selection behind a bound breaks a rule."""
    asked_by: defaultdict[int, int] = defaultdict(int)
    for bit in members(chosen):
        for need in members(instance.above[bit] & ~chosen):
            asked_by[need] += instance.items[bit].value
    if asked_by:
        # Where most value hangs on the longest time that the bound leaves out.
        overlooked = {
            need: value * instance.length(instance.above[need] & ~chosen) for need, value in asked_by.items()
        }
        return max(overlooked, key=lambda bit: (overlooked[bit], bit))
    for group in instance.groups:
        held = group & chosen
        if held.bit_count() != 1:
            return ranked(instance.items[bit] for bit in members(held or group & ~banned))[0].bit
    # All that is left is a group's member beside others of its topic.
    crowd = Counter(instance.items[bit].topic for bit in members(chosen))
    undecided = (bit for group in disjoint(instance.groups) for bit in members(group & chosen & ~forced))
    return next(bit for bit in undecided if crowd[instance.items[bit].topic] > 1)


def _least_legal(instance: Instance, state: State) -> int | None:
    """Find a shortest legal selection, whatever the time; `None` when the rules contradict each other.

    It is what must be in, and one member of each group with its needs: every legal selection contains such a
    set, and the set is legal itself. The groups are served one after the other, the shortest estimate first;
    an estimate adds the shortest member of each group still to serve.
    """
    lengths = {bit: item.slots for bit, item in instance.items.items()}
    apart = [(group, sorted(members(group), key=lengths.__getitem__)) for group in disjoint(instance.groups)]

    def estimate(forced: int, banned: int) -> int:
        return instance.length(forced) + sum(
            next(lengths[bit] for bit in shortest_first if not bit & banned)
            for group, shortest_first in apart
            if not group & forced
        )

    reached: list[State | None] = [state]
    heap: list[tuple[int, int, int, int]] = []
    while True:
        for forced, banned in filter(None, reached):
            if instance.keeps_caps(forced):
                unserved = sum(not group & forced for group in instance.groups)
                heapq.heappush(heap, (estimate(forced, banned), unserved, forced, banned))
        if not heap:
            return None
        _, unserved, forced, banned = heapq.heappop(heap)
        if not unserved:
            return forced
        group = next(group for group in instance.groups if not group & forced)
        reached = [instance.settle((forced, banned), take=bit) for bit in members(group & ~banned)]


def _filled(instance: Instance, chosen: int, banned: int) -> int:
    """Fill up a legal selection with what is worth most for its time, needs included, as a first answer."""
    in_groups = {bit for group in instance.groups for bit in members(group)}
    left = instance.slots - instance.length(chosen)

    def worth(closure: int) -> tuple[int, int]:
        value = sum(instance.items[bit].value for bit in members(closure))
        return value * instance.slots // instance.length(closure), closure

    closures = [closure for bit, closure in instance.above.items() if not bit & banned]
    for closure in sorted(closures, key=worth, reverse=True):
        added = closure & ~chosen
        slots = instance.length(added)
        if slots <= left and in_groups.isdisjoint(members(added)) and instance.keeps_caps(chosen | added):
            chosen |= added
            left -= slots
    return chosen
