import base64
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pytest

from infoview.exceptions import InvalidValueError
from infoview.storage import MemoryStore, Put, Record, Ref, Scalar, StoreUnavailableError
from infoview.storage._places import place_of, read_spelled, spelled
from infoview.storage.pages import Page, every_record, read_page


class Counting(MemoryStore):
    """A store that remembers how many rows it was asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[int] = []

    def scan(self, tenant: str, kind: str, /, **query: Any) -> list[Record]:  # noqa: ANN401 - any query
        """Remember the limit."""
        self.asked.append(query["limit"])
        return super().scan(tenant, kind, **query)


@pytest.fixture
def store() -> Counting:
    """Keep five notes, in this order by their due term; the last two are equal in it."""
    store = Counting()
    due: dict[str, Scalar] = {"e": None, "d": 7, "c": "é", "a": "ü", "b": "ü"}
    store.commit("t", [Put(Ref("note", id_), 0, id_, {"due": value}) for id_, value in due.items()])
    return store


def ids(page: Page) -> str:
    """Name the rows of a page."""
    return "".join(record.ref.id for record in page.records)


def pages(store: MemoryStore, **query: Any) -> Iterator[Page]:  # noqa: ANN401 - any query
    """Turn all pages."""
    page = read_page(store, "t", "note", **query)
    yield page
    while page.cursor is not None:
        page = read_page(store, "t", "note", cursor=page.cursor, **query)
        yield page


def refusal(cursor: object, **query: Any) -> tuple[str, str]:  # noqa: ANN401 - any query
    """Say which place was refused, and why."""
    with pytest.raises(InvalidValueError) as caught:
        read_page(MemoryStore(), "t", "note", cursor=cursor, **query)  # type: ignore[arg-type]
    return caught.value.field, caught.value.code


class TestReadPage:
    """Pages that follow each other by their cursors."""

    def test_turns_pages_by_id(self, store: Counting) -> None:
        """Without an order rows come by id, and the last page has no cursor."""
        assert [ids(page) for page in pages(store, limit=2)] == ["ab", "cd", "e"]

    def test_turns_pages_by_a_term(self, store: Counting) -> None:
        """With an order rows come by the term, nothing before numbers before text, and its ties by id."""
        assert [ids(page) for page in pages(store, order="due", limit=1)] == ["e", "d", "c", "a", "b"]

    def test_ends_with_a_full_page(self, store: Counting) -> None:
        """Nobody is sent for an empty page: one row more is read than shown."""
        assert [ids(page) for page in pages(store, limit=5)] == ["abcde"]
        assert store.asked == [6]

    def test_of_nothing_is_empty(self, store: Counting) -> None:
        """A query without rows has one page, and no more."""
        assert read_page(store, "T", "note") == Page(records=(), cursor=None)

    def test_finds_by_terms(self, store: Counting) -> None:
        """The terms to match hold for every page."""
        assert [ids(page) for page in pages(store, where={"due": "ü"}, limit=1)] == ["a", "b"]

    def test_may_change_its_length(self, store: Counting) -> None:
        """A cursor does not say how many rows come next."""
        first = read_page(store, "t", "note", limit=1)
        assert ids(read_page(store, "t", "note", cursor=first.cursor, limit=10)) == "bcde"

    def test_has_cursors_for_links(self, store: Counting) -> None:
        """A cursor is short, and needs no escaping in a link."""
        for order in (None, "due"):
            for page in list(pages(store, order=order, limit=1))[:-1]:
                assert page.cursor is not None
                assert page.cursor.replace("-", "").replace("_", "").isalnum()
                assert page.cursor.isascii()
                assert len(page.cursor) < 50

    def test_has_bounded_cursors(self) -> None:
        """The longest ids and terms make a cursor that is taken back."""
        store = MemoryStore()
        values = ["é" * 500, "😀" * 250, "\x01" * 500]
        store.commit(
            "t", [Put(Ref("note", "😀" * 199 + str(n)), 0, "", {"x": v}) for n, v in enumerate(values)]
        )
        assert [len(page.records) for page in pages(store, order="x", limit=1)] == [1, 1, 1]

    @pytest.mark.parametrize("limit", [0, -1, 10_001, True, 1.0, "1", None])
    def test_has_rows(self, limit: object) -> None:
        """A page has 1 to 10,000 rows."""
        assert refusal(None, limit=limit)[0] == "read_page.limit"

    def test_checks_its_query(self) -> None:
        """The query is refused where the store would refuse it."""
        assert refusal(None, order="")[0] == "scan.order"
        assert refusal(None, where={"x": 0.5})[0] == "scan.where['x']"

    def test_needs_the_store(self, store: Counting) -> None:
        """A closed store is no empty page."""
        store.close()
        with pytest.raises(StoreUnavailableError):
            read_page(store, "t", "note")


def cursor(tenant: str = "t", kind: str = "note", **query: Any) -> str:  # noqa: ANN401 - any query
    """Make a cursor of a query."""
    store = MemoryStore()
    terms: dict[str, Scalar] = {"x": 1, "y": "1"}
    store.commit(tenant, [Put(Ref(kind, id_), 0, "", terms) for id_ in "ab"])
    made = read_page(store, tenant, kind, limit=1, **query).cursor
    assert made is not None
    return made


def respelled(made: str, old: bytes, new: bytes) -> str:
    """Change what a cursor says, and leave its digest."""
    raw = base64.urlsafe_b64decode(made + "=" * (-len(made) % 4))
    assert old in raw[9:]
    return base64.urlsafe_b64encode(raw[:9] + raw[9:].replace(old, new)).rstrip(b"=").decode()


class TestCursors:
    """A cursor belongs to one query, and whatever else comes is refused in one way."""

    QUERIES = (
        {},
        {"tenant": "T"},
        {"kind": "notes"},
        {"order": "x"},
        {"order": "y"},
        {"where": {"x": 1}},
        {"where": {"y": "1"}},
        {"where": {"x": 1, "y": "1"}},
        {"where": {"x": 1}, "order": "x"},
    )

    @pytest.mark.parametrize("query", QUERIES)
    def test_belong_to_one_query(self, query: dict[str, Any]) -> None:
        """Another tenant, kind, term, value or order refuses the cursor."""
        made = cursor(**query)
        for other in self.QUERIES:
            rest = {name: value for name, value in other.items() if name not in {"tenant", "kind"}}
            store, tenant, kind = MemoryStore(), other.get("tenant", "t"), other.get("kind", "note")
            if other == query:
                assert read_page(store, tenant, kind, cursor=made, **rest).records == ()
            else:
                with pytest.raises(InvalidValueError, match=r"^cursor: .* \[wrong_cursor\]$"):
                    read_page(store, tenant, kind, cursor=made, **rest)

    def test_tell_types_of_terms_apart(self) -> None:
        """A text and a number that look alike are two queries."""
        made = cursor(where={"x": 1})
        assert refusal(made, where={"x": "1"}) == ("cursor", "wrong_cursor")
        assert refusal(made, where={"x": None}) == ("cursor", "wrong_cursor")

    def test_do_not_mind_the_order_of_terms(self) -> None:
        """Terms are a mapping, whatever order they are written in."""
        made = cursor(where={"x": 1, "y": "1"})
        assert read_page(MemoryStore(), "t", "note", where={"y": "1", "x": 1}, cursor=made).cursor is None

    @pytest.mark.parametrize(
        "hostile",
        [
            *("", "a", "====", "!", "é", "\0", "\ud800", "🙂" * 100, " ", "AAAA", "A" * 12, "A" * 4_095),
            *("A" * 10_000_000, 0, 1.5, True, b"AAAA", [], {}, object()),
        ],
        ids=lambda value: repr(value)[:20],
    )
    @pytest.mark.parametrize("order", [None, "x"])
    def test_of_nowhere_are_refused(self, hostile: object, order: str | None) -> None:
        """Whatever no page gave is refused, with one error."""
        assert refusal(hostile, order=order) == ("cursor", "wrong_cursor")

    @pytest.mark.parametrize("extra", ["=", "==", "A", "\n", "!", "-"])
    def test_are_taken_letter_for_letter(self, extra: str) -> None:
        """What a lenient decoder would overlook is refused too."""
        made = cursor()
        assert refusal(made + extra) == ("cursor", "wrong_cursor")
        assert refusal(extra + made) == ("cursor", "wrong_cursor")

    @pytest.mark.parametrize(
        "place",
        [
            *(b"", b"a\0", b"a\0x", b"a\0#", b"a\0#1.0", b"a\0#01", b"a\0#+1", b"a\0#1_0", b"a\0# 1"),
            *(b"a\0#9223372036854775808", b"a\0#" + b"9" * 2_000, "a\0#\u0663".encode(), b"a\0-x", b"a\0--"),
            *(b"a\0#1\0", b"a\0=\xff", b"a\0=\xed\xa0\x80", b"a" * 201 + b"\0#1", b"a\0=" + b"x" * 501),
            *(b"a\0#nan", b"a\0true", b"a"),
        ],
    )
    def test_point_to_a_place(self, place: bytes) -> None:
        """With a true digest too, a place that no row can have is refused."""
        made = cursor(order="x")
        assert refusal(respelled(made, b"a\0#1", place), order="x") == ("cursor", "wrong_cursor")

    def test_may_point_anywhere_in_their_query(self) -> None:
        """Somebody who makes up a place in the same query starts there, and sees nothing else."""
        store = MemoryStore()
        store.commit("t", [Put(Ref("note", id_), 0, "", {"x": n}) for n, id_ in enumerate("abc")])
        made = respelled(cursor(order="x"), b"a\0#1", b"\0#1")
        assert ids(read_page(store, "t", "note", order="x", cursor=made)) == "bc"


class TestEveryRecord:
    """All rows, page by page."""

    @pytest.mark.parametrize("size", [1, 2, 5, 6, 10_000])
    @pytest.mark.parametrize(("order", "expected"), [(None, "abcde"), ("due", "edcab")])
    def test_goes_through_all(self, store: Counting, size: int, order: str | None, expected: str) -> None:
        """Each row comes once, whatever the size of the pages."""
        rows = every_record(store, "t", "note", order=order, at_a_time=size)
        assert "".join(row.ref.id for row in rows) == expected

    def test_reads_when_it_is_asked(self, store: Counting) -> None:
        """The next page is read when its first row is needed, and none after a page with room left."""
        rows = every_record(store, "t", "note", where={}, at_a_time=2)
        assert store.asked == []
        assert [next(rows).ref.id, next(rows).ref.id] == ["a", "b"]
        assert store.asked == [2]
        assert [row.ref.id for row in rows] == ["c", "d", "e"]
        assert store.asked == [2, 2, 2]

    def test_is_refused_at_once(self, store: Counting) -> None:
        """A faulty argument is refused by the call, not by the first row."""
        for faulty in ({"at_a_time": 0}, {"order": ""}, {"where": {"x": 0.5}}):
            with pytest.raises(InvalidValueError):
                every_record(store, "t", "note", **faulty)  # type: ignore[arg-type]

    def test_keeps_its_query(self, store: Counting) -> None:
        """Whoever changes the terms afterwards changes nothing here."""
        where: dict[str, Scalar] = {"due": "ü"}
        rows = every_record(store, "t", "note", where=where)
        where["due"] = 7
        assert [row.ref.id for row in rows] == ["a", "b"]


class TestPlaces:
    """Where a row stands, and values as text."""

    def test_are_what_a_scan_starts_behind(self) -> None:
        """Without an order it is the id, with one the pair of value and id."""
        record = Record(Ref("note", "a"), 1, "", {"x": 7})
        assert place_of(record, None) == "a"
        assert place_of(record, "x") == (7, "a")

    def test_keep_values_apart(self) -> None:
        """Different values are written differently, and read back as they were."""
        values: list[Scalar] = [None, 0, -1, 2**63 - 1, "", "-", "0", "#0", "=", "=0", "é"]
        texts = [spelled(value) for value in values]
        assert [read_spelled(text) for text in texts] == values
        assert all(one != other for one, other in pairwise(sorted(texts)))

    @pytest.mark.parametrize("text", ["", "x", "--", "- ", "#", "#x", "0"])
    def test_read_nothing_else(self, text: str) -> None:
        """What is no spelling is refused."""
        with pytest.raises(ValueError):  # noqa: PT011 - any text of the standard library's
            read_spelled(text)
