"""Our whole stack against whole stacks of peers, learning the map of a table of finished experiments.

    python -m benchmarks.pool_stacks --table T.csv --inputs A,B --targets X,Y --peers paper,botorch --seeds 9 --json OUT

Model and rule both differ here: ours is the default rule with the learner of `benchmarks.active_learning`, peers are
those of `benchmarks.pool_peers`. All start with the same rows. A peer's acceleration factor is the number of films that
it needs for the error that ours has at the budget, over the budget. Peers go on to twice the budget; one that has not
got there by then counts with what it has made, so its factor is a lower bound.

OUT: ``{peer: {"acceleration", "acceleration_interval", "reached", "curve"}, "ours": {"curve"}}``; median over the
seeds with its 90 % interval by bootstrap, and the share of seeds in which the peer got there.
"""

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

import attrs
import numpy as np

from active_learning.acquisition import DEFAULT_RULE
from benchmarks.active_learning import SIZES, interval_of_median
from benchmarks.pool_campaign import LEARNERS, Campaign, Protocol, learn_the_map
from benchmarks.pool_peers import STACKS
from benchmarks.pool_tables import read_pool
from lab.errors import InvalidInputError


def films_needed(campaign: Campaign, error: float) -> float | None:
    """Return after how many films a campaign has an error for the first time, between its batches; None if never."""
    there = np.flatnonzero(campaign.value <= error)
    if len(there) == 0:
        return None
    after = int(there[0])
    if after == 0:
        return float(campaign.films[0])
    films, values = campaign.films[after - 1 : after + 1], campaign.value[after - 1 : after + 1]
    return float(films[0] + (films[1] - films[0]) * (values[0] - error) / (values[0] - values[1]))


def curve(campaigns: Sequence[Campaign]) -> list[list[float]]:
    """Return the median error over the films."""
    steps = min(len(one.films) for one in campaigns)
    heights = np.median([one.value[:steps] for one in campaigns], axis=0)
    return [[int(n), float(height)] for n, height in zip(campaigns[0].films[:steps], heights, strict=True)]


def main(arguments: Sequence[str] | None = None) -> None:
    """Run from the command line."""
    options = _parser().parse_args(arguments)
    peers = options.peers.split(",")
    unknown = [peer for peer in peers if peer not in STACKS]
    if unknown:
        raise InvalidInputError("peers", [f"{peer!r} is no peer; known: {', '.join(STACKS)}" for peer in unknown])
    table = read_pool(options.table, options.inputs.split(","), options.targets.split(","))
    start, batch, budget = SIZES["map"]
    ours = Protocol(DEFAULT_RULE, start, batch, budget, learner=options.learner)
    own: list[Campaign] = []
    theirs: dict[str, list[Campaign]] = {peer: [] for peer in peers}
    for seed in range(options.seeds):
        own.append(learn_the_map(table, ours, seed))
        for peer in peers:
            protocol = attrs.evolve(ours, rule=STACKS[peer], learner=peer, budget=2 * budget)
            theirs[peer].append(learn_the_map(table, protocol, seed))
            print(f"seed {seed} {peer}: {films_needed(theirs[peer][-1], own[-1].value[-1])} films", flush=True)
    results: dict[str, dict[str, object]] = {"ours": {"curve": curve(own)}}
    for peer, done in theirs.items():
        needed = [films_needed(one, our.value[-1]) for one, our in zip(done, own, strict=True)]
        factors = np.array(
            [
                (one.films[-1] if films is None else films) / our.films[-1]
                for films, one, our in zip(needed, done, own, strict=True)
            ]
        )
        results[peer] = {
            "acceleration": float(np.median(factors)),
            "acceleration_interval": interval_of_median(factors),
            "reached": float(np.mean([films is not None for films in needed])),
            "curve": curve(done),
        }
        print(f"{peer:10s} acceleration {np.median(factors):.2f} {interval_of_median(factors)}")
    if options.json:
        options.json.write_text(json.dumps(results, indent=1))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description="Compare whole stacks on a table of finished experiments.")
    parser.add_argument("--table", type=Path, required=True)
    parser.add_argument("--inputs", required=True, help="columns, separated by commas")
    parser.add_argument("--targets", required=True, help="columns, separated by commas; see name:log")
    parser.add_argument("--peers", default=",".join(STACKS))
    parser.add_argument("--learner", choices=LEARNERS, default=LEARNERS[0], help="ours")
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--json", type=Path)
    return parser


if __name__ == "__main__":
    main()
