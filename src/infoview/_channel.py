"""How people are linked, how a text travels between them, and how they meet."""

from enum import StrEnum

__all__ = ["Channel", "ConnectionKind", "MeetingFormat"]


class Channel(StrEnum):
    """How a message travels."""

    EMAIL = "email"
    LINKEDIN_NOTE = "linkedin_note"
    LINKEDIN_MESSAGE = "linkedin_message"
    PHONE = "phone"
    LETTER = "letter"


class MeetingFormat(StrEnum):
    """How the conversation itself is held."""

    IN_PERSON = "in_person"
    VIDEO = "video"
    PHONE = "phone"


class ConnectionKind(StrEnum):
    """What links the seeker and the contact."""

    COLD = "cold"
    REFERRAL = "referral"
    ALUMNI = "alumni"
    EVENT = "event"
    COLLEAGUE = "colleague"
    FRIEND = "friend"
    COMMUNITY = "community"
