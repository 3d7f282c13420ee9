"""A fourth material joins the small campaign while it runs."""

from collections.abc import Iterator
from pathlib import Path

import attrs
import pytest

import lab
from active_learning.asking.oracle import Oracle
from active_learning.campaign import work as work_module
from active_learning.campaign.actions import Action, ActionKind
from active_learning.campaign.choices import Chooser
from active_learning.campaign.doing.context import Outcome
from active_learning.campaign.doing.registry import DOERS
from active_learning.campaign.extending import extend
from active_learning.campaign.next_actions import next_actions
from active_learning.campaign.progress import Stage, loops_planned, stage_of
from active_learning.campaign.replaying import replay
from active_learning.campaign.trained_models import TrainedModels
from active_learning.campaign.work import work
from lab import people
from lab.campaign_files import parse_definition
from lab.errors import ChangedMeanwhileError, InvalidInputError, StoreError
from lab.open_campaigns import OpenCampaign, definition_files, open_campaign
from lab.records import Approval, Artefact, Deck, DishPosition, Purpose, Records, Verdict
from lab.store import Store
from lab.virtual.bench import VirtualBench
from lab.workspace import Workspace
from tests.factories import definition_text, fill_workspace, synthetic_campaign
from tests.learned import learned_workspace

SMALL = (Path(__file__).parents[2] / "data" / "small.toml").read_text()
CHITOSAN = """
[[stocks]]
name = "chitosan-10"
material = "chitosan"
concentration = 10.0
volume = 190_000
dead_volume = 8_000

[casting.library]"""
WIDER = (
    SMALL.replace("[materials.gelatin]", "[materials.gelatin]\n[materials.chitosan]")
    .replace("[casting.library]", CHITOSAN)
    .replace("loops = 2", "loops = 3")
    .replace("films = 6", "films = 9")
)

pytestmark = pytest.mark.robot


def worked(campaign: OpenCampaign, until: Stage | None = None, most: int | None = None) -> None:
    work(campaign, VirtualBench(campaign.definition, campaign.seed), until=until, max_actions=most)


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    workspace = Workspace.create(tmp_path_factory.mktemp("extended"))
    with Store.open(workspace.database_url, create=True) as store:
        store.create_campaign("small", SMALL, 5, "tests")
    with open_campaign(workspace) as campaign:
        with pytest.raises(InvalidInputError, match="library is not graded"):
            extend(campaign, WIDER, "tests")
        worked(campaign, Stage.LOOPS)
        with pytest.raises(InvalidInputError, match="material CNF is missing"):
            extend(campaign, WIDER.replace("CNF", "MMT"), "tests")
        with pytest.raises(InvalidInputError, match="'b-score' is no known acquisition rule"):
            extend(campaign, WIDER.replace("a-score", "b-score"), "tests")
        with pytest.raises(InvalidInputError, match="loop 2 is made already"):
            extend(campaign, WIDER.replace("loops = 3", "loops = 1"), "tests")
        extend(campaign, WIDER, "tests", films=4)
    with open_campaign(workspace) as campaign:
        worked(campaign)
    yield workspace


def test_the_new_material_is_graded_learned_and_suggested(workspace: Workspace) -> None:
    with open_campaign(workspace) as campaign:
        records = campaign.records()
        assert campaign.definition.material_names == ("CNF", "gelatin", "chitosan", "glycerol")
        library = [film for film in records.films.values() if film.purpose is Purpose.LIBRARY]
        joined = [film for film in library if film.asked.get("chitosan", 0) > 0]
        assert [film.label for film in joined] == ["L013", "L014", "L015", "L016"]
        assert all(film.label in records.grades for film in library)
        assert records.models["quality-02-definition-2"].films == 12 + 6 + 4
        assert records.models["properties-02-definition-2"].films == records.models["properties-02"].films
        assert records.models["properties-03"].films > records.models["properties-02"].films
        committee = TrainedModels(campaign.artefacts).at(records, "properties-03")
        assert committee is not None
        assert committee.inputs == 4
        assert {one.loop for one in records.suggestions.values()} == {1, 2, 3}
        assert stage_of(campaign.definition, records) is Stage.DONE
        assert next_actions(campaign.definition, records) == []


def test_suggestions_from_before_and_after_are_derived_again(workspace: Workspace) -> None:
    with open_campaign(workspace) as campaign:
        assert [replay(campaign, loop).differences for loop in (2, 3)] == [(), ()]


@pytest.mark.parametrize("verdict", [None, Verdict.APPROVED, Verdict.REFUSED])
def test_a_loop_whose_films_are_all_refused_is_not_under_way(verdict: Verdict | None, tmp_path: Path) -> None:
    made = synthetic_campaign(SMALL, upto="loops", loops=1)
    last = next(film for film in made.records.films.values() if film.loop == 1)
    made.add("suggest:2", [attrs.evolve(last, label="A02-01", loop=2)])
    if verdict is not None:
        made.add("decide", [Approval("A02-01", verdict)])
    with open_campaign(fill_workspace(made, tmp_path / "lab")) as campaign:
        if verdict is Verdict.REFUSED:
            assert "chitosan" in extend(campaign, WIDER, "tests", films=2).material_names
        else:
            with pytest.raises(InvalidInputError, match="loop 2 is under way"):
                extend(campaign, WIDER, "tests", films=2)


