"""Doses of one film: which stock serves each material, with how much.

A pipette gives nothing or at least its minimum, so this is no rounding at the end but a choice: a dose too small is
left out, raised to the minimum, or served from a weaker stock. All combinations are compared, and the one whose film
comes nearest to the recipe, its own uncertainty counted in, is taken.
"""

from collections.abc import Mapping, Sequence
from itertools import product
from math import sqrt

import attrs

from lab.stocks import WATER, Stock
from robot_protocols.handling import Handling
from robot_protocols.mass_balance import Dose, DryFilm, dry_film
from robot_protocols.plans import FilmOrder
from robot_protocols.strokes import RESOLUTION, StrokeChooser, Strokes

SAME_ERROR = 1e-3
"""Errors of a film that differ by less than this (as weight fractions) count as equal; then fewer strokes win."""


@attrs.frozen
class Recipe:
    """A film's doses: strokes by stock, water under its own name."""

    order: FilmOrder
    doses: Mapping[str, Strokes]
    dry: DryFilm
    bias: float
    """Largest distance of a weight fraction from the recipe asked."""
    notes: tuple[str, ...]

    @property
    def sd(self) -> float:
        """Largest standard deviation of a weight fraction."""
        return max(self.dry.sd.values())


@attrs.frozen
class _Option:
    """One way to serve one material."""

    stock: str | None
    strokes: Strokes | None
    note: str = ""

    @property
    def volume(self) -> float:
        return self.strokes.delivered if self.strokes else 0.0

    @property
    def count(self) -> int:
        return len(self.strokes.volumes) if self.strokes else 0


@attrs.define
class DoseFinder:
    """Finds the doses of films from given stocks and pipettes."""

    stocks: Sequence[Stock]
    """All stocks: their materials are the names of every composition."""
    chooser: StrokeChooser
    handling: Mapping[str, Handling]

    def find(self, order: FilmOrder, usable: Mapping[str, Sequence[Stock]]) -> Recipe | None:
        """Return the doses that come nearest to a recipe, or None where the solids do not fit into the volume.

        Args:
            order: The film.
            usable: Stocks that may serve each material of the film that is not zero.
        """
        options = [self._options(order, material, stocks) for material, stocks in usable.items()]
        best: tuple[tuple[float, int, float], Recipe] | None = None
        for combination in product(*options):
            volume = sum(option.volume for option in combination)
            if volume > order.volume + 1e-6 or volume <= 0:
                continue
            recipe = self._recipe(order, combination)
            error = sqrt(
                sum(
                    (recipe.dry.composition[name] - order.composition.get(name, 0.0)) ** 2 + recipe.dry.sd[name] ** 2
                    for name in recipe.dry.composition
                )
            )
            score = (round(error / SAME_ERROR), sum(option.count for option in combination), volume)
            if best is None or score < best[0]:
                best = (score, recipe)
        return best[1] if best else None

    def _options(self, order: FilmOrder, material: str, stocks: Sequence[Stock]) -> list[_Option]:
        target = order.composition[material] * order.solids
        options, too_small = [], []
        for stock in stocks:
            volume = round(target / stock.concentration * 1000 / RESOLUTION) * RESOLUTION
            strokes = self.chooser.choose(volume, self.handling[stock.handling], stock.name)
            if strokes is not None:
                options.append(_Option(stock.name, strokes))
            else:
                too_small.append((stock, volume))
        if too_small:
            stock, volume = max(too_small, key=lambda item: item[1])
            options.append(_Option(None, None, f"{order.label}: {material} is left out: {self._wanted(stock, volume)}"))
        for stock, volume in too_small:
            note = f"{order.label}: {material} is rounded up: {self._wanted(stock, volume)}"
            options.append(_Option(stock.name, self._smallest(stock), note))
        return options

    def _wanted(self, stock: Stock, volume: float) -> str:
        return f"{volume:.1f} uL of {stock.name} would be needed, the smallest dose is {self.chooser.minimum:g} uL"

    def _smallest(self, stock: Stock) -> Strokes | None:
        """The smallest dose of a stock; a pipette that delivers too much is asked for its minimum all the same."""
        handling = self.handling[stock.handling]
        for twentieths in range(20, 40):
            volume = round(self.chooser.minimum * twentieths / 20 / RESOLUTION) * RESOLUTION
            strokes = self.chooser.choose(volume, handling, stock.name)
            if strokes is not None:
                return strokes
        return None

    def _recipe(self, order: FilmOrder, combination: Sequence[_Option]) -> Recipe:
        doses = {option.stock: option.strokes for option in combination if option.stock and option.strokes}
        water, note = self._water(order, sum(strokes.delivered for strokes in doses.values()))
        if water is not None:
            doses[WATER] = water
        dry = dry_film(
            [
                Dose(stock, strokes.pipette, volume * factor, sd)
                for stock, strokes in doses.items()
                for volume, factor, sd in zip(strokes.volumes, strokes.factors, strokes.sd, strict=True)
            ],
            self.stocks,
            what=f"film {order.label}",
        )
        bias = max(abs(dry.composition[name] - order.composition.get(name, 0.0)) for name in dry.composition)
        notes = tuple(text for text in [*(option.note for option in combination), note] if text)
        return Recipe(order, doses, dry, bias, notes)

    def _water(self, order: FilmOrder, filled: float) -> tuple[Strokes | None, str]:
        missing = round((order.volume - filled) / RESOLUTION) * RESOLUTION
        if missing < RESOLUTION / 2:
            return None, ""
        strokes = self.chooser.choose(missing, self.handling["water-like"], WATER)
        if strokes is None:
            return None, f"{order.label}: cast {missing:.1f} uL short, less water than a pipette can give"
        return strokes, ""
