"""What a desk does that looks beyond one interview: group talks, caps, and a lifecycle of one's own."""

from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, ClassVar

import attrs
import pytest
from tests.desks import Clock, Numbers
from tests.lives import COLD, FRIEND, OBJECTIVE, at, slot_at

from infoview import _events as ev
from infoview._address import EmailAddress
from infoview._events import CustomEvent
from infoview._interview import Interview
from infoview._lifecycle import LIFECYCLE
from infoview._outreach import Outreach
from infoview._people import Contact, Party, PersonName, Seeker
from infoview._stages import Stage
from infoview._time import Slot
from infoview._transitions import Transition
from infoview.desk import Desk
from infoview.desk._surroundings import Surroundings
from infoview.exceptions import (
    ConflictError,
    GroupRefusedError,
    GuardError,
    IllegalTransitionError,
    InvalidValueError,
    NotFoundError,
)
from infoview.policies import CLASSIC
from infoview.storage import Store

MIRA = Seeker(
    id="mira",
    name=PersonName(given="Mira", family="Oddleif"),
    email=EmailAddress("mira@example.org"),
    zone="Europe/Berlin",
)
MARA = attrs.evolve(MIRA, id="mara")


def person(number: int, organisation: str | None = "Example Water Works") -> Contact:
    """Make up a contact."""
    return Contact(
        id=f"c-{number}",
        name=PersonName(given="Jonas", family="Whistlecroft"),
        organisation=organisation,
        zone="Europe/Berlin",
    )


@pytest.fixture
def desk(store: Store, clock: Clock) -> Desk:
    """Open a desk at which two seekers and some contacts are known."""
    opened = Desk(store=store, clock=clock, new_id=Numbers())
    opened.keep(MIRA, MARA, *map(person, range(1, 4)), *(person(n, None) for n in range(10, 40)))
    return opened


def prepared(desk: Desk, number: int, seeker: str = "mira") -> str:
    """Prepare an interview with a contact, and tell its id."""
    talk = desk.begin(seeker_id=seeker, contact_id=f"c-{number}")
    desk.record(talk.id, ev.Prepared, objective=OBJECTIVE, connection=COLD)
    return talk.id


def asked(desk: Desk, number: int, seeker: str = "mira") -> str:
    """Send a request to a contact, and tell the interview's id."""
    talk = prepared(desk, number, seeker)
    desk.record(talk, ev.RequestSent, minutes=20)
    return talk


def refused(desk: Desk, talk: str) -> tuple[str, datetime | None]:
    """Tell the one rule that refuses a request, and when it would pass."""
    with pytest.raises(GuardError) as caught:
        desk.record(talk, ev.RequestSent, minutes=20)
    (reason,) = caught.value.reasons
    return reason.code, caught.value.earliest


class TestGroups:
    """A talk with several contacts is kept as their interviews, and recorded in all or in none."""

    SLOT = slot_at(at(3, 20, 9))

    @pytest.fixture
    def members(self, desk: Desk) -> tuple[str, str]:
        """Bring two contacts into a group."""
        first, second = asked(desk, 10), asked(desk, 11)
        for talk in (first, second):
            desk.record(talk, ev.GroupJoined, group_id="panel")
            desk.record(talk, ev.Accepted)
        return first, second

    def test_is_what_joined(self, desk: Desk, members: tuple[str, str]) -> None:
        """The group holds every interview that joined it and has not left."""
        assert sorted(talk.id for talk in desk.group("panel").members) == sorted(members)
        desk.record(members[0], ev.GroupLeft)
        assert [talk.id for talk in desk.group("panel").members] == [members[1]]

    def test_unknown(self, desk: Desk, members: tuple[str, str]) -> None:
        """Where nobody joined, nothing is found; and a group is not found for another tenant."""
        assert members
        for elsewhere in (desk, attrs.evolve(desk, tenant="other")):
            with pytest.raises(NotFoundError) as caught:
                elsewhere.group("seminar" if elsewhere is desk else "panel")
            assert caught.value.kind == "group"

    def test_is_recorded_in_all(self, desk: Desk, members: tuple[str, str]) -> None:
        """The meeting's event stands in every history, and is stored in one step."""
        group = desk.record_together("panel", ev.Scheduled, slot=self.SLOT)
        assert group == desk.group("panel")
        assert [desk.interview(talk).slot for talk in members] == [self.SLOT, self.SLOT]
        assert len({desk.interview(talk).log.last.id for talk in members}) == 1

    def test_is_recorded_in_some(self, desk: Desk, members: tuple[str, str]) -> None:
        """An event that concerns one member is stored for that one only."""
        desk.record_together("panel", ev.Scheduled, slot=self.SLOT)
        before = desk.interview(members[1])
        desk.record_together("panel", ev.Confirmed, to=(members[0],), by=Party.CONTACT)
        assert desk.interview(members[0]).stage is Stage.CONFIRMED
        assert desk.interview(members[1]) == before

    def test_or_in_none(self, desk: Desk, store: Store, members: tuple[str, str]) -> None:
        """When one member refuses, nothing is stored for anybody."""
        desk.record(members[1], ev.Scheduled, slot=self.SLOT)
        desk.record(members[1], ev.Confirmed)
        before = store.log("default", limit=1_000)
        with pytest.raises(GroupRefusedError) as caught:
            desk.record_together("panel", ev.Scheduled, to=members, slot=self.SLOT)
        assert caught.value.refusals.keys() == {members[1]}
        assert store.log("default", limit=1_000) == before

    def test_refuses_what_is_personal(self, desk: Desk, members: tuple[str, str]) -> None:
        """Thanks are sent to each by themselves."""
        assert members
        with pytest.raises(InvalidValueError) as caught:
            desk.record_together("panel", ev.ThanksSent, specific="the maps")
        assert caught.value.code == "personal_event"

    def test_meets_somebody_else(self, desk: Desk, members: tuple[str, str]) -> None:
        """When a member changes while the event is on its way, nothing is stored."""
        inner = desk.store

        class Meanwhile:
            """A store in which a note is taken just before the next commit."""

            def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - everything else is the store's
                return getattr(inner, name)

            def commit(self, tenant: str, changes: Any, /) -> int:  # noqa: ANN401 - as the store's
                desk.record(members[0], ev.ResumeRequested)
                return inner.commit(tenant, changes)

        with pytest.raises(ConflictError):
            attrs.evolve(desk, store=Meanwhile()).record_together("panel", ev.Scheduled, slot=self.SLOT)
        assert [desk.interview(talk).stage for talk in members] == [Stage.ACCEPTED, Stage.ACCEPTED]


