"""Tombstones: what stays of an erased interview, so that it is still known who led to whom."""

from typing import final

import attrs
from attrs.validators import optional

from infoview._text import IDENTIFIER
from infoview.conversion._converter import CONVERTER
from infoview.conversion._documents import canonical
from infoview.conversion._envelope import unwrap, wrap
from infoview.conversion._faults import listed
from infoview.conversion._reading import MAX_CHARACTERS, read_text
from infoview.desk._shelf import check_place
from infoview.exceptions import InvalidDataError
from infoview.storage import NewEntry, Put, Record, Ref

__all__ = [
    "TOMBSTONE",
    "Tombstone",
    "put_tombstone",
    "read_tombstone",
    "tombstone_from_json",
    "tombstone_of",
    "tombstone_to_dict",
    "tombstone_to_json",
]

TOMBSTONE = "tombstone"
"""The kind of the records that hold tombstones."""


@final
@attrs.frozen(kw_only=True)
class Tombstone:
    """The place of an erased interview among the others. It names nobody and quotes nobody.

    Attributes:
        id: The id of the interview.
        follows: The interview whose referral led to it, if one did.
        referral_id: The referral within that interview.
    """

    id: str = attrs.field(validator=IDENTIFIER)
    follows: str | None = attrs.field(default=None, validator=optional(IDENTIFIER))
    referral_id: str | None = attrs.field(default=None, validator=optional(IDENTIFIER))


def tombstone_to_dict(tombstone: Tombstone, /) -> dict[str, object]:
    """Write a tombstone as plain values.

    Args:
        tombstone: The tombstone.

    Returns:
        A document, as `infoview.conversion.to_dict` makes it of other things.
    """
    return wrap(TOMBSTONE, CONVERTER.unstructure(tombstone))


def read_tombstone(document: object, /) -> Tombstone:
    """Read a tombstone from plain values.

    Args:
        document: Anything.

    Returns:
        The tombstone.

    Raises:
        InvalidDataError: When the document is not what it should be.
    """
    problems, form = unwrap(document, TOMBSTONE)
    try:
        tombstone = CONVERTER.structure(form, Tombstone)
    except InvalidDataError as error:
        problems += error.problems
    else:
        if not problems:
            return tombstone
    raise listed(problems)


def tombstone_from_json(text: str, /) -> Tombstone:
    """Read a tombstone from JSON.

    Args:
        text: The text.

    Returns:
        The tombstone.

    Raises:
        InvalidDataError: As `read_tombstone`, or when the text is no JSON.
    """
    return read_tombstone(read_text(text, max_characters=MAX_CHARACTERS))


def tombstone_of(record: Record, /) -> Tombstone:
    """Read a record that holds a tombstone.

    Args:
        record: The record.

    Returns:
        The tombstone.

    Raises:
        InvalidDataError: As `tombstone_from_json`, or when it is that of something else (code ``wrong_id``).
    """
    tombstone = tombstone_from_json(record.body)
    check_place(tombstone.id, record)
    return tombstone


def tombstone_to_json(tombstone: Tombstone, /) -> str:
    """Write a tombstone as JSON.

    Args:
        tombstone: The tombstone.

    Returns:
        Canonical text.
    """
    return canonical(tombstone_to_dict(tombstone))


def put_tombstone(tombstone: Tombstone, /, *, erased_at: str | None = None) -> Put:
    """Set up a tombstone.

    Args:
        tombstone: The tombstone.
        erased_at: When the interview was erased, as the log writes it; `None` where the log is told apart.

    Returns:
        The change. Its entry, if it has one, is named ``InterviewErased`` and holds the tombstone.
    """
    body = tombstone_to_json(tombstone)
    entries = () if erased_at is None else (NewEntry("InterviewErased", erased_at, body),)
    return Put(Ref(TOMBSTONE, tombstone.id), 0, body, {"follows": tombstone.follows}, entries)
