"""A folder with everything that it takes to calibrate a stock: protocol, run card, and a sheet for the balance."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import attrs

from lab import library
from lab.csv_files import csv_text
from lab.errors import InvalidInputError, UnknownNameError
from lab.files import write_atomically
from lab.stocks import Stock
from robot_protocols.calibration import Calibration, stock_density
from robot_protocols.calibration_files import BALANCE_COLUMNS, calibrations_to_json, read_balance, read_calibrations
from robot_protocols.calibration_plan import calibration_plan
from robot_protocols.decks import DeckDefinition
from robot_protocols.findings import Finding, Severity
from robot_protocols.plans import DeckPlan
from robot_protocols.preflight import preflight
from robot_protocols.protocol_writer import write_protocol
from robot_protocols.run_card import run_card_html

CALIBRATION_DECK = "casting-6-dish"
"""Its dishes can be taken out and weighed."""
_PLAN = "calibration.json"


@attrs.frozen
class CalibrationFolder:
    """What was planned and written."""

    folder: Path
    plan: DeckPlan
    findings: tuple[Finding, ...]
    """Warnings of preflight."""


def plan_calibration(
    stock: Stock,
    pipette: str,
    deck: DeckDefinition,
    folder: Path,
    *,
    volumes: Sequence[float] = (),
    replicates: int = 8,
) -> CalibrationFolder:
    """Plan the strokes of a calibration, and write protocol, run card, plan and a sheet for the readings.

    Args:
        stock: The stock.
        pipette: Model of the pipette.
        deck: A deck whose dishes can be weighed.
        folder: Where to write; files of an earlier calibration in it are replaced, readings are not.
        volumes: Volumes to calibrate, uL; lowest, middle and largest of the pipette where left out.
        replicates: Strokes of each volume.

    Raises:
        InvalidInputError: If the calibration cannot be made on this deck.
        UnknownNameError: If the deck does not carry the pipette.
        WorkspaceError: If the folder cannot be written.
    """
    plan = calibration_plan(stock, pipette, deck, volumes=volumes or None, replicates=replicates)
    # A dish of one stroke needs no mixing.
    findings = [item for item in preflight(plan, deck, [stock]) if item.code != "NOT_MIXED"]
    refused = [f"{item.message} ({item.hint})" for item in findings if item.severity is Severity.REFUSE]
    if refused:
        raise InvalidInputError("calibration", refused, hint="choose another stock, deck or volume")
    write_atomically(folder / "deck-calibration.py", write_protocol(plan, deck))
    write_atomically(folder / "run-card.html", run_card_html(plan, deck))
    sheet = folder / "balance.csv"
    if not sheet.exists():
        rows = [[film.order.label, "", ""] for film in plan.films]
        write_atomically(sheet, csv_text(BALANCE_COLUMNS, rows))
    write_atomically(folder / _PLAN, plan.to_json())
    return CalibrationFolder(folder, plan, tuple(findings))


def calibrate(folder: Path, readings: Path, *, temperature: float, made_on: date | None = None) -> Calibration:
    """Return the calibration that the readings of a balance give.

    Args:
        folder: Folder that `plan_calibration` wrote.
        readings: CSV file with the readings.
        temperature: Of the liquid, degC.
        made_on: Day of the weighing.

    Raises:
        InvalidInputError: With every fault of the files.
    """
    try:
        plan = DeckPlan.from_json((folder / _PLAN).read_text("utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidInputError(
            str(folder), [f"holds no {_PLAN} that can be read"], hint="make it with: filmlab protocol calibrate"
        ) from error
    need = plan.stock_needs[0]
    density = stock_density(need.concentration, _solid_density(need.material), temperature)
    return read_balance(readings, plan, density=density, made_on=made_on)


def add_calibration(path: Path, calibration: Calibration) -> tuple[Calibration, ...]:
    """Add a calibration to a file of calibrations, which is made where it is missing; return what is in it then.

    A calibration of the same stock and pipette from the same day is replaced; of different days all are kept, and the
    latest counts.

    Raises:
        InvalidInputError: If the file is no file of calibrations.
        WorkspaceError: If it cannot be written.
    """
    known = read_calibrations(path) if path.exists() else ()
    same = (calibration.stock, calibration.pipette, calibration.made_on)
    kept = tuple(item for item in known if (item.stock, item.pipette, item.made_on) != same)
    write_atomically(path, calibrations_to_json([*kept, calibration]))
    return (*kept, calibration)


def stock_named(name: str, stocks: Sequence[Stock]) -> Stock:
    """Return a stock by its name.

    Raises:
        UnknownNameError: If there is none.
    """
    for stock in stocks:
        if stock.name == name:
            return stock
    known = ", ".join(stock.name for stock in stocks)
    raise UnknownNameError(f"there is no stock {name!r}", hint=f"known: {known}; name a file of stocks with --stocks")


def _solid_density(material: str) -> float:
    """Density of a dry material; that of a typical polymer for one that the library does not know, g/cm^3."""
    known = library.materials().get(material)
    return known.density if known else 1.4
