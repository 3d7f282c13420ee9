"""Whatever is in a file, a reader gives finite numbers or refuses it; what is cut off gives no other number."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.file_damage import REWRITINGS, changed
from benchmarks.reader_targets import SAMPLES, check_part, check_same, read, targets, values
from lab.errors import InvalidInputError
from lab.instruments import MAX_BYTES, open_raw, read_file

TARGETS = targets()


FILES = [
    (reader, name) for reader, target in sorted(TARGETS.items()) if target.is_text for name in sorted(target.samples)
]


@settings(max_examples=100)
@given(st.sampled_from(FILES), st.data())
def test_a_file_that_was_cut_off_gives_no_other_number(file: tuple[str, str], data: st.DataObject) -> None:
    target, name = TARGETS[file[0]], file[1]
    content = target.samples[name]
    kept = data.draw(st.integers(1, len(content) - 1))
    check_part(target.read(name, content), target.read(name, content[:kept]))


@settings(max_examples=150)
@given(st.sampled_from(sorted(SAMPLES)), st.binary(min_size=8, max_size=64))
def test_a_damaged_file_is_read_or_refused(name: str, noise: bytes) -> None:
    read(name, changed(SAMPLES[name], noise))


@settings(max_examples=5)
@given(st.sampled_from(["sheet-csv", "sheet-xlsx", "photos"]), st.binary(min_size=8, max_size=64))
def test_damaged_sheets_and_photos_are_read_or_refused(reader: str, noise: bytes) -> None:
    for name, content in TARGETS[reader].samples.items():
        TARGETS[reader].read(name, changed(content, noise))


@pytest.mark.parametrize("how", sorted(REWRITINGS))
@pytest.mark.parametrize("reader", sorted(name for name, target in TARGETS.items() if target.is_text))
def test_what_says_the_same_in_another_way_gives_the_same_numbers(reader: str, how: str) -> None:
    for name, content in TARGETS[reader].samples.items():
        whole = TARGETS[reader].read(name, content)
        assert whole
        check_same(whole, TARGETS[reader].read(name, REWRITINGS[how](content)))


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
