"""Models: which there are, how good they are, and whether their intervals hold."""

from statistics import NormalDist

import numpy as np
import pandas as pd

from lab.campaigns import CampaignDefinition
from lab.errors import UnknownNameError
from lab.export.cross_validation import read_cross_validation
from lab.export.report import ReadArtefact
from lab.export.summary import models_of
from lab.measuring import is_rejected
from lab.names import known_hint
from lab.records import FilmGrade, Measurement, Model, ModelKind, Records
from lab.records.artefacts import CROSS_VALIDATION, MODEL_CONTENT, model_file

_LEVELS = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95)
_ABOUT = ("model", "predicts", "loop", "films", "trained", "data", "content")
"""Columns of the table of models beside their metrics."""
_COLUMNS = ["film", "property", "measured", "predicted", "predicted_sd"]


def model_table(records: Records) -> pd.DataFrame:
    """Return one row a model, the newest first: what it predicts, from how many films, its metrics and hashes."""
    rows = []
    for model in list(records.models.values())[::-1]:
        overall = {name: value for name, value in model.metrics.items() if "." not in name}
        event = records.event_of(model)
        rows.append(
            {
                "model": model.label,
                "predicts": model.predicts.value,
                "loop": model.loop,
                "films": model.films,
                **overall,
                "trained": event.at,
                "data": model.data_sha256[:12],
                "content": model.content_sha256[:12],
            }
        )
    return pd.DataFrame(rows)


def metric_names(table: pd.DataFrame) -> list[str]:
    """Return which columns of a table of models (`model_table`) hold metrics."""
    return [str(name) for name in table if name not in _ABOUT]


def labels(records: Records, kind: ModelKind) -> list[str]:
    """Return the labels of models of a kind, the newest first."""
    return [model.label for model in models_of(records, kind)[::-1]]


def held_out_table(
    definition: CampaignDefinition, records: Records, model: str, read_artefact: ReadArtefact
) -> pd.DataFrame:
    """Return a properties model's predictions of films that it had not seen; empty where they were not stored.

    Raises:
        FilmlabError: If the stored file is damaged.
    """
    artefact = records.artefacts.get(model_file(model, CROSS_VALIDATION))
    if artefact is None:
        return pd.DataFrame(columns=_COLUMNS)
    rows = [
        (row.film, row.property_name, row.measured, row.predicted, row.predicted_sd)
        for row in read_cross_validation(read_artefact(artefact.sha256))
        if row.property_name in definition.property_names
    ]
    return pd.DataFrame(rows, columns=_COLUMNS)


def calibration_table(held_out: pd.DataFrame) -> pd.DataFrame:
    """Return the share of measurements inside central intervals of several widths, by property and for all.

    Args:
        held_out: Predictions of unseen films (`held_out_table`); their errors count as normally distributed.

    Returns:
        Columns property ("" for all), nominal, observed, n.
    """
    known = held_out[held_out["predicted_sd"] > 0]
    if known.empty:
        return pd.DataFrame(columns=["property", "nominal", "observed", "n"])
    off = (known["measured"] - known["predicted"]).abs() / known["predicted_sd"]
    groups = [("", np.ones(len(known), dtype=bool))]
    groups += [(name, (known["property"] == name).to_numpy()) for name in known["property"].unique()]
    rows = [
        (name, level, float((off[inside] <= NormalDist().inv_cdf(0.5 + level / 2)).mean()), int(inside.sum()))
        for name, inside in groups
        for level in _LEVELS
    ]
    return pd.DataFrame(rows, columns=["property", "nominal", "observed", "n"])


def comparison_table(records: Records, metric: str) -> pd.DataFrame:
    """Return a metric by property (rows) and model (columns, in the order of loops); "all" is the overall one."""
    found = {}
    for model in models_of(records, ModelKind.PROPERTIES):
        own = {
            key.rpartition(".")[0] or "all": value
            for key, value in model.metrics.items()
            if key.rpartition(".")[2] == metric
        }
        found[model.label] = own
    return pd.DataFrame(found)


def card_of(records: Records, model: str, read_artefact: ReadArtefact) -> str | None:
    """Return a model's card in Markdown; None where none was stored.

    Raises:
        FilmlabError: If the stored file is damaged.
    """
    artefact = records.artefacts.get(model_file(model, f"{MODEL_CONTENT}/card.md"))
    return read_artefact(artefact.sha256).decode("utf-8", "replace") if artefact else None


def named(records: Records, label: str) -> Model:
    """Return a model by its label.

    Raises:
        UnknownNameError: If there is none of that name.
    """
    if label not in records.models:
        raise UnknownNameError(f"there is no model {label!r}", hint=known_hint(label, records.models))
    return records.models[label]


def new_films(records: Records, kind: ModelKind) -> int:
    """Return of how many films the newest model of a kind does not know results: new, corrected or rejected ones."""
    results: list[FilmGrade | Measurement] = list(records.grades.values())
    if kind is ModelKind.PROPERTIES:
        results = [one for one in records.measurements.values() if one.value is not None or is_rejected(one)]
    newest = models_of(records, kind)[-1:]
    later = records.events_after(newest[0]) if newest else records.events
    return len({one.film for one in results if records.event_of(one).key in later})
