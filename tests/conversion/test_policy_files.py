"""Policies that people write: what is read, what is refused and how it is said."""

import json
import tomllib
from collections.abc import Callable
from typing import Any

import attrs
import pytest

from infoview._channel import ConnectionKind
from infoview._choices import Cadence, CoffeeBill, QuietDays, ResumeRule, Severity
from infoview._policy import POLICY_CHOICES, POLICY_RULES, Policy
from infoview.conversion import (
    MAX_POLICY_CHARACTERS,
    from_json,
    policy_from_json,
    policy_from_toml,
    policy_to_toml,
    to_json,
)
from infoview.exceptions import InvalidDataError, InvalidValueError, Problem
from infoview.policies import CAMPUS, CLASSIC, FINANCE, GENTLE, PRESETS

OURS = attrs.evolve(
    GENTLE,
    name='our "house" \\ rules',
    nudge_wait=8,
    resume=ResumeRule.BRING,
    job_ask=Severity.WARNING,
    cadence=(Cadence(ConnectionKind.ALUMNI, 60), Cadence(ConnectionKind.COLD, 120)),
    quiet_days=(QuietDays((12, 20), (1, 2)), QuietDays((8, 1), (8, 15))),
)

AS_TOML = r"""
name = 'our "house" \ rules'
base = "gentle"
nudge_wait = 8  # a week and a day
resume = "bring"
job_ask = "warning"

[cadence]
alumni = 60
cold = 120

[[quiet_days]]
first = "12-20"
last = "01-02"

[[quiet_days]]
first = "08-01"
last = "08-15"
"""

AS_JSON = json.dumps(
    {
        "base": "gentle",
        "name": 'our "house" \\ rules',
        "nudge_wait": 8,
        "resume": "bring",
        "job_ask": "warning",
        "cadence": {"alumni": 60, "cold": 120},
        "quiet_days": [{"first": "12-20", "last": "01-02"}, {"first": "08-01", "last": "08-15"}],
    }
)

both_forms = pytest.mark.parametrize("read", [policy_from_toml, policy_from_json], ids=["toml", "json"])


def refusal(read: Callable[[str], Policy], text: Any) -> InvalidDataError:  # noqa: ANN401 - bad on purpose
    """Read a bad text."""
    with pytest.raises(InvalidDataError) as caught:
        read(text)
    assert caught.value.__context__ is None
    return caught.value


def faults(text: str) -> list[tuple[str, str, str]]:
    """Read bad TOML and list where it is bad, how, and what to do about it."""
    return [(p.path, p.code, p.sentence) for p in refusal(policy_from_toml, text).problems]


def faults_of(**fields: object) -> list[tuple[str, str, str]]:
    """Read a bad document and list where it is bad, how, and what to do about it."""
    document = json.dumps({"name": "ours"} | fields)
    return [(p.path, p.code, p.sentence) for p in refusal(policy_from_json, document).problems]


class TestReading:
    """A file says what differs from a preset."""

    def test_toml(self) -> None:
        """Keys are fields, tables are lists."""
        assert policy_from_toml(AS_TOML) == OURS

    def test_json(self) -> None:
        """The same keys make the same policy."""
        assert policy_from_json(AS_JSON) == OURS

    def test_a_name_is_enough(self) -> None:
        """Where nothing is said, the classic preset holds."""
        assert policy_from_toml('name = "ours"') == attrs.evolve(CLASSIC, name="ours")

    @pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.name)
    def test_a_base_is_a_preset(self, preset: Policy) -> None:
        """Everything that is not given stays the base's."""
        text = f'name = "ours"\nbase = "{preset.name}"\nmove_max = 3'
        assert policy_from_toml(text) == attrs.evolve(preset, name="ours", move_max=3)

    def test_lists_may_be_empty(self) -> None:
        """An empty list is one, and no gap for the base to fill."""
        policy = policy_from_toml('name = "ours"\nquiet_days = []\n[cadence]\n')
        assert (policy.quiet_days, policy.cadence) == ((), ())

    @pytest.mark.parametrize("text", ['\r\nname = "ours"\r\n', '# a comment\n\nname="ours" # another'])
    def test_layout_is_free(self, text: str) -> None:
        """Comments, blank lines and ends of lines mean nothing."""
        assert policy_from_toml(text).name == "ours"


