"""The log of an interview as JSON Lines."""

import json
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.lives import LONG_LIFE, histories

from infoview import (
    Accepted,
    Connection,
    ConnectionKind,
    Event,
    Identified,
    Interview,
    Note,
    NoteTaken,
    Nudged,
    Objective,
    ObjectiveKind,
    Prepared,
    RequestSent,
    Touched,
    Undone,
)
from infoview.conversion import (
    MAX_CHARACTERS,
    SCHEMA_VERSION,
    from_json,
    from_json_lines,
    read_json_lines,
    to_json,
    to_json_lines,
)
from infoview.exceptions import InvalidDataError, Problem

AT = datetime(2026, 3, 9, 14, tzinfo=UTC)
FOUND = Identified(at=AT, interview_id="t", seeker_id="s", contact_id="c", zone="UTC")
READY = Prepared(
    at=AT,
    objective=Objective(kind=ObjectiveKind.COMPANY, subject="x"),
    connection=Connection(kind=ConnectionKind.COLD),
)
ASKED = RequestSent(at=AT, minutes=20)
NUDGED = Nudged(at=AT + timedelta(days=7), id="e-3")
TALK = Interview.replay((FOUND, READY, ASKED, NUDGED))
LINES = to_json_lines(TALK).split("\n")[:-1]


def text_of(*lines: str) -> str:
    """Put lines together."""
    return "".join(f"{line}\n" for line in lines)


def problems_of(text: object, **limits: int) -> tuple[Problem, ...]:
    """Read a bad log and list what is bad about it."""
    with pytest.raises(InvalidDataError) as caught:
        from_json_lines(text, **limits)  # type: ignore[arg-type] - bad on purpose
    assert caught.value.__context__ is None
    return caught.value.problems


def faults(text: object, **limits: int) -> list[tuple[str, str]]:
    """Read a bad log and list where it is bad, and how."""
    return [(problem.path, problem.code) for problem in problems_of(text, **limits)]


def first_faults(lines: Iterable[Any], **limits: int) -> list[tuple[str, str]]:
    """Read bad lines one by one, and list where the first bad one is bad, and how."""
    with pytest.raises(InvalidDataError) as caught:
        list(read_json_lines(lines, **limits))
    assert caught.value.__context__ is None
    return [(problem.path, problem.code) for problem in caught.value.problems]


# -- writing ----------------------------------------------------------------------------------------------


def test_a_line_is_the_document_of_an_event() -> None:
    """Canonical, in the order of the history, and each with its envelope and a line feed."""
    assert to_json_lines(TALK) == text_of(*(to_json(event) for event in TALK.history))
    assert LINES[3] == (
        f'{{"$schema":{SCHEMA_VERSION},"at":"2026-03-16T14:00:00Z","channel":"email","id":"e-3",'
        '"kind":"event","type":"Nudged"}'
    )


def test_a_longer_history_only_adds_lines() -> None:
    """So a log can be kept by appending."""
    later = TALK.apply(Accepted(at=AT + timedelta(days=8)))
    assert to_json_lines(TALK) + to_json(later.history[-1]) + "\n" == to_json_lines(later)


# -- reading ----------------------------------------------------------------------------------------------


def test_a_log_is_replayed() -> None:
    """What comes out is the interview, with its whole history."""
    assert from_json_lines(to_json_lines(TALK)) == TALK


def test_lines_are_read_one_by_one() -> None:
    """An event is read when it is asked for, so a bad line hurts nobody before it is reached."""
    events = read_json_lines([*LINES, "rubbish", LINES[0]])
    assert tuple(next(events) for _ in range(4)) == TALK.history
    with pytest.raises(InvalidDataError):
        next(events)
    assert next(events, None) is None


def test_lines_come_from_a_file(tmp_path: Path) -> None:
    """With line feeds, from any program; `replay` takes the events as they come."""
    file = tmp_path / "talk.jsonl"
    file.write_text(to_json_lines(TALK), encoding="utf-8")
    with file.open(encoding="utf-8") as lines:
        assert Interview.replay(read_json_lines(lines)) == TALK


