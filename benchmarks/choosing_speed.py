"""How long does it take to choose 10 films from a million candidates?

    python -m benchmarks.choosing_speed [--rules default,ucb,a-score,distance] [--candidates 1000000] [--seed 7]

The committee learns from 135 films of the virtual lab before the clock starts. Rules that look for a good film look for
the best value of the first property. Printed are seconds by the clock and of the processor, each for the first time in
the process and again.
"""

import argparse
import time
from collections.abc import Sequence

import numpy as np

from active_learning.acquisition import DEFAULT_RULE, AcquisitionContext, BestOfProperty, RatedFilms, rule_named
from benchmarks.committee_speed import NOISE, films
from lab.seeds import generator
from lab.simplex import sample_uniform
from models.committee import fit_committee

BATCH = 10


def main(arguments: Sequence[str] | None = None) -> None:
    """Print a line for each rule."""
    parser = argparse.ArgumentParser(description="Time choosing from many candidates.")
    parser.add_argument("--rules", default="default,ucb,a-score,distance")
    parser.add_argument("--candidates", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args(arguments)
    points, values, properties = films(options.seed)
    committee = fit_committee(points, values, values * NOISE, properties, seed=options.seed)
    candidates = sample_uniform(generator(options.seed, "candidates"), options.candidates, points.shape[1])
    goal = BestOfProperty.among(values, 0, films=RatedFilms.of(points, values[:, 0]))
    print(f"{BATCH} films from {len(candidates):,}: seconds by the clock and of the processor")
    for name in options.rules.split(","):
        rule = rule_named(DEFAULT_RULE if name == "default" else name)
        told = []
        for _ in range(2):
            context = AcquisitionContext(candidates, np.ones(len(candidates)), points, committee, goal)
            began = (time.perf_counter(), time.process_time())
            chosen = rule.choose(context, BATCH, generator(options.seed, "choice", name))
            told.append(f"{time.perf_counter() - began[0]:6.2f} {time.process_time() - began[1]:6.2f}")
            assert len(chosen.indices) == BATCH
        print(f"{rule.name:<12} first {told[0]}   again {told[1]}", flush=True)


if __name__ == "__main__":
    main()
