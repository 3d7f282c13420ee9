"""Acquisition rules by name. A rule is found by its file: every module of `rules` with a value `RULE` is one."""

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from types import MappingProxyType

from active_learning.acquisition import rules
from active_learning.acquisition.goals import Goal, MeetBounds
from active_learning.acquisition.rule import AcquisitionRule
from lab.errors import UnknownNameError
from lab.names import known_hint

DEFAULT_RULE = "gp-ivr"
"""The rule for learning the map, by `benchmarks.active_learning`."""

DEFAULT_GOAL_RULE = "ucb"
"""The rule for the best value or the best compromises, by the same benchmark."""

_REQUIREMENTS_RULE = "chance"
"""The rule for one film that meets requirements, by `benchmarks.campaign`."""


@cache
def _rules() -> Mapping[str, AcquisitionRule]:
    modules = (import_module(f"{rules.__name__}.{found.name}") for found in iter_modules(rules.__path__))
    found = [module.RULE for module in modules if hasattr(module, "RULE")]
    return MappingProxyType({rule.name: rule for rule in sorted(found, key=lambda rule: rule.name)})


def default_rule(goal: Goal | None) -> AcquisitionRule:
    """Return the rule for a goal; None to learn the whole map."""
    if goal is None:
        return rule_named(DEFAULT_RULE)
    return rule_named(_REQUIREMENTS_RULE if isinstance(goal, MeetBounds) else DEFAULT_GOAL_RULE)


def rule_names() -> tuple[str, ...]:
    """Return the names of all rules, sorted."""
    return tuple(_rules())


def rule_named(name: str) -> AcquisitionRule:
    """Return the acquisition rule of a name.

    Raises:
        UnknownNameError: If there is none of that name.
    """
    if name in _rules():
        return _rules()[name]
    raise UnknownNameError(f"{name!r} is no known acquisition rule", hint=known_hint(name, _rules()))
