"""Acquisition: which films to make next. One rule a file in `active_learning.acquisition.rules`."""

from active_learning.acquisition.context import AcquisitionContext, Chosen
from active_learning.acquisition.registry import rule_named, rule_names
from active_learning.acquisition.rule import AcquisitionRule

__all__ = ["AcquisitionContext", "AcquisitionRule", "Chosen", "rule_named", "rule_names"]
