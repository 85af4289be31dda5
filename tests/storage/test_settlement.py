from collections.abc import Sequence

import pytest
from tests.storage.flaky import Fault, Flaky

from infoview.exceptions import InvalidValueError
from infoview.storage import (
    ConflictError,
    Erase,
    GoneError,
    MemoryStore,
    NewEntry,
    Put,
    Ref,
    StoreUnavailableError,
)
from infoview.storage._settlement import at_once, can_be_settled, commit_once

A, B, C = (Ref("note", id_) for id_ in "abc")
MINE, THEIRS = NewEntry("Written", "2030", "id-1"), NewEntry("Written", "2030", "id-2")


def put(ref: Ref, expect: int = 0, *entries: NewEntry) -> Put:
    """Build a change."""
    return Put(ref, expect, "body", {}, entries)


def meanwhile(store: Flaky, changes: Sequence[Put | Erase]) -> int:
    """Commit as somebody else whose line works."""
    return MemoryStore.commit(store, "t", changes)


class TestCommitOnce:
    """A commit whose answer may be lost."""

    def test_that_works_is_a_commit(self) -> None:
        """Where nothing fails, there is one commit and nobody waits."""
        store, waits = Flaky(), list[int]()
        assert commit_once(store, "t", [put(A, 0, MINE)], pause=waits.append) == 1
        assert commit_once(store, "t", ()) == 1
        assert waits == []

    @pytest.mark.parametrize("faults", [["before"], ["after"], ["before", "after"], ["after", "before"]])
    def test_is_made_once(self, faults: list[Fault]) -> None:
        """Whether the answer was lost before or after, the entry is there once and its position is told."""
        store = Flaky(faults)
        assert commit_once(store, "t", [put(B), put(A, 0, MINE, MINE), put(C, 0, THEIRS)]) == 3
        assert [entry.body for entry in store.log("t")] == ["id-1", "id-1", "id-2"]

    def test_tells_its_own_position(self) -> None:
        """What others wrote since does not move the position."""
        store = Flaky(["after"])
        meanwhile(store, [put(C, 0, THEIRS)])
        position = commit_once(
            store,
            "t",
            [put(A, 0, MINE), Erase(C, 1), put(B, 0, MINE)],
            pause=lambda _: meanwhile(store, [put(A, 1, THEIRS)]),
        )
        assert position == 3
        assert [entry.version for entry in store.log("t", ref=A)] == [1, 2]

    def test_finds_its_entry_in_a_long_log(self) -> None:
        """The entry is looked up page by page, among hundreds before and behind."""
        store = Flaky()
        for version in range(150):
            store.commit("t", [put(A, version, THEIRS)])
        store.commits = ["after"]

        def write_on(_: int) -> None:
            for version in range(151, 400):
                meanwhile(store, [put(A, version, THEIRS)])

        assert commit_once(store, "t", [put(A, 150, MINE)], pause=write_on) == 151

    @pytest.mark.parametrize("theirs", [[THEIRS], [], [MINE, MINE]])
    def test_knows_a_true_conflict(self, theirs: list[NewEntry]) -> None:
        """Where others wrote that version, with other entries or none, the conflict is told."""
        store = Flaky(["before"])
        with pytest.raises(ConflictError) as caught:
            commit_once(
                store, "t", [put(A, 0, MINE), put(B)], pause=lambda _: meanwhile(store, [put(A, 0, *theirs)])
            )
        assert (caught.value.ref, caught.value.expected, caught.value.actual) == (A, 0, 1)
        assert store.load("t", [B]) == [None]

    def test_knows_a_conflict_from_the_start(self) -> None:
        """Where nothing was lost, the first answer counts, and nobody waits."""
        store, waits = Flaky(), list[int]()
        store.commit("t", [put(A, 0, MINE)])
        with pytest.raises(ConflictError):
            commit_once(store, "t", [put(A, 0, MINE)], pause=waits.append)
        assert waits == []

    def test_is_witnessed_by_another_record(self) -> None:
        """A record without entries is in conflict, and another tells that it was this very commit."""
        store = Flaky(["after"])
        assert commit_once(store, "t", [put(A), put(B, 0, MINE)]) == 1

    def test_is_witnessed_beside_an_erasure(self) -> None:
        """An erased record is gone, and a put of the same commit tells by whom."""
        store = Flaky()
        store.commit("t", [put(A)])
        store.commits = ["after"]
        assert commit_once(store, "t", [Erase(A, 1), put(B, 0, MINE)]) == 1

    def test_tells_of_an_erasure_by_others(self) -> None:
        """Where others erased a record, and this commit was not made, it is told."""
        store = Flaky()
        store.commit("t", [put(A)])
        store.commits = ["before"]
        with pytest.raises(GoneError):
            commit_once(
                store, "t", [Erase(A, 1), put(B, 0, MINE)], pause=lambda _: meanwhile(store, [Erase(A, 1)])
            )
        assert store.load("t", [B]) == [None]

    def test_does_not_guess_when_the_witness_is_gone(self) -> None:
        """Where others erased the record whose entry would tell, the outcome stays unknown."""
        store = Flaky(["after"])

        def erase(number: int) -> None:
            if number == 1:
                meanwhile(store, [Erase(A, 1)])

        with pytest.raises(StoreUnavailableError) as caught:
            commit_once(store, "t", [put(A, 0, MINE)], pause=erase)
        assert caught.value.outcome_known is False

    def test_reads_what_an_erasure_left(self) -> None:
        """Where the erased record never got that version with an entry, nothing was made."""
        store = Flaky(["before"])
        with pytest.raises(GoneError):
            commit_once(store, "t", [put(A, 0, MINE)], pause=lambda _: meanwhile(store, [Erase(A, 0)]))


