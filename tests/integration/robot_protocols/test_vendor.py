"""The vendor's simulator runs what we write, and does what the plan says."""

import importlib.util
import sys
from collections.abc import Iterator

import attrs
import pytest

from robot_protocols.decks import deck_named
from robot_protocols.planner import plan_decks
from robot_protocols.plans import DeckPlan
from robot_protocols.protocol_writer import write_protocol
from robot_protocols.vendor import VendorReport, VendorSimulator, simulate
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
    assert sys.executable
