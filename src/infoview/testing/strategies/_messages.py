"""Facts, messages, and what is asked for where a message lacks something."""

from datetime import UTC, datetime, timedelta
from typing import Any, cast

import attrs
from hypothesis import strategies as st

from infoview._channel import ConnectionKind
from infoview._objective import Connection
from infoview._people import Consent, Seeker
from infoview._time import Slot
from infoview.messages import (
    MESSAGE_RULES,
    Facts,
    Limit,
    Message,
    MessageKind,
    MessageRule,
    Missing,
    Need,
    NeedsInput,
    Thread,
)
from infoview.policies import CLASSIC
from infoview.testing.strategies._people import (
    person_names,
    referrals,
)
from infoview.testing.strategies._rules import building, draws, stated
from infoview.testing.strategies._texts import lines, texts
from infoview.testing.strategies._times import slots, zones

__all__ = [
    "complete_facts",
    "facts",
    "limits",
    "message_rules",
    "messages",
    "missing_facts",
    "needs",
    "needs_input",
    "threads",
]

_MESSAGE_IDS = st.sampled_from(("<a1@example.org>", "<A1@example.org>", "<b.2@mail.example.net>"))
_RULES = tuple(MESSAGE_RULES.values())
_NEEDS = tuple(dict.fromkeys(need for rule in _RULES for need in rule.needs))
_SPRING = datetime(2026, 3, 2, 9, tzinfo=UTC)


@draws(Thread)
def threads(*, plain: bool = False) -> st.SearchStrategy[Thread]:
    """Draw conversations that messages belong to.

    Args:
        plain: Whether texts are friendly words only.

    Returns:
        Conversations, some of them without known ids.
    """
    return building(Thread, plain=plain, references=_references())


def _references() -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(_MESSAGE_IDS, max_size=3).map(tuple)


@draws(Facts)
def facts(*, plain: bool = False) -> st.SearchStrategy[Facts]:
    """Draw facts of which any may be missing.

    Args:
        plain: Whether texts are friendly words only.

    Returns:
        Facts for any message, enough for some.
    """
    return building(Facts, plain=plain)


def complete_facts(*, plain: bool = True) -> st.SearchStrategy[Facts]:
    """Draw facts that are enough for every kind of message, as far as their texts say something.

    Args:
        plain: Whether texts are friendly words only; others may be too long for a message.

    Returns:
        Facts with everything that `infoview.messages.MESSAGE_RULES` asks for, under the policy
        `infoview.policies.CLASSIC`.
    """
    line = lines(max_length=60, plain=plain)
    connection = building(
        Connection,
        plain=plain,
        kind=st.just(ConnectionKind.REFERRAL),
        fact=line,
        referrer_id=st.just("referrer"),
        referrer=person_names(plain=plain),
        consent=st.just(Consent.GRANTED),
    )
    drawn = building(
        Facts,
        plain=plain,
        seeker=building(Seeker, plain=plain, background=line, phone=line, zone=zones()),
        connection=connection,
        minutes=st.none() | st.integers(CLASSIC.minutes_min, CLASSIC.minutes_max),
        slots=_spread(),
        slot=_meetings(),
        place=line,
        reason=line,
        questions=st.tuples(line, line, line),
        next_step=line,
        referrals=st.lists(referrals(plain=plain), min_size=1, max_size=2).map(tuple),
        news=line,
        **{name: stated(Facts, name, plain=plain) for name in _NEEDED},
    )
    return st.builds(_sharing, drawn, lines(max_length=40, plain=plain))


_NEEDED = (
    *("objective", "thread", "meeting_format", "who_calls", "rebook", "insight", "referral"),
    *("referral_outcome", "check_back_on", "target"),
)


def _sharing(facts: Facts, school: str) -> Facts:
    """Say that the two share a school, in the words that a message needs."""
    link = cast("Connection", facts.connection)
    return attrs.evolve(facts, shared=school, connection=attrs.evolve(link, text=f"we share {school}"))


def _meetings(*, day: int = 0) -> st.SearchStrategy[Slot]:
    """Draw a time of the spring of 2026, at working hours in most zones."""
    return slots(
        min_start=_SPRING + timedelta(days=day),
        max_start=_SPRING + timedelta(days=day, hours=10),
        min_minutes=CLASSIC.minutes_min,
        max_minutes=CLASSIC.minutes_max,
    )


def _spread() -> st.SearchStrategy[tuple[Slot, ...]]:
    """Draw times on different days."""
    days = [_meetings(day=number) for number in range(1, CLASSIC.slots_max + 1)]
    return st.integers(CLASSIC.slots_min, CLASSIC.slots_max).flatmap(lambda count: st.tuples(*days[:count]))


@draws(Message)
def messages(*, kind: MessageKind | None = None, plain: bool = False) -> st.SearchStrategy[Message]:
    """Draw messages as any author may write them.

    Args:
        kind: What they are for; anything when left out.
        plain: Whether texts are friendly words only.

    Returns:
        Messages of any channel, with and without a subject.
    """
    kinds = st.sampled_from(MessageKind) if kind is None else st.just(kind)
    return building(Message, plain=plain, kind=kinds, references=_references(), body=texts(plain=plain))


@draws(Missing)
def missing_facts() -> st.SearchStrategy[Missing]:
    """Draw facts that messages cannot do without.

    Returns:
        What the rules of the library ask for.
    """
    return needs().map(lambda need: Missing(need.fact, CLASSIC.worded(need.why)))


@draws(NeedsInput)
@st.composite
def needs_input(draw: st.DrawFn) -> NeedsInput:
    """Draw answers instead of messages that would have to invent something.

    Args:
        draw: Given by Hypothesis.

    Returns:
        What some kind of message lacks.
    """
    rule = draw(st.sampled_from([rule for rule in _RULES if rule.needs]))
    lacks = draw(st.lists(st.sampled_from(rule.needs), min_size=1, unique=True))
    return NeedsInput(rule.kind, tuple(Missing(need.fact, CLASSIC.worded(need.why)) for need in lacks))


@draws(Need)
@st.composite
def needs(draw: st.DrawFn) -> Need[Any]:
    """Draw needs.

    Args:
        draw: Given by Hypothesis.

    Returns:
        Those of the library's rules.
    """
    return draw(st.sampled_from(_NEEDS))


@draws(Limit)
@st.composite
def limits(draw: st.DrawFn) -> Limit:
    """Draw limits.

    Args:
        draw: Given by Hypothesis.

    Returns:
        Those of the library's rules.
    """
    return draw(st.sampled_from([rule.limit for rule in _RULES]))


@draws(MessageRule)
@st.composite
def message_rules(draw: st.DrawFn) -> MessageRule:
    """Draw what is known about kinds of messages.

    Args:
        draw: Given by Hypothesis.

    Returns:
        The values of `infoview.messages.MESSAGE_RULES`.
    """
    return draw(st.sampled_from(_RULES))
