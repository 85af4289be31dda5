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
from infoview.messages._phrases import bare, clause, listed, predicate, question, sentence, without
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
        letters: Words each kind: one letter or more, the richest first; the first that fits is taken.
    """

    greeting: Callable[[Contact], str]
    sign_off: Callable[[Seeker], str]
    letters: Mapping[MessageKind, Callable[[Known], tuple[Letter, ...]]]


def _greeting(contact: Contact) -> str:
    return f"Dear {without(contact.name.formal, 'dear')},"


def _sign_off(seeker: Seeker) -> str:
    return f"Kind regards,\n{seeker.name.full}"


def _letter(subject: str | tuple[str, ...], *paragraphs: str) -> tuple[Letter, ...]:
    """Word a message in the only way there is."""
    return (Letter((subject,) if isinstance(subject, str) else subject, paragraphs),)


# What several kinds say.


_WAY_OUT = "If now is a bad time, no reply is needed."

_TALKS = {
    None: "a conversation",
    MeetingFormat.IN_PERSON: "a conversation in person",
    MeetingFormat.VIDEO: "a video call",
    MeetingFormat.PHONE: "a phone call",
}

_OUR_TALKS = {
    MeetingFormat.IN_PERSON: "meeting",
    MeetingFormat.VIDEO: "video call",
    MeetingFormat.PHONE: "phone call",
}


def _topic(objective: Objective) -> str:
    subject = objective.subject
    if objective.kind is ObjectiveKind.POSITION:
        return f"the role of {clause(subject, 'the role of')}"
    if objective.kind is ObjectiveKind.COMPANY:
        return f"working at {clause(subject, 'working at', 'at')}"
    if objective.kind is ObjectiveKind.INDUSTRY:
        return f"working in {clause(subject, 'working in', 'in')}"
    path = clause(subject, "the path")
    return f"the path {path}" if path.startswith(("from ", "into ", "to ")) else f"the path into {path}"


def _interests(objective: Objective) -> tuple[str, ...]:
    """Name the interest: narrow and broad with what matters most, narrow and broad, narrow."""
    topic = _topic(objective)
    learn = next(filter(worded, objective.learn), None)
    broad = worded(objective.broad)
    above_all = f", above all {clause(learn)}" if learn else ""
    in_general = f" and about {clause(broad)} in general" if broad else ""
    comma = "," if learn and broad else ""
    return tuple(dict.fromkeys((f"{topic}{above_all}{comma}{in_general}", f"{topic}{in_general}", topic)))


def _who(known: Known) -> str:
    return clause(known[need.BACKGROUND], "as", "I am", "I'm")


def _their_fact(known: Known) -> str:
    return predicate(known[need.FACT], "that you", "you")


def _link(known: Known) -> str:
    return clause(known[need.LINK], "I am writing because", "because")


def _insight(text: str) -> str:
    return f"What you said about {clause(text, 'what you said about', 'about')}"


def _their_zone(known: Known, slot: Slot) -> str:
    return known.facts.contact.zone or slot.zone


def _day(known: Known, slot: Slot, *, year: bool = False) -> str:
    return day_in_words(local_date(slot.start, _their_zone(known, slot)), year=year)


def _in_both_zones(known: Known, slot: Slot) -> str:
    return slot_in_words(slot, zones=(_their_zone(known, slot), known.facts.seeker.zone))


def _in_their_zone(known: Known, slot: Slot) -> str:
    return slot_in_words(slot, zones=(_their_zone(known, slot),))


def _times(known: Known) -> str:
    return "\n".join(f"- {_in_both_zones(known, slot)}" for slot in known[need.SLOTS])


_ANOTHER_TIME = "If none of them does, please send me a time that suits you."


# Asking for a talk.


def _request(
    known: Known, subjects: tuple[str, ...], opening: str, wishes: tuple[str, ...]
) -> tuple[Letter, ...]:
    minutes, talk = known[need.MINUTES], _TALKS[known.facts.meeting_format]
    ask = f"Would you have {minutes} minutes for {talk}, at a time that suits you? {_WAY_OUT}"
    reasons = (sentence(f"As {_who(known)}, I would like to {wish}") for wish in wishes)
    return tuple(Letter(subjects, (opening, reason, ask)) for reason in reasons)


def _to_learn(known: Known) -> tuple[str, ...]:
    return tuple(f"learn more about {interest}" for interest in _interests(known[need.OBJECTIVE]))


def _to_hear_how_they_started(known: Known) -> tuple[str, ...]:
    # That is what matters most here, so nothing else is "above all".
    interests = _interests(attrs.evolve(known[need.OBJECTIVE], learn=()))
    return tuple(f"hear how you got started, and to learn about {interest}" for interest in interests)


def _linked(known: Known) -> str:
    return sentence(f"I am writing because {_link(known)}, and because you {_their_fact(known)}")


def _request_cold(known: Known) -> tuple[Letter, ...]:
    subjects = (f"A question about {_topic(known[need.OBJECTIVE])}", "A question about your work")
    return _request(known, subjects, _linked(known), _to_learn(known))


def _request_shared(known: Known) -> tuple[Letter, ...]:
    shared = bare(known[need.SHARED])
    subjects = (f"{shared}, and a question for you", f"A question: {shared}")
    return _request(known, subjects, _linked(known), _to_learn(known))


def _referred_subjects(known: Known) -> tuple[str, ...]:
    name = known[need.REFERRER]
    return (f"{name.full} gave me your name", f"Through {name.full}", f"Through {name.given}")


def _request_warm(known: Known) -> tuple[Letter, ...]:
    referrer = known[need.REFERRER].full
    opening = f"{referrer} gave me your name, and since you {_their_fact(known)}, I would value your view."
    return _request(known, _referred_subjects(known), opening, _to_learn(known))


def _referral_outreach(known: Known) -> tuple[Letter, ...]:
    opening = sentence(f"{known[need.REFERRER].full} gave me your name and said you {_their_fact(known)}")
    return _request(known, _referred_subjects(known), opening, _to_hear_how_they_started(known))


def _linkedin_note(known: Known) -> tuple[Letter, ...]:
    reason = sentence(f"I am writing because {_link(known)}")
    wish = f"As {_who(known)}, I would be glad to connect."
    return _letter((), f"{_greeting(known.facts.contact)} {reason} {wish} {known.facts.seeker.name.full}")


# Asking for an introduction.


def _blurb(known: Known) -> str:
    seeker = known.facts.seeker
    about, talk = _topic(known[need.OBJECTIVE]), _TALKS[known.facts.meeting_format]
    who = sentence(f"{seeker.name.full} is {_who(known)} and would like to learn more about {about}")
    time = f"{known[need.MINUTES]} minutes of your time for {talk}"
    return (
        f"{who} Since you {_their_fact(known)}, {seeker.name.given} is hoping for {time}. If that suits you, "
        f"{seeker.email} is the address; if not, no reply is needed."
    )


def _forwardable_blurb(known: Known) -> tuple[Letter, ...]:
    return _letter((), _blurb(known))


def _intro_request(known: Known) -> tuple[Letter, ...]:
    name = known[need.TARGET].name.full
    return _letter(
        (f"An introduction to {name}?", "A question about an introduction"),
        f"Would you be comfortable introducing me to {name}? If so, this is ready to be forwarded:",
        _blurb(known),
        "If you would rather not, that is perfectly fine.",
    )


def _referrer_check_back(known: Known) -> tuple[Letter, ...]:
    name = known[need.REFERRAL].name.full
    day = day_in_words(known[need.CHECK_BACK_ON], year=False)
    return _letter(
        (f"About {name}", "As we agreed"),
        f"We had agreed on {day} for another word about {name}. Have you had a chance to ask whether an "
        "introduction would be welcome? If it does not suit, that is perfectly fine.",
    )


# After silence, and after a no.


def _nudge(known: Known) -> tuple[Letter, ...]:
    purposes = (f"to talk about {_topic(known[need.OBJECTIVE])}", "for a few questions")
    reminder = "My earlier message may have come at a busy moment, so here it is in one line"
    asks = (f"would you have {known[need.MINUTES]} minutes {purpose}?" for purpose in purposes)
    return tuple(Letter((), (f"{reminder}: {ask} {_WAY_OUT}",)) for ask in asks)


def _withdraw(_: Known) -> tuple[Letter, ...]:
    return _letter(
        "My request for a conversation",
        "Please set aside my request for a conversation; no reply is needed. Thank you for your time, and "
        "should our paths cross later, I would be glad to hear about your work.",
    )


def _decline_reply(known: Known) -> tuple[Letter, ...]:
    objective = known.facts.objective
    topics = (f" about {_topic(objective)}", "") if objective and worded(objective.subject) else ("",)
    paragraphs = (
        "Thank you for letting me know; that is perfectly fine. Should somebody else come to mind whom I "
        f"could ask{about}, I would be grateful for the name. All good wishes for your work."
        for about in topics
    )
    return tuple(Letter(("Thank you for your answer",), (paragraph,)) for paragraph in paragraphs)


def _async_questions(known: Known) -> tuple[Letter, ...]:
    questions = known[need.QUESTIONS]
    return _letter(
        "What I would like to ask you",
        "Thank you for offering to answer in writing. This is what I would most like to know:",
        "\n".join(f"{number}. {question(text)}" for number, text in enumerate(questions, start=1)),
        "A line or two on each is plenty, and there is no hurry.",
    )


# Finding the time, and losing it.


def _propose_times(known: Known) -> tuple[Letter, ...]:
    talk = _OUR_TALKS[known[need.FORMAT]]
    return _letter(
        f"Times for our {talk}",
        f"Thank you for agreeing to talk. Would one of these times suit you for a {talk}?",
        _times(known),
        _ANOTHER_TIME,
    )


def _they_call(known: Known) -> bool:
    return known[need.FORMAT] is MeetingFormat.PHONE and known[need.WHO_CALLS] is Party.CONTACT


def _where(known: Known) -> str:
    """Say where it is, or who calls, on a line without a full stop: a link must not end in one."""
    if _they_call(known):
        return f"You call me at {known[need.PHONE]}"
    labels = {MeetingFormat.IN_PERSON: "Place:", MeetingFormat.VIDEO: "Link:"}
    return f"{labels.get(known[need.FORMAT], 'I call you at')} {known[need.PLACE]}"


def _reachable(known: Known) -> str:
    if _they_call(known):
        return "Should anything come up, the same number reaches me."
    return sentence(f"Should anything come up, my number is {known[need.PHONE]}")


def _confirm(known: Known) -> tuple[Letter, ...]:
    talk, slot = _OUR_TALKS[known[need.FORMAT]], known[need.SLOT]
    return _letter(
        f"Our {talk} on {_day(known, slot)}",
        f"This is to confirm our {talk} on {_in_both_zones(known, slot)}.",
        _where(known),
        f"{_reachable(known)} Thank you for making the time.",
    )


def _reminder_day_before(known: Known) -> tuple[Letter, ...]:
    talk, slot = _OUR_TALKS[known[need.FORMAT]], known[need.SLOT]
    return _letter(
        f"Reminder: our {talk} on {_day(known, slot)}",
        f"Our {talk} is on {_in_both_zones(known, slot)}.",
        _where(known),
        _reachable(known),
    )


def _reschedule(known: Known) -> tuple[Letter, ...]:
    agreed = _in_their_zone(known, known[need.SLOT])
    return _letter(
        "A new time for our conversation",
        f"I am sorry, but I can no longer make {agreed}. Would one of these times suit you instead?",
        _times(known),
        _ANOTHER_TIME,
    )


def _cancel(known: Known) -> tuple[Letter, ...]:
    slot, reason = known[need.SLOT], clause(known[need.REASON], "because")
    agreed = _in_their_zone(known, slot)
    another = (
        "If you are willing, I will suggest other times as soon as I can keep them."
        if known[need.REBOOK]
        else "Please use the time for something else; no reply is needed."
    )
    return _letter(
        f"Our conversation on {_day(known, slot)}",
        sentence(f"I am sorry, but I have to cancel our conversation on {agreed}, because {reason}"),
        f"Thank you for having set the time aside. {another}",
    )


def _no_show_me(known: Known) -> tuple[Letter, ...]:
    day = _day(known, known[need.SLOT])
    return _letter(
        f"My apologies for {day}",
        f"I missed our conversation on {day}, and I am sorry. You kept the time free and I was not there; "
        "there is no excuse for that.",
        "If you are still willing to talk, any time that suits you will suit me. If not, that is perfectly "
        "understandable.",
    )


def _no_show_them(known: Known) -> tuple[Letter, ...]:
    day = _day(known, known[need.SLOT])
    return _letter(
        "A new time for our conversation",
        f"We seem to have missed each other on {day}, and I hope that all is well. Would one of these times "
        "suit you instead?",
        _times(known),
        _ANOTHER_TIME,
    )


# Afterwards.


def _thanks(known: Known, close: str) -> tuple[Letter, ...]:
    occasion = known[need.OCCASION]
    subject, thanks = (
        ("Thank you for our conversation", f"Thank you for talking with me on {_day(known, occasion)}.")
        if isinstance(occasion, Slot)
        else ("Thank you for your answers", "Thank you for answering my questions in writing.")
    )
    step = predicate(known[need.NEXT_STEP], "I will", "I'll", "to")
    insight = _insight(known[need.INSIGHT].text)
    return _letter(
        subject,
        f"{thanks} {sentence(f'{insight} was what I needed to hear, and I will {step}')}",
        close,
    )


def _thank_you(known: Known) -> tuple[Letter, ...]:
    return _thanks(known, "It was generous of you to share your time and your experience.")


def _thank_you_with_referrals(known: Known) -> tuple[Letter, ...]:
    names = listed([referral.name.full for referral in known[need.REFERRALS]])
    promise = "I will get in touch soon and tell you what comes of it."
    return _thanks(known, f"{sentence(f'Thank you also for pointing me to {names}')} {promise}")


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
    name, outcome = known[need.REFERRAL].name.full, _OUTCOMES[known[need.OUTCOME]]
    return _letter(
        "What came of your suggestion",
        f"You gave me the name of {name}, and I would like you to know what came of it: {outcome} Thank you "
        "again for your help. No reply is needed.",
    )


def _progress_update(known: Known) -> tuple[Letter, ...]:
    return _letter(
        "What came of your advice",
        f"{_insight(known[need.INSIGHT].text)} has led somewhere. {sentence(known[need.NEWS])}",
        "Thank you for setting me on that track. No reply is needed, and all good wishes for your own work.",
    )


def _reconnect(known: Known) -> tuple[Letter, ...]:
    slot, insight = known.facts.slot, known.facts.insight
    subject, since = "Some news to share", "There is some news that I would like to share with you."
    if slot:
        subject = "News since our conversation"
        since = f"Since our conversation on {_day(known, slot, year=True)} there has been some news."
    news = f"{since} {sentence(known[need.NEWS])}"
    with_insight = (
        (f"{news} {_insight(insight.text)} has stayed with me.",) if insight and worded(insight.text) else ()
    )
    wishes = "All good wishes for your own work; no reply is needed."
    return tuple(Letter((subject,), (paragraph, wishes)) for paragraph in (*with_insight, news))


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
"""English: formal address, days before months, no exclamation marks."""
