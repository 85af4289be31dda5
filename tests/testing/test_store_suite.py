"""The suite for stores: what it catches, what it says, and that it cannot be talked into silence."""

import contextlib
import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from functools import partial
from typing import Any

import attrs
import pytest
from tests.storage.broken import BROKEN, Bent

from infoview.exceptions import ConflictError, InvalidValueError
from infoview.storage import Entry, Erase, MemoryStore, Put, Record, Ref, Store
from infoview.testing import STORE_CHECKS, Failed, Hooks, Layer, Report, Status, check_store, store_suite
from infoview.testing.__main__ import main
from infoview.testing.store._hammer import Commit, Reading, check_history

Factory = Callable[[], AbstractContextManager[Store]]

BENDS = sorted({bend for _, bend in BROKEN}, key=lambda bend: bend.__name__)


def opening(bend: Callable[..., Any]) -> Factory:
    """Open handles on one broken store in memory."""
    shared = MemoryStore()

    @contextlib.contextmanager
    def open_store() -> Iterator[Any]:
        handle = Bent(shared.share(), bend)
        yield handle
        handle.honest.close()

    return open_store


def kept_by(kind: type[MemoryStore]) -> Factory:
    """Open handles on one store in memory."""
    shared = kind()
    return lambda: contextlib.closing(shared.share())


class ChecksThenActs(MemoryStore):
    """A store whose lock comes too late."""

    def commit(self, tenant: str, changes: Sequence[Put | Erase], /) -> int:
        """Check, and then write whatever is there."""
        found = self.load(tenant, [change.ref for change in changes])
        present = [record.version if record else 0 for record in found]
        for change, version in zip(changes, present, strict=True):
            if version != change.expect:
                raise ConflictError(change.ref, change.expect, version)
        while True:
            found = self.load(tenant, [change.ref for change in changes])
            now = [record.version if record else 0 for record in found]
            again = [attrs.evolve(c, expect=v) for c, v in zip(changes, now, strict=True)]
            with contextlib.suppress(ConflictError):
                return super().commit(tenant, again)


class Swallows(MemoryStore):
    """A store that reports success whatever happens."""

    def commit(self, tenant: str, changes: Sequence[Put | Erase], /) -> int:
        """Take any error for none."""
        try:
            return self._write(tenant, changes)
        except RuntimeError:
            return 0
        except Exception as error:
            if type(error).__module__.startswith("infoview.exceptions"):
                raise
            return len(self.log(tenant, limit=1_000_000))

    def _write(self, tenant: str, changes: Sequence[Put | Erase]) -> int:
        return super().commit(tenant, changes)


class HoldsOn(MemoryStore):
    """A store that keeps a lock when something goes wrong."""

    gate = threading.Lock()

    def commit(self, tenant: str, changes: Sequence[Put | Erase], /) -> int:
        """Take the lock by hand."""
        self.gate.acquire()
        try:
            position = super().commit(tenant, changes)
        except (ConflictError, InvalidValueError, LookupError):
            self.gate.release()
            raise
        self.gate.release()
        return position


class ReadsOneByOne(MemoryStore):
    """A store whose load is no snapshot."""

    def load(self, tenant: str, refs: Sequence[Ref], /) -> list[Record | None]:
        """Ask for each."""
        found: list[Record | None] = super().load(tenant, [])
        for ref in refs:
            found += super().load(tenant, [ref])
        return found


class Hangs(MemoryStore):
    """A store that never answers."""

    def log(self, tenant: str, /, **query: Any) -> list[Entry]:  # noqa: ANN401 - any query
        """Wait for ever."""
        time.sleep(3_600)
        return super().log(tenant, **query)


class Sevenths(MemoryStore):
    """A store that is wrong about the seventh version, which only generated programs reach by chance."""

    def load(self, tenant: str, refs: Sequence[Ref], /) -> list[Record | None]:
        """Forget a term of a record whose text ends in a line end."""
        found = super().load(tenant, refs)
        return [
            r and attrs.evolve(r, terms={} if r.body == " a\r\n" and r.version > 1 else r.terms)
            for r in found
        ]


