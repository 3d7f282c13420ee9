"""Writing the report."""

from active_learning.campaign.actions import Action
from active_learning.campaign.doing.context import DoingContext, Outcome
from lab.records import Records
from lab.records.artefacts import REPORT


def report(context: DoingContext, action: Action, records: Records) -> Outcome:
    """Write the campaign's report and store it as an artefact."""
    from lab.export.report import write_report

    html = write_report(context.definition, records, context.artefacts.read)
    return Outcome((context.artefacts.put(REPORT, html),), source="records of this campaign")
