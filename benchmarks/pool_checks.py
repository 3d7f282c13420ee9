"""What is wrong with campaigns on a pool, told before the first of them runs."""

import numpy as np

from benchmarks.pool_campaign import Protocol
from benchmarks.pool_tables import PoolTable
from lab.counting import counted
from lab.errors import InvalidInputError
from models.folds import equal_inputs

HINT = "change the options that are named, or give a table with more rows"


def pool_faults(table: PoolTable, protocol: Protocol, seeds: int) -> list[str]:
    """Return every reason for which campaigns on a table cannot run as asked."""
    start, batch, budget = protocol.start, protocol.batch, protocol.budget
    faults = []
    if min(batch, seeds) < 1 or start < 2:
        faults.append("batch and seeds are at least 1, start at least 2")
    if budget < start + batch:
        faults.append(f"a budget of {budget} leaves no batch of {batch} after {start}")
    if not 0 <= protocol.aside < 1:
        faults.append(f"the share aside is at least 0 and below 1, not {protocol.aside}")
    else:
        faults += _too_small(table, protocol)
    for prop, values in zip(table.properties, table.on_model_scale.T, strict=True):
        known = np.unique(values[np.isfinite(values)])
        if len(known) < 2:
            faults.append(
                f"{prop.name} has {'one value only' if len(known) else 'no value'}, so there is nothing to learn"
            )
    return faults


def check_pool(table: PoolTable, protocol: Protocol, seeds: int) -> None:
    """Check that campaigns on a table can run as asked, and print what a person should know of it.

    Raises:
        InvalidInputError: With every fault.
    """
    if faults := pool_faults(table, protocol, seeds):
        raise InvalidInputError(table.name, faults, hint=HINT)
    tell(table, protocol)


def tell(table: PoolTable, protocol: Protocol) -> None:
    """Print what a person should know of a table before looking at numbers from it."""
    for finding in table.findings:
        print(f"{finding.severity}: {finding}")
    rows = _in_reach(table, protocol)
    if rows < protocol.budget:
        print(f"note: the pool has {rows} rows, so campaigns end before the budget of {protocol.budget}")


def _too_small(table: PoolTable, protocol: Protocol) -> list[str]:
    rows, recipes = _in_reach(table, protocol), int(equal_inputs(table.inputs).max()) + 1
    start, batch = protocol.start, protocol.batch
    if rows < start + batch:
        short = f"{counted(rows, 'row')}, too few for {start} to start with and {batch} more"
    elif recipes < batch:
        short = f"{counted(recipes, 'different recipe')} in {rows} rows, too few for a batch of {batch}"
    else:
        return []
    left_out = "".join(f"; {finding.severity}: {finding}" for finding in table.findings)
    return [f"the pool has {short}{left_out}"]


def _in_reach(table: PoolTable, protocol: Protocol) -> int:
    return len(table.inputs) - round(protocol.aside * len(table.inputs))
