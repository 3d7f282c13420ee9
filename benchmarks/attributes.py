"""Do batches' attributes change what they change in truth? Gelatin source and platelet size on all nine labels.

    python -m benchmarks.attributes --films 216 --json OUT

In the virtual lab, films of random usable recipes are cast from batches with every combination of gelatin source and
lateral size of montmorillonite, and measured with noise. A committee learns fractions and attributes together; Shapley
values share out each label. OUT holds, for each label, the mean absolute Shapley value of both attributes over the
spread of the label, the same without what chance gives, the same number by the noise-free truth, and seconds.

The virtual lab holds that attributes change much about optics and little about fire and strength (Chen et al. 2024);
nothing but the measured films tells the committee so.
"""

import argparse
import json
import time
from collections.abc import Mapping, Sequence
from itertools import product
from pathlib import Path
from typing import Any

import attrs
import numpy as np

from active_learning.asking.attributes import attribute_columns, explain_attributes
from active_learning.asking.explaining import Explained
from active_learning.campaign.training_data import MeasuredFilms
from lab.bench import MadeFilm
from lab.campaign_files import builtin_definition
from lab.campaigns import CampaignDefinition
from lab.compositions import Composition
from lab.grades import Grade
from lab.records import FilmGrade, Status
from lab.seeds import generator
from lab.simplex import Fractions
from lab.virtual.bench import VirtualBench
from lab.virtual.film_world import FilmWorld

NINE = (
    "transmittance_uv",
    "transmittance_vis",
    "transmittance_ir",
    "residual_ratio",
    "tensile_strength",
    "fracture_strain",
    "youngs_modulus",
    "curve_alpha",
    "curve_beta",
)
_AREA = 9.1
"""Casting area of a film, cm2."""


@attrs.frozen(eq=False)
class Study:
    """Films that differ in recipe and batches."""

    definition: CampaignDefinition
    films: MeasuredFilms
    attributes: tuple[Mapping[str, str], ...]
    world: FilmWorld


def study(films: int, seed: int, epochs: int) -> Study:
    """Cast and measure films of random usable recipes from every combination of batches in turn."""
    built_in = builtin_definition()
    properties = tuple(prop for prop in built_in.properties if prop.name in NINE)
    committee = attrs.evolve(built_in.committee, epochs=epochs)
    definition = attrs.evolve(built_in, properties=properties, committee=committee)
    materials = [item.material for item in definition.ranges]
    world = FilmWorld(materials, definition.property_names)
    recipes = definition.candidates()
    usable = recipes[world.usable_field(recipes) > 0.5]
    chosen = usable[generator(seed, "recipes").choice(len(usable), films, replace=False)]
    keys = [(f"{item.name}.{name}", choices) for item in materials for name, choices in item.attribute_choices.items()]
    combinations = [
        dict(zip((key for key, _ in keys), values, strict=True))
        for values in product(*(choices for _, choices in keys))
    ]
    given = tuple(combinations[row % len(combinations)] for row in range(films))
    bench = VirtualBench(definition, seed)
    values = np.full((films, len(properties)), np.nan)
    errors = np.full_like(values, np.nan)
    for row, (recipe, attributes) in enumerate(zip(chosen, given, strict=True)):
        film = _made(definition, f"F{row}", recipe, attributes)
        for column, found in enumerate(bench.measure([(film, FilmGrade(film.label, Grade.A))])):
            if found.status is Status.OK and found.value is not None and found.sd is not None:
                values[row, column], errors[row, column] = found.value, found.sd / np.sqrt(found.n)
    labels = tuple(f"F{row}" for row in range(films))
    return Study(definition, MeasuredFilms(labels, chosen, values, errors, np.full_like(values, np.nan)), given, world)


def learned(found: Study, seed: int) -> Explained:
    """Return what a committee learned about materials and attributes from the measured films."""
    return explain_attributes(found.definition, found.films, found.attributes, seed=seed, simulated=True)


def true_effects(found: Study) -> dict[str, dict[str, float]]:
    """Return the spread of each noise-free label over an attribute's values, over the spread of the label itself."""
    names = found.definition.property_names
    table = attribute_columns(found.attributes)
    mass = found.definition.measured_casting.solids / _AREA
    base = dict(found.definition.attributes)
    spread = {name: _truth(found, found.films.compositions, base, mass)[name].std() for name in names}
    return {
        name: {
            attribute: float(
                np.std(
                    [
                        _truth(found, found.films.compositions, base | {attribute: choice}, mass)[name]
                        for choice in choices
                    ],
                    axis=0,
                ).mean()
                / spread[name]
            )
            for attribute, choices in zip(table.names, table.choices, strict=True)
        }
        for name in names
    }


def _truth(
    found: Study, recipes: Fractions, attributes: Mapping[str, str], mass: float
) -> Mapping[str, np.ndarray[Any, Any]]:
    return found.world.truth(recipes, attributes, areal_mass=mass)


def _made(definition: CampaignDefinition, label: str, recipe: Fractions, attributes: Mapping[str, str]) -> MadeFilm:
    named = Composition.from_vector(definition.material_names, recipe)
    exact = tuple((name, 0.0) for name in definition.material_names)
    return MadeFilm(label, named, exact, definition.measured_casting.solids, _AREA, tuple(attributes.items()))


def main(arguments: Sequence[str] | None = None) -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description="Effects of batches' attributes, learned and true.")
    parser.add_argument("--films", type=int, default=216)
    parser.add_argument("--epochs", type=int, default=400)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args(arguments)
    found = study(options.films, options.seed, options.epochs)
    start = time.perf_counter()
    explained = learned(found, options.seed)
    seconds = time.perf_counter() - start
    true = true_effects(found)
    rows = {}
    for column, name in enumerate(explained.outputs):
        importance = dict(zip(explained.players, explained.importance[:, column].tolist(), strict=True))
        beyond = dict(zip(explained.players, explained.beyond_chance[:, column].tolist(), strict=True))
        rows[name] = {
            attribute: {
                "learned": importance[attribute],
                "beyond_chance": beyond[attribute],
                "true": true[name][attribute],
            }
            for attribute in true[name]
        }
        text = "   ".join(
            f"{a}: learned {n['learned']:.3f}, beyond chance {n['beyond_chance']:.3f}, true {n['true']:.3f}"
            for a, n in rows[name].items()
        )
        print(f"{name:<18} {text}")
    print(f"learning and explaining took {seconds:.1f} s")
    if options.json:
        options.json.write_text(json.dumps({"labels": rows, "seconds": seconds, "films": options.films}, indent=1))


if __name__ == "__main__":
    main()
