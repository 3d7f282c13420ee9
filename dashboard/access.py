"""Finding what to show: workspace, store, campaign, or what to do where one of them is not there yet."""

import os
import shlex
from pathlib import Path

import attrs

from dashboard.texts import text
from lab.campaigns import CampaignDefinition
from lab.errors import FilmlabError, WorkspaceError
from lab.open_campaigns import OpenCampaign, typed_command
from lab.records import Records
from lab.store import CampaignEntry, Store
from lab.store.following import FollowedRecords
from lab.workspace import Workspace


@attrs.frozen(eq=False)
class Session:
    """A campaign that is open, with its records at one moment."""

    workspace: Workspace
    store: Store
    entry: CampaignEntry
    definition: CampaignDefinition
    seal: str
    """The newest seal: it is the same only where the records are."""
    records: Records
    followed: FollowedRecords
    """Gives the records as they are by now."""

    @property
    def campaign(self) -> OpenCampaign:
        """The campaign, to add records to; it reads only what is new."""
        return OpenCampaign(
            self.entry.name,
            self.definition,
            self.entry.seed,
            self.store,
            self.workspace.artefacts,
            self.followed.records,
        )

    def command(self, words: str) -> str:
        """Return a command about this campaign as it is typed; see `lab.open_campaigns.typed_command`."""
        return typed_command(words, self.workspace.root, self.campaign)


@attrs.frozen
class Step:
    """Something to do outside the dashboard."""

    what: str
    command: str


@attrs.frozen
class Guide:
    """Why there is no campaign to show, and how to get to one."""

    title: str
    detail: str
    steps: tuple[Step, ...] = ()
    can_begin: bool = False
    """Whether a campaign may be begun here."""


class NoCampaignError(FilmlabError):
    """The store is there and holds no campaign yet."""


def database_identity(url: str) -> str:
    """Return what tells a database from another one put in its place: a SQLite file's number on its disk."""
    if not url.startswith("sqlite:///"):
        return url
    try:
        found = os.stat(url.removeprefix("sqlite:///"))
    except OSError:
        return "missing"
    return f"{found.st_dev}:{found.st_ino}"


def chosen_entry(store: Store, wanted: str | None) -> tuple[CampaignEntry, list[str]]:
    """Return the campaign to show and the names of all.

    Args:
        store: The open store.
        wanted: Name that was asked for; the newest campaign is taken where it is left out or unknown.

    Raises:
        NoCampaignError: If there is none.
    """
    entries = {entry.name: entry for entry in store.campaigns()}
    if not entries:
        raise NoCampaignError(f"{store.name} holds no campaign yet")
    entry = entries.get(wanted or "") or list(entries.values())[-1]
    return entry, list(entries)


def guide_for(error: FilmlabError, root: Path) -> Guide:
    """Return what to do about an error that leaves nothing to show."""
    place = shlex.quote(str(root))
    create = Step(text("start.own"), f"filmlab campaign create --workspace {place} --file campaign.toml")
    if isinstance(error, NoCampaignError):
        return Guide(
            text("start.no_campaign"), text("start.no_campaign_detail", root=root), (_demo(place), create), True
        )
    if isinstance(error, WorkspaceError):
        return Guide(
            text("start.no_workspace"), text("start.no_workspace_detail", root=root), (_demo(place), create), True
        )
    detail = f"{error.message}. " + (text("app.to_do", hint=error.hint) if error.hint else "")
    return Guide(text("start.unusable"), detail, (Step(text("start.check"), f"filmlab doctor --workspace {place}"),))


def _demo(place: str) -> Step:
    return Step(text("start.demo"), f"filmlab demo --workspace {place}")
