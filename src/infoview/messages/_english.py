"""The words of every kind of message, in English."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

import attrs

from infoview._channel import MeetingFormat
from infoview._objective import Objective, ObjectiveKind
from infoview._people import Contact, Party, Seeker
from infoview._time import Slot, local_date
from infoview.messages import _needs as need
from infoview.messages._facts import ReferralOutcome
from infoview.messages._message import MessageKind
from infoview.messages._needs import Known, worded
from infoview.messages._phrases import clause, listed, predicate, question, sentence
from infoview.messages._when import day_in_words, slot_in_words

__all__ = ["ENGLISH", "Language", "Letter"]


@attrs.frozen
class Letter:
    """One way to word a message.

    Attributes:
        subjects: Subjects to choose from, the best first; the first that fits is taken.
        paragraphs: What stands between greeting and sign-off.
    """

    subjects: tuple[str, ...]
    paragraphs: tuple[str, ...]


@attrs.frozen(kw_only=True)
class Language:
    """The words of one language.

    Attributes:
        greeting: Addresses the recipient.
        sign_off: Ends the letter.
        letters: Words each kind: several letters, the richest first; the first that fits is taken.
    """

    greeting: Callable[[Contact], str]
    sign_off: Callable[[Seeker], str]
    letters: Mapping[MessageKind, Callable[[Known], tuple[Letter, ...]]]


def _greeting(contact: Contact) -> str:
    return f"Dear {clause(contact.name.formal, 'dear')},"


def _sign_off(seeker: Seeker) -> str:
    return f"Kind regards,\n{seeker.name.full}"


# Pieces that several kinds share.


def _topic(objective: Objective) -> str:
    match objective.kind:
        case ObjectiveKind.POSITION:
            return f"the role of {clause(objective.subject, 'the role of')}"
        case ObjectiveKind.COMPANY:
            return f"working at {clause(objective.subject, 'working at')}"
        case ObjectiveKind.INDUSTRY:
            return f"working in {clause(objective.subject, 'working in')}"
        case ObjectiveKind.CAREER_PATH:
            path = clause(objective.subject, "the path")
            return (
                f"the path {path}" if path.startswith(("from ", "to ", "into ")) else f"the path into {path}"
            )


def _interests(objective: Objective) -> tuple[str, ...]:
    topic = _topic(objective)
    learn = next(filter(worded, objective.learn), None)
    above_all = f", above all {clause(learn)}" if learn else ""
    in_general = f" and about {clause(objective.broad)} in general" if worded(objective.broad) else ""
    both = f"{topic}{above_all}{',' if above_all and in_general else ''}{in_general}"
    return tuple(dict.fromkeys((both, f"{topic}{in_general}", topic)))


_TALKS = {
    None: "a conversation",
    MeetingFormat.IN_PERSON: "a conversation in person",
    MeetingFormat.VIDEO: "a video call",
    MeetingFormat.PHONE: "a phone call",
}


def _request(known: Known, subjects: tuple[str, ...], opening: str, wish: str) -> tuple[Letter, ...]:
    """Word a request: opening, who asks and for what, the question and the way out."""
    who = clause(known[need.BACKGROUND], "as", "I am", "I'm")
    ask = (
        f"Would you have {known[need.MINUTES]} minutes for {_TALKS[known.facts.meeting_format]}, at a time that "
        "suits you? If now is a bad time, no reply is needed."
    )
    return tuple(
        Letter(subjects, (opening, sentence(f"As {who}, I would like to {wish} {interest}"), ask))
        for interest in _interests(known[need.OBJECTIVE])
    )


def _linked_opening(known: Known) -> str:
    link = clause(known[need.LINK], "I am writing because", "because")
    return sentence(f"I am writing because {link}, and because you {_their_fact(known)}")


def _their_fact(known: Known) -> str:
    return predicate(known[need.FACT], "that you", "you")


def _referred_subjects(known: Known) -> tuple[str, ...]:
    referrer = known[need.REFERRER]
    return (f"{referrer.full} gave me your name", f"Through {referrer.full}", f"Through {referrer.given}")


def _when(known: Known, slot: Slot) -> str:
    return slot_in_words(slot, zones=(known.facts.contact.zone or slot.zone, known.facts.seeker.zone))


def _agreed(known: Known) -> str:
    slot = known[need.SLOT]
    return slot_in_words(slot, zones=(known.facts.contact.zone or slot.zone,))


def _day(known: Known, slot: Slot, *, year: bool = False) -> str:
    return day_in_words(local_date(slot.start, known.facts.contact.zone or slot.zone), year=year)


def _times(known: Known) -> str:
    return "\n".join(f"- {_when(known, slot)}" for slot in known[need.SLOTS])


_OR_ANOTHER = "If none of them does, please send me a time that suits you."


# Asking.


def _request_cold(known: Known) -> tuple[Letter, ...]:
    subjects = (f"A question about {_topic(known[need.OBJECTIVE])}", "A question about your work")
    return _request(known, subjects, _linked_opening(known), "learn more about")


def _request_shared(known: Known) -> tuple[Letter, ...]:
    shared = known[need.SHARED]
    subjects = (f"{shared}, and a question for you", f"A question: {shared}")
    return _request(known, subjects, _linked_opening(known), "learn more about")


def _request_warm(known: Known) -> tuple[Letter, ...]:
    referrer = known[need.REFERRER].full
    opening = f"{referrer} gave me your name, and since you {_their_fact(known)}, I would value your view."
    return _request(known, _referred_subjects(known), opening, "learn more about")


def _referral_outreach(known: Known) -> tuple[Letter, ...]:
    opening = sentence(f"{known[need.REFERRER].full} gave me your name and said you {_their_fact(known)}")
    return _request(
        known, _referred_subjects(known), opening, "hear how you got started and to learn more about"
    )


def _linkedin_note(known: Known) -> tuple[Letter, ...]:
    link = clause(known[need.LINK], "I am writing because", "because")
    who = clause(known[need.BACKGROUND], "as", "I am", "I'm")
    words = (
        _greeting(known.facts.contact),
        sentence(f"I am writing because {link}"),
        f"As {who}, I would be glad to connect.",
        known.facts.seeker.name.full,
    )
    return (Letter((), (" ".join(words),)),)


def _blurb(known: Known) -> str:
    seeker = known.facts.seeker
    who = clause(known[need.BACKGROUND], "as", "I am", "I'm")
    about = _topic(known[need.OBJECTIVE])
    talk = _TALKS[known.facts.meeting_format]
    return " ".join(
        (
            sentence(f"{seeker.name.full} is {who} and would like to learn more about {about}"),
            f"Since you {_their_fact(known)}, {seeker.name.given} is hoping for {known[need.MINUTES]} minutes of "
            f"your time for {talk}.",
            f"If that suits you, {seeker.email} is the address; if not, no reply is needed.",
        )
    )


def _forwardable_blurb(known: Known) -> tuple[Letter, ...]:
    return (Letter((), (_blurb(known),)),)


def _intro_request(known: Known) -> tuple[Letter, ...]:
    name = known[need.TARGET].name.full
    return (
        Letter(
            (f"An introduction to {name}?", "A question about an introduction"),
            (
                f"Would you be comfortable introducing me to {name}? If so, this is ready to be forwarded:",
                _blurb(known),
                "If you would rather not, that is perfectly fine.",
            ),
        ),
    )


def _referrer_check_back(known: Known) -> tuple[Letter, ...]:
    name = known[need.REFERRAL].name.full
    day = day_in_words(known[need.CHECK_BACK_ON], year=False)
    return (
        Letter(
            (f"About {name}", "As we agreed"),
            (
                f"We had agreed on {day} for another word about {name}. Have you had a chance to ask whether an "
                "introduction would be welcome? If it does not suit, that is perfectly fine.",
            ),
        ),
    )


# After silence, after a no.


def _nudge(known: Known) -> tuple[Letter, ...]:
    minutes = known[need.MINUTES]
    purposes = (f"to talk about {_topic(known[need.OBJECTIVE])}", "for a few questions")
    return tuple(
        Letter(
            (),
            (
                "My earlier message may have come at a busy moment, so here it is in one line: would you have "
                f"{minutes} minutes {purpose}? If now is a bad time, no reply is needed.",
            ),
        )
        for purpose in purposes
    )


def _withdraw(_: Known) -> tuple[Letter, ...]:
    return (
        Letter(
            ("My request for a conversation",),
            (
                "Please set aside my request for a conversation; no reply is needed. Thank you for your time, and "
                "should our paths cross later, I would be glad to hear about your work.",
            ),
        ),
    )


def _decline_reply(known: Known) -> tuple[Letter, ...]:
    thanks = "Thank you for letting me know; that is perfectly fine."
    wishes = "All good wishes for your work."
    pointers = ["Should somebody else come to mind whom I could ask, I would be grateful for the name."]
    objective = known.facts.objective
    if objective and worded(objective.subject):
        pointers.insert(
            0,
            "Should somebody else come to mind whom I could ask about "
            f"{_topic(objective)}, I would be grateful for the name.",
        )
    return tuple(
        Letter(("Thank you for your answer",), (f"{thanks} {pointer} {wishes}",)) for pointer in pointers
    )


_COUNTS = {3: "three", 4: "four", 5: "five"}


def _async_questions(known: Known) -> tuple[Letter, ...]:
    questions = known[need.QUESTIONS]
    count = _COUNTS[len(questions)]
    return (
        Letter(
            (f"{count.capitalize()} questions for you",),
            (
                "Thank you for offering to answer in writing. These are the "
                f"{count} questions that matter most to me:",
                "\n".join(f"{number}. {question(text)}" for number, text in enumerate(questions, start=1)),
                "A line or two on each is plenty, and there is no hurry.",
            ),
        ),
    )


# Finding the time.


_OUR_TALKS = {
    MeetingFormat.IN_PERSON: "meeting",
    MeetingFormat.VIDEO: "video call",
    MeetingFormat.PHONE: "phone call",
}


def _propose_times(known: Known) -> tuple[Letter, ...]:
    talk = _OUR_TALKS[known[need.FORMAT]]
    return (
        Letter(
            (f"Times for our {talk}",),
            (
                f"Thank you for agreeing to talk. Would one of these times suit you for a {talk}?",
                _times(known),
                _OR_ANOTHER,
            ),
        ),
    )


def _where(known: Known) -> str:
    """Say where it is, or who calls, on a line of its own: a link must not end in a full stop."""
    talk = known[need.FORMAT]
    if talk is MeetingFormat.PHONE:
        if known[need.WHO_CALLS] is Party.CONTACT:
            return f"You call me at {known[need.PHONE]}"
        return f"I call you at {known[need.PLACE]}"
    label = "Link" if talk is MeetingFormat.VIDEO else "Place"
    return f"{label}: {known[need.PLACE]}"


def _reachable(known: Known) -> str:
    if known[need.FORMAT] is MeetingFormat.PHONE and known.facts.who_calls is Party.CONTACT:
        return "Should anything come up, the same number reaches me."
    return f"Should anything come up, my number is {known[need.PHONE]}."


def _confirm(known: Known) -> tuple[Letter, ...]:
    talk, slot = _OUR_TALKS[known[need.FORMAT]], known[need.SLOT]
    return (
        Letter(
            (f"Our {talk} on {_day(known, slot)}",),
            (
                f"This is to confirm our {talk} on {_when(known, slot)}.",
                _where(known),
                f"{_reachable(known)} Thank you for making the time.",
            ),
        ),
    )


def _reminder_day_before(known: Known) -> tuple[Letter, ...]:
    talk, slot = _OUR_TALKS[known[need.FORMAT]], known[need.SLOT]
    return (
        Letter(
            (f"Reminder: our {talk} on {_day(known, slot)}",),
            (
                f"Our {talk} is on {_when(known, slot)}.",
                _where(known),
                _reachable(known),
            ),
        ),
    )


def _reschedule(known: Known) -> tuple[Letter, ...]:
    return (
        Letter(
            ("A new time for our conversation",),
            (
                f"I am sorry, but I can no longer make {_agreed(known)}. "
                "Would one of these times suit you instead?",
                _times(known),
                _OR_ANOTHER,
            ),
        ),
    )


def _cancel(known: Known) -> tuple[Letter, ...]:
    reason = clause(known[need.REASON], "because")
    another = (
        "If you are willing, I will suggest other times as soon as I can keep them."
        if known[need.REBOOK]
        else "Please use the time for something else; no reply is needed."
    )
    return (
        Letter(
            (f"Our conversation on {_day(known, known[need.SLOT])}",),
            (
                sentence(
                    f"I am sorry, but I have to cancel our conversation on {_agreed(known)}, because {reason}"
                ),
                f"Thank you for having set the time aside. {another}",
            ),
        ),
    )


def _no_show_me(known: Known) -> tuple[Letter, ...]:
    day = _day(known, known[need.SLOT])
    return (
        Letter(
            (f"My apologies for {day}",),
            (
                f"I missed our conversation on {day}, and I am sorry. You kept the time free and I was not there; "
                "there is no excuse for that.",
                "If you are still willing to talk, any time that suits you will suit me. If not, that is "
                "perfectly understandable.",
            ),
        ),
    )


def _no_show_them(known: Known) -> tuple[Letter, ...]:
    return (
        Letter(
            ("A new time for our conversation",),
            (
                f"We seem to have missed each other on {_day(known, known[need.SLOT])}, and I hope that all is "
                "well. Would one of these times suit you instead?",
                _times(known),
                _OR_ANOTHER,
            ),
        ),
    )


# Afterwards.


def _thanks(known: Known, *last: str) -> tuple[Letter, ...]:
    """Word thanks: the occasion, the one thing they said, what is done with it, and *last*."""
    occasion = known[need.OCCASION]
    insight = clause(known[need.INSIGHT].text, "what you said about", "about")
    step = predicate(known[need.NEXT_STEP], "I will", "I'll", "to")
    subject, thanks = (
        ("Thank you for our conversation", f"Thank you for talking with me on {_day(known, occasion)}.")
        if isinstance(occasion, Slot)
        else ("Thank you for your answers", "Thank you for answering my questions with such care.")
    )
    return (
        Letter(
            (subject,),
            (
                f"{thanks} "
                + sentence(f"What you said about {insight} was what I needed to hear, and I will {step}"),
                *last,
            ),
        ),
    )


def _thank_you(known: Known) -> tuple[Letter, ...]:
    return _thanks(known, "It was generous of you to share your time and your experience.")


def _thank_you_with_referrals(known: Known) -> tuple[Letter, ...]:
    names = listed([referral.name.full for referral in known[need.REFERRALS]])
    return _thanks(
        known,
        f"Thank you also for pointing me to {names}. I will get in touch soon and tell you what comes of it.",
    )


def _thank_you_no_referral(known: Known) -> tuple[Letter, ...]:
    return _thanks(known, "Your advice gives me plenty to work with, and I am grateful for it.")


_OUTCOMES = {
    ReferralOutcome.CONTACTED: "I have written, and you will hear how it goes on.",
    ReferralOutcome.ANSWERED: "an answer has come, and you will hear how it goes on.",
    ReferralOutcome.MET: "we have had our conversation, and I owe it to you.",
    ReferralOutcome.DECLINED: "a conversation will not come about, and that is quite all right.",
    ReferralOutcome.NO_REPLY: "my message has had no answer, and that is quite all right.",
}


def _close_loop(known: Known) -> tuple[Letter, ...]:
    name = known[need.REFERRAL].name.full
    return (
        Letter(
            ("What came of your suggestion",),
            (
                f"You gave me the name of {name}, and I would like you to know what came of it: "
                f"{_OUTCOMES[known[need.OUTCOME]]} Thank you again for your help. No reply is needed.",
            ),
        ),
    )


def _progress_update(known: Known) -> tuple[Letter, ...]:
    insight = clause(known[need.INSIGHT].text, "what you said about", "about")
    return (
        Letter(
            ("What came of your advice",),
            (
                f"What you said about {insight} has led somewhere. {sentence(known[need.NEWS])}",
                "Thank you for setting me on that track. No reply is needed, and all good wishes for your own work.",
            ),
        ),
    )


def _reconnect(known: Known) -> tuple[Letter, ...]:
    slot, insight = known.facts.slot, known.facts.insight
    subject, since = (
        (
            "News since our conversation",
            f"Since our conversation on {_day(known, slot, year=True)} there has been some news.",
        )
        if slot
        else ("Some news to share", "There is some news that I would like to share with you.")
    )
    kept = (
        f" What you said about {clause(insight.text, 'what you said about', 'about')} has stayed with me."
        if insight and worded(insight.text)
        else ""
    )
    return (
        Letter(
            (subject,),
            (
                f"{since} {sentence(known[need.NEWS])}{kept}",
                "All good wishes for your own work; no reply is needed.",
            ),
        ),
    )


ENGLISH = Language(
    greeting=_greeting,
    sign_off=_sign_off,
    letters=MappingProxyType(
        {
            MessageKind.REQUEST_COLD: _request_cold,
            MessageKind.REQUEST_WARM: _request_warm,
            MessageKind.REQUEST_ALUMNI: _request_shared,
            MessageKind.REQUEST_EVENT: _request_shared,
            MessageKind.REFERRAL_OUTREACH: _referral_outreach,
            MessageKind.LINKEDIN_NOTE: _linkedin_note,
            MessageKind.INTRO_REQUEST: _intro_request,
            MessageKind.FORWARDABLE_BLURB: _forwardable_blurb,
            MessageKind.REFERRER_CHECK_BACK: _referrer_check_back,
            MessageKind.NUDGE: _nudge,
            MessageKind.WITHDRAW: _withdraw,
            MessageKind.DECLINE_REPLY: _decline_reply,
            MessageKind.ASYNC_QUESTIONS: _async_questions,
            MessageKind.PROPOSE_TIMES: _propose_times,
            MessageKind.CONFIRM: _confirm,
            MessageKind.REMINDER_DAY_BEFORE: _reminder_day_before,
            MessageKind.RESCHEDULE: _reschedule,
            MessageKind.CANCEL: _cancel,
            MessageKind.NO_SHOW_ME: _no_show_me,
            MessageKind.NO_SHOW_THEM: _no_show_them,
            MessageKind.THANK_YOU: _thank_you,
            MessageKind.THANK_YOU_WITH_REFERRALS: _thank_you_with_referrals,
            MessageKind.THANK_YOU_NO_REFERRAL: _thank_you_no_referral,
            MessageKind.CLOSE_LOOP: _close_loop,
            MessageKind.PROGRESS_UPDATE: _progress_update,
            MessageKind.RECONNECT: _reconnect,
        }
    ),
)
"""English: formal address, British dates, no exclamation marks."""
