"""Files that released versions wrote. They stay readable for ever, so no file here is ever changed.

A file is named for what is in the `SAMPLES` of its version, and was written once: a document with `to_json`
and a line feed, the log of an interview with `to_json_lines`. What a new version has more is in the samples
of that version only. Where a default changes later, its old value moves into the sample.
"""

import json
from collections.abc import Iterable
from datetime import UTC, date, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import attrs
import pytest

from infoview import _events as ev
from infoview._address import EmailAddress
from infoview._channel import Channel, ConnectionKind, MeetingFormat
from infoview._choices import (
    Cadence,
    ChannelOrder,
    CoffeeBill,
    OpeningQuestion,
    QuietDays,
    ReferralAsk,
    ResumeRule,
    Salutation,
    Severity,
    ThanksBy,
)
from infoview._events import EVENT_TYPES, EVENTS, Event
from infoview._interview import Interview
from infoview._objective import Connection, Objective, ObjectiveKind
from infoview._people import Consent, Contact, Party, PersonalStatement, PersonName, Seeker
from infoview._policy import Policy
from infoview._takeaways import Commitment, Debrief, Insight, Note
from infoview._time import Slot
from infoview.conversion import (
    KINDS,
    SCHEMA_VERSION,
    from_json,
    from_json_lines,
    json_schema,
    to_dict,
    to_json,
    to_json_lines,
)
from infoview.referrals import Referral

WIRE = Path(__file__).parents[1] / "data" / "wire"


def at(month: int, day: int, hour: int = 9, minute: int = 0, microsecond: int = 0) -> datetime:
    """Name an instant of 2026 in UTC."""
    return datetime(2026, month, day, hour, minute, microsecond=microsecond, tzinfo=UTC)


NAME = PersonName(given="Ilse", family="Überfluß", family_first=True, salutation="Prof. Überfluß")
NOOR = PersonName(given="Noor")
SEEKER = Seeker(
    id="s-1",
    name=NOOR,
    email=EmailAddress("noor@example.org"),
    zone="Asia/Kathmandu",
    background="a nurse moving into health informatics",
    phone="+977 1 555 0100",
    statement=PersonalStatement("I look for work at the border of care and data.\nThis is why."),
)
CONTACT = Contact(
    id="c-1",
    name=NAME,
    email=EmailAddress("ilse@bücher.example.net"),
    organisation="Example & Söhne",
    position="head of “data”",
    profile="https://www.linkedin.com/in/ilse-example",
    zone="Europe/Vienna",
    connected_on=date(2019, 2, 28),
    channel=Channel.LINKEDIN_NOTE,
    source="linkedin",
    note="met at the fair\n\tasks for news of the river 🌊",
)
OBJECTIVE = Objective(
    kind=ObjectiveKind.CAREER_PATH,
    subject="from care to data",
    broad="health",
    motive="I like order",
    learn=("a usual day", "what is hard"),
)
CONNECTION = Connection(
    kind=ConnectionKind.REFERRAL,
    text="Noor said you know the field",
    fact="you drew the soil map of Exampleton",
    referrer_id="c-9",
    referrer=NOOR,
    consent=Consent.GRANTED,
)
SLOT = Slot(start=at(3, 10, 14), minutes=20, zone="Europe/Vienna")
LATER = Slot(start=at(3, 12, 15, 30, 250_000), minutes=30, zone="America/Los_Angeles")
REFERRAL = Referral(
    id="r-1",
    name=NOOR,
    reason="know hospital data best",
    organisation="Example Clinic",
    position="registrar",
    email=EmailAddress("noor+work@example.com"),
    consent=Consent.REFUSED,
)
INSIGHT = Insight(id="i-1", text="learning to read soil maps", advice=True)
COMMITMENT = Commitment(id="p-1", owner=Party.CONTACT, text="send the slides", due=date(2026, 3, 20))
NOTE = Note("a patient teacher\n\twho draws while talking")
DEBRIEF = Debrief(learned="much", fit="well enough", next_steps="write to Noor")

