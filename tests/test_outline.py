import copy
import pickle
import re
from datetime import timedelta

import attrs
import pytest

from infoview.exceptions import InfeasibleOutlineError, InvalidValueError
from infoview.outline import (
    DEFAULT_BANK,
    Outline,
    Phase,
    Priority,
    Question,
    QuestionBank,
    QuestionKind,
    TimeSignal,
    build_outline,
)
from infoview.policies import CLASSIC

PURPOSE = Question(id="purpose", kind=QuestionKind.PURPOSE, text="Thank you for your time.", value=1)
THANKS = Question(id="thanks", kind=QuestionKind.THANKS, text="Thank you.", value=1)


def question(id_: str, kind: QuestionKind, value: int = 50, **fields: object) -> Question:
    """Make a question that only has what a test is about."""
    return Question(id=id_, kind=kind, text="What matters?", value=value, **fields)


def small_bank(*questions: Question) -> QuestionBank:
    """Put questions between a purpose and a thanks."""
    return QuestionBank([PURPOSE, THANKS, *questions])


def ids(outline: Outline) -> list[str]:
    """List what is asked, in order."""
    return [item.question.id for item in outline.items]


def kinds(outline: Outline) -> list[QuestionKind]:
    """List the kinds of what is asked, in order."""
    return [item.question.kind for item in outline.items]


def reasons(outline: Outline) -> dict[str, str]:
    """Tell why each of the others is not asked."""
    return {dropped.question.id: dropped.code for dropped in outline.dropped}


class TestParts:
    """The parts at the ends depend on the length."""

    @pytest.mark.parametrize(("minutes", "least", "most"), [(15, 3, 4), (20, 5, 6), (30, 7, 9)])
    def test_the_core_has_as_many_questions_as_the_guides_say(
        self, minutes: int, least: int, most: int
    ) -> None:
        """Three or four questions in 15 minutes, five or six in 20, seven to nine in 30."""
        core = [
            kind
            for kind in kinds(build_outline(DEFAULT_BANK, minutes=minutes))
            if kind.phase in ("core", "late")
        ]

        assert least <= len(core) <= most

    def test_half_an_hour_has_every_part(self) -> None:
        """Three openings and four closings are there from 30 minutes on."""
        ends = [
            kind for kind in kinds(build_outline(DEFAULT_BANK, minutes=30)) if kind.phase in ("open", "close")
        ]

        assert ends == [kind for kind in QuestionKind if kind.phase in ("open", "close")]

    def test_a_quarter_of_an_hour_has_no_small_talk(self) -> None:
        """Two openings and three closings are there at 15 minutes."""
        ends = [
            kind for kind in kinds(build_outline(DEFAULT_BANK, minutes=15)) if kind.phase in ("open", "close")
        ]

        assert ends == [
            QuestionKind.PURPOSE,
            QuestionKind.CAREER_PATH,
            QuestionKind.REFERRAL_ASK,
            QuestionKind.STAY_IN_TOUCH,
            QuestionKind.THANKS,
        ]

    def test_five_minutes_are_for_one_piece_of_advice(self) -> None:
        """The rescue outline is purpose, one question for advice, thanks."""
        outline = build_outline(DEFAULT_BANK, minutes=5)

        assert kinds(outline) == [QuestionKind.PURPOSE, QuestionKind.HINDSIGHT, QuestionKind.THANKS]

    def test_eight_minutes_leave_time_for_the_referral(self) -> None:
        """Where it fits, the rescue outline asks for names."""
        outline = build_outline(DEFAULT_BANK, minutes=8)

        assert kinds(outline) == [
            QuestionKind.PURPOSE,
            QuestionKind.IF_YOU_WERE_ME,
            QuestionKind.REFERRAL_ASK,
            QuestionKind.THANKS,
        ]

    def test_a_must_takes_the_place_of_the_advice(self) -> None:
        """A must for advice is the one question for advice of a rescue outline."""
        outline = build_outline(DEFAULT_BANK, minutes=6, must={"in-my-place-evening"})

        assert ids(outline) == ["purpose", "in-my-place-evening", "thanks"]

    def test_a_must_at_the_ends_gets_its_place(self) -> None:
        """Small talk can be asked for where the length has none."""
        outline = build_outline(DEFAULT_BANK, minutes=15, must={"small-talk-day"})

        assert ids(outline)[:2] == ["small-talk-day", "purpose"]

    def test_what_the_bank_does_not_have_is_left_out(self) -> None:
        """A bank of three questions makes an outline of three."""
        outline = build_outline(small_bank(question("q", QuestionKind.CULTURE)), minutes=15)

        assert ids(outline) == ["purpose", "q", "thanks"]
        assert outline.dropped == ()

    def test_a_rescue_outline_may_have_no_advice_to_ask_for(self) -> None:
        """Without a question for advice, purpose and thanks remain."""
        assert ids(build_outline(small_bank(question("q", QuestionKind.CULTURE)), minutes=5)) == [
            "purpose",
            "thanks",
        ]


