"""Rules of acquisition side by side on a table of finished experiments.

    python -m benchmarks.active_learning --table T.csv --inputs A,B --targets X,Y --aim map
        --rules default,random,a-score --start 20 --batch 10 --budget 140 --seeds 20 --json OUT

The rows are the pool; their values are revealed as a rule chooses them, and the same committee learns from them,
whatever the rule. Aim "map": the error of that committee on a random 30 % of the rows that no rule can choose. All
rules of a seed share start, rows aside and seeds of training.

OUT: ``{rule: {"area_ratio", "area_ratio_interval", "af50", "curve": [[n, median error], ...]}}``. The area is that
under the error curve over the films, and its ratio to random's is taken seed by seed: median, and the 90 % interval of
the median by bootstrap.
"""

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.integrate import trapezoid

from active_learning.acquisition import DEFAULT_RULE
from benchmarks.pool_campaign import Campaign, Protocol, learn_the_map
from benchmarks.pool_tables import read_pool
from lab.seeds import generator

_RESAMPLES = 2_000


def area(campaign: Campaign) -> float:
    """Return the mean height of the error curve over the number of films."""
    return float(trapezoid(campaign.error, campaign.films) / (campaign.films[-1] - campaign.films[0]))


def interval_of_median(values: NDArray[np.float64]) -> tuple[float, float]:
    """Return the 90 % interval of the median by the percentile bootstrap."""
    drawn = generator(0, "bootstrap").choice(values, size=(_RESAMPLES, len(values)))
    low, high = np.quantile(np.median(drawn, axis=1), [0.05, 0.95])
    return float(low), float(high)


def summary(campaigns: Sequence[Campaign], random: Sequence[Campaign]) -> dict[str, Any]:
    """Return the numbers of one rule beside those of random choice, seed by seed."""
    ratios = np.array([area(one) / area(other) for one, other in zip(campaigns, random, strict=True)])
    steps = min(len(one.films) for one in campaigns)
    errors = np.median([one.error[:steps] for one in campaigns], axis=0)
    return {
        "area_ratio": float(np.median(ratios)),
        "area_ratio_interval": interval_of_median(ratios),
        "af50": None,
        "curve": [[int(n), float(e)] for n, e in zip(campaigns[0].films[:steps], errors, strict=True)],
    }


def main(arguments: Sequence[str] | None = None) -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--table", type=Path, required=True)
    parser.add_argument("--inputs", required=True, help="columns, separated by commas")
    parser.add_argument("--targets", required=True, help="columns, separated by commas; name:log for the logarithm")
    parser.add_argument("--aim", choices=["map"], default="map")
    parser.add_argument("--rules", default="default,random,a-score")
    parser.add_argument("--start", type=int, default=20)
    parser.add_argument("--batch", type=int, default=10)
    parser.add_argument("--budget", type=int, default=140)
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--members", type=int, default=10)
    parser.add_argument("--epochs", type=int, default=400)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args(arguments)
    table = read_pool(options.table, options.inputs.split(","), options.targets.split(","))
    rules = list(dict.fromkeys(["random", *options.rules.split(",")]))
    campaigns: dict[str, list[Campaign]] = {rule: [] for rule in rules}
    for seed in range(options.seeds):
        for rule in rules:
            protocol = Protocol(
                DEFAULT_RULE if rule == "default" else rule,
                options.start,
                options.batch,
                options.budget,
                options.members,
                options.epochs,
            )
            campaigns[rule].append(learn_the_map(table, protocol, seed))
            print(f"seed {seed} {rule}: area {area(campaigns[rule][-1]):.4f}", flush=True)
    results = {rule: summary(campaigns[rule], campaigns["random"]) for rule in rules}
    for rule, result in results.items():
        low, high = result["area_ratio_interval"]
        print(f"{rule:14s} area / random {result['area_ratio']:.3f} ({low:.3f} to {high:.3f})")
    if options.json:
        options.json.write_text(json.dumps(results, indent=1))


if __name__ == "__main__":
    main()
