"""Imaginary pipettes are as exact as the maker says, and no more."""

import numpy as np
import pytest

from robot_protocols.fake_robot.pipetting import PipettingErrors
from robot_protocols.fake_robot.world import World
from robot_protocols.pipettes import PIPETTES

MODELS = {"left": "p1000_single_gen2", "right": "p300_single_gen2"}


@pytest.mark.parametrize(("mount", "volume"), [("right", 20.0), ("right", 300.0), ("left", 100.0), ("left", 1000.0)])
def test_strokes_scatter_and_are_off_as_published(mount: str, volume: float):
    (point,) = [point for point in PIPETTES[MODELS[mount]].accuracy if point.volume == volume]
    robots = [PipettingErrors(seed, MODELS) for seed in range(30)]
    strokes = np.array([[robot.delivered(mount, volume) for _ in range(40)] for robot in robots])
    scatter = strokes.std(axis=1, ddof=1).mean()
    assert scatter == pytest.approx(point.random, rel=0.1)
    bias = strokes.mean(axis=1) - volume
    # Uniform within the limits, and the mean of 40 strokes scatters itself.
    assert np.abs(bias).max() < point.systematic + 4 * point.random / 40**0.5
    assert bias.std() == pytest.approx(point.systematic / 3**0.5, rel=0.35)


def test_the_same_seed_is_the_same_robot():
    first, second = (PipettingErrors(5, MODELS) for _ in range(2))
    assert [first.delivered("left", 500.0) for _ in range(5)] == [second.delivered("left", 500.0) for _ in range(5)]


def test_the_world_keeps_what_was_asked_beside_what_arrived():
    world = World(errors=PipettingErrors(5, MODELS))
    world.note(
        "dispense", {"pipetteId": "pipette-left", "labwareId": "labware-1", "wellName": "A1", "volume": 500.0}, run="r"
    )
    (event,) = world.events
    assert event["volume"] == 500.0
    assert event["delivered"] != 500.0
    assert event["delivered"] == pytest.approx(500.0, abs=10.0)