class TestCaps:
    """Contacts are protected from being flooded, whoever asks."""

    def test_of_an_organisation(self, desk: Desk, clock: Clock) -> None:
        """Where two people are asked, a third waits until one of them is met or has answered."""
        first = asked(desk, 1)
        clock.now += timedelta(days=7)
        second = asked(desk, 2)
        clock.now += timedelta(days=7)
        third = prepared(desk, 3)
        assert refused(desk, third) == ("organisation_busy", None)
        desk.record(first, ev.Declined)
        assert desk.record(third, ev.RequestSent, minutes=20).stage is Stage.REQUESTED
        assert desk.interview(second).stage is Stage.REQUESTED

    def test_of_a_colleague(self, desk: Desk, clock: Clock) -> None:
        """A second person of an organisation is asked three business days after the first (Dalton)."""
        asked(desk, 1)
        second = prepared(desk, 2)
        code, earliest = refused(desk, second)
        assert (code, earliest) == ("colleague_asked_lately", at(3, 4, 23))
        clock.now = at(3, 4, 23)
        assert desk.record(second, ev.RequestSent, minutes=20).stage is Stage.REQUESTED

    def test_of_another_organisation(self, desk: Desk) -> None:
        """Whoever has no organisation, or another one, is no colleague."""
        asked(desk, 1)
        assert desk.interview(asked(desk, 10)).stage is Stage.REQUESTED

    def test_of_a_contact(self, desk: Desk, clock: Clock) -> None:
        """A contact is asked so often in thirty days, by whomever."""
        picky = attrs.evolve(desk, policy=attrs.evolve(CLASSIC, name="picky", contact_month_max=1))
        asked(picky, 10, "mira")
        clock.now += timedelta(days=8)
        talk = prepared(picky, 10, "mara")
        assert refused(picky, talk) == ("contact_asked_enough", at(4, 1, 9))
        clock.now = at(4, 1, 9)
        assert picky.record(talk, ev.RequestSent, minutes=20).stage is Stage.REQUESTED

    def test_of_a_week(self, desk: Desk, clock: Clock) -> None:
        """A seeker sends ten requests a week; the eleventh waits for the first to be a week old."""
        talks = [asked(desk, number) for number in range(10, 20)]
        assert len(talks) == CLASSIC.week_requests_max
        clock.now += timedelta(hours=1)
        assert refused(desk, prepared(desk, 20)) == ("week_full", at(3, 9, 9))
        assert desk.interview(asked(desk, 21, "mara")).stage is Stage.REQUESTED

    def test_forget_what_was_undone(self, desk: Desk, clock: Clock) -> None:
        """A request that was recorded by mistake counts no more."""
        hasty = attrs.evolve(desk, policy=attrs.evolve(CLASSIC, name="slow", week_requests_max=1))
        first = asked(hasty, 10)
        clock.now += timedelta(hours=1)
        second = prepared(hasty, 11)
        assert refused(hasty, second)[0] == "week_full"
        hasty.record(first, ev.Undone, reason="it was a draft")
        assert hasty.record(second, ev.RequestSent, minutes=20).stage is Stage.REQUESTED

    def test_count_its_own_requests(self, desk: Desk, clock: Clock) -> None:
        """A contact who may be asked once a month is not asked again in the same interview either."""
        strict = attrs.evolve(CLASSIC, name="strict", contact_month_max=1, retry_wait=1)
        picky = attrs.evolve(desk, policy=strict)
        talk = asked(picky, 10)
        picky.record(talk, ev.Deferred, until=date(2026, 3, 10))
        clock.now = at(3, 12)
        with pytest.raises(GuardError) as caught:
            picky.record(talk, ev.Retried, minutes=20)
        assert (codes(caught.value), caught.value.earliest) == (["contact_asked_enough"], at(4, 1))
        clock.now = at(4, 1)
        assert picky.record(talk, ev.Retried, minutes=20).stage is Stage.REQUESTED

    def test_count_who_answers_in_writing(self, desk: Desk, clock: Clock) -> None:
        """Whoever writes answers is busy with the seeker, and not met yet."""
        alone = attrs.evolve(desk, policy=attrs.evolve(CLASSIC, name="alone", organisation_live_max=1))
        first = asked(alone, 1)
        alone.record(first, ev.WrittenAnswersOffered)
        clock.now += timedelta(days=14)
        second = prepared(alone, 2)
        assert refused(alone, second) == ("organisation_busy", None)
        alone.record(first, ev.AnswersReceived)
        assert alone.record(second, ev.RequestSent, minutes=20).stage is Stage.REQUESTED

    def test_count_who_was_introduced(self, desk: Desk, clock: Clock) -> None:
        """A colleague whom a connector asked was asked, and gets the time to answer."""
        talk = desk.begin(seeker_id="mira", contact_id="c-1")
        desk.record(
            talk.id,
            ev.IntroRequested,
            objective=OBJECTIVE,
            connection=FRIEND,
            check_back_on=date(2026, 3, 10),
        )
        clock.now = at(3, 9)
        desk.record(talk.id, ev.IntroMade, contact_agreed=True)
        assert refused(desk, prepared(desk, 2)) == ("colleague_asked_lately", at(3, 11, 23))

    def test_are_told_before(self, desk: Desk, clock: Clock) -> None:
        """Asked before, the desk answers as it would record."""
        asked(desk, 1)
        second = prepared(desk, 2)
        decision = desk.decide(second, ev.RequestSent)
        assert (decision.allowed, decision.earliest) == (False, at(3, 4, 23))
        assert [reason.code for reason in decision.reasons] == ["colleague_asked_lately"]
        clock.now = at(3, 4, 23)
        assert desk.decide(second, ev.RequestSent).allowed
        assert desk.decide(second, ev.NoteTaken).allowed
        assert not desk.decide(second, ev.Nudged)

    def test_are_not_told_of_nobody(self, desk: Desk, clock: Clock) -> None:
        """An interview that is not stored, what is no event, and a clock without a zone are refused."""
        talk = prepared(desk, 1)
        with pytest.raises(NotFoundError):
            desk.decide("nobody", ev.RequestSent)
        with pytest.raises(InvalidValueError) as caught:
            desk.decide(talk, Matched)
        assert caught.value.code == "unknown_event"
        clock.now = datetime(2026, 3, 3)  # noqa: DTZ001 - the fault that is looked for
        with pytest.raises(InvalidValueError) as caught:
            desk.decide(talk, ev.RequestSent)
        assert (caught.value.field, caught.value.code) == ("clock", "naive_datetime")


