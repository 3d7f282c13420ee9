"""Whole campaigns in the virtual lab, rule by rule and stack by stack.

    python -m benchmarks.campaign --seeds 10 --rules default,random,a-score,paper,botorch --runs map.jsonl
    python -m benchmarks.campaign --aim goal --seeds 10 --rules default,random,a-score

* Aim "map": the mean relative error over the paper's nine properties on usable films that no campaign makes, as
  measured; how many films it takes to come down to 17 %, the final error of the reference work with 135 films, and to
  the final error here of the reference work's stack, ``paper`` (of ``a-score`` where that does not run); null in JSON
  where the films of ``--films`` do not suffice.
* Aim "goal": how many films it takes until one meets the campaign's wishes, each wish a campaign of its own, and which
  part of every rule's films the first rule needs.

All rules of a seed share library, quality model and test films. Medians over the seeds, with the 90 % interval of the
median by bootstrap. ``default`` is the rule of `active_learning.acquisition` for the aim; ``paper``, ``botorch`` and
``baybe`` are stacks of their own: they learn and choose. ``--runs`` keeps finished campaigns: the same command goes on
where it was stopped, and more seeds or rules are added to what is there.
"""

import argparse
import json
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from types import MappingProxyType
from typing import Any

import attrs
import numpy as np

from active_learning.learners import Values
from benchmarks.active_learning import RESAMPLES, interval_of_median
from benchmarks.error_curves import films_until, median_curve
from benchmarks.kept_runs import KeptRuns
from benchmarks.options import count, output, rule_fault, without_traceback
from benchmarks.peer_stacks import BaybeStack, BotorchStack, PaperStack
from benchmarks.virtual_campaign import OwnStack, Stack, VirtualCampaign
from lab.campaign_files import builtin_definition
from lab.campaigns import BY_AIM, CampaignDefinition, GoalRule
from lab.errors import InvalidInputError
from lab.seeds import generator

PAPER_ERROR = 0.17
"""Final mean relative error of the reference work, with 135 films (Chen et al. 2024)."""
TEST_FILMS = 150
PEERS: Mapping[str, Callable[[], Stack]] = MappingProxyType(
    {"paper": PaperStack, "botorch": BotorchStack, "baybe": BaybeStack}
)
"""Stacks that are not filmlab's, by name."""


def stack_named(name: str) -> Stack:
    """Return a stack: a peer's, or filmlab's with the rule of that name.

    Raises:
        OptionalPackageError: If the peer is not installed.
    """
    return PEERS[name]() if name in PEERS else OwnStack(name)


def check_rules(rules: Sequence[str], *, goal: bool) -> None:
    """Check that all stacks can run: what cannot is told before hours of the others.

    Raises:
        InvalidInputError: With every rule that there is not, or that looks for a goal where there is none.
        OptionalPackageError: If a peer is not installed.
    """
    ours = [rule for rule in rules if rule not in PEERS and rule != BY_AIM]
    faults = [fault for rule in ours if (fault := rule_fault(rule, goal=goal))]
    if faults:
        raise InvalidInputError("rules", faults)
    for rule in rules:
        stack_named(rule)


def learn_the_map(definition: CampaignDefinition, rule: str, seed: int, films: int) -> list[tuple[int, float]]:
    """Return films made and error after every loop."""
    campaign = VirtualCampaign(definition, stack_named(rule), seed)
    campaign.grade_library(definition.library())
    recipes, truth = campaign.test_films(TEST_FILMS)
    curve: list[tuple[int, float]] = []
    made = 0
    while made < films:
        size = min(definition.loop.batch, films - made)
        campaign.loop(len(curve) + 1, size)
        made += size
        curve.append((made, campaign.error(recipes, truth)))
    return curve


def reach_the_goal(definition: CampaignDefinition, rule: str, seed: int, films: int) -> int:
    """Return the number of films after which one meets the goal; twice the budget where none does."""
    campaign = VirtualCampaign(definition, stack_named(rule), seed)
    campaign.grade_library(definition.library())
    made, loop = 0, 0
    while made < films:
        size = min(definition.loop.batch, films - made)
        loop += 1
        campaign.loop(loop, size)
        made += size
        if campaign.goal_is_met():
            return made
    return 2 * films


def compare_maps(definition: CampaignDefinition, options: argparse.Namespace) -> dict[str, Any]:
    """Run all rules on all seeds and summarise the curves."""
    kept = KeptRuns(options.runs)
    curves: dict[str, list[list[tuple[int, float]]]] = {rule: [] for rule in options.rules}
    for seed in range(options.seeds):
        for rule in options.rules:
            began = time.perf_counter()
            run = {"aim": "map", "campaign": definition.name, "films": options.films, "rule": rule, "seed": seed}
            curve = kept.result(run, partial(learn_the_map, definition, rule, seed, options.films))
            curves[rule].append(curve)
            films, error = curve[-1]
            print(f"seed {seed} {rule}: {films} films, {error:.4f}, {time.perf_counter() - began:.0f} s", flush=True)
    reference = curves[reference_rule(options.rules)]
    return {rule: _map_summary(found, reference) for rule, found in curves.items()}


def reference_rule(rules: Sequence[str]) -> str:
    """Return the rule whose final error the others are to reach."""
    return next((rule for rule in ("paper", "a-score") if rule in rules), rules[-1])


