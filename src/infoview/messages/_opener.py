"""The first words of the talk (step 6): who sent you, what you know of them, and how they began."""

from collections.abc import Mapping
from types import MappingProxyType

from infoview._choices import OpeningQuestion
from infoview._people import Consent
from infoview._policy import Policy
from infoview.messages import _needs as need
from infoview.messages._facts import Facts, Missing
from infoview.messages._needs import Known
from infoview.messages._phrases import predicate, sentence
from infoview.policies import CLASSIC

__all__ = ["opener"]


def opener(facts: Facts, /, *, policy: Policy = CLASSIC) -> str | Missing:
    """Say something to begin the talk with.

    "X gave me your name and told me that you are an expert; how did you get started?" is how the guide puts
    it. The flattery is one fact that can be checked, and the name is said only where its owner agreed.

    Args:
        facts: What may be said; only the connection is.
        policy: Chooses the question (`Policy.opening_question`).

    Returns:
        Two sentences, or the fact that is missing: it is the only one that they cannot do without.
    """
    if missing := need.FACT.missing(facts, policy):
        return missing
    known = Known(facts, policy)
    fact = predicate(known[need.FACT], "that you", "you")
    question = _QUESTIONS[policy.opening_question]
    connection = facts.connection
    if connection and connection.referrer and connection.consent is Consent.GRANTED:
        return (
            f"{sentence(f'{connection.referrer} gave me your name and told me that you {fact}')} {question}"
        )
    return f"{sentence(f'You {fact}')} {question}"


_QUESTIONS: Mapping[OpeningQuestion, str] = MappingProxyType(
    {
        OpeningQuestion.HOW_YOU_STARTED: "How did you get started?",
        OpeningQuestion.WHAT_YOU_WORK_ON: "What are you working on these days?",
    }
)
