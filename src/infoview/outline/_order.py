"""The order of a talk.

The rules, in the order in which they give way, the first never:

1. Opening, core, late and closing part follow each other: purpose first (University of Evansville), after no
   more than a greeting; then an easy question about the contact (Dalton; Pomona College); resources before
   the referral; the referral in the last part (Hampshire College; University of North Texas); thanks last.
2. A question comes after those it needs.
3. The musts of the core start before the half-way mark (Dalton).
4. Trends before advice (Dalton).
5. No two questions of one kind in a row.
6. General before specific (Brooks Mendell).

So a core in which a must would start too late is divided. In front come the musts, the trends if a must asks
for advice, and as much of what precedes them anyway as leaves them in time; behind comes the rest. If the
trends would make the musts late they stay behind, and if the musts are too many they simply come first.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Collection, Iterable, Mapping

from infoview.outline._needs import in_order_of_need
from infoview.outline._question import Phase, Question, QuestionKind, Scope, Tiara

__all__ = ["in_order"]

_POSITIONS = {kind: position for position, kind in enumerate(QuestionKind)}


def in_order(questions: Iterable[Question], *, musts: Collection[str], seconds: int) -> list[Question]:
    """Put the questions of a talk in order.

    Args:
        questions: The questions, each with those it needs.
        musts: The ids of the questions that should start before the half-way mark. Only those of the core
            count; the parts at the ends have their own places.
        seconds: The length of the talk.

    Returns:
        The questions in the order in which to ask them. It depends on nothing but the arguments, and not on
        their order.
    """
    parts: dict[Phase, list[Question]] = {phase: [] for phase in Phase}
    for question in questions:
        parts[question.phase].append(question)
    opening = _flow(parts[Phase.OPEN])
    core = _core(parts[Phase.CORE], musts, seconds // 2 - sum(question.seconds for question in opening))
    return [*opening, *core, *_flow(parts[Phase.LATE]), *_flow(parts[Phase.CLOSE])]


def _core(questions: list[Question], musts: Collection[str], half: int) -> list[Question]:
    flow = _flow(questions)
    urgent = {question.id for question in flow if question.id in musts}
    if _start_before(half, flow, urgent):
        return flow
    trends = {question.id for question in flow if question.tiara is Tiara.TRENDS}
    asks_for_advice = any(question.id in urgent and question.tiara is Tiara.ADVICE for question in flow)
    fronts = [urgent | trends, urgent] if asks_for_advice else [urgent]
    orders = (_divided(flow, front, urgent, half) for front in fronts)
    return next(filter(None, orders), None) or _flow(questions, early=urgent)


def _divided(flow: list[Question], front: set[str], urgent: set[str], half: int) -> list[Question] | None:
    """Move the front forward, after as much of the flow as leaves the urgent in time, if that can be."""

    def order(count: int) -> list[Question]:
        return _flow(flow, early=front.union(question.id for question in flow[:count]))

    def is_late(count: int) -> bool:
        return not _start_before(half, order(count), urgent)

    too_many = bisect_left(range(len(flow) + 1), x=True, key=is_late)
    return order(too_many - 1) if too_many else None


def _start_before(half: int, order: Iterable[Question], urgent: Collection[str]) -> bool:
    start = 0
    for question in order:
        if question.id in urgent and start >= half:
            return False
        start += question.seconds
    return True


def _flow(questions: Iterable[Question], *, early: Collection[str] = ()) -> list[Question]:
    """Order one part of the talk: the early questions with what they need, then the others."""
    known = {question.id: question for question in questions}
    needs = {id_: question.needs & known.keys() for id_, question in known.items()}
    front = set(early)
    for id_ in reversed(in_order_of_need("Outline.items", needs)):
        if id_ in front:
            front |= needs[id_]
    order: list[Question] = []
    _append(order, [question for question in known.values() if question.id in front])
    _append(order, [question for question in known.values() if question.id not in front])
    return order


def _append(order: list[Question], questions: Iterable[Question]) -> None:
    """Append questions one by one: of those ready, the most general that lets the kinds stay apart."""
    left = sorted(questions, key=_generality)
    while left:
        last = order[-1].kind if order else None
        ready = _ready(left)
        others = [question for question in ready if question.kind is not last] or ready
        kinds = Counter(question.kind for question in left)
        following = next((question for question in others if _can_stay_apart(kinds, question.kind)), None)
        order.append(following or max(others, key=lambda question: kinds[question.kind]))
        left.remove(order[-1])


def _generality(question: Question) -> tuple[Scope, int, int, str]:
    return question.kind.scope, _POSITIONS[question.kind], -question.value, question.id


def _ready(left: list[Question]) -> list[Question]:
    """List the questions whose needs are met, without advice as long as trends are left, if that can be."""
    waiting = {question.id for question in left}
    ready = [question for question in left if waiting.isdisjoint(question.needs)]
    if any(question.tiara is Tiara.TRENDS for question in left):
        return [question for question in ready if question.tiara is not Tiara.ADVICE] or ready
    return ready


def _can_stay_apart(kinds: Mapping[QuestionKind, int], following: QuestionKind) -> bool:
    """Tell whether, after a question of a kind, no two of one kind need to follow each other."""
    left = Counter(kinds)
    left[following] -= 1

    def lacking(among: Collection[QuestionKind]) -> int:
        total = sum(left[kind] for kind in among)
        return max((2 * left[kind] - total - (kind is not following) for kind in among), default=0)

    trends = [kind for kind in left if kind.tiara is Tiara.TRENDS]
    advice = [kind for kind in left if kind.tiara is Tiara.ADVICE]
    # Trends come before advice, so only the remaining questions can stand between two of either.
    between = left.total() - sum(left[kind] for kind in [*trends, *advice])
    return max(0, lacking(trends)) + max(0, lacking(advice)) <= between and lacking(left) <= 0