def test_lines_may_be_those_of_several_interviews() -> None:
    """One by one, events are not held against each other."""
    assert list(read_json_lines([LINES[3], LINES[0], LINES[0]])) == [NUDGED, FOUND, FOUND]


@pytest.mark.parametrize("end", ["", "\n", "\r\n", " \n", "\t\r\n"])
def test_the_last_line_may_end_in_any_way(end: str) -> None:
    """A line feed is written and not asked for; JSON allows blanks at both ends."""
    assert from_json_lines("\n".join(LINES) + end) == TALK


def test_lines_may_end_as_on_windows() -> None:
    """The carriage return is a blank of JSON, and never a part of a text."""
    text = to_json_lines(TALK).replace("\n", "\r\n")
    assert from_json_lines(text) == TALK
    assert tuple(read_json_lines(StringIO(text, newline=""))) == TALK.history


@pytest.mark.parametrize("mark", ["\u2028", "\u2029", "\u0085", "\x0b", "\x0c", "\x1c", "\r"], ids=ascii)
def test_only_a_line_feed_ends_a_line(mark: str) -> None:
    """What else some programs take for the end of a line may stand in a text, escaped or not."""
    note = json.loads(to_json(NoteTaken(at=AT, note=Note("before and after"))))
    note["note"]["text"] = f"before{mark}after"
    for is_escaped in (True, False):
        line = json.dumps(note, ensure_ascii=is_escaped)
        assert faults(text_of(LINES[0], line)) == [("$[1].note.text", "control_character")]


@pytest.mark.parametrize("version", range(1, SCHEMA_VERSION + 1))
def test_lines_may_be_of_different_versions(version: int) -> None:
    """A log that was begun by an older program goes on."""
    old = [line.replace(f'"$schema":{SCHEMA_VERSION}', f'"$schema":{version}') for line in LINES]
    assert from_json_lines(text_of(*old[:2], *LINES[2:])) == TALK
    assert from_json_lines(text_of(*LINES[:2], *old[2:])) == TALK


# -- faults -----------------------------------------------------------------------------------------------


def test_all_faults_of_all_lines_are_told_at_once() -> None:
    """A path begins with the place of the line, counted from 0 like the events of a history."""
    text = text_of(
        LINES[0].replace('"UTC"', "7"),
        LINES[1],
        "{",
        LINES[3].replace("Z", "").replace("email", "smoke"),
        LINES[2].replace("RequestSent", "Danced"),
        LINES[2].replace('"event"', '"note"'),
        "[]",
        '{"$schema":1000}',
        f"{LINES[1]}{LINES[2]}",
    )
    assert faults(text) == [
        ("$[0].zone", "wrong_type"),
        ("$[2]", "not_json"),
        ("$[3].at", "naive_datetime"),
        ("$[3].channel", "unknown_value"),
        ("$[4].type", "unknown_value"),
        ("$[5].kind", "unknown_value"),
        ("$[6]", "wrong_type"),
        ("$[7].$schema", "newer_schema"),
        ("$[8]", "not_json"),
    ]


