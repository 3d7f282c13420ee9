"""Films that people want: proposed by them, or suggested and edited, and checked against what the robot can make."""

from active_learning.campaign.makeable import check_makeable
from lab import people
from lab.compositions import Composition
from lab.open_campaigns import OpenCampaign


def propose_film(campaign: OpenCampaign, label: str, recipe: Composition, who: str) -> str:
    """Propose a film that the robot can make, and return its label as it is recorded; see `lab.people.add_film`.

    Raises:
        InvalidInputError: If it is no recipe of the campaign, the robot cannot make it, or the label is of no use.
        DuplicateRecordError: If there is a film of that label.
    """
    check_makeable(campaign, label, recipe)
    return people.add_film(campaign, label, recipe, who)


def edit_film(campaign: OpenCampaign, film: str, recipe: Composition, who: str, *, note: str = "") -> None:
    """Approve a proposed film with another recipe that the robot can make; see `lab.people.edit`.

    Raises:
        UnknownNameError: If there is no such film.
        InvalidInputError: If it is no recipe of the campaign, the robot cannot make it, or it is on a deck already.
        DuplicateRecordError: If it is decided already.
    """
    check_makeable(campaign, film, recipe)
    people.edit(campaign, film, recipe, who, note=note)
