"""Choosing among recipes that the robot can make: the planner's diagnosis is asked about what a rule chose."""

from collections.abc import Callable

import attrs
import numpy as np

from active_learning.acquisition import AcquisitionContext, AcquisitionRule, Chosen
from lab.campaigns import CampaignDefinition
from lab.compositions import Composition, Fractions
from lab.errors import NoRecipeError
from robot_protocols.decks import deck_named
from robot_protocols.diagnosis import Diagnosis
from robot_protocols.plans import FilmOrder
from robot_protocols.recipes import RecipeWriter

_ROUNDS = 20
"""Times that a rule is asked again without the recipes that cannot be made."""


def choose_makeable(
    definition: CampaignDefinition,
    rule: AcquisitionRule,
    context: AcquisitionContext,
    batch: int,
    rng: Callable[[], np.random.Generator],
) -> Chosen:
    """Let a rule choose until the robot can make all that it chose.

    Asking the planner about every candidate would take minutes; so it is asked about the batch, and what it cannot
    make is no candidate any more.

    Args:
        definition: The campaign, with its stocks and the deck of measured films.
        rule: The rule of acquisition.
        context: What it chooses from.
        batch: How many films.
        rng: Makes the generator anew for every round, so that a first round without faults is the only one.

    Raises:
        NoRecipeError: If so many recipes cannot be made that no batch is found; the planner's reasons are given.
    """
    reasons: list[Diagnosis] = []
    for _ in range(_ROUNDS):
        chosen = rule.choose(context, batch, rng())
        asked = {row: faults_of(definition, recipe) for row, recipe in enumerate(chosen.compositions)}
        faults = {row: found for row, found in asked.items() if found}
        if not faults:
            return attrs.evolve(chosen, note=_note(chosen.note, reasons))
        reasons += [one for found in faults.values() for one in found]
        keep = np.ones(len(context.candidates), dtype=bool)
        keep[chosen.indices[list(faults)]] = False
        context = attrs.evolve(
            context,
            candidates=context.candidates[keep],
            quality=context.quality[keep],
            cost=None if context.cost is None else context.cost[keep],
        )
    raise NoRecipeError(
        f"the robot cannot make {len(reasons)} of the recipes that {rule.name!r} chose: {reasons[-1].message}",
        hint=reasons[-1].hint,
    )


def faults_of(definition: CampaignDefinition, recipe: Fractions) -> list[Diagnosis]:
    """Return why the robot cannot make a recipe as a measured film; empty where it can."""
    casting = definition.measured_casting
    order = FilmOrder(
        "chosen",
        Composition.from_vector(definition.material_names, recipe),
        casting.solids,
        casting.volume,
        dict(definition.attributes),
    )
    written = RecipeWriter(definition.stocks, deck_named(casting.deck)).write(order)
    return written if isinstance(written, list) else []


def _note(note: str, reasons: list[Diagnosis]) -> str:
    if not reasons:
        return note
    causes = ", ".join(sorted({str(one.cause) for one in reasons}))
    return f"{note} {len(reasons)} recipes were left out that the robot cannot make ({causes})".strip()
