"""Does it help to learn from virtual films? Relative error against their number, on the virtual lab and on real films.

    filmlab demo --workspace W                                   # 135 films chosen by the paper's rule
    python -m benchmarks.virtual_films --workspace W [--methods paper-0,paper-1000,ours-0] [--save virtual.json]
    python -m benchmarks.virtual_films --table properties
    python -m benchmarks.virtual_films_plot virtual.json properties.json --out virtual-films.png

``paper-R`` is the committee of Chen et al. 2024 with R virtual films around each measured one, in their form of noise,
and ``paper-limit`` what that comes to with ever more virtual films and a network that learns them perfectly. ``ours-R``
is our committee of networks with R virtual films in the careful form (noise of the measured SD, closed to 100 %), and
``filmlab`` is what we use: no virtual films, but a Gaussian process beside the networks. Printed is the mean relative
error (MRE) on held-out films, all properties and each, in per cent. A file named by ``--save`` keeps what is done, so
that a run that was stopped goes on. Published for the nine properties: over 55 % without virtual films, 40 % with 100,
17 % with 1,000.
"""

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from benchmarks.model_accuracy import read
from lab.arrays import Array
from lab.seeds import generator
from models import metrics
from models.augmentation import PAPER_SD, Augmentation
from models.baselines.paper import STEPS, paper_committee
from models.committee import fit_committee
from models.film_table import FilmTable
from models.folds import fold_numbers
from models.scaling import InputScale

RATIOS = (0, 10, 100, 1000)
LIMIT = "paper-limit"
METHODS = ("filmlab", LIMIT, *(f"{kind}-{ratio}" for kind in ("paper", "ours") for ratio in RATIOS))
_FOLDS = 5
_PROPERTIES = 9
"""The built-in campaign names the paper's nine properties first."""


def campaign_films(workspace: Path) -> FilmTable:
    """Return the measured films of a campaign's loops and designs, with the paper's nine properties."""
    from active_learning.campaign.training_data import measured_films
    from lab.open_campaigns import open_campaign
    from lab.workspace import Workspace

    with open_campaign(Workspace.open(workspace)) as handle:
        films = measured_films(handle.definition, handle.records())
        properties = handle.definition.properties[:_PROPERTIES]
    values, errors = films.values[:, :_PROPERTIES], films.standard_errors[:, :_PROPERTIES]
    return FilmTable(films.compositions, values, errors, properties)


def table_films(table: str) -> FilmTable:
    """Return the films of a real table (see `benchmarks.model_accuracy`)."""
    films = read(table)
    return FilmTable(films.inputs, films.targets, films.target_sd, films.properties)


def smoothed(films: FilmTable, asked: Array) -> Array:
    """Return the least-squares answer to endlessly many virtual films of the paper's kind, shape ``(m, p)``.

    Where labels are copied with normal noise on the inputs, the mean squared error is least for the mean of the films'
    labels, each weighted by the noise's density at the recipe asked (Nadaraya and Watson's estimator; Bishop,
    Neural Computation 7, 108, 1995). Noise on the labels has mean 0 and changes nothing.
    """
    distances = ((asked[:, None] - films.inputs) ** 2).sum(axis=2)
    found = np.empty((len(asked), films.targets.shape[1]))
    for column, labels in enumerate(films.targets.T):
        known = np.isfinite(labels)
        apart = distances[:, known] - distances[:, known].min(axis=1, keepdims=True)
        weights = np.exp(-0.5 * apart / PAPER_SD**2)
        found[:, column] = weights @ labels[known] / weights.sum(axis=1)
    return found


def answer(method: str, films: FilmTable, asked: Array, *, seed: int, steps: int) -> Array:
    """Return a method's predicted means, shape ``(m, p)``; `steps` are those of the paper's committee."""
    if method == LIMIT:
        return smoothed(films, asked)
    kind, _, ratio = method.partition("-")
    inputs = films.inputs.shape[1]
    if kind == "paper":
        how = Augmentation(int(ratio), "paper")
        return paper_committee(films, np.ones(inputs, dtype=bool), asked, seed=seed, how=how, steps=steps)[0]
    committee = fit_committee(
        films.inputs,
        films.targets,
        films.target_sd,
        films.properties,
        seed=seed,
        input_scale=InputScale.for_fractions(inputs),
        gaussian_process=kind == "filmlab",
        augmentation=Augmentation(int(ratio or 0)),
    )
    return committee.predict(asked).mean


def held_out_errors(method: str, films: FilmTable, steps: int) -> Array:
    """Return the MRE of each property on held-out films, shape ``(p,)``."""
    recipes = films.recipe_numbers(np.arange(len(films.inputs)))
    folds = fold_numbers(int(recipes.max()) + 1, _FOLDS, generator(1, "virtual films"))[recipes]
    found = np.full(films.targets.shape, np.nan)
    for number in range(_FOLDS):
        out = folds == number
        part = FilmTable(films.inputs[~out], films.targets[~out], films.target_sd[~out], films.properties)
        found[out] = answer(method, part, films.inputs[out], seed=number, steps=steps)
    errors = []
    for column in range(len(films.properties)):
        known = np.isfinite(films.targets[:, column])
        errors.append(metrics.mean_relative_error(films.targets[known, column], found[known, column]))
    return np.array(errors)


def main(arguments: Sequence[str] | None = None) -> None:
    """Print a line for each method."""
    parser = argparse.ArgumentParser(description="Show the error against the number of virtual films.")
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--workspace", type=Path)
    source.add_argument("--table", choices=("properties", "screening"))
    parser.add_argument("--methods", default=",".join(METHODS))
    parser.add_argument("--steps", type=int, default=STEPS, help="optimiser steps of the paper's committee")
    parser.add_argument("--save", type=Path, help="JSON file that keeps the errors")
    options = parser.parse_args(arguments)
    films = campaign_films(options.workspace) if options.workspace else table_films(options.table)
    title = f"{options.table or 'virtual lab'}, {len(films.inputs)} films"
    saved = json.loads(options.save.read_text()) if options.save and options.save.exists() else {}
    errors = saved.setdefault(title, {})
    print(f"{title}, {_FOLDS} folds; MRE in %")
    print(f"| method | mean | {' | '.join(prop.name for prop in films.properties)} |")
    print("|---" * (2 + len(films.properties)) + "|")
    for method in options.methods.split(","):
        name = f"{method} ({options.steps} steps)" if method.startswith("paper") and method != LIMIT else method
        if name not in errors:
            errors[name] = (100 * held_out_errors(method, films, options.steps)).tolist()
        if options.save:
            options.save.write_text(json.dumps(saved, indent=1))
        cells = " | ".join(f"{error:.1f}" for error in errors[name])
        print(f"| {name} | {np.mean(errors[name]):.1f} | {cells} |", flush=True)


if __name__ == "__main__":
    main()
