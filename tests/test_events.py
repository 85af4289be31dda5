"""The events: what they hold, what they refuse, and what they say of themselves."""

import pickle
import re
from datetime import UTC, date, datetime
from typing import Any, get_args
from zoneinfo import ZoneInfo

import attrs
import pytest
from tests.lives import (
    ADVICE,
    COLD,
    DEBRIEF,
    FOUND,
    INSIGHT,
    INTRO_ASKED,
    LIVES,
    LONG_LIFE,
    OBJECTIVE,
    PROMISE,
    REFERRAL,
    TALK,
    at,
)

from infoview import _events as ev
from infoview._channel import Channel, MeetingFormat
from infoview._events import EVENT_TYPES, EVENTS, Event
from infoview._people import Party
from infoview._takeaways import Note
from infoview.exceptions import InvalidValueError

NOW = at(3, 11)
DAY = date(2026, 3, 20)
BERLIN = ZoneInfo("Europe/Berlin")

EXAMPLES: dict[type[Event], Event] = {type(event): event for life in LIVES.values() for event in life}
EXAMPLES |= {type(event): event for event in LONG_LIFE}
EXAMPLES |= {
    type(event): event
    for event in (
        ev.IntroMade(at=NOW, contact_agreed=True, accepted=True),
        ev.ReplyThanked(at=NOW),
        ev.QuestionsSent(at=NOW, count=3),
        ev.AnswersReceived(at=NOW),
        ev.GaveUp(at=NOW, reason="twice is enough"),
        ev.ThanksWaived(at=NOW, reason="said at the door"),
        ev.Reopened(at=NOW, reason="a new season"),
        ev.DoNotContactAsked(at=NOW),
        ev.Erased(at=NOW),
    )
}

_PARTY = ("seeker", None, Party)
_TEXT = ("", 7, "a\x00b", " outer")
_FLAG = (1, "yes", None)
_SLOTS = ((), [TALK], (None,), (TALK,) * 101)
_MINUTES = (0, 481, True, 20.0, "20")
_DATE = ("2026-03-20", NOW, date(1899, 12, 31), date(2200, 1, 1))

BAD: dict[str, dict[str, tuple[Any, ...]]] = {
    "Identified": {
        "interview_id": (*_TEXT, None, "x" * 201),
        "seeker_id": (*_TEXT, None),
        "contact_id": (*_TEXT, None),
        "zone": ("Mars/Olympus", "", None, "localtime"),
        "follows": _TEXT,
        "referral_id": _TEXT,
    },
    "Prepared": {"objective": (None, COLD), "connection": (None, OBJECTIVE)},
    "IntroRequested": {"connection": (None,), "check_back_on": (*_DATE, None), "objective": (COLD, "")},
    "CheckedBack": {"check_back_on": _DATE},
    "IntroMade": {"contact_agreed": _FLAG, "accepted": _FLAG},
    "NameUseAnswered": {"granted": _FLAG, "referral_id": _TEXT},
    "RequestSent": {
        "minutes": _MINUTES,
        "channel": ("email", None),
        "names_referrer": (1, "no"),
        "attaches_resume": _FLAG,
    },
    "Nudged": {"channel": ("email", MeetingFormat.PHONE)},
    "OutOfOfficeReceived": {"return_on": _DATE},
    "Deferred": {"until": (*_DATE, None)},
    "Retried": {
        "minutes": _MINUTES,
        "channel": ("email", None),
        "names_referrer": (0, "no"),
        "attaches_resume": _FLAG,
    },
    "Declined": {"reason": (*_TEXT, "x" * 1_001), "pointer": _TEXT},
    "QuestionsSent": {"count": (0, 101, True)},
    "Withdrawn": {"reason": _TEXT},
    "GroupJoined": {"group_id": (*_TEXT, None, "x" * 201)},
    "TimesProposed": {"slots": _SLOTS},
    "TimeCountered": {"slots": _SLOTS, "by": _PARTY},
    "Scheduled": {"slot": (None, NOW), "meeting_format": ("video", Channel.PHONE)},
    "Confirmed": {"by": _PARTY},
    "Rescheduled": {"slot": (None,), "by": _PARTY},
    "Cancelled": {"by": _PARTY, "final": _FLAG, "reason": _TEXT},
    "NoShowRecorded": {"by": _PARTY},
    "GaveUp": {"reason": _TEXT},
    "OverrunGranted": {"minutes": (0, 121, None)},
    "Held": {"minutes": (0, 481, True)},
    "DebriefWritten": {"debrief": (None, "fine")},
    "InsightRecorded": {"insight": (None, REFERRAL)},
    "NoteTaken": {"note": (None, "text")},
    "ReferralReceived": {"referral": (None, INSIGHT)},
    "CommitmentMade": {"commitment": (None, INSIGHT)},
    "CommitmentKept": {"commitment_id": (*_TEXT, None)},
    "OpportunityRaised": {"text": _TEXT},
    "ThanksSent": {"specific": (*_TEXT, "x" * 201, "two\nlines"), "channel": ("letter",)},
    "ThanksWaived": {"reason": _TEXT},
    "ReportedBack": {"about": (*_TEXT, None), "outcome": _TEXT},
    "ObligationWaived": {"obligation_id": (*_TEXT, None, "x" * 301), "reason": _TEXT},
    "Touched": {"by": _PARTY},
    "Reconnected": {"hook": _TEXT, "urgent": _FLAG},
    "Closed": {"outcome": _TEXT},
    "Reopened": {"reason": _TEXT},
    "Undone": {"reason": (*_TEXT, "x" * 1_001)},
}
"""Values that a field refuses, by event and field; `at`, `id` and `interview_id` are those of every event."""

