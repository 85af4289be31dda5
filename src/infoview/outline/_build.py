"""The outline of a talk: which questions fit into the time, in which order, and which were left out."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from types import MappingProxyType

import attrs

from infoview._fields import whole_number
from infoview._policy import Policy
from infoview.exceptions import InfeasibleOutlineError, InvalidValueError
from infoview.outline._arguments import checked_cap, checked_limit, checked_weights, id_set, numbers_by_name
from infoview.outline._order import in_order
from infoview.outline._pace import Pace, pace_of
from infoview.outline._plan import Wishes, plan_for
from infoview.outline._question import Question, QuestionBank, QuestionKind
from infoview.outline._render import to_markdown, to_text
from infoview.outline._select import select
from infoview.policies import CLASSIC

__all__ = ["Dropped", "Outline", "OutlineItem", "build_outline"]

_MINUTES = whole_number(1, 240)
_RESERVE = whole_number(0, 60)
_PERCENT = whole_number(0, 1_000)
_NO_EMPHASIS: Mapping[str, int] = MappingProxyType({})
_REASONS = {
    "answered": "You said that it is answered.",
    "not_wanted": "Your emphasis leaves it out.",
    "not_at_this_length": "A talk of this length has no place for it.",
    "alternative_chosen": "Another question does its part.",
    "prerequisite_missing": "A question it needs is not in the outline.",
    "topic_full": "Its topic has as many questions as you allow.",
    "no_time": "Others give more for the time.",
}


@attrs.frozen(kw_only=True)
class OutlineItem:
    """A question in its place.

    Attributes:
        question: The question: its text, kind, phase and how long it takes.
        start: When to ask it, from the start of the talk.
    """

    question: Question
    start: timedelta

    @property
    def end(self) -> timedelta:
        """When to be through with it, from the start of the talk."""
        return self.start + timedelta(seconds=self.question.seconds)


@attrs.frozen(kw_only=True)
class Dropped:
    """A question that was left out.

    Attributes:
        question: The question.
        code: A stable word for the reason: ``answered``, ``not_wanted``, ``not_at_this_length``,
            ``alternative_chosen``, ``prerequisite_missing``, ``topic_full`` or ``no_time``.
    """

    question: Question
    code: str

    @property
    def sentence(self) -> str:
        """The reason in words."""
        return _REASONS[self.code]


@attrs.frozen(kw_only=True)
class Outline:
    """What to ask when, in the minutes there are.

    Attributes:
        minutes: The agreed length of the talk.
        items: The questions in the order in which to ask them, each with its start.
        dropped: The questions of the bank that were left out, in the order of their ids.
        value: The total value of the questions, later ones of a topic discounted. Good for comparing outlines
            of one bank with each other, and nothing else.
        bound: A value that no outline of this length and these wishes exceeds.
        bank: The questions it was chosen from.
        wishes: What was asked for.
    """

    minutes: int
    items: tuple[OutlineItem, ...]
    dropped: tuple[Dropped, ...]
    value: int
    bound: int
    bank: QuestionBank = attrs.field(repr=False)
    wishes: Wishes = attrs.field(repr=False)

    @property
    def gap(self) -> int:
        """How much better another outline could be at most; 0 when this one is proven to be the best."""
        return self.bound - self.value

    @property
    def end(self) -> timedelta:
        """When the last question is through, from the start of the talk."""
        return self.items[-1].end

    def shrink(self, minutes: int) -> "Outline":
        """Choose again from the same questions for a talk that turns out shorter.

        Under ten minutes what remains is the purpose, one question for advice, and the thanks (Dalton), with
        the referral if it fits.

        Args:
            minutes: The minutes there are after all, from 1 to those of this outline.

        Returns:
            The best outline of that length, for the same wishes.

        Raises:
            InfeasibleOutlineError: When what must be asked does not fit.
            InvalidValueError: When the minutes are more than those of this outline (code ``not_shorter``), no
                whole number or out of range.
        """
        _MINUTES.check("shrink.minutes", minutes)
        if minutes > self.minutes:
            raise InvalidValueError("shrink.minutes", "not_shorter", "build a new outline to take more time")
        return _outline(self.bank, minutes, self.wishes)

    def pace(self, elapsed: timedelta | int, *, running: str | None = None, policy: Policy = CLASSIC) -> Pace:
        """Say where the talk should be by now.

        Args:
            elapsed: The time since the talk began, up to a day; a plain number is whole seconds.
            running: The id of the question you are at, to learn how far behind or ahead you are.
            policy: Knows when to come to the close (`Policy.time_warning_minutes`), and how much more time
                may be asked for (`Policy.overrun_minutes`).

        Returns:
            The question for this moment, the time left, and what the clock says.

        Raises:
            InvalidValueError: When the time is negative, too long or no whole number, or the question is not
                in the outline (code ``unknown_id``).
        """
        return pace_of(self, elapsed, running, policy)

    def to_markdown(self) -> str:
        """Write the outline as Markdown.

        Returns:
            A heading, a list of starts and questions for each part, and when the time is up. Characters that
            mean something in Markdown are escaped.
        """
        return to_markdown(self)

    def to_text(self) -> str:
        """Write the outline as plain text.

        Returns:
            The same as `to_markdown` for a sheet of paper.
        """
        return to_text(self)


def build_outline(
    bank: QuestionBank,
    *,
    minutes: int,
    must: Iterable[str] = frozenset(),
    exclude: Iterable[str] = frozenset(),
    emphasis: Mapping[str, int] = _NO_EMPHASIS,
    reserve_minutes: int = 1,
    topic_cap: int | Mapping[str, int] | None = 4,
    weights: Sequence[int] = (100, 80, 60, 40),
    expansion_limit: int | None = None,
) -> Outline:
    """Choose the best questions for the minutes there are, and put them in order.

    The parts at the ends depend on the length. A talk of 30 minutes opens with a greeting, the purpose and a
    question about the contact's path, and closes with what was missed, the referral, staying in touch and the
    thanks. Under 30 minutes there is no greeting, and what was missed is asked only if it pays; under 15 the
    same goes for staying in touch. Under 10 minutes there are the purpose, one question for advice, and the
    thanks (Dalton). Everything else is chosen so that the total value is as large as can be.

    Args:
        bank: The questions to choose from.
        minutes: The agreed length of the talk, from 1 to 240.
        must: The ids of questions to ask in any case, besides those of the priority `Priority.MUST`.
        exclude: The ids of questions that are answered already, whether the bank still has them or not. They
            count as asked for those that need them.
        emphasis: What the questions of a kind or topic count, from 0 to 1,000 per cent of their value; 0
            leaves them out.
        reserve_minutes: The time kept free at the end, from 0 to 60 minutes.
        topic_cap: The most questions of a topic in core and late part: one number for all, a number for each
            topic that has a limit, or `None`.
        weights: What the best, the second, … question of a topic counts, none larger than the one before.
        expansion_limit: The most splits of the search. When it is reached, the outline is the best found so
            far, and its `gap` says how much better another one could be at most.

    Returns:
        The outline; the same for equal arguments.

    Raises:
        InfeasibleOutlineError: When what must be asked does not fit into the time; it names the questions.
        InvalidValueError: When an argument breaks its rule. Codes besides those of `select`: ``unknown_id``
            (a must that the bank does not have), ``must_and_exclude``, ``no_opener``, ``no_closer`` (all are
            excluded), ``unknown_topic`` (an emphasis on what the bank does not have).
    """
    _check_bank(bank)
    _MINUTES.check("build_outline.minutes", minutes)
    _RESERVE.check("build_outline.reserve_minutes", reserve_minutes)
    cap = checked_cap("build_outline.topic_cap", topic_cap)
    percents = numbers_by_name("build_outline.emphasis", emphasis, _PERCENT)
    wishes = Wishes(
        must=id_set("build_outline.must", must),
        exclude=id_set("build_outline.exclude", exclude),
        reserve_minutes=reserve_minutes,
        topic_cap=tuple(sorted(cap.items())) if isinstance(cap, dict) else cap,
        weights=checked_weights("build_outline.weights", weights),
        expansion_limit=checked_limit("build_outline.expansion_limit", expansion_limit),
        emphasis=tuple(sorted(percents.items())),
    )
    _check(wishes, bank)
    return _outline(bank, minutes, wishes)


def _check_bank(bank: object) -> None:
    if not isinstance(bank, QuestionBank):
        raise InvalidValueError("build_outline.bank", "wrong_type", "give a QuestionBank")


def _check(wishes: Wishes, bank: QuestionBank) -> None:
    if not wishes.must <= {question.id for question in bank}:
        raise InvalidValueError("build_outline.must", "unknown_id", "name only questions of the bank")
    if wishes.must & wishes.exclude:
        raise InvalidValueError(
            "build_outline.must", "must_and_exclude", "take every question out of one of both"
        )
    left = {question.kind for question in bank if question.id not in wishes.exclude}
    if QuestionKind.PURPOSE not in left:
        raise InvalidValueError("build_outline.exclude", "no_opener", "leave a question of kind PURPOSE")
    if QuestionKind.THANKS not in left:
        raise InvalidValueError("build_outline.exclude", "no_closer", "leave a question of kind THANKS")
    names = {*QuestionKind, *(question.topic for question in bank)}
    if any(name not in names for name, _ in wishes.emphasis):
        raise InvalidValueError("build_outline.emphasis", "unknown_topic", "name kinds or topics of the bank")


def _outline(bank: QuestionBank, minutes: int, wishes: Wishes) -> Outline:
    plan = plan_for(bank, minutes, wishes)
    slots = 2 * (minutes - wishes.reserve_minutes)
    try:
        selection = select(
            plan.candidates,
            slots=max(slots, 1),
            topic_cap=plan.topic_caps,
            weights=wishes.weights,
            groups=plan.groups,
            expansion_limit=wishes.expansion_limit,
        )
    except InfeasibleOutlineError as error:
        raise InfeasibleOutlineError(error.musts, error.needed, max(slots, 0)) from None
    chosen = [question for question in plan.questions if question.id in selection.chosen]
    reasons = {**plan.unfit, **plan.passed_over(selection.chosen)}
    return Outline(
        minutes=minutes,
        items=_timed(in_order(chosen, musts=plan.required, seconds=60 * minutes)),
        dropped=tuple(
            Dropped(question=question, code=reasons[question.id])
            for question in bank
            if question.id in reasons
        ),
        value=selection.value,
        bound=selection.bound,
        bank=bank,
        wishes=wishes,
    )


def _timed(questions: Iterable[Question]) -> tuple[OutlineItem, ...]:
    items: list[OutlineItem] = []
    start = timedelta()
    for question in questions:
        items.append(OutlineItem(question=question, start=start))
        start = items[-1].end
    return tuple(items)
