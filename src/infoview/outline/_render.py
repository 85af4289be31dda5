"""An outline on paper: Markdown and plain text."""

import re
from collections.abc import Iterator
from datetime import timedelta
from itertools import groupby
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from infoview.outline._build import Outline, OutlineItem
    from infoview.outline._question import Phase

__all__ = ["to_markdown", "to_text"]

_TITLES = {"open": "Opening", "core": "Questions", "late": "Next steps", "close": "Close"}
_MARKDOWN = re.compile(r"[\\`*_\[\]<>|~&$]")


def to_markdown(outline: "Outline") -> str:
    """Write an outline as Markdown; see `infoview.outline.Outline.to_markdown`."""
    lines = [f"# Outline for {_minutes(outline.minutes)}"]
    for phase, items in _parts(outline):
        lines += ["", f"## {_TITLES[phase]}", ""]
        lines += [f"- **{_clock(item.start)}** {_escaped(item.question.text)}" for item in items]
    lines += ["", f"In reserve from {_clock(outline.end)}; the time is up at {outline.minutes}:00.", ""]
    return "\n".join(lines)


def to_text(outline: "Outline") -> str:
    """Write an outline as plain text; see `infoview.outline.Outline.to_text`."""
    lines = [f"Outline for {_minutes(outline.minutes)}"]
    for phase, items in _parts(outline):
        lines += ["", _TITLES[phase]]
        lines += [f"{_clock(item.start):>6}  {item.question.text}" for item in items]
    lines += ["", f"In reserve from {_clock(outline.end)}; the time is up at {outline.minutes}:00.", ""]
    return "\n".join(lines)


def _parts(outline: "Outline") -> Iterator[tuple["Phase", list["OutlineItem"]]]:
    for phase, items in groupby(outline.items, key=lambda item: item.question.phase):
        yield phase, list(items)


def _minutes(minutes: int) -> str:
    return "1 minute" if minutes == 1 else f"{minutes} minutes"


def _clock(moment: timedelta) -> str:
    minutes, rest = divmod(moment, timedelta(minutes=1))
    return f"{minutes}:{rest.seconds:02}"


def _escaped(text: str) -> str:
    return _MARKDOWN.sub(r"\\\g<0>", text)