class TestWishes:
    """What the caller wants."""

    def test_a_must_is_in_with_what_it_needs(self) -> None:
        """Musts and their prerequisites are asked before the half-way mark."""
        outline = build_outline(DEFAULT_BANK, minutes=20, must=["future-gone"])

        assert {"future-gone", "future-different"} <= set(ids(outline))
        assert ids(outline).index("future-different") < ids(outline).index("future-gone")
        assert outline.items[ids(outline).index("future-gone")].start < timedelta(minutes=10)

    def test_the_bank_can_mark_musts(self) -> None:
        """The priority of a question makes it a must."""
        marked = question("q", QuestionKind.BALANCE, 1, priority=Priority.MUST)

        assert "q" in ids(build_outline(DEFAULT_BANK.with_questions(marked), minutes=10))

    def test_what_you_could_ask_counts_half(self) -> None:
        """A question you merely could ask gives way to one of more than half its value."""
        could = question("could", QuestionKind.CULTURE, 90, priority=Priority.COULD)
        bank = small_bank(could, question("should", QuestionKind.BALANCE, 46, topic="other"))

        assert ids(build_outline(bank, minutes=10, reserve_minutes=5)) == ["purpose", "should", "thanks"]

    def test_an_answered_question_is_not_asked_again(self) -> None:
        """It is left out, counts as asked for those that need it, and may be unknown to the bank."""
        outline = build_outline(
            DEFAULT_BANK, minutes=60, must={"work-success"}, exclude={"work-now", "unheard-of"}
        )

        assert "work-success" in ids(outline)
        assert reasons(outline)["work-now"] == "answered"

    def test_an_answered_must_of_the_bank_is_answered(self) -> None:
        """What is answered is asked no more, however much the bank wants it."""
        marked = question("q", QuestionKind.CULTURE, priority=Priority.MUST)

        assert ids(build_outline(small_bank(marked), minutes=10, exclude={"q"})) == ["purpose", "thanks"]

    def test_emphasis_moves_the_choice(self) -> None:
        """More weight on a kind or a topic brings its questions in."""
        plain = kinds(build_outline(DEFAULT_BANK, minutes=15))
        kind = kinds(build_outline(DEFAULT_BANK, minutes=15, emphasis={QuestionKind.BALANCE: 200}))
        topic = kinds(build_outline(DEFAULT_BANK, minutes=15, emphasis={"culture": 200}))

        assert QuestionKind.BALANCE not in plain
        assert QuestionKind.BALANCE in kind
        assert QuestionKind.CULTURE in topic

    def test_no_emphasis_leaves_out(self) -> None:
        """At 0 per cent a topic is not asked about, unless it must be."""
        outline = build_outline(DEFAULT_BANK, minutes=60, emphasis={"advice": 0}, must={"fit-look"})

        assert [kind for kind in kinds(outline) if kind.topic == "advice"] == [QuestionKind.FIT_MY_BACKGROUND]
        assert reasons(outline)["hindsight-self"] == "not_wanted"

    def test_purpose_and_thanks_stay_without_emphasis(self) -> None:
        """A topic that is a kind at the same time counts once, and the two ends cannot be wished away."""
        outline = build_outline(DEFAULT_BANK, minutes=15, emphasis={"purpose": 0, "thanks": 0})

        assert (ids(outline)[0], ids(outline)[-1]) == ("purpose", "thanks")

    @pytest.mark.parametrize("cap", [1, {"the work": 1, "culture": 1, "somewhere else": 3}])
    def test_a_cap_limits_a_topic(self, cap: int | dict[str, int]) -> None:
        """One number for all topics, or one for each that has a limit."""
        outline = build_outline(DEFAULT_BANK, minutes=60, topic_cap=cap)
        topics = [item.question.topic for item in outline.items]

        assert (topics.count("the work"), topics.count("culture")) == (1, 1)
        assert reasons(outline)["culture-person"] == "topic_full"

    def test_without_a_cap_only_the_time_limits_a_topic(self) -> None:
        """`None` lifts the limit."""
        bank = small_bank(*(question(f"q{number}", QuestionKind.CULTURE) for number in range(9)))

        assert len(build_outline(bank, minutes=60, topic_cap=None).items) == 11

    def test_a_limit_leaves_an_honest_gap(self) -> None:
        """An outline whose search was cut short says how much better another one could be."""
        tangled = small_bank(
            *(question(f"parent{n}", QuestionKind.CULTURE, 1, seconds=180 + 30 * n) for n in range(4)),
            *(
                question(f"child{n}{m}", QuestionKind.BEST_PART, 60 + 7 * n + m, needs={f"parent{n}"})
                for n in range(4)
                for m in range(2)
            ),
        )

        limited = build_outline(tangled, minutes=15, expansion_limit=0)
        exact = build_outline(tangled, minutes=15)

        assert limited.gap > 0 == exact.gap
        assert limited.value <= exact.value <= limited.bound


