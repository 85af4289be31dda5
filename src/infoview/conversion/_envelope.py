"""The envelope of a document: the version of the format, and what kind of thing is in it."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, cast

import attrs

from infoview.conversion._faults import fault, members, mislabelled, unfit, within
from infoview.conversion._kinds import EVENT, INTERVIEW, TAG
from infoview.exceptions import InvalidDataError, Problem

__all__ = ["SCHEMA_VERSION", "STEPS", "Step", "Upcaster", "envelope", "unwrap", "wrap"]

Form = dict[object, object]

Upcaster = Callable[[dict[Any, Any]], dict[Any, Any]]
"""Rewrites a form of one version as the next version has it, and leaves its argument as it was.

It gets the form without the envelope, before anything is checked. So it changes what it recognises, passes on
everything else, and never raises.
"""

_NOTHING: Mapping[str, Upcaster] = MappingProxyType({})


@attrs.frozen(kw_only=True)
class Step:
    """The way from one version of the format to the next.

    An event is rewritten alike wherever it stands: as a document, as a line of a log, in the history of an
    interview. One event stays one event, since `Undone` counts events, ids name them, and stores number them.
    It may become an event of another name.

    Attributes:
        events: What rewrites the events that changed, by the name they had.
        documents: What rewrites the other documents that changed, by their kind. It gets an interview with
            its events rewritten already.
    """

    events: Mapping[str, Upcaster] = _NOTHING
    documents: Mapping[str, Upcaster] = _NOTHING

    def taken(self, kind: str, form: Form, /) -> Form:
        """Take the step.

        Args:
            kind: What kind of thing it is.
            form: Its form, in the version before.

        Returns:
            Its form in the version after.
        """
        if kind == EVENT:
            return _rewritten(form, form.get(TAG), self.events)
        history = form.get("history")
        if kind == INTERVIEW and self.events and isinstance(history, list):
            form = {**form, "history": [self._event(event) for event in cast("list[object]", history)]}
        return _rewritten(form, kind, self.documents)

    def _event(self, value: object) -> object:
        if not isinstance(value, dict):
            return value
        event = cast("Form", value)
        return _rewritten(event, event.get(TAG), self.events)


def _rewritten(form: Form, name: object, rewriters: Mapping[str, Upcaster]) -> Form:
    rewrite = rewriters.get(name) if isinstance(name, str) else None
    return form if rewrite is None else rewrite(form)


SCHEMA_VERSION = 2
"""The version of the format that is written. All versions up to it are read."""

STEPS: Mapping[int, Step] = MappingProxyType({1: Step()})
"""For every version before this one, the step to the next.

Version 2 has more: the events `GroupJoined`, `GroupLeft` and `Undone`, events of integrators, and more fields
of a policy. What version 1 wrote means what it meant, so the first step rewrites nothing. The number is for
readers of version 1: what they cannot know they refuse as a whole, and say why.
"""


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


def unwrap(document: object, kind: str) -> tuple[list[Problem], Form]:
    """Take the form of an object out of its envelope.

    Args:
        document: Anything.
        kind: What kind of thing it should hold.

    Returns:
        The faults of the envelope, and the form as this version has it.

    Raises:
        InvalidDataError: When it is no object, or of no known version, so that nothing more can be said.
    """
    whole = members(document)
    form = {key: value for key, value in whole.items() if key not in ("$schema", "kind")}
    problems: list[Problem] = []
    if "$schema" in whole:
        for version in range(_version_of(whole["$schema"]), SCHEMA_VERSION):
            form = STEPS[version].taken(kind, form)
    else:
        problems.append(Problem("$.$schema", "missing_key", f"add this key, with {SCHEMA_VERSION} in it"))
    return problems + mislabelled(whole, "kind", kind), form


def _version_of(value: object) -> int:
    if type(value) is not int:
        raise InvalidDataError(tuple(within(".$schema", unfit(value, "a whole number").problems)))
    if value < 1:
        raise fault("out_of_range", "give 1 or more", "$.$schema")
    if value > SCHEMA_VERSION:
        cure = f"upgrade infoview: this one reads versions up to {SCHEMA_VERSION}"
        raise fault("newer_schema", cure, "$.$schema")
    return value