_COMMON = {"at", "id", "interview_id"}
_every_event = pytest.mark.parametrize("event", EXAMPLES.values(), ids=lambda event: type(event).__name__)


class TestCatalogue:
    """All events, and the ways to find them."""

    def test_names_every_event(self) -> None:
        """The union, the tuple and the mapping hold the same events, none twice."""
        assert get_args(Event) == EVENT_TYPES
        assert len(set(EVENT_TYPES)) == len(EVENT_TYPES)
        assert {kind.__name__: kind for kind in EVENT_TYPES} == EVENTS

    def test_exports_every_event(self) -> None:
        """The public names are the events, the ways to find them, and what to make your own of."""
        assert {*EVENTS, "EVENTS", "EVENT_TYPES", "SEALING", "Event", "CustomEvent"} == set(ev.__all__)

    def test_is_read_only(self) -> None:
        """Nobody adds an event by assignment."""
        assert list(EVENT_TYPES) == list(EVENTS.values())
        assert isinstance(EVENT_TYPES, tuple)

    def test_examples_cover_every_event(self) -> None:
        """These tests look at every event."""
        assert set(EVENT_TYPES) == set(EXAMPLES)

    def test_bad_values_cover_every_field(self) -> None:
        """These tests try to spoil every field of every event."""
        fields = {kind.__name__: {f.name for f in attrs.fields(kind)} - _COMMON for kind in EVENT_TYPES}
        fields["Identified"].add("interview_id")
        assert {name: own for name, own in fields.items() if own} == {
            name: set(bad) for name, bad in BAD.items()
        }

    def test_is_named_in_the_past_tense(self) -> None:
        """Events are facts: their names end like participles."""
        words = [re.findall("[A-Z][a-z]+", name)[-1] for name in EVENTS]
        irregular = {"Made", "Back", "Sent", "Held", "Up", "Kept", "Written", "Taken", "Withdrawn"}
        irregular |= {"Left", "Undone"}
        assert [word for word in words if not word.endswith("ed") and word not in irregular] == []


