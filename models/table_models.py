"""Property committees for any CSV table: what `filmlab model fit` and `filmlab model predict` do."""

import math
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import attrs
import numpy as np

from lab.arrays import Array
from lab.counting import counted
from lab.files import check_apart, make_folder, write_atomically
from models.committee import PropertyCommittee, fit_committee
from models.film_table import FilmTable
from models.findings import Finding
from models.model_folders import read_folder, write_folder
from models.network_settings import NetworkSettings
from models.registry import StoredModelError, pack, unpack
from models.table_forms import columns_from, columns_json, findings_json, findings_markdown, table_file
from models.tables import Checked, raise_faults
from models.text_tables import read_table
from models.training_table import TrainingTable, read_training_table
from models.tuning import Tuned, tune

_WORTH_TELLING = 60.0
"""Seconds of one core from which it is told beforehand how long learning takes."""
_NETWORK_STEP = 1.7e-6
"""Seconds of one core that a step of one network takes for one film, measured with 8 inputs on a busy machine."""
_TREES_FILM = 1e-3
"""Seconds of one core that one target's trees, held-out ones too, take for one film."""
_PROCESS, _PROCESS_FILMS, _PROCESS_POWER = 20.0, 1400, 2.3
"""Seconds of one core that one target's process takes of so many films, and by which power of their number it grows."""


@attrs.frozen(eq=False)
class FitReport:
    """What was learned from a table."""

    folder: Path
    content_sha256: str
    rows: int
    """Rows of the table."""
    learned_rows: int
    """Rows that were learned from."""
    metrics: Mapping[str, float]
    findings: tuple[Finding, ...]

    def as_json(self) -> dict[str, Any]:
        """Return the report as JSON values."""
        return {
            "model": str(self.folder),
            "content_sha256": self.content_sha256,
            "rows": self.rows,
            "learned_rows": self.learned_rows,
            "metrics": dict(self.metrics),
            "findings": [findings_json(finding) for finding in self.findings],
        }


@attrs.frozen(eq=False)
class PredictReport:
    """What was predicted for a table."""

    out: Path
    rows: int
    predicted_rows: int
    findings: tuple[Finding, ...]

    def as_json(self) -> dict[str, Any]:
        """Return the report as JSON values."""
        return {
            "out": str(self.out),
            "rows": self.rows,
            "predicted_rows": self.predicted_rows,
            "findings": [findings_json(finding) for finding in self.findings],
        }


def fit_table(
    path: Path,
    *,
    inputs: Sequence[str],
    targets: Sequence[str],
    out: Path,
    sd: Mapping[str, str] | None = None,
    composition: Sequence[str] | None = None,
    normalise: bool = False,
    members: int = 10,
    epochs: int = 400,
    seed: int = 0,
    device: str = "cpu",
    tune_minutes: float | None = None,
    told: Callable[[str], None] = lambda text: None,
) -> FitReport:
    """Learn properties from a CSV table and store the model in a folder.

    Args:
        path: The table; empty cells are missing values.
        inputs: Input columns: fractions, numbers or text (categories).
        targets: Target columns. One named as a property of the library is that property.
        out: Folder for the model.
        sd: Column with the SD of the readings, by target column.
        composition: Input columns that are weight fractions of one composition and sum to 1; None to find out.
        normalise: Whether compositions are divided by their sum.
        members: Networks a property.
        epochs: Optimiser steps; a search chooses them itself.
        seed: Seed of everything random.
        device: Where networks are trained, ``cpu`` or ``cuda``.
        tune_minutes: Time to search for settings of the networks; None for the defaults. The search is kept in a file
            beside the folder, and goes on from there when it is asked for again.
        told: What is told beforehand of learning that takes long.

    Raises:
        InvalidInputError: With every finding, if the table cannot be used as it is.
        WorkspaceError: If the folder cannot be written.
    """
    table = read_training_table(
        path, inputs=inputs, targets=targets, sd=sd, composition=composition, normalise=normalise, seed=seed
    )
    make_folder(out)

    def learned(settings: NetworkSettings) -> PropertyCommittee:
        return fit_committee(
            table.inputs,
            table.targets,
            table.target_sd,
            table.properties,
            members=members,
            settings=settings,
            seed=seed,
            device=device,
            trees=True,
            input_scale=table.columns.scale(table.inputs),
        )

    if (text := _told_beforehand(*table.targets.shape, networks=members, steps=epochs)) is not None:
        told(text)
    settings, tuned = NetworkSettings(epochs=epochs), None
    if tune_minutes is not None:
        tuned = tune(
            # Without enough labels nothing can be told apart, and the defaults, which are tried first, stand.
            lambda tried: learned(tried).metrics.get("nll", 0.0),
            journal=out.with_name(f"{out.name}.tuning.log"),
            name=_search_name(table, members),
            minutes=tune_minutes,
            seed=seed,
        )
        settings = tuned.settings
    committee = learned(settings)
    remembered = columns_json(table.columns, table.findings)
    files = pack(committee, card_part=_card_part(path.name, table, tuned), added=table_file(remembered))
    sha256 = write_folder(out, files)
    return FitReport(out, sha256, table.rows, len(table.inputs), committee.metrics, table.findings)


