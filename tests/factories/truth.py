"""What films of synthetic campaigns are like: rules of thumb that are smooth and plausible."""

import numpy as np

from lab.grades import Grade
from lab.properties import Property, Transform
from lab.simplex import Fractions
from tests.factories.definitions import typical_value


def grade_of(point: Fractions) -> Grade:
    """A rule of thumb with all four grades: too soft is D, too little of the first material C, no third one B."""
    first, soft = point[0], point[-1]
    if soft > 0.45:
        return Grade.D
    if first + 0.4 * point[1] < 0.2:
        return Grade.C
    return Grade.B if len(point) > 3 and point[2] < 0.05 else Grade.A


def truth_of(prop: Property, point: Fractions) -> float:
    """A smooth positive function of the composition, of a plausible size."""
    slope = float(np.dot(np.linspace(1.0, -1.0, len(point)), point))
    typical = typical_value(prop)
    if prop.transform is Transform.LOGIT:
        odds = typical / (1 - typical) * np.exp(slope)
        return float(odds / (1 + odds))
    return float(typical * np.exp(0.8 * slope))
