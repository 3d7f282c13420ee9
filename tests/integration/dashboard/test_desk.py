"""What the dashboard records, and whom it refuses."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import attrs
import pytest

from active_learning.campaign.actions import lease_name
from active_learning.campaign.next_actions import next_actions
from active_learning.campaign.requests import open_requests
from dashboard.desk import Desk
from dashboard.views.film_files import raw_files_of
from dashboard.views.grading import waiting_films, wet_decks
from dashboard.views.photos import photos_of
from dashboard.views.proposals import proposal_table
from dashboard.views.today import worker_of
from dashboard.views.uploads import read_upload
from lab.accounts import Person, Role
from lab.compositions import Composition
from lab.errors import ChangedMeanwhileError, DuplicateRecordError, InvalidInputError, NotAllowedError, UnknownNameError
from lab.grades import Grade
from lab.instruments import RawFile, ReadOptions
from lab.open_campaigns import OpenCampaign
from lab.records import Course, DeckCheck, Drying, Event, FilmGrade, Status
from lab.sheets import read_grid
from lab.store import Store
from lab.store.following import FollowedRecords
from lab.workspace import Workspace
from robot_protocols.decks import Place
from robot_protocols.robot_client import RunAction
from robot_protocols.running.places import RobotFolder, RunFolder
from tests.factories import definition_text, fill_workspace, synthetic_campaign

SMALL = definition_text(["CNF", "MMT", "gelatin", "glycerol"], ["tensile_strength", "transmittance_vis"], step=0.25)
RECIPE = Composition({"CNF": 0.5, "MMT": 0.1, "gelatin": 0.2, "glycerol": 0.2})


@attrs.define
class Room:
    """A desk with its campaign, and who sits at it."""

    campaign: OpenCampaign
    person: Person = attrs.field(factory=lambda: Person("Ann", Role.OPERATOR))

    @property
    def desk(self) -> Desk:
        return Desk(self.campaign, lambda: self.person)


def without(campaign, *kinds):
    """The campaign's log less the records of some kinds, and less the events that are empty then."""
    for event, records in campaign.log:
        kept = tuple(record for record in records if not isinstance(record, kinds))
        if kept and not event.key.startswith("train"):
            yield event, kept


@pytest.fixture
def room(tmp_path) -> Iterator[Room]:
    """A library that is made and neither signed for, dried nor graded."""
    workspace = fill_workspace(synthetic_campaign(SMALL, upto="empty"), tmp_path / "lab")
    library = synthetic_campaign(SMALL, upto="library")
    with Store.open(workspace.database_url) as store:
        for event, records in without(library, DeckCheck, Drying, FilmGrade):
            store.append("small", event, records)
        followed = FollowedRecords(store, "small")
        yield Room(OpenCampaign("small", library.definition, 7, store, workspace.artefacts, followed.records))


def test_a_viewer_is_refused_everything_and_nothing_is_recorded(room, tmp_path):
    room.person = Person("Vera", Role.VIEWER)
    before = room.campaign.records()
    desk, folder = room.desk, RobotFolder(tmp_path / "robot", tmp_path / "locks")
    acts = [
        lambda: desk.grade("L001", Grade.A),
        lambda: desk.approve(["L001"]),
        lambda: desk.refuse(["L001"]),
        lambda: desk.propose("M001", RECIPE),
        lambda: desk.sign_deck("deck-001"),
        lambda: desk.record_drying(["L001"], 40.0, 48.0),
        lambda: desk.record_imports([]),
        lambda: desk.reject("L001", "tensile_strength", "torn"),
        lambda: desk.order(RunFolder(tmp_path), RunAction.STOP),
        lambda: desk.decide_course("loop-01", Course.STOP),
        desk.request_training,
        lambda: desk.request_simulations(["cnf-tension-smoke-seed1"]),
        lambda: desk.withdraw_requests([]),
        lambda: desk.swap_rack(folder, "robot", 10),
        lambda: desk.refill(folder, "robot", Place(5, "A1"), "CNF-10", 1000.0),
    ]
    for act in acts:
        with pytest.raises(NotAllowedError, match="Vera has the role viewer and may not"):
            act()
    assert room.campaign.records() is before
    assert not (tmp_path / "robot").exists()


