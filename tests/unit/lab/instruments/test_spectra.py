"""Spectra of every format give the transmittance that they were made from, or are refused with the line."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.errors import InvalidInputError
from lab.instruments import InstrumentResult, ReadOptions, read_file, readers
from lab.instruments.results import Ordinate
from tests.samples import spectra
from tests.samples.spectra import TRUTH

FILES = spectra.files()
FORMATS = {
    "uvprobe-tab.txt": "shimadzu-uvprobe",
    "uvprobe-comma-absorbance.txt": "shimadzu-uvprobe",
    "cary.csv": "agilent-cary",
    "perkinelmer.asc": "perkinelmer-asc",
    "affn.jdx": "jcamp-dx",
    "sqz.jdx": "jcamp-dx",
    "dif.jdx": "jcamp-dx",
    "points.dx": "jcamp-dx",
    "plain-percent.csv": "spectrum-csv",
    "plain-semicolon-comma.csv": "spectrum-csv",
    "plain-fraction-utf16.csv": "spectrum-csv",
}


def values(result: InstrumentResult, specimen: int = 0) -> dict[str, float | None]:
    return {reading.property_name: reading.value for reading in result.specimens[specimen].readings}


@pytest.mark.parametrize("name", FILES)
def test_every_format_is_known_and_read(name: str) -> None:
    result = read_file(FILES[name], name=name)
    assert result.format == FORMATS[name]
    assert values(result) == pytest.approx(TRUTH, abs=2e-6)


@pytest.mark.parametrize("name", FILES)
def test_one_reader_only_knows_a_sample_of_a_vendor(name: str) -> None:
    from lab.instruments import open_raw

    text = open_raw(FILES[name], name=name).text
    known = [reader.name for reader in readers() if reader.sniff(text)]
    assert known[0] == FORMATS[name]
    assert set(known) <= {FORMATS[name], "spectrum-csv"}


def test_a_cary_file_holds_several_films_and_a_baseline() -> None:
    result = read_file(FILES["cary.csv"], name="cary.csv")
    assert [specimen.label for specimen in result.specimens] == ["L001", "L002"]
    assert values(result, 1) == pytest.approx({name: value + 0.01 for name, value in TRUTH.items()})
    assert "baseline" in result.warnings[0]


def test_samples_of_a_cary_file_may_be_of_unequal_length() -> None:
    rows = ["360,40,,", "365,41,365,51", "370,42,370,52", "375,43,,"]
    text = "\n".join(["L001,,L002,", "Wavelength (nm),%T,Wavelength (nm),%T", *rows, "", "report", ""])
    first, second = read_file(text.encode(), name="cary.csv").specimens
    assert (first.readings[0].value, second.readings[0].value) == pytest.approx((0.41, 0.51))
    assert first.curve is not None and second.curve is not None
    assert (list(first.curve.x), list(second.curve.x)) == ([360.0, 365.0, 370.0, 375.0], [365.0, 370.0])


def test_coarse_points_are_interpolated_and_say_so() -> None:
    text = "wavelength (nm),transmittance (%)\n" + "".join(f"{x},{x / 20:.3f}\n" for x in range(360, 961, 10))
    reading = read_file(text.encode()).specimens[0].readings[0]
    assert reading.value == pytest.approx(365 / 2000)
    assert "interpolated" in reading.note


def test_a_spectrum_that_ends_early_has_the_readings_it_reaches_and_warns_of_the_others() -> None:
    text = spectra.plain().split("\n")
    result = read_file("\n".join([*text[:300], ""]).encode(), name="short.csv")
    assert set(values(result)) == {"transmittance_vis", "transmittance_ir"}
    assert "365 nm" in result.warnings[0]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"wavelength (nm),T\n" + b"".join(b"%d,0.4\n" % x for x in range(360, 960, 5)), "percent or a fraction"),
        (b"wavelength (nm),%T\n" + b"".join(b"%d,0.4\n" % x for x in range(360, 960, 5)), "percent or a fraction"),
        (b"nm,Absolute transmittance\n360,0.4\n365,0.4\n370,0.4\n", "percent or a fraction"),
        (b"wavelength (nm),signal\n" + b"".join(b"%d,40\n" % x for x in range(360, 960, 5)), "neither"),
        (b"wavelength (nm),transmittance (fraction)\n360,0.4\n365,1.6\n", "says a fraction and reaches 1.6"),
        (b"wavelength (nm),Abs\n360,0.4\n365,40\n", "says absorbance and reaches 40"),
        (b"wavelength (nm),%T\n360,40\n365,103.5\n", "103.5 is no transmittance"),
        (b"wavelength (nm),%T\n360,-3.5\n365,40\n", "-3.5 is no transmittance"),
        (b"wavelength (nm),%T\n360,40\n365,NaN\n370,42\n", "line 3"),
        (b"wavelength (nm),%T\n360,40\n365,inf\n370,42\n", "line 3"),
        (b"wavelength (nm),%T\n360,40\n365\n370,42\n", "line 3"),
        (b"wavelength (nm),%T\n40,360\n45,365\n50,370\n", "40 to 50 are no wavelengths in nm"),
        (b"wavelength,%T\n300,40\n10000,45\n30000,50\n", "300 to 30000 are no wavelengths in nm"),
        (b"wavelength (nm),%T\n360,360\n365,365\n370,370\n", "no transmittance"),
        (b"wavelength (nm),%T\n360,40\n365,41\n364,42\n", "neither rise nor fall throughout, see 364 nm"),
        (b"nm,%T\n370,40\n365,41\n365,42\n", "neither rise nor fall throughout, see 365 nm"),
        (b"wavelength (um),%T\n0.36,40\n0.365,41\n0.37,42\n", "not in nm"),
        (b"wavelength (nm);%T\n360,125;40,125\n365,125;41,125\n", "decimal or thousands"),
        (b"wavelength (nm),%T\n360,0,40,1\n365,0,41,1\n", "cells"),
        (b"wavelength (nm),%T\n360.0,40.10\n365.0,41.10\n370.0,4", "cut off"),
        (b"wavelength (nm),%T\n360.0,40.10\n370.0,41.10\x00\n", "in no text file"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "no text"),
        (b"hello\n", "known format"),
        (b"", "empty"),
    ],
)
def test_what_is_unsure_is_refused(content: bytes, says: str) -> None:
    with pytest.raises(InvalidInputError, match=says):
        read_file(content, name="file.csv")


def test_a_person_may_say_what_a_header_does_not() -> None:
    content = b"wavelength (nm),signal\n" + b"".join(b"%d,0.4\n" % x for x in range(360, 960, 5))
    result = read_file(content, options=ReadOptions(ordinate="fraction"))
    assert values(result) == pytest.approx(dict.fromkeys(TRUTH, 0.4))


@pytest.mark.parametrize(
    "name",
    [
        "reflectance (%)",
        "Reflexion [%]",
        "R%",
        "%R",
        "L001_R (%)",
        "F(R)",
        "haze (%)",
        "counts",
        "transmittance_sd (%)",
    ],
)
def test_a_person_may_not_declare_another_quantity_to_be_transmittance(name: str) -> None:
    content = f"wavelength (nm),{name}\n".encode() + b"".join(b"%d,40\n" % x for x in range(360, 960, 5))
    with pytest.raises(InvalidInputError, match="is neither transmittance nor absorbance; leave it out"):
        read_file(content, name="file.csv", options=ReadOptions(ordinate=Ordinate.PERCENT))


def test_a_person_may_not_contradict_a_header() -> None:
    with pytest.raises(InvalidInputError, match="you say absorbance"):
        read_file(FILES["plain-percent.csv"], options=ReadOptions(ordinate="absorbance"))


@pytest.mark.parametrize(
    "name", ["%T", "T%", "T [%]", "L001_T (%)", "film R %T", "R (%T)", "% Transmission", "Transmissionsgrad (%)"]
)
def test_percent_of_transmittance_is_known_by_its_header(name: str) -> None:
    result = read_file(f"nm,{name}\n360,40\n365,41\n370,42\n".encode(), name="file.csv")
    assert values(result) == pytest.approx({"transmittance_uv": 0.41})


def test_transmittance_above_one_and_a_half_is_percent_and_that_is_said() -> None:
    result = read_file(b"nm,transmittance\n360,1.4\n365,1.6\n370,1.5\n", name="file.csv")
    assert values(result) == pytest.approx({"transmittance_uv": 0.016})
    assert result.warnings[0] == "lines 2-4: 'transmittance' reaches 1.6 and is taken as percent"


@pytest.mark.parametrize("name", ["lamp current (%)", "Set point (%)", "% total"])
def test_percent_of_something_else_is_no_transmittance(name: str) -> None:
    with pytest.raises(InvalidInputError, match="says neither transmittance nor absorbance"):
        read_file(f"nm,T (%),{name}\n360,40,80\n365,41,80\n370,42,80\n".encode(), name="file.csv")


def test_noise_around_zero_is_kept_as_a_note() -> None:
    rows = b"".join(b"%d,%s\n" % (x, b"-0.2" if x < 500 else b"50") for x in range(360, 960, 5))
    reading = read_file(b"wavelength (nm),%T\n" + rows).specimens[0].readings[0]
    assert reading.value == 0.0
    assert "-0.0020 as measured" in reading.note


def test_noise_above_one_is_kept_as_a_note() -> None:
    reading = read_file(b"wavelength (nm),%T\n360,102\n370,102\n").specimens[0].readings[0]
    assert reading.value == 1.0
    assert "1.0200 as measured" in reading.note


@pytest.mark.parametrize("points", [(365, 550, 950), (950, 550, 365), range(360, 980, 15), range(975, 350, -20)])
def test_a_value_is_read_at_the_ends_of_a_spectrum_and_between_points_up_to_20_nm_apart(points: Sequence[int]) -> None:
    rows = "".join(f"{x},{x / 20}\n" for x in points)
    found = values(read_file(f"wavelength (nm),%T\n{rows}".encode()))
    assert found == pytest.approx({"transmittance_uv": 0.1825, "transmittance_vis": 0.275, "transmittance_ir": 0.475})


def test_nothing_is_interpolated_over_a_gap() -> None:
    result = read_file(b"wavelength (nm),%T\n355,40\n375,60\n550,80\n940,80\n961,80\n")
    assert values(result) == pytest.approx({"transmittance_uv": 0.5, "transmittance_vis": 0.8})
    assert any("too far apart at 950 nm" in warning for warning in result.warnings)


def test_a_perkinelmer_file_with_fewer_points_than_promised_is_refused() -> None:
    with pytest.raises(InvalidInputError, match="promises 950 points"):
        read_file(spectra.perkinelmer(points=950).encode(), name="x.asc")


@pytest.mark.parametrize("form", ["affn", "sqz", "dif"])
def test_a_jcamp_file_without_one_of_its_lines_is_refused(form: str) -> None:
    lines = spectra.jcamp(form).split("\r\n")
    del lines[18]
    with pytest.raises(InvalidInputError, match=r"line \d+"):
        read_file("\r\n".join(lines).encode(), name="x.jdx")


def test_a_jcamp_difference_that_was_damaged_fails_its_check() -> None:
    text = spectra.jcamp("dif")
    line = text.split("\r\n")[15]
    damaged = line[:-1] + str((int(line[-1]) + 1) % 10)
    with pytest.raises(InvalidInputError, match="line 17"):
        read_file(text.replace(line, damaged).encode(), name="x.jdx")


def test_a_file_that_is_too_large_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "large.csv"
    with path.open("wb") as file:
        file.truncate(1_000_000_000)
    with pytest.raises(InvalidInputError, match="1,000 MB"):
        read_file(path)


def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidInputError, match="does not exist"):
        read_file(tmp_path / "nothing.csv")
    with pytest.raises(InvalidInputError, match="is no file"):
        read_file(tmp_path)


@given(name=st.sampled_from(sorted(FILES)), share=st.floats(0, 1))
def test_a_file_cut_off_anywhere_is_refused_or_gives_right_numbers(name: str, share: float) -> None:
    content = FILES[name][: int(share * len(FILES[name]))]
    try:
        result = read_file(content, name=name)
    except InvalidInputError:
        return
    for number in range(len(result.specimens)):
        for prop, value in values(result, number).items():
            assert value == pytest.approx(TRUTH[prop] + 0.01 * number, abs=2e-6)


@given(content=st.binary(max_size=400))
def test_bytes_at_random_are_refused(content: bytes) -> None:
    with pytest.raises(InvalidInputError):
        read_file(content)


@given(data=st.data(), name=st.sampled_from(sorted(FILES)))
def test_damage_gives_a_refusal_or_possible_numbers(data: st.DataObject, name: str) -> None:
    content = bytearray(FILES[name])
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(content) - 1))
        content[at : at + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=3))
    try:
        result = read_file(bytes(content), name=name)
    except InvalidInputError:
        return
    for specimen in result.specimens:
        for reading in specimen.readings:
            assert reading.value is not None and 0 <= reading.value <= 1


@given(step=st.floats(0.5, 5), level=st.floats(0.02, 0.99))
def test_absorbance_and_percent_agree(step: float, level: float) -> None:
    x = np.arange(340, 970, step)
    percent = "".join(f"{a:.6f},{100 * level:.10f}\n" for a in x)
    absorbed = "".join(f"{a:.6f},{-np.log10(level):.12f}\n" for a in x)
    one = read_file(f"nm,%T\n{percent}".encode(), options=ReadOptions(ordinate="percent"))
    two = read_file(f"nm,Abs\n{absorbed}".encode())
    assert values(one) == pytest.approx(values(two), rel=1e-8)
