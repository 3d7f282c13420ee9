"""Which films are made once more, by made-up records."""

import attrs
import numpy as np
import pytest

from active_learning.campaign.repeats import films_to_repeat
from active_learning.campaign.reviews import Doubt, Review
from active_learning.campaign.reviews.stopping import FEWEST_REPEATS
from lab.records import Approval, Status, Verdict
from tests.factories import SyntheticCampaign, definition_text, synthetic_campaign

SMALL = definition_text(["CNF", "MMT", "gelatin"], ["transmittance_vis"], step=0.25)


def after_repeats(verdict: Verdict, count: int = 2 * FEWEST_REPEATS) -> SyntheticCampaign:
    """A campaign that has proposed so many repeats, all decided about in one way; the noise needs six."""
    campaign = synthetic_campaign(SMALL, upto="loops", loops=2)
    known = [film for film in campaign.records.films.values() if film.loop is not None][:count]
    assert len(known) == count
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


@pytest.mark.parametrize("done", range(8))
@pytest.mark.parametrize("most", [0, 1, 4, 9])
def test_measured_films_are_repeated_until_there_are_enough_repeats(done: int, most: int) -> None:
    campaign = after_repeats(Verdict.APPROVED, done)
    found = films_to_repeat(campaign.definition, campaign.records, most, np.random.default_rng(1))

    measured = {film for (film, _), one in campaign.records.measurements.items() if one.status is Status.OK}
    known = measured - {label.removeprefix("R") for label in campaign.records.films if label.startswith("R")}
    assert len(set(found)) == len(found) == min(most, max(0, 2 * FEWEST_REPEATS - done), len(known))
    assert set(found) <= known


def test_doubtful_films_come_first_and_save_others() -> None:
    campaign = after_repeats(Verdict.APPROVED, 2)
    labels = [label for label, film in campaign.records.films.items() if film.loop == 1]
    # The first was repeated already, and one is doubted for two properties.
    doubts = [Doubt(labels[row], name, 9.0) for row, name in ((0, "a"), (3, "a"), (2, "a"), (3, "b"))]
    campaign.add("reviewed", [Review("loop-02", 8, [], doubts=[*doubts, Doubt("gone", "a", 7.0)]).to_record()])
    found = films_to_repeat(campaign.definition, campaign.records, 9, np.random.default_rng(1))

    assert found[:2] == (labels[3], labels[2])
    assert len(set(found)) == len(found) == 4
    assert films_to_repeat(campaign.definition, campaign.records, 1, np.random.default_rng(1)) == (labels[3],)


def test_only_films_of_loops_with_all_their_values_are_drawn() -> None:
    campaign = synthetic_campaign(SMALL, upto="loops", loops=2)
    labels = [label for label, film in campaign.records.films.items() if film.loop is not None]
    failed = [campaign.records.measurements[label, "transmittance_vis"] for label in labels[2:]]
    campaign.add("failed", [attrs.evolve(one, status=Status.FAILED, value=None, sd=None) for one in failed])
    found = films_to_repeat(campaign.definition, campaign.records, 9, np.random.default_rng(1))
    assert set(found) == set(labels[:2])


def doubted(campaign: SyntheticCampaign, count: int) -> list[str]:
    """The first films of the first loop, which a review doubts all at once."""
    labels = [label for label, film in campaign.records.films.items() if film.loop == 1][:count]
    doubts = [Doubt(label, "transmittance_vis", 9.0) for label in labels]
    campaign.add("reviewed", [Review("loop-02", 8, [], doubts=doubts).to_record()])
    return labels


def test_films_that_a_person_gave_up_are_not_repeated() -> None:
    campaign = synthetic_campaign(SMALL, upto="loops", loops=2)
    labels = doubted(campaign, 3)
    drawable = [label for label, film in campaign.records.films.items() if film.loop == 2]
    campaign.add("given up", [Approval(label, Verdict.REFUSED) for label in (labels[0], *drawable[1:])])
    found = films_to_repeat(campaign.definition, campaign.records, 9, np.random.default_rng(1))
    assert found[:2] == (labels[1], labels[2])
    assert not {labels[0], *drawable[1:]} & set(found)
    assert drawable[0] in found


def test_films_that_cannot_be_made_by_now_are_not_repeated() -> None:
    campaign = synthetic_campaign(SMALL, upto="loops", loops=2)
    labels, records = doubted(campaign, 3), campaign.records
    most = max(records.films[label].asked.get("CNF", 0.0) for label in labels)
    inside = [label for label in labels if records.films[label].asked.get("CNF", 0.0) < most]
    ranges = tuple(
        attrs.evolve(one, upper=most - 0.01) if one.material.name == "CNF" else one
        for one in campaign.definition.ranges
    )
    narrowed = attrs.evolve(campaign.definition, ranges=ranges)
    found = films_to_repeat(narrowed, records, 9, np.random.default_rng(1))
    assert inside and set(found) & set(labels) == set(inside)
    assert all(records.films[label].asked.get("CNF", 0.0) < most for label in found)

    of_another_batch = [attrs.evolve(records.films[labels[0]], attributes={"gelatin.source": "porcine"})]
    campaign.add("another source", of_another_batch)
    sources = tuple(
        attrs.evolve(one, attributes={"source": "bovine"}) if one.material == "gelatin" else one
        for one in campaign.definition.stocks
    )
    found = films_to_repeat(
        attrs.evolve(campaign.definition, stocks=sources), campaign.records, 9, np.random.default_rng(1)
    )
    assert labels[0] not in found and found[:2] == (labels[1], labels[2])
