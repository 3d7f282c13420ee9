import numpy as np
import pytest

from active_learning.inverse_design.moves import moves
from active_learning.inverse_design.specification import specification
from lab.requirements import parse_requirements
from tests.unit.active_learning.fakes import four_materials, many_materials


def of_wish(*texts, definition=None, parts=50):
    definition = definition or four_materials()
    wish = specification(parse_requirements(texts, definition.units), definition)
    return moves(len(definition.ranges), parts, wish.linear)


def as_set(rows):
    return {tuple(row) for row in np.asarray(rows).tolist()}


def test_without_ratios_a_part_goes_from_one_material_to_another():
    assert as_set(of_wish("cost <= 20 USD/kg")) == as_set(
        [np.eye(4, dtype=int)[i] - np.eye(4, dtype=int)[j] for i in range(4) for j in range(4) if i != j]
    )


def test_an_exact_ratio_moves_both_materials_against_a_third():
    found = of_wish("2 <= CNF:MMT <= 2")

    assert as_set(found) == {
        (2, 1, -3, 0),
        (2, 1, 0, -3),
        (-2, -1, 3, 0),
        (-2, -1, 0, 3),
        (0, 0, 1, -1),
        (0, 0, -1, 1),
    }


def test_a_ratio_bounded_from_one_side_keeps_the_plain_exchanges_too():
    assert as_set(of_wish("CNF:MMT >= 2")) == as_set(of_wish("CNF <= 50 %")) | as_set(of_wish("2 <= CNF:MMT <= 2"))


@pytest.mark.parametrize(
    ("texts", "the_same"),
    [
        (["0.4 <= MMT:CNF <= 0.4"], ["2.5 <= CNF:MMT <= 2.5"]),
        (["MMT:CNF <= 0.4"], ["CNF:MMT >= 2.5"]),
        (["MMT:CNF >= 0.4"], ["CNF:MMT <= 2.5"]),
        (["MMT:CNF >= 0.4", "CNF:MMT >= 2.5"], ["2.5 <= CNF:MMT <= 2.5"]),
        (["MMT:CNF <= 0.4", "CNF:MMT >= 2.5"], ["CNF:MMT >= 2.5"]),
    ],
)
def test_a_ratio_may_be_written_either_way_round(texts, the_same):
    assert as_set(of_wish(*texts)) == as_set(of_wish(*the_same))


@pytest.mark.parametrize(
    "texts",
    [
        ("1.5 <= m0:m1 <= 1.5", "m2:m3 >= 2"),
        ("2 <= m0:m1 <= 2", "1 <= m1:m2 <= 1"),
        ("2 <= m0:m1 <= 2", "0.5 <= m4:m5 <= 0.5", "3 <= m6:m7 <= 3"),
    ],
)
def test_moves_keep_the_sum_and_every_exact_ratio_and_come_with_their_opposites(texts):
    definition = many_materials()
    found = of_wish(*texts, definition=definition)
    wish = specification(parse_requirements([one for one in texts if ">=" not in one], definition.units), definition)

    assert as_set(found) == as_set(-found)
    assert (found.sum(axis=1) == 0).all()
    assert (np.abs(found).max(axis=1) > 0).all()
    for bound in wish.linear:
        np.testing.assert_allclose(found @ bound.coefficients, 0, atol=1e-12)
