"""Values bent until they look normal, for goals that ask only which film is better.

Values far out on the bad side pass for noise everywhere and hide what differs on the good side. A bend keeps the order
of films, so what is best stays best. It is the power transform of Yeo & Johnson (Biometrika 87, 954-959 (2000)), made
likeliest before a process learns, as in HEBO (Cowen-Rivers et al., JAIR 74, 1269-1349 (2022)).
"""

import numpy as np
from scipy.linalg import cho_factor, cho_solve

from active_learning.learners import FittedKernel, Values
from lab.simplex import Fractions

FEWEST_BENT = 10
"""Films from which on the shape of their values is told by them."""
_PRIOR_SD = 0.5
"""Prior SD of the power about 1, which leaves values as they are: few films bend little."""
_POWERS = np.linspace(0.0, 2.0, 81)
"""Powers that are tried: at 0 the high side is a logarithm, at 2 the low one."""


def bent(values: Values) -> Values:
    """Return values ``(m,)``, not all the same, bent and standardised: mean 0 and variance 1, in the same order."""
    straight = (values - values.mean()) / values.std(ddof=1)
    forms = [_yeo_johnson(straight, power) for power in _POWERS]
    found = forms[int(np.argmax([_score(straight, form, power) for form, power in zip(forms, _POWERS, strict=True)]))]
    standardised: Values = (found - found.mean()) / found.std(ddof=1)
    return standardised


def expected_values(kernel: FittedKernel, recipes: Fractions, values: Values, candidates: Fractions) -> Values:
    """Return what a Gaussian process of mean 0 expects at candidates ``(n, d)`` after films ``(m, d)``: ``(n,)``.

    Rasmussen & Williams 2006, equation 2.25.
    """
    factor = cho_factor(kernel.covariance(recipes, recipes) + kernel.noise * np.eye(len(recipes)))
    expected: Values = kernel.covariance(candidates, recipes) @ cho_solve(factor, values)
    return expected


def _score(straight: Values, form: Values, power: float) -> float:
    """Return the logarithm of likelihood and prior of a power; mean and variance of its form are the likeliest."""
    steepness = (power - 1.0) * float((np.sign(straight) * np.log1p(np.abs(straight))).sum())
    return -0.5 * len(form) * float(np.log(form.var())) + steepness - 0.5 * ((power - 1.0) / _PRIOR_SD) ** 2


def _yeo_johnson(values: Values, power: float) -> Values:
    return _risen(np.maximum(values, 0.0), power) - _risen(np.maximum(-values, 0.0), 2.0 - power)


def _risen(values: Values, power: float) -> Values:
    risen: Values = np.log1p(values) if power == 0.0 else np.expm1(power * np.log1p(values)) / power
    return risen
