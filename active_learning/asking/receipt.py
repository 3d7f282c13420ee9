"""The receipt of a designed recipe: everything that a person wants to see before a film of it is made."""

from collections.abc import Mapping
from html import escape
from typing import TYPE_CHECKING

import attrs

from active_learning.inverse_design import DesignCandidate
from lab.export.wording import range_text, recipe_text, value_text, wish_text
from lab.impacts import Amount
from lab.records import Prediction

if TYPE_CHECKING:
    from models.curves import PredictedCurve


@attrs.frozen
class Line:
    """A requirement against the prediction."""

    text: str
    """The requirement as it was written."""
    chance: float | None
    """Probability that it holds by itself; None where it is not demanded but compared."""
    prediction: Prediction | None
    """Of the property; None where the requirement is on the recipe, which is kept exactly."""
    unit: str
    source: str = ""
    """Where the number comes from, for a preset."""


@attrs.frozen
class Neighbour:
    """A film that was really made."""

    film: str
    distance: float
    """Share of the film that is something else (total-variation distance)."""
    grade: str
    values: Mapping[str, float]
    """Measured properties."""
    at_least: Mapping[str, float] = attrs.field(factory=dict)
    """What properties lie beyond whose measurement was censored."""


@attrs.frozen
class Why:
    """Shapley values of one property: how far each material moves it from the mean of the measured films."""

    property_name: str
    unit: str
    base: float
    """Mean prediction of the measured films."""
    contributions: Mapping[str, float]
    """Adds up, with the base, to the prediction."""


@attrs.frozen
class Impact:
    """What a kg of the dry film costs and emits."""

    cost: Amount
    """USD/kg."""
    price_sources: Mapping[str, str]
    footprint: Amount
    """kg CO2e/kg."""
    plastic: str
    """The plastic it replaces; empty where none was named."""
    plastic_footprint: float | None
    """kg CO2e/kg of that plastic; None where no factor is known."""

    def __str__(self) -> str:
        """Return both in a line, each with the materials that it leaves out."""
        plastic = f"; {self.plastic} {self.plastic_footprint:.2f}" if self.plastic_footprint is not None else ""
        cost, footprint = f"{self.cost.value:.1f} USD/kg", f"{self.footprint.value:.2f} kg CO2e/kg"
        return f"{cost}{_without(self.cost)}, {footprint}{_without(self.footprint)}{plastic}"


def _without(amount: Amount) -> str:
    return f" (without {', '.join(amount.missing)})" if amount.missing else ""


@attrs.frozen(eq=False)
class Receipt:
    """A designed recipe with its promise and its grounds."""

    number: int
    candidate: DesignCandidate
    materials: tuple[str, ...]
    lines: tuple[Line, ...]
    """Every requirement that is demanded."""
    compared: tuple[Line, ...]
    """What the plastic of a preset does and is not demanded."""
    units: Mapping[str, str]
    """Unit of every predicted property."""
    curve: "PredictedCurve | None"
    """None where a property that it needs is not learned."""
    neighbours: tuple[Neighbour, ...]
    far: float
    """Distance beyond which a recipe counts as an extrapolation: 95 % of the measured films have another one nearer."""
    impact: Impact
    films_possible: int | None
    """How many films of it the stocks at hand suffice for; None where the robot cannot make it."""
    why: tuple[Why, ...]
    models: tuple[tuple[str, str], ...]
    """Label and content hash of the models that were asked."""
    simulated: bool
    """Whether the films that were learned from are simulated."""
    preset: str = ""

    @property
    def composition(self) -> dict[str, float]:
        """The recipe, by material."""
        return dict(zip(self.materials, self.candidate.composition.tolist(), strict=True))

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><td>{escape(wish_text(line.text))}</td><td>{'' if line.chance is None else f'{line.chance:.0%}'}</td>"
            + (
                f"<td>{value_text(line.prediction.mean, line.unit, line.text)}</td>"
                f"<td>{range_text(line.prediction.p05, line.prediction.p95, line.unit, line.text)}</td>"
                if line.prediction
                else "<td>kept exactly</td><td></td>"
            )
            + f"<td>{escape(line.source)}</td></tr>"
            for line in (*self.lines, *self.compared)
        )
        near = self.neighbours[0]
        return (
            f"<b>{escape(recipe_text(self.composition))}</b>: {self.candidate.probability:.0%} for all of it"
            "<table><thead><tr><th>required</th><th>chance</th><th>predicted</th><th>90 % within</th><th>source</th>"
            f"</tr></thead><tbody>{rows}</tbody></table>"
            f"<p>{100 * near.distance:.0f} wt% from film {escape(near.film)}"
            f"{', an extrapolation' if self.extrapolates else ''}; {escape(str(self.impact))}</p>"
        )

    @property
    def extrapolates(self) -> bool:
        """Whether the recipe lies farther from every measured film than they lie from each other."""
        return self.candidate.distance > self.far
