"""What the pages' buttons record, when it is done, and what the pages say of it."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from streamlit.elements.widgets import file_uploader
from streamlit.runtime.uploaded_file_manager import DeletedFile
from streamlit.testing.v1 import AppTest

from dashboard.session import CAMPAIGN
from dashboard.texts import text
from dashboard.views import acts, uploads
from lab import people
from lab.compositions import Composition
from lab.grades import Grade
from lab.open_campaigns import open_campaign
from lab.records import Course, Event, FilmGrade, Measurement, Status, Verdict
from lab.store import Store
from lab.workspace import Workspace
from tests.factories import fill_ungraded, fill_workspace, records_of, synthetic_campaign
from tests.integration.dashboard.test_pages import SMALL, act, opened, root, words
from tests.samples import tensile

__all__ = ["root"]

RECIPE = Composition({"CNF": 0.5, "MMT": 0.1, "gelatin": 0.2, "glycerol": 0.2})


@pytest.fixture(autouse=True)
def _every_click_counts(monkeypatch) -> None:
    # Tests click faster than people do twice.
    monkeypatch.setattr(acts, "SAME_CLICK", 0.0)


def propose(workspace: Path, *labels: str) -> None:
    with open_campaign(Workspace.open(workspace)) as campaign:
        for label in labels:
            people.add_film(campaign, label, RECIPE, "Ann")


def test_a_refusal_stays_in_view_until_its_page_is_left(root):
    fill_workspace(synthetic_campaign(SMALL), root)
    app = opened("md")
    for _ in range(2):
        act(app, "ask-simulations").click().run()
    assert "asked for already" in words(app)
    # As when something is recorded meanwhile, and the page is drawn anew.
    app.run()
    assert "asked for already" in words(app)
    app.switch_page("screens/records.py").run()
    assert "asked for already" not in words(app)


def test_a_click_is_done_though_its_person_went_on_at_once(root):
    fill_workspace(synthetic_campaign(SMALL), root)
    app = opened("md")
    act(app, "ask-simulations").click()
    app.switch_page("screens/films.py").run()
    assert app.title[0].value == "Films"
    assert len(records_of(root).work_requests) == 3


def test_a_film_made_by_hand_waits_for_people_in_the_virtual_lab_too(root):
    fill_workspace(synthetic_campaign(SMALL), root)
    app = opened()
    assert "one command does all of this" in words(app)
    with open_campaign(Workspace.open(root)) as campaign:
        people.add_film(campaign, "H1", RECIPE, "Ann", made=True)
    app.run()
    assert "made by hand or elsewhere" in words(app) and "one command does all of this" not in words(app)
    app.switch_page("screens/grade.py").run()
    assert "made by hand or elsewhere" in words(app)


def test_films_are_decided_about_as_the_form_says(root):
    fill_workspace(synthetic_campaign(SMALL), root)
    propose(root, "M001", "M002", "M003")
    app = opened()
    (chosen,) = app.multiselect
    chosen.set_value([])
    act(app, "approve").click().run()
    assert "choose a film first" in words(app)
    app.multiselect[0].set_value(["M002"])
    note = _note(app)
    note.set_value("brittle")
    act(app, "refuse").click().run()
    assert "Refused: M002." in words(app)
    assert app.multiselect[0].value == ["M001", "M003"]
    # The next decision has a field of its own: a browser that was cut off while the note was typed goes on showing it.
    assert (_note(app).value, _note(app).key != note.key) == ("", True)
    # The browser hands a choice to a dashboard that was started again, by a key that nothing has changed.
    assert app.multiselect[0].key == chosen.key
    act(app, "approve").click().run()
    # The form is gone, the word is not.
    assert not app.multiselect
    assert "Approved: M001, M003." in words(app)
    found = records_of(root).approvals
    assert {label: found[label].verdict for label in ("M001", "M002", "M003")} == {
        "M001": Verdict.APPROVED,
        "M002": Verdict.REFUSED,
        "M003": Verdict.APPROVED,
    }
    assert found["M002"].note == "brittle"


def test_what_somebody_else_has_just_decided_is_not_overruled_unseen(root):
    fill_workspace(synthetic_campaign(SMALL, upto="loops", loops=1), root)
    app = opened("campaign")
    app.session_state["campaign-tabs"] = text("campaign.health")
    app.run()
    with open_campaign(Workspace.open(root)) as campaign:
        people.decide_course(campaign, "loop-01", Course.STOP, "Bob")
    act(app, "course-go-on").click().run()
    assert "Bob decided at" in words(app) and "No more loops" in words(app)
    assert records_of(root).loop_decisions["loop-01"].course is Course.STOP
    act(app, "course-go-on").click().run()
    assert records_of(root).loop_decisions["loop-01"].course is Course.GO_ON


def _note(app: Any) -> Any:
    return next(field for field in app.text_input if field.label == text("today.why"))


def test_what_others_propose_meanwhile_changes_no_choice(root):
    fill_workspace(synthetic_campaign(SMALL), root)
    propose(root, "M001", "M002", "M003")
    app = opened()
    app.multiselect[0].set_value(["M001", "M002"]).run()
    with open_campaign(Workspace.open(root)) as campaign:
        people.add_film(campaign, "M004", RECIPE, "Bob")
        people.refuse(campaign, ["M002"], "Bob")
    app.run()
    assert app.multiselect[0].options == ["M001", "M003", "M004"]
    assert app.multiselect[0].value == ["M001"]
    act(app, "approve").click().run()
    found = records_of(root).approvals
    assert {label: found[label].verdict for label in found if label.startswith("M")} == {
        "M001": Verdict.APPROVED,
        "M002": Verdict.REFUSED,
    }


def test_what_was_typed_for_a_film_is_not_for_its_namesake_in_another_campaign(root):
    fill_ungraded(SMALL, root)
    other = synthetic_campaign(SMALL.replace('name = "small"', 'name = "other"'), upto="library")
    with Store.open(Workspace.open(root).database_url) as store:
        store.create_campaign("other", other.definition_toml, 7, "tests")
        for event, records in other.log:
            store.append("other", event, [record for record in records if not isinstance(record, FilmGrade)])
    app = opened("grade")
    note = next(field for field in app.text_input if field.label == text("grade.note"))
    note.set_value("of the other L001").run()
    app.selectbox(key=CAMPAIGN).set_value("small").run()
    assert next(field for field in app.text_input if field.label == text("grade.note")).value == ""
    app.button(key="grade-enter").click().run()
    assert records_of(root, "small").grades["L001"].note == ""


def dropped(*files: tuple[str, bytes]) -> AppTest:
    """Return the page Measure with files dropped on it."""
    app = opened("measure")
    app.file_uploader[0].set_value([(name, content, "text/csv") for name, content in files]).run()
    assert not app.exception
    return app


def test_a_sheet_and_a_file_that_are_dropped_together_are_recorded_together(root):
    fill_ungraded(SMALL, root)
    strip = tensile.bluehill(tensile.Strip("L001-1")).encode()
    app = dropped(("grades.csv", b"film,grade,note\nL001,A,\nL002,B,dull\n"), ("strip.csv", strip))
    button = act(app, "record-measurements")
    assert button.label.startswith("Record 2 grades and")
    button.click().run()
    assert not app.exception
    assert "2 grades and" in words(app)
    assert "are recorded" in words(app)
    found = records_of(root)
    assert {film: grade.grade.value for film, grade in found.grades.items()} == {"L001": "A", "L002": "B"}
    assert ("L001", "tensile_strength") in found.measurements


def test_nothing_is_recorded_while_one_file_cannot_be_used(root):
    fill_ungraded(SMALL, root)
    app = dropped(("grades.csv", b"film,grade,note\nL001,A,\n"), ("empty.csv", b""))
    assert act(app, "record-measurements").disabled
    assert "cannot be used" in words(app)


def test_what_was_recorded_before_a_file_was_refused_is_told(root):
    fill_ungraded(SMALL, root)
    strip = tensile.bluehill(tensile.Strip("L001-1")).encode()
    app = dropped(("grades.csv", b"film,grade,note\nL001,A,\n"), ("strip.csv", strip))
    value = Measurement("L001", "tensile_strength", Status.OK, 50.0, None, 1, "Bo's tester")
    event = Event("bo", "Bo", "by hand", simulated=False, at=datetime.now(UTC))
    with Store.open(Workspace.open(root).database_url) as store:
        store.append("small", event, [value])
    act(app, "record-measurements").click().run()
    assert not app.exception
    assert records_of(root).grades["L001"].grade is Grade.A
    assert records_of(root).measurements["L001", "tensile_strength"] == value
    assert "Recorded before that, and to be taken off the list: grading sheet grades.csv" in words(app).replace(
        "\\", ""
    )


def test_a_file_that_is_dropped_twice_is_told_of(root):
    fill_ungraded(SMALL, root)
    strip = tensile.bluehill(tensile.Strip("L001-1")).encode()
    app = dropped(("strip.csv", strip), ("copy of strip.csv", strip))
    assert "the same file is given twice" in words(app).replace("\\", "")


def test_each_of_many_files_is_read_once_and_drawn_when_somebody_opens_it(root, monkeypatch):
    fill_ungraded(SMALL, root)
    read: list[str] = []

    def counted(name: str, *about: Any) -> uploads.ReadUpload:
        read.append(name)
        return read_upload(name, *about)

    read_upload = uploads.read_upload
    monkeypatch.setattr(uploads, "read_upload", counted)
    strips = {f"L{number:03d}": tensile.Strip(f"L{number:03d}-1", strength=50.0 + number) for number in range(1, 14)}
    app = opened("measure")
    app.file_uploader[0].set_value(
        [(f"{film}.csv", tensile.bluehill(strip).encode(), "text/csv") for film, strip in strips.items()]
    ).run()
    app.toggle[0].set_value(True).run()
    assert not app.exception
    assert read == [f"{film}.csv" for film in strips]
    assert not app.get("plotly_chart")
    assert act(app, "record-measurements").label == "Record 13 measurements"
    app.file_uploader[0].set_value([("L001.csv", tensile.bluehill(strips["L001"]).encode(), "text/csv")]).run()
    assert len(app.get("plotly_chart")) == 1


def test_what_is_said_of_many_files_counts_also_when_they_are_folded_away(root):
    fill_ungraded(SMALL, root)
    strips = {f"L{number:03d}": tensile.Strip(f"L{number:03d}-1", strength=50.0 + number) for number in range(1, 14)}
    app = opened("measure")
    app.file_uploader[0].set_value(
        [(f"{film}.csv", tensile.bluehill(strip).encode(), "text/csv") for film, strip in strips.items()]
    ).run()
    _, read = app.session_state["read-files"]
    first, second, *_ = read

    def look(*opened_files: str) -> str:
        for file in (first, second):
            app.session_state[f"file-{file}"] = file in opened_files
        app.run()
        assert not app.exception
        return words(app)

    look(first, second)
    app.multiselect[0].set_value(["L001-1"]).run()
    app.selectbox(key=f"film-{second}@small").set_value("L020").run()
    app.selectbox(key=f"instead-{second}@small").set_value("L002").run()
    assert "Give a reason" in look()
    assert not app.multiselect
    assert act(app, "record-measurements").disabled
    look(first)
    next(field for field in app.text_input if field.label.startswith("Why is")).set_value("slipped").run()
    assert "Give a reason" not in look()
    act(app, "record-measurements").click().run()
    found = records_of(root).measurements
    assert ("L001", "tensile_strength") not in found
    assert ("L002", "tensile_strength") not in found
    assert found["L020", "tensile_strength"].value == pytest.approx(52, rel=0.01)


def test_files_that_were_dropped_in_one_campaign_are_not_recorded_in_another(root):
    fill_ungraded(SMALL, root)
    with Store.open(Workspace.open(root).database_url) as store:
        store.create_campaign("other", SMALL.replace('name = "small"', 'name = "other"'), 7, "tests")
    app = opened("measure")
    app.file_uploader[0].set_value([("grades.csv", b"film,grade,note\nL001,A,\n", "text/csv")]).run()
    app.selectbox(key=CAMPAIGN).set_value("small").run()
    assert not app.exception
    assert not app.file_uploader[0].value
    assert not any("record-measurements" in str(button.key) for button in app.button)


def test_files_that_went_away_with_the_server_are_not_left_out_in_silence(root, monkeypatch):
    fill_ungraded(SMALL, root)
    # A browser that finds another server at its address goes on to list files that were handed to the first one.
    monkeypatch.setattr(file_uploader, "_get_upload_files", lambda sent: [DeletedFile("of the first server")])
    app = opened("grade")
    assert not app.exception
    app.button(key="grade-enter").click().run()
    assert not app.exception
    assert words(app).count("not here any more") == 2
    assert not records_of(root).grades
    app.switch_page("screens/measure.py").run()
    assert not app.exception
    assert "not here any more" in words(app)
    app.session_state["measure-tabs"] = text("measure.flame")
    app.run()
    assert not app.exception
    assert text("measure.flame_note") in words(app)
    assert "not here any more" in words(app)


def test_a_value_is_rejected_with_the_reason_in_the_form(root):
    fill_workspace(synthetic_campaign(SMALL), root)
    (film, name), *_ = records_of(root).measurements
    app = opened("measure")
    app.session_state["measure-tabs"] = "Reject a value"
    app.run()
    act(app, "reject").click().run()
    assert "choose a film and a property first" in words(app)
    app.selectbox(key="reject-0@small-film").set_value(film)
    app.selectbox(key="reject-0@small-property").set_value(name)
    app.text_input(key="reject-0@small-why").set_value("slipped in the grips")
    act(app, "reject").click().run()
    assert "is not used any more" in words(app)
    assert records_of(root).measurements[(film, name)].reason == "rejected: slipped in the grips"
