"""An option that would count for nothing beside another one is refused before anything is done."""

import pytest
from typer.testing import CliRunner

from cli.main import app

FIT = "model fit films.csv --inputs A,B --targets X --out model"


@pytest.mark.parametrize(
    ("words", "fault"),
    [
        ("work --follow 1 --until library", "leave it out, or --until"),
        ("work --follow 1 --max-actions 0", "leave it out, or --max-actions"),
        ("work --follow 1 --fault tip-missing@3", "leave it out, or --fault"),
        ("suggest --replay 1 --rule random", "leave --rule out"),
        ("suggest --replay 1 --batch 5", "leave --batch out"),
        ("md study --site cluster.toml --workers 4", "leave --workers out"),
        (f"{FIT} --tune --epochs 50", "leave --epochs out"),
        (f"{FIT} --tune-minutes 9", "say --tune as well"),
    ],
)
def test_options_that_do_not_go_together_are_refused(tmp_path, monkeypatch, words, fault):
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(app, words.split(), env={"COLUMNS": "200"})
    assert done.exit_code == 2
    assert fault in " ".join(done.output.split())
    assert not list(tmp_path.iterdir())
