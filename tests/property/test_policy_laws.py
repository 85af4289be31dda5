"""Laws of policies: what is refused, what is explained, and what comes back from a file."""

import copy
import json
import pickle
import tomllib
from collections.abc import Callable
from typing import Any

import attrs
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from infoview._channel import ConnectionKind, MeetingFormat
from infoview._choices import Cadence, QuietDays
from infoview._policy import _ASCENDING, POLICY_CHOICES, POLICY_RULES, Policy, contradictions
from infoview._text import LINE
from infoview.conversion import (
    from_json,
    policy_from_json,
    policy_from_toml,
    policy_to_toml,
    to_json,
)
from infoview.exceptions import InvalidDataError, InvalidValueError
from infoview.policies import CLASSIC, PRESETS

_SECONDS = {"seconds": 1, "minutes": 60, "hours": 3_600, "days": 86_400}
_days = st.tuples(st.integers(1, 12), st.integers(1, 28))

names = st.text(max_size=60).filter(lambda text: LINE.fault(text) is None)
cadences = st.lists(
    st.builds(Cadence, st.sampled_from(ConnectionKind), st.integers(7, 365)),
    unique_by=lambda cadence: cadence.connection,
    max_size=4,
).map(tuple)
quiet = st.lists(st.builds(QuietDays, _days, _days), max_size=3).map(tuple)


def _values(name: str) -> st.SearchStrategy[Any]:
    if name in POLICY_RULES:
        return st.integers(POLICY_RULES[name].low, POLICY_RULES[name].high)
    if name in ("quiet_days", "cadence"):
        return quiet if name == "quiet_days" else cadences
    return names if name == "name" else st.sampled_from(type(getattr(CLASSIC, name)))


FIELDS = [field.name for field in attrs.fields(Policy)]


@st.composite
def changes(draw: st.DrawFn) -> dict[str, Any]:
    """Draw some fields with values in their ranges, contradictory or not."""
    chosen = draw(st.lists(st.sampled_from(FIELDS), max_size=8, unique=True))
    return {name: draw(_values(name)) for name in chosen}


@st.composite
def policies(draw: st.DrawFn) -> Policy:
    """Draw policies: a preset with other values, one by one, where they do not contradict each other."""
    policy = draw(st.sampled_from(PRESETS))
    for name, value in draw(changes()).items():
        try:
            policy = attrs.evolve(policy, **{name: value})
        except InvalidValueError:
            continue
    return policy


def _exceeds(values: dict[str, Any], smaller: str, larger: str) -> bool:
    """Compare two numbers of a policy, a second time and from the units alone."""
    first, second = (values[n] * _SECONDS.get(POLICY_RULES[n].unit, 1) for n in (smaller, larger))
    return first > second


def _refused(values: dict[str, Any]) -> str:
    """Make a policy, and hand over what the error says to do, if there is one."""
    try:
        Policy(**values)
    except InvalidValueError as error:
        return error.cure if error.code == "contradiction" else error.code
    return ""


def breaks(law: Callable[..., None], *arguments: object) -> bool:
    """Tell whether a law notices."""
    try:
        law(*arguments)
    except (AssertionError, InvalidDataError, InvalidValueError):
        return True
    return False


class TestContradictions:
    """A policy whose values contradict each other is refused, with the names of both."""

    @staticmethod
    def law(refuse: Callable[[dict[str, Any]], str], values: dict[str, Any]) -> None:
        """Every pair in the wrong order is named, and no other."""
        said = refuse(values)
        for smaller, larger in _ASCENDING:
            wrong = _exceeds(values, smaller, larger)
            assert (f"{smaller} must not exceed {larger}" in said) is wrong

    @given(base=st.sampled_from(PRESETS), values=changes())
    @example(base=CLASSIC, values={"thank_not_before_minutes": 1_440, "thank_due_hours": 1})
    def test_are_refused_and_nothing_else_is(self, base: Policy, values: dict[str, Any]) -> None:
        """Whatever is changed, the error lists just the pairs that are wrong."""
        self.law(_refused, attrs.asdict(base, recurse=False) | values)

    def test_would_be_missed(self) -> None:
        """A broken double that compares the bare numbers, or stops at the first, is caught."""
        wrong = attrs.asdict(CLASSIC, recurse=False)
        wrong |= {"minutes_min": 25, "lapse_days": 14, "thank_not_before_minutes": 30, "thank_due_hours": 1}

        def bare(values: dict[str, Any]) -> str:
            return ", ".join(f"{a} must not exceed {b}" for a, b in _ASCENDING if values[a] > values[b])

        def first(values: dict[str, Any]) -> str:
            return contradictions(values)[0].sentence

        def right(values: dict[str, Any]) -> str:
            return ", ".join(found.sentence for found in contradictions(values))

        assert [breaks(self.law, double, wrong) for double in (bare, first, right)] == [True, True, False]


