"""Acquisition: which films to make next. One rule a file in `active_learning.acquisition.rules`."""

from active_learning.acquisition.context import ANYTHING_AGAIN, AcquisitionContext, Chosen
from active_learning.acquisition.goals import BestCompromises, BestOfProperty, Goal, MeetBounds, RatedFilms
from active_learning.acquisition.registry import (
    DEFAULT_GOAL_RULE,
    DEFAULT_RULE,
    default_rule,
    rule_named,
    rule_names,
)
from active_learning.acquisition.rule import AcquisitionRule

__all__ = [
    "ANYTHING_AGAIN",
    "DEFAULT_GOAL_RULE",
    "DEFAULT_RULE",
    "AcquisitionContext",
    "AcquisitionRule",
    "BestCompromises",
    "BestOfProperty",
    "Chosen",
    "Goal",
    "MeetBounds",
    "RatedFilms",
    "default_rule",
    "rule_named",
    "rule_names",
]
