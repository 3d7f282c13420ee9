"""BoTorch's defaults as a peer: a SingleTaskGP a property."""

from collections.abc import Sequence
from typing import Any

import attrs
import numpy as np

from active_learning.learners import Values
from lab.properties import Property
from lab.simplex import Fractions
from models.transforms import TargetScale, fit_target_scale


@attrs.frozen(eq=False)
class Means:
    """Posterior means."""

    mean: Values
    """Shape ``(n, p)``, NaN for a property with too few values."""


@attrs.frozen(eq=False)
class BotorchModels:
    """A SingleTaskGP a property, on the scale on which filmlab learns it too."""

    models: tuple[Any, ...]
    """None for a property with too few values."""
    scales: tuple[TargetScale, ...]

    def predict(self, inputs: Fractions) -> Means:
        """Return the posterior mean in the properties' units."""
        import torch

        points = torch.tensor(np.array(inputs), dtype=torch.double)
        columns = []
        for model, scale in zip(self.models, self.scales, strict=True):
            if model is None:
                columns.append(np.full(len(inputs), np.nan))
                continue
            with torch.no_grad():
                columns.append(scale.inverse(model.posterior(points).mean[:, 0].numpy()))
        return Means(np.stack(columns, axis=1))


def fit_botorch(inputs: Fractions, values: Values, properties: Sequence[Property], seed: int) -> BotorchModels:
    """Fit a SingleTaskGP to each property by BoTorch's defaults.

    Args:
        inputs: Shape ``(n, d)``.
        values: Shape ``(n, p)``, NaN where missing.
        properties: The p properties, for their transforms.
        seed: Of torch.
    """
    import torch
    from botorch import fit_gpytorch_mll
    from botorch.models import SingleTaskGP
    from gpytorch.mlls import ExactMarginalLogLikelihood

    torch.manual_seed(seed % 2**31)
    models: list[Any] = []
    scales = []
    for column, prop in enumerate(properties):
        known = np.isfinite(values[:, column])
        scales.append(fit_target_scale(prop, values[:, column]))
        if known.sum() < 2:
            models.append(None)
            continue
        x = torch.tensor(inputs[known], dtype=torch.double)
        y = torch.tensor(scales[-1].forward(values[known, column]), dtype=torch.double)[:, None]
        model = SingleTaskGP(x, y)
        fit_gpytorch_mll(ExactMarginalLogLikelihood(model.likelihood, model))
        models.append(model)
    return BotorchModels(tuple(models), tuple(scales))
