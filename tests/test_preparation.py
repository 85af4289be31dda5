from collections import Counter

import attrs
import pytest

from infoview._channel import MeetingFormat
from infoview._choices import CoffeeBill
from infoview.exceptions import InvalidValueError
from infoview.policies import CLASSIC
from infoview.preparation import CHECKLIST, ChecklistItem, ResearchNote, checklist, open_items

ALWAYS = ["objective", "research", "questions", "statement", "resume_at_hand"]
ALWAYS_LAST = ["notes", "watch_the_time"]

IN_EACH_FORMAT = {
    MeetingFormat.IN_PERSON: [*ALWAYS, "dress", "arrive_early", "pay_the_coffee", *ALWAYS_LAST],
    MeetingFormat.VIDEO: [*ALWAYS, "dress", "camera", "quiet_place", *ALWAYS_LAST],
    MeetingFormat.PHONE: [*ALWAYS, "quiet_place", "who_calls", *ALWAYS_LAST],
}


def note(source: str) -> ResearchNote:
    """Write down a finding from a source."""
    return ResearchNote(source=source, text="they drew the first map of the storm drains")


THREE_SOURCES = (note("annual report"), note("their talk"), note("a local paper"))


def codes(items: tuple[ChecklistItem, ...]) -> list[str]:
    """Read the codes off a list."""
    return [item.code for item in items]


class TestChecklist:
    """What is to be done before a talk."""

    @pytest.mark.parametrize("meeting_format", MeetingFormat)
    def test_of_a_format(self, meeting_format: MeetingFormat) -> None:
        """Each format has just its own items, in the order of doing them."""
        assert codes(checklist(meeting_format)) == IN_EACH_FORMAT[meeting_format]

    def test_codes_are_unique(self) -> None:
        """A code names one item."""
        assert set(Counter(codes(CHECKLIST)).values()) == {1}

    def test_nothing_is_for_nobody(self) -> None:
        """Every item of the table is on some list, and the lists hold nothing else."""
        listed = {item.code for meeting_format in MeetingFormat for item in checklist(meeting_format)}
        assert listed == set(codes(CHECKLIST))

    def test_every_item_is_well_formed(self) -> None:
        """Every item is a sentence with a source, for formats that are named once and in order."""
        for item in CHECKLIST:
            assert item.sentence.endswith(".")
            assert item.sentence[0].isupper()
            assert item.code.isidentifier()
            assert item.code == item.code.lower()
            assert item.why
            assert item.formats == tuple(f for f in MeetingFormat if f in item.formats)

    def test_takes_its_numbers_from_the_policy(self) -> None:
        """What to read, how long to speak and when to arrive are said as the policy has them."""
        ours = attrs.evolve(
            CLASSIC, research_minutes=40, research_sources=2, statement_seconds=60, arrive_minutes=12
        )
        said = {item.code: item.sentence for item in checklist(MeetingFormat.IN_PERSON, policy=ours)}
        assert (
            said["research"] == "Read for 40 minutes about the person and the organisation, in 2 source(s)."
        )
        assert said["statement"].endswith(": 60 seconds at most.")
        assert said["arrive_early"] == "Plan to arrive 12 minutes early."
        assert [sentence for sentence in said.values() if "{" in sentence] == []

    def test_says_who_pays(self) -> None:
        """Where everybody pays for themselves, nobody need bring money for two."""
        each = attrs.evolve(CLASSIC, coffee=CoffeeBill.EACH)
        assert codes(checklist(MeetingFormat.IN_PERSON, policy=each)) == [
            code for code in IN_EACH_FORMAT[MeetingFormat.IN_PERSON] if code != "pay_the_coffee"
        ]

    def test_changes_nothing_but_sentences(self) -> None:
        """Codes, formats and sources are those of the table."""
        table = {item.code: item for item in CHECKLIST}
        for item in checklist(MeetingFormat.VIDEO):
            assert attrs.evolve(item, sentence=table[item.code].sentence) == table[item.code]


