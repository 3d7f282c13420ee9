"""Types of arrays; the documentation of each value gives its shape."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]
Integers = NDArray[np.int64]
Mask = NDArray[np.bool_]
Rows = NDArray[np.intp]
"""Numbers of rows, as numpy indexes with them."""


def floats(values: ArrayLike) -> Array:
    """Return values as an array of floats; one that is such an array already is not copied."""
    return np.asarray(values, dtype=float)
