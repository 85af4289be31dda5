import attrs
import pytest

from infoview._channel import ConnectionKind
from infoview._objective import Connection, Objective, ObjectiveKind
from infoview._people import Consent, PersonName
from infoview.exceptions import InvalidValueError

OBJECTIVE = Objective(kind=ObjectiveKind.POSITION, subject="data engineer in public health")
COLD = Connection(kind=ConnectionKind.COLD)
NGOZI = PersonName(given="Ngozi", family="Eze")
REFERRED = Connection(kind=ConnectionKind.REFERRAL, referrer_id="c7", referrer=NGOZI)


def refusal(entity: object, **changes: object) -> tuple[str, str]:
    """Change a field for the worse and hand over the field and the code of the error."""
    with pytest.raises(InvalidValueError) as caught:
        attrs.evolve(entity, **changes)
    return caught.value.field, caught.value.code


@pytest.mark.parametrize("cls", [Objective, Connection])
def test_fields_are_given_by_name(cls: type) -> None:
    """The order of fields never matters."""
    with pytest.raises(TypeError, match=r"takes \d positional arguments? but"):
        cls(ObjectiveKind.POSITION)


class TestObjective:
    """What the seeker wants to find out."""

    def test_is_about_one_of_four_things(self) -> None:
        """Step 1 of the guide knows four kinds; their values are what is stored."""
        assert list(ObjectiveKind) == ["position", "company", "industry", "career_path"]

    def test_needs_a_kind_and_a_subject(self) -> None:
        """The rest may be left out."""
        assert (OBJECTIVE.broad, OBJECTIVE.motive, OBJECTIVE.learn) == (None, None, ())

    def test_may_list_what_to_learn(self) -> None:
        """The list keeps its order, most important first."""
        learn = ("the daily work", "the way in")
        assert attrs.evolve(OBJECTIVE, learn=learn).learn == learn

    @pytest.mark.parametrize(
        ("field", "value", "code"),
        [
            ("kind", "position", "wrong_type"),
            ("subject", "", "empty"),
            ("subject", None, "not_text"),
            ("broad", "x" * 201, "too_long"),
            ("motive", "a\nb", "control_character"),
            ("learn", ["the daily work"], "wrong_type"),
            ("learn", ("a", ""), "empty"),
            ("learn", ("a",) * 51, "out_of_range"),
        ],
    )
    def test_refuses_a_bad_field(self, field: str, value: object, code: str) -> None:
        """Each field has its rule, and the error its name."""
        assert refusal(OBJECTIVE, **{field: value}) == (f"Objective.{field}", code)

    def test_lists_at_most_fifty_things(self) -> None:
        """Fifty wishes are allowed."""
        assert len(attrs.evolve(OBJECTIVE, learn=("a",) * 50).learn) == 50


class TestConnection:
    """Why this person."""

    def test_is_one_of_seven_sorts(self) -> None:
        """The values are what is stored."""
        assert list(ConnectionKind) == [
            "cold",
            "referral",
            "alumni",
            "event",
            "colleague",
            "friend",
            "community",
        ]

    def test_needs_a_kind_only(self) -> None:
        """Nobody has asked for the use of a name unless somebody says so."""
        assert (COLD.text, COLD.fact, COLD.referrer_id, COLD.referrer) == (None, None, None, None)
        assert COLD.consent is Consent.UNASKED

    def test_through_a_referral_names_the_referrer(self) -> None:
        """Both the id and the name are kept."""
        assert (REFERRED.referrer_id, REFERRED.referrer) == ("c7", NGOZI)

    @pytest.mark.parametrize("missing", [{"referrer_id": None}, {"referrer": None}])
    def test_through_a_referral_cannot_do_without(self, missing: dict[str, None]) -> None:
        """A referral without its referrer, by id or by name, is refused."""
        assert refusal(REFERRED, **missing) == ("Connection.referrer", "referrer_missing")

    @pytest.mark.parametrize("kind", [kind for kind in ConnectionKind if kind is not ConnectionKind.REFERRAL])
    def test_of_another_sort_may_have_a_referrer_or_not(self, kind: ConnectionKind) -> None:
        """Only a referral needs one."""
        assert attrs.evolve(COLD, kind=kind).referrer is None
        assert attrs.evolve(REFERRED, kind=kind).referrer == NGOZI

    @pytest.mark.parametrize(
        ("field", "value", "code"),
        [
            ("kind", "cold", "wrong_type"),
            ("text", "a\u2028b", "control_character"),
            ("fact", " a", "outer_blank"),
            ("referrer_id", "", "empty"),
            ("referrer", "Ngozi Eze", "wrong_type"),
            ("consent", "granted", "wrong_type"),
            ("consent", None, "wrong_type"),
        ],
    )
    def test_refuses_a_bad_field(self, field: str, value: object, code: str) -> None:
        """Each field has its rule, and the error its name."""
        assert refusal(COLD, **{field: value}) == (f"Connection.{field}", code)