class TestWriting:
    """A policy is written for people to change."""

    @pytest.mark.parametrize("policy", [*PRESETS, OURS], ids=lambda policy: policy.name)
    def test_everything_comes_back(self, policy: Policy) -> None:
        """What is written is read as the same policy."""
        assert policy_from_toml(policy_to_toml(policy)) == policy

    def test_every_field_is_said(self) -> None:
        """A file does not depend on what a preset says later: it has every field."""
        document = tomllib.loads(policy_to_toml(CLASSIC))
        assert {*document} == {"name", "base", *POLICY_RULES, *POLICY_CHOICES}

    def test_a_line_can_be_changed_or_taken_out(self) -> None:
        """What is changed holds, and what is taken out is the base's."""
        lines = policy_to_toml(CAMPUS).splitlines()
        lines.remove("no_show_rest_days = 7  # days, 0 to 90")
        lines[lines.index("nudge_wait = 4  # business days, 1 to 60")] = "nudge_wait = 6"
        lines[lines.index('coffee = "seeker"  # seeker, each')] = 'coffee = "each"'
        expected = attrs.evolve(CAMPUS, no_show_rest_days=0, nudge_wait=6, coffee=CoffeeBill.EACH)
        assert policy_from_toml("\n".join(lines)) == expected

    def test_reads_like_this(self) -> None:
        """Comments tell what a number counts, its range, and the options of a choice."""
        text = policy_to_toml(attrs.evolve(OURS, quiet_days=OURS.quiet_days[:1]))
        assert text.startswith(
            "# Change what you like. A line left out means what the base says.\n"
            r'name = "our \"house\" \\ rules"'
            '\nbase = "classic"\n\nminutes_min = 15  # minutes, 5 to 60\n'
        )
        assert text.endswith(
            '\nthanks_by = "email"  # email, letter, both\n\n'
            "[cadence]  # days, for any of: cold, referral, alumni, event, colleague, friend, community\n"
            "alumni = 60\ncold = 120\n\n"
            '[[quiet_days]]\nfirst = "12-20"\nlast = "01-02"\n'
        )
        assert len(text) < MAX_POLICY_CHARACTERS // 5

    @pytest.mark.parametrize("stranger", [None, "classic", to_json(CLASSIC)], ids=type)
    def test_strangers_are_refused(self, stranger: Any) -> None:  # noqa: ANN401 - bad on purpose
        """Only a policy is written."""
        with pytest.raises(InvalidValueError) as caught:
            policy_to_toml(stranger)
        assert (caught.value.field, caught.value.code) == ("policy_to_toml.policy", "wrong_type")


