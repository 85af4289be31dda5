"""Everything that can happen in an informational interview, as frozen facts named in the past tense.

An event says what happened and when; whether it may happen is the business of the lifecycle. Events are the
only thing worth storing: an interview is what its events add up to.
"""

from collections.abc import Mapping
from datetime import date, datetime
from types import MappingProxyType
from typing import final, get_args

import attrs
from attrs.validators import optional

from infoview._channel import Channel, MeetingFormat
from infoview._fields import boolean, each, instance, whole_number
from infoview._objective import Connection, Objective
from infoview._people import Party
from infoview._takeaways import Commitment, Debrief, Insight, Note
from infoview._text import IDENTIFIER, LINE, TextRule
from infoview._time import Slot, instant_field, plain_date, to_instant, zone_key
from infoview.exceptions import InvalidValueError
from infoview.referrals import Referral

__all__ = [
    "EVENTS",
    "EVENT_TYPES",
    "SEALING",
    "Accepted",
    "AnswersReceived",
    "ApologySent",
    "Cancelled",
    "CheckedBack",
    "Closed",
    "CommitmentKept",
    "CommitmentMade",
    "Confirmed",
    "CustomEvent",
    "DebriefWritten",
    "Declined",
    "Deferred",
    "DoNotContactAsked",
    "Erased",
    "Event",
    "Expired",
    "GaveUp",
    "GroupJoined",
    "GroupLeft",
    "Held",
    "Identified",
    "InsightRecorded",
    "IntroMade",
    "IntroRefused",
    "IntroRequested",
    "Lapsed",
    "NameUseAnswered",
    "NoShowRecorded",
    "NoteTaken",
    "Nudged",
    "ObligationWaived",
    "OpportunityRaised",
    "OutOfOfficeReceived",
    "OverrunGranted",
    "Prepared",
    "QuestionsSent",
    "Rebooked",
    "Reconnected",
    "ReferralReceived",
    "Reopened",
    "ReplyThanked",
    "ReportedBack",
    "RequestSent",
    "Rescheduled",
    "ResumeRequested",
    "ResumeShared",
    "Retried",
    "Scheduled",
    "Started",
    "ThanksSent",
    "ThanksWaived",
    "TimeCountered",
    "TimesProposed",
    "Touched",
    "Undone",
    "Withdrawn",
    "WrittenAnswersOffered",
]

_REMARK = TextRule(1_000, multiline=True)

_MOST_SLOTS = 100
"""More would be an attack; how many are polite is the policy's business."""


@attrs.frozen(kw_only=True)
class _Event:
    """What all events have in common.

    Attributes:
        at: When it happened. Any aware datetime; kept in UTC.
        id: The caller's id of this event, if it has one. The same id is refused a second time, which makes
            recording safe to repeat.
        interview_id: The interview it belongs to, if said. Another interview refuses it.

    Raises:
        InvalidValueError: When a field breaks its rule.
    """

    at: datetime = attrs.field(converter=to_instant, validator=instant_field)
    id: str | None = attrs.field(default=None, validator=optional(IDENTIFIER))
    interview_id: str | None = attrs.field(default=None, validator=optional(IDENTIFIER))

    @property
    def reference(self) -> str:
        """The id of the referral, insight or promise it is about, or empty."""
        return ""

    @property
    def owner(self) -> Party:
        """Who owes what it leaves owed."""
        return Party.SEEKER

    @property
    def due(self) -> date | None:
        """The day on which that falls due, if one was agreed."""
        return None


@attrs.frozen(kw_only=True)
class CustomEvent(_Event):
    """The base of events of your own: see `infoview.Lifecycle.extended`.

    Make a subclass, frozen and with keyword-only fields as `attrs.frozen(kw_only=True)` makes it, named in
    the past tense. It changes the stage and the obligations of an interview as its rows say; what else it
    tells stays in the history. Override `reference`, `owner` and `due` for the obligations it opens.

    Raises:
        InvalidValueError: When a field holds what can change, such as a list (code ``unhashable``).
    """

    def __attrs_post_init__(self) -> None:
        try:
            hash(self)
        except TypeError:
            cure = "give values that never change: tuples, not lists"
            raise InvalidValueError(type(self).__name__, "unhashable", cure) from None


