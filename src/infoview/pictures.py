"""Pictures of the lifecycle, drawn from its table: Mermaid, DOT, and an SVG that needs no other program.

All three show the same arrows. Events between the same two stages share one. What may happen in every stage
of a group is drawn once, from the group: from a frame around its stages, or from a dashed box that stands for
them. Events that leave the stage as it is are left out unless asked for. `Undone` is never drawn: it leads
back to wherever the interview stood.
"""

import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from html import escape
from itertools import chain
from types import MappingProxyType
from typing import Final

import attrs

from infoview._stages import ENDED, LIVE, Stage
from infoview._transitions import TRANSITIONS, Transition

__all__ = ["lifecycle_dot", "lifecycle_mermaid", "lifecycle_svg"]


@attrs.frozen(kw_only=True)
class _Group:
    """Stages that share events.

    Attributes:
        name: Its identifier.
        title: What it is called in a picture.
        stages: Its members.
        framed: Whether it is a frame around its members; else a box that stands for them.
    """

    name: str
    title: str
    stages: frozenset[StrEnum]
    framed: bool = False


@attrs.frozen
class _Start:
    """Where there is no interview yet."""

    name: str = "START"


_START: Final = _Start()

_Node = StrEnum | _Group | _Start

_SINCE_TALK = {Stage.IN_PROGRESS, Stage.HELD, Stage.THANKED, Stage.IN_TOUCH, Stage.DORMANT}

_GROUPS = (
    _Group(name="ANY_STAGE", title="any stage", stages=frozenset(Stage)),
    _Group(name="ANY_LIVE_STAGE", title="any live stage", stages=frozenset(LIVE)),
    _Group(name="BEFORE_THE_TALK", title="any stage before the talk", stages=frozenset(LIVE) - _SINCE_TALK),
    _Group(name="BOOKED", title="booked", stages=frozenset({Stage.SCHEDULED, Stage.CONFIRMED}), framed=True),
)
"""From the largest to the smallest."""


# -- what is drawn ------------------------------------------------------------------------------------------


@attrs.frozen
class _Arrow:
    """What leads from one node to another.

    Attributes:
        source: Where it begins.
        target: Where it ends; the same for events that change no stage.
        events: Their names.
    """

    source: _Node
    target: _Node
    events: tuple[str, ...]


def _outcomes(row: Transition) -> Iterator[tuple[str, StrEnum]]:
    name = row.event.__name__
    if row.target is not None:
        yield name, row.target
    if row.target_if is not None:
        flag, other = row.target_if
        yield f"{name} if {flag}", other


def _gather(stages: Iterable[StrEnum | _Start], target: StrEnum | None) -> Iterator[_Node]:
    """Say with as few nodes as there are groups for where an event begins; no frame around its own target."""
    left = dict.fromkeys(stages)
    for group in _GROUPS:
        if group.stages <= left.keys() and not (group.framed and (target is None or target in group.stages)):
            yield group
            left = dict.fromkeys(stage for stage in left if stage not in group.stages)
    yield from left


def _arrows(transitions: Iterable[Transition], *, stays: bool) -> list[_Arrow]:
    begins: dict[tuple[str, StrEnum], list[StrEnum | _Start]] = {}
    for row in transitions:
        for label, target in _outcomes(row):
            begins.setdefault((label, target), []).append(row.source or _START)
    between: dict[tuple[_Node, _Node], list[str]] = {}
    staying: dict[str, list[StrEnum | _Start]] = {}
    for (label, target), stages in begins.items():
        for node in _gather(stages, target):
            if node is target:
                staying.setdefault(label, []).append(target)
            else:
                between.setdefault((node, target), []).append(label)
    if stays:
        for label, stages in staying.items():
            for node in _gather(stages, None):
                between.setdefault((node, node), []).append(label)
    return [_Arrow(source, target, tuple(events)) for (source, target), events in between.items()]


def _groups_of(arrows: Iterable[_Arrow]) -> list[_Group]:
    used = {arrow.source for arrow in arrows}
    return [group for group in _GROUPS if group in used]


