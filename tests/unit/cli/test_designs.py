"""`filmlab design` and `filmlab promises`."""

import json
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from active_learning.asking.explaining import Explained
from cli.explaining import _print as print_shares
from cli.main import app
from lab.errors import FilmlabError
from tests.learned import learned_workspace


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return learned_workspace(tmp_path_factory.mktemp("designed") / "lab").root


def said(*arguments: str) -> str:
    done = CliRunner().invoke(app, list(arguments), catch_exceptions=False)
    assert done.exit_code == 0
    return done.output


def test_design_prints_recipes_and_writes_receipts_and_protocol(workspace: Path, tmp_path: Path) -> None:
    text = said(
        "design", "--workspace", str(workspace), "--require", "tensile_strength >= 40 MPa", "--maximise", "CNF",
        "--top", "2", "--receipt", str(tmp_path / "r.html"), "--protocol", str(tmp_path / "plan"),
    )  # fmt: skip
    assert "1. CNF" in text and "nearest film" in text and "kg CO2e/kg" in text
    assert (tmp_path / "r.html").is_file() and (tmp_path / "plan" / "plan.json").is_file()


def test_design_as_json_keeps_its_contract(workspace: Path) -> None:
    found = json.loads(
        said("design", "--workspace", str(workspace), "--require", "tensile_strength >= 400 MPa", "--json")
    )
    one = found["designs"][0]
    assert {"composition", "probability", "quality", "predictions"} <= set(one)
    assert {"mean", "p05", "p95"} <= set(one["predictions"]["tensile_strength"])
    assert found["conflicts"] == [] and found["out_of_reach"][0]["requirement"] == "tensile_strength >= 400 MPa"


def test_fractions_are_printed_in_percent(workspace: Path) -> None:
    asked = ["design", "--workspace", str(workspace), "--require", "transmittance_vis >= 20 %", "--top", "1"]
    one = json.loads(said(*asked, "--json"))["designs"][0]
    text = said(*asked)
    clear = next(line for line in text.splitlines() if "transmittance_vis" in line)
    assert f"{100 * one['predictions']['transmittance_vis']['mean']:.4g} %" in clear
    assert f"probability {one['probability']:.0%} (usable {one['usable']:.0%}), quality {one['quality']:.0%}" in text
    steps = said("explain", "--workspace", str(workspace), "--film", "A01-01")
    quality = next(line.split() for line in steps.splitlines() if line.startswith("quality") and line.endswith(" %"))
    assert sum(map(float, quality[1:-2])) == pytest.approx(float(quality[-2]), abs=0.1)


def test_a_tolerance_without_a_curve_is_refused(workspace: Path) -> None:
    given = ["--require", "tensile_strength >= 40 MPa", "--tolerance", "0.1"]
    done = CliRunner().invoke(app, ["design", "--workspace", str(workspace), *given])
    assert isinstance(done.exception, FilmlabError) and "there is no curve" in str(done.exception)


def test_presets_and_promises_are_listed(workspace: Path) -> None:
    assert "ldpe-bag" in said("design", "--workspace", str(workspace), "--presets")
    assert "1 film" in said("promises", "--workspace", str(workspace))
    assert json.loads(said("promises", "--workspace", str(workspace), "--json"))["open"] == 0


@pytest.mark.usefixtures("undrawn")
def test_explain_prints_shares_and_writes_page_and_table(workspace: Path, tmp_path: Path) -> None:
    text = said("explain", "--workspace", str(workspace), "--out", str(tmp_path))
    assert "tensile_strength" in text and "MPa by working together" in text and "share them" in text
    assert (tmp_path / "explanation.html").is_file()
    assert (tmp_path / "shapley_values.csv").read_text().startswith("film,output,player,fraction,shapley_value,unit")


def test_names_longer_than_their_column_stand_apart(capsys: pytest.CaptureFixture[str]) -> None:
    players = ("CNF", "carboxymethylcellulose", "microcrystalline_cellulose")
    values = np.array([[[1.0], [-0.5], [0.25]]])
    print_shares(
        Explained("reference", ("quality",), ("fraction",), players, ("A1",), np.eye(3)[:1], values, np.zeros(1),
                  None, np.ones(1), simulated=True)
    )  # fmt: skip
    heads, shares = capsys.readouterr().out.splitlines()
    assert heads.split()[-3:] == list(players) and shares.split() == ["quality", "1.000", "0.500", "0.250"]
    assert len(heads) == len(shares)


def test_explain_shows_one_film_step_by_step(workspace: Path) -> None:
    text = said("explain", "--workspace", str(workspace), "--film", "A01-01")
    assert "A01-01, step by step" in text and "prediction" in text
    wrong = CliRunner().invoke(app, ["explain", "--workspace", str(workspace), "--film", "A01_01"])
    assert wrong.exit_code == 1 and isinstance(wrong.exception, FilmlabError)
    assert "did you mean A01-01" in " ".join(wrong.exception.hint.split())


def test_explain_as_json_has_all_outputs(workspace: Path) -> None:
    found = json.loads(said("explain", "--workspace", str(workspace), "--question", "rest", "--json"))
    assert found["question"] == "rest" and found["attributes"] is None and found["simulations"] is None
    assert set(found["outputs"]["quality"]["importance"]) == {"CNF", "MMT", "gelatin"}
