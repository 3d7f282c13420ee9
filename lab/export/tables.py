"""Tidy tables of a campaign: one CSV a kind of record, one row a record, equal bytes for equal campaigns.

Rows are sorted and hold no times, so that two campaigns can be compared with ``diff``. Every row says whether the
virtual lab made it. The columns are described in docs/reference/tables.md.
"""

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from lab.csv_files import csv_text
from lab.export.table_rows import Row, Table, TableMaker, Value
from lab.files import write_atomically
from lab.records import Records

_NO_UNITS: Mapping[str, str] = MappingProxyType({})


def tidy_tables(records: Records, units: Mapping[str, str] = _NO_UNITS) -> dict[str, list[Row]]:
    """Return the tables of a campaign by name, each a list of rows.

    Args:
        records: The campaign's current records.
        units: Unit of every property by name (`CampaignDefinition.units`), for the unit columns.
    """
    return {name: list(table.rows) for name, table in campaign_tables(records, units).items()}


def campaign_tables(records: Records, units: Mapping[str, str] = _NO_UNITS) -> dict[str, Table]:
    """Return the tables of a campaign by name, with their columns even where there are no rows (see `tidy_tables`)."""
    return TableMaker(records, units).all()


def write_tables(records: Records, out_dir: Path, units: Mapping[str, str] = _NO_UNITS) -> tuple[Path, ...]:
    """Write every table as ``NAME.csv`` into a folder, which is made if it is missing, and return the files' paths.

    Raises:
        WorkspaceError: If the folder cannot be written.
    """
    paths = []
    for name, table in campaign_tables(records, units).items():
        paths.append(out_dir / f"{name}.csv")
        write_atomically(paths[-1], to_csv(table))
    return tuple(paths)


def to_csv(table: Table) -> str:
    """Return a table as CSV text: numbers in the shortest form that reads back equal, absent values empty."""
    return csv_text(table.columns, ([_text(row[column]) for column in table.columns] for row in table.rows))


def _text(value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return repr(float(value)) if isinstance(value, float) else str(value)
