"""A small campaign that chooses the source of its gelatin with every recipe."""

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from active_learning.asking.attributes import attribute_columns
from active_learning.campaign.replaying import replay
from active_learning.campaign.trained_models import TrainedModels
from active_learning.campaign.training_data import measured_films
from active_learning.campaign.work import work
from cli.choices import suggest
from lab.open_campaigns import OpenCampaign, open_campaign
from lab.records import Purpose
from lab.store import Store
from lab.virtual.bench import VirtualBench
from lab.workspace import Workspace

SMALL = Path(__file__).parents[2] / "data" / "small.toml"
GELATIN = """material = "gelatin"
concentration = 20.0
volume = 190_000
dead_volume = 8_000
"""
SECOND = f"""
[[stocks]]
name = "fish-gelatin-20"
{GELATIN}attributes = {{ source = "fish" }}
"""

pytestmark = pytest.mark.robot


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return Workspace.create(tmp_path_factory.mktemp("varied"))


@pytest.fixture(scope="module")
def campaign(workspace: Workspace) -> Iterator[OpenCampaign]:
    text = SMALL.read_text().replace(GELATIN, f'{GELATIN}attributes = {{ source = "bovine" }}\n{SECOND}')
    text = text.replace('rule = "a-score"', 'rule = "default"\nvary = ["gelatin.source"]')
    with Store.open(workspace.database_url, create=True) as store:
        store.create_campaign("small", text, 5, "tests")
    with open_campaign(workspace) as opened:
        work(opened, VirtualBench(opened.definition, opened.seed))
        yield opened


def test_films_of_loops_are_of_both_sources_and_others_of_the_usual_one(campaign: OpenCampaign) -> None:
    films = campaign.records().films.values()
    sources = {purpose: {f.attributes["gelatin.source"] for f in films if f.purpose is purpose} for purpose in Purpose}
    assert sources[Purpose.LIBRARY] == {"bovine"}
    assert sources[Purpose.VERIFICATION] <= {"bovine"}
    assert sources[Purpose.LOOP] == {"bovine", "fish"}
    columns = attribute_columns([film.attributes for film in films])
    assert columns.names == ("gelatin.source",)


def test_the_committee_learns_the_source_and_takes_the_usual_one_where_none_is_said(campaign: OpenCampaign) -> None:
    records = campaign.records()
    _, committee = TrainedModels(campaign.artefacts).committee(records)
    films = measured_films(campaign.definition, records)
    assert films.inputs.shape[1] == committee.inputs == 5
    bovine = np.hstack([films.compositions, np.tile(committee.usual, (len(films.labels), 1))])
    np.testing.assert_array_equal(committee.predict(films.compositions).mean, committee.predict(bovine).mean)
    fish = np.hstack([films.compositions, np.tile(committee.usual[::-1], (len(films.labels), 1))])
    assert np.abs(committee.predict(fish).mean - committee.predict(bovine).mean).max() > 0
    low, high = np.array([0.2, 5.0]), np.full(2, np.inf)
    chance = committee.probability_within(films.compositions, low, high)
    logarithm, gradient = committee.log_probability_gradient(films.compositions, low, high)
    np.testing.assert_allclose(np.exp(logarithm), chance, rtol=1e-4)
    assert gradient.shape == films.compositions.shape


@pytest.mark.usefixtures("campaign")
def test_the_command_says_the_source_of_every_film(workspace: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    suggest(workspace.root, batch=3, rule="random", as_json=True)
    films = json.loads(capsys.readouterr().out)["suggestions"]
    assert {film["attributes"]["gelatin.source"] for film in films} <= {"bovine", "fish"}
    assert all(sum(film["composition"].values()) == pytest.approx(1) for film in films)
    suggest(workspace.root, batch=3, rule="random")
    assert capsys.readouterr().out.count("gelatin.source ") == 3


@pytest.mark.parametrize("loop", [1, 2])
def test_its_loops_are_derived_again_bit_for_bit(campaign: OpenCampaign, loop: int) -> None:
    assert replay(campaign, loop).differences == ()
