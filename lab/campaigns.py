"""What a campaign is about: materials with bounds, properties, stocks, casting, rules of the loop, wishes.

What needs numpy imports it where an array is asked for: a command that only reads a campaign does without it.
"""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal

import attrs

from lab.grades import Grade
from lab.materials import Lot, Material
from lab.properties import Property
from lab.records import Purpose
from lab.stocks import Stock

if TYPE_CHECKING:
    import numpy as np

    from lab.arrays import Mask
    from lab.simplex import Fractions

_fraction = attrs.validators.and_(attrs.validators.ge(0.0), attrs.validators.le(1.0))
_positive = attrs.validators.gt(0.0)

BY_AIM = "default"
"""Stands for the acquisition rule that wins the benchmark for the campaign's aim."""

RECIPE_QUANTITIES: Mapping[str, str] = MappingProxyType(
    {"quality": "fraction", "cost": "USD/kg", "footprint": "kg CO2e/kg", "films": "1"}
)
"""Quantities of a recipe that are neither properties nor materials, with their units: predicted quality, price and
footprint of the dry film, and how many films the stocks at hand suffice for."""


def _grades(grades: Iterable[str]) -> tuple[Grade, ...]:
    return tuple(Grade(grade) for grade in grades)


@attrs.frozen
class MaterialRange:
    """A material of the campaign with the bounds of its weight fraction."""

    material: Material
    lower: float = attrs.field(default=0.0, validator=_fraction)
    upper: float = attrs.field(default=1.0, validator=_fraction)
    attributes: Mapping[str, str] = attrs.field(factory=dict)
    """Attributes of the batch in use, for example ``{"source": "bovine"}``."""


@attrs.frozen
class Casting:
    """How films of one kind are cast."""

    deck: str
    """Name of a built-in deck, or path of a deck file."""
    solids: float = attrs.field(validator=_positive)
    """Dry material of a film, mg."""
    volume: float = attrs.field(validator=_positive)
    """Casting volume, filled up with water, uL."""


@attrs.frozen
class QualityRule:
    """When a film counts as usable, and how sure a model must be."""

    usable: tuple[Grade, ...] = attrs.field(default=(Grade.A,), converter=_grades)
    loop_threshold: float = attrs.field(default=0.75, validator=_fraction)
    """Least predicted quality for a film suggested by the loop (Chen et al. 2024: 0.75)."""
    design_threshold: float = attrs.field(default=0.85, validator=_fraction)
    """Least predicted quality for a designed film (Chen et al. 2024: 0.85)."""
    model: Literal["paper", "calibrated"] = "paper"
    """``paper``: regression on the grades as in the reference work; ``calibrated``: probability of a usable film."""


