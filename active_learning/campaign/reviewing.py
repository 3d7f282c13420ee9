"""Reviewing a campaign after a training: health checks, doubtful values, and the next batch's expected gain."""

import numpy as np

from active_learning.campaign.aims import films_that_meet
from active_learning.campaign.choices import Chooser
from active_learning.campaign.reviews import Review
from active_learning.campaign.reviews.facts import Facts
from active_learning.campaign.reviews.health import doubts, health_checks
from active_learning.campaign.reviews.stopping import gains
from active_learning.campaign.trainings import Training
from lab.compositions import Fractions
from lab.errors import AcquisitionError, NoRecipeError
from lab.records import ModelKind, Records


def review_after(chooser: Chooser, records: Records, training: Training) -> Review:
    """Return the review after a training. The next batch is chosen as the loop would, and nothing is recorded."""
    definition, models = chooser.definition, chooser.models
    committee = models.committee_if_any(records)
    facts = Facts(
        definition=definition,
        records=records,
        training=training,
        committee=committee[1] if committee else None,
        previous=models.at(records, Training(training.loop - 1).properties) if training.loop > 1 else None,
    )
    next_loop = training.loop + 1
    size = definition.loop.size(next_loop) or definition.loop.batch
    batch = _next_batch(chooser, records, f"loop-{next_loop:02d}", size) if committee else np.empty((0, 1))
    return Review(
        name=training.name,
        films=len(facts.films.labels),
        checks=health_checks(facts, chooser.space(records)),
        gains=gains(facts, batch),
        doubts=doubts(facts),
        errors=_errors(records),
        reached=films_that_meet(definition, records),
    )


def _next_batch(chooser: Chooser, records: Records, name: str, size: int) -> Fractions:
    try:
        return chooser.batch(records, name, size).chosen.compositions
    except (NoRecipeError, AcquisitionError):
        # The check of the feasible space says so; without recipes there is nothing to gain.
        return np.empty((0, 1))


def _errors(records: Records) -> tuple[float, ...]:
    """Return the mean relative error on held-out films after each training, in their order."""
    known = [model for model in records.models.values() if model.predicts is ModelKind.PROPERTIES]
    return tuple(model.metrics["mre"] for model in known if "mre" in model.metrics)
