import numpy as np
import pytest

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


def test_later_segments_replace_and_cut_frames_are_left_out(tmp_path):
    (tmp_path / "load.frames.0").write_text(_frame(0) + _frame(10, x=5.0) + _frame(20)[:-30])
    (tmp_path / "load.frames.1").write_text(_frame(10, x=7.0) + _frame(20))
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
