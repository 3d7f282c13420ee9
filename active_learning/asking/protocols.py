"""From designs to a folder that a robot and a person can work from."""

from pathlib import Path
from typing import TYPE_CHECKING

from active_learning.asking.answer import DesignAnswer
from lab.campaigns import CampaignDefinition
from lab.compositions import Composition
from lab.errors import RecipeError
from lab.records import Purpose

if TYPE_CHECKING:
    from robot_protocols.plan_folder import PlannedFolder


def plan_designs(definition: CampaignDefinition, answer: DesignAnswer, folder: Path) -> "PlannedFolder":
    """Plan one film of every design that the robot can make: plan, protocol, run card and dish labels in a folder.

    Raises:
        RecipeError: If the robot can make none of them.
        InvalidInputError: If the folder holds another plan.
        WorkspaceError: If the folder cannot be written.
    """
    from robot_protocols.decks import campaign_deck
    from robot_protocols.plan_folder import plan_orders
    from robot_protocols.plans import FilmOrder

    casting, names = definition.measured_casting, definition.material_names
    orders = [
        FilmOrder(
            f"design-{receipt.number}",
            Composition.from_vector(names, receipt.candidate.composition),
            casting.solids,
            casting.volume,
            dict(definition.attributes),
        )
        for receipt in answer.receipts
        if receipt.candidate.makeable
    ]
    if not orders:
        raise RecipeError("there is no design that the robot can make", hint="; ".join(answer.notes))
    return plan_orders(orders, folder, deck=campaign_deck(definition, Purpose.LOOP), stocks=definition.stocks)
