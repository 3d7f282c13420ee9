"""Readings become one measurement; values far from the others are told, by the rule of Iglewicz and Hoaglin."""

from statistics import mean, stdev

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.instruments.replicates import measurement_of, outliers, pooled
from lab.instruments.results import Reading
from lab.library import property_named
from lab.records import Status

STRENGTH = property_named("tensile_strength")


def reading(values: list[float]) -> Reading:
    """What an instrument says that gives the mean of some values."""
    sd = stdev(values) if len(values) > 1 else None
    return Reading("tensile_strength", mean(values), "MPa", "row 1", sd=sd, n=len(values))


@given(st.lists(st.lists(st.floats(-1e3, 1e3), min_size=1, max_size=5), min_size=1, max_size=5))
def test_means_are_pooled_to_what_all_their_values_give(groups: list[list[float]]):
    every = [value for group in groups for value in group]
    found, sd, n = pooled([reading(group) for group in groups])
    assert n == len(every)
    assert found == pytest.approx(mean(every), abs=1e-9)
    assert sd == (pytest.approx(stdev(every), rel=1e-6, abs=1e-6) if n > 1 else None)


@pytest.mark.parametrize("others", [[], [[3.0]], [[3.0, 4.0]]])
def test_a_mean_whose_scatter_is_not_told_leaves_that_of_all_open(others: list[list[float]]):
    silent = Reading("tensile_strength", 2.0, "MPa", "row 2", n=2)
    assert pooled([silent, *map(reading, others)])[1] is None


def test_readings_that_failed_count_only_where_all_did():
    failed = [
        Reading("tensile_strength", None, "MPa", "row 1", n=0, status=Status.FAILED, note=why)
        for why in ("slipped", "", "slipped", "torn")
    ]
    found = measurement_of("F1", STRENGTH, failed, "tester", None)
    assert (found.status, found.value, found.n, found.reason) == (Status.FAILED, None, 0, "slipped; torn")
    found = measurement_of("F1", STRENGTH, [*failed, reading([4.0])], "tester", None)
    assert (found.status, found.value, found.n, found.reason) == (Status.OK, 4.0, 1, "")


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        # The median is 0.5, the median distance from it 1.5: 3.5 * 1.5 / 0.6745 = 7.784 is the limit.
        ([-2.0, -1.0, 0.0, 1.0, 2.0, 8.2], ()),
        ([-2.0, -1.0, 0.0, 1.0, 2.0, 8.4], (5,)),
        ([2.0, 1.0, -8.4, 0.0, -1.0, -2.0], (2,)),
        # More than half are equal: with one of n off, n / 1.2533 is above 3.5 from five values on.
        ([5.0, 5.0, 5.0, 6.0], ()),
        ([5.0, 5.0, 6.0, 5.0, 5.0], (2,)),
        ([5.0] * 6, ()),
        # Of three values none is told.
        ([5.0, 5.0, 900.0], ()),
        ([], ()),
    ],
)
def test_outliers_are_told_by_their_modified_score(values: list[float], expected: tuple[int, ...]) -> None:
    assert outliers(values) == expected


def test_of_four_values_one_can_be_told_to_lie_far_off_and_of_three_none():
    assert outliers([1.0, 1.01, 1.02, 9.0]) == (3,)
    assert outliers([1.0, 1.01, 9.0]) == ()
