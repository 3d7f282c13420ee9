"""`filmlab report` and `filmlab tables`: what a campaign knows, for people and for other programs."""

from pathlib import Path
from typing import Annotated

import typer

from cli.output import AsJson, print_json
from cli.workspaces import HERE, CampaignOption, WorkspaceOption, opened


def report(
    workspace: WorkspaceOption = HERE,
    campaign: CampaignOption = None,
    out: Annotated[
        Path | None, typer.Option(help="Where to write it; report.html of the workspace if left out.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Write the report of a campaign as it stands now: one HTML file that needs nothing else."""
    from lab.export.report import write_report
    from lab.files import write_atomically

    target = out or workspace / "report.html"
    with opened(workspace, campaign) as handle:
        html = write_report(handle.definition, handle.records(), handle.artefacts.read)
    write_atomically(target, html)
    if as_json:
        print_json({"report": str(target.resolve()), "bytes": len(html.encode())})
    else:
        typer.echo(f"Report: {target.resolve()}")


def tables(
    out: Annotated[Path, typer.Option(help="Folder to write the CSV files into.")],
    workspace: WorkspaceOption = HERE,
    campaign: CampaignOption = None,
    as_json: AsJson = False,
) -> None:
    """Write tidy CSV tables: films, grades, measurements, suggestions, designs, transfers and more; without times."""
    from lab.export.tables import write_tables

    with opened(workspace, campaign) as handle:
        written = write_tables(handle.records(), out, handle.definition.units)
    if as_json:
        print_json({path.stem: str(path) for path in written})
    else:
        for path in written:
            typer.echo(path)
