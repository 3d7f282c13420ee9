"""Damaged instrument files: does a reader ever fail in another way than by refusing?

    python -m benchmarks.reader_fuzzing --seconds 600            # random damage of format-true samples
    python -m benchmarks.reader_fuzzing --seconds 600 --atheris  # damage that is led by what the readers do

Every file is read or refused with `InvalidInputError`, and every number that is read is finite. Atheris is no
requirement of filmlab: pip install atheris.
"""

import argparse
import importlib
import math
import time
from collections import Counter

from lab.errors import FilmlabError, InvalidInputError
from lab.instruments import InstrumentResult, ReadOptions, open_raw, read_file
from lab.instruments.photos.hints import hints_of
from lab.seeds import generator
from tests.samples import photos, rows, spectra, tensile

SAMPLES: dict[str, bytes] = {**spectra.files(), **tensile.files(), **rows.files()}
"""Format-true files by name."""
PHOTO = photos.encoded(photos.film())
OPTIONS = ReadOptions(ordinate="percent", width=5.0, thickness=40.0, gauge_length=20.0)


def main() -> None:
    """Damage files until the time is up, and print what became of them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=600.0)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--atheris", action="store_true")
    options = parser.parse_args()
    if options.atheris:
        _with_atheris(options.seconds)
        return
    counts: Counter[str] = Counter()
    rng = generator(options.seed, "reader fuzzing")
    names = sorted(SAMPLES)
    deadline = time.monotonic() + options.seconds
    while time.monotonic() < deadline:
        name = names[int(rng.integers(len(names)))]
        damaged = changed(SAMPLES[name], rng.bytes(int(rng.integers(8, 80))))
        counts[f"{name}: {'refused' if read(name, damaged) is None else 'read'}"] += 1
    for name, count in sorted(counts.items()):
        print(f"{count:8,}  {name}")
    print(f"{sum(counts.values()):8,}  files; none failed in another way")


def read(name: str, content: bytes) -> InstrumentResult | None:
    """Read a file, or return None where it is refused; anything else is a fault and is raised."""
    try:
        result = read_file(content, name=name)
    except InvalidInputError as error:
        assert error.faults  # a refusal says why
        try:
            result = read_file(content, name=name, options=OPTIONS)
        except InvalidInputError:
            return None
    for specimen in result.specimens:
        for reading in specimen.readings:
            assert reading.value is None or math.isfinite(reading.value), reading
            assert reading.sd is None or math.isfinite(reading.sd), reading
    return result


def changed(content: bytes, noise: bytes) -> bytes:
    """Return a file with one kind of damage, which the noise chooses."""
    kind, at, rest = noise[0] % 8, int.from_bytes(noise[1:5]) % max(1, len(content)), noise[5:]
    lines = content.split(b"\n")
    line = at % len(lines)
    match kind:
        case 0:
            return content[:at]
        case 1:
            return content[:at] + rest + content[at + len(rest) :]
        case 2:
            return content[:at] + rest + content[at:]
        case 3:
            return b"\n".join([*lines[:line], *lines[line + 1 :]])
        case 4:
            return b"\n".join([*lines[:line], lines[line], *lines[line:]])
        case 5:
            words = (b"nan", b"inf", b"1e999", b"-", b"", b"1.234,5", b"OVER", b"\x00", "µ".encode())
            cells = lines[line].replace(b"\t", b",").replace(b";", b",").split(b",")
            if cells:
                cells[rest[0] % len(cells)] = words[rest[-1] % len(words)]
            mark = b"\t" if b"\t" in lines[line] else b";" if b";" in lines[line] else b","
            return b"\n".join([*lines[:line], mark.join(cells), *lines[line + 1 :]])
        case 6:
            swapped = [mark.join(reversed(found.split(mark))) for found in lines for mark in [_mark(found)]]
            return b"\n".join(swapped)
        case _:
            return content.replace(b".", b",") if rest[0] % 2 else content.replace(b",", b";")


def _mark(line: bytes) -> bytes:
    return b"\t" if b"\t" in line else b";" if b";" in line else b","


def _with_atheris(seconds: float) -> None:
    atheris = importlib.import_module("atheris")

    deadline = time.monotonic() + seconds
    names = sorted(SAMPLES)
    count = 0

    def one(noise: bytes) -> None:
        nonlocal count
        if time.monotonic() > deadline:
            print(f"{count:,} files; none failed in another way", flush=True)
            raise SystemExit(0)
        count += 1
        provider = atheris.FuzzedDataProvider(noise)
        name = names[provider.ConsumeIntInRange(0, len(names) - 1)]
        if provider.ConsumeBool():
            read(name, changed(SAMPLES[name], provider.ConsumeBytes(40).ljust(8, b"\0")) or b"x")
        else:
            read(name, provider.ConsumeBytes(2_000) or b"x")

    atheris.instrument_all()
    atheris.Setup(["reader_fuzzing", f"-max_total_time={int(seconds)}"], one)
    atheris.Fuzz()


def read_photo(content: bytes) -> bool:
    """Read a damaged photo; return whether it was read."""
    try:
        hints_of(open_raw(content, name="photo.png"), 10.0)
    except FilmlabError:
        return False
    return True


if __name__ == "__main__":
    main()
