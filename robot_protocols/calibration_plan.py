"""A deck that makes a calibration: single strokes of one stock into dishes that are weighed before and after."""

from collections.abc import Sequence

from lab.compositions import Composition
from lab.errors import InvalidInputError
from lab.stocks import Stock
from robot_protocols.budget import Container, DeckBudget, Shortage
from robot_protocols.decks import DeckDefinition, Place
from robot_protocols.dishes import dishes_for
from robot_protocols.levels import dosing_height, lowest_tip, source_height
from robot_protocols.pipettes import Pipette
from robot_protocols.plans import DeckPlan, ExpectedFilm, FilmOrder, PlannedFilm, StockNeed, StockPass, Stroke
from robot_protocols.sources import Source
from robot_protocols.timing import estimate_minutes


def calibration_plan(
    stock: Stock,
    model: str,
    deck: DeckDefinition,
    *,
    volumes: Sequence[float] | None = None,
    replicates: int = 8,
) -> DeckPlan:
    """Plan single strokes of a stock, one into each dish.

    A "film" of this plan is a dish with one stroke; it is weighed empty, and again at once after the run.

    Args:
        stock: The stock.
        model: The pipette.
        deck: A deck whose dishes can be taken out and weighed, such as ``casting-6-dish``.
        volumes: Volumes to be calibrated, uL; lowest, middle and largest of the pipette where left out.
        replicates: Strokes of each volume.

    Raises:
        InvalidInputError: If a volume is out of the pipette's range, or the deck is too small.
        UnknownNameError: If the deck does not carry the pipette.
    """
    pipette = deck.pipette(model)
    largest = deck.largest_stroke(model)
    wanted = list(volumes or (pipette.minimum, round((pipette.minimum + largest) / 2), largest))
    names = [f"{volume:g}-{number:02d}" for volume in wanted for number in range(1, replicates + 1)]
    faults = [f"{v:g} uL is out of the range of {model}" for v in wanted if not pipette.minimum <= v <= largest]
    strokes = [volume for volume in wanted for _ in range(replicates)]
    dishes = [dish for dish in dishes_for(strokes, deck.dishes, deck) if dish is not None]
    if len(names) > len(dishes):
        faults.append(f"{len(names)} strokes are asked for, the deck has {len(dishes)} dishes that hold one")
    tips, uses = len(deck.tip_places(model)), deck.handling[stock.handling].tip_uses
    if len(names) > tips * uses:
        faults.append(f"{len(names)} strokes are asked for, the deck's {tips} tips for {model} make {tips * uses}")
    faults += [f"{volume:g} uL is asked for twice" for volume in sorted(set(wanted)) if wanted.count(volume) > 1]
    if replicates < 2:
        faults.append("one stroke of a volume has no scatter; ask for at least 2, better 8")
    if faults:
        raise InvalidInputError("calibration", faults, hint="ask for fewer or other volumes")
    return _Builder(stock, pipette, deck).build(strokes, names, dishes)


class _Builder:
    def __init__(self, stock: Stock, pipette: Pipette, deck: DeckDefinition) -> None:
        self.stock = stock
        self.pipette = pipette
        self.deck = deck
        self.handling = deck.handling[stock.handling]

    def build(self, volumes: Sequence[float], names: Sequence[str], dishes: Sequence[Place]) -> DeckPlan:
        strokes, need = self._strokes(volumes, names, dishes)
        tips = self.deck.tip_places(self.pipette.model)
        uses = self.handling.tip_uses
        passes = tuple(
            StockPass(self.stock.name, self.pipette.model, tips[start // uses], self.handling.name, part)
            for start in range(0, len(strokes), uses)
            if (part := tuple(strokes[start : start + uses]))
        )
        return DeckPlan(
            label="calibration",
            deck=self.deck.name,
            deck_sha256=self.deck.sha256,
            films=tuple(self._film(stroke) for stroke in strokes),
            stock_needs=(need,),
            passes=passes,
            mixings=(),
            minutes=estimate_minutes(passes, (), self.deck),
            notes=(f"calibration of {self.stock.name} with {self.pipette.model}: weigh every dish before and after",),
        )

    def _strokes(
        self, volumes: Sequence[float], names: Sequence[str], dishes: Sequence[Place]
    ) -> tuple[list[Stroke], StockNeed]:
        budget = DeckBudget(self.deck, {self.stock.name: self.stock})
        container = budget.container(self.stock.name, volumes, {self.pipette.model}, self.deck.stock_places)
        if isinstance(container, Shortage):
            raise InvalidInputError("calibration", [container.message], hint=container.hint)
        racks, source, strokes = self.deck.racks(self.pipette.model), Source.of(container), []
        for step, (volume, name, dish) in enumerate(zip(volumes, names, dishes, strict=True), start=1):
            place, left = source.draw(volume)
            well = self.deck.well(place)
            strokes.append(
                Stroke(
                    step=step,
                    film=name,
                    volume=volume,
                    sd=round(self.pipette.stroke_sd(volume, extra_cv=self.handling.extra_cv), 3),
                    source=place,
                    source_height=source_height(well, left, lowest_tip(well, racks)),
                    dish=dish,
                    dish_height=dosing_height(self.deck.well(dish), volume),
                )
            )
        return strokes, self._need(container)

    def _need(self, container: Container) -> StockNeed:
        return StockNeed(
            stock=self.stock.name,
            material=self.stock.material,
            concentration=self.stock.concentration,
            concentration_sd=self.stock.concentration_sd,
            handling=self.handling.name,
            needed=container.needed,
            dead=container.dead,
            places=container.places,
        )

    def _film(self, stroke: Stroke) -> PlannedFilm:
        composition = Composition({self.stock.material: 1.0})
        solids = stroke.volume * self.stock.concentration / 1000
        order = FilmOrder(stroke.film, composition, solids, stroke.volume)
        return PlannedFilm(order, stroke.dish, ExpectedFilm(composition, {self.stock.material: 0.0}), round(solids, 4))