def _stages_of(transitions: Iterable[Transition]) -> list[StrEnum]:
    """List the stages: the library's own first, in their order, and the others as they come."""
    known = dict.fromkeys(row.source for row in transitions if row.source is not None)
    known |= dict.fromkeys(to for row in transitions for _, to in _outcomes(row))
    return [*(stage for stage in Stage if stage in known), *_own(known)]


def _own(nodes: Iterable[_Node]) -> list[StrEnum]:
    """Pick the stages that somebody added to the library's."""
    return [node for node in nodes if isinstance(node, StrEnum) and not isinstance(node, Stage)]


def _frames(groups: Iterable[_Group], stages: Iterable[StrEnum]) -> Iterator[tuple[_Group, list[StrEnum]]]:
    for group in groups:
        if group.framed:
            yield group, [stage for stage in stages if stage in group.stages]


# -- Mermaid ------------------------------------------------------------------------------------------------


def _for_mermaid(text: str) -> str:
    return re.sub(r"[^A-Za-z0-9_ ]", lambda match: f"#{ord(match[0])};", text)


def lifecycle_mermaid(transitions: Iterable[Transition] = TRANSITIONS, *, stays: bool = False) -> str:
    """Draw the lifecycle for Mermaid, which many sites render where the text stands.

    Args:
        transitions: The rows of the table.
        stays: Whether to draw events that leave the stage as it is.

    Returns:
        A ``stateDiagram-v2``, a line per arrow, the same for the same rows.
    """
    rows = tuple(transitions)
    arrows = _arrows(rows, stays=stays)
    groups = _groups_of(arrows)
    lines = ["stateDiagram-v2"]
    lines += [f'    state "{group.title}" as {group.name}' for group in groups]
    for group, members in _frames(groups, _stages_of(rows)):
        lines += [f"    state {group.name} {{", *(f"        {stage.name}" for stage in members), "    }"]
    for arrow in arrows:
        source = "[*]" if arrow.source is _START else arrow.source.name
        label = "<br/>".join(map(_for_mermaid, arrow.events))
        lines.append(f"    {source} --> {arrow.target.name}: {label}")
    return "\n".join(lines) + "\n"


# -- DOT ----------------------------------------------------------------------------------------------------


def _for_dot(text: str) -> str:
    quoted = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{quoted}"'


def lifecycle_dot(transitions: Iterable[Transition] = TRANSITIONS, *, stays: bool = False) -> str:
    """Draw the lifecycle for Graphviz and other readers of DOT.

    Args:
        transitions: The rows of the table.
        stays: Whether to draw events that leave the stage as it is.

    Returns:
        A ``digraph``, a line per node and per arrow, the same for the same rows.
    """
    rows = tuple(transitions)
    arrows = _arrows(rows, stays=stays)
    groups = _groups_of(arrows)
    stages = _stages_of(rows)
    lines = [
        "digraph lifecycle {",
        '    graph [rankdir=LR, compound=true, fontname="sans-serif"]',
        '    node [shape=box, style=rounded, fontname="sans-serif"]',
        '    edge [fontname="sans-serif", fontsize=10]',
        "    START [shape=point]",
        *(f"    {stage.name}" for stage in stages),
        *(
            f"    {group.name} [label={_for_dot(group.title)}, style=dashed]"
            for group in groups
            if not group.framed
        ),
    ]
    inside: dict[_Node, str] = {}
    for group, members in _frames(groups, stages):
        inside[group] = members[0].name
        lines.append(f"    subgraph cluster_{group.name} {{")
        lines.append(f"        label={_for_dot(group.title)}")
        lines += [f"        {stage.name}" for stage in members]
        lines.append("    }")
    for arrow in arrows:
        label = _for_dot("\n".join(arrow.events))
        # An arrow from a frame begins in a stage of it and is cut off at the frame.
        cut = f", ltail=cluster_{arrow.source.name}" if arrow.source in inside else ""
        source = inside.get(arrow.source, arrow.source.name)
        lines.append(f"    {source} -> {arrow.target.name} [label={label}{cut}]")
    return "\n".join([*lines, "}"]) + "\n"