def test_the_place_of_a_syntax_error_is_told_as_editors_count() -> None:
    """The sentence names the line of the whole text, counted from 1."""
    [problem] = problems_of(text_of(*LINES[:2], '{"at": oops}'))
    assert problem == Problem("$[2]", "not_json", "correct the JSON at line 3, column 8")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", [("$", "empty_history")]),
        ("\n", [("$[0]", "blank_line")]),
        ("\n" + text_of(*LINES), [("$[0]", "blank_line")]),
        (text_of(*LINES) + "\n", [("$[4]", "blank_line")]),
        (text_of(*LINES[:2], " \t\r", "", *LINES[2:]), [("$[2]", "blank_line"), ("$[3]", "blank_line")]),
        (text_of(*LINES) + " ", [("$[4]", "blank_line")]),
        (text_of(LINES[0], "\u2028"), [("$[1]", "not_json")]),
        (text_of(*LINES).replace("\n", "\r"), [("$[0]", "not_json")]),
        ("\ufeff" + text_of(*LINES), [("$[0]", "byte_order_mark")]),
        (text_of(*LINES[:2], f"\ufeff{LINES[2]}", LINES[3]), [("$[2]", "byte_order_mark")]),
        (text_of(LINES[0], "null"), [("$[1]", "wrong_type")]),
        (text_of(LINES[0], "NaN"), [("$[1]", "not_finite")]),
        (f"[{','.join(LINES)}]", [("$[0]", "wrong_type")]),
        (json.dumps(json.loads(LINES[0]), indent=1), [(f"$[{n}]", "not_json") for n in range(10)]),
        (text_of(LINES[0], "[" * 100_000), [("$[1]", "too_deep")]),
        (text_of(LINES[0], LINES[3].replace("}", ',"at":"a"}')), [("$[1].at", "duplicate_key")]),
        (text_of(LINES[0], LINES[3].replace('"e-3"', r'"\ud800"')), [("$[1].id", "surrogate")]),
        (text_of(LINES[0], LINES[3].replace('"e-3"', '"a\tb"')), [("$[1]", "not_json")]),
        (text_of(LINES[0], f"{LINES[3]}\x00"), [("$[1]", "not_json")]),
    ],
)  # fmt: skip
def test_what_is_no_log_is_refused(text: str, expected: list[tuple[str, str]]) -> None:
    """Every line is one document, and nothing else."""
    assert faults(text) == expected


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        ((READY,), [("$[0]", "illegal_transition")]),
        ((FOUND, READY, NUDGED), [("$[2]", "illegal_transition")]),
        ((FOUND, READY, FOUND), [("$[2]", "duplicate_event")]),
        ((FOUND, Undone(at=AT, reason="x")), [("$[1]", "nothing_to_undo")]),
        ((*TALK.history, NUDGED), [("$[4]", "duplicate_event")]),
        (
            (*TALK.history, Accepted(at=AT, interview_id="u")),
            [("$[4]", "out_of_order"), ("$[4]", "other_interview")],
        ),
    ],
)
def test_a_history_that_cannot_have_happened_is_refused(
    events: tuple[Event, ...], expected: list[tuple[str, str]]
) -> None:
    """The path is that of the line, and says the same as that of the event in an interview."""
    assert faults(text_of(*(to_json(event) for event in events))) == expected
    forms = [{k: v for k, v in json.loads(to_json(event)).items() if k[0] != "$"} for event in events]
    for form in forms:
        del form["kind"]
    interview = {"$schema": SCHEMA_VERSION, "kind": "interview", "history": forms}
    with pytest.raises(InvalidDataError) as caught:
        from_json(Interview, json.dumps(interview))
    inside = [(problem.path, problem.code) for problem in caught.value.problems]
    assert inside == [(path.replace("$", "$.history"), code) for path, code in expected]


def test_a_hundred_faults_are_listed() -> None:
    """After that the rest is neither told nor read."""
    problems = problems_of("{}\n" * 1_000_000)
    assert len(problems) == 101
    assert problems[100].code == "more_faults"
    assert {problem.path.partition("]")[0] for problem in problems[:100]} == {
        f"$[{place}" for place in range(34)
    }


def test_ten_million_blank_lines_are_not_read_to_the_end() -> None:
    """A text of nothing costs no more than a hundred lines of it."""
    assert len(problems_of("\n" * MAX_CHARACTERS)) == 101


@pytest.mark.parametrize("text", [to_json_lines(TALK).encode(), None, 7, LINES])
def test_only_text_is_read(text: object) -> None:
    """Bytes are refused: whoever has them knows their encoding."""
    assert faults(text) == [("$", "wrong_type")]


def test_a_text_over_the_limit_is_not_read() -> None:
    """The whole text counts, and the caller may move the bound."""
    text = to_json_lines(TALK)
    assert faults(text, max_characters=len(text) - 1) == [("$", "too_long")]
    assert from_json_lines(text, max_characters=len(text)) == TALK
    assert faults("[" * (MAX_CHARACTERS + 1)) == [("$", "too_long")]


@pytest.mark.parametrize("filler", ["a", '"', "\\", "[", " ", "\u2028"], ids=ascii)
def test_a_line_of_ten_million_characters_is_a_fault_like_any_other(filler: str) -> None:
    """It is judged in one pass, and hides no fault of other lines."""
    long = f'{{"type":"{filler * 9_999_000}'
    told = faults(text_of("7", long))
    assert told[0] == ("$[0]", "wrong_type")
    assert told[1][0] == "$[1]"


