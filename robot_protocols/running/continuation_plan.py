"""The plan of a continuation: the doses that films still need, with the tips and the liquid that are left."""

from collections.abc import Iterator, Mapping, Sequence
from math import ceil

import attrs

from lab.compositions import Composition
from lab.stocks import Stock
from robot_protocols.decks import Place
from robot_protocols.levels import dosing_height, lowest_tip, mixing_height, source_height
from robot_protocols.mass_balance import Dose, dry_film
from robot_protocols.plans import (
    Continues,
    DeckPlan,
    DishContent,
    ExpectedFilm,
    LoadedPlace,
    Mixing,
    PlannedFilm,
    StockNeed,
    StockPass,
    Stroke,
)
from robot_protocols.running.ledger import Container, DeckState
from robot_protocols.running.standing import DeckHistory, LeftDose, Standing
from robot_protocols.timing import estimate_minutes


@attrs.frozen
class _Group:
    """Strokes that one tip makes."""

    stock: str
    pipette: str
    handling: str
    strokes: tuple[tuple[Standing, LeftDose], ...]


class ContinuationPlanner:
    """Plans what is left of films on their deck, and notes what has to be done for it first."""

    def __init__(self, history: DeckHistory, state: DeckState, films: Sequence[Standing]) -> None:
        self.history = history
        self.deck = history.deck
        self.state = state
        self.films = films
        self.fresh_racks: list[int] = []
        self.refills: list[tuple[Place, str, float]] = []
        self.needs = {need.stock: need for need in history.first.stock_needs}
        self.step = 1 + max(
            [stroke.step for plan, _ in history.ran for _, stroke in plan.strokes]
            + [mixing.step for plan, _ in history.ran for mixing in plan.mixings]
        )

    def build(self) -> DeckPlan:
        """Return the plan."""
        first_step = self.step
        containers = self._containers()
        loaded = {place: box.left for place, box in containers.items()}
        grouped = list(self._grouped())
        tips = self._tips([group.pipette for group in grouped], [model for _, model, _ in self._mixing_models()])
        passes = tuple(self._pass(group, tip, containers) for group, tip in zip(grouped, tips[0], strict=True))
        mixings = tuple(self._mixings(tips[1]))
        contents = tuple(DishContent(i.film.order.label, i.contents) for i in self.films if i.contents)
        return DeckPlan(
            label=f"{self.history.first.label}-c{len(self.history.ran)}",
            deck=self.history.first.deck,
            deck_sha256=self.history.first.deck_sha256,
            films=tuple(self._film(item) for item in self.films),
            stock_needs=tuple(self._stock_needs(passes, loaded)),
            passes=passes,
            mixings=mixings,
            minutes=estimate_minutes(passes, mixings, self.deck),
            notes=(f"goes on where {self.history.ran[-1][0].label} ended",),
            continues=Continues(self.history.first.sha256, first_step, contents),
        )

    def _grouped(self) -> Iterator[_Group]:
        """Strokes that are left, in the order of the first plan's passes, as many with one tip as its class allows."""
        order = dict.fromkeys((item.stock, item.pipette, item.handling) for item in self.history.first.passes)
        for stock, model, handling in order:
            left = [
                (film, dose)
                for film in self.films
                for dose in film.left
                if (dose.stock, dose.pipette, dose.handling) == (stock, model, handling)
            ]
            uses = self.deck.handling[handling].tip_uses
            for start in range(0, len(left), uses):
                yield _Group(stock, model, handling, tuple(left[start : start + uses]))

    def _mixing_models(self) -> Iterator[tuple[Standing, str, Mixing]]:
        pattern = {mixing.film: mixing for mixing in self.history.first.mixings}
        for item in self.films:
            if item.mix:
                mixing = pattern[item.film.order.label]
                # A dish in which it is made anew may be another kind of dish.
                left = item.film.order.volume - mixing.volume
                height = mixing_height(self.deck.well(item.film.dish), self.deck.racks(mixing.pipette), left)
                if height is not None:
                    yield item, mixing.pipette, attrs.evolve(mixing, dish=item.film.dish, height=height)

    def _tips(self, passes: Sequence[str], mixings: Sequence[str]) -> tuple[list[Place], list[Place]]:
        """Return a tip for each pass and mixing; racks that do not have enough are replaced by full ones."""
        chosen: tuple[list[Place], list[Place]] = ([], [])
        pools: dict[str, Iterator[Place]] = {}
        for model in dict.fromkeys([*passes, *mixings]):
            places = self.deck.tip_places(model)
            free = [place for place in places if place not in self.state.tips]
            if len(free) < passes.count(model) + mixings.count(model):
                self.fresh_racks += sorted({place.slot for place in places} - set(self.fresh_racks))
                free = list(places)
            pools[model] = iter(free)
        for models, found in zip((passes, mixings), chosen, strict=True):
            found += [next(pools[model]) for model in models]
        return chosen

    def _containers(self) -> dict[Place, Container]:
        """Return the containers with what is in them, those filled up first that would run short."""
        containers = {}
        for need in self.needs.values():
            for place in (loaded.place for loaded in need.places):
                box = self.state.containers.get(place)
                containers[place] = box if box is not None and box.stock == need.stock else Container(need.stock, 0.0)
        for need in self.needs.values():
            wanted = sum(dose.volume for item in self.films for dose in item.left if dose.stock == need.stock)
            places = [loaded.place for loaded in need.places]
            # A stroke is never split between containers: of each, up to a stroke may be left over.
            volumes = [d.volume for item in self.films for d in item.left if d.stock == need.stock]
            largest = max(volumes, default=0.0) if len(places) > 1 else 0.0
            there = sum(max(0.0, containers[place].left - need.dead - largest) for place in places)
            if there >= wanted:
                continue
            for place, loaded in zip(places, need.places, strict=True):
                share = wanted * (1 + self.deck.reserve) / len(places) + need.dead + largest
                full = min(self.deck.well(place).capacity, max(loaded.volume, ceil(share)))
                containers[place] = Container(need.stock, full)
                self.refills.append((place, need.stock, full))
        return containers

    def _pass(self, group: _Group, tip: Place, containers: dict[Place, Container]) -> StockPass:
        made = tuple(self._stroke(item, dose, containers) for item, dose in group.strokes)
        return StockPass(group.stock, group.pipette, tip, group.handling, made)

    def _stroke(self, item: Standing, dose: LeftDose, containers: dict[Place, Container]) -> Stroke:
        need = self.needs[dose.stock]
        places = [loaded.place for loaded in need.places]
        enough = [place for place in places if containers[place].left - dose.volume >= need.dead]
        source = enough[0] if enough else max(places, key=lambda place: containers[place].left)
        box = containers[source]
        containers[source] = attrs.evolve(box, drawn=box.drawn + dose.volume)
        well, dish = self.deck.well(source), self.deck.well(item.film.dish)
        racks = self.deck.racks(dose.pipette)
        self.step += 1
        return Stroke(
            step=self.step - 1,
            film=item.film.order.label,
            volume=dose.volume,
            sd=dose.sd,
            source=source,
            source_height=source_height(well, containers[source].left, lowest_tip(well, racks)),
            dish=item.film.dish,
            dish_height=dosing_height(dish, item.film.order.volume),
            factor=dose.factor,
        )

    def _mixings(self, tips: Sequence[Place]) -> Iterator[Mixing]:
        for (_, _, pattern), tip in zip(self._mixing_models(), tips, strict=True):
            self.step += 1
            yield attrs.evolve(pattern, step=self.step - 1, tip=tip)

    def _film(self, item: Standing) -> PlannedFilm:
        doses = [Dose(dose.stock, dose.pipette, dose.delivered, dose.sd) for dose in item.contents]
        doses += [Dose(dose.stock, dose.pipette, dose.volume * dose.factor, dose.sd) for dose in item.left]
        dry = dry_film(doses, self._stocks(), what=f"film {item.film.order.label}")
        composition = Composition({name: round(value, 9) for name, value in dry.composition.items()})
        expected = ExpectedFilm(composition, {name: round(value, 6) for name, value in dry.sd.items()})
        return attrs.evolve(item.film, expected=expected, solids=round(dry.solids, 4))

    def _stocks(self) -> list[Stock]:
        """The stocks of the first plan, in the order of the materials of its films."""
        names = list(self.history.first.films[0].expected.composition)
        needs = [need for need in self.needs.values() if need.material]
        needs.sort(key=lambda need: names.index(need.material))
        return [Stock(need.stock, need.material, need.concentration, need.concentration_sd) for need in needs]

    def _stock_needs(self, passes: Sequence[StockPass], loaded: Mapping[Place, float]) -> Iterator[StockNeed]:
        """Every stock of the first plan, as dishes hold them; containers only of those that are still drawn from."""
        for need in self.needs.values():
            drawn = sum(stroke.volume for item in passes if item.stock == need.stock for stroke in item.strokes)
            places = tuple(LoadedPlace(old.place, round(loaded[old.place], 1)) for old in need.places)
            yield attrs.evolve(need, needed=round(drawn, 1), places=places if drawn else ())
