"""Media types of files by their names: the same on every computer, as records hold them."""

from pathlib import PurePosixPath

_TYPES = {
    ".asc": "text/plain",
    ".csv": "text/csv",
    ".dx": "chemical/x-jcamp-dx",
    ".extxyz": "chemical/x-xyz",
    ".gif": "image/gif",
    ".html": "text/html",
    ".jdx": "chemical/x-jcamp-dx",
    ".jpeg": "image/jpeg",
    ".jpg": "image/jpeg",
    ".json": "application/json",
    ".jsonl": "application/jsonl",
    ".md": "text/markdown",
    ".png": "image/png",
    ".py": "text/x-python",
    ".svg": "image/svg+xml",
    ".tif": "image/tiff",
    ".tiff": "image/tiff",
    ".toml": "application/toml",
    ".txt": "text/plain",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def media_type(name: str) -> str:
    """Return the media type of a file by the ending of its name; that of any bytes for others."""
    return _TYPES.get(PurePosixPath(name).suffix.lower(), "application/octet-stream")
