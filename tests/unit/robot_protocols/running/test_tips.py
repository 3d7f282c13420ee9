"""Going on with tip racks that stand on the deck: `filmlab robot run --keep-racks`."""

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lab.errors import InvalidInputError
from robot_protocols.running.ledger import DeckState
from robot_protocols.running.loading import job_of, plan_inside
from robot_protocols.running.tips import with_free_tips
from tests.unit.robot_protocols.examples import four_film_plan, screening

JOB = job_of(four_film_plan(), screening())
RACKS = {model: JOB.deck.tip_places(model) for model in JOB.plan.tips}


@settings(max_examples=30)
@given(st.data())
def test_a_job_takes_the_first_tips_that_are_left_and_changes_nothing_else(data: st.DataObject):
    tips, pending, left = set(), set(), {}
    for model, places in RACKS.items():
        # About as many as are needed stay.
        spent = data.draw(st.integers(len(places) - JOB.plan.tips[model] - 3, len(places)))
        gone = data.draw(st.permutations(places))[:spent]
        tips |= set(gone[::2])
        pending |= set(gone[1::2])
        left[model] = [place for place in places if place not in gone]
    state = DeckState(tips=frozenset(tips), pending={"run-1": frozenset(pending)})
    short = [model for model, count in JOB.plan.tips.items() if len(left[model]) < count]
    if short:
        with pytest.raises(InvalidInputError) as error:
            with_free_tips(JOB, state)
        assert list(error.value.faults) == [
            f"deck-001 needs {JOB.plan.tips[model]} tips of {model}, {len(left[model])} are left on the deck"
            for model in short
        ]
        return
    job = with_free_tips(JOB, state)
    assert plan_inside(job.protocol) == job.plan
    for model, count in JOB.plan.tips.items():
        used = [item.tip for item in job.plan.passes if item.pipette == model]
        used += [mixing.tip for mixing in job.plan.mixings if mixing.pipette == model]
        assert used == left[model][:count]
    before, after = (
        attrs.evolve(
            plan,
            passes=tuple(attrs.evolve(item, tip=JOB.plan.passes[0].tip) for item in plan.passes),
            mixings=tuple(attrs.evolve(item, tip=JOB.plan.passes[0].tip) for item in plan.mixings),
        )
        for plan in (JOB.plan, job.plan)
    )
    assert after == before
