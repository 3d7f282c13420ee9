"""The demo of the models: run what is missing, check what must be reached, and draw it.

    python -m benchmarks.md_demo FOLDER [--seeds 1 2 3] [--read-only] [--draw] [--json OUT]

FOLDER gets, or has, the simulations; killed ones go on. --read-only takes what is there. --draw writes the plots of
docs/images. OUT: the numbers, and "reached", the claims that hold. The three models need about 50 minutes of one core
for three seeds, the crystal 6.
"""

import argparse
import io
import json
import re
import statistics
import sys
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from lab.export.figures import FAINT, INK, new_figure
from lab.files import write_atomically
from md_sim.analysis import LatticeLength
from md_sim.comparison import Group, Run, find_runs, groups_of
from md_sim.comparison_plots import colour
from md_sim.field_sets import FIELD_SETS
from md_sim.plans import plan_test
from md_sim.profiles import profile_named
from md_sim.results import RESULT_FILE
from md_sim.runs import run_test

THREE = ("mmt", "cnf", "mmt-cnf")
ALL = (*THREE, "cnf-crystal")
USUAL = next(iter(FIELD_SETS))
IMAGES = Path(__file__).resolve().parents[1] / "docs" / "images"
CELLULOSE_DENSITY = 4 * 162.14 / 658.3 * 1.66053906660
"""Density of cellulose by its measured cell, g/cm^3: 4 residues of 162.14 g/mol in 658.3 cubic angstrom."""
# What must be reached: moduli in GPa, relative differences of lattice lengths.
CLAY_MODULUS, CHAIN_MODULUS = (178.0, 265.0), (110.0, 170.0)
CLAY_LATTICE, CELLULOSE_LATTICE = 0.02, 0.05
HEADER = (
    "| model, force field | seeds | modulus, GPa | strength, GPa | at strain | hydrogen bonds | fails by |",
    "|---|---|---|---|---|---|---|",
)
"""Head of the table of models."""
_HEIGHTS = {"cnf": 2, "mmt": 3, "mmt-cnf": 5}
"""Heights of the snapshots against each other."""


def simulations(
    folder: Path,
    seeds: Sequence[int],
    *,
    models: Sequence[str] = ALL,
    tests: Sequence[str] = ("tension",),
    field: str = USUAL,
    read_only: bool,
) -> tuple[Group, ...]:
    """Return the simulations in groups, after running those that are missing."""
    names = []
    for seed in seeds:
        for test in tests:
            for model in models:
                name = plan_test(model, test, profile_named("demo"), seed, field=field).folder_name
                if not read_only:
                    run_test(model, test, "demo", seed, folder, field=field)
                if (folder / name / RESULT_FILE).exists():
                    names.append(folder / name)
    return groups_of(find_runs(names))


def lattice(group: Group) -> dict[str, dict[str, float]]:
    """Return relaxed and measured lattice lengths, angstrom, means over seeds."""
    found: dict[str, dict[str, float]] = {}
    for name, measured in {one.name: one.measured for run in group.sound for one in _lengths(run)}.items():
        mean = statistics.fmean(group.by_seed(partial(_relaxed, name)))
        found[name] = {"relaxed": mean, "measured": measured, "difference": mean / measured - 1}
    return found


def _lengths(run: Run) -> Sequence[LatticeLength]:
    relaxed = run.result.analysis.relaxed
    return relaxed.lattice if relaxed else ()


def _relaxed(name: str, run: Run) -> float | None:
    return next((one.relaxed for one in _lengths(run) if one.name == name), None)


def _density(run: Run) -> float | None:
    relaxed = run.result.analysis.relaxed
    return relaxed.density if relaxed else None


def cpu_minutes(folder: Path) -> float:
    """Return LAMMPS' processor time, minutes: a busy machine stretches the wall time only."""
    found = 0.0
    for log in folder.glob("*.log.*"):
        text = log.read_text(errors="replace")
        loops = re.findall(r"^Loop time of ([\d.]+)", text, re.MULTILINE)
        shares = re.findall(r"^([\d.]+)% CPU use", text, re.MULTILINE)
        found += sum(float(loop) * float(share) / 100 for loop, share in zip(loops, shares, strict=True))
    return found / 60


