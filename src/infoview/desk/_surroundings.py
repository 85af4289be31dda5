"""What goes on around an interview: the others of its seeker, of its contact, of the contact's colleagues.

One interview cannot know of the others. Here they are looked up, and what they are against is refused.
"""

from datetime import datetime
from typing import Any

import attrs

from infoview._events import (
    ApologySent,
    CustomEvent,
    Event,
    Identified,
    Nudged,
    QuestionsSent,
    Reconnected,
    ReplyThanked,
    ReportedBack,
    RequestSent,
    Retried,
    ThanksSent,
    TimesProposed,
)
from infoview._guards import OUTREACH_GUARDS
from infoview._interview import Interview
from infoview._outreach import ASKED, MONTH, WEEK, Outreach, outreach_among
from infoview._people import Contact
from infoview._stages import WITH_A_SLOT, Stage
from infoview._transitions import TRANSITIONS
from infoview.desk._shelf import Shelf, sortable
from infoview.desk._tombstones import TOMBSTONE, tombstone_of
from infoview.exceptions import GuardError, InvalidValueError, Reason
from infoview.groups import GONE
from infoview.referrals import Referral
from infoview.storage import Ref

__all__ = ["Surroundings"]

_WRITES: tuple[type[Any], ...] = (
    RequestSent,
    Nudged,
    Retried,
    ReplyThanked,
    QuestionsSent,
    TimesProposed,
    ApologySent,
    ThanksSent,
    ReportedBack,
    Reconnected,
)
"""The events by which the seeker writes to the contact."""

_COMES_ON_TOP = frozenset(row.event for row in TRANSITIONS if not {*row.guards}.isdisjoint(OUTREACH_GUARDS))
"""The events that are held against what else is going on."""

_AFTER_THE_TALK = (Stage.THANKED, Stage.IN_TOUCH, Stage.DORMANT)


