import threading

import pytest

from infoview.storage import ConflictError, MemoryStore, NewEntry, Put, Ref, Store, StoreUnavailableError


def put(id_: str, expect: int = 0) -> Put:
    """Build a change with one entry."""
    return Put(Ref("note", id_), expect, "body", {"due": 1}, (NewEntry("Written", "2030", "body"),))


def test_is_a_store() -> None:
    """The model has the shape of the contract, and promises no more than memory."""
    store: Store = MemoryStore()
    assert (store.durability, store.max_changes) == ("memory", 10_000)


def test_stores_are_apart() -> None:
    """Two stores share nothing unless asked to."""
    first, second = MemoryStore(), MemoryStore()
    first.commit("t", [put("a")])
    assert second.load("t", [Ref("note", "a")]) == [None]


def test_a_shared_handle_outlives_the_first() -> None:
    """Data lives as long as one of its handles, each of which is closed on its own."""
    first = MemoryStore()
    second = first.share()
    first.commit("t", [put("a")])
    first.close()
    assert second.share().commit("t", [put("a", 1)]) == 2
    with pytest.raises(StoreUnavailableError):
        first.share().commit("t", [])


def test_a_subclass_shares_its_kind() -> None:
    """Another handle is of the same class."""

    class Special(MemoryStore):
        """A store with a name of its own."""

    assert isinstance(Special().share(), Special)


def test_readers_do_not_wait() -> None:
    """While a writer holds the lock, others read what was committed before."""
    store = MemoryStore()
    store.commit("t", [put("a")])
    answers = list[int]()
    with store._writing:
        reader = threading.Thread(target=lambda: answers.append(len(store.scan("t", "note", order="due"))))
        reader.start()
        reader.join(10)
    assert answers == [1]


def test_writers_wait_for_each_other() -> None:
    """While a writer holds the lock, no other publishes; it does so afterwards."""
    store = MemoryStore()
    writer = threading.Thread(target=store.commit, args=("t", [put("a")]))
    with store._writing:
        writer.start()
        writer.join(0.05)
        assert store.log("t") == []
    writer.join(10)
    assert len(store.log("t")) == 1


def test_a_failed_commit_frees_the_lock() -> None:
    """After a refusal the store serves on."""
    store = MemoryStore()
    with pytest.raises(ConflictError):
        store.commit("t", [put("a", 1)])
    assert store.commit("t", [put("a")]) == 1


def test_an_interrupted_commit_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever happens while the next state is built, the present one stays."""
    store = MemoryStore()
    store.commit("t", [put("a")])

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("infoview.storage.memory.Entry", interrupt)
    with pytest.raises(KeyboardInterrupt):
        store.commit("t", [put("b"), put("a", 1)])
    monkeypatch.undo()
    assert [row.version for row in store.scan("t", "note")] == [1]
    assert store.commit("t", [put("b")]) == 2