class TestDropped:
    """Whatever is left out says why."""

    def test_every_question_is_asked_or_dropped(self) -> None:
        """Items and dropped questions together are the bank."""
        outline = build_outline(DEFAULT_BANK, minutes=20)

        assert sorted([*ids(outline), *reasons(outline)]) == [asked.id for asked in DEFAULT_BANK]

    def test_the_reasons_of_a_short_talk(self) -> None:
        """Each reason is found where it applies, and comes with a sentence."""
        outline = build_outline(DEFAULT_BANK, minutes=15, topic_cap=1)

        assert reasons(outline)["small-talk-week"] == "not_at_this_length"
        assert reasons(outline)["path-turns"] == "alternative_chosen"
        assert reasons(outline)["missed-matters"] == "no_time"
        assert reasons(outline)["work-success"] == "prerequisite_missing"
        assert reasons(outline)["hard-leave"] == "topic_full"
        assert all(dropped.sentence.endswith(".") for dropped in outline.dropped)

    def test_an_optional_closing_is_asked_once(self) -> None:
        """The second question of a kind at the ends is an alternative, not a lack of time."""
        bank = small_bank(
            question("missed", QuestionKind.ANYTHING_MISSED),
            question("other", QuestionKind.ANYTHING_MISSED, 40),
        )

        assert reasons(build_outline(bank, minutes=20)) == {"other": "alternative_chosen"}

    def test_what_needs_a_question_without_a_place_has_none_either(self) -> None:
        """Prerequisites that a rescue outline has no place for take along what needs them."""
        bank = small_bank(
            question("culture", QuestionKind.CULTURE),
            question("self", QuestionKind.HINDSIGHT, needs={"culture"}),
        )

        assert reasons(build_outline(bank, minutes=8)) == {
            "culture": "not_at_this_length",
            "self": "prerequisite_missing",
        }


