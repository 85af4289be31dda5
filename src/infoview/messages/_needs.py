"""The facts that messages need: how each is read, and how it is asked for."""

from collections.abc import Callable
from enum import StrEnum
from itertools import combinations
from typing import Generic, Literal, TypeVar, cast

import attrs

from infoview._channel import MeetingFormat
from infoview._objective import Objective
from infoview._people import Consent, Contact, Party, PersonName
from infoview._policy import Policy
from infoview._takeaways import Insight
from infoview._time import Slot
from infoview.exceptions import InvalidValueError
from infoview.messages._facts import Facts, Missing
from infoview.referrals import Referral

__all__ = ["Known", "Need", "texts_of", "worded"]

T = TypeVar("T")

_MOST_REFERRALS = 10


def worded(text: str | None, /) -> str | None:
    """Let a text count only when it says something.

    Args:
        text: A text, or nothing.

    Returns:
        The text when it holds a letter or a digit, else `None`: "…" is no fact.
    """
    return text if text is not None and any(map(str.isalnum, text)) else None


def _always(facts: Facts) -> bool:  # noqa: ARG001 - the condition that does not look
    return True


@attrs.frozen(kw_only=True)
class Need(Generic[T]):
    """A fact that a kind of message cannot do without.

    Attributes:
        fact: Where it belongs, from `Facts`: ``connection.fact``.
        why: What to give, and what for; may name numbers of the policy as ``{policy.minutes_min}``.
        read: Takes it from the facts; `None` when it is missing or not good enough.
        when: Tells for which facts it is needed at all.
        in_text: Whether the text between greeting and sign-off says it, so that a shorter fact makes a
            shorter text; what only the subject says does not.
    """

    fact: str
    why: str
    read: Callable[[Facts, Policy], T | None]
    when: Callable[[Facts], bool] = _always
    in_text: bool = True

    def missing(self, facts: Facts, policy: Policy, /) -> Missing | None:
        """Ask for the fact, unless it is there or not needed.

        Args:
            facts: What is known.
            policy: Knows the numbers.

        Returns:
            What to ask for, or `None`.
        """
        if not self.when(facts) or self.read(facts, policy) is not None:
            return None
        return Missing(self.fact, policy.worded(self.why))

    def __repr__(self) -> str:
        return f"Need({self.fact!r})"


@attrs.frozen
class Known:
    """Facts that were found complete for a kind of message; a need looks its value up.

    Attributes:
        facts: What is known.
        policy: Knows the numbers.
    """

    facts: Facts
    policy: Policy

    def __getitem__(self, need: Need[T]) -> T:
        value = need.read(self.facts, self.policy)
        if value is None:
            raise InvalidValueError(f"Facts.{need.fact}", "missing_fact", "list the need in the kind's row")
        return value


def _objective(facts: Facts, _: Policy) -> Objective | None:
    return facts.objective if facts.objective and worded(facts.objective.subject) else None


def _link(facts: Facts, _: Policy) -> str | None:
    return worded(facts.connection.text) if facts.connection else None


def _fact(facts: Facts, _: Policy) -> str | None:
    return worded(facts.connection.fact) if facts.connection else None


def _referrer(facts: Facts, _: Policy) -> PersonName | None:
    return facts.connection.referrer if facts.connection else None


def _consent(facts: Facts, _: Policy) -> Consent | None:
    granted = facts.connection and facts.connection.consent is Consent.GRANTED
    return Consent.GRANTED if granted else None


def _shared(facts: Facts, policy: Policy) -> str | None:
    shared, link = worded(facts.shared), _link(facts, policy) or ""
    return shared if shared and shared.casefold() in link.casefold() else None


def _minutes(facts: Facts, policy: Policy) -> int | None:
    minutes = policy.minutes_default if facts.minutes is None else facts.minutes
    return minutes if policy.minutes_min <= minutes <= policy.minutes_max else None


def _slots(facts: Facts, policy: Policy) -> tuple[Slot, ...] | None:
    slots, most = facts.slots, policy.slots_max
    fits = policy.fitted("slots_min") <= len(slots) <= most
    # At most ten are compared: the policy's number is capped.
    return slots if fits and not any(one.overlaps(other) for one, other in combinations(slots, 2)) else None


def _insight(facts: Facts, _: Policy) -> Insight | None:
    return facts.insight if facts.insight and worded(facts.insight.text) else None


def _questions(facts: Facts, policy: Policy) -> tuple[str, ...] | None:
    questions = facts.questions
    most = policy.written_questions_max
    fits = policy.fitted("written_questions_min") <= len(questions) <= most
    return questions if fits and all(map(worded, questions)) else None


def _referrals(facts: Facts, _: Policy) -> tuple[Referral, ...] | None:
    return facts.referrals if 1 <= len(facts.referrals) <= _MOST_REFERRALS else None


def _occasion(facts: Facts, _: Policy) -> Slot | Literal[True] | None:
    return facts.slot or (True if facts.questions else None)


