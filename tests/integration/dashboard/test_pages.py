"""Every page on workspaces at every stage, without a browser."""

import getpass
import re
from datetime import UTC, datetime
from pathlib import Path

import attrs
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Button

import dashboard
from dashboard import login
from dashboard.parts import plain
from dashboard.session import CAMPAIGN
from lab.campaign_files import parse_definition
from lab.grades import Grade
from lab.records import Event, FilmGrade
from lab.store import Store
from lab.workspace import Workspace
from robot_protocols.running.instructions import instruction_of
from robot_protocols.running.loading import job_of
from tests.factories import STAGES, definition_text, fill_ungraded, fill_workspace, relabelled, synthetic_campaign
from tests.unit.robot_protocols.examples import four_film_plan, screening
from tests.unit.robot_protocols.running.bench import START, Bench

APP = Path(dashboard.__file__).with_name("app.py")
PAGES = (
    "today",
    "robot",
    "grade",
    "measure",
    "campaign",
    "films",
    "models",
    "explain",
    "design",
    "md",
    "records",
)
SMALL = definition_text(["CNF", "MMT", "gelatin", "glycerol"], ["tensile_strength", "transmittance_vis"], step=0.25)
SLOW = 60  # seconds, for a busy machine


@pytest.fixture
def root(tmp_path, monkeypatch) -> Path:
    """Where the dashboard looks for its workspace."""
    monkeypatch.setenv("FILMLAB_WORKSPACE", str(tmp_path / "lab"))
    monkeypatch.setattr(login, "_address", lambda: "127.0.0.1")
    return tmp_path / "lab"


def opened(page: str = "today") -> AppTest:
    app = AppTest.from_file(APP, default_timeout=SLOW).run()
    if page != "today":
        app.switch_page(f"screens/{page}.py").run()
    return app


def words(app: AppTest) -> str:
    blocks = [
        *app.title,
        *app.header,
        *app.markdown,
        *app.caption,
        *app.info,
        *app.error,
        *app.warning,
        *app.success,
    ]
    return "\n".join(str(block.value) for block in blocks)


def act(app: AppTest, name: str) -> Button:
    """Return the button of an act, of whatever campaign, and however often it was done."""
    (found,) = [button for button in app.button if re.fullmatch(rf"{name}-\d+(@.+)?", str(button.key))]
    return found


@pytest.mark.parametrize("stage", STAGES)
def test_every_page_opens_at_every_stage(root, stage):
    fill_workspace(synthetic_campaign(SMALL, upto=stage), root)
    app = opened()
    for page in PAGES:
        app.switch_page(f"screens/{page}.py").run()
        assert not app.exception, page
        assert app.title[0].value.lower() == page
        assert ("Simulated data" in words(app)) == (stage != "empty"), page


@pytest.mark.parametrize(
    "materials",
    [["CNF", "glycerol"], ["CNF", "gelatin", "glycerol"], ["CNF", "MMT", "gelatin", "chitosan", "glycerol"]],
)
def test_maps_open_for_any_number_of_materials(root, materials):
    definition = definition_text(materials, ["tensile_strength"], step=0.5)
    fill_workspace(synthetic_campaign(definition), root)
    app = opened("campaign")
    app.session_state["campaign-tabs"] = "Maps"
    app.run()
    assert not app.exception
    assert len(app.select_slider) == max(0, len(materials) - 3)
    # A tetrahedron has four corners: who sees films of five materials in it is told which one is missing.
    assert ("Left out of it: glycerol" in words(app)) == (len(materials) == 5)


def test_the_page_explain_says_how_many_films_were_drawn(root, monkeypatch):
    campaign = synthetic_campaign(SMALL)
    fill_workspace(campaign, root)
    films = list(campaign.records.models.values())[-1].films

    def explained(count: int) -> pd.DataFrame:
        rows = [(f"F{i}", "tensile_strength", material, i, 50.0) for i in range(count) for material in ("CNF", "MMT")]
        return pd.DataFrame(rows, columns=["film", "property", "material", "shapley_value", "share"])

    monkeypatch.setattr("dashboard.views.explanations.shapley_table", lambda *asked: explained(films))
    app = opened("explain")
    assert not app.exception and "Explained: " not in words(app)
    monkeypatch.setattr("dashboard.views.explanations.shapley_table", lambda *asked: explained(3))
    app.run()
    assert f"Explained: 3 of the {films} films that the model learned from." in words(app)


