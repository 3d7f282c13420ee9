"""Importing on the command line: records, stored files and refusals in a real workspace."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from openpyxl import load_workbook
from typer.testing import CliRunner

from cli.main import app
from lab.campaign_files import builtin_text
from lab.compositions import Composition
from lab.errors import InvalidInputError
from lab.grades import Grade
from lab.measuring import reject_measurement
from lab.open_campaigns import open_campaign
from lab.records import AsMade, Event, Film, Purpose
from lab.store import Store
from lab.workspace import Workspace
from tests.factories import records_of
from tests.samples import photos, spectra, tensile


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    made = Workspace.create(tmp_path / "lab")
    half = Composition({"CNF": 0.5, "MMT": 0.5})
    labels = ("L001", "L002")
    films = [Film(label, Purpose.MANUAL, half, 100.0, 4000.0) for label in labels]
    event = Event("plan", "ada", "by hand", simulated=False, at=datetime.now(UTC))
    with Store.open(made.database_url, create=True) as store:
        store.create_campaign("chen2024", builtin_text("chen2024"), 7, "ada")
        store.append("chen2024", event, [*films, *(AsMade(label, half, {}, 100.0) for label in labels)])
    return made.root


def run(workspace: Path, *words: str) -> str:
    done = CliRunner().invoke(app, [*words, "--workspace", str(workspace)])
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    assert done.exit_code == 0, done.output
    return done.output


def test_files_become_measurements_and_are_stored_unchanged(workspace: Path, tmp_path: Path) -> None:
    path = tmp_path / "cary.csv"
    path.write_bytes(spectra.files()["cary.csv"])
    assert "6 measurements recorded" in run(workspace, "import", str(path), "--who", "grace")
    known = records_of(workspace)
    found = known.measurements["L001", "transmittance_vis"]
    assert found.value == pytest.approx(spectra.TRUTH["transmittance_vis"])
    assert known.event_of(found).who == "grace"
    assert found.raw_sha256 is not None
    assert Workspace.open(workspace).artefacts.read(found.raw_sha256) == path.read_bytes()
    with pytest.raises(InvalidInputError, match="imported already by grace"):
        run(workspace, "import", str(path))


def test_a_tensile_file_of_three_strips_is_one_measurement_of_three(workspace: Path, tmp_path: Path) -> None:
    path = tmp_path / "zwick.txt"
    path.write_bytes(tensile.files()["testxpert.txt"])
    run(workspace, "import", str(path))
    found = records_of(workspace).measurements["L001", "tensile_strength"]
    assert found.n == 3
    assert found.value == pytest.approx((60 + 55 + 60) / 3, rel=1e-3)


@pytest.mark.parametrize("name", [" ", "ada\n2026-01-01"])
def test_the_name_of_who_imports_is_one_that_can_be_printed(workspace: Path, tmp_path: Path, name: str) -> None:
    path = tmp_path / "cary.csv"
    path.write_bytes(spectra.files()["cary.csv"])
    with pytest.raises(InvalidInputError, match="the name"):
        run(workspace, "import", str(path), "--who", name)
    assert not records_of(workspace).measurements


def test_the_newest_act_tells_of_all_files_that_a_mean_rests_on(workspace: Path, tmp_path: Path) -> None:
    files = []
    for level in (80, 82):
        rows = "".join(f"{wavelength},{level}\n" for wavelength in range(300, 1001, 10))
        files.append(tmp_path / f"scan{level}.csv")
        files[-1].write_text(f"wavelength (nm),%T\n{rows}")
    run(workspace, "import", *map(str, files), "--film", "L001")
    with open_campaign(Workspace.open(workspace)) as campaign:
        for film, name in campaign.records().measurements:
            reject_measurement(campaign, film, name, "was measured on another film", "ada")
    run(workspace, "import", *map(str, files), "--film", "L002")
    with pytest.raises(InvalidInputError, match="was imported for L002 already"):
        run(workspace, "import", str(files[1]), "--film", "L001", "--replace")
    run(workspace, "import", str(files[1]), "--film", "L001", "--instead-of", "L002", "--replace")
    assert {key for key, found in records_of(workspace).measurements.items() if found.value is None} == {
        ("L002", name) for name in spectra.TRUTH
    }


def test_a_dry_run_records_nothing(workspace: Path, tmp_path: Path) -> None:
    path = tmp_path / "cary.csv"
    path.write_bytes(spectra.files()["cary.csv"])
    assert "nothing recorded" in run(workspace, "import", str(path), "--dry-run")
    assert not records_of(workspace).measurements


def test_a_grading_sheet_goes_out_and_comes_back(workspace: Path, tmp_path: Path) -> None:
    path = tmp_path / "grades.csv"
    assert "2 films" in run(workspace, "sheet", "grading", "--out", str(path))
    path.write_text(path.read_text("utf-8-sig").replace("L001,,", "L001,A,flat").replace("L002,,", "L002,C,"), "utf-8")
    assert "2 grades recorded" in run(workspace, "import", str(path), "--sheet")
    assert {film: found.grade for film, found in records_of(workspace).grades.items()} == {
        "L001": Grade.A,
        "L002": Grade.C,
    }
    assert "0 films" in run(workspace, "sheet", "grading", "--out", str(path))


def test_a_measurement_sheet_goes_out_and_comes_back(workspace: Path, tmp_path: Path) -> None:
    path = tmp_path / "values.csv"
    run(workspace, "sheet", "measurement", "--out", str(path), "--readings", "1")
    lines = path.read_text("utf-8-sig").splitlines()
    at = lines[0].split(",").index("tensile_strength [MPa]")
    cells = lines[2].split(",")
    cells[at] = "61.5"
    path.write_text("\n".join([lines[0], ",".join(cells), ""]), "utf-8")
    run(workspace, "import", str(path), "--sheet")
    assert records_of(workspace).measurements["L001", "tensile_strength"].value == 61.5


@pytest.mark.parametrize("kind", ["grading", "measurement"])
@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_what_somebody_typed_is_not_written_over(workspace: Path, tmp_path: Path, kind: str, suffix: str) -> None:
    path = tmp_path / f"sheet{suffix}"
    for _ in range(2):  # a template that nobody touched may be replaced
        run(workspace, "sheet", kind, "--out", str(path))
    if suffix == ".csv":
        text = path.read_text("utf-8-sig").replace("L001,", "L001,A" if kind == "grading" else "L001,60", 1)
        path.write_text(text, "utf-8")
    else:
        book = load_workbook(path)
        book.worksheets[0]["B3"] = "A" if kind == "grading" else "0.7"
        book.save(path)
    typed = path.read_bytes()
    with pytest.raises(InvalidInputError, match="holds what somebody filled in"):
        run(workspace, "sheet", kind, "--out", str(path))
    assert path.read_bytes() == typed
    if suffix == ".xlsx":
        run(workspace, "import", str(path), "--sheet")
        run(workspace, "sheet", kind, "--out", str(path))
        assert path.read_bytes() != typed


@pytest.mark.parametrize("kind", ["grading", "measurement"])
def test_no_sheet_asks_for_a_film_that_was_refused(workspace: Path, tmp_path: Path, kind: str) -> None:
    run(workspace, "film", "refuse", "L001", "--correct")
    path = tmp_path / "sheet.csv"
    assert "1 film:" in run(workspace, "sheet", kind, "--out", str(path))
    assert {line.partition(",")[0] for line in path.read_text("utf-8-sig").splitlines()[2:]} == {"L002"}


def test_sheets_of_one_call_are_one_document(workspace: Path, tmp_path: Path) -> None:
    grades, first, second = (tmp_path / f"{name}.csv" for name in ("grades", "first", "second"))
    grades.write_text("film,grade,note\nL001,A,\n")
    first.write_text("film,tensile_strength [MPa]\nL001,60\n")
    second.write_text("film,tensile_strength [MPa]\nL001,62\n")
    told = json.loads(run(workspace, "import", str(grades), str(first), str(second), "--sheet", "--json"))
    assert told["recorded"] is True
    assert told["grades"] == {"L001": "A"}
    assert [(found["film"], found["value"], found["n"]) for found in told["measurements"]] == [("L001", 61.0, 2)]
    assert records_of(workspace).measurements["L001", "tensile_strength"].value == 61.0


def test_a_wrong_sheet_keeps_those_beside_it_out(workspace: Path, tmp_path: Path) -> None:
    right, again, wrong = (tmp_path / f"{name}.csv" for name in ("right", "again", "wrong"))
    right.write_text("film,grade,note\nL001,A,\n")
    again.write_text("film,grade,note\nL001,B,\n")
    wrong.write_text("film,tensile_strength [MPa]\nQ7,60\n")
    with pytest.raises(InvalidInputError) as caught:
        run(workspace, "import", str(right), str(again), str(wrong), "--sheet")
    assert caught.value.faults == (
        "wrong.csv: A2: there is no film 'Q7'",
        "sheets: L001 is graded in two of them",
    )
    assert not records_of(workspace).grades


@pytest.mark.parametrize("option", [["--film", "L001"], ["--format", "generic"], ["--width", "5"]])
def test_what_is_for_instruments_is_refused_beside_sheets(workspace: Path, tmp_path: Path, option: list[str]) -> None:
    path = tmp_path / "grades.csv"
    path.write_text("film,grade,note\nL001,A,\n")
    done = CliRunner().invoke(app, ["import", str(path), "--sheet", *option, "--workspace", str(workspace)])
    assert done.exit_code == 2
    assert "a sheet says itself" in done.output
    assert not records_of(workspace).grades


def test_photos_of_two_films_are_no_flame_test(workspace: Path, tmp_path: Path) -> None:
    before, after, unnamed = (tmp_path / name for name in ("L002-before.png", "L001-after.png", "after.png"))
    before.write_bytes(photos.encoded(photos.film()))
    for path in (after, unnamed):
        path.write_bytes(photos.encoded(photos.residue(0.4)))
    end = ("--marker", "10", "--overlay", str(tmp_path / "overlay.png"), "--accept")
    with pytest.raises(InvalidInputError, match="named after L001 and L002"):
        run(workspace, "photo", "flame", str(before), str(after), *end)
    with pytest.raises(InvalidInputError, match="says L002 and you say L001"):
        run(workspace, "photo", "flame", str(before), str(after), *end, "--film", "L001")
    with pytest.raises(InvalidInputError, match="same photo"):
        run(workspace, "photo", "flame", str(after), str(after), *end)
    assert not records_of(workspace).measurements
    run(workspace, "photo", "flame", str(before), str(unnamed), *end)
    assert list(records_of(workspace).measurements) == [("L002", "residual_ratio")]


def test_a_flame_test_is_recorded_only_when_accepted(workspace: Path, tmp_path: Path) -> None:
    before, after = tmp_path / "L001-before.png", tmp_path / "L001-after.png"
    before.write_bytes(photos.encoded(photos.film()))
    after.write_bytes(photos.encoded(photos.residue(0.4)))
    overlay = tmp_path / "overlay.png"
    words = ("photo", "flame", str(before), str(after), "--marker", "10", "--overlay", str(overlay))
    assert "--accept" in run(workspace, *words)
    assert overlay.exists() and not records_of(workspace).measurements
    run(workspace, *words, "--accept")
    known = records_of(workspace)
    assert known.measurements["L001", "residual_ratio"].value == pytest.approx(0.4, abs=0.02)
    assert {name.rsplit("/", 1)[-1] for name in known.artefacts if name.startswith("raw/")} == {
        "L001-before.png",
        "L001-after.png",
        "L001-after.png.overlay.png",
    }


def test_a_mean_that_was_imported_again_is_withdrawn_with_a_file_of_another_film(
    workspace: Path, tmp_path: Path
) -> None:
    own, others = tmp_path / "own.csv", tmp_path / "others.csv"
    scan = spectra.cary(("L001",))
    own.write_text(scan)
    others.write_text(scan.replace("550.0,66.5500", "550.0,66.6500"))
    run(workspace, "import", str(own), str(others))
    run(workspace, "import", str(own), str(others), "--replace")
    run(workspace, "import", str(others), "--film", "L002", "--instead-of", "L001")
    found = records_of(workspace).measurements
    assert found["L001", "transmittance_vis"].value is None
    assert found["L002", "transmittance_vis"].value is not None
