"""Inverse design: from requirements to recipes."""

from active_learning.inverse_design.answers import DesignCandidate, DesignCandidates
from active_learning.inverse_design.search import METHODS, design

__all__ = ["METHODS", "DesignCandidate", "DesignCandidates", "design"]
