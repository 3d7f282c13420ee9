"""What a deck can hold: dishes, containers and tips, asked before films are put on it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from math import ceil

import attrs

from lab.stocks import WATER, Stock
from robot_protocols.decks import DeckDefinition, Place
from robot_protocols.diagnosis import Cause
from robot_protocols.dishes import dishes_for
from robot_protocols.doses import Recipe
from robot_protocols.levels import lowest_tip
from robot_protocols.plans import LoadedPlace


@attrs.frozen
class Shortage:
    """Why films do not fit on one deck together."""

    cause: Cause
    message: str
    hint: str


@attrs.frozen
class Container:
    """A stock's share of the deck."""

    needed: float
    """Volume that is dispensed, uL."""
    dead: float
    """Volume that stays in each container, uL."""
    places: tuple[LoadedPlace, ...]


@attrs.define
class DeckBudget:
    """Answers whether films fit on one deck, and how."""

    deck: DeckDefinition
    stocks: Mapping[str, Stock]
    used_tips: frozenset[Place] = frozenset()
    """Places of the racks that are empty before the deck starts."""

    def tip_places(self, model: str) -> tuple[Place, ...]:
        """Return the tips that a pipette has, in the order in which they are used."""
        return tuple(place for place in self.deck.tip_places(model) if place not in self.used_tips)

    def mixing_pipettes(self, films: int, tips_used: Mapping[str, int]) -> list[str] | None:
        """Return the pipette that mixes each film, or None where the tips do not suffice."""
        chosen: list[str] = []
        for model in self.deck.mixing.pipettes:
            free = len(self.tip_places(model)) - tips_used.get(model, 0)
            chosen += [model] * max(0, min(free, films - len(chosen)))
        return chosen if len(chosen) == films or not self.deck.mixing.pipettes else None

    def tips_used(self, recipes: Sequence[Recipe]) -> Mapping[str, int]:
        """Return how many tips the strokes take by pipette, mixing left aside."""
        strokes: Counter[tuple[str, str]] = Counter()
        for recipe in recipes:
            for stock, dose in recipe.doses.items():
                strokes[stock, dose.pipette] += len(dose.volumes)
        used: Counter[str] = Counter()
        for (stock, model), count in strokes.items():
            used[model] += ceil(count / self.deck.handling[self.handling(stock)].tip_uses)
        return used

    def handling(self, stock: str) -> str:
        """Return the handling class of a stock or of water."""
        return "water-like" if stock == WATER else str(self.stocks[stock].handling)

    def shortage(self, recipes: Sequence[Recipe]) -> Shortage | None:
        """Return why films do not fit on one deck together, or None if they do."""
        if None in dishes_for([recipe.order.volume for recipe in recipes], self.deck.dishes, self.deck):
            return Shortage(Cause.OVER_DISH_CAPACITY, "there are not enough dishes", "use a deck with more dishes")
        used = self.tips_used(recipes)
        short = [model for model, count in used.items() if count > len(self.tip_places(model))]
        if short or self.mixing_pipettes(len(recipes), used) is None:
            return Shortage(Cause.TIPS_SHORT, "there are not enough tips", "add a tip rack to the deck")
        containers = self.containers(recipes)
        return containers if isinstance(containers, Shortage) else None

    def containers(self, recipes: Sequence[Recipe]) -> Mapping[str, Container] | Shortage:
        """Return where each stock stands and how much of it is loaded, or what is short.

        The largest need is placed first, each in the smallest container that holds it, else in as many as it takes.
        """
        strokes: dict[str, list[float]] = {}
        pipettes: dict[str, set[str]] = {}
        for recipe in recipes:
            for stock, dose in recipe.doses.items():
                strokes.setdefault(stock, []).extend(dose.volumes)
                pipettes.setdefault(stock, set()).add(dose.pipette)
        free = list(self.deck.stock_places)
        found: dict[str, Container] = {}
        for stock in sorted(strokes, key=lambda name: (-sum(strokes[name]), name)):
            container = self.container(stock, strokes[stock], pipettes[stock], free)
            if isinstance(container, Shortage):
                return container
            found[stock] = container
            taken = {loaded.place for loaded in container.places}
            free = [place for place in free if place not in taken]
        return found

    def container(
        self, stock: str, strokes: Sequence[float], pipettes: set[str], free: Sequence[Place]
    ) -> Container | Shortage:
        """Return where a stock stands, or what is short.

        Args:
            stock: Name of the stock.
            strokes: Volumes that are drawn, uL.
            pipettes: Models that draw it.
            free: Places that are still free.
        """
        needed = sum(strokes)
        dead = {place: self.dead_volume(stock, place, pipettes) for place in free}
        volume = self.stocks[stock].volume if stock in self.stocks else float("inf")
        # A container more for the reserve costs what cannot be taken from it: of a scarce stock the reserve goes first.
        for reserve in (self.deck.reserve, 0.0):
            places = self._places(strokes, dead, reserve)
            if not places:
                return Shortage(
                    Cause.NO_PLACE_FOR_STOCK,
                    f"no container is free for {_wanted(strokes, 1, reserve) / 1000:.1f} mL of {stock}",
                    "use a deck with more or larger containers",
                )
            stays = dead[places[0]]
            at_hand = volume - stays * len(places)
            least = _wanted(strokes, len(places), 0.0)
            if least <= at_hand + 1e-6:
                break
        else:
            wanted = ceil((least + stays * len(places)) / 100 - 1e-6) / 10  # rounded up: so much is enough
            return Shortage(
                Cause.STOCK_SHORT,
                f"{wanted:.1f} mL of {stock} are needed, {volume / 1000:g} mL are at hand",
                f"prepare more of {stock}",
            )
        left = min(_wanted(strokes, len(places), self.deck.reserve), at_hand)
        loaded = []
        for place in places:
            share = min(left, self.deck.well(place).capacity - stays)
            loaded.append(LoadedPlace(place, round(share + stays, 1)))
            left -= share
        return Container(needed=round(needed, 1), dead=round(stays, 1), places=tuple(loaded))

    def _places(self, strokes: Sequence[float], dead: Mapping[Place, float], reserve: float) -> list[Place]:
        """Return the smallest container that holds a stock, else as few of one kind as do together; none if none do.

        Args:
            strokes: Volumes that are drawn, uL.
            dead: What cannot be taken from each place that is free, uL.
            reserve: Share of what is drawn that is loaded beyond it.
        """
        room = {place: self.deck.well(place).capacity - stays for place, stays in dead.items()}
        fitting = [place for place in room if room[place] >= _wanted(strokes, 1, reserve)]
        if fitting:
            return [min(fitting, key=lambda place: room[place])]
        together: list[list[Place]] = []
        for kind in sorted(set(dead.values())):
            alike = sorted((place for place in room if dead[place] == kind), key=lambda place: -room[place])
            for count in range(2, len(alike) + 1):
                if sum(room[place] for place in alike[:count]) >= _wanted(strokes, count, reserve):
                    together.append(alike[:count])
                    break
        return min(together, key=len, default=[])

    def dead_volume(self, stock: str, place: Place, pipettes: set[str]) -> float:
        """Return what cannot be taken from a container: the stock's own dead volume, or what tips do not reach."""
        well = self.deck.well(place)
        unreachable = well.area * lowest_tip(well, self.deck.racks(*pipettes))
        own = self.stocks[stock].dead_volume if stock in self.stocks else 0.0
        return max(own, unreachable)


def _wanted(strokes: Sequence[float], containers: int, reserve: float) -> float:
    """Return the volume to load beside what cannot be taken, uL, with a reserve as a share of what is drawn.

    A stroke is never split, so nearly a stroke may be left over in each container but one.
    """
    needed = sum(strokes)
    return needed + max(needed * reserve, (containers - 1) * max(strokes))
