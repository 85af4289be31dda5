"""What tests of sealed stores share: a store whose reads are edited, and an easy way to open one."""

from collections.abc import Callable, Sequence
from typing import Any

import attrs

from infoview.storage import Entry, MemoryStore, Put, Record, Ref
from infoview.storage.encryption import EncryptedStore, KeyRing, StoreKeyRing

MASTER = b"m" * 32


class Edited(MemoryStore):
    """A store in memory that somebody tampers with.

    Attributes:
        record: Changes the records that are read.
        entry: Changes the entries that are read.
    """

    def __init__(self) -> None:
        super().__init__()
        self.record: Callable[[Record], Record] = lambda record: record
        self.entry: Callable[[Entry], Entry] = lambda entry: entry

    def load(self, tenant: str, refs: Sequence[Ref], /) -> list[Record | None]:
        """Show what was made of the records."""
        return [record and self.record(record) for record in super().load(tenant, refs)]

    def scan(self, tenant: str, kind: str, /, **query: Any) -> list[Record]:  # noqa: ANN401 - any query
        """Show what was made of the rows."""
        return [self.record(record) for record in super().scan(tenant, kind, **query)]

    def log(self, tenant: str, /, **query: Any) -> list[Entry]:  # noqa: ANN401 - any query
        """Show what was made of the log."""
        return [self.entry(entry) for entry in super().log(tenant, **query)]

    def show(self, body: str) -> None:
        """Show this body everywhere."""
        self.record = lambda record: attrs.evolve(record, body=body)
        self.entry = lambda entry: attrs.evolve(entry, body=body)


def first_letter(tenant: str, put: Put) -> str:
    """Let all records whose ids begin alike belong to one person."""
    return f"{tenant[:1]} {put.ref.id[0]}"


def sealed(inner: MemoryStore, keys: KeyRing | None = None, **rest: Any) -> EncryptedStore:  # noqa: ANN401 - any argument
    """Put an encrypted store around another one."""
    ring = keys or StoreKeyRing(MemoryStore(), MASTER)
    return EncryptedStore(inner, ring, **{"owner": first_letter, **rest})
