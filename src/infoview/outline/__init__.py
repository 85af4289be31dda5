"""The outline of a talk: the questions, the best of them for the time, their order and their pace."""

from infoview.outline._bank import DEFAULT_BANK
from infoview.outline._build import Dropped, Outline, OutlineItem, build_outline
from infoview.outline._pace import Pace, TimeSignal
from infoview.outline._plan import Wishes
from infoview.outline._question import Phase, Priority, Question, QuestionBank, QuestionKind, Scope, Tiara
from infoview.outline._select import Candidate, Selection, select

__all__ = [
    "DEFAULT_BANK",
    "Candidate",
    "Dropped",
    "Outline",
    "OutlineItem",
    "Pace",
    "Phase",
    "Priority",
    "Question",
    "QuestionBank",
    "QuestionKind",
    "Scope",
    "Selection",
    "Tiara",
    "TimeSignal",
    "Wishes",
    "build_outline",
    "select",
]
