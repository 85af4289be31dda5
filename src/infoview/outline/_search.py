"""The search behind `infoview.outline.select`: a bound that is nearly exact, and branching where it is not.

A set of candidates is an int with one bit per candidate; the smallest id has the highest bit. A *score* is a value
together with the set that earns it::

    score = (value << number of candidates) + chosen set

Scores of disjoint sets add up as values do. The larger score is the better selection: the one of higher value, and
at equal value the one that holds the smallest id on which the two differ. A score names its own selection, so
nothing has to be traced back. Because no two selections share a score, there is one best selection.

The *bound* forgets two rules: that a candidate needs others, and that the member of a group stands in line with
the other candidates of its topic. What remains are topics and groups that share nothing but the time, and dynamic
programming solves that exactly. Where the selection behind the bound breaks a forgotten rule, the search splits on
one candidate, into the selections with it and those without it, and goes on with the better bound.
"""

import heapq
from bisect import bisect_right, insort
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import reduce
from itertools import chain, repeat
from operator import or_
from typing import Protocol, TypeVar

import attrs

__all__ = ["Impossible", "Instance", "Item", "Outcome", "members", "solve", "undominated"]


class _Sized(Protocol):
    @property
    def slots(self) -> int: ...


_S = TypeVar("_S", bound=_Sized)

_State = tuple[int, int]
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


def undominated(
    ranked: Iterable[_S],
    *,
    most: int,
    slots: int,
    weights: Sequence[int],
    fixed: Callable[[_S], int | bool] = lambda _: False,
) -> list[_S]:
    """Leave out the candidates of one topic that a better, no longer one could always replace.

    A candidate is left out when it cannot stand beside all those that are better and no longer: there are as
    many of them as may be chosen, or they fill the time. Whatever holds it then lacks one of them, and gains
    by the exchange.

    Args:
        ranked: Candidates of one topic, best first.
        most: The most that may be chosen.
        slots: The time there is.
        weights: What the best, the second, … counts. With a last weight of 0 all candidates remain, since then
            a better one may add no more than a worse one.
        fixed: Tells the candidates that stay in any case.

    Returns:
        Those that remain, in the same order.
    """
    if not weights[-1]:
        return list(ranked)
    kept: list[_S] = []
    lengths: list[int] = []
    for candidate in ranked:
        rivals = bisect_right(lengths, candidate.slots)
        if not fixed(candidate) and (rivals >= most or sum(lengths[:rivals]) + candidate.slots > slots):
            continue
        kept.append(candidate)
        insort(lengths, candidate.slots)
    return kept


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

    def settle(self, state: _State = (0, 0), *, take: int = 0, leave: int = 0) -> _State | None:
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


def _least_legal(instance: Instance, state: _State) -> int | None:
    """Find a shortest legal selection, whatever the time; `None` when the rules contradict each other.

    It is what must be in, and one member of each group with its needs: every legal selection contains such a
    set, and the set is legal itself. The groups are served one after the other, the shortest estimate first;
    an estimate adds the shortest member of each group still to serve.
    """
    lengths = {bit: item.slots for bit, item in instance.items.items()}
    apart = [(group, sorted(members(group), key=lengths.__getitem__)) for group in _disjoint(instance.groups)]

    def estimate(forced: int, banned: int) -> int:
        return instance.length(forced) + sum(
            next(lengths[bit] for bit in shortest_first if not bit & banned)
            for group, shortest_first in apart
            if not group & forced
        )

    reached: list[_State | None] = [state]
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
    """Fill up a legal selection with what is worth most for its time, needs included: a good one to begin with."""
    grouped = reduce(or_, instance.groups, 0)
    left = instance.slots - instance.length(chosen)

    def worth(closure: int) -> tuple[int, int]:
        value = sum(instance.items[bit].value for bit in members(closure))
        return value * instance.slots // instance.length(closure), closure

    closures = [closure for bit, closure in instance.above.items() if not bit & banned]
    for closure in sorted(closures, key=worth, reverse=True):
        added = closure & ~chosen
        slots = instance.length(added)
        if slots <= left and not added & grouped and instance.keeps_caps(chosen | added):
            chosen |= added
            left -= slots
    return chosen


