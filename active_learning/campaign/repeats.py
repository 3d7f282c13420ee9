"""Films that are made once more on purpose: doubtful values, and the noise that only repeats can tell."""

from collections import Counter
from itertools import islice

import numpy as np

from active_learning.campaign.batches import is_refused
from active_learning.campaign.makeable import can_be_made_again
from active_learning.campaign.reviews import latest_review
from active_learning.campaign.reviews.stopping import FEWEST_REPEATS
from lab.campaigns import CampaignDefinition
from lab.records import Purpose, Records, Status


def films_to_repeat(
    definition: CampaignDefinition, records: Records, most: int, rng: np.random.Generator
) -> tuple[str, ...]:
    """Return films to make once more, at most so many.

    Those whose values the newest review doubts come first. Further ones are drawn among measured films until there are
    twice as many repeats as the noise needs to be told. What a person gave up is not made again, nor what cannot be.

    Args:
        definition: The campaign.
        records: Its records.
        most: Largest number of films.
        rng: Draws among films.
    """
    review = latest_review(records)
    if most < 1 or review is None:
        return ()
    can_be_made = can_be_made_again(definition)

    def may_be_repeated(label: str) -> bool:
        film = records.films[label]
        return times[film.repeated_by] == 1 and not is_refused(film, records) and can_be_made(film)

    proposed = [film for film in records.films.values() if film.purpose is not Purpose.LIBRARY]
    # A repeat that was refused is not proposed again, and tells no noise.
    times = Counter(film.repeated_by for film in proposed)
    wanted = Counter(film.repeated_by for film in proposed if not is_refused(film, records))
    doubted = dict.fromkeys(doubt.film for doubt in review.doubts)
    found = [label for label in doubted if label in records.films and may_be_repeated(label)]
    repeated = sum(count - 1 for count in wanted.values())
    others = [label for label in _measured(definition, records) if label not in found]
    known = [label for label in others if times[records.films[label].repeated_by] == 1]
    needed = max(0, 2 * FEWEST_REPEATS - repeated - len(found))
    drawn = (known[row] for row in rng.permutation(len(known)))
    return tuple([*found, *islice(filter(may_be_repeated, drawn), needed)][:most])


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