@final
@attrs.frozen(kw_only=True)
class Identified(_Event):
    """A person who may know was found (step 2). The first event of every interview.

    Attributes:
        interview_id: The id of the interview that begins.
        seeker_id: Who asks.
        contact_id: Who knows.
        zone: The IANA key of the contact's time zone; business days are counted there.
        follows: The interview whose referral led here (step 10).
        referral_id: The referral within that interview.
    """

    interview_id: str = attrs.field(validator=IDENTIFIER)
    seeker_id: str = attrs.field(validator=IDENTIFIER)
    contact_id: str = attrs.field(validator=IDENTIFIER)
    zone: str = attrs.field(validator=zone_key)
    follows: str | None = attrs.field(default=None, validator=optional(IDENTIFIER))
    referral_id: str | None = attrs.field(default=None, validator=optional(IDENTIFIER))


@final
@attrs.frozen(kw_only=True)
class Prepared(_Event):
    """Objective and connection are clear (step 1).

    Attributes:
        objective: What you want to find out.
        connection: Why this person.
    """

    objective: Objective = attrs.field(validator=instance(Objective))
    connection: Connection = attrs.field(validator=instance(Connection))


@final
@attrs.frozen(kw_only=True)
class IntroRequested(_Event):
    """A connector was asked to introduce you.

    Attributes:
        connection: The connector, as the referrer of a `ConnectionKind.REFERRAL`.
        check_back_on: The day agreed for checking back, in the contact's zone.
        objective: What you want to find out, unless prepared before.
    """

    connection: Connection = attrs.field(validator=instance(Connection))
    check_back_on: date = attrs.field(validator=plain_date)
    objective: Objective | None = attrs.field(default=None, validator=optional(instance(Objective)))

    @property
    def due(self) -> date | None:
        """The day on which the obligation it opens falls due."""
        return self.check_back_on


@final
@attrs.frozen(kw_only=True)
class CheckedBack(_Event):
    """You asked the connector, on the agreed day, how it stands.

    Attributes:
        check_back_on: The next agreed day, if there is one.
    """

    check_back_on: date | None = attrs.field(default=None, validator=optional(plain_date))

    @property
    def due(self) -> date | None:
        """The day on which the obligation it opens falls due."""
        return self.check_back_on


@final
@attrs.frozen(kw_only=True)
class IntroMade(_Event):
    """The connector introduced you, after both sides agreed (double opt-in).

    Attributes:
        contact_agreed: Whether the contact agreed to be introduced.
        accepted: Whether the contact also agreed to talk.
    """

    contact_agreed: bool = attrs.field(validator=boolean)
    accepted: bool = attrs.field(default=False, validator=boolean)


@final
@attrs.frozen(kw_only=True)
class IntroRefused(_Event):
    """The connector, or the contact, would rather not."""


@final
@attrs.frozen(kw_only=True)
class NameUseAnswered(_Event):
    """The referrer said whether you may use their name.

    Attributes:
        granted: Whether you may.
        referral_id: The referral of this interview that it is about; when left out, the referrer who led
            you to this contact has answered.
    """

    granted: bool = attrs.field(validator=boolean)
    referral_id: str | None = attrs.field(default=None, validator=optional(IDENTIFIER))


@attrs.frozen(kw_only=True)
class _Request(_Event):
    """What a first request and a later one have in common."""

    minutes: int = attrs.field(validator=whole_number(1, 480))
    channel: Channel = attrs.field(default=Channel.EMAIL, validator=instance(Channel))
    names_referrer: bool | None = attrs.field(default=None, validator=optional(boolean))
    attaches_resume: bool = attrs.field(default=False, validator=boolean)


@final
@attrs.frozen(kw_only=True)
class RequestSent(_Request):
    """You asked for a talk (step 3).

    Attributes:
        minutes: How long a talk you asked for.
        channel: How the request went.
        names_referrer: Whether the request names the referrer; when left out, a referral's does.
        attaches_resume: Whether a résumé went with it.
    """


@final
@attrs.frozen(kw_only=True)
class Nudged(_Event):
    """You asked once more, in the same thread.

    Attributes:
        channel: How the nudge went.
    """

    channel: Channel = attrs.field(default=Channel.EMAIL, validator=instance(Channel))


@final
@attrs.frozen(kw_only=True)
class OutOfOfficeReceived(_Event):
    """An automatic reply said that the contact is away. It is no answer.

    Attributes:
        return_on: The return date it names, in the contact's zone.
    """

    return_on: date | None = attrs.field(default=None, validator=optional(plain_date))


@final
@attrs.frozen(kw_only=True)
class Deferred(_Event):
    """The contact said: not now, but later.

    Attributes:
        until: The first day on which to ask again, in the contact's zone.
    """

    until: date = attrs.field(validator=plain_date)


