"""Choosing among recipes that the robot can make."""

from types import SimpleNamespace
from typing import Any

import attrs
import numpy as np
import pytest

from active_learning.acquisition import AcquisitionContext, rule_named
from active_learning.campaign.actions import Action, ActionKind
from active_learning.campaign.doing import choosing
from active_learning.campaign.makeable import check_makeable, choose_makeable
from active_learning.inverse_design import design as inverse_design
from active_learning.inverse_design.dispensing import Unmakeable
from lab.campaign_files import builtin_definition, builtin_text, parse_definition
from lab.campaigns import DesignRequest
from lab.compositions import Composition
from lab.errors import InvalidInputError, NoRecipeError
from lab.open_campaigns import open_campaign
from lab.records import Design, DesignAnswer, Film, Purpose, Records
from lab.requirements import parse_requirements
from robot_protocols.decks import deck_named
from robot_protocols.planner import plan_decks
from robot_protocols.plans import FilmOrder
from tests.factories import fill_workspace, synthetic_campaign
from tests.unit.active_learning.fakes import FakeCommittee, FakeQuality, small_definition


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


def test_a_design_that_the_robot_cannot_make_becomes_no_film(monkeypatch):
    require: Any = ("stiffness >= 90 MPa",)
    definition = attrs.evolve(small_definition(), designs=(DesignRequest("mine", require, 3),))
    found = inverse_design(
        parse_requirements(require, definition.units),
        definition,
        FakeCommittee(),
        FakeQuality(),
        np.empty((0, 3)),
        top=3,
    )
    last = attrs.evolve(found[2], dispensed=Unmakeable("no container is free"))
    answers = SimpleNamespace(
        found=attrs.evolve(found, candidates=(*found[:2], last)), models=("quality", "properties")
    )
    chooser = SimpleNamespace(designs=lambda *_: answers)
    monkeypatch.setattr(choosing, "_chooser", lambda _: chooser)
    context: Any = SimpleNamespace(definition=definition, models=SimpleNamespace(committee_if_any=lambda _: object()))

    outcome = choosing.design(context, Action(ActionKind.DESIGN, "mine", "for the test"), Records())

    assert [one.label for one in outcome.records if isinstance(one, Design)] == ["D1-1", "D1-2"]
    assert [one.found for one in outcome.records if isinstance(one, DesignAnswer)] == [2]


def test_a_wish_that_no_recipe_can_keep_to_is_answered_and_holds_nothing_up(monkeypatch):
    definition = attrs.evolve(small_definition(), designs=(DesignRequest("mine", ("alpha = 33 %", "clarity >= 20 %")),))

    def designs(records, name, require, top):
        wish = parse_requirements(require, definition.units)
        return inverse_design(wish, definition, FakeCommittee(), FakeQuality(), np.empty((0, 3)), top=top)

    monkeypatch.setattr(choosing, "_chooser", lambda _: SimpleNamespace(designs=designs))
    context: Any = SimpleNamespace(definition=definition, models=SimpleNamespace(committee_if_any=lambda _: object()))

    (answer,) = choosing.design(context, Action(ActionKind.DESIGN, "mine", "for the test"), Records()).records

    assert isinstance(answer, DesignAnswer) and answer.found == 0
    assert answer.note.startswith("no recipe in steps of 5 wt% keeps to alpha = 33 %")


def test_what_a_person_wants_and_the_robot_cannot_make_is_refused_with_the_reason(tmp_path):
    weak = builtin_text("chen2024").replace('material = "CNF"', 'material = "CNF"#', 1)
    before, after = weak.split('material = "CNF"#')
    weak = before + 'material = "CNF"' + after.replace("concentration = 10.0", "concentration = 0.5", 1)
    weak = weak.replace("concentration_sd = 0.1", "concentration_sd = 0.01", 1)
    workspace = fill_workspace(synthetic_campaign(weak, upto="empty"), tmp_path / "lab")
    with open_campaign(workspace) as campaign:
        check_makeable(campaign, "X1", Composition({"MMT": 0.5, "gelatin": 0.5}))
        with pytest.raises(InvalidInputError, match="the robot cannot make it") as caught:
            check_makeable(campaign, "X1", Composition({"CNF": 0.9, "gelatin": 0.1}))
        assert caught.value.hint
        with pytest.raises(InvalidInputError, match="PVA is not among the materials"):
            check_makeable(campaign, "X1", Composition({"CNF": 0.5, "PVA": 0.5}))


def test_an_edited_film_is_checked_as_it_was_planned(tmp_path):
    made = synthetic_campaign(upto="empty")
    recipe = Composition({"CNF": 0.9, "gelatin": 0.1})
    loop, library = made.definition.measured_casting, made.definition.library_casting
    # A1 holds more dry material than its volume can hold of these stocks; the others are as the definition plans.
    films = [
        Film(label, purpose, recipe, times * casting.solids, casting.volume, attributes=made.definition.attributes)
        for label, purpose, casting, times in (
            ("A1", Purpose.LOOP, loop, 20),
            ("A2", Purpose.LOOP, loop, 1),
            ("L1", Purpose.LIBRARY, library, 1),
        )
    ]
    made.add("films", films)
    with open_campaign(fill_workspace(made, tmp_path / "lab")) as campaign:
        with pytest.raises(InvalidInputError, match="the robot cannot make it"):
            check_makeable(campaign, "A1", recipe)
        for label in ("A2", "L1", "new"):
            check_makeable(campaign, label, recipe)