SLOT = slot_at(at(3, 20, 9))
LATER = slot_at(at(3, 23, 9))


def agreed(desk: Desk, number: int, seeker: str = "mira", slot: Slot = SLOT) -> str:
    """Agree on a time with a contact, and tell the interview's id."""
    talk = asked(desk, number, seeker)
    desk.record(talk, ev.Scheduled, slot=slot)
    return talk


def codes(error: GuardError) -> list[str]:
    """Read the codes off a refusal."""
    return [reason.code for reason in error.reasons]


def stored(desk: Desk) -> object:
    """Read every interview, and the log, of a desk."""
    return list(desk.interviews()), desk.store.log("default", limit=1_000)


def refuses(desk: Desk, code: str, talk: str, event: type[ev.Event], **content: Any) -> None:  # noqa: ANN401 - any field
    """Hold that an event is refused for one reason that waiting does not help, and that nothing is stored."""
    before = stored(desk)
    with pytest.raises(GuardError) as caught:
        desk.record(talk, event, **content)
    assert (caught.value.event, codes(caught.value)) == (event.__name__, [code])
    assert caught.value.earliest is None
    assert stored(desk) == before


def keeps_the_calendar(desk: Desk) -> None:
    """Of one seeker, no two talks that are booked overlap, other than those of one group."""
    agreed(desk, 10)
    talk = asked(desk, 11)
    with pytest.raises(GuardError):
        desk.record(talk, ev.Scheduled, slot=SLOT)


@attrs.frozen
class Unbooked(Surroundings):
    """Surroundings in which the seeker has no other talks."""

    def _around(self, interview: Interview, now: datetime) -> Outreach:
        return attrs.evolve(super()._around(interview, now), taken=())


@attrs.frozen(kw_only=True)
class Forgetful(Desk):
    """A desk that does not look at the other talks: a broken double."""

    @property
    def _surroundings(self) -> Surroundings:
        return Unbooked(self._shelf)


