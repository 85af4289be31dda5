"""The kinds of messages as data: what each is for, what it needs, and how long it may get."""

from collections.abc import Callable, Mapping
from operator import attrgetter
from types import MappingProxyType
from typing import Any

import attrs

from infoview._channel import Channel
from infoview._policy import Policy
from infoview._text import count_words
from infoview.messages import _needs as need
from infoview.messages._facts import Facts, Missing
from infoview.messages._message import MessageKind
from infoview.messages._needs import Need

__all__ = ["MESSAGE_RULES", "Limit", "MessageRule"]


@attrs.frozen
class Limit:
    """How long a message may get.

    Attributes:
        unit: What is counted: ``words`` or ``characters``.
        measure: Counts it in a text.
        most: The most a policy allows.
    """

    unit: str
    measure: Callable[[str], int]
    most: Callable[[Policy], int]


def _characters(text: str) -> int:
    # Code points or UTF-16 units: which of them LinkedIn counts is not published, and these are never fewer.
    return len(text.encode("utf-16-le")) // 2


def _words(number: str) -> Limit:
    return Limit("words", count_words, attrgetter(number))


_REQUEST = _words("request_words")
_NOTE = Limit("characters", _characters, attrgetter("linkedin_note_characters"))
_TIMES = Limit("words", count_words, lambda policy: policy.times_words + policy.slot_words * policy.slots_max)


@attrs.frozen(kw_only=True)
class MessageRule:
    """What is known about one kind of message.

    Attributes:
        kind: The kind.
        purpose: What it is for, and what the guides ask of it.
        limit: How long the text may get. Greeting and sign-off are not counted.
        needs: What it cannot do without, in the order in which it is asked for.
        may_use: What else it says when it is known: fields of `Facts`.
        in_subject: The need that the subject must carry, if any.
        opens: Whether it begins a conversation of its own even where a thread is given.
        framed: Whether it has a greeting and a sign-off.
        channel: How it travels.
    """

    kind: MessageKind
    purpose: str
    limit: Limit
    needs: tuple[Need[Any], ...]
    may_use: tuple[str, ...] = ()
    in_subject: Need[Any] | None = None
    opens: bool = False
    framed: bool = True
    channel: Channel = Channel.EMAIL

    def missing(self, facts: Facts, policy: Policy, /) -> tuple[Missing, ...]:
        """Ask for every fact that is not there.

        Args:
            facts: What is known.
            policy: Knows the numbers.

        Returns:
            What to ask for; empty when the message can be written.
        """
        asked = (each.missing(facts, policy) for each in self.needs)
        return tuple(missing for missing in asked if missing)


_REQUEST_NEEDS = (need.FACT, need.BACKGROUND, need.OBJECTIVE, need.MINUTES)
_WHERE_NEEDS = (need.SLOT, need.FORMAT, need.WHO_CALLS, need.PLACE, need.PHONE)
_THANKS_NEEDS = (need.OCCASION, need.INSIGHT, need.NEXT_STEP)

