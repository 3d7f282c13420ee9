"""Numbers in text are read as they were written, and a table of them that was cut off gives no other ones."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from lab.errors import InvalidInputError
from lab.instruments.numbers import decimal_mark, decimals, looks_numeric, parse_number
from lab.instruments.tables import find_tables
from lab.instruments.text import decode

_WRITTEN = st.tuples(st.integers(-(10**7), 10**7), st.integers(0, 5), st.sampled_from(["", "e2", "E-03", "e+1"]))
"""Digits, how many of them stand behind the decimal mark, exponent."""


def in_style(number: tuple[int, int, str], mark: str) -> str:
    digits, places, exponent = number
    return f"{digits / 10**places:.{places}f}".replace(".", mark) + exponent


@given(st.lists(_WRITTEN, min_size=1, max_size=6), st.sampled_from(".,"))
def test_numbers_are_read_in_the_style_in_which_all_of_them_are_written(
    numbers: list[tuple[int, int, str]], mark: str
) -> None:
    cells = [in_style(number, mark) for number in numbers]
    assert all(map(looks_numeric, cells))
    found = decimal_mark([f" {cell} " for cell in cells])
    if found is None:
        # Only what has three decimals may have a thousands separator.
        assert mark == ","
        assert all((places, exponent) == (3, "") for _, places, exponent in numbers if places)
    else:
        assert [parse_number(f" {cell} ", found) for cell in cells] == [float(in_style(n, ".")) for n in numbers]
    assert [decimals(cell) for cell in cells] == [places for _, places, _ in numbers]


@pytest.mark.parametrize(
    ("cells", "mark"),
    [
        (["1,234"], None),
        (["-12,345", "7"], None),
        (["0,234"], ","),
        (["1,5", "2.5"], None),
        (["1,5", "n/a", "2.5 mm"], ","),
        (["OVER", "12.4.26"], "."),
    ],
)
def test_a_decimal_mark_is_told_only_where_it_is_certain(cells: list[str], mark: str | None) -> None:
    assert decimal_mark(cells) == mark


@pytest.mark.parametrize("cell", ["", ".", "abc", "1 2", "1.2.3", "1e", "12 mm", "1,5", "nan", "-inf", "1e999"])
def test_what_is_no_finite_number_in_a_style_has_none(cell: str) -> None:
    assert parse_number(cell, ".") is None


@pytest.mark.parametrize("cell", ["NaN", "-inf", "n/a", "NA", "#DIV/0!", "---", "***", "Over"])
def test_a_sign_that_a_number_is_missing_stands_where_numbers_do(cell: str) -> None:
    assert looks_numeric(f" {cell} ")


@pytest.mark.parametrize("cell", ["", "12 mm", "1.2.3", "1.234,5", "L001", "overload", "inf.", "- 1"])
def test_words_and_numbers_of_both_styles_are_no_number(cell: str) -> None:
    assert not looks_numeric(cell)


@example([15, 25], 1, False, 1)
@given(st.lists(st.integers(0, 99999), min_size=2, max_size=5), st.integers(0, 3), st.booleans(), st.integers(0, 40))
def test_a_table_that_was_cut_off_is_refused_or_has_the_numbers_before_the_cut(
    digits: list[int], places: int, pointed: bool, cut: int
) -> None:
    point = "." if pointed and not places else ""
    rows = [f"{at};{value / 10**places:.{places}f}{point}\n" for at, value in enumerate(digits)]
    text = "".join(rows)
    kept = text[: max(1, len(text) - cut)]
    try:
        _, values = find_tables(decode(kept.encode(), "x.csv"), "x.csv")[0].columns(0, 1)
    except InvalidInputError:
        assert cut > (1 if places else 0)  # decimals to the last line's end are all there
        return
    assert list(values) == [value / 10**places for value in digits[: len(values)]]
    assert len(values) == kept.count(";")