class TestCalendar:
    """A seeker has one talk at a time."""

    def test_is_kept(self, desk: Desk) -> None:
        """A second talk at the time of the first is refused, whatever its contact says."""
        keeps_the_calendar(desk)

    def test_is_missed_by_who_forgets_it(self, desk: Desk) -> None:
        """The law fails for a desk that ignores other talks."""
        forgetful = Forgetful(store=desk.store, clock=desk.clock, new_id=desk.new_id)
        with pytest.raises(pytest.fail.Exception):
            keeps_the_calendar(forgetful)

    def test_covers_every_event_that_names_a_time(self, desk: Desk) -> None:
        """Proposing, agreeing and moving are held against it; what the contact names is not."""
        agreed(desk, 10)
        talk = asked(desk, 11)
        desk.record(talk, ev.Accepted)
        refuses(desk, "slot_taken", talk, ev.TimesProposed, slots=(LATER, SLOT))
        desk.record(talk, ev.TimesProposed, slots=(LATER,))
        assert desk.record(talk, ev.TimeCountered, slots=(SLOT,)).proposed == (SLOT,)
        refuses(desk, "slot_taken", talk, ev.Scheduled, slot=SLOT)
        desk.record(talk, ev.Scheduled, slot=LATER)
        refuses(desk, "slot_taken", talk, ev.Rescheduled, slot=SLOT, by=Party.CONTACT)

    def test_lets_a_talk_move_within_its_own_time(self, desk: Desk) -> None:
        """The interview's own time is no other talk."""
        talk = agreed(desk, 10)
        sooner = slot_at(SLOT.start - timedelta(minutes=10))
        assert desk.record(talk, ev.Rescheduled, slot=sooner, by=Party.CONTACT).slot == sooner

    def test_has_room_beside_a_talk(self, desk: Desk) -> None:
        """A talk may begin at the minute in which another one ends."""
        agreed(desk, 10)
        next_to_it = slot_at(SLOT.end)
        assert desk.interview(agreed(desk, 11, slot=next_to_it)).slot == next_to_it

    def test_is_each_seekers_own(self, desk: Desk) -> None:
        """Two seekers talk at one time, with whomever."""
        agreed(desk, 10)
        assert desk.interview(agreed(desk, 11, "mara")).stage is Stage.SCHEDULED

    @pytest.mark.parametrize("ending", [ev.Cancelled, ev.Withdrawn, ev.Undone])
    def test_is_free_again(self, desk: Desk, ending: type[ev.Event]) -> None:
        """What was called off, or undone, takes no time."""
        talk = agreed(desk, 10)
        said = {ev.Cancelled: {"by": Party.CONTACT}, ev.Withdrawn: {}, ev.Undone: {"reason": "the wrong one"}}
        desk.record(talk, ending, **said[ending])
        assert desk.interview(agreed(desk, 11)).slot == SLOT

    def test_holds_while_a_talk_goes_on(self, desk: Desk, clock: Clock) -> None:
        """A talk that was confirmed, or has begun, is still in the calendar, and one that is over is not."""
        talk = agreed(desk, 10, slot=slot_at(at(3, 5, 9), 30))
        late = slot_at(at(3, 5, 9, 20))
        loose = attrs.evolve(desk, policy=attrs.evolve(CLASSIC, name="loose", slot_lead_minutes=0))
        other = asked(loose, 11)
        desk.record(talk, ev.Confirmed)
        refuses(loose, "slot_taken", other, ev.Scheduled, slot=late)
        clock.now = at(3, 5, 9)
        desk.record(talk, ev.Started)
        refuses(loose, "slot_taken", other, ev.Scheduled, slot=late)
        clock.now = at(3, 5, 9, 15)
        desk.record(talk, ev.Held)
        assert loose.record(other, ev.Scheduled, slot=late).slot == late

    def test_has_a_group_talk_once(self, desk: Desk) -> None:
        """Members of one group are met together; whoever is not one of them is met at another time."""
        first, second, stranger = asked(desk, 10), asked(desk, 11), asked(desk, 12)
        for talk in (first, second):
            desk.record(talk, ev.GroupJoined, group_id="panel")
        desk.record(first, ev.Scheduled, slot=SLOT)
        assert desk.record(second, ev.Scheduled, slot=SLOT).slot == SLOT
        refuses(desk, "slot_taken", stranger, ev.Scheduled, slot=SLOT)
        desk.record(second, ev.GroupLeft)
        refuses(desk, "slot_taken", second, ev.Rescheduled, slot=SLOT, by=Party.CONTACT)

    def test_is_kept_by_groups(self, desk: Desk) -> None:
        """A meeting is not agreed on while the seeker has another talk, and nobody is scheduled then."""
        agreed(desk, 10)
        for number in (11, 12):
            desk.record(asked(desk, number), ev.GroupJoined, group_id="panel")
        before = stored(desk)
        with pytest.raises(GroupRefusedError) as caught:
            desk.record_together("panel", ev.Scheduled, slot=SLOT)
        refusals = [r for r in caught.value.refusals.values() if isinstance(r, GuardError)]
        assert [codes(refusal) for refusal in refusals] == [["slot_taken"], ["slot_taken"]]
        assert stored(desk) == before
        assert desk.record_together("panel", ev.Scheduled, slot=LATER).slot == LATER
        assert desk.record_together("panel", ev.Confirmed).slot == LATER

    def test_is_told_before(self, desk: Desk) -> None:
        """Whether a time is free depends on the time, so the decision names it among what is required."""
        agreed(desk, 10)
        decision = desk.decide(asked(desk, 11), ev.Scheduled)
        assert decision.allowed
        assert "slot_taken" in {reason.code for reason in decision.requires}


def thanked(desk: Desk, clock: Clock, number: int = 10) -> str:
    """Hold a talk with a contact and thank for it, and tell the interview's id."""
    talk = agreed(desk, number, slot=slot_at(clock.now + timedelta(days=1)))
    clock.now += timedelta(days=1)
    desk.record(talk, ev.Held)
    clock.now += timedelta(hours=3)
    desk.record(talk, ev.ThanksSent, specific="what you said about soil maps")
    return talk