@final
@attrs.frozen(kw_only=True)
class Retried(_Request):
    """You asked again after a deferral.

    Attributes:
        minutes: How long a talk you asked for.
        channel: How the request went.
        names_referrer: As for `RequestSent`.
        attaches_resume: Whether a résumé went with it.
    """


@final
@attrs.frozen(kw_only=True)
class Accepted(_Event):
    """The contact agreed to talk; a late yes counts."""


@final
@attrs.frozen(kw_only=True)
class Declined(_Event):
    """The contact said no.

    Attributes:
        reason: Why, if they said.
        pointer: Whom or what they pointed you to instead.
    """

    reason: str | None = attrs.field(default=None, validator=optional(_REMARK))
    pointer: str | None = attrs.field(default=None, validator=optional(_REMARK))


@final
@attrs.frozen(kw_only=True)
class ReplyThanked(_Event):
    """You thanked for the reply, though it was a no."""


@final
@attrs.frozen(kw_only=True)
class WrittenAnswersOffered(_Event):
    """The contact offered to answer in writing."""


@final
@attrs.frozen(kw_only=True)
class QuestionsSent(_Event):
    """You sent your questions.

    Attributes:
        count: How many.
    """

    count: int = attrs.field(validator=whole_number(1, 100))


@final
@attrs.frozen(kw_only=True)
class AnswersReceived(_Event):
    """The written answers came."""


@final
@attrs.frozen(kw_only=True)
class Expired(_Event):
    """Silence is an answer now."""


@final
@attrs.frozen(kw_only=True)
class Withdrawn(_Event):
    """You withdrew your request.

    Attributes:
        reason: Why.
    """

    reason: str | None = attrs.field(default=None, validator=optional(_REMARK))


@final
@attrs.frozen(kw_only=True)
class GroupJoined(_Event):
    """The contact takes part in a talk with several contacts: see `infoview.groups`.

    Attributes:
        group_id: The caller's id of that talk.
    """

    group_id: str = attrs.field(validator=IDENTIFIER)


@final
@attrs.frozen(kw_only=True)
class GroupLeft(_Event):
    """The contact is to be met alone after all, or not at all."""


@final
@attrs.frozen(kw_only=True)
class TimesProposed(_Event):
    """You proposed times.

    Attributes:
        slots: The times.
    """

    slots: tuple[Slot, ...] = attrs.field(validator=each(instance(Slot), least=1, most=_MOST_SLOTS))


@final
@attrs.frozen(kw_only=True)
class TimeCountered(_Event):
    """Somebody proposed other times.

    Attributes:
        slots: The times.
        by: Who proposed them.
    """

    slots: tuple[Slot, ...] = attrs.field(validator=each(instance(Slot), least=1, most=_MOST_SLOTS))
    by: Party = attrs.field(default=Party.CONTACT, validator=instance(Party))


@final
@attrs.frozen(kw_only=True)
class Scheduled(_Event):
    """A time is agreed.

    Attributes:
        slot: The time.
        meeting_format: How you meet.
    """

    slot: Slot = attrs.field(validator=instance(Slot))
    meeting_format: MeetingFormat = attrs.field(
        default=MeetingFormat.VIDEO, validator=instance(MeetingFormat)
    )

    @property
    def slots(self) -> tuple[Slot, ...]:
        """The one time, as `TimesProposed` holds several."""
        return (self.slot,)


@final
@attrs.frozen(kw_only=True)
class Confirmed(_Event):
    """Somebody confirmed the time.

    Attributes:
        by: Who.
    """

    by: Party = attrs.field(default=Party.SEEKER, validator=instance(Party))


@final
@attrs.frozen(kw_only=True)
class Rescheduled(_Event):
    """The talk was moved. The confirmation is void.

    Attributes:
        slot: The new time.
        by: Who moved it.
    """

    slot: Slot = attrs.field(validator=instance(Slot))
    by: Party = attrs.field(validator=instance(Party))

    @property
    def slots(self) -> tuple[Slot, ...]:
        """The one time, as `TimesProposed` holds several."""
        return (self.slot,)


@final
@attrs.frozen(kw_only=True)
class Cancelled(_Event):
    """The talk was called off.

    Attributes:
        by: Who called it off.
        final: Whether no other time is wanted.
        reason: Why.
    """

    by: Party = attrs.field(validator=instance(Party))
    final: bool = attrs.field(default=False, validator=boolean)
    reason: str | None = attrs.field(default=None, validator=optional(_REMARK))


