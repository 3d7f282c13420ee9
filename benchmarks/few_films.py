"""Do models that learned from few films know how little they know? Errors on new films in the SDs that they stated.

    python -m benchmarks.few_films [--sources virtual,properties,screening] [--sizes 5,8,12,20,40,80] [--seeds 6]
        [--keep F]

Random films of a source are learned from and the rest is predicted, with what `filmlab model fit` and `predict` do.
``virtual`` are random usable films of the virtual lab's four materials, measured with its errors, another set each
seed; the tables are those of `benchmarks.model_accuracy`. Printed are means over seeds and targets: RMSE in SDs of the
labels that are predicted, negative log-likelihood (NLL) of labels scaled by that SD, the share of labels within the
90 % interval, and the share beyond three stated SDs (normal errors: 0.003). A file named by ``--keep`` keeps what is
done, so that a run that was stopped goes on.
"""

import argparse
import csv
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from benchmarks import model_accuracy
from benchmarks.design_worlds import measured_films
from benchmarks.kept_runs import KeptRuns
from lab.arrays import Array
from lab.campaign_files import builtin_definition
from lab.seeds import generator
from lab.virtual.bench import VirtualBench
from lab.virtual.film_world import FilmWorld
from models import metrics
from models.table_models import fit_table, predict_table

Row = Mapping[str, float]
Rows = list[Row]

VIRTUAL = "virtual"
SOURCES = (VIRTUAL, "properties", "screening")
_VIRTUAL_FILMS = 250
_DRAWN = 6
"""Random recipes for each usable film: about one of three is usable."""
_MOST_PREDICTED = 400
_FEWEST = 3
"""Labels of a target below which nothing is said about it."""
FIGURES = ("rmse", "nll", "coverage", "far")


def films_of(source: str, seed: int) -> tuple[Rows, list[str], list[str]]:
    """Return the films of a source, and the names of inputs and targets; the SD of target X is X_STD."""
    return _virtual_films(seed) if source == VIRTUAL else _table_films(source)


def _virtual_films(seed: int) -> tuple[Rows, list[str], list[str]]:
    definition = builtin_definition()
    inputs, targets = list(definition.material_names), list(definition.property_names)
    drawn = definition.sample(generator(seed, "few films"), _DRAWN * _VIRTUAL_FILMS)
    grades = FilmWorld(inputs, targets, definition.world).grades(drawn)
    recipes = drawn[[grade in definition.quality.usable for grade in grades]][:_VIRTUAL_FILMS]
    films = measured_films(definition, VirtualBench(definition, seed), recipes)
    names = [*inputs, *targets, *(f"{name}_STD" for name in targets)]
    table = np.hstack([recipes, films.targets, films.target_sd])
    return [dict(zip(names, row, strict=True)) for row in table], inputs, targets


def _table_films(table: str) -> tuple[Rows, list[str], list[str]]:
    films = model_accuracy.read(table)
    inputs, targets = list(model_accuracy.MATERIALS), [prop.name for prop in films.properties]
    names = [*inputs, *targets, *(f"{name}_STD" for name in targets)]
    columns = np.hstack([films.inputs, films.targets, films.target_sd])
    return [dict(zip(names, row, strict=True)) for row in columns], inputs, targets


def figures(source: str, size: int, seed: int) -> dict[str, list[float]]:
    """Learn from a random part of a source's films and return the figures of each target on the rest."""
    films, inputs, targets = films_of(source, seed)
    order = generator(seed, "few films", source, size).permutation(len(films))
    known, new = [[films[row] for row in rows] for rows in (order[:size], order[size : size + _MOST_PREDICTED])]
    with TemporaryDirectory() as folder:
        learned, asked, told = (Path(folder) / name for name in ("known.csv", "new.csv", "told.csv"))
        _write(learned, known)
        _write(asked, new)
        sd = {name: f"{name}_STD" for name in targets if any(math.isfinite(film[f"{name}_STD"]) for film in known)}
        fit_table(learned, inputs=inputs, targets=targets, sd=sd, out=Path(folder) / "model", seed=seed)
        predict_table(Path(folder) / "model", asked, out=told)
        with told.open(newline="") as file:
            answers = [{name: float(text or "nan") for name, text in row.items()} for row in csv.DictReader(file)]
    found: dict[str, list[float]] = {}
    for name in targets:
        truth = np.array([film[name] for film in new])
        columns = [np.array([row[f"{name}_{part}"] for row in answers]) for part in ("mean", "sd", "p05", "p95")]
        usable = np.isfinite(truth) & np.isfinite(columns[0])
        if sum(math.isfinite(film[name]) for film in known) >= _FEWEST and usable.sum() >= _FEWEST:
            found[name] = _of_target(truth[usable], *(column[usable] for column in columns))
    return found


def _write(path: Path, films: Sequence[Row]) -> None:
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, list(films[0]))
        writer.writeheader()
        writer.writerows({name: value for name, value in film.items() if math.isfinite(value)} for film in films)


def _of_target(truth: Array, mean: Array, sd: Array, low: Array, high: Array) -> list[float]:
    spread = float(truth.std(ddof=1))
    return [
        metrics.root_mean_squared_error(truth, mean) / spread,
        metrics.gaussian_nll(truth / spread, mean / spread, sd / spread),
        metrics.coverage(truth, low, high),
        float(np.mean(np.abs(truth - mean) > 3.0 * sd)),
    ]


def main(arguments: Sequence[str] | None = None) -> None:
    """Print a line for each source and number of films."""
    parser = argparse.ArgumentParser(description="Show how far models of few films are from what they promise.")
    parser.add_argument("--sources", default=",".join(SOURCES))
    parser.add_argument("--sizes", default="5,8,12,20,40,80")
    parser.add_argument("--seeds", type=int, default=6)
    parser.add_argument("--keep", type=Path, help="file that keeps finished runs")
    options = parser.parse_args(arguments)
    kept = KeptRuns(options.keep)
    print("| films of | learned from | RMSE | NLL | NLL, median | within 90 % | beyond 3 SD |")
    print("|---|---|---|---|---|---|---|")
    for source in options.sources.split(","):
        for size in map(int, options.sizes.split(",")):
            rows: list[list[float]] = []
            for seed in range(options.seeds):
                run = {"source": source, "films": size, "seed": seed}
                rows += kept.result(run, lambda s=source, n=size, k=seed: figures(s, n, k)).values()
            rmse, nll, coverage, far = np.mean(rows, axis=0)
            median = float(np.median([row[FIGURES.index("nll")] for row in rows]))
            print(
                f"| {source} | {size} | {rmse:.2f} | {nll:.2f} | {median:.2f} | {coverage:.2f} | {far:.3f} |",
                flush=True,
            )


if __name__ == "__main__":
    main()