_SAYS: dict[type[Event], dict[str, Any]] = {
    ev.Identified: {
        "interview_id": "talk-1",
        "seeker_id": "s-1",
        "contact_id": "c-1",
        "zone": "Europe/Vienna",
        "follows": "talk-0",
        "referral_id": "r-0",
    },
    ev.Prepared: {"objective": OBJECTIVE, "connection": CONNECTION},
    ev.IntroRequested: {
        "connection": CONNECTION,
        "check_back_on": date(2026, 3, 12),
        "objective": OBJECTIVE,
    },
    ev.CheckedBack: {"check_back_on": date(2026, 3, 20)},
    ev.IntroMade: {"contact_agreed": True, "accepted": True},
    ev.NameUseAnswered: {"granted": False, "referral_id": "r-1"},
    ev.RequestSent: {
        "minutes": 20,
        "channel": Channel.LETTER,
        "names_referrer": False,
        "attaches_resume": True,
    },
    ev.Nudged: {"channel": Channel.PHONE},
    ev.OutOfOfficeReceived: {"return_on": date(2026, 3, 16)},
    ev.Deferred: {"until": date(2026, 4, 1)},
    ev.Retried: {
        "minutes": 15,
        "channel": Channel.LINKEDIN_MESSAGE,
        "names_referrer": True,
        "attaches_resume": False,
    },
    ev.Declined: {"reason": "a busy spring", "pointer": "ask the guild"},
    ev.QuestionsSent: {"count": 5},
    ev.Withdrawn: {"reason": "a job found me"},
    ev.TimesProposed: {"slots": (SLOT, LATER)},
    ev.TimeCountered: {"slots": (LATER,), "by": Party.SEEKER},
    ev.Scheduled: {"slot": SLOT, "meeting_format": MeetingFormat.IN_PERSON},
    ev.Confirmed: {"by": Party.CONTACT},
    ev.Rescheduled: {"slot": LATER, "by": Party.SEEKER},
    ev.Cancelled: {"by": Party.CONTACT, "final": True, "reason": "illness"},
    ev.NoShowRecorded: {"by": Party.SEEKER},
    ev.GroupJoined: {"group_id": "panel-1"},
    ev.GaveUp: {"reason": "twice is enough"},
    ev.OverrunGranted: {"minutes": 5},
    ev.Held: {"minutes": 25},
    ev.DebriefWritten: {"debrief": DEBRIEF},
    ev.InsightRecorded: {"insight": INSIGHT},
    ev.NoteTaken: {"note": NOTE},
    ev.ReferralReceived: {"referral": REFERRAL},
    ev.CommitmentMade: {"commitment": COMMITMENT},
    ev.CommitmentKept: {"commitment_id": "p-1"},
    ev.OpportunityRaised: {"text": "a post in May"},
    ev.ThanksSent: {"specific": "the soil maps", "channel": Channel.LETTER},
    ev.ThanksWaived: {"reason": "said in person"},
    ev.ReportedBack: {"about": "r-1", "outcome": "we talked"},
    ev.ObligationWaived: {"obligation_id": "report_back:r-1", "reason": "told on the phone"},
    ev.Touched: {"by": Party.CONTACT},
    ev.Reconnected: {"hook": "the maps are drawn", "urgent": True},
    ev.Closed: {"outcome": "a clear picture"},
    ev.Reopened: {"reason": "she wrote"},
    ev.Undone: {"reason": "a slip"},
}
"""What the full sample of each event says; the others say only when they happened."""

