"""The tables of the SQLite file, and how an older file becomes a present one.

`records` holds every record, numbered as they came. An erased one stays as an empty row, so that its name is
never used again; `records_alive` leaves those rows out. `terms` finds and orders records by any term: its key
holds all that a search looks at, and leads to the record by number. A record's terms stand in its own row a
second time, as JSON, to be read together with the body. `log` is only ever appended to, but for the bodies
that an erasure takes away.
"""

import sqlite3
from typing import Final

from infoview.exceptions import UnsupportedSchemaError

__all__ = ["MIGRATIONS", "migrate"]

MIGRATIONS: tuple[tuple[str, ...], ...] = (
    (
        """CREATE TABLE records (
            tenant TEXT NOT NULL, kind TEXT NOT NULL, id TEXT NOT NULL,
            version INTEGER NOT NULL, body TEXT NOT NULL,
            PRIMARY KEY (tenant, kind, id)
        ) STRICT""",
        """CREATE TABLE gone (
            tenant TEXT NOT NULL, kind TEXT NOT NULL, id TEXT NOT NULL,
            PRIMARY KEY (tenant, kind, id)
        ) STRICT, WITHOUT ROWID""",
        """CREATE TABLE terms (
            tenant TEXT NOT NULL, kind TEXT NOT NULL, id TEXT NOT NULL,
            name TEXT NOT NULL, value ANY NOT NULL,
            PRIMARY KEY (tenant, kind, id, name)
        ) STRICT, WITHOUT ROWID""",
        "CREATE INDEX terms_by_value ON terms (tenant, kind, name, value, id)",
        """CREATE TABLE log (
            tenant TEXT NOT NULL, position INTEGER NOT NULL, kind TEXT NOT NULL, id TEXT NOT NULL,
            version INTEGER NOT NULL, name TEXT NOT NULL, at TEXT NOT NULL, body TEXT,
            PRIMARY KEY (tenant, position)
        ) STRICT""",
        "CREATE INDEX log_by_record ON log (tenant, kind, id, position)",
    ),
    (
        "ALTER TABLE records RENAME TO old_records",
        "ALTER TABLE terms RENAME TO old_terms",
        # The body comes last: a row can be judged without reading it.
        """CREATE TABLE records (
            number INTEGER PRIMARY KEY, tenant TEXT NOT NULL, kind TEXT NOT NULL, id TEXT NOT NULL,
            version INTEGER NOT NULL, erased INTEGER NOT NULL, terms TEXT, body TEXT,
            UNIQUE (tenant, kind, id)
        ) STRICT""",
        "CREATE INDEX records_alive ON records (tenant, kind, id) WHERE erased = 0",
        """CREATE TABLE terms (
            tenant TEXT NOT NULL, kind TEXT NOT NULL, name TEXT NOT NULL, value ANY NOT NULL,
            id TEXT NOT NULL, number INTEGER NOT NULL,
            PRIMARY KEY (tenant, kind, name, value, id)
        ) STRICT, WITHOUT ROWID""",
        """INSERT INTO records (tenant, kind, id, version, erased, terms, body)
            SELECT tenant, kind, id, version, 0, (
                SELECT json_group_object(name, CASE WHEN typeof(value) <> 'real' THEN value END)
                FROM old_terms AS t WHERE (t.tenant, t.kind, t.id) = (r.tenant, r.kind, r.id)
            ), body FROM old_records AS r ORDER BY rowid""",
        """INSERT INTO records (tenant, kind, id, version, erased)
            SELECT tenant, kind, id, 0, 1 FROM gone""",
        """INSERT INTO terms (tenant, kind, name, value, id, number)
            SELECT tenant, kind, name, value, id, number
            FROM old_terms JOIN records USING (tenant, kind, id)
            ORDER BY tenant, kind, name, value, id""",
        "DROP TABLE old_terms",
        "DROP TABLE old_records",
        "DROP TABLE gone",
    ),
)
"""The statements that lead from schema version n to n + 1, for n = 0, 1, 2 … Released ones never change."""

_APPLICATION_ID: Final = 0x696E6676  # "infv"


def migrate(db: sqlite3.Connection) -> None:
    """Bring a file up to date, within the caller's transaction.

    Args:
        db: A connection that holds the file's write lock.

    Raises:
        UnsupportedSchemaError: When the file is not infoview's, or of a newer version.
    """
    newest = len(MIGRATIONS)
    (application,) = db.execute("PRAGMA application_id").fetchone()
    (version,) = db.execute("PRAGMA user_version").fetchone()
    (objects,) = db.execute("SELECT count(*) FROM sqlite_master").fetchone()
    if application != _APPLICATION_ID and (application, version, objects) != (0, 0, 0):
        raise UnsupportedSchemaError("not infoview's", newest)
    if not 0 <= version <= newest:
        raise UnsupportedSchemaError(f"of schema version {version}", newest)
    for statements in MIGRATIONS[version:]:
        for statement in statements:
            db.execute(statement)
    # Written even where nothing changes: a file that cannot be written is better refused now than later.
    db.execute(f"PRAGMA application_id = {_APPLICATION_ID}")
    db.execute(f"PRAGMA user_version = {newest}")
