"""The laws of the wire format, over every kind and every event, and readers that break them."""

import copy
import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, date, datetime, timedelta, timezone
from enum import StrEnum
from types import NoneType, UnionType
from typing import Any, get_args, get_origin

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from infoview import EVENT_TYPES, EVENTS, EmailAddress, Event, Identified, Interview, Policy, Slot
from infoview._choices import QuietDays
from infoview._fields import whole_number
from infoview._lifecycle import LIFECYCLE
from infoview._text import TextRule
from infoview.conversion import KINDS, from_dict, from_json, json_schema, make_converter, to_dict, to_json
from infoview.exceptions import GuardError, InvalidDataError, InvalidValueError, Problem
from infoview.policies import PRESETS

Document = dict[str, Any]
Path = str
Read = Callable[[Any, Document], object]

# -- strategies -------------------------------------------------------------------------------------------

ZONES = ("UTC", "Asia/Kathmandu", "America/Argentina/Buenos_Aires", "Pacific/Auckland", "Europe/Vienna")
ADDRESSES = (
    "ilse@example.org",
    "a.b+c@example.com",
    "ILSE@Example.NET",
    "ilse@bücher.example.org",
    "jürgen@example.org",
)
AWKWARD = st.sampled_from(
    ("'", '"', "\\", "</script>", "{{x}}", "$.a", "null", "7", "é", "e\u0301", "🌊", "\u200d", "true")
)
WORDS = st.text(st.characters(exclude_categories=["C", "Z"], include_characters=" "), min_size=1, max_size=12)
INSTANTS = st.builds(
    lambda wall, minutes, fine: wall.replace(tzinfo=timezone(timedelta(minutes=minutes))).replace(
        microsecond=wall.microsecond if fine else 0
    ),
    st.datetimes(datetime(1900, 1, 2), datetime(2199, 12, 30)),  # noqa: DTZ001 - the zone is added
    st.sampled_from((0, 60, 345, -210, 1_439, -1_439)),
    st.booleans(),
)


def texts(rule: TextRule) -> st.SearchStrategy[str]:
    """Draw text that keeps a rule, now and then as long as it may be."""
    lines = st.one_of(WORDS, AWKWARD, st.just("x" * rule.max_length))
    drawn = st.lists(WORDS, min_size=1, max_size=3).map("\n\t".join) if rule.multiline else lines
    return st.one_of(drawn, lines).map(str.strip).filter(lambda text: rule.fault(text) is None)


def values(cls: Any, rule: Any) -> st.SearchStrategy[Any]:  # noqa: ANN401 - a type and a validator
    """Draw values for a field."""
    if isinstance(cls, UnionType):
        kind = next(member for member in get_args(cls) if member is not NoneType)
        inner = getattr(rule, "validator", rule)
        return st.none() | values(kind, inner)
    if get_origin(cls) is tuple:
        return st.lists(values(get_args(cls)[0], rule.rule), min_size=rule.least, max_size=3).map(tuple)
    if isinstance(rule, whole_number):
        return st.integers(rule.low, rule.high)
    if isinstance(rule, TextRule):
        return texts(rule)
    if isinstance(cls, type) and issubclass(cls, StrEnum):
        return st.sampled_from(cls)
    leaves: dict[Any, st.SearchStrategy[Any]] = {
        str: st.sampled_from(ZONES),
        bool: st.booleans(),
        datetime: INSTANTS,
        date: st.dates(date(1900, 1, 1), date(2199, 12, 31)),
        EmailAddress: st.sampled_from(ADDRESSES).map(EmailAddress),
        QuietDays: st.builds(
            QuietDays, *(st.tuples(st.integers(1, 12), st.integers(1, 28)) for _ in range(2))
        ),
    }
    return leaves[cls] if cls in leaves else entities(cls)


