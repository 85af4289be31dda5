"""The built-in questions.

A value is what an answer usually returns for the time it takes: 80 and more for what only this person can
tell you, about 60 for what you could piece together from several people, 40 and less for courtesies.
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
        _ask("small-talk-week", _K.OPENER_SMALL_TALK, 25, "How has your week been so far?"),
        _ask("small-talk-day", _K.OPENER_SMALL_TALK, 20, "How did your day start?"),
        _ask(
            "purpose",
            _K.PURPOSE,
            60,
            "Thank you for making the time. I am exploring this field and would love to learn how you see "
            "it. I will keep an eye on the clock, so that we end when we said.",
        ),
        _ask(
            "path-story",
            _K.CAREER_PATH,
            80,
            "How did you get from your studies to the work you are doing now?",
        ),
        _ask("path-turns", _K.CAREER_PATH, 70, "What were the turns in the road that brought you here?"),
        _ask("path-decision", _K.CAREER_PATH, 65, "Looking back, which decision shaped your path the most?"),
        # The work
        _ask("work-now", _K.CURRENT_WORK, 70, "What are you working on at the moment?"),
        _ask(
            "work-success",
            _K.CURRENT_WORK,
            60,
            "How will you know that what you are working on has gone well?",
            after=("work-now",),
        ),
        _ask(
            "work-problem", _K.CURRENT_WORK, 65, "Which problem has taken most of your attention this month?"
        ),
        _ask("week-shape", _K.TYPICAL_WEEK, 65, "How does an ordinary week divide up for you?"),
        _ask(
            "week-people",
            _K.TYPICAL_WEEK,
            50,
            "How is your week split between talking with people and quiet work?",
            priority=_COULD,
        ),
        _ask("team-people", _K.TEAM_STRUCTURE, 50, "Who are the people you rely on most from day to day?"),
        _ask(
            "team-shape",
            _K.TEAM_STRUCTURE,
            45,
            "How did your team come to be set up the way it is?",
            priority=_COULD,
        ),
        # Likes and dislikes
        _ask(
            "best-keep",
            _K.BEST_PART,
            70,
            "Which part of the work would you hold on to if all the rest changed?",
        ),
        _ask(
            "best-day", _K.BEST_PART, 60, "What happened on the last day that you went home really pleased?"
        ),
        _ask("best-stay", _K.BEST_PART, 55, "What keeps you in this field?"),
        _ask("hard-wear", _K.HARD_PART, 80, "What wears people down in this work over the years?"),
        _ask("hard-leave", _K.HARD_PART, 70, "What makes good people leave this field?"),
        _ask(
            "hard-hand-over",
            _K.HARD_PART,
            60,
            "Which part of the work would you gladly hand to somebody else?",
        ),
        _ask(
            "surprise-expected",
            _K.SURPRISE,
            65,
            "What turned out to be quite different from what you had expected?",
        ),
        _ask("surprise-untold", _K.SURPRISE, 60, "What did nobody tell you before you began?"),
        _ask(
            "myth-outsiders",
            _K.MISCONCEPTION,
            65,
            "What do people outside the field tend to get wrong about it?",
        ),
        _ask(
            "myth-smile",
            _K.MISCONCEPTION,
            45,
            "Which popular belief about this work makes you smile?",
            priority=_COULD,
        ),
        # Culture
        _ask("culture-decisions", _K.CULTURE, 65, "How do decisions really get made where you work?"),
        _ask("culture-mistakes", _K.CULTURE, 65, "What happens at your place when somebody makes a mistake?"),
        _ask("culture-person", _K.CULTURE, 60, "What kind of person feels at home there?"),
        _ask("balance-evenings", _K.BALANCE, 55, "How predictable are your evenings and weekends?"),
        _ask("balance-season", _K.BALANCE, 45, "What does a busy season look like for you?", priority=_COULD),
        # Trends
        _ask("trends-felt", _K.TRENDS_NOW, 85, "Which change does your team feel most right now?"),
        _ask(
            "trends-asked",
            _K.TRENDS_NOW,
            65,
            "What are people asking of you that they did not ask two years ago?",
        ),
        _ask(
            "trends-harder",
            _K.TRENDS_NOW,
            65,
            "What has become harder in your field over the last few years?",
        ),
        _ask(
            "future-different",
            _K.TRENDS_NEXT,
            75,
            "What do you expect to be different about this work three years from now?",
        ),
        _ask(
            "future-tool",
            _K.TRENDS_NEXT,
            60,
            "Which new tool or idea do you take more seriously than others do?",
        ),
        _ask(
            "future-gone",
            _K.TRENDS_NEXT,
            60,
            "Which part of the work do you expect to disappear?",
            after=("future-different",),
        ),
        # Getting in and on
        _ask(
            "entry-from",
            _K.ENTRY_ROUTES,
            75,
            "Where do the people who come into your field usually come from?",
        ),
        _ask(
            "entry-last",
            _K.ENTRY_ROUTES,
            75,
            "How did the last few people who joined your team find their way in?",
        ),
        _ask("entry-overlooked", _K.ENTRY_ROUTES, 65, "Which way into the field gets overlooked most often?"),
        _ask(
            "progress-start",
            _K.PROGRESSION,
            65,
            "What do the first two years look like for somebody new to this?",
        ),
        _ask("progress-next", _K.PROGRESSION, 60, "Where do people usually go from a position like yours?"),
        _ask(
            "progress-apart",
            _K.PROGRESSION,
            60,
            "What sets those who move on apart from those who stay put?",
            after=("progress-next",),
        ),
        # Skills
        _ask("skills-first", _K.SKILLS_NEEDED, 75, "Which skills show first in the people who do well?"),
        _ask("skills-unlearn", _K.SKILLS_NEEDED, 65, "What do newcomers usually have to unlearn?"),
        _ask(
            "skills-successor",
            _K.SKILLS_NEEDED,
            60,
            "What would you look for if you had to choose your own successor?",
        ),
        _ask("training-counts", _K.TRAINING, 60, "Which course or certificate really counts in your field?"),
        _ask("training-doing", _K.TRAINING, 50, "What is better learned by doing than in a classroom?"),
        # Advice
        _ask("hindsight-self", _K.HINDSIGHT, 80, "What would you tell yourself at the stage I am at now?"),
        _ask(
            "hindsight-spare", _K.HINDSIGHT, 75, "Which of your own mistakes would you most like to spare me?"
        ),
        _ask(
            "fit-strengthen",
            _K.FIT_MY_BACKGROUND,
            85,
            "With a background like mine, what would you strengthen first?",
        ),
        _ask(
            "fit-look",
            _K.FIT_MY_BACKGROUND,
            75,
            "How does a background like mine look to people in your field?",
        ),
        _ask(
            "in-my-place-months",
            _K.IF_YOU_WERE_ME,
            95,
            "If you were in my place, what would you do in the next three months?",
        ),
        _ask(
            "in-my-place-evening",
            _K.IF_YOU_WERE_ME,
            70,
            "If you were in my place with one free evening a week, where would you put it?",
        ),
        # Next steps
        _ask(
            "resources-read",
            _K.RESOURCES,
            65,
            "What should I read or listen to, to hear how people in the field think?",
        ),
        _ask("resources-meet", _K.RESOURCES, 60, "Which community or gathering is worth showing up at?"),
        _ask("project-small", _K.ASSIGNMENT, 65, "Which small project would teach me most about this work?"),
        _ask("project-growing", _K.ASSIGNMENT, 55, "Which kind of project is growing where you work?"),
        # The close
        _ask("missed-asked", _K.ANYTHING_MISSED, 40, "What should I have asked that I did not?"),
        _ask("missed-matters", _K.ANYTHING_MISSED, 35, "What matters here that we have not touched on?"),
        _ask(
            "referral-else",
            _K.REFERRAL_ASK,
            90,
            "Who else would be good for me to talk to, and may I say that the name came from you?",
        ),
        _ask(
            "referral-next",
            _K.REFERRAL_ASK,
            85,
            "Which two or three people would you talk to next in my place, and may I mention you?",
        ),
        _ask("touch-tell", _K.STAY_IN_TOUCH, 50, "May I write and tell you what came of this?"),
        _ask("touch-way", _K.STAY_IN_TOUCH, 45, "What is the best way to stay in touch with you?"),
        _ask(
            "thanks",
            _K.THANKS,
            60,
            "Thank you, this was generous of you. Let me say back the one thing I will take away, and what I "
            "will do with it first.",
        ),
    )
)
"""Questions for every kind, in plain spoken English; add your own with `QuestionBank.with_questions`."""