@final
@attrs.frozen(kw_only=True)
class NoShowRecorded(_Event):
    """Somebody did not come.

    Attributes:
        by: Who was missing.
    """

    by: Party = attrs.field(validator=instance(Party))

    @property
    def by_seeker(self) -> bool:
        """Whether an apology is owed."""
        return self.by is Party.SEEKER


@final
@attrs.frozen(kw_only=True)
class ApologySent(_Event):
    """You apologised for not coming."""


@final
@attrs.frozen(kw_only=True)
class Rebooked(_Event):
    """Both want another time after all."""


@final
@attrs.frozen(kw_only=True)
class GaveUp(_Event):
    """After a no-show, no other time is sought.

    Attributes:
        reason: Why.
    """

    reason: str | None = attrs.field(default=None, validator=optional(_REMARK))


@final
@attrs.frozen(kw_only=True)
class Started(_Event):
    """The talk began."""


@final
@attrs.frozen(kw_only=True)
class OverrunGranted(_Event):
    """The contact granted more time.

    Attributes:
        minutes: How much more.
    """

    minutes: int = attrs.field(validator=whole_number(1, 120))


@final
@attrs.frozen(kw_only=True)
class Held(_Event):
    """The talk took place.

    Attributes:
        minutes: How long it lasted, if known.
    """

    minutes: int | None = attrs.field(default=None, validator=optional(whole_number(1, 480)))


@final
@attrs.frozen(kw_only=True)
class DebriefWritten(_Event):
    """You wrote down what the talk brought.

    Attributes:
        debrief: The answers.
    """

    debrief: Debrief = attrs.field(validator=instance(Debrief))


@final
@attrs.frozen(kw_only=True)
class InsightRecorded(_Event):
    """Something worth keeping was said.

    Attributes:
        insight: What.
    """

    insight: Insight = attrs.field(validator=instance(Insight))

    @property
    def reference(self) -> str:
        """The id of what it is about."""
        return self.insight.id

    @property
    def is_advice(self) -> bool:
        """Whether what came of it is reported back."""
        return self.insight.advice


@final
@attrs.frozen(kw_only=True)
class NoteTaken(_Event):
    """You noted something for yourself.

    Attributes:
        note: What; private.
    """

    note: Note = attrs.field(validator=instance(Note))


@final
@attrs.frozen(kw_only=True)
class ReferralReceived(_Event):
    """The contact gave you a name (step 8).

    Attributes:
        referral: The name.
    """

    referral: Referral = attrs.field(validator=instance(Referral))

    @property
    def reference(self) -> str:
        """The id of what it is about."""
        return self.referral.id


@final
@attrs.frozen(kw_only=True)
class CommitmentMade(_Event):
    """Somebody promised something.

    Attributes:
        commitment: What.
    """

    commitment: Commitment = attrs.field(validator=instance(Commitment))

    @property
    def reference(self) -> str:
        """The id of what it is about."""
        return self.commitment.id

    @property
    def due(self) -> date | None:
        """The day on which the promise falls due."""
        return self.commitment.due

    @property
    def owner(self) -> Party:
        """Who promised."""
        return self.commitment.owner


@final
@attrs.frozen(kw_only=True)
class CommitmentKept(_Event):
    """A promise was kept.

    Attributes:
        commitment_id: Which.
    """

    commitment_id: str = attrs.field(validator=IDENTIFIER)

    @property
    def reference(self) -> str:
        """The id of what it is about."""
        return self.commitment_id


@final
@attrs.frozen(kw_only=True)
class ResumeRequested(_Event):
    """The contact asked for your résumé."""


@final
@attrs.frozen(kw_only=True)
class ResumeShared(_Event):
    """You sent your résumé (step 7: only if asked)."""


@final
@attrs.frozen(kw_only=True)
class OpportunityRaised(_Event):
    """The contact spoke of an opening, unasked.

    Attributes:
        text: What they said.
    """

    text: str | None = attrs.field(default=None, validator=optional(_REMARK))


@final
@attrs.frozen(kw_only=True)
class ThanksSent(_Event):
    """You thanked for the talk (step 9).

    Attributes:
        specific: The one specific thing you thanked for.
        channel: How the thanks went.
    """

    specific: str | None = attrs.field(default=None, validator=optional(LINE))
    channel: Channel = attrs.field(default=Channel.EMAIL, validator=instance(Channel))


@final
@attrs.frozen(kw_only=True)
class ThanksWaived(_Event):
    """No thanks are needed here.

    Attributes:
        reason: Why.
    """

    reason: str | None = attrs.field(default=None, validator=optional(_REMARK))


