"""Events and stages of integrators on the wire: a lifecycle says which there are."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

import attrs
import cattrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from infoview import (
    EVENT_TYPES,
    LIFECYCLE,
    Case,
    CustomEvent,
    EmailAddress,
    Event,
    Identified,
    Interview,
    Lifecycle,
    Nudged,
    PersonName,
    Slot,
    Stage,
    Touched,
    Transition,
    event_guard,
)
from infoview.conversion import (
    KINDS,
    SCHEMA_VERSION,
    configure_converter,
    from_dict,
    from_json,
    from_json_lines,
    json_schema,
    make_converter,
    read_json_lines,
    to_dict,
    to_json,
    to_json_lines,
)
from infoview.conversion._converter import CONVERTER, _object_writer, converter_for
from infoview.conversion._forms import form_of
from infoview.exceptions import InvalidDataError, InvalidValueError, Problem

AT = datetime(2026, 3, 9, 14, tzinfo=UTC)


class Coaching(StrEnum):
    """Stages beside those of the library."""

    COACHED = "coached"
    DONE = "done"


class Mood(StrEnum):
    """How it was."""

    GLAD = "glad"
    TIRED = "tired"


@attrs.frozen
class Room:
    """A value of an integrator inside of an event."""

    name: str
    floor: int = attrs.field(default=0, validator=attrs.validators.lt(100))


@attrs.frozen(kw_only=True)
class CoachingBegun(CustomEvent):
    """An event with a field of every type."""

    coach: PersonName
    sessions: int = attrs.field(default=1, validator=[attrs.validators.ge(1), attrs.validators.le(12)])
    paid: bool = False
    first_on: date | None = None
    first_at: datetime | None = None
    email: EmailAddress | None = None
    mood: Mood = Mood.GLAD
    topics: tuple[str, ...] = ()
    moods: frozenset[Mood] = frozenset()
    room: Room | None = None
    slots: tuple[Slot, ...] = ()
    note: str | None = None


@attrs.frozen(kw_only=True)
class CoachingEnded(CustomEvent):
    """An event that says nothing but that it happened."""


@attrs.frozen(kw_only=True)
class Praised(CustomEvent):
    """An event whose fields have rules, converters and names of an integrator."""

    _by: str = attrs.field(converter=str.strip)
    stars: int = attrs.field(alias="rating", converter=attrs.Converter(lambda n, _: n, takes_field=True))
    most: int = 5

    @stars.validator
    def _within(self, _attribute: object, value: int) -> None:
        if value > self.most:
            msg = f"{value} is more than {self.most}"
            raise ValueError(msg)

    def __attrs_post_init__(self) -> None:
        """Hold the fields against each other."""
        if self._by == "nobody" and self.stars:
            msg = "nobody gives no stars"
            raise ValueError(msg)


@event_guard("Coaching takes a day; wait for its end.", standing=True)
def coached_too_little(case: Case) -> datetime | None:
    """Refuse an end on the first day."""
    end = case.interview.stage_since + timedelta(days=1)
    return end if case.now < end else None


OURS = LIFECYCLE.extended(
    Transition(event=CoachingBegun, source=Stage.IDENTIFIED, target=Coaching.COACHED, why="ours"),
    Transition(event=Praised, source=Coaching.COACHED, target=Coaching.COACHED, why="ours"),
    Transition(
        event=CoachingEnded,
        source=Coaching.COACHED,
        target=Coaching.DONE,
        guards=(coached_too_little,),
        why="ours",
    ),
    live=(Coaching.COACHED,),
    ended=(Coaching.DONE,),
)
FOUND = Identified(at=AT, interview_id="t", seeker_id="s", contact_id="c", zone="UTC")
FULL = CoachingBegun(
    at=AT,
    id="e-1",
    interview_id="t",
    coach=PersonName(given="Ilse"),
    sessions=3,
    paid=True,
    first_on=date(2026, 3, 10),
    first_at=AT,
    email=EmailAddress("ilse@example.org"),
    mood=Mood.TIRED,
    topics=("maps", "rivers 🌊"),
    moods=frozenset(Mood),
    room=Room("Überfluß", 2),
    slots=(Slot(start=AT, minutes=20, zone="UTC"),),
    note="a line\u2028and another",
)
LEAST = CoachingBegun(at=AT, coach=PersonName(given="Ilse"))
PRAISED = Praised(at=AT + timedelta(days=1), by="Noor", rating=5)
ENDED = CoachingEnded(at=AT + timedelta(days=2))
COACHED = Interview.replay((FOUND, FULL, PRAISED, ENDED), lifecycle=OURS)


def refusal(cls: Any, document: object, lifecycle: Lifecycle = OURS) -> InvalidDataError:  # noqa: ANN401 - a class or a union
    """Read a bad document."""
    with pytest.raises(InvalidDataError) as caught:
        from_dict(cls, document, lifecycle=lifecycle)
    assert caught.value.__context__ is None
    return caught.value


def faults(cls: Any, document: object, lifecycle: Lifecycle = OURS) -> list[tuple[str, str]]:  # noqa: ANN401 - as above
    """Read a bad document and list where it is bad, and how."""
    return [(problem.path, problem.code) for problem in refusal(cls, document, lifecycle).problems]


# -- there and back ---------------------------------------------------------------------------------------


def test_an_event_is_written_like_all_others() -> None:
    """Its kind is that of events, its type the name of its class, and defaults of `None` are left out."""
    assert to_dict(LEAST) == {
        "$schema": SCHEMA_VERSION,
        "kind": "event",
        "type": "CoachingBegun",
        "at": "2026-03-09T14:00:00Z",
        "coach": {"given": "Ilse", "family_first": False},
        "sessions": 1,
        "paid": False,
        "mood": "glad",
        "topics": [],
        "moods": [],
        "slots": [],
    }


@pytest.mark.parametrize("event", [FULL, LEAST, PRAISED, ENDED], ids=lambda event: type(event).__name__)
def test_an_event_is_read_back(event: CustomEvent) -> None:
    """By its class without any lifecycle, and by the union with one that has it."""
    text = to_json(event)
    assert event == from_json(type(event), text)
    assert event == from_json(type(event), text, lifecycle=OURS)
    assert event == from_json(Event, text, lifecycle=OURS)
    assert event == from_dict(Event, json.loads(text), lifecycle=OURS)


def test_an_interview_is_read_back() -> None:
    """As a document, and as a log."""
    assert COACHED.stage is Coaching.DONE
    assert from_json(Interview, to_json(COACHED), lifecycle=OURS) == COACHED
    assert from_json_lines(to_json_lines(COACHED), lifecycle=OURS) == COACHED
    assert tuple(read_json_lines(to_json_lines(COACHED).split("\n")[:-1], lifecycle=OURS)) == COACHED.history


def test_only_a_line_feed_ends_a_line_of_a_log() -> None:
    """A field without rules may hold what Python takes for the end of a line, and is no reason to cut it."""
    assert len(to_json_lines(COACHED).split("\n")[:-1]) == COACHED.version
    with pytest.raises(InvalidDataError, match=r"^1 fault\(s\):\n\$\[1\]: correct the JSON at line 2, "):
        list(read_json_lines(to_json_lines(COACHED).splitlines(), lifecycle=OURS))


def test_keys_are_named_like_arguments() -> None:
    """A private field, or one with another name outside, is written as whoever makes an object spells it."""
    written = to_dict(PRAISED)
    assert (written["by"], written["rating"]) == ("Noor", 5)
    assert not {"_by", "stars"} & set(written)


def test_the_events_of_the_library_are_read_with_any_lifecycle() -> None:
    """An event is a fact, whether or not a table has a row for it; a history is judged by the table."""
    narrow = Lifecycle(
        transitions=tuple(row for row in OURS.transitions if row.event is not Touched), ended=OURS.ended
    )
    touched = {"type": "Touched", "at": "2026-03-09T14:00:00Z", "by": "contact"}
    envelope = {"$schema": SCHEMA_VERSION, "kind": "event"}
    assert from_dict(Event, {**envelope, **touched}, lifecycle=narrow) == from_dict(
        Touched, envelope | touched
    )
    document = to_dict(Interview.open(FOUND))
    document["history"].append(touched)
    assert faults(Interview, document, narrow) == [("$.history[1]", "illegal_transition")]


# -- what is refused --------------------------------------------------------------------------------------


def test_an_unknown_event_is_refused_with_its_place() -> None:
    """Nothing is half read: without the lifecycle there is no such event, and every one is told."""
    written = to_dict(COACHED)
    told = [(f"$.history[{place}].type", "unknown_value") for place in (1, 2, 3)]
    assert faults(Interview, written, LIFECYCLE) == told
    assert faults(Event, to_dict(FULL), LIFECYCLE) == [("$.type", "unknown_value")]
    with pytest.raises(InvalidDataError) as caught:
        from_json_lines(to_json_lines(COACHED))
    assert [(p.path, p.code) for p in caught.value.problems] == [
        (f"$[{place}].type", "unknown_value") for place in (1, 2, 3)
    ]


def test_known_events_are_named() -> None:
    """Who writes a wrong name is told those of the library and of the lifecycle."""
    sentence = refusal(Event, to_dict(FULL) | {"type": "Danced"}).problems[0].sentence
    assert sentence.endswith("Erased, CoachingBegun, Praised, CoachingEnded")


def test_all_faults_of_an_event_are_told_at_once() -> None:
    """The same strictness holds for fields of any class."""
    document = to_dict(FULL) | {
        "sessions": "3",
        "paid": 1,
        "first_on": "tomorrow",
        "first_at": "2026-03-09T14:00:00",
        "email": "nobody",
        "mood": "sad",
        "topics": ["a", 7, "\ud800"],
        "moods": ["glad", "glad"],
        "room": {"name": None, "floor": 10**18, "door": 1},
        "note": "half a \udc00",
        "surplus": 1,
    }
    assert sorted(faults(Event, document)) == [
        ("$.email", "bad_address"),
        ("$.first_at", "naive_datetime"),
        ("$.first_on", "not_a_date"),
        ("$.mood", "unknown_value"),
        ("$.moods[1]", "duplicate_member"),
        ("$.note", "surrogate"),
        ("$.paid", "wrong_type"),
        ("$.room.door", "unknown_key"),
        ("$.room.floor", "out_of_range"),
        ("$.room.name", "wrong_type"),
        ("$.sessions", "wrong_type"),
        ("$.surplus", "unknown_key"),
        ("$.topics[1]", "wrong_type"),
        ("$.topics[2]", "surrogate"),
    ]


@pytest.mark.parametrize(
    ("event", "changes", "expected"),
    [
        (FULL, {"sessions": 13}, "$.sessions"),
        (FULL, {"sessions": 0}, "$.sessions"),
        (FULL, {"room": {"name": "a", "floor": 100}}, "$.room.floor"),
        (PRAISED, {"rating": 6}, "$"),
        (PRAISED, {"by": "nobody"}, "$"),
    ],
)
def test_rules_of_fields_are_kept_and_not_repeated(
    event: CustomEvent, changes: dict[str, object], expected: str
) -> None:
    """A rule of somebody else may quote the value; a rule that looks at other fields is told of the whole."""
    [problem] = refusal(Event, to_dict(event) | changes).problems
    assert problem == Problem(expected, "broken_rule", "keep the rule that the class has for this")


@pytest.mark.parametrize(
    ("value", "how", "expected"),
    [
        (None, {"validator": attrs.validators.instance_of(str)}, "$.note"),
        (None, {"validator": attrs.validators.min_len(1)}, "$.note"),
        ("", {"validator": lambda _self, _field, value: 1 // len(value)}, "$.note"),
        ("7", {"validator": lambda _self, _field, value: "abc"[int(value)]}, "$.note"),
        ("7", {"validator": lambda _self, _field, value: {}[value]}, "$.note"),
        ("7", {"converter": lambda value: {}[value]}, "$.note"),
        ("7", {"converter": attrs.Converter(lambda value, _: {}[value], takes_self=True)}, "$.note"),
        (None, {"validator": lambda _self, _field, value: value.strip()}, "$"),
        (None, {"converter": lambda value: value.strip()}, "$"),
    ],
)
def test_rules_may_fail_in_any_way(value: object, how: dict[str, Any], expected: str) -> None:
    """Whatever a rule raises over a value that it was not made for, the answer is a fault."""
    field = attrs.field(type=str | None, **how)
    noted = attrs.make_class("Noted", {"note": field}, bases=(CustomEvent,), frozen=True, kw_only=True)
    document = {"$schema": 2, "kind": "event", "type": "Noted", "at": "2026-03-09T14:00:00Z", "note": value}
    assert [(expected, "broken_rule")] == faults(noted, document)


def test_what_guards_raise_is_no_fault_of_a_document() -> None:
    """An error of the integrator's own code comes through, and is not blamed on who wrote the document."""

    @event_guard("Coaching needs a coach; name one.", standing=True)
    def broken(case: Case) -> None:
        raise TypeError(case.event.id)

    rows = (
        Transition(
            event=CoachingEnded, source=Stage.IDENTIFIED, target=Stage.CLOSED, guards=(broken,), why="ours"
        ),
    )
    talk = to_dict(Interview.open(FOUND))
    talk["history"].append({"type": "CoachingEnded", "at": "2026-03-09T15:00:00Z", "id": "e-9"})
    with pytest.raises(TypeError, match="e-9"):
        from_dict(Interview, talk, lifecycle=LIFECYCLE.extended(*rows))


