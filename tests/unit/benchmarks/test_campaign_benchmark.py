import json
from types import SimpleNamespace

import attrs
import numpy as np
import pytest
from scipy.spatial.distance import cdist

from active_learning.campaign.training_data import MeasuredFilms, measured_films
from benchmarks.active_learning import interval_of_median
from benchmarks.campaign import main, reference_rule, stack_named
from benchmarks.virtual_campaign import OwnStack, VirtualCampaign
from lab.campaign_files import builtin_definition
from lab.errors import InvalidInputError


def test_the_reference_is_the_work_that_was_published():
    assert reference_rule(["default", "a-score", "paper"]) == "paper"
    assert reference_rule(["default", "a-score", "random"]) == "a-score"
    assert reference_rule(["default", "random"]) == "random"


def test_an_error_that_is_never_reached_has_an_interval_too():
    assert interval_of_median(np.array([50.0, 60.0, np.inf])) == (50.0, np.inf)


@attrs.frozen
class Watched:
    """A learner of nothing in a stack that chooses by a rule of ours, and says after which loops it was told."""

    name: str
    told: list[int]

    def learn(self, definition, films, seed):
        self.told.append(max(int(label[1:3]) for label in films.labels))
        return self

    def choose(self, campaign, loop, size):
        return OwnStack(self.name).choose(campaign, loop, size)

    def predict(self, inputs):
        ones = np.ones((len(inputs), len(builtin_definition("chen2024").properties)))
        return SimpleNamespace(mean=ones, model_sd=ones)


@pytest.mark.parametrize(("rule", "told"), [("random", []), ("a-score", [1])])
def test_only_a_rule_that_asks_has_films_learned(rule, told):
    definition = builtin_definition("chen2024")
    stack = Watched(rule, [])
    campaign = VirtualCampaign(definition, stack, 0)
    campaign.grade_library(definition.library()[::3])
    recipes, truth = campaign.test_films(5)
    campaign.loop(1, 4)
    campaign.loop(2, 4)

    assert stack.told == told
    assert campaign.error(recipes, truth) > 0
    assert campaign.learn() is stack
    assert stack.told == [*told, 2]


@pytest.mark.parametrize("peer", ["botorch", "baybe"])
def test_a_peer_learns_and_chooses_other_films_than_it_knows(peer):
    definition = builtin_definition("chen2024")
    campaign = VirtualCampaign(definition, stack_named(peer), 0)
    campaign.grade_library(definition.library()[::3])
    recipes, truth = campaign.test_films(5)
    campaign.loop(1, 6)
    known = measured_films(definition, campaign.records).compositions
    learner = campaign.learn()
    chosen = campaign.stack.choose(campaign, 2, 4)

    assert learner is not None and learner.predict(recipes).mean.shape == truth.shape
    assert len(np.unique(chosen, axis=0)) == 4
    assert (cdist(chosen, known) > 0.01).all()
    assert (cdist(chosen, campaign.candidates()).min(axis=1) < 1e-9).all()


def test_our_stack_learns_from_censored_values_as_a_campaign_does():
    definition = builtin_definition("chen2024")
    definition = attrs.evolve(definition, committee=attrs.evolve(definition.committee, members=2, epochs=20))
    count, width = 12, len(definition.properties)
    recipes = definition.library()[:count]
    values = np.full((count, width), np.nan)
    values[:, 0] = 0.2 + 0.4 * recipes[:, 0]
    bounds = np.full_like(values, np.nan)
    values[-4:, 0], bounds[-4:, 0] = np.nan, 0.9
    labels = tuple(f"A01-{i:02d}" for i in range(count))
    films = MeasuredFilms(labels, recipes, values, np.full_like(values, np.nan), bounds)
    silent = attrs.evolve(films, at_least=np.full_like(values, np.nan))
    told, untold = (OwnStack("default").learn(definition, one, 1).predict(recipes[-4:]).mean for one in (films, silent))
    assert (told[:, 0] > untold[:, 0] + 0.1).all()


def test_a_campaign_goes_on_where_it_was_stopped(tmp_path, capsys):
    runs, out = tmp_path / "runs.jsonl", tmp_path / "out.json"
    kept = {"aim": "map", "campaign": "chen2024", "films": 30}
    curves = {"default": [[10, 0.3], [20, 0.2], [30, 0.15]], "paper": [[10, 0.4], [20, 0.3], [30, 0.2]]}
    runs.write_text(
        "".join(json.dumps({"run": kept | {"rule": rule, "seed": 0}, "result": c}) + "\n" for rule, c in curves.items())
    )
    main(f"--seeds 1 --rules default,paper --films 30 --runs {runs} --json {out}".split())

    assert json.loads(out.read_text())["default"]["films_to_reference"] == 20
    assert "20 (20 to 20) to the final error of paper" in capsys.readouterr().out


def test_an_error_that_the_budget_does_not_reach_is_null_in_json(tmp_path, capsys):
    runs, out = tmp_path / "runs.jsonl", tmp_path / "out.json"
    kept = {"aim": "map", "campaign": "chen2024", "films": 20}
    curves = {"default": [[10, 0.9], [20, 0.5]], "paper": [[10, 0.4], [20, 0.3]]}
    runs.write_text(
        "".join(json.dumps({"run": kept | {"rule": rule, "seed": 0}, "result": c}) + "\n" for rule, c in curves.items())
    )
    main(f"--seeds 1 --rules default,paper,default --films 20 --runs {runs} --json {out}".split())

    found = json.loads(out.read_text(), parse_constant=pytest.fail)
    assert (found["default"]["films_to_paper"], found["paper"]["films_to_reference"]) == (None, 20)
    assert found["default"]["films_to_reference_interval"] == [None, None]
    assert "over 20 films to 17 %, over 20 (over 20 to over 20) to the final error" in capsys.readouterr().out


def test_a_goal_tells_which_part_of_the_films_of_others_the_first_rule_needs(tmp_path, capsys):
    runs, out = tmp_path / "runs.jsonl", tmp_path / "out.json"
    kept = {"aim": "goal", "campaign": "chen2024", "films": 40, "batch": 5}
    wishes = [list(wish.require) for wish in builtin_definition("chen2024").designs]
    films = {"default": (10, 15, 20), "random": (20, 40, 40)}
    runs.write_text(
        "".join(
            json.dumps({"run": kept | {"wish": wish, "rule": rule, "seed": 0}, "result": count}) + "\n"
            for rule, counts in films.items()
            for wish, count in zip(wishes, counts, strict=True)
        )
    )
    main(f"--aim goal --seeds 1 --rules default,random --films 40 --runs {runs} --json {out}".split())

    found = json.loads(out.read_text())["random"]
    assert found["share_of_first"] == 0.45
    low, high = found["share_of_first_interval"]
    assert 0.375 <= low < 0.45 < high <= 0.5
    assert "mean 33.3; default needs 0.45" in capsys.readouterr().out


def test_what_cannot_run_is_told_before_anything_runs(tmp_path, capsys):
    runs = tmp_path / "runs.jsonl"
    with pytest.raises(InvalidInputError) as caught:
        main(f"--seeds 1 --rules random,magic,ucb --runs {runs}".split())

    assert len(caught.value.faults) == 2
    assert "'magic' is no known" in str(caught.value) and "'ucb' looks for a goal" in str(caught.value)
    assert not runs.exists()
    with pytest.raises(SystemExit):
        main(["--seeds", "0"])
    assert "no whole number from 1 on" in capsys.readouterr().err
