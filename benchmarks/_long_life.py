"""An interview from the first thought to the kept promise: 2.5 KB on the wire."""

from datetime import UTC, date, datetime, timedelta

from infoview import (
    Accepted,
    Channel,
    Commitment,
    CommitmentKept,
    CommitmentMade,
    Confirmed,
    Connection,
    ConnectionKind,
    Consent,
    Debrief,
    DebriefWritten,
    EmailAddress,
    Event,
    Held,
    Identified,
    Insight,
    InsightRecorded,
    Interview,
    Nudged,
    Objective,
    ObjectiveKind,
    Party,
    PersonName,
    Prepared,
    Referral,
    ReferralReceived,
    RequestSent,
    Scheduled,
    Slot,
    Started,
    ThanksSent,
    TimesProposed,
)

__all__ = ["INTERVIEW"]


def _at(day: int, hour: int = 9) -> datetime:
    return datetime(2026, 3, 2, 9, tzinfo=UTC) + timedelta(days=day, hours=hour - 9)


_SLOTS = tuple(
    Slot(start=_at(day, hour), minutes=20, zone="Europe/Berlin") for day, hour in ((20, 9), (21, 13))
)

_HISTORY: tuple[Event, ...] = (
    Identified(
        at=_at(0),
        interview_id="3f0c9a4e51b24d0b",
        seeker_id="8c1d2e77aa904f10",
        contact_id="d25f6b0c9e3a4b71",
        zone="Europe/Berlin",
    ),
    Prepared(
        at=_at(0, 10),
        objective=Objective(
            kind=ObjectiveKind.INDUSTRY,
            subject="health data",
            broad="how hospitals share data with research",
            motive="I am about to choose between two master's programmes",
            learn=("how a usual week looks", "which skills count in the first year"),
        ),
        connection=Connection(
            kind=ConnectionKind.COLD,
            text="your talk at the Example Summit",
            fact="you told how the registry grew from three clinics to forty",
        ),
    ),
    RequestSent(at=_at(0, 11), minutes=20),
    Nudged(at=_at(11)),
    Accepted(at=_at(12)),
    TimesProposed(at=_at(12, 10), slots=_SLOTS),
    Scheduled(at=_at(13), slot=_SLOTS[0]),
    Confirmed(at=_at(19)),
    Started(at=_at(20)),
    Held(at=_at(20, 10), minutes=25),
    DebriefWritten(
        at=_at(20, 11),
        debrief=Debrief(
            learned="Registries live from people who know both the clinic and the database: très rare.",
            fit="Very well: I liked that half of the week is spent with those who use the data.",
            next_steps="Write to Noor; read the two papers on consent.",
        ),
    ),
    InsightRecorded(
        at=_at(20, 11),
        insight=Insight(id="insight-1", text="starting small with one clinic's own questions", advice=True),
    ),
    ReferralReceived(
        at=_at(20, 11),
        referral=Referral(
            id="referral-1",
            name=PersonName(given="Noor", family="Exemplar"),
            reason="know best how consent is asked for",
            organisation="Example Clinic",
            position="data steward",
            email=EmailAddress("noor.exemplar@example.org"),
            consent=Consent.GRANTED,
        ),
    ),
    CommitmentMade(
        at=_at(20, 11),
        commitment=Commitment(
            id="promise-1", owner=Party.SEEKER, text="send the reading list", due=date(2026, 4, 20)
        ),
    ),
    ThanksSent(
        at=_at(20, 15), specific="starting small with one clinic's own questions", channel=Channel.EMAIL
    ),
    CommitmentKept(at=_at(27), commitment_id="promise-1"),
)

INTERVIEW = Interview.replay(_HISTORY)
"""The interview."""
