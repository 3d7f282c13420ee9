import attrs
import numpy as np
import pytest

from active_learning.inverse_design.aiming import aiming, by_aims
from active_learning.inverse_design.specification import specification
from active_learning.inverse_design.task import Task
from lab.requirements import parse_wish
from lab.simplex import lattice
from tests.unit.active_learning.fakes import FakeCommittee, small_definition, space

RECIPES = lattice(3, 0.1)
PRICES, FOOTPRINTS = np.array([100.0, 10.0, 1.0]), np.array([5.0, 1.0, 20.0])
VALUES = {
    "stiffness": 100 + 50 * RECIPES[:, 0],
    "clarity": 0.2 + 0.6 * RECIPES[:, 1],
    "beta": RECIPES[:, 1],
    "quality": 1 - RECIPES[:, 2],
    "cost": RECIPES @ PRICES,
    "footprint": RECIPES @ FOOTPRINTS,
}
PROBABILITY = np.linspace(0.1, 0.9, len(RECIPES))[np.random.default_rng(1).permutation(len(RECIPES))]
COMPETE = PROBABILITY >= 0.8 * 0.9


def by(*texts: str) -> np.ndarray:
    """Return by what recipes are compared, ``(n,)``."""
    definition = small_definition()
    ranges = tuple(
        attrs.evolve(one, material=attrs.evolve(one.material, price=price, footprint=footprint))
        for one, price, footprint in zip(definition.ranges, PRICES, FOOTPRINTS, strict=True)
    )
    definition = attrs.evolve(definition, ranges=ranges)
    wish = specification(parse_wish(texts, definition.units), definition)
    task = Task(wish, definition, FakeCommittee(spread=0.0), space(), 1, 0)
    return by_aims(task, aiming(task, RECIPES, PROBABILITY), RECIPES, PROBABILITY)


def desirability(name: str, sign: int) -> np.ndarray:
    values = sign * VALUES[name][COMPETE]
    return np.maximum((values - values.min()) / np.ptp(values), 1e-3)


@pytest.mark.parametrize("name", VALUES)
@pytest.mark.parametrize(("word", "sign"), [("maximise", 1), ("minimise", -1)])
def test_of_recipes_about_as_sure_those_count_that_get_furthest(name, word, sign):
    found = by(f"{word} {name}")
    np.testing.assert_allclose(found[COMPETE], 1 + desirability(name, sign))
    np.testing.assert_array_equal(found[~COMPETE], PROBABILITY[~COMPETE])


def test_several_aims_count_by_their_geometric_mean():
    both = by("maximise stiffness", "minimise cost", "minimise footprint")
    parts = desirability("stiffness", 1) * desirability("cost", -1) * desirability("footprint", -1)
    np.testing.assert_allclose(both[COMPETE], 1 + np.cbrt(parts))
