"""What a campaign can be asked: bounds, recipes, samples, sizes of loops."""

import attrs
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.campaign_checks import never_met
from lab.campaign_files import builtin_definition
from lab.campaigns import CampaignDefinition, LoopRule, MaterialRange
from lab.errors import CompositionError
from lab.requirements import Requirement
from lab.simplex import check_fractions, sample_uniform


def bounded(*bounds: tuple[float, float]) -> CampaignDefinition:
    """The built-in campaign with other bounds."""
    definition = builtin_definition()
    ranges = [
        MaterialRange(item.material, lower, upper, item.attributes)
        for item, (lower, upper) in zip(definition.ranges, bounds, strict=False)
    ]
    return attrs.evolve(definition, ranges=tuple(ranges))


@given(st.lists(st.tuples(st.floats(0.0, 0.25), st.floats(0.25, 1.0)), min_size=4, max_size=4), st.integers(0, 99))
def test_samples_keep_to_the_bounds(bounds: list[tuple[float, float]], seed: int) -> None:
    definition = bounded(*bounds)
    if sum(upper for _, upper in bounds) < 1.01 or sum(lower for lower, _ in bounds) > 0.99:
        return
    points = definition.sample(np.random.default_rng(seed), 20)
    assert points.shape == (20, 4)
    check_fractions(points)
    assert definition.within_bounds(points).all()


def test_samples_are_uniform_within_the_bounds() -> None:
    definition = bounded((0.1, 0.4), (0.0, 1.0), (0.2, 0.5), (0.0, 0.3))
    found = definition.sample(np.random.default_rng(1), 4000)
    everywhere = sample_uniform(np.random.default_rng(2), 400_000, 4)
    expected = everywhere[definition.within_bounds(everywhere)]
    assert len(expected) > 4000
    assert found.mean(axis=0) == pytest.approx(expected.mean(axis=0), abs=0.006)
    assert found.std(axis=0) == pytest.approx(expected.std(axis=0), abs=0.006)


@pytest.mark.parametrize(
    "bounds",
    [
        [(0.3, 0.3), (0.0, 1.0), (0.0, 1.0), (0.1, 0.1)],
        [(0.25, 0.25), (0.25, 0.25), (0.25, 0.25), (0.25, 0.25)],
        [(0.1, 0.25), (0.1, 0.25), (0.1, 0.25), (0.1, 0.25)],
        [(0.4, 1.0), (0.3, 1.0), (0.2, 1.0), (0.1, 1.0)],
        [(0.0, 0.3), (0.0, 0.3), (0.4, 0.4), (0.0, 0.001)],
    ],
)
def test_bounds_that_leave_little_choice_can_be_sampled(bounds: list[tuple[float, float]]) -> None:
    definition = bounded(*bounds)
    points = definition.sample(np.random.default_rng(3), 5)
    assert definition.within_bounds(points).all()
    check_fractions(points)


def test_bounds_that_leave_nothing_do_not_draw_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lab.simplex._MAX_ROUNDS", 3)
    with pytest.raises(CompositionError, match="too little"):
        bounded((0.5, 0.6), (0.5, 0.6), (0.5, 0.6), (0.5, 0.6)).sample(np.random.default_rng(0), 1)


def test_the_whole_simplex_is_sampled_as_without_bounds() -> None:
    definition = builtin_definition()
    found = definition.sample(np.random.default_rng(5), 300)
    assert np.array_equal(found, sample_uniform(np.random.default_rng(5), 1200, 4)[:300])


@given(st.integers(1, 20), st.integers(1, 20), st.integers(1, 200))
def test_loops_make_the_films_that_fit(loops: int, batch: int, films: int) -> None:
    rule = LoopRule(loops=loops, batch=batch, films=films)
    sizes = [rule.size(loop) for loop in range(-1, loops + 3)]
    assert sum(sizes) == min(films, loops * batch)
    assert all(0 <= size <= batch for size in sizes)
    assert rule.size(0) == rule.size(loops + 1) == 0
    inner = sizes[2 : loops + 2]
    assert inner == sorted(inner, reverse=True)


@pytest.mark.parametrize("batch", [1, 3, 5, 10, 20])
def test_loops_that_another_batch_made_count_by_their_films(batch: int) -> None:
    rule, begun = LoopRule(loops=40, batch=batch, films=45), {1: 10, 2: 10, 3: 4}
    sizes = [rule.size(loop, begun) for loop in range(1, 41)]
    assert sizes[:3] == [10, 10, 4] and sum(sizes) == 45
    assert rule.planned(begun) == 3 + -(-21 // batch)
    assert LoopRule(loops=40, batch=batch, films=20).planned(begun) == 3


def test_attributes_are_those_in_use_or_the_usual_ones() -> None:
    definition = builtin_definition()
    assert definition.attributes["MMT.lateral_size"] == "medium"
    with pytest.raises(TypeError):
        definition.attributes["MMT.lateral_size"] = "large"  # type: ignore[index]


@pytest.mark.parametrize(
    ("name", "lower", "upper", "possible"),
    [
        ("CNF", 0.5, 1.0, False),
        ("CNF", 0.4, 1.0, True),
        ("CNF", -np.inf, 0.05, False),
        ("CNF", 0.3, 0.3, True),
        ("transmittance_vis", 80.0, np.inf, False),
        ("transmittance_vis", 0.8, np.inf, True),
        ("toughness", -np.inf, -1.0, False),
        ("toughness", 3.0, 3.0, False),
    ],
)
def test_requirements_that_never_hold_are_recognised(name: str, lower: float, upper: float, possible: bool) -> None:
    definition = bounded((0.1, 0.4), (0.0, 1.0), (0.0, 1.0), (0.0, 1.0))
    why = never_met(definition, Requirement(name, lower, upper, "as written"))
    assert (why is None) == possible


@pytest.mark.parametrize(
    ("requirement", "expected"),
    [
        (Requirement("CNF", 0.5, np.inf, "CNF >= 50 %"), "'CNF >= 50 %' never holds, as CNF lies between 0.1 and 0.4"),
        (
            Requirement("toughness", -np.inf, -1.0, "toughness <= -1 MJ/m^3"),
            "'toughness <= -1 MJ/m^3' never holds, as toughness lies between 0 and 1000 MJ/m^3",
        ),
    ],
)
def test_what_lies_out_of_reach_is_told_with_its_unit(requirement: Requirement, expected: str) -> None:
    assert never_met(bounded((0.1, 0.4), (0.0, 1.0), (0.0, 1.0), (0.0, 1.0)), requirement) == expected
