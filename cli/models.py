"""`filmlab model`: learn from any CSV table, predict, compare methods; or learn from a campaign's records."""

import csv
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.output import AsJson, print_json
from cli.workspaces import HERE, CampaignOption, WorkspaceOption, opened

if TYPE_CHECKING:
    from collections.abc import Sequence

    from models.findings import Finding
    from models.table_models import FitReport, PredictReport

app = typer.Typer(
    help="Learn properties and quality from tables, and predict them.", no_args_is_help=True, rich_markup_mode=None
)

Table = Annotated[Path, typer.Argument(help="CSV table; empty cells are missing values.")]
Inputs = Annotated[
    str,
    typer.Option(help="Input columns, joined by commas (a name with a comma in quotes): fractions, numbers or text."),
]
Targets = Annotated[str, typer.Option(help="Target columns, joined by commas.")]
Spreads = Annotated[str | None, typer.Option("--sd", help="Columns with the SD of a target's readings: X=X_SD,Y=Y_SD.")]
Composition = Annotated[
    str | None,
    typer.Option(help="Inputs that are weight fractions of one composition; found by their sum if left out."),
]
Normalise = Annotated[bool, typer.Option("--normalise", help="Divide compositions by their sum.")]
ModelOut = Annotated[Path, typer.Option("--out", help="Folder for the model.")]
ModelFolder = Annotated[Path, typer.Argument(help="Folder that a fit has written.")]
PredictionOut = Annotated[Path, typer.Option("--out", help="CSV file to write.")]
Seed = Annotated[int, typer.Option(min=0, help="Seed of every random number.")]
Device = Annotated[str, typer.Option(help="Where networks are trained: cpu, or cuda for a GPU.")]
_TUNE_MINUTES = 5.0


@app.command()
def fit(
    table: Table,
    inputs: Inputs,
    targets: Targets,
    out: ModelOut,
    sd: Spreads = None,
    composition: Composition = None,
    normalise: Normalise = False,
    members: Annotated[int, typer.Option(min=2, help="Networks for each target.")] = 10,
    epochs: Annotated[
        int | None, typer.Option(min=1, help="Optimiser steps; 400 if left out, with --tune what its search finds.")
    ] = None,
    tune: Annotated[
        bool, typer.Option("--tune", help="Search for settings of the networks; goes on where a search was stopped.")
    ] = False,
    tune_minutes: Annotated[float | None, typer.Option(help="Time of the search; 5 if left out.")] = None,
    seed: Seed = 0,
    device: Device = "cpu",
    as_json: AsJson = False,
) -> None:
    """Learn properties from a table. The uncertainty of what the committee says is calibrated."""
    from models.network_settings import NetworkSettings
    from models.table_models import fit_table

    if tune and epochs is not None:
        raise typer.BadParameter("--tune searches for the epochs too; leave --epochs out")
    if tune_minutes is not None and not tune:
        raise typer.BadParameter("--tune-minutes is the time of a search; say --tune as well")
    report = fit_table(
        table,
        inputs=names_in(inputs),
        targets=names_in(targets),
        sd=sd_columns(sd),
        composition=names_in(composition) if composition is not None else None,
        normalise=normalise,
        members=members,
        epochs=NetworkSettings().epochs if epochs is None else epochs,
        seed=seed,
        device=device,
        tune_minutes=(_TUNE_MINUTES if tune_minutes is None else tune_minutes) if tune else None,
        told=lambda text: typer.echo(f"... {text}", err=True),
        out=out,
    )
    print_fit(report, as_json=as_json)


@app.command()
def predict(
    model: ModelFolder, table: Table, out: PredictionOut, normalise: Normalise = False, as_json: AsJson = False
) -> None:
    """Predict the properties of every row. Columns are NAME_mean, NAME_sd, NAME_p05, NAME_p95 for each target."""
    from models.table_models import predict_table

    print_predictions(predict_table(model, table, out=out, normalise=normalise), as_json=as_json)


