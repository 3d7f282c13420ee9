"""The tidy tables as Parquet files, for analysis: the same rows and columns as the CSV files, with types."""

from typing import Any

from lab.errors import OptionalPackageError
from lab.export.table_rows import Table, Value


def to_parquet(table: Table) -> bytes:
    """Return a table as the bytes of a Parquet file; a column without any value holds text.

    Raises:
        OptionalPackageError: If the package pyarrow is not installed.
    """
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