class TestErasures:
    """Commits that do nothing but erase."""

    def store(self, *faults: Fault) -> Flaky:
        """Keep two records."""
        store = Flaky()
        store.commit("t", [put(A, 0, MINE), put(B)])
        store.commits = [*faults]
        return store

    @pytest.mark.parametrize("fault", ["before", "after"])
    def test_are_made_once(self, fault: Fault) -> None:
        """All records are gone, and the last position is told."""
        store = self.store(fault)
        assert commit_once(store, "t", [Erase(A, 1), Erase(B, 1)]) == 1
        assert store.load("t", [A, B]) == [None, None]

    def test_are_fulfilled_by_whoever_erased(self) -> None:
        """Records that others erased meanwhile are gone as well."""
        store = self.store("before")
        erasures = [Erase(A, 1), Erase(B, 1)]
        assert commit_once(store, "t", erasures, pause=lambda _: meanwhile(store, erasures)) == 1

    def test_are_all_or_nothing(self) -> None:
        """Where others erased some of the records only, this commit was not made."""
        store = self.store("before")
        with pytest.raises(GoneError):
            commit_once(
                store, "t", [Erase(A, 1), Erase(B, 1)], pause=lambda _: meanwhile(store, [Erase(A, 1)])
            )
        assert [bool(record) for record in store.load("t", [A, B])] == [False, True]

    def test_know_a_true_conflict(self) -> None:
        """A record that others wrote is not erased."""
        store = self.store("before")
        with pytest.raises(ConflictError):
            commit_once(store, "t", [Erase(A, 1)], pause=lambda _: meanwhile(store, [put(A, 1)]))
        assert store.load("t", [A]) != [None]

    def test_of_what_never_was_are_a_conflict(self) -> None:
        """A record that does not exist has another version, and is not gone."""
        with pytest.raises(ConflictError):
            commit_once(self.store("before"), "t", [Erase(C, 1)])


