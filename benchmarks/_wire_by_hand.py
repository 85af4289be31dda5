"""The wire format of one interview, written and read by hand with the standard library's JSON.

What a careful programmer writes for the events that happen in it, and for no others: canonical text; on
reading no key twice, no unknown key, no key missing, no number for text and no text for a number, one
spelling of an instant, no `NaN`, known words only. The rules of each value are left to the constructors, and
the course of events to `Interview.replay`. It stops at the first fault and says only where that is.
"""

import json
import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any, NoReturn, TypeVar

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
    MeetingFormat,
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

__all__ = ["dumps", "loads"]

_Body = dict[str, Any]
_Word = TypeVar("_Word", bound=StrEnum)

_LONGEST = 10_000_000
_INSTANT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]{1,6})?"
    r"(?:Z|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9])"
)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_SURROGATE = re.compile("[\ud800-\udfff]")


# -- writing ----------------------------------------------------------------------------------------------

_ENCODER = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def dumps(interview: Interview) -> str:
    """Write the interview.

    Args:
        interview: The interview.

    Returns:
        The text.
    """
    history = [_WRITERS[type(event)](event) for event in interview.history]
    return _ENCODER.encode({"$schema": 2, "kind": "interview", "history": history})


def _instant_text(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat().removesuffix("+00:00") + "Z"


def _add(body: _Body, **optional: object) -> _Body:
    for key, value in optional.items():
        if value is not None:
            body[key] = value
    return body


def _head(event: Any) -> _Body:  # noqa: ANN401 - any event
    body = {"type": type(event).__name__, "at": _instant_text(event.at)}
    if event.id is not None:
        body["id"] = event.id
    if event.interview_id is not None:
        body["interview_id"] = event.interview_id
    return body


def _write_identified(event: Identified) -> _Body:
    body = _head(event)
    body["seeker_id"] = event.seeker_id
    body["contact_id"] = event.contact_id
    body["zone"] = event.zone
    return _add(body, follows=event.follows, referral_id=event.referral_id)


def _write_prepared(event: Prepared) -> _Body:
    body, objective, connection = _head(event), event.objective, event.connection
    body["objective"] = _add(
        {
            "objective_kind": str(objective.kind),
            "subject": objective.subject,
            "learn": list(objective.learn),
        },
        broad=objective.broad,
        motive=objective.motive,
    )
    written = {"connection_kind": str(connection.kind), "consent": str(connection.consent)}
    body["connection"] = _add(
        written, text=connection.text, fact=connection.fact, referrer_id=connection.referrer_id
    )
    if connection.referrer is not None:
        body["connection"]["referrer"] = _write_name(connection.referrer)
    return body


def _write_name(name: PersonName) -> _Body:
    body: _Body = {"given": name.given, "family_first": name.family_first}
    return _add(body, family=name.family, salutation=name.salutation)


def _write_request(event: RequestSent) -> _Body:
    body = _head(event)
    body["minutes"] = event.minutes
    body["channel"] = str(event.channel)
    body["attaches_resume"] = event.attaches_resume
    return _add(body, names_referrer=event.names_referrer)


def _write_nudge(event: Nudged) -> _Body:
    body = _head(event)
    body["channel"] = str(event.channel)
    return body


def _write_slot(slot: Slot) -> _Body:
    return {"start": _instant_text(slot.start), "minutes": slot.minutes, "zone": slot.zone}


def _write_proposal(event: TimesProposed) -> _Body:
    body = _head(event)
    body["slots"] = [_write_slot(slot) for slot in event.slots]
    return body


def _write_scheduled(event: Scheduled) -> _Body:
    body = _head(event)
    body["slot"] = _write_slot(event.slot)
    body["meeting_format"] = str(event.meeting_format)
    return body


def _write_confirmed(event: Confirmed) -> _Body:
    body = _head(event)
    body["by"] = str(event.by)
    return body


def _write_held(event: Held) -> _Body:
    return _add(_head(event), minutes=event.minutes)


def _write_debrief(event: DebriefWritten) -> _Body:
    body, debrief = _head(event), event.debrief
    body["debrief"] = _add({"learned": debrief.learned}, fit=debrief.fit, next_steps=debrief.next_steps)
    return body


def _write_insight(event: InsightRecorded) -> _Body:
    body, insight = _head(event), event.insight
    body["insight"] = {"id": insight.id, "text": insight.text, "advice": insight.advice}
    return body


def _write_referral(event: ReferralReceived) -> _Body:
    body, referral = _head(event), event.referral
    written: _Body = {
        "id": referral.id,
        "name": _write_name(referral.name),
        "consent": str(referral.consent),
    }
    body["referral"] = _add(
        written,
        reason=referral.reason,
        organisation=referral.organisation,
        position=referral.position,
        email=None if referral.email is None else str(referral.email),
    )
    return body


def _write_commitment(event: CommitmentMade) -> _Body:
    body, commitment = _head(event), event.commitment
    body["commitment"] = _add(
        {"id": commitment.id, "owner": str(commitment.owner), "text": commitment.text},
        due=None if commitment.due is None else commitment.due.isoformat(),
    )
    return body


def _write_thanks(event: ThanksSent) -> _Body:
    body = _head(event)
    body["channel"] = str(event.channel)
    return _add(body, specific=event.specific)


def _write_kept(event: CommitmentKept) -> _Body:
    body = _head(event)
    body["commitment_id"] = event.commitment_id
    return body


_WRITERS: Mapping[type[Any], Callable[[Any], _Body]] = {
    Identified: _write_identified,
    Prepared: _write_prepared,
    RequestSent: _write_request,
    Nudged: _write_nudge,
    Accepted: _head,
    TimesProposed: _write_proposal,
    Scheduled: _write_scheduled,
    Confirmed: _write_confirmed,
    Started: _head,
    Held: _write_held,
    DebriefWritten: _write_debrief,
    InsightRecorded: _write_insight,
    ReferralReceived: _write_referral,
    CommitmentMade: _write_commitment,
    ThanksSent: _write_thanks,
    CommitmentKept: _write_kept,
}


# -- reading ----------------------------------------------------------------------------------------------


def loads(text: str) -> Interview:
    """Read the interview.

    Args:
        text: The text.

    Returns:
        The interview.

    Raises:
        ValueError: At the first fault.
    """
    if len(text) > _LONGEST:
        raise ValueError("too long")
    try:
        whole = _keys(_DECODER.decode(text), _TOP)
    except RecursionError:
        raise ValueError("too deep") from None
    if (whole["$schema"], whole["kind"]) != (2, "interview") or whole["$schema"] is True:
        raise ValueError("not an interview")
    events: list[Event] = []
    for body in _list(whole["history"]):
        name = body.get("type") if isinstance(body, dict) else None
        if not isinstance(name, str) or name not in _READERS:
            raise ValueError("type")
        events.append(_READERS[name](body))
    return Interview.replay(tuple(events))


def _unique(pairs: list[tuple[str, Any]]) -> _Body:
    body = dict(pairs)
    if len(body) < len(pairs):
        raise ValueError("a key twice")
    return body


def _refuse(_word: str) -> NoReturn:
    raise ValueError("not finite")


_DECODER = json.JSONDecoder(object_pairs_hook=_unique, parse_constant=_refuse)


class _Keys:
    """The keys an object must have, and those it may have."""

    def __init__(self, required: str, optional: str = "") -> None:
        self.required = frozenset(required.split())
        self.allowed = self.required.union(optional.split())


def _keys(body: Any, keys: _Keys) -> _Body:  # noqa: ANN401 - anything
    if not isinstance(body, dict):
        raise ValueError("not an object")  # noqa: TRY004 - all faults of data are of one kind
    if not keys.required <= body.keys() <= keys.allowed:
        raise ValueError("keys")
    return body


def _list(value: Any) -> list[Any]:  # noqa: ANN401 - anything
    if not isinstance(value, list):
        raise ValueError("not an array")  # noqa: TRY004 - all faults of data are of one kind
    return value


def _text(value: Any) -> str:  # noqa: ANN401 - anything
    if not isinstance(value, str):
        raise ValueError("not text")  # noqa: TRY004 - all faults of data are of one kind
    if not value.isascii() and _SURROGATE.search(value):
        raise ValueError("surrogate")
    return value


def _text_in(body: _Body, key: str) -> str | None:
    return _text(body[key]) if key in body else None


def _instant(value: Any) -> datetime:  # noqa: ANN401 - anything
    if not isinstance(value, str) or not _INSTANT.fullmatch(value):
        raise ValueError("not an instant")
    return datetime.fromisoformat(value)


def _word(words: type[_Word]) -> Callable[[Any], _Word]:
    known = {str(word): word for word in words}

    def read(value: Any) -> _Word:  # noqa: ANN401 - anything
        if not isinstance(value, str) or value not in known:
            raise ValueError("unknown word")
        return known[value]

    return read


_channel, _party, _consent = _word(Channel), _word(Party), _word(Consent)
_objective_kind, _connection_kind, _format = _word(ObjectiveKind), _word(ConnectionKind), _word(MeetingFormat)

_EVENT = "type at"
_MAY = "id interview_id "
_TOP = _Keys("$schema kind history")
_PLAIN = _Keys(_EVENT, _MAY)
_IDENTIFIED = _Keys(_EVENT + " interview_id seeker_id contact_id zone", "id follows referral_id")
_PREPARED = _Keys(_EVENT + " objective connection", _MAY)
_OBJECTIVE = _Keys("objective_kind subject", "broad motive learn")
_CONNECTION = _Keys("connection_kind", "text fact referrer_id referrer consent")
_NAME = _Keys("given", "family family_first salutation")
_REQUEST = _Keys(_EVENT + " minutes", _MAY + "channel names_referrer attaches_resume")
_NUDGE = _Keys(_EVENT, _MAY + "channel")
_SLOT = _Keys("start minutes zone")
_PROPOSAL = _Keys(_EVENT + " slots", _MAY)
_SCHEDULED = _Keys(_EVENT + " slot", _MAY + "meeting_format")
_CONFIRMED = _Keys(_EVENT, _MAY + "by")
_HELD = _Keys(_EVENT, _MAY + "minutes")
_DEBRIEF_WRITTEN = _Keys(_EVENT + " debrief", _MAY)
_DEBRIEF = _Keys("learned", "fit next_steps")
_INSIGHT_RECORDED = _Keys(_EVENT + " insight", _MAY)
_INSIGHT = _Keys("id text", "advice")
_REFERRAL_RECEIVED = _Keys(_EVENT + " referral", _MAY)
_REFERRAL = _Keys("id name", "reason organisation position email consent")
_COMMITMENT_MADE = _Keys(_EVENT + " commitment", _MAY)
_COMMITMENT = _Keys("id owner text", "due")
_THANKS = _Keys(_EVENT, _MAY + "specific channel")
_KEPT = _Keys(_EVENT + " commitment_id", _MAY)


def _given(body: _Body) -> _Body:
    """Read what every event has."""
    given: _Body = {"at": _instant(body["at"])}
    if "id" in body:
        given["id"] = _text(body["id"])
    if "interview_id" in body:
        given["interview_id"] = _text(body["interview_id"])
    return given


def _read_identified(body: _Body) -> Identified:
    _keys(body, _IDENTIFIED)
    return Identified(
        **_given(body),
        seeker_id=_text(body["seeker_id"]),
        contact_id=_text(body["contact_id"]),
        zone=_text(body["zone"]),
        follows=_text_in(body, "follows"),
        referral_id=_text_in(body, "referral_id"),
    )


def _read_prepared(body: _Body) -> Prepared:
    _keys(body, _PREPARED)
    objective, connection = _keys(body["objective"], _OBJECTIVE), _keys(body["connection"], _CONNECTION)
    return Prepared(
        **_given(body),
        objective=Objective(
            kind=_objective_kind(objective["objective_kind"]),
            subject=_text(objective["subject"]),
            broad=_text_in(objective, "broad"),
            motive=_text_in(objective, "motive"),
            learn=tuple(map(_text, _list(objective.get("learn", [])))),
        ),
        connection=Connection(
            kind=_connection_kind(connection["connection_kind"]),
            text=_text_in(connection, "text"),
            fact=_text_in(connection, "fact"),
            referrer_id=_text_in(connection, "referrer_id"),
            referrer=_read_name(connection["referrer"]) if "referrer" in connection else None,
            consent=_consent(connection.get("consent", "unasked")),
        ),
    )


def _read_name(value: object) -> PersonName:
    body = _keys(value, _NAME)
    return PersonName(
        given=_text(body["given"]),
        family=_text_in(body, "family"),
        family_first=body.get("family_first", False),
        salutation=_text_in(body, "salutation"),
    )


def _read_request(body: _Body) -> RequestSent:
    _keys(body, _REQUEST)
    return RequestSent(
        **_given(body),
        minutes=body["minutes"],
        channel=_channel(body.get("channel", "email")),
        names_referrer=body.get("names_referrer"),
        attaches_resume=body.get("attaches_resume", False),
    )


def _read_nudge(body: _Body) -> Nudged:
    _keys(body, _NUDGE)
    return Nudged(**_given(body), channel=_channel(body.get("channel", "email")))


def _read_accepted(body: _Body) -> Accepted:
    return Accepted(**_given(_keys(body, _PLAIN)))


def _read_slot(value: object) -> Slot:
    body = _keys(value, _SLOT)
    return Slot(start=_instant(body["start"]), minutes=body["minutes"], zone=_text(body["zone"]))


def _read_proposal(body: _Body) -> TimesProposed:
    _keys(body, _PROPOSAL)
    return TimesProposed(**_given(body), slots=tuple(map(_read_slot, _list(body["slots"]))))


def _read_scheduled(body: _Body) -> Scheduled:
    _keys(body, _SCHEDULED)
    return Scheduled(
        **_given(body),
        slot=_read_slot(body["slot"]),
        meeting_format=_format(body.get("meeting_format", "video")),
    )


def _read_confirmed(body: _Body) -> Confirmed:
    _keys(body, _CONFIRMED)
    return Confirmed(**_given(body), by=_party(body.get("by", "seeker")))


def _read_started(body: _Body) -> Started:
    return Started(**_given(_keys(body, _PLAIN)))


def _read_held(body: _Body) -> Held:
    _keys(body, _HELD)
    return Held(**_given(body), minutes=body.get("minutes"))


def _read_debrief(body: _Body) -> DebriefWritten:
    _keys(body, _DEBRIEF_WRITTEN)
    debrief = _keys(body["debrief"], _DEBRIEF)
    return DebriefWritten(
        **_given(body),
        debrief=Debrief(
            learned=_text(debrief["learned"]),
            fit=_text_in(debrief, "fit"),
            next_steps=_text_in(debrief, "next_steps"),
        ),
    )


def _read_insight(body: _Body) -> InsightRecorded:
    _keys(body, _INSIGHT_RECORDED)
    insight = _keys(body["insight"], _INSIGHT)
    return InsightRecorded(
        **_given(body),
        insight=Insight(
            id=_text(insight["id"]), text=_text(insight["text"]), advice=insight.get("advice", False)
        ),
    )


def _read_referral(body: _Body) -> ReferralReceived:
    _keys(body, _REFERRAL_RECEIVED)
    referral = _keys(body["referral"], _REFERRAL)
    return ReferralReceived(
        **_given(body),
        referral=Referral(
            id=_text(referral["id"]),
            name=_read_name(referral["name"]),
            reason=_text_in(referral, "reason"),
            organisation=_text_in(referral, "organisation"),
            position=_text_in(referral, "position"),
            email=EmailAddress(_text(referral["email"])) if "email" in referral else None,
            consent=_consent(referral.get("consent", "unasked")),
        ),
    )


def _read_commitment(body: _Body) -> CommitmentMade:
    _keys(body, _COMMITMENT_MADE)
    commitment = _keys(body["commitment"], _COMMITMENT)
    due = _text_in(commitment, "due")
    if due is not None and not _DAY.fullmatch(due):
        raise ValueError("not a day")
    return CommitmentMade(
        **_given(body),
        commitment=Commitment(
            id=_text(commitment["id"]),
            owner=_party(commitment["owner"]),
            text=_text(commitment["text"]),
            due=None if due is None else date.fromisoformat(due),
        ),
    )


def _read_thanks(body: _Body) -> ThanksSent:
    _keys(body, _THANKS)
    return ThanksSent(
        **_given(body),
        specific=_text_in(body, "specific"),
        channel=_channel(body.get("channel", "email")),
    )


def _read_kept(body: _Body) -> CommitmentKept:
    _keys(body, _KEPT)
    return CommitmentKept(**_given(body), commitment_id=_text(body["commitment_id"]))


_READERS: Mapping[str, Callable[[_Body], Event]] = {
    "Identified": _read_identified,
    "Prepared": _read_prepared,
    "RequestSent": _read_request,
    "Nudged": _read_nudge,
    "Accepted": _read_accepted,
    "TimesProposed": _read_proposal,
    "Scheduled": _read_scheduled,
    "Confirmed": _read_confirmed,
    "Started": _read_started,
    "Held": _read_held,
    "DebriefWritten": _read_debrief,
    "InsightRecorded": _read_insight,
    "ReferralReceived": _read_referral,
    "CommitmentMade": _read_commitment,
    "ThanksSent": _read_thanks,
    "CommitmentKept": _read_kept,
}
