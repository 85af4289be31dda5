"""The few use cases that need a store, a clock and a source of ids. All three are passed in."""

from infoview.desk._desk import Desk
from infoview.desk._erasure import Erasure, Trace, TraceReason
from infoview.desk._queries import ContactQuery, Found, InterviewQuery
from infoview.desk._tombstones import Tombstone

__all__ = [
    "ContactQuery",
    "Desk",
    "Erasure",
    "Found",
    "InterviewQuery",
    "Tombstone",
    "Trace",
    "TraceReason",
]