# -- faults of single lines -------------------------------------------------------------------------------


@pytest.mark.parametrize("given", [to_json_lines(TALK), 5, None], ids=["a text", "a number", "nothing"])
def test_what_is_not_taken_for_lines(given: Any) -> None:  # noqa: ANN401 - hostile
    """The characters of a text would be; the mistake is told at once, not with the first event."""
    with pytest.raises(InvalidDataError, match="read a text with from_json_lines") as caught:
        read_json_lines(given)
    assert [(p.path, p.code) for p in caught.value.problems] == [("$", "wrong_type")]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("", [("$[1]", "blank_line")]),
        ("\n", [("$[1]", "blank_line")]),
        (LINES[0].encode(), [("$[1]", "wrong_type")]),
        (None, [("$[1]", "wrong_type")]),
        (json.loads(LINES[0]), [("$[1]", "wrong_type")]),
        ("{", [("$[1]", "not_json")]),
        (LINES[3].replace('Z"', '","by":7'), [("$[1].at", "naive_datetime"), ("$[1].by", "unknown_key")]),
    ],
)  # fmt: skip
def test_a_bad_line_is_told_with_all_its_faults(line: object, expected: list[tuple[str, str]]) -> None:
    """Lines behind it are not read."""
    assert first_faults([LINES[0], line, "rubbish"]) == expected


def test_the_limit_of_lines_is_that_of_each() -> None:
    """A log of any length is read, as long as no line is too long."""
    longest = max(map(len, LINES))
    assert tuple(read_json_lines(LINES, max_characters=longest)) == TALK.history
    place = next(place for place, line in enumerate(LINES) if len(line) == longest)
    assert first_faults(LINES, max_characters=longest - 1) == [(f"$[{place}]", "too_long")]


# -- laws -------------------------------------------------------------------------------------------------


@st.composite
def lives(draw: st.DrawFn) -> Interview:
    """Draw interviews, some with events that were undone."""
    interview = Interview.replay(draw(histories(most=8)))
    for _ in range(draw(st.integers(0, 3))):
        undone = Undone(at=interview.history[-1].at, reason="a slip", id=f"u-{interview.version}")
        if interview.decide(Undone, now=undone.at):
            interview = interview.apply(undone)
    return interview


Write = Callable[[Interview], str]
Read = Callable[[str], Interview]


def comes_back(write: Write, read: Read, interview: Interview) -> None:
    """Write and read."""
    assert read(write(interview)) == interview


def halves_make_a_whole(write: Write, read: Read, interview: Interview) -> None:
    """Write, cut between any two lines, and put together again; the first part is what was known then."""
    lines = write(interview).split("\n")[:-1]
    assert len(lines) == interview.version
    for cut in range(1, len(lines)):
        first, second = text_of(*lines[:cut]), text_of(*lines[cut:])
        assert read(first + second) == interview
        assert read(first) == Interview.replay(interview.history[:cut])


def events_stand_alone(write: Write, _read: Read, interview: Interview) -> None:
    """Read every line as a document of its own."""
    for line, event in zip(write(interview).split("\n")[:-1], interview.history, strict=True):
        assert event == from_json(Event, line)


LAWS = (comes_back, halves_make_a_whole, events_stand_alone)


class TestLog:
    """`from_json_lines(to_json_lines(i)) == i`, and so do the halves of the text, put together."""

    @given(interview=lives())
    @pytest.mark.parametrize("law", LAWS)
    def test_keeps_every_law(
        self, law: Callable[[Write, Read, Interview], None], interview: Interview
    ) -> None:
        """Whatever happened, and whatever of it was undone."""
        law(to_json_lines, from_json_lines, interview)

    @given(interview=lives(), data=st.data())
    def test_is_never_half_read(self, interview: Interview, data: st.DataObject) -> None:
        """A log that was cut is that of the whole lines before, or refused."""
        text = to_json_lines(interview)
        cut = data.draw(st.integers(1, len(text) - 1))
        known, half_line = text[:cut].count("\n"), text[:cut].rpartition("\n")[2]
        if half_line and text[cut] != "\n":
            assert faults(text[:cut]) == [(f"$[{known}]", "not_json")]
        else:
            known += half_line != ""
            assert from_json_lines(text[:cut]) == Interview.replay(interview.history[:known])

    @given(text=st.text(st.characters() | st.sampled_from('{}[]\n\r"')))
    def test_is_refused_or_read_whatever_comes(self, text: str) -> None:
        """No text brings up another error."""
        assert problems_of(text)


