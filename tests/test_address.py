from collections.abc import Iterator
from typing import Any

import email_validator
import pytest

from infoview import _address
from infoview._address import EmailAddress
from infoview.exceptions import InvalidValueError

LONG_LOCAL = "b" * 64
LONG_LABEL = "xn--" + ("例" * 33).encode("punycode").decode()
"""Ninety-nine octets in its Unicode form, forty here."""

WIDE_LABEL = "\uff45" * 63
"""A hundred and eighty-nine octets, sixty-three in its normal form."""


class Counter:
    """Calls email-validator and remembers what for."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self._honest = email_validator.validate_email

    def __call__(self, text: str, **options: Any) -> email_validator.ValidatedEmail:  # noqa: ANN401 - passed on
        """Note the address and answer honestly."""
        self.asked.append(text)
        return self._honest(text, **options)


@pytest.fixture
def counter(monkeypatch: pytest.MonkeyPatch) -> Iterator[Counter]:
    """Watch email-validator, with no domain known yet and none left behind."""
    double = Counter()
    _address._normalised_domain.cache_clear()
    monkeypatch.setattr(email_validator, "validate_email", double)
    yield double
    _address._normalised_domain.cache_clear()


def normal_form(text: str) -> str | None:
    """Tell what email-validator itself makes of an address, `None` when it refuses."""
    try:
        return email_validator.validate_email(text, check_deliverability=False).normalized
    except email_validator.EmailNotValidError:
        return None


def our_form(text: object) -> str | None:
    """Tell what infoview makes of an address, `None` when it refuses."""
    try:
        return EmailAddress(text).value
    except InvalidValueError:
        return None


class TestNormalForm:
    """What is kept of an address."""

    @pytest.mark.parametrize(
        ("text", "value"),
        [
            ("ada@example.org", "ada@example.org"),
            ("Ada.Okafor@EXAMPLE.Org", "Ada.Okafor@example.org"),
            ("ada+jobs@mail.example.com", "ada+jobs@mail.example.com"),
            ("a@xn--bcher-kva.example", "a@bücher.example"),
            ("a@BÜCHER.example", "a@bücher.example"),
            ("a@\uff45\uff58\uff41\uff4d\uff50\uff4c\uff45.org", "a@example.org"),
            ("jürgen@example.org", "jürgen@example.org"),
            ("ju\u0308rgen@example.org", "jürgen@example.org"),
            ("o'brien@example.org", "o'brien@example.org"),
        ],
    )
    def test_has_a_lower_case_unicode_domain_and_the_local_part_as_given(self, text: str, value: str) -> None:
        """The domain is normalised; the local part keeps its case."""
        assert EmailAddress(text).value == value

    @pytest.mark.parametrize(
        "text",
        [
            "ada@example.org",
            "A.B-c_d+e@Example.COM",
            "x@" + "a." * 121 + "org",
            f"{LONG_LOCAL}@example.org",
            f"{LONG_LOCAL}b@example.org",
            f"b@{LONG_LABEL}.example",
            f"{LONG_LOCAL}@{LONG_LABEL}.{LONG_LABEL}.example",
            f"{LONG_LOCAL}@{WIDE_LABEL}.org",
            f"b@{WIDE_LABEL}.org",
            "INFO@example.org",
            "Postmaster@Example.org",
            "Info@bücher.example",
            "info.x@example.org",
            "INFO+x@example.org",
            '"ada"@example.org',
            '"a b"@example.org',
            '"a@b"@example.org',
            "Ada <ada@example.org>",
            "a@[127.0.0.1]",
            "a@127.0.0.1",
            "a@localhost",
            "a@example.test",
            "a@example.invalid",
            "a@example",
            "a@example.org.",
            "a@.example.org",
            "a@-example.org",
            "a@exa_mple.org",
            "a@xn--.org",
            "a@xn--a.org",
            "a@faß.example",
            "a@example。org",
            "a@İstanbul.example",
            ".a@example.org",
            "a.@example.org",
            "a..b@example.org",
            "@example.org",
            "a@",
            "@",
            "",
            "a",
            "a@@example.org",
            "a@b@example.org",
            " a@example.org",
            "a@example.org ",
            "a@example.org\n",
            "a\r\nBcc: b@example.org",
            "a\0@example.org",
            "a@exam\0ple.org",
            "a@\ud800.org",
            "\ud800@example.org",
            "a\u202e@example.org",
            "a@exa\u200bmple.org",
            "\u0440\u0430ypal@example.org",
            "👩\u200d💻@example.org",
            "a@xn--ls8h.example",
        ],
        ids=ascii,
    )
    def test_is_that_of_email_validator(self, text: str) -> None:
        """Whichever way is taken, the answer is email-validator's own."""
        assert our_form(text) == normal_form(text)

    @pytest.mark.parametrize(
        "local", [name.upper() for name in email_validator.rfc_constants.CASE_INSENSITIVE_MAILBOX_NAMES]
    )
    def test_of_a_role_is_lower_case(self, local: str) -> None:
        """The mailbox names of RFC 2142 mean the same in any case."""
        assert EmailAddress(f"{local}@example.org").value == f"{local.lower()}@example.org"

    def test_is_normal_already(self) -> None:
        """Normalising twice changes nothing."""
        once = EmailAddress("Ada@XN--BCHER-KVA.example")
        assert EmailAddress(once.value) == once


