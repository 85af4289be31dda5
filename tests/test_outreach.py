"""What a request comes on top of: how it is counted, and how the caps are held against it."""

import pickle
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

import attrs
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from tests.lives import (
    ASKED,
    AUCKLAND,
    BERLIN,
    FOUND,
    LIVES,
    LONG_LIFE,
    MICROSECOND,
    READY,
    TALK,
    EveryDay,
    at,
    life,
    living,
    midnight,
    slot_at,
)

from infoview import _events as ev
from infoview._interview import Decision, Interview
from infoview._outreach import ASKED as OPEN_STAGES
from infoview._outreach import MONTH, WEEK, Outreach, outreach_among, requests_of
from infoview._people import Party
from infoview._policy import Policy
from infoview._stages import Stage
from infoview._time import WEEKDAYS, BusinessCalendar, Slot
from infoview.exceptions import GuardError, InvalidValueError
from infoview.policies import CLASSIC

NOW = at(3, 20, 12)
HOUR = timedelta(hours=1)
FIELDS = ("seeker_requests", "contact_requests", "colleague_requests")


def prepared(zone: str = BERLIN) -> Interview:
    """Find an interview in which the request is still to be sent."""
    return life(attrs.evolve(FOUND, zone=zone), READY)


def with_caps(**caps: int) -> Policy:
    """Make a policy with caps of its own, and no others that matter."""
    loose = {"week_requests_max": 200, "contact_month_max": 100, "organisation_live_max": 20}
    return attrs.evolve(CLASSIC, name="caps", **{**loose, **caps})


def asked(
    outreach: Outreach | None,
    now: datetime = NOW,
    *,
    policy: Policy = CLASSIC,
    calendar: BusinessCalendar = WEEKDAYS,
    zone: str = BERLIN,
) -> Decision:
    """Ask whether a request may go out."""
    return prepared(zone).decide(ev.RequestSent, now=now, policy=policy, calendar=calendar, outreach=outreach)


def codes_of(decision: Decision) -> list[str]:
    """List why it may not."""
    return [reason.code for reason in decision.reasons]


def codes_of_refusal(refusal: pytest.ExceptionInfo[GuardError]) -> list[str]:
    """List why it was refused."""
    return [reason.code for reason in refusal.value.reasons]


def is_the_first(
    moment: datetime,
    outreach: Outreach,
    now: datetime = NOW,
    *,
    policy: Policy = CLASSIC,
    calendar: BusinessCalendar = WEEKDAYS,
    zone: str = BERLIN,
) -> None:
    """Hold that a request passes from an instant on, and not a microsecond before, decided or applied."""
    rest: dict[str, Any] = {"policy": policy, "calendar": calendar}
    decision = asked(outreach, now, zone=zone, **rest)
    assert (moment, False) == (decision.earliest, decision.allowed)
    assert asked(outreach, moment, zone=zone, **rest).allowed
    assert not asked(outreach, moment - MICROSECOND, zone=zone, **rest).allowed
    request = attrs.evolve(ASKED, at=moment)
    sent = prepared(zone).apply(request, outreach=outreach, **rest)
    assert sent.requested_at == moment
    early = attrs.evolve(request, at=moment - MICROSECOND)
    with pytest.raises(GuardError) as refusal:
        prepared(zone).apply(early, outreach=outreach, **rest)
    assert refusal.value.earliest == moment


# -- the value ----------------------------------------------------------------------------------------------