def test_a_threshold_that_no_recipe_reaches_is_lowered_before_the_first_loop(tmp_path: Path) -> None:
    workspace = fill_workspace(synthetic_campaign(SMALL, upto="library"), tmp_path / "lab")
    with open_campaign(workspace) as campaign:
        lower = SMALL.replace("loop_threshold = 0.3", "loop_threshold = 0.1")
        assert extend(campaign, lower, "tests", films=0).quality.loop_threshold == 0.1
    with open_campaign(workspace) as campaign:
        (training,) = next_actions(campaign.definition, campaign.records())
        assert training.key == "train:loop-00-definition-2"
        worked(campaign, most=3)
        records = campaign.records()
        assert [film.loop for film in records.films.values() if film.purpose is Purpose.LOOP] == [1, 1, 1]
        assert replay(campaign, 1).differences == ()


def test_a_loop_of_another_batch_is_counted_by_its_films(tmp_path: Path) -> None:
    workspace = fill_workspace(synthetic_campaign(SMALL, upto="loops", loops=1), tmp_path / "lab")
    with open_campaign(workspace) as campaign:
        made = len([film for film in campaign.records().films.values() if film.loop == 1])
        extend(campaign, SMALL.replace("batch = 3", "batch = 1").replace("loops = 2", "loops = 9"), "tests", films=0)
    with open_campaign(workspace) as campaign:
        assert made == 3 and loops_planned(campaign.definition, campaign.records()) == 1 + 3


def test_a_worker_does_nothing_by_a_definition_that_was_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The models of the campaign are none: there is nothing to review.
    monkeypatch.setattr(work_module, "DOERS", {**DOERS, ActionKind.REVIEW: lambda *_: Outcome((), "test")})
    workspace = fill_workspace(synthetic_campaign(SMALL, upto="library"), tmp_path / "lab")
    lower = SMALL.replace("loop_threshold = 0.3", "loop_threshold = 0.1")

    def somebody_extends(action: Action, records: Records) -> None:
        with open_campaign(workspace) as theirs:
            extend(theirs, lower, "tests", films=0)

    with open_campaign(workspace) as campaign:
        with pytest.raises(ChangedMeanwhileError, match="was extended while it was open"):
            work(campaign, None, before=somebody_extends)
        assert list(campaign.records().events)[-1] == "extend:2"
    with open_campaign(workspace) as campaign:
        assert work(campaign, None, max_actions=1).done == 1


def test_an_extension_takes_notice_of_what_is_recorded_at_the_same_moment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_campaign(fill_workspace(synthetic_campaign(SMALL, upto="library"), tmp_path / "lab")) as campaign:

        def somebody_is_quicker(name: str, text: str) -> Artefact:
            people.add_film(campaign, "M1", next(iter(campaign.records().films.values())).asked, "Ben")
            return put(name, text)

        put = campaign.artefacts.put
        monkeypatch.setattr(type(campaign.artefacts), "put", lambda self, *given: somebody_is_quicker(*given))
        with pytest.raises(ChangedMeanwhileError, match="before add-film:M1 was recorded"):
            extend(campaign, SMALL, "tests", films=0)
        assert not definition_files(campaign.records())


def test_a_wish_that_joins_before_another_gets_designs_of_its_own(tmp_path: Path) -> None:
    workspace = learned_workspace(tmp_path / "lab")
    with open_campaign(workspace) as campaign:
        text, before = campaign.store.campaigns()[0].definition_toml, dict(campaign.records().designs)
        first = '[[designs]]\nname = "any"\nrequire = ["transmittance_vis >= 1 %"]\nmake = 1\n\n[[designs]]'
        extend(campaign, text.replace("[[designs]]", first, 1), "tests", films=0)
    with open_campaign(workspace) as campaign:
        work(campaign, None, max_actions=2)
        records = campaign.records()
    (label,) = [label for label, design in records.designs.items() if design.request == "any"]
    assert label not in before
    assert {label: records.designs[label] for label in before} == before


def test_a_wish_that_was_answered_stays_as_it_is(tmp_path: Path) -> None:
    made = synthetic_campaign(SMALL, upto="finished", loops=1)
    with open_campaign(fill_workspace(made, tmp_path / "lab")) as campaign:
        with pytest.raises(InvalidInputError, match="the wish 'clear' has been answered"):
            extend(campaign, SMALL.replace("transmittance_vis >= 60 %", "transmittance_vis >= 70 %"), "tests", films=0)
        extend(campaign, SMALL, "tests", films=0)


def test_the_file_of_another_campaign_is_refused(tmp_path: Path) -> None:
    other = definition_text(["CNF", "gelatin"], ["tensile_strength"]).replace('name = "small"', 'name = "other"')
    made = synthetic_campaign(other.replace('"other"', '"small"'), upto="loops", loops=1)
    with open_campaign(fill_workspace(made, tmp_path / "lab")) as campaign:
        campaign.store.create_campaign("other", other, 7, "tests")
        with pytest.raises(InvalidInputError, match="the file is that of campaign other, not of small"):
            extend(campaign, other, "tests", films=0)
        assert extend(campaign, other.replace('"other"', '"renamed"'), "tests", films=0).name == "renamed"


