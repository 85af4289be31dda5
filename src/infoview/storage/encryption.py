"""Bodies sealed at rest, with one key for each person: a store around any other store.

Who forgets a person's key makes unreadable whatever it sealed, in every copy there is. This needs the extra
``encryption`` (the package `cryptography`); no other part of infoview does.
"""

import hashlib
import hmac
import json
import os
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Final, TypeAlias, cast

import attrs

from infoview.exceptions import ConflictError, GoneError, InvalidValueError, StoreUnavailableError
from infoview.storage._contract import (
    Durability,
    Entry,
    Erase,
    NewEntry,
    Put,
    Record,
    Ref,
    Scalar,
    Store,
    check_commit,
    check_load,
    check_log,
    check_scan,
)
from infoview.storage._keys import KeyRing, StoreKeyRing
from infoview.storage._places import place_of, spelled
from infoview.storage._sealing import KEY_BYTES, NONCE_BYTES, Sealed, check_bytes, damaged, seal

__all__ = ["BLIND_TERMS_KEY", "MAX_BYTES", "EncryptedStore", "KeyRing", "StoreKeyRing"]

MAX_BYTES: Final = 3_600_000
"""How long a body may be, in bytes of UTF-8: sealed, it is a third longer and must still fit into a body."""

BLIND_TERMS_KEY: Final = "(blind terms)"
"""The id of the tenant's key that blind terms are made with. Without it, nothing is found by them."""

_Keys: TypeAlias = Mapping[str, bytes | None]


