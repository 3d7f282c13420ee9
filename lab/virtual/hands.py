"""What the virtual lab's robot and graders do that nobody sees: a dish's true composition, doubts about a grade."""

from collections.abc import Sequence

import numpy as np

from lab.arrays import Array
from lab.bench import MadeFilm
from lab.grades import Grade
from lab.seeds import generator
from lab.simplex import Fractions
from lab.stocks import Stock
from lab.virtual import grade_field
from lab.virtual.constants import Constants
from lab.virtual.film_world import FilmWorld
from lab.virtual.robot_errors import least_composition_sd


def true_composition(
    film: MadeFilm, materials: Sequence[str], stocks: Sequence[Stock], seed: int, constants: Constants
) -> Fractions:
    """Return the composition that truly is in a film's dish.

    It differs from what is known by as much as the film's record says, and at least by the published errors of the
    pipettes. A share of the variance is common to all films of the campaign (a stock a little too strong, a pipette a
    little off), the rest is the film's own. A material that is not in the film stays out of it.

    Returns:
        Shape ``(k,)``, in the order of `materials`.
    """
    known = film.composition.vector(materials)
    claimed = np.array([dict(film.composition_sd).get(name, 0.0) for name in materials])
    sd = np.maximum(claimed, least_composition_sd(known, materials, film.solids, stocks))
    shared = constants["hands.shared"]
    own = generator(seed, "dish", film.label).standard_normal(len(materials))
    common = np.array([generator(seed, "stock", name).standard_normal() for name in materials])
    errors = np.sqrt(shared) * common + np.sqrt(1 - shared) * own
    # A robot that is off by more than three standard deviations would have stopped.
    masses = known * np.maximum(1 + _relative_mass_sd(known, sd) * np.clip(errors, -3.0, 3.0), 0.05)
    true: Fractions = masses / masses.sum()
    return true


def _relative_mass_sd(fractions: Fractions, sd: Array) -> Array:
    """Return independent relative errors of the masses that give the fractions these standard deviations.

    Closing masses makes ``d x_i = x_i (e_i - sum_j x_j e_j)`` to first order, so the variances of the relative errors
    e solve a linear system; they must not be negative.
    """
    # scipy.optimize takes a third of a second to load: only those who make films pay for it.
    from scipy.optimize import nnls

    jacobian = fractions[:, None] * (np.eye(len(fractions)) - fractions[None, :])
    variances, _ = nnls(jacobian**2, sd**2)
    relative: Array = np.sqrt(variances)
    return relative


def graded(film: str, world: FilmWorld, composition: Fractions, seed: int) -> tuple[Grade, str]:
    """Return the grade that a grader gives and a note.

    Graders agree except near a boundary: where the two best grade scores differ by less than the constant
    ``hands.doubt``, the second best grade is given with a probability that rises to ``hands.disagreement`` on the
    boundary itself.
    """
    scores = world.grade_scores(composition)
    margin = float(grade_field.margin(scores)[0])
    doubt = max(0.0, 1 - margin / world.constants["hands.doubt"])
    best, second = np.argsort(-scores[0], kind="stable")[:2]
    if generator(seed, "grade", film).random() < doubt * world.constants["hands.disagreement"]:
        return grade_field.LETTERS[second], "close to the boundary of two grades"
    note = "close to the boundary of two grades" if doubt > 0 else ""
    return grade_field.LETTERS[best], note
