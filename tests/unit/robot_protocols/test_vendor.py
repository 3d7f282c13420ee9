"""What is told where the vendor's simulator is not there. With it: tests/integration/robot_protocols."""

import sys
from pathlib import Path

import pytest

from robot_protocols.decks import Place
from robot_protocols.readback import differences, follow
from robot_protocols.vendor import VendorSimulator, simulate
from tests.unit.robot_protocols.examples import four_film_plan

NAMES = {"id-1": "CNF-10", "id-2": "water"}
LOADED = [
    {"do": "loadLiquid", "slot": 5, "liquid": "id-1", "volumes": {"A1": 5000.0}},
    {"do": "loadLiquid", "slot": 6, "liquid": "id-2", "volumes": {"A1": 5000.0}},
]


def move(do: str, slot: int, volume: float, well: str = "A1", pipette: str = "p300", **more) -> dict:
    return {"do": do, "slot": slot, "well": well, "volume": volume, "pipette": pipette, **more}


def ledger(*commands: dict):
    return follow([*LOADED, *commands], NAMES)


def test_a_missing_interpreter_is_a_report_and_no_error():
    report = simulate({"deck-001": "x"}, python="/no/such/python")["deck-001"]
    assert not report.asked
    assert not report.ok
    assert "cannot be started" in report.note


def test_an_interpreter_without_opentrons_is_a_report_and_no_error(tmp_path: Path):
    fake = tmp_path / "python"
    # -S leaves out installed packages: an interpreter as it comes, without opentrons.
    fake.write_text(f'#!/bin/sh\nexec "{sys.executable}" -S "$@"\n')
    fake.chmod(0o755)
    with VendorSimulator(python=str(fake)) as simulator:
        for label in ("deck-001", "deck-002"):
            report = simulator.simulate({label: "x"})[label]
            assert not report.asked
            assert "opentrons cannot be loaded" in report.note
            assert "robot" in report.note


def test_a_program_that_answers_nothing_is_a_report(tmp_path: Path):
    fake = tmp_path / "python"
    fake.write_text("#!/bin/sh\nexit 3\n")
    fake.chmod(0o755)
    report = simulate({"deck-001": "x"}, python=str(fake))["deck-001"]
    assert not report.asked
    assert "did not start" in report.note


@pytest.mark.parametrize("written", ["hello", "[1]", '{"ready": tr'])
def test_a_program_that_is_no_interpreter_is_a_report(tmp_path: Path, written: str):
    fake = tmp_path / "python"
    fake.write_text(f"#!/bin/sh\necho '{written}'\n")
    fake.chmod(0o755)
    report = simulate({"deck-001": "x"}, python=str(fake))["deck-001"]
    assert not report.asked
    assert f"did not start (it wrote {written!r}"[:-1] in report.note


