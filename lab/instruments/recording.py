"""Recording what files say: the files are stored first, then the records that name them, in one transaction."""

from collections.abc import Sequence

from lab.instruments.importing import ImportPlan
from lab.instruments.raw_files import StoredFile
from lab.open_campaigns import OpenCampaign
from lab.records import Event, Record


def record_import(campaign: OpenCampaign, plan: ImportPlan) -> None:
    """Store and record what `plan_import` found."""
    record_with_files(campaign, plan.event, plan.measurements, plan.files, supersede=plan.supersede)


def record_with_files(
    campaign: OpenCampaign, event: Event, found: Sequence[Record], files: Sequence[StoredFile], *, supersede: bool
) -> None:
    """Store files, then the records that name them.

    Files that the campaign has by now are named once more where they may be, so that the newest act of a measurement
    tells of all that it rests on.

    Raises:
        DuplicateRecordError: If somebody else has recorded the same meanwhile.
        WorkspaceError: If a file cannot be stored; nothing is recorded then.
    """
    artefacts = {file.name: campaign.artefacts.put(file.name, file.content) for file in files}
    if not supersede:
        known = campaign.records().artefacts
        artefacts = {name: artefact for name, artefact in artefacts.items() if known.get(name) != artefact}
    campaign.store.append(campaign.name, event, [*artefacts.values(), *found], supersede=supersede)