def test_materials_keep_their_order(tmp_path: Path) -> None:
    """What was learned has its columns in the old one."""
    text = definition_text(["CNF", "gelatin"], ["tensile_strength"])
    made = synthetic_campaign(text, upto="loops", loops=1)
    with open_campaign(fill_workspace(made, tmp_path / "lab")) as campaign:
        turned = definition_text(["gelatin", "CNF"], ["tensile_strength"])
        with pytest.raises(InvalidInputError, match="change their order from CNF, gelatin to gelatin, CNF"):
            extend(campaign, turned, "tests", films=0)
        between = definition_text(["CNF", "chitosan", "gelatin"], ["tensile_strength"])
        wider = extend(campaign, between, "tests", films=0)
        chooser = Chooser(wider, campaign.seed, TrainedModels(campaign.artefacts))
        with pytest.raises(StoreError, match="has been extended, and its models do not know the new definition"):
            chooser.batch(campaign.records(), "loop-02", 2)


def test_a_property_keeps_its_unit(tmp_path: Path) -> None:
    """Values are stored without it: others would be read out of those that are there."""
    own = '\n[properties.define.gloss]\nunit = "MPa"\nlower = 0\nupper = 9\ntest = "optical"\n'
    text = SMALL.replace("measure = [", 'measure = ["gloss", ') + own
    made = synthetic_campaign(text, upto="loops", loops=1)
    with open_campaign(fill_workspace(made, tmp_path / "lab")) as campaign:
        with pytest.raises(InvalidInputError, match="property gloss changes its unit from MPa to GPa"):
            extend(campaign, text.replace('"MPa"', '"GPa"'), "tests", films=0)
        assert extend(campaign, text.replace("upper = 9", "upper = 99"), "tests", films=0).units["gloss"] == "MPa"


def test_stocks_stay_as_they_are_while_a_deck_waits_that_was_planned_with_them(tmp_path: Path) -> None:
    made = synthetic_campaign(SMALL, upto="loops", loops=1)
    film = attrs.evolve(next(iter(made.records.films.values())), label="M1", purpose=Purpose.MANUAL)
    stock = parse_definition(SMALL).stocks[0]
    stronger = SMALL.replace(f"concentration = {stock.concentration}", f"concentration = {stock.concentration + 1}", 1)
    deck = Deck("deck-099", (DishPosition("M1", 1, "A1"),), "0" * 64, "1" * 64, 0, "not asked", 1.0)
    made.add("by hand", [film, Approval("M1", Verdict.APPROVED), deck])
    with open_campaign(fill_workspace(made, tmp_path / "lab")) as campaign:
        with pytest.raises(InvalidInputError, match=f"stock {stock.name} .* deck-099 was planned with it"):
            extend(campaign, stronger, "tests", films=0)
        people.refuse(campaign, ["M1"], "tests", correction=True)
        assert extend(campaign, stronger, "tests", films=0).stocks[0].concentration == stock.concentration + 1


def test_a_property_joins_that_was_never_measured(tmp_path: Path) -> None:
    wider = SMALL.replace("measure = [", 'measure = ["fracture_strain", ').replace("loops = 2", "loops = 3")
    wider = wider.replace("films = 6", "films = 9")
    workspace = Workspace.create(tmp_path / "lab")
    with Store.open(workspace.database_url, create=True) as store:
        store.create_campaign("small", SMALL, 5, "tests")
    with open_campaign(workspace) as campaign:
        worked(campaign, Stage.LOOPS)
        extend(campaign, wider, "tests", films=0)
    with open_campaign(workspace) as campaign:
        worked(campaign)
        records = campaign.records()
        assert stage_of(campaign.definition, records) is Stage.DONE
        assert {film for film, name in records.measurements if name == "fracture_strain"} >= {
            film.label for film in records.films.values() if film.loop == 3
        }
        assert [replay(campaign, loop).differences for loop in (2, 3)] == [(), ()]


def test_a_notebook_that_opened_the_campaign_before_it_was_extended_sees_the_new_material(tmp_path: Path) -> None:
    text = definition_text(["CNF", "gelatin"], ["tensile_strength"])
    wider = definition_text(["CNF", "gelatin", "chitosan"], ["tensile_strength"])
    root = fill_workspace(synthetic_campaign(text, upto="loops", loops=2), tmp_path / "lab").root
    with lab.open(root) as notebook:
        with open_campaign(Workspace.open(root)) as other:
            extend(other, wider, "tests", films=3)
        films = notebook.films()
        assert films.attrs["units"]["chitosan"] == "fraction"
        assert films[["CNF", "gelatin", "chitosan"]].sum(axis=1).to_numpy() == pytest.approx(1.0)
        assert "chitosan" in Oracle.of(notebook, retrain=True).predict({"CNF": 0.5, "chitosan": 0.5}).columns
