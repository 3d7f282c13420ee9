"""A small campaign with films, measurements and models that have truly learned from them, in a workspace of its own."""

import shutil
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from active_learning.campaign.actions import Action, ActionKind
from active_learning.campaign.doing.context import DoingContext
from active_learning.campaign.doing.training import train
from active_learning.campaign.trained_models import TrainedModels
from lab.open_campaigns import open_campaign
from lab.records import Event
from lab.workspace import Workspace
from tests.factories import definition_text, fill_workspace, synthetic_campaign

MATERIALS = ("CNF", "MMT", "gelatin")
PROPERTIES = (
    "tensile_strength",
    "transmittance_vis",
    "fracture_strain",
    "youngs_modulus",
    "curve_alpha",
    "curve_beta",
)


_BUILT = TemporaryDirectory(prefix="filmlab-tests-")
"""Where workspaces are learned in once; every test gets a copy of its own."""


def learned_workspace(root: Path, *, upto: str = "finished") -> Workspace:
    """Return a workspace whose only campaign, "small", has learned from 24 films of two loops.

    Args:
        root: Folder of the workspace; it may be there if it is empty.
        upto: ``loops`` or ``finished``: with designs and the films that verify them.
    """
    shutil.copytree(_learned(upto), root, dirs_exist_ok=True)
    return Workspace.open(root)


@cache
def _learned(upto: str) -> Path:
    root = Path(_BUILT.name) / upto
    if upto == "finished":
        _verify(learned_workspace(root, upto="loops"))
        return root
    text = definition_text(MATERIALS, PROPERTIES, step=0.2)
    text = text.replace("batch = 4\nfilms = 8", "batch = 12\nfilms = 24")
    text += "\n[committee]\nmembers = 3\nepochs = 60\n[quality]\ndesign_threshold = 0.6\n"
    workspace = fill_workspace(synthetic_campaign(text, upto="loops", loops=2), root)
    with open_campaign(workspace) as campaign:
        nobody: Any = None  # training needs neither bench nor simulator
        context = DoingContext(
            campaign.definition, campaign.seed, campaign.artefacts, nobody, nobody, TrainedModels(campaign.artefacts)
        )
        done = train(context, Action(ActionKind.TRAIN, "loop-02", "for the tests"), campaign.records())
        event = Event("train:again", "tests", "films of this campaign", True, datetime(2026, 3, 9, tzinfo=UTC))
        campaign.store.append(campaign.name, event, done.records, supersede=True)
    return root


def _verify(workspace: Workspace) -> None:
    """Add the designs and verification films of the same synthetic campaign."""
    with open_campaign(workspace) as campaign:
        text = campaign.store.campaigns()[0].definition_toml
        for event, records in synthetic_campaign(text, upto="finished", loops=2).log:
            if event.key not in campaign.records().events:
                campaign.store.append(campaign.name, event, records, supersede=True)
