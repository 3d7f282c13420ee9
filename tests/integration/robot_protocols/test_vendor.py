"""The vendor's simulator runs what we write, and does what the plan says."""

import importlib.util
import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import attrs
import psutil
import pytest

from robot_protocols.decks import deck_named
from robot_protocols.labware import Labware
from robot_protocols.labware.catalogue import catalogue
from robot_protocols.pipettes import PIPETTES
from robot_protocols.planner import plan_decks
from robot_protocols.plans import DeckPlan
from robot_protocols.protocol_writer import write_protocol
from robot_protocols.vendor import VendorReport, VendorSimulator, simulate
from tests.end_to_end.running import filmlab
from tests.unit.robot_protocols.examples import STOCKS, four_film_plan, library, order, screening

pytestmark = [
    pytest.mark.robot,
    pytest.mark.skipif(importlib.util.find_spec("opentrons") is None, reason="opentrons is not installed"),
]


@pytest.fixture(scope="module")
def simulator() -> Iterator[VendorSimulator]:
    with VendorSimulator() as running:
        yield running


def report_of(simulator: VendorSimulator, plan: DeckPlan, deck=None) -> VendorReport:
    text = write_protocol(plan, deck or screening())
    return simulator.simulate({plan.label: text})[plan.label]


def test_a_screening_deck_does_what_its_plan_says(simulator: VendorSimulator):
    plan = four_film_plan()
    report = report_of(simulator, plan)
    assert report.ok, report.note
    assert report.commands > 100
    assert report.differences(plan) == ()
    assert set(report.dispensed) == {film.dish for film in plan.films}


def test_a_casting_deck_does_what_its_plan_says(simulator: VendorSimulator):
    deck = deck_named("casting-6-dish")
    orders = [attrs.evolve(item, solids=40.0, volume=4500.0) for item in library()[60:70]]
    plan = plan_decks(orders, STOCKS, deck)[0]
    report = report_of(simulator, plan, deck)
    assert report.ok, report.note
    assert report.differences(plan) == ()


def test_a_wrong_step_is_found_by_reading_back(simulator: VendorSimulator):
    plan = four_film_plan()
    first = plan.passes[-1]
    wrong = attrs.evolve(first.strokes[0], volume=first.strokes[0].volume - 0.3)
    changed = attrs.evolve(plan, passes=(*plan.passes[:-1], attrs.evolve(first, strokes=(wrong, *first.strokes[1:]))))
    assert len(report_of(simulator, changed).differences(plan)) == 1


def test_a_nasty_label_runs(simulator: VendorSimulator):
    plan = plan_decks([order("\"'\n*/ 😀 @@PLAN@@", CNF=1.0)], STOCKS, screening())[0]
    report = report_of(simulator, plan)
    assert report.ok, report.note
    assert report.differences(plan) == ()


def test_a_protocol_edited_after_signing_does_not_run(simulator: VendorSimulator):
    text = write_protocol(four_film_plan(), screening())
    report = simulator.simulate({"edited": text.replace('"volume":600.0', '"volume":500.0')})["edited"]
    assert not report.ok
    assert "changed after it was signed" in report.note


def test_what_is_no_protocol_is_reported(simulator: VendorSimulator):
    for text in ("", "x = (", "raise SystemExit", "import nothing_like_it"):
        report = simulator.simulate({"bad": text})["bad"]
        assert report.asked
        assert not report.ok
        assert report.note


def test_a_protocol_that_hangs_costs_its_time_limit_only():
    endless = "requirements = {'robotType': 'OT-2', 'apiLevel': '2.20'}\ndef run(protocol):\n    while True: pass\n"
    with VendorSimulator(time_limit=2.0) as simulator:
        assert "no answer" in simulator.simulate({"endless": endless})["endless"].note
    with VendorSimulator() as simulator:
        simulator.simulate({"endless": "x"})
        assert report_of(simulator, four_film_plan()).ok


