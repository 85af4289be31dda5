"""What the optimiser is asked for a talk of some length."""

from collections import Counter
from collections.abc import Iterable, Mapping

import attrs

from infoview.outline._needs import in_order_of_need
from infoview.outline._question import Phase, Priority, Question, QuestionBank, QuestionKind
from infoview.outline._select import Candidate

__all__ = ["Plan", "Wishes", "plan_for"]

_PRIORITY_PERCENT = {Priority.MUST: 100, Priority.SHOULD: 100, Priority.COULD: 50}


@attrs.frozen(kw_only=True)
class Wishes:
    """What an outline was asked to be, apart from its length; the arguments of `build_outline`.

    Attributes:
        must: The ids of the questions to ask in any case.
        exclude: The ids of the questions that are answered already.
        emphasis: Kinds and topics with what their questions count, in per cent.
        reserve_minutes: The time kept free at the end.
        topic_cap: The most questions of a topic: one number, or topics with a number each.
        weights: What the best, the second, … question of a topic counts.
        expansion_limit: The most splits of the search.
    """

    must: frozenset[str]
    exclude: frozenset[str]
    emphasis: tuple[tuple[str, int], ...]
    reserve_minutes: int
    topic_cap: int | tuple[tuple[str, int], ...] | None
    weights: tuple[int, ...]
    expansion_limit: int | None


@attrs.frozen(kw_only=True)
class _Frame:
    """The parts of a talk that depend on its length alone.

    Of each fixed kind one question is asked, of each optional kind at most one. Where the core is restricted,
    it is one question of those kinds.
    """

    minutes: int
    fixed: frozenset[QuestionKind]
    optional: frozenset[QuestionKind]
    core: frozenset[QuestionKind] | None = None


_ENDS = frozenset(kind for kind in QuestionKind if kind.phase in (Phase.OPEN, Phase.CLOSE))
_CLOSE = frozenset(kind for kind in QuestionKind if kind.phase is Phase.CLOSE)
_RESCUE = frozenset({QuestionKind.PURPOSE, QuestionKind.THANKS})
_BRIEF = _RESCUE | {QuestionKind.CAREER_PATH, QuestionKind.REFERRAL_ASK}
_USUAL = _BRIEF | {QuestionKind.STAY_IN_TOUCH}
_FRAMES = (
    _Frame(minutes=30, fixed=_ENDS, optional=frozenset()),
    _Frame(minutes=15, fixed=_USUAL, optional=_CLOSE - _USUAL),
    _Frame(minutes=10, fixed=_BRIEF, optional=_CLOSE - _BRIEF),
    # When somebody has no time after all, ask for advice and nothing else (Dalton).
    _Frame(
        minutes=1,
        fixed=_RESCUE,
        optional=frozenset({QuestionKind.REFERRAL_ASK, QuestionKind.STAY_IN_TOUCH}),
        core=frozenset({QuestionKind.IF_YOU_WERE_ME, QuestionKind.HINDSIGHT}),
    ),
)
"""The first whose minutes there are applies."""


@attrs.frozen(kw_only=True)
class Plan:
    """The questions that may be chosen, in the optimiser's terms.

    Attributes:
        questions: The questions that may be chosen, in the order of their ids.
        candidates: The same for the optimiser.
        required: The ids of the questions to ask in any case.
        groups: Sets of ids of which exactly one is chosen.
        topic_caps: The most that may be chosen of a candidate's topic.
        unfit: The other questions of the bank, by id, with the code of the reason.
    """

    questions: tuple[Question, ...]
    candidates: tuple[Candidate, ...]
    required: frozenset[str]
    groups: tuple[frozenset[str], ...]
    topic_caps: Mapping[str, int]
    unfit: Mapping[str, str]

    def passed_over(self, chosen: frozenset[str]) -> dict[str, str]:
        """Tell why the candidates that were not chosen were not.

        Args:
            chosen: The ids of those that were.

        Returns:
            For the id of each other candidate, the code of the reason.
        """
        held = Counter(candidate.topic for candidate in self.candidates if candidate.id in chosen)
        replaced = {id_ for group in self.groups for id_ in group}

        def reason(candidate: Candidate) -> str:
            cap = self.topic_caps.get(candidate.topic)
            is_full = cap is not None and held[candidate.topic] >= cap
            if candidate.id in replaced or (is_full and candidate.topic.startswith(_KIND)):
                return "alternative_chosen"
            if not candidate.needs <= chosen:
                return "prerequisite_missing"
            return "topic_full" if is_full else "no_time"

        return {
            candidate.id: reason(candidate) for candidate in self.candidates if candidate.id not in chosen
        }