@final
@attrs.frozen(kw_only=True)
class ReportedBack(_Event):
    """You told the contact what came of a name or an advice (steps 9 and 10).

    Attributes:
        about: The id of the referral or insight.
        outcome: What came of it; "nothing" is worth telling too.
    """

    about: str = attrs.field(validator=IDENTIFIER)
    outcome: str | None = attrs.field(default=None, validator=optional(_REMARK))

    @property
    def reference(self) -> str:
        """The id of what it is about."""
        return self.about


@final
@attrs.frozen(kw_only=True)
class ObligationWaived(_Event):
    """An obligation is dropped.

    Attributes:
        obligation_id: Which, as in `Obligation.id`.
        reason: Why.
    """

    obligation_id: str = attrs.field(validator=TextRule(300))
    reason: str | None = attrs.field(default=None, validator=optional(_REMARK))


@final
@attrs.frozen(kw_only=True)
class Touched(_Event):
    """You two were in touch.

    Attributes:
        by: Who wrote or called.
    """

    by: Party = attrs.field(validator=instance(Party))


@final
@attrs.frozen(kw_only=True)
class Reconnected(_Event):
    """You took up the tie again.

    Attributes:
        hook: The news or the useful thing you brought.
        urgent: Whether the news could not wait for the cadence.
    """

    hook: str | None = attrs.field(default=None, validator=optional(_REMARK))
    urgent: bool = attrs.field(default=False, validator=boolean)


@final
@attrs.frozen(kw_only=True)
class Lapsed(_Event):
    """Nobody has written for long."""


@final
@attrs.frozen(kw_only=True)
class Closed(_Event):
    """The matter is closed.

    Attributes:
        outcome: What came of it.
    """

    outcome: str | None = attrs.field(default=None, validator=optional(_REMARK))


@final
@attrs.frozen(kw_only=True)
class Reopened(_Event):
    """Another attempt is made.

    Attributes:
        reason: Why now.
    """

    reason: str | None = attrs.field(default=None, validator=optional(_REMARK))


@final
@attrs.frozen(kw_only=True)
class Undone(_Event):
    """The last event that still counts was recorded by mistake. It stays in the history and counts no more.

    Undo twice, and the event before it counts no more either. What was undone is done again by recording it
    anew, as an event of its own. Other interviews are not looked into: one that a referral led to stays when
    the referral is undone.

    Attributes:
        reason: Why.
    """

    reason: str | None = attrs.field(default=None, validator=optional(_REMARK))


@final
@attrs.frozen(kw_only=True)
class DoNotContactAsked(_Event):
    """The contact asked not to be written to again."""


@final
@attrs.frozen(kw_only=True)
class Erased(_Event):
    """The contact's data is to be erased.

    Recording it ends the interview and empties it of what it holds; its history, and so what is stored, keeps
    every word until the record itself is erased: see `infoview.desk.Desk.erase`.
    """


Event = (
    Identified
    | Prepared
    | IntroRequested
    | CheckedBack
    | IntroMade
    | IntroRefused
    | NameUseAnswered
    | RequestSent
    | Nudged
    | OutOfOfficeReceived
    | Deferred
    | Retried
    | Accepted
    | Declined
    | ReplyThanked
    | WrittenAnswersOffered
    | QuestionsSent
    | AnswersReceived
    | Expired
    | Withdrawn
    | GroupJoined
    | GroupLeft
    | TimesProposed
    | TimeCountered
    | Scheduled
    | Confirmed
    | Rescheduled
    | Cancelled
    | NoShowRecorded
    | ApologySent
    | Rebooked
    | GaveUp
    | Started
    | OverrunGranted
    | Held
    | DebriefWritten
    | InsightRecorded
    | NoteTaken
    | ReferralReceived
    | CommitmentMade
    | CommitmentKept
    | ResumeRequested
    | ResumeShared
    | OpportunityRaised
    | ThanksSent
    | ThanksWaived
    | ReportedBack
    | ObligationWaived
    | Touched
    | Reconnected
    | Lapsed
    | Closed
    | Reopened
    | Undone
    | DoNotContactAsked
    | Erased
)
"""Anything that can happen."""

EVENT_TYPES: tuple[type[Event], ...] = get_args(Event)
"""All event classes of this library, in the order of a long and lucky life."""

SEALING: tuple[type[Event], ...] = (DoNotContactAsked, Erased)
"""The events after which nothing more is recorded. A contact may ask for them at any time."""

EVENTS: Mapping[str, type[Event]] = MappingProxyType({event.__name__: event for event in EVENT_TYPES})
"""All event classes by name."""
