from collections.abc import Callable

import email_validator
import pytest
from hypothesis import Phase, example, given, settings
from hypothesis import strategies as st

from infoview._address import EmailAddress
from infoview.exceptions import InvalidValueError

ROLES = email_validator.rfc_constants.CASE_INSENSITIVE_MAILBOX_NAMES
CJK_LABEL = "xn--" + ("例" * 33).encode("punycode").decode()

LOCAL_PIECES = st.sampled_from(
    [*ROLES, *map(str.upper, ROLES), ".", "..", '"', "@", "é", "e\u0301", "b" * 64]
)
LABELS = st.sampled_from(
    ["example", "EXAMPLE", "bücher", "xn--bcher-kva", "xn--", CJK_LABEL, "x" * 63, "例", "-"]
)
HOSTILE = st.text(
    st.sampled_from("aZ0.@-_+'\"\\ <>()[],:;=%\0\r\n\x85\u2028\u202e\u200d\ud800éßΣ。\uff0eİ\u0661"),
    max_size=8,
)

LOCALS = st.lists(LOCAL_PIECES | HOSTILE, max_size=3).map("".join)
DOMAINS = st.lists(LABELS | HOSTILE, min_size=1, max_size=4).map(".".join).map("{}.org".format)
ADDRESSES = (
    st.emails() | st.builds("{}@{}".format, LOCALS, DOMAINS) | st.builds("{}@{}".format, LOCALS, HOSTILE)
)


def normal_form(text: str) -> str | None:
    """Tell what email-validator itself makes of an address, `None` when it refuses."""
    try:
        return email_validator.validate_email(text, check_deliverability=False).normalized
    except email_validator.EmailNotValidError:
        return None


def our_form(text: str) -> str | None:
    """Tell what infoview makes of an address, `None` when it refuses."""
    try:
        return EmailAddress(text).value
    except InvalidValueError:
        return None


def agrees(form: Callable[[str], str | None], text: str) -> bool:
    """Tell whether *form* answers as the library that knows, encoded-words apart."""
    return form(text) == (None if "=?" in text else normal_form(text))


class TestNormalForm:
    """The domain is normalised (lower case, Unicode form); the local part keeps its case.

    email-validator is the authority; the shorter way through a known domain must never show.
    """

    @given(text=ADDRESSES)
    @example(text="INFO@example.org")
    @example(text=f"{'b' * 64}@{CJK_LABEL}.{CJK_LABEL}.org")
    @example(text="=?x@example.org")
    def test_is_that_of_email_validator(self, text: str) -> None:
        """Every text is refused by both or read alike."""
        assert agrees(our_form, text)

    @given(text=ADDRESSES)
    def test_is_a_fixed_point(self, text: str) -> None:
        """What is normal stays as it is."""
        if (value := our_form(text)) is not None:
            assert our_form(value) == value

    @given(text=ADDRESSES)
    def test_is_put_together_from_its_parts(self, text: str) -> None:
        """Local part, ``@`` and domain are the whole address, and the domain holds no ``@``."""
        if our_form(text) is not None:
            address = EmailAddress(text)
            assert f"{address.local}@{address.domain}" == address.value
            assert "@" not in address.domain

    @pytest.mark.parametrize(
        "double",
        [
            lambda text: text if normal_form(text) else None,
            lambda text: text.lower() if normal_form(text) else None,
            lambda text: "@".join([text.rpartition("@")[0], text.rpartition("@")[2].lower()]),
        ],
        ids=["nothing is normalised", "everything is lower case", "nothing is refused"],
    )
    def test_would_catch(self, double: Callable[[str], str | None]) -> None:
        """A broken double disagrees with email-validator on some address."""

        @settings(phases=[Phase.generate])
        @given(text=ADDRESSES)
        def law(text: str) -> None:
            assert agrees(double, text)

        with pytest.raises(AssertionError):
            law()
