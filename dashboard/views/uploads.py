"""Files that people hand in: what they are, what was read, what is to be recorded. Nothing is recorded here."""

from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath, PureWindowsPath

import attrs
import pandas as pd

from lab.campaigns import CampaignDefinition
from lab.errors import FilmlabError, InvalidInputError
from lab.export.wording import unit_text
from lab.instruments import InstrumentResult, RawFile, ReadOptions, open_raw, read_file
from lab.instruments.film_labels import film_of, film_of_file
from lab.instruments.importing import ImportPlan
from lab.records import Records
from lab.sheets import Grid, is_grading, read_grid, read_measurements

MOST_CURVES = 12
"""How many curves of a file are drawn."""


@attrs.frozen(eq=False)
class ReadUpload:
    """What was found in a file."""

    raw: RawFile
    results: tuple[InstrumentResult, ...] = ()
    grading: Grid | None = None
    """The sheet, where it is one of grades."""
    error: FilmlabError | None = None
    """Why it cannot be used."""


def bare_name(name: str) -> str:
    """Return a file's name without folders, whatever a browser sends: "../../x" is "x"."""
    return PureWindowsPath(PurePosixPath(name).name).name.replace("\0", "") or "file"


def read_upload(
    name: str, content: bytes, options: ReadOptions, definition: CampaignDefinition, records: Records
) -> ReadUpload:
    """Read a file: a sheet that people filled in, or an instrument's."""
    raw = RawFile(bare_name(name), content)
    try:
        raw = open_raw(content, name=raw.name)
        grid = _sheet(raw)
        if grid is not None and is_grading(grid.header):
            return ReadUpload(raw, grading=grid)
        if grid is not None:
            return ReadUpload(raw, read_measurements(grid, definition, records.films))
        return ReadUpload(raw, (read_file(content, name=raw.name, options=options),))
    except FilmlabError as error:
        return ReadUpload(raw, error=error)


def _sheet(raw: RawFile) -> Grid | None:
    """Return the grid of a sheet that people filled in; None where it is no such sheet."""
    if raw.content.startswith(b"PK"):
        return read_grid(raw)
    first = next((line for line in raw.text.lines if line.strip() and not line.lstrip('"').startswith("#")), "")
    cells = [cell.strip().strip('"') for cell in first.replace(";", ",").replace("\t", ",").split(",")]
    filled_in = cells[0] == "film" and (is_grading(cells) or any(cell.endswith("]") for cell in cells))
    return read_grid(raw) if filled_in else None


def specimen_table(upload: ReadUpload, records: Records, film: str | None) -> pd.DataFrame:
    """Return one row a specimen and reading: which film it goes to, the value, and where it stands in the file.

    Args:
        upload: The file.
        records: The campaign's records.
        film: The film that a person says it is of; None where the file says it.
    """
    rows = []
    for result in upload.results:
        by_name = film_of_file(upload.raw.name, records.films)
        for specimen in result.specimens:
            goes_to = film or film_of(specimen.label, records.films) or by_name or ""
            rows += [
                {
                    "film": goes_to,
                    "specimen": specimen.label,
                    "property": reading.property_name,
                    "value": reading.value,
                    "unit": unit_text(reading.unit),
                    "sd": reading.sd,
                    "n": reading.n,
                    "status": "rejected" if specimen.rejected else reading.status.value,
                    "note": specimen.rejected or reading.note,
                    "where": reading.where,
                }
                for reading in specimen.readings
            ]
    columns = ["film", "specimen", "property", "value", "unit", "sd", "n", "status", "note", "where"]
    return pd.DataFrame(rows, columns=columns)


def specimen_labels(upload: ReadUpload) -> list[str]:
    """Return the specimens of a file that may be left out, as it names them."""
    return [specimen.label for result in upload.results for specimen in result.specimens if not specimen.rejected]


def with_rejections(upload: ReadUpload, rejected: Mapping[str, str]) -> tuple[InstrumentResult, ...]:
    """Return what was read, less specimens that a person rejects.

    Args:
        upload: The file.
        rejected: Reasons by the specimen's label.

    Raises:
        InvalidInputError: If a reason is empty.
    """
    unexplained = [label or "the specimen" for label, reason in rejected.items() if not reason.strip()]
    if unexplained:
        faults = [f"{label} is rejected without a reason" for label in unexplained]
        raise InvalidInputError(upload.raw.name, faults, hint="say in words why it is left out")
    return tuple(
        attrs.evolve(
            result,
            specimens=tuple(
                attrs.evolve(specimen, rejected=specimen.rejected or rejected.get(specimen.label, ""))
                for specimen in result.specimens
            ),
        )
        for result in upload.results
    )


def measurement_table(plans: Sequence[ImportPlan], definition: CampaignDefinition) -> pd.DataFrame:
    """Return the measurements that would be recorded."""
    rows = [
        {
            "film": found.film,
            "property": found.property_name,
            "value": found.value,
            "sd": found.sd,
            "unit": unit_text(definition.units[found.property_name]),
            "n": found.n,
            "status": found.status.value,
            "reason": found.reason,
            "instrument": found.instrument,
        }
        for plan in plans
        for found in plan.measurements
    ]
    columns = ["film", "property", "value", "sd", "unit", "n", "status", "reason", "instrument"]
    return pd.DataFrame(rows, columns=columns)
