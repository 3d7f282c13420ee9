"""Every rule, and applying them all."""

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import date

from lab.stocks import Stock
from robot_protocols.decks import DeckDefinition, Place
from robot_protocols.decks.checks import DECK_RULES
from robot_protocols.findings import Finding, Severity
from robot_protocols.plans import DeckPlan
from robot_protocols.preflight import liquids, places, run, tips, volumes
from robot_protocols.preflight.inspection import Inspection, RobotFacts

Rule = Callable[[Inspection], Iterable[Finding]]

RULES: tuple[Rule, ...] = (
    run.plan_as_signed,
    run.plan_is_for_this_deck,
    run.something_to_do,
    run.pipettes_on_deck,
    run.robot_fits,
    run.run_not_too_long,
    places.wells_exist,
    places.films_in_dishes,
    places.transfers_reach_their_film,
    places.steps_in_order,
    places.tips_above_bottom,
    places.tips_reach,
    places.tips_in_stock,
    places.drops_fall_short,
    volumes.no_empty_stroke,
    volumes.strokes_within_range,
    volumes.mixing_within_range,
    volumes.dishes_hold_their_films,
    volumes.films_get_their_volume,
    volumes.compositions_as_expected,
    volumes.compositions_near_recipe,
    liquids.stocks_at_hand,
    liquids.stocks_suffice,
    liquids.stocks_fresh,
    liquids.stocks_thin_enough,
    liquids.liquids_stay_liquid,
    liquids.sources_hold_their_stock,
    liquids.containers_hold_their_load,
    liquids.containers_do_not_run_dry,
    tips.tips_suffice,
    tips.tips_are_there,
    tips.tips_fit_pipettes,
    tips.tips_used_once,
    tips.tips_not_used_before,
    tips.tips_large_enough,
    tips.tips_changed_in_time,
    tips.stocks_in_order,
    tips.tips_stay_above_liquid,
    tips.films_mixed_last,
)
"""Rules of a plan, the most telling first; those of the deck itself are in `robot_protocols.decks.checks`."""


def preflight(
    plan: DeckPlan,
    deck: DeckDefinition,
    stocks: Sequence[Stock],
    *,
    today: date | None = None,
    signed_sha256: str | None = None,
    robot: RobotFacts | None = None,
    used_tips: Collection[Place] = (),
) -> tuple[Finding, ...]:
    """Check a plan by every rule.

    Args:
        plan: The plan.
        deck: The deck that it will run on.
        stocks: Stocks at hand.
        today: Date of the run; ages of stocks are checked where it is given.
        signed_sha256: Hash that was signed; checked where it is given.
        robot: What the robot says of itself; checked where it is given.
        used_tips: Places of the racks that are already empty.

    Returns:
        Everything found, the deck's faults first; empty if the plan may run as it is.
    """
    check = Inspection(plan, deck, {stock.name: stock for stock in stocks}, today, signed_sha256, robot, used_tips)
    on_deck = [finding for rule in DECK_RULES for finding in rule(deck)]
    return (*on_deck, *(finding for rule in RULES for finding in rule(check)))


def refused(findings: Iterable[Finding]) -> bool:
    """Return whether any finding stops the run."""
    return any(finding.severity is Severity.REFUSE for finding in findings)
