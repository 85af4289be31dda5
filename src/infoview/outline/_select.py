"""The optimiser: choose candidates so that their total value is as large as can be, and prove it.

It knows nothing of interviews. All numbers are whole numbers, so that values are compared exactly.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence

import attrs

from infoview._fields import boolean, whole_number
from infoview._text import IDENTIFIER
from infoview.exceptions import InfeasibleOutlineError, InvalidValueError
from infoview.outline._arguments import checked_cap, checked_limit, checked_weights, id_set, members_of
from infoview.outline._bound import undominated
from infoview.outline._instance import Instance, Item, members
from infoview.outline._needs import in_order_of_need
from infoview.outline._search import Impossible, solve

__all__ = ["Candidate", "Selection", "select"]

_MOST_CANDIDATES = 10_000
_MOST_GROUPS = 50
_MOST_CELLS = 10_000_000
_FROM_ZERO = whole_number(0, 1_000_000)
_FROM_ONE = whole_number(1, 1_000_000)


def _needs(ids: Iterable[str]) -> frozenset[str]:
    return id_set("Candidate.needs", ids)


@attrs.frozen
class Candidate:
    """Something that may be chosen.

    Attributes:
        id: Its own id, compared code point for code point. Errors name it, so it must tell nothing about a
            person.
        slots: How long it takes, from 1 slot up.
        value: What it is worth, from 0 up.
        topic: The topic it counts in.
        must: Whether it is chosen in any case, and with it all it needs.
        needs: The ids that are chosen whenever this one is.

    Raises:
        InvalidValueError: When a text breaks the rules for one line, a number is no whole number or out of
            range, `must` is neither `True` nor `False`, or `needs` is no collection of ids.
    """

    id: str = attrs.field(validator=IDENTIFIER)
    slots: int = attrs.field(validator=_FROM_ONE)
    value: int = attrs.field(validator=_FROM_ZERO)
    topic: str = attrs.field(validator=IDENTIFIER)
    must: bool = attrs.field(default=False, validator=boolean)
    needs: frozenset[str] = attrs.field(default=frozenset[str](), converter=_needs)


@attrs.frozen(kw_only=True)
class Selection:
    """What was chosen, and how good it is at most.

    Attributes:
        chosen: The ids.
        value: The total value, every topic discounted from its best candidate down.
        bound: A value that no legal selection exceeds; equal to `value` when the search was not cut short.
        expansions: How often the search had to tell apart the selections with and without a candidate.
    """

    chosen: frozenset[str]
    value: int
    bound: int
    expansions: int


def select(
    candidates: Iterable[Candidate],
    *,
    slots: int,
    topic_cap: int | Mapping[str, int] | None = None,
    weights: Sequence[int] = (100, 80, 60, 40),
    groups: Iterable[Collection[str]] = (),
    expansion_limit: int | None = None,
) -> Selection:
    """Choose the candidates of the highest total value that keep every rule.

    A selection is legal when it fits into the time, holds every must, holds with a candidate all that it
    needs, holds exactly one of each group, and no more of a topic than its cap. Its value is the sum over the
    topics: the best chosen candidate counts `value * weights[0]`, the next `value * weights[1]`, and so on.

    Of several selections of the highest value, the one is chosen that holds the smallest id on which two of
    them differ. So the answer depends on nothing but the arguments, and not on their order.

    Args:
        candidates: At most 10,000, with different ids.
        slots: The time there is, from 1 slot up. Candidates times slots may be 10,000,000.
        topic_cap: The most that may be chosen of a topic, from 0 up: one number for all, or a number for each
            topic that has a limit.
        weights: What the best, the second, … of a topic counts, from 0 up, none larger than the one before.
            The last weight goes on.
        groups: Sets of ids of which exactly one is chosen; at most 50. They may share members.
        expansion_limit: The most splits of the search, from 0 up. When it is reached, the answer is the best
            selection found so far, with an honest bound. Without a limit the answer is always the best there
            is; candidates that depend on each other in many ways may then take long.

    Returns:
        The selection, its value and the proven bound: `value <= best possible <= bound`.

    Raises:
        InfeasibleOutlineError: When there is no legal selection. It names what must be in: the musts, what
            they need, and the members of groups that have no alternative.
        InvalidValueError: When an argument breaks its rule. Codes: ``not_a_whole_number``, ``out_of_range``,
            ``wrong_type``, ``too_large``, ``duplicate_id``, ``unknown_id``, ``circle``, ``empty_group``,
            ``no_weights``, ``increasing_weights``, and those of one-line text for ids and topics.
    """
    known = _by_id(candidates)
    order = in_order_of_need("select.candidates", {id_: candidate.needs for id_, candidate in known.items()})
    _FROM_ONE.check("select.slots", slots)
    most = checked_limit("select.expansion_limit", expansion_limit)
    cap = checked_cap("select.topic_cap", topic_cap)
    ranks = checked_weights("select.weights", weights)
    sets = _checked_groups(groups, known)
    time = min(slots, sum(candidate.slots for candidate in known.values()))
    if len(known) * time > _MOST_CELLS:
        raise InvalidValueError("select.slots", "too_large", "use fewer candidates or longer slots")

    caps = _caps(cap, {candidate.topic for candidate in known.values()})
    kept = _shortlist(known.values(), sets, slots=time, caps=caps, weights=ranks)
    if not kept:
        return Selection(chosen=frozenset(), value=0, bound=0, expansions=0)
    ids = [id_ for id_ in order if id_ in kept]
    bits = {id_: 1 << place for place, id_ in enumerate(sorted(kept, reverse=True))}
    instance = Instance(
        items={
            bits[id_]: Item(bits[id_], known[id_].slots, known[id_].value, known[id_].topic) for id_ in ids
        },
        needs={bits[id_]: sum(bits[need] for need in known[id_].needs) for id_ in ids},
        musts=sum(bits[id_] for id_ in ids if known[id_].must),
        groups=tuple(sum(bits[id_] for id_ in group) for group in sets),
        slots=time,
        weights=ranks,
        caps=caps,
    )
    outcome = solve(instance, most)

    names = {bit: id_ for id_, bit in bits.items()}
    if isinstance(outcome, Impossible):
        required = tuple(sorted(names[bit] for bit in members(outcome.required)))
        raise InfeasibleOutlineError(required, outcome.needed, slots)
    return Selection(
        chosen=frozenset(names[bit] for bit in members(outcome.chosen)),
        value=outcome.value,
        bound=outcome.bound,
        expansions=outcome.expansions,
    )


def _by_id(candidates: object) -> dict[str, Candidate]:
    place = "select.candidates"
    known: dict[str, Candidate] = {}
    for candidate in members_of(place, candidates, "give a collection of candidates"):
        if not isinstance(candidate, Candidate):
            raise InvalidValueError(place, "wrong_type", "give candidates only")
        if candidate.id in known:
            raise InvalidValueError(place, "duplicate_id", "give every candidate an id of its own")
        if len(known) == _MOST_CANDIDATES:
            raise InvalidValueError(place, "out_of_range", f"give at most {_MOST_CANDIDATES} candidates")
        known[candidate.id] = candidate
    return known


def _caps(cap: int | Mapping[str, int] | None, topics: Collection[str]) -> dict[str, int]:
    """Limit each topic there is."""
    if cap is None:
        return {}
    caps = cap if isinstance(cap, Mapping) else dict.fromkeys(topics, cap)
    return {topic: most for topic, most in caps.items() if topic in topics}


def _checked_groups(groups: object, known: Collection[str]) -> list[frozenset[str]]:
    place = "select.groups"
    sets: list[frozenset[str]] = []
    for group in members_of(place, groups, "give a collection of sets of ids"):
        ids = id_set(place, group)
        if not ids:
            raise InvalidValueError(place, "empty_group", "give every group at least one id")
        if not all(id_ in known for id_ in ids):
            raise InvalidValueError(place, "unknown_id", "name only candidates that are there")
        if len(sets) == _MOST_GROUPS:
            raise InvalidValueError(place, "out_of_range", f"give at most {_MOST_GROUPS} groups")
        sets.append(ids)
    return sets


def _shortlist(
    candidates: Collection[Candidate],
    groups: Iterable[Collection[str]],
    *,
    slots: int,
    caps: Mapping[str, int],
    weights: tuple[int, ...],
) -> set[str]:
    """Leave out the candidates that no rule ties to others and that better ones of their topic replace."""
    tied = {need for candidate in candidates for need in candidate.needs}.union(*groups)
    free: defaultdict[str, list[Candidate]] = defaultdict(list)
    kept: set[str] = set()
    for candidate in candidates:
        if candidate.must or candidate.needs or candidate.id in tied:
            kept.add(candidate.id)
        else:
            free[candidate.topic].append(candidate)
    for topic, rivals in free.items():
        rivals.sort(key=lambda candidate: (-candidate.value, candidate.id))
        most = caps.get(topic, slots)
        kept.update(rival.id for rival in undominated(rivals, most=most, slots=slots, weights=weights))
    return kept
