"""The tutorial "A week in the lab", command by command, as somebody follows it at a desk."""

import os
import re
import shlex
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import load_workbook
from typer.testing import CliRunner

from cli.main import app
from lab.open_campaigns import open_campaign
from lab.records import FilmGrade, Status
from lab.workspace import Workspace
from tests.imaginary_robot import FakeRobotProcess

pytestmark = [pytest.mark.robot, pytest.mark.browser, pytest.mark.slow]
TUTORIAL = Path(__file__).parents[2] / "docs" / "tutorial"
ROBOT = "http://127.0.0.1:31950"


def commands() -> list[list[str]]:
    """Every command of the page, as words."""
    page = (TUTORIAL / "a-week-in-the-lab.md").read_text("utf-8")
    blocks = re.findall(r"^```console\n(.*?)^```", page, flags=re.DOTALL | re.MULTILINE)
    lines = [line for block in blocks for line in block.splitlines()]
    assert all(line.startswith("$ ") for line in lines)
    return [shlex.split(line[2:], comments=True) for line in lines]


def fill_in(path: Path, values: dict[str, list[object]]) -> None:
    """Write values into the columns of a sheet, from the first row of films on."""
    book = load_workbook(path)
    sheet = book.active
    columns = {str(cell.value).partition(" ")[0]: cell.column for cell in sheet[1]}
    for name, column in values.items():
        for place, value in enumerate(column):
            sheet.cell(3 + place, columns[name]).value = value
    book.save(path)


PEOPLE: dict[str, dict[str, list[object]]] = {
    "grades.xlsx": {"grade": list("ABABABACABDA")},
    "values.xlsx": {
        "transmittance_vis": ["80 %", None, None, None],
        "tensile_strength": [51.0, "> 60", None, 47.5],
        "residual_ratio": ["failed: too small", None, None, "failed: too small"],
    },
    "verified.xlsx": {"transmittance_vis": [0.79], "tensile_strength": [53.0, 51.0], "residual_ratio": ["55 %"]},
}
"""What people type into the sheets."""


def test_the_week_ends_with_a_recipe_that_was_verified(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    shutil.copytree(TUTORIAL / "week", tmp_path / "my-week")
    monkeypatch.chdir(tmp_path / "my-week")
    with FakeRobotProcess(tmp_path / "robot", "--speed", "1000") as robot:
        for words in commands()[3:]:
            (_ours if words[0] == "filmlab" else _shell)([word.replace(ROBOT, robot.url) for word in words])
    with open_campaign(Workspace.open(Path("W"))) as campaign:
        records = campaign.records()
        versions = campaign.store.history("week", FilmGrade, ("L002",))
    assert [found.grade for _, found in versions if isinstance(found, FilmGrade)] == ["B", "C"]
    assert "A01-04" not in records.as_made and "V1-1" in records.as_made
    assert records.measurements["A01-01", "tensile_strength"].n == 2
    assert records.measurements["A01-02", "transmittance_vis"].value == pytest.approx(0.8)
    assert records.measurements["A01-03", "tensile_strength"].status is Status.OK
    assert records.measurements["V1-1", "tensile_strength"].value == pytest.approx(52.0)
    assert Path("W", "report.pdf").stat().st_size > 10_000
    with open_campaign(Workspace.open(Path("ELSEWHERE"))) as copy:
        assert copy.store.audit("week")[-1].seal == campaign_seal(Path("W"))


def campaign_seal(workspace: Path) -> str:
    """The newest seal of the tutorial's campaign."""
    with open_campaign(Workspace.open(workspace)) as campaign:
        return campaign.store.audit("week")[-1].seal


def _ours(words: list[str]) -> None:
    for name in (word for word in words if word in PEOPLE and words[1] == "import"):
        fill_in(Path(name), PEOPLE[name])
    done = CliRunner().invoke(app, words[1:])
    assert done.exit_code == 0, f"{' '.join(words)}\n{done.output}\n{done.exception!r}"


def _shell(words: list[str]) -> None:
    known: dict[str, Callable[..., object]] = {"mkdir": os.mkdir, "cp": _copy}
    known[words[0]](*words[1:])


def _copy(*names: str) -> None:
    for name in names[:-1]:
        shutil.copy(name, names[-1])


def test_the_files_of_the_week_are_those_that_the_script_writes() -> None:
    from tests.samples.week import week_files

    kept = {path.name: path.read_bytes() for path in (TUTORIAL / "week").iterdir() if path.suffix == ".csv"}
    assert kept == {name: content for name, content in week_files().items() if name.endswith(".csv")}
