"""Laws of archives, each a plain function that takes what carries an archive into a store.

Every law runs on infoview's own way, and on ways that were broken on purpose, which it must catch.
"""

import io
from collections.abc import Callable, Sequence

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.desks import Clock, Numbers
from tests.lives import LIVES, at

from infoview._address import EmailAddress
from infoview._events import Event, Identified
from infoview._interview import Interview
from infoview._people import Contact, PersonName, Seeker
from infoview._stages import Stage
from infoview.agenda import agenda
from infoview.archive import export, restore
from infoview.desk import Desk
from infoview.desk._shelf import put_interview, put_person
from infoview.exceptions import InfoviewError, StoreUnavailableError
from infoview.storage import Erase, MemoryStore, NewEntry, Put, Store

Carry = Callable[[str, Store], object]

IDS = ("Z", "a", "ß", "\U0001f600")
NAMES = st.text(st.characters(codec="utf-8", categories=("L", "N")), min_size=1, max_size=5)
SEEKER = Seeker(
    id="mira", name=PersonName(given="Mira"), email=EmailAddress("mira@example.org"), zone="Europe/Berlin"
)


class Failing(MemoryStore):
    """A store that fails once, before a commit or behind it.

    Attributes:
        left: How many commits pass before.
        is_late: Whether the one that fails is made.
    """

    left: int = -1
    is_late: bool = False

    def commit(self, tenant: str, changes: Sequence[Put | Erase], /) -> int:
        """See `Store`."""
        self.left -= 1
        if self.left == -1 and not self.is_late:
            raise StoreUnavailableError("the line broke", outcome_known=True)
        position = super().commit(tenant, changes)
        if self.left == -1:
            raise StoreUnavailableError("the line broke", outcome_known=False)
        return position


@st.composite
def kept(draw: st.DrawFn) -> Store:
    """Fill a store with people and interviews that lived side by side, and erase some of them."""
    store = MemoryStore()
    people = [Contact(id=id_, name=PersonName(given=draw(NAMES))) for id_ in IDS]
    store.commit("default", [put_person(person, 0) for person in (SEEKER, *people)])
    told = draw(st.lists(st.tuples(st.sampled_from(IDS), st.sampled_from([*LIVES])), max_size=5))
    lives = [_life(number, *who) for number, who in enumerate(told)]
    for length in range(1, max(map(len, lives), default=0) + 1):
        for life in lives:
            if length <= len(life):
                talk = Interview.replay(life[:length])
                due = next((action.due for action in agenda(talk)), None)
                put = put_interview(talk, length - 1, events=life[length - 1 : length], due=due)
                store.commit("default", [put])
    desk = Desk(store=store, clock=Clock(at(6, 1)), new_id=Numbers())
    for id_ in draw(st.sets(st.sampled_from(IDS), max_size=2)):
        desk.erase(id_)
    return store


def _life(number: int, contact: str, stage: Stage) -> list[Event]:
    found, *rest = LIVES[stage]
    assert isinstance(found, Identified)
    begun = attrs.evolve(found, interview_id=f"i-{number}", contact_id=contact)
    return [begun, *(attrs.evolve(event, interview_id=None) for event in rest)]


def carry(text: str, store: Store) -> object:
    """Carry an archive into a store, as infoview does."""
    return restore(io.StringIO(text), store)


def comes_back(store: Store, way: Carry) -> None:
    """What is carried into an empty store, and out of it again, is the same to the letter."""
    text = "".join(export(store))
    target = MemoryStore()
    way(text, target)
    assert "".join(export(target)) == text


def survives(store: Store, way: Carry, left: int, *, is_late: bool) -> None:
    """What is carried twice, because the first time failed half way or late, is there once."""
    text = "".join(export(store))
    target = Failing()
    target.left, target.is_late = left, is_late
    try:
        way(text, target)
    except StoreUnavailableError:
        way(text, target)
    way(text, target)
    assert "".join(export(target)) == text


def without_log(text: str, store: Store) -> None:
    """Carry the records only: a broken way."""
    lines = text.splitlines(keepends=True)
    records = [line for line in lines if '"record":{' in line]
    end = f'{{"end":{{"entries":0,"records":{len(records)}}}}}\n'
    carry("".join([lines[0], *records, end]), store)


