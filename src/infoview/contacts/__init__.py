"""The people you know: read from an export, cleaned, and ranked for an objective (step 2 of the guide)."""

from infoview.contacts._identity import NewId, RowIdentity, stable_id
from infoview.contacts._linkedin import read_linkedin
from infoview.contacts._names import clean_name
from infoview.contacts._profile import canonical_profile
from infoview.contacts._ranking import Ranked, rank
from infoview.contacts._result import ROW_CODES, ImportResult, Outcome, RowCode, RowProblem, SkippedRow
from infoview.contacts._source import Readable, Source

__all__ = [
    "ROW_CODES",
    "ImportResult",
    "NewId",
    "Outcome",
    "Ranked",
    "Readable",
    "RowCode",
    "RowIdentity",
    "RowProblem",
    "SkippedRow",
    "Source",
    "canonical_profile",
    "clean_name",
    "rank",
    "read_linkedin",
    "stable_id",
]