class TestOutreach:
    """What may be said about everything else."""

    def test_is_nothing_by_itself(self) -> None:
        """Without anything else, everything is empty, and nothing is refused."""
        assert Outreach() == Outreach(
            seeker_requests=(), contact_requests=(), colleague_requests=(), organisation_open=0, taken=()
        )
        assert asked(Outreach()).allowed
        assert asked(None).allowed

    @pytest.mark.parametrize("field", FIELDS)
    def test_keeps_instants_in_utc(self, field: str) -> None:
        """Whatever zone an instant comes in, the same instant is kept in UTC."""
        berlin = datetime(2026, 3, 25, 9, tzinfo=ZoneInfo(BERLIN))
        east = datetime(2026, 3, 25, 13, 45, tzinfo=timezone(timedelta(hours=5, minutes=45)))
        kept = getattr(Outreach(**{field: (berlin, east)}), field)
        assert kept == (datetime(2026, 3, 25, 8, tzinfo=UTC),) * 2
        assert [moment.tzinfo for moment in kept] == [UTC, UTC]

    @pytest.mark.parametrize("field", FIELDS)
    @pytest.mark.parametrize(
        ("requests", "code"),
        [
            ([NOW], "wrong_type"),
            (NOW, "wrong_type"),
            (None, "wrong_type"),
            ("yesterday", "wrong_type"),
            (("yesterday",), "not_a_datetime"),
            ((None,), "not_a_datetime"),
            ((date(2026, 3, 20),), "not_a_datetime"),
            ((NOW, NOW.replace(tzinfo=None)), "naive_datetime"),
            ((datetime(2026, 3, 29, 2, 30, tzinfo=ZoneInfo(BERLIN)),), "nonexistent_time"),
            ((datetime(1, 1, 1, tzinfo=UTC),), "out_of_range"),
            ((datetime(9999, 12, 31, tzinfo=ZoneInfo(BERLIN)),), "out_of_range"),
            ((NOW,) * 100_001, "out_of_range"),
        ],
        ids=lambda value: value if isinstance(value, str) else "",
    )
    def test_refuses_what_names_no_instants(self, field: str, requests: Any, code: str) -> None:  # noqa: ANN401 - what is refused
        """Anything else is refused with the name of the field, and without the value."""
        with pytest.raises(InvalidValueError) as refusal:
            Outreach(**{field: requests})
        assert (refusal.value.field, refusal.value.code) == (f"Outreach.{field}", code)
        assert "yesterday" not in str(refusal.value)

    @pytest.mark.parametrize(
        ("number", "code"),
        [
            (-1, "out_of_range"),
            (100_001, "out_of_range"),
            (10**30, "out_of_range"),
            (True, "not_a_whole_number"),
            (1.0, "not_a_whole_number"),
            ("1", "not_a_whole_number"),
            (None, "not_a_whole_number"),
        ],
    )
    def test_counts_in_whole_numbers(self, number: Any, code: str) -> None:  # noqa: ANN401 - what is refused
        """How many people are open is a number that makes sense."""
        with pytest.raises(InvalidValueError) as refusal:
            Outreach(organisation_open=number)
        assert (refusal.value.field, refusal.value.code) == ("Outreach.organisation_open", code)

    @pytest.mark.parametrize(
        ("taken", "code"),
        [
            ([TALK], "wrong_type"),
            (TALK, "wrong_type"),
            (None, "wrong_type"),
            ((TALK, TALK.start), "wrong_type"),
            ((None,), "wrong_type"),
            ((TALK,) * 100_001, "out_of_range"),
        ],
        ids=["a list", "a slot", "nothing", "an instant", "no slot", "too many"],
    )
    def test_takes_times_that_are_slots(self, taken: Any, code: str) -> None:  # noqa: ANN401 - what is refused
        """Other talks are told as a tuple of slots, and not too many of them."""
        with pytest.raises(InvalidValueError) as refusal:
            Outreach(taken=taken)
        assert (refusal.value.field, refusal.value.code) == ("Outreach.taken", code)

    def test_is_a_plain_value(self) -> None:
        """It is compared by what it holds, hashed, frozen, and travels."""
        outreach = Outreach(seeker_requests=(NOW,), organisation_open=2)
        assert outreach == pickle.loads(pickle.dumps(outreach))  # noqa: S301 - our own bytes
        assert hash(outreach) == hash(Outreach(seeker_requests=(NOW,), organisation_open=2))
        with pytest.raises(attrs.exceptions.FrozenInstanceError):
            outreach.organisation_open = 0  # type: ignore[misc] - what is refused


# -- the caps --------------------------------------------------------------------------------------------

CAPS = (
    ("week_full", "seeker_requests", "week_requests_max", WEEK),
    ("contact_asked_enough", "contact_requests", "contact_month_max", MONTH),
)


@pytest.mark.parametrize(("code", "field", "cap", "span"), CAPS, ids=str)
class TestSpans:
    """So many requests within a week, or within 30 days."""

    @pytest.mark.parametrize("most", [1, 2, 10])
    def test_end_exactly(self, code: str, field: str, cap: str, span: timedelta, most: int) -> None:
        """The next one may go out when the oldest of the last ones is exactly that old."""
        requests = tuple(NOW - number * HOUR for number in range(most))
        outreach, policy = Outreach(**{field: requests}), with_caps(**{cap: most})
        assert codes_of(asked(outreach, policy=policy)) == [code]
        is_the_first(min(requests) + span, outreach, policy=policy)

    def test_do_not_begin_before_they_are_full(
        self, code: str, field: str, cap: str, span: timedelta
    ) -> None:
        """One request less than the cap leaves room for one."""
        requests = (NOW, NOW - span + MICROSECOND)
        assert asked(Outreach(**{field: requests}), policy=with_caps(**{cap: 3})).allowed
        assert codes_of(asked(Outreach(**{field: requests}), policy=with_caps(**{cap: 2}))) == [code]

    def test_forget_what_is_old(self, code: str, field: str, cap: str, span: timedelta) -> None:
        """What is exactly as old as the span is over, and what is a microsecond younger counts."""
        policy = with_caps(**{cap: 1})
        assert asked(Outreach(**{field: (NOW - span,)}), policy=policy).allowed
        young = Outreach(**{field: (NOW - span + MICROSECOND,)})
        assert codes_of(asked(young, policy=policy)) == [code]
        is_the_first(NOW + MICROSECOND, young, policy=policy)

    def test_do_not_count_what_is_still_to_come(
        self, code: str, field: str, cap: str, span: timedelta
    ) -> None:
        """A request that is later than the instant asked about is no reason, until it has come."""
        later = NOW + MICROSECOND
        outreach, policy = Outreach(**{field: (later,)}), with_caps(**{cap: 1})
        assert asked(outreach, policy=policy).allowed
        assert prepared().apply(attrs.evolve(ASKED, at=NOW), outreach=outreach, policy=policy).stage is (
            Stage.REQUESTED
        )
        assert codes_of(asked(outreach, later, policy=policy)) == [code]
        is_the_first(later + span, outreach, later, policy=policy)

    def test_may_be_overfull(self, code: str, field: str, cap: str, span: timedelta) -> None:
        """Where more were sent than a stricter policy allows, the wait is for all that are too many."""
        requests = tuple(NOW - number * HOUR for number in range(5))
        outreach, policy = Outreach(**{field: requests}), with_caps(**{cap: 2})
        assert codes_of(asked(outreach, policy=policy)) == [code]
        is_the_first(NOW - HOUR + span, outreach, policy=policy)

    def test_take_requests_in_any_order(self, code: str, field: str, cap: str, span: timedelta) -> None:
        """Order, repetition at one instant, and zone of the instants do not matter."""
        requests = [NOW - 3 * HOUR, NOW, NOW - 2 * HOUR, NOW, NOW - 9 * HOUR]
        elsewhere = [moment.astimezone(ZoneInfo(AUCKLAND)) for moment in requests]
        policy = with_caps(**{cap: 4})
        for told in (requests, requests[::-1], elsewhere):
            outreach = Outreach(**{field: tuple(told)})
            assert codes_of(asked(outreach, policy=policy)) == [code]
            is_the_first(NOW - 3 * HOUR + span, outreach, policy=policy)

    def test_are_plain_days_whatever_the_clocks_do(
        self, code: str, field: str, cap: str, span: timedelta
    ) -> None:
        """A span is so many times 24 hours, also where clocks went forward in between."""
        wall = datetime(2026, 3, 25, 9, tzinfo=ZoneInfo(BERLIN))
        outreach, policy = Outreach(**{field: (wall,)}), with_caps(**{cap: 1})
        assert codes_of(asked(outreach, at(3, 26), policy=policy)) == [code]
        is_the_first(at(3, 25, 8) + span, outreach, at(3, 26), policy=policy)
        first = asked(outreach, at(3, 26), policy=policy).earliest
        assert first is not None
        assert first.tzinfo is UTC

    def test_hold_a_hundred_thousand(self, code: str, field: str, cap: str, span: timedelta) -> None:
        """As many requests as may be told are counted, and the first instant is as exact as ever."""
        requests = tuple(NOW - number * timedelta(seconds=1) for number in range(100_000))
        outreach, policy = Outreach(**{field: requests}), with_caps(**{cap: 7})
        assert codes_of(asked(outreach, policy=policy)) == [code]
        assert asked(outreach, policy=policy).earliest == NOW - timedelta(seconds=6) + span

    def test_are_told_with_their_number(self, code: str, field: str, cap: str, span: timedelta) -> None:
        """The sentence names the number of the policy, and what to do."""
        outreach = Outreach(**{field: (NOW,) * 3})
        (reason,) = asked(outreach, policy=with_caps(**{cap: 3})).reasons
        assert (reason.code, reason.earliest) == (code, NOW + span)
        assert " 3 " in reason.sentence


