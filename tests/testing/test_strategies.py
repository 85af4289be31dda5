"""The strategies: one for every public type, all of them valid, within the bounds that are asked for."""

import subprocess
import sys
from collections import Counter
from collections.abc import Hashable, Iterable
from datetime import UTC, date, datetime, timedelta
from enum import Enum, StrEnum
from importlib import import_module
from importlib.machinery import ModuleSpec, SourceFileLoader
from pathlib import Path
from types import ModuleType
from typing import Any, ClassVar

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import infoview
from infoview import _events as ev
from infoview import archive, desk
from infoview._channel import ConnectionKind
from infoview._interview import Interview
from infoview._lifecycle import LIFECYCLE
from infoview._obligations import ObligationKind
from infoview._policy import Policy
from infoview._stages import Stage
from infoview._text import LINE, TEXT
from infoview._time import BusinessCalendar
from infoview.exceptions import InvalidValueError
from infoview.groups import GroupTalk
from infoview.messages import Facts, Message, MessageKind, draft
from infoview.outline import Outline
from infoview.policies import CLASSIC
from infoview.storage import (
    EncryptedStore,
    Entry,
    KeyRing,
    MemoryStore,
    Put,
    Session,
    SQLiteStore,
    StoreKeyRing,
)
from infoview.storage import pages as storage_pages
from infoview.testing import _entry_point, strategies
from infoview.testing._source import script_of
from infoview.testing.strategies import OFFERED, Life

FEW = settings(max_examples=15)

SERVICES: frozenset[type] = frozenset(
    {desk.Desk, MemoryStore, SQLiteStore, EncryptedStore, StoreKeyRing, KeyRing, Session}
)
"""What does something rather than say something: these are made of a store, a clock or a file."""


def public_types() -> dict[str, type]:
    """List the public classes of the library by their names, but for errors, protocols and services."""
    submodules = [getattr(infoview, name) for name in infoview._MODULES]
    modules: list[ModuleType] = [infoview, *submodules, archive, storage_pages]
    named = {
        f"{module.__name__}.{name}": getattr(module, name)
        for module in modules
        for name in getattr(module, "__all__", ())
    }
    return {name: thing for name, thing in named.items() if is_value_type(thing)}


def is_value_type(thing: object) -> bool:
    """Tell whether something is a class of values."""
    if not isinstance(thing, type) or thing in SERVICES:
        return False
    is_protocol = getattr(thing, "_is_protocol", False)
    return not (is_protocol or issubclass(thing, BaseException))


def without_a_strategy(types: Iterable[type]) -> list[str]:
    """Name the classes for which there is no strategy."""
    return sorted(cls.__name__ for cls in types if cls not in OFFERED and not issubclass(cls, Enum))


class TestCompleteness:
    """Rule: "strategies for every public type", so that `st.from_type(Interview)` works."""

    def test_every_public_type_has_a_strategy(self) -> None:
        """Whoever adds a type, adds a strategy."""
        types = public_types()
        assert without_a_strategy(types.values()) == []
        assert {"infoview.Interview", "infoview.outline.Outline", "infoview.storage.Put"} <= types.keys()

    def test_a_missing_one_is_noticed(self) -> None:
        """A class that nobody offers is named."""

        @attrs.frozen
        class Novelty:
            pass

        assert without_a_strategy([Interview, Stage, Novelty]) == ["Novelty"]
        with pytest.raises(LookupError, match="Novelty"):
            strategies.strategy_for(Novelty)

    @pytest.mark.parametrize(
        "cls", [what for what in OFFERED if isinstance(what, type)], ids=lambda cls: cls.__name__
    )
    def test_what_is_drawn_is_of_the_type(self, cls: type[Any]) -> None:
        """And nothing raises."""

        @FEW
        @given(strategies.strategy_for(cls))
        def look(value: object) -> None:
            assert type(value) is cls
            assert script_of(value=value).splitlines()[-1].startswith("value = ")

        look()

    @pytest.mark.parametrize(
        "cls",
        [
            cls
            for cls, function in OFFERED.items()
            if isinstance(cls, type) and "plain" in function.__code__.co_varnames
        ],
        ids=lambda cls: cls.__name__,
    )
    def test_friendly_words_are_plain(self, cls: type[Any]) -> None:
        """What is drawn plainly is ASCII."""

        @settings(max_examples=5)
        @given(strategies.strategy_for(cls, plain=True))
        def look(value: object) -> None:
            assert type(value) is cls

        look()

    def test_an_enumeration_needs_none_of_its_own(self) -> None:
        """Its members are all there is."""
        drawn = set[Stage]()

        @settings(max_examples=200)
        @given(strategies.strategy_for(Stage))
        def look(stage: Stage) -> None:
            drawn.add(stage)

        look()
        assert drawn == {*Stage}


