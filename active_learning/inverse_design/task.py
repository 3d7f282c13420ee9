"""What a method of inverse design is given."""

import attrs

from active_learning.feasible import FeasibleSpace
from active_learning.inverse_design.specification import Specification
from active_learning.learners import Committee
from lab.campaigns import CampaignDefinition


@attrs.frozen(eq=False)
class Task:
    """A wish with everything that is known to answer it."""

    wish: Specification
    definition: CampaignDefinition
    committee: Committee
    space: FeasibleSpace
    """The campaign's recipes and what its quality model says of them."""
    top: int
    """Largest number of recipes wanted."""
    seed: int
    """Seed of whatever is random in a method."""
