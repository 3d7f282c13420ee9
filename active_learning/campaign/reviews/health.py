"""Health checks before a suggestion is trusted.

After the cards of Ax (ax/analysis/healthcheck): a loop should say when it should not be trusted.
"""

import numpy as np

from active_learning.campaign.reviews.facts import Facts
from active_learning.campaign.reviews.reach import goal_checks
from active_learning.campaign.reviews.review import Check, Doubt, Verdict
from active_learning.feasible import FeasibleSpace
from active_learning.learners import Values
from lab.errors import NoRecipeError
from lab.intervals import NOMINAL_COVERAGE
from lab.records import Measurement, Purpose, Status

FEWEST = 10
"""Films below which properties and calibration are not judged."""
_SURE = 2.576
"""Standard deviations beyond which a share is no accident: two-sided 99 % of the normal distribution."""
_DOUBTFUL = 5.0
"""Standard deviations beyond which a measured value is doubted: residuals have longer tails than the normal ones."""
_NORMAL_MAD = 1.4826
"""Standard deviation of a normal distribution over its median absolute deviation."""
_NOISE_GROWN = 1.5


def health_checks(facts: Facts, space: FeasibleSpace) -> tuple[Check, ...]:
    """Return all checks, in the order in which a fault would spread."""
    return (
        _feasible(facts, space),
        _quality(facts),
        _predictable(facts),
        _calibration(facts),
        _noise(facts),
        _promise(facts),
        *goal_checks(facts, space),
    )


def doubts(facts: Facts) -> tuple[Doubt, ...]:
    """Return the measured values that the other films speak against, the least believable first.

    Deviations are counted in their own median, as one wild value makes the models think that all measurements scatter.
    """
    if facts.committee is None or len(facts.films.labels) < FEWEST:
        return ()
    found = []
    for column, name in facts.learned:
        held_out = facts.held_out(column)
        away = np.abs(facts.measured(column) - held_out.centre) / held_out.sd
        away /= max(_NORMAL_MAD * float(np.nanmedian(away)), 1e-9)
        rows = np.flatnonzero(np.nan_to_num(away) > _DOUBTFUL)
        found += [Doubt(facts.films.labels[row], name, round(float(away[row]), 2)) for row in rows]
    return tuple(sorted(found, key=lambda doubt: (-doubt.deviations, doubt.film, doubt.property_name)))


def _feasible(facts: Facts, space: FeasibleSpace) -> Check:
    threshold = facts.definition.quality.loop_threshold
    try:
        left = len(space.candidates(threshold))
    except NoRecipeError as error:
        return Check("feasible", Verdict.FAILED, f"{error.message}; {error.hint}")
    share, batch = space.share(threshold), facts.definition.loop.batch
    finding = f"{left:,} recipes, {100 * share:.0f} % of all, reach the quality threshold of {threshold:g}"
    return Check("feasible", Verdict.OK if left >= batch else Verdict.FAILED, finding)


def _quality(facts: Facts) -> Check:
    metrics = facts.records.models[facts.training.quality].metrics
    accuracy = metrics.get("accuracy")
    grades = [grade.grade in facts.definition.quality.usable for grade in facts.records.grades.values()]
    if accuracy is None or len(grades) < FEWEST:
        return Check("quality", Verdict.UNKNOWN, f"{len(grades)} graded films are too few to tell")
    usual = max(np.mean(grades), 1 - np.mean(grades))
    finding = f"{100 * accuracy:.0f} % of held-out grades are told right; always saying the same, {100 * usual:.0f} %"
    # One standard error of a share: a model that is as good as a constant is not worse by accident.
    slack = np.sqrt(usual * (1 - usual) / len(grades))
    return Check("quality", Verdict.OK if accuracy >= usual - slack else Verdict.FAILED, finding)


def _predictable(facts: Facts) -> Check:
    count = len(facts.films.labels)
    if facts.committee is None or count < FEWEST:
        return Check("predictable", Verdict.UNKNOWN, f"{count} measured films are too few to tell")
    explained = {name: _explained(facts, column) for column, name in facts.learned}
    blind = [name for name, share in explained.items() if np.isfinite(share) and share <= 0]
    never = [name for name in facts.definition.property_names if name not in explained]
    if blind or never:
        parts = [f"{', '.join(blind)} not better than by their mean"] if blind else []
        parts += [f"{', '.join(never)} never measured"] if never else []
        return Check("predictable", Verdict.FAILED, "; ".join(parts))
    known = [share for share in explained.values() if np.isfinite(share)]
    if not known:
        return Check("predictable", Verdict.UNKNOWN, f"no property has {FEWEST} held-out values that differ")
    finding = (
        f"at least {100 * min(known):.0f} % of every property's variance is explained, on the scale it is learned on"
    )
    return Check("predictable", Verdict.OK, finding)


