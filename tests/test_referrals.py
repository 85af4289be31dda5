import random
from typing import Any

import attrs
import pytest

from infoview._address import EmailAddress
from infoview._channel import ConnectionKind
from infoview._objective import Connection
from infoview._people import Consent, Contact, PersonName
from infoview.exceptions import InvalidValueError
from infoview.referrals import Referral, chain, connection_through

NGOZI = PersonName(given="Ngozi", family="Eze")
BARE = Referral(id="r1", name=NGOZI)
FULL = Referral(
    id="r1",
    name=NGOZI,
    reason="know hospital data best",
    organisation="Example Hospital",
    position="Head of data",
    email=EmailAddress("ngozi@example.org"),
    consent=Consent.GRANTED,
)
ADA = Contact(id="c1", name=PersonName(given="Ada", family="Okafor"), note="private")


class TestReferral:
    """A name somebody gave you."""

    def test_needs_an_id_and_a_name(self) -> None:
        """Nobody has asked for the use of the giver's name unless somebody says so."""
        known = attrs.asdict(BARE, recurse=False)
        assert {name for name, value in known.items() if value is not None} == {"id", "name", "consent"}
        assert BARE.consent is Consent.UNASKED

    @pytest.mark.parametrize(
        ("field", "value", "code"),
        [
            ("id", "", "empty"),
            ("name", "Ngozi", "wrong_type"),
            ("reason", "a\nb", "control_character"),
            ("organisation", "x" * 201, "too_long"),
            ("position", "", "empty"),
            ("email", "ngozi@example.org", "wrong_type"),
            ("consent", True, "wrong_type"),
        ],
    )
    def test_refuses_a_bad_field(self, field: str, value: object, code: str) -> None:
        """Each field has its rule, and the error its name."""
        with pytest.raises(InvalidValueError) as caught:
            attrs.evolve(FULL, **{field: value})
        assert (caught.value.field, caught.value.code) == (f"Referral.{field}", code)

    def test_is_described_by_name(self) -> None:
        """The order of fields never matters."""
        make: Any = Referral
        with pytest.raises(TypeError, match=r"takes \d positional arguments? but"):
            make("r1", NGOZI)


class TestAsContact:
    """Step 10: use the referrals."""

    def test_keeps_what_is_known(self) -> None:
        """The next talk is held with the person who was named, under the caller's id."""
        assert FULL.as_contact(id="c9") == Contact(
            id="c9",
            name=NGOZI,
            email=EmailAddress("ngozi@example.org"),
            organisation="Example Hospital",
            position="Head of data",
            source="referral",
        )

    def test_invents_nothing(self) -> None:
        """What nobody said stays unknown."""
        assert BARE.as_contact(id="c9") == Contact(id="c9", name=NGOZI, source="referral")

    def test_refuses_a_bad_id(self) -> None:
        """The id is held to the rule of contacts."""
        with pytest.raises(InvalidValueError) as caught:
            FULL.as_contact(id="")
        assert (caught.value.field, caught.value.code) == ("Contact.id", "empty")


class TestConnectionThrough:
    """The opener names the referrer, if the referrer agreed."""

    @pytest.mark.parametrize("consent", Consent)
    def test_carries_the_referrer_and_the_consent(self, consent: Consent) -> None:
        """The connection says who gave the name, why, and whether that may be said."""
        referral = attrs.evolve(FULL, consent=consent)
        assert connection_through(referral, referrer=ADA) == Connection(
            kind=ConnectionKind.REFERRAL,
            fact="know hospital data best",
            referrer_id="c1",
            referrer=ADA.name,
            consent=consent,
        )

    def test_invents_no_reason(self) -> None:
        """Where the referrer gave none, there is none."""
        connection = connection_through(BARE, referrer=ADA)
        assert (connection.text, connection.fact) == (None, None)


class TestChain:
    """How one talk leads to the next."""

    @pytest.mark.parametrize(
        ("start", "origins", "path"),
        [
            ("a", [], ("a",)),
            ("a", [("b", "a")], ("a",)),
            ("b", [("b", "a")], ("a", "b")),
            ("c", [("c", "b"), ("b", "a"), ("d", "b")], ("a", "b", "c")),
            ("d", [("c", "b"), ("b", "a"), ("d", "b")], ("a", "b", "d")),
        ],
        ids=["alone", "the first", "the second", "one branch", "the other branch"],
    )
    def test_runs_from_the_first_talk_to_this_one(
        self, start: str, origins: list[tuple[str, str]], path: tuple[str, ...]
    ) -> None:
        """The order of the pairs does not matter; what does not lead here is left out."""
        assert chain(start, origins) == path
        assert chain(start, reversed(origins)) == path

    def test_takes_any_iterable_once(self) -> None:
        """A generator will do."""
        assert chain("b", (pair for pair in [("b", "a")])) == ("a", "b")

    def test_may_be_ten_thousand_talks_long(self) -> None:
        """Length is no matter: no recursion, whatever the order of the pairs."""
        talks = [str(n) for n in range(10_000)]
        origins = list(zip(talks[1:], talks, strict=False))
        random.Random(1).shuffle(origins)  # noqa: S311 - a shuffle, not a secret
        assert chain(talks[-1], origins) == tuple(talks)

    @pytest.mark.parametrize(
        "origins",
        [
            [("a", "a")],
            [("a", "b"), ("b", "a")],
            [("a", "b"), ("b", "c"), ("c", "b")],
            [(str(n), str((n + 1) % 10_000)) for n in range(10_000)] + [("a", "0")],
        ],
        ids=["itself", "two", "a circle that does not hold the start", "ten thousand"],
    )
    def test_never_runs_in_a_circle(self, origins: list[tuple[str, str]]) -> None:
        """A talk that leads back to itself is an error, not an endless walk."""
        with pytest.raises(InvalidValueError) as caught:
            chain("a", origins)
        assert (caught.value.field, caught.value.code) == ("origins", "circular_referral")

    def test_ignores_a_circle_elsewhere(self) -> None:
        """Only what leads to this talk is looked at."""
        pairs: Any = [("b", "a"), ("x", "y"), ("y", "x")]
        assert chain("b", pairs) == ("a", "b")
