"""Designs: wishes, recipes with their promises, and what became of them."""

import attrs
import pandas as pd

from lab.campaigns import CampaignDefinition, DesignRequest
from lab.export.promises import PromiseCheck, is_of_another_recipe, promise_checks
from lab.export.wording import scale, wish_text
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
    """Return the wishes of the definition in its order, then others that were answered: a person recorded them."""
    checks = promise_checks(definition, records)
    required = {design.request: design.require for design in records.designs.values()}
    named = {request.name for request in definition.designs}
    others = [DesignRequest(name, required.get(name, ())) for name in records.design_answers if name not in named]
    return [
        Wish(
            request,
            records.design_answers.get(request.name),
            tuple(check for check in checks if check.design.request == request.name),
        )
        for request in (*definition.designs, *others)
    ]


def recipe_table(definition: CampaignDefinition, records: Records) -> pd.DataFrame:
    """Return one row a designed recipe: wt%, how sure the model is, and the film that verifies it."""
    films: dict[str, list[str]] = {}
    for film in records.films.values():
        if film.design and not is_of_another_recipe(film, records):
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
    """Return one row a requirement of a design on a verification film; fractions in percent where it says percent."""
    rows = [_promise_row(check) for check in checks]
    columns = ["design", "requirement", "unit", "promised", "p05", "p95", "film", "measured", "sd", "met"]
    return pd.DataFrame(rows, columns=columns)


def _promise_row(check: PromiseCheck) -> dict[str, object]:
    asked = check.requirement.text
    factor, unit = scale(check.unit, asked)
    promised, measured, sd = check.prediction, check.measured, check.measured_sd
    return {
        "design": check.design.label,
        "requirement": wish_text(asked),
        "unit": unit,
        "promised": factor * promised.mean if promised else None,
        "p05": factor * promised.p05 if promised else None,
        "p95": factor * promised.p95 if promised else None,
        "film": check.film or "",
        "measured": None if measured is None else factor * measured,
        "sd": None if sd is None else factor * sd,
        "met": ": ".join(filter(None, ({True: "yes", False: "no", None: ""}[check.met], check.note))),
    }
