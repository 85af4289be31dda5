"""Questions, banks and outlines, and what the optimiser works on."""

from datetime import timedelta

from hypothesis import strategies as st

from infoview.exceptions import InfeasibleOutlineError, InvalidValueError
from infoview.outline import (
    DEFAULT_BANK,
    Candidate,
    Dropped,
    Outline,
    OutlineItem,
    Pace,
    Phase,
    Question,
    QuestionBank,
    QuestionKind,
    Selection,
    Wishes,
    build_outline,
    select,
)
from infoview.testing.strategies._rules import building, draws
from infoview.testing.strategies._texts import identifiers

__all__ = [
    "candidates",
    "dropped",
    "outline_items",
    "outlines",
    "paces",
    "question_banks",
    "questions",
    "selections",
    "wishes",
]

_PHASES = tuple(Phase)
_ENDS = (Phase.OPEN, Phase.CLOSE)
_LIMIT = 200
"""How long the optimiser may look: what is drawn should not take longer than what it is drawn for."""


@draws(Question)
def questions(
    *,
    id: str | None = None,  # noqa: A002 - the field's own name
    needs: frozenset[str] = frozenset(),
    plain: bool = False,
) -> st.SearchStrategy[Question]:
    """Draw questions by themselves.

    Args:
        id: The id; any when left out.
        needs: The ids of the questions that it needs.
        plain: Whether texts are friendly words only.

    Returns:
        Questions of every kind, of 30 seconds to an hour.
    """
    return building(
        Question,
        plain=plain,
        id=identifiers() if id is None else st.just(id),
        seconds=st.integers(1, 120).map(lambda halves: 30 * halves),
        needs=st.just(needs),
    )


@draws(QuestionBank)
@st.composite
def question_banks(draw: st.DrawFn, *, max_size: int = 12, plain: bool = False) -> QuestionBank:
    """Draw banks: some questions of the library, and others that need each other.

    Args:
        draw: Given by Hypothesis.
        max_size: How many questions beside those of the library, from 0 up.
        plain: Whether texts are friendly words only.

    Returns:
        Banks that can open and close a talk.
    """
    bank = DEFAULT_BANK
    for question in draw(st.lists(st.sampled_from(DEFAULT_BANK.questions), unique=True)):
        try:
            bank = bank.without(question.id)
        except InvalidValueError:
            continue  # Another needs it, or it is the last to open or close a talk with.
    own: list[Question] = []
    for number in range(draw(st.integers(0, max_size))):
        question = draw(questions(id=f"q-{number}", plain=plain))
        own.append(_needing(draw, question, own))
    return bank.with_questions(*own)


def _needing(draw: st.DrawFn, question: Question, earlier: list[Question]) -> Question:
    """Let a question need some of the earlier ones, where it may."""
    if question.phase in _ENDS:
        return question
    place = _PHASES.index(question.phase)
    ids = [other.id for other in earlier if _PHASES.index(other.phase) <= place]
    needs = draw(st.frozensets(st.sampled_from(ids), max_size=2)) if ids else frozenset[str]()
    return Question(
        id=question.id,
        kind=question.kind,
        text=question.text,
        value=question.value,
        topic=question.topic,
        seconds=question.seconds,
        priority=question.priority,
        needs=needs,
    )


@draws(Outline)
@st.composite
def outlines(draw: st.DrawFn, *, min_minutes: int = 5, max_minutes: int = 60, plain: bool = False) -> Outline:
    """Draw outlines: the best questions of a bank for the time.

    Args:
        draw: Given by Hypothesis.
        min_minutes: The shortest talk, from 3 minutes.
        max_minutes: The longest talk, up to 240 minutes.
        plain: Whether texts are friendly words only.

    Returns:
        Outlines; of a bank whose questions do not fit, one of the library's bank instead.
    """
    minutes = draw(st.integers(min_minutes, max_minutes))
    kinds = draw(st.dictionaries(st.sampled_from(QuestionKind), st.integers(0, 300), max_size=3))
    bank = draw(question_banks(max_size=6, plain=plain))
    try:
        return build_outline(bank, minutes=minutes, emphasis=kinds, expansion_limit=_LIMIT)
    except InfeasibleOutlineError:
        return build_outline(DEFAULT_BANK, minutes=minutes, expansion_limit=_LIMIT)


@draws(OutlineItem)
def outline_items() -> st.SearchStrategy[OutlineItem]:
    """Draw questions in their places.

    Returns:
        Items of outlines.
    """
    return outlines().flatmap(lambda outline: st.sampled_from(outline.items))


@draws(Dropped)
def dropped() -> st.SearchStrategy[Dropped]:
    """Draw questions that were left out, with the reason.

    Returns:
        Questions that outlines of twenty minutes at most had no place for.
    """
    return (
        outlines(max_minutes=20)
        .filter(lambda outline: outline.dropped)
        .flatmap(lambda outline: st.sampled_from(outline.dropped))
    )


@draws(Wishes)
def wishes() -> st.SearchStrategy[Wishes]:
    """Draw what outlines were asked to be.

    Returns:
        Wishes of outlines.
    """
    return outlines().map(lambda outline: outline.wishes)


@draws(Pace)
@st.composite
def paces(draw: st.DrawFn) -> Pace:
    """Draw where talks are against their outlines.

    Args:
        draw: Given by Hypothesis.

    Returns:
        Moments of talks, some of them after the end.
    """
    outline = draw(outlines())
    elapsed = timedelta(seconds=draw(st.integers(0, 90 * outline.minutes)))
    running = draw(st.none() | st.sampled_from([item.question.id for item in outline.items]))
    return outline.pace(elapsed, running=running)


@draws(Candidate)
def candidates(
    *,
    id: str | None = None,  # noqa: A002 - the field's own name
    needs: frozenset[str] = frozenset(),
) -> st.SearchStrategy[Candidate]:
    """Draw candidates by themselves.

    Args:
        id: The id; any when left out.
        needs: The ids of those that it needs.

    Returns:
        Candidates of 1 to 12 slots.
    """
    return building(
        Candidate,
        id=identifiers() if id is None else st.just(id),
        slots=st.integers(1, 12),
        value=st.integers(0, 100),
        topic=st.sampled_from(("a", "b", "c")),
        needs=st.just(needs),
    )


@draws(Selection)
@st.composite
def selections(draw: st.DrawFn, *, max_size: int = 8) -> Selection:
    """Draw selections: the best of some candidates.

    Args:
        draw: Given by Hypothesis.
        max_size: How many candidates there are at most, from 0 up.

    Returns:
        Selections, empty ones included.
    """
    count = draw(st.integers(0, max_size))
    drawn = [draw(candidates(id=f"c-{number}")) for number in range(count)]
    slots = sum(candidate.slots for candidate in drawn if candidate.must) + draw(st.integers(1, 40))
    return select(drawn, slots=slots, expansion_limit=_LIMIT)
