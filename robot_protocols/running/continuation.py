"""Going on after a run that did not end well: top up what is known, make anew what is not, ask where only eyes help."""

from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from functools import cached_property
from math import ceil

import attrs

from lab.compositions import Composition
from lab.records import DishState
from lab.stocks import Stock
from robot_protocols.decks import DeckDefinition, Place, Use
from robot_protocols.levels import dosing_height, lowest_tip, source_height
from robot_protocols.mass_balance import Dose, dry_film
from robot_protocols.plans import (
    Continues,
    DeckPlan,
    DishContent,
    ExpectedFilm,
    FilmOrder,
    LoadedPlace,
    Mixing,
    PlannedFilm,
    StockNeed,
    StockPass,
    Stroke,
)
from robot_protocols.running.ledger import Container, DeckState
from robot_protocols.running.reckoning import Reckoning
from robot_protocols.running.standing import LeftDose, Standing, dishes_used, standings
from robot_protocols.timing import duration_text, estimate_minutes

WAIT_MINUTES = 45.0
"""How long a mixture that is not complete may wait in its dish before a person has to look at it: a warm gelatin
solution stays liquid for about as long (see handling.toml), and an open dish loses about 0.1 mm of water in it."""


class QuestionCode(StrEnum):
    """What only a person can answer."""

    DISHES_WAITED = "DISHES_WAITED"
    """Are partial mixtures that waited for long still good? yes: top them up; no: make them anew."""


@attrs.frozen
class Question:
    """Something that a person has to say before the robot goes on."""

    code: QuestionCode
    text: str
    choices: tuple[str, ...] = ("yes", "no")


@attrs.frozen
class Continuation:
    """How to go on."""

    plan: DeckPlan | None
    """What is left on this deck; None where nothing is."""
    elsewhere: tuple[FilmOrder, ...]
    """Films that have to be made anew, for whom this deck has no clean dish left."""
    fresh_racks: tuple[int, ...]
    """Slots that need full tip racks first."""
    refills: tuple[tuple[Place, str, float], ...]
    """Containers that have to be filled up first: place, stock, volume in it then, uL."""
    to_do: tuple[str, ...]
    """What the operator has to do before it may start, one sentence each."""


@attrs.frozen(slots=False)
class DeckHistory:
    """A deck with everything that was run on it."""

    deck: DeckDefinition
    ran: tuple[tuple[DeckPlan, Reckoning], ...]
    """The first plan and its continuations, in order, with what happened."""

    @property
    def first(self) -> DeckPlan:
        """The first plan."""
        return self.ran[0][0]

    @cached_property
    def standings(self) -> Mapping[str, Standing]:
        """How each film stands."""
        return standings(self.first, self.ran)

    @property
    def done(self) -> bool:
        """Whether every film is finished."""
        return all(item.state is DishState.FINISHED for item in self.standings.values())


def questions(history: DeckHistory, waited_minutes: float, answers: Mapping[str, str]) -> tuple[Question, ...]:
    """Return what a person has to say first.

    Args:
        history: The deck.
        waited_minutes: Time since the robot was last seen at work.
        answers: What was said already, by the question's code.
    """
    partial = [label for label, item in history.standings.items() if item.state is DishState.PARTIAL]
    if not partial or waited_minutes <= WAIT_MINUTES or answers.get(QuestionCode.DISHES_WAITED) in {"yes", "no"}:
        return ()
    shown = ", ".join(partial[:5]) + (" and more" if len(partial) > 5 else "")
    return (
        Question(
            QuestionCode.DISHES_WAITED,
            f"Half-made films have waited for {duration_text(waited_minutes)}: {shown}. "
            "Look at their dishes: are they still liquid and of their full volume?",
        ),
    )


def plan_continuation(history: DeckHistory, state: DeckState, answers: Mapping[str, str] | None = None) -> Continuation:
    """Plan what is left of a deck.

    Films with a known part are topped up in their dish. Films that are suspect are made anew, in clean dishes of this
    deck while there are some. Doses are those of the first plan, so every film becomes what was signed.

    Args:
        history: The deck and what was run on it.
        state: The robot's ledger after that.
        answers: Answers to `questions`.
    """
    standing = dict(history.standings)
    if (answers or {}).get(QuestionCode.DISHES_WAITED) == "no":
        standing = {label: _spoiled(history, item) for label, item in standing.items()}
    free = iter([place for place in history.deck.dishes if place not in _taken(history, state)])
    films: list[Standing] = []
    elsewhere: list[FilmOrder] = []
    for item in standing.values():
        if item.state is DishState.FINISHED:
            continue
        dish = next(free, None) if item.state is DishState.SUSPECT else item.film.dish
        if dish is None:
            elsewhere.append(item.film.order)
        else:
            films.append(attrs.evolve(item, film=attrs.evolve(item.film, dish=dish)))
    builder = _Builder(history, state, films)
    plan = builder.build() if films else None
    return Continuation(
        plan=plan,
        elsewhere=tuple(elsewhere),
        fresh_racks=tuple(builder.fresh_racks),
        refills=tuple(builder.refills),
        to_do=tuple(_to_do(history, standing, builder, elsewhere)),
    )


def _spoiled(history: DeckHistory, item: Standing) -> Standing:
    if item.state is not DishState.PARTIAL:
        return item
    label = item.film.order.label
    whole = standings(history.first, ())[label]
    return attrs.evolve(whole, state=DishState.SUSPECT, film=item.film)


def _taken(history: DeckHistory, state: DeckState) -> set[Place]:
    """Dishes that are not clean, or are kept for a film that is still to come."""
    kept = {item.film.dish for item in history.standings.values() if item.state is not DishState.SUSPECT}
    return {*dishes_used(history.ran), *state.dishes, *kept}


def _to_do(
    history: DeckHistory, standing: Mapping[str, Standing], builder: "_Builder", elsewhere: Sequence[FilmOrder]
) -> Iterator[str]:
    if history.ran[-1][1].tip_on:
        yield "Look at both pipettes: a tip may still hang on one. Take it off by hand."
    for slot in builder.fresh_racks:
        yield f"Put a full tip rack into slot {slot}."
    for place, stock, volume in builder.refills:
        yield f"Fill {stock} at {place} up to {volume / 1000:.1f} mL."
    spoiled = [label for label, item in standing.items() if item.state is DishState.SUSPECT]
    if spoiled:
        yield f"Discard what is in the first dishes of {', '.join(spoiled)}: what they hold is not known or not good."
    if elsewhere:
        labels = ", ".join(order.label for order in elsewhere)
        yield f"Plan another deck for {labels}: this one has no clean dish left."


@attrs.frozen
class _Group:
    """Strokes that one tip makes."""

    stock: str
    pipette: str
    handling: str
    strokes: tuple[tuple[Standing, LeftDose], ...]


class _Builder:
    """Builds the plan of a continuation."""

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
                yield item, mixing.pipette, mixing

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
        racks = [
            slot.labware
            for slot in self.deck.using(Use.TIPS)
            if slot.labware.load_name in self.deck.pipette(dose.pipette).tip_racks
        ]
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
        for (item, _, pattern), tip in zip(self._mixing_models(), tips, strict=True):
            self.step += 1
            yield attrs.evolve(pattern, step=self.step - 1, tip=tip, dish=item.film.dish)

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