class EncryptedStore:
    """A `Store` that seals bodies before another store keeps them.

    **What is sealed:** bodies of records and of entries, and the values of blind terms, with AES-256-GCM.
    Each sealed text is bound to its tenant, kind, id and version, a record's also to its terms, and an
    entry's to its name, its time and its place in the change: altered, or moved elsewhere, it is refused.

    **What is not:** tenants, kinds, ids, versions, names and times of entries, ids of keys, how long a text
    is, and **every term that is not blind. All that lies there in clear.** Who can write to the store
    underneath can still take away whole records, put the whole of an older state back, and exchange two
    entries of one change that have the same name and time, for a reader who never sees both at once.

    **Blind terms** are kept as a keyed digest. `where` finds them, by equality only; an order by one is
    refused. Who reads the store still sees which records of a kind have the same value.

    **A forgotten key** makes its records and entries read as erased ones do: `load` answers `None`, `scan`
    leaves them out, the log keeps their places without a body, and a put of the same owner raises
    `GoneError`. Their rows, terms included, stay in the store underneath: so erase first, and forget then. A
    key that never was is something else: to read with a wrong or an empty key ring is an error.

    The rules S1 to S10 hold, with two limits more: a body has at most 3,600,000 bytes in UTF-8, and where a
    key was forgotten, `GoneError` comes before what other changes of the commit would raise. What was
    written without sealing is refused, not passed on. Keys are asked for anew with each call.

    Args:
        store: Keeps what is sealed. Closing this store closes it.
        keys: Keeps the keys, elsewhere and at least as durably. It stays open.
        owner: Tells the id of the key that seals a put and its entries, from the tenant and the put as it
            came: whose record it is, such as the contact's id, or an id of your own for what is nobody's.
        blind: The names of the terms to keep as digests, whatever the kind. Records that were written before
            a term became blind are not found by it.
        random_bytes: Makes so many bytes that nobody can guess, as `os.urandom` does.

    Raises:
        InvalidValueError: When *blind* is no collection of names (code ``wrong_type``).
    """

    def __init__(
        self,
        store: Store,
        keys: KeyRing,
        *,
        owner: Callable[[str, Put], str],
        blind: Collection[str] = (),
        random_bytes: Callable[[int], bytes] = os.urandom,
    ) -> None:
        if isinstance(blind, str):
            raise InvalidValueError("EncryptedStore.blind", "wrong_type", "give a tuple or a set of names")
        self._store = store
        self._keys = keys
        self._owner = owner
        self._blind = frozenset(blind)
        self._random_bytes = random_bytes

    @property
    def durability(self) -> Durability:
        """What the store underneath promises."""
        return self._store.durability

    @property
    def max_changes(self) -> int:
        """As many as the store underneath takes."""
        return self._store.max_changes

    def commit(self, tenant: str, changes: Sequence[Put | Erase], /) -> int:
        """See `Store.commit`.

        Raises:
            InvalidDataError: When the key ring is damaged.
        """
        checked = check_commit(tenant, changes, self.max_changes)
        sealed = self._sealed(tenant, checked)
        try:
            return self._store.commit(tenant, sealed)
        except ConflictError as error:
            if self._is_forgotten(tenant, cast("Ref", error.ref)):
                raise GoneError(error.ref) from None
            raise

    def load(self, tenant: str, refs: Sequence[Ref], /) -> list[Record | None]:
        """See `Store.load`.

        Raises:
            InvalidDataError: When a text is not what was sealed, or its key is missing.
        """
        return self._opened(tenant, self._store.load(tenant, check_load(tenant, refs)))

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
        """See `Store.scan`.

        Raises:
            InvalidDataError: When a text is not what was sealed, or its key is missing.
            InvalidValueError: When the order is by a blind term (code ``blind_term``).
        """
        check_scan(tenant, kind, where=where, order=order, after=after, limit=limit)
        if order in self._blind:
            raise InvalidValueError("scan.order", "blind_term", "order by a term that is not blind")
        wanted = self._wanted(tenant, kind, where)
        if wanted is None:
            return self._store.scan(tenant, kind, limit=0)
        found: list[Record] = []
        while True:
            left = limit - len(found)
            rows = self._store.scan(tenant, kind, where=wanted, order=order, after=after, limit=left)
            found += filter(None, self._opened(tenant, rows))
            # Rows whose keys are forgotten make room for others.
            if len(found) == limit or len(rows) < left:
                return found
            after = place_of(rows[-1], order)

    def log(self, tenant: str, /, *, ref: Ref | None = None, after: int = 0, limit: int = 100) -> list[Entry]:
        """See `Store.log`.

        Raises:
            InvalidDataError: When a text is not what was sealed, or its key is missing.
        """
        check_log(tenant, ref, after, limit)
        entries = self._store.log(tenant, ref=ref, after=after, limit=limit)
        read = [None if entry.body is None else Sealed.read(entry.body) for entry in entries]
        keys = self._keys_of(tenant, read)
        # Where the entries of a change begin, by record and version.
        begins: dict[tuple[Ref, int], int] = {}
        opened: list[Entry] = []
        for entry, sealed in zip(entries, read, strict=True):
            key = keys[sealed.key_id] if sealed else None
            if sealed is None or key is None:
                opened.append(attrs.evolve(entry, body=None))
                continue
            place, body = sealed.open(key, _entry(tenant, entry.ref, entry.version, entry)).split("\n", 1)
            begin = entry.position - int(place)
            if begins.setdefault((entry.ref, entry.version), begin) != begin:
                raise damaged("restore the log: its entries are not in the order they were written in")
            opened.append(attrs.evolve(entry, body=body))
        return opened

    def close(self) -> None:
        """See `Store.close`. The store underneath is closed, the key ring is not."""
        self._store.close()

    def _sealed(self, tenant: str, changes: tuple[Put | Erase, ...]) -> list[Put | Erase]:
        puts = [change for change in changes if isinstance(change, Put)]
        for put in puts:
            _check_size("Put.body", put.body)
            for entry in put.entries:
                _check_size("NewEntry.body", entry.body)
        owners = {put.ref: self._owner_of(tenant, put) for put in puts}
        key_ids = set(owners.values())
        if any(name in self._blind for put in puts for name in put.terms):
            key_ids.add(BLIND_TERMS_KEY)
        keys = self._created(tenant, key_ids)
        return [
            self._sealed_put(tenant, change, owners[change.ref], keys) if isinstance(change, Put) else change
            for change in changes
        ]

    def _sealed_put(self, tenant: str, put: Put, owner: str, keys: _Keys) -> Put:
        key = keys[owner]
        hidden = {name: value for name, value in put.terms.items() if name in self._blind}
        blind_key = keys[BLIND_TERMS_KEY] if hidden else b""
        if key is None or blind_key is None:
            raise GoneError(put.ref)
        terms = {**put.terms, **_blinded(blind_key, put.ref.kind, hidden)}
        version = put.expect + 1

        def sealed(text: str, bound_to: tuple[str, ...]) -> str:
            nonce = check_bytes("random_bytes", self._random_bytes(NONCE_BYTES), NONCE_BYTES)
            return seal(text, key, owner, bound_to=bound_to, nonce=nonce)

        written = json.dumps(hidden, ensure_ascii=False, separators=(",", ":"))
        return Put(
            put.ref,
            put.expect,
            sealed(f"{written}\n{put.body}", _record(tenant, put.ref, version, terms)),
            terms,
            tuple(
                attrs.evolve(
                    entry, body=sealed(f"{place}\n{entry.body}", _entry(tenant, put.ref, version, entry))
                )
                for place, entry in enumerate(put.entries)
            ),
        )

    def _owner_of(self, tenant: str, put: Put) -> str:
        owner = self._owner(tenant, put)
        place = "EncryptedStore.owner"
        try:
            Ref("key", owner)
        except InvalidValueError as error:
            raise InvalidValueError(place, error.code, error.cure) from None
        if owner == BLIND_TERMS_KEY:
            raise InvalidValueError(place, "reserved", "name another key; this one is for blind terms")
        return owner

    def _created(self, tenant: str, key_ids: Collection[str]) -> _Keys:
        if not key_ids:
            return {}
        try:
            return _checked(self._keys.create(tenant, key_ids))
        except StoreUnavailableError as error:
            # Whatever became of the keys, the changes were not made.
            raise StoreUnavailableError(error.what, outcome_known=True) from error

    def _keys_of(self, tenant: str, texts: Iterable[Sealed | None]) -> _Keys:
        key_ids = {sealed.key_id for sealed in texts if sealed}
        if not key_ids:
            return {}
        keys = _checked(self._keys.get(tenant, key_ids))
        if not key_ids <= keys.keys():
            raise damaged("give the key ring that these texts were sealed with: a key is missing")
        return keys

    def _is_forgotten(self, tenant: str, ref: Ref) -> bool:
        [record] = self._store.load(tenant, [ref])
        return record is not None and self._opened(tenant, [record]) == [None]

    def _opened(self, tenant: str, records: Sequence[Record | None]) -> list[Record | None]:
        read = [None if record is None else Sealed.read(record.body) for record in records]
        keys = self._keys_of(tenant, read)
        opened: list[Record | None] = []
        for record, sealed in zip(records, read, strict=True):
            key = keys[sealed.key_id] if sealed else None
            if record is None or sealed is None or key is None:
                opened.append(None)
                continue
            bound_to = _record(tenant, record.ref, record.version, record.terms)
            hidden, body = sealed.open(key, bound_to).split("\n", 1)
            opened.append(attrs.evolve(record, body=body, terms={**record.terms, **json.loads(hidden)}))
        return opened

    def _wanted(self, tenant: str, kind: str, where: Mapping[str, Scalar]) -> Mapping[str, Scalar] | None:
        """Say what to look for underneath; `None` where no record can have a blind term of the kind."""
        hidden = {name: value for name, value in where.items() if name in self._blind}
        if not hidden:
            return where
        key = _checked(self._keys.get(tenant, [BLIND_TERMS_KEY])).get(BLIND_TERMS_KEY)
        return None if key is None else {**where, **_blinded(key, kind, hidden)}


