"""What a method of inverse design is given."""

import attrs

from active_learning.inverse_design.specification import Specification
from active_learning.learners import Committee, QualityModel
from lab.campaigns import CampaignDefinition


@attrs.frozen(eq=False)
class Task:
    """A wish with everything that is known to answer it."""

    wish: Specification
    definition: CampaignDefinition
    committee: Committee
    quality: QualityModel
    """The quality model, or a `FeasibleSpace` of the campaign, which remembers its predictions."""
    top: int
    """Largest number of recipes wanted."""
    seed: int
    """Seed of whatever is random in a method."""
