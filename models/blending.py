"""The mixture of networks and Gaussian processes, in proportions that held-out films decide."""

from collections.abc import Sequence

import attrs

from lab.arrays import Array, Mask
from models.calibration import Calibration, fit_calibration, negative_log_likelihood

SHARES = (0.1, 0.25, 0.5, 0.75, 0.9)
"""Shares of the Gaussian process that are tried: never all, as the members' disagreement guides the choice of films,
and never none, as its variance grows with the distance to the nearest film for certain."""
_PRIOR_SD, _SPREAD_PRIOR_SD = 0.12, 0.05
"""SDs of the prior of a share about the usual one, in the centre and in the variances. Held-out films must prefer a
step of a quarter by two nats, in the variances by a dozen: the half that is preferred by less has the better centre,
but is too sure of what is far out."""
EVEN, WITH_DIRECTIONS = 0.5, 0.9
"""Usual shares: an even mixture is the best guess, but networks do not know the directions that processes may have
learned (`models.direction_choice`): of ten materials in the virtual lab the mixture's error falls by a tenth."""


@attrs.frozen(eq=False)
class Answer:
    """What is answered about one property at n points, on the standardised scale; arrays of shape ``(n,)``."""

    centre: Array
    model: Array
    """Variance of the model."""
    noise: Array
    """Variance of the noise."""

    def at(self, points: Mask) -> "Answer":
        """Return the answer about some of the points."""
        return Answer(self.centre[points], self.model[points], self.noise[points])


def mixed(networks: Answer, process: Answer, share: float, spread_share: float) -> Answer:
    """Return mean and variances of the mixture of two normal distributions (moments matched).

    Args:
        networks: Mean of the members, variance between them, learned noise.
        process: Mean, variance and noise of the Gaussian process.
        share: Share of the process in the centre.
        spread_share: Its share in the variances.
    """
    apart = spread_share * (1.0 - spread_share) * (networks.centre - process.centre) ** 2
    return Answer(
        centre=(1.0 - share) * networks.centre + share * process.centre,
        model=(1.0 - spread_share) * networks.model + spread_share * process.model + apart,
        noise=(1.0 - spread_share) * networks.noise + spread_share * process.noise,
    )


@attrs.frozen(eq=False)
class Blend:
    """How networks and process are mixed."""

    share: float
    """Share of the process in the centre."""
    spread_share: float
    """Its share in the variances."""
    calibration: Calibration
    answer: Answer
    """The mixed held-out answers."""


def choose_blend(
    before: Calibration,
    labels: Array,
    networks: Answer,
    process: Answer | None,
    *,
    usual: float = EVEN,
) -> Blend:
    """Choose the shares of the Gaussian process by the likelihood of held-out labels, calibrated for each share.

    The share in the variances is chosen first, where it is that in the centre too.

    Args:
        before: Calibration without errors.
        labels: Held-out labels, shape ``(n,)``; n may be 0.
        networks: Held-out answers of the networks.
        process: Held-out answers of the process; None without one.
        usual: The share that is taken where films cannot tell.
    """
    if process is None or len(labels) == 0:
        return Blend(
            0.0, 0.0, fit_calibration(before, labels - networks.centre, networks.model, networks.noise), networks
        )

    def best(shares: Sequence[tuple[float, float]], prior_sd: float) -> Blend:
        tried = []
        for share, spread_share in shares:
            answer = mixed(networks, process, share, spread_share)
            errors = labels - answer.centre
            calibration = fit_calibration(before, errors, answer.model, answer.noise)
            loss = negative_log_likelihood(calibration, errors, answer.model, answer.noise)
            loss += 0.5 * ((share - usual) / prior_sd) ** 2
            tried.append((loss, Blend(share, spread_share, calibration, answer)))
        return min(tried, key=lambda one: one[0])[1]

    careful = best([(share, share) for share in SHARES], _SPREAD_PRIOR_SD)
    return best([(share, careful.spread_share) for share in SHARES], _PRIOR_SD)