class TestColleagues:
    """Another person of the same organisation."""

    @pytest.mark.parametrize(
        ("zone", "since", "first"),
        [
            (BERLIN, at(3, 16, 9), midnight(2026, 3, 19)),
            (BERLIN, at(3, 20, 9), midnight(2026, 3, 25)),
            # On the eve of summer time, and over it.
            (BERLIN, at(3, 27, 12), midnight(2026, 4, 1)),
            # Late in the evening in UTC it is the next day in Berlin, and the day after the next in Auckland.
            (BERLIN, at(3, 16, 23, 30), midnight(2026, 3, 20)),
            (AUCKLAND, at(3, 16, 12), midnight(2026, 3, 20, AUCKLAND)),
            (AUCKLAND, at(4, 2, 12), midnight(2026, 4, 8, AUCKLAND)),
            ("America/Los_Angeles", at(3, 17, 6), midnight(2026, 3, 19, "America/Los_Angeles")),
        ],
    )
    def test_get_business_days_in_the_contacts_zone(
        self, zone: str, since: datetime, first: datetime
    ) -> None:
        """Three business days after the day there on which the other was asked, the wait is over."""
        outreach = Outreach(colleague_requests=(since,))
        now = since + HOUR
        assert codes_of(asked(outreach, now, zone=zone)) == ["colleague_asked_lately"]
        is_the_first(first, outreach, now, zone=zone)

    def test_get_the_holidays_too(self) -> None:
        """A calendar with holidays makes the wait longer, and one without rest makes it shorter."""
        friday = Outreach(colleague_requests=(at(3, 27, 9),))
        is_the_first(midnight(2026, 3, 30), friday, at(3, 27, 10), calendar=EveryDay())

        class Strike:
            """A week of strike after that Friday."""

            def is_business_day(self, day: date, /) -> bool:
                """Tell that nobody works until the sixth of April."""
                return day.weekday() < 5 and not date(2026, 3, 30) <= day <= date(2026, 4, 6)

        is_the_first(midnight(2026, 4, 9), friday, at(3, 27, 10), calendar=Strike())

    def test_get_the_quiet_days_too(self) -> None:
        """Quiet days of the policy are no business days."""
        christmas = Outreach(colleague_requests=(at(12, 18, 9),))
        is_the_first(midnight(2027, 1, 6), christmas, at(12, 18, 10))
        is_the_first(
            midnight(2026, 12, 23), christmas, at(12, 18, 10), policy=attrs.evolve(CLASSIC, quiet_days=())
        )

    def test_are_waited_for_by_the_last(self) -> None:
        """Of several who were asked, the one asked last counts, in whatever order they are told."""
        for requests in ((at(3, 16), at(3, 19), at(3, 17)), (at(3, 19), at(3, 1))):
            is_the_first(midnight(2026, 3, 24), Outreach(colleague_requests=requests))

    def test_need_not_be_waited_for(self) -> None:
        """A policy without the wait lets the second be asked at once."""
        policy = attrs.evolve(CLASSIC, second_contact_wait=0)
        assert asked(Outreach(colleague_requests=(NOW,)), policy=policy).allowed


