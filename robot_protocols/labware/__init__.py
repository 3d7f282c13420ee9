"""Labware: plates, dishes, reservoirs, tubes and tip racks with the geometry that planning needs."""

from robot_protocols.labware.catalogue import labware_named, parse_labware, read_labware
from robot_protocols.labware.checks import labware_faults
from robot_protocols.labware.values import Labware, LabwareKind, Well

__all__ = ["Labware", "LabwareKind", "Well", "labware_faults", "labware_named", "parse_labware", "read_labware"]
