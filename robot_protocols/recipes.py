"""Every film's doses, or every reason why a film cannot be made."""

from collections.abc import Mapping, Sequence
from math import floor, log10

import attrs

from lab.compositions import BOUND_TOLERANCE, Composition
from lab.stocks import Stock
from robot_protocols.calibration import Calibrations
from robot_protocols.decks import DeckDefinition
from robot_protocols.diagnosis import Cause, Diagnosis
from robot_protocols.doses import DoseFinder, Recipe
from robot_protocols.nearest import within_volume, without
from robot_protocols.plans import FilmOrder
from robot_protocols.strokes import RESOLUTION, StrokeChooser

Bounds = Mapping[str, tuple[float, float]]
"""Least and greatest weight fraction by material."""


@attrs.define
class RecipeWriter:
    """Turns orders into recipes for one deck and one set of stocks."""

    stocks: Sequence[Stock]
    deck: DeckDefinition
    bounds: Bounds = attrs.field(factory=dict)
    calibrations: Calibrations = attrs.field(factory=dict)
    finder: DoseFinder = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        chooser = StrokeChooser(self.deck.working_pipettes(), self.calibrations)
        self.finder = DoseFinder(self.stocks, chooser, self.deck.handling)

    def write(self, order: FilmOrder) -> Recipe | list[Diagnosis]:
        """Return a film's recipe, or why it cannot be made, root cause first."""
        faults = [*self._outside_bounds(order), *self._over_capacity(order)]
        usable, stock_faults = self._usable(order)
        faults += stock_faults
        if faults:
            return faults
        recipe = self.finder.find(order, usable)
        if recipe is None:
            return [self._too_weak(order, usable)]
        return self._out_of_tolerance(order, recipe) or recipe

    def _outside_bounds(self, order: FilmOrder) -> list[Diagnosis]:
        outside = [
            f"{name} {value:.3g} is outside {low:g} to {high:g}"
            for name, value in order.composition.items()
            for low, high in [self.bounds.get(name, (0.0, 1.0))]
            if not low - BOUND_TOLERANCE <= value <= high + BOUND_TOLERANCE
        ]
        if not outside:
            return []
        return [
            Diagnosis(
                order.label,
                Cause.OUTSIDE_BOUNDS,
                "; ".join(outside),
                "ask for a recipe within the bounds, or widen them in the campaign file",
            )
        ]

    def _over_capacity(self, order: FilmOrder) -> list[Diagnosis]:
        capacity = max((self.deck.well(dish).capacity for dish in self.deck.dishes), default=0.0)
        if order.volume <= capacity:
            return []
        message = f"a casting volume of {order.volume:g} uL does not fit into a dish of {capacity:g} uL"
        return [
            Diagnosis(
                order.label, Cause.OVER_DISH_CAPACITY, message, "cast less volume, or use a deck of larger dishes"
            )
        ]

    def _usable(self, order: FilmOrder) -> tuple[dict[str, list[Stock]], list[Diagnosis]]:
        usable: dict[str, list[Stock]] = {}
        missing: dict[str, str] = {}
        thick: dict[str, Stock] = {}
        for name, value in order.composition.items():
            if value <= 0:
                continue
            fitting = [stock for stock in self.stocks if stock.material == name and _attributes_fit(stock, order)]
            thin = [stock for stock in fitting if not self._too_thick(stock)]
            if thin:
                usable[name] = sorted(thin, key=lambda stock: (stock.concentration, stock.name))
            elif fitting:
                thick[name] = fitting[0]
            else:
                missing[name] = self._wanted(order, name)
        faults = []
        if missing:
            faults.append(
                Diagnosis(
                    order.label,
                    Cause.MISSING_STOCK,
                    f"there is no stock of {', '.join(missing.values())}",
                    f"prepare a stock of {', '.join(missing.values())}",
                    self._makeable(order, without(order, set(missing) | set(thick))),
                )
            )
        for name, stock in thick.items():
            limit = self.deck.handling[stock.handling].dilute_below
            faults.append(
                Diagnosis(
                    order.label,
                    Cause.STOCK_TOO_THICK,
                    f"{stock.name} holds {stock.concentration:g} mg/mL of {name}, too thick for pipettes that move air",
                    f"dilute it below {limit:g} mg/mL",
                    self._makeable(order, without(order, set(missing) | set(thick))),
                )
            )
        return usable, faults

    def _too_thick(self, stock: Stock) -> bool:
        limit = self.deck.handling[stock.handling].dilute_below
        return bool(limit) and stock.concentration > limit

    @staticmethod
    def _wanted(order: FilmOrder, material: str) -> str:
        prefix = f"{material}."
        asked = [
            f"{key.removeprefix(prefix)} {value}" for key, value in order.attributes.items() if key.startswith(prefix)
        ]
        return f"{material} ({', '.join(asked)})" if asked else material

    def _too_weak(self, order: FilmOrder, usable: Mapping[str, Sequence[Stock]]) -> Diagnosis:
        strongest = {name: max(stock.concentration for stock in stocks) for name, stocks in usable.items()}
        needed = sum(order.composition[name] * order.solids / value * 1000 for name, value in strongest.items())
        worst = max(strongest, key=lambda name: order.composition[name] / strongest[name])
        # Doses are rounded, each by half a step at most; so much less is sure to fit.
        most = order.solids * (order.volume - RESOLUTION / 2 * len(strongest)) / needed
        return Diagnosis(
            order.label,
            Cause.STOCK_TOO_WEAK,
            f"{order.solids:g} mg need {needed:.0f} uL of stocks, the film is cast from {order.volume:g} uL",
            f"prepare {worst} stronger than {strongest[worst]:g} mg/mL, "
            f"or ask for at most {_rounded_down(most):.3g} mg a film",
            self._makeable(order, within_volume(order, self._strongest(order))),
        )

    def _strongest(self, order: FilmOrder) -> Mapping[str, float]:
        strongest: dict[str, float] = {}
        for stock in self.stocks:
            if _attributes_fit(stock, order) and not self._too_thick(stock):
                strongest[stock.material] = max(stock.concentration, strongest.get(stock.material, 0.0))
        return strongest

    def _makeable(self, order: FilmOrder, composition: Composition | None) -> Composition | None:
        """The composition that the doses of a changed recipe give; None if that one cannot be made either."""
        if composition is None:
            return None
        usable, faults = self._usable(attrs.evolve(order, composition=composition))
        recipe = None if faults else self.finder.find(attrs.evolve(order, composition=composition), usable)
        return recipe.dry.composition if recipe else None

    def _out_of_tolerance(self, order: FilmOrder, recipe: Recipe) -> list[Diagnosis]:
        limit = self.deck.tolerance.refuse
        if recipe.bias > limit:
            return [
                Diagnosis(
                    order.label,
                    Cause.BELOW_PIPETTE_MINIMUM,
                    f"the film would miss its recipe by {100 * recipe.bias:.1f} wt% ({'; '.join(recipe.notes)})",
                    "prepare a weaker stock of that material, cast more solids, or mount a smaller pipette",
                    recipe.dry.composition,
                )
            ]
        if recipe.sd > limit:
            return [
                Diagnosis(
                    order.label,
                    Cause.TOO_UNCERTAIN,
                    f"a weight fraction would be uncertain by {100 * recipe.sd:.1f} wt% (one standard deviation)",
                    "determine the stocks' concentrations better, cast more solids, or calibrate the stock",
                )
            ]
        return []


def _rounded_down(value: float) -> float:
    """Return the largest number of three digits that is not above a positive one."""
    step = 10.0 ** (floor(log10(value)) - 2)
    return floor(value / step) * step


def _attributes_fit(stock: Stock, order: FilmOrder) -> bool:
    prefix = f"{stock.material}."
    return all(
        stock.attributes.get(key.removeprefix(prefix), value) == value
        for key, value in order.attributes.items()
        if key.startswith(prefix)
    )
