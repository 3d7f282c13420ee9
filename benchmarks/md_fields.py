"""Do the conclusions depend on the force field? The demo's tests with both pairs of force fields, side by side.

    python -m benchmarks.md_fields FOLDER [--seeds 1] [--read-only] [--json OUT]

FOLDER gets, or has, the simulations; killed ones go on. OUT: the numbers, and "conclusions", which of them hold with
each pair. One seed of both pairs needs an hour and a half of one core.
"""

import argparse
import json
import statistics
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

from benchmarks.md_demo import HEADER, THREE, lattice, lattice_table, model_line, simulations
from lab.files import write_atomically
from md_sim.comparison import Group, Run
from md_sim.failure import CARRIED, OPEN
from md_sim.load_cases import LOAD_CASES

FIELDS = ("glycam06j", "charmm36-interface")
# The models are compared at this strain, which the tension of all of them reaches, over this width.
STRAIN, WIDTH = 0.09, 0.01
Groups = Mapping[tuple[str, str], Group]
"""By test and model."""


def stress(group: Group) -> float:
    """Return the stress at `STRAIN`, GPa, mean over the seeds."""

    def of_run(run: Run) -> float:
        pairs = zip(run.curve["strain"], run.curve["stress_gpa"], strict=True)
        return statistics.fmean(value for strain, value in pairs if abs(strain - STRAIN) <= WIDTH / 2)

    return statistics.fmean(group.by_seed(of_run))


def own_strain(group: Group) -> float:
    """Return the chains' own strain over the model's, at the snapshot nearest to `STRAIN`, mean over the seeds."""

    def of_run(run: Run) -> float:
        strains = run.snapshots["strain"]
        at = min(range(len(strains)), key=lambda n: abs(strains[n] - STRAIN))
        return run.snapshots["chain_strain"][at] / strains[at]

    return statistics.fmean(group.by_seed(of_run))


def opening(group: Group) -> float:
    """Return how much the widest empty layer has grown at the end of the test, angstrom, mean over the seeds."""
    return statistics.fmean(group.by_seed(lambda run: run.snapshots["opening_angstrom"][-1]))


def _increases(values: Sequence[float]) -> bool:
    return all(low < high for low, high in pairwise(values))


def _moduli(groups: Groups) -> tuple[str, bool]:
    found = [groups["tension", model].row()["modulus_gpa"] for model in ("cnf", "mmt-cnf", "mmt")]
    return " < ".join(f"{value:.0f}" for value in found) + " GPa", _increases(found)


def _stresses(groups: Groups) -> tuple[str, bool]:
    found = [stress(groups["tension", model]) for model in ("cnf", "mmt-cnf")]
    return " < ".join(f"{value:.1f}" for value in found) + " GPa", _increases(found)


def _slips(model: str) -> Callable[[Groups], tuple[str, bool]]:
    def found(groups: Groups) -> tuple[str, bool]:
        share = own_strain(groups["tension", model])
        return f"{share:.2f} of the strain", share < CARRIED

    return found


def _bonds(groups: Groups) -> tuple[str, bool]:
    row = groups["tension", "cnf"].row()
    start, end, kept = (row[f"hbonds_{at}"] for at in ("start", "end", "kept"))
    return f"{start:.0f} → {end:.0f}, {kept:.0f} kept", kept < 0.1 * start and end > kept + 0.3 * start


def _weaker_across(groups: Groups) -> tuple[str, bool]:
    found = [groups[test, "mmt-cnf"].row()["strength_gpa"] for test in ("shear", "peel", "tension")]
    return ", ".join(f"{value:.2f}" for value in found) + " GPa", max(found[:2]) < found[2]


def _opens(groups: Groups) -> tuple[str, bool]:
    grown = opening(groups["peel", "mmt-cnf"])
    return f"{grown:.0f} Å", grown >= OPEN


CONCLUSIONS: dict[str, Callable[[Groups], tuple[str, bool]]] = {
    "modulus: cellulose < laminate < sheet": _moduli,
    f"stress at a strain of {STRAIN:g}: cellulose < laminate": _stresses,
    "staggered chains slip: their own strain": _slips("cnf"),
    "so do those of the laminate": _slips("mmt-cnf"),
    "hydrogen bonds of cellulose break and form anew": _bonds,
    "laminate in shear and peel weaker than in tension": _weaker_across,
    "peeled, an interface opens": _opens,
}
"""What the demo says, each with a function that returns the numbers and whether it holds."""


def conclusions(groups: Groups) -> dict[str, tuple[str, bool]]:
    """Return numbers and truth of every conclusion whose simulations are there."""
    found = {}
    for name, rule in CONCLUSIONS.items():
        try:
            found[name] = rule(groups)
        except KeyError:
            continue
    return found


def table(found: Mapping[str, dict[str, tuple[str, bool]]]) -> str:
    """Return the table of conclusions, a column for each pair of force fields."""
    lines = [f"| conclusion | {' | '.join(found)} |", f"|---|{'---|' * len(found)}"]
    for name in CONCLUSIONS:
        cells = [column.get(name) for column in found.values()]
        shown = [
            "not run" if cell is None else f"{cell[0]}: {'holds' if cell[1] else 'does not hold'}" for cell in cells
        ]
        lines.append(f"| {name} | {' | '.join(shown)} |")
    return "\n".join(lines)


def main() -> None:
    """Run, print and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1])
    parser.add_argument("--read-only", action="store_true")
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    rows: list[dict[str, Any]] = []
    found, lattices = {}, {}
    for field in FIELDS:
        groups = simulations(
            arguments.folder,
            arguments.seeds,
            models=THREE,
            tests=tuple(LOAD_CASES),
            field=field,
            read_only=arguments.read_only,
        )
        rows += [group.row() for group in groups]
        lattices |= {f"{one.model}, {one.force_field}": lattice(one) for one in groups if one.test == "tension"}
        found[field] = conclusions({(group.test, group.model): group for group in groups})
    shown = {f"{row['model']} {row['test']}, {row['force_field']}": row for row in rows}
    models = [*HEADER, *(model_line(name, row) for name, row in shown.items())]
    print("\n".join([*models, "", *lattice_table(lattices), "", table(found)]))
    if arguments.json:
        content = {"models": rows, "lattices": lattices, "conclusions": found}
        write_atomically(arguments.json, json.dumps(content, indent=1) + "\n")


if __name__ == "__main__":
    main()
