"""A second reading of the rules, written from the guides and not from the code.

The tests live every life twice, once with infoview and once with this `Rulebook`, and compare step by step.
It thinks otherwise where it can: it counts the business days that have gone by instead of looking for the day
on which enough have, it keeps one flat list of what is owed, and it takes a page out again where infoview
goes through the history anew.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import combinations, product
from typing import Any
from zoneinfo import ZoneInfo

import attrs

from infoview._events import Event, Identified
from infoview._interview import Interview
from infoview._outreach import Outreach
from infoview._policy import Policy
from infoview._time import WEEKDAYS, BusinessCalendar, Slot
from infoview.policies import CLASSIC

_BEFORE_THE_TALK = (
    "IDENTIFIED PREPARED INTRO_PENDING REQUESTED DEFERRED ACCEPTED SCHEDULING SCHEDULED CONFIRMED WRITTEN"
)
_IN_CONVERSATION = (
    "REQUESTED DEFERRED ACCEPTED SCHEDULING SCHEDULED CONFIRMED IN_PROGRESS WRITTEN HELD THANKED IN_TOUCH"
)
_GOING_ON = f"{_BEFORE_THE_TALK} IN_PROGRESS HELD THANKED IN_TOUCH DORMANT"
_NOT_CLOSED = f"{_GOING_ON} DECLINED NO_RESPONSE WITHDRAWN CANCELLED NO_SHOW"
_EVERYWHERE = f"{_NOT_CLOSED} CLOSED"
_TALK = "IN_PROGRESS HELD THANKED IN_TOUCH"
_AFTER_IT = "HELD THANKED IN_TOUCH DORMANT"
_STAYS = ""
BACK = "BACK"

STEPS: dict[str, tuple[str, str]] = {
    "Prepared": ("IDENTIFIED PREPARED", "PREPARED"),
    "IntroRequested": ("IDENTIFIED PREPARED", "INTRO_PENDING"),
    "CheckedBack": ("INTRO_PENDING", _STAYS),
    "IntroMade": ("INTRO_PENDING", "REQUESTED"),
    "IntroRefused": ("INTRO_PENDING", "PREPARED"),
    "NameUseAnswered": (_EVERYWHERE, _STAYS),
    "RequestSent": ("PREPARED", "REQUESTED"),
    "Nudged": ("REQUESTED", _STAYS),
    "OutOfOfficeReceived": ("REQUESTED", _STAYS),
    "Deferred": ("REQUESTED", "DEFERRED"),
    "Retried": ("DEFERRED", "REQUESTED"),
    "Accepted": ("REQUESTED DEFERRED NO_RESPONSE", "ACCEPTED"),
    "Declined": ("REQUESTED DEFERRED ACCEPTED SCHEDULING NO_RESPONSE", "DECLINED"),
    "ReplyThanked": ("DECLINED", _STAYS),
    "WrittenAnswersOffered": ("REQUESTED", "WRITTEN"),
    "QuestionsSent": ("WRITTEN", _STAYS),
    "AnswersReceived": ("WRITTEN", "HELD"),
    "Expired": ("REQUESTED", "NO_RESPONSE"),
    "Withdrawn": (_BEFORE_THE_TALK, "WITHDRAWN"),
    "GroupJoined": (_BEFORE_THE_TALK, _STAYS),
    "GroupLeft": (_BEFORE_THE_TALK, _STAYS),
    "TimesProposed": ("ACCEPTED SCHEDULING", "SCHEDULING"),
    "TimeCountered": ("SCHEDULING", _STAYS),
    "Scheduled": ("REQUESTED ACCEPTED SCHEDULING", "SCHEDULED"),
    "Confirmed": ("SCHEDULED", "CONFIRMED"),
    "Rescheduled": ("SCHEDULED CONFIRMED", "SCHEDULED"),
    "Cancelled": ("SCHEDULED CONFIRMED", "CANCELLED"),
    "NoShowRecorded": ("SCHEDULED CONFIRMED", "NO_SHOW"),
    "ApologySent": ("NO_SHOW", _STAYS),
    "Rebooked": ("CANCELLED NO_SHOW", "SCHEDULING"),
    "GaveUp": ("NO_SHOW", "CLOSED"),
    "Started": ("SCHEDULED CONFIRMED", "IN_PROGRESS"),
    "OverrunGranted": ("IN_PROGRESS", _STAYS),
    "Held": ("SCHEDULED CONFIRMED IN_PROGRESS", "HELD"),
    "DebriefWritten": (_AFTER_IT, _STAYS),
    "InsightRecorded": (_TALK, _STAYS),
    "NoteTaken": (_GOING_ON, _STAYS),
    "ReferralReceived": (_TALK, _STAYS),
    "CommitmentMade": (_TALK, _STAYS),
    "CommitmentKept": (_AFTER_IT, _STAYS),
    "ResumeRequested": (_IN_CONVERSATION, _STAYS),
    "ResumeShared": (_IN_CONVERSATION, _STAYS),
    "OpportunityRaised": (_IN_CONVERSATION, _STAYS),
    "ThanksSent": ("HELD", "THANKED"),
    "ThanksWaived": ("HELD", "THANKED"),
    "ReportedBack": ("THANKED IN_TOUCH DORMANT", "IN_TOUCH"),
    "ObligationWaived": (_NOT_CLOSED, _STAYS),
    "Touched": ("THANKED IN_TOUCH DORMANT", "IN_TOUCH"),
    "Reconnected": ("THANKED IN_TOUCH DORMANT", "IN_TOUCH"),
    "Lapsed": ("THANKED IN_TOUCH", "DORMANT"),
    "Closed": (_GOING_ON, "CLOSED"),
    "Reopened": ("DECLINED NO_RESPONSE WITHDRAWN CANCELLED", "PREPARED"),
    "Undone": (_EVERYWHERE, BACK),
    "DoNotContactAsked": (_EVERYWHERE, "CLOSED"),
    "Erased": (_EVERYWHERE, "CLOSED"),
}
"""Where each event may happen, and where it leads; an introduction may also bring the yes with it.

