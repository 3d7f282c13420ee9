"""Outcomes of one training: models learn, every method answers every problem, its designs are made and measured."""

import argparse
import json
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import attrs
import numpy as np

from active_learning.inverse_design import design
from benchmarks.design_peers import BoTorchDesigner, Designs, pymoo_design
from benchmarks.design_problems import Problem, problem
from benchmarks.design_scores import Outcome
from benchmarks.design_worlds import FILMS, Laboratory, laboratory
from lab.requirements import Requirement
from lab.seeds import derived_seed, generator
from lab.simplex import Fractions

TOP = 5
PEERS = ("botorch", "pymoo")

Designer = Callable[[Sequence[Requirement]], Designs]


def outcomes_of(
    options: argparse.Namespace, training: int, kinds: Sequence[str], methods: Sequence[str]
) -> Iterator[tuple[str, str, list[Outcome]]]:
    """Yield the outcomes of every kind of problem and method; those that are kept already are read.

    Args:
        options: Of the command, see `benchmarks.inverse_design`.
        training: Number of the training, from 0.
        kinds: Kinds of problems.
        methods: Names of methods.
    """
    lab: Laboratory | None = None
    for method in methods:
        answer: Designer | None = None
        for kind in kinds:
            kept = _kept_in(options, training, kind, method)
            if kept and kept.exists():
                yield kind, method, [_read(one) for one in json.loads(kept.read_text())]
                continue
            lab = lab or laboratory(
                derived_seed(options.seed, "training", training),
                options.films or FILMS[options.materials],
                options.epochs,
                options.materials,
            )
            answer = answer or designer(lab, method)
            rng = generator(options.seed, "problems", kind, training)
            problems = [problem(lab, rng, kind) for _ in range(options.problems)]
            done = [outcome(lab, one, answer, f"{method}-{kind}-{number}") for number, one in enumerate(problems)]
            if kept:
                kept.parent.mkdir(parents=True, exist_ok=True)
                kept.write_text(json.dumps([attrs.asdict(one) for one in done]))
            yield kind, method, done


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


def outcome(lab: Laboratory, asked: Problem, designs: Designer, label: str) -> Outcome:
    """Design, look at the truth, and make and measure every design."""
    start, processor_start = time.perf_counter(), time.process_time()
    found = designs(asked.requirements)
    seconds, processor = time.perf_counter() - start, time.process_time() - processor_start
    if not found:
        return Outcome(asked.share, False, False, 0, seconds, processor, ())
    true = [lab.meets(recipe, asked.requirements) for recipe, _ in found]
    kept = tuple(
        (stated, _keeps(lab, recipe, asked.requirements, f"{label}-{row}"))
        for row, (recipe, stated) in enumerate(found)
    )
    return Outcome(asked.share, true[0], any(true), len(found), seconds, processor, kept)


def _keeps(lab: Laboratory, recipe: Fractions, requirements: Sequence[Requirement], label: str) -> bool:
    measured = lab.measured(recipe, label)
    meets = all(requirement.met_by(measured.get(requirement.name, np.nan)) for requirement in requirements)
    return meets and bool(lab.usable(recipe[None])[0])


def _kept_in(options: argparse.Namespace, training: int, kind: str, method: str) -> Path | None:
    if options.keep is None:
        return None
    what = f"{options.materials}-{options.films or FILMS[options.materials]}-{options.epochs}-{options.seed}"
    return Path(options.keep) / f"{what}-{training}-{kind}-{options.problems}-{method}.json"


def _read(one: dict[str, object]) -> Outcome:
    promises = tuple((float(stated), bool(kept)) for stated, kept in one.pop("promises"))  # type: ignore[attr-defined]
    return Outcome(**one, promises=promises)  # type: ignore[arg-type]