class TestAgain:
    """A second talk of the same two follows the first, once they have thanked for it."""

    def test_follows_the_first(self, desk: Desk, clock: Clock) -> None:
        """The second begins anew, and tells what it follows; the first goes on."""
        first = thanked(desk, clock)
        second = desk.begin(seeker_id="mira", contact_id="c-10", follows=first)
        assert (second.stage, second.follows, second.referral_id) == (Stage.IDENTIFIED, first, None)
        assert desk.interview(second.id) == second
        clock.now += timedelta(days=60)
        assert desk.record(first, ev.Reconnected, hook="the maps are drawn").stage is Stage.IN_TOUCH
        assert desk.record(second.id, ev.Prepared, objective=OBJECTIVE, connection=COLD)

    @pytest.mark.parametrize(("later", "said"), [(ev.Touched, {"by": Party.CONTACT}), (ev.Lapsed, {})])
    def test_follows_it_later_too(
        self, desk: Desk, clock: Clock, later: type[ev.Event], said: dict[str, Party]
    ) -> None:
        """Whether they stayed in touch or not, they may talk again."""
        first = thanked(desk, clock)
        clock.now += timedelta(days=CLASSIC.lapse_days)
        desk.record(first, later, **said)
        assert desk.begin(seeker_id="mira", contact_id="c-10", follows=first).follows == first

    def test_follows_one_that_has_ended(self, desk: Desk) -> None:
        """What has ended stands in nobody's way, and may be named."""
        first = asked(desk, 10)
        desk.record(first, ev.Declined)
        assert desk.begin(seeker_id="mira", contact_id="c-10", follows=first).follows == first

    def test_must_name_it(self, desk: Desk, clock: Clock) -> None:
        """Without its name, the running interview is gone on with."""
        thanked(desk, clock)
        self.refuses_to_begin(desk, "interview_running")

    def test_must_name_one_that_is_stored(self, desk: Desk, clock: Clock) -> None:
        """What is not there is not followed."""
        thanked(desk, clock)
        with pytest.raises(NotFoundError):
            desk.begin(seeker_id="mira", contact_id="c-10", follows="n-9999")

    def test_must_name_one_of_the_same_two(self, desk: Desk, clock: Clock) -> None:
        """An interview of others is not followed, whoever of the two differs."""
        first = thanked(desk, clock)
        for seeker, contact in (("mara", "c-10"), ("mira", "c-11")):
            with pytest.raises(InvalidValueError) as caught:
                desk.begin(seeker_id=seeker, contact_id=contact, follows=first)
            assert (caught.value.field, caught.value.code) == ("begin.follows", "other_interview")

    @pytest.mark.parametrize("step", [ev.Accepted, ev.Scheduled, ev.Held])
    def test_waits_for_the_thanks(self, desk: Desk, clock: Clock, step: type[ev.Event]) -> None:
        """A talk that is still to come, or was not thanked for, is not followed."""
        first = asked(desk, 10) if step is ev.Accepted else agreed(desk, 10)
        if step is ev.Held:
            clock.now = SLOT.end
        if step is not ev.Scheduled:
            desk.record(first, step)
        with pytest.raises(InvalidValueError) as caught:
            desk.begin(seeker_id="mira", contact_id="c-10", follows=first)
        assert (caught.value.field, caught.value.code) == ("begin.follows", "other_interview")

    def test_is_one_at_a_time(self, desk: Desk, clock: Clock) -> None:
        """While the second runs there is no third, whichever is named."""
        first = thanked(desk, clock)
        second = desk.begin(seeker_id="mira", contact_id="c-10", follows=first).id
        for follows in (None, first):
            self.refuses_to_begin(desk, "interview_running", follows=follows)
        with pytest.raises(InvalidValueError):
            desk.begin(seeker_id="mira", contact_id="c-10", follows=second)

    def test_respects_silence(self, desk: Desk, clock: Clock) -> None:
        """Whoever asked another seeker for silence is not asked again."""
        first = thanked(desk, clock)
        desk.record(prepared(desk, 10, "mara"), ev.DoNotContactAsked)
        self.refuses_to_begin(desk, "contact_sealed", follows=first)

    def test_counts_the_requests_of_the_first(self, desk: Desk, clock: Clock) -> None:
        """The contact was asked by both, however many interviews that makes."""
        picky = attrs.evolve(desk, policy=attrs.evolve(CLASSIC, name="picky", contact_month_max=1))
        first = thanked(picky, clock)
        second = picky.begin(seeker_id="mira", contact_id="c-10", follows=first).id
        picky.record(second, ev.Prepared, objective=OBJECTIVE, connection=COLD)
        assert refused(picky, second) == ("contact_asked_enough", at(4, 1))

    @staticmethod
    def refuses_to_begin(desk: Desk, code: str, *, follows: str | None = None) -> None:
        """Hold that no interview begins, and nothing is stored."""
        before = stored(desk)
        with pytest.raises(GuardError) as caught:
            desk.begin(seeker_id="mira", contact_id="c-10", follows=follows)
        assert (caught.value.event, codes(caught.value)) == ("Identified", [code])
        assert stored(desk) == before