def test_rules_are_told_beside_other_faults() -> None:
    """A rule that looks at other fields can say nothing then, and what it raises goes nowhere."""
    document = to_dict(PRAISED) | {"rating": 6, "most": "5"}
    assert faults(Event, document) == [("$.most", "wrong_type")]
    document = to_dict(FULL) | {"sessions": 13, "paid": 1}
    assert faults(Event, document) == [("$.paid", "wrong_type"), ("$.sessions", "broken_rule")]


def test_a_converter_may_refuse_or_look_elsewhere() -> None:
    """What a converter says is treated like what a rule says."""

    def positive(value: int) -> int:
        if value < 0:
            msg = f"{value} is negative"
            raise ValueError(msg)
        return value

    @attrs.frozen(kw_only=True)
    class Counted(CustomEvent):
        first: int = attrs.field(converter=positive)
        second: int = attrs.field(
            converter=attrs.Converter(lambda value, self: value + self.first, takes_self=True)
        )
        third: str = "x"

    counted = Counted(at=AT, first=1, second=1)
    document = to_dict(Counted(at=AT, first=0, second=1))
    assert attrs.evolve(counted, first=0, second=1) == from_dict(Counted, document)
    assert faults(Counted, document | {"first": -1, "third": 7}) == [
        ("$.third", "wrong_type"),
        ("$.first", "broken_rule"),
    ]
    with pytest.raises(InvalidValueError, match=r"^Counted: .* \[unwritable\]$"):
        to_dict(counted)  # Read back, it would count on.


