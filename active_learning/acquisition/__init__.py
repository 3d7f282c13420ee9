"""Acquisition: which films to make next. One rule a file in `active_learning.acquisition.rules`."""

from active_learning.acquisition.context import AcquisitionContext, Chosen
from active_learning.acquisition.registry import DEFAULT_RULE, rule_named, rule_names
from active_learning.acquisition.rule import AcquisitionRule

__all__ = ["DEFAULT_RULE", "AcquisitionContext", "AcquisitionRule", "Chosen", "rule_named", "rule_names"]
