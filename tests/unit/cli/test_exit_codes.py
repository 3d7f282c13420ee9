"""What a script that calls `filmlab` learns from its exit code: 0 done, 1 failed, 2 wrong usage."""

from pathlib import Path
from types import SimpleNamespace

import pytest
from typer.testing import CliRunner

from cli import doctor
from cli.checks import Check
from cli.main import app
from lab.store import Store
from lab.workspace import Workspace
from tests.end_to_end.running import SMALL
from tests.store_examples import event


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    monkeypatch.delenv("FILMLAB_DATABASE_URL", raising=False)
    made = Workspace.create(tmp_path / "lab")
    with Store.open(made.database_url, create=True) as store:
        store.create_campaign("small", SMALL.read_text(), 7, "tests")
    return made


def run(*words: object) -> tuple[int, str]:
    done = CliRunner().invoke(app, list(map(str, words)), catch_exceptions=False)
    return done.exit_code, done.output


@pytest.mark.parametrize(("differences", "code"), [((), 0), (("film 3 is another one",), 1)])
def test_a_suggestion_that_is_not_derived_again_fails(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, differences: tuple[str, ...], code: int
) -> None:
    found = SimpleNamespace(suggestions=(), differences=differences)
    monkeypatch.setattr("active_learning.campaign.replaying.replay", lambda *_: found)
    for form in ([], ["--json"]):
        found_code, told = run("suggest", "--replay", 1, "-w", workspace.root, *form)
        assert found_code == code
        assert all(difference in told for difference in differences)


@pytest.mark.parametrize(
    ("asked", "ok", "differences", "code"),
    [(True, True, (), 0), (True, False, (), 1), (False, False, (), 1), (True, True, ("A1 gets 3 uL more",), 1)],
)
def test_a_protocol_that_does_something_else_fails(
    monkeypatch: pytest.MonkeyPatch, asked: bool, ok: bool, differences: tuple[str, ...], code: int
) -> None:
    jobs = [SimpleNamespace(plan=SimpleNamespace(label=label), protocol="") for label in ("deck-001", "deck-002")]
    good = SimpleNamespace(asked=True, ok=True, commands=3, note="ran", differences=lambda _: ())
    other = SimpleNamespace(asked=asked, ok=ok, commands=3, note="ran", differences=lambda _: differences)
    monkeypatch.setattr("robot_protocols.running.loading.read_jobs", lambda *_: jobs)
    monkeypatch.setattr("robot_protocols.vendor.simulate", lambda *_, **__: {"deck-001": other, "deck-002": good})
    for form in ([], ["--json"]):
        found, told = run("protocol", "simulate", "plans", *form)
        assert found == code
        assert all(difference in told for difference in differences)


def test_a_backup_that_lacks_a_file_is_written_and_fails(workspace: Workspace, tmp_path: Path) -> None:
    there, gone = (workspace.artefacts.put(name, name) for name in ("there", "gone"))
    with Store.open(workspace.database_url) as store:
        store.append("small", event(), [there, gone])
    workspace.artefacts.path(gone.sha256).unlink()
    code, told = run("db", "backup", tmp_path / "b.tar.gz", "-w", workspace.root)
    assert code == 1
    assert "1 campaign, 1 file)" in told and gone.sha256 in told
    code, told = run("db", "restore", tmp_path / "b.tar.gz", "-w", tmp_path / "new")
    assert code == 1
    assert "Restored 1 campaign and 1 file." in told and gone.sha256 in told


@pytest.mark.parametrize(("state", "code"), [("ok", 0), ("missing", 0), ("fault", 1)])
def test_the_doctor_fails_where_something_must_be_mended(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, state: str, code: int
) -> None:
    monkeypatch.setattr(doctor, "ALL_CHECKS", [lambda _: Check("leg", state, "looked at", "rest it")])
    for form in ([], ["--json"]):
        found, told = run("doctor", "-w", tmp_path, *form)
        assert found == code
        assert "rest it" in told
