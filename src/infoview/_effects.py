"""What each event changes in an interview, beside its stage and its obligations.

An effect takes the interview as it was and the event, and answers the fields that change. It never refuses:
whether an event may happen is decided before.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import attrs

from infoview import _events as ev
from infoview._people import Consent, Party

if TYPE_CHECKING:
    from infoview._interview import Interview

Changes = dict[str, Any]
Effect = Callable[["Interview", Any], Changes]

_FRESH_ATTEMPT: Changes = {
    "requested_at": None,
    "nudged_at": None,
    "nudges": 0,
    "away_since": None,
    "away_until": None,
    "deferred_until": None,
    "check_back_on": None,
    "proposed": (),
    "slot": None,
    "meeting_format": None,
    "moves_by_seeker": 0,
    "moves_by_contact": 0,
    "cancellation": None,
    "overrun_minutes": 0,
}


def _prepared(_interview: "Interview", event: ev.Prepared) -> Changes:
    return {"objective": event.objective, "connection": event.connection}


def _intro_requested(interview: "Interview", event: ev.IntroRequested) -> Changes:
    return {
        "objective": event.objective or interview.objective,
        "connection": event.connection,
        "check_back_on": event.check_back_on,
    }


def _checked_back(_interview: "Interview", event: ev.CheckedBack) -> Changes:
    return {"check_back_on": event.check_back_on}


def _intro_made(_interview: "Interview", event: ev.IntroMade) -> Changes:
    return {"check_back_on": None, "requested_at": event.at}


def _intro_refused(_interview: "Interview", _event: ev.IntroRefused) -> Changes:
    return {"check_back_on": None}


def _name_use_answered(interview: "Interview", event: ev.NameUseAnswered) -> Changes:
    consent = Consent.GRANTED if event.granted else Consent.REFUSED
    if event.referral_id is not None:
        answered = (
            attrs.evolve(referral, consent=consent) if referral.id == event.referral_id else referral
            for referral in interview.referrals
        )
        return {"referrals": tuple(answered)}
    connection = interview.connection
    return {"connection": connection and attrs.evolve(connection, consent=consent)}


def _request_sent(_interview: "Interview", event: ev.RequestSent | ev.Retried) -> Changes:
    return {"requested_at": event.at, "nudged_at": None, "away_since": None, "away_until": None}


def _nudged(interview: "Interview", event: ev.Nudged) -> Changes:
    return {"nudged_at": event.at, "nudges": interview.nudges + 1}


def _out_of_office(_interview: "Interview", event: ev.OutOfOfficeReceived) -> Changes:
    return {"away_since": event.at, "away_until": event.return_on}


def _deferred(_interview: "Interview", event: ev.Deferred) -> Changes:
    return {"deferred_until": event.until}


def _slots_named(_interview: "Interview", event: ev.TimesProposed | ev.TimeCountered) -> Changes:
    return {"proposed": event.slots}


def _scheduled(_interview: "Interview", event: ev.Scheduled) -> Changes:
    return {"slot": event.slot, "meeting_format": event.meeting_format, "proposed": ()}


def _rescheduled(interview: "Interview", event: ev.Rescheduled) -> Changes:
    if event.by is Party.SEEKER:
        return {"slot": event.slot, "moves_by_seeker": interview.moves_by_seeker + 1}
    return {"slot": event.slot, "moves_by_contact": interview.moves_by_contact + 1}


def _cancelled(_interview: "Interview", event: ev.Cancelled) -> Changes:
    return {"cancellation": event}


def _no_show(interview: "Interview", event: ev.NoShowRecorded) -> Changes:
    if event.by is Party.SEEKER:
        return {"no_shows_by_seeker": interview.no_shows_by_seeker + 1}
    return {"no_shows_by_contact": interview.no_shows_by_contact + 1}


def _rebooked(_interview: "Interview", _event: ev.Rebooked) -> Changes:
    return {"slot": None, "proposed": (), "cancellation": None}


def _overrun_granted(interview: "Interview", event: ev.OverrunGranted) -> Changes:
    return {"overrun_minutes": interview.overrun_minutes + event.minutes}


def _held(_interview: "Interview", event: ev.Held | ev.AnswersReceived) -> Changes:
    return {"held_at": event.at}


def _debrief_written(_interview: "Interview", event: ev.DebriefWritten) -> Changes:
    return {"debrief": event.debrief}


def _insight_recorded(interview: "Interview", event: ev.InsightRecorded) -> Changes:
    return {"insights": (*interview.insights, event.insight)}


def _note_taken(interview: "Interview", event: ev.NoteTaken) -> Changes:
    return {"notes": (*interview.notes, event.note)}


def _referral_received(interview: "Interview", event: ev.ReferralReceived) -> Changes:
    return {"referrals": (*interview.referrals, event.referral)}


def _commitment_made(interview: "Interview", event: ev.CommitmentMade) -> Changes:
    return {"commitments": (*interview.commitments, event.commitment)}


def _resume_requested(_interview: "Interview", _event: ev.ResumeRequested) -> Changes:
    return {"resume_requested": True}


def _opportunity_raised(_interview: "Interview", _event: ev.OpportunityRaised) -> Changes:
    return {"opportunity_raised": True}


def _thanks_sent(_interview: "Interview", event: ev.ThanksSent) -> Changes:
    return {"thanked_at": event.at}


def _obligation_waived(interview: "Interview", event: ev.ObligationWaived) -> Changes:
    return {"obligations": tuple(o for o in interview.obligations if o.id != event.obligation_id)}


def _reopened(_interview: "Interview", _event: ev.Reopened) -> Changes:
    return dict(_FRESH_ATTEMPT)


def _sealed(_interview: "Interview", _event: ev.DoNotContactAsked) -> Changes:
    return {"sealed": True, "obligations": ()}


def _erased(_interview: "Interview", _event: ev.Erased) -> Changes:
    nothing: Changes = {"objective": None, "connection": None, "debrief": None}
    nothing |= dict.fromkeys(("insights", "referrals", "commitments", "notes"), ())
    return nothing | _FRESH_ATTEMPT | {"sealed": True, "obligations": ()}


EFFECTS: Mapping[type[Any], Effect] = MappingProxyType(
    {
        ev.Prepared: _prepared,
        ev.IntroRequested: _intro_requested,
        ev.CheckedBack: _checked_back,
        ev.IntroMade: _intro_made,
        ev.IntroRefused: _intro_refused,
        ev.NameUseAnswered: _name_use_answered,
        ev.RequestSent: _request_sent,
        ev.Nudged: _nudged,
        ev.OutOfOfficeReceived: _out_of_office,
        ev.Deferred: _deferred,
        ev.Retried: _request_sent,
        ev.TimesProposed: _slots_named,
        ev.TimeCountered: _slots_named,
        ev.Scheduled: _scheduled,
        ev.Rescheduled: _rescheduled,
        ev.Cancelled: _cancelled,
        ev.NoShowRecorded: _no_show,
        ev.Rebooked: _rebooked,
        ev.OverrunGranted: _overrun_granted,
        ev.Held: _held,
        ev.AnswersReceived: _held,
        ev.DebriefWritten: _debrief_written,
        ev.InsightRecorded: _insight_recorded,
        ev.NoteTaken: _note_taken,
        ev.ReferralReceived: _referral_received,
        ev.CommitmentMade: _commitment_made,
        ev.ResumeRequested: _resume_requested,
        ev.OpportunityRaised: _opportunity_raised,
        ev.ThanksSent: _thanks_sent,
        ev.ObligationWaived: _obligation_waived,
        ev.Reopened: _reopened,
        ev.DoNotContactAsked: _sealed,
        ev.Erased: _erased,
    }
)
"""The effect of every event that has one; the others change only stage and obligations."""
