"""The kernels of a committee's Gaussian processes as functions of recipes, for whoever plans which films to make."""

from typing import TYPE_CHECKING

import attrs
import numpy as np
from numpy.typing import ArrayLike

from lab.arrays import Array
from models.threads import one_thread

if TYPE_CHECKING:
    from torch import Tensor

    from models.process_kernels import Hyperparameters
    from models.scaling import InputScale


@attrs.frozen(eq=False)
class FittedKernel:
    """The kernel of one property's process; variances are on the scale on which the labels have a variance of 1."""

    _hyperparameters: "Hyperparameters"
    """Of this property alone."""
    _scale: "InputScale"

    @property
    def noise(self) -> float:
        """Variance of a measurement's noise."""
        return float(self._hyperparameters.noise.exp()[0])

    def covariance(self, first: ArrayLike, second: ArrayLike) -> Array:
        """Return the prior covariance of recipes, shapes ``(n, d)`` and ``(m, d)`` to ``(n, m)``."""
        # Threads would make the last bits their own, and the hundreds of small ones that a batch asks for slower.
        with one_thread():
            found: Array = self._hyperparameters.covariance(self._scaled(first), self._scaled(second))[0].numpy()
        return found

    def variance(self, recipes: ArrayLike) -> Array:
        """Return the prior variance of recipes, shape ``(n, d)`` to ``(n,)``."""
        found: Array = self._hyperparameters.variance(self._scaled(recipes))[0].numpy()
        return found

    def refitted(self, recipes: ArrayLike, values: ArrayLike) -> "FittedKernel":
        """Return the kernel that fits standardised values, shape ``(n,)``, of recipes, shape ``(n, d)``."""
        import torch

        from models.gaussian_processes import fit_gaussian_processes

        labels = torch.from_numpy(np.array(values, dtype=float))[None, :]
        with one_thread():
            found = fit_gaussian_processes(
                self._scaled(recipes),
                labels,
                torch.zeros_like(labels),
                bends=torch.from_numpy(self._scale.numbers),
                directions=self._hyperparameters.directions.shape[1],
            )
        return FittedKernel(found.hyperparameters, self._scale)

    def _scaled(self, recipes: ArrayLike) -> "Tensor":
        import torch

        return torch.from_numpy(np.ascontiguousarray(self._scale(recipes)))
