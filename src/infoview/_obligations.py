"""What is owed: thanks, notes, reports back, promises. Kept beside the stage, not in it."""

from datetime import date, datetime
from enum import StrEnum
from typing import final

import attrs

from infoview._people import Party

__all__ = ["Obligation", "ObligationKind"]


class ObligationKind(StrEnum):
    """The sorts of obligation."""

    THANK_YOU = "thank_you"
    DEBRIEF = "debrief"
    REPORT_BACK = "report_back"
    CHECK_BACK = "check_back"
    COMMITMENT = "commitment"
    REPLY_THANKS = "reply_thanks"
    APOLOGY = "apology"


@final
@attrs.frozen
class Obligation:
    """Something that is still owed. When it falls due is a question to the policy: see `infoview.agenda`.

    Attributes:
        kind: The sort.
        reference: The id of the referral, insight or promise it is about, or empty.
        owner: Who owes it.
        opened_at: Since when (UTC).
        due_on: The day that was agreed, if one was, in the contact's zone.
    """

    kind: ObligationKind
    reference: str
    owner: Party
    opened_at: datetime
    due_on: date | None = None

    @property
    def id(self) -> str:
        """A name for it that is unique within its interview, such as ``report_back:r-1``."""
        return f"{self.kind}:{self.reference}" if self.reference else str(self.kind)
