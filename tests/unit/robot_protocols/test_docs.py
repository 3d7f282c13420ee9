"""The examples of this room's pages work as they are printed."""

import re
from doctest import script_from_examples
from pathlib import Path

import pytest

from robot_protocols.calibration_files import read_calibrations
from robot_protocols.decks import parse_deck
from robot_protocols.diagnosis import Cause
from robot_protocols.preflight import preflight
from robot_protocols.stock_files import parse_stocks
from tests.unit.robot_protocols.faults import FAULTS

DOCS = Path(__file__).resolve().parents[3] / "docs"


def blocks(page: str, language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", (DOCS / page).read_text(), flags=re.S)


def test_the_how_to_works(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    (recipes,) = blocks("how-to/plan-a-deck.md", "csv")
    Path("recipes.csv").write_text(recipes)
    example = script_from_examples(blocks("how-to/plan-a-deck.md", "python")[0])
    exec(example, {})  # noqa: S102 - our own page
    written = {str(path.relative_to("monday")) for path in Path("monday").rglob("*") if path.is_file()}
    page = (DOCS / "how-to/plan-a-deck.md").read_text()
    assert written == {name for name in written if f"`{name}`" in page}


def test_the_how_to_names_every_cause():
    page = (DOCS / "how-to/plan-a-deck.md").read_text()
    assert [cause.name for cause in Cause if f"`{cause.name}`" not in page] == []


def test_the_deck_file_is_read():
    (text,) = blocks("reference/deck-files.md", "toml")
    assert parse_deck(text).film is not None
    assert [stock.name for stock in parse_stocks(text, what="page")] == ["CNF-8", "gelatin-2"]


def test_the_preflight_page_lists_every_fault():
    page = (DOCS / "reference/preflight.md").read_text()
    for fault in FAULTS:
        plan, deck, stocks, options = fault.make()
        severity = next(f.severity for f in preflight(plan, deck, stocks, **options) if f.code == fault.code)
        assert f"| {fault.name} | {severity}s: {fault.code} |" in page


def test_the_calibration_page_works(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    Path("balance.csv").write_text(blocks("how-to/calibrate-a-stock.md", "csv")[0])
    names: dict[str, object] = {}
    for example in blocks("how-to/calibrate-a-stock.md", "python"):
        exec(example, names)  # noqa: S102 - our own page
    (found,) = read_calibrations(Path("calibrations.json"))
    # The table's means are 95.2, 527.2 and 961.1 mg; a dilute dispersion weighs within 1 % of 1 mg a uL.
    assert [point.volume for point in found.points] == [100, 550, 1000]
    assert [point.delivered for point in found.points] == pytest.approx([95.2, 527.2, 961.1], rel=0.01)