def test_what_was_filled_up_stands_in_ledger_and_records(room, tmp_path):
    folder = RobotFolder(tmp_path / "robot", tmp_path / "locks")
    room.desk.swap_rack(folder, "robot", 10)
    room.desk.refill(folder, "robot", Place(5, "A1"), "CNF-10", 9000.0)
    with folder.ledger("robot") as ledger:
        assert ledger.state.containers[Place(5, "A1")].left == 9000.0
    loads = list(room.campaign.records().deck_loads.values())
    assert [load.robot for load in loads] == ["robot", "robot"]
    assert {room.campaign.records().event_of(load).who for load in loads} == {"Ann"}


def test_who_is_not_known_any_more_is_refused(room):
    def nobody() -> Person:
        raise NotAllowedError("you are not logged in any more")

    with pytest.raises(NotAllowedError, match="not logged in"):
        Desk(room.campaign, nobody).grade("L001", Grade.A)


@pytest.mark.parametrize("name", ["Ann\nBen", "\x00", "\u202enna", " "])
def test_no_act_is_recorded_under_a_name_that_cannot_be_told_apart(room, name):
    room.person = Person(name, Role.OPERATOR)
    before = room.campaign.store.version("small")
    for act in (
        lambda: room.desk.request_simulations(["cnf-tension-smoke-seed1"]),
        lambda: room.desk.reject("L001", "tensile_strength", "a tear"),
        lambda: room.desk.give_up(RunFolder(room.campaign.artefacts.root)),
    ):
        with pytest.raises(InvalidInputError, match="name"):
            act()
    assert room.campaign.store.version("small") == before


def test_films_are_dried_then_graded_under_the_persons_name(room):
    (first, *_) = wet_decks(room.campaign.records())
    assert waiting_films(room.campaign.records()) == []
    room.desk.record_drying(first.films, 40.0, 48.0)
    waiting = waiting_films(room.campaign.records())
    assert [item.film for item in waiting] == list(first.films)
    assert waiting[0].place.startswith(first.deck)
    room.desk.grade(waiting[0].film, Grade.B, note="curls")
    records = room.campaign.records()
    graded = records.grades[waiting[0].film]
    assert (graded.grade, graded.note) == (Grade.B, "curls")
    assert records.event_of(graded).who == "Ann"
    assert len(waiting_films(records)) == len(waiting) - 1


def test_a_film_that_is_graded_before_its_drying_was_recorded_is_not_wet(room):
    (first, *_) = wet_decks(room.campaign.records())
    graded, *others = first.films
    room.desk.grade(graded, Grade.B)
    (first, *_) = wet_decks(room.campaign.records())
    assert list(first.films) == others


def test_of_two_graders_the_second_is_told_and_can_correct(room):
    room.desk.record_drying(["L001"], 40.0, 48.0)
    room.desk.grade("L001", Grade.A)
    room.person = Person("Bo", Role.OPERATOR)
    with pytest.raises(DuplicateRecordError, match="L001"):
        room.desk.grade("L001", Grade.D)
    assert room.campaign.records().grades["L001"].grade is Grade.A
    room.desk.grade("L001", Grade.D, correction=True)
    history = room.campaign.store.history("small", FilmGrade, ("L001",))
    assert [(event.who, record.grade) for event, record in history] == [("Ann", Grade.A), ("Bo", Grade.D)]


def test_a_photo_is_kept_by_its_hash_whatever_it_is_called(room, tmp_path):
    room.desk.record_drying(["L001"], 40.0, 48.0)
    photo = RawFile("../../x.png", b"picture")
    room.desk.grade("L001", Grade.A, photo=photo)
    (stored,) = photos_of(room.campaign.records(), "L001")
    assert stored.name == f"photos/L001/{photo.sha256[:12]}/x.png"
    assert room.campaign.artefacts.read(stored.sha256) == b"picture"
    names = {path.name for path in tmp_path.rglob("*x*")}
    assert "x.png" not in names


