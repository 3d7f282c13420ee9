"""What the loop asks of the models: small protocols, so that any learner with these methods can take part."""

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

from lab.arrays import Array
from lab.simplex import Fractions

Values = Array


class FittedKernel(Protocol):
    """The kernel of a Gaussian process that was fitted to one property, on its standardised scale."""

    @property
    def noise(self) -> float:
        """Variance of a measurement's noise."""
        ...

    def covariance(self, first: Fractions, second: Fractions) -> Values:
        """Return the prior covariance of recipes ``(n, d)`` and ``(m, d)``: ``(n, m)``."""
        ...

    def variance(self, recipes: Fractions) -> Values:
        """Return the prior variance of recipes ``(n, d)``: ``(n,)``."""
        ...


@runtime_checkable
class RefittableKernel(FittedKernel, Protocol):
    """A kernel whose process can learn other values of films."""

    def refitted(self, recipes: Fractions, values: Values) -> FittedKernel:
        """Return the kernel that fits standardised values ``(m,)`` of recipes ``(m, d)``."""
        ...


class QualityModel(Protocol):
    """A model of whether a recipe gives a usable film."""

    def predict(self, compositions: Fractions) -> Values:
        """Return the predicted quality in [0, 1]: compositions ``(n, k)`` to ``(n,)``."""
        ...


@runtime_checkable
class UsableModel(Protocol):
    """A quality model that also says how probable a usable film is, with what it does not know counted in."""

    def usable_probability(self, compositions: Fractions) -> Values:
        """Return the probability of a usable film: compositions ``(n, k)`` to ``(n,)``."""
        ...


@runtime_checkable
class DifferentiableQuality(Protocol):
    """A quality model that can say in which direction a recipe becomes better, for gradient search."""

    def quality_gradient(self, compositions: Fractions) -> tuple[Values, Values]:
        """Return the quality of few recipes ``(n, k)`` and its gradient by the fractions: ``(n,)`` and ``(n, k)``."""
        ...

    def log_usable_gradient(self, compositions: Fractions) -> tuple[Values, Values]:
        """Return the logarithm of the probability of a usable film and its gradient: ``(n,)`` and ``(n, k)``."""
        ...


class Predictions(Protocol):
    """Predicted properties of n films, every array ``(n, p)`` in property units."""

    @property
    def mean(self) -> Values:
        """Mean of the committee."""
        ...

    @property
    def sd(self) -> Values:
        """Standard deviation of a new measurement: the model's and the noise's together."""
        ...

    @property
    def model_sd(self) -> Values:
        """Standard deviation from not knowing better: what more films would lessen."""
        ...

    @property
    def noise_sd(self) -> Values:
        """Standard deviation of the measurement itself, which more films do not lessen."""
        ...

    @property
    def p05(self) -> Values:
        """Value that a new measurement exceeds with a probability of 95 %."""
        ...

    @property
    def p95(self) -> Values:
        """Value that a new measurement exceeds with a probability of 5 %."""
        ...


class Committee(Protocol):
    """Several models that learned the same films differently; where they disagree, they do not know."""

    def predict(self, inputs: Fractions) -> Predictions:
        """Return the committee's predictions for inputs ``(n, d)``."""
        ...

    def member_means(self, inputs: Fractions) -> Values:
        """Return every member's own prediction, ``(members, n, p)`` in property units."""
        ...

    def probability_within(self, inputs: Fractions, lower: Values, upper: Values) -> Values:
        """Return the joint probability that all properties lie within bounds ``(p,)``, possibly infinite: ``(n,)``."""
        ...


@runtime_checkable
class DifferentiableCommittee(Protocol):
    """A committee that can say in which direction a recipe becomes more probable, for gradient search."""

    def log_probability_gradient(self, inputs: Fractions, lower: Values, upper: Values) -> tuple[Values, Values]:
        """Return the logarithm of `probability_within` and its gradient by the inputs.

        Far from any solution the logarithm stays finite where the probability itself is rounded to 0.

        Args:
            inputs: Shape ``(n, d)``.
            lower: Smallest accepted value of every property, ``(p,)``.
            upper: Largest accepted value of every property, ``(p,)``.

        Returns:
            Shapes ``(n,)`` and ``(n, d)``.
        """
        ...


@runtime_checkable
class KernelCommittee(Protocol):
    """A committee beside whose networks stand Gaussian processes: they know which recipes tell about which."""

    @property
    def kernels(self) -> Sequence[FittedKernel]:
        """Kernels of the learned properties; none where there are too many films for them."""
        ...
