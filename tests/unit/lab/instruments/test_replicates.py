"""Values that lie far from the others are told, by the rule of Iglewicz and Hoaglin."""

import pytest

from lab.instruments.replicates import outliers


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
