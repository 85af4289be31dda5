"""The envelope and the way from old versions to the current one."""

import copy
import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import attrs
import pytest

from infoview import (
    Cancelled,
    Connection,
    ConnectionKind,
    Event,
    Held,
    Identified,
    Interview,
    Note,
    Objective,
    ObjectiveKind,
    Party,
    Prepared,
    RequestSent,
    Rescheduled,
    Scheduled,
    Slot,
    ThanksSent,
    Touched,
)
from infoview.conversion import (
    SCHEMA_VERSION,
    _envelope,
    from_dict,
    from_json_lines,
    read_json_lines,
    to_dict,
    to_json_lines,
)
from infoview.conversion._envelope import Step, Upcaster
from infoview.exceptions import InvalidDataError

Form = dict[str, Any]


def faults(document: object) -> list[tuple[str, str]]:
    """Read a bad note and list where it is bad, and how."""
    with pytest.raises(InvalidDataError) as caught:
        from_dict(Note, document)
    return [(problem.path, problem.code) for problem in caught.value.problems]


def test_the_envelope_names_version_and_kind() -> None:
    """A document says what it is and how it is written."""
    assert to_dict(Note("a")) == {"$schema": 2, "kind": "note", "text": "a"}


def test_every_fault_of_the_envelope_and_the_form_is_told() -> None:
    """Without a version the current one is assumed, so that the rest is judged too."""
    assert faults({}) == [("$.$schema", "missing_key"), ("$.kind", "missing_key"), ("$.text", "missing_key")]


@pytest.mark.parametrize("version", ["1", True, 1.0, None, [1]])
def test_a_version_is_a_whole_number(version: object) -> None:
    """Nothing is taken for a version that only looks like one."""
    assert faults({"$schema": version, "kind": "note", "text": "a"}) == [("$.$schema", "wrong_type")]


@pytest.mark.parametrize("version", [0, -1])
def test_versions_begin_with_one(version: int) -> None:
    """There is no version before the first."""
    assert faults({"$schema": version, "kind": "note", "text": "a"}) == [("$.$schema", "out_of_range")]


def test_a_newer_version_is_told_alone() -> None:
    """What a later infoview wrote cannot be judged, so only the way out is named."""
    assert faults({"$schema": SCHEMA_VERSION + 1, "surplus": 1}) == [("$.$schema", "newer_schema")]


@pytest.mark.parametrize(("kind", "code"), [("contact", "unknown_value"), (1, "wrong_type")])
def test_another_kind_is_refused(kind: object, code: str) -> None:
    """A document is read as what it says it is, or not at all."""
    assert [("$.kind", code)] == faults({"$schema": 1, "kind": kind, "text": "a"})


def test_there_is_a_step_from_every_earlier_version() -> None:
    """The table of steps has no gap, and nothing beyond."""
    assert list(range(1, SCHEMA_VERSION)) == sorted(_envelope.STEPS)


# -- a chain of versions that never were ------------------------------------------------------------------


def renamed(old: str, new: str) -> Upcaster:
    """Make an upcaster that renames a key, and passes on forms that lack it."""
    return lambda form: {new if key == old else key: value for key, value in form.items()}


def counted_in_minutes(form: Form) -> Form:
    """Turn quarters of an hour into minutes, under the same key: done twice, it shows."""
    minutes = form.get("minutes")
    return {**form, "minutes": 15 * minutes} if isinstance(minutes, int) else form


def split(form: Form) -> Form:
    """Tell a talk that was moved from one that was moved to no other time."""
    return {**form, "type": "Rescheduled" if "slot" in form else "Cancelled"}


def without_mood(form: Form) -> Form:
    """Leave out what is not kept any more."""
    return {key: value for key, value in form.items() if key != "mood"}