class TestJoining:
    """Who joins a group fits into it, or does not join."""

    def joins(self, desk: Desk, talk: str, code: str) -> None:
        """Hold that an interview cannot join the panel, and nothing is stored."""
        before = stored(desk)
        with pytest.raises(InvalidValueError) as caught:
            desk.record(talk, ev.GroupJoined, group_id="panel")
        assert caught.value.code == code
        assert stored(desk) == before

    def test_at_another_time(self, desk: Desk) -> None:
        """Whose talk is booked for another time does not take part in this one."""
        first, second = agreed(desk, 10), agreed(desk, 11, slot=LATER)
        desk.record(first, ev.GroupJoined, group_id="panel")
        self.joins(desk, second, "slots_differ")
        desk.record(second, ev.Cancelled, by=Party.CONTACT)
        desk.record(second, ev.Rebooked)
        assert desk.record(second, ev.GroupJoined, group_id="panel").group_id == "panel"
        assert len(desk.group("panel").members) == 2

    def test_for_another_seeker(self, desk: Desk) -> None:
        """A group is one seeker's."""
        desk.record(asked(desk, 10), ev.GroupJoined, group_id="panel")
        self.joins(desk, asked(desk, 11, "mara"), "several_seekers")

    def test_as_somebody_who_is_in_it(self, desk: Desk, clock: Clock) -> None:
        """A contact takes part once, whatever the number of interviews."""
        first = agreed(desk, 10, slot=slot_at(at(3, 3)))
        desk.record(first, ev.GroupJoined, group_id="panel")
        clock.now = at(3, 3)
        desk.record(first, ev.Held)
        clock.now = at(3, 3, 12)
        desk.record(first, ev.ThanksSent, specific="the maps")
        second = desk.begin(seeker_id="mira", contact_id="c-10", follows=first)
        self.joins(desk, second.id, "duplicate_member")

    def test_as_the_first(self, desk: Desk) -> None:
        """Whoever joins first makes the group."""
        talk = asked(desk, 10)
        desk.record(talk, ev.GroupJoined, group_id="panel")
        assert [member.id for member in desk.group("panel").members] == [talk]


class TestGone:
    """Who takes part no more is no member, though the interview once joined."""

    @pytest.mark.parametrize("ending", [ev.Declined, ev.Withdrawn, ev.Expired, ev.DoNotContactAsked])
    def test_leave_the_group(self, desk: Desk, clock: Clock, ending: type[ev.Event]) -> None:
        """The others go on without them, and what happens to the meeting is not recorded in theirs."""
        stays, goes = asked(desk, 10), asked(desk, 11)
        for talk in (stays, goes):
            desk.record(talk, ev.GroupJoined, group_id="panel")
        clock.now = at(4, 1)
        gone = desk.record(goes, ending)
        assert gone.group_id == "panel"
        assert [member.id for member in desk.group("panel").members] == [stays]
        slot = slot_at(at(4, 8))
        assert desk.record_together("panel", ev.Scheduled, slot=slot).slot == slot
        assert desk.interview(goes) == gone

    def test_leave_nobody_behind(self, desk: Desk) -> None:
        """When all are gone there is no such group any more."""
        talk = asked(desk, 10)
        desk.record(talk, ev.GroupJoined, group_id="panel")
        desk.record(talk, ev.Declined)
        for use in (lambda: desk.group("panel"), lambda: desk.record_together("panel", ev.Held)):
            with pytest.raises(NotFoundError) as caught:
                use()
            assert (caught.value.kind, caught.value.id) == ("group", "panel")

    def test_may_come_back_in_another_interview(self, desk: Desk) -> None:
        """Who declined and is asked anew joins the same group again, and is in it once."""
        first = asked(desk, 10)
        desk.record(first, ev.GroupJoined, group_id="panel")
        desk.record(first, ev.Declined)
        second = asked(desk, 10)
        desk.record(second, ev.GroupJoined, group_id="panel")
        assert [member.id for member in desk.group("panel").members] == [second]

    def test_are_not_those_who_cancelled(self, desk: Desk) -> None:
        """A cancelled member is one, since another time may be agreed."""
        talk = agreed(desk, 10)
        desk.record(talk, ev.GroupJoined, group_id="panel")
        desk.record_together("panel", ev.Cancelled, by=Party.CONTACT)
        assert desk.record_together("panel", ev.Rebooked).member(talk).stage is Stage.SCHEDULING


