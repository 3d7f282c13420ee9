"""How long does it take to explain all nine properties and quality of 135 films of four materials?

    python -m benchmarks.explain_speed --json OUT

The films are measured in the virtual lab; the committee learns from them before the clock starts. OUT holds wall-clock
and processor seconds for both questions, and the largest difference of the sum of the Shapley values from the
prediction, which is 0 but for rounding where they are exact.
"""

import argparse
import json
import time
from collections.abc import Sequence
from pathlib import Path

import attrs
import numpy as np

from active_learning.asking.explaining import BACKGROUND
from benchmarks.attributes import NINE
from benchmarks.design_worlds import laboratory
from lab.arrays import Array
from lab.seeds import generator
from models.explain import Question, background_films, shapley_values


def main(arguments: Sequence[str] | None = None) -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description="Time of explaining 135 films.")
    parser.add_argument("--films", type=int, default=135)
    parser.add_argument("--epochs", type=int, default=400)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args(arguments)
    lab = laboratory(options.seed, options.films, options.epochs)
    columns = [lab.definition.property_names.index(name) for name in NINE]
    committee, space = lab.committee, lab.space

    def asked(recipes: Array) -> Array:
        return np.column_stack([committee.predict(recipes).mean[:, columns], space.quality(recipes)])

    background = background_films(lab.films, BACKGROUND, generator(options.seed, "background"))
    results = {}
    for question in Question:
        start = (time.perf_counter(), time.process_time())
        found = shapley_values(asked, lab.films, background, question=question)
        wall, processor = time.perf_counter() - start[0], time.process_time() - start[1]
        rest = float(np.abs(found.values.sum(axis=1) + found.base - asked(lab.films)).max())
        results[str(question)] = attrs.asdict(Timing(wall, processor, rest))
        print(f"{question}: {wall:.1f} s, {processor:.1f} s of one processor; sums differ by at most {rest:.1e}")
    if options.json:
        options.json.write_text(json.dumps(results, indent=1))


@attrs.frozen
class Timing:
    """Seconds, and how exact the sums are."""

    seconds: float
    processor_seconds: float
    largest_rest: float


if __name__ == "__main__":
    main()
