"""`filmlab watch`: take in the files that instruments write into a folder."""

import signal
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.persons import Who, name_of
from cli.workspaces import HERE, CampaignOption, WorkspaceOption, opened

if TYPE_CHECKING:
    from lab.instruments.watching import Seen

_LOOK_SECONDS = 30.0
"""How often the folder is looked through although nothing was reported: network drives report nothing."""


def watch(
    folder: Annotated[
        Path, typer.Argument(help="Folder into which instruments write; its files are left as they are.")
    ],
    *,
    workspace: WorkspaceOption = HERE,
    campaign: CampaignOption = None,
    who: Who = None,
    settle: Annotated[float, typer.Option(min=0, help="A file is complete if it did not change for so long, s.")] = 5.0,
    width: Annotated[float | None, typer.Option(min=0, help="Width of the strips, mm.")] = None,
    thickness: Annotated[float | None, typer.Option(min=0, help="Thickness of the strips, um.")] = None,
    gauge_length: Annotated[float | None, typer.Option(min=0, help="Length between the grips, mm.")] = None,
    once: Annotated[bool, typer.Option("--once", help="Take in what is complete now, then stop.")] = False,
) -> None:
    """Record what instruments write into a folder, as it appears. Why a file is refused is told. Ends with Ctrl-C."""
    from lab.errors import InvalidInputError, StoreError, WorkspaceError
    from lab.instruments import ReadOptions
    from lab.instruments.watching import FolderWatch, take_in

    if not folder.is_dir():
        raise InvalidInputError(str(folder), ["is no folder"], hint="give the folder into which the instruments write")
    files = FolderWatch(folder, settle)
    options = ReadOptions(None, width, thickness, gauge_length)
    with opened(workspace, campaign) as handle:
        if once:
            files.ready()
            threading.Event().wait(settle)
        else:
            typer.echo(f"Watching {folder.resolve()} for {handle.name}; stop with Ctrl-C.")

        def look() -> None:
            try:
                for seen in take_in(files, handle, name_of(who), options):
                    _tell(seen)
            except (StoreError, WorkspaceError) as error:
                if once:
                    raise
                typer.echo(f"Later: {error}", err=True)

        look()
        if not once:
            _repeat(look, folder, settle)


def _repeat(look: Callable[[], None], folder: Path, settle: float) -> None:
    """Look when something has happened in the folder and come to rest, and from time to time anyway."""
    from watchdog.events import FileSystemEvent, FileSystemEventHandler
    from watchdog.observers import Observer

    stirred = threading.Event()

    class Wake(FileSystemEventHandler):
        def on_any_event(self, event: FileSystemEvent) -> None:
            if event.event_type not in ("opened", "closed_no_write"):  # these are our own
                stirred.set()

    observer = Observer()
    observer.schedule(Wake(), str(folder), recursive=True)
    observer.start()
    stirred.set()  # files that were there before have to come to rest too
    # A service is told to terminate: it stops as one that runs in a terminal does.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        while True:
            if stirred.wait(_LOOK_SECONDS):
                stirred.clear()
            look()  # notes which files have changed
            stirred.wait(settle)
            look()
    except KeyboardInterrupt:
        typer.echo("Stopped.")
    finally:
        observer.stop()
        observer.join()


def _tell(seen: "Seen") -> None:
    names = ", ".join(path.name for path in seen.paths)
    if seen.plan is None:
        typer.echo(f"Refused: {seen.refused}", err=True)
        return
    found = ", ".join(f"{measurement.film} {measurement.property_name}" for measurement in seen.plan.measurements)
    typer.echo(f"{names}: {found}")
    for note in seen.plan.notes:
        typer.echo(f"Note: {note}")
