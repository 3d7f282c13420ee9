import json

import attrs
import numpy as np
import pytest

from benchmarks.active_learning import acceleration, area, interval_of_median, main
from benchmarks.pool_campaign import Campaign, Protocol, best_rows, learn_the_map, reach_the_goal
from benchmarks.pool_tables import read_pool
from lab.errors import InvalidInputError
from lab.simplex import sample_uniform


@pytest.fixture(scope="module")
def blends(tmp_path_factory):
    rng = np.random.default_rng(1)
    points = sample_uniform(rng, 90, 3)
    strength = np.exp(2 + points[:, 0] - 2 * points[:, 1] ** 2 + 0.02 * rng.normal(size=90))
    path = tmp_path_factory.mktemp("tables") / "blends.csv"
    rows = [f"{100 * a:.3f},{100 * b:.3f},{100 * c:.3f},{s:.4f}" for (a, b, c), s in zip(points, strength, strict=True)]
    path.write_text("\n".join(["a,b,c,strength", *rows, "10,20,70,"]))
    return path


def protocol(rule):
    return Protocol(rule, start=12, batch=6, budget=30)


def test_fractions_are_closed_and_rows_without_a_target_counted(blends):
    table = read_pool(blends, ["a", "b", "c"], ["strength:log"])

    assert table.inputs.shape == (90, 3) and [one.rows for one in table.findings] == [(91,)]
    np.testing.assert_allclose(table.inputs.sum(axis=1), 1)
    np.testing.assert_allclose(table.on_model_scale, np.log(table.targets))


def test_columns_without_a_constant_sum_go_from_0_to_1(blends):
    table = read_pool(blends, ["a", "b"], ["strength"])

    assert table.inputs.min(axis=0) == pytest.approx(0) and table.inputs.max(axis=0) == pytest.approx(1)


def test_wrong_columns_are_all_listed(blends):
    with pytest.raises(InvalidInputError) as caught:
        read_pool(blends, ["a", "x"], ["y"])

    assert len(caught.value.faults) == 2


@pytest.mark.parametrize("rule", ["random", "max-det"])
def test_a_campaign_reveals_batch_after_batch_and_is_replayed_exactly(blends, rule):
    table = read_pool(blends, ["a", "b", "c"], ["strength:log"])
    first, second = (learn_the_map(table, protocol(rule), seed=3) for _ in range(2))

    assert first.films.tolist() == [12, 18, 24, 30]
    assert len(np.unique(first.order)) == 30
    np.testing.assert_array_equal(first.order, second.order)
    np.testing.assert_array_equal(first.value, second.value)


def test_a_committee_can_learn_instead_of_processes(blends):
    table = read_pool(blends, ["a", "b", "c"], ["strength:log"])
    campaign = learn_the_map(table, attrs.evolve(protocol("a-score"), learner="committee", members=2, epochs=30), 3)

    assert campaign.films.tolist() == [12, 18, 24, 30]
    assert np.isfinite(campaign.value).all()


def test_a_target_that_no_film_has_yet_counts_with_its_spread(tmp_path):
    values = np.random.default_rng(0).random((40, 2))
    rare = np.full(40, np.nan)
    rare[:3] = values[:3].sum(axis=1)
    path = tmp_path / "rare.csv"
    rows = [f"{a},{b},{a * b},{c}" for (a, b), c in zip(values, rare, strict=True)]
    path.write_text("\n".join(["a,b,often,rare", *rows]))
    both, often = (read_pool(path, ["a", "b"], targets) for targets in (["often", "rare"], ["often"]))
    found, alone = (learn_the_map(table, Protocol("random", 4, 12, 40), seed=0) for table in (both, often))

    assert np.isin(found.order[:4], range(3)).sum() == 0  # this start is without it
    assert found.value[0] == pytest.approx((alone.value[0] + 1) / 2)
    assert np.isfinite(found.value).all()


def test_rules_of_a_seed_start_alike(blends):
    table = read_pool(blends, ["a", "b", "c"], ["strength:log"])
    first, second = (learn_the_map(table, protocol(rule), seed=3) for rule in ("random", "distance"))

    np.testing.assert_array_equal(first.order[:12], second.order[:12])
    assert first.value[0] == second.value[0]


def test_a_pool_that_runs_out_ends_the_campaign(blends):
    table = read_pool(blends, ["a", "b", "c"], ["strength:log"])
    whole = learn_the_map(table, Protocol("random", 30, 15, 500), seed=0)
    without_a_third = learn_the_map(table, Protocol("random", 30, 15, 500, aside=1 / 3), seed=0)

    assert whole.films.tolist() == [30, 45, 60, 75, 90]
    assert without_a_third.films.tolist() == [30, 45, 60]


@pytest.mark.parametrize("rule", ["random", "gp-ivr", "a-score"])
def test_recipes_are_made_again_when_all_are_made(tmp_path, rule):
    path = tmp_path / "repeated.csv"
    path.write_text("\n".join(["a,y", *(f"{row % 12},{(row % 12) ** 2 + row / 60}" for row in range(60))]))
    table = read_pool(path, ["a"], ["y"])
    found = learn_the_map(table, Protocol(rule, start=4, batch=4, budget=28), seed=0)

    assert found.films.tolist() == [4, 8, 12, 16, 20, 24, 28]
    assert len(np.unique(found.order)) == 28
    first_recipes = len(np.unique(found.order[:4] % 12))
    assert len(np.unique(found.order[:12] % 12)) == first_recipes + 8


