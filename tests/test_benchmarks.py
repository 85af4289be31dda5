import json
from collections.abc import Callable
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest
from benchmarks import __main__ as command
from benchmarks import _race, _wire_by_hand, store, transitions, wire
from benchmarks._race import Comparison, compare, race

from infoview import Interview
from infoview.conversion import from_json

KEYS = {"path", "subject", "against", "ratio", "low", "high", "goal"}


def comparison(ratio: float, goal: float | None) -> Comparison:
    """Make up a result."""
    return Comparison(
        path="made_up", subject="a", against="b", ratio=ratio, low=ratio / 2, high=ratio * 2, goal=goal
    )


def measures(*rows: Comparison) -> Callable[..., list[Comparison]]:
    """Make up a benchmark that comes to given results."""

    def run(*, smoke: bool) -> list[Comparison]:
        assert isinstance(smoke, bool)
        return list(rows)

    return run


class TestCommand:
    """`python -m benchmarks`."""

    @pytest.mark.parametrize("name", command.PATHS)
    def test_every_benchmark_runs(
        self, name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """At toy size every benchmark comes to ratios, some with a goal, prints them and writes them down."""
        report = tmp_path / "ratios.json"
        assert command.main([name, "--smoke", "--json", str(report)]) == 0
        rows = json.loads(report.read_text("utf-8"))
        assert rows
        assert all(row.keys() == KEYS for row in rows)
        assert {row["path"] for row in rows} == {name}
        assert any(row["goal"] is not None for row in rows)
        assert all(row["ratio"] > 0 and row["low"] <= row["ratio"] <= row["high"] for row in rows)
        head, *lines = capsys.readouterr().out.splitlines()
        assert head.split() == ["path", "subject", "against", "ratio", "low", "high", "goal"]
        assert len(lines) == len(rows)
        assert all(line.startswith(name) for line in lines)

    def test_all_when_none_is_named(
        self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """Without names everything runs, in the order of the table; with names, what is named."""
        runs = {"one": measures(comparison(1, None)), "two": measures(comparison(2, None))}
        monkeypatch.setattr(command, "PATHS", runs)
        assert command.main([]) == 0
        assert [line.split()[3] for line in capsys.readouterr().out.splitlines()[1:]] == ["1.000", "2.000"]
        assert command.main(["two"]) == 0
        assert [line.split()[3] for line in capsys.readouterr().out.splitlines()[1:]] == ["2.000"]

    def test_an_unknown_name(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        """An unknown name is told together with the known ones, and nothing runs."""
        report = tmp_path / "ratios.json"
        with pytest.raises(SystemExit) as stop:
            command.main(["transitions", "teleportation", "alchemy", "--json", str(report)])
        assert stop.value.code == 2
        said = capsys.readouterr()
        known = "import_time, transitions, replay, decide, store, due, wire"
        assert f"unknown: alchemy, teleportation; choose from {known}" in said.err
        assert said.out == ""
        assert not report.exists()

    @pytest.mark.parametrize(
        ("ratio", "goal", "options", "code"),
        [
            (1.0, None, [], 0),
            (1.0, 1.0, [], 0),
            (1.1, 1.0, [], 1),
            (1.1, 1.0, ["--smoke"], 0),
        ],
    )
    def test_a_missed_goal(
        self,
        monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture[str],
        *,
        ratio: float,
        goal: float | None,
        options: list[str],
        code: int,
    ) -> None:
        """A ratio above its goal fails the run, but for a smoke run, which judges nothing."""
        monkeypatch.setattr(command, "PATHS", {"made_up": measures(comparison(ratio, goal))})
        assert command.main(options) == code
        assert ("1 goal(s) missed" in capsys.readouterr().out) is bool(code)

    def test_no_promise_is_a_dash(
        self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """Where no goal is set, the table shows a dash, and the columns stay in line."""
        rows = comparison(0.5, None), comparison(0.5, 0.75)
        monkeypatch.setattr(command, "PATHS", {"made_up": measures(*rows)})
        command.main([])
        lines = capsys.readouterr().out.splitlines()
        assert [line.split()[-1] for line in lines] == ["goal", "-", "0.750"]
        assert len({len(line) for line in lines}) == 1


class TestTransitions:
    """The benchmark of one event."""

    @pytest.mark.parametrize("peer", ["transitions", "automat"])
    def test_a_peer_is_compared_with(self, monkeypatch: pytest.MonkeyPatch, peer: str) -> None:
        """A peer that is installed moves through the same ring of stages and is compared with."""
        pytest.importorskip(peer, reason="install the dependency group bench")
        monkeypatch.setattr(transitions, "_PEERS", {peer: transitions._PEERS[peer]})
        rows = transitions.run(smoke=True)
        assert rows[-1].against == f"{peer}, same work"

    def test_an_absent_peer_is_named(
        self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """Peers that are not installed are named and left out; the floor is left to compare with."""
        monkeypatch.setattr(transitions, "find_spec", lambda _name: None)
        rows = transitions.run(smoke=True)
        assert {row.against for row in rows} == {"frozen constructor and record"}
        assert capsys.readouterr().err.splitlines() == [
            "transitions is not installed; it is left out",
            "automat is not installed; it is left out",
        ]


class TestStorage:
    """The benchmarks of what is kept and how it is written."""

    @pytest.mark.parametrize(
        ("benchmark", "module"),
        [(store, "sqlalchemy"), (store, "eventsourcing"), (wire, "cattrs"), (wire, "pydantic")],
    )
    def test_a_peer_is_compared_with(
        self, monkeypatch: pytest.MonkeyPatch, benchmark: ModuleType, module: str
    ) -> None:
        """A peer that is installed does the same work and is compared with, without a goal."""
        pytest.importorskip(module, reason="install the dependency group bench")
        name, build = benchmark._PEERS[module]
        monkeypatch.setattr(benchmark, "_PEERS", {module: (name, build)})
        rows = [row for row in benchmark.run(smoke=True) if row.against.endswith(name)]
        assert rows
        assert {row.goal for row in rows} == {None}

    @pytest.mark.parametrize(
        ("benchmark", "goals"),
        [(store, {"save and load: sqlite3": 1.3, "executemany of 20 rows": 1.25}), (wire, None)],
    )
    def test_an_absent_peer_is_named(
        self,
        monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture[str],
        benchmark: ModuleType,
        goals: dict[str, float] | None,
    ) -> None:
        """Peers that are not installed are named and left out; the goals stay."""
        monkeypatch.setattr(benchmark, "find_spec", lambda _name: None)
        rows = benchmark.run(smoke=True)
        expected = goals or {"dumps: by hand": 1.2, "loads: by hand": 1.5}
        assert {row.against: row.goal for row in rows if row.goal} == expected
        assert capsys.readouterr().err.splitlines() == [
            f"{module} is not installed; it is left out" for module in benchmark._PEERS
        ]

    @pytest.mark.parametrize(
        ("good", "bad"),
        [
            ('"kind":"interview"', '"kind":"contact"'),
            ('"$schema":2', '"$schema":true'),
            ('"minutes":20,', '"minutes":"20",'),
            ('"minutes":20,', '"minutes":true,'),
            ('"minutes":25,', '"minutes":NaN,'),
            ('"minutes":25,', '"minutes":25,"minutes":25,'),
            ('"minutes":25,', '"minutes":25,"seconds":0,'),
            ('"zone":"Europe/Berlin"', '"zone":7'),
            ('"text":"send', '"text":"\\ud800 send'),
            ('T09:00:00Z"', 'T09:00:00"'),
            ('"2026-04-20"', '"2026-W17-1"'),
            ('"by":"seeker"', '"by":"nobody"'),
            ('"history":[', '"history":{}, "x":['),
            ('"history":[', '"history":[null,'),
            ('"type":"Started"', '"type":"Sleeping"'),
            ("noor.exemplar@", "noor exemplar@"),
            ('"family_first":false', '"family_first":0'),
            ("{", "[" * 100_000 + "{"),
        ],
    )
    def test_the_hand_written_code_is_careful(self, good: str, bad: str) -> None:
        """What infoview refuses, the code it is compared with refuses too."""
        text = wire._TEXT.replace(good, bad, 1)
        assert text != wire._TEXT
        for read in (_wire_by_hand.loads, lambda text: from_json(Interview, text)):
            with pytest.raises(ValueError, match=r"."):
                read(text)


class TestRace:
    """How ratios come about."""

    def test_everybody_runs_in_every_round(self) -> None:
        """All contenders run in turn, round by round, after a first run that is not counted."""
        ran: list[str] = []
        contenders = {name: lambda name=name: ran.append(name) for name in ("a", "b")}
        samples = race(contenders, rounds=3, slot=0)
        assert {name: len(times) for name, times in samples.items()} == {"a": 3, "b": 3}
        # A slot of no length is one run a round.
        assert ran == ["a", "a", "b", "b", "a", "b", "a", "b", "a", "b"]

    def test_time_is_per_operation(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Seconds are divided by the runs of the slot and the operations of a run."""
        ticks = iter(range(1_000))
        clock = SimpleNamespace(perf_counter=lambda: float(next(ticks)))
        monkeypatch.setattr(_race, "time", clock)
        # Between two looks at the clock a second goes by: five runs fill a slot of five.
        samples = race({"a": lambda: None}, rounds=2, slot=5, operations=4)
        assert samples == {"a": [1 / 20, 1 / 20]}

    def test_ratios_are_taken_within_a_round(self) -> None:
        """A round that was slow for both changes no ratio."""
        samples = {"mine": [1.0, 10.0, 2.0, 1.0], "theirs": [2.0, 20.0, 4.0, 2.0]}
        assert compare(samples, "made_up", "mine", "theirs", goal=1.0) == Comparison(
            path="made_up", subject="mine", against="theirs", ratio=0.5, low=0.5, high=0.5, goal=1.0
        )

    def test_median_and_quartiles(self) -> None:
        """The ratio is the median, with the quartiles beside it; one bad round does no harm."""
        samples = {"mine": [3.0, 1.0, 2.0, 100.0, 4.0, 5.0, 6.0], "theirs": [1.0] * 7}
        row = compare(samples, "made_up", "mine", "theirs")
        assert (row.low, row.ratio, row.high, row.goal) == (2.0, 4.0, 6.0, None)