def test_a_proposal_waits_until_it_is_approved(room):
    room.desk.propose("M001", RECIPE)
    table = proposal_table(room.campaign.definition, room.campaign.records())
    assert list(table["film"]) == ["M001"]
    assert list(table["by"]) == ["Ann"]
    assert table["CNF"].iloc[0] == pytest.approx(50)
    room.desk.approve(["M001"], "worth it")
    assert proposal_table(room.campaign.definition, room.campaign.records()).empty


def test_simulations_are_asked_for_under_the_persons_name(room):
    room.desk.request_simulations(["cnf-tension-smoke-seed1"])
    (asked,) = open_requests(room.campaign.records())
    assert room.campaign.records().event_of(asked).who == "Ann"
    room.desk.withdraw_requests([asked])
    assert open_requests(room.campaign.records()) == ()


def test_a_worker_is_seen_while_it_works_and_missed_afterwards(room):
    actions = next_actions(room.campaign.definition, room.campaign.records())
    action = actions[-1]
    with room.campaign.store.lease(lease_name(action), "small"):
        found = worker_of(room.campaign, actions)
        assert found is not None
        assert (found.action, found.holder.pid) == (action, str(os.getpid()))
    assert worker_of(room.campaign, actions) is None


def upload(room: Room, name: str, text: str):
    return read_upload(name, text.encode(), ReadOptions(), room.campaign.definition, room.campaign.records())


def test_a_sheet_is_imported_and_a_value_rejected(room):
    sheet = "film,tensile_strength [MPa],note\nL001,80,\nL001,84,\n"
    found = upload(room, "../../strength.csv", sheet)
    assert found.error is None
    assert found.raw.name == "strength.csv"
    room.desk.record_imports(room.desk.plan_imports({(None, None): found.results}))
    measured = room.campaign.records().measurements[("L001", "tensile_strength")]
    assert measured.value == pytest.approx(82)
    with pytest.raises(InvalidInputError, match="reason"):
        room.desk.reject("L001", "tensile_strength", " ")
    room.desk.reject("L001", "tensile_strength", "the grips slipped")
    rejected = room.campaign.records().measurements[("L001", "tensile_strength")]
    assert rejected.status is Status.FAILED
    assert rejected.value is None
    assert "the grips slipped" in rejected.reason
    with pytest.raises(InvalidInputError, match="has no value"):
        room.desk.reject("L001", "tensile_strength", "again")
    with pytest.raises(UnknownNameError):
        room.desk.reject("L002", "tensile_strength", "torn")


def test_a_film_shows_every_file_behind_its_mean(room):
    def of(film: str, name: str, value: int):
        return upload(room, name, f"film,tensile_strength [MPa]\n{film},{value}\n").results

    for film in ("L001", "L002"):
        results = [*of(film, f"{film}-a.csv", 80), *of(film, f"{film}-b.csv", 90)]
        room.desk.record_imports(room.desk.plan_imports({(None, None): results}))
    shown = raw_files_of(room.campaign.records(), "L001")
    assert [file.name.rpartition("/")[2] for file in shown] == ["L001-a.csv", "L001-b.csv"]
    # Whose the second file is of an act about two films cannot be told from the records.
    both = [*of("L001", "c.csv", 81), *of("L001", "d.csv", 91), *of("L002", "e.csv", 82), *of("L002", "f.csv", 92)]
    room.desk.record_imports(room.desk.plan_imports({(None, None): both}, replace=True))
    shown = raw_files_of(room.campaign.records(), "L001")
    assert [file.name.rpartition("/")[2] for file in shown] == ["c.csv"]


def test_nothing_is_set_aside_that_came_after_a_page_was_drawn(room):
    def told(name: str, value: int, *, replace: bool = False):
        return room.desk.plan_imports(
            {(None, None): upload(room, name, f"film,tensile_strength [MPa]\nL001,{value}\n").results}, replace=replace
        )

    def value() -> float | None:
        return room.campaign.records().measurements["L001", "tensile_strength"].value

    shown = told("late.csv", 79)
    room.desk.record_imports(told("first.csv", 80))
    with pytest.raises(ChangedMeanwhileError, match="recorded since you looked"):
        room.desk.record_imports(shown)
    shown = told("mine.csv", 81, replace=True)
    table = room.campaign.records().measurements["L001", "tensile_strength"]
    room.person = Person("Bo", Role.OPERATOR)
    room.desk.record_imports(told("theirs.csv", 82, replace=True))
    room.person = Person("Ann", Role.OPERATOR)
    with pytest.raises(ChangedMeanwhileError, match=r"L001 tensile_strength \(by Bo\)"):
        room.desk.record_imports(shown)
    with pytest.raises(ChangedMeanwhileError, match="recorded anew by Bo"):
        room.desk.reject("L001", "tensile_strength", "the grips slipped", seen=table)
    assert value() == 82
    room.desk.record_imports(told("mine.csv", 81, replace=True))
    assert value() == 81