def _disjoint(groups: Iterable[int]) -> list[int]:
    """Pick groups, in the order given, that share no member."""
    picked: list[int] = []
    taken = 0
    for group in groups:
        if not group & taken:
            picked.append(group)
            taken |= group
    return picked


@attrs.frozen(kw_only=True, eq=False)
class _Pool:
    """A topic, or a group that the bound treats as a topic of its own, with its items, best first."""

    scope: int
    ranked: tuple[Item, ...]
    cap: int | None = None
    is_group: bool = False


@attrs.frozen(eq=False)
class _Leaf:
    """A pool, and its row as long as nothing more is decided about it."""

    pool: _Pool
    row: list[int]

    @property
    def scope(self) -> int:
        return self.pool.scope


@attrs.frozen(eq=False)
class _Fork:
    """Two stretches of pools, and their row as long as nothing more is decided about them."""

    left: "_Leaf | _Fork"
    right: "_Leaf | _Fork"
    scope: int
    row: list[int]


class _Bound:
    """The best score that could be, for any state that follows from the first.

    A *row* lists, for 0, 1, 2, … slots, the best score that fits; it is negative where nothing does.
    """

    def __init__(self, instance: Instance, state: _State) -> None:
        self._instance = instance
        self._first = state[0] | state[1]
        total = sum(item.value for item in instance.items.values()) * instance.weights[0]
        # So low that no sum of scores lifts it to 0.
        never = -(total + 1) << len(instance.items)
        self._nothing = [0] * (instance.slots + 1)
        self._never = [never] * (instance.slots + 1)
        groups = _disjoint(instance.groups)
        self._grouped = sum(groups)
        tied = instance.tied()
        settled, open_leaves = self._nothing, []
        for pool in self._pools(groups, state[1]):
            row = self._pool_row(pool, state)
            if pool.scope & tied:
                open_leaves.append(_Leaf(pool, row))
            else:
                settled = self._merged(settled, row)
        self._root = self._tree([_Leaf(_Pool(scope=0, ranked=()), settled), *open_leaves])

    def __call__(self, state: _State) -> int:
        """Bound every legal selection that agrees with the state; negative when there is none."""
        decided = (state[0] | state[1]) & ~self._first
        return self._row(self._root, state, decided)[-1]

    def _pools(self, groups: Iterable[int], banned: int) -> list[_Pool]:
        instance = self._instance
        pools = [
            _Pool(scope=group, ranked=_ranked(instance.items[bit] for bit in members(group & ~banned)), is_group=True)
            for group in groups
        ]
        topics: defaultdict[str, list[Item]] = defaultdict(list)
        for item in instance.items.values():
            if not item.bit & banned:
                topics[item.topic].append(item)
        for topic, items in topics.items():
            scope = sum(item.bit for item in items)
            pools.append(_Pool(scope=scope, ranked=_ranked(items), cap=instance.caps.get(topic)))
        return pools

    def _tree(self, leaves: list[_Leaf]) -> _Leaf | _Fork:
        if len(leaves) == 1:
            return leaves[0]
        middle = len(leaves) // 2
        left, right = self._tree(leaves[:middle]), self._tree(leaves[middle:])
        return _Fork(left, right, left.scope | right.scope, self._merged(left.row, right.row))

    def _row(self, tree: _Leaf | _Fork, state: _State, decided: int) -> list[int]:
        if not tree.scope & decided:
            return tree.row
        if isinstance(tree, _Leaf):
            return self._pool_row(tree.pool, state)
        return self._merged(self._row(tree.left, state, decided), self._row(tree.right, state, decided))

    def _merged(self, one: list[int], other: list[int]) -> list[int]:
        """Share the time between two rows in the best way."""
        steps, more_steps = _steps(one), _steps(other)
        if len(steps) > len(more_steps):
            steps, other = more_steps, one
        row = self._never
        for slots, score in steps:
            row = _improved(row, other, slots, score)
        return row

    def _pool_row(self, pool: _Pool, state: _State) -> list[int]:
        forced, banned = state
        if pool.is_group:
            # A group that is decided counts in the topic of its member.
            return self._nothing if pool.scope & forced else self._group_row(pool, banned)
        left_out = (banned | self._grouped) & ~forced
        return self._topic_row([item for item in pool.ranked if not item.bit & left_out], pool.cap, forced)

    def _group_row(self, pool: _Pool, banned: int) -> list[int]:
        row = self._never
        for item in pool.ranked:
            if not item.bit & banned:
                row = _improved(row, self._nothing, item.slots, self._gain(item, 0))
        return row

    def _topic_row(self, items: list[Item], cap: int | None, forced: int) -> list[int]:
        """Fill a topic: for each number of items chosen so far, the best row, item after item."""
        slots, last = self._instance.slots, len(self._instance.weights) - 1
        most = slots if cap is None else cap
        items = undominated(
            items, most=most, slots=slots, weights=self._instance.weights, fixed=lambda item: item.bit & forced
        )
        # Without a cap, the numbers from the last weight on need not be told apart.
        capped = cap is not None and cap < len(items)
        deepest = cap if capped else last
        rows = [self._nothing] + [self._never] * deepest
        for item in items:
            before = rows
            rows = [self._never] * len(before) if item.bit & forced else before.copy()
            for count, row in enumerate(before[:cap] if capped else before):
                target = min(count + 1, deepest)
                rows[target] = _improved(rows[target], row, item.slots, self._gain(item, min(count, last)))
        return [max(scores) for scores in zip(*rows, strict=True)]

    def _gain(self, item: Item, rank: int) -> int:
        return (item.value * self._instance.weights[rank] << len(self._instance.items)) + item.bit


