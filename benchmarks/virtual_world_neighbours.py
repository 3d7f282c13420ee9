"""Compare the film world with later films of the same laboratory that are made of materials it knows.

    python -m benchmarks.virtual_world_neighbours [FOLDER]

FOLDER holds properties.csv and screening.csv of the laboratory's bio-packaging films (repository chentl/biopackaging),
by default ../shared/data/umd_biofilms or what FILMLAB_UMD_BIOFILMS names. They are not part of this project. The world
was not fitted to single films of these tables, only to the medians that constants.toml names.
"""

import csv
import os
import sys
from pathlib import Path

import numpy as np

from lab.arrays import Array
from lab.virtual.film_world import FilmWorld

COLUMNS = {"CNF": "CNF", "MMT": "MMT", "GEL": "gelatin", "GLY": "glycerol", "CMC": "CMC", "CHS": "chitosan"}
FACTORS = {
    "TensileStress": ("tensile_strength", 1.0),
    "TensileStrain": ("fracture_strain", 0.01),
    "TensileModulusLog10": ("youngs_modulus", None),
    "TransVis": ("transmittance_vis", 0.01),
    "TransIR": ("transmittance_ir", 0.01),
    "TransUV": ("transmittance_uv", 0.01),
    "FireRR": ("residual_ratio", 1.0),
}
"""Property and factor of each column; None for a decimal logarithm."""

LEAST_KNOWN = 0.95
"""Least share of a film that must be of known materials."""


def read(path: Path) -> list[dict[str, str]]:
    """Return the rows of a CSV file whose films are nearly all of materials that the world knows."""
    with path.open(encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file) if sum(float(row[name]) for name in COLUMNS) >= LEAST_KNOWN]


def compare(rows: list[dict[str, str]], column: str) -> tuple[Array, Array]:
    """Return the world's and the measured values of a column, for the rows that have a possible one."""
    name, factor = FACTORS[column]
    measured = [row for row in rows if row[column]]
    values = np.array([float(row[column]) for row in measured])
    values = np.power(10.0, values) if factor is None else factor * values
    fractions = np.array([[float(row[key]) for key in COLUMNS] for row in measured])
    world = FilmWorld(tuple(COLUMNS.values()), [name])
    truth = world.truth(fractions / fractions.sum(axis=1, keepdims=True))[name]
    possible = (values > 0) & (
        (values <= 1) | (name not in ("transmittance_vis", "transmittance_ir", "transmittance_uv"))
    )
    return truth[possible], values[possible]


def main() -> None:
    """Print the comparison."""
    default = os.environ.get("FILMLAB_UMD_BIOFILMS", "../shared/data/umd_biofilms")
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else default)
    if not folder.is_dir():
        sys.exit(f"{folder} is not there: give the folder that holds properties.csv and screening.csv")
    tables = {"properties.csv": list(FACTORS)[:-1], "screening.csv": ["FireRR"]}
    print("| property | films | median of world / measured | rank correlation | median absolute error |")
    print("|---|---|---|---|---|")
    for file, columns in tables.items():
        rows = read(folder / file)
        for column in columns:
            truth, measured = compare(rows, column)
            ranks = [np.argsort(np.argsort(values)) for values in (truth, measured)]
            correlation = np.corrcoef(ranks[0], ranks[1])[0, 1]
            error = np.median(np.abs(truth - measured))
            print(
                f"| {FACTORS[column][0]} | {len(truth)} | {np.median(truth / measured):.2f} "
                f"| {correlation:.2f} | {error:.3g} |"
            )


if __name__ == "__main__":
    main()
