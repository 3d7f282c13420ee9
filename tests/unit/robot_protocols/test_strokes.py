from itertools import pairwise
from math import sqrt

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from robot_protocols.calibration import Calibration, CalibrationPoint
from robot_protocols.handling import handling_classes
from robot_protocols.labware import labware_named
from robot_protocols.levels import dosing_height, lowest_tip, source_height
from robot_protocols.pipettes import PIPETTES, pipette_named
from robot_protocols.strokes import StrokeChooser

WATER = handling_classes()["water-like"]
GEL = handling_classes()["fibre-gel"]
P20, P300, P1000 = PIPETTES.values()


@given(st.integers(200, 60_000).map(lambda tenth: tenth / 10))
def test_strokes_add_up_and_keep_to_their_pipette(volume: float):
    strokes = StrokeChooser([P300, P1000]).choose(volume, WATER)
    assert strokes is not None
    assert sum(strokes.volumes) == pytest.approx(volume, abs=1e-6)
    pipette = pipette_named(strokes.pipette)
    assert all(pipette.minimum <= stroke <= pipette.maximum for stroke in strokes.volumes)
    assert max(strokes.volumes) - min(strokes.volumes) < 0.11


@given(st.integers(1, 199).map(lambda tenth: tenth / 10))
def test_nothing_is_given_below_the_minimum(volume: float):
    assert StrokeChooser([P300, P1000]).choose(volume, WATER) is None


@pytest.mark.parametrize(
    ("volume", "pipette", "count"),
    [
        (20.0, "p300_single_gen2", 1),
        (100.0, "p300_single_gen2", 1),
        (350.0, "p1000_single_gen2", 1),
        (1000.0, "p1000_single_gen2", 1),
        (1001.0, "p1000_single_gen2", 2),
    ],
)
def test_the_accurate_pipette_with_few_strokes_is_taken(volume: float, pipette: str, count: int):
    strokes = StrokeChooser([P300, P1000]).choose(volume, WATER)
    assert strokes is not None
    assert (strokes.pipette, len(strokes.volumes)) == (pipette, count)


def test_more_strokes_are_taken_where_few_are_not_accurate_enough():
    # 100 uL of a p1000: systematic limit 2.0 uL, random 1.0 uL, 1.5 % in all; six strokes of a p20 are known to 1 %.
    assert P1000.stroke_sd(100.0) == pytest.approx(sqrt(2.0**2 / 3 + 1.0**2))
    strokes = StrokeChooser([P20, P1000]).choose(110.0, WATER)
    assert strokes is not None
    assert (strokes.pipette, len(strokes.volumes)) == (P20.model, 6)


def test_a_calibration_beyond_the_tip_leaves_no_gap():
    """Filter tips hold 200 uL, the stock was weighed up to 300 uL, where more of a stroke arrives."""
    points = (CalibrationPoint(100, 85.0, 1.0, 8), CalibrationPoint(300, 300.0, 3.0, 8))
    chooser = StrokeChooser(
        [attrs.evolve(P300, maximum=200.0)], {("gel", P300.model): Calibration("gel", P300.model, points)}
    )
    for tenths in range(200, 9000, 7):
        strokes = chooser.choose(tenths / 10, WATER, "gel")
        assert strokes is not None
        assert strokes.delivered == pytest.approx(tenths / 10, abs=0.2 * len(strokes.volumes))


def test_the_gap_between_two_pipettes_is_bridged_by_more_strokes():
    # A p20 gives at most 20 uL, a p1000 at least 100 uL: 63 uL are four strokes of the small one.
    strokes = StrokeChooser([P20, P1000]).choose(63.0, WATER)
    assert strokes is not None
    assert strokes.pipette == P20.model
    assert strokes.volumes == (15.8, 15.8, 15.7, 15.7)


def test_the_published_errors_are_used():
    # p300 at 150 uL: systematic limit 1.5 uL, random 0.6 uL.
    assert P300.stroke_sd(150.0) == pytest.approx(sqrt(1.5**2 / 3 + 0.6**2))
    # Halfway between 20 and 150 uL both errors are halfway.
    assert P300.stroke_sd(85.0) == pytest.approx(sqrt(1.15**2 / 3 + 0.55**2))


@pytest.mark.parametrize("pipette", PIPETTES.values(), ids=PIPETTES)
def test_relative_errors_fall_with_volume(pipette):
    volumes = [point.volume for point in pipette.accuracy]
    assert all(
        pipette.stroke_sd(small) / small > pipette.stroke_sd(large) / large for small, large in pairwise(volumes)
    )


def test_a_gel_is_less_certain_than_water():
    chooser = StrokeChooser([P300, P1000])
    gel, water = chooser.choose(500.0, GEL), chooser.choose(500.0, WATER)
    assert gel is not None and water is not None
    assert gel.total_sd**2 == pytest.approx(water.total_sd**2 + (GEL.extra_cv * 500) ** 2, rel=1e-3)


def test_a_tip_goes_no_deeper_than_it_is_long():
    tube = labware_named("opentrons_6_tuberack_falcon_50ml_conical").wells["A1"]
    short, long = labware_named("opentrons_96_tiprack_300ul"), labware_named("opentrons_96_tiprack_1000ul")
    # A 300 uL tip shows 59.3 - 7.47 mm below the nozzle, of which 2 mm are kept free, in a tube 113 mm deep.
    assert lowest_tip(tube, [short]) == pytest.approx(113 - (59.3 - 7.47 - 2), abs=0.06)
    assert lowest_tip(tube, [short, long]) == lowest_tip(tube, [short])
    assert lowest_tip(labware_named("nest_1_reservoir_195ml").wells["A1"], [short]) == 1.0


def test_a_tip_follows_the_level_of_a_stock_down_to_the_floor():
    reservoir = labware_named("nest_1_reservoir_195ml").wells["A1"]
    heights = [source_height(reservoir, volume, 1.0) for volume in (150_000, 50_000, 10_000)]
    assert heights[0] == pytest.approx(150_000 / (106.8 * 71.2) - 2, abs=0.06)
    assert heights == sorted(heights, reverse=True)
    assert heights[-1] == 1.0


@given(st.floats(0, 3400))
def test_a_dish_is_dosed_above_its_liquid(volume: float):
    dish = labware_named("corning_24_wellplate_3.4ml_flat").wells["A1"]
    assert dosing_height(dish, volume) >= dish.level(volume) + 2.9


def test_a_dish_that_is_nearly_empty_is_dosed_just_below_its_rim():
    dish = labware_named("corning_24_wellplate_3.4ml_flat").wells["A1"]
    # 17.4 mm deep; 0.1 mL stand half a millimetre high.
    assert dosing_height(dish, 100.0) == 15.4
