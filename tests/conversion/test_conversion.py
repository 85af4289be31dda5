"""What is written, what is read, and what is said about everything else."""

import copy
import pickle
import re
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest

from infoview import (
    EVENT_TYPES,
    Accepted,
    Channel,
    Connection,
    ConnectionKind,
    Contact,
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
    PersonName,
    Policy,
    Prepared,
    RequestSent,
    Slot,
    Stage,
    _guards,
)
from infoview._guards import Guard
from infoview._lifecycle import LIFECYCLE
from infoview.conversion import KINDS, from_dict, from_json, to_dict, to_json
from infoview.exceptions import InvalidDataError, Problem
from infoview.policies import CLASSIC

AT = datetime(2026, 3, 9, 14, tzinfo=UTC)
GUARDS = [rule for rule in vars(_guards).values() if isinstance(rule, Guard)]
FOUND = Identified(at=AT, interview_id="t", seeker_id="s", contact_id="c", zone="UTC")


def refusal(cls: Any, document: object) -> InvalidDataError:  # noqa: ANN401 - a class or a union
    """Read a bad document."""
    with pytest.raises(InvalidDataError) as caught:
        from_dict(cls, document)
    assert caught.value.__context__ is None
    return caught.value


def faults(cls: Any, document: object) -> list[tuple[str, str]]:  # noqa: ANN401 - a class or a union
    """Read a bad document and list where it is bad, and how."""
    return [(problem.path, problem.code) for problem in refusal(cls, document).problems]


# -- writing ----------------------------------------------------------------------------------------------


def test_text_is_canonical() -> None:
    """Keys are sorted, blanks are left out, and nothing is escaped that need not be."""
    name = PersonName(given="Ilse", family="Überfluß 🌊", salutation='"Doc" \\')
    assert to_json(name) == (
        '{"$schema":2,"family":"Überfluß 🌊","family_first":false,"given":"Ilse",'
        '"kind":"person_name","salutation":"\\"Doc\\" \\\\"}'
    )


def test_only_none_is_left_out() -> None:
    """Other defaults are written, so that a later default does not change what is stored."""
    assert to_dict(Contact(id="c", name=PersonName(given="Ilse"))) == {
        "$schema": 2,
        "kind": "contact",
        "id": "c",
        "name": {"given": "Ilse", "family_first": False},
        "channel": "email",
    }


def test_what_is_computed_is_not_written() -> None:
    """The quiet dates of a policy follow from its quiet days."""
    written = to_dict(Policy(name="ours"))
    assert "quiet_dates" not in written
    assert written["quiet_days"] == [{"first": [12, 20], "last": [1, 2]}]


def test_an_interview_is_its_history() -> None:
    """All else is what the events add up to."""
    interview = Interview.open(FOUND)
    assert to_dict(interview) == {
        "$schema": 2,
        "kind": "interview",
        "history": [
            {
                "type": "Identified",
                "at": "2026-03-09T14:00:00Z",
                "interview_id": "t",
                "seeker_id": "s",
                "contact_id": "c",
                "zone": "UTC",
            }
        ],
    }


@pytest.mark.parametrize("cls", [Objective, Connection])
def test_a_kind_beside_that_of_the_envelope_has_a_key_of_its_own(cls: type) -> None:
    """The key is the same inside of other documents, where there is no envelope."""
    entity = (
        Objective(kind=ObjectiveKind.COMPANY, subject="x")
        if cls is Objective
        else Connection(kind=ConnectionKind.COLD)
    )
    written = to_dict(entity)
    assert cls.__name__.lower() == written["kind"]
    assert entity.kind == written[f"{cls.__name__.lower()}_kind"]
    assert entity == from_dict(cls, written)


def test_what_is_written_is_fresh() -> None:
    """Changing a document changes no entity and no other document."""
    objective = Objective(kind=ObjectiveKind.COMPANY, subject="x", learn=("a",))
    to_dict(objective)["learn"].append("b")
    assert to_dict(objective)["learn"] == ["a"]


@pytest.mark.parametrize(
    "stranger", [7, None, "text", EmailAddress("ilse@example.org"), Channel.EMAIL, Contact]
)
def test_strangers_are_not_written(stranger: object) -> None:
    """Only kinds have a document; what else there is lives inside of them."""
    with pytest.raises(InvalidDataError) as caught:
        to_json(stranger)
    assert [(p.path, p.code) for p in caught.value.problems] == [("$", "unknown_kind")]


