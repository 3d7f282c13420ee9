"""What a reader is: it knows a format by its text and turns a file of it into readings."""

from collections.abc import Callable

import attrs

from lab.instruments.raw_files import RawFile
from lab.instruments.results import InstrumentResult, ReadOptions
from lab.instruments.text import SourceText


@attrs.frozen
class Reader:
    """A format that can be read."""

    name: str
    """Short name: agilent-cary."""
    title: str
    """For people."""
    sniff: Callable[[SourceText], bool]
    """Whether a text is of this format. It must not raise."""
    read: Callable[[RawFile, ReadOptions], InstrumentResult]
    """Reads a file. It raises InvalidInputError, with lines, for everything that is wrong with it."""
