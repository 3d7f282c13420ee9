"""Findings: what a check has to say, as values that a person and a program can read."""

from enum import StrEnum

import attrs


class Severity(StrEnum):
    """Whether a finding stops the run."""

    REFUSE = "refuse"
    WARN = "warn"


@attrs.frozen
class Finding:
    """One thing that a check found."""

    code: str
    """Name of the rule's finding, for programs: VOLUME_BELOW_RANGE."""
    message: str
    """What is wrong and where, in one sentence."""
    hint: str
    """What to do about it."""
    severity: Severity = Severity.REFUSE
