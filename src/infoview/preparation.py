"""Being professional (step 5): what to do before the talk, and what to have read."""

from typing import final

import attrs
from attrs.validators import optional

from infoview._channel import MeetingFormat
from infoview._choices import CoffeeBill
from infoview._fields import each, instance
from infoview._policy import Policy
from infoview._text import LINE, TEXT
from infoview.policies import CLASSIC

__all__ = ["CHECKLIST", "ChecklistItem", "ResearchNote", "checklist", "open_items"]


@final
@attrs.frozen(kw_only=True)
class ResearchNote:
    """Something you found out beforehand.

    Attributes:
        source: Where: "their talk at the Example Summit", "annual report".
        text: What, at most 10,000 characters. Private.
        url: Where to find it again.

    Raises:
        InvalidValueError: When a text breaks its rule.
    """

    source: str = attrs.field(validator=LINE)
    text: str = attrs.field(validator=TEXT)
    url: str | None = attrs.field(default=None, validator=optional(LINE))


@final
@attrs.frozen(kw_only=True)
class ChecklistItem:
    """Something to do before the talk.

    Attributes:
        code: A stable word for programs.
        sentence: What to do; in `CHECKLIST`, ``{policy.…}`` stands for a number of the policy.
        formats: The meeting formats it is for.
        why: The guides that say so.
    """

    code: str = attrs.field(validator=LINE)
    sentence: str = attrs.field(validator=LINE)
    formats: tuple[MeetingFormat, ...] = attrs.field(
        default=tuple(MeetingFormat), validator=each(instance(MeetingFormat), least=1)
    )
    why: str = attrs.field(validator=LINE)


_IN_PERSON = (MeetingFormat.IN_PERSON,)
_VIDEO = (MeetingFormat.VIDEO,)
_PHONE = (MeetingFormat.PHONE,)
_SEEN = (MeetingFormat.IN_PERSON, MeetingFormat.VIDEO)
_REMOTE = (MeetingFormat.VIDEO, MeetingFormat.PHONE)

_RESEARCH = "research"
_COFFEE = "pay_the_coffee"

CHECKLIST: tuple[ChecklistItem, ...] = (
    ChecklistItem(
        code="objective",
        sentence="Say in one sentence what you want to find out.",
        why="Ten Things 1; Berkeley; MIT",
    ),
    ChecklistItem(
        code=_RESEARCH,
        sentence="Read for {policy.research_minutes} minutes about the person and the organisation, in "
        "{policy.research_sources} source(s).",
        why="Ten Things 5; Dalton; Northeastern",
    ),
    ChecklistItem(
        code="questions",
        sentence="Print the outline; ask nothing that a search would answer.",
        why="Ten Things 4; Berkeley",
    ),
    ChecklistItem(
        code="statement",
        sentence="Say your personal statement aloud once, with a watch: {policy.statement_seconds} seconds "
        "at most.",
        why="Ten Things 7; MIT; Harvard",
    ),
    ChecklistItem(
        code="resume_at_hand",
        sentence="Have your résumé at hand, and offer it only if asked.",
        why="Ten Things 7; Evansville; Texas A&M",
    ),
    ChecklistItem(
        code="dress",
        sentence="Dress as people do at their workplace, or a little better.",
        formats=_SEEN,
        why="Ten Things 5; Berkeley; Lawrence",
    ),
    ChecklistItem(
        code="arrive_early",
        sentence="Plan to arrive {policy.arrive_minutes} minutes early.",
        formats=_IN_PERSON,
        why="Pomona; Evansville",
    ),
    ChecklistItem(
        code=_COFFEE,
        sentence="Bring money: the coffee is yours to pay.",
        formats=_IN_PERSON,
        why="Denver Career Catalyst",
    ),
    ChecklistItem(
        code="camera",
        sentence="Test link, camera, light and microphone; tidy what is behind you.",
        formats=_VIDEO,
        why="our proposal",
    ),
    ChecklistItem(
        code="quiet_place",
        sentence="Find a quiet place and switch other devices to silent.",
        formats=_REMOTE,
        why="our proposal",
    ),
    ChecklistItem(
        code="who_calls",
        sentence="Know who calls whom, and at which number.",
        formats=_PHONE,
        why="Texas A&M; Orbit",
    ),
    ChecklistItem(
        code="notes",
        sentence="Take paper for a few words; the full notes come right after.",
        why="Yale; Lawrence",
    ),
    ChecklistItem(
        code="watch_the_time",
        sentence="Put a clock in view: when the time is up, say so.",
        why="Texas A&M; Northeastern",
    ),
)
"""Everything to do before a talk, in the order of doing it; `checklist` puts the numbers in."""


def checklist(meeting_format: MeetingFormat, /, *, policy: Policy = CLASSIC) -> tuple[ChecklistItem, ...]:
    """List what to do before a talk of one format.

    Args:
        meeting_format: How you meet.
        policy: Knows the numbers, and who pays the coffee.

    Returns:
        The items of `CHECKLIST` for it, in order, with the numbers of the policy.
    """
    return tuple(
        attrs.evolve(item, sentence=policy.worded(item.sentence))
        for item in CHECKLIST
        if meeting_format in item.formats and (item.code != _COFFEE or policy.coffee is CoffeeBill.SEEKER)
    )


def open_items(
    meeting_format: MeetingFormat,
    /,
    *,
    done: frozenset[str],
    research: tuple[ResearchNote, ...],
    policy: Policy = CLASSIC,
) -> tuple[ChecklistItem, ...]:
    """List what is still to do before a talk.

    Args:
        meeting_format: How you meet.
        done: The codes of items already done. Research counts by its notes, not by a tick.
        research: What you found out. Notes from so many different sources as the policy wants are enough
            (Dalton: three).
        policy: Knows the numbers, and who pays the coffee.

    Returns:
        The items left, in order.
    """
    sources = {note.source for note in research}
    return tuple(
        item
        for item in checklist(meeting_format, policy=policy)
        if (len(sources) < policy.research_sources if item.code == _RESEARCH else item.code not in done)
    )
