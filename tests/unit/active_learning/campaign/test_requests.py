"""Work that people ask for becomes actions, until it is done, overtaken or withdrawn."""

from datetime import UTC, datetime

import pytest

from active_learning.campaign.actions import ActionKind
from active_learning.campaign.next_actions import next_actions
from active_learning.campaign.requests import (
    open_requests,
    request_simulations,
    request_training,
    withdraw_requests,
)
from active_learning.campaign.trainings import Training
from lab.errors import DuplicateRecordError, InvalidInputError, UnknownNameError
from lab.open_campaigns import OpenCampaign, open_campaign
from lab.records import Event, Model, ModelKind
from tests.factories import definition_text, fill_workspace, synthetic_campaign

SMALL = definition_text(["CNF", "MMT", "gelatin"], ["transmittance_vis"], step=0.25)
NAME = "mmt-cnf-tension-smoke-seed1"


@pytest.fixture
def campaign(tmp_path):
    """A campaign whose library is graded and whose first models are trained."""
    with open_campaign(fill_workspace(synthetic_campaign(SMALL, upto="library"), tmp_path / "lab")) as found:
        yield found


def asked_for(campaign: OpenCampaign) -> list[str]:
    actions = next_actions(campaign.definition, campaign.records())
    return [action.key for action in actions if action.why.endswith("asked for it")]


def trained(campaign: OpenCampaign, name: str) -> None:
    training = Training.named(name)
    event = Event(f"train:{name}", "tests", "tests", simulated=True, at=datetime.now(UTC))
    model = Model(training.quality, ModelKind.QUALITY, training.loop, 4, "0" * 64, "1" * 64)
    campaign.store.append(campaign.name, event, [model])


def test_a_training_is_asked_for_done_and_asked_for_again(campaign):
    assert asked_for(campaign) == []
    request_training(campaign, "Ada")
    assert asked_for(campaign) == ["train:loop-00-again-1"]
    with pytest.raises(DuplicateRecordError, match="asked for already"):
        request_training(campaign, "Bo")
    trained(campaign, "loop-00-again-1")
    assert asked_for(campaign) == []
    request_training(campaign, "Bo")
    assert asked_for(campaign) == ["train:loop-00-again-2"]


def test_a_training_of_the_plan_overtakes_one_that_was_asked_for(campaign):
    request_training(campaign, "Ada")
    trained(campaign, "loop-01")
    assert asked_for(campaign) == []
    assert open_requests(campaign.records()) == (), "no page says that it waits for a worker"
    request_training(campaign, "Ada")
    assert asked_for(campaign) == ["train:loop-01-again-1"]


def test_a_choice_waits_for_a_training_that_was_asked_for(campaign):
    assert [action.kind for action in next_actions(campaign.definition, campaign.records())] == [ActionKind.REVIEW]
    request_training(campaign, "Ada")
    request_simulations(campaign, [NAME], "Ada")
    kinds = [action.kind for action in next_actions(campaign.definition, campaign.records())]
    assert kinds == [ActionKind.TRAIN, ActionKind.SIMULATE]


def test_a_simulation_that_was_asked_for_keeps_nothing_waiting(campaign):
    request_simulations(campaign, [NAME], "Ada")
    kinds = [action.kind for action in next_actions(campaign.definition, campaign.records())]
    assert kinds == [ActionKind.REVIEW, ActionKind.SIMULATE]
    request_training(campaign, "Ada")
    assert asked_for(campaign) == ["train:loop-00-again-1", f"simulate:{NAME}"]


def test_a_simulation_that_is_done_is_asked_for_no_more(campaign):
    request_simulations(campaign, [NAME], "Ada")
    event = Event(f"simulate:{NAME}", "tests", "tests", simulated=True, at=datetime.now(UTC))
    campaign.store.append(campaign.name, event, [])
    assert open_requests(campaign.records()) == ()
    assert asked_for(campaign) == []
    with pytest.raises(InvalidInputError, match="done or asked for already"):
        request_simulations(campaign, [NAME], "Bo")


def test_models_of_a_training_once_more_are_newer(campaign):
    names = ["loop-03", "loop-03-again-1", "loop-03-again-2", "loop-03-definition-2", "loop-03-definition-2-again-1"]
    order = [Training.named(name) for name in [*names, "loop-04"]]
    assert order == sorted(order)
    assert [one.name for one in order] == [*names, "loop-04"]


def test_no_training_is_asked_for_before_the_library_is_graded(tmp_path):
    workspace = fill_workspace(synthetic_campaign(SMALL, upto="empty"), tmp_path / "lab")
    with open_campaign(workspace) as empty, pytest.raises(InvalidInputError, match="library comes first"):
        request_training(empty, "Ada")


def test_simulations_are_asked_for_and_withdrawn(campaign):
    other = "cnf-tension-smoke-seed1"
    request_simulations(campaign, [NAME, other], "Ada")
    assert asked_for(campaign) == [f"simulate:{NAME}", f"simulate:{other}"]
    with pytest.raises(InvalidInputError, match="asked for already"):
        request_simulations(campaign, [NAME], "Bo")
    waiting = open_requests(campaign.records())
    withdraw_requests(campaign, waiting, "Bo")
    assert asked_for(campaign) == []
    with pytest.raises(InvalidInputError, match="withdrawn already"):
        withdraw_requests(campaign, waiting, "Bo")
    request_simulations(campaign, [NAME, other], "Bo")
    assert len(asked_for(campaign)) == 2


@pytest.mark.parametrize("name", ["mmt-cnf", "wood-tension-demo-seed1", "cnf-twist-demo-seed1", "cnf-peel-long-seed1"])
def test_a_simulation_that_there_is_not_is_refused_at_once(campaign, name):
    with pytest.raises(UnknownNameError):
        request_simulations(campaign, [name], "Ada")
    assert asked_for(campaign) == []


def test_a_request_needs_a_name(campaign):
    with pytest.raises(InvalidInputError, match="name of who"):
        request_training(campaign, " ")


def test_nobody_else_than_the_computer_does_it(campaign):
    request_training(campaign, "Ada")
    request_simulations(campaign, [NAME], "Ada")
    kinds = {action.kind: action.who for action in next_actions(campaign.definition, campaign.records())}
    assert (kinds[ActionKind.TRAIN], kinds[ActionKind.SIMULATE]) == ("computer", "computer")
