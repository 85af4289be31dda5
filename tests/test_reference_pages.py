"""What the reference pages take from the code is what the code says."""

import re
import runpy
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
GENERATOR = runpy.run_path(str(ROOT / "docs" / "generate.py"))
EXPECTED: dict[Path, str] = GENERATOR["generate"]()
CURE = "run `python docs/generate.py` and commit what it wrote"


def stale(expected: dict[Path, str]) -> list[str]:
    """List the files that hold something else than they should."""
    return [path.name for path, text in expected.items() if path.read_text("utf-8") != text]


def test_pages_say_what_the_code_says() -> None:
    """Tables and pictures are those of the code as it is now."""
    assert stale(EXPECTED) == [], CURE


def test_every_generated_part_has_its_page() -> None:
    """Each part stands in one page, so that a lost comment is noticed."""
    pages = [text for path, text in EXPECTED.items() if path.suffix == ".md"]
    asked = [name for page in pages for name in GENERATOR["parts_of"](page)]

    assert sorted(asked) == sorted(GENERATOR["PARTS"])


def test_a_page_that_says_something_else_is_noticed(tmp_path: Path) -> None:
    """A number changed by hand, and a picture of another table, are found; the command mends both."""
    for path in EXPECTED:
        (tmp_path / path.name).write_text(path.read_text("utf-8"), "utf-8")
    assert stale(GENERATOR["generate"](tmp_path)) == []

    page, picture = tmp_path / "policy.md", tmp_path / "lifecycle.svg"
    page.write_text(page.read_text("utf-8").replace("| nudge_wait | 7 |", "| nudge_wait | 8 |"), "utf-8")
    picture.write_text("<svg/>", "utf-8")
    assert stale(GENERATOR["generate"](tmp_path)) == ["policy.md", "lifecycle.svg"]

    GENERATOR["main"](tmp_path)
    assert stale(GENERATOR["generate"](tmp_path)) == []


def test_what_is_written_by_hand_stays(tmp_path: Path) -> None:
    """Only what stands between the comments is replaced, and pages without comments are left alone."""
    part = GENERATOR["PARTS"]["choices"]()
    page = tmp_path / "mine.md"
    page.write_text("Before.\n\n<!-- generated: choices -->\nold\n<!-- end -->\n\nAfter.\n", "utf-8")
    (tmp_path / "other.md").write_text("No part.\n", "utf-8")

    pages = GENERATOR["generate"](tmp_path)
    assert pages.keys() == {page, tmp_path / "lifecycle.svg"}
    assert pages[page] == f"Before.\n\n<!-- generated: choices -->\n\n{part}\n<!-- end -->\n\nAfter.\n"


def test_an_unknown_part_is_an_error() -> None:
    """A comment that names no part is not passed over."""
    with pytest.raises(KeyError, match="chocies"):
        GENERATOR["fill"]("<!-- generated: chocies -->\n<!-- end -->")


@pytest.mark.parametrize("path", EXPECTED, ids=lambda path: path.name)
def test_tables_are_even(path: Path) -> None:
    """Every line of a table has as many cells as its head."""
    for table in re.findall(r"(?:^\|.*\|\n)+", EXPECTED[path], re.MULTILINE):
        widths = {line.count("|") for line in table.splitlines()}
        assert len(widths) == 1