# -- SVG ----------------------------------------------------------------------------------------------------
# Places are counted in columns and rows of a grid, from the middle of the first box.

_Point = tuple[float, float]

_FIRST = (137, 134)
_STEP = (262, 104)
_WIDTH = 1322
_HEIGHT = 808
_HALF_BOX = (62, 19)
_LINE_HEIGHT = 14
_BEND = 9
_CHARACTER = 6.7
"""About the width of one in the labels' font."""

_COLUMNS = ("Finding out", "Asking", "Agreeing on a time", "The talk", "Afterwards")
_ENDED_ROW = 5.15
_OWN_ROW = 7.1
_OWN_COLUMNS = 4
"""The fifth is left free for the arrows to the end."""

_PLACES: Mapping[str, _Point] = MappingProxyType(
    {
        "START": (0, -0.62),
        "IDENTIFIED": (0, 0),
        "PREPARED": (0, 1),
        "INTRO_PENDING": (0, 2),
        "BEFORE_THE_TALK": (0, 4.15),
        "WRITTEN": (1, 0),
        "REQUESTED": (1, 1),
        "DEFERRED": (1, 2),
        "ACCEPTED": (2, 1),
        "SCHEDULING": (2, 2),
        "SCHEDULED": (2, 3),
        "CONFIRMED": (2, 4),
        "HELD": (3, 1),
        "IN_PROGRESS": (3, 3),
        "THANKED": (4, 1),
        "IN_TOUCH": (4, 2),
        "DORMANT": (4, 3),
        "ANY_LIVE_STAGE": (4, 4.15),
        "WITHDRAWN": (0, _ENDED_ROW),
        "NO_RESPONSE": (0.8, _ENDED_ROW),
        "DECLINED": (1.6, _ENDED_ROW),
        "CANCELLED": (2.4, _ENDED_ROW),
        "NO_SHOW": (3.2, _ENDED_ROW),
        "CLOSED": (4, _ENDED_ROW),
        "ANY_STAGE": (4, 6.1),
    }
)


@attrs.frozen
class _Route:
    """How an arrow runs.

    Attributes:
        via: The corners; it leaves and enters the boxes at the points nearest to the first and the last.
        label: The middle of its label; without, halfway between its ends.
    """

    via: tuple[_Point, ...]
    label: _Point | None = None


_DECLINED = ((1.62, 4), (1.62, 4.56))
_REOPENED = ((-0.46, 5.6), (-0.46, 1))
_REBOOKED = ((2.45, 4.62), (2.45, 2))

