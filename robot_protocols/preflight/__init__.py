"""Preflight: everything that is checked before a plan may run. The vendor's simulator does not look at liquids."""

from robot_protocols.findings import Finding, Severity
from robot_protocols.preflight.inspection import Inspection, RobotFacts
from robot_protocols.preflight.rules import RULES, preflight, refused

__all__ = ["RULES", "Finding", "Inspection", "RobotFacts", "Severity", "preflight", "refused"]
