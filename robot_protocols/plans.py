"""Plans as values: what is asked of a deck, and every step that makes it."""

from collections import Counter
from collections.abc import Mapping
from functools import cached_property
from math import ceil
from types import MappingProxyType
from typing import NamedTuple

import attrs

from lab.bench import PlannedTransfer
from lab.compositions import Composition
from lab.hashing import sha256_of_bytes
from lab.read_only import read_only
from lab.records import DishPosition
from robot_protocols.decks import Place

_positive = attrs.validators.gt(0.0)


def load_text(volume: float) -> str:
    """Return a volume in uL as mL for who loads it, rounded up: with less a tip may draw air."""
    return f"{ceil(volume / 10 - 1e-6) / 100:.2f}"


@attrs.frozen
class FilmOrder:
    """A film to be made."""

    label: str
    composition: Composition
    """Weight fractions of the dry film, as asked."""
    solids: float = attrs.field(validator=_positive)
    """Dry material, mg."""
    volume: float = attrs.field(validator=_positive)
    """Casting volume, filled up with water, uL."""
    attributes: Mapping[str, str] = attrs.field(factory=dict, converter=read_only)
    """Attributes that its stocks must have where they say so, ``{"gelatin.source": "bovine"}``."""


class ExpectedFilm(NamedTuple):
    """What the plan will make, as far as is known before it is made."""

    composition: Composition
    sd: Mapping[str, float]
    """Standard deviation of every weight fraction."""


@attrs.frozen
class PlannedFilm:
    """A film with its dish."""

    order: FilmOrder
    dish: Place
    expected: ExpectedFilm
    solids: float
    """Dry material that the plan delivers, mg."""


@attrs.frozen
class LoadedPlace:
    """A container with the volume of a stock that is loaded into it."""

    place: Place
    volume: float


@attrs.frozen
class StockNeed:
    """What a deck needs of a stock."""

    stock: str
    material: str
    """Empty for water."""
    concentration: float
    """mg/mL as planned with; 0 for water."""
    concentration_sd: float
    handling: str
    needed: float
    """Volume that is dispensed, uL."""
    dead: float
    """Volume that stays in each of its containers, uL."""
    places: tuple[LoadedPlace, ...]

    @property
    def load(self) -> float:
        """Volume to prepare and load, with dead volume and reserve, uL."""
        return sum(place.volume for place in self.places)


@attrs.frozen
class Stroke:
    """One step: a pipette draws a volume of a stock and gives it to a film's dish."""

    step: int
    film: str
    volume: float
    """Volume asked for, uL."""
    sd: float
    """Standard deviation of the volume delivered, uL."""
    source: Place
    source_height: float
    """Of the tip above the bottom of the container, mm."""
    dish: Place
    dish_height: float
    """Of the tip above the bottom of the dish, mm: above the liquid."""
    factor: float = 1.0
    """Share of the volume that is delivered, from a calibration; 1 where there is none."""

    @property
    def delivered(self) -> float:
        """Volume that reaches the dish as far as is known, uL."""
        return self.volume * self.factor


@attrs.frozen
class StockPass:
    """Strokes of one stock with one tip, in order."""

    stock: str
    pipette: str
    tip: Place
    handling: str
    strokes: tuple[Stroke, ...]


@attrs.frozen
class Mixing:
    """Mixing of one film in its dish with a fresh tip."""

    step: int
    film: str
    pipette: str
    tip: Place
    dish: Place
    volume: float
    times: int
    height: float
    """Of the tip above the bottom of the dish, mm: inside the liquid."""


@attrs.frozen
class DishDose:
    """A stroke that a dish has already."""

    stock: str
    pipette: str
    volume: float
    """Volume asked for, uL."""
    sd: float
    factor: float = 1.0
    """Share of the volume that was delivered, from a calibration."""

    @property
    def delivered(self) -> float:
        """Volume that reached the dish as far as is known, uL."""
        return self.volume * self.factor


