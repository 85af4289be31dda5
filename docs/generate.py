# ruff: noqa: INP001 - a script
"""Write what the documentation takes from the code: run `python docs/generate.py` after changing a table.

A page says where something belongs by a pair of comments, `<!-- generated: NAME -->` and `<!-- end -->`; what
stands between them is replaced. The tests compare the pages with the code.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from string import Formatter
from typing import cast

import attrs

from infoview import _guards, pictures
from infoview._guards import Guard
from infoview._policy import POLICY_CHOICES, Policy
from infoview._stages import LIVE, Stage
from infoview._transitions import TRANSITIONS, Transition
from infoview.policies import CLASSIC, PRESETS
from infoview.testing import CAPABILITIES, STORE_CHECKS

FOLDER = Path(__file__).parent / "reference"

_EVERYWHERE = {
    frozenset(Stage): "every stage",
    frozenset(Stage) - {Stage.CLOSED}: "every stage but CLOSED",
    frozenset(LIVE): "every live stage",
}


def _line(cells: Iterable[object]) -> str:
    return f"| {' | '.join(str(cell).replace('|', '&#124;') for cell in cells)} |\n"


def _table(head: Sequence[str], rows: Iterable[Iterable[object]]) -> str:
    return "".join([_line(head), f"|{'---|' * len(head)}\n", *map(_line, rows)])


def _code(words: Iterable[object]) -> str:
    return ", ".join(f"`{word}`" for word in words)


# -- the lifecycle ------------------------------------------------------------------------------------------


def _mermaid() -> str:
    return f"```mermaid\n{pictures.lifecycle_mermaid()}```\n"


_ROWS: dict[str, list[Transition]] = {}
for _row in TRANSITIONS:
    _ROWS.setdefault(_row.event.__name__, []).append(_row)

_MOVING = {row.event for row in TRANSITIONS if row.target is not None and row.source is not row.target}
"""The events that lead to another stage from somewhere; the others stay wherever they happen."""


def _everywhere(rows: Iterable[Transition]) -> str | None:
    """Name the many stages that rows begin in, unless they are few."""
    return _EVERYWHERE.get(frozenset(row.source for row in rows if isinstance(row.source, Stage)))


def _line_of(row: Transition) -> tuple[object, ...]:
    """Tell which rows make one line: all that differ in the source only."""
    target = row.target if row.event in _MOVING else None
    guards = tuple(guard.code for guard in row.guards)
    return row.event, target, row.target_if, guards, row.opens, row.settles, row.is_contact, row.why


def _sources(rows: Sequence[Transition]) -> str:
    return _everywhere(rows) or ", ".join(row.source.name for row in rows if row.source) or "none yet"


def _leads_to(row: Transition) -> str:
    if row.target is None:
        return "where it stood before"
    target = row.target.name if row.event in _MOVING else "the same"
    return target if row.target_if is None else f"{target}; {row.target_if[1].name} if `{row.target_if[0]}`"


def _opened(row: Transition) -> str:
    return ", ".join(
        f"`{opens.kind}` if `{opens.only_if}`" if opens.only_if else f"`{opens.kind}`" for opens in row.opens
    )


def _transitions() -> str:
    lines: dict[tuple[object, ...], list[Transition]] = {}
    for row in TRANSITIONS:
        lines.setdefault(_line_of(row), []).append(row)
    return _table(
        ("event", "from", "to", "guards", "opens", "settles", "source"),
        (
            (
                f"`{row.event.__name__}`",
                _sources(rows),
                _leads_to(row),
                _code(guard.code for guard in row.guards),
                _opened(row),
                _code(row.settles),
                row.why,
            )
            for rows in lines.values()
            for row in rows[:1]
        ),
    )


def _contacts() -> str:
    return f"{_code(name for name, rows in _ROWS.items() if any(row.is_contact for row in rows))}.\n"


def _events_from(stage: Stage, *, moving: bool) -> str:
    return _code(
        name
        for name, rows in _ROWS.items()
        for row in rows
        if row.source is stage and (row.target is not stage) is moving and not _everywhere(rows)
    )


def _stages() -> str:
    return _table(
        ("stage", "value", "meaning", "live", "events that lead on", "events that stay"),
        (
            (
                stage.name,
                f"`{stage}`",
                stage.meaning,
                "yes" if stage in LIVE else "",
                _events_from(stage, moving=True),
                _events_from(stage, moving=False),
            )
            for stage in Stage
        ),
    )


def _common_events() -> str:
    return "".join(f"- `{name}`: {place}\n" for name, rows in _ROWS.items() if (place := _everywhere(rows)))


def _guarded(guard: Guard) -> str:
    guarded = (name for name, rows in _ROWS.items() if any(guard in row.guards for row in rows))
    return _code(guarded) or "every event"


def _numbers_of(guard: Guard) -> Iterator[str]:
    for _, field, _, _ in Formatter().parse(guard.sentence):
        if field is not None:
            yield field.removeprefix("policy.")


def _guard_table() -> str:
    guards = [thing for thing in vars(_guards).values() if isinstance(thing, Guard)]
    return _table(
        ("code", "what it says", "numbers", "guards", "needs the event", "whatever the policy"),
        (
            (
                f"`{guard.code}`",
                guard.sentence.format(policy=CLASSIC),
                _code(_numbers_of(guard)),
                _guarded(guard),
                "yes" if guard.of_event else "",
                "yes" if guard.standing else "",
            )
            for guard in guards
        ),
    )


# -- the policy ---------------------------------------------------------------------------------------------


def _shown(value: object) -> str:
    if isinstance(value, tuple):
        return "; ".join(map(str, cast("tuple[object, ...]", value))) or "none"
    return str(value)


def _presets() -> str:
    fields = [field.name for field in attrs.fields(Policy) if field.name != "name"]
    rows = ([getattr(preset, name) for preset in PRESETS] for name in fields)
    return _table(
        ("rule", *(f"`{preset.name.upper()}`" for preset in PRESETS)),
        (
            (name, _shown(first), *(f"**{_shown(value)}**" if value != first else "" for value in others))
            for name, (first, *others) in zip(fields, rows, strict=True)
            if any(value != first for value in others)
        ),
    )


def _numbers() -> str:
    _title, numbers, _choices = CLASSIC.explain().split("\n\n")
    return f"{numbers}\n"


def _choices() -> str:
    return _table(
        ("choice", "options", "`CLASSIC`", "sources"),
        (
            (
                choice.name,
                _code(choice.options) or "a list of your own",
                _shown(getattr(CLASSIC, choice.name)),
                choice.sources,
            )
            for choice in POLICY_CHOICES.values()
        ),
    )


# -- the suite for stores -----------------------------------------------------------------------------------


def _store_checks() -> str:
    return _table(
        ("id", "what has to hold", "layer", "level", "capability"),
        (
            (f"`{c.id}`", c.sentence, c.layer, c.level, f"`{c.capability}`" if c.capability else "")
            for c in sorted(STORE_CHECKS, key=lambda check: int(check.rule[1:]))
        ),
    )


def _capabilities() -> str:
    return _table(("capability", "what it means"), ((f"`{c}`", text) for c, text in CAPABILITIES.items()))


# -- the pages ----------------------------------------------------------------------------------------------

PARTS: dict[str, Callable[[], str]] = {
    "picture": _mermaid,
    "stages": _stages,
    "common events": _common_events,
    "transitions": _transitions,
    "contacts": _contacts,
    "guards": _guard_table,
    "presets": _presets,
    "choices": _choices,
    "numbers": _numbers,
    "store checks": _store_checks,
    "capabilities": _capabilities,
}
"""What can stand between two comments, by the name in the first."""

_PART = re.compile(r"(<!-- generated: ([\w ]+) -->\n).*?(<!-- end -->)", re.DOTALL)


def parts_of(page: str) -> list[str]:
    """List the names of the parts that a page asks for."""
    return [match[2] for match in _PART.finditer(page)]


def fill(page: str) -> str:
    """Put into a page what the code says now."""
    return _PART.sub(lambda match: f"{match[1]}\n{PARTS[match[2]]()}\n{match[3]}", page)


def generate(folder: Path = FOLDER) -> dict[Path, str]:
    """Say what the generated files of a folder should hold."""
    pages = {path: path.read_text("utf-8") for path in sorted(folder.glob("*.md"))}
    filled = {path: fill(page) for path, page in pages.items() if parts_of(page)}
    return filled | {folder / "lifecycle.svg": pictures.lifecycle_svg()}


def main(folder: Path = FOLDER) -> None:
    """Write the files."""
    for path, text in generate(folder).items():
        path.write_text(text, "utf-8")


if __name__ == "__main__":
    main()
