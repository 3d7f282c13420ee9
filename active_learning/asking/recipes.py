"""Recipes as they are written in Python: by the names of materials, in a table of pandas, or as an array."""

from collections.abc import Iterable, Mapping, Sequence
from numbers import Real
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from lab.compositions import Composition
from lab.errors import CompositionError
from lab.names import known_hint
from lab.simplex import Fractions, check_fractions, close

if TYPE_CHECKING:
    import pandas as pd

Recipe: TypeAlias = "Mapping[str, float] | pd.Series[float] | Sequence[float] | Fractions"
Recipes: TypeAlias = "Recipe | Iterable[Recipe] | pd.DataFrame"

MAX_FAULTS = 20
"""Faults that are spelled out; the rest is counted."""


def recipe_points(recipes: Recipes, materials: Sequence[str]) -> Fractions:
    """Return recipes as an array, shape ``(n, k)``, in the order of the materials.

    Args:
        recipes: One or several. With names (mapping, series, frame with a row a recipe): amounts in any unit, closed to
            1; a material that is left out is 0. Without (array, list): weight fractions in the order of the materials.
        materials: Names of the materials, k of them.

    Raises:
        CompositionError: If there is no recipe, or some of them are no composition of these materials; all are listed.
    """
    rows = _rows(recipes, materials)
    points: list[Fractions] = []
    faults: list[str] = []
    hints: list[str] = []
    for number, row in enumerate(rows, start=1):
        try:
            points.append(_named(row, materials) if _has_names(row) else _in_order(row, materials))
        except CompositionError as error:
            faults.append(f"recipe {number}: {error.message}" if len(rows) > 1 else error.message)
            hints.append(error.hint)
    if not rows:
        raise CompositionError("no recipe is given", hint=f"give an amount of one or more of {', '.join(materials)}")
    if not faults:
        return np.array(points)
    more = [f"and {len(faults) - MAX_FAULTS} more recipes"] if len(faults) > MAX_FAULTS else []
    raise CompositionError("; ".join([*faults[:MAX_FAULTS], *more]), hint=hints[0])


def _rows(recipes: object, materials: Sequence[str]) -> list[Any]:
    """Return one value a recipe."""
    import pandas as pd

    if isinstance(recipes, pd.DataFrame):
        _check_names(list(recipes.columns), materials, hint=f"choose the columns: frame[{[*materials]}]")
        return [row for _, row in recipes.iterrows()]
    if _has_names(recipes) or isinstance(recipes, str) or not isinstance(recipes, Iterable):
        return [recipes]
    rows = list(recipes)
    return [rows] if rows and all(isinstance(value, Real) for value in rows) else rows


def _has_names(recipe: object) -> bool:
    import pandas as pd

    return isinstance(recipe, Mapping | pd.Series)


def _check_names(names: Sequence[object], materials: Sequence[str], *, hint: str = "") -> None:
    """Raise a `CompositionError` where names are unknown or there twice."""
    if unknown := [str(name) for name in names if name not in materials]:
        raise CompositionError(
            f"{', '.join(unknown)}: no material of this campaign", hint=hint or known_hint(unknown[0], materials)
        )
    if twice := sorted({str(name) for name in names if names.count(name) > 1}):
        raise CompositionError(f"{', '.join(twice)} is there twice", hint="give one amount of each material")


def _named(recipe: "Mapping[str, float] | pd.Series[float]", materials: Sequence[str]) -> Fractions:
    """Return the fractions of a recipe by material."""
    pairs = list(recipe.items())
    names = [str(name) for name, _ in pairs]
    _check_names(names, materials)
    closed = close([_number(name, value) for name, value in pairs])
    return Composition.from_vector(names, closed).vector(materials)


def _in_order(recipe: object, materials: Sequence[str]) -> Fractions:
    """Return the fractions of a recipe without names."""
    if isinstance(recipe, str) or not isinstance(recipe, Sequence | np.ndarray) or len(recipe) != len(materials):
        raise CompositionError(
            f"{str(recipe)[:60]} is no recipe of {len(materials)} materials",
            hint="give amounts by name, such as {'" + materials[0] + "': 1}, "
            f"or fractions in the order {', '.join(materials)}",
        )
    return check_fractions([_number(name, value) for name, value in zip(materials, recipe, strict=True)])


def _number(name: object, value: Any) -> float:
    """Return an amount as a number of at least 0."""
    try:
        amount = float(value)
    except (TypeError, ValueError):
        amount = np.nan
    if np.isfinite(amount) and amount >= 0:
        return amount
    raise CompositionError(
        f"{name}: {str(value)[:60]} is no number of at least 0", hint="write 0 for a material that is not in the recipe"
    )