def test_the_guards_of_a_lifecycle_are_told_like_all_others() -> None:
    """A guard that holds always is held against histories; its sentence becomes a cure."""
    document = to_dict(Interview.open(FOUND))
    document["history"] += [
        {"type": "CoachingBegun", "at": "2026-03-09T14:00:00Z", "coach": {"given": "Ilse"}},
        {"type": "CoachingEnded", "at": "2026-03-09T15:00:00Z"},
    ]
    cure = "coaching takes a day; wait for its end"
    assert (Problem("$.history[2]", "coached_too_little", cure),) == refusal(Interview, document).problems


# -- classes that do not fit ------------------------------------------------------------------------------


@attrs.frozen(kw_only=True)
class Weighed(CustomEvent):
    """An event with a field that no document can hold."""

    weight: float


@attrs.frozen(kw_only=True)
class Typed(CustomEvent):
    """An event with a field named like a key of all events."""

    type: str


@attrs.frozen(kw_only=True)
class Sorted(CustomEvent):
    """An event with a field named like a key of the envelope."""

    _kind: str


UNFIT = [
    (Weighed(at=AT, weight=0.5), "Weighed.weight", "unsupported_type"),
    (Typed(at=AT, type="a"), "Typed.type", "name_taken"),
    (Sorted(at=AT, kind="a"), "Sorted._kind", "name_taken"),
]


