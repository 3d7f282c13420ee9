"""Choosing among recipes that the robot can make."""

import attrs
import numpy as np
import pytest

from active_learning.acquisition import AcquisitionContext, rule_named
from active_learning.campaign.makeable import choose_makeable
from lab.campaign_files import builtin_definition, builtin_text, parse_definition
from lab.compositions import Composition
from lab.errors import NoRecipeError
from robot_protocols.decks import deck_named
from robot_protocols.planner import plan_decks
from robot_protocols.plans import FilmOrder


@pytest.fixture(scope="module")
def definition():
    return builtin_definition()


def choose(definition, candidates, batch):
    context = AcquisitionContext(candidates, np.ones(len(candidates)), np.empty((0, candidates.shape[1])))
    return choose_makeable(definition, rule_named("random"), context, batch, lambda: np.random.default_rng(3))


def planned(definition, recipes):
    """Plan a deck as a campaign does; raises if a film cannot be made."""
    casting, names = definition.measured_casting, definition.material_names
    orders = [
        FilmOrder(f"film-{i}", Composition.from_vector(names, recipe), casting.solids, casting.volume)
        for i, recipe in enumerate(recipes)
    ]
    return plan_decks(orders, definition.stocks, deck_named(casting.deck))


def test_recipes_that_the_robot_cannot_make_are_no_candidates(definition):
    weak = tuple(attrs.evolve(s, concentration=0.5) if s.material == "CNF" else s for s in definition.stocks)
    weakened = attrs.evolve(definition, stocks=weak)
    candidates = definition.library()
    chosen = choose(weakened, candidates, 6)

    assert planned(weakened, chosen.compositions)
    assert "cannot make" in chosen.note
    with pytest.raises(NoRecipeError, match="the robot can make 0 of"):
        choose(weakened, candidates[candidates[:, 0] > 0.8], 2)


def test_films_of_more_stocks_than_the_deck_has_places_for_are_no_candidates():
    fifth = '\n[[stocks]]\nname = "chitosan-10"\nmaterial = "chitosan"\nconcentration = 10\n'
    five = parse_definition(
        builtin_text("chen2024").replace("[materials.glycerol]", "[materials.chitosan]\n[materials.glycerol]") + fifth
    )
    candidates = five.library()
    all_five = candidates[(candidates > 0).all(axis=1)]
    few = candidates[(candidates > 0).sum(axis=1) == 2]
    chosen = choose(five, np.concatenate([all_five, few]), 12)

    assert planned(five, chosen.compositions)
    assert ((chosen.compositions > 0).sum(axis=1) == 2).all()
    assert "left out (no place for stock)" in chosen.note
    with pytest.raises(NoRecipeError, match="no container is free"):
        choose(five, all_five, 2)
