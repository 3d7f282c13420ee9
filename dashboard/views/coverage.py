"""Coverage: how near the recipes of a campaign are to films that were measured; and what another loop would tell."""

import numpy as np
import pandas as pd

from active_learning.campaign.choices import known_recipes
from active_learning.campaign.reviews import Review
from active_learning.feasible import recipes_to_choose
from lab.campaigns import CampaignDefinition
from lab.export.summary import loop_summaries, models_of
from lab.records import ModelKind, Records, Status
from lab.seeds import generator

_MOST_RECIPES = 20_000


def coverage_table(definition: CampaignDefinition, records: Records) -> pd.DataFrame:
    """Return the share of all recipes that lie within a distance of the nearest film that is not of the library.

    The distance is half the sum of absolute differences: 5 wt% means that 5 wt% of the film is something else. Of more
    than 20,000 recipes a sample is looked at.

    Returns:
        Columns distance (wt%) and share; empty where there is no such film.
    """
    from scipy.spatial import cKDTree

    films = known_recipes(definition, records)
    if len(films) == 0:
        return pd.DataFrame(columns=["distance", "share"])
    recipes = recipes_to_choose(definition)
    if len(recipes) > _MOST_RECIPES:
        chosen = generator(0, "coverage", definition.name).choice(len(recipes), _MOST_RECIPES, replace=False)
        recipes = recipes[np.sort(chosen)]
    distance, _ = cKDTree(films).query(recipes, p=1)
    at = np.arange(0, 51)
    found = np.searchsorted(np.sort(50 * distance), at, side="right") / len(recipes)
    return pd.DataFrame({"distance": at, "share": found})


def stop_table(definition: CampaignDefinition, records: Records) -> pd.DataFrame:
    """Return one row a loop: the score of its batch, the models' error after it, and how far repeats scatter.

    Returns:
        Columns loop, score (of the acquisition rule), error (mean relative error on unseen films), repeats (mean
        relative standard deviation of readings: an error cannot fall far below it).
    """
    errors = {model.loop: model.metrics.get("mre") for model in models_of(records, ModelKind.PROPERTIES)}
    scatter = repeat_scatter(records)
    rows = [(loop.loop, loop.score, errors.get(loop.loop), scatter) for loop in loop_summaries(definition, records)]
    return pd.DataFrame(rows, columns=["loop", "score", "error", "repeats"])


def repeat_scatter(records: Records) -> float | None:
    """Return the mean relative standard deviation of readings of one film; None where nothing was read twice."""
    found = [
        m.sd / abs(m.value)
        for m in records.measurements.values()
        if m.status is Status.OK and m.value and m.sd is not None and m.n > 1
    ]
    return float(np.mean(found)) if found else None


def review_table(review: Review) -> pd.DataFrame:
    """Return the health checks of a review, one row each, and the films whose values are doubted."""
    rows = [(check.name, check.verdict.value, check.finding) for check in review.checks]
    rows += [
        (f"{doubt.film} {doubt.property_name}", "doubtful", f"{doubt.deviations:.1f} deviations from the other films")
        for doubt in review.doubts
    ]
    return pd.DataFrame(rows, columns=["check", "verdict", "finding"])