class TestFaults:
    """Every fault is told at once, with path, code and cure."""

    def test_all_at_once(self) -> None:
        """Faults of keys, values and of values with each other stand in one error."""
        text = """
            base = "gentel"
            nudge_wiat = 3
            nudge_wait = "7"
            slots_max = 1
            slots_min = 3
            minutes_min = 40
            minutes_default = 35
            quiet_days = [{first = "02-30"}]
            "a b" = 3
            [cadence]
            alumnus = 60
            cold = 3
        """
        assert [(path, code) for path, code, _ in faults(text)] == [
            ("$.name", "missing_key"),
            ("$.base", "unknown_value"),
            ("$.nudge_wiat", "unknown_key"),
            ("$.nudge_wait", "wrong_type"),
            ("$.quiet_days[0].last", "missing_key"),
            ("$.quiet_days[0].first", "not_a_date"),
            ("$", "unknown_key"),
            ("$.cadence.alumnus", "unknown_key"),
            ("$.cadence.cold", "out_of_range"),
            ("$.minutes_min", "contradiction"),
            ("$.slots_min", "contradiction"),
        ]

    def test_a_default_is_no_fault(self) -> None:
        """A number that refines others gives way to what the file says of them, and comes back as it is."""
        policy = policy_from_toml('name = "x"\nslots_max = 1\nminutes_max = 25')
        assert (policy.slots_min, policy.fitted("slots_min")) == (2, 1)
        assert (policy.minutes_in_person, policy.fitted("minutes_in_person")) == (30, 25)
        assert policy_from_toml(policy_to_toml(policy)) == policy

    @pytest.mark.parametrize("value", ["7", True, 7.0, None, [7], {"days": 7}], ids=repr)
    def test_a_number_is_a_whole_number(self, value: object) -> None:
        """Nothing is coerced, and the cure names range and unit."""
        wanted = "give a whole number from 1 to 60 (business days)"
        assert faults_of(nudge_wait=value) == [("$.nudge_wait", "wrong_type", wanted)]

    @pytest.mark.parametrize("rule", POLICY_RULES.values(), ids=POLICY_RULES)
    def test_a_number_has_its_range(self, rule: Any) -> None:  # noqa: ANN401 - a rule
        """One less than the least and one more than the greatest are refused."""
        wanted = f"give a whole number from {rule.low} to {rule.high} ({rule.unit})"
        for value in (rule.low - 1, rule.high + 1):
            assert faults_of(**{rule.name: value}) == [(f"$.{rule.name}", "out_of_range", wanted)]

    @pytest.mark.parametrize(
        ("value", "code"),
        [("never", "unknown_value"), ("BRING", "unknown_value"), (1, "wrong_type"), ([], "wrong_type")],
    )
    def test_a_choice_names_its_options(self, value: object, code: str) -> None:
        """Whatever else is given, the cure lists the words."""
        assert faults_of(resume=value) == [("$.resume", code, "give one of: on_request, bring")]

    @pytest.mark.parametrize(
        ("value", "code", "cure"),
        [
            (7, "wrong_type", "give text"),
            ("", "empty", "give some text, or leave the field out"),
            ("a" * 201, "too_long", "shorten to at most 200 characters"),
            ("a\ud800", "surrogate", "remove the lone surrogates; the text is not valid Unicode"),
        ],
    )
    def test_a_name_is_one_line(self, value: object, code: str, cure: str) -> None:
        """The rules of the field hold."""
        assert faults_of(name=value) == [("$.name", code, cure)]

    @pytest.mark.parametrize(
        ("value", "code"),
        [
            ("gentel", "unknown_value"),
            ("Gentle", "unknown_value"),
            (7, "wrong_type"),
            (None, "wrong_type"),
        ],
    )
    def test_a_base_is_one_of_the_presets(self, value: object, code: str) -> None:
        """Other policies are no bases."""
        cure = "give one of: classic, dalton, gentle, finance, campus"
        assert faults_of(base=value) == [("$.base", code, cure)]

    @pytest.mark.parametrize(
        ("key", "meant"),
        [
            ("nudge_wiat", "nudge_wait"),
            ("minute_max", "minutes_max"),
            ("quietdays", "quiet_days"),
            ("Base", "base"),
            ("resumee", "resume"),
        ],
    )
    def test_a_misspelled_key_is_guessed(self, key: str, meant: str) -> None:
        """The nearest key is named, and nothing is done about it."""
        assert faults_of(**{key: 3}) == [(f"$.{key}", "unknown_key", f"did you mean {meant}?")]

    @pytest.mark.parametrize(
        "key", ["Ada Lovelace", "ada@example.org", "x\ny", "", "k" * 41, "ключ", "$schema"]
    )
    def test_a_key_that_is_no_plain_word_is_not_named(self, key: str) -> None:
        """A key may be data of somebody."""
        assert faults_of(**{key: 3}) == [("$", "unknown_key", "remove the keys that are no plain words")]

    def test_an_unlikely_key_is_only_named(self) -> None:
        """Where nothing is near, nothing is guessed."""
        cure = "remove this key, or check its spelling"
        assert faults_of(zeitgeist=1) == [("$.zeitgeist", "unknown_key", cure)]

    @pytest.mark.parametrize(
        ("days", "expected"),
        [
            ("12-20", [("$.quiet_days", "wrong_type")]),
            ({"first": "12-20", "last": "01-02"}, [("$.quiet_days", "wrong_type")]),
            (["12-20"], [("$.quiet_days[0]", "wrong_type")]),
            ([{}], [("$.quiet_days[0].first", "missing_key"), ("$.quiet_days[0].last", "missing_key")]),
            ([{"first": "12-20", "last": [1, 2]}], [("$.quiet_days[0].last", "wrong_type")]),
            ([{"first": "2-3", "last": "01-02"}], [("$.quiet_days[0].first", "not_a_date")]),
            ([{"first": "04-31", "last": "01-02"}], [("$.quiet_days[0].first", "not_a_date")]),
            ([{"first": "12-20", "last": "13-01"}], [("$.quiet_days[0].last", "not_a_date")]),
            (
                [{"first": "12-20", "last": "\N{ARABIC-INDIC DIGIT ONE}1-02"}],
                [("$.quiet_days[0].last", "not_a_date")],
            ),
            (
                [{"first": "08-01", "last": "08-02"}, {"first": "12-20", "last": "01-02", "lsat": 1}],
                [("$.quiet_days[1].lsat", "unknown_key")],
            ),
            ([{"first": "12-20", "last": "01-02"}] * 51, [("$.quiet_days", "out_of_range")]),
        ],
    )
    def test_quiet_days_are_stretches(self, days: object, expected: list[tuple[str, str]]) -> None:
        """Each has a first and a last day that there are, and the path leads to the bad one."""
        assert [(path, code) for path, code, _ in faults_of(quiet_days=days)] == expected

    @pytest.mark.parametrize(
        ("cadence", "expected"),
        [
            (60, [("$.cadence", "wrong_type", "give an object")]),
            (
                {"alumni": "60"},
                [("$.cadence.alumni", "wrong_type", "give a whole number from 7 to 365 (days)")],
            ),
            ({"alumnis": 60}, [("$.cadence.alumnis", "unknown_key", "did you mean alumni?")]),
            (
                {"nobody at all": 60},
                [("$.cadence", "unknown_key", "remove the keys that are no plain words")],
            ),
        ],
    )
    def test_a_cadence_is_a_table_of_relationships(
        self, cadence: object, expected: list[tuple[str, str, str]]
    ) -> None:
        """Each relationship has days in the range of the number it stands in for."""
        assert faults_of(cadence=cadence) == expected

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            (
                'name = "x"\nthank_due_hours = 49',
                [
                    (
                        "$.thank_due_hours",
                        "thank_due_hours must not exceed thank_late_hours; change one of them",
                    )
                ],
            ),
            (
                'name = "x"\nthank_late_hours = 23',
                [
                    (
                        "$.thank_late_hours",
                        "thank_due_hours must not exceed thank_late_hours; change one of them",
                    )
                ],
            ),
            (
                'name = "x"\nbase = "gentle"\nlapse_days = 60\n[cadence]\nalumni = 61',
                [
                    ("$.lapse_days", "reconnect_days must not exceed lapse_days; change one of them"),
                    ("$.cadence", "cadence must not exceed lapse_days; change one of them"),
                ],
            ),
            (
                'name = "x"\n[[quiet_days]]\nfirst = "01-01"\nlast = "12-31"',
                [("$.quiet_days", "quiet_days must leave 30 days of the year; change one of them")],
            ),
        ],
        ids=["the smaller is given", "the larger is given", "several", "no day is left"],
    )
    def test_contradictions_name_both(self, text: str, expected: list[tuple[str, str]]) -> None:
        """The path is that of the line in the file; the other may be the base's."""
        assert faults(text) == [(path, "contradiction", sentence) for path, sentence in expected]

    def test_what_rests_on_a_fault_contradicts_nothing(self) -> None:
        """A faulty value, or a faulty base, is told alone."""
        assert [path for path, _, _ in faults_of(thank_due_hours=999, thank_late_hours=2)] == [
            "$.thank_due_hours"
        ]
        assert [path for path, _, _ in faults_of(base="x", thank_late_hours=2)] == ["$.base"]

    def test_the_value_is_never_told(self) -> None:
        """Neither the error nor what it carries repeats what was given."""
        secret = "ada@example.org"  # noqa: S105 - not one
        for field in ("nudge_wait", "resume", "base", "cadence", "quiet_days"):
            assert secret not in str(refusal(policy_from_json, json.dumps({"name": "x", field: secret})))
        assert secret not in repr(refusal(policy_from_toml, f'name = "{secret}'))


