"""What a baseline is: a function from films that are known to predictions of films that are not."""

from collections.abc import Callable
from typing import TypeAlias

import attrs

from lab.arrays import Array, Mask


@attrs.frozen(eq=False)
class Known:
    """What one property's baseline learns from, on the property's standardised scale."""

    inputs: Array
    """Encoded inputs as they are, shape ``(n, d)``."""
    fractions: Mask
    """Which inputs are weight fractions of one composition, shape ``(d,)``."""
    labels: Array
    """Shape ``(n,)``, none missing."""
    seed: int


@attrs.frozen(eq=False)
class Moments:
    """Mean and variance of new measurements on the standardised scale, each of shape ``(m,)``."""

    mean: Array
    variance: Array


Method: TypeAlias = Callable[[Known, Array], Moments]
"""From what is known, and inputs of new films of shape ``(m, d)``, to predictions."""
