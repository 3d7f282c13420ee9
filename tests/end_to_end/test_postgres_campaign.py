"""The same campaign on PostgreSQL gives the same tables as on SQLite."""

from pathlib import Path

import pytest

from tests.end_to_end.running import SEED, SMALL, filmlab, tables

pytestmark = [pytest.mark.postgres, pytest.mark.robot]


def test_a_campaign_on_a_server_equals_one_in_a_file(
    tmp_path: Path, finished: Path, postgres_database_url: str
) -> None:
    arguments = ("demo", "--workspace", tmp_path / "server", "--seed", SEED, "--file", SMALL)
    filmlab(*arguments, FILMLAB_DATABASE_URL=postgres_database_url)
    assert not (tmp_path / "server" / "filmlab.db").exists()
    out = tmp_path / "server-tables"
    filmlab("tables", "--workspace", tmp_path / "server", "--out", out, FILMLAB_DATABASE_URL=postgres_database_url)
    found = {path.name: path.read_bytes() for path in sorted(out.iterdir())}
    assert found == tables(finished, tmp_path / "file-tables")
