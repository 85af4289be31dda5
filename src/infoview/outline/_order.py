"""The order of a talk.

The rules, in the order in which they give way, the first never:

1. Opening, core, late and closing part follow each other: purpose first (University of Evansville), after no
   more than a greeting; then an easy question about the contact (Dalton; Pomona College); resources before the
   referral; the referral in the last part (Hampshire College; University of North Texas); thanks last.
2. A question comes after those it needs.
3. The musts of the core start before the half-way mark (Dalton).
4. Trends before advice (Dalton).
5. No two questions of one kind in a row.
6. General before specific (Brooks Mendell).

So the core is tried in up to three orders: as the talk would flow; with the musts, and the trends that a must for
advice has to wait for, moved to the front; and with the musts alone moved to the front. The first in which every
must starts in time is taken, else the last.
"""

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
    urgent = {question.id for question in questions if question.id in musts}
    order = _flow(questions)
    if _start_before(half, order, urgent):
        return order
    if any(question.id in urgent and question.tiara is Tiara.ADVICE for question in questions):
        trends = {question.id for question in questions if question.tiara is Tiara.TRENDS}
        order = _flow(questions, early=urgent | trends)
        if _start_before(half, order, urgent):
            return order
    return _flow(questions, early=urgent)


def _start_before(half: int, order: Iterable[Question], urgent: Collection[str]) -> bool:
    start = 0
    for question in order:
        if question.id in urgent and start >= half:
            return False
        start += question.seconds
    return True


def _flow(questions: Iterable[Question], *, early: Collection[str] = ()) -> list[Question]:
    """Order one part of the talk: the early ones first, then by scope, and each after those it needs."""
    known = {question.id: question for question in questions}
    needs = {id_: question.needs & known.keys() for id_, question in known.items()}
    sorted_ids = in_order_of_need("Outline.items", needs)
    first = set(early)
    for id_ in reversed(sorted_ids):
        if id_ in first:
            first |= needs[id_]
    places: dict[str, tuple[bool, Scope]] = {}
    for id_ in sorted_ids:
        own = (id_ not in first, known[id_].kind.scope)
        places[id_] = max([own, *(places[need] for need in needs[id_])])
    order: list[Question] = []
    for place in sorted(set(places.values())):
        _append_apart(order, [question for id_, question in known.items() if places[id_] == place])
    return order


def _append_apart(order: list[Question], questions: list[Question]) -> None:
    """Append questions of one place by kind, no two of one kind in a row if that can be."""
    left = sorted(questions, key=lambda question: (_POSITIONS[question.kind], -question.value, question.id))
    while left:
        waiting = {question.id for question in left}
        kinds = Counter(question.kind for question in left)
        ready = [question for question in left if waiting.isdisjoint(question.needs)]
        others = [question for question in ready if not order or question.kind is not order[-1].kind] or ready
        following = next((question for question in others if _can_go_on(kinds, question.kind)), None)
        order.append(following or max(others, key=lambda question: kinds[question.kind]))
        left.remove(order[-1])


def _can_go_on(kinds: Mapping[QuestionKind, int], following: QuestionKind) -> bool:
    """Tell whether what is left after a question of a kind can be asked with no two of one kind in a row."""
    left = sum(kinds.values()) - 1
    return all(
        count - 1 <= left // 2 if kind is following else count <= (left + 1) // 2 for kind, count in kinds.items()
    )