class TestOrganisations:
    """How many of one organisation are asked at a time."""

    @pytest.mark.parametrize(
        ("most", "busy", "passes"), [(2, 1, True), (2, 2, False), (2, 9, False), (1, 1, False)]
    )
    def test_have_a_cap(self, most: int, busy: int, passes: bool) -> None:  # noqa: FBT001 - a table
        """When so many are open already, waiting does not help; meeting one does."""
        policy = with_caps(organisation_live_max=most)
        decision = asked(Outreach(organisation_open=busy), policy=policy)
        assert (passes, None if passes else ["organisation_busy"]) == (
            decision.allowed,
            codes_of(decision) or None,
        )
        assert (decision.earliest is None) is not passes


class TestTogether:
    """Several caps, and other rules, at once."""

    FULL = Outreach(
        seeker_requests=(NOW,) * 10,
        contact_requests=(NOW,) * 4,
        colleague_requests=(NOW,),
        organisation_open=2,
    )

    def test_are_all_told(self) -> None:
        """Every cap that refuses is there, with its own first instant."""
        decision = asked(self.FULL)
        assert {reason.code: reason.earliest for reason in decision.reasons} == {
            "organisation_busy": None,
            "colleague_asked_lately": midnight(2026, 3, 25),
            "contact_asked_enough": NOW + MONTH,
            "week_full": NOW + WEEK,
        }
        assert decision.earliest is None

    def test_end_with_the_last(self) -> None:
        """Where waiting helps, the first instant is that at which all pass."""
        outreach = attrs.evolve(self.FULL, organisation_open=0)
        is_the_first(NOW + MONTH, outreach)
        fewer = attrs.evolve(outreach, contact_requests=())
        is_the_first(NOW + WEEK, fewer)
        is_the_first(midnight(2026, 3, 25), attrs.evolve(fewer, seeker_requests=()))

    def test_are_not_asked_of_nudges(self) -> None:
        """A nudge belongs to a request that was counted: the caps do not touch it."""
        interview, nudge = living(Stage.REQUESTED), ev.Nudged(at=at(3, 13))
        full = attrs.evolve(self.FULL, seeker_requests=(at(3, 10),) * 10, contact_requests=(at(3, 10),) * 4)
        assert interview.decide(ev.Nudged, now=nudge.at, outreach=full).allowed
        assert interview.apply(nudge, outreach=full).nudges == 1

    def test_are_asked_of_asking_again(self) -> None:
        """Asking again as agreed is another request to one who is asked already: week and month count."""
        interview, now = living(Stage.DEFERRED), at(4, 10, 12)
        full = attrs.evolve(self.FULL, seeker_requests=(now,) * 10)
        found = interview.decide(ev.Retried, now=now, outreach=full)
        assert {reason.code: reason.earliest for reason in found.reasons} == {
            "contact_asked_enough": NOW + MONTH,
            "week_full": now + WEEK,
        }
        assert found.earliest == NOW + MONTH
        again = ev.Retried(at=NOW + MONTH - MICROSECOND, minutes=20)
        with pytest.raises(GuardError) as refusal:
            interview.apply(again, outreach=full)
        assert (refusal.value.earliest, codes_of_refusal(refusal)) == (NOW + MONTH, ["contact_asked_enough"])
        assert interview.apply(attrs.evolve(again, at=NOW + MONTH), outreach=full).requested_at == NOW + MONTH

    def test_are_not_asked_of_the_past(self) -> None:
        """A replay knows one interview only, with a policy or without."""
        history = LIVES[Stage.REQUESTED]
        strict = with_caps(week_requests_max=1)
        assert Interview.replay(history, policy=strict) == Interview.replay(history)

    def test_are_told_with_the_other_rules(self) -> None:
        """What the request itself says wrong is told in the same error."""
        with pytest.raises(GuardError) as refusal:
            prepared().apply(attrs.evolve(ASKED, at=NOW, minutes=90), outreach=self.FULL)
        assert {"minutes_out_of_range", "week_full"} < {r.code for r in refusal.value.reasons}

    @given(
        st.builds(
            Outreach,
            seeker_requests=st.lists(st.integers(-200, 200), max_size=4).map(
                lambda hours: tuple(NOW + hour * HOUR for hour in hours)
            ),
            contact_requests=st.lists(st.integers(-900, 200), max_size=4).map(
                lambda hours: tuple(NOW + hour * HOUR for hour in hours)
            ),
            colleague_requests=st.lists(st.integers(-200, 0), max_size=2).map(
                lambda hours: tuple(NOW + hour * HOUR for hour in hours)
            ),
            organisation_open=st.integers(0, 3),
        ),
        st.integers(1, 3),
        st.integers(1, 3),
    )
    def test_are_decided_as_they_are_applied(self, outreach: Outreach, week: int, month: int) -> None:
        """Whatever else is going on, a request passes exactly when the decision says so, and from when."""
        policy = with_caps(week_requests_max=week, contact_month_max=month, organisation_live_max=3)
        decision = asked(outreach, policy=policy)
        if decision.allowed:
            request = attrs.evolve(ASKED, at=NOW)
            assert prepared().apply(request, policy=policy, outreach=outreach).stage is Stage.REQUESTED
        elif decision.earliest is None:
            assert codes_of(decision)[0] == "organisation_busy"
            assert not asked(outreach, NOW + timedelta(days=400), policy=policy).allowed
        else:
            is_the_first(decision.earliest, outreach, policy=policy)


# -- the seeker's other talks -------------------------------------------------------------------------------

