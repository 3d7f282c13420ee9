"""Films that are made once more on purpose: doubtful values, and the noise that only repeats can tell."""

from collections import Counter

import numpy as np

from active_learning.campaign.batches import is_refused
from active_learning.campaign.reviews import latest_review
from active_learning.campaign.reviews.stopping import FEWEST_REPEATS
from lab.campaigns import CampaignDefinition
from lab.records import Purpose, Records, Status


def films_to_repeat(
    definition: CampaignDefinition, records: Records, most: int, rng: np.random.Generator
) -> tuple[str, ...]:
    """Return films to make once more, at most so many.

    Those whose values the newest review doubts come first. Further ones are drawn among measured films until there are
    twice as many repeats as the noise needs to be told.

    Args:
        definition: The campaign.
        records: Its records.
        most: Largest number of films.
        rng: Draws among films.
    """
    review = latest_review(records)
    if most < 1 or review is None:
        return ()
    proposed = [film for film in records.films.values() if film.purpose is not Purpose.LIBRARY]
    # A repeat that was refused is not proposed again, and tells no noise.
    times = Counter(film.repeated_by for film in proposed)
    wanted = Counter(film.repeated_by for film in proposed if not is_refused(film, records))
    doubted = dict.fromkeys(doubt.film for doubt in review.doubts)
    found = [label for label in doubted if label in records.films and times[records.films[label].repeated_by] == 1]
    repeated = sum(count - 1 for count in wanted.values())
    known = [label for label in _measured(definition, records) if times[records.films[label].repeated_by] == 1]
    others = [label for label in known if label not in found]
    needed = max(0, 2 * FEWEST_REPEATS - repeated - len(found))
    drawn = rng.permutation(len(others))[: min(needed, len(others))]
    return tuple([*found, *(others[row] for row in drawn)][:most])


def _measured(definition: CampaignDefinition, records: Records) -> list[str]:
    """Return the films of loops on which every property was measured."""
    found = records.measurements
    return [
        film.label
        for film in records.films.values()
        if film.purpose is Purpose.LOOP
        and all(
            (film.label, name) in found and found[film.label, name].status is Status.OK
            for name in definition.property_names
        )
    ]
