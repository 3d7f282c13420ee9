"""The joint probability of bounds beside draws of measurements from the model as it is told, by numpy alone."""

import attrs
import numpy as np
import pytest
import torch
from scipy.stats import norm, t

from lab.arrays import Array
from lab.library import property_named
from lab.seeds import generator
from lab.simplex import sample_uniform
from models.committee import PropertyCommittee, fit_committee
from models.network import forward

PROPERTIES = [
    property_named(name) for name in ("transmittance_vis", "tensile_strength", "fracture_strain", "toughness")
]
DRAWS = 20_000
FACTORS = (1.6, 0.5)
"""Of a calibration's model and noise: where both are 1, a wrong use of them would not be seen."""


def learned(films: int, materials: int) -> PropertyCommittee:
    rng = generator(films, "joint")
    points = sample_uniform(rng, films, materials)
    trend = points @ rng.normal(0.0, 2.0, (materials, len(PROPERTIES))) + 0.1 * rng.normal(size=(films, 4))
    targets = np.exp(trend)
    targets[:, 0] = 1 / (1 + np.exp(-trend[:, 0]))
    targets[rng.random(targets.shape) < 0.1] = np.nan
    found = fit_committee(points, targets, 0.05 * targets, PROPERTIES, members=4, epochs=60, seed=1)
    changed = (attrs.evolve(one, model=FACTORS[0], noise=FACTORS[1]) for one in found.calibrations)
    return attrs.evolve(found, calibrations=tuple(changed))


def measurements(committee: PropertyCommittee, point: Array, rng: np.random.Generator) -> Array:
    """Return draws of what a film of a recipe ``(k,)`` may measure, ``(draws, p)``: one member speaks for all."""
    scaled = torch.from_numpy(committee.input_scale(point[None]))
    means, noises = (
        found.numpy().reshape(-1, committee.members)
        for found in forward([one.double() for one in committee.parameters], scaled)
    )
    assert committee.processes is not None
    process, own = (found[:, 0].numpy() for found in committee.processes.predict(scaled))
    member, drawn = rng.integers(committee.members, size=DRAWS), np.empty((DRAWS, len(PROPERTIES)))
    for index, share in enumerate(committee.shares):
        calibration, apart = committee.calibrations[index], means[index].mean() - process[index]
        centre = process[index] + (1 - share) * apart
        members = np.sqrt(1 - share) * (means[index] - means[index].mean())
        rest = share * own[index] + share * (1 - share) * apart**2 + calibration.ignorance
        noise = (1 - share) * noises[index].mean() + share * committee.processes.noise[index].item()
        scatter = FACTORS[1] * (noise + calibration.known_noise) + FACTORS[0] * rest
        total = np.sqrt(scatter + FACTORS[0] * members.var(ddof=1))
        away = np.sqrt(FACTORS[0]) * members[member] + np.sqrt(scatter) * rng.normal(size=DRAWS)
        # Few films promise with Student's tails: as far out in its distribution as in the normal one.
        away = total * t.ppf(norm.cdf(away / total), calibration.degrees)
        drawn[:, index] = committee.target_scales[index].inverse(centre + away)
    return drawn


@pytest.mark.parametrize(("films", "materials"), [(6, 3), (30, 10), (60, 4)])
def test_all_bounds_are_kept_as_often_as_measurements_that_are_drawn_keep_to_them(films, materials):
    committee = learned(films, materials)
    rng = np.random.default_rng(films)
    for point in sample_uniform(rng, 5, materials):
        drawn = measurements(committee, point, rng)
        lower, upper = np.full(4, -np.inf), np.full(4, np.inf)
        for index in rng.choice(4, rng.integers(1, 5), replace=False):
            low, high = np.sort(np.quantile(drawn[:, index], rng.random(2)))
            kind = rng.integers(3)
            lower[index], upper[index] = low if kind < 2 else -np.inf, high if kind > 0 else np.inf
        kept = np.mean(((drawn >= lower) & (drawn <= upper)).all(axis=1))
        # Besides chance, Student's distances are exact to about 1 % with the fewest films.
        allowed = 4 * np.sqrt(max(kept * (1 - kept), 1e-3) / DRAWS) + (0.01 if films < 10 else 0.0)
        assert committee.probability_within(point[None], lower, upper)[0] == pytest.approx(kept, abs=allowed)
