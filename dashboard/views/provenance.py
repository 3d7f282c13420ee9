"""Records: who did what, and what can be taken home."""

import io
import zipfile

import pandas as pd

from lab.campaigns import CampaignDefinition
from lab.export.tables import campaign_tables, to_csv
from lab.records import Records

_ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)
"""The earliest time that a zip file can hold: equal tables make equal files."""


def event_table(records: Records) -> pd.DataFrame:
    """Return all acts, newest first."""
    events = list(records.events.values())[::-1]
    return pd.DataFrame(
        [(event.at, event.key, event.who, event.source, event.simulated) for event in events],
        columns=["when", "act", "who", "source", "simulated"],
    )


def artefact_table(records: Records) -> pd.DataFrame:
    """Return the stored files, by name."""
    files = sorted(records.artefacts.values(), key=lambda artefact: artefact.name)
    return pd.DataFrame(
        [(file.name, file.media_type, file.size / 1024, file.sha256) for file in files],
        columns=["name", "type", "kilobytes", "sha256"],
    )


def tables_zip(definition: CampaignDefinition, records: Records) -> bytes:
    """Return all tidy tables as a zip file of CSVs; equal campaigns give equal bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, table in campaign_tables(records, definition.units).items():
            archive.writestr(zipfile.ZipInfo(f"{definition.name}/{name}.csv", _ZIP_EPOCH), to_csv(table))
    return out.getvalue()
