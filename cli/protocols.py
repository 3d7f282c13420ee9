"""`filmlab protocol`: plan films for the robot."""

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.output import AsJson, print_json, word
from cli.printing import PrintPdf, print_cards
from lab.counting import counted

if TYPE_CHECKING:
    from robot_protocols.plan_folder import PlannedFolder

app = typer.Typer(help="Plan films for the robot.", no_args_is_help=True, rich_markup_mode=None)


@app.callback()
def _group() -> None:
    """Plan films for the robot."""


@app.command()
def plan(
    recipes: Annotated[Path, typer.Argument(help="CSV: film, one column a material, optionally solids_mg.")],
    out: Annotated[Path, typer.Option(help="Folder for plan, protocols, run cards and labels.")],
    deck: Annotated[str | None, typer.Option(help="Name of a built-in deck or path of a deck file.")] = None,
    stocks: Annotated[Path | None, typer.Option(help="TOML file with the stocks.")] = None,
    calibrations: Annotated[
        Path | None, typer.Option(help="File of calibrations that `filmlab protocol read-balance` wrote.")
    ] = None,
    replace: Annotated[bool, typer.Option("--replace", help="Replace another plan in the folder.")] = False,
    pdf: PrintPdf = False,
    as_json: AsJson = False,
) -> None:
    """Turn recipes into checked protocols, run cards and labels."""
    from robot_protocols.plan_folder import plan_recipes_file

    planned = plan_recipes_file(recipes, out, deck=deck, stocks=stocks, calibrations=calibrations, replace=replace)
    if pdf:
        print_cards(planned.folder)
    if as_json:
        print_json(_as_dict(planned))
        return
    typer.echo(
        f"{counted(planned.films, 'film')} on {counted(len(planned.plans), 'deck')} in {planned.folder.resolve()}"
    )
    for one in planned.plans:
        tips = ", ".join(f"{count} {rack}" for rack, count in one.tips.items())
        typer.echo(f"{one.label}: {counted(len(one.films), 'film')}, about {one.minutes:.0f} min, tips: {tips}")
    for label, finding in planned.findings:
        typer.echo(f"Warning for {label}: {finding.message} ({finding.hint})")


@app.command()
def simulate(
    plan_dir: Annotated[Path, typer.Argument(help="Folder that `filmlab protocol plan` wrote.")],
    deck_file: Annotated[Path | None, typer.Option(help="File of the deck, where it is no built-in one.")] = None,
    processes: Annotated[int, typer.Option(min=1, help="Simulators side by side.")] = 2,
    as_json: AsJson = False,
) -> None:
    """Let the vendor's simulator check the protocols. What it moves is compared with the plans, dish by dish."""
    from robot_protocols.running.loading import read_jobs
    from robot_protocols.vendor import simulate as ask

    jobs = {job.plan.label: job for job in read_jobs(plan_dir, deck_file)}
    reports = ask({label: job.protocol for label, job in jobs.items()}, processes=processes)
    wrong = {label: report.differences(jobs[label].plan) for label, report in reports.items()}
    if as_json:
        print_json(
            [
                {
                    "deck": label,
                    "asked": report.asked,
                    "ok": report.ok and not wrong[label],
                    "commands": report.commands,
                    "note": report.note,
                    "differences": list(wrong[label]),
                }
                for label, report in reports.items()
            ]
        )
    else:
        for label, report in reports.items():
            same = "every dish as planned" if report.ok and not wrong[label] else "; ".join(wrong[label][:5])
            typer.echo(f"{label}: {report.note}" + (f"; {same}" if same else ""))
    if not all(report.asked and report.ok and not wrong[label] for label, report in reports.items()):
        raise typer.Exit(1)


