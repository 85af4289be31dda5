"""Where records and their history are kept: the contract, and the stores that come with the library.

`Store` is the contract, in ten numbered rules. `MemoryStore` is its readable model; `SQLiteStore` keeps a
file. Whoever writes a store of their own builds on the same values and begins each method with its check.

Above any store: `Session` collects changes for one commit, `commit_once` settles commits of unknown outcome,
`read_page` turns pages by opaque cursors, and `EncryptedStore` seals what another store keeps.
"""

from importlib import import_module
from typing import TYPE_CHECKING

from infoview.exceptions import ConflictError, GoneError, StoreUnavailableError, UnsupportedSchemaError
from infoview.storage._contract import (
    Durability,
    Entry,
    Erase,
    NewEntry,
    Put,
    Record,
    Ref,
    Scalar,
    Store,
    check_commit,
    check_load,
    check_log,
    check_scan,
    sort_key,
    start_of,
)
from infoview.storage.memory import MemoryStore
from infoview.storage.pages import Page, every_record, read_page
from infoview.storage.session import Session, commit_once, retried

if TYPE_CHECKING:
    from infoview.storage.encryption import EncryptedStore, KeyRing, StoreKeyRing
    from infoview.storage.sqlite import SQLiteStore

__all__ = [
    "ConflictError",
    "Durability",
    "EncryptedStore",
    "Entry",
    "Erase",
    "GoneError",
    "KeyRing",
    "MemoryStore",
    "NewEntry",
    "Page",
    "Put",
    "Record",
    "Ref",
    "SQLiteStore",
    "Scalar",
    "Session",
    "Store",
    "StoreKeyRing",
    "StoreUnavailableError",
    "UnsupportedSchemaError",
    "check_commit",
    "check_load",
    "check_log",
    "check_scan",
    "commit_once",
    "every_record",
    "read_page",
    "retried",
    "sort_key",
    "start_of",
]


_DRIVEN: dict[str, str] = {
    "EncryptedStore": "infoview.storage.encryption",
    "KeyRing": "infoview.storage.encryption",
    "SQLiteStore": "infoview.storage.sqlite",
    "StoreKeyRing": "infoview.storage.encryption",
}
"""Where the names are that need a driver or a package of their own."""


def __getattr__(name: str) -> object:
    """Import a driver for those who ask for what needs it, and for nobody else."""
    if home := _DRIVEN.get(name):
        return getattr(import_module(home), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    """List the public names, loaded or not."""
    return __all__
