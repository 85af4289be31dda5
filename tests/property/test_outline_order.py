from collections.abc import Callable, Collection, Sequence
from datetime import timedelta
from itertools import pairwise, permutations

import attrs
import pytest
from hypothesis import Phase as Stage
from hypothesis import find, given, settings
from hypothesis import strategies as st

from infoview.exceptions import InfeasibleOutlineError
from infoview.outline import DEFAULT_BANK, Phase, Question, QuestionBank, QuestionKind, Tiara, build_outline
from infoview.outline._order import in_order

ENDS = tuple(kind for kind in QuestionKind if kind.phase in (Phase.OPEN, Phase.CLOSE))
ALWAYS = (QuestionKind.PURPOSE, QuestionKind.THANKS)
CORE = (
    QuestionKind.BEST_PART,
    QuestionKind.CULTURE,
    QuestionKind.TRENDS_NOW,
    QuestionKind.TRENDS_NEXT,
    QuestionKind.SKILLS_NEEDED,
    QuestionKind.HINDSIGHT,
    QuestionKind.IF_YOU_WERE_ME,
)
LATE = (QuestionKind.RESOURCES, QuestionKind.ASSIGNMENT)


@attrs.frozen(kw_only=True)
class Talk:
    """The questions of a talk, those that must be asked, and its length."""

    questions: tuple[Question, ...]
    musts: frozenset[str]
    seconds: int

    def needed(self, ids: Collection[str]) -> set[str]:
        """Add to some ids all that they need."""
        known = {question.id: question for question in self.questions}
        found: set[str] = set()
        waiting = set(ids)
        while waiting := waiting - found:
            found |= waiting
            waiting = {need for id_ in waiting for need in known[id_].needs}
        return found


Order = Callable[[Talk], list[Question]]


def ours(talk: Talk) -> list[Question]:
    """Ask the library."""
    return in_order(talk.questions, musts=talk.musts, seconds=talk.seconds)


