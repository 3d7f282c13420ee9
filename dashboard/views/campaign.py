"""Campaign: progress, the learning curve, what each loop found."""

import pandas as pd

from lab.campaigns import CampaignDefinition
from lab.export.cross_validation import cross_validation_name, read_cross_validation
from lab.export.report import ReadArtefact
from lab.export.summary import loop_summaries, models_of
from lab.records import ModelKind, Records


def learning_table(records: Records) -> pd.DataFrame:
    """Return the metrics of every properties model: columns loop, metric, property ("" for all), value."""
    rows = []
    for model in models_of(records, ModelKind.PROPERTIES):
        for key, value in model.metrics.items():
            name, _, metric = key.rpartition(".")
            rows.append((model.loop, metric, name, value))
    return pd.DataFrame(rows, columns=["loop", "metric", "property", "value"])


def loop_table(definition: CampaignDefinition, records: Records) -> pd.DataFrame:
    """Return one row a loop: suggested, graded, usable and measured films, promised quality, score and rule."""
    names = ["loop", "suggested", "graded", "usable", "measured", "quality", "score", "rule"]
    return pd.DataFrame(
        [[getattr(loop, name) for name in names] for loop in loop_summaries(definition, records)], columns=names
    )


def parity_table(definition: CampaignDefinition, records: Records, read_artefact: ReadArtefact) -> pd.DataFrame:
    """Return the latest model's predictions of films that it had not seen; empty where they were not stored.

    Raises:
        FilmlabError: If the stored file is damaged.
    """
    columns = ["film", "property", "measured", "predicted", "predicted_sd"]
    models = models_of(records, ModelKind.PROPERTIES)
    artefact = records.artefacts.get(cross_validation_name(models[-1].label)) if models else None
    if artefact is None:
        return pd.DataFrame(columns=columns)
    rows = [
        (row.film, row.property_name, row.measured, row.predicted, row.predicted_sd)
        for row in read_cross_validation(read_artefact(artefact.sha256))
        if row.property_name in definition.property_names
    ]
    return pd.DataFrame(rows, columns=columns)