def _map_summary(found: list[list[tuple[int, float]]], reference: list[list[tuple[int, float]]]) -> dict[str, Any]:
    final = np.array([curve[-1][1] for curve in found])
    to_paper = np.array([films_until(curve, PAPER_ERROR) for curve in found])
    pairs = zip(found, reference, strict=True)
    to_reference = np.array([films_until(curve, float(other[-1][1])) for curve, other in pairs])
    return {
        "final_error": float(np.median(final)),
        "final_error_interval": interval_of_median(final),
        "films_to_paper": _or_none(float(np.median(to_paper))),
        "films_to_reference": _or_none(float(np.median(to_reference))),
        "films_to_reference_interval": [_or_none(end) for end in interval_of_median(to_reference)],
        "curve": median_curve(found),
    }


def _or_none(films: float) -> float | None:
    """Return a number of films, or None for one that the budget does not reach: JSON has no infinity."""
    return films if np.isfinite(films) else None


def compare_goals(definition: CampaignDefinition, options: argparse.Namespace) -> dict[str, Any]:
    """Run all rules on all seeds and wishes and count films."""
    kept = KeptRuns(options.runs)
    found: dict[str, dict[str, list[int]]] = {rule: {} for rule in options.rules}
    for wish in definition.designs:
        goal = attrs.evolve(definition.loop, goal=GoalRule(require=wish.require), batch=options.batch)
        sought = attrs.evolve(definition, loop=goal)
        for seed in range(options.seeds):
            for rule in options.rules:
                run = {"aim": "goal", "campaign": definition.name, "films": options.films, "batch": options.batch}
                run |= {"wish": list(wish.require), "rule": rule, "seed": seed}
                films = kept.result(run, partial(reach_the_goal, sought, rule, seed, options.films))
                found[rule].setdefault(wish.name, []).append(films)
                print(f"seed {seed} {wish.name} {rule}: {films} films", flush=True)
    first = _all_films(found[options.rules[0]])
    return {rule: _goal_summary(counts, first) for rule, counts in found.items()}


def _all_films(counts: dict[str, list[int]]) -> Values:
    return np.array([films for wish in counts.values() for films in wish], dtype=float)


def _goal_summary(counts: dict[str, list[int]], first: Values) -> dict[str, Any]:
    every = _all_films(counts)
    share, low, high = share_of_films(first, every)
    return {
        "films": float(np.median(every)),
        "films_interval": interval_of_median(every),
        "mean_films": float(every.mean()),
        "share_of_first": share,
        "share_of_first_interval": (low, high),
        "by_wish": {wish: float(np.median(films)) for wish, films in counts.items()},
    }


def share_of_films(ours: Values, others: Values) -> tuple[float, float, float]:
    """Return which part of the others' films ours are, in sum over campaigns ``(n,)``, with its 90 % interval.

    The interval is that of the percentile bootstrap over campaigns, each with both of its numbers.
    """
    drawn = generator(0, "bootstrap").integers(len(ours), size=(RESAMPLES, len(ours)))
    low, high = np.quantile(ours[drawn].sum(axis=1) / others[drawn].sum(axis=1), [0.05, 0.95])
    return float(ours.sum() / others.sum()), float(low), float(high)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run from the command line."""
    options = _parser().parse_args(arguments)
    options.rules = list(dict.fromkeys(options.rules.split(",")))
    check_rules(options.rules, goal=options.aim == "goal")
    definition = builtin_definition(options.campaign)
    results = (compare_maps if options.aim == "map" else compare_goals)(definition, options)
    reference = reference_rule(options.rules)
    for rule, result in results.items():
        if options.aim == "map":
            told = partial(_told, options.films)
            (low, high), (least, most) = result["final_error_interval"], result["films_to_reference_interval"]
            print(
                f"{rule:10s} final error {result['final_error']:.4f} ({low:.4f} to {high:.4f}), "
                f"{told(result['films_to_paper'])} films to 17 %, {told(result['films_to_reference'])} "
                f"({told(least)} to {told(most)}) to the final error of {reference}"
            )
        else:
            (low, high), (least, most) = result["films_interval"], result["share_of_first_interval"]
            print(
                f"{rule:10s} {result['films']:.0f} films ({low:.0f} to {high:.0f}), mean {result['mean_films']:.1f}; "
                f"{options.rules[0]} needs {result['share_of_first']:.2f} ({least:.2f} to {most:.2f}) of them"
            )
    if options.json:
        options.json.write_text(json.dumps(results, indent=1))


def _told(budget: int, films: float | None) -> str:
    return f"over {budget}" if films is None else f"{films:.0f}"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description="Compare whole campaigns in the virtual lab.")
    parser.add_argument("--campaign", default="chen2024", help="built-in campaign")
    parser.add_argument("--aim", choices=["map", "goal"], default="map")
    parser.add_argument("--rules", default="default,random,a-score,paper,botorch")
    parser.add_argument("--films", type=count, default=135, help="budget")
    parser.add_argument("--batch", type=count, default=5, help="films a loop of a goal campaign")
    parser.add_argument("--seeds", type=count, default=10)
    parser.add_argument("--runs", type=output, help="file of finished campaigns, read and added to")
    parser.add_argument("--json", type=output)
    return parser


if __name__ == "__main__":
    without_traceback(main)