def entities(cls: type[Any]) -> st.SearchStrategy[Any]:
    """Draw objects of a class: each field as its rule allows, some left to their default."""
    if cls is Interview:
        return interviews()
    if cls is Policy:
        return policies()
    fields = {f.name: f for f in attrs.fields(cls) if f.init}
    drawn = {name: values(f.type, f.validator) for name, f in fields.items()}
    needed = {name: drawn[name] for name, f in fields.items() if f.default is attrs.NOTHING}
    others = {name: drawn[name] for name in fields if name not in needed}
    return st.fixed_dictionaries(needed, optional=others).map(lambda kept: _made(cls, kept)).filter(bool)


def _made(cls: type[Any], kept: dict[str, Any]) -> Any:  # noqa: ANN401 - an object of the class, or None
    try:
        return cls(**kept)
    except InvalidValueError:
        return None  # two fields that contradict each other


@st.composite
def policies(draw: st.DrawFn) -> Policy:
    """Draw policies: a preset with other numbers, where they do not contradict each other."""
    policy = draw(st.sampled_from(PRESETS))
    fields = {f.name: values(f.type, f.validator) for f in attrs.fields(Policy) if f.init}
    for name in draw(st.lists(st.sampled_from(sorted(fields)), max_size=6, unique=True)):
        try:
            policy = attrs.evolve(policy, **{name: draw(fields[name])})
        except InvalidValueError:
            continue
    return policy


@st.composite
def interviews(draw: st.DrawFn) -> Interview:
    """Draw histories that can have happened: any event that has a row, whenever it likes."""
    interview = Interview.open(draw(entities(Identified)))
    for _ in range(draw(st.integers(0, 8))):
        kind = EVENTS[draw(st.sampled_from(LIFECYCLE.allowed_events(interview.stage) or ("Erased",)))]
        pause = draw(st.timedeltas(timedelta(), timedelta(days=400)))
        at = min(interview.history[-1].at + pause, datetime(2199, 12, 31, tzinfo=UTC))
        event = attrs.evolve(draw(entities(kind)), at=at, id=None, interview_id=None)
        try:
            interview = Interview.replay((*interview.history, event))
        except GuardError:
            continue
    return interview


KIND_CLASSES = st.sampled_from((*KINDS.values(), Event, Interview, Interview))
ENTITIES = KIND_CLASSES.flatmap(
    lambda cls: st.sampled_from(EVENT_TYPES).flatmap(entities) if cls == Event else entities(cls)
)
DOCUMENTS = ENTITIES.map(to_dict)


# -- documents --------------------------------------------------------------------------------------------


def class_of(document: Document) -> Any:  # noqa: ANN401 - a class or a union
    """Look up what a document says it is."""
    return KINDS.get(document["kind"], Event)


def places(node: Any, path: Path = "$") -> Iterator[tuple[Path, Any, Any]]:  # noqa: ANN401 - any plain value
    """Go through every value inside of a document: its path, what holds it, and under which key."""
    steps = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, inner in steps:
        here = f"{path}.{key}" if isinstance(node, dict) else f"{path}[{key}]"
        yield here, node, key
        yield from places(inner, here)


@contextmanager
def replaced(holder: Any, key: Any, value: object) -> Iterator[None]:  # noqa: ANN401 - any place in a document
    """Put a value in place for a while."""
    kept = holder[key]
    holder[key] = value
    yield
    holder[key] = kept


@contextmanager
def without(holder: Document, key: str) -> Iterator[None]:
    """Take a key out for a while."""
    kept = dict(holder)
    del holder[key]
    yield
    holder.clear()
    holder.update(kept)


def lookalikes(value: Any) -> list[object]:  # noqa: ANN401 - any plain value
    """List values of other JSON types that a lax reader would take for the same."""
    if isinstance(value, bool):
        return [int(value), str(value).lower(), [value], 0.5]
    if isinstance(value, int):
        return [str(value), float(value), value == 1, [value]]
    if isinstance(value, str):
        return [[value], {value: value}, 7, True, 0.5]
    if isinstance(value, list):
        return [dict(enumerate(value)), tuple(value), "", json.dumps(value), 7]
    return [list(value.items()), list(value), "", json.dumps(value), True]