BEFORE = at(3, 5, 10)
ELSEWHERE = slot_at(TALK.start + timedelta(days=1))
BY_TIME: dict[Stage, Callable[[Slot], ev.Event]] = {
    Stage.ACCEPTED: lambda slot: ev.TimesProposed(at=BEFORE, slots=(ELSEWHERE, slot)),
    Stage.SCHEDULING: lambda slot: ev.Scheduled(at=BEFORE, slot=slot),
    Stage.SCHEDULED: lambda slot: ev.Rescheduled(at=BEFORE, slot=slot, by=Party.CONTACT),
}
"""What names a time for a talk, by a stage in which it may."""


@pytest.mark.parametrize("stage", BY_TIME)
class TestTaken:
    """A time at which the seeker has another talk."""

    @pytest.mark.parametrize(
        ("shift", "free"),
        [(-21, True), (-20, True), (-19, False), (0, False), (19, False), (20, True), (21, True)],
    )
    def test_is_refused_where_the_two_overlap(self, stage: Stage, shift: int, free: bool) -> None:  # noqa: FBT001 - a table
        """Talks may follow each other without a pause, and may not overlap by a minute."""
        event = BY_TIME[stage](slot_at(TALK.start + timedelta(minutes=shift)))
        outreach = Outreach(taken=(slot_at(at(3, 9)), TALK))
        if free:
            assert living(stage).apply(event, outreach=outreach).log.last == event
            return
        with pytest.raises(GuardError) as refusal:
            living(stage).apply(event, outreach=outreach)
        assert (codes_of_refusal(refusal), refusal.value.earliest) == (["slot_taken"], None)

    def test_is_a_requirement_of_the_event(self, stage: Stage) -> None:
        """Asked before, the decision names the rule among what the event must meet."""
        event = BY_TIME[stage](TALK)
        found = living(stage).decide(type(event), now=BEFORE, outreach=Outreach(taken=(TALK,)))
        assert found.allowed
        assert "slot_taken" in {reason.code for reason in found.requires}

    @pytest.mark.parametrize("outreach", [None, Outreach(), Outreach(seeker_requests=(BEFORE,))])
    def test_is_not_judged_without(self, stage: Stage, outreach: Outreach | None) -> None:
        """Where nobody tells of other talks, any time passes."""
        assert living(stage).apply(BY_TIME[stage](TALK), outreach=outreach)


def test_times_named_by_a_contact_may_be_taken() -> None:
    """Who is offered a time that is taken records the offer, and agrees on another."""
    countered = ev.TimeCountered(at=BEFORE, slots=(TALK,))
    assert living(Stage.SCHEDULING).apply(countered, outreach=Outreach(taken=(TALK,))).proposed == (TALK,)


# -- counting -----------------------------------------------------------------------------------------------


def talk(
    name: str,
    events: Iterable[ev.Event] = LIVES[Stage.REQUESTED],
    *,
    seeker: str = "mira",
    contact: str | None = None,
) -> Interview:
    """Make an interview of somebody with somebody."""
    _, *rest = events
    first = attrs.evolve(FOUND, interview_id=name, seeker_id=seeker, contact_id=contact or f"contact {name}")
    return Interview.replay((first, *rest))


MINE = talk("mine", LIVES[Stage.PREPARED], contact="jonas")
OPEN = ("REQUESTED", "DEFERRED", "ACCEPTED", "SCHEDULING", "SCHEDULED", "CONFIRMED", "WRITTEN")
BOOKED = ("SCHEDULED", "CONFIRMED", "IN_PROGRESS")
UNDONE = ev.Undone(at=at(3, 4), reason="it was never sent")
RETRIED = (*LIVES[Stage.DEFERRED], ev.Retried(at=at(4, 10, 12), minutes=20))
TWICE = (
    *LIVES[Stage.DECLINED],
    ev.Reopened(at=at(11, 3)),
    attrs.evolve(ASKED, at=at(11, 4)),
)
INTRODUCED = (*LIVES[Stage.INTRO_PENDING], ev.IntroMade(at=at(3, 6), contact_agreed=True))
"""A contact who was asked by a connector: a request that the seeker never sent."""


def joined(events: tuple[ev.Event, ...], group: str = "panel") -> tuple[ev.Event, ...]:
    """Let a life begin with joining a group."""
    first, *rest = events
    return (first, ev.GroupJoined(at=first.at, group_id=group), *rest)


