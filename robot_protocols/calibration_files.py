"""Calibrations on disk: readings of a balance as CSV, and the calibrations made of them as JSON."""

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from lab.csv_files import COMMA_FAULT, read_limited, rows_of, with_decimal_points
from lab.errors import InvalidInputError
from lab.hashing import canonical_json
from lab.user_files import key_faults, read_text
from robot_protocols.calibration import Calibration, CalibrationPoint, calibration_point, volume_of
from robot_protocols.plans import DeckPlan

BALANCE_COLUMNS = ("dish", "before_mg", "after_mg")
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)", re.ASCII)
MOST_CHANGE = 0.5
"""A stroke that delivers half as much or half more than asked was weighed wrongly, or not made."""


class _Point(BaseModel):
    model_config = ConfigDict(extra="forbid")
    volume: float = Field(gt=0)
    delivered: float = Field(gt=0)
    sd: float = Field(ge=0)
    n: int = Field(ge=2)


class _Calibration(BaseModel):
    model_config = ConfigDict(extra="forbid")
    stock: str
    pipette: str
    made_on: date | None = None
    points: list[_Point] = Field(min_length=1)


_FILE = TypeAdapter(list[_Calibration])


def calibrations_to_json(calibrations: Iterable[Calibration]) -> str:
    """Return calibrations as canonical JSON."""
    return canonical_json(
        [
            {
                "stock": item.stock,
                "pipette": item.pipette,
                "made_on": item.made_on.isoformat() if item.made_on else None,
                "points": [
                    {"volume": p.volume, "delivered": round(p.delivered, 3), "sd": round(p.sd, 3), "n": p.n}
                    for p in item.points
                ],
            }
            for item in calibrations
        ]
    )


def read_calibrations(path: Path) -> tuple[Calibration, ...]:
    """Read calibrations from JSON.

    Raises:
        InvalidInputError: With every fault of the file.
    """
    hint = "give a file of calibrations as filmlab writes it"
    text = read_text(path, hint=hint)
    try:
        tables = _FILE.validate_python(json.loads(text))
    except ValueError as error:  # the errors of json and of pydantic
        faults = key_faults(error) if isinstance(error, ValidationError) else [f"is not valid JSON: {error}"]
        raise InvalidInputError(str(path), faults, hint=hint) from error
    return tuple(
        Calibration(
            table.stock,
            table.pipette,
            tuple(CalibrationPoint(p.volume, p.delivered, p.sd, p.n) for p in table.points),
            table.made_on,
        )
        for table in tables
    )


def read_balance(path: Path, plan: DeckPlan, *, density: float, made_on: date | None = None) -> Calibration:
    """Read what a balance says of the dishes of a calibration deck.

    The file has the columns ``dish`` (the label of the plan's film), ``before_mg`` and ``after_mg``. Dishes that were
    not weighed may be left out; dishes of another plan may not be there.

    Args:
        path: The CSV file.
        plan: The plan that the deck was run by, from `calibration_plan`.
        density: Density of the stock, g/mL (`robot_protocols.calibration.stock_density`).
        made_on: Day of the weighing.

    Raises:
        InvalidInputError: With every fault, each with its row and column.
    """
    return parse_balance(read_limited(path), plan, density=density, made_on=made_on, what=str(path))


def parse_balance(
    content: bytes, plan: DeckPlan, *, density: float, made_on: date | None = None, what: str = "balance readings"
) -> Calibration:
    """Read balance readings from the bytes of a CSV file; see `read_balance`."""
    faults: list[str] = []
    rows = with_decimal_points(list(rows_of(content, faults)), BALANCE_COLUMNS[1:])
    weighed = _weighed(rows, plan, density, faults)
    faults += [
        f"{volume:g} uL were weighed once, at least 2 strokes are needed" for volume, v in weighed.items() if len(v) < 2
    ]
    if not weighed and not faults:
        faults.append("there is no reading below the header")
    if faults:
        raise InvalidInputError(what, faults, hint="correct these places; nothing has been calibrated")
    points = tuple(calibration_point(volume, values) for volume, values in weighed.items())
    item = plan.passes[0]
    return Calibration(item.stock, item.pipette, points, made_on)


def _weighed(
    rows: Sequence[tuple[int, Sequence[str]]], plan: DeckPlan, density: float, faults: list[str]
) -> Mapping[float, list[float]]:
    """Volumes that were weighed, by the volume asked for; what cannot be used is a fault."""
    weighed: dict[float, list[float]] = defaultdict(list)
    header = rows[0][1] if rows else []
    missing = [name for name in BALANCE_COLUMNS if name not in header]
    if missing:
        faults.append(f"row 1: the column {', '.join(missing)} is missing")
        return weighed
    asked = {film.order.label: film.order.volume for film in plan.films}
    seen: set[str] = set()
    for number, cells in rows[1:]:
        if len(cells) != len(header):
            faults.append(f"row {number}: has {len(cells)} columns, the header has {len(header)}")
            continue
        row = dict(zip(header, cells, strict=True))
        dish = row["dish"]
        if dish not in asked or dish in seen:
            fault = "is there twice" if dish in seen else "is not in the plan"
            faults.append(f"row {number}, column dish: {dish!r} {fault}")
            continue
        seen.add(dish)
        if not any(row[column] for column in BALANCE_COLUMNS[1:]):
            continue  # not weighed
        mass = _mass(row, number, faults)
        if mass is None:
            continue
        volume = volume_of(mass, density)
        if abs(volume / asked[dish] - 1) > MOST_CHANGE:
            faults.append(f"row {number}: {dish} got {volume:.1f} uL instead of {asked[dish]:g} uL; weigh again")
            continue
        weighed[asked[dish]].append(volume)
    return weighed


def _mass(row: Mapping[str, str], number: int, faults: list[str]) -> float | None:
    """Mass that a dish gained, mg."""
    values = []
    for column in BALANCE_COLUMNS[1:]:
        cell = row[column]
        if not _NUMBER.fullmatch(cell):
            comma = _NUMBER.fullmatch(cell.replace(",", ".", 1))
            faults.append(f"row {number}, column {column}: {cell[:40]!r} {COMMA_FAULT if comma else 'is no number'}")
        else:
            values.append(float(cell))
    if len(values) < len(BALANCE_COLUMNS) - 1:
        return None
    if values[1] <= values[0]:
        faults.append(f"row {number}: the dish is not heavier after than before")
        return None
    return values[1] - values[0]