@pytest.mark.parametrize(("event", "place", "code"), UNFIT, ids=lambda value: type(value).__name__)
def test_an_unfit_class_is_refused_when_it_is_first_used(event: CustomEvent, place: str, code: str) -> None:
    """Whatever is done first: writing, reading, describing, or reading something else by its lifecycle."""
    cls = type(event)
    lifecycle = LIFECYCLE.extended(
        Transition(event=cls, source=Stage.IDENTIFIED, target=Stage.CLOSED, why="ours")
    )
    found = to_json(FOUND)
    for use in (
        lambda: to_json(event),
        lambda: from_json(cls, found),
        lambda: json_schema(cls),
        lambda: json_schema(Event, lifecycle=lifecycle),
        lambda: from_json(Event, found, lifecycle=lifecycle),
        lambda: from_json_lines(found, lifecycle=lifecycle),
        lambda: make_converter(lifecycle=lifecycle),
        lambda: configure_converter(cattrs.Converter(), lifecycle=lifecycle),
    ):
        with pytest.raises(InvalidValueError) as caught:
            use()
        assert (caught.value.field, caught.value.code) == (place, code)


def test_the_base_of_events_is_no_event() -> None:
    """Only its subclasses are; asked for any event, one asks for the union."""
    with pytest.raises(InvalidDataError, match=r"\[unknown_kind\]"):
        to_json(CustomEvent(at=AT))
    assert faults(CustomEvent, to_dict(FULL)) == [("$", "unknown_kind")]