class TestOpenItems:
    """What is still to be done."""

    @pytest.mark.parametrize("meeting_format", MeetingFormat)
    def test_everything_at_first(self, meeting_format: MeetingFormat) -> None:
        """Before anything is done the whole list is open."""
        left = open_items(meeting_format, done=frozenset(), research=())
        assert left == checklist(meeting_format)

    @pytest.mark.parametrize("meeting_format", MeetingFormat)
    def test_nothing_at_last(self, meeting_format: MeetingFormat) -> None:
        """When all is ticked and enough is read, nothing is left."""
        done = frozenset(IN_EACH_FORMAT[meeting_format])
        assert open_items(meeting_format, done=done, research=THREE_SOURCES) == ()

    @pytest.mark.parametrize(
        "code", [code for code in IN_EACH_FORMAT[MeetingFormat.VIDEO] if code != "research"]
    )
    def test_a_tick_takes_one_item(self, code: str) -> None:
        """A code that is done takes its item off the list and no other."""
        left = open_items(MeetingFormat.VIDEO, done=frozenset({code}), research=())
        assert codes(left) == [c for c in IN_EACH_FORMAT[MeetingFormat.VIDEO] if c != code]

    def test_research_is_no_tick(self) -> None:
        """Saying that one has read is not enough."""
        left = open_items(MeetingFormat.VIDEO, done=frozenset({"research"}), research=())
        assert "research" in codes(left)

    @pytest.mark.parametrize(
        ("sources", "is_open"),
        [
            ((), True),
            (("annual report",), True),
            (("annual report", "their talk"), True),
            (("annual report", "their talk", "annual report", "their talk"), True),
            (("annual report", "their talk", "annual report", "a local paper"), False),
            (("annual report", "their talk", "a local paper", "a podcast"), False),
        ],
    )
    def test_three_different_sources(self, sources: tuple[str, ...], is_open: bool) -> None:  # noqa: FBT001 - a column of the table
        """Two notes from one source count once; three sources are enough."""
        left = open_items(MeetingFormat.PHONE, done=frozenset(), research=tuple(map(note, sources)))
        assert ("research" in codes(left)) is is_open

    @pytest.mark.parametrize(("wanted", "is_open"), [(0, False), (3, False), (4, True)])
    def test_as_many_sources_as_the_policy_wants(self, wanted: int, *, is_open: bool) -> None:
        """The policy says how many sources are enough."""
        ours = attrs.evolve(CLASSIC, research_sources=wanted)
        left = open_items(MeetingFormat.PHONE, done=frozenset(), research=THREE_SOURCES, policy=ours)
        assert ("research" in codes(left)) is is_open

    def test_a_foreign_tick_changes_nothing(self) -> None:
        """A code of another format does no harm."""
        left = open_items(MeetingFormat.PHONE, done=frozenset({"arrive_early", "camera"}), research=())
        assert codes(left) == IN_EACH_FORMAT[MeetingFormat.PHONE]


class TestValues:
    """Notes and items check themselves."""

    @pytest.mark.parametrize(
        ("field", "value", "code"),
        [
            ("source", "", "empty"),
            ("source", "two\nlines", "control_character"),
            ("text", "x" * 10_001, "too_long"),
            ("url", "https://example.org/\u202egro", "bidi_control"),
        ],
    )
    def test_a_note_refuses(self, field: str, value: str, code: str) -> None:
        """A note refuses text that breaks the rule of its field, and names the field."""
        with pytest.raises(InvalidValueError) as refusal:
            attrs.evolve(note("annual report"), **{field: value})
        assert (refusal.value.field, refusal.value.code) == (f"ResearchNote.{field}", code)

    def test_a_note_keeps_its_lines(self) -> None:
        """The text of a note may have several lines, and a note may say where to find it again."""
        found = ResearchNote(source="their talk", text="one\ntwo", url="https://example.org/talk")
        assert (found.text, found.url) == ("one\ntwo", "https://example.org/talk")

    @pytest.mark.parametrize(
        ("formats", "code"),
        [((), "out_of_range"), (("fax",), "wrong_type"), (MeetingFormat.PHONE, "wrong_type")],
    )
    def test_an_item_is_for_some_format(self, formats: object, code: str) -> None:
        """An item refuses formats that are none."""
        with pytest.raises(InvalidValueError) as refusal:
            attrs.evolve(CHECKLIST[0], formats=formats)
        assert (refusal.value.field, refusal.value.code) == ("ChecklistItem.formats", code)

    def test_an_item_is_for_all_formats_unless_said(self) -> None:
        """Without formats an item is for all."""
        item = ChecklistItem(code="breathe", sentence="Breathe.", why="our proposal")
        assert item.formats == tuple(MeetingFormat)
