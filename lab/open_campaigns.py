"""Opening a campaign: its definition, seed, store and files in one value."""

import re
import shlex
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import attrs

from lab.campaign_files import stored_definition
from lab.campaigns import CampaignDefinition
from lab.errors import StoreError, UnknownNameError
from lab.names import known_hint
from lab.records import Artefact, Records
from lab.store import Store
from lab.workspace import ArtefactStore, Workspace

DEFINITION_FILE = re.compile(r"definitions/(\d+)-after-loop-(\d+)\.toml")
"""Names of the files that hold later definitions: their number, and the loop after which they hold."""


@attrs.frozen(eq=False)
class OpenCampaign:
    """A campaign in an open store."""

    name: str
    definition: CampaignDefinition
    seed: int
    store: Store
    artefacts: ArtefactStore
    read: Callable[[], Records] | None = None
    """How the current records are read, where somebody follows them; from the store if left out."""

    def records(self) -> Records:
        """Return the campaign's current records."""
        return self.read() if self.read is not None else self.store.records(self.name)


def definition_file(number: int, loop: int) -> str:
    """Return the name of the file that holds a campaign's definition from a loop on."""
    return f"definitions/{number}-after-loop-{loop:02d}.toml"


def definition_files(records: Records) -> tuple[str, ...]:
    """Return the names of the files that hold later definitions of a campaign, the newest last."""
    return _in_order(records.artefacts)


def newest_definition_text(records: Records, artefacts: ArtefactStore) -> str | None:
    """Return the text of the definition that replaced a campaign's first one; None where none did."""
    return _newest_text(records.artefacts, artefacts)


def up_to_date(campaign: OpenCampaign, records: Records) -> OpenCampaign:
    """Return a campaign as its records define it: it may have been extended since it was opened."""
    text = newest_definition_text(records, campaign.artefacts)
    return campaign if text is None else attrs.evolve(campaign, definition=stored_definition(text, campaign.name))


def typed_command(words: str, workspace: Path, campaign: OpenCampaign) -> str:
    """Return a `filmlab` command about a campaign as it is typed; of several in its store it names this one.

    Args:
        words: The command and what it takes: "work".
        workspace: The workspace's folder.
        campaign: The campaign.
    """
    line = f"filmlab {words} --workspace {shlex.quote(str(workspace))}"
    return f"{line} --campaign {shlex.quote(campaign.name)}" if len(campaign.store.campaigns()) > 1 else line


def _in_order(names: Iterable[str]) -> tuple[str, ...]:
    found = [(int(match[1]), name) for name in names if (match := DEFINITION_FILE.fullmatch(name))]
    return tuple(name for _, name in sorted(found))


def _newest_text(known: Mapping[str, Artefact], artefacts: ArtefactStore) -> str | None:
    files = _in_order(known)
    return artefacts.read(known[files[-1]].sha256).decode() if files else None


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
        if name is not None and name not in entries:
            raise UnknownNameError(f"there is no campaign {name!r}", hint=known_hint(name, entries))
        entry = entries[name] if name is not None else next(iter(entries.values()))
        # Not by all the records: a campaign may have a million.
        later = {artefact.name: artefact for artefact in store.artefacts_in(entry.name, "definitions")}
        text = _newest_text(later, workspace.artefacts) or entry.definition_toml
        definition = stored_definition(text, entry.name)
        yield OpenCampaign(entry.name, definition, entry.seed, store, workspace.artefacts)