FRESH = """
import sys
{first}
import hypothesis
assert [name for name in sys.modules if name.startswith("infoview")] == {loaded}
from hypothesis import HealthCheck, given, settings, strategies as st
assert settings.default is settings.get_profile(settings.get_current_profile_name())
import importlib
found = 0
for name in {names}:
    module, _, attribute = name.rpartition(".")
    cls = getattr(importlib.import_module(module), attribute)
    drawn = []
    strategy = st.from_type(cls)

    @settings(max_examples=1, database=None, suppress_health_check=list(HealthCheck), deadline=None)
    @given(strategy)
    def look(value):
        drawn.append(value)

    look()
    assert isinstance(drawn[0], cls), cls
    found += 1
print(found)
"""


class TestEntryPoint:
    """Rule: "from_type works without any call", at next to no cost for those who never use it."""

    ALONE: ClassVar = ["infoview", "infoview.testing", "infoview.testing._entry_point"]

    @pytest.mark.parametrize(
        ("first", "loaded"),
        [
            ("", ALONE),
            ("import infoview.groups, infoview.outline", None),
        ],
        ids=["hypothesis first", "infoview first"],
    )
    def test_from_type_knows_every_public_type(self, first: str, loaded: list[str] | None) -> None:
        """In a fresh process, whichever was imported first; of infoview, nothing else is loaded."""
        names = sorted(public_types())
        everything = "[name for name in sys.modules if name.startswith('infoview')]"
        program = FRESH.format(first=first, loaded=everything if loaded is None else loaded, names=names)
        done = subprocess.run(  # noqa: S603 - our own program
            [sys.executable, "-W", "error", "-c", program], capture_output=True, text=True, check=False
        )
        assert (done.stdout.strip(), done.stderr) == (str(len(names)), "")

    def test_a_request_for_a_common_base_is_none_for_ours(self) -> None:
        """Whoever asks for something hashable gets no interviews."""

        @given(st.from_type(Hashable))
        def look(value: object) -> None:
            assert not type(value).__module__.startswith("infoview")

        look()

    def test_a_class_without_a_strategy_is_left_to_hypothesis(self) -> None:
        """As a helper of ours is that somebody asks for all the same."""
        assert _entry_point._deferred(Life)(Life) is NotImplemented
        assert _entry_point._deferred(Stage)(StrEnum) is NotImplemented
        assert _entry_point._deferred(Policy)(Policy) is not NotImplemented

    def test_it_only_looks_on(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """The finder finds what the others find, and leaves their loaders as they were."""
        others = [one for one in sys.meta_path if not isinstance(one, _entry_point._Watch)]
        monkeypatch.setattr(sys, "meta_path", others)
        _entry_point.register()
        _entry_point.register()
        watch, *rest = sys.meta_path
        assert isinstance(watch, _entry_point._Watch)
        assert not any(isinstance(one, _entry_point._Watch) for one in rest)
        assert watch.find_spec("json", None) is None
        assert watch.find_spec("infoview.testing.calendars", infoview.__path__) is None
        assert watch.find_spec("infoview.no_such_module", infoview.__path__) is None
        spec = watch.find_spec("infoview._people", infoview.__path__)
        assert spec is not None
        loader = spec.loader
        assert isinstance(loader, SourceFileLoader)
        assert "exec_module" in vars(loader)
        module = ModuleType("infoview._people")
        module.__spec__ = spec
        loader.exec_module(module)
        assert "exec_module" not in vars(loader)

    def test_a_folder_without_code_has_no_loader_to_look_at(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """A namespace package is found, and that is all."""

        class Finder:
            @staticmethod
            def find_spec(name: str, *_: object) -> ModuleSpec:
                return ModuleSpec(name, None)

        monkeypatch.setattr(sys, "meta_path", [Finder])
        spec = _entry_point._Watch().find_spec("infoview.folder", None)
        assert spec is not None
        assert spec.loader is None


class TestTexts:
    """Rule: "hostile-but-legal text included"."""

    @settings(max_examples=300)
    @given(st.data())
    def test_pass_their_rule(self, data: st.DataObject) -> None:
        """One line or several, of any length."""
        length = data.draw(st.integers(1, 300))
        line = data.draw(strategies.lines(max_length=length))
        text = data.draw(strategies.texts(max_length=length))
        assert attrs.evolve(LINE, max_length=length).fault(line) is None
        assert attrs.evolve(TEXT, max_length=length).fault(text) is None
        assert len(data.draw(strategies.identifiers(max_length=length))) <= length

    def test_hold_what_programs_stumble_over(self) -> None:
        """Apostrophes, combining marks, emoji, other scripts, and the last character that fits."""
        seen = Counter[str]()

        @settings(max_examples=400)
        @given(strategies.lines())
        def look(line: str) -> None:
            seen.update(line)
            seen["long"] += len(line) == LINE.max_length

        look()
        assert min(seen[sign] for sign in ("'", "\u0301", "\u200d", "李", "ש", "{", "long")) > 0


class TestTimes:
    """Rule: "documented functions, parameters with bounds"."""

    @given(st.data())
    def test_instants_keep_to_their_bounds(self, data: st.DataObject) -> None:
        """Also where the bounds lie far from today, or close together."""
        first = data.draw(strategies.instants())
        last = data.draw(strategies.instants(min_value=first))
        moment = data.draw(strategies.instants(min_value=first, max_value=last))
        assert first <= moment <= last
        assert moment.utcoffset() is not None

    @given(strategies.slots(min_start=datetime(2026, 3, 2, tzinfo=UTC), min_minutes=15, max_minutes=30))
    def test_slots_keep_to_theirs(self, slot: Any) -> None:  # noqa: ANN401 - a slot
        """Start and length."""
        assert slot.start >= datetime(2026, 3, 2, tzinfo=UTC)
        assert 15 <= slot.minutes <= 30

    @given(strategies.windows(max_hours=3), strategies.days(min_value=date(2030, 1, 1)))
    def test_windows_and_days_too(self, window: Any, day: date) -> None:  # noqa: ANN401 - a window
        """Length and first day."""
        assert timedelta() <= window.end - window.start <= timedelta(hours=3)
        assert day >= date(2030, 1, 1)

    @given(strategies.calendars(), strategies.days(max_value=date(2190, 1, 1)))
    def test_calendars_work_some_day(self, calendar: BusinessCalendar, day: date) -> None:
        """There is one within two weeks and the holidays."""
        assert any(calendar.is_business_day(day + timedelta(days=count)) for count in range(90))


class TestLives:
    """Rule: "real histories from identified to closed, groups, undo"."""

    @pytest.mark.parametrize("stage", Stage)
    def test_lead_to_every_stage(self, stage: Stage) -> None:
        """And every event on the way was legal."""

        @FEW
        @given(strategies.interviews(stage=stage, max_events=3))
        def look(interview: Interview) -> None:
            assert interview.stage is stage
            assert Interview.replay(interview.history, policy=CLASSIC) == interview

        look()

    def test_hold_nearly_every_event(self) -> None:
        """Those that a few hundred lives do not come upon are few."""
        seen = set[type]()

        @settings(max_examples=400)
        @given(strategies.histories(max_events=10))
        def look(history: tuple[Any, ...]) -> None:
            seen.update(map(type, history))

        look()
        assert len({*ev.EVENT_TYPES} & seen) >= 40
        assert ev.Undone in seen

    @given(strategies.histories(max_events=0, life=Life(plain=True)))
    def test_keep_to_their_length(self, history: tuple[Any, ...]) -> None:
        """Without events at random there is only the way to a stage."""
        assert 1 <= len(history) <= 40
        assert repr(Life()) == "<Life under classic>"

    @FEW
    @given(strategies.group_talks(max_members=2, max_events=4))
    def test_several_meet_at_once(self, group: GroupTalk) -> None:
        """And each interview stands by itself."""
        assert 1 <= len(group.members) <= 2
        assert [Interview.replay(talk.history) for talk in group.members] == [*group.members]

    def test_pay_their_debts_where_they_bar_the_way(self) -> None:
        """A talk that is held is closed when what is owed was waived."""

        @FEW
        @given(st.data())
        def look(data: st.DataObject) -> None:
            held = data.draw(strategies.interviews(stage=Stage.HELD, max_events=0))
            assert {owed.kind for owed in held.obligations} >= {ObligationKind.THANK_YOU}
            draw = data.draw
            led = strategies._lives._led_to(draw, held, Stage.CLOSED, Life())  # type: ignore[attr-defined] - private
            assert led is not None
            assert led.obligations == ()

        look()

    def test_say_so_when_there_is_no_way(self) -> None:
        """A table whose rules let nothing pass has no other stage."""

        @given(st.data())
        def look(data: st.DataObject) -> None:
            nowhere = Life(lifecycle=infoview.Lifecycle(transitions=LIFECYCLE.transitions))
            with pytest.raises(InvalidValueError, match="no_way"):
                data.draw(strategies.interviews(stage=Nowhere.LAND, life=nowhere))

        look()

    @given(strategies.outreaches(around=datetime(2026, 3, 2, tzinfo=UTC)))
    def test_what_else_goes_on_lies_near(self, outreach: Any) -> None:  # noqa: ANN401 - an outreach
        """Around an instant that is named."""
        near = timedelta(days=60)
        assert all(abs(at - datetime(2026, 3, 2, tzinfo=UTC)) <= near for at in outreach.seeker_requests)


class Nowhere(StrEnum):
    """A stage that no row leads to."""

    LAND = "nowhere_land"


class TestTheRest:
    """Rule: "all bounded, all values valid"."""

    @pytest.mark.parametrize("kind", ConnectionKind)
    def test_connections_are_of_the_kind(self, kind: ConnectionKind) -> None:
        """A referral names its referrer."""

        @FEW
        @given(strategies.connections(kind=kind))
        def look(connection: Any) -> None:  # noqa: ANN401 - a connection
            assert connection.kind is kind
            assert kind is not ConnectionKind.REFERRAL or connection.referrer is not None

        look()

    @given(strategies.policies(max_changes=0))
    def test_policies_without_changes_are_presets(self, policy: Policy) -> None:
        """Whichever."""
        assert policy in infoview.policies.PRESETS

    @FEW
    @given(strategies.outlines(min_minutes=10, max_minutes=20))
    def test_outlines_have_their_length(self, outline: Outline) -> None:
        """In minutes."""
        assert 10 <= outline.minutes <= 20

    @given(strategies.complete_facts())
    def test_complete_facts_are_enough(self, facts: Facts) -> None:
        """For a message with no other need than some news."""
        assert isinstance(draft(MessageKind.RECONNECT, facts), Message)

    @given(strategies.messages(kind=MessageKind.NUDGE))
    def test_messages_are_of_the_kind(self, message: Message) -> None:
        """That was asked for."""
        assert message.kind is MessageKind.NUDGE

    @given(strategies.puts(max_entries=1), strategies.entries(), strategies.bodies(max_size=100))
    def test_records_keep_to_their_bounds(self, put: Put, entry: Entry, body: str) -> None:
        """What comes of one change is small."""
        store = MemoryStore()
        assert len(put.entries) <= 1
        assert entry.position >= 1
        assert len(body) <= 100
        assert store.commit("tenant", [attrs.evolve(put, expect=0)]) == len(put.entries)

    @given(strategies.any_events(plain=True))
    def test_any_event_is_one_of_ours(self, event: Any) -> None:  # noqa: ANN401 - any event
        """Of whatever class."""
        assert type(event) in ev.EVENT_TYPES

    def test_the_names_are_all_there(self) -> None:
        """What the package lists can be called without an argument, or is a class of its own."""
        module = import_module("infoview.testing.strategies")
        assert all(hasattr(module, name) for name in module.__all__)
        assert Path(str(module.__file__)).name == "__init__.py"
