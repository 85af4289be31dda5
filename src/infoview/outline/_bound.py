"""The most that a selection could score, nearly exact and quick to know.

The bound forgets two rules: that a candidate needs others, and that the member of a group stands in line with
the other candidates of its topic. What remains are topics and groups that share nothing but the time, and
dynamic programming solves that exactly: first each for itself, then merged by the time they share.

A *row* lists, for 0, 1, 2, … slots, the best score that fits; it is negative where nothing does.
"""

from bisect import bisect_right, insort
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Protocol, TypeVar

import attrs

from infoview.outline._instance import Instance, Item, State, disjoint, members, ranked

__all__ = ["Bound", "undominated"]


class _Sized(Protocol):
    @property
    def slots(self) -> int: ...


_S = TypeVar("_S", bound=_Sized)


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
        weights: What the best, the second, … counts. With a last weight of 0 all candidates remain, since a
            better one may then add no more than a worse one.
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


class Bound:
    """The best score that could be, for any state that follows from a first one.

    Called with a state, it bounds every legal selection that agrees with it; negative when there is none.
    """

    def __init__(self, instance: Instance, state: State) -> None:
        self._instance = instance
        self._first = state[0] | state[1]
        total = sum(item.value for item in instance.items.values()) * instance.weights[0]
        # So low that no sum of scores lifts it to 0.
        never = -(total + 1) << len(instance.items)
        self._nothing = [0] * (instance.slots + 1)
        self._never = [never] * (instance.slots + 1)
        groups = disjoint(instance.groups)
        self._grouped = sum(groups)
        tied = instance.tied()
        settled = self._nothing
        open_leaves: list[_Leaf] = []
        for pool in self._pools(groups, state[1]):
            row = self._pool_row(pool, state)
            if pool.scope & tied:
                open_leaves.append(_Leaf(pool, row))
            else:
                settled = self._merged(settled, row)
        self._root = self._tree([_Leaf(_Pool(scope=0, ranked=()), settled), *open_leaves])

    def __call__(self, state: State) -> int:
        decided = (state[0] | state[1]) & ~self._first
        return self._row(self._root, state, decided)[-1]

    def _pools(self, groups: Iterable[int], banned: int) -> list[_Pool]:
        instance = self._instance
        pools = [
            _Pool(
                scope=group,
                ranked=ranked(instance.items[bit] for bit in members(group & ~banned)),
                is_group=True,
            )
            for group in groups
        ]
        topics: defaultdict[str, list[Item]] = defaultdict(list)
        for item in instance.items.values():
            if not item.bit & banned:
                topics[item.topic].append(item)
        for topic, items in topics.items():
            scope = sum(item.bit for item in items)
            pools.append(_Pool(scope=scope, ranked=ranked(items), cap=instance.caps.get(topic)))
        return pools

    def _tree(self, leaves: list[_Leaf]) -> _Leaf | _Fork:
        if len(leaves) == 1:
            return leaves[0]
        middle = len(leaves) // 2
        left, right = self._tree(leaves[:middle]), self._tree(leaves[middle:])
        return _Fork(left, right, left.scope | right.scope, self._merged(left.row, right.row))

    def _row(self, tree: _Leaf | _Fork, state: State, decided: int) -> list[int]:
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

    def _pool_row(self, pool: _Pool, state: State) -> list[int]:
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
        slots, weights = self._instance.slots, self._instance.weights
        most = slots if cap is None else cap
        items = undominated(
            items, most=most, slots=slots, weights=weights, fixed=lambda item: item.bit & forced
        )
        last = len(weights) - 1
        capped = most < len(items)
        # Without a cap, the numbers from the last weight on need not be told apart.
        deepest = most if capped else last
        rows = [self._nothing] + [self._never] * deepest
        for item in items:
            before = rows
            rows = [self._never] * len(before) if item.bit & forced else before.copy()
            for count, row in enumerate(before[:most] if capped else before):
                target = min(count + 1, deepest)
                rows[target] = _improved(rows[target], row, item.slots, self._gain(item, min(count, last)))
        return [max(scores) for scores in zip(*rows, strict=True)]

    def _gain(self, item: Item, rank: int) -> int:
        return (item.value * self._instance.weights[rank] << len(self._instance.items)) + item.bit


def _improved(row: list[int], source: list[int], slots: int, gain: int) -> list[int]:
    """Take the better of a row and of another one that starts later and gains something."""
    # This line is where the time goes, and calling max() doubles it.
    return (
        row[:slots]
        + [
            x + gain if x + gain > y else y  # noqa: FURB136 - see above
            for x, y in zip(source, row[slots:], strict=False)
        ]
    )


def _steps(row: list[int]) -> list[tuple[int, int]]:
    """List where a row rises, and to which score."""
    steps: list[tuple[int, int]] = []
    top = -1
    for slots, score in enumerate(row):
        if score > top:
            top = score
            steps.append((slots, score))
    return steps