class TestErrors:
    """What cannot be is said at once."""

    @pytest.mark.parametrize("minutes", [1, 4])
    def test_too_few_minutes_name_the_musts(self, minutes: int) -> None:
        """Even a rescue outline needs its time, and the error names what it cannot do without."""
        with pytest.raises(InfeasibleOutlineError) as caught:
            build_outline(DEFAULT_BANK, minutes=minutes)

        assert caught.value.musts == ("purpose", "thanks")
        assert (caught.value.needed, caught.value.available) == (8, 2 * (minutes - 1))

    def test_a_reserve_longer_than_the_talk_leaves_nothing(self) -> None:
        """The time available is never negative."""
        with pytest.raises(InfeasibleOutlineError) as caught:
            build_outline(DEFAULT_BANK, minutes=5, reserve_minutes=10)

        assert caught.value.available == 0

    def test_too_many_musts_are_named(self) -> None:
        """The error names the musts of the caller with the fixed parts."""
        with pytest.raises(InfeasibleOutlineError) as caught:
            build_outline(DEFAULT_BANK, minutes=10, must={"trends-felt", "fit-look"})

        assert caught.value.musts == ("fit-look", "purpose", "thanks", "trends-felt")

    @pytest.mark.parametrize(
        ("options", "code"),
        [
            ({"bank": DEFAULT_BANK.questions}, "wrong_type"),
            ({"minutes": 0}, "out_of_range"),
            ({"minutes": 241}, "out_of_range"),
            ({"minutes": True}, "not_a_whole_number"),
            ({"minutes": 20.0}, "not_a_whole_number"),
            ({"reserve_minutes": -1}, "out_of_range"),
            ({"reserve_minutes": 61}, "out_of_range"),
            ({"must": {"unheard-of"}}, "unknown_id"),
            ({"must": 5}, "wrong_type"),
            ({"must": [["purpose"]]}, "not_text"),
            ({"must": "purpose"}, "wrong_type"),
            ({"exclude": "purpose"}, "wrong_type"),
            ({"must": {"work-now"}, "exclude": {"work-now"}}, "must_and_exclude"),
            ({"exclude": {"purpose"}}, "no_opener"),
            ({"exclude": {"thanks"}}, "no_closer"),
            ({"emphasis": {"gardening": 50}}, "unknown_topic"),
            ({"emphasis": ["culture"]}, "wrong_type"),
            ({"emphasis": None}, "wrong_type"),
            ({"emphasis": {"culture": 50, 1: 50}}, "not_text"),
            ({"emphasis": {"culture": 1.5}}, "not_a_whole_number"),
            ({"emphasis": {"culture": -1}}, "out_of_range"),
            ({"emphasis": {"culture": 1_001}}, "out_of_range"),
            ({"topic_cap": -1}, "out_of_range"),
            ({"topic_cap": 1.5}, "not_a_whole_number"),
            ({"topic_cap": {"trends": 1, 2: 1}}, "not_text"),
            ({"topic_cap": {"trends": -1}}, "out_of_range"),
            ({"weights": 5}, "wrong_type"),
            ({"weights": ()}, "no_weights"),
            ({"weights": (1, 2)}, "increasing_weights"),
            ({"expansion_limit": -1}, "out_of_range"),
        ],
    )
    def test_a_broken_option_has_its_code(self, options: dict[str, object], code: str) -> None:
        """Every argument refuses what is not its kind, and names itself."""
        with pytest.raises(InvalidValueError) as caught:
            build_outline(**{"bank": DEFAULT_BANK, "minutes": 20} | options)

        assert caught.value.code == code
        assert caught.value.field == f"build_outline.{next(iter(options))}"


