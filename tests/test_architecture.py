"""The rules of the house, read off the sources: layers, purity, lazy loading, documentation, names."""

import ast
import inspect
import operator
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from graphlib import CycleError, TopologicalSorter
from importlib import import_module
from itertools import pairwise
from pathlib import Path
from textwrap import dedent
from types import FunctionType, ModuleType

import attrs
import email_validator
import pytest

import infoview

ROOT = Path(__file__).parent.parent
PACKAGE = Path(infoview.__file__).parent

EDGE = {"contacts", "conversion", "drafts", "invites", "pictures"}
SHELL = {"archive", "desk", "storage"}
LAYERS = ("core", "edge", "shell", "front", "testing")
"""From the inside out: a module imports its own layer and those before it. The front is the package."""


def module_name(path: Path) -> str:
    """Tell the dotted name of a file of the package."""
    parts = ("infoview", *path.relative_to(PACKAGE).with_suffix("").parts)
    return ".".join(parts).removesuffix(".__init__")


SOURCES = {module_name(path): path.read_text("utf-8") for path in sorted(PACKAGE.rglob("*.py"))}
CORE = {name.split(".")[1] for name in SOURCES if "." in name} - EDGE - SHELL - {"testing", "__main__"}
CORE_SOURCES = {
    name: source for name, source in SOURCES.items() if name.partition(".")[2].partition(".")[0] in CORE
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


def is_for_type_checkers(statement: ast.stmt) -> bool:
    """Tell whether a statement is the part of a module that only type checkers read."""
    return isinstance(statement, ast.If) and ast.unparse(statement.test) == "TYPE_CHECKING"


def needed_first(source: str, names: Iterable[str]) -> set[str]:
    """List the modules among *names* that must be loaded before a source runs to its end."""
    top = [statement for statement in ast.parse(source).body if not is_for_type_checkers(statement)]
    top = [statement for statement in top if isinstance(statement, ast.Import | ast.ImportFrom)]
    targets = [target for statement in top for _node, target in imports(ast.unparse(statement))]
    return {target if target in names else target.rpartition(".")[0] for target in targets} & set(names)


def circle(sources: Mapping[str, str]) -> list[str]:
    """Find modules that need one another to be loaded, if there are any."""
    modules = sources.keys() - {"infoview"}
    try:
        TopologicalSorter({name: needed_first(sources[name], modules) - {name} for name in modules}).prepare()
    except CycleError as error:
        return error.args[1]
    return []


class TestLayers:
    """Arrows point one way: core ← edge ← shell ← testing."""

    def test_hold_every_module(self) -> None:
        """Each layer but the optional outer ones has modules, and the core has those the design names."""
        found = {layer(name) for name in SOURCES}
        assert {"core", "edge", "shell", "front"}.issubset(found)
        named = {"_text", "_address", "exceptions", "referrals", "policies", "outline", "messages", "agenda"}
        assert named.issubset(CORE)

    @every_module
    def test_are_never_crossed_outwards(self, name: str) -> None:
        """A module imports from its own layer or from further in, wherever in the file the import stands."""
        assert outward_imports(name, SOURCES[name]) == []

    def test_hold_no_circles(self) -> None:
        """No two modules need each other to be loaded; type checkers may see them refer to each other."""
        assert circle(SOURCES) == []

    @pytest.mark.parametrize(
        ("first", "expected"),
        [
            ("from infoview._b import x", 3),
            ("import infoview._b", 3),
            ("from infoview import _b", 3),
            ("if TYPE_CHECKING:\n    from infoview._b import x", 0),
            ("def f():\n    from infoview._b import x", 0),
        ],
    )
    def test_would_be_seen_to_hold_one(self, first: str, expected: int) -> None:
        """Broken doubles are caught, good ones are not."""
        double = {"infoview": "", "infoview._a": first, "infoview._b": "from infoview._a import y"}
        assert len(circle(double)) == expected

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


IMPURE_MODULES = {
    *("asyncio", "cattrs", "csv", "getpass", "glob", "http", "importlib", "io", "json", "locale", "logging"),
    *("multiprocessing", "os", "pathlib", "random", "secrets", "select", "shutil", "signal", "socket"),
    *("sqlite3", "subprocess", "tempfile", "threading", "time", "urllib.request"),
}
IMPURE_CALLS = {"open", "print", "input", "eval", "exec", "compile", "breakpoint", "__import__"}
CLOCKS = {"now", "utcnow", "today"}
DICE = {"uuid1", "uuid4"}


def impurities(source: str) -> list[str]:
    """List what in a source reads a clock, throws dice, or reaches outside the program."""
    found = []
    clocks = {"datetime", "date"}
    for node, target in imports(source):
        names = {target, target.partition(".")[0], target.rpartition(".")[0]}
        if names & IMPURE_MODULES or target in {f"uuid.{die}" for die in DICE}:
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
        heavy = {"sqlite3", "psycopg", "dns", "hypothesis", "pytest", "cattrs", "email_validator", "asyncio"}
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
    """List the classes of errors that a function raises by name.

    What `hypothesis.strategies.composite` makes has no source, and raises nothing until it is drawn from.
    """
    if inspect.unwrap(function).__code__.co_filename == "<string>":
        return []
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
    if returns not in {None, "None", inspect.Signature.empty}:
        gaps += ["Returns"] * (not section(documentation, "(?:Returns|Yields)"))
    return gaps + missing_entries(documentation, "Raises", raised_names(function))


def members(cls: type) -> Iterator[tuple[str, object]]:
    """List the public functions and properties written in the body of a class."""
    for name, value in vars(cls).items():
        if not name.startswith("_"):
            member = getattr(value, "__func__", value)
            if isinstance(member, FunctionType | property):
                yield name, member


@cache
def protocols() -> list[type]:
    """List the protocols that public modules export."""
    exports = [thing for name in PUBLIC_MODULES for thing in vars(import_module(name)).values()]
    return [thing for thing in exports if isinstance(thing, type) and getattr(thing, "_is_protocol", False)]


def is_specified(name: str, function: FunctionType) -> bool:
    """Tell whether a public protocol has such a method: its meaning is said there, once for all."""
    return any(
        name in vars(protocol)
        and list(inspect.signature(getattr(protocol, name)).parameters)
        == list(inspect.signature(function).parameters)
        for protocol in protocols()
    )


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
        if not inspect.getdoc(member):
            gaps.append(f"{name}: docstring")
        elif isinstance(member, FunctionType) and (cls in protocols() or not is_specified(name, member)):
            gaps += [f"{name}: {gap}" for gap in function_gaps(member)]
    return gaps


def described_constants(source: str) -> set[str]:
    """List the names of a module that are assigned and described in a string below."""
    return {
        ast.unparse(target)
        for statement, below in pairwise(ast.parse(source).body)
        if isinstance(below, ast.Expr) and isinstance(below.value, ast.Constant)
        for target in (
            statement.targets
            if isinstance(statement, ast.Assign)
            else [statement.target] * isinstance(statement, ast.AnnAssign)
        )
    }


def gaps(name: str, thing: object) -> list[str]:
    """List what is left unsaid about a public thing."""
    if isinstance(thing, type):
        return class_gaps(thing)
    if isinstance(thing, FunctionType):
        return function_gaps(thing)
    described = inspect.getdoc(thing) if isinstance(thing, ModuleType) else name in DESCRIBED
    return [] if described else ["docstring"]


def all_gaps(module: ModuleType) -> dict[str, list[str]]:
    """List what is left unsaid about the names that a module exports."""
    found = {name: gaps(name, getattr(module, name)) for name in module.__all__}
    return {name: missing for name, missing in found.items() if missing}


DESCRIBED = set().union(*map(described_constants, SOURCES.values()))
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

    def test_resolve(self) -> None:
        """Each is there, the second time too."""
        first = [getattr(infoview, name) for name in infoview.__all__]
        assert all(map(operator.is_, first, [getattr(infoview, name) for name in infoview.__all__]))

    def test_are_the_only_ones(self) -> None:
        """Any other name is an ordinary missing attribute, the suite for integrators included."""
        assert "testing" not in infoview.__all__
        with pytest.raises(AttributeError, match=r"^module 'infoview' has no attribute 'Recruiter'$"):
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

    @pytest.mark.parametrize("name", ["infoview", *PUBLIC_MODULES])
    def test_are_documented(self, name: str) -> None:
        """Arguments, results, errors, fields and constants that a module exports are each explained."""
        module = import_module(name)
        assert module.__doc__
        assert all_gaps(module) == {}

    def test_would_be_seen_to_be_silent(self) -> None:
        """Broken doubles that leave something unsaid are caught; a good one is not."""
        assert gaps("Silent", Silent) == ["docstring"]
        assert gaps("Terse", Terse) == [
            "Attributes: width",
            "area: Args: scale",
            "area: Returns",
            "area: Raises: ValueError",
        ]
        assert gaps("Chatty", Chatty) == []
        assert gaps("silent", ModuleType("silent")) == ["docstring"]
        assert gaps("SILENT", 5) == ["docstring"]
        assert described_constants('A = 1\n"""One."""\nB: int = 2\n"""Two."""\nC = 3\n') == {"A", "B"}


class Silent:  # noqa: D101 - a double that explains nothing
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


VAGUE_NAMES = {"utils", "util", "helpers", "helper", "common", "core", "models", "base", "manager", "misc"}


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


SLASH, AT = "/", "@"
"""Kept apart from what follows them below, since this file is searched too."""

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
            (f"see {SLASH}work/main", [f"{SLASH}work/m"]),
            (f"'{SLASH}home/ada/x'", [f"{SLASH}home/a"]),
            (f"write to ada{AT}posteo.de now", [f"ada{AT}posteo.de"]),
            ("ada@example.org, b@mail.example.com, c@bücher.example, d@a.test", []),
            ("https://example.org/home/ada ./work/x d@exa_mple.org @attrs.frozen x@1.2.3", []),
        ],
    )
    def test_would_be_seen_to_name_some(self, text: str, found: list[str]) -> None:
        """Broken doubles are caught, good ones are not."""
        assert leaks(text) == found
