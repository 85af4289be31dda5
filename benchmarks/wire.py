"""What it costs to write an interview of 2.5 KB as JSON, and to read and check it again.

The same interview, the same text, the standard library's JSON for infoview, for the hand-written code beside
it (`benchmarks._wire_by_hand`) and for cattrs. All three replay the events that they read. Plain cattrs is
set up as its documentation shows: a union told apart by the key ``type``, unknown keys forbidden. pydantic
has its own JSON in Rust, checks the shape in strict mode and the address as an ``EmailStr``, and knows no
course of events. Neither carries a goal.
"""

import sys
from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import reduce
from importlib.util import find_spec
from operator import or_
from typing import Annotated, Any, Literal

import attrs

from benchmarks import _wire_by_hand
from benchmarks._long_life import INTERVIEW
from benchmarks._race import Comparison, compare, race
from infoview import (
    Channel,
    ConnectionKind,
    Consent,
    EmailAddress,
    Event,
    Interview,
    MeetingFormat,
    ObjectiveKind,
    Party,
)
from infoview.conversion import from_json, to_json

__all__ = ["run"]

_TEXT = to_json(INTERVIEW)
_Contender = Callable[[], object]
_Pair = tuple[_Contender, _Contender]
"""What writes, and what reads."""


def _infoview() -> _Pair:
    return lambda: to_json(INTERVIEW), lambda: from_json(Interview, _TEXT)


def _by_hand() -> _Pair:
    return lambda: _wire_by_hand.dumps(INTERVIEW), lambda: _wire_by_hand.loads(_TEXT)


def _cattrs() -> _Pair:
    from cattrs.preconf.json import make_converter  # noqa: PLC0415 - a peer may be absent
    from cattrs.strategies import configure_tagged_union  # noqa: PLC0415 - a peer may be absent

    @attrs.frozen
    class Told:
        history: tuple[Event, ...]

    converter = make_converter(forbid_extra_keys=True, omit_if_default=True)
    converter.register_structure_hook(datetime, lambda value, _: datetime.fromisoformat(value))
    converter.register_unstructure_hook(datetime, lambda value: value.astimezone(UTC).isoformat())
    converter.register_structure_hook(date, lambda value, _: date.fromisoformat(value))
    converter.register_unstructure_hook(date, date.isoformat)
    converter.register_structure_hook(EmailAddress, lambda value, _: EmailAddress(value))
    converter.register_unstructure_hook(EmailAddress, str)
    configure_tagged_union(Event, converter, tag_name="type")
    told = Told(tuple(event for event in INTERVIEW.history if isinstance(event, Event)))
    text = converter.dumps(told)

    def read() -> Interview:
        return Interview.replay(converter.loads(text, Told).history)

    assert read() == INTERVIEW
    return lambda: converter.dumps(told), read


