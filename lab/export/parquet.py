"""The tidy tables as Parquet files, for analysis: the same rows and columns as the CSV files, with types."""

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from lab.errors import OptionalPackageError
from lab.export.table_rows import Table, Value
from lab.export.tables import campaign_tables
from lab.files import write_atomically
from lab.records import Records

_NO_UNITS: Mapping[str, str] = MappingProxyType({})


def write_parquet(records: Records, out_dir: Path, units: Mapping[str, str] = _NO_UNITS) -> tuple[Path, ...]:
    """Write every table as ``NAME.parquet`` into a folder, which is made if it is missing, and return the files' paths.

    Raises:
        OptionalPackageError: If the package pyarrow is not installed.
        WorkspaceError: If the folder cannot be written.
    """
    paths = []
    for name, table in campaign_tables(records, units).items():
        paths.append(out_dir / f"{name}.parquet")
        write_atomically(paths[-1], to_parquet(table))
    return tuple(paths)


def to_parquet(table: Table) -> bytes:
    """Return a table as the bytes of a Parquet file; a column without any value holds text."""
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError as error:
        raise OptionalPackageError("pyarrow", "export") from error
    columns = {name: [row[name] for row in table.rows] for name in table.columns}
    arrays = {name: pyarrow.array(values, type=_type(pyarrow, values)) for name, values in columns.items()}
    buffer = pyarrow.BufferOutputStream()
    pyarrow.parquet.write_table(pyarrow.table(arrays), buffer)
    content: bytes = buffer.getvalue().to_pybytes()
    return content


def _type(pyarrow: Any, values: list[Value]) -> Any:
    kinds = {type(value) for value in values if value is not None}
    if kinds == {bool}:
        return pyarrow.bool_()
    if kinds == {int}:
        return pyarrow.int64()
    if kinds and kinds <= {int, float}:
        return pyarrow.float64()
    return pyarrow.string()
