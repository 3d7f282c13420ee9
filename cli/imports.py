"""`filmlab import`: measurements and grades from files of instruments and sheets of people."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.labels import as_recorded
from cli.output import AsJson, print_json
from cli.persons import Who, name_of
from cli.workspaces import HERE, CampaignOption, WorkspaceOption, opened
from lab.counting import counted

if TYPE_CHECKING:
    from lab.instruments.importing import ImportPlan
    from lab.instruments.results import InstrumentResult
    from lab.open_campaigns import OpenCampaign
    from lab.records import Measurement
    from lab.sheets import GradingPlan

Replace = Annotated[bool, typer.Option("--replace", help="Supersede earlier measurements; they stay in the history.")]


def import_files(
    files: Annotated[list[Path], typer.Argument(help="Files as the instruments exported them.")],
    *,
    workspace: WorkspaceOption = HERE,
    campaign: CampaignOption = None,
    film: Annotated[
        str | None, typer.Option(callback=as_recorded, help="Film that the files are of, where they do not say so.")
    ] = None,
    instead_of: Annotated[
        str | None,
        typer.Option(callback=as_recorded, help="Film that the files wrongly name or were wrongly imported for."),
    ] = None,
    replace: Replace = False,
    file_format: Annotated[
        str | None, typer.Option("--format", help="Format; found from the content if left out.")
    ] = None,
    ordinate: Annotated[
        str | None, typer.Option(help="What a spectrum holds if it does not say: percent|fraction|absorbance.")
    ] = None,
    width: Annotated[float | None, typer.Option(min=0, help="Width of the strips, mm.")] = None,
    thickness: Annotated[float | None, typer.Option(min=0, help="Thickness of the strips, um.")] = None,
    gauge_length: Annotated[float | None, typer.Option(min=0, help="Length between the grips, mm.")] = None,
    ends_at_break: Annotated[
        bool, typer.Option("--ends-at-break", help="The tester stopped recording at the break.")
    ] = False,
    sheet: Annotated[bool, typer.Option("--sheet", help="The files are sheets that people filled in.")] = False,
    who: Who = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would be recorded and record nothing.")] = False,
    as_json: AsJson = False,
) -> None:
    """Read instrument files, and record what they say about films. Files of one call are replicates of each other."""
    from lab.instruments import ReadOptions, read_file

    if ordinate not in {None, "percent", "fraction", "absorbance"}:
        raise typer.BadParameter("--ordinate is percent, fraction or absorbance")
    options = ReadOptions(ordinate, width, thickness, gauge_length, ends_at_break)
    if sheet and (film or instead_of or file_format or options != ReadOptions()):
        raise typer.BadParameter(
            "a sheet says itself what it is of; with --sheet give only --replace, --who, --dry-run"
        )
    request = request_of(who, film, instead_of, replace)
    results = [] if sheet else [read_file(path, format_name=file_format, options=options) for path in files]
    with opened(workspace, campaign) as handle:
        if sheet:
            _import_sheets(handle, files, request, dry_run=dry_run, as_json=as_json)
        else:
            record_results(handle, results, request, dry_run=dry_run, as_json=as_json)


def request_of(who: str | None, film: str | None, instead_of: str | None, replace: bool) -> Any:
    """Return what a person asks for, as `lab.instruments.importing` takes it."""
    from datetime import UTC, datetime

    from lab.instruments.importing import ImportRequest

    return ImportRequest(name_of(who), datetime.now(UTC), film, instead_of, replace)


def record_results(
    handle: "OpenCampaign", results: Sequence["InstrumentResult"], request: Any, *, dry_run: bool, as_json: bool
) -> None:
    """Record what files of instruments say, and print it."""
    from lab.instruments.importing import plan_import
    from lab.instruments.recording import record_import

    plan = plan_import(results, handle.definition, handle.records(), request)
    if not dry_run:
        record_import(handle, plan)
    _print((), plan, plan.notes, recorded=not dry_run, as_json=as_json)


def _import_sheets(
    handle: "OpenCampaign", paths: Sequence[Path], request: Any, *, dry_run: bool, as_json: bool
) -> None:
    from lab.instruments import open_raw
    from lab.instruments.recording import record_import
    from lab.sheets import plan_sheets, record_grading

    plans = plan_sheets([open_raw(path) for path in paths], handle.definition, handle.records(), request)
    if not dry_run:
        for grading in plans.gradings:
            record_grading(handle, grading)
        if plans.readings:
            record_import(handle, plans.readings)
    notes = [note for plan in (plans, *plans.gradings, plans.readings) if plan for note in plan.notes]
    _print(plans.gradings, plans.readings, notes, recorded=not dry_run, as_json=as_json)


def _print(
    gradings: "Sequence[GradingPlan]",
    readings: "ImportPlan | None",
    notes: Sequence[str],
    *,
    recorded: bool,
    as_json: bool,
) -> None:
    """Print what files say: one JSON document of one shape, whatever the files are."""
    measurements = readings.measurements if readings else ()
    grades = [grade for grading in gradings for grade in grading.grades]
    if as_json:
        import attrs

        print_json(
            {
                "recorded": recorded,
                "measurements": [attrs.asdict(measurement) for measurement in measurements],
                "grades": {grade.film: str(grade.grade) for grade in grades},
                "notes": list(notes),
            }
        )
        return
    for measurement in measurements:
        typer.echo(_line(measurement))
    for note in notes:
        typer.echo(f"Note: {note}")
    found = [counted(len(grades), "grade")] if gradings else []
    found += [counted(len(measurements), "measurement")] if readings else []
    typer.echo(f"{' and '.join(found)} {'recorded' if recorded else 'read, nothing recorded'}.")


def _line(measurement: "Measurement") -> str:
    name = f"{measurement.film:<10} {measurement.property_name:<18}"
    if measurement.value is None:
        return f"{name} {measurement.status}: {measurement.reason}"
    sign = ">" if measurement.status == "censored" else " "
    spread = "" if measurement.sd is None else f" +- {measurement.sd:.3g}"
    return f"{name} {sign}{measurement.value:.5g}{spread}   n {measurement.n}   {measurement.instrument}"
