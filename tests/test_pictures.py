import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from enum import StrEnum
from itertools import combinations, pairwise
from math import ceil, dist
from xml.etree import ElementTree as ET

import attrs
import pytest

from infoview import LIFECYCLE, TRANSITIONS, CustomEvent, Stage, Transition
from infoview._stages import LIVE
from infoview.pictures import lifecycle_dot, lifecycle_mermaid, lifecycle_svg

SVG = "{http://www.w3.org/2000/svg}"

BOOKED = {"SCHEDULED", "CONFIRMED"}
MEMBERS = {
    "ANY_STAGE": {stage.name for stage in Stage},
    "ANY_LIVE_STAGE": {stage.name for stage in LIVE},
    "BEFORE_THE_TALK": {stage.name for stage in LIVE}
    - {"IN_PROGRESS", "HELD", "THANKED", "IN_TOUCH", "DORMANT"},
    "BOOKED": BOOKED,
}
"""What the groups of a picture stand for."""

Step = tuple[str, str, str]


def row(name: str, source: Stage | None, target: Stage, **rest: tuple[str, Stage]) -> Transition:
    """Make up a row of a table."""
    return Transition(event=type(name, (), {}), source=source, target=target, why="", **rest)


def row_of_ones_own(name: str, source: StrEnum, target: StrEnum) -> Transition:
    """Make up a row for an event and a stage of one's own."""
    event = attrs.make_class(name, {}, bases=(CustomEvent,), frozen=True, kw_only=True)
    return Transition(event=event, source=source, target=target, why="")


def steps_of(rows: Iterable[Transition]) -> set[Step]:
    """List what a table says: from where, by which event, to where."""
    steps = set()
    for each in rows:
        if each.target is None:
            continue
        source, name = each.source.name if each.source else "START", each.event.__name__
        steps.add((source, name, each.target.name))
        if each.target_if:
            steps.add((source, f"{name} if {each.target_if[0]}", each.target_if[1].name))
    return steps


def leaving(steps: set[Step]) -> set[Step]:
    """Leave out the steps that stay."""
    return {step for step in steps if step[0] != step[2]}


def expanded(source: str, events: Iterable[str], target: str) -> Iterator[Step]:
    """Say of an arrow what it means for each stage it begins in."""
    for stage in MEMBERS.get(source, {source}):
        for event in events:
            yield stage, event, stage if source == target else target


def mermaid_steps(picture: str) -> set[Step]:
    """Read the steps off a Mermaid picture."""
    arrows = re.findall(r"^    (\[\*\]|\w+) --> (\w+): (.+)$", picture, re.MULTILINE)
    return {
        step
        for source, target, events in arrows
        for step in expanded(source.replace("[*]", "START"), events.split("<br/>"), target)
    }


def dot_steps(picture: str) -> set[Step]:
    """Read the steps off a DOT picture."""
    arrow = re.compile(r'^    (\w+) -> (\w+) \[label="([^"]+)"(?:, ltail=cluster_(\w+))?\]$', re.MULTILINE)
    return {
        step
        for source, target, events, frame in arrow.findall(picture)
        for step in expanded(frame or source, events.split("\\n"), target)
    }


DRAWN: list[tuple[Callable[..., str], Callable[[str], set[Step]]]] = [
    (lifecycle_mermaid, mermaid_steps),
    (lifecycle_dot, dot_steps),
]
every_text = pytest.mark.parametrize(("draw", "read"), DRAWN, ids=["mermaid", "dot"])
every_format = pytest.mark.parametrize("draw", [lifecycle_mermaid, lifecycle_dot, lifecycle_svg])


class TestTruth:
    """A picture shows what the table says: every step that leads on, and no other."""

    @every_text
    def test_steps_that_lead_on(self, draw: Callable[..., str], read: Callable[[str], set[Step]]) -> None:
        """The arrows, read back, are the steps to another stage."""
        drawn = read(draw())
        assert drawn <= steps_of(TRANSITIONS)
        assert leaving(drawn) == leaving(steps_of(TRANSITIONS))

    @every_text
    def test_steps_that_stay(self, draw: Callable[..., str], read: Callable[[str], set[Step]]) -> None:
        """With the events that stay, the arrows are the whole table."""
        assert read(draw(stays=True)) == steps_of(TRANSITIONS)

    @every_text
    def test_a_lost_row_is_noticed(self, draw: Callable[..., str], read: Callable[[str], set[Step]]) -> None:
        """Broken doubles that lack a row, be it of a group or not, are caught."""
        lost = [at for at, row in enumerate(TRANSITIONS) if row.source is Stage.CONFIRMED and row.target]
        assert lost
        for at in lost:
            double = (*TRANSITIONS[:at], *TRANSITIONS[at + 1 :])
            assert read(draw(double, stays=True)) != steps_of(TRANSITIONS)
            assert read(draw(double, stays=True)) == steps_of(double)

    @every_format
    def test_the_same_again(self, draw: Callable[..., str]) -> None:
        """Equal rows make equal pictures, also when they come one by one."""
        assert draw(iter(TRANSITIONS)) == draw(TRANSITIONS) == draw()

    @every_format
    def test_an_empty_table(self, draw: Callable[..., str]) -> None:
        """A table without rows is a picture without arrows."""
        picture = draw(())
        assert "-->" not in picture
        assert "->" not in picture
        assert "arrow" not in re.sub(r"<style>.*</style>", "", picture, flags=re.DOTALL)