def reached(groups: Sequence[Group]) -> dict[str, bool]:
    """Return which claims hold."""
    rows = {group.model: group.row() for group in groups}
    cells = {group.model: lattice(group) for group in groups}
    clay = [cells["mmt"][name]["difference"] for name in ("clay a", "clay b")]
    cellulose = [one["difference"] for one in cells["cnf-crystal"].values()]
    modes = {model: set(rows[model]["failure_modes"]) for model in THREE}
    bonds = rows["cnf"]
    return {
        "three seeds of each": all(len(rows[model]["seeds"]) >= 3 for model in THREE),
        "clay a and b within 2 %": max(map(abs, clay)) <= CLAY_LATTICE,
        "cellulose a, b and c within 5 %": max(map(abs, cellulose)) <= CELLULOSE_LATTICE,
        "clay modulus 178-265 GPa": CLAY_MODULUS[0] <= rows["mmt"]["modulus_gpa"] <= CLAY_MODULUS[1],
        "axial modulus 110-170 GPa": CHAIN_MODULUS[0] <= rows["cnf-crystal"]["modulus_gpa"] <= CHAIN_MODULUS[1],
        "staggered cellulose slips": modes["cnf"] == {"chain slip"},
        "its hydrogen bonds break": bonds["hbonds_kept"] < 0.1 * bonds["hbonds_start"],
        "and form again": bonds["hbonds_end"] > bonds["hbonds_kept"] + 0.3 * bonds["hbonds_start"],
        "laminate carries more than cellulose": _least(groups, "mmt-cnf") > _most(groups, "cnf"),
        "laminate fails otherwise than either": not modes["mmt-cnf"] & (modes["cnf"] | modes["mmt"]),
    }


def _strengths(groups: Sequence[Group], model: str) -> list[float]:
    group = next(group for group in groups if group.model == model)
    return [run.result.analysis.mechanics.strength_gpa for run in group.sound if run.result.analysis.mechanics]


def _least(groups: Sequence[Group], model: str) -> float:
    return min(_strengths(groups, model))


def _most(groups: Sequence[Group], model: str) -> float:
    return max(_strengths(groups, model))


def numbers(groups: Sequence[Group]) -> dict[str, Any]:
    """Return what the reference page says."""
    found: dict[str, Any] = {"cellulose_density_measured": CELLULOSE_DENSITY, "models": {}}
    for group in groups:
        densities = group.by_seed(_density)
        found["models"][f"{group.model}, {group.force_field}"] = {
            **group.row(),
            "density_g_cm3": statistics.fmean(densities) if densities else None,
            "lattice": lattice(group),
            "cpu_minutes": statistics.fmean(cpu_minutes(run.folder) for run in group.runs),
        }
    if {group.model for group in groups} >= set(ALL):
        found["reached"] = reached(groups)
    return found


def tables(found: dict[str, Any]) -> str:
    """Return the tables of the reference page."""
    lines = [*HEADER, *(model_line(name, row) for name, row in found["models"].items()), ""]
    lines += lattice_table({name: row["lattice"] for name, row in found["models"].items()})
    densities = ", ".join(f"{name} {row['density_g_cm3']:.2f}" for name, row in found["models"].items())
    measured = found["cellulose_density_measured"]
    minutes = ", ".join(f"{name} {row['cpu_minutes']:.0f}" for name, row in found["models"].items())
    return "\n".join(
        [
            *lines,
            "",
            f"Densities, g/cm³: {densities}; cellulose by its measured cell {measured:.2f}.",
            "",
            f"Processor time of one simulation, minutes: {minutes}.",
        ]
    )


def lattice_table(lattices: Mapping[str, Mapping[str, Mapping[str, float]]]) -> list[str]:
    """Return the lines of the table of relaxed lengths, by model."""
    lines = ["| relaxed | found, Å | measured, Å | difference |", "|---|---|---|---|"]
    for name, lengths in lattices.items():
        for length, one in lengths.items():
            numbers = f"{one['relaxed']:.2f} | {one['measured']:.2f} | {one['difference']:+.1%}"
            lines.append(f"| {length} ({name}) | {numbers} |")
    return lines


