"""Laboratories for the benchmark of inverse design: the virtual lab of 4 or 10 materials, and models of its films."""

from collections.abc import Sequence

import attrs
import numpy as np

from active_learning.feasible import FeasibleSpace
from lab import library
from lab.arrays import Array, Mask
from lab.bench import MadeFilm
from lab.campaign_files import builtin_definition
from lab.campaigns import CampaignDefinition, MaterialRange
from lab.compositions import Composition
from lab.grades import Grade
from lab.materials import HandlingClass, Material
from lab.records import FilmGrade, Measurement, Status
from lab.requirements import Requirement
from lab.seeds import generator
from lab.simplex import Fractions
from lab.stocks import Stock
from lab.virtual.bench import VirtualBench
from lab.virtual.film_world import FilmWorld
from models.committee import PropertyCommittee, fit_committee
from models.film_table import FilmTable
from models.quality import fit_quality

ASKED = (
    "transmittance_vis",
    "transmittance_uv",
    "residual_ratio",
    "tensile_strength",
    "fracture_strain",
    "youngs_modulus",
    "toughness",
)
"""Properties that problems ask for."""

FILMS = {4: 135, 10: 300}
"""Measured films that the models learn from, by the number of materials.

As in a campaign, films are graded before they are measured: the quality model learns from all that were made, and only
the usable ones are measured.
"""
GRADED = 600
"""Graded films where there is no published library of them."""

_REPEATS = 12
_SAMPLES = 24
_AREA = 50.0
"""Casting area of a film, cm2."""

_DECK = "casting-6-dish-troughs"
"""Deck of the campaign of ten materials: the usual one has no room for so many stocks."""

_MORE = (
    ("chitosan", "matrix", HandlingClass.WATER_LIKE),
    ("CMC", "matrix", HandlingClass.WATER_LIKE),
    ("agar", "matrix", HandlingClass.WATER_LIKE),
    ("CNC", "fibre", HandlingClass.FIBRE_GEL),
    ("laponite", "platelet", HandlingClass.CLAY_DISPERSION),
    ("sorbitol", "plasticiser", HandlingClass.GLYCEROL_SOLUTION),
)


def ten_materials() -> CampaignDefinition:
    """Return the built-in campaign with six materials more; none of them may be more than 60 wt%."""
    four = builtin_definition()
    ranges = [attrs.evolve(item, upper=0.6) for item in four.ranges]
    world = {}
    for name, role, handling in _MORE:
        material = library.materials().get(name) or Material(name, name, 1.4, handling)
        ranges.append(MaterialRange(material, 0.0, 0.6))
        if name != "chitosan":
            world[f"role.{name}"] = role
    stocks = [
        *four.stocks,
        *(Stock(f"{name}-10", name, 10.0, 0.1, volume=190_000.0, dead_volume=8_000.0) for name, _, _ in _MORE),
    ]
    return attrs.evolve(
        four,
        name="ten",
        ranges=tuple(ranges),
        stocks=tuple(stocks),
        measured_casting=attrs.evolve(four.measured_casting, deck=_DECK),
        world=world,
    )


@attrs.frozen(eq=False)
class Laboratory:
    """The virtual lab with models that learned in it."""

    definition: CampaignDefinition
    world: FilmWorld
    bench: VirtualBench
    space: FeasibleSpace
    committee: PropertyCommittee
    graded: Fractions
    grades: tuple[Grade, ...]
    films: Fractions
    values: Array
    """Measured values of the films, ``(n, p)``."""
    answers: Fractions
    """Recipes that truly give a usable film and that the quality model knows as such."""
    true_answers: dict[str, Array]
    """True properties of `answers`, ``(n,)`` each."""
    repeatability: dict[str, float]
    """Standard deviation of a film's measured value over its true value."""

    def usable(self, compositions: Fractions) -> Mask:
        """Return which recipes truly give a usable film."""
        usable = self.definition.quality.usable
        return np.array([grade in usable for grade in self.world.grades(compositions)])

    def truth(self, compositions: Fractions) -> dict[str, Array]:
        """Return true properties without noise."""
        mass = self.definition.measured_casting.solids / _AREA
        return dict(self.world.truth(compositions, self.definition.attributes, areal_mass=mass))

    def measured(self, composition: Fractions, label: str) -> dict[str, float]:
        """Return what the bench measures on a film; a test that failed is missing."""
        return _measured(self.bench, self.definition, composition, label)

    def meets(self, composition: Fractions, requirements: Sequence[Requirement]) -> bool:
        """Return whether a recipe truly meets all requirements and gives a usable film."""
        truth = self.truth(composition[None])
        meets = all(requirement.met_by(float(truth[requirement.name][0])) for requirement in requirements)
        return meets and bool(self.usable(composition[None])[0])