@attrs.frozen
class Surroundings:
    """The other interviews on a shelf, asked about one.

    Every method may raise `InvalidDataError` when what is stored is damaged, and `StoreUnavailableError` when
    the engine does not answer.

    Attributes:
        shelf: Where they stand.
    """

    shelf: Shelf

    def outreach(
        self, interview: Interview, event_type: type[Event] | type[CustomEvent], now: datetime, /
    ) -> Outreach | None:
        """Look up what an event comes on top of.

        Args:
            interview: In which interview it happens.
            event_type: Its class.
            now: When it happens.

        Returns:
            What was sent lately, and what is open or booked; `None` where no rule asks for it.
        """
        return self._around(interview, now) if event_type in _COMES_ON_TOP else None

    def members(self, group_id: str, /) -> dict[str, tuple[Interview, int]]:
        """Load the interviews of a group that still take part.

        Args:
            group_id: Which group.

        Returns:
            Each with its version, by their ids.
        """
        records = self.shelf.scan("interview", {"group": group_id})
        joined = ((self.shelf.read(Interview, record), record.version) for record in records)
        return {talk.id: (talk, version) for talk, version in joined if talk.stage not in GONE}

    def namesake(self, referral: Referral, /) -> tuple[Contact, int] | None:
        """Find a contact who has the address that a referral gives.

        Args:
            referral: The referral.

        Returns:
            The first of them by id, with the version, if there is one.

        Raises:
            GuardError: When one of them asked for silence (code ``contact_sealed``).
        """
        if referral.email is None:
            return None
        known: list[tuple[Contact, int]] = []
        for record in self.shelf.scan("contact", {"email": referral.email.value}):
            known.append((self.shelf.read(Contact, record), record.version))
            self.refuse_silenced(record.ref.id, Identified)
        return known[0] if known else None

    def refuse_beginning(self, seeker_id: str, contact_id: str, /, *, follows: str | None) -> None:
        """Refuse an interview of two that should not begin.

        Args:
            seeker_id: Who asks.
            contact_id: Who knows.
            follows: The interview that it follows.

        Raises:
            GuardError: When the contact asked for silence (code ``contact_sealed``), or the two have another
                interview that has not ended (code ``interview_running``).
        """
        self.refuse_silenced(contact_id, Identified)
        self._refuse_second(seeker_id, contact_id, Identified, follows)

    def refuse_stranger(self, earlier: Interview, seeker_id: str, contact_id: str, /) -> None:
        """Refuse to let an interview follow one of others, or one that the two have not had.

        Args:
            earlier: What it would follow.
            seeker_id: Who asks.
            contact_id: Who knows.

        Raises:
            InvalidValueError: When it cannot follow that (code ``other_interview``).
        """
        is_theirs = (earlier.seeker_id, earlier.contact_id) == (seeker_id, contact_id)
        if not is_theirs or not self._is_past(earlier):
            cure = "give an interview of the same two, thanked for or ended"
            raise InvalidValueError("begin.follows", "other_interview", cure)

    def refuse_clash(self, before: Interview, after: Interview, event_type: type[Any], /) -> None:
        """Refuse what other interviews are against, and this one cannot know.

        Args:
            before: The interview as it was.
            after: The interview as the event would make it.
            event_type: The class of the event.

        Raises:
            GuardError: When an ended interview is taken up beside one that runs (code ``interview_running``),
                when the contact asked for silence (``contact_sealed``), or when a time that comes back is
                taken (``slot_taken``).
        """
        ended = self.shelf.lifecycle.ended
        is_revived = before.stage in ended and after.stage not in ended
        if is_revived:
            self._refuse_second(after.seeker_id, after.contact_id, event_type, after.id)
        if is_revived or event_type in _WRITES:
            self.refuse_silenced(after.contact_id, event_type)
        is_booked_again = after.stage in WITH_A_SLOT and before.stage not in WITH_A_SLOT
        comes_back = after.slot if is_booked_again and event_type not in _COMES_ON_TOP else None
        if comes_back is not None and self._around(after, after.log.last.at).is_taken(comes_back):
            sentence = "The seeker has another talk at that time; move one."
            raise _refusal(event_type, "slot_taken", sentence)

    def refuse_silenced(self, contact_id: str, event_type: type[Any], /) -> None:
        """Refuse to write to somebody who asked for silence.

        Args:
            contact_id: Whom.
            event_type: The class of the event.

        Raises:
            GuardError: When the contact asked for silence (code ``contact_sealed``).
        """
        if any(earlier.sealed for earlier in self.shelf.interviews(contact=contact_id)):
            sentence = "The contact asked for silence; look for somebody else."
            raise _refusal(event_type, "contact_sealed", sentence)

    def refuse_spent(self, interview_id: str, referral_id: str, /) -> None:
        """Refuse to follow a name a second time.

        Args:
            interview_id: The interview in which it was given.
            referral_id: The referral within it.

        Raises:
            GuardError: When it was followed before (code ``referral_spent``), even if what came of it was
                erased.
        """
        if any(later.referral_id == referral_id for later in self.shelf.interviews(follows=interview_id)):
            sentence = "This name was followed before; go on with that interview."
            raise _refusal(Identified, "referral_spent", sentence)
        graves = self.shelf.scan(TOMBSTONE, {"follows": interview_id})
        if any(tombstone_of(record).referral_id == referral_id for record in graves):
            sentence = "This name was followed before, and what came of it was erased; let it rest."
            raise _refusal(Identified, "referral_spent", sentence)

    def _refuse_second(
        self, seeker_id: str, contact_id: str, event_type: type[Any], but_for: str | None
    ) -> None:
        """Refuse a second interview of the same two, but for one that they have had."""
        for earlier in self.shelf.interviews(contact=contact_id, seeker=seeker_id):
            is_followed = earlier.id == but_for and self._is_past(earlier)
            if earlier.stage not in self.shelf.lifecycle.ended and not is_followed:
                sentence = "There is an interview with this contact; go on with it."
                raise _refusal(event_type, "interview_running", sentence)

    def _is_past(self, interview: Interview) -> bool:
        """Tell whether the two have had their talk, or will not have it."""
        return interview.stage in _AFTER_THE_TALK or interview.stage in self.shelf.lifecycle.ended

    def _around(self, interview: Interview, now: datetime) -> Outreach:
        seeker, contact = {"seeker": interview.seeker_id}, {"contact": interview.contact_id}
        records = [
            *self.shelf.scan("interview", seeker, order="requested", since=sortable(now - WEEK)),
            *self.shelf.scan("interview", contact, order="requested", since=sortable(now - MONTH)),
        ]
        for stage in dict.fromkeys((*ASKED, *WITH_A_SLOT)):
            records += self.shelf.scan("interview", {**seeker, "stage": str(stage)})
        others = {record.ref.id: self.shelf.read(Interview, record) for record in records}
        return outreach_among(interview, others.values(), colleagues=self._colleagues(interview.contact_id))

    def _colleagues(self, contact_id: str) -> frozenset[str]:
        (record,) = self.shelf.store.load(self.shelf.tenant, [Ref("contact", contact_id)])
        organisation = record.terms.get("organisation") if record else None
        if organisation is None:
            return frozenset()
        there = self.shelf.scan("contact", {"organisation": organisation})
        return frozenset(person.ref.id for person in there) - {contact_id}


def _refusal(event_type: type[Any], code: str, sentence: str) -> GuardError:
    return GuardError(event_type.__name__, (Reason(code, sentence),), None)
