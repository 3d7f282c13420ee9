"""Where do wrong first designs come from, and why are promises kept more often than stated? A look behind the scores.

    python -m benchmarks.design_misses [--trainings 10] [--problems 24] [--kind ranges] [--seed 611] [--keep FILE]

The problems of `benchmarks.inverse_design` with four materials, where every recipe of the lattice is looked at: the
first design is the one that the models hold for the most probable, so that no search can find a better one. Printed:

* how many first designs are wrong (`wrong`), and of these: how many are not usable (`unusable`), how many miss a
  property whose true value lies within `--surprise` SDs of the model of its mean (`told apart by none`), and how many
  one that lies farther off (`surprises`);
* the share of first designs that the models themselves expect to be right (`expected`), which no other choice among
  the same models can raise, and the highest probability of any recipe that is right over that of the wrong first
  design (`right over wrong`, median);
* the share of first designs that are right by other rules: `true`, the chance that the true values, not the measured
  ones, keep to the bounds; `networks` and `processes`, by one half of the models; `hedge`, by the mean of the two; and
  how often they are right where `now` is wrong, and wrong where it is right;
* of requirements with one bound and with two: the mean chance stated at first designs, the mean chance that a
  measurement there keeps to them, and the stated noise over the virtual lab's (median).

``--keep`` names a file that keeps what is done, so that a run that was stopped goes on.
"""

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import attrs
import numpy as np
from scipy.special import ndtr

from benchmarks.design_problems import KINDS, Problem, problem
from benchmarks.design_worlds import FILMS, Laboratory, laboratory
from benchmarks.kept_runs import KeptRuns
from lab.arrays import Array, Mask
from lab.requirements import Requirement
from lab.seeds import derived_seed, generator
from models.property_committee import PropertyCommittee

Case = dict[str, Any]

MATERIALS = 4
SURPRISE = 1.5
_NO_NOISE = 1e-9
_EPOCHS = 400


def main(arguments: Sequence[str] | None = None) -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description="Look behind wrong first designs in the virtual lab.")
    parser.add_argument("--trainings", type=int, default=10)
    parser.add_argument("--problems", type=int, default=24, help="problems a training")
    parser.add_argument("--kind", choices=KINDS, default="ranges")
    parser.add_argument("--films", type=int, default=FILMS[MATERIALS], help="measured films")
    parser.add_argument("--seed", type=int, default=611)
    parser.add_argument("--surprise", type=float, default=SURPRISE, help="SDs from which a true value is a surprise")
    parser.add_argument("--keep", type=Path, help="file of what is done")
    options = parser.parse_args(arguments)
    kept = KeptRuns(options.keep)
    cases: list[Case] = []
    for training in range(options.trainings):
        run = {name: getattr(options, name) for name in ("problems", "kind", "films", "seed")} | {"training": training}
        cases += kept.result(run, lambda run=run: _cases(run))  # type: ignore[misc]
        print(f"training {training + 1} of {options.trainings} done", flush=True)
    for line in report(cases, options.surprise):
        print(line)


def _cases(run: Mapping[str, Any]) -> list[Case]:
    lab = laboratory(derived_seed(run["seed"], "training", run["training"]), run["films"], _EPOCHS)
    rng = generator(run["seed"], "problems", run["kind"], run["training"])
    views = rules(lab.committee)
    return [case(lab, problem(lab, rng, run["kind"]), views) for _ in range(run["problems"])]


def rules(committee: PropertyCommittee) -> dict[str, PropertyCommittee]:
    """Return the models by whose probability recipes are ordered; ``now`` are those that designs go by."""

    def evolved(share: float) -> PropertyCommittee:
        shares = tuple(share if own > 0 else own for own in committee.shares)
        return attrs.evolve(committee, shares=shares)

    exact = tuple(attrs.evolve(one, noise=_NO_NOISE) for one in committee.calibrations)
    return {
        "now": committee,
        "true": attrs.evolve(committee, calibrations=exact),
        "networks": evolved(0.0),
        "processes": evolved(1.0),
    }