class TestEveryEvent:
    """What holds for all events."""

    @_every_event
    def test_is_frozen_and_slotted(self, event: Event) -> None:
        """Nothing in an event can change, and nothing be added."""
        with pytest.raises(attrs.exceptions.FrozenInstanceError):
            event.at = NOW  # type: ignore[misc] - what is refused
        assert not hasattr(event, "__dict__")

    @_every_event
    def test_is_a_value(self, event: Event) -> None:
        """Equal events are one, in sets and over a pickle."""
        twin = attrs.evolve(event)
        assert {event} == {twin}
        assert event == pickle.loads(pickle.dumps(event))  # noqa: S301 - our own bytes
        assert event != attrs.evolve(event, id="another")

    @_every_event
    def test_takes_only_named_arguments(self, event: Event) -> None:
        """No field can be given by position."""
        with pytest.raises(TypeError):
            type(event)(event.at)  # type: ignore[misc] - what is refused

    @_every_event
    def test_keeps_its_instant_in_utc(self, event: Event) -> None:
        """Any zone will do, and the instant is kept in UTC."""
        moved = attrs.evolve(event, at=datetime(2026, 3, 11, 10, tzinfo=BERLIN))
        assert (moved.at, moved.at.tzinfo) == (NOW, UTC)

    @_every_event
    @pytest.mark.parametrize(
        ("moment", "code"),
        [
            (datetime(2026, 3, 11, 9), "naive_datetime"),  # noqa: DTZ001 - what is refused
            (datetime(2026, 3, 29, 2, 30, tzinfo=BERLIN), "nonexistent_time"),
            (datetime(1899, 12, 31, tzinfo=UTC), "out_of_range"),
            (date(2026, 3, 11), "not_a_datetime"),
        ],
    )
    def test_refuses_what_is_no_instant(self, event: Event, moment: Any, code: str) -> None:  # noqa: ANN401 - what is refused
        """A local time without a zone, in the skipped hour, far off, or none at all is refused."""
        with pytest.raises(InvalidValueError) as refusal:
            attrs.evolve(event, at=moment)
        assert (f"{type(event).__name__}.at", code) == (refusal.value.field, refusal.value.code)

    @_every_event
    def test_has_ids_that_are_text(self, event: Event) -> None:
        """Its own id and the interview's are one line of text, or left out."""
        for name in ("id", "interview_id"):
            for bad in ("", 7, "two\nlines"):
                with pytest.raises(InvalidValueError) as refusal:
                    attrs.evolve(event, **{name: bad})
                assert f"{type(event).__name__}.{name}" == refusal.value.field

    @pytest.mark.parametrize(
        ("name", "field", "value"),
        [
            (name, field, value)
            for name, fields in BAD.items()
            for field, bad in fields.items()
            for value in bad
        ],
    )
    def test_refuses_bad_values_by_name(self, name: str, field: str, value: object) -> None:
        """A value that breaks its rule is refused with class and field, and is not repeated in the text."""
        with pytest.raises(InvalidValueError) as refusal:
            attrs.evolve(EXAMPLES[EVENTS[name]], **{field: value})
        assert f"{name}.{field}" == refusal.value.field
        assert "\x00" not in str(refusal.value)


