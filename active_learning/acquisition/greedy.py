"""Building a batch film by film."""

from collections.abc import Callable

import numpy as np

from active_learning.acquisition.rule import Selection
from active_learning.learners import Values


def greedy_selection(worth: Callable[[], Values], measure: Callable[[int], None], batch: int) -> Selection:
    """Select the rows that are worth most, each after those before it are taken as measured.

    Args:
        worth: Tells what every row of the pool is worth now, ``(n,)``; of equal ones the first is taken.
        measure: Takes a row as measured.
        batch: Number of rows, at most n.

    Returns:
        The rows, and as score the sum of what each was worth when it was selected.
    """
    rows: list[int] = []
    score = 0.0
    for _ in range(batch):
        free = worth().copy()
        free[rows] = -np.inf
        rows.append(int(np.argmax(free)))
        score += float(free[rows[-1]])
        measure(rows[-1])
    return Selection(np.array(rows), score)
