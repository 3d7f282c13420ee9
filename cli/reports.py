"""`filmlab report`, `filmlab tables` and `filmlab export`: what a campaign knows, for people and for other programs."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from cli.labels import as_recorded
from cli.output import AsJson, print_json
from cli.workspaces import HERE, CampaignOption, WorkspaceOption, opened
from lab.counting import counted


def report(
    workspace: WorkspaceOption = HERE,
    campaign: CampaignOption = None,
    out: Annotated[
        Path | None,
        typer.Option(
            help="Where to write it; report.html of the workspace if left out, of campaigns/NAME in it for a later one."
        ),
    ] = None,
    pdf: Annotated[
        bool, typer.Option("--pdf", help="Print it to a PDF beside it, by the Chromium on this machine.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Write the report of a campaign as it stands now. It is one HTML file that needs nothing else."""
    from lab.export.pdf import print_pdf
    from lab.export.published_files import published_folder
    from lab.export.report import write_report
    from lab.files import write_atomically
    from lab.records.artefacts import REPORT

    with opened(workspace, campaign) as handle:
        target = out or published_folder(workspace, handle) / REPORT
        html = write_report(handle.definition, handle.records(), handle.artefacts.read)
    write_atomically(target, html)
    printed = print_pdf(target) if pdf else None
    if as_json:
        print_json(
            {"report": str(target.resolve()), "bytes": len(html.encode()), "pdf": str(printed) if printed else None}
        )
        return
    typer.echo(f"Report: {target.resolve()}")
    if printed:
        typer.echo(f"PDF:    {printed}")


class TableFormat(StrEnum):
    """Formats of tables."""

    CSV = "csv"
    PARQUET = "parquet"


def tables(
    out: Annotated[Path, typer.Option(help="Folder to write the files into.")],
    workspace: WorkspaceOption = HERE,
    campaign: CampaignOption = None,
    file_format: Annotated[TableFormat, typer.Option("--format", help="Format of the files.")] = TableFormat.CSV,
    as_json: AsJson = False,
) -> None:
    """Write tidy tables of films, grades, measurements and more. Times are not in them."""
    from lab.export.tables import write_tables

    with opened(workspace, campaign) as handle:
        written = write_tables(handle.records(), out, handle.definition.units, file_format=file_format)
    if as_json:
        print_json({path.stem: str(path) for path in written})
    else:
        for path in written:
            typer.echo(path)


def export(
    out: Annotated[Path, typer.Argument(help="File to write, .eln or .zip.")],
    workspace: WorkspaceOption = HERE,
    campaign: CampaignOption = None,
    film: Annotated[str | None, typer.Option(callback=as_recorded, help="Only what is about this film.")] = None,
    license_text: Annotated[
        str | None, typer.Option("--license", help="Licence of the data, an address or words.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Write all about a campaign or a film as RO-Crate. Electronic notebooks, archives and other labs read it."""
    import attrs

    from lab.errors import InvalidInputError
    from lab.export.crates import export_crate

    if out.suffix.lower() not in (".eln", ".zip"):
        raise InvalidInputError(str(out), ["ends neither in .eln nor in .zip"], hint="give for example campaign.eln")
    more = {"license_text": license_text} if license_text else {}
    with opened(workspace, campaign) as handle:
        made = export_crate(handle, out, film=film, **more)
    if as_json:
        print_json(attrs.asdict(made) | {"path": str(made.path.resolve())})
    else:
        typer.echo(f"{made.path.resolve()}: {counted(made.files, 'file')}, newest seal {made.seal}")
