"""Tasks of studies by their names."""

import pytest

from lab.errors import InvalidInputError, UnknownNameError
from md_sim.models import MODELS
from md_sim.studies import Task, tasks_of

FIELDS = [(model.name, field) for model in MODELS.values() for field in (None, *model.fields)]


@pytest.mark.parametrize(("model", "field"), FIELDS)
def test_a_task_is_found_by_its_name(model, field):
    (task,) = tasks_of("smoke", models=[model], tests=["peel"], seeds=[12], field=field)
    assert Task.named(task.name) == task


@pytest.mark.parametrize("name", ["", "mmt", "mmt-tension-smoke-seed", "mmt-tension-smoke-seed1-amber", "x/../y"])
def test_what_is_no_name_of_a_task_is_refused(name):
    with pytest.raises(UnknownNameError):
        Task.named(name)


def test_what_is_named_twice_is_done_once():
    tasks = tasks_of("smoke", models=["mmt", "mmt"], tests=["peel"], seeds=[3, 3])
    assert tasks == (Task("mmt", "peel", "smoke", 3),)


@pytest.mark.parametrize("seed", [-1, 2**63, 10**30])
def test_a_seed_that_no_record_can_hold_is_refused(seed):
    with pytest.raises(InvalidInputError, match=f"a seed of {seed} is not between"):
        tasks_of("smoke", models=["mmt"], tests=["peel"], seeds=[1, seed])