def _texts(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(texts)


@attrs.frozen
class GoalRule:
    """What a campaign looks for that does not want to learn the whole map.

    Either requirements that one film shall meet, or properties that shall be high or low; several of these are a search
    for best compromises.
    """

    require: tuple[str, ...] = attrs.field(default=(), converter=_texts)
    """Requirements as people write them, all of which one film shall meet."""
    maximise: tuple[str, ...] = attrs.field(default=(), converter=_texts)
    """Names of properties that shall be high."""
    minimise: tuple[str, ...] = attrs.field(default=(), converter=_texts)
    """Names of properties that shall be low."""

    def __bool__(self) -> bool:
        return bool(self.require or self.maximise or self.minimise)


@attrs.frozen
class CostRule:
    """What films cost, in any currency; a campaign without costs chooses as if all films cost the same."""

    film: float = attrs.field(default=0.0, validator=attrs.validators.ge(0.0))
    """Work and machine time of a film, whatever it is made of."""
    materials: Mapping[str, float] = attrs.field(factory=dict)
    """Price of a gram of dry material, by material; what is not named is free."""

    def __bool__(self) -> bool:
        return self.film > 0 or any(self.materials.values())


def _goal(goal: GoalRule | Mapping[str, Any]) -> GoalRule:
    return goal if isinstance(goal, GoalRule) else GoalRule(**goal)


def _costs(costs: CostRule | Mapping[str, Any]) -> CostRule:
    return costs if isinstance(costs, CostRule) else CostRule(**costs)


@attrs.frozen
class LoopRule:
    """How many films the active-learning loop makes, and by which rule it chooses them."""

    loops: int = attrs.field(default=14, validator=attrs.validators.ge(1))
    batch: int = attrs.field(default=10, validator=attrs.validators.ge(1))
    films: int = attrs.field(default=135, validator=attrs.validators.ge(1))
    """Most films of all loops together, never more than loops x batch; the last loops are smaller where it is less."""
    rule: str = BY_AIM
    """Name of the acquisition rule; `BY_AIM` is the one that wins the benchmark for the campaign's aim."""
    approval: Literal["automatic", "person"] = "automatic"
    """Whether a person decides about every suggested and designed film before it is made."""
    stop: Literal["advise", "ask", "automatic"] = "advise"
    """What happens where a review advises to stop: it is shown; a person has to decide; or the loops end."""
    repeats: int = attrs.field(default=0, validator=attrs.validators.ge(0))
    """Films of a batch that repeat earlier ones on purpose: doubtful films first, then such as tell the noise."""
    vary: tuple[str, ...] = attrs.field(default=(), converter=tuple)
    """Attributes that are chosen with every recipe, among the values of the stocks: ``gelatin.source``."""
    goal: GoalRule = attrs.field(factory=GoalRule, converter=_goal)
    """What is looked for; empty where the whole map shall be learned."""
    costs: CostRule = attrs.field(factory=CostRule, converter=_costs)
    """What films cost."""

    def size(self, loop: int, begun: Mapping[int, int] = MappingProxyType({})) -> int:
        """Return how many films a loop makes.

        Args:
            loop: Its number, from 1.
            begun: Films of each loop that has some, which another batch may have made; see `Records.loop_sizes`.
        """
        if not 1 <= loop <= self.loops:
            return 0
        before = (loop - 1) * self.batch + sum(films - self.batch for one, films in begun.items() if one < loop)
        return begun.get(loop, max(0, min(self.batch, self.films - before)))

    def planned(self, begun: Mapping[int, int] = MappingProxyType({})) -> int:
        """Return how many loops make at least one film; see `size`."""
        return sum(self.size(loop, begun) > 0 for loop in range(1, self.loops + 1))


@attrs.frozen
class CommitteeRule:
    """Size and training of the property committee."""

    members: int = attrs.field(default=10, validator=attrs.validators.ge(2))
    epochs: int = attrs.field(default=400, validator=attrs.validators.ge(1))


@attrs.frozen
class DesignRequest:
    """A wish: requirements that a film shall meet, and how many recipes to make for it."""

    name: str
    require: tuple[str, ...] = attrs.field(converter=_texts)
    make: int = attrs.field(default=2, validator=attrs.validators.ge(1))


@attrs.frozen
class CampaignDefinition:
    """Everything that a campaign is about. Nothing else in filmlab knows which materials and properties there are."""

    name: str
    title: str
    lab: str
    """``virtual`` for the virtual lab, ``real`` for a robot and people."""
    ranges: tuple[MaterialRange, ...]
    properties: tuple[Property, ...]
    stocks: tuple[Stock, ...]
    library_casting: Casting
    """How films are cast that are made to be graded."""
    measured_casting: Casting
    """How films are cast that are measured."""
    library_step: float
    """Lattice step of the recipes that are made to be graded, as a weight fraction."""
    recipe_step: float
    """Lattice step of suggested and designed recipes, as a weight fraction."""
    quality: QualityRule = attrs.field(factory=QualityRule)
    loop: LoopRule = attrs.field(factory=LoopRule)
    committee: CommitteeRule = attrs.field(factory=CommitteeRule)
    designs: tuple[DesignRequest, ...] = ()
    lots: tuple[Lot, ...] = ()
    """Batches of materials that the stocks are made from."""
    world: Mapping[str, str] = attrs.field(factory=dict)
    """Options of the virtual lab's film world."""
    deck_files: Mapping[str, Mapping[str, str]] = attrs.field(factory=dict)
    """Texts of the files of decks of one's own, by the deck's name in the castings and the file's name."""

    @property
    def material_names(self) -> tuple[str, ...]:
        """Names of the materials, in the order of every composition array."""
        return tuple(item.material.name for item in self.ranges)

    @property
    def property_names(self) -> tuple[str, ...]:
        """Names of the properties, in the order of every property array."""
        return tuple(prop.name for prop in self.properties)

    @property
    def units(self) -> Mapping[str, str]:
        """Unit of every name that a requirement may use: properties, materials as fractions, `RECIPE_QUANTITIES`."""
        units = {prop.name: prop.unit for prop in self.properties}
        return MappingProxyType({**RECIPE_QUANTITIES, **units, **dict.fromkeys(self.material_names, "fraction")})

    @property
    def attributes(self) -> Mapping[str, str]:
        """Attributes of the batches in use, ``{"gelatin.source": "bovine", ...}``."""
        return MappingProxyType(
            {
                f"{item.material.name}.{name}": value
                for item in self.ranges
                for name, value in {**item.material.default_attributes(), **item.attributes}.items()
            }
        )

    @property
    def varied(self) -> Mapping[str, tuple[str, ...]]:
        """Attributes that are chosen with every recipe, each with the values that stocks have, the usual one first."""
        found = {}
        for name in self.loop.vary:
            material, _, attribute = name.partition(".")
            offered = [stock.attributes.get(attribute) for stock in self.stocks if stock.material == material]
            values = dict.fromkeys([self.attributes.get(name), *offered])
            found[name] = tuple(value for value in values if value is not None and value in offered)
        return MappingProxyType(found)

    def casting_of(self, purpose: Purpose) -> Casting:
        """Return how films of a purpose are cast."""
        return self.library_casting if purpose is Purpose.LIBRARY else self.measured_casting

    @property
    def bounds(self) -> "tuple[Fractions, Fractions]":
        """Least and greatest fraction of every material, shape ``(k,)`` each."""
        import numpy as np

        return np.array([item.lower for item in self.ranges]), np.array([item.upper for item in self.ranges])

    def within_bounds(self, compositions: "Fractions") -> "Mask":
        """Return which rows keep to the bounds of every material: shape ``(n, k)`` to boolean ``(n,)``."""
        from lab.simplex import within

        return within(compositions, *self.bounds)

    def library(self) -> "Fractions":
        """Return the recipes that are made to be graded: the lattice points within the bounds, shape ``(n, k)``."""
        return self._lattice_points(self.library_step)

    def candidates(self) -> "Fractions":
        """Return all recipes on the finer lattice that keep to the bounds, shape ``(n, k)``."""
        return self._lattice_points(self.recipe_step)

    def _lattice_points(self, step: float) -> "Fractions":
        from lab.simplex import lattice

        points = lattice(len(self.ranges), step)
        kept: Fractions = points[self.within_bounds(points)]
        return kept

    def sample(self, rng: "np.random.Generator", n: int) -> "Fractions":
        """Return compositions drawn uniformly from the bounded simplex, shape ``(n, k)``.

        Raises:
            CompositionError: If the bounds leave so little that drawing finds nothing.
        """
        from lab.simplex import sample_within

        return sample_within(rng, n, *self.bounds)