def caught(report: Report) -> set[str]:
    """Name what failed."""
    return {outcome.check.id for outcome in report.failures}


class TestWhatIsCaught:
    """Every broken store fails the suite."""

    @pytest.mark.parametrize("bend", BENDS, ids=lambda bend: bend.__name__)
    def test_by_probes(self, bend: Callable[..., Any]) -> None:
        """A store that breaks a rule is caught by fixed or generated calls, or by threads that race."""
        report = check_store(opening(bend), layers=[Layer.PROBE, Layer.MODEL])
        if not caught(report):
            report = check_store(opening(bend), layers=[Layer.HAMMER, Layer.PREEMPTION])
        assert caught(report) != set()
        assert not report.ok

    @pytest.mark.parametrize(
        ("kind", "layer", "check"),
        [
            (ChecksThenActs, Layer.PREEMPTION, "S2-race-two-handles"),
            (ReadsOneByOne, Layer.PREEMPTION, "S5-race-of-a-load"),
            (Swallows, Layer.FAULTS, "S1-faults"),
            (HoldsOn, Layer.FAULTS, "S1-faults"),
            (Sevenths, Layer.MODEL, "S1-model"),
        ],
    )
    def test_by_the_other_layers(self, kind: type[MemoryStore], layer: Layer, check: str) -> None:
        """What probes cannot see is seen by the layer that looks for it."""
        report = check_store(kept_by(kind), layers=[layer], limit=3)
        assert check in caught(report)

    def test_nothing_else(self) -> None:
        """The correct store passes with every seed."""
        for seed in range(20):
            report = check_store(kept_by(MemoryStore), seed=seed, layers=[Layer.MODEL, Layer.HAMMER])
            assert report.failures == ()

    def test_a_store_that_hangs(self) -> None:
        """A call that does not end is given up, its stack is told, and nothing is run after it."""
        report = check_store(kept_by(Hangs), only=["S4-twins-stay-two", "S4-no-gaps"], limit=0.3)
        assert [outcome.status for outcome in report.outcomes] == [Status.FAILED, Status.NOT_RUN]
        assert "time.sleep(3_600)" in report.failures[0].text
        assert report.is_cut_short
        assert "A check did not end" in str(report)


class TestWhatIsSaid:
    """A failure helps to mend it."""

    def test_rule_values_script_and_causes(self) -> None:
        """The text has the rule, what was got and wanted, a script, and the usual causes."""
        [_, bend] = next(pair for pair in BROKEN if pair[1].__name__ == "commit_bumps_twice")
        report = check_store(opening(bend), only=["S2-success-adds-one"])
        text = report.failures[0].text
        assert text.startswith("S2-success-adds-one: Each write adds one to the version of its record alone")
        for part in ("Rule S2: `expect` is the version the caller saw", "got:", "wanted:", "Usual causes:"):
            assert part in text
        assert "with open_store() as h1" in text

    def test_the_script_does_the_same(self) -> None:
        """The script is Python, and shows the fault again."""
        [_, bend] = next(pair for pair in BROKEN if pair[1].__name__ == "commit_bumps_twice")
        text = check_store(opening(bend), only=["S2-success-adds-one"]).failures[0].text
        script = text.partition("This script does the same:\n\n")[2].partition("\n\nUsual causes")[0]
        lines = [line.removeprefix("    ") for line in script.splitlines()]
        source = "\n".join(line for line in lines if not line.startswith("open_store ="))
        printed = list[Any]()
        exec(compile(source, "script", "exec"), {"open_store": opening(bend), "print": printed.append})  # noqa: S102 - the suite wrote it
        assert [record.version for [record] in printed] == [2]

    def test_a_report_as_json(self) -> None:
        """A report is plain data: every check with status and time, and counts."""
        report = check_store(kept_by(MemoryStore), layers=[Layer.FAULTS])
        told = json.loads(report.to_json())
        assert (told["contract"], told["ok"], told["level"]) == (1, True, "quick")
        assert told["counts"] == {"passed": 2}
        assert told["capabilities"] == {"faults": 2}
        assert {check["id"] for check in told["checks"]} == {"S1-faults", "S5-faults-while-reading"}

    def test_ids_are_unique_and_named_for_rules(self) -> None:
        """Every check has an id of its own that begins with its rule, and a sentence."""
        ids = [check.id for check in STORE_CHECKS]
        assert len(set(ids)) == len(ids)
        assert {check.rule for check in STORE_CHECKS} == {f"S{n}" for n in range(1, 11)}
        assert all(check.sentence.endswith(".") for check in STORE_CHECKS)


