"""The contract of a store: its values, its ten rules, and the checks that every store makes of its arguments.

A store keeps opaque text. What a body means, how it is written and read, and what else is done with it
(encryption, units of work, export) is settled above the store. Only `terms`, the few values that records are
found and ordered by, are typed.

Values check themselves when they are built; the ``check_…`` functions look at the other arguments. Both come
before anything is read or written.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, Literal, Protocol, TypeAlias, cast

import attrs

from infoview._fields import instance, place_of, whole_number
from infoview.exceptions import InvalidValueError

__all__ = [
    "Durability",
    "Entry",
    "Erase",
    "NewEntry",
    "Put",
    "Record",
    "Ref",
    "Scalar",
    "Store",
    "check_commit",
    "check_load",
    "check_log",
    "check_scan",
    "sort_key",
    "start_of",
    "stored_record",
    "stored_ref",
]

Scalar: TypeAlias = str | int | None
"""The value of a term: text, a whole number of 64 bits, or nothing. No `bool`, no `float`; an instant is ISO
text in UTC, which sorts by time."""

Durability: TypeAlias = Literal["memory", "process", "power", "replicated"]
"""What committed data survives: nothing, the end of the process, the loss of power, the loss of a machine."""

_MAX_TERMS: Final = 32
_LARGEST: Final = 2**63 - 1


_Fault: TypeAlias = tuple[str, str]
"""What is wrong with a value: the code, and the cure."""


@attrs.frozen
class _Text:
    """A rule for stored text.

    NUL is refused because several engines cut or reject text at it; lone surrogates because they are no
    valid Unicode. Everything else passes, since a store gives text back as it came.

    Attributes:
        max_length: The most code points allowed.
        max_bytes: The most bytes allowed in UTF-8; four for each code point is no further limit.
        may_be_empty: Whether the empty text passes.
    """

    max_length: int
    max_bytes: int
    may_be_empty: bool = False

    def fault(self, value: object) -> _Fault | None:
        """Say what is wrong with *value*."""
        if not isinstance(value, str):
            return "not_text", "give text"
        if not value and not self.may_be_empty:
            return "empty", "give at least one character"
        if len(value) > self.max_length:
            return "too_long", f"shorten to at most {self.max_length} characters"
        if "\0" in value:
            return "nul", "remove the NUL characters"
        # Python knows of each text whether it is ASCII; no other has to be looked through.
        return None if value.isascii() else self._fault_of_unicode(value)

    def _fault_of_unicode(self, value: str) -> _Fault | None:
        try:
            size = len(value.encode())
        except UnicodeEncodeError:
            return "surrogate", "remove the lone surrogates"
        if size > self.max_bytes:
            return "too_long", f"shorten to at most {self.max_bytes} bytes in UTF-8"
        return None

    def check(self, place: str, value: object) -> None:
        """Refuse *value* unless it keeps the rule."""
        if (fault := self.fault(value)) is not None:
            raise InvalidValueError(place, *fault)

    def __call__(self, owner: object, attribute: "attrs.Attribute[Any]", value: object) -> None:
        if (fault := self.fault(value)) is not None:
            raise InvalidValueError(place_of(owner, attribute), *fault)


_KEY = _Text(200, 800)
_CURSOR_ID = _Text(200, 800, may_be_empty=True)
# So many bytes, beside the keys, fit into a row of any engine's index.
_TERM_TEXT = _Text(500, 1_000, may_be_empty=True)
_BODY = _Text(5_000_000, 20_000_000, may_be_empty=True)
_COUNT = whole_number(0, _LARGEST)
_EXPECT = whole_number(0, _LARGEST - 1)


def _check_expect(owner: object, attribute: "attrs.Attribute[Any]", value: object) -> None:
    if type(value) is not int or not 0 <= value < _LARGEST:  # the others need no name of their place
        _EXPECT(owner, attribute, value)


def _fault_of_scalar(value: object) -> _Fault | None:
    if value is None:
        return None
    if isinstance(value, str):
        return _TERM_TEXT.fault(value)
    if type(value) is not int:
        return "wrong_type", "give text, a whole number or None"
    if not -_LARGEST - 1 <= value <= _LARGEST:
        return "out_of_range", f"give a whole number from {-_LARGEST - 1} to {_LARGEST}"
    return None


def _check_terms(place: str, terms: object) -> None:
    if not isinstance(terms, (dict, Mapping)):  # a plain one is known at once
        raise InvalidValueError(place, "wrong_type", "give a mapping of names to values")
    given = cast("Mapping[object, object]", terms)
    if len(given) > _MAX_TERMS:
        raise InvalidValueError(place, "out_of_range", f"name at most {_MAX_TERMS} terms")
    for name, value in given.items():
        if (fault := _KEY.fault(name)) is not None:
            raise InvalidValueError(f"{place} (a name)", *fault)
        if (fault := _fault_of_scalar(value)) is not None:
            raise InvalidValueError(f"{place}[{name!r}]", *fault)


def _items(place: str, items: object) -> tuple[object, ...]:
    if not isinstance(items, (tuple, list, Sequence)) or isinstance(items, (str, bytes)):
        raise InvalidValueError(place, "wrong_type", "give a list or a tuple")
    return tuple(cast("Sequence[object]", items))


def _terms_of_put(terms: Mapping[str, Scalar]) -> Mapping[str, Scalar]:
    _check_terms("Put.terms", terms)
    return dict(terms)


def _entries_of_put(entries: Sequence["NewEntry"]) -> tuple["NewEntry", ...]:
    given = _items("Put.entries", entries)
    for index, entry in enumerate(given):
        if not isinstance(entry, NewEntry):
            raise InvalidValueError(f"Put.entries[{index}]", "wrong_type", "give a NewEntry")
    return cast("tuple[NewEntry, ...]", given)


def _own_terms(terms: Mapping[str, Scalar]) -> Mapping[str, Scalar]:
    return dict(terms)


@attrs.frozen
class Ref:
    """The name of a record within its tenant.

    Attributes:
        kind: What the record is, such as ``interview``. 1 to 200 code points.
        id: Which one it is. 1 to 200 code points, compared code point for code point.

    Raises:
        InvalidValueError: When a part is no text, empty, too long, or holds NUL or a lone surrogate.
    """

    kind: str = attrs.field(validator=_KEY)
    id: str = attrs.field(validator=_KEY)


@attrs.frozen
class NewEntry:
    """A line for the tenant's log, not yet written.

    Attributes:
        name: What happened, such as ``Scheduled``. 1 to 200 code points.
        at: When it happened, as the caller writes it. 1 to 200 code points, kept as text.
        body: The rest, opaque. At most 5,000,000 code points.

    Raises:
        InvalidValueError: When a text breaks its rule, or holds NUL or a lone surrogate.
    """

    name: str = attrs.field(validator=_KEY)
    at: str = attrs.field(validator=_KEY)
    body: str = attrs.field(validator=_BODY)


@attrs.frozen
class Put:
    """A change that creates or replaces one record and writes its entries.

    Attributes:
        ref: The record.
        expect: The version the caller saw; 0 for "does not exist".
        body: The new body, opaque. At most 5,000,000 code points.
        terms: All that the record is found and ordered by from now on; a copy of its own. At most 32 names of
            1 to 200 code points; text values of at most 500 code points and 1,000 bytes in UTF-8, numbers of
            64 bits. Errors repeat the names, so name no term after a person.
        entries: What goes into the log with it, in this order.

    Raises:
        InvalidValueError: When a part breaks its rule. The place names a term, never its value.
    """

    ref: Ref = attrs.field(validator=instance(Ref))
    expect: int = attrs.field(validator=_check_expect)
    body: str = attrs.field(validator=_BODY)
    terms: Mapping[str, Scalar] = attrs.field(factory=dict[str, Scalar], converter=_terms_of_put)
    entries: tuple[NewEntry, ...] = attrs.field(default=(), converter=_entries_of_put)


@attrs.frozen
class Erase:
    """A change that removes one record for ever.

    With `expect` 0 it closes an id that was never used.

    Attributes:
        ref: The record.
        expect: The version the caller saw; 0 for "does not exist".

    Raises:
        InvalidValueError: When a part breaks its rule.
    """

    ref: Ref = attrs.field(validator=instance(Ref))
    expect: int = attrs.field(validator=_check_expect)


@attrs.frozen
class Record:
    """A record as a store gives it back.

    Attributes:
        ref: Its name.
        version: How often it was written: 1 after the first time.
        body: The body last written.
        terms: The terms last written, in no particular order; a copy of its own.
    """

    ref: Ref
    version: int
    body: str
    terms: Mapping[str, Scalar] = attrs.field(converter=_own_terms)


@attrs.frozen
class Entry:
    """A line of a tenant's log.

    Attributes:
        position: Its place in the log: 1, 2, 3 …
        ref: The record it was written with.
        version: The version that record got by the same change.
        name: What happened.
        at: When, as the caller wrote it.
        body: The rest, or `None` once the record is erased.
    """

    position: int
    ref: Ref
    version: int
    name: str
    at: str
    body: str | None


def _writer(of: type, name: str) -> Callable[[object, object], None]:
    return cast("Callable[[object, object], None]", vars(of)[name].__set__)


_set_kind, _set_id = _writer(Ref, "kind"), _writer(Ref, "id")
_set_ref, _set_version = _writer(Record, "ref"), _writer(Record, "version")
_set_body, _set_terms = _writer(Record, "body"), _writer(Record, "terms")


def stored_ref(kind: str, id_: str) -> Ref:
    """Build the name of a record that a store found, without the checks it passed when it came.

    Args:
        kind: The kind.
        id_: The id.

    Returns:
        The name.
    """
    ref = object.__new__(Ref)
    _set_kind(ref, kind)
    _set_id(ref, id_)
    return ref


def stored_record(ref: Ref, version: int, body: str, terms: dict[str, Scalar]) -> Record:
    """Build a record that a store found, in half the time that the constructor takes.

    Args:
        ref: Its name.
        version: Its version.
        body: Its body.
        terms: Its terms, which nobody else may have: they are not copied.

    Returns:
        The record.
    """
    record = object.__new__(Record)
    _set_ref(record, ref)
    _set_version(record, version)
    _set_body(record, body)
    _set_terms(record, terms)
    return record


class Store(Protocol):
    """A place for records and their log, apart for each tenant.

    The rules that every store keeps:

    S1. A commit is atomic: all changes and all their entries, or nothing; it returns the tenant's last
    position.

    S2. `expect` is the version the caller saw, 0 for "does not exist"; a mismatch raises `ConflictError` and
    changes nothing; success makes it `expect + 1`.

    S3. A ref appears once in a commit; at least 100 changes fit, and `max_changes` says how many; an empty
    commit returns the current position and changes nothing.

    S4. Positions are 1, 2, 3 … per tenant, contiguous, in commit order; only entries take positions; a
    follower of the log sees each entry exactly once.

    S5. `load` is one snapshot, answers in the order asked, `None` for missing or erased.

    S6. `scan` returns rows by `(order term, id)`, nothing before numbers before text, text in code-point
    order, strictly after `after`; a row without the order term is left out; `where` is typed equality, ANDed;
    at most `limit`, and `limit=0` is nothing.

    S7. Text returns exactly as given; ids, tenants and kinds are compared code point for code point.

    S8. `Erase` removes body, terms and the bodies of the record's entries; positions, names and times stay;
    the id is gone for ever.

    S9. Results are fresh; arguments are neither kept nor changed; a handle serves several threads; several
    handles see the same data.

    S10. When `commit` returns, the data survives what the declared `durability` says.

    Every method raises `InvalidValueError` for an argument outside its rule and `StoreUnavailableError` when
    the engine fails or the handle is closed.
    """

    @property
    def durability(self) -> Durability:
        """What committed data survives."""
        ...

    @property
    def max_changes(self) -> int:
        """The most changes that one commit takes; at least 100."""
        ...

    def commit(self, tenant: str, changes: Sequence[Put | Erase], /) -> int:
        """Make all *changes*, or none (S1, S2, S3, S4, S8).

        Changes are judged in the order given, and the first that cannot be made names the error. Entries take
        positions in the order of the changes and, within a change, in their own. An `Erase` writes no entry:
        who wants followers to learn of it writes one with another record in the same commit.

        Args:
            tenant: Whose data. 1 to 200 code points.
            changes: At most `max_changes`, each of another record.

        Returns:
            The tenant's last position afterwards; 0 while its log is empty.

        Raises:
            ConflictError: When a record has another version than its change expects.
            GoneError: When a record was erased before, whatever the change expects.
            InvalidValueError: When an argument breaks its rule or a record is named twice.
            StoreUnavailableError: When the engine fails; `outcome_known` says whether the changes may have
                been made all the same.
        """
        ...

    def load(self, tenant: str, refs: Sequence[Ref], /) -> list[Record | None]:
        """Read records by name (S5).

        Args:
            tenant: Whose data.
            refs: The names; one may appear twice.

        Returns:
            One answer for each name, in the same order; `None` where nothing is, or nothing any more.
        """
        ...

    def scan(
        self,
        tenant: str,
        kind: str,
        /,
        *,
        where: Mapping[str, Scalar] = {},
        order: str | None = None,
        after: tuple[Scalar, str] | str | None = None,
        limit: int = 100,
    ) -> list[Record]:
        """Read a page of the records of one kind (S6).

        A term that is absent equals nothing, not even `None`, and has no place in an order by it. To turn the
        page, give as `after` what the last row was placed by.

        Args:
            tenant: Whose data.
            kind: Of which kind.
            where: Terms and the values they must have. Types count: 0, ``"0"``, ``""`` and `None` differ.
            order: The term to order by, its ties by id; `None` orders by id alone.
            after: Where the last page ended: the id, or with an `order` the pair of its term's value and the
                id. `None` starts at the beginning.
            limit: The most rows.

        Returns:
            The rows, in order.
        """
        ...

    def log(self, tenant: str, /, *, ref: Ref | None = None, after: int = 0, limit: int = 100) -> list[Entry]:
        """Read a page of the tenant's log (S4).

        Args:
            tenant: Whose log.
            ref: Only the entries of this record; `None` for all.
            after: The position last seen; 0 starts at the beginning.
            limit: The most entries.

        Returns:
            The entries by position.
        """
        ...

    def close(self) -> None:
        """Give up this handle; closing it again does nothing. Other handles go on."""
        ...


def check_commit(tenant: object, changes: object, max_changes: int) -> tuple[Put | Erase, ...]:
    """Check the arguments of `Store.commit`.

    Args:
        tenant: The tenant.
        changes: The changes.
        max_changes: The most the store takes in one commit.

    Returns:
        The changes, safe from a caller who goes on changing the list.

    Raises:
        InvalidValueError: When an argument breaks its rule.
    """
    _KEY.check("commit.tenant", tenant)
    given = _items("commit.changes", changes)
    if len(given) > max_changes:
        raise InvalidValueError("commit.changes", "out_of_range", f"commit at most {max_changes} at once")
    seen = set[tuple[str, str]]()
    for index, change in enumerate(given):
        if not isinstance(change, (Put, Erase)):
            raise InvalidValueError(f"commit.changes[{index}]", "wrong_type", "give a Put or an Erase")
        name = change.ref.kind, change.ref.id
        if name in seen:
            cure = "name each record once in a commit"
            raise InvalidValueError(f"commit.changes[{index}]", "duplicate_ref", cure)
        seen.add(name)
    return cast("tuple[Put | Erase, ...]", given)


def check_load(tenant: object, refs: object) -> tuple[Ref, ...]:
    """Check the arguments of `Store.load`.

    Args:
        tenant: The tenant.
        refs: The names.

    Returns:
        The names, safe from a caller who goes on changing the list.

    Raises:
        InvalidValueError: When an argument breaks its rule.
    """
    _KEY.check("load.tenant", tenant)
    given = _items("load.refs", refs)
    for index, ref in enumerate(given):
        if not isinstance(ref, Ref):
            raise InvalidValueError(f"load.refs[{index}]", "wrong_type", "give a Ref")
    return cast("tuple[Ref, ...]", given)


def check_scan(
    tenant: object, kind: object, *, where: object, order: object, after: object, limit: object
) -> None:
    """Check the arguments of `Store.scan`.

    Args:
        tenant: The tenant.
        kind: The kind.
        where: The terms to match.
        order: The term to order by.
        after: Where the last page ended.
        limit: The most rows.

    Raises:
        InvalidValueError: When an argument breaks its rule, or `after` does not fit `order`.
    """
    _KEY.check("scan.tenant", tenant)
    _KEY.check("scan.kind", kind)
    _check_terms("scan.where", where)
    if order is not None:
        _KEY.check("scan.order", order)
    if after is not None:
        _check_after(after, ordered=order is not None)
    _COUNT.check("scan.limit", limit)


def _check_after(after: object, *, ordered: bool) -> None:
    place = "scan.after"
    match _as_tuple(after):
        case (value, id_) if ordered:
            if (fault := _fault_of_scalar(value)) is not None:
                raise InvalidValueError(f"{place}[0]", *fault)
            _CURSOR_ID.check(f"{place}[1]", id_)
        case None if not ordered:
            _CURSOR_ID.check(place, after)
        case _:
            cure = "give the pair (value, id) with an order, and the id alone without"
            raise InvalidValueError(place, "wrong_cursor", cure)


def _as_tuple(value: object) -> tuple[object, ...] | None:
    return cast("tuple[object, ...]", value) if isinstance(value, tuple) else None


def check_log(tenant: object, ref: object, after: object, limit: object) -> None:
    """Check the arguments of `Store.log`.

    Args:
        tenant: The tenant.
        ref: The record, or `None`.
        after: The position last seen.
        limit: The most entries.

    Raises:
        InvalidValueError: When an argument breaks its rule.
    """
    _KEY.check("log.tenant", tenant)
    if ref is not None and not isinstance(ref, Ref):
        raise InvalidValueError("log.ref", "wrong_type", "give a Ref")
    _COUNT.check("log.after", after)
    _COUNT.check("log.limit", limit)


def sort_key(value: Scalar, id_: str, /) -> tuple[int, int | str, str]:
    """Say where a row stands in an order (S6).

    Args:
        value: The value of the order's term; `None` for all when rows come by id alone.
        id_: The row's id.

    Returns:
        Something that compares as the rule says: nothing first, then numbers by size, then text by code
        points, and equal values by id.
    """
    if value is None:
        return 0, 0, id_
    return (2 if isinstance(value, str) else 1), value, id_


def start_of(after: tuple[Scalar, str] | str | None) -> tuple[Scalar, str]:
    """Turn any `after` of `Store.scan` into the pair of value and id that a page starts behind.

    Args:
        after: What `Store.scan` was given.

    Returns:
        The pair. Without an order, the value is `None`; from the beginning, the pair lies before every row,
        since nothing comes first and no id is empty.
    """
    return after if isinstance(after, tuple) else (None, after or "")