def laboratory(seed: int, films: int, epochs: int, materials: int = 4) -> Laboratory:
    """Measure random feasible films and learn from them."""
    definition = builtin_definition() if materials == 4 else ten_materials()
    world = FilmWorld([item.material for item in definition.ranges], definition.property_names, definition.world)
    bench = VirtualBench(definition, seed)
    graded, grades = _graded(definition, world, seed)
    space = FeasibleSpace(definition, fit_quality(graded, grades, definition.quality.usable, seed=seed))
    made, made_grades = _made_films(definition, space.candidates(definition.quality.loop_threshold), world, films, seed)
    graded, grades = np.concatenate([graded, made]), [*grades, *made_grades]
    space = FeasibleSpace(definition, fit_quality(graded, grades, definition.quality.usable, seed=seed))
    chosen = made[[grade in definition.quality.usable for grade in made_grades]]
    measured = measured_films(definition, bench, chosen)
    values = measured.targets
    committee = fit_committee(
        chosen,
        values,
        measured.target_sd,
        definition.properties,
        members=definition.committee.members,
        epochs=epochs,
        seed=seed,
    )
    likely = space.candidates(definition.quality.design_threshold)
    truly = np.array([grade in definition.quality.usable for grade in world.grades(likely)])
    answers = likely[truly]
    found = Laboratory(
        definition, world, bench, space, committee, graded, tuple(grades), chosen, values, answers, {}, {}
    )
    return attrs.evolve(found, true_answers=found.truth(answers), repeatability=_repeatability(found, seed))


def measured_films(definition: CampaignDefinition, bench: VirtualBench, recipes: Fractions) -> FilmTable:
    """Return what the bench measures on a film of each recipe, with the standard errors of the readings."""
    taken = [
        bench.measure([(_made(definition, one, f"F{row}"), FilmGrade(f"F{row}", Grade.A))])
        for row, one in enumerate(recipes)
    ]
    values, sds, counts = (
        np.array([[_number(m, name) for m in film] for film in taken]) for name in ("value", "sd", "n")
    )
    return FilmTable(recipes, values, sds / np.sqrt(counts), definition.properties)


def _graded(definition: CampaignDefinition, world: FilmWorld, seed: int) -> tuple[Fractions, list[Grade]]:
    if len(definition.ranges) == 4:
        recipes, grades = zip(*library.published_grades(), strict=True)
        return np.array([recipe.vector(definition.material_names) for recipe in recipes]), list(grades)
    drawn = definition.sample(generator(seed, "graded"), GRADED)
    return drawn, world.grades(drawn)


def _made_films(
    definition: CampaignDefinition, candidates: Fractions, world: FilmWorld, films: int, seed: int
) -> tuple[Fractions, list[Grade]]:
    """Return recipes made one after the other until there are so many usable films, and their grades."""
    drawn = generator(seed, "films").permutation(candidates)
    grades = world.grades(drawn)
    usable = np.cumsum([grade in definition.quality.usable for grade in grades])
    enough = int(np.searchsorted(usable, films)) + 1
    return drawn[:enough], grades[:enough]


def _repeatability(lab: Laboratory, seed: int) -> dict[str, float]:
    rng = generator(seed, "repeatability")
    rows = rng.choice(len(lab.answers), _SAMPLES)
    spreads: dict[str, list[float]] = {name: [] for name in ASKED}
    for row in rows:
        films = [lab.measured(lab.answers[row], f"R{row}-{repeat}") for repeat in range(_REPEATS)]
        for name in ASKED:
            values = np.array([film[name] for film in films if name in film])
            if len(values) > 2:
                spreads[name].append(float(values.std(ddof=1) / values.mean()))
    return {name: float(np.median(found)) for name, found in spreads.items()}


def _measured(
    bench: VirtualBench, definition: CampaignDefinition, composition: Fractions, label: str
) -> dict[str, float]:
    taken = bench.measure([(_made(definition, composition, label), FilmGrade(label, Grade.A))])
    return {m.property_name: m.value for m in taken if m.status is Status.OK and m.value is not None}


def _number(measurement: Measurement, field: str) -> float:
    value = getattr(measurement, field)
    return np.nan if value is None or measurement.status is not Status.OK else value


def _made(definition: CampaignDefinition, composition: Fractions, label: str) -> MadeFilm:
    named = Composition.from_vector(definition.material_names, composition)
    exact = tuple((name, 0.0) for name in definition.material_names)
    solids = definition.measured_casting.solids
    return MadeFilm(label, named, exact, solids, _AREA, tuple(definition.attributes.items()))