CHAIN: dict[int, Step] = {
    1: Step(events={"Met": counted_in_minutes}, documents={"note": renamed("body", "words")}),
    2: Step(
        events={"Met": lambda form: {**form, "type": "Held"}, "Touched": renamed("who", "by")},
        documents={"note": renamed("words", "text")},
    ),
    3: Step(events={"Moved": split}, documents={"interview": without_mood}),
}
"""`Met` counted quarters in version 1, and was called so up to 2; `Moved` was one event up to 3."""

NEWEST = 4


def at(day: int) -> datetime:
    """Name a day of March 2026."""
    return datetime(2026, 3, day, 9, tzinfo=UTC)


SLOT = Slot(start=at(10), minutes=30, zone="UTC")
LATER = Slot(start=at(11), minutes=30, zone="UTC")
LIFE: tuple[Event, ...] = (
    Identified(at=at(2), interview_id="t", seeker_id="s", contact_id="c", zone="UTC"),
    Prepared(
        at=at(2),
        objective=Objective(kind=ObjectiveKind.COMPANY, subject="x"),
        connection=Connection(kind=ConnectionKind.COLD),
    ),
    RequestSent(at=at(3), minutes=30),
    Scheduled(at=at(4), slot=SLOT),
    Rescheduled(at=at(5), slot=LATER, by=Party.CONTACT, id="moved"),
    Held(at=at(11), minutes=30),
    ThanksSent(at=at(12), specific="the maps"),
    Touched(at=at(13), by=Party.CONTACT),
)
TODAY: list[Form] = [
    {key: value for key, value in to_dict(event).items() if key not in ("$schema", "kind")} for event in LIFE
]


def told(version: int) -> list[Form]:
    """Write the life as a version would have."""
    forms = copy.deepcopy(TODAY)
    moved, held, touched = forms[4], forms[5], forms[7]
    if version <= 3:
        moved["type"] = "Moved"
    if version <= 2:
        held["type"] = "Met"
        touched["who"] = touched.pop("by")
    if version == 1:
        held["minutes"] //= 15
    return forms


def as_document(version: int, form: Form) -> Form:
    """Put the form of an event into the envelope of a version."""
    return {"$schema": version, "kind": "event", **form}


def as_interview(version: int) -> Form:
    """Write the whole life as one document."""
    mood = {"mood": "glad"} if version <= 3 else {}
    return {"$schema": version, "kind": "interview", "history": told(version), **mood}


def as_lines(*versions: int) -> str:
    """Write the life as a log, each line in the next of some versions."""
    turns = [versions[place % len(versions)] for place in range(len(LIFE))]
    documents = [as_document(version, told(version)[place]) for place, version in enumerate(turns)]
    return "".join(f"{json.dumps(document)}\n" for document in documents)


# -- laws -------------------------------------------------------------------------------------------------


def events_alone_mean_what_they_meant() -> None:
    """Read every event of every version as a document."""
    for version in range(1, NEWEST + 1):
        forms = told(version)
        assert tuple(from_dict(Event, as_document(version, form)) for form in forms) == LIFE


def events_of_interviews_mean_what_they_meant() -> None:
    """Read the life in one document of every version."""
    for version in range(1, NEWEST + 1):
        assert from_dict(Interview, as_interview(version)).history == LIFE


def lines_mean_what_they_meant() -> None:
    """Read logs of one version and of all versions in turn."""
    for versions in ((1,), (2,), (3,), (4,), (1, 2, 3, 4), (4, 3, 1)):
        assert from_json_lines(as_lines(*versions)).history == LIFE
        assert tuple(read_json_lines(as_lines(*versions).splitlines())) == LIFE


def other_documents_mean_what_they_meant() -> None:
    """Read a note of every version."""
    for version, key in ((1, "body"), (2, "words"), (3, "text"), (4, "text")):
        assert Note("a") == from_dict(Note, {"$schema": version, "kind": "note", key: "a"})


