"""What a deck plan says of its steps."""

import attrs
import pytest

from robot_protocols.plans import DeckPlan
from tests.unit.robot_protocols.examples import four_film_plan


def _numbered_on(plan: DeckPlan, by: int) -> DeckPlan:
    """The plan with later step numbers, as those of a plan that goes on with a deck."""
    passes = tuple(
        attrs.evolve(item, strokes=tuple(attrs.evolve(one, step=one.step + by) for one in item.strokes))
        for item in plan.passes
    )
    return attrs.evolve(
        plan, passes=passes, mixings=tuple(attrs.evolve(one, step=one.step + by) for one in plan.mixings)
    )


@pytest.mark.parametrize("by", [0, 100])
def test_the_time_left_begins_with_all_of_it_whatever_the_first_step_is(by: int) -> None:
    plan = _numbered_on(four_film_plan(), by)
    steps = list(plan.film_of_step)
    assert steps == list(range(1 + by, 1 + by + len(steps)))
    left = [plan.minutes_after(step) for step in [0, *steps]]
    assert left[0] == plan.minutes and left[-1] == 0.0
    assert left == sorted(left, reverse=True) and len(set(left)) == len(left)


def test_every_film_of_a_deck_has_steps() -> None:
    plan = four_film_plan()
    assert set(plan.film_of_step.values()) == {film.order.label for film in plan.films}
