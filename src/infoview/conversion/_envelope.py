"""The envelope of a document: the version of the format, and what kind of thing is in it."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from infoview.conversion._faults import fault, members, mislabelled, unfit, within
from infoview.exceptions import InvalidDataError, Problem

__all__ = ["SCHEMA_VERSION", "UPCASTERS", "Upcaster", "envelope", "unwrap", "wrap"]

Upcaster = Callable[[dict[Any, Any]], dict[Any, Any]]
"""Rewrites a document of one version as the next version has it, and leaves its argument as it was.

It runs before anything is checked. So it changes what it recognises, passes on everything else, and never
raises.
"""

SCHEMA_VERSION = 1
"""The version of the format that is written. All versions up to it are read."""

UPCASTERS: Mapping[int, Upcaster] = MappingProxyType({})
"""For every version before this one, the step to the next."""


def envelope(kind: str) -> dict[str, Any]:
    """Make the envelope for a kind.

    Args:
        kind: The kind.

    Returns:
        Its keys and their values.
    """
    return {"$schema": SCHEMA_VERSION, "kind": kind}


def wrap(kind: str, form: Mapping[str, Any]) -> dict[str, Any]:
    """Put the form of an object into the envelope.

    Args:
        kind: What kind of thing it is.
        form: The form.

    Returns:
        The document.
    """
    return {**envelope(kind), **form}


def unwrap(document: object, kind: str) -> tuple[list[Problem], dict[object, object]]:
    """Take the form of an object out of its envelope.

    Args:
        document: Anything.
        kind: What kind of thing it should hold.

    Returns:
        The faults of the envelope, and the form as this version has it.

    Raises:
        InvalidDataError: When it is no object, or of no known version, so that nothing more can be said.
    """
    form = members(document)
    problems: list[Problem] = []
    if "$schema" in form:
        form = _brought_up_to_date(form)
    else:
        problems.append(Problem("$.$schema", "missing_key", f"add this key, with {SCHEMA_VERSION} in it"))
    problems += mislabelled(form, "kind", kind)
    return problems, {key: value for key, value in form.items() if key not in ("$schema", "kind")}


def _brought_up_to_date(document: dict[object, object]) -> dict[object, object]:
    for version in range(_version_of(document["$schema"]), SCHEMA_VERSION):
        document = UPCASTERS[version](document)
    return document


def _version_of(value: object) -> int:
    if type(value) is not int:
        raise InvalidDataError(tuple(within(".$schema", unfit(value, "a whole number").problems)))
    if value < 1:
        raise fault("out_of_range", "give 1 or more", "$.$schema")
    if value > SCHEMA_VERSION:
        cure = f"upgrade infoview: this one reads versions up to {SCHEMA_VERSION}"
        raise fault("newer_schema", cure, "$.$schema")
    return value
