"""Which films are made once more, by made-up records."""

import attrs
import numpy as np

from active_learning.campaign.repeats import films_to_repeat
from active_learning.campaign.reviews.stopping import FEWEST_REPEATS
from lab.records import Approval, Verdict
from tests.factories import SyntheticCampaign, definition_text, synthetic_campaign

SMALL = definition_text(["CNF", "MMT", "gelatin"], ["transmittance_vis"], step=0.25)


def after_repeats(verdict: Verdict) -> SyntheticCampaign:
    """A campaign that has proposed as many repeats as the noise needs, all decided about in one way."""
    campaign = synthetic_campaign(SMALL, upto="loops", loops=2)
    known = [film for film in campaign.records.films.values() if film.loop is not None][: 2 * FEWEST_REPEATS]
    assert len(known) == 2 * FEWEST_REPEATS
    again = [attrs.evolve(film, label=f"R{film.label}") for film in known]
    campaign.add("repeats", again)
    campaign.add("decided", [Approval(film.label, verdict) for film in again])
    return campaign


def test_repeats_that_were_refused_tell_no_noise() -> None:
    for verdict, expected in ((Verdict.APPROVED, 0), (Verdict.REFUSED, 1)):
        campaign = after_repeats(verdict)
        found = films_to_repeat(campaign.definition, campaign.records, 1, np.random.default_rng(1))
        assert len(found) == expected
        repeated = {label.removeprefix("R") for label in campaign.records.films if label.startswith("R")}
        assert not repeated & set(found), "a repeat that was refused is not proposed again"