FOUND = ev.Identified(at=at(3, 2), interview_id="talk-1", seeker_id="s-1", contact_id="c-1", zone="UTC")
HELD_LIFE: tuple[Event, ...] = (
    FOUND,
    ev.Prepared(at=at(3, 2, 10), objective=OBJECTIVE, connection=CONNECTION),
    ev.RequestSent(at=at(3, 3), minutes=20),
    ev.Accepted(at=at(3, 4), id="e-4"),
    ev.TimesProposed(at=at(3, 4, 10), slots=(SLOT, LATER)),
    ev.Scheduled(at=at(3, 5), slot=SLOT),
    ev.Started(at=SLOT.start),
    ev.Held(at=SLOT.end, minutes=20, interview_id="talk-1"),
    ev.NoteTaken(at=SLOT.end, note=NOTE),
    ev.ReferralReceived(at=at(3, 10, 15), referral=REFERRAL),
    ev.CommitmentMade(at=at(3, 10, 15), commitment=COMMITMENT),
    ev.ThanksSent(at=at(3, 10, 18), specific="the soil maps"),
)
ERASED_LIFE: tuple[Event, ...] = (*HELD_LIFE[:3], ev.Erased(at=at(3, 4)))
UNDONE_LIFE: tuple[Event, ...] = (
    *HELD_LIFE[:4],
    ev.GroupJoined(at=at(3, 4, 9, 30), group_id="panel-1"),
    ev.GroupLeft(at=at(3, 4, 9, 40)),
    ev.Declined(at=at(3, 4, 9, 50)),
    ev.Undone(at=at(3, 4, 9, 55), reason="meant for somebody else"),
    *HELD_LIFE[4:6],
)
POLICY = Policy(
    name="ours",
    minutes_default=25,
    resume=ResumeRule.BRING,
    referral_ask=ReferralAsk.LATER,
    quiet_days=(QuietDays((7, 1), (8, 31)), QuietDays((12, 20), (1, 2))),
)


def sample_of(event: type[Event]) -> Event:
    """Make an event that says everything it can say."""
    says = {"at": at(3, 9, 14, 5, 40), "id": "e-1", "interview_id": "talk-1", **_SAYS.get(event, {})}
    return event(**says)


_NEW_IN_2 = (ev.GroupJoined, ev.GroupLeft, ev.Undone)

_VERSION_1: dict[str, Any] = {
    "commitment": COMMITMENT,
    "commitment-least": Commitment(id="p", owner=Party.SEEKER, text="write"),
    "connection": CONNECTION,
    "connection-least": Connection(kind=ConnectionKind.COLD),
    "contact": CONTACT,
    "contact-least": Contact(id="c", name=NOOR),
    "debrief": DEBRIEF,
    "debrief-least": Debrief(learned="much"),
    "insight": INSIGHT,
    "insight-least": Insight(id="i", text="a thing"),
    "interview": Interview.replay(HELD_LIFE),
    "interview-erased": Interview.replay(ERASED_LIFE),
    "interview-least": Interview.open(FOUND),
    "note": NOTE,
    "objective": OBJECTIVE,
    "objective-least": Objective(kind=ObjectiveKind.COMPANY, subject="Example & Söhne"),
    "person_name": NAME,
    "person_name-least": NOOR,
    "personal_statement": PersonalStatement("I look for work."),
    "policy": POLICY,
    "referral": REFERRAL,
    "referral-least": Referral(id="r", name=NOOR),
    "seeker": SEEKER,
    "seeker-least": Seeker(id="s", name=NOOR, email=EmailAddress("noor@example.org"), zone="UTC"),
    "slot": SLOT,
    "slot-microseconds": LATER,
    **{f"event-{e.__name__}": sample_of(e) for e in EVENT_TYPES if e not in _NEW_IN_2},
}
_VERSION_2: dict[str, Any] = {
    **_VERSION_1,
    **{f"event-{e.__name__}": sample_of(e) for e in _NEW_IN_2},
    "interview-undone": Interview.replay(UNDONE_LIFE),
    "policy-choices": attrs.evolve(
        POLICY,
        minutes_min=20,
        slots_min=2,
        names_min=1,
        salutation=Salutation.FIRST_NAME,
        channel_order=ChannelOrder.PHONE_FIRST,
        opening_question=OpeningQuestion.WHAT_YOU_WORK_ON,
        job_ask=Severity.OFF,
        coffee=CoffeeBill.EACH,
        thanks_by=ThanksBy.LETTER,
        cadence=(Cadence(ConnectionKind.COLD, 90), Cadence(ConnectionKind.ALUMNI, 60)),
    ),
}
SAMPLES: dict[int, dict[str, Any]] = {1: _VERSION_1, 2: _VERSION_2}
"""What each version wrote, by the names of the files."""

