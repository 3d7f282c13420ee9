"""The intervals that are given wherever a value is predicted: what they shall cover, and how wide they are."""

NOMINAL_COVERAGE = 0.9
"""Share of measurements that a predicted interval shall hold: from the 5 % to the 95 % quantile."""
NORMAL_95 = 1.6448536269514722
"""95 % quantile of the standard normal distribution: such an interval is the mean plus and minus so many SDs."""
