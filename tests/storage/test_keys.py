import itertools
from collections.abc import Sequence

import pytest
from tests.storage.flaky import Flaky

from infoview.exceptions import InvalidDataError, InvalidValueError
from infoview.storage import ConflictError, Erase, MemoryStore, Put, Record, Ref, StoreUnavailableError
from infoview.storage._keys import StoreKeyRing

MASTER = b"m" * 32


class Bytes:
    """Bytes that differ each time and are the same in each test."""

    def __init__(self) -> None:
        self.numbers = itertools.count(1)

    def __call__(self, length: int) -> bytes:
        """Make so many."""
        return next(self.numbers).to_bytes(length, "big")


@pytest.fixture
def store() -> MemoryStore:
    """Keep no keys yet."""
    return MemoryStore()


@pytest.fixture
def ring(store: MemoryStore) -> StoreKeyRing:
    """Open the ring."""
    return StoreKeyRing(store, MASTER, random_bytes=Bytes())


class TestStoreKeyRing:
    """Keys in a store."""

    def test_makes_keys(self, ring: StoreKeyRing, store: MemoryStore) -> None:
        """Each id gets 32 bytes of its own, the same ever after and through every ring on the store."""
        made = ring.create("t", ["ada", "ben", "ada"])
        assert sorted(made) == ["ada", "ben"]
        assert {len(key or b"") for key in made.values()} == {32}
        assert made["ada"] != made["ben"]
        assert ring.create("t", ["ben", "ada"]) == made
        assert StoreKeyRing(store, MASTER).get("t", {"ben", "ada"}) == made

    def test_knows_what_never_was(self, ring: StoreKeyRing) -> None:
        """There is no answer for an id without a key, and for no ids none at all."""
        ring.create("t", ["ada"])
        assert sorted(ring.get("t", ["ben", "ada"])) == ["ada"]
        assert ring.get("T", ["ada"]) == {}
        assert ring.create("t", []) == ring.get("t", []) == {}

    def test_makes_keys_for_each_tenant(self, ring: StoreKeyRing) -> None:
        """One id stands for different keys with different tenants."""
        assert ring.create("t", ["ada"]) != ring.create("T", ["ada"])

    def test_forgets(self, ring: StoreKeyRing, store: MemoryStore) -> None:
        """A forgotten key is erased, stays forgotten, and its id gets no other."""
        before = ring.create("t", ["ada", "ben"])
        ring.forget("t", "ada")
        ring.forget("t", "ada")
        assert ring.get("t", ["ada", "ben"]) == {"ada": None, "ben": before["ben"]}
        assert ring.create("t", ["ada", "ben"]) == ring.get("t", ["ada", "ben"])
        assert store.load("t", [Ref("key", "ada")]) == [None]

    def test_forgets_what_never_was(self, ring: StoreKeyRing) -> None:
        """An id is closed before it was ever used."""
        ring.forget("t", "ada")
        assert ring.create("t", ["ada"]) == {"ada": None}

    def test_shows_no_key(self, ring: StoreKeyRing, store: MemoryStore) -> None:
        """What is stored and what is printed holds no key in clear."""
        key = ring.create("t", ["ada"])["ada"]
        assert key is not None
        [record] = store.scan("t", "key")
        assert key.hex() not in record.body
        assert "mmmm" not in repr(ring) + str(vars(ring).keys())

    def test_makes_many(self, store: MemoryStore) -> None:
        """More keys than a commit takes are made in several."""
        store.max_changes = 2
        made = StoreKeyRing(store, MASTER).create("t", list("abcde"))
        assert len(set(made.values())) == 5

    def test_needs_its_master(self, ring: StoreKeyRing, store: MemoryStore) -> None:
        """With another master key nothing is read, and nothing is replaced."""
        ring.create("t", ["ada"])
        other = StoreKeyRing(store, b"M" * 32)
        for look in (other.get, other.create):
            with pytest.raises(InvalidDataError, match="not_authentic"):
                look("t", ["ada"])

    def test_notices_exchanged_keys(self, ring: StoreKeyRing, store: MemoryStore) -> None:
        """A stored key under another id or tenant is refused."""
        ring.create("t", ["ada"])
        [record] = store.scan("t", "key")
        store.commit("t", [Put(Ref("key", "ben"), 0, record.body)])
        store.commit("T", [Put(Ref("key", "ada"), 0, record.body)])
        for tenant, id_ in (("t", "ben"), ("T", "ada")):
            with pytest.raises(InvalidDataError, match="not_authentic"):
                ring.get(tenant, [id_])

    @pytest.mark.parametrize("master", [b"", b"m" * 16, "m" * 32, None])
    def test_takes_a_long_master(self, store: MemoryStore, master: object) -> None:
        """The master key is 32 bytes."""
        with pytest.raises(InvalidValueError, match=r"^StoreKeyRing\.master: "):
            StoreKeyRing(store, master)  # type: ignore[arg-type]

    def test_takes_as_many_bytes_as_it_asks_for(self, store: MemoryStore) -> None:
        """Randomness that is too short makes no key."""
        ring = StoreKeyRing(store, MASTER, random_bytes=lambda _: b"r" * 32)
        with pytest.raises(InvalidValueError, match=r"^random_bytes: .* \[wrong_length\]$"):
            ring.create("t", ["ada"])
        assert ring.get("t", ["ada"]) == {}

    @pytest.mark.parametrize("id_", ["", "x" * 201, "\0", 7])
    def test_checks_ids(self, ring: StoreKeyRing, id_: object) -> None:
        """An id is 1 to 200 code points."""
        for call in (ring.get, ring.create):
            with pytest.raises(InvalidValueError):
                call("t", [id_])  # type: ignore[list-item]
        with pytest.raises(InvalidValueError):
            ring.forget("t", id_)  # type: ignore[arg-type]


