"""Methods of inverse design side by side in the virtual lab: do films keep what designs promise?

    python -m benchmarks.inverse_design --trainings 5 --problems 40 --methods sweep,climb,paper --json OUT

For each training, films of random feasible recipes are measured by the virtual bench, noise and all, and a quality
model and a property committee learn from them. A problem takes the truth at a random usable recipe, so that an answer
exists, and asks for four of seven properties: one at least, one at most, and two within a quarter of a standard
deviation (over the usable recipes) of that truth, with a slack of a tenth for the one-sided ones.

OUT, for each method: the share of problems whose first design truly (without noise) meets all requirements and is
usable, the same for any of its designs, the number of designs, CPU seconds (median), and how far stated probabilities
are from the share of films that were then measured to meet them (expected calibration error over ten bins).
"""

import argparse
import json
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import attrs
import numpy as np
from numpy.typing import NDArray

from active_learning.feasible import FeasibleSpace
from active_learning.inverse_design import DesignCandidate, design
from lab import library
from lab.bench import MadeFilm
from lab.campaign_files import builtin_definition
from lab.campaigns import CampaignDefinition
from lab.compositions import Composition, Fractions
from lab.grades import Grade
from lab.records import FilmGrade, Measurement, Status
from lab.requirements import Requirement
from lab.seeds import derived_seed, generator
from lab.virtual.bench import VirtualBench
from lab.virtual.film_world import FilmWorld
from models.committee import PropertyCommittee, fit_committee
from models.quality import fit_quality

ASKED = (
    "transmittance_vis",
    "transmittance_uv",
    "residual_ratio",
    "tensile_strength",
    "fracture_strain",
    "youngs_modulus",
    "toughness",
)
"""Properties that problems ask for."""

_SLACK = 0.1
_HALF_RANGE = 0.25
_AREA = 50.0
"""Casting area of a film, cm2."""


@attrs.frozen(eq=False)
class Laboratory:
    """The virtual lab with models that learned in it."""

    definition: CampaignDefinition
    world: FilmWorld
    bench: VirtualBench
    space: FeasibleSpace
    committee: PropertyCommittee
    films: Fractions
    answers: Fractions
    """Recipes that truly give a usable film and that the quality model knows as such."""

    def usable(self, compositions: Fractions) -> NDArray[np.bool_]:
        """Return which recipes truly give a usable film."""
        usable = self.definition.quality.usable
        return np.array([grade in usable for grade in self.world.grades(compositions)])

    def truth(self, compositions: Fractions) -> dict[str, NDArray[np.float64]]:
        """Return true properties without noise."""
        mass = self.definition.measured_casting.solids / _AREA
        return dict(self.world.truth(compositions, self.definition.attributes, areal_mass=mass))

    def measured(self, composition: Fractions, label: str) -> dict[str, float]:
        """Return what the bench measures on a film; a test that failed is missing."""
        film = _made(self.definition, composition, label)
        taken = self.bench.measure([(film, FilmGrade(label, Grade.A))])
        return {m.property_name: m.value for m in taken if m.status is Status.OK and m.value is not None}


def laboratory(seed: int, films: int, epochs: int) -> Laboratory:
    """Measure random feasible films and learn from them."""
    definition = builtin_definition()
    world = FilmWorld([item.material for item in definition.ranges], definition.property_names, definition.world)
    bench = VirtualBench(definition, seed)
    recipes, grades = zip(*library.published_grades(), strict=True)
    graded = np.array([recipe.vector(definition.material_names) for recipe in recipes])
    space = FeasibleSpace(definition, fit_quality(graded, grades, definition.quality.usable, seed=seed))
    candidates = space.candidates(definition.quality.loop_threshold)
    chosen = candidates[generator(seed, "films").choice(len(candidates), films, replace=False)]
    measurements = [
        bench.measure([(_made(definition, one, f"F{row}"), FilmGrade(f"F{row}", Grade.A))])
        for row, one in enumerate(chosen)
    ]
    values, sds = (np.array([[_number(m, name) for m in film] for film in measurements]) for name in ("value", "sd"))
    committee = fit_committee(
        chosen, values, sds, definition.properties, members=definition.committee.members, epochs=epochs, seed=seed
    )
    likely = space.candidates(definition.quality.design_threshold)
    truly = np.array([grade in definition.quality.usable for grade in world.grades(likely)])
    return Laboratory(definition, world, bench, space, committee, chosen, likely[truly])


def _number(measurement: Measurement, field: str) -> float:
    value = getattr(measurement, field)
    return np.nan if value is None or measurement.status is not Status.OK else value


def _made(definition: CampaignDefinition, composition: Fractions, label: str) -> MadeFilm:
    named = Composition.from_vector(definition.material_names, composition)
    exact = tuple((name, 0.0) for name in definition.material_names)
    solids = definition.measured_casting.solids
    return MadeFilm(label, named, exact, solids, _AREA, tuple(definition.attributes.items()))


