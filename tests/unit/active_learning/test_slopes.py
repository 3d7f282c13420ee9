import attrs
import numpy as np
import pytest

from active_learning.feasible import FeasibleSpace
from active_learning.inverse_design.slopes import slopes_of
from active_learning.inverse_design.specification import specification
from active_learning.inverse_design.task import Task
from lab.requirements import parse_wish
from lab.simplex import sample_uniform
from tests.differences import central_differences
from tests.unit.active_learning.fakes import FakeCommittee, FakeQuality, SmoothCommittee, small_definition

DEFINITION = small_definition()


def task(*texts, committee=None, quality=None):
    wish = specification(parse_wish(texts, DEFINITION.units), DEFINITION)
    space = FeasibleSpace(DEFINITION, quality or FakeQuality())
    return Task(wish, DEFINITION, committee or SmoothCommittee(spread=0.02), space, 5, 0)


def known_slopes(asked, threshold):
    found = slopes_of(asked, threshold)
    assert found is not None
    return found


def test_slopes_are_the_gradient_of_the_logarithm_less_penalties():
    asked = task("stiffness >= 118 MPa", "0.4 <= clarity <= 0.6", "2 <= alpha:beta <= 3")
    slopes = known_slopes(asked, 0.7)
    points = sample_uniform(np.random.default_rng(1), 30, 3)

    np.testing.assert_allclose(
        slopes.gradient(points), central_differences(lambda some: slopes(some)[0], points), rtol=1e-3, atol=1e-2
    )


def test_where_nothing_is_missed_they_are_the_probability_itself():
    asked = task("stiffness >= 100 MPa")
    points = np.array([[0.5, 0.4, 0.1], [0.3, 0.55, 0.15]])
    met = asked.committee.probability_within(points, asked.wish.lower, asked.wish.upper)

    np.testing.assert_allclose(known_slopes(asked, 0.7)(points)[0], np.log(met * (1 - points[:, 2])), rtol=1e-6)
    # Below the least quality a recipe counts less, the further the less.
    assert (known_slopes(asked, 0.95)(points)[0] < known_slopes(asked, 0.7)(points)[0]).all()


@pytest.mark.parametrize("which", ["committee", "quality"])
def test_without_the_gradient_of_a_model_there_are_none(which):
    @attrs.frozen
    class Plain:
        def predict(self, compositions):
            return np.ones(len(compositions))

    unknown = {"committee": FakeCommittee()} if which == "committee" else {"quality": Plain()}

    assert slopes_of(task("stiffness >= 100 MPa", **unknown), 0.7) is None