class TestToml:
    """What is no TOML is told with its place."""

    @pytest.mark.parametrize(
        ("text", "code", "line", "column"),
        [
            ('name = "x"\nbase = \n', "not_toml", 2, 8),
            ("name = ", "not_toml", 1, 8),
            ('name = "x"\n\nnudge wait = 7', "not_toml", 3, 7),
            ('name = "x\x00y"', "not_toml", 1, 10),
            ('name = "x"\rbase = "classic"', "not_toml", 1, 11),
            ("name = 'x", "not_toml", 1, 10),
            ('name = "x"\nquiet_days = [\n', "not_toml", 3, 1),
            ('name = "x"\nname = "y"\n', "duplicate_key", 2, 11),
            ('name = "x"\n[cadence]\ncold = 9\n[cadence]\n', "duplicate_key", 4, 9),
            ('name = "x"\ncadence = {cold = 9, cold = 10}\n', "duplicate_key", 2, 31),
            ('name = "x"\nquiet_days = []\n[[quiet_days]]\n', "duplicate_key", 3, 13),
        ],
    )
    def test_syntax_has_line_and_column(self, text: str, code: str, line: int, column: int) -> None:
        """One fault, the first, with the place where the parser stopped."""
        (path, found, sentence), *others = faults(text)
        assert (path, found, others) == ("$", code, [])
        assert sentence.endswith(f"line {line}, column {column}")

    @pytest.mark.parametrize(
        ("text", "code"),
        [
            (b'name = "x"', "wrong_type"),
            (None, "wrong_type"),
            ('\ufeffname = "x"', "byte_order_mark"),
            ("x" * 50_001, "too_long"),
            ("a" * 1_000_000, "too_long"),
            ("\x00" * 40_000, "not_toml"),
            ("a = " + "[" * 40_000, "too_deep"),
            ("a = " + "{a = " * 9_000, "too_deep"),
            ("a." * 20_000 + "a = 1", "too_deep"),
            ("[" + "a." * 20_000 + "a]", "too_deep"),
            ("a = " + "9" * 5_000, "out_of_range"),
            ('"' * 40_000, "not_toml"),
            ("#" * 40_000 + "\n[", "not_toml"),
        ],
        ids=lambda value: value if isinstance(value, str) and len(value) < 20 else "",
    )
    def test_hostile_text_is_refused(self, text: Any, code: str) -> None:  # noqa: ANN401 - hostile
        """Size, depth and digits are bounded, and the error is always the same one."""
        assert [p.code for p in refusal(policy_from_toml, text).problems] == [code]

    def test_dots_up_to_the_bound_are_read(self) -> None:
        """The deepest key that is parsed is one unknown key."""
        found = faults("name = 'x'\n" + "a." * 1_000 + "a = 1")
        assert [(path, code) for path, code, _ in found] == [("$.a", "unknown_key")]

    @pytest.mark.parametrize(
        "value", ["7.0", "1979-05-27", "07:32:00", "1979-05-27T07:32:00Z", "inf", "[7]", "{a = 7}"]
    )
    def test_no_type_of_toml_is_taken_for_a_number(self, value: str) -> None:
        """Dates, times and floats are none."""
        found = faults(f'name = "x"\nnudge_wait = {value}')
        assert [(path, code) for path, code, _ in found] == [("$.nudge_wait", "wrong_type")]


