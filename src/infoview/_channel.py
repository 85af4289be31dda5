"""How a text travels, and how people meet."""

from enum import StrEnum

__all__ = ["Channel", "MeetingFormat"]


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
