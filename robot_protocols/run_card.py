"""The run card: one page that says what to load where, with a map of the slots and a place to sign."""

from collections.abc import Iterator, Sequence
from functools import cache
from math import ceil

import jinja2
from markupsafe import Markup

from lab.counting import counted
from robot_protocols.codes import qr_svg
from robot_protocols.decks import DeckDefinition
from robot_protocols.plans import DeckPlan, load_text
from robot_protocols.slot_map import container_text, slot_map_svg, stock_colours, tips_by_slot
from robot_protocols.timing import duration_text, minutes_until_drawn

MOST_WARNINGS = 6
"""Warnings that are printed, so that the card stays on one page; the plan holds all of them."""
MANY_STOCKS = 8
"""With more of them their table gets most of the sheet's width."""
_LARGEST_MAP, _SMALLEST_MAP = 152.0, 70.0
"""Heights of the map, mm."""
_SHEET = 279.0 - 81.0
"""Height of an A4 sheet within its margins less everything on it that is there always, mm."""
_LINE = 5.3
"""Height of a line below the map, mm."""
_LETTERS, _WARNING = 14, 95
"""Letters of a line: of a stock's name and of where it stands, of a warning."""


def run_card_html(plan: DeckPlan, deck: DeckDefinition) -> str:
    """Return the run card of a plan as one self-contained HTML page that prints on one A4 sheet.

    Args:
        plan: The plan.
        deck: The deck that it was made for.
    """
    warnings = list(_warnings(plan))
    text: str = _template().render(
        plan=plan,
        deck=deck,
        map_height=_map_height(plan, warnings),
        table_share=2.5 if len(plan.stock_needs) > MANY_STOCKS else 1,
        counted=counted,
        map=Markup(slot_map_svg(plan, deck)),  # noqa: S704 - every text inside is escaped where it is drawn
        code=qr_svg(f"filmlab plan {plan.label} {plan.sha256}"),
        colours=stock_colours(plan),
        container=container_text,
        load=load_text,
        duration=duration_text(plan.minutes),
        transfers=len(plan.transfers),
        mounts={mounted.mount: mounted.pipette.model for mounted in deck.pipettes},
        tips=tips_by_slot(plan),
        timely=list(_timely(plan, deck)),
        warnings=warnings,
    )
    return text


def _map_height(plan: DeckPlan, warnings: Sequence[str]) -> float:
    """Return how tall the map may be, mm, so that what stands below it ends on the same sheet."""
    where = _LETTERS * (2 if len(plan.stock_needs) > MANY_STOCKS else 1)
    rows = [max(len(container_text(need)) / where, len(need.stock) / _LETTERS) for need in plan.stock_needs]
    below = _LINE * (sum(map(ceil, rows)) + sum(ceil(len(text) / _WARNING) for text in warnings))
    return round(max(_SMALLEST_MAP, min(_LARGEST_MAP, _SHEET - below)), 1)


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
