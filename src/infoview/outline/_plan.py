"""What the optimiser is asked for a talk of some length."""

from collections import Counter
from collections.abc import Iterable
from math import prod

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
        reserve_minutes: The time kept free at the end.
        topic_cap: The most questions of a topic: one number, or topics with a number each.
        weights: What the best, the second, … question of a topic counts.
        expansion_limit: The most splits of the search.
        emphasis: Kinds and topics with what their questions count, in per cent.
    """

    must: frozenset[str]
    exclude: frozenset[str]
    reserve_minutes: int
    topic_cap: int | tuple[tuple[str, int], ...] | None
    weights: tuple[int, ...]
    expansion_limit: int | None
    emphasis: tuple[tuple[str, int], ...]


@attrs.frozen(kw_only=True)
class _Frame:
    """The parts of a talk of some length that do not depend on what you want to know.

    One question of each fixed kind is asked, at most one of each optional kind, and, where the core is
    restricted, exactly one question of the core, of one of those kinds.
    """

    minutes: int
    fixed: frozenset[QuestionKind]
    optional: frozenset[QuestionKind]
    core: frozenset[QuestionKind] | None = None


_ENDS = frozenset(kind for kind in QuestionKind if kind.phase in (Phase.OPEN, Phase.CLOSE))
_SHORT = frozenset({QuestionKind.PURPOSE, QuestionKind.THANKS})
_BRIEF = _SHORT | {QuestionKind.CAREER_PATH, QuestionKind.REFERRAL_ASK}
_USUAL = _BRIEF | {QuestionKind.STAY_IN_TOUCH}
_CLOSERS = frozenset(kind for kind in _ENDS if kind.phase is Phase.CLOSE)
_FRAMES = (
    _Frame(minutes=30, fixed=_ENDS, optional=frozenset()),
    _Frame(minutes=15, fixed=_USUAL, optional=_CLOSERS - _USUAL),
    _Frame(minutes=10, fixed=_BRIEF, optional=_CLOSERS - _BRIEF),
    # Somebody has no time now: ask the advice question, and no other (Dalton).
    _Frame(
        minutes=1,
        fixed=_SHORT,
        optional=frozenset({QuestionKind.REFERRAL_ASK, QuestionKind.STAY_IN_TOUCH}),
        core=frozenset({QuestionKind.IF_YOU_WERE_ME, QuestionKind.HINDSIGHT}),
    ),
)
"""Longest first: the first whose minutes are there applies."""


@attrs.frozen(kw_only=True)
class Plan:
    """Which questions may be chosen, and by which rules.

    Attributes:
        wishes: What was asked for.
        frame: The parts that depend on the length alone.
        required: The ids of the questions to ask in any case.
        usable: The questions that may be chosen, in the order of their ids.
        unfit: The ids of all others, with the code of the reason.
    """

    wishes: Wishes
    frame: "_Frame"
    required: frozenset[str]
    usable: tuple[Question, ...]
    unfit: dict[str, str]

    def candidates(self) -> list[Candidate]:
        """Translate the questions for the optimiser."""
        return [
            Candidate(
                question.id,
                question.slots,
                question.value * _percent(question, self.wishes),
                _topic(question),
                question.id in self.required,
                question.needs - self.wishes.exclude,
            )
            for question in self.usable
        ]

    def topic_caps(self) -> dict[str, int]:
        """Limit the questions of each topic, and those of each kind at the ends to one."""
        cap = self.wishes.topic_cap
        caps = dict(cap) if isinstance(cap, tuple) else {}
        if not isinstance(cap, tuple) and cap is not None:
            caps = dict.fromkeys()
        return {}

    def groups(self) -> list[set[str]]:
        """Name the sets of questions of which exactly one is asked."""
        ...
