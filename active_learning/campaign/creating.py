"""Creating a campaign in a workspace."""

from pathlib import Path

from active_learning.campaign.definition_names import complete_definition
from lab.store import Store
from lab.workspace import Workspace

DEFAULT_SEED = 7


def create_campaign(
    workspace: Path, definition_toml: str, seed: int, who: str, *, what: str, folder: Path | None = None
) -> str:
    """Create a campaign in a workspace and return its name; the workspace is made if it is missing.

    Args:
        workspace: The workspace's folder.
        definition_toml: Text of the campaign file.
        seed: Seed of every random number of the campaign.
        who: The person.
        what: What the text was read from, for messages.
        folder: Where the campaign file lies, for the deck files that it names.

    Raises:
        InvalidInputError: If the text is no campaign file, or names a rule or deck that there is not.
        DuplicateRecordError: If there is a campaign of that name.
        WorkspaceError: If the folder cannot be made.
    """
    complete, definition = complete_definition(definition_toml, what=what, folder=folder)
    made = Workspace.create(workspace)
    with Store.open(made.database_url, create=True) as store:
        store.create_campaign(definition.name, complete, seed, who)
    return definition.name
