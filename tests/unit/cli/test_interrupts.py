"""Ctrl-C says what is kept, and ends with 130."""

from pathlib import Path
from typing import Never

import pytest
from typer.testing import CliRunner

from cli.main import app
from lab.store import Store
from lab.workspace import Workspace

SMALL = Path(__file__).parents[2] / "data" / "small.toml"


@pytest.mark.parametrize("words", [["work"], ["work", "--follow", "1"], ["demo", "--file", str(SMALL), "--seed", "1"]])
def test_work_that_is_interrupted_says_how_to_go_on(
    words: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object, **__: object) -> Never:
        raise KeyboardInterrupt

    with Store.open(Workspace.create(tmp_path).database_url, create=True) as store:
        store.create_campaign("small", SMALL.read_text(), 1, "test")
    monkeypatch.setattr("active_learning.campaign.work.work", interrupted)
    done = CliRunner().invoke(app, [*words, "--workspace", str(tmp_path)])
    assert done.exit_code == 130
    assert "every action that was done is recorded" in done.stderr
    assert "Nothing is left to do" not in done.stdout
