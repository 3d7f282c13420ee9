"""The models that a campaign is asked with: the stored ones if they are up to date, or ones learned anew."""

from typing import TYPE_CHECKING

import attrs
import numpy as np

from active_learning.campaign.learning import learned_committee, learned_quality
from active_learning.campaign.progress import is_retrained
from active_learning.campaign.trained_models import TrainedModels
from active_learning.campaign.training_data import GradedFilms, MeasuredFilms, graded_films, measured_films
from lab.arrays import Mask
from lab.campaigns import CampaignDefinition
from lab.counting import counted
from lab.errors import StoreError
from lab.open_campaigns import OpenCampaign
from lab.records import ModelKind, Purpose, Records
from lab.seeds import derived_seed

if TYPE_CHECKING:
    from models.property_committee import PropertyCommittee
    from models.quality import QualityModel


class StaleModelError(StoreError):
    """The stored model did not learn from what is measured by now."""


@attrs.frozen(eq=False)
class Knowledge:
    """A quality model and a committee, and what they learned from."""

    quality: "QualityModel"
    committee: "PropertyCommittee"
    labels: tuple[str, ...]
    """Labels of the models: quality-14, properties-14; "fresh" where they were learned anew."""
    hashes: tuple[str, ...]
    """SHA-256 of their stored content, in the order of the labels."""
    films: MeasuredFilms
    """Films that the committee learned from."""
    notes: tuple[str, ...] = ()
    """What a person should know about them."""


def knowledge(campaign: OpenCampaign, records: Records, *, retrain: bool = False, old: bool = False) -> Knowledge:
    """Return the models of a campaign.

    Args:
        campaign: The campaign.
        records: Its records.
        retrain: Learn anew from all films that are graded and measured by now, and record nothing.
        old: Accept stored models that are older than the data.

    Raises:
        StoreError: If nothing is measured yet, or no model is trained.
        StaleModelError: If the stored models are older than the campaign's definition and `retrain` is not set, or the
            stored committee is older than the data and neither `retrain` nor `old` is set.
    """
    definition = campaign.definition
    films = measured_films(definition, records)
    if not len(films.labels):
        raise StoreError(
            f"campaign {campaign.name!r} has no measured film yet, so there is nothing to ask",
            hint="make and measure films first: filmlab work",
        )
    if retrain:
        return _learned_anew(definition, records, films, campaign.seed)
    if not is_retrained(records):
        raise StaleModelError(
            "the campaign has been extended, and its stored models do not know the new definition yet",
            hint="filmlab work makes and grades the films that the extension asks for, and trains the models then; or "
            "add --retrain to learn anew from what is measured, for this answer only",
        )
    models = TrainedModels(campaign.artefacts)
    quality_label, quality = models.quality(records)
    committee_label, committee = models.committee(records)
    notes = _age(records, committee_label, films, old=old)
    notes += _age_of_quality(records, quality_label, graded_films(definition, records))
    labels = (quality_label, committee_label)
    return Knowledge(
        quality, committee, labels, tuple(records.models[one].content_sha256 for one in labels), films, notes
    )


def _age(records: Records, label: str, films: MeasuredFilms, *, old: bool) -> tuple[str, ...]:
    """Return what to say about the model's age.

    Films that verify designs come after the last training by the campaign's own plan, so they are only mentioned.
    """
    model = records.models[label]
    if films.sha256 == model.data_sha256:
        return ()
    verifying = _verifying(records, films)
    if films.only(~verifying).sha256 == model.data_sha256:
        return (
            f"{label} learned from {counted(model.films, 'film')}; "
            f"{verifying.sum()} that verify designs were measured since",
        )
    learned = f"it learned from {counted(model.films, 'film')}, {len(films.labels)} are measured by now"
    text = f"{label} is older than the data: {learned}"
    if old:
        return (f"{text}, or some values were corrected",)
    raise StaleModelError(
        f"{text}, or some values were corrected",
        hint="run filmlab work, and filmlab loop train before it where no training is due; or add --retrain to learn "
        "anew for this answer only, or --old-model to ask the stored model all the same",
    )


def _age_of_quality(records: Records, label: str, films: GradedFilms) -> tuple[str, ...]:
    """Return what to say about the quality model's age.

    It is asked all the same: films are graded some days before they are measured.
    """
    model = records.models[label]
    if model.data_sha256 in (films.sha256, films.only(~_verifying(records, films)).sha256):
        return ()
    return (
        f"{label} is older than the grades: it learned from {counted(model.films, 'film')}, {len(films.labels)} are "
        "graded by now, or some grades were corrected",
    )


def _verifying(records: Records, films: GradedFilms | MeasuredFilms) -> Mask:
    return np.array([records.films[film].purpose is Purpose.VERIFICATION for film in films.labels], dtype=bool)


def _learned_anew(definition: CampaignDefinition, records: Records, films: MeasuredFilms, seed: int) -> Knowledge:
    from models.registry import content_hash, pack

    graded = graded_films(definition, records)
    quality = learned_quality(definition, graded, derived_seed(seed, "train", "fresh", ModelKind.QUALITY))
    committee = learned_committee(definition, films, derived_seed(seed, "train", "fresh", ModelKind.PROPERTIES))
    hashes = tuple(content_hash(pack(model)) for model in (quality, committee))
    note = f"learned anew from {len(films.labels)} measured and {len(graded.labels)} graded films; nothing was recorded"
    return Knowledge(quality, committee, ("fresh quality", "fresh properties"), hashes, films, (note,))