@st.composite
def talks(draw: st.DrawFn, *, needs: bool = True, musts: bool = True) -> Talk:
    """Draw talks in which kinds collide and a few questions depend on each other."""
    kinds = [*ALWAYS, *draw(st.sets(st.sampled_from(ENDS)).map(lambda kinds: sorted(kinds - {*ALWAYS})))]
    kinds += draw(st.lists(st.sampled_from(CORE), max_size=6)) + draw(
        st.lists(st.sampled_from(LATE), max_size=3)
    )
    names = draw(st.permutations([f"q{number}" for number in range(len(kinds))]))
    questions: list[Question] = []
    for kind, name in zip(kinds, names, strict=True):
        earlier = [other.id for other in questions if other.phase is kind.phase and kind not in ENDS]
        few = (
            st.frozensets(st.sampled_from(earlier), max_size=2) if needs and earlier else st.just(frozenset())
        )
        questions.append(
            Question(
                id=name,
                kind=kind,
                text="What should I know?",
                value=draw(st.integers(1, 3)),
                seconds=draw(st.sampled_from([30, 60, 180])),
                needs=draw(few),
            )
        )
    core = [question.id for question in questions if question.phase is Phase.CORE]
    some = st.frozensets(st.sampled_from(core), max_size=3) if musts and core else st.just(frozenset())
    seconds = sum(question.seconds for question in questions) + draw(st.sampled_from([0, 60, 600]))
    talk = Talk(questions=tuple(questions), musts=draw(some), seconds=-(-seconds // 60) * 60)
    return attrs.evolve(talk, musts=frozenset(talk.needed(talk.musts)))


def starts(order: list[Question]) -> dict[str, int]:
    """Tell when each question starts, in seconds."""
    found: dict[str, int] = {}
    start = 0
    for question in order:
        found[question.id] = start
        start += question.seconds
    return found


def kinds_of(order: list[Question], phase: Phase) -> list[QuestionKind]:
    """List the kinds of one part."""
    return [question.kind for question in order if question.phase is phase]


def parts_follow(_: Talk, order: list[Question]) -> bool:
    """Tell whether the four parts follow each other."""
    phases = list(Phase)
    positions = [phases.index(question.phase) for question in order]
    return positions == sorted(positions)


def ends_are_in_place(_: Talk, order: list[Question]) -> bool:
    """Tell whether purpose and path open the talk, after no more than a greeting, and thanks close it."""
    opening = [QuestionKind.OPENER_SMALL_TALK, QuestionKind.PURPOSE, QuestionKind.CAREER_PATH]
    held = kinds_of(order, Phase.OPEN)
    return held == [kind for kind in opening if kind in held] and order[-1].kind is QuestionKind.THANKS


def resources_precede_the_referral(_: Talk, order: list[Question]) -> bool:
    """Tell whether no question for resources comes after the one for a referral."""
    held = [question.kind for question in order]
    return (
        QuestionKind.REFERRAL_ASK not in held
        or QuestionKind.RESOURCES not in held[held.index(QuestionKind.REFERRAL_ASK) :]
    )


def needs_come_first(_: Talk, order: list[Question]) -> bool:
    """Tell whether every question comes after those it needs."""
    start = starts(order)
    return all(start[need] < start[question.id] for question in order for need in question.needs)


def musts_are_in_time(talk: Talk, order: list[Question]) -> bool:
    """Tell whether each must starts before half-way, or has only musts of the core before it."""
    start = starts(order)
    core = [question.id for question in order if question.phase is Phase.CORE]
    return all(
        2 * start[must] < talk.seconds or talk.musts.issuperset(core[: core.index(must)])
        for must in talk.musts
    )


def trends_precede_advice(talk: Talk, order: list[Question]) -> bool:
    """Tell whether trends come before advice, where musts leave the time and needs allow it."""
    trends = [question for question in order if question.tiara is Tiara.TRENDS]
    urgent = [question for question in order if question.id in talk.musts or question in trends]
    opening = [question for question in order if question.phase is Phase.OPEN]
    leaves_time = 2 * sum(question.seconds for question in [*opening, *urgent]) <= talk.seconds
    urges_advice = any(question.tiara is Tiara.ADVICE for question in urgent)
    if any(question.needs for question in order) or (urges_advice and not leaves_time):
        return True
    advice = [position for position, question in enumerate(order) if question.tiara is Tiara.ADVICE]
    return not advice or all(order.index(trend) < advice[0] for trend in trends)


def meet(kinds: Sequence[QuestionKind]) -> bool:
    """Tell whether two of a kind are in a row."""
    return any(one is other for one, other in pairwise(kinds))


def trends_lead(kinds: Sequence[QuestionKind]) -> bool:
    """Tell whether no advice comes before a trend."""
    tags = [kind.tiara for kind in kinds]
    return Tiara.TRENDS not in tags[tags.index(Tiara.ADVICE) :] if Tiara.ADVICE in tags else True


def kinds_alternate(talk: Talk, order: list[Question]) -> bool:
    """Tell whether two of a kind are in a row only since no order of their part avoids it."""
    if talk.musts or any(question.needs for question in order):
        return True
    parts = [kinds_of(order, phase) for phase in (Phase.CORE, Phase.LATE)]
    return all(
        not meet(part) or all(meet(other) for other in set(permutations(part)) if trends_lead(other))
        for part in parts
    )


def general_precedes_specific(talk: Talk, order: list[Question]) -> bool:
    """Tell whether the scopes follow each other, where no rule of more weight stands against it."""
    core = kinds_of(order, Phase.CORE)
    if talk.musts or len(set(core)) < len(core) or any(question.needs for question in order):
        return True
    scopes = [kind.scope for kind in core]
    return scopes == sorted(scopes)


RULES = (
    parts_follow,
    ends_are_in_place,
    resources_precede_the_referral,
    needs_come_first,
    musts_are_in_time,
    trends_precede_advice,
    kinds_alternate,
    general_precedes_specific,
)


def scattered(talk: Talk) -> list[Question]:
    """Break the order: by value alone."""
    return sorted(talk.questions, key=lambda question: -question.value)


def by_kind(talk: Talk) -> list[Question]:
    """Break the order: as the talk flows, all of one kind together, musts and needs forgotten."""
    return sorted(talk.questions, key=lambda question: list(QuestionKind).index(question.kind))


def musts_forgotten(talk: Talk) -> list[Question]:
    """Break the order: nothing is urgent."""
    return ours(attrs.evolve(talk, musts=frozenset()))


def needs_forgotten(talk: Talk) -> list[Question]:
    """Break the order: nothing needs anything."""
    known = {question.id: question for question in talk.questions}
    bare = tuple(attrs.evolve(question, needs=()) for question in talk.questions)
    return [known[question.id] for question in ours(attrs.evolve(talk, questions=bare))]


def backwards(talk: Talk) -> list[Question]:
    """Break the order: the core from specific to general."""
    order = ours(talk)
    core = [question for question in order if question.phase is Phase.CORE]
    return [core.pop() if question.phase is Phase.CORE else question for question in order]


def thanks_too_early(talk: Talk) -> list[Question]:
    """Break the order: the closing part the other way round."""
    order = ours(talk)
    close = [question for question in order if question.phase is Phase.CLOSE]
    return [close.pop() if question.phase is Phase.CLOSE else question for question in order]


class TestEnds:
    """Purpose first; an easy question about *them* second; thanks last."""

    @given(talk=talks())
    def test_the_parts_follow_each_other(self, talk: Talk) -> None:
        """Opening, core, late and closing part come in this order."""
        assert parts_follow(talk, ours(talk))

    @given(talk=talks())
    def test_purpose_path_and_thanks_have_their_places(self, talk: Talk) -> None:
        """At most a greeting comes before the purpose, the path comes right after it, thanks come last."""
        assert ends_are_in_place(talk, ours(talk))


class TestReferral:
    """Resources before referral; referral ask in the last part."""

    @given(talk=talks())
    def test_resources_come_before_the_referral(self, talk: Talk) -> None:
        """Nobody is asked what to read after having been asked for names."""
        assert resources_precede_the_referral(talk, ours(talk))


class TestNeeds:
    """Prerequisites come before what needs them."""

    @given(talk=talks())
    def test_a_question_comes_after_those_it_needs(self, talk: Talk) -> None:
        """Whatever the musts and kinds, needs are kept."""
        assert needs_come_first(talk, ours(talk))


class TestMusts:
    """Must-asks before the half-way mark."""

    @given(talk=talks())
    def test_musts_start_before_half_way_or_come_first(self, talk: Talk) -> None:
        """Only other musts can make a must late."""
        assert musts_are_in_time(talk, ours(talk))


class TestTrends:
    """Trends before advice."""

    @given(talk=talks(needs=False))
    def test_trends_come_before_advice_where_the_musts_leave_the_time(self, talk: Talk) -> None:
        """Only a must for advice that would otherwise be late overtakes the trends."""
        assert trends_precede_advice(talk, ours(talk))


class TestVariety:
    """No two questions of one kind in a row."""

    @given(talk=talks(needs=False, musts=False))
    def test_kinds_alternate_where_they_can(self, talk: Talk) -> None:
        """Two of a kind meet only where no order with the trends first avoids it."""
        assert kinds_alternate(talk, ours(talk))

    def test_the_built_in_questions_alternate_at_every_length(self) -> None:
        """With the built-in bank no two of a kind meet, from 5 minutes to 4 hours."""
        for minutes in [*range(5, 61), 75, 90, 120, 240]:
            outline = build_outline(DEFAULT_BANK, minutes=minutes)

            assert not meet([item.question.kind for item in outline.items])


class TestScope:
    """General before specific."""

    @given(talk=talks(needs=False, musts=False))
    def test_scopes_follow_each_other(self, talk: Talk) -> None:
        """Unless kinds must be kept apart: first the field, then beginners, then the seeker."""
        assert general_precedes_specific(talk, ours(talk))


class TestDeterminism:
    """Deterministic for equal input."""

    @given(talk=talks(), data=st.data())
    def test_the_order_of_the_input_does_not_matter(self, talk: Talk, data: st.DataObject) -> None:
        """Shuffled questions come out in the same order, and all of them come out."""
        shuffled = attrs.evolve(talk, questions=tuple(data.draw(st.permutations(talk.questions))))

        assert ours(talk) == ours(shuffled)
        assert sorted(question.id for question in talk.questions) == sorted(q.id for q in ours(talk))


class TestTime:
    """Sum of minutes + buffer ≤ slot."""

    @given(
        minutes=st.integers(1, 60),
        reserve=st.integers(0, 5),
        must=st.frozensets(st.sampled_from([question.id for question in DEFAULT_BANK]), max_size=2),
    )
    def test_the_outline_leaves_the_reserve(self, minutes: int, reserve: int, must: frozenset[str]) -> None:
        """Items follow each other without a gap and end before the reserve begins."""
        try:
            outline = build_outline(DEFAULT_BANK, minutes=minutes, reserve_minutes=reserve, must=must)
        except InfeasibleOutlineError:
            return

        assert outline.end <= timedelta(minutes=minutes - reserve)
        assert [timedelta()] + [item.end for item in outline.items] == [
            *(item.start for item in outline.items),
            outline.end,
        ]
        assert must <= {item.question.id for item in outline.items}

    @given(data=st.data(), minutes=st.integers(5, 40))
    def test_equal_banks_give_equal_outlines(self, data: st.DataObject, minutes: int) -> None:
        """The order in which a bank was put together does not show."""
        shuffled = QuestionBank(data.draw(st.permutations(DEFAULT_BANK.questions)))

        assert build_outline(DEFAULT_BANK, minutes=minutes) == build_outline(shuffled, minutes=minutes)


@pytest.mark.parametrize(
    "broken", [scattered, by_kind, musts_forgotten, needs_forgotten, backwards, thanks_too_early]
)
def test_the_laws_catch_broken_orders(broken: Order) -> None:
    """Each broken order breaks a rule on some talk."""
    find(
        talks() | talks(needs=False) | talks(needs=False, musts=False),
        lambda talk: not all(keeps(talk, broken(talk)) for keeps in RULES),
        settings=settings(settings(), max_examples=5_000, database=None, phases=[Stage.generate]),
    )