class Raced(MemoryStore):
    """A store whose next commit comes too late.

    Attributes:
        first: What somebody else commits before.
    """

    first: Sequence[Put | Erase] = ()

    def commit(self, tenant: str, changes: Sequence[Put | Erase], /) -> int:
        """Let the other one in first."""
        first, self.first = self.first, ()
        super().commit(tenant, first)
        return super().commit(tenant, changes)


class TestRaces:
    """Several rings at once."""

    def test_agree_on_a_key(self) -> None:
        """Of two rings that make a key, one wins, and both use that; other new keys are made all the same."""
        theirs = MemoryStore()
        key = StoreKeyRing(theirs, MASTER).create("t", ["ada"])["ada"]
        [record] = theirs.scan("t", "key")
        store = Raced()
        store.first = [Put(record.ref, 0, record.body)]
        made = StoreKeyRing(store, MASTER).create("t", ["ada", "ben"])
        assert made["ada"] == key
        assert len(made["ben"] or b"") == 32

    def test_let_the_forgetting_win(self) -> None:
        """A key that is forgotten while it is made stays forgotten."""
        store = Raced()
        store.first = [Put(Ref("forgotten key", "ada"), 0, ""), Erase(Ref("key", "ada"), 0)]
        assert StoreKeyRing(store, MASTER).create("t", ["ada"]) == {"ada": None}

    def test_forget_what_was_just_made(self) -> None:
        """A key that was made while its id is closed is erased as well."""
        store = Raced()
        ring = StoreKeyRing(store, MASTER)
        store.first = [Put(Ref("key", "ada"), 0, "made by somebody else")]
        ring.forget("t", "ada")
        assert ring.get("t", ["ada"]) == {"ada": None}
        assert store.load("t", [Ref("key", "ada")]) == [None]

    def test_forget_once(self) -> None:
        """Two that forget the same key do not disturb each other."""
        store = Raced()
        ring = StoreKeyRing(store, MASTER)
        store.first = [Put(Ref("forgotten key", "ada"), 0, ""), Erase(Ref("key", "ada"), 0)]
        ring.forget("t", "ada")
        assert ring.get("t", ["ada"]) == {"ada": None}

    def test_give_up_in_the_end(self) -> None:
        """Where somebody always comes first, that is told."""

        class Contested(MemoryStore):
            def commit(self, tenant: str, changes: Sequence[Put | Erase], /) -> int:
                raise ConflictError(changes[0].ref, super().commit(tenant, ()), 1)

        with pytest.raises(ConflictError):
            StoreKeyRing(Contested(), MASTER).forget("t", "ada")

    def test_may_be_repeated_when_the_answer_is_lost(self) -> None:
        """Who does not know whether a key was made or forgotten, asks again."""
        store = Flaky(["after", "after"])
        ring = StoreKeyRing(store, MASTER)
        with pytest.raises(StoreUnavailableError):
            ring.create("t", ["ada"])
        assert len(ring.create("t", ["ada"])["ada"] or b"") == 32
        with pytest.raises(StoreUnavailableError):
            ring.forget("t", "ada")
        ring.forget("t", "ada")
        assert ring.get("t", ["ada"]) == {"ada": None}


def test_records_of_keys_are_records(ring: StoreKeyRing, store: MemoryStore) -> None:
    """Keys can be counted and moved like any record."""
    ring.create("t", ["ada", "ben"])
    ring.forget("t", "ben")
    assert [record.ref.id for record in store.scan("t", "key")] == ["ada"]
    assert store.scan("t", "forgotten key") == [Record(Ref("forgotten key", "ben"), 1, "", {})]
