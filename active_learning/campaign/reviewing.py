"""Reviewing a campaign after a training: health checks, doubtful values, and the next batch's expected gain."""

from typing import TYPE_CHECKING

import numpy as np

from active_learning.campaign.aims import films_that_meet
from active_learning.campaign.choices import Chooser
from active_learning.campaign.reviews import Review
from active_learning.campaign.reviews.facts import Facts
from active_learning.campaign.reviews.health import doubts, health_checks
from active_learning.campaign.reviews.stopping import gains
from active_learning.campaign.trainings import Training
from active_learning.campaign.varied_batches import VariedBatches
from lab.errors import AcquisitionError, NoRecipeError
from lab.records import ModelKind, Records
from lab.simplex import Fractions

if TYPE_CHECKING:
    from models.property_committee import PropertyCommittee


def review_after(chooser: Chooser, records: Records, training: Training) -> Review:
    """Return the review after a training. The next batch is chosen as the loop would, and nothing is recorded."""
    definition = chooser.definition
    committee = chooser.models.committee_if_any(records)
    facts = Facts(
        definition=definition,
        records=records,
        training=training,
        committee=committee[1] if committee else None,
        previous=_asked_for_last_batch(chooser, records, training.loop),
    )
    next_loop = training.loop + 1
    size = definition.loop.size(next_loop, records.loop_sizes) or definition.loop.batch
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


def _asked_for_last_batch(chooser: Chooser, records: Records, loop: int) -> "PropertyCommittee | None":
    """Return the committee by which a loop's films were chosen; None if none has these inputs and properties."""
    definition = chooser.definition
    inputs = len(definition.ranges) + VariedBatches.of(definition).width
    labels = {label for one in records.suggestions.values() if one.loop == loop for label in one.models}
    committees = (chooser.models.at(records, label) for label in sorted(labels) if _is_committee(records, label))
    known = (one for one in committees if one is not None and one.inputs == inputs)
    return next((one for one in known if one.properties == definition.properties), None)


def _is_committee(records: Records, label: str) -> bool:
    return label in records.models and records.models[label].predicts is ModelKind.PROPERTIES


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
