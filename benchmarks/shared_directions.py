"""What directions that all properties share do to Gaussian processes, and whether the films can tell beforehand.

    python -m benchmarks.shared_directions --tables virtual-4,virtual-10,usable-10,properties,screening

Processes without and with directions (`models.process_kernels`) learn from four fifths of a table's films and predict
the rest, five times. RMSE and negative log-likelihood are of standardised labels, noise and all. The last column is
how often the films that are learned from ask for directions (`models.kernel_choice`).

`virtual-4` are 135 films of random usable recipes of the built-in campaign, measured in the virtual lab; `virtual-10`
300 of ten materials. `usable-10` are 600 films of random recipes of these, usable or not (0 or 1). `properties` and
`screening` are tables of real films, see `benchmarks.model_accuracy`.
"""

import argparse
from collections.abc import Sequence

import attrs
import numpy as np
import torch

from benchmarks.design_worlds import FILMS, GRADED, measured_films, ten_materials
from benchmarks.model_accuracy import read
from lab.arrays import Array, Integers, Mask
from lab.campaign_files import builtin_definition
from lab.campaigns import CampaignDefinition
from lab.seeds import generator
from lab.virtual.bench import VirtualBench
from lab.virtual.film_world import FilmWorld
from models.film_table import FilmTable
from models.folds import fold_numbers
from models.gaussian_processes import fit_gaussian_processes
from models.kernel_choice import DIRECTIONS, choose_kernel
from models.least_squares_machine import standardised
from models.scaling import InputScale
from models.tasks import new_task
from models.threads import one_thread
from models.transforms import fit_target_scale

_FOLDS = 5
_VIRTUAL = "virtual-"
_USABLE = "usable-"


@attrs.frozen(eq=False)
class Scaled:
    """A table as processes see it: inputs ``(n, d)``, labels and their known variances ``(p, n)``, recipe numbers."""

    inputs: Array
    labels: Array
    variances: Array
    bends: Mask
    recipes: Integers


def virtual_films(materials: int, seed: int) -> FilmTable:
    """Return films of random usable recipes, measured in the virtual lab."""
    definition, drawn, usable = _graded(materials, 20 * FILMS[materials], seed)
    return measured_films(definition, VirtualBench(definition, seed), drawn[usable][: FILMS[materials]])


def virtual_grades(materials: int, seed: int) -> Scaled:
    """Return films of random recipes, labelled by whether they are usable."""
    _, drawn, usable = _graded(materials, GRADED, seed)
    nothing = np.zeros(materials, dtype=bool)
    labels = standardised(usable.astype(float))[None]
    scale = InputScale.for_fractions(materials)
    return Scaled(scale(drawn), labels, np.zeros_like(labels), nothing, np.arange(len(drawn)))


def _graded(materials: int, count: int, seed: int) -> tuple[CampaignDefinition, Array, Mask]:
    """Return a campaign, random recipes of it, and which of them are usable."""
    definition = builtin_definition() if materials == 4 else ten_materials()
    world = FilmWorld([item.material for item in definition.ranges], definition.property_names, definition.world)
    drawn = definition.sample(generator(seed, "recipes"), count)
    return definition, drawn, np.array([grade in definition.quality.usable for grade in world.grades(drawn)])


def scaled(name: str, seed: int) -> Scaled:
    """Return one of the tables."""
    if name.startswith(_USABLE):
        return virtual_grades(int(name.removeprefix(_USABLE)), seed)
    if name.startswith(_VIRTUAL):
        table = virtual_films(int(name.removeprefix(_VIRTUAL)), seed)
        scale = InputScale.for_fractions(table.inputs.shape[1])
    else:
        found = read(name)
        table = FilmTable(found.inputs, found.targets, found.target_sd, found.properties)
        scale = found.columns.scale(found.inputs)
    scales = [fit_target_scale(prop, table.targets[:, row]) for row, prop in enumerate(table.properties)]
    tasks = [new_task(table, column, scales[column], 2, seed) for column in table.labelled]
    return Scaled(
        scale(table.inputs),
        np.stack([task.labels for task in tasks]),
        np.stack([task.variances for task in tasks]),
        scale.numbers,
        table.recipe_numbers(np.arange(len(table.inputs))),
    )


def figures(table: Scaled, learned: Mask, directions: int) -> Array:
    """Return RMSE and negative log-likelihood of the films that are not learned, means over the properties."""
    found = fit_gaussian_processes(
        torch.from_numpy(table.inputs[learned]),
        torch.from_numpy(table.labels[:, learned]),
        torch.from_numpy(table.variances[:, learned]),
        bends=torch.from_numpy(table.bends),
        directions=directions,
    )
    mean, variance = (answer.numpy() for answer in found.predict(torch.from_numpy(table.inputs[~learned])))
    total = variance + found.noise.numpy()[:, None] + table.variances[:, ~learned]
    errors = table.labels[:, ~learned] - mean
    loss = 0.5 * (np.log(2.0 * np.pi * total) + errors**2 / total)
    return np.array([np.sqrt(np.nanmean(errors**2, axis=1)).mean(), np.nanmean(loss, axis=1).mean()])


def row(name: str, seed: int) -> str:
    """Return a table's line of the report."""
    table = scaled(name, seed)
    folds = fold_numbers(int(table.recipes.max()) + 1, _FOLDS, generator(seed, "folds"))[table.recipes]
    found, wanted = [], 0
    for number in range(_FOLDS):
        learned = folds != number
        found.append([figures(table, learned, directions) for directions in (0, DIRECTIONS)])
        wanted += bool(
            choose_kernel(
                table.inputs[learned],
                table.labels[:, learned],
                table.variances[:, learned],
                bends=table.bends,
                recipes=np.unique(table.recipes[learned], return_inverse=True)[1],
                rng=generator(seed, "halves", number),
            ).directions
        )
    (rmse, loss), (rmse_with, loss_with) = np.mean(found, axis=0)
    cells = (name, str(len(folds)), f"{rmse:.3f}", f"{rmse_with:.3f}", f"{loss:.3f}", f"{loss_with:.3f}")
    return f"| {' | '.join(cells)} | {wanted} of {_FOLDS} |"


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the report."""
    parser = argparse.ArgumentParser(description="Compare processes with and without shared directions.")
    parser.add_argument("--tables", default="virtual-4,virtual-10,usable-10,properties,screening")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    print(
        "| table | films | RMSE without | RMSE with | NLL without | NLL with | chosen |\n|---|---|---|---|---|---|---|"
    )
    for name in options.tables.split(","):
        with one_thread():
            print(row(name, options.seed), flush=True)


if __name__ == "__main__":
    main()