class TestLengths:
    """The length to ask for is always within min and max."""

    @given(
        policy=policies(),
        connection=st.none() | st.sampled_from(ConnectionKind),
        meeting_format=st.none() | st.sampled_from(MeetingFormat),
    )
    def test_are_within_the_range(
        self, policy: Policy, connection: ConnectionKind | None, meeting_format: MeetingFormat | None
    ) -> None:
        """Whoever it is and however they meet."""
        minutes = policy.minutes_for(connection=connection, meeting_format=meeting_format)
        assert policy.minutes_min <= minutes <= policy.minutes_max

    @given(policy=policies(), connection=st.none() | st.sampled_from(ConnectionKind), first=st.booleans())
    def test_a_tie_is_renewed_before_it_is_dormant(
        self, policy: Policy, connection: ConnectionKind | None, *, first: bool
    ) -> None:
        """The days to be in touch again never exceed those after which a tie is dormant."""
        assert policy.reconnect_days_for(connection, first=first) <= policy.lapse_days


class TestDefaults:
    """A policy that says little contradicts nothing: what a rule added later says fits what was there."""

    OLD = (
        *("minutes_min", "minutes_default", "minutes_max", "request_words", "slots_max", "confirm_hours"),
        *("written_questions_max", "report_back_days", "lapse_days", "reconnect_days"),
    )

    @given(st.data())
    def test_fit(self, data: st.DataObject) -> None:
        """Whatever the older numbers are, the newer ones follow."""
        values = {name: data.draw(_values(name), name) for name in self.OLD}
        for ascending in (self.OLD[:3], ("reconnect_days", "lapse_days")):
            values |= zip(ascending, sorted(values[name] for name in ascending), strict=True)
        assert {name: getattr(Policy(name="old", **values), name) for name in values} == values


class TestSentences:
    """A sentence says the numbers of the policy that is asked, and asking changes nothing."""

    @given(policy=policies(), name=st.sampled_from([*POLICY_RULES, *POLICY_CHOICES]))
    def test_are_those_of_the_policy(self, policy: Policy, name: str) -> None:
        """Also of a copy of one that was asked before."""
        sentence = f"It is {{policy.{name}}}."
        for asked in (policy, policy, copy.copy(policy), copy.deepcopy(policy), attrs.evolve(policy)):
            assert asked.worded(sentence) == f"It is {getattr(policy, name)}."
            assert asked == policy
            assert hash(asked) == hash(policy)
            assert pickle.loads(pickle.dumps(asked)) == policy  # noqa: S301 - our own bytes


class TestExplanations:
    """`explain` has a row for every number and choice, with its value."""

    @given(policies())
    def test_have_a_row_each(self, policy: Policy) -> None:
        """Whatever the values are."""
        rows = [line.split(" | ") for line in policy.explain().splitlines() if line.startswith("| ")]
        shown = {name.removeprefix("| "): value for name, value, *_ in rows}
        assert shown.keys() == {"rule", "choice", *POLICY_RULES, *POLICY_CHOICES}
        assert {name: int(shown[name]) for name in POLICY_RULES} == {
            name: getattr(policy, name) for name in POLICY_RULES
        }


Write = Callable[[Policy], str]
Read = Callable[[str], Policy]


