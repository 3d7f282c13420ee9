"""The mixture of networks, Gaussian processes and trees, in proportions that held-out films decide."""

from collections.abc import Mapping

import attrs

from lab.arrays import Array, Mask
from models.calibration import Calibration, fit_calibration, negative_log_likelihood

SHARES = (0.1, 0.25, 0.5, 0.75, 0.9)
"""Shares of the Gaussian process that are tried: never all, as the members' disagreement guides the choice of films,
and never none, as its variance grows with the distance to the nearest film for certain."""
_PRIOR_SD = 0.05
"""SD of the prior of a share about the usual one: held-out films must prefer a step of a quarter by a dozen nats. What
they prefer by less predicts new films no better, and is surer of what is far out."""
EVEN, WITH_DIRECTIONS = 0.5, 0.9
"""Usual shares: an even mixture is the best guess, but networks do not know the directions that processes may have
learned (`models.kernel_choice`): of ten materials in the virtual lab the mixture's error falls by a tenth."""

TREE_SHARES = (0.0, 0.15, 0.3, 0.5, 0.75)
"""Shares of trees in the mean that are tried: never all, as they know nothing between the films."""
_TREE_PRIOR_SD = 0.15
"""SD of the prior of that share about none: half of the mean must be worth five nats of the held-out films."""


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


def mixed(networks: Answer, process: Answer, share: float) -> Answer:
    """Return mean and variances of the mixture of two normal distributions (moments matched).

    Args:
        networks: Mean of the members, variance between them, learned noise.
        process: Mean, variance and noise of the Gaussian process.
        share: Share of the process.
    """
    apart = share * (1.0 - share) * (networks.centre - process.centre) ** 2
    return Answer(
        centre=(1.0 - share) * networks.centre + share * process.centre,
        model=(1.0 - share) * networks.model + share * process.model + apart,
        noise=(1.0 - share) * networks.noise + share * process.noise,
    )


def choose_share(
    before: Calibration,
    labels: Array,
    networks: Answer,
    process: Answer | None,
    *,
    usual: float = EVEN,
) -> tuple[float, Calibration, Answer]:
    """Choose the share of the Gaussian process by the likelihood of held-out labels, calibrated for each share.

    Args:
        before: Calibration without errors.
        labels: Held-out labels, shape ``(n,)``; n may be 0.
        networks: Held-out answers of the networks.
        process: Held-out answers of the process; None without one.
        usual: The share that is taken where films cannot tell.

    Returns:
        The share, the calibration that belongs to it, and the mixed held-out answers.
    """
    if process is None or len(labels) == 0:
        return 0.0, fit_calibration(before, labels - networks.centre, networks.model, networks.noise), networks
    answers = {share: mixed(networks, process, share) for share in SHARES}
    return _likeliest(before, labels, answers, usual, _PRIOR_SD)


def drawn(answer: Answer, trees: Array, share: float) -> Answer:
    """Return the answer with its centre drawn to the trees' by a share; the variances stay for the calibration."""
    return attrs.evolve(answer, centre=answer.centre + share * (trees - answer.centre))


def choose_tree_share(
    before: Calibration, labels: Array, answer: Answer, trees: Array
) -> tuple[float, Calibration, Answer]:
    """Choose the share of the trees by the likelihood of held-out labels, calibrated for each share.

    Args:
        before: Calibration without errors.
        labels: Held-out labels, shape ``(n,)``.
        answer: Held-out answers of the mixture of networks and process.
        trees: Held-out answers of the trees, shape ``(n,)``.

    Returns:
        The share, the calibration that belongs to it, and the held-out answers.
    """
    answers = {share: drawn(answer, trees, share) for share in TREE_SHARES}
    return _likeliest(before, labels, answers, 0.0, _TREE_PRIOR_SD)


def _likeliest(
    before: Calibration, labels: Array, answers: Mapping[float, Answer], usual: float, prior_sd: float
) -> tuple[float, Calibration, Answer]:
    """Return the share under whose answers the labels are likeliest, with its calibration and answers.

    Args:
        before: Calibration without errors.
        labels: Held-out labels, shape ``(n,)``.
        answers: Held-out answers by share.
        usual: The share that is taken where films cannot tell.
        prior_sd: SD of the prior about it.
    """
    tried = []
    for share, answer in answers.items():
        errors = labels - answer.centre
        calibration = fit_calibration(before, errors, answer.model, answer.noise)
        loss = negative_log_likelihood(calibration, errors, answer.model, answer.noise)
        tried.append((loss + 0.5 * ((share - usual) / prior_sd) ** 2, share, calibration, answer))
    _, share, calibration, answer = min(tried, key=lambda one: one[0])
    return share, calibration, answer
