"""Recording what files say: the files are stored first, then the records that name them, in one transaction."""

from collections.abc import Sequence

from lab.errors import ChangedMeanwhileError
from lab.instruments.importing import ImportPlan
from lab.instruments.raw_files import StoredFile
from lab.open_campaigns import OpenCampaign
from lab.records import Event, Record, Records


def record_import(campaign: OpenCampaign, plan: ImportPlan) -> None:
    """Store and record what `plan_import` found."""
    record_with_files(campaign, plan.event, plan.measurements, plan.files, plan.known)


def record_with_files(
    campaign: OpenCampaign, event: Event, found: Sequence[Record], files: Sequence[StoredFile], seen: Records
) -> None:
    """Store files, then the records that name them.

    Files that the campaign has by now are named once more, so that the newest act of a measurement tells of all that it
    rests on.

    Args:
        campaign: The campaign.
        event: The act.
        found: What the files say; it replaces what is known of the same things.
        files: The files.
        seen: The records by which it was planned.

    Raises:
        ChangedMeanwhileError: If something would be replaced that was recorded since.
        DuplicateRecordError: If the same act was recorded meanwhile.
        WorkspaceError: If a file cannot be stored; nothing is recorded then.
    """
    artefacts = {file.name: campaign.artefacts.put(file.name, file.content) for file in files}
    while True:
        version = campaign.store.version(campaign.name)
        _check_seen(found, seen, campaign.records())
        try:
            campaign.store.append(campaign.name, event, [*artefacts.values(), *found], supersede=True, known=version)
        except ChangedMeanwhileError:
            continue  # of another thing perhaps
        return


def _check_seen(found: Sequence[Record], seen: Records, now: Records) -> None:
    """Refuse to set aside what came after a person has looked: their page may have been open since yesterday."""
    late = [one for record in found if (one := now.like(record)) is not None and one != seen.like(record)]
    if late:
        told = ", ".join(f"{' '.join(one.key)} (by {now.event_of(one).who})" for one in late)
        raise ChangedMeanwhileError(
            f"was recorded since you looked: {told}", hint="nothing was recorded; look at what it would set aside"
        )
