"""The suites from the shell: ``python -m infoview.testing store package.module:factory [--json FILE]``."""

import argparse
import importlib
import sys
from pathlib import Path
from typing import Any

from infoview.exceptions import InvalidValueError
from infoview.testing import Layer, Level, check_store


def main(arguments: list[str]) -> int:
    """Run what the command line names.

    Args:
        arguments: The command line without the program's name.

    Returns:
        0 when the report is good, 1 when it is not, 2 when there is nothing to run.
    """
    parser = argparse.ArgumentParser(prog="python -m infoview.testing", description=__doc__)
    suites = parser.add_subparsers(dest="suite", required=True)
    store = suites.add_parser("store", help="check a store against the ten rules")
    store.add_argument(
        "factory", metavar="package.module:factory", help="opens a handle, as a context manager"
    )
    store.add_argument("--level", choices=[*Level], default=Level.QUICK)
    store.add_argument("--layer", action="append", choices=[*Layer], help="only this one; may be repeated")
    store.add_argument("--only", action="append", metavar="ID", help="only this check; may be repeated")
    store.add_argument("--seed", type=int, default=0, help="chooses among what is generated")
    store.add_argument("--shrink", action="store_true", help="look for the shortest failing program")
    store.add_argument("--json", type=Path, metavar="FILE", help="write the report to FILE")
    options = parser.parse_args(arguments)
    try:
        report = check_store(
            _found(options.factory),
            level=options.level,
            layers=options.layer,
            only=options.only,
            seed=options.seed,
            shrink=options.shrink,
        )
    except (ImportError, AttributeError, InvalidValueError) as error:
        parser.error(str(error))
    print(report)  # noqa: T201 - a command prints
    if options.json:
        options.json.write_text(report.to_json() + "\n", "utf-8")
    return 0 if report.ok else 1


def _found(target: str) -> Any:  # noqa: ANN401 - whatever stands there
    module, _, name = target.partition(":")
    thing: Any = importlib.import_module(module)
    for part in (name or "factory").split("."):
        thing = getattr(thing, part)
    return thing


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