Whatever is undone leads back to where things stood.
"""

_REAL_CONTACT = frozenset(("Held", "AnswersReceived", "ThanksSent", "ReportedBack", "Touched", "Reconnected"))

Summary = tuple[str, str | None, dict[str, int], Counter[tuple[Any, ...]]]

_COUNTED = ("nudges", "moves by seeker", "moves by contact", "no-shows by seeker", "no-shows by contact")
_COUNTED += ("overrun", "undone")
_COUNTED_FOR_ONE_ATTEMPT = ("nudges", "moves by seeker", "moves by contact", "overrun")


def summary_of(interview: Interview) -> Summary:
    """Say of an interview what a rulebook says of its own state."""
    counts = {
        "nudges": interview.nudges,
        "moves by seeker": interview.moves_by_seeker,
        "moves by contact": interview.moves_by_contact,
        "no-shows by seeker": interview.no_shows_by_seeker,
        "no-shows by contact": interview.no_shows_by_contact,
        "overrun": interview.overrun_minutes,
        "undone": interview.undone,
    }
    owed = Counter(
        (str(o.kind), o.reference, str(o.owner), o.opened_at, o.due_on) for o in interview.obligations
    )
    return interview.stage.name, interview.group_id, counts, owed


def _meet(one: Slot, other: Slot) -> bool:
    return one.start < other.end and other.start < one.end


@attrs.frozen
class Page:
    """What a rulebook said before an event was recorded."""

    stage: str
    since: datetime
    counts: Counter[str]
    owed: list[tuple[Any, ...]]
    names: dict[str | None, str]
    said: list[str]
    facts: dict[str, Any]


@attrs.define
class Rulebook:
    """One life, as the guides would keep it.

    Attributes:
        zone: Where the contact's days are counted.
        policy: The etiquette.
        calendar: Where the contact works.
        recorded: What has happened.
        stage: Where things stand.
        since: Since when.
        counts: How often, or how many minutes.
        owed: Kind, reference, owner, since when, until when.
        names: The consent of each referral given here, and under ``None`` that of the connector.
        said: The ids of insights, referrals and promises.
        facts: Everything else the rules ask for, by name.
        pages: What stood there before each event that still counts, the last one on top.
    """

    zone: str
    policy: Policy = CLASSIC
    calendar: BusinessCalendar = WEEKDAYS
    recorded: list[Event] = attrs.Factory(list)
    stage: str = "IDENTIFIED"
    since: datetime = attrs.field(init=False)
    counts: Counter[str] = attrs.Factory(Counter)
    owed: list[tuple[Any, ...]] = attrs.Factory(list)
    names: dict[str | None, str] = attrs.Factory(dict)
    said: list[str] = attrs.Factory(list)
    facts: dict[str, Any] = attrs.Factory(dict)
    pages: list[Page] = attrs.Factory(list)

    @classmethod
    def begin(
        cls, event: Identified, *, policy: Policy = CLASSIC, calendar: BusinessCalendar = WEEKDAYS
    ) -> "Rulebook":
        """Open a rulebook for one life."""
        book = cls(event.zone, policy, calendar, [event])
        book.since = event.at
        return book

    @property
    def summary(self) -> Summary:
        """What can be compared with an interview."""
        counts = {name: self.counts[name] for name in _COUNTED}
        return self.stage, self.facts.get("group"), counts, Counter(self.owed)

    # -- time ---------------------------------------------------------------------------------------------

    def day(self, moment: datetime) -> date:
        """Read the contact's calendar."""
        return moment.astimezone(ZoneInfo(self.zone)).date()

    def works(self, day: date) -> bool:
        """Tell whether *day* counts: no weekend, no holiday, no quiet day."""
        for quiet in self.policy.quiet_days:
            inside = quiet.first <= (day.month, day.day), (day.month, day.day) <= quiet.last
            if all(inside) if quiet.first <= quiet.last else any(inside):
                return False
        return self.calendar.is_business_day(day)

    def gone_by(self, since: date, now: datetime) -> int:
        """Count the business days after one day, up to today."""
        days = (self.day(now) - since).days
        return sum(self.works(since + timedelta(days=number)) for number in range(1, days + 1))

    # -- judging ------------------------------------------------------------------------------------------

    def refuses(self, event: Event, outreach: Outreach | None = None) -> frozenset[str] | None:
        """Judge an event, and what it would come on top of, if somebody says so.

        Returns:
            The codes of the rules against it, none if it is legal; `None` when the stage knows no such step.
        """
        name = type(event).__name__
        if name not in STEPS or self.stage not in STEPS[name][0].split():
            return frozenset(("duplicate_event",)) if self._recorded(event) else None
        against = [*self._out_of_place(event), *self._against(name, event)]
        if outreach is not None:
            against += self._too_much(name, event, outreach)
        return frozenset(against)

    def _recorded(self, event: Event) -> bool:
        # What is earlier and has no id is out of order, whether it is recorded or not.
        again = event.at == self.recorded[-1].at and event in self.recorded
        return again or event.id in [known.id for known in self.recorded if known.id]

    def _out_of_place(self, event: Event) -> Iterator[str]:
        last = self.recorded[-1]
        if event.at < last.at:
            yield "out_of_order"
        if event.interview_id not in (None, self.recorded[0].interview_id):
            yield "other_interview"
        if self._recorded(event):
            yield "duplicate_event"

    def _too_much(self, name: str, event: Any, outreach: Outreach) -> Iterator[str]:  # noqa: ANN401 - any event
        if name == "RequestSent":
            yield from self._too_many_there(event.at, outreach)
        if name in ("RequestSent", "Retried"):
            yield from self._too_many_requests(event.at, outreach)
        if name in ("TimesProposed", "Scheduled", "Rescheduled"):
            yield from (
                "slot_taken" for one, other in product(event.slots, outreach.taken) if _meet(one, other)
            )

    def _too_many_there(self, now: datetime, outreach: Outreach) -> Iterator[str]:
        waited = [self.gone_by(self.day(asked), now) for asked in outreach.colleague_requests]
        if outreach.organisation_open + 1 > self.policy.organisation_live_max:
            yield "organisation_busy"
        if any(days < self.policy.second_contact_wait for days in waited):
            yield "colleague_asked_lately"

    def _too_many_requests(self, now: datetime, outreach: Outreach) -> Iterator[str]:
        month = [asked for asked in outreach.contact_requests if now - asked < timedelta(days=30)]
        week = [asked for asked in outreach.seeker_requests if now - asked < timedelta(days=7)]
        if len(month) + 1 > self.policy.contact_month_max:
            yield "contact_asked_enough"
        if len(week) + 1 > self.policy.week_requests_max:
            yield "week_full"

    def _against(self, name: str, event: Any) -> Iterator[str]:  # noqa: ANN401, C901, PLR0912, PLR0915 - a list of rules
        policy, now, facts, counts = self.policy, event.at, self.facts, self.counts
        match name:
            case "IntroRequested":
                if not event.objective and self._needs_an_objective():
                    yield "objective_missing"
                if not event.connection.referrer_id:
                    yield "connector_missing"
                yield from self._bad_check_back(event)
            case "CheckedBack":
                if facts["check back"] and self.day(now) < facts["check back"]:
                    yield "check_back_too_early"
                yield from self._bad_check_back(event)
            case "IntroMade":
                if not event.contact_agreed:
                    yield "contact_not_asked"
            case "NameUseAnswered":
                if facts.get("sealed"):
                    yield "sealed"
                if not self.names:
                    yield "no_name_to_use"
                if event.referral_id not in self.names:
                    yield "unknown_referral"
            case "RequestSent" | "Retried":
                if name == "RequestSent" and self._needs_an_objective():
                    yield "not_prepared"
                if name == "Retried" and (
                    self.day(now) < facts["until"] or now < self.since + timedelta(days=policy.retry_wait)
                ):
                    yield "retry_too_early"
                yield from self._bad_request(event)
            case "Nudged":
                if self.gone_by(self.day(facts["wrote"]), now) < policy.nudge_wait:
                    yield "nudge_too_early"
                if counts["nudges"] >= policy.nudge_max:
                    yield "nudges_used_up"
                if not self.works(self.day(now)):
                    yield "nudge_on_day_off"
                back, wait = facts.get("away", (self.day(now), 0))
                if self.gone_by(back, now) < wait:
                    yield "contact_away"
            case "Deferred":
                if event.until <= self.day(now):
                    yield "until_not_ahead"
            case "Expired":
                wait = policy.expire_after_nudge if facts["nudged"] else policy.expire_after_request
                if self.gone_by(self.day(facts["wrote"]), now) < wait:
                    yield "expiry_too_early"
            case "ReplyThanked":
                yield from self._unless_owed("no_reply_to_thank_for", "reply_thanks")
            case "QuestionsSent":
                if event.count > policy.written_questions_max:
                    yield "too_many_questions"
            case "TimesProposed" | "TimeCountered" | "Scheduled" | "Rescheduled":
                yield from self._bad_slots(name, event)
                if name == "Rescheduled" and now >= facts["slot"].start:
                    yield "start_has_passed"
                if (
                    name == "Rescheduled"
                    and event.by == "seeker"
                    and counts["moves by seeker"] >= policy.move_max
                ):
                    yield "moves_used_up"
            case "GroupJoined":
                if "group" in facts:
                    yield "in_a_group"
            case "GroupLeft":
                if "group" not in facts:
                    yield "in_no_group"
            case "Confirmed" | "Cancelled":
                if now >= facts["slot"].start:
                    yield "start_has_passed"
            case "Withdrawn":
                if self.stage in ("SCHEDULED", "CONFIRMED") and now >= facts["slot"].start:
                    yield "start_has_passed"
            case "NoShowRecorded":
                if now < facts["slot"].start + timedelta(minutes=policy.no_show_grace_minutes):
                    yield "no_show_too_early"
            case "ApologySent":
                yield from self._unless_owed("no_apology_owed", "apology")
            case "Rebooked":
                if self.stage == "CANCELLED" and facts["final"]:
                    yield "cancelled_for_good"
                if self.stage == "NO_SHOW" and any(kind == "apology" for kind, *_ in self.owed):
                    yield "apology_owed"
                if self.stage == "NO_SHOW" and counts["no-shows by contact"] >= policy.no_show_max:
                    yield "too_many_no_shows"
                rest = policy.no_show_rest_days if facts.get("missing") == "seeker" else 0
                if self.stage == "NO_SHOW" and rest and now - self.since < timedelta(days=rest):
                    yield "rebook_too_early"
            case "GaveUp" | "Closed":
                if self.owed:
                    yield "open_obligations"
            case "Started":
                if facts["slot"].start - now > timedelta(minutes=policy.early_start_minutes):
                    yield "start_too_early"
            case "OverrunGranted":
                if now < facts["slot"].end:
                    yield "overrun_too_early"
                if counts["overrun"] >= policy.overrun_minutes:
                    yield "overrun_used_up"
                if counts["overrun"] + event.minutes > policy.overrun_minutes:
                    yield "overrun_too_long"
            case "Held":
                if now < facts["slot"].start:
                    yield "held_too_early"
            case "ResumeShared":
                if not facts.get("résumé asked for") and policy.resume != "bring":
                    yield "resume_not_requested"
            case "InsightRecorded" | "ReferralReceived" | "CommitmentMade":
                if event.reference in self.said:
                    yield "duplicate_reference"
            case "ThanksSent":
                if now - facts["held"] < timedelta(minutes=policy.thank_not_before_minutes):
                    yield "thanks_too_early"
                if not event.specific:
                    yield "nothing_specific"
            case "ThanksWaived":
                if not event.reason:
                    yield "reason_missing"
            case "CommitmentKept":
                yield from self._unless_owed("no_commitment_open", "commitment")
                yield from self._unless_owed("unknown_commitment", "commitment", event.commitment_id)
            case "ReportedBack":
                yield from self._unless_owed("no_report_owed", "report_back")
                yield from self._unless_owed("unknown_report", "report_back", event.about)
            case "ObligationWaived":
                if not self.owed:
                    yield "nothing_owed"
                if event.obligation_id not in [
                    f"{kind}:{about}".rstrip(":") for kind, about, *_ in self.owed
                ]:
                    yield "unknown_obligation"
                if not event.reason:
                    yield "reason_missing"
            case "Reconnected":
                if not event.hook:
                    yield "hook_missing"
                waited = now - facts["in touch"] >= timedelta(days=self._days_of_rest())
                if self.stage != "DORMANT" and not waited and not event.urgent:
                    yield "reconnect_too_early"
            case "Lapsed":
                if now - facts["in touch"] < timedelta(days=policy.lapse_days):
                    yield "lapse_too_early"
            case "Reopened":
                if now - self.since < timedelta(days=policy.reopen_days):
                    yield "reopen_too_early"
            case "Undone":
                if facts.get("sealed"):
                    yield "sealed"
                if not self.pages:
                    yield "nothing_to_undo"
                if not event.reason:
                    yield "reason_missing"
            case "DoNotContactAsked" | "Erased":
                if facts.get("sealed"):
                    yield "sealed"

    def _needs_an_objective(self) -> bool:
        return self.policy.missing_objective == "error" and not self.facts.get("objective")

    def _days_of_rest(self) -> int:
        if self.stage == "THANKED" and self.policy.reconnect_first_days > 0:
            return self.policy.reconnect_first_days
        for own in self.policy.cadence:
            if own.connection == self.facts.get("relation"):
                return own.days
        return self.policy.reconnect_days

    def _unless_owed(self, code: str, kind: str, about: str | None = None) -> Iterator[str]:
        if not any(owed == kind and about in (None, reference) for owed, reference, *_ in self.owed):
            yield code

    def _bad_check_back(self, event: Any) -> Iterator[str]:  # noqa: ANN401 - one of two events
        if event.check_back_on is not None:
            ahead = (event.check_back_on - self.day(event.at)).days
            if ahead < self.policy.check_back_min or ahead > self.policy.check_back_max:
                yield "check_back_out_of_range"

    def _bad_request(self, event: Any) -> Iterator[str]:  # noqa: ANN401 - one of two events
        if not self.policy.minutes_min <= event.minutes <= self.policy.minutes_max:
            yield "minutes_out_of_range"
        names_somebody = None in self.names if event.names_referrer is None else event.names_referrer
        if names_somebody and self.facts.get("consent") != "granted":
            yield "consent_missing"
        if event.attaches_resume and not self.facts.get("résumé asked for") and self.policy.resume != "bring":
            yield "resume_attached"

    def _bad_slots(self, name: str, event: Any) -> Iterator[str]:  # noqa: ANN401 - one of four events
        lead = timedelta(minutes=self.policy.slot_lead_minutes)
        if any(slot.start - event.at < lead or slot.start <= event.at for slot in event.slots):
            yield "slot_too_soon"
        if name == "TimesProposed" and len(event.slots) > self.policy.slots_max:
            yield "too_many_slots"
        if any(_meet(one, other) for one, other in combinations(event.slots, 2)):
            yield "slots_overlap"
        if name in ("Scheduled", "Rescheduled") and not (
            self.policy.minutes_min <= event.slot.minutes <= self.policy.minutes_max
        ):
            yield "length_out_of_range"

    # -- recording ----------------------------------------------------------------------------------------

    def record(self, event: Event) -> None:
        """Write down a legal event."""
        name = type(event).__name__
        self.recorded.append(event)
        if name == "Undone":
            self._turn_back()
            return
        self._begin_a_page()
        self._owe(name, event)
        self._note(name, event)
        target = STEPS[name][1]
        if name == "IntroMade" and event.accepted:
            target = "ACCEPTED"
        if target not in (_STAYS, self.stage):
            self.stage, self.since = target, event.at
        if name in _REAL_CONTACT:
            self.facts["in touch"] = event.at

    def _begin_a_page(self) -> None:
        counts, names, facts = Counter(self.counts), dict(self.names), dict(self.facts)
        owed, said = list(self.owed), list(self.said)
        self.pages.append(Page(self.stage, self.since, counts, owed, names, said, facts))

    def _turn_back(self) -> None:
        undone = self.counts["undone"]
        page = self.pages.pop()
        self.stage, self.since, self.owed, self.said = page.stage, page.since, page.owed, page.said
        self.names, self.facts, self.counts = page.names, page.facts, page.counts
        self.counts["undone"] = undone + 1

    def _owe(self, name: str, event: Any) -> None:  # noqa: ANN401, C901, PLR0912 - any event; a list of rules
        def settle(*kinds: str, about: str | None = None) -> None:
            self.owed = [o for o in self.owed if o[0] not in kinds or about not in (None, o[1])]

        def open_one(kind: str, about: str = "", owner: str = "seeker", due: date | None = None) -> None:
            self.owed.append((kind, about, owner, event.at, due))

        match name:
            case "IntroRequested":
                open_one("check_back", due=event.check_back_on)
            case "CheckedBack":
                settle("check_back")
                if event.check_back_on:
                    open_one("check_back", due=event.check_back_on)
            case "IntroMade" | "IntroRefused" | "Withdrawn":
                settle("check_back")
            case "Declined":
                open_one("reply_thanks")
            case "ReplyThanked":
                settle("reply_thanks")
            case "NoShowRecorded" if event.by == "seeker":
                open_one("apology")
            case "ApologySent":
                settle("apology")
            case "Held" | "AnswersReceived":
                open_one("debrief")
                open_one("thank_you")
            case "DebriefWritten":
                settle("debrief")
            case "ThanksSent" | "ThanksWaived":
                settle("thank_you")
            case "InsightRecorded" if event.insight.advice:
                open_one("report_back", event.insight.id)
            case "ReferralReceived":
                open_one("report_back", event.referral.id)
            case "ReportedBack":
                settle("report_back", about=event.about)
            case "CommitmentMade":
                promise = event.commitment
                open_one("commitment", promise.id, str(promise.owner), promise.due)
            case "CommitmentKept":
                settle("commitment", about=event.commitment_id)
            case "ObligationWaived":
                kind, _, about = event.obligation_id.partition(":")
                settle(kind, about=about)
            case "Reopened":
                settle("reply_thanks", "check_back")
            case "DoNotContactAsked" | "Erased":
                self.owed = []

    def _note(self, name: str, event: Any) -> None:  # noqa: ANN401, C901, PLR0912, PLR0915 - any event; a list of facts
        facts, counts = self.facts, self.counts
        match name:
            case "Prepared" | "IntroRequested":
                facts["objective"] = facts.get("objective") or event.objective is not None
                facts["relation"] = event.connection.kind
                facts["consent"] = str(event.connection.consent)
                self.names.pop(None, None)
                if event.connection.referrer_id:
                    self.names[None] = facts["consent"]
                if name == "IntroRequested":
                    facts["check back"] = event.check_back_on
            case "CheckedBack":
                facts["check back"] = event.check_back_on
            case "NameUseAnswered":
                self.names[event.referral_id] = "granted" if event.granted else "refused"
                facts["consent"] = self.names.get(None)
            case "IntroMade" | "RequestSent" | "Retried":
                facts |= {"wrote": event.at, "nudged": False}
                facts.pop("away", None)
            case "Nudged":
                facts |= {"wrote": event.at, "nudged": True}
                counts["nudges"] += 1
            case "OutOfOfficeReceived":
                dated = event.return_on is not None
                back = event.return_on if dated else self.day(event.at)
                wait = self.policy.away_dated_wait if dated else self.policy.away_undated_wait
                facts["away"] = (back, wait)
            case "Deferred":
                facts["until"] = event.until
            case "GroupJoined":
                facts["group"] = event.group_id
            case "GroupLeft":
                facts.pop("group")
            case "Scheduled":
                facts["slot"] = event.slot
            case "Rescheduled":
                facts["slot"] = event.slot
                counts[f"moves by {event.by}"] += 1
            case "Cancelled":
                facts["final"] = event.final
            case "NoShowRecorded":
                counts[f"no-shows by {event.by}"] += 1
                facts["missing"] = event.by
            case "OverrunGranted":
                counts["overrun"] += event.minutes
            case "Held" | "AnswersReceived":
                facts["held"] = event.at
            case "ResumeRequested":
                facts["résumé asked for"] = True
            case "InsightRecorded" | "CommitmentMade" | "ReferralReceived":
                self.said.append(event.reference)
                if name == "ReferralReceived":
                    self.names[event.referral.id] = str(event.referral.consent)
            case "Reopened":
                self._begin_anew()
            case "DoNotContactAsked":
                facts["sealed"] = True
            case "Erased":
                facts["sealed"] = True
                self.names.clear()
                self._begin_anew()

    def _begin_anew(self) -> None:
        self.facts.pop("group", None)
        for count in _COUNTED_FOR_ONE_ATTEMPT:
            self.counts[count] = 0