@app.command()
def calibrate(
    stock: Annotated[str, typer.Argument(help="Name of the stock.")],
    pipette: Annotated[str, typer.Argument(help="The pipette: p20, p300 or p1000.")],
    out: Annotated[Path, typer.Option(help="Folder for protocol, run card and the sheet of readings.")],
    deck: Annotated[
        str | None, typer.Option(help="Name or file of a deck whose dishes can be weighed; casting-6-dish if left out.")
    ] = None,
    stocks: Annotated[Path | None, typer.Option(help="TOML file with the stocks.")] = None,
    volume: Annotated[list[float] | None, typer.Option(help="Volume to calibrate, uL. Repeatable.")] = None,
    replicates: Annotated[int, typer.Option(min=2, help="Strokes of each volume.")] = 8,
) -> None:
    """Make the protocol of a calibration. It gives single strokes of a stock, which are weighed."""
    from robot_protocols.calibration_folder import CALIBRATION_DECK, plan_calibration, stock_named
    from robot_protocols.decks import deck_named
    from robot_protocols.pipettes import pipette_named
    from robot_protocols.stock_files import default_stocks, read_stocks

    chosen = stock_named(stock, read_stocks(stocks) if stocks else default_stocks())
    model = pipette_named(pipette if "_" in pipette else f"{pipette}_single_gen2").model
    made = plan_calibration(
        chosen, model, deck_named(deck or CALIBRATION_DECK), out, volumes=volume or (), replicates=replicates
    )
    for finding in made.findings:
        typer.echo(f"Warning: {finding.message} ({finding.hint})")
    typer.echo(
        f"{counted(len(made.plan.films), 'stroke')} of {stock} in {out.resolve()}, about {made.plan.minutes:.0f} min"
    )
    typer.echo(f"Next: weigh every dish empty into {out / 'balance.csv'}, load the deck by {out / 'run-card.html'},")
    typer.echo(f"      filmlab robot run {word(out)} --url http://robot:31950, weigh again, then")
    typer.echo(f"      filmlab protocol read-balance {word(out)} --out calibrations.json")


@app.command("read-balance")
def read_balance(
    folder: Annotated[Path, typer.Argument(help="Folder that `filmlab protocol calibrate` wrote.")],
    out: Annotated[Path, typer.Option(help="File of calibrations that it is added to.")],
    readings: Annotated[Path | None, typer.Option(help="CSV of the balance; FOLDER/balance.csv if left out.")] = None,
    temperature: Annotated[float, typer.Option(min=0, max=40, help="Of the liquid, degC.")] = 20.0,
    made_on: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Day of the weighing; today if left out.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Add what a balance says to a file of calibrations."""
    from robot_protocols.calibration_folder import add_calibration, calibrate

    day = made_on.date() if made_on else date.today()
    found = calibrate(folder, readings or folder / "balance.csv", temperature=temperature, made_on=day)
    kept = add_calibration(out, found)
    if as_json:
        points = [{"asked_ul": p.volume, "delivered_ul": p.delivered, "sd_ul": p.sd, "n": p.n} for p in found.points]
        print_json({"stock": found.stock, "pipette": found.pipette, "points": points, "calibrations": len(kept)})
        return
    typer.echo(f"{found.stock} with {found.pipette}, {day}:")
    for point in found.points:
        share = 100 * point.delivered / point.volume
        typer.echo(
            f"  {point.volume:g} uL: {point.delivered:.1f} uL delivered ({share:.1f} %), "
            f"SD {point.sd:.2f} uL, {point.n} strokes"
        )
    typer.echo(
        f"{out} holds {counted(len(kept), 'calibration')}. Plan with: filmlab protocol plan ... --calibrations {out}"
    )


def _as_dict(planned: "PlannedFolder") -> dict[str, Any]:
    return {
        "folder": str(planned.folder.resolve()),
        "films": planned.films,
        "decks": [
            {"label": one.label, "films": len(one.films), "minutes": one.minutes, "tips": dict(one.tips)}
            for one in planned.plans
        ],
        "warnings": [
            {"deck": label, "code": found.code, "message": found.message, "hint": found.hint}
            for label, found in planned.findings
        ],
        "files": [str(path) for path in planned.files],
    }
