"""The numbers that reviews decide by, against the same told in another way; the committee is a stand-in."""

from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any, cast

import attrs
import numpy as np
import pytest

from active_learning.campaign.censoring import completed
from active_learning.campaign.reviews import Verdict
from active_learning.campaign.reviews.facts import Facts
from active_learning.campaign.reviews.health import doubts, health_checks
from active_learning.campaign.reviews.stopping import gains
from active_learning.campaign.training_data import measured_films
from active_learning.campaign.trainings import Training
from active_learning.feasible import FeasibleSpace
from lab.compositions import Composition
from lab.grades import Grade
from lab.properties import Transform
from lab.records import FilmGrade, Measurement, Record, Status
from models.calibration import Calibration
from models.predictions import Predictions
from models.transforms import TargetScale
from tests.factories import SyntheticCampaign, definition_text, synthetic_campaign
from tests.unit.active_learning.fakes import FakeQuality

TEXT = definition_text(["CNF", "MMT", "gelatin"], ["tensile_strength"], step=0.25).replace(
    "batch = 4\nfilms = 8", "batch = 10\nfilms = 20"
)
SCALE = TargetScale(Transform.LOG, 0.0, 1e9, 1e-9, centre=3.0, spread=0.5)
CALIBRATION = Calibration(10**9, 3)
MODEL, NOISE = 0.6, 0.8
"""Shares of a standard deviation, the model's and the noise's."""


def predictions(centre: np.ndarray, sd: np.ndarray) -> Predictions:
    """Say of one property: centre and standard deviation on its scale, ``(n,)``."""
    low, high = (SCALE.inverse(centre + sign * 1.6448536 * sd)[:, None] for sign in (-1, 1))
    total = np.full((len(centre), 1), 7.0)  # in units: only its parts count
    return Predictions(SCALE.inverse(centre)[:, None], total, MODEL * total, NOISE * total, low, high)


def facts_of(campaign: SyntheticCampaign, away: np.ndarray | None = None, sd: float = 0.1, loop: int = 2) -> Facts:
    """Facts whose committee was wrong of every film by so much, on the property's scale, ``(n,)``."""
    films = measured_films(campaign.definition, campaign.records)
    truth = SCALE.forward(films.values[:, 0])
    away = np.zeros(len(truth)) if away is None else away
    said = predictions(truth - away, np.full(len(truth), sd))
    committee = SimpleNamespace(
        learned=(0,),
        target_scales=[SCALE],
        calibrations=[CALIBRATION],
        cross_validation=said,
        predict=lambda inputs: predictions(np.linspace(1.0, 2.0, len(inputs)), np.linspace(0.2, 0.4, len(inputs))),
    )
    last = [campaign.records.films[label].loop == loop for label in films.labels]
    promised = predictions((truth - away)[last], np.full(sum(last), sd))
    previous = SimpleNamespace(predict=lambda inputs: promised)
    return Facts(campaign.definition, campaign.records, Training(loop), cast(Any, committee), cast(Any, previous))


def campaign_with(*changes: Record) -> SyntheticCampaign:
    campaign = synthetic_campaign(TEXT, upto="loops", loops=2)
    campaign.add("changed", changes)
    return campaign


def measured(campaign: SyntheticCampaign) -> list[Measurement]:
    found = campaign.records.measurements.values()
    return [one for one in found if one.status is Status.OK and one.value is not None and one.sd is not None]


def check_of(facts: Facts, name: str) -> tuple[Verdict, str]:
    space = FeasibleSpace(facts.definition, FakeQuality(value=1.0))
    (found,) = [one for one in health_checks(facts, space) if one.name == name]
    return found.verdict, found.finding


def test_a_gain_is_the_models_part_over_the_batch_and_readings_scatter_by_their_median() -> None:
    facts = facts_of(campaign_with())
    (gain,) = gains(facts, np.zeros((5, 3)))
    scatter = [one.sd / one.value / 0.5 for one in measured(campaign_with()) if one.sd and one.value and one.n > 1]

    assert gain.expected == pytest.approx(MODEL * np.sqrt(np.mean(np.square([0.2, 0.25, 0.3, 0.35, 0.4]))))
    assert gain.source == "readings"
    assert gain.noise == pytest.approx(np.median(scatter))


def test_readings_that_are_bounds_or_all_alike_say_nothing_of_the_noise() -> None:
    # An instrument that rounds gives the same number again; a strip that did not break tells a bound.
    readings = measured(campaign_with())
    odd: list[Record] = [attrs.evolve(one, sd=0.0, n=3) for one in readings[:8]]
    odd += [attrs.evolve(one, status=Status.CENSORED, sd=5.0 * (one.value or 0), n=3) for one in readings[8:15]]
    even = [attrs.evolve(one, sd=0.05 * (one.value or 0), n=3) for one in readings[15:]]
    facts = facts_of(campaign_with(*odd, *even))
    (gain,) = gains(facts, np.zeros((2, 3)))

    assert len(even) < len(odd)
    assert gain.source == "readings"
    assert gain.noise == pytest.approx(0.05 / 0.5)  # a relative error, over the spread of the logarithms


