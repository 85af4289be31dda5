"""Everything that the README and the documentation print is executed."""

import contextlib
import io
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PAGES = sorted([ROOT / "README.md", *ROOT.glob("docs/**/*.md")])
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\((?!https?:|mailto:)([\w./-]+)[)#]")


def run_blocks(page: str) -> list[tuple[str, str]]:
    """Run the Python blocks of a page in order; pair each text block after one with what was printed."""
    pairs: list[tuple[str, str]] = []
    names: dict[str, object] = {}
    printed: str | None = None
    for language, body in BLOCK.findall(page):
        if language == "python":
            out = io.StringIO()
            with contextlib.redirect_stdout(out):
                exec(compile(body, "<documentation>", "exec"), names)  # noqa: S102 - that is the test
            printed = out.getvalue()
        elif language == "text" and printed is not None:
            pairs.append((body, printed))
            printed = None
    return pairs


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_python_blocks_run_and_print_what_the_page_says(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every Python block runs, and the text block after it shows its output."""
    monkeypatch.chdir(tmp_path)
    for shown, printed in run_blocks(
        path.read_text("utf-8").replace("examples/data/", f"{ROOT}/examples/data/")
    ):
        assert shown == printed


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_between_pages_lead_somewhere(path: Path) -> None:
    """Every relative link names a file that is there."""
    missing = [link for link in LINK.findall(path.read_text("utf-8")) if not (path.parent / link).exists()]

    assert missing == []


def test_a_page_that_prints_something_else_is_noticed() -> None:
    """A text block that differs from the output is reported, not skipped."""
    pairs = run_blocks('```python\nprint("a")\n```\n\n```text\nb\n```\n')

    assert pairs == [("b\n", "a\n")]
