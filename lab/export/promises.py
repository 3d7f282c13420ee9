"""Designs against their verification: what was promised for each requirement, and what was measured."""

import math
from collections.abc import Iterator

import attrs

from lab.campaigns import CampaignDefinition
from lab.impacts import amount, footprints, prices
from lab.measuring import is_rejected
from lab.records import Design, Film, Prediction, Records, Status, Verdict
from lab.requirements import RATIO, Requirement, parse_wish


@attrs.frozen
class PromiseCheck:
    """One requirement of a design, on one film made to verify it."""

    design: Design
    requirement: Requirement
    unit: str
    prediction: Prediction | None
    """The promise; None where the requirement is about a material's fraction."""
    film: str | None
    """The verification film; None where none is planned."""
    measured: float | None
    measured_sd: float | None
    note: str
    """Why there is no value yet, or no more than a bound."""
    censored: bool = False
    """Whether the true value is `measured` or more: it lies beyond the range of the instrument."""

    @property
    def met(self) -> bool | None:
        """Whether the film meets the requirement; None where that is not known."""
        if self.measured is None:
            return None
        return (self.requirement.met_above if self.censored else self.requirement.met_by)(self.measured)

    @property
    def yardstick(self) -> float:
        """The bound that plots hold values against, in the property's unit; 1 where there is none but 0."""
        bounds = (self.requirement.lower, self.requirement.upper)
        return next((bound for bound in bounds if math.isfinite(bound) and bound != 0), 1.0)

    @property
    def within(self) -> bool | None:
        """Whether the measured value lies in the promised 90 % interval; None where that is not known."""
        if self.measured is None or self.prediction is None:
            return None
        if self.censored:
            return False if self.measured > self.prediction.p95 else None
        return self.prediction.p05 <= self.measured <= self.prediction.p95


def verifications(records: Records) -> Iterator[tuple[Design, Film | None]]:
    """Give every design with each film that was planned to verify it; with None where there is none."""
    for design in records.designs.values():
        films: list[Film | None] = [film for film in records.films.values() if film.design == design.label]
        yield from ((design, film) for film in films or [None])


def is_given_up(film: Film, records: Records) -> bool:
    """Return whether a person refused a film, so that nothing more is asked of it."""
    return _has_verdict(film, records, Verdict.REFUSED)


def is_of_another_recipe(film: Film, records: Records) -> bool:
    """Return whether a person gave a film another recipe than its design's: it says nothing of the promise."""
    return _has_verdict(film, records, Verdict.EDITED)


def _has_verdict(film: Film, records: Records, verdict: Verdict) -> bool:
    found = records.approvals.get(film.label)
    return found is not None and found.verdict is verdict


def promise_checks(definition: CampaignDefinition, records: Records) -> list[PromiseCheck]:
    """Return every requirement of every design with its promise and its verification.

    A design without verification films has one check a requirement, without a film.
    """
    return [
        _check(definition, records, design, requirement, film)
        for design, film in verifications(records)
        for requirement in parse_wish(design.require, definition.units).requirements
    ]


def _check(
    definition: CampaignDefinition, records: Records, design: Design, requirement: Requirement, film: Film | None
) -> PromiseCheck:
    value, sd, note = _found(definition, records, requirement.name, film)
    return PromiseCheck(
        design=design,
        requirement=requirement,
        unit=definition.units.get(requirement.name, ""),
        prediction=design.predictions.get(requirement.name),
        film=film.label if film else None,
        measured=value,
        measured_sd=sd,
        note=note,
        censored=value is not None and film is not None and _is_censored(records, film.label, requirement.name),
    )


def _found(
    definition: CampaignDefinition, records: Records, name: str, film: Film | None
) -> tuple[float | None, float | None, str]:
    if film is None:
        return None, None, "no film planned"
    if is_of_another_recipe(film, records):
        return None, None, "made with another recipe than this one"
    if name not in definition.property_names:
        return _of_recipe(definition, records, name, film)
    found = records.measurements.get((film.label, name))
    if found is None:
        return None, None, "given up" if is_given_up(film, records) else "not measured yet"
    if is_rejected(found):
        return None, None, found.reason
    if found.status is Status.FAILED:
        return None, None, f"measurement failed: {found.reason}"
    return found.value, found.sd, found.reason


def _is_censored(records: Records, film: str, name: str) -> bool:
    found = records.measurements.get((film, name))
    return found is not None and found.status is Status.CENSORED


def _of_recipe(
    definition: CampaignDefinition, records: Records, name: str, film: Film
) -> tuple[float | None, float | None, str]:
    """Return what the film as made says about a requirement on its recipe."""
    made = records.as_made.get(film.label)
    if made is None:
        return None, None, "given up" if is_given_up(film, records) else "not made yet"
    parts = made.composition
    if name in definition.material_names:
        return parts.get(name, 0.0), made.sd.get(name), ""
    if RATIO in name:
        first, second = (parts.get(part, 0.0) for part in name.split(RATIO))
        if first == second == 0:
            return None, None, "the film holds nothing of both"
        return first / second if second > 0 else math.inf, None, ""
    if name in ("cost", "footprint"):
        factors = prices(definition) if name == "cost" else footprints(definition)
        found = amount(parts, factors)
        return found.value, None, f"without {', '.join(found.missing)}" if found.missing else ""
    return None, None, "about the choice of the recipe, not about the film"
