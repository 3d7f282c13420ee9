"""Designs: wishes, recipes with their promises, and what became of them."""

import attrs
import pandas as pd

from lab.campaigns import CampaignDefinition, DesignRequest
from lab.export.promises import PromiseCheck, promise_checks
from lab.export.wording import unit_text, wish_text
from lab.records import DesignAnswer, Records


@attrs.frozen
class Wish:
    """A wish of the campaign with its answer."""

    request: DesignRequest
    answer: DesignAnswer | None
    checks: tuple[PromiseCheck, ...]

    @property
    def kept(self) -> int:
        """Number of promised requirements that were met."""
        return sum(check.met is True for check in self.checks)

    @property
    def judged(self) -> int:
        """Number of promised requirements that were measured."""
        return sum(check.met is not None for check in self.checks)


def wishes(definition: CampaignDefinition, records: Records) -> list[Wish]:
    """Return the wishes of the definition, in its order."""
    checks = promise_checks(definition, records)
    return [
        Wish(
            request,
            records.design_answers.get(request.name),
            tuple(check for check in checks if check.design.request == request.name),
        )
        for request in definition.designs
    ]


def recipe_table(definition: CampaignDefinition, records: Records) -> pd.DataFrame:
    """Return one row a designed recipe: wt%, how sure the model is, and the film that verifies it."""
    films: dict[str, list[str]] = {}
    for film in records.films.values():
        if film.design:
            films.setdefault(film.design, []).append(film.label)
    rows = [
        {
            "design": design.label,
            "wish": design.request,
            **{name: 100 * design.composition.get(name, 0.0) for name in definition.material_names},
            "probability": design.probability,
            "quality": design.quality,
            "film": ", ".join(films.get(design.label, [])),
        }
        for design in records.designs.values()
    ]
    columns = ["design", "wish", *definition.material_names, "probability", "quality", "film"]
    return pd.DataFrame(rows, columns=columns)


def promise_table(checks: tuple[PromiseCheck, ...]) -> pd.DataFrame:
    """Return one row a requirement of a design on a verification film."""
    rows = [
        {
            "design": check.design.label,
            "requirement": wish_text(check.requirement.text),
            "unit": unit_text(check.unit),
            "promised": check.prediction.mean if check.prediction else None,
            "p05": check.prediction.p05 if check.prediction else None,
            "p95": check.prediction.p95 if check.prediction else None,
            "film": check.film or "",
            "measured": check.measured,
            "sd": check.measured_sd,
            "met": {True: "yes", False: "no", None: check.note}[check.met],
        }
        for check in checks
    ]
    columns = ["design", "requirement", "unit", "promised", "p05", "p95", "film", "measured", "sd", "met"]
    return pd.DataFrame(rows, columns=columns)
