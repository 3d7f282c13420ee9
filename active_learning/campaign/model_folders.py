"""Models learned from a campaign's records as they are now, in folders that `filmlab model predict` reads."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from active_learning.campaign.learning import learned_committee, learned_quality
from active_learning.campaign.training_data import graded_films, measured_films
from lab.campaigns import CampaignDefinition
from lab.errors import NoRecipeError
from lab.files import make_folder
from lab.records import Records

if TYPE_CHECKING:
    from models.registry import AnyModel
    from models.table_models import FitReport


def train_folders(definition: CampaignDefinition, records: Records, out: Path, *, seed: int) -> "dict[str, FitReport]":
    """Learn quality and properties from a campaign's films, and store both models.

    Args:
        definition: The campaign.
        records: Its records.
        out: Folder; the models are written into ``quality`` and ``properties`` in it.
        seed: Seed of everything random.

    Returns:
        What was learned, by name; without ``properties`` where no film is measured yet.

    Raises:
        NoRecipeError: If no film is graded yet.
        WorkspaceError: If a folder cannot be written.
    """
    graded, measured = graded_films(definition, records), measured_films(definition, records)
    if not graded.labels:
        raise NoRecipeError("no film of this campaign is graded yet", hint="run: filmlab work")
    make_folder(out)
    quality = learned_quality(definition, graded, seed)
    reports = {"quality": _stored(quality, definition, graded.labels, out / "quality")}
    if measured.labels:
        committee = learned_committee(definition, measured, seed)
        reports["properties"] = _stored(committee, definition, measured.labels, out / "properties")
    return reports


def _stored(model: "AnyModel", definition: CampaignDefinition, films: Sequence[str], folder: Path) -> "FitReport":
    from models.input_columns import InputColumns
    from models.model_folders import write_folder
    from models.registry import pack
    from models.table_forms import columns_json, table_file
    from models.table_models import FitReport

    names = definition.material_names
    card_part = (
        f"\n## Campaign\n\n{len(films)} films of `{definition.name}`, at their as-made compositions of "
        f"{', '.join(names)}{_simulated(definition)}.\n"
    )
    columns = InputColumns(tuple(names), tuple(names), {})
    files = pack(model, card_part=card_part, added=table_file(columns_json(columns, ())))
    sha256 = write_folder(folder, files)
    return FitReport(folder, sha256, len(films), len(films), model.metrics, ())


def _simulated(definition: CampaignDefinition) -> str:
    return "; they are simulated by the virtual lab" if definition.lab == "virtual" else ""