def test_an_interpreter_is_found_from_the_folder_in_which_one_works(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    fake = tmp_path / "python"
    fake.write_text("#!/bin/sh\nexit 3\n")
    fake.chmod(0o755)
    monkeypatch.chdir(tmp_path)
    assert "its process ended" in simulate({"deck-001": "x"}, python="./python")["deck-001"].note


def test_the_interpreter_comes_from_the_settings(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("FILMLAB_ROBOT_PYTHON", "/set/by/environment")
    assert "/set/by/environment" in simulate({"deck-001": "x"})["deck-001"].note


def test_no_protocols_start_nothing():
    assert simulate({}) == {}


def test_liquid_is_followed_from_stock_to_dish():
    found = ledger(move("aspirate", 5, 100), move("dispense", 1, 60), move("dispense", 1, 40, "B1"))
    assert found.received == {Place(1, "A1"): {"CNF-10": 60}, Place(1, "B1"): {"CNF-10": 40}}
    assert found.drawn == {"CNF-10": 100}
    assert found.faults == []


def test_prewetting_and_mixing_change_nothing():
    found = ledger(
        move("aspirate", 5, 100),
        move("dispense", 5, 100),
        move("aspirate", 5, 100),
        move("dispense", 1, 100),
        move("aspirate", 1, 80),
        move("dispense", 1, 80),
    )
    assert found.received == {Place(1, "A1"): {"CNF-10": 100}}
    assert found.drawn == {"CNF-10": 100}


def test_failed_commands_moved_nothing():
    assert ledger(move("aspirate", 5, 100, status="failed")).drawn == {}


def test_carrying_from_dish_to_dish_is_a_fault():
    found = ledger(move("aspirate", 1, 50), move("dispense", 1, 50, "B1"))
    assert len(found.faults) == 1


def test_drawing_two_liquids_into_one_tip_is_a_fault():
    assert len(ledger(move("aspirate", 5, 50), move("aspirate", 6, 50)).faults) == 1


def test_two_pipettes_are_followed_apart():
    found = ledger(
        move("aspirate", 5, 50), move("aspirate", 6, 200, pipette="p1000"), move("dispense", 1, 200, pipette="p1000")
    )
    assert found.received == {Place(1, "A1"): {"water": 200}}


def test_differences_are_found_to_a_tenth_of_a_microlitre():
    plan = four_film_plan()
    received: dict[Place, dict[str, float]] = {}
    for item, stroke in plan.strokes:
        dish = received.setdefault(stroke.dish, {})
        dish[item.stock] = dish.get(item.stock, 0.0) + stroke.volume
    assert differences(plan, received) == ()
    received[Place(1, "A1")]["CNF-10"] += 0.2
    received[Place(3, "D6")] = {"water": 20.0}
    assert len(differences(plan, received)) == 2


WORKER = """#!{python}
import json, sys, time
open("{starts}", "a").write("x")
print(json.dumps({{"ready": True}}), flush=True)
moves = [("aspirate", 5, 50.0), ("dispense", 1, 50.0)]
load = {{"do": "loadLiquid", "slot": 5, "liquid": "w", "volumes": {{"A1": 900.0}}}}
told = [{{"do": do, "slot": s, "well": "A1", "volume": v, "pipette": "p300"}} for do, s, v in moves]
for line in sys.stdin:
    text = json.loads(line)["protocol"]
    if text == "slow":
        time.sleep(60)
    good = text == "good"
    answer = {{"ok": good, "errors": [] if good else ["NoTip: a", "b"], "liquids": {{"w": "water"}}}}
    print(json.dumps({{**answer, "commands": [load, *told] if good else [load]}}), flush=True)
"""


def test_one_process_answers_until_it_takes_too_long(tmp_path: Path):
    starts, fake = tmp_path / "starts", tmp_path / "python"
    fake.write_text(WORKER.format(python=sys.executable, starts=starts))
    fake.chmod(0o755)
    with VendorSimulator(python=str(fake), time_limit=5.0) as simulator:
        reports = simulator.simulate({"a": "good", "b": "bad"})
        assert list(reports) == ["a", "b"]
        assert (reports["a"].ok, reports["a"].commands) == (True, 3)
        assert reports["a"].dispensed == {Place(1, "A1"): {"water": 50.0}}
        assert (reports["b"].ok, reports["b"].asked, reports["b"].commands) == (False, True, 1)
        assert reports["b"].note.endswith("NoTip: a; b")
        assert starts.read_text() == "x"
        simulator._time_limit = 0.2
        slow = simulator.simulate({"c": "slow"})["c"]
        assert (slow.asked, slow.ok) == (False, False)
        assert "within 0.2 s" in slow.note
        assert slow.differences(four_film_plan()) == ()
        simulator._time_limit = 5.0
        assert simulator.simulate({"a": "good"})["a"].ok
        assert starts.read_text() == "xx"
        process = simulator._process
    assert process is not None
    assert process.poll() is not None
    assert simulator._process is None


@pytest.mark.parametrize("kind", ["aspirateInPlace", "dispenseInPlace", "airGapInPlace"])
def test_liquid_that_moves_in_no_named_well_is_a_fault(kind: str):
    assert len(ledger({"do": kind, "pipette": "p300", "volume": 5.0}).faults) == 1


def test_going_on_in_one_well_is_no_fault():
    found = ledger(move("aspirate", 5, 50), move("aspirate", 5, 30), move("dispense", 1, 80))
    assert (found.faults, found.drawn) == ([], {"CNF-10": 80.0})
    # What is held of another well counts; what was given away does not.
    assert ledger(move("aspirate", 5, 50), move("dispense", 1, 50), move("aspirate", 6, 50)).faults == []
    assert len(ledger(move("aspirate", 5, 50), move("dispense", 1, 49), move("aspirate", 6, 50)).faults) == 1
