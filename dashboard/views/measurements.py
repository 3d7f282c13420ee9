"""Measurements as a table, the newest first."""

import pandas as pd

from lab.campaigns import CampaignDefinition
from lab.export.wording import unit_text
from lab.records import Records

_MOST = 2_000
"""Rows of the table: more nobody reads."""


def measured_table(definition: CampaignDefinition, records: Records) -> pd.DataFrame:
    """Return the last measurements that have a value, one row each: who recorded it when, and from what."""
    units = definition.units
    rows = []
    known = [found for found in records.measurements.values() if found.value is not None]
    # A value that took an earlier one's place stands where that stood.
    for found in sorted(known[::-1], key=records.place_of, reverse=True)[:_MOST]:
        event = records.event_of(found)
        unit = unit_text(units[found.property_name])
        rows.append(
            (event.at, found.film, found.property_name, found.value, found.sd, unit, found.n, event.who, event.source)
        )
    return pd.DataFrame(rows, columns=["when", "film", "property", "value", "sd", "unit", "n", "who", "source"])
