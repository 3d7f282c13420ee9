"""Scoring promises: did films keep all that their designs promised, as often as was promised?"""

from typing import Any

import attrs
import numpy as np

from lab.campaigns import CampaignDefinition
from lab.counting import counted
from lab.export.promises import (
    PromiseCheck,
    is_given_up,
    is_of_another_recipe,
    promise_checks,
    verifications,
)
from lab.records import Film, Records

BINS = 10


@attrs.frozen
class KeptPromise:
    """A verification film against the promise of its design."""

    design: str
    film: str
    promised: float
    """Stated probability that a film is usable and meets all requirements."""
    kept: bool


@attrs.frozen
class PromiseScores:
    """All promises that could be judged."""

    kept: tuple[KeptPromise, ...]
    open: int
    """Designs that cannot be judged yet: no film, or a measurement is missing."""

    @property
    def share_kept(self) -> float | None:
        """Share of films that kept everything; None where none is judged."""
        return float(np.mean([one.kept for one in self.kept])) if self.kept else None

    @property
    def mean_promised(self) -> float | None:
        """Mean stated probability of the judged films."""
        return float(np.mean([one.promised for one in self.kept])) if self.kept else None

    @property
    def brier(self) -> float | None:
        """Mean squared difference of probability and outcome (Brier 1950)."""
        return float(np.mean([(one.promised - one.kept) ** 2 for one in self.kept])) if self.kept else None

    @property
    def calibration_error(self) -> float | None:
        """Expected calibration error over ten equal bins (Naeini, Cooper and Hauskrecht, AAAI 2015)."""
        if not self.kept:
            return None
        stated = np.array([one.promised for one in self.kept])
        happened = np.array([float(one.kept) for one in self.kept])
        bins = np.minimum((BINS * stated).astype(int), BINS - 1)
        gaps = [(bins == b).sum() * abs(stated[bins == b].mean() - happened[bins == b].mean()) for b in np.unique(bins)]
        return float(sum(gaps) / len(stated))

    def summary(self) -> str:
        """Return the scores in a sentence."""
        if not self.kept:
            return f"No promise can be judged yet; {counted(self.open, 'open design')}."
        return (
            f"{counted(len(self.kept), 'film')}: {self.mean_promised:.0%} promised, {self.share_kept:.0%} kept; "
            f"Brier score {self.brier:.3f}, calibration error {self.calibration_error:.3f}; "
            f"{counted(self.open, 'open design')}."
        )

    def as_dict(self) -> dict[str, Any]:
        """Return values that JSON has a form for."""
        return {
            "films": [attrs.asdict(one) for one in self.kept],
            "promised": self.mean_promised,
            "kept": self.share_kept,
            "brier": self.brier,
            "calibration_error": self.calibration_error,
            "open": self.open,
        }


def promise_scores(definition: CampaignDefinition, records: Records) -> PromiseScores:
    """Return every design against the films that were made of it.

    A film that is not usable has not kept its promise, whatever it measures. Requirements on the choice of a recipe
    (quality, stocks) are no promise about the film. Left out are films that a person gave another recipe, and those
    that were given up before they could be judged.
    """
    by_film: dict[tuple[str, str], list[PromiseCheck]] = {}
    for check in promise_checks(definition, records):
        if check.film is not None:
            by_film.setdefault((check.design.label, check.film), []).append(check)
    kept, waiting = [], 0
    for design, film in verifications(records):
        if film is None:
            waiting += 1
            continue
        if is_of_another_recipe(film, records):
            continue
        # A wish of aims alone requires nothing: what is promised then is a usable film.
        outcome = _outcome(definition, records, film, by_film.get((design.label, film.label), []))
        if outcome is not None:
            kept.append(KeptPromise(design.label, film.label, design.probability, outcome))
        elif not is_given_up(film, records):
            waiting += 1
    return PromiseScores(tuple(kept), waiting)


def _outcome(definition: CampaignDefinition, records: Records, film: Film, checks: list[PromiseCheck]) -> bool | None:
    """Return whether a film kept all; None where that is not known yet."""
    grade = records.grades.get(film.label)
    if grade is None:
        return None
    if grade.grade not in definition.quality.usable:
        return False
    judged = [check for check in checks if not check.note.startswith("about the choice")]
    if any(check.met is False for check in judged):
        return False
    failed = [check for check in judged if check.met is None and check.note.startswith("measurement failed")]
    if failed:
        return False
    return None if any(check.met is None for check in judged) else True
