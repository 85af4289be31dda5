import re
from collections.abc import Callable

import attrs
import pytest

from infoview.exceptions import InvalidValueError
from infoview.outline import DEFAULT_BANK, Phase, Priority, Question, QuestionBank, QuestionKind, Scope, Tiara

MINUTES = {
    1: "OPENER_SMALL_TALK PURPOSE ANYTHING_MISSED STAY_IN_TOUCH THANKS",
    2: "CURRENT_WORK TYPICAL_WEEK BEST_PART HARD_PART SURPRISE SKILLS_NEEDED TRAINING ENTRY_ROUTES "
    "PROGRESSION CULTURE BALANCE TEAM_STRUCTURE MISCONCEPTION HINDSIGHT RESOURCES ASSIGNMENT REFERRAL_ASK",
    3: "CAREER_PATH TRENDS_NOW TRENDS_NEXT FIT_MY_BACKGROUND IF_YOU_WERE_ME",
}
STATEMENTS = (QuestionKind.PURPOSE, QuestionKind.THANKS)
PERMISSIONS = (QuestionKind.REFERRAL_ASK, QuestionKind.STAY_IN_TOUCH)
CLOSED = re.compile(r"(?i)(do|does|did|is|are|was|were|have|has|can|could|will|would|should|may|might)\b")
FORBIDDEN = re.compile(
    r"(?i)\b(jobs?|openings?|vacanc\w+|hir(e|ing)|salar\w+|you earn|paid|résumé|resume|cv)\b"
)
PLACEHOLDER = re.compile(r"[\[\]{}<>_]|\bXX|TODO")

PURPOSE = Question(id="purpose", kind=QuestionKind.PURPOSE, text="Thank you for your time.", value=1)
THANKS = Question(id="thanks", kind=QuestionKind.THANKS, text="Thank you.", value=1)


def question(id_: str, kind: QuestionKind = QuestionKind.CULTURE, *needs: str) -> Question:
    """Make a question that only has what it must have."""
    return Question(id=id_, kind=kind, text="What matters?", value=50, needs=needs)


class TestKinds:
    """The kinds carry what the guides say of them."""

    def test_every_kind_has_its_minutes(self) -> None:
        """Courtesies take a minute, most questions two, paths, trends and personal advice three."""
        expected = {
            QuestionKind[name]: 60 * minutes for minutes, names in MINUTES.items() for name in names.split()
        }

        assert expected == {kind: kind.seconds for kind in QuestionKind}

    def test_the_phases_follow_each_other(self) -> None:
        """Kinds are listed in the order in which a talk comes to them."""
        phases = [kind.phase for kind in QuestionKind]

        assert sorted(phases, key=list(Phase).index) == phases

    def test_only_courtesies_have_no_tag(self) -> None:
        """Whatever is asked in core or late part brings one of the five sorts of answer."""
        untagged = {kind for kind in QuestionKind if kind.tiara is None}

        assert untagged == {
            QuestionKind.OPENER_SMALL_TALK,
            QuestionKind.PURPOSE,
            QuestionKind.ANYTHING_MISSED,
            QuestionKind.STAY_IN_TOUCH,
            QuestionKind.THANKS,
        }

    def test_trends_are_more_general_than_advice(self) -> None:
        """No trend is as specific as any advice, so that the two rules of order agree."""
        trends = [kind.scope for kind in QuestionKind if kind.tiara is Tiara.TRENDS]
        advice = [kind.scope for kind in QuestionKind if kind.tiara is Tiara.ADVICE]

        assert max(trends) is Scope.FIELD < min(advice)


