"""A store on each of the two databases: tests that ask for one run twice."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from lab.store import Store


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
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