class TestMermaid:
    """`lifecycle_mermaid`."""

    def test_a_small_table(self) -> None:
        """Events between the same two stages share an arrow; a flag is named; stays are left out."""
        rows = [
            row("Begun", None, Stage.IDENTIFIED),
            row("Asked", Stage.IDENTIFIED, Stage.REQUESTED, target_if=("urgent", Stage.ACCEPTED)),
            row("Written", Stage.IDENTIFIED, Stage.REQUESTED),
            row("Waited", Stage.REQUESTED, Stage.REQUESTED),
        ]
        expected = (
            "stateDiagram-v2\n"
            "    [*] --> IDENTIFIED: Begun\n"
            "    IDENTIFIED --> REQUESTED: Asked<br/>Written\n"
            "    IDENTIFIED --> ACCEPTED: Asked if urgent\n"
        )
        assert lifecycle_mermaid(rows) == expected
        assert lifecycle_mermaid(rows, stays=True) == expected + "    REQUESTED --> REQUESTED: Waited\n"

    def test_groups(self) -> None:
        """What happens in all stages of a group begins there; what happens in a part of it does not."""
        everywhere = [row("Erased", stage, Stage.CLOSED) for stage in Stage]
        assert lifecycle_mermaid(everywhere) == (
            'stateDiagram-v2\n    state "any stage" as ANY_STAGE\n    ANY_STAGE --> CLOSED: Erased\n'
        )
        assert "ANY" not in lifecycle_mermaid(everywhere[1:10])

    def test_a_frame(self) -> None:
        """A frame is drawn around its stages when an arrow begins there, and never leads into itself."""
        held = [row("Held", stage, Stage.HELD) for stage in (Stage.SCHEDULED, Stage.CONFIRMED)]
        moved = [row("Moved", each.source, Stage.SCHEDULED) for each in held]
        frame = (
            '    state "booked" as BOOKED\n    state BOOKED {\n        SCHEDULED\n        CONFIRMED\n    }\n'
        )
        inside = "    CONFIRMED --> SCHEDULED: Moved\n"
        outside = "    BOOKED --> HELD: Held\n"
        assert lifecycle_mermaid([*held, *moved]) == "stateDiagram-v2\n" + frame + outside + inside
        assert lifecycle_mermaid(moved) == "stateDiagram-v2\n" + inside

    def test_whole(self) -> None:
        """Every line is a declaration or an arrow between declared names, as Mermaid reads them."""
        state = r'state "[a-z ]+" as [A-Z_]+|state [A-Z_]+ \{|    [A-Z_]+|\}'
        arrow = r"(?:\[\*\]|[A-Z_]+) --> [A-Z_]+: [\w ]+(?:<br/>[\w ]+)*"
        head, *lines = lifecycle_mermaid(stays=True).splitlines()
        assert head == "stateDiagram-v2"
        assert [line for line in lines if not re.fullmatch(rf"    (?:{state}|{arrow})", line)] == []


class TestEscapes:
    """Names with marks of a format's own are shown as they are and change nothing else."""

    NAME = 'A<b>&"\\;:#1}\n--> C'

    def test_mermaid(self) -> None:
        """Marks are written as numbers."""
        picture = lifecycle_mermaid([row(self.NAME, Stage.IDENTIFIED, Stage.PREPARED)])
        line = picture.splitlines()[1]
        label = line.removeprefix("    IDENTIFIED --> PREPARED: ")
        assert re.sub(r"#(\d+);", lambda code: chr(int(code[1])), label) == self.NAME
        assert re.fullmatch(r"(?:[\w ]|#\d+;)+", label)

    def test_dot(self) -> None:
        """Quotation marks, backslashes and line ends are escaped."""
        picture = lifecycle_dot([row(self.NAME, Stage.IDENTIFIED, Stage.PREPARED)])
        line = picture.splitlines()[-2]
        assert line == r'    IDENTIFIED -> PREPARED [label="A<b>&\"\\;:#1}\n--> C"]'

    def test_svg(self) -> None:
        """The document stays well-formed, and its text is the name."""
        picture = lifecycle_svg([row(self.NAME, Stage.IDENTIFIED, Stage.PREPARED)])
        assert texts(picture, "event") == [self.NAME]


