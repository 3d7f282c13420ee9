"""Opening a campaign: its definition, seed, store and files in one value."""

from collections.abc import Iterator
from contextlib import contextmanager

import attrs

from lab.campaign_files import parse_definition
from lab.campaigns import CampaignDefinition
from lab.errors import StoreError, UnknownNameError
from lab.records import Records
from lab.store import Store
from lab.workspace import ArtefactStore, Workspace


@attrs.frozen(eq=False)
class OpenCampaign:
    """A campaign in an open store."""

    name: str
    definition: CampaignDefinition
    seed: int
    store: Store
    artefacts: ArtefactStore

    def records(self) -> Records:
        """Return the campaign's current records."""
        return self.store.records(self.name)


@contextmanager
def open_campaign(workspace: Workspace, name: str | None = None) -> Iterator[OpenCampaign]:
    """Open a campaign of a workspace; the store is closed at the end.

    Args:
        workspace: The workspace.
        name: The campaign's name; it may be left out where there is one only.

    Raises:
        StoreError: If the store cannot be opened, has no campaign, or has several and no name was given.
        UnknownNameError: If there is no campaign of that name.
    """
    with Store.open(workspace.database_url) as store:
        entries = {entry.name: entry for entry in store.campaigns()}
        if not entries:
            raise StoreError("there is no campaign in this workspace yet", hint="run: filmlab campaign create")
        if name is None and len(entries) > 1:
            raise StoreError(
                f"this workspace has {len(entries)} campaigns", hint=f"give --campaign {'|'.join(entries)}"
            )
        entry = entries.get(name) if name is not None else next(iter(entries.values()))
        if entry is None:
            raise UnknownNameError(f"there is no campaign {name!r}", hint=f"known: {', '.join(entries)}")
        definition = parse_definition(entry.definition_toml, what=f"stored definition of {entry.name}")
        yield OpenCampaign(entry.name, definition, entry.seed, store, workspace.artefacts)
