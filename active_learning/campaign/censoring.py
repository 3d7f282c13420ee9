"""Learning from censored values: ``> 500 %`` says more than nothing, and less than 500 %.

One step of the expectation-maximisation of censored regression (Tobin, Econometrica 26, 24-36 (1958)): models that were
fitted without the censored values say how they are distributed; given the bound, its mean stands for the value.
"""

from typing import TYPE_CHECKING

import numpy as np
from scipy.special import erfcx

from active_learning.campaign.reviews.on_scale import on_scale
from active_learning.campaign.training_data import MeasuredFilms
from active_learning.learners import Values

if TYPE_CHECKING:
    from models.property_committee import PropertyCommittee


def completed(films: MeasuredFilms, committee: "PropertyCommittee") -> Values:
    """Return the values with those of censored measurements filled in, shape ``(n, p)``.

    Args:
        films: Measured films.
        committee: What was learned from the values that are not censored; a property that it has not learned stays
            without value.
    """
    values = films.values.copy()
    predicted = committee.predict(films.inputs)
    for column in committee.learned:
        rows = np.flatnonzero(np.isfinite(films.at_least[:, column]))
        if len(rows) == 0:
            continue
        scale, said = committee.target_scales[column], on_scale(committee, column, predicted)
        bound = (scale.forward(films.at_least[rows, column]) - said.centre[rows]) / said.sd[rows]
        beyond = said.centre[rows] + said.sd[rows] * mean_beyond(bound)
        values[rows, column] = np.maximum(scale.inverse(beyond), films.at_least[rows, column])
    return values


def mean_beyond(bound: Values) -> Values:
    """Return the mean of a standard normal value that lies beyond a bound, ``(n,)``: the inverse Mills ratio.

    By the scaled complementary error function, which neither under- nor overflows far above all that is expected, where
    the mean is the bound itself.
    """
    mean: Values = np.sqrt(2 / np.pi) / erfcx(bound / np.sqrt(2))
    return mean
