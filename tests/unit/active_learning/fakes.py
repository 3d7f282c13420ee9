"""Analytic stand-ins for the learned models: quick, exact, and with knobs to break them."""

import math

import attrs
import numpy as np
from scipy.special import log_ndtr, logsumexp, ndtr

from active_learning.feasible import FeasibleSpace
from active_learning.learners import Values
from lab.campaign_files import builtin_definition, parse_definition
from lab.campaigns import CampaignDefinition
from lab.simplex import Fractions

SMALL = """
name = "small"
[materials.alpha]
density = 1.5
max = 0.8
[materials.beta]
density = 1.3
[materials.gamma]
density = 1.2
min = 0.1
[lattice]
library_step = 0.1
recipe_step = 0.05
[properties]
measure = ["stiffness", "clarity"]
[properties.define.stiffness]
unit = "MPa"
lower = 0
upper = 1000
test = "tensile"
[properties.define.clarity]
unit = "fraction"
lower = 0
upper = 1
test = "optical"
[[stocks]]
name = "a"
material = "alpha"
concentration = 10
[[stocks]]
name = "b"
material = "beta"
concentration = 10
[[stocks]]
name = "c"
material = "gamma"
concentration = 10
[casting.library]
deck = "screening-24-well"
solids = 12
volume = 1600
[casting.measured]
deck = "casting-6-dish"
solids = 40
volume = 4500
[loop]
rule = "a-score"
"""


def small_definition() -> CampaignDefinition:
    """Return a campaign of three materials and two properties."""
    return parse_definition(SMALL)


def four_materials() -> CampaignDefinition:
    """Return the campaign of the reference work with two of its properties."""
    definition = builtin_definition()
    return attrs.evolve(definition, properties=definition.properties[:2])


@attrs.frozen
class FakeQuality:
    """Quality that falls linearly with the last material."""

    slope: float = 1.0
    value: float | None = None

    def predict(self, compositions: Fractions) -> Values:
        """Return the quality."""
        if self.value is not None:
            return np.full(len(compositions), self.value)
        return np.clip(1 - self.slope * compositions[:, -1], 0, 1)

    def quality_gradient(self, compositions: Fractions) -> tuple[Values, Values]:
        """Return the quality and its gradient."""
        quality = self.predict(compositions)
        gradient = np.zeros_like(compositions)
        if self.value is None:
            gradient[:, -1] = np.where((quality > 0) & (quality < 1), -self.slope, 0.0)
        return quality, gradient

    def log_usable_gradient(self, compositions: Fractions) -> tuple[Values, Values]:
        """Return the logarithm of the quality, which stands for the probability too, and its gradient."""
        quality, gradient = self.quality_gradient(compositions)
        quality = np.maximum(quality, 1e-3)
        return np.log(quality), gradient / quality[:, None]


@attrs.frozen(eq=False)
class FakePredictions:
    """Arrays ``(n, p)``."""

    mean: Values
    model_sd: Values
    noise_sd: Values

    @property
    def sd(self) -> Values:
        """Both standard deviations together."""
        return np.hypot(self.model_sd, self.noise_sd)

    @property
    def p05(self) -> Values:
        """Fifth percentile of a normal distribution."""
        return self.mean - 1.6448536 * self.sd

    @property
    def p95(self) -> Values:
        """Its 95th percentile."""
        return self.mean + 1.6448536 * self.sd


@attrs.frozen
class FakeCommittee:
    """Members that agree at `known` and drift apart linearly with the distance from it.

    Property 0 is 100 + 50 x (first fraction), property 1 is 0.2 + 0.6 x (second fraction).
    """

    members: int = 6
    spread: float = 0.1
    noise: float = 0.02
    known: tuple[float, ...] = ()
    broken: bool = False

    def member_means(self, inputs: Fractions) -> Values:
        """Return ``(members, n, 2)``."""
        truth = np.stack([100 + 50 * inputs[:, 0], 0.2 + 0.6 * inputs[:, 1]], axis=1)
        centre = np.array(self.known) if self.known else np.full(inputs.shape[1], 1 / inputs.shape[1])
        directions = np.random.default_rng(5).normal(size=(self.members, inputs.shape[1], 2))
        drift = np.einsum("nk,mkp->mnp", inputs - centre, directions)
        means = truth * (1 + self.spread * drift)
        return np.full_like(means, np.nan) if self.broken else means

    def predict(self, inputs: Fractions) -> FakePredictions:
        """Return mean, spread and a noise in proportion to the mean."""
        means = self.member_means(inputs)
        mean = means.mean(axis=0)
        return FakePredictions(mean, means.std(axis=0), self.noise * np.abs(mean))

    def probability_within(self, inputs: Fractions, lower: Values, upper: Values) -> Values:
        """Return the mean over members of the product over properties."""
        means = self.member_means(inputs)
        noise = self.predict(inputs).noise_sd
        return (ndtr((upper - means) / noise) - ndtr((lower - means) / noise)).prod(axis=2).mean(axis=0)


@attrs.frozen
class SmoothCommittee(FakeCommittee):
    """The same with the gradient of the logarithm, by central differences."""

    def log_probability_gradient(self, inputs: Fractions, lower: Values, upper: Values) -> tuple[Values, Values]:
        """Return ``(n,)`` and ``(n, d)``."""
        n, d = inputs.shape
        moves = 1e-5 * np.eye(d)
        nudged = (inputs[:, None, None, :] + np.stack([moves, -moves], axis=1)).reshape(-1, d)
        logs = self._log(nudged, lower, upper).reshape(n, d, 2)
        return self._log(inputs, lower, upper), (logs[..., 0] - logs[..., 1]) / 2e-5

    def _log(self, inputs: Fractions, lower: Values, upper: Values) -> Values:
        means = self.member_means(inputs)
        noise = self.predict(inputs).noise_sd
        below, above = (lower - means) / noise, (upper - means) / noise
        flipped = below > 0
        below, above = np.where(flipped, -above, below), np.where(flipped, -below, above)
        each = log_ndtr(above) + np.log1p(-np.exp(np.minimum(log_ndtr(below) - log_ndtr(above), -1e-12)))
        return logsumexp(each.sum(axis=2), axis=0) - math.log(self.members)


def many_materials(count: int = 10, step: float = 0.02) -> CampaignDefinition:
    """Return a campaign whose recipes are too many to list, with the properties of the small one."""
    small = small_definition()
    ranges = tuple(
        attrs.evolve(small.ranges[1], material=attrs.evolve(small.ranges[1].material, name=f"m{i}"), upper=0.6)
        for i in range(count)
    )
    return attrs.evolve(small, ranges=ranges, recipe_step=step)


def space(definition: CampaignDefinition | None = None, slope: float = 1.0) -> FeasibleSpace:
    """Return a feasible space with a fake quality."""
    return FeasibleSpace(definition or small_definition(), FakeQuality(slope))


UNBOUNDED = np.array([-math.inf, -math.inf]), np.array([math.inf, math.inf])
