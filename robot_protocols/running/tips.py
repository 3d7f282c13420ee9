"""Going on with tip racks that stand on the deck already."""

from collections.abc import Iterator

import attrs

from lab.errors import InvalidInputError
from robot_protocols.decks import Place
from robot_protocols.running.ledger import DeckState
from robot_protocols.running.loading import Job, job_of


def with_free_tips(job: Job, state: DeckState) -> Job:
    """Return a job that takes its tips from where the racks stand, and changes nothing else.

    Raises:
        InvalidInputError: If there are too few.
    """
    spent = state.tips.union(*state.pending.values())
    wanted = job.plan.tips
    free = {
        model: [place for place in job.deck.tip_places(model) if place not in spent]
        for model in (mounted.pipette.model for mounted in job.deck.pipettes)
    }
    faults = [
        f"{job.plan.label} needs {count} tips of {model}, {len(free.get(model, ()))} are left on the deck"
        for model, count in wanted.items()
        if len(free.get(model, ())) < count
    ]
    if faults:
        raise InvalidInputError("tips", faults, hint="put full racks on the deck and leave out --keep-racks")
    pools: dict[str, Iterator[Place]] = {model: iter(places) for model, places in free.items()}
    plan = attrs.evolve(
        job.plan,
        passes=tuple(attrs.evolve(item, tip=next(pools[item.pipette])) for item in job.plan.passes),
        mixings=tuple(attrs.evolve(item, tip=next(pools[item.pipette])) for item in job.plan.mixings),
    )
    return job_of(plan, job.deck)
