"""Every example runs, and prints and leaves what it says."""

import subprocess
import sys
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
EXAMPLES = ROOT / "examples"


@pytest.fixture(name="walk", scope="module")
def _walk(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    folder = tmp_path_factory.mktemp("examples") / "ten-steps"
    script = [sys.executable, "-W", "error", str(EXAMPLES / "ten_steps.py"), str(folder)]
    for _ in range(2):
        run = subprocess.run(script, check=True, capture_output=True, text=True, encoding="utf-8")  # noqa: S603
    return run.stdout, folder


def test_ten_steps_prints_the_committed_text(walk: tuple[str, Path]) -> None:
    """The output is the committed one, also when the folder holds an earlier run."""
    printed, _ = walk

    assert (EXAMPLES / "ten_steps.txt").read_text("utf-8") == printed


def test_ten_steps_leaves_an_outline_drafts_and_a_database(walk: tuple[str, Path]) -> None:
    """The folder holds the outline, a draft for every message printed, and the database."""
    printed, folder = walk
    drafts = sorted(folder.glob("*.eml"))
    subjects = [line.partition("Subject: ")[2] for line in printed.splitlines() if "    Subject: " in line]

    assert (folder / "outline.md").read_text("utf-8").startswith("#")
    assert (folder / "interviews.sqlite").stat().st_size > 0
    assert subjects == [message_from_bytes(d.read_bytes(), policy=default)["Subject"] for d in drafts]


def test_ten_steps_drafts_stay_drafts_in_one_thread(walk: tuple[str, Path]) -> None:
    """Drafts are marked unsent, and the nudge answers the request."""
    _, folder = walk
    request, nudge = (
        message_from_bytes(draft.read_bytes(), policy=default) for draft in sorted(folder.glob("*.eml"))[:2]
    )

    assert request["X-Unsent"] == "1"
    assert nudge["In-Reply-To"] == request["Message-ID"]
