from collections.abc import Callable, Mapping

import attrs
import pytest
from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st

from infoview.exceptions import InfeasibleOutlineError
from infoview.outline import Candidate, select


@attrs.frozen(kw_only=True)
class Task:
    """The arguments of one call of `select`."""

    candidates: tuple[Candidate, ...]
    slots: int
    topic_cap: int | Mapping[str, int] | None
    weights: tuple[int, ...]
    groups: tuple[frozenset[str], ...]

    def selections(self) -> list[tuple[Candidate, ...]]:
        """List every set of candidates, each in the order of the ids."""
        found: list[tuple[Candidate, ...]] = [()]
        for candidate in sorted(self.candidates, key=lambda candidate: candidate.id):
            found += [(*chosen, candidate) for chosen in found]
        return found


@attrs.frozen(kw_only=True)
class Answer:
    """What a selector says: the ids and their value, or the slots that would be needed."""

    chosen: frozenset[str] | None = None
    value: int = 0
    needed: int | None = None


Selector = Callable[[Task], Answer]


def ours(task: Task) -> Answer:
    """Ask the library."""
    try:
        selection = select(**attrs.asdict(task, recurse=False))
    except InfeasibleOutlineError as error:
        return Answer(needed=error.needed)
    return Answer(chosen=selection.chosen, value=selection.value)


def value_of(chosen: tuple[Candidate, ...], weights: tuple[int, ...]) -> int:
    """Add up values, every topic discounted from its best candidate down."""
    topics: dict[str, list[int]] = {}
    for candidate in chosen:
        topics.setdefault(candidate.topic, []).append(candidate.value)
    return sum(
        value * weights[min(rank, len(weights) - 1)]
        for values in topics.values()
        for rank, value in enumerate(sorted(values, reverse=True))
    )


def keeps_musts(task: Task, chosen: tuple[Candidate, ...]) -> bool:
    """Tell whether every must is in."""
    return all(candidate in chosen for candidate in task.candidates if candidate.must)


def keeps_needs(_: Task, chosen: tuple[Candidate, ...]) -> bool:
    """Tell whether with every candidate all it needs is in."""
    ids = {candidate.id for candidate in chosen}
    return all(candidate.needs <= ids for candidate in chosen)


def keeps_groups(task: Task, chosen: tuple[Candidate, ...]) -> bool:
    """Tell whether exactly one of each group is in."""
    ids = {candidate.id for candidate in chosen}
    return all(len(ids & group) == 1 for group in task.groups)


def keeps_caps(task: Task, chosen: tuple[Candidate, ...]) -> bool:
    """Tell whether no topic has too many."""
    topics = [candidate.topic for candidate in chosen]
    caps = task.topic_cap if isinstance(task.topic_cap, Mapping) else dict.fromkeys(topics, task.topic_cap)
    return all(caps.get(topic) is None or topics.count(topic) <= caps[topic] for topic in topics)


RULES = (keeps_musts, keeps_needs, keeps_groups, keeps_caps)


def length(chosen: tuple[Candidate, ...]) -> int:
    """Add up slots."""
    return sum(candidate.slots for candidate in chosen)


def smallest_differing_id(chosen: tuple[Candidate, ...], ids: list[str]) -> tuple[bool, ...]:
    """Rank selections so that of two the one with the smallest id they do not share is larger."""
    held = {candidate.id for candidate in chosen}
    return tuple(id_ in held for id_ in ids)


def brute_force(
    task: Task,
    *,
    rules: tuple[Callable[[Task, tuple[Candidate, ...]], bool], ...] = RULES,
    weights: tuple[int, ...] | None = None,
    ids: Callable[[list[str]], list[str]] = lambda ids: ids,
) -> Answer:
    """Look at every selection there is."""
    legal = [chosen for chosen in task.selections() if all(keeps(task, chosen) for keeps in rules)]
    if not legal:
        return Answer()
    if min(map(length, legal)) > task.slots:
        return Answer(needed=min(map(length, legal)))
    order = ids(sorted(candidate.id for candidate in task.candidates))
    best = max(
        (chosen for chosen in legal if length(chosen) <= task.slots),
        key=lambda chosen: (value_of(chosen, weights or task.weights), smallest_differing_id(chosen, order)),
    )
    return Answer(chosen=frozenset(candidate.id for candidate in best), value=value_of(best, task.weights))


def greedy(task: Task) -> Answer:
    """Take what is worth most for its time, one after the other, while the selection stays legal."""
    chosen: tuple[Candidate, ...] = ()
    for candidate in sorted(task.candidates, key=lambda candidate: -candidate.value / candidate.slots):
        more = (*chosen, candidate)
        if length(more) <= task.slots and keeps_needs(task, more) and keeps_caps(task, more):
            chosen = more
    return Answer(
        chosen=frozenset(candidate.id for candidate in chosen), value=value_of(chosen, task.weights)
    )