def by_record(text: str, store: Store) -> None:
    """Carry the log record by record: a broken way."""
    lines = text.splitlines(keepends=True)
    entries = sorted(
        (line for line in lines if '"entry":{' in line), key=lambda line: line.split('"id":')[-1]
    )
    carry("".join([*(line for line in lines[:-1] if '"entry":{' not in line), *entries, lines[-1]]), store)


def without_mark(text: str, store: Store) -> None:
    """Carry the log without looking how far an earlier call came: a broken way."""
    if not store.scan("default", "seeker"):
        carry(text, store)
        return
    for record in store.scan("default", "interview"):
        for entry in store.log("default", ref=record.ref)[-1:]:
            again = NewEntry(entry.name, entry.at, entry.body or "")
            store.commit("default", [Put(record.ref, record.version, record.body, record.terms, (again,))])


def _told() -> Store:
    """Keep two interviews that lived side by side."""
    store = MemoryStore()
    store.commit("default", [put_person(SEEKER, 0)])
    lives = [_life(number, "a", Stage.REQUESTED) for number in (0, 1)]
    for length in (1, 2, 3):
        for life in lives:
            put = put_interview(Interview.replay(life[:length]), length - 1, events=life[length - 1 : length])
            store.commit("default", [put])
    return store


class TestRoundTrip:
    """An archive that is restored and exported again is the same archive."""

    @given(kept())
    def test_comes_back(self, store: Store) -> None:
        """Records, what is due, the log in its order, and what was erased, come back to the letter."""
        comes_back(store, carry)

    @given(kept())
    def test_of_a_person(self, store: Store) -> None:
        """What concerns one person comes back too, as a part of the whole."""
        whole = {*"".join(export(store)).splitlines()}
        text = "".join(export(store, seeker_id="mira"))
        target = MemoryStore()
        carry(text, target)
        assert "".join(export(target)) == text
        assert {*text.splitlines()[:-1]} <= whole

    @pytest.mark.parametrize("way", [without_log, by_record])
    def test_is_missed_by_a_broken_way(self, way: Carry) -> None:
        """A way that leaves out the log, or mixes it up, is caught."""
        comes_back(_told(), carry)
        with pytest.raises(AssertionError):
            comes_back(_told(), way)


class TestStops:
    """A restore that stops is taken up again, and nothing is doubled."""

    @given(kept(), st.integers(0, 12), st.booleans())
    def test_survive(self, store: Store, left: int, is_late: bool) -> None:  # noqa: FBT001 - drawn
        """Whichever step fails, and whether it was made or not."""
        survives(store, carry, left, is_late=is_late)

    def test_are_missed_by_a_broken_way(self) -> None:
        """A way that writes again what is there is caught."""
        survives(_told(), carry, 1, is_late=True)
        with pytest.raises(AssertionError):
            survives(_told(), without_mark, 9, is_late=True)


class TestHostility:
    """Whatever is in a file, it is restored as a whole, or refused with an error of the library."""

    @given(kept(), st.data())
    def test_of_a_spoiled_archive(self, store: Store, data: st.DataObject) -> None:
        """Cut, doubled, swapped or spoiled, an archive is refused, or is one; a refusal writes nothing."""
        lines = "".join(export(store)).splitlines(keepends=True)
        first, second = (data.draw(st.integers(0, len(lines) - 1)) for _ in "ab")
        match data.draw(st.sampled_from(["cut", "drop", "double", "swap", "spoil"])):
            case "cut":
                lines = lines[:first]
            case "drop":
                del lines[first]
            case "double":
                lines.insert(second, lines[first])
            case "swap":
                lines[first], lines[second] = lines[second], lines[first]
            case _:
                place = data.draw(st.integers(0, len(lines[first]) - 1))
                letter = data.draw(st.characters())
                lines[first] = f"{lines[first][:place]}{letter}{lines[first][place + 1 :]}"
        target = MemoryStore()
        try:
            carry("".join(lines), target)
        except InfoviewError:
            kinds = ("seeker", "contact", "interview", "tombstone", "archive")
            assert [target.scan("default", kind) for kind in kinds] == [[]] * len(kinds)
            assert target.log("default") == []
        else:
            again = MemoryStore()
            carry("".join(export(target)), again)
            assert [*export(again)] == [*export(target)]
