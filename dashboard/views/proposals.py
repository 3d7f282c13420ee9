"""Films that wait for a decision."""

import pandas as pd

from active_learning.campaign.actions import ActionKind
from active_learning.campaign.next_actions import next_actions
from lab.campaigns import CampaignDefinition
from lab.records import Records


def proposal_table(definition: CampaignDefinition, records: Records) -> pd.DataFrame:
    """Return one row a proposed film: its recipe in wt%, who proposed it, and what is predicted of it."""
    labels = [
        film
        for action in next_actions(definition, records)
        if action.kind is ActionKind.APPROVE
        for film in action.films
    ]
    rows = []
    for label in labels:
        film, suggestion = records.films[label], records.suggestions.get(label)
        design = records.designs.get(film.design or "")
        rows.append(
            {
                "film": label,
                "made for": film.purpose.value,
                "by": records.event_of(film).who,
                **{name: 100 * film.asked.get(name, 0.0) for name in definition.material_names},
                "quality": suggestion.quality if suggestion else design.quality if design else None,
            }
        )
    return pd.DataFrame(rows, columns=["film", "made for", "by", *definition.material_names, "quality"])
