"""The rules of the house, read off the sources: layers, purity, lazy loading, documentation, names."""

import ast
import inspect
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from textwrap import dedent
from types import FunctionType, ModuleType
from typing import Any

import attrs
import email_validator
import pytest

import infoview

ROOT = Path(__file__).parent.parent
PACKAGE = Path(infoview.__file__).parent

EDGE = {"contacts", "conversion", "drafts", "invites", "pictures"}
SHELL = {"desk", "storage"}
LAYERS = ("core", "edge", "shell", "front", "testing")
"""From the inside out: a module imports its own layer and those before it. The front is ``infoview`` itself."""


def module_name(path: Path) -> str:
    """Tell the dotted name of a file of the package."""
    parts = ("infoview", *path.relative_to(PACKAGE).with_suffix("").parts)
    return ".".join(parts).removesuffix(".__init__")


SOURCES = {module_name(path): path.read_text("utf-8") for path in sorted(PACKAGE.rglob("*.py"))}
CORE = {name.split(".")[1] for name in SOURCES if "." in name} - EDGE - SHELL - {"testing", "__main__"}
CORE_SOURCES = {
    name: source for name, source in SOURCES.items() if name.split(".")[1:2] and name.split(".")[1] in CORE
}

every_module = pytest.mark.parametrize("name", SOURCES)
every_core_module = pytest.mark.parametrize("name", CORE_SOURCES)


def layer(name: str) -> str | None:
    """Tell the layer of a dotted name, `None` for a name outside the library."""
    package, _, rest = name.partition(".")
    if package != "infoview":
        return None
    place = rest.partition(".")[0]
    if place in EDGE:
        return "edge"
    if place in SHELL:
        return "shell"
    if place == "testing":
        return "testing"
    return "core" if place in CORE else "front"


