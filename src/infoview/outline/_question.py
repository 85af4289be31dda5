"""Questions, their kinds and places in the talk, and the bank they are kept in."""

from collections.abc import Iterable, Iterator
from enum import IntEnum, StrEnum

import attrs

from infoview._fields import instance, place_of, whole_number
from infoview._text import IDENTIFIER, LINE, NAME
from infoview.exceptions import InvalidValueError
from infoview.outline._arguments import id_set, members_of
from infoview.outline._needs import in_order_of_need

__all__ = ["Phase", "Priority", "Question", "QuestionBank", "QuestionKind", "Scope", "Tiara"]

_MOST_QUESTIONS = 1_000
_HALF_MINUTE = 30


class Phase(StrEnum):
    """A part of the talk, in the order in which the parts follow each other."""

    OPEN = "open"
    CORE = "core"
    LATE = "late"
    CLOSE = "close"


class Tiara(StrEnum):
    """What an answer brings, from treating the contact as an expert to treating them as a mentor.

    The five sorts are those of Dalton, *The 2-Hour Job Search*.
    """

    TRENDS = "trends"
    INSIGHTS = "insights"
    ADVICE = "advice"
    RESOURCES = "resources"
    ASSIGNMENTS = "assignments"


class Scope(IntEnum):
    """Whom a question of the core concerns, from general to specific (Brooks Mendell)."""

    FIELD = 1
    """Anybody who does this work."""

    ENTRY = 2
    """Anybody who wants to begin."""

    SEEKER = 3
    """The seeker alone."""


class Priority(StrEnum):
    """How much you want to ask a question."""

    MUST = "must"
    """In any case; the time has to suffice."""

    SHOULD = "should"
    """For its full value."""

    COULD = "could"
    """For half its value."""


class QuestionKind(StrEnum):
    """What a question is about; in the order in which a talk comes to it."""

    OPENER_SMALL_TALK = "opener_small_talk"
    PURPOSE = "purpose"
    CAREER_PATH = "career_path"
    CURRENT_WORK = "current_work"
    TYPICAL_WEEK = "typical_week"
    TEAM_STRUCTURE = "team_structure"
    BEST_PART = "best_part"
    HARD_PART = "hard_part"
    SURPRISE = "surprise"
    MISCONCEPTION = "misconception"
    CULTURE = "culture"
    BALANCE = "balance"
    PROGRESSION = "progression"
    TRENDS_NOW = "trends_now"
    TRENDS_NEXT = "trends_next"
    ENTRY_ROUTES = "entry_routes"
    SKILLS_NEEDED = "skills_needed"
    TRAINING = "training"
    HINDSIGHT = "hindsight"
    FIT_MY_BACKGROUND = "fit_my_background"
    IF_YOU_WERE_ME = "if_you_were_me"
    RESOURCES = "resources"
    ASSIGNMENT = "assignment"
    ANYTHING_MISSED = "anything_missed"
    REFERRAL_ASK = "referral_ask"
    STAY_IN_TOUCH = "stay_in_touch"
    THANKS = "thanks"

    @property
    def phase(self) -> Phase:
        """The part of the talk it belongs to."""
        return _TRAITS[self].phase

    @property
    def tiara(self) -> Tiara | None:
        """What an answer brings; `None` for the courtesies at either end."""
        return _TRAITS[self].tiara

    @property
    def scope(self) -> Scope:
        """Whom it concerns."""
        return _TRAITS[self].scope

    @property
    def topic(self) -> str:
        """The topic it usually counts in."""
        return _TRAITS[self].topic

    @property
    def seconds(self) -> int:
        """How long an answer usually takes."""
        return _TRAITS[self].minutes * 60


@attrs.frozen
class _Traits:
    phase: Phase
    minutes: int
    topic: str
    tiara: Tiara | None = None
    scope: Scope = Scope.FIELD


_OPEN, _CORE, _LATE, _CLOSE = Phase
_INSIGHTS, _ADVICE = Tiara.INSIGHTS, Tiara.ADVICE

