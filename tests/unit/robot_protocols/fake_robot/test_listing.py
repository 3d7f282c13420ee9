import pytest

from lab.errors import InvalidInputError
from robot_protocols.fake_robot.faults import Fault, FaultKind, parse_fault
from robot_protocols.fake_robot.listing import list_protocol
from robot_protocols.protocol_writer import write_protocol
from robot_protocols.readback import differences, follow
from tests.unit.robot_protocols.examples import four_film_plan, screening


def test_what_it_moves_is_what_the_plan_says():
    listing = list_protocol(write_protocol(four_film_plan(), screening()))
    told = []
    for task in listing.tasks:
        params = task.params
        item = {"do": task.kind, "volume": params.get("volume"), "well": params.get("wellName")}
        item |= {"pipette": params.get("pipetteId"), "slot": int(str(params.get("labwareId", "x-0")).split("-")[1])}
        item |= {"liquid": params.get("liquidId"), "volumes": params.get("volumeByWell")}
        told.append(item)
    ledger = follow(told, listing.liquids)
    assert ledger.faults == []
    assert differences(four_film_plan(), ledger.received) == ()


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("tip-missing@37", Fault(FaultKind.TIP_MISSING, 37)),
        ("network-away@3:600", Fault(FaultKind.NETWORK_AWAY, 3, 600.0)),
        ("server-restart@5", Fault(FaultKind.SERVER_RESTART, 5, 18.0)),
        ("slow-network", Fault(FaultKind.SLOW_NETWORK, 0, 2.0)),
    ],
)
def test_faults_are_read(text: str, fault: Fault):
    assert parse_fault(text) == fault


@pytest.mark.parametrize(
    "text", ["", "tip-missing@", "tip_missing@3", "explosion@4", "clog@-1", "clog@1:x", "clog@1\n2"]
)
def test_what_is_no_fault_is_refused(text: str):
    with pytest.raises(InvalidInputError):
        parse_fault(text)
