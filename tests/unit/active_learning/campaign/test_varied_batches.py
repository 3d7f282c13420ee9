import attrs
import numpy as np
import pytest

from active_learning.campaign.varied_batches import STEP, VariedBatches
from lab.campaign_checks import definition_faults
from lab.campaign_files import builtin_definition

VARIED = ("gelatin.source", "MMT.lateral_size")


def definition(*sizes: str, vary=VARIED):
    """The built-in campaign with stocks of fish and bovine gelatin and of platelets of some sizes."""
    known = builtin_definition()
    gelatin, mmt = (next(stock for stock in known.stocks if stock.material == name) for name in ("gelatin", "MMT"))
    stocks = [stock for stock in known.stocks if stock.material not in ("gelatin", "MMT")]
    stocks += [attrs.evolve(gelatin, name=f"g-{one}", attributes={"source": one}) for one in ("fish", "bovine")]
    stocks += [attrs.evolve(mmt, name=f"m-{one}", attributes={"lateral_size": one} if one else {}) for one in sizes]
    return attrs.evolve(known, stocks=tuple(stocks), loop=attrs.evolve(known.loop, vary=vary))


def test_values_are_those_of_the_stocks_with_the_usual_one_first():
    varied = definition("large", "medium")
    assert varied.varied == {"gelatin.source": ("bovine", "fish"), "MMT.lateral_size": ("medium", "large")}
    assert definition_faults(varied) == []


def test_every_recipe_comes_with_every_choice_and_is_read_back():
    varied = VariedBatches.of(definition("large", "medium"))
    recipes = np.array([[0.5, 0.5, 0.0, 0.0], [0.1, 0.2, 0.3, 0.4]])
    rows = varied.each(recipes)
    assert rows.shape == (8, 8) and varied.count == 4
    np.testing.assert_array_equal(rows[0], [0.5, 0.5, 0, 0, STEP, 0, STEP, 0])
    read = [(tuple(varied.recipe(row)), *(varied.attributes(row)[name] for name in VARIED)) for row in rows]
    assert len(set(read)) == 8
    np.testing.assert_array_equal(varied.all_columns([varied.attributes(row) for row in rows]), rows[:, 4:])
    np.testing.assert_array_equal(varied.usual, rows[0, 4:])


def test_a_campaign_that_varies_nothing_keeps_its_recipes():
    varied = VariedBatches.of(builtin_definition())
    recipes = np.array([[0.5, 0.5, 0.0, 0.0]])
    np.testing.assert_array_equal(varied.each(recipes), recipes)
    assert varied.width == 0 and varied.attributes(recipes[0]) == builtin_definition().attributes
    assert varied.all_columns([{}, {}]).shape == (2, 0)


@pytest.mark.parametrize(
    ("given", "fault"),
    [
        (definition("medium"), "all stocks of MMT are medium"),
        (definition("large", "small"), "no stock of MMT is medium, the usual lateral_size"),
        (definition("medium", ""), "its lateral_size varies, so it has to be said"),
        (definition("medium", vary=("CNF.length",)), "'CNF.length' is no attribute; known: MMT.lateral_size"),
        (definition("large", "medium", vary=(*VARIED, VARIED[0])), "gelatin.source is there twice"),
    ],
)
def test_what_cannot_vary_is_a_fault_of_the_campaign(given, fault):
    (found,) = definition_faults(given)
    assert fault in found
