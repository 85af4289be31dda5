"""Where records and their history are kept: the contract, and the stores that come with the library.

`Store` is the contract, in ten numbered rules. `MemoryStore` is its readable model; `SQLiteStore` keeps a
file. Whoever writes a store of their own builds on the same values and begins each method with its check.
"""

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

if TYPE_CHECKING:
    from infoview.storage.sqlite import SQLiteStore

__all__ = [
    "ConflictError",
    "Durability",
    "Entry",
    "Erase",
    "GoneError",
    "MemoryStore",
    "NewEntry",
    "Put",
    "Record",
    "Ref",
    "SQLiteStore",
    "Scalar",
    "Store",
    "StoreUnavailableError",
    "UnsupportedSchemaError",
    "check_commit",
    "check_load",
    "check_log",
    "check_scan",
    "sort_key",
    "start_of",
]


def __getattr__(name: str) -> object:
    """Import the SQLite driver for those who ask for its store, and for nobody else."""
    if name == "SQLiteStore":
        from infoview.storage.sqlite import SQLiteStore  # noqa: PLC0415 - loads sqlite3 only when asked for

        return SQLiteStore
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    """List the public names, loaded or not."""
    return __all__
