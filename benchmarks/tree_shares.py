"""What drawing the mean to trees does to predictions, and how often the films ask for it.

    python -m benchmarks.tree_shares [--tables ../shared/data/benchmarks] [--rows 150] [--folds 5]

Tables are two made-up ones, whose label changes in steps or smoothly, and all CSV files of a folder, of each so many
random rows; the last column is the label. RMSE and negative log-likelihood of held-out rows are in SDs of the labels.
"""

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd

from lab.arrays import Array
from lab.seeds import derived_seed, generator
from models import metrics
from models.committee import PropertyCommittee, fit_committee
from models.folds import recipe_folds
from models.training_table import TrainingTable, read_training_table

_SEED = 1
_NOISE = 0.3


def made_up(rows: int, *, steps: bool) -> pd.DataFrame:
    """Return a table of four numbers and a label of SD 1 to 5."""
    rng = generator(_SEED, "tree shares", int(steps))
    numbers = rng.uniform(size=(rows, 4))
    if steps:
        label = 10.0 * (numbers[:, 0] > 0.5) + 5.0 * (numbers[:, 1] + numbers[:, 2] > 1.0)
    else:
        label = 10.0 * np.sin(3.0 * numbers[:, 0]) + 5.0 * numbers[:, 1] * numbers[:, 2]
    return pd.DataFrame(numbers, columns=list("abcd")).assign(label=label + _NOISE * rng.normal(size=rows))


def tables(folder: Path, rows: int) -> Iterator[tuple[str, pd.DataFrame]]:
    """Yield tables by name."""
    yield "made up, steps", made_up(rows, steps=True)
    yield "made up, smooth", made_up(rows, steps=False)
    for path in sorted(folder.glob("*.csv")):
        table = pd.read_csv(path)
        yield path.stem, table.sample(min(rows, len(table)), random_state=_SEED)


def read(table: pd.DataFrame) -> TrainingTable:
    """Return a table as `filmlab model fit` reads it."""
    *inputs, target = table.columns
    with TemporaryDirectory() as folder:
        path = Path(folder, "table.csv")
        table.to_csv(path, index=False)
        return read_training_table(path, inputs=inputs, targets=[target], normalise=True)


def learned(table: TrainingTable, rows: Array, *, trees: bool, seed: int) -> PropertyCommittee:
    """Return what is learned from some rows."""
    parts = (table.inputs[rows], table.targets[rows], table.target_sd[rows])
    scale = table.columns.scale(parts[0])
    return fit_committee(*parts, table.properties, seed=seed, input_scale=scale, trees=trees)


def row(name: str, table: TrainingTable, folds: int) -> str:
    """Return a line of the report."""
    labels = table.targets[:, 0]
    cut = recipe_folds(table.inputs, labels, folds, generator(_SEED, "folds"))
    cells, shares = [], []
    for trees in (False, True):
        answers = np.full((2, len(labels)), np.nan)
        for fold in range(folds):
            model = learned(table, cut != fold, trees=trees, seed=derived_seed(_SEED, fold))
            found = model.predict(table.inputs[cut == fold])
            answers[:, cut == fold] = found.mean[:, 0], found.sd[:, 0]
            shares += [forest.share if forest else 0.0 for forest in model.forests]
        mean, sd = answers / labels.std()
        truth = labels / labels.std()
        cells += [metrics.root_mean_squared_error(truth, mean), metrics.gaussian_nll(truth, mean, sd)]
    numbers = " | ".join(f"{cell:.3f}" for cell in (cells[0], cells[2], cells[1], cells[3]))
    return f"| {name} | {len(labels)} | {numbers} | {np.mean(shares):.2f} |"


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the report."""
    parser = argparse.ArgumentParser(description="Compare models with and without trees.")
    parser.add_argument("--tables", type=Path, default=Path("../shared/data/benchmarks"))
    parser.add_argument("--rows", type=int, default=150)
    parser.add_argument("--folds", type=int, default=5)
    options = parser.parse_args(arguments)
    print("| table | rows | RMSE without | RMSE with | NLL without | NLL with | mean share |")
    print("|---|---|---|---|---|---|---|")
    for name, table in tables(options.tables, options.rows):
        print(row(name, read(table), options.folds), flush=True)


if __name__ == "__main__":
    main()
