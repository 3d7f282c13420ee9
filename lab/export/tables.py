"""Tidy tables of a campaign: one file a kind of record, one row a record, equal bytes for equal campaigns.

Rows are sorted and hold no times, so that two campaigns can be compared with ``diff``. Every row says whether the
virtual lab made it. The columns are described in docs/reference/tables.md.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType

from lab.csv_files import csv_text
from lab.export.parquet import to_parquet
from lab.export.table_rows import Table, TableMaker, Value
from lab.files import write_atomically
from lab.records import Records

_NO_UNITS: Mapping[str, str] = MappingProxyType({})


def campaign_tables(records: Records, units: Mapping[str, str] = _NO_UNITS) -> dict[str, Table]:
    """Return the tables of a campaign by name, with their columns even where there are no rows.

    Args:
        records: The campaign's current records.
        units: Unit of every property by name (`CampaignDefinition.units`), for the unit columns.
    """
    return TableMaker(records, units).all()


def write_tables(
    records: Records, out_dir: Path, units: Mapping[str, str] = _NO_UNITS, *, file_format: str = "csv"
) -> tuple[Path, ...]:
    """Write every table as a file into a folder, which is made if it is missing, and return the files' paths.

    Args:
        records: The campaign's current records.
        out_dir: The folder.
        units: Unit of every property by name.
        file_format: ``csv`` or ``parquet``.

    Raises:
        OptionalPackageError: If Parquet is asked for and the package pyarrow is not installed.
        WorkspaceError: If the folder cannot be written.
    """
    encoders: Mapping[str, Callable[[Table], str | bytes]] = {"csv": to_csv, "parquet": to_parquet}
    paths = []
    for name, table in campaign_tables(records, units).items():
        paths.append(out_dir / f"{name}.{file_format}")
        write_atomically(paths[-1], encoders[file_format](table))
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