VERSIONS = range(1, SCHEMA_VERSION + 1)


def files(version: int, ending: str) -> list[Path]:
    """List the files of a version."""
    return sorted((WIRE / f"v{version}").glob(f"*.{ending}"))


def every_file(ending: str, versions: Iterable[int] = VERSIONS) -> pytest.MarkDecorator:
    """Run a test for every file with its version."""
    found = [(version, path) for version in versions for path in files(version, ending)]
    names = [f"v{version}-{path.stem}" for version, path in found]
    return pytest.mark.parametrize(("version", "path"), found, ids=names)


def kind_in(text: str) -> Any:  # noqa: ANN401 - a class
    """Look up what a document says it is."""
    document = json.loads(text)
    return KINDS.get(document["kind"]) or EVENTS[document["type"]]


@pytest.mark.parametrize("version", VERSIONS)
def test_every_sample_has_a_file_of_its_version(version: int) -> None:
    """Nothing that was written once is missing; every interview has its log."""
    samples = SAMPLES[version]
    assert sorted(samples) == sorted(path.stem for path in files(version, "json"))
    interviews = (name for name, sample in samples.items() if isinstance(sample, Interview))
    assert sorted(interviews) == sorted(path.stem for path in files(version, "jsonl"))


@every_file("json")
def test_a_file_means_what_it_meant(version: int, path: Path) -> None:
    """A file is read as the very entity that it was written from."""
    text = path.read_text(encoding="utf-8")
    assert SAMPLES[version][path.stem] == from_json(kind_in(text), text)


@every_file("jsonl")
def test_a_log_means_what_it_meant(version: int, path: Path) -> None:
    """A log is read as the very interview that it was written from, and no line is of another version."""
    text = path.read_text(encoding="utf-8")
    assert SAMPLES[version][path.stem] == from_json_lines(text)
    assert {json.loads(line)["$schema"] for line in text.split("\n")[:-1]} == {version}


@pytest.mark.parametrize("version", VERSIONS)
def test_an_old_log_goes_on(version: int) -> None:
    """Lines of the current version may follow on those of any other."""
    text = (WIRE / f"v{version}" / "interview.jsonl").read_text(encoding="utf-8")
    thanked = SAMPLES[version]["interview"]
    undone = ev.Undone(at=at(3, 11), reason="a slip")
    assert from_json_lines(f"{text}{to_json(undone)}\n") == thanked.apply(undone)


@every_file("json", VERSIONS[-1:])
def test_the_current_version_is_still_written_so(version: int, path: Path) -> None:
    """An entity is written byte for byte as it was, as long as the version is the same."""
    assert path.read_bytes().decode("utf-8") == to_json(SAMPLES[version][path.stem]) + "\n"


@every_file("jsonl", VERSIONS[-1:])
def test_logs_of_the_current_version_are_still_written_so(version: int, path: Path) -> None:
    """A log is written byte for byte as it was, as long as the version is the same."""
    assert path.read_bytes().decode("utf-8") == to_json_lines(SAMPLES[version][path.stem])


def test_every_kind_and_every_event_is_among_the_samples() -> None:
    """A new kind or event needs a sample."""
    assert {*KINDS.values(), *EVENT_TYPES} == {type(sample) for sample in SAMPLES[SCHEMA_VERSION].values()}


def test_no_version_forgets_a_sample() -> None:
    """What an older version wrote, a newer one writes too, or it has a reason that stands here."""
    for older, newer in pairwise(VERSIONS):
        assert set(SAMPLES[older]) <= set(SAMPLES[newer])


FULL = [name for name in _VERSION_2 if not name.endswith(("-least", "-erased"))]


@pytest.mark.parametrize("name", FULL)
def test_a_full_sample_leaves_no_key_out(name: str) -> None:
    """Every key that a document can have has been written once."""
    sample = SAMPLES[SCHEMA_VERSION][name]
    assert set(json_schema(type(sample))["properties"]) == set(to_dict(sample))
