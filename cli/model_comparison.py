"""`filmlab model compare`: which method predicts a table best."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.models import (
    Composition,
    Inputs,
    Normalise,
    Seed,
    Spreads,
    Table,
    Targets,
    names_in,
    print_findings,
    sd_columns,
)
from cli.output import AsJson, print_json
from lab.counting import counted

if TYPE_CHECKING:
    from models.comparison import Comparison
    from models.training_table import TrainingTable


def compare(
    table: Table,
    inputs: Inputs,
    targets: Targets,
    sd: Spreads = None,
    composition: Composition = None,
    normalise: Normalise = False,
    methods: Annotated[str | None, typer.Option(help="Methods, joined by commas; all if left out.")] = None,
    repeats: Annotated[int, typer.Option(min=1, help="How often the table is cut into folds anew.")] = 2,
    folds: Annotated[int, typer.Option(min=2, help="Folds.")] = 5,
    seed: Seed = 0,
    out: Annotated[Path | None, typer.Option(help="CSV file for the figures of each method and target.")] = None,
    as_json: AsJson = False,
) -> None:
    """Compare our models with others on the same folds. Tables are cut into folds more than once."""
    from lab.files import check_apart
    from models.baselines.registry import METHODS
    from models.comparison import compare as compare_methods
    from models.training_table import read_training_table

    if out is not None:
        check_apart(table, out)
    read = read_training_table(
        table,
        inputs=names_in(inputs),
        targets=names_in(targets),
        sd=sd_columns(sd),
        composition=names_in(composition) if composition is not None else None,
        normalise=normalise,
        seed=seed,
    )
    print_findings(read.findings)
    chosen = names_in(methods) if methods else list(METHODS)
    found = compare_methods(
        read, chosen, repeats=repeats, folds=folds, seed=seed, told=lambda name: typer.echo(f"... {name}", err=True)
    )
    if out is not None:
        _write(found, out)
    if as_json:
        print_json(_as_json(found, read))
        return
    for line in table_lines(found):
        typer.echo(line)


def table_lines(found: "Comparison") -> list[str]:
    """Return the comparison as lines of text, best RMSE first."""
    head = f"{'method':<18}{'MRE':>9}{'RMSE':>9}{'R2':>9}{'NLL':>9}{'90 %':>9}{'seconds':>10}"
    lines = [
        f"{counted(found.films, 'film')}, {found.repeats} x {found.folds} folds; "
        f"means over {counted(len(found.targets), 'target')}; "
        "RMSE and NLL in SDs of the labels",
        head,
    ]
    for score in sorted(found.scores, key=lambda one: one.mean("rmse")):
        figures = "".join(f" {score.mean(name):8.3f}" for name in ("mre", "rmse", "r2", "nll", "coverage_90"))
        lines.append(f"{score.method:<18}{figures}{score.seconds:10.1f}")
    return lines


def _as_json(found: "Comparison", read: "TrainingTable") -> dict[str, Any]:
    from models.comparison import FIGURES
    from models.table_forms import findings_json

    return {
        "films": found.films,
        "repeats": found.repeats,
        "folds": found.folds,
        "methods": [
            {
                "method": score.method,
                "seconds": score.seconds,
                **{name: score.mean(name) for name in FIGURES},
                "standard_error": {name: found.standard_error(score, name) for name in ("rmse", "nll")},
                "targets": {
                    target: {name: score.of_property(place, name) for name in FIGURES}
                    for place, target in enumerate(found.targets)
                },
            }
            for score in found.scores
        ],
        "findings": [findings_json(finding) for finding in read.findings],
    }


def _write(found: "Comparison", out: Path) -> None:
    from lab.csv_files import write_csv
    from models.comparison import FIGURES

    rows = [
        [score.method, target, *(f"{score.of_property(place, name):.6g}" for name in FIGURES)]
        for score in found.scores
        for place, target in enumerate(found.targets)
    ]
    write_csv(out, ["method", "target", *FIGURES], rows)
