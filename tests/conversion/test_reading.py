"""Reading JSON text that nobody vouches for."""

import json
from datetime import UTC, datetime

import pytest

from infoview import Contact, Identified, Interview, Note, NoteTaken, Slot
from infoview.conversion import MAX_CHARACTERS, from_json, to_json
from infoview.exceptions import InvalidDataError

NOTE = '{"$schema":1,"kind":"note","text":"a"}'


def faults(cls: type, text: object, **limits: int) -> list[tuple[str, str]]:
    """Read a bad text and list where it is bad, and how."""
    with pytest.raises(InvalidDataError) as caught:
        from_json(cls, text, **limits)  # type: ignore[call-overload] - bad on purpose
    assert caught.value.__context__ is None
    return [(problem.path, problem.code) for problem in caught.value.problems]


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "{",
        NOTE[:-1],
        NOTE + "}",
        NOTE + "\n{}",
        NOTE.replace(":1", ":01"),
        NOTE.replace('"', "'"),
        NOTE.replace('"a"', '"a\nb"'),
        NOTE.replace('"a"', r'"\x41"'),
        NOTE.replace('"a"', r'"\ud8"'),
        NOTE.replace("}", ",}"),
        "// note\n" + NOTE,
        "\x00" + NOTE,
    ],
)
def test_what_is_no_json_is_refused(text: str) -> None:
    """Text beside the grammar is one fault, with nothing of the parser's own error behind it."""
    assert faults(Note, text) == [("$", "not_json")]


def test_the_place_of_a_syntax_error_is_told() -> None:
    """Line and column help to find what is wrong."""
    with pytest.raises(InvalidDataError, match="correct the JSON at line 2, column 3") as caught:
        from_json(Note, '{\n  oops: "Quillfeather"}')
    assert "Quillfeather" not in str(caught.value)


def test_blanks_around_a_document_are_fine() -> None:
    """JSON allows white space at both ends, such as the line feed at the end of a file."""
    assert Note("a") == from_json(Note, f"\n\t {NOTE}\r\n")


@pytest.mark.parametrize("text", [NOTE.encode(), bytearray(NOTE.encode()), None, 7, json.loads(NOTE)])
def test_only_text_is_read(text: object) -> None:
    """Bytes are refused: whoever has them knows their encoding."""
    assert faults(Note, text) == [("$", "wrong_type")]


def test_a_byte_order_mark_is_named() -> None:
    """A text decoded without care for its mark is refused with the cure."""
    assert faults(Note, "\ufeff" + NOTE) == [("$", "byte_order_mark")]


def test_a_text_over_the_limit_is_not_parsed() -> None:
    """The size is bounded before anything is parsed, and the caller may move the bound."""
    assert faults(Note, NOTE, max_characters=len(NOTE) - 1) == [("$", "too_long")]
    assert Note("a") == from_json(Note, NOTE, max_characters=len(NOTE))
    assert faults(Note, "[" * (MAX_CHARACTERS + 1)) == [("$", "too_long")]


def full_interview(note: str) -> Interview:
    """Fill an interview with as many notes as it takes."""
    at = datetime(2026, 3, 9, 14, tzinfo=UTC)
    found = Identified(at=at, interview_id="t", seeker_id="s", contact_id="c", zone="UTC")
    notes = (NoteTaken(at=at, id=str(number), note=Note(note)) for number in range(500))
    return Interview.replay([found, *notes])


def test_a_full_interview_is_read_back() -> None:
    """Five hundred notes of the greatest length fit, until nearly every character needs an escape."""
    full = full_interview("x" * 10_000)
    text = to_json(full)
    assert 5_000_000 < len(text) < MAX_CHARACTERS
    assert from_json(Interview, text) == full


def test_what_is_longer_is_refused_until_the_limit_is_moved() -> None:
    """A text of nothing but escapes is written, and read back by who expects it."""
    full = full_interview('"' * 10_000)
    text = to_json(full)
    assert MAX_CHARACTERS < len(text) < 10_100_000
    assert faults(Interview, text) == [("$", "too_long")]
    assert from_json(Interview, text, max_characters=10_100_000) == full


@pytest.mark.parametrize("opening", ["[", "{", '{"a":', '[{"a":'])
@pytest.mark.parametrize("closed", [True, False])
def test_deep_nesting_is_refused(opening: str, closed: bool) -> None:  # noqa: FBT001 - a parameter
    """A hundred thousand levels are a fault like any other, and no `RecursionError`."""
    tail = "1" + "".join({"[": "]", "{": "}"}.get(c, "") for c in reversed(opening)) if closed else ""
    assert faults(Contact, opening * 100_000 + tail * 100_000) == [("$", "too_deep")]