def test_a_campaigns_title_is_shown_as_it_is(root):
    title = "*New* films, $x^2$ [here](http://example.org)"
    definition = SMALL.replace('name = "small"', f'name = "small"\ntitle = "{title}"')
    fill_workspace(synthetic_campaign(definition, upto="planned"), root)
    assert any(caption.value == plain(title) for caption in opened().sidebar.caption)


def test_without_a_workspace_the_dashboard_guides(root):
    app = opened()
    assert not app.exception
    assert app.title[0].value == "There is no workspace here yet"
    assert any(block.value == f"filmlab demo --workspace {root}" for block in app.code)
    assert not root.exists()


def test_an_empty_workspace_guides_to_a_campaign(root):
    workspace = Workspace.create(root)
    Store.open(workspace.database_url, create=True).close()
    app = opened()
    assert app.title[0].value == "There is no campaign yet"
    assert any("filmlab campaign create" in block.value for block in app.code)


def test_a_damaged_store_is_explained(root):
    workspace = Workspace.create(root)
    (workspace.root / "filmlab.db").write_bytes(b"this is no database, whatever its name says" * 100)
    app = opened()
    assert not app.exception
    assert app.title[0].value == "The workspace cannot be shown"
    assert any("filmlab doctor" in block.value for block in app.code)


def test_a_store_that_goes_away_leaves_a_guide(root):
    fill_workspace(synthetic_campaign(SMALL, upto="planned"), root)
    app = opened()
    for file in root.glob("filmlab.db*"):
        file.unlink()
    app.run()
    assert not app.exception
    assert app.title[0].value == "The workspace cannot be shown"


def test_what_was_recorded_since_is_shown(root):
    campaign = synthetic_campaign(SMALL, upto="library")
    fill_workspace(campaign, root)
    app = opened()
    before = [metric.value for metric in app.metric]
    grown = synthetic_campaign(SMALL, upto="loops")
    with Store.open(Workspace.open(root).database_url) as store:
        for event, records in grown.log[len(campaign.log) :]:
            store.append("small", event, records, supersede=True)
    app.run()
    assert [metric.value for metric in app.metric] != before
    assert app.metric[0].value == str(len(grown.records.films))


def test_a_film_tells_its_story(root):
    campaign = synthetic_campaign(SMALL)
    fill_workspace(campaign, root)
    app = opened("films")
    app.selectbox(key="film-named").set_value("V1-1").run()
    assert not app.exception
    assert "Film V1" in words(app)
    assert "Verifies design D1" in words(app)
    grade = campaign.records.grades["V1-1"]
    with Store.open(Workspace.open(root).database_url) as store:
        again = Event("grade:V1-1:again", "Bo", "person", simulated=True, at=datetime.now(UTC))
        store.append("small", again, [attrs.evolve(grade, note="curls up")], supersede=True)
    app.run()
    assert "flat. Note: curls up" in words(app)


def test_an_address_with_a_film_that_is_not_there_says_so(root):
    fill_workspace(synthetic_campaign(SMALL, upto="library"), root)
    app = opened("films")
    app.query_params["film"] = "L*99"
    app.run()
    assert [block.value for block in app.warning if plain("L*99") in block.value]


def test_a_film_with_script_for_a_name_is_shown_as_text(root):
    label = "<script>alert(1)</script> ![x](https://example.org/x.png)"
    fill_workspace(relabelled(synthetic_campaign(SMALL), {"V1-1": label}), root)
    app = opened("films")
    app.selectbox(key="film-named").set_value(label).run()
    assert not app.exception
    shown = words(app)
    assert r"\<script\>" in shown
    assert not re.search(r"(?<!\\)<script|!\[", shown)


def test_another_campaign_can_be_chosen(root):
    fill_workspace(synthetic_campaign(SMALL, upto="planned"), root)
    other = synthetic_campaign(SMALL.replace('name = "small"', 'name = "other"'), upto="finished")
    with Store.open(Workspace.open(root).database_url) as store:
        store.create_campaign("other", other.definition_toml, 7, "tests")
        for event, records in other.log:
            store.append("other", event, records)
    app = opened()
    assert app.metric[0].value == str(len(other.records.films))
    # Without its name the command would ask for it.
    assert any(code.value == f"filmlab work --workspace {root} --campaign other" for code in app.code)
    app.selectbox(key=CAMPAIGN).set_value("small").run()
    assert not app.exception
    assert app.metric[0].value == str(len(synthetic_campaign(SMALL, upto="planned").records.films))