def problem(lab: Laboratory, rng: np.random.Generator) -> list[Requirement]:
    """Return requirements that the truth at some usable recipe meets."""
    truth = lab.truth(lab.answers)
    row = int(rng.integers(len(lab.answers)))
    names = rng.choice(ASKED, size=4, replace=False).tolist()
    sides = [(-_SLACK, np.inf), (-np.inf, _SLACK), (-_HALF_RANGE, _HALF_RANGE), (-_HALF_RANGE, _HALF_RANGE)]
    return [
        Requirement(name, truth[name][row] + low * sd, truth[name][row] + high * sd, name)
        for name, (low, high) in zip(names, sides, strict=True)
        for sd in [float(truth[name].std())]
    ]


@attrs.frozen
class Outcome:
    """What became of one method's answer to one problem."""

    first: bool
    any: bool
    designs: int
    seconds: float
    promises: tuple[tuple[float, bool], ...]
    """Stated probability of each design, and whether the film measured for it kept it."""


def outcome(lab: Laboratory, requirements: Sequence[Requirement], method: str, label: str) -> Outcome:
    """Design, look at the truth, and make and measure every design."""
    start = time.process_time()
    found = design(requirements, lab.definition, lab.committee, lab.space, lab.films, top=5, seed=1, method=method)
    seconds = time.process_time() - start
    if len(found) == 0:
        return Outcome(False, False, 0, seconds, ())
    true = [_truly(lab, one, requirements) for one in found]
    kept = tuple((one.probability, _kept(lab, one, requirements, f"{label}-{i}")) for i, one in enumerate(found))
    return Outcome(true[0], any(true), len(found), seconds, kept)


def _truly(lab: Laboratory, one: DesignCandidate, requirements: Sequence[Requirement]) -> bool:
    truth = lab.truth(one.composition[None])
    meets = all(requirement.met_by(float(truth[requirement.name][0])) for requirement in requirements)
    return meets and bool(lab.usable(one.composition[None])[0])


def _kept(lab: Laboratory, one: DesignCandidate, requirements: Sequence[Requirement], label: str) -> bool:
    measured = lab.measured(one.composition, label)
    meets = all(requirement.met_by(measured.get(requirement.name, np.nan)) for requirement in requirements)
    return meets and bool(lab.usable(one.composition[None])[0])


def calibration_error(promises: Sequence[tuple[float, bool]]) -> float:
    """Return the expected calibration error over ten equal bins (Naeini, Cooper and Hauskrecht, AAAI 2015)."""
    stated, kept = np.array(promises, dtype=float).T
    bins = np.minimum((10 * stated).astype(int), 9)
    gaps = [(bins == one).sum() * abs(stated[bins == one].mean() - kept[bins == one].mean()) for one in np.unique(bins)]
    return float(sum(gaps) / len(stated))


def summary(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """Return the numbers of one method."""
    promises = [promise for one in outcomes for promise in one.promises]
    return {
        "problems": len(outcomes),
        "first": float(np.mean([one.first for one in outcomes])),
        "any": float(np.mean([one.any for one in outcomes])),
        "designs": float(np.mean([one.designs for one in outcomes])),
        "seconds": float(np.median([one.seconds for one in outcomes])),
        "stated": float(np.mean([stated for stated, _ in promises])) if promises else None,
        "kept": float(np.mean([kept for _, kept in promises])) if promises else None,
        "calibration_error": calibration_error(promises) if promises else None,
    }


def main(arguments: Sequence[str] | None = None) -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description="Compare methods of inverse design in the virtual lab.")
    parser.add_argument("--trainings", type=int, default=5)
    parser.add_argument("--problems", type=int, default=40, help="problems a training")
    parser.add_argument("--films", type=int, default=135)
    parser.add_argument("--epochs", type=int, default=400)
    parser.add_argument("--methods", default="sweep,climb,paper")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args(arguments)
    outcomes: dict[str, list[Outcome]] = {method: [] for method in options.methods.split(",")}
    for training in range(options.trainings):
        lab = laboratory(derived_seed(options.seed, "training", training), options.films, options.epochs)
        rng = generator(options.seed, "problems", training)
        for number in range(options.problems):
            requirements = problem(lab, rng)
            for method, done in outcomes.items():
                done.append(outcome(lab, requirements, method, f"{method}-{number}"))
        print(f"training {training} of {options.trainings} done", flush=True)
    results = {method: summary(done) for method, done in outcomes.items()}
    for method, numbers in results.items():
        print(method, {name: round(value, 3) for name, value in numbers.items() if value is not None})
    if options.json:
        options.json.write_text(json.dumps(results, indent=1))


if __name__ == "__main__":
    main()