def what_is_read_stays_as_it_was() -> None:
    """Read what belongs to somebody else."""
    documents = [(Interview, as_interview(version)) for version in range(1, NEWEST + 1)]
    documents += [(Event, as_document(1, form)) for form in told(1)]
    documents += [(Note, {"$schema": 1, "kind": "note", "body": "a"})]
    for cls, document in documents:
        before = copy.deepcopy(document)
        from_dict(cls, document)
        assert before == document


LAWS = (
    events_alone_mean_what_they_meant,
    events_of_interviews_mean_what_they_meant,
    lines_mean_what_they_meant,
    other_documents_mean_what_they_meant,
    what_is_read_stays_as_it_was,
)


@pytest.fixture
def pretend(monkeypatch: pytest.MonkeyPatch) -> Callable[[Mapping[int, Any]], None]:
    """Give a function that pretends there is a fourth version, and a way to it."""

    def install(steps: Mapping[int, Any]) -> None:
        monkeypatch.setattr(_envelope, "SCHEMA_VERSION", NEWEST)
        monkeypatch.setattr(_envelope, "STEPS", steps)

    return install


class TestUpcasting:
    """A document of an old version means what it meant, wherever its events stand."""

    @pytest.fixture(autouse=True)
    def _fourth_version(self, pretend: Callable[[Mapping[int, Step]], None]) -> None:
        """Pretend that there were three versions before."""
        pretend(CHAIN)

    @pytest.mark.parametrize("law", LAWS)
    def test_keeps_every_law(self, law: Callable[[], None]) -> None:
        """A rename, a split, a change of unit and a retired event are all taken, once each and in order."""
        law()

    def test_hands_an_interview_on_with_its_events_rewritten(self) -> None:
        """What rewrites an interview need not know how its events were written."""
        step = Step(events=CHAIN[1].events, documents={"interview": lambda form: {"seen": form["history"]}})
        met, touched = {"type": "Met", "minutes": 2}, {"type": "Touched"}
        taken = step.taken("interview", {"history": [met, touched]})
        assert taken == {"seen": [{"type": "Met", "minutes": 30}, touched]}

    def test_splits_by_what_an_event_says(self) -> None:
        """One old event becomes one of two new ones."""
        form = {"type": "Moved", "at": "2026-03-05T09:00:00Z", "by": "contact"}
        assert Cancelled(at=at(5), by=Party.CONTACT) == from_dict(Event, as_document(3, form))

    def test_leads_to_a_class_that_was_asked_for(self) -> None:
        """The name that counts is the one an event has now."""
        form = told(1)[5]
        assert Held(at=at(11), minutes=30) == from_dict(Held, as_document(1, form))
        assert ("$.type", "unknown_value") in faults_in(Touched, as_document(1, form))

    @pytest.mark.parametrize("version", [3, 4])
    def test_holds_a_document_to_the_version_it_names(self, version: int) -> None:
        """Names and keys of another version are refused, and everything else is judged too."""
        document = as_document(version, {**told(2)[5], "surplus": 1})
        assert faults_in(Event, document) == [("$.type", "unknown_value")]
        assert faults_in(Note, {"$schema": version, "kind": "note", "body": "a"}) == [
            ("$.text", "missing_key"),
            ("$.body", "unknown_key"),
        ]

    def test_writes_the_newest_version(self) -> None:
        """Old documents are read; only the current version is written."""
        assert to_dict(Note("a")) == {"$schema": NEWEST, "kind": "note", "text": "a"}
        assert to_json_lines(Interview.replay(LIFE)).count(f'{{"$schema":{NEWEST},') == len(LIFE)

    @pytest.mark.parametrize(
        ("history", "expected"),
        [
            (7, [("$.history", "wrong_type")]),
            ([7, None, [[]]], [("$.history[0]", "wrong_type"), ("$.history[1]", "wrong_type")]),
            ([{}, {"type": 7}], [("$.history[0].type", "missing_key"), ("$.history[1].type", "wrong_type")]),
            ([{"type": ["Met"]}], [("$.history[0].type", "wrong_type")]),
            ([{"type": "Met", "minutes": "two"}], [("$.history[0].minutes", "wrong_type")]),
        ],
    )
    def test_passes_on_what_it_does_not_recognise(
        self, history: object, expected: list[tuple[str, str]]
    ) -> None:
        """Rubbish of an old version is told as rubbish, from where it stands."""
        document = {"$schema": 1, "kind": "interview", "history": history}
        assert set(expected) <= set(faults_in(Interview, document))