class TestCounting:
    """What others are counted, and as what."""

    def test_open_is_whoever_was_asked_and_not_met(self) -> None:
        """Written answers keep a contact busy too; the stages are changed here as there."""
        assert [stage.name for stage in OPEN_STAGES] == [*OPEN]

    def test_nobody_else(self) -> None:
        """Without others there is nothing, and the interview itself is no other."""
        again = talk("mine", contact="jonas")
        assert [outreach_among(MINE, others) for others in ((), (MINE,), (again, MINE))] == [Outreach()] * 3

    @pytest.mark.parametrize(
        ("told", "sent"),
        [
            (LIVES[Stage.REQUESTED], (ASKED.at,)),
            (LIVES[Stage.CLOSED], (ASKED.at,)),
            (RETRIED, (ASKED.at, at(4, 10, 12))),
            (TWICE, (ASKED.at, at(11, 4))),
            ((*LIVES[Stage.REQUESTED], UNDONE), ()),
            (INTRODUCED, ()),
        ],
    )
    def test_requests_of_its_own(self, told: tuple[ev.Event, ...], sent: tuple[datetime, ...]) -> None:
        """What was sent in the interview itself counts for the week and the month, once, and as it is now."""
        mine = talk("mine", told, contact="jonas")
        stale = talk("mine", TWICE, contact="jonas")
        for others in ((), (mine,), (stale, mine)):
            assert outreach_among(mine, others) == Outreach(seeker_requests=sent, contact_requests=sent)

    def test_requests_of_its_own_fill_the_month(self) -> None:
        """A contact who may be asked once a month is not asked again in the same interview either."""
        deferred = living(Stage.DEFERRED)
        policy = with_caps(contact_month_max=1)
        policy = attrs.evolve(policy, retry_wait=1)
        soon = attrs.evolve(deferred, deferred_until=date(2026, 3, 20))
        found = soon.decide(ev.Retried, now=at(3, 23), policy=policy, outreach=outreach_among(soon, ()))
        assert (codes_of(found), found.earliest) == (["contact_asked_enough"], ASKED.at + MONTH)

    def test_a_colleague_who_was_introduced(self) -> None:
        """Whom a connector asked is waited for too, though the seeker sent no request."""
        other = talk("a", INTRODUCED, contact="ines")
        assert outreach_among(MINE, (other,), colleagues=("ines",)) == Outreach(
            colleague_requests=(at(3, 6),), organisation_open=1
        )

    @pytest.mark.parametrize("stage", Stage)
    def test_talks_that_are_booked(self, stage: Stage) -> None:
        """A time is taken from when it is agreed until the talk is over, called off or missed."""
        other = talk("a", LIVES[stage])
        assert outreach_among(MINE, (other,)).taken == ((TALK,) if stage.name in BOOKED else ())

    def test_talks_of_others(self) -> None:
        """When the contact meets another seeker is no business of this one's, nor is the own old time."""
        booked = LIVES[Stage.SCHEDULED]
        mine = talk("mine", booked, contact="jonas")
        theirs = talk("a", booked, seeker="noor", contact="jonas")
        assert outreach_among(mine, (mine, theirs)).taken == ()
        assert outreach_among(mine, (talk("b", booked, contact="jonas"),)).taken == (TALK,)

    @pytest.mark.parametrize(
        ("mine", "theirs", "apart"),
        [
            (LIVES[Stage.ACCEPTED], LIVES[Stage.SCHEDULED], True),
            (LIVES[Stage.ACCEPTED], joined(LIVES[Stage.SCHEDULED]), True),
            (joined(LIVES[Stage.ACCEPTED]), LIVES[Stage.SCHEDULED], True),
            (joined(LIVES[Stage.ACCEPTED]), joined(LIVES[Stage.SCHEDULED], "lunch"), True),
            (joined(LIVES[Stage.ACCEPTED]), joined(LIVES[Stage.SCHEDULED]), False),
        ],
    )
    def test_talks_of_the_same_group(
        self,
        mine: tuple[ev.Event, ...],
        theirs: tuple[ev.Event, ...],
        apart: bool,  # noqa: FBT001 - a table
    ) -> None:
        """The others of a group are met at the same time; that is one talk, and no two."""
        me = talk("mine", mine, contact="jonas")
        found = outreach_among(me, (talk("a", theirs),))
        assert found.taken == ((TALK,) if apart else ())

    def test_requests_of_the_seeker(self) -> None:
        """Each request to anybody counts for the week, first or repeated, answered or not."""
        others = [
            talk("a"),
            talk("b", RETRIED),
            talk("c", TWICE),
            talk("d", LIVES[Stage.CLOSED]),
            talk("e", LIVES[Stage.PREPARED]),
            talk("f", LIVES[Stage.INTRO_PENDING]),
        ]
        found = outreach_among(MINE, others)
        assert sorted(found.seeker_requests) == sorted(
            [ASKED.at, ASKED.at, at(4, 10, 12), ASKED.at, at(11, 4), ASKED.at]
        )
        assert (found.contact_requests, found.colleague_requests, found.organisation_open) == ((), (), 0)

    def test_nudges_are_no_requests(self) -> None:
        """What goes out in the same thread is not counted again."""
        nudged = talk("a", (*LIVES[Stage.REQUESTED], ev.Nudged(at=at(3, 12))))
        assert outreach_among(MINE, (nudged,)).seeker_requests == (ASKED.at,)

    def test_requests_that_were_undone(self) -> None:
        """A request that was taken back does not count, nor does its stage."""
        back = talk("a", (*LIVES[Stage.REQUESTED], UNDONE), contact="ines")
        assert outreach_among(MINE, (back,), colleagues=("ines",)) == Outreach()
        again = talk("a", (*back.history, attrs.evolve(ASKED, at=at(3, 5))), contact="ines")
        assert outreach_among(MINE, (again,), colleagues=("ines",)) == Outreach(
            seeker_requests=(at(3, 5),), colleague_requests=(at(3, 5),), organisation_open=1
        )

    def test_an_answer_that_was_undone(self) -> None:
        """Taking back what came after a request leaves the request counted, and open."""
        back = talk("a", (*LIVES[Stage.DECLINED], UNDONE), contact="ines")
        assert outreach_among(MINE, (back,), colleagues=("ines",)) == Outreach(
            seeker_requests=(ASKED.at,), colleague_requests=(ASKED.at,), organisation_open=1
        )

    def test_requests_to_the_contact(self) -> None:
        """What anybody asked of the contact counts for the month, what the seeker asked for the week."""
        others = [
            talk("a", seeker="noor", contact="jonas"),
            talk("b", RETRIED, seeker="teodor", contact="jonas"),
            talk("c", contact="jonas"),
            talk("d", seeker="noor"),
        ]
        found = outreach_among(MINE, others)
        assert found.seeker_requests == (ASKED.at,)
        assert found.contact_requests == (ASKED.at, ASKED.at, at(4, 10, 12), ASKED.at)

    @pytest.mark.parametrize("stage", Stage)
    def test_colleagues_that_are_open(self, stage: Stage) -> None:
        """Who was asked and has not been met is open, and who has not answered is waited for."""
        other = talk("a", LIVES[stage], contact="ines")
        found = outreach_among(MINE, (other,), colleagues=("ines",))
        assert found.organisation_open == (stage.name in OPEN)
        assert found.colleague_requests == ((ASKED.at,) if stage is Stage.REQUESTED else ())

    def test_the_last_request_to_a_colleague(self) -> None:
        """Of a colleague who was asked again, the last request is waited for."""
        others = (talk("a", RETRIED, contact="ines"), talk("b", TWICE, contact="otto"))
        found = outreach_among(MINE, others, colleagues=("ines", "otto"))
        assert (found.colleague_requests, found.organisation_open) == ((at(4, 10, 12), at(11, 4)), 2)

    def test_colleagues_of_others(self) -> None:
        """Whom another seeker asked of that organisation is no business of this one's."""
        other = talk("a", seeker="noor", contact="ines")
        assert outreach_among(MINE, (other,), colleagues=("ines",)) == Outreach()

    def test_colleagues_in_any_collection(self) -> None:
        """A list, a set and a mapping say the same, and whoever is named twice is one."""
        others = (talk("a", contact="ines"),)
        found = {
            outreach_among(MINE, others, colleagues=names)
            for names in (["ines", "ines"], {"ines"}, {"ines": "a colleague"}, frozenset(("ines", "otto")))
        }
        assert [one.organisation_open for one in found] == [1]

    def test_others_that_come_one_by_one(self) -> None:
        """The others are gone through once."""
        names = [f"t-{number}" for number in range(20)]
        found = outreach_among(MINE, (talk(name) for name in names))
        assert len(found.seeker_requests) == 20

    def test_more_than_can_be_told(self) -> None:
        """A hundred thousand and one requests of one sort are refused clearly."""
        others = [talk("a")] * 100_001
        assert outreach_among(talk("a", contact="jonas"), others[:1]).seeker_requests == (ASKED.at,)
        with pytest.raises(InvalidValueError) as refusal:
            outreach_among(MINE, others)
        assert (refusal.value.field, refusal.value.code) == ("Outreach.seeker_requests", "out_of_range")

    def test_goes_into_a_decision(self) -> None:
        """What was counted is what the caps are held against."""
        others = [talk(f"t-{number}", contact="jonas", seeker=f"s-{number}") for number in range(4)]
        now = at(3, 9)
        found = MINE.decide(ev.RequestSent, now=now, outreach=outreach_among(MINE, others))
        assert (codes_of(found), found.earliest) == (["contact_asked_enough"], ASKED.at + MONTH)


