"""What the next batch is expected to tell, against what a repeat scatters: the evidence for stopping.

Where the models are surer of the next films than a second film of the same recipe would be of the first, making them
tells less than repeating others.
"""

from collections import defaultdict

import numpy as np

from active_learning.campaign.reviews.facts import Facts
from active_learning.campaign.reviews.on_scale import on_scale
from active_learning.campaign.reviews.review import Gain
from active_learning.learners import Values
from lab.records import Status
from lab.simplex import Fractions

FEWEST_REPEATS = 3
"""Degrees of freedom from repeated recipes below which they do not yet tell the noise."""
_LEAST_NOISE = 1e-3
"""Noise is at least this part of a property's spread, so that a noiseless property has a finite ratio."""


def gains(facts: Facts, batch: Fractions) -> tuple[Gain, ...]:
    """Return gain and noise of every learned property, for the recipes of the next batch ``(b, k)``."""
    if facts.committee is None or len(batch) == 0:
        return ()
    predicted = facts.committee.predict(batch)
    found = []
    for column, name in facts.learned:
        said = on_scale(facts.committee, column, predicted)
        noise, source = _noise(facts, column, float(np.sqrt((said.noise_sd**2).mean())))
        expected = float(np.sqrt((said.model_sd**2).mean()))
        if np.isfinite(expected) and np.isfinite(noise):
            found.append(Gain(name, expected, max(noise, _LEAST_NOISE), source))
    return tuple(found)


def _noise(facts: Facts, column: int, of_model: float) -> tuple[float, str]:
    """Return how far a repeat scatters, by the best source there is, and the name of the source."""
    repeated = _of_repeats(facts, column)
    if repeated is not None:
        return repeated, "repeats"
    read = _of_readings(facts, column)
    return (of_model, "model") if read is None else (read, "readings")


def _of_repeats(facts: Facts, column: int) -> float | None:
    """Return the pooled standard deviation among films that were asked for alike."""
    groups = defaultdict(list)
    for label, value in zip(facts.films.labels, facts.measured(column).tolist(), strict=True):
        if np.isfinite(value):
            groups[facts.records.films[label].repeated_by].append(value)
    repeated = [np.array(values) for values in groups.values() if len(values) > 1]
    degrees = sum(len(values) - 1 for values in repeated)
    if degrees < FEWEST_REPEATS:
        return None
    return float(np.sqrt(sum(((values - values.mean()) ** 2).sum() for values in repeated) / degrees))


def _of_readings(facts: Facts, column: int) -> float | None:
    """Return the median standard deviation of readings of one film: strips of a film differ as films do, or less."""
    name, scale = facts.definition.property_names[column], facts.trained.target_scales[column]
    found = [
        one.sd * float(np.ravel(scale.slope(np.array([one.value])))[0])
        for (_, prop), one in facts.records.measurements.items()
        if prop == name and one.status is Status.OK and one.value is not None and one.sd is not None and one.n > 1
    ]
    known: Values = np.array([sd for sd in found if np.isfinite(sd) and sd > 0])
    return float(np.median(known)) if len(known) else None
