"""Another material joins: what old films are worth, in the virtual lab.

    python -m benchmarks.expansion --seeds 3

A campaign of four materials measures 60 films; then chitosan joins with 90 graded films and 43 measured ones in batches
of ten, as in the reference work (which had measured 135 before). Printed is the mean relative error on usable films of
all five materials, as measured: of the old models, which never saw chitosan; of the extended campaign; and of one that
begins with the same new films and knows no old ones.
"""

import argparse
from collections.abc import Sequence

import attrs
import numpy as np

from active_learning.acquisition import AcquisitionContext, rule_named
from benchmarks.active_learning import interval_of_median
from benchmarks.campaign import TEST_FILMS
from benchmarks.virtual_campaign import OwnStack, VirtualCampaign
from lab.campaign_files import builtin_definition
from lab.campaigns import CampaignDefinition
from lab.seeds import generator
from lab.simplex import Fractions

GRADED, MEASURED, BATCH = 90, 43, 10


def with_new(wide: CampaignDefinition, seed: int, old: Fractions) -> Fractions:
    """Return the recipes with the new material that are graded, ``(90, 5)``."""
    recipes = wide.library()
    recipes = recipes[recipes[:, wide.material_names.index("chitosan")] > 0]
    context = AcquisitionContext(recipes, np.ones(len(recipes)), old)
    chosen: Fractions = rule_named("distance").choose(context, GRADED, generator(seed, "extend")).compositions
    return chosen


def errors(seed: int, before: int) -> tuple[float, float, float]:
    """Return the error before the extension, after it, and of a campaign without old films."""
    wide = builtin_definition("chen2024_chitosan")
    column = wide.material_names.index("chitosan")
    old_library = np.insert(builtin_definition("chen2024").library(), column, 0.0, axis=1)
    new_library = with_new(wide, seed, old_library)
    extended = VirtualCampaign(wide, OwnStack("default"), seed)
    extended.grade_library(old_library)
    recipes, truth = extended.test_films(TEST_FILMS)
    absent = attrs.evolve(wide.ranges[column], upper=0.0)
    ranges = tuple(absent if i == column else item for i, item in enumerate(wide.ranges))
    extended.choosing = attrs.evolve(wide, ranges=ranges)
    loop = _loops(extended, before, 1)
    at_first = extended.error(recipes, truth)
    extended.choosing = wide
    extended.grade_library(new_library, "M")
    _loops(extended, MEASURED, loop)
    alone = VirtualCampaign(wide, OwnStack("default"), seed)
    alone.grade_library(new_library, "M")
    _loops(alone, MEASURED, 1)
    return at_first, extended.error(recipes, truth), alone.error(recipes, truth)


def _loops(campaign: VirtualCampaign, films: int, first: int) -> int:
    """Measure films in batches, and return the number of the loop that would be next."""
    loop = first
    for start in range(0, films, BATCH):
        campaign.loop(loop, min(BATCH, films - start))
        loop += 1
    return loop


def main(arguments: Sequence[str] | None = None) -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description="Let chitosan join a campaign in the virtual lab.")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--before", type=int, default=60, help="films measured before chitosan joins")
    options = parser.parse_args(arguments)
    found = np.array([errors(seed, options.before) for seed in range(options.seeds)])
    for name, column in zip(("old models", "extended", "new films only"), found.T, strict=True):
        low, high = interval_of_median(column)
        print(f"{name:15s} {np.median(column):.3f} ({low:.3f} to {high:.3f})")


if __name__ == "__main__":
    main()
