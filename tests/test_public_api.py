import ast
import json
import re
import subprocess
import sys
from importlib import import_module
from importlib.metadata import metadata, version
from importlib.resources import files
from pathlib import Path

import pytest

import infoview

STUB = Path(str(files("infoview"))) / "__init__.pyi"
PROJECT = Path(__file__).parents[1]

HEAVY = {
    *("attr", "attrs", "cattr", "cattrs", "email_validator", "dns", "idna", "hypothesis", "pytest"),
    *("sqlite3", "psycopg", "zoneinfo", "json", "importlib.metadata"),
}
"""What nobody should wait for who only imports the package."""


def loaded_by(statement: str) -> set[str]:
    """List the modules that a statement loads in a fresh interpreter."""
    script = (
        "import json, sys\n"
        "before = set(sys.modules)\n"
        f"{statement}\n"
        "print(json.dumps(sorted(set(sys.modules) - before)))"
    )
    command = [sys.executable, "-c", script]
    told = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603 - our own script
    return set(json.loads(told.stdout))


def _stub() -> tuple[dict[str, str], list[str]]:
    homes: dict[str, str] = {}
    spelled: list[str] = []
    for node in ast.parse(STUB.read_text("utf-8")).body:
        if isinstance(node, ast.ImportFrom):
            homes |= {alias.asname or alias.name: node.module or "" for alias in node.names}
        elif isinstance(node, ast.Assign):
            spelled = ast.literal_eval(node.value)
    return homes, spelled


class TestNames:
    """The names of the package."""

    def test_code_and_stub_agree(self) -> None:
        """What type checkers are told is what there is, each name once; the package lists them sorted."""
        homes, spelled = _stub()
        assert infoview.__all__ == sorted(spelled) == sorted(homes)

    @pytest.mark.parametrize("name", infoview.__all__)
    def test_every_name_is_what_the_stub_says(self, name: str) -> None:
        """Every name resolves to what the stub imports, and a module to itself."""
        home = _stub()[0][name]
        meant = (
            import_module(f"infoview.{name}") if home == "infoview" else getattr(import_module(home), name)
        )
        assert getattr(infoview, name) is meant
        assert infoview.__getattr__(name) is meant
        # A second look-up finds it in the package itself.
        assert vars(infoview)[name] is meant

    @pytest.mark.parametrize("name", infoview.__all__)
    def test_its_home_lists_it(self, name: str) -> None:
        """A public name is public where it lives, too."""
        assert name in import_module(_stub()[0][name]).__all__

    def test_dir(self) -> None:
        """An interpreter that completes names offers the public ones, loaded or not."""
        assert dir(infoview) == infoview.__all__

    def test_unknown(self) -> None:
        """A name that there is not is an error like any module's."""
        with pytest.raises(AttributeError, match=r"^module 'infoview' has no attribute 'Intervew'$"):
            infoview.__getattr__("Intervew")
        assert not hasattr(infoview, "Intervew")

    def test_a_private_module_is_no_name(self) -> None:
        """Private modules are reached by import, not as an attribute of the package."""
        with pytest.raises(AttributeError):
            infoview.__getattr__("_guards")

    def test_star(self) -> None:
        """Everything can be imported at once."""
        names: dict[str, object] = {}
        exec("from infoview import *", names)  # noqa: S102 - a star import is allowed at module level only
        assert {*names} - {"__builtins__"} == {*infoview.__all__}

    def test_the_contract(self) -> None:
        """The names that others rely on are there."""
        promised = {
            *("Interview", "Stage", "TRANSITIONS", "Decision", "Policy", "Desk", "Seeker", "Contact"),
            *("IllegalTransitionError", "GuardError", "InvalidDataError", "UnreadableSourceError"),
            *("ConflictError", "GoneError", "StoreUnavailableError", "InfoviewError", "EVENT_TYPES"),
        }
        assert promised <= {*infoview.__all__}

    def test_every_event_and_error_is_exported(self) -> None:
        """No event and no error has to be imported from elsewhere."""
        events = {event.__name__ for event in infoview.EVENT_TYPES}
        errors = {*infoview.exceptions.__all__}
        assert events | errors <= {*infoview.__all__}


class TestLoading:
    """What an import costs."""

    def test_the_package_loads_nothing_else(self) -> None:
        """`import infoview` loads one module: itself."""
        assert loaded_by("import infoview") == {"infoview"}

    def test_asking_what_there_is_loads_nothing(self) -> None:
        """Listing the names and failing to find one loads no part of the package."""
        loaded = loaded_by("import infoview\ndir(infoview)\nhasattr(infoview, 'nothing')")
        assert {name for name in loaded if name.startswith("infoview")} == {"infoview"}

    def test_a_name_loads_its_home(self) -> None:
        """A name loads the module it lives in and what that needs, and no store, no format, no desk."""
        loaded = loaded_by("from infoview import Interview")
        assert "infoview._interview" in loaded
        edge = {"conversion", "contacts", "messages", "drafts", "storage", "desk", "agenda", "outline"}
        assert loaded & {f"infoview.{name}" for name in edge} == set()
        assert loaded & {"cattrs", "sqlite3", "psycopg", "dns", "hypothesis", "pytest"} == set()

    def test_a_module_is_a_name(self) -> None:
        """A public module need not be imported by itself."""
        assert "infoview.scheduling" in loaded_by("import infoview\ninfoview.scheduling.Hours(first=10)")

    def test_the_core_needs_no_database(self) -> None:
        """Not even the desk loads a database driver: stores are passed in."""
        loaded = loaded_by("from infoview import Desk")
        assert loaded & {"sqlite3", "psycopg", "hypothesis", "pytest"} == set()

    def test_heavy_modules_wait(self) -> None:
        """None of what takes long to load is loaded with the package."""
        assert loaded_by("import infoview") & HEAVY == set()


class TestDistribution:
    """What is shipped."""

    def test_typed(self) -> None:
        """The package says that it is typed, and carries its stub."""
        assert (files("infoview") / "py.typed").is_file()
        assert STUB.is_file()

    def test_version_is_the_newest_of_the_changelog(self) -> None:
        """The installed version is the newest release that the changelog tells of."""
        changelog = (PROJECT / "CHANGELOG.md").read_text("utf-8")
        releases = re.findall(r"^## \[(\d+\.\d+\.\d+)\] - \d{4}-\d{2}-\d{2}$", changelog, re.MULTILINE)
        assert version("infoview") == releases[0]
        assert releases == sorted(releases, key=lambda r: tuple(map(int, r.split("."))), reverse=True)

    def test_metadata(self) -> None:
        """The distribution says what it needs: Python 3.11, and the test tools only as an extra."""
        told = metadata("infoview")
        assert told["Requires-Python"] == ">=3.11"
        always = [line for line in told.get_all("Requires-Dist") or [] if "extra ==" not in line]
        names = sorted(re.split(r"[<>=~!;\[ ]", line)[0] for line in always)
        assert names == ["attrs", "cattrs", "email-validator"]


def test_the_version_is_that_of_the_package() -> None:
    """The package says which version is installed."""
    assert infoview.__version__ == version("infoview")