def _check_size(place: str, body: str) -> None:
    if len(body.encode()) > MAX_BYTES:
        cure = f"shorten to at most {MAX_BYTES} bytes of UTF-8, for sealed it is longer"
        raise InvalidValueError(place, "too_long", cure)


def _checked(keys: _Keys) -> _Keys:
    """Refuse what a key ring of somebody else's gives for a key."""
    return {id_: None if key is None else check_bytes("KeyRing", key, KEY_BYTES) for id_, key in keys.items()}


def _blinded(key: bytes, kind: str, terms: Mapping[str, Scalar]) -> dict[str, Scalar]:
    """Write values such that only equal ones of the same kind and name look alike."""
    return {
        name: hmac.new(key, "\0".join([kind, name, spelled(value)]).encode(), hashlib.sha256).hexdigest()
        for name, value in terms.items()
    }


def _record(tenant: str, ref: Ref, version: int, terms: Mapping[str, Scalar]) -> tuple[str, ...]:
    """Say what a record's body is bound to."""
    written = [part for name in sorted(terms) for part in (name, spelled(terms[name]))]
    return "record", tenant, ref.kind, ref.id, str(version), *written


def _entry(tenant: str, ref: Ref, version: int, entry: Entry | NewEntry) -> tuple[str, ...]:
    """Say what an entry's body is bound to."""
    return "entry", tenant, ref.kind, ref.id, str(version), entry.name, entry.at
