"""Methods that the committee is compared with, under the same folds."""

from models.baselines.registry import METHODS, method_named

__all__ = ["METHODS", "method_named"]
