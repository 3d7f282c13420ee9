"""Where a study runs: this computer, or a cluster's queue. One value decides; the work is the same."""

import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs

from lab.errors import InvalidInputError, OptionalPackageError
from md_sim.engine import ONE_PROCESS, Processors
from md_sim.loader import EXTRA

if TYPE_CHECKING:
    from parsl.config import Config

KINDS = ("local", "slurm", "pbs")
HEARTBEAT = {"heartbeat_period": 5, "heartbeat_threshold": 20}
"""Seconds between signs of life to workers of this computer, and without one after which they end."""


@attrs.frozen
class Site:
    """A place with processors.

    Simulations are independent of each other: `workers` of them run side by side, each with `processors`.
    """

    kind: str = attrs.field(default="local")
    """"local", "slurm" or "pbs"."""
    workers: int = attrs.field(default=1, validator=attrs.validators.ge(1))
    """Simulations side by side on one node."""
    processors: Processors = ONE_PROCESS
    """Of each simulation; on a cluster ``Processors(processes=16, starter=("srun", "-n", "16"))``."""
    nodes: int = attrs.field(default=1, validator=attrs.validators.ge(1))
    """Nodes of a job in the queue."""
    jobs: int = attrs.field(default=1, validator=attrs.validators.ge(1))
    """Most jobs in the queue at once."""
    walltime: str = "04:00:00"
    """Longest time of a job; a simulation that is cut off goes on from its checkpoint when the study is run again."""
    queue: str = ""
    """Partition of SLURM or queue of PBS."""
    account: str = ""
    address: str = ""
    """Address of this computer as the nodes see it; that of its host name, where it is empty."""
    setup: str = ""
    """Shell lines that make this Python available on a node, for example ``source /path/.venv/bin/activate``."""

    @kind.validator
    def _check_kind(self, _: object, value: str) -> None:
        if value not in KINDS:
            raise InvalidInputError("the site", [f"{value!r} is no kind of site"], hint=f"choose {', '.join(KINDS)}")


def _dying_with_parent() -> list[str]:
    """Return the words that start a program which ends with this process, where the computer has them (util-linux).

    Parsl's broker would otherwise outlive a study that is killed, and its workers would go on with it.
    """
    setpriv = shutil.which("setpriv")
    return [setpriv, "--pdeathsig", "KILL"] if setpriv else []


def parsl_config(site: Site, folder: Path) -> "Config":
    """Return Parsl's configuration for a site.

    Args:
        site: The place.
        folder: Folder for Parsl's own files. Parsl puts its path into shell commands as it is.

    Raises:
        OptionalPackageError: If Parsl is not installed.
    """
    try:
        from parsl.addresses import address_by_hostname
        from parsl.config import Config
        from parsl.executors import HighThroughputExecutor
        from parsl.launchers import SimpleLauncher, SrunLauncher
        from parsl.providers import LocalProvider, PBSProProvider, SlurmProvider
    except ImportError as error:
        raise OptionalPackageError("parsl", EXTRA) from error
    blocks: dict[str, Any] = {"init_blocks": 1, "min_blocks": 0, "max_blocks": site.jobs}
    # Workers of this computer need no other address than its own loopback, and soon miss a study that was killed.
    here: dict[str, Any] = (
        {"address": "127.0.0.1", "loopback_address": "127.0.0.1", **HEARTBEAT}
        if site.kind == "local"
        else {"address": site.address or address_by_hostname()}
    )
    provider: Any
    if site.kind == "local":
        provider = LocalProvider(init_blocks=1, min_blocks=0, max_blocks=1, worker_init=site.setup)
    elif site.kind == "slurm":
        provider = SlurmProvider(
            partition=site.queue or None,
            account=site.account or None,
            nodes_per_block=site.nodes,
            walltime=site.walltime,
            worker_init=site.setup,
            # Where simulations start their own processes with srun, Parsl must not take the nodes itself.
            launcher=SimpleLauncher() if site.processors.starter else SrunLauncher(),
            **blocks,
        )
    else:
        provider = PBSProProvider(
            queue=site.queue or None,
            account=site.account or None,
            nodes_per_block=site.nodes,
            walltime=site.walltime,
            worker_init=site.setup,
            launcher=SimpleLauncher(),
            **blocks,
        )
    executor = HighThroughputExecutor(
        label="simulations",
        max_workers_per_node=site.workers,
        provider=provider,
        interchange_launch_cmd=[*_dying_with_parent(), "interchange.py"],
        **here,
    )
    # On a cluster, jobs are added while simulations wait, up to `site.jobs`, and given up where none is left.
    strategy = "none" if site.kind == "local" else "simple"
    return Config(executors=[executor], run_dir=str(folder), usage_tracking=0, retries=0, strategy=strategy)
