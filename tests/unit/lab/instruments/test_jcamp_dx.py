"""JCAMP-DX: whatever is packed in any of the standard's forms comes back, and what the header promises is held."""

from itertools import groupby, pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.errors import InvalidInputError
from lab.instruments import Specimen, read_file
from lab.instruments.uvvis.asdf import AsdfError, ordinates

FORMS = ("AFFN", "PAC", "SQZ", "SQZDUP", "DIF", "DIFDUP")


def digit(value: int, zero: str, up: str, down: str) -> str:
    """A number whose first digit carries its sign."""
    text = str(abs(value))
    return (zero if value == 0 else (up if value > 0 else down)[int(text[0]) - 1]) + text[1:]


def squeezed(value: int) -> str:
    return digit(value, "@", "ABCDEFGHI", "abcdefghi")


def with_copies(tokens: list[str]) -> str:
    """A token that stands n times once, with n behind it."""
    runs = [(token, len([*same])) for token, same in groupby(tokens)]
    return "".join(token + (digit(n, "", "STUVWXYZs", "") if n > 1 else "") for token, n in runs)


def packed(x: list[float], y: list[int], form: str, width: int) -> list[str]:
    lines = []
    for at in range(0, len(y), width):
        part = y[at : at + width]
        if form == "AFFN":
            lines.append(f"{x[at]:g} " + " ".join(map(str, part)))
        elif form == "PAC":
            lines.append(f"{x[at]:g}" + "".join(f"{value:+d}" for value in part))
        elif form.startswith("SQZ"):
            tokens = [squeezed(value) for value in part]
            lines.append(f"{x[at]:g}" + (with_copies(tokens) if form.endswith("DUP") else "".join(tokens)))
        else:
            start = max(at - 1, 0)
            steps = [digit(b - a, "%", "JKLMNOPQR", "jklmnopqr") for a, b in pairwise(y[start : at + width])]
            packed_steps = with_copies(steps) if form.endswith("DUP") else "".join(steps)
            lines.append(f"{x[start]:g}" + squeezed(y[start]) + packed_steps)
    if form.startswith("DIF") and len(y) > 1:
        lines.append(f"{x[-1]:g}" + squeezed(y[-1]))
    return lines


def spectrum(lines: list[str], x: list[float], **header: object) -> bytes:
    """A file; labels of its header are added, replaced, or left out where they are None."""
    labels: dict[str, object] = {
        "TITLE": "L001",
        "JCAMP-DX": "4.24 $$ by hand",
        "XUNITS": "NANOMETERS",
        "YUNITS": "TRANSMITTANCE",
        "XFACTOR": 1,
        "YFACTOR": 1e-6,
        "FIRSTX": x[0],
        "LASTX": x[-1],
        "NPOINTS": len(x),
        "XYDATA": "(X++(Y..Y))",
    } | header
    labels |= {"XYDATA": labels.pop("XYDATA")}  # the data follow it
    head = [f"##{name.replace('_', '-')}={value}" for name, value in labels.items() if value is not None]
    return "\n".join([*head, *lines, "##END=", ""]).encode()


def read(content: bytes) -> Specimen:
    (specimen,) = read_file(content, name="a.jdx").specimens
    return specimen


@given(
    st.lists(st.integers(-30_000, 1_030_000), min_size=2, max_size=40),
    st.sampled_from(FORMS),
    st.integers(2, 9),
    st.booleans(),
    st.sampled_from([1.0, 0.5, 0.1]),
)
def test_what_is_packed_in_any_form_comes_back(
    y: list[int], form: str, width: int, falls: bool, x_factor: float
) -> None:
    y = [value for value in y for _ in range(1 + value % 3)]  # with runs of equal values
    x = [360.0 + 5 * at for at in range(len(y))][:: -1 if falls else 1]
    lines = packed([value / x_factor for value in x], y, form, width)
    curve = read(spectrum(lines, x, XFACTOR=x_factor, FIRSTY=f"{y[0] * 1e-6:.6f}")).curve
    assert curve is not None
    assert list(curve.x) == pytest.approx(sorted(x))
    assert list(curve.y) == pytest.approx([value * 1e-6 for value in (y[::-1] if falls else y)], abs=1e-12)


