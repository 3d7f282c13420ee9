import json
from types import SimpleNamespace
from typing import Any, cast

import attrs
import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from cli.main import app
from lab.errors import InvalidInputError, UnknownNameError
from lab.seeds import generator
from lab.simplex import sample_uniform
from models.augmentation import Augmentation, augment
from models.baselines import METHODS, method_named, paper
from models.baselines.paper import fit_paper_committee, paper_committee
from models.baselines.registry import Training
from models.comparison import FIGURES, compare
from models.film_table import FilmTable
from models.scaling import InputScale
from models.target_choice import property_for
from models.training_table import read_training_table
from models.transforms import TargetScale

FAST = ("gaussian-process", "extra-trees", "random-forest", "boosting", "tree", "ridge", "scheffe", "mean")


@pytest.fixture
def table(tmp_path):
    """Sixty films whose property is a mixture polynomial, positive and with little noise."""
    rng = generator(1, "films")
    points = sample_uniform(rng, 60, 3)
    frame = pd.DataFrame(points, columns=["A", "B", "C"])
    frame["X"] = 20 * points[:, 0] + 5 * points[:, 1] + 40 * points[:, 0] * points[:, 2] + rng.normal(0, 0.3, 60) + 3
    frame["Y"] = np.where(np.arange(60) % 3 == 0, np.nan, 7 + frame["A"])
    frame.to_csv(tmp_path / "films.csv", index=False)
    return tmp_path / "films.csv"


def read(table):
    return read_training_table(table, inputs=["A", "B", "C"], targets=["X", "Y"])


def test_every_method_is_compared_on_the_same_films(table, monkeypatch):
    monkeypatch.setattr("models.baselines.trees._TREES", 20)
    monkeypatch.setattr("models.baselines.trees._BOOSTED", 50)
    found = compare(read(table), FAST, repeats=1, folds=3, seed=1)
    scores = {score.method: score for score in found.scores}
    assert found.films == 60 and found.targets == ("X", "Y")
    assert scores["mean"].mean("r2") < 0.05
    assert scores["scheffe"].of_property(0, "r2") > 0.98, "the truth is a mixture polynomial"
    for name in set(FAST) - {"mean"}:
        assert scores[name].mean("rmse") < scores["mean"].mean("rmse"), name
        assert np.isfinite(scores[name].values).all() and scores[name].values.shape == (1, 2, len(FIGURES))
        assert 0.7 <= scores[name].mean("coverage_90") <= 1.0, name


def test_the_best_method_is_at_no_distance_from_itself(table):
    found = compare(read(table), ["ridge", "mean"], repeats=1, folds=3, seed=1)
    distance = {score.method: found.standard_error(score, "rmse") for score in found.scores}
    assert distance["ridge"] == 0.0 < distance["mean"]


def test_equal_seeds_give_equal_figures(table):
    first, second = (compare(read(table), ["tree"], repeats=1, folds=3, seed=5) for _ in range(2))
    np.testing.assert_array_equal(first.scores[0].values, second.scores[0].values)


def test_no_method_needs_more_than_one_film_or_a_composition():
    found = property_for("X", np.array([4.0]), np.zeros((1, 2)))
    films = FilmTable([[0.3, 5.0]], [[4.0]], [[np.nan]], [found])
    training = Training(films, np.zeros(2, dtype=bool), InputScale([0, 0], [1, 1]), 1)
    for name in ("ridge", "scheffe", "mean", "tree"):
        assert METHODS[name](training, np.array([[0.5, 6.0]])).mean[0, 0] == pytest.approx(4.0), name


def test_the_committee_of_the_paper_learns_but_is_too_sure(table):
    films = read(table)
    part = FilmTable(films.inputs[:40], films.targets[:40], films.target_sd[:40], films.properties)
    mean, sd = paper_committee(
        part, np.ones(3, dtype=bool), films.inputs[40:], seed=1, how=Augmentation(20, "paper"), steps=200
    )
    truth = films.targets[40:, 0]
    assert np.std(truth - mean[:, 0]) < 0.5 * np.std(truth)
    assert np.mean(np.abs(truth - mean[:, 0]) < 1.64 * sd[:, 0]) < 0.8


def test_an_unknown_method_is_refused_with_those_there_are():
    with pytest.raises(UnknownNameError, match="scheffe"):
        method_named("magic")