def case(lab: Laboratory, asked: Problem, views: Mapping[str, PropertyCommittee]) -> Case:
    """Return what is known of the first design for a problem."""
    rows = np.flatnonzero(lab.space.recipe_quality >= lab.definition.quality.design_threshold)
    recipes, usable = lab.space.recipes[rows], lab.space.usable_recipes(rows)
    lower, upper = _bounds(lab, asked.requirements)
    chances = {name: view.probability_within(recipes, lower, upper) * usable for name, view in views.items()}
    chances["hedge"] = (chances["networks"] + chances["processes"]) / 2
    truth, films = lab.truth(recipes), lab.usable(recipes)
    right = films & np.all([_met(one, truth[one.name]) for one in asked.requirements], axis=0)
    first = int(chances["now"].argmax())
    return {
        "right": {name: bool(right[chance.argmax()]) for name, chance in chances.items()},
        "expected": float(chances["true"][first]),
        "usable": bool(films[first]),
        "best right": float(chances["now"][right].max(initial=0.0) / chances["now"][first]),
        "requirements": [
            _requirement(lab, one, recipes[first], float(truth[one.name][first])) for one in asked.requirements
        ],
    }


def _requirement(lab: Laboratory, one: Requirement, recipe: Array, true: float) -> Case:
    column = lab.definition.property_names.index(one.name)
    predicted = lab.committee.predict(recipe[None], [column])
    mean, model, noise = (
        float(values[0, column]) for values in (predicted.mean, predicted.model_sd, predicted.noise_sd)
    )
    scatter = lab.repeatability[one.name] * true
    return {
        "bounds": int(np.isfinite(one.lower)) + int(np.isfinite(one.upper)),
        "met": one.met_by(true),
        "off": abs(true - mean) / model,
        "stated": float(lab.committee.probability_within(recipe[None], *_bounds(lab, [one]))[0]),
        "kept": float(ndtr((one.upper - true) / scatter) - ndtr((one.lower - true) / scatter)),
        "noise": noise / scatter,
    }


def _bounds(lab: Laboratory, requirements: Sequence[Requirement]) -> tuple[Array, Array]:
    names = lab.definition.property_names
    lower, upper = np.full(len(names), -np.inf), np.full(len(names), np.inf)
    for one in requirements:
        lower[names.index(one.name)], upper[names.index(one.name)] = one.lower, one.upper
    return lower, upper


def _met(one: Requirement, values: Array) -> Mask:
    met: Mask = (values >= one.lower) & (values <= one.upper)
    return met


def report(cases: Sequence[Case], surprise: float = SURPRISE) -> list[str]:
    """Return the printed lines about cases."""
    wrong = [one for one in cases if not one["right"]["now"]]
    missed = [[r["off"] > surprise for r in one["requirements"] if not r["met"]] for one in wrong if one["usable"]]
    ratio = np.median([one["best right"] for one in wrong]) if wrong else np.nan
    lines = [
        f"wrong {len(wrong)} of {len(cases)}: unusable {len(wrong) - len(missed)}, "
        f"told apart by none {sum(not any(off) for off in missed)}, surprises {sum(any(off) for off in missed)}",
        f"expected {np.mean([one['expected'] for one in cases]):.3f}, right over wrong {ratio:.2f}",
        "right by rule: "
        + ", ".join(
            f"{rule} {np.mean([one['right'][rule] for one in cases]):.3f}{_against(cases, rule)}"
            for rule in cases[0]["right"]
        ),
    ]
    for bounds in (1, 2):
        some = [r for one in cases for r in one["requirements"] if r["bounds"] == bounds]
        if some:
            stated, kept = (np.mean([r[name] for r in some]) for name in ("stated", "kept"))
            noise = np.median([r["noise"] for r in some])
            lines.append(f"bounds {bounds}: stated {stated:.3f}, kept {kept:.3f}, noise over the lab's {noise:.2f}")
    return lines


def _against(cases: Sequence[Case], rule: str) -> str:
    """Return how often a rule is right where ``now`` is wrong, and wrong where it is right: " (+3 -1)"."""
    pairs = [(one["right"][rule], one["right"]["now"]) for one in cases]
    won, lost = (sum(pair == kind for pair in pairs) for kind in ((True, False), (False, True)))
    return f" (+{won} -{lost})" if rule != "now" else ""


if __name__ == "__main__":
    main()
