"""What the virtual lab's robot and graders do that nobody sees: a dish's true composition, doubts about a grade."""

from collections.abc import Sequence

import numpy as np

from lab.bench import MadeFilm
from lab.compositions import Fractions
from lab.grades import Grade
from lab.seeds import generator
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
    errors = sd * (np.sqrt(shared) * common + np.sqrt(1 - shared) * own)
    # No error is beyond three standard deviations: a robot that far off would have stopped.
    masses = np.where(known > 0, np.maximum(known + np.clip(errors, -3 * sd, 3 * sd), 0.05 * known), 0.0)
    true: Fractions = masses / masses.sum()
    return true


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
