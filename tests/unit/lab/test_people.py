"""What people add to a campaign's records."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from active_learning.campaign.actions import ActionKind
from active_learning.campaign.next_actions import next_actions
from active_learning.campaign.training_data import graded_films
from cli.main import app
from lab import people, people_checks
from lab.compositions import Composition
from lab.errors import DuplicateRecordError, InvalidInputError, UnknownNameError
from lab.grades import Grade
from lab.open_campaigns import OpenCampaign, open_campaign
from lab.records import AsMade, Deck, DishPosition, Event, Film, FilmGrade, Purpose, Verdict
from lab.records.films import library_label, loop_label, verification_label
from lab.store import Store
from lab.workspace import Workspace

SMALL = Path(__file__).parents[2] / "data" / "small.toml"
HALF = Composition({"CNF": 0.5, "gelatin": 0.5, "glycerol": 0.0})
OTHER = Composition({"CNF": 0.7, "gelatin": 0.3, "glycerol": 0.0})


@pytest.fixture
def campaign(tmp_path: Path) -> Iterator[OpenCampaign]:
    workspace = Workspace.create(tmp_path)
    with Store.open(workspace.database_url, create=True) as store:
        store.create_campaign("small", SMALL.read_text(), 1, "test")
    with open_campaign(workspace) as handle:
        films = [Film(label, Purpose.LOOP, HALF, 40.0, 4500.0, loop=1) for label in ("A1", "A2")]
        deck = Deck("deck-001", (DishPosition("A2", 1, "A1"),), "0" * 64, "1" * 64, 0, "not asked", 1.0)
        event = Event("made up", "test", "test", True, datetime(2026, 1, 1, tzinfo=UTC))
        handle.store.append("small", event, [*films, deck, AsMade("A2", HALF, {}, 40.0)])
        yield handle


def test_a_decision_carries_the_person_s_name(campaign: OpenCampaign) -> None:
    people.approve(campaign, ["A1"], "Ada", note="looks good")
    records = campaign.records()
    assert records.approvals["A1"].verdict is Verdict.APPROVED
    event = records.event_of(records.approvals["A1"])
    assert (event.who, event.source, event.simulated) == ("Ada", "person", False)


@pytest.mark.parametrize("name", ["", "  ", "Ada\n2026-01-01 00:00:00Z  Ben", "Ada\x1b[2K", "Ada\u200b", "Ada\udcff"])
def test_a_name_that_could_hide_who_did_what_is_refused(campaign: OpenCampaign, name: str) -> None:
    with pytest.raises(InvalidInputError, match="the name"):
        people.approve(campaign, ["A1"], name)
    with pytest.raises(InvalidInputError, match=r"cannot be printed|label is empty"):
        people.add_film(campaign, name, HALF, "Ada")
    assert "A1" not in campaign.records().approvals


def test_a_label_that_fits_on_no_film_is_refused(campaign: OpenCampaign) -> None:
    people.add_film(campaign, "L" * 100, HALF, "Ada")
    with pytest.raises(InvalidInputError, match="101 characters; at most 100"):
        people.add_film(campaign, "L" * 101, HALF, "Ada")


@pytest.mark.parametrize("label", ["L013", "a02-01", " V1-1 "])
def test_a_label_that_the_campaign_will_give_is_refused(campaign: OpenCampaign, label: str) -> None:
    with pytest.raises(InvalidInputError, match=f"(?s)itself gives labels .*M-{label.strip()}"):
        people.add_film(campaign, label, HALF, "Ada")
    people.add_film(campaign, f"M-{label}", HALF, "Ada")


@pytest.mark.parametrize(
    "name", ["\u5c71\u7530\u3000\u592a\u90ce", "Ana\u00a0Mar\u00eda O'Neill", "\u0646\u200c\u0646"]
)
def test_names_of_every_script_are_kept(campaign: OpenCampaign, name: str) -> None:
    people.approve(campaign, ["A1"], name)
    assert campaign.records().event_of(campaign.records().approvals["A1"]).who == name


def test_a_film_is_decided_about_once(campaign: OpenCampaign) -> None:
    people.refuse(campaign, ["A1"], "Ada")
    with pytest.raises(DuplicateRecordError, match="A1 was refused by Ada on"):
        people.approve(campaign, ["A1"], "Ben")
    with pytest.raises(DuplicateRecordError, match="A1 was refused by Ada on"):
        people.edit(campaign, "A1", OTHER, "Ben")
    assert campaign.records().approvals["A1"].verdict is Verdict.REFUSED


def test_a_refused_film_that_is_cast_all_the_same_is_told_of(campaign: OpenCampaign, tmp_path: Path) -> None:
    event = Event("more", "test", "test", True, datetime(2026, 1, 1, tzinfo=UTC))
    film = Film("A3", Purpose.LOOP, HALF, 40.0, 4500.0, loop=1)
    deck = Deck("deck-002", (DishPosition("A3", 1, "A1"),), "0" * 64, "1" * 64, 0, "not asked", 1.0)
    campaign.store.append("small", event, [film, deck])
    films = ["A1", "A2", "A3"]
    done = CliRunner().invoke(app, ["film", "refuse", *films, "--workspace", str(tmp_path), "--who", "Ada"])
    assert done.exit_code == 0
    assert "A2 has been made already" in done.output and "A3 is on deck-002 already" in done.output
    assert "Note: A1" not in done.output


def test_an_edited_film_keeps_its_history(campaign: OpenCampaign) -> None:
    people.edit(campaign, "A1", OTHER, "Ada")
    assert campaign.records().films["A1"].asked == OTHER
    assert [record.asked for _, record in campaign.store.history("small", Film, ("A1",))] == [HALF, OTHER]  # type: ignore[union-attr]


def test_a_film_on_a_deck_is_not_edited(campaign: OpenCampaign) -> None:
    with pytest.raises(InvalidInputError, match="on deck-001 already"):
        people.edit(campaign, "A2", OTHER, "Ada")


def test_a_film_on_a_deck_is_not_approved(campaign: OpenCampaign) -> None:
    with pytest.raises(InvalidInputError, match="A2 is on deck-001 already"):
        people.approve(campaign, ["A1", "A2"], "Ada")
    assert not campaign.records().approvals


@pytest.mark.parametrize("what", ["approved", "on a deck"])
def test_an_edit_does_not_pass_over_what_others_record_at_the_same_moment(
    campaign: OpenCampaign, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    check = people_checks.check_not_on_deck

    def somebody_is_quicker(*given: Any) -> None:
        monkeypatch.undo()
        check(*given)
        if what == "approved":
            people.approve(campaign, ["A1"], "Ben")
        else:
            deck = Deck("deck-002", (DishPosition("A1", 1, "A1"),), "0" * 64, "1" * 64, 0, "not asked", 1.0)
            event = Event("plan", "test", "test", True, datetime(2026, 1, 1, tzinfo=UTC))
            campaign.store.append("small", event, [deck])

    monkeypatch.setattr(people, "check_not_on_deck", somebody_is_quicker)
    with pytest.raises((DuplicateRecordError, InvalidInputError), match=r"by Ben|deck-002"):
        people.edit(campaign, "A1", OTHER, "Ada")
    assert campaign.records().films["A1"].asked == HALF


def test_an_approved_film_is_given_up_only_on_purpose_and_for_good(campaign: OpenCampaign) -> None:
    people.approve(campaign, ["A1"], "Ada")
    people.add_film(campaign, "M1", HALF, "Ada", made=True)
    with pytest.raises(DuplicateRecordError, match=r"(?s)A1 was approved by Ada .*M1 was approved.*--correct"):
        people.refuse(campaign, ["A1", "M1", "A2"], "Ben")
    people.refuse(campaign, ["A1", "M1", "A1"], "Ben", note="broken", correction=True)
    films = campaign.records().approvals
    assert {label: films[label].verdict for label in films} == dict.fromkeys(["A1", "M1"], Verdict.REFUSED)
    asked = {label for action in next_actions(campaign.definition, campaign.records()) for label in action.films}
    assert not asked & {"A1", "M1"}
    with pytest.raises(DuplicateRecordError, match=r"^A1 was refused by Ben on [^;]*\n"):
        people.refuse(campaign, ["A1", "A2"], "Ada", correction=True)
    with pytest.raises(DuplicateRecordError, match=r"A1 was refused by Ben.*"):
        people.approve(campaign, ["A1"], "Ada")


def test_a_recipe_outside_the_bounds_is_refused(campaign: OpenCampaign) -> None:
    sticky = Composition({"CNF": 0.2, "gelatin": 0.0, "glycerol": 0.8})
    with pytest.raises(InvalidInputError, match=r"glycerol 0\.8 is outside 0 to 0\.5"):
        people.add_film(campaign, "M1", sticky, "Ada")
    assert "M1" not in campaign.records().films


def test_a_material_that_the_campaign_has_not_is_refused_even_at_nothing(campaign: OpenCampaign) -> None:
    with pytest.raises(InvalidInputError, match=r"gold is not among the materials CNF, gelatin, glycerol"):
        people.add_film(campaign, "M1", Composition({"CNF": 0.5, "gelatin": 0.5, "gold": 0.0}), "Ada")
    assert "M1" not in campaign.records().films


def test_a_film_from_outside_the_plan_can_be_added_once(campaign: OpenCampaign) -> None:
    people.add_film(campaign, "M1", OTHER, "Ada")
    assert campaign.records().films["M1"].purpose is Purpose.MANUAL
    for label in ("M1", " M1 "):
        with pytest.raises(DuplicateRecordError, match="M1 was added by Ada on"):
            people.add_film(campaign, label, HALF, "Ben")


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        (["CNF=0.5", "CNF=1"], "CNF is given 2 times"),
        (["=1"], "'=1' is not NAME=FRACTION"),
        (["CNF", "gelatin=much"], "'gelatin=much' is not"),
    ],
)
def test_a_recipe_that_is_typed_wrongly_is_refused(
    campaign: OpenCampaign, tmp_path: Path, parts: list[str], said: str
) -> None:
    given = [word for part in parts for word in ("--part", part)]
    done = CliRunner().invoke(app, ["film", "add", "M1", *given, "--workspace", str(tmp_path), "--who", "Ada"])
    assert isinstance(done.exception, InvalidInputError) and said in str(done.exception)
    assert "M1" not in campaign.records().films


def test_letters_with_accents_are_the_same_however_they_were_typed(campaign: OpenCampaign) -> None:
    assert people.add_film(campaign, " e\u0301-1 ", HALF, "Rene\u0301") == "\u00e9-1"
    records = campaign.records()
    assert "\u00e9-1" in records.films
    assert records.events["add-film:\u00e9-1"].who == "Ren\u00e9"
    with pytest.raises(DuplicateRecordError, match="was added"):
        people.add_film(campaign, "\u00e9-1", HALF, "Ben")


def test_a_film_is_found_by_the_label_that_it_was_added_with(campaign: OpenCampaign, tmp_path: Path) -> None:
    """A Mac may type its accents in two pieces."""
    label, who = "e\u0301-1", "Rene\u0301"
    for words in (
        ["film", "add", label, "--part", "CNF=0.5", "--part", "gelatin=0.5", "--made"],
        ["film", "dry", label, "--temperature", "40", "--hours", "48"],
        ["film", "grade", label, "A"],
        ["audit", "--film", label],
    ):
        done = CliRunner().invoke(app, [*words, "--workspace", str(tmp_path), "--who", who], catch_exceptions=False)
        assert done.exit_code == 0
    assert done.output.count("Ren\u00e9") == 3
    assert campaign.records().grades["\u00e9-1"].grade is Grade.A


def test_a_film_that_is_named_twice_is_meant_once(campaign: OpenCampaign) -> None:
    people.approve(campaign, ["A1", "A1"], "Ada")
    people.add_film(campaign, "M1", OTHER, "Ada", made=True)
    people.record_drying(campaign, ["M1", "M1"], 40, 48, "Ada")
    assert set(campaign.records().approvals) == {"A1", "M1"} and set(campaign.records().dryings) == {"M1"}


def test_a_film_made_elsewhere_needs_no_deck_and_is_learned_from(campaign: OpenCampaign) -> None:
    people.add_film(campaign, "M1", OTHER, "Ada", made=True)
    people.grade(campaign, "M1", Grade.A, "Ada")
    actions = next_actions(campaign.definition, campaign.records())
    assert [action.kind for action in actions if "M1" in action.films] == [ActionKind.MEASURE]
    learned = graded_films(campaign.definition, campaign.records())
    assert learned.labels == ("M1",)
    assert learned.compositions[0] == pytest.approx(OTHER.vector(campaign.definition.material_names))


@pytest.mark.parametrize(("option", "following"), [(["--made"], "film grade M1"), ([], "film approve M1")])
def test_what_an_added_film_needs_next_is_told(
    campaign: OpenCampaign, tmp_path: Path, option: list[str], following: str
) -> None:
    parts = ["--part", "CNF=0.7", "--part", "gelatin=0.3"]
    done = CliRunner().invoke(app, ["film", "add", "M1", *parts, *option, "--workspace", str(tmp_path), "--who", "Ada"])
    assert done.exit_code == 0 and following in done.output
    assert ("M1" in campaign.records().as_made) is bool(option)


def test_a_label_is_told_as_a_shell_reads_it(campaign: OpenCampaign, tmp_path: Path) -> None:
    command = ["film", "add", " M 1 ", "--part", "CNF=1", "--workspace", str(tmp_path), "--who", "Ada"]
    assert "filmlab film approve 'M 1'\n" in CliRunner().invoke(app, command).output


def test_a_grade_is_replaced_only_as_a_correction(campaign: OpenCampaign) -> None:
    people.grade(campaign, "A2", Grade.B, "Ada")
    with pytest.raises(DuplicateRecordError, match="A2 was graded B by Ada on"):
        people.grade(campaign, "A2", Grade.A, "Ben")
    people.grade(campaign, "A2", Grade.A, "Ben", correction=True)
    history = campaign.store.history("small", FilmGrade, ("A2",))
    assert [(event.who, record.grade) for event, record in history] == [("Ada", Grade.B), ("Ben", Grade.A)]  # type: ignore[union-attr]


def test_acts_on_films_whose_labels_look_like_other_acts_are_done(campaign: OpenCampaign) -> None:
    for label in ("1:1", "1:1:2", "1:1+1:1:2"):  # ratios of two and three materials
        people.add_film(campaign, label, HALF, "Ada", made=True)
    people.grade(campaign, "1:1", Grade.B, "Ada")
    people.grade(campaign, "1:1", Grade.C, "Ada", correction=True)
    people.grade(campaign, "1:1:2", Grade.A, "Ada")
    people.record_drying(campaign, ["1:1", "1:1:2"], 60.0, 5.0, "Ada")
    people.record_drying(campaign, ["1:1+1:1:2"], 60.0, 5.0, "Ada")
    records = campaign.records()
    assert [records.grades[label].grade for label in ("1:1", "1:1:2")] == [Grade.C, Grade.A]
    assert len(records.dryings) == 3


def test_who_grades_at_the_same_moment_is_told_who_was_first(campaign: OpenCampaign, monkeypatch) -> None:
    people.grade(campaign, "A2", Grade.B, "Ada")
    history, asked = campaign.store.history, []

    def late(*about: Any) -> Any:
        asked.append(about)
        return history(*about) if len(asked) > 1 else ()

    monkeypatch.setattr(campaign.store, "history", late)
    with pytest.raises(DuplicateRecordError, match="A2 was graded B by Ada on"):
        people.grade(campaign, "A2", Grade.A, "Ben")


def test_a_film_that_is_not_made_cannot_be_dried_or_graded(campaign: OpenCampaign) -> None:
    with pytest.raises(InvalidInputError, match="A1 has not been made yet"):
        people.grade(campaign, "A1", Grade.A, "Ada")
    with pytest.raises(InvalidInputError, match="A1 has not been made yet"):
        people.record_drying(campaign, ["A2", "A1"], 40.0, 24.0, "Ada")
    assert not campaign.records().dryings


def test_a_film_is_dried_once_and_at_a_temperature_that_can_be(campaign: OpenCampaign) -> None:
    with pytest.raises(InvalidInputError) as refused:
        people.record_drying(campaign, ["A2"], float("nan"), float("inf"), "Ada")
    assert len(refused.value.faults) == 2
    people.record_drying(campaign, ["A2"], 40.0, 24.0, "Ada")
    with pytest.raises(DuplicateRecordError, match="A2 was dried by Ada on"):
        people.record_drying(campaign, ["A2"], 60.0, 24.0, "Ben")


def test_a_deck_is_signed_with_its_plan_s_hash(campaign: OpenCampaign) -> None:
    people.sign_deck(campaign, "deck-001", "Ada")
    assert campaign.records().deck_checks["deck-001"].plan_sha256 == "0" * 64
    with pytest.raises(DuplicateRecordError, match="deck-001 was signed for by Ada on"):
        people.sign_deck(campaign, "deck-001", "Ben")


def test_unknown_films_decks_and_nameless_people_are_refused(campaign: OpenCampaign) -> None:
    for action in (
        lambda: people.approve(campaign, ["A1", "A9"], "Ada"),
        lambda: people.grade(campaign, "A9", Grade.A, "Ada"),
        lambda: people.sign_deck(campaign, "deck-9", "Ada"),
    ):
        with pytest.raises(UnknownNameError):
            action()
    with pytest.raises(InvalidInputError, match="who made it"):
        people.approve(campaign, ["A1"], " ")
    assert not campaign.records().approvals


def test_a_computer_user_without_a_name_works_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("pwd.getpwuid", {}.__getitem__)
    made = CliRunner().invoke(app, ["campaign", "create", "--workspace", str(tmp_path)], catch_exceptions=False)
    assert made.exit_code == 0
    with Store.open(Workspace.open(tmp_path).database_url) as store:
        assert [entry.created_by for entry in store.campaigns()] == ["operator"]


@pytest.mark.parametrize(
    "label",
    [
        *map(library_label, (1, 286, 12_345)),
        loop_label(1, 1),
        loop_label(14, 10),
        loop_label(120, 500),
        verification_label("D1-2"),
        verification_label("D12-10"),
    ],
)
def test_what_a_campaign_calls_its_own_films_is_no_label_for_others(label):
    with pytest.raises(InvalidInputError, match="the campaign itself gives labels"):
        people_checks.label_for_records(label)