_RULES = (
    MessageRule(
        kind=MessageKind.REQUEST_COLD,
        purpose="Ask somebody you do not know for a short talk: the link first, one fact about them, one "
        "line on you, a question that names the minutes, an easy way out (Dalton; Simon Fraser; Tufts)",
        limit=_REQUEST,
        needs=(need.LINK, *_REQUEST_NEEDS),
        may_use=("meeting_format",),
        opens=True,
    ),
    MessageRule(
        kind=MessageKind.REQUEST_WARM,
        purpose="Ask somebody whose name you were given: the referrer in subject and first sentence, with "
        "their consent (Tufts; Boston; Pomona; Open Textbooks Hong Kong)",
        limit=_REQUEST,
        needs=(need.REFERRER, need.CONSENT, *_REQUEST_NEEDS),
        may_use=("meeting_format",),
        in_subject=need.REFERRER,
        opens=True,
    ),
    MessageRule(
        kind=MessageKind.REQUEST_ALUMNI,
        purpose="Ask somebody from your school: the school in subject and first sentence (Orbit)",
        limit=_REQUEST,
        needs=(need.LINK, need.SHARED, *_REQUEST_NEEDS),
        may_use=("meeting_format",),
        in_subject=need.SHARED,
        opens=True,
    ),
    MessageRule(
        kind=MessageKind.REQUEST_EVENT,
        purpose="Ask somebody whom you met or heard: where, what they said, and the question (Orbit)",
        limit=_REQUEST,
        needs=(need.LINK, need.SHARED, *_REQUEST_NEEDS),
        may_use=("meeting_format",),
        in_subject=need.SHARED,
        opens=True,
    ),
    MessageRule(
        kind=MessageKind.REFERRAL_OUTREACH,
        purpose="Write to a referral: who gave you the name, what they said, and how the other got started "
        "(Ten Things; Tufts)",
        limit=_REQUEST,
        needs=(need.REFERRER, need.CONSENT, *_REQUEST_NEEDS),
        may_use=("meeting_format",),
        in_subject=need.REFERRER,
        opens=True,
    ),
    MessageRule(
        kind=MessageKind.LINKEDIN_NOTE,
        purpose="Go with an invitation to connect: who, the link, the reason",
        limit=_NOTE,
        needs=(need.LINK, need.BACKGROUND),
        opens=True,
        framed=False,
        channel=Channel.LINKEDIN_NOTE,
    ),
    MessageRule(
        kind=MessageKind.INTRO_REQUEST,
        purpose="Ask a connector for an introduction: whom, why, a text to forward, a way out (Wilson)",
        limit=_words("intro_request_words"),
        needs=(need.TARGET, *_REQUEST_NEEDS),
        may_use=("meeting_format",),
        opens=True,
    ),
    MessageRule(
        kind=MessageKind.FORWARDABLE_BLURB,
        purpose="Be forwarded by a connector as it is: you in the third person, why them, the minutes",
        limit=_words("blurb_words"),
        needs=_REQUEST_NEEDS,
        may_use=("meeting_format",),
        opens=True,
        framed=False,
    ),
    MessageRule(
        kind=MessageKind.REFERRER_CHECK_BACK,
        purpose="Ask a connector again on the day you agreed on, lightly (Open Textbooks Hong Kong)",
        limit=_words("check_back_words"),
        needs=(need.REFERRAL, need.CHECK_BACK_ON),
    ),
    MessageRule(
        kind=MessageKind.NUDGE,
        purpose="Ask once more after silence: same thread, the question in one clause, no guilt (Orbit)",
        limit=_words("nudge_words"),
        needs=(need.THREAD, need.OBJECTIVE, need.MINUTES),
    ),
    MessageRule(
        kind=MessageKind.WITHDRAW,
        purpose="Take a request back without blame and leave the door open",
        limit=_words("withdraw_words"),
        needs=(),
    ),
    MessageRule(
        kind=MessageKind.DECLINE_REPLY,
        purpose="Thank for a no, and ask at most for a pointer (MSMoney)",
        limit=_words("decline_reply_words"),
        needs=(),
        may_use=("objective",),
    ),
    MessageRule(
        kind=MessageKind.ASYNC_QUESTIONS,
        purpose="Send a few questions to somebody who offered to answer in writing (Dalton)",
        limit=_words("written_questions_words"),
        needs=(need.QUESTIONS,),
    ),
    MessageRule(
        kind=MessageKind.PROPOSE_TIMES,
        purpose="Propose a few times in their zone, and leave them the choice (Orbit; Texas A&M; UCLA)",
        limit=_TIMES,
        needs=(need.FORMAT, need.SLOTS),
    ),
    MessageRule(
        kind=MessageKind.CONFIRM,
        purpose="Confirm date, time, zone, place and who calls whom, with your number (Texas A&M; MSMoney)",
        limit=_words("confirm_words"),
        needs=_WHERE_NEEDS,
    ),
    MessageRule(
        kind=MessageKind.REMINDER_DAY_BEFORE,
        purpose="Remind on the day before, shortly (Texas A&M)",
        limit=_words("reminder_words"),
        needs=_WHERE_NEEDS,
    ),
    MessageRule(
        kind=MessageKind.RESCHEDULE,
        purpose="Move a talk: one apology, new times, no long reasons (Orbit)",
        limit=_TIMES,
        needs=(need.SLOT, need.SLOTS),
    ),
    MessageRule(
        kind=MessageKind.CANCEL,
        purpose="Cancel a talk: an apology, the reason in short, whether you wish for another time",
        limit=_words("cancel_words"),
        needs=(need.SLOT, need.REASON, need.REBOOK),
    ),
    MessageRule(
        kind=MessageKind.NO_SHOW_ME,
        purpose="Apologise for having missed a talk, without an excuse",
        limit=_words("apology_words"),
        needs=(need.SLOT,),
    ),
    MessageRule(
        kind=MessageKind.NO_SHOW_THEM,
        purpose="Write after they missed a talk: kindly, supposing a mishap, with new times",
        limit=_TIMES,
        needs=(need.SLOT, need.SLOTS),
    ),
    MessageRule(
        kind=MessageKind.THANK_YOU,
        purpose="Thank: when you talked, one specific thing, what you do with it; no ask (Yale; Texas A&M)",
        limit=_words("thank_words"),
        needs=_THANKS_NEEDS,
        may_use=("questions",),
    ),
    MessageRule(
        kind=MessageKind.THANK_YOU_WITH_REFERRALS,
        purpose="Thank, for the names too, and promise to report",
        limit=_words("thank_names_words"),
        needs=(*_THANKS_NEEDS, need.REFERRALS),
        may_use=("questions",),
    ),
    MessageRule(
        kind=MessageKind.THANK_YOU_NO_REFERRAL,
        purpose="Thank for the advice where no names were given, without disappointment (Ten Things)",
        limit=_words("thank_words"),
        needs=_THANKS_NEEDS,
        may_use=("questions",),
    ),
    MessageRule(
        kind=MessageKind.CLOSE_LOOP,
        purpose="Tell the referrer what came of a name, also when nothing came (Steve Robbins; Yale)",
        limit=_words("close_loop_words"),
        needs=(need.REFERRAL, need.OUTCOME),
    ),
    MessageRule(
        kind=MessageKind.PROGRESS_UPDATE,
        purpose="Report what became of their advice; nothing asked (Yale)",
        limit=_words("update_words"),
        needs=(need.INSIGHT, need.NEWS),
    ),
    MessageRule(
        kind=MessageKind.RECONNECT,
        purpose="Be in touch again with some news; nothing asked (Portland; Guelph; Wahlberg)",
        limit=_words("update_words"),
        needs=(need.NEWS,),
        may_use=("slot", "insight"),
    ),
)

MESSAGE_RULES: Mapping[MessageKind, MessageRule] = MappingProxyType({rule.kind: rule for rule in _RULES})
"""What each kind of message is for, what it needs, and how long it may get."""
