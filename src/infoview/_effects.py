"""What each event changes in an interview, beside its stage and its obligations.

An effect gets the fields of the next interview, which hold what the last one held, and changes them as the
event says. It never refuses: whether an event may happen is decided before.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import attrs

from infoview import _events as ev
from infoview._people import Consent, Party

Fields = dict[str, Any]
Effect = Callable[[Fields, Any], None]

_FRESH_ATTEMPT: Fields = {
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
    "missed_by": None,
    "overrun_minutes": 0,
    "group_id": None,
}


def _prepared(fields: Fields, event: ev.Prepared) -> None:
    fields["objective"] = event.objective
    fields["connection"] = event.connection


def _intro_requested(fields: Fields, event: ev.IntroRequested) -> None:
    fields["objective"] = event.objective or fields["objective"]
    fields["connection"] = event.connection
    fields["check_back_on"] = event.check_back_on


def _checked_back(fields: Fields, event: ev.CheckedBack) -> None:
    fields["check_back_on"] = event.check_back_on


def _intro_made(fields: Fields, event: ev.IntroMade) -> None:
    fields["check_back_on"] = None
    fields["requested_at"] = event.at


def _intro_refused(fields: Fields, _event: ev.IntroRefused) -> None:
    fields["check_back_on"] = None


def _name_use_answered(fields: Fields, event: ev.NameUseAnswered) -> None:
    consent = Consent.GRANTED if event.granted else Consent.REFUSED
    if event.referral_id is None:
        fields["connection"] = fields["connection"] and attrs.evolve(fields["connection"], consent=consent)
    else:
        fields["referrals"] = tuple(
            attrs.evolve(referral, consent=consent) if referral.id == event.referral_id else referral
            for referral in fields["referrals"]
        )


def _request_sent(fields: Fields, event: ev.RequestSent | ev.Retried) -> None:
    fields["requested_at"] = event.at
    fields["nudged_at"] = fields["away_since"] = fields["away_until"] = None


def _nudged(fields: Fields, event: ev.Nudged) -> None:
    fields["nudged_at"] = event.at
    fields["nudges"] += 1


def _out_of_office(fields: Fields, event: ev.OutOfOfficeReceived) -> None:
    fields["away_since"] = event.at
    fields["away_until"] = event.return_on


def _deferred(fields: Fields, event: ev.Deferred) -> None:
    fields["deferred_until"] = event.until


def _group_joined(fields: Fields, event: ev.GroupJoined) -> None:
    fields["group_id"] = event.group_id


def _group_left(fields: Fields, _event: ev.GroupLeft) -> None:
    fields["group_id"] = None


def _slots_named(fields: Fields, event: ev.TimesProposed | ev.TimeCountered) -> None:
    fields["proposed"] = event.slots


def _scheduled(fields: Fields, event: ev.Scheduled) -> None:
    fields["slot"] = event.slot
    fields["meeting_format"] = event.meeting_format
    fields["proposed"] = ()


def _rescheduled(fields: Fields, event: ev.Rescheduled) -> None:
    fields["slot"] = event.slot
    fields["moves_by_seeker" if event.by is Party.SEEKER else "moves_by_contact"] += 1


def _cancelled(fields: Fields, event: ev.Cancelled) -> None:
    fields["cancellation"] = event


def _no_show(fields: Fields, event: ev.NoShowRecorded) -> None:
    fields["missed_by"] = event.by
    fields["no_shows_by_seeker" if event.by is Party.SEEKER else "no_shows_by_contact"] += 1


def _rebooked(fields: Fields, _event: ev.Rebooked) -> None:
    fields["slot"] = fields["cancellation"] = fields["missed_by"] = None
    fields["proposed"] = ()


def _overrun_granted(fields: Fields, event: ev.OverrunGranted) -> None:
    fields["overrun_minutes"] += event.minutes


def _held(fields: Fields, event: ev.Held | ev.AnswersReceived) -> None:
    fields["held_at"] = event.at


def _debrief_written(fields: Fields, event: ev.DebriefWritten) -> None:
    fields["debrief"] = event.debrief


def _insight_recorded(fields: Fields, event: ev.InsightRecorded) -> None:
    fields["insights"] += (event.insight,)


def _note_taken(fields: Fields, event: ev.NoteTaken) -> None:
    fields["notes"] += (event.note,)


def _referral_received(fields: Fields, event: ev.ReferralReceived) -> None:
    fields["referrals"] += (event.referral,)


def _commitment_made(fields: Fields, event: ev.CommitmentMade) -> None:
    fields["commitments"] += (event.commitment,)


def _resume_requested(fields: Fields, _event: ev.ResumeRequested) -> None:
    fields["resume_requested"] = True


def _opportunity_raised(fields: Fields, _event: ev.OpportunityRaised) -> None:
    fields["opportunity_raised"] = True


def _thanks_sent(fields: Fields, event: ev.ThanksSent) -> None:
    fields["thanked_at"] = event.at


def _obligation_waived(fields: Fields, event: ev.ObligationWaived) -> None:
    fields["obligations"] = tuple(o for o in fields["obligations"] if o.id != event.obligation_id)


def _reopened(fields: Fields, _event: ev.Reopened) -> None:
    fields.update(_FRESH_ATTEMPT)


def _sealed(fields: Fields, _event: ev.DoNotContactAsked | ev.Erased) -> None:
    fields["sealed"] = True
    fields["obligations"] = ()


def _erased(fields: Fields, event: ev.Erased) -> None:
    fields.update(_FRESH_ATTEMPT)
    fields.update(dict.fromkeys(("objective", "connection", "debrief")))
    fields.update(dict.fromkeys(("insights", "referrals", "commitments", "notes"), ()))
    _sealed(fields, event)


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
        ev.GroupJoined: _group_joined,
        ev.GroupLeft: _group_left,
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