@app.command("fit-quality")
def fit_quality(
    table: Table,
    inputs: Inputs,
    label: Annotated[str, typer.Option(help="Column that says how good a film is.")],
    out: ModelOut,
    positive: Annotated[
        str | None,
        typer.Option(help="The good label; else A of grades, true of true and false, 1 of numbers from 0 to 1."),
    ] = None,
    composition: Composition = None,
    weight: Annotated[
        str | None, typer.Option(help="Column that says how much each film counts, as the number of its graders.")
    ] = None,
    normalise: Normalise = False,
    seed: Seed = 0,
    device: Device = "cpu",
    as_json: AsJson = False,
) -> None:
    """Learn the probability of a good film from graded films."""
    from models.table_quality import fit_quality_table

    report = fit_quality_table(
        table,
        inputs=names_in(inputs),
        label=label.strip(),
        positive=positive,
        composition=names_in(composition) if composition is not None else None,
        weight=weight.strip() if weight is not None else None,
        normalise=normalise,
        seed=seed,
        device=device,
        out=out,
    )
    print_fit(report, as_json=as_json)


@app.command("predict-quality")
def predict_quality(
    model: ModelFolder, table: Table, out: PredictionOut, normalise: Normalise = False, as_json: AsJson = False
) -> None:
    """Predict the probability of a good film for every row. The column is `probability`."""
    from models.table_quality import predict_quality_table

    print_predictions(predict_quality_table(model, table, out=out, normalise=normalise), as_json=as_json)


@app.command()
def train(
    out: Annotated[Path, typer.Option(help="Folder for the models: quality and properties are written into it.")],
    workspace: WorkspaceOption = HERE,
    campaign: CampaignOption = None,
    seed: Seed = 0,
    as_json: AsJson = False,
) -> None:
    """Learn from a campaign's records as they are now. Nothing is recorded."""
    from active_learning.campaign.model_folders import train_folders

    with opened(workspace, campaign) as handle:
        reports = train_folders(handle.definition, handle.records(), out, seed=seed)
    if as_json:
        print_json({name: report.as_json() for name, report in reports.items()})
        return
    for name, report in reports.items():
        typer.echo(f"{name}:")
        print_fit(report, as_json=False)


def names_in(text: str) -> list[str]:
    """Return the names in a list joined by commas; a name with a comma stands in double quotes, as in CSV."""
    return [name.strip() for row in csv.reader([text], skipinitialspace=True) for name in row if name.strip()]


def sd_columns(text: str | None) -> dict[str, str]:
    """Return the column with the SD of each target, from a list such as ``X=X_SD,Y=Y_SD``.

    Raises:
        InvalidInputError: With every part that is no pair.
    """
    from lab.errors import InvalidInputError

    parts = [part.partition("=") for part in names_in(text or "")]
    wrong = ["".join(part) for part in parts if not (part[0].strip() and part[2].strip())]
    if wrong:
        faults = [f"{part!r} does not say which column belongs to which target" for part in wrong]
        raise InvalidInputError("--sd", faults, hint="write --sd X=X_SD,Y=Y_SD")
    return {name.strip(): column.strip() for name, _, column in parts}


def print_fit(report: "FitReport", *, as_json: bool) -> None:
    """Print what was learned, how well, and every finding."""
    if as_json:
        print_json(report.as_json())
        return
    print_findings(report.findings)
    typer.echo(f"Learned from {report.learned_rows} of {report.rows} rows. On held-out rows:")
    for line in metric_lines(report.metrics):
        typer.echo(f"  {line}")
    typer.echo(f"Model: {report.folder}  (card.md and card.html tell more)")


def metric_lines(metrics: "dict[str, float] | Any") -> list[str]:
    """Return metrics as lines of text: one a target, and one for all."""
    from lab.export.wording import number

    targets = [name.removesuffix(".labels") for name in metrics if name.endswith(".labels")]
    if not targets:
        return [f"{name}: {number(value, 4)}" for name, value in metrics.items()]
    shown = ("labels", "mre", "rmse", "r2", "nll", "coverage_90")

    def line(title: str, prefix: str) -> str:
        found = [f"{name} {number(metrics[prefix + name])}" for name in shown if prefix + name in metrics]
        return f"{title:<24} " + ("  ".join(found) or "too few labels to tell")

    return [*(line(target, f"{target}.") for target in targets), line("all (RMSE in SDs)", "")]


def print_predictions(report: "PredictReport", *, as_json: bool) -> None:
    """Print where predictions are, and every finding."""
    if as_json:
        print_json(report.as_json())
        return
    print_findings(report.findings)
    typer.echo(f"Predicted {report.predicted_rows} of {report.rows} rows: {report.out}")


def print_findings(findings: "Sequence[Finding]") -> None:
    """Print findings on standard error, what is left out before what is only worth knowing."""
    from models.findings import Severity, of_severity

    for severity in Severity:
        for finding in of_severity(findings, severity):
            typer.echo(f"{severity}: {finding}", err=True)
