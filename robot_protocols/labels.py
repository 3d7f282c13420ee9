"""Dish labels: a sheet of stickers, each with the film's label, its dish and a code to scan."""

from collections.abc import Iterator, Sequence
from functools import cache
from html import escape

import jinja2
from markupsafe import Markup

from robot_protocols.codes import qr_svg
from robot_protocols.plans import DeckPlan, PlannedFilm

PER_SHEET = 65
"""Stickers of 38.1 x 21.2 mm on an A4 sheet, 5 x 13 (a common size: Avery L7651)."""


def code_of(film: str, plan: DeckPlan) -> str:
    """Return what a dish's code says: the film, its deck and the first digits of the plan's hash."""
    return f"{film} {plan.label} {plan.sha256[:12]}"


def dish_labels_html(plans: Sequence[DeckPlan]) -> str:
    """Return the stickers of all films as one self-contained HTML page."""
    stickers = [_sticker(film, plan) for plan in plans for film in plan.films]
    sheets = [stickers[start : start + PER_SHEET] for start in range(0, len(stickers), PER_SHEET)]
    text: str = _template().render(sheets=sheets, title=", ".join(plan.label for plan in plans))
    return text


def _sticker(film: PlannedFilm, plan: DeckPlan) -> Markup:
    recipe = "".join(f"<br>{escape(line)}" for line in _recipe(film))
    return Markup(  # noqa: S704 - every text inside is escaped
        f'<div class="sticker">{qr_svg(code_of(film.order.label, plan))}'
        f"<p><b>{escape(film.order.label)}</b><br>{escape(plan.label)} {film.dish}{recipe}</p></div>"
    )


def _recipe(film: PlannedFilm) -> Iterator[str]:
    """The recipe in whole percent, three materials a line."""
    parts = [f"{name[:4]} {100 * value:.0f}" for name, value in film.order.composition.items() if value > 0]
    for start in range(0, len(parts), 2):
        yield " ".join(parts[start : start + 2])


@cache
def _template() -> jinja2.Template:
    environment = jinja2.Environment(loader=jinja2.PackageLoader("robot_protocols", "."), autoescape=True)
    return environment.get_template("labels.html.jinja")