class TestRoundTrip:
    """A policy that is saved, and loaded again, is the same policy."""

    @staticmethod
    def law(write: Write, read: Read, policy: Policy) -> None:
        """What comes back equals what was written, and is written equally."""
        again = read(write(policy))
        assert again == policy
        assert write(again) == write(policy)

    @given(policies())
    @example(attrs.evolve(CLASSIC, name='"\\"'))
    @example(attrs.evolve(CLASSIC, name="." * 200))
    @example(attrs.evolve(CLASSIC, name="'''"))
    @example(attrs.evolve(CLASSIC, name="a # b = [c]"))
    @example(attrs.evolve(CLASSIC, quiet_days=(), cadence=()))
    def test_toml(self, policy: Policy) -> None:
        """The file that people change."""
        self.law(policy_to_toml, policy_from_toml, policy)

    @given(policies())
    def test_the_same_keys_as_json(self, policy: Policy) -> None:
        """What TOML says, JSON says too."""
        self.law(lambda p: json.dumps(tomllib.loads(policy_to_toml(p))), policy_from_json, policy)

    @given(policies())
    def test_the_wire(self, policy: Policy) -> None:
        """What programs keep."""
        self.law(to_json, lambda text: from_json(Policy, text), policy)

    @given(base=st.sampled_from(PRESETS), policy=policies())
    def test_what_is_not_given_is_the_bases(self, base: Policy, policy: Policy) -> None:
        """A file with any base and every second line has the base's values for the rest."""
        document = tomllib.loads(policy_to_toml(policy))
        kept = {key: document[key] for key in sorted(document)[::2]} | {"name": "kept", "base": base.name}
        given_fields = {key: getattr(policy, key) for key in kept if key not in ("name", "base")}
        said = _refused(attrs.asdict(base, recurse=False) | given_fields | {"name": "kept"})
        if not said:
            assert policy_from_json(json.dumps(kept)) == attrs.evolve(base, name="kept", **given_fields)
            return
        with pytest.raises(InvalidDataError) as caught:
            policy_from_json(json.dumps(kept))
        for problem in caught.value.problems:
            assert problem.sentence.removesuffix("; change one of them") in said
            assert problem.path.removeprefix("$.") in given_fields

    def test_would_be_seen_to_be_broken(self) -> None:
        """Broken doubles that leave out what equals the base, or do not quote, are caught."""
        special = attrs.evolve(CLASSIC, name='"quoted"', quiet_days=())

        def careless(policy: Policy) -> str:
            return policy_to_toml(policy).replace('\\"', '"')

        def thrifty(policy: Policy) -> str:
            return policy_to_toml(policy).replace("quiet_days = []\n", "")

        doubles = (careless, thrifty, policy_to_toml)
        assert [breaks(self.law, double, policy_from_toml, special) for double in doubles] == [
            True,
            True,
            False,
        ]


class TestHostileFiles:
    """Reading a file gives a policy or an `InvalidDataError`, whatever the file holds."""

    @given(st.text(max_size=300) | st.binary(max_size=300).map(lambda raw: raw.decode("latin-1")))
    @pytest.mark.parametrize("read", [policy_from_toml, policy_from_json], ids=["toml", "json"])
    def test_text(self, read: Read, text: str) -> None:
        """Any text at all."""
        self._policy_or_refusal(read, text)

    @given(policy=policies(), place=st.integers(0, 5_000), junk=st.text(max_size=5), gone=st.integers(0, 20))
    def test_a_file_with_a_hole(self, policy: Policy, place: int, junk: str, gone: int) -> None:
        """A good file in which something was overwritten."""
        text = policy_to_toml(policy)
        self._policy_or_refusal(policy_from_toml, text[:place] + junk + text[place + gone :])

    @given(
        st.dictionaries(
            st.sampled_from([*FIELDS, "base", "other"]),
            st.recursive(
                st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
                lambda inner: (
                    st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3)
                ),
                max_leaves=6,
            ),
            max_size=6,
        )
    )
    def test_values(self, document: dict[str, Any]) -> None:
        """Any value under any key; the faults stand under keys of the file or are missing ones."""
        error = self._policy_or_refusal(policy_from_json, json.dumps(document))
        if error:
            roots = {
                p.path.removeprefix("$").split(".")[1].partition("[")[0]
                for p in error.problems
                if p.path != "$"
            }
            assert roots <= {*document, "name"}

    @staticmethod
    def _policy_or_refusal(read: Read, text: str) -> InvalidDataError | None:
        try:
            policy = read(text)
        except InvalidDataError as error:
            return error
        assert policy_from_toml(policy_to_toml(policy)) == policy
        return None
