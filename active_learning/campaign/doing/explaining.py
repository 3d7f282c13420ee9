"""Explaining the newest committee: Shapley values of measured films, as a table and a plot."""

import io
from collections.abc import Sequence

import numpy as np

from active_learning.campaign.actions import Action
from active_learning.campaign.doing.context import DoingContext, Outcome, put_files
from active_learning.campaign.training_data import measured_films
from lab.arrays import Array
from lab.campaigns import CampaignDefinition
from lab.csv_files import csv_text
from lab.records import Records
from lab.records.artefacts import SHAPLEY_PLOT, SHAPLEY_TABLE, model_file
from lab.seeds import generator

_BACKGROUND = 60
"""Films that stand for "not known": more change the values little and cost time in proportion."""
_DPI = 110


def explain(context: DoingContext, action: Action, records: Records) -> Outcome:
    """Store the Shapley values of the newest committee on films that it learned from: all, or of very many a draw."""
    from models.explain import MOST_FILMS, Explanation, background_films, drawn_rows, drawn_text, shapley_values
    from models.explain_plot import shap_summary_plot

    label, committee = context.models.committee(records)
    definition = context.definition
    films = measured_films(definition, records)
    rng = generator(context.seed, "explain", label)
    background = background_films(films.compositions, _BACKGROUND, rng)
    rows = drawn_rows(len(films.labels), MOST_FILMS, generator(context.seed, "explain", label, "films"))
    found: Explanation = shapley_values(
        lambda recipes: committee.predict(recipes).mean, films.compositions[rows], background, rng=rng
    )
    image = io.BytesIO()
    figure = shap_summary_plot(found, definition.material_names, definition.properties)
    if len(rows) < len(films.labels):
        figure.supxlabel(drawn_text(len(rows), len(films.labels)), fontsize=8)
    figure.savefig(image, format="png", dpi=_DPI, metadata={"Software": None})
    files: dict[str, str | bytes] = {
        model_file(label, SHAPLEY_TABLE): shapley_text(definition, [films.labels[row] for row in rows], found.values),
        model_file(label, SHAPLEY_PLOT): image.getvalue(),
    }
    return Outcome(tuple(put_files(context, files)), source=label)


def shapley_text(definition: CampaignDefinition, films: Sequence[str], values: Array) -> str:
    """Return Shapley values as CSV: film, property, material, value. Those that are not known are left out.

    Args:
        definition: The campaign's definition.
        films: Labels of the films.
        values: ``(n_films, n_materials, n_properties)``, in the properties' units.
    """
    return csv_text(
        ("film", "property", "material", "shapley_value"),
        (
            (film, name, material, float(values[row, place, column]))
            for row, film in enumerate(films)
            for column, name in enumerate(definition.property_names)
            for place, material in enumerate(definition.material_names)
            if np.isfinite(values[row, place, column])
        ),
    )
