"""Synthetic campaigns for tests of what shows records."""

from tests.factories.campaigns import STAGES, SyntheticCampaign, synthetic_campaign
from tests.factories.definitions import definition_of, definition_text
from tests.factories.renaming import relabelled
from tests.factories.workspaces import fill_ungraded, fill_workspace, records_of, with_models

__all__ = [
    "STAGES",
    "SyntheticCampaign",
    "definition_of",
    "definition_text",
    "fill_ungraded",
    "fill_workspace",
    "records_of",
    "relabelled",
    "synthetic_campaign",
    "with_models",
]
