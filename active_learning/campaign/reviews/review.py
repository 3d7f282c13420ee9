"""A review as a value, and as the JSON that its record holds."""

import json
from enum import StrEnum
from typing import Any

import attrs

from active_learning.campaign.trainings import Training
from lab.counting import counted
from lab.errors import StoreError
from lab.records import Advice, LoopReview, Records


class Verdict(StrEnum):
    """Outcome of a health check."""

    OK = "ok"
    FAILED = "failed"
    UNKNOWN = "unknown"
    """Too few films to tell."""


@attrs.frozen
class Check:
    """A health check."""

    name: str
    """feasible, quality, predictable, calibration, noise, promise, goal."""
    verdict: Verdict = attrs.field(converter=Verdict)
    finding: str
    """What was found, with numbers, as a sentence for people."""


@attrs.frozen
class Gain:
    """What the next batch is expected to tell about a property, and how far a repeat scatters.

    Both are standard deviations on the scale on which the property is learned, where the films known so far have one
    of about 1.
    """

    property_name: str
    expected: float
    """How far the truth is expected to lie from what the model says: root mean square over the batch."""
    noise: float
    """How far a second film of the same recipe is expected to lie from the first."""
    source: str
    """What the noise was taken from: "repeats", "readings" or "model"."""

    @property
    def ratio(self) -> float:
        """Expected gain in units of the noise; below 1 a repeat would scatter more than the batch would tell."""
        return self.expected / self.noise


@attrs.frozen
class Doubt:
    """A measured value that the models cannot believe, from the other films: it asks for a repeat."""

    film: str
    property_name: str
    deviations: float
    """Distance from what the other films say, in standard deviations of a measurement."""


def _checks(items: Any) -> tuple[Check, ...]:
    return tuple(item if isinstance(item, Check) else Check(**item) for item in items)


def _gains(items: Any) -> tuple[Gain, ...]:
    return tuple(item if isinstance(item, Gain) else Gain(**item) for item in items)


def _doubts(items: Any) -> tuple[Doubt, ...]:
    return tuple(item if isinstance(item, Doubt) else Doubt(**item) for item in items)


def _numbers(items: Any) -> tuple[float, ...]:
    return tuple(items)


def _texts(items: Any) -> tuple[str, ...]:
    return tuple(items)


@attrs.frozen
class Review:
    """What was found after a training."""

    name: str
    """The training: loop-03."""
    films: int
    """Measured films."""
    checks: tuple[Check, ...] = attrs.field(converter=_checks)
    gains: tuple[Gain, ...] = attrs.field(default=(), converter=_gains)
    """One a learned property; none before the first loop is measured."""
    doubts: tuple[Doubt, ...] = attrs.field(default=(), converter=_doubts)
    errors: tuple[float, ...] = attrs.field(default=(), converter=_numbers)
    """Mean relative error on held-out films after each loop so far."""
    reached: tuple[str, ...] = attrs.field(default=(), converter=_texts)
    """Films that meet the campaign's goal."""

    @property
    def gain(self) -> float | None:
        """Median over properties of the gain in units of the noise; None where nothing is learned yet."""
        ratios = sorted(one.ratio for one in self.gains)
        if not ratios:
            return None
        middle = len(ratios) // 2
        return ratios[middle] if len(ratios) % 2 else (ratios[middle - 1] + ratios[middle]) / 2

    @property
    def failed(self) -> tuple[Check, ...]:
        """Health checks that failed."""
        return tuple(check for check in self.checks if check.verdict is Verdict.FAILED)

    @property
    def advice(self) -> Advice:
        """What is advised: stop, look, or go on."""
        if self.reached:
            return Advice.STOP
        if self.failed:
            return Advice.LOOK
        # Who looks for one film has not found it by knowing the map well.
        return Advice.GO_ON if self.gain is None or self.gain >= 1 or self._reach else Advice.STOP

    @property
    def _reach(self) -> Check | None:
        return next((check for check in self.checks if check.name == "goal"), None)

    @property
    def reason(self) -> str:
        """Why, as a sentence for people."""
        if self.reached:
            return f"the goal is met by {', '.join(self.reached)}"
        if self.failed:
            return "; ".join(f"{check.name}: {check.finding}" for check in self.failed)
        if self.gain is None:
            return "nothing is measured yet"
        if self._reach is not None:
            return f"no film meets the goal yet; {self._reach.finding}"
        than = "less than" if self.gain < 1 else "at least as much as"
        return (
            f"the next batch would tell {self.gain:.2f} times the scatter of a repeat, {than} repeating films would "
            f"(median of {counted(len(self.gains), 'property', 'properties')})"
        )

    def to_record(self) -> LoopReview:
        """Return the record."""
        content = json.dumps(attrs.asdict(self), sort_keys=True, allow_nan=False)
        return LoopReview(self.name, self.advice, content)


def review_of(record: LoopReview) -> Review:
    """Return what a record holds.

    Raises:
        StoreError: If its content is no review.
    """
    try:
        return Review(**json.loads(record.content))
    except (ValueError, TypeError) as error:
        raise StoreError(
            f"the review of {record.name} cannot be read: {error}", hint="check the store with: filmlab doctor"
        ) from error


def latest_review(records: Records) -> Review | None:
    """Return the newest review of a campaign; None where there is none yet."""
    if not records.reviews:
        return None
    return review_of(records.reviews[max(records.reviews, key=Training.named)])
