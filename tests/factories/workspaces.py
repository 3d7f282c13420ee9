"""Synthetic campaigns in workspaces, and with models that can be asked."""

from pathlib import Path

import numpy as np

from lab.open_campaigns import open_campaign
from lab.records import FilmGrade, Model, ModelKind, Record, Records
from lab.store import Store
from lab.workspace import Workspace
from tests.factories.campaigns import SyntheticCampaign, synthetic_campaign


def records_of(root: Path, name: str | None = None) -> Records:
    """The records of a campaign in a workspace; its name may be left out where there is one only."""
    with open_campaign(Workspace.open(root), name) as campaign:
        return campaign.records()


def fill_workspace(campaign: SyntheticCampaign, root: Path) -> Workspace:
    """A workspace whose store holds the campaign, event by event."""
    workspace = Workspace.create(root)
    for content in campaign.files.values():
        workspace.artefacts.put("file", content)
    with Store.open(workspace.database_url, create=True) as store:
        store.create_campaign(campaign.definition.name, campaign.definition_toml, campaign.seed, "tests")
        for event, records in campaign.log:
            store.append(campaign.definition.name, event, records, supersede=True)
    return workspace


def fill_ungraded(definition_toml: str, root: Path) -> Workspace:
    """A workspace with a library that is dry and waits for its grades."""
    workspace = fill_workspace(synthetic_campaign(definition_toml, upto="empty"), root)
    campaign = synthetic_campaign(definition_toml, upto="library")
    with Store.open(workspace.database_url) as store:
        for event, records in campaign.log:
            kept = tuple(record for record in records if not isinstance(record, FilmGrade))
            if kept and not event.key.startswith("train"):
                store.append(campaign.definition.name, event, kept)
    return workspace


def with_models(campaign: SyntheticCampaign, loop: int = 9) -> SyntheticCampaign:
    """The campaign with small models that were really trained on its films, so that they can be asked."""
    from active_learning.campaign.training_data import graded_films, measured_films
    from models.committee import fit_committee
    from models.quality import fit_quality
    from models.registry import content_hash, pack

    graded = graded_films(campaign.definition, campaign.records)
    measured = measured_films(campaign.definition, campaign.records)
    quality = fit_quality(graded.compositions, graded.grades, campaign.definition.quality.usable, seed=1)
    committee = fit_committee(
        measured.compositions,
        measured.values,
        measured.standard_errors,
        campaign.definition.properties,
        members=2,
        epochs=40,
        gaussian_process=False,
        seed=1,
    )
    added: list[Record] = []
    for label, kind, model, films in (
        (f"quality-{loop:02d}", ModelKind.QUALITY, quality, graded),
        (f"properties-{loop:02d}", ModelKind.PROPERTIES, committee, measured),
    ):
        files = pack(model)
        metrics = {name: float(value) for name, value in model.metrics.items() if np.isfinite(value)}
        added.append(Model(label, kind, loop, len(films.labels), films.sha256, content_hash(files), metrics))
        for name, content in files.items():
            added.append(campaign.artefact(f"models/{label}/content/{name}", content, "application/octet-stream"))
    campaign.add(f"train:loop-{loop:02d}", added, "train")
    return campaign
