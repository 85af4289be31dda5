import ast
import threading
from pathlib import Path

import pytest

import infoview.storage.memory
from infoview.storage import ConflictError, MemoryStore, NewEntry, Put, Ref, Store, StoreUnavailableError


def put(id_: str, expect: int = 0) -> Put:
    """Build a change with one entry."""
    return Put(Ref("note", id_), expect, "body", {"due": 1}, (NewEntry("Written", "2030", "body"),))


def lines_of_code(source: str) -> int:
    """Count the lines that are not blank and hold no comment, docstring or import alone."""
    asides = list[ast.stmt]()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import | ast.ImportFrom):
            asides.append(node)
        elif isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and ast.get_docstring(node):
            asides.append(node.body[0])
    aside = {number for node in asides for number in range(node.lineno, (node.end_lineno or 0) + 1)}
    lines = enumerate(map(str.strip, source.splitlines()), 1)
    return sum(1 for number, line in lines if line and line[0] != "#" and number not in aside)


def test_the_model_is_short() -> None:
    """The model stays within sixty lines of code, so that one can read it to learn what a rule means."""
    assert lines_of_code('"""Doc.\n\n"""\nimport a\n\n# b\ndef c(): # d\n    """E."""\n    f()\n') == 2
    assert lines_of_code(Path(infoview.storage.memory.__file__).read_text(encoding="utf-8")) <= 60


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
