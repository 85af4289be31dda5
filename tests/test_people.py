from datetime import UTC, date, datetime
from typing import Any

import attrs
import pytest

from infoview._address import EmailAddress
from infoview._channel import Channel, MeetingFormat
from infoview._people import Consent, Contact, Party, PersonalStatement, PersonName, Seeker
from infoview._policy import Policy
from infoview.exceptions import InvalidValueError
from infoview.policies import CLASSIC, DALTON

ADA = PersonName(given="Ada", family="Okafor")
ADDRESS = EmailAddress("ada@example.org")
SEEKER = Seeker(id="s1", name=ADA, email=ADDRESS, zone="Europe/Berlin")
CONTACT = Contact(id="c1", name=ADA)


def refusal(entity: object, **changes: object) -> tuple[str, str]:
    """Change a field for the worse and hand over the field and the code of the error."""
    with pytest.raises(InvalidValueError) as caught:
        attrs.evolve(entity, **changes)
    return caught.value.field, caught.value.code


class TestWords:
    """The words for sides, ways and consent."""

    def test_are_stable(self) -> None:
        """The values of the enumerations are what is stored."""
        assert list(Channel) == ["email", "linkedin_note", "linkedin_message", "phone", "letter"]
        assert list(MeetingFormat) == ["in_person", "video", "phone"]
        assert list(Party) == ["seeker", "contact"]
        assert list(Consent) == ["unasked", "granted", "refused"]


class TestPersonName:
    """What a person is called."""

    @pytest.mark.parametrize(
        ("name", "full", "formal"),
        [
            (PersonName(given="Sukarno"), "Sukarno", "Sukarno"),
            (ADA, "Ada Okafor", "Ada Okafor"),
            (PersonName(given="Shiori", family="Itō", family_first=True), "Itō Shiori", "Itō Shiori"),
            (PersonName(given="Sukarno", family_first=True), "Sukarno", "Sukarno"),
            (attrs.evolve(ADA, salutation="Dr. Okafor"), "Ada Okafor", "Dr. Okafor"),
            (PersonName(given="Sukarno", salutation="Pak Sukarno"), "Sukarno", "Pak Sukarno"),
        ],
    )
    def test_is_said_in_the_persons_own_order(self, name: PersonName, full: str, formal: str) -> None:
        """The family name stands where the person puts it; a known salutation wins in formal address."""
        assert (name.full, name.formal, str(name)) == (full, formal, full)

    @pytest.mark.parametrize("field", ["given", "family", "salutation"])
    @pytest.mark.parametrize(
        ("value", "code"),
        [("", "empty"), ("a\nb", "control_character"), ("x" * 101, "too_long"), (7, "not_text")],
    )
    def test_is_held_to_the_rules_of_names(self, field: str, value: object, code: str) -> None:
        """Every part is one line of at most 100 characters."""
        assert refusal(ADA, **{field: value}) == (f"PersonName.{field}", code)

    def test_has_a_given_name(self) -> None:
        """Only the given name must be there."""
        assert refusal(ADA, given=None) == ("PersonName.given", "not_text")

    def test_has_a_flag_for_the_order(self) -> None:
        """The order is a matter of yes or no."""
        assert refusal(ADA, family_first=1) == ("PersonName.family_first", "wrong_type")

    def test_never_becomes_an_encoded_word(self) -> None:
        """Two harmless parts side by side cannot make what a mail reader would decode."""
        assert refusal(ADA, given="=?utf-8") == ("PersonName.given", "encoded_word")


class TestPersonalStatement:
    """What the seeker looks for, as it is said."""

    @pytest.mark.parametrize(
        ("words", "pace", "seconds"),
        [
            (0, 150, 0),
            (1, 150, 1),
            (5, 150, 2),
            (6, 150, 3),
            (75, 150, 30),
            (76, 150, 31),
            (300, 150, 120),
            (1, 80, 1),
            (2, 120, 1),
            (3, 120, 2),
            (2, 250, 1),
        ],
    )
    def test_takes_as_long_as_its_words_rounded_up(self, words: int, pace: int, seconds: int) -> None:
        """The estimate is whole seconds, never too few."""
        statement = PersonalStatement("word " * words + "•")
        assert statement.words == words
        assert statement.seconds(policy=attrs.evolve(CLASSIC, words_per_minute=pace)) == seconds

    def test_is_said_at_150_words_a_minute(self) -> None:
        """Ordinary conversation is the pace when none is named."""
        assert PersonalStatement("a " * 999 + "a").seconds() == 400

    @pytest.mark.parametrize(
        ("words", "policy", "fits"), [(75, CLASSIC, True), (76, CLASSIC, False), (300, DALTON, True)]
    )
    def test_fits_the_time_that_the_policy_grants(self, words: int, policy: Policy, *, fits: bool) -> None:
        """Thirty seconds, or two minutes, are enough or they are not."""
        assert PersonalStatement("word " * (words - 1) + "word").fits(policy=policy) is fits

    @pytest.mark.parametrize(
        ("text", "code"),
        [("", "empty"), ("x" * 2_001, "too_long"), ("a\rb", "control_character"), (None, "not_text")],
    )
    def test_is_held_to_the_rules_of_a_paragraph(self, text: str, code: str) -> None:
        """A statement has at most 2,000 characters on any number of lines."""
        with pytest.raises(InvalidValueError) as caught:
            PersonalStatement(text)
        assert (caught.value.field, caught.value.code) == ("PersonalStatement.text", code)

    def test_may_have_several_lines(self) -> None:
        """A line feed counts as a blank between words."""
        assert PersonalStatement("one\ntwo").words == 2


