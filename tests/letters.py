"""Facts for the tests of messages: a believable set for every kind, and ways to take one away.

Everybody here is made up: a nurse who moves into data analysis, an analyst, and the names the analyst gives.
"""

import re
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import attrs

from infoview._address import EmailAddress
from infoview._channel import ConnectionKind, MeetingFormat
from infoview._objective import Connection, Objective, ObjectiveKind
from infoview._people import Consent, Contact, Party, PersonName, Seeker
from infoview._takeaways import Insight
from infoview._text import count_words
from infoview._time import Slot
from infoview.messages import (
    Facts,
    Message,
    MessageKind,
    Missing,
    NeedsInput,
    ReferralOutcome,
    Thread,
    draft,
)
from infoview.policies import CLASSIC
from infoview.referrals import Referral, connection_through

BERLIN, DUBLIN = "Europe/Berlin", "Europe/Dublin"


def slot(
    day: int, hour: int, minute: int = 0, *, month: int = 3, minutes: int = 20, zone: str = BERLIN
) -> Slot:
    """Name a slot of 2026 by the clock on the wall."""
    wall = datetime(2026, month, day, hour, minute)  # noqa: DTZ001 - what the clock on the wall says
    return Slot.local(wall, minutes=minutes, zone=zone)


MINA = Seeker(
    id="mina",
    name=PersonName(given="Mina", family="Sandoval"),
    email=EmailAddress("mina.sandoval@example.org"),
    zone=DUBLIN,
    background="a nurse moving into health-data analysis",
    phone="+353 20 910 0142",
)
TOMAS = Contact(
    id="tomas",
    name=PersonName(given="Tomas", family="Okafor"),
    organisation="Example Health Analytics",
    position="Lead Data Analyst",
    zone=BERLIN,
    note="Talked a lot about the merger; do not repeat.",
)
PRIYA = Referral(
    id="priya",
    name=PersonName(given="Priya", family="Lindqvist"),
    reason="know hospital data best",
    organisation="Example Hospital",
    consent=Consent.GRANTED,
)
JONAS = Referral(id="jonas", name=PersonName(given="Jonas", family="Weber"))

FACTS = Facts(
    seeker=MINA,
    contact=TOMAS,
    objective=Objective(
        kind=ObjectiveKind.POSITION,
        subject="a health data analyst",
        broad="health data",
        learn=("how nurses come to it",),
    ),
    connection=Connection(
        kind=ConnectionKind.COLD,
        text="I read your article on readmissions in the Example Health Journal",
        fact="showed there how ward notes become data",
    ),
    shared="Example College",
    slots=(slot(17, 15), slot(18, 9, 30)),
    slot=slot(10, 15),
    meeting_format=MeetingFormat.VIDEO,
    place="https://meet.example.org/mina-tomas",
    reason="my shift on the ward was moved",
    rebook=True,
    questions=(
        "What led you from your studies to this role?",
        "Which skills show first in people who do well?",
        "In my place, what would you learn next?",
    ),
    insight=Insight(id="sql", text="starting with SQL before any dashboard tool", advice=True),
    next_step="finish a SQL course before I open a dashboard",
    referrals=(PRIYA, JONAS),
    referral=PRIYA,
    referral_outcome=ReferralOutcome.MET,
    check_back_on=date(2026, 3, 17),
    target=Contact(id="target", name=PRIYA.name),
    news="I passed the SQL course last week and have begun a small project on readmissions",
)
"""Everything at once; each kind takes what it needs."""

REFERRED = attrs.evolve(
    FACTS, contact=PRIYA.as_contact(id="priya"), connection=connection_through(PRIYA, referrer=TOMAS)
)
REQUEST_THREAD = Thread(
    subject="A question about the role of a health data analyst", references=("<a1@example.org>",)
)


def _link(facts: Facts, **changes: Any) -> Facts:  # noqa: ANN401 - fields of a connection
    assert facts.connection is not None
    return attrs.evolve(facts, connection=attrs.evolve(facts.connection, **changes))


_REGISTRY = "set up the trial registry at Example Hospital"

COMPLETE: dict[MessageKind, Facts] = dict.fromkeys(MessageKind, FACTS) | {
    MessageKind.REQUEST_WARM: _link(REFERRED, fact=_REGISTRY),
    MessageKind.REQUEST_ALUMNI: _link(
        FACTS,
        kind=ConnectionKind.ALUMNI,
        text="we both studied at Example College",
        fact="moved from the hospital pharmacy into data analysis yourself",
    ),
    MessageKind.REQUEST_EVENT: attrs.evolve(
        _link(
            FACTS,
            kind=ConnectionKind.EVENT,
            text="I heard your talk at Example Data Day",
            fact="said that a good question beats a big model",
        ),
        shared="Example Data Day",
    ),
    MessageKind.REFERRAL_OUTREACH: REFERRED,
    MessageKind.INTRO_REQUEST: _link(FACTS, fact=_REGISTRY),
    MessageKind.FORWARDABLE_BLURB: _link(FACTS, fact=_REGISTRY),
    MessageKind.NUDGE: attrs.evolve(FACTS, thread=REQUEST_THREAD),
}
"""The facts of a believable message of each kind."""