class Searched(list[str]):
    """Names that count how often they are searched one by one."""

    times: ClassVar[int] = 0

    def __contains__(self, name: object) -> bool:
        Searched.times += 1
        return super().__contains__(name)


LIFE_STORIES = (
    *LIVES.values(),
    RETRIED,
    TWICE,
    *(LONG_LIFE[:count] for count in range(1, len(LONG_LIFE), 3)),
)


LIVELY = (INTRODUCED, joined(LIVES[Stage.SCHEDULED]), joined(LIVES[Stage.CONFIRMED], "lunch"))
"""Stories that are rarely told, and that say something."""

COLLEAGUES = ("ines", "otto")
Count = Callable[..., Outreach]


MINES = tuple(
    talk("mine", told, contact="jonas")
    for told in (LIVES[Stage.PREPARED], RETRIED, joined(LIVES[Stage.ACCEPTED]), LIVES[Stage.SCHEDULED])
)


@st.composite
def crowds(draw: st.DrawFn) -> tuple[Interview, list[Interview]]:
    """Draw an interview, and others of few people with few people, some of them taken back in part."""
    crowd: list[Interview] = []
    for number in range(draw(st.integers(0, 6))):
        events = draw(st.sampled_from((*LIFE_STORIES, *LIVELY * 4)))
        other = talk(
            f"t-{number}" if draw(st.integers(0, 9)) else "mine",
            events,
            seeker=draw(st.sampled_from(("mira", "noor"))),
            contact=draw(st.sampled_from(("jonas", "ines", "otto", "lena"))),
        )
        for slip in range(draw(st.integers(0, 2))):
            if len(other.log.standing) > 1 and not other.sealed:
                other = other.apply(ev.Undone(at=other.history[-1].at, reason="a slip", id=f"undo-{slip}"))
        crowd.append(other)
    return draw(st.sampled_from(MINES)), crowd


def each_number_is_what_it_says(count: Count, mine: Interview, crowd: list[Interview]) -> None:
    """Each number is what its line in `Outreach` says, counted from scratch."""
    others = [other for other in crowd if other.id != "mine"]
    sent = {one.id: [event.at for event in one.log.standing if _is_request(event)] for one in (mine, *others)}
    of_mira = [other for other in others if other.seeker_id == "mira"]
    theirs = [other for other in others if other.contact_id == "jonas"]
    near = [other for other in of_mira if other.contact_id in COLLEAGUES]
    silent = [other for other in near if other.stage is Stage.REQUESTED]
    booked = [other for other in of_mira if other.stage.name in BOOKED]
    apart = [other for other in booked if mine.group_id is None or other.group_id != mine.group_id]
    assert count(mine, crowd, colleagues=COLLEAGUES) == Outreach(
        seeker_requests=tuple(moment for one in (mine, *of_mira) for moment in sent[one.id]),
        contact_requests=tuple(moment for one in (mine, *theirs) for moment in sent[one.id]),
        colleague_requests=tuple(_asked_last(other) for other in silent),
        organisation_open=sum(other.stage.name in OPEN for other in near),
        taken=tuple(other.slot for other in apart if other.slot),
    )


