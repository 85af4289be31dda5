"""The envelope and the way from old versions to the current one."""

from types import MappingProxyType
from typing import Any

import pytest

from infoview import Note
from infoview.conversion import SCHEMA_VERSION, _envelope, from_dict, to_dict
from infoview.exceptions import InvalidDataError


def faults(document: object) -> list[tuple[str, str]]:
    """Read a bad note and list where it is bad, and how."""
    with pytest.raises(InvalidDataError) as caught:
        from_dict(Note, document)
    return [(problem.path, problem.code) for problem in caught.value.problems]


def test_the_envelope_names_version_and_kind() -> None:
    """A document says what it is and how it is written."""
    assert to_dict(Note("a")) == {"$schema": 1, "kind": "note", "text": "a"}


def test_every_fault_of_the_envelope_and_the_form_is_told() -> None:
    """Without a version the current one is assumed, so that the rest is judged too."""
    assert faults({}) == [("$.$schema", "missing_key"), ("$.kind", "missing_key"), ("$.text", "missing_key")]


@pytest.mark.parametrize("version", ["1", True, 1.0, None, [1]])
def test_a_version_is_a_whole_number(version: object) -> None:
    """Nothing is taken for a version that only looks like one."""
    assert faults({"$schema": version, "kind": "note", "text": "a"}) == [("$.$schema", "wrong_type")]


@pytest.mark.parametrize("version", [0, -1])
def test_versions_begin_with_one(version: int) -> None:
    """There is no version before the first."""
    assert faults({"$schema": version, "kind": "note", "text": "a"}) == [("$.$schema", "out_of_range")]


def test_a_newer_version_is_told_alone() -> None:
    """What a later infoview wrote cannot be judged, so only the way out is named."""
    assert faults({"$schema": SCHEMA_VERSION + 1, "surplus": 1}) == [("$.$schema", "newer_schema")]


@pytest.mark.parametrize(("kind", "code"), [("contact", "unknown_value"), (1, "wrong_type")])
def test_another_kind_is_refused(kind: object, code: str) -> None:
    """A document is read as what it says it is, or not at all."""
    assert [("$.kind", code)] == faults({"$schema": 1, "kind": kind, "text": "a"})


def test_there_is_a_step_from_every_earlier_version() -> None:
    """The table of upcasters has no gap."""
    assert set(range(1, SCHEMA_VERSION)) == set(_envelope.UPCASTERS)


class TestUpcasting:
    """With a double of the table, as this is the first version of the format."""

    @pytest.fixture(autouse=True)
    def _third_version(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Pretend that notes had a `body` in version 1 and a `words` in version 2."""
        steps = {
            1: self.renamed("body", "words"),
            2: self.renamed("words", "text"),
        }
        monkeypatch.setattr(_envelope, "SCHEMA_VERSION", 3)
        monkeypatch.setattr(_envelope, "UPCASTERS", MappingProxyType(steps))

    @staticmethod
    def renamed(old: str, new: str) -> _envelope.Upcaster:
        """Make an upcaster that renames a key, and passes on documents that lack it."""
        return lambda document: {new if key == old else key: value for key, value in document.items()}

    @pytest.mark.parametrize(("version", "key"), [(1, "body"), (2, "words"), (3, "text")])
    def test_every_version_is_read(self, version: int, key: str) -> None:
        """A document passes every step from its own version on, and no other."""
        assert Note("a") == from_dict(Note, {"$schema": version, "kind": "note", key: "a"})

    @pytest.mark.parametrize(("version", "key"), [(1, "words"), (2, "body"), (3, "words")])
    def test_the_keys_of_another_version_are_refused(self, version: int, key: str) -> None:
        """A document is held to the version it names; what the steps make of it is checked."""
        document = {"$schema": version, "kind": "note", key: "a", "surplus": 1}
        assert ("$.surplus", "unknown_key") in faults(document)
        if version != 1:
            assert ("$.text", "missing_key") in faults(document)

    def test_a_document_is_left_as_it_was(self) -> None:
        """Reading changes nothing that belongs to the caller."""
        document: dict[str, Any] = {"$schema": 1, "kind": "note", "body": "a"}
        from_dict(Note, document)
        assert document == {"$schema": 1, "kind": "note", "body": "a"}

    def test_the_newest_version_is_written(self) -> None:
        """Old documents are read; only the current version is written."""
        assert to_dict(Note("a")) == {"$schema": 3, "kind": "note", "text": "a"}