@attrs.frozen
class DishContent:
    """What a film's dish holds before a continuation begins."""

    film: str
    doses: tuple[DishDose, ...]

    @property
    def volume(self) -> float:
        """Volume in the dish, uL."""
        return sum(dose.delivered for dose in self.doses)


@attrs.frozen
class Continues:
    """That a plan goes on where an earlier one ended."""

    plan_sha256: str
    """Hash of the first plan of the deck."""
    first_step: int
    """Number of this plan's first step: steps of a deck are numbered through all of its plans."""
    contents: tuple[DishContent, ...]
    """Dishes that are not empty, and whose films this plan completes."""


@attrs.frozen(slots=False)
class DeckPlan:
    """Everything that one deck load does."""

    label: str
    deck: str
    """Name of the deck definition."""
    deck_sha256: str
    films: tuple[PlannedFilm, ...]
    stock_needs: tuple[StockNeed, ...]
    passes: tuple[StockPass, ...]
    mixings: tuple[Mixing, ...]
    minutes: float
    """Estimated duration."""
    notes: tuple[str, ...] = ()
    """What a person should know: doses left out or rounded up, films near their tolerance."""
    continues: Continues | None = None
    """None for the first plan of a deck."""

    @property
    def contents(self) -> tuple[DishContent, ...]:
        """What dishes hold before the plan begins."""
        return self.continues.contents if self.continues else ()

    @property
    def first_step(self) -> int:
        """Number of the first step."""
        return self.continues.first_step if self.continues else 1

    @cached_property
    def strokes(self) -> tuple[tuple[StockPass, Stroke], ...]:
        """Every stroke with its pass, in the order of steps."""
        return tuple((item, stroke) for item in self.passes for stroke in item.strokes)

    @cached_property
    def film_of_step(self) -> Mapping[int, str]:
        """The film that each step is about, in the order of steps."""
        steps = [(stroke.step, stroke.film) for _, stroke in self.strokes]
        steps += [(mixing.step, mixing.film) for mixing in self.mixings]
        return MappingProxyType(dict(sorted(steps)))

    def minutes_after(self, step: int) -> float:
        """Return about how long the plan takes after a step, min, as if all steps took equally long.

        Args:
            step: The last step that was begun; 0 where none was.
        """
        left = sum(number > step for number in self.film_of_step)
        return self.minutes * left / max(1, len(self.film_of_step))

    @property
    def positions(self) -> tuple[DishPosition, ...]:
        """Where each film is cast."""
        return tuple(DishPosition(film.order.label, film.dish.slot, film.dish.well) for film in self.films)

    @property
    def transfers(self) -> tuple[PlannedTransfer, ...]:
        """Every stroke as a transfer of a stock to a film."""
        return tuple(
            PlannedTransfer(stroke.step, stroke.film, item.stock, item.pipette, stroke.volume, stroke.sd, stroke.factor)
            for item, stroke in self.strokes
        )

    @property
    def expected(self) -> Mapping[str, ExpectedFilm]:
        """Composition with standard deviation that each film will have."""
        return MappingProxyType({film.order.label: film.expected for film in self.films})

    @property
    def tips(self) -> Mapping[str, int]:
        """Tips that are used, by pipette."""
        used = [item.pipette for item in self.passes] + [item.pipette for item in self.mixings]
        return MappingProxyType(dict(sorted(Counter(used).items())))

    @cached_property
    def _json(self) -> str:
        from robot_protocols.plan_files import plan_to_json

        return plan_to_json(self)

    def to_json(self) -> str:
        """Return the plan as canonical JSON: equal plans give equal bytes."""
        return self._json

    @classmethod
    def from_json(cls, text: str) -> "DeckPlan":
        """Read a plan.

        Raises:
            InvalidInputError: If the text is no plan.
        """
        from robot_protocols.plan_files import plan_from_json

        return plan_from_json(text)

    @cached_property
    def sha256(self) -> str:
        """Hash of the plan: what an operator signs."""
        return sha256_of_bytes(self.to_json().encode())
