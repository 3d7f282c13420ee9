"""Many small neural networks as one batch of tensors.

A batch holds ``g`` networks of equal shape (every member of every property). Weights have shape ``(g, in, out)``, so
one batched matrix product moves all of them; no network sees another's weights.
"""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import torch
from torch import Tensor

MEAN, RAW_VARIANCE = 0, 1
"""Columns of the output."""
_LEAST_VARIANCE = 1e-4
"""Learned noise variance is at least this, on the standardised scale: no label is known better than 1 % of its SD."""
_FIRST_VARIANCE = 0.5
"""Noise variance that an untrained network answers."""

Parameters = list[Tensor]
"""Weight and bias of each layer in turn: shapes ``(g, in, out)``, ``(g, 1, out)``."""


def new_parameters(networks: int, sizes: Sequence[int], rng: np.random.Generator) -> Parameters:
    """Return fresh parameters, float32.

    Hidden weights are normal with variance ``2 / in`` (He et al. 2015), output weights a tenth of that in SD, so that
    an untrained network answers the training mean.

    Args:
        networks: g.
        sizes: Width of input, hidden layers and output.
        rng: Source of the weights.
    """
    parameters: Parameters = []
    for layer, (width_in, width_out) in enumerate(pairwise(sizes)):
        last = layer == len(sizes) - 2
        sd = (0.1 if last else 1.0) * np.sqrt(2.0 / width_in)
        weights = rng.normal(0.0, sd, (networks, width_in, width_out)).astype(np.float32)
        bias = np.zeros((networks, 1, width_out), dtype=np.float32)
        if last:
            bias[:, :, RAW_VARIANCE] = np.log(np.expm1(_FIRST_VARIANCE))
        parameters += [torch.from_numpy(weights), torch.from_numpy(bias)]
    return parameters


def forward(parameters: Parameters, inputs: Tensor) -> tuple[Tensor, Tensor]:
    """Return mean and learned noise variance of every network, each of shape ``(g, n)``.

    Args:
        parameters: Of g networks.
        inputs: Shape ``(n, d)``, the same for all networks, or ``(g, n, d)``.
    """
    networks = parameters[0].shape[0]
    hidden = inputs if inputs.dim() == 3 else inputs.expand(networks, *inputs.shape)
    for layer in range(0, len(parameters) - 2, 2):
        hidden = torch.nn.functional.silu(torch.baddbmm(parameters[layer + 1], hidden, parameters[layer]))
    output = torch.baddbmm(parameters[-1], hidden, parameters[-2])
    variance = torch.nn.functional.softplus(output[..., RAW_VARIANCE]) + _LEAST_VARIANCE
    return output[..., MEAN], variance
