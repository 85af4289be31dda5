"""The keys of people: one for each, kept apart from what they seal, and forgotten for good."""

import contextlib
import os
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Final, Protocol

from infoview.exceptions import ConflictError, GoneError
from infoview.storage._contract import Put, Record, Ref, Store
from infoview.storage._sealing import KEY_BYTES, NONCE_BYTES, Sealed, check_bytes, seal
from infoview.storage.session import Session, retried

__all__ = ["KeyRing", "StoreKeyRing"]

_KEY: Final = "key"
_FORGOTTEN: Final = "forgotten key"
_MASTER: Final = "master"


class KeyRing(Protocol):
    """Where the keys are that seal what is stored.

    Each tenant has its own, under ids of 1 to 200 code points. A key is 32 random bytes. Once it is
    forgotten, no copy of it may be left, and its id never gets another.
    """

    def get(self, tenant: str, key_ids: Collection[str], /) -> Mapping[str, bytes | None]:
        """Look up keys.

        Args:
            tenant: Whose.
            key_ids: Which.

        Returns:
            The keys by their ids: `None` for one that was forgotten, and no answer for one that never was.
        """
        ...

    def create(self, tenant: str, key_ids: Collection[str], /) -> Mapping[str, bytes | None]:
        """Look up keys, and make those that never were.

        When this returns, the keys are kept at least as safely as what they will seal: what is sealed with a
        key that gets lost is lost.

        Args:
            tenant: Whose.
            key_ids: Which.

        Returns:
            A key for each id, `None` for one that was forgotten.
        """
        ...

    def forget(self, tenant: str, key_id: str, /) -> None:
        """Destroy a key, so that nothing it sealed is ever read again, wherever copies are.

        Args:
            tenant: Whose.
            key_id: Which. Forgetting one that never was closes the id; forgetting it again does nothing.
        """
        ...


class StoreKeyRing:
    """A `KeyRing` in a store, each key sealed with one master key.

    Give the keys a store of their own: whoever has a backup of the data and of the keys can read, with the
    master key, what was forgotten since. So keep few copies of the keys, not for long, and none beside copies
    of the data. Keep the master key apart from both. Without it, or without the keys, the data is lost.

    Args:
        store: Where the keys are kept, as records of the kinds ``key`` and ``forgotten key``. It stays open.
        master: 32 random bytes, such as ``AESGCM.generate_key(256)`` makes.
        random_bytes: Makes so many bytes that nobody can guess, as `os.urandom` does.

    Raises:
        InvalidValueError: When the master key is not 32 bytes.
    """

    def __init__(
        self, store: Store, master: bytes, *, random_bytes: Callable[[int], bytes] = os.urandom
    ) -> None:
        self._store = store
        self._master = check_bytes("StoreKeyRing.master", master, KEY_BYTES)
        self._random_bytes = random_bytes

    def get(self, tenant: str, key_ids: Collection[str], /) -> Mapping[str, bytes | None]:
        """See `KeyRing.get`.

        Raises:
            InvalidDataError: When a key was changed, or sealed with another master key.
            InvalidValueError: When an argument breaks its rule.
            StoreUnavailableError: When the store of the keys does not answer.
        """
        ids = list(dict.fromkeys(key_ids))
        refs = [Ref(kind, id_) for kind in (_KEY, _FORGOTTEN) for id_ in ids]
        records = self._store.load(tenant, refs)
        found: dict[str, bytes | None] = {}
        for id_, kept, forgotten in zip(ids, records[: len(ids)], records[len(ids) :], strict=True):
            if forgotten:
                found[id_] = None
            elif kept:
                found[id_] = self._unsealed(tenant, kept)
        return found

    def create(self, tenant: str, key_ids: Collection[str], /) -> Mapping[str, bytes | None]:
        """See `KeyRing.create`.

        Raises:
            InvalidDataError: When a key was changed, or sealed with another master key.
            InvalidValueError: When an argument breaks its rule, or *random_bytes* makes too many or too few.
            StoreUnavailableError: When the store of the keys does not answer.
        """
        found = self.get(tenant, key_ids)
        new = [self._fresh(tenant, id_) for id_ in dict.fromkeys(key_ids) if id_ not in found]
        if not new:
            return found
        for start in range(0, len(new), self._store.max_changes):
            self._add(tenant, new[start : start + self._store.max_changes])
        return self.get(tenant, key_ids)

    def forget(self, tenant: str, key_id: str, /) -> None:
        """See `KeyRing.forget`.

        The key is erased from the store; what that reaches, the store says. Its id stays.

        Raises:
            ConflictError: When others made the key at the same moment, again and again; forget it again.
            InvalidValueError: When an argument breaks its rule.
            StoreUnavailableError: When the store of the keys does not answer; forget it again.
        """
        key, forgotten = Ref(_KEY, key_id), Ref(_FORGOTTEN, key_id)

        def forget(session: Session) -> None:
            _, known = session.load([key, forgotten])
            if not known:
                session.put(forgotten, "")
                session.erase(key)

        retried(forget, store=self._store, tenant=tenant)

    def _fresh(self, tenant: str, key_id: str) -> Put:
        key = check_bytes("random_bytes", self._random_bytes(KEY_BYTES), KEY_BYTES)
        nonce = check_bytes("random_bytes", self._random_bytes(NONCE_BYTES), NONCE_BYTES)
        body = seal(key.hex(), self._master, _MASTER, bound_to=(_KEY, tenant, key_id), nonce=nonce)
        return Put(Ref(_KEY, key_id), 0, body)

    def _add(self, tenant: str, puts: Sequence[Put]) -> None:
        """Keep new keys, but for those that others made or forgot meanwhile."""
        try:
            self._store.commit(tenant, puts)
        except (ConflictError, GoneError):
            for put in puts:
                with contextlib.suppress(ConflictError, GoneError):
                    self._store.commit(tenant, [put])

    def _unsealed(self, tenant: str, kept: Record) -> bytes:
        sealed = Sealed.read(kept.body)
        return bytes.fromhex(sealed.open(self._master, (_KEY, tenant, kept.ref.id)))
