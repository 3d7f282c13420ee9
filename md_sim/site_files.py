"""Reading a site from a TOML file: where a study runs, and how many simulations at once."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from lab.errors import InvalidInputError
from lab.user_files import key_faults, read_toml
from md_sim.engine import Processors
from md_sim.sites import Site

_AtLeastOne = Annotated[int, Field(ge=1)]
_Word = Annotated[str, Field(pattern=r"^[\w.:@,+/-]*$")]
"""A name in a queue's script, where a blank would end it."""


class _Processors(BaseModel):
    model_config = ConfigDict(extra="forbid")
    processes: _AtLeastOne = 1
    threads: _AtLeastOne = 1
    nice: int = Field(default=0, ge=0, le=19)
    starter: tuple[Annotated[str, Field(min_length=1)], ...] = ()


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")
    kind: Literal["local", "slurm", "pbs"] = "local"
    workers: _AtLeastOne = 1
    processors: _Processors = _Processors()
    nodes: _AtLeastOne = 1
    jobs: _AtLeastOne = 1
    walltime: str = Field(default="04:00:00", pattern=r"^\d+:[0-5]\d:[0-5]\d$")
    queue: _Word = ""
    account: _Word = ""
    address: _Word = ""
    setup: str = ""


def read_site(path: Path) -> Site:
    """Return the site of a TOML file, whose keys are the fields of `Site`, with a table ``[processors]``.

    Raises:
        InvalidInputError: If the file is missing or not right; all faults are named.
    """
    try:
        found = _File.model_validate(read_toml(path)).model_dump()
    except ValidationError as error:
        raise InvalidInputError(str(path), key_faults(error), hint="docs/reference/md.md shows a file") from error
    return Site(**{**found, "processors": Processors(**found["processors"])})
