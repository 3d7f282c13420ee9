"""`filmlab sheet`: templates for people to fill in."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.output import word
from cli.workspaces import HERE, CampaignOption, WorkspaceOption, opened
from lab.counting import counted

if TYPE_CHECKING:
    from lab.records import Film, Records

app = typer.Typer(help="Templates for people to fill in.", no_args_is_help=True, rich_markup_mode=None)
OutOption = Annotated[Path, typer.Option(help="File to write, .xlsx or .csv.")]


@app.command("grading")
def grading_sheet(out: OutOption, workspace: WorkspaceOption = HERE, campaign: CampaignOption = None) -> None:
    """Write a sheet for grades of films that have none."""
    from lab.sheets import check_replaceable, grading_template, write_template

    with opened(workspace, campaign) as handle:
        records = handle.records()
    check_replaceable(out, records)
    films = [film.label for film in _wanted(records) if film.label not in records.grades]
    write_template(grading_template(films), out)
    typer.echo(f"{counted(len(films), 'film')}: {out}. Fill it in, then: filmlab import {word(out)} --sheet")


@app.command("measurement")
def measurement_sheet(
    out: OutOption,
    workspace: WorkspaceOption = HERE,
    campaign: CampaignOption = None,
    readings: Annotated[int, typer.Option(min=1, max=20, help="Rows a film.")] = 3,
) -> None:
    """Write a sheet for films that wait to be measured."""
    from lab.records import Purpose
    from lab.sheets import check_replaceable, measurement_template, write_template

    with opened(workspace, campaign) as handle:
        records, definition = handle.records(), handle.definition
    check_replaceable(out, records)
    films = [
        film.label
        for film in _wanted(records)
        if film.purpose is not Purpose.LIBRARY
        and any((film.label, name) not in records.measurements for name in definition.property_names)
    ]
    write_template(measurement_template(definition, films, readings=readings), out)
    typer.echo(f"{counted(len(films), 'film')}: {out}. Fill it in, then: filmlab import {word(out)} --sheet")


def _wanted(records: "Records") -> "list[Film]":
    """Return the films that are made. Of one that was refused after it was cast nothing more is asked."""
    from active_learning.campaign.batches import is_refused

    return [film for film in records.films.values() if film.label in records.as_made and not is_refused(film, records)]
