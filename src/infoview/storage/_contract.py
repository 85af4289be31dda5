"""The contract of a store: its values, its ten rules, and the checks that every store makes of its arguments.

A store keeps opaque text. What a body means, how it is written and read, and what else is done with it
(encryption, units of work, export) is settled above the store. Only `terms`, the few values that records are
found and ordered by, are typed.

Values check themselves when they are built; the ``check_…`` functions look at the other arguments. Both come
before anything is read or written.
"""

from collections.abc import Mapping, Sequence
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
]

Scalar: TypeAlias = str | int | None
"""The value of a term: text, a whole number of 64 bits, or nothing. No `bool`, no `float`; an instant is ISO
text in UTC, which sorts by time."""

Durability: TypeAlias = Literal["memory", "process", "power", "replicated"]
"""What committed data survives: nothing, the end of the process, the loss of power, the loss of a machine."""

_MAX_TERMS: Final = 32
_LARGEST: Final = 2**63 - 1


@attrs.frozen
class _Text:
    """A rule for stored text.

    NUL is refused because several engines cut or reject text at it; lone surrogates because they are no
    valid Unicode. Everything else passes, since a store gives text back as it came.

    Attributes:
        max_length: The most code points allowed.
        may_be_empty: Whether the empty text passes.
    """

    max_length: int
    may_be_empty: bool = False

    def check(self, place: str, value: object) -> None:
        """Refuse *value* unless it keeps the rule."""
        if not isinstance(value, str):
            raise InvalidValueError(place, "not_text", "give text")
        if not value and not self.may_be_empty:
            raise InvalidValueError(place, "empty", "give at least one character")
        if len(value) > self.max_length:
            raise InvalidValueError(place, "too_long", f"shorten to at most {self.max_length} characters")
        if "\0" in value:
            raise InvalidValueError(place, "nul", "remove the NUL characters")
        try:
            value.encode()
        except UnicodeEncodeError:
            # The cause would carry the text itself.
            raise InvalidValueError(place, "surrogate", "remove the lone surrogates") from None

    def __call__(self, owner: object, attribute: "attrs.Attribute[Any]", value: object) -> None:
        self.check(place_of(owner, attribute), value)


_KEY = _Text(200)
_CURSOR_ID = _Text(200, may_be_empty=True)
_TERM_TEXT = _Text(500, may_be_empty=True)
_BODY = _Text(5_000_000, may_be_empty=True)
_COUNT = whole_number(0, _LARGEST)
_EXPECT = whole_number(0, _LARGEST - 1)
_TERM_NUMBER = whole_number(-_LARGEST - 1, _LARGEST)


def _check_type(place: str, value: object, kind: type, cure: str) -> None:
    if not isinstance(value, kind):
        raise InvalidValueError(place, "wrong_type", cure)


def _check_scalar(place: str, value: object) -> None:
    if isinstance(value, str):
        _TERM_TEXT.check(place, value)
    elif isinstance(value, int) and not isinstance(value, bool):
        _TERM_NUMBER.check(place, value)
    elif value is not None:
        raise InvalidValueError(place, "wrong_type", "give text, a whole number or None")


def _check_terms(place: str, terms: object) -> None:
    _check_type(place, terms, Mapping, "give a mapping of names to values")
    given = cast("Mapping[object, object]", terms)
    if len(given) > _MAX_TERMS:
        raise InvalidValueError(place, "out_of_range", f"name at most {_MAX_TERMS} terms")
    for name, value in given.items():
        _KEY.check(f"{place} (a name)", name)
        _check_scalar(f"{place}[{name!r}]", value)


def _items(place: str, items: object) -> tuple[object, ...]:
    if not isinstance(items, Sequence) or isinstance(items, str | bytes):
        raise InvalidValueError(place, "wrong_type", "give a list or a tuple")
    return tuple(cast("Sequence[object]", items))


def _terms_of_put(terms: Mapping[str, Scalar]) -> Mapping[str, Scalar]:
    _check_terms("Put.terms", terms)
    return dict(terms)


def _entries_of_put(entries: Sequence["NewEntry"]) -> tuple["NewEntry", ...]:
    given = _items("Put.entries", entries)
    for index, entry in enumerate(given):
        _check_type(f"Put.entries[{index}]", entry, NewEntry, "give a NewEntry")
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
            1 to 200 code points; text values of at most 500 code points, numbers of 64 bits. Errors repeat
            the names, so name no term after a person.
        entries: What goes into the log with it, in this order.

    Raises:
        InvalidValueError: When a part breaks its rule. The place names a term, never its value.
    """

    ref: Ref = attrs.field(validator=instance(Ref))
    expect: int = attrs.field(validator=_EXPECT)
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
    expect: int = attrs.field(validator=_EXPECT)


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
    seen = set[Ref]()
    for index, change in enumerate(given):
        place = f"commit.changes[{index}]"
        if not isinstance(change, Put | Erase):
            raise InvalidValueError(place, "wrong_type", "give a Put or an Erase")
        if change.ref in seen:
            raise InvalidValueError(place, "duplicate_ref", "name each record once in a commit")
        seen.add(change.ref)
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
        _check_type(f"load.refs[{index}]", ref, Ref, "give a Ref")
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
            _check_scalar(f"{place}[0]", value)
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
    if ref is not None:
        _check_type("log.ref", ref, Ref, "give a Ref")
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