class TestWhatIsDeclared:
    """Nothing is skipped in silence."""

    def test_an_expected_failure(self) -> None:
        """A check that is known to fail spoils nothing; one that passes all the same does."""
        [_, bend] = next(pair for pair in BROKEN if pair[1].__name__ == "close_twice_fails")
        check = "S9-closed-alone"
        report = check_store(
            opening(bend), only=[check, "S1-last-position"], expected_failures={check: "known"}
        )
        assert report.ok
        assert {outcome.status for outcome in report.outcomes} == {Status.EXPECTED, Status.PASSED}
        report = check_store(kept_by(MemoryStore), only=[check], expected_failures={check: "known"})
        assert [outcome.status for outcome in report.outcomes] == [Status.UNEXPECTED]
        assert not report.ok

    def test_a_capability_that_nothing_is_run_for(self) -> None:
        """A declared capability without a single check run fails the report."""
        report = check_store(kept_by(MemoryStore), only=["S1-last-position"], capabilities=["faults"])
        assert report.unchecked == ("faults",)
        assert not report.ok

    @pytest.mark.parametrize(
        ("field", "arguments"),
        [
            ("capabilities", {"capabilities": ["flight"]}),
            ("capabilities", {"capabilities": ["raw"]}),
            ("expected_failures", {"expected_failures": {"S0-nothing": "why"}}),
            ("level", {"level": "endless"}),
            ("layers", {"layers": ["onion"]}),
            ("only", {"only": ["S0-nothing"]}),
        ],
    )
    def test_what_nobody_knows(self, field: str, arguments: dict[str, Any]) -> None:
        """An unknown name, or a capability without what it needs, is refused with the known ones."""
        with pytest.raises(InvalidValueError) as error:
            check_store(kept_by(MemoryStore), **arguments)
        assert error.value.field == field

    def test_a_factory_with_one_object_for_all(self) -> None:
        """What cannot be looked at is told as not run, with the reason, and never as passed."""
        shared = MemoryStore()
        only = ["S9-closed-alone", "S9-race-with-a-close", "S1-last-position"]
        report = check_store(lambda: contextlib.nullcontext(shared), only=only)
        told = {outcome.check.id: (outcome.status, outcome.text) for outcome in report.outcomes}
        reason = "the factory gives one object for all handles, and closing it would close all"
        assert told["S1-last-position"] == (Status.PASSED, "")
        assert told["S9-closed-alone"] == told["S9-race-with-a-close"] == (Status.NOT_RUN, reason)
        assert report.unchecked == ("preemption",)

    def test_hooks(self) -> None:
        """What is handed over is declared by that, and used."""
        shared = MemoryStore()
        restarts = list[int]()
        hooks = Hooks(reopen=partial(restarts.append, 1))
        report = check_store(
            lambda: contextlib.nullcontext(shared.share()), hooks=hooks, only=["S10-reopened"]
        )
        assert report.ok
        assert restarts == [1]


class TestClass:
    """The front for pytest."""

    def test_has_a_test_for_each_check(self) -> None:
        """Every check is a test with its sentence; two more guard the suite."""
        suite = store_suite(kept_by(MemoryStore))
        names = [name for name in vars(suite) if name.startswith("test_")]
        assert len(names) == len(STORE_CHECKS) + 2
        assert (
            suite.test_S1_last_position.__doc__ == "A commit returns the position of the tenant's last entry."
        )  # type: ignore[attr-defined] - made by name

    def test_fails_with_the_text(self) -> None:
        """A check that does not hold fails its test with the text of the report."""
        [_, bend] = next(pair for pair in BROKEN if pair[1].__name__ == "commit_bumps_twice")
        suite: Any = store_suite(opening(bend))
        with pytest.raises(Failed, match="S2-success-adds-one: Each write adds one"):
            suite().test_S2_success_adds_one()

    def test_minds_a_replaced_check(self) -> None:
        """A subclass that replaces or removes a check is told so."""

        class Lenient(store_suite(kept_by(MemoryStore))):  # type: ignore[misc] - a class made at run time
            test_S1_last_position = None  # noqa: N815 - the name that the suite gave it

        with pytest.raises(Failed, match="test_S1_last_position"):
            Lenient().test_zz_no_check_is_missing()