def test_the_area_is_the_mean_height_of_the_curve():
    campaign = Campaign(np.array([10, 20, 30]), np.array([1.0, 0.5, 0.5]), np.arange(30))

    assert area(campaign) == pytest.approx(0.625)
    assert area(Campaign(np.array([20]), np.array([0.4]), np.arange(20))) == 0.4


def test_low_values_are_the_best_rows_where_they_are_asked_for(blends):
    high, low = (read_pool(blends, ["a", "b", "c"], [target]) for target in ("strength", "strength:log:min"))

    assert len(best_rows(high)) == 4
    assert high.targets[best_rows(high), 0].min() >= np.sort(high.targets[:, 0])[-4]
    assert low.targets[best_rows(low), 0].max() <= np.sort(low.targets[:, 0])[3]


def test_acceleration_counts_films_until_half_of_the_best_rows(blends):
    table = read_pool(blends, ["a", "b", "c"], ["strength"])
    best = best_rows(table)
    others = np.setdiff1d(np.arange(90), best)
    late = Campaign(np.array([20]), np.array([0.5]), np.concatenate([others[:18], best[:2]]))
    never = Campaign(np.array([20]), np.array([0.0]), others[:20])

    assert acceleration(late, table) == pytest.approx(2 * 91 / 5 / 20)
    assert acceleration(never, table) == 0.0


def test_a_goal_campaign_finds_more_of_the_best_rows(blends):
    table = read_pool(blends, ["a", "b", "c"], ["strength:log"])
    for_goal, random = (reach_the_goal(table, protocol(rule), seed=3) for rule in ("ei", "random"))

    assert for_goal.value[-1] == 1.0
    assert for_goal.value[-1] > random.value[-1]
    assert for_goal.value[0] == random.value[0]


def test_unknown_options_and_several_goals_are_refused(blends):
    with pytest.raises(InvalidInputError, match="neither log nor min"):
        read_pool(blends, ["a"], ["strength:max"])
    with pytest.raises(InvalidInputError, match="one target"):
        main(f"--table {blends} --inputs a,b --targets strength,c --aim goal".split())


def test_tables_without_anything_to_learn_are_refused(blends, tmp_path):
    with pytest.raises(InvalidInputError, match="does not exist"):
        read_pool(tmp_path / "none.csv", ["a"], ["b"])
    with pytest.raises(InvalidInputError, match="no row has a value"):
        path = tmp_path / "empty.csv"
        path.write_text("a,b\n1,\n2,none\n")
        read_pool(path, ["a"], ["b"])
    path = tmp_path / "flat.csv"
    path.write_text("a,b\n" + "".join(f"{n},7\n" for n in range(60)))
    with pytest.raises(InvalidInputError, match="b has one value only"):
        main(f"--table {path} --inputs a --targets b".split())


def test_every_fault_of_a_command_is_listed_before_anything_runs(blends, capsys):
    with pytest.raises(InvalidInputError) as caught:
        main(
            f"--table {blends} --inputs a,b --targets strength --rules default,greatest --start 85 --batch 10 "
            "--budget 90 --seeds 0".split()
        )

    assert len(caught.value.faults) == 4
    assert "too few for 85" in str(caught.value) and "'greatest' is no known acquisition rule" in str(caught.value)
    assert capsys.readouterr().out == ""


def test_faults_of_the_table_are_told_with_those_of_the_options(blends):
    with pytest.raises(InvalidInputError) as caught:
        main(
            f"--table {blends} --inputs a,none --targets strength,strength --aim goal --aside 0.2 --rules magic".split()
        )

    said = "; ".join(caught.value.faults)
    assert "'strength' is named twice among the targets" in said
    assert "'magic' is no known acquisition rule" in said
    assert "looks among all of them" in said


def test_a_target_without_any_value_is_named(tmp_path):
    path = tmp_path / "half.csv"
    path.write_text("a,b,c\n" + "".join(f"{n},{n},\n" for n in range(60)))
    with pytest.raises(InvalidInputError, match="c has no value, so there is nothing to learn"):
        main(f"--table {path} --inputs a --targets b,c".split())


def test_the_interval_of_a_median_holds_it():
    values = np.random.default_rng(0).normal(1.0, 0.1, 40)
    low, high = interval_of_median(values)

    assert low < np.median(values) < high and high - low < 0.1


def test_the_command_writes_what_it_promises(blends, tmp_path, capsys):
    out = tmp_path / "out.json"
    main(
        f"--table {blends} --inputs a,b,c --targets strength:log --rules default --start 12 --batch 9 --budget 30 "
        f"--seeds 2 --json {out}".split()
    )
    results = json.loads(out.read_text())

    assert set(results) == {"random", "default"}
    assert results["random"]["area_ratio"] == 1.0
    assert [n for n, _ in results["default"]["curve"]] == [12, 21, 30]
    assert "area_ratio" in capsys.readouterr().out