def test_films_of_one_recipe_are_no_comparison(tmp_path):
    (tmp_path / "one.csv").write_text("A,B,X\n0.5,0.5,3\n0.5,0.5,4\n")
    films = read_training_table(tmp_path / "one.csv", inputs=["A", "B"], targets=["X"])
    with pytest.raises(InvalidInputError, match="all films are of one recipe"):
        compare(films, ["mean"], repeats=1, folds=5, seed=1)


def test_a_target_that_was_never_measured_has_no_figures_and_takes_none_from_others(table):
    frame = pd.read_csv(table).assign(never=np.nan)
    frame.to_csv(table, index=False)
    with_it = read_training_table(table, inputs=["A", "B", "C"], targets=["X", "Y", "never"])
    found, beside = (compare(one, ["ridge", "mean"], repeats=2, folds=3, seed=1) for one in (with_it, read(table)))
    ridge, mean = found.scores
    assert np.isnan(ridge.of_property(2, "rmse"))
    assert ridge.mean("rmse") == beside.scores[0].mean("rmse")
    assert found.standard_error(mean, "rmse") == beside.standard_error(beside.scores[1], "rmse")


def test_too_few_labels_are_no_comparison(table):
    pd.read_csv(table).head(2).to_csv(table, index=False)
    with pytest.raises(InvalidInputError, match="no target has 3 labels that differ"):
        compare(read(table), ["ridge"], repeats=1, folds=2, seed=1)


def test_the_command_prints_a_table_and_json(table, tmp_path):
    words = ["model", "compare", str(table), "--inputs", "A,B,C", "--targets", "X", "--methods", "ridge,mean"]
    text = CliRunner().invoke(app, [*words, "--repeats", "1", "--out", str(tmp_path / "figures.csv")])
    assert text.stdout.index("ridge") < text.stdout.index("mean  "), "the best comes first"
    assert len(pd.read_csv(tmp_path / "figures.csv")) == 2
    told = json.loads(CliRunner().invoke(app, [*words, "--repeats", "1", "--json"]).stdout)
    assert {method["method"] for method in told["methods"]} == {"ridge", "mean"}
    assert told["methods"][0]["targets"]["X"]["rmse"] > 0


def test_figures_of_a_target_with_a_comma_in_its_name_stand_in_their_columns(table, tmp_path):
    pd.read_csv(table).rename(columns={"X": "strength, dry"}).to_csv(table, index=False)
    words = ["model", "compare", str(table), "--inputs", "A,B,C", "--targets", '"strength, dry"', "--methods", "ridge"]
    done = CliRunner().invoke(app, [*words, "--repeats", "1", "--out", str(tmp_path / "figures.csv")])
    assert done.exit_code == 0, done.output
    figures = pd.read_csv(tmp_path / "figures.csv")
    assert figures["target"].tolist() == ["strength, dry"] and figures["rmse"].item() > 0


def test_the_committee_of_the_paper_answers_with_no_mean_of_zero_by_which_its_rule_divides(table):
    films = read(table)
    part = FilmTable(films.inputs, films.targets[:, :1], films.target_sd[:, :1], films.properties[:1])
    learned = fit_paper_committee(part, np.ones(3, dtype=bool), seed=1, how=Augmentation(2, "paper"), steps=20)
    cut_off = cast("TargetScale", SimpleNamespace(inverse=np.zeros_like))
    told = attrs.evolve(learned, target_scales={0: cut_off}).predict(films.inputs)
    assert np.isfinite(told.model_sd**2 / told.mean).all()


@pytest.mark.parametrize(("most", "virtual"), [(1_000_000, 1000), (1_500, 37), (10, 1)])
def test_the_committee_of_the_paper_makes_few_virtual_films_of_each_of_very_many(table, monkeypatch, most, virtual):
    made: list[int] = []

    def counted(*asked: Any) -> Any:
        made.append(asked[2].ratio)
        return augment(*asked)

    monkeypatch.setattr(paper, "augment", counted)
    monkeypatch.setattr(paper, "_MOST_VIRTUAL", most)
    films = read(table)
    part = FilmTable(films.inputs[:40], films.targets[:40], films.target_sd[:40], films.properties)
    fit_paper_committee(part, np.ones(3, dtype=bool), seed=1, steps=1)
    assert made == [virtual]
