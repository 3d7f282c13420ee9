"""Choosing among recipes that the robot can make: the planner's diagnosis is asked about what a rule chose."""

from collections.abc import Callable

import attrs
import numpy as np

from active_learning.acquisition import AcquisitionContext, AcquisitionRule, Chosen
from active_learning.campaign.varied_batches import VariedBatches
from active_learning.learners import Values
from lab.campaigns import CampaignDefinition
from lab.compositions import Composition
from lab.errors import InvalidInputError, NoRecipeError
from lab.open_campaigns import OpenCampaign
from lab.people_checks import check_recipe
from lab.records import Film, Purpose
from robot_protocols.budget import DeckBudget
from robot_protocols.decks import campaign_deck
from robot_protocols.diagnosis import Diagnosis
from robot_protocols.plans import FilmOrder
from robot_protocols.recipes import RecipeWriter

_ROUNDS = 3
"""Times that a rule is asked again without the recipes that cannot be made."""
_SCREENED = 500
"""Candidates about which the planner is asked where a rule goes on choosing what cannot be made."""


def choose_makeable(
    definition: CampaignDefinition,
    rule: AcquisitionRule,
    context: AcquisitionContext,
    batch: int,
    rng: Callable[[], np.random.Generator],
) -> Chosen:
    """Let a rule choose until the robot can make all that it chose.

    Asking the planner about every candidate would take minutes. So it is asked about the batch, and what it cannot
    make is no candidate any more; where that goes on, a random draw of the candidates is asked about, and the rule
    chooses among those that can be made.

    Args:
        definition: The campaign, with its stocks and the deck of measured films.
        rule: The rule of acquisition.
        context: What it chooses from.
        batch: How many films.
        rng: Makes the generator anew for every round, so that a first round without faults is the only one.

    Raises:
        NoRecipeError: If fewer recipes than the batch needs can be made; a reason of the planner is given.
    """
    makeable = _Makeable(definition)
    for _ in range(_ROUNDS):
        chosen = rule.choose(context, batch, rng())
        faulty = [row for row, recipe in enumerate(chosen.compositions) if not makeable.allows(recipe)]
        if not faulty:
            return attrs.evolve(chosen, note=makeable.note(chosen.note))
        keep = np.ones(len(context.candidates), dtype=bool)
        keep[chosen.indices[faulty]] = False
        context = context.only(np.flatnonzero(keep))
        if len(context.candidates) < batch:
            break
    drawn = np.sort(rng().permutation(len(context.candidates))[:_SCREENED])
    made = [row for row in drawn.tolist() if makeable.allows(context.candidates[row])]
    if len(made) < batch:
        last = makeable.reasons[-1]
        raise NoRecipeError(
            f"the robot can make {len(made)} of {len(drawn)} recipes and {batch} are asked for: {last.message}",
            hint=last.hint,
        )
    chosen = rule.choose(context.only(np.array(made)), batch, rng())
    return attrs.evolve(chosen, note=makeable.note(chosen.note))


def check_makeable(campaign: OpenCampaign, label: str, recipe: Composition) -> None:
    """Check that the robot can make a recipe that a person wants: one film without a deck keeps all its batch waiting.

    Args:
        campaign: The campaign.
        label: Label of the film, which may be a new one.
        recipe: The recipe.

    Raises:
        InvalidInputError: If it is no recipe of the campaign, or with the planner's reasons.
    """
    check_recipe(campaign, recipe)
    definition, film = campaign.definition, campaign.records().films.get(label)
    if film is None:
        casting, purpose = definition.measured_casting, Purpose.MANUAL
        order = FilmOrder(label, recipe, casting.solids, casting.volume, dict(definition.attributes))
    else:  # of the solids and volume that were planned, whatever those of the newest definition are
        purpose, order = film.purpose, FilmOrder(label, recipe, film.solids, film.volume, dict(film.attributes))
    reasons = _Makeable(definition, purpose).why_not(order)
    if reasons:
        hint = "; ".join(dict.fromkeys(one.hint for one in reasons))
        raise InvalidInputError("recipe", [f"the robot cannot make it: {one.message}" for one in reasons], hint=hint)


def can_be_made_again(definition: CampaignDefinition) -> Callable[[Film], bool]:
    """Return what tells whether films may be made once more, as the campaign is now.

    Bounds, stocks and casting may have changed since they were made, and a film made by hand need not be the robot's.
    """
    makeable = _Makeable(definition)
    names, casting = definition.material_names, definition.measured_casting

    def can_be(film: Film) -> bool:
        order = FilmOrder(film.label, film.asked, casting.solids, casting.volume, dict(film.attributes))
        within = definition.within_bounds(film.asked.vector(names)[None, :])
        return bool(within.all()) and not makeable.why_not(order)

    return can_be


class _Makeable:
    """The planner's opinion of recipes as films of a purpose, and why it refused some."""

    def __init__(self, definition: CampaignDefinition, purpose: Purpose = Purpose.LOOP) -> None:
        self._definition = definition
        self._varied = VariedBatches.of(definition)
        self._casting = definition.casting_of(purpose)
        deck = campaign_deck(definition, purpose)
        self._writer = RecipeWriter(definition.stocks, deck)
        self._budget = DeckBudget(deck, {stock.name: stock for stock in definition.stocks})
        self.reasons: list[Diagnosis] = []

    def allows(self, row: Values) -> bool:
        """Return whether the robot can make the film of a row of the committee's inputs."""
        names = self._definition.material_names
        composition = Composition.from_vector(names, self._varied.recipe(row))
        attributes = dict(self._varied.attributes(row))
        order = FilmOrder("chosen", composition, self._casting.solids, self._casting.volume, attributes)
        reasons = self.why_not(order)
        self.reasons += reasons
        return not reasons

    def why_not(self, order: FilmOrder) -> list[Diagnosis]:
        """Return why the robot cannot make a film; nothing where it can."""
        written = self._writer.write(order)
        if isinstance(written, list):
            return written
        # A film of more stocks than the deck has places for could be written, and would never get a deck.
        short = self._budget.shortage([written])
        return [] if short is None else [Diagnosis(order.label, short.cause, short.message, short.hint)]

    def note(self, note: str) -> str:
        """Add to a note what was left out."""
        if not self.reasons:
            return note
        causes = ", ".join(sorted({one.cause.name.lower().replace("_", " ") for one in self.reasons}))
        return f"{note} Recipes that the robot cannot make were left out ({causes})".strip()
