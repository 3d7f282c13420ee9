"""The two models of a campaign, learned from its films as its definition says."""

from typing import TYPE_CHECKING

import numpy as np

from active_learning.campaign.censoring import completed
from active_learning.campaign.training_data import GradedFilms, MeasuredFilms
from active_learning.campaign.varied_batches import VariedBatches
from active_learning.learners import Values
from lab.campaigns import CampaignDefinition

if TYPE_CHECKING:
    from models.property_committee import PropertyCommittee
    from models.quality import QualityModel
    from models.scaling import InputScale


def learned_quality(definition: CampaignDefinition, films: GradedFilms, seed: int) -> "QualityModel":
    """Learn which recipes give usable films.

    Args:
        definition: The campaign, for its rule of quality.
        films: At least one graded film.
        seed: Seed of everything random.
    """
    from models.quality import fit_quality

    rule = definition.quality
    return fit_quality(films.compositions, films.grades, rule.usable, kind=rule.model, seed=seed)


def learned_committee(
    definition: CampaignDefinition, films: MeasuredFilms, seed: int, *, input_scale: "InputScale | None" = None
) -> "PropertyCommittee":
    """Learn the properties, from censored values too.

    Args:
        definition: The campaign, for its properties, its committee and the attributes that it varies.
        films: At least one measured film.
        seed: Seed of everything random.
        input_scale: How inputs are scaled; by default as weight fractions.
    """
    from models.committee import fit_committee

    def fitted(values: Values) -> "PropertyCommittee":
        return fit_committee(
            films.inputs,
            values,
            films.standard_errors,
            definition.properties,
            members=definition.committee.members,
            epochs=definition.committee.epochs,
            seed=seed,
            input_scale=input_scale,
            usual=VariedBatches.of(definition).usual,
        )

    committee = fitted(films.values)
    return fitted(completed(films, committee)) if np.isfinite(films.at_least).any() else committee
