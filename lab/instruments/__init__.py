"""Instrument files to readings: `read_file` knows a file by its content and refuses what it cannot be sure of."""

from lab.instruments.raw_files import MAX_BYTES, RawFile, open_raw
from lab.instruments.readers import Reader
from lab.instruments.registry import read_file, reader_named, readers, sniff
from lab.instruments.results import Curve, InstrumentResult, Ordinate, Reading, ReadOptions, Specimen

__all__ = [
    "MAX_BYTES",
    "Curve",
    "InstrumentResult",
    "Ordinate",
    "RawFile",
    "ReadOptions",
    "Reader",
    "Reading",
    "Specimen",
    "open_raw",
    "read_file",
    "reader_named",
    "readers",
    "sniff",
]
