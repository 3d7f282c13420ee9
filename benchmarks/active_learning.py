"""Rules of acquisition side by side on a table of finished experiments.

    python -m benchmarks.active_learning --table T.csv --inputs A,B --targets X,Y --aim map
        --rules default,random,a-score --start 20 --batch 10 --budget 140 --seeds 20 --json OUT

The rows are the pool; their values are revealed as a rule chooses them, and the same learner learns from them,
whatever the rule: Gaussian processes alone, or with ``--learner committee`` networks beside them. All rules of a seed
share start and seeds of training.

* Aim "map": the error of the learner on all rows, or with ``--aside 0.3`` on a random 30 % that no rule can choose.
* Aim "goal": the share found of the best 5 % of the rows by the (only) target; high values are good, or low ones of
  ``name:min``.

OUT: ``{rule: {"area_ratio", "area_ratio_interval", "af50", "af50_interval", "curve": [[n, median value], ...]}}``.
"area_ratio" is the area under the error curve over the films, divided by random's, seed by seed. "af50" is the number
of films that random choice is expected to need for half of the best rows, divided by the number that the rule needed; 0
if it did not find them within the budget. Both are medians over the seeds, with the 90 % interval of the median by
bootstrap; what belongs to the other aim is null.
"""

import argparse
import json
from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy.integrate import trapezoid

from active_learning.acquisition import DEFAULT_GOAL_RULE, DEFAULT_RULE
from benchmarks.error_curves import median_curve
from benchmarks.options import output, rule_fault, without_traceback
from benchmarks.pool_campaign import LEARNERS, Campaign, Protocol, best_rows, learn_the_map, reach_the_goal
from benchmarks.pool_checks import HINT, pool_faults, tell
from benchmarks.pool_tables import PoolTable, add_table, asked_table
from lab.arrays import Array
from lab.errors import InvalidInputError
from lab.seeds import generator

RESAMPLES = 2_000

SIZES = {"map": (20, 10, 140), "goal": (10, 5, 120)}
"""Films at the start, in a batch and in all, where the command does not say: a goal is looked for in small steps."""


def area(campaign: Campaign) -> float:
    """Return the mean height of the curve over the number of films."""
    if len(campaign.films) == 1:  # all recipes of the pool were among the first films
        return float(campaign.value[0])
    return float(trapezoid(campaign.value, campaign.films) / (campaign.films[-1] - campaign.films[0]))


