"""Training the models on what is known."""

from typing import TYPE_CHECKING

import attrs
import numpy as np

from active_learning.campaign.actions import Action
from active_learning.campaign.doing.context import DoingContext, Outcome, put_files
from active_learning.campaign.learning import learned_committee, learned_quality
from active_learning.campaign.training_data import MeasuredFilms, graded_films, measured_films
from active_learning.campaign.trainings import Training
from lab.errors import InvalidInputError
from lab.export.cross_validation import cross_validation_text
from lab.records import Model, ModelKind, Record, Records
from lab.records.artefacts import CROSS_VALIDATION, MODEL_CONTENT, model_file
from lab.seeds import derived_seed

if TYPE_CHECKING:
    from models.property_committee import PropertyCommittee
    from models.quality import QualityModel


@attrs.frozen
class TrainingFacts:
    """Which model was trained, and on what."""

    label: str
    predicts: ModelKind
    loop: int
    films: int
    data_sha256: str


def train(context: DoingContext, action: Action, records: Records) -> Outcome:
    """Train the quality model, and after a loop the property committee too, once any film has given a value.

    Raises:
        InvalidInputError: If no film is graded, as all of the library were refused.
    """
    training = Training.named(action.subject)
    added = _train_quality(context, training, records)
    if training.loop > 0 and measured_films(context.definition, records).labels:
        added += _train_properties(context, training, records)
    return Outcome(tuple(added), source="films of this campaign")


def _train_quality(context: DoingContext, training: Training, records: Records) -> list[Record]:
    films = graded_films(context.definition, records)
    if not films.labels:
        raise InvalidInputError(
            "training",
            ["no film is graded, as all of the library were refused"],
            hint="grade one that is made otherwise: filmlab film add FILM --made --part NAME=FRACTION",
        )
    label = training.quality
    model = learned_quality(context.definition, films, derived_seed(context.seed, "train", label))
    facts = TrainingFacts(label, ModelKind.QUALITY, training.loop, len(films.labels), films.sha256)
    return _packed(context, model, facts)


def _train_properties(context: DoingContext, training: Training, records: Records) -> list[Record]:
    films = measured_films(context.definition, records)
    label = training.properties
    model = learned_committee(context.definition, films, derived_seed(context.seed, "train", label))
    facts = TrainingFacts(label, ModelKind.PROPERTIES, training.loop, len(films.labels), films.sha256)
    added = _packed(context, model, facts)
    table = {model_file(label, CROSS_VALIDATION): _cross_validation_csv(context, model, films)}
    return [*added, *put_files(context, table)]


def _packed(context: DoingContext, model: "QualityModel | PropertyCommittee", facts: TrainingFacts) -> list[Record]:
    from models.registry import content_hash, pack

    files = pack(model)
    record = Model(
        label=facts.label,
        predicts=facts.predicts,
        loop=facts.loop,
        films=facts.films,
        data_sha256=facts.data_sha256,
        content_sha256=content_hash(files),
        metrics={name: float(value) for name, value in model.metrics.items() if np.isfinite(value)},
    )
    content = {model_file(facts.label, f"{MODEL_CONTENT}/{name}"): file for name, file in files.items()}
    return [record, *put_files(context, content)]


def _cross_validation_csv(context: DoingContext, model: "PropertyCommittee", films: MeasuredFilms) -> str:
    held_out = model.cross_validation
    columns = (films.values, films.standard_errors, held_out.mean, held_out.sd)
    return cross_validation_text(
        (film, name, *(float(values[row, column]) for values in columns))
        for row, film in enumerate(films.labels)
        for column, name in enumerate(context.definition.property_names)
        if np.isfinite(films.values[row, column])
    )