# -- reading ----------------------------------------------------------------------------------------------


def test_missing_keys_with_a_default_are_filled() -> None:
    """A document that somebody wrote by hand may be short."""
    document = {"$schema": 1, "kind": "contact", "id": "c", "name": {"given": "Ilse"}}
    assert Contact(id="c", name=PersonName(given="Ilse")) == from_dict(Contact, document)


def test_null_means_none_where_none_is_legal() -> None:
    """Writers of other languages often spell out what is not there."""
    document = {"$schema": 1, "kind": "contact", "id": "c", "name": {"given": "Ilse"}, "email": None}
    assert Contact(id="c", name=PersonName(given="Ilse")) == from_dict(Contact, document)
    assert faults(Contact, document | {"channel": None}) == [("$.channel", "wrong_type")]


def test_a_document_is_left_as_it_was() -> None:
    """Reading changes nothing that belongs to the caller, whether it succeeds or not."""
    document = to_dict(Interview.open(FOUND))
    before = copy.deepcopy(document)
    from_dict(Interview, document)
    faults(Contact, document)
    assert before == document


@pytest.mark.parametrize("event", EVENT_TYPES)
def test_an_event_can_be_asked_for_by_class(event: type[Event]) -> None:
    """Whoever expects one event gets that or an error."""
    document = to_dict(Nudged(at=AT))
    if event is Nudged:
        assert Nudged(at=AT) == from_dict(event, document)
    else:
        assert ("$.type", "unknown_value") in faults(event, document)


def test_any_event_can_be_asked_for() -> None:
    """The union stands for all of them."""
    event: Event = from_json(Event, to_json(Held(at=AT, minutes=20)))
    assert Held(at=AT, minutes=20) == event


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"type": "Danced"}, [("$.type", "unknown_value")]),
        ({"type": 7}, [("$.type", "wrong_type")]),
        ({"type": ["Nudged"]}, [("$.type", "wrong_type")]),
        ({"kind": "nudged"}, [("$.kind", "unknown_value")]),
        ({"at": "soon", "channel": "smoke"}, [("$.at", "not_a_datetime"), ("$.channel", "unknown_value")]),
    ],
)
@pytest.mark.parametrize("cls", [Event, Nudged], ids=["union", "class"])
def test_the_tag_of_an_event_is_checked(
    cls: Any,  # noqa: ANN401 - a class or a union
    changes: dict[str, object],
    expected: list[tuple[str, str]],
) -> None:
    """The type of an event is one of the known names."""
    assert expected == faults(cls, to_dict(Nudged(at=AT)) | changes)


@pytest.mark.parametrize("cls", [Event, Nudged], ids=["union", "class"])
def test_an_event_needs_its_tag(cls: Any) -> None:  # noqa: ANN401 - a class or a union
    """Nothing is guessed from the other keys."""
    document = to_dict(Nudged(at=AT))
    del document["type"]
    assert faults(cls, document) == [("$.type", "missing_key")]


def test_allowed_words_are_named() -> None:
    """Who writes a wrong word is told the right ones."""
    problem = refusal(Event, to_dict(Nudged(at=AT)) | {"channel": "smoke"}).problems[0]
    assert f"give one of: {', '.join(Channel)}" == problem.sentence


@pytest.mark.parametrize(
    "cls", [int, str, object, EmailAddress, Channel, None, "contact", [], {}, ([],)], ids=str
)
def test_strangers_are_not_read(cls: type) -> None:
    """The answer names what can be asked for."""
    error = refusal(cls, {})
    assert [(p.path, p.code) for p in error.problems] == [("$", "unknown_kind")]
    assert all(kind in str(error) for kind in KINDS)


# -- instants and days ------------------------------------------------------------------------------------


def slot(start: object) -> dict[str, object]:
    """Write a slot that starts at a given time."""
    return {"$schema": 2, "kind": "slot", "start": start, "minutes": 20, "zone": "UTC"}


