"""Stocks from a file: every fault named with its place."""

import pytest

from lab.errors import InvalidInputError
from robot_protocols.stock_files import default_stocks, parse_stocks


def test_the_built_in_stocks_are_of_the_built_in_materials() -> None:
    assert [stock.material for stock in default_stocks()] == ["CNF", "MMT", "gelatin", "glycerol", "chitosan"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("stocks = 3", ["stocks: is no list of tables"]),
        ("[[stocks]]\nname = 'x'\nconcentration = -1", ["stocks.1.material: is missing", "stocks.1.concentration: "]),
        ("[[stocks]]\nname = 'x'\nmaterial = 'CNF'\nconcentration = 2\n" * 2, ["stocks: x is there twice"]),
    ],
)
def test_faults_of_a_file_are_listed_with_their_places(text: str, said: list[str]) -> None:
    with pytest.raises(InvalidInputError) as refused:
        parse_stocks(text, what="stocks.toml")
    assert len(refused.value.faults) == len(said)
    assert all(fault.startswith(start) for fault, start in zip(refused.value.faults, said, strict=True))