class TestQuestion:
    """A question is valid from the start."""

    def test_the_kind_gives_what_is_not_said(self) -> None:
        """Topic, time, phase and tag come from the kind."""
        asked = question("q", QuestionKind.TRENDS_NOW)

        assert (asked.topic, asked.seconds, asked.slots) == ("trends", 180, 6)
        assert (asked.phase, asked.tiara, asked.priority) == (Phase.CORE, Tiara.TRENDS, Priority.SHOULD)

    @pytest.mark.parametrize(
        ("change", "code"),
        [
            ({"id": ""}, "empty"),
            ({"id": 7}, "not_text"),
            ({"kind": "culture"}, "wrong_type"),
            ({"text": "What?\nWhy?"}, "control_character"),
            ({"text": "w" * 201}, "too_long"),
            ({"value": 0}, "out_of_range"),
            ({"value": 101}, "out_of_range"),
            ({"value": True}, "not_a_whole_number"),
            ({"value": 1.5}, "not_a_whole_number"),
            ({"topic": " work"}, "outer_blank"),
            ({"seconds": 45}, "not_half_minutes"),
            ({"seconds": 0}, "out_of_range"),
            ({"seconds": 3_630}, "out_of_range"),
            ({"priority": "must"}, "wrong_type"),
            ({"needs": "purpose"}, "wrong_type"),
            ({"needs": 5}, "wrong_type"),
            ({"needs": [["a"]]}, "not_text"),
            ({"needs": ["a\nb"]}, "control_character"),
        ],
    )
    def test_a_broken_rule_has_its_code(self, change: dict[str, object], code: str) -> None:
        """Every field refuses what is not its kind, by a stable code and the name of the field."""
        fields = {"id": "q", "kind": QuestionKind.CULTURE, "text": "What matters?", "value": 50} | change

        with pytest.raises(InvalidValueError) as caught:
            Question(**fields)

        assert code == caught.value.code
        assert f"Question.{next(iter(change))}" == caught.value.field


class TestBank:
    """The questions of a bank make sense together."""

    def test_equal_questions_make_equal_banks(self) -> None:
        """The order in which questions are given does not show."""
        one, other = (
            QuestionBank([PURPOSE, THANKS, question("q")]),
            QuestionBank([question("q"), THANKS, PURPOSE]),
        )

        assert one == other
        assert hash(one) == hash(other)
        assert [asked.id for asked in one] == ["purpose", "q", "thanks"]
        assert len(one) == 3

    @pytest.mark.parametrize(
        ("questions", "code"),
        [
            (None, "wrong_type"),
            ([PURPOSE, THANKS, "What?"], "wrong_type"),
            ([PURPOSE, THANKS, PURPOSE], "duplicate_id"),
            ([PURPOSE, THANKS, question("q", QuestionKind.CULTURE, "r")], "unknown_id"),
            ([PURPOSE, question("q")], "no_closer"),
            ([THANKS, question("q")], "no_opener"),
            ([], "no_opener"),
            ([PURPOSE, attrs.evolve(THANKS, needs=["purpose"])], "needs_at_the_ends"),
            (
                [
                    PURPOSE,
                    THANKS,
                    question("q", QuestionKind.CULTURE, "r"),
                    question("r", QuestionKind.RESOURCES),
                ],
                "needs_later",
            ),
            ([PURPOSE, THANKS, *(question(f"q{number}") for number in range(999))], "out_of_range"),
        ],
    )
    def test_a_broken_rule_has_its_code(self, questions: list[Question], code: str) -> None:
        """A bank that makes no sense is refused when it is made."""
        with pytest.raises(InvalidValueError) as caught:
            QuestionBank(questions)

        assert code == caught.value.code
        assert caught.value.field == "QuestionBank.questions"

    def test_a_circle_of_needs_is_named(self) -> None:
        """The error shows the way round, from one question that needs the next."""
        circle = [question("a", QuestionKind.CULTURE, "c"), question("b", QuestionKind.CULTURE, "a")]

        with pytest.raises(
            InvalidValueError, match=r"(a → c → b → a|b → a → c → b|c → b → a → c) \[circle\]"
        ):
            QuestionBank([PURPOSE, THANKS, *circle, question("c", QuestionKind.CULTURE, "b")])

    def test_a_core_question_may_need_the_opening(self) -> None:
        """What follows up on the opening may say so."""
        follow_up = question("q", QuestionKind.CULTURE, "purpose")

        assert follow_up in tuple(QuestionBank([PURPOSE, THANKS, follow_up]))

    def test_new_questions_are_added_and_known_ids_replaced(self) -> None:
        """A bank composes: your own wording takes the place of the built-in one."""
        own = question("work-now", QuestionKind.CURRENT_WORK)
        bank = DEFAULT_BANK.with_questions(own, question("extra"))

        assert len(DEFAULT_BANK) + 1 == len(bank)
        assert own in tuple(bank)

    def test_questions_can_be_taken_out(self) -> None:
        """Without a question the bank has one less."""
        bank = DEFAULT_BANK.without("culture-person", "small-talk-day")

        assert len(DEFAULT_BANK) - 2 == len(bank)
        assert not {"culture-person", "small-talk-day"} & {asked.id for asked in bank}

    @pytest.mark.parametrize(
        ("id_", "code"), [("unheard-of", "unknown_id"), ("work-now", "unknown_id"), ("purpose", "no_opener")]
    )
    def test_what_the_rest_rests_on_stays(self, id_: str, code: str) -> None:
        """An unknown question, one that another needs, or the last opener cannot be taken out."""
        with pytest.raises(InvalidValueError) as caught:
            DEFAULT_BANK.without(id_)

        assert code == caught.value.code

    @pytest.mark.parametrize(
        ("change", "place", "code"),
        [
            (lambda: DEFAULT_BANK.without("unheard-of"), "without.ids", "unknown_id"),
            (lambda: DEFAULT_BANK.without(["work-now"]), "without.ids", "not_text"),
            (lambda: DEFAULT_BANK.with_questions("Why?"), "with_questions.questions", "wrong_type"),
        ],
    )
    def test_a_broken_argument_is_named(
        self, change: Callable[[], QuestionBank], place: str, code: str
    ) -> None:
        """The error names the method and its argument."""
        with pytest.raises(InvalidValueError) as caught:
            change()

        assert (caught.value.field, caught.value.code) == (place, code)


