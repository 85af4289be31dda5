"""How long a program waits for ``import infoview``, against ``import attrs``, each in a fresh interpreter."""

import subprocess
import sys

from benchmarks._race import Comparison, compare

__all__ = ["run"]

_CLOCKED = "import time; t = time.perf_counter(); {statement}; print(time.perf_counter() - t)"
_STATEMENTS = {
    "import infoview": "import infoview",
    "from infoview import Interview": "from infoview import Interview",
    "import attrs": "import attrs",
}


def _seconds(statement: str) -> float:
    command = [sys.executable, "-c", _CLOCKED.format(statement=statement)]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)  # noqa: S603


def run(*, smoke: bool) -> list[Comparison]:
    """Measure.

    Args:
        smoke: Whether a toy size will do.

    Returns:
        The ratios.
    """
    samples: dict[str, list[float]] = {name: [] for name in _STATEMENTS}
    for _ in range(2 if smoke else 25):
        for name, statement in _STATEMENTS.items():
            samples[name].append(_seconds(statement))
    return [
        compare(samples, "import_time", "import infoview", "import attrs", goal=0.1),
        compare(samples, "import_time", "from infoview import Interview", "import attrs"),
    ]