@pytest.mark.parametrize(
    ("start", "written"),
    [
        (AT, "2026-03-09T14:00:00Z"),
        (AT.replace(microsecond=1), "2026-03-09T14:00:00.000001Z"),
        (AT.replace(microsecond=500_000), "2026-03-09T14:00:00.500000Z"),
        (AT.astimezone(timezone(timedelta(hours=5, minutes=45))), "2026-03-09T14:00:00Z"),
        (datetime(1900, 1, 1, tzinfo=UTC), "1900-01-01T00:00:00Z"),
        (datetime(2199, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC), "2199-12-31T23:59:59.999999Z"),
    ],
)
def test_instants_are_written_in_utc(start: datetime, written: str) -> None:
    """One instant has one spelling."""
    entity = Slot(start=start, minutes=20, zone="UTC")
    assert slot(written) == to_dict(entity)
    assert entity == from_dict(Slot, slot(written))


@pytest.mark.parametrize(
    "text",
    [
        "2026-03-09T14:00:00+00:00",
        "2026-03-09T14:00:00-00:00",
        "2026-03-09T14:00:00.0Z",
        "2026-03-09T14:00:00.000000Z",
        "2026-03-09T19:45:00+05:45",
        "2026-03-09T07:00:00-07:00",
        "2026-03-10T13:59:00+23:59",
    ],
)
def test_instants_are_read_with_any_offset(text: str) -> None:
    """The grammar is RFC 3339 with an offset of hours and minutes."""
    assert from_dict(Slot, slot(text)).start == AT


@pytest.mark.parametrize("digits", range(1, 7))
def test_fractions_of_a_second_have_up_to_six_digits(digits: int) -> None:
    """Writers of other languages have milliseconds."""
    text = f"2026-03-09T14:00:00.{'123456'[:digits]}Z"
    expected = AT.replace(microsecond=int("123456"[:digits].ljust(6, "0")))
    assert expected == from_dict(Slot, slot(text)).start


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("2026-03-09T14:00:00", "naive_datetime"),
        ("2026-03-09T14:00:00.5", "naive_datetime"),
        ("2026-03-09", "not_a_datetime"),
        ("2026-03-09T14:00Z", "not_a_datetime"),
        ("2026-03-09 14:00:00Z", "not_a_datetime"),
        ("2026-03-09t14:00:00Z", "not_a_datetime"),
        ("2026-03-09T14:00:00z", "not_a_datetime"),
        ("20260309T140000Z", "not_a_datetime"),
        ("2026-W11-1T14:00:00Z", "not_a_datetime"),
        ("2026-03-09T14:00:00.Z", "not_a_datetime"),
        ("2026-03-09T14:00:00,5Z", "not_a_datetime"),
        ("2026-03-09T14:00:00.1234567Z", "not_a_datetime"),
        ("2026-03-09T24:00:00Z", "not_a_datetime"),
        ("2026-03-09T14:60:00Z", "not_a_datetime"),
        ("2026-03-09T14:00:60Z", "not_a_datetime"),
        ("2026-02-29T14:00:00Z", "not_a_datetime"),
        ("2026-13-01T14:00:00Z", "not_a_datetime"),
        ("0000-01-01T00:00:00Z", "not_a_datetime"),
        ("2026-03-09T14:00:00+24:00", "not_a_datetime"),
        ("2026-03-09T14:00:00+0200", "not_a_datetime"),
        ("2026-03-09T14:00:00+02", "not_a_datetime"),
        ("2026-03-09T14:00:00+02:00:30", "not_a_datetime"),
        ("2026-03-09T14:00:00Z\n", "not_a_datetime"),
        (" 2026-03-09T14:00:00Z", "not_a_datetime"),
        ("\uff12\uff10\uff12\uff16-03-09T14:00:00Z", "not_a_datetime"),
        ("٢٠٢٦-03-09T14:00:00Z", "not_a_datetime"),
        ("", "not_a_datetime"),
        ("2026-03-09T14:00:00Z" * 10_000, "not_a_datetime"),
        ("1899-12-31T23:59:59Z", "out_of_range"),
        ("1900-01-01T00:00:00+00:01", "out_of_range"),
        ("2200-01-01T00:00:00Z", "out_of_range"),
        ("0001-01-01T00:00:00+01:00", "out_of_range"),
        ("9999-12-31T23:59:59-01:00", "out_of_range"),
        (1_773_064_800, "wrong_type"),
        (AT, "wrong_type"),
    ],
)
def test_other_spellings_of_an_instant_are_refused(text: object, code: str) -> None:
    """The grammar is exactly the documented one, whatever the standard library lets pass."""
    assert [("$.start", code)] == faults(Slot, slot(text))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("2026-02-29", "not_a_date"),
        ("2026-2-28", "not_a_date"),
        ("20260228", "not_a_date"),
        ("2026-W11-1", "not_a_date"),
        ("2026-02-28T00:00:00Z", "not_a_date"),
        ("\uff12026-02-28", "not_a_date"),
        ("1899-12-31", "not_a_date"),
        ("2200-01-01", "not_a_date"),
        ("", "not_a_date"),
        (20260228, "wrong_type"),
        (date(2026, 2, 28), "wrong_type"),
    ],
)
def test_other_spellings_of_a_day_are_refused(text: object, code: str) -> None:
    """A day is year, month and day with hyphens, and exists."""
    document = {"$schema": 1, "kind": "contact", "id": "c", "name": {"given": "I"}, "connected_on": text}
    assert [("$.connected_on", code)] == faults(Contact, document)