class TestUnavailability:
    """A store that does not come back."""

    def test_without_effect_is_told_at_once(self) -> None:
        """Where it is known that nothing was changed, nothing needs settling."""
        store, waits = Flaky(["refused"]), list[int]()
        with pytest.raises(StoreUnavailableError) as caught:
            commit_once(store, "t", [put(A, 0, MINE)], pause=waits.append)
        assert caught.value.outcome_known is True
        assert waits == []

    def test_ends_after_the_attempts(self) -> None:
        """So many commits are tried, with a pause after each but the last."""
        store, waits = Flaky(["before"] * 9), list[int]()
        with pytest.raises(StoreUnavailableError):
            commit_once(store, "t", [put(A, 0, MINE)], attempts=4, pause=waits.append)
        assert waits == [1, 2, 3]
        assert len(store.commits) == 5

    def test_stays_unknown(self) -> None:
        """A later attempt that surely changed nothing tells nothing of an earlier one."""
        store = Flaky(["after", "refused", "refused"])
        with pytest.raises(StoreUnavailableError) as caught:
            commit_once(store, "t", [put(A, 0, MINE)], attempts=3)
        assert caught.value.outcome_known is False
        assert isinstance(caught.value.__cause__, StoreUnavailableError)

    @pytest.mark.parametrize("changes", [[put(A, 1, MINE)], [Erase(A, 1)]])
    def test_while_looking_is_one_more_failure(self, changes: list[Put | Erase]) -> None:
        """A look that fails is taken again."""
        store = Flaky()
        store.commit("t", [put(A)])
        store.commits, store.reads = ["after"], ["before", "before"]
        assert commit_once(store, "t", changes) == (1 if isinstance(changes[0], Put) else 0)
        assert store.reads == []

    def test_with_one_attempt_is_told(self) -> None:
        """One attempt settles nothing."""
        with pytest.raises(StoreUnavailableError) as caught:
            commit_once(Flaky(["after"]), "t", [put(A, 0, MINE)], attempts=1)
        assert caught.value.outcome_known is False


class TestArguments:
    """What is refused before anything is tried."""

    @pytest.mark.parametrize("changes", [[put(A)], [put(A), Erase(B, 1)], [Erase(A, 1), Erase(B, 0)]])
    def test_need_something_to_tell_by(self, changes: list[Put | Erase]) -> None:
        """Without an entry nobody would see whose put it was; and a closed id looks like an unused one."""
        store = Flaky(["before"])
        with pytest.raises(InvalidValueError) as caught:
            commit_once(store, "t", changes)
        assert (caught.value.field, caught.value.code) == ("commit_once.changes", "no_entry")
        assert store.commits == ["before"]
        assert can_be_settled(changes) is False

    @pytest.mark.parametrize("changes", [[], [Erase(A, 1)], [put(A), put(B, 0, MINE), Erase(C, 0)]])
    def test_can_be_settled(self, changes: list[Put | Erase]) -> None:
        """An entry tells, and so do erasures of what exists."""
        assert can_be_settled(changes) is True

    @pytest.mark.parametrize("attempts", [0, 101, True, 1.0, None])
    def test_bound_the_attempts(self, attempts: object) -> None:
        """Attempts are 1 to 100."""
        with pytest.raises(InvalidValueError, match=r"^commit_once\.attempts: "):
            commit_once(MemoryStore(), "t", [], attempts=attempts)  # type: ignore[arg-type]

    def test_are_those_of_a_commit(self) -> None:
        """Tenant and changes are checked as a store does, before they are looked at."""
        with pytest.raises(InvalidValueError, match=r"^commit\.tenant: "):
            commit_once(MemoryStore(), "", [])
        with pytest.raises(InvalidValueError, match=r"^commit\.changes\[0\]: "):
            commit_once(MemoryStore(), "t", ["note"])  # type: ignore[list-item]


def test_no_pause_is_none() -> None:
    """Who is given no way to wait goes on at once."""
    assert at_once(1) is None  # type: ignore[func-returns-value]