_ROUTES: Mapping[tuple[str, str], _Route] = MappingProxyType(
    {
        ("IDENTIFIED", "INTRO_PENDING"): _Route(((-0.34, 0), (-0.34, 2)), (-0.23, 1.42)),
        ("PREPARED", "INTRO_PENDING"): _Route(((-0.14, 1.5),), (-0.23, 1.42)),
        ("INTRO_PENDING", "PREPARED"): _Route(((0.14, 1.5),), (0.14, 1.62)),
        ("PREPARED", "REQUESTED"): _Route(((0.5, 0.9),)),
        ("INTRO_PENDING", "REQUESTED"): _Route(((0.5, 1.92), (0.5, 1.04)), (0.5, 1.45)),
        ("INTRO_PENDING", "ACCEPTED"): _Route(((0.5, 2.08), (0.5, 2.5), (1.3, 2.5), (1.3, 0.9)), (0.99, 2.5)),
        ("REQUESTED", "ACCEPTED"): _Route(((1.5, 0.9),), (1.52, 0.9)),
        ("DEFERRED", "ACCEPTED"): _Route(((1.3, 1.92), (1.3, 0.9)), (1.52, 0.9)),
        ("NO_RESPONSE", "ACCEPTED"): _Route(((0.95, 4.4), (1.3, 4.4), (1.3, 0.9)), (1.3, 3.9)),
        ("REQUESTED", "DEFERRED"): _Route(((0.86, 1.5),)),
        ("DEFERRED", "REQUESTED"): _Route(((1.14, 1.5),)),
        ("REQUESTED", "NO_RESPONSE"): _Route(((0.68, 1.16), (0.68, 4)), (0.68, 3.5)),
        ("REQUESTED", "SCHEDULED"): _Route(((1.46, 1.01), (1.46, 3)), (1.46, 2.5)),
        ("REQUESTED", "DECLINED"): _Route(((1.62, 1.12), *_DECLINED), _DECLINED[1]),
        ("DEFERRED", "DECLINED"): _Route(((1.62, 2.08), *_DECLINED), _DECLINED[1]),
        ("ACCEPTED", "DECLINED"): _Route(((1.62, 1.12), *_DECLINED), _DECLINED[1]),
        ("SCHEDULING", "DECLINED"): _Route(((1.62, 2.08), *_DECLINED), _DECLINED[1]),
        ("WRITTEN", "HELD"): _Route(((3, 0),), (2, 0)),
        ("ACCEPTED", "SCHEDULED"): _Route(((2.36, 1), (2.36, 3)), (2.36, 1.5)),
        ("SCHEDULED", "CONFIRMED"): _Route(((1.86, 3.5),), (1.86, 3.38)),
        ("CONFIRMED", "SCHEDULED"): _Route(((2.14, 3.5),), (2.11, 3.62)),
        ("BOOKED", "HELD"): _Route(((2.65, 2.85), (2.65, 1)), (2.65, 1.5)),
        ("BOOKED", "IN_PROGRESS"): _Route(((2.5, 3.05),), (2.6, 3.05)),
        ("BOOKED", "CANCELLED"): _Route(((2.25, 4.7),)),
        ("BOOKED", "NO_SHOW"): _Route(((3.3, 3.9), (3.3, 4.5)), (2.95, 3.9)),
        ("CANCELLED", "SCHEDULING"): _Route(_REBOOKED, (2.45, 4.3)),
        ("NO_SHOW", "SCHEDULING"): _Route(((3.1, 4.62), *_REBOOKED), (2.45, 4.3)),
        ("THANKED", "DORMANT"): _Route(((4.4, 1), (4.4, 3)), (4.4, 2)),
        ("IN_TOUCH", "DORMANT"): _Route(((3.8, 2.5),)),
        ("DORMANT", "IN_TOUCH"): _Route(((4.1, 2.5),)),
        ("WITHDRAWN", "PREPARED"): _Route(((0, 5.6), *_REOPENED), (-0.23, 5.6)),
        ("NO_RESPONSE", "PREPARED"): _Route(((0.8, 5.6), *_REOPENED), (-0.23, 5.6)),
        ("DECLINED", "PREPARED"): _Route(((1.6, 5.6), *_REOPENED), (-0.23, 5.6)),
        ("CANCELLED", "PREPARED"): _Route(((2.4, 5.6), *_REOPENED), (-0.23, 5.6)),
    }
)
"""What is not named here runs straight."""


