"""Etiquettes: the presets, and others in which nothing contradicts."""

from typing import Any, cast

import attrs
from hypothesis import strategies as st

from infoview._channel import ConnectionKind
from infoview._choices import YEAR, Cadence, QuietDays
from infoview._policy import POLICY_CHOICES, POLICY_RULES, Policy, PolicyChoice, PolicyRule
from infoview.exceptions import InvalidValueError
from infoview.policies import CLASSIC, PRESETS
from infoview.testing.strategies._rules import building, draws
from infoview.testing.strategies._texts import lines

__all__ = ["cadences", "policies", "policy_choices", "policy_rules", "quiet_days"]

_MOST_CHANGES = 8


@draws(QuietDays)
def quiet_days() -> st.SearchStrategy[QuietDays]:
    """Draw parts of the year in which nobody is nudged.

    Returns:
        Parts from one day to a whole year, also across its end.
    """
    day = st.sampled_from(YEAR)
    return st.builds(QuietDays, day, day)


@draws(Cadence)
def cadences() -> st.SearchStrategy[Cadence]:
    """Draw how often to be in touch with people of one relationship.

    Returns:
        Cadences within their range.
    """
    return building(Cadence)


@draws(Policy)
@st.composite
def policies(draw: st.DrawFn, *, max_changes: int = _MOST_CHANGES) -> Policy:
    """Draw policies: a preset with other values, one after another, where they contradict nothing.

    Args:
        draw: Given by Hypothesis.
        max_changes: How many fields differ from a preset at most, from 0 up.

    Returns:
        Valid policies, the presets themselves among them.
    """
    policy = draw(st.sampled_from(PRESETS))
    names = [field.name for field in attrs.fields(Policy)]
    for name in draw(st.lists(st.sampled_from(names), max_size=max_changes, unique=True)):
        try:
            policy = attrs.evolve(policy, **{name: draw(_values(name))})
        except InvalidValueError:
            continue
    return policy


def _values(name: str) -> st.SearchStrategy[Any]:
    if name in POLICY_RULES:
        return st.integers(POLICY_RULES[name].low, POLICY_RULES[name].high)
    if name == "name":
        return lines()
    if name == "quiet_days":
        return st.lists(quiet_days(), max_size=3).map(tuple)
    if name == "cadence":
        most = len(ConnectionKind)
        return st.lists(cadences(), unique_by=lambda one: one.connection, max_size=most).map(tuple)
    return st.sampled_from(cast("Any", type(getattr(CLASSIC, name))))


@draws(PolicyRule)
@st.composite
def policy_rules(draw: st.DrawFn) -> PolicyRule:
    """Draw what is known about the numbers of a policy.

    Args:
        draw: Given by Hypothesis.

    Returns:
        The values of `infoview.POLICY_RULES`.
    """
    return draw(st.sampled_from(tuple(POLICY_RULES.values())))


@draws(PolicyChoice)
@st.composite
def policy_choices(draw: st.DrawFn) -> PolicyChoice:
    """Draw what is known about the choices of a policy.

    Args:
        draw: Given by Hypothesis.

    Returns:
        The values of `infoview.POLICY_CHOICES`.
    """
    return draw(st.sampled_from(tuple(POLICY_CHOICES.values())))