def refused(read: Read, cls: Any, document: Document) -> list[tuple[Path, str]]:  # noqa: ANN401 - a class or a union
    """Read a bad document and list where it is bad, and how."""
    with pytest.raises(InvalidDataError) as caught:
        read(cls, document)
    return [(problem.path, problem.code) for problem in caught.value.problems]


def outcome(cls: Any, document: Document) -> object:  # noqa: ANN401 - a class or a union
    """Read a document that may be good or bad."""
    try:
        return from_dict(cls, document)
    except InvalidDataError as error:
        return error


# -- laws -------------------------------------------------------------------------------------------------


def nothing_is_coerced(read: Read, document: Document) -> None:
    """Put a value of another type in every place."""
    cls = class_of(document)
    for number, (path, holder, key) in enumerate(list(places(document))):
        options = lookalikes(holder[key])
        with replaced(holder, key, options[number % len(options)]):
            assert [path] == [place for place, _ in refused(read, cls, document)]


def nothing_is_ignored(read: Read, document: Document) -> None:
    """Put a key that nobody knows in every object."""
    cls = class_of(document)
    inner = [(path, holder[key]) for path, holder, key in places(document) if isinstance(holder[key], dict)]
    for path, holder in [("$", document), *inner]:
        holder["surplus"] = 1
        assert [(f"{path}.surplus", "unknown_key")] == refused(read, cls, document)
        del holder["surplus"]


def everything_is_told(read: Read, document: Document) -> None:
    """Put a value of another type in every leaf at once."""
    cls = class_of(document)
    hurt: list[Path] = []
    for path, holder, key in list(places(document)):
        if not isinstance(holder[key], dict | list) and key not in ("$schema", "type"):
            holder[key] = lookalikes(holder[key])[0]
            hurt.append(path)
    told = [place for place, _ in refused(read, cls, document)]
    assert (sorted(hurt) == sorted(told)) if len(hurt) <= 100 else (len(told) == 101)


def nothing_is_disclosed(read: Read, document: Document) -> None:
    """Spoil every text, and look for it in what is said."""
    cls = class_of(document)
    for _, holder, key in list(places(document)):
        if isinstance(holder[key], str):
            with replaced(holder, key, "Quillfeather \x00 quill@example.net"):
                with pytest.raises(InvalidDataError) as caught:
                    read(cls, document)
                error = caught.value
                said = f"{error} {error!r} {error.problems} {error.__cause__} {error.__context__}"
                assert "quill" not in said.lower()


LAWS = (nothing_is_coerced, nothing_is_ignored, everything_is_told, nothing_is_disclosed)


