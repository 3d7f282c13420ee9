"""Methods of inverse design side by side in the virtual lab: do films keep what designs promise?

    python -m benchmarks.inverse_design --materials 4 --trainings 5 --problems 40 --keep FOLDER --json OUT

For each training, films of random feasible recipes are made and graded; the usable ones are measured by the virtual
bench, noise and all, until there are 135 of 4 materials, or 300 of 10. A quality model learns from these grades and
those of a library, a property committee from the measured films. Problems take the truth at a
random usable recipe, so that an answer exists, and ask for what it does: see `benchmarks.design_problems` for their
kinds.

OUT, for each kind and method: the share of problems whose first design truly (without noise) meets all requirements and
is usable (with Wilson's 95 % interval), the same by how many of the usable recipes meet them and by the probability
that was stated for the first design, the same for any of its designs, the number of designs, seconds by the clock and
of the processor (medians), and how far stated probabilities are from the share of films that were then measured to meet
them (expected calibration error, ten bins), beside what exact promises would show by chance.

Methods: `filmlab` (sweep or climb, as the campaign's size says), `sweep`, `climb`, `paper` (Chen et al. 2024),
`botorch` and `pymoo` where they are installed. `--keep` keeps the outcomes of every training, so that a run that was
stopped goes on, and another method or kind is added without the rest.
"""

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.design_outcomes import PEERS, outcomes_of
from benchmarks.design_peers import have
from benchmarks.design_problems import KINDS
from benchmarks.design_scores import Outcome, summary
from benchmarks.design_worlds import FILMS


def main(arguments: Sequence[str] | None = None) -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description="Compare methods of inverse design in the virtual lab.")
    parser.add_argument("--materials", type=int, choices=sorted(FILMS), default=4)
    parser.add_argument("--trainings", type=int, default=5)
    parser.add_argument("--problems", type=int, default=40, help="problems a training and kind")
    parser.add_argument("--kinds", default=",".join(KINDS), help="kinds of problems")
    parser.add_argument("--films", type=int, help="measured films; by default 135 (4 materials) or 300 (10)")
    parser.add_argument("--epochs", type=int, default=400)
    parser.add_argument("--methods", default="filmlab,paper,botorch,pymoo")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--keep", type=Path, help="folder for the outcomes of every training")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args(arguments)
    methods = [method for method in options.methods.split(",") if method not in PEERS or have(method)]
    kinds = options.kinds.split(",")
    found: dict[str, dict[str, list[Outcome]]] = {kind: {method: [] for method in methods} for kind in kinds}
    for training in range(options.trainings):
        for kind, method, outcomes in outcomes_of(options, training, kinds, methods):
            found[kind][method] += outcomes
        print(f"training {training + 1} of {options.trainings} done", flush=True)
    results = {kind: {method: summary(done) for method, done in some.items()} for kind, some in found.items()}
    for kind, some in results.items():
        for method, numbers in some.items():
            print(kind, method, json.dumps(_rounded(numbers)))
    if options.json:
        options.json.write_text(json.dumps(results, indent=1))


def _rounded(numbers: Any) -> Any:
    if isinstance(numbers, dict):
        return {name: _rounded(value) for name, value in numbers.items()}
    if isinstance(numbers, tuple):
        return [_rounded(value) for value in numbers]
    return round(numbers, 3) if isinstance(numbers, float) else numbers


if __name__ == "__main__":
    main()
