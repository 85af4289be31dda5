"""Strategies that follow the rules of a class: each field is drawn as its validator asks.

So a field that a class gets later, or a range that changes, is drawn rightly without a word here.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from enum import Enum
from functools import lru_cache
from inspect import signature
from types import MappingProxyType
from typing import Any, TypeVar, cast

import attrs
from attrs.validators import optional
from hypothesis import strategies as st

from infoview._fields import boolean, each, instance, whole_number
from infoview._text import LINE, TextRule
from infoview._time import instant_field, plain_date
from infoview.testing.strategies._texts import texts_under

__all__ = ["OFFERED", "building", "draws", "stated", "strategy_for"]

_Value = TypeVar("_Value")
_Function = TypeVar("_Function", bound=Callable[..., st.SearchStrategy[Any]])

_OFFERED: dict[object, Callable[..., st.SearchStrategy[Any]]] = {}

OFFERED: Mapping[object, Callable[..., st.SearchStrategy[Any]]] = MappingProxyType(_OFFERED)
"""The functions that draw, by the class of the values or the validator that they pass. Every argument of them
has a default."""

_FEW = 3
"""How many more than the least a tuple holds."""

_OPTIONAL: type[Any] = type(optional(boolean))
_BY_TYPE: Mapping[object, object] = {str: LINE, datetime: instant_field, date: plain_date}
"""What a field without a known validator is supposed to want, by its type; other types are for Hypothesis."""


def draws(what: object, /) -> Callable[[_Function], _Function]:
    """Offer a function as the one that draws some values.

    Args:
        what: The class of the values, or the validator that they pass.

    Returns:
        What marks the function.
    """

    def offer(function: _Function) -> _Function:
        _OFFERED[what] = function
        return function

    return offer


def strategy_for(cls: type[_Value], /, *, plain: bool = False) -> st.SearchStrategy[_Value]:
    """Find the strategy for a class.

    Args:
        cls: A public class of the library that holds values.
        plain: Whether its texts are a few friendly words only.

    Returns:
        What `hypothesis.strategies.from_type` gives for it.

    Raises:
        LookupError: When there is none.
    """
    if cls in _OFFERED:
        return _asked(_OFFERED[cls], plain=plain)
    if issubclass(cls, Enum):
        return st.sampled_from(cls)
    raise LookupError(f"there is no strategy for {cls.__name__}")


def _asked(function: Callable[..., st.SearchStrategy[Any]], *, plain: bool) -> st.SearchStrategy[Any]:
    return function(plain=True) if plain and "plain" in signature(function).parameters else function()


def building(
    cls: type[_Value], /, *, plain: bool = False, **given: st.SearchStrategy[Any]
) -> st.SearchStrategy[_Value]:
    """Draw the values of an attrs class.

    Args:
        cls: The class.
        plain: Whether its texts are a few friendly words only.
        given: How to draw some of its fields. The others are drawn as their validators ask, and those without
            one that is known as their annotations do.

    Returns:
        Values.
    """
    of = cast("Any", cls)
    names = [field.name for field in _fields(of)]
    parts = {name: given[name] if name in given else _drawn(of, name, plain=plain) for name in names}
    return st.builds(cls, **parts)


def stated(cls: type[Any], name: str, /, *, plain: bool = False) -> st.SearchStrategy[Any]:
    """Draw values of a field that may be left out, and is not.

    Args:
        cls: The attrs class.
        name: The field.
        plain: Whether texts are friendly words only.

    Returns:
        Values other than `None`.
    """
    return _drawn(cast("Any", cls), name, plain=plain, stated=True)


@lru_cache(maxsize=1_000)
def _fields(cls: type[Any]) -> "tuple[attrs.Attribute[Any], ...]":
    return tuple(field for field in attrs.fields(attrs.resolve_types(cls)) if field.init)


@lru_cache(maxsize=10_000)
def _drawn(cls: type[Any], name: str, *, plain: bool, stated: bool = False) -> st.SearchStrategy[Any]:
    """Draw a field. What is drawn a thousand times is worked out once."""
    field = next(field for field in _fields(cast("Any", cls)) if field.name == name)
    rule = cast("Any", field.validator).validator if stated else field.validator
    for known in (rule, _BY_TYPE.get(field.type)):
        drawn = _passing(known, plain=plain)
        if drawn is not None:
            return drawn
    return st.from_type(cast("type[Any]", field.type))


def _passing(rule: object, *, plain: bool) -> st.SearchStrategy[Any] | None:
    """Draw what a validator lets pass; `None` for one that is not known here."""
    if isinstance(rule, _OPTIONAL):
        value = _passing(cast("Any", rule).validator, plain=plain)
        return None if value is None else st.none() | value
    if isinstance(rule, each):
        member = _passing(rule.rule, plain=plain)
        most = min(rule.most, rule.least + _FEW)
        return None if member is None else st.lists(member, min_size=rule.least, max_size=most).map(tuple)
    if isinstance(rule, TextRule):
        return texts_under(rule, plain=plain)
    if isinstance(rule, whole_number):
        return st.integers(rule.low, rule.high)
    if isinstance(rule, instance):
        return strategy_for(rule.kind, plain=plain)
    return _OFFERED[rule]() if rule in _OFFERED else None


draws(boolean)(st.booleans)
