"""Films to plan, from a CSV file of recipes (see `lab.recipe_files`) that may say how much of each to cast.

The column ``film`` must be there; ``solids_mg`` or ``solids_mg_per_cm2``, and ``volume_ul``, may be.
"""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import attrs

from lab import recipe_files
from lab.compositions import Composition
from lab.csv_files import csv_text, read_limited
from robot_protocols.plans import FilmOrder

SOLIDS, SOLIDS_PER_AREA, VOLUME = "solids_mg", "solids_mg_per_cm2", "volume_ul"
MOST_ROWS = 10_000
"""Films of one file: about a hundred decks. A longer file is a mistake, and says so instead of taking an hour."""


@attrs.frozen
class FilmStandard:
    """What a film gets where its row does not say."""

    solids: float
    """mg."""
    volume: float
    """uL."""
    casting_area: float
    """Area of a dish, cm^2."""


def read_recipes(path: Path, materials: Iterable[str], standard: FilmStandard) -> tuple[FilmOrder, ...]:
    """Read the films of a CSV file.

    Args:
        path: The file.
        materials: Names that a column may have.
        standard: What a film gets where its row does not say.

    Raises:
        InvalidInputError: With every fault, each with its row and column.
    """
    return parse_recipes(read_limited(path), materials, standard, what=str(path))


def parse_recipes(
    content: bytes, materials: Iterable[str], standard: FilmStandard, *, what: str = "recipes"
) -> tuple[FilmOrder, ...]:
    """Read films from the bytes of a CSV file; see `read_recipes`."""
    form = recipe_files.RecipeForm(
        materials,
        amounts=(SOLIDS, SOLIDS_PER_AREA, VOLUME),
        alternatives=(SOLIDS, SOLIDS_PER_AREA),
        label_needed=True,
        others_allowed=False,
        max_rows=MOST_ROWS,
    )
    table = recipe_files.parse_recipes(content, form, what=what)
    amounts = [dict(zip(table.amounts, row, strict=True)) for row in zip(*table.amounts.values(), strict=True)]
    films = zip(table.labels, table.compositions, amounts or [{}] * len(table.labels), strict=True)
    return tuple(
        FilmOrder(
            label,
            Composition.from_vector(table.materials, fractions),
            _solids(given, standard),
            given.get(VOLUME) or standard.volume,
        )
        for label, fractions, given in films
    )


def _solids(amounts: Mapping[str, float | None], standard: FilmStandard) -> float:
    if (solids := amounts.get(SOLIDS)) is not None:
        return solids
    if (per_area := amounts.get(SOLIDS_PER_AREA)) is not None:
        return per_area * standard.casting_area
    return standard.solids


def recipes_text(orders: Sequence[FilmOrder]) -> str:
    """Return films as the text of a file that `read_recipes` reads as the same films; attributes have no column."""
    materials = list(dict.fromkeys(name for order in orders for name in order.composition))
    rows = (
        [order.label, *(order.composition.get(name, 0.0) for name in materials), order.solids, order.volume]
        for order in orders
    )
    return csv_text(["film", *materials, SOLIDS, VOLUME], rows)
