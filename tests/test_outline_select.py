import pickle
from collections.abc import Iterator

import pytest

from infoview.exceptions import InfeasibleOutlineError, InvalidValueError
from infoview.outline import Candidate, Selection, select


def candidate(id_: str, slots: int = 1, value: int = 10, topic: str = "t", *needs: str) -> Candidate:
    """Make a candidate that only has what a test is about."""
    return Candidate(id_, slots, value, topic, needs=needs)


def must(id_: str, slots: int = 1, *needs: str, topic: str = "t") -> Candidate:
    """Make a candidate that must be in."""
    return Candidate(id_, slots, 10, topic, must=True, needs=frozenset(needs))


class TestCandidate:
    """A candidate is valid from the start."""

    def test_it_is_given_by_position_or_by_name(self) -> None:
        """The fields have their order; prerequisites may be any collection."""
        assert Candidate("a", 2, 3, "t", True, ["b"]) == Candidate(
            id="a", slots=2, value=3, topic="t", must=True, needs=frozenset({"b"})
        )

    @pytest.mark.parametrize(
        ("change", "code"),
        [
            ({"id": ""}, "empty"),
            ({"id": None}, "not_text"),
            ({"topic": "a\u2028b"}, "control_character"),
            ({"slots": 0}, "out_of_range"),
            ({"slots": -1}, "out_of_range"),
            ({"slots": True}, "not_a_whole_number"),
            ({"slots": 1.0}, "not_a_whole_number"),
            ({"value": -1}, "out_of_range"),
            ({"value": 1_000_001}, "out_of_range"),
            ({"value": False}, "not_a_whole_number"),
            ({"must": 1}, "wrong_type"),
            ({"needs": "b"}, "wrong_type"),
            ({"needs": None}, "wrong_type"),
            ({"needs": [3]}, "not_text"),
            ({"needs": [["b"]]}, "not_text"),
        ],
    )
    def test_a_broken_rule_has_its_code(self, change: dict[str, object], code: str) -> None:
        """Every field refuses what is not its kind, and names itself."""
        with pytest.raises(InvalidValueError) as caught:
            Candidate(**{"id": "a", "slots": 1, "value": 1, "topic": "t"} | change)

        assert caught.value.code == code
        assert caught.value.field == f"Candidate.{next(iter(change))}"


class TestValue:
    """The value of a selection."""

    def test_nothing_from_nothing(self) -> None:
        """Without candidates the best selection is empty, and proven to be the best."""
        assert select([], slots=5) == Selection(chosen=frozenset(), value=0, bound=0, expansions=0)

    def test_nothing_that_fits(self) -> None:
        """Candidates that are all too long leave the selection empty."""
        assert select([candidate("a", 6)], slots=5).chosen == frozenset()

    def test_the_best_of_a_topic_counts_most(self) -> None:
        """Within a topic the values are discounted from the best down, whatever their ids."""
        values = [candidate("a", value=10), candidate("b", value=40), candidate("c", value=20)]

        assert select(values, slots=3).value == 40 * 100 + 20 * 80 + 10 * 60

    def test_the_last_weight_goes_on(self) -> None:
        """More candidates than weights count by the last."""
        assert select([candidate(f"q{n}") for n in range(5)], slots=5, weights=(3, 1)).value == 10 * (3 + 4)

    def test_the_smallest_differing_id_decides_a_tie(self) -> None:
        """Of equally good selections the one with the smallest id that they do not share is chosen."""
        ties = [candidate("b", 2), candidate("c", 1), candidate("a", 3)]

        assert select(ties, slots=3, topic_cap=1).chosen == {"a"}

    def test_a_cap_may_differ_by_topic(self) -> None:
        """A mapping limits the topics it names, and no others."""
        topics = [candidate(f"{topic}{n}", topic=topic) for topic in "tu" for n in range(3)]

        assert select(topics, slots=6, topic_cap={"t": 1, "other": 0}).chosen == {"t0", "u0", "u1", "u2"}


class TestNeeds:
    """Prerequisites."""

    def test_a_worthless_prerequisite_is_paid_for_by_what_needs_it(self) -> None:
        """The pair is chosen when it is worth more than what else fits."""
        pair = [candidate("child", 1, 50, "t", "parent"), candidate("parent", 2, 0, "u")]

        assert select([*pair, candidate("other", 3, 40, "v")], slots=3).chosen == {"child", "parent"}
        assert select([*pair, candidate("other", 3, 60, "v")], slots=3).chosen == {"other"}

    def test_a_must_brings_what_it_needs(self) -> None:
        """Prerequisites of musts are musts, however remote."""
        chain = [must("a", 1, "b"), candidate("b", 1, 0, "t", "c"), candidate("c", 1, 0)]

        assert select(chain, slots=3).chosen == {"a", "b", "c"}