class TestDot:
    """`lifecycle_dot`."""

    def test_a_small_table(self) -> None:
        """Stages are nodes, groups are dashed, and an arrow from a frame is cut off at it."""
        rows = [row("Held", stage, Stage.HELD) for stage in (Stage.SCHEDULED, Stage.CONFIRMED)]
        rows += [row("Erased", stage, Stage.CLOSED) for stage in Stage]
        lines = lifecycle_dot(rows).splitlines()
        assert lines[0] == "digraph lifecycle {"
        assert '    ANY_STAGE [label="any stage", style=dashed]' in lines
        assert lines[-8:] == [
            "    subgraph cluster_BOOKED {",
            '        label="booked"',
            "        SCHEDULED",
            "        CONFIRMED",
            "    }",
            '    SCHEDULED -> HELD [label="Held", ltail=cluster_BOOKED]',
            '    ANY_STAGE -> CLOSED [label="Erased"]',
            "}",
        ]


# -- reading an SVG -----------------------------------------------------------------------------------------

Point = tuple[float, float]


@attrs.frozen
class Box:
    """A rectangle that was drawn."""

    left: float
    top: float
    right: float
    bottom: float

    def holds(self, point: Point) -> bool:
        """Tell whether a point lies inside, not only on the border."""
        return self.left + 1 < point[0] < self.right - 1 and self.top + 1 < point[1] < self.bottom - 1

    def meets(self, other: "Box") -> bool:
        """Tell whether two rectangles cover a common place."""
        apart = self.right <= other.left or other.right <= self.left
        return not (apart or self.bottom <= other.top or other.bottom <= self.top)


def parsed(picture: str) -> ET.Element:
    """Read a picture as XML."""
    return ET.fromstring(picture)  # noqa: S314 - our own picture


def texts(picture: str, kind: str) -> list[str]:
    """List the texts of one kind."""
    return [each.text or "" for each in parsed(picture).iter(f"{SVG}text") if each.get("class") == kind]


def boxes(picture: str, *kinds: str) -> list[Box]:
    """List the rectangles of some kinds."""
    found = []
    for each in parsed(picture).iter(f"{SVG}rect"):
        if each.get("class") in kinds:
            x, y, width, height = (float(each.get(name, "0")) for name in ("x", "y", "width", "height"))
            found.append(Box(x, y, x + width, y + height))
    return found


def lines(picture: str) -> list[list[Point]]:
    """List the arrows as their points, with the corners that the bends round off."""
    drawn = [each.get("d", "") for each in parsed(picture).iter(f"{SVG}path")]
    numbers = [[float(number) for number in re.findall(r"-?[\d.]+", path)] for path in drawn if "Q" in path]
    return [list(zip(each[::2], each[1::2], strict=True)) for each in numbers]


def along(corners: Sequence[Point]) -> Iterator[Point]:
    """Walk along an arrow in small steps."""
    for (x1, y1), (x2, y2) in pairwise(corners):
        count = ceil(dist((x1, y1), (x2, y2)) / 2) or 1
        for at in range(count + 1):
            yield x1 + (x2 - x1) * at / count, y1 + (y2 - y1) * at / count


NODES = ("stage", "ended", "group")


def faults(picture: str) -> list[str]:
    """List what makes a picture hard to read."""
    labels, nodes = boxes(picture, "plate"), boxes(picture, *NODES)
    (sheet,) = boxes(picture, "sheet")
    found = ["a label on a label" for one, other in combinations(labels, 2) if one.meets(other)]
    found += ["a label on a box" for label in labels for node in nodes if label.meets(node)]
    found += ["a box on a box" for one, other in combinations(nodes, 2) if one.meets(other)]
    for line in lines(picture):
        points = list(along(line))
        found += ["an arrow through a box" for node in nodes if any(map(node.holds, points))]
        found += ["an arrow off the sheet"] * (not all(map(sheet.holds, points)))
    return found