class TestJson:
    """The JSON form is as strict as the wire."""

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("", [("$", "not_json")]),
            ("[]", [("$", "wrong_type")]),
            ('{"name": "x",\n"base"}', [("$", "not_json")]),
            ('{"name": "x", "name": "y"}', [("$.name", "duplicate_key")]),
            ('{"name": "x", "move_max": NaN}', [("$.move_max", "not_finite")]),
            ('{"name": "x", "move_max": ' + "9" * 5_000 + "}", [("$.move_max", "out_of_range")]),
            ('{"name": "x", "cadence": {"cold": 9, "cold": 9}}', [("$.cadence.cold", "duplicate_key")]),
            ("[" * 40_000, [("$", "too_deep")]),
            (" " * 50_001, [("$", "too_long")]),
            ('\ufeff{"name": "x"}', [("$", "byte_order_mark")]),
        ],
    )
    def test_faults_have_their_path(self, text: str, expected: list[tuple[str, str]]) -> None:
        """What JSON lets pass is refused where it stands."""
        assert [(p.path, p.code) for p in refusal(policy_from_json, text).problems] == expected

    def test_it_is_not_the_wire_form(self) -> None:
        """Neither form is read as the other; each says what it misses."""
        wire, human = to_json(CLASSIC), json.dumps({"name": "x"})
        assert "unknown_key" in {p.code for p in refusal(policy_from_json, wire).problems}
        with pytest.raises(InvalidDataError) as caught:
            from_json(Policy, human)
        assert Problem("$.kind", "missing_key", "add this key, with policy in it") in caught.value.problems


@both_forms
def test_longer_texts_are_read_on_request(read: Callable[..., Policy]) -> None:
    """The bound is the caller's to move, and the error says so."""
    text = json.dumps({"name": "x"}) if read is policy_from_json else "name = 'x'"
    assert read(text + " " * 60_000, max_characters=70_000).name == "x"
    (problem,) = refusal(read, text + " " * 60_000).problems
    assert problem.sentence == "give at most 50000 characters, or raise max_characters"


@both_forms
def test_many_faults_are_cut_short(read: Callable[[str], Policy]) -> None:
    """After a hundred faults the rest is not looked at, whatever the keys resemble."""
    keys = [f"nudge_wai{n}" for n in range(2_500)]
    text = (
        json.dumps(dict.fromkeys(keys, 1)) if read is policy_from_json else "\n".join(f"{k}=1" for k in keys)
    )
    problems = refusal(read, text).problems
    assert len(problems) == 101
    assert problems[-1].code == "more_faults"


def test_presets_are_bases_by_name() -> None:
    """A preset's name is what a file says."""
    assert policy_from_toml('name = "finance"\nbase = "finance"') == FINANCE
