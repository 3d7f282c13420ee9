import pytest

from lab.errors import InvalidInputError
from md_sim.engine import Processors
from md_sim.site_files import read_site
from md_sim.sites import Site


def test_a_cluster_is_read(tmp_path):
    path = tmp_path / "cluster.toml"
    path.write_text(
        'kind = "slurm"\nqueue = "short"\njobs = 4\n[processors]\nprocesses = 16\nstarter = ["srun", "-n", "16"]\n'
    )
    processors = Processors(processes=16, starter=("srun", "-n", "16"))
    assert read_site(path) == Site(kind="slurm", queue="short", jobs=4, processors=processors)


def test_every_fault_of_a_file_is_named(tmp_path):
    path = tmp_path / "cluster.toml"
    path.write_text(
        'kind = "cloud"\nqueu = "short"\nworkers = 0\nnodes = -1\nwalltime = "four hours"\naccount = "a b"\n'
        '[processors]\nprocesses = "many"\nnice = 20\nstarter = "srun"\n'
    )
    with pytest.raises(InvalidInputError) as caught:
        read_site(path)
    places = [fault.split(":")[0] for fault in caught.value.faults]
    inside = ["processors.processes", "processors.nice", "processors.starter"]
    assert sorted(places) == sorted(["kind", "queu", "workers", "nodes", "walltime", "account", *inside])


@pytest.mark.parametrize("text", ['kind = "cloud"', "workers = 0", "not toml", None])
def test_a_file_that_is_no_site_is_refused(tmp_path, text):
    path = tmp_path / "cluster.toml"
    if text is not None:
        path.write_text(text)
    with pytest.raises(InvalidInputError):
        read_site(path)
