"""What else is going on with a seeker, a contact and an organisation: what the caps are held against.

One interview cannot know how many others there are. Whoever keeps them all says so, and the rules that
protect contacts from being flooded are judged too.
"""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, final

import attrs

from infoview._events import RequestSent, Retried
from infoview._fields import each, instance, whole_number
from infoview._stages import WITH_A_SLOT, Stage
from infoview._time import Slot, instant_field, to_instant

if TYPE_CHECKING:
    from infoview._interview import Interview

__all__ = ["ASKED", "MONTH", "WEEK", "Outreach", "outreach_among", "requests_of"]

WEEK = timedelta(days=7)
"""The time over which the requests of a seeker are counted."""

MONTH = timedelta(days=30)
"""The time over which the requests to a contact are counted."""

_MOST_REQUESTS = 100_000
ASKED = (
    Stage.REQUESTED,
    Stage.DEFERRED,
    Stage.ACCEPTED,
    Stage.SCHEDULING,
    Stage.SCHEDULED,
    Stage.CONFIRMED,
    Stage.WRITTEN,
)
"""The stages in which somebody of an organisation has been asked and not been met yet."""


def _in_utc(value: Any) -> Any:  # noqa: ANN401 - what is no tuple is left for the validator to refuse
    is_tuple = isinstance(value, tuple)
    return tuple(map(to_instant, value)) if is_tuple else value  # pyright: ignore[reportUnknownArgumentType] - as above


@final
@attrs.frozen(kw_only=True)
class Outreach:
    """What a request, or a time for a talk, would come on top of.

    Instants may be any aware datetimes; they are kept in UTC.

    Attributes:
        seeker_requests: When the seeker asked, whomever. What is older than a week does not matter.
        contact_requests: When this contact was asked, by whomever. What is older than 30 days does not
            matter.
        colleague_requests: When the seeker asked other people of the contact's organisation who have not
            answered.
        organisation_open: How many other people of that organisation the seeker has asked and not met yet.
        taken: When the seeker has other talks.

    Raises:
        InvalidValueError: When an instant names none, there are more than 100,000 of them, or the number is
            negative.
    """

    seeker_requests: tuple[datetime, ...] = attrs.field(
        default=(), converter=_in_utc, validator=each(instant_field, most=_MOST_REQUESTS)
    )
    contact_requests: tuple[datetime, ...] = attrs.field(
        default=(), converter=_in_utc, validator=each(instant_field, most=_MOST_REQUESTS)
    )
    colleague_requests: tuple[datetime, ...] = attrs.field(
        default=(), converter=_in_utc, validator=each(instant_field, most=_MOST_REQUESTS)
    )
    organisation_open: int = attrs.field(default=0, validator=whole_number(0, _MOST_REQUESTS))
    taken: tuple[Slot, ...] = attrs.field(default=(), validator=each(instance(Slot), most=_MOST_REQUESTS))

    def is_taken(self, slot: Slot, /) -> bool:
        """Tell whether the seeker has another talk at some of that time.

        Args:
            slot: The time.

        Returns:
            `True` when one of those that are taken overlaps it.
        """
        return any(map(slot.overlaps, self.taken))


def requests_of(interview: "Interview", /) -> tuple[datetime, ...]:
    """List when the contact of an interview was asked.

    Args:
        interview: The interview.

    Returns:
        The instants of its requests that were not undone, oldest first.
    """
    requests = (event for event in interview.log.standing if isinstance(event, RequestSent | Retried))
    return tuple(event.at for event in requests)


def outreach_among(
    interview: "Interview", others: Iterable["Interview"], /, *, colleagues: Collection[str] = ()
) -> Outreach:
    """Count what a request, or a time for a talk, would come on top of.

    Args:
        interview: The interview in which a request is to be sent or a time to be agreed.
        others: All that might matter: those of the seeker, and those of others with the contact. The
            interview itself may be among them.
        colleagues: The ids of the other contacts of the contact's organisation.

    Returns:
        The counts. Linear in the number of events of all interviews.

    Raises:
        InvalidValueError: When there are more than 100,000 requests of one sort (code ``out_of_range``).
    """
    places = frozenset(colleagues)
    elsewhere = [other for other in others if other.id != interview.id]
    of_seeker = [other for other in elsewhere if other.seeker_id == interview.seeker_id]
    of_contact = [other for other in elsewhere if other.contact_id == interview.contact_id]
    asked = [other for other in of_seeker if other.contact_id in places and other.stage in ASKED]
    waiting = [other.requested_at for other in asked if other.stage is Stage.REQUESTED]
    booked = [
        other.slot for other in of_seeker if other.stage in WITH_A_SLOT and _meets_apart(other, interview)
    ]
    return Outreach(
        seeker_requests=tuple(at for talk in (interview, *of_seeker) for at in requests_of(talk)),
        contact_requests=tuple(at for talk in (interview, *of_contact) for at in requests_of(talk)),
        colleague_requests=tuple(at for at in waiting if at is not None),
        organisation_open=len(asked),
        taken=tuple(slot for slot in booked if slot is not None),
    )


def _meets_apart(one: "Interview", other: "Interview") -> bool:
    return one.group_id is None or one.group_id != other.group_id