class TestWhatIsWrittenIsReadBack:
    """`from_json(type(x), to_json(x)) == x`, and equal entities have equal texts."""

    @given(entity=ENTITIES)
    def test_text(self, entity: Any) -> None:  # noqa: ANN401 - any entity
        """Through text, an entity comes back equal, and is written the same again."""
        text = to_json(entity)
        twin = from_json(type(entity), text)
        assert twin == entity
        assert type(twin) is type(entity)
        assert to_json(twin) == text

    @given(entity=ENTITIES)
    def test_plain_values(self, entity: Any) -> None:  # noqa: ANN401 - any entity
        """The document holds nothing but what JSON has, and text says the same as plain values."""
        document = to_dict(entity)
        assert json.loads(to_json(entity)) == document
        assert {type(holder[key]) for _, holder, key in places(document)} <= {dict, list, str, int, bool}
        assert from_dict(class_of(document), document) == entity

    @given(entity=ENTITIES)
    def test_text_can_be_sent(self, entity: Any) -> None:  # noqa: ANN401 - any entity
        """Every text is valid UTF-8 on one line, with sorted keys."""
        text = to_json(entity)
        assert text.encode().decode() == text
        assert "\n" not in text
        again = json.dumps(json.loads(text), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        assert again == text

    @given(document=DOCUMENTS)
    def test_order_and_blanks_do_not_matter(self, document: Document) -> None:
        """Other writers may order keys, indent and escape as they like."""
        text = json.dumps(dict(reversed(document.items())), indent=2)
        assert from_json(class_of(document), text) == from_dict(class_of(document), document)


class TestStrictness:
    """Nothing is coerced, nothing is ignored, and every fault is told at once, with its path and no value."""

    @pytest.mark.parametrize("law", LAWS)
    def test_law(self, law: Callable[[Read, Document], None]) -> None:
        """The reader keeps the law for every kind."""

        @given(document=DOCUMENTS)
        def holds(document: Document) -> None:
            law(from_dict, document)

        holds()

    @given(document=DOCUMENTS)
    def test_null_is_no_value(self, document: Document) -> None:
        """Null reads as a key left out, or is refused where it stands or where its object no longer fits."""
        cls = class_of(document)
        for path, holder, key in list(places(document)):
            with replaced(holder, key, None):
                nulled = outcome(cls, document)
            if isinstance(nulled, InvalidDataError):
                assert all(path.startswith(problem.path) for problem in nulled.problems)
            else:
                with without(holder, key):
                    assert nulled == from_dict(cls, document)

    @given(document=DOCUMENTS)
    def test_missing_keys(self, document: Document) -> None:
        """A key left out is filled with its default or missed by name, or its object no longer fits."""
        cls = class_of(document)
        for path, holder, key in list(places(document)):
            if isinstance(holder, dict):
                with without(holder, key):
                    short = outcome(cls, document)
                if isinstance(short, InvalidDataError):
                    problem = short.problems[0]
                    missed = problem.path if problem.code == "missing_key" else f"{problem.path}.{key}"
                    assert missed == path
                else:
                    assert {*document} - {key} <= {*to_dict(short)}

    @given(document=DOCUMENTS, data=st.data())
    def test_keys_given_twice(self, document: Document, data: st.DataObject) -> None:
        """Whichever key is given twice, it is refused where it stands."""
        keys = [path for path, holder, _ in places(document) if isinstance(holder, dict)]
        path = data.draw(st.sampled_from(keys))
        with pytest.raises(InvalidDataError) as caught:
            from_json(class_of(document), spelled(document, doubled=path))
        assert [(p.path, p.code) for p in caught.value.problems] == [(path, "duplicate_key")]


def spelled(node: Any, path: Path = "$", *, doubled: Path) -> str:  # noqa: ANN401 - any plain value
    """Write JSON in which one key is given twice."""
    if isinstance(node, dict):
        pairs: list[str] = []
        for key, inner in node.items():
            here = f"{path}.{key}"
            pair = f"{json.dumps(key)}: {spelled(inner, here, doubled=doubled)}"
            pairs += [pair, pair] if here == doubled else [pair]
        return f"{{{', '.join(pairs)}}}"
    if isinstance(node, list):
        return (
            f"[{', '.join(spelled(inner, f'{path}[{n}]', doubled=doubled) for n, inner in enumerate(node))}]"
        )
    return json.dumps(node)


ANYTHING = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.binary(), st.sampled_from(ZONES)
    ),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text() | st.integers(), inner, max_size=4),
    max_leaves=12,
)


class TestHostility:
    """Whatever comes in, the answer is an entity or an `InvalidDataError`."""

    @given(text=st.text(st.characters()), cls=KIND_CLASSES)
    def test_any_text(self, text: str, cls: Any) -> None:  # noqa: ANN401 - a class or a union
        """No text brings up another error; lone surrogates are text too."""
        with pytest.raises(InvalidDataError):
            from_json(cls, text)

    @given(document=ANYTHING, cls=KIND_CLASSES)
    def test_any_plain_value(self, document: object, cls: Any) -> None:  # noqa: ANN401 - a class or a union
        """No structure brings up another error."""
        with pytest.raises(InvalidDataError):
            from_dict(cls, document)

    @given(document=DOCUMENTS, strange=ANYTHING, data=st.data())
    def test_anything_anywhere(self, document: Document, strange: object, data: st.DataObject) -> None:
        """Whatever stands in a place, the rest of the document does not make it worse."""
        cls = class_of(document)
        _, holder, key = data.draw(st.sampled_from(list(places(document))))
        with replaced(holder, key, strange), suppress(InvalidDataError):
            from_dict(cls, document)

    @given(entity=ENTITIES, data=st.data())
    def test_damaged_text(self, entity: Any, data: st.DataObject) -> None:  # noqa: ANN401 - any entity
        """A text that was cut, or hit by a stray character, is an entity or refused."""
        text = to_json(entity)
        cut = data.draw(st.integers(0, len(text) - 1))
        stray = data.draw(st.sampled_from(('"', "\\", "{", "]", "\ud800", "\x00", "9" * 5_000, "NaN", ",")))
        with pytest.raises(InvalidDataError):
            from_json(type(entity), text[:cut])
        with suppress(InvalidDataError):
            from_json(type(entity), text[:cut] + stray + text[cut + 1 :])