# -- writers and readers that break a law -----------------------------------------------------------------

SLIPS = Interview.replay(
    (
        *LONG_LIFE[:4],
        Undone(at=LONG_LIFE[3].at, reason="a slip"),
        attrs.evolve(LONG_LIFE[3], id="again"),
        *LONG_LIFE[4:6],
        Undone(at=LONG_LIFE[5].at, reason="a slip"),
        Undone(at=LONG_LIFE[5].at, reason="another"),
    )
)
TOLD = (Interview.replay(LONG_LIFE), SLIPS, TALK, Interview.replay(TALK.history[:1]))


def leaves_out_what_was_undone(interview: Interview) -> str:
    """Write only what counts."""
    standing: list[Any] = []
    for event in interview.history:
        if isinstance(event, Undone):
            standing.pop()
        else:
            standing.append(event)
    return text_of(*map(to_json, standing))


def ends_without_a_line_feed(interview: Interview) -> str:
    """Put line feeds between lines, and none behind the last."""
    return to_json_lines(interview).removesuffix("\n")


def breaks_long_lines(interview: Interview) -> str:
    """Write documents for people."""
    documents = map(json.loads, map(to_json, interview.history))
    return "".join(f"{json.dumps(document, indent=1)}\n" for document in documents)


def writes_no_envelope(interview: Interview) -> str:
    """Say the version once for all."""
    first, *rest = to_json_lines(interview).split("\n")
    return "\n".join((first, *(line.replace(f'"$schema":{SCHEMA_VERSION},', "") for line in rest)))


def sorts_by_time(interview: Interview) -> str:
    """Put the latest first."""
    return text_of(*to_json_lines(interview).split("\n")[-2::-1])


def skips_what_it_cannot_read(text: str) -> Interview:
    """Leave out the events of a later infoview."""
    return Interview.replay(
        event for event in read_json_lines(text.split("\n")[:-1]) if type(event) is not Touched
    )


def forgets_the_last_line(text: str) -> Interview:
    """Think that every text ends in a blank line."""
    return Interview.replay(read_json_lines(text.split("\n")[:-2]))


BROKEN: tuple[tuple[Write, Read, Callable[[Write, Read, Interview], None]], ...] = (
    (leaves_out_what_was_undone, from_json_lines, comes_back),
    (ends_without_a_line_feed, from_json_lines, halves_make_a_whole),
    (breaks_long_lines, from_json_lines, comes_back),
    (writes_no_envelope, from_json_lines, events_stand_alone),
    (sorts_by_time, from_json_lines, comes_back),
    (to_json_lines, skips_what_it_cannot_read, comes_back),
    (to_json_lines, forgets_the_last_line, comes_back),
)


def breaks(write: Write, read: Read, law: Callable[[Write, Read, Interview], None]) -> bool:
    """Tell whether a law is broken for some interview."""

    def outcomes() -> Iterator[bool]:
        for interview in TOLD:
            try:
                law(write, read, interview)
            except (AssertionError, InvalidDataError, ValueError):
                yield True

    return any(outcomes())


@pytest.mark.parametrize(("write", "read", "law"), BROKEN)
def test_a_broken_log_is_caught(
    write: Write, read: Read, law: Callable[[Write, Read, Interview], None]
) -> None:
    """Each law catches who breaks it."""
    assert breaks(write, read, law)


@pytest.mark.parametrize("law", LAWS)
def test_the_log_of_the_library_passes(law: Callable[[Write, Read, Interview], None]) -> None:
    """For the same interviews."""
    assert not breaks(to_json_lines, from_json_lines, law)