def _blank(field: str, value: object = None) -> Callable[[Facts], Facts]:
    return lambda facts: attrs.evolve(facts, **{field: value})


def _blank_seeker(field: str) -> Callable[[Facts], Facts]:
    return lambda facts: attrs.evolve(facts, seeker=attrs.evolve(facts.seeker, **{field: None}))


def _without_referrer(facts: Facts) -> Facts:
    return _link(facts, kind=ConnectionKind.COLD, referrer=None, referrer_id=None)


WITHOUT: dict[str, Callable[[Facts], Facts]] = {
    "seeker.background": _blank_seeker("background"),
    "seeker.phone": _blank_seeker("phone"),
    "objective": _blank("objective"),
    "connection.text": lambda facts: _link(facts, text=None),
    "connection.fact": lambda facts: _link(facts, fact=None),
    "connection.referrer": _without_referrer,
    "connection.consent": lambda facts: _link(facts, consent=Consent.UNASKED),
    "shared": _blank("shared"),
    "minutes": _blank("minutes", CLASSIC.minutes_max + 1),
    "thread": _blank("thread"),
    "slots": _blank("slots", ()),
    "slot": lambda facts: attrs.evolve(facts, slot=None, questions=()),
    "meeting_format": _blank("meeting_format"),
    "who_calls": _blank("who_calls"),
    "place": _blank("place"),
    "reason": _blank("reason"),
    "rebook": _blank("rebook"),
    "questions": _blank("questions", ()),
    "insight": _blank("insight"),
    "next_step": _blank("next_step"),
    "referrals": _blank("referrals", ()),
    "referral": _blank("referral"),
    "referral_outcome": _blank("referral_outcome"),
    "check_back_on": _blank("check_back_on"),
    "target": _blank("target"),
    "news": _blank("news"),
}
"""How each fact that some kind needs is taken away."""


def obeyed(kind: MessageKind, facts: Facts, missing: Missing) -> Facts:
    """Do what is asked: give the fact that is missing, or the same in fewer words."""
    short = re.match(r"shorten to at most (\d+) (words|characters)", missing.why)
    if short:
        return _shortened(facts, missing.fact, int(short[1]), short[2])
    if "under 60 characters" in missing.why:
        return _shortened(facts, missing.fact, 20, "characters")
    if missing.fact == "shared":
        assert facts.connection
        return attrs.evolve(facts, shared=re.findall(r"\w+", str(facts.connection.text))[-1])
    if missing.fact == "who_calls":
        return attrs.evolve(facts, who_calls=Party.SEEKER)
    holder = missing.fact.partition(".")[0]
    return attrs.evolve(facts, **{holder: getattr(COMPLETE[kind], holder)})


def _shortened(facts: Facts, fact: str, most: int, unit: str) -> Facts:
    holder, _, field = fact.partition(".")
    if field:
        return attrs.evolve(facts, **{holder: _cut(getattr(facts, holder), field, most, unit)})
    value = getattr(facts, fact)
    if isinstance(value, tuple):
        share = most // len(value)
        return attrs.evolve(facts, **{fact: tuple(_briefer(one, share, unit) for one in value)})
    return attrs.evolve(facts, **{fact: _briefer(value, most, unit)})


def _cut(owner: Any, field: str, most: int, unit: str) -> Any:  # noqa: ANN401 - any part of the facts
    return attrs.evolve(owner, **{field: _briefer(getattr(owner, field), most, unit)})


def _briefer(value: Any, most: int, unit: str) -> Any:  # noqa: ANN401 - any part of the facts
    if isinstance(value, str):
        if unit == "characters":
            return value[:most].strip()
        words = value.split()
        while count_words(" ".join(words)) > most:
            words.pop()
        return " ".join(words)
    if isinstance(value, PersonName):
        given = _briefer(value.full, most, unit)[:100].strip()
        return PersonName(given=given, salutation=value.salutation)
    field = {Objective: "subject", Insight: "text"}.get(type(value), "name")
    return _cut(value, field, most, unit)


def written(kind: MessageKind, facts: Facts | None = None, **options: Any) -> Message:  # noqa: ANN401 - of draft
    """Draft a message that lacks nothing."""
    message = draft(kind, COMPLETE[kind] if facts is None else facts, **options)
    assert isinstance(message, Message)
    return message


def asked(kind: MessageKind, facts: Facts, **options: Any) -> dict[str, str]:  # noqa: ANN401 - of draft
    """Tell which facts a draft asks for, and why."""
    answer = draft(kind, facts, **options)
    assert isinstance(answer, NeedsInput)
    return {missing.fact: missing.why for missing in answer.missing}
