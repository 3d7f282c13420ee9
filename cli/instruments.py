"""`filmlab import`: measurements from files of instruments."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.output import AsJson, print_json
from cli.workspaces import HERE, CampaignOption, WorkspaceOption, opened

if TYPE_CHECKING:
    from lab.instruments.importing import ImportPlan
    from lab.open_campaigns import OpenCampaign
    from lab.records import Measurement

WhoOption = Annotated[
    str | None, typer.Option("--who", help="Who measured; the name you are logged in with if left out.")
]


def import_files(
    files: Annotated[list[Path], typer.Argument(help="Files as the instruments exported them.")],
    *,
    workspace: WorkspaceOption = HERE,
    campaign: CampaignOption = None,
    film: Annotated[str | None, typer.Option(help="Film that the files are of, where they do not say so.")] = None,
    instead_of: Annotated[
        str | None, typer.Option(help="Film that the files wrongly name or were wrongly imported for.")
    ] = None,
    replace: Annotated[bool, typer.Option(help="Supersede earlier measurements; they stay in the history.")] = False,
    file_format: Annotated[
        str | None, typer.Option("--format", help="Format; found from the content if left out.")
    ] = None,
    ordinate: Annotated[
        str | None, typer.Option(help="What a spectrum holds if it does not say: percent|fraction|absorbance.")
    ] = None,
    width: Annotated[float | None, typer.Option(min=0, help="Width of the strips, mm.")] = None,
    thickness: Annotated[float | None, typer.Option(min=0, help="Thickness of the strips, um.")] = None,
    gauge_length: Annotated[float | None, typer.Option(min=0, help="Length between the grips, mm.")] = None,
    ends_at_break: Annotated[bool, typer.Option(help="The tester stopped recording at the break.")] = False,
    who: WhoOption = None,
    dry_run: Annotated[bool, typer.Option(help="Show what would be recorded and record nothing.")] = False,
    as_json: AsJson = False,
) -> None:
    """Read instrument files, and record what they say about films. Files of one call are replicates of each other."""
    from lab.instruments import ReadOptions, read_file
    from lab.instruments.importing import plan_import

    if ordinate not in {None, "percent", "fraction", "absorbance"}:
        raise typer.BadParameter("--ordinate is percent, fraction or absorbance")
    options = ReadOptions(ordinate, width, thickness, gauge_length, ends_at_break)
    results = [read_file(path, format_name=file_format, options=options) for path in files]
    with opened(workspace, campaign) as handle:
        request = _request(who, film, instead_of, replace)
        plan = plan_import(results, handle.definition, handle.records(), request)
        if not dry_run:
            record(handle, plan)
    _print(plan, recorded=not dry_run, as_json=as_json)


def _request(who: str | None, film: str | None, instead_of: str | None, replace: bool) -> Any:
    import getpass
    from datetime import UTC, datetime

    from lab.instruments.importing import ImportRequest

    return ImportRequest(
        who or getpass.getuser(), datetime.now(UTC), film, instead_of, replace or instead_of is not None
    )


def record(handle: "OpenCampaign", plan: "ImportPlan") -> None:
    """Store a plan's files, then its records in one transaction."""
    known = handle.records().artefacts
    artefacts = [handle.artefacts.put(file.name, file.content, file.media_type) for file in plan.files]
    new = [artefact for artefact in artefacts if known.get(artefact.name) != artefact]
    handle.store.append(handle.name, plan.event, [*new, *plan.measurements], supersede=plan.supersede)


def _print(plan: "ImportPlan", *, recorded: bool, as_json: bool) -> None:
    if as_json:
        found = [_as_dict(measurement) for measurement in plan.measurements]
        print_json({"recorded": recorded, "measurements": found, "notes": list(plan.notes)})
        return
    for measurement in plan.measurements:
        typer.echo(_line(measurement))
    for note in plan.notes:
        typer.echo(f"Note: {note}")
    count = len(plan.measurements)
    typer.echo(f"{count} measurements recorded." if recorded else f"{count} measurements read, nothing recorded.")


def _as_dict(measurement: "Measurement") -> dict[str, Any]:
    import attrs

    return attrs.asdict(measurement)


def _line(measurement: "Measurement") -> str:
    name = f"{measurement.film:<10} {measurement.property_name:<18}"
    if measurement.value is None:
        return f"{name} {measurement.status}: {measurement.reason}"
    sign = ">" if measurement.status == "censored" else " "
    spread = "" if measurement.sd is None else f" +- {measurement.sd:.3g}"
    return f"{name} {sign}{measurement.value:.5g}{spread}   n {measurement.n}   {measurement.instrument}"
