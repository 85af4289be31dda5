"""Every error that infoview raises, in one tree.

::

    InfoviewError                         never raised itself
    ├── InvalidValueError (ValueError)    one value breaks the rule of its field
    ├── InvalidDataError (ValueError)     a document or mapping; lists every fault with its path
    ├── UnreadableSourceError (ValueError)  a file that is not of the kind it was read as
    ├── InfeasibleOutlineError (ValueError) the must-have questions exceed the time
    ├── InvalidLifecycleError (ValueError)  a table of transitions that cannot work; lists every fault
    ├── IllegalTransitionError            the lifecycle has no row for this event in this stage
    ├── GuardError                        the lifecycle has a row, and a rule of etiquette refuses
    ├── GroupRefusedError                 an event of a group talk is refused for one of its members
    ├── NotFoundError (LookupError)       nothing is stored under this reference
    └── StorageError                      never raised itself
        ├── ConflictError                 somebody else wrote first
        ├── GoneError (LookupError)       the record was erased; its id is never used again
        ├── UnsupportedSchemaError        a file written by a newer infoview, or no infoview file at all
        └── StoreUnavailableError         the engine did not answer

The texts carry no personal data: they name the place and the cure, never the value. (Ids of questions and
names of terms do appear; they are the developers' own.) What a program needs to go on is in the attributes.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import ClassVar

import attrs

__all__ = [
    "ConflictError",
    "GoneError",
    "GroupRefusedError",
    "GuardError",
    "IllegalTransitionError",
    "InfeasibleOutlineError",
    "InfoviewError",
    "InvalidDataError",
    "InvalidLifecycleError",
    "InvalidValueError",
    "NotFoundError",
    "Problem",
    "Reason",
    "StorageError",
    "StoreUnavailableError",
    "UnreadableSourceError",
    "UnsupportedSchemaError",
]


@attrs.frozen
class Problem:
    """One fault of a document.

    Attributes:
        path: Where it is, from the root ``$``: ``$.contact.email``, ``$.slots[1]``.
        code: A stable word for programs, such as ``too_long``.
        sentence: What is wrong and what to do about it. Never the offending value.
    """

    path: str
    code: str
    sentence: str


@attrs.frozen
class Reason:
    """One rule that refuses an event.

    Attributes:
        code: A stable word for programs, such as ``nudge_too_early``.
        sentence: The rule and what to do about it.
        earliest: The first instant at which this rule alone would let the event pass (UTC), or `None` when
            waiting does not help.
    """

    code: str
    sentence: str
    earliest: datetime | None = None


class InfoviewError(Exception):
    """The root of all errors of this library. Catch it; it is never raised itself.

    Attributes:
        code: A stable word for programs.
    """

    code: str = "infoview"
    _abstract: ClassVar[bool] = True

    def __init_subclass__(cls, *, abstract: bool = False) -> None:
        """Mark a class of the tree as a heading that is never raised itself."""
        super().__init_subclass__()
        cls._abstract = abstract

    def __init__(self, *args: object) -> None:
        if self._abstract:
            msg = f"{type(self).__name__} is a heading; raise one of its subclasses"
            raise TypeError(msg)
        # All data goes to BaseException.args: that is what pickle and copy rebuild an error from.
        super().__init__(*args)


class InvalidValueError(InfoviewError, ValueError):
    """Raised when one value breaks the rule of the field it is meant for.

    Attributes:
        field: The class and field, such as ``PersonName.given``; for an argument its name, with the function
            where that helps: ``now``, ``build_outline.minutes``.
        code: The broken rule, such as ``control_character`` or ``naive_datetime``.
        cure: What to do about it.
    """

    def __init__(self, field: str, code: str, cure: str) -> None:
        super().__init__(field, code, cure)
        self.field = field
        self.code = code
        self.cure = cure

    def __str__(self) -> str:
        return f"{self.field}: {self.cure} [{self.code}]"


class InvalidDataError(InfoviewError, ValueError):
    """Raised when a JSON text or mapping is not the entity it should be. Lists every fault at once.

    Attributes:
        problems: Each fault with its path, code and cure.
    """

    code = "invalid_data"

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__(problems)
        self.problems = problems

    def __str__(self) -> str:
        lines = [f"{p.path}: {p.sentence} [{p.code}]" for p in self.problems]
        return "\n".join([f"{len(lines)} fault(s):", *lines])


class UnreadableSourceError(InfoviewError, ValueError):
    """Raised when a source is not of the kind it was read as. Reading nothing in silence is no option.

    Attributes:
        expected: What the reader looked for.
        found: What it met instead, without personal data, and what to do about it.
    """

    code = "unreadable_source"

    def __init__(self, expected: str, found: str) -> None:
        super().__init__(expected, found)
        self.expected = expected
        self.found = found

    def __str__(self) -> str:
        return f"expected {self.expected}; found {self.found}"


class InfeasibleOutlineError(InfoviewError, ValueError):
    """Raised when the questions that must be asked do not fit into the time.

    Attributes:
        musts: The ids of the questions that must be asked, sorted.
        needed: The least number of slots any legal selection takes, or `None` when none exists at any length.
        available: The number of slots there are.
    """

    code = "infeasible_outline"

    def __init__(self, musts: tuple[str, ...], needed: int | None, available: int) -> None:
        super().__init__(musts, needed, available)
        self.musts = musts
        self.needed = needed
        self.available = available

    def __str__(self) -> str:
        names = ", ".join(self.musts) or "none"
        if self.needed is None:
            return f"the required questions contradict each other; change one of: {names}"
        return (
            f"the required questions take {self.needed} slots and there are {self.available}; "
            f"take more time or drop one of: {names}"
        )


class InvalidLifecycleError(InfoviewError, ValueError):
    """Raised when a table of transitions cannot work. Lists every fault at once.

    Attributes:
        problems: Each fault with its path, such as ``$.transitions[3].target``, code and cure.
    """

    code = "invalid_lifecycle"

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__(problems)
        self.problems = problems

    def __str__(self) -> str:
        lines = [f"{p.path}: {p.sentence} [{p.code}]" for p in self.problems]
        return "\n".join([f"{len(lines)} fault(s) in the lifecycle:", *lines])


class IllegalTransitionError(InfoviewError):
    """Raised when the lifecycle knows no such event in this stage. Nothing has changed.

    Attributes:
        stage: The stage the interview is in; ``none`` where there is no interview yet.
        event: The name of the refused event.
        allowed: The names of the events that have a row in this stage, sorted.
        place: Where the event stands in the history that was replayed, counted from 0; `None` outside a
            replay.
    """

    code = "illegal_transition"

    def __init__(self, stage: str, event: str, allowed: tuple[str, ...], place: int | None = None) -> None:
        super().__init__(stage, event, allowed, place)
        self.stage = stage
        self.event = event
        self.allowed = allowed
        self.place = place

    def __str__(self) -> str:
        options = ", ".join(self.allowed) or "nothing; pass the lifecycle that has this stage"
        there = "begin an interview" if self.stage == "none" else f"happen in stage {self.stage}"
        return f"{_in_history(self.place)}{self.event} cannot {there}; possible here: {options}"


class GuardError(InfoviewError):
    """Raised when a rule refuses an event that the stage allows. Nothing has changed.

    Attributes:
        event: The name of the refused event.
        reasons: Every rule that refuses, not only the first.
        earliest: The first instant at which the event would be legal (UTC), or `None` when waiting does not
            help.
        place: Where the event stands in the history that was replayed, counted from 0; `None` outside a
            replay.
    """

    code = "guard"

    def __init__(
        self,
        event: str,
        reasons: tuple[Reason, ...],
        earliest: datetime | None,
        place: int | None = None,
    ) -> None:
        super().__init__(event, reasons, earliest, place)
        self.event = event
        self.reasons = reasons
        self.earliest = earliest
        self.place = place

    def __str__(self) -> str:
        text = " ".join(f"{r.sentence} [{r.code}]" for r in self.reasons)
        when = f" Earliest: {self.earliest.isoformat()}." if self.earliest else ""
        return f"{_in_history(self.place)}{self.event} is refused. {text}{when}"


def _in_history(place: int | None) -> str:
    return "" if place is None else f"event {place} of the history: "


class GroupRefusedError(InfoviewError):
    """Raised when an event of a group talk is refused for at least one of its members. Nothing has changed.

    Attributes:
        event: The name of the refused event.
        refusals: For every interview that refuses, by its id, the error it would raise alone.
    """

    code = "group_refused"

    def __init__(self, event: str, refusals: Mapping[str, IllegalTransitionError | GuardError]) -> None:
        super().__init__(event, refusals)
        self.event = event
        self.refusals = refusals

    def __str__(self) -> str:
        reasons = dict.fromkeys(str(refusal) for refusal in self.refusals.values())
        return "\n".join([f"{self.event} is refused for {len(self.refusals)} of the group:", *reasons])


class NotFoundError(InfoviewError, LookupError):
    """Raised when nothing is stored under a reference that was asked for by name.

    Attributes:
        kind: What was looked for, such as ``interview``.
        id: The id that was asked for. Not in the text, since an id may be somebody's address.
    """

    code = "not_found"

    def __init__(self, kind: str, id: str) -> None:  # noqa: A002 - the attribute's own name
        super().__init__(kind, id)
        self.kind = kind
        self.id = id

    def __str__(self) -> str:
        return f"no {self.kind} is stored under this id; check the id and the tenant"


class StorageError(InfoviewError, abstract=True):
    """The root of the errors of stores. Never raised itself."""

    code = "storage"


class ConflictError(StorageError):
    """Raised when a record has another version than the caller saw. Nothing has changed.

    Attributes:
        ref: The record (`infoview.storage.Ref`).
        expected: The version the caller named; 0 means "does not exist".
        actual: The version there is; 0 means "does not exist".
    """

    code = "conflict"

    def __init__(self, ref: object, expected: int, actual: int) -> None:
        super().__init__(ref, expected, actual)
        self.ref = ref
        self.expected = expected
        self.actual = actual

    def __str__(self) -> str:
        return (
            f"the record has version {self.actual}, not {self.expected}; "
            "load it again, decide again, and commit again"
        )


class GoneError(StorageError, LookupError):
    """Raised when a write names a record that was erased. Its id stays gone for ever.

    Attributes:
        ref: The record (`infoview.storage.Ref`).
    """

    code = "gone"

    def __init__(self, ref: object) -> None:
        super().__init__(ref)
        self.ref = ref

    def __str__(self) -> str:
        return "the record was erased and its id is never used again; store under a new id"


class UnsupportedSchemaError(StorageError):
    """Raised when a database was written by a newer infoview, or is not infoview's at all.

    Attributes:
        found: What the file says of itself.
        supported: The newest schema version this library reads.
    """

    code = "unsupported_schema"

    def __init__(self, found: str, supported: int) -> None:
        super().__init__(found, supported)
        self.found = found
        self.supported = supported

    def __str__(self) -> str:
        return (
            f"this database is {self.found}, and this infoview reads schema versions up to {self.supported}; "
            "install a newer infoview, or open another file"
        )


class StoreUnavailableError(StorageError):
    """Raised when the engine behind a store does not answer.

    Attributes:
        what: What was attempted, without data.
        outcome_known: `True` when the commit surely did not happen; `False` when it may have: look before
            you try again.
    """

    code = "store_unavailable"

    def __init__(self, what: str, outcome_known: bool) -> None:  # noqa: FBT001 - pickled by position
        super().__init__(what, outcome_known)
        self.what = what
        self.outcome_known = outcome_known

    def __str__(self) -> str:
        known, unknown = "nothing was changed", "it may have happened: look before you try again"
        return f"{self.what}; {known if self.outcome_known else unknown}"