def imports(source: str) -> Iterator[tuple[ast.Import | ast.ImportFrom, str]]:
    """List the imports of a source with what they name, those of functions and of type checkers included."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from ((node, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from ((node, f"{'.' * node.level}{node.module or ''}.{alias.name}") for alias in node.names)


def outward_imports(name: str, source: str) -> list[str]:
    """List what a module imports from a layer further out than its own."""
    own = LAYERS.index(layer(name) or "front")
    return [
        target
        for _node, target in imports(source)
        if target.startswith(".") or ((place := layer(target)) and LAYERS.index(place) > own)
    ]


def foreign_imports(name: str, source: str) -> list[str]:
    """List what a module of the core imports beyond attrs and the standard library.

    The address asks email-validator, and loads it no sooner than it has to.
    """
    functions = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.FunctionDef)]
    deferred = {
        inner.lineno for function in functions for inner in ast.walk(function) if isinstance(inner, ast.stmt)
    }
    known = {*sys.stdlib_module_names, "attrs", "infoview"}
    return [
        target
        for node, target in imports(source)
        if (root := target.partition(".")[0]) not in known
        and not (root == "email_validator" and name == "infoview._address" and node.lineno in deferred)
    ]


class TestLayers:
    """Arrows point one way: core ← edge ← shell ← testing."""

    def test_hold_every_module(self) -> None:
        """Each layer but the optional outer ones has modules, and the core has those the design names."""
        assert {layer(name) for name in SOURCES} >= {"core", "edge", "shell", "front"}
        assert CORE >= {
            "_text",
            "_address",
            "exceptions",
            "referrals",
            "policies",
            "outline",
            "messages",
            "agenda",
        }

    @every_module
    def test_are_never_crossed_outwards(self, name: str) -> None:
        """A module imports from its own layer or from further in, wherever in the file the import stands."""
        assert outward_imports(name, SOURCES[name]) == []

    @every_core_module
    def test_let_nobody_foreign_into_the_core(self, name: str) -> None:
        """The core stands on attrs and the standard library."""
        assert foreign_imports(name, SOURCES[name]) == []

    @pytest.mark.parametrize(
        ("name", "source", "found"),
        [
            ("infoview._people", "from infoview.contacts import rank", ["infoview.contacts.rank"]),
            ("infoview._people", "from infoview import desk", ["infoview.desk"]),
            ("infoview._people", "from infoview import Contact", ["infoview.Contact"]),
            ("infoview._people", "import infoview", ["infoview"]),
            ("infoview._people", "def f():\n    import infoview.storage", ["infoview.storage"]),
            (
                "infoview._people",
                "if TYPE_CHECKING:\n    from infoview.desk import Desk",
                ["infoview.desk.Desk"],
            ),
            ("infoview._people", "from .contacts import rank", [".contacts.rank"]),
            ("infoview.drafts", "from infoview.storage import Ref", ["infoview.storage.Ref"]),
            (
                "infoview.storage.sqlite",
                "import infoview.testing.strategies",
                ["infoview.testing.strategies"],
            ),
            ("infoview", "from infoview import testing", ["infoview.testing"]),
            ("infoview._people", "from infoview._text import LINE\nimport infoview._time", []),
            ("infoview.storage", "from infoview import drafts, _text", []),
            ("infoview.testing", "from infoview import Contact, desk", []),
        ],
    )
    def test_would_be_seen_to_be_crossed(self, name: str, source: str, found: list[str]) -> None:
        """Broken sources are caught, good ones are not."""
        assert outward_imports(name, source) == found

    @pytest.mark.parametrize(
        ("name", "source", "found"),
        [
            ("infoview._text", "import cattrs", ["cattrs"]),
            ("infoview._text", "def f():\n    from email_validator import x", ["email_validator.x"]),
            ("infoview._address", "from email_validator import x", ["email_validator.x"]),
            ("infoview._address", "def f():\n    from email_validator import x", []),
            ("infoview._text", "import re, attrs\nfrom collections.abc import Callable", []),
        ],
    )
    def test_would_be_seen_to_let_somebody_in(self, name: str, source: str, found: list[str]) -> None:
        """Broken sources are caught, good ones are not."""
        assert foreign_imports(name, source) == found


IMPURE_MODULES = set(
    "os io pathlib time random secrets sqlite3 socket subprocess logging cattrs threading asyncio json csv "
    "importlib shutil tempfile glob urllib.request http select signal multiprocessing locale getpass".split()
)
IMPURE_CALLS = {"open", "print", "input", "eval", "exec", "compile", "breakpoint", "__import__"}
CLOCKS = {"now", "utcnow", "today"}
DICE = {"uuid1", "uuid4"}


def impurities(source: str) -> list[str]:
    """List what in a source reads a clock, throws dice, or reaches outside the program."""
    found = []
    clocks = {"datetime", "date"}
    for node, target in imports(source):
        if {target, target.partition(".")[0], target.rpartition(".")[0]} & IMPURE_MODULES or target.endswith(
            tuple(DICE)
        ):
            found.append(f"import {target}")
        clocks |= {
            a.asname for a in node.names if target in {"datetime.datetime", "datetime.date"} and a.asname
        }
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Attribute(value=ast.Name(id=owner) | ast.Attribute(attr=owner), attr=name):
                if name in DICE or (name in CLOCKS and owner in clocks):
                    found.append(f"{owner}.{name}")
            case ast.Call(func=ast.Name(id=name)) if name in IMPURE_CALLS:
                found.append(f"{name}()")
        match node:
            case ast.Call(func=ast.Attribute(attr="astimezone"), args=[], keywords=[]):
                found.append("astimezone() reads the machine's zone")
    return found


class TestPurity:
    """The core names no clock, no randomness, no I/O module."""

    @every_core_module
    def test_is_that_of_every_core_module(self, name: str) -> None:
        """Time, ids and chance are arguments; nothing is read, written or printed."""
        assert impurities(SOURCES[name]) == []

    @pytest.mark.parametrize(
        ("source", "found"),
        [
            ("import os", ["import os"]),
            ("import os.path", ["import os.path"]),
            ("from pathlib import Path", ["import pathlib.Path"]),
            ("def f():\n    import time", ["import time"]),
            ("from uuid import uuid4", ["import uuid.uuid4"]),
            ("import uuid\nuuid.uuid1()", ["uuid.uuid1"]),
            ("from datetime import datetime\ndatetime.now(UTC)", ["datetime.now"]),
            ("from datetime import datetime as dt\ndt.utcnow()", ["dt.utcnow"]),
            ("import datetime\ndatetime.date.today()", ["date.today"]),
            ("from datetime import datetime\nattrs.field(factory=datetime.now)", ["datetime.now"]),
            ("open('x')", ["open()"]),
            ("print('x')", ["print()"]),
            ("moment.astimezone()", ["astimezone() reads the machine's zone"]),
            ("from datetime import datetime, time\nfrom uuid import UUID", []),
            ("def f(now, today):\n    return self.now, moment.astimezone(UTC), f(now=now)", []),
        ],
    )
    def test_would_be_missed(self, source: str, found: list[str]) -> None:
        """Broken sources are caught, good ones are not."""
        assert impurities(source) == found


def newly_loaded(statements: str, place: Path = ROOT) -> set[str]:
    """Tell which modules some statements load in an interpreter of their own."""
    program = (
        f"import sys; sys.path.insert(0, {str(place)!r}); before = set(sys.modules); {statements}; "
        "print(*sorted(set(sys.modules) - before))"
    )
    result = subprocess.run(  # noqa: S603 - our own interpreter and program
        [sys.executable, "-I", "-c", program], capture_output=True, text=True, check=True
    )
    return set(result.stdout.split())


class TestLoading:
    """`import infoview` loads nothing else."""

    def test_of_the_package_loads_the_package(self) -> None:
        """Nothing else is loaded: neither attrs nor a module of the library."""
        assert newly_loaded("import infoview") == {"infoview"}

    def test_of_the_core_leaves_the_heavy_ones_alone(self) -> None:
        """The entities come without what only the edge, the shell or the tests need."""
        heavy = {
            "sqlite3",
            "psycopg",
            "dns",
            "hypothesis",
            "pytest",
            "cattrs",
            "email_validator",
            "json",
            "asyncio",
        }
        loaded = newly_loaded(
            "import infoview; infoview.Interview, infoview.Policy, infoview.Seeker, infoview.messages"
        )
        assert "infoview._interview" in loaded
        assert loaded & heavy == set()

    def test_of_an_address_asks_no_name_server(self) -> None:
        """An address loads email-validator when it is made, and never what resolves names."""
        loaded = newly_loaded("import infoview; infoview.EmailAddress('ada@example.org')")
        assert "email_validator" in loaded
        assert "dns" not in loaded

    def test_of_too_much_would_be_seen(self, tmp_path: Path) -> None:
        """A broken double that imports at its top is caught."""
        (tmp_path / "eager.py").write_text("import json.tool\n", "utf-8")
        assert newly_loaded("import eager", tmp_path) > {"eager", "json.tool"}


ENTRY = re.compile(r"^    \*{0,2}(\w+):", re.MULTILINE)


def section(documentation: str, title: str) -> str:
    """Cut a Google section out of a docstring."""
    match = re.search(rf"^{title}:\n((?:(?:    .*)?\n)*(?:    .*)?)", documentation, re.MULTILINE)
    return match[1] if match else ""


def missing_entries(documentation: str, title: str, names: list[str]) -> list[str]:
    """List the names without an entry in a section."""
    return [f"{title}: {name}" for name in names if name not in ENTRY.findall(section(documentation, title))]


def raised_names(function: FunctionType) -> list[str]:
    """List the classes of errors that a function raises by name."""
    return [
        node.exc.func.id
        for node in ast.walk(ast.parse(dedent(inspect.getsource(function))))
        if isinstance(node, ast.Raise)
        and isinstance(node.exc, ast.Call)
        and isinstance(node.exc.func, ast.Name)
        if node.exc.func.id[0].isupper()
    ]


def function_gaps(function: FunctionType) -> list[str]:
    """List what the docstring of a function leaves out."""
    documentation = inspect.getdoc(function)
    if not documentation:
        return ["docstring"]
    signature = inspect.signature(function)
    arguments = [name for name in signature.parameters if name not in {"self", "cls"}]
    gaps = missing_entries(documentation, "Args", arguments)
    returns = signature.return_annotation
    generator = inspect.isgeneratorfunction(function)
    if returns not in {None, "None", inspect.Signature.empty} and not re.search(
        "^(Returns|Yields):", documentation, re.MULTILINE
    ):
        gaps.append("Yields" if generator else "Returns")
    return gaps + missing_entries(documentation, "Raises", raised_names(function))


def members(cls: type) -> Iterator[tuple[str, object]]:
    """List the public functions and properties written in the body of a class."""
    for name, value in vars(cls).items():
        if not name.startswith("_"):
            function = getattr(value, "__func__", value)
            if isinstance(function, FunctionType | property) and getattr(function, "__module__", "infoview"):
                yield name, function


def class_gaps(cls: type) -> list[str]:
    """List what the docstrings of a class and of its public members leave out."""
    documentation = inspect.cleandoc(vars(cls).get("__doc__") or "")
    if not documentation:
        return ["docstring"]
    fields: list[str] = []
    if attrs.has(cls):
        fields = [a.name for a in attrs.fields(cls) if not a.inherited and not a.name.startswith("_")]
    elif issubclass(cls, Exception) and "__init__" in vars(cls):
        fields = [p for p in inspect.signature(cls).parameters if p != "args"]
    gaps = missing_entries(documentation, "Attributes", fields)
    for name, member in members(cls):
        if isinstance(member, FunctionType):
            gaps += [f"{name}: {gap}" for gap in function_gaps(member)]
        elif not inspect.getdoc(member):
            gaps.append(f"{name}: docstring")
    return gaps


def gaps(thing: object) -> list[str]:
    """List what is left unsaid about a public thing."""
    if isinstance(thing, type):
        return class_gaps(thing)
    if isinstance(thing, FunctionType):
        return function_gaps(thing)
    return [] if inspect.getdoc(thing) else ["docstring"]


PUBLIC_MODULES = [
    name
    for name in SOURCES
    if not any(part.startswith("_") for part in name.split(".")) and name != "infoview"
]


class TestPublicNames:
    """Every public name resolves and says what it is."""

    def test_are_sorted_and_listed(self) -> None:
        """The list is sorted, free of repetition, and what `dir` shows."""
        assert infoview.__all__ == sorted(set(infoview.__all__))
        assert dir(infoview) == infoview.__all__

    @pytest.mark.parametrize("name", infoview.__all__)
    def test_resolve_and_speak_for_themselves(self, name: str) -> None:
        """Each is there, and has a docstring."""
        assert inspect.getdoc(getattr(infoview, name))

    def test_are_the_only_ones(self) -> None:
        """Any other name is an ordinary missing attribute, the suite for integrators included."""
        assert "testing" not in infoview.__all__
        with pytest.raises(AttributeError, match="^module 'infoview' has no attribute 'Recruiter'$"):
            infoview.Recruiter  # noqa: B018 - the access is the test

    def test_are_the_same_for_type_checkers(self) -> None:
        """The stub exports the same names, each from the module that the package takes it from."""
        stub = ast.parse((PACKAGE / "__init__.pyi").read_text("utf-8"))
        exported = [node for node in stub.body if isinstance(node, ast.ImportFrom)]
        for node in exported:
            for alias in node.names:
                home = import_module(node.module or "")
                assert getattr(infoview, alias.name) is getattr(home, alias.name)
        assert sorted(alias.name for node in exported for alias in node.names) == infoview.__all__

    @pytest.mark.parametrize("name", PUBLIC_MODULES)
    def test_of_a_module_are_documented(self, name: str) -> None:
        """Arguments, results, errors and fields of what a public module exports are each explained."""
        module = import_module(name)
        assert module.__doc__
        found = {public: gaps(getattr(module, public)) for public in module.__all__}
        assert {public: missing for public, missing in found.items() if missing} == {}

    def test_of_the_package_are_documented(self) -> None:
        """The same holds for what the package itself exports."""
        found = {public: gaps(getattr(infoview, public)) for public in infoview.__all__}
        assert {public: missing for public, missing in found.items() if missing} == {}

    def test_would_be_seen_to_be_silent(self) -> None:
        """Broken doubles that leave something unsaid are caught; a good one is not."""
        assert gaps(Silent) == ["docstring"]
        assert gaps(Terse) == [
            "Attributes: width",
            "area: Args: scale",
            "area: Returns",
            "area: Raises: ValueError",
        ]
        assert gaps(Chatty) == []
        assert gaps(ModuleType("silent", None)) == ["docstring"]


class Silent:
    pass


@attrs.frozen
class Terse:
    """A double that explains little.

    Attributes:
        height: How high it is.
    """

    height: int
    width: int

    def area(self, scale: int) -> int:
        """Measure it."""
        if scale < 0:
            raise ValueError(scale)
        return self.height * self.width * scale


@attrs.frozen
class Chatty:
    """A double that explains everything.

    Attributes:
        height: How high it is.
    """

    height: int

    @property
    def half(self) -> float:
        """Half of it."""
        return self.height / 2

    def scaled(self, scale: int) -> int:
        """Scale it.

        Args:
            scale: By how much.

        Returns:
            The height, scaled.

        Raises:
            ValueError: When the scale is negative.
        """
        if scale < 0:
            raise ValueError(scale)
        return self.height * scale


VAGUE_NAMES = {
    "util",
    "utils",
    "helper",
    "helpers",
    "common",
    "core",
    "models",
    "base",
    "manager",
    "managers",
    "misc",
}


def vague_names(names: list[str]) -> list[str]:
    """List the dotted names of which a part says nothing."""
    return [name for name in names if {part.strip("_") for part in name.split(".")} & VAGUE_NAMES]


class TestModuleNames:
    """A module is named for what it holds."""

    def test_say_something(self) -> None:
        """There is no drawer for what belongs nowhere."""
        assert vague_names(list(SOURCES)) == []

    def test_would_be_seen_to_say_nothing(self) -> None:
        """Broken doubles are caught, with an underscore or in a folder."""
        names = ["infoview._utils", "infoview.core.people", "infoview.storage.base", "infoview._people"]
        assert vague_names(names) == names[:3]


MACHINE_PATH = re.compile(r"(?<![\w.:/-])/(?:work|root|home|Users)/\w")
ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
RESERVED = re.compile(r"(?:^|\.)(?:example\.(?:org|com|net|edu)|example|test|invalid|localhost)$")


def belongs_to_somebody(address: str) -> bool:
    """Tell whether an address is well formed and lies outside the names reserved for examples."""
    try:
        found = email_validator.validate_email(address, check_deliverability=False)
    except email_validator.EmailNotValidError:
        return False
    return not RESERVED.search(found.ascii_domain or "")


def leaks(text: str) -> list[str]:
    """List the paths of a machine and the addresses of people in a text."""
    return [match[0] for match in MACHINE_PATH.finditer(text)] + list(
        filter(belongs_to_somebody, ADDRESS.findall(text))
    )


def repository_files() -> list[Path]:
    """List the text files that are in the repository or about to be."""
    result = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],  # noqa: S607 - git from the path
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    files = [ROOT / name for name in result.stdout.split("\0") if name]
    return [file for file in files if file.is_file() and b"\0" not in file.read_bytes()]


class TestRepository:
    """What is published holds nothing of the place where it was made, and nobody's address."""

    @pytest.mark.skipif(
        not (ROOT / ".git").exists(), reason="only a git checkout knows which files are its own"
    )
    def test_names_no_machine_and_nobody(self) -> None:
        """No file holds a path of somebody's machine, or an address outside the reserved domains."""
        found = {
            str(file.relative_to(ROOT)): leaks(file.read_text("utf-8", errors="replace"))
            for file in repository_files()
        }
        assert {file: what for file, what in found.items() if what} == {}

    @pytest.mark.parametrize(
        ("text", "found"),
        [
            ("see " + "/".join(["", "work", "main"]), ["/".join(["", "work", "m"])]),
            ("'" + "/".join(["", "home", "ada", "x"]), ["/".join(["", "home", "a"])]),
            ("write to ada" + "@" + "posteo.de now", ["ada" + "@" + "posteo.de"]),
            ("ada@example.org, b@mail.example.com, c@bücher.example, d@a.test", []),
            ("https://example.org/home/ada ./work/x d@exa_mple.org @attrs.frozen x@1.2.3", []),
        ],
    )
    def test_would_be_seen_to_name_some(self, text: str, found: list[str]) -> None:
        """Broken doubles are caught, good ones are not."""
        assert leaks(text) == found
