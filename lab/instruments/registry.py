"""Every format that can be read. A format is one module with a `READER`; it is named here and nowhere else."""

from functools import cache
from importlib import import_module
from pathlib import Path

from lab.errors import InvalidInputError, UnknownNameError
from lab.instruments.raw_files import RawFile, open_raw
from lab.instruments.readers import Reader
from lab.instruments.results import InstrumentResult, ReadOptions
from lab.names import known_hint

_MODULES = (
    "uvvis.jcamp_dx",
    "uvvis.perkinelmer_asc",
    "uvvis.shimadzu_uvprobe",
    "uvvis.agilent_cary",
    "tensile.instron_bluehill",
    "tensile.zwick_testxpert",
    "tensile.mts_testsuite",
    "tensile.tensile_csv",
    "uvvis.spectrum_csv",
    "rows.thickness_csv",
    "rows.balance_csv",
)
"""In the order in which they are asked: what marks itself clearly first, plain tables last."""


@cache
def readers() -> tuple[Reader, ...]:
    """Return all readers, in the order in which they are asked."""
    found = (import_module(f"lab.instruments.{module}").READER for module in _MODULES)
    return tuple(reader for reader in found if isinstance(reader, Reader))


def reader_named(name: str) -> Reader:
    """Return the reader of a format.

    Raises:
        UnknownNameError: If there is none of that name.
    """
    known = {reader.name: reader for reader in readers()}
    if name not in known:
        raise UnknownNameError(f"{name!r} is no format of an instrument file", hint=known_hint(name, known))
    return known[name]


def sniff(raw: RawFile) -> Reader:
    """Return the reader that knows a file by its content.

    Raises:
        InvalidInputError: If it is no text or of no known format.
    """
    for reader in readers():
        if reader.sniff(raw.text):
            return reader
    known = "; ".join(reader.title for reader in readers())
    raise InvalidInputError(raw.name, ["is of no known format"], hint=f"known: {known}; or give --format")


def read_file(
    source: Path | bytes, *, name: str = "", format_name: str | None = None, options: ReadOptions | None = None
) -> InstrumentResult:
    """Read an instrument's file.

    Args:
        source: Its path, or its bytes.
        name: Its name, for messages; the path's name if left out.
        format_name: Its format; found from its content if left out.
        options: What the file does not say itself.

    Raises:
        InvalidInputError: For everything that is wrong with it, each fault with its line where it has one.
        UnknownNameError: If there is no such format.
    """
    raw = open_raw(source, name=name)
    reader = reader_named(format_name) if format_name else sniff(raw)
    return reader.read(raw, options or ReadOptions())