# -- faults -----------------------------------------------------------------------------------------------


def test_all_faults_of_a_document_are_told_at_once() -> None:
    """Wrong types, broken rules, unknown and missing keys, each with its path."""
    document = {
        "$schema": 1,
        "kind": "contact",
        "name": {"given": "", "family": 7, "nick": "I", "family_first": 1},
        "email": "nobody",
        "zone": "Mars/Olympus",
        "connected_on": "yesterday",
        "channel": "smoke",
        "note": "x" * 10_001,
        "position": "head\nof all",
        "age": 40,
    }
    assert sorted(faults(Contact, document)) == [
        ("$.age", "unknown_key"),
        ("$.channel", "unknown_value"),
        ("$.connected_on", "not_a_date"),
        ("$.email", "bad_address"),
        ("$.id", "missing_key"),
        ("$.name.family", "wrong_type"),
        ("$.name.family_first", "wrong_type"),
        ("$.name.given", "empty"),
        ("$.name.nick", "unknown_key"),
        ("$.note", "too_long"),
        ("$.position", "control_character"),
        ("$.zone", "unknown_zone"),
    ]


def test_paths_lead_through_arrays() -> None:
    """The index of every member is in the path."""
    proposed = {
        "type": "TimesProposed",
        "at": "2026-03-09T14:00:00Z",
        "slots": [
            {"start": "2026-03-10T14:00:00Z", "minutes": 20, "zone": "UTC"},
            {"start": "2026-03-10", "minutes": 0, "zone": "UTC"},
        ],
    }
    document = to_dict(Interview.open(FOUND))
    document["history"] += [proposed, 7]
    assert faults(Interview, document) == [
        ("$.history[1].slots[1].start", "not_a_datetime"),
        ("$.history[1].slots[1].minutes", "out_of_range"),
        ("$.history[2]", "wrong_type"),
    ]


@pytest.mark.parametrize(
    ("learn", "expected"),
    [
        (["a", "", "c", " "], [("$.learn[1]", "empty"), ("$.learn[3]", "empty")]),
        (["a", "", "c", 4], [("$.learn[3]", "wrong_type"), ("$.learn[1]", "empty")]),
        (["a"] * 51, [("$.learn", "out_of_range")]),
        ([""] * 51, [("$.learn", "out_of_range")]),
        ([7] * 51, [("$.learn", "out_of_range")]),
        ("abc", [("$.learn", "wrong_type")]),
        (("a",), [("$.learn", "wrong_type")]),
        ({"0": "a"}, [("$.learn", "wrong_type")]),
    ],
)
def test_members_of_an_array_are_checked_one_by_one(learn: object, expected: list[tuple[str, str]]) -> None:
    """A bad member hides no other; an array that is too long is not looked into."""
    document = {
        "$schema": 1,
        "kind": "objective",
        "objective_kind": "company",
        "subject": "x",
        "learn": learn,
    }
    assert expected == faults(Objective, document)


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        ([{"first": [12], "last": [1, 2]}], [("$.quiet_days[0].first", "wrong_length")]),
        ([{"first": [12, 20, 1], "last": [1, 2]}], [("$.quiet_days[0].first", "wrong_length")]),
        ([{"first": [12, "20"], "last": [1, 2]}], [("$.quiet_days[0].first[1]", "wrong_type")]),
        ([{"first": [2, 29], "last": [1, True]}], [("$.quiet_days[0].last[1]", "wrong_type")]),
        ([{"first": [2, 30], "last": [1, 2]}], [("$.quiet_days[0].first", "out_of_range")]),
    ],
)  # fmt: skip
def test_pairs_have_two_members(days: object, expected: list[tuple[str, str]]) -> None:
    """A month and a day are two whole numbers, and there is such a day."""
    assert expected == faults(Policy, to_dict(Policy(name="ours")) | {"quiet_days": days})