def test_an_address_of_an_unknown_campaign_is_told_of(root):
    fill_workspace(synthetic_campaign(SMALL, upto="planned"), root)
    app = AppTest.from_file(APP, default_timeout=SLOW)
    app.query_params[CAMPAIGN] = "no_such"
    app.run()
    assert r"no campaign no\_such; small is shown" in words(app)
    assert app.selectbox(key=CAMPAIGN).value == "small"


def test_real_data_are_not_called_simulated(root):
    fill_workspace(synthetic_campaign(SMALL, simulated=False), root)
    assert "Simulated data" not in words(opened())


def test_only_what_the_virtual_lab_made_is_called_simulated(root):
    campaign = synthetic_campaign(SMALL, upto="library")
    workspace = fill_workspace(synthetic_campaign(SMALL, upto="empty"), root)
    with Store.open(workspace.database_url) as store:
        for made, records in campaign.log:
            by_hand = [record for record in records if isinstance(record, FilmGrade)]
            if not made.key.startswith("train"):
                store.append("small", attrs.evolve(made, simulated=not by_hand), records)
    shown = words(opened())
    assert "The virtual lab made 2 robot runs. They show" in shown


def test_a_film_page_survives_a_filter_that_hides_the_chosen_film(root):
    fill_workspace(synthetic_campaign(SMALL), root)
    app = opened("films")
    app.text_input[0].set_value("no such film").run()
    assert not app.exception
    assert any(str(caption.value).startswith("0 of") for caption in app.caption)


def test_many_films_are_shown_a_page_at_a_time(root):
    fill_workspace(synthetic_campaign(upto="planned"), root)
    app = opened("films")
    assert "1 to 100 of 286" in words(app)
    assert len(app.dataframe[0].value) == 100
    for place in ("101 to 200", "201 to 286"):
        app.button(key="films-further").click().run()
        assert f"{place} of 286" in words(app)
    assert app.button(key="films-further").disabled
    app.text_input[0].set_value("l1").run()
    assert "100 of 286 films" in words(app)
    assert list(app.dataframe[0].value["film"])[:2] == ["L100", "L101"]
    app.selectbox(key="film-named").set_value("L286").run()
    assert "Film L286" in words(app)


def test_films_are_graded_by_buttons_as_well(root):
    with Store.open(fill_ungraded(SMALL, root).database_url) as store:
        app = opened("grade")
        film = app.header[0].value.removeprefix("Film ")
        for button in ("grade-comes-off", "grade-enter"):
            app.button(key=button).click().run()
        assert not app.exception
        assert app.header[0].value != f"Film {film}"
        assert store.records("small").grades[film].grade is Grade.B
        # What somebody else graded meanwhile is refused, and said.
        second = app.header[0].value.removeprefix("Film ")
        by_other = Event(f"grade:{second}", "Bo", "person", simulated=False, at=datetime.now(UTC))
        store.append("small", by_other, [FilmGrade(second, Grade.A)])
        app.button(key="grade-enter").click().run()
        assert f"{second} was graded A by Bo" in words(app).replace("\\", "")
        assert "What was pressed after it was dropped" in words(app)
        assert store.records("small").grades[second].grade is Grade.A


def test_simulations_are_asked_for_with_the_chosen_force_field(root):
    fill_workspace(synthetic_campaign(SMALL), root)
    app = opened("md")
    force_field = next(box for box in app.selectbox if box.label == "Force fields")
    force_field.set_value("charmm36-interface")
    next(button for button in app.button if button.label == "Ask for these simulations").click().run()
    assert not app.exception
    with Store.open(Workspace.open(root).database_url) as store:
        asked = [one.subject for one in store.records("small").work_requests.values()]
    assert asked == [f"{model}-tension-demo-seed1-charmm36-interface" for model in ("cnf", "mmt", "mmt-cnf")]


