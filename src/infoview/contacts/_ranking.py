"""Whom to ask first: the people of a network, ranked for an objective."""

import re
from collections.abc import Iterable
from datetime import date
from types import MappingProxyType

import attrs

from infoview._objective import Objective, ObjectiveKind
from infoview._people import Contact
from infoview._time import is_plain_date
from infoview.exceptions import InvalidValueError

__all__ = ["Ranked", "rank"]

_SUBJECT_POINTS = MappingProxyType(
    {
        ObjectiveKind.POSITION: (40, 20),
        ObjectiveKind.COMPANY: (0, 60),
        ObjectiveKind.INDUSTRY: (25, 35),
        ObjectiveKind.CAREER_PATH: (40, 20),
    }
)
"""How much the subject's words count in a position and in an organisation's name. Each pair makes 60."""

_BROAD_POINTS = 15
_ADDRESS_POINTS = 10
_COMPLETE_POINTS = 5
_RECENT = ((365, 10, "Connected within a year."), (3 * 365, 5, "Connected within three years."))

_WORD = re.compile(r"[^\W_]+")
_EMPTY_WORDS = frozenset(
    ("a", "an", "and", "as", "at", "by", "for", "from", "in", "into", "of", "on", "or", "the", "to", "with")
)
_STEM = 5
"""Longer words agree when this many first letters do: analyst, analysis and analytics."""


@attrs.frozen(kw_only=True)
class Ranked:
    """A contact and why it stands where it stands.

    Attributes:
        contact: The contact.
        score: 0 to 100. Comparable within one ranking only.
        reasons: What the score is made of, as short sentences for the seeker's eyes: they quote the contact.
    """

    contact: Contact
    score: int
    reasons: tuple[str, ...]


def rank(contacts: Iterable[Contact], objective: Objective, *, today: date) -> tuple[Ranked, ...]:
    """Order people by how likely they can tell you about an objective (step 2 of the guide).

    Words of the subject count up to 60 points where they stand in the position or the organisation, by the
    kind of objective; words of the broader field up to 15; a known address 10; a connection of the last year
    10, of the last three years 5; a known position and organisation 5. The weights are our proposal: the
    guides name the criteria and no numbers.

    Args:
        contacts: The people.
        objective: What you want to find out.
        today: The date from which the age of a connection is counted.

    Returns:
        Everybody, the best fit first; equal scores by name, then by id. Takes O(n log n).

    Raises:
        InvalidValueError: When *today* is no date, carries a time, or lies outside the years 1900 to 2199
            (code ``not_a_date``).
    """
    if not is_plain_date(today):
        raise InvalidValueError("rank.today", "not_a_date", "give a calendar day without a time")
    subject, broad = _stems(objective.subject), _stems(objective.broad)
    ranked = [_ranked(contact, objective.kind, subject, broad, today) for contact in contacts]
    return tuple(
        sorted(ranked, key=lambda one: (-one.score, one.contact.name.full.casefold(), one.contact.id))
    )


def _ranked(
    contact: Contact, kind: ObjectiveKind, subject: frozenset[str], broad: frozenset[str], today: date
) -> Ranked:
    position, organisation = _stems(contact.position), _stems(contact.organisation)
    in_position, in_organisation = _SUBJECT_POINTS[kind]
    points = (
        (_share(subject, position, in_position), f"The position fits: {contact.position}."),
        (_share(subject, organisation, in_organisation), f"Works at {contact.organisation}."),
        (_share(broad, position | organisation, _BROAD_POINTS), "Works in the broader field."),
        (_ADDRESS_POINTS if contact.email else 0, "An e-mail address is known."),
        _recency(contact.connected_on, today),
        (
            _COMPLETE_POINTS if contact.position and contact.organisation else 0,
            "Position and organisation are known.",
        ),
    )
    return Ranked(
        contact=contact,
        score=sum(score for score, _ in points),
        reasons=tuple(reason for score, reason in points if score),
    )


def _recency(connected_on: date | None, today: date) -> tuple[int, str]:
    if connected_on is not None:
        age = (today - connected_on).days
        for limit, points, reason in _RECENT:
            if age <= limit:
                return points, reason
    return 0, ""


def _share(wanted: frozenset[str], found: frozenset[str], points: int) -> int:
    return points * len(wanted & found) // len(wanted) if wanted else 0


def _stems(text: str | None) -> frozenset[str]:
    words = _WORD.findall(text.casefold()) if text else []
    return frozenset(word[:_STEM] for word in words if word not in _EMPTY_WORDS)
