"""Methods of inverse design side by side in the virtual lab: do films keep what designs promise?

    python -m benchmarks.inverse_design --materials 4 --trainings 5 --problems 40 --json OUT

For each training, films of random feasible recipes are measured by the virtual bench, noise and all, and a quality
model and a property committee learn from them: 135 films of 4 materials, 300 of 10. A problem takes the truth at a
random usable recipe, so that an answer exists, and asks for four of seven properties: one at least, one at most, and
two within a range around that truth: a quarter of a standard deviation over the usable recipes each way, but no
narrower than what a measurement can verify (`--tight` leaves that out; see `benchmarks.design_worlds.problem`).

OUT, for each method: the share of problems whose first design truly (without noise) meets all requirements and is
usable, the same for any of its designs, the number of designs, seconds (median, wall clock), and how far stated
probabilities are from the share of films that were then measured to meet them (expected calibration error, ten bins).

Methods: `filmlab` (sweep or climb, as the campaign's size says), `sweep`, `climb`, `paper` (Chen et al. 2024),
`botorch` and `pymoo` where they are installed.
"""

import argparse
import json
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import attrs
import numpy as np

from active_learning.inverse_design import design
from benchmarks.design_peers import BoTorchDesigner, Designs, have, pymoo_design
from benchmarks.design_worlds import FILMS, Laboratory, laboratory, problem
from lab.compositions import Fractions
from lab.requirements import Requirement
from lab.seeds import derived_seed, generator

TOP = 5
PEERS = ("botorch", "pymoo")

Designer = Callable[[Sequence[Requirement]], Designs]


@attrs.frozen
class Outcome:
    """What became of one method's answer to one problem."""

    first: bool
    any: bool
    designs: int
    seconds: float
    promises: tuple[tuple[float, bool], ...]
    """Stated probability of each design, and whether the film measured for it kept it."""


def designer(lab: Laboratory, method: str) -> Designer:
    """Return a method as a function of the requirements; what a peer learns, it learns here."""
    if method == "botorch":
        learned = BoTorchDesigner.learn(lab)
        return lambda requirements: learned.design(requirements, TOP, 1)
    if method == "pymoo":
        return lambda requirements: pymoo_design(lab, requirements, TOP, 1)
    name = None if method == "filmlab" else method

    def ours(requirements: Sequence[Requirement]) -> Designs:
        found = design(requirements, lab.definition, lab.committee, lab.space, lab.films, top=TOP, seed=1, method=name)
        return [(one.composition, one.probability) for one in found]

    return ours


def outcome(lab: Laboratory, requirements: Sequence[Requirement], designs: Designer, label: str) -> Outcome:
    """Design, look at the truth, and make and measure every design."""
    start = time.perf_counter()
    found = designs(requirements)
    seconds = time.perf_counter() - start
    if not found:
        return Outcome(False, False, 0, seconds, ())
    true = [lab.meets(recipe, requirements) for recipe, _ in found]
    kept = tuple(
        (stated, _kept(lab, recipe, requirements, f"{label}-{row}")) for row, (recipe, stated) in enumerate(found)
    )
    return Outcome(true[0], any(true), len(found), seconds, kept)


def _kept(lab: Laboratory, recipe: Fractions, requirements: Sequence[Requirement], label: str) -> bool:
    measured = lab.measured(recipe, label)
    meets = all(requirement.met_by(measured.get(requirement.name, np.nan)) for requirement in requirements)
    return meets and bool(lab.usable(recipe[None])[0])


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
    parser.add_argument("--materials", type=int, choices=sorted(FILMS), default=4)
    parser.add_argument("--trainings", type=int, default=5)
    parser.add_argument("--problems", type=int, default=40, help="problems a training")
    parser.add_argument("--films", type=int, help="measured films; by default 135 (4 materials) or 300 (10)")
    parser.add_argument("--epochs", type=int, default=400)
    parser.add_argument("--methods", default="filmlab,paper,botorch,pymoo")
    parser.add_argument("--tight", action="store_true", help="ranges narrower than a measurement can verify")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args(arguments)
    methods = [method for method in options.methods.split(",") if method not in PEERS or have(method)]
    outcomes: dict[str, list[Outcome]] = {method: [] for method in methods}
    for training in range(options.trainings):
        seed = derived_seed(options.seed, "training", training)
        lab = laboratory(seed, options.films or FILMS[options.materials], options.epochs, options.materials)
        designers = {method: designer(lab, method) for method in methods}
        rng = generator(options.seed, "problems", training)
        for number in range(options.problems):
            requirements = problem(lab, rng, tight=options.tight)
            for method, done in outcomes.items():
                done.append(outcome(lab, requirements, designers[method], f"{method}-{number}"))
        print(f"training {training} of {options.trainings} done", flush=True)
        for method, done in outcomes.items():
            print("  ", method, _rounded(summary(done)), flush=True)
    results = {method: summary(done) for method, done in outcomes.items()}
    for method, numbers in results.items():
        print(method, _rounded(numbers))
    if options.json:
        options.json.write_text(json.dumps(results, indent=1))


def _rounded(numbers: dict[str, Any]) -> dict[str, float]:
    return {name: round(value, 3) for name, value in numbers.items() if value is not None}


if __name__ == "__main__":
    main()
