import attrs
import pytest

from infoview import policies
from infoview._choices import OpeningQuestion, ReferralAsk, ResumeRule
from infoview._policy import Policy
from infoview.policies import CAMPUS, CLASSIC, DALTON, FINANCE, GENTLE, PRESETS

every_preset = pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.name)


def differences(preset: Policy) -> dict[str, object]:
    """List what a preset says otherwise than the classic one, its name apart."""
    return {
        a.name: getattr(preset, a.name)
        for a in attrs.fields(Policy)
        if a.name != "name" and getattr(preset, a.name) != getattr(CLASSIC, a.name)
    }


class TestPresets:
    """Ready-made policies."""

    def test_are_all_there_is_in_the_module(self) -> None:
        """The tuple holds every policy of the module, each under its own name."""
        named = {name: value for name, value in vars(policies).items() if isinstance(value, Policy)}
        assert {preset.name.upper(): preset for preset in PRESETS} == named
        assert set(policies.__all__) == {*named, "PRESETS"}

    @every_preset
    def test_are_legal(self, preset: Policy) -> None:
        """Every preset passes the checks that anybody's policy passes."""
        assert attrs.evolve(preset) == preset

    @every_preset
    def test_can_be_derived_from(self, preset: Policy) -> None:
        """The example of the module works for every preset."""
        ours = attrs.evolve(preset, name="ours", nudge_wait=5)
        assert (ours.name, ours.nudge_wait) == ("ours", 5)

    def test_differ_from_one_another(self) -> None:
        """No two presets are the same but for their name."""
        assert len({attrs.evolve(preset, name="same") for preset in PRESETS}) == len(PRESETS)

    @pytest.mark.parametrize(
        ("preset", "expected"),
        [
            (CLASSIC, {}),
            (
                DALTON,
                {
                    "request_words": 75,
                    "statement_seconds": 120,
                    "reconnect_first_days": 7,
                    "reconnect_days": 30,
                    "referral_ask": ReferralAsk.LATER,
                    "opening_question": OpeningQuestion.WHAT_YOU_WORK_ON,
                },
            ),
            (
                GENTLE,
                {
                    "nudge_wait": 10,
                    "thank_not_before_minutes": 60,
                    "thank_due_hours": 72,
                    "thank_late_hours": 120,
                    "reconnect_days": 90,
                },
            ),
            (FINANCE, {"nudge_max": 2, "nudge_wait": 5, "resume": ResumeRule.BRING}),
            (
                CAMPUS,
                {
                    "nudge_max": 2,
                    "nudge_wait": 4,
                    "expire_after_nudge": 2,
                    "expire_after_request": 10,
                    "no_show_rest_days": 7,
                },
            ),
        ],
        ids=["classic", "dalton", "gentle", "finance", "campus"],
    )
    def test_say_what_their_guides_say(self, preset: Policy, expected: dict[str, object]) -> None:
        """A preset changes these numbers and no others."""
        assert differences(preset) == expected

    def test_may_agree_with_the_classic_one(self) -> None:
        """What a guide asks for is in its preset also where the classic one says the same."""
        dalton = {
            "second_contact_wait": 3,
            "small_talk_minutes": 5,
            "own_answer_seconds": 120,
            "nudge_wait": 7,
        }
        assert {name: getattr(DALTON, name) for name in dalton} == dalton
        assert (FINANCE.nudge_max, CLASSIC.nudge_max, CLASSIC.thank_due_hours) == (2, 1, 24)