def _asked_last(interview: Interview) -> datetime:
    asking = (ev.RequestSent, ev.Retried, ev.IntroMade)
    return [event.at for event in interview.log.standing if isinstance(event, asking)][-1]


def _is_request(event: ev.Event | ev.CustomEvent) -> bool:
    return type(event) in (ev.RequestSent, ev.Retried)


def counts_what_was_undone(mine: Interview, others: list[Interview], **rest: Any) -> Outreach:  # noqa: ANN401 - colleagues
    """Count requests that were taken back: a broken double."""
    found = outreach_among(mine, others, **rest)
    asked = [other for other in others if other.id != mine.id and other.seeker_id == mine.seeker_id]
    sent = (event.at for one in (mine, *asked) for event in one.history if _is_request(event))
    return attrs.evolve(found, seeker_requests=tuple(sent))


def forgets_its_own_requests(mine: Interview, others: list[Interview], **rest: Any) -> Outreach:  # noqa: ANN401 - colleagues
    """Count the others only: a broken double."""
    found, own = outreach_among(mine, others, **rest), len(requests_of(mine))
    return attrs.evolve(
        found, seeker_requests=found.seeker_requests[own:], contact_requests=found.contact_requests[own:]
    )


def forgets_the_introductions(mine: Interview, others: list[Interview], **rest: Any) -> Outreach:  # noqa: ANN401 - colleagues
    """Wait for those only whom the seeker asked: a broken double."""
    found = outreach_among(mine, others, **rest)
    sent = {moment for other in others for moment in requests_of(other)}
    waiting = tuple(moment for moment in found.colleague_requests if moment in sent)
    return attrs.evolve(found, colleague_requests=waiting)


def forgets_the_other_talks(mine: Interview, others: list[Interview], **rest: Any) -> Outreach:  # noqa: ANN401 - colleagues
    """Leave the calendar empty: a broken double."""
    return attrs.evolve(outreach_among(mine, others, **rest), taken=())


def meets_a_group_one_by_one(mine: Interview, others: list[Interview], **rest: Any) -> Outreach:  # noqa: ANN401 - colleagues
    """Take the others of a group for other talks: a broken double."""
    return outreach_among(attrs.evolve(mine, group_id=None), others, **rest)


def takes_all_groups_for_one(mine: Interview, others: list[Interview], **rest: Any) -> Outreach:  # noqa: ANN401 - colleagues
    """Leave out whoever is in some group: a broken double."""
    found = outreach_among(mine, others, **rest)
    alone = outreach_among(mine, [o for o in others if o.group_id is None], **rest)
    return attrs.evolve(found, taken=alone.taken)


def counts_itself(mine: Interview, others: list[Interview], **rest: Any) -> Outreach:  # noqa: ANN401 - colleagues
    """Take the interview itself for another: a broken double."""
    return outreach_among(attrs.evolve(mine, id="nobody"), others, **rest)


def forgets_who_asks(mine: Interview, others: list[Interview], **rest: Any) -> Outreach:  # noqa: ANN401 - colleagues
    """Take all seekers for one: a broken double."""
    return outreach_among(mine, [attrs.evolve(o, seeker_id=mine.seeker_id) for o in others], **rest)


def forgets_the_colleagues(mine: Interview, others: list[Interview], **_rest: Any) -> Outreach:  # noqa: ANN401 - colleagues
    """Count nobody of the organisation: a broken double."""
    return outreach_among(mine, others)


BROKEN = (
    counts_what_was_undone,
    counts_itself,
    forgets_who_asks,
    forgets_the_colleagues,
    forgets_its_own_requests,
    forgets_the_introductions,
    forgets_the_other_talks,
    meets_a_group_one_by_one,
    takes_all_groups_for_one,
)


class TestCountingAnyCrowd:
    """Rule: "The counts" are those that `Outreach` describes, whoever is in the crowd."""

    @given(crowds())
    def test_is_what_one_reads(self, crowd: tuple[Interview, list[Interview]]) -> None:
        """Read once more, line by line, the numbers are the same."""
        each_number_is_what_it_says(outreach_among, *crowd)

    @pytest.mark.parametrize("count", BROKEN, ids=lambda count: count.__name__)
    def test_notices_who_counts_otherwise(self, count: Count) -> None:
        """The law fails for each that counts too much or too little."""

        @settings(phases=[Phase.generate], max_examples=300)
        @given(crowds())
        def law(crowd: tuple[Interview, list[Interview]]) -> None:
            each_number_is_what_it_says(count, *crowd)

        with pytest.raises(AssertionError):
            law()

    def test_does_not_search_the_colleagues_for_each(self) -> None:
        """However many others there are, the names of the colleagues are not searched one by one."""
        names = Searched(f"contact t-{number}" for number in range(50))
        others = [talk(f"t-{number}") for number in range(50)]
        assert outreach_among(MINE, others, colleagues=names).organisation_open == 50
        assert Searched.times == 0