def plan_for(bank: QuestionBank, minutes: int, wishes: Wishes) -> Plan:
    """Translate a bank and wishes for the optimiser.

    Args:
        bank: The questions there are.
        minutes: The agreed length of the talk.
        wishes: What the outline should be.

    Returns:
        The plan.
    """
    frame = next(frame for frame in _FRAMES if frame.minutes <= minutes)
    required = _required(bank, wishes)
    worth = _worth(bank, wishes)
    unfit = _unfit(bank, frame, required, wishes.exclude, worth)
    questions = tuple(question for question in bank if question.id not in unfit)
    return Plan(
        questions=questions,
        candidates=tuple(
            Candidate(
                id=question.id,
                slots=question.slots,
                value=worth[question.id],
                topic=_topic(question),
                must=question.id in required,
                needs=question.needs - wishes.exclude,
            )
            for question in questions
        ),
        required=required,
        groups=_groups(questions, frame, required),
        topic_caps=_topic_caps(questions, wishes),
        unfit=unfit,
    )


def _required(bank: QuestionBank, wishes: Wishes) -> frozenset[str]:
    """Collect what must be asked, and what that needs and is not answered."""
    known = {question.id: question for question in bank}
    required: set[str] = set()
    waiting = wishes.must | {question.id for question in bank if question.priority is Priority.MUST}
    while waiting := waiting - wishes.exclude - required:
        required |= waiting
        waiting = frozenset(need for id_ in waiting for need in known[id_].needs)
    return frozenset(required)


def _unfit(
    bank: QuestionBank,
    frame: _Frame,
    required: frozenset[str],
    answered: frozenset[str],
    worth: Mapping[str, int],
) -> dict[str, str]:
    core = frame.core
    if core is not None and any(question.id in required and question.kind in core for question in bank):
        core = frozenset[QuestionKind]()

    def reason(question: Question) -> str | None:
        if question.id in answered:
            return "answered"
        if question.id in required:
            return None
        if question.kind not in _RESCUE and not worth[question.id]:
            return "not_wanted"
        if question.kind in _ENDS:
            has_place = question.kind in frame.fixed | frame.optional
        else:
            has_place = core is None or question.kind in core
        return None if has_place else "not_at_this_length"

    known = {question.id: question for question in bank}
    unfit: dict[str, str] = {}
    for id_ in in_order_of_need("QuestionBank.questions", {id_: known[id_].needs for id_ in known}):
        code = reason(known[id_])
        if code is None and not unfit.keys().isdisjoint(known[id_].needs - answered):
            code = "prerequisite_missing"
        if code is not None:
            unfit[id_] = code
    return unfit


def _worth(bank: QuestionBank, wishes: Wishes) -> dict[str, int]:
    """Value the questions of a bank, by id, in hundredths."""
    emphasis = dict(wishes.emphasis)

    def worth(question: Question) -> int:
        percent = emphasis.get(question.kind, 100)
        if question.topic != question.kind:
            percent = percent * emphasis.get(question.topic, 100) // 100
        return question.value * percent * _PRIORITY_PERCENT[question.priority] // 100

    return {question.id: worth(question) for question in bank}


_KIND = "kind: "
"""What tells the topic of a question at the ends, of which there is one of a kind, from the other topics."""


def _topic(question: Question) -> str:
    return f"{_KIND}{question.kind}" if question.kind in _ENDS else f"topic: {question.topic}"


def _topic_caps(questions: Iterable[Question], wishes: Wishes) -> dict[str, int]:
    cap = wishes.topic_cap
    if isinstance(cap, tuple):
        caps = {f"topic: {topic}": most for topic, most in cap}
    elif cap is None:
        caps = {}
    else:
        caps = {_topic(question): cap for question in questions}
    return caps | {f"{_KIND}{kind}": 1 for kind in _ENDS}


def _groups(
    questions: Iterable[Question], frame: _Frame, required: frozenset[str]
) -> tuple[frozenset[str], ...]:
    by_kind: dict[QuestionKind, set[str]] = {}
    for question in questions:
        by_kind.setdefault(question.kind, set()).add(question.id)
    fixed = [
        ids for kind, ids in by_kind.items() if kind in frame.fixed or (kind in _ENDS and ids & required)
    ]
    core = {id_ for kind in frame.core or () for id_ in by_kind.get(kind, ()) if id_ not in required}
    return tuple(map(frozenset, [*fixed, core] if core else fixed))
