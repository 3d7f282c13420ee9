"""Values bent until they look normal, for goals that ask only which film is better.

Values far out on the bad side pass for noise everywhere and hide what differs on the good side. A bend puts no film
above a better one, so what is best stays best. It is the power transform of Yeo & Johnson (Biometrika 87, 954-959
(2000)), made likeliest before a process learns, as in HEBO (Cowen-Rivers et al., JAIR 74, 1269-1349 (2022)). No power
brings a film that failed altogether, as one with a value of -999, back to the others: values that far out are cut.
"""

import numpy as np
from scipy.linalg import cho_factor, cho_solve

from active_learning.learners import FittedKernel, Values
from lab.simplex import Fractions

FEWEST_BENT = 10
"""Films from which on the shape of their values is told by them."""
_PRIOR_SD = 0.5
"""Prior SD of the power about 1, which leaves values as they are: few films bend little."""
_FENCE = 3.0
"""Interquartile ranges below the lower quartile from which on values are far out (Tukey, Exploratory Data Analysis,
1977: the outer fence)."""
_POWERS = np.linspace(0.0, 2.0, 81)
"""Powers that are tried: at 0 the high side is a logarithm, at 2 the low one."""


def bent(values: Values) -> Values:
    """Return values ``(m,)``, not all the same, bent and standardised: mean 0 and variance 1."""
    import torch

    from models.yeo_johnson import yeo_johnson

    values = _fenced(values)
    straight = (values - values.mean()) / values.std(ddof=1)
    forms = yeo_johnson(torch.from_numpy(straight), torch.from_numpy(_POWERS)[:, None]).numpy()
    found = forms[int(np.argmax(_scores(straight, forms)))]
    standardised: Values = (found - found.mean()) / found.std(ddof=1)
    return standardised


def _fenced(values: Values) -> Values:
    """Return values with those far below the others raised to the fence; as they are where most are the same."""
    low, high = np.quantile(values, [0.25, 0.75])
    return np.maximum(values, low - _FENCE * (high - low)) if high > low else values


def expected_values(kernel: FittedKernel, recipes: Fractions, values: Values, candidates: Fractions) -> Values:
    """Return what a Gaussian process of mean 0 expects at candidates ``(n, d)`` after films ``(m, d)``: ``(n,)``.

    Rasmussen & Williams 2006, equation 2.25.
    """
    factor = cho_factor(kernel.covariance(recipes, recipes) + kernel.noise * np.eye(len(recipes)))
    expected: Values = kernel.covariance(candidates, recipes) @ cho_solve(factor, values)
    return expected


def _scores(straight: Values, forms: Values) -> Values:
    """Return the logarithm of likelihood and prior of all powers; mean and variance of each form are the likeliest.

    Args:
        straight: Standardised values, ``(m,)``.
        forms: The same bent by every power, ``(powers, m)``.
    """
    from_straight = _POWERS - 1.0
    steepness = from_straight * (np.sign(straight) * np.log1p(np.abs(straight))).sum()
    scores: Values = -0.5 * len(straight) * np.log(forms.var(axis=1)) + steepness
    return scores - 0.5 * (from_straight / _PRIOR_SD) ** 2
