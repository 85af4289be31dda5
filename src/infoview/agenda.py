"""What to do next, and until when: computed from an interview, without a scheduler."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from types import MappingProxyType

import attrs

from infoview import _events as ev
from infoview._interview import Interview
from infoview._lifecycle import Stage
from infoview._obligations import Obligation, ObligationKind
from infoview._people import Party
from infoview._policy import Policy, ReferralAsk, WorkingDays
from infoview._time import WEEKDAYS, BusinessCalendar, local_date, reached_on, start_of_day
from infoview.policies import CLASSIC

__all__ = ["Action", "ActionKind", "agenda", "due_until"]


class ActionKind(StrEnum):
    """The sorts of next action."""

    PREPARE = "prepare"
    REQUEST = "request"
    CHECK_BACK = "check_back"
    NUDGE = "nudge"
    EXPIRE = "expire"
    RETRY = "retry"
    THANK_FOR_REPLY = "thank_for_reply"
    SEND_QUESTIONS = "send_questions"
    PROPOSE_TIMES = "propose_times"
    CONFIRM = "confirm"
    MEET = "meet"
    APOLOGISE = "apologise"
    DEBRIEF = "debrief"
    THANK = "thank"
    ASK_FOR_NAMES = "ask_for_names"
    KEEP_PROMISE = "keep_promise"
    REPORT_BACK = "report_back"
    RECONNECT = "reconnect"


@attrs.frozen(kw_only=True)
class Action:
    """Something to do.

    Attributes:
        kind: What.
        interview_id: In which interview.
        sentence: What, in words.
        owner: Who has to do it.
        due: When it is due (UTC); `None` when nothing presses.
        not_before: The first instant at which it is polite (UTC), if it is not now.
        late_from: From when on it is late (UTC), if that is not the moment it is due.
        reference: The id of the referral, insight or promise it is about, or empty.
    """

    kind: ActionKind
    interview_id: str
    sentence: str
    owner: Party = Party.SEEKER
    due: datetime | None = None
    not_before: datetime | None = None
    late_from: datetime | None = None
    reference: str = ""

    def is_late(self, now: datetime, /) -> bool:
        """Tell whether the action is late.

        Args:
            now: The instant asked about; any aware datetime.

        Returns:
            `True` when it should have been done by now.
        """
        limit = self.late_from or self.due
        return limit is not None and now > limit


@attrs.frozen
class _View:
    """An interview with the etiquette it is judged by."""

    interview: Interview
    policy: Policy
    calendar: BusinessCalendar

    def action(self, kind: ActionKind, sentence: str, due: datetime | None, **rest: object) -> Action:
        return Action(
            kind=kind,
            interview_id=self.interview.id,
            sentence=sentence.format(policy=self.policy),
            due=due,
            **rest,  # type: ignore[arg-type] # the other fields of Action, checked where it is made
        )

    def earliest(self, event: type[ev.Event]) -> datetime | None:
        """Find the first instant since the last event at which *event* would be legal."""
        since = self.interview.history[-1].at
        return self.interview.decide(event, now=since, policy=self.policy, calendar=self.calendar).earliest

    def start_of(self, day: date | None) -> datetime | None:
        return None if day is None else start_of_day(day, self.interview.zone)

    def business_days_after(self, moment: datetime, count: int) -> datetime:
        zone = self.interview.zone
        working = WorkingDays(self.calendar, self.policy)
        return start_of_day(reached_on(local_date(moment, zone), count, working), zone)


_Rule = Callable[[_View], Iterator[Action]]


def _prepare(view: _View) -> Iterator[Action]:
    yield view.action(ActionKind.PREPARE, "Say what you want to find out, and why from this person.", None)


def _request(view: _View) -> Iterator[Action]:
    yield view.action(ActionKind.REQUEST, "Ask for {policy.minutes_default} minutes.", None)


def _wait_for_answer(view: _View) -> Iterator[Action]:
    nudge = view.earliest(ev.Nudged)
    if nudge is not None:
        yield view.action(ActionKind.NUDGE, "No answer yet: ask once more, briefly.", nudge, not_before=nudge)
    silence = view.earliest(ev.Expired)
    yield view.action(
        ActionKind.EXPIRE, "Take silence as an answer and move on.", silence, not_before=silence
    )


def _retry(view: _View) -> Iterator[Action]:
    again = view.earliest(ev.Retried)
    yield view.action(ActionKind.RETRY, "Ask again, as agreed.", again, not_before=again)


def _propose_times(view: _View) -> Iterator[Action]:
    if not view.interview.proposed:
        due = view.business_days_after(view.interview.stage_since, view.policy.answer_wait)
        yield view.action(ActionKind.PROPOSE_TIMES, "Propose two or three times.", due)


def _send_questions(view: _View) -> Iterator[Action]:
    if not any(isinstance(event, ev.QuestionsSent) for event in view.interview.history):
        due = view.business_days_after(view.interview.stage_since, view.policy.answer_wait)
        yield view.action(ActionKind.SEND_QUESTIONS, "Send a few questions.", due)


def _confirm(view: _View) -> Iterator[Action]:
    if view.interview.slot:
        due = view.interview.slot.start - timedelta(hours=view.policy.confirm_hours)
        late = view.interview.slot.start
        yield view.action(ActionKind.CONFIRM, "Confirm the time, with your number.", due, late_from=late)


def _meet(view: _View) -> Iterator[Action]:
    if view.interview.slot:
        yield view.action(ActionKind.MEET, "Be there, a few minutes early.", view.interview.slot.start)


def _ask_for_names(view: _View) -> Iterator[Action]:
    held = view.interview.held_at
    if held and view.policy.referral_ask is ReferralAsk.LATER and not view.interview.referrals:
        due = held + timedelta(days=view.policy.referral_ask_days)
        yield view.action(ActionKind.ASK_FOR_NAMES, "Ask who else would be good to talk to.", due)


def _reconnect(view: _View) -> Iterator[Action]:
    last = view.interview.last_contact_at
    if last:
        due = last + timedelta(days=view.policy.reconnect_days)
        late = last + timedelta(days=view.policy.lapse_days)
        sentence = "Be in touch again, with news and without an ask."
        yield view.action(ActionKind.RECONNECT, sentence, due, late_from=late)


_BY_STAGE: Mapping[Stage, tuple[_Rule, ...]] = MappingProxyType(
    {
        Stage.IDENTIFIED: (_prepare,),
        Stage.PREPARED: (_request,),
        Stage.REQUESTED: (_wait_for_answer,),
        Stage.DEFERRED: (_retry,),
        Stage.ACCEPTED: (_propose_times,),
        Stage.SCHEDULING: (_propose_times,),
        Stage.WRITTEN: (_send_questions,),
        Stage.SCHEDULED: (_confirm, _meet),
        Stage.CONFIRMED: (_meet,),
        Stage.HELD: (_ask_for_names,),
        Stage.THANKED: (_ask_for_names, _reconnect),
        Stage.IN_TOUCH: (_reconnect,),
        Stage.DORMANT: (_reconnect,),
    }
)


def _thank(view: _View, owed: Obligation) -> Action:
    return view.action(
        ActionKind.THANK,
        "Thank for one specific thing.",
        owed.opened_at + timedelta(hours=view.policy.thank_due_hours),
        not_before=owed.opened_at + timedelta(minutes=view.policy.thank_not_before_minutes),
        late_from=owed.opened_at + timedelta(hours=view.policy.thank_late_hours),
    )


def _debrief(view: _View, owed: Obligation) -> Action:
    due = owed.opened_at + timedelta(hours=view.policy.debrief_hours)
    return view.action(ActionKind.DEBRIEF, "Write down what the talk brought.", due)


def _report_back(view: _View, owed: Obligation) -> Action:
    return view.action(
        ActionKind.REPORT_BACK,
        "Tell them what came of it, even if nothing did.",
        owed.opened_at + timedelta(days=view.policy.report_back_days),
        reference=owed.reference,
    )


def _check_back(view: _View, owed: Obligation) -> Action:
    agreed = view.start_of(owed.due_on)
    return view.action(ActionKind.CHECK_BACK, "Ask the connector how it stands.", agreed, not_before=agreed)


def _keep_promise(view: _View, owed: Obligation) -> Action:
    return view.action(
        ActionKind.KEEP_PROMISE,
        "Do what was promised." if owed.owner is Party.SEEKER else "See whether what they promised has come.",
        view.start_of(owed.due_on),
        late_from=view.start_of(owed.due_on and owed.due_on + timedelta(days=1)),
        owner=owed.owner,
        reference=owed.reference,
    )


def _thank_for_reply(view: _View, owed: Obligation) -> Action:
    due = view.business_days_after(owed.opened_at, view.policy.answer_wait)
    return view.action(ActionKind.THANK_FOR_REPLY, "Thank for the answer, though it was a no.", due)


def _apologise(view: _View, owed: Obligation) -> Action:
    return view.action(ActionKind.APOLOGISE, "Apologise for not coming.", owed.opened_at)


_BY_OBLIGATION: Mapping[ObligationKind, Callable[[_View, Obligation], Action]] = MappingProxyType(
    {
        ObligationKind.THANK_YOU: _thank,
        ObligationKind.DEBRIEF: _debrief,
        ObligationKind.REPORT_BACK: _report_back,
        ObligationKind.CHECK_BACK: _check_back,
        ObligationKind.COMMITMENT: _keep_promise,
        ObligationKind.REPLY_THANKS: _thank_for_reply,
        ObligationKind.APOLOGY: _apologise,
    }
)

_NO_DEADLINE = datetime.max.replace(tzinfo=UTC)


def _by_due(action: Action) -> tuple[datetime, str, str, str]:
    return (action.due or _NO_DEADLINE, action.interview_id, action.kind, action.reference)


def agenda(
    interview: Interview,
    /,
    *,
    policy: Policy = CLASSIC,
    calendar: BusinessCalendar = WEEKDAYS,
) -> tuple[Action, ...]:
    """List what is to be done next.

    Args:
        interview: The interview.
        policy: The etiquette.
        calendar: The working days at the contact's place.

    Returns:
        The actions, the most pressing first, those without a date last. They follow from the events alone,
        so they can be kept until the next event; compare them with the current time by `Action.is_late`
        and `due_until`.
    """
    view = _View(interview, policy, calendar)
    actions = [action for rule in _BY_STAGE.get(interview.stage, ()) for action in rule(view)]
    actions += [_BY_OBLIGATION[owed.kind](view, owed) for owed in interview.obligations]
    return tuple(sorted(actions, key=_by_due))


def due_until(actions: Iterable[Action], until: datetime, /) -> tuple[Action, ...]:
    """Pick the actions that are due by an instant.

    Args:
        actions: Actions of one or many interviews.
        until: The instant; any aware datetime.

    Returns:
        Those due at *until* or before, the most pressing first.
    """
    chosen = (action for action in actions if action.due is not None and action.due <= until)
    return tuple(sorted(chosen, key=_by_due))
