"""Recipes designed for wishes."""

from collections.abc import Iterable, Mapping
from itertools import count
from typing import ClassVar

import attrs

from lab.compositions import Composition
from lab.read_only import read_only


def wish_number(first: int, labels: Iterable[str]) -> int:
    """Return the number that labels of a wish's designs have: the first that no other wish has.

    Args:
        first: Least number.
        labels: Labels of all designs so far: D1-1, D1-2, ...
    """
    taken = {label.partition("-")[0] for label in labels}
    return next(number for number in count(first) if f"D{number}" not in taken)


@attrs.frozen
class Prediction:
    """A predicted property."""

    mean: float
    sd: float
    p05: float
    p95: float


@attrs.frozen
class Design:
    """A recipe designed for a wish, with the promise that was made."""

    kind: ClassVar[str] = "design"
    label: str
    """D1-1: first recipe for the first wish."""
    request: str
    require: tuple[str, ...]
    composition: Composition
    probability: float
    """Predicted probability that all requirements hold and the film is usable."""
    quality: float
    predictions: Mapping[str, Prediction] = attrs.field(converter=read_only)
    models: tuple[str, ...]

    @property
    def key(self) -> tuple[str, ...]:
        """The design's label."""
        return (self.label,)


@attrs.frozen
class DesignAnswer:
    """That a wish has been worked on, and how many recipes were found for it."""

    kind: ClassVar[str] = "design_answer"
    request: str
    found: int
    note: str = ""

    @property
    def key(self) -> tuple[str, ...]:
        """The wish's name."""
        return (self.request,)