class TestSvg:
    """`lifecycle_svg`."""

    def test_every_stage_stands_once(self) -> None:
        """Each stage has a box with its name, live ones in one colour and ended ones in another."""
        picture = lifecycle_svg()
        assert sorted(texts(picture, "name")) == sorted(stage.name for stage in Stage)
        assert len(boxes(picture, "stage")) == len(LIVE)
        assert len(boxes(picture, "ended")) == len(Stage) - len(LIVE)

    def test_every_event_that_leads_on_is_named(self) -> None:
        """The labels are the events of the arrows; the groups are those of the other pictures."""
        picture = lifecycle_svg()
        assert {*texts(picture, "event")} == {event for _, event, _ in mermaid_steps(lifecycle_mermaid())}
        groups = re.findall(r'state "(.*)" as', lifecycle_mermaid())
        assert sorted(texts(picture, "together")) == sorted(groups)

    def test_as_many_arrows(self) -> None:
        """There are as many arrows as in the other pictures."""
        assert lifecycle_svg().count('class="arrow"') == lifecycle_mermaid().count("-->")

    def test_can_be_read(self) -> None:
        """No label covers another or a box, and no arrow runs through a box: else give it a route."""
        assert faults(lifecycle_svg()) == []

    @pytest.mark.parametrize(
        ("added", "fault"),
        [
            (row("Returned", Stage.DORMANT, Stage.THANKED), "an arrow through a box"),
            (row("Returned", Stage.DORMANT, Stage.THANKED), "a label on a box"),
            (row("GivenUpForTheTimeBeing", Stage.REQUESTED, Stage.DEFERRED), "a label on a label"),
        ],
    )
    def test_would_be_seen_to_be_muddled(self, added: Transition, fault: str) -> None:
        """Broken doubles, with an arrow that needs a route or a label that needs room, are caught."""
        assert fault in faults(lifecycle_svg([*TRANSITIONS, added]))

    def test_an_arrow_without_a_route_runs_straight(self) -> None:
        """A table of somebody else's is drawn as well: an arrow halfway between its boxes."""
        picture = lifecycle_svg([row("Skipped", Stage.SCHEDULING, Stage.DORMANT)])
        ((begin, *bends, end),) = lines(picture)
        first, last = boxes(picture, "stage")
        assert begin[0] == first.right
        assert end[0] == last.left
        assert bends
        assert texts(picture, "event") == ["Skipped"]

    def test_neighbours(self) -> None:
        """An arrow between stages that stand side by side is level."""
        picture = lifecycle_svg([row("Asked", Stage.PREPARED, Stage.REQUESTED)])
        (points,) = lines(picture)
        assert len({y for _, y in points}) == 1

    def test_is_an_image_by_itself(self) -> None:
        """It needs nothing from elsewhere, has a title, and stands on a sheet of its own."""
        picture = lifecycle_svg()
        root = parsed(picture)
        assert root.tag == f"{SVG}svg"
        assert root.findtext(f"{SVG}title") == "The lifecycle of an informational interview"
        assert picture.count("http") == 1
        assert len(boxes(picture, "sheet")) == 1


class Added(StrEnum):
    """Stages of one's own: more than there are columns."""

    MATCHED = "matched"
    VISITING = "visiting"
    SHADOWING = "shadowing"
    MENTORED = "mentored"
    PAUSED = "paused"
    HANDED_OVER = "handed_over"


OWN = LIFECYCLE.extended(
    *(row_of_ones_own("Entered" + each.name, Stage.PREPARED, each) for each in Added),
    *(row_of_ones_own("Left" + each.name, each, Stage.ACCEPTED) for each in Added),
    live=tuple(Added),
)


class TestOwnStages:
    """A table that somebody extended is drawn like the library's own."""

    @every_text
    def test_are_in_the_pictures(self, draw: Callable[..., str], read: Callable[[str], set[Step]]) -> None:
        """Every step of the table is there, those of the own stages too."""
        assert read(draw(OWN.transitions, stays=True)) == steps_of(OWN.transitions)

    def test_stand_below_the_others(self) -> None:
        """Each has a box of its own on a sheet that is large enough, below all others."""
        picture = lifecycle_svg(OWN.transitions)
        assert {*texts(picture, "name")} == {each.name for each in (*Stage, *Added)}
        (sheet,) = boxes(picture, "sheet")
        nodes = boxes(picture, "stage", "ended")
        assert all(sheet.holds((node.left, node.top)) for node in nodes)
        assert all(sheet.holds((node.right, node.bottom)) for node in nodes)
        assert not any(one.meets(other) for one, other in combinations(nodes, 2))
        (old_sheet,) = boxes(lifecycle_svg(), "sheet")
        assert sum(node.top > old_sheet.bottom - 40 for node in nodes) == len(Added)

    def test_leave_the_sheet_as_it_is_without(self) -> None:
        """Nothing is added where nothing was."""
        assert "Added" in texts(lifecycle_svg(OWN.transitions), "title")
        assert "Added" not in texts(lifecycle_svg(), "title")
