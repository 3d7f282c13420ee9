"""Snapshots that LAMMPS has written: reading them, over all starts of a stage."""

import os
from collections.abc import Iterator
from pathlib import Path

import attrs
import numpy as np

from lab.arrays import Array

# Columns of the dump file, in the order in which the scripts ask for them.
COLUMNS = ("id", "mol", "type", "element", "q", "x", "y", "z", "ix", "iy", "iz")
_NUMBERS = (5, 6, 7, 8, 9, 10)
# Lines before the atoms of a snapshot, and which of them holds the number of atoms.
_HEAD_LINES, _COUNT_LINE = 9, 3


@attrs.frozen(eq=False)
class Frame:
    """Positions at one time step; atoms in the order of the system."""

    step: int
    cell: Array
    """(3, 3) cell vectors as rows."""
    positions: Array
    """(n, 3) relative to the cell's corner, not folded back into the cell: molecules stay whole."""


def frame_files(folder: Path) -> list[Path]:
    """Return the files with the test's snapshots, one a start, in order."""
    return sorted(folder.glob("load.frames.*"), key=lambda path: int(path.suffix[1:]))


def read_frames(folder: Path) -> tuple[Frame, ...]:
    """Return the snapshots of the test in order of time; a resumed segment replaces what was written twice.

    A snapshot that a kill has cut short is left out: the resumed run writes it again.
    """
    found = {}
    for segment in frame_files(folder):
        for frame in _frames(segment):
            found[frame.step] = frame
    return tuple(found[step] for step in sorted(found))


def forget_cut_frames(folder: Path) -> None:
    """Take out of each file of snapshots what a kill has cut short: LAMMPS would not read beyond it."""
    for segment in frame_files(folder):
        whole = _whole_bytes(segment)
        if whole < segment.stat().st_size:
            os.truncate(segment, whole)


def _whole_bytes(path: Path) -> int:
    """Return how many bytes of a file of snapshots are whole ones, from its beginning."""
    end = 0
    with path.open("rb") as file:
        while (head := [file.readline() for _ in range(_HEAD_LINES)])[-1].endswith(b"\n"):
            last = b""
            for _ in range(int(head[_COUNT_LINE])):
                last = file.readline()
            if not last.endswith(b"\n"):
                break
            end = file.tell()
    return end


def _frames(path: Path) -> Iterator[Frame]:
    with path.open(encoding="utf-8") as file:
        lines = iter(file)
        for line in lines:
            if not line.startswith("ITEM: TIMESTEP"):
                continue
            frame = _frame(lines)
            if frame is None:
                return
            yield frame


def _frame(lines: Iterator[str]) -> Frame | None:
    """Read one snapshot after its first line; None where it is cut short."""
    try:
        step = int(next(lines))
        next(lines)
        count = int(next(lines))
        next(lines)
        bounds = [[float(value) for value in next(lines).split()] for _ in range(3)]
        next(lines)
        rows = [next(lines).split() for _ in range(count)]
        values = np.array([[float(row[column]) for column in _NUMBERS] for row in rows])
    except (StopIteration, ValueError, IndexError):
        return None
    cell, corner = _cell(bounds)
    return Frame(step=step, cell=cell, positions=values[:, :3] + values[:, 3:] @ cell - corner)


def _cell(bounds: list[list[float]]) -> tuple[Array, Array]:
    """Return cell vectors and corner from the bounds of a dump, which enclose a tilted cell."""
    xy, xz, yz = (row[2] if len(row) > 2 else 0.0 for row in bounds)
    low_x, high_x = bounds[0][0] - min(0.0, xy, xz, xy + xz), bounds[0][1] - max(0.0, xy, xz, xy + xz)
    low_y, high_y = bounds[1][0] - min(0.0, yz), bounds[1][1] - max(0.0, yz)
    low_z, high_z = bounds[2][:2]
    cell = np.array([[high_x - low_x, 0.0, 0.0], [xy, high_y - low_y, 0.0], [xz, yz, high_z - low_z]])
    return cell, np.array([low_x, low_y, low_z])
