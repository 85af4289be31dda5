"""What a message may be made of, and how missing facts are asked for."""

from datetime import date
from enum import StrEnum

import attrs
from attrs.validators import optional

from infoview._channel import MeetingFormat
from infoview._fields import boolean, each, instance, whole_number
from infoview._objective import Connection, Objective
from infoview._people import Contact, Party, Seeker
from infoview._takeaways import Insight
from infoview._text import LINE, TextRule
from infoview._time import Slot, plain_date
from infoview.messages._message import MessageKind, Thread
from infoview.referrals import Referral

__all__ = ["Facts", "Missing", "NeedsInput", "ReferralOutcome"]


class ReferralOutcome(StrEnum):
    """What came of a name that somebody gave you.

    The giver hears of each, of nothing too (Steve Robbins, "How not to mess up referrals"; Yale).
    """

    CONTACTED = "contacted"
    ANSWERED = "answered"
    MET = "met"
    DECLINED = "declined"
    NO_REPLY = "no_reply"


@attrs.frozen(kw_only=True)
class Facts:
    """Everything a message may say. What is not here is not said.

    A text completes a sentence, so give it the way its entry below shows. A final full stop, a repeated
    beginning ("because …", "I will …") and a capital that only the start of a sentence asks for are taken off
    where the text is fitted in; nothing else is changed.

    Some texts come from other entities: `Seeker.background` completes "As …, I would like to" ("a nurse
    moving into health-data analysis"); `Connection.text` completes "I am writing because …";
    `Connection.fact` completes "you …" ("built the readmission dashboard"), and in a referral outreach it is
    what the referrer said, as `infoview.referrals.connection_through` sets it. An insight completes "What you
    said about …".

    What an `Objective` is about completes "about the role of …" for a position, "about working at …" for a
    company, "about working in …" for an industry, "about the path …" for a career path ("from nursing into
    data analysis"); the broader field completes "about … in general", and what you want to learn
    "above all …".

    Attributes:
        seeker: Who writes.
        contact: Who is written to, always. The private note is never read.
        objective: What you want to learn about.
        connection: Why this person; for an introduction, why the person you would like to meet.
        shared: The school or event that you share, by its name, as it stands in the connection's text.
        minutes: How long a talk you ask for, 1 to 480; the policy's default when left out.
        thread: The conversation that the message goes on with.
        slots: The times you propose.
        slot: The time that was agreed: of the talk that is to come, is moved, was missed, or was held.
        meeting_format: How you talk.
        who_calls: Who calls whom, on the phone.
        place: The link, the address, or the number that you will call. At most 2,000 characters.
        reason: Why you cancel; completes "because …".
        rebook: Whether you would like another time after cancelling.
        questions: What you ask in writing, most important first; full questions.
        insight: The one thing they said that you thank for.
        next_step: What you do with it; completes "I will …".
        referrals: The names they gave you.
        referral: The one name that the message is about.
        referral_outcome: What came of that name.
        check_back_on: The day you agreed on for asking again.
        target: Whom you would like to be introduced to.
        news: What has happened, in a full sentence: "I passed the SQL course last week".

    Raises:
        InvalidValueError: When a text breaks the rules for one line, the minutes are out of range, or a value
            is of another type.
    """

    seeker: Seeker = attrs.field(validator=instance(Seeker))
    contact: Contact = attrs.field(validator=instance(Contact))
    objective: Objective | None = attrs.field(default=None, validator=optional(instance(Objective)))
    connection: Connection | None = attrs.field(default=None, validator=optional(instance(Connection)))
    shared: str | None = attrs.field(default=None, validator=optional(LINE))
    minutes: int | None = attrs.field(default=None, validator=optional(whole_number(1, 480)))
    thread: Thread | None = attrs.field(default=None, validator=optional(instance(Thread)))
    slots: tuple[Slot, ...] = attrs.field(default=(), validator=each(instance(Slot)))
    slot: Slot | None = attrs.field(default=None, validator=optional(instance(Slot)))
    meeting_format: MeetingFormat | None = attrs.field(
        default=None, validator=optional(instance(MeetingFormat))
    )
    who_calls: Party | None = attrs.field(default=None, validator=optional(instance(Party)))
    place: str | None = attrs.field(default=None, validator=optional(TextRule(2_000)))
    reason: str | None = attrs.field(default=None, validator=optional(LINE))
    rebook: bool | None = attrs.field(default=None, validator=optional(boolean))
    questions: tuple[str, ...] = attrs.field(default=(), validator=each(LINE))
    insight: Insight | None = attrs.field(default=None, validator=optional(instance(Insight)))
    next_step: str | None = attrs.field(default=None, validator=optional(LINE))
    referrals: tuple[Referral, ...] = attrs.field(default=(), validator=each(instance(Referral)))
    referral: Referral | None = attrs.field(default=None, validator=optional(instance(Referral)))
    referral_outcome: ReferralOutcome | None = attrs.field(
        default=None, validator=optional(instance(ReferralOutcome))
    )
    check_back_on: date | None = attrs.field(default=None, validator=optional(plain_date))
    target: Contact | None = attrs.field(default=None, validator=optional(instance(Contact)))
    news: str | None = attrs.field(default=None, validator=optional(LINE))


@attrs.frozen
class Missing:
    """A fact that a message cannot do without.

    Attributes:
        fact: Where it belongs, from `Facts`: ``connection.fact``, ``slots``; or ``policy``.
        why: What to give, and what for. Never a value of yours.
    """

    fact: str
    why: str


@attrs.frozen
class NeedsInput:
    """The answer instead of a message that would have to invent something.

    Attributes:
        kind: The message that was asked for.
        missing: Every fact it lacks, at once; never empty.
    """

    kind: MessageKind
    missing: tuple[Missing, ...]