def test_two_processes_report_in_order():
    text = write_protocol(four_film_plan(), screening())
    reports = simulate({"b": text, "a": text, "c": text}, processes=2)
    assert list(reports) == ["b", "a", "c"]
    assert all(report.ok for report in reports.values())


def test_a_folder_is_simulated_from_the_command_line(tmp_path: Path):
    (tmp_path / "recipes.csv").write_text("film,CNF,gelatin\nA1,0.5,0.5\n")
    filmlab("protocol", "plan", tmp_path / "recipes.csv", "--out", tmp_path / "plan")
    (found,) = json.loads(filmlab("protocol", "simulate", tmp_path / "plan", "--json").stdout)
    assert found["ok"]
    assert found["commands"] > 20
    assert found["differences"] == []
    missing = filmlab("protocol", "simulate", tmp_path / "plan", expect=1, FILMLAB_ROBOT_PYTHON="/usr/bin/false")
    assert "not asked" in missing.stdout


def vendor_labware(load_name: str, version: int) -> dict:
    spec = importlib.util.find_spec("opentrons_shared_data")
    assert spec is not None and spec.origin is not None
    folder = Path(spec.origin).parent / "data/labware/definitions/2" / load_name
    return json.loads((folder / f"{version}.json").read_text())


@pytest.mark.parametrize(
    "labware", [item for item in catalogue().values() if item.definition is None], ids=lambda item: item.load_name
)
def test_our_table_of_labware_is_the_vendors(labware: Labware):
    theirs = vendor_labware(labware.load_name, labware.version)
    sizes = theirs["dimensions"]
    assert labware.size == (sizes["xDimension"], sizes["yDimension"], sizes["zDimension"])
    assert list(labware.wells) == [name for column in theirs["ordering"] for name in column]
    for name, well in labware.wells.items():
        their = theirs["wells"][name]
        assert (well.x, well.y, well.z) == pytest.approx((their["x"], their["y"], their["z"]), abs=0.02)
        assert (well.depth, well.capacity) == (their["depth"], their["totalLiquidVolume"])
        assert well.diameter == their.get("diameter")
        assert (well.x_size, well.y_size) == (their.get("xDimension"), their.get("yDimension"))
    assert labware.tip_length == theirs["parameters"].get("tipLength", 0.0)
    assert labware.tip_overlap == theirs["parameters"].get("tipOverlap", 0.0)


def test_our_table_of_pipettes_is_the_vendors():
    spec = importlib.util.find_spec("opentrons_shared_data")
    assert spec is not None and spec.origin is not None
    folder = Path(spec.origin).parent / "data/pipette/definitions/2/liquid/single_channel"
    for pipette in PIPETTES.values():
        theirs = json.loads((folder / pipette.family / "default" / "2_0.json").read_text())
        assert (pipette.minimum, pipette.maximum) == (theirs["minVolume"], theirs["maxVolume"])


def children(pid: int) -> list[psutil.Process]:
    return psutil.Process(pid).children(recursive=True)


def test_the_simulator_dies_with_its_parent():
    """A campaign that is killed leaves no process behind, even while a protocol is being analysed."""
    code = (
        "from robot_protocols.vendor import VendorSimulator\n"
        "endless = \"requirements = {'robotType': 'OT-2', 'apiLevel': '2.20'}\\n"
        'def run(protocol):\\n    while True: pass\\n"\n'
        "simulator = VendorSimulator()\n"
        "simulator.simulate({'first': 'x'})\n"
        "print('ready', flush=True)\n"
        "simulator.simulate({'endless': endless})\n"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        assert parent.stdout.readline() == "ready\n"
        (worker,) = children(parent.pid)
        time.sleep(0.5)
        parent.send_signal(signal.SIGKILL)
        parent.wait()
    psutil.wait_procs([worker], timeout=30)
    assert not worker.is_running()
