"""Run cards on paper."""

import re
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli.main import app


@pytest.mark.browser
def test_a_plan_is_printed_with_a_run_card_of_one_page(tmp_path: Path) -> None:
    if shutil.which("chromium") is None:
        pytest.skip("Debian's chromium is not installed: apt-get install chromium")
    recipes = tmp_path / "recipes.csv"
    recipes.write_text("film,CNF,MMT,gelatin,glycerol\na,0.5,0.2,0.2,0.1\nb,0.3,0.3,0.3,0.1\n", "utf-8")

    done = CliRunner().invoke(app, ["protocol", "plan", str(recipes), "--out", str(tmp_path / "plan"), "--pdf"])

    assert done.exit_code == 0, done.output
    cards = tmp_path / "plan" / "cards"
    assert {path.name for path in cards.glob("*.pdf")} == {"deck-001.pdf", "labels.pdf"}
    # Every page of a PDF is an object of the type Page; the list of them is of the type Pages.
    assert len(re.findall(rb"/Type\s*/Page\b", (cards / "deck-001.pdf").read_bytes())) == 1