def faults_in(cls: Any, document: object) -> list[tuple[str, str]]:  # noqa: ANN401 - a class or a union
    """Read a bad document and list where it is bad, and how."""
    with pytest.raises(InvalidDataError) as caught:
        from_dict(cls, document)
    return [(problem.path, problem.code) for problem in caught.value.problems]


# -- chains that break a law ------------------------------------------------------------------------------


def changed(change: Callable[[Upcaster], Upcaster]) -> dict[int, Step]:
    """Make a chain with other upcasters."""
    return {
        version: Step(
            events={name: change(upcaster) for name, upcaster in step.events.items()},
            documents={name: change(upcaster) for name, upcaster in step.documents.items()},
        )
        for version, step in CHAIN.items()
    }


def mutating(upcaster: Upcaster) -> Upcaster:
    """Make an upcaster that writes into its argument."""

    def upcast(form: Form) -> Form:
        better = upcaster(form)
        form.clear()
        form.update(better)
        return form

    return upcast


@attrs.frozen
class LooksIntoNoHistory:
    """A step that forgets the events of interviews."""

    step: Step

    def taken(self, kind: str, form: Any) -> Any:  # noqa: ANN401 - a form
        """Take the step for all but interviews."""
        return form if kind == "interview" else self.step.taken(kind, form)


@attrs.frozen
class KnowsInterviewsOnly:
    """A step that forgets events which stand alone."""

    step: Step

    def taken(self, kind: str, form: Any) -> Any:  # noqa: ANN401 - a form
        """Take the step for all but events."""
        return form if kind == "event" else self.step.taken(kind, form)


BROKEN: dict[str, tuple[Mapping[int, Any], Callable[[], None]]] = {
    **{
        f"skips step {version}": ({**CHAIN, version: Step()}, events_alone_mean_what_they_meant)
        for version in CHAIN
    },
    "skips the last for interviews": (
        {**CHAIN, 3: Step(events=CHAIN[3].events)},
        events_of_interviews_mean_what_they_meant,
    ),
    "skips the first for documents": ({**CHAIN, 1: Step()}, other_documents_mean_what_they_meant),
    "applies each twice": (
        changed(lambda upcaster: lambda form: upcaster(upcaster(form))),
        events_alone_mean_what_they_meant,
    ),
    "applies each twice in a history": (
        changed(lambda upcaster: lambda form: upcaster(upcaster(form))),
        events_of_interviews_mean_what_they_meant,
    ),
    "changes its argument": (changed(mutating), what_is_read_stays_as_it_was),
    "goes in another order": ({1: CHAIN[2], 2: CHAIN[1], 3: CHAIN[3]}, events_alone_mean_what_they_meant),
    "looks into no history": (
        {version: LooksIntoNoHistory(step) for version, step in CHAIN.items()},
        events_of_interviews_mean_what_they_meant,
    ),
    "knows interviews only": (
        {version: KnowsInterviewsOnly(step) for version, step in CHAIN.items()},
        lines_mean_what_they_meant,
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_chain_is_caught(name: str, pretend: Callable[[Mapping[int, Any]], None]) -> None:
    """Each law catches the chain that breaks it."""
    steps, law = BROKEN[name]
    pretend(steps)
    with pytest.raises((AssertionError, InvalidDataError)):
        law()
