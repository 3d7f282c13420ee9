"""The `filmlab` command. Exit codes: 0 done, 1 failed, 2 wrong usage.

Modules here import what they need inside their functions, so that `filmlab --help` stays instant.
"""

import gc
import io
import sys
import tempfile
from pathlib import Path
from typing import Annotated

import typer

from cli import (
    accounts,
    api,
    campaigns,
    choices,
    dashboards,
    database,
    demo,
    designs,
    doctor,
    explaining,
    imports,
    loops,
    model_comparison,
    models,
    molecular,
    people,
    photos,
    protocols,
    reports,
    robots,
    sheets,
    status,
    virtual,
    watching,
    working,
    workspaces_init,
)
from cli.output import print_error, print_usage_error
from lab.errors import FilmlabError
from lab.files import DISK_FULL, workspace_error

app = typer.Typer(
    name="filmlab",
    help="A self-driving lab for nanocomposite films.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


def _print_version(asked: bool) -> None:
    if not asked:
        return
    from importlib.metadata import version
    from platform import python_version

    from lab.store.schema import REVISIONS

    typer.echo(f"filmlab {version('filmlab')}, Python {python_version()}, store schema {REVISIONS[-1]}")
    raise typer.Exit


@app.callback()
def _filmlab(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    """Options of `filmlab` itself; each is done by its callback."""


app.command("demo")(demo.demo)
app.command("init")(workspaces_init.init)
app.add_typer(campaigns.app, name="campaign")
app.command("work")(working.work_command)
app.command("status")(status.status)
app.command("suggest")(choices.suggest)
app.command("design")(designs.design)
app.command("promises")(designs.promises)
app.command("explain")(explaining.explain)
app.command("import")(imports.import_files)
app.command("watch")(watching.watch)
app.add_typer(sheets.app, name="sheet")
app.add_typer(photos.app, name="photo")
app.command("report")(reports.report)
app.command("tables")(reports.tables)
app.command("export")(reports.export)
app.command("api")(api.api)
app.command("dashboard")(dashboards.dashboard)
app.add_typer(accounts.app, name="account")
app.command("doctor")(doctor.doctor)
app.add_typer(database.app, name="db")
app.command("audit")(database.audit)
app.add_typer(loops.loop_app, name="loop")
app.add_typer(people.film_app, name="film")
app.add_typer(people.deck_app, name="deck")
models.app.command("compare")(model_comparison.compare)
app.add_typer(models.app, name="model")
app.add_typer(molecular.app, name="md")
app.add_typer(robots.app, name="robot")
app.add_typer(virtual.app, name="virtual")
app.add_typer(protocols.app, name="protocol")


def main() -> None:
    """Run the command line; an error that a user can act on is printed with its hint and gives exit code 1."""
    # Most commands make modules and records that stay until they end: looking for garbage among them finds none.
    gc.set_threshold(200_000, 50, 50)
    as_json = "--json" in sys.argv
    # Names of files and films may hold what the terminal has no letters for; standard error escapes those already.
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        app()
    except SystemExit as end:
        # Wrong usage is told on standard error already.
        if as_json and hasattr(usage := end.__context__, "format_message"):
            print_usage_error(usage)
        raise
    except FilmlabError as error:
        print_error(error, as_json=as_json)
        sys.exit(1)
    except OSError as error:
        # A disk, a folder or a file in a folder's place; what has no name is no file, and a fault of ours, but for a
        # disk that is full: then it is a file that was open already.
        if error.filename is None and error.errno not in DISK_FULL:
            raise
        path = error.filename or f"a file, here or in {tempfile.gettempdir()}"
        print_error(workspace_error(Path(path), error), as_json=as_json)
        sys.exit(1)
    finally:
        # Python looks for garbage once more when it ends; what is frozen it passes over.
        gc.freeze()


if __name__ == "__main__":  # python -m cli.main would otherwise end at once and say nothing
    main()
