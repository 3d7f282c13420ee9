"""What a lab would use instead: peers' models with peers' ways to choose, in the same virtual lab.

* ``paper``: the committee of Chen et al. 2024 on augmented films, with the A-score.
* ``botorch``: a SingleTaskGP a property with BoTorch's defaults, and the batch that lessens its integrated posterior
  variance most (qNIPV), built one by one.
* ``baybe``: BayBE's default recommender on the listed candidates; it learns a GP of its own for each property.
"""

import importlib.util
from typing import Any

import numpy as np

from active_learning.campaign.training_data import MeasuredFilms, measured_films
from active_learning.learners import Values
from benchmarks.botorch_models import BotorchModels, fit_botorch
from benchmarks.virtual_campaign import Learner, VirtualCampaign
from lab.campaigns import CampaignDefinition
from lab.errors import OptionalPackageError
from lab.seeds import generator
from lab.simplex import Fractions
from models.baselines.paper import fit_paper_committee
from models.film_table import FilmTable

_CANDIDATES, _REFERENCES = 1_000, 300


class PaperStack:
    """The reference work's committee and A-score, in the feasible space of filmlab's quality model."""

    def learn(self, definition: CampaignDefinition, films: MeasuredFilms, seed: int) -> Learner:
        """Train the committee."""
        table = FilmTable(films.compositions, films.values, films.standard_errors, definition.properties)
        return fit_paper_committee(table, np.ones(films.compositions.shape[1], dtype=bool), seed=seed)

    def choose(self, campaign: VirtualCampaign, loop: int, size: int) -> Fractions:
        """Choose by the A-score of what the committee answers."""
        campaign.learn()
        return campaign.chosen(loop, size, "a-score").compositions


class BotorchStack:
    """BoTorch's defaults with integrated posterior variance."""

    def learn(self, definition: CampaignDefinition, films: MeasuredFilms, seed: int) -> Learner:
        """Fit the GPs."""
        return fit_botorch(films.compositions, films.values, definition.properties, seed)

    def choose(self, campaign: VirtualCampaign, loop: int, size: int) -> Fractions:
        """Choose one by one what lessens the integrated posterior variance most; before any model, at random."""
        candidates, learner = _drawn(campaign, loop), campaign.learn()
        if not isinstance(learner, BotorchModels):
            return candidates[:size]
        references = candidates[:_REFERENCES]
        covariances = [_posterior(model, candidates) for model in learner.models if model is not None]
        rows: list[int] = []
        for _ in range(size):
            removed = np.zeros(len(candidates))
            for covariance, noise in covariances:
                removed += (covariance[:, : len(references)] ** 2).mean(axis=1) / (covariance.diagonal() + noise)
            removed[rows] = -np.inf
            rows.append(int(removed.argmax()))
            for covariance, noise in covariances:
                shift = covariance[:, rows[-1]] / np.sqrt(covariance[rows[-1], rows[-1]] + noise)
                covariance -= np.outer(shift, shift)  # noqa: PLW2901 (in place)
        return candidates[rows]


class BaybeStack(BotorchStack):
    """BayBE's default recommender; predictions by the same GPs as BoTorch's, which BayBE's are built on.

    BayBE seeks best values and has no aim to learn a map, so each loop seeks the best value of another property.
    """

    def __init__(self) -> None:
        if importlib.util.find_spec("baybe") is None:
            raise OptionalPackageError("baybe", "dev")

    def choose(self, campaign: VirtualCampaign, loop: int, size: int) -> Fractions:
        """Let BayBE recommend from the listed candidates."""
        import baybe
        import pandas as pd
        from baybe.parameters import NumericalDiscreteParameter
        from baybe.searchspace import SearchSpace
        from baybe.targets import NumericalTarget

        names = list(campaign.definition.material_names)
        candidates = pd.DataFrame(_drawn(campaign, loop), columns=names)
        films = measured_films(campaign.definition, campaign.records)
        column = loop % len(campaign.definition.property_names)
        known = np.isfinite(films.values[:, column])
        if not known.any():
            return candidates.to_numpy()[:size].copy()
        # Films were made within the robot's errors, so values need not be those of the list.
        parameters = [NumericalDiscreteParameter(name, sorted(set(candidates[name]))) for name in names]
        space = SearchSpace.from_dataframe(candidates, parameters)
        target = NumericalTarget(campaign.definition.property_names[column])
        made = baybe.Campaign(space, target.to_objective())
        table = pd.DataFrame(films.compositions[known], columns=names)
        table[target.name] = films.values[known, column]
        made.add_measurements(table, numerical_measurements_must_be_within_tolerance=False)
        recommended: Fractions = made.recommend(size)[names].to_numpy().copy()
        return recommended


def _drawn(campaign: VirtualCampaign, loop: int) -> Fractions:
    candidates = campaign.candidates()
    order = generator(campaign.seed, "peer", loop).permutation(len(candidates))
    drawn: Fractions = candidates[order[:_CANDIDATES]]
    return drawn


def _posterior(model: Any, points: Fractions) -> tuple[Values, float]:
    import torch

    with torch.no_grad():
        covariance = model.posterior(torch.tensor(np.array(points))).distribution.covariance_matrix.numpy()
    return np.array(covariance), float(model.likelihood.noise.detach().mean())
