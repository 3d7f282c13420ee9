"""Paths for programs that put them into shell commands as they are."""

import shlex
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def plain_path(folder: Path) -> Iterator[Path]:
    """Yield a path of a folder that a shell takes for one word: its own, or a link to it while the block lasts."""
    folder = folder.absolute()
    if is_plain(folder):
        yield folder
        return
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="filmlab-") as links:
        link = Path(links) / "folder"
        link.symlink_to(folder, target_is_directory=True)
        yield link


def is_plain(path: Path) -> bool:
    """Return whether a shell takes a path for one word, whatever characters it holds."""
    return shlex.quote(str(path)) == str(path)
