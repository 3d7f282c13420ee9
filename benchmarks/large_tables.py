"""What a very long table takes: ``python -m benchmarks.large_tables [--rows 1000000]``.

The table holds four fractions, a number, a category and two targets. It is read and checked as for `filmlab model fit`,
predicted by a model of 135 of its rows, and learned from as the command does it. Printed are seconds of the processor
and the largest memory up to then.
"""

import argparse
import resource
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd

from lab.seeds import generator
from lab.simplex import sample_uniform
from models.table_models import fit_table, predict_table
from models.training_table import read_training_table

INPUTS, TARGETS = ("CNF", "MMT", "gelatin", "glycerol", "hours", "source"), ("strength", "haze")
LEARNED = 135


def main(arguments: Sequence[str] | None = None) -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description="Time and memory of a long table.")
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--epochs", type=int, default=400)
    options = parser.parse_args(arguments)
    with TemporaryDirectory() as folder:
        path, part, model = Path(folder, "table.csv"), Path(folder, "part.csv"), Path(folder, "model")
        made = table(options.rows)
        made.to_csv(path, index=False)
        made.head(LEARNED).to_csv(part, index=False)
        del made
        print(f"{options.rows:,} rows, {path.stat().st_size / 1e6:.0f} MB", flush=True)
        told("read and check", lambda: read_training_table(path, inputs=INPUTS, targets=TARGETS))
        fit_table(part, inputs=INPUTS, targets=TARGETS, out=model, epochs=options.epochs)
        told("predict", lambda: predict_table(model, path, out=Path(folder, "predicted.csv")))
        learned = Path(folder, "learned")
        told("learn", lambda: fit_table(path, inputs=INPUTS, targets=TARGETS, out=learned, epochs=options.epochs))


def table(rows: int) -> pd.DataFrame:
    """Return a table of films that are made up."""
    rng = generator(0, "large tables")
    fractions = sample_uniform(rng, rows, 4).round(3)
    fractions[:, 3] = (1.0 - fractions[:, :3].sum(axis=1)).clip(0.0).round(3)
    hours = rng.uniform(2.0, 48.0, rows).round(1)
    columns = dict(zip(INPUTS, [*fractions.T, hours, rng.choice(["bovine", "fish"], rows)], strict=True))
    strength = fractions @ [80.0, 60.0, 20.0, 5.0] + 0.1 * hours + rng.normal(0.0, 2.0, rows)
    haze = np.exp(fractions @ [1.0, 3.0, 0.0, 0.5] + rng.normal(0.0, 0.1, rows))
    return pd.DataFrame(columns | dict(zip(TARGETS, (strength.round(3), haze.round(4)), strict=True)))


def told(what: str, act: Callable[[], object]) -> None:
    """Do something, and print what it took."""
    start = time.process_time()
    act()
    seconds, memory = time.process_time() - start, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    print(f"{what}: {seconds:.1f} s of the processor, {memory:.2f} GB at most", flush=True)


if __name__ == "__main__":
    main()
