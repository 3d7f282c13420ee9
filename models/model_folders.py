"""A stored model as a folder of files, with its content hash beside them."""

from collections.abc import Mapping
from pathlib import Path

from lab.files import workspace_error, write_atomically
from models.registry import StoredModelError, content_hash

HASH_FILE = "content.sha256"


def write_folder(folder: Path, files: Mapping[str, bytes]) -> str:
    """Write a packed model into a folder and return its content hash.

    The hash is written last, so that a folder whose writing was cut off is not taken for a model.

    Raises:
        WorkspaceError: If the folder cannot be written.
    """
    try:
        (folder / HASH_FILE).unlink(missing_ok=True)
    except OSError as error:  # where a file has the folder's name, say
        raise workspace_error(folder, error) from error
    for name, content in files.items():
        write_atomically(folder / name, content)
    found = content_hash(files)
    write_atomically(folder / HASH_FILE, f"{found}  {' '.join(sorted(files))}\n")
    return found


def read_folder(folder: Path) -> tuple[dict[str, bytes], str]:
    """Return the files of a model's folder and the content hash that they must have.

    Raises:
        StoredModelError: If the folder is no stored model, or a file of it is missing.
    """
    try:
        expected, *names = (folder / HASH_FILE).read_text("utf-8").split()
        files = {name: (folder / name).read_bytes() for name in names if Path(name).name == name}
    except (OSError, ValueError) as error:
        raise StoredModelError(
            f"{folder} is no stored model, or a part of it is missing",
            hint="give the folder that a fit has written with --out",
        ) from error
    return files, expected
