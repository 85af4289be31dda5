"""Run benchmarks and print their ratios: ``python -m benchmarks [NAME…] [--json FILE] [--smoke]``."""

import argparse
import json
import sys
from pathlib import Path

import attrs

from benchmarks import decide, due, import_time, replay, store, transitions, wire
from benchmarks._race import Comparison

PATHS = {
    "import_time": import_time.run,
    "transitions": transitions.run,
    "replay": replay.run,
    "decide": decide.run,
    "store": store.run,
    "due": due.run,
    "wire": wire.run,
}
"""Every benchmark by name."""


def main(arguments: list[str]) -> int:
    """Run what the command line names.

    Args:
        arguments: The command line without the program's name.

    Returns:
        0 when every goal is met, 1 otherwise. A smoke run judges nothing.
    """
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(PATHS)}; all when left out")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the ratios to FILE")
    parser.add_argument("--smoke", action="store_true", help="run everything at toy size and judge nothing")
    options = parser.parse_args(arguments)
    if unknown := set(options.names) - set(PATHS):
        parser.error(f"unknown: {', '.join(sorted(unknown))}; choose from {', '.join(PATHS)}")
    results = [row for name in options.names or PATHS for row in PATHS[name](smoke=options.smoke)]
    print(_table(results))
    if options.json:
        options.json.write_text(json.dumps([attrs.asdict(row) for row in results], indent=1) + "\n", "utf-8")
    missed = [row for row in results if row.goal is not None and row.ratio > row.goal]
    if options.smoke or not missed:
        return 0
    print(f"{len(missed)} goal(s) missed")
    return 1


def _table(rows: list[Comparison]) -> str:
    head = f"{'path':<14} {'subject':<34} {'against':<34} {'ratio':>7} {'low':>7} {'high':>7} {'goal':>7}"
    lines = [
        f"{r.path:<14} {r.subject:<34} {r.against:<34} {r.ratio:>7.3f} {r.low:>7.3f} {r.high:>7.3f} "
        + (f"{r.goal:>7.3f}" if r.goal is not None else f"{'-':>7}")
        for r in rows
    ]
    return "\n".join([head, *lines])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
