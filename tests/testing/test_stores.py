"""The bundled stores under the suite that integrators get: three lines each."""

import contextlib
import tempfile
from pathlib import Path

from infoview.storage import MemoryStore, SQLiteStore
from infoview.testing import store_suite

_SHARED = MemoryStore()
TestMemoryStore = store_suite(lambda: contextlib.closing(_SHARED.share()))

_FOLDER = tempfile.TemporaryDirectory()
_FILE = Path(_FOLDER.name) / "store.db"
TestSQLiteStore = store_suite(
    lambda: contextlib.closing(SQLiteStore(_FILE)),
    raw=lambda: b"".join(file.read_bytes() for file in sorted(_FILE.parent.iterdir())),
)
