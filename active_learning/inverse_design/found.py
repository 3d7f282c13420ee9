"""What a method of inverse design hands over before predictions are added."""

import attrs

from active_learning.learners import Values
from lab.simplex import Fractions


@attrs.frozen(eq=False)
class Found:
    """Recipes in the order in which they are offered."""

    compositions: Fractions
    """Shape ``(n, k)``."""
    met: Values
    """Joint probability that the requirements on properties hold, ``(n,)``."""
    usable: Values
    """Probability of a usable film, ``(n,)``."""
    threshold: float
    """Quality that every recipe looked at reaches."""
    searched: int
    """Number of recipes that were looked at."""
    notes: tuple[str, ...] = ()
    """What a person should know."""
    by_probability: bool = True
    """Whether the recipes are to be offered by their probability; False keeps the method's own order."""
