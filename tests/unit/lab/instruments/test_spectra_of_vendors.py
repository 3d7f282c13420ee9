"""What vendors write around their spectra: names of samples, several of them, and what a header promises."""

import pytest

from lab.errors import InvalidInputError
from lab.instruments import InstrumentResult, read_file
from tests.samples import spectra

ROWS = ["370,42", "365,41", "360,40"]
"""41 % at 365 nm."""


def read(*lines: str, name: str = "file.csv", encoding: str = "utf-8") -> InstrumentResult:
    return read_file("\n".join([*lines, ""]).encode(encoding), name=name)


def labelled(result: InstrumentResult) -> list[tuple[str, float | None]]:
    """Labels and values at 365 nm."""
    return [(specimen.label, specimen.readings[0].value) for specimen in result.specimens]


def refused(*lines: str) -> tuple[str, ...]:
    with pytest.raises(InvalidInputError) as caught:
        read(*lines)
    assert caught.value.what == "file.csv"
    return caught.value.faults


@pytest.mark.parametrize(
    ("above", "label"),
    [
        (['"L001 - RawData"'], "L001"),
        (['"File: x"', '"L001 - Raw Data"'], "L001"),
        (['"L001-2 - uv.spc"'], "L001-2"),
        (['"L001"', ""], "L001"),
        ([], ""),
    ],
)
def test_a_spectrum_of_uvprobe_is_called_what_its_title_says(above: list[str], label: str) -> None:
    result = read(*above, '"Wavelength nm.","T%"', *ROWS)
    assert result.format == "shimadzu-uvprobe"
    assert labelled(result) == [(label, 0.41)]


def test_spectra_of_uvprobe_stand_beside_and_below_each_other() -> None:
    beside = read('"films"', '"Wavelength nm.","L001 T%","L002 T%"', "370,42,52", "365,41,51", "360,40,50")
    assert labelled(beside) == [("L001 T%", 0.41), ("L002 T%", 0.51)]
    one, two = ([f'"L00{n} - RawData"', '"Wavelength nm.","T%"', *ROWS] for n in (1, 2))
    assert labelled(read(*one, "", *two)) == [("L001", 0.41), ("L002", 0.41)]


def test_uvprobe_columns_without_a_header_of_their_own_are_refused() -> None:
    head, second = '"Wavelength nm.","T%"', ["", "370,42,1", "365,41,1"]
    other = "line 3: 2 columns below a header of other length"
    assert refused('"L001"', '"Wavelength nm.","T%","T%"', *ROWS) == (other,)
    assert refused('"L001"', head, *ROWS, *second) == ("line 7: 3 columns below a header of other length",)
    assert refused('"L001"', head, *ROWS, "", "x,y", *second[1:]) == (
        "line 8: 3 columns below a header of other length",
    )


def test_a_cary_file_says_which_of_its_samples_have_one_name() -> None:
    rows = [f"{row},{row},{row}" for row in ROWS]
    result = read("L001,,L002,,L001,", ",".join(["Wavelength (nm),%T"] * 3), *rows)
    assert result.format == "agilent-cary"
    assert [label for label, _ in labelled(result)] == ["L001", "L002", "L001"]
    assert result.warnings[0] == "line 1: several spectra are named 'L001': taken as replicates"
    assert not any("L002" in warning for warning in result.warnings if "several" in warning)


def test_a_cary_file_with_more_cells_than_names_or_broken_pairs_is_refused() -> None:
    heads = "Wavelength (nm),%T,Wavelength (nm),%T"
    rows = [f"{row},{row}" for row in ROWS]
    assert refused("L001,,L002,", heads, *rows[:2], f"{rows[2]},7") == ("line 5: has more cells than line 2",)
    broken = heads.replace("(nm),%T,Wave", "(nm),%T,Abs,Wave")
    (fault,) = refused("L001,,L002,", broken, *(f"{row},1" for row in rows))
    assert fault == "line 2: needs one column named wavelength, has 2"  # that is no file of a Cary


def test_what_a_perkinelmer_header_promises_is_held() -> None:
    lines = spectra.perkinelmer().split("\r\n")[:-1]
    ((label, value),) = labelled(read(*lines))
    assert label == "L001"
    assert value == pytest.approx(spectra.TRUTH["transmittance_uv"])
    data = lines.index("#DATA")
    first, points = lines.index("#GR") + 5, lines.index("#GR") + 7

    def without(at: int, *instead: str) -> list[str]:
        return [*lines[:at], *instead, *lines[at + 1 :]]

    assert refused(*without(first, "1099.000000")) == (
        f"line {first + 1}: says that x begins at 1099, it begins at 1100",
    )
    assert refused(*without(points, "900")) == (f"line {points + 1}: promises 900 points, the file has 901",)
    assert refused(*without(points, "many")) == (f"line {points + 1}: promises many points, the file has 901",)
    assert refused(*without(points - 6, "cm-1")) == (f"line {points - 5}: the x unit must be nm",)
    assert refused(*lines[: points - 6], "#DATA", "#GR") == (f"line {points - 5}: the x unit must be nm",)
    no_block = (f"line {data + 2}: no single block of numbers up to the end",)
    assert refused(*without(data, "#DATA", "remark")) == no_block
    assert refused(*lines, "the end") == no_block
    assert refused(*lines, "", *lines[-3:]) == no_block
    assert refused(*lines[:data]) == (f"line {data}: ends without #GR and #DATA",)


@pytest.mark.parametrize(
    ("header", "label"),
    [
        ("nm,%T", ""),
        ("nm,transmittance (%)", ""),
        ("Wavelength of the spectrum (nm),%T", ""),
        ("nm,L001 %T", "L001 %T"),
        ("nm,L001_T (%)", "L001_T (%)"),
    ],
)
def test_a_column_of_a_plain_table_is_called_what_its_header_says_beside_the_quantity(header: str, label: str) -> None:
    result = read(header, *ROWS)
    assert result.format == "spectrum-csv"
    assert labelled(result) == [(label, 0.41)]


def test_a_plain_table_of_fractions_has_no_label_and_one_with_two_columns_has_two() -> None:
    assert labelled(read("nm,transmittance (0-1)", "360,0.4", "365,0.41", "370,0.42")) == [("", 0.41)]
    assert [name for name, _ in labelled(read("nm,%T,T [%]", *(f"{row},50" for row in ROWS)))] == ["%T", "T [%]"]


def test_a_plain_table_may_have_spaces_between_its_cells() -> None:
    assert labelled(read("made by hand", "Wavelength    %T", *(row.replace(",", "   ") for row in ROWS))) == [
        ("", 0.41)
    ]


@pytest.mark.parametrize(
    ("lines", "fault"),
    [
        (
            ["wavelength,wavelength,%T", *(f"{row},1" for row in ROWS)],
            "line 1: needs one column named wavelength, has 2",
        ),
        (["wavelength (nm)", *ROWS], "line 1: names the wavelength only"),
        (["wavelength (um),%T", *ROWS], "line 1: 'wavelength (um)' is not in nm"),
        (["nm,%T", *ROWS, "300,1,5"], "line 5: has more or fewer cells than line 1 (a decimal comma splits a cell)"),
        (["wavelength_um,%T", *ROWS], "line 1: 'wavelength_um' is not in nm"),
        (["wavelength [Å],%T", *ROWS], "line 1: 'wavelength [Å]' is not in nm"),
    ],
)
def test_a_plain_table_that_is_unsure_is_refused(lines: list[str], fault: str) -> None:
    assert refused(*lines) == (fault,)