# -- values that do not fit -------------------------------------------------------------------------------


@attrs.frozen
class SuiteRoom(Room):
    """A room that knows more than its field can say."""

    beds: int = 2


EARLY = datetime.min.replace(tzinfo=timezone(timedelta(hours=1)))
"""An instant before all that UTC can name."""


class NoZone(tzinfo):
    """A zone that does not know its offset."""

    def utcoffset(self, _moment: datetime | None, /) -> None:
        """Tell nothing."""


@pytest.mark.parametrize(
    ("changes", "place", "code"),
    [
        ({"note": 7}, "CoachingBegun.note", "wrong_type"),
        ({"note": b"bytes"}, "CoachingBegun.note", "wrong_type"),
        ({"note": "\ud800"}, "CoachingBegun.note", "surrogate"),
        ({"paid": 1}, "CoachingBegun.paid", "wrong_type"),
        ({"topics": ("a", 7)}, "CoachingBegun.topics[1]", "wrong_type"),
        ({"sessions": True}, "CoachingBegun.sessions", "wrong_type"),
        ({"room": Room("a", -(10**18))}, "CoachingBegun.room.floor", "out_of_range"),
        ({"room": Room("a", 0.5)}, "CoachingBegun.room.floor", "wrong_type"),
        ({"first_at": datetime(2026, 3, 9, 14)}, "CoachingBegun.first_at", "naive_datetime"),  # noqa: DTZ001 - bad on purpose
        ({"first_at": AT.replace(tzinfo=NoZone())}, "CoachingBegun.first_at", "naive_datetime"),
        ({"first_on": AT}, "CoachingBegun", "unwritable"),
        ({"mood": "sad"}, "CoachingBegun.mood", "unknown_value"),
        ({"first_at": date(2026, 3, 9)}, "CoachingBegun", "unwritable"),
        ({"first_at": EARLY}, "CoachingBegun", "unwritable"),
        ({"first_on": "2026-03-09"}, "CoachingBegun", "unwritable"),
        ({"topics": None}, "CoachingBegun", "unwritable"),
        ({"moods": frozenset({"a", 7})}, "CoachingBegun.moods[0]", "unknown_value"),
        ({"room": "a"}, "CoachingBegun", "unwritable"),
        ({"room": SuiteRoom("a")}, "CoachingBegun", "unwritable"),
    ],
    ids=str,
)  # fmt: skip
def test_what_could_not_be_read_back_is_not_written(
    changes: dict[str, object], place: str, code: str
) -> None:
    """Fields without rules hold anything; a store keeps nothing that it could not give back."""
    event = attrs.evolve(LEAST, **changes)
    with pytest.raises(InvalidValueError) as caught:
        to_json(event)
    assert (caught.value.field, caught.value.code) == (place, code)
    assert caught.value.__context__ is None


