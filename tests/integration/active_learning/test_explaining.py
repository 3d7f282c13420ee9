"""What the campaign stores about what its newest committee learned."""

import csv
import io

from active_learning.campaign.actions import Action, ActionKind
from active_learning.campaign.doing.explaining import explain
from active_learning.campaign.work import doing_context
from lab.open_campaigns import open_campaign
from lab.records import Artefact
from lab.records.artefacts import SHAPLEY_TABLE
from tests.learned import learned_workspace


def test_of_very_many_films_a_draw_is_stored(tmp_path, monkeypatch):
    with open_campaign(learned_workspace(tmp_path / "lab")) as campaign, doing_context(campaign, None) as context:
        records = campaign.records()
        action = Action(ActionKind.EXPLAIN, "loop-01", "")

        def stored() -> list[dict[str, str]]:
            added = explain(context, action, records).records
            files = [record for record in added if isinstance(record, Artefact)]
            (table,) = [file for file in files if file.name.endswith(SHAPLEY_TABLE)]
            return list(csv.DictReader(io.StringIO(campaign.artefacts.read(table.sha256).decode())))

        everything = stored()
        monkeypatch.setattr("models.explain.MOST_FILMS", 5)
        drawn = stored()
        assert drawn == stored()

    assert len({row["film"] for row in drawn}) == 5 < len({row["film"] for row in everything})
    values = {(row["film"], row["property"], row["material"]): float(row["shapley_value"]) for row in everything}
    for row in drawn:
        value = values[row["film"], row["property"], row["material"]]
        assert abs(float(row["shapley_value"]) - value) <= 1e-4 * max(0.01, abs(value))