def test_without_scatter_of_readings_the_noise_is_the_models() -> None:
    plain = [attrs.evolve(one, sd=None, n=1) for one in measured(campaign_with())]
    (gain,) = gains(facts_of(campaign_with(*plain)), np.zeros((2, 3)))
    assert gain.source == "model"
    assert gain.noise == pytest.approx(NOISE * np.sqrt((0.2**2 + 0.4**2) / 2))


@pytest.mark.parametrize(("sizes", "told"), [([2, 3], True), ([4], True), ([2, 2], False), ([3], False)])
def test_repeats_scatter_by_what_is_pooled_within_recipes(sizes: Sequence[int], told: bool) -> None:
    before = campaign_with()
    labels = iter([one.film for one in measured(before)])
    alike: list[Record] = []
    groups = []
    for size in sizes:
        first, *others = group = [next(labels) for _ in range(size)]
        # A person may write the same recipe in another order, and leave out what is not in the film.
        asked = before.records.films[first].asked
        same = Composition({name: share for name, share in reversed(list(asked.items())) if share > 0})
        alike += [attrs.evolve(before.records.films[one], asked=same) for one in others]
        groups.append(SCALE.forward([before.records.measurements[one, "tensile_strength"].value or 0 for one in group]))
    (gain,) = gains(facts_of(campaign_with(*alike)), np.zeros((2, 3)))

    assert gain.source == ("repeats" if told else "readings")
    if told:
        pooled = sum(np.var(values) * len(values) for values in groups) / sum(len(values) - 1 for values in groups)
        assert gain.noise == pytest.approx(np.sqrt(pooled))


def test_doubts_are_counted_in_the_median_of_all_deviations() -> None:
    campaign = campaign_with()
    films = measured_films(campaign.definition, campaign.records).labels
    away = np.where(np.arange(len(films)) % 2, 0.1, -0.1)
    away[[2, 5, 7]] = [0.8, -0.9, 0.7]
    found = doubts(facts_of(campaign, away))

    assert [one.film for one in found] == [films[5], films[2]]  # 0.7 is below five deviations
    assert [one.deviations for one in found] == pytest.approx([9 / 1.4826, 8 / 1.4826], abs=0.01)


@pytest.mark.parametrize(("inside", "verdict"), [(1.0, Verdict.OK), (0.9, Verdict.OK), (0.5, Verdict.FAILED)])
def test_calibration_is_the_share_of_films_within_their_intervals(inside: float, verdict: Verdict) -> None:
    campaign = campaign_with()
    count = len(measured_films(campaign.definition, campaign.records).labels)
    wrong = round((1 - inside) * count)
    away = np.where(np.arange(count) < wrong, np.where(np.arange(count) % 2, 1.0, -1.0), 0.0)
    found, finding = check_of(facts_of(campaign, away), "calibration")

    assert found is verdict
    assert finding.startswith(f"{100 * (count - wrong) / count:.0f} % of held-out values")
    assert f"({count} films)" in finding


def test_the_share_explained_is_that_of_the_variance_on_the_scale() -> None:
    campaign = campaign_with()
    truth = SCALE.forward(measured_films(campaign.definition, campaign.records).values[:, 0])
    away = 0.3 * (truth - truth.mean())  # 0.09 of the variance is left
    assert check_of(facts_of(campaign, away), "predictable") == (
        Verdict.OK,
        "at least 91 % of every property's variance is explained, on the scale it is learned on",
    )
    away = truth - truth.mean() + 0.01
    verdict, finding = check_of(facts_of(campaign, away), "predictable")
    assert verdict is Verdict.FAILED and "tensile_strength not better than by their mean" in finding


@pytest.mark.parametrize(("factor", "verdict"), [(0.5, Verdict.OK), (1.4, Verdict.OK), (1.6, Verdict.FAILED)])
def test_the_scatter_of_readings_is_compared_with_that_of_earlier_loops(factor: float, verdict: Verdict) -> None:
    even = [
        # Fewer readings a film make the mean less sure; they do not scatter more for it.
        attrs.evolve(one, sd=0.05 * factor * one.value, n=2)
        if one.film.startswith("A02")
        else attrs.evolve(one, sd=0.05 * one.value, n=5)
        for one in measured(campaign_with())
        if one.value
    ]
    assert check_of(facts_of(campaign_with(*even)), "noise") == (
        verdict,
        f"readings of the last loop scatter {factor:.2f} times as much as those before",
    )


