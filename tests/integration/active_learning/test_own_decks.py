"""A campaign with a deck of its own runs what it has planned, though the file is gone and the deck has changed."""

import shutil
from pathlib import Path

import attrs
import pytest

from active_learning.campaign.creating import create_campaign
from active_learning.campaign.work import work
from dashboard.views.robot import deck_view
from lab.bench import EquippedBench
from lab.open_campaigns import open_campaign
from lab.records import RunStatus
from lab.virtual.bench import VirtualBench
from lab.workspace import Workspace
from robot_protocols.decks import deck_named
from robot_protocols.fake_robot.virtual_robot import VirtualRobot
from tests.unit.robot_protocols.examples import own_deck

SMALL = (Path(__file__).parents[2] / "data" / "small.toml").read_text()

pytestmark = pytest.mark.robot


def test_a_load_is_run_on_the_deck_that_it_was_planned_for(tmp_path: Path) -> None:
    file = own_deck(tmp_path / "mine")
    planned = deck_named(file)
    text = SMALL.replace('"screening-24-well"', '"my-deck.toml"')
    create_campaign(tmp_path / "lab", text, 5, "tests", what="small", folder=file.parent)
    shutil.rmtree(file.parent)
    with open_campaign(Workspace.open(tmp_path / "lab")) as campaign:
        hands = EquippedBench(VirtualRobot(), VirtualBench(campaign.definition, campaign.seed))
        work(campaign, hands, max_actions=3)  # films are listed, a deck is planned, somebody signs for it
        assert campaign.records().deck_checks

        files = dict(campaign.definition.deck_files["my-deck.toml"])
        files["deck.toml"] = files["deck.toml"].replace("reserve = ", "reserve = 0.5 # was ")
        changed = attrs.evolve(campaign.definition, deck_files={"my-deck.toml": files})
        assert "was" in files["deck.toml"]
        work(attrs.evolve(campaign, definition=changed), hands, max_actions=1)

        records = campaign.records()
        assert records.runs["deck-001"].status is RunStatus.SUCCEEDED
        view = deck_view(records, "deck-001", campaign.artefacts.read)
        assert view is not None
        assert view.deck == planned
