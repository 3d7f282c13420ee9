"""Inverse design: from requirements to recipes."""

from active_learning.inverse_design.answers import DesignCandidate, DesignCandidates
from active_learning.inverse_design.compromises import Compromise
from active_learning.inverse_design.conflicts import Conflict, Diagnosis, Reach
from active_learning.inverse_design.search import METHODS, design

__all__ = ["METHODS", "Compromise", "Conflict", "DesignCandidate", "DesignCandidates", "Diagnosis", "Reach", "design"]
