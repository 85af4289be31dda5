from collections.abc import Callable, Collection, Mapping, Sequence
from itertools import chain

import attrs
import pytest
from tests.storage.flaky import Flaky
from tests.storage.sealed import MASTER, Edited, first_letter, sealed
from tests.storage.test_laws import RULES, OpenStore, cases_of

from infoview.exceptions import InvalidDataError, InvalidValueError
from infoview.storage import (
    ConflictError,
    Entry,
    Erase,
    GoneError,
    MemoryStore,
    NewEntry,
    Put,
    Record,
    Ref,
    Scalar,
    SQLiteStore,
    Store,
    StoreUnavailableError,
)
from infoview.storage.encryption import (
    BLIND_TERMS_KEY,
    MAX_BYTES,
    EncryptedStore,
    KeyRing,
    StoreKeyRing,
)

A, B = Ref("note", "a"), Ref("note", "b")
EMAIL = "ada@example.org"


def put(ref: Ref, expect: int = 0, body: str = "body", lines: int = 1, **terms: Scalar) -> Put:
    """Build a change with entries of different names."""
    entries = [NewEntry(f"Written{n}", "2030", f"{body} {n}") for n in range(lines)]
    return Put(ref, expect, body, terms, tuple(entries))


def damage(call: Callable[[], object]) -> str:
    """Say what a damaged text is called, and make sure that nothing of it is told."""
    with pytest.raises(InvalidDataError) as caught:
        call()
    assert "body" not in str(caught.value)
    return caught.value.problems[0].code


@pytest.fixture
def inner() -> Edited:
    """Make the store underneath."""
    return Edited()


@pytest.fixture
def keys() -> StoreKeyRing:
    """Make the keys."""
    return StoreKeyRing(MemoryStore(), MASTER)


@pytest.fixture
def store(inner: Edited, keys: StoreKeyRing) -> EncryptedStore:
    """Put the encrypted store around it."""
    return sealed(inner, keys, blind={"email"})


class TestIsAStore:
    """The rules of a store, kept with sealed bodies."""

    @pytest.mark.parametrize(
        "law",
        [*chain.from_iterable(map(cases_of, RULES))],
        ids=lambda law: f"{law.func.__qualname__}{[*law.keywords.values()]}"[:80],
    )
    def test_keeps_the_laws(self, law: Callable[[OpenStore], None], keys: StoreKeyRing) -> None:
        """Each law holds for handles around handles, with all terms blind that no law orders by."""
        data = MemoryStore()

        def open_store() -> Store:
            return sealed(data.share(), keys, blind=["who", "v", "b"])

        law(open_store)

    def test_promises_what_it_stands_on(self, inner: Edited, store: EncryptedStore) -> None:
        """Durability and the most changes are those of the store underneath."""
        inner.max_changes, inner.durability = 123, "process"
        assert (store.max_changes, store.durability) == (123, "process")

    def test_lives_on_disk(self, tmp_path: object, keys: StoreKeyRing) -> None:
        """What is in the file is sealed: no body stands there in clear, and no blind term."""
        path = f"{tmp_path}/sealed.db"
        store = sealed(SQLiteStore(path), keys, blind=["email"])  # type: ignore[arg-type]
        store.commit("t", [put(A, body="nobody else's business", email=EMAIL, stage="open")])
        assert store.scan("t", "note", where={"email": EMAIL}) == store.load("t", [A])
        store.close()
        with open(path, "rb") as file:  # noqa: PTH123 - the path is text
            written = file.read()
        assert [text in written for text in (b"business", EMAIL.encode(), b"open")] == [False, False, True]

    def test_closes_what_it_stands_on(self, inner: Edited, store: EncryptedStore, keys: StoreKeyRing) -> None:
        """The store underneath is closed, the key ring is not."""
        store.close()
        with pytest.raises(StoreUnavailableError):
            inner.load("t", [])
        assert keys.create("t", ["x"])


