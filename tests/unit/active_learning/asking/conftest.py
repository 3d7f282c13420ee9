"""A small campaign that has learned something, to be asked in every way."""

import pytest

from active_learning.asking import Oracle
from lab.open_campaigns import open_campaign
from tests.learned import learned_workspace


@pytest.fixture(scope="module")
def workspace(tmp_path_factory):
    return learned_workspace(tmp_path_factory.mktemp("asked") / "lab")


@pytest.fixture(scope="module")
def oracle(workspace):
    with open_campaign(workspace) as campaign:
        return Oracle.of(campaign, workspace=workspace.root)


@pytest.fixture(scope="module")
def found(oracle):
    """What is said where an explanation is asked for."""
    return oracle.explain()
