"""From a file of recipes to a folder with everything that a person needs to cast the films.

The folder holds ``plan.json`` (what is asked, what is expected, which stocks, which dish), and for every deck its
protocol file, its plan and its run card. The same recipes, stocks and deck give the same files.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import attrs

from lab import library
from lab.bench import DeckOrder
from lab.errors import InvalidInputError
from lab.files import write_atomically
from lab.stocks import WATER, Stock
from robot_protocols.calibration import Calibration
from robot_protocols.calibration_files import read_calibrations
from robot_protocols.decks import DeckDefinition, builtin_decks, deck_named
from robot_protocols.diagnosis import Cause, UnmakeableError
from robot_protocols.findings import Finding, Severity
from robot_protocols.labels import dish_labels_html
from robot_protocols.planner import plan_decks
from robot_protocols.plans import DeckPlan, FilmOrder
from robot_protocols.preflight import preflight
from robot_protocols.protocol_writer import write_protocol
from robot_protocols.recipe_files import FilmStandard, read_recipes
from robot_protocols.run_card import run_card_html
from robot_protocols.stock_files import default_stocks, read_stocks

FORMAT = 1
DEFAULT_DECKS = ("screening-24-well", "screening-24-well-5-stocks")
"""Decks that are tried in turn where none is named: the first that has room for the stocks is taken."""


@attrs.frozen
class PlannedFolder:
    """What was planned and written."""

    folder: Path
    deck: DeckDefinition
    stocks: tuple[Stock, ...]
    plans: tuple[DeckPlan, ...]
    findings: tuple[tuple[str, Finding], ...]
    """Warnings of preflight, each with its deck's label."""
    files: tuple[Path, ...]
    """Every file written, relative to the folder."""

    @property
    def films(self) -> int:
        """Number of films."""
        return sum(len(plan.films) for plan in self.plans)

    def orders(self) -> tuple[DeckOrder, ...]:
        """Return the decks as a bench's robot takes them, for example the virtual robot."""
        return tuple(
            DeckOrder(
                plan.label,
                plan.sha256,
                plan.positions,
                plan.transfers,
                write_protocol(plan, self.deck),
                self.deck.files,
            )
            for plan in self.plans
        )


def plan_recipes_file(
    recipes: Path,
    folder: Path,
    *,
    deck: str | Path | None = None,
    stocks: Path | None = None,
    calibrations: Path | None = None,
    replace: bool = False,
) -> PlannedFolder:
    """Plan the films of a CSV file and write plan, protocols and run cards.

    Args:
        recipes: CSV file, see `robot_protocols.recipe_files`.
        folder: Where to write; it is made if it is missing.
        deck: Name or file of the deck; where left out, the first of `DEFAULT_DECKS` that has room for the stocks.
        stocks: File with the stocks; where left out, those of the deck file, else the built-in dilute stocks.
        calibrations: File with calibrations, see `robot_protocols.calibration_files`.
        replace: Whether another plan in the folder may be replaced.

    Raises:
        InvalidInputError: With every fault of the recipes, the stocks or the deck; or where the folder holds another
            plan.
        UnmakeableError: With every reason for every film that cannot be made.
        WorkspaceError: If the folder cannot be written.
    """
    at_hand = _stocks(deck, stocks)
    candidates = [deck_named(deck)] if deck is not None else [builtin_decks()[name] for name in DEFAULT_DECKS]
    names = list(dict.fromkeys([*(stock.material for stock in at_hand), *library.materials()]))
    orders = read_recipes(recipes, names, _standard(candidates[0]))
    known = read_calibrations(calibrations) if calibrations is not None else ()
    chosen, plans = _plan(orders, at_hand, candidates, known)
    return _checked_and_written(plans, folder, chosen, at_hand, replace=replace)


def plan_orders(
    orders: Sequence[FilmOrder], folder: Path, *, deck: DeckDefinition, stocks: Sequence[Stock]
) -> PlannedFolder:
    """Plan films and write plan, protocols and run cards, as `plan_recipes_file` does for a file.

    Args:
        orders: The films.
        folder: Where to write; it is made if it is missing.
        deck: The deck.
        stocks: Stocks at hand.

    Raises:
        InvalidInputError: Where preflight refuses a plan, or the folder holds another one.
        UnmakeableError: With every reason for every film that cannot be made.
        WorkspaceError: If the folder cannot be written.
    """
    return _checked_and_written(plan_decks(orders, stocks, deck), folder, deck, tuple(stocks), replace=False)


def _checked_and_written(
    plans: tuple[DeckPlan, ...], folder: Path, chosen: DeckDefinition, at_hand: tuple[Stock, ...], *, replace: bool
) -> PlannedFolder:
    findings = [(plan.label, finding) for plan in plans for finding in preflight(plan, chosen, at_hand)]
    refusals = [
        f"{label}: {item.message} ({item.hint})" for label, item in findings if item.severity is Severity.REFUSE
    ]
    if refusals:
        raise InvalidInputError("preflight", refusals, hint="mend the deck or the stocks and plan again")
    files = _files(plans, chosen, at_hand)
    _write(folder, files, replace=replace)
    return PlannedFolder(folder, chosen, at_hand, plans, tuple(findings), tuple(Path(name) for name in files))