@pytest.mark.parametrize(
    ("cls", "changes", "code"),
    [
        (Connection, {"connection_kind": "referral"}, "referrer_missing"),
        (Policy, {"minutes_min": 40, "minutes_default": 40}, "contradiction"),
    ],
)
def test_fields_that_contradict_each_other_are_a_fault_of_the_object(
    cls: type, changes: dict[str, object], code: str
) -> None:
    """No single key is to blame, so the path is that of the object."""
    entity = Policy(name="ours") if cls is Policy else Connection(kind=ConnectionKind.COLD)
    assert [("$", code)] == faults(cls, to_dict(entity) | changes)


def test_a_contradiction_inside_of_a_document_has_the_path_of_its_object() -> None:
    """Paths of objects work like all others."""
    prepared = {
        "$schema": 1,
        "kind": "event",
        "type": "Prepared",
        "at": "2026-03-09T14:00:00Z",
        "objective": {"objective_kind": "company", "subject": "x"},
        "connection": {"connection_kind": "referral", "referrer_id": "r"},
    }
    assert faults(Event, prepared) == [("$.connection", "referrer_missing")]


@pytest.mark.parametrize(
    "key", ["Ada Lovelace", "ada@example.org", "x\ny", "", "k" * 41, "ключ", "$ref", 7, None, ("a",)]
)
def test_keys_that_are_no_plain_words_are_not_named(key: object) -> None:
    """A mapping by names or addresses would tell them to every log."""
    document: dict[object, object] = {"$schema": 1, "kind": "note", "text": "a", key: "b"}
    assert (Problem("$", "unknown_key", "remove the keys that are no plain words"),) == refusal(
        KINDS["note"], document
    ).problems


@pytest.mark.parametrize("document", [None, 7, "text", [], [{}], ("$schema", 1), {1, 2}, object()])
def test_what_is_no_object_is_refused(document: object) -> None:
    """There is nothing to say about keys then."""
    assert faults(Contact, document) == [("$", "wrong_type")]


def test_a_document_that_holds_itself_is_refused() -> None:
    """The reader walks along its own forms, so it comes to an end."""
    document: dict[str, Any] = {"$schema": 1, "kind": "contact", "id": "c"}
    document["name"] = document
    document["channel"] = [document]
    assert {"$.name.given", "$.channel"} <= {path for path, _ in faults(Contact, document)}


@pytest.mark.parametrize("count", [100, 101, 150])
def test_a_hundred_faults_are_listed(count: int) -> None:
    """After that the last line says that there are more."""
    document = to_dict(KINDS["note"]("a")) | {f"k{number}": 0 for number in range(count)}
    problems = refusal(KINDS["note"], document).problems
    assert [f"$.k{number}" for number in range(100)] == [problem.path for problem in problems[:100]]
    rest = (
        ()
        if count == 100
        else (Problem("$", "more_faults", f"cure these first; there are at least {count - 100} more"),)
    )
    assert rest == problems[100:]


def test_long_arrays_of_rubbish_are_not_read_to_the_end() -> None:
    """Two million faults cost no more than a hundred."""
    text = f'{{"$schema":1,"kind":"interview","history":[{"0," * 2_000_000}0]}}'
    with pytest.raises(InvalidDataError) as caught:
        from_json(Interview, text)
    assert [*(f"$.history[{place}]" for place in range(100)), "$"] == [p.path for p in caught.value.problems]


# -- histories --------------------------------------------------------------------------------------------


def life(*events: Event) -> dict[str, Any]:
    """Write an interview that may never have been."""
    document = to_dict(Interview.open(FOUND))
    document["history"] += [
        {key: value for key, value in to_dict(event).items() if key not in ("$schema", "kind")}
        for event in events
    ]
    return document


INSIGHT = InsightRecorded(at=AT, insight=Insight(id="i", text="x"))