def _is_by_phone(facts: Facts) -> bool:
    return facts.meeting_format is MeetingFormat.PHONE


def _needs_place(facts: Facts) -> bool:
    return not (_is_by_phone(facts) and facts.who_calls is Party.CONTACT)


BACKGROUND = Need(
    fact="seeker.background",
    why="say in half a sentence who you are, so that they know who asks",
    read=lambda facts, _: worded(facts.seeker.background),
)
PHONE = Need(
    fact="seeker.phone",
    why="give the number that you can be reached at on the day",
    read=lambda facts, _: worded(facts.seeker.phone),
)
OBJECTIVE = Need(
    fact="objective",
    why="say what you want to learn about: a question without a subject is easy to leave unanswered",
    read=_objective,
)
LINK = Need(
    fact="connection.text",
    why="say why you write to this person: it is the first thing they read",
    read=_link,
)
FACT = Need(
    fact="connection.fact",
    why="give one fact about this person that is true of nobody else",
    read=_fact,
)
REFERRER = Need(
    fact="connection.referrer",
    why="say who gave you the name: subject and first sentence name them",
    read=_referrer,
)
CONSENT = Need(
    fact="connection.consent",
    why="ask the referrer whether you may use their name; without a yes, write without it",
    read=_consent,
)
SHARED = Need(
    fact="shared",
    why="give the name of the school or event as it stands in connection.text: the subject carries it",
    read=_shared,
    in_text=False,
)
MINUTES = Need(
    fact="minutes",
    why="ask for {policy.minutes_min} to {policy.minutes_max} minutes",
    read=_minutes,
)
THREAD = Need(
    fact="thread",
    why="give the subject of your request and its message id: this goes on in the same conversation",
    read=lambda facts, _: facts.thread,
)
SLOTS = Need(
    fact="slots",
    why="propose {policy.slots_min} to {policy.slots_max} times that do not overlap",
    read=_slots,
)
SLOT = Need(fact="slot", why="say for which time you had agreed", read=lambda facts, _: facts.slot)
OCCASION = Need(
    fact="slot",
    why="say when you talked, or give the questions that were answered in writing",
    read=_occasion,
)
FORMAT = Need(
    fact="meeting_format",
    why="say how you talk: in person, by video or by phone",
    read=lambda facts, _: facts.meeting_format,
)
WHO_CALLS = Need(
    fact="who_calls",
    why="say who calls whom, so that nobody waits",
    read=lambda facts, _: facts.who_calls,
    when=_is_by_phone,
)
PLACE = Need(
    fact="place",
    why="give the link, the address, or the number that you will call",
    read=lambda facts, _: worded(facts.place),
    when=_needs_place,
)
REASON = Need(
    fact="reason",
    why="say in a few words why you cancel",
    read=lambda facts, _: worded(facts.reason),
)
REBOOK = Need(
    fact="rebook",
    why="say whether you would like another time",
    read=lambda facts, _: facts.rebook,
)
QUESTIONS = Need(
    fact="questions",
    why="choose {policy.written_questions_min} to {policy.written_questions_max} questions for short answers",
    read=_questions,
)
INSIGHT = Need(
    fact="insight",
    why="name one thing they said: thanks without it could go to anybody",
    read=_insight,
)
NEXT_STEP = Need(
    fact="next_step",
    why="say what you will do with what they said",
    read=lambda facts, _: worded(facts.next_step),
)
REFERRALS = Need(
    fact="referrals",
    why=f"say whose names they gave you, 1 to {_MOST_REFERRALS}; for none, send the thanks without names",
    read=_referrals,
)
REFERRAL = Need(fact="referral", why="say which name this is about", read=lambda facts, _: facts.referral)
OUTCOME = Need(
    fact="referral_outcome",
    why="say what came of it; nothing is an answer, too",
    read=lambda facts, _: facts.referral_outcome,
)
CHECK_BACK_ON = Need(
    fact="check_back_on",
    why="give the day that you agreed on for asking again",
    read=lambda facts, _: facts.check_back_on,
)
TARGET: Need[Contact] = Need(
    fact="target",
    why="say whom you would like to be introduced to",
    read=lambda facts, _: facts.target,
)
NEWS = Need(
    fact="news",
    why="tell them something new: word without news asks for an answer and gives no reason for one",
    read=lambda facts, _: worded(facts.news),
)


def texts_of(value: object, /) -> tuple[str, ...]:
    """Take the texts out of a fact that its author can shorten.

    Args:
        value: What a need read.

    Returns:
        What it adds to a text; empty when there is nothing to shorten.
    """
    match value:
        case StrEnum():
            return ()
        case str():
            return (value,)
        case tuple():
            return tuple(text for one in cast("tuple[object, ...]", value) for text in texts_of(one))
        case PersonName():
            return (value.full,)
        case Objective():
            return (value.subject,)
        case Insight():
            return (value.text,)
        case Referral() | Contact():
            return (value.name.full,)
        case _:
            return ()