def without(rule: Callable[[Task, tuple[Candidate, ...]], bool]) -> Selector:
    """Break a selector: it forgets one rule."""
    return lambda task: brute_force(task, rules=tuple(keeps for keeps in RULES if keeps is not rule))


BROKEN: dict[str, Selector] = {
    "greedy": greedy,
    "forgets musts": without(keeps_musts),
    "forgets needs": without(keeps_needs),
    "forgets groups": without(keeps_groups),
    "forgets caps": without(keeps_caps),
    "forgets the discount": lambda task: brute_force(task, weights=(1,)),
    "breaks ties by the largest id": lambda task: brute_force(task, ids=lambda ids: ids[::-1]),
    "overruns by a slot": lambda task: brute_force(attrs.evolve(task, slots=task.slots + 1)),
}


@st.composite
def tasks(draw: st.DrawFn) -> Task:
    """Draw small tasks: few ids, values that collide, needs without circles, groups that overlap."""
    ids = draw(st.permutations([f"q{number}" for number in range(draw(st.integers(1, 7)))]))
    topics = st.sampled_from(["t0", "t1", "t2"][: draw(st.integers(1, 3))])
    values = st.integers(0, draw(st.sampled_from([1, 4, 50])))
    is_must = st.sampled_from([False] * 7 + [True])
    candidates = [
        Candidate(
            id_,
            draw(st.integers(1, 5)),
            draw(values),
            draw(topics),
            draw(is_must),
            draw(st.frozensets(st.sampled_from(ids[:place]), max_size=2)) if place else frozenset(),
        )
        for place, id_ in enumerate(ids)
    ]
    groups = st.frozensets(st.sampled_from(ids), min_size=1, max_size=3)
    cap = st.integers(0, 3)
    return Task(
        candidates=tuple(candidates),
        slots=draw(st.integers(1, 16)),
        topic_cap=draw(st.none() | cap | st.dictionaries(st.sampled_from(["t0", "t1", "t9"]), cap)),
        weights=draw(st.sampled_from([(100, 80, 60, 40), (1,), (3, 3, 1), (10, 5, 0), (0,), (2, 1)])),
        groups=tuple(draw(st.lists(groups, max_size=3))),
    )


class TestOptimality:
    """Pick questions so that total value is maximal.

    `must` always in; at most *n* per topic; prerequisites; the k-th best question of a topic counts less;
    exactly one of each group; the total within the slots; ties broken by question id.
    """

    @settings(max_examples=400)
    @given(task=tasks())
    def test_the_selection_is_that_of_brute_force(self, task: Task) -> None:
        """On every small task, value, ids and the least time of an infeasible one agree with brute force."""
        assert brute_force(task) == ours(task)

    @pytest.mark.parametrize("selector", BROKEN.values(), ids=BROKEN)
    def test_the_law_catches_broken_selectors(self, selector: Selector) -> None:
        """A selector that forgets one rule, or is merely greedy, differs on some small task."""
        find(
            tasks(),
            lambda task: brute_force(task) != selector(task),
            settings=settings(settings(), max_examples=5_000, database=None, phases=[Phase.generate]),
        )

    @given(task=tasks(), data=st.data())
    def test_equal_input_gives_equal_output_in_any_order(self, task: Task, data: st.DataObject) -> None:
        """The order of candidates and groups does not matter."""
        shuffled = attrs.evolve(
            task,
            candidates=tuple(data.draw(st.permutations(task.candidates))),
            groups=tuple(data.draw(st.permutations(task.groups))),
        )

        assert ours(task) == ours(shuffled)


class TestAnytime:
    """An expansion limit turns the selection into an anytime answer with an honest gap."""

    @given(task=tasks(), limit=st.integers(0, 3))
    def test_the_best_value_lies_between_value_and_bound(self, task: Task, limit: int) -> None:
        """`value <= best possible <= bound`, and the limit is kept."""
        best = brute_force(task)
        try:
            selection = select(**attrs.asdict(task, recurse=False), expansion_limit=limit)
        except InfeasibleOutlineError:
            assert best.chosen is None
            return

        assert selection.value <= best.value <= selection.bound
        assert selection.expansions <= limit

    @given(task=tasks(), limit=st.integers(0, 3))
    def test_a_limited_selection_is_legal(self, task: Task, limit: int) -> None:
        """However early the search ends, every rule is kept and the value is that of the ids."""
        try:
            selection = select(**attrs.asdict(task, recurse=False), expansion_limit=limit)
        except InfeasibleOutlineError:
            return
        chosen = tuple(candidate for candidate in task.candidates if candidate.id in selection.chosen)

        assert all(keeps(task, chosen) for keeps in RULES)
        assert length(chosen) <= task.slots
        assert value_of(chosen, task.weights) == selection.value

    @given(task=tasks())
    def test_without_a_limit_the_gap_is_closed(self, task: Task) -> None:
        """The bound of a search that ran to its end is the value."""
        try:
            selection = select(**attrs.asdict(task, recurse=False))
        except InfeasibleOutlineError:
            return

        assert selection.value == selection.bound
