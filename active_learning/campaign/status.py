"""How far a campaign is, as plain values for commands and other software."""

from typing import Any

from active_learning.campaign.actions import Action
from active_learning.campaign.batches import proposed_purposes
from active_learning.campaign.next_actions import next_actions
from active_learning.campaign.progress import stage_of
from lab.export.summary import progress
from lab.open_campaigns import OpenCampaign
from lab.records import Records


def status_as_dict(campaign: OpenCampaign) -> dict[str, Any]:
    """Return a campaign's status as the JSON contract says; it does not read films that are done."""
    definition = campaign.definition
    outline = campaign.store.outline(campaign.name, definition.property_names, proposed_purposes(definition))
    reached = progress(definition, outline.records)
    return {
        "campaign": campaign.name,
        "seed": campaign.seed,
        "stage": str(stage_of(definition, outline.records)),
        "films": {
            "planned": outline.planned,
            "made": outline.made,
            "graded": outline.graded,
            "measured": outline.measured,
        },
        "loops_done": reached.loops_done,
        "designs": {"requested": reached.designs, "verified": reached.designs_verified},
        "review": _review(outline.records),
        "next_actions": [action_as_dict(action) for action in next_actions(definition, outline.records)],
    }


def _review(records: Records) -> dict[str, Any] | None:
    """Return the newest review in short: its advice, why, and the health checks that failed."""
    from active_learning.campaign.reviews import latest_review

    found = latest_review(records)
    if found is None:
        return None
    lines = [f"Review after {found.name}: {found.advice.value}, {found.reason}"]
    lines += [f"Doubtful: {doubt.film} {doubt.property_name}" for doubt in found.doubts]
    return {
        "after": found.name,
        "advice": found.advice.value,
        "reason": found.reason,
        "gain": found.gain,
        "checks": {check.name: check.verdict.value for check in found.checks},
        "lines": lines,
    }


def action_as_dict(action: Action) -> dict[str, str]:
    """Return an action as the JSON contract says."""
    return {"kind": str(action.kind), "who": str(action.who), "why": action.why}
