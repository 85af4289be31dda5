"""The hammer: many threads write and read at once, and their history is checked afterwards.

Versions and positions are a witness: they say in which order the commits happened, so that one pass over the
history tells whether it can have been so.
"""

import itertools
import random
import threading
import time
from typing import Final

import attrs

from infoview.exceptions import ConflictError
from infoview.storage import Entry, NewEntry, Put
from infoview.testing._check import Check, Layer, Level, hold, same
from infoview.testing.store._bench import Bench
from infoview.testing.store._law import AT, law, ref
from infoview.testing.store._recording import Recorded

__all__ = ["CHECKS", "Commit", "Reading", "check_history"]

_NAMES: tuple[str, ...] = ("a", "b", "c")
_ROUNDS: Final = {Level.QUICK: 25, Level.FULL: 200, Level.SOAK: 5_000}
_END: Final = 60.0


@attrs.frozen(kw_only=True)
class Commit:
    """A commit that was acknowledged.

    Attributes:
        began: When it was called.
        ended: When it returned.
        position: What it returned.
        written: The versions it made, by record.
        token: What its entries say.
    """

    began: float
    ended: float
    position: int
    written: dict[str, int]
    token: str


@attrs.frozen(kw_only=True)
class Reading:
    """Records that were read together.

    Attributes:
        began: When.
        seen: Version and body, by record; version 0 where nothing was.
    """

    began: float
    seen: dict[str, tuple[int, str]]


@law(
    "S4-hammer",
    "check and write are not one step, positions are given out without a lock, or a reader sees half",
    layer=Layer.HAMMER,
)
def history_is_possible(bench: Bench) -> None:
    """What many threads wrote and read at once can have happened one after the other."""
    t = bench.tenant()
    handles = [bench.open() for _ in range(3)]
    commits, readings, failures = list[Commit](), list[Reading](), list[Exception]()
    followed = list[Entry]()
    done = threading.Event()
    rounds = _ROUNDS[bench.level]

    def guarded(work: "_Work") -> None:
        try:
            work.run(rounds)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is told
            failures.append(error)

    def follow() -> None:
        store = handles[0]
        while True:
            is_last = done.is_set()
            page = store.log(t, after=followed[-1].position if followed else 0, limit=7)
            followed.extend(page)
            if is_last and not page:
                return
            time.sleep(0.0005)

    works = [
        _Work(handles[n % 3], t, f"w{n}", random.Random(bench.seed * 31 + n), commits, readings)  # noqa: S311 - no secret
        for n in range(4)
    ]
    threads = [threading.Thread(target=guarded, args=(work,), daemon=True) for work in works]
    follower = threading.Thread(target=follow, daemon=True)
    for thread in (*threads, follower):
        thread.start()
    for thread in threads:
        thread.join(_END)
    done.set()
    follower.join(_END)
    bench.forget()
    hold(not any(thread.is_alive() for thread in (*threads, follower)), "all threads come to an end")
    if failures:
        raise failures[0]
    check_history(commits, readings, handles[1].log(t, limit=1_000_000), followed)


@attrs.frozen
class _Work:
    """One thread: reads some records, writes them on, and says what it did."""

    store: Recorded
    tenant: str
    name: str
    chance: random.Random
    commits: list[Commit]
    readings: list[Reading]

    def run(self, rounds: int) -> None:
        numbers = itertools.count()
        for _ in range(rounds):
            names: list[str] = self.chance.sample(_NAMES, self.chance.randint(1, 3))
            reading = self._read(names)
            self.readings.append(reading)
            if self.chance.random() < 0.2:  # noqa: PLR2004 - now and then somebody only reads
                continue
            token = f"{self.name}-{next(numbers)}"
            changes = [
                Put(
                    ref(name),
                    reading.seen[name][0],
                    token,
                    {"by": self.name},
                    (NewEntry("Written", AT, token),),
                )
                for name in names
            ]
            began = time.perf_counter()
            try:
                position = self.store.commit(self.tenant, changes)
            except ConflictError:
                continue
            written = {name: reading.seen[name][0] + 1 for name in names}
            ended = time.perf_counter()
            self.commits.append(
                Commit(began=began, ended=ended, position=position, written=written, token=token)
            )

    def _read(self, names: list[str]) -> Reading:
        began = time.perf_counter()
        records = self.store.load(self.tenant, [ref(name) for name in names])
        seen = {n: (r.version, r.body) if r else (0, "") for n, r in zip(names, records, strict=True)}
        return Reading(began=began, seen=seen)


