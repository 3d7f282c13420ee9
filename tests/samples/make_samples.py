"""Write format-true instrument files from known truth: ``python -m tests.samples.make_samples FOLDER``."""

import sys
from pathlib import Path

from tests.samples import rows, spectra, tensile


def all_samples() -> dict[str, bytes]:
    """Every sample by file name."""
    return {**spectra.files(), **tensile.files(), **rows.files()}


def main() -> None:
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in all_samples().items():
        (folder / name).write_bytes(content)
        print(folder / name)


if __name__ == "__main__":
    main()
