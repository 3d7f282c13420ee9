"""`filmlab import` and `filmlab sheet`: measurements and grades from files of instruments and sheets of people."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

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
    film: Annotated[str | None, typer.Option(help="Film that the files are of, where they do not say so.")] = None,
    instead_of: Annotated[
        str | None, typer.Option(help="Film that the files wrongly name or were wrongly imported for.")
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
    request = _request(who, film, instead_of, replace)
    results = [] if sheet else [read_file(path, format_name=file_format, options=options) for path in files]
    with opened(workspace, campaign) as handle:
        if sheet:
            _import_sheets(handle, files, request, dry_run=dry_run, as_json=as_json)
        else:
            _import(handle, results, request, dry_run=dry_run, as_json=as_json)


def _request(who: str | None, film: str | None, instead_of: str | None, replace: bool) -> Any:
    from datetime import UTC, datetime

    from lab.instruments.importing import ImportRequest

    return ImportRequest(name_of(who), datetime.now(UTC), film, instead_of, replace)


def _import(
    handle: "OpenCampaign", results: Sequence["InstrumentResult"], request: Any, *, dry_run: bool, as_json: bool
) -> None:
    from lab.instruments.importing import plan_import
    from lab.instruments.recording import record_import

    plan = plan_import(results, handle.definition, handle.records(), request)
    if not dry_run:
        record_import(handle, plan)
    _print((), plan, recorded=not dry_run, as_json=as_json)


def _import_sheets(
    handle: "OpenCampaign", paths: Sequence[Path], request: Any, *, dry_run: bool, as_json: bool
) -> None:
    from lab.instruments import open_raw
    from lab.instruments.recording import record_import, record_with_files
    from lab.sheets import plan_sheets

    plans = plan_sheets([open_raw(path) for path in paths], handle.definition, handle.records(), request)
    if not dry_run:
        for grading in plans.gradings:
            record_with_files(handle, grading.event, grading.grades, [grading.file], supersede=grading.supersede)
        if plans.readings:
            record_import(handle, plans.readings)
    _print(plans.gradings, plans.readings, recorded=not dry_run, as_json=as_json)


def _print(gradings: "Sequence[GradingPlan]", readings: "ImportPlan | None", *, recorded: bool, as_json: bool) -> None:
    """Print what files say: one JSON document of one shape, whatever the files are."""
    measurements = readings.measurements if readings else ()
    grades = [grade for grading in gradings for grade in grading.grades]
    notes = [note for plan in (*gradings, readings) if plan for note in plan.notes]
    if as_json:
        print_json(
            {
                "recorded": recorded,
                "measurements": [_as_dict(measurement) for measurement in measurements],
                "grades": {grade.film: str(grade.grade) for grade in grades},
                "notes": notes,
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


sheet_app = typer.Typer(help="Templates for people to fill in.", no_args_is_help=True, rich_markup_mode=None)
OutOption = Annotated[Path, typer.Option(help="File to write, .xlsx or .csv.")]


@sheet_app.command("grading")
def grading_sheet(out: OutOption, workspace: WorkspaceOption = HERE, campaign: CampaignOption = None) -> None:
    """Write a sheet for grades of films that have none."""
    from lab.sheets import grading_template, write_template

    with opened(workspace, campaign) as handle:
        records = handle.records()
    films = [film for film in records.films if film in records.as_made and film not in records.grades]
    write_template(grading_template(films), out)
    typer.echo(f"{counted(len(films), 'film')}: {out}. Fill it in, then: filmlab import {out} --sheet")


@sheet_app.command("measurement")
def measurement_sheet(
    out: OutOption,
    workspace: WorkspaceOption = HERE,
    campaign: CampaignOption = None,
    readings: Annotated[int, typer.Option(min=1, max=20, help="Rows a film.")] = 3,
) -> None:
    """Write a sheet for films that wait to be measured."""
    from lab.records import Purpose
    from lab.sheets import measurement_template, write_template

    with opened(workspace, campaign) as handle:
        records, definition = handle.records(), handle.definition
    films = [
        film.label
        for film in records.films.values()
        if film.purpose is not Purpose.LIBRARY
        and film.label in records.as_made
        and any((film.label, name) not in records.measurements for name in definition.property_names)
    ]
    write_template(measurement_template(definition, films, readings=readings), out)
    typer.echo(f"{counted(len(films), 'film')}: {out}. Fill it in, then: filmlab import {out} --sheet")


photo_app = typer.Typer(help="Measure photos of films.", no_args_is_help=True, rich_markup_mode=None)
MarkerOption = Annotated[float, typer.Option(min=0.1, help="Side of the blue square in the photos, mm.")]


@photo_app.command("flame")
def photo_flame(
    before: Annotated[Path, typer.Argument(help="Photo of the film before the flame.")],
    after: Annotated[Path, typer.Argument(help="Photo of what is left.")],
    *,
    marker: MarkerOption,
    film: Annotated[str | None, typer.Option(help="Label of the film, where the photo's name does not say it.")] = None,
    overlay: Annotated[Path, typer.Option(help="Picture of what was measured, to look at.")] = Path("overlay.png"),
    accept: Annotated[bool, typer.Option("--accept", help="Record it: you have looked at the overlay.")] = False,
    replace: Replace = False,
    workspace: WorkspaceOption = HERE,
    campaign: CampaignOption = None,
    who: Who = None,
    as_json: AsJson = False,
) -> None:
    """Measure what a flame left of a film. It is recorded once a person accepts the outlines."""
    from lab.files import write_atomically
    from lab.instruments import open_raw
    from lab.instruments.photos.flame import read_flame

    found = read_flame(open_raw(before), open_raw(after), marker)
    write_atomically(overlay, found.overlay)
    with opened(workspace, campaign) as handle:
        _import(handle, [found.result], _request(who, film, None, replace), dry_run=not accept, as_json=as_json)
    if not accept and not as_json:
        typer.echo(f"Look at {overlay}; if the outlines are right, give the same command with --accept.")


@photo_app.command("hints")
def photo_hints(
    photos: Annotated[list[Path], typer.Argument(help="Photos of films.")],
    *,
    marker: MarkerOption,
    as_json: AsJson = False,
) -> None:
    """Say what photos of films show; the grade is a person's."""
    import attrs

    from lab.instruments import open_raw
    from lab.instruments.photos.hints import hints_of

    found = {str(path): hints_of(open_raw(path), marker) for path in photos}
    if as_json:
        print_json({name: attrs.asdict(hints) for name, hints in found.items()})
        return
    for name, hints in found.items():
        typer.echo(f"{name}: {'; '.join(hints.sentences)}")
