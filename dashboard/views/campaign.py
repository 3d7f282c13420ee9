"""Campaign: progress, the learning curve, what each loop found."""

import pandas as pd

from lab.campaigns import CampaignDefinition
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