@pytest.mark.parametrize(
    ("document", "path", "code"),
    [
        (life() | {"history": []}, "$.history", "empty_history"),
        (life() | {"history": life(Nudged(at=AT))["history"][1:]}, "$.history[0]", "illegal_transition"),
        (life(FOUND), "$.history[1]", "duplicate_event"),
        (life(Accepted(at=AT)), "$.history[1]", "illegal_transition"),
        (life(RequestSent(at=AT, minutes=20), Nudged(at=AT)), "$.history[1]", "illegal_transition"),
    ],
    ids=["empty", "no beginning", "two beginnings", "too early", "first of two"],
)
def test_a_history_that_cannot_have_happened_is_refused(document: object, path: str, code: str) -> None:
    """The path is that of the first event that does not fit."""
    assert [(path, code)] == faults(Interview, document)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"at": "2026-03-01T00:00:00Z"}, "out_of_order"),
        ({"interview_id": "another"}, "other_interview"),
        ({"id": "e-1"}, "duplicate_event"),
    ],
)
def test_a_history_of_events_that_do_not_belong_together_is_refused(
    change: dict[str, object], code: str
) -> None:
    """Order, identity and uniqueness are rules of every history."""
    objective = Objective(kind=ObjectiveKind.COMPANY, subject="x")
    connection = Connection(kind=ConnectionKind.COLD)
    later = Prepared(at=AT, id="e-1", objective=objective, connection=connection)
    document = life(later, later)
    document["history"][2] |= {"at": "2026-03-10T14:00:00Z", "id": "e-2"} | change
    assert [("$.history[2]", code)] == faults(Interview, document)


def test_every_reason_against_an_event_is_told() -> None:
    """Two rules that refuse one event are two faults in one place."""
    document = life()
    document["history"].append({"type": "Erased", "at": "2026-03-01T00:00:00Z", "interview_id": "another"})
    assert faults(Interview, document) == [
        ("$.history[1]", "out_of_order"),
        ("$.history[1]", "other_interview"),
    ]


def test_faults_of_events_are_told_before_the_history_is_judged() -> None:
    """What cannot be read cannot be replayed."""
    document = life(Accepted(at=AT))
    document["history"][0]["zone"] = 7
    assert faults(Interview, document) == [("$.history[0].zone", "wrong_type")]


def test_a_history_is_judged_in_the_words_of_all_faults() -> None:
    """A rule of etiquette and a missing row read like any other cure: small, to be done, no full stop."""
    document = life(Accepted(at=AT))
    [problem] = refusal(Interview, document).problems
    allowed = ", ".join(LIFECYCLE.allowed_events(Stage.IDENTIFIED))
    assert problem == Problem("$.history[1]", "illegal_transition", f"give one of: {allowed}")
    document["history"][1] = {"type": "Erased", "at": "2026-03-01T00:00:00Z"}
    [problem] = refusal(Interview, document).problems
    sentence = "nothing is recorded before what is already recorded; check the time of the event"
    assert problem == Problem("$.history[1]", "out_of_order", sentence)


@pytest.mark.parametrize("guard", GUARDS, ids=lambda guard: guard.code)
def test_every_rule_can_be_told_as_a_cure(guard: Guard) -> None:
    """A rule's sentence is one, begins with no name, and ends with its only full stop."""
    sentence = guard.sentence.format(policy=CLASSIC)
    assert re.fullmatch(r"[A-Z0-9][^.]*\.", sentence)


# -- the error --------------------------------------------------------------------------------------------


def test_the_error_survives_pickle_and_copy() -> None:
    """It can cross a process boundary."""
    error = refusal(Contact, {"$schema": 1, "kind": "contact", "id": 7})
    for twin in (pickle.loads(pickle.dumps(error)), copy.copy(error)):  # noqa: S301 - our own bytes
        assert error.problems == twin.problems
        assert str(error) == str(twin)


def test_the_error_is_a_list_to_work_through() -> None:
    """A line per fault: path, cure, code."""
    error = refusal(Contact, {"$schema": 1, "kind": "contact", "id": 7})
    assert str(error) == "2 fault(s):\n$.id: give text [wrong_type]\n$.name: add this key [missing_key]"
    assert isinstance(error, ValueError)
    assert re.fullmatch(r"[a-z_]+", error.code)
