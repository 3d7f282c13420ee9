"""Reading stocks from TOML: a file of their own, a deck file or a campaign file, all with ``[[stocks]]`` tables."""

from collections.abc import Sequence
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from lab import library
from lab.campaign_tables import StockTable
from lab.errors import InvalidInputError
from lab.materials import HandlingClass
from lab.stocks import Stock
from lab.user_files import key_faults, parse_toml, read_text


class _Stock(StockTable):
    def stock(self) -> Stock:
        material = library.materials().get(self.material)
        default = material.handling if material else HandlingClass.WATER_LIKE
        return Stock(**self.model_dump() | {"handling": self.handling or default})


@cache
def default_stocks() -> tuple[Stock, ...]:
    """Return the built-in dilute stocks."""
    text = resources.files("robot_protocols").joinpath("default_stocks.toml").read_text("utf-8")
    return parse_stocks(text, what="built-in stocks")


def read_stocks(path: Path) -> tuple[Stock, ...]:
    """Read the stocks of a file; none if it has no ``[[stocks]]``.

    Raises:
        InvalidInputError: With every fault of the file.
    """
    return parse_stocks(read_text(path), what=str(path))


def parse_stocks(text: str, *, what: str) -> tuple[Stock, ...]:
    """Read stocks from TOML text.

    Args:
        text: The TOML text; other tables are left aside.
        what: What the text is, for error messages.

    Raises:
        InvalidInputError: With every fault found.
    """
    tables = parse_toml(text, what).get("stocks", [])
    if not isinstance(tables, list):
        raise InvalidInputError(what, ["stocks: is no list of tables"], hint="begin each stock with [[stocks]]")
    faults: list[str] = []
    stocks = [stock for number, table in enumerate(tables, start=1) if (stock := _stock(number, table, faults))]
    faults += _duplicates(stocks)
    if faults:
        raise InvalidInputError(what, faults, hint="see docs/how-to/plan-a-deck.md for every key of a stock")
    return tuple(stocks)


def _stock(number: int, table: Any, faults: list[str]) -> Stock | None:
    try:
        return _Stock.model_validate(table).stock()
    except ValidationError as error:
        faults += key_faults(error, under=f"stocks.{number}")
        return None


def _duplicates(stocks: Sequence[Stock]) -> list[str]:
    names = [stock.name for stock in stocks]
    return [f"stocks: {name} is there twice" for name in dict.fromkeys(names) if names.count(name) > 1]
