"""Our models against all others on tables of real films: RMSE, NLL and coverage by repeated cross-validation.

    python -m benchmarks.model_accuracy --table properties [--repeats 1] [--methods filmlab,ridge]

Tables of umd_biofilms (measured by another laboratory; not part of this project) are looked for in
../shared/data/umd_biofilms, or where FILMLAB_UMD_BIOFILMS says:

* properties: 7 targets of 273 films of 23 materials, with the SD of the readings;
* screening: 4 targets of the films that have any of them; most labels are missing.

The folds are the same for all methods. A method is as good as the best where its distance from it is no larger than the
standard error of that distance over the targets.
"""

import argparse
import os
from collections.abc import Sequence
from pathlib import Path

from models.baselines import METHODS
from models.comparison import FIGURES, Comparison, compare
from models.training_table import TrainingTable, read_training_table

MATERIALS = [
    *("LAP", "MMT", "CMC", "CNF", "SLK", "AGR", "ALG", "CAR", "CHS", "PEC", "PUL", "STA"),
    *("GEL", "GLU", "ZIN", "GLY", "FFA", "LAC", "LEV", "PHA", "SRB", "SUA", "XYL"),
]
_TENSILE = ("TensileStress", "TensileStrain", "TensileModulusLog10", "TensileToughnessMean100n90")
_TARGETS = {
    "properties": [*_TENSILE, "TransVis", "TransIR", "TransUV"],
    "screening": ["TransVis", "TensileStrength", "TensileSED", "FireRR"],
}


def folder() -> Path:
    """Return where the tables are."""
    return Path(os.environ.get("FILMLAB_UMD_BIOFILMS", "../shared/data/umd_biofilms"))


def read(table: str) -> TrainingTable:
    """Read one of the tables."""
    targets = _TARGETS[table]
    sd = {target: f"{target}_STD" for target in targets} if table == "properties" else None
    return read_training_table(folder() / f"{table}.csv", inputs=MATERIALS, targets=targets, sd=sd)


def report(found: Comparison) -> str:
    """Return the comparison as a Markdown table, lowest RMSE first."""
    best = {name: min(score.mean(name) for score in found.scores) for name in ("rmse", "nll")}
    lines = [
        f"{found.films} films, {found.repeats} x {found.folds} folds, means over {len(found.targets)} targets",
        "",
        "| method | MRE | RMSE | R2 | NLL | within 90 % | seconds | as good as the best |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for score in sorted(found.scores, key=lambda one: one.mean("rmse")):
        good = [name for name in best if score.mean(name) - best[name] <= found.standard_error(score, name)]
        cells = [f"{score.mean(name):.3f}" for name in FIGURES]
        told = " and ".join(name.upper() for name in good) or "no"
        lines.append(f"| {score.method} | {' | '.join(cells)} | {score.seconds:.0f} | {told} |")
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description="Compare models on tables of real films.")
    parser.add_argument("--table", choices=list(_TARGETS), required=True)
    parser.add_argument("--repeats", type=int, default=1)
    parser.add_argument("--folds", type=int, default=5)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--methods", default=",".join(METHODS))
    options = parser.parse_args(arguments)
    found = compare(
        read(options.table),
        options.methods.split(","),
        repeats=options.repeats,
        folds=options.folds,
        seed=options.seed,
        told=lambda name: print(f"... {name}", flush=True),
    )
    print(report(found))


if __name__ == "__main__":
    main()