def test_a_grade_that_came_after_a_page_was_drawn_is_not_set_aside(room):
    film = "L001"
    room.desk.grade(film, Grade.A)
    grid = read_grid(RawFile("g.csv", b"film,grade,note\nL001,D,seen by me\n"))
    plan = room.desk.plan_grading(grid, replace=True)
    room.desk.grade(film, Grade.C, note="seen by Bo", correction=True)
    with pytest.raises(ChangedMeanwhileError, match=f"{film} .by Ann"):
        room.desk.record_grading(plan)
    assert room.campaign.records().grades[film].note == "seen by Bo"
    room.desk.record_grading(room.desk.plan_grading(grid, replace=True))
    assert room.campaign.records().grades[film].note == "seen by me"


def test_files_of_one_film_count_together_or_are_refused(room):
    said = upload(room, "said.csv", "film,tensile_strength [MPa]\nL001,80\n").results
    chosen = upload(room, "chosen.csv", "film,tensile_strength [MPa]\nL001,90\n").results
    for replace in (False, True):
        with pytest.raises(InvalidInputError, match=r"chosen.csv and said.csv tell the same of a film"):
            room.desk.plan_imports({(None, None): said, ("L001", None): chosen}, replace=replace)
    (plan,) = room.desk.plan_imports({("L001", None): [*said, *chosen]})
    assert [m.n for m in plan.measurements] == [2]


def test_a_plan_is_recorded_under_who_records_it_and_when(room):
    found = upload(room, "s.csv", "film,tensile_strength [MPa]\nL001,80\n")
    (plan,) = room.desk.plan_imports({(None, None): found.results})
    # The page has been open since yesterday.
    plan = attrs.evolve(plan, event=attrs.evolve(plan.event, at=plan.event.at - timedelta(days=1)))
    room.person = Person("Bo", Role.OPERATOR)
    before = datetime.now(UTC)
    room.desk.record_imports([plan])
    records = room.campaign.records()
    event = records.event_of(records.measurements[("L001", "tensile_strength")])
    assert event.who == "Bo"
    assert before <= event.at <= datetime.now(UTC)


def test_a_grading_sheet_is_recorded(room):
    found = upload(room, "grades.csv", "film,grade,note\nL001,B,\nL002,,\n")
    assert found.grading is not None
    plan = room.desk.plan_grading(found.grading)
    before = datetime.now(UTC)
    room.desk.record_grading(attrs.evolve(plan, event=attrs.evolve(plan.event, at=before - timedelta(days=1))))
    records = room.campaign.records()
    assert records.grades["L001"].grade is Grade.B
    assert records.event_of(records.grades["L001"]).at >= before


def test_records_are_followed_without_reading_them_again(tmp_path):
    campaign = synthetic_campaign(SMALL)
    workspace: Workspace = fill_workspace(synthetic_campaign(SMALL, upto="empty"), tmp_path / "lab")
    with Store.open(workspace.database_url) as store:
        followed = FollowedRecords(store, "small")
        for event, records in campaign.log:
            store.append("small", event, records, supersede=True)
            followed.current()
        seal, found = followed.current()
        assert seal == store.audit("small")[-1].seal
        assert found == store.records("small") == campaign.records
        assert followed.current()[1] is found
        event = Event("grade:L001:2", "Ann", "person", simulated=False, at=datetime(2026, 5, 1, tzinfo=UTC))
        store.append("small", event, [FilmGrade("L001", Grade.D)], supersede=True)
        assert followed.records().grades["L001"].grade is Grade.D
        assert list(followed.records().grades) == list(store.records("small").grades)