class TestSealing:
    """What lies in the store underneath."""

    def test_hides_bodies(self, inner: Edited, store: EncryptedStore) -> None:
        """Bodies of records and entries are sealed; names, times and terms are not."""
        store.commit("t", [put(A, body="secret", stage="open")])
        [record], [entry] = inner.scan("t", "note"), inner.log("t")
        assert record.body.startswith("sealed1.")
        assert record.terms == {"stage": "open"}
        assert str(entry.body).startswith("sealed1.")
        assert attrs.evolve(entry, body="") == Entry(1, A, 1, "Written0", "2030", "")
        assert store.load("t", [A]) == [Record(A, 1, "secret", {"stage": "open"})]
        assert [entry.body for entry in store.log("t")] == ["secret 0"]

    def test_seals_with_the_owners_key(self, inner: Edited, keys: StoreKeyRing) -> None:
        """The owner is asked once for each put, as it came, and never for an erasure."""
        asked: list[tuple[str, Put]] = []

        def owner(tenant: str, put: Put) -> str:
            asked.append((tenant, put))
            return f"owner of {put.ref.id}"

        store = sealed(inner, keys, owner=owner)
        first = put(A, lines=2, email=EMAIL)
        store.commit("t", [first, put(B)])
        store.commit("t", [Erase(B, 1)])
        assert asked == [("t", first), ("t", put(B))]
        assert keys.get("t", ["owner of a", "owner of b"]) == keys.create("t", ["owner of a", "owner of b"])
        assert keys.get("t", [BLIND_TERMS_KEY]) == {}

    def test_may_change_hands(self, store: EncryptedStore, inner: Edited, keys: StoreKeyRing) -> None:
        """Each version names its own key, so a record may get another owner."""
        store.commit("t", [put(A, body="1")])
        other = sealed(inner, keys, owner=lambda _tenant, _put: "other")
        other.commit("t", [put(A, 1, body="2")])
        assert [entry.body for entry in store.log("t")] == ["1 0", "2 0"]
        keys.forget("t", "t a")
        assert store.load("t", [A]) == [Record(A, 2, "2", {})]
        assert [entry.body for entry in store.log("t")] == [None, "2 0"]

    def test_never_uses_a_nonce_twice(self, inner: Edited, store: EncryptedStore) -> None:
        """The same text is sealed differently each time."""
        for version in range(20):
            store.commit("t", [put(A, version, body="same")])
        bodies = [entry.body for entry in inner.log("t")]
        assert len({str(body).split(".")[2] for body in bodies}) == 20

    def test_takes_randomness_from_outside(self, inner: Edited, keys: StoreKeyRing) -> None:
        """Nonces are what they are given, and have the right length."""
        store = sealed(inner, keys, random_bytes=lambda length: b"n" * length)
        store.commit("t", [put(A)])
        assert str(inner.log("t")[0].body).split(".")[2] == "bm5ubm5ubm5ubm5u"
        short = sealed(inner, keys, random_bytes=lambda _: b"n")
        with pytest.raises(InvalidValueError, match=r"^random_bytes: give 12 bytes"):
            short.commit("t", [put(B)])

    def test_has_room_for_long_bodies(self, store: EncryptedStore) -> None:
        """The longest body fits, whatever else is sealed with it."""
        ref = Ref("note", "a" + "😀" * 199)
        longest = "x" * (MAX_BYTES - 2) + "é"
        terms: dict[str, Scalar] = {chr(1) * 196 + str(n): "\x02" * 500 for n in range(32)}
        roomy = sealed(MemoryStore(), owner=lambda *_: "😀" * 200, blind=terms)
        roomy.commit("t", [Put(ref, 0, longest, terms, (NewEntry("Written", "2030", longest),))])
        assert roomy.load("t", [ref]) == [Record(ref, 1, longest, terms)]
        assert roomy.log("t")[0].body == longest
        assert store.log("t") == []

    @pytest.mark.parametrize("body", ["x" * (MAX_BYTES + 1), "😀" * (MAX_BYTES // 4 + 1)])
    def test_refuses_longer_ones(
        self, inner: Edited, store: EncryptedStore, keys: StoreKeyRing, body: str
    ) -> None:
        """A body whose sealed text would not fit is refused like any that is too long; no key is made."""
        too_long = {
            "Put.body": Put(A, 0, body),
            "NewEntry.body": Put(A, 0, "", {}, (NewEntry("W", "2", body),)),
        }
        for place, change in too_long.items():
            with pytest.raises(InvalidValueError) as caught:
                store.commit("t", [put(B), change])
            assert (caught.value.field, caught.value.code) == (place, "too_long")
        assert inner.scan("t", "note") == []
        assert keys.get("t", ["t a", "t b"]) == {}

    @pytest.mark.parametrize(
        ("owner", "code"),
        [
            *(("", "empty"), (None, "not_text"), (7, "not_text"), ("x" * 201, "too_long")),
            *(("a\0", "nul"), ("\ud800", "surrogate"), (BLIND_TERMS_KEY, "reserved")),
        ],
    )
    def test_needs_an_owner(self, inner: Edited, owner: object, code: str) -> None:
        """An owner is the id of a key, and not that of the blind terms."""
        store = sealed(inner, owner=lambda _tenant, _put: owner)
        with pytest.raises(InvalidValueError) as caught:
            store.commit("t", [put(A)])
        assert (caught.value.field, caught.value.code) == ("EncryptedStore.owner", code)
        assert inner.scan("t", "note") == []

    def test_leaves_arguments_alone(self, store: EncryptedStore) -> None:
        """Puts and terms are what they were."""
        change = put(A, email=EMAIL, stage="open")
        where: dict[str, Scalar] = {"email": EMAIL}
        store.commit("t", [change])
        store.scan("t", "note", where=where)
        assert change == put(A, email=EMAIL, stage="open")
        assert where == {"email": EMAIL}


class TestTampering:
    """Texts that somebody changed or moved underneath."""

    def test_with_terms_is_noticed(self, inner: Edited, store: EncryptedStore) -> None:
        """Terms are readable, and no other ones pass for them, blind ones included."""
        store.commit("t", [put(A, email=EMAIL, stage="open")])
        for forged in ({"stage": "closed"}, {"more": None}, {"email": EMAIL}):
            inner.record = lambda record, forged=forged: attrs.evolve(
                record, terms={**record.terms, **forged}
            )
            assert damage(lambda: store.scan("t", "note")) == "not_authentic"

    def test_with_versions_is_noticed(self, inner: Edited, store: EncryptedStore) -> None:
        """An older text does not pass for the present version."""
        store.commit("t", [put(A, lines=0)])
        [old] = inner.load("t", [A])
        store.commit("t", [put(A, 1, lines=0)])
        inner.show(old.body if old else "")
        assert damage(lambda: store.load("t", [A])) == "not_authentic"

    def test_with_the_order_of_entries_is_noticed(self, inner: Edited, store: EncryptedStore) -> None:
        """Entries of one change that look alike are not exchanged, wherever the change begins."""
        alike = [NewEntry("Written", "2030", str(n)) for n in range(3)]
        store.commit("t", [put(B), Put(A, 0, "", {}, tuple(alike))])
        assert [entry.body for entry in store.log("t", after=2)] == ["1", "2"]
        bodies = {entry.position: entry.body for entry in inner.log("t")}
        inner.entry = lambda entry: attrs.evolve(
            entry, body=bodies[{2: 3, 3: 2}.get(entry.position, entry.position)]
        )
        assert damage(lambda: store.log("t")) == "not_authentic"
        assert damage(lambda: store.log("t", ref=A)) == "not_authentic"

    @pytest.mark.parametrize("body", ["", "plain", '{"$schema": 2}', "sealed1.a.b.c"])
    def test_with_plain_text_is_noticed(self, inner: Edited, store: EncryptedStore, body: str) -> None:
        """What was never sealed is refused, and not passed on."""
        store.commit("t", [put(A)])
        inner.show(body)
        for read in (lambda: store.load("t", [A]), lambda: store.scan("t", "note"), lambda: store.log("t")):
            assert damage(read) == "not_authentic"

    def test_concerns_nobody_else(self, inner: Edited, store: EncryptedStore) -> None:
        """Other records are read as before."""
        store.commit("t", [put(A)])
        inner.commit("t", [Put(B, 0, "plain")])
        assert store.load("t", [A]) == [Record(A, 1, "body", {})]
        assert damage(lambda: store.load("t", [A, B])) == "not_authentic"


class TestBlindTerms:
    """Terms that are found by their digest."""

    VALUES: tuple[Scalar, ...] = (None, "", 0, "0", 1, "1", EMAIL, EMAIL.upper(), "é", "e\u0301")

    def test_are_found(self, store: EncryptedStore) -> None:
        """Equality holds as ever, types included, and values come back as they were."""
        refs = [Ref("note", f"a{n}") for n in range(len(self.VALUES))]
        store.commit("t", [put(ref, email=value) for ref, value in zip(refs, self.VALUES, strict=True)])
        store.commit("t", [put(A)])
        for ref, value in zip(refs, self.VALUES, strict=True):
            found = store.scan("t", "note", where={"email": value})
            assert [(row.ref, row.terms) for row in found] == [(ref, {"email": value})]
        assert store.scan("t", "note", where={"email": 7}) == []

    def test_are_found_with_others(self, store: EncryptedStore) -> None:
        """Blind and clear terms are asked for together, in the order of a clear one."""
        store.commit("t", [put(Ref("note", id_), email=EMAIL, n=-n) for n, id_ in enumerate("abc")])
        rows = store.scan("t", "note", where={"email": EMAIL, "n": -1})
        assert [row.ref.id for row in rows] == ["b"]
        rows = store.scan("t", "note", where={"email": EMAIL}, order="n", after=(-2, "c"))
        assert [row.ref.id for row in rows] == ["b", "a"]

    def test_are_not_readable(self, inner: Edited, store: EncryptedStore) -> None:
        """Equal values look alike within a kind and a term, and nowhere else."""
        other = sealed(inner, StoreKeyRing(MemoryStore(), MASTER), blind=["email"])
        blind = sealed(inner, store._keys, blind=["email", "name"])
        blind.commit(
            "t", [put(A, email=EMAIL, name=EMAIL), put(B, email=EMAIL), put(Ref("k", "c"), email=EMAIL)]
        )
        blind.commit("T", [put(A, email=EMAIL)])
        other.commit("t", [put(Ref("note", "d"), email=EMAIL)])
        rows = [*inner.scan("t", "note"), *inner.scan("t", "k"), *inner.scan("T", "note")]
        digests = [value for row in rows for value in row.terms.values()]
        assert EMAIL not in str(rows)
        assert {len(str(digest)) for digest in digests} == {64}
        assert len(digests) == 6
        assert len(set(digests)) == 5

    def test_have_no_order(self, store: EncryptedStore) -> None:
        """An order by digests would be none, and is refused."""
        with pytest.raises(InvalidValueError) as caught:
            store.scan("t", "note", order="email")
        assert (caught.value.field, caught.value.code) == ("scan.order", "blind_term")

    def test_are_sought_where_none_is(self, store: EncryptedStore, keys: StoreKeyRing) -> None:
        """A tenant without blind terms has no row, makes no key, and a closed store still says so."""
        store.commit("t", [put(A)])
        assert store.scan("t", "note", where={"email": None}) == []
        assert keys.get("t", [BLIND_TERMS_KEY]) == {}
        store.close()
        with pytest.raises(StoreUnavailableError):
            store.scan("t", "note", where={"email": None})

    def test_need_their_key(self, store: EncryptedStore, keys: StoreKeyRing) -> None:
        """Without their key nothing is found by them and no such record is written; all else goes on."""
        store.commit("t", [put(A, email=EMAIL)])
        keys.forget("t", BLIND_TERMS_KEY)
        assert store.scan("t", "note", where={"email": EMAIL}) == []
        assert store.load("t", [A]) == [Record(A, 1, "body", {"email": EMAIL})]
        with pytest.raises(GoneError) as caught:
            store.commit("t", [put(B), put(A, 1, email=EMAIL)])
        assert caught.value.ref == A
        store.commit("t", [put(B)])

    def test_may_become_clear(self, inner: Edited, store: EncryptedStore, keys: StoreKeyRing) -> None:
        """A record tells by itself which of its terms were blind."""
        store.commit("t", [put(A, email=EMAIL)])
        assert sealed(inner, keys).load("t", [A]) == store.load("t", [A])

    @pytest.mark.parametrize("names", ["email", ""])
    def test_are_a_collection(self, inner: Edited, names: str) -> None:
        """One name is not taken for its letters."""
        with pytest.raises(InvalidValueError, match=r"^EncryptedStore\.blind: .* \[wrong_type\]$"):
            sealed(inner, blind=names)


class TestForgottenKeys:
    """What is left when a person's key is forgotten."""

    @pytest.fixture
    def forgotten(self, store: EncryptedStore, keys: StoreKeyRing) -> EncryptedStore:
        """Forget everybody whose name begins with a."""
        refs = [Ref("note", id_) for id_ in ("a1", "b1", "a2", "a3", "b2", "a4", "b3")]
        store.commit("t", [put(ref, n=n) for n, ref in enumerate(refs)])
        store.commit("t", [put(refs[0], 1)])
        keys.forget("t", "t a")
        return store

    def test_reads_like_something_erased(self, forgotten: EncryptedStore) -> None:
        """Records are missing, and the log keeps their places only."""
        assert forgotten.load("t", [Ref("note", "a1"), Ref("note", "a2")]) == [None, None]
        assert [row.ref.id for row in forgotten.scan("t", "note")] == ["b1", "b2", "b3"]
        lines = [(entry.position, entry.ref.id, bool(entry.body)) for entry in forgotten.log("t")]
        assert lines[::2] == [(1, "a1", False), (3, "a2", False), (5, "b2", True), (7, "b3", True)]
        assert lines[-1] == (8, "a1", False)

    @pytest.mark.parametrize("limit", range(5))
    @pytest.mark.parametrize("order", [None, "n"])
    def test_leaves_no_holes_in_pages(self, forgotten: EncryptedStore, limit: int, order: str | None) -> None:
        """A page is as long as it is asked to be, as long as there are rows."""
        rows = forgotten.scan("t", "note", order=order, limit=limit)
        assert [row.ref.id for row in rows] == ["b1", "b2", "b3"][:limit]

    @pytest.mark.parametrize("expect", [0, 1, 2])
    def test_is_gone_for_its_owner(self, forgotten: EncryptedStore, expect: int) -> None:
        """A put raises that the record is gone, whatever it expects, and nothing is changed."""
        with pytest.raises(GoneError) as caught:
            forgotten.commit("t", [put(B), put(Ref("note", "a1"), expect)])
        assert caught.value.ref == Ref("note", "a1")
        assert forgotten.load("t", [B]) == [None]

    @pytest.mark.usefixtures("forgotten")
    def test_is_gone_for_others(self, inner: Edited, keys: StoreKeyRing) -> None:
        """Who would write it for somebody else, or erase it, with another version, is told the same."""
        other = sealed(inner, keys, owner=lambda _tenant, _put: "other")
        for change in (put(Ref("note", "a1")), Erase(Ref("note", "a1"), 1)):
            with pytest.raises(GoneError):
                other.commit("t", [change])

    def test_leaves_true_conflicts_alone(self, forgotten: EncryptedStore) -> None:
        """A record that is there is in conflict, and so is one that never was."""
        for change in (put(Ref("note", "b1")), Erase(Ref("note", "z"), 1)):
            with pytest.raises(ConflictError):
                forgotten.commit("t", [change])

    def test_can_be_erased(self, forgotten: EncryptedStore, inner: Edited) -> None:
        """Who knows the version removes what is left underneath."""
        forgotten.commit("t", [Erase(Ref("note", "a1"), 2)])
        assert [row.ref.id for row in inner.scan("t", "note", limit=2)] == ["a2", "a3"]

    def test_takes_copies_with_it(self, inner: Edited, keys: StoreKeyRing) -> None:
        """A copy of the data that was made before is as unreadable as the rest."""
        store, backup = sealed(inner, keys), MemoryStore()
        store.commit("t", [put(A)])
        [record] = inner.scan("t", "note")
        keys.forget("t", "t a")
        backup.commit("t", [Put(A, 0, record.body)])
        assert sealed(backup, keys).load("t", [A]) == [None]

    def test_is_not_a_missing_key(self, inner: Edited, store: EncryptedStore) -> None:
        """An empty key ring is no reason to call everything erased: reading is an error."""
        store.commit("t", [put(A)])
        stranger = sealed(inner, StoreKeyRing(MemoryStore(), MASTER))
        for read in (lambda: stranger.load("t", [A]), lambda: stranger.log("t")):
            assert damage(read) == "not_authentic"

    def test_is_not_another_key(self, inner: Edited, store: EncryptedStore) -> None:
        """A key ring that gives other keys under the same ids reads nothing."""
        store.commit("t", [put(A)])
        stranger = StoreKeyRing(MemoryStore(), MASTER)
        stranger.create("t", ["t a"])
        assert damage(lambda: sealed(inner, stranger).load("t", [A])) == "not_authentic"


class Fixed(KeyRing):
    """A key ring of somebody else's.

    Attributes:
        key: Whatever it gives for a key.
    """

    def __init__(self, key: object) -> None:
        self.key = key

    def get(self, tenant: str, key_ids: Collection[str], /) -> Mapping[str, bytes | None]:  # noqa: ARG002 - one for all
        """Give the key."""
        return dict.fromkeys(key_ids, self.key)  # type: ignore[arg-type]

    create = get

    def forget(self, tenant: str, key_id: str, /) -> None:
        """Forget nothing."""


class TestKeyRings:
    """Key rings that fail, or give something else."""

    @pytest.mark.parametrize("key", [b"", b"k" * 16, "k" * 32, 7])
    def test_give_keys(self, inner: Edited, key: object) -> None:
        """A key is 32 bytes, where it is made and where it is looked up."""
        sealed(inner, Fixed(b"k" * 32)).commit("t", [put(A)])
        for call in (
            lambda store: store.commit("t", [put(B)]),
            lambda store: store.load("t", [A]),
            lambda store: store.scan("t", "note", where={"email": EMAIL}),
        ):
            with pytest.raises(InvalidValueError, match=r"^KeyRing: "):
                call(sealed(inner, Fixed(key), blind=["email"]))

    def test_may_lose_the_answer(self, inner: Edited) -> None:
        """Whether a key was made or not: the changes were not, and that is what is told."""
        store = sealed(inner, StoreKeyRing(Flaky(["after", "before"]), MASTER))
        with pytest.raises(StoreUnavailableError) as caught:
            store.commit("t", [put(A)])
        assert caught.value.outcome_known is True
        with pytest.raises(StoreUnavailableError):
            store.commit("t", [put(B)])
        assert store.commit("t", [put(A), put(B)]) == 2

    def test_are_asked_once(self, inner: Edited) -> None:
        """A page of many people's records needs one look, and no records need none."""
        asked: list[Sequence[str]] = []

        class Listening(Fixed):
            def get(self, tenant: str, key_ids: Collection[str], /) -> Mapping[str, bytes | None]:
                asked.append(sorted(key_ids))
                return super().get(tenant, key_ids)

        store = sealed(inner, Listening(b"k" * 32))
        store.commit("t", [put(Ref("note", id_)) for id_ in ("a1", "b1", "c1", "a2")])
        store.scan("t", "note")
        store.load("t", [A])
        store.commit("t", [])
        assert asked == [["t a", "t b", "t c"]]


def test_owners_are_asked_as_the_tests_say() -> None:
    """The tests' owner tells people by the first letter."""
    assert first_letter("tenant", put(Ref("note", "abc"))) == "t a"
