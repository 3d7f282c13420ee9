"""Receipts as plain values for JSON."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import attrs
import numpy as np

from active_learning.asking.receipt import Impact, Line, Receipt
from active_learning.inverse_design.dispensing import Dispensed, Unmakeable
from lab.records import Prediction

if TYPE_CHECKING:
    from models.curves import PredictedCurve


def receipt_as_dict(receipt: Receipt) -> dict[str, Any]:
    """Return a receipt as values that JSON has a form for; numbers that are not known are null."""
    one = receipt.candidate
    return {
        "number": receipt.number,
        "composition": receipt.composition,
        "probability": one.probability,
        "met": one.met,
        "usable": one.usable,
        "quality": one.quality,
        "requirements": [_line(line) for line in receipt.lines],
        "compared": [_line(line) for line in receipt.compared],
        "predictions": {name: _prediction(found) for name, found in one.predictions.items()},
        "units": dict(receipt.units),
        "curve": _curve(receipt.curve),
        "nearest_films": [attrs.asdict(found) for found in receipt.neighbours],
        "distance_to_nearest_film": finite(one.distance),
        "extrapolates": receipt.extrapolates,
        **_impact(receipt.impact),
        "dispensed": _dispensed(one.dispensed, receipt.materials, receipt.films_possible),
        "why": {
            found.property_name: {"unit": found.unit, "base": finite(found.base), "contributions": found.contributions}
            for found in receipt.why
        },
        "models": dict(receipt.models),
        "preset": receipt.preset or None,
        "simulated": receipt.simulated,
    }


def finite(value: float) -> float | None:
    """Return a number, None in place of NaN and infinity."""
    return float(value) if np.isfinite(value) else None


def _prediction(found: Prediction) -> Mapping[str, float | None]:
    return {name: finite(value) for name, value in attrs.asdict(found).items()}


def _line(line: Line) -> dict[str, Any]:
    predicted = _prediction(line.prediction) if line.prediction else None
    return {
        "text": line.text,
        "chance": line.chance,
        "predicted": predicted,
        "unit": line.unit,
        **({"source": line.source} if line.source else {}),
    }


def _curve(curve: "PredictedCurve | None") -> Mapping[str, Sequence[float | None]] | None:
    if curve is None:
        return None
    return {name: [finite(value) for value in values] for name, values in attrs.asdict(curve).items()}


def _impact(impact: Impact) -> dict[str, Any]:
    return {
        "cost": {
            "usd_per_kg": impact.cost.value,
            "without": list(impact.cost.missing),
            "price_sources": dict(impact.price_sources),
        },
        "footprint": {
            "kg_co2e_per_kg": impact.footprint.value,
            "without": list(impact.footprint.missing),
            "plastic": impact.plastic or None,
            "plastic_kg_co2e_per_kg": impact.plastic_footprint,
        },
    }


def _dispensed(made: Dispensed | Unmakeable, materials: Sequence[str], possible: int | None) -> dict[str, Any]:
    if isinstance(made, Unmakeable):
        return {"makeable": False, "why": made.why}
    return {
        "makeable": True,
        "composition": dict(zip(materials, made.composition.tolist(), strict=True)),
        "sd": dict(zip(materials, made.sd.tolist(), strict=True)),
        "robot_minutes": made.minutes,
        "stocks_ul": dict(made.stocks),
        "tips": dict(made.tips),
        "films_possible": possible,
        "changed": made.changed,
    }
