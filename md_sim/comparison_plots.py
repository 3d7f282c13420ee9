"""Plots of simulations side by side."""

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import cycle
from typing import TYPE_CHECKING, Any

import numpy as np

from lab.arrays import Array
from lab.export.figures import FAINT, INK, Plot, as_svg, new_figure, panel_grid
from md_sim.comparison import Group, Run
from md_sim.curves import StressStrain, smoothed

if TYPE_CHECKING:
    from matplotlib.axes import Axes

COLOURS = {
    "cnf": "#0072B2",
    "cnf-crystal": "#56B4E9",
    "mmt": "#E69F00",
    "mmt-bricks": "#D55E00",
    "mmt-cnf": "#009E73",
    "mmt-cnf-bricks": "#CC79A7",
    "mmt-cnf-water": "#0072B2",
    "mmt-cnf-glycerol": "#D55E00",
    "mmt-cnf-gelatin": "#CC79A7",
}
"""Colours of the models, from the palette of Okabe and Ito (2008)."""
# Names of the kinds of hydrogen bonds in words.
KINDS = {
    "CNF-CNF": "between chains",
    "CNF-MMT": "between chain and sheet",
    "MMT-MMT": "between sheets",
    **{f"CNF-{name}": f"between chain and {name}" for name in ("water", "glycerol", "gelatin")},
    **{f"MMT-{name}": f"between sheet and {name}" for name in ("water", "glycerol", "gelatin")},
}
_STYLES = ("-", "--", ":", "-.", (0, (1, 4)), (0, (6, 3)))
_HATCHES = ("", "///", "...", "xxx", "++", "oo")
ENERGY_NAMES = {
    "ebond": "bonds",
    "eangle": "angles",
    "edihed": "dihedrals",
    "evdwl": "van der Waals",
    "coulomb": "Coulomb",
}


def colour(model: str) -> str:
    """Return the colour of a model."""
    return COLOURS.get(model, FAINT)


def _told_apart(groups: Sequence[Group], marks: Sequence[Any]) -> list[Any]:
    """Return a mark for each group: the first of each colour gets the first mark, the second the second, ..."""
    there: Counter[str] = Counter()
    found = []
    for group in groups:
        found.append(marks[there[colour(group.model)] % len(marks)])
        there[colour(group.model)] += 1
    return found


def _curve(run: Run) -> StressStrain:
    return StressStrain(strain=np.array(run.curve["strain"]), stress=np.array(run.curve["stress_gpa"]))


def _mean_curve(runs: Sequence[Run]) -> tuple[Array, Array]:
    """Mean of the smoothed curves on the strains of the first; all have the same profile."""
    curves = [_curve(run) for run in runs]
    strain = curves[0].strain
    return strain, np.mean([np.interp(strain, curve.strain, smoothed(curve)) for curve in curves], axis=0)


def stress_plot(groups: Sequence[Group], test: str) -> Plot | None:
    """Return the stress-strain curves of a test: thin lines are the seeds, thick ones their running mean."""
    chosen = [group for group in groups if group.test == test and group.sound]
    if not chosen:
        return None
    with new_figure(7.2, 3.8) as figure:
        axes = figure.add_subplot()
        for group, style in zip(chosen, _told_apart(chosen, _STYLES), strict=True):
            for run in group.sound:
                curve = _curve(run)
                axes.plot(curve.strain, curve.stress, color=colour(group.model), alpha=0.25, linewidth=0.7)
            strain, stress = _mean_curve(group.sound)
            label = f"{group.name} ({len(group.sound)} seed{'s' if len(group.sound) > 1 else ''})"
            axes.plot(strain, stress, linestyle=style, color=colour(group.model), label=label)
        axes.axhline(0, color=FAINT, linewidth=0.7)
        axes.set_xlabel("shear strain" if test == "shear" else "strain")
        axes.set_ylabel("stress, GPa")
        axes.legend()
        return Plot(
            f"Stress and strain of the {test} tests. Thin: every seed, as averaged over the time between two points; "
            "thick: mean over seeds of the running mean over 0.01 of strain.",
            as_svg(figure),
        )