def acceleration(campaign: Campaign, table: PoolTable) -> float:
    """Return how many times fewer films than random choice half of the best rows took; 0 if they were not found.

    Random choice without replacement finds the k-th of a good rows among N after ``k (N + 1) / (a + 1)`` films on
    average.
    """
    best = best_rows(table)
    half = -(-len(best) // 2)
    found = np.flatnonzero(np.cumsum(np.isin(campaign.order, best)) >= half)
    if len(found) == 0:
        return 0.0
    by_chance = half * (len(table.inputs) + 1) / (len(best) + 1)
    return by_chance / (int(found[0]) + 1)


def interval_of_median(values: Array) -> tuple[float, float]:
    """Return the 90 % interval of the median by the percentile bootstrap; values may be infinite."""
    drawn = generator(0, "bootstrap").choice(values, size=(RESAMPLES, len(values)))
    low, high = np.quantile(np.median(drawn, axis=1), [0.05, 0.95], method="nearest")
    return float(low), float(high)


def summary(measure: str, values: Sequence[float], campaigns: Sequence[Campaign]) -> dict[str, Any]:
    """Return the numbers of one rule: the measure's median over the seeds and the median curve."""
    numbers = {
        measure: float(np.median(values)),
        f"{measure}_interval": interval_of_median(np.array(values)),
        "curve": median_curve([one.curve for one in campaigns]),
    }
    return {"area_ratio": None, "area_ratio_interval": None, "af50": None, "af50_interval": None} | numbers


def compare(table: PoolTable, aim: str, protocols: dict[str, Protocol], seeds: int) -> dict[str, dict[str, Any]]:
    """Run all rules on all seeds; ``protocols`` has one for "random"."""
    run = learn_the_map if aim == "map" else reach_the_goal
    campaigns: dict[str, list[Campaign]] = {rule: [] for rule in protocols}
    for seed in range(seeds):
        for rule, protocol in protocols.items():
            campaigns[rule].append(run(table, protocol, seed))
            print(f"seed {seed} {rule}: area {area(campaigns[rule][-1]):.4f}", flush=True)
    if aim == "goal":
        return {
            rule: summary("af50", [acceleration(one, table) for one in done], done) for rule, done in campaigns.items()
        }
    random = [area(one) for one in campaigns["random"]]
    return {
        rule: summary("area_ratio", [area(one) / base for one, base in zip(done, random, strict=True)], done)
        for rule, done in campaigns.items()
    }


def main(arguments: Sequence[str] | None = None) -> None:
    """Run from the command line."""
    options = _parser().parse_args(arguments)
    protocols = protocols_of(options)
    faults = option_faults(options, protocols)
    try:
        table = asked_table(options)
    except InvalidInputError as error:
        raise InvalidInputError(error.what, [*error.faults, *faults], hint=error.hint) from error
    if faults := [*faults, *table_faults(options, table, protocols)]:
        raise InvalidInputError("command", faults, hint=HINT)
    tell(table, protocols["random"])
    results = compare(table, options.aim, protocols, options.seeds)
    measure = "area_ratio" if options.aim == "map" else "af50"
    for rule, result in results.items():
        low, high = result[f"{measure}_interval"]
        print(f"{rule:14s} {measure} {result[measure]:.3f} ({low:.3f} to {high:.3f})")
    if options.json:
        options.json.write_text(json.dumps(results, indent=1))


def protocols_of(options: argparse.Namespace) -> dict[str, Protocol]:
    """Return how each rule runs, by its name in the command; "random" is always among them."""
    default = DEFAULT_RULE if options.aim == "map" else DEFAULT_GOAL_RULE
    size = zip((options.start, options.batch, options.budget), SIZES[options.aim], strict=True)
    start, batch, budget = (usual if asked is None else asked for asked, usual in size)
    learner = (options.learner, options.members, options.epochs, options.aside)
    return {
        rule: Protocol(default if rule == "default" else rule, start, batch, budget, *learner)
        for rule in dict.fromkeys(["random", *options.rules.split(",")])
    }


def option_faults(options: argparse.Namespace, protocols: dict[str, Protocol]) -> list[str]:
    """Return what is wrong with a command, whatever the table holds."""
    goal = options.aim == "goal"
    rules = [str(protocol.rule) for protocol in protocols.values()]
    faults = [fault for rule in rules if (fault := rule_fault(rule, goal=goal))]
    if goal and options.aside:
        faults.append("rows are set aside to test a map on; the aim 'goal' looks among all of them")
    if options.epochs < 1 or options.members < 2:
        faults.append("epochs are at least 1, members at least 2")
    return faults


def table_faults(options: argparse.Namespace, table: PoolTable, protocols: dict[str, Protocol]) -> list[str]:
    """Return why a command cannot run on this table."""
    several = options.aim == "goal" and len(table.properties) > 1
    return [
        *(["the aim 'goal' takes one target"] if several else []),
        *pool_faults(table, protocols["random"], options.seeds),
    ]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description="Compare rules of acquisition on a table of finished experiments.")
    add_table(parser)
    parser.add_argument("--aim", choices=["map", "goal"], default="map")
    parser.add_argument("--rules", default="default,random,a-score")
    parser.add_argument("--start", type=int, help="films at random to begin with; 20, for a goal 10")
    parser.add_argument("--batch", type=int, help="films a batch; 10, for a goal 5")
    parser.add_argument("--budget", type=int, help="films in all; 140, for a goal 120")
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--learner", choices=LEARNERS, default=LEARNERS[0])
    parser.add_argument("--members", type=int, default=10, help="of a committee")
    parser.add_argument("--epochs", type=int, default=400, help="of a committee")
    parser.add_argument("--json", type=output)
    return parser


if __name__ == "__main__":
    without_traceback(main)
