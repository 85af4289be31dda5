"""What to do next, and until when: computed from an interview, without a scheduler."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Any, final

import attrs

from infoview import _events as ev
from infoview._choices import ReferralAsk
from infoview._guards import Case, judge
from infoview._interview import Interview
from infoview._lifecycle import LIFECYCLE, Lifecycle
from infoview._obligations import Obligation, ObligationKind
from infoview._people import Party
from infoview._policy import Policy
from infoview._stages import Stage
from infoview._time import WEEKDAYS, BusinessCalendar, instant
from infoview.exceptions import InvalidValueError
from infoview.policies import CLASSIC

__all__ = ["Action", "ActionKind", "agenda", "due_until"]


class ActionKind(StrEnum):
    """The sorts of next action."""

    PREPARE = "prepare"
    REQUEST = "request"
    CHECK_BACK = "check_back"
    ASK_CONNECTOR = "ask_connector"
    NUDGE = "nudge"
    EXPIRE = "expire"
    RETRY = "retry"
    THANK_FOR_REPLY = "thank_for_reply"
    SEND_QUESTIONS = "send_questions"
    PROPOSE_TIMES = "propose_times"
    ANSWER_TIMES = "answer_times"
    CONFIRM = "confirm"
    MEET = "meet"
    RECORD_TALK = "record_talk"
    REBOOK = "rebook"
    GIVE_UP = "give_up"
    APOLOGISE = "apologise"
    DEBRIEF = "debrief"
    THANK = "thank"
    ASK_FOR_NAMES = "ask_for_names"
    KEEP_PROMISE = "keep_promise"
    REPORT_BACK = "report_back"
    RECONNECT = "reconnect"


@final
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
        late_after: The instant after which it is late (UTC); when left out, that at which it is due.
        reference: The id of the referral, insight or promise it is about, or empty.
    """

    kind: ActionKind
    interview_id: str
    sentence: str
    owner: Party = Party.SEEKER
    due: datetime | None = None
    not_before: datetime | None = None
    late_after: datetime | None = None
    reference: str = ""

    def is_late(self, now: datetime, /) -> bool:
        """Tell whether the action is late.

        Args:
            now: The instant asked about; any aware datetime.

        Returns:
            `True` when it should have been done by now.

        Raises:
            InvalidValueError: When *now* names no instant.
        """
        limit = self.late_after or self.due
        return limit is not None and instant(now, "now") > limit


@attrs.define
class _Outlook(Case):
    """A case, with the table to look ahead in."""

    lifecycle: Lifecycle = LIFECYCLE


_Rule = Callable[[_Outlook], Iterator[Action]]


def _action(
    case: _Outlook,
    kind: ActionKind,
    sentence: str,
    due: datetime | None,
    **rest: Any,  # noqa: ANN401 - the other fields of an action
) -> Action:
    """Make an action; *rest* are its other fields."""
    words = case.policy.worded(sentence)
    return Action(kind=kind, interview_id=case.interview.id, sentence=words, due=due, **rest)


def _earliest(case: _Outlook, event: type[ev.Event], since: datetime) -> datetime | None:
    """Find the first instant from *since* on at which *event*, legal in this stage, would pass its guards."""
    row = case.lifecycle.row_for(event, case.interview.stage)
    return None if row is None else judge(case.at(since), row.time_guards)[1]


def _answer_due(case: _Outlook, since: datetime) -> datetime:
    return case.business_days_after(since, case.policy.answer_wait)


def _prepare(case: _Outlook) -> Iterator[Action]:
    yield _action(case, ActionKind.PREPARE, "Say what you want to find out, and why from this person.", None)


def _request(case: _Outlook) -> Iterator[Action]:
    minutes = case.policy.minutes_for(connection=case.relationship)
    begun = case.interview.log.first(1).last.at
    soon = begun + timedelta(days=case.policy.fitted("referral_follow_days"))
    due = soon if case.interview.referral_id is not None else None
    yield _action(case, ActionKind.REQUEST, f"Ask for {minutes} minutes.", due)


def _nudge(case: _Outlook) -> Iterator[Action]:
    nudge = _earliest(case, ev.Nudged, case.requested_at)
    if nudge is not None:
        yield _action(
            case, ActionKind.NUDGE, "No answer yet: ask once more, briefly.", nudge, not_before=nudge
        )


def _expire(case: _Outlook) -> Iterator[Action]:
    silence = _earliest(case, ev.Expired, case.requested_at)
    yield _action(
        case, ActionKind.EXPIRE, "Take silence as an answer and move on.", silence, not_before=silence
    )


def _retry(case: _Outlook) -> Iterator[Action]:
    again = _earliest(case, ev.Retried, case.interview.stage_since)
    yield _action(case, ActionKind.RETRY, "Ask again, as agreed.", again, not_before=again)


