"""`filmlab md`: molecular dynamics of clay and cellulose."""

import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.interrupts import told_at_interrupt
from cli.output import AsJson, interactive, print_json
from cli.persons import Who, name_of
from cli.workspaces import HERE, CampaignOption, WorkspaceOption, opened
from lab.counting import counted

if TYPE_CHECKING:
    from md_sim.studies import Outcome

Field = Annotated[
    str | None,
    typer.Option(help="Force fields: glycam06j or charmm36, both with ClayFF, or charmm36-interface; the model's own."),
]

app = typer.Typer(help="Molecular dynamics of clay and cellulose.", no_args_is_help=True, rich_markup_mode=None)


@app.command("run")
def run_command(
    model: Annotated[str, typer.Option(help="cnf, mmt, mmt-cnf or another of docs/reference/md.md.")],
    test: Annotated[str, typer.Option(help="tension, shear or peel.")],
    out: Annotated[Path, typer.Option(help="Folder that gets a folder for this simulation.")],
    profile: Annotated[str, typer.Option(help="smoke (seconds), demo (minutes) or study (hours).")] = "smoke",
    seed: Annotated[int, typer.Option(min=0, help="Seed of the simulation's random numbers.")] = 1,
    field: Field = None,
    rate: Annotated[float | None, typer.Option(help="Strain rate, 1/s; the profile's if left out.")] = None,
    temperature: Annotated[float | None, typer.Option(help="Temperature, K; 300 if left out.")] = None,
    processes: Annotated[int, typer.Option(min=1, help="MPI processes, each with a core of its own.")] = 1,
    threads: Annotated[int, typer.Option(min=1, help="OpenMP threads of a process, likewise.")] = 1,
    as_json: AsJson = False,
) -> None:
    """Put a model through a mechanical test. A finished one is read, a killed one goes on."""
    from md_sim.engine import Processors
    from md_sim.requests import checked_profile
    from md_sim.runs import run_test

    result = run_test(
        model,
        test,
        checked_profile(profile, [model], [test], field=field, rate=rate, temperature=temperature),
        seed,
        out,
        field=field,
        processors=Processors(processes=processes, threads=threads),
        progress=_show_progress if interactive() else None,
    )
    summary = result.summary()
    if as_json:
        print_json(summary)
    else:
        notes = summary.pop("notes")
        for name, value in summary.items():
            typer.echo(f"{name:<22} {value}")
        for note in notes:
            typer.echo(f"Note: {note}.")
    if result.status != "ok":
        sys.exit(1)


@app.command()
def compare(
    folders: Annotated[list[Path], typer.Argument(help="Folders with finished simulations.")],
    out: Annotated[Path, typer.Option(help="The report to write, one HTML file.")],
    as_json: AsJson = False,
) -> None:
    """Compare finished simulations. Curves, hydrogen bonds, energies and failures stand side by side."""
    from md_sim.comparison_report import compare as compare_runs

    found = compare_runs(folders, out)
    if as_json:
        print_json(found)
        return
    typer.echo(found["conclusion"])
    typer.echo(f"Report: {out.resolve()}")


@app.command()
def study(
    workspace: WorkspaceOption = HERE,
    campaign: CampaignOption = None,
    profile: Annotated[str, typer.Option(help="smoke (seconds), demo (minutes) or study (hours).")] = "demo",
    model: Annotated[
        list[str] | None, typer.Option(help="Models; cnf, mmt and mmt-cnf if left out. Repeatable.")
    ] = None,
    test: Annotated[
        list[str] | None, typer.Option(help="Tests; tension, shear and peel if left out. Repeatable.")
    ] = None,
    seed: Annotated[list[int] | None, typer.Option(min=0, help="Seeds; 1, 2 and 3 if left out. Repeatable.")] = None,
    field: Field = None,
    workers: Annotated[
        int | None, typer.Option(min=1, help="Simulations side by side, each on a core of its own; 1 if left out.")
    ] = None,
    site: Annotated[Path | None, typer.Option(help="A TOML file that names a cluster.")] = None,
    who: Who = None,
    as_json: AsJson = False,
) -> None:
    """Run simulations into a campaign's records. What is finished is read, what was killed goes on."""
    from lab.workspace import Workspace
    from md_sim.campaign_studies import run_recorded_study
    from md_sim.site_files import read_site
    from md_sim.sites import Site
    from md_sim.studies import MODELS, SEEDS, TESTS, tasks_of

    # As at Ctrl-C, so that no worker goes on with what nobody waits for.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    tasks = tasks_of(profile, models=model or MODELS, tests=test or TESTS, seeds=seed or SEEDS, field=field)
    if site and workers is not None:
        raise typer.BadParameter("the site's file says how many run side by side; leave --workers out")
    place = read_site(site) if site else Site(workers=workers or 1)
    root = Workspace.open(workspace).root
    words = "Stopped; what has ended is recorded. The same command goes on with the rest."
    with told_at_interrupt(words), opened(workspace, campaign) as handle:
        found = run_recorded_study(
            handle,
            root,
            tasks,
            name_of(who),
            site=place,
            progress=lambda outcome, ended: typer.echo(f"{ended}/{len(tasks)} {_line(outcome)}", err=True),
        )
    if as_json:
        print_json(
            {
                "runs": [
                    outcome.result.summary() if outcome.result else {**_asked(outcome), "status": "not started"}
                    for outcome in found.outcomes
                ],
                "recorded": found.recorded,
                "report": str(found.report) if found.report else None,
                "conclusion": found.conclusion,
            }
        )
    else:
        typer.echo(found.conclusion)
        typer.echo(f"{counted(found.recorded, 'simulation')} recorded. Report: {found.report}")
    if not found.complete:
        sys.exit(1)


def _asked(outcome: "Outcome") -> dict[str, object]:
    """Return what was asked of a simulation that could not be started, and why it could not."""
    task = outcome.task
    return {"model": task.model, "test": task.test, "profile": task.profile, "seed": task.seed, "reason": outcome.error}


def _line(outcome: "Outcome") -> str:
    task, result = outcome.task, outcome.result
    name = f"{task.model} {task.test}, seed {task.seed}"
    if result is None:
        return f"{name}: not started: {outcome.error}"
    if result.status != "ok":
        return f"{name}: failed: {result.reason}"
    failure = result.analysis.failure
    return f"{name}: {failure.mode if failure else 'too short for a curve'}"


def _show_progress(stage: str, share: float) -> None:
    typer.echo(f"\r{stage:<6} {share:4.0%}", nl=share >= 1, err=True)