def _explained(facts: Facts, column: int) -> float:
    truth, said = facts.measured(column), facts.held_out(column).centre
    known = np.isfinite(truth) & np.isfinite(said)
    if known.sum() < FEWEST or np.ptp(truth[known]) == 0:
        return np.nan
    return 1.0 - float(((truth - said)[known] ** 2).mean() / truth[known].var())


def _calibration(facts: Facts) -> Check:
    count = len(facts.films.labels)
    if facts.committee is None or count < FEWEST:
        return Check("calibration", Verdict.UNKNOWN, f"{count} measured films are too few to tell")
    said = facts.committee.cross_validation
    share, count = _covered(facts.films.values, said.p05, said.p95)
    if count < FEWEST:
        return Check("calibration", Verdict.UNKNOWN, f"held-out values of {count} films are too few to tell")
    finding = f"{100 * share:.0f} % of held-out values lie within their 90 % intervals ({count} films)"
    as_promised = abs(share - NOMINAL_COVERAGE) <= _slack(count)
    return Check("calibration", Verdict.OK if as_promised else Verdict.FAILED, finding)


def _covered(values: Values, low: Values, high: Values) -> tuple[float, int]:
    """Return which share of values ``(n, p)`` lies within the intervals, and of how many films it could be told."""
    known = np.isfinite(values) & np.isfinite(low)
    share = float(((values >= low) & (values <= high))[known].mean()) if known.any() else np.nan
    return share, int(known.any(axis=1).sum())


def _slack(films: int) -> float:
    # Properties of one film go together, so films are counted, not values.
    return float(_SURE * np.sqrt(NOMINAL_COVERAGE * (1 - NOMINAL_COVERAGE) / films))


def _noise(facts: Facts) -> Check:
    last, names = facts.in_last_loop, facts.definition.property_names
    found = facts.records.measurements
    if facts.training.loop < 2 or not last.any() or last.all():
        return Check("noise", Verdict.UNKNOWN, "there is no earlier loop to compare the scatter of readings with")
    relative = np.array([[_scatter(found.get((label, name))) for name in names] for label in facts.films.labels])
    ratios = [_median(relative[last, c]) / _median(relative[~last, c]) for c in range(len(names))]
    known = [ratio for ratio in ratios if np.isfinite(ratio) and ratio > 0]
    if not known:
        return Check("noise", Verdict.UNKNOWN, "no readings with a scatter")
    grown = float(np.median(known))
    finding = f"readings of the last loop scatter {grown:.2f} times as much as those before"
    return Check("noise", Verdict.FAILED if grown > _NOISE_GROWN else Verdict.OK, finding)


def _scatter(found: Measurement | None) -> float:
    # Of single readings, not of their mean, which scatters more where a film gives fewer of them.
    if found is None or found.status is not Status.OK or not found.value or found.sd is None:
        return np.nan
    return found.sd / abs(found.value)


def _median(values: Values) -> float:
    known = values[np.isfinite(values) & (values > 0)]
    return float(np.median(known)) if len(known) else np.nan


def _promise(facts: Facts) -> Check:
    """Compare the last batch with what was promised of it: its properties, and how many of its films are usable."""
    loop = facts.training.loop
    films = [f.label for f in facts.records.films.values() if f.purpose is Purpose.LOOP and f.loop == loop]
    suggested = [facts.records.suggestions[label] for label in films if label in facts.records.suggestions]
    graded = [one for one in suggested if one.film in facts.records.grades]
    if loop < 1 or not graded:
        return Check("promise", Verdict.UNKNOWN, "no batch has been promised anything yet")
    usable = sum(facts.records.grades[one.film].grade in facts.definition.quality.usable for one in graded)
    expected = sum(one.quality for one in graded)
    variance = sum(one.quality * (1 - one.quality) for one in graded)
    kept = usable >= expected - _SURE * np.sqrt(variance) - 0.5
    finding = f"{usable} of {len(graded)} films are usable, {expected:.1f} were expected"
    rows = np.flatnonzero(facts.in_last_loop)
    if facts.previous is not None and len(rows):
        said = facts.previous.predict(facts.films.inputs[rows])
        share, count = _covered(facts.films.values[rows], said.p05, said.p95)
        if count:  # A value that is only a bound, or of a property not learned before, was promised nothing.
            finding += f"; {100 * share:.0f} % of their values lie within the 90 % intervals promised"
            kept = kept and share >= NOMINAL_COVERAGE - _slack(count)
    return Check("promise", Verdict.OK if kept else Verdict.FAILED, finding)
