"""The log of an interview as JSON Lines: a document for each event, each on a line of its own.

A log grows by appending, and can be followed while it grows. Only a line feed ends a line: what else some
programs take for the end of one may stand inside of a text.
"""

from collections.abc import Iterable, Iterator
from io import StringIO
from typing import cast

from infoview._events import CustomEvent, Event
from infoview._interview import Interview
from infoview._lifecycle import LIFECYCLE, Lifecycle
from infoview.conversion._documents import from_dict, to_json
from infoview.conversion._faults import each_read, fault, listed, within
from infoview.conversion._forms import replayed
from infoview.conversion._reading import MAX_CHARACTERS, check_size, read_text
from infoview.exceptions import InvalidDataError

__all__ = ["from_json_lines", "read_json_lines", "to_json_lines"]

_BLANKS = " \t\r\n"


def to_json_lines(interview: Interview, /) -> str:
    """Write the history of an interview as JSON Lines.

    Args:
        interview: The interview.

    Returns:
        The document of each event, oldest first, as `infoview.conversion.to_json` writes it, each with a line
        feed behind it. So the text of a longer history begins with that of a shorter one.

    Raises:
        InvalidValueError: When an event of your own cannot be written, as `infoview.conversion.to_dict` says.
    """
    return "".join(f"{to_json(event)}\n" for event in interview.history)


def from_json_lines(
    text: str, /, *, lifecycle: Lifecycle = LIFECYCLE, max_characters: int = MAX_CHARACTERS
) -> Interview:
    """Read an interview from JSON Lines.

    Args:
        text: The lines. The last one may lack its line feed. Lines may be of different versions of the
            format.
        lifecycle: The table whose events are known, and by which the interview is replayed.
        max_characters: How long the text may be, in code points.

    Returns:
        The interview.

    Raises:
        InvalidDataError: When the text is too long, a line is no document of an event, or the events cannot
            have happened. Lists every fault, a hundred at most. A path begins with the place of the line,
            counted from 0: ``$[3].at`` is in the fourth line, and in the fourth event.
        InvalidValueError: When an event class of your own has a field that no document can hold, as
            `infoview.conversion.from_dict` says.
    """
    lines = enumerate(StringIO(check_size(text, max_characters=max_characters), newline="\n"))
    events, problems = each_read(lines, lambda line: _event(*line, lifecycle, max_characters))
    if not problems:
        try:
            return replayed(events.values(), lifecycle)
        except InvalidDataError as error:
            problems += error.problems
    raise listed(problems)


def read_json_lines(
    lines: Iterable[str], /, *, lifecycle: Lifecycle = LIFECYCLE, max_characters: int = MAX_CHARACTERS
) -> Iterator[Event | CustomEvent]:
    """Read events from JSON Lines one by one, so that a log need not fit into memory.

    Args:
        lines: The lines, with or without their line feeds, such as a file opened as UTF-8. The events may be
            those of several interviews.
        lifecycle: The table whose events are known.
        max_characters: How long a line may be, in code points.

    Returns:
        The events, each read when it is asked for. `Interview.replay` takes them as they are.

    Raises:
        InvalidDataError: At once, when no lines are given, or a text for its lines (code ``wrong_type``).
            Then at the first line that is no document of an event, with all its faults and paths as in
            `from_json_lines`.
        InvalidValueError: As `from_json_lines`, with the first event.
    """
    if isinstance(lines, str) or not isinstance(cast("object", lines), Iterable):
        raise fault("wrong_type", "give lines, such as an open file; read a text with from_json_lines")
    return _events(lines, lifecycle, max_characters)


def _events(lines: Iterable[str], lifecycle: Lifecycle, max_characters: int) -> Iterator[Event | CustomEvent]:
    for place, line in enumerate(lines):
        try:
            event = _event(place, line, lifecycle, max_characters)
        except InvalidDataError as error:
            problems = within(f"[{place}]", error.problems)
            break
        yield event
    else:
        return
    raise InvalidDataError(tuple(problems))


def _event(place: int, line: str, lifecycle: Lifecycle, max_characters: int) -> Event | CustomEvent:
    check_size(line, max_characters=max_characters)
    if not line.strip(_BLANKS):
        raise fault("blank_line", "remove this line, or put an event on it")
    document = read_text(line, max_characters=max_characters, line=place + 1)
    return from_dict(Event, document, lifecycle=lifecycle)
