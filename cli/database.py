"""`filmlab db` and `filmlab audit`: looking after the database, and seeing who did what."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.labels import as_recorded
from cli.output import AsJson, print_json
from cli.workspaces import HERE, CampaignOption, WorkspaceOption, opened
from lab.counting import counted

if TYPE_CHECKING:
    from lab.backups import Backup
    from lab.store import AuditEntry

app = typer.Typer(help="Look after the database.", no_args_is_help=True, rich_markup_mode=None)


@app.callback()
def database() -> None:
    """Look after the database."""


@app.command("upgrade")
def upgrade_command(workspace: WorkspaceOption = HERE) -> None:
    """Bring the tables of an older filmlab up to date. Back up a database on a server and stop its users first."""
    from lab.store import upgrade
    from lab.workspace import Workspace

    before, after = upgrade(Workspace.open(workspace).database_url)
    typer.echo(f"The database has schema {after}" + (" already." if before == after else f", it had {before}."))


@app.command("backup")
def backup_command(
    out: Annotated[Path | None, typer.Argument(help="File to write; a name with date and time if left out.")] = None,
    workspace: WorkspaceOption = HERE,
) -> None:
    """Write database and stored files into one file. The lab may go on meanwhile."""
    from lab.backups import back_up
    from lab.workspace import Workspace

    target = out or Path(f"filmlab-{datetime.now():%Y%m%d-%H%M%S}.tar.gz")
    made = back_up(Workspace.open(workspace), target)
    typer.echo(f"Backup: {target.resolve()} ({counted(len(made.seals), 'campaign')}, {counted(made.files, 'file')})")
    _tell_missing(made)


@app.command("restore")
def restore_command(
    file: Annotated[Path, typer.Argument(help="File that `filmlab db backup` wrote.")],
    workspace: WorkspaceOption = HERE,
) -> None:
    """Fill a new workspace from a backup. With a database on a server, it has to be empty."""
    from lab.backups import restore
    from lab.workspace import Workspace

    made = restore(file, Workspace.create(workspace))
    typer.echo(f"Restored {counted(len(made.seals), 'campaign')} and {counted(made.files, 'file')}.")
    for name, seal in made.seals.items():
        typer.echo(f"{name}: seal {seal}")
    if made.signed:
        typer.echo(
            f"Signed for, and by these records not run: {', '.join(made.signed)}. If a robot has begun it since the "
            "backup, load it anew, or copy the folder robot of the earlier workspace, before: filmlab work --robot",
            err=True,
        )
    _tell_missing(made)


@app.command("check")
def check_command(workspace: WorkspaceOption = HERE, as_json: AsJson = False) -> None:
    """Look for damage to database, seals and stored files. Changes are found too; then the exit code is 1."""
    from lab.backups import check
    from lab.workspace import Workspace

    found = check(Workspace.open(workspace))
    if as_json:
        print_json({"sound": not found, "findings": list(found)})
    for line in () if as_json else found or ("The database, its seals and the stored files are sound.",):
        typer.echo(line)
    if found:
        raise typer.Exit(1)


@app.command("move")
def move_command(
    source: Annotated[
        str, typer.Argument(help="Database to copy: a file, or sqlite:///... or postgresql+psycopg://...")
    ],
    target: Annotated[str, typer.Argument(help="Empty or missing database to copy it into, likewise.")],
) -> None:
    """Copy a whole database into an empty one. Both may be SQLite or PostgreSQL; the source stays as it is."""
    from lab.store import move

    copied = move(_url(source), _url(target))
    typer.echo(
        f"{counted(copied.rows, 'row')} copied and checked; set FILMLAB_DATABASE_URL to work with the new database."
    )
    for name, seal in copied.seals.items():
        typer.echo(f"{name}: seal {seal}")


def audit(
    workspace: WorkspaceOption = HERE,
    campaign: CampaignOption = None,
    film: Annotated[
        str | None, typer.Option(callback=as_recorded, help="Only what was recorded about this film.")
    ] = None,
    who: Annotated[
        str | None, typer.Option(callback=as_recorded, help="Only what this person or program recorded.")
    ] = None,
    expect: Annotated[
        str | None, typer.Option(help="A seal written down earlier: fail if it is not in the chain.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """List who did what and when, and check that it is unchanged."""
    from lab.errors import UnknownNameError

    with opened(workspace, campaign) as handle:
        everything = handle.store.audit(handle.name)
        shown = handle.store.audit(handle.name, film) if film else everything
        found = handle.store.check()
    if film and not shown:
        raise UnknownNameError(f"nothing is recorded about a film {film!r}", hint="see: filmlab tables")
    if expect is not None and not any(expect and entry.seal.startswith(expect.lower()) for entry in everything):
        found = (
            *found,
            f"the seal {expect} is not in the chain: events were changed or removed, or it is another lab's",
        )
    entries = [entry for entry in shown if who is None or entry.event.who == who]
    if as_json:
        print_json({"events": [_as_dict(entry) for entry in entries], "findings": list(found)})
    else:
        for entry in entries:
            typer.echo(_line(entry))
        if who is not None and not entries:
            typer.echo(f"Nothing is recorded by {who}.")
        typer.echo(f"Newest seal: {everything[-1].seal}" if everything else "No events.")
        for line in found or ("Every event is as it was recorded.",):
            typer.echo(line)
    if found:
        raise typer.Exit(1)


def _url(text: str) -> str:
    return text if "://" in text else f"sqlite:///{Path(text).absolute()}"


def _tell_missing(made: "Backup") -> None:
    for line in made.missing:
        typer.echo(line, err=True)
    if made.missing:
        raise typer.Exit(1)


def _line(entry: "AuditEntry") -> str:
    from lab.people_checks import CONTROLS

    event = entry.event
    added = ", ".join(f"{count} × {kind}" for kind, count in entry.added.items()) or "nothing"
    corrected = f" ({counted(entry.corrected, 'correction')})" if entry.corrected else ""
    source = f" from {event.source}" if event.source and event.source != event.who else ""
    said = f"{event.who}: {event.key}: {added}{corrected}{source}" + (" [simulated]" if event.simulated else "")
    return f"{event.at:%Y-%m-%d %H:%M:%S}Z  {entry.seal[:12]}  {CONTROLS.sub('?', said)}"


def _as_dict(entry: "AuditEntry") -> dict[str, Any]:
    import attrs

    event = attrs.asdict(entry.event) | {"at": entry.event.at.isoformat()}
    return {
        "number": entry.number,
        **event,
        "added": dict(entry.added),
        "corrected": entry.corrected,
        "seal": entry.seal,
    }