_TRAITS = {
    QuestionKind.OPENER_SMALL_TALK: _Traits(_OPEN, 1, "small talk"),
    QuestionKind.PURPOSE: _Traits(_OPEN, 1, "purpose"),
    QuestionKind.CAREER_PATH: _Traits(_OPEN, 3, "career path", _INSIGHTS),
    QuestionKind.CURRENT_WORK: _Traits(_CORE, 2, "the work", _INSIGHTS),
    QuestionKind.TYPICAL_WEEK: _Traits(_CORE, 2, "the work", _INSIGHTS),
    QuestionKind.TEAM_STRUCTURE: _Traits(_CORE, 2, "the work", _INSIGHTS),
    QuestionKind.BEST_PART: _Traits(_CORE, 2, "likes and dislikes", _INSIGHTS),
    QuestionKind.HARD_PART: _Traits(_CORE, 2, "likes and dislikes", _INSIGHTS),
    QuestionKind.SURPRISE: _Traits(_CORE, 2, "likes and dislikes", _INSIGHTS),
    QuestionKind.MISCONCEPTION: _Traits(_CORE, 2, "likes and dislikes", _INSIGHTS),
    QuestionKind.CULTURE: _Traits(_CORE, 2, "culture", _INSIGHTS),
    QuestionKind.BALANCE: _Traits(_CORE, 2, "culture", _INSIGHTS),
    QuestionKind.PROGRESSION: _Traits(_CORE, 2, "getting in and on", _INSIGHTS),
    QuestionKind.TRENDS_NOW: _Traits(_CORE, 3, "trends", Tiara.TRENDS),
    QuestionKind.TRENDS_NEXT: _Traits(_CORE, 3, "trends", Tiara.TRENDS),
    QuestionKind.ENTRY_ROUTES: _Traits(_CORE, 2, "getting in and on", _ADVICE, Scope.ENTRY),
    QuestionKind.SKILLS_NEEDED: _Traits(_CORE, 2, "skills", _ADVICE, Scope.ENTRY),
    QuestionKind.TRAINING: _Traits(_CORE, 2, "skills", _ADVICE, Scope.ENTRY),
    QuestionKind.HINDSIGHT: _Traits(_CORE, 2, "advice", _ADVICE, Scope.SEEKER),
    QuestionKind.FIT_MY_BACKGROUND: _Traits(_CORE, 3, "advice", _ADVICE, Scope.SEEKER),
    QuestionKind.IF_YOU_WERE_ME: _Traits(_CORE, 3, "advice", _ADVICE, Scope.SEEKER),
    QuestionKind.RESOURCES: _Traits(_LATE, 2, "next steps", Tiara.RESOURCES),
    QuestionKind.ASSIGNMENT: _Traits(_LATE, 2, "next steps", Tiara.ASSIGNMENTS),
    QuestionKind.ANYTHING_MISSED: _Traits(_CLOSE, 1, "anything missed"),
    QuestionKind.REFERRAL_ASK: _Traits(_CLOSE, 2, "referral", Tiara.RESOURCES),
    QuestionKind.STAY_IN_TOUCH: _Traits(_CLOSE, 1, "staying in touch"),
    QuestionKind.THANKS: _Traits(_CLOSE, 1, "thanks"),
}


def _kind(kind: object) -> QuestionKind:
    # A converter, since the defaults of other fields ask the kind before any validator runs.
    if not isinstance(kind, QuestionKind):
        raise InvalidValueError("Question.kind", "wrong_type", "give a QuestionKind")
    return kind


def _half_minutes(owner: object, attribute: "attrs.Attribute[int]", value: int) -> None:
    whole_number(_HALF_MINUTE, 3_600)(owner, attribute, value)
    if value % _HALF_MINUTE:
        cure = "give a multiple of 30 seconds"
        raise InvalidValueError(place_of(owner, attribute), "not_half_minutes", cure)


def _needs(ids: Iterable[str]) -> frozenset[str]:
    return id_set("Question.needs", ids)


def _usual_topic(question: "Question") -> str:
    return question.kind.topic


def _usual_seconds(question: "Question") -> int:
    return question.kind.seconds


