from datetime import UTC, date, datetime

import attrs
import pytest

from infoview._people import Party
from infoview._takeaways import Commitment, Debrief, Insight, Note
from infoview.exceptions import InvalidValueError

INSIGHT = Insight(id="i1", text="starting in support")
PROMISE = Commitment(id="p1", owner=Party.CONTACT, text="send the reading list")
NOTE = Note("first line\nsecond line")
DEBRIEF = Debrief(learned="More writing than code.")


class TestDefaults:
    """What is meant when nothing is said."""

    def test_say_as_little_as_possible(self) -> None:
        """An insight is no advice, a promise has no day, a debrief one answer, unless somebody says so."""
        assert INSIGHT.advice is False
        assert PROMISE.due is None
        assert (DEBRIEF.fit, DEBRIEF.next_steps) == (None, None)


class TestFields:
    """How the entities are made."""

    @pytest.mark.parametrize("cls", [Insight, Commitment, Debrief])
    def test_are_given_by_name(self, cls: type) -> None:
        """The order of fields never matters."""
        with pytest.raises(TypeError, match=r"takes \d positional arguments? but"):
            cls("x")

    def test_of_a_note_is_one(self) -> None:
        """A note has one obvious field, which needs no name."""
        assert Note("first line\nsecond line").text == NOTE.text


class TestGoodData:
    """What is allowed."""

    @pytest.mark.parametrize(
        ("entity", "field", "value"),
        [
            (INSIGHT, "advice", True),
            (PROMISE, "due", date(2028, 2, 29)),
            (PROMISE, "owner", Party.SEEKER),
            (NOTE, "text", "x" * 10_000),
            (DEBRIEF, "learned", "x" * 2_000),
            (DEBRIEF, "fit", "It does.\n\nMostly."),
            (DEBRIEF, "next_steps", "Ask Ngozi."),
        ],
    )
    def test_is_kept_as_given(self, entity: object, field: str, value: object) -> None:
        """Nothing is rewritten."""
        assert getattr(attrs.evolve(entity, **{field: value}), field) == value


class TestBadData:
    """What is refused."""

    @pytest.mark.parametrize(
        ("entity", "field", "value", "code"),
        [
            (INSIGHT, "id", "", "empty"),
            (INSIGHT, "text", "a\nb", "control_character"),
            (INSIGHT, "text", "=?utf-8?q?a?=", "encoded_word"),
            (INSIGHT, "advice", None, "wrong_type"),
            (PROMISE, "id", None, "not_text"),
            (PROMISE, "owner", "seeker", "wrong_type"),
            (PROMISE, "text", "x" * 201, "too_long"),
            (PROMISE, "due", datetime(2026, 3, 9, tzinfo=UTC), "not_a_date"),
            (PROMISE, "due", date(2200, 1, 1), "not_a_date"),
            (NOTE, "text", "x" * 10_001, "too_long"),
            (NOTE, "text", None, "not_text"),
            (DEBRIEF, "learned", None, "not_text"),
            (DEBRIEF, "fit", "", "empty"),
            (DEBRIEF, "next_steps", "x" * 2_001, "too_long"),
        ],
    )
    def test_is_refused_with_the_field_and_a_code(
        self, entity: object, field: str, value: object, code: str
    ) -> None:
        """Each field has its rule, and the error its name."""
        with pytest.raises(InvalidValueError) as caught:
            attrs.evolve(entity, **{field: value})
        assert (caught.value.field, caught.value.code) == (f"{type(entity).__name__}.{field}", code)
