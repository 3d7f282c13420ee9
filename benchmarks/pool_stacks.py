"""Our whole stack against whole stacks of peers, learning the map of a table of finished experiments.

    python -m benchmarks.pool_stacks --table T.csv --inputs A,B --targets X,Y --peers paper,botorch --seeds 9
        --runs stacks.jsonl --json OUT

Model and rule both differ here: ours is the default rule with the learner of `benchmarks.active_learning`, peers are
those of `benchmarks.pool_peers`. All start with the same rows. A peer's acceleration factor is the number of films that
it needs for the error that ours has at the budget, over the budget. Peers go on to twice the budget; one that has not
got there by then counts with what it has made, so its factor is a lower bound. ``--runs`` keeps the peers' finished
campaigns: the same command goes on where it was stopped, and ours alone is run anew. The error is taken on all rows, or
with ``--aside 0.3`` on a random 30 % that no stack can choose: of a small table half of the rows are made at the end,
and a model that follows their scatter seems good there.

OUT: ``{peer: {"acceleration", "acceleration_interval", "reached", "curve"}, "ours": {"curve"}}``; median over the
seeds with its 90 % interval by bootstrap, and the share of seeds in which the peer got there.
"""

import argparse
import json
from collections.abc import Callable, Sequence
from typing import Any

import attrs
import numpy as np

from active_learning.acquisition import DEFAULT_RULE
from benchmarks.active_learning import SIZES, interval_of_median
from benchmarks.error_curves import Curve, films_until, median_curve
from benchmarks.kept_runs import KeptRuns
from benchmarks.options import output, without_traceback
from benchmarks.pool_campaign import LEARNERS, Protocol, learn_the_map
from benchmarks.pool_checks import check_pool
from benchmarks.pool_peers import STACKS, check_installed
from benchmarks.pool_tables import PoolTable, add_table, asked_table
from lab.errors import InvalidInputError


def compare(
    table: PoolTable, ours: Protocol, peers: Sequence[str], seeds: int, kept: KeptRuns
) -> tuple[list[Curve], dict[str, list[Curve]]]:
    """Run ours and all peers on all seeds and return the curves of both."""
    own: list[Curve] = []
    theirs: dict[str, list[Curve]] = {peer: [] for peer in peers}
    for seed in range(seeds):
        own.append(learn_the_map(table, ours, seed).curve)
        for peer in peers:
            protocol = attrs.evolve(ours, rule=STACKS[peer], learner=peer, budget=2 * ours.budget)
            curve = kept.result(_settings(table, protocol, seed), _campaign(table, protocol, seed))
            theirs[peer].append(curve)
            print(f"seed {seed} {peer}: {films_until(curve, own[-1][-1][1]):.0f} films", flush=True)
    return own, theirs


def summary(theirs: Sequence[Curve], own: Sequence[Curve]) -> dict[str, Any]:
    """Return the numbers of one peer; ours has made its budget of films at the end of each curve."""
    needed = np.array([films_until(one, our[-1][1]) for one, our in zip(theirs, own, strict=True)])
    made = np.array([one[-1][0] for one in theirs])
    factors = np.minimum(needed, made) / np.array([our[-1][0] for our in own])
    return {
        "acceleration": float(np.median(factors)),
        "acceleration_interval": interval_of_median(factors),
        "reached": float(np.isfinite(needed).mean()),
        "curve": median_curve(theirs),
    }


def main(arguments: Sequence[str] | None = None) -> None:
    """Run from the command line."""
    options = _parser().parse_args(arguments)
    peers = options.peers.split(",")
    unknown = [peer for peer in peers if peer not in STACKS]
    if unknown:
        raise InvalidInputError("peers", [f"{peer!r} is no peer; known: {', '.join(STACKS)}" for peer in unknown])
    for peer in peers:
        check_installed(peer)  # what cannot run is told before hours of the others
    table = asked_table(options)
    ours = Protocol(DEFAULT_RULE, *SIZES["map"], learner=options.learner, aside=options.aside)
    check_pool(table, ours, options.seeds)
    own, theirs = compare(table, ours, peers, options.seeds, KeptRuns(options.runs))
    results = {peer: summary(done, own) for peer, done in theirs.items()}
    for peer, result in results.items():
        low, high = result["acceleration_interval"]
        print(f"{peer:10s} acceleration {result['acceleration']:.2f} ({low:.2f} to {high:.2f})")
    if options.json:
        options.json.write_text(json.dumps({"ours": {"curve": median_curve(own)}} | results, indent=1))


def _settings(table: PoolTable, protocol: Protocol, seed: int) -> dict[str, object]:
    columns = {"inputs": table.inputs.shape[1], "targets": [prop.name for prop in table.properties]}
    sizes = {"start": protocol.start, "batch": protocol.batch, "films": protocol.budget}
    aside = {"aside": protocol.aside} if protocol.aside else {}
    return {"table": table.name, **columns, "peer": protocol.learner, **sizes, **aside, "seed": seed}


def _campaign(table: PoolTable, protocol: Protocol, seed: int) -> Callable[[], Curve]:
    return lambda: learn_the_map(table, protocol, seed).curve


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description="Compare whole stacks on a table of finished experiments.")
    add_table(parser)
    parser.add_argument("--peers", default=",".join(STACKS))
    parser.add_argument("--learner", choices=LEARNERS, default=LEARNERS[0], help="ours")
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--runs", type=output, help="file of finished campaigns of peers, read and added to")
    parser.add_argument("--json", type=output)
    return parser


if __name__ == "__main__":
    without_traceback(main)
