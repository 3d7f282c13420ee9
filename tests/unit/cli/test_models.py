"""`filmlab model`: what outside programs rely on."""

import json
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

from cli.main import app
from cli.models import names_in, sd_columns
from lab.errors import InvalidInputError
from lab.seeds import generator
from lab.simplex import sample_uniform
from tests.factories import definition_text, fill_workspace, synthetic_campaign


def filmlab(*words: object):
    done = CliRunner().invoke(app, ["model", *map(str, words)])
    if isinstance(done.exception, Exception):
        raise done.exception
    return done


@pytest.fixture
def films(tmp_path: Path) -> Path:
    points = sample_uniform(generator(1, "films"), 30, 3)
    table = pd.DataFrame(points, columns=["A", "B", "C"])
    table["X"] = 10 + 5 * table["A"]
    table["X_SD"] = 0.5
    table["Grade"] = ["A" if a > 0.3 else "D" for a in table["A"]]
    table.to_csv(tmp_path / "films.csv", index=False)
    return tmp_path / "films.csv"


def test_properties_are_fitted_and_predicted_by_the_commands(films, tmp_path):
    fitted = filmlab(
        *("fit", films, "--inputs", "A,B,C", "--targets", "X", "--sd", "X=X_SD", "--composition", "A,B,C"),
        *("--out", tmp_path / "model", "--seed", 3, "--epochs", 100, "--json"),
    )
    assert json.loads(fitted.stdout)["learned_rows"] == 30
    filmlab("predict", tmp_path / "model", films, "--out", tmp_path / "out.csv")
    predicted = pd.read_csv(tmp_path / "out.csv")
    assert list(predicted) == ["X_mean", "X_sd", "X_p05", "X_p95"]
    assert (predicted["X_mean"] - pd.read_csv(films)["X"]).abs().mean() < 0.5


def test_quality_is_fitted_and_predicted_by_the_commands(films, tmp_path):
    filmlab(
        *("fit-quality", films, "--inputs", "A,B,C", "--label", "Grade", "--positive", "A", "--weight", "X"),
        *("--out", tmp_path / "m"),
    )
    told = filmlab("predict-quality", tmp_path / "m", films, "--out", tmp_path / "out.csv", "--json")
    assert json.loads(told.stdout)["predicted_rows"] == 30
    probability = pd.read_csv(tmp_path / "out.csv")["probability"]
    good = pd.read_csv(films)["Grade"] == "A"
    assert probability[good].min() > probability[~good].mean()
    page = (tmp_path / "m" / "card.html").read_text()
    assert "<svg" in page and "promised probability" in page


def test_findings_are_told_beside_the_result_and_not_in_it(films, tmp_path):
    table = pd.read_csv(films)
    table.loc[4, "A"] = 0.9
    table.to_csv(films, index=False)
    fitted = filmlab(
        *("fit", films, "--inputs", "A,B,C", "--targets", "X", "--out", tmp_path / "model", "--epochs", 20)
    )
    assert "left out: A, B, C, row 5: do not sum to 1" in fitted.stderr
    assert "Learned from 29 of 30 rows" in fitted.stdout
    assert "left out: A, B, C, row 5" in (tmp_path / "model" / "card.md").read_text()


def test_a_device_that_is_not_there_is_refused(films, tmp_path):
    with pytest.raises(InvalidInputError, match="'tpu'"):
        filmlab("fit", films, "--inputs", "A,B,C", "--targets", "X", "--out", tmp_path / "m", "--device", "tpu")


def test_wrong_usage_gives_code_2(films):
    assert CliRunner().invoke(app, ["model", "fit", str(films)]).exit_code == 2


def test_lists_are_read_with_spaces_and_pairs_must_be_pairs():
    assert names_in(" A, B ,,C") == ["A", "B", "C"]
    assert names_in('A, "strength, MPa", C') == ["A", "strength, MPa", "C"]
    assert sd_columns('"strength, MPa"=SD') == {"strength, MPa": "SD"}
    assert sd_columns("X=X_SD, Y = Y_SD") == {"X": "X_SD", "Y": "Y_SD"}
    assert sd_columns(None) == {}
    with pytest.raises(InvalidInputError, match="'Y'"):
        sd_columns("X=X_SD,Y")


def test_models_are_trained_on_the_records_of_a_campaign(tmp_path):
    text = definition_text(["CNF", "MMT", "gelatin"], ["tensile_strength", "transmittance_vis"], step=0.25)
    campaign = synthetic_campaign(f"{text}\n[committee]\nmembers = 3\nepochs = 60\n", loops=1)
    fill_workspace(campaign, tmp_path / "lab")
    told = filmlab("train", "--workspace", tmp_path / "lab", "--out", tmp_path / "models", "--json")
    assert set(json.loads(told.stdout)) == {"quality", "properties"}
    names = campaign.definition.material_names
    recipes = pd.DataFrame([[1 / len(names)] * len(names)], columns=names)
    recipes.to_csv(tmp_path / "recipes.csv", index=False)
    filmlab("predict", tmp_path / "models" / "properties", tmp_path / "recipes.csv", "--out", tmp_path / "p.csv")
    filmlab("predict-quality", tmp_path / "models" / "quality", tmp_path / "recipes.csv", "--out", tmp_path / "q.csv")
    assert f"{campaign.definition.property_names[0]}_mean" in pd.read_csv(tmp_path / "p.csv")
    assert pd.read_csv(tmp_path / "q.csv")["probability"].between(0, 1).all()