class TestSilence:
    """Who asked one seeker for silence is written to by nobody."""

    WAYS: ClassVar[dict[type[ev.Event], dict[str, Any]]] = {
        ev.RequestSent: {"minutes": 20},
        ev.Nudged: {},
        ev.Retried: {"minutes": 20},
    }

    @pytest.mark.parametrize("writing", WAYS)
    @pytest.mark.parametrize("silence", [ev.DoNotContactAsked, ev.Erased])
    def test_stops_what_is_under_way(
        self, desk: Desk, clock: Clock, writing: type[ev.Event], silence: type[ev.Event]
    ) -> None:
        """In an interview of somebody else, what writes to the contact is refused from then on."""
        theirs = prepared(desk, 10, "mara")
        mine = prepared(desk, 10) if writing is ev.RequestSent else asked(desk, 10)
        if writing is ev.Retried:
            desk.record(mine, ev.Deferred, until=date(2026, 4, 10))
        clock.now = at(3, 12) if writing is ev.Nudged else at(4, 14)
        assert desk.decide(mine, writing).allowed
        desk.record(theirs, silence)
        refuses(desk, "contact_sealed", mine, writing, **self.WAYS[writing])

    def test_lets_answers_be_recorded(self, desk: Desk) -> None:
        """What the contact does, and taking a request back, are recorded all the same."""
        talks = [asked(desk, 10), asked(desk, 10, "mara")]
        desk.record(talks[1], ev.DoNotContactAsked)
        assert desk.record(talks[0], ev.Accepted).stage is Stage.ACCEPTED
        assert desk.record(talks[0], ev.Withdrawn).stage is Stage.WITHDRAWN

    def test_is_each_contacts_own(self, desk: Desk) -> None:
        """Silence of one contact keeps nobody from another."""
        desk.record(prepared(desk, 10), ev.DoNotContactAsked)
        assert desk.interview(asked(desk, 11)).stage is Stage.REQUESTED


def ended_by(desk: Desk, clock: Clock, ending: type[ev.Event]) -> str:
    """Let an interview end in some way, and tell its id."""
    talk = agreed(desk, 10) if ending in (ev.Cancelled, ev.NoShowRecorded) else asked(desk, 10)
    clock.now = SLOT.start + timedelta(minutes=30) if ending is ev.NoShowRecorded else clock.now
    clock.now = at(4, 1) if ending is ev.Expired else clock.now
    by = {"by": Party.CONTACT} if ending in (ev.Cancelled, ev.NoShowRecorded) else {}
    desk.record(talk, ending, **by)
    return talk


@attrs.frozen
class Revival:
    """A way to end an interview, and to take it up again."""

    ending: type[ev.Event]
    event: type[ev.Event]
    stage: Stage
    said: dict[str, str] = attrs.field(factory=dict)


REVIVALS = (
    Revival(ev.Declined, ev.Undone, Stage.REQUESTED, {"reason": "it was somebody else"}),
    Revival(ev.Closed, ev.Undone, Stage.REQUESTED, {"reason": "too early"}),
    Revival(ev.Declined, ev.Reopened, Stage.PREPARED),
    Revival(ev.Withdrawn, ev.Reopened, Stage.PREPARED),
    Revival(ev.Expired, ev.Accepted, Stage.ACCEPTED),
    Revival(ev.Cancelled, ev.Rebooked, Stage.SCHEDULING),
    Revival(ev.NoShowRecorded, ev.Rebooked, Stage.SCHEDULING),
)


@pytest.mark.parametrize("way", REVIVALS, ids=lambda way: f"{way.ending.__name__}-{way.event.__name__}")
class TestReviving:
    """Taking up an ended interview asks the same as beginning one."""

    def test_may_happen(self, desk: Desk, clock: Clock, way: Revival) -> None:
        """While nothing else goes on with the contact, it goes on, whoever else talks to them."""
        talk = ended_by(desk, clock, way.ending)
        prepared(desk, 10, "mara")
        clock.now += timedelta(days=CLASSIC.reopen_days)
        assert desk.record(talk, way.event, **way.said).stage is way.stage

    def test_waits_for_what_runs(self, desk: Desk, clock: Clock, way: Revival) -> None:
        """While another interview of the two runs it stays ended, and goes on when that has ended too."""
        talk = ended_by(desk, clock, way.ending)
        clock.now += timedelta(days=CLASSIC.reopen_days)
        second = desk.begin(seeker_id="mira", contact_id="c-10", follows=talk).id
        refuses(desk, "interview_running", talk, way.event, **way.said)
        desk.record(second, ev.Withdrawn)
        assert desk.record(talk, way.event, **way.said).stage is way.stage

    def test_respects_silence(self, desk: Desk, clock: Clock, way: Revival) -> None:
        """When the contact asked anybody for silence it stays ended."""
        talk = ended_by(desk, clock, way.ending)
        desk.record(prepared(desk, 10, "mara"), ev.DoNotContactAsked)
        clock.now += timedelta(days=CLASSIC.reopen_days)
        refuses(desk, "contact_sealed", talk, way.event, **way.said)


def test_what_stays_ended_is_not_asked_for(desk: Desk) -> None:
    """Settling, or undoing, what is over takes nothing up again: the second interview does not matter."""
    talk = asked(desk, 10)
    desk.record(talk, ev.Declined)
    desk.begin(seeker_id="mira", contact_id="c-10")
    desk.record(talk, ev.ReplyThanked)
    assert desk.record(talk, ev.Undone, reason="not sent").stage is Stage.DECLINED


class Own(StrEnum):
    """A stage of one's own."""

    MATCHED = "matched"


@attrs.frozen(kw_only=True)
class Matched(CustomEvent):
    """The platform found the two for each other."""

    score: int


MATCHING = LIFECYCLE.extended(
    Transition(event=Matched, source=Stage.PREPARED, target=Own.MATCHED, why="the platform"),
    Transition(event=ev.Accepted, source=Own.MATCHED, target=Stage.ACCEPTED, why="the platform"),
    live=(Own.MATCHED,),
)


