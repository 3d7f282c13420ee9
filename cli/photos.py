"""`filmlab photo`: what photos of films show."""

from pathlib import Path
from typing import Annotated

import typer

from cli.imports import Replace, record_results, request_of
from cli.labels import as_recorded
from cli.output import AsJson, print_json
from cli.persons import Who
from cli.workspaces import HERE, CampaignOption, WorkspaceOption, opened

app = typer.Typer(help="Measure photos of films.", no_args_is_help=True, rich_markup_mode=None)
MarkerOption = Annotated[float, typer.Option(min=0.1, help="Side of the blue square in the photos, mm.")]


@app.command("flame")
def photo_flame(
    before: Annotated[Path, typer.Argument(help="Photo of the film before the flame.")],
    after: Annotated[Path, typer.Argument(help="Photo of what is left.")],
    *,
    marker: MarkerOption,
    film: Annotated[
        str | None,
        typer.Option(callback=as_recorded, help="Label of the film, where the photo's name does not say it."),
    ] = None,
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
        record_results(
            handle, [found.result], request_of(who, film, None, replace), dry_run=not accept, as_json=as_json
        )
    if not accept and not as_json:
        typer.echo(f"Look at {overlay}; if the outlines are right, give the same command with --accept.")


@app.command("hints")
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
