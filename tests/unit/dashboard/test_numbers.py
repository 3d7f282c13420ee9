"""Numbers that people type into fields."""

import pytest

from dashboard.numbers import Typed, needed_numbers, read_number, read_numbers, shown
from lab.errors import InvalidInputError


@pytest.mark.parametrize(
    ("text", "number"), [("1,5", 1.5), ("1.5", 1.5), (" 12 ", 12.0), ("0,042", 0.042), ("1e-2", 0.01), ("", None)]
)
def test_a_decimal_comma_is_a_decimal_point(text: str, number: float | None) -> None:
    assert read_numbers([Typed("Width, mm", text)]) == [number]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("1,234", "thousands"),
        ("1.5 mm", "is no number"),
        ("nan", "is no number"),
        ("1_000", "is no number"),
        ("1e999", "inf is not 0 to 100"),
        ("-1", "-1 is not 0 to 100"),
        ("100,5", "100.5 is not 0 to 100"),
    ],
)
def test_what_is_no_number_of_the_range_is_named(text: str, said: str) -> None:
    with pytest.raises(InvalidInputError, match=f"Width, mm: .*{said}"):
        read_number(Typed("Width, mm", text, most=100.0))


def test_all_fields_that_are_wrong_are_named_at_once() -> None:
    with pytest.raises(InvalidInputError) as error:
        read_numbers([Typed("Width", "a"), Typed("Length", "2"), Typed("Thickness", "-3")])
    assert error.value.faults == ("Width: 'a' is no number", "Thickness: -3 is not 0 or more")


def test_a_field_that_must_not_be_empty_says_so() -> None:
    with pytest.raises(InvalidInputError, match="Hours: there is no number yet"):
        read_number(Typed("Hours", " "))


def test_fields_that_are_empty_or_wrong_are_named_together() -> None:
    fields = [Typed("Temperature", ""), Typed("Hours", "many"), Typed("Area", "3")]
    with pytest.raises(InvalidInputError) as error:
        needed_numbers(fields)
    assert error.value.faults == ("Temperature: there is no number yet", "Hours: 'many' is no number")
    assert needed_numbers(fields[2:]) == [3.0]


@pytest.mark.parametrize("value", [10.0, 0.1, 195.0])
def test_a_field_shows_what_it_reads(value: float) -> None:
    assert read_number(Typed("Volume", shown(value))) == value