def _ranked(items: Iterable[Item]) -> tuple[Item, ...]:
    return tuple(sorted(items, key=lambda item: (item.value, item.bit), reverse=True))


def _improved(row: list[int], source: list[int], slots: int, gain: int) -> list[int]:
    """Take the better of a row and of another one that starts later and gains something."""
    return row[:slots] + [x + gain if x + gain > y else y for x, y in zip(source, row[slots:], strict=False)]


def _steps(row: list[int]) -> list[tuple[int, int]]:
    """List where a row rises, and to which score."""
    steps: list[tuple[int, int]] = []
    top = -1
    for slots, score in enumerate(row):
        if score > top:
            top = score
            steps.append((slots, score))
    return steps


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
        The best selection found, which is the best there is unless the limit was reached; or why there is none.
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
    best, bound, expansions = _search(instance, state, instance.score(_filled(instance, shortest, state[1])), limit)
    width = len(instance.items)
    return Outcome(
        chosen=best & (1 << width) - 1, value=best >> width, bound=bound >> width, expansions=expansions
    )


def _search(instance: Instance, state: _State, best: int, limit: int | None) -> tuple[int, int, int]:
    """Split until no open state can hold a better score than the best found; also bound it, and count."""
    bound_of = _Bound(instance, state)
    everything = (1 << len(instance.items)) - 1
    heap: list[tuple[int, int, int]] = []
    expansions = 0
    reached: list[_State | None] = [state]
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
            return _ranked(instance.items[bit] for bit in members(held or group & ~banned))[0].bit
    # All that is left is a group's member beside others of its topic.
    crowd = Counter(instance.items[bit].topic for bit in members(chosen))
    undecided = (bit for group in _disjoint(instance.groups) for bit in members(group & chosen & ~forced))
    return next(bit for bit in undecided if crowd[instance.items[bit].topic] > 1)