def test_alarms_are_shown(root):
    campaign = synthetic_campaign(SMALL, upto="loops")
    campaign.simulated = False
    campaign.add("by hand", [campaign.records.grades["L001"]])
    fill_workspace(campaign, root)
    app = opened()
    assert len(app.error) == 1
    assert isinstance(campaign.log[-1][0], Event)


def test_a_deck_is_gone_on_with_after_questions_and_signatures(root, monkeypatch):
    fill_workspace(synthetic_campaign(SMALL, upto="library"), root)
    # Years ago: dishes that are begun have waited for long.
    monkeypatch.setattr("tests.unit.robot_protocols.running.bench.BEGIN", datetime(2020, 1, 6, tzinfo=UTC))
    bench = Bench(root / "robot")
    bench.break_with("tip-missing@19")
    bench.runner().start(job_of(four_film_plan(), screening()), START)
    (run,) = bench.folder.runs()
    app = opened()
    assert [alarm.value.partition("  \n")[0] for alarm in app.error] == [
        plain(f"{run.label} ended early, or nobody watches it.")
    ]
    app.switch_page("screens/robot.py").run()
    app.session_state["robot-tabs"] = "Runs"
    app.run()
    assert not app.exception
    (question,) = app.radio
    assert not [button for button in app.button if str(button.key).startswith("robot-go-on")]
    question.set_value("no").run()
    assert act(app, "robot-go-on").disabled
    for box in app.checkbox:
        box.check()
    app.run()
    act(app, "robot-go-on").click().run()
    assert not app.exception
    assert "has made the deck ready" in words(app)
    told = instruction_of(run)
    assert told is not None
    assert told.answers == {"DISHES_WAITED": "no"}


def test_tables_are_shown_as_people_read_them(root):
    fill_workspace(synthetic_campaign(SMALL), root)
    app = opened("measure")
    app.session_state["measure-tabs"] = "Reject a value"
    app.run()
    assert set(app.dataframe[0].value["property"]) == {"tensile strength", "visible transmittance"}
    app.switch_page("screens/campaign.py")
    app.session_state["campaign-tabs"] = "Loops"
    app.run()
    shares = app.dataframe[0].value["quality"]
    assert (shares == shares.round(2)).all()


def test_a_campaign_is_begun_by_choosing_materials_stocks_deck_and_robot(root):
    app = opened()
    app.text_input(key="first-name").set_value("our films")
    app.multiselect(key="materials").set_value(["CNF", "MMT", "gelatin", "chitosan", "glycerol"]).run()
    assert app.selectbox(key="library-5").value == "screening-24-well-5-stocks"
    app.text_input(key="strength-chitosan").set_value("much")
    app.text_input(key="volume-chitosan").set_value("").run()
    told = app.warning[0].value
    assert plain("chitosan, mg/mL: 'much' is no number") in told and "there is no number yet" in told
    app.text_input(key="volume-chitosan").set_value("19,5")
    app.text_input(key="strength-chitosan").set_value("8,5")
    app.radio(key="lab").set_value("real").run()
    act(app, "first-create").click().run()
    assert not app.exception
    # A blank is no part of a name: nothing is created, and the page says why.
    assert "name" in app.error[0].value
    assert not (root / "filmlab.db").exists()
    app.text_input(key="first-name").set_value("our-films").run()
    act(app, "first-create").click().run()
    assert not app.exception
    assert [block.value for block in app.error] == []
    assert app.run().title[0].value == "Today"
    with Store.open(Workspace.open(root).database_url) as store:
        (entry,) = store.campaigns()
    found = parse_definition(entry.definition_toml)
    assert (found.name, found.lab, entry.created_by) == ("our-films", "real", getpass.getuser())
    (stock,) = (stock for stock in found.stocks if stock.material == "chitosan")
    assert (stock.concentration, stock.volume) == (8.5, 19_500)


def test_an_address_with_a_film_that_is_not_there_asks_which_one_was_meant_until_another_is_named(root):
    fill_workspace(synthetic_campaign(SMALL), root)
    app = opened()
    app.query_params["film"] = "v1-1"
    app.switch_page("screens/films.py").run()
    (warning,) = app.warning
    assert "film v1\\-1" in warning.value
    assert warning.value.endswith("Did you mean V1\\-1?")
    app.selectbox(key="film-named").set_value("V1-1").run()
    assert not app.warning
    assert app.header[0].value.startswith("Film V1\\-1")