class TestSchema:
    """What the reader reads, the schema allows; what the schema forbids, the reader refuses."""

    @given(document=DOCUMENTS)
    def test_documents_are_valid(self, document: Document) -> None:
        """Every document that is written keeps to the schema of its kind."""
        assert keeps_to(json_schema(class_of(document)), document)

    @given(document=DOCUMENTS, data=st.data())
    def test_the_reader_is_no_laxer(self, document: Document, data: st.DataObject) -> None:
        """Whatever stands in a place: if it is read, the schema allows it."""
        cls = class_of(document)
        _, holder, key = data.draw(st.sampled_from(list(places(document))))
        options = [*lookalikes(holder[key]), None, "", -1, 10**6, "x" * 20_000, [], {}, "2026-03-09", "email"]
        holder[key] = data.draw(st.sampled_from(options))
        try:
            from_dict(cls, document)
        except InvalidDataError:
            return
        assert keeps_to(json_schema(cls), document)


def keeps_to(schema: Document, document: object) -> bool:
    """Validate a document by the few words of JSON Schema that are used; any other word is an error."""
    types = {"object": dict, "array": list, "string": str, "integer": int, "boolean": bool, "null": NoneType}

    def word_holds(word: str, wanted: Any, node: Document, value: Any) -> bool:  # noqa: ANN401 - any plain value
        checks: dict[str, Callable[[], bool]] = {
            "type": lambda: type(value) is types[wanted],
            "const": lambda: type(value) is type(wanted) and value == wanted,
            "enum": lambda: value in wanted,
            "anyOf": lambda: any(holds(option, value) for option in wanted),
            "oneOf": lambda: sum(holds(option, value) for option in wanted) == 1,
            "$ref": lambda: holds(schema["$defs"][wanted.removeprefix("#/$defs/")], value),
            "properties": lambda: all(holds(wanted[k], v) for k, v in value.items() if k in wanted),
            "required": lambda: set(wanted) <= set(value),
            "additionalProperties": lambda: set(value) <= set(node["properties"]),
            "items": lambda: all(holds(wanted, member) for member in value),
            "minItems": lambda: len(value) >= wanted,
            "maxItems": lambda: len(value) <= wanted,
            "minLength": lambda: len(value) >= wanted,
            "maxLength": lambda: len(value) <= wanted,
            "minimum": lambda: value >= wanted,
            "maximum": lambda: value <= wanted,
            "pattern": lambda: re.search(wanted, value) is not None,
            "format": lambda: True,
        }
        return checks[word]()

    def holds(node: Document, value: object) -> bool:
        return all(word_holds(word, wanted, node, value) for word, wanted in node.items())

    body = {word: wanted for word, wanted in schema.items() if word not in ("$schema", "title", "$defs")}
    return holds(body, document)


# -- readers that break a law -----------------------------------------------------------------------------

_LAX = make_converter()
_LAX.register_structure_hook(int, lambda value, _: int(value))


def lax_about_numbers(cls: Any, document: Document) -> object:  # noqa: ANN401 - a class or a union
    """Take for a number what can be made one, as cattrs does by itself."""
    form = {key: value for key, value in document.items() if key not in ("$schema", "kind")}
    try:
        return _LAX.structure(form, cls)
    except TypeError:
        raise InvalidDataError((Problem("$", "wrong_type", "give a whole number"),)) from None


