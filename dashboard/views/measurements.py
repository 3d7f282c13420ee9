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
    dated = [(records.event_of(found), found) for found in records.measurements.values() if found.value is not None]
    # A value that took an earlier one's place stands where that stood; and clocks may be set back.
    order = {key: number for number, key in enumerate(records.events)}
    for event, found in sorted(dated[::-1], key=lambda one: order[one[0].key], reverse=True)[:_MOST]:
        unit = unit_text(units[found.property_name])
        rows.append(
            (event.at, found.film, found.property_name, found.value, found.sd, unit, found.n, event.who, event.source)
        )
    return pd.DataFrame(rows, columns=["when", "film", "property", "value", "sd", "unit", "n", "who", "source"])