class TestGroups:
    """Sets of which exactly one is chosen."""

    def test_one_is_chosen_even_when_it_is_worthless(self) -> None:
        """A group is served at the cost of better candidates."""
        openers = [candidate("o1", 2, 0, "open"), candidate("o2", 3, 0, "open")]

        selection = select([*openers, candidate("a", 3, 99)], slots=4, groups=[["o1", "o2"]])

        assert selection.chosen == {"o1"}

    def test_members_share_their_topic_with_others(self) -> None:
        """Discount and cap treat the member of a group like any other candidate."""
        topic = [candidate("a", 1, 50), candidate("b", 1, 40), candidate("c", 1, 30)]

        selection = select(topic, slots=3, topic_cap=2, groups=[{"b", "c"}])

        assert (selection.chosen, selection.value) == ({"a", "b"}, 50 * 100 + 40 * 80)

    def test_overlapping_groups_may_share_their_member(self) -> None:
        """One candidate can serve two groups."""
        three = [candidate("a", value=9), candidate("b", value=1), candidate("c", value=9)]

        assert select(three, slots=3, groups=[{"a", "b"}, {"b", "c"}]).chosen == {"a", "c"}
        assert select(three, slots=1, groups=[{"a", "b"}, {"b", "c"}]).chosen == {"b"}


class TestInfeasible:
    """When no selection keeps the rules, the error says what must be in."""

    def test_musts_that_exceed_the_time(self) -> None:
        """The error names the musts with what they need, and the time that would do."""
        with pytest.raises(InfeasibleOutlineError) as caught:
            select([must("b", 2, "a"), candidate("a", 2), candidate("c")], slots=3)

        assert (caught.value.musts, caught.value.needed, caught.value.available) == (("a", "b"), 4, 3)

    def test_a_group_of_one_is_a_must(self) -> None:
        """The only member of a group is named with the musts."""
        with pytest.raises(InfeasibleOutlineError) as caught:
            select([candidate("a", 2), must("b", 2)], slots=3, groups=[["a"]])

        assert caught.value.musts == ("a", "b")

    def test_the_shortest_members_count(self) -> None:
        """The time that would do is that of the shortest legal selection, needs included."""
        group = [candidate("a", 1, 1, "t", "long"), candidate("b", 3), candidate("long", 9)]

        with pytest.raises(InfeasibleOutlineError) as caught:
            select([*group, must("m", 2)], slots=4, groups=[["a", "b"]])

        assert caught.value.needed == 5

    @pytest.mark.parametrize(
        ("candidates", "options"),
        [
            ([must("a"), must("b")], {"groups": [["a", "b"]]}),
            ([must("a"), must("b")], {"topic_cap": 1}),
            ([must("a", 1, "b"), candidate("b")], {"groups": [["a", "b"]]}),
            (
                [must("a"), candidate("b", 1, 1, "t", "a"), candidate("c")],
                {"groups": [["b"], ["a", "c"], ["b", "c"]], "topic_cap": 1},
            ),
        ],
    )
    def test_contradictions_need_no_time(
        self, candidates: list[Candidate], options: dict[str, object]
    ) -> None:
        """Rules that contradict each other do so at any length."""
        with pytest.raises(InfeasibleOutlineError) as caught:
            select(candidates, slots=100, **options)

        assert caught.value.needed is None
        assert "a" in caught.value.musts