class TestShrink:
    """A talk that turns out shorter."""

    @pytest.mark.parametrize("minutes", [5, 10, 20, 30])
    def test_it_is_the_outline_of_the_shorter_talk(self, minutes: int) -> None:
        """Shrinking equals building anew, with the same wishes."""
        wishes = {"exclude": {"hard-wear"}, "emphasis": {"culture": 150}, "topic_cap": {"trends": 1}}

        shrunk = build_outline(DEFAULT_BANK, minutes=30, **wishes).shrink(minutes)

        assert shrunk == build_outline(DEFAULT_BANK, minutes=minutes, **wishes)

    @pytest.mark.parametrize(
        ("minutes", "code"), [(31, "not_shorter"), (0, "out_of_range"), (True, "not_a_whole_number")]
    )
    def test_it_does_not_grow(self, minutes: int, code: str) -> None:
        """More minutes than agreed are another talk."""
        with pytest.raises(InvalidValueError) as caught:
            build_outline(DEFAULT_BANK, minutes=30).shrink(minutes)

        assert (caught.value.field, caught.value.code) == ("shrink.minutes", code)


class TestPace:
    """Where the talk should be by now."""

    outline = build_outline(
        small_bank(question("q", QuestionKind.CULTURE), question("r", QuestionKind.RESOURCES)), minutes=12
    )
    """Purpose to 1:00, q to 3:00, r to 5:00, thanks to 6:00, agreed to 12:00."""

    @pytest.mark.parametrize(
        ("seconds", "expected"),
        [(0, "purpose"), (59, "purpose"), (60, "q"), (180, "r"), (359, "thanks"), (360, None), (9_999, None)],
    )
    def test_it_names_the_question_of_the_moment(self, seconds: int, expected: str | None) -> None:
        """A question runs from its start to the start of the next; after the last there is none."""
        item = self.outline.pace(seconds).item

        assert (item and item.question.id) == expected
        assert self.outline.pace(timedelta(seconds=seconds)) == self.outline.pace(seconds)

    @pytest.mark.parametrize(
        ("elapsed", "left", "signal"),
        [
            (0, timedelta(minutes=12), TimeSignal.GO_ON),
            (539, timedelta(seconds=181), TimeSignal.GO_ON),
            (540, timedelta(minutes=3), TimeSignal.WRAP_UP),
            (719, timedelta(seconds=1), TimeSignal.WRAP_UP),
            (720, timedelta(), TimeSignal.TIME_UP),
            (1_019, timedelta(seconds=-299), TimeSignal.TIME_UP),
            (1_020, timedelta(minutes=-5), TimeSignal.STOP),
        ],
    )
    def test_it_says_when_the_time_is_up(self, elapsed: int, left: timedelta, signal: TimeSignal) -> None:
        """Three minutes before the end wrap up, at the end ask for five more, then stop."""
        pace = self.outline.pace(elapsed)

        assert (pace.left, pace.signal) == (left, signal)

    @pytest.mark.parametrize(
        ("warning", "overrun", "elapsed", "signal"),
        [
            (5, 5, 419, TimeSignal.GO_ON),
            (5, 5, 420, TimeSignal.WRAP_UP),
            (0, 5, 719, TimeSignal.GO_ON),
            (0, 5, 720, TimeSignal.TIME_UP),
            (3, 10, 1_319, TimeSignal.TIME_UP),
            (3, 10, 1_320, TimeSignal.STOP),
            (3, 0, 719, TimeSignal.WRAP_UP),
            (3, 0, 720, TimeSignal.STOP),
        ],
    )
    def test_the_policy_says_how_early_and_how_late(
        self, warning: int, overrun: int, elapsed: int, signal: TimeSignal
    ) -> None:
        """How long before the end to wrap up, and how long after it to stop, are numbers of the policy."""
        policy = attrs.evolve(CLASSIC, time_warning_minutes=warning, overrun_minutes=overrun)

        assert self.outline.pace(elapsed, policy=policy).signal is signal

    @pytest.mark.parametrize(
        ("elapsed", "behind"), [(30, -30), (60, 0), (100, 0), (180, 0), (200, 20), (900, 720)]
    )
    def test_it_says_how_far_behind_a_question_is(self, elapsed: int, behind: int) -> None:
        """Before its start a question is ahead, after its end behind, in between in time."""
        assert self.outline.pace(elapsed, running="q").behind == timedelta(seconds=behind)

    @pytest.mark.parametrize(
        ("elapsed", "running", "code"),
        [
            (-1, None, "out_of_range"),
            (timedelta(seconds=-1), None, "out_of_range"),
            (86_401, None, "out_of_range"),
            (timedelta(days=2), None, "out_of_range"),
            (1.5, None, "not_a_whole_number"),
            (True, None, "not_a_whole_number"),
            (0, "unheard-of", "unknown_id"),
        ],
    )
    def test_a_broken_argument_has_its_code(
        self, elapsed: timedelta | int, running: str | None, code: str
    ) -> None:
        """Times run from the start of the talk to a day; the question is one of the outline."""
        with pytest.raises(InvalidValueError) as caught:
            self.outline.pace(elapsed, running=running)

        place = "pace.elapsed" if running is None else "pace.running"
        assert (caught.value.field, caught.value.code) == (place, code)