class TestWhatTheySay:
    """What events say of the obligations they open or settle."""

    def test_most_are_about_nothing_in_particular(self) -> None:
        """An event without a reference is the seeker's and has no day."""
        plain = ev.Accepted(at=NOW)
        assert (plain.reference, plain.owner, plain.due) == ("", Party.SEEKER, None)

    def test_takeaways_refer_to_their_ids(self) -> None:
        """What was said, named or promised is referred to by its id."""
        taken = (
            ev.InsightRecorded(at=NOW, insight=INSIGHT),
            ev.ReferralReceived(at=NOW, referral=REFERRAL),
            ev.CommitmentMade(at=NOW, commitment=PROMISE),
            ev.CommitmentKept(at=NOW, commitment_id="p-1"),
            ev.ReportedBack(at=NOW, about="r-1"),
        )
        assert [event.reference for event in taken] == ["i-1", "r-1", "p-1", "p-1", "r-1"]

    def test_promises_have_owner_and_day(self) -> None:
        """A promise is owed by who made it, until its day."""
        theirs = ev.CommitmentMade(at=NOW, commitment=attrs.evolve(PROMISE, owner=Party.CONTACT))
        assert (theirs.owner, theirs.due) == (Party.CONTACT, DAY)

    def test_agreed_days_fall_due(self) -> None:
        """The day for checking back is the day it is due, if there is one."""
        assert date(2026, 3, 10) == INTRO_ASKED.due
        assert [ev.CheckedBack(at=NOW, check_back_on=day).due for day in (DAY, None)] == [DAY, None]

    def test_advice_is_told_apart(self) -> None:
        """Only advice is reported back on."""
        insights = (INSIGHT, ADVICE)
        assert [ev.InsightRecorded(at=NOW, insight=i).is_advice for i in insights] == [False, True]

    def test_the_missing_side_is_told_apart(self) -> None:
        """Only the seeker owes an apology."""
        assert [ev.NoShowRecorded(at=NOW, by=by).by_seeker for by in Party] == [True, False]

    def test_an_agreed_time_is_a_single_slot(self) -> None:
        """What is agreed or moved can be looked at like a proposal of one time."""
        agreed = ev.Scheduled(at=NOW, slot=TALK)
        moved = ev.Rescheduled(at=NOW, slot=TALK, by=Party.CONTACT)
        assert [agreed.slots, moved.slots] == [(TALK,), (TALK,)]

    def test_have_polite_defaults(self) -> None:
        """What is not said is the usual: mail, video, the contact's counter-proposal, nothing attached."""
        request = ev.RequestSent(at=NOW, minutes=20)
        assert (
            request.channel,
            request.names_referrer,
            request.attaches_resume,
        ) == (Channel.EMAIL, None, False)
        assert MeetingFormat.VIDEO is ev.Scheduled(at=NOW, slot=TALK).meeting_format
        assert Party.CONTACT is ev.TimeCountered(at=NOW, slots=(TALK,)).by
        assert (FOUND.follows, FOUND.referral_id) == (None, None)

    def test_hold_what_they_are_given(self) -> None:
        """Notes and debriefs come back as they went in."""
        assert Note("a patient teacher") == ev.NoteTaken(at=NOW, note=Note("a patient teacher")).note
        assert ev.DebriefWritten(at=NOW, debrief=DEBRIEF).debrief == DEBRIEF


@attrs.frozen(kw_only=True)
class Waitlisted(ev.CustomEvent):
    """An event of our own, with a place on a list."""

    place: int

    @property
    def reference(self) -> str:
        """What the obligation is about."""
        return f"place-{self.place}"


class TestYourOwn:
    """Events that the library does not know."""

    def test_are_events_with_fields_of_their_own(self) -> None:
        """They have an instant in UTC, ids if they like, and whatever else they tell."""
        waiting = Waitlisted(at=datetime(2026, 3, 11, 10, tzinfo=BERLIN), id="e-1", place=3)
        assert (waiting.at, waiting.at.tzinfo, waiting.id, waiting.interview_id) == (NOW, UTC, "e-1", None)
        assert (waiting.reference, waiting.owner, waiting.due) == ("place-3", Party.SEEKER, None)

    def test_are_values(self) -> None:
        """They are frozen, equal where they say the same, and survive a pickle."""
        waiting = Waitlisted(at=NOW, place=3)
        assert {waiting} == {Waitlisted(at=NOW, place=3)}
        assert waiting == pickle.loads(pickle.dumps(waiting))  # noqa: S301 - our own bytes
        assert waiting != Waitlisted(at=NOW, place=4)
        with pytest.raises(attrs.exceptions.FrozenInstanceError):
            waiting.place = 4  # type: ignore[misc] - what is refused

    @pytest.mark.parametrize("said", [{"at": "now"}, {"id": ""}, {"interview_id": "two\nlines"}])
    def test_check_what_all_events_say(self, said: dict[str, Any]) -> None:
        """Instant and ids keep their rules, and a fault is told by the name of our class."""
        with pytest.raises(InvalidValueError) as refusal:
            Waitlisted(**{"at": NOW, "place": 3} | said)
        assert f"Waitlisted.{next(iter(said))}" == refusal.value.field

    def test_are_none_of_the_library(self) -> None:
        """What everybody builds on is not in the catalogue."""
        assert ev.CustomEvent not in EVENT_TYPES
        assert not any(issubclass(kind, ev.CustomEvent) for kind in EVENT_TYPES)