def bonds_plot(groups: Sequence[Group], test: str) -> Plot | None:
    """Return the hydrogen bonds between molecules through a test, by kind."""
    chosen = [group for group in groups if group.test == test and group.sound and _kinds(group)]
    if not chosen:
        return None
    with new_figure(7.2, 2.6 * (-(-len(chosen) // 2))) as figure:
        for axes, group in zip(panel_grid(figure, len(chosen), 2), chosen, strict=True):
            _draw_bonds(axes, group)
        return Plot(
            "Hydrogen bonds between molecules (donor to acceptor at most 3.5 Å, angle at the hydrogen at least 150°), "
            "one line a seed. Grey: how many of the first snapshot's bonds are still there; the others have formed "
            "since. The vertical line is the strain of the highest stress.",
            as_svg(figure),
        )


def _draw_bonds(axes: "Axes", group: Group) -> None:
    styles = dict(zip(_kinds(group), cycle(_STYLES), strict=False))
    for number, run in enumerate(group.sound):
        strain = run.snapshots["strain"]
        for kind, style in styles.items():
            if (counts := run.snapshots.get(kind)) is not None:
                label = None if number else KINDS[kind]
                axes.plot(strain, counts, linestyle=style, color=colour(group.model), alpha=0.7, label=label)
        label = None if number else "left of those at the start"
        axes.plot(strain, run.snapshots["kept"], color=FAINT, linewidth=1.0, label=label)
    axes.axvline(group.row()["strain_at_strength"], color=INK, linewidth=0.7)
    axes.set_title(group.name)
    axes.set_xlabel("strain")
    axes.locator_params(axis="x", nbins=5)
    axes.set_ylabel("hydrogen bonds")
    axes.set_ylim(bottom=0)
    axes.legend()


def _kinds(group: Group) -> list[str]:
    """Kinds of bonds of which there is more than a stray one."""
    return [kind for kind in KINDS if any(max(run.snapshots.get(kind, ()), default=0) > 2 for run in group.sound)]


def _energies(changes: Mapping[str, float]) -> dict[str, float]:
    """Energy changes with both parts of the Coulomb energy as one, because only their sum means something."""
    return {**changes, "coulomb": changes["ecoul"] + changes["elong"]}


def energy_plot(groups: Sequence[Group], test: str) -> Plot | None:
    """Return the changes of the energy terms from the start of a test to its highest stress, per atom."""
    chosen = [
        group for group in groups if group.test == test and any(run.result.analysis.energies for run in group.sound)
    ]
    if not chosen:
        return None
    with new_figure(7.2, 3.0) as figure:
        axes = figure.add_subplot()
        width = 0.8 / len(chosen)
        for number, (group, hatch) in enumerate(zip(chosen, _told_apart(chosen, _HATCHES), strict=True)):
            runs = group.sound
            values = np.array(
                [
                    [_energies(run.result.analysis.energies["peak"])[name] / run.result.atoms for name in ENERGY_NAMES]
                    for run in runs
                ]
            )
            places = np.arange(len(ENERGY_NAMES)) + (number - (len(chosen) - 1) / 2) * width
            spread = values.std(axis=0, ddof=1) if len(runs) > 1 else None
            look = {"color": colour(group.model), "hatch": hatch, "edgecolor": "white", "linewidth": 0}
            axes.bar(places, values.mean(axis=0), width, yerr=spread, label=group.name, **look)
        axes.axhline(0, color=INK, linewidth=0.7)
        axes.set_xticks(np.arange(len(ENERGY_NAMES)), ENERGY_NAMES.values())
        axes.set_ylabel("change, kcal/mol per atom")
        axes.legend()
        return Plot(
            "Where the work goes: change of the energy terms from the start of the test to the highest stress, "
            "per atom; bars are standard deviations over seeds.",
            as_svg(figure),
        )


def interaction_plot(groups: Sequence[Group], test: str) -> Plot | None:
    """Return the energy between clay and cellulose through a test."""
    name = "interaction_kcal_mol"
    chosen = [
        group
        for group in groups
        if group.test == test and any(np.isfinite(run.snapshots.get(name, ())).any() for run in group.sound)
    ]
    if not chosen:
        return None
    with new_figure(7.2, 2.8) as figure:
        axes = figure.add_subplot()
        for group, style in zip(chosen, _told_apart(chosen, _STYLES), strict=True):
            look = {"linestyle": style, "color": colour(group.model), "alpha": 0.8}
            for run in group.sound:
                label = group.name if run is group.sound[0] else None
                axes.plot(run.snapshots["strain"], run.snapshots[name], label=label, **look)
        axes.set_xlabel("strain")
        axes.set_ylabel("energy, kcal/mol")
        axes.legend()
        return Plot(
            "Energy between the clay, with its sodium ions, and the cellulose: Lennard-Jones and Coulomb, one line a "
            "seed. More negative is a stronger hold.",
            as_svg(figure),
        )
