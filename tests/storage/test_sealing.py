import pytest

from infoview.exceptions import InvalidDataError, InvalidValueError
from infoview.storage._sealing import Sealed, check_bytes, seal

KEY, NONCE = b"k" * 32, b"n" * 12
BOUND = ("record", "t", "note", "a", "1")


def sealed(text: str = "Ada was here", key_id: str = "ada") -> str:
    """Seal a text."""
    return seal(text, KEY, key_id, bound_to=BOUND, nonce=NONCE)


class TestSealed:
    """Sealed text, and what is none."""

    @pytest.mark.parametrize("text", ["", "Ada", "é e\u0301 😀", "\x01\r\n", "x" * 70_000])
    @pytest.mark.parametrize("key_id", ["ada", "a.b", "é", "(nobody)", "x" * 200])
    def test_is_read_again(self, text: str, key_id: str) -> None:
        """Text and key id come back as they were."""
        read = Sealed.read(sealed(text, key_id))
        assert (read.key_id, read.open(KEY, BOUND)) == (key_id, text)

    def test_says_what_is_needed(self) -> None:
        """It names its format, the key's id, the nonce and the rest, in letters for any place."""
        form, key_id, nonce, rest = sealed().split(".")
        assert (form, key_id, nonce) == ("sealed1", "YWRh", "bm5ubm5ubm5ubm5u")
        assert len(rest) == len("Ada was here" + "t" * 16) * 4 // 3 + 1

    def test_is_not_shown(self) -> None:
        """Printing the parts for oneself shows nothing of them."""
        assert "ada" not in repr(Sealed.read(sealed()))

    @pytest.mark.parametrize(
        "text",
        [
            *("", "plain", "{}", "a.b.c.d", "sealed1", "sealed1...", "sealed1.YWRh.bm5u", sealed() + "."),
            *(sealed().replace("sealed1", "sealed2"), sealed() + "=", " " + sealed(), sealed() + "\n"),
            *("sealed1.YQ.x.é", "sealed1._w.bm5u.bm5u", "." * 1_000_000, "sealed1.AA.bm5u.bm5u"),
            *(sealed(key_id="x" * 200).replace(".eHh4", ".eHh4eHh4"), "sealed1.YQ.\ud800.bm5u"),
        ],
    )
    def test_is_nothing_else(self, text: str) -> None:
        """What `seal` would not have written is refused, without a word of it."""
        with pytest.raises(InvalidDataError) as caught:
            Sealed.read(text)
        assert [problem.code for problem in caught.value.problems] == ["not_authentic"]

    @pytest.mark.parametrize("key", [b"K" * 32, b""])
    def test_needs_its_key(self, key: bytes) -> None:
        """With another key nothing is read."""
        with pytest.raises(InvalidDataError, match="not_authentic"):
            Sealed.read(sealed()).open(key, BOUND)

    @pytest.mark.parametrize("bound", [(), BOUND[:-1], (*BOUND, ""), ("entry", *BOUND[1:]), BOUND[::-1]])
    def test_needs_its_place(self, bound: tuple[str, ...]) -> None:
        """In another place nothing is read, and the error keeps no trace of the text."""
        with pytest.raises(InvalidDataError, match="not_authentic") as caught:
            Sealed.read(sealed()).open(KEY, bound)
        assert caught.value.__suppress_context__ is True

    @pytest.mark.parametrize("nonce", ["", "bm5u", "bm5ubm5ubm5ubm5ubm5u"])
    def test_needs_its_nonce(self, nonce: str) -> None:
        """A nonce of another length is one more change."""
        with pytest.raises(InvalidDataError, match="not_authentic"):
            Sealed.read(sealed().replace("bm5ubm5ubm5ubm5u", nonce)).open(KEY, BOUND)


class TestCheckBytes:
    """So many bytes."""

    def test_pass(self) -> None:
        """What has the length comes back."""
        assert check_bytes("place", KEY, 32) is KEY

    @pytest.mark.parametrize(
        ("value", "code"),
        [
            *((b"k" * 31, "wrong_length"), (b"k" * 33, "wrong_length"), (b"", "wrong_length")),
            *(("k" * 32, "wrong_type"), (None, "wrong_type"), (bytearray(32), "wrong_type")),
        ],
    )
    def test_are_so_many(self, value: object, code: str) -> None:
        """Anything else is refused, and not repeated."""
        with pytest.raises(InvalidValueError) as caught:
            check_bytes("place", value, 32)
        assert (caught.value.field, caught.value.code) == ("place", code)
