"""What to do next, and until when: computed from an interview, without a scheduler."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Any, cast, final

import attrs

from infoview import _events as ev
from infoview._guards import Case, earliest
from infoview._interview import Interview
from infoview._lifecycle import Stage, Transition, row_for
from infoview._obligations import Obligation, ObligationKind
from infoview._people import Party
from infoview._policy import Policy, ReferralAsk
from infoview._time import WEEKDAYS, BusinessCalendar, instant
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


_Rule = Callable[[Case], Iterator[Action]]


def _action(
    case: Case,
    kind: ActionKind,
    sentence: str,
    due: datetime | None,
    **rest: Any,  # noqa: ANN401 - the other fields of an action
) -> Action:
    """Make an action; *rest* are its other fields."""
    words = sentence.format(policy=case.policy)
    return Action(kind=kind, interview_id=case.interview.id, sentence=words, due=due, **rest)


def _earliest(case: Case, event: type[ev.Event], since: datetime) -> datetime | None:
    """Find the first instant from *since* on at which *event*, legal in this stage, would pass its guards."""
    row = cast("Transition", row_for(event, case.interview.stage))
    return earliest(attrs.evolve(case, now=since), row.time_guards)


def _answer_due(case: Case, since: datetime) -> datetime:
    return case.business_days_after(since, case.policy.answer_wait)


def _prepare(case: Case) -> Iterator[Action]:
    yield _action(case, ActionKind.PREPARE, "Say what you want to find out, and why from this person.", None)


def _request(case: Case) -> Iterator[Action]:
    yield _action(case, ActionKind.REQUEST, "Ask for {policy.minutes_default} minutes.", None)


def _wait_for_answer(case: Case) -> Iterator[Action]:
    nudge = _earliest(case, ev.Nudged, case.requested_at)
    if nudge is not None:
        yield _action(
            case, ActionKind.NUDGE, "No answer yet: ask once more, briefly.", nudge, not_before=nudge
        )
    silence = _earliest(case, ev.Expired, case.requested_at)
    yield _action(
        case, ActionKind.EXPIRE, "Take silence as an answer and move on.", silence, not_before=silence
    )


def _retry(case: Case) -> Iterator[Action]:
    again = _earliest(case, ev.Retried, case.interview.stage_since)
    yield _action(case, ActionKind.RETRY, "Ask again, as agreed.", again, not_before=again)


def _propose_times(case: Case) -> Iterator[Action]:
    due = _answer_due(case, case.interview.stage_since)
    yield _action(case, ActionKind.PROPOSE_TIMES, "Propose two or three times.", due)


def _answer_times(case: Case) -> Iterator[Action]:
    if not case.interview.proposed:
        yield from _propose_times(case)
        return
    proposals = (ev.TimesProposed, ev.TimeCountered)
    last = next(event for event in reversed(case.interview.history) if isinstance(event, proposals))
    if isinstance(last, ev.TimeCountered) and last.by is Party.CONTACT:
        sentence = "Take one of their times, or name others."
        yield _action(case, ActionKind.ANSWER_TIMES, sentence, _answer_due(case, last.at))
    else:
        passed = max(slot.end for slot in case.interview.proposed)
        sentence = "If none of your times was taken, propose others."
        yield _action(case, ActionKind.PROPOSE_TIMES, sentence, passed, not_before=passed)


def _send_questions(case: Case) -> Iterator[Action]:
    since = case.interview.stage_since
    if not any(isinstance(e, ev.QuestionsSent) and e.at >= since for e in case.interview.history):
        yield _action(case, ActionKind.SEND_QUESTIONS, "Send a few questions.", _answer_due(case, since))


def _confirm(case: Case) -> Iterator[Action]:
    due = case.slot.start - timedelta(hours=case.policy.confirm_hours)
    sentence = "Confirm the time, with your number."
    yield _action(case, ActionKind.CONFIRM, sentence, due, late_after=case.slot.start)


def _meet(case: Case) -> Iterator[Action]:
    yield _action(case, ActionKind.MEET, "Be there, a few minutes early.", case.slot.start)


def _record_talk(case: Case) -> Iterator[Action]:
    yield _action(case, ActionKind.RECORD_TALK, "When the talk is over, say so.", case.slot.end)


def _rebook(case: Case) -> Iterator[Action]:
    if _earliest(case, ev.Rebooked, case.now) is not None:
        yield _action(case, ActionKind.REBOOK, "Agree on another time, if both still want one.", None)


def _give_up(case: Case) -> Iterator[Action]:
    rebooking = tuple(_rebook(case))
    yield from rebooking
    if not rebooking and not case.interview.obligations:
        yield _action(case, ActionKind.GIVE_UP, "Let it rest: the contact did not come too often.", None)


def _ask_connector(case: Case) -> Iterator[Action]:
    if case.interview.check_back_on is None:
        sentence = "Ask the connector again, or go another way."
        yield _action(case, ActionKind.ASK_CONNECTOR, sentence, None)


def _ask_for_names(case: Case) -> Iterator[Action]:
    if case.policy.referral_ask is ReferralAsk.LATER and not case.interview.referrals:
        due = case.held_at + timedelta(days=case.policy.referral_ask_days)
        sentence = "Ask who else would be good to talk to."
        yield _action(case, ActionKind.ASK_FOR_NAMES, sentence, due, not_before=due)


def _reconnect(case: Case) -> Iterator[Action]:
    due = case.last_contact_at + timedelta(days=case.policy.reconnect_days)
    late = case.last_contact_at + timedelta(days=case.policy.lapse_days)
    sentence = "Be in touch again, with news and without an ask."
    yield _action(case, ActionKind.RECONNECT, sentence, due, not_before=due, late_after=late)


_BY_STAGE: Mapping[Stage, tuple[_Rule, ...]] = MappingProxyType(
    {
        Stage.IDENTIFIED: (_prepare,),
        Stage.PREPARED: (_request,),
        Stage.INTRO_PENDING: (_ask_connector,),
        Stage.REQUESTED: (_wait_for_answer,),
        Stage.DEFERRED: (_retry,),
        Stage.ACCEPTED: (_propose_times,),
        Stage.SCHEDULING: (_answer_times,),
        Stage.WRITTEN: (_send_questions,),
        Stage.SCHEDULED: (_confirm, _meet),
        Stage.CONFIRMED: (_meet,),
        Stage.IN_PROGRESS: (_record_talk,),
        Stage.CANCELLED: (_rebook,),
        Stage.NO_SHOW: (_give_up,),
        Stage.HELD: (_ask_for_names,),
        Stage.THANKED: (_ask_for_names, _reconnect),
        Stage.IN_TOUCH: (_ask_for_names, _reconnect),
        Stage.DORMANT: (_reconnect,),
    }
)


def _thank(case: Case, owed: Obligation) -> Action:
    return _action(
        case,
        ActionKind.THANK,
        "Thank for one specific thing.",
        owed.opened_at + timedelta(hours=case.policy.thank_due_hours),
        not_before=owed.opened_at + timedelta(minutes=case.policy.thank_not_before_minutes),
        late_after=owed.opened_at + timedelta(hours=case.policy.thank_late_hours),
    )


def _debrief(case: Case, owed: Obligation) -> Action:
    due = owed.opened_at + timedelta(hours=case.policy.debrief_hours)
    return _action(case, ActionKind.DEBRIEF, "Write down what the talk brought.", due)


def _report_back(case: Case, owed: Obligation) -> Action:
    return _action(
        case,
        ActionKind.REPORT_BACK,
        "Tell them what came of it, even if nothing did.",
        owed.opened_at + timedelta(days=case.policy.report_back_days),
        reference=owed.reference,
    )


def _start_of(case: Case, day: date | None) -> datetime | None:
    return None if day is None else case.start_of(day)


def _check_back(case: Case, owed: Obligation) -> Action:
    agreed = _start_of(case, owed.due_on)
    return _action(case, ActionKind.CHECK_BACK, "Ask the connector how it stands.", agreed, not_before=agreed)


def _keep_promise(case: Case, owed: Obligation) -> Action:
    return _action(
        case,
        ActionKind.KEEP_PROMISE,
        "Do what was promised." if owed.owner is Party.SEEKER else "See whether what they promised has come.",
        _start_of(case, owed.due_on),
        late_after=_start_of(case, owed.due_on and owed.due_on + timedelta(days=1)),
        owner=owed.owner,
        reference=owed.reference,
    )


def _thank_for_reply(case: Case, owed: Obligation) -> Action:
    due = _answer_due(case, owed.opened_at)
    return _action(case, ActionKind.THANK_FOR_REPLY, "Thank for the answer, though it was a no.", due)


def _apologise(case: Case, owed: Obligation) -> Action:
    return _action(case, ActionKind.APOLOGISE, "Apologise for not coming.", owed.opened_at)


_BY_OBLIGATION: Mapping[ObligationKind, Callable[[Case, Obligation], Action]] = MappingProxyType(
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

    Raises:
        InvalidValueError: When the calendar rests for more than 366 days in a row
            (code ``no_business_day``).
    """
    case = Case(interview, interview.history[-1].at, policy, calendar)
    actions = [action for rule in _BY_STAGE.get(interview.stage, ()) for action in rule(case)]
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
