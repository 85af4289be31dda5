"""The built-in questions.

A value is about 30 for each minute of what only this person can tell you, 20 to 25 for a minute of what you
could piece together from several people, and less for courtesies.
"""

from infoview.outline._question import Priority, Question, QuestionBank, QuestionKind

__all__ = ["DEFAULT_BANK"]

_K = QuestionKind
_COULD = Priority.COULD


def _ask(
    id_: str,
    kind: QuestionKind,
    value: int,
    text: str,
    *,
    priority: Priority = Priority.SHOULD,
    after: tuple[str, ...] = (),
) -> Question:
    return Question(id=id_, kind=kind, value=value, text=text, priority=priority, needs=frozenset(after))


DEFAULT_BANK = QuestionBank(
    (
        _ask("small-talk-week", _K.OPENER_SMALL_TALK, 12, "How has your week been so far?"),
        _ask("small-talk-day", _K.OPENER_SMALL_TALK, 10, "How did your day start?"),
        _ask(
            "purpose",
            _K.PURPOSE,
            24,
            "Thank you for making the time. I am exploring this field and would love to learn how you see "
            "it. I will keep an eye on the clock, so that we end when we said.",
        ),
        _ask(
            "path-story",
            _K.CAREER_PATH,
            75,
            "How did you get from your studies to the work you are doing now?",
        ),
        _ask("path-turns", _K.CAREER_PATH, 66, "What were the turns in the road that brought you here?"),
        _ask("path-decision", _K.CAREER_PATH, 61, "Looking back, which decision shaped your path the most?"),
        # The work
        _ask("work-now", _K.CURRENT_WORK, 54, "What are you working on at the moment?"),
        _ask(
            "work-success",
            _K.CURRENT_WORK,
            46,
            "How will you know that what you are working on has gone well?",
            after=("work-now",),
        ),
        _ask(
            "work-problem", _K.CURRENT_WORK, 50, "Which problem has taken most of your attention this month?"
        ),
        _ask("week-shape", _K.TYPICAL_WEEK, 50, "How does an ordinary week divide up for you?"),
        _ask(
            "week-people",
            _K.TYPICAL_WEEK,
            38,
            "How is your week split between talking with people and quiet work?",
            priority=_COULD,
        ),
        _ask("team-people", _K.TEAM_STRUCTURE, 38, "Who are the people you rely on most from day to day?"),
        _ask(
            "team-shape",
            _K.TEAM_STRUCTURE,
            35,
            "How did your team come to be set up the way it is?",
            priority=_COULD,
        ),
        # Likes and dislikes
        _ask(
            "best-keep",
            _K.BEST_PART,
            54,
            "Which part of the work would you hold on to if all the rest changed?",
        ),
        _ask(
            "best-day", _K.BEST_PART, 46, "What happened on the last day that you went home really pleased?"
        ),
        _ask("best-stay", _K.BEST_PART, 42, "What keeps you in this field?"),
        _ask("hard-wear", _K.HARD_PART, 61, "What wears people down in this work over the years?"),
        _ask("hard-leave", _K.HARD_PART, 54, "What makes good people leave this field?"),
        _ask(
            "hard-hand-over",
            _K.HARD_PART,
            46,
            "Which part of the work would you gladly hand to somebody else?",
        ),
        _ask(
            "surprise-expected",
            _K.SURPRISE,
            50,
            "What turned out to be quite different from what you had expected?",
        ),
        _ask("surprise-untold", _K.SURPRISE, 46, "What did nobody tell you before you began?"),
        _ask(
            "myth-outsiders",
            _K.MISCONCEPTION,
            50,
            "What do people outside the field tend to get wrong about it?",
        ),
        _ask(
            "myth-smile",
            _K.MISCONCEPTION,
            35,
            "Which popular belief about this work makes you smile?",
            priority=_COULD,
        ),
        # Culture
        _ask("culture-decisions", _K.CULTURE, 50, "How do decisions really get made where you work?"),
        _ask("culture-mistakes", _K.CULTURE, 50, "What happens at your place when somebody makes a mistake?"),
        _ask("culture-person", _K.CULTURE, 46, "What kind of person feels at home there?"),
        _ask("balance-evenings", _K.BALANCE, 42, "How predictable are your evenings and weekends?"),
        _ask("balance-season", _K.BALANCE, 35, "What does a busy season look like for you?", priority=_COULD),
        # Trends
        _ask("trends-felt", _K.TRENDS_NOW, 79, "Which change does your team feel most right now?"),
        _ask(
            "trends-asked",
            _K.TRENDS_NOW,
            61,
            "What are people asking of you that they did not ask two years ago?",
        ),
        _ask(
            "trends-harder",
            _K.TRENDS_NOW,
            61,
            "What has become harder in your field over the last few years?",
        ),
        _ask(
            "future-different",
            _K.TRENDS_NEXT,
            70,
            "What do you expect to be different about this work three years from now?",
        ),
        _ask(
            "future-tool",
            _K.TRENDS_NEXT,
            57,
            "Which new tool or idea do you take more seriously than others do?",
        ),
        _ask(
            "future-gone",
            _K.TRENDS_NEXT,
            57,
            "Which part of the work do you expect to disappear?",
            after=("future-different",),
        ),
        # Getting in and on
        _ask(
            "entry-from",
            _K.ENTRY_ROUTES,
            58,
            "Where do the people who come into your field usually come from?",
        ),
        _ask(
            "entry-last",
            _K.ENTRY_ROUTES,
            58,
            "How did the last few people who joined your team find their way in?",
        ),
        _ask("entry-overlooked", _K.ENTRY_ROUTES, 50, "Which way into the field gets overlooked most often?"),
        _ask(
            "progress-start",
            _K.PROGRESSION,
            50,
            "What do the first two years look like for somebody new to this?",
        ),
        _ask("progress-next", _K.PROGRESSION, 46, "Where do people usually go from a position like yours?"),
        _ask(
            "progress-apart",
            _K.PROGRESSION,
            46,
            "What sets those who move on apart from those who stay put?",
            after=("progress-next",),
        ),
        # Skills
        _ask("skills-first", _K.SKILLS_NEEDED, 58, "Which skills show first in the people who do well?"),
        _ask("skills-unlearn", _K.SKILLS_NEEDED, 50, "What do newcomers usually have to unlearn?"),
        _ask(
            "skills-successor",
            _K.SKILLS_NEEDED,
            46,
            "What would you look for if you had to choose your own successor?",
        ),
        _ask("training-counts", _K.TRAINING, 46, "Which course or certificate really counts in your field?"),
        _ask("training-doing", _K.TRAINING, 38, "What is better learned by doing than in a classroom?"),
        # Advice
        _ask("hindsight-self", _K.HINDSIGHT, 61, "What would you tell yourself at the stage I am at now?"),
        _ask(
            "hindsight-spare", _K.HINDSIGHT, 58, "Which of your own mistakes would you most like to spare me?"
        ),
        _ask(
            "fit-strengthen",
            _K.FIT_MY_BACKGROUND,
            74,
            "With a background like mine, what would you strengthen first?",
        ),
        _ask(
            "fit-look",
            _K.FIT_MY_BACKGROUND,
            70,
            "How does a background like mine look to people in your field?",
        ),
        _ask(
            "in-my-place-months",
            _K.IF_YOU_WERE_ME,
            88,
            "If you were in my place, what would you do in the next three months?",
        ),
        _ask(
            "in-my-place-evening",
            _K.IF_YOU_WERE_ME,
            66,
            "If you were in my place with one free evening a week, where would you put it?",
        ),
        # Next steps
        _ask(
            "resources-read",
            _K.RESOURCES,
            50,
            "What should I read or listen to, to hear how people in the field think?",
        ),
        _ask("resources-meet", _K.RESOURCES, 46, "Which community or gathering is worth showing up at?"),
        _ask("project-small", _K.ASSIGNMENT, 50, "Which small project would teach me most about this work?"),
        _ask("project-growing", _K.ASSIGNMENT, 42, "Which kind of project is growing where you work?"),
        # The close
        _ask("missed-asked", _K.ANYTHING_MISSED, 16, "What should I have asked that I did not?"),
        _ask("missed-matters", _K.ANYTHING_MISSED, 14, "What matters here that we have not touched on?"),
        _ask(
            "referral-else",
            _K.REFERRAL_ASK,
            69,
            "Who else would be good for me to talk to, and may I say that the name came from you?",
        ),
        _ask(
            "referral-next",
            _K.REFERRAL_ASK,
            66,
            "Which two or three people would you talk to next in my place, and may I mention you?",
        ),
        _ask("touch-tell", _K.STAY_IN_TOUCH, 20, "May I write and tell you what came of this?"),
        _ask("touch-way", _K.STAY_IN_TOUCH, 18, "What is the best way to stay in touch with you?"),
        _ask(
            "thanks",
            _K.THANKS,
            24,
            "Thank you, this was generous of you. Let me say back the one thing I will take away, and what I "
            "will do with it first.",
        ),
    )
)
"""Questions for every kind, in plain spoken English; add your own with `QuestionBank.with_questions`."""