def model_line(name: str, row: dict[str, Any]) -> str:
    """Return a line of the table of models."""
    bonds = ""
    if row["hbonds_start"]:
        start, peak, end, kept = (row[f"hbonds_{at}"] for at in ("start", "peak", "end", "kept"))
        bonds = f"{start:.0f} → {peak:.0f} → {end:.0f}, {kept:.0f} kept"
    cells = (
        name,
        str(len(row["seeds"])),
        _with_spread(row, "modulus_gpa", 0),
        _with_spread(row, "strength_gpa", 2),
        f"{row['strain_at_strength']:.2f}",
        bonds,
        " or ".join(row["failure_modes"]),
    )
    return f"| {' | '.join(cells)} |"


def _with_spread(row: dict[str, Any], name: str, digits: int) -> str:
    spread = row[f"{name}_sd"]
    return f"{row[name]:.{digits}f}" + ("" if spread is None else f" ± {spread:.{digits}f}")


def draw(groups: Sequence[Group], folder: Path) -> None:
    """Draw curves and hydrogen bonds of the three models."""
    chosen = {group.model: group for group in groups if group.model in THREE}
    folder.mkdir(parents=True, exist_ok=True)
    with new_figure(9.0, 3.4) as figure:
        curves, bonds = figure.subplots(1, 2)
        for model, group in chosen.items():
            for number, run in enumerate(group.sound):
                style = {"color": colour(model), "alpha": 0.8, "linewidth": 1.0}
                label = model if number == 0 else None
                curves.plot(run.curve["strain"], run.curve["stress_gpa"], label=label, **style)
                if model != "mmt":
                    label = model if number == 0 else None
                    bonds.plot(run.snapshots["strain"], run.snapshots["between"], label=label, **style)
                    bonds.plot(run.snapshots["strain"], run.snapshots["kept"], linestyle=":", **style)
        curves.axhline(0, color=FAINT, linewidth=0.7)
        curves.set_ylabel("stress, GPa")
        curves.set_title("Tension, a line a seed")
        bonds.set_ylabel("hydrogen bonds")
        bonds.set_ylim(bottom=0)
        bonds.set_title("Hydrogen bonds; dotted: left of the first")
        for axes in (curves, bonds):
            axes.set_xlabel("strain")
            axes.legend()
        figure.savefig(folder / "md-demo.png", dpi=150, facecolor="white")
    _draw_snapshots(chosen, folder)


def _draw_snapshots(chosen: dict[str, Group], folder: Path) -> None:
    """Draw each model unloaded, at the highest stress and at the end."""
    from PIL import Image

    with new_figure(9.0, 4.0) as figure:
        grid = figure.subplots(len(chosen), 3, height_ratios=[_HEIGHTS[model] for model in chosen])
        for row, (model, group) in zip(grid, chosen.items(), strict=True):
            run = group.sound[0]
            paths = sorted(run.folder.glob("picture.*.jpg"))
            strains, found = run.snapshots["strain"], run.result.analysis.mechanics
            if not paths or found is None:
                continue
            peak = min(range(len(strains)), key=lambda n: abs(strains[n] - found.strain_at_strength))
            for axes, number in zip(row, (0, peak, len(paths) - 1), strict=True):
                with Image.open(paths[number]) as picture:
                    axes.imshow(picture)
                axes.set_title(f"{model}, strain {strains[number]:.2f}", fontsize=8, color=INK)
                axes.set_axis_off()
        out = io.BytesIO()
        figure.savefig(out, dpi=130, facecolor="white")
    with Image.open(out) as picture:
        picture.convert("RGB").quantize(96).save(folder / "md-snapshots.png", optimize=True)


def main() -> None:
    """Run, print, draw and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    parser.add_argument("--read-only", action="store_true")
    parser.add_argument("--draw", action="store_true")
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    groups = simulations(arguments.folder, arguments.seeds, read_only=arguments.read_only)
    found = numbers(groups)
    text = json.dumps(found, indent=1)
    print(tables(found))
    print(json.dumps(found.get("reached"), indent=1))
    if arguments.draw:
        draw(groups, IMAGES)
    if arguments.json:
        write_atomically(arguments.json, text + "\n")
    if not all(found.get("reached", {"all models are there": False}).values()):
        sys.exit(1)


if __name__ == "__main__":
    main()