@attrs.frozen(kw_only=True)
class Question:
    """Something to ask, or at either end of the talk, to say.

    Attributes:
        id: Its own id. Errors name it, so it must tell nothing about a person.
        kind: What it is about. The kind also gives its phase and its TIARA tag.
        text: The words, as they would be spoken. One line.
        value: What asking it is worth in all, from 1 to 100.
        topic: The topic it counts in: later questions of one topic count less. The kind's own if not given.
        seconds: The time for question and answer together, a multiple of 30 up to an hour. The kind's own if
            not given.
        priority: How much you want to ask it.
        needs: The ids of the questions without which it makes no sense.

    Raises:
        InvalidValueError: When a field breaks its rule.
    """

    id: str = attrs.field(validator=IDENTIFIER)
    kind: QuestionKind = attrs.field(converter=_kind)
    text: str = attrs.field(validator=LINE)
    value: int = attrs.field(validator=whole_number(1, 100))
    topic: str = attrs.field(default=attrs.Factory(_usual_topic, takes_self=True), validator=NAME)
    seconds: int = attrs.field(
        default=attrs.Factory(_usual_seconds, takes_self=True), validator=_half_minutes
    )
    priority: Priority = attrs.field(default=Priority.SHOULD, validator=instance(Priority))
    needs: frozenset[str] = attrs.field(default=frozenset[str](), converter=_needs)

    @property
    def phase(self) -> Phase:
        """The part of the talk it belongs to."""
        return self.kind.phase

    @property
    def tiara(self) -> Tiara | None:
        """What an answer brings; `None` for the courtesies at either end."""
        return self.kind.tiara

    @property
    def slots(self) -> int:
        """The time in half minutes."""
        return self.seconds // _HALF_MINUTE


def _questions(place: str, questions: object) -> list[Question]:
    checked: list[Question] = []
    for question in members_of(place, questions, "give a collection of questions"):
        if not isinstance(question, Question):
            raise InvalidValueError(place, "wrong_type", "give questions only")
        if len(checked) == _MOST_QUESTIONS:
            raise InvalidValueError(place, "out_of_range", f"give at most {_MOST_QUESTIONS} questions")
        checked.append(question)
    return checked


def _sorted_questions(questions: Iterable[Question]) -> tuple[Question, ...]:
    return tuple(sorted(_questions("QuestionBank.questions", questions), key=lambda question: question.id))


def _make_sense_together(
    owner: object, attribute: "attrs.Attribute[tuple[Question, ...]]", questions: tuple[Question, ...]
) -> None:
    place = place_of(owner, attribute)
    known = {question.id: question for question in questions}
    if len(known) < len(questions):
        raise InvalidValueError(place, "duplicate_id", "give every question an id of its own")
    in_order_of_need(place, {question.id: question.needs for question in questions})
    phases = list(Phase)
    for question in questions:
        if question.needs and question.phase in (Phase.OPEN, Phase.CLOSE):
            raise InvalidValueError(
                place, "needs_at_the_ends", "let questions that open or close the talk need no others"
            )
        if any(phases.index(known[need].phase) > phases.index(question.phase) for need in question.needs):
            raise InvalidValueError(place, "needs_later", "let questions need only what is asked no later")
    kinds = {question.kind for question in questions}
    if QuestionKind.PURPOSE not in kinds:
        raise InvalidValueError(place, "no_opener", "add a question of kind PURPOSE")
    if QuestionKind.THANKS not in kinds:
        raise InvalidValueError(place, "no_closer", "add a question of kind THANKS")


@attrs.frozen
class QuestionBank:
    """The questions an outline is chosen from.

    Attributes:
        questions: At most 1,000, kept in the order of their ids. Among them at least one of the kind
            `QuestionKind.PURPOSE` and one of the kind `QuestionKind.THANKS`.

    Raises:
        InvalidValueError: When the questions make no sense together. Codes: ``wrong_type``, ``out_of_range``
            (too many), ``duplicate_id``, ``unknown_id``, ``circle``, ``needs_at_the_ends``, ``needs_later``,
            ``no_opener``, ``no_closer``.
    """

    questions: tuple[Question, ...] = attrs.field(converter=_sorted_questions, validator=_make_sense_together)

    def __iter__(self) -> Iterator[Question]:
        return iter(self.questions)

    def __len__(self) -> int:
        return len(self.questions)

    def with_questions(self, *questions: Question) -> "QuestionBank":
        """Add questions; one whose id the bank knows takes the place of the old one.

        Args:
            questions: The questions to add.

        Returns:
            The new bank.

        Raises:
            InvalidValueError: When one is no question (code ``wrong_type``), or they make no sense together.
        """
        new = {question.id for question in _questions("with_questions.questions", questions)}
        return QuestionBank([question for question in self if question.id not in new] + list(questions))

    def without(self, *ids: str) -> "QuestionBank":
        """Take questions out.

        Args:
            ids: The ids of the questions to take out.

        Returns:
            The new bank.

        Raises:
            InvalidValueError: When the bank has no such question, or another one needs it (code
                ``unknown_id``), or none is left to open or close the talk with.
        """
        gone = id_set("without.ids", ids)
        if not gone <= {question.id for question in self}:
            raise InvalidValueError("without.ids", "unknown_id", "name only questions of this bank")
        return QuestionBank([question for question in self if question.id not in gone])