def _stocks(deck: str | Path | None, stocks: Path | None) -> tuple[Stock, ...]:
    if stocks is not None:
        found = read_stocks(stocks)
        if not found:
            raise InvalidInputError(
                str(stocks), ["there is no [[stocks]] table"], hint="see docs/how-to/plan-a-deck.md"
            )
        return found
    if deck is not None and deck not in builtin_decks() and Path(deck).is_file():
        return read_stocks(Path(deck)) or default_stocks()
    return default_stocks()


def _standard(deck: DeckDefinition) -> FilmStandard:
    """What a film gets on a deck: as its file says, else 4 mg and 0.6 mL on every cm^2, at most 80 % of a dish."""
    if deck.film is not None:
        return FilmStandard(deck.film.solids, deck.film.volume, deck.casting_area)
    capacity = min(deck.well(dish).capacity for dish in deck.dishes)
    volume = round(min(600 * deck.casting_area, 0.8 * capacity), 0)
    return FilmStandard(round(4.0 * deck.casting_area, 1), volume, deck.casting_area)


def _plan(
    orders: Sequence[FilmOrder],
    stocks: Sequence[Stock],
    decks: Sequence[DeckDefinition],
    calibrations: Sequence[Calibration],
) -> tuple[DeckDefinition, tuple[DeckPlan, ...]]:
    """The first deck on which the films can be made; the last one's reasons where there is none."""
    for deck in decks:
        try:
            return deck, plan_decks(orders, stocks, deck, calibrations=calibrations)
        except UnmakeableError as error:
            if deck is decks[-1] or {item.cause for item in error.diagnoses} != {Cause.NO_PLACE_FOR_STOCK}:
                raise
    raise InvalidInputError("deck", ["no deck was given"], hint="name a deck")


def _files(plans: Sequence[DeckPlan], deck: DeckDefinition, stocks: Sequence[Stock]) -> Mapping[str, str]:
    files = {"plan.json": json.dumps(summary(plans, deck, stocks), indent=2, ensure_ascii=False) + "\n"}
    for plan in plans:
        files[f"protocols/{plan.label}.py"] = write_protocol(plan, deck)
        files[f"plans/{plan.label}.json"] = plan.to_json()
        files[f"cards/{plan.label}.html"] = run_card_html(plan, deck)
    files["cards/labels.html"] = dish_labels_html(plans)
    return files


def summary(plans: Sequence[DeckPlan], deck: DeckDefinition, stocks: Sequence[Stock]) -> Mapping[str, Any]:
    """Return what ``plan.json`` says: enough to recompute every film from the protocols alone."""
    used = {need.stock for plan in plans for need in plan.stock_needs}
    return {
        "format": FORMAT,
        "deck": deck.name,
        "deck_sha256": deck.sha256,
        "stocks": {
            **{
                stock.name: {
                    "material": stock.material,
                    "mg_per_ml": stock.concentration,
                    "mg_per_ml_sd": stock.concentration_sd,
                }
                for stock in stocks
                if stock.name in used
            },
            # Water is a declared liquid too: it brings no solids.
            WATER: {"material": WATER, "mg_per_ml": 0.0, "mg_per_ml_sd": 0.0},
        },
        "prepare_ml": _prepare(plans),
        "decks": [_deck_summary(plan) for plan in plans],
    }


def _prepare(plans: Iterable[DeckPlan]) -> Mapping[str, float]:
    """How much of each stock all decks take together, with reserve, and the dead volume of each load."""
    loads: dict[str, float] = {}
    for plan in plans:
        for need in plan.stock_needs:
            loads[need.stock] = loads.get(need.stock, 0.0) + need.load
    return {name: round(volume / 1000, 1) for name, volume in loads.items()}


def _deck_summary(plan: DeckPlan) -> Mapping[str, Any]:
    return {
        "label": plan.label,
        "protocol": f"protocols/{plan.label}.py",
        "plan": f"plans/{plan.label}.json",
        "run_card": f"cards/{plan.label}.html",
        "sha256": plan.sha256,
        "minutes": plan.minutes,
        "tips": dict(plan.tips),
        "notes": list(plan.notes),
        "films": [
            {
                "film": film.order.label,
                "asked": dict(film.order.composition),
                "expected": dict(film.expected.composition),
                "expected_sd": dict(film.expected.sd),
                "solids_mg": film.solids,
                "labware_slot": film.dish.slot,
                "well": film.dish.well,
            }
            for film in plan.films
        ],
    }


def _write(folder: Path, files: Mapping[str, str], *, replace: bool) -> None:
    """Write all files, plan.json last, so that a folder with it is complete."""
    existing = folder / "plan.json"
    if existing.is_file() and existing.read_bytes() != files["plan.json"].encode():
        if not replace:
            raise InvalidInputError(
                str(folder),
                ["it holds another plan"],
                hint="choose another folder; filmlab protocol plan --replace puts its plan in the place of this one",
            )
        existing.unlink()
        _remove_decks(folder, keep=files)
    for name, text in files.items():
        if name != "plan.json":
            write_atomically(folder / name, text)
    write_atomically(existing, files["plan.json"])


def _remove_decks(folder: Path, *, keep: Mapping[str, str]) -> None:
    """Remove the deck files of the plan that is replaced, so that no protocol of it is left to be run."""
    for pattern in ("protocols/deck-*.py", "plans/deck-*.json", "cards/deck-*.html"):
        for path in folder.glob(pattern):
            if path.relative_to(folder).as_posix() not in keep:
                path.unlink()