def test_a_film_whose_value_is_zero_has_no_relative_scatter() -> None:
    even: list[Record] = [attrs.evolve(one, sd=0.05 * (one.value or 0), n=3) for one in measured(campaign_with())]
    nothing = attrs.evolve(measured(campaign_with())[0], value=0.0, sd=0.4, n=3)
    verdict, finding = check_of(facts_of(campaign_with(*even, nothing)), "noise")
    assert verdict is Verdict.OK and "scatter 1.00 times as much" in finding


@pytest.mark.parametrize(
    ("usable", "inside", "verdict"),
    [(10, 10, Verdict.OK), (7, 7, Verdict.OK), (6, 10, Verdict.FAILED), (10, 6, Verdict.FAILED)],
)
def test_a_batch_keeps_its_promise_but_for_what_chance_may_do(usable: int, inside: int, verdict: Verdict) -> None:
    # Of ten films with a quality of 0.9 one may fail: 9 -+ 0.95, of which 2.576 are no accident, nor is half a film.
    campaign = campaign_with()
    labels = [label for label, film in campaign.records.films.items() if film.loop == 2]
    graded = [FilmGrade(label, Grade.A if number < usable else Grade.D) for number, label in enumerate(labels)]
    promised = [attrs.evolve(campaign.records.suggestions[label], quality=0.9) for label in labels]
    films = measured_films(campaign.definition, campaign.records).labels
    away = np.array([float(label in labels[inside:]) for label in films])

    assert check_of(facts_of(campaign_with(*graded, *promised), away), "promise") == (
        verdict,
        f"{usable} of 10 films are usable, 9.0 were expected; "
        f"{10 * inside} % of their values lie within the 90 % intervals promised",
    )


@pytest.mark.parametrize(
    ("held_out", "verdict"), [(0, Verdict.UNKNOWN), (9, Verdict.UNKNOWN), (10, Verdict.OK)], ids=str
)
def test_what_was_said_of_too_few_films_is_not_judged(held_out: int, verdict: Verdict) -> None:
    # A property of one value, or with bounds alone, has films but no held-out prediction.
    campaign = campaign_with()
    count = len(measured_films(campaign.definition, campaign.records).labels)
    away = np.where(np.arange(count) < held_out, 0.01, np.nan)
    facts = facts_of(campaign, away)

    assert check_of(facts, "calibration")[0] is verdict
    assert check_of(facts, "predictable")[0] is verdict


def test_no_share_is_told_of_values_that_were_promised_nothing() -> None:
    campaign = campaign_with()
    count = len(measured_films(campaign.definition, campaign.records).labels)
    verdict, finding = check_of(facts_of(campaign, np.full(count, np.nan)), "promise")
    assert verdict is Verdict.OK
    assert finding.endswith("were expected")


@pytest.mark.parametrize(("beyond", "verdict"), [(-0.9, Verdict.OK), (-1.1, Verdict.FAILED), (1.0, Verdict.OK)])
@pytest.mark.parametrize("usable", [0.3, 0.7])
def test_quality_is_told_if_no_worse_than_by_always_saying_the_same(
    beyond: float, verdict: Verdict, usable: float
) -> None:
    campaign = campaign_with()
    grades = list(campaign.records.grades)
    good = round(usable * len(grades))
    told = [FilmGrade(label, Grade.A if number < good else Grade.D) for number, label in enumerate(grades)]
    usual = max(good, len(grades) - good) / len(grades)
    accuracy = usual + beyond * np.sqrt(usual * (1 - usual) / len(grades))
    model = attrs.evolve(campaign.records.models["quality-02"], metrics={"accuracy": accuracy})

    assert check_of(facts_of(campaign_with(*told, model)), "quality") == (
        verdict,
        f"{100 * accuracy:.0f} % of held-out grades are told right; always saying the same, {100 * usual:.0f} %",
    )


@pytest.mark.parametrize("deviations", [-3.0, 0.0, 1.0, 4.0, 60.0])
def test_a_censored_value_is_the_mean_of_what_lies_beyond_its_bound(deviations: float) -> None:
    campaign = campaign_with()
    one = measured(campaign)[0]
    bound = float(SCALE.inverse(1.0 + 0.2 * deviations))  # the stand-in expects the first film at 1.0 -+ 0.2
    changed = campaign_with(attrs.evolve(one, status=Status.CENSORED, value=bound, sd=None, n=1))
    facts = facts_of(campaign)
    films = measured_films(campaign.definition, changed.records)
    filled = completed(films, facts.trained)

    lies = np.linspace(deviations, max(deviations, 0.0) + 12.0, 200_001)
    chance = np.exp(-0.5 * (lies**2 - max(deviations, 0.0) ** 2))
    expected = 1.0 + 0.2 * float((lies * chance).sum() / chance.sum())
    assert films.labels[0] == one.film
    assert SCALE.forward(filled[0, 0]) == pytest.approx(expected, abs=1e-3)
    assert filled[0, 0] >= bound
    np.testing.assert_array_equal(filled[1:], films.values[1:])
