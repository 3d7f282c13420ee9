"""How far a campaign is, as plain values for commands and other software."""

from typing import Any

from active_learning.campaign.actions import Action
from active_learning.campaign.next_actions import next_actions
from active_learning.campaign.progress import progress_of
from lab.open_campaigns import OpenCampaign


def status_as_dict(campaign: OpenCampaign) -> dict[str, Any]:
    """Return a campaign's status as the JSON contract says; it does not read films that are done."""
    outline = campaign.store.outline(campaign.name, campaign.definition.property_names)
    progress = progress_of(campaign.definition, outline.records)
    return {
        "campaign": campaign.name,
        "seed": campaign.seed,
        "stage": str(progress.stage),
        "films": {
            "planned": outline.planned,
            "made": outline.made,
            "graded": outline.graded,
            "measured": outline.measured,
        },
        "loops_done": progress.loops_done,
        "designs": {"requested": progress.designs_requested, "verified": progress.designs_verified},
        "next_actions": [action_as_dict(action) for action in next_actions(campaign.definition, outline.records)],
    }


def action_as_dict(action: Action) -> dict[str, str]:
    """Return an action as the JSON contract says."""
    return {"kind": str(action.kind), "who": str(action.who), "why": action.why}
