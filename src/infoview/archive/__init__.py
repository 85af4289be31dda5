"""Archives: all that a tenant keeps, or all about one person, as JSON Lines, and back into a store.

The first line says what the file is, and in which version. Then come the records, one to a line: people
first, then interviews, then tombstones, each by id. Then comes the log, oldest entry first. The last line
counts both, so that a file that was cut off is known for what it is.

What comes along: every record, and when an interview is next due; of the log every entry of interviews and
tombstones, in its order, with its name, time and body. What was erased stays so: its entries come without
bodies, and its id is closed. Terms are made anew from what the records hold. Positions and versions do not
come along, since the store that takes the archive in gives its own; nor do the ids of erased people, which
stand in no log.
"""

from infoview.archive._export import export
from infoview.archive._lines import ARCHIVE_VERSION
from infoview.archive._restore import Restored, restore

__all__ = ["ARCHIVE_VERSION", "Restored", "export", "restore"]
