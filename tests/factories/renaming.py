"""Synthetic campaigns whose films are called otherwise."""

from collections.abc import Mapping

import attrs

from lab.records import (
    AsMade,
    Deck,
    Drying,
    Film,
    FilmGrade,
    Measurement,
    Record,
    Suggestion,
    Transfer,
)
from tests.factories.campaigns import SyntheticCampaign


def relabelled(campaign: SyntheticCampaign, names: Mapping[str, str]) -> SyntheticCampaign:
    """The campaign with some films called otherwise, for example by a name that holds HTML."""
    changed = SyntheticCampaign(campaign.definition_toml, campaign.seed, campaign.simulated, files=campaign.files)
    for event, records in campaign.log:
        changed.log.append((event, tuple(_renamed(record, names) for record in records)))
        changed.records = changed.records.with_added(*changed.log[-1])
    return changed


def _renamed(record: Record, names: Mapping[str, str]) -> Record:
    if isinstance(record, Film):
        return attrs.evolve(record, label=names.get(record.label, record.label))
    if isinstance(record, Deck):
        moved = tuple(attrs.evolve(p, film=names.get(p.film, p.film)) for p in record.positions)
        return attrs.evolve(record, positions=moved)
    if isinstance(record, Transfer | AsMade | Drying | FilmGrade | Measurement | Suggestion):
        return attrs.evolve(record, film=names.get(record.film, record.film))
    return record