X = [360.0 + 5 * at for at in range(12)]
Y = [200_000 + 1000 * at * at for at in range(12)]
PACKED = packed(X, Y, "AFFN", 4)
IN_PERCENT = packed(X, [value // 10_000 for value in Y], "AFFN", 4)


def test_factors_may_be_left_out_and_percent_is_told_by_its_size() -> None:
    percent = spectrum(IN_PERCENT, X, XFACTOR=None, YFACTOR=None)
    assert read(percent).readings[0].value == pytest.approx(0.2)
    curve = read(percent.replace(b"=TRANSMITTANCE", b"=%T")).curve
    assert curve is not None
    assert list(curve.y) == pytest.approx([value // 10_000 / 100 for value in Y])
    assert read(spectrum(PACKED, X, YUNITS="ABSORBANCE")).readings[0].value == pytest.approx(10**-0.201)


def test_pairs_have_factors_too_and_need_no_header() -> None:
    pairs = [f"{a / 2:g}, {b}; {a / 2 + 1:g}, {b + 5}" for a, b in zip(X, Y, strict=True)]
    curve = read(spectrum(pairs, X, XYDATA=None, NPOINTS=None, XFACTOR=2, XYPOINTS="(XY..XY)")).curve
    assert curve is not None
    assert list(curve.x) == [x for a in X for x in (a, a + 2)]
    assert list(curve.y) == pytest.approx([y * 1e-6 for b in Y for y in (b, b + 5)])


@pytest.mark.parametrize(
    ("header", "fault"),
    [
        ({"XUNITS": "1/CM"}, "line 3: ##XUNITS= '1/CM' is not nm"),
        ({"XUNITS": None}, "##XUNITS= is missing"),
        ({"NPOINTS": 13}, "line 9: promises 13 points, there are 12"),
        ({"NPOINTS": 11}, "line 13: more than 11 points"),
        ({"NPOINTS": 1}, "##NPOINTS= is below 2"),
        ({"NPOINTS": "many"}, "line 9: ##NPOINTS= 'many' is no number"),
        ({"FIRSTX": None}, "##FIRSTX= is missing"),
        ({"XYDATA": "(X++(Y..Y)"}, "line 10: ##XYDATA= '(X++(Y..Y)' is not (X++(Y..Y))"),
        ({"FIRSTY": 0.3}, "line 10: ##FIRSTY= is not 0.2, the first y"),
        ({"LASTX": 470.0}, "line 12: x is 380 where 400 is due; a line may be missing"),
        ({"XYDATA": None, "XYPOINTS": "(XY..XY)"}, "line 11: is no list of x, y pairs"),
        ({"XYDATA": None}, "has no ##XYDATA= or ##XYPOINTS="),
    ],
)
def test_a_header_that_the_data_do_not_keep_is_refused(header: dict[str, object], fault: str) -> None:
    with pytest.raises(InvalidInputError) as caught:
        read_file(spectrum(PACKED, X, **header), name="a.jdx")
    assert caught.value.faults == (fault,)
    assert caught.value.what == "a.jdx"


def test_a_line_in_the_place_of_another_is_found_out() -> None:
    with pytest.raises(InvalidInputError, match="line 12: x is 400 where 380 is due; a line may be missing"):
        read_file(spectrum([PACKED[0], PACKED[2], PACKED[2]], X), name="a.jdx")


def test_a_file_without_its_end_is_refused() -> None:
    with pytest.raises(InvalidInputError, match="line 13: ends without ##END=, cut off"):
        read_file(spectrum(PACKED, X).replace(b"##END=\n", b""), name="a.jdx")


@pytest.mark.parametrize(
    ("lines", "fault"),
    [
        (["1 2 3", "A2"], "line 2: does not begin with an x and a y"),
        (["1"], "line 1: does not begin with an x and a y"),
        (["1J2"], "line 1: begins with a difference"),
        (["1T"], "line 1: 'T' repeats nothing, or too often"),
        (["1A2S999999"], "line 1: 'S999999' repeats nothing, or too often"),
        (["1 2 ?"], "line 1: '?' is no number of JCAMP-DX"),
        (["1A0J1", "2A0"], "line 2: does not begin with the y that the line before ends with"),
        (["1A0" + "s9999" * 12], "line 1: more than 1,000,000 points"),
    ],
)
def test_packed_numbers_that_cannot_be_read_are_told_with_their_line(lines: list[str], fault: str) -> None:
    with pytest.raises(AsdfError) as caught:
        list(ordinates([*enumerate(lines, start=1)]))
    assert str(caught.value) == fault


def test_numbers_may_have_a_point_a_sign_and_an_exponent() -> None:
    ((_, x, values),) = ordinates([(1, "+3.5E+02, -1.5 .25 2. 1e-3 A2.5")])
    assert x == 350.0
    assert np.array(values) == pytest.approx([-1.5, 0.25, 2.0, 0.001, 12.5])
