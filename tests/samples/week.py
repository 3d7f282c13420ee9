"""Write the instrument files of "A week in the lab": ``python -m tests.samples.week docs/tutorial/week``."""

import sys
from pathlib import Path

import numpy as np

from tests.samples import photos
from tests.samples.tensile import Strip, bluehill


def spectrum(level: float) -> str:
    """A spectrum of few points, in percent, that rises to a level."""
    rows = [f"{nm},{100 * level * (1 - np.exp(-(nm - 280) / 90)):.2f}" for nm in range(300, 1001, 10)]
    return "\n".join(["wavelength (nm),transmittance (%)", *rows]) + "\n"


def week_files() -> dict[str, bytes]:
    """Every file by name."""
    strips = {number: Strip(f"A01-01-{number}", modulus=2900.0, strength=52.0 + 3 * number) for number in (1, 2)}
    return {
        "A01-01-uv.csv": spectrum(0.84).encode(),
        "scan-17.csv": spectrum(0.79).encode(),
        "A01-01-strip-1.csv": bluehill(strips[1]).encode(),
        "A01-01-strip-2.csv": bluehill(strips[2]).encode(),
        "A01-01-before.jpg": photos.encoded(photos.film(), "JPEG"),
        "A01-01-after.jpg": photos.encoded(photos.residue(0.6), "JPEG"),
    }


def main() -> None:
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in week_files().items():
        (folder / name).write_bytes(content)
        print(folder / name)


if __name__ == "__main__":
    main()