class TestCommand:
    """``python -m infoview.testing``."""

    def test_from_the_shell(self, tmp_path: Any) -> None:  # noqa: ANN401 - a path
        """A factory is named by module and name; the report is printed and written."""
        (tmp_path / "mine.py").write_text(
            "import contextlib\nfrom infoview.storage import MemoryStore\nkeep = MemoryStore()\n"
            "def factory():\n    return contextlib.closing(keep.share())\n",
            "utf-8",
        )
        command = [sys.executable, "-m", "infoview.testing", "store", "mine:factory", "--layer", "faults"]
        done = subprocess.run(  # noqa: S603 - this interpreter, with our own words
            [*command, "--json", "report.json"], cwd=tmp_path, capture_output=True, text=True, check=False
        )
        assert (done.returncode, done.stderr) == (0, "")
        assert "mine.factory: ok at level quick: 2 passed" in done.stdout
        assert json.loads((tmp_path / "report.json").read_text("utf-8"))["ok"]

    @pytest.mark.parametrize("target", ["nowhere:factory", "infoview.storage:nothing"])
    def test_what_is_not_there(self, target: str, capsys: pytest.CaptureFixture[str]) -> None:
        """A module or name that does not exist is told, and nothing is run."""
        with pytest.raises(SystemExit) as stop:
            main(["store", target])
        assert stop.value.code == 2
        assert "error:" in capsys.readouterr().err


def entry(position: int, name: str, version: int, token: str) -> Entry:
    """Make up a line of a log."""
    return Entry(position, Ref("note", name), version, "Written", "2030", token)


def commit(at: float, position: int, token: str, **written: int) -> Commit:
    """Make up a commit that took half a second."""
    return Commit(began=at, ended=at + 0.5, position=position, written=written, token=token)


class TestHistories:
    """A history that cannot have happened is told from one that can."""

    LOG = (entry(1, "a", 1, "x"), entry(2, "b", 1, "x"), entry(3, "a", 2, "y"))
    COMMITS = (commit(0, 2, "x", a=1, b=1), commit(1, 3, "y", a=2))
    READING = Reading(began=0.2, seen={"a": (1, "x"), "b": (1, "x")})

    def test_a_possible_one(self) -> None:
        """Contiguous, in time, and read as written."""
        check_history([*self.COMMITS], [self.READING], [*self.LOG], [*self.LOG])

    @pytest.mark.parametrize(
        ("commits", "readings", "log", "followed"),
        [
            (COMMITS, (), (*LOG[:2], entry(4, "a", 2, "y")), LOG),
            (COMMITS, (), LOG, LOG[:2]),
            (COMMITS[:1], (), LOG, LOG),
            ((*COMMITS, commit(2, 4, "z", a=2)), (), LOG, LOG),
            ((commit(2, 2, "x", a=1, b=1), commit(0, 3, "y", a=2)), (), LOG, LOG),
            (COMMITS, (Reading(began=2, seen={"a": (1, "x")}),), LOG, LOG),
            (COMMITS, (Reading(began=0.2, seen={"a": (1, "other")}),), LOG, LOG),
            (COMMITS, (Reading(began=0.2, seen={"a": (2, "y"), "b": (0, "")}),), LOG, LOG),
            (COMMITS, (Reading(began=0.2, seen={"a": (1, "x"), "b": (0, "")}),), LOG, LOG),
        ],
    )
    def test_impossible_ones(self, commits: Any, readings: Any, log: Any, followed: Any) -> None:  # noqa: ANN401 - rows
        """A gap, a missed line, a commit twice or nowhere, time reversed, an old or a torn reading."""
        with pytest.raises(Failed):
            check_history([*commits], [*readings], [*log], [*followed])
