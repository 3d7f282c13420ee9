"""Dish labels: a sheet of stickers, each with the film's label, its dish and a code to scan."""

from collections.abc import Mapping, Sequence
from functools import cache
from html import escape

import jinja2
from markupsafe import Markup

from robot_protocols.codes import qr_svg
from robot_protocols.plans import DeckPlan, PlannedFilm

PER_SHEET = 65
"""Stickers of 38.1 x 21.2 mm on an A4 sheet, 5 x 13 (a common size: Avery L7651)."""

_TEXT_AREA = (53.0, 53.0)
"""Width and height beside the code, pt."""
_SIZES = (9.5, 8.5, 7.5, 6.5, 5.5, 5.0, 4.5, 4.0, 3.5)
"""Sizes of a film's label, pt."""
_SMALL, _LINE, _LETTER = 6.4, 1.22, 0.72
"""Size of the other lines in pt, height of a line and width of a bold letter in sizes."""
_MOST_BELOW = 5
"""Lines below a film's label, so that a short label stays large: the code leads to the whole recipe."""


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
    label = film.order.label
    lines = recipe_lines(film.order.composition, lines_below(label) - 1)
    recipe = "".join(f"<br>{escape(line)}" for line in lines)
    size = label_size(label, 1 + len(lines))
    return Markup(  # noqa: S704 - every text inside is escaped
        f'<div class="sticker">{qr_svg(code_of(label, plan))}'
        f'<p><b style="font-size: {size:g}pt">{escape(label)}</b><br>'
        f"{escape(plan.label)} {film.dish}{recipe}</p></div>"
    )


def label_size(label: str, lines_below: int) -> float:
    """Return the largest size in pt in which a film's label fits above what else stands on its sticker.

    Args:
        label: The label; it may be broken anywhere.
        lines_below: Lines of the usual size that follow it.
    """
    height = _TEXT_AREA[1] - lines_below * _LINE * _SMALL
    return next((size for size in _SIZES if _label_height(label, size) <= height), _SIZES[-1])


def lines_below(label: str) -> int:
    """Return how many lines of the usual size have room below a film's label."""
    left = _TEXT_AREA[1] - _label_height(label, _SIZES[-1])
    return min(_MOST_BELOW, int(left / (_LINE * _SMALL)))


def _label_height(label: str, size: float) -> float:
    a_line = int(_TEXT_AREA[0] / (_LETTER * size))
    return -(-len(label) // a_line) * _LINE * size


def recipe_lines(composition: Mapping[str, float], most: int) -> list[str]:
    """Return a recipe in whole percent, two materials a line.

    Args:
        composition: Weight fractions by material.
        most: Lines that have room; where they are too few, what there is least of is left out.
    """
    shares = {name: value for name, value in composition.items() if value > 0}
    room = 2 * most
    shown = sorted(shares, key=shares.__getitem__, reverse=True)[: room if len(shares) <= room else room - 1]
    parts = [f"{name[:4]} {100 * value:.0f}" for name, value in shares.items() if name in shown]
    if len(parts) < len(shares):
        parts.append("…")
    return [" ".join(parts[start : start + 2]) for start in range(0, len(parts), 2)]


@cache
def _template() -> jinja2.Template:
    environment = jinja2.Environment(loader=jinja2.PackageLoader("robot_protocols", "."), autoescape=True)
    return environment.get_template("labels.html.jinja")
