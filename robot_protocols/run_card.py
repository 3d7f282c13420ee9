"""The run card: one page that says what to load where, with a map of the slots and a place to sign."""

from collections.abc import Iterator
from functools import cache

import jinja2
from markupsafe import Markup

from robot_protocols.codes import qr_svg
from robot_protocols.decks import DeckDefinition
from robot_protocols.plans import DeckPlan
from robot_protocols.slot_map import container_text, slot_map_svg, stock_colours, tips_by_slot
from robot_protocols.timing import duration_text, minutes_until_drawn

MOST_WARNINGS = 6
"""Warnings that are printed, so that the card stays on one page; the plan holds all of them."""


def run_card_html(plan: DeckPlan, deck: DeckDefinition) -> str:
    """Return the run card of a plan as one self-contained HTML page that prints on one A4 sheet.

    Args:
        plan: The plan.
        deck: The deck that it was made for.
    """
    text: str = _template().render(
        plan=plan,
        deck=deck,
        map=Markup(slot_map_svg(plan, deck)),  # noqa: S704 - every text inside is escaped where it is drawn
        code=qr_svg(f"filmlab plan {plan.label} {plan.sha256}"),
        colours=stock_colours(plan),
        container=container_text,
        duration=duration_text(plan.minutes),
        transfers=len(plan.transfers),
        mounts={mounted.mount: mounted.pipette.model for mounted in deck.pipettes},
        tips=tips_by_slot(plan),
        timely=list(_timely(plan, deck)),
        warnings=list(_warnings(plan)),
    )
    return text


def _timely(plan: DeckPlan, deck: DeckDefinition) -> Iterator[str]:
    """What must be loaded at the last moment, because it sets."""
    for need in plan.stock_needs:
        handling = deck.handling[need.handling]
        if handling.liquid_minutes:
            minutes = minutes_until_drawn(plan.passes, need.handling, deck)
            yield (
                f"{need.stock} is loaded warm and last: it is drawn until {minutes:.0f} min after the start "
                f"and stays liquid for {handling.liquid_minutes:g} min."
            )


def _warnings(plan: DeckPlan) -> Iterator[str]:
    yield from plan.notes[:MOST_WARNINGS]
    if len(plan.notes) > MOST_WARNINGS:
        yield f"and {len(plan.notes) - MOST_WARNINGS} more, see the plan"


@cache
def _template() -> jinja2.Template:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("robot_protocols", "."), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    return environment.get_template("run_card.html.jinja")