class TestOwnLifecycle:
    """A desk keeps interviews of a lifecycle that somebody extended."""

    @pytest.fixture
    def platform(self, desk: Desk) -> Desk:
        """Open a desk for the platform."""
        return attrs.evolve(desk, lifecycle=MATCHING)

    def test_round_trip(self, platform: Desk) -> None:
        """Own events and stages are stored and read again, and the interview goes on from there."""
        talk = prepared(platform, 10)
        assert platform.record(talk, Matched, score=7).stage is Own.MATCHED
        stored = platform.interview(talk)
        assert stored.stage is Own.MATCHED
        assert isinstance(stored.log.last, Matched)
        assert platform.record(talk, ev.Accepted).stage is Stage.ACCEPTED
        assert [kept.id for kept in platform.interviews()] == [talk]

    def test_counts_as_running(self, platform: Desk) -> None:
        """An interview in a live stage of one's own is not begun a second time."""
        platform.record(prepared(platform, 10), Matched, score=7)
        with pytest.raises(GuardError) as caught:
            platform.begin(seeker_id="mira", contact_id="c-10")
        assert [reason.code for reason in caught.value.reasons] == ["interview_running"]

    def test_is_on_the_agenda(self, platform: Desk) -> None:
        """The agenda knows nothing to do in it, and does not stumble."""
        platform.record(prepared(platform, 10), Matched, score=7)
        assert platform.agenda(until=at(12, 31)) == ()

    def test_is_unknown_elsewhere(self, desk: Desk, platform: Desk) -> None:
        """A desk without it refuses the event, and says so."""
        talk = prepared(desk, 10)
        with pytest.raises(InvalidValueError) as caught:
            desk.record(talk, Matched, score=7)
        assert caught.value.code == "unknown_event"
        platform.record(talk, Matched, score=7)
        with pytest.raises(IllegalTransitionError):
            platform.record(talk, ev.Nudged)


class TestUndoing:
    """What was recorded by mistake is taken back by another entry."""

    def test_is_stored(self, desk: Desk, store: Store) -> None:
        """The entry of the mistake stays, the undoing stands after it, and the interview is as before."""
        talk = prepared(desk, 10)
        before = desk.interview(talk)
        desk.record(talk, ev.RequestSent, minutes=20)
        after = desk.record(talk, ev.Undone, reason="the wrong contact")
        assert (after.stage, after.requested_at) == (before.stage, before.requested_at)
        assert [entry.name for entry in store.log("default")][-2:] == ["RequestSent", "Undone"]
        assert desk.interview(talk) == after

    def test_takes_back_its_place_in_the_agenda(self, desk: Desk) -> None:
        """What was due because of the mistake is due no more."""
        talk = prepared(desk, 10)
        desk.record(talk, ev.RequestSent, minutes=20)
        assert desk.agenda(until=at(12, 31)) != ()
        desk.record(talk, ev.Undone, reason="the wrong contact")
        assert desk.agenda(until=at(12, 31)) == ()


class TestRoundabout:
    """What is refused on the straight way is refused on every other."""

    def test_a_time_that_comes_back(self, desk: Desk) -> None:
        """Undoing a cancellation does not bring back a time that another talk has taken since."""
        first = agreed(desk, 10)
        desk.record(first, ev.Cancelled, by=Party.CONTACT)
        second = agreed(desk, 11)
        refuses(desk, "slot_taken", first, ev.Undone, reason="the wrong talk")
        desk.record(second, ev.Cancelled, by=Party.CONTACT)
        assert desk.record(first, ev.Undone, reason="the wrong talk").slot == SLOT

    def test_a_member_that_moves_alone(self, desk: Desk) -> None:
        """A group meets at one time: who moves alone leaves it first."""
        first, second = agreed(desk, 10), asked(desk, 11)
        for talk in (first, second):
            desk.record(talk, ev.GroupJoined, group_id="panel")
        desk.record_together("panel", ev.Scheduled, to=(second,), slot=SLOT)
        before = stored(desk)
        with pytest.raises(InvalidValueError) as caught:
            desk.record(first, ev.Rescheduled, slot=LATER, by=Party.CONTACT)
        assert caught.value.code == "slots_differ"
        assert stored(desk) == before
        desk.record(first, ev.GroupLeft)
        assert desk.record(first, ev.Rescheduled, slot=LATER, by=Party.CONTACT).slot == LATER

    def test_a_group_that_takes_up_what_goes_on_elsewhere(self, desk: Desk) -> None:
        """A cancelled member is not booked anew while the two have another interview."""
        first = agreed(desk, 10)
        desk.record(first, ev.GroupJoined, group_id="panel")
        desk.record(first, ev.Cancelled, by=Party.CONTACT)
        desk.begin(seeker_id="mira", contact_id="c-10")
        before = stored(desk)
        with pytest.raises(GuardError) as caught:
            desk.record_together("panel", ev.Rebooked)
        assert (caught.value.event, codes(caught.value)) == ("Rebooked", ["interview_running"])
        assert stored(desk) == before

    def test_a_time_proposed_to_who_wants_silence(self, desk: Desk) -> None:
        """Whatever the seeker writes is written to nobody who asked another for silence."""
        talk = asked(desk, 10)
        desk.record(talk, ev.Accepted)
        desk.record(prepared(desk, 10, "mara"), ev.DoNotContactAsked)
        refuses(desk, "contact_sealed", talk, ev.TimesProposed, slots=(SLOT,))
