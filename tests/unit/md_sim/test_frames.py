from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from md_sim.frames import forget_cut_frames, read_frames

HEAD = """ITEM: TIMESTEP
{step}
ITEM: NUMBER OF ATOMS
2
ITEM: BOX BOUNDS {bounds}
ITEM: ATOMS id mol type element q x y z ix iy iz
"""
SQUARE = "pp pp pp\n-1 9\n0 20\n0 30"
TILTED = "xy xz yz pp pp pp\n0 10 0\n-2 20 0\n0 30 -2"


def _frame(step, bounds=SQUARE, x=1.0):
    return HEAD.format(step=step, bounds=bounds) + f"1 1 1 O -0.5 {x} 2 3 0 0 0\n2 1 1 H 0.5 1 2 3 1 0 -1\n"


def test_positions_are_relative_to_the_corner_and_not_folded(tmp_path):
    (tmp_path / "load.frames.0").write_text(_frame(0))
    (frame,) = read_frames(tmp_path)
    assert np.allclose(np.diag(frame.cell), [10, 20, 30])
    assert np.allclose(frame.positions, [[2, 2, 3], [12, 2, -27]])


def test_a_tilted_cell_is_read_from_the_box_that_encloses_it(tmp_path):
    (tmp_path / "load.frames.0").write_text(_frame(0, TILTED))
    (frame,) = read_frames(tmp_path)
    assert np.allclose(frame.cell, [[10, 0, 0], [0, 20, 0], [0, -2, 30]])
    assert np.allclose(frame.positions[1], [11, 4, -27])


TILT = st.floats(-9, 9)


@given(TILT, TILT, TILT, st.floats(-5, 5))
def test_a_cell_of_any_tilt_is_read_from_the_box_around_its_eight_corners(xy, xz, yz, low):
    cell = np.array([[10.0, 0.0, 0.0], [xy, 20.0, 0.0], [xz, yz, 30.0]])
    corners = np.array([low, 2 * low, -low]) + np.array(list(product((0, 1), repeat=3))) @ cell
    # Along z the box is the cell's own; x and y may reach beyond it.
    bounds = zip(corners.min(axis=0), corners.max(axis=0), (xy, xz, yz), strict=True)
    text = "xy xz yz pp pp pp\n" + "\n".join(" ".join(map(repr, map(float, row))) for row in bounds)
    with TemporaryDirectory() as folder:
        Path(folder, "load.frames.0").write_text(_frame(0, text))
        (frame,) = read_frames(Path(folder))
    np.testing.assert_allclose(frame.cell, cell, atol=1e-9)
    np.testing.assert_allclose(frame.positions[0], np.array([1, 2, 3]) - [low, 2 * low, -low], atol=1e-9)


def test_later_segments_replace_and_cut_frames_are_left_out(tmp_path):
    (tmp_path / "load.frames.9").write_text(_frame(0) + _frame(10, x=5.0) + _frame(20)[:-30])
    (tmp_path / "load.frames.10").write_text(_frame(10, x=7.0) + _frame(20))
    frames = read_frames(tmp_path)
    assert [frame.step for frame in frames] == [0, 10, 20]
    assert frames[1].positions[0, 0] == 8.0


@pytest.mark.parametrize("kept", [0, 5, 20, 100, len(_frame(20)) - 1, len(_frame(20))])
def test_only_whole_snapshots_stay_in_a_file(tmp_path, kept):
    path, whole = tmp_path / "load.frames.0", _frame(0) + _frame(10, TILTED)
    path.write_text(whole + _frame(20)[:kept])
    forget_cut_frames(tmp_path)
    assert path.read_text() == whole + (_frame(20) if kept == len(_frame(20)) else "")


def test_a_file_of_nothing_whole_becomes_empty(tmp_path):
    for number, content in enumerate((b"", b"ITEM: TIME", b"\0" * 500)):
        (tmp_path / f"load.frames.{number}").write_bytes(content)
    forget_cut_frames(tmp_path)
    assert [path.stat().st_size for path in tmp_path.iterdir()] == [0, 0, 0]
    assert read_frames(tmp_path) == ()