def _pydantic() -> _Pair:
    from pydantic import BaseModel, ConfigDict, EmailStr, Field, create_model  # noqa: PLC0415 - a peer may be absent

    class Strict(BaseModel):
        model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    # Models that are made at run time are no types to a type checker.
    make: Any = create_model
    array: Any = tuple
    annotated: Any = Annotated

    def model(name: str, /, **fields: object) -> Any:  # noqa: ANN401 - as above
        return make(name, __base__=Strict, **fields)

    def event(name: str, /, **fields: object) -> Any:  # noqa: ANN401 - as above
        maybe = {"id": (str | None, None), "interview_id": (str | None, None)}
        return model(name, type=(Literal[name], ...), at=(datetime, ...), **(maybe | fields))

    text, perhaps, minutes = (str, ...), (str | None, None), (annotated[int, Field(ge=1, le=480)], ...)
    channel, consent = (Channel, Channel.EMAIL), (Consent, Consent.UNASKED)
    name = model("Name", given=text, family=perhaps, family_first=(bool, False), salutation=perhaps)
    slot = model("Slot", start=(datetime, ...), minutes=minutes, zone=text)
    objective = model(
        "Objective",
        objective_kind=(ObjectiveKind, ...),
        subject=text,
        broad=perhaps,
        motive=perhaps,
        learn=(tuple[str, ...], ()),
    )
    connection = model(
        "Connection",
        connection_kind=(ConnectionKind, ...),
        text=perhaps,
        fact=perhaps,
        referrer_id=perhaps,
        referrer=(name | None, None),
        consent=consent,
    )
    referral = model(
        "Referral",
        id=text,
        name=(name, ...),
        reason=perhaps,
        organisation=perhaps,
        position=perhaps,
        email=(EmailStr | None, None),
        consent=consent,
    )
    commitment = model("Commitment", id=text, owner=(Party, ...), text=text, due=(date | None, None))
    debrief = model("Debrief", learned=text, fit=perhaps, next_steps=perhaps)
    insight = model("Insight", id=text, text=text, advice=(bool, False))
    of_the_interview: dict[str, Any] = dict.fromkeys(
        ("interview_id", "seeker_id", "contact_id", "zone"), text
    )
    request: dict[str, Any] = {"minutes": minutes, "channel": channel, "names_referrer": (bool | None, None)}
    events = (
        event("Identified", **of_the_interview, follows=perhaps, referral_id=perhaps),
        event("Prepared", objective=(objective, ...), connection=(connection, ...)),
        event("RequestSent", **request, attaches_resume=(bool, False)),
        event("Nudged", channel=channel),
        event("Accepted"),
        event("TimesProposed", slots=(array[slot, ...], ...)),
        event("Scheduled", slot=(slot, ...), meeting_format=(MeetingFormat, MeetingFormat.VIDEO)),
        event("Confirmed", by=(Party, Party.SEEKER)),
        event("Started"),
        event("Held", minutes=(int | None, None)),
        event("DebriefWritten", debrief=(debrief, ...)),
        event("InsightRecorded", insight=(insight, ...)),
        event("ReferralReceived", referral=(referral, ...)),
        event("CommitmentMade", commitment=(commitment, ...)),
        event("ThanksSent", specific=perhaps, channel=channel),
        event("CommitmentKept", commitment_id=text),
    )
    some_event = annotated[reduce(or_, events), Field(discriminator="type")]
    told = model("Told", kind=(Literal["interview"], ...), history=(array[some_event, ...], ...))
    document = _TEXT.replace('"$schema":2,', "")
    read = told.model_validate_json(document)
    assert len(read.history) == len(INTERVIEW.history)
    return read.model_dump_json, lambda: told.model_validate_json(document)


_PEERS: dict[str, tuple[str, Callable[[], _Pair]]] = {
    "cattrs": ("plain cattrs", _cattrs),
    "pydantic": ("pydantic (EmailStr)", _pydantic),
}


def run(*, smoke: bool) -> list[Comparison]:
    """Measure.

    Args:
        smoke: Whether a toy size will do.

    Returns:
        The ratios. Peers that are not installed are named and left out.
    """
    assert _wire_by_hand.dumps(INTERVIEW) == _TEXT
    assert _wire_by_hand.loads(_TEXT) == from_json(Interview, _TEXT) == INTERVIEW
    pairs = {"infoview": _infoview(), "by hand": _by_hand()}
    for module, (name, peer) in _PEERS.items():
        if find_spec(module) is None:
            print(f"{module} is not installed; it is left out", file=sys.stderr)
        else:
            pairs[name] = peer()
    results: list[Comparison] = []
    for place, (what, goal) in enumerate((("dumps", 1.2), ("loads", 1.5))):
        samples = race(
            {f"{what}: {name}": pair[place] for name, pair in pairs.items()},
            rounds=2 if smoke else 31,
            slot=0.001 if smoke else 0.03,
        )
        for name in [*pairs][1:]:
            against = f"{what}: {name}"
            bound = goal if name == "by hand" else None
            results.append(compare(samples, "wire", f"{what}: infoview", against, goal=bound))
    return results
