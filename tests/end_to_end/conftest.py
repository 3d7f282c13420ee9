"""What end-to-end tests share: one campaign that nobody disturbed, to compare others with."""

from pathlib import Path

import pytest

from tests.end_to_end.running import SEED, SMALL, filmlab


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Workspace of the small campaign, made in one go; tests read it and add nothing."""
    workspace = tmp_path_factory.mktemp("finished") / "lab"
    filmlab("demo", "--workspace", workspace, "--seed", SEED, "--file", SMALL)
    return workspace
