"""A store on each of the two databases: tests that ask for one run twice."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from lab.store import Store
from tests import postgres

BOTH = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]


@pytest.fixture(params=BOTH)
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Address of a database that is not there yet."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'lab.db'}"
    url: str = request.getfixturevalue("postgres_database_url")
    return url


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    """An open store with one campaign, "c"."""
    with Store.open(store_url, create=True) as opened:
        opened.create_campaign("c", 'name = "c"', 7, "tests")
        yield opened


@pytest.fixture(scope="module", params=BOTH)
def shared_store(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """An open store without campaigns that the tests of a file share, to save time."""
    with ExitStack() as stack:
        if request.param == "sqlite":
            url = f"sqlite:///{tmp_path_factory.mktemp('store') / 'lab.db'}"
        else:
            url = stack.enter_context(postgres.fresh_database(request.getfixturevalue("postgres_url")))
        yield stack.enter_context(Store.open(url, create=True))