def _propose_times(case: _Outlook) -> Iterator[Action]:
    due = _answer_due(case, case.interview.stage_since)
    yield _action(
        case, ActionKind.PROPOSE_TIMES, "Propose {policy.slots_min} to {policy.slots_max} times.", due
    )


def _answer_times(case: _Outlook) -> Iterator[Action]:
    if not case.interview.proposed:
        yield from _propose_times(case)
        return
    proposals = (ev.TimesProposed, ev.TimeCountered)
    last = next(event for event in reversed(case.interview.log.standing) if isinstance(event, proposals))
    if isinstance(last, ev.TimeCountered) and last.by is Party.CONTACT:
        sentence = "Take one of their times, or name others."
        yield _action(case, ActionKind.ANSWER_TIMES, sentence, _answer_due(case, last.at))
    else:
        passed = max(slot.end for slot in case.interview.proposed)
        sentence = "If none of your times was taken, propose others."
        yield _action(case, ActionKind.PROPOSE_TIMES, sentence, passed, not_before=passed)


def _send_questions(case: _Outlook) -> Iterator[Action]:
    since = case.interview.stage_since
    if not any(isinstance(e, ev.QuestionsSent) and e.at >= since for e in case.interview.log.standing):
        yield _action(case, ActionKind.SEND_QUESTIONS, "Send a few questions.", _answer_due(case, since))


def _confirm(case: _Outlook) -> Iterator[Action]:
    due = case.slot.start - timedelta(hours=case.policy.confirm_hours)
    sentence = "Confirm the time, with your number."
    yield _action(case, ActionKind.CONFIRM, sentence, due, late_after=case.slot.start)


def _meet(case: _Outlook) -> Iterator[Action]:
    yield _action(case, ActionKind.MEET, "Be there, a few minutes early.", case.slot.start)


def _record_talk(case: _Outlook) -> Iterator[Action]:
    yield _action(case, ActionKind.RECORD_TALK, "When the talk is over, say so.", case.slot.end)


def _rebook(case: _Outlook) -> Iterator[Action]:
    again = _earliest(case, ev.Rebooked, case.now)
    if again is not None:
        sentence = "Agree on another time, if both still want one."
        yield _action(case, ActionKind.REBOOK, sentence, None, not_before=again if again > case.now else None)


def _give_up(case: _Outlook) -> Iterator[Action]:
    if _earliest(case, ev.Rebooked, case.now) is None and not case.interview.obligations:
        yield _action(case, ActionKind.GIVE_UP, "Let it rest: no other talk is to be had.", None)


def _ask_connector(case: _Outlook) -> Iterator[Action]:
    if case.interview.check_back_on is None:
        sentence = "Ask the connector again, or go another way."
        yield _action(case, ActionKind.ASK_CONNECTOR, sentence, None)


def _ask_for_names(case: _Outlook) -> Iterator[Action]:
    if case.policy.referral_ask is ReferralAsk.LATER and not case.interview.referrals:
        due = case.held_at + timedelta(days=case.policy.referral_ask_days)
        sentence = "Ask for {policy.names_min} to {policy.names_max} people who would be good to talk to."
        yield _action(case, ActionKind.ASK_FOR_NAMES, sentence, due, not_before=due)


def _reconnect(case: _Outlook) -> Iterator[Action]:
    due = case.last_contact_at + case.cadence
    late = case.last_contact_at + timedelta(days=case.policy.lapse_days)
    sentence = "Be in touch again, with news and without an ask."
    yield _action(case, ActionKind.RECONNECT, sentence, due, not_before=due, late_after=late)


_BY_STAGE: Mapping[StrEnum, tuple[tuple[type[ev.Event], _Rule], ...]] = MappingProxyType(
    {
        Stage.IDENTIFIED: ((ev.Prepared, _prepare),),
        Stage.PREPARED: ((ev.RequestSent, _request),),
        Stage.INTRO_PENDING: ((ev.CheckedBack, _ask_connector),),
        Stage.REQUESTED: ((ev.Nudged, _nudge), (ev.Expired, _expire)),
        Stage.DEFERRED: ((ev.Retried, _retry),),
        Stage.ACCEPTED: ((ev.TimesProposed, _propose_times),),
        Stage.SCHEDULING: ((ev.TimesProposed, _answer_times),),
        Stage.WRITTEN: ((ev.QuestionsSent, _send_questions),),
        Stage.SCHEDULED: ((ev.Confirmed, _confirm), (ev.Held, _meet)),
        Stage.CONFIRMED: ((ev.Held, _meet),),
        Stage.IN_PROGRESS: ((ev.Held, _record_talk),),
        Stage.CANCELLED: ((ev.Rebooked, _rebook),),
        Stage.NO_SHOW: ((ev.Rebooked, _rebook), (ev.GaveUp, _give_up)),
        Stage.HELD: ((ev.ReferralReceived, _ask_for_names),),
        Stage.THANKED: ((ev.ReferralReceived, _ask_for_names), (ev.Reconnected, _reconnect)),
        Stage.IN_TOUCH: ((ev.ReferralReceived, _ask_for_names), (ev.Reconnected, _reconnect)),
        Stage.DORMANT: ((ev.Reconnected, _reconnect),),
    }
)
"""What is to be done in each stage, and the event that records it: where a table lacks that, it is not."""


