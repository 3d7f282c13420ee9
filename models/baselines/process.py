"""A Gaussian process as scikit-learn has it."""

import warnings

import numpy as np

from lab.arrays import Array
from lab.seeds import derived_seed, generator
from models.baselines.interface import Known, Moments
from models.scaling import InputScale

_MOST_FILMS = 1000
"""It learns from so many films at most: its time grows with their third power."""


def gaussian_process(known: Known, asked: Array) -> Moments:
    """A Matern 5/2 kernel with one length scale, and white noise; hyper-parameters by maximum likelihood."""
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.gaussian_process import GaussianProcessRegressor
    from sklearn.gaussian_process.kernels import ConstantKernel, Matern, WhiteKernel

    scale = InputScale.for_columns(known.inputs, known.fractions)
    seed = derived_seed(known.seed, "baseline", "process") % 2**32
    kernel = ConstantKernel(1.0, (1e-2, 1e2)) * Matern(2.0, (1e-1, 1e2), nu=2.5) + WhiteKernel(0.3, (1e-4, 1e1))
    process = GaussianProcessRegressor(kernel, normalize_y=True, random_state=seed)
    rows = generator(known.seed, "baseline", "process").permutation(len(known.labels))[:_MOST_FILMS]
    with warnings.catch_warnings():
        # A hyper-parameter at its bound is an answer here, not a fault.
        warnings.simplefilter("ignore", ConvergenceWarning)
        process.fit(scale(known.inputs[rows]), known.labels[rows])
        mean, sd = process.predict(scale(asked), return_std=True)
    return Moments(mean, np.maximum(sd**2, 1e-6))