def check_history(
    commits: list[Commit], readings: list[Reading], log: list[Entry], followed: list[Entry]
) -> None:
    """Check that a history can have happened one commit after the other, in real time.

    Args:
        commits: What was acknowledged.
        readings: What was read.
        log: The log in the end.
        followed: What a follower saw meanwhile.

    Raises:
        Failed: When it cannot.
    """
    same([entry.position for entry in log], list(range(1, len(log) + 1)), "the positions of the log")
    same(followed, log, "what the follower saw")
    told = {(entry.ref.id, entry.version): entry for entry in log}
    same(len(told), len(log), "how many versions the log tells, each once")
    claimed = [pair for commit in commits for pair in commit.written.items()]
    same(len(set(claimed)), len(claimed), "versions that were acknowledged, each once")
    same(sorted(told), sorted(claimed), "the versions in the log and those acknowledged")
    for name in {name for name, _ in claimed}:
        mine = [entry.version for entry in log if entry.ref.id == name]
        same(mine, list(range(1, len(mine) + 1)), f"the versions of record {name} in the log")
    _check_commits(commits, told)
    _check_real_time(commits)
    _check_readings(readings, commits, told)


def _check_commits(commits: list[Commit], told: dict[tuple[str, int], Entry]) -> None:
    for commit in commits:
        mine = [told[pair] for pair in commit.written.items()]
        same({entry.body for entry in mine}, {commit.token}, "what the entries of a commit say")
        positions = sorted(entry.position for entry in mine)
        wanted = list(range(commit.position - len(mine) + 1, commit.position + 1))
        same(positions, wanted, "the positions of a commit, which end with what it returned")


def _check_real_time(commits: list[Commit]) -> None:
    by_end = sorted(commits, key=lambda commit: commit.ended)
    latest, ended = 0, 0
    for commit in sorted(commits, key=lambda commit: commit.began):
        while by_end[ended].ended < commit.began:
            latest = max(latest, by_end[ended].position)
            ended += 1
        hold(commit.position > latest, "what began after another had ended comes after it", commit)


def _check_readings(
    readings: list[Reading], commits: list[Commit], told: dict[tuple[str, int], Entry]
) -> None:
    by_end = sorted(commits, key=lambda commit: commit.ended)
    ends_at = {commit.token: commit.position for commit in commits}
    newest: dict[str, int] = dict.fromkeys(_NAMES, 0)
    ended = 0
    for reading in sorted(readings, key=lambda reading: reading.began):
        while ended < len(by_end) and by_end[ended].ended < reading.began:
            for name, version in by_end[ended].written.items():
                newest[name] = max(newest[name], version)
            ended += 1
        for name, (version, body) in reading.seen.items():
            hold(version >= newest[name], "a reading sees what was acknowledged before it began", reading)
            if version:
                same(
                    told[name, version].body if (name, version) in told else None,
                    body,
                    "the body of a version read",
                )
        _check_snapshot(reading, told, ends_at)


def _check_snapshot(reading: Reading, told: dict[tuple[str, int], Entry], ends_at: dict[str, int]) -> None:
    """There is a moment, between two commits, at which every record had the version that was read."""
    seen = [(name, version) for name, (version, _) in reading.seen.items()]
    begun = max((ends_at[told[pair].body or ""] for pair in seen if pair in told), default=0)
    replaced = [told[name, version + 1].position for name, version in seen if (name, version + 1) in told]
    hold(
        all(position > begun for position in replaced), "the records of a reading are of one moment", reading
    )


CHECKS: tuple[Check[Bench], ...] = (history_is_possible,)
