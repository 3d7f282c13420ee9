"""Whatever is in a file, a reader gives finite numbers or refuses it; what is cut off gives no other number."""

import math
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.reader_fuzzing import SAMPLES, changed, read
from lab.errors import InvalidInputError
from lab.instruments import MAX_BYTES, InstrumentResult, open_raw, read_file
from lab.records import Status

_DEPENDS_ON_THE_END = (
    "youngs_modulus",
    "curve_alpha",
    "curve_beta",
    "toughness",
    "fracture_strain",
    "tensile_strength",
)


def values(result: InstrumentResult | None) -> dict[tuple[str, str], list[float]]:
    """Certain values by specimen and property."""
    found: dict[tuple[str, str], list[float]] = {}
    for specimen in result.specimens if result else ():
        for reading in specimen.readings:
            if reading.status is Status.OK and reading.value is not None:
                found.setdefault((specimen.label, reading.property_name), []).append(reading.value)
    return found


@settings(max_examples=100)
@given(st.sampled_from(sorted(SAMPLES)), st.data())
def test_a_file_that_was_cut_off_gives_no_other_number(name: str, data: st.DataObject) -> None:
    content = SAMPLES[name]
    kept = data.draw(st.integers(1, len(content) - 1))
    whole, cut = values(read(name, content)), values(read(name, content[:kept]))
    for (label, prop), found in cut.items():
        for value in found:
            near = 0.1 if prop in _DEPENDS_ON_THE_END else 1e-9
            assert any(math.isclose(value, known, rel_tol=near) for known in whole.get((label, prop), [])), (
                label,
                prop,
            )


@settings(max_examples=150)
@given(st.sampled_from(sorted(SAMPLES)), st.binary(min_size=8, max_size=64))
def test_a_damaged_file_is_read_or_refused(name: str, noise: bytes) -> None:
    read(name, changed(SAMPLES[name], noise))


@settings(max_examples=60)
@given(st.binary(min_size=1, max_size=400))
def test_bytes_are_refused_or_read(content: bytes) -> None:
    read("any.csv", content)


@settings(max_examples=60)
@given(st.text(st.sampled_from("0123456789.,;\t\n\r -+eE\"'%nmTAbsforceMPa()[]ä\x00\ufeff"), max_size=300))
def test_any_text_is_refused_or_read(text: str) -> None:
    read("any.txt", text.encode("utf-8", "surrogatepass"))


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig", "cp1252"])
def test_the_encoding_makes_no_difference(encoding: str) -> None:
    text = SAMPLES["cary.csv"].decode("utf-8")
    assert values(read_file(text.encode(encoding), name="cary.csv")) == values(
        read_file(SAMPLES["cary.csv"], name="cary.csv")
    )


def test_a_file_of_a_gigabyte_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "large.csv"
    with path.open("wb") as file:
        file.truncate(10**9)
    assert path.stat().st_size > MAX_BYTES
    with pytest.raises(InvalidInputError, match="1,000 MB"):
        open_raw(path)
