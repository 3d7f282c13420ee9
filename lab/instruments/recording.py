"""Recording what files say: the files are stored first, then the records that name them, in one transaction."""

from collections.abc import Sequence

from lab.errors import ChangedMeanwhileError
from lab.instruments.importing import ImportPlan
from lab.instruments.raw_files import StoredFile
from lab.open_campaigns import OpenCampaign
from lab.records import Event, Record, Records


def record_import(campaign: OpenCampaign, plan: ImportPlan) -> None:
    """Store and record what `plan_import` found."""
    record_with_files(campaign, plan.event, plan.measurements, plan.files, plan.known if plan.supersede else None)


def record_with_files(
    campaign: OpenCampaign,
    event: Event,
    found: Sequence[Record],
    files: Sequence[StoredFile],
    superseding: Records | None,
) -> None:
    """Store files, then the records that name them.

    Files that the campaign has by now are named once more where they may be, so that the newest act of a measurement
    tells of all that it rests on.

    Args:
        campaign: The campaign.
        event: The act.
        found: What the files say.
        files: The files.
        superseding: The records that a person saw who says that what is known already is replaced; None if it is not.

    Raises:
        ChangedMeanwhileError: If something would be replaced that the person has not seen.
        DuplicateRecordError: If somebody else has recorded the same meanwhile.
        WorkspaceError: If a file cannot be stored; nothing is recorded then.
    """
    version = campaign.store.version(campaign.name)
    if superseding is not None:
        _check_seen(found, superseding, campaign.records())
    artefacts = {file.name: campaign.artefacts.put(file.name, file.content) for file in files}
    if superseding is None:
        known = campaign.records().artefacts
        artefacts = {name: artefact for name, artefact in artefacts.items() if known.get(name) != artefact}
        campaign.store.append(campaign.name, event, [*artefacts.values(), *found])
        return
    try:
        campaign.store.append(campaign.name, event, [*artefacts.values(), *found], supersede=True, known=version)
    except ChangedMeanwhileError:
        record_with_files(campaign, event, found, files, superseding)


def _check_seen(found: Sequence[Record], seen: Records, now: Records) -> None:
    """Refuse to set aside what came after a person has looked: their page may have been open since yesterday."""
    late = [one for record in found if (one := now.like(record)) is not None and one != seen.like(record)]
    if late:
        told = ", ".join(f"{' '.join(one.key)} (by {now.event_of(one).who})" for one in late)
        raise ChangedMeanwhileError(
            f"was recorded since you looked: {told}", hint="nothing was recorded; look at what it would set aside"
        )