def _told_beforehand(films: int, targets: int, *, networks: int, steps: int) -> str | None:
    """Return about how long learning will take, if that is long."""
    import torch

    from models.gaussian_processes import MOST_FILMS
    from models.training import TrainingOptions

    seconds = targets * networks * steps * min(films, TrainingOptions().films_a_step) * _NETWORK_STEP
    seconds += targets * films * _TREES_FILM
    if films <= MOST_FILMS:
        seconds += targets * _PROCESS * (films / _PROCESS_FILMS) ** _PROCESS_POWER
    if seconds < _WORTH_TELLING:
        return None
    cores = torch.get_num_threads()
    minutes = math.ceil(seconds / 60 / cores)
    on = f"{minutes} min on {counted(cores, 'free core')}"
    return f"learning {counted(targets, 'target')} from {counted(films, 'row')}; that takes about {on}"


def _search_name(table: TrainingTable, members: int) -> str:
    """Return what trials are kept under: those of other films or of another number of networks tell nothing here."""
    films = FilmTable(table.inputs, table.targets, table.target_sd, table.properties)
    return f"{films.sha256()[:16]}-{members}"


def predict_table(folder: Path, path: Path, *, out: Path, normalise: bool = False) -> PredictReport:
    """Predict the properties of every row of a CSV table.

    The result has one row a row of the table, in its order, with the columns NAME_mean, NAME_sd, NAME_p05 and NAME_p95
    for each target. Rows that cannot be predicted are empty and reported.

    Args:
        folder: The model's folder.
        path: The table; it needs the input columns only.
        out: CSV file to write.
        normalise: Whether compositions are divided by their sum.

    Raises:
        StoredModelError: If the folder is no stored model of properties, or was changed.
        InvalidInputError: If the table cannot be used as it is.
        WorkspaceError: If the result cannot be written, or would take the table's place.
    """
    check_apart(path, out)
    files, expected = read_folder(folder)
    committee = unpack(files, expected)
    if not isinstance(committee, PropertyCommittee):
        raise StoredModelError(f"{folder} predicts quality, not properties", hint="use predict-quality")
    rows = rows_to_predict(files, path, normalise=normalise)
    predicted = committee.predict(rows.values[rows.usable])
    names = {"mean": predicted.mean, "sd": predicted.sd, "p05": predicted.p05, "p95": predicted.p95}
    columns = {
        f"{prop.name}_{name}": values[:, i]
        for i, prop in enumerate(committee.properties)
        for name, values in names.items()
    }
    return write_predictions(out, rows, columns)


def rows_to_predict(files: Mapping[str, bytes], path: Path, *, normalise: bool) -> Checked:
    """Read a table for a stored model.

    Args:
        files: The model's files.
        path: The table.
        normalise: Whether compositions are divided by their sum.

    Raises:
        InvalidInputError: If the table cannot be used as it is.
    """
    columns = columns_from(files)
    table = read_table(path, columns.names)
    rows = columns.encode(table, normalise=normalise)
    raise_faults(table, rows.findings, hint="mend the table, or divide rows by their sum with --normalise")
    return rows


def write_predictions(out: Path, rows: Checked, columns: Mapping[str, Array]) -> PredictReport:
    """Write what was predicted of the usable rows as CSV, with empty cells for the others."""
    import pandas as pd

    table = pd.DataFrame(index=range(len(rows.usable)), columns=list(columns), dtype=float)
    table.loc[rows.usable] = np.column_stack(list(columns.values()))
    write_atomically(out, table.to_csv(index=False, float_format="%.10g", lineterminator="\n"))
    return PredictReport(out, len(table), int(rows.usable.sum()), rows.findings)


def _card_part(name: str, table: TrainingTable, tuned: Tuned | None) -> str:
    columns = table.columns
    lines = [
        "\n## Table\n",
        f"`{name}`: {len(table.inputs)} of {table.rows} rows were learned from.\n",
        f"- composition: {', '.join(columns.composition) or 'none'}",
        f"- numbers: {', '.join(columns.numbers) or 'none'}",
        f"- of these as logarithms: {', '.join(columns.logarithms) or 'none'}",
        f"- categories: {', '.join(columns.categories) or 'none'}",
        *(f"- target {prop.name}: learned on the scale `{prop.transform}`" for prop in table.properties),
    ]
    if tuned is not None:
        chosen = ", ".join(f"{name} {value:.4g}" for name, value in attrs.asdict(tuned.settings).items())
        lines.append(
            f"\nSettings of the networks, the best of {tuned.trials} tried: {chosen}. Negative log-likelihood of "
            f"held-out films {tuned.loss:.3f}, with default settings {tuned.default_loss:.3f}; the choice makes "
            "the first one a little too good."
        )
    return "\n".join(lines) + findings_markdown(table.findings)