@pytest.mark.parametrize(
    "moment",
    [
        AT,
        AT.replace(microsecond=1),
        AT.astimezone(timezone(timedelta(hours=5, minutes=45))),
        AT.astimezone(ZoneInfo("America/Los_Angeles")),
        datetime.max.replace(tzinfo=UTC),
    ],
)
def test_instants_of_any_zone_are_written_in_utc(moment: datetime) -> None:
    """A field without a converter is no reason for another spelling."""
    event = attrs.evolve(LEAST, first_at=moment)
    written = to_dict(event)["first_at"]
    assert written.endswith("Z")
    assert datetime.fromisoformat(written) == moment
    assert event == from_dict(CoachingBegun, to_dict(event))


ODD = st.one_of(
    *(
        st.none(),
        st.booleans(),
        st.integers(),
        st.floats(),
        st.text(st.characters(), max_size=5),
        st.binary(),
    ),
    st.datetimes(
        timezones=st.sampled_from((None, UTC, ZoneInfo("Europe/Vienna"), ZoneInfo("Asia/Kathmandu")))
    ),
    st.dates(),
    st.sampled_from((*Mood, Room("a"), Room("a", 7), SuiteRoom("a"), PersonName(given="Ilse"), *FULL.slots)),
    st.frozensets(st.sampled_from((*Mood, "glad", 7))),
    st.lists(st.sampled_from(("a", "", 7, None, *FULL.slots)), max_size=2).map(tuple),
)
FIELDS = [a.name for a in attrs.fields(CoachingBegun) if a.name not in ("at", "id", "interview_id")]


@st.composite
def odd_events(draw: st.DrawFn) -> CoachingBegun:
    """Draw events of an integrator whose fields hold anything that can be hashed."""
    changes = {name: draw(ODD) for name in draw(st.lists(st.sampled_from(FIELDS), max_size=2))}
    try:
        return attrs.evolve(draw(st.sampled_from((FULL, LEAST))), **changes)
    except (TypeError, ValueError):
        return FULL  # A rule of a field refuses what was drawn.


def what_is_written_is_read_back(write: Callable[[CustomEvent], str], event: CustomEvent) -> None:
    """Write, read and compare; or the writer refuses."""
    try:
        text = write(event)
    except InvalidValueError:
        return
    assert text.encode()
    assert event == from_json(CoachingBegun, text)


def written_blindly(event: CustomEvent) -> str:
    """Write an event of an integrator as those of the library are written."""
    body = _object_writer(form_of(type(event)), CONVERTER)(event)
    return json.dumps({"$schema": SCHEMA_VERSION, "kind": "event", **body})


