from datetime import date
from pathlib import Path

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.errors import InvalidInputError
from lab.seeds import generator
from robot_protocols.calibration import (
    Calibration,
    CalibrationPoint,
    by_stock_and_pipette,
    calibration_point,
    stock_density,
    volume_of,
    water_density,
)
from robot_protocols.calibration_files import calibrations_to_json, parse_balance, read_balance, read_calibrations
from robot_protocols.calibration_folder import add_calibration, calibrate, plan_calibration
from robot_protocols.calibration_plan import calibration_plan
from robot_protocols.decks import deck_named, parse_deck
from robot_protocols.decks.files import builtin_text
from robot_protocols.planner import plan_decks
from robot_protocols.preflight import preflight, refused
from robot_protocols.running.loading import read_jobs
from tests.unit.robot_protocols.examples import STOCKS, order, screening

P300, P1000 = "p300_single_gen2", "p1000_single_gen2"
CNF = STOCKS[0]
CASTING = deck_named("casting-6-dish")
# A gel of which 8 % less arrives at 100 uL, 5 % less at 1000 uL.
GEL = Calibration(
    "CNF-10", P1000, (CalibrationPoint(1000, 950, 4.0, 8), CalibrationPoint(100, 92, 1.0, 8)), date(2026, 3, 1)
)


def test_factors_are_interpolated_and_kept_beyond_the_ends():
    assert [GEL.factor(volume) for volume in (50, 100, 550, 1000, 2000)] == pytest.approx(
        [0.92, 0.92, 0.935, 0.95, 0.95]
    )


@given(st.floats(90, 1000))
def test_what_is_asked_for_delivers_what_is_wanted(wanted: float):
    asked = GEL.asked_for(wanted)
    assert asked * GEL.factor(asked) == pytest.approx(wanted, rel=1e-6)


def test_a_calibration_that_changes_too_fast_gives_no_answer():
    # At 100 uL hardly anything arrives, at 110 uL twice as much as asked.
    steep = Calibration("CNF-10", P1000, (CalibrationPoint(100, 1, 0.1, 8), CalibrationPoint(110, 220, 0.1, 8)))
    with pytest.raises(InvalidInputError, match="delivers 105 uL"):
        steep.asked_for(105.0)


def test_the_standard_deviation_counts_the_mean_in():
    # 1 % scatter at 100 uL from 8 strokes: the mean of 8 adds an eighth of its variance.
    assert GEL.stroke_sd(100) == pytest.approx(1.0 * (1 + 1 / 8) ** 0.5)


def test_a_calibration_needs_a_volume_and_each_once():
    point = CalibrationPoint(100, 92, 1.0, 8)
    for points in ((), (point, point)):
        with pytest.raises(InvalidInputError):
            Calibration("CNF-10", P300, points)


def test_the_later_of_two_calibrations_counts():
    old = Calibration("CNF-10", P1000, (CalibrationPoint(100, 80, 1.0, 8),), date(2026, 1, 1))
    for pair in ([old, GEL], [GEL, old]):
        assert by_stock_and_pipette(pair) == {("CNF-10", P1000): GEL}


def test_densities_are_those_of_the_tables():
    # Water: 0.999700 g/mL at 10, 0.998207 at 20, 0.995649 at 30 degC (CRC Handbook).
    assert [water_density(t) for t in (10, 20, 30)] == pytest.approx([0.999700, 0.998207, 0.995649], abs=5e-6)
    # 10 mg/mL of a solid of 2.5 g/cm^3 displaces 4 mg of water in each mL.
    assert stock_density(10.0, 2.5, 20.0) == pytest.approx(0.998207 + 0.010 - 0.004 * 0.998207, abs=1e-5)
    # ISO 8655-6: 1 mg of water at 20 degC and 1013 hPa is 1.0029 uL.
    assert volume_of(1.0, water_density(20.0)) == pytest.approx(1.0029, abs=5e-5)


