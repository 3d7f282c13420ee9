"""The report that compares simulations: one HTML file that loads nothing."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import attrs

from lab.export.figures import Plot, data_uri
from lab.export.page_templates import page_environment
from lab.files import write_atomically
from md_sim import comparison_plots as plots
from md_sim.comparison import Group, Run, conclusion, find_runs, groups_of
from md_sim.failure import RULE
from md_sim.load_cases import LOAD_CASES
from md_sim.models import MODELS

CLAIMS = (
    "The strain rates are many orders of magnitude above those of a film test, the cells hold a few thousand atoms, "
    "the crystals are perfect, and they relax for picoseconds only. So strengths are upper bounds, and no "
    "number here is to be compared with a film's. What may be compared are the models with each other: which carries "
    "more, and by what mechanism each fails."
)


@attrs.frozen
class Picture:
    """A snapshot in the report."""

    caption: str
    uri: str


def compare(folders: Sequence[Path], out_html: Path) -> dict[str, Any]:
    """Compare finished simulations and write the report.

    Args:
        folders: Folders that `runs.run_test` has filled; their subfolders are looked into too.
        out_html: The report.

    Returns:
        What `filmlab md compare --json` prints: "models" with one entry for each model and test (means and standard
        deviations over seeds), "conclusion", "runs" with every simulation's summary, and "report".

    Raises:
        InvalidInputError: If a folder holds no finished simulation.
        WorkspaceError: If the report cannot be written.
    """
    runs = find_runs(folders)
    groups = groups_of(runs)
    write_atomically(out_html, report_html(groups))
    return {
        "models": [group.row() for group in groups],
        "conclusion": conclusion(groups),
        "runs": [run.result.summary() for run in runs],
        "report": str(out_html),
    }


def report_html(groups: Sequence[Group]) -> str:
    """Return the report of simulations as HTML."""
    tests = [name for name in LOAD_CASES if any(group.test == name for group in groups)]
    return (
        page_environment("md_sim")
        .get_template("comparison.html")
        .render(
            groups=groups,
            rows=[group.row() for group in groups],
            tests=[(LOAD_CASES[name], _plots(groups, name)) for name in tests],
            pictures=[(group, _pictures(group.sound[0])) for group in groups if group.sound],
            failed=[run for group in groups for run in group.runs if run.result.status != "ok"],
            conclusion=conclusion(groups),
            claims=CLAIMS,
            rule=RULE,
            meanings={name: model.meaning for name, model in MODELS.items()},
            sources=sorted(
                {source for group in groups for run in group.runs for source in run.result.force_field_sources}
            ),
            versions=sorted(
                {f"{k} {v}" for group in groups for run in group.runs for k, v in run.result.versions.items()}
            ),
        )
    )


def _plots(groups: Sequence[Group], test: str) -> list[Plot]:
    drawn = (
        plots.stress_plot(groups, test),
        plots.bonds_plot(groups, test),
        plots.energy_plot(groups, test),
        plots.interaction_plot(groups, test),
    )
    return [plot for plot in drawn if plot is not None]


def _pictures(run: Run) -> list[Picture]:
    """The snapshots at the start, at the highest stress and at the end, where they were drawn."""
    mechanics = run.result.analysis.mechanics
    paths = sorted(run.folder.glob("picture.*.jpg"))
    strains = run.snapshots.get("strain", ())
    if mechanics is None or not paths or len(paths) != len(strains):
        return []
    peak = min(range(len(strains)), key=lambda n: abs(strains[n] - mechanics.strain_at_strength))
    chosen = ((0, "unloaded"), (peak, "highest stress"), (len(paths) - 1, "end"))
    return [
        Picture(f"{name}, strain {strains[n]:.2f}", data_uri(paths[n].read_bytes(), "image/jpeg")) for n, name in chosen
    ]