def _thank(case: _Outlook, owed: Obligation) -> Action:
    return _action(
        case,
        ActionKind.THANK,
        "Thank for one specific thing.",
        owed.opened_at + timedelta(hours=case.policy.thank_due_hours),
        not_before=owed.opened_at + timedelta(minutes=case.policy.thank_not_before_minutes),
        late_after=owed.opened_at + timedelta(hours=case.policy.thank_late_hours),
    )


def _debrief(case: _Outlook, owed: Obligation) -> Action:
    due = owed.opened_at + timedelta(hours=case.policy.debrief_hours)
    return _action(case, ActionKind.DEBRIEF, "Write down what the talk brought.", due)


def _report_back(case: _Outlook, owed: Obligation) -> Action:
    return _action(
        case,
        ActionKind.REPORT_BACK,
        "Tell them what came of it, even if nothing did.",
        owed.opened_at + timedelta(days=case.policy.report_back_days),
        reference=owed.reference,
    )


def _start_of(case: _Outlook, day: date | None) -> datetime | None:
    return None if day is None else case.start_of(day)


def _check_back(case: _Outlook, owed: Obligation) -> Action:
    agreed = _start_of(case, owed.due_on)
    return _action(case, ActionKind.CHECK_BACK, "Ask the connector how it stands.", agreed, not_before=agreed)


def _keep_promise(case: _Outlook, owed: Obligation) -> Action:
    return _action(
        case,
        ActionKind.KEEP_PROMISE,
        "Do what was promised." if owed.owner is Party.SEEKER else "See whether what they promised has come.",
        _start_of(case, owed.due_on),
        late_after=_start_of(case, owed.due_on and owed.due_on + timedelta(days=1)),
        owner=owed.owner,
        reference=owed.reference,
    )


def _thank_for_reply(case: _Outlook, owed: Obligation) -> Action:
    due = _answer_due(case, owed.opened_at)
    return _action(case, ActionKind.THANK_FOR_REPLY, "Thank for the answer, though it was a no.", due)


def _apologise(case: _Outlook, owed: Obligation) -> Action:
    return _action(case, ActionKind.APOLOGISE, "Apologise for not coming.", owed.opened_at)


_BY_OBLIGATION: Mapping[ObligationKind, Callable[[_Outlook, Obligation], Action]] = MappingProxyType(
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
    lifecycle: Lifecycle = LIFECYCLE,
) -> tuple[Action, ...]:
    """List what is to be done next.

    Args:
        interview: The interview.
        policy: The etiquette.
        calendar: The working days at the contact's place.
        lifecycle: The table.

    Returns:
        The actions, the most pressing first, those without a date last. They follow from the events alone,
        so they can be kept until the next event; compare them with the current time by `Action.is_late`
        and `due_until`.

    Raises:
        InvalidValueError: When the lifecycle does not know the stage (code ``unknown_stage``), or the
            calendar rests for more than 366 days in a row (``no_business_day``).
    """
    if not lifecycle.allowed_events(interview.stage):
        cure = "pass the lifecycle that has the stage of this interview"
        raise InvalidValueError("agenda.lifecycle", "unknown_stage", cure)
    case = _Outlook(interview, interview.log.last.at, policy, calendar, lifecycle=lifecycle)
    actions = [
        action
        for event, rule in _BY_STAGE.get(interview.stage, ())
        if lifecycle.row_for(event, interview.stage)
        for action in rule(case)
    ]
    actions += [_BY_OBLIGATION[owed.kind](case, owed) for owed in interview.obligations]
    return tuple(sorted(actions, key=_by_due))


def due_until(actions: Iterable[Action], until: datetime, /) -> tuple[Action, ...]:
    """Pick the actions that are due by an instant.

    Args:
        actions: Actions of one or many interviews.
        until: The instant; any aware datetime.

    Returns:
        Those due at *until* or before, the most pressing first.

    Raises:
        InvalidValueError: When *until* names no instant.
    """
    limit = instant(until, "until")
    chosen = (action for action in actions if action.due is not None and action.due <= limit)
    return tuple(sorted(chosen, key=_by_due))
