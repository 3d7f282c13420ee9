import pytest

from lab.errors import InvalidInputError, UnknownNameError
from md_sim.engine import Processors
from md_sim.sites import Site, parsl_config
from md_sim.studies import MODELS, SEEDS, TESTS, tasks_of

pytest.importorskip("parsl", reason="Parsl (extra md) is not installed")


def _executor(site, folder):
    return parsl_config(site, folder).executors[0]


def test_the_default_site_is_one_simulation_at_a_time_here(tmp_path):
    executor = _executor(Site(), tmp_path)
    assert type(executor.provider).__name__ == "LocalProvider"
    assert executor.max_workers_per_node == 1
    assert executor.address == "127.0.0.1"


def test_a_cluster_is_the_same_value_with_other_words(tmp_path):
    site = Site(
        kind="slurm",
        workers=4,
        nodes=2,
        jobs=3,
        queue="short",
        account="clay",
        walltime="01:00:00",
        setup="source env/bin/activate",
    )
    executor = _executor(site, tmp_path)
    provider = executor.provider
    assert type(provider).__name__ == "SlurmProvider"
    assert (provider.partition, provider.account, provider.walltime) == ("short", "clay", "01:00:00")
    assert (provider.nodes_per_block, provider.max_blocks) == (2, 3)
    assert "source env/bin/activate" in provider.worker_init
    assert executor.max_workers_per_node == 4
    # Parsl's strategy "none" never asks for a second job.
    assert parsl_config(site, tmp_path).strategy == "simple"


def test_simulations_that_start_their_own_processes_get_the_whole_job(tmp_path):
    processors = Processors(processes=16, starter=("srun", "-n", "16"))
    site = Site(kind="slurm", processors=processors)
    assert type(_executor(site, tmp_path).provider.launcher).__name__ == "SimpleLauncher"
    command = processors.command("load.in", "load.log")
    assert command[:3] == ["srun", "-n", "16"]
    assert command[-2:] == ["-sf", "opt"]


def test_pbs_is_known_and_others_are_not(tmp_path):
    assert type(_executor(Site(kind="pbs", queue="q"), tmp_path).provider).__name__ == "PBSProProvider"
    with pytest.raises(InvalidInputError, match="'cloud' is no kind of site"):
        Site(kind="cloud")


def test_a_study_is_every_combination_seed_by_seed():
    tasks = tasks_of("demo")
    assert len(set(tasks)) == len(tasks) == len(MODELS) * len(TESTS) * len(SEEDS)
    assert {task.model for task in tasks[: len(MODELS)]} == set(MODELS)
    assert [task.seed for task in tasks] == sorted(task.seed for task in tasks)


@pytest.mark.parametrize("wrong", [{"models": ["glass"]}, {"tests": ["bend"]}, {"profile": "long"}])
def test_unknown_names_are_refused_before_anything_runs(wrong):
    with pytest.raises(UnknownNameError):
        tasks_of(**{"profile": "smoke", **wrong})


def test_a_study_of_nothing_is_refused():
    with pytest.raises(InvalidInputError, match="names no model"):
        tasks_of("smoke", seeds=[])
