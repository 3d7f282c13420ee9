"""From orders of films to decks: doses, containers, tips and every step."""

from bisect import bisect_left
from collections import Counter, deque
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from math import floor

import attrs

from lab.compositions import Composition
from lab.errors import InvalidInputError
from lab.stocks import WATER, Stock
from robot_protocols.budget import Container, DeckBudget, Shortage
from robot_protocols.calibration import Calibration, by_stock_and_pipette
from robot_protocols.decks import DeckDefinition, Place
from robot_protocols.diagnosis import Diagnosis, UnmakeableError
from robot_protocols.dishes import dishes_for
from robot_protocols.doses import Recipe
from robot_protocols.levels import dosing_height, lowest_tip, mixing_height, source_height
from robot_protocols.plans import (
    DeckPlan,
    ExpectedFilm,
    FilmOrder,
    Mixing,
    PlannedFilm,
    StockNeed,
    StockPass,
    Stroke,
)
from robot_protocols.recipes import Bounds, RecipeWriter
from robot_protocols.sources import Source
from robot_protocols.strokes import Strokes
from robot_protocols.timing import estimate_minutes, minutes_until_drawn

__all__ = ["FilmOrder", "plan_decks"]


def plan_decks(
    orders: Sequence[FilmOrder],
    stocks: Sequence[Stock],
    deck: DeckDefinition,
    first_number: int = 1,
    *,
    bounds: Bounds | None = None,
    calibrations: Sequence[Calibration] = (),
    used_tips: Collection[Place] = (),
) -> tuple[DeckPlan, ...]:
    """Plan films in their order on as few decks as dishes, tips and stocks allow.

    Args:
        orders: The films.
        stocks: Stocks at hand; their materials, in this order, name the expected compositions. A deck takes at most
            a stock's volume; the stock is thought to be refilled between decks.
        deck: The deck that they are made on.
        first_number: Number of the first deck: deck-001, deck-002, ...
        bounds: Least and greatest weight fraction by material; none where left out.
        calibrations: What pipettes deliver of the stocks, weighed; they correct the volumes that are asked for.
        used_tips: Places of the racks that are already empty. The first deck goes on where its racks stand; later
            ones get full racks.

    Returns:
        One plan a deck; the same arguments give the same plans.

    Raises:
        InvalidInputError: If labels or stocks are there twice, or a stock is called water.
        UnmakeableError: With every reason for every film that cannot be made, root cause first.
    """
    _check(orders, stocks)
    writer = RecipeWriter(stocks, deck, bounds or {}, by_stock_and_pipette(calibrations))
    recipes: list[Recipe] = []
    diagnoses: list[Diagnosis] = []
    for order in orders:
        result = writer.write(order)
        if isinstance(result, Recipe):
            recipes.append(result)
        else:
            diagnoses += result
    full = DeckBudget(deck, {stock.name: stock for stock in stocks})
    first = attrs.evolve(full, used_tips=frozenset(used_tips))
    batches, alone = _batches(recipes, first, full)
    if diagnoses or alone:
        raise UnmakeableError([*diagnoses, *alone])
    plans: list[DeckPlan] = []
    waiting = deque(batches)
    while waiting:
        batch = waiting.popleft()
        label = f"deck-{first_number + len(plans):03d}"
        plan = _DeckBuilder(deck, full if plans else first, batch, label).build()
        if len(batch) > 1 and _sets_too_early(plan, deck):
            half = len(batch) // 2
            waiting.extendleft((batch[half:], batch[:half]))
        else:
            plans.append(plan)
    return tuple(plans)


def _sets_too_early(plan: DeckPlan, deck: DeckDefinition) -> bool:
    """Return whether a liquid that sets as it cools is still drawn when it has: so many films take two decks."""
    return any(
        0 < deck.handling[name].liquid_minutes < minutes_until_drawn(plan.passes, name, deck)
        for name in {item.handling for item in plan.passes}
    )


def _check(orders: Sequence[FilmOrder], stocks: Sequence[Stock]) -> None:
    faults = [f"film {label!r} is asked for {n} times" for label, n in _repeated(order.label for order in orders)]
    faults += [f"stock {name!r} is there {n} times" for name, n in _repeated(stock.name for stock in stocks)]
    faults += [f"no stock may be called {WATER!r}" for stock in stocks if stock.name == WATER]
    if faults:
        raise InvalidInputError("films and stocks", faults, hint="give every film and every stock a name of its own")


def _repeated(names: Iterable[str]) -> list[tuple[str, int]]:
    return [(name, count) for name, count in Counter(names).items() if count > 1]


def _batches(
    recipes: Sequence[Recipe], first: DeckBudget, full: DeckBudget
) -> tuple[list[list[Recipe]], list[Diagnosis]]:
    """Films deck by deck in their order, and those that no deck can hold even alone."""
    alone = {recipe.order.label: found for recipe in recipes if (found := full.shortage([recipe])) is not None}
    waiting = [recipe for recipe in recipes if recipe.order.label not in alone]
    batches: list[list[Recipe]] = []
    if waiting and (short := first.shortage(waiting[:1])) is not None:
        # Nothing fits beside the empty places of the racks, so no deck can start as they stand.
        alone[waiting[0].order.label] = attrs.evolve(short, hint="swap the tip racks for full ones")
        waiting = []
    while waiting:
        count = _most_that_fit(waiting, full if batches else first)
        batches.append(waiting[:count])
        waiting = waiting[count:]
    return batches, [Diagnosis(film, item.cause, item.message, item.hint) for film, item in alone.items()]