@attrs.frozen
class _Box:
    """A rectangle in pixels."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def middle(self) -> _Point:
        return _halfway((self.left, self.top), (self.right, self.bottom))

    def nearest(self, point: _Point) -> _Point:
        return min(max(point[0], self.left), self.right), min(max(point[1], self.top), self.bottom)


def _pixels(place: _Point) -> _Point:
    return _FIRST[0] + place[0] * _STEP[0], _FIRST[1] + place[1] * _STEP[1]


def _box_around(middle: _Point, half_width: float, half_height: float) -> _Box:
    x, y = middle
    return _Box(x - half_width, y - half_height, x + half_width, y + half_height)


def _places_of(own: Sequence[StrEnum]) -> Mapping[str, _Point]:
    """Put stages that the sheet knows no place for below it, some to a row."""
    rows = (divmod(count, _OWN_COLUMNS) for count in range(len(own)))
    added = {stage.name: (column, _OWN_ROW + row) for stage, (row, column) in zip(own, rows, strict=True)}
    return {**_PLACES, **added}


def _box_of(node: _Node, places: Mapping[str, _Point]) -> _Box:
    if isinstance(node, _Group) and node.framed:
        boxes = [_box_of(stage, places) for stage in node.stages]
        return _Box(
            min(box.left for box in boxes) - 14,
            min(box.top for box in boxes) - 24,
            max(box.right for box in boxes) + 14,
            max(box.bottom for box in boxes) + 10,
        )
    middle = _pixels(places[node.name])
    if isinstance(node, _Start):
        return _box_around(middle, 7, 7)
    if isinstance(node, _Group):
        return _box_around(middle, _half_width(node.title) + 4, 14)
    return _box_around(middle, *_HALF_BOX)


def _half_width(text: str) -> float:
    return len(text) * _CHARACTER / 2 + 4


def _halfway(start: _Point, end: _Point) -> _Point:
    return (start[0] + end[0]) / 2, (start[1] + end[1]) / 2


def _run(arrow: _Arrow, places: Mapping[str, _Point]) -> tuple[list[_Point], _Point]:
    """Find the corners of an arrow, ends included, and the middle of its label."""
    begin, end = _box_of(arrow.source, places), _box_of(arrow.target, places)
    route = _ROUTES.get((arrow.source.name, arrow.target.name))
    via = [_pixels(place) for place in route.via] if route else [_halfway(begin.middle, end.middle)]
    corners = [begin.nearest(via[0]), *via, end.nearest(via[-1])]
    label = _pixels(route.label) if route and route.label else _halfway(corners[0], corners[-1])
    return corners, label


def _number(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def _pair(point: _Point) -> str:
    return f"{_number(point[0])} {_number(point[1])}"


def _towards(start: _Point, end: _Point) -> _Point:
    """Go a little way, and never past the middle, so that two corners do not meet."""
    (x1, y1), (x2, y2) = start, end
    share = min(0.5, _BEND / max(math.dist(start, end), 1))
    return x1 + (x2 - x1) * share, y1 + (y2 - y1) * share


def _path(points: Sequence[_Point]) -> str:
    """Join points by lines that bend where they meet: so one sees which way a shared line is joined."""
    steps = ["M" + _pair(points[0])]
    for before, corner, after in zip(points, points[1:], points[2:], strict=False):
        steps.append(f"L{_pair(_towards(corner, before))} Q{_pair(corner)} {_pair(_towards(corner, after))}")
    steps.append("L" + _pair(points[-1]))
    return " ".join(steps)


def _rectangle(kind: str, box: _Box, *, radius: int) -> str:
    return (
        f'<rect class="{kind}" x="{_number(box.left)}" y="{_number(box.top)}" rx="{radius}" '
        f'width="{_number(box.right - box.left)}" height="{_number(box.bottom - box.top)}"/>'
    )


def _text(kind: str, place: _Point, text: str) -> str:
    return f'<text class="{kind}" x="{_number(place[0])}" y="{_number(place[1])}">{escape(text)}</text>'


def _label(middle: _Point, lines: Iterable[str]) -> Iterator[str]:
    """Write the lines of a label on a plate that covers the arrow below."""
    written = tuple(lines)
    x, y = middle
    half_height = len(written) * _LINE_HEIGHT / 2
    yield _rectangle("plate", _box_around(middle, max(map(_half_width, written)), half_height + 1), radius=3)
    for count, line in enumerate(written):
        yield _text("event", (x, y - half_height + _LINE_HEIGHT * count + 11), line)


_STYLE = """\
text { font: 12px Helvetica, Arial, "Liberation Sans", sans-serif; text-anchor: middle; fill: #1f2933 }
.sheet { fill: #ffffff }
.phase { fill: #f1f5f9 }
.title { font-size: 15px; font-weight: bold; fill: #52606d }
.stage { fill: #dbeafe; stroke: #1d4ed8; stroke-width: 1.5 }
.ended { fill: #e5e7eb; stroke: #4b5563; stroke-width: 1.5 }
.group, .frame { fill: #ffffff; stroke: #4b5563; stroke-dasharray: 4 3 }
.name { font-size: 13px; font-weight: bold }
.together { font-style: italic }
.arrow { fill: none; stroke: #52606d; stroke-width: 1.3; marker-end: url(#head); stroke-linejoin: round }
.plate { fill: #ffffff }
.start, #head path { fill: #52606d }
"""

_HEAD = (
    '<defs><marker id="head" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" '
    'markerUnits="userSpaceOnUse" orient="auto"><path d="M0 0 L8 4 L0 8 Z"/></marker></defs>'
)


def _band(left_top: _Point, right_bottom: _Point) -> str:
    (left, top), (right, bottom) = _pixels(left_top), _pixels(right_bottom)
    return _rectangle("phase", _Box(left + 3, top, right - 3, bottom), radius=8)


def _background(own_rows: int) -> Iterator[str]:
    """Draw a column for each phase, below all of them the ends, and below those the stages of your own."""
    for column, title in enumerate(_COLUMNS):
        yield _band((column - 0.5, -1.2), (column + 0.5, _ENDED_ROW - 0.6))
        yield _text("title", _pixels((column, -0.95)), title)
    yield _band((-0.5, _ENDED_ROW - 0.56), (len(_COLUMNS) - 0.5, _ENDED_ROW + 1.25))
    yield _text("title", _pixels((len(_COLUMNS) / 2 - 0.5, _ENDED_ROW + 0.95)), "Ended")
    if own_rows:
        yield _band((-0.5, _OWN_ROW - 0.66), (len(_COLUMNS) - 0.5, _OWN_ROW + own_rows - 0.1))
        yield _text("title", _pixels((len(_COLUMNS) / 2 - 0.5, _OWN_ROW + own_rows - 0.4)), "Added")


def _sign(node: _Node, places: Mapping[str, _Point]) -> Iterator[str]:
    """Draw a node that stands on the arrows."""
    box = _box_of(node, places)
    x, y = box.middle
    if isinstance(node, _Start):
        yield f'<circle class="start" cx="{_number(x)}" cy="{_number(y)}" r="7"/>'
    elif isinstance(node, StrEnum):
        yield _rectangle("ended" if node in ENDED else "stage", box, radius=9)
        yield _text("name", (x, y + 4.5), node.name)
    else:
        yield _rectangle("frame" if node.framed else "group", box, radius=9)
        yield _text("together", (box.left + 30, box.top + 16) if node.framed else (x, y + 4), node.title)


def lifecycle_svg(transitions: Iterable[Transition] = TRANSITIONS) -> str:
    """Draw the lifecycle as an image, a column for each phase.

    The sheet is white, so that it can be read on light and dark pages. Stages that the library's own table
    does not have stand below the others, and arrows that it does not have run straight.

    Args:
        transitions: The rows of the table.

    Returns:
        An SVG document, the same for the same rows.
    """
    rows = tuple(transitions)
    arrows = _arrows(rows, stays=False)
    nodes = dict.fromkeys(arrow.source for arrow in arrows) | dict.fromkeys(_stages_of(rows))
    frames = [node for node in nodes if isinstance(node, _Group) and node.framed]
    own = _own(nodes)
    own_rows = -(-len(own) // _OWN_COLUMNS)
    places = _places_of(own)
    height = _HEIGHT + (own_rows and math.ceil((own_rows + 0.6) * _STEP[1]))
    size = f'width="{_WIDTH}" height="{height}"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" {size} role="img">',
        "<title>The lifecycle of an informational interview</title>",
        f"<style>\n{_STYLE}</style>",
        _HEAD,
        f'<rect class="sheet" {size}/>',
        *_background(own_rows),
        *chain.from_iterable(_sign(frame, places) for frame in frames),
    ]
    labels: dict[_Point, dict[str, None]] = {}
    for arrow in arrows:
        corners, middle = _run(arrow, places)
        parts.append(f'<path class="arrow" d="{_path(corners)}"/>')
        labels.setdefault(middle, {}).update(dict.fromkeys(arrow.events))
    parts += chain.from_iterable(_label(middle, events) for middle, events in labels.items())
    parts += chain.from_iterable(_sign(node, places) for node in nodes if node not in frames)
    return "\n".join([*parts, "</svg>"]) + "\n"