def test_thirty_two_levels_are_read() -> None:
    """Beyond the bound nothing is parsed; up to it the document is judged."""
    assert faults(Contact, "[" * 33 + "]" * 33) == [("$", "too_deep")]
    assert faults(Contact, "[" * 32 + "]" * 32) == [("$", "wrong_type")]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ('["' + "[" * 50 + '"]', "wrong_type"),
        ('["' + r"\"[" * 50 + '"]', "wrong_type"),
        ("[" + "[]," * 50 + "[]]", "wrong_type"),
        ('["' + "[" * 50, "not_json"),
        ("]" * 50 + "[" * 33, "not_json"),
        ("[" * 20 + "]" * 20 + "[" * 13 + "\\", "not_json"),
    ],
)
def test_depth_is_measured_outside_strings(text: str, code: str) -> None:
    """Brackets in strings and brackets side by side are no depth."""
    assert [("$", code)] == faults(Contact, text)


@pytest.mark.parametrize(
    "filler", ["a", '"', '\\"', "\\", '"a"', "]", "\n", " "], ids=["a", "q", "bq", "b", "qaq", "]", "n", "s"]
)
def test_long_texts_are_judged_in_one_pass(filler: str) -> None:
    """No filler makes the measuring of the depth slow; a quadratic one would take hours here."""
    assert faults(Contact, "[]" * 33 + '"' + filler * (4_000_000 // len(filler))) == [("$", "not_json")]


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity"])
def test_numbers_that_json_does_not_know_are_refused_in_place(number: str) -> None:
    """What only Python writes is no JSON."""
    assert faults(
        Slot,
        f'{{"$schema":1,"kind":"slot","start":"2026-03-09T14:00:00Z","minutes":{number},"zone":"UTC"}}',
    ) == [("$.minutes", "not_finite")]


@pytest.mark.parametrize(
    ("number", "code"),
    [
        ("9" * 5_000, "out_of_range"),
        ("-" + "9" * 5_000, "out_of_range"),
        ("9" * 18, "out_of_range"),
        ("9" * 19, "out_of_range"),
        ("1e999", "wrong_type"),
        ("1E1", "wrong_type"),
        ("20.0", "wrong_type"),
        ("0." + "1" * 5_000, "wrong_type"),
    ],
)
def test_numbers_of_any_length_are_refused_in_place(number: str, code: str) -> None:
    """Neither long numbers nor fractions are read, whatever their value."""
    assert [("$.minutes", code)] == faults(
        Slot,
        f'{{"$schema":1,"kind":"slot","start":"2026-03-09T14:00:00Z","minutes":{number},"zone":"UTC"}}',
    )


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ('{"$schema":1,"$schema":1,"kind":"note","text":"a"}', "$.$schema"),
        ('{"$schema":1,"kind":"note","text":"a","kind":"note"}', "$.kind"),
        ('{"$schema":1,"kind":"note","text":"a","text":"a"}', "$.text"),
        ('{"$schema":1,"kind":"note","text":"a","text":"a","text":"b"}', "$.text"),
        (r'{"$schema":1,"kind":"note","text":"a","\u0074ext":"b"}', "$.text"),
    ],
)
def test_a_key_given_twice_is_refused_in_place(text: str, path: str) -> None:
    """Two readers could pick different ones, so there is only one right answer."""
    assert [(path, "duplicate_key")] == faults(Note, text)


def test_a_key_given_twice_deep_inside_is_refused_in_place() -> None:
    """The path leads to the object that has the key twice, through arrays too."""
    event = '{"type":"Identified","at":"2026-03-02T09:00:00Z","interview_id":"t","seeker_id":"s","zone":"UTC"'
    text = f'{{"$schema":1,"kind":"interview","history":[{event},"contact_id":"c","contact_id":"d"}}]}}'
    assert faults(Interview, text) == [("$.history[0].contact_id", "duplicate_key")]


@pytest.mark.parametrize("surrogate", [r"\ud800", r"\udfff", "\ud800", r"\udc00\ud800"])
def test_lone_surrogates_are_refused_in_place(surrogate: str) -> None:
    """Half a character cannot be written again, whichever way it was spelled."""
    assert faults(Note, NOTE.replace('"a"', f'"a{surrogate}b"')) == [("$.text", "surrogate")]
    assert faults(Note, NOTE.replace('"note"', f'"note{surrogate}"')) == [("$.kind", "unknown_value")]


def test_surrogate_pairs_are_one_character() -> None:
    """A character beyond the first plane may be spelled by its two halves."""
    assert Note("🌊") == from_json(Note, NOTE.replace('"a"', r'"\ud83c\udf0a"'))