class TestSeeker:
    """The person who wants to know."""

    def test_needs_little(self) -> None:
        """An id, a name, an address and a zone are enough."""
        assert (SEEKER.background, SEEKER.phone, SEEKER.statement) == (None, None, None)

    def test_may_say_more(self) -> None:
        """The rest is kept as given."""
        statement = PersonalStatement("I look for a way in.")
        seeker = attrs.evolve(SEEKER, background="a nurse", phone="+1 555 0100", statement=statement)
        assert (seeker.background, seeker.phone, seeker.statement) == ("a nurse", "+1 555 0100", statement)

    @pytest.mark.parametrize(
        ("field", "value", "code"),
        [
            ("id", "", "empty"),
            ("id", "x" * 201, "too_long"),
            ("name", "Ada", "wrong_type"),
            ("email", "ada@example.org", "wrong_type"),
            ("email", None, "wrong_type"),
            ("zone", "Mars/Base", "unknown_zone"),
            ("zone", None, "unknown_zone"),
            ("background", "a\nb", "control_character"),
            ("phone", "\u202e1", "bidi_control"),
            ("statement", "I look for a way in.", "wrong_type"),
        ],
    )
    def test_refuses_a_bad_field(self, field: str, value: object, code: str) -> None:
        """Each field has its rule, and the error its name."""
        assert refusal(SEEKER, **{field: value}) == (f"Seeker.{field}", code)


class TestContact:
    """The person who may know."""

    def test_needs_an_id_and_a_name(self) -> None:
        """Everything else may be unknown; writing is by mail unless said otherwise."""
        known: dict[str, Any] = attrs.asdict(CONTACT, recurse=False)
        assert {name for name, value in known.items() if value is not None} == {"id", "name", "channel"}
        assert CONTACT.channel is Channel.EMAIL

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("email", ADDRESS),
            ("organisation", "Example Hospital"),
            ("position", "Data engineer"),
            ("profile", "https://www.linkedin.com/in/" + "x" * 1_000),
            ("zone", "Asia/Tokyo"),
            ("connected_on", date(2024, 2, 29)),
            ("channel", Channel.PHONE),
            ("source", "linkedin"),
            ("note", "two\nlines"),
        ],
    )
    def test_keeps_what_is_known(self, field: str, value: object) -> None:
        """Good data is kept as given."""
        assert getattr(attrs.evolve(CONTACT, **{field: value}), field) == value

    @pytest.mark.parametrize(
        ("field", "value", "code"),
        [
            ("id", None, "not_text"),
            ("name", None, "wrong_type"),
            ("email", "ada@example.org", "wrong_type"),
            ("organisation", "", "empty"),
            ("position", "x" * 201, "too_long"),
            ("profile", "x" * 2_001, "too_long"),
            ("profile", "https://example.org/\n", "control_character"),
            ("zone", "posix/UTC", "unknown_zone"),
            ("zone", "", "unknown_zone"),
            ("connected_on", datetime(2024, 2, 29, tzinfo=UTC), "not_a_date"),
            ("connected_on", "2024-02-29", "not_a_date"),
            ("channel", "email", "wrong_type"),
            ("channel", None, "wrong_type"),
            ("source", "\ud800", "surrogate"),
            ("note", "a\0b", "control_character"),
        ],
    )
    def test_refuses_a_bad_field(self, field: str, value: object, code: str) -> None:
        """Each field has its rule, and the error its name."""
        assert refusal(CONTACT, **{field: value}) == (f"Contact.{field}", code)

    @pytest.mark.parametrize("cls", [PersonName, Seeker, Contact])
    def test_and_everybody_else_is_described_by_name(self, cls: type) -> None:
        """Fields are given by name, so that their order never matters."""
        with pytest.raises(TypeError, match=r"takes \d positional arguments? but"):
            cls("x")

    @pytest.mark.parametrize("entity", [ADA, SEEKER, CONTACT, PersonalStatement("Hello.")])
    def test_and_everybody_else_is_frozen(self, entity: object) -> None:
        """People are values: hashable, and changed only by making another."""
        with pytest.raises(attrs.exceptions.FrozenInstanceError):
            entity.id = "other"  # type: ignore[attr-defined]  # the point of the test
        assert len({entity, attrs.evolve(entity)}) == 1