def takes_numbers_for_flags(cls: Any, document: Document) -> object:  # noqa: ANN401 - a class or a union
    """Take 0 and 1 for false and true."""
    twin = copy.deepcopy(document)
    for _, holder, key in list(places(twin)):
        if key in ("family_first", "advice") and holder[key] in (0, 1):
            holder[key] = bool(holder[key])
    return from_dict(cls, twin)


def drops_unknown_keys(cls: Any, document: Document) -> object:  # noqa: ANN401 - a class or a union
    """Ignore what it does not know."""
    pruned = copy.deepcopy(document)
    for holder in [pruned, *(holder for _, holder, _ in places(pruned))]:
        if isinstance(holder, dict):
            holder.pop("surplus", None)
    return from_dict(cls, pruned)


def retold(retell: Callable[[tuple[Problem, ...], Document], tuple[Problem, ...]]) -> Read:
    """Make a reader that tells the faults in another way."""

    def read(cls: Any, document: Document) -> object:  # noqa: ANN401 - a class or a union
        try:
            return from_dict(cls, document)
        except InvalidDataError as error:
            problems = retell(error.problems, document)
        raise InvalidDataError(problems)

    return read


@retold
def forgets_the_index(problems: tuple[Problem, ...], _document: Document) -> tuple[Problem, ...]:
    """Say in which array a fault is, and not where."""
    return tuple(attrs.evolve(p, path=re.sub(r"\[\d+\]", "", p.path)) for p in problems)


@retold
def tells_the_first_fault_only(problems: tuple[Problem, ...], _document: Document) -> tuple[Problem, ...]:
    """Stop at the first fault."""
    return problems[:1]


@retold
def quotes_what_it_found(problems: tuple[Problem, ...], document: Document) -> tuple[Problem, ...]:
    """Show what was there, as most readers do."""
    return tuple(attrs.evolve(p, sentence=f"{p.sentence}, not {document}") for p in problems)


def keeps_the_cause(cls: Any, document: Document) -> object:  # noqa: ANN401 - a class or a union
    """Leave the error of a parser, with the whole document in it, behind its own."""
    try:
        return from_dict(cls, document)
    except InvalidDataError as error:
        raise InvalidDataError(error.problems) from ValueError(document)


SLOT = Slot(start=datetime(2026, 3, 10, 14, tzinfo=UTC), minutes=20, zone="UTC")
TOLD: tuple[Document, ...] = (
    to_dict(SLOT),
    to_dict(PRESETS[0]),
    to_dict(EVENTS["TimesProposed"](at=SLOT.start, slots=(SLOT, SLOT))),
    to_dict(KINDS["person_name"](given="Ilse", family="Quillfeather")),
    to_dict(KINDS["insight"](id="i", text="a thing")),
)


def breaks(read: Read, law: Callable[[Read, Document], None]) -> bool:
    """Tell whether a reader breaks a law for some document."""
    for document in TOLD:
        try:
            law(read, copy.deepcopy(document))
        except (AssertionError, pytest.fail.Exception):
            return True
    return False


class TestBrokenReaders:
    """Each law catches the readers that break it, and passes the one that does not."""

    @pytest.mark.parametrize(
        ("read", "law"),
        [
            (lax_about_numbers, nothing_is_coerced),
            (takes_numbers_for_flags, nothing_is_coerced),
            (drops_unknown_keys, nothing_is_ignored),
            (forgets_the_index, nothing_is_coerced),
            (forgets_the_index, nothing_is_ignored),
            (forgets_the_index, everything_is_told),
            (tells_the_first_fault_only, everything_is_told),
            (quotes_what_it_found, nothing_is_disclosed),
            (keeps_the_cause, nothing_is_disclosed),
        ],
    )
    def test_caught(self, read: Read, law: Callable[[Read, Document], None]) -> None:
        """The broken reader breaks the law."""
        assert breaks(read, law)

    @pytest.mark.parametrize("law", LAWS)
    def test_passed(self, law: Callable[[Read, Document], None]) -> None:
        """The reader of the library keeps every law for the same documents."""
        assert not breaks(from_dict, law)
