"""Readable copies of stored files: the report, and the protocol, plan and run card of every deck."""

from pathlib import Path

from lab.errors import WorkspaceError
from lab.export.names import safe_part
from lab.files import write_atomically
from lab.hashing import sha256_of_file
from lab.open_campaigns import OpenCampaign
from lab.records import Event, Records
from lab.records.artefacts import REPORT

_PUBLISHED = ("decks/", REPORT)


def published_folder(workspace: Path, campaign: OpenCampaign) -> Path:
    """Return where the files of a campaign are copied to: each of several has a report and a deck-001 of its own.

    Args:
        workspace: The workspace's folder, which is the place of its first campaign; later ones have folders in it.
        campaign: The campaign.
    """
    first = campaign.store.campaigns()[0].name
    return workspace if campaign.name == first else workspace / "campaigns" / safe_part(campaign.name)


def publish(workspace: Path, campaign: OpenCampaign, records: Records) -> Path:
    """Copy the files that people open into the workspace under their names; files that are there already are kept.

    So is a report that somebody wrote later than the one that is stored.

    Args:
        workspace: The workspace's folder.
        campaign: The campaign.
        records: Its records.

    Returns:
        The folder that they are in (see `published_folder`).

    Raises:
        WorkspaceError: If a name would lead out of the folder, or the disk is full or read-only.
    """
    root = published_folder(workspace, campaign)
    for name, artefact in records.artefacts.items():
        if not name.startswith(_PUBLISHED):
            continue
        path = root / name
        if not path.resolve().is_relative_to(root.resolve()):
            raise WorkspaceError(f"the stored name {name!r} leads out of the workspace")
        if name == REPORT and _is_later(path, records.event_of(artefact)):
            continue
        if not path.exists() or sha256_of_file(path) != artefact.sha256:
            write_atomically(path, campaign.artefacts.read(artefact.sha256))
    return root


def _is_later(path: Path, event: Event) -> bool:
    return path.exists() and path.stat().st_mtime >= event.at.timestamp()