class TestDefaultBank:
    """The built-in questions are good questions."""

    def test_every_kind_is_there(self) -> None:
        """All kinds are covered, those of the core at least twice."""
        kinds = [asked.kind for asked in DEFAULT_BANK]

        assert set(QuestionKind) == set(kinds)
        assert all(kinds.count(kind) >= 2 for kind in QuestionKind if kind.phase is Phase.CORE)

    @pytest.mark.parametrize("asked", DEFAULT_BANK.questions, ids=lambda asked: asked.id)
    def test_a_question_is_open_and_single(self, asked: Question) -> None:
        """It ends with its one question mark, and no yes or no answers it; the ends may state or ask."""
        assert (0 if asked.kind in STATEMENTS else 1) == asked.text.count("?")
        assert asked.kind in STATEMENTS or asked.text.endswith("?")
        assert asked.kind in STATEMENTS + PERMISSIONS or not CLOSED.match(asked.text)

    @pytest.mark.parametrize("asked", DEFAULT_BANK.questions, ids=lambda asked: asked.id)
    def test_nobody_is_asked_for_a_job(self, asked: Question) -> None:
        """No opening, salary or résumé is mentioned, and no blank is left to fill."""
        assert not FORBIDDEN.search(asked.text)
        assert not PLACEHOLDER.search(asked.text)

    def test_values_and_times_keep_the_range(self) -> None:
        """Values go from 10 to 100, and every question takes the time of its kind."""
        assert all(10 <= asked.value <= 100 for asked in DEFAULT_BANK)
        assert all(asked.kind.seconds == asked.seconds for asked in DEFAULT_BANK)

    def test_no_two_questions_read_the_same(self) -> None:
        """All texts differ."""
        assert len(DEFAULT_BANK) == len({asked.text for asked in DEFAULT_BANK})