class TestWriting:
    """`from_json(type(e), to_json(e)) == e`, or `to_json` refuses, whatever the fields of an event hold."""

    @given(event=odd_events())
    def test_keeps_the_law(self, event: CoachingBegun) -> None:
        """Nothing is stored that could not be given back."""
        what_is_written_is_read_back(to_json, event)

    @pytest.mark.parametrize(
        "changes",
        [{"note": 7}, {"first_at": datetime(2026, 3, 9)}, {"room": SuiteRoom("a")}, {"paid": 1}],  # noqa: DTZ001 - bad on purpose
    )
    def test_would_be_seen_to_break_it(self, changes: dict[str, object]) -> None:
        """A writer that trusts its events is caught."""
        event = attrs.evolve(LEAST, **changes)
        with pytest.raises((AssertionError, InvalidDataError)):
            what_is_written_is_read_back(written_blindly, event)


# -- converters -------------------------------------------------------------------------------------------


def test_a_converter_is_made_once_for_a_lifecycle() -> None:
    """That of the library is always at hand; the last few of the others are kept."""
    assert converter_for(LIFECYCLE) is CONVERTER
    assert converter_for(OURS) is converter_for(OURS)
    assert converter_for(OURS) is not CONVERTER


def test_other_converters_learn_a_lifecycle_too() -> None:
    """Events of an integrator may stand in other classes of the same integrator."""

    @attrs.frozen
    class Diary:
        events: list[CoachingBegun]
        any: Event
        talk: Interview

    diary = Diary([FULL, LEAST], FULL, COACHED)
    theirs = cattrs.Converter()
    configure_converter(theirs, lifecycle=OURS)
    assert theirs.structure(theirs.unstructure(diary), Diary) == diary
    ours = make_converter(lifecycle=OURS)
    assert ours.structure(ours.unstructure(COACHED), Interview) == COACHED


# -- schemas ----------------------------------------------------------------------------------------------


def test_a_schema_lists_the_events_of_a_lifecycle() -> None:
    """Those of the library come first."""
    branches = json_schema(Event, lifecycle=OURS)["oneOf"]
    tags = [branch["properties"]["type"]["const"] for branch in branches]
    own = ["CoachingBegun", "Praised", "CoachingEnded"]
    assert tags == [*(event.__name__ for event in EVENT_TYPES), *own]
    inside = json_schema(Interview, lifecycle=OURS)["$defs"]["Event"]["oneOf"]
    assert [part["$ref"] for part in inside] == [f"#/$defs/{tag}" for tag in tags]


def test_a_schema_describes_fields_of_any_class() -> None:
    """Types are described; rules that are not the library's are not."""
    properties = json_schema(CoachingBegun)["properties"]
    assert properties["sessions"] == {"type": "integer"}
    assert properties["mood"] == {"enum": ["glad", "tired"]}
    assert properties["moods"] == {"type": "array", "items": {"enum": ["glad", "tired"]}, "uniqueItems": True}
    assert properties["room"] == {"anyOf": [{"$ref": "#/$defs/Room"}, {"type": "null"}]}


def test_two_classes_of_one_name_have_two_schemas() -> None:
    """An integrator may call a class as the library calls one of its own."""
    twin = attrs.make_class("Slot", {"number": attrs.field(type=int)}, frozen=True)
    fields = {"theirs": attrs.field(type=Slot), "ours": attrs.field(type=twin)}
    moved = attrs.make_class("Moved", fields, bases=(CustomEvent,), frozen=True, kw_only=True)
    schema = json_schema(moved)
    assert schema["properties"]["theirs"] == {"$ref": "#/$defs/Slot"}
    assert schema["properties"]["ours"] == {"$ref": "#/$defs/Slot_"}
    assert list(schema["$defs"]["Slot_"]["properties"]) == ["number"]


def test_kinds_are_those_of_the_library() -> None:
    """An event of an integrator is of the kind of all events, and adds no kind."""
    assert "event" not in KINDS
    assert to_dict(Nudged(at=AT))["kind"] == to_dict(FULL)["kind"] == "event"
