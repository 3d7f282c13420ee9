"""What `filmlab work` does and says besides the campaign's actions."""

import errno
import os
import time
from pathlib import Path
from typing import Never
from unittest.mock import Mock

import pytest
from typer.testing import CliRunner

from cli.main import app
from lab.errors import BenchWaitsError
from lab.store import Store
from lab.workspace import Workspace

SMALL = Path(__file__).parents[2] / "data" / "small.toml"


def test_work_for_ever_outlasts_a_full_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    faults: list[BaseException] = [OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)), KeyboardInterrupt()]

    def full(*_: object, **__: object) -> Never:
        raise faults.pop(0)

    with Store.open(Workspace.create(tmp_path).database_url, create=True) as store:
        store.create_campaign("small", SMALL.read_text(), 1, "test")
    monkeypatch.setattr("active_learning.campaign.work.work", full)
    done = CliRunner().invoke(app, ["work", "--follow", "0.1", "--workspace", str(tmp_path)])
    assert (done.exit_code, faults) == (130, [])
    assert "No space left on device" in done.stdout


def test_people_are_told_that_a_robot_waits_for_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    faults: list[BaseException] = [BenchWaitsError("deck-001 is not complete", hint="look"), KeyboardInterrupt()]

    def waits(*_: object, **__: object) -> Never:
        raise faults.pop(0)

    with Store.open(Workspace.create(tmp_path).database_url, create=True) as store:
        store.create_campaign("small", SMALL.read_text(), 1, "test")
    notifier = Mock()
    monkeypatch.setattr("cli.working.notifiers_of_settings", lambda: (notifier,))
    monkeypatch.setattr("active_learning.campaign.work.work", waits)
    done = CliRunner().invoke(app, ["work", "--follow", "0.1", "--workspace", str(tmp_path)])
    assert "Error: deck-001 is not complete" in done.stdout
    notifier.tell.assert_called_once_with("filmlab: small", ["deck-001 is not complete"])


def test_work_that_is_to_do_nothing_says_what_is_next(tmp_path: Path) -> None:
    with Store.open(Workspace.create(tmp_path).database_url, create=True) as store:
        store.create_campaign("small", SMALL.read_text(), 1, "test")
    words = ["work", "--workspace", str(tmp_path), "--max-actions"]
    assert "plan-library" in CliRunner().invoke(app, [*words, "1"]).stderr
    assert "Next: plan-deck" in CliRunner().invoke(app, [*words, "0"]).stdout


@pytest.mark.robot
def test_a_robot_that_is_switched_off_keeps_work_for_ever_from_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Store.open(Workspace.create(tmp_path).database_url, create=True) as store:
        store.create_campaign("small", SMALL.read_text(), 1, "test")
    notifier = Mock()
    monkeypatch.setattr("cli.working.notifiers_of_settings", lambda: (notifier,))
    monkeypatch.setattr("cli.working.time", Mock(monotonic=time.monotonic, sleep=Mock(side_effect=KeyboardInterrupt)))
    words = ["work", "--workspace", str(tmp_path), "--robot", "http://127.0.0.1:9"]
    done = CliRunner().invoke(app, [*words, "--follow", "0.1"])
    assert "Error: deck-001 waits for the robot: " in done.stdout
    assert "cannot be reached" in done.stdout
    ((_, (told,)), _) = notifier.tell.call_args
    assert told.startswith("deck-001 waits for the robot")
    with Store.open(Workspace.open(tmp_path).database_url) as store:
        records = store.records("small")
    assert (list(records.deck_checks), dict(records.runs)) == (["deck-001"], {})
    assert CliRunner().invoke(app, words).exit_code == 1