class TestText:
    """An outline on paper."""

    outline = build_outline(
        small_bank(
            attrs.evolve(
                question("q", QuestionKind.CULTURE), text="What *is* [it] <really> a_b | `c` \\ & $?"
            )
        ),
        minutes=5,
        must={"q"},
    )

    def test_the_text_shows_times_and_questions(self) -> None:
        """Plain text is what is asked when, word for word."""
        assert self.outline.to_text() == (
            "Outline for 5 minutes\n\n"
            "Opening\n  0:00  Thank you for your time.\n\n"
            "Questions\n  1:00  What *is* [it] <really> a_b | `c` \\ & $?\n\n"
            "Close\n  3:00  Thank you.\n\n"
            "In reserve from 4:00; the time is up at 5:00.\n"
        )

    def test_markdown_is_escaped(self) -> None:
        """No character of a question is taken for markup."""
        line = "- **1:00** What \\*is\\* \\[it\\] \\<really\\> a\\_b \\| \\`c\\` \\\\ \\& \\$?"

        assert line in self.outline.to_markdown().splitlines()

    @pytest.mark.parametrize("minutes", [5, 20, 120])
    def test_markdown_and_text_say_the_same(self, minutes: int) -> None:
        """Without markup and blanks the two are equal."""
        outline = build_outline(DEFAULT_BANK, minutes=minutes)
        markdown = re.sub(r"[#*\\]|^- ", "", outline.to_markdown(), flags=re.MULTILINE)

        assert markdown.split() == outline.to_text().split()

    def test_half_minutes_and_hours_are_written_in_minutes(self) -> None:
        """Starts are minutes and seconds, however long the talk."""
        bank = small_bank(
            question("q", QuestionKind.CULTURE, seconds=3_600),
            question("r", QuestionKind.BALANCE, seconds=30),
        )
        text = build_outline(bank, minutes=90).to_text()

        assert " 61:00  What matters?\n\nClose\n 61:30  Thank you." in text

    def test_one_minute_is_one_minute(self) -> None:
        """The heading knows the singular."""
        ends = [attrs.evolve(PURPOSE, seconds=30), attrs.evolve(THANKS, seconds=30)]

        outline = build_outline(QuestionBank(ends), minutes=1, reserve_minutes=0)

        assert outline.to_markdown().startswith("# Outline for 1 minute\n")


class TestOutline:
    """An outline is a value."""

    def test_it_is_hashable_and_travels(self) -> None:
        """Equal outlines have equal hashes; copies and pickles are equal."""
        outline = build_outline(DEFAULT_BANK, minutes=20, emphasis={"culture": 150}, topic_cap={"trends": 1})

        assert hash(outline) == hash(copy.deepcopy(outline))
        assert pickle.loads(pickle.dumps(outline)) == outline  # noqa: S301 - our own bytes

    def test_every_phase_is_in_a_long_outline(self) -> None:
        """Opening, core, late and closing part are there."""
        phases = {item.question.phase for item in build_outline(DEFAULT_BANK, minutes=45).items}

        assert phases == set(Phase)