def test_a_plan_corrects_what_it_asks_for():
    film = order("A1", CNF=0.6, MMT=0.4)
    plain = plan_decks([film], STOCKS, screening())[0]
    corrected = plan_decks([film], STOCKS, screening(), calibrations=[GEL])[0]
    asked = sum(t.volume for t in corrected.transfers if t.stock == "CNF-10")
    # 7.2 mg at 10 mg/mL are 720 uL.
    assert sum(t.volume for t in plain.transfers if t.stock == "CNF-10") == pytest.approx(720)
    assert asked == pytest.approx(GEL.asked_for(720), abs=0.1)
    assert corrected.expected["A1"].composition["CNF"] == pytest.approx(0.6, abs=1e-4)
    assert corrected.expected["A1"].sd["CNF"] < plain.expected["A1"].sd["CNF"]
    assert preflight(corrected, screening(), STOCKS) == ()


def test_a_calibration_deck_passes_preflight_and_doses_each_dish_once():
    plan = calibration_plan(CNF, P300, CASTING)
    assert len(plan.films) == 24
    assert {len([t for t in plan.transfers if t.film == film.order.label]) for film in plan.films} == {1}
    assert {transfer.volume for transfer in plan.transfers} == {20, 160, 300}
    # 10 mg/mL.
    assert {(film.order.volume, film.order.solids) for film in plan.films} == {(20, 0.2), (160, 1.6), (300, 3.0)}
    findings = preflight(plan, CASTING, STOCKS)
    assert not refused(findings), findings


def test_a_calibration_draws_from_as_many_troughs_as_it_takes():
    stock = attrs.evolve(CNF, dead_volume=500.0)
    deck = deck_named("casting-6-dish-troughs")
    plan = calibration_plan(stock, P1000, deck, volumes=[1000.0], replicates=24)
    assert len({stroke.source for _, stroke in plan.strokes}) == 2
    assert not refused(preflight(plan, deck, [stock]))


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"volumes": [5.0]}, "out of the range"),
        ({"replicates": 9}, "dishes that hold one"),
        ({"replicates": 1}, "no scatter"),
        ({"volumes": [50.0, 50.0]}, "50 uL is asked for twice"),
    ],
)
def test_an_impossible_calibration_is_refused(options: dict, words: str):
    with pytest.raises(InvalidInputError) as caught:
        calibration_plan(CNF, P300, CASTING, **options)
    assert words in str(caught.value.faults)


RESERVOIR = ("nest_1_reservoir_195ml", "stocks")
PLATE = ("corning_24_wellplate_3.4ml_flat", "dishes")


def test_a_calibration_with_too_few_tips_is_refused():
    """96 dishes, one rack of tips for one stroke each, and 97 of the strokes would want one."""
    text = builtin_text("screening-24-well").replace("[film]", "[handling.fibre-gel]\ntip_uses = 1\n[film]")
    reservoir, plate = ('slot = 9\nlabware = "{}"\nuse = "{}"'.format(*kind) for kind in (RESERVOIR, PLATE))
    assert reservoir in text
    deck = parse_deck(text.replace(reservoir, plate))
    assert len(deck.dishes) >= 100
    rack = len(deck.tip_places(P300))
    with pytest.raises(InvalidInputError) as caught:
        calibration_plan(CNF, P300, deck, volumes=[50.0], replicates=rack + 1)
    assert "tips for p300_single_gen2 make" in str(caught.value.faults)


def readings(factor: float, sd: float) -> str:
    """What a balance would say of a calibration deck, for a pipette that delivers a share of what is asked."""
    rng = generator(3, "balance")
    density = stock_density(10.0, 1.5, 20.0)
    rows = ["dish,before_mg,after_mg"]
    for film in calibration_plan(CNF, P300, CASTING).films:
        volume = film.order.volume * factor + float(rng.normal(0, sd))
        mass = volume / volume_of(1.0, density)
        rows.append(f"{film.order.label},{1000.0:.2f},{1000.0 + mass:.2f}")
    return "\n".join(rows)


