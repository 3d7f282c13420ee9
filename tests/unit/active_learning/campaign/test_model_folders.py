"""Models of a campaign in folders."""

from datetime import UTC, datetime

import attrs

from active_learning.campaign.model_folders import train_folders
from lab.records import Event, Status
from models.model_folders import read_folder
from models.property_committee import PropertyCommittee
from models.registry import unpack
from tests.factories import definition_text, synthetic_campaign

DEFINITION = definition_text(["CNF", "MMT", "gelatin"], ["tensile_strength"], step=0.25)


def test_a_value_beyond_the_range_of_its_instrument_is_learned_from(tmp_path):
    campaign = synthetic_campaign(f"{DEFINITION}\n[committee]\nmembers = 2\nepochs = 60\n", loops=1)
    records = campaign.records
    strengths = [
        (one.value, one)
        for one in records.measurements.values()
        if one.property_name == "tensile_strength" and one.value is not None
    ]
    highest, strong = max(strengths, key=lambda one: one[0])
    recipe = records.as_made[strong.film].composition.vector(campaign.definition.material_names)

    def predicted(status, value):
        changed = attrs.evolve(strong, status=status, value=value, sd=None, n=1, reason="of the load cell")
        event = Event("corrected", "Ada", "paper", False, datetime(2026, 1, 1, tzinfo=UTC))
        out = tmp_path / status
        train_folders(campaign.definition, records.with_added(event, (changed,)), out, seed=1)
        committee = unpack(*read_folder(out / "properties"))
        assert isinstance(committee, PropertyCommittee)
        return committee.predict([recipe]).mean[0, 0]

    assert predicted(Status.CENSORED, 2.0 * highest) > predicted(Status.FAILED, None)
