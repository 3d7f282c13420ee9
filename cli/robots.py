"""`filmlab robot`: run plans on an OT-2, look at runs, go on after failures."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import attrs
import typer

from cli import robot_decks
from cli.interrupts import told_at_interrupt
from cli.output import AsJson, print_json
from cli.persons import Who, name_of
from cli.robot_access import (
    Offsets,
    ProgressLine,
    Serial,
    Speed,
    deck_state,
    known_robot_folder,
    publish,
    robot_folder,
    robot_runner,
)
from cli.robot_words import deck_text, outcome_as_dict, step_as_dict, tell_outcome, tell_step
from cli.workspaces import HERE, CampaignOption, WorkspaceOption

app = typer.Typer(help="Run plans on an OT-2.", no_args_is_help=True, rich_markup_mode=None)
app.command("deck")(robot_decks.deck)
app.command("refill")(robot_decks.refill)
app.command("swap-rack")(robot_decks.swap_rack)

_UNWATCHED = (
    "Nobody watches the robot now; it is not stopped by this. Stop it with: filmlab robot stop. "
    "Take it up again with: filmlab robot continue RUN (filmlab robot status names it)."
)
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask: the deck is as its run card says.")]
RunName = Annotated[str | None, typer.Argument(metavar="RUN", help="Name of the run; the newest if left out.")]


@app.callback()
def _group() -> None:
    """Run plans on an OT-2."""


@app.command()
def run(
    plan_dir: Annotated[Path, typer.Argument(help="Folder that `filmlab protocol plan` wrote.")],
    url: Annotated[str, typer.Option(envvar="FILMLAB_ROBOT_URL", help="The robot's address: http://host:31950.")],
    workspace: WorkspaceOption = HERE,
    campaign: CampaignOption = None,
    deck: Annotated[list[str] | None, typer.Option("--deck", help="Run only this deck. Repeatable.")] = None,
    deck_file: Annotated[Path | None, typer.Option(help="File of the deck, where it is no built-in one.")] = None,
    serial: Serial = None,
    stocks: Annotated[
        Path | None, typer.Option(help="TOML file with the stocks at hand: their age is checked.")
    ] = None,
    offsets: Offsets = None,
    keep_racks: Annotated[bool, typer.Option("--keep-racks", help="Go on with the tip racks that are there.")] = False,
    who: Who = None,
    yes: Yes = False,
    speed: Speed = 1.0,
    as_json: AsJson = False,
) -> None:
    """Run the decks of a plan folder. Every command is journalled; the first deck that fails ends it."""
    from robot_protocols.running.loading import read_jobs
    from robot_protocols.running.offsets import offsets_for, read_offsets
    from robot_protocols.running.runner import Start
    from robot_protocols.running.tips import with_free_tips
    from robot_protocols.stock_files import read_stocks

    jobs = read_jobs(plan_dir, deck_file, deck or ())
    at_hand = read_stocks(stocks) if stocks else None
    measured = read_offsets(offsets) if offsets else ()
    runner = robot_runner(robot_folder(workspace), url, speed, None if as_json else ProgressLine())
    outcomes = []
    try:
        for job in jobs:
            if keep_racks:
                job = with_free_tips(job, deck_state(runner))  # noqa: PLW2901
            _confirm(deck_text(job), yes=yes)
            start = Start(
                confirmed_by=name_of(who),
                serial=serial,
                keep_racks=keep_racks,
                stocks=at_hand,
                offsets=offsets_for(job.deck, measured),
            )
            with told_at_interrupt(_UNWATCHED):
                outcomes.append(runner.start(job, start))
            if not as_json:
                tell_outcome(outcomes[-1])
            if not outcomes[-1].complete:
                break
    finally:
        publish(workspace, campaign)
    if as_json:
        print_json([outcome_as_dict(outcome) for outcome in outcomes])
    if len(outcomes) < len(jobs) or not all(outcome.complete for outcome in outcomes):
        raise typer.Exit(1)


@app.command("continue")
def continue_run(
    label: Annotated[str, typer.Argument(metavar="RUN", help="Name of the run.")],
    workspace: WorkspaceOption = HERE,
    campaign: CampaignOption = None,
    url: Annotated[str | None, typer.Option(help="The robot's address, where it has another one now.")] = None,
    answer: Annotated[
        list[str] | None, typer.Option(help="Answer to a question: CODE=yes or CODE=no. Repeatable.")
    ] = None,
    spoiled: Annotated[
        list[str] | None, typer.Option(help="Film whose dish you saw to be spoiled; kept for good. Repeatable.")
    ] = None,
    robot_is_off: Annotated[bool, typer.Option("--robot-is-off", help="The robot is off and stays off.")] = False,
    plan_only: Annotated[
        bool, typer.Option("--plan-only", help="Only say what would be done; what is found out is kept.")
    ] = False,
    who: Who = None,
    yes: Yes = False,
    as_json: AsJson = False,
) -> None:
    """Go on with a run that ended early. What it did is found out; what is known is topped up, the rest made anew."""
    from lab.files import write_atomically
    from robot_protocols.recipe_files import recipes_text
    from robot_protocols.running.continuing import go_on, next_step
    from robot_protocols.running.facts import latest

    folder = known_robot_folder(workspace)
    run_folder = folder.run(label)
    planned = latest(run_folder.entries(), "planned")
    address = url or (planned.data["url"] if planned else "")
    speed = planned.data["speed"] if planned else 1.0
    runner = robot_runner(folder, address, speed, None if as_json else ProgressLine())
    step = next_step(
        runner, run_folder, answers=_answers(answer or []), robot_is_off=robot_is_off, flagged=spoiled or []
    )
    publish(workspace, campaign)
    continuation = step.continuation
    if not as_json:
        tell_step(step)
    if continuation is not None and continuation.elsewhere:
        remake = run_folder.root / "remake.csv"
        write_atomically(remake, recipes_text(continuation.elsewhere))
        typer.echo(f"Recipes for another deck: {remake}", err=as_json)
    if plan_only or continuation is None or continuation.plan is None:
        if as_json:
            print_json(step_as_dict(step))
        if step.history is None or not step.history.done:
            raise typer.Exit(0 if plan_only else 1)
        return
    _confirm("Is all of this done, and the deck as listed?", yes=yes)
    try:
        with told_at_interrupt(_UNWATCHED):
            outcome = go_on(runner, run_folder, step, confirmed_by=name_of(who))
    finally:
        publish(workspace, campaign)
    if as_json:
        print_json(outcome_as_dict(outcome))
    else:
        tell_outcome(outcome)
    if not outcome.complete or continuation.elsewhere:
        raise typer.Exit(1)


@app.command()
def status(
    label: Annotated[str | None, typer.Argument(metavar="RUN", help="Name of the run; all if left out.")] = None,
    workspace: WorkspaceOption = HERE,
    as_json: AsJson = False,
) -> None:
    """Say how a run stands, or all runs of the workspace."""
    from robot_protocols.running.orders import status_of

    folder = known_robot_folder(workspace)
    found = [status_of(one) for one in ([folder.run(label)] if label else folder.runs())]
    if as_json:
        print_json([{**attrs.asdict(one), "dishes": {str(k): n for k, n in one.dishes.items()}} for one in found])
        return
    for one in found:
        dishes = ", ".join(f"{count} {state}" for state, count in one.dishes.items() if count)
        typer.echo(f"{one.run} on {one.robot}: {one.phase}, step {one.step} of {one.last_step}; films: {dishes}")
    if not found:
        typer.echo("There are no runs in this workspace.")


@app.command()
def pause(label: RunName = None, workspace: WorkspaceOption = HERE, who: Who = None) -> None:
    """Let a run pause after the command that is running."""
    _order("pause", label, workspace, who)


@app.command()
def resume(label: RunName = None, workspace: WorkspaceOption = HERE, who: Who = None) -> None:
    """Let a paused run go on."""
    _order("play", label, workspace, who)


@app.command()
def stop(label: RunName = None, workspace: WorkspaceOption = HERE, who: Who = None) -> None:
    """Stop a run at once; `filmlab robot continue` takes it up again."""
    _order("stop", label, workspace, who)


@app.command("give-up")
def give_up(
    label: Annotated[str, typer.Argument(metavar="RUN", help="Name of the run.")],
    workspace: WorkspaceOption = HERE,
    who: Who = None,
) -> None:
    """Say that a deck is not gone on with. `filmlab work` plans the films anew that it did not finish."""
    from robot_protocols.running.instructions import give_up as record

    record(known_robot_folder(workspace).run(label), name_of(who))
    typer.echo(f"{label} is given up.")


# Its options are its own, and so is what --help says of them.
@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []})
def imaginary(context: typer.Context) -> None:
    """Be an imaginary OT-2 on this computer, for training."""
    import sys

    from robot_protocols.fake_robot.server import main

    sys.argv = ["filmlab robot imaginary", *context.args]
    main()


def _order(action: str, label: str | None, workspace: Path, who: str | None) -> None:
    from robot_protocols.robot_client import Ot2Client, RunAction
    from robot_protocols.running.orders import give_order, latest_run

    found = latest_run(known_robot_folder(workspace), label)
    failure = give_order(found, RunAction(action), name_of(who), Ot2Client)
    if failure is not None:
        typer.echo(f"{found.label}: {failure.message}\nWhat to do: {failure.hint}", err=True)
        raise typer.Exit(1)
    typer.echo(f"{found.label}: {action} was told to the robot.")


def _confirm(text: str, *, yes: bool) -> None:
    if not yes:
        # On standard error: what is printed for programs stays whole.
        typer.confirm(text, abort=True, err=True)


def _answers(texts: list[str]) -> Mapping[str, str]:
    from lab.errors import InvalidInputError
    from robot_protocols.running.continuation import QuestionCode

    answers: dict[str, str] = {}
    faults: list[str] = []
    for text in texts:
        code, _, said = text.partition("=")
        if code not in list(QuestionCode) or said not in {"yes", "no"}:
            faults.append(f"{text!r} is no answer to a question")
        elif answers.setdefault(code, said) != said:
            faults.append(f"{code} is answered with yes and with no")
    if faults:
        codes = " or ".join(f"{code}=yes or {code}=no" for code in QuestionCode)
        raise InvalidInputError("--answer", faults, hint=f"write {codes}")
    return answers
