"""Anybody can recompute every film from the vendor's own analysis and plan.json, without any code of ours."""

import importlib.util
import json
import os
import subprocess
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest

from lab.settings import load_settings
from tests.end_to_end.running import filmlab

pytestmark = [
    pytest.mark.robot,
    pytest.mark.skipif(importlib.util.find_spec("opentrons") is None, reason="opentrons is not installed"),
]

RECIPES = """film,CNF,MMT,gelatin,glycerol,solids_mg
A1,0.5,0.2,0.2,0.1,
A2,1,0,0,0,
A3,0,0.3,0.3,0.4,15
A4,0.1,0.8,0.1,0,
"A5; ""the odd one"" */",0.03,0.57,0.3,0.1,
"""


def analysis_of(protocol: Path, folder: Path) -> dict[str, Any]:
    """What `opentrons.cli analyze` says, as anybody would ask it."""
    out = folder / "analysis.json"
    command = [str(load_settings().robot_python), "-m", "opentrons.cli", "analyze", f"--json-output={out}"]
    surroundings = {**os.environ, "OT_API_CONFIG_DIR": str(folder / "config")}
    subprocess.run([*command, str(protocol)], check=True, capture_output=True, timeout=180, env=surroundings)
    found: dict[str, Any] = json.loads(out.read_text())
    return found


def masses(analysis: dict[str, Any], stocks: dict[str, Any]) -> dict[tuple[str, str], dict[str, float]]:
    """Mass of each material in each well, mg, by slot and well."""
    names = {liquid["id"]: liquid["displayName"] for liquid in analysis["liquids"]}
    slot = {item["id"]: item["location"]["slotName"] for item in analysis["labware"] if "slotName" in item["location"]}
    loaded: dict[tuple[str, str], str] = {}
    in_tip: dict[str, tuple[str, str]] = {}
    got: dict[tuple[str, str], dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for command in analysis["commands"]:
        params = command["params"]
        if command["commandType"] == "loadLiquid":
            for well in params["volumeByWell"]:
                loaded[slot[params["labwareId"]], well] = names[params["liquidId"]]
        elif command["commandType"] == "aspirate":
            in_tip[params["pipetteId"]] = (slot[params["labwareId"]], params["wellName"])
        elif command["commandType"] == "dispense":
            place, source = (slot[params["labwareId"]], params["wellName"]), in_tip[params["pipetteId"]]
            if place != source:
                stock = stocks[loaded[source]]
                got[place][stock["material"]] += params["volume"] * stock["mg_per_ml"] / 1000
    return got


def test_every_film_is_what_plan_json_says(tmp_path: Path) -> None:
    recipes = tmp_path / "recipes.csv"
    recipes.write_text(RECIPES)
    filmlab("protocol", "plan", recipes, "--out", tmp_path / "plan")
    plan = json.loads((tmp_path / "plan" / "plan.json").read_text())
    (deck,) = plan["decks"]
    analysis = analysis_of(tmp_path / "plan" / deck["protocol"], tmp_path)
    assert analysis["result"] == "ok"
    assert analysis["robotType"] == "OT-2 Standard"
    got = masses(analysis, plan["stocks"])
    assert [film["film"] for film in deck["films"]] == ["A1", "A2", "A3", "A4", 'A5; "the odd one" */']
    assert len(got) == len(deck["films"])
    for film in deck["films"]:
        solids = {name: mass for name, mass in got[str(film["labware_slot"]), film["well"]].items() if name != "water"}
        total = sum(solids.values())
        assert total == pytest.approx(film["solids_mg"], abs=0.01)
        for name, expected in film["expected"].items():
            assert solids.get(name, 0.0) / total == pytest.approx(expected, abs=1e-4), (film["film"], name)
            assert expected == pytest.approx(film["asked"].get(name, 0.0), abs=0.01)
