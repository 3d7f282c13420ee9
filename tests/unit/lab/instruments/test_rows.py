"""Thickness gauges and balances: every row is a reading of its film, or the file is refused."""

from collections import defaultdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.errors import InvalidInputError
from lab.instruments import read_file
from tests.samples import rows

FILES = rows.files()


def found(content: bytes) -> dict[str, list[float | None]]:
    values: dict[str, list[float | None]] = defaultdict(list)
    for specimen in read_file(content, name="x.csv").specimens:
        values[specimen.label].append(specimen.readings[0].value)
    return values


@pytest.mark.parametrize("name", ["thickness.csv", "dicke.csv"])
def test_every_thickness_is_a_reading_of_its_film(name: str) -> None:
    assert read_file(FILES[name]).format == "thickness-csv"
    values = found(FILES[name])
    assert set(values) == set(rows.THICKNESS)
    for film, true in rows.THICKNESS.items():
        assert values[film] == pytest.approx(list(true))


def test_a_balance_gives_masses_in_mg() -> None:
    assert read_file(FILES["balance.csv"]).format == "balance-csv"
    assert {film: values[0] for film, values in found(FILES["balance.csv"]).items()} == pytest.approx(rows.MASS)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("film,thickness\nL001,41\n", "line 2: '41' has no unit"),
        ("film,thickness (um)\nL001,41 mm\n", "line 2: '41 mm' has several units: mm, um"),
        ("thickness (um)\n41\n", "has no line that names a film column and a column of readings"),
        ("film,thickness (um)\nL001,41\n,42\n", "line 3: has no label"),
        ("film,thickness (um)\nL001,abc\n", "line 2: 'abc' is no number"),
        ("film,thickness (um)\nL001,nan\n", "line 2: 'nan' is no number"),
        ("film,thickness (um)\nL001,\n", "line 2: a number is missing"),
        ("film,thickness (um)\nL001,0.041\n", "not possible"),
        ("film,thickness (um)\nL001,41,5\n", "line 2: has more cells"),
        ("film;thickness (um)\nL001;1,234\n", "decimal or thousands"),
        ("film,thickness (um)\nL001,425\nL002,4", "cut off"),
        ("film,thickness (kg)\nL001,41\n", "not a unit"),
    ],
)
def test_what_is_unsure_is_refused(text: str, says: str) -> None:
    with pytest.raises(InvalidInputError, match=says):
        read_file(text.encode(), name="x.csv", format_name="thickness-csv")


@pytest.mark.parametrize(
    ("header", "row", "values", "left_out"),
    [
        ("film,thickness (um),SD thickness (um),n", "L001,42,5.5,3", [42.0], 1),
        ("film,target_thickness (um),thickness (um),thickness_std (um)", "L001,50,42,1.5", [42.0], 2),
        ("film,min thickness (um),max thickness (um),mean thickness (um)", "L001,40,44,42", [42.0], 2),
        ("film,Dicke 1 (um),Dicke 2 (um),Dicke Mittelwert (um)", "L001,40,44,42", [40.0, 44.0], 1),
        ("film,tare weight (mg),gross weight (mg),net weight (mg)", "L001,1000,1040,40", [40.0], 2),
    ],
)
def test_spreads_limits_targets_and_tares_are_no_readings(
    header: str, row: str, values: list[float], left_out: int
) -> None:
    content = f"{header}\n{row}\n".encode()
    assert found(content) == {"L001": values}
    assert len(read_file(content).warnings) == left_out


def test_rows_without_anything_in_them_are_passed_over() -> None:
    content = b"film,thickness (um),note\n\n,,\nL001,41,\n  \nL002,42,thin\n , ,\n\n"
    readings = [specimen.readings[0] for specimen in read_file(content).specimens]
    assert [(reading.value, reading.where) for reading in readings] == [(41.0, "line 4"), (42.0, "line 6")]


@pytest.mark.parametrize("label", ["Mean", "Mittelwert", "SD", "Std. Dev.", "RSD (%)", "max", "L001 mean", "L001-SD"])
def test_rows_below_the_readings_that_sum_them_up_are_left_out(label: str) -> None:
    """A file of one film has no labels but the numbers of its readings; all that it says is taken for the film's."""
    content = f"No,sample,thickness (um)\n1,L001-1,41\n2,L001-2,42\n,{label},41.5\n".encode()
    assert found(content) == {"L001-1": [41.0], "L001-2": [42.0]}
    assert read_file(content).warnings == (f"line 4: {label!r} is no reading of its own and is left out",)


@pytest.mark.parametrize("label", ["meander", "L001-max", "SDS 3", "total-2", "mean 2"])
def test_a_film_may_be_called_nearly_like_a_mean(label: str) -> None:
    assert found(f"film,thickness (um)\n{label},41.5\n".encode()) == {label: [41.5]}


@pytest.mark.parametrize(
    "columns",
    [
        "wet thickness (um),dry thickness (um)",
        "thickness (um),thickness loss (um)",
        "weight before (mg),weight after (mg)",
        "thickness (um),thickness (mm)",
    ],
)
def test_columns_of_different_things_are_not_taken_for_readings_of_one(columns: str) -> None:
    with pytest.raises(InvalidInputError, match="may hold different things"):
        read_file(f"film,{columns}\nL001,42,41\n".encode(), name="x.csv")


@pytest.mark.parametrize(
    "columns",
    ["thickness left (um),thickness centre (um)", "T1_thickness (um),T2_thickness (um)", "Dicke a (um),Dicke b (um)"],
)
def test_readings_may_be_named_by_number_and_place(columns: str) -> None:
    assert found(f"film,{columns}\nL001,42,41\n".encode()) == {"L001": [42.0, 41.0]}


@given(name=st.sampled_from(sorted(FILES)), share=st.floats(0, 1))
def test_a_file_cut_off_anywhere_is_refused_or_gives_right_numbers(name: str, share: float) -> None:
    try:
        values = found(FILES[name][: int(share * len(FILES[name]))])
    except InvalidInputError:
        return
    true = {film: [mass] for film, mass in rows.MASS.items()} if name == "balance.csv" else rows.THICKNESS
    for film, readings in values.items():
        assert readings == pytest.approx(list(true[film])[: len(readings)])