class TestRefusal:
    """What is no address."""

    @pytest.mark.parametrize(
        "value",
        [None, 5, b"ada@example.org", ["ada@example.org"], EmailAddress("ada@example.org"), "secret@secret"],
    )
    def test_names_field_code_and_cure_but_not_the_value(self, value: object) -> None:
        """One clear error for everything that is no address, without the address."""
        with pytest.raises(InvalidValueError) as caught:
            EmailAddress(value)
        error = caught.value
        assert (error.field, error.code) == ("EmailAddress.value", "bad_address")
        assert error.cure == "give an address such as ada@example.org"
        assert error.__suppress_context__ or error.__context__ is None

    @pytest.mark.parametrize("text", ["=?@example.org", "=?utf-8?q?a?=@example.org", "a=?b@example.org"])
    def test_covers_encoded_words(self, text: str) -> None:
        """An address ends up in a header: the opener of an encoded-word is refused, as in every line."""
        assert normal_form(text) is None or "=?" in text
        assert our_form(text) is None

    @pytest.mark.parametrize("unit", ["a", "@", "a@", "\0", "例", "=?", '"', "<a@example.org>,"])
    def test_of_a_megabyte_asks_nobody(self, counter: Counter, unit: str) -> None:
        """An overlong text is refused for its length alone."""
        assert our_form(unit * 1_000_000) is None
        assert counter.asked == []

    def test_begins_above_254_characters(self, counter: Counter) -> None:
        """The longest address there is passes, one character more does not."""
        domain = ".".join(["x" * 61] * 3) + ".org"
        longest = f"{'b' * (254 - 1 - len(domain))}@{domain}"
        assert our_form(longest) == normal_form(longest) == longest
        counter.asked.clear()
        assert our_form(f"b{longest}") is None
        assert counter.asked == []
        assert normal_form(f"b{longest}") is None


class TestCost:
    """How often the library that knows is asked."""

    def test_of_many_addresses_in_one_domain_is_one_question(self, counter: Counter) -> None:
        """Thirty thousand colleagues ask email-validator once."""
        addresses = {EmailAddress(f"person{n}@Example.org").value for n in range(30_000)}
        assert len(addresses) == 30_000
        assert counter.asked == ["a@Example.org"]

    def test_of_a_bad_domain_is_remembered_too(self, counter: Counter) -> None:
        """A domain that is none is looked at once; each of its addresses is then looked at for itself."""
        assert [our_form(f"{local}@localhost") for local in "bcd"] == [None] * 3
        assert counter.asked.count("a@localhost") == 1

    def test_of_an_unusual_address_is_one_question(self, counter: Counter) -> None:
        """What the short way does not know is asked in full."""
        assert our_form("o'brien@example.org") == "o'brien@example.org"
        assert counter.asked == ["o'brien@example.org"]

    def test_in_memory_is_bounded(self) -> None:
        """However many domains come by, a fixed number is remembered."""
        assert _address._normalised_domain.cache_info().maxsize == 4_096


class TestValue:
    """What an address can be used for."""

    def test_has_two_parts(self) -> None:
        """The local part and the domain are what stands around the ``@``."""
        address = EmailAddress("Ada.Okafor@Example.org")
        assert (address.local, address.domain) == ("Ada.Okafor", "example.org")

    def test_reads_as_its_text(self) -> None:
        """Printed, an address is its text."""
        assert str(EmailAddress("ada@example.org")) == "ada@example.org"

    def test_is_compared_and_ordered_by_its_normal_form(self) -> None:
        """Two spellings of one domain are one address; a list of addresses can be sorted."""
        assert EmailAddress("ada@EXAMPLE.org") == EmailAddress("ada@example.org")
        assert EmailAddress("Ada@example.org") != EmailAddress("ada@example.org")
        assert len({EmailAddress("ada@EXAMPLE.org"), EmailAddress("ada@example.org")}) == 1
        assert EmailAddress("ada@example.org") < EmailAddress("bob@example.org")