class TestBadInput:
    """Bad input raises one clear error, whatever else is wrong."""

    @pytest.mark.parametrize(
        ("options", "code"),
        [
            ({"slots": 0}, "out_of_range"),
            ({"slots": -1}, "out_of_range"),
            ({"slots": True}, "not_a_whole_number"),
            ({"slots": 2.0}, "not_a_whole_number"),
            ({"topic_cap": -1}, "out_of_range"),
            ({"topic_cap": True}, "not_a_whole_number"),
            ({"topic_cap": {"t": -1}}, "out_of_range"),
            ({"topic_cap": "1"}, "not_a_whole_number"),
            ({"topic_cap": {"other": "1"}}, "not_a_whole_number"),
            ({"topic_cap": {"t": 1, 2: 1}}, "not_text"),
            ({"topic_cap": {"": 1}}, "empty"),
            ({"weights": 5}, "wrong_type"),
            ({"weights": None}, "wrong_type"),
            ({"weights": "high"}, "not_a_whole_number"),
            ({"weights": ()}, "no_weights"),
            ({"weights": (1, 2)}, "increasing_weights"),
            ({"weights": (1, -1)}, "out_of_range"),
            ({"weights": (1.0,)}, "not_a_whole_number"),
            ({"groups": 5}, "wrong_type"),
            ({"groups": [5]}, "wrong_type"),
            ({"groups": [[]]}, "empty_group"),
            ({"groups": [["z"]]}, "unknown_id"),
            ({"groups": ["a"]}, "wrong_type"),
            ({"groups": [["a"]] * 51}, "out_of_range"),
            ({"expansion_limit": -1}, "out_of_range"),
            ({"expansion_limit": False}, "not_a_whole_number"),
        ],
    )
    def test_a_broken_option_has_its_code(self, options: dict[str, object], code: str) -> None:
        """Every option refuses what is not its kind, and names itself."""
        with pytest.raises(InvalidValueError) as caught:
            select([candidate("a"), candidate("b")], **{"slots": 5} | options)

        assert caught.value.code == code
        assert caught.value.field == f"select.{next(iter(options))}"

    def test_options_are_judged_without_candidates(self) -> None:
        """A broken option is broken also where there is nothing to apply it to."""
        with pytest.raises(InvalidValueError) as caught:
            select([], slots=5, topic_cap=-1)

        assert (caught.value.field, caught.value.code) == ("select.topic_cap", "out_of_range")

    @pytest.mark.parametrize(
        ("candidates", "code"),
        [
            ([candidate("a"), candidate("a", 2)], "duplicate_id"),
            (None, "wrong_type"),
            ([candidate("a"), "b"], "wrong_type"),
            ([candidate("a", 1, 1, "t", "z")], "unknown_id"),
            ([candidate("a", 1, 1, "t", "a")], "circle"),
            ((candidate(f"q{n}") for n in range(10_001)), "out_of_range"),
            ((candidate(f"q{n}", 1_000) for n in range(10_000)), "too_large"),
        ],
    )
    def test_broken_candidates_have_their_code(self, candidates: Iterator[Candidate], code: str) -> None:
        """Candidates must make sense together, and be of a size that can be answered."""
        with pytest.raises(InvalidValueError) as caught:
            select(candidates, slots=1_001)

        assert caught.value.code == code
        assert caught.value.field == ("select.slots" if code == "too_large" else "select.candidates")

    def test_a_circle_is_named_in_the_direction_of_need(self) -> None:
        """The error shows the circle, each id needing the next."""
        circle = [
            candidate("a", 1, 1, "t", "b"),
            candidate("b", 1, 1, "t", "c"),
            candidate("c", 1, 1, "t", "a"),
        ]

        with pytest.raises(InvalidValueError) as caught:
            select(circle, slots=1)

        assert caught.value.cure.removeprefix("break the circle of needs: ") in {
            "a → b → c → a",
            "b → c → a → b",
            "c → a → b → c",
        }

    def test_a_long_circle_is_cut(self) -> None:
        """The error stays short however many ids go round."""
        circle = [candidate(f"q{n}", 1, 1, "t", f"q{(n + 1) % 1_000}") for n in range(1_000)]

        with pytest.raises(InvalidValueError, match=r"→ … \[circle\]") as caught:
            select(circle, slots=1)

        assert len(str(caught.value)) < 200

    def test_the_errors_travel(self) -> None:
        """An infeasible task can be reported across processes."""
        with pytest.raises(InfeasibleOutlineError) as caught:
            select([must("a", 2)], slots=1)

        assert pickle.loads(pickle.dumps(caught.value)).musts == ("a",)  # noqa: S301 - our own bytes


class TestSize:
    """Ten thousand candidates are answered, not endured."""

    def test_many_free_candidates(self) -> None:
        """Candidates that depend on nothing are compared without a search."""
        many = [candidate(f"q{n:05}", 1 + n % 9, 1 + n % 97, f"t{n % 20}") for n in range(10_000)]

        selection = select(many, slots=60, topic_cap=4)

        assert (selection.value, selection.expansions) == (selection.bound, 0)
        assert len(selection.chosen) == 60

    def test_a_chain_of_needs(self) -> None:
        """Each of ten thousand needs the one before: the first sixty fit."""
        chain = [
            candidate("q00000"),
            *(candidate(f"q{n:05}", 1, 10, "t", f"q{n - 1:05}") for n in range(1, 10_000)),
        ]

        assert select(chain, slots=60).chosen == {f"q{n:05}" for n in range(60)}

    def test_a_weight_of_zero(self) -> None:
        """Where a worse candidate may tie with a better one, the rule of ties still holds."""
        many = [candidate(f"q{n:05}", 1 + n % 3, n % 5, f"t{n % 2}") for n in range(2_000)]

        assert select(many, slots=6, weights=(1, 0), topic_cap=1).chosen == {"q00004", "q00009"}

    def test_the_limit_is_kept(self) -> None:
        """With a limit, a tangle of needs is answered with a bound."""
        tangle = [
            candidate(
                f"q{n:03}", 1 + n % 7, (n * 37) % 101, f"t{n % 8}", *({f"q{n * 7 // 11:03}"} - {"q000"})
            )
            for n in range(1, 400)
        ]

        selection = select(tangle, slots=60, topic_cap=4, expansion_limit=3)

        assert selection.expansions == 3
        assert selection.value < selection.bound