def _most_that_fit(recipes: Sequence[Recipe], budget: DeckBudget) -> int:
    """How many of the first recipes one deck holds, one at least; found by halving, as more films never need less."""
    counts = range(2, min(len(recipes), len(budget.deck.dishes)) + 1)
    return 1 + bisect_left(counts, True, key=lambda count: budget.shortage(recipes[:count]) is not None)


class _DeckBuilder:
    """Builds the plan of one deck."""

    def __init__(self, deck: DeckDefinition, budget: DeckBudget, recipes: Sequence[Recipe], label: str) -> None:
        self.deck = deck
        self.budget = budget
        self.recipes = recipes
        self.label = label
        dishes = dishes_for([recipe.order.volume for recipe in recipes], deck.dishes, deck)
        self.dishes = {recipe.order.label: dish for recipe, dish in zip(recipes, dishes, strict=True) if dish}
        containers = budget.containers(recipes)
        if isinstance(containers, Shortage):
            raise InvalidInputError(label, [containers.message], hint=containers.hint)
        self.containers: Mapping[str, Container] = containers
        self.tips = {m.pipette.model: iter(budget.tip_places(m.pipette.model)) for m in deck.pipettes}
        self.step = 0

    def build(self) -> DeckPlan:
        passes = tuple(item for stock in self._stock_order() for item in self._passes(stock))
        mixings = tuple(self._mixings(passes))
        return DeckPlan(
            label=self.label,
            deck=self.deck.name,
            deck_sha256=self.deck.sha256,
            films=tuple(self._film(recipe) for recipe in self.recipes),
            stock_needs=tuple(self._need(stock) for stock in self._stock_order()),
            passes=passes,
            mixings=mixings,
            minutes=estimate_minutes(passes, mixings, self.deck),
            notes=tuple(self._notes()),
        )

    def _stock_order(self) -> list[str]:
        """Stocks in the order of their handling classes, then as they were given."""
        names = [WATER, *self.budget.stocks]
        rank = {name: (self.deck.handling[self.budget.handling(name)].order, names.index(name)) for name in names}
        return sorted(self.containers, key=lambda name: rank[name])

    def _passes(self, stock: str) -> Iterator[StockPass]:
        """All strokes of a stock, pipette by pipette, large before small; a new tip where one is used up."""
        handling = self.deck.handling[self.budget.handling(stock)]
        source = Source.of(self.containers[stock])
        models = sorted({recipe.doses[stock].pipette for recipe in self.recipes if stock in recipe.doses})
        for model in sorted(models, key=lambda model: -self.deck.pipette(model).maximum):
            strokes = [
                self._stroke(recipe, dose, index, source)
                for recipe in self.recipes
                if (dose := recipe.doses.get(stock)) is not None and dose.pipette == model
                for index in range(len(dose.volumes))
            ]
            for start in range(0, len(strokes), handling.tip_uses):
                part = tuple(strokes[start : start + handling.tip_uses])
                yield StockPass(stock, model, next(self.tips[model]), handling.name, part)

    def _stroke(self, recipe: Recipe, dose: Strokes, index: int, source: Source) -> Stroke:
        self.step += 1
        place, left = source.draw(dose.volumes[index])
        well = self.deck.well(place)
        dish = self.dishes[recipe.order.label]
        return Stroke(
            step=self.step,
            film=recipe.order.label,
            volume=dose.volumes[index],
            factor=dose.factors[index],
            sd=dose.sd[index],
            source=place,
            source_height=source_height(well, left, lowest_tip(well, self.deck.racks(dose.pipette))),
            dish=dish,
            dish_height=dosing_height(self.deck.well(dish), recipe.order.volume),
        )

    def _mixings(self, passes: Sequence[StockPass]) -> Iterator[Mixing]:
        used = Counter(item.pipette for item in passes)
        models = self.budget.mixing_pipettes(len(self.recipes), used) or []
        for recipe, model in zip(self.recipes, models, strict=False):
            pipette = self.deck.pipette(model)
            volume = float(floor(min(self.deck.mixing.share * recipe.order.volume, self.deck.largest_stroke(model))))
            dish = self.dishes[recipe.order.label]
            height = mixing_height(self.deck.well(dish), self.deck.racks(model), recipe.order.volume - volume)
            if volume < pipette.minimum or height is None:
                continue
            self.step += 1
            yield Mixing(
                step=self.step,
                film=recipe.order.label,
                pipette=model,
                tip=next(self.tips[model]),
                dish=dish,
                volume=volume,
                times=self.deck.mixing.times,
                height=height,
            )

    def _film(self, recipe: Recipe) -> PlannedFilm:
        # Rounded where the digits stop to mean anything, so that the plan reads well.
        composition = Composition({name: round(value, 9) for name, value in recipe.dry.composition.items()})
        expected = ExpectedFilm(composition, {name: round(value, 6) for name, value in recipe.dry.sd.items()})
        return PlannedFilm(recipe.order, self.dishes[recipe.order.label], expected, round(recipe.dry.solids, 4))

    def _need(self, name: str) -> StockNeed:
        stock = self.budget.stocks.get(name)
        container = self.containers[name]
        return StockNeed(
            stock=name,
            material=stock.material if stock else "",
            concentration=stock.concentration if stock else 0.0,
            concentration_sd=stock.concentration_sd if stock else 0.0,
            handling=self.budget.handling(name),
            needed=container.needed,
            dead=container.dead,
            places=container.places,
        )

    def _notes(self) -> Iterator[str]:
        for recipe in self.recipes:
            yield from recipe.notes
            if recipe.sd > self.deck.tolerance.warn:
                yield f"{recipe.order.label}: a weight fraction is uncertain by {100 * recipe.sd:.1f} wt%"