def test_readings_of_a_balance_give_the_calibration_back(tmp_path: Path):
    path = tmp_path / "balance.csv"
    path.write_text(readings(0.95, 0.5))
    plan = calibration_plan(CNF, P300, CASTING)
    found = read_balance(path, plan, density=stock_density(10.0, 1.5, 20.0), made_on=date(2026, 3, 1))
    assert (found.stock, found.pipette) == ("CNF-10", P300)
    assert [point.volume for point in found.points] == [20, 160, 300]
    for point in found.points:
        assert point.delivered == pytest.approx(0.95 * point.volume, abs=3 * 0.5 / 8**0.5)
        assert point.n == 8
    saved = tmp_path / "calibrations.json"
    saved.write_text(calibrations_to_json([found, GEL]))
    assert [item.stock for item in read_calibrations(saved)] == ["CNF-10", "CNF-10"]
    assert read_calibrations(saved)[1] == GEL


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("before_mg", "before"), "column before_mg is missing"),
        (("20-01,1000.00,", "20-01,,"), "row 2, column before_mg"),
        (("20-01,", "21-01,"), "not in the plan"),
        (("20-02,", "20-01,"), "there twice"),
        (("20-01,1000.00,", "20-01,2000.00,"), "not heavier"),
        (("20-01,1000.00,", "20-01,900.00,"), "weigh again"),
        (("20-01,1000.00,", "20-01;1000.00;"), "has 1 columns"),
        (("20-01,1000.00,", '20-01,"1000,00",'), "has a comma"),
        (("20-01,1000.00,", "20-01,nan,"), "no number"),
    ],
)
def test_faults_of_readings_are_named(change: tuple[str, str], words: str):
    text = readings(0.95, 0.5)
    assert change[0] in text
    with pytest.raises(InvalidInputError, match=words):
        parse_balance(text.replace(*change).encode(), calibration_plan(CNF, P300, CASTING), density=1.0)


def test_readings_of_a_balance_with_decimal_commas_are_the_same():
    text = readings(0.95, 0.5)
    commas = "\ufeff" + text.replace(",", ";").replace(".", ",")
    plan = calibration_plan(CNF, P300, CASTING)
    assert parse_balance(commas.encode(), plan, density=1.0) == parse_balance(text.encode(), plan, density=1.0)


def test_all_faults_of_readings_are_told_at_once_under_the_name_of_the_file():
    text = readings(0.95, 0.5).replace("20-01,", "21-01,").replace("160-01,1000.00,", "160-01,x,")
    with pytest.raises(InvalidInputError) as caught:
        parse_balance(text.encode(), calibration_plan(CNF, P300, CASTING), density=1.0, what="monday.csv")
    assert caught.value.what == "monday.csv"
    assert len(caught.value.faults) == 2


def test_a_dish_that_was_not_weighed_may_stay_empty():
    rows = [row if not row.startswith("20-0") else f"{row[:5]},," for row in readings(0.95, 0.0).splitlines()]
    found = parse_balance("\n".join(rows).encode(), calibration_plan(CNF, P300, CASTING), density=1.0)
    assert [point.volume for point in found.points] == [160, 300]


def test_a_folder_of_a_calibration_can_be_run_and_read_back(tmp_path: Path):
    made = plan_calibration(CNF, P300, CASTING, tmp_path)
    (job,) = read_jobs(tmp_path)
    assert job.plan == made.plan
    assert (tmp_path / "balance.csv").read_text().splitlines()[1] == "20-01,,"
    (tmp_path / "balance.csv").write_text(readings(0.95, 0.5))
    plan_calibration(CNF, P300, CASTING, tmp_path)
    found = calibrate(tmp_path, tmp_path / "balance.csv", temperature=20.0, made_on=date(2026, 3, 1))
    assert found.points[-1].delivered == pytest.approx(285, abs=1)
    file = tmp_path / "calibrations.json"
    assert add_calibration(file, GEL) == (GEL,)
    assert [item.pipette for item in add_calibration(file, found)] == [P1000, P300]
    assert [item.pipette for item in add_calibration(file, found)] == [P1000, P300]


@pytest.mark.parametrize("text", ["", "{", "{}", '[{"stock": "a"}]'])
def test_what_is_no_calibration_is_refused(text: str, tmp_path: Path):
    path = tmp_path / "calibrations.json"
    path.write_text(text)
    with pytest.raises(InvalidInputError):
        read_calibrations(path)


def test_one_stroke_has_no_scatter():
    with pytest.raises(InvalidInputError):
        calibration_point(100.0, [99.0])
